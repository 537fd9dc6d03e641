//! A place of its own for each test: folders, a cleared environment, and, where wanted, a sandbox
//! served on a port of its own.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use atriumctl::sandbox::{self, Running, Settings};
use tempfile::TempDir;

/// The folders of one test. Nothing outside of them is read or written.
pub struct Environment {
    root: TempDir,
}

/// What a run of the binary left behind.
#[must_use]
pub struct Ran {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output, paths and ports made neutral.
    pub stdout: String,
    /// Standard error, paths and ports made neutral.
    pub stderr: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

impl fmt::Debug for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ran {
    /// The one JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Fails unless the run ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }
}

impl Environment {
    pub fn new() -> Self {
        let root = tempfile::Builder::new()
            .prefix("atriumctl-")
            .tempdir()
            .unwrap();
        for folder in ["config/profiles", "state", "home"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        Environment { root }
    }

    /// A path below the test's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Where the sandbox lives.
    pub fn sandbox_dir(&self) -> PathBuf {
        self.path("sandbox")
    }

    /// The ledger of a profile.
    pub fn ledger(&self, profile: &str) -> PathBuf {
        self.path("state")
            .join("atriumctl")
            .join(format!("{profile}.db"))
    }

    /// Forgets everything that the ledger of a profile knows.
    pub fn forget_ledger(&self, profile: &str) {
        let ledger = self.ledger(profile);
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", ledger.display()));
        }
    }

    /// Writes a file below the test's folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes a profile.
    pub fn profile(&self, name: &str, content: &str) -> PathBuf {
        self.write(&format!("config/profiles/{name}.toml"), content)
    }

    /// Serves the sandbox in this process, so that a test can count requests and set faults.
    pub fn serve(&self, adjust: impl FnOnce(&mut Settings)) -> Running {
        let mut settings = Settings::new(self.sandbox_dir());
        adjust(&mut settings);
        sandbox::start(&settings).unwrap()
    }

    /// The binary, with the test's folders and nothing else of the machine.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("atriumctl"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("TZ", "UTC")
            .env("ATRIUMCTL_CONFIG", self.path("config"))
            .env("ATRIUMCTL_SANDBOX_DIR", self.sandbox_dir())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("ATRIUMCTL_KEYRING", "off")
            // Without these, a client of the bus tries the one of the machine's user.
            .env("XDG_RUNTIME_DIR", self.path("home"))
            .env(
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}", self.path("home/no-bus").display()),
            )
            .current_dir(self.root.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_command(self.command(arguments))
    }

    /// Runs a command that was made by [`Environment::command`].
    pub fn run_command(&self, mut command: Command) -> Ran {
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: self.neutral(&output.stdout),
            stderr: self.neutral(&output.stderr),
        }
    }

    /// A sync of the sandbox, and the plan after it, which must be empty.
    #[track_caller]
    pub fn sync_sandbox(&self, code: i32) -> Ran {
        let ran = self
            .run(&["sync", "--profile", "sandbox", "--yes"])
            .expect(code);
        self.nothing_left();
        ran
    }

    /// Fails if a plan for the sandbox is not empty.
    #[track_caller]
    pub fn nothing_left(&self) {
        let _ = self
            .run(&["diff", "--profile", "sandbox", "--exit-code"])
            .expect(0);
    }

    /// Paths of the machine and ports are other ones in every run.
    fn neutral(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let text = text.replace(&neutral_path(self.root.path()), "[DIR]");
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find("127.0.0.1:") {
            let (before, after) = rest.split_at(at + "127.0.0.1:".len());
            out.push_str(before);
            out.push_str("PORT");
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        out.push_str(rest);
        out
    }
}

fn neutral_path(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn nothing_of_the_machine_reaches_a_test() {
    let environment = Environment::new();
    let command = environment.command(&["--version"]);
    let inside = environment.root.path().display().to_string();
    for (name, value) in command.get_envs() {
        let (name, value) = (name.to_str().unwrap(), value.unwrap().to_str().unwrap());
        let is_plain = matches!((name, value), ("TZ", "UTC") | ("ATRIUMCTL_KEYRING", "off"));
        assert!(is_plain || value.contains(&inside), "{name}={value}");
    }
    for name in ["HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] {
        assert!(command.get_envs().any(|(known, _)| known == name), "{name}");
    }
    // And no test runs the binary in another way.
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    for entry in fs::read_dir(tests).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let runs =
            text.contains(concat!("cargo_", "bin!")) || text.contains(concat!("CARGO_BIN", "_EXE"));
        assert!(
            !runs || path.ends_with("environment.rs"),
            "{}",
            path.display()
        );
        assert!(!text.contains(concat!("env_remove(\"", "ATRIUMCTL_KEYRING")));
    }
}
