//! A Command whose people and groups were made by hand before there was any sync: most of them well,
//! some of them as such things go.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Past, native_user};
use crate::sandbox::atrium::Person;
use crate::sandbox::command::{Change, ENTERPRISE};
use crate::sandbox::names::GROUPS;

/// Every so many groups were made by hand.
const EVERY: usize = 4;

/// Makes the people in Command, and groups with the names and members of some of Atrium's.
pub(super) fn put(past: &mut Past, people: &[Person]) {
    let mut members: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for person in people {
        past.user(true, attributes(person));
        let Some(Change::PutUser(user)) = past.changes.last() else {
            continue;
        };
        for group in &person.groups {
            members.entry(*group).or_default().push(user.id.clone());
        }
    }
    for (number, name) in GROUPS.iter().step_by(EVERY) {
        let is_there = past
            .changes
            .iter()
            .any(|change| matches!(change, Change::PutGroup(group) if group.name() == *name));
        if is_there {
            continue;
        }
        let group = past.named_group(true, json!({"displayName": name}));
        let members = members.remove(number).unwrap_or_default();
        past.changes
            .extend(members.into_iter().map(|user| Change::Join {
                group: group.clone(),
                user,
            }));
    }
}

/// What somebody typed. One in fifty has an old family name, one in twenty-five a wrong employee
/// id, one in ten no employee id, and one in twenty no address.
fn attributes(person: &Person) -> Value {
    let last = match person.seq % 50 {
        13 => "Maiden",
        _ => person.last_name.as_str(),
    };
    let mut value = native_user(&person.first_name, last, &person.email);
    let Some(attributes) = value.as_object_mut() else {
        return value;
    };
    // Somebody with neither is nobody whom a sync could find.
    if person.seq % 20 == 9 && person.seq % 25 != 4 {
        attributes.remove("userName");
    }
    let number = match person.seq {
        seq if seq % 25 == 4 => Some(format!("X{}", person.campus_id)),
        seq if seq % 10 == 7 => None,
        _ => Some(person.campus_id.clone()),
    };
    if let Some(number) = number {
        let extension = Map::from_iter([("employeeNumber".to_owned(), number.into())]);
        attributes.insert(ENTERPRISE.to_owned(), Value::Object(extension));
    }
    value
}
