//! SCIM's JSON: lenient reading of what servers send, and the bodies of new resources.
//!
//! Attribute names are caseless (RFC 7643, section 2.1); missing, `null` and empty mean the same
//! (section 2.5). Numbers and booleans are also taken as text, and text as either, since servers
//! mix them up.

use serde_json::{Map, Value, json};

use crate::model::directory::{GroupListing, RemoteUser};
use crate::model::{GroupId, Profile, Text, UserId};
use crate::verkada::json::as_text;
pub(super) use crate::verkada::json::{attribute, boolean, count, key, list, text};

/// The schema of users (RFC 7643, section 4.1).
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups (RFC 7643, section 4.2).
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The schema of the enterprise extension (RFC 7643, section 4.3).
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A user; `None` without an id.
pub(in crate::verkada) fn user(value: &Value) -> Option<RemoteUser> {
    let name = attribute(value, "name").unwrap_or(&Value::Null);
    Some(RemoteUser {
        id: UserId(text(value, "id")?),
        external_id: text(value, "externalId"),
        profile: Profile {
            email: text(value, "userName").unwrap_or_default(),
            first_name: text(name, "givenName").unwrap_or_default(),
            middle_name: text(name, "middleName").unwrap_or_default(),
            last_name: text(name, "familyName").unwrap_or_default(),
            phone: phone(value).unwrap_or_default(),
            title: text(value, "title").unwrap_or_default(),
            department: enterprise(value, "department").unwrap_or_default(),
            employee_number: enterprise(value, "employeeNumber").unwrap_or_default(),
        },
        active: boolean(value, "active"),
        created: attribute(value, "meta")
            .and_then(|meta| text(meta, "created"))
            .and_then(|time| time.parse().ok()),
    })
}

/// An attribute of the enterprise extension, which some servers put at top level.
fn enterprise(value: &Value, name: &str) -> Option<Text> {
    attribute(value, ENTERPRISE)
        .and_then(|extension| text(extension, name))
        .or_else(|| text(value, name))
}

/// The work number; without one the primary, else the first.
fn phone(value: &Value) -> Option<Text> {
    let numbers = list(attribute(value, "phoneNumbers")?);
    let is_work = |number: &&Value| {
        text(number, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    let is_primary = |number: &&Value| boolean(number, "primary") == Some(true);
    let filled = || numbers.iter().filter(|number| value_of(number).is_some());
    filled()
        .find(is_work)
        .or_else(|| filled().find(is_primary))
        .or_else(|| filled().next())
        .and_then(value_of)
}

/// The value of an item of a list: its `value`, or the item itself where it is plain.
pub(super) fn value_of(item: &Value) -> Option<Text> {
    match item {
        Value::Object(_) => text(item, "value"),
        plain => as_text(plain),
    }
}

/// A group; `None` without an id.
pub(super) fn group(value: &Value) -> Option<GroupListing> {
    Some(GroupListing {
        id: GroupId(text(value, "id")?),
        external_id: text(value, "externalId"),
        name: text(value, "displayName").unwrap_or_default(),
        members: attribute(value, "members").map(|members| {
            list(members)
                .iter()
                .filter_map(value_of)
                .map(UserId)
                .collect()
        }),
    })
}

/// The body that creates a user. Nothing in it is empty or `null`. There is no `displayName`: it
/// follows from the names, and a copy of it would have to follow each of their changes.
pub(super) fn new_user(external_id: &str, profile: &Profile) -> Value {
    let mut user = Map::new();
    user.insert("schemas".to_owned(), json!([USER, ENTERPRISE]));
    put(&mut user, "userName", &profile.email);
    put(&mut user, "externalId", external_id);
    user.insert("active".to_owned(), Value::Bool(true));
    let mut name = Map::new();
    put(&mut name, "givenName", &profile.first_name);
    put(&mut name, "middleName", &profile.middle_name);
    put(&mut name, "familyName", &profile.last_name);
    if !name.is_empty() {
        user.insert("name".to_owned(), Value::Object(name));
    }
    if !profile.email.is_empty() {
        user.insert(
            "emails".to_owned(),
            json!([{"value": profile.email, "type": "work", "primary": true}]),
        );
    }
    put(&mut user, "title", &profile.title);
    if !profile.phone.is_empty() {
        user.insert("phoneNumbers".to_owned(), work_phone(&profile.phone));
    }
    let mut extension = Map::new();
    put(&mut extension, "employeeNumber", &profile.employee_number);
    put(&mut extension, "department", &profile.department);
    if !extension.is_empty() {
        user.insert(ENTERPRISE.to_owned(), Value::Object(extension));
    }
    Value::Object(user)
}

/// The body that creates a group.
pub(super) fn new_group(external_id: &str, name: &str) -> Value {
    json!({"schemas": [GROUP], "externalId": external_id, "displayName": name})
}

/// The list of phone numbers with the one that Atrium knows.
pub(super) fn work_phone(number: &str) -> Value {
    json!([{"type": "work", "value": number}])
}

fn put(object: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        object.insert(name.to_owned(), Value::from(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_however_they_are_spelt() {
        let tidy = json!({
            "id": "u1", "externalId": "atrium:007", "userName": "ada@campus.example",
            "name": {"givenName": "Ada", "middleName": "K", "familyName": "Lovelace"},
            "phoneNumbers": [
                {"type": "mobile", "value": "+1", "primary": true},
                {"type": "work", "value": "+2"}],
            "title": "Dean", "active": true,
            ENTERPRISE: {"department": "Maths", "employeeNumber": "007"},
            "meta": {"created": "2026-01-02T03:04:05Z"}
        });
        let untidy = json!({
            "META": {"Created": "2026-01-02T03:04:05.000+00:00"},
            "Active": "True", "TITLE": "Dean", "nickName": null,
            "department": "Maths", "employeenumber": "007",
            "phonenumbers": [{"Type": "Work", "Value": "+2"}, "+3", {"type": "work"}],
            "Name": {"familyname": "Lovelace", "GIVENNAME": "Ada", "middlename": "K"},
            "username": "ada@campus.example", "externalid": "atrium:007", "ID": "u1"
        });
        let expected = user(&tidy).unwrap();
        assert_eq!(expected.profile.phone, "+2");
        assert_eq!(expected.profile.department, "Maths");
        assert_eq!(expected.active, Some(true));
        assert!(expected.created.is_some());
        assert_eq!(user(&untidy).unwrap(), expected);
    }

    #[test]
    fn what_is_not_there_is_empty() {
        let bare = user(&json!({
            "id": 42, "userName": "ada", "externalId": "", "name": null, "active": null,
            "phoneNumbers": [], "emails": [{"value": "x@y.example", "primary": true}],
            "title": {"odd": 1}, "employeeNumber": 7, "meta": {"created": "yesterday"}
        }))
        .unwrap();
        assert_eq!(bare.id.as_str(), "42");
        assert_eq!(bare.profile.email, "ada");
        assert_eq!(bare.profile.employee_number, "7");
        assert_eq!(bare.profile.title, "");
        assert_eq!(
            (bare.external_id, bare.active, bare.created),
            (None, None, None)
        );
        for without_id in [
            json!({"userName": "a"}),
            json!({"id": ""}),
            json!(null),
            json!([]),
        ] {
            assert!(user(&without_id).is_none());
            assert!(group(&without_id).is_none());
        }
    }

    #[test]
    fn the_phone_is_the_work_one_else_the_primary_else_the_first() {
        for (numbers, expected) in [
            (json!([{"value": "1"}, {"value": "2", "type": "WORK"}]), "2"),
            (
                json!([{"value": "1"}, {"value": "2", "primary": "true"}]),
                "2",
            ),
            (json!([{"value": "1"}, {"value": "2"}]), "1"),
            (json!({"value": "1"}), "1"),
            (json!([{"type": "work"}, {"value": "2"}]), "2"),
            (json!("1"), "1"),
            (json!([]), ""),
        ] {
            let read = user(&json!({"id": "u", "phoneNumbers": numbers})).unwrap();
            assert_eq!(read.profile.phone, expected, "{numbers}");
        }
    }

    #[test]
    fn members_that_are_missing_are_not_members_that_are_none() {
        for (value, expected) in [
            (json!({"id": "g"}), None),
            (json!({"id": "g", "members": null}), None),
            (json!({"id": "g", "members": []}), Some(vec![])),
            (
                json!({"id": "g", "Members": [{"value": "a"}, {"Value": 7}, "c", {"x": 1}]}),
                Some(vec!["a", "7", "c"]),
            ),
        ] {
            let expected = expected.map(|ids| ids.into_iter().map(UserId::from).collect());
            assert_eq!(group(&value).unwrap().members, expected);
        }
    }

    #[test]
    fn new_users_have_no_empty_values() {
        let profile = Profile {
            email: "ada@campus.example".into(),
            last_name: "Lovelace".into(),
            employee_number: "007".into(),
            ..Profile::default()
        };
        assert_eq!(
            new_user("atrium:007", &profile),
            json!({
                "schemas": [USER, ENTERPRISE],
                "userName": "ada@campus.example", "externalId": "atrium:007", "active": true,
                "name": {"familyName": "Lovelace"},
                "emails": [{"value": "ada@campus.example", "type": "work", "primary": true}],
                ENTERPRISE: {"employeeNumber": "007"}
            })
        );
    }
}
