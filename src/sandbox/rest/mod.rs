//! Command's public REST API: routes, tokens, scopes and the limit of the organization. What is
//! misspelt or not asked for is refused, so that no client gets by with it.

mod access;
mod cards;
mod core;
pub(super) mod gate;
mod groups;
mod input;
mod view;

#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use self::gate::Closed;
use super::SandboxError;
use super::campus::Campus;
use super::local::KeyScope;
use super::personality::Switch;
use super::scim::{Answer, Call};

/// The refusal of a change to what a SCIM client owns.
const MANAGED: &str = "User is managed, cannot modify";

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
struct Failure {
    status: StatusCode,
    message: String,
}

type Outcome = Result<Value, Failure>;

impl Failure {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Failure {
            status,
            message: message.into(),
        }
    }

    fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }
}

impl From<SandboxError> for Failure {
    fn from(problem: SandboxError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, problem.to_string())
    }
}

/// An answer that says why not, in the form of
/// <https://apidocs.verkada.com/reference/response-codes>.
pub(super) fn fault(status: StatusCode, message: &str) -> Answer {
    let code = message.bytes().fold(u16::from(status), |code, byte| {
        code.rotate_left(5) ^ u16::from(byte)
    });
    Answer {
        status,
        headers: Vec::new(),
        body: Some(json!({"id": format!("{code:04x}"), "message": message, "data": null}).into()),
    }
}

/// The name under which a request is counted.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    format!("{} /{}", call.method, path(call))
}

/// The path, with a place for the one id that is a part of a path.
fn path(call: &Call<'_>) -> String {
    let path = call.path.join("/");
    match path
        .strip_prefix(LEVELS)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        Some(id) if !id.contains('/') => LEVEL.to_owned(),
        _ => path,
    }
}

type Handler = fn(&mut Campus, &Call<'_>) -> Outcome;

const USER: &str = "access/v1/access_users/user";
const CARD: &str = "access/v1/credentials/card";
const GROUP: &str = "access/v1/access_groups/group";
const CORE: &str = "core/v1/user";
const LEVELS: &str = "access/v1/door/access_level";
const LEVEL: &str = "access/v1/door/access_level/{id}";

/// Path, method, handler.
static ROUTES: &[(&str, &str, Handler)] = &[
    ("access/v1/access_users", "GET", access::list),
    (USER, "GET", access::get),
    (
        "access/v1/access_users/user/start_date",
        "PUT",
        access::set_start_date,
    ),
    (
        "access/v1/access_users/user/end_date",
        "PUT",
        access::set_end_date,
    ),
    (CARD, "POST", cards::add),
    (CARD, "DELETE", cards::remove),
    (
        "access/v1/credentials/card/activate",
        "PUT",
        cards::activate,
    ),
    (
        "access/v1/credentials/card/deactivate",
        "PUT",
        cards::deactivate,
    ),
    ("access/v1/access_groups", "GET", groups::list),
    (GROUP, "GET", groups::get),
    (GROUP, "POST", groups::create),
    (GROUP, "DELETE", groups::delete),
    (
        "access/v1/access_groups/group/user",
        "PUT",
        groups::add_user,
    ),
    (
        "access/v1/access_groups/group/user",
        "DELETE",
        groups::remove_user,
    ),
    (LEVELS, "GET", groups::levels),
    (LEVEL, "GET", groups::level),
    (CORE, "GET", core::get),
    (CORE, "POST", core::create),
    (CORE, "PUT", core::replace),
    (CORE, "DELETE", core::delete),
];

/// Answers one request that came at this moment after the server's start.
pub(super) fn answer(campus: &mut Campus, call: &Call<'_>, now: Duration) -> Answer {
    if !campus.gate.admit(now) {
        return fault(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
    }
    let path = path(call);
    let outcome = match path.as_str() {
        "token" => mint(campus, call, now),
        path => authenticate(campus, call, now).and_then(|scope| route(campus, call, path, scope)),
    };
    match outcome {
        Ok(body) => Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Some(body.into()),
        },
        Err(failure) => fault(failure.status, &failure.message),
    }
}

fn header<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    call.headers.get(name)?.to_str().ok()
}

fn unauthorized(message: &str) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, message)
}

fn mint(campus: &mut Campus, call: &Call<'_>, now: Duration) -> Outcome {
    if call.method != "POST" {
        return Err(wrong_method());
    }
    let key = header(call, "x-api-key").ok_or_else(|| unauthorized("API key is missing"))?;
    let token = campus.gate.mint(key, now);
    let token = token.ok_or_else(|| unauthorized("API key is invalid or expired"))?;
    Ok(json!({"token": token}))
}

fn authenticate(campus: &Campus, call: &Call<'_>, now: Duration) -> Result<KeyScope, Failure> {
    let token =
        header(call, "x-verkada-auth").ok_or_else(|| unauthorized("API token is missing"))?;
    campus
        .gate
        .scope(token, now)
        .map_err(|closed| match closed {
            Closed::Unknown => unauthorized("API token is invalid"),
            Closed::Expired => unauthorized("Token expired"),
        })
}

fn wrong_method() -> Failure {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
}

fn route(campus: &mut Campus, call: &Call<'_>, path: &str, scope: KeyScope) -> Outcome {
    let mut here = ROUTES
        .iter()
        .filter(|(known, ..)| *known == path)
        .peekable();
    if here.peek().is_none() {
        return Err(Failure::not_found("Resource"));
    }
    let (_, _, handler) = here
        .find(|(_, method, _)| call.method == method)
        .ok_or_else(wrong_method)?;
    let allowed = match scope {
        KeyScope::Full => true,
        KeyScope::ReadOnly => call.method == "GET",
        KeyScope::NoAccessControl => !path.starts_with("access/"),
    };
    match allowed {
        true => handler(campus, call),
        false => Err(Failure::new(
            StatusCode::FORBIDDEN,
            "API key does not have permission for this endpoint",
        )),
    }
}

/// What is to be done about a write on a user who may be deactivated.
enum Write {
    Apply,
    /// Answer as if it were done.
    Pretend,
}

/// Deactivated users are frozen, over REST as over SCIM.
fn check_frozen(campus: &Campus, user: &super::command::User) -> Result<Write, Failure> {
    match user.active() || campus.has(Switch::FrozenAccepted) {
        true => Ok(Write::Apply),
        false if campus.has(Switch::FrozenIgnored) => Ok(Write::Pretend),
        false => Err(Failure::bad("User is deactivated")),
    }
}

/// Some clients have met endpoints that answer 400 in place of an empty list.
fn list(campus: &Campus, name: &str, rows: Vec<Value>) -> Outcome {
    match rows.is_empty() && campus.has(Switch::RestEmptyIs400) {
        true => Err(Failure::bad(format!("No {name} found"))),
        false => Ok(json!({name: rows})),
    }
}
