//! A stand-in Okta: its management API under `/api/v1` and `/oauth2/v1`.

use axum::http::StatusCode;
use serde_json::json;

use super::campus::Campus;
use super::scim::{Answer, Call};

/// The endpoint for the count of requests.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    format!("{} /{}", call.method, call.path.join("/"))
}

/// Answers a request of the management API.
pub(super) fn answer(_campus: &mut Campus, _call: &Call<'_>) -> Answer {
    fault(StatusCode::NOT_FOUND, "Not found: Resource not found")
}

/// A refusal, in Okta's form.
pub(super) fn fault(status: StatusCode, summary: &str) -> Answer {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => "E0000047",
        StatusCode::NOT_FOUND => "E0000007",
        StatusCode::UNAUTHORIZED => "E0000011",
        StatusCode::FORBIDDEN => "E0000006",
        StatusCode::BAD_REQUEST => "E0000001",
        _ => "E0000009",
    };
    Answer {
        status,
        headers: Vec::new(),
        body: Some(
            json!({
                "errorCode": code, "errorSummary": summary, "errorLink": code,
                "errorId": "oae-sandbox", "errorCauses": [],
            })
            .into(),
        ),
    }
}
