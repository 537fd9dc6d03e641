//! The two ways to write a change: the operations of a `PATCH` (RFC 7644, section 3.5.2), or the
//! resource as it was read with the change in it, for a `PUT` (section 3.5.1). Pure.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::filter;
use super::wire::{self, ENTERPRISE};
use crate::model::{Field, Text, UserId, join_name};

/// What is to change of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChanges {
    /// New values; an empty text clears the field. [`Field::Active`] and [`Field::Name`] have no
    /// place here and are passed over.
    pub fields: Vec<(Field, Text)>,
    /// Whether the user is to be active; `None` leaves it.
    pub active: Option<bool>,
}

impl UserChanges {
    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.active.is_none() && self.fields.iter().all(|(field, _)| place(*field).is_none())
    }
}

/// Where a field stands in a user.
enum Place {
    Top(&'static str),
    Name(&'static str),
    Enterprise(&'static str),
    Phone,
}

fn place(field: Field) -> Option<Place> {
    Some(match field {
        Field::Email => Place::Top("userName"),
        Field::ExternalId => Place::Top("externalId"),
        Field::Title => Place::Top("title"),
        Field::FirstName => Place::Name("givenName"),
        Field::MiddleName => Place::Name("middleName"),
        Field::LastName => Place::Name("familyName"),
        Field::Department => Place::Enterprise("department"),
        Field::EmployeeNumber => Place::Enterprise("employeeNumber"),
        Field::Phone => Place::Phone,
        Field::Active | Field::Name => return None,
    })
}

fn patch(operations: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    })
}

/// The `PATCH` of a user.
pub(super) fn patch_user(changes: &UserChanges) -> Value {
    let mut operations = Vec::new();
    let switch = changes
        .active
        .map(|active| json!({"op": "replace", "path": "active", "value": active}));
    // Operations count in their order, and a deactivated user may refuse changes: so reactivate
    // first and deactivate last.
    if changes.active == Some(true) {
        operations.extend(switch.clone());
    }
    for (field, text) in &changes.fields {
        let Some(place) = place(*field) else { continue };
        let path = match &place {
            Place::Top(name) => (*name).to_owned(),
            Place::Name(name) => format!("name.{name}"),
            Place::Enterprise(name) => format!("{ENTERPRISE}:{name}"),
            Place::Phone => "phoneNumbers".to_owned(),
        };
        operations.push(if text.is_empty() {
            json!({"op": "remove", "path": path})
        } else if matches!(place, Place::Phone) {
            json!({"op": "replace", "path": path, "value": wire::work_phone(text)})
        } else {
            json!({"op": "replace", "path": path, "value": text})
        });
    }
    if changes.active == Some(false) {
        operations.extend(switch);
    }
    patch(operations)
}

/// The `PATCH` that renames a group.
pub(super) fn patch_name(name: &str) -> Value {
    patch(vec![
        json!({"op": "replace", "path": "displayName", "value": name}),
    ])
}

/// The `PATCH` that adds members to a group.
pub(super) fn patch_add(users: &[UserId]) -> Value {
    patch(vec![
        json!({"op": "add", "path": "members", "value": members(users)}),
    ])
}

/// The `PATCH` that removes members from a group. Each is named in the path: a `remove` of
/// `members` as such removes them all.
pub(super) fn patch_remove(users: &[UserId]) -> Value {
    patch(
        users
            .iter()
            .map(|id| json!({"op": "remove", "path": filter::member_path(id.as_str())}))
            .collect(),
    )
}

fn members(users: &[UserId]) -> Vec<Value> {
    users.iter().map(|id| json!({"value": id})).collect()
}

/// A user as read, with the changes in it, for a `PUT`. `None` if it is no object.
pub(super) fn put_user(resource: Value, changes: &UserChanges) -> Option<Value> {
    let mut user = writable(resource)?;
    for (field, text) in &changes.fields {
        match place(*field) {
            Some(Place::Top(name)) => set(&mut user, name, text_value(text)),
            Some(Place::Name(name)) => {
                within(&mut user, "name", |inner| {
                    set(inner, name, text_value(text))
                });
            }
            Some(Place::Enterprise(name)) => {
                // Some servers have these at top level; there it has to change too.
                if wire::key(&user, name).is_some() {
                    set(&mut user, name, text_value(text));
                }
                within(&mut user, ENTERPRISE, |inner| {
                    set(inner, name, text_value(text))
                });
                if wire::key(&user, ENTERPRISE).is_some() {
                    declare(&mut user, ENTERPRISE);
                }
            }
            Some(Place::Phone) if text.is_empty() => set(&mut user, "phoneNumbers", None),
            Some(Place::Phone) => {
                set(&mut user, "phoneNumbers", Some(wire::work_phone(text)));
            }
            None => {}
        }
    }
    if let Some(active) = changes.active {
        set(&mut user, "active", Some(Value::Bool(active)));
    }
    let is_name = |(field, _): &(Field, Text)| matches!(field, Field::FirstName | Field::LastName);
    if changes.fields.iter().any(is_name) && wire::key(&user, "displayName").is_some() {
        let part = |part| {
            user.get(wire::key(&user, "name")?)
                .and_then(|name| wire::text(name, part))
        };
        let shown = join_name(
            &part("givenName").unwrap_or_default(),
            &part("familyName").unwrap_or_default(),
        );
        set(&mut user, "displayName", text_value(&shown));
    }
    Some(Value::Object(user))
}

/// A group as read, with another name, for a `PUT`. `None` if it is no object.
pub(super) fn put_name(resource: Value, name: &str) -> Option<Value> {
    let mut group = writable(resource)?;
    set(&mut group, "displayName", text_value(name));
    Some(Value::Object(group))
}

/// A group as read, with members added and removed, for a `PUT`. `None` if it is no object.
pub(super) fn put_members(resource: Value, add: &[UserId], remove: &[UserId]) -> Option<Value> {
    let mut group = writable(resource)?;
    let key = wire::key(&group, "members").unwrap_or("members").to_owned();
    let mut kept: Vec<Value> = match group.remove(&key) {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => Vec::new(),
        Some(single) => vec![single],
    };
    kept.retain(|item| {
        wire::value_of(item).is_none_or(|id| !remove.iter().any(|user| user.0 == id))
    });
    let there: HashSet<Text> = kept.iter().filter_map(wire::value_of).collect();
    let fresh: Vec<UserId> = add
        .iter()
        .filter(|id| !there.contains(&id.0))
        .cloned()
        .collect();
    kept.extend(members(&fresh));
    group.insert(key, Value::Array(kept));
    Some(Value::Object(group))
}

/// What is written back of a resource: all but what only the server writes (RFC 7643, sections
/// 3.1 and 4.1.2).
fn writable(resource: Value) -> Option<Map<String, Value>> {
    let Value::Object(mut object) = resource else {
        return None;
    };
    object.retain(|key, value| {
        !value.is_null()
            && !["meta", "groups"]
                .iter()
                .any(|name| key.eq_ignore_ascii_case(name))
    });
    Some(object)
}

fn text_value(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::from(text))
}

/// Sets an attribute in the server's spelling of its name; `None` removes it.
fn set(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let key = wire::key(object, name).unwrap_or(name).to_owned();
    match value {
        Some(value) => object.insert(key, value),
        None => object.remove(&key),
    };
}

/// Changes an attribute that is an object; it is made where it is missing, and left out where
/// nothing is left in it.
fn within(
    object: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    let key = wire::key(object, name).unwrap_or(name).to_owned();
    let mut inner = match object.remove(&key) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    change(&mut inner);
    if !inner.is_empty() {
        object.insert(key, Value::Object(inner));
    }
}

/// Names a schema among those that the resource uses.
fn declare(object: &mut Map<String, Value>, schema: &str) {
    let key = wire::key(object, "schemas").unwrap_or("schemas").to_owned();
    let schemas = object.entry(key).or_insert_with(|| json!([wire::USER]));
    if let Value::Array(schemas) = schemas {
        let is_it = |item: &Value| {
            item.as_str()
                .is_some_and(|s| s.eq_ignore_ascii_case(schema))
        };
        if !schemas.iter().any(is_it) {
            schemas.push(Value::from(schema));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> UserChanges {
        UserChanges {
            fields: vec![
                (Field::LastName, "King".into()),
                (Field::Title, "".into()),
                (Field::Department, "Maths".into()),
                (Field::Phone, "+1".into()),
                (Field::Name, "passed over".into()),
            ],
            active: Some(true),
        }
    }

    #[test]
    fn one_patch_for_all_changes() {
        let body = patch_user(&changes());
        assert_eq!(
            body["Operations"],
            json!([
                {"op": "replace", "path": "active", "value": true},
                {"op": "replace", "path": "name.familyName", "value": "King"},
                {"op": "remove", "path": "title"},
                {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Maths"},
                {"op": "replace", "path": "phoneNumbers", "value": [{"type": "work", "value": "+1"}]},
            ])
        );
        let last = patch_user(&UserChanges {
            active: Some(false),
            ..changes()
        });
        assert_eq!(last["Operations"][4]["path"], "active");
        assert!(!changes().is_empty());
        let nothing = vec![(Field::Name, "x".into()), (Field::Active, "true".into())];
        assert!(
            UserChanges {
                fields: nothing,
                active: None
            }
            .is_empty()
        );
    }

    #[test]
    fn members_are_removed_one_by_one() {
        let body = patch_remove(&["a".into(), "b\"".into()]);
        assert_eq!(
            body["Operations"],
            json!([
                {"op": "remove", "path": "members[value eq \"a\"]"},
                {"op": "remove", "path": "members[value eq \"b\\\"\"]"},
            ])
        );
    }

    #[test]
    fn a_put_keeps_what_it_does_not_know() {
        let read = json!({
            "schemas": [wire::USER], "ID": "u1", "externalId": "atrium:1", "meta": {"x": 1},
            "Groups": [{"value": "g"}], "nickName": "Ada", "locale": null,
            "NAME": {"familyname": "Lovelace", "givenName": "Ada", "formatted": "Ada L"},
            "displayName": "Ada Lovelace", "title": "Dean", "department": "old",
            "active": false
        });
        assert_eq!(
            put_user(read, &changes()).unwrap(),
            json!({
                "schemas": [wire::USER, ENTERPRISE], "ID": "u1", "externalId": "atrium:1",
                "nickName": "Ada",
                "NAME": {"familyname": "King", "givenName": "Ada", "formatted": "Ada L"},
                "displayName": "Ada King", "department": "Maths", "active": true,
                ENTERPRISE: {"department": "Maths"},
                "phoneNumbers": [{"type": "work", "value": "+1"}]
            })
        );
        assert!(put_user(json!([]), &changes()).is_none());
    }

    #[test]
    fn clearing_the_last_value_leaves_no_empty_object() {
        let clear = UserChanges {
            fields: vec![
                (Field::Department, "".into()),
                (Field::FirstName, "".into()),
            ],
            active: None,
        };
        let read = json!({"id": "u", "name": {"givenName": "A"}, ENTERPRISE: {"department": "x"}});
        assert_eq!(put_user(read, &clear).unwrap(), json!({"id": "u"}));
    }

    #[test]
    fn members_are_merged() {
        let read = json!({
            "id": "g", "displayName": "Labs",
            "Members": [{"value": "a", "display": "A"}, {"value": "b"}, {"odd": 1}]
        });
        assert_eq!(
            put_members(read, &["a".into(), "c".into()], &["b".into(), "z".into()]).unwrap(),
            json!({
                "id": "g", "displayName": "Labs",
                "Members": [{"value": "a", "display": "A"}, {"odd": 1}, {"value": "c"}]
            })
        );
        let renamed = put_name(json!({"id": "g", "displayname": "x", "members": []}), "y");
        assert_eq!(
            renamed.unwrap(),
            json!({"id": "g", "displayname": "y", "members": []})
        );
    }
}
