//! Reads one JSON file, record by record.
//!
//! Either an array of records, or an object whose members `people`, `groups`, `memberships` and
//! `credentials` are such arrays. A record may hold its `access_groups` and `credentials` as
//! arrays of objects.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead};
use std::sync::Arc;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::error::Category;

use super::SourceError;
use super::columns::{COUNT, Column, Mapping, Seen};
use super::defects::{Fault, Wrong};
use super::filter::Scope;
use super::ids::Id;
use super::merge::{Defect, Merger, Row};
use crate::model::finding::{FindingKind, Spot};
use crate::model::fold::fold_name;

/// What is said of a file that is something else.
const EXPECTED: &str =
    "Export an array of records, or an object with the member \"people\", as JSON.";

const NO_OBJECT: Wrong = Wrong {
    kind: FindingKind::RecordShape,
    message: "The record is no object.",
    remedy: "Write each record in braces.",
};

const KEY_TWICE: Wrong = Wrong {
    kind: FindingKind::KeyDuplicate,
    message: "The record has this key twice.",
    remedy: "Write it once.",
};

const INEXACT: Wrong = Wrong {
    kind: FindingKind::ValueShape,
    message: "The number is not a whole one, or too long to be exact.",
    remedy: "Write it as text, in quotation marks.",
};

const NO_TEXT: Wrong = Wrong {
    kind: FindingKind::ValueShape,
    message: "The value is neither text nor a whole number.",
    remedy: "Write it as text.",
};

const GROUPS_SHAPE: Wrong = Wrong {
    kind: FindingKind::GroupsShape,
    message: "Access groups are not an array of objects with id and name.",
    remedy: "Write them so.",
};

const ID_SHAPE: Wrong = Wrong {
    kind: FindingKind::ValueShape,
    message: "The credential is no object with type and value.",
    remedy: "Write it so.",
};

pub(super) fn read(
    input: impl BufRead,
    file: &Arc<str>,
    mapping: &Mapping,
    scope: &Scope,
    merger: &mut Merger<'_>,
) -> Result<Seen, SourceError> {
    let seen = scan(input, file, mapping, scope, merger)?;
    if !seen.headers.is_empty() && !seen.has(Column::CampusId) && !seen.is_group_list() {
        return Err(mapping.absent(Column::CampusId, &[seen]).into());
    }
    Ok(seen)
}

/// Reads the records without asking for any column.
pub(super) fn scan(
    input: impl BufRead,
    file: &Arc<str>,
    mapping: &Mapping,
    scope: &Scope,
    merger: &mut Merger<'_>,
) -> Result<Seen, SourceError> {
    let mut reader = Reader {
        mapping,
        scope,
        merger,
        seen: Seen::new(file),
        targets: HashMap::new(),
        numbers: None,
    };
    let mut json = serde_json::Deserializer::from_reader(input);
    Top(&mut reader)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| file_error(file, &error))?;
    reader.tell_numbers();
    Ok(reader.seen)
}

fn file_error(file: &Arc<str>, error: &serde_json::Error) -> SourceError {
    // The place stands in the message of its own.
    let text = error.to_string();
    let cause = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(cause, _)| cause);
    let shown = format!("At character {} of the line: {cause}.", error.column());
    let fault = match error.classify() {
        Category::Eof => Fault::new(
            FindingKind::CutShort,
            "The file seems to be cut short: the JSON ends in the middle.",
            "Export or copy it again.",
        ),
        Category::Io => return SourceError::from_io(file, &io::Error::other(text)),
        Category::Syntax => Fault::new(FindingKind::JsonSyntax, shown, EXPECTED),
        Category::Data => {
            let message = format!("The JSON is no export: {cause}.");
            Fault::new(FindingKind::JsonShape, message, EXPECTED)
        }
    };
    let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
    fault.of_file(file).at(Spot::Line(line)).into()
}

struct Reader<'a, 's> {
    mapping: &'a Mapping,
    scope: &'a Scope,
    merger: &'a mut Merger<'s>,
    seen: Seen,
    /// What each key that was met stands for.
    targets: HashMap<String, Target>,
    /// The first record whose campus id is written as a number, and how many there are.
    numbers: Option<(u32, u64)>,
}

/// What a key of a record stands for.
#[derive(Clone, Copy)]
enum Target {
    Column(Column),
    /// A position in [`Scope::slots`].
    Slot(usize),
    AccessGroups,
    Credentials,
    Unused,
}

/// What the records of an array are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// The keys of each record tell.
    Any,
    People,
    Groups,
    /// They add to people.
    Memberships,
    /// They add to people.
    Credentials,
}

impl Reader<'_, '_> {
    fn target(&mut self, key: &str) -> Target {
        if let Some(target) = self.targets.get(key) {
            return *target;
        }
        let name = fold_name(key);
        self.seen.add_header(key);
        let target = if let Some(column) = self.mapping.column(&name) {
            self.column(column)
        } else if let Some(slot) = self.scope.slot_of(&name) {
            Target::Slot(slot)
        } else if name == "access_groups" {
            self.seen.add_column(Column::AccessGroupId);
            self.seen.add_column(Column::AccessGroupName);
            Target::AccessGroups
        } else if name == "credentials" {
            self.seen.add_column(Column::IdType);
            self.seen.add_column(Column::IdValue);
            Target::Credentials
        } else {
            Target::Unused
        };
        self.targets.insert(key.to_owned(), target);
        target
    }

    fn column(&mut self, column: Column) -> Target {
        self.seen.add_column(column);
        Target::Column(column)
    }

    /// Notes a campus id that is written as a number.
    fn note_number(&mut self, line: u32) {
        let (_, count) = self.numbers.get_or_insert((line, 0));
        *count += 1;
    }

    fn tell_numbers(&mut self) {
        let Some((line, count)) = self.numbers else {
            return;
        };
        let fault = Fault::new(
            FindingKind::CampusIdNumber,
            format!("Campus ids written as numbers: {count} (this is the first)."),
            "Write them as text, in quotation marks: a number has no leading zeros.",
        );
        self.merger.note(line, fault);
    }

    fn record(&mut self, line: u32, section: Section, fields: Vec<(String, Value)>) {
        let mut record = Record::default();
        record.slots.resize(self.scope.slots().len(), String::new());
        for (key, value) in fields {
            let target = match (section, key.as_str()) {
                (Section::Groups, "id") => self.column(Column::AccessGroupId),
                (Section::Groups, "name") => self.column(Column::AccessGroupName),
                (Section::Credentials, "type") => self.column(Column::IdType),
                (Section::Credentials, "value") => self.column(Column::IdValue),
                (Section::Credentials, "status") => self.column(Column::IdStatus),
                _ => self.target(&key),
            };
            let number = value.is_number();
            record.set(target, value);
            let is_campus_id = matches!(target, Target::Column(Column::CampusId));
            if number && is_campus_id && !record.cells[Column::CampusId as usize].is_empty() {
                self.note_number(line);
            }
        }
        let cells = std::array::from_fn(|at| record.cells[at].trim());
        let headers: Vec<&str> = record.slots.iter().map(|slot| slot.trim()).collect();
        let of = |column: Column| cells[column as usize];
        let mut groups: Vec<(&str, &str)> = Vec::new();
        groups.push((of(Column::AccessGroupId), of(Column::AccessGroupName)));
        groups.extend(
            record
                .groups
                .iter()
                .map(|(id, name)| (id.trim(), name.trim())),
        );
        groups.retain(|group| *group != ("", ""));
        let flat = Id {
            id_type: of(Column::IdType),
            value: record.id_defect.map_or(Ok(of(Column::IdValue)), Err),
            status: of(Column::IdStatus),
        };
        let nested = record.ids.iter().map(NestedId::trimmed);
        let ids: Vec<Id<'_>> = [flat].into_iter().chain(nested).collect();
        if record.has_nested_status {
            self.seen.add_column(Column::IdStatus);
        }
        self.merger.row(&Row {
            line,
            cells,
            headers: &headers,
            groups: &groups,
            ids: &ids,
            person: match section {
                Section::Any => record.is_person,
                Section::People => true,
                Section::Groups | Section::Memberships | Section::Credentials => false,
            },
            is_group: section == Section::Groups || (section == Section::Any && record.is_group()),
            defect: record.defect,
        });
    }
}

/// The values of a record on their way to the roster.
#[derive(Default)]
struct Record {
    cells: [String; COUNT],
    has: [bool; COUNT],
    slots: Vec<String>,
    groups: Vec<(String, String)>,
    ids: Vec<NestedId>,
    has_nested_status: bool,
    /// What is wrong with the record's own id.
    id_defect: Option<Wrong>,
    is_person: bool,
    defect: Option<Defect>,
}

impl Record {
    fn set(&mut self, target: Target, value: Value) {
        match target {
            Target::Column(column) => {
                self.is_person |= column.is_person();
                if std::mem::replace(&mut self.has[column as usize], true) {
                    self.fail(column, KEY_TWICE);
                    return;
                }
                match text(value) {
                    Ok(text) => self.cells[column as usize] = text,
                    Err(cause) => self.fail(column, cause),
                }
            }
            Target::Slot(slot) => self.slots[slot] = text(value).unwrap_or_default(),
            Target::AccessGroups => match nested_groups(value) {
                Ok(groups) => self.groups.extend(groups),
                Err(cause) => self.fail(Column::AccessGroupId, cause),
            },
            Target::Credentials => {
                for id in nested_ids(value) {
                    self.has_nested_status |= id.has_status;
                    self.ids.push(id);
                }
            }
            Target::Unused => {}
        }
    }

    fn fail(&mut self, column: Column, wrong: Wrong) {
        if column.is_id() {
            self.id_defect = self.id_defect.or(Some(wrong));
        } else if self.defect.is_none() {
            self.defect = Some(Defect::new(column, wrong.fault()));
        }
    }

    /// Whether the record, in an array of any records, is about an access group alone.
    fn is_group(&self) -> bool {
        !self.is_person
            && !self.has[Column::CampusId as usize]
            && self.has[Column::AccessGroupId as usize]
            && self.has[Column::AccessGroupName as usize]
    }
}

/// The text of a value. A whole number stands for its digits as long as every JSON reader takes
/// it for the same number (RFC 8259, section 6: below 2^53).
pub(super) fn text(value: Value) -> Result<String, Wrong> {
    const EXACT: u64 = 1 << 53;
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(n), _) if n.unsigned_abs() < EXACT => Ok(n.to_string()),
            _ => Err(INEXACT),
        },
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(NO_TEXT),
    }
}

/// The ids and names in an array `[{"id": …, "name": …}]`.
fn nested_groups(value: Value) -> Result<Vec<(String, String)>, Wrong> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err(GROUPS_SHAPE),
    };
    let mut groups = Vec::with_capacity(items.len());
    for item in items {
        let Value::Object(mut item) = item else {
            return Err(GROUPS_SHAPE);
        };
        let mut take = |short: &str, long: Column| {
            let value = item.remove(short).or_else(|| item.remove(long.name()));
            text(value.unwrap_or_default())
        };
        let id = take("id", Column::AccessGroupId)?;
        let name = take("name", Column::AccessGroupName)?;
        if id.trim().is_empty() && name.trim().is_empty() {
            return Err(GROUPS_SHAPE);
        }
        groups.push((id, name));
    }
    Ok(groups)
}

/// An id in the array of a record.
struct NestedId {
    id_type: String,
    value: Result<String, Wrong>,
    status: String,
    has_status: bool,
}

impl NestedId {
    fn trimmed(&self) -> Id<'_> {
        Id {
            id_type: self.id_type.trim(),
            value: self
                .value
                .as_ref()
                .map(|value| value.trim())
                .map_err(|cause| *cause),
            status: self.status.trim(),
        }
    }
}

/// The ids in an array `[{"type": …, "value": …, "status": …}]`. What is wrong with one is wrong
/// with its value.
fn nested_ids(value: Value) -> Vec<NestedId> {
    let items = match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        other => vec![other],
    };
    items.into_iter().map(nested_id).collect()
}

fn nested_id(item: Value) -> NestedId {
    let Value::Object(mut item) = item else {
        return NestedId {
            id_type: String::new(),
            value: Err(ID_SHAPE),
            status: String::new(),
            has_status: false,
        };
    };
    let mut take = |short: &str, long: Column| {
        let value = item.remove(long.name()).or_else(|| item.remove(short));
        value.map(text)
    };
    let id_type = take("type", Column::IdType).unwrap_or(Ok(String::new()));
    let value = take("value", Column::IdValue).unwrap_or(Ok(String::new()));
    let status = take("status", Column::IdStatus);
    let has_status = status.is_some();
    let status = status.unwrap_or(Ok(String::new()));
    let fault = id_type.as_ref().err().or(status.as_ref().err()).copied();
    NestedId {
        value: fault.map_or(value, Err),
        id_type: id_type.unwrap_or_default(),
        status: status.unwrap_or_default(),
        has_status,
    }
}

/// The whole file.
struct Top<'r, 'a, 's>(&'r mut Reader<'a, 's>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<(), A::Error> {
        Records(self.0, Section::Any).visit_seq(array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut people = false;
        while let Some(key) = object.next_key::<String>()? {
            let section = match key.as_str() {
                "people" => Section::People,
                "groups" => Section::Groups,
                "memberships" => Section::Memberships,
                "credentials" => Section::Credentials,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if section == Section::People && std::mem::replace(&mut people, true) {
                return Err(A::Error::custom("the member \"people\" is there twice"));
            }
            if section == Section::Credentials {
                self.0.column(Column::IdType);
                self.0.column(Column::IdValue);
            }
            object.next_value_seed(Records(self.0, section))?;
        }
        if people {
            Ok(())
        } else {
            Err(A::Error::custom("the object has no member \"people\""))
        }
    }
}

/// One array of records.
struct Records<'r, 'a, 's>(&'r mut Reader<'a, 's>, Section);

impl<'de> DeserializeSeed<'de> for Records<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let mut line = 0_u32;
        while let Some(item) = array.next_element_seed(Item)? {
            line = line.saturating_add(1);
            match item {
                Some(fields) => self.0.record(line, self.1, fields),
                None => {
                    let merger = &mut self.0.merger;
                    merger.damaged(line, "", "", None, NO_OBJECT.fault());
                }
            }
        }
        Ok(())
    }
}

/// One record: its keys and values in order, or none if it is no object.
struct Item;

impl<'de> DeserializeSeed<'de> for Item {
    type Value = Option<Vec<(String, Value)>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item {
    type Value = Option<Vec<(String, Value)>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = object.next_entry()? {
            fields.push(field);
        }
        Ok(Some(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
