//! The token that each call carries: made from the API key, renewed before it ends, by one at a
//! time.
//!
//! A token is good for thirty minutes and can't be prolonged
//! (<https://apidocs.verkada.com/reference/quick-start-guide>).

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderValue;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::{Call, RestClient};
use super::error::RestError;
use super::wire::TOKEN;
use crate::secret::Secret;
use crate::verkada::json;

/// After this time a token is renewed; a call that waits for its turn still has minutes left.
const RENEWED_AFTER: Duration = Duration::from_secs(25 * 60);

/// A token.
#[derive(Clone)]
pub(super) struct Token {
    secret: Secret,
    header: HeaderValue,
    asked: Instant,
    /// Counts the tokens, so that each is found refused but once.
    number: u64,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.number)
    }
}

impl Token {
    /// The header's value, marked as sensitive.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(super) fn expose(&self) -> &str {
        self.secret.expose()
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

/// The token in force. Whoever renews it holds the lock, and the others wait.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    current: Option<Token>,
    made: u64,
    /// The key was refused: asking again would only be refused again.
    refused: Option<RestError>,
}

impl RestClient {
    /// The token to send. `refused` is the number of one that was answered with 401.
    pub(super) async fn token(&self, refused: Option<u64>) -> Result<Token, RestError> {
        let mut state = self.tokens().0.lock().await;
        if let Some(error) = &state.refused {
            return Err(error.clone());
        }
        if let Some(token) = &state.current
            && refused != Some(token.number)
            && token.asked.elapsed() < RENEWED_AFTER
        {
            return Ok(token.clone());
        }
        match self.new_token(state.made + 1).await {
            Ok(token) => {
                state.made = token.number;
                state.current = Some(token.clone());
                Ok(token)
            }
            Err(error) => {
                if matches!(error, RestError::Key { .. }) {
                    state.refused = Some(error.clone());
                }
                Err(error)
            }
        }
    }

    async fn new_token(&self, number: u64) -> Result<Token, RestError> {
        let asked = Instant::now();
        let call = Call::new(&TOKEN);
        let answer = self.send(&call, self.key_headers()).await?;
        if !(200..300).contains(&answer.status) {
            return Err(self.judge(&call, &answer, None));
        }
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = json::text(&value, "token").unwrap_or_default();
        let secret = Secret::new(&text, self.key().origin().clone());
        let is_sendable = !secret.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::from_str(secret.expose()) {
            Ok(mut header) if is_sendable => {
                header.set_sensitive(true);
                Ok(Token {
                    secret,
                    header,
                    asked,
                    number,
                })
            }
            _ => Err(self.unexpected(&call, &answer, "no token in it", None)),
        }
    }
}
