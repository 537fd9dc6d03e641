//! The rows of people, groups and memberships: found, linked, changed and forgotten.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use rusqlite::{Connection, Row, params};

use super::super::recall::{profile, text};
use super::{cards, time};
use crate::model::plan::{FieldChange, UserClaim};
use crate::model::{AccessGroupId, CampusId, GroupId, Profile, UserId};

/// The row of a user, and what decides about it.
pub(super) struct KnownUser {
    pub(super) row: i64,
    pub(super) user_id: UserId,
    pub(super) ours: bool,
    pub(super) in_scope: bool,
    pub(super) absent_runs: u32,
    pub(super) applied: Profile,
}

pub(super) fn known_user(
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
pub(super) fn linked_user(
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

/// Links a person to a user that was found. The row of the user.
pub(super) fn link_found_user(connection: &Connection, claim: &UserClaim) -> rusqlite::Result<i64> {
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

pub(super) fn link_new_user(
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
pub(super) fn set_applied(
    connection: &Connection,
    row: i64,
    applied: &Profile,
) -> rusqlite::Result<()> {
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

pub(super) fn apply_fields(
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

pub(super) fn set_closed(
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
pub(super) fn set_closing(
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

/// Replaces a user's memberships; writes only what differs.
pub(super) fn set_memberships(
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

/// Forgets a person's user and all that hangs on it.
pub(super) fn forget_user(connection: &Connection, campus_id: &CampusId) -> rusqlite::Result<()> {
    cards::forget(connection, campus_id)?;
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

pub(super) fn forget_refusal(
    connection: &Connection,
    campus_id: &CampusId,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM refusals WHERE campus_id = ?1")?
        .execute((campus_id.as_str(),))?;
    Ok(())
}

pub(super) fn forget_group_refusal(
    connection: &Connection,
    group: &AccessGroupId,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM group_refusals WHERE access_group_id = ?1")?
        .execute((group.as_str(),))?;
    Ok(())
}

pub(super) fn forget_stuck_member(
    connection: &Connection,
    campus_id: &CampusId,
    group: &AccessGroupId,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM stuck_members WHERE campus_id = ?1 AND access_group_id = ?2")?
        .execute((campus_id.as_str(), group.as_str()))?;
    Ok(())
}

pub(super) fn group_rows(connection: &Connection) -> rusqlite::Result<HashMap<AccessGroupId, i64>> {
    connection
        .prepare_cached("SELECT access_group_id, id FROM access_groups")?
        .query_map((), |row| Ok((AccessGroupId(text(row, 0)?), row.get(1)?)))?
        .collect()
}

pub(super) fn is_linked_group(
    connection: &Connection,
    group: &AccessGroupId,
    group_id: &GroupId,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM access_groups WHERE access_group_id = ?1 AND group_id = ?2")?
        .exists((group.as_str(), group_id.as_str()))
}

pub(super) fn link_new_group(
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
pub(super) fn forget_group(connection: &Connection, group: &AccessGroupId) -> rusqlite::Result<()> {
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
