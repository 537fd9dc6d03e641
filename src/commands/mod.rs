//! The commands, one file each. This file only hands over.

pub mod adopt;
pub mod auth;
pub mod completions;
pub mod diagnose;
pub mod diff;
pub mod explain;
mod gather;
pub mod init;
pub mod inspect;
mod interrupt;
pub mod man;
pub mod okta;
pub mod okta_facts;
pub mod okta_status;
pub mod sandbox;
mod saved;
pub mod source;
pub mod source_test;
pub mod sync;

use crate::cli::Command;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Runs a command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, command: Command) -> Result<Exit, Error> {
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::Sync(args) => sync::run(context, args),
        Command::Diff(args) => diff::run(context, &args),
        Command::Diagnose(args) => diagnose::run(context, &args),
        Command::Adopt(args) => adopt::run(context, &args),
        Command::Auth(args) => auth::run(context, &args),
        Command::Inspect(args) => inspect::run(context, args),
        Command::Okta(args) => okta::run(context, args),
        Command::Explain(args) => explain::run(context, &args),
        Command::Source(args) => source::run(context, args),
        Command::Sandbox(args) => sandbox::run(context, args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Man(args) => man::run(context, &args),
    }
}
