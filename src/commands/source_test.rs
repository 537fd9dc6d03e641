//! `source test`: reads Atrium and shows what the profile makes of it.

use crate::context::{Context, runtime};
use crate::error::{Error, Exit};
use crate::output;
use crate::source::Looked;

/// Read Atrium, and show what is made of its records
///
/// Shows the first three people with their cards (last digits only) and access groups; which column
/// stands where, and in how many records it is; what is there and not mapped; and how many records
/// and pages came.
///
/// Atrium's partner interface is not public. For [atrium.http] in the profile, a customer gets the
/// real address, paths, paging and fields from Atrium; what the sandbox serves is a shape of its
/// own, to rehearse with. Exports are shown, too: their headers, and the columns that they are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl source test                        what the profile makes of Atrium
  atriumctl source test --profile sandbox      the same on the stand-in campus
  atriumctl source test --output json | jq '.lists[].unmapped'")]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, _args: &Args) -> Result<Exit, Error> {
    let session = context.atrium()?;
    let failed = |error: crate::source::SourceError| Error::new(error.exit(), error);
    let looked = runtime()?.block_on(session.source.look());
    let Looked { look, problem } = looked.map_err(failed)?;
    for notice in &look.roster.notices {
        context.ui.warning(notice);
    }
    output::source_test(&context.ui, &session.profile.name.value, &look)?;
    match problem {
        Some(problem) => Err(failed(problem)),
        None if look.roster.completeness.is_whole() => Ok(Exit::Done),
        None => Ok(Exit::Unavailable),
    }
}
