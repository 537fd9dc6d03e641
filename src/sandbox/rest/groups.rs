//! `/access/v1/access_groups`, and the access levels that they are in. Groups that SCIM made are
//! SCIM's alone.

use serde_json::{Value, json};

use super::input::{self, OWN_ID};
use super::{Failure, Outcome, list as listed, view};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Change, Group, id_at};
use crate::sandbox::doors;
use crate::sandbox::scim::Call;

const GROUP_ID: &[&str] = &["group_id"];

pub(super) fn list(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    input::query(call, &[])?;
    let groups = campus.command.groups();
    let groups = groups.filter(|group| campus.is_access_group(group));
    let rows = groups.map(|group| json!({"group_id": group.id, "name": group.name()}));
    let rows = rows.collect();
    listed(campus, "access_groups", rows)
}

pub(super) fn get(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[GROUP_ID])?;
    let group = find(campus, &query)?;
    Ok(shown(campus, &group))
}

pub(super) fn create(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    input::query(call, &[])?;
    let body = input::body(call, &["name"])?;
    let name = input::text(&body, "name")?
        .unwrap_or_default()
        .trim()
        .to_owned();
    if name.is_empty() {
        return Err(Failure::bad("name is required"));
    }
    if campus.command.group_by_name(&name).is_some() {
        return Err(Failure::bad("Access group name has to be unique"));
    }
    let tick = campus.tick();
    let group = Group::made_in_command(id_at(campus.about.seed, tick), &name, tick);
    campus.write(vec![Change::PutGroup(group.clone())])?;
    Ok(shown(campus, &group))
}

pub(super) fn delete(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[GROUP_ID])?;
    let group = own(campus, &query)?;
    campus.tick();
    campus.write(vec![Change::DropGroup(group.id)])?;
    Ok(json!({}))
}

/// 200 does not say that anybody joined: who did not is in `unsuccessful_adds`.
pub(super) fn add_user(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[GROUP_ID])?;
    let body = input::body(call, OWN_ID)?;
    for name in OWN_ID {
        input::text(&body, name)?;
    }
    let (name, value) = input::exactly_one(OWN_ID, |name| body.get(name).and_then(Value::as_str))?;
    let group = own(campus, &query)?;
    let joins = match input::find(campus, name, value) {
        Ok(user) => user.active().then_some(user),
        Err(_) if name == "user_id" => None,
        Err(failure) => return Err(failure),
    };
    let (mut added, mut not_added) = (Vec::new(), Vec::new());
    match joins {
        Some(user) => {
            added.push(view::rest_id(campus, &user.id));
            campus.tick();
            campus.write(vec![Change::Join {
                group: group.id.clone(),
                user: user.id,
            }])?;
        }
        None => not_added.push(value.to_owned()),
    }
    Ok(json!({
        "group_id": group.id,
        "name": group.name(),
        "successful_adds": added,
        "unsuccessful_adds": not_added,
    }))
}

pub(super) fn remove_user(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[GROUP_ID, OWN_ID])?;
    let group = own(campus, &query)?;
    let user = input::person(campus, &query, OWN_ID)?;
    if !campus.command.members(&group.id).any(|id| *id == user.id) {
        return Err(Failure::not_found("Member"));
    }
    campus.tick();
    campus.write(vec![Change::Leave {
        group: group.id,
        user: user.id,
    }])?;
    Ok(json!({}))
}

pub(super) fn levels(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    input::query(call, &[])?;
    let levels = doors::levels(campus)?;
    listed(campus, "access_levels", levels)
}

pub(super) fn level(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    input::query(call, &[])?;
    let id = call.path.last().map(String::as_str).unwrap_or_default();
    let mut levels = doors::levels(campus)?.into_iter();
    let level = levels.find(|level| level["access_level_id"] == id);
    level.ok_or_else(|| Failure::not_found("Access level"))
}

fn shown(campus: &Campus, group: &Group) -> Value {
    let members = campus.command.members(&group.id);
    let members: Vec<String> = members.map(|id| view::rest_id(campus, id)).collect();
    json!({"group_id": group.id, "name": group.name(), "user_ids": members})
}

fn find(campus: &Campus, query: &input::Query<'_>) -> Result<Group, Failure> {
    let id = input::required(query, "group_id")?;
    let group = campus.command.group(id).cloned();
    let group = group.filter(|group| campus.is_access_group(group));
    group.ok_or_else(|| Failure::not_found("Access group"))
}

/// A group that may be changed here.
fn own(campus: &Campus, query: &input::Query<'_>) -> Result<Group, Failure> {
    let group = find(campus, query)?;
    match group.native {
        true => Ok(group),
        false => Err(Failure::bad("Group is managed, cannot modify")),
    }
}
