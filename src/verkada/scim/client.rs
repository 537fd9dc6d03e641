//! The connection to Command's SCIM interface: one call, and what its answer means.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use percent_encoding::utf8_percent_encode;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH,
};
use reqwest::{Method, Url};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::discovery::Claims;
use super::error::{Ask, ScimError, fault};
use super::versions::Versions;
use crate::model::address::{AddressError, base_url};
use crate::model::directory::Dialect;
use crate::model::report::RequestCount;
use crate::model::{GroupId, Text};
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety};
use crate::secret::Secret;
use crate::verkada::text::{RESERVED, shorten};

/// The most members that one request adds or removes; larger requests are refused by several
/// SCIM servers.
pub const MEMBER_BATCH: usize = 100;

/// How often a read is sent whose JSON ends too early although the transport saw no fault.
const CUT_READS: u32 = 3;

/// How much of an answer that is not SCIM is shown, in characters.
pub(super) const SHOWN: usize = 80;

/// How a SCIM client behaves.
#[derive(Clone, Debug)]
pub struct ScimSettings {
    /// How many users or groups are asked for at once.
    pub page_size: u32,
    /// How changes are written; `None` to find out before the first one.
    pub dialect: Option<Dialect>,
    /// The transport.
    pub http: HttpSettings,
}

impl Default for ScimSettings {
    fn default() -> Self {
        ScimSettings {
            page_size: 100,
            dialect: None,
            http: HttpSettings::default(),
        }
    }
}

/// A client for one organization's users and groups. Clones share connections, pace and counts.
#[derive(Clone)]
pub struct ScimClient(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) http: HttpClient,
    pub(super) base: Url,
    token: Secret,
    pub(super) read_headers: HeaderMap,
    write_headers: HeaderMap,
    pub(super) page_size: u32,
    pub(super) fixed_dialect: Option<Dialect>,
    /// What the server says of itself.
    pub(super) claims: OnceCell<Claims>,
    /// A whole list was read by cursors that had to be asked for.
    pub(super) cursors_work: AtomicBool,
    pub(super) versions: Versions,
    /// A `PATCH` was refused as a method: the rest of the run uses `PUT`.
    pub(super) patch_refused: AtomicBool,
    /// A `PUT` was refused as a method, though the server claims to take no `PATCH`.
    pub(super) put_refused: AtomicBool,
    /// A `PATCH` was carried out, so a 404 means what it says.
    pub(super) patch_works: AtomicBool,
    /// A group came with its members, so a group without them has none.
    pub(super) members_seen: AtomicBool,
    /// Groups that this client made: without members until it adds some.
    pub(super) made_groups: Mutex<HashSet<GroupId>>,
    /// Groups that came back with fewer members than were written: how many were, and came.
    pub(super) capped_groups: Mutex<HashMap<GroupId, (usize, usize)>>,
}

impl fmt::Debug for ScimClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScimClient")
            .field("base", &self.0.base.as_str())
            .field("token", &self.0.token)
            .finish_non_exhaustive()
    }
}

/// The two kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Users,
    Groups,
}

impl Kind {
    /// The endpoint of the collection under which a request is counted.
    pub(super) fn list_endpoint(self) -> &'static str {
        match self {
            Kind::Users => "GET /Users",
            Kind::Groups => "GET /Groups",
        }
    }

    pub(super) fn read_endpoint(self) -> &'static str {
        match self {
            Kind::Users => "GET /Users/{id}",
            Kind::Groups => "GET /Groups/{id}",
        }
    }

    /// The path of the collection.
    pub(super) fn path(self) -> &'static str {
        match self {
            Kind::Users => "/Users",
            Kind::Groups => "/Groups",
        }
    }

    /// The path of one resource.
    pub(super) fn path_of(self, id: &str) -> Result<String, ScimError> {
        // Dots alone lead up the path, however they are encoded (WHATWG URL, section 4.1).
        if matches!(id, "" | "." | "..") {
            let why = format!("the id {id:?} can't be put into an address");
            return Err(ScimError::Setup(AddressError(why).into()));
        }
        let id = utf8_percent_encode(id, RESERVED);
        Ok(format!("{}/{id}", self.path()))
    }
}

/// What is said where a whole list is not there: a list always is, even if it is empty.
pub(super) const NO_LIST: &str = "404: there is no such list; check the SCIM address";

/// One call.
pub(super) struct Call {
    pub(super) ask: Ask,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    /// The version that the resource has to have still (RFC 7644, section 3.14).
    pub(super) version: Option<HeaderValue>,
    pub(super) safety: Safety,
}

impl Call {
    /// A call without query or body that may be repeated. `endpoint` begins with the method.
    pub(super) fn new(method: Method, endpoint: &'static str, path: String) -> Self {
        Call {
            ask: Ask {
                method,
                endpoint,
                path,
            },
            query: Vec::new(),
            body: None,
            version: None,
            safety: Safety::Idempotent,
        }
    }
}

impl ScimClient {
    /// A client for the interface at `base`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ScimError::Setup`] if the address or the token can't be used.
    pub fn new(base: &str, token: Secret, settings: ScimSettings) -> Result<Self, ScimError> {
        let base = base_url(base).map_err(|error| ScimError::Setup(error.into()))?;
        // Pasting the word along with the token is a classic.
        let bare = match token.expose().split_at_checked("bearer".len()) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                // Only the word itself: a token may begin with these letters.
                match rest.chars().next() {
                    None => "",
                    Some(c) if c.is_whitespace() => rest.trim_start(),
                    Some(_) => token.expose(),
                }
            }
            _ => token.expose(),
        };
        let is_sendable = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_graphic());
        let mut bearer = match HeaderValue::from_str(&format!("Bearer {bare}")) {
            Ok(value) if is_sendable => value,
            _ => {
                let why = format!(
                    "the SCIM token from {} is empty or has characters that a token can't have",
                    token.origin()
                );
                return Err(ScimError::Setup(NetError::Setup(why)));
            }
        };
        bearer.set_sensitive(true);
        let mut read_headers = HeaderMap::new();
        read_headers.insert(AUTHORIZATION, bearer);
        read_headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/scim+json, application/json;q=0.9"),
        );
        let mut write_headers = read_headers.clone();
        write_headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/scim+json"),
        );
        Ok(ScimClient(Arc::new(Inner {
            http: HttpClient::new(settings.http).map_err(ScimError::Setup)?,
            base,
            token: Secret::new(bare, token.origin().clone()),
            read_headers,
            write_headers,
            page_size: settings.page_size.max(1),
            fixed_dialect: settings.dialect,
            claims: OnceCell::new(),
            cursors_work: AtomicBool::new(false),
            versions: Versions::default(),
            patch_refused: AtomicBool::new(false),
            put_refused: AtomicBool::new(false),
            patch_works: AtomicBool::new(false),
            members_seen: AtomicBool::new(false),
            made_groups: Mutex::new(HashSet::new()),
            capped_groups: Mutex::new(HashMap::new()),
        })))
    }

    /// Says that a group is known to have `members` although only `read` of them come back, so
    /// that it is never written whole.
    pub fn know_capped(&self, group: &GroupId, members: usize, read: usize) {
        lock(&self.0.capped_groups).insert(group.clone(), (members, read));
    }

    /// How many requests were sent so far, by endpoint.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.0.http.requests()
    }

    /// Sends a `GET` and reads its JSON.
    pub(super) async fn read(&self, call: &Call) -> Result<Value, ScimError> {
        self.read_tagged(call).await.map(|(value, _)| value)
    }

    /// Sends a `GET` and reads its JSON and its `ETag`.
    pub(super) async fn read_tagged(
        &self,
        call: &Call,
    ) -> Result<(Value, Option<Text>), ScimError> {
        let mut left = CUT_READS;
        loop {
            let answer = self.call(call).await?;
            left -= 1;
            match serde_json::from_slice(&answer.body) {
                Ok(value) => return Ok((value, answer.header(&ETAG).map(Text::from))),
                // Cut off where no length said so.
                Err(error) if error.is_eof() && left > 0 => {}
                Err(error) => {
                    let body = String::from_utf8_lossy(&answer.body);
                    let shown = self.clean(&body, SHOWN);
                    let what = if answer.body.is_empty() {
                        "an empty body".to_owned()
                    } else if error.is_eof() {
                        format!("JSON that was cut short: {shown}")
                    } else {
                        shown
                    };
                    return Err(self.unexpected(&call.ask, what));
                }
            }
        }
    }

    /// Sends a call; an answer is one of success.
    pub(super) async fn call(&self, call: &Call) -> Result<Answer, ScimError> {
        let mut url = self.0.base.clone();
        let base = url.path().trim_end_matches('/');
        let path = format!("{base}{}", call.ask.path);
        url.set_path(&path);
        if !call.query.is_empty() {
            let query: Vec<String> = call
                .query
                .iter()
                .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
                .collect();
            url.set_query(Some(&query.join("&")));
        }
        let headers = match (&call.body, &call.version) {
            (None, _) => Cow::Borrowed(&self.0.read_headers),
            (Some(_), None) => Cow::Borrowed(&self.0.write_headers),
            (Some(_), Some(version)) => {
                let mut headers = self.0.write_headers.clone();
                headers.insert(IF_MATCH, version.clone());
                Cow::Owned(headers)
            }
        };
        let request = Request {
            method: call.ask.method.clone(),
            url,
            endpoint: call.ask.endpoint,
            safety: call.safety,
            headers: &headers,
            body: call.body.as_ref().map(|body| body.to_string().into_bytes()),
        };
        let ask = || call.ask.clone();
        let is_read = call.ask.method == Method::GET;
        match self.0.http.send(&request).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(self.judge(call, &request.url, &answer)),
            Err(NetError::Lost(why)) if !is_read => {
                Err(ScimError::OutcomeUnknown { ask: ask(), why })
            }
            Err(error @ NetError::TooLarge { .. }) if call.safety == Safety::Once => {
                Err(ScimError::OutcomeUnknown {
                    ask: ask(),
                    why: error.to_string(),
                })
            }
            Err(error @ NetError::TooLarge { .. }) => {
                Err(self.unexpected(&call.ask, error.to_string()))
            }
            Err(error @ (NetError::NotSent(_) | NetError::Lost(_))) => {
                Err(ScimError::Unavailable {
                    ask: ask(),
                    why: error.to_string(),
                })
            }
            Err(error @ (NetError::Address(_) | NetError::Setup(_))) => {
                Err(ScimError::Setup(error))
            }
        }
    }

    /// What an answer that is no success means.
    fn judge(&self, call: &Call, url: &Url, answer: &Answer) -> ScimError {
        let ask = call.ask.clone();
        let status = answer.status;
        let fault = fault(&answer.body, |text, most| self.clean(text, most));
        let is_read = ask.method == Method::GET;
        let page = || {
            let shown = self.clean(&String::from_utf8_lossy(&answer.body), SHOWN);
            self.unexpected(&call.ask, format!("{status} with a web page: {shown}"))
        };
        match status {
            300..=399 => {
                let target = answer.redirect_origin(url).unwrap_or_default();
                let what = format!("{status}, a redirect to {}", self.clean(&target, SHOWN));
                self.unexpected(&ask, what)
            }
            401 => ScimError::SignIn {
                ask,
                status,
                detail: fault.detail,
            },
            408 | 429 | 500 | 502..=599 => {
                let why = match fault.detail.as_str() {
                    "" => format!("the server answered {status}"),
                    detail => format!("the server answered {status}: {detail}"),
                };
                if call.safety == Safety::Once && status != 429 {
                    ScimError::OutcomeUnknown { ask, why }
                } else {
                    ScimError::Unavailable { ask, why }
                }
            }
            // The method is not known here, whoever says so.
            405 | 501 => ScimError::Refused {
                ask,
                status,
                scim_type: fault.scim_type,
                detail: fault.detail,
            },
            // A page means that something else than Command answered: its "not found" says
            // nothing about the user.
            _ if fault.is_page => page(),
            // Reading needs no right but the token's. A write may be refused for what it does,
            // and then the server says so.
            403 if is_read || fault.detail.is_empty() => ScimError::SignIn {
                ask,
                status,
                detail: fault.detail,
            },
            // A search that finds nobody may be answered so, but by SCIM alone: anybody else has no
            // such list.
            404 if !fault.is_scim && call.query.iter().any(|(name, _)| *name == "filter") => {
                self.unexpected(&ask, NO_LIST.to_owned())
            }
            404 => ScimError::NotFound { ask },
            409 => ScimError::Conflict {
                ask,
                scim_type: fault.scim_type,
                detail: fault.detail,
            },
            _ => ScimError::Refused {
                ask,
                status,
                scim_type: fault.scim_type,
                detail: fault.detail,
            },
        }
    }

    pub(super) fn unexpected(&self, ask: &Ask, what: String) -> ScimError {
        ScimError::Unexpected {
            ask: ask.clone(),
            what,
        }
    }

    /// What a write answered, made sure not to be a page that a proxy sent in the server's place.
    pub(super) fn check_written(&self, call: &Call, answer: &Answer) -> Result<(), ScimError> {
        match serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body) {
            Err(error) if !answer.body.is_empty() && !error.is_eof() => {
                let shown = self.clean(&String::from_utf8_lossy(&answer.body), SHOWN);
                Err(self.unexpected(&call.ask, shown))
            }
            _ => Ok(()),
        }
    }

    /// A text of the server, fit to be shown: short, on one line, and without the token, which
    /// some servers repeat.
    pub(super) fn clean(&self, text: &str, most: usize) -> String {
        let token = self.0.token.expose();
        if text.contains(token) {
            shorten(&text.replace(token, "••••"), most)
        } else {
            shorten(text, most)
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
