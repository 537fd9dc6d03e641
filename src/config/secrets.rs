//! The secrets: where they are looked for, and in which order.

mod check;
mod files;
mod places;

use std::io::Read;

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Exit};
use crate::secret::store::{SecretStore, StoreError};
use crate::secret::{self, Secret, SecretKind};

use super::Profile;
use super::layers::{Layers, Setting};

pub use check::check_secret;
pub(super) use files::key as file_key;
pub use files::{SecretFile, SecretFiles};
pub use places::secret_places;

/// No secret is near this size, in bytes; another file was named by mistake.
const SIZE_LIMIT: u64 = 16 * 1024;

/// The environment variable that switches the system keyring off.
pub const KEYRING_SWITCH: &str = "ATRIUMCTL_KEYRING";

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

/// Whether a command can do without a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It can't: somebody is asked for it, and without it the command ends.
    Required,
    /// It can: nobody is asked for it. A machine without a keyring has none.
    Optional,
}

/// Asks somebody for a secret.
pub type Ask<'a> = &'a dyn Fn(SecretKind) -> Result<Secret, Error>;

/// The places where the secrets of a profile are looked for, in their order: environment, file,
/// store, prompt.
#[derive(Clone, Copy)]
pub struct Places<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The files.
    pub files: &'a SecretFiles,
    /// Holds the environment.
    pub layers: &'a Layers<'a>,
    /// The keyring.
    pub store: &'a dyn SecretStore,
    /// The hidden prompt; `None` where nobody can be asked.
    pub ask: Option<Ask<'a>>,
}

/// Whether the system keyring may be used: [`KEYRING_SWITCH`] is not `off`.
///
/// # Errors
/// [`Exit::Usage`] if it is neither `on` nor `off`.
pub fn keyring_is_on(layers: &Layers<'_>) -> Result<bool, Error> {
    match layers.variable(KEYRING_SWITCH) {
        None => Ok(true),
        Some(value) if value == "on" => Ok(true),
        Some(value) if value == "off" => Ok(false),
        Some(value) => Err(Error::message(
            Exit::Usage,
            format!(
                "environment variable {KEYRING_SWITCH} can't be \"{}\"",
                value.to_string_lossy().escape_debug()
            ),
        )
        .hint("off does without the system keyring; on, or nothing, uses it")),
    }
}

/// Finds one secret. Nothing is written anywhere. `stdin` is read only for a file that is `-`.
///
/// # Errors
/// [`Exit::Authentication`] if a required one is nowhere, if what there is can't be one, or if the
/// keyring is there and can't be asked; [`Exit::Usage`] if two are to come from standard input.
pub fn find_secret(
    kind: SecretKind,
    need: Need,
    places: &Places<'_>,
    stdin: &mut dyn Read,
) -> Result<Option<Found>, Error> {
    if let Some(found) = given(kind, places, stdin)? {
        return Ok(Some(found));
    }
    let absent = match places.store.get(places.profile, kind) {
        Ok(Some(kept)) => {
            check_secret(kind, &kept.secret, places.store.name())
                .map_err(|error| error.hint(format!("replace it: {}", set_command(kind))))?;
            let (secret, warnings) = (kept.secret, Vec::new());
            return Ok(Some(Found { secret, warnings }));
        }
        Ok(None) => None,
        Err(error @ StoreError::Absent(_)) => Some(error),
        // It may well hold the secret: to go on without it could leave half of the work undone.
        Err(error) => {
            let asked = asked(kind, need, places)?;
            let message = format!(
                "can't look for the {} of the profile `{}` in {}",
                kind.name(),
                places.profile,
                places.store.name()
            );
            return match asked {
                Some(mut found) => {
                    found.warnings.push(format!("{message}: {error}"));
                    Ok(Some(found))
                }
                None => Err(store_error(error, kind, message)),
            };
        }
    };
    match (asked(kind, need, places)?, need) {
        (Some(found), _) => Ok(Some(found)),
        (None, Need::Optional) => Ok(None),
        (None, Need::Required) => Err(none(kind, places.profile, absent)),
    }
}

/// The secret that environment or file hold.
fn given(
    kind: SecretKind,
    places: &Places<'_>,
    stdin: &mut dyn Read,
) -> Result<Option<Found>, Error> {
    let Places { files, layers, .. } = places;
    let file = files.get(kind);
    let variable = kind.variable();
    if let Some(secret) = variable_secret(kind, layers)? {
        let unread = file.map(|file| {
            format!(
                "{variable} is set, so the {} file of {} is not read",
                kind.noun(),
                file.origin
            )
        });
        check_secret(kind, &secret, variable)?;
        let warnings = unread.into_iter().collect();
        return Ok(Some(Found { secret, warnings }));
    }
    let Some(file) = file else {
        return Ok(None);
    };
    if file.value == SecretFile::Stdin {
        only_one_from_stdin(kind, places)?;
    }
    read(kind, file, stdin).map(Some)
}

fn variable_secret(kind: SecretKind, layers: &Layers<'_>) -> Result<Option<Secret>, Error> {
    let variable = kind.variable();
    let Some(value) = layers.variable(variable) else {
        return Ok(None);
    };
    let text = value.into_string().map_err(|_| {
        check::refusal(kind, variable, "it is not UTF-8 text").hint(check::alone(kind))
    })?;
    let text = Zeroizing::new(text);
    let origin = secret::Origin::Environment(variable);
    Ok(Some(Secret::new(&text, origin)))
}

/// Fails if another secret is to come from standard input, too.
fn only_one_from_stdin(kind: SecretKind, places: &Places<'_>) -> Result<(), Error> {
    let Places { files, layers, .. } = places;
    let from_stdin = |other: &SecretKind| {
        let file = files.get(*other);
        let is_dash = file.is_some_and(|file| file.value == SecretFile::Stdin);
        is_dash && layers.variable(other.variable()).is_none()
    };
    let mut all = SecretKind::ALL.into_iter();
    let Some(other) = all.find(|other| *other != kind && from_stdin(other)) else {
        return Ok(());
    };
    let (first, second) = (kind.min(other), kind.max(other));
    Err(Error::message(
        Exit::Usage,
        format!(
            "{} and {} can't both come from standard input",
            first.name(),
            second.name()
        ),
    )
    .hint("name a file for one of them, or set its environment variable"))
}

/// Reads a secret from a file, or from standard input, and checks it.
///
/// # Errors
/// [`Exit::Authentication`] if it can't be read or is no such secret.
pub fn read_secret(
    kind: SecretKind,
    file: &SecretFile,
    stdin: &mut dyn Read,
) -> Result<Found, Error> {
    read_from(kind, file, None, stdin)
}

fn read(
    kind: SecretKind,
    file: &Setting<SecretFile>,
    stdin: &mut dyn Read,
) -> Result<Found, Error> {
    read_from(kind, &file.value, Some(&file.origin.to_string()), stdin)
}

fn read_from(
    kind: SecretKind,
    file: &SecretFile,
    named_by: Option<&str>,
    stdin: &mut dyn Read,
) -> Result<Found, Error> {
    let noun = kind.noun();
    let place = match file {
        SecretFile::Path(path) => format!("the {noun} file {}", path.display()),
        SecretFile::Stdin => "standard input".to_owned(),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let mut warnings = Vec::new();
    let (read, origin) = match file {
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
        let (message, remedy) = match named_by {
            Some(origin) => (
                format!("{place} (from {origin}) can't be read"),
                format!("correct the path, or set {}", kind.variable()),
            ),
            None => (
                format!("{place} can't be read"),
                "correct the path; `-` is standard input".to_owned(),
            ),
        };
        Error::new(
            Exit::Authentication,
            anyhow::Error::new(error).context(message),
        )
        .hint(remedy)
    })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        let seen = format!("it is larger than {SIZE_LIMIT} bytes");
        return Err(check::refusal(kind, &place, &seen).hint("name the right file"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        check::refusal(kind, &place, "it is not UTF-8 text").hint(check::alone(kind))
    })?;
    // Editors of Windows put a byte-order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let secret = Secret::new(text, origin);
    check_secret(kind, &secret, &place)?;
    Ok(Found { secret, warnings })
}

/// Asks somebody, if it is needed and somebody is there.
fn asked(kind: SecretKind, need: Need, places: &Places<'_>) -> Result<Option<Found>, Error> {
    let Some(ask) = places.ask else {
        return Ok(None);
    };
    if need == Need::Optional || kind.has_lines() {
        return Ok(None);
    }
    let secret = ask(kind)?;
    check_secret(kind, &secret, "what was typed")?;
    let warnings = Vec::new();
    Ok(Some(Found { secret, warnings }))
}

/// The command that keeps a secret of a kind.
fn set_command(kind: SecretKind) -> String {
    format!("atriumctl auth set {}", kind.word())
}

/// That a secret is nowhere. `absent`: there is no keyring, either.
fn none(kind: SecretKind, profile: &str, absent: Option<StoreError>) -> Error {
    let message = format!("there is no {} for the profile `{profile}`", kind.name());
    let has_keyring = absent.is_none();
    let error = match absent {
        None => anyhow::Error::msg(message),
        Some(absent) => anyhow::Error::new(absent).context(message),
    };
    let (table, key) = files::key(kind);
    let flag = match files::flag_name(kind) {
        Some(flag) => format!("{flag}, "),
        None => String::new(),
    };
    let error = Error::new(Exit::Authentication, error).hint(format!(
        "set {}, or name a file with {flag}{} (`-` is standard input), or {key} under [{table}] in \
         the profile",
        kind.variable(),
        kind.file_variable(),
    ));
    let error = if has_keyring {
        error.hint(format!(
            "{} --profile {profile} keeps it in the system keyring",
            set_command(kind)
        ))
    } else {
        error
    };
    error.hint(kind.source())
}

/// That a store could not be used for a secret. `message` says what for.
#[must_use]
pub fn store_error(error: StoreError, kind: SecretKind, message: impl Into<String>) -> Error {
    let remedy = match &error {
        StoreError::Absent(_) => None,
        StoreError::Locked => Some("unlock it, as signing in to the desktop does, and try again"),
        StoreError::Slow(_) => Some("if it shows a dialog, answer it, and try again"),
        StoreError::TooLong { .. } => {
            Some("keep it in a file that only you can read, and name that file")
        }
        StoreError::Refused(_) => None,
    };
    let without = match &error {
        StoreError::Absent(_) => format!(
            "set {}, or name a file with {}",
            kind.variable(),
            kind.file_variable()
        ),
        StoreError::TooLong { .. } => format!(
            "{} or the profile names it; {} holds the {} itself",
            kind.file_variable(),
            kind.variable(),
            kind.noun()
        ),
        _ => format!(
            "or set {}; {KEYRING_SWITCH}=off does without the keyring",
            kind.variable()
        ),
    };
    let error = Error::new(
        Exit::Authentication,
        anyhow::Error::new(error).context(message.into()),
    );
    let error = match remedy {
        Some(remedy) => error.hint(remedy),
        None => error,
    };
    error.hint(without)
}

/// Finds the secret of Atrium's interface; `None` if the profile reads files.
///
/// # Errors
/// As of [`find_secret`].
pub fn atrium_secret(
    profile: &Profile,
    places: &Places<'_>,
    stdin: &mut dyn Read,
) -> Result<Option<Found>, Error> {
    match &profile.atrium.http {
        None => Ok(None),
        Some(_) => find_secret(SecretKind::Atrium, Need::Required, places, stdin),
    }
}

/// Finds what a sync needs: the SCIM token, the API key if there is one, and Atrium's secret if it
/// is read over HTTP.
///
/// # Errors
/// As of [`find_secret`]; [`Exit::Usage`] if it is not said where the API of the key is.
pub fn secrets(
    profile: &Profile,
    places: &Places<'_>,
    stdin: &mut dyn Read,
) -> Result<Secrets, Error> {
    let token = find_secret(SecretKind::ScimToken, Need::Required, places, stdin)?
        .ok_or_else(|| none(SecretKind::ScimToken, places.profile, None))?;
    let key = find_secret(SecretKind::ApiKey, Need::Optional, places, stdin)?;
    if let Some(found) = &key
        && profile.command.api_url.is_none()
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
    let atrium = atrium_secret(profile, places, stdin)?;
    Ok(Secrets { token, key, atrium })
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
