//! What was done, in every form: the list of runs and uploads, and one of them with all of its
//! values before and after.

mod json;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::error::{Error, Exit};
use crate::model::history::{PastAction, PastCounts, PastEvent, PastMetadata, PastRun, PastUpload};

use super::card::Shown;
use super::csv::Table;
use super::json::{Schema, document, line};
use super::markdown::Summary;
use super::page::{Look, Page, Tone};
use super::text::{card_of, count, number};
use super::{Format, Ui};
use json::{ActionDocument, EventDocument, ListDocument, RunDocument};

/// The schema of both documents.
const SCHEMA: &str = "atriumctl.history/1";

/// How many rows of a list a summary shows.
const ROWS: usize = 500;

/// A list of what was done, newest first, and how many there are in all.
///
/// # Errors
/// As of [`Ui::data`].
pub fn history_list(ui: &Ui, profile: &str, events: &[PastEvent], total: u64) -> Result<(), Error> {
    let hidden = total.saturating_sub(events.len() as u64);
    match ui.format() {
        Format::Table => ui.page(&list_page(profile, events, hidden, ui.look())),
        Format::Json => ui.data(&document(&Schema {
            schema: SCHEMA,
            document: ListDocument {
                profile,
                events: events.iter().map(EventDocument::new).collect(),
                total,
            },
        })?),
        Format::Jsonl => {
            let lines = events.iter().map(|event| {
                line(&Schema {
                    schema: SCHEMA,
                    document: EventDocument::new(event),
                })
            });
            ui.data(&lines.collect::<Result<String, Error>>()?)
        }
        Format::Csv => ui.data(&list_csv(events)?),
        Format::Markdown => ui.data(&list_markdown(profile, events, hidden, ui.shown())),
    }
}

/// One run with its actions.
///
/// # Errors
/// As of [`Ui::data`].
pub fn history_run(ui: &Ui, run: &PastRun, actions: &[PastAction]) -> Result<(), Error> {
    let shown = ui.shown();
    match ui.format() {
        Format::Table => ui.page(&run_page(run, actions, ui.look())),
        Format::Json => ui.data(&document(&Schema {
            schema: SCHEMA,
            document: RunDocument {
                run: EventDocument::run(run),
                actions: actions
                    .iter()
                    .map(|action| ActionDocument::new(action, shown))
                    .collect(),
            },
        })?),
        Format::Jsonl => {
            let head = line(&Schema {
                schema: SCHEMA,
                document: EventDocument::run(run),
            });
            let lines = actions.iter().map(|action| {
                line(&Schema {
                    schema: "atriumctl.history-action/1",
                    document: ActionDocument::new(action, shown),
                })
            });
            let lines = std::iter::once(head).chain(lines);
            ui.data(&lines.collect::<Result<String, Error>>()?)
        }
        Format::Csv => ui.data(&run_csv(run, actions, shown)?),
        Format::Markdown => ui.data(&run_markdown(run, actions, shown)),
    }
}

/// One upload.
///
/// # Errors
/// As of [`Ui::data`].
pub fn history_upload(ui: &Ui, upload: &PastUpload) -> Result<(), Error> {
    let parts = || upload_rows(upload);
    match ui.format() {
        Format::Table => {
            let mut page = Page::new(ui.look());
            page.line(Tone::Heading, format!("Upload u{}", upload.id));
            for (label, before, after) in parts() {
                match before {
                    Some(before) => page.paragraph(
                        Tone::Plain,
                        &format!("  {label:16}"),
                        &format!("{} → {after}", or_nothing(&before)),
                    ),
                    None => page.paragraph(Tone::Plain, &format!("  {label:16}"), &after),
                }
            }
            page.gap();
            let id = upload.id;
            if upload.before.is_some() {
                let text = format!("atriumctl history show u{id} --before > before.xml");
                page.paragraph(
                    Tone::Faint,
                    "  what was in force before: ",
                    &ui.command(&text),
                );
            }
            let text = format!("atriumctl history show u{id} --after > after.xml");
            page.paragraph(Tone::Faint, "  what was uploaded: ", &ui.command(&text));
            ui.page(&page)
        }
        Format::Json | Format::Jsonl => {
            let answer = Schema {
                schema: SCHEMA,
                document: EventDocument::upload(upload),
            };
            ui.data(&match ui.format() {
                Format::Json => document(&answer)?,
                _ => line(&answer)?,
            })
        }
        Format::Csv => {
            let mut table = Table::new(&["field", "before", "after"])?;
            for (label, before, after) in parts() {
                table.row(&[label, &before.unwrap_or_default(), &after])?;
            }
            ui.data(&table.finish()?)
        }
        Format::Markdown => {
            let mut summary = Summary::new(ui.shown());
            summary.heading(2, &format!("Upload u{}", upload.id));
            summary.list(&["", "before", "after"], &parts(), ROWS, |row| {
                let (label, before, after) = row;
                vec![
                    (*label).to_owned(),
                    before.clone().unwrap_or_default(),
                    after.clone(),
                ]
            });
            ui.data(&summary.finish())
        }
    }
}

/// Writes metadata as it was kept, byte by byte where it is UTF-8.
///
/// # Errors
/// [`Exit::Failed`] if it is not UTF-8, and as of [`Ui::data`].
pub fn kept_file(ui: &Ui, bytes: &[u8]) -> Result<(), Error> {
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
        Error::message(Exit::Failed, "the metadata is not UTF-8")
            .hint("name a file with --out: it is saved as it was")
    })?;
    ui.data(&text)
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn when(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// How a run ended, in words.
fn ending(run: &PastRun) -> String {
    match (run.exit, run.ended) {
        (Some(code), _) => {
            let exit = Exit::ALL.iter().find(|exit| exit.code() == code);
            let meaning = exit.map_or("", |exit| exit.meaning());
            format!("{code}: {meaning}")
        }
        (None, Some(_)) => "ended".to_owned(),
        (None, None) => "cut off, or still under way".to_owned(),
    }
}

/// What is known of an upload, in words.
fn told(outcome: &str) -> &str {
    match outcome {
        "intended" => "begun; what became of it is not known",
        "read-back" => "read back, byte by byte the same",
        "normalised" => "read back, changed by the server, meaning the same",
        "proven" => "proven by the sign-on address; the certificate can't be seen",
        "unproven" => "done as far as was said; it could not be proven",
        "differs" => "something else is in force afterwards",
        "broken-off" => "broken off in the console; what was done there is not known",
        "failed" => "refused; nothing was changed",
        other => other,
    }
}

fn cells(counts: &PastCounts) -> [String; 5] {
    [
        counts.done,
        counts.failed,
        counts.owed,
        counts.skipped,
        counts.unknown,
    ]
    .map(|many| match many {
        0 => String::new(),
        many => number(many),
    })
}

const LIST: [&str; 10] = [
    "id",
    "when",
    "what",
    "ended",
    "done",
    "failed",
    "owed",
    "not tried",
    "unknown",
    "requests",
];

fn list_row(event: &PastEvent) -> Vec<String> {
    match event {
        PastEvent::Run(run) => {
            let mut row = vec![
                run.id.to_string(),
                when(run.started),
                run.command.clone(),
                ending(run),
            ];
            row.extend(cells(&run.counts));
            row.push(run.requests.map(number).unwrap_or_default());
            row
        }
        PastEvent::Upload(upload) => {
            let mut row = vec![
                format!("u{}", upload.id),
                when(upload.at),
                format!("metadata for {}", upload.client_id),
                told(&upload.outcome).to_owned(),
            ];
            row.resize(LIST.len(), String::new());
            row
        }
    }
}

fn list_page(profile: &str, events: &[PastEvent], hidden: u64, look: Look) -> Page {
    let mut page = Page::new(look);
    if events.is_empty() {
        page.line(
            Tone::Plain,
            format!("Nothing has been done yet with the profile {profile}."),
        );
        return page;
    }
    page.table(0, &LIST, events.iter().map(list_row).collect());
    if hidden > 0 {
        let hidden = number(hidden);
        page.line(
            Tone::Faint,
            format!("… and {hidden} earlier ones (--limit N shows more)"),
        );
    }
    page
}

fn list_csv(events: &[PastEvent]) -> Result<String, Error> {
    let head = [
        "id", "kind", "at", "ended_at", "what", "exit", "done", "failed", "owed", "skipped",
        "unknown", "requests", "outcome",
    ];
    let mut table = Table::new(&head)?;
    for event in events {
        let row = match event {
            PastEvent::Run(run) => {
                let counts = &run.counts;
                let optional = |value: Option<u64>| value.map(|n| n.to_string());
                [
                    run.id.to_string(),
                    "run".to_owned(),
                    run.started.to_string(),
                    run.ended.map(|at| at.to_string()).unwrap_or_default(),
                    run.command.clone(),
                    run.exit.map(|exit| exit.to_string()).unwrap_or_default(),
                    counts.done.to_string(),
                    counts.failed.to_string(),
                    counts.owed.to_string(),
                    counts.skipped.to_string(),
                    counts.unknown.to_string(),
                    optional(run.requests).unwrap_or_default(),
                    String::new(),
                ]
            }
            PastEvent::Upload(upload) => {
                let mut row: [String; 13] = Default::default();
                row[0] = format!("u{}", upload.id);
                row[1] = "upload".to_owned();
                row[2] = upload.at.to_string();
                row[4].clone_from(&upload.client_id);
                row[12].clone_from(&upload.outcome);
                row
            }
        };
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        table.row(&row)?;
    }
    table.finish()
}

fn list_markdown(profile: &str, events: &[PastEvent], hidden: u64, shown: Shown) -> String {
    let mut summary = Summary::new(shown);
    summary.heading(2, &format!("atriumctl history: {profile}"));
    if events.is_empty() {
        summary.paragraph("Nothing has been done yet.");
    }
    summary.list(&LIST, events, ROWS, list_row);
    if hidden > 0 {
        summary.paragraph(&format!("{} earlier ones are not shown.", number(hidden)));
    }
    summary.finish()
}

/// The rows of an action: one for each value, the rest in the first only.
fn action_rows(action: &PastAction, shown: Shown) -> Vec<Vec<String>> {
    let card = action
        .subject
        .as_ref()
        .map(|subject| card_of(subject, shown));
    let label = match card.filter(|card| !card.is_empty()) {
        Some(card) => format!("{}, {card}", action.label),
        None => action.label.clone(),
    };
    let outcome = match (&action.code, action.state.as_str()) {
        (Some(code), "skipped") => format!("not tried: {code}"),
        (Some(code), state) => format!("{state}: {code}"),
        (None, "intended") => "unknown".to_owned(),
        (None, state) => state.to_owned(),
    };
    let head = [
        action.position.to_string(),
        action.at.map(when).unwrap_or_default(),
        action.kind.clone(),
        label,
        action.campus_id.clone().unwrap_or_default(),
    ];
    let tail = [outcome, action.detail.clone().unwrap_or_default()];
    let values = action.values();
    let blank = || (String::new(), String::new());
    let mut changes: Vec<(String, String)> = values
        .into_iter()
        .map(|value| {
            let (before, after) = (or_nothing(&value.before), or_nothing(&value.after));
            (value.field.to_owned(), format!("{before} → {after}"))
        })
        .collect();
    if action.change.is_none() {
        changes = vec![(String::new(), "written by another version".to_owned())];
    } else if changes.is_empty() {
        changes = vec![blank()];
    }
    let rows = changes
        .into_iter()
        .enumerate()
        .map(|(at, (field, change))| {
            let first = |cells: &[String]| match at {
                0 => cells.to_vec(),
                _ => vec![String::new(); cells.len()],
            };
            let mut row = first(&head);
            row.extend([field, change]);
            row.extend(first(&tail));
            row
        });
    rows.collect()
}

const ACTIONS: [&str; 9] = [
    "no",
    "when",
    "action",
    "whom or what",
    "campus id",
    "value",
    "before → after",
    "outcome",
    "detail",
];

fn run_facts(run: &PastRun) -> Vec<(&'static str, String)> {
    let counts = &run.counts;
    let mut parts: Vec<String> = [
        (counts.done, "done"),
        (counts.failed, "failed"),
        (counts.owed, "owed"),
        (counts.skipped, "not tried"),
        (counts.unknown, "with unknown outcome"),
    ]
    .iter()
    .filter(|(many, _)| *many > 0)
    .map(|(many, word)| format!("{} {word}", number(*many)))
    .collect();
    if parts.is_empty() {
        parts.push("none".to_owned());
    }
    let optional = |value: Option<u64>| value.map(number).unwrap_or_default();
    let facts = [
        ("command", run.command.clone()),
        ("organization", run.organization.clone()),
        ("began", when(run.started)),
        ("ended", run.ended.map(when).unwrap_or_default()),
        ("result", ending(run)),
        ("let through", run.allowed.join(", ")),
        ("people", optional(run.people)),
        ("requests", optional(run.requests)),
        ("actions", parts.join(", ")),
    ];
    let facts = facts.into_iter();
    facts.filter(|(_, value)| !value.is_empty()).collect()
}

fn run_page(run: &PastRun, actions: &[PastAction], look: Look) -> Page {
    let mut page = Page::new(look);
    page.line(Tone::Heading, format!("Run {}", run.id));
    for (label, value) in run_facts(run) {
        page.paragraph(Tone::Plain, &format!("  {label:14}"), &value);
    }
    if actions.is_empty() {
        return page;
    }
    let many = count(actions.len() as u64, "action", "actions");
    page.section(Tone::Heading, many);
    let rows = actions.iter();
    let rows = rows.flat_map(|action| action_rows(action, look.shown));
    page.table(2, &ACTIONS, rows.collect());
    page
}

fn run_csv(run: &PastRun, actions: &[PastAction], shown: Shown) -> Result<String, Error> {
    let head = [
        "run",
        "position",
        "at",
        "action",
        "label",
        "campus_id",
        "card",
        "field",
        "before",
        "after",
        "outcome",
        "code",
        "detail",
    ];
    let mut table = Table::new(&head)?;
    let id = run.id.to_string();
    for action in actions {
        let position = action.position.to_string();
        let at = action.at.map(|at| at.to_string()).unwrap_or_default();
        let card = action
            .subject
            .as_ref()
            .map(|subject| card_of(subject, shown));
        let card = card.unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut row = |field: &str, before: &str, after: &str| {
            table.row(&[
                &id,
                &position,
                &at,
                &action.kind,
                &action.label,
                &text(&action.campus_id),
                &card,
                field,
                before,
                after,
                &action.state,
                &text(&action.code),
                &text(&action.detail),
            ])
        };
        let values = action.values();
        if values.is_empty() {
            row("", "", "")?;
        }
        for value in values {
            row(value.field, &value.before, &value.after)?;
        }
    }
    table.finish()
}

fn run_markdown(run: &PastRun, actions: &[PastAction], shown: Shown) -> String {
    let mut summary = Summary::new(shown);
    summary.heading(2, &format!("Run {}", run.id));
    summary.list(&["", "value"], &run_facts(run), ROWS, |(label, value)| {
        vec![(*label).to_owned(), value.clone()]
    });
    let rows = actions.iter();
    let rows: Vec<Vec<String>> = rows.flat_map(|action| action_rows(action, shown)).collect();
    summary.list(&ACTIONS, &rows, ROWS, Clone::clone);
    summary.finish()
}

/// A label, the value before where there is one, and the value after.
type UploadRow = (&'static str, Option<String>, String);

fn upload_rows(upload: &PastUpload) -> Vec<UploadRow> {
    let one = |label, value: String| (label, None, value);
    let before = |value: &dyn Fn(&PastMetadata) -> String| match &upload.before {
        Some(before) => Some(value(before)),
        None if upload.before_known => Some(String::new()),
        None => Some("not known".to_owned()),
    };
    let both = |label, value: &dyn Fn(&PastMetadata) -> String| {
        (label, before(value), value(&upload.after))
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let certificates = |metadata: &PastMetadata| {
        let certificates = metadata.certificates.iter();
        let certificates = certificates.map(|(fingerprint, until)| {
            format!("{fingerprint} until {}", until.strftime("%Y-%m-%d"))
        });
        certificates.collect::<Vec<_>>().join(", ")
    };
    vec![
        one("when", when(upload.at)),
        one("client id", upload.client_id.clone()),
        one("outcome", told(&upload.outcome).to_owned()),
        both("entity id", &|metadata| text(&metadata.entity_id)),
        both("sign-on", &|metadata| text(&metadata.sign_on)),
        both("certificates", &certificates),
        both("file's SHA-256", &|metadata| metadata.sha256.clone()),
    ]
}
