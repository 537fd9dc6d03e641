//! Writing a ledger: runs, what plans find out, actions and what they change in the memory. Each
//! function here is called within a transaction.

mod cards;
mod effects;
mod rows;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::recall::high_water;
use super::{RunId, RunStart};
use crate::model::card::Card;
use crate::model::memory::{Refusal, Stuck};
use crate::model::plan::{CardsClaim, Change, ChangeKind, GroupClaim, Operation, UserClaim};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{AccessGroupId, CampusId, Field};
use effects::{REFUSE_USER, done, failed};
use rows::{
    forget_refusal, forget_stuck_member, group_rows, is_linked_group, known_user, link_found_user,
    linked_user, set_applied, set_closing, set_memberships,
};

/// A time as the ledger writes it: such texts sort like the times.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.9}")
}

/// A number as SQLite has them: one bit less than ours, which nothing that is counted comes near.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn begin_run(connection: &Connection, run: &RunStart<'_>) -> rusqlite::Result<RunId> {
    connection.execute(
        "INSERT INTO runs (started, organization, filter, people, digest, command, allowed,
                           ownership)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            time(run.started),
            run.organization,
            run.filter,
            run.people.map(count),
            run.digest,
            run.command,
            run.allowed.join(" "),
            run.bookkeeping.ownership.as_deref(),
        ],
    )?;
    let id = RunId(connection.last_insert_rowid());
    for (old, new) in run.rekeyed {
        rekey(connection, old, new)?;
    }
    learn(connection, id, run)?;
    Ok(id)
}

pub(super) fn end_run(
    connection: &Connection,
    run: RunId,
    ended: Timestamp,
    exit: u8,
    requests: u64,
) -> rusqlite::Result<()> {
    connection.execute(
        "UPDATE runs SET ended = ?2, exit = ?3, requests = ?4 WHERE id = ?1",
        params![run.0, time(ended), exit, count(requests)],
    )?;
    Ok(())
}

pub(super) fn note_high_water(connection: &Connection, created: Timestamp) -> rusqlite::Result<()> {
    if high_water(connection)?.is_none_or(|known| known < created) {
        connection.execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES ('high_water', ?1)",
            (time(created),),
        )?;
    }
    Ok(())
}

pub(super) fn pair(
    connection: &Connection,
    found: &[CardsClaim],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for claim in found {
        cards::learn(connection, claim, now)?;
    }
    Ok(())
}

pub(super) fn adopt(
    connection: &Connection,
    run: RunId,
    claim: &UserClaim,
    only_cards: bool,
    now: Timestamp,
) -> rusqlite::Result<()> {
    learn_user(connection, run, claim)?;
    if only_cards {
        connection.prepare_cached(REFUSE_USER)?.execute((
            claim.campus_id.as_str(),
            Code::NotOverScim.name(),
            Refusal::ADOPTED,
            time(now),
        ))?;
    }
    Ok(())
}

fn learn(connection: &Connection, run: RunId, start: &RunStart<'_>) -> rusqlite::Result<()> {
    let bookkeeping = start.bookkeeping;
    for claim in &bookkeeping.groups {
        learn_group(connection, claim)?;
    }
    let groups = group_rows(connection)?;
    for claim in &bookkeeping.users {
        learn_user(connection, run, claim)?;
    }
    for claim in &bookkeeping.cards {
        cards::learn(connection, claim, start.started)?;
    }
    for (campus_id, agreed) in &bookkeeping.memberships {
        if let Some(user) = linked_user(connection, campus_id, None)? {
            set_memberships(
                connection,
                user,
                agreed.iter().filter_map(|id| groups.get(id)).copied(),
            )?;
            for group in agreed {
                forget_stuck_member(connection, campus_id, group)?;
            }
        }
    }
    for (campus_id, runs) in &bookkeeping.absent {
        connection
            .prepare_cached(
                "UPDATE users SET absent_runs = ?2 WHERE campus_id = ?1 AND absent_runs <> ?2",
            )?
            .execute(params![campus_id.as_str(), runs])?;
    }
    for campus_id in &bookkeeping.open {
        connection
            .prepare_cached(
                "UPDATE users SET closed_by_us = NULL, closing = 0 WHERE campus_id = ?1",
            )?
            .execute((campus_id.as_str(),))?;
    }
    for campus_id in &bookkeeping.closed {
        // When exactly is not known: not before it was begun, and not after now.
        connection
            .prepare_cached(
                "UPDATE users SET closed_by_us = ?2, closing = 0
                 WHERE campus_id = ?1 AND closing",
            )?
            .execute((campus_id.as_str(), time(start.started)))?;
    }
    for (campus_id, field) in &bookkeeping.unstuck_fields {
        connection
            .prepare_cached("DELETE FROM stuck_fields WHERE campus_id = ?1 AND field = ?2")?
            .execute((campus_id.as_str(), field.name()))?;
    }
    Ok(())
}

fn learn_group(connection: &Connection, claim: &GroupClaim) -> rusqlite::Result<()> {
    let group = &claim.access_group_id;
    let name = claim.name.as_deref();
    // What stood in the way of a group is settled if it is there, and what stood in the way of a
    // name if it bears it.
    let is_linked = is_linked_group(connection, group, &claim.group_id)?;
    if !is_linked {
        // What was not known of it is settled: it is there.
        connection
            .prepare_cached("DELETE FROM unfinished_groups WHERE access_group_id = ?1")?
            .execute((group.as_str(),))?;
    }
    connection
        .prepare_cached(
            "DELETE FROM group_refusals WHERE access_group_id = ?1 AND (NOT ?2 OR refused = ?3)",
        )?
        .execute(params![group.as_str(), is_linked, name])?;
    connection
        .prepare_cached(
            "INSERT INTO access_groups (access_group_id, group_id, name)
             VALUES (?1, ?2, coalesce(?3, ''))
             ON CONFLICT (access_group_id)
             DO UPDATE SET group_id = excluded.group_id, name = coalesce(?3, name)
             WHERE group_id <> excluded.group_id OR name <> ?3",
        )?
        .execute(params![group.as_str(), claim.group_id.as_str(), name])?;
    Ok(())
}

fn learn_user(connection: &Connection, run: RunId, claim: &UserClaim) -> rusqlite::Result<()> {
    let known = known_user(connection, &claim.campus_id)?;
    let is_linked = known
        .as_ref()
        .is_some_and(|known| known.user_id == claim.user_id);
    if !is_linked {
        // What stood in the way of a user, or was not known of one, is settled: it is there.
        forget_refusal(connection, &claim.campus_id)?;
        connection
            .prepare_cached("DELETE FROM unfinished WHERE campus_id = ?1 AND run < ?2")?
            .execute(params![claim.campus_id.as_str(), run.0])?;
        if known.is_some() {
            cards::forget(connection, &claim.campus_id)?;
        }
    }
    let row = match &known {
        Some(known)
            if is_linked
                && known.ours == claim.ours
                && known.in_scope == claim.in_scope
                && known.absent_runs == 0 =>
        {
            known.row
        }
        _ => link_found_user(connection, claim)?,
    };
    if let Some(applied) = &claim.applied
        && known.is_none_or(|known| known.applied != **applied)
    {
        set_applied(connection, row, applied)?;
    }
    Ok(())
}

pub(super) fn intend(
    connection: &Connection,
    run: RunId,
    items: &[(u32, &Operation)],
) -> rusqlite::Result<()> {
    for (position, operation) in items {
        insert_action(connection, run, *position, operation)?;
        if let Some(Creation { insert, id, .. }) = creation(operation) {
            connection
                .prepare_cached(insert)?
                .execute(params![id, run.0, position])?;
        }
        if let Change::DeactivateUser { user_id } = &operation.change
            && let Some(person) = operation.subject.person()
        {
            set_closing(connection, person, user_id, true)?;
        }
        cards::intend(connection, run, *position, operation)?;
    }
    Ok(())
}

pub(super) fn settle(
    connection: &Connection,
    run: RunId,
    items: &[(u32, &Operation, &Outcome)],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for (position, operation, outcome) in items {
        settle_action(connection, run, *position, operation, outcome, now)?;
        settle_unfinished(connection, run, *position, operation, outcome)?;
        cards::settle(connection, run, *position, operation, outcome, now)?;
        match outcome {
            Outcome::Done { made } => done(connection, operation, made.as_ref(), now)?,
            Outcome::Failed { code, .. } | Outcome::Owed { code } => {
                failed(connection, operation, *code, now)?;
            }
            // The domain was refused for others; it is tried again after a day, as theirs are.
            Outcome::Skipped {
                code: code @ Code::EmailDomainGivenUp,
            } => {
                failed(connection, operation, *code, now)?;
            }
            Outcome::Skipped { .. } => {}
        }
    }
    Ok(())
}

fn insert_action(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO actions (run, position, kind, campus_id, subject, change, label, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'intended')",
        )?
        .execute(params![
            run.0,
            position,
            operation.change.kind().name(),
            operation.subject.person().map(CampusId::as_str),
            json(&operation.subject)?,
            json(&operation.change)?,
            operation.label.as_str()
        ])?;
    Ok(())
}

fn settle_action(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
    outcome: &Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (state, code, detail) = match outcome {
        Outcome::Done { .. } => ("done", None, None),
        Outcome::Failed { code, detail } => ("failed", Some(code.name()), Some(detail.as_str())),
        Outcome::Owed { code } => ("owed", Some(code.name()), None),
        Outcome::Skipped { code } => ("skipped", Some(code.name()), None),
    };
    let mut update = connection.prepare_cached(
        "UPDATE actions SET state = ?3, code = ?4, detail = ?5, at = ?6
         WHERE run = ?1 AND position = ?2",
    )?;
    let at = time(now);
    let values = params![run.0, position, state, code, detail, at];
    if update.execute(values)? == 0 {
        // What is skipped was never intended.
        insert_action(connection, run, position, operation)?;
        update.execute(values)?;
    }
    Ok(())
}

/// A creation, and how the ledger notes that it was begun.
struct Creation<'a> {
    insert: &'static str,
    /// Forgets what one run began.
    forget_one: &'static str,
    /// Forgets what any run began.
    forget: &'static str,
    /// Whose, by Atrium's id.
    id: &'a str,
}

fn creation(operation: &Operation) -> Option<Creation<'_>> {
    let subject = &operation.subject;
    match operation.change.kind() {
        ChangeKind::CreateUser => Some(Creation {
            insert: "INSERT INTO unfinished (campus_id, run, position) VALUES (?1, ?2, ?3)",
            forget_one: "DELETE FROM unfinished
                         WHERE campus_id = ?1 AND run = ?2 AND position = ?3",
            forget: "DELETE FROM unfinished WHERE campus_id = ?1",
            id: subject.person()?.as_str(),
        }),
        ChangeKind::CreateGroup => Some(Creation {
            insert: "INSERT INTO unfinished_groups (access_group_id, run, position)
                     VALUES (?1, ?2, ?3)",
            forget_one: "DELETE FROM unfinished_groups
                         WHERE access_group_id = ?1 AND run = ?2 AND position = ?3",
            forget: "DELETE FROM unfinished_groups WHERE access_group_id = ?1",
            id: subject.access_group()?.as_str(),
        }),
        _ => None,
    }
}

fn settle_unfinished(
    connection: &Connection,
    run: RunId,
    position: u32,
    operation: &Operation,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    let Some(creation) = creation(operation) else {
        return Ok(());
    };
    match outcome {
        Outcome::Failed {
            code: Code::OutcomeUnknown,
            ..
        } => {}
        // It was not sent, which says nothing about an earlier one.
        Outcome::Skipped { .. } => {
            connection
                .prepare_cached(creation.forget_one)?
                .execute(params![creation.id, run.0, position])?;
        }
        Outcome::Done { .. } | Outcome::Failed { .. } | Outcome::Owed { .. } => {
            connection
                .prepare_cached(creation.forget)?
                .execute((creation.id,))?;
        }
    }
    Ok(())
}

pub(super) fn stick(
    connection: &Connection,
    fields: &[(CampusId, Field, Stuck)],
    members: &[(CampusId, AccessGroupId, bool)],
    cards: &[(CampusId, Card, bool)],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for (campus_id, field, stuck) in fields {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO stuck_fields (campus_id, field, wanted, found)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((
                campus_id.as_str(),
                field.name(),
                stuck.wanted.as_str(),
                stuck.found.as_str(),
            ))?;
    }
    for (campus_id, group, added) in members {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO stuck_members (campus_id, access_group_id, added, at)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((campus_id.as_str(), group.as_str(), added, time(now)))?;
    }
    for (campus_id, card, added) in cards {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO stuck_cards (campus_id, card, added, at)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((campus_id.as_str(), card.to_string(), added, time(now)))?;
    }
    Ok(())
}

fn rekey(connection: &Connection, old: &CampusId, new: &CampusId) -> rusqlite::Result<()> {
    for table in [
        "users",
        "debts",
        "refusals",
        "stuck_fields",
        "stuck_members",
        "unfinished",
        "card_debts",
        "card_refusals",
        "stuck_cards",
        "unfinished_cards",
    ] {
        connection.execute(
            &format!("UPDATE OR REPLACE {table} SET campus_id = ?2 WHERE campus_id = ?1"),
            (old.as_str(), new.as_str()),
        )?;
    }
    Ok(())
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(Box::new(cause)))
}
