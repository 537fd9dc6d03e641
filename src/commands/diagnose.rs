//! `diagnose`: why a person is not as expected.

mod live;

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::output::{self, DiagnosisReport, Format};

/// Find out why a person is not in Command, or not as expected
///
/// Facts are gathered first, from Atrium, the ledger, Command over SCIM and REST, and Okta if it is
/// set up; then every known cause is checked. The likeliest cause stands first, with what was seen
/// and the next step; then what could not be looked at, which is never taken for a cause. Nothing
/// is changed.
///
/// For one person it takes at most 4 calls over SCIM, 5 over REST, and 2 for each of the person's
/// first 20 access groups, whatever the size of the organization.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl diagnose S1001234
  atriumctl diagnose ana.diaz@school.edu --output json
  atriumctl diagnose \"Ana Diaz\" --redact --output markdown    for a vendor's ticket")]
pub struct Args {
    /// Whom: campus id, email address, external id, Command's id, name, or a part of the name
    #[arg(value_name = "WHO")]
    pub who: String,

    /// Leave out names, addresses, ids and card numbers; email domains stay
    #[arg(long)]
    pub redact: bool,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    output::offers(&context.ui, "diagnose", &forms)?;
    let session = context.session()?;
    let (facts, diagnosis) = live::diagnose(context, &session, &args.who)?;
    let facts_lines = crate::diagnose::summary::facts(&facts);
    let report = DiagnosisReport {
        asked: &args.who,
        facts: &facts_lines,
        diagnosis: &diagnosis,
    };
    output::diagnosis(&context.ui, &report)?;
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    Ok(Exit::Done)
}
