//! The lock of a ledger: a file beside it that one run at a time holds, and in which it says who
//! it is. The operating system lets go of the lock when the process ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::LedgerError;

/// How long a run waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(3);

const PAUSE: Duration = Duration::from_millis(50);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
    holder: String,
}

impl Lock {
    /// Takes the lock of the ledger at `ledger`; waits a little if somebody else has it.
    pub(super) fn take(ledger: &Path) -> Result<Self, LedgerError> {
        let path = lock_path(ledger);
        let failed = |cause| LedgerError::Io {
            path: path.clone(),
            attempt: "lock the ledger with the file",
            cause,
        };
        let file = open_private(&path).map_err(failed)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(LedgerError::Locked {
                        path: ledger.to_owned(),
                        holder: read_holder(&path),
                    });
                }
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            }
        }
        let since = Timestamp::now();
        let mut lock = Lock {
            path,
            file,
            holder: format!("pid {}{} since {since:.0}", std::process::id(), on_host()),
        };
        lock.write(lock.holder.clone())?;
        Ok(lock)
    }

    /// Adds to what the lock file says of its holder what the holder is doing.
    pub(super) fn tell(&mut self, command: &str) -> Result<(), LedgerError> {
        self.write(format!("{} ({command})", self.holder))
    }

    fn write(&mut self, text: String) -> Result<(), LedgerError> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(|cause| LedgerError::Io {
                path: self.path.clone(),
                attempt: "write to",
                cause,
            })
    }
}

/// Who holds the lock of a ledger; `None` if nobody does. Nothing is created or written.
pub(super) fn holder(ledger: &Path) -> io::Result<Option<String>> {
    let path = lock_path(ledger);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(read_holder(&path))),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The lock file of a ledger: its path with `.lock` appended.
fn lock_path(ledger: &Path) -> PathBuf {
    let mut path = ledger.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn read_holder(path: &Path) -> String {
    // Where locks are mandatory, as on Windows, a file that is locked can't be read.
    let holder = fs::read_to_string(path).unwrap_or_default();
    match holder.trim() {
        "" => "it does not say who it is".to_owned(),
        holder => holder.to_owned(),
    }
}

fn on_host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => String::new(),
        name => format!(" on {name}"),
    }
}

/// Opens a file for reading and writing, and creates it for its owner alone if it is not there.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
