//! One change, as documents show it: whom it is about, and what changes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::plan::{Change, ChangeKind, Operation, Stage, Subject};
use crate::model::reason::{Cause, Situation};
use crate::model::{self as side, Field};
use crate::output::card::Shown;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::output) enum SubjectDocument<'a> {
    User {
        campus_id: &'a str,
    },
    Group {
        access_group_id: &'a str,
    },
    Membership {
        campus_id: &'a str,
        access_group_id: &'a str,
    },
    Card {
        campus_id: &'a str,
        /// Its last digits; the whole number with `--unmask`.
        card: String,
    },
    Remote {
        id: &'a str,
    },
    Run,
}

impl<'a> SubjectDocument<'a> {
    pub(in crate::output) fn new(subject: &'a Subject, shown: Shown) -> Self {
        match subject {
            Subject::User { campus_id } => SubjectDocument::User {
                campus_id: campus_id.as_str(),
            },
            Subject::Group { access_group_id } => SubjectDocument::Group {
                access_group_id: access_group_id.as_str(),
            },
            Subject::Membership {
                campus_id,
                access_group_id,
            } => SubjectDocument::Membership {
                campus_id: campus_id.as_str(),
                access_group_id: access_group_id.as_str(),
            },
            Subject::Card { campus_id, card } => SubjectDocument::Card {
                campus_id: campus_id.as_str(),
                card: shown.card(card),
            },
            Subject::Remote { id } => SubjectDocument::Remote { id },
            Subject::Run => SubjectDocument::Run,
        }
    }
}

#[derive(Serialize)]
struct FieldDocument<'a> {
    field: Field,
    old: &'a str,
    new: &'a str,
    cause: Cause,
}

/// One change. What it does not concern is left out.
#[derive(Serialize)]
pub(super) struct OperationDocument<'a> {
    action: ChangeKind,
    subject: SubjectDocument<'a>,
    label: &'a str,
    situation: Situation,
    stage: Stage,
    why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_id: Option<&'a str>,
    /// Left out unless card numbers are shown whole: a server may make the id of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<&'a str>,
    /// The campus id of whoever a card is taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    /// What a record that is created starts with.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<&'static str, &'a str>,
    /// What changes in a record that is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldDocument<'a>>,
    /// Positions in the same list.
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    needs: &'a [u32],
}

impl<'a> OperationDocument<'a> {
    pub(super) fn new(operation: &'a Operation, shown: Shown) -> Self {
        let Operation {
            subject,
            label,
            situation,
            stage,
            change,
            why,
            needs,
        } = operation;
        let mut document = OperationDocument {
            action: change.kind(),
            subject: SubjectDocument::new(subject, shown),
            label,
            situation: *situation,
            stage: *stage,
            why,
            user_id: None,
            group_id: None,
            access_id: None,
            card_id: None,
            from: None,
            external_id: None,
            values: BTreeMap::new(),
            fields: Vec::new(),
            needs,
        };
        match change {
            Change::CreateUser {
                external_id,
                profile,
            } => {
                document.external_id = Some(external_id);
                document.values = side::Profile::FIELDS
                    .into_iter()
                    .map(|field| (field.name(), profile.get(field).as_str()))
                    .filter(|(_, value)| !value.is_empty())
                    .collect();
            }
            Change::UpdateUser { user_id, fields } | Change::ReactivateUser { user_id, fields } => {
                document.user_id = Some(user_id.as_str());
                document.fields = fields
                    .iter()
                    .map(|change| FieldDocument {
                        field: change.field,
                        old: &change.old,
                        new: &change.new,
                        cause: change.cause,
                    })
                    .collect();
            }
            Change::DeactivateUser { user_id } | Change::DeleteUser { user_id } => {
                document.user_id = Some(user_id.as_str());
            }
            Change::CreateGroup { external_id, name } => {
                document.external_id = Some(external_id);
                document.values = BTreeMap::from([(Field::Name.name(), name.as_str())]);
            }
            Change::RenameGroup {
                group_id,
                old,
                new,
                cause,
            } => {
                document.group_id = Some(group_id.as_str());
                document.fields = vec![FieldDocument {
                    field: Field::Name,
                    old,
                    new,
                    cause: *cause,
                }];
            }
            Change::DeleteGroup { group_id } => document.group_id = Some(group_id.as_str()),
            Change::AddMember { group_id, user_id } => {
                document.group_id = group_id.as_ref().map(side::GroupId::as_str);
                document.user_id = user_id.as_ref().map(side::UserId::as_str);
            }
            Change::RemoveMember { group_id, user_id } => {
                document.group_id = Some(group_id.as_str());
                document.user_id = Some(user_id.as_str());
            }
            Change::AddCard { access_id } => {
                document.access_id = access_id.as_ref().map(side::AccessUserId::as_str);
            }
            Change::RemoveCard {
                access_id, card_id, ..
            }
            | Change::ActivateCard { access_id, card_id } => {
                document.access_id = Some(access_id.as_str());
                document.card_id = shown.whole.then_some(card_id.as_str());
            }
            Change::MoveCard {
                from,
                from_id: _,
                card_id,
                access_id,
            } => {
                document.access_id = access_id.as_ref().map(side::AccessUserId::as_str);
                document.card_id = shown.whole.then_some(card_id.as_str());
                document.from = Some(from.as_str());
            }
        }
        document
    }
}
