//! Writing a ledger: runs, what plans find out, actions and what they change in the memory. Each
//! function here is called within a transaction.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::recall::{high_water, profile, text};
use super::{RunId, RunStart};
use crate::model::memory::Stuck;
use crate::model::plan::{Change, ChangeKind, FieldChange, GroupClaim, Operation, UserClaim};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{AccessGroupId, CampusId, Field, GroupId, Profile, Text, UserId};

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
        "INSERT INTO runs (started, organization, filter, people, digest, command, allowed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            time(run.started),
            run.organization,
            run.filter,
            run.people.map(count),
            run.digest,
            run.command,
            run.allowed.join(" "),
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

fn learn(connection: &Connection, run: RunId, start: &RunStart<'_>) -> rusqlite::Result<()> {
    let bookkeeping = start.bookkeeping;
    for claim in &bookkeeping.groups {
        learn_group(connection, claim)?;
    }
    let groups = group_rows(connection)?;
    for claim in &bookkeeping.users {
        learn_user(connection, run, claim)?;
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

/// Links a person to a user that was found. The row of the user.
fn link_found_user(connection: &Connection, claim: &UserClaim) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            // That we closed a user says nothing about another one.
            "INSERT INTO users (campus_id, user_id, ours, in_scope) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (campus_id) DO UPDATE SET
                 closed_by_us = CASE WHEN user_id = excluded.user_id THEN closed_by_us END,
                 closing = CASE WHEN user_id = excluded.user_id THEN closing ELSE 0 END,
                 user_id = excluded.user_id,
                 ours = excluded.ours,
                 in_scope = excluded.in_scope,
                 absent_runs = 0
             RETURNING id",
        )?
        .query_row(
            params![
                claim.campus_id.as_str(),
                claim.user_id.as_str(),
                claim.ours,
                claim.in_scope
            ],
            |row| row.get(0),
        )
}

/// Replaces a user's memberships; writes only what differs.
fn set_memberships(
    connection: &Connection,
    user: i64,
    agreed: impl Iterator<Item = i64>,
) -> rusqlite::Result<()> {
    let mut agreed: Vec<i64> = agreed.collect();
    agreed.sort_unstable();
    agreed.dedup();
    let known: Vec<i64> = connection
        .prepare_cached(
            "SELECT access_group FROM memberships WHERE user = ?1 ORDER BY access_group",
        )?
        .query_map((user,), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for group in known.iter().filter(|id| agreed.binary_search(id).is_err()) {
        connection
            .prepare_cached("DELETE FROM memberships WHERE user = ?1 AND access_group = ?2")?
            .execute((user, group))?;
    }
    for group in agreed.iter().filter(|id| known.binary_search(id).is_err()) {
        connection
            .prepare_cached("INSERT INTO memberships (user, access_group) VALUES (?1, ?2)")?
            .execute((user, group))?;
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

/// What an operation that was done changes in the memory. A person or group can be linked to
/// another record by then (a person with a new address gets a new user, and the old one is retired
/// after that): what is done to a record that is not linked changes nothing.
fn done(
    connection: &Connection,
    operation: &Operation,
    made: Option<&Text>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let person = operation.subject.person();
    let group = operation.subject.access_group();
    match (&operation.change, person, group) {
        (Change::CreateUser { profile, .. }, Some(person), _) => {
            forget_refusal(connection, person)?;
            match made {
                Some(made) => link_new_user(connection, person, made, profile),
                None => Ok(()),
            }
        }
        (Change::UpdateUser { user_id, fields }, Some(person), _) => {
            forget_refusal(connection, person)?;
            apply_fields(connection, person, user_id, fields)
        }
        (Change::ReactivateUser { user_id, fields }, Some(person), _) => {
            forget_refusal(connection, person)?;
            set_closed(connection, person, user_id, None)?;
            apply_fields(connection, person, user_id, fields)
        }
        (Change::DeactivateUser { user_id }, Some(person), _) => {
            set_closed(connection, person, user_id, Some(now))
        }
        (Change::DeleteUser { user_id }, Some(person), _) => {
            if linked_user(connection, person, Some(user_id))?.is_some() {
                forget_user(connection, person)?;
            }
            Ok(())
        }
        (Change::CreateGroup { name, .. }, _, Some(group)) => {
            forget_group_refusal(connection, group)?;
            match made {
                Some(made) => link_new_group(connection, group, made, name),
                None => Ok(()),
            }
        }
        (Change::RenameGroup { group_id, new, .. }, _, Some(group)) => {
            forget_group_refusal(connection, group)?;
            connection
                .prepare_cached(
                    "UPDATE access_groups SET name = ?3
                     WHERE access_group_id = ?1 AND group_id = ?2",
                )?
                .execute((group.as_str(), group_id.as_str(), new.as_str()))?;
            Ok(())
        }
        (Change::DeleteGroup { group_id }, _, Some(group)) => {
            if is_linked_group(connection, group, group_id)? {
                forget_group(connection, group)?;
            }
            Ok(())
        }
        (Change::AddMember { user_id, .. }, Some(person), Some(group)) => {
            if let Some(user) = linked_user(connection, person, user_id.as_ref())? {
                connection
                    .prepare_cached(
                        "INSERT OR IGNORE INTO memberships (user, access_group)
                         SELECT ?1, id FROM access_groups WHERE access_group_id = ?2",
                    )?
                    .execute(params![user, group.as_str()])?;
                forget_stuck_member(connection, person, group)?;
            }
            Ok(())
        }
        (Change::RemoveMember { user_id, .. }, Some(person), Some(group)) => {
            if let Some(user) = linked_user(connection, person, Some(user_id))? {
                connection
                    .prepare_cached(
                        "DELETE FROM memberships WHERE user = ?1 AND access_group =
                             (SELECT id FROM access_groups WHERE access_group_id = ?2)",
                    )?
                    .execute(params![user, group.as_str()])?;
                connection
                    .prepare_cached(
                        "DELETE FROM debts WHERE campus_id = ?1 AND access_group_id = ?2",
                    )?
                    .execute((person.as_str(), group.as_str()))?;
                forget_stuck_member(connection, person, group)?;
            }
            Ok(())
        }
        // The subject is nobody of Atrium, and the memory is of those only.
        _ => Ok(()),
    }
}

/// What an operation that failed changes in the memory.
fn failed(
    connection: &Connection,
    operation: &Operation,
    code: Code,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let person = operation.subject.person();
    let group = operation.subject.access_group();
    match (&operation.change, person, group) {
        // It may have been done all the same, unless Command said that it was not.
        (Change::DeactivateUser { user_id }, Some(person), _)
            if !matches!(
                code,
                Code::OutcomeUnknown | Code::Unavailable | Code::UnexpectedAnswer
            ) =>
        {
            set_closing(connection, person, user_id, false)
        }
        (Change::RemoveMember { user_id, .. }, Some(person), Some(group)) => {
            let frozen = matches!(code, Code::UserFrozen | Code::Frozen);
            if frozen && linked_user(connection, person, Some(user_id))?.is_some() {
                connection
                    .prepare_cached(
                        "INSERT OR IGNORE INTO debts (campus_id, access_group_id) VALUES (?1, ?2)",
                    )?
                    .execute((person.as_str(), group.as_str()))?;
            }
            Ok(())
        }
        (Change::AddMember { .. }, Some(person), Some(group)) if code == Code::MembersCapped => {
            stick(
                connection,
                &[],
                &[(person.clone(), group.clone(), true)],
                now,
            )
        }
        (
            Change::CreateUser { .. } | Change::UpdateUser { .. } | Change::ReactivateUser { .. },
            Some(person),
            _,
        ) if is_refusal(code) => {
            let sql = "INSERT OR REPLACE INTO refusals (campus_id, code, refused, at)
                       VALUES (?1, ?2, ?3, ?4)";
            refuse(connection, sql, person.as_str(), code, operation, now)
        }
        (Change::CreateGroup { .. } | Change::RenameGroup { .. }, _, Some(group))
            if is_refusal(code) =>
        {
            let sql = "INSERT OR REPLACE INTO group_refusals (access_group_id, code, refused, at)
                       VALUES (?1, ?2, ?3, ?4)";
            refuse(connection, sql, group.as_str(), code, operation, now)
        }
        _ => Ok(()),
    }
}

/// Whether the same values would be refused again.
fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::HeldByInvisible
            | Code::EmailOutsideDomains
            | Code::EmailDomainGivenUp
            | Code::RefusedByCommand
            | Code::GroupNameTaken
            | Code::Frozen
    )
}

fn refuse(
    connection: &Connection,
    sql: &str,
    id: &str,
    code: Code,
    operation: &Operation,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let values = operation.change.values();
    connection
        .prepare_cached(sql)?
        .execute((id, code.name(), values.as_str(), time(now)))?;
    Ok(())
}

pub(super) fn stick(
    connection: &Connection,
    fields: &[(CampusId, Field, Stuck)],
    members: &[(CampusId, AccessGroupId, bool)],
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
    ] {
        connection.execute(
            &format!("UPDATE OR REPLACE {table} SET campus_id = ?2 WHERE campus_id = ?1"),
            (old.as_str(), new.as_str()),
        )?;
    }
    Ok(())
}

/// The row of a user, and what decides about it.
struct KnownUser {
    row: i64,
    user_id: UserId,
    ours: bool,
    in_scope: bool,
    absent_runs: u32,
    applied: Profile,
}

fn known_user(
    connection: &Connection,
    campus_id: &CampusId,
) -> rusqlite::Result<Option<KnownUser>> {
    connection
        .prepare_cached(
            "SELECT id, user_id, ours, in_scope, absent_runs,
                    email, first_name, middle_name, last_name, phone, title, department,
                    employee_number
             FROM users WHERE campus_id = ?1",
        )?
        .query_row((campus_id.as_str(),), |row| {
            Ok(KnownUser {
                row: row.get(0)?,
                user_id: UserId(text(row, 1)?),
                ours: row.get(2)?,
                in_scope: row.get(3)?,
                absent_runs: row.get(4)?,
                applied: profile(row, 5)?,
            })
        })
        .optional()
}

/// The row of a person's user, if it is `user_id` or if that does not matter.
fn linked_user(
    connection: &Connection,
    campus_id: &CampusId,
    user_id: Option<&UserId>,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM users WHERE campus_id = ?1 AND user_id = coalesce(?2, user_id)",
        )?
        .query_row(
            (campus_id.as_str(), user_id.map(UserId::as_str)),
            |row: &Row<'_>| row.get(0),
        )
        .optional()
}

fn link_new_user(
    connection: &Connection,
    campus_id: &CampusId,
    made: &str,
    profile: &Profile,
) -> rusqlite::Result<()> {
    forget_user(connection, campus_id)?;
    connection
        .prepare_cached(
            "INSERT INTO users (campus_id, user_id, ours, in_scope) VALUES (?1, ?2, 1, 1)",
        )?
        .execute((campus_id.as_str(), made))?;
    set_applied(connection, connection.last_insert_rowid(), profile)
}

/// Sets the values that were last applied.
fn set_applied(connection: &Connection, row: i64, applied: &Profile) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE users SET
                 email = ?2, first_name = ?3, middle_name = ?4, last_name = ?5, phone = ?6,
                 title = ?7, department = ?8, employee_number = ?9
             WHERE id = ?1",
        )?
        .execute(params![
            row,
            applied.email.as_str(),
            applied.first_name.as_str(),
            applied.middle_name.as_str(),
            applied.last_name.as_str(),
            applied.phone.as_str(),
            applied.title.as_str(),
            applied.department.as_str(),
            applied.employee_number.as_str()
        ])?;
    Ok(())
}

fn apply_fields(
    connection: &Connection,
    campus_id: &CampusId,
    user_id: &UserId,
    fields: &[FieldChange],
) -> rusqlite::Result<()> {
    if let Some(mut known) = known_user(connection, campus_id)?
        && known.user_id == *user_id
    {
        for change in fields {
            known.applied.set(change.field, change.new.clone());
        }
        set_applied(connection, known.row, &known.applied)?;
    }
    Ok(())
}

fn set_closed(
    connection: &Connection,
    campus_id: &CampusId,
    user_id: &UserId,
    at: Option<Timestamp>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE users SET closed_by_us = ?3, closing = 0
             WHERE campus_id = ?1 AND user_id = ?2",
        )?
        .execute((campus_id.as_str(), user_id.as_str(), at.map(time)))?;
    Ok(())
}

/// Notes whether a deactivation was begun of which it is not known what became of it.
fn set_closing(
    connection: &Connection,
    campus_id: &CampusId,
    user_id: &UserId,
    closing: bool,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE users SET closing = ?3 WHERE campus_id = ?1 AND user_id = ?2")?
        .execute((campus_id.as_str(), user_id.as_str(), closing))?;
    Ok(())
}

/// Forgets a person's user and all that hangs on it.
fn forget_user(connection: &Connection, campus_id: &CampusId) -> rusqlite::Result<()> {
    for sql in [
        // Memberships go with it.
        "DELETE FROM users WHERE campus_id = ?1",
        "DELETE FROM debts WHERE campus_id = ?1",
        "DELETE FROM stuck_fields WHERE campus_id = ?1",
        "DELETE FROM stuck_members WHERE campus_id = ?1",
    ] {
        connection
            .prepare_cached(sql)?
            .execute((campus_id.as_str(),))?;
    }
    Ok(())
}

fn forget_refusal(connection: &Connection, campus_id: &CampusId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM refusals WHERE campus_id = ?1")?
        .execute((campus_id.as_str(),))?;
    Ok(())
}

fn forget_group_refusal(connection: &Connection, group: &AccessGroupId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM group_refusals WHERE access_group_id = ?1")?
        .execute((group.as_str(),))?;
    Ok(())
}

fn forget_stuck_member(
    connection: &Connection,
    campus_id: &CampusId,
    group: &AccessGroupId,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM stuck_members WHERE campus_id = ?1 AND access_group_id = ?2")?
        .execute((campus_id.as_str(), group.as_str()))?;
    Ok(())
}

fn group_rows(connection: &Connection) -> rusqlite::Result<HashMap<AccessGroupId, i64>> {
    connection
        .prepare_cached("SELECT access_group_id, id FROM access_groups")?
        .query_map((), |row| Ok((AccessGroupId(text(row, 0)?), row.get(1)?)))?
        .collect()
}

fn is_linked_group(
    connection: &Connection,
    group: &AccessGroupId,
    group_id: &GroupId,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM access_groups WHERE access_group_id = ?1 AND group_id = ?2")?
        .exists((group.as_str(), group_id.as_str()))
}

fn link_new_group(
    connection: &Connection,
    group: &AccessGroupId,
    made: &str,
    name: &str,
) -> rusqlite::Result<()> {
    forget_group(connection, group)?;
    connection
        .prepare_cached(
            "INSERT INTO access_groups (access_group_id, group_id, name) VALUES (?1, ?2, ?3)",
        )?
        .execute((group.as_str(), made, name))?;
    Ok(())
}

/// Forgets an access group's group and all that hangs on it.
fn forget_group(connection: &Connection, group: &AccessGroupId) -> rusqlite::Result<()> {
    for sql in [
        // Memberships go with it.
        "DELETE FROM access_groups WHERE access_group_id = ?1",
        "DELETE FROM debts WHERE access_group_id = ?1",
        "DELETE FROM stuck_members WHERE access_group_id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute((group.as_str(),))?;
    }
    Ok(())
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(Box::new(cause)))
}
