//! Why a file can't be used, with the place in it and what to do.

use thiserror::Error;

use super::kind::Kind;
use crate::exported::{Unreadable, in_it};

/// Why a file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// It can't be read at all.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is another kind of export.
    #[error("it holds {}, not {}", found.name(), listed(expected))]
    WrongKind {
        /// What it is.
        found: Kind,
        /// What was expected.
        expected: Vec<Kind>,
    },
    /// Its records are of no kind that is known.
    #[error("line {line}: this is no record of {}{}", listed(expected), in_it(.fields))]
    Strange {
        /// The line.
        line: u64,
        /// What was expected.
        expected: Vec<Kind>,
        /// The names of the fields that are there.
        fields: Vec<String>,
    },
    /// It is what Okta answers when it refuses.
    #[error("it is an answer in which Okta refuses: {0}")]
    Refusal(String),
}

impl FileError {
    /// What to do, a sentence.
    #[must_use]
    pub fn remedy(&self, expected: &[Kind]) -> String {
        match self {
            FileError::WrongKind { found, .. } if !found.belongs().is_empty() => {
                format!("name it with {}", found.belongs())
            }
            FileError::Unreadable(error) if let Some(remedy) = error.remedy() => remedy.to_owned(),
            _ => {
                let how: Vec<&str> = expected.iter().map(|kind| kind.origin()).collect();
                format!("export it again: {}", how.join(", or "))
            }
        }
    }
}

fn listed(kinds: &[Kind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(" or ")
}
