//! `source`: Atrium alone, without Command.

use super::source_test;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Look at Atrium alone
///
/// Nothing is asked of Command, and nothing is changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with the source.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Read Atrium, and show what is made of its records
    Test(source_test::Args),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    match args.what {
        What::Test(args) => source_test::run(context, &args),
    }
}
