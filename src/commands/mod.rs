//! The commands, one file each. This file only hands over.

mod admin_port;
pub mod adopt;
pub mod auth;
pub mod codes;
pub mod complete;
pub mod completions;
pub mod diagnose;
pub mod diff;
pub mod doctor;
pub mod explain;
mod gather;
mod guided;
pub mod history;
pub mod init;
pub mod inspect;
mod interrupt;
pub mod man;
pub mod okta;
pub mod okta_facts;
pub mod okta_status;
pub mod okta_upload;
pub mod okta_verify;
pub mod sandbox;
pub mod sandbox_admin;
pub mod sandbox_okta;
mod saved;
pub mod source;
pub mod source_test;
pub mod sync;
pub mod token;

use crate::cli::Command;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Runs a command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, command: Command) -> Result<Exit, Error> {
    let makes_token = matches!(&command, Command::Token(args) if args.makes_token());
    if context.ui.is_raw() && !makes_token {
        let message = "--output raw is for what makes a secret, and this makes none";
        return Err(
            Error::message(Exit::Usage, message).hint("token generate and token refresh have it")
        );
    }
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::Sync(args) => sync::run(context, args),
        Command::Diff(args) => diff::run(context, &args),
        Command::Diagnose(args) => diagnose::run(context, &args),
        Command::Adopt(args) => adopt::run(context, &args),
        Command::Auth(args) => auth::run(context, &args),
        Command::Inspect(args) => inspect::run(context, args),
        Command::History(args) => history::run(context, &args),
        Command::Okta(args) => okta::run(context, args),
        Command::Token(args) => token::run(context, args),
        Command::Doctor(args) => doctor::run(context, &args),
        Command::Explain(args) => explain::run(context, &args),
        Command::Source(args) => source::run(context, args),
        Command::Sandbox(args) => sandbox::run(context, args),
        Command::Complete(args) => complete::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Man(args) => man::run(context, &args),
    }
}
