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

use crate::exported::{self, Form};

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
    match exported::form(&mut input)? {
        Form::Table => csv::read(input, expected, wanted, kept),
        form => json::read(input, form, expected, wanted, kept),
    }
}
