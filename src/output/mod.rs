//! The only place that prints. Data goes to standard output, everything else to standard error;
//! each kind of answer has forms for people (`text`, `markdown`) and for programs (`json`, `csv`).

mod ask;
mod auth;
mod card;
mod csv;
mod diagnosis;
mod doctor;
mod explain;
mod findings;
mod history;
mod init;
mod inspect;
mod json;
mod markdown;
mod metadata;
mod okta_status;
#[cfg(test)]
mod okta_status_tests;
mod page;
mod pager;
mod progress;
mod sanitize;
mod source;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod troubles;
mod ui;
mod upload;
mod verify;

use crate::error::{Error, Exit};
use crate::model::finding::{Finding, Survey};
use crate::model::id_type::Reading;
use crate::model::look::Look;
use crate::model::plan::{Operation, Plan};
use crate::model::report::{Outcome, Report, RequestCount};
use json::Event;

pub use auth::{Forgotten, Keeping, SecretKept, SecretList, SecretRow, forgotten, kept, secrets};
pub use diagnosis::{DiagnosisReport, diagnosis};
pub use doctor::{CheckupReport, ProbeReport, checkup, probe};
pub use explain::{codes, explain};
pub use history::{history_list, history_run, history_upload, kept_file};
pub use init::{NewProfile, ProfileCheck, init, init_difference, init_summary};
pub use inspect::{Columns, Line, List, card_search, group_view, user_view};
pub use metadata::{MetadataReport, metadata, metadata_notes};
pub use okta_status::okta_status;
pub use progress::Progress;
pub use sanitize::clean;
pub use terminal::stop_asking;
pub use token::{
    Check, DomainRow, DomainsReport, Kept, Outsider, TokenFacts, TokenMade, TokenState, TokenTest,
    Tried, steps, token_domains, token_made, token_state, token_test,
};
pub use troubles::{text_means, troubles};
pub use ui::{Colour, Form, Format, Options, Ui};
pub use upload::{InForce, UploadReport, Uploaded, upload_plan, uploaded};
pub use verify::{VerifyReport, verification};

/// What a plan is about.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The organization: its SCIM base address.
    pub organization: &'a str,
}

/// Fails unless the form that is asked for is one of those that a command has.
///
/// # Errors
/// [`Exit::Usage`].
pub fn offers(ui: &Ui, command: &str, forms: &[Format]) -> Result<(), Error> {
    if forms.contains(&ui.format()) {
        return Ok(());
    }
    let form = ui.format().name();
    let names: Vec<&str> = forms.iter().map(|form| form.name()).collect();
    let message = format!("{command} has no answer in the form {form}");
    Err(Error::message(Exit::Usage, message)
        .hint(format!("forms that it has: --output {}", names.join(", "))))
}

/// Says that a run begins; an event, and nothing in other forms.
///
/// # Errors
/// As of [`Ui::data`]; so for every function here.
pub fn started(ui: &Ui, heading: Heading<'_>) -> Result<(), Error> {
    ui.events([Event::Started(heading)])
}

/// Shows what a run would do.
pub fn plan(ui: &Ui, heading: Heading<'_>, plan: &Plan) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::plan(heading, plan, ui.look())),
        Format::Json => ui.data(&json::plan(heading, plan, ui.shown())?),
        Format::Jsonl => {
            let operations = (0..).zip(&plan.operations);
            let operations =
                operations.map(|(at, operation)| Event::Operation(at, operation, None));
            ui.events(
                [Event::Plan(plan)]
                    .into_iter()
                    .chain(operations)
                    .chain(beside(plan)),
            )
        }
        Format::Csv => ui.data(&csv::plan(plan, ui.shown())?),
        Format::Markdown => ui.data(&markdown::plan(heading, plan, ui.shown())),
    }
}

/// What a plan holds and leaves alone.
fn beside(plan: &Plan) -> impl Iterator<Item = Event<'_>> {
    let held = plan.held.iter().map(Event::Held);
    held.chain(plan.left_alone.iter().map(Event::LeftAlone))
}

/// Shows a plan that is about to be applied. As a table it stands above what becomes of it, and its
/// operations are events once they are settled; the other forms show everything at the end.
pub fn planned(ui: &Ui, heading: Heading<'_>, plan: &Plan) -> Result<(), Error> {
    match ui.format() {
        Format::Table => self::plan(ui, heading, plan),
        Format::Jsonl => ui.events([Event::Plan(plan)].into_iter().chain(beside(plan))),
        Format::Json | Format::Csv | Format::Markdown => Ok(()),
    }
}

/// Says what became of an operation; an event, and nothing in other forms.
pub fn settled(ui: &Ui, position: u32, operation: &Operation, outcome: &Outcome) {
    // A full disk must not stop a run half-way. The last event meets the same error and tells it.
    let _ = ui.events([Event::Operation(position, operation, Some(outcome))]);
}

/// Says how a plan that was only shown ends; an event, and nothing in other forms.
pub fn concluded(ui: &Ui, plan: &Plan, requests: &[RequestCount], exit: Exit) -> Result<(), Error> {
    ui.events([Event::Finished {
        plan,
        outcomes: &[],
        requests,
        interrupted: false,
        exit,
    }])
}

/// Shows what is another thing than in the saved plan. In the other forms that is part of the
/// report.
pub fn moved(ui: &Ui, plan: &Plan) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::moved(plan, ui.look())),
        Format::Json | Format::Jsonl | Format::Csv | Format::Markdown => Ok(()),
    }
}

/// What a saved plan holds of a plan: no card number.
///
/// # Errors
/// If it can't be put into a document.
pub fn review(heading: Heading<'_>, plan: &Plan) -> Result<serde_json::Value, Error> {
    json::review(heading, plan)
}

/// A document for a file: pretty, without a raw character that commands a terminal.
///
/// # Errors
/// If it can't be put into text.
pub fn file_text(document: &serde_json::Value) -> Result<String, Error> {
    json::document(document)
}

/// Shows what a run did. As text it stands below the plan, which was shown before; as events it is
/// the end of the stream; in the other forms it is the whole, the plan included.
pub fn report(
    ui: &Ui,
    heading: Heading<'_>,
    report: &Report,
    requests: &[RequestCount],
    exit: Exit,
) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::report(report, ui.look())),
        Format::Json => ui.data(&json::sync(heading, report, requests, exit, ui.shown())?),
        Format::Jsonl => ui.events([
            Event::Checked(&report.verification),
            Event::Finished {
                plan: &report.plan,
                outcomes: &report.outcomes,
                requests,
                interrupted: report.interrupted,
                exit,
            },
        ]),
        Format::Csv => ui.data(&csv::report(report, ui.shown())?),
        Format::Markdown => ui.data(&markdown::report(heading, report, exit, ui.shown())),
    }
}

/// Writes a document that has no other form than JSON.
pub fn document(ui: &Ui, document: &serde_json::Value) -> Result<(), Error> {
    ui.data(&match ui.format() {
        Format::Jsonl => json::line(document)?,
        _ => json::document(document)?,
    })
}

/// A length of time, in words.
#[must_use]
pub fn duration(seconds: u64) -> String {
    text::duration(seconds)
}

/// Shows the requests of a run, on standard error. In JSON they are part of the report.
pub fn stats(ui: &Ui, requests: &[RequestCount]) {
    if !matches!(ui.format(), Format::Json | Format::Jsonl) {
        ui.notes(&text::stats(requests, ui.look()));
    }
}

/// Shows how an id of a type becomes a card; `None` for one that is ignored. [`offers`] has kept
/// other forms than a table and JSON away.
pub fn card(ui: &Ui, id_type: &str, reading: Option<&Reading>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv | Format::Markdown => {
            ui.page(&text::card(id_type, reading, ui.look()))
        }
        Format::Jsonl => ui.data(&json::card_line(id_type, reading, ui.shown())?),
        Format::Json => ui.data(&json::card(id_type, reading, ui.shown())?),
    }
}

/// Shows what a check of files found: the gravest findings, with `-v` all that are kept.
/// `reported`: whether they are in a file, too. [`offers`] has kept other forms than a table, CSV
/// and JSON away.
pub fn survey(ui: &Ui, survey: &Survey, reported: bool) -> Result<(), Error> {
    let rest = if reported {
        "the report has them"
    } else {
        "--report FILE writes them into a file; -v or --output json shows them"
    };
    match ui.format() {
        Format::Table | Format::Markdown | Format::Jsonl => {
            ui.page(&findings::page(survey, ui.verbosity() > 0, rest, ui.look()))
        }
        Format::Csv => ui.data(&findings::rows(survey.findings.kept())?),
        Format::Json => ui.data(&findings::survey(survey)?),
    }
}

/// Findings as CSV that is safe to open.
///
/// # Errors
/// If it can't be put into text.
pub fn findings_csv(findings: &[Finding]) -> Result<String, Error> {
    findings::rows(findings)
}

/// Shows what was seen of Atrium, and the problem that the profile does not fit, if that is so.
/// [`offers`] has kept other forms than a table and JSON away.
pub fn source_test(
    ui: &Ui,
    profile: &str,
    look: &Look,
    problem: Option<&str>,
) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Markdown | Format::Csv => {
            ui.page(&text::source_test(profile, look, problem, ui.look()))
        }
        Format::Json | Format::Jsonl => {
            ui.data(&json::source_test(profile, look, problem, ui.shown())?)
        }
    }
}
