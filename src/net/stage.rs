//! A server for tests without sockets: it plays in virtual time, which a real connection would
//! stop.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::{Method, Url};

use super::client::{Answer, NetError, Request};

/// A request as it would go out.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

type Play = Pin<Box<dyn Future<Output = Result<Answer, NetError>> + Send>>;

/// What answers requests.
#[derive(Clone)]
pub(crate) struct Stage(Arc<dyn Fn(Sent) -> Play + Send + Sync>);

impl Stage {
    /// Answers by `rule`.
    pub(crate) fn new<F>(rule: impl Fn(Sent) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Answer, NetError>> + Send + 'static,
    {
        Stage(Arc::new(move |sent| Box::pin(rule(sent))))
    }

    pub(super) async fn play(&self, request: &Request<'_>) -> Result<Answer, NetError> {
        (self.0)(Sent {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: request.body.clone().unwrap_or_default(),
        })
        .await
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stage")
    }
}

/// An answer with a body of JSON.
pub(crate) fn json(status: u16, body: impl ToString) -> Result<Answer, NetError> {
    Ok(Answer {
        status,
        headers: HeaderMap::new(),
        body: body.to_string().into_bytes(),
    })
}
