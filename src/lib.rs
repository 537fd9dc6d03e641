//! atriumctl brings people and access groups from Atrium, the campus one-card system, into Verkada
//! Command, which opens the doors.
//!
//! The binary is [`run`]; the modules are public so that benches and tests reach them, not as an
//! interface for others.

pub mod apply;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod diagnose;
pub mod error;
pub mod exported;
pub mod ledger;
pub mod model;
pub mod net;
pub mod okta;
pub mod output;
pub mod reconcile;
pub mod sandbox;
pub mod secret;
pub mod source;
pub mod verkada;

use std::ffi::OsString;

use clap::Parser as _;

use cli::Cli;
use context::Context;
use error::Exit;

/// Runs the command line and returns the code that the process ends with.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors. A closed pipe is a quiet end.
            let _ = error.print();
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            return exit.code();
        }
    };
    let environment = |name: &str| std::env::var_os(name);
    let mut global = cli.global;
    global.no_pager |= !cli.command.is_for_reading();
    let context = Context::new(global, &environment);
    let exit = match commands::run(&context, cli.command) {
        Ok(exit) => exit,
        Err(error) => {
            let error = error.map_hints(|hint| context.ui.command(hint));
            context.ui.error(&error);
            error.exit
        }
    };
    exit.code()
}
