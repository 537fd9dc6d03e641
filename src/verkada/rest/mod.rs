//! The client for Command's public REST API: everybody, cards, and the groups and levels of doors.
//!
//! The API documents its answers as text throughout, and answers leave out what is `null`; so
//! reading is lenient, and what matters is checked.

mod access;
mod client;
mod core;
mod error;
#[cfg(test)]
pub(crate) mod tests;
mod token;
pub(super) mod wire;

pub use access::FindBy;
pub use client::{RestClient, RestSettings};
pub use error::{Ask, RestError};
