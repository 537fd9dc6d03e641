//! Rows for spreadsheets and scripts: RFC 4180, a header first, lines ending in CR LF.
//!
//! Every cell stands in quotes, is one line without control characters, and never begins a formula:
//! one that a spreadsheet would calculate gets a `'` in front, as OWASP advises against CSV
//! injection (<https://owasp.org/www-community/attacks/CSV_Injection>). So does what follows a
//! semicolon, which separates cells where the comma is the decimal sign.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use unicode_normalization::UnicodeNormalization as _;

use super::card::Shown;
use super::sanitize::clean;
use crate::error::{Error, Exit};
use crate::model::plan::{Change, FieldChange, Held, LeftAlone, Operation, Plan, Subject, Tripped};
use crate::model::reason::Code;
use crate::model::report::{Outcome, Report, Verification};

/// The columns of plans and reports.
const COLUMNS: [&str; 19] = [
    "section",
    "action",
    "situation",
    "code",
    "kind",
    "campus_id",
    "access_group_id",
    "remote_id",
    "name",
    "card",
    "field",
    "old",
    "new",
    "why",
    "outcome",
    "detail",
    "remedy",
    "place",
    "position",
];

/// A row of a plan or a report.
#[derive(Clone, Default)]
struct Row<'a> {
    section: &'static str,
    action: &'static str,
    situation: &'static str,
    code: &'static str,
    kind: &'static str,
    campus_id: &'a str,
    access_group_id: &'a str,
    remote_id: &'a str,
    name: &'a str,
    card: String,
    field: &'static str,
    old: &'a str,
    new: &'a str,
    why: &'a str,
    outcome: &'static str,
    detail: &'a str,
    remedy: &'static str,
    place: String,
    position: String,
}

impl<'a> Row<'a> {
    fn about(mut self, subject: &'a Subject, name: &'a str, shown: Shown) -> Self {
        self.name = name;
        match subject {
            Subject::User { campus_id } => {
                self.kind = "user";
                self.campus_id = campus_id.as_str();
            }
            Subject::Group { access_group_id } => {
                self.kind = "group";
                self.access_group_id = access_group_id.as_str();
            }
            Subject::Membership {
                campus_id,
                access_group_id,
            } => {
                self.kind = "membership";
                self.campus_id = campus_id.as_str();
                self.access_group_id = access_group_id.as_str();
            }
            Subject::Card { campus_id, card } => {
                self.kind = "card";
                self.campus_id = campus_id.as_str();
                self.card = shown.card(card);
            }
            Subject::Remote { id } => {
                self.kind = "remote";
                self.remote_id = id.as_str();
            }
            Subject::Run => self.kind = "run",
        }
        self
    }

    fn because(mut self, code: Code) -> Self {
        self.code = code.name();
        self.remedy = code.remedy();
        self
    }

    fn ended(mut self, outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Done { .. } => self.outcome = "done",
            Outcome::Failed { code, detail } => {
                self.outcome = "failed";
                self.detail = detail;
                self = self.because(*code);
            }
            Outcome::Owed { code } => {
                self.outcome = "owed";
                self.code = code.name();
            }
            Outcome::Skipped { code } => {
                self.outcome = "skipped";
                self = self.because(*code);
            }
        }
        self
    }

    fn value(mut self, field: &'static str, old: &'a str, new: &'a str) -> Self {
        (self.field, self.old, self.new) = (field, old, new);
        self
    }

    fn cells(&self) -> [&str; COLUMNS.len()] {
        [
            self.section,
            self.action,
            self.situation,
            self.code,
            self.kind,
            self.campus_id,
            self.access_group_id,
            self.remote_id,
            self.name,
            &self.card,
            self.field,
            self.old,
            self.new,
            self.why,
            self.outcome,
            self.detail,
            self.remedy,
            &self.place,
            &self.position,
        ]
    }
}

/// The rows of an operation: one, or one for each value that changes.
fn operation<'a>(
    section: &'static str,
    operation: &'a Operation,
    position: Option<usize>,
    shown: Shown,
) -> Vec<Row<'a>> {
    let row = Row {
        section,
        action: operation.change.kind().name(),
        situation: operation.situation.name(),
        why: &operation.why,
        position: position.map(|at| at.to_string()).unwrap_or_default(),
        ..Row::default()
    };
    let row = row.about(&operation.subject, &operation.label, shown);
    match &operation.change {
        Change::UpdateUser { fields, .. } | Change::ReactivateUser { fields, .. }
            if !fields.is_empty() =>
        {
            let value = |change: &'a FieldChange| {
                let mut row = row.clone();
                if row.why.is_empty() {
                    row.why = change.cause.words();
                }
                row.value(change.field.name(), &change.old, &change.new)
            };
            fields.iter().map(value).collect()
        }
        Change::CreateUser { profile, .. } => vec![row.value("email", "", &profile.email)],
        Change::RenameGroup { old, new, .. } => vec![row.value("name", old, new)],
        Change::MoveCard { from, .. } => {
            let to = row.campus_id;
            vec![row.value("campus_id", from.as_str(), to)]
        }
        _ => vec![row],
    }
}

fn held(held: &Held, shown: Shown) -> Vec<Row<'_>> {
    let rows = operation("held", &held.operation, None, shown).into_iter();
    rows.map(|row| row.because(held.code)).collect()
}

fn left_alone(item: &LeftAlone, shown: Shown) -> Row<'_> {
    let row = Row {
        section: "left-alone",
        situation: item.situation.name(),
        detail: &item.detail,
        place: item
            .place
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ..Row::default()
    };
    row.about(&item.subject, &item.label, shown)
        .because(item.code)
}

fn tripped<'a>(section: &'static str, tripped: &'a Tripped) -> Row<'a> {
    let row = Row {
        section,
        kind: "run",
        detail: &tripped.detail,
        ..Row::default()
    };
    row.because(tripped.code)
}

/// What stops or holds, and what is held and left alone.
fn beside(plan: &Plan, shown: Shown) -> impl Iterator<Item = Row<'_>> {
    let stops = plan.stops.iter().map(|stop| tripped("stop", stop));
    let guards = plan.tripped.iter().map(|guard| tripped("guard", guard));
    let held = plan.held.iter().flat_map(move |item| held(item, shown));
    let left = plan.left_alone.iter();
    let left = left.map(move |item| left_alone(item, shown));
    stops.chain(guards).chain(held).chain(left)
}

/// What a run would do.
pub(super) fn plan(plan: &Plan, shown: Shown) -> Result<String, Error> {
    let operations = plan.operations.iter().enumerate();
    let operations =
        operations.flat_map(|(at, item)| operation("operation", item, Some(at), shown));
    rows(operations.chain(beside(plan, shown)))
}

/// What a run did.
pub(super) fn report(report: &Report, shown: Shown) -> Result<String, Error> {
    let outcomes = report.outcomes.iter().map(Some);
    let outcomes = outcomes.chain(std::iter::repeat(None));
    let operations = report.plan.operations.iter().enumerate().zip(outcomes);
    let operations = operations.flat_map(|((at, item), outcome)| {
        let rows = operation("operation", item, Some(at), shown).into_iter();
        rows.map(move |row| match outcome {
            Some(outcome) => row.ended(outcome),
            None => row,
        })
    });
    let checked: Vec<Row<'_>> = match &report.verification {
        Verification::InStep => Vec::new(),
        Verification::Remaining { operations } => operations
            .iter()
            .flat_map(|item| operation("remaining", item, None, shown))
            .collect(),
        Verification::NotChecked { why } => vec![Row {
            section: "not-checked",
            kind: "run",
            detail: why,
            ..Row::default()
        }],
    };
    rows(operations.chain(beside(&report.plan, shown)).chain(checked))
}

fn rows<'a>(rows: impl Iterator<Item = Row<'a>>) -> Result<String, Error> {
    let mut table = Table::new(&COLUMNS)?;
    for row in rows {
        table.row(&row.cells())?;
    }
    table.finish()
}

/// A table that is being written.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(super) fn new(head: &[&str]) -> Result<Self, Error> {
        let mut table = Table::bare();
        table.row(head)?;
        Ok(table)
    }

    /// More rows of a table whose head was written before.
    pub(super) fn bare() -> Self {
        Table(
            WriterBuilder::new()
                .quote_style(QuoteStyle::Always)
                .terminator(Terminator::CRLF)
                .from_writer(Vec::new()),
        )
    }

    pub(super) fn row(&mut self, cells: &[&str]) -> Result<(), Error> {
        let cells = cells.iter().map(|text| cell(text));
        self.0.write_record(cells).map_err(failed)
    }

    pub(super) fn finish(self) -> Result<String, Error> {
        let bytes = self.0.into_inner().map_err(failed)?;
        String::from_utf8(bytes).map_err(failed)
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Exit::Failed, anyhow::Error::new(error))
}

/// A text that is only ever text.
fn cell(text: &str) -> String {
    let text = clean(text);
    let parts = text.split(';').map(|part| {
        let sign = if is_formula(part) { "'" } else { "" };
        format!("{sign}{part}")
    });
    parts.collect::<Vec<_>>().join(";")
}

/// Whether a spreadsheet might calculate it. Blanks and quotes in front do not count, and the
/// full-width and other forms of the signs mean the same.
fn is_formula(text: &str) -> bool {
    let is_in_front = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
    };
    let first = text.trim_start_matches(is_in_front).chars().next();
    first.is_some_and(|c| {
        let plain = std::iter::once(c).nfkc().next();
        matches!(plain, Some('=' | '+' | '-' | '@' | '\u{2212}'))
    })
}
