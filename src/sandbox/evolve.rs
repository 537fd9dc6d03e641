//! A day of the campus: people come, leave, marry and move; buildings go up. The same seed, day
//! and events always do the same.

use std::str::FromStr;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::SandboxError;
use super::atrium::{self, Person};
use super::campus::Campus;
use super::command::{Change, User};
use super::names::{CULTURES, DEPARTMENTS, NEW_BUILDINGS, TITLES};
use super::seed;
use super::store::set_day;

/// Something that happens on a campus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Somebody joins.
    Joiner,
    /// Somebody leaves: the status turns Inactive.
    Leaver,
    /// Somebody leaves: the row is no longer exported.
    AbsentLeaver,
    /// Somebody takes another family name; the email stays.
    MarriedName,
    /// Somebody gets another email.
    ChangedEmail,
    /// Somebody gets another title and department.
    ChangedTitle,
    /// Somebody leaves one access group, or joins one, or both.
    MembershipChange,
    /// An access group gets another name.
    RenamedGroup,
    /// A building opens: a new access group with people in it.
    NewBuilding,
    /// Somebody who had left comes back.
    Returner,
    /// Somebody is deactivated by hand in Command.
    ClosedByHand,
}

impl Event {
    /// Every event, in the order in which a day plays them.
    pub const ALL: [Event; 11] = [
        Event::Joiner,
        Event::Leaver,
        Event::AbsentLeaver,
        Event::MarriedName,
        Event::ChangedEmail,
        Event::ChangedTitle,
        Event::MembershipChange,
        Event::RenamedGroup,
        Event::NewBuilding,
        Event::Returner,
        Event::ClosedByHand,
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Event::Joiner => "joiner",
            Event::Leaver => "leaver",
            Event::AbsentLeaver => "absent-leaver",
            Event::MarriedName => "married-name",
            Event::ChangedEmail => "changed-email",
            Event::ChangedTitle => "changed-title",
            Event::MembershipChange => "membership-change",
            Event::RenamedGroup => "renamed-group",
            Event::NewBuilding => "new-building",
            Event::Returner => "returner",
            Event::ClosedByHand => "closed-by-hand",
        }
    }
}

impl FromStr for Event {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        Event::ALL
            .into_iter()
            .find(|event| event.name() == name)
            .ok_or_else(|| SandboxError::unknown("event", name, Event::ALL.map(Event::name)))
    }
}

/// People who are exported and active.
const HERE: &str = "status = 'Active' AND NOT absent";

/// Lives the next day with these events, or with those of an ordinary day. Returns a sentence
/// for each thing that happened.
pub(super) fn evolve(
    campus: &mut Campus,
    events: Option<&[Event]>,
) -> Result<Vec<String>, SandboxError> {
    let day = campus.about.day + 1;
    let events = match events {
        Some(events) => events.to_vec(),
        None => ordinary_day(day),
    };
    let seed = campus.about.seed ^ (u64::from(day) << 32);
    let closed = match events.contains(&Event::ClosedByHand) {
        true => close_somebody(campus, &mut fastrand::Rng::with_seed(seed)),
        false => None,
    };
    let mut told = campus.store.atrium(|db| {
        set_day(db, day)?;
        let mut told = Vec::new();
        for (at, event) in (0_u64..).zip(&events) {
            let mut rng = fastrand::Rng::with_seed(seed.wrapping_add(at.wrapping_mul(0x9E37_79B9)));
            told.push(match event {
                Event::ClosedByHand => continue,
                event => play(db, *event, &mut rng)?,
            });
        }
        Ok(told)
    })?;
    campus.about.day = day;
    if events.contains(&Event::ClosedByHand) {
        told.push(match closed {
            Some(user) => {
                let sentence = format!("{} was deactivated by hand in Command", user.label());
                campus.write(vec![Change::PutUser(user)])?;
                sentence
            }
            None => "nobody in Command could be deactivated by hand".to_owned(),
        });
    }
    atrium::export(campus.store.read(), &campus.dir)?;
    campus.store.set_exports_current()?;
    Ok(told)
}

/// New buildings and group names are rarer than people's changes.
fn ordinary_day(day: u32) -> Vec<Event> {
    Event::ALL
        .into_iter()
        .filter(|event| match event {
            Event::NewBuilding => day % 3 == 1,
            Event::RenamedGroup => day.is_multiple_of(2),
            _ => true,
        })
        .collect()
}

fn play(db: &Connection, event: Event, rng: &mut fastrand::Rng) -> Result<String, SandboxError> {
    let end = atrium::next_seq(db)?;
    let from = rng.u32(..end.max(1));
    let nobody = || format!("{}: nobody was there for it", event.name());
    let condition = match event {
        Event::Joiner => return join(db, rng, end),
        Event::RenamedGroup => return rename_group(db, rng),
        Event::NewBuilding => return new_building(db, rng, from),
        Event::ClosedByHand => return Ok(nobody()),
        Event::Returner => "status = 'Inactive' OR absent",
        Event::MembershipChange => {
            "status = 'Active' AND NOT absent AND EXISTS (SELECT 1 FROM access WHERE access.seq = person.seq)"
        }
        _ => HERE,
    };
    let Some(mut person) = atrium::pick(db, from, condition)? else {
        return Ok(nobody());
    };
    let before = person.label();
    let sentence = match event {
        Event::Leaver => {
            person.status = "Inactive".into();
            format!("{before} left")
        }
        Event::AbsentLeaver => {
            person.absent = true;
            format!("{before} is no longer in Atrium")
        }
        Event::Returner => {
            person.status = "Active".into();
            person.absent = false;
            person.groups = some_groups(db, rng)?;
            format!("{before} came back")
        }
        Event::MarriedName => {
            let name = other_name(rng, &person.last_name);
            let sentence = format!("{before} is now called {} {name}", person.first_name);
            person.last_name = name;
            sentence
        }
        Event::ChangedEmail => {
            let email = new_email(db, &person)?;
            let sentence = format!(
                "the email of {before} changed from {} to {email}",
                person.email
            );
            person.email = email;
            sentence
        }
        Event::ChangedTitle => {
            person.title = other(rng, TITLES, &person.title);
            person.department = other(rng, DEPARTMENTS, &person.department);
            format!("{before} is now {} in {}", person.title, person.department)
        }
        _ => change_membership(db, rng, &mut person)?,
    };
    atrium::put(db, &person)?;
    Ok(sentence)
}

fn join(db: &Connection, rng: &mut fastrand::Rng, seq: u32) -> Result<String, SandboxError> {
    let is_free = |email: &str| !atrium::email_is_used(db, email).unwrap_or(true);
    // The first try may be taken, the second carries the person's number.
    let mut person = seed::ordinary(rng, seq, |email| {
        email.contains(&seq.to_string()) || is_free(email)
    });
    person.status = "Active".into();
    person.groups = some_groups(db, rng)?;
    atrium::put(db, &person)?;
    Ok(format!("{} joined", person.label()))
}

fn some_groups(db: &Connection, rng: &mut fastrand::Rng) -> Result<Vec<u32>, SandboxError> {
    let groups = atrium::groups(db)?;
    Ok(seed::some_groups(rng, groups.into_iter().map(|(id, _)| id)))
}

fn other(rng: &mut fastrand::Rng, list: &[&str], current: &str) -> String {
    let others: Vec<&&str> = list.iter().filter(|item| **item != current).collect();
    rng.choice(others)
        .map_or_else(|| current.to_owned(), |item| (*item).to_owned())
}

fn other_name(rng: &mut fastrand::Rng, current: &str) -> String {
    let names = CULTURES
        .iter()
        .flat_map(|culture| culture.family)
        .map(|(name, _)| *name);
    let others: Vec<&str> = names.filter(|name| *name != current).collect();
    rng.choice(others).unwrap_or("Smith").to_owned()
}

fn new_email(db: &Connection, person: &Person) -> Result<String, SandboxError> {
    let (local, host) = person
        .email
        .split_once('@')
        .unwrap_or(("somebody", "campus.example"));
    let mut number = 2;
    loop {
        let email = format!("{local}.{number}@{host}");
        if !atrium::email_is_used(db, &email)? {
            return Ok(email);
        }
        number += 1;
    }
}

fn change_membership(
    db: &Connection,
    rng: &mut fastrand::Rng,
    person: &mut Person,
) -> Result<String, SandboxError> {
    let all = atrium::groups(db)?;
    let name = |id: u32| {
        all.iter()
            .find(|(group, _)| *group == id)
            .map_or("", |(_, name)| name)
    };
    let mut changes = Vec::new();
    if !person.groups.is_empty() {
        let gone = person.groups.swap_remove(rng.usize(..person.groups.len()));
        changes.push(format!("out of {}", name(gone)));
        let others = all.iter().map(|(id, _)| *id);
        let others: Vec<u32> = others
            .filter(|id| *id != gone && !person.groups.contains(id))
            .collect();
        if let Some(new) = rng.choice(others) {
            person.groups.push(new);
            changes.push(format!("into {}", name(new)));
        }
    }
    person.groups.sort_unstable();
    Ok(format!("{} went {}", person.label(), changes.join(" and ")))
}

fn rename_group(db: &Connection, rng: &mut fastrand::Rng) -> Result<String, SandboxError> {
    let groups = atrium::groups(db)?;
    let Some((id, name)) = rng.choice(&groups) else {
        return Ok("renamed-group: there is no group".to_owned());
    };
    let new = match name.strip_suffix(" (renovated)") {
        Some(old) => old.to_owned(),
        None => format!("{name} (renovated)"),
    };
    atrium::put_group(db, *id, &new)?;
    Ok(format!(
        "access group {id} \"{name}\" is now called \"{new}\""
    ))
}

fn new_building(
    db: &Connection,
    rng: &mut fastrand::Rng,
    from: u32,
) -> Result<String, SandboxError> {
    let groups = atrium::groups(db)?;
    let id = groups.iter().map(|(id, _)| *id).max().unwrap_or(0) + 1;
    let building = NEW_BUILDINGS[rng.usize(..NEW_BUILDINGS.len())];
    let name = match groups.iter().any(|(_, name)| name.starts_with(building)) {
        true => format!("{building} {id} - Floor 1"),
        false => format!("{building} - Floor 1"),
    };
    atrium::put_group(db, id, &name)?;
    let mut next = from;
    let mut moved_in = 0;
    for _ in 0..rng.u8(4..10) {
        let Some(mut person) = atrium::pick(db, next, HERE)? else {
            break;
        };
        if person.groups.contains(&id) {
            break;
        }
        next = person.seq + 1;
        person.groups.push(id);
        atrium::put(db, &person)?;
        moved_in += 1;
    }
    Ok(format!(
        "\"{name}\" opened as access group {id} with {moved_in} people"
    ))
}

/// Chooses an active user of Atrium's, and closes a copy of the record.
fn close_somebody(campus: &mut Campus, rng: &mut fastrand::Rng) -> Option<User> {
    let special = |user: &User| user.external_id().starts_with("atrium:S1000");
    let candidates: Vec<&User> = campus
        .command
        .users()
        .filter(|user| user.active() && user.external_id().starts_with("atrium:") && !special(user))
        .collect();
    let mut user = (*rng.choice(&candidates)?).clone();
    user.attributes.insert("active".to_owned(), false.into());
    user.modified = campus.tick();
    Some(user)
}
