//! Reads the attributes that a client sends into the form in which Command holds them:
//! canonical names, right types, nothing read-only, nothing unassigned.

use serde_json::{Map, Value};

use super::error::Failure;
use super::filter::split_urn;
use super::schema::{Attribute, Kind, Kinds, Mutability, Place, find};

/// Reads a whole resource, as POST and PUT send it. Read-only and unknown attributes are
/// ignored (RFC 7644 sections 3.3 and 3.5.1).
pub(super) fn resource(
    body: &Map<String, Value>,
    kinds: &Kinds,
) -> Result<Map<String, Value>, Failure> {
    check_schemas(body, kinds.core.id)?;
    let mut attributes = Map::new();
    for (name, value) in body {
        if let Some(urn) = kinds.extension_urn(name) {
            let Value::Object(fields) = value else {
                return Err(Failure::invalid_value(format!(
                    "`{urn}` has to be an object"
                )));
            };
            for (name, value) in fields {
                if let Some(place) = kinds.find_in(urn, name) {
                    put(&mut attributes, place, value)?;
                }
            }
            continue;
        }
        let (urn, plain) = split_urn(name);
        let place = match urn {
            Some(urn) => kinds.find_in(urn, plain),
            None => kinds.find(plain),
        };
        if let Some(place) = place {
            put(&mut attributes, place, value)?;
        }
    }
    Ok(attributes)
}

/// `schemas` may be missing, since clients of Command are known to leave it out; if it is there
/// it has to name the resource's own schema.
fn check_schemas(body: &Map<String, Value>, urn: &str) -> Result<(), Failure> {
    let Some(schemas) = body
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"))
        .map(|(_, value)| value)
    else {
        return Ok(());
    };
    let named = schemas.as_array().is_some_and(|schemas| {
        schemas
            .iter()
            .filter_map(Value::as_str)
            .any(|schema| schema.eq_ignore_ascii_case(urn))
    });
    match named {
        true => Ok(()),
        false => Err(Failure::bad(
            "invalidSyntax",
            format!("`schemas` does not name {urn}"),
        )),
    }
}

fn put(attributes: &mut Map<String, Value>, place: Place, value: &Value) -> Result<(), Failure> {
    if place.attribute.mutability == Mutability::ReadOnly {
        return Ok(());
    }
    let Some(value) = attribute(value, place.attribute)? else {
        return Ok(());
    };
    at_home(attributes, place.extension, |home| {
        home.insert(place.attribute.name.to_owned(), value);
    });
    Ok(())
}

/// Works on the object that holds an attribute: the resource, or the extension's object in it,
/// which is there only while something is in it.
pub(super) fn at_home<T>(
    attributes: &mut Map<String, Value>,
    extension: Option<&'static str>,
    work: impl FnOnce(&mut Map<String, Value>) -> T,
) -> T {
    let Some(urn) = extension else {
        return work(attributes);
    };
    let mut fields = match attributes.remove(urn) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let outcome = work(&mut fields);
    if !fields.is_empty() {
        attributes.insert(urn.to_owned(), Value::Object(fields));
    }
    outcome
}

/// Reads an attribute's value; `None` is unassigned (RFC 7643 section 2.5).
pub(super) fn attribute(
    value: &Value,
    attribute: &'static Attribute,
) -> Result<Option<Value>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    if !attribute.multi {
        return single(value, attribute);
    }
    let Value::Array(items) = value else {
        return Err(Failure::invalid_value(format!(
            "`{}` has to be a list",
            attribute.name
        )));
    };
    let mut read = Vec::with_capacity(items.len());
    for item in items {
        if let Some(item) = single(item, attribute)? {
            read.push(item);
        }
    }
    Ok((!read.is_empty()).then_some(Value::Array(read)))
}

/// Reads one value of an attribute, for a list one of its items.
pub(super) fn single(
    value: &Value,
    attribute: &'static Attribute,
) -> Result<Option<Value>, Failure> {
    let wrong = |wanted: &str| {
        Err(Failure::invalid_value(format!(
            "`{}` has to be {wanted}",
            attribute.name
        )))
    };
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Kind::Complex, Value::Object(fields)) => {
            let mut read = Map::new();
            for (name, value) in fields {
                let Some(sub) = find(attribute.sub, name) else {
                    continue;
                };
                if sub.mutability == Mutability::ReadOnly {
                    continue;
                }
                if let Some(value) = single(value, sub)? {
                    read.insert(sub.name.to_owned(), value);
                }
            }
            Ok((!read.is_empty()).then_some(Value::Object(read)))
        }
        (Kind::Complex, _) => wrong("an object"),
        (Kind::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        // Microsoft Entra sends booleans as the strings "True" and "False".
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => {
            Ok(Some(true.into()))
        }
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => {
            Ok(Some(false.into()))
        }
        (Kind::Boolean, _) => wrong("true or false"),
        (Kind::Integer, Value::Number(_)) => Ok(Some(value.clone())),
        (Kind::Integer, _) => wrong("a number"),
        (Kind::Text | Kind::Reference | Kind::DateTime, Value::String(_)) => {
            Ok(Some(value.clone()))
        }
        (Kind::Text | Kind::Reference | Kind::DateTime, _) => wrong("a string"),
    }
}

/// What has to hold of a resource after any write: required attributes are there, and no list
/// has two primary values (RFC 7643 sections 2.2 and 2.4).
pub(super) fn check(attributes: &Map<String, Value>, kinds: &Kinds) -> Result<(), Failure> {
    for attribute in kinds.core.attributes {
        let value = attributes.get(attribute.name);
        let blank = value
            .and_then(Value::as_str)
            .is_none_or(|text| text.trim().is_empty());
        if attribute.required && blank {
            return Err(Failure::invalid_value(format!(
                "`{}` is required",
                attribute.name
            )));
        }
        let primaries = value
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|item| item.get("primary").and_then(Value::as_bool) == Some(true))
            .count();
        if primaries > 1 {
            return Err(Failure::invalid_value(format!(
                "`{}` has {primaries} primary values: one at most",
                attribute.name
            )));
        }
    }
    Ok(())
}
