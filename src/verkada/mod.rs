//! Clients for Verkada Command's interfaces.

pub mod admin;
pub mod exports;
mod json;
pub mod rest;
pub mod scim;
mod text;
