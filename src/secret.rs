//! A secret that can't be printed, and where it came from.

pub mod keyring;
mod kind;
mod place;
pub mod store;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

pub use self::kind::SecretKind;
pub use self::place::Place;

/// Where a secret was found. The order of the variants is the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable of this name.
    Environment(&'static str),
    /// A file.
    File(std::path::PathBuf),
    /// Standard input.
    StandardInput,
    /// The system keyring.
    Keyring,
    /// Typed at a hidden prompt.
    Prompt,
    /// The stand-in campus, which makes its own.
    Sandbox,
    /// It was made a moment ago.
    Made,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Environment(name) => write!(f, "environment variable {name}"),
            Origin::File(path) => write!(f, "file {}", path.display()),
            Origin::StandardInput => f.write_str("standard input"),
            Origin::Keyring => f.write_str("system keyring"),
            Origin::Prompt => f.write_str("prompt"),
            Origin::Sandbox => f.write_str("sandbox"),
            Origin::Made => f.write_str("Command, just now"),
        }
    }
}

/// A secret: wiped from memory when dropped, shown as dots by every formatter, and given out only
/// by a call that says so.
#[derive(Clone)]
pub struct Secret {
    value: SecretString,
    origin: Origin,
}

impl Secret {
    /// Takes a secret as it was found. White space around it is not part of it: files end with a
    /// line feed.
    #[must_use]
    pub fn new(text: &str, origin: Origin) -> Self {
        Secret {
            value: SecretString::from(text.trim()),
            origin,
        }
    }

    /// The secret itself, for the wire only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What two people compare to see whether they have the same secret: SHA-256 in lower-case
    /// hexadecimal. Of a random secret it tells nothing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.expose().as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first digits of the fingerprint: enough to tell two secrets apart, and to be read aloud.
    #[must_use]
    pub fn short_fingerprint(&self) -> String {
        short_fingerprint(&self.fingerprint()).to_owned()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

/// How many digits of a fingerprint people compare.
const SHOWN: usize = 12;

/// The first digits of a fingerprint: enough for people to compare.
#[must_use]
pub fn short_fingerprint(fingerprint: &str) -> &str {
    fingerprint.get(..SHOWN).unwrap_or(fingerprint)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(••••, from {})", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("v3ry-s3cret\n", Origin::Environment("ATRIUMCTL_SCIM_TOKEN"));
        assert_eq!(secret.expose(), "v3ry-s3cret");
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("v3ry"));
    }
}
