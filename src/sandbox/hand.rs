//! What Command's own people do by hand, in Command's console.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SandboxError;
use super::campus::Campus;
use super::card::{self, Card, kind_named};
use super::command::{Access, Change, Group, User, fold, id_at};
use super::console;
use super::doors;
use super::personality::Switch;
use super::seed::native_user;

/// One thing done by hand in Command. Users are named by id, email or campus id, groups by id or
/// name, a user's card by id or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hand {
    /// Deactivates a user.
    DeactivateUser(String),
    /// Reactivates a user.
    ReactivateUser(String),
    /// Deletes a user.
    DeleteUser(String),
    /// Deletes a group.
    DeleteGroup(String),
    /// Makes a native user.
    AddUser {
        /// The email.
        email: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
    },
    /// Makes a native group.
    AddGroup {
        /// The name.
        name: String,
    },
    /// Adds a card that is switched on.
    AddCard {
        /// The user.
        who: String,
        /// The card's type, by its long or short name.
        kind: String,
        /// The facility code, if the type has one.
        facility_code: Option<u32>,
        /// The number.
        number: u64,
    },
    /// Switches a card off.
    SwitchCardOff {
        /// The user.
        who: String,
        /// The card.
        card: String,
    },
    /// Switches a card on.
    SwitchCardOn {
        /// The user.
        who: String,
        /// The card.
        card: String,
    },
    /// Removes a card.
    RemoveCard {
        /// The user.
        who: String,
        /// The card.
        card: String,
    },
    /// Adds an email domain to those of the SCIM token of this moment.
    AddDomain(String),
    /// Makes an access group of a group that SCIM made.
    MakeGroupAvailable(String),
    /// Makes an access level that lets a group through doors.
    GiveAccessLevel {
        /// The group.
        group: String,
        /// What to call the level.
        name: Option<String>,
        /// The ids of the doors; none for one of its own.
        doors: Vec<String>,
    },
    /// Sets the end of a user's access, in Unix seconds, or takes it back.
    SetEndDate {
        /// The user.
        who: String,
        /// When it ends.
        end_date: Option<i64>,
    },
}

/// Carries it out. Returns a sentence that says what was done.
pub(super) fn carry_out(campus: &mut Campus, hand: &Hand) -> Result<String, SandboxError> {
    let refused = |problem: String| Err(SandboxError::World(problem));
    let (changes, sentence) = match hand {
        Hand::DeactivateUser(who) => switch(campus, who, false)?,
        Hand::ReactivateUser(who) => switch(campus, who, true)?,
        Hand::DeleteUser(who) => {
            let user = user(campus, who)?;
            let mut changes = vec![Change::DropUser(user.id.clone())];
            if campus.has(Switch::DeleteKeepsEmail) {
                changes.push(Change::KeepEmail(fold(user.user_name())));
            }
            campus.tick();
            (changes, format!("{} was deleted in Command", user.label()))
        }
        Hand::DeleteGroup(which) => {
            let command = &campus.command;
            let Some(group) = command
                .group(which)
                .or_else(|| command.group_by_name(which))
            else {
                return refused(format!("Command has no group {which}"));
            };
            let sentence = format!("group {} was deleted in Command", group.name());
            let changes = vec![Change::DropGroup(group.id.clone())];
            campus.tick();
            (changes, sentence)
        }
        Hand::AddUser {
            email,
            first_name,
            last_name,
        } => {
            if campus.command.user_by_email(email).is_some() {
                return refused(format!("Command has a user with the email {email} already"));
            }
            let tick = campus.tick();
            let Value::Object(attributes) = native_user(first_name, last_name, email) else {
                return refused("a user needs attributes".to_owned());
            };
            let id = id_at(campus.about.seed, tick);
            let user = User {
                id,
                native: true,
                attributes,
                created: tick,
                modified: tick,
            };
            (
                vec![Change::PutUser(user)],
                format!("{email} was made in Command"),
            )
        }
        Hand::AddGroup { name } => {
            if campus.command.group_by_name(name).is_some() {
                return refused(format!("Command has a group named {name} already"));
            }
            let tick = campus.tick();
            let group = Group::made_in_command(id_at(campus.about.seed, tick), name, tick);
            (
                vec![Change::PutGroup(group)],
                format!("group {name} was made in Command"),
            )
        }
        Hand::AddCard {
            who,
            kind,
            facility_code,
            number,
        } => add_card(campus, who, kind, *facility_code, u128::from(*number))?,
        Hand::SwitchCardOff { who, card } => switch_card(campus, who, card, false)?,
        Hand::SwitchCardOn { who, card } => switch_card(campus, who, card, true)?,
        Hand::AddDomain(domain) => return console::add_domain(campus, domain),
        Hand::MakeGroupAvailable(group) => return doors::make_available(campus, group),
        Hand::GiveAccessLevel { group, name, doors } => {
            return doors::give_level(campus, group, name.as_deref(), doors);
        }
        Hand::RemoveCard { who, card } => {
            let (user, card) = card_of(campus, who, card)?;
            campus.tick();
            let sentence = format!("the {} of {} was removed", card.label(), user.label());
            (vec![Change::DropCard(card.id)], sentence)
        }
        Hand::SetEndDate { who, end_date } => {
            let user = user(campus, who)?;
            let access = Access {
                end_date: *end_date,
                ..campus.command.access_of(&user.id)
            };
            campus.tick();
            let sentence = match end_date {
                Some(_) => format!("the access of {} got an end date", user.label()),
                None => format!("the access of {} lost its end date", user.label()),
            };
            let user = user.id;
            (vec![Change::SetAccess { user, access }], sentence)
        }
    };
    campus.write(changes)?;
    Ok(sentence)
}

fn user(campus: &Campus, who: &str) -> Result<User, SandboxError> {
    let command = &campus.command;
    let by_campus_id = || {
        command
            .users()
            .find(|user| user.enterprise("employeeNumber") == who)
    };
    command
        .user(who)
        .or_else(|| command.user_by_email(who))
        .or_else(by_campus_id)
        .cloned()
        .ok_or_else(|| SandboxError::World(format!("Command has no user {who}")))
}

/// A user and one of their cards, by its id or number.
fn card_of(campus: &Campus, who: &str, which: &str) -> Result<(User, Card), SandboxError> {
    let user = user(campus, who)?;
    let number = card::number(which, 10);
    let card = campus
        .command
        .cards_of(&user.id)
        .find(|card| card.id == which || Some(card.number) == number)
        .cloned();
    match card {
        Some(card) => Ok((user, card)),
        None => Err(SandboxError::World(format!(
            "{} has no such card in Command",
            user.label()
        ))),
    }
}

fn switch_card(
    campus: &mut Campus,
    who: &str,
    which: &str,
    active: bool,
) -> Result<(Vec<Change>, String), SandboxError> {
    let (user, card) = card_of(campus, who, which)?;
    campus.tick();
    let verb = if active { "on" } else { "off" };
    let sentence = format!(
        "the {} of {} was switched {verb} by hand in Command",
        card.label(),
        user.label()
    );
    Ok((vec![Change::PutCard(Card { active, ..card })], sentence))
}

fn add_card(
    campus: &mut Campus,
    who: &str,
    kind: &str,
    facility_code: Option<u32>,
    number: u128,
) -> Result<(Vec<Change>, String), SandboxError> {
    let user = user(campus, who)?;
    let names = || card::KINDS.iter().map(|kind| kind.short);
    let kind = kind_named(kind).ok_or_else(|| SandboxError::unknown("card type", kind, names()))?;
    card::check(kind, facility_code, number)
        .map_err(|problem| SandboxError::World(problem.to_owned()))?;
    let tick = campus.tick();
    let card = Card {
        id: id_at(campus.about.seed, tick),
        user: user.id.clone(),
        kind,
        facility_code,
        number,
        active: true,
        by_hand: true,
        created: tick,
    };
    if let Some(held) = campus.command.card_by_key(&card.key()) {
        let holder = campus.command.user(&held.user);
        return Err(SandboxError::World(format!(
            "{} has the {} already",
            holder.map(User::label).unwrap_or_default(),
            card.label()
        )));
    }
    let sentence = format!(
        "{} got the {} by hand in Command",
        user.label(),
        card.label()
    );
    Ok((vec![Change::PutCard(card)], sentence))
}

fn switch(
    campus: &mut Campus,
    who: &str,
    active: bool,
) -> Result<(Vec<Change>, String), SandboxError> {
    let mut user = user(campus, who)?;
    user.attributes.insert("active".to_owned(), active.into());
    user.modified = campus.tick();
    let verb = if active { "reactivated" } else { "deactivated" };
    let sentence = format!("{} was {verb} by hand in Command", user.label());
    Ok((vec![Change::PutUser(user)], sentence))
}
