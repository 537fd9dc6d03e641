//! `source test`: reads Atrium and shows what the profile makes of it.

use crate::context::{Context, runtime};
use crate::error::{Error, Exit};
use crate::output::{self, Format};
use crate::source::Looked;

/// Read Atrium, and show what is made of its records
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
    output::offers(&context.ui, "source test", &[Format::Table, Format::Json])?;
    let session = context.atrium()?;
    let failed = |error: crate::source::SourceError| Error::new(error.exit(), error);
    let looked = runtime()?.block_on(session.source.look());
    let Looked { look, problem } = looked.map_err(failed)?;
    for notice in &look.roster.notices {
        context.ui.warning(notice);
    }
    let exit = match &problem {
        Some(problem) => problem.exit(),
        None if look.roster.completeness.is_whole() => Exit::Done,
        None => Exit::Unavailable,
    };
    let problem = problem.map(|problem| problem.to_string());
    let profile = &session.profile.name.value;
    output::source_test(&context.ui, profile, &look, problem.as_deref())?;
    Ok(exit)
}
