//! Causes for which a door stays shut although the user is there: groups, access levels, cards.

use super::finding;
use super::plan::weight;
use crate::diagnose::facts::{Facts, ScimGroup};
use crate::model::access::AccessGroup;
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::plan::{LeftAlone, Subject};
use crate::model::reason::Code;

/// The person's groups that the user is a member of over SCIM.
fn member_of(facts: &Facts) -> Vec<&ScimGroup> {
    let (Some(scim), Some(user)) = (facts.scim.seen(), facts.user()) else {
        return Vec::new();
    };
    let groups = scim.groups.iter().filter(|group| {
        let members = group
            .group
            .as_ref()
            .and_then(|found| found.members.as_ref());
        members.is_some_and(|members| members.contains(&user.user.id))
    });
    groups.collect()
}

/// The access group at the doors that a SCIM group became: it takes the SCIM group's name.
fn at_doors<'a>(facts: &'a Facts, group: &ScimGroup) -> Option<&'a AccessGroup> {
    let doors = facts.doors.seen()?;
    let scim = group.group.as_ref()?;
    doors.group(scim.id.as_str(), &scim.name)
}

/// A member over SCIM whom the doors do not know as one.
pub(super) fn not_in_door_group(facts: &Facts) -> Option<Finding> {
    let person = facts.access.seen()?.person.as_ref()?;
    let mut found = None;
    for group in member_of(facts) {
        let Some(door) = at_doors(facts, group) else {
            continue;
        };
        if person.groups.iter().any(|known| known.id == door.id) {
            continue;
        }
        let text = format!("access group {} does not have the person", door.name);
        let known = found
            .take()
            .unwrap_or_else(|| finding(Trouble::NotInDoorGroup, Likelihood::Likely, facts));
        found = Some(Finding::seen(known, Side::Access, text));
    }
    found
}

/// A group that was never made an access group.
pub(super) fn group_not_at_doors(facts: &Facts) -> Option<Finding> {
    let mut found = None;
    for group in member_of(facts) {
        if at_doors(facts, group).is_some() {
            continue;
        }
        let text = format!("no access group is called {}", group.name);
        let known = found
            .take()
            .unwrap_or_else(|| finding(Trouble::GroupNotAtDoors, Likelihood::Likely, facts));
        found = Some(Finding::seen(known, Side::Doors, text));
    }
    found
}

/// A group at the doors that no access level names.
pub(super) fn group_without_level(facts: &Facts) -> Option<Finding> {
    let doors = facts.doors.seen()?;
    let levels = doors.levels.as_ref()?;
    let mut found = None;
    for group in member_of(facts) {
        let Some(door) = at_doors(facts, group) else {
            continue;
        };
        if doors
            .levels_of(&door.id)
            .is_some_and(|levels| !levels.is_empty())
        {
            continue;
        }
        let text = format!(
            "access group {} is in none of {} access levels",
            door.name,
            levels.len()
        );
        let known = found
            .take()
            .unwrap_or_else(|| finding(Trouble::GroupWithoutLevel, Likelihood::Likely, facts));
        found = Some(Finding::seen(known, Side::Doors, text));
    }
    found
}

/// A card that is there and opens nothing.
pub(super) fn card_switched_off(facts: &Facts) -> Option<Finding> {
    let person = facts.access.seen()?.person.as_ref()?;
    let told = facts.plan.seen().is_some_and(|plan| {
        let mut left = plan.left_alone.iter();
        left.any(|left| left.code == Code::CardClosed)
    });
    let off = person
        .record
        .cards
        .iter()
        .filter(|card| card.active == Some(false));
    let off: Vec<_> = off.collect();
    if off.is_empty() || told {
        return None;
    }
    // With another card that works, this one need not be the trouble.
    let works = person
        .record
        .cards
        .iter()
        .any(|card| card.active != Some(false));
    let likelihood = if works {
        Likelihood::Possible
    } else {
        Likelihood::Likely
    };
    let mut found = finding(Trouble::CardSwitchedOff, likelihood, facts);
    for card in off {
        let text = match &card.card {
            Some(known) => format!("card {} is switched off", known.masked()),
            None => format!("a card of type {} is switched off", card.kind),
        };
        found = found.seen(Side::Access, text);
    }
    Some(found)
}

/// Nothing to hold against a reader.
pub(super) fn no_card(facts: &Facts) -> Option<Finding> {
    let person = facts.access.seen()?.person.as_ref()?;
    if !person.record.cards.is_empty() || !facts.is_wanted() {
        return None;
    }
    // What is still to be added, or why it is not, is told as such.
    let has_ids = facts
        .person()
        .is_some_and(|person| !person.credentials.is_empty());
    let told = |left: &LeftAlone| match left.subject {
        Subject::Card { .. } => true,
        Subject::User { .. } => {
            let of_an_id = matches!(
                left.code,
                Code::CardUnreadable | Code::IdTypeUnmapped | Code::IdStatusUnmapped
            );
            // Cards wait for whatever stops the whole person.
            of_an_id || has_ids && weight(left.code) == Some(Likelihood::Certain)
        }
        _ => false,
    };
    let planned = facts.plan.seen().is_some_and(|plan| {
        let mut operations = plan.operations.iter();
        operations.any(|operation| operation.subject.card().is_some())
            || plan.left_alone.iter().any(told)
    });
    if planned {
        return None;
    }
    let ids = facts.person().map_or(0, |person| person.credentials.len());
    let found = finding(Trouble::NoCard, Likelihood::Possible, facts);
    let found = found.seen(Side::Access, "the access record has no card");
    Some(found.seen(
        Side::Atrium,
        format!("Atrium has {ids} ids of theirs that are cards"),
    ))
}

/// In no group at all.
pub(super) fn no_access_group(facts: &Facts) -> Option<Finding> {
    let atrium = facts.atrium.seen()?;
    if atrium.person.is_none() || !atrium.groups.is_empty() || !facts.is_wanted() {
        return None;
    }
    // Groups that were given in Command open doors as well.
    let by_hand = facts
        .access
        .seen()
        .and_then(|access| access.person.as_ref());
    if by_hand.is_some_and(|person| !person.groups.is_empty()) {
        return None;
    }
    let found = finding(Trouble::NoAccessGroup, Likelihood::Possible, facts);
    Some(found.seen(
        Side::Atrium,
        "no access group of theirs is in what was read",
    ))
}
