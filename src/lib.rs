//! atriumctl brings people and access groups from Atrium into Verkada Command.

pub mod apply;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod error;
pub mod ledger;
pub mod model;
pub mod net;
pub mod output;
pub mod reconcile;
pub mod sandbox;
pub mod secret;
pub mod source;
pub mod verkada;
