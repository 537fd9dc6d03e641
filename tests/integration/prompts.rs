//! Questions at a terminal: however they end, the terminal is as it was, and it is told what is so.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use atriumctl::sandbox::{self, Running};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::environment::Environment;

const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

/// How long something may take that takes no time.
const LONGEST: Duration = Duration::from_secs(20);

/// A run at a terminal of its own.
struct Terminal {
    child: Child,
    keyboard: File,
    terminal: OwnedFd,
    shown: Receiver<String>,
    seen: String,
    /// Up to where it was waited for.
    at: usize,
}

impl Terminal {
    fn run(environment: &Environment, arguments: &[&str]) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let terminal = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let end = || Stdio::from(terminal.try_clone().unwrap());
        let mut command = environment.command(arguments);
        command.env("NO_COLOR", "1");
        command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().unwrap();
        let keyboard = File::from(keyboard);
        let mut screen = keyboard.try_clone().unwrap();
        let (sender, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = screen.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            keyboard,
            terminal,
            shown,
            seen: String::new(),
            at: 0,
        }
    }

    /// Waits until a text stands behind what was waited for before.
    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        loop {
            if let Some(found) = self.seen[self.at..].find(text) {
                self.at += found + text.len();
                return;
            }
            match self.shown.recv_timeout(LONGEST) {
                Ok(more) => self.seen.push_str(&more),
                Err(error) => panic!("{text:?}: {error}: {}", self.seen),
            }
        }
    }

    /// Whether what is typed shows, and Ctrl-C is a signal.
    fn modes(&self) -> LocalModes {
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        modes & (LocalModes::ECHO | LocalModes::ISIG | LocalModes::ICANON)
    }

    /// Waits for a question, and until the terminal is as the question needs it.
    #[track_caller]
    fn asked(&mut self, question: &str) {
        self.wait_for(question);
        let start = Instant::now();
        while self.modes().contains(LocalModes::ECHO) {
            assert!(start.elapsed() < LONGEST, "it shows what is typed");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// The exit code and everything that was shown, once the terminal is as it was.
    #[track_caller]
    fn end(mut self) -> (i32, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LONGEST {
                self.child.kill().unwrap();
                panic!("it did not end: {}", self.seen);
            }
            thread::sleep(Duration::from_millis(10));
        };
        let all = LocalModes::ECHO | LocalModes::ISIG | LocalModes::ICANON;
        assert_eq!(self.modes(), all, "the terminal is not as it was");
        while let Ok(more) = self.shown.recv_timeout(Duration::from_millis(100)) {
            self.seen.push_str(&more);
        }
        (status.code().unwrap_or(-1), self.seen)
    }
}

/// A profile whose tokens somebody makes in the console.
fn guided() -> (Environment, Running, String) {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 30);
    let dir = environment.sandbox_dir();
    environment.profile(
        "default",
        &format!(
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nscim_url = \"{}\"\nscim_token_file = \"{}\"\n",
            running.scim_url(),
            dir.join("scim-token").display(),
        ),
    );
    let token = sandbox::scim_token(&dir).unwrap();
    (environment, running, token)
}

const REFRESH: &[&str] = &["token", "refresh", "--show", "--breaks-other-clients"];
const BROWSER: &str = "browser now? [y/N]";
const TOKEN: &str = "does not show)";

/// A refresh that has come to the question for the new token.
#[track_caller]
fn at_the_token(environment: &Environment) -> Terminal {
    let mut terminal = Terminal::run(environment, &[REFRESH, &["--yes"]].concat());
    terminal.asked(BROWSER);
    terminal.press("n");
    terminal.asked(TOKEN);
    terminal
}

#[test]
fn a_guided_refresh_that_is_broken_off_says_what_may_be_so_now() {
    let (environment, _running, _) = guided();
    let told = |(code, seen): (i32, String)| {
        assert_eq!(code, 130, "{seen}");
        for words in [
            "the token in the console may be new by now",
            "atriumctl auth set scim-token --profile default",
            "atriumctl token refresh --profile default",
        ] {
            assert!(seen.contains(words), "{words}: {seen}");
        }
        assert!(!seen.contains("IO error"), "{seen}");
    };
    for keys in ["half of it\u{3}", CTRL_C, CTRL_D] {
        let mut terminal = at_the_token(&environment);
        terminal.press(keys);
        told(terminal.end());
    }
    let terminal = at_the_token(&environment);
    let pid = rustix::process::Pid::from_child(&terminal.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    told(terminal.end());

    let mut terminal = Terminal::run(&environment, &[REFRESH, &["--yes"]].concat());
    terminal.asked(BROWSER);
    terminal.press(CTRL_C);
    told(terminal.end());
}

#[test]
fn what_can_be_no_new_token_is_asked_for_again_and_refused_in_the_end() {
    let (environment, _running, token) = guided();
    let mut terminal = at_the_token(&environment);
    for (typed, told) in [
        ("", "nothing was entered"),
        ("Bearer", "the word `Bearer` alone"),
        ("token=abc", "it begins with `token=`"),
    ] {
        terminal.press(&format!("{typed}\r"));
        terminal.wait_for(told);
        terminal.asked(TOKEN);
    }
    terminal.press("another-token\r");
    let (code, seen) = terminal.end();
    assert_eq!(code, 4, "{seen}");
    assert!(seen.contains("Command refuses this token (401)"), "{seen}");
    assert!(seen.contains("atriumctl auth set scim-token"), "{seen}");
    assert!(!seen.contains("another-token"), "{seen}");

    let mut terminal = at_the_token(&environment);
    terminal.press(&format!("{token}\r"));
    let (code, seen) = terminal.end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("no other one was made"), "{seen}");
}

#[test]
fn a_question_that_is_broken_off_changes_nothing_and_says_so() {
    let (environment, _running, _) = guided();
    let mut terminal = Terminal::run(&environment, REFRESH);
    terminal.asked("Make a new one? [y/N]");
    terminal.press(CTRL_C);
    let (code, seen) = terminal.end();
    assert_eq!(code, 130, "{seen}");
    assert!(
        seen.contains("error: interrupted; nothing was changed"),
        "{seen}"
    );
    assert_eq!(seen.matches("Make a new one?").count(), 1, "{seen}");

    environment.profile(
        "bare",
        "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"eu\"\n",
    );
    let mut terminal = Terminal::run(&environment, &["diff", "--profile", "bare"]);
    terminal.asked("SCIM token of the profile bare:");
    terminal.press(&format!("s3cret{CTRL_C}"));
    let (code, seen) = terminal.end();
    assert_eq!(code, 130, "{seen}");
    assert!(
        seen.contains("error: interrupted; nothing was changed"),
        "{seen}"
    );
    assert!(!seen.contains("s3c"), "{seen}");
}
