//! Why a file can't be used, with the place in it and what to do.

use std::io;

use thiserror::Error;

use super::kind::Kind;

/// Why a file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// Nothing is in it.
    #[error("it is empty")]
    Empty,
    /// It starts with nothing but white space.
    #[error("it starts with tens of thousands of blanks or blank lines")]
    Blank,
    /// It is no text.
    #[error("it is {0}")]
    NotText(&'static str),
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

impl FileError {
    pub(super) fn io(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidData {
            FileError::NotText("no UTF-8 text")
        } else {
            FileError::Io(error.to_string())
        }
    }

    /// What to do, a sentence.
    #[must_use]
    pub fn remedy(&self, expected: &[Kind]) -> String {
        match self {
            FileError::WrongKind { found, .. } if !found.belongs().is_empty() => {
                format!("name it with {}", found.belongs())
            }
            FileError::NotText("a spreadsheet or ZIP archive") => {
                "unpack it, or save the sheet as \"CSV UTF-8\"".to_owned()
            }
            FileError::Cut { .. } | FileError::Empty => "export it again".to_owned(),
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

fn in_it(fields: &[String]) -> String {
    if fields.is_empty() {
        String::new()
    } else {
        format!("; it has {}", fields.join(", "))
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
