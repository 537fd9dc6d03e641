//! Resources as they are sent: the whole resource, the part that was asked for, and the
//! personality's touch.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::filter::Target;
use super::schema::{COMMON, GROUP, USER};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{ENTERPRISE, Group, User};
use crate::sandbox::personality::Switch;

/// How many members an answer shows with `members-capped`.
const MEMBERS_CAP: usize = 100;

/// 2026-09-01T08:00:00Z: the logical clock's zero, so that worlds repeat.
const CLOCK_ZERO: i64 = 1_788_249_600;

/// A resource that is listed or shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    User(&'a User),
    Group(&'a Group),
}

impl Item<'_> {
    /// The resource whole, before projection and personality: what filters are judged on.
    pub(super) fn whole(&self, campus: &Campus) -> Value {
        match self {
            Item::User(user) => user_whole(user, campus),
            Item::Group(group) => group_whole(group, campus),
        }
    }

    /// The resource as it is sent.
    pub(super) fn shown(&self, campus: &Campus, projection: &Projection, in_list: bool) -> Value {
        let mut value = projection.of(self.whole(campus));
        if let Value::Object(fields) = &mut value {
            touch(fields, campus, in_list);
        }
        value
    }

    /// The ETag.
    pub(super) fn version(&self) -> String {
        match self {
            Item::User(user) => version(user.modified),
            Item::Group(group) => version(group.modified),
        }
    }

    /// The resource's address.
    pub(super) fn location(&self, campus: &Campus) -> String {
        match self {
            Item::User(user) => format!("{}/Users/{}", campus.scim_url, user.id),
            Item::Group(group) => format!("{}/Groups/{}", campus.scim_url, group.id),
        }
    }
}

/// Do users and groups have versions here?
pub(super) fn has_versions(campus: &Campus) -> bool {
    campus.has(Switch::Etags) || campus.has(Switch::EtagsRequired)
}

fn version(modified: u32) -> String {
    format!("W/\"{modified}\"")
}

fn meta(kind: &str, location: String, created: u32, modified: u32) -> Value {
    let time = |tick: u32| {
        let zero = Timestamp::from_second(CLOCK_ZERO).unwrap_or(Timestamp::UNIX_EPOCH);
        zero.checked_add(SignedDuration::from_secs(i64::from(tick)))
            .unwrap_or(zero)
            .to_string()
    };
    json!({
        "resourceType": kind,
        "created": time(created),
        "lastModified": time(modified),
        "location": location,
        "version": version(modified),
    })
}

fn user_whole(user: &User, campus: &Campus) -> Value {
    let mut fields = user.attributes.clone();
    let schemas = match fields.contains_key(ENTERPRISE) {
        true => json!([USER, ENTERPRISE]),
        false => json!([USER]),
    };
    let groups: Vec<Value> = campus
        .command
        .groups_of(&user.id)
        .map(|group| {
            json!({
                "value": group.id,
                "$ref": Item::Group(group).location(campus),
                "display": group.name(),
                "type": "direct",
            })
        })
        .collect();
    fields.insert("schemas".into(), schemas);
    fields.insert("id".into(), user.id.clone().into());
    if !groups.is_empty() {
        fields.insert("groups".into(), groups.into());
    }
    let location = Item::User(user).location(campus);
    fields.insert(
        "meta".into(),
        meta("User", location, user.created, user.modified),
    );
    Value::Object(fields)
}

/// A member of a group.
pub(super) fn member(user: &User, campus: &Campus) -> Value {
    json!({
        "value": user.id,
        "$ref": Item::User(user).location(campus),
        "display": user.label(),
        "type": "User",
    })
}

fn group_whole(group: &Group, campus: &Campus) -> Value {
    let mut fields = group.attributes.clone();
    let members: Vec<Value> = campus
        .command
        .members(&group.id)
        .filter_map(|id| campus.command.user(id))
        .map(|user| member(user, campus))
        .collect();
    fields.insert("schemas".into(), json!([GROUP]));
    fields.insert("id".into(), group.id.clone().into());
    fields.insert("members".into(), members.into());
    let location = Item::Group(group).location(campus);
    fields.insert(
        "meta".into(),
        meta("Group", location, group.created, group.modified),
    );
    Value::Object(fields)
}

/// What the personality does to every resource that is sent.
fn touch(fields: &mut Map<String, Value>, campus: &Campus, in_list: bool) {
    if !has_versions(campus)
        && let Some(Value::Object(meta)) = fields.get_mut("meta")
    {
        meta.remove("version");
    }
    if campus.has(Switch::ExternalIdHidden) {
        fields.remove("externalId");
    }
    if campus.has(Switch::ActiveMissing) {
        fields.remove("active");
    }
    if campus.has(Switch::MembersHidden) && in_list {
        fields.remove("members");
    }
    if campus.has(Switch::MembersCapped)
        && let Some(Value::Array(members)) = fields.get_mut("members")
    {
        members.truncate(MEMBERS_CAP);
    }
    if campus.has(Switch::MembersBare)
        && let Some(Value::Array(members)) = fields.get_mut("members")
    {
        for member in members.iter_mut().filter_map(Value::as_object_mut) {
            member.remove("display");
        }
    }
    if campus.has(Switch::FlatEnterprise)
        && let Some(Value::Object(enterprise)) = fields.remove(ENTERPRISE)
    {
        fields.extend(enterprise);
        fields.insert("schemas".into(), json!([USER]));
    }
}

/// `attributes` and `excludedAttributes` (RFC 7644 section 3.9).
#[derive(Debug, Default)]
pub(super) struct Projection {
    pub(super) only: Option<Vec<Target>>,
    pub(super) without: Vec<Target>,
}

impl Projection {
    fn of(&self, whole: Value) -> Value {
        let Value::Object(mut fields) = whole else {
            return whole;
        };
        for target in &self.without {
            remove(&mut fields, target);
        }
        let Some(only) = &self.only else {
            return Value::Object(fields);
        };
        let mut kept = Map::new();
        for always in COMMON.iter().filter(|attribute| attribute.always_returned) {
            if let Some(value) = fields.get(always.name) {
                kept.insert(always.name.to_owned(), value.clone());
            }
        }
        for target in only {
            copy(&fields, &mut kept, target);
        }
        Value::Object(kept)
    }
}

fn remove(fields: &mut Map<String, Value>, target: &Target) {
    let Some(attribute) = target
        .attribute
        .filter(|attribute| !attribute.always_returned)
    else {
        return;
    };
    let home = match target.extension {
        Some(urn) => fields.get_mut(urn).and_then(Value::as_object_mut),
        None => Some(fields),
    };
    let Some(home) = home else { return };
    let Some(sub) = target.sub else {
        home.remove(attribute.name);
        return;
    };
    match home.get_mut(attribute.name) {
        Some(Value::Object(value)) => {
            value.remove(sub.name);
        }
        Some(Value::Array(items)) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.remove(sub.name);
            }
        }
        _ => {}
    }
}

fn copy(from: &Map<String, Value>, to: &mut Map<String, Value>, target: &Target) {
    let Some(attribute) = target.attribute else {
        return;
    };
    let (from, to) = match target.extension {
        None => (from, to),
        Some(urn) => {
            let Some(Value::Object(from)) = from.get(urn) else {
                return;
            };
            let slot = to.entry(urn).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(to) = slot else { return };
            (from, to)
        }
    };
    let Some(value) = from.get(attribute.name) else {
        return;
    };
    match target.sub {
        None => {
            to.insert(attribute.name.to_owned(), value.clone());
        }
        Some(sub) => {
            let slot = to.entry(attribute.name).or_insert_with(|| match value {
                Value::Array(items) => Value::Array(vec![Value::Object(Map::new()); items.len()]),
                _ => Value::Object(Map::new()),
            });
            match (value, slot) {
                (Value::Object(value), Value::Object(slot)) => copy_field(value, slot, sub.name),
                (Value::Array(values), Value::Array(slots)) => {
                    for (value, slot) in values.iter().zip(slots) {
                        if let (Value::Object(value), Value::Object(slot)) = (value, slot) {
                            copy_field(value, slot, sub.name);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn copy_field(from: &Map<String, Value>, to: &mut Map<String, Value>, name: &str) {
    if let Some(value) = from.get(name) {
        to.insert(name.to_owned(), value.clone());
    }
}
