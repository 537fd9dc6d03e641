//! Okta's management API, to look and never to write: the only requests are `GET`, and the `POST`
//! that asks for a token.
//!
//! Two ways in (developer.okta.com, Create an API token; Implement OAuth for Okta with a service
//! app): an SSWS token, which has the rights of the administrator who made it, or, better, a
//! service app with a key pair, which has the scopes that it was granted and no more. Lists are
//! paged by `Link` headers, which are followed and never built; an address of another host is not
//! asked. What one scope is missing for is left out with that scope's name, and the rest goes on.

mod auth;
mod client;
mod error;
mod paging;
mod read;
#[cfg(test)]
mod tests;

pub use auth::Access;
pub use client::{OktaClient, OktaSettings};
pub use error::ApiError;
pub use read::{MOST_CALLS_FOR_ONE, Question, gather, try_sign_in};
