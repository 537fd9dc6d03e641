//! Which people and groups are in scope.

use super::SourceError;
use super::columns::{COUNT, Column, Mapping, Seen, file_list, header_list, nearest_phrase};
use crate::model::Text;
use crate::model::finding::{Finding, FindingKind};
use crate::model::fold::fold_name;
use crate::model::glob::Globs;
use crate::model::roster::{AccessGroup, Person};

/// A condition on one column. Several filters must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// A canonical column, or a header of the files; never the status, which is mapped.
    pub column: String,
    /// Patterns with `*` and `?`, compared without regard to case; one of them must match.
    pub globs: Vec<String>,
}

/// The filters of a profile, checked and ready to use.
#[derive(Debug)]
pub(super) struct Scope {
    people: Vec<Condition>,
    groups: Vec<Condition>,
    /// What is kept of each person for the people filters alone.
    slots: Vec<Slot>,
    /// The columns as the profile writes them, to be found in the files.
    wanted: Vec<(String, Slot)>,
}

#[derive(Debug)]
struct Condition {
    operand: Operand,
    globs: Globs,
}

#[derive(Clone, Copy, Debug)]
enum Operand {
    /// A value that the person or the group has anyway.
    Own(Column),
    /// A value that is kept for the filter: the position in [`Scope::slots`].
    Slot(usize),
}

/// Where a kept value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Column(Column),
    /// A header that is no canonical column, in normal form.
    Header(String),
}

impl Scope {
    pub(super) fn new(
        people: &[Filter],
        groups: &[Filter],
        mapping: &Mapping,
    ) -> Result<Self, SourceError> {
        let mut scope = Scope {
            people: Vec::new(),
            groups: Vec::new(),
            slots: Vec::new(),
            wanted: Vec::new(),
        };
        for filter in people {
            let globs = globs(filter)?;
            let slot = match mapping.named(&filter.column) {
                Some(Column::Status) => {
                    return Err(SourceError::StatusFilter {
                        column: filter.column.clone(),
                    });
                }
                Some(column) => Slot::Column(column),
                None => Slot::Header(fold_name(&filter.column)),
            };
            let operand = match slot {
                Slot::Column(column)
                    if column == Column::CampusId || Column::PERSON_TEXT.contains(&column) =>
                {
                    Operand::Own(column)
                }
                _ => Operand::Slot(scope.slot(&slot)),
            };
            scope.wanted.push((filter.column.clone(), slot));
            scope.people.push(Condition { operand, globs });
        }
        for filter in groups {
            let globs = globs(filter)?;
            match mapping.named(&filter.column) {
                Some(column @ (Column::AccessGroupId | Column::AccessGroupName)) => {
                    let operand = Operand::Own(column);
                    scope
                        .wanted
                        .push((filter.column.clone(), Slot::Column(column)));
                    scope.groups.push(Condition { operand, globs });
                }
                _ => {
                    return Err(SourceError::GroupFilter {
                        column: filter.column.clone(),
                    });
                }
            }
        }
        Ok(scope)
    }

    fn slot(&mut self, slot: &Slot) -> usize {
        if let Some(at) = self.slots.iter().position(|known| known == slot) {
            return at;
        }
        self.slots.push(slot.clone());
        self.slots.len() - 1
    }

    /// What must be kept of each person for the filters.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slot that a header in normal form fills.
    pub(super) fn slot_of(&self, header: &str) -> Option<usize> {
        self.slots
            .iter()
            .position(|slot| matches!(slot, Slot::Header(name) if name == header))
    }

    /// The columns that are filtered by and that no file has.
    pub(super) fn lacking(&self, seen: &[Seen]) -> Vec<Finding> {
        // A JSON file without a record cannot show its columns.
        if seen.iter().any(|file| file.headers.is_empty()) {
            return Vec::new();
        }
        let absent = self.wanted.iter().filter(|(_, slot)| {
            !seen.iter().any(|file| match slot {
                Slot::Column(column) => file.has(*column),
                Slot::Header(header) => file.has_header(header),
            })
        });
        let absent = absent.map(|(column, _)| {
            Finding::new(
                FindingKind::FilterColumnMissing,
                &file_list(seen),
                format!(
                    "The profile filters by \"{column}\", which is in no file{}; the columns are: {}.",
                    nearest_phrase(column, seen),
                    header_list(seen)
                ),
                "Correct the filter.",
            )
        });
        absent.collect()
    }

    /// Whether a person is in scope; `kept` holds a value for each of [`Scope::slots`], or nothing.
    pub(super) fn person(&self, person: &Person, kept: &[Text]) -> bool {
        self.people.iter().all(|condition| {
            condition.matches(match condition.operand {
                Operand::Own(column) => person_text(person, column),
                Operand::Slot(at) => kept.get(at).map_or("", Text::as_str),
            })
        })
    }

    pub(super) fn group(&self, group: &AccessGroup) -> bool {
        self.groups.iter().all(|condition| {
            condition.matches(match condition.operand {
                Operand::Own(Column::AccessGroupId) => group.id.as_str(),
                _ => &group.name,
            })
        })
    }
}

impl Condition {
    fn matches(&self, value: &str) -> bool {
        self.globs.matches(value)
    }
}

fn globs(filter: &Filter) -> Result<Globs, SourceError> {
    if filter.column.trim().is_empty() || filter.globs.is_empty() {
        return Err(SourceError::EmptyFilter {
            column: filter.column.clone(),
        });
    }
    Ok(Globs::new(filter.globs.iter().map(String::as_str)))
}

fn person_text(person: &Person, column: Column) -> &str {
    match column {
        Column::CampusId => person.campus_id.as_str(),
        Column::FirstName => &person.first_name,
        Column::MiddleName => &person.middle_name,
        Column::LastName => &person.last_name,
        Column::Email => &person.email,
        Column::Phone => &person.phone,
        Column::Title => &person.title,
        Column::Department => &person.department,
        _ => "",
    }
}

/// The value of each slot in one row; `headers` has those that come from unmapped headers.
pub(super) fn slot_values<'a>(
    slots: &[Slot],
    cells: &[&'a str; COUNT],
    headers: &[&'a str],
) -> impl Iterator<Item = &'a str> {
    slots.iter().enumerate().map(|(at, slot)| match slot {
        Slot::Column(column) => cells[*column as usize],
        Slot::Header(_) => headers.get(at).copied().unwrap_or(""),
    })
}
