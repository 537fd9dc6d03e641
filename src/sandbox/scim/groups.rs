//! `/Groups`: names are unique, native groups' names included; members are users that SCIM
//! manages, and deactivated users neither join nor leave.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::error::Failure;
use super::patch::{Step, Verb, named_values};
use super::schema::OF_GROUPS;
use super::users::frozen;
use super::view::{self, Item};
use super::{Answer, Call, Outcome, check_version, input, not_stored, object, patch, show_group};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Change, Group, id_at};
use crate::sandbox::personality::Switch;

pub(super) fn get(campus: &Campus, call: &Call<'_>, id: &str) -> Outcome {
    find(campus, id)?;
    show_group(campus, call, id, StatusCode::OK)
}

pub(super) fn create(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let mut attributes = input::resource(&object(call)?, &OF_GROUPS)?;
    input::check(&attributes, &OF_GROUPS)?;
    let members = take_members(&mut attributes)?;
    drop_external_id(campus, &mut attributes);
    check_name(campus, &attributes, None)?;
    let tick = campus.tick();
    let group = Group {
        id: id_at(campus.about.seed, tick),
        native: false,
        attributes,
        created: tick,
        modified: tick,
    };
    let id = group.id.clone();
    let mut changes = vec![Change::PutGroup(group)];
    changes.extend(member_changes(campus, &id, &BTreeSet::new(), &members)?);
    campus.write(changes).map_err(not_stored)?;
    show_group(campus, call, &id, StatusCode::CREATED)
}

pub(super) fn replace(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let current = writable(campus, call, id)?;
    let mut wanted = input::resource(&object(call)?, &OF_GROUPS)?;
    input::check(&wanted, &OF_GROUPS)?;
    let members = take_members(&mut wanted)?;
    if campus.has(Switch::ExternalIdHidden)
        && let Some(kept) = current.attributes.get("externalId")
    {
        wanted.entry("externalId").or_insert_with(|| kept.clone());
    }
    settle(campus, current, wanted, &members)?;
    show_group(campus, call, id, StatusCode::OK)
}

pub(super) fn patch(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let current = writable(campus, call, id)?;
    let mut wanted = current.attributes.clone();
    let mut members: BTreeSet<String> = campus.command.members(id).cloned().collect();
    for step in patch::read(&object(call)?, &OF_GROUPS)? {
        match step.path.place.attribute.name {
            "members" => patch_members(campus, &step, &mut members)?,
            _ => patch::apply(&step, &mut wanted)?,
        }
    }
    input::check(&wanted, &OF_GROUPS)?;
    settle(campus, current, wanted, &members)?;
    // A large group is not sent back with every change of one member, unless it is asked for.
    let asked = |(name, _): &(String, String)| name.eq_ignore_ascii_case("attributes");
    match call.query.iter().any(asked) {
        true => show_group(campus, call, id, StatusCode::OK),
        false => Ok(Answer::new(StatusCode::NO_CONTENT)),
    }
}

pub(super) fn delete(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let group = writable(campus, call, id)?;
    campus.tick();
    campus
        .write(vec![Change::DropGroup(group.id)])
        .map_err(not_stored)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn find<'a>(campus: &'a Campus, id: &str) -> Result<&'a Group, Failure> {
    campus
        .command
        .group(id)
        .filter(|group| !group.native || !campus.has(Switch::NativesHidden))
        .ok_or_else(|| Failure::not_found("Group", id))
}

fn writable(campus: &Campus, call: &Call<'_>, id: &str) -> Result<Group, Failure> {
    let group = find(campus, id)?;
    check_version(campus, call, Item::Group(group))?;
    match group.native {
        true => Err(Failure::new(
            StatusCode::FORBIDDEN,
            format!("group {id} was made in Command and cannot be synced with SCIM"),
        )),
        false => Ok(group.clone()),
    }
}

fn drop_external_id(campus: &Campus, attributes: &mut Map<String, Value>) {
    if campus.has(Switch::GroupsWithoutExternalId) {
        attributes.remove("externalId");
    }
}

fn check_name(
    campus: &Campus,
    attributes: &Map<String, Value>,
    own: Option<&str>,
) -> Result<(), Failure> {
    let name = attributes
        .get("displayName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match campus.command.group_by_name(name) {
        Some(holder) if Some(holder.id.as_str()) != own => Err(Failure::taken(format!(
            "a group named {name} exists already"
        ))),
        _ => Ok(()),
    }
}

/// Takes the members' ids out of a group's attributes.
fn take_members(attributes: &mut Map<String, Value>) -> Result<BTreeSet<String>, Failure> {
    match attributes.remove("members") {
        Some(members) => ids(&members),
        None => Ok(BTreeSet::new()),
    }
}

fn ids(members: &Value) -> Result<BTreeSet<String>, Failure> {
    let named = named_values(members)
        .ok_or_else(|| Failure::invalid_value("a member needs a `value`, the user's id"))?;
    Ok(named.into_iter().map(str::to_owned).collect())
}

fn patch_members(
    campus: &Campus,
    step: &Step,
    members: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    if let Some(sub) = step.path.sub {
        return Err(Failure::bad(
            "mutability",
            format!("`members.{}` cannot be changed", sub.name),
        ));
    }
    let value = step.value.as_ref().filter(|value| !value.is_null());
    let verb = if value.is_none() {
        Verb::Remove
    } else {
        step.verb
    };
    let chosen: Option<BTreeSet<String>> = step.path.filter.as_ref().map(|filter| {
        let answers = |id: &&String| {
            let user = campus.command.user(id);
            user.is_some_and(|user| filter.matches(&view::member(user, campus)))
        };
        members.iter().filter(answers).cloned().collect()
    });
    match (verb, chosen, value) {
        (Verb::Remove, Some(chosen), _) => members.retain(|id| !chosen.contains(id)),
        (Verb::Remove, None, Some(value)) => {
            let gone = ids(value)?;
            members.retain(|id| !gone.contains(id));
        }
        (Verb::Replace, Some(chosen), _) if chosen.is_empty() => {
            return Err(Failure::bad("noTarget", "no member answers the filter"));
        }
        (_, Some(_), _) => {
            return Err(Failure::bad(
                "mutability",
                "a member cannot be changed into another: remove and add",
            ));
        }
        (Verb::Add, None, Some(value)) => members.extend(ids(value)?),
        (Verb::Replace, None, Some(value)) => *members = ids(value)?,
        (_, None, None) => members.clear(),
    }
    Ok(())
}

/// Writes a wanted state, if it differs.
fn settle(
    campus: &mut Campus,
    current: Group,
    mut wanted: Map<String, Value>,
    members: &BTreeSet<String>,
) -> Result<(), Failure> {
    drop_external_id(campus, &mut wanted);
    check_name(campus, &wanted, Some(&current.id))?;
    let before: BTreeSet<String> = campus.command.members(&current.id).cloned().collect();
    let mut changes = member_changes(campus, &current.id, &before, members)?;
    if changes.is_empty() && wanted == current.attributes {
        return Ok(());
    }
    let modified = campus.tick();
    changes.push(Change::PutGroup(Group {
        attributes: wanted,
        modified,
        ..current
    }));
    campus.write(changes).map_err(not_stored)
}

/// The joins and leaves from one set of members to another, under the rule that deactivated
/// users are frozen.
fn member_changes(
    campus: &Campus,
    group: &str,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for id in before.symmetric_difference(after) {
        let joins = after.contains(id);
        let user = campus.command.user(id).filter(|user| !user.native);
        let Some(user) = user else {
            return Err(Failure::invalid_value(format!(
                "member {id} is no user that SCIM manages"
            )));
        };
        if !user.active() && !campus.has(Switch::FrozenAccepted) {
            match campus.has(Switch::FrozenIgnored) {
                true => continue,
                false => return Err(frozen()),
            }
        }
        let (group, user) = (group.to_owned(), id.clone());
        changes.push(match joins {
            true => Change::Join { group, user },
            false => Change::Leave { group, user },
        });
    }
    Ok(changes)
}
