//! What Command's console does for its organization admins, as the routes of the admin port, under
//! `/admin/v1`. Command itself has no such routes: they are the sandbox's own.

use axum::http::StatusCode;
use serde_json::json;

use super::campus::Campus;
use super::scim::{Answer, Call};

/// The endpoint for the count of requests.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    format!("{} /{}", call.method, call.path.join("/"))
}

/// Answers a request under `/admin`.
pub(super) fn answer(_campus: &mut Campus, _call: &Call<'_>) -> Answer {
    fault(StatusCode::NOT_FOUND, "there is nothing here")
}

/// A refusal, in the form of these routes.
pub(super) fn fault(status: StatusCode, message: &str) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Some(json!({ "message": message }).into()),
    }
}
