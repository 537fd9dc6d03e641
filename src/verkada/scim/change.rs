//! One change of a user or group: how it is written in either dialect, and whether it is there.
//! Pure.

use serde_json::Value;

use super::client::Kind;
use super::dialect::{self, UserChanges};
use super::wire;
use crate::model::{Field, UserId};

/// What is to become of a user or group.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'a> {
    /// A user with these values.
    User(&'a UserChanges),
    /// A group with this name.
    Name(&'a str),
    /// A group with these members besides its own.
    Add(&'a [UserId]),
    /// A group without these members.
    Remove(&'a [UserId]),
}

/// A change of one user or group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    pub(super) id: &'a str,
    pub(super) wanted: Wanted<'a>,
}

impl Change<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self.wanted {
            Wanted::User(_) => Kind::Users,
            Wanted::Name(_) | Wanted::Add(_) | Wanted::Remove(_) => Kind::Groups,
        }
    }
}

impl Wanted<'_> {
    /// The body of a `PATCH`.
    pub(super) fn patch(&self) -> Value {
        match self {
            Wanted::User(changes) => dialect::patch_user(changes),
            Wanted::Name(name) => dialect::patch_name(name),
            Wanted::Add(users) => dialect::patch_add(users),
            Wanted::Remove(users) => dialect::patch_remove(users),
        }
    }

    /// The body of a `PUT`, made of what was read. `None` if that is no object.
    pub(super) fn put(&self, resource: Value) -> Option<Value> {
        match self {
            Wanted::User(changes) => dialect::put_user(resource, changes),
            Wanted::Name(name) => dialect::put_name(resource, name),
            Wanted::Add(users) => dialect::put_members(resource, users, &[]),
            Wanted::Remove(users) => dialect::put_members(resource, &[], users),
        }
    }

    /// Whether what was read is as it is to become.
    pub(super) fn is_reached(&self, resource: &Value) -> bool {
        match self {
            Wanted::User(changes) => has_values(resource, changes),
            Wanted::Name(name) => wire::text(resource, "displayName").as_deref() == Some(*name),
            Wanted::Add(users) => has_members(resource, |there| {
                users.iter().all(|user| there.contains(user))
            }),
            Wanted::Remove(users) => has_members(resource, |there| {
                !users.iter().any(|user| there.contains(user))
            }),
        }
    }
}

fn has_values(resource: &Value, changes: &UserChanges) -> bool {
    let Some(user) = wire::user(resource) else {
        return false;
    };
    let is_switched = changes.active.is_none() || user.active == changes.active;
    is_switched
        && changes.fields.iter().all(|(field, text)| match field {
            Field::ExternalId => user.external_id.as_deref().unwrap_or_default() == text.as_str(),
            // These are passed over when they are written, too.
            Field::Active | Field::Name => true,
            field => user.profile.get(*field) == text,
        })
}

fn has_members(resource: &Value, judge: impl Fn(&[UserId]) -> bool) -> bool {
    wire::group(resource)
        .and_then(|group| group.members)
        .is_some_and(|members| judge(&members))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_there_needs_no_second_write() {
        let user = json!({
            "id": "u", "userName": "u@campus.example", "externalId": "atrium:7",
            "active": false, "title": "Dean"
        });
        let changes = |fields: &[(Field, &str)], active| UserChanges {
            fields: fields
                .iter()
                .map(|(field, text)| (*field, (*text).into()))
                .collect(),
            active,
        };
        for (changes, expected) in [
            (changes(&[(Field::Title, "Dean")], Some(false)), true),
            (changes(&[(Field::Title, "Dean")], Some(true)), false),
            (changes(&[(Field::Title, "Head")], None), false),
            (changes(&[(Field::Phone, "")], None), true),
            (changes(&[(Field::ExternalId, "atrium:7")], None), true),
            (changes(&[(Field::ExternalId, "atrium:8")], None), false),
        ] {
            assert_eq!(Wanted::User(&changes).is_reached(&user), expected);
        }

        let group = json!({"id": "g", "displayName": "G", "members": [{"value": "a"}]});
        let hidden = json!({"id": "g", "displayName": "G"});
        let (a, both) = ([UserId::from("a")], [UserId::from("a"), UserId::from("b")]);
        for (wanted, resource, expected) in [
            (Wanted::Name("G"), &group, true),
            (Wanted::Name("H"), &group, false),
            (Wanted::Add(&a), &group, true),
            (Wanted::Add(&both), &group, false),
            (Wanted::Add(&a), &hidden, false),
            (Wanted::Remove(&both[1..]), &group, true),
            (Wanted::Remove(&both), &group, false),
            (Wanted::Remove(&both), &hidden, false),
        ] {
            assert_eq!(wanted.is_reached(resource), expected, "{wanted:?}");
        }
    }
}
