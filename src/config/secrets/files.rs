//! The files that flags, environment and profile name for the secrets.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::secret::SecretKind;

use super::super::document::{At, Document};
use super::super::layers::{Flags, Layers, Origin, Setting};

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

/// The file of each kind of secret that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretFiles(BTreeMap<SecretKind, Setting<SecretFile>>);

impl SecretFiles {
    /// What flags and environment name, where no profile has a say.
    #[must_use]
    pub fn of_layers(layers: &Layers<'_>) -> Self {
        let named = SecretKind::ALL.into_iter();
        SecretFiles(
            named
                .filter_map(|kind| Some((kind, layered(kind, layers)?)))
                .collect(),
        )
    }

    /// What flags, environment and a profile name.
    pub(in crate::config) fn read(
        document: &Document<'_>,
        layers: &Layers<'_>,
    ) -> Result<Self, Error> {
        let mut files = SecretFiles::of_layers(layers);
        for kind in SecretKind::ALL {
            // What stands in the profile is checked, whether it is used or not.
            if let Some(file) = written(kind, document)? {
                files.0.entry(kind).or_insert(file);
            }
        }
        Ok(files)
    }

    /// The file of a kind.
    #[must_use]
    pub fn get(&self, kind: SecretKind) -> Option<&Setting<SecretFile>> {
        self.0.get(&kind)
    }
}

/// The flag that names the file of a kind, and its value.
fn flag(kind: SecretKind, flags: &Flags) -> Option<(&'static str, Option<&PathBuf>)> {
    match kind {
        SecretKind::ScimToken => Some((SCIM_TOKEN_FLAG, flags.scim_token_file.as_ref())),
        SecretKind::ApiKey => Some((API_KEY_FLAG, flags.api_key_file.as_ref())),
        SecretKind::Atrium | SecretKind::OktaToken | SecretKind::OktaKey | SecretKind::Admin => {
            None
        }
    }
}

const SCIM_TOKEN_FLAG: &str = "--scim-token-file";
const API_KEY_FLAG: &str = "--api-key-file";

/// The flag that names the file of a kind.
pub(super) fn flag_name(kind: SecretKind) -> Option<&'static str> {
    flag(kind, &Flags::default()).map(|(name, _)| name)
}

/// The table and the key in it that name the file of a kind.
pub(in crate::config) fn key(kind: SecretKind) -> (&'static str, &'static str) {
    match kind {
        SecretKind::ScimToken => ("command", "scim_token_file"),
        SecretKind::ApiKey => ("command", "api_key_file"),
        SecretKind::Atrium => ("atrium.http", "secret_file"),
        SecretKind::OktaToken => ("okta", "token_file"),
        SecretKind::OktaKey => ("okta", "key_file"),
        SecretKind::Admin => ("command.admin", "secret_file"),
    }
}

fn layered(kind: SecretKind, layers: &Layers<'_>) -> Option<Setting<SecretFile>> {
    let flag = flag(kind, &layers.flags).unwrap_or_default();
    let path = layers.path(flag, kind.file_variable())?;
    Some(path.map(SecretFile::from))
}

fn written(
    kind: SecretKind,
    document: &Document<'_>,
) -> Result<Option<Setting<SecretFile>>, Error> {
    let (table, key) = key(kind);
    let Some(At { value, line }) = document.text(table, key)? else {
        return Ok(None);
    };
    if value.is_empty() || value == "-" {
        let stdin = match flag_name(kind) {
            Some(flag) => format!("for standard input: {flag} -"),
            None => format!("for standard input: {}=-", kind.file_variable()),
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
