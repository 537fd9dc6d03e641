//! Okta: its SAML metadata, read as the hostile file that it may be, fetched, and compared with
//! where Command's sign-on leads; and what it says of provisioning, by its management API or in
//! exported files.

pub mod api;
mod certificate;
mod compare;
mod fetch;
pub mod files;
mod html;
mod login;
mod metadata;
mod services;
pub mod status;
#[cfg(test)]
mod tests;
mod text;
mod xml;

pub use compare::{changes, judge_sign_on, live_url};
pub use fetch::{FetchError, ask_sign_on, fetch, metadata_url};
pub use metadata::{Expected, LIMIT, check};
