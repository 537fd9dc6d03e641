//! The one integration binary: the tool as its users run it, against a campus of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "not a library")]

mod adopt;
mod auth;
mod bad_input;
mod campaign;
mod campus;
mod cards;
mod codes;
mod command_lines;
mod counts;
mod defects;
mod diagnose;
mod doctor;
mod doctor_ends;
mod documents;
mod environment;
mod first_sync;
mod forms;
mod fresh_sandbox;
mod generated;
mod history;
mod http;
mod init;
mod inspect;
mod inspect_card;
mod kill;
mod layers;
mod ledgerless;
mod lessons;
mod okta_metadata;
mod okta_status;
mod okta_upload;
mod options;
mod personalities;
#[cfg(unix)]
mod prompts;
mod proxy;
mod readme;
mod remedies;
mod sandbox_okta;
mod saved_plans;
mod scenarios;
mod snapshots;
mod source_check;
mod source_test;
mod token;
mod watched;
