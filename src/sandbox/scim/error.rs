//! Errors as SCIM clients read them (RFC 7644 section 3.12).

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) scim_type: Option<&'static str>,
    pub(super) detail: String,
}

impl Failure {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Failure {
            status,
            scim_type: None,
            detail: detail.into(),
        }
    }

    /// 400 with a `scimType` of RFC 7644 table 9.
    pub(super) fn bad(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Failure {
            scim_type: Some(scim_type),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    pub(super) fn invalid_value(detail: impl Into<String>) -> Self {
        Self::bad("invalidValue", detail)
    }

    pub(super) fn taken(detail: impl Into<String>) -> Self {
        Failure {
            scim_type: Some("uniqueness"),
            ..Self::new(StatusCode::CONFLICT, detail)
        }
    }

    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} {id} not found"))
    }

    /// The body. `status` is a string there.
    pub(super) fn body(&self) -> Value {
        body(self.status, self.scim_type, &self.detail)
    }
}

pub(super) fn body(status: StatusCode, scim_type: Option<&str>, detail: &str) -> Value {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.as_str(),
        "detail": detail,
    });
    if let (Some(scim_type), Some(body)) = (scim_type, body.as_object_mut()) {
        body.insert("scimType".into(), scim_type.into());
    }
    body
}
