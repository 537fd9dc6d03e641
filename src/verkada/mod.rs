//! Clients for Verkada Command's interfaces.

pub mod scim;
