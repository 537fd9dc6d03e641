//! `diagnose`: why a person is not as expected.

mod card;
mod everybody;
pub(super) mod live;
mod offline;
mod sign_on;
mod text;

use self::live::Diagnosed;
use crate::context::Context;
use crate::diagnose::redact::Redaction;
use crate::diagnose::summary;
use crate::error::{Error, Exit};
use crate::output::{self, DiagnosisReport, Format};

/// Whom or what to diagnose, and how it is shown.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl diagnose S1001234
  atriumctl diagnose                                           everybody with a trouble
  atriumctl diagnose ana.diaz@school.edu --output json
  atriumctl diagnose \"Ana Diaz\" --redact --output markdown     for a vendor's ticket
  atriumctl diagnose --card - < number                         a card that a reader denied
  atriumctl diagnose --card 0004711 --id-type Prox             as Atrium's export has it
  atriumctl diagnose S1001234 --atrium people.csv --command-users users.json
  atriumctl diagnose ana.diaz@school.edu --okta-users users.json --okta-logs log.csv
  atriumctl diagnose --error \"Matching user not found\"         a text from Okta or Command
  pbpaste | atriumctl diagnose --error -")]
pub struct Args {
    /// Whom: campus id, email address, external id, Command's id, name, or a part of the name
    #[arg(value_name = "WHO")]
    pub who: Option<String>,

    /// Say which known failure an error text of Okta or Command is; `-` reads it from standard
    /// input. Nothing is asked of anybody
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["who", "card"])]
    pub error: Option<String>,

    /// Diagnose a card that somebody has in hand: the number as printed, in hex, or
    /// FACILITY:NUMBER; `-` reads it from standard input, so that it is in no shell history
    #[arg(long, value_name = "NUMBER", conflicts_with = "who")]
    pub card: Option<String>,

    /// The card's number is an id of this type, as Atrium's export has it
    #[arg(long, value_name = "TYPE", requires = "card")]
    pub id_type: Option<String>,

    /// Files, in place of asking anybody.
    #[command(flatten)]
    pub files: offline::Files,

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
        return text::run(context, given, args.redact);
    }
    if args.who.as_deref().is_some_and(|who| who.trim().is_empty()) {
        return Err(Error::message(Exit::Usage, "WHO is empty")
            .hint("name somebody by campus id, email address or name")
            .hint("everybody with a trouble: atriumctl diagnose"));
    }
    let done = look(context, args);
    match args.redact {
        true => done.map_err(|error| redacted(error, args)),
        false => done,
    }
}

/// An error without the people whom it names. Those who fit what was asked stand in its hints, as
/// the rows of a table, two blanks between the cells.
fn redacted(error: Error, args: &Args) -> Error {
    let asked = args.who.as_deref().or(args.card.as_deref());
    let redaction = Redaction::of_word(asked.unwrap_or_default());
    let message = redaction.text(&format!("{:#}", error.source));
    let mut left = Error::message(error.exit, message);
    let is_row = |hint: &&String| hint.contains("  ");
    let rows = error.hints.iter().any(|hint| is_row(&hint));
    for hint in error.hints.iter().filter(|hint| !is_row(hint)) {
        left = left.hint(redaction.text(hint));
    }
    match rows {
        true => left.hint("who they are is left out; without --redact they are named"),
        false => left,
    }
}

/// Looks at one person, a card or everybody.
fn look(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    if !args.files.is_empty() {
        return offline::run(context, args);
    }
    if !args.files.domain.is_empty() {
        let message = "--domain is for a diagnosis from files";
        return Err(Error::message(Exit::Usage, message)
            .hint("set email_domains under [command] in the profile"));
    }
    let session = context.session()?;
    let mut requests = match (&args.card, args.who.as_deref()) {
        (Some(number), _) => card::run(context, &session, number, args)?,
        (None, Some(who)) => {
            let diagnosed = live::diagnose(context, &session, who)?;
            show(context, who, &diagnosed, args.redact)?;
            diagnosed.requests
        }
        (None, None) => {
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

/// Shows the diagnosis of one person.
fn show(
    context: &Context<'_>,
    asked: &str,
    diagnosed: &Diagnosed,
    redact: bool,
) -> Result<(), Error> {
    let Diagnosed {
        facts,
        diagnosis,
        roster,
        ..
    } = diagnosed;
    let diagnosis = &diagnosis.clone().with_flags(context.ui.flags());
    let mut lines = summary::facts(facts);
    lines.extend(diagnosed.more.iter().cloned());
    if !redact {
        let report = DiagnosisReport {
            asked,
            facts: &lines,
            diagnosis,
        };
        return output::diagnosis(&context.ui, &report);
    }
    let mut redaction = Redaction::of(facts);
    redaction.add_people(roster, &Redaction::texts(&lines, diagnosis));
    let report = DiagnosisReport {
        asked: &redaction.text(asked),
        facts: &redaction.evidence(&lines),
        diagnosis: &redaction.diagnosis(diagnosis),
    };
    output::diagnosis(&context.ui, &report)
}
