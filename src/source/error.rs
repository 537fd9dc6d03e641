//! What stops the reading of a source as a whole.

use std::io;
use std::sync::Arc;

use super::http::HttpError;
use crate::error::Exit;

/// A defect of a file or of the profile that leaves nothing to sync from. Each message says where,
/// why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The profile names no file.
    #[error("the profile names no file to read: name at least one export of Atrium")]
    NoFiles,
    /// The file is not there.
    #[error(
        "{file}: there is no such file; check the name in the profile, and that the export ran"
    )]
    Missing {
        /// The file, as the profile names it.
        file: Arc<str>,
    },
    /// The name is that of a folder.
    #[error("{file}: this is a folder; name the files in it one by one")]
    Folder {
        /// The file, as the profile names it.
        file: Arc<str>,
    },
    /// The system did not let us read the file, or failed while it was read.
    #[error(
        "{file}: cannot be read: {cause}; check its permissions and the disk or share it is on"
    )]
    Unreadable {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file holds nothing, or nothing but blanks.
    #[error(
        "{file}: the file is empty; an empty export is never taken for \"nobody\": export it again"
    )]
    Empty {
        /// The file, as the profile names it.
        file: Arc<str>,
    },
    /// The file is of another kind.
    #[error("{file}: this is {kind}; {remedy}")]
    Foreign {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// What it is.
        kind: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// Text in another encoding.
    #[error(
        "{file}:{line}: the text is not UTF-8 but {encoding}; export it again as \"CSV UTF-8\""
    )]
    Encoding {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The first line that shows it.
        line: u32,
        /// What the encoding seems to be.
        encoding: &'static str,
    },
    /// The end of the file is missing.
    #[error("{file}:{line}: the file seems to be cut short: {cause}; export or copy it again")]
    CutShort {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// Where the incomplete record starts.
        line: u32,
        /// What shows it.
        cause: String,
    },
    /// The first line is data.
    #[error(
        "{file}:{line}: the first line holds data, not the names of columns; export the file with a header line"
    )]
    NoHeader {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The line at fault.
        line: u32,
    },
    /// Two columns have one name, and the column is used.
    #[error(
        "{file}:{line}: columns {first} and {second} are both named \"{header}\"; rename or remove one of them"
    )]
    DuplicateHeader {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The header line.
        line: u32,
        /// The name.
        header: String,
        /// The first column of the name, counted from 1.
        first: usize,
        /// The second.
        second: usize,
    },
    /// A needed column is in none of the files (or not in this one).
    #[error(
        "{files}: the column \"{column}\" is missing{nearest}; the columns are: {headers}; export it too, or map it under `columns` in the profile"
    )]
    MissingColumn {
        /// The file or files, as the profile names them.
        files: String,
        /// The canonical column.
        column: &'static str,
        /// The header that comes nearest, as a phrase; or empty.
        nearest: String,
        /// The headers that are there.
        headers: String,
    },
    /// The file names people and says nothing about them.
    #[error(
        "{file}: besides the campus id no column is known; the columns are: {headers}; map them under `columns` in the profile, or leave the file out"
    )]
    NothingKnown {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The headers that are there.
        headers: String,
    },
    /// An export of another product that is called Atrium, too.
    #[error(
        "{file}:{line}: this is an export of CDVI ATRIUM, the door controller (column \"{header}\"), not of Atrium Campus; export the people from the campus card system"
    )]
    Cdvi {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The header line.
        line: u32,
        /// The column that shows it.
        header: String,
    },
    /// The file is not the JSON that is expected.
    #[error(
        "{file}, line {line}, column {column}: {cause}; expected is an array of records, or an object with the member \"people\""
    )]
    Json {
        /// The file, as the profile names it.
        file: Arc<str>,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong.
        cause: String,
    },
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
    /// The profile maps a column to a header that the files lack.
    #[error(
        "the profile maps \"{column}\" to the header \"{header}\", which is not in {files}{nearest}; the columns are: {headers}; correct `columns` in the profile"
    )]
    MappedHeaderAbsent {
        /// The file or files, as the profile names them.
        files: String,
        /// The canonical column.
        column: &'static str,
        /// The header in the profile.
        header: String,
        /// The header that comes nearest, as a phrase; or empty.
        nearest: String,
        /// The headers that are there.
        headers: String,
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
    /// A filter on a column that no file has.
    #[error(
        "the profile filters by \"{column}\", which is in no file{nearest}; the columns are: {headers}; correct the filter"
    )]
    FilterColumnAbsent {
        /// The column as the profile writes it.
        column: String,
        /// The header that comes nearest, as a phrase; or empty.
        nearest: String,
        /// The headers that are there.
        headers: String,
    },
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
            SourceError::NoFiles
            | SourceError::UnknownColumn { .. }
            | SourceError::SharedHeader { .. }
            | SourceError::BlankHeader { .. }
            | SourceError::MappedHeaderAbsent { .. }
            | SourceError::StatusFilter { .. }
            | SourceError::GroupFilter { .. }
            | SourceError::EmptyFilter { .. }
            | SourceError::FilterColumnAbsent { .. } => Exit::Usage,
            SourceError::Missing { .. }
            | SourceError::Folder { .. }
            | SourceError::Unreadable { .. }
            | SourceError::Empty { .. }
            | SourceError::Foreign { .. }
            | SourceError::Encoding { .. }
            | SourceError::CutShort { .. }
            | SourceError::NoHeader { .. }
            | SourceError::DuplicateHeader { .. }
            | SourceError::MissingColumn { .. }
            | SourceError::NothingKnown { .. }
            | SourceError::Cdvi { .. }
            | SourceError::Json { .. } => Exit::Failed,
            SourceError::Http(error) => error.exit(),
        }
    }

    pub(super) fn from_io(file: &Arc<str>, cause: io::Error) -> Self {
        let file = Arc::clone(file);
        if cause.kind() == io::ErrorKind::NotFound {
            SourceError::Missing { file }
        } else {
            SourceError::Unreadable { file, cause }
        }
    }
}
