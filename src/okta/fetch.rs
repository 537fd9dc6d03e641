//! Metadata over the network: https only, redirects within the host only, bounded in size and time.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Url};
use thiserror::Error;

use crate::model::address::{AddressError, check_scheme};
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety};

use super::metadata::{Expected, LIMIT};
use super::{login, services};
use crate::model::metadata::{Code, SignOnAnswer};

/// The longest that a fetch takes, redirects included.
const LONGEST: Duration = Duration::from_secs(20);

/// How many redirects are followed.
const REDIRECTS: usize = 3;

/// Why there is no metadata.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The address can't be asked.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// There was no answer.
    #[error("can't reach {host}")]
    Net {
        /// Where it was asked.
        host: String,
        /// Why.
        source: NetError,
    },
    /// The answer is no metadata for its size alone.
    #[error(
        "the answer of {host} is larger than 1 MiB, which metadata never is ({})",
        Code::TooLarge
    )]
    TooLarge {
        /// Where it was asked.
        host: String,
    },
    /// The answer began and broke off.
    #[error("the answer of {host} was cut short")]
    CutShort {
        /// Where it was asked.
        host: String,
        /// Why.
        source: NetError,
    },
    /// There was no answer in time.
    #[error("{host} did not answer within {} seconds", LONGEST.as_secs())]
    Slow {
        /// Where it was asked.
        host: String,
    },
    /// The answer was a refusal or a failure.
    #[error("{host} answered with HTTP status {status}{}", said.as_ref().map(|said| format!(": {said}")).unwrap_or_default())]
    Status {
        /// Where it was asked.
        host: String,
        /// The status.
        status: u16,
        /// What Okta said about it.
        said: Option<String>,
    },
    /// The answer leads somewhere else.
    #[error("{host} redirects to {target}, another server, and that is not followed")]
    Elsewhere {
        /// Where it was asked.
        host: String,
        /// Scheme and host.
        target: String,
    },
    /// The answer leads to nothing that could be asked.
    #[error("{host} redirects {what}")]
    Nowhere {
        /// Where it was asked.
        host: String,
        /// Where to, in words.
        what: String,
    },
    /// The answers lead in circles.
    #[error("{host} redirects more than {REDIRECTS} times")]
    Circle {
        /// Where it was asked.
        host: String,
    },
}

/// The address of metadata, as somebody wrote it.
///
/// # Errors
/// [`AddressError`] if it is not https, or plain http on this machine, or if it holds a user name
/// or password, which is never repeated.
pub fn metadata_url(text: &str) -> Result<Url, AddressError> {
    let mut url = Url::parse(text.trim())
        .map_err(|error| AddressError(format!("the address can't be read: {error}")))?;
    check_scheme(&url)?;
    if !url.username().is_empty() || url.password().is_some() {
        let why = "the address has a user name or password, and none is needed";
        return Err(AddressError(why.to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

impl Expected {
    /// Adds what the address of the metadata says: the host of the organization and the app.
    pub fn learn_from(&mut self, url: &Url) {
        // Plain http is this machine, which stands in for some organization.
        if url.scheme() == "https" {
            self.host = url.host_str().map(str::to_owned);
        }
        if self.app.is_none() {
            self.app = services::app(url).map(|app| app.issuer_id);
        }
    }
}

/// Fetches what is at an address. No credentials are sent.
///
/// # Errors
/// [`FetchError`] if there is no answer that could be metadata.
pub async fn fetch(url: &Url) -> Result<Vec<u8>, FetchError> {
    let slow = || FetchError::Slow { host: host(url) };
    let fetched = tokio::time::timeout(LONGEST, follow(url)).await;
    fetched.unwrap_or_else(|_| Err(slow()))
}

/// Asks a sign-on address where it sends a browser. One request: no redirect is followed, nobody
/// signs in, and nothing is kept.
///
/// # Errors
/// [`FetchError`] if there is no answer, or one that says that something is wrong over there.
pub async fn ask_sign_on(url: &Url) -> Result<SignOnAnswer, FetchError> {
    let failed = failed(url);
    let client = client().map_err(&failed)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
    let request = Request {
        method: Method::GET,
        url: url.clone(),
        endpoint: "GET sign-on",
        safety: Safety::Idempotent,
        headers: &headers,
        body: None,
    };
    let answer = match tokio::time::timeout(LONGEST, client.send(&request)).await {
        Ok(answer) => answer.map_err(failed)?,
        Err(_) => return Err(FetchError::Slow { host: host(url) }),
    };
    match answer.status {
        status @ (408 | 429 | 500..=599) => Err(FetchError::Status {
            host: host(url),
            status,
            said: login::title(&answer.body),
        }),
        status => {
            let location = answer.header(&LOCATION);
            Ok(login::read(url, status, location, &answer.body))
        }
    }
}

fn client() -> Result<HttpClient, NetError> {
    HttpClient::new(HttpSettings {
        timeout: LONGEST,
        max_body: LIMIT,
        max_retries: 1,
        ..HttpSettings::default()
    })
}

fn failed(url: &Url) -> impl Fn(NetError) -> FetchError {
    |source| {
        let host = host(url);
        match source {
            NetError::TooLarge { .. } => FetchError::TooLarge { host },
            source if source.is_cut_short() => FetchError::CutShort { host, source },
            source => FetchError::Net { host, source },
        }
    }
}

async fn follow(start: &Url) -> Result<Vec<u8>, FetchError> {
    let failed = failed(start);
    let client = client().map_err(&failed)?;
    let mut url = start.clone();
    for _ in 0..=REDIRECTS {
        let answer = match ask(&client, &url).await {
            Ok(answer) => answer,
            Err(error) => return Err(failed(error)),
        };
        match next(start, &url, &answer)? {
            None => return Ok(answer.body),
            Some(target) => url = target,
        }
    }
    Err(FetchError::Circle { host: host(start) })
}

async fn ask(client: &HttpClient, url: &Url) -> Result<Answer, NetError> {
    let mut headers = HeaderMap::new();
    let kinds = "application/samlmetadata+xml, application/xml, text/xml";
    headers.insert(ACCEPT, HeaderValue::from_static(kinds));
    let request = Request {
        method: Method::GET,
        url: url.clone(),
        endpoint: "GET metadata",
        safety: Safety::Idempotent,
        headers: &headers,
        body: None,
    };
    client.send(&request).await
}

/// Where an answer leads: `None` if it is the metadata.
fn next(start: &Url, asked: &Url, answer: &Answer) -> Result<Option<Url>, FetchError> {
    match answer.status {
        200..=299 => Ok(None),
        301 | 302 | 303 | 307 | 308 => {
            let nowhere = |what: &str| FetchError::Nowhere {
                host: host(start),
                what: what.to_owned(),
            };
            let Some(location) = answer.header(&LOCATION) else {
                return Err(nowhere("without saying where to"));
            };
            match asked.join(location) {
                Ok(target) if target.origin() == start.origin() => Ok(Some(target)),
                Ok(target) if target.origin().is_tuple() => Err(FetchError::Elsewhere {
                    host: host(start),
                    target: services::origin(&target),
                }),
                Ok(target) => {
                    let what = format!("to {}, which is not followed", services::origin(&target));
                    Err(nowhere(&what))
                }
                Err(_) => Err(nowhere("to an address that can't be read")),
            }
        }
        status => Err(FetchError::Status {
            host: host(start),
            status,
            said: summary(&answer.body),
        }),
    }
}

/// What Okta says about a failure (developer.okta.com, Error codes).
fn summary(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = value.get("errorSummary")?.as_str()?;
    Some(text.chars().take(200).collect())
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
