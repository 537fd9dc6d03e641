//! What Command's console does for its organization admins, as the routes of the admin port, under
//! `/admin/v1`. Command itself has no such routes: they are the sandbox's own.

use axum::http::StatusCode;
use axum::http::header::{ALLOW, AUTHORIZATION, WWW_AUTHENTICATE};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::SandboxError;
use super::campus::Campus;
use super::command::fold;
use super::local;
use super::scim::{Answer, Call};
use super::sso;
use super::store::ScimSetUp;

/// The endpoint for the count of requests.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let path = match parts.as_slice() {
        ["admin", "v1", "sso", _] => "admin/v1/sso/{client_id}".to_owned(),
        ["admin", "v1", "sso", _, rest @ ..] => {
            format!("admin/v1/sso/{{client_id}}/{}", rest.join("/"))
        }
        parts => parts.join("/"),
    };
    format!("{} /{path}", call.method)
}

/// Answers a request under `/admin`.
pub(super) fn answer(campus: &mut Campus, call: &Call<'_>) -> Answer {
    if let Err(answer) = authenticate(campus, call) {
        return answer;
    }
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let outcome = match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["admin", "v1", "scim"]) => Ok(state(campus)),
        ("POST", ["admin", "v1", "scim", "token"]) => generate(campus, call.body),
        ("POST", ["admin", "v1", "scim", "token", "refresh"]) => refresh(campus),
        (_, ["admin", "v1", "scim"]) => Ok(not_allowed("GET")),
        (_, ["admin", "v1", "scim", "token"] | ["admin", "v1", "scim", "token", "refresh"]) => {
            Ok(not_allowed("POST"))
        }
        (_, ["admin", "v1", "sso", ..]) => Ok(sso::answer(campus, call)),
        _ => Ok(fault(StatusCode::NOT_FOUND, "there is nothing here")),
    };
    outcome.unwrap_or_else(|problem| fault(StatusCode::INTERNAL_SERVER_ERROR, &problem.to_string()))
}

/// A refusal, in the form of these routes.
pub(super) fn fault(status: StatusCode, message: &str) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Some(json!({ "message": message }).into()),
    }
}

fn not_allowed(method: &str) -> Answer {
    let mut answer = fault(StatusCode::METHOD_NOT_ALLOWED, "this is not done here");
    answer.headers.push((ALLOW, method.to_owned()));
    answer
}

/// Only organization admins get in.
fn authenticate(campus: &Campus, call: &Call<'_>) -> Result<(), Answer> {
    let sent = call
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim());
    match sent {
        Some(secret) if secret == campus.admins.admin => Ok(()),
        Some(secret) if secret == campus.admins.viewer => Err(fault(
            StatusCode::FORBIDDEN,
            "only organization admins may do this",
        )),
        sent => {
            let why = match sent {
                Some(_) => "the secret is not known",
                None => "sign in with a bearer secret",
            };
            let mut answer = fault(StatusCode::UNAUTHORIZED, why);
            let challenge = r#"Bearer realm="admin""#.to_owned();
            answer.headers.push((WWW_AUTHENTICATE, challenge));
            Err(answer)
        }
    }
}

fn answered(status: StatusCode, body: Value) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Some(body.into()),
    }
}

fn state(campus: &Campus) -> Answer {
    let set_up = &campus.scim;
    let body = json!({
        "has_token": !campus.token.is_empty(),
        "email_domains": set_up.domains,
        "send_invites": set_up.invites,
        "created_at": set_up.made,
    });
    answered(StatusCode::OK, body)
}

fn generate(campus: &mut Campus, body: &[u8]) -> Result<Answer, SandboxError> {
    let wish = match wish(body) {
        Ok(wish) => wish,
        Err(problem) => return Ok(fault(StatusCode::BAD_REQUEST, &problem)),
    };
    new_token(campus, wish, StatusCode::CREATED)
}

fn refresh(campus: &mut Campus) -> Result<Answer, SandboxError> {
    if campus.token.is_empty() {
        let why = "there is no SCIM token to refresh: add an email domain first";
        return Ok(fault(StatusCode::CONFLICT, why));
    }
    let same = campus.scim.clone();
    new_token(campus, same, StatusCode::OK)
}

/// Makes a token; the one before is dead from now on, whoever used it.
fn new_token(
    campus: &mut Campus,
    set_up: ScimSetUp,
    status: StatusCode,
) -> Result<Answer, SandboxError> {
    replace_token(campus, set_up)?;
    let body = json!({
        "token": campus.token,
        "email_domains": campus.scim.domains,
        "send_invites": campus.scim.invites,
        "created_at": campus.scim.made,
    });
    Ok(answered(status, body))
}

/// Makes a token of this moment for what is wanted.
pub(super) fn replace_token(campus: &mut Campus, set_up: ScimSetUp) -> Result<(), SandboxError> {
    let set_up = ScimSetUp {
        made: Some(format!("{:.0}", Timestamp::now())),
        ..set_up
    };
    campus.store.set_scim(&set_up)?;
    campus.token = local::write_token(&campus.dir)?;
    campus.scim = set_up;
    Ok(())
}

/// Adds an email domain to those of the token of this moment, which stays as it is.
pub(super) fn add_domain(campus: &mut Campus, domain: &str) -> Result<String, SandboxError> {
    let domain = fold(domain.trim());
    check(&domain).map_err(SandboxError::World)?;
    let mut set_up = campus.scim.clone();
    if set_up.domains.contains(&domain) {
        return Err(SandboxError::World(format!(
            "the SCIM token has the email domain {domain} already"
        )));
    }
    set_up.domains.push(domain.clone());
    campus.store.set_scim(&set_up)?;
    campus.scim = set_up;
    Ok(format!("the SCIM token has the email domain {domain}"))
}

/// Reads what a token is wanted for.
fn wish(body: &[u8]) -> Result<ScimSetUp, String> {
    let body: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|problem| format!("the body is no JSON object: {problem}"))?;
    if let Some(name) = body
        .keys()
        .find(|name| !matches!(name.as_str(), "email_domains" | "send_invites"))
    {
        return Err(format!("there is no member {name}"));
    }
    let Some(list) = body.get("email_domains").and_then(Value::as_array) else {
        return Err("email_domains must be a list of domains".to_owned());
    };
    if list.is_empty() {
        return Err("name at least one email domain".to_owned());
    }
    let mut domains = Vec::new();
    for item in list {
        let domain = fold(item.as_str().ok_or("an email domain is a text")?);
        check(&domain)?;
        if domains.contains(&domain) {
            return Err(format!("the email domain {domain} is named twice"));
        }
        domains.push(domain);
    }
    let invites = match body.get("send_invites") {
        None => true,
        Some(Value::Bool(invites)) => *invites,
        Some(_) => return Err("send_invites is true or false".to_owned()),
    };
    Ok(ScimSetUp {
        domains,
        invites,
        made: None,
    })
}

/// A host name of at least two labels (RFC 1123, section 2.1), internationalised ones in the form
/// of RFC 5891.
fn check(domain: &str) -> Result<(), String> {
    if domain.contains('@') {
        return Err(format!("{domain} is an address, not an email domain"));
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let sound = |label: &&str| {
        let inner = label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let is_sound = labels.len() >= 2
        && domain.len() <= 253
        && labels.iter().all(sound)
        && !labels.last().is_some_and(|label| numeric(label));
    match is_sound {
        true => Ok(()),
        false => Err(format!("{domain} is no email domain")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_checked_as_a_server_would() {
        for (body, told) in [
            (
                r#"{"email_domains":["a.edu","x-1.b.edu"],"send_invites":false}"#,
                None,
            ),
            (r#"{"email_domains":["xn--mnchen-3ya.example"]}"#, None),
            (r#"{"email_domains":["x@a.edu"]}"#, Some("is an address")),
            (r#"{"email_domains":[]}"#, Some("at least one")),
            (r#"{}"#, Some("must be a list")),
            (r#"{"email_domains":"a.edu"}"#, Some("must be a list")),
            (r#"{"email_domains":[7]}"#, Some("is a text")),
            (
                r#"{"email_domains":["A.edu","a.edu"]}"#,
                Some("named twice"),
            ),
            (r#"{"email_domains":["edu"]}"#, Some("is no email domain")),
            (r#"{"email_domains":["*.edu"]}"#, Some("is no email domain")),
            (
                r#"{"email_domains":["1.2.3.4"]}"#,
                Some("is no email domain"),
            ),
            (
                r#"{"email_domains":["münchen.example"]}"#,
                Some("is no email domain"),
            ),
            (
                r#"{"email_domains":["a.edu"],"send_invites":1}"#,
                Some("true or false"),
            ),
            (
                r#"{"email_domains":["a.edu"],"invites":true}"#,
                Some("no member invites"),
            ),
            ("nothing", Some("no JSON object")),
        ] {
            match (wish(body.as_bytes()), told) {
                (Ok(_), None) => {}
                (Err(problem), Some(part)) => assert!(problem.contains(part), "{body}: {problem}"),
                (got, _) => panic!("{body}: {got:?}"),
            }
        }
    }
}
