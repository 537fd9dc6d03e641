//! The only place that prints. Data goes to standard output, everything else to standard error;
//! each kind of answer has a form for people (`text`) and one for programs (`json`).

mod card;
mod json;
mod metadata;
mod page;
mod progress;
mod sanitize;
mod text;
mod ui;

use crate::error::{Error, Exit};
use crate::model::Text;
use crate::model::id_type::Reading;
use crate::model::plan::Plan;
use crate::model::reason::Code;
use crate::model::report::{Report, RequestCount};

pub use metadata::{MetadataReport, metadata, metadata_notes};
pub use progress::Progress;
pub use sanitize::clean;
pub use ui::{Colour, Format, Options, Ui};

/// What a plan is about.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The organization: its SCIM base address.
    pub organization: &'a str,
}

/// Who manages a user or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// This tool, for Atrium.
    Atrium,
    /// Another SCIM client.
    OtherClient,
    /// Nobody from outside: it was made in Command.
    Native,
}

/// One line of `inspect users`.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The server's id.
    pub id: Text,
    /// First and last name.
    pub name: Text,
    /// The campus id, if the user is linked to a person of Atrium.
    pub campus_id: Option<Text>,
    /// The email address.
    pub email: Text,
    /// Who manages it.
    pub managed_by: Manager,
    /// Whether it is active; `None` if Command does not say.
    pub active: Option<bool>,
}

/// One line of `inspect groups`.
#[derive(Clone, Debug)]
pub struct GroupRow {
    /// The server's id.
    pub id: Text,
    /// The name.
    pub name: Text,
    /// Atrium's id of the group, if it is linked to one.
    pub access_group_id: Option<Text>,
    /// Who manages it.
    pub managed_by: Manager,
    /// How many members it has; `None` if they could not be read.
    pub members: Option<u64>,
}

/// Shows what a run would do.
///
/// # Errors
/// As of [`Ui::data`]; so for every function here.
pub fn plan(ui: &Ui, heading: Heading<'_>, plan: &Plan) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::plan(heading, plan, ui.look())),
        Format::Json => ui.data(&json::plan(heading, plan, ui.shown())?),
    }
}

/// Shows what a run did. As text it stands below the plan, which was shown before; as JSON it is
/// the one document, the plan included.
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
    }
}

/// A length of time, in words.
#[must_use]
pub fn duration(seconds: u64) -> String {
    text::duration(seconds)
}

/// Shows the requests of a run, on standard error. In JSON they are part of the report.
pub fn stats(ui: &Ui, requests: &[RequestCount]) {
    if ui.format() == Format::Table {
        ui.notes(&text::stats(requests, ui.look()));
    }
}

/// Lists users with who manages them.
pub fn users(ui: &Ui, rows: &[UserRow]) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::users(rows, ui.look())),
        Format::Json => ui.data(&json::users(rows)?),
    }
}

/// Lists groups with who manages them.
pub fn groups(ui: &Ui, rows: &[GroupRow]) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::groups(rows, ui.look())),
        Format::Json => ui.data(&json::groups(rows)?),
    }
}

/// Shows how an id of a type becomes a card; `None` for one that is ignored.
pub fn card(ui: &Ui, id_type: &str, reading: Option<&Reading>) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&text::card(id_type, reading, ui.look())),
        Format::Json => ui.data(&json::card(id_type, reading, ui.shown())?),
    }
}

/// Explains one reason code, or lists them all.
pub fn explain(ui: &Ui, code: Option<Code>) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&match code {
            Some(code) => text::explain(code, ui.look()),
            None => text::codes(ui.look()),
        }),
        Format::Json => ui.data(&json::explain(
            code.as_ref().map_or(Code::ALL, std::slice::from_ref),
        )?),
    }
}
