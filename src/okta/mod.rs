//! Okta: its SAML metadata, read as the hostile file that it may be, and fetched; and what it says
//! of provisioning, by its management API or in exported files.

pub mod api;
mod certificate;
mod fetch;
pub mod files;
mod metadata;
mod services;
pub mod status;
#[cfg(test)]
mod tests;
mod text;
mod xml;

pub use fetch::{FetchError, fetch, metadata_url};
pub use metadata::{Expected, LIMIT, check};
