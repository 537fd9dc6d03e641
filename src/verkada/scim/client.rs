//! The connection to Command's SCIM interface, and everything that reads.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::error::{Ask, ScimError, fault, shorten};
use super::filter;
use super::paging::{From, Listing, Page, Pages};
use super::wire;
use crate::model::directory::{Dialect, Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::report::RequestCount;
use crate::model::{Completeness, GroupId, Text, UserId};
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety, base_url};
use crate::secret::Secret;

/// The most members that one request adds or removes; larger requests are refused by several
/// SCIM servers.
pub const MEMBER_BATCH: usize = 100;

/// How many pages are asked for ahead of the one that is awaited.
const PAGES_AHEAD: u64 = 4;

/// How many groups are read at once where each has to be read by itself.
const GROUPS_AT_ONCE: usize = 16;

/// How often a read is repeated whose JSON ends too early although the transport saw no fault.
const CUT_READS: u32 = 3;

/// How much of an answer that is not SCIM is shown, in characters.
const SHOWN: usize = 80;

/// Every character but the unreserved ones (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

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
    http: HttpClient,
    base: Url,
    token: Secret,
    read_headers: HeaderMap,
    write_headers: HeaderMap,
    page_size: u32,
    pub(super) fixed_dialect: Option<Dialect>,
    pub(super) probed_dialect: OnceCell<Dialect>,
    /// A `PATCH` was refused as a method: the rest of the run uses `PUT`.
    pub(super) patch_refused: AtomicBool,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Users,
    Groups,
}

impl Kind {
    /// The endpoint of the collection under which a request is counted.
    fn list_endpoint(self) -> &'static str {
        match self {
            Kind::Users => "GET /Users",
            Kind::Groups => "GET /Groups",
        }
    }

    fn read_endpoint(self) -> &'static str {
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
            return Err(ScimError::Setup(NetError::Address(why)));
        }
        let id = utf8_percent_encode(id, RESERVED);
        Ok(format!("{}/{id}", self.path()))
    }
}

/// One call.
pub(super) struct Call {
    pub(super) ask: Ask,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
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
        let base = base_url(base).map_err(ScimError::Setup)?;
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
            probed_dialect: OnceCell::new(),
            patch_refused: AtomicBool::new(false),
            patch_works: AtomicBool::new(false),
            members_seen: AtomicBool::new(false),
            made_groups: Mutex::new(HashSet::new()),
            capped_groups: Mutex::new(HashMap::new()),
        })))
    }

    /// Reads all users. `progress` is told after each page how many there are, and of how many.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if a page could not be read. A list that contradicts itself is no error but
    /// [`Completeness::Partial`].
    pub async fn users(
        &self,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Listing<RemoteUser>, ScimError> {
        self.list(Kind::Users, None, user_item, progress).await
    }

    /// Reads all groups with their members. A group that is listed without members is read by
    /// itself; one that has none even so has none (RFC 7643, section 2.5).
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn groups(&self) -> Result<Listing<GroupListing>, ScimError> {
        let mut listing = self
            .list(Kind::Groups, None, group_item, &|_, _| {})
            .await?;
        let mut unread: Vec<GroupId> = Vec::new();
        for group in &listing.items {
            if group.members.is_some() {
                self.0.members_seen.store(true, Ordering::Relaxed);
            } else {
                unread.push(group.id.clone());
            }
        }
        let mut read = HashMap::new();
        let mut tasks = JoinSet::new();
        while !unread.is_empty() || !tasks.is_empty() {
            while tasks.len() < GROUPS_AT_ONCE
                && let Some(id) = unread.pop()
            {
                let client = self.clone();
                tasks.spawn(async move { (client.group(&id).await, id) });
            }
            if let Some(done) = tasks.join_next().await {
                let (group, id) = joined(done);
                read.insert(id, group?);
            }
        }
        listing
            .items
            .retain_mut(|group| match read.remove(&group.id) {
                Some(Some(whole)) => {
                    group.members = whole.members;
                    true
                }
                // Deleted since it was listed.
                Some(None) => false,
                None => true,
            });
        Ok(listing)
    }

    /// Reads users and groups side by side.
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn directory(
        &self,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Directory, ScimError> {
        let (users, groups) = tokio::try_join!(self.users(progress), self.groups())?;
        let mut faults = Vec::new();
        for (what, completeness) in [
            ("users", users.completeness),
            ("groups", groups.completeness),
        ] {
            if let Completeness::Partial(why) = completeness {
                faults.push(format!("{what}: {why}"));
            }
        }
        let completeness = if faults.is_empty() {
            Completeness::Whole
        } else {
            Completeness::Partial(faults.join("; "))
        };
        Ok(Directory::assemble(users.items, groups.items, completeness))
    }

    /// Reads one user; `None` if there is none with this id.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if that can't be told.
    pub async fn user(&self, id: &UserId) -> Result<Option<RemoteUser>, ScimError> {
        self.one(Kind::Users, id.as_str(), wire::user).await
    }

    /// Reads one group; `None` if there is none with this id. A group that comes without members
    /// has none.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if that can't be told.
    pub async fn group(&self, id: &GroupId) -> Result<Option<GroupListing>, ScimError> {
        let mut group = self.one(Kind::Groups, id.as_str(), wire::group).await?;
        if let Some(group) = &mut group {
            if group.members.is_some() {
                self.0.members_seen.store(true, Ordering::Relaxed);
            }
            group.members.get_or_insert_default();
        }
        Ok(group)
    }

    /// The users whose `userName` is this address but for case. What the server finds is compared
    /// again: some servers match parts, and some ignore a filter.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if the search failed.
    pub async fn find_users_by_email(&self, email: &str) -> Result<Vec<RemoteUser>, ScimError> {
        let mut found = self
            .find(Kind::Users, filter::equals("userName", email), user_item)
            .await?;
        found.retain(|user| same_folded(&user.profile.email, email));
        Ok(found)
    }

    /// The groups of this name but for case. Their members are as the search returned them, so
    /// perhaps missing.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if the search failed.
    pub async fn find_groups_by_name(&self, name: &str) -> Result<Vec<GroupListing>, ScimError> {
        let mut found = self
            .find(
                Kind::Groups,
                filter::equals("displayName", name),
                group_item,
            )
            .await?;
        found.retain(|group| same_folded(&group.name, name));
        Ok(found)
    }

    /// How many requests were sent so far, by endpoint.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.0.http.requests()
    }

    async fn find<T: Send + 'static>(
        &self,
        kind: Kind,
        filter: String,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Vec<T>, ScimError> {
        match self.list(kind, Some(filter), item, &|_, _| {}).await {
            Ok(listing) => Ok(listing.items),
            // Some servers answer so when nothing matches.
            Err(ScimError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Reads a list. Pages follow one another by what came back; those that can be foreseen are
    /// asked for ahead.
    async fn list<T: Send + 'static>(
        &self,
        kind: Kind,
        filter: Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Listing<T>, ScimError> {
        let mut pages = Pages::new(self.0.page_size);
        let mut ahead: JoinSet<(u64, Result<Page<T>, ScimError>)> = JoinSet::new();
        let mut asked = HashSet::new();
        let mut arrived = HashMap::new();
        let mut next = Some(From::Index(1));
        while let Some(from) = next {
            let page = match from {
                From::Index(index) if asked.contains(&index) => loop {
                    if let Some(page) = arrived.remove(&index) {
                        break page;
                    }
                    match ahead.join_next().await {
                        Some(done) => {
                            let (index, page) = joined(done);
                            arrived.insert(index, page);
                        }
                        None => break self.page(kind, From::Index(index), &filter, item).await,
                    }
                },
                from => {
                    // The pages are not as long as foreseen.
                    ahead.abort_all();
                    ahead = JoinSet::new();
                    asked.clear();
                    arrived.clear();
                    self.page(kind, from, &filter, item).await
                }
            }?;
            let length = page.items.len() as u64;
            next = pages.take(page);
            let (count, total) = pages.progress();
            progress(count, total);
            if let (Some(From::Index(index)), Some(total)) = (&next, total)
                && length > 0
            {
                let last = index
                    .saturating_add(length.saturating_mul(PAGES_AHEAD - 1))
                    .min(total);
                for index in (*index..=last).step_by(length as usize) {
                    if asked.insert(index) {
                        let (client, filter) = (self.clone(), filter.clone());
                        ahead.spawn(async move {
                            let from = From::Index(index);
                            (index, client.page(kind, from, &filter, item).await)
                        });
                    }
                }
            }
        }
        Ok(pages.finish())
    }

    async fn page<T>(
        &self,
        kind: Kind,
        from: From,
        filter: &Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Page<T>, ScimError> {
        let mut call = Call::new(Method::GET, kind.list_endpoint(), kind.path().to_owned());
        if let Some(filter) = filter {
            call.query.push(("filter", filter.clone()));
        }
        call.query.push(match from {
            From::Index(index) => ("startIndex", index.to_string()),
            From::Cursor(cursor) => ("cursor", cursor.to_string()),
        });
        call.query.push(("count", self.0.page_size.to_string()));
        let value = match self.read(&call).await {
            // A list is always there, even if it is empty.
            Err(ScimError::NotFound { ask }) if filter.is_none() => {
                let what = "404: there is no such list; check the SCIM address".to_owned();
                return Err(ScimError::Unexpected { ask, what });
            }
            other => other?,
        };
        Page::read(&value, item).ok_or_else(|| {
            let shown = self.clean(&value.to_string(), SHOWN);
            self.unexpected(&call.ask, format!("JSON that is no list: {shown}"))
        })
    }

    async fn one<T>(
        &self,
        kind: Kind,
        id: &str,
        read: fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ScimError> {
        let Some(value) = self.resource(kind, id).await? else {
            return Ok(None);
        };
        match read(&value) {
            Some(resource) => Ok(Some(resource)),
            None => {
                let call = Call::new(Method::GET, kind.read_endpoint(), kind.path_of(id)?);
                let shown = self.clean(&value.to_string(), SHOWN);
                Err(self.unexpected(&call.ask, format!("JSON without an id: {shown}")))
            }
        }
    }

    /// One resource as the server sends it; `None` if there is none.
    pub(super) async fn resource(&self, kind: Kind, id: &str) -> Result<Option<Value>, ScimError> {
        let call = Call::new(Method::GET, kind.read_endpoint(), kind.path_of(id)?);
        match self.read(&call).await {
            Ok(value) => Ok(Some(value)),
            Err(ScimError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a `GET` and reads its JSON.
    pub(super) async fn read(&self, call: &Call) -> Result<Value, ScimError> {
        let mut left = CUT_READS;
        loop {
            let answer = self.call(call).await?;
            left -= 1;
            match serde_json::from_slice(&answer.body) {
                Ok(value) => return Ok(value),
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
        let request = Request {
            method: call.ask.method.clone(),
            url,
            endpoint: call.ask.endpoint,
            safety: call.safety,
            headers: match call.body {
                Some(_) => &self.0.write_headers,
                None => &self.0.read_headers,
            },
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
    fn clean(&self, text: &str, most: usize) -> String {
        let token = self.0.token.expose();
        if text.contains(token) {
            shorten(&text.replace(token, "••••"), most)
        } else {
            shorten(text, most)
        }
    }
}

fn user_item(value: &Value) -> Option<(Text, RemoteUser)> {
    let user = wire::user(value)?;
    Some((user.id.0.clone(), user))
}

fn group_item(value: &Value) -> Option<(Text, GroupListing)> {
    let group = wire::group(value)?;
    Some((group.id.0.clone(), group))
}

/// The value of a task that nobody cancels; a panic in it goes on here.
fn joined<T>(done: Result<T, tokio::task::JoinError>) -> T {
    match done {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
