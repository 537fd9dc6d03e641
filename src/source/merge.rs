//! Puts rows together into a roster: one person a campus id, one group an access group id.
//!
//! A value that is missing contradicts nothing; two that differ make the person unreadable, for
//! nobody can tell which is right.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::columns::{COUNT, Column};
use super::filter::{Scope, slot_values};
use super::ids::{Id, Ids, Unread};
use crate::model::card::digits::is_scientific;
use crate::model::roster::{
    AccessGroup, Person, Place, Roster, Unreadable, UnreadableSubject, Unusable,
};
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

/// What makes a row unreadable: the column, the cause and the remedy.
#[derive(Clone, Debug)]
pub(super) struct Defect {
    pub(super) column: Column,
    pub(super) message: String,
}

/// Collects rows.
pub(super) struct Merger<'s> {
    scope: &'s Scope,
    file: Arc<str>,
    entries: Vec<Entry>,
    by_campus_id: HashMap<Text, u32>,
    groups: Vec<GroupEntry>,
    by_group_id: HashMap<Text, u32>,
    people: u32,
    unreadable: Vec<Unreadable>,
    ids: Ids<'s>,
}

/// What is known of one campus id.
struct Entry {
    /// `in_scope` and `groups` are made last; until then `groups` has repeats.
    person: Person,
    /// The values that filters need, by position in [`Scope::slots`].
    kept: Vec<Text>,
    /// Values that do not come from the person's first row.
    later: Vec<(Column, Place)>,
    /// The place in the order of people; none as long as no row lists the person.
    rank: Option<u32>,
    unreadable: bool,
}

struct GroupEntry {
    group: AccessGroup,
    named_at: Place,
    unreadable: bool,
}

impl<'s> Merger<'s> {
    pub(super) fn new(scope: &'s Scope, ids: Ids<'s>) -> Self {
        Merger {
            scope,
            file: "".into(),
            entries: Vec::new(),
            by_campus_id: HashMap::new(),
            groups: Vec::new(),
            by_group_id: HashMap::new(),
            people: 0,
            unreadable: Vec::new(),
            ids,
        }
    }

    /// The rows that follow are of this file.
    pub(super) fn start_file(&mut self, file: Arc<str>) {
        self.ids.start_file(Arc::clone(&file));
        self.file = file;
    }

    /// Takes a row that cannot be told apart into cells for certain; what is known of it may be
    /// empty.
    pub(super) fn damaged(&mut self, line: u32, campus_id: &str, email: &str, message: String) {
        let readable = |text: &str| !text.is_empty() && !has_control(text);
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
        self.unreadable.push(Unreadable {
            subject,
            place,
            column: None,
            message,
        });
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: &Row<'_>) {
        let place = self.place(row.line);
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
        if row.is_group {
            return;
        }
        let campus_id = row.cells[Column::CampusId as usize];
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
        if let Some((column, message)) = self.entries[at].merge(row, dates, &place, first) {
            self.entries[at].unreadable = true;
            self.unreadable.push(Unreadable {
                subject: UnreadableSubject::Person(CampusId::from(campus_id)),
                place,
                column: Some(Text::from(column.name())),
                message,
            });
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
                    "Access group {id} is \"{}\" in {} and \"{name}\" in {place}. Give it one \
                     name in Atrium and export again.",
                    entry.group.name, entry.named_at
                );
                self.unreadable.push(Unreadable {
                    subject: UnreadableSubject::Group(AccessGroupId::from(id)),
                    place: place.clone(),
                    column: Some(Text::from(Column::AccessGroupName.name())),
                    message,
                });
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
        self.unreadable.push(Unreadable {
            subject,
            place,
            column: Some(Text::from(defect.column.name())),
            message: defect.message,
        });
    }

    /// The roster of all rows: whether any file has ids, and whether any has their status.
    pub(super) fn finish(mut self, has_credentials: bool, has_id_status: bool) -> Roster {
        let mut notices = Vec::new();
        let mut orphans = self
            .entries
            .iter()
            .filter(|entry| entry.rank.is_none() && !entry.unreadable);
        if let Some(first) = orphans.next() {
            notices.push(format!(
                "campus ids in credential or membership rows that no people row has: {} (the \
                 first is {} in {}); these rows were not used",
                1 + orphans.count(),
                first.person.campus_id,
                first.person.place
            ));
        }
        let listed = self.entries.iter().filter(|entry| entry.rank.is_some());
        notices.extend(lost_zeros(
            listed.map(|entry| entry.person.campus_id.as_str()),
        ));
        let (groups, positions) = self.finish_groups();
        let scope = self.scope;
        let mut entries = self.entries;
        let cards = self.ids.finish(has_id_status);
        for own in cards.credentials.chunk_by(|a, b| a.0 == b.0) {
            let owner = &mut entries[own[0].0 as usize].person;
            owner.credentials = own.iter().map(|(_, credential)| *credential).collect();
        }
        let unusable = unusable(cards.unread, &entries);
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
            unreadable: self.unreadable,
            credentials: cards.seen,
            has_credentials,
            has_id_status,
            id_types: cards.id_types,
            id_statuses: cards.id_statuses,
            unusable,
            notices,
            completeness: Completeness::Whole,
        }
    }

    /// The readable groups, and for each group that was met its position among them.
    fn finish_groups(&mut self) -> (Vec<AccessGroup>, Vec<Option<u32>>) {
        let mut groups = Vec::new();
        let mut positions = Vec::new();
        for entry in std::mem::take(&mut self.groups) {
            let mut group = entry.group;
            if group.name.is_empty() && !entry.unreadable {
                self.unreadable.push(Unreadable {
                    message: format!(
                        "Access group {} has no name in any row. Export access_group_name, too.",
                        group.id
                    ),
                    subject: UnreadableSubject::Group(group.id),
                    place: group.place,
                    column: Some(Text::from(Column::AccessGroupName.name())),
                });
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

    /// Adds the values of a row; the column and message of a contradiction, if there is one.
    fn merge(
        &mut self,
        row: &Row<'_>,
        dates: Dates,
        place: &Place,
        first: bool,
    ) -> Option<(Column, String)> {
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
            "{} is \"{before}\" in {source} and \"{now}\" in {place} for campus id {}. Correct \
             it in Atrium and export again.",
            column.name(),
            person.campus_id
        );
        Some((column, message))
    }
}

/// The ids that can't be made cards, of those who are in the roster.
fn unusable(unread: Vec<Unread>, entries: &[Entry]) -> Vec<Unusable> {
    let of_listed = unread.into_iter().filter_map(|id| {
        let entry = &entries[id.owner as usize];
        (entry.rank.is_some() && !entry.unreadable).then(|| Unusable {
            campus_id: entry.person.campus_id.clone(),
            id_type: id.id_type,
            place: id.place,
            code: id.code,
            message: id.message,
        })
    });
    of_listed.collect()
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
            None => Err(Defect {
                column,
                message: format!(
                    "\"{}\" is no date of the form YYYY-MM-DD. Export dates in that form: others \
                     can be read in two ways.",
                    text.escape_debug()
                ),
            }),
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
            return Some(Defect {
                column,
                message: "The value holds a control character, such as a line break or a tab. \
                          Remove it in Atrium and export again."
                    .to_owned(),
            });
        }
    }
    let campus_id = row.cells[Column::CampusId as usize];
    let message = if is_scientific(campus_id) {
        format!(
            "\"{campus_id}\" is a number that a spreadsheet has rounded. Export again and keep \
             the campus id as text."
        )
    } else if campus_id.is_empty() && !row.is_group {
        "The campus id is missing. Give the person one in Atrium, or leave the row out.".to_owned()
    } else {
        return None;
    };
    Some(Defect {
        column: Column::CampusId,
        message,
    })
}

fn check_group(id: &str, name: &str) -> Result<(), Defect> {
    let message = if id.is_empty() {
        format!(
            "Access group \"{}\" stands without an id. Export access_group_id, too: names may \
             change.",
            name.escape_debug()
        )
    } else if id.contains([',', ';', '|']) {
        format!(
            "\"{}\" seems to be several access groups in one cell. Export one row for each.",
            id.escape_debug()
        )
    } else if has_control(id) || has_control(name) {
        "The id or name of the access group holds a control character. Remove it in Atrium and \
         export again."
            .to_owned()
    } else {
        return Ok(());
    };
    Err(Defect {
        column: Column::AccessGroupId,
        message,
    })
}

fn has_control(text: &str) -> bool {
    // C1 controls are C2 80 to C2 9F in UTF-8.
    text.bytes().any(|b| b < 0x20 || b == 0x7F || b == 0xC2) && text.chars().any(char::is_control)
}

/// A sentence if campus ids look as if leading zeros went lost.
///
/// Numbers of a fixed width of which a tenth starts with 0 lose it in a spreadsheet: then nearly
/// all have the full width, about a tenth is shorter, and none starts with 0. So it must be: 20
/// ids or more, 95 % of them numbers, none with a leading 0, the longest of 5 digits or more, and
/// between 80 % and 99.9 % of them of that length. Ids that were counted up from 1 look the same
/// at times, so this is an observation and changes nothing.
fn lost_zeros<'a>(campus_ids: impl Iterator<Item = &'a str>) -> Option<String> {
    /// Longer numbers than this are not told apart by length.
    const LONGEST: usize = 32;
    let mut all = 0_usize;
    let mut by_length = [0_usize; LONGEST + 1];
    for id in campus_ids {
        all += 1;
        if id.bytes().all(|b| b.is_ascii_digit()) {
            if id.starts_with('0') {
                return None;
            }
            by_length[id.len().min(LONGEST)] += 1;
        }
    }
    let numbers: usize = by_length.iter().sum();
    let width = by_length.iter().rposition(|count| *count > 0)?;
    let full = by_length[width];
    let short = numbers - full;
    let alike = full * 10 >= numbers * 8 && short * 1000 >= numbers;
    if all < 20 || numbers * 100 < all * 95 || width < 5 || short == 0 || !alike {
        return None;
    }
    Some(format!(
        "campus ids seem to have lost leading zeros: {short} of {numbers} have fewer than {width} \
         digits and none starts with 0; they are compared as they stand, so export the column as \
         text if zeros are missing"
    ))
}
