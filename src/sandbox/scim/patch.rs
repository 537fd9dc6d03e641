//! PATCH (RFC 7644 section 3.5.2): reads the operations, and carries them out on attributes.
//! The operations of one request are carried out on a copy, so a failure leaves nothing behind.

use serde_json::{Map, Value};

use super::error::Failure;
use super::filter::{Filter, Operator, parse_value_filter, split_urn};
use super::input;
use super::schema::{Attribute, Kind, Kinds, Mutability, Place, find};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The verb of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Replace,
    Remove,
}

/// What an operation points at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    pub(super) place: Place,
    pub(super) filter: Option<Filter>,
    pub(super) sub: Option<&'static Attribute>,
}

/// One step: pathless operations are already split into one step for each attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) verb: Verb,
    pub(super) path: Path,
    pub(super) value: Option<Value>,
}

fn invalid_path(detail: String) -> Failure {
    Failure::bad("invalidPath", detail)
}

fn fixed(attribute: &Attribute) -> Failure {
    Failure::bad(
        "mutability",
        format!("`{}` cannot be changed", attribute.name),
    )
}

/// Reads the body of a PATCH.
pub(super) fn read(body: &Map<String, Value>, kinds: &'static Kinds) -> Result<Vec<Step>, Failure> {
    let field = |name: &str| {
        body.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let is_patch = field("schemas")
        .and_then(Value::as_array)
        .is_some_and(|schemas| schemas.iter().any(|schema| schema == PATCH_OP));
    if !is_patch {
        return Err(Failure::bad(
            "invalidSyntax",
            format!("`schemas` does not name {PATCH_OP}"),
        ));
    }
    let operations = field("Operations")
        .and_then(Value::as_array)
        .filter(|operations| !operations.is_empty())
        .ok_or_else(|| {
            Failure::bad(
                "invalidSyntax",
                "`Operations` has to be a list of operations",
            )
        })?;
    let mut steps = Vec::new();
    for operation in operations {
        read_operation(operation, kinds, &mut steps)?;
    }
    Ok(steps)
}

fn read_operation(
    operation: &Value,
    kinds: &'static Kinds,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    let field = |name: &str| {
        operation
            .as_object()
            .into_iter()
            .flatten()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let verb = field("op").and_then(Value::as_str).unwrap_or_default();
    let verb = match verb.to_ascii_lowercase().as_str() {
        "add" => Verb::Add,
        "replace" => Verb::Replace,
        "remove" => Verb::Remove,
        _ => {
            return Err(Failure::bad(
                "invalidSyntax",
                format!("`{verb}` is no operation: add, replace or remove"),
            ));
        }
    };
    let value = field("value").cloned();
    if verb != Verb::Remove && value.is_none() {
        return Err(Failure::invalid_value("an operation has no `value`"));
    }
    match field("path") {
        Some(Value::String(path)) => {
            if let Some(urn) = kinds.extension_urn(path) {
                return whole_extension(verb, urn, value.as_ref(), kinds, steps);
            }
            let path = parse_path(path, kinds)?;
            let target = path.sub.unwrap_or(path.place.attribute);
            let immutable = path
                .sub
                .is_some_and(|sub| sub.mutability == Mutability::Immutable);
            if target.mutability == Mutability::ReadOnly
                || path.place.attribute.mutability == Mutability::ReadOnly
                || immutable
            {
                return Err(fixed(target));
            }
            steps.push(Step { verb, path, value });
            Ok(())
        }
        None | Some(Value::Null) => {
            if verb == Verb::Remove {
                return Err(Failure::bad("noTarget", "remove needs a `path`"));
            }
            let Some(Value::Object(fields)) = value else {
                return Err(Failure::invalid_value(
                    "without a `path`, `value` has to be an object",
                ));
            };
            for (name, value) in fields {
                if let Some(urn) = kinds.extension_urn(&name) {
                    whole_extension(verb, urn, Some(&value), kinds, steps)?;
                } else if let Ok(path) = parse_path(&name, kinds)
                    && path.place.attribute.mutability != Mutability::ReadOnly
                {
                    // Okta repeats the read-only `id` here; that and unknown names are ignored.
                    steps.push(Step {
                        verb,
                        path,
                        value: Some(value),
                    });
                }
            }
            Ok(())
        }
        Some(_) => Err(invalid_path("`path` has to be a string".to_owned())),
    }
}

/// An operation on the extension's object as a whole is one on each of its attributes.
fn whole_extension(
    verb: Verb,
    urn: &'static str,
    value: Option<&Value>,
    kinds: &'static Kinds,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    let step = |place, value| Step {
        verb,
        path: Path {
            place,
            filter: None,
            sub: None,
        },
        value,
    };
    if verb == Verb::Remove {
        let attributes = kinds.extension.map(|extension| extension.attributes);
        steps.extend(attributes.into_iter().flatten().map(|attribute| {
            step(
                Place {
                    extension: Some(urn),
                    attribute,
                },
                None,
            )
        }));
        return Ok(());
    }
    let Some(Value::Object(fields)) = value else {
        return Err(Failure::invalid_value(format!(
            "`{urn}` has to be an object"
        )));
    };
    for (name, value) in fields {
        if let Some(place) = kinds.find_in(urn, name) {
            steps.push(step(place, Some(value.clone())));
        }
    }
    Ok(())
}

/// Reads `[urn:]name[filter].sub`.
fn parse_path(text: &str, kinds: &'static Kinds) -> Result<Path, Failure> {
    let unknown = || {
        invalid_path(format!(
            "path `{text}` points at nothing that this server has"
        ))
    };
    let text = text.trim();
    let (head, rest) = match text.split_once('[') {
        Some((head, rest)) => (head, Some(rest)),
        None => (text, None),
    };
    let (urn, head) = split_urn(head);
    let (name, sub) = match head.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (head, None),
    };
    let place = match urn {
        Some(urn) => kinds.find_in(urn, name),
        None => kinds.find(name),
    }
    .ok_or_else(unknown)?;
    let mut filter = None;
    let mut sub = sub;
    if let Some(rest) = rest {
        if sub.is_some() || !place.attribute.multi || place.attribute.kind != Kind::Complex {
            return Err(invalid_path(format!(
                "path `{text}`: brackets belong after a list"
            )));
        }
        let (read, rest) = parse_value_filter(rest, place.attribute)?;
        filter = Some(read);
        sub = match rest.strip_prefix('.') {
            Some(sub) => Some(sub),
            None if rest.is_empty() => None,
            None => return Err(unknown()),
        };
    }
    let sub = match sub {
        Some(sub) => Some(find(place.attribute.sub, sub).ok_or_else(unknown)?),
        None => None,
    };
    Ok(Path { place, filter, sub })
}

/// Carries a step out on attributes in memory.
pub(super) fn apply(step: &Step, attributes: &mut Map<String, Value>) -> Result<(), Failure> {
    let Path { place, filter, sub } = &step.path;
    let attribute = place.attribute;
    let unassign = step.verb == Verb::Remove || step.value.as_ref().is_some_and(Value::is_null);
    if unassign && attribute.required {
        return Err(Failure::bad(
            "mutability",
            format!("`{}` is required", attribute.name),
        ));
    }
    let value = step.value.as_ref().unwrap_or(&Value::Null);
    input::at_home(attributes, place.extension, |home| {
        match (attribute.multi, unassign) {
            (false, true) => remove_single(home, attribute, *sub),
            (false, false) => set_single(home, attribute, *sub, value)?,
            (true, true) => remove_values(home, attribute, filter.as_ref(), *sub, value),
            (true, false) => set_values(home, attribute, step, value)?,
        }
        Ok(())
    })
}

fn remove_single(home: &mut Map<String, Value>, attribute: &Attribute, sub: Option<&Attribute>) {
    let Some(sub) = sub else {
        home.remove(attribute.name);
        return;
    };
    if let Some(Value::Object(fields)) = home.get_mut(attribute.name) {
        fields.remove(sub.name);
        if fields.is_empty() {
            home.remove(attribute.name);
        }
    }
}

fn set_single(
    home: &mut Map<String, Value>,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
    value: &Value,
) -> Result<(), Failure> {
    let read = input::single(value, sub.unwrap_or(attribute))?;
    let Some(read) = read else {
        return Ok(());
    };
    if attribute.kind != Kind::Complex {
        home.insert(attribute.name.to_owned(), read);
        return Ok(());
    }
    // A complex value is merged: sub-attributes that are not named stay (section 3.5.2.3).
    let mut fields = match home.remove(attribute.name) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    match (sub, read) {
        (Some(sub), read) => {
            fields.insert(sub.name.to_owned(), read);
        }
        (None, Value::Object(read)) => fields.extend(read),
        (None, _) => {}
    }
    home.insert(attribute.name.to_owned(), Value::Object(fields));
    Ok(())
}

fn take_list(home: &mut Map<String, Value>, attribute: &Attribute) -> Vec<Value> {
    match home.remove(attribute.name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn put_list(home: &mut Map<String, Value>, attribute: &Attribute, items: Vec<Value>) {
    if !items.is_empty() {
        home.insert(attribute.name.to_owned(), Value::Array(items));
    }
}

/// Removing what is not there succeeds.
fn remove_values(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    filter: Option<&Filter>,
    sub: Option<&Attribute>,
    value: &Value,
) {
    let mut items = take_list(home, attribute);
    let named = named_values(value);
    let chosen = |item: &Value| match (filter, named.as_deref()) {
        (Some(filter), _) => filter.matches(item),
        (None, Some(named)) => item
            .get("value")
            .and_then(Value::as_str)
            .is_some_and(|id| named.contains(&id)),
        (None, None) => true,
    };
    match sub {
        None => items.retain(|item| !chosen(item)),
        Some(sub) => {
            for item in items.iter_mut().filter(|item| chosen(item)) {
                if let Value::Object(fields) = item {
                    fields.remove(sub.name);
                }
            }
            items.retain(|item| item.as_object().is_none_or(|fields| !fields.is_empty()));
        }
    }
    put_list(home, attribute, items);
}

/// The values that `{"op":"remove","path":"members","value":[{"value":"…"}]}` names: a form
/// that RFC 7644 does not have, sent by Entra and by clients of Command.
pub(super) fn named_values(value: &Value) -> Option<Vec<&str>> {
    let one = |item: &'_ Value| match item {
        Value::String(_) => true,
        Value::Object(fields) => fields.contains_key("value"),
        _ => false,
    };
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => return None,
        item => vec![item],
    };
    if !items.iter().all(|item| one(item)) {
        return None;
    }
    Some(
        items
            .into_iter()
            .filter_map(|item| {
                item.as_str()
                    .or_else(|| item.get("value").and_then(Value::as_str))
            })
            .collect(),
    )
}

fn set_values(
    home: &mut Map<String, Value>,
    attribute: &'static Attribute,
    step: &Step,
    value: &Value,
) -> Result<(), Failure> {
    let Path { filter, sub, .. } = &step.path;
    if filter.is_none() && sub.is_none() {
        // One value without list brackets is taken as a list of one.
        let read = match value {
            Value::Array(_) => input::attribute(value, attribute)?,
            one => input::single(one, attribute)?.map(|one| Value::Array(vec![one])),
        };
        let new = match read {
            Some(Value::Array(new)) => new,
            _ => Vec::new(),
        };
        let old = take_list(home, attribute);
        let items = match step.verb {
            Verb::Replace => new,
            _ => join(old, new),
        };
        put_list(home, attribute, items);
        return Ok(());
    }
    let read = input::single(value, sub.unwrap_or(attribute))?.unwrap_or(Value::Null);
    let mut items = take_list(home, attribute);
    let mut hit = false;
    for item in &mut items {
        if filter.as_ref().is_none_or(|filter| filter.matches(item)) {
            hit = true;
            write_item(item, step.verb, *sub, &read);
        }
    }
    if !hit {
        if step.verb == Verb::Replace && filter.is_some() {
            return Err(Failure::bad(
                "noTarget",
                format!("no value of `{}` answers the filter", attribute.name),
            ));
        }
        // Adding to a value that is not there makes it, with what the filter says of it.
        let mut item = Value::Object(filter.as_ref().map(implied).unwrap_or_default());
        write_item(&mut item, Verb::Add, *sub, &read);
        items.push(item);
    }
    put_list(home, attribute, items);
    Ok(())
}

fn write_item(item: &mut Value, verb: Verb, sub: Option<&Attribute>, value: &Value) {
    match (sub, value, item) {
        (Some(sub), value, Value::Object(fields)) => {
            fields.insert(sub.name.to_owned(), value.clone());
        }
        (None, Value::Object(new), Value::Object(fields)) if verb == Verb::Add => {
            fields.extend(new.clone());
        }
        (None, value, item) => *item = value.clone(),
        _ => {}
    }
}

/// The fields that `type eq "work"` says a value has.
fn implied(filter: &Filter) -> Map<String, Value> {
    match filter {
        Filter::Compare(target, Operator::Equal, value) => target
            .attribute
            .map(|attribute| (attribute.name.to_owned(), value.clone()))
            .into_iter()
            .collect(),
        Filter::And(left, right) => {
            let mut fields = implied(left);
            fields.extend(implied(right));
            fields
        }
        _ => Map::new(),
    }
}

/// Appends values. Equal ones are not repeated, and a new primary value takes that mark from
/// the old one (section 3.5.2).
fn join(mut old: Vec<Value>, mut new: Vec<Value>) -> Vec<Value> {
    let is_primary = |item: &Value| item.get("primary").and_then(Value::as_bool) == Some(true);
    new.retain(|item| !old.contains(item));
    if new.iter().any(is_primary) {
        for fields in old.iter_mut().filter(|item| is_primary(item)) {
            fields["primary"] = false.into();
        }
    }
    old.append(&mut new);
    old
}
