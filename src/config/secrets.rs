//! The secrets, SCIM token, API key and Atrium's: where they are looked for, and what can't be one.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Exit};
use crate::secret::{self, Secret};

use super::Profile;
use super::document::{At, Document};
use super::layers::{Flags, Layers, Origin, Setting};

/// No secret is near this size, in bytes; another file was named by mistake.
const SIZE_LIMIT: u64 = 16 * 1024;

/// A secret that the configuration has places for.
pub(super) struct Kind {
    /// Its name in a sentence.
    name: &'static str,
    /// The last word of the name.
    noun: &'static str,
    /// The environment variable that holds it.
    variable: &'static str,
    /// The environment variable that names its file.
    file_variable: &'static str,
    /// The flag that names its file, if there is one, and its value.
    file_flag: Option<(&'static str, FileOf)>,
    /// The table and the key in it that name its file.
    file_key: (&'static str, &'static str),
    /// What it may hold.
    fits: fn(&str) -> bool,
}

/// The file that the flags name for a secret.
type FileOf = fn(&Flags) -> Option<&PathBuf>;

/// The organization's SCIM token.
pub(super) const SCIM_TOKEN: Kind = Kind {
    name: "SCIM token",
    noun: "token",
    variable: "ATRIUMCTL_SCIM_TOKEN",
    file_variable: "ATRIUMCTL_SCIM_TOKEN_FILE",
    file_flag: Some(("--scim-token-file", |flags| flags.scim_token_file.as_ref())),
    file_key: ("command", "scim_token_file"),
    fits: is_visible_ascii,
};

/// The key of the public REST API.
pub(super) const API_KEY: Kind = Kind {
    name: "API key",
    noun: "key",
    variable: "ATRIUMCTL_API_KEY",
    file_variable: "ATRIUMCTL_API_KEY_FILE",
    file_flag: Some(("--api-key-file", |flags| flags.api_key_file.as_ref())),
    file_key: ("command", "api_key_file"),
    fits: is_visible_ascii,
};

/// What Atrium's interface is read with: a password, a token, or the value of a header.
pub(super) const ATRIUM_SECRET: Kind = Kind {
    name: "secret of Atrium",
    noun: "secret",
    variable: "ATRIUMCTL_ATRIUM_SECRET",
    file_variable: "ATRIUMCTL_ATRIUM_SECRET_FILE",
    file_flag: None,
    file_key: ("atrium.http", "secret_file"),
    // A password may have blanks and letters of any script (RFC 7617, section 2).
    fits: |text| !text.contains(char::is_control),
};

/// A token or key is one run of visible ASCII (RFC 6750, section 2.1; RFC 9110, section 5.5).
fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Where a secret is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFile {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl From<PathBuf> for SecretFile {
    fn from(path: PathBuf) -> Self {
        if path == Path::new("-") {
            SecretFile::Stdin
        } else {
            SecretFile::Path(path)
        }
    }
}

impl fmt::Display for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretFile::Path(path) => path.display().fmt(f),
            SecretFile::Stdin => f.write_str("-"),
        }
    }
}

/// A secret that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The secret.
    pub secret: Secret,
    /// What is not as it should be around it, each a sentence to warn with.
    pub warnings: Vec<String>,
}

/// The secrets of a profile.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The SCIM token.
    pub token: Found,
    /// The API key, if there is one.
    pub key: Option<Found>,
    /// The secret of Atrium, if it is read over HTTP.
    pub atrium: Option<Found>,
}

/// Finds the secret of Atrium's interface; `None` if the profile reads files. `stdin` is read only
/// for a file that is `-`.
///
/// # Errors
/// [`Exit::Authentication`] if there is none, or if what there is can't be a secret.
pub fn atrium_secret(
    profile: &Profile,
    layers: &Layers<'_>,
    stdin: &mut dyn Read,
) -> Result<Option<Found>, Error> {
    let Some(http) = &profile.atrium.http else {
        return Ok(None);
    };
    let found = ATRIUM_SECRET.find(http.secret_file.as_ref(), layers, stdin)?;
    found.map(Some).ok_or_else(|| {
        Error::message(
            Exit::Authentication,
            format!(
                "there is no secret of Atrium for the profile `{}`",
                profile.name.value
            ),
        )
        .hint(
            "set ATRIUMCTL_ATRIUM_SECRET, or name a file with ATRIUMCTL_ATRIUM_SECRET_FILE (`-` \
             is standard input), or secret_file under [atrium.http] in the profile",
        )
        .hint("Atrium gives it to whoever may read its interface")
    })
}

/// Finds the SCIM token, the API key and Atrium's secret: each in the environment first, then in the file that
/// flag, environment or profile name. `stdin` is read only for a file that is `-`.
///
/// # Errors
/// [`Exit::Authentication`] if a secret that is needed is missing, or if what there is can't be
/// one; [`Exit::Usage`] if two are to come from standard input, or if it is not said where the API of
/// the key is.
pub fn secrets(
    profile: &Profile,
    layers: &Layers<'_>,
    stdin: &mut dyn Read,
) -> Result<Secrets, Error> {
    let command = &profile.command;
    let token_file = command.token_file.as_ref();
    let key_file = command.key_file.as_ref();
    let http = profile.atrium.http.as_ref();
    let atrium_file = http.and_then(|http| http.secret_file.as_ref());
    let from_stdin: Vec<&str> = [
        (&SCIM_TOKEN, token_file),
        (&API_KEY, key_file),
        (&ATRIUM_SECRET, atrium_file),
    ]
    .into_iter()
    .filter(|(kind, file)| kind.is_from_stdin(*file, layers))
    .map(|(kind, _)| kind.name)
    .collect();
    if let [first, second, ..] = from_stdin.as_slice() {
        return Err(Error::message(
            Exit::Usage,
            format!("{first} and {second} can't both come from standard input"),
        )
        .hint("name a file for one of them, or set its environment variable"));
    }
    let token = SCIM_TOKEN.find(token_file, layers, stdin)?;
    let token = token.ok_or_else(|| no_token(&profile.name.value))?;
    let key = API_KEY.find(key_file, layers, stdin)?;
    if let Some(found) = &key
        && command.api_url.is_none()
    {
        return Err(Error::message(
            Exit::Usage,
            format!(
                "there is an API key (from {}), but it is not said where its API is",
                found.secret.origin()
            ),
        )
        .hint(
            "set api_url under [command] in the profile, --api-url or ATRIUMCTL_API_URL, for \
             example https://api.verkada.com; with a region in place of scim_url it is known",
        ));
    }
    let atrium = atrium_secret(profile, layers, stdin)?;
    Ok(Secrets { token, key, atrium })
}

fn no_token(profile: &str) -> Error {
    Error::message(
        Exit::Authentication,
        format!("there is no SCIM token for the profile `{profile}`"),
    )
    .hint(
        "set ATRIUMCTL_SCIM_TOKEN, or name a file with --scim-token-file (`-` is standard input), \
         ATRIUMCTL_SCIM_TOKEN_FILE, or scim_token_file under [command] in the profile",
    )
    .hint(
        "an organization admin makes the token in Command under Admin > Login & Access > \
         SCIM Users Provisioning",
    )
}

impl Kind {
    /// The file that flag, environment or profile name.
    pub(super) fn file(
        &self,
        document: &Document<'_>,
        layers: &Layers<'_>,
    ) -> Result<Option<Setting<SecretFile>>, Error> {
        let flag = self
            .file_flag
            .map(|(flag, value)| (flag, value(&layers.flags)));
        let flag = flag.unwrap_or_default();
        if let Some(path) = layers.path(flag, self.file_variable) {
            return Ok(Some(path.map(SecretFile::from)));
        }
        let (table, key) = self.file_key;
        let Some(At { value, line }) = document.text(table, key)? else {
            return Ok(None);
        };
        if value.is_empty() || value == "-" {
            let stdin = match self.file_flag {
                Some((flag, _)) => format!("for standard input: {flag} -"),
                None => format!("for standard input: {}=-", self.file_variable),
            };
            return Err(document
                .fault(line, format_args!("`{table}.{key}` must name a file"))
                .hint(stdin));
        }
        let beside = document.path().parent().unwrap_or(Path::new(""));
        Ok(Some(Setting {
            value: SecretFile::Path(beside.join(value)),
            origin: Origin::File {
                path: document.path().clone(),
                line,
            },
        }))
    }

    fn is_from_stdin(&self, file: Option<&Setting<SecretFile>>, layers: &Layers<'_>) -> bool {
        let is_dash = file.is_some_and(|file| file.value == SecretFile::Stdin);
        is_dash && layers.variable(self.variable).is_none()
    }

    fn find(
        &self,
        file: Option<&Setting<SecretFile>>,
        layers: &Layers<'_>,
        stdin: &mut dyn Read,
    ) -> Result<Option<Found>, Error> {
        let variable = self.variable;
        if let Some(value) = layers.variable(variable) {
            let text = value.into_string().map_err(|_| self.malformed(variable))?;
            let text = Zeroizing::new(text);
            let unread = file.map(|file| {
                format!(
                    "{variable} is set, so the {} file of {} is not read",
                    self.noun, file.origin
                )
            });
            let origin = secret::Origin::Environment(variable);
            let warnings = unread.into_iter().collect();
            return self.checked(&text, origin, variable, warnings).map(Some);
        }
        match file {
            Some(file) => self.read(file, stdin).map(Some),
            None => Ok(None),
        }
    }

    fn read(&self, file: &Setting<SecretFile>, stdin: &mut dyn Read) -> Result<Found, Error> {
        let place = match &file.value {
            SecretFile::Path(path) => format!("the {} file {}", self.noun, path.display()),
            SecretFile::Stdin => "standard input".to_owned(),
        };
        let mut bytes = Zeroizing::new(Vec::new());
        let mut warnings = Vec::new();
        let (read, origin) = match &file.value {
            SecretFile::Stdin => (
                stdin.take(SIZE_LIMIT + 1).read_to_end(&mut bytes),
                secret::Origin::StandardInput,
            ),
            SecretFile::Path(path) => {
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
            .hint(format!("correct the path, or set {}", self.variable))
        })?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(self.malformed(&place));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| self.malformed(&place))?;
        self.checked(text, origin, &place, warnings)
    }

    /// The secret in a text, which is never shown.
    fn checked(
        &self,
        text: &str,
        origin: secret::Origin,
        place: &str,
        warnings: Vec<String>,
    ) -> Result<Found, Error> {
        let secret = Secret::new(text, origin);
        if secret.is_empty() {
            return Err(Error::message(
                Exit::Authentication,
                format!("{place} holds no {}: it is empty", self.noun),
            ));
        }
        if !(self.fits)(secret.expose()) {
            return Err(self.malformed(place));
        }
        Ok(Found { secret, warnings })
    }

    fn malformed(&self, place: &str) -> Error {
        Error::message(
            Exit::Authentication,
            format!(
                "{place} holds something that is no {}: blanks, line ends, odd characters, or \
                 far too much",
                self.noun
            ),
        )
        .hint(format!(
            "it must hold the {} alone, without `Bearer` or anything else around it",
            self.name
        ))
    }
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
