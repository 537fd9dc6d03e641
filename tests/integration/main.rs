//! The one integration binary: the tool as its users run it, against a campus of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "not a library")]

mod adopt;
mod auth;
mod bad_input;
mod campaign;
mod campus;
mod cards;
mod counts;
mod defects;
mod documents;
mod environment;
mod first_sync;
mod forms;
mod generated;
mod inspect;
mod inspect_card;
mod kill;
mod layers;
mod ledgerless;
mod lessons;
mod okta_metadata;
mod options;
mod personalities;
mod proxy;
mod readme;
mod saved_plans;
mod snapshots;
mod source_check;
mod source_test;
mod watched;
