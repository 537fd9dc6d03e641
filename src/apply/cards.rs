//! The driver for cards: sends one operation over REST, and says what became of it. A call whose
//! answer was lost is looked up before it is judged.

use std::sync::Arc;

use crate::model::AccessUserId;
use crate::model::CardId;
use crate::model::access::RemoteCard;
use crate::model::card::Card;
use crate::model::plan::{Change, Operation};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::verkada::rest::{RestClient, RestError};

/// One operation on a card, with the user that the plan could not know.
pub(super) struct CardCall {
    pub(super) client: RestClient,
    pub(super) operation: Arc<Operation>,
    /// The user of the REST API who gets the card, where this run made it.
    pub(super) access: Option<AccessUserId>,
}

/// What became of giving somebody a card.
enum Given {
    Done(CardId),
    Failed(Code, String),
    /// It can't be told whether the person has it.
    Unknown(String),
}

impl CardCall {
    /// Sends it.
    pub(super) async fn send(&self) -> Outcome {
        let Some(card) = self.operation.subject.card() else {
            return Outcome::Skipped {
                code: Code::DependencyFailed,
            };
        };
        match &self.operation.change {
            Change::AddCard { access_id } => {
                let Some(to) = access_id.as_ref().or(self.access.as_ref()) else {
                    return nobody();
                };
                match self.give(to, card).await {
                    Given::Done(id) => Outcome::Done { made: Some(id.0) },
                    Given::Failed(code, detail) => Outcome::Failed { code, detail },
                    Given::Unknown(detail) => unknown(detail),
                }
            }
            Change::RemoveCard {
                access_id, card_id, ..
            } => match self.take(access_id, card_id).await {
                Ok(()) => Outcome::Done { made: None },
                Err(RestError::Frozen { .. }) => Outcome::Owed {
                    code: Code::UserFrozen,
                },
                Err(error) => failed(&error),
            },
            Change::MoveCard {
                from_id,
                card_id,
                access_id,
                ..
            } => {
                let Some(to) = access_id.as_ref().or(self.access.as_ref()) else {
                    return nobody();
                };
                self.exchange(from_id, card_id, to, card).await
            }
            Change::ActivateCard { access_id, card_id } => {
                match self.client.activate_card(access_id, card_id).await {
                    Ok(()) => Outcome::Done { made: None },
                    Err(error) => failed(&error),
                }
            }
            _ => Outcome::Skipped {
                code: Code::DependencyFailed,
            },
        }
    }

    /// Takes a card from one user and gives it to another. If the second half is refused, the card
    /// is put back: nobody stands before a closed door because of a move that failed.
    async fn exchange(
        &self,
        from: &AccessUserId,
        card_id: &CardId,
        to: &AccessUserId,
        card: &Card,
    ) -> Outcome {
        if let Err(error) = self.take(from, card_id).await {
            return failed(&error);
        }
        match self.give(to, card).await {
            Given::Done(id) => Outcome::Done { made: Some(id.0) },
            // Putting it back could make two holders of it.
            Given::Unknown(detail) => unknown(detail),
            Given::Failed(code, detail) => {
                let back = match self.give(from, card).await {
                    Given::Done(_) => "it was put back".to_owned(),
                    Given::Failed(_, why) | Given::Unknown(why) => {
                        format!("it could not be put back: {why}")
                    }
                };
                Outcome::Failed {
                    code,
                    detail: format!("{detail}; {back}"),
                }
            }
        }
    }

    /// Takes a card from somebody. One that they no longer have is taken.
    async fn take(&self, from: &AccessUserId, card: &CardId) -> Result<(), RestError> {
        match self.client.remove_card(from, card).await {
            Err(RestError::NotFound { .. }) => Ok(()),
            result => result,
        }
    }

    /// Gives somebody a card that opens doors.
    async fn give(&self, to: &AccessUserId, card: &Card) -> Given {
        let error = match self.client.add_card(to, card).await {
            Ok(added) => return self.opened(to, added).await,
            Err(error) => error,
        };
        let lost = matches!(error, RestError::OutcomeUnknown { .. });
        if !lost && !matches!(error, RestError::CardTaken { .. }) {
            return Given::Failed(error.code(), error.to_string());
        }
        // It may be the person's own already, by a call whose answer was lost.
        match self.client.record(to).await {
            Ok(Some(record)) => {
                let mut cards = record.cards.into_iter();
                match cards.find(|remote| remote.card == Some(*card)) {
                    Some(found) if lost => self.opened(to, found).await,
                    // Somebody may have switched it off since the plan was made.
                    Some(found) if found.active == Some(false) => {
                        Given::Failed(Code::CardClosed, error.to_string())
                    }
                    Some(found) => Given::Done(found.id),
                    None if lost => self.give_again(to, card).await,
                    None => Given::Failed(error.code(), error.to_string()),
                }
            }
            Ok(None) => Given::Failed(error.code(), error.to_string()),
            Err(_) if lost => Given::Unknown(error.to_string()),
            Err(_) => Given::Failed(error.code(), error.to_string()),
        }
    }

    /// Sends a card once more that was not there although its sending was begun.
    async fn give_again(&self, to: &AccessUserId, card: &Card) -> Given {
        match self.client.add_card(to, card).await {
            Ok(added) => self.opened(to, added).await,
            Err(error @ (RestError::OutcomeUnknown { .. } | RestError::CardTaken { .. })) => {
                Given::Unknown(error.to_string())
            }
            Err(error) => Given::Failed(error.code(), error.to_string()),
        }
    }

    /// Makes sure that a card that is there opens doors: a new one is off unless it is told.
    async fn opened(&self, holder: &AccessUserId, remote: RemoteCard) -> Given {
        if remote.active != Some(false) {
            return Given::Done(remote.id);
        }
        match self.client.activate_card(holder, &remote.id).await {
            Ok(()) => Given::Done(remote.id),
            Err(error) => Given::Failed(error.code(), error.to_string()),
        }
    }
}

fn nobody() -> Outcome {
    Outcome::Skipped {
        code: Code::NotYetInAccess,
    }
}

fn unknown(detail: String) -> Outcome {
    Outcome::Failed {
        code: Code::OutcomeUnknown,
        detail,
    }
}

fn failed(error: &RestError) -> Outcome {
    Outcome::Failed {
        code: error.code(),
        detail: error.to_string(),
    }
}
