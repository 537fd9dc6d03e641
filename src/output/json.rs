//! Documents for programs. Their structs are their own, so that a change of the model changes no
//! document; the number behind the schema's name rises when a field goes or means something else.

mod card;
mod event;
mod operation;
mod plan;
mod source;

use serde::Serialize;

use crate::error::{Error, Exit};

pub(super) use card::{card, card_line};
pub(super) use event::Event;
pub(super) use operation::SubjectDocument;
pub(super) use plan::{plan, review, sync};
pub(super) use source::source_test;

use super::sanitize::escape_json;
use super::{GroupRow, Manager, UserRow};

/// One document, pretty, ending in a line feed.
pub(super) fn document(value: &impl Serialize) -> Result<String, Error> {
    written(serde_json::to_string_pretty(value))
}

/// One document on a line of its own.
pub(super) fn line(value: &impl Serialize) -> Result<String, Error> {
    written(serde_json::to_string(value))
}

fn written(text: serde_json::Result<String>) -> Result<String, Error> {
    let text = text.map_err(|error| Error::new(Exit::Failed, anyhow::Error::new(error)))?;
    let mut text = escape_json(&text);
    text.push('\n');
    Ok(text)
}

/// The same kind of document many times, each on a line of its own.
pub(super) fn lines<T: Serialize>(
    schema: &'static str,
    documents: impl Iterator<Item = T>,
) -> Result<String, Error> {
    documents
        .map(|document| line(&Schema { schema, document }))
        .collect()
}

/// The head of every document, before what it holds.
#[derive(Serialize)]
pub(super) struct Schema<T> {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) document: T,
}

impl Manager {
    /// The word of documents.
    pub(super) fn name(self) -> &'static str {
        match self {
            Manager::Atrium => "atriumctl",
            Manager::OtherClient => "scim-client",
            Manager::Native => "native",
        }
    }
}

#[derive(Serialize)]
struct UserDocument<'a> {
    id: &'a str,
    name: &'a str,
    campus_id: Option<&'a str>,
    email: &'a str,
    managed_by: &'static str,
    active: Option<bool>,
}

#[derive(Serialize)]
struct UsersDocument<'a> {
    users: Vec<UserDocument<'a>>,
}

impl<'a> From<&'a UserRow> for UserDocument<'a> {
    fn from(user: &'a UserRow) -> Self {
        UserDocument {
            id: &user.id,
            name: &user.name,
            campus_id: user.campus_id.as_deref(),
            email: &user.email,
            managed_by: user.managed_by.name(),
            active: user.active,
        }
    }
}

/// `atriumctl.inspect-users/1`: users with who manages them.
pub(super) fn users(rows: &[UserRow]) -> Result<String, Error> {
    document(&Schema {
        schema: "atriumctl.inspect-users/1",
        document: UsersDocument {
            users: rows.iter().map(Into::into).collect(),
        },
    })
}

/// `atriumctl.inspect-user/1`: a user a line.
pub(super) fn user_lines(rows: &[UserRow]) -> Result<String, Error> {
    let rows = rows.iter().map(UserDocument::from);
    lines("atriumctl.inspect-user/1", rows)
}

#[derive(Serialize)]
struct GroupDocument<'a> {
    id: &'a str,
    name: &'a str,
    access_group_id: Option<&'a str>,
    managed_by: &'static str,
    members: Option<u64>,
}

#[derive(Serialize)]
struct GroupsDocument<'a> {
    groups: Vec<GroupDocument<'a>>,
}

impl<'a> From<&'a GroupRow> for GroupDocument<'a> {
    fn from(group: &'a GroupRow) -> Self {
        GroupDocument {
            id: &group.id,
            name: &group.name,
            access_group_id: group.access_group_id.as_deref(),
            managed_by: group.managed_by.name(),
            members: group.members,
        }
    }
}

/// `atriumctl.inspect-groups/1`: groups with who manages them.
pub(super) fn groups(rows: &[GroupRow]) -> Result<String, Error> {
    document(&Schema {
        schema: "atriumctl.inspect-groups/1",
        document: GroupsDocument {
            groups: rows.iter().map(Into::into).collect(),
        },
    })
}

/// `atriumctl.inspect-group/1`: a group a line.
pub(super) fn group_lines(rows: &[GroupRow]) -> Result<String, Error> {
    let rows = rows.iter().map(GroupDocument::from);
    lines("atriumctl.inspect-group/1", rows)
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    exit: u8,
    message: String,
    causes: Vec<String>,
    hints: &'a [String],
}

impl<'a> From<&'a Error> for ErrorDocument<'a> {
    fn from(error: &'a Error) -> Self {
        let mut chain = error.source.chain().map(ToString::to_string);
        ErrorDocument {
            exit: error.exit.code(),
            message: chain.next().unwrap_or_default(),
            causes: chain.collect(),
            hints: &error.hints,
        }
    }
}

/// `atriumctl.error/1`: why a command ended.
pub(super) fn error(error: &Error) -> Result<String, Error> {
    document(&Schema {
        schema: "atriumctl.error/1",
        document: ErrorDocument::from(error),
    })
}
