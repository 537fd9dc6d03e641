//! Okta: its SAML metadata, read as the hostile file that it may be, and fetched; and what it says
//! of provisioning, by its management API or in exported files.

pub mod api;
mod certificate;
mod fetch;
mod metadata;
mod services;
#[cfg(test)]
mod tests;
mod text;
mod xml;

pub use fetch::{FetchError, fetch, metadata_url};
pub use metadata::{Expected, LIMIT, check};
