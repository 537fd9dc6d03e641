//! The SCIM 2.0 client (RFC 7643, RFC 7644) for Command's users and groups.
//!
//! Command's SCIM interface is documented for identity providers only, so reading is lenient and
//! both ways to write are known: `PATCH`, and `GET` then `PUT`.

mod change;
mod client;
mod create;
mod dialect;
mod discovery;
mod error;
mod filter;
mod paging;
mod probe;
mod read;
mod survey;
#[cfg(test)]
mod tests;
mod versions;
pub(super) mod wire;
mod write;

pub use client::{MEMBER_BATCH, ScimClient, ScimSettings};
pub use dialect::UserChanges;
pub use error::{Ask, ScimError};
pub use paging::Listing;
pub use probe::{Body, Look, Manner, Question};
pub use survey::{Claimed, Paging, SURVEY_REQUESTS, Survey};
