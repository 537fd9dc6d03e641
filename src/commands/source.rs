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
    ///
    /// Shows the first three people with their cards (last digits only) and access groups; which
    /// column stands where, and in how many records it is; what is there and not mapped; and how
    /// many records and pages came.
    ///
    /// Atrium's partner interface is not public. For [atrium.http] in the profile, a customer gets
    /// the real address, paths, paging and fields from Atrium; what the sandbox serves is a shape of
    /// its own, to rehearse with. Of exports, the headers are shown, and the columns that they are.
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
