//! What a look at a source shows beside its roster: what was read, and what stands for what.

use super::roster::Roster;

/// A source that was read to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What came of it.
    pub roster: Roster,
    /// Its files or lists, in the order in which they were read.
    pub lists: Vec<ListLook>,
    /// How its lists are paged; `None` for files.
    pub paging: Option<&'static str>,
}

/// A file, or a list of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLook {
    /// The file as the profile names it, or the path.
    pub name: String,
    /// What it holds; empty for files, whose columns tell.
    pub holds: &'static str,
    /// How many records came; `None` if they were not counted.
    pub records: Option<u64>,
    /// In how many pages; `None` for what is not paged by itself.
    pub pages: Option<u32>,
    /// How many there are, as the source says.
    pub total: Option<u64>,
    /// The columns.
    pub fields: Vec<FieldLook>,
    /// What is there and stands for no column.
    pub unmapped: Vec<String>,
}

/// A canonical column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLook {
    /// Its canonical name.
    pub column: &'static str,
    /// The header or pointer that stands for it.
    pub from: String,
    /// Whether the profile says so.
    pub mapped: bool,
    /// In how many records there is a value; `None` if they were not counted.
    pub found: Option<u64>,
}
