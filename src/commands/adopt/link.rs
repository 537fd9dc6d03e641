//! Writes links: the person's external id onto the user, over SCIM where Command lets it, else over
//! the REST API; read back each, and noted in the ledger. One that fails does not stop the others.

use crate::context::{Session, clock};
use crate::error::Error;
use crate::ledger::{Ledger, RunId};
use crate::model::plan::{Change, FieldChange, Operation, Stage, Subject, UserClaim};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::report::Outcome;
use crate::model::{AccessUserId, CampusId, Field, Text, UserId};
use crate::reconcile::adopt::Proposal;
use crate::reconcile::policy::Policy;
use crate::verkada::scim::{ScimError, UserChanges};

/// So many people in a row whom SCIM may not change, and none whom it may, end the trying.
const GIVE_UP: u32 = 3;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Linked {
    /// SCIM took the user over: everything about it is synced.
    Whole,
    /// The user has the external id, but SCIM can't change it: its cards are synced.
    CardsOnly,
    /// The user has the external id, but SCIM does not list it: it is left alone.
    Unlisted,
    /// It failed.
    Failed { code: Code, detail: String },
    /// It was not tried.
    Skipped { code: Code },
}

/// Links one row after another.
pub(super) struct Linker<'a> {
    session: &'a Session,
    ledger: &'a mut Ledger,
    run: RunId,
    policy: &'a Policy,
    /// How many users SCIM was not allowed to change; `None` once it was allowed.
    refused: Option<u32>,
}

impl<'a> Linker<'a> {
    pub(super) fn new(
        session: &'a Session,
        ledger: &'a mut Ledger,
        run: RunId,
        policy: &'a Policy,
    ) -> Self {
        Linker {
            session,
            ledger,
            run,
            policy,
            refused: Some(0),
        }
    }

    /// Links a row, and notes what became of it.
    pub(super) async fn link(&mut self, at: u32, row: &Proposal) -> Result<Linked, Error> {
        let external_id = self.policy.user_ids.external_id(&row.atrium_id);
        let operation = operation(row, &external_id);
        self.ledger.intend(self.run, &[(at, &operation)])?;
        let result = self.write(row, &external_id).await;
        let outcome = match &result {
            Linked::Failed { code, detail } => Outcome::Failed {
                code: *code,
                detail: detail.clone(),
            },
            Linked::Skipped { code } => Outcome::Skipped { code: *code },
            Linked::Whole | Linked::CardsOnly | Linked::Unlisted => Outcome::Done { made: None },
        };
        let now = clock();
        self.ledger
            .settle(self.run, &[(at, &operation, &outcome)], now)?;
        let only_cards = result == Linked::CardsOnly;
        if only_cards || result == Linked::Whole {
            let claim = UserClaim {
                campus_id: CampusId(row.atrium_id.clone()),
                user_id: UserId(row.command_id.clone()),
                ours: true,
                in_scope: true,
                applied: None,
            };
            self.ledger.adopt(self.run, &claim, only_cards, now)?;
        }
        Ok(result)
    }

    async fn write(&mut self, row: &Proposal, external_id: &Text) -> Linked {
        let tries_scim = self.refused.is_none_or(|times| times < GIVE_UP);
        let mut scim = None;
        if !row.command_id.is_empty() && tries_scim {
            match self.over_scim(row, external_id).await {
                Err(error) if is_refusal(&error) => {
                    self.refused = self.refused.map(|times| times + 1);
                    scim = Some(error);
                }
                Err(error) => return failed(error.code(), &error),
                Ok(result) => {
                    self.refused = None;
                    return result;
                }
            }
        }
        if self.session.access.is_none() {
            return match scim {
                Some(error) => failed(error.code(), &error),
                None => Linked::Skipped {
                    code: Code::NotOverScim,
                },
            };
        }
        if row.access_id.is_empty() {
            return Linked::Failed {
                code: Code::AccessAmbiguous,
                detail: Code::AccessAmbiguous.title().to_owned(),
            };
        }
        self.over_rest(row, external_id).await
    }

    async fn over_scim(&self, row: &Proposal, external_id: &Text) -> Result<Linked, ScimError> {
        let client = &self.session.client;
        let id = UserId(row.command_id.clone());
        let changes = UserChanges {
            fields: vec![(Field::ExternalId, external_id.clone())],
            active: None,
        };
        client.update_user(&id, &changes).await?;
        let read = client.user(&id).await?;
        let shown = read.and_then(|user| user.external_id);
        Ok(match shown {
            Some(shown) if shown == *external_id => Linked::Whole,
            other => not_kept(other.as_deref()),
        })
    }

    async fn over_rest(&self, row: &Proposal, external_id: &Text) -> Linked {
        let Some(client) = &self.session.access else {
            return Linked::Skipped {
                code: Code::NotOverScim,
            };
        };
        let id = AccessUserId(row.access_id.clone());
        let written = client.set_external_id(&id, external_id).await;
        // Whether a lost answer was one of success is told by reading back.
        if let Err(error) = written
            && error.code() != Code::OutcomeUnknown
        {
            return failed(error.code(), &error);
        }
        let shown = match client.core_user(&id).await {
            Ok(user) => user.map(|user| user.external_id).unwrap_or_default(),
            Err(error) => return failed(error.code(), &error),
        };
        if row.command_id.is_empty() {
            return match shown == *external_id {
                true => Linked::Unlisted,
                false => not_kept(Some(&shown)),
            };
        }
        if shown == *external_id {
            return Linked::CardsOnly;
        }
        // One interface may keep to itself what the other one shows.
        let id = UserId(row.command_id.clone());
        match self.session.client.user(&id).await {
            Ok(Some(user)) if user.external_id.as_ref() == Some(external_id) => Linked::CardsOnly,
            Ok(_) => not_kept(Some(&shown)),
            Err(error) => failed(error.code(), &error),
        }
    }
}

/// Whether Command does not do it over SCIM, and the REST API may.
fn is_refusal(error: &ScimError) -> bool {
    matches!(
        error,
        ScimError::Refused { .. } | ScimError::NotFound { .. } | ScimError::Conflict { .. }
    )
}

fn failed(code: Code, error: &dyn std::fmt::Display) -> Linked {
    Linked::Failed {
        code,
        detail: error.to_string(),
    }
}

fn not_kept(shown: Option<&str>) -> Linked {
    let shown = shown.filter(|id| !id.is_empty()).unwrap_or("none");
    Linked::Failed {
        code: Code::DoesNotStick,
        detail: format!("Command took the external id, and shows {shown} when it is read back"),
    }
}

fn operation(row: &Proposal, external_id: &Text) -> Operation {
    let id = match row.command_id.is_empty() {
        true => &row.access_id,
        false => &row.command_id,
    };
    let field = FieldChange {
        field: Field::ExternalId,
        old: Text::default(),
        new: external_id.clone(),
        cause: Cause::NeverSynced,
    };
    Operation {
        subject: Subject::User {
            campus_id: CampusId(row.atrium_id.clone()),
        },
        label: row.atrium_name.clone(),
        situation: Situation::Native,
        stage: Stage::Write,
        change: Change::UpdateUser {
            user_id: UserId(id.clone()),
            fields: vec![field],
        },
        why: "adopted".into(),
        needs: Vec::new(),
    }
}
