//! What opens which doors: the access levels of Command, and which of SCIM's groups its people
//! made access groups.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::SandboxError;
use super::atrium;
use super::campus::Campus;
use super::command::{Group, fold, id_at};
use super::personality::Switch;

/// Where the store keeps it.
const KEY: &str = "doors";

/// The group of Atrium that no access level names: its members' cards open nothing.
const WITHOUT_LEVEL: u32 = 440;

/// An access level that somebody made by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Level {
    id: String,
    name: String,
    groups: Vec<String>,
    doors: Vec<String>,
    site: String,
    updated: i64,
}

/// What was done by hand since the world was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Doors {
    levels: Vec<Level>,
    /// The ids of SCIM's groups that are access groups.
    available: BTreeSet<String>,
}

impl Campus {
    /// Is this group one of Access Control's? Groups that SCIM made are with
    /// `scim-groups-by-hand` only once Command's people have said so
    /// (help.verkada.com, "Use SCIM for access groups").
    pub(super) fn is_access_group(&self, group: &Group) -> bool {
        group.native
            || !self.has(Switch::ScimGroupsByHand)
            || self.doors.available.contains(&group.id)
    }
}

/// Reads what was done by hand.
pub(super) fn open(campus: &mut Campus) -> Result<(), SandboxError> {
    if let Some(text) = campus.store.note(KEY)? {
        campus.doors = serde_json::from_str(&text).unwrap_or_default();
    }
    Ok(())
}

fn save(campus: &mut Campus) -> Result<(), SandboxError> {
    let text = serde_json::to_string(&campus.doors)
        .map_err(|problem| SandboxError::World(problem.to_string()))?;
    campus.store.set_note(KEY, &text)
}

fn find(campus: &Campus, which: &str) -> Result<Group, SandboxError> {
    let command = &campus.command;
    let group = command
        .group(which)
        .or_else(|| command.group_by_name(which));
    let known = || command.groups().map(Group::name);
    match group {
        Some(group) => Ok(group.clone()),
        None => Err(SandboxError::unknown("group in Command", which, known())),
    }
}

/// Makes an access group of a group that SCIM made: Access, Groups, Create SCIM Group.
pub(super) fn make_available(campus: &mut Campus, which: &str) -> Result<String, SandboxError> {
    let group = find(campus, which)?;
    if group.native {
        return Err(SandboxError::World(format!(
            "{} was made in Command: it is an access group already",
            group.name()
        )));
    }
    campus.doors.available.insert(group.id.clone());
    save(campus)?;
    Ok(format!("group {} is an access group now", group.name()))
}

/// Makes an access level that lets a group through doors.
pub(super) fn give_level(
    campus: &mut Campus,
    which: &str,
    name: Option<&str>,
    doors: &[String],
) -> Result<String, SandboxError> {
    let group = find(campus, which)?;
    if !campus.is_access_group(&group) {
        return Err(SandboxError::World(format!(
            "{} is no access group yet: `atriumctl sandbox admin make-group-available` makes it one",
            group.name()
        )));
    }
    let tick = campus.tick();
    let made_up = |what: u32| id_at(campus.about.seed ^ 0xD002, tick.wrapping_mul(64) + what);
    let doors: Vec<String> = match doors {
        [] => vec![made_up(1)],
        doors => doors.to_vec(),
    };
    let level = Level {
        id: made_up(0),
        name: name.map_or_else(|| format!("{} doors", group.name()), str::to_owned),
        groups: vec![group.id.clone()],
        site: made_up(2),
        doors,
        updated: jiff::Timestamp::now().as_second(),
    };
    let told = format!("group {} has the access level {}", group.name(), level.name);
    campus.doors.levels.push(level);
    save(campus)?;
    Ok(told)
}

/// All access levels, in the form of
/// <https://apidocs.verkada.com/reference/access-level-object>.
pub(super) fn levels(campus: &Campus) -> Result<Vec<Value>, SandboxError> {
    let names = ["Offices", "Laboratories", "Night shift"];
    let one = names.iter().zip(campus.command.groups());
    let mut shown: Vec<Value> = one
        .zip(0..)
        .map(|((name, group), at)| of_the_first_day(campus, at, name, vec![group.id.clone()]))
        .collect();
    let buildings = buildings(campus)?;
    if !buildings.is_empty() {
        shown.push(of_the_first_day(campus, 9, "Campus buildings", buildings));
    }
    for level in &campus.doors.levels {
        let groups: Vec<&String> = level
            .groups
            .iter()
            .filter(|id| campus.command.group(id).is_some())
            .collect();
        shown.push(json!({
            "access_level_id": level.id,
            "name": level.name,
            "access_groups": groups,
            "doors": level.doors,
            "sites": [level.site],
            "access_schedule_events": [
                event(&format!("{}-mo", level.id), "MO"), event(&format!("{}-tu", level.id), "TU"),
            ],
            "last_updated_at": level.updated,
        }));
    }
    Ok(shown)
}

/// Every group that Atrium has, but for one.
fn buildings(campus: &Campus) -> Result<Vec<String>, SandboxError> {
    let atrium = atrium::groups(campus.store.read())?;
    let named: HashSet<String> = atrium
        .iter()
        .filter(|(id, _)| *id != WITHOUT_LEVEL)
        .map(|(_, name)| fold(name))
        .collect();
    let without = format!("atrium-group:{WITHOUT_LEVEL}");
    let groups = campus.command.groups().filter(|group| {
        let external_id = group.attributes.get("externalId").and_then(Value::as_str);
        let ours = external_id.is_some_and(|id| id.starts_with("atrium-group:"));
        external_id != Some(without.as_str())
            && (ours || named.contains(&fold(group.name())))
            && campus.is_access_group(group)
    });
    Ok(groups.map(|group| group.id.clone()).collect())
}

fn event(id: &str, weekday: &str) -> Value {
    json!({
        "access_schedule_event_id": id,
        "weekday": weekday,
        "start_time": "07:00",
        "end_time": "19:00",
        "door_status": "access_granted",
    })
}

fn of_the_first_day(campus: &Campus, at: u32, name: &str, groups: Vec<String>) -> Value {
    let made_up = |what: u32| id_at(campus.about.seed, u32::MAX - 10 * at - what);
    json!({
        "access_level_id": made_up(0),
        "name": name,
        "access_groups": groups,
        "doors": [made_up(1)],
        "sites": [made_up(2)],
        "access_schedule_events": [event(&made_up(3), "MO"), event(&made_up(4), "TU")],
        "last_updated_at": 1_788_249_600,
    })
}
