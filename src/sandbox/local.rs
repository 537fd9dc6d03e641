//! The folder of a world: its lock, the address of the server that serves it, its secrets; and
//! the small client with which other processes ask that server.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::SandboxError;

/// How long a look at a folder waits for a short-lived command that is busy with it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The file with the secret of Atrium's HTTP interface.
pub(super) const ATRIUM_SECRET: &str = "atrium-secret";

/// Who has the folder.
#[derive(Debug)]
pub(super) enum Holder {
    /// We do, for as long as this is kept.
    Us(File),
    /// The server at this address.
    Server(String),
}

fn path(dir: &Path, name: &str) -> PathBuf {
    dir.join(name)
}

/// Takes the folder, or finds the server that serves it.
pub(super) fn hold(dir: &Path) -> Result<Holder, SandboxError> {
    fs::create_dir_all(dir).map_err(|source| SandboxError::io("make", dir, source))?;
    let lock = path(dir, "lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock)
        .map_err(|source| SandboxError::io("open", &lock, source))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => {
                // Whoever wrote an address that is still there was killed.
                clear_address(dir);
                return Ok(Holder::Us(file));
            }
            Err(TryLockError::Error(source)) => {
                return Err(SandboxError::io("lock", &lock, source));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if let Some(url) = address(dir) {
            return Ok(Holder::Server(url));
        }
        if start.elapsed() > PATIENCE {
            return Err(SandboxError::World(format!(
                "another process is busy with {}: try again, or end it",
                dir.display()
            )));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The address that a server of this folder wrote, if any.
fn address(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(path(dir, "address")).ok()?;
    let url = text.trim();
    url.starts_with("http://").then(|| url.to_owned())
}

pub(super) fn write_address(dir: &Path, url: &str) -> Result<(), SandboxError> {
    replace(&path(dir, "address"), url, false)
}

pub(super) fn clear_address(dir: &Path) {
    // It is most often not there.
    let _ = fs::remove_file(path(dir, "address"));
}

/// Reads the token.
pub(super) fn read_token(dir: &Path) -> Result<String, SandboxError> {
    read(&path(dir, "scim-token"))
}

/// Makes a new token of 72 characters.
pub(super) fn write_token(dir: &Path) -> Result<String, SandboxError> {
    write_secret(&path(dir, "scim-token"), 72)
}

/// The secret of Atrium's HTTP interface; made if it is not there.
pub(super) fn open_atrium_secret(dir: &Path) -> Result<String, SandboxError> {
    match read_atrium_secret(dir) {
        Ok(secret) => Ok(secret),
        Err(_) => write_secret(&path(dir, ATRIUM_SECRET), 40),
    }
}

/// Reads the secret of Atrium's HTTP interface.
pub(super) fn read_atrium_secret(dir: &Path) -> Result<String, SandboxError> {
    read(&path(dir, ATRIUM_SECRET))
}

/// The files of the stand-in Okta: the API token of its read-only administrator, the private key
/// of a service app, and each app's copy of the SCIM token.
pub(super) const OKTA_FILES: [&str; 4] = [
    OKTA_TOKEN,
    OKTA_KEY,
    "okta-scim-token-catalogue",
    "okta-scim-token-custom",
];

const OKTA_TOKEN: &str = "okta-token";
const OKTA_KEY: &str = "okta-key";

/// The API token of Okta's read-only administrator; made if it is not there.
pub(super) fn open_okta_token(dir: &Path) -> Result<String, SandboxError> {
    match read(&path(dir, OKTA_TOKEN)) {
        Ok(secret) => Ok(secret),
        Err(_) => write_secret(&path(dir, OKTA_TOKEN), 42),
    }
}

/// Keeps the private key of a service app, and says where.
pub(super) fn write_okta_key(dir: &Path, pem: &str) -> Result<PathBuf, SandboxError> {
    let file = path(dir, OKTA_KEY);
    replace(&file, pem, true)?;
    Ok(file)
}

/// The SCIM token that an app of Okta sends.
pub(super) fn read_okta_copy(dir: &Path, app: &str) -> Result<String, SandboxError> {
    read(&path(dir, &format!("okta-scim-token-{app}")))
}

/// Puts a SCIM token into an app of Okta.
pub(super) fn write_okta_copy(dir: &Path, app: &str, token: &str) -> Result<(), SandboxError> {
    replace(&path(dir, &format!("okta-scim-token-{app}")), token, true)
}

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyScope {
    /// Everything.
    Full,
    /// Everything, without changing anything.
    ReadOnly,
    /// Everything but Access Control.
    NoAccessControl,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [KeyScope; 3] = [
        KeyScope::Full,
        KeyScope::ReadOnly,
        KeyScope::NoAccessControl,
    ];

    pub(super) fn file(self) -> &'static str {
        match self {
            KeyScope::Full => "api-key",
            KeyScope::ReadOnly => "api-key-read-only",
            KeyScope::NoAccessControl => "api-key-no-access-control",
        }
    }
}

/// The API keys of a world, in the order of [`KeyScope::ALL`].
#[derive(Debug, Clone)]
pub(super) struct Keys([String; 3]);

impl Keys {
    /// Reads the keys of a folder, and makes those that are not there.
    pub(super) fn open(dir: &Path) -> Result<Self, SandboxError> {
        let [full, read_only, rest] = KeyScope::ALL.map(|scope| match read_key(dir, scope) {
            Ok(key) => Ok(key),
            Err(_) => write_key(dir, scope),
        });
        Ok(Keys([full?, read_only?, rest?]))
    }

    pub(super) fn scope_of(&self, key: &str) -> Option<KeyScope> {
        let mut pairs = self.0.iter().zip(KeyScope::ALL);
        pairs
            .find(|(known, _)| *known == key)
            .map(|(_, scope)| scope)
    }

    #[cfg(test)]
    pub(super) fn of(keys: [&str; 3]) -> Self {
        Keys(keys.map(str::to_owned))
    }
}

pub(super) fn read_key(dir: &Path, scope: KeyScope) -> Result<String, SandboxError> {
    read(&path(dir, scope.file()))
}

pub(super) fn write_key(dir: &Path, scope: KeyScope) -> Result<String, SandboxError> {
    write_secret(&path(dir, scope.file()), 48)
}

/// The length of the minute of whoever serves the folder, or served it last.
pub(super) fn read_minute(dir: &Path) -> Result<Duration, SandboxError> {
    let file = path(dir, "minute");
    let text = read(&file)?;
    text.parse().map(Duration::from_micros).map_err(|_| {
        SandboxError::World(format!(
            "{} is no number of microseconds: remove it, and serve the world again",
            file.display()
        ))
    })
}

pub(super) fn write_minute(dir: &Path, minute: Duration) -> Result<(), SandboxError> {
    let text = minute.as_micros().to_string();
    replace(&path(dir, "minute"), &text, false)
}

/// The file with the secret of an organization admin.
const ADMIN_SECRET: &str = "admin-secret";

/// The file with the secret of somebody who signs in and is no organization admin.
const VIEWER_SECRET: &str = "admin-secret-viewer";

/// Everything that the console's routes are signed in to with, for whoever throws a world away.
pub(super) const ADMIN_SECRETS: [&str; 2] = [ADMIN_SECRET, VIEWER_SECRET];

/// Who may use the console's routes, and who may not.
#[derive(Debug, Clone)]
pub(super) struct Admins {
    /// The secret of an organization admin.
    pub(super) admin: String,
    /// The secret of somebody who is none.
    pub(super) viewer: String,
}

impl Admins {
    /// Reads the secrets of a folder, and makes those that are not there.
    pub(super) fn open(dir: &Path) -> Result<Self, SandboxError> {
        let [admin, viewer] = ADMIN_SECRETS.map(|name| match read(&path(dir, name)) {
            Ok(secret) => Ok(secret),
            Err(_) => write_secret(&path(dir, name), 40),
        });
        Ok(Admins {
            admin: admin?,
            viewer: viewer?,
        })
    }
}

/// Reads the secret of an organization admin.
pub(super) fn read_admin_secret(dir: &Path) -> Result<String, SandboxError> {
    read(&path(dir, ADMIN_SECRET))
}

fn read(file: &Path) -> Result<String, SandboxError> {
    let text = fs::read_to_string(file).map_err(|source| SandboxError::io("read", file, source))?;
    Ok(text.trim().to_owned())
}

/// Writes random characters into a file that only its owner may read.
fn write_secret(file: &Path, length: usize) -> Result<String, SandboxError> {
    let mut rng = fastrand::Rng::new();
    let secret: String = (0..length).map(|_| rng.alphanumeric()).collect();
    replace(file, &secret, true)?;
    Ok(secret)
}

/// Replaces a file whole, with these very bytes.
pub(super) fn replace_bytes(file: &Path, bytes: &[u8]) -> Result<(), SandboxError> {
    let failed = |source| SandboxError::io("write", file, source);
    let part = file.with_extension("part");
    fs::write(&part, bytes).map_err(failed)?;
    fs::rename(&part, file).map_err(failed)
}

/// The beginning of a fingerprint, which is enough to tell a few apart.
pub(super) fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(11).collect()
}

fn replace(file: &Path, text: &str, private: bool) -> Result<(), SandboxError> {
    let failed = |source| SandboxError::io("write", file, source);
    let part = file.with_extension("part");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut out = options.open(&part).map_err(failed)?;
    out.write_all(text.as_bytes()).map_err(failed)?;
    out.write_all(b"\n").map_err(failed)?;
    drop(out);
    fs::rename(&part, file).map_err(failed)
}

/// Asks a running server's own routes.
pub(super) fn ask(
    url: &str,
    method: &str,
    route: &str,
    body: &Value,
) -> Result<Value, SandboxError> {
    let host = url.trim_start_matches("http://");
    let unreachable = |source| SandboxError::Io {
        what: format!("cannot reach the sandbox at {url}"),
        source,
    };
    let mut stream = TcpStream::connect(host).map_err(unreachable)?;
    stream
        .set_read_timeout(Some(Duration::from_secs(300)))
        .map_err(unreachable)?;
    let body = body.to_string();
    let request = format!(
        "{method} {route} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(unreachable)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(unreachable)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let value: Value = serde_json::from_str(body).map_err(|_| {
        SandboxError::World(format!(
            "the process at {url} is no sandbox, or another version: {head}"
        ))
    })?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(value),
        _ => Err(SandboxError::World(
            value["detail"]
                .as_str()
                .unwrap_or("the sandbox refused")
                .to_owned(),
        )),
    }
}
