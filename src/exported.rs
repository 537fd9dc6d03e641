//! What is alike in reading exported files, whoever made them: which form one has, how a table
//! tells its cells and columns apart, and why a file can't be read. Pure: whoever opens a file
//! hands in what it holds.

use std::io::{self, BufRead};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use serde_json::error::Category;
use thiserror::Error;

use crate::model::line::shorten;

/// How many names of fields are shown of a record that is of no known kind.
pub const FIELDS: usize = 12;

/// Why a file can't be read, whatever was expected in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Nothing is in it.
    #[error("it is empty")]
    Empty,
    /// It starts with nothing but white space.
    #[error("it holds, or starts with, nothing but blanks and blank lines")]
    Blank,
    /// It is no text.
    #[error("it is {0}")]
    NotText(&'static str),
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

const ARCHIVE: &str = "a spreadsheet or ZIP archive";

impl Unreadable {
    /// What to do, where that does not depend on what was expected.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Unreadable::NotText(what) if *what == ARCHIVE => {
                Some("unpack it, or save the sheet as \"CSV UTF-8\"")
            }
            Unreadable::Cut { .. } | Unreadable::Empty => Some("export it again"),
            _ => None,
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Unreadable::NotText("no UTF-8 text"),
            _ => Unreadable::Io(error.to_string()),
        }
    }
}

impl From<csv::Error> for Unreadable {
    fn from(error: csv::Error) -> Self {
        let line = error.position().map_or(0, csv::Position::line);
        let why = match error.kind() {
            // A row that is shorter than the header is the last one of a file that was cut.
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } if len < expected_len => {
                format!("the row has {len} cells and the header {expected_len}; is it cut short?")
            }
            ErrorKind::Utf8 { .. } => "it is no UTF-8; save it as \"CSV UTF-8\"".to_owned(),
            _ => shorten(&error.to_string(), 200),
        };
        match error.into_kind() {
            ErrorKind::Io(error) => error.into(),
            _ => Unreadable::Damaged {
                line,
                column: 0,
                why,
            },
        }
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line() as u64, error.column() as u64);
        match error.classify() {
            Category::Eof => Unreadable::Cut { line, column },
            Category::Io => io::Error::from(error).into(),
            Category::Syntax | Category::Data => {
                // The place stands in the message of its own.
                let text = error.to_string();
                let why = text.rsplit_once(" at line ").map_or(&*text, |(why, _)| why);
                Unreadable::Damaged {
                    line,
                    column,
                    why: shorten(why, 200),
                }
            }
        }
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON that starts with an array.
    JsonArray,
    /// JSON that starts with an object; perhaps one a line.
    JsonObject,
    /// Anything else that is text: a table.
    Table,
}

/// The form of a file by its first bytes. Blanks before them are looked past and not taken off:
/// places are told by line.
///
/// # Errors
/// Nothing is in it, or no text.
pub fn form(input: &mut impl BufRead) -> Result<Form, Unreadable> {
    let start = input.fill_buf()?;
    if start.is_empty() {
        return Err(Unreadable::Empty);
    }
    let start = start.trim_ascii_start();
    if let Some(what) = not_text(start) {
        return Err(Unreadable::NotText(what));
    }
    match start.first() {
        None => Err(Unreadable::Blank),
        Some(b'[') => Ok(Form::JsonArray),
        Some(b'{') => Ok(Form::JsonObject),
        Some(_) => Ok(Form::Table),
    }
}

/// What a file is that is no text of ours, by its first bytes.
fn not_text(start: &[u8]) -> Option<&'static str> {
    let lower: Vec<u8> = start.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let is = |bytes: &[u8]| lower.starts_with(bytes);
    if start.starts_with(b"PK\x03\x04") {
        Some(ARCHIVE)
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

/// A table of a console. Nobody publishes the columns of these, so headers are compared without
/// case, blanks and punctuation, and several names stand for one thing; what has no column is not
/// known, and nothing is concluded from it.
pub struct Table<R> {
    reader: Reader<R>,
    /// The headers as they stand there.
    headers: StringRecord,
    folded: Vec<String>,
}

impl<R: BufRead> Table<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// It can't be read.
    pub fn open(mut input: R) -> Result<Self, Unreadable> {
        let delimiter = delimiter(input.fill_buf()?);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(input);
        let headers = reader.headers()?.clone();
        let folded = headers.iter().map(fold).collect();
        Ok(Table {
            reader,
            headers,
            folded,
        })
    }

    /// The headers without case, blanks and punctuation.
    #[must_use]
    pub fn folded(&self) -> &[String] {
        &self.folded
    }

    /// The first headers as they stand there, to be shown.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        fields(self.headers.iter())
    }

    /// Whether there is a column of one of the names.
    #[must_use]
    pub fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// The column of the first of the names that there is.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        let mut names = names.iter();
        names.find_map(|name| self.folded.iter().position(|header| header == name))
    }

    /// Reads the next row. `false` after the last one.
    ///
    /// # Errors
    /// It can't be read.
    pub fn next_row(&mut self, row: &mut StringRecord) -> Result<bool, Unreadable> {
        Ok(self.reader.read_record(row)?)
    }
}

/// A cell of a row without blanks around it; empty if there is no such column.
#[must_use]
pub fn cell(row: &StringRecord, at: Option<usize>) -> &str {
    at.and_then(|at| row.get(at)).unwrap_or_default().trim()
}

/// The first names of fields, to be shown.
pub fn fields<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.take(FIELDS).map(|name| shorten(name, 30)).collect()
}

/// What ends a sentence about a record of no known kind.
#[must_use]
pub fn in_it(fields: &[String]) -> String {
    match fields {
        [] => String::new(),
        fields => format!("; it has {}", fields.join(", ")),
    }
}

/// What stands between cells: whatever the first line has most of.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let kinds = [b',', b';', b'\t'].into_iter().rev();
    kinds.max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// A header without case, blanks and punctuation.
fn fold(header: &str) -> String {
    let kept = header.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_form() {
        let not_text = |what| Err(Unreadable::NotText(what));
        for (bytes, expected) in [
            (&b""[..], Err(Unreadable::Empty)),
            (b" \n\t\r\n", Err(Unreadable::Blank)),
            (b"\n [1]", Ok(Form::JsonArray)),
            (b"{}", Ok(Form::JsonObject)),
            (b"a,b\n", Ok(Form::Table)),
            (b"PK\x03\x04rest", not_text(ARCHIVE)),
            (b"%PDF-1.7", not_text("a PDF document")),
            (
                b"<!DOCTYPE HTML>",
                not_text("a web page, such as a sign-in page that was saved"),
            ),
            (b"<?xml", not_text("an XML document")),
            (
                b"a\0b\0",
                not_text("a binary file, or UTF-16 without a byte-order mark"),
            ),
        ] {
            assert_eq!(form(&mut &bytes[..]), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_header_is_found_however_it_is_written() {
        for text in [
            "User ID,E-Mail\n",
            "user_id;\"e mail\"\n",
            "USERID\tEmail\n",
        ] {
            let table = Table::open(text.as_bytes()).unwrap();
            assert_eq!(table.find(&["id", "userid"]), Some(0), "{text}");
            assert_eq!(table.find(&["email"]), Some(1), "{text}");
            assert!(!table.has(&["name"]), "{text}");
        }
    }

    #[test]
    fn a_row_that_is_too_short_looks_like_a_file_that_was_cut() {
        let mut table = Table::open(&b"a,b\n1,2\n3\n"[..]).unwrap();
        let mut row = StringRecord::new();
        assert_eq!(table.next_row(&mut row), Ok(true));
        assert_eq!((cell(&row, Some(1)), cell(&row, None)), ("2", ""));
        let error = table.next_row(&mut row).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3, character 0: the row has 1 cells and the header 2; is it cut short?"
        );
    }
}
