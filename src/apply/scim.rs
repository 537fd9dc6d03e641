//! The driver for SCIM: sends one operation, or one batch of members, and says what became of it.

use std::sync::Arc;

use crate::model::plan::{Change, ChangeKind, FieldChange, Operation};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{GroupId, Text, UserId};
use crate::verkada::scim::{ScimClient, ScimError, UserChanges};

/// One operation of a call, with the ids that the plan could not know.
pub(super) struct Item {
    /// Its position in the plan.
    pub(super) at: u32,
    pub(super) operation: Arc<Operation>,
    /// The user, where this run made it.
    pub(super) user: Option<UserId>,
    /// The group, where this run made it.
    pub(super) group: Option<GroupId>,
}

/// One operation, or a batch of additions to or removals from one group.
pub(super) struct Call {
    pub(super) client: ScimClient,
    pub(super) items: Vec<Item>,
}

impl Call {
    /// Sends it. Returns an outcome for every operation of it.
    pub(super) async fn send(self) -> Vec<(u32, Outcome)> {
        match self.items.first().map(|item| item.operation.change.kind()) {
            Some(ChangeKind::AddMember | ChangeKind::RemoveMember) => self.members().await,
            _ => {
                let mut outcomes = Vec::with_capacity(self.items.len());
                for item in &self.items {
                    outcomes.push((item.at, self.single(item).await));
                }
                outcomes
            }
        }
    }

    async fn single(&self, item: &Item) -> Outcome {
        let client = &self.client;
        let kind = item.operation.change.kind();
        let result = match &item.operation.change {
            Change::CreateUser {
                external_id,
                profile,
            } => {
                return match client.create_user(external_id, profile).await {
                    Ok(user) => Outcome::Done {
                        made: Some(user.id.0),
                    },
                    Err(error @ ScimError::Conflict { .. }) => {
                        self.conflict(external_id, &profile.email, &error).await
                    }
                    Err(error) => failed(kind, &error),
                };
            }
            Change::CreateGroup { external_id, name } => {
                return match client.create_group(external_id, name).await {
                    Ok(group) => Outcome::Done {
                        made: Some(group.id.0),
                    },
                    Err(error) => failed(kind, &error),
                };
            }
            Change::UpdateUser { user_id, fields } => {
                client.update_user(user_id, &changes(fields, None)).await
            }
            Change::ReactivateUser { user_id, fields } => {
                client
                    .update_user(user_id, &changes(fields, Some(true)))
                    .await
            }
            Change::DeactivateUser { user_id } => {
                client
                    .update_user(user_id, &changes(&[], Some(false)))
                    .await
            }
            Change::DeleteUser { user_id } => client.delete_user(user_id).await,
            Change::RenameGroup { group_id, new, .. } => client.rename_group(group_id, new).await,
            Change::DeleteGroup { group_id } => client.delete_group(group_id).await,
            Change::AddMember { .. } | Change::RemoveMember { .. } => Ok(()),
        };
        match result {
            Ok(()) => Outcome::Done { made: None },
            // Somebody who is no longer there has no access to lose.
            Err(ScimError::NotFound { .. }) if kind == ChangeKind::DeactivateUser => {
                Outcome::Done { made: None }
            }
            Err(error) => failed(kind, &error),
        }
    }

    /// Command says that the address is taken: by whom, as far as it shows.
    async fn conflict(&self, external_id: &str, email: &str, error: &ScimError) -> Outcome {
        match self.client.find_users_by_email(email).await {
            Ok(found) => match found.first() {
                Some(user) if user.external_id.as_deref() == Some(external_id) => Outcome::Done {
                    made: Some(user.id.0.clone()),
                },
                Some(user) => Outcome::Failed {
                    code: Code::RefusedByCommand,
                    detail: format!("{error}; user {} has the address", user.id),
                },
                None => Outcome::Failed {
                    code: Code::HeldByInvisible,
                    detail: error.to_string(),
                },
            },
            Err(_) => Outcome::Failed {
                code: Code::HeldByInvisible,
                detail: error.to_string(),
            },
        }
    }

    /// Sends members of one group. A batch that is refused for one member's sake is halved until
    /// the one is found: one bad record does not stop the others.
    async fn members(&self) -> Vec<(u32, Outcome)> {
        let mut outcomes = Vec::with_capacity(self.items.len());
        let mut batches: Vec<&[Item]> = vec![&self.items];
        while let Some(batch) = batches.pop() {
            let Some(first) = batch.first() else { continue };
            let kind = first.operation.change.kind();
            let Some((group, users)) = resolve(batch) else {
                // The plan holds what it needs; an id that is missing all the same is nobody's.
                outcomes.extend(batch.iter().map(|item| {
                    (
                        item.at,
                        Outcome::Skipped {
                            code: Code::DependencyFailed,
                        },
                    )
                }));
                continue;
            };
            let result = match kind {
                ChangeKind::AddMember => self.client.add_members(&group, &users).await,
                _ => self.client.remove_members(&group, &users).await,
            };
            match result {
                Ok(()) => {
                    outcomes.extend(
                        batch
                            .iter()
                            .map(|item| (item.at, Outcome::Done { made: None })),
                    );
                }
                Err(error) if batch.len() > 1 && is_about_a_member(&error) => {
                    let (left, right) = batch.split_at(batch.len() / 2);
                    batches.push(right);
                    batches.push(left);
                }
                Err(ScimError::NotFound { .. }) if kind == ChangeKind::RemoveMember => {
                    outcomes.extend(
                        batch
                            .iter()
                            .map(|item| (item.at, Outcome::Done { made: None })),
                    );
                }
                Err(error) => {
                    let outcome = failed(kind, &error);
                    outcomes.extend(batch.iter().map(|item| (item.at, outcome.clone())));
                }
            }
        }
        outcomes
    }
}

fn is_about_a_member(error: &ScimError) -> bool {
    matches!(
        error,
        ScimError::Refused { .. } | ScimError::Conflict { .. } | ScimError::NotFound { .. }
    )
}

fn resolve(batch: &[Item]) -> Option<(GroupId, Vec<UserId>)> {
    let mut group = None;
    let mut users = Vec::with_capacity(batch.len());
    for item in batch {
        let (group_id, user_id) = match &item.operation.change {
            Change::AddMember { .. } => (item.group.clone()?, item.user.clone()?),
            Change::RemoveMember { group_id, user_id } => (group_id.clone(), user_id.clone()),
            _ => return None,
        };
        group = Some(group_id);
        users.push(user_id);
    }
    Some((group?, users))
}

fn changes(fields: &[FieldChange], active: Option<bool>) -> UserChanges {
    let fields: Vec<(_, Text)> = fields
        .iter()
        .map(|change| (change.field, change.new.clone()))
        .collect();
    UserChanges { fields, active }
}

fn failed(kind: ChangeKind, error: &ScimError) -> Outcome {
    if kind == ChangeKind::RemoveMember && error.is_frozen() {
        return Outcome::Owed {
            code: Code::UserFrozen,
        };
    }
    let code = match (kind, error) {
        (ChangeKind::CreateGroup | ChangeKind::RenameGroup, ScimError::Conflict { .. }) => {
            Code::GroupNameTaken
        }
        _ => error.code(),
    };
    Outcome::Failed {
        code,
        detail: error.to_string(),
    }
}
