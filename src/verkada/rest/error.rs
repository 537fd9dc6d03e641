//! What can go wrong with a request of the REST API.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use crate::model::AccessUserId;
use crate::model::fold::fold;
use crate::model::reason::Code;
use crate::net::NetError;
use crate::verkada::json;

use super::wire::TOKEN;

/// What was asked, for messages: method and path. What stands behind them may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask(pub(super) &'static str);

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Why a call of the REST API failed. No message has a key, a token or a whole card number in it,
/// and texts of the server are cut short and free of control characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RestError {
    /// Address, key or machine are not fit for a client.
    #[error(transparent)]
    Setup(NetError),
    /// Command gives no token for the API key, or does not take the one that it gave.
    #[error("{ask}: Command refused the API key ({status}){}", after_colon(detail))]
    Key {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The API key does not cover the call.
    #[error(
        "{ask}: the API key lacks a permission (403): this call needs {rights} {product}{}",
        after_colon(detail)
    )]
    Scope {
        /// What was asked.
        ask: Ask,
        /// Read, or read and write.
        rights: &'static str,
        /// The product that Command's page for API keys lists.
        product: &'static str,
        /// What the server said.
        detail: String,
    },
    /// The server could not be reached, or was not able to answer, and nothing was changed that
    /// a repeat would not change again.
    #[error("{ask}: {why}")]
    Unavailable {
        /// What was asked.
        ask: Ask,
        /// What happened, after all retries.
        why: String,
    },
    /// A write was sent, and it can't be told whether it was carried out.
    #[error("{ask}: it can't be told whether this was carried out: {why}")]
    OutcomeUnknown {
        /// What was asked.
        ask: Ask,
        /// What happened.
        why: String,
    },
    /// There is no such person, card or group.
    #[error("{ask}: not found")]
    NotFound {
        /// What was asked.
        ask: Ask,
    },
    /// Somebody else has the card.
    #[error("{ask}: the card is taken ({status}){}", after_colon(detail))]
    CardTaken {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The person is managed by another interface and can't be changed by this one.
    #[error("{ask}: the user is managed ({status}){}", after_colon(detail))]
    Managed {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The person is deactivated, and can't be changed until that ends.
    #[error("{ask}: the user is deactivated ({status}){}", after_colon(detail))]
    Frozen {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The server does not do this with these values.
    #[error("{ask}: refused ({status}){}", after_colon(detail))]
    Refused {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The call succeeded and says that the person was not added.
    #[error("{ask}: Command answered 200, but did not add user {user}")]
    NotAdded {
        /// What was asked.
        ask: Ask,
        /// The person.
        user: AccessUserId,
    },
    /// The answer is about somebody else.
    #[error("{ask}: asked about user {asked}, Command answered about user {answered}")]
    WrongPerson {
        /// What was asked.
        ask: Ask,
        /// Who was asked about.
        asked: AccessUserId,
        /// Whom the answer is about.
        answered: AccessUserId,
    },
    /// The answer is not the API's: a proxy's page, a redirect, JSON of another shape, a list that
    /// contradicts itself.
    #[error("{ask}: the answer is not as the API's should be: {what}")]
    Unexpected {
        /// What was asked.
        ask: Ask,
        /// What came instead.
        what: String,
    },
}

impl RestError {
    /// Whether there is no token to ask with, so that every other call fails like this one.
    #[must_use]
    pub fn is_of_sign_in(&self) -> bool {
        match self {
            RestError::Key { .. } => true,
            RestError::Unavailable { ask, .. }
            | RestError::NotFound { ask }
            | RestError::Refused { ask, .. }
            | RestError::Unexpected { ask, .. } => ask.0 == TOKEN.name,
            _ => false,
        }
    }

    /// The reason code to report it under.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            RestError::Setup(_) | RestError::Unavailable { .. } => Code::Unavailable,
            RestError::Key { .. } => Code::ApiKeyRefused,
            RestError::Scope { .. } => Code::ApiKeyScope,
            RestError::OutcomeUnknown { .. } => Code::OutcomeUnknown,
            RestError::NotFound { .. } => Code::NotFound,
            RestError::CardTaken { .. } => Code::CardHeldElsewhere,
            RestError::Managed { .. } => Code::UserManaged,
            RestError::Frozen { .. } => Code::Frozen,
            RestError::Refused { ask, .. } if ask.0.contains("/credentials/") => Code::CardRefused,
            RestError::Refused { .. } | RestError::NotAdded { .. } => Code::RefusedByCommand,
            RestError::WrongPerson { .. } | RestError::Unexpected { .. } => Code::UnexpectedAnswer,
        }
    }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}

/// What the body of an error says, as the server wrote it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    /// Whether the body is the API's error object (`id`, `message`, `data`).
    pub(super) is_object: bool,
    /// Whether the body is a page for a browser.
    pub(super) is_page: bool,
}

impl Fault {
    /// Reads the body of an error. JSON is never passed on but for its message: it may hold cards.
    pub(super) fn read(body: &[u8]) -> Fault {
        let text = String::from_utf8_lossy(body);
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if start.starts_with('<') {
            return Fault {
                is_page: true,
                ..Fault::default()
            };
        }
        if !is_json(start) {
            return Fault {
                message: start.to_owned(),
                ..Fault::default()
            };
        }
        let value: Value = serde_json::from_str(start).unwrap_or_default();
        let message = json::text(&value, "message").or_else(|| json::text(&value, "id"));
        Fault {
            is_object: message.is_some(),
            message: message.unwrap_or_default().into(),
            is_page: false,
        }
    }

    /// Whether it is that another interface manages the person; the wording is the one that
    /// Command shows for its own pages.
    pub(super) fn is_managed(&self) -> bool {
        self.says(&["is managed"])
    }

    pub(super) fn is_frozen(&self) -> bool {
        self.says(&["deactivated", "frozen"])
    }

    /// Whether it is that the card is somebody's. The wording is not published.
    pub(super) fn is_taken(&self) -> bool {
        self.says(&[
            "already",
            "in use",
            "exists",
            "assigned",
            "belongs to",
            "taken",
            "duplicate",
        ])
    }

    /// Whether it may be the API's way to say that a list is empty: an error object that says
    /// nothing of how the question was put.
    pub(super) fn may_mean_empty(&self) -> bool {
        let of_the_question = [
            "param",
            "missing",
            "require",
            "invalid",
            "must",
            "malformed",
            "unknown",
            "unsupported",
            "bad request",
            "api",
            "key",
            "token",
        ];
        self.is_object && !self.says(&of_the_question)
    }

    /// Whether one of the words stands in the message, and not right behind a "not".
    fn says(&self, words: &[&str]) -> bool {
        let message = fold(&self.message);
        words.iter().any(|word| {
            message
                .match_indices(word)
                .any(|(at, _)| !message[..at].trim_end().ends_with("not"))
        })
    }
}

/// Whether a text wants to be a JSON object or list.
pub(super) fn is_json(text: &str) -> bool {
    text.starts_with(['{', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_errors() {
        for (body, message, is_object, is_page) in [
            (
                r#"{"id":"0e2d","message":"Token expired","data":null}"#,
                "Token expired",
                true,
                false,
            ),
            (
                r#"{"id":"cannot_invite_existing"}"#,
                "cannot_invite_existing",
                true,
                false,
            ),
            (r#"{"Message":7,"id":null}"#, "7", true, false),
            (r#"{"cards":[{"card_number":"4711"}]}"#, "", false, false),
            (r#"{"message":"cut sh"#, "", false, false),
            (r#"["4711"]"#, "", false, false),
            ("upstream timed out", "upstream timed out", false, false),
            ("", "", false, false),
            ("\u{feff}\r\n<!DOCTYPE html>", "", false, true),
        ] {
            let expected = Fault {
                message: message.to_owned(),
                is_object,
                is_page,
            };
            assert_eq!(Fault::read(body.as_bytes()), expected, "{body:?}");
        }
    }

    #[test]
    fn words_count_unless_they_are_denied() {
        let fault = |message: &str| Fault {
            message: message.to_owned(),
            ..Fault::default()
        };
        for (message, taken) in [
            ("Card is already assigned to another user", true),
            ("This credential is in use", true),
            ("A card with that number EXISTS", true),
            ("duplicate card", true),
            ("card type is not assigned to the site", false),
            ("user does not exist", false),
            ("number out of range", false),
            ("", false),
        ] {
            assert_eq!(fault(message).is_taken(), taken, "{message}");
        }
        assert!(fault("User is managed, cannot modify").is_managed());
        assert!(!fault("User is not managed").is_managed());
        assert!(fault("User is Deactivated").is_frozen());
        let object = |message: &str| Fault {
            is_object: true,
            ..fault(message)
        };
        assert!(object("No access groups").may_mean_empty());
        assert!(!object("Missing query parameter").may_mean_empty());
        assert!(!fault("No access groups").may_mean_empty());
    }
}
