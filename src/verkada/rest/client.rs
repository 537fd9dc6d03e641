//! The connection to the REST API: one call, and what its answer means.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use percent_encoding::utf8_percent_encode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::error::{Ask, Fault, RestError, is_json};
use super::token::{Token, Tokens};
use super::wire::{self, Endpoint};
use crate::model::address::base_url;
use crate::model::report::RequestCount;
use crate::net::{Allowance, Answer, HttpClient, HttpSettings, NetError, Request, Safety};
use crate::secret::Secret;
use crate::verkada::text::{RESERVED, shorten};

/// The header that carries the API key when a token is asked for.
const KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// The header that carries the token.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-verkada-auth");

/// How often a read is sent whose JSON ends too early although the transport saw no fault.
const CUT_READS: u32 = 3;

/// The longest text of a server that is passed on, in characters.
const LONGEST_DETAIL: usize = 300;

/// How much of a page that is not the API's is shown, in characters.
const SHOWN: usize = 80;

/// How a REST client behaves.
#[derive(Clone, Debug)]
pub struct RestSettings {
    /// The transport. Its allowance is set from the limit below.
    pub http: HttpSettings,
    /// The organization's limit: requests in a minute, over all keys and endpoints
    /// (<https://apidocs.verkada.com/reference/ratelimiting>).
    pub per_minute: u32,
    /// The length of that minute. Only a server for tests has another one than ours.
    pub minute: Duration,
    /// How much of the limit is ours, in percent.
    pub share: u32,
}

impl Default for RestSettings {
    fn default() -> Self {
        RestSettings {
            http: HttpSettings::default(),
            per_minute: 300,
            minute: Duration::from_secs(60),
            share: 80,
        }
    }
}

/// A client for one organization's REST API. Clones share token, connections, pace and counts.
#[derive(Clone)]
pub struct RestClient(Arc<Inner>);

struct Inner {
    http: HttpClient,
    base: Url,
    key: Secret,
    key_headers: HeaderMap,
    tokens: Tokens,
    allowance: Allowance,
    skew: OnceLock<SignedDuration>,
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestClient")
            .field("base", &self.0.base.as_str())
            .field("key", &self.0.key)
            .finish_non_exhaustive()
    }
}

/// One call.
pub(super) struct Call<'a> {
    pub(super) endpoint: &'static Endpoint,
    pub(super) query: Vec<(&'static str, &'a str)>,
    pub(super) body: Option<Value>,
    pub(super) safety: Safety,
    /// Words of the call that no message shows whole.
    pub(super) hidden: Vec<String>,
}

impl<'a> Call<'a> {
    /// A call without query or body that may be repeated.
    pub(super) fn new(endpoint: &'static Endpoint) -> Self {
        Call {
            endpoint,
            query: Vec::new(),
            body: None,
            safety: Safety::Idempotent,
            hidden: Vec::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &'a str) -> Self {
        self.query.push((name, value));
        self
    }

    pub(super) fn ask(&self) -> Ask {
        Ask(self.endpoint.name)
    }

    fn is_read(&self) -> bool {
        self.endpoint.method == Method::GET
    }
}

/// An answer, with the token that it was got with.
pub(super) struct Got {
    pub(super) answer: Answer,
    pub(super) token: Token,
}

impl RestClient {
    /// A client for the API at `base`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`RestError::Setup`] if the address or the key can't be used.
    pub fn new(base: &str, key: Secret, settings: RestSettings) -> Result<Self, RestError> {
        let base = base_url(base).map_err(|error| RestError::Setup(error.into()))?;
        let is_sendable = !key.is_empty() && key.expose().bytes().all(|b| b.is_ascii_graphic());
        let mut value = match HeaderValue::from_str(key.expose()) {
            Ok(value) if is_sendable => value,
            _ => {
                let why = format!(
                    "the API key from {} is empty or has characters that a key can't have",
                    key.origin()
                );
                return Err(RestError::Setup(NetError::Setup(why)));
            }
        };
        value.set_sensitive(true);
        let mut key_headers = HeaderMap::new();
        key_headers.insert(KEY_HEADER, value);
        key_headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let allowance = Allowance::of_minute(settings.per_minute, settings.minute, settings.share);
        let http = HttpSettings {
            allowance: Some(allowance),
            ..settings.http
        };
        Ok(RestClient(Arc::new(Inner {
            http: HttpClient::new(http).map_err(RestError::Setup)?,
            base,
            key,
            key_headers,
            tokens: Tokens::default(),
            allowance,
            skew: OnceLock::new(),
        })))
    }

    /// How many requests were sent so far, by endpoint; those for tokens are among them.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.0.http.requests()
    }

    /// What the client sends at most.
    #[must_use]
    pub fn allowance(&self) -> Allowance {
        self.0.allowance
    }

    /// By how much this machine's clock is ahead of Command's, to a second or two: by the `Date`
    /// of the first answer that had one. `None` before that.
    #[must_use]
    pub fn clock_skew(&self) -> Option<SignedDuration> {
        self.0.skew.get().copied()
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(super) fn key(&self) -> &Secret {
        &self.0.key
    }

    pub(super) fn key_headers(&self) -> &HeaderMap {
        &self.0.key_headers
    }

    /// Sends a `GET` and reads its JSON with `read`, which says what it misses.
    pub(super) async fn read<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Result<T, RestError> {
        let first = self.exchange(call).await?;
        self.read_from(call, first, read).await
    }

    /// Reads the JSON of an answer, and of others in its place if it is cut short.
    pub(super) async fn read_from<T>(
        &self,
        call: &Call<'_>,
        mut got: Got,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Result<T, RestError> {
        let mut left = CUT_READS;
        loop {
            self.check_success(call, &got)?;
            left -= 1;
            match serde_json::from_slice(&got.answer.body) {
                Ok(value) => {
                    let ask = call.ask();
                    return read(&value).map_err(|what| RestError::Unexpected { ask, what });
                }
                // Cut off where no length said so.
                Err(error) if error.is_eof() && left > 0 => got = self.exchange(call).await?,
                Err(_) => return Err(self.not_json(call, &got)),
            }
        }
    }

    /// Sends a write whose answer says nothing that is needed, and makes sure that the answer is
    /// not a page that a proxy sent in the server's place.
    pub(super) async fn write(&self, call: &Call<'_>) -> Result<(), RestError> {
        let got = self.call(call).await?;
        let body = &got.answer.body;
        match serde_json::from_slice::<IgnoredAny>(body) {
            Err(error) if !body.is_empty() && !error.is_eof() => Err(self.not_json(call, &got)),
            _ => Ok(()),
        }
    }

    /// Sends a call. The answer is one of success.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Got, RestError> {
        let got = self.exchange(call).await?;
        self.check_success(call, &got)?;
        Ok(got)
    }

    /// Sends a call with a token, and once more with a new one if the token was refused. The
    /// answer is one of any status.
    pub(super) async fn exchange(&self, call: &Call<'_>) -> Result<Got, RestError> {
        let token = self.token(None).await?;
        let answer = self.send_with(call, &token).await?;
        if answer.status != 401 {
            return Ok(Got { answer, token });
        }
        let token = self.token(Some(token.number())).await?;
        let answer = self.send_with(call, &token).await?;
        Ok(Got { answer, token })
    }

    fn check_success(&self, call: &Call<'_>, got: &Got) -> Result<(), RestError> {
        if (200..300).contains(&got.answer.status) {
            Ok(())
        } else {
            Err(self.judge(call, &got.answer, Some(&got.token)))
        }
    }

    async fn send_with(&self, call: &Call<'_>, token: &Token) -> Result<Answer, RestError> {
        let mut headers = HeaderMap::new();
        headers.insert(TOKEN_HEADER, token.header());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if call.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(CONTENT_TYPE, json);
        }
        self.send(call, &headers).await
    }

    /// Sends a call as it is. An answer is one of any status.
    pub(super) async fn send(
        &self,
        call: &Call<'_>,
        headers: &HeaderMap,
    ) -> Result<Answer, RestError> {
        let request = Request {
            method: call.endpoint.method.clone(),
            url: self.url(call),
            endpoint: call.endpoint.name,
            safety: call.safety,
            headers,
            body: call.body.as_ref().map(|body| body.to_string().into_bytes()),
        };
        let ask = call.ask();
        match self.0.http.send(&request).await {
            Ok(answer) => {
                self.note_clock(&answer);
                Ok(answer)
            }
            // A token more is no harm, so asking for one counts as a read.
            Err(error @ (NetError::Lost(_) | NetError::TooLarge { .. }))
                if !call.is_read() && call.endpoint.name != wire::TOKEN.name =>
            {
                let why = error.to_string();
                Err(RestError::OutcomeUnknown { ask, why })
            }
            Err(error @ NetError::TooLarge { .. }) => Err(RestError::Unexpected {
                ask,
                what: error.to_string(),
            }),
            Err(error @ (NetError::NotSent(_) | NetError::Lost(_))) => {
                let why = error.to_string();
                Err(RestError::Unavailable { ask, why })
            }
            Err(error @ (NetError::Address(_) | NetError::Setup(_))) => {
                Err(RestError::Setup(error))
            }
        }
    }

    fn url(&self, call: &Call<'_>) -> Url {
        let mut url = self.0.base.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), call.endpoint.path);
        url.set_path(&path);
        if !call.query.is_empty() {
            let pairs = call.query.iter();
            let query: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
                .collect();
            url.set_query(Some(&query.join("&")));
        }
        url
    }

    fn note_clock(&self, answer: &Answer) {
        let date = answer.header(&DATE);
        if let Some(date) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            let ahead = || Timestamp::now().duration_since(date.timestamp());
            self.0.skew.get_or_init(ahead);
        }
    }

    /// What an answer that is no success means.
    pub(super) fn judge(
        &self,
        call: &Call<'_>,
        answer: &Answer,
        token: Option<&Token>,
    ) -> RestError {
        let ask = call.ask();
        let status = answer.status;
        let fault = Fault::read(&answer.body);
        let detail = self.clean(&fault.message, LONGEST_DETAIL, call, token);
        let is_sign_in = call.endpoint.name == wire::TOKEN.name;
        match status {
            300..=399 => {
                let target = answer.redirect_origin(&self.url(call)).unwrap_or_default();
                let target = self.clean(&target, SHOWN, call, token);
                let what = format!("{status}, a redirect to {target}");
                RestError::Unexpected { ask, what }
            }
            408 | 429 | 500 | 502..=599 => {
                let why = match detail.as_str() {
                    "" => format!("the server answered {status}"),
                    detail => format!("the server answered {status}: {detail}"),
                };
                if call.safety == Safety::Once && status != 429 {
                    RestError::OutcomeUnknown { ask, why }
                } else {
                    RestError::Unavailable { ask, why }
                }
            }
            // A page means that something else than Command answered: its "not found" says
            // nothing about the person.
            _ if fault.is_page => self.unexpected(call, answer, "", token),
            401 => RestError::Key {
                ask,
                status,
                detail,
            },
            400 | 403 if is_sign_in => RestError::Key {
                ask,
                status,
                detail,
            },
            404 if is_sign_in => self.unexpected(call, answer, "no API lives there", token),
            404 => RestError::NotFound { ask },
            _ if fault.is_managed() => RestError::Managed {
                ask,
                status,
                detail,
            },
            _ if fault.is_frozen() => RestError::Frozen {
                ask,
                status,
                detail,
            },
            403 => RestError::Scope {
                ask,
                rights: if call.is_read() {
                    "read access to"
                } else {
                    "read and write access to"
                },
                product: call.endpoint.product,
                detail,
            },
            400 | 409 if call.endpoint.name == wire::ADD_CARD.name && fault.is_taken() => {
                RestError::CardTaken {
                    ask,
                    status,
                    detail,
                }
            }
            _ => RestError::Refused {
                ask,
                status,
                detail,
            },
        }
    }

    /// The error for a success whose body is no JSON.
    pub(super) fn not_json(&self, call: &Call<'_>, got: &Got) -> RestError {
        self.unexpected(call, &got.answer, "no JSON", Some(&got.token))
    }

    /// The error for an answer of another shape. JSON is not shown: it may hold cards.
    pub(super) fn unexpected(
        &self,
        call: &Call<'_>,
        answer: &Answer,
        what: &str,
        token: Option<&Token>,
    ) -> RestError {
        let text = String::from_utf8_lossy(&answer.body);
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let shown = || self.clean(start, SHOWN, call, token);
        let status = answer.status;
        let what = if start.is_empty() {
            format!("{status} with an empty body")
        } else if start.starts_with('<') {
            format!("{status} with a web page: {}", shown())
        } else if is_json(start) {
            let is_cut =
                serde_json::from_str::<IgnoredAny>(start).is_err_and(|error| error.is_eof());
            let what = if is_cut {
                "JSON that was cut short"
            } else {
                what
            };
            format!("{status} with {} bytes: {what}", answer.body.len())
        } else {
            format!("{status} with a text: {}", shown())
        };
        RestError::Unexpected {
            ask: call.ask(),
            what,
        }
    }

    /// A text of the server, fit to be shown: short, on one line, and without key, token and card
    /// numbers, which a server may repeat.
    fn clean(&self, text: &str, most: usize, call: &Call<'_>, token: Option<&Token>) -> String {
        let mut text = text.replace(self.0.key.expose(), "••••");
        if let Some(token) = token {
            text = text.replace(token.expose(), "••••");
        }
        shorten(&wire::hide(&text, &call.hidden), most)
    }
}
