//! The connection to one Okta organization: one `GET`, and what its answer means.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use tokio::time::Instant;

use super::auth::{Access, Signer, Tokens, sensitive};
use super::error::{ApiError, Fault, body_kind, of_net};
use super::paging;
use crate::model::address::base_url;
use crate::model::line::shorten;
use crate::model::report::RequestCount;
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety};

/// The scopes that reading needs (developer.okta.com, OAuth 2.0 scopes).
pub(super) const SCOPES: &[&str] = &[APPS, USERS, GROUPS, LOGS];
/// Apps, assignments, features and connections.
pub(super) const APPS: &str = "okta.apps.read";
/// Users.
pub(super) const USERS: &str = "okta.users.read";
/// Groups.
pub(super) const GROUPS: &str = "okta.groups.read";
/// The system log.
pub(super) const LOGS: &str = "okta.logs.read";

/// How many requests of a bucket are left, and until when they must do.
const REMAINING: HeaderName = HeaderName::from_static("x-rate-limit-remaining");
const LIMIT: HeaderName = HeaderName::from_static("x-rate-limit-limit");
const RESET: HeaderName = HeaderName::from_static("x-rate-limit-reset");

/// The largest answer that is read, in bytes: 500 assignments with large profiles are a tenth of it.
const LARGEST: usize = 32 << 20;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct OktaSettings {
    /// The transport.
    pub http: HttpSettings,
}

impl Default for OktaSettings {
    fn default() -> Self {
        OktaSettings {
            http: HttpSettings {
                max_body: LARGEST,
                // The log is given 30 seconds for a query.
                timeout: Duration::from_secs(60),
                concurrency: 1,
                ..HttpSettings::default()
            },
        }
    }
}

/// A kind of call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint {
    /// Method and path with the ids left out.
    pub(super) name: &'static str,
    /// The scope that it needs.
    pub(super) scope: &'static str,
}

/// A page of an answer.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) value: Value,
    /// Where the next one is; only ever at the same place.
    pub(super) next: Option<Url>,
}

/// A client for one organization.
pub struct OktaClient {
    http: HttpClient,
    base: Url,
    access: Access,
    /// The header of an SSWS token.
    fixed: HeaderValue,
    signer: Option<Signer>,
    tokens: Tokens,
    /// Until when the bucket of a call is used up.
    used_up: Mutex<HashMap<&'static str, Instant>>,
}

impl fmt::Debug for OktaClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OktaClient")
            .field("base", &self.base.as_str())
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl OktaClient {
    /// A client for the organization at `org`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ApiError::Setup`] if the address or the secret can't be used.
    pub fn new(org: &str, access: Access, settings: OktaSettings) -> Result<Self, ApiError> {
        let setup = |error: &dyn fmt::Display| ApiError::Setup(error.to_string());
        let base = base_url(org).map_err(|error| setup(&error))?;
        let (fixed, signer) = match &access {
            Access::Token(token) => {
                let text = token.expose();
                let what = format!("the Okta token from {}", token.origin());
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(ApiError::Setup(format!(
                        "{what} is empty or has blanks: it is the token alone, without SSWS"
                    )));
                }
                (sensitive(&format!("SSWS {text}"), &what)?, None)
            }
            Access::Service { key, .. } => (HeaderValue::from_static(""), Some(Signer::new(key)?)),
        };
        Ok(OktaClient {
            http: HttpClient::new(settings.http).map_err(|error| setup(&error))?,
            base,
            access,
            fixed,
            signer,
            tokens: Tokens::default(),
            used_up: Mutex::new(HashMap::new()),
        })
    }

    /// How many requests were sent so far, by endpoint; those for tokens are among them.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.http.requests()
    }

    /// The address of the organization.
    #[must_use]
    pub fn org(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(super) fn http(&self) -> &HttpClient {
        &self.http
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    pub(super) fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    pub(super) fn fixed_header(&self) -> HeaderValue {
        self.fixed.clone()
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The address of a path, which starts with a slash.
    pub(super) fn address(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// The address of a path made of segments, each of which may hold anything, with a query.
    pub(super) fn api(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.address("/api/v1");
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Asks for what is at an address of this organization, once more with a new token if the
    /// first was refused.
    pub(super) async fn get(&self, endpoint: Endpoint, url: &Url) -> Result<Got, ApiError> {
        let ask = endpoint.name;
        if url.origin() != self.base.origin() {
            return Err(ApiError::Elsewhere {
                ask,
                target: url.origin().ascii_serialization(),
            });
        }
        let signed = self.authorization(ask, endpoint.scope, None).await?;
        let mut answer = self.send(ask, url, signed.header).await?;
        if answer.status == 401 && self.signer.is_some() {
            let refused = Some(signed.number);
            let signed = self.authorization(ask, endpoint.scope, refused).await?;
            answer = self.send(ask, url, signed.header).await?;
        }
        if answer.status != 200 {
            return Err(self.judge(endpoint, url, &answer));
        }
        match serde_json::from_slice(&answer.body) {
            Ok(value) => Ok(Got {
                value,
                next: paging::next(ask, url, &answer)?,
            }),
            Err(error) => {
                let what = match body_kind(&answer.body) {
                    "" => "it is empty".to_owned(),
                    "text that is no JSON" => format!("its JSON is broken: {error}"),
                    kind => format!("it is {kind}"),
                };
                Err(ApiError::Unexpected { ask, what })
            }
        }
    }

    async fn send(
        &self,
        ask: &'static str,
        url: &Url,
        authorization: HeaderValue,
    ) -> Result<Answer, ApiError> {
        self.wait_for_bucket(ask).await;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, authorization);
        let request = Request {
            method: Method::GET,
            url: url.clone(),
            endpoint: ask,
            safety: Safety::Idempotent,
            headers: &headers,
            body: None,
        };
        let answer = self.http.send(&request).await;
        let answer = answer.map_err(|error: NetError| of_net(ask, error))?;
        self.note_bucket(ask, &answer);
        Ok(answer)
    }

    /// A bucket that is used up answers 429 until it is filled again; waiting costs less.
    async fn wait_for_bucket(&self, ask: &'static str) {
        let until = self.buckets().remove(ask);
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    fn note_bucket(&self, ask: &'static str, answer: &Answer) {
        let number = |name: &HeaderName| answer.header(name)?.trim().parse::<i64>().ok();
        // Of too many at once, both are 0, and the reset is only a proposal.
        let (Some(0), Some(1..), Some(reset)) =
            (number(&REMAINING), number(&LIMIT), answer.header(&RESET))
        else {
            return;
        };
        let now = answer
            .header(&DATE)
            .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
            .map_or_else(Timestamp::now, |date| date.timestamp());
        if let Some(wait) = crate::net::retry::until_reset(reset, now) {
            self.buckets().insert(ask, Instant::now() + wait);
        }
    }

    fn buckets(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Instant>> {
        self.used_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an answer means that is no success: by its code, not by its prose.
    fn judge(&self, endpoint: Endpoint, url: &Url, answer: &Answer) -> ApiError {
        let Endpoint { name: ask, scope } = endpoint;
        let status = answer.status;
        let Fault { code, said } = Fault::read(&answer.body);
        let scope = |said| ApiError::Scope { ask, scope, said };
        // What a token may not do also stands in a header (RFC 6750, section 3.1).
        let challenge = answer.header(&reqwest::header::WWW_AUTHENTICATE);
        if challenge.is_some_and(|text| text.contains("insufficient_scope")) {
            return scope(said);
        }
        match (status, code.as_str()) {
            (300..=399, _) => self.elsewhere(ask, url, answer),
            (408 | 429 | 500.., _) | (_, "E0000047") => ApiError::Unavailable {
                ask,
                why: format!("HTTP status {status} ({said})"),
            },
            (_, "E0000006" | "insufficient_scope") => scope(said),
            // A feature that the organization does not have is no fault of the secret.
            (_, "E0000015") => ApiError::Refused { ask, status, said },
            (_, "E0000004" | "E0000005" | "E0000011" | "invalid_token") | (401, _) => {
                ApiError::SignIn {
                    secret: self.access.name(),
                    said,
                }
            }
            (_, "") => ApiError::Unexpected {
                ask,
                what: format!("HTTP status {status} with {said}"),
            },
            (403, _) => scope(said),
            (404, _) => ApiError::NotFound { ask, said },
            _ => ApiError::Refused { ask, status, said },
        }
    }

    pub(super) fn elsewhere(&self, ask: &'static str, url: &Url, answer: &Answer) -> ApiError {
        let target = answer.redirect_origin(url);
        ApiError::Elsewhere {
            ask,
            target: shorten(&target.unwrap_or_else(|| "nowhere".to_owned()), 80),
        }
    }
}
