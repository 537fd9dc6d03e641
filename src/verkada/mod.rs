//! Clients for Verkada Command's interfaces.

mod json;
pub mod scim;
mod text;
