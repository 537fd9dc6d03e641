//! Routes under `/sandbox`: conveniences of the stand-in itself, for its own commands and for
//! tests. Command has nothing like them.

use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::campus::Campus;
use super::console;
use super::evolve::{Event, evolve};
use super::faults::{Dice, Faults};
use super::hand::{Hand, carry_out};
use super::local::{self, KeyScope, Keys};
use super::okta;
use super::personality::Personality;
use super::rest;
use super::scim::{Answer, fault};
use super::server::{Handle, Shared, lock};
use super::{SandboxError, Status};

/// Answers a request that is none of Command's.
pub(super) fn answer(shared: &Handle, method: &Method, path: &[String], body: &[u8]) -> Answer {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let shared = &mut *lock(shared);
    let outcome = match (method.as_str(), path.as_slice()) {
        ("GET", []) => Ok(json!({
            "sandbox": "a stand-in campus; its SCIM server is at /scim, its REST interface here",
            "scim": shared.campus.scim_url,
        })),
        ("GET", ["sandbox", "status"]) => status(shared),
        ("GET", ["sandbox", "requests"]) => Ok(json!(shared.campus.counts)),
        ("POST", ["sandbox", "requests", "reset"]) => {
            shared.campus.counts.clear();
            Ok(json!({}))
        }
        ("GET", ["sandbox", "faults"]) => Ok(json!({
            "faults": shared.dice.faults(),
            "fired": shared.dice.fired(),
        })),
        ("PUT", ["sandbox", "faults"]) => read::<Faults>(body).map(|faults| {
            shared.dice = Dice::new(faults);
            json!({})
        }),
        ("PUT", ["sandbox", "personality"]) => read::<Vec<String>>(body)
            .and_then(Personality::from_names)
            .and_then(|personality| shared.campus.set_personality(personality))
            .map(|()| json!({})),
        ("POST", ["sandbox", "evolve"]) => read::<Option<Vec<Event>>>(body)
            .and_then(|events| evolve(&mut shared.campus, events.as_deref()))
            .map(|told| json!(told)),
        ("POST", ["sandbox", "hand"]) => read::<Hand>(body)
            .and_then(|hand| carry_out(&mut shared.campus, &hand))
            .map(|told| json!(told)),
        ("POST", ["sandbox", "okta"]) => read::<okta::Act>(body)
            .and_then(|act| okta::carry_out(&mut shared.campus, &act))
            .map(|told| json!(told)),
        ("POST", ["sandbox", "token"]) => refresh(&mut shared.campus),
        ("POST", ["sandbox", "key"]) => replace_key(&mut shared.campus),
        // Beside the interfaces nothing speaks SCIM, so a mistyped address is told by the body.
        _ => return rest::fault(StatusCode::NOT_FOUND, "there is nothing here"),
    };
    match outcome {
        Ok(body) => Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Some(body.into()),
        },
        Err(SandboxError::World(problem)) => fault(StatusCode::BAD_REQUEST, &problem),
        Err(problem) => fault(StatusCode::INTERNAL_SERVER_ERROR, &problem.to_string()),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SandboxError> {
    serde_json::from_slice(body)
        .map_err(|problem| SandboxError::World(format!("the body cannot be read: {problem}")))
}

fn status(shared: &Shared) -> Result<Value, SandboxError> {
    let mut status = Status::of(&shared.campus)?;
    status.faults_fired = shared.dice.fired().clone();
    serde_json::to_value(status).map_err(|problem| SandboxError::World(problem.to_string()))
}

/// The new token is not sent: it is in the folder, for those who may read that.
fn refresh(campus: &mut Campus) -> Result<Value, SandboxError> {
    let same = campus.scim.clone();
    console::replace_token(campus, same)?;
    Ok(json!({}))
}

/// The new key is in the folder, too.
fn replace_key(campus: &mut Campus) -> Result<Value, SandboxError> {
    local::write_key(&campus.dir, KeyScope::Full)?;
    campus.gate.replace_keys(Keys::open(&campus.dir)?);
    Ok(json!({}))
}
