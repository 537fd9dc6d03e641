//! The one HTTP layer that every client of this crate speaks through.

pub mod client;
pub mod counts;
pub mod link;
pub mod pace;
pub mod retry;
#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
pub(crate) mod stage;
pub mod window;

pub use client::{Answer, HttpClient, HttpSettings, NetError, Request};
pub use retry::Safety;
pub use window::Allowance;
