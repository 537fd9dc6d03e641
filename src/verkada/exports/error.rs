//! Why a file of Command's users can't be used.

use std::io;

use thiserror::Error;

/// Why a file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExportError {
    /// Nothing is in it.
    #[error("it is empty")]
    Empty,
    /// It starts with nothing but white space.
    #[error("it holds, or starts with, nothing but blanks and blank lines")]
    Blank,
    /// It is no text.
    #[error("it is {0}")]
    NotText(&'static str),
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
    /// It ends in the middle of a record.
    #[error(
        "it is cut short: it ends at line {line}, character {column}, in the middle of a record"
    )]
    Cut {
        /// The line.
        line: u64,
        /// The character.
        column: u64,
    },
    /// A record can't be read.
    #[error("line {line}, character {column}: {why}")]
    Damaged {
        /// The line.
        line: u64,
        /// The character; 0 if it is not known.
        column: u64,
        /// Why.
        why: String,
    },
    /// The system can't read it.
    #[error("it can't be read: {0}")]
    Io(String),
}

impl ExportError {
    pub(super) fn io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => ExportError::NotText("no UTF-8 text"),
            _ => ExportError::Io(error.to_string()),
        }
    }

    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            ExportError::WrongKind { flag, .. } if !flag.is_empty() => {
                format!("name it with {flag}")
            }
            ExportError::NotText("a spreadsheet or ZIP archive") => {
                "unpack it, or save the sheet as \"CSV UTF-8\"".to_owned()
            }
            ExportError::Cut { .. } | ExportError::Empty => "export it again".to_owned(),
            _ => "export it again: GET /Users of SCIM or GET /access/v1/access_users as JSON, \
                  atriumctl inspect users --output json, or the console's list of users as CSV"
                .to_owned(),
        }
    }
}

fn in_it(fields: &[String]) -> String {
    match fields {
        [] => String::new(),
        fields => format!("; it has {}", fields.join(", ")),
    }
}

/// What a file is that is no text of ours, by its first bytes.
pub(super) fn not_text(start: &[u8]) -> Option<&'static str> {
    let lower: Vec<u8> = start.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let is = |bytes: &[u8]| lower.starts_with(bytes);
    if start.starts_with(b"PK\x03\x04") {
        Some("a spreadsheet or ZIP archive")
    } else if start.starts_with(b"\xD0\xCF\x11\xE0") {
        Some("a spreadsheet of an old kind (.xls)")
    } else if start.starts_with(b"\x1F\x8B") {
        Some("a gzip archive")
    } else if start.starts_with(b"%PDF") {
        Some("a PDF document")
    } else if is(b"<!doctype html") || is(b"<html") {
        Some("a web page, such as a sign-in page that was saved")
    } else if is(b"<") {
        Some("an XML document")
    } else if start.iter().take(1024).any(|byte| *byte == 0) {
        Some("a binary file, or UTF-16 without a byte-order mark")
    } else {
        None
    }
}
