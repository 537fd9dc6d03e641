//! The terminal itself: a hidden line and a single key. However a question ends, the terminal is as
//! it was before.
//!
//! Ctrl-C is read as a key, so that it comes to the question and not as a signal that would end the
//! process with the terminal as the question had it. A signal that somebody listens to comes by
//! [`stop_asking`].

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the process was asked to stop. Signals are for the whole process, and so is this.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Breaks off the question that is being asked, and each one after it: somebody wants an end.
pub fn stop_asking() {
    STOPPED.store(true, Ordering::Relaxed);
}

/// Nothing but what [`stop_asking`] says.
fn going_on() -> io::Result<()> {
    match STOPPED.load(Ordering::Relaxed) {
        true => Err(io::ErrorKind::Interrupted.into()),
        false => Ok(()),
    }
}

#[cfg(unix)]
pub(super) use unix::{secret_line, yes_or_no};

#[cfg(unix)]
mod unix {
    use std::io::{self, ErrorKind, Stdin};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use secrecy::zeroize::Zeroizing;

    const CTRL_C: u8 = 0x03;
    const CTRL_D: u8 = 0x04;
    const ESCAPE: u8 = 0x1b;

    /// How long it takes at most until a request to stop is seen, in nanoseconds.
    const LOOK: i64 = 100_000_000;

    /// More than a terminal gives of one line.
    const LONGEST: usize = 4096;

    /// What a question reads.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Reads {
        /// A line, which the terminal lets be corrected until Enter.
        Line,
        /// Each key by itself.
        Keys,
    }

    /// The terminal, without echo, until it is dropped.
    struct Hidden {
        stdin: Stdin,
        before: Termios,
        after: OptionalActions,
    }

    impl Hidden {
        fn new(reads: Reads) -> io::Result<Self> {
            let stdin = io::stdin();
            let before = tcgetattr(&stdin)?;
            let mut mode = before.clone();
            mode.local_modes
                .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG);
            mode.input_modes.insert(InputModes::ICRNL);
            let change = match reads {
                Reads::Line => {
                    mode.local_modes.insert(LocalModes::ICANON);
                    // Ctrl-C ends the line, and is the last of it.
                    mode.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
                    // What was typed before was shown; what is left of what was pasted is part of
                    // a secret. Neither is for anybody.
                    OptionalActions::Flush
                }
                Reads::Keys => {
                    mode.local_modes.remove(LocalModes::ICANON);
                    mode.special_codes[SpecialCodeIndex::VMIN] = 1;
                    mode.special_codes[SpecialCodeIndex::VTIME] = 0;
                    OptionalActions::Drain
                }
            };
            tcsetattr(&stdin, change, &mode)?;
            Ok(Hidden {
                stdin,
                before,
                after: change,
            })
        }

        /// Waits for something typed, and reads it; 0 at the end of the input.
        fn read(&self, into: &mut [u8]) -> io::Result<usize> {
            loop {
                super::going_on()?;
                let mut typed = [PollFd::new(&self.stdin, PollFlags::IN)];
                let look = Timespec {
                    tv_sec: 0,
                    tv_nsec: LOOK,
                };
                match poll(&mut typed, Some(&look)) {
                    Ok(0) | Err(Errno::INTR) => continue,
                    Ok(_) => {}
                    Err(error) => return Err(error.into()),
                }
                match rustix::io::read(&self.stdin, &mut *into) {
                    Err(Errno::INTR | Errno::AGAIN) => {}
                    read => return Ok(read?),
                }
            }
        }
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            // There is nobody to tell that the terminal has gone.
            let _ = tcsetattr(&self.stdin, self.after, &self.before);
        }
    }

    /// Reads a line that does not show.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] at Ctrl-C and a request to stop, [`ErrorKind::UnexpectedEof`] at
    /// the end of the input.
    pub(in crate::output) fn secret_line() -> io::Result<Zeroizing<String>> {
        let terminal = Hidden::new(Reads::Line)?;
        // Never moved to a larger place, which would leave a copy behind.
        let mut line = Zeroizing::new(Vec::with_capacity(4 * LONGEST));
        let mut part = Zeroizing::new([0; LONGEST]);
        while line.last() != Some(&b'\n') {
            let length = terminal.read(&mut part[..])?;
            let part = &part[..length];
            if part.contains(&CTRL_C) {
                return Err(ErrorKind::Interrupted.into());
            }
            if part.is_empty() {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if line.len() + length > line.capacity() {
                return Err(ErrorKind::InvalidData.into());
            }
            line.extend_from_slice(part);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Zeroizing::new(
            text.trim_end_matches(['\r', '\n']).to_owned(),
        ))
    }

    /// Waits for a key that says yes or no; Enter is the default.
    ///
    /// # Errors
    /// As of [`secret_line`].
    pub(in crate::output) fn yes_or_no(default: bool) -> io::Result<bool> {
        let terminal = Hidden::new(Reads::Keys)?;
        let mut keys = [0; 32];
        loop {
            let length = terminal.read(&mut keys)?;
            if let Some(answer) = meaning(&keys[..length], default) {
                return answer.map_err(io::Error::from);
            }
        }
    }

    /// What the keys that were pressed together mean; `None` if they mean nothing.
    pub(super) fn meaning(keys: &[u8], default: bool) -> Option<Result<bool, ErrorKind>> {
        match keys {
            [CTRL_C, ..] => Some(Err(ErrorKind::Interrupted)),
            [] | [CTRL_D, ..] => Some(Err(ErrorKind::UnexpectedEof)),
            [b'y' | b'Y', ..] => Some(Ok(true)),
            // An arrow begins with the same byte as the key Escape and goes on.
            [b'n' | b'N' | b'q' | b'Q', ..] | [ESCAPE] => Some(Ok(false)),
            [b'\n' | b'\r', ..] => Some(Ok(default)),
            _ => None,
        }
    }
}

/// Reads a line that does not show.
#[cfg(not(unix))]
pub(super) fn secret_line() -> io::Result<secrecy::zeroize::Zeroizing<String>> {
    going_on()?;
    let line = dialoguer::console::Term::stderr().read_secure_line()?;
    Ok(secrecy::zeroize::Zeroizing::new(line))
}

/// Waits for a key that says yes or no; Enter is the default.
#[cfg(not(unix))]
pub(super) fn yes_or_no(default: bool) -> io::Result<bool> {
    use dialoguer::console::{Key, Term};
    loop {
        going_on()?;
        return match Term::stderr().read_key_raw()? {
            Key::Char('y' | 'Y') => Ok(true),
            Key::Char('n' | 'N' | 'q' | 'Q') | Key::Escape => Ok(false),
            Key::Enter => Ok(default),
            Key::CtrlC => Err(io::ErrorKind::Interrupted.into()),
            _ => continue,
        };
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::unix::meaning;
    use std::io::ErrorKind;

    #[test]
    fn each_key_has_its_meaning() {
        for (keys, expected) in [
            (&b"y"[..], Some(Ok(true))),
            (b"N", Some(Ok(false))),
            (b"q", Some(Ok(false))),
            (b"\x1b", Some(Ok(false))),
            (b"\x1b[A", None),
            (b"x", None),
            (b"\r", Some(Ok(true))),
            (b"\x03", Some(Err(ErrorKind::Interrupted))),
            (b"\x04", Some(Err(ErrorKind::UnexpectedEof))),
            (b"", Some(Err(ErrorKind::UnexpectedEof))),
        ] {
            assert_eq!(meaning(keys, true), expected, "{keys:?}");
        }
        assert_eq!(meaning(b"\n", false), Some(Ok(false)));
    }
}
