//! `okta status`: what Okta says of the app that provisions people into Command, and of one person.

use super::okta_facts::{self, Asked, OktaFiles};
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::okta::status::{OktaStatus, Weight};
use crate::okta::status::judge;
use crate::output::{self, Format};

/// What to tell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The person: login, email address, Okta's id, or the beginning of a name; without it, the
    /// app and everybody
    #[arg(value_name = "WHO")]
    pub who: Option<String>,
    /// The app, by its id (0oa…) or its label, in place of the profile's
    #[arg(long, value_name = "APP")]
    pub app: Option<String>,
    /// How many days of Okta's log are read
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=180))]
    pub days: u32,
    /// How many pages of a thousand failures are read of it at most
    #[arg(long, value_name = "PAGES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub log_pages: u32,
    /// End with 5 if anything is wrong, or could not be looked at
    #[arg(long)]
    pub strict: bool,
    /// Files in place of Okta.
    #[command(flatten)]
    pub files: OktaFiles,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [
        Format::Table,
        Format::Json,
        Format::Jsonl,
        Format::Csv,
        Format::Markdown,
    ];
    output::offers(&context.ui, "okta status", &forms)?;
    let asked = Asked {
        who: args.who.as_deref().map(str::trim),
        app: args.app.as_deref(),
        days: args.days,
        log_pages: args.log_pages,
    };
    if asked.who == Some("") {
        return Err(Error::message(Exit::Usage, "WHO is empty").hint("leave it out for everybody"));
    }
    let facts = if args.files.is_empty() {
        let session = context.okta()?.ok_or_else(no_org)?;
        okta_facts::live(context, &session, &asked)?
    } else {
        okta_facts::of_files(&args.files, &asked)?
    };
    let status = judge(&facts, asked.who);
    output::okta_status(&context.ui, &status)?;
    Ok(exit(&status, args.strict))
}

/// Findings are what was asked for, so they are no failure of the command.
fn exit(status: &OktaStatus, strict: bool) -> Exit {
    let is_wrong = status.count(Weight::Error) + status.count(Weight::Warning) > 0;
    let found = if strict && (is_wrong || !status.gaps.is_empty()) {
        Exit::Partial
    } else {
        Exit::Done
    };
    if status.is_incomplete() {
        found.or(Exit::Unavailable)
    } else {
        found
    }
}

fn no_org() -> Error {
    Error::message(
        Exit::Usage,
        "the profile does not say which organization in Okta it is",
    )
    .hint(
        "under [okta] in the profile: org = \"https://school.okta.com\"; or set ATRIUMCTL_OKTA_ORG",
    )
    .hint("with files exported from Okta, none is needed: --okta-users FILE, --okta-logs FILE")
}
