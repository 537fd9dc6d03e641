//! The doors behind a group.

use crate::diagnose::facts::DoorFacts;
use crate::model::access::AccessLevel;
use crate::model::inspect::Level;

/// Whether the doors know a group, and its access levels, as far as they were read.
pub(super) fn behind(
    doors: Option<&DoorFacts>,
    id: &str,
    name: &str,
) -> (Option<bool>, Option<Vec<Level>>) {
    let Some(doors) = doors else {
        return (None, None);
    };
    match doors.group(id, name) {
        None => (Some(false), None),
        Some(group) => {
            let levels = doors.levels_of(&group.id);
            let levels = levels.map(|levels| levels.into_iter().map(level).collect());
            (Some(true), levels)
        }
    }
}

fn level(level: &AccessLevel) -> Level {
    Level {
        name: level.name.clone(),
        doors: level.doors.clone(),
        sites: level.sites.clone(),
    }
}
