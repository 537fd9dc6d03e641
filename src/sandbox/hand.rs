//! What Command's own people do by hand, in Command's console.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::SandboxError;
use super::campus::Campus;
use super::command::{Change, Group, User, fold, id_at};
use super::personality::Switch;
use super::seed::native_user;

/// One thing done by hand in Command. Users are named by id or email, groups by id or name.
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
            let attributes = json!({"displayName": name})
                .as_object()
                .cloned()
                .unwrap_or_default();
            let id = id_at(campus.about.seed, tick);
            let group = Group {
                id,
                native: true,
                attributes,
                created: tick,
                modified: tick,
            };
            (
                vec![Change::PutGroup(group)],
                format!("group {name} was made in Command"),
            )
        }
    };
    campus.write(changes)?;
    Ok(sentence)
}

fn user(campus: &Campus, who: &str) -> Result<User, SandboxError> {
    let command = &campus.command;
    command
        .user(who)
        .or_else(|| command.user_by_email(who))
        .cloned()
        .ok_or_else(|| SandboxError::World(format!("Command has no user {who}")))
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
