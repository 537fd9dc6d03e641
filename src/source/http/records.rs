//! Records of Atrium's answers on their way to the roster, and what in them stands for what.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use crate::model::Text;
use crate::model::finding::FindingKind;
use crate::model::fold::fold_name;
use crate::model::http_source::{Fields, HttpShape, Part};
use crate::model::look::{FieldLook, ListLook};
use crate::model::pointer::Pointer;
use crate::source::columns::{COUNT, Column, Seen};
use crate::source::defects::Wrong;
use crate::source::filter::Scope;
use crate::source::ids::Id;
use crate::source::json::text;
use crate::source::merge::{Defect, Merger, Row};
use crate::source::sniff::Format;

/// In so many records of a list it is looked for what is not mapped.
const LOOKED_AT: u64 = 1000;

/// So many members that are not mapped are kept.
const UNMAPPED: usize = 200;

/// What the records of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    People,
    Credentials,
    Groups,
    Memberships,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::People => "people",
            Kind::Credentials => "credentials",
            Kind::Groups => "groups",
            Kind::Memberships => "memberships",
        }
    }

    /// The table of the profile that says where it is.
    pub(super) fn table(self) -> &'static str {
        match self {
            Kind::People => "atrium.http.people",
            Kind::Credentials => "atrium.http.credentials",
            Kind::Groups => "atrium.http.groups",
            Kind::Memberships => "atrium.http.memberships",
        }
    }

    /// The name under which its requests are counted.
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Kind::People => "GET people (Atrium)",
            Kind::Credentials => "GET credentials (Atrium)",
            Kind::Groups => "GET groups (Atrium)",
            Kind::Memberships => "GET memberships (Atrium)",
        }
    }
}

/// What was met in the records of one list, or of the arrays in people.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Where in people the array stands.
    pub(super) array: Option<Pointer>,
    pub(super) records: u64,
    /// In how many people the array is.
    pub(super) arrays: u64,
    fields: Vec<(Column, Pointer, bool)>,
    found: [u64; COUNT],
    /// What is used beside the columns.
    also: Vec<Pointer>,
    pub(super) unmapped: BTreeSet<String>,
}

impl Tally {
    pub(super) fn new(kind: Kind, name: String, fields: &Fields) -> Self {
        let fields = fields.0.iter().filter_map(|field| {
            let column = Column::ALL
                .into_iter()
                .find(|column| column.name() == field.column)?;
            Some((column, field.pointer.clone(), field.mapped))
        });
        Tally {
            kind,
            name,
            array: None,
            records: 0,
            arrays: 0,
            fields: fields.collect(),
            found: [0; COUNT],
            also: Vec::new(),
            unmapped: BTreeSet::new(),
        }
    }

    pub(super) fn found(&self, column: Column) -> u64 {
        self.found[column as usize]
    }

    /// Where a column should be.
    pub(super) fn pointer(&self, column: Column) -> &str {
        let field = self.fields.iter().find(|(known, ..)| *known == column);
        field.map_or("", |(_, pointer, _)| pointer.as_str())
    }

    pub(super) fn is_mapped(&self, column: Column) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|(known, _, mapped)| *known == column && *mapped)
    }

    /// The columns that the profile maps, and that no record has.
    pub(super) fn mapped_in_vain(&self) -> impl Iterator<Item = (Column, &Pointer)> {
        self.fields
            .iter()
            .filter(|(column, _, mapped)| *mapped && self.found(*column) == 0)
            .map(|(column, pointer, _)| (*column, pointer))
    }

    /// Reads the columns of a record.
    fn read(&mut self, record: &Value) -> Cells {
        self.records += 1;
        let mut cells = Cells::default();
        for (column, pointer, _) in &self.fields {
            let value = pointer.find(record).filter(|value| !value.is_null());
            let Some(value) = value else { continue };
            self.found[*column as usize] += 1;
            match text(value.clone()) {
                Ok(text) => cells.text[*column as usize] = text.trim().to_owned(),
                Err(cause) if column.is_id() => {
                    cells.id_defect = cells.id_defect.or(Some(cause));
                }
                Err(cause) => {
                    let defect = Defect::new(*column, cause.fault());
                    cells.defect.get_or_insert(defect);
                }
            }
        }
        if self.records <= LOOKED_AT {
            self.look(record, &mut String::new());
        }
        cells
    }

    /// Notes the members at and below a place that stand for nothing.
    fn look(&mut self, value: &Value, at: &mut String) {
        let Ok(here) = Pointer::new(at) else { return };
        let fields = self.fields.iter().map(|(_, pointer, _)| pointer);
        let mut used = fields.chain(&self.also);
        if used.clone().any(|pointer| here.is_in(pointer)) {
            return;
        }
        match value {
            Value::Object(object) if at.is_empty() || used.any(|pointer| pointer.is_in(&here)) => {
                for (name, value) in object {
                    let length = at.len();
                    at.push_str(Pointer::member(name).as_str());
                    self.look(value, at);
                    at.truncate(length);
                }
            }
            _ if self.unmapped.len() < UNMAPPED => {
                self.unmapped.insert(at.clone());
            }
            _ => {}
        }
    }

    /// What is to be shown of it.
    pub(super) fn into_look(self) -> ListLook {
        let found = self.found;
        let shown = self.fields.into_iter().filter(|(column, _, mapped)| {
            // Of what nobody mapped, only what is there tells anything.
            *mapped || found[*column as usize] > 0 || is_needed(self.kind, *column)
        });
        let fields = shown.map(|(column, pointer, mapped)| FieldLook {
            column: column.name(),
            from: pointer.to_string(),
            mapped,
            found: Some(found[column as usize]),
        });
        ListLook {
            name: self.name,
            holds: self.kind.name(),
            records: Some(self.records),
            pages: None,
            total: None,
            fields: fields.collect(),
            unmapped: self.unmapped.into_iter().collect(),
        }
    }
}

/// Whether records of a kind are worth nothing without a column.
pub(super) fn is_needed(kind: Kind, column: Column) -> bool {
    let needed: &[Column] = match kind {
        Kind::People => &[Column::CampusId, Column::Email, Column::Status],
        Kind::Credentials => &[Column::CampusId, Column::IdType, Column::IdValue],
        Kind::Groups => &[Column::AccessGroupId, Column::AccessGroupName],
        Kind::Memberships => &[Column::CampusId, Column::AccessGroupId],
    };
    needed.contains(&column)
}

const BLANK: Wrong = Wrong {
    kind: FindingKind::CardUnreadable,
    message: "The id has neither type nor value.",
    remedy: "Give it both in Atrium.",
};

const NO_OBJECT: Wrong = Wrong {
    kind: FindingKind::RecordShape,
    message: "The record is no object.",
    remedy: "Ask Atrium for one with named members.",
};

const IDS_NO_ARRAY: Wrong = Wrong {
    kind: FindingKind::ValueShape,
    message: "The credentials of the person are no array.",
    remedy: "Correct in_people in the profile.",
};

const GROUPS_NO_ARRAY: Wrong = Wrong {
    kind: FindingKind::GroupsShape,
    message: "The memberships of the person are no array.",
    remedy: "Correct in_people in the profile.",
};

/// The columns of one record as text, trimmed.
#[derive(Default)]
struct Cells {
    text: [String; COUNT],
    defect: Option<Defect>,
    /// What is wrong with the record's own id.
    id_defect: Option<Wrong>,
}

impl Cells {
    fn of(&self, column: Column) -> &str {
        &self.text[column as usize]
    }

    fn group(&self) -> (&str, &str) {
        (
            self.of(Column::AccessGroupId),
            self.of(Column::AccessGroupName),
        )
    }

    fn id(&self) -> Id<'_> {
        Id {
            id_type: self.of(Column::IdType),
            value: self.id_defect.map_or(Ok(self.of(Column::IdValue)), Err),
            status: self.of(Column::IdStatus),
        }
    }

    /// The same for a record that is an id and nothing else: a blank one is a defect.
    fn whole_id(&self) -> Id<'_> {
        match self.id() {
            id if id.is_there() => id,
            id => Id {
                value: Err(BLANK),
                ..id
            },
        }
    }
}

/// Reads the records of all lists into a merger.
pub(super) struct Reader<'a, 's> {
    scope: &'a Scope,
    merger: &'a mut Merger<'s>,
    /// People, then the arrays in them, then the other lists.
    pub(super) tallies: Vec<Tally>,
    nested_ids: Option<usize>,
    nested_groups: Option<usize>,
    /// The members of people, for filters.
    pub(super) seen: Seen,
    headers: BTreeSet<String>,
    /// What each person was on the page where they came first.
    people: HashMap<Text, (u32, u64)>,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(shape: &HttpShape, scope: &'a Scope, merger: &'a mut Merger<'s>) -> Self {
        let name = shape.people.name();
        let mut people = Tally::new(Kind::People, name.to_owned(), &shape.people.fields);
        let mut nested = Vec::new();
        let mut nest = |kind: Kind, part: &Option<Part>| match part {
            Some(Part::Nested { array, fields }) => {
                people.also.push(array.clone());
                let mut tally = Tally::new(kind, format!("{name} {array}"), fields);
                tally.array = Some(array.clone());
                nested.push(tally);
                Some(nested.len())
            }
            _ => None,
        };
        let nested_ids = nest(Kind::Credentials, &shape.credentials);
        let nested_groups = nest(Kind::Memberships, &shape.memberships);
        let mut tallies = vec![people];
        tallies.extend(nested);
        Reader {
            scope,
            merger,
            tallies,
            nested_ids,
            nested_groups,
            seen: Seen::new(&Arc::from(name)),
            headers: BTreeSet::new(),
            people: HashMap::new(),
        }
    }

    /// The records that follow are of this list.
    pub(super) fn start_list(&mut self, kind: Kind, name: &str, fields: &Fields) {
        self.merger.start_file(Arc::from(name), Format::Json);
        if kind != Kind::People {
            self.tallies.push(Tally::new(kind, name.to_owned(), fields));
        }
    }

    /// Takes a record of the list: its number, and the page that it came on. Tells whether an
    /// earlier page had another record of the same person.
    pub(super) fn record(&mut self, kind: Kind, line: u32, page: u32, record: &Value) -> bool {
        if kind == Kind::People {
            return self.person(line, page, record);
        }
        let Some(tally) = self.tallies.last_mut() else {
            return false;
        };
        let cells = tally.read(record);
        let group = [cells.group()];
        let id = [cells.whole_id()];
        self.merger.row(&Row {
            line,
            cells: std::array::from_fn(|at| cells.text[at].as_str()),
            headers: &[],
            groups: if kind == Kind::Credentials {
                &[]
            } else {
                &group
            },
            ids: if kind == Kind::Credentials { &id } else { &[] },
            person: false,
            is_group: kind == Kind::Groups,
            defect: cells.defect.clone(),
        });
        false
    }

    fn person(&mut self, line: u32, page: u32, record: &Value) -> bool {
        let Value::Object(members) = record else {
            self.merger.damaged(line, "", "", None, NO_OBJECT.fault());
            return false;
        };
        let mut cells = self.tallies[0].read(record);
        let groups = self.nested(self.nested_groups, record);
        let groups = groups.unwrap_or_else(|wrong| {
            let defect = Defect::new(Column::AccessGroupId, wrong.fault());
            cells.defect.get_or_insert(defect);
            Vec::new()
        });
        // What is wrong with an array of ids leaves nobody out.
        let ids = self
            .nested(self.nested_ids, record)
            .unwrap_or_else(|wrong| {
                vec![Cells {
                    id_defect: Some(wrong),
                    ..Cells::default()
                }]
            });
        let mut slots = vec![String::new(); self.scope.slots().len()];
        for (name, value) in members {
            if !self.headers.contains(name) {
                self.headers.insert(name.clone());
                self.seen.add_header(name);
            }
            if let Some(slot) = self.scope.slot_of(&fold_name(name)) {
                slots[slot] = text(value.clone()).unwrap_or_default().trim().to_owned();
            }
        }
        let flat = cells.group();
        let of_people = (flat != ("", "")).then_some(flat);
        let groups: Vec<(&str, &str)> = of_people
            .into_iter()
            .chain(groups.iter().map(Cells::group))
            .collect();
        let ids: Vec<Id<'_>> = [cells.id()]
            .into_iter()
            .chain(ids.iter().map(Cells::whole_id))
            .collect();
        let headers: Vec<&str> = slots.iter().map(String::as_str).collect();
        self.merger.row(&Row {
            line,
            cells: std::array::from_fn(|at| cells.text[at].as_str()),
            headers: &headers,
            groups: &groups,
            ids: &ids,
            person: true,
            is_group: false,
            defect: cells.defect.clone(),
        });
        self.is_another(page, &cells)
    }

    /// Whether an earlier page had this person with other data. One of several rows of a person
    /// differs in its id or access group alone.
    fn is_another(&mut self, page: u32, cells: &Cells) -> bool {
        let campus_id = cells.of(Column::CampusId);
        if campus_id.is_empty() {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        let own = Column::ALL.into_iter().filter(|column| column.is_person());
        for column in own {
            cells.of(column).hash(&mut hasher);
        }
        let now = (page, hasher.finish());
        let first = *self.people.entry(Text::from(campus_id)).or_insert(now);
        first.0 != page && first.1 != now.1
    }

    /// The items of an array in a person; none if it is not there.
    fn nested(&mut self, tally: Option<usize>, record: &Value) -> Result<Vec<Cells>, Wrong> {
        let Some(tally) = tally.and_then(|at| self.tallies.get_mut(at)) else {
            return Ok(Vec::new());
        };
        let array = tally.array.as_ref().and_then(|array| array.find(record));
        let items = match array {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => {
                tally.arrays += 1;
                return Err(match tally.kind {
                    Kind::Credentials => IDS_NO_ARRAY,
                    _ => GROUPS_NO_ARRAY,
                });
            }
        };
        tally.arrays += 1;
        Ok(items.iter().map(|item| tally.read(item)).collect())
    }

    /// What was met in each list, and the columns and members that people can be filtered by.
    pub(super) fn finish(mut self) -> (Vec<Tally>, Seen) {
        for tally in &self.tallies {
            for column in Column::ALL {
                if tally.found(column) > 0 {
                    self.seen.add_column(column);
                }
            }
        }
        (self.tallies, self.seen)
    }
}
