//! What the facts about one person come to: each value, group and card with its owner.

use crate::commands::inspect::doors::behind;
use crate::commands::inspect::who::{Known as Kept, owner};
use crate::diagnose::facts::{AccessPerson, Facts, ScimUser};
use crate::model::diagnosis::Side;
use crate::model::fold::{same_folded, same_value};
use crate::model::inspect::{
    DoorGroup, HeldCard, LOCKED, LastChange, Manager, Owner, SideBySide, UserView,
};
use crate::model::memory::{Memory, UserMemory};
use crate::model::plan::Subject;
use crate::model::reason::{Code, Situation};
use crate::model::roster::{Person, Roster};
use crate::model::rules::Meaning;
use crate::model::{CampusId, Field, Profile, Text};
use crate::reconcile;
use crate::reconcile::policy::Policy;

/// What the facts come to.
pub(super) fn view(
    facts: &Facts,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    last_change: Option<LastChange>,
) -> UserView {
    let kept = Kept::new(memory, policy);
    let user = facts.user().or_else(|| facts.scim.seen()?.users.first());
    let record = facts
        .access
        .seen()
        .and_then(|access| access.person.as_ref());
    let person = facts.person();
    let managed = match (user, record) {
        (Some(found), _) => {
            let external_id = found.user.external_id.as_ref();
            Some(kept.user(found.user.id.as_str(), external_id, &policy.user_ids))
        }
        (None, Some(record)) => {
            let row = &record.user;
            Some(kept.access_user(row.id.as_str(), &row.external_id, &policy.user_ids))
        }
        (None, None) => None,
    };
    let (managed, found_id) = match managed {
        Some((managed, id)) => (Some(managed), id),
        None => (None, None),
    };
    let campus_id = facts.campus_id.as_ref().map(|id| id.0.clone()).or(found_id);
    let remembered = campus_id
        .as_ref()
        .and_then(|id| memory.users.get(&CampusId(id.clone())));
    let name = person.map(Person::display_name);
    let name = name.or_else(|| user.map(|found| found.user.profile.display_name()));
    let name = name.or_else(|| record.map(|record| record.user.full_name.clone()));
    let name = name.or_else(|| remembered.map(|known| known.applied.display_name()));
    UserView {
        name: name.unwrap_or_default(),
        user_id: user.map(|found| found.user.id.0.clone()),
        external_id: user.and_then(|found| found.user.external_id.clone()),
        access_id: record.map(|record| record.user.id.0.clone()),
        managed,
        situation: situation(facts, managed.map(|managed| managed.by)),
        reasons: reasons(facts),
        atrium_status: person.map(|person| person.status.clone()),
        active: user.and_then(|found| found.user.active),
        fields: fields(
            facts,
            user,
            record,
            remembered,
            managed.map(|managed| managed.by),
        ),
        groups: groups(facts, user, record, memory),
        cards: cards(roster, person, record, remembered),
        start: record.and_then(|record| record.record.start),
        end: record.and_then(|record| record.record.end),
        last_change,
        gaps: gaps(facts),
        campus_id,
    }
}

/// What is the case with the user; of several words the one with precedence.
fn situation(facts: &Facts, by: Option<Manager>) -> Option<Situation> {
    facts.atrium.seen()?;
    facts.scim.seen()?;
    let plan = facts.plan.seen()?;
    let is_user = |subject: &Subject| matches!(subject, Subject::User { .. });
    let operations = plan.operations.iter();
    let operations = operations.filter(|operation| is_user(&operation.subject));
    let held = plan
        .held
        .iter()
        .filter(|held| is_user(&held.operation.subject));
    let left = plan.left_alone.iter().filter(|left| is_user(&left.subject));
    let words = operations
        .map(|operation| operation.situation)
        .chain(held.map(|_| Situation::Held))
        .chain(left.map(|left| left.situation));
    if let Some(word) = words.min() {
        return Some(word);
    }
    Some(match by {
        Some(Manager::Atrium) if facts.person().is_none() => Situation::Gone,
        Some(Manager::Atrium) => Situation::InStep,
        Some(Manager::OtherClient) => Situation::Foreign,
        Some(Manager::Native) => Situation::Native,
        None if facts.is_wanted() => Situation::Missing,
        None => Situation::Gone,
    })
}

fn reasons(facts: &Facts) -> Vec<(Code, String)> {
    let Some(plan) = facts.plan.seen() else {
        return Vec::new();
    };
    // What is said of a whole group is not about this person: the others were not read.
    let left = plan
        .left_alone
        .iter()
        .filter(|left| left.subject.person().is_some());
    let left = left.map(|left| (left.code, left.detail.clone()));
    let held = plan
        .held
        .iter()
        .map(|held| (held.code, held.operation.label.to_string()));
    left.chain(held).collect()
}

/// The values on the three sides.
fn fields(
    facts: &Facts,
    user: Option<&ScimUser>,
    record: Option<&AccessPerson>,
    remembered: Option<&UserMemory>,
    by: Option<Manager>,
) -> Vec<SideBySide> {
    let locked_in = by.and_then(Manager::changed_in);
    let wanted = facts.person().map(reconcile::wanted);
    let applied = remembered.map(|known| &known.applied);
    let applied = applied.filter(|applied| **applied != Profile::default());
    // REST's list has the name as one text.
    let command = |field: Field| match (user, record) {
        (Some(found), _) => Some(found.user.profile.get(field).clone()),
        (None, Some(record)) => match field {
            Field::Email => Some(record.user.email.clone()),
            Field::EmployeeNumber => Some(record.user.employee_id.clone()),
            _ => None,
        },
        (None, None) => None,
    };
    let rows = Profile::FIELDS.into_iter().map(|field| {
        let atrium = wanted.as_ref().map(|wanted| wanted.get(field).clone());
        let command = command(field);
        let applied = applied.map(|applied| applied.get(field).clone());
        let compared = (by == Some(Manager::Atrium)).then(|| {
            compare(
                field,
                atrium.as_deref()?,
                command.as_deref()?,
                applied.as_deref(),
            )
        });
        SideBySide {
            field,
            atrium,
            command,
            applied,
            situation: compared.flatten(),
            locked: locked_in.filter(|_| LOCKED.contains(&field)),
        }
    });
    let empty = |value: &Option<Text>| value.as_ref().is_none_or(|text| text.is_empty());
    let rows =
        rows.filter(|row| !(empty(&row.atrium) && empty(&row.command) && empty(&row.applied)));
    let word = |active: bool| Text::const_new(if active { "active" } else { "deactivated" });
    let meaning = facts.atrium.seen().and_then(|atrium| atrium.meaning);
    let active = SideBySide {
        field: Field::Active,
        atrium: meaning.map(|_| word(meaning == Some(Meaning::Active) && facts.is_wanted())),
        command: user.and_then(|found| found.user.active).map(word),
        applied: remembered
            .filter(|known| known.ours)
            .map(|known| word(known.closed_by_us.is_none())),
        situation: None,
        locked: locked_in,
    };
    let seen = active.atrium.is_some() || active.command.is_some() || active.applied.is_some();
    rows.chain(seen.then_some(active)).collect()
}

/// What is the case with one value of a user of ours.
fn compare(field: Field, atrium: &str, command: &str, applied: Option<&str>) -> Option<Situation> {
    let same = |a: &str, b: &str| same_value(field, a, b);
    if same(atrium, command) {
        return Some(Situation::InStep);
    }
    // A value that Atrium does not have is cleared only where it is one that we wrote.
    let ours = applied.is_some_and(|applied| !applied.is_empty() && same(applied, command));
    if atrium.is_empty() && !ours {
        return None;
    }
    Some(match field {
        Field::Email => Situation::EmailChanged,
        _ if applied.is_some_and(|applied| same(applied, atrium)) => Situation::Drifted,
        _ => Situation::Changed,
    })
}

/// The groups on both sides, with their doors.
fn groups(
    facts: &Facts,
    user: Option<&ScimUser>,
    record: Option<&AccessPerson>,
    memory: &Memory,
) -> Vec<DoorGroup> {
    let doors = facts.doors.seen();
    let scim = facts.scim.seen();
    let at_doors = record.map_or(&[][..], |record| &record.groups);
    let mut listed: Vec<DoorGroup> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for (id, name) in facts
        .atrium
        .seen()
        .into_iter()
        .flat_map(|atrium| &atrium.groups)
    {
        let group = scim.and_then(|scim| {
            let known = scim.groups.iter().find(|group| group.access_group == *id)?;
            known.group.as_ref()
        });
        let is_member = match (group, user) {
            (Some(group), Some(user)) => {
                let members = group.members.as_deref().unwrap_or_default();
                members.contains(&user.user.id)
            }
            _ => false,
        };
        let remote_name = group.map_or(name, |group| &group.name);
        let remote_id = group.map_or("", |group| group.id.as_str());
        let door = at_doors
            .iter()
            .find(|door| door.id == remote_id || same_folded(&door.name, remote_name));
        shown.extend(door.map(|door| door.id.as_str()));
        let (available, levels) = behind(doors, remote_id, remote_name);
        listed.push(DoorGroup {
            name: remote_name.clone(),
            access_group_id: Some(id.0.clone()),
            owner: match is_member || door.is_some() {
                true => Owner::Atrium,
                false => Owner::AtriumOnly,
            },
            at_doors: available,
            levels,
        });
    }
    for door in at_doors
        .iter()
        .filter(|door| !shown.contains(&door.id.as_str()))
    {
        let known = memory.groups.iter().find(|group| {
            group.group_id.as_str() == door.id || same_folded(&group.name, &door.name)
        });
        let (available, levels) = behind(doors, &door.id, &door.name);
        listed.push(DoorGroup {
            name: door.name.clone(),
            access_group_id: known.map(|group| group.id.0.clone()),
            owner: Owner::Command,
            at_doors: available,
            levels,
        });
    }
    listed
}

/// The cards on all sides.
fn cards(
    roster: &Roster,
    person: Option<&Person>,
    record: Option<&AccessPerson>,
    remembered: Option<&UserMemory>,
) -> Vec<HeldCard> {
    let memory = remembered.and_then(|known| known.access.as_deref());
    let credentials = person.map_or(&[][..], |person| &person.credentials);
    let status = |at: u16| roster.id_statuses.get(usize::from(at)).cloned();
    let mut cards: Vec<HeldCard> = Vec::new();
    let remote = record.map_or(&[][..], |record| &record.record.cards);
    for held in remote {
        let credential = credentials.iter().find(|own| Some(own.card) == held.card);
        cards.push(HeldCard {
            card: held.card,
            kind: held.kind.clone(),
            active: held.active,
            owner: match &held.card {
                Some(card) => owner(card, memory, credential.is_some()),
                None => Owner::Command,
            },
            atrium_status: credential.and_then(|own| status(own.status)),
            in_command: Some(true),
        });
    }
    let absent = record.map(|_| false);
    let is_shown = |cards: &[HeldCard], card| cards.iter().any(|held| held.card == Some(card));
    for own in credentials {
        if is_shown(&cards, own.card) {
            continue;
        }
        let given = record.is_none() && memory.is_some_and(|memory| memory.has(&own.card));
        cards.push(HeldCard {
            card: Some(own.card),
            kind: Text::const_new(own.card.format.short()),
            active: None,
            owner: if given {
                Owner::Atrium
            } else {
                Owner::AtriumOnly
            },
            atrium_status: status(own.status),
            in_command: absent,
        });
    }
    for known in memory.into_iter().flat_map(|memory| &memory.cards) {
        if record.is_some() || is_shown(&cards, known.card) {
            continue;
        }
        cards.push(HeldCard {
            card: Some(known.card),
            kind: Text::const_new(known.card.format.short()),
            active: None,
            owner: if known.ours {
                Owner::Atrium
            } else {
                Owner::Unknown
            },
            atrium_status: None,
            in_command: None,
        });
    }
    cards
}

/// What could not be looked at, and why.
fn gaps(facts: &Facts) -> Vec<String> {
    let sides = [
        Side::Atrium,
        Side::Ledger,
        Side::Scim,
        Side::Access,
        Side::Doors,
    ];
    let mut gaps: Vec<String> = sides
        .into_iter()
        .filter_map(|side| Some(format!("{}: {}", side.name(), facts.unseen(side)?)))
        .collect();
    if facts
        .doors
        .seen()
        .is_some_and(|doors| doors.levels.is_none())
    {
        gaps.push("access levels: the API key has no permission for them".to_owned());
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_word() {
        use Situation::{Changed, Drifted, EmailChanged, InStep};
        for (field, atrium, command, applied, word) in [
            (Field::Title, "Dean", "Dean ", None, Some(InStep)),
            (Field::Title, "Dean", "Clerk", None, Some(Changed)),
            (Field::Title, "Dean", "Clerk", Some("Clerk"), Some(Changed)),
            (Field::Title, "Dean", "Clerk", Some("Dean"), Some(Drifted)),
            (Field::Title, "", "Clerk", None, None),
            (Field::Title, "", "Clerk", Some("Clerk"), Some(Changed)),
            (Field::Email, "a@x", "b@x", Some("b@x"), Some(EmailChanged)),
        ] {
            assert_eq!(
                compare(field, atrium, command, applied),
                word,
                "{atrium} {command}"
            );
        }
    }
}
