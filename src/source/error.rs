//! What stops the reading of a source as a whole.

use std::io;
use std::sync::Arc;

use super::defects::Fault;
use super::http::HttpError;
use crate::error::Exit;
use crate::model::finding::{Finding, FindingKind};

/// A defect of a file or of the profile that leaves nothing to sync from. Each message says where,
/// why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The profile names no file.
    #[error("the profile names no file to read: name at least one export of Atrium")]
    NoFiles,
    /// A file, or the files together, can't be used.
    #[error("{0}")]
    File(Box<Finding>),
    /// The profile maps a column that does not exist.
    #[error(
        "the profile maps \"{name}\", which is no column of a roster; did you mean \"{nearest}\"?"
    )]
    UnknownColumn {
        /// The name in the profile.
        name: String,
        /// The canonical column that comes nearest.
        nearest: &'static str,
    },
    /// The profile maps two columns to one header.
    #[error(
        "the profile maps \"{first}\" and \"{second}\" both to the header \"{header}\"; each column needs a header of its own"
    )]
    SharedHeader {
        /// One canonical column.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The header.
        header: String,
    },
    /// The profile maps a column to a blank header.
    #[error(
        "the profile maps \"{column}\" to a blank header; write the header of the file, or remove the line"
    )]
    BlankHeader {
        /// The canonical column.
        column: &'static str,
    },
    /// A filter on the status, which is mapped instead.
    #[error(
        "the profile filters by \"{column}\", which is the status; a filter on it would hide leavers: map its values under `person_status` instead"
    )]
    StatusFilter {
        /// The column as the profile writes it.
        column: String,
    },
    /// A filter of groups on a column that groups do not have.
    #[error(
        "the profile filters groups by \"{column}\"; groups have the columns access_group_id and access_group_name"
    )]
    GroupFilter {
        /// The column as the profile writes it.
        column: String,
    },
    /// A filter without a column or a pattern.
    #[error(
        "the profile has a filter on \"{column}\" that lacks a column or a pattern; write both, or remove it"
    )]
    EmptyFilter {
        /// The column as the profile writes it.
        column: String,
    },
    /// Atrium's interface could not be read.
    #[error(transparent)]
    Http(Box<HttpError>),
}

impl From<HttpError> for SourceError {
    fn from(error: HttpError) -> Self {
        SourceError::Http(Box::new(error))
    }
}

impl SourceError {
    /// The code that a command ends with: 2 if the profile is at fault, 1 if a file is.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            SourceError::File(finding) => match finding.kind {
                FindingKind::MappedHeaderMissing | FindingKind::FilterColumnMissing => Exit::Usage,
                _ => Exit::Failed,
            },
            SourceError::NoFiles
            | SourceError::UnknownColumn { .. }
            | SourceError::SharedHeader { .. }
            | SourceError::BlankHeader { .. }
            | SourceError::StatusFilter { .. }
            | SourceError::GroupFilter { .. }
            | SourceError::EmptyFilter { .. } => Exit::Usage,
            SourceError::Http(error) => error.exit(),
        }
    }

    pub(super) fn from_io(file: &Arc<str>, cause: &io::Error) -> Self {
        let fault = if cause.kind() == io::ErrorKind::NotFound {
            Fault::new(
                FindingKind::FileMissing,
                "There is no such file.",
                "Check the name in the profile, and that the export ran.",
            )
        } else {
            Fault::new(
                FindingKind::FileUnreadable,
                format!("Cannot be read: {cause}."),
                "Check its permissions and the disk or share it is on.",
            )
        };
        fault.of_file(file).into()
    }
}

impl From<Finding> for SourceError {
    fn from(finding: Finding) -> Self {
        SourceError::File(Box::new(finding))
    }
}
