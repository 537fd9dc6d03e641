//! `diagnose`: why a person is not as expected.

mod everybody;
mod live;
mod text;

use self::live::Diagnosed;
use crate::config::DEFAULT_PROFILE;
use crate::context::{Context, Session};
use crate::diagnose::redact::Redaction;
use crate::diagnose::summary;
use crate::error::{Error, Exit};
use crate::model::report::RequestCount;
use crate::output::{self, DiagnosisReport, Format};

/// Find out why a person is not in Command, or not as expected
///
/// Facts are gathered first, from Atrium, the ledger, Command over SCIM and REST, and Okta if it is
/// set up; then every known cause is checked. The likeliest cause stands first, with what was seen
/// and the next step; then what could not be looked at, which is never taken for a cause. Nothing
/// is changed.
///
/// Without WHO, everybody whom a sync would leave alone or hold back, and whose change failed in the
/// last run, by cause, the most frequent first. That reads both sides whole, as `diff` does.
///
/// For one person it takes at most 4 calls over SCIM, 5 over REST, and 2 for each of the person's
/// first 20 access groups, whatever the size of the organization.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl diagnose S1001234
  atriumctl diagnose                                           everybody with a trouble
  atriumctl diagnose ana.diaz@school.edu --output json
  atriumctl diagnose \"Ana Diaz\" --redact --output markdown     for a vendor's ticket
  atriumctl diagnose --error \"Matching user not found\"         a text from Okta or Command
  pbpaste | atriumctl diagnose --error -")]
pub struct Args {
    /// Whom: campus id, email address, external id, Command's id, name, or a part of the name
    #[arg(value_name = "WHO")]
    pub who: Option<String>,

    /// Say which known failure an error text of Okta or Command is; `-` reads it from standard
    /// input. Nothing is asked of anybody
    #[arg(long, value_name = "TEXT", conflicts_with = "who")]
    pub error: Option<String>,

    /// Leave out names, addresses, campus ids and card numbers; email domains stay
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
    if let Some(given) = &args.error {
        return text::run(context, given);
    }
    let session = context.session()?;
    let mut requests = match args.who.as_deref() {
        Some(who) => one(context, &session, who, args.redact)?,
        None => {
            everybody::run(context, &session, args.redact)?;
            Vec::new()
        }
    };
    if args.stats {
        requests.extend(session.requests());
        output::stats(&context.ui, &requests);
    }
    Ok(Exit::Done)
}

/// Diagnoses one person. Returns how often Okta was asked.
fn one(
    context: &Context<'_>,
    session: &Session,
    who: &str,
    redact: bool,
) -> Result<Vec<RequestCount>, Error> {
    let Diagnosed {
        facts,
        diagnosis,
        okta_requests,
    } = live::diagnose(context, session, who)?;
    let profile = session.heading().profile;
    let diagnosis = match profile {
        DEFAULT_PROFILE => diagnosis,
        profile => diagnosis.in_profile(profile),
    };
    let lines = summary::facts(&facts);
    if redact {
        let redaction = Redaction::of(&facts);
        let report = DiagnosisReport {
            asked: &redaction.text(who),
            facts: &redaction.evidence(&lines),
            diagnosis: &redaction.diagnosis(&diagnosis),
        };
        output::diagnosis(&context.ui, &report)?;
    } else {
        let report = DiagnosisReport {
            asked: who,
            facts: &lines,
            diagnosis: &diagnosis,
        };
        output::diagnosis(&context.ui, &report)?;
    }
    Ok(okta_requests)
}
