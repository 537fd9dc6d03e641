//! Clients for Verkada Command's interfaces.

pub mod admin;
mod json;
pub mod rest;
pub mod scim;
mod text;
