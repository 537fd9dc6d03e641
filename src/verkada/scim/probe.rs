//! Questions that change nothing, as other clients put them: the very call of Okta's connection
//! test, and what tells how a server reads filters, pages lists and words its errors.

use reqwest::Method;
use reqwest::header::{
    ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE,
    HeaderMap, HeaderValue, USER_AGENT, WWW_AUTHENTICATE,
};
use serde_json::Value;

use super::client::{SHOWN, ScimClient};
use super::error::{Ask, ScimError};
use crate::net::{NetError, Request, Safety};

/// A question: the path below the base address, and the query as it goes over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The path, such as `/Users`.
    pub path: &'a str,
    /// The query without its question mark; empty for none.
    pub query: &'a str,
    /// How it is put.
    pub manner: Manner,
}

/// How a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// With the headers of Okta's client
    /// (<https://support.okta.com/help/s/article/scim-provisioning-returning-sync-user-in-external-application-failure>).
    Okta,
    /// The same, but for compression: so that the answer can be read.
    Readable,
    /// With a token that is none.
    WrongToken,
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Look {
    /// The status.
    pub status: u16,
    /// The media type without its parameters, lower case; empty if none was sent.
    pub media_type: String,
    /// Whether the answer says how to authenticate (RFC 9110, section 11.6.1).
    pub challenge: bool,
    /// The body.
    pub body: Body,
}

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// JSON.
    Json(Value),
    /// A page for a browser.
    Page,
    /// Compressed, and not read for that.
    Compressed,
    /// Something else: its beginning, fit to be shown.
    Other(String),
}

impl Look {
    /// The JSON of the body; `Null` if it is none.
    #[must_use]
    pub fn json(&self) -> &Value {
        match &self.body {
            Body::Json(value) => value,
            Body::Page | Body::Compressed | Body::Other(_) => &Value::Null,
        }
    }

    /// Whether the body is an error as RFC 7644, section 3.12, has it.
    #[must_use]
    pub fn is_scim_error(&self) -> bool {
        let schemas = self.json()["schemas"].as_array();
        schemas.is_some_and(|schemas| {
            let error = "urn:ietf:params:scim:api:messages:2.0:error";
            let mut texts = schemas.iter().filter_map(Value::as_str);
            texts.any(|text| text.eq_ignore_ascii_case(error))
        })
    }
}

impl ScimClient {
    /// Puts a question. Every answer is returned, whatever its status.
    ///
    /// # Errors
    ///
    /// [`ScimError::Unavailable`] without an answer, [`ScimError::Setup`] if the machine can't ask.
    pub async fn look(&self, question: Question<'_>) -> Result<Look, ScimError> {
        let mut url = self.0.base.clone();
        let base = url.path().trim_end_matches('/');
        let path = format!("{base}{}", question.path);
        url.set_path(&path);
        if !question.query.is_empty() {
            url.set_query(Some(question.query));
        }
        let headers = self.headers(question.manner);
        let request = Request {
            method: Method::GET,
            url,
            endpoint: "GET (test)",
            safety: Safety::Idempotent,
            headers: &headers,
            body: None,
        };
        let answer = match self.0.http.send(&request).await {
            Ok(answer) => answer,
            Err(error @ (NetError::Address(_) | NetError::Setup(_))) => {
                return Err(ScimError::Setup(error));
            }
            Err(error) => {
                return Err(ScimError::Unavailable {
                    ask: Ask {
                        method: Method::GET,
                        endpoint: "GET (test)",
                        path: question.path.to_owned(),
                    },
                    why: error.to_string(),
                });
            }
        };
        let encoding = answer.header(&CONTENT_ENCODING).unwrap_or_default();
        let is_plain = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
        let text = String::from_utf8_lossy(&answer.body);
        let body = if !is_plain {
            Body::Compressed
        } else if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('<')
        {
            Body::Page
        } else {
            match serde_json::from_slice(&answer.body) {
                Ok(value) => Body::Json(value),
                Err(_) => Body::Other(self.clean(&text, SHOWN)),
            }
        };
        let media_type = answer.header(&CONTENT_TYPE).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        Ok(Look {
            status: answer.status,
            media_type: media_type.trim().to_ascii_lowercase(),
            challenge: answer.headers.contains_key(WWW_AUTHENTICATE),
            body,
        })
    }

    fn headers(&self, manner: Manner) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let fixed = HeaderValue::from_static;
        headers.insert(ACCEPT, fixed("application/scim+json"));
        headers.insert(ACCEPT_CHARSET, fixed("utf-8"));
        if manner == Manner::Okta {
            headers.insert(ACCEPT_ENCODING, fixed("gzip,deflate"));
        }
        headers.insert(USER_AGENT, fixed("Okta SCIM Client 1.0.0"));
        let bearer = match manner {
            Manner::WrongToken => Some(fixed("Bearer atriumctl-asks-with-no-token")),
            Manner::Okta | Manner::Readable => self.0.read_headers.get(AUTHORIZATION).cloned(),
        };
        if let Some(bearer) = bearer {
            headers.insert(AUTHORIZATION, bearer);
        }
        headers
    }
}
