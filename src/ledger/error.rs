//! What can go wrong with a ledger.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::error::{Error, Exit};

/// An error of the ledger. Every message names the file, the cause and the next step.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another run holds the lock.
    #[error(
        "another run holds the lock of the ledger {}: {holder}; wait until it has ended, then run again",
        path.display()
    )]
    Locked {
        /// The ledger.
        path: PathBuf,
        /// Who holds it, as they wrote it into the lock file.
        holder: String,
    },
    /// A newer version of this program wrote it.
    #[error(
        "the ledger {} has format {found}, and this version of atriumctl knows formats up to {known}; \
         update atriumctl, or use another ledger with --state PATH",
        path.display()
    )]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// The format of the file.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// The file is something else.
    #[error(
        "{} is not a ledger of atriumctl: {cause}; name the right file with --state PATH, or move this one away",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// By what it is known.
        cause: String,
    },
    /// The file is damaged.
    #[error(
        "the ledger {} is damaged: {cause}; bring back a copy, or move it away and sync: \
         the ledger is rebuilt from Command",
        path.display()
    )]
    Corrupt {
        /// The ledger.
        path: PathBuf,
        /// What is damaged.
        cause: String,
    },
    /// The file system refused something.
    #[error(
        "can't {attempt} {}: {cause}; check that the folder exists and that you may write there, \
         or name another ledger with --state PATH",
        path.display()
    )]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, after "can't".
        attempt: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The database refused something.
    #[error(
        "can't use the ledger {}: {cause}; check that the disk has room, that you may write to the \
         file and its folder, and that no other program has it open",
        path.display()
    )]
    Sqlite {
        /// The ledger.
        path: PathBuf,
        /// What SQLite said.
        cause: rusqlite::Error,
    },
}

impl LedgerError {
    /// The code that the process ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            LedgerError::Locked { .. } => Exit::Locked,
            LedgerError::Newer { .. } => Exit::Stale,
            LedgerError::Foreign { .. }
            | LedgerError::Corrupt { .. }
            | LedgerError::Io { .. }
            | LedgerError::Sqlite { .. } => Exit::Failed,
        }
    }

    /// The error behind what SQLite said about the file.
    pub(super) fn from_sqlite(path: PathBuf, cause: rusqlite::Error) -> Self {
        match (&cause, cause.sqlite_error_code()) {
            (_, Some(ErrorCode::NotADatabase)) => LedgerError::Foreign {
                path,
                cause: "the file is not a database".to_owned(),
            },
            // A value that its column can't hold is damage that SQLite itself does not see.
            (_, Some(ErrorCode::DatabaseCorrupt))
            | (rusqlite::Error::FromSqlConversionFailure(..), _)
            | (rusqlite::Error::IntegralValueOutOfRange(..), _)
            | (rusqlite::Error::InvalidColumnType(..), _) => LedgerError::Corrupt {
                path,
                cause: cause.to_string(),
            },
            _ => LedgerError::Sqlite { path, cause },
        }
    }
}

impl From<LedgerError> for Error {
    fn from(error: LedgerError) -> Self {
        Error::new(error.exit(), error)
    }
}
