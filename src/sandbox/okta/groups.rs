//! Group push: a group of Okta made and kept in Command, in both dialects
//! (<https://developer.okta.com/docs/reference/scim/scim-20/>).

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::log::{Target, entry};
use super::push::{Refused, send};
use super::world::{App, Dialect, Feature, Group, Mapping, now};
use crate::sandbox::campus::Campus;

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// How much is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What changed since the last push.
    Changes,
    /// The whole list of members: "Push now".
    Whole,
}

/// The members that are pushed, by their id in Command, with their names: active users who are
/// assigned to the app and in Command already.
fn members(campus: &Campus, app: &App, group: &Group) -> BTreeMap<String, String> {
    let world = &campus.okta;
    let pushed = |user: &String| {
        let person = world.users.get(user).filter(|person| person.is_active())?;
        let assignment = world.assignment(&app.id, &person.id)?;
        let id = assignment.external_id.clone()?;
        Some((id, assignment.user_name.clone()))
    };
    group.members.iter().filter_map(pushed).collect()
}

/// Pushes a group. The mapping is there afterwards, in error if it did not work.
pub(super) fn push(
    campus: &mut Campus,
    app: &App,
    group: &Group,
    extent: Extent,
) -> Result<usize, String> {
    if !app.may(Feature::GroupPush) {
        return Err(format!("{} may not push groups", app.label));
    }
    let world = &mut campus.okta;
    let found = world
        .mappings
        .values()
        .find(|one| one.app == app.id && one.group == group.id);
    let mut mapping = match found {
        Some(mapping) => mapping.clone(),
        None => {
            let created = now();
            Mapping {
                id: world.id("gPm"),
                app: app.id.clone(),
                group: group.id.clone(),
                target: world.id("00g"),
                external_id: None,
                pushed: Default::default(),
                problem: None,
                last_push: None,
                created,
                updated: created,
            }
        }
    };
    let members = members(campus, app, group);
    let new = mapping.external_id.is_none();
    let outcome = match carry(campus, app, group, &mut mapping, &members, extent) {
        Ok(()) => Ok(members.len()),
        Err(Trouble::Missing) => Err(format!(
            "Linked group is missing in {}. Change the linked group to resume pushing group memberships.",
            app.label
        )),
        Err(Trouble::Refused(doing, refused)) => Err(format!(
            "Error while {doing} group {}: {}",
            group.name,
            refused.remote()
        )),
    };
    mapping.updated = now();
    mapping.problem = outcome.clone().err();
    if outcome.is_ok() {
        mapping.last_push = Some(mapping.updated);
        mapping.pushed = members.into_keys().collect();
    }
    campus.okta.mappings.insert(mapping.id.clone(), mapping);
    let told = match (&outcome, new) {
        (Ok(_), true) => entry(
            "application.provision.group_push.pushed",
            "app.user_management.grouppush.mapping.created.from.rule.success",
            "Group pushed to external application",
        ),
        (Ok(_), false) => entry(
            "application.provision.group_push.push_memberships",
            "app.user_management.grouppush.push_memberships",
            "Push group memberships to external application",
        ),
        (Err(_), _) => entry(
            "application.provision.group_push.mapping.update.or.delete.failed.with.error",
            "app.user_management.grouppush.mapping.update.or.delete.failed.with.error",
            "Update or delete of a group push mapping failed",
        ),
    };
    let targets = vec![Target::group(group), Target::app(app)];
    let result = outcome.as_ref().map(drop).map_err(String::as_str);
    campus.okta.tell(told, Some(app), targets, result);
    outcome
}

enum Trouble {
    /// The group is gone from Command.
    Missing,
    Refused(&'static str, Refused),
}

impl Trouble {
    fn of(doing: &'static str) -> impl Fn(Refused) -> Trouble {
        move |refused| match refused.status {
            StatusCode::NOT_FOUND => Trouble::Missing,
            _ => Trouble::Refused(doing, refused),
        }
    }
}

fn carry(
    campus: &mut Campus,
    app: &App,
    group: &Group,
    mapping: &mut Mapping,
    members: &BTreeMap<String, String>,
    extent: Extent,
) -> Result<(), Trouble> {
    let (id, extent) = match &mapping.external_id {
        Some(id) => (id.clone(), extent),
        None => {
            let id = find_or_make(campus, app, group)?;
            mapping.external_id = Some(id.clone());
            (id, Extent::Whole)
        }
    };
    let value = |(id, name): (&String, &String)| json!({"value": id, "display": name});
    let everybody: Vec<Value> = members.iter().map(value).collect();
    match app.dialect {
        Dialect::Custom => {
            let failed = Trouble::of("updating");
            let there = send(campus, app, Method::GET, &["Groups", &id], &[], None);
            let mut whole = match there.map_err(&failed)? {
                Value::Object(fields) => fields,
                _ => Map::new(),
            };
            whole.insert("displayName".to_owned(), group.name.clone().into());
            whole.insert("members".to_owned(), everybody.into());
            let body = Some(Value::Object(whole));
            send(campus, app, Method::PUT, &["Groups", &id], &[], body).map_err(&failed)?;
        }
        _ => {
            let name = json!({"op": "replace", "value": {"id": id, "displayName": group.name}});
            let operations = match extent {
                Extent::Whole => {
                    vec![json!({"op": "replace", "path": "members", "value": everybody})]
                }
                Extent::Changes => {
                    let joined: Vec<Value> = members
                        .iter()
                        .filter(|(id, _)| !mapping.pushed.contains(*id))
                        .map(value)
                        .collect();
                    let left = mapping
                        .pushed
                        .iter()
                        .filter(|id| !members.contains_key(*id));
                    // The name goes with every change of members, whether it changed or not.
                    let mut operations = vec![name];
                    operations.extend(left.map(
                        |id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}),
                    ));
                    if !joined.is_empty() {
                        operations.push(json!({"op": "add", "path": "members", "value": joined}));
                    }
                    operations
                }
            };
            let body = Some(json!({"schemas": [PATCH_OP], "Operations": operations}));
            send(campus, app, Method::PATCH, &["Groups", &id], &[], body)
                .map_err(Trouble::of("updating"))?;
        }
    }
    Ok(())
}

fn find_or_make(campus: &mut Campus, app: &App, group: &Group) -> Result<String, Trouble> {
    let escaped = group.name.replace('\\', "\\\\").replace('"', "\\\"");
    let filter = format!("displayName eq \"{escaped}\"");
    let query = [
        ("filter", filter.as_str()),
        ("startIndex", "1"),
        ("count", "100"),
    ];
    let id_of = |value: &Value| value["id"].as_str().map(str::to_owned);
    let looked = send(campus, app, Method::GET, &["Groups"], &query, None);
    let list = looked.map_err(|refused| Trouble::Refused("looking for", refused))?;
    if let Some(id) = list["Resources"].get(0).and_then(id_of) {
        return Ok(id);
    }
    let body = json!({"schemas": [GROUP], "displayName": group.name, "members": []});
    let made = send(campus, app, Method::POST, &["Groups"], &[], Some(body));
    let made = made.map_err(|refused| Trouble::Refused("creating", refused))?;
    id_of(&made).ok_or(Trouble::Missing)
}

/// Ends the pushing of a group; the one in Command is deleted, or stays without its source.
pub(super) fn unlink(
    campus: &mut Campus,
    app: &App,
    group: &Group,
    delete: bool,
) -> Result<(), String> {
    let mut mappings = campus.okta.mappings.values();
    let found = mappings.find(|one| one.app == app.id && one.group == group.id);
    let Some(mapping) = found.cloned() else {
        return Err(format!("{} is not pushed to {}", group.name, app.label));
    };
    if let (true, Some(id)) = (delete, &mapping.external_id) {
        match send(campus, app, Method::DELETE, &["Groups", id], &[], None) {
            Ok(_) => {}
            Err(refused) if refused.status == StatusCode::NOT_FOUND => {}
            Err(refused) => {
                return Err(format!(
                    "Error while deleting group {}: {}",
                    group.name,
                    refused.remote()
                ));
            }
        }
    }
    campus.okta.mappings.remove(&mapping.id);
    let removed = entry(
        "application.provision.group_push.removed",
        "app.user_management.grouppush.mapping.and.groups.deleted.rule.deleted",
        "Pushed group removed",
    );
    let targets = vec![Target::group(group), Target::app(app)];
    campus.okta.tell(removed, Some(app), targets, Ok(()));
    Ok(())
}
