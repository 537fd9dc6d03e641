//! Atrium over HTTP: lists of people, credentials, access groups and memberships.
//!
//! Atrium's interface is not public, so the profile says everything of it ([`HttpShape`]). What
//! comes goes the same way as the rows of files.

mod connection;
mod error;
mod pages;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::Url;
use serde_json::Value;

pub use error::HttpError;

use super::columns::{Column, Mapping, Seen};
use super::defects::Defects;
use super::filter::{Filter, Scope};
use super::ids::Ids;
use super::merge::Merger;
use super::{Looked, SourceError};
use crate::model::Completeness;
use crate::model::http_source::{HttpShape, List, Paging, Part};
use crate::model::id_type::IdTypes;
use crate::model::look::Look;
use crate::model::nearest::nearest;
use crate::model::report::RequestCount;
use crate::model::roster::Roster;
use crate::model::rules::CardMeaning;
use crate::net::{HttpSettings, link};
use crate::secret::Secret;
use connection::{Connection, Got};
use pages::{From, Page, Pages};
use records::{Kind, Reader, Tally, is_needed};

/// So many members are named in a message.
const SHOWN: usize = 40;

/// An Atrium that is read over HTTP. Clones share the connection.
#[derive(Clone)]
pub struct HttpSource {
    shape: Arc<HttpShape>,
    connection: Arc<Connection>,
    people_filter: Vec<Filter>,
    group_filter: Vec<Filter>,
    id_types: IdTypes,
    id_status: BTreeMap<String, CardMeaning>,
}

impl HttpSource {
    /// A source whose address, secret and filters were checked. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// What the profile got wrong, or a secret that can't be sent.
    pub fn new(
        shape: HttpShape,
        secret: Secret,
        http: HttpSettings,
        people_filter: Vec<Filter>,
        group_filter: Vec<Filter>,
    ) -> Result<Self, SourceError> {
        let connection = Connection::new(&shape, secret, http)?;
        let source = HttpSource {
            shape: Arc::new(shape),
            connection: Arc::new(connection),
            people_filter,
            group_filter,
            id_types: IdTypes::default(),
            id_status: BTreeMap::new(),
        };
        source.scope()?;
        Ok(source)
    }

    /// The same source that makes cards of ids.
    #[must_use]
    pub fn with_ids(mut self, id_types: IdTypes, id_status: BTreeMap<String, CardMeaning>) -> Self {
        self.id_types = id_types;
        self.id_status = id_status;
        self
    }

    /// How many requests were sent so far, by list.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.connection.requests()
    }

    /// Reads every list to its end, into one roster. A list that contradicts itself makes it
    /// partial.
    ///
    /// # Errors
    ///
    /// Atrium could not be read, or its answers are not as the profile says.
    pub async fn read(&self) -> Result<Roster, SourceError> {
        let Looked { look, problem } = self.look().await?;
        match problem {
            None => Ok(look.roster),
            Some(problem) => Err(problem),
        }
    }

    /// The same, with what stands for what; and with the problem that the profile does not fit, if
    /// that is so.
    ///
    /// # Errors
    ///
    /// Atrium could not be read.
    pub async fn look(&self) -> Result<Looked, SourceError> {
        let scope = self.scope()?;
        let mut merger = Merger::new(
            &scope,
            Ids::new(&self.id_types, &self.id_status),
            Defects::Rows(Vec::new()),
        );
        let mut reader = Reader::new(&self.shape, &scope, &mut merger);
        let mut reads = Vec::new();
        for (kind, list) in self.lists() {
            reader.start_list(kind, list.name(), &list.fields);
            reads.push((kind, self.read_list(kind, list, &mut reader).await?));
        }
        let (tallies, seen) = reader.finish();
        let problem = problem(&tallies, &seen, &scope);
        let has = |column: Column| tallies.iter().any(|tally| tally.found(column) > 0);
        let mapped = |column: Column| tallies.iter().any(|tally| tally.is_mapped(column));
        let has_credentials = self.shape.credentials.is_some() || has(Column::IdValue);
        // A status that is mapped and that nobody has is not the same as one that is not read.
        let has_status = has(Column::IdStatus) || mapped(Column::IdStatus);
        let mut roster = merger.finish(has_credentials, has_status);
        roster.notices.extend(in_vain(&tallies));
        let faults: Vec<String> = reads.iter().filter_map(|(_, read)| read.fault()).collect();
        if !faults.is_empty() {
            roster.completeness = Completeness::Partial(faults.join("; "));
        }
        let lists = tallies.into_iter().map(|tally| {
            let read = reads.iter().find(|(kind, _)| *kind == tally.kind);
            let paged = read.filter(|_| tally.array.is_none()).map(|(_, read)| read);
            let mut look = tally.into_look();
            look.pages = paged.map(|read| read.pages);
            look.total = paged.and_then(|read| read.total);
            look
        });
        Ok(Looked {
            look: Look {
                lists: lists.collect(),
                paging: Some(self.shape.paging.word()),
                roster,
            },
            problem,
        })
    }

    fn scope(&self) -> Result<Scope, SourceError> {
        let mapping = Mapping::new(&BTreeMap::new())?;
        Scope::new(&self.people_filter, &self.group_filter, &mapping)
    }

    /// The lists with an address of their own, in the order in which they are read.
    fn lists(&self) -> impl Iterator<Item = (Kind, &List)> {
        let shape = &*self.shape;
        [
            (Kind::People, Some(&shape.people)),
            (Kind::Credentials, own_list(&shape.credentials)),
            (Kind::Groups, shape.groups.as_ref()),
            (Kind::Memberships, own_list(&shape.memberships)),
        ]
        .into_iter()
        .filter_map(|(kind, list)| Some((kind, list?)))
    }

    /// Reads one list to its end.
    async fn read_list(
        &self,
        kind: Kind,
        list: &List,
        reader: &mut Reader<'_, '_>,
    ) -> Result<Read, SourceError> {
        let mut pages = Pages::new(&self.shape.paging, list.total.as_ref());
        let mut from = Some(pages.first());
        let mut line = 0_u32;
        let mut changed = 0_u64;
        while let Some(place) = from {
            let url = self.page_address(list, place)?;
            let got = self.connection.get(list, kind.endpoint(), &url).await?;
            let records = records(list, &got.value)?;
            let page = self.page(list, &got, records, &url);
            let (fresh, next) = pages.take(page);
            for (record, fresh) in records.iter().zip(fresh) {
                line = line.saturating_add(1);
                if fresh && reader.record(kind, line, pages.pages(), record) {
                    changed += 1;
                }
            }
            from = next;
        }
        if changed > 0 {
            pages.fault(format!(
                "{changed} came twice with other data, so the list changed while it was read"
            ));
        }
        Ok(Read {
            name: list.name().to_owned(),
            pages: pages.pages(),
            total: pages.total(),
            fault: pages.finish(),
        })
    }

    fn page_address(&self, list: &List, from: From) -> Result<Url, SourceError> {
        let parameter = match from {
            From::Address(url) => return Ok(url),
            From::Start => None,
            From::Parameter(name, value) => Some((name, value)),
        };
        let mut url = self.connection.address(list)?;
        let size = self.shape.size_parameter.clone();
        let size = size.map(|name| (name, self.shape.size.to_string()));
        for (name, value) in size.into_iter().chain(parameter) {
            url.query_pairs_mut().append_pair(&name, &value);
        }
        Ok(url)
    }

    /// What a page says of itself.
    fn page<'r>(&self, list: &List, got: &Got, records: &'r [Value], url: &Url) -> Page<'r> {
        let total = list.total.as_ref().and_then(|total| total.find(&got.value));
        let cursor = match &self.shape.paging {
            Paging::Cursor { next, .. } => next.find(&got.value).and_then(cursor_of),
            _ => None,
        };
        let next = link::next(got.links.iter().map(String::as_str));
        Page {
            records,
            total: total.and_then(count),
            cursor,
            link: next.map(|to| self.link(url, to)),
        }
    }

    /// The address that a link leads to, or why it is not followed.
    fn link(&self, from: &Url, to: &str) -> Result<Url, String> {
        let Ok(url) = from.join(to) else {
            return Err("has a link that is no address".to_owned());
        };
        if self.connection.is_ours(&url) {
            return Ok(url);
        }
        let origin = url.origin().ascii_serialization();
        Err(format!(
            "leads to another server, {origin}, which must not get the secret"
        ))
    }
}

fn own_list(part: &Option<Part>) -> Option<&List> {
    match part {
        Some(Part::Apart(list)) => Some(list),
        _ => None,
    }
}

/// What is to be told of a list that was read.
struct Read {
    name: String,
    pages: u32,
    total: Option<u64>,
    fault: Option<String>,
}

impl Read {
    fn fault(&self) -> Option<String> {
        let fault = self.fault.as_ref()?;
        Some(format!("{}: {fault}", self.name))
    }
}

/// The records of an answer.
fn records<'v>(list: &List, answer: &'v Value) -> Result<&'v [Value], HttpError> {
    let found = match list.records.find(answer) {
        Some(Value::Array(records)) => return Ok(records),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Object(object)) => {
            let names: Vec<&str> = object.keys().map(String::as_str).collect();
            format!("an object with {}", listed(&names))
        }
        Some(_) => "a single value".to_owned(),
        None => match answer {
            Value::Object(object) => {
                let names: Vec<&str> = object.keys().map(String::as_str).collect();
                format!("nothing; it is an object with {}", listed(&names))
            }
            Value::Array(_) => "nothing; it is an array itself, so `list` is \"\"".to_owned(),
            _ => "nothing".to_owned(),
        },
    };
    Err(HttpError::NoList {
        list: list.name().to_owned(),
        pointer: list.records.to_string(),
        found,
    })
}

/// Names for a message.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| name.escape_debug().to_string())
        .collect();
    match names.len() {
        0 => "no members".to_owned(),
        all if all > SHOWN => format!("{} and {} more", shown.join(", "), all - SHOWN),
        _ => shown.join(", "),
    }
}

/// A cursor; blank and `null` end the list.
fn cursor_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A count, which some servers write as text.
fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What the profile must have got wrong, for no record has what all need. From lists without
/// records nothing can be told; the guards look after emptiness.
fn problem(tallies: &[Tally], seen: &Seen, scope: &Scope) -> Option<SourceError> {
    let people = tallies.first().map_or(0, |people| people.records);
    for tally in tallies {
        if let Some(array) = tally
            .array
            .as_ref()
            .filter(|_| tally.arrays == 0 && people > 0)
        {
            let members = tallies.first().unwrap_or(tally);
            return Some(missing(tally, members, "any array", array.as_str()));
        }
        let is_nested = tally.array.is_some();
        let mut needed = Column::ALL.into_iter().filter(|column| {
            is_needed(tally.kind, *column) && !(is_nested && *column == Column::CampusId)
        });
        if tally.records == 0 {
            continue;
        }
        if let Some(column) = needed.find(|column| tally.found(*column) == 0) {
            let pointer = tally.pointer(column);
            return Some(missing(tally, tally, column.name(), pointer));
        }
        let names = [Column::FirstName, Column::LastName];
        if tally.kind == Kind::People && names.iter().all(|name| tally.found(*name) == 0) {
            let pointer = tally.pointer(Column::LastName);
            return Some(missing(tally, tally, Column::LastName.name(), pointer));
        }
    }
    let lacking = scope.lacking(std::slice::from_ref(seen));
    lacking.into_iter().next().map(SourceError::from)
}

/// The error for what is in no record; `members` knows what is there and not mapped.
fn missing(tally: &Tally, members: &Tally, column: &'static str, pointer: &str) -> SourceError {
    let names: Vec<&str> = members.unmapped.iter().map(String::as_str).collect();
    let wanted = pointer.rsplit('/').next().unwrap_or_default();
    let last = |name: &&str| (name.rsplit('/').next().unwrap_or_default()).to_owned();
    let lasts: Vec<String> = names.iter().map(last).collect();
    let near = nearest(wanted, lasts.iter().map(String::as_str));
    let near = near.and_then(|near| names.iter().find(|name| last(name) == near));
    let near = near.map_or_else(String::new, |near| {
        format!(" (the nearest is \"{}\")", near.escape_debug())
    });
    HttpError::MissingField {
        list: tally.name.clone(),
        column,
        pointer: pointer.to_owned(),
        there: format!("{near}; not mapped are: {}", listed(&names)),
        table: tally.kind.table(),
    }
    .into()
}

/// A notice for each column that the profile maps to what no record has.
fn in_vain(tallies: &[Tally]) -> Vec<String> {
    let with_records = tallies.iter().filter(|tally| tally.records > 0);
    let all = with_records.flat_map(|tally| {
        tally.mapped_in_vain().map(|(column, pointer)| {
            format!(
                "{}: no record has \"{pointer}\", which the profile maps to {}",
                tally.name,
                column.name()
            )
        })
    });
    all.collect()
}
