//! Why a file of Command's users can't be used.

use thiserror::Error;

use crate::exported::{Unreadable, in_it};

/// Why a file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExportError {
    /// It can't be read at all.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is another kind of export.
    #[error("it holds {found}, not users of Command")]
    WrongKind {
        /// What it is.
        found: &'static str,
        /// The flag that takes it; empty if none does.
        flag: &'static str,
    },
    /// Its records are of no kind that is known.
    #[error("record {record}: this is no user of Command{}", in_it(.fields))]
    Strange {
        /// The number of the record, counted from 1.
        record: u64,
        /// The names of the fields that are there.
        fields: Vec<String>,
    },
}

impl ExportError {
    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            ExportError::WrongKind { flag, .. } if !flag.is_empty() => {
                format!("name it with {flag}")
            }
            ExportError::Unreadable(error) if let Some(remedy) = error.remedy() => {
                remedy.to_owned()
            }
            _ => "export it again: GET /Users of SCIM or GET /access/v1/access_users as JSON, \
                  atriumctl inspect users --output json, or the console's list of users as CSV"
                .to_owned(),
        }
    }
}
