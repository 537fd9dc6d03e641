//! Reading what is known of cards, into a memory that has everything else.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::super::record::time;
use super::{all, parse, text, timestamp};
use crate::model::card::Card;
use crate::model::memory::{AccessMemory, CardMemory, Memory, Refusal, Unkept};
use crate::model::plan::Subject;
use crate::model::reason::Code;
use crate::model::{AccessUserId, CampusId, CardId, Text};

/// Counts the removals after a time: those that Atrium did not state, and those that it did.
pub(in crate::ledger) const REMOVALS: &str = "SELECT count(*) FILTER (
                WHERE NOT stated AND instr(' ' || allowed || ' ', ' cards ') = 0),
            count(*) FILTER (
                WHERE stated AND instr(' ' || allowed || ' ', ' lost-cards ') = 0)
     FROM (SELECT run, coalesce(change ->> '$.stated', 0) AS stated
           FROM actions
           WHERE at > ?1 AND state = 'done' AND kind IN ('remove-card', 'move-card'))
          JOIN runs ON runs.id = run";

/// Everything that the ledger knows of cards. Removals are counted that came after `since`.
pub(super) fn remember(
    connection: &Connection,
    since: Timestamp,
    memory: &mut Memory,
) -> rusqlite::Result<()> {
    memory.last_ownership = connection
        .query_row(
            "SELECT ownership FROM runs WHERE ownership IS NOT NULL ORDER BY id DESC LIMIT 1",
            (),
            |row| text(row, 0),
        )
        .optional()?;
    holders(connection, memory)?;
    exceptions(connection, memory)?;
    removals(connection, since, memory)
}

/// Reads the users of the REST API and their cards, both in the order of the users' rows.
fn holders(connection: &Connection, memory: &mut Memory) -> rusqlite::Result<()> {
    let mut holders = connection.prepare(
        "SELECT user, campus_id, access_id, read, listing
         FROM access_users JOIN users ON users.id = access_users.user ORDER BY user",
    )?;
    let mut cards =
        connection.prepare("SELECT user, card, card_id, ours FROM cards ORDER BY user")?;
    let mut holders = holders.query(())?;
    let mut cards = cards
        .query_map((), |row| Ok((row.get::<_, i64>(0)?, known(row)?)))?
        .peekable();
    while let Some(row) = holders.next()? {
        let user: i64 = row.get(0)?;
        let mut access = AccessMemory {
            id: AccessUserId(text(row, 2)?),
            cards: Vec::new(),
            read: timestamp(row, 3)?,
            listing: row.get::<_, i64>(4)?.cast_unsigned(),
        };
        while let Some(card) =
            cards.next_if(|next| next.as_ref().map_or(true, |(holder, _)| *holder <= user))
        {
            access.cards.push(card?.1);
        }
        if let Some(person) = memory.users.get_mut(&CampusId(text(row, 1)?)) {
            person.access = Some(Box::new(access));
        }
    }
    Ok(())
}

fn known(row: &Row<'_>) -> rusqlite::Result<CardMemory> {
    Ok(CardMemory {
        card: card(row, 1)?,
        card_id: CardId(text(row, 2)?),
        ours: row.get(3)?,
    })
}

/// Reads what stands out: debts, refusals, what does not stick, what is unfinished.
fn exceptions(connection: &Connection, memory: &mut Memory) -> rusqlite::Result<()> {
    memory.card_debts = all(connection, "SELECT campus_id, card FROM card_debts", key)?;
    memory.card_refusals = all(
        connection,
        "SELECT campus_id, card, code, at FROM card_refusals",
        |row| {
            let refusal = Refusal {
                code: parse(row, 2, str::parse::<Code>)?,
                values: Text::default(),
                at: parse(row, 3, str::parse)?,
            };
            Ok((key(row)?, refusal))
        },
    )?;
    memory.stuck_cards = all(
        connection,
        "SELECT campus_id, card, added, at FROM stuck_cards",
        |row| {
            let stuck = Unkept {
                added: row.get(2)?,
                at: parse(row, 3, str::parse)?,
            };
            Ok((key(row)?, stuck))
        },
    )?;
    let unfinished: Vec<(CampusId, Subject)> = all(
        connection,
        "SELECT unfinished_cards.campus_id, subject
         FROM unfinished_cards JOIN actions USING (run, position)",
        |row| {
            Ok((
                CampusId(text(row, 0)?),
                parse(row, 1, |text| serde_json::from_str::<Subject>(text))?,
            ))
        },
    )?;
    for (person, subject) in unfinished {
        let cards = memory.unsure_cards.entry(person).or_default();
        cards.extend(subject.card());
    }
    Ok(())
}

/// Counts the removals after `since`, those not that somebody allowed by name.
fn removals(
    connection: &Connection,
    since: Timestamp,
    memory: &mut Memory,
) -> rusqlite::Result<()> {
    (memory.recent.cards, memory.recent.stated_cards) =
        connection.query_row(REMOVALS, (time(since),), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(())
}

fn key(row: &Row<'_>) -> rusqlite::Result<(CampusId, Card)> {
    Ok((CampusId(text(row, 0)?), card(row, 1)?))
}

fn card(row: &Row<'_>, column: usize) -> rusqlite::Result<Card> {
    parse(row, column, str::parse)
}
