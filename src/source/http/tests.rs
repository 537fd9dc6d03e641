//! Whole reads over HTTP: answers in, roster or error out.

mod answers;
mod lists;
mod sandbox;

use serde_json::{Value, json};

use super::*;
use crate::error::Exit;
use crate::model::http_source::{Authentication, FieldPointer, Fields};
use crate::model::pointer::Pointer;
use crate::model::roster::COLUMNS;
use crate::net::script::{self, Received, Reply, Script};
use crate::secret::{self, Secret};

const SECRET: &str = "s3cret-of-atrium";

/// The pointers of columns, each `column=pointer`, and the canonical names of all others.
fn fields(mapped: &str) -> Fields {
    let mapped: Vec<(&str, &str)> = mapped
        .split_whitespace()
        .map(|pair| pair.split_once('=').unwrap())
        .collect();
    let fields = COLUMNS.into_iter().map(|column| {
        let own = mapped.iter().find(|(name, _)| *name == column);
        FieldPointer {
            column,
            pointer: match own {
                Some((_, pointer)) => Pointer::new(pointer).unwrap(),
                None => Pointer::member(column),
            },
            mapped: own.is_some(),
        }
    });
    Fields(fields.collect())
}

fn list(path: &str, records: &str, mapped: &str) -> List {
    List {
        path: path.to_owned(),
        records: Pointer::new(records).unwrap(),
        total: None,
        fields: fields(mapped),
    }
}

fn nested(array: &str, mapped: &str) -> Option<Part> {
    Some(Part::Nested {
        array: Pointer::new(array).unwrap(),
        fields: fields(mapped),
    })
}

/// People by canonical names, in one answer that is an array.
fn shape(url: &str) -> HttpShape {
    HttpShape {
        url: url.to_owned(),
        authentication: Authentication::Bearer,
        timeout: 5,
        paging: Paging::None,
        size_parameter: None,
        size: 2,
        people: list("/people", "", ""),
        credentials: None,
        groups: None,
        memberships: None,
    }
}

fn secret() -> Secret {
    Secret::new(
        SECRET,
        secret::Origin::Environment("ATRIUMCTL_ATRIUM_SECRET"),
    )
}

fn source(shape: HttpShape) -> HttpSource {
    let http = HttpSettings {
        max_retries: 1,
        max_body: 20_000,
        ..HttpSettings::default()
    };
    HttpSource::new(shape, secret(), http, Vec::new(), Vec::new()).unwrap()
}

fn person(id: &str) -> Value {
    json!({"campus_id": id, "last_name": "Lee", "email": format!("{id}@x.edu"), "status": "A"})
}

fn people(ids: &[&str]) -> Vec<Value> {
    ids.iter().map(|id| person(id)).collect()
}

fn ids(roster: &Roster) -> Vec<&str> {
    roster.people.iter().map(|p| p.campus_id.as_str()).collect()
}

/// Why a roster is partial.
fn why(roster: &Roster) -> Option<&str> {
    match &roster.completeness {
        Completeness::Whole => None,
        Completeness::Partial(why) => Some(why),
    }
}

/// Reads from a server that always answers the same.
async fn read_from(
    body: impl ToString,
    with: impl FnOnce(&mut HttpShape),
) -> Result<Roster, SourceError> {
    let body = body.to_string();
    let server = Script::serve(move |_, _| script::json(200, &body)).await;
    let mut shape = shape(&server.address);
    with(&mut shape);
    source(shape).read().await
}
