//! Command's SCIM 2.0 server: routes, authentication and the rules that hold for every request
//! (RFC 7644; the rules that are Command's own are in `users` and `groups`).

mod cursor;
mod discovery;
mod error;
mod filter;
mod groups;
mod input;
mod list;
mod patch;
mod schema;
pub(super) mod spoil;
mod users;
mod view;

#[cfg(test)]
mod table_tests;

use axum::http::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::{Map, Value};

use self::error::Failure;
use self::list::{Query, Scope};
use self::schema::{Kinds, OF_GROUPS, OF_USERS};
use self::view::{Item, has_versions};
use super::campus::Campus;
use super::personality::Switch;

/// The most that a request's body may hold, in bytes.
pub(super) const BODY_LIMIT: usize = 1 << 20;

/// A SCIM request, read whole.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) method: &'a Method,
    /// The decoded parts of the path after `/scim`.
    pub(super) path: &'a [String],
    pub(super) query: &'a [(String, String)],
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// What goes back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Option<Body>,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// JSON, of the media type of its interface.
    Json(Value),
    /// Bytes that go out as they are, with their media type.
    Raw(&'static str, Vec<u8>),
}

impl Body {
    /// The value, if it is JSON.
    pub(super) fn json(&self) -> Option<&Value> {
        match self {
            Body::Json(value) => Some(value),
            Body::Raw(..) => None,
        }
    }

    /// The value to be changed, if it is JSON.
    pub(super) fn json_mut(&mut self) -> Option<&mut Value> {
        match self {
            Body::Json(value) => Some(value),
            Body::Raw(..) => None,
        }
    }

    /// The bytes that go out.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Body::Json(value) => value.to_string().into_bytes(),
            Body::Raw(_, bytes) => bytes,
        }
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Body::Json(value)
    }
}

type Outcome = Result<Answer, Failure>;

impl Answer {
    fn new(status: StatusCode) -> Self {
        Answer {
            status,
            headers: Vec::new(),
            body: None,
        }
    }

    fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body.into());
        self
    }

    fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Answer::new(failure.status).with_body(failure.body())
    }
}

/// An answer that a fault gives instead of the server.
pub(super) fn fault(status: StatusCode, detail: &str) -> Answer {
    Answer::new(status).with_body(error::body(status, None, detail))
}

/// The name under which a request is counted.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    let mut path = String::new();
    for (at, part) in call.path.iter().enumerate() {
        path.push('/');
        path.push_str(match (at, part.as_str()) {
            (0, part) | (_, part @ ".search") => part,
            _ => "{id}",
        });
    }
    format!("{} {path}", call.method)
}

/// Is this the reading of a list?
pub(super) fn is_list(call: &Call<'_>) -> bool {
    call.method == Method::GET && matches!(call.path, [kind] if kind == "Users" || kind == "Groups")
}

/// Answers one request.
pub(super) fn answer(campus: &mut Campus, call: &Call<'_>) -> Answer {
    if let Err(answer) = authenticate(campus, call.headers) {
        return answer;
    }
    match check_media(call).and_then(|()| route(campus, call)) {
        Ok(answer) => answer,
        Err(failure) => {
            let allow = failure.status == StatusCode::METHOD_NOT_ALLOWED;
            let answer = Answer::from(failure);
            match allow {
                true => answer.with_header(ALLOW, allowed(call.path)),
                false => answer,
            }
        }
    }
}

fn authenticate(campus: &Campus, headers: &HeaderMap) -> Result<(), Answer> {
    let sent = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    if sent == Some(campus.token.as_str()) {
        return Ok(());
    }
    let (challenge, detail) = match sent {
        Some(_) => (
            r#"Bearer realm="scim", error="invalid_token""#,
            "Token is invalid or expired",
        ),
        None => (
            r#"Bearer realm="scim""#,
            "Authorization header with a bearer token is missing",
        ),
    };
    Err(fault(StatusCode::UNAUTHORIZED, detail).with_header(WWW_AUTHENTICATE, challenge))
}

/// The media types of RFC 7644 section 3.1, with parameters.
fn check_media(call: &Call<'_>) -> Result<(), Failure> {
    let plain = |value: &str| {
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    let ours = ["application/scim+json", "application/json"];
    if let Some(accept) = call
        .headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
    {
        let any = ["*/*", "application/*"];
        let fits = accept.split(',').map(plain).any(|kind| {
            kind.is_empty() || ours.contains(&kind.as_str()) || any.contains(&kind.as_str())
        });
        if !fits {
            return Err(Failure::new(
                StatusCode::NOT_ACCEPTABLE,
                "this server answers with application/scim+json",
            ));
        }
    }
    if call.body.is_empty() {
        return Ok(());
    }
    let sent = call
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(plain)
        .unwrap_or_default();
    match ours.contains(&sent.as_str()) {
        true => Ok(()),
        false => Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the body as application/scim+json",
        )),
    }
}

fn allowed(path: &[String]) -> &'static str {
    match path
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [.., ".search"] => "POST",
        ["Users" | "Groups"] => "GET, POST",
        ["Users" | "Groups", _] => "GET, PUT, PATCH, DELETE",
        _ => "GET",
    }
}

fn route(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let method = call.method.as_str();
    match (path.as_slice(), method) {
        (["Users"], "GET") => list::list(campus, Scope::Users, &Query::from_pairs(call.query)?),
        (["Groups"], "GET") => list::list(campus, Scope::Groups, &Query::from_pairs(call.query)?),
        ([], "GET") => list::list(campus, Scope::Everything, &Query::from_pairs(call.query)?),
        (["Users", ".search"], "POST") => list::list(campus, Scope::Users, &search(call)?),
        (["Groups", ".search"], "POST") => list::list(campus, Scope::Groups, &search(call)?),
        ([".search"], "POST") => list::list(campus, Scope::Everything, &search(call)?),
        (["Users"], "POST") => users::create(campus, call),
        (["Users", id], "GET") => users::get(campus, call, id),
        (["Users", id], "PUT") => users::replace(campus, call, id),
        (["Groups"], "POST") => groups::create(campus, call),
        (["Groups", id], "GET") => groups::get(campus, call, id),
        (["Groups", id], "PUT") => groups::replace(campus, call, id),
        (["Users" | "Groups", _], "PATCH") if campus.has(Switch::PutOnly) => Err(Failure::new(
            StatusCode::NOT_IMPLEMENTED,
            "PATCH is not supported: use PUT",
        )),
        (["Users", id], "PATCH") => users::patch(campus, call, id),
        (["Users", id], "DELETE") => users::delete(campus, call, id),
        (["Groups", id], "PATCH") => groups::patch(campus, call, id),
        (["Groups", id], "DELETE") => groups::delete(campus, call, id),
        (["ServiceProviderConfig" | "ResourceTypes" | "Schemas", ..], _) => {
            discovery::answer(campus, call)
        }
        (["Bulk"], "POST") => Err(Failure::new(
            StatusCode::NOT_IMPLEMENTED,
            "bulk requests are not supported",
        )),
        ([] | ["Users" | "Groups" | ".search"] | ["Users" | "Groups", _], _) => Err(Failure::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not possible here"),
        )),
        _ => Err(Failure::new(
            StatusCode::NOT_FOUND,
            format!("there is nothing at /{}", path.join("/")),
        )),
    }
}

fn json(call: &Call<'_>) -> Result<Value, Failure> {
    serde_json::from_slice(call.body).map_err(|problem| {
        Failure::bad("invalidSyntax", format!("the body is not JSON: {problem}"))
    })
}

fn object(call: &Call<'_>) -> Result<Map<String, Value>, Failure> {
    match json(call)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::bad(
            "invalidSyntax",
            "the body has to be a JSON object",
        )),
    }
}

fn search(call: &Call<'_>) -> Result<Query, Failure> {
    Query::from_body(&json(call)?)
}

/// Refuses a write that was made with an old version in mind (RFC 7644 section 3.14).
fn check_version(campus: &Campus, call: &Call<'_>, item: Item<'_>) -> Result<(), Failure> {
    if !has_versions(campus) {
        return Ok(());
    }
    match named_versions(call, &IF_MATCH) {
        None if campus.has(Switch::EtagsRequired) && call.method != Method::DELETE => {
            Err(Failure::new(
                StatusCode::PRECONDITION_REQUIRED,
                "name the version that the change is made on in If-Match",
            ))
        }
        Some(named) if !names_version(&named, &item.version()) => Err(Failure::new(
            StatusCode::PRECONDITION_FAILED,
            format!(
                "the resource has changed: it is at version {}",
                item.version()
            ),
        )),
        _ => Ok(()),
    }
}

fn named_versions(call: &Call<'_>, header: &HeaderName) -> Option<String> {
    let value = call.headers.get(header)?.to_str().ok()?;
    Some(value.to_owned())
}

/// Weak comparison: `W/` is not looked at.
fn names_version(named: &str, version: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    named
        .split(',')
        .any(|one| one.trim() == "*" || bare(one) == bare(version))
}

/// Sends one resource, with its ETag and, if it was just made, its address.
fn show(
    campus: &Campus,
    call: &Call<'_>,
    kinds: &'static Kinds,
    item: Item<'_>,
    status: StatusCode,
) -> Outcome {
    if has_versions(campus)
        && call.method == Method::GET
        && let Some(named) = named_versions(call, &IF_NONE_MATCH)
        && names_version(&named, &item.version())
    {
        return Ok(Answer::new(StatusCode::NOT_MODIFIED).with_header(ETAG, item.version()));
    }
    let projection = Query::from_pairs(call.query)?.projection(kinds)?;
    let mut answer = Answer::new(status).with_body(item.shown(campus, &projection, false));
    if has_versions(campus) {
        answer = answer.with_header(ETAG, item.version());
    }
    Ok(match status {
        StatusCode::CREATED => answer.with_header(LOCATION, item.location(campus)),
        _ => answer,
    })
}

fn show_user(campus: &Campus, call: &Call<'_>, id: &str, status: StatusCode) -> Outcome {
    let user = campus
        .command
        .user(id)
        .ok_or_else(|| Failure::not_found("User", id))?;
    show(campus, call, &OF_USERS, Item::User(user), status)
}

fn show_group(campus: &Campus, call: &Call<'_>, id: &str, status: StatusCode) -> Outcome {
    let group = campus
        .command
        .group(id)
        .ok_or_else(|| Failure::not_found("Group", id))?;
    show(campus, call, &OF_GROUPS, Item::Group(group), status)
}

/// The failure of a write that could not be stored.
fn not_stored(problem: super::SandboxError) -> Failure {
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, problem.to_string())
}
