//! A day of the campus: people come, leave, marry and move; buildings go up, cards get lost. The
//! same seed, day and events always do the same.

mod cards;

use std::str::FromStr;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::SandboxError;
use super::atrium::{self, Person};
use super::campus::Campus;
use super::command::{Change, User};
use super::ids;
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
    /// Somebody loses a card.
    LostCard,
    /// Somebody's card is stolen.
    StolenCard,
    /// A card goes from one person to another.
    MovedCard,
    /// Somebody's card gets another number.
    ReplacedCard,
    /// Somebody gets one more card.
    NewCard,
    /// Somebody hands a card back: it is no longer exported.
    CardReturned,
    /// The barcodes in wallets change, as they do every day.
    RotatedBarcodes,
    /// A card is switched off by hand in Command.
    CardClosedByHand,
    /// Somebody gets a card by hand in Command that Atrium does not know.
    LocalExtraCard,
    /// Somebody's access is ended by hand in Command.
    EndDateByHand,
}

impl Event {
    /// Every event, in the order in which a day plays them.
    pub const ALL: [Event; 21] = [
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
        Event::LostCard,
        Event::StolenCard,
        Event::MovedCard,
        Event::ReplacedCard,
        Event::NewCard,
        Event::CardReturned,
        Event::RotatedBarcodes,
        Event::CardClosedByHand,
        Event::LocalExtraCard,
        Event::EndDateByHand,
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
            Event::LostCard => "lost-card",
            Event::StolenCard => "stolen-card",
            Event::MovedCard => "moved-card",
            Event::ReplacedCard => "replaced-card",
            Event::NewCard => "new-card",
            Event::CardReturned => "card-returned",
            Event::RotatedBarcodes => "rotated-barcodes",
            Event::CardClosedByHand => "card-closed-by-hand",
            Event::LocalExtraCard => "local-extra-card",
            Event::EndDateByHand => "end-date-by-hand",
        }
    }

    /// Does it happen in Command, not in Atrium?
    fn is_by_hand(self) -> bool {
        matches!(
            self,
            Event::ClosedByHand
                | Event::CardClosedByHand
                | Event::LocalExtraCard
                | Event::EndDateByHand
        )
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

const IN_A_GROUP: &str = "status = 'Active' AND NOT absent
    AND EXISTS (SELECT 1 FROM access WHERE access.seq = person.seq)";

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
    let about_seed = campus.about.seed;
    let seed = about_seed ^ (u64::from(day) << 32);
    let (by_hand, in_atrium): (Vec<_>, Vec<_>) = (0_u64..)
        .zip(events)
        .partition(|(_, event)| event.is_by_hand());
    let rng = |at: u64| fastrand::Rng::with_seed(seed.wrapping_add(at.wrapping_mul(0x9E37_79B9)));

    let mut told = campus.store.atrium(|db| {
        set_day(db, day)?;
        let barcodes = ids::rotate_barcodes(db, &mut rng(u64::MAX))?;
        let mut scene = Scene {
            db,
            seed: about_seed,
            rng: rng(0),
            touched: Vec::new(),
            with_cards: Vec::new(),
            barcodes,
        };
        let mut told = Vec::new();
        for (at, event) in in_atrium {
            scene.rng = rng(at);
            told.push(scene.play(event)?);
        }
        Ok(told)
    })?;
    campus.about.day = day;
    for (at, event) in by_hand {
        let mut rng = rng(at);
        told.push(match event {
            Event::ClosedByHand => close_somebody(campus, &mut rng)?,
            event => cards::by_hand(campus, event, &mut rng)?,
        });
    }
    atrium::export(campus.store.read(), &campus.dir)?;
    campus.store.set_exports_current()?;
    Ok(told)
}

/// New buildings and group names are rarer than people's changes, and hands rarer still.
fn ordinary_day(day: u32) -> Vec<Event> {
    Event::ALL
        .into_iter()
        .filter(|event| match event {
            Event::NewBuilding => day % 3 == 1,
            Event::RenamedGroup => day.is_multiple_of(2),
            Event::CardClosedByHand | Event::LocalExtraCard | Event::EndDateByHand => false,
            _ => true,
        })
        .collect()
}

/// A day's events on Atrium's side.
struct Scene<'a> {
    db: &'a Connection,
    /// The world's.
    seed: u64,
    rng: fastrand::Rng,
    /// Who has had their event today: nobody leaves and comes back on one day.
    touched: Vec<u32>,
    /// The same for events with cards: somebody may marry and lose a card on one day.
    with_cards: Vec<u32>,
    /// How many barcodes rotated today.
    barcodes: u32,
}

impl Scene<'_> {
    fn play(&mut self, event: Event) -> Result<String, SandboxError> {
        let condition = match event {
            Event::Joiner => return self.join(),
            Event::RenamedGroup => return self.rename_group(),
            Event::NewBuilding => return self.open_building(),
            Event::NewCard => return self.new_card(),
            Event::RotatedBarcodes => {
                return Ok(format!("{} barcodes in wallets rotated", self.barcodes));
            }
            Event::LostCard
            | Event::StolenCard
            | Event::MovedCard
            | Event::ReplacedCard
            | Event::CardReturned => return self.play_card(event),
            Event::Returner => "status = 'Inactive' OR absent",
            Event::MembershipChange => IN_A_GROUP,
            _ => HERE,
        };
        let Some(mut person) = self.pick(condition)? else {
            return Ok(format!("{}: nobody was there for it", event.name()));
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
                person.groups = self.some_groups()?;
                format!("{before} came back")
            }
            Event::MarriedName => {
                let name = other_name(&mut self.rng, &person.last_name);
                let sentence = format!("{before} is now called {} {name}", person.first_name);
                person.last_name = name;
                sentence
            }
            Event::ChangedEmail => {
                let old = person.email;
                person.email = new_email(self.db, &old)?;
                format!(
                    "the email of {before} changed from {old} to {}",
                    person.email
                )
            }
            Event::ChangedTitle => {
                person.title = other(&mut self.rng, TITLES, &person.title);
                person.department = other(&mut self.rng, DEPARTMENTS, &person.department);
                format!("{before} is now {} in {}", person.title, person.department)
            }
            _ => self.change_membership(&mut person)?,
        };
        atrium::put(self.db, &person)?;
        Ok(sentence)
    }

    /// Chooses somebody who has had no event today.
    fn pick(&mut self, condition: &str) -> Result<Option<Person>, SandboxError> {
        let end = atrium::next_seq(self.db)?;
        let touched: Vec<String> = self.touched.iter().map(u32::to_string).collect();
        let condition = format!("({condition}) AND seq NOT IN ({})", touched.join(","));
        let found = atrium::pick(self.db, self.rng.u32(..end.max(1)), &condition)?;
        self.touched.extend(found.iter().map(|person| person.seq));
        Ok(found)
    }

    fn some_groups(&mut self) -> Result<Vec<u32>, SandboxError> {
        let groups = atrium::groups(self.db)?;
        Ok(seed::some_groups(
            &mut self.rng,
            groups.into_iter().map(|(id, _)| id),
        ))
    }

    fn join(&mut self) -> Result<String, SandboxError> {
        let seq = atrium::next_seq(self.db)?;
        let db = self.db;
        let is_free = |email: &str| !atrium::email_is_used(db, email).unwrap_or(true);
        // The first try may be taken, the second carries the person's number.
        let mut person = seed::ordinary(&mut self.rng, seq, |email| {
            email.contains(&seq.to_string()) || is_free(email)
        });
        person.status = "Active".into();
        person.groups = self.some_groups()?;
        atrium::put(db, &person)?;
        ids::give(db, &mut seed::card_rng(self.seed, seq), seq)?;
        self.touched.push(seq);
        Ok(format!("{} joined", person.label()))
    }

    fn change_membership(&mut self, person: &mut Person) -> Result<String, SandboxError> {
        let all = atrium::groups(self.db)?;
        let name = |id: u32| {
            all.iter()
                .find(|(group, _)| *group == id)
                .map_or("", |(_, name)| name)
        };
        let mut changes = Vec::new();
        if !person.groups.is_empty() {
            let at = self.rng.usize(..person.groups.len());
            let gone = person.groups.swap_remove(at);
            changes.push(format!("out of {}", name(gone)));
            let others = all.iter().map(|(id, _)| *id);
            let others: Vec<u32> = others
                .filter(|id| *id != gone && !person.groups.contains(id))
                .collect();
            if let Some(new) = self.rng.choice(others) {
                person.groups.push(new);
                changes.push(format!("into {}", name(new)));
            }
        }
        Ok(format!("{} went {}", person.label(), changes.join(" and ")))
    }

    fn rename_group(&mut self) -> Result<String, SandboxError> {
        let groups = atrium::groups(self.db)?;
        let Some((id, name)) = self.rng.choice(&groups) else {
            return Ok("renamed-group: there is no group".to_owned());
        };
        let new = match name.strip_suffix(" (renovated)") {
            Some(old) => old.to_owned(),
            None => format!("{name} (renovated)"),
        };
        atrium::put_group(self.db, *id, &new)?;
        Ok(format!(
            "access group {id} \"{name}\" is now called \"{new}\""
        ))
    }

    fn open_building(&mut self) -> Result<String, SandboxError> {
        let groups = atrium::groups(self.db)?;
        let id = groups.iter().map(|(id, _)| *id).max().unwrap_or(0) + 1;
        let building = NEW_BUILDINGS[self.rng.usize(..NEW_BUILDINGS.len())];
        let name = match groups.iter().any(|(_, name)| name.starts_with(building)) {
            true => format!("{building} {id} - Floor 1"),
            false => format!("{building} - Floor 1"),
        };
        atrium::put_group(self.db, id, &name)?;
        let mut moved_in = 0;
        for _ in 0..self.rng.u8(4..10) {
            let Some(mut person) = self.pick(HERE)? else {
                break;
            };
            person.groups.push(id);
            atrium::put(self.db, &person)?;
            moved_in += 1;
        }
        Ok(format!(
            "\"{name}\" opened as access group {id} with {moved_in} people"
        ))
    }
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

fn new_email(db: &Connection, old: &str) -> Result<String, SandboxError> {
    let (local, host) = old
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

/// An active user of ours in Command, of an ordinary person, with the campus id.
fn somebody_of_ours(
    campus: &Campus,
    rng: &mut fastrand::Rng,
    fits: impl Fn(&Campus, &User) -> bool,
) -> Result<Option<(String, User)>, SandboxError> {
    let mut candidates: Vec<(&str, &User)> = campus
        .command
        .users()
        .filter(|user| user.active() && fits(campus, user))
        .filter_map(|user| Some((user.external_id().strip_prefix("atrium:")?, user)))
        .collect();
    rng.shuffle(&mut candidates);
    for (campus_id, user) in candidates {
        if atrium::is_ordinary(campus.store.read(), campus_id)? {
            return Ok(Some((campus_id.to_owned(), user.clone())));
        }
    }
    Ok(None)
}

/// Deactivates, in Command, a user of an ordinary person.
fn close_somebody(campus: &mut Campus, rng: &mut fastrand::Rng) -> Result<String, SandboxError> {
    let Some((campus_id, mut user)) = somebody_of_ours(campus, rng, |_, _| true)? else {
        return Ok("closed-by-hand: nobody was there for it".to_owned());
    };
    let sentence = format!(
        "{} ({campus_id}) was deactivated by hand in Command",
        user.label()
    );
    user.attributes.insert("active".to_owned(), false.into());
    user.modified = campus.tick();
    campus.write(vec![Change::PutUser(user)])?;
    Ok(sentence)
}
