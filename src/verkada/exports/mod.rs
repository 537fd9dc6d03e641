//! Users of Command in exported files: what SCIM or the REST API answer, saved as JSON, what
//! `inspect users` shows, and the table that Command's console exports. Files are read as a stream,
//! and only those users are kept who are asked for, so that a gigabyte costs no memory.

mod csv;
mod error;
mod json;
#[cfg(test)]
mod tests;

use std::io::BufRead;

pub use error::ExportError;

use crate::exported::{self, Form};
use crate::model::Text;
use crate::model::directory::RemoteUser;

/// A user of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The user. What the file does not have is empty.
    pub user: RemoteUser,
    /// The whole name, where the file has it in one piece.
    pub full_name: Text,
    /// The campus id, where it stands in a column of its own.
    pub campus_id: Text,
    /// Who manages the user, where the file says it.
    pub managed: Managed,
    /// Whether the file has all of a user's values, as SCIM has.
    pub is_whole: bool,
    /// Whether the file tells who made the user. The console's table and some lists of the REST API
    /// have no external ids at all, and one that is missing there means nothing.
    pub tells_maker: bool,
}

/// Who manages a user, as a file says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Managed {
    /// It does not say.
    #[default]
    Untold,
    /// This tool.
    ByUs,
    /// Another SCIM client.
    ByOther,
    /// Nobody: made in Command.
    Native,
}

impl Managed {
    fn read(word: &str) -> Self {
        match word {
            "atriumctl" => Managed::ByUs,
            "scim-client" => Managed::ByOther,
            "native" => Managed::Native,
            _ => Managed::Untold,
        }
    }
}

/// What was read of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// The users who are asked for.
    pub kept: Vec<Exported>,
    /// How many users there are.
    pub users: u64,
    /// Whether anybody of the file that is being read has an external id, or a word on who manages
    /// them.
    has_makers: bool,
}

/// So many users are kept: no question fits more of them.
const KEPT: usize = 1000;

impl Exports {
    fn take(&mut self, user: Exported, wanted: &dyn Fn(&Exported) -> bool) {
        self.users += 1;
        self.has_makers |= user.user.external_id.is_some() || user.managed != Managed::Untold;
        if self.kept.len() < KEPT && wanted(&user) {
            self.kept.push(user);
        }
    }
}

/// Reads one file, in UTF-8, and keeps the users who are asked for.
///
/// # Errors
/// [`ExportError`] if it is another kind of file, damaged, or cut short.
pub fn read(
    mut input: impl BufRead,
    wanted: &dyn Fn(&Exported) -> bool,
    exports: &mut Exports,
) -> Result<(), ExportError> {
    let before = exports.kept.len();
    exports.has_makers = false;
    match exported::form(&mut input)? {
        Form::Table => csv::read(input, wanted, exports)?,
        Form::JsonArray | Form::JsonObject => json::read(input, wanted, exports)?,
    }
    let has_makers = exports.has_makers;
    for kept in exports.kept.iter_mut().skip(before) {
        kept.tells_maker = kept.is_whole || has_makers;
    }
    Ok(())
}
