//! One HTTP request with its retries, its pace and its limits.
//!
//! Redirects are not followed: an interface that moved is a setting to correct, and a token must
//! not follow an answer to another host. A body over the limit is refused while it is read.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, Url, redirect};
use thiserror::Error;

use super::counts::Counts;
use super::pace::Pace;
use super::retry::{self, Failure, Safety, Tries};
#[cfg(test)]
use super::stage::Stage;
use super::window::{Allowance, Window};
use crate::model::address::{AddressError, check_scheme};
use crate::model::report::RequestCount;

/// When a limit is lifted, where no `Retry-After` says how long to wait: Okta's way
/// (developer.okta.com, Rate limits).
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-rate-limit-reset");

/// Room that is set aside for a body on the word of its `Content-Length` alone.
const TRUSTED_LENGTH: usize = 1 << 20;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetError {
    /// The address can't be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The client could not be made, for example because the machine has no root certificates.
    #[error("the HTTP client could not be set up: {0}")]
    Setup(String),
    /// The request was not sent.
    #[error("no connection: {0}")]
    NotSent(String),
    /// The request was sent, and no whole answer came back: it can't be told whether it was
    /// carried out.
    #[error("no answer: {0}")]
    Lost(String),
    /// The answer is larger than is accepted; the request may have been carried out.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The largest body that is accepted.
        limit: usize,
    },
}

/// How [`NetError::Lost`] begins where an answer began and was not whole.
const CUT_SHORT: &str = "the answer was cut short";

impl NetError {
    /// Whether an answer began and broke off, so that somebody is there.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        matches!(self, NetError::Lost(why) if why.starts_with(CUT_SHORT))
    }
}

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The longest time for one request, its answer included.
    pub timeout: Duration,
    /// The longest time for a connection to be made.
    pub connect_timeout: Duration,
    /// The largest body of an answer, in bytes.
    pub max_body: usize,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The most requests under way at once.
    pub concurrency: usize,
    /// How often a failed request is repeated.
    pub max_retries: u32,
    /// The seed of the jitter.
    pub seed: u64,
    /// The server's limit, where it is known; `None`: found out from 429 answers.
    pub allowance: Option<Allowance>,
    /// What answers in the network's place.
    #[cfg(test)]
    pub(crate) stage: Option<Stage>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        HttpSettings {
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            max_body: 64 << 20,
            user_agent: concat!("atriumctl/", env!("CARGO_PKG_VERSION")).to_owned(),
            concurrency: 8,
            max_retries: 5,
            seed: 0,
            allowance: None,
            #[cfg(test)]
            stage: None,
        }
    }
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// Method and path with the ids left out, under which it is counted.
    pub endpoint: &'static str,
    /// What sending it twice would do.
    pub safety: Safety,
    /// Headers; secret ones have to be marked sensitive.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// An answer, of whatever status.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header as text; `None` if it is missing or not text.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Scheme and host that a redirect leads to; what follows may hold secrets. `base` is what
    /// was asked.
    #[must_use]
    pub fn redirect_origin(&self, base: &Url) -> Option<String> {
        let target = base.join(self.header(&LOCATION)?).ok()?;
        Some(target.origin().ascii_serialization())
    }

    /// The wait that the server asks for, at most [`retry::LONGEST_RETRY_AFTER`].
    fn retry_after(&self) -> Option<Duration> {
        // A date is compared with the server's own clock where it is known.
        let now = self
            .header(&DATE)
            .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
            .map_or_else(Timestamp::now, |date| date.timestamp());
        match self.header(&RETRY_AFTER) {
            Some(wait) => retry::retry_after(wait, now),
            None => retry::until_reset(self.header(&RATE_LIMIT_RESET)?, now),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// A client for one server: connections, pace and counts are shared by everything that is sent
/// through it.
pub struct HttpClient {
    settings: HttpSettings,
    secured: OnceLock<reqwest::Client>,
    plain: OnceLock<reqwest::Client>,
    pace: Pace,
    window: Option<Window>,
    counts: Counts,
    dice: Mutex<fastrand::Rng>,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl HttpClient {
    /// A client. Connections are made when the first request needs them.
    ///
    /// # Errors
    ///
    /// [`NetError::Setup`] if the user agent is not a header value.
    pub fn new(settings: HttpSettings) -> Result<Self, NetError> {
        // An installed provider is kept: it was chosen by somebody who knew why.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if HeaderValue::from_str(&settings.user_agent).is_err() {
            let reason = "the user agent has characters that a header can't have";
            return Err(NetError::Setup(reason.to_owned()));
        }
        Ok(HttpClient {
            pace: Pace::new(settings.concurrency),
            window: settings.allowance.map(Window::new),
            counts: Counts::default(),
            dice: Mutex::new(fastrand::Rng::with_seed(settings.seed)),
            secured: OnceLock::new(),
            plain: OnceLock::new(),
            settings,
        })
    }

    /// Sends a request, and again where that is safe and may help. Every answer is returned,
    /// whatever its status.
    ///
    /// # Errors
    ///
    /// [`NetError`], after the repeats that are allowed.
    pub async fn send(&self, request: &Request<'_>) -> Result<Answer, NetError> {
        let client = self.client_for(&request.url)?;
        let mut tries = Tries::default();
        loop {
            let slot = self.pace.enter().await;
            let place = match &self.window {
                Some(window) => Some(window.enter().await),
                None => None,
            };
            self.counts.add(request.endpoint, tries.is_repeat());
            let outcome = self.attempt(client, request).await;
            let (failure, asked_wait) = match &outcome {
                Ok(answer) => (Failure::Status(answer.status), answer.retry_after()),
                Err(NetError::NotSent(_)) => (Failure::NotSent, None),
                Err(NetError::Lost(_)) => (Failure::Lost, None),
                Err(_) => return outcome,
            };
            if failure.is_throttling() {
                match &place {
                    // A 429 is about the limit, not about how many are under way.
                    Some(place) => place.throttled(asked_wait),
                    None => slot.throttled(asked_wait, self.random()),
                }
            } else if matches!(&outcome, Ok(answer) if answer.status < 500) {
                slot.succeeded();
            }
            drop((place, slot));
            if !tries.again(request.safety, failure, self.settings.max_retries) {
                return outcome;
            }
            // The pause of a 429 is the pace's, for everybody.
            if !failure.is_throttling() {
                let wait = retry::backoff(tries.failed(), self.random());
                tokio::time::sleep(asked_wait.map_or(wait, |asked| asked + wait)).await;
            }
        }
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.counts.list()
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: &Request<'_>,
    ) -> Result<Answer, NetError> {
        #[cfg(test)]
        if let Some(stage) = &self.settings.stage {
            return stage.play(request).await;
        }
        let mut builder = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let mut response = builder.send().await.map_err(lost_or_not_sent)?;
        let limit = self.settings.max_body;
        let announced = response.content_length().unwrap_or(0);
        if announced > limit as u64 {
            return Err(NetError::TooLarge { limit });
        }
        let mut body = Vec::with_capacity((announced as usize).min(TRUSTED_LENGTH));
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                    return Err(NetError::TooLarge { limit });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    let why = format!("{CUT_SHORT}: {}", causes(error));
                    return Err(NetError::Lost(why));
                }
            }
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }

    /// The client for a scheme. The one for plain HTTP speaks with this machine only, so it goes
    /// through no proxy and needs no root certificates.
    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, NetError> {
        check_scheme(url)?;
        let is_plain = url.scheme() == "http";
        let cell = if is_plain { &self.plain } else { &self.secured };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let mut builder = reqwest::Client::builder()
            .timeout(self.settings.timeout)
            .connect_timeout(self.settings.connect_timeout)
            .user_agent(&self.settings.user_agent)
            .redirect(redirect::Policy::none())
            .referer(false)
            // The policy is ours: reqwest's own repeats at once and ignores Retry-After.
            .retry(reqwest::retry::never());
        if is_plain {
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let client = builder
            .build()
            .map_err(|error| NetError::Setup(causes(error)))?;
        Ok(cell.get_or_init(|| client))
    }

    fn random(&self) -> f64 {
        self.dice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }
}

fn lost_or_not_sent(error: reqwest::Error) -> NetError {
    if error.is_builder() {
        NetError::Setup(causes(error))
    } else if error.is_connect() {
        NetError::NotSent(causes(error))
    } else {
        NetError::Lost(causes(error))
    }
}

/// The causes of an error as one line, without the address: a query may hold personal data.
fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    if error.is_timeout() {
        return "the time limit passed".to_owned();
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::base_url;
    use crate::net::script::{self, Reply, Script};

    fn request<'a>(address: &str, headers: &'a HeaderMap, safety: Safety) -> Request<'a> {
        Request {
            method: Method::GET,
            url: base_url(address).unwrap(),
            endpoint: "GET /",
            safety,
            headers,
            body: None,
        }
    }

    async fn send(
        script: &Script,
        safety: Safety,
        settings: HttpSettings,
    ) -> (Result<Answer, NetError>, RequestCount) {
        let client = HttpClient::new(settings).unwrap();
        let headers = HeaderMap::new();
        let answer = client
            .send(&request(&script.address, &headers, safety))
            .await;
        (answer, client.requests().remove(0))
    }

    #[tokio::test]
    async fn failures_are_repeated_where_that_is_safe() {
        let flaky = || {
            Script::serve(|number, _| match number {
                0 => script::json(500, ""),
                1 => Reply::Cut,
                2 => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
                3 => script::with_headers(429, "Retry-After: 0\r\n", ""),
                _ => script::json(200, "whole"),
            })
        };
        let server = flaky().await;
        let (answer, count) = send(&server, Safety::Idempotent, HttpSettings::default()).await;
        assert_eq!(answer.unwrap().body, b"whole");
        assert_eq!((count.sent, count.retries), (5, 4));

        let (answer, count) = send(&flaky().await, Safety::Once, HttpSettings::default()).await;
        assert_eq!(answer.unwrap().status, 500);
        assert_eq!((count.sent, count.retries), (1, 0));
    }

    #[tokio::test]
    async fn what_was_sent_is_told_from_what_was_not() {
        let once = HttpSettings {
            max_retries: 0,
            ..HttpSettings::default()
        };
        let cut = Script::serve(|_, _| Reply::Cut).await;
        let (answer, _) = send(&cut, Safety::Idempotent, once.clone()).await;
        assert!(matches!(answer, Err(NetError::Lost(_))), "{answer:?}");

        let short = Script::serve(|_, _| {
            Reply::Bytes(b"HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\nhalf".to_vec())
        })
        .await;
        let (answer, _) = send(&short, Safety::Idempotent, once.clone()).await;
        assert!(answer.unwrap_err().to_string().contains("cut short"));

        let client = HttpClient::new(once).unwrap();
        let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", unused.local_addr().unwrap());
        drop(unused);
        let headers = HeaderMap::new();
        let answer = client
            .send(&request(&address, &headers, Safety::Once))
            .await;
        assert!(matches!(answer, Err(NetError::NotSent(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn a_silent_server_is_given_up() {
        let server = Script::serve(|_, _| Reply::Silence).await;
        let settings = HttpSettings {
            timeout: Duration::from_millis(200),
            max_retries: 0,
            ..HttpSettings::default()
        };
        let (answer, _) = send(&server, Safety::Once, settings).await;
        let lost = NetError::Lost("the time limit passed".to_owned());
        assert_eq!(answer.unwrap_err(), lost);
    }

    #[tokio::test]
    async fn large_bodies_are_refused_announced_or_not() {
        for head in ["Content-Length: 2000\r\n\r\n", "\r\n"] {
            let server = Script::serve(move |_, _| {
                Reply::Bytes(format!("HTTP/1.1 200 X\r\n{head}{}", "x".repeat(2000)).into_bytes())
            })
            .await;
            let settings = HttpSettings {
                max_body: 1000,
                ..HttpSettings::default()
            };
            let (answer, count) = send(&server, Safety::Idempotent, settings).await;
            assert_eq!(answer.unwrap_err(), NetError::TooLarge { limit: 1000 });
            assert_eq!(count.sent, 1);
        }
    }

    #[tokio::test]
    async fn retry_after_is_honoured() {
        let server = Script::serve(|number, _| match number {
            0 => script::with_headers(429, "Retry-After: 1\r\n", ""),
            _ => script::json(200, ""),
        })
        .await;
        let before = std::time::Instant::now();
        let (answer, _) = send(&server, Safety::Once, HttpSettings::default()).await;
        assert_eq!(answer.unwrap().status, 200);
        assert!(before.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let other = Script::serve(|_, _| script::json(200, "")).await;
        let target = format!("Location: {}/x?secret=1\r\n", other.address);
        let server = Script::serve(move |_, _| script::with_headers(307, &target, "")).await;
        let (answer, _) = send(&server, Safety::Idempotent, HttpSettings::default()).await;
        let answer = answer.unwrap();
        let base = base_url(&server.address).unwrap();
        assert_eq!(answer.status, 307);
        assert_eq!(answer.redirect_origin(&base), Some(other.address.clone()));
        assert!(other.received().is_empty());
    }

    #[tokio::test]
    async fn a_server_without_tls_is_not_spoken_to() {
        let server = Script::serve(|_, _| script::json(200, "")).await;
        let settings = HttpSettings {
            max_retries: 0,
            connect_timeout: Duration::from_millis(300),
            ..HttpSettings::default()
        };
        let client = HttpClient::new(settings).unwrap();
        let headers = HeaderMap::new();
        let address = server.address.replace("http:", "https:");
        let answer = client
            .send(&request(&address, &headers, Safety::Once))
            .await;
        // A machine without root certificates can't even try.
        assert!(
            matches!(answer, Err(NetError::NotSent(_) | NetError::Setup(_))),
            "{answer:?}"
        );
        assert!(server.received().is_empty());
    }

    #[tokio::test]
    async fn plain_http_is_refused_for_other_hosts() {
        let client = HttpClient::new(HttpSettings::default()).unwrap();
        let headers = HeaderMap::new();
        let mut request = request("http://127.0.0.1:1", &headers, Safety::Idempotent);
        request.url = Url::parse("http://scim.example/").unwrap();
        assert!(matches!(
            client.send(&request).await,
            Err(NetError::Address(_))
        ));
        assert!(client.requests().is_empty());
    }
}
