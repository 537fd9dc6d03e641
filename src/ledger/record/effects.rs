//! What the outcome of an operation changes in the memory.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cards;
use super::rows::{
    apply_fields, forget_group, forget_group_refusal, forget_refusal, forget_stuck_member,
    forget_user, is_linked_group, link_new_group, link_new_user, linked_user, set_closed,
    set_closing,
};
use super::{stick, time};
use crate::model::Text;
use crate::model::plan::{Change, Operation};
use crate::model::reason::Code;

/// Notes that Command refused something about a user.
pub(super) const REFUSE_USER: &str =
    "INSERT OR REPLACE INTO refusals (campus_id, code, refused, at) VALUES (?1, ?2, ?3, ?4)";

/// What an operation that was done changes in the memory. A person or group can be linked to
/// another record by then (a person with a new address gets a new user, and the old one is retired
/// after that): what is done to a record that is not linked changes nothing.
pub(super) fn done(
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
                // No user is left whose cards could be read.
                cards::forget_unfinished(connection, person)?;
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
pub(super) fn failed(
    connection: &Connection,
    operation: &Operation,
    code: Code,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let person = operation.subject.person();
    let group = operation.subject.access_group();
    let is_new = matches!(operation.change, Change::CreateUser { .. });
    if let (Code::NotOverScim, Some(person), false) = (code, person, is_new) {
        // Whatever of it was refused: the next run need not try the rest.
        refuse(
            connection,
            REFUSE_USER,
            person.as_str(),
            code,
            operation,
            now,
        )?;
    }
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
                &[],
                now,
            )
        }
        (
            Change::CreateUser { .. } | Change::UpdateUser { .. } | Change::ReactivateUser { .. },
            Some(person),
            _,
        ) if is_refusal(code) || is_lasting_put_back(&operation.change, code) => refuse(
            connection,
            REFUSE_USER,
            person.as_str(),
            code,
            operation,
            now,
        ),
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

/// Whether a user that was reactivated and closed again, because an old group could not be taken
/// away, would fare the same in the next run: it must not be opened for a moment in every run.
fn is_lasting_put_back(change: &Change, code: Code) -> bool {
    matches!(change, Change::ReactivateUser { .. })
        && matches!(code, Code::MembersCapped | Code::MembersUnread)
}

/// Whether the same values would be refused again.
pub(super) fn is_refusal(code: Code) -> bool {
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

pub(super) fn refuse(
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
