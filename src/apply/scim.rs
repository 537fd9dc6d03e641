//! The driver: sends one operation, or one batch of members, and says what became of it. Users and
//! groups go over SCIM; cards have a driver of their own, for REST.

use std::sync::Arc;

use super::cards::CardCall;
use crate::model::plan::{Change, ChangeKind, FieldChange, Operation};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{AccessUserId, GroupId, Text, UserId};
use crate::verkada::rest::RestClient;
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
    /// The user of the REST API, where this run made it.
    pub(super) access: Option<AccessUserId>,
}

/// One operation, a batch of additions to or removals from one group, or a reactivation with the
/// removals that go with it.
pub(super) struct Call {
    pub(super) client: ScimClient,
    /// For cards; `None` without an API key.
    pub(super) cards: Option<RestClient>,
    pub(super) items: Vec<Item>,
}

impl Call {
    /// Sends it. Returns an outcome for every operation of it.
    pub(super) async fn send(self) -> Vec<(u32, Outcome)> {
        let Some((first, rest)) = self.items.split_first() else {
            return Vec::new();
        };
        match first.operation.change.kind() {
            ChangeKind::AddMember | ChangeKind::RemoveMember => self.members(&self.items).await,
            _ => {
                let outcome = self.single(first).await;
                self.chain(first, outcome, rest).await
            }
        }
    }

    /// What goes with a reactivation: yesterday's groups, before anything else can come between.
    /// If one of them can't be taken away, the user is deactivated again: better nobody's door
    /// than one too many.
    async fn chain(&self, first: &Item, outcome: Outcome, rest: &[Item]) -> Vec<(u32, Outcome)> {
        let mut open = outcome.is_done();
        let mut outcomes = vec![(first.at, outcome)];
        for item in rest {
            if !open {
                let code = Code::DependencyFailed;
                outcomes.push((item.at, Outcome::Skipped { code }));
                continue;
            }
            let removal = match item.operation.change.kind() {
                ChangeKind::RemoveCard => vec![(item.at, self.card(item).await)],
                _ => self.members(std::slice::from_ref(item)).await,
            };
            let refused = removal.iter().find(|(_, outcome)| !outcome.is_done());
            if let Some(put_back) = match refused {
                Some((_, outcome)) => self.put_back(first, outcome).await,
                None => None,
            } {
                open = false;
                outcomes[0].1 = put_back;
            }
            outcomes.extend(removal);
        }
        outcomes
    }

    /// Deactivates again whom this call reactivated. `None` if that failed, too: then the
    /// reactivation stands.
    async fn put_back(&self, first: &Item, removal: &Outcome) -> Option<Outcome> {
        let Change::ReactivateUser { user_id, .. } = &first.operation.change else {
            return None;
        };
        let (code, why) = match removal {
            Outcome::Failed { code, detail } => (*code, detail.as_str()),
            Outcome::Owed { code } | Outcome::Skipped { code } => (*code, code.title()),
            Outcome::Done { .. } => return None,
        };
        let closed = self
            .client
            .update_user(user_id, &changes(&[], Some(false)))
            .await;
        closed.is_ok().then(|| Outcome::Failed {
            code,
            detail: format!("deactivated again, because an old group could not be removed: {why}"),
        })
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
            Change::AddCard { .. }
            | Change::RemoveCard { .. }
            | Change::MoveCard { .. }
            | Change::ActivateCard { .. } => return self.card(item).await,
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

    async fn card(&self, item: &Item) -> Outcome {
        let Some(client) = &self.cards else {
            // Without a key nothing of a card is planned.
            let code = Code::DependencyFailed;
            return Outcome::Skipped { code };
        };
        let call = CardCall {
            client: client.clone(),
            operation: Arc::clone(&item.operation),
            access: item.access.clone(),
        };
        call.send().await
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
    async fn members(&self, items: &[Item]) -> Vec<(u32, Outcome)> {
        let mut outcomes = Vec::with_capacity(items.len());
        let mut batches: Vec<&[Item]> = vec![items];
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{Stage, Subject};
    use crate::model::reason::Situation;
    use crate::model::{AccessGroupId, CampusId};
    use crate::net::script::{self, Script};
    use crate::secret::{Origin, Secret};
    use crate::verkada::scim::ScimSettings;

    fn item(at: u32, change: Change) -> Item {
        let campus_id = CampusId::from("S1");
        let access_group_id = AccessGroupId::from("1");
        let subject = match &change {
            Change::RemoveMember { .. } => Subject::Membership {
                campus_id,
                access_group_id,
            },
            _ => Subject::User { campus_id },
        };
        let operation = Operation {
            subject,
            label: "Ana Ng".into(),
            situation: Situation::Returned,
            stage: Stage::Write,
            change,
            why: Text::default(),
            needs: Vec::new(),
        };
        Item {
            at,
            operation: Arc::new(operation),
            user: None,
            group: None,
            access: None,
        }
    }

    fn returner() -> Vec<Item> {
        let user_id = || UserId::from("u1");
        let remove = |group: &str| Change::RemoveMember {
            group_id: GroupId::from(group),
            user_id: user_id(),
        };
        vec![
            item(
                0,
                Change::ReactivateUser {
                    user_id: user_id(),
                    fields: Vec::new(),
                },
            ),
            item(1, remove("g1")),
            item(2, remove("g2")),
        ]
    }

    async fn send(refuses: &'static str) -> (Vec<&'static str>, Vec<String>) {
        let server = Script::serve(move |_, request| {
            if request.target.contains(refuses) {
                script::json(400, r#"{"status":"400","detail":"no"}"#)
            } else {
                script::json(200, r#"{"id":"x"}"#)
            }
        })
        .await;
        let token = Secret::new("t", Origin::Sandbox);
        let settings = ScimSettings {
            dialect: Some(crate::model::directory::Dialect::Patch),
            ..ScimSettings::default()
        };
        let client = ScimClient::new(&server.address, token, settings).unwrap();
        let outcomes = Call {
            client,
            cards: None,
            items: returner(),
        }
        .send()
        .await;
        let words = outcomes.iter().map(|(_, outcome)| match outcome {
            Outcome::Done { .. } => "done",
            Outcome::Failed { .. } => "failed",
            Outcome::Owed { .. } => "owed",
            Outcome::Skipped { .. } => "skipped",
        });
        let sent = server.received().into_iter().map(|request| {
            let active = ["true", "false"]
                .into_iter()
                .find(|word| request.body.contains(word));
            format!("{} {}", request.target, active.unwrap_or_default())
        });
        (words.collect(), sent.collect())
    }

    #[tokio::test]
    async fn a_returner_whose_old_group_stays_is_closed_again() {
        let (outcomes, sent) = send("/Groups/g1").await;
        assert_eq!(outcomes, ["failed", "failed", "skipped"]);
        assert_eq!(sent, ["/Users/u1 true", "/Groups/g1 ", "/Users/u1 false"]);
    }

    #[tokio::test]
    async fn a_returner_loses_yesterday_s_groups_in_one_call() {
        let (outcomes, sent) = send("/nothing").await;
        assert_eq!(outcomes, ["done", "done", "done"]);
        assert_eq!(sent, ["/Users/u1 true", "/Groups/g1 ", "/Groups/g2 "]);
        let (outcomes, sent) = send("/Users/u1").await;
        assert_eq!(outcomes, ["failed", "skipped", "skipped"]);
        assert_eq!(sent.len(), 1);
    }
}
