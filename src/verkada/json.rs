//! Lenient reading of what servers send: names without regard to case, missing the same as `null`,
//! and numbers, truth values and texts taken for one another, since servers mix them up.

use serde_json::{Map, Value};

use crate::model::Text;

/// The key under which an object has an attribute, in the server's spelling.
pub(super) fn key<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    match object.get_key_value(name) {
        Some((key, _)) => Some(key.as_str()),
        None => object
            .keys()
            .map(String::as_str)
            .find(|key| key.eq_ignore_ascii_case(name)),
    }
}

/// An attribute that is there and not `null`.
pub(super) fn attribute<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    object
        .get(key(object, name)?)
        .filter(|value| !value.is_null())
}

/// An attribute as text; `None` if it is missing, empty or neither text nor number.
pub(super) fn text(value: &Value, name: &str) -> Option<Text> {
    as_text(attribute(value, name)?)
}

/// A value as text; `None` if it is empty or neither text nor number.
pub(super) fn as_text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) if !text.is_empty() => Some(Text::from(text.as_str())),
        Value::Number(number) => Some(Text::from(number.to_string())),
        _ => None,
    }
}

/// An attribute as a whole number.
pub(super) fn count(value: &Value, name: &str) -> Option<u64> {
    match attribute(value, name)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// An attribute as a truth value.
pub(super) fn boolean(value: &Value, name: &str) -> Option<bool> {
    match attribute(value, name)? {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A list; a single value is a list of one.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}
