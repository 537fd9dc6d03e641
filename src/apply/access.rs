//! Finds the users that a run made in the REST API: cards are given to them there. They may appear
//! late.

use std::collections::HashSet;

use tokio::time::Instant;

use super::Executor;
use crate::ledger::LedgerError;
use crate::model::directory::RemoteUser;
use crate::model::plan::{Change, Stage};
use crate::model::{CampusId, UserId};
use crate::reconcile;

/// The first pause before the list is read again is this part of the patience; each one is twice as
/// long.
const FIRST_PAUSE: u32 = 64;

impl Executor<'_> {
    /// Looks for the users that this run made, until all who get cards are found or the patience is
    /// over. One list is one request, however many they are.
    pub(super) async fn find_new_users(&mut self) -> Result<(), LedgerError> {
        let Some(cards) = self.run.cards else {
            return Ok(());
        };
        let made = self.made_users();
        if made.is_empty() {
            return Ok(());
        }
        let mut waiting = self.waiting_for_cards();
        let deadline = Instant::now() + cards.patience;
        let mut pause = cards.patience / FIRST_PAUSE;
        loop {
            // Whoever can't be found now is left for the next run.
            let Ok(everybody) = cards.client.everybody().await else {
                return Ok(());
            };
            let found = reconcile::recognise(
                cards.roster,
                cards.directory,
                cards.memory,
                cards.policy,
                &everybody,
                &made,
            );
            let now = (self.run.clock)();
            self.run.ledger.pair(&found, now)?;
            for claim in found {
                waiting.remove(&claim.campus_id);
                self.access.insert(claim.campus_id, claim.access_id);
            }
            self.everybody = Some(everybody);
            if waiting.is_empty() || self.stopping() || Instant::now() + pause > deadline {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// The users that this run made.
    fn made_users(&self) -> Vec<(CampusId, RemoteUser)> {
        let operations = self.operations.iter();
        let made = operations.filter_map(|operation| match &operation.change {
            Change::CreateUser {
                external_id,
                profile,
            } => {
                let person = operation.subject.person()?;
                let user = RemoteUser {
                    id: UserId(self.users.get(person)?.0.clone()),
                    external_id: Some(external_id.clone()),
                    profile: (**profile).clone(),
                    active: Some(true),
                    created: None,
                };
                Some((person.clone(), user))
            }
            _ => None,
        });
        made.collect()
    }

    /// Who is still to get a card and is nobody in the REST API yet.
    fn waiting_for_cards(&self) -> HashSet<CampusId> {
        let open = self.operations.iter().zip(&self.outcomes);
        let open = open.filter(|(operation, outcome)| {
            let waits = matches!(
                operation.change,
                Change::AddCard { access_id: None }
                    | Change::MoveCard {
                        access_id: None,
                        ..
                    }
            );
            waits && operation.stage == Stage::Grant && outcome.is_none()
        });
        open.filter_map(|(operation, _)| operation.subject.person())
            .filter(|person| self.users.contains_key(*person))
            .cloned()
            .collect()
    }
}
