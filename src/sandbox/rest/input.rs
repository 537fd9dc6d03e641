//! What requests carry: query parameters and body fields, none of them unknown, and the person
//! whom they name.

use std::collections::BTreeMap;

use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::Failure;
use super::view;
use crate::sandbox::campus::Campus;
use crate::sandbox::command::User;
use crate::sandbox::personality::Switch;
use crate::sandbox::scim::Call;

/// How most calls name a person.
pub(super) const ANY_ID: &[&str] = &["user_id", "external_id", "email", "employee_id"];

/// How calls on credentials, groups and core users name a person.
pub(super) const OWN_ID: &[&str] = &["user_id", "external_id"];

pub(super) type Query<'a> = BTreeMap<&'a str, &'a str>;

/// The query, which may hold these names, each once.
pub(super) fn query<'a>(call: &'a Call<'_>, names: &[&[&str]]) -> Result<Query<'a>, Failure> {
    let mut query = Query::new();
    for (name, value) in call.query {
        if !names.concat().contains(&name.as_str()) {
            return Err(Failure::bad(format!("Unknown query parameter {name}")));
        }
        if query.insert(name, value).is_some() {
            return Err(Failure::bad(format!(
                "Query parameter {name} is given twice"
            )));
        }
    }
    Ok(query)
}

/// A query parameter that has to be there.
pub(super) fn required<'a>(query: &Query<'a>, name: &str) -> Result<&'a str, Failure> {
    match query.get(name) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(Failure::bad(format!("Query parameter {name} is required"))),
    }
}

/// The one of several names that is given.
pub(super) fn exactly_one<'a, 'n>(
    names: &[&'n str],
    get: impl Fn(&str) -> Option<&'a str>,
) -> Result<(&'n str, &'a str), Failure> {
    let mut given = names
        .iter()
        .filter_map(|name| Some((*name, get(name).filter(|value| !value.is_empty())?)));
    match (given.next(), given.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(Failure::bad(format!(
            "Exactly one of {} is required",
            names.join(", ")
        ))),
    }
}

/// The person of a query that has exactly one of these names.
pub(super) fn person(campus: &Campus, query: &Query<'_>, names: &[&str]) -> Result<User, Failure> {
    let (name, value) = exactly_one(names, |name| query.get(name).copied())?;
    find(campus, name, value)
}

/// The person with this value under this name.
pub(super) fn find(campus: &Campus, name: &str, value: &str) -> Result<User, Failure> {
    let command = &campus.command;
    let found: Vec<&User> = match name {
        "user_id" => command
            .user(&view::scim_id(campus, value))
            .into_iter()
            .collect(),
        "external_id" if campus.has(Switch::RestExternalIdHidden) => Vec::new(),
        "external_id" => command.users_by_external_id(value).collect(),
        "email" => command.user_by_email(value).into_iter().collect(),
        _ => command
            .users()
            .filter(|user| user.enterprise("employeeNumber") == value)
            .collect(),
    };
    let found: Vec<&User> = found
        .into_iter()
        .filter(|user| campus.rest_sees(user))
        .collect();
    match found.as_slice() {
        [user] => Ok((*user).clone()),
        [] => Err(Failure::not_found("User")),
        _ => Err(Failure::bad(format!("More than one user has this {name}"))),
    }
}

/// The body's fields, which may have these names.
pub(super) fn body(call: &Call<'_>, names: &[&str]) -> Result<Map<String, Value>, Failure> {
    let kind = call.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Failure::bad("The body has to be application/json"));
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(call.body) else {
        return Err(Failure::bad("The body has to be a JSON object"));
    };
    if let Some(name) = fields.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(Failure::bad(format!("Unknown field {name}")));
    }
    Ok(fields)
}

/// A field that is a string, if it is there. `null` counts as left out.
pub(super) fn text<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, Failure> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::bad(format!("{name} has to be a string"))),
    }
}
