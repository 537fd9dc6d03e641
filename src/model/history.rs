//! What was done, as the ledger remembers it: runs with their actions, and uploads of metadata.

use jiff::Timestamp;

use super::plan::{Change, FieldChange, Subject};
use super::{Field, Profile};

/// How the actions of a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PastCounts {
    /// Command acknowledged them.
    pub done: u64,
    /// Command refused them, or could not be asked.
    pub failed: u64,
    /// They are remembered for later.
    pub owed: u64,
    /// They were not tried.
    pub skipped: u64,
    /// They were begun, and what became of them is not known: the run was cut off.
    pub unknown: u64,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` if it was cut off, or is under way.
    pub ended: Option<Timestamp>,
    /// The organization.
    pub organization: String,
    /// The command, without secrets.
    pub command: String,
    /// What guards let through.
    pub allowed: Vec<String>,
    /// How many people Atrium had; `None` if it was not read whole.
    pub people: Option<u64>,
    /// The code that it ended with.
    pub exit: Option<u8>,
    /// How many requests it sent.
    pub requests: Option<u64>,
    /// How its actions ended.
    pub counts: PastCounts,
}

/// One action of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastAction {
    /// Its position in the plan.
    pub position: u32,
    /// What was done, such as `update-user`.
    pub kind: String,
    /// The person concerned, if one is.
    pub campus_id: Option<String>,
    /// Whom or what it was about; `None` if this version can't read it.
    pub subject: Option<Subject>,
    /// What changed; `None` if this version can't read it.
    pub change: Option<Change>,
    /// The person's or the group's name.
    pub label: String,
    /// What became of it: `done`, `failed`, `owed`, `skipped` or `intended`.
    pub state: String,
    /// The reason code, where it was not done.
    pub code: Option<String>,
    /// What the server said.
    pub detail: Option<String>,
    /// When its outcome was known.
    pub at: Option<Timestamp>,
}

/// One value before and after an action; empty for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastValue {
    /// Which value.
    pub field: &'static str,
    /// What Command had.
    pub before: String,
    /// What it was to have.
    pub after: String,
}

impl PastAction {
    /// The values that changed.
    #[must_use]
    pub fn values(&self) -> Vec<PastValue> {
        self.change.as_ref().map(values).unwrap_or_default()
    }
}

fn pair(field: &'static str, before: &str, after: &str) -> PastValue {
    PastValue {
        field,
        before: before.to_owned(),
        after: after.to_owned(),
    }
}

fn values(change: &Change) -> Vec<PastValue> {
    let of = |fields: &[FieldChange]| {
        let fields = fields.iter();
        fields
            .map(|change| pair(change.field.name(), &change.old, &change.new))
            .collect::<Vec<_>>()
    };
    match change {
        Change::CreateUser { profile, .. } => Profile::FIELDS
            .into_iter()
            .map(|field| pair(field.name(), "", profile.get(field)))
            .filter(|value| !value.after.is_empty())
            .collect(),
        Change::UpdateUser { fields, .. } => of(fields),
        Change::ReactivateUser { fields, .. } => {
            let mut values = vec![pair("active", "no", "yes")];
            values.extend(of(fields));
            values
        }
        Change::DeactivateUser { .. } => vec![pair("active", "yes", "no")],
        Change::DeleteUser { user_id } => vec![pair("user", user_id.as_str(), "")],
        Change::CreateGroup { name, .. } => vec![pair(Field::Name.name(), "", name)],
        Change::RenameGroup { old, new, .. } => vec![pair(Field::Name.name(), old, new)],
        Change::DeleteGroup { group_id } => vec![pair("group", group_id.as_str(), "")],
        Change::AddMember { .. } => vec![pair("member", "no", "yes")],
        Change::RemoveMember { .. } => vec![pair("member", "yes", "no")],
        Change::AddCard { .. } => vec![pair("card", "no", "yes")],
        Change::RemoveCard { .. } => vec![pair("card", "yes", "no")],
        Change::MoveCard { from, .. } => vec![pair("card of", from.as_str(), "")],
        Change::ActivateCard { .. } => vec![pair("card active", "no", "yes")],
    }
}

/// What metadata says, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastMetadata {
    /// How many bytes it has.
    pub bytes: usize,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The entity id.
    pub entity_id: Option<String>,
    /// Where people are sent to sign on.
    pub sign_on: Option<String>,
    /// The fingerprint and the last day of each signing certificate.
    pub certificates: Vec<(String, Timestamp)>,
}

/// An upload of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastUpload {
    /// Its number, without the `u`.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The client id of the configuration.
    pub client_id: String,
    /// What is known of the outcome.
    pub outcome: String,
    /// Whether what was in force before was read from Command.
    pub before_known: bool,
    /// What was in force before.
    pub before: Option<PastMetadata>,
    /// What was uploaded.
    pub after: PastMetadata,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastEvent {
    /// A run.
    Run(PastRun),
    /// An upload.
    Upload(PastUpload),
}

impl PastEvent {
    /// When it began.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            PastEvent::Run(run) => run.started,
            PastEvent::Upload(upload) => upload.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserId;

    #[test]
    fn values_are_told_before_and_after() {
        let change = Change::ReactivateUser {
            user_id: UserId("u".into()),
            fields: vec![FieldChange {
                field: Field::LastName,
                old: "Byron".into(),
                new: "Lovelace".into(),
                cause: crate::model::reason::Cause::ChangedInAtrium,
            }],
        };
        assert_eq!(
            values(&change),
            [
                pair("active", "no", "yes"),
                pair("last_name", "Byron", "Lovelace")
            ]
        );
        let profile = Profile {
            email: "ada@a.edu".into(),
            ..Profile::default()
        };
        let change = Change::CreateUser {
            external_id: "x".into(),
            profile: Box::new(profile),
        };
        assert_eq!(values(&change), [pair("email", "", "ada@a.edu")]);
    }
}
