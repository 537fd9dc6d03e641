//! The same facts from exported files: what Okta's API answers, saved as JSON (an array, or an
//! object a line), and what the admin console exports for spreadsheets.
//!
//! Files are read as a stream, and only what the question needs is kept, so that a log of a
//! gigabyte costs no more memory than the failures in it. Pure: whoever opens the files hands in
//! what they hold, in UTF-8.

mod csv;
mod error;
mod json;
mod keep;
mod kind;
#[cfg(test)]
mod tests;

use std::io::BufRead;

pub use error::FileError;
pub use keep::{Kept, Wanted};
pub use kind::Kind;

/// Reads one file and keeps what the question needs of it. `expected`: the kinds that may stand in
/// it.
///
/// # Errors
/// [`FileError`] if it is another kind of file, damaged, or cut short.
pub fn read(
    mut input: impl BufRead,
    expected: &[Kind],
    wanted: &Wanted,
    kept: &mut Kept,
) -> Result<(), FileError> {
    let start = loop {
        let start = input.fill_buf().map_err(|error| FileError::io(&error))?;
        match start.iter().position(|byte| !byte.is_ascii_whitespace()) {
            Some(at) => break start[at..].to_vec(),
            None if start.is_empty() => return Err(FileError::Empty),
            None => {
                // Blank lines count: places are told by line.
                return Err(FileError::Blank);
            }
        }
    };
    match error::not_text(&start) {
        Some(what) => Err(FileError::NotText(what)),
        None if matches!(start.first(), Some(b'[' | b'{')) => {
            json::read(input, expected, wanted, kept)
        }
        None => csv::read(input, expected, wanted, kept),
    }
}
