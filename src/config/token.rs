//! The SCIM token: where it is looked for, and what is no token.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Exit};
use crate::secret::{self, Secret};

use super::{Layers, Profile};

/// No token is near this size, in bytes; another file was named by mistake.
const SIZE_LIMIT: u64 = 16 * 1024;

const VARIABLE: &str = "ATRIUMCTL_SCIM_TOKEN";

/// Where a token is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFile {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl From<PathBuf> for TokenFile {
    fn from(path: PathBuf) -> Self {
        if path == Path::new("-") {
            TokenFile::Stdin
        } else {
            TokenFile::Path(path)
        }
    }
}

impl fmt::Display for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenFile::Path(path) => path.display().fmt(f),
            TokenFile::Stdin => f.write_str("-"),
        }
    }
}

/// A token that was found.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// What is not as it should be around it, each a sentence to warn with.
    pub warnings: Vec<String>,
}

/// Finds the SCIM token: the environment first, then the file that flag, environment or profile
/// name. `stdin` is read only if the file is `-`.
///
/// # Errors
/// [`Exit::Authentication`] if there is none, or if what there is can't be one.
pub fn token(profile: &Profile, layers: &Layers<'_>, stdin: &mut dyn Read) -> Result<Token, Error> {
    let file = profile.command.token_file.as_ref();
    if let Some(value) = layers.variable(VARIABLE) {
        let text = Zeroizing::new(value.into_string().map_err(|_| malformed(VARIABLE))?);
        let mut warnings = Vec::new();
        if let Some(file) = file {
            warnings.push(format!(
                "{VARIABLE} is set, so the token file of {} is not read",
                file.origin
            ));
        }
        let origin = secret::Origin::Environment(VARIABLE);
        return checked(&text, origin, VARIABLE, warnings);
    }
    let Some(file) = file else {
        return Err(Error::message(
            Exit::Authentication,
            format!(
                "there is no SCIM token for the profile `{}`",
                profile.name.value
            ),
        )
        .hint(format!(
            "set {VARIABLE}, or name a file with --scim-token-file (`-` is standard input), \
             ATRIUMCTL_SCIM_TOKEN_FILE, or scim_token_file under [command] in the profile"
        ))
        .hint(
            "an organization admin makes the token in Command under Admin > Login & Access > \
             SCIM Users Provisioning",
        ));
    };
    let place = match &file.value {
        TokenFile::Path(path) => format!("the token file {}", path.display()),
        TokenFile::Stdin => "standard input".to_owned(),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let mut warnings = Vec::new();
    let (read, origin) = match &file.value {
        TokenFile::Stdin => (
            stdin.take(SIZE_LIMIT + 1).read_to_end(&mut bytes),
            secret::Origin::StandardInput,
        ),
        TokenFile::Path(path) => {
            let read = std::fs::File::open(path).and_then(|file| {
                if open_to_others(&file)? {
                    warnings.push(format!(
                        "{place} can be read by others on this machine: chmod 600 {}",
                        path.display()
                    ));
                }
                file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)
            });
            (read, secret::Origin::File(path.clone()))
        }
    };
    read.map_err(|error| {
        let message = format!("{place} (from {}) can't be read", file.origin);
        Error::new(
            Exit::Authentication,
            anyhow::Error::new(error).context(message),
        )
        .hint(format!("correct the path, or set {VARIABLE}"))
    })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(malformed(&place));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed(&place))?;
    checked(text, origin, &place, warnings)
}

/// A bearer token is one run of visible ASCII (RFC 6750, section 2.1); the value is never shown.
fn checked(
    text: &str,
    origin: secret::Origin,
    place: &str,
    warnings: Vec<String>,
) -> Result<Token, Error> {
    let secret = Secret::new(text, origin);
    if secret.is_empty() {
        return Err(Error::message(
            Exit::Authentication,
            format!("{place} holds no token: it is empty"),
        ));
    }
    if !secret.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed(place));
    }
    Ok(Token { secret, warnings })
}

fn malformed(place: &str) -> Error {
    Error::message(
        Exit::Authentication,
        format!("{place} holds something that is no token: blanks, line ends, odd characters, or far too much"),
    )
    .hint("it must hold the token alone, without `Bearer` or anything else around it")
}

#[cfg(unix)]
fn open_to_others(file: &std::fs::File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let data = file.metadata()?;
    // A pipe made by the shell, `<(…)`, has no readers but this process.
    Ok(data.is_file() && data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_file: &std::fs::File) -> std::io::Result<bool> {
    Ok(false)
}
