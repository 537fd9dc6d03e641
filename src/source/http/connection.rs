//! One request to Atrium, and what its answer means.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION};
use reqwest::{Method, Url};
use serde_json::Value;

use super::error::HttpError;
use crate::model::http_source::{Authentication, HttpShape, List};
use crate::model::line::shorten;
use crate::model::report::RequestCount;
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety};
use crate::secret::Secret;

/// The longest text of the server that is passed on, in characters.
const SHOWN: usize = 200;

/// How much of a web page is looked at, in bytes.
const PAGE_START: usize = 64 * 1024;

/// How often a request is sent whose JSON ends too early although the transport saw no fault.
const CUT_READS: u32 = 3;

/// What tells a page on which somebody signs in, in lower case.
const SIGN_IN_MARKS: [&str; 4] = [
    "type=\"password\"",
    "type='password'",
    "type=password",
    "samlrequest",
];

/// Words in the title of such a page, or in the address of one.
const SIGN_IN_WORDS: [&str; 8] = [
    "sign in", "sign-in", "signin", "log in", "login", "logon", "password", "/sso",
];

/// The connection to one Atrium.
pub(super) struct Connection {
    http: HttpClient,
    base: Url,
    headers: HeaderMap,
    secret: Secret,
}

/// The JSON of an answer, and where its `Link` headers lead.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) value: Value,
    pub(super) links: Vec<String>,
}

impl Connection {
    pub(super) fn new(
        shape: &HttpShape,
        secret: Secret,
        http: HttpSettings,
    ) -> Result<Self, HttpError> {
        let http = HttpClient::new(http).map_err(HttpError::Setup)?;
        let base = crate::model::address::base_url(&shape.url)
            .map_err(|error| HttpError::Setup(error.into()))?;
        let (name, value) = match &shape.authentication {
            Authentication::Bearer => (AUTHORIZATION, format!("Bearer {}", secret.expose())),
            Authentication::Basic(user) => {
                let pair = format!("{user}:{}", secret.expose());
                let pair = BASE64_STANDARD.encode(pair);
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            Authentication::Header(name) => {
                let name = HeaderName::try_from(name).map_err(|_| {
                    let why = format!("{name:?} can't be the name of a header");
                    HttpError::Setup(NetError::Setup(why))
                })?;
                (name, secret.expose().to_owned())
            }
        };
        let mut value =
            HeaderValue::try_from(value).map_err(|_| HttpError::Secret(secret.origin().clone()))?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(name, value);
        Ok(Connection {
            http,
            base,
            headers,
            secret,
        })
    }

    pub(super) fn requests(&self) -> Vec<RequestCount> {
        self.http.requests()
    }

    /// The address of a list, with the query that its path has.
    pub(super) fn address(&self, list: &List) -> Result<Url, HttpError> {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{}", list.path)).map_err(|error| {
            let why = format!("the path {:?} can't be used: {error}", list.path);
            HttpError::Setup(NetError::Setup(why))
        })
    }

    /// Whether an address may be given the secret.
    pub(super) fn is_ours(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Asks for a page of a list.
    pub(super) async fn get(
        &self,
        list: &List,
        endpoint: &'static str,
        url: &Url,
    ) -> Result<Got, HttpError> {
        let request = Request {
            method: Method::GET,
            url: url.clone(),
            endpoint,
            safety: Safety::Idempotent,
            headers: &self.headers,
            body: None,
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.http.send(&request).await;
            let answer = answer.map_err(|error| not_answered(list, error))?;
            if !(200..300).contains(&answer.status) {
                return Err(self.judge(list, url, &answer));
            }
            match serde_json::from_slice(json_of(&answer.body)) {
                Ok(value) => {
                    let links = answer.headers.get_all(LINK).iter();
                    let links = links.filter_map(|link| link.to_str().ok());
                    return Ok(Got {
                        value,
                        links: links.map(str::to_owned).collect(),
                    });
                }
                Err(error) if error.is_eof() && !answer.body.is_empty() && tries < CUT_READS => {}
                Err(error) => return Err(self.no_json(list, &answer, &error)),
            }
        }
    }

    /// What an answer that is no success means.
    fn judge(&self, list: &List, url: &Url, answer: &Answer) -> HttpError {
        let status = answer.status;
        let name = list.name().to_owned();
        match status {
            401 | 403 | 407 => HttpError::SignIn {
                list: name,
                status,
                origin: self.secret.origin().clone(),
            },
            300..=399 => {
                let to = answer.redirect_origin(url).unwrap_or_default();
                let what = format!("a redirect ({status}) to {}", self.clean(&to));
                let target = answer.header(&LOCATION).unwrap_or_default();
                match is_about_signing_in(target) {
                    true => self.sign_in_page(list, what),
                    false => HttpError::Unexpected { list: name, what },
                }
            }
            404 | 405 | 410 => HttpError::NotThere { list: name, status },
            408 | 429 | 500..=599 => HttpError::Unavailable {
                list: name,
                why: format!("the server answered {status}"),
            },
            _ if is_page(&answer.body) => self.page(list, answer),
            _ => HttpError::Refused {
                list: name,
                status,
                detail: self.clean(&String::from_utf8_lossy(&answer.body)),
            },
        }
    }

    /// The error for a success whose body is no JSON.
    fn no_json(&self, list: &List, answer: &Answer, error: &serde_json::Error) -> HttpError {
        let body = json_of(&answer.body);
        let what = if body.is_empty() {
            format!("{} with an empty body", answer.status)
        } else if is_page(body) {
            return self.page(list, answer);
        } else if error.is_eof() {
            format!("{} bytes of JSON that was cut short", body.len())
        } else if body.starts_with(b"{") || body.starts_with(b"[") {
            // It may hold cards, so it is not shown.
            format!("faulty at line {}, column {}", error.line(), error.column())
        } else {
            let text = String::from_utf8_lossy(body);
            format!("{} with the text {:?}", answer.status, self.clean(&text))
        };
        HttpError::Unexpected {
            list: list.name().to_owned(),
            what,
        }
    }

    /// The error for a web page.
    fn page(&self, list: &List, answer: &Answer) -> HttpError {
        let start = &answer.body[..answer.body.len().min(PAGE_START)];
        let text = String::from_utf8_lossy(start);
        let title = title(&text);
        let lower = text.to_ascii_lowercase();
        let what = match title {
            "" => format!("a web page ({})", answer.status),
            title => format!("the web page {:?} ({})", self.clean(title), answer.status),
        };
        let has_form = SIGN_IN_MARKS.iter().any(|mark| lower.contains(mark));
        if has_form || is_about_signing_in(title) {
            return self.sign_in_page(list, what);
        }
        HttpError::Unexpected {
            list: list.name().to_owned(),
            what,
        }
    }

    fn sign_in_page(&self, list: &List, what: String) -> HttpError {
        HttpError::SignInPage {
            list: list.name().to_owned(),
            what,
            origin: self.secret.origin().clone(),
        }
    }

    /// A text of the server, fit to be shown: short, on one line, and without the secret, which a
    /// server may repeat.
    fn clean(&self, text: &str) -> String {
        let secret = self.secret.expose();
        let text = match secret.is_empty() {
            true => text.to_owned(),
            false => text.replace(secret, "••••"),
        };
        shorten(&text, SHOWN)
    }
}

/// Whether a title or an address is that of a page on which somebody signs in.
fn is_about_signing_in(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SIGN_IN_WORDS.iter().any(|word| lower.contains(word))
}

fn not_answered(list: &List, error: NetError) -> HttpError {
    match error {
        NetError::Address(_) | NetError::Setup(_) => HttpError::Setup(error),
        NetError::TooLarge { .. } => HttpError::Refused {
            list: list.name().to_owned(),
            status: 200,
            detail: format!("{error}, so ask for fewer records at once with paging"),
        },
        NetError::NotSent(_) | NetError::Lost(_) => HttpError::Unavailable {
            list: list.name().to_owned(),
            why: error.to_string(),
        },
    }
}

/// A body without byte-order mark and white space around it.
fn json_of(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(body)
        .trim_ascii()
}

fn is_page(body: &[u8]) -> bool {
    json_of(body).starts_with(b"<")
}

/// The title of a web page; empty if it has none.
fn title(page: &str) -> &str {
    let lower = page.to_ascii_lowercase();
    let between = || {
        let start = lower.find("<title")?;
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find('<')?;
        Some(page[start..end].trim())
    };
    between().unwrap_or_default()
}
