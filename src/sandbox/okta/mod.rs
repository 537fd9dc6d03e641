//! A stand-in Okta: its management API under `/api/v1` and `/oauth2/v1`, and a SCIM client that
//! pushes users and groups into the stand-in Command.

mod act;
mod api;
mod gate;
mod groups;
mod key;
mod log;
mod push;
mod seed;
mod setup;
mod view;
mod world;

#[cfg(test)]
mod tests;

use axum::http::{HeaderName, StatusCode};

pub use self::act::Act;
pub use self::world::{Dialect, Feature};

pub(super) use self::act::carry_out;
pub(super) use self::api::answer;
pub(super) use self::world::World;

use self::api::{Refusal, rate_headers, request_id};
use self::gate::Rate;
use super::SandboxError;
use super::campus::Campus;
use super::local;
use super::scim::{Answer, Call};

/// Reads a world's Okta, making it if the world is from before there was one.
pub(super) fn open(campus: &mut Campus) -> Result<(), SandboxError> {
    let (world, empty) = World::read(campus.store.read(), campus.about.seed)?;
    campus.okta = world;
    if empty {
        seed::fill(campus)?;
        for app in [Dialect::Catalogue, Dialect::Custom] {
            local::write_okta_copy(&campus.dir, app.word(), &campus.token)?;
        }
        save(campus)?;
    }
    campus.okta.door.token = local::open_okta_token(&campus.dir)?;
    Ok(())
}

/// Stores what Okta holds now.
fn save(campus: &mut Campus) -> Result<(), SandboxError> {
    let Campus { store, okta, .. } = campus;
    store.okta(|batch| okta.write(batch))?;
    okta.stored_events = okta.events.len();
    Ok(())
}

/// The endpoint for the count of requests.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    format!("{} /{}", call.method, call.path.join("/"))
}

/// A refusal that a fault gives instead of the server, in Okta's form.
pub(super) fn fault(status: StatusCode, summary: &str) -> Answer {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => "E0000047",
        StatusCode::NOT_FOUND => "E0000007",
        StatusCode::UNAUTHORIZED => "E0000011",
        StatusCode::FORBIDDEN => "E0000006",
        StatusCode::BAD_REQUEST => "E0000001",
        _ => "E0000009",
    };
    let id = request_id();
    let mut answer = Refusal::new(status, code, summary).answer(&id);
    answer
        .headers
        .push((HeaderName::from_static("x-okta-request-id"), id));
    if status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers.extend(rate_headers(Rate {
            limit: 0,
            remaining: 0,
            reset: jiff::Timestamp::now().as_second() + 1,
            exceeded: true,
        }));
    }
    answer
}
