//! Clients for Verkada Command's interfaces.

mod json;
pub mod rest;
pub mod scim;
mod text;
