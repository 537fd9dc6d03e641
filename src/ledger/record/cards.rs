//! What is noted of cards: the users of the REST API, the cards that were read, and what became of
//! operations on them.
//!
//! What is known of a person's cards hangs on their user of the REST API, and is forgotten with
//! it. So a new user of a person begins without cards, although those of the old one may still be
//! on their way to it: after a run that was cut off there, the next one finds them by reading.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::super::recall::text;
use super::rows::linked_user;
use super::{RunId, time};
use crate::model::card::Card;
use crate::model::memory::CardMemory;
use crate::model::plan::{CardsClaim, Change, Operation};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{AccessUserId, CampusId, CardId, Text};

/// A card of a person's user.
#[derive(Clone, Copy)]
struct Holding<'a> {
    person: &'a CampusId,
    card: &'a Card,
    /// `None` for whichever user is the person's.
    access_id: Option<&'a AccessUserId>,
}

fn holding<'a>(
    person: &'a CampusId,
    card: &'a Card,
    access_id: Option<&'a AccessUserId>,
) -> Holding<'a> {
    Holding {
        person,
        card,
        access_id,
    }
}

/// Takes over what a plan found out about a person's cards.
pub(super) fn learn(
    connection: &Connection,
    claim: &CardsClaim,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let person = &claim.campus_id;
    let Some(user) = link(connection, person, &claim.access_id)? else {
        return Ok(());
    };
    let Some(read) = &claim.read else {
        return Ok(());
    };
    connection
        .prepare_cached("UPDATE access_users SET read = ?2, listing = ?3 WHERE user = ?1")?
        .execute((user, time(now), read.listing.cast_signed()))?;
    set_cards(connection, user, &read.cards)?;
    forget_unfinished(connection, person)?;
    for known in &read.cards {
        connection
            .prepare_cached("DELETE FROM stuck_cards WHERE campus_id = ?1 AND card = ?2 AND added")?
            .execute((person.as_str(), known.card.to_string()))?;
    }
    Ok(())
}

/// Notes that the cards of everybody concerned are not certain any more.
pub(super) fn intend(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
) -> rusqlite::Result<()> {
    for person in concerned(operation) {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO unfinished_cards (campus_id, run, position)
                 VALUES (?1, ?2, ?3)",
            )?
            .execute((person.as_str(), run.0, position))?;
    }
    Ok(())
}

/// Notes what became of an operation on a card; nothing if it is on none.
pub(super) fn settle(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
    outcome: &Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (Some(person), Some(card)) = (operation.subject.person(), operation.subject.card()) else {
        return Ok(());
    };
    settle_unfinished(connection, run, position, operation, outcome)?;
    let change = &operation.change;
    match outcome {
        Outcome::Done { made } => done(connection, person, card, change, made.as_ref(), now),
        Outcome::Failed { code, .. } => failed(connection, person, card, change, *code, now),
        Outcome::Owed { .. } => match change {
            Change::RemoveCard {
                access_id, card_id, ..
            } => {
                let here = holding(person, card, Some(access_id));
                // It may have been noted as done before.
                remember(connection, here, Some(&card_id.0), now)?;
                owe(connection, here)
            }
            _ => Ok(()),
        },
        Outcome::Skipped { .. } => Ok(()),
    }
}

/// The people whose cards an operation changes; nobody if it is on no card.
fn concerned(operation: &Operation) -> impl Iterator<Item = &CampusId> {
    let person = operation.subject.card().and(operation.subject.person());
    let from = match &operation.change {
        Change::MoveCard { from, .. } => person.and(Some(from)),
        _ => None,
    };
    person.into_iter().chain(from)
}

fn settle_unfinished(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    let is_unknown = matches!(
        outcome,
        Outcome::Failed {
            code: Code::OutcomeUnknown,
            ..
        }
    );
    for person in concerned(operation).filter(|_| !is_unknown) {
        connection
            .prepare_cached(
                "DELETE FROM unfinished_cards
                 WHERE campus_id = ?1 AND run = ?2 AND position = ?3",
            )?
            .execute((person.as_str(), run.0, position))?;
    }
    Ok(())
}

fn done(
    connection: &Connection,
    person: &CampusId,
    card: &Card,
    change: &Change,
    made: Option<&Text>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    match change {
        Change::AddCard { access_id } => {
            let here = holding(person, card, access_id.as_ref());
            forget_refusal(connection, person, card)?;
            remember(connection, here, made, now)
        }
        Change::RemoveCard {
            access_id, card_id, ..
        } => {
            let here = holding(person, card, Some(access_id));
            take(connection, here, card_id, now)
        }
        Change::MoveCard {
            from,
            from_id,
            card_id,
            access_id,
        } => {
            let there = holding(from, card, Some(from_id));
            take(connection, there, card_id, now)?;
            let here = holding(person, card, access_id.as_ref());
            forget_refusal(connection, person, card)?;
            remember(connection, here, made, now)
        }
        Change::ActivateCard { access_id, card_id } => {
            let here = holding(person, card, Some(access_id));
            remember(connection, here, Some(&card_id.0), now)
        }
        _ => Ok(()),
    }
}

fn failed(
    connection: &Connection,
    person: &CampusId,
    card: &Card,
    change: &Change,
    code: Code,
    now: Timestamp,
) -> rusqlite::Result<()> {
    match change {
        // It was noted as done, and reading it back showed otherwise.
        Change::AddCard { .. } if code == Code::DoesNotStick => {
            forget_card(connection, person, card)
        }
        Change::MoveCard {
            from,
            from_id,
            card_id,
            ..
        } if code == Code::DoesNotStick => {
            forget_card(connection, person, card)?;
            remember(
                connection,
                holding(from, card, Some(from_id)),
                Some(&card_id.0),
                now,
            )
        }
        Change::AddCard { .. } | Change::MoveCard { .. } if is_refusal(code) => {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO card_refusals (campus_id, card, code, at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((person.as_str(), card.to_string(), code.name(), time(now)))?;
            Ok(())
        }
        Change::RemoveCard {
            access_id, card_id, ..
        } => {
            let here = holding(person, card, Some(access_id));
            match code {
                Code::NotFound => take(connection, here, card_id, now),
                Code::UserFrozen | Code::Frozen => {
                    remember(connection, here, Some(&card_id.0), now)?;
                    owe(connection, here)
                }
                Code::DoesNotStick => remember(connection, here, Some(&card_id.0), now),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Whether the same card would be refused to the same person again.
fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::CardRefused | Code::CardHeldElsewhere | Code::UserManaged
    )
}

/// Remembers a card as ours. One that the server gave no id can't be remembered: the next run
/// finds it by reading.
fn remember(
    connection: &Connection,
    holding: Holding<'_>,
    card_id: Option<&Text>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(user) = linked_access(connection, holding)? else {
        return Ok(());
    };
    forget_owed(connection, holding)?;
    if let Some(card_id) = card_id {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO cards (user, card, card_id, ours) VALUES (?1, ?2, ?3, 1)",
            )?
            .execute((user, holding.card.to_string(), card_id.as_str()))?;
        touch(connection, user, now)?;
    }
    Ok(())
}

/// Forgets a card that is gone. If the person has it again under another id, that one stays.
fn take(
    connection: &Connection,
    holding: Holding<'_>,
    card_id: &CardId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(user) = linked_access(connection, holding)? else {
        return Ok(());
    };
    forget_owed(connection, holding)?;
    connection
        .prepare_cached("DELETE FROM cards WHERE user = ?1 AND card = ?2 AND card_id = ?3")?
        .execute((user, holding.card.to_string(), card_id.as_str()))?;
    touch(connection, user, now)
}

/// Forgets a card that a person does not have.
fn forget_card(connection: &Connection, person: &CampusId, card: &Card) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM cards
             WHERE card = ?2 AND user = (SELECT id FROM users WHERE campus_id = ?1)",
        )?
        .execute((person.as_str(), card.to_string()))?;
    Ok(())
}

/// Notes that a card is to be taken away once its holder is not frozen any more.
fn owe(connection: &Connection, holding: Holding<'_>) -> rusqlite::Result<()> {
    if linked_access(connection, holding)?.is_some() {
        connection
            .prepare_cached("INSERT OR IGNORE INTO card_debts (campus_id, card) VALUES (?1, ?2)")?
            .execute((holding.person.as_str(), holding.card.to_string()))?;
    }
    Ok(())
}

/// Forgets that a card was to be taken away, and that it did not stay as it was to be.
fn forget_owed(connection: &Connection, holding: Holding<'_>) -> rusqlite::Result<()> {
    let card = holding.card.to_string();
    for sql in [
        "DELETE FROM card_debts WHERE campus_id = ?1 AND card = ?2",
        "DELETE FROM stuck_cards WHERE campus_id = ?1 AND card = ?2",
    ] {
        connection
            .prepare_cached(sql)?
            .execute((holding.person.as_str(), &card))?;
    }
    Ok(())
}

fn forget_refusal(connection: &Connection, person: &CampusId, card: &Card) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM card_refusals WHERE campus_id = ?1 AND card = ?2")?
        .execute((person.as_str(), card.to_string()))?;
    Ok(())
}

/// Notes when a person's cards were last written.
fn touch(connection: &Connection, user: i64, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE access_users SET read = ?2 WHERE user = ?1")?
        .execute((user, time(now)))?;
    Ok(())
}

/// Replaces the cards of a person; writes only what differs.
fn set_cards(connection: &Connection, user: i64, read: &[CardMemory]) -> rusqlite::Result<()> {
    let read: BTreeMap<String, (&str, bool)> = read
        .iter()
        .map(|known| (known.card.to_string(), (known.card_id.as_str(), known.ours)))
        .collect();
    let known: BTreeMap<String, (String, bool)> = connection
        .prepare_cached("SELECT card, card_id, ours FROM cards WHERE user = ?1")?
        .query_map((user,), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .collect::<rusqlite::Result<_>>()?;
    for card in known.keys().filter(|card| !read.contains_key(*card)) {
        connection
            .prepare_cached("DELETE FROM cards WHERE user = ?1 AND card = ?2")?
            .execute((user, card))?;
    }
    for (card, (card_id, ours)) in &read {
        if known
            .get(card)
            .is_some_and(|(id, by_us)| id == card_id && by_us == ours)
        {
            continue;
        }
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO cards (user, card, card_id, ours) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((user, card, card_id, ours))?;
    }
    Ok(())
}

/// Forgets a person's user of the REST API and all that hangs on it. Operations without a known
/// outcome stay: they can be about the user that takes its place.
pub(super) fn forget(connection: &Connection, person: &CampusId) -> rusqlite::Result<()> {
    for sql in [
        // Cards go with it.
        "DELETE FROM access_users WHERE user = (SELECT id FROM users WHERE campus_id = ?1)",
        "DELETE FROM card_debts WHERE campus_id = ?1",
        "DELETE FROM card_refusals WHERE campus_id = ?1",
        "DELETE FROM stuck_cards WHERE campus_id = ?1",
    ] {
        connection
            .prepare_cached(sql)?
            .execute((person.as_str(),))?;
    }
    Ok(())
}

/// Forgets what was begun to a person's cards.
pub(super) fn forget_unfinished(
    connection: &Connection,
    person: &CampusId,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM unfinished_cards WHERE campus_id = ?1")?
        .execute((person.as_str(),))?;
    Ok(())
}

/// Links a person to a user of the REST API. The row of the person's user; `None` if they are
/// linked to none.
pub(super) fn link(
    connection: &Connection,
    person: &CampusId,
    access_id: &AccessUserId,
) -> rusqlite::Result<Option<i64>> {
    let Some(user) = linked_user(connection, person, None)? else {
        return Ok(None);
    };
    let known = connection
        .prepare_cached("SELECT access_id FROM access_users WHERE user = ?1")?
        .query_row((user,), |row| Ok(AccessUserId(text(row, 0)?)))
        .optional()?;
    match known {
        Some(known) if known == *access_id => return Ok(Some(user)),
        Some(_) => forget(connection, person)?,
        None => {}
    }
    connection
        .prepare_cached("INSERT INTO access_users (user, access_id) VALUES (?1, ?2)")?
        .execute((user, access_id.as_str()))?;
    Ok(Some(user))
}

/// The row of the person's user, if the cards that are known of the person are those of the
/// holder: what is done to another user changes nothing.
fn linked_access(connection: &Connection, holding: Holding<'_>) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT users.id FROM users JOIN access_users ON access_users.user = users.id
             WHERE campus_id = ?1 AND access_id = coalesce(?2, access_id)",
        )?
        .query_row(
            (
                holding.person.as_str(),
                holding.access_id.map(AccessUserId::as_str),
            ),
            |row| row.get(0),
        )
        .optional()
}
