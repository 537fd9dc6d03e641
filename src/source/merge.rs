//! Puts rows together into a roster: one person a campus id, one group an access group id.
//!
//! A value that is missing contradicts nothing; two that differ make the person unreadable, for
//! nobody can tell which is right.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::columns::{COUNT, Column};
use super::defects::{Defects, Fault};
use super::filter::{Scope, slot_values};
use super::ids::{Id, Ids, Unread};
use super::sniff::Format;
use crate::model::card::digits::is_scientific;
use crate::model::finding::{Finding, FindingKind};
use crate::model::roster::{AccessGroup, Person, Place, Roster, UnreadableSubject, Unusable};
use crate::model::{AccessGroupId, CampusId, Completeness, Text};

/// One row or record, its values trimmed. An empty text is a missing value.
pub(super) struct Row<'a> {
    /// The line, counted from 1; for JSON the number of the record.
    pub(super) line: u32,
    pub(super) cells: [&'a str; COUNT],
    /// The values that filters need, by position in [`Scope::slots`]; may be shorter.
    pub(super) headers: &'a [&'a str],
    /// Ids and names of access groups.
    pub(super) groups: &'a [(&'a str, &'a str)],
    pub(super) ids: &'a [Id<'a>],
    /// Whether the row lists a person, or only adds to one.
    pub(super) person: bool,
    /// Whether the row is about an access group alone and needs no campus id.
    pub(super) is_group: bool,
    /// A defect that the reader found.
    pub(super) defect: Option<Defect>,
}

/// What makes a row unreadable, and in which column.
#[derive(Clone, Debug)]
pub(super) struct Defect {
    pub(super) column: Text,
    pub(super) fault: Fault,
}

impl Defect {
    pub(super) fn new(column: Column, fault: Fault) -> Self {
        Defect {
            column: Text::const_new(column.name()),
            fault,
        }
    }
}

/// Collects rows.
pub(super) struct Merger<'s> {
    scope: &'s Scope,
    file: Arc<str>,
    pub(super) entries: Vec<Entry>,
    by_campus_id: HashMap<Text, u32>,
    groups: Vec<GroupEntry>,
    by_group_id: HashMap<Text, u32>,
    people: u32,
    /// How many rows the current file had so far.
    rows: u64,
    pub(super) defects: Defects,
    pub(super) ids: Ids<'s>,
}

/// What is known of one campus id.
pub(super) struct Entry {
    /// `in_scope` and `groups` are made last; until then `groups` has repeats.
    pub(super) person: Person,
    /// The values that filters need, by position in [`Scope::slots`].
    kept: Vec<Text>,
    /// Values that do not come from the person's first row.
    later: Vec<(Column, Place)>,
    /// The place in the order of people; none as long as no row lists the person.
    pub(super) rank: Option<u32>,
    pub(super) unreadable: bool,
}

struct GroupEntry {
    group: AccessGroup,
    named_at: Place,
    unreadable: bool,
}

impl<'s> Merger<'s> {
    pub(super) fn new(scope: &'s Scope, ids: Ids<'s>, defects: Defects) -> Self {
        Merger {
            scope,
            file: "".into(),
            entries: Vec::new(),
            by_campus_id: HashMap::new(),
            groups: Vec::new(),
            by_group_id: HashMap::new(),
            people: 0,
            rows: 0,
            defects,
            ids,
        }
    }

    /// The rows that follow are of this file.
    pub(super) fn start_file(&mut self, file: Arc<str>, format: Format) {
        self.ids.start_file(Arc::clone(&file));
        self.defects.start_file(&file, format == Format::Json);
        self.rows = 0;
        self.file = file;
    }

    /// How many rows the current file had so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes an observation about a line or record of the current file.
    pub(super) fn note(&mut self, line: u32, fault: Fault) {
        self.defects.note(line, fault);
    }

    /// Takes a finding that knows its place.
    pub(super) fn finding(&mut self, finding: Finding) {
        self.defects.finding(finding);
    }

    /// Takes a row that cannot be told apart into cells for certain; what is known of it may be
    /// empty.
    pub(super) fn damaged(
        &mut self,
        line: u32,
        campus_id: &str,
        email: &str,
        column: Option<Text>,
        fault: Fault,
    ) {
        let readable = |text: &str| {
            !text.is_empty() && !has_control(text) && !text.contains(char::REPLACEMENT_CHARACTER)
        };
        self.rows += 1;
        let place = self.place(line);
        let subject = if readable(campus_id) && !is_scientific(campus_id) {
            let at = self.entry(campus_id, &place);
            self.entries[at].unreadable = true;
            UnreadableSubject::Person(CampusId::from(campus_id))
        } else {
            UnreadableSubject::Row {
                email: Text::from(if readable(email) { email } else { "" }),
                first_name: Text::default(),
                last_name: Text::default(),
            }
        };
        self.defects.row(subject, place, column, fault);
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: &Row<'_>) {
        let place = self.place(row.line);
        self.rows += 1;
        self.ids.count(row.ids);
        let mut member_of = Vec::new();
        let mut group_defect = None;
        for (id, name) in row.groups {
            match check_group(id, name) {
                // A group is there even if the person who names it is unreadable.
                Ok(()) => member_of.push(self.group(id, name, &place)),
                Err(defect) => group_defect = group_defect.or(Some(defect)),
            }
        }
        let dates = read_dates(row);
        let defect = row
            .defect
            .clone()
            .or_else(|| check_cells(row))
            .or(group_defect)
            .or_else(|| dates.as_ref().err().cloned());
        if let Some(defect) = defect {
            self.leave_out(row, place, defect);
            return;
        }
        let campus_id = row.cells[Column::CampusId as usize];
        self.defects
            .compare(row.line, campus_id, &(row.cells, row.groups, row.ids));
        if row.is_group {
            return;
        }
        let at = self.entry(campus_id, &place);
        self.entries[at].person.groups.extend(member_of);
        self.ids.add(at, row.line, row.ids);
        self.keep(at, row);
        if !row.person {
            return;
        }
        let first = self.entries[at].rank.is_none();
        if first {
            self.entries[at].rank = Some(self.people);
            self.entries[at].person.place = place.clone();
            self.people += 1;
        }
        let dates = dates.unwrap_or_default();
        if let Some(defect) = self.entries[at].merge(row, dates, &place, first) {
            self.entries[at].unreadable = true;
            let subject = UnreadableSubject::Person(CampusId::from(campus_id));
            self.defects
                .row(subject, place, Some(defect.column), defect.fault);
        }
    }

    fn place(&self, line: u32) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line,
        }
    }

    fn entry(&mut self, campus_id: &str, place: &Place) -> usize {
        if let Some(at) = self.by_campus_id.get(campus_id) {
            return *at as usize;
        }
        let at = self.entries.len();
        self.by_campus_id
            .insert(Text::from(campus_id), u32::try_from(at).unwrap_or(u32::MAX));
        self.entries.push(Entry::new(campus_id, place.clone()));
        at
    }

    /// The position of a group, which is new or gets the name that it lacked.
    fn group(&mut self, id: &str, name: &str, place: &Place) -> u32 {
        if let Some(at) = self.by_group_id.get(id).copied() {
            let entry = &mut self.groups[at as usize];
            if entry.group.name == name || name.is_empty() {
                return at;
            }
            if entry.group.name.is_empty() {
                entry.group.name = Text::from(name);
                entry.named_at = place.clone();
            } else if !entry.unreadable {
                entry.unreadable = true;
                let message = format!(
                    "Access group {id} is \"{}\" in {} and \"{name}\" in {place}.",
                    entry.group.name, entry.named_at
                );
                let fault = Fault::new(
                    FindingKind::GroupNameConflict,
                    message,
                    "Give it one name in Atrium and export again.",
                );
                let column = Text::const_new(Column::AccessGroupName.name());
                self.defects
                    .group(AccessGroupId::from(id), place.clone(), column, fault);
            }
            return at;
        }
        let at = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        self.by_group_id.insert(Text::from(id), at);
        self.groups.push(GroupEntry {
            group: AccessGroup {
                id: AccessGroupId::from(id),
                name: Text::from(name),
                in_scope: true,
                place: place.clone(),
            },
            named_at: place.clone(),
            unreadable: false,
        });
        at
    }

    /// Keeps the first value of each column that only filters need.
    fn keep(&mut self, at: usize, row: &Row<'_>) {
        let slots = self.scope.slots();
        if slots.is_empty() {
            return;
        }
        let kept = &mut self.entries[at].kept;
        kept.resize(slots.len(), Text::default());
        for (known, value) in kept
            .iter_mut()
            .zip(slot_values(slots, &row.cells, row.headers))
        {
            if known.is_empty() {
                *known = Text::from(value);
            }
        }
    }

    fn leave_out(&mut self, row: &Row<'_>, place: Place, defect: Defect) {
        let of = |column: Column| match row.cells[column as usize] {
            text if has_control(text) => "",
            text => text,
        };
        let campus_id = of(Column::CampusId);
        let subject = if campus_id.is_empty() || is_scientific(campus_id) {
            UnreadableSubject::Row {
                email: Text::from(of(Column::Email)),
                first_name: Text::from(of(Column::FirstName)),
                last_name: Text::from(of(Column::LastName)),
            }
        } else {
            let at = self.entry(campus_id, &place);
            self.entries[at].unreadable = true;
            UnreadableSubject::Person(CampusId::from(campus_id))
        };
        self.defects
            .row(subject, place, Some(defect.column), defect.fault);
    }

    /// The roster of all rows: whether any file has ids, and whether any has their status.
    pub(super) fn finish(mut self, has_credentials: bool, has_id_status: bool) -> Roster {
        let observations = self.observations();
        let (groups, positions) = self.finish_groups();
        let scope = self.scope;
        let mut entries = self.entries;
        let cards = self.ids.finish(has_id_status);
        for own in cards.credentials.chunk_by(|a, b| a.0 == b.0) {
            let owner = &mut entries[own[0].0 as usize].person;
            owner.credentials = own.iter().map(|(_, credential)| *credential).collect();
        }
        let unusable = unusable(cards.unread, &entries).collect();
        entries.retain(|entry| entry.rank.is_some() && !entry.unreadable);
        entries.sort_by_key(|entry| entry.rank);
        let people = entries.into_iter().map(|entry| {
            let mut person = entry.person;
            person.in_scope = scope.person(&person, &entry.kept);
            person.groups = person
                .groups
                .iter()
                .filter_map(|at| positions[*at as usize])
                .collect();
            person.groups.sort_unstable();
            person.groups.dedup();
            person
        });
        Roster {
            people: people.collect(),
            groups,
            unreadable: self.defects.into_rows(),
            credentials: cards.seen,
            has_credentials,
            has_id_status,
            id_types: cards.id_types,
            id_statuses: cards.id_statuses,
            unusable,
            notices: observations.iter().map(Finding::clause).collect(),
            completeness: Completeness::Whole,
        }
    }

    /// The readable groups, and for each group that was met its position among them.
    pub(super) fn finish_groups(&mut self) -> (Vec<AccessGroup>, Vec<Option<u32>>) {
        let mut groups = Vec::new();
        let mut positions = Vec::new();
        for entry in std::mem::take(&mut self.groups) {
            let mut group = entry.group;
            if group.name.is_empty() && !entry.unreadable {
                let fault = Fault::new(
                    FindingKind::GroupNameMissing,
                    format!("Access group {} has no name in any row.", group.id),
                    "Export access_group_name, too.",
                );
                let column = Text::const_new(Column::AccessGroupName.name());
                self.defects.group(group.id, group.place, column, fault);
                positions.push(None);
                continue;
            }
            if entry.unreadable {
                positions.push(None);
                continue;
            }
            positions.push(u32::try_from(groups.len()).ok());
            group.in_scope = self.scope.group(&group);
            groups.push(group);
        }
        (groups, positions)
    }
}

impl Entry {
    fn new(campus_id: &str, place: Place) -> Self {
        Entry {
            person: Person {
                campus_id: CampusId::from(campus_id),
                first_name: Text::default(),
                middle_name: Text::default(),
                last_name: Text::default(),
                email: Text::default(),
                phone: Text::default(),
                title: Text::default(),
                department: Text::default(),
                status: Text::default(),
                valid_from: None,
                valid_until: None,
                groups: Vec::new(),
                credentials: Vec::new(),
                in_scope: true,
                place,
            },
            kept: Vec::new(),
            later: Vec::new(),
            rank: None,
            unreadable: false,
        }
    }

    /// Adds the values of a row; what contradicts those before, if anything does.
    fn merge(&mut self, row: &Row<'_>, dates: Dates, place: &Place, first: bool) -> Option<Defect> {
        let person = &mut self.person;
        let texts = [
            (Column::FirstName, &mut person.first_name),
            (Column::MiddleName, &mut person.middle_name),
            (Column::LastName, &mut person.last_name),
            (Column::Email, &mut person.email),
            (Column::Phone, &mut person.phone),
            (Column::Title, &mut person.title),
            (Column::Department, &mut person.department),
            (Column::Status, &mut person.status),
        ];
        let mut conflict: Option<(Column, String, String)> = None;
        for (column, known) in texts {
            let value = row.cells[column as usize];
            if value.is_empty() || known == value {
                continue;
            }
            if known.is_empty() {
                *known = Text::from(value);
                if !first {
                    self.later.push((column, place.clone()));
                }
            } else if conflict.is_none() {
                conflict = Some((column, known.to_string(), value.to_owned()));
            }
        }
        let days = [
            (Column::ValidFrom, &mut person.valid_from, dates.from),
            (Column::ValidUntil, &mut person.valid_until, dates.until),
        ];
        for (column, known, value) in days {
            match (*known, value) {
                (None, Some(_)) => {
                    *known = value;
                    if !first {
                        self.later.push((column, place.clone()));
                    }
                }
                (Some(before), Some(now)) if before != now && conflict.is_none() => {
                    conflict = Some((column, before.to_string(), now.to_string()));
                }
                _ => {}
            }
        }
        let (column, before, now) = conflict?;
        let source = self.later.iter().find(|(later, _)| *later == column);
        let source = source.map_or(&person.place, |(_, place)| place);
        let message = format!(
            "{} is \"{before}\" in {source} and \"{now}\" in {place} for campus id {}.",
            column.name(),
            person.campus_id
        );
        let remedy = "Correct it in Atrium and export again.";
        let fault = Fault::new(FindingKind::CampusIdConflict, message, remedy);
        Some(Defect::new(column, fault))
    }
}

/// The ids that can't be made cards, of those who are in the roster.
pub(super) fn unusable(unread: Vec<Unread>, entries: &[Entry]) -> impl Iterator<Item = Unusable> {
    unread.into_iter().filter_map(|id| {
        let entry = &entries[id.owner as usize];
        (entry.rank.is_some() && !entry.unreadable).then(|| Unusable {
            campus_id: entry.person.campus_id.clone(),
            id_type: id.id_type,
            place: id.place,
            value: id.value,
            code: id.code,
            message: id.message,
        })
    })
}

#[derive(Clone, Copy, Debug, Default)]
struct Dates {
    from: Option<Date>,
    until: Option<Date>,
}

fn read_dates(row: &Row<'_>) -> Result<Dates, Defect> {
    let read = |column: Column| match row.cells[column as usize] {
        "" => Ok(None),
        text => match parse_date(text) {
            Some(date) => Ok(Some(date)),
            None => {
                let message = format!(
                    "\"{}\" is no date of the form YYYY-MM-DD.",
                    text.escape_debug()
                );
                let remedy = "Export dates in that form: others can be read in two ways.";
                let fault = Fault::new(FindingKind::DateUnreadable, message, remedy);
                Err(Defect::new(column, fault))
            }
        },
    };
    Ok(Dates {
        from: read(Column::ValidFrom)?,
        until: read(Column::ValidUntil)?,
    })
}

/// A date `YYYY-MM-DD`, alone or at the start of a date and time (`T` or a blank, then a digit).
fn parse_date(text: &str) -> Option<Date> {
    let (date, rest) = text.split_at_checked(10)?;
    let shaped = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let time = rest.is_empty()
        || (rest.starts_with(['T', 't', ' '])
            && rest[1..].starts_with(|c: char| c.is_ascii_digit()));
    if !shaped || !time {
        return None;
    }
    let year = date[..4].parse().ok()?;
    let month = date[5..7].parse().ok()?;
    let day = date[8..].parse().ok()?;
    Date::new(year, month, day).ok()
}

/// The first defect of the cells by themselves.
fn check_cells(row: &Row<'_>) -> Option<Defect> {
    // What is wrong with an id leaves nobody out.
    for column in Column::ALL.into_iter().filter(|column| !column.is_id()) {
        if has_control(row.cells[column as usize]) {
            let fault = Fault::new(
                FindingKind::ControlCharacter,
                "The value holds a control character, such as a line break or a tab.",
                "Remove it in Atrium and export again.",
            );
            return Some(Defect::new(column, fault));
        }
    }
    let campus_id = row.cells[Column::CampusId as usize];
    let fault = if is_scientific(campus_id) {
        Fault::new(
            FindingKind::CampusIdRounded,
            format!("\"{campus_id}\" is a number that a spreadsheet has rounded."),
            "Export again and keep the campus id as text.",
        )
    } else if campus_id.is_empty() && !row.is_group {
        Fault::new(
            FindingKind::CampusIdMissing,
            "The campus id is missing.",
            "Give the person one in Atrium, or leave the row out.",
        )
    } else {
        return None;
    };
    Some(Defect::new(Column::CampusId, fault))
}

fn check_group(id: &str, name: &str) -> Result<(), Defect> {
    let fault = if id.is_empty() {
        Fault::new(
            FindingKind::GroupIdMissing,
            format!(
                "Access group \"{}\" stands without an id.",
                name.escape_debug()
            ),
            "Export access_group_id, too: names may change.",
        )
    } else if id.contains([',', ';', '|']) {
        Fault::new(
            FindingKind::GroupsInOneCell,
            format!(
                "\"{}\" seems to be several access groups in one cell.",
                id.escape_debug()
            ),
            "Export one row for each.",
        )
    } else if has_control(id) || has_control(name) {
        Fault::new(
            FindingKind::ControlCharacter,
            "The id or name of the access group holds a control character.",
            "Remove it in Atrium and export again.",
        )
    } else {
        return Ok(());
    };
    Err(Defect::new(Column::AccessGroupId, fault))
}

fn has_control(text: &str) -> bool {
    // C1 controls are C2 80 to C2 9F in UTF-8.
    text.bytes().any(|b| b < 0x20 || b == 0x7F || b == 0xC2) && text.chars().any(char::is_control)
}
