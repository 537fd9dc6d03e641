//! The one HTTP layer that every client of this crate speaks through.

pub mod client;
pub mod counts;
pub mod pace;
pub mod retry;
#[cfg(test)]
pub(crate) mod script;

pub use client::{Answer, HttpClient, HttpSettings, NetError, Request};
pub use retry::Safety;
