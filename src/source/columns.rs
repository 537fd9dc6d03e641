//! The canonical columns of a roster, and which header of a file is which of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SourceError;
use crate::model::finding::{Finding, FindingKind, Spot};
use crate::model::fold::fold_name;
use crate::model::nearest::nearest;
use crate::model::roster::COLUMNS;

/// A canonical column, in the order of [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    CampusId,
    FirstName,
    MiddleName,
    LastName,
    Email,
    Phone,
    Title,
    Department,
    Status,
    ValidFrom,
    ValidUntil,
    IdType,
    IdValue,
    IdStatus,
    AccessGroupId,
    AccessGroupName,
}

/// How many canonical columns there are.
pub(super) const COUNT: usize = COLUMNS.len();

impl Column {
    /// Every column, each at the position of its discriminant.
    pub(super) const ALL: [Column; COUNT] = [
        Column::CampusId,
        Column::FirstName,
        Column::MiddleName,
        Column::LastName,
        Column::Email,
        Column::Phone,
        Column::Title,
        Column::Department,
        Column::Status,
        Column::ValidFrom,
        Column::ValidUntil,
        Column::IdType,
        Column::IdValue,
        Column::IdStatus,
        Column::AccessGroupId,
        Column::AccessGroupName,
    ];

    /// The columns whose values are a person's own text.
    pub(super) const PERSON_TEXT: [Column; 8] = [
        Column::FirstName,
        Column::MiddleName,
        Column::LastName,
        Column::Email,
        Column::Phone,
        Column::Title,
        Column::Department,
        Column::Status,
    ];

    pub(super) fn name(self) -> &'static str {
        COLUMNS[self as usize]
    }

    fn from_name(normal: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|c| c.name() == normal)
    }

    /// Whether the column describes an id of a person.
    pub(super) fn is_id(self) -> bool {
        matches!(self, Column::IdType | Column::IdValue | Column::IdStatus)
    }

    /// Whether the column describes an access group.
    pub(super) fn is_group(self) -> bool {
        matches!(self, Column::AccessGroupId | Column::AccessGroupName)
    }

    /// Whether the column describes the person: a file with such a column lists people, a file
    /// without one only adds credentials and memberships to them.
    pub(super) fn is_person(self) -> bool {
        Column::PERSON_TEXT.contains(&self)
            || matches!(self, Column::ValidFrom | Column::ValidUntil)
    }
}

/// Which header stands for which canonical column.
#[derive(Debug)]
pub(super) struct Mapping {
    /// The header of each column, in normal form.
    headers: [String; COUNT],
    /// The headers that the profile maps, as it writes them.
    mapped: Vec<(Column, String)>,
}

impl Mapping {
    pub(super) fn new(columns: &BTreeMap<String, String>) -> Result<Self, SourceError> {
        let mut headers = Column::ALL.map(|column| column.name().to_owned());
        let mut mapped: Vec<(Column, String)> = Vec::new();
        for (name, header) in columns {
            let column = Column::from_name(&fold_name(name)).ok_or_else(|| {
                let nearest = nearest(name, Column::ALL.map(Column::name)).unwrap_or("campus_id");
                SourceError::UnknownColumn {
                    name: name.clone(),
                    nearest,
                }
            })?;
            let header = header.trim();
            if header.is_empty() {
                return Err(SourceError::BlankHeader {
                    column: column.name(),
                });
            }
            if let Some((first, _)) = mapped
                .iter()
                .find(|(first, other)| *first == column || fold_name(other) == fold_name(header))
            {
                return Err(SourceError::SharedHeader {
                    first: first.name(),
                    second: column.name(),
                    header: header.to_owned(),
                });
            }
            headers[column as usize] = fold_name(header);
            mapped.push((column, header.to_owned()));
        }
        // A header that the profile gives to one column no longer stands for the column that it
        // is called like.
        for column in Column::ALL {
            let taken = mapped
                .iter()
                .any(|(other, header)| *other != column && fold_name(header) == column.name());
            if taken && headers[column as usize] == column.name() {
                headers[column as usize].clear();
            }
        }
        Ok(Mapping { headers, mapped })
    }

    /// The column that a header in normal form stands for.
    pub(super) fn column(&self, header: &str) -> Option<Column> {
        if header.is_empty() {
            return None;
        }
        let at = self.headers.iter().position(|h| h == header)?;
        Some(Column::ALL[at])
    }

    /// The column that a name in the profile means: a canonical name, or the header of a file.
    pub(super) fn named(&self, name: &str) -> Option<Column> {
        let name = fold_name(name);
        self.column(&name).or_else(|| Column::from_name(&name))
    }

    /// What the files together lack of what a roster needs.
    pub(super) fn lacking(&self, seen: &[Seen]) -> Vec<Finding> {
        // A JSON file without a record cannot show its columns; the guards look after emptiness.
        if seen.iter().any(|file| file.headers.is_empty()) {
            return Vec::new();
        }
        let has = |column: Column| seen.iter().any(|file| file.has(column));
        let named = has(Column::FirstName) || has(Column::LastName);
        let needed = [Column::CampusId, Column::Email, Column::Status];
        let name = (!named).then_some(Column::LastName);
        let mapped = self.mapped.iter().map(|(column, _)| *column);
        let mut lacking: Vec<Column> = Vec::new();
        for column in needed.into_iter().chain(name).chain(mapped) {
            if !has(column) && !lacking.contains(&column) {
                lacking.push(column);
            }
        }
        let lacking = lacking.into_iter();
        lacking.map(|column| self.absent(column, seen)).collect()
    }

    /// What is said of a column that the files should have: the profile is at fault if it maps it.
    pub(super) fn absent(&self, column: Column, seen: &[Seen]) -> Finding {
        let files = file_list(seen);
        let headers = header_list(seen);
        let name = column.name();
        let finding = match self.mapped.iter().find(|(mapped, _)| *mapped == column) {
            Some((_, header)) => Finding::new(
                FindingKind::MappedHeaderMissing,
                &files,
                format!(
                    "The profile maps \"{name}\" to the header \"{header}\", which is not there{}; \
                     the columns are: {headers}.",
                    nearest_phrase(header, seen)
                ),
                "Correct `columns` in the profile.",
            ),
            None => Finding::new(
                FindingKind::ColumnMissing,
                &files,
                format!(
                    "The column \"{name}\" is missing{}; the columns are: {headers}.",
                    nearest_phrase(name, seen)
                ),
                "Export it too, or map it under `columns` in the profile.",
            ),
        };
        let finding = finding.in_column(name);
        match seen {
            [file] if file.line > 0 => finding.at(Spot::Line(file.line)),
            _ => finding,
        }
    }
}

/// The headers of one file and the columns among them.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) file: Arc<str>,
    /// The line of the header; 0 in JSON, which has none.
    pub(super) line: u32,
    /// What stands between cells; `None` in JSON.
    pub(super) delimiter: Option<char>,
    /// As the file writes them, without blank ones.
    pub(super) headers: Vec<String>,
    columns: [bool; COUNT],
}

impl Seen {
    pub(super) fn new(file: &Arc<str>) -> Self {
        Seen {
            file: Arc::clone(file),
            line: 0,
            delimiter: None,
            headers: Vec::new(),
            columns: [false; COUNT],
        }
    }

    pub(super) fn add_header(&mut self, header: &str) {
        let header = header.trim();
        if !header.is_empty() {
            self.headers.push(header.to_owned());
        }
    }

    pub(super) fn add_column(&mut self, column: Column) {
        self.columns[column as usize] = true;
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.columns[column as usize]
    }

    pub(super) fn has_header(&self, normal_header: &str) -> bool {
        self.headers.iter().any(|h| fold_name(h) == normal_header)
    }

    /// Whether the file only lists access groups.
    pub(super) fn is_group_list(&self) -> bool {
        self.has(Column::AccessGroupId)
            && self.has(Column::AccessGroupName)
            && !self.has(Column::CampusId)
            && !self.is_people()
    }

    /// Whether the file lists people.
    pub(super) fn is_people(&self) -> bool {
        Column::ALL
            .into_iter()
            .any(|c| c.is_person() && self.has(c))
    }
}

/// The names of the files, for a message about all of them.
pub(super) fn file_list(seen: &[Seen]) -> Arc<str> {
    let names: Vec<&str> = seen.iter().map(|file| file.file.as_ref()).collect();
    names.join(", ").into()
}

/// The headers of all files for a message: each once, not more than 40 of them.
pub(super) fn header_list(seen: &[Seen]) -> String {
    const SHOWN: usize = 40;
    let mut list: Vec<&str> = Vec::new();
    for header in seen.iter().flat_map(|file| &file.headers) {
        if !list.contains(&header.as_str()) {
            list.push(header);
        }
    }
    let more = list.len().saturating_sub(SHOWN);
    list.truncate(SHOWN);
    let shown: Vec<String> = list.iter().map(|h| h.escape_debug().to_string()).collect();
    match (shown.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (_, 0) => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}

/// ` (the nearest is "X")`, or nothing if no header is near.
pub(super) fn nearest_phrase(wanted: &str, seen: &[Seen]) -> String {
    let headers = seen.iter().flat_map(|file| &file.headers);
    match nearest(wanted, headers.map(String::as_str)) {
        Some(header) => format!(" (the nearest is \"{}\")", header.escape_debug()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_own_name() {
        for column in Column::ALL {
            let mut name = String::new();
            for c in format!("{column:?}").chars() {
                if c.is_ascii_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(c.to_ascii_lowercase());
            }
            assert_eq!(column.name(), name);
        }
    }
}
