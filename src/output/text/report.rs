//! What became of a plan, as a person reads it.

use crate::model::plan::Operation;
use crate::model::report::{Outcome, Report, RequestCount, Verification};

use super::{KINDS, Look, Page, ROWS, Tone, by_code, count, id, number, remedy};

/// An operation that was not done: the operation, the code and the detail.
struct Undone<'a> {
    operation: &'a Operation,
    code: crate::model::reason::Code,
    detail: &'a str,
}

/// What a run did, to be read below its plan.
pub(in crate::output) fn report(report: &Report, look: Look) -> Page {
    let mut page = Page::new(look);
    let (mut failed, mut skipped) = (Vec::new(), Vec::new());
    let mut owed = 0;
    let operations = &report.plan.operations;
    for (operation, outcome) in operations.iter().zip(&report.outcomes) {
        match outcome {
            Outcome::Done { .. } => {}
            Outcome::Owed { .. } => owed += 1,
            Outcome::Failed { code, detail } => failed.push(Undone {
                operation,
                code: *code,
                detail,
            }),
            Outcome::Skipped { code } => skipped.push(Undone {
                operation,
                code: *code,
                detail: "",
            }),
        }
    }
    undone(&mut page, "Failed", &failed);
    undone(&mut page, "Not tried", &skipped);
    page.gap();
    done(&mut page, report);
    let mut beside = Vec::new();
    for (many, word) in [
        (failed.len(), "failed"),
        (skipped.len(), "not tried"),
        (owed, "owed (frozen while the user is deactivated)"),
        (report.plan.held.len(), "held"),
        (report.plan.left_alone.len(), "left alone"),
    ] {
        if many > 0 {
            beside.push(format!("{} {word}", number(many as u64)));
        }
    }
    if !beside.is_empty() {
        page.paragraph(Tone::Plain, "", &format!("{}.", beside.join(", ")));
    }
    if report.interrupted {
        page.line(
            Tone::Care,
            "Interrupted: what was begun is finished; sync again for the rest.",
        );
    }
    verification(&mut page, report);
    page
}

fn done(page: &mut Page, report: &Report) {
    let parts = KINDS.iter().filter_map(|words| {
        let pairs = report.plan.operations.iter().zip(&report.outcomes);
        let many = pairs
            .filter(|(operation, outcome)| {
                operation.change.kind() == words.kind && outcome.is_done()
            })
            .count() as u64;
        let what = count(many, words.one, words.more);
        (many > 0).then(|| format!("{what} {}", words.done))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        page.line(Tone::Heading, "Nothing was changed.");
    } else {
        let text = format!("Done: {}.", parts.join(", "));
        page.paragraph(Tone::Heading, "", &text);
    }
}

fn undone(page: &mut Page, head: &str, items: &[Undone<'_>]) {
    for (code, items) in by_code(items, |item| item.code) {
        let many = number(items.len() as u64);
        page.section(
            Tone::Loss,
            format!("{head} ({many}), {code}: {}", code.title()),
        );
        remedy(page, code);
        page.short_table(&["action", "who", "id", "detail"], &items, ROWS, |item| {
            vec![vec![
                item.operation.change.kind().name().to_owned(),
                item.operation.label.to_string(),
                id(&item.operation.subject),
                item.detail.to_owned(),
            ]]
        });
    }
}

fn verification(page: &mut Page, report: &Report) {
    match &report.verification {
        Verification::InStep if !report.plan.held.is_empty() => {
            page.line(
                Tone::Plain,
                "Checked: nothing is left to do but what is held.",
            );
        }
        Verification::InStep => page.line(Tone::Plain, "Checked: nothing is left to do."),
        Verification::Remaining { operations } => {
            let many = count(operations.len() as u64, "change is", "changes are");
            page.section(Tone::Care, format!("Checked: {many} left to do"));
            let operations: Vec<_> = operations.iter().collect();
            page.short_table(
                &["action", "who", "id", "why"],
                &operations,
                ROWS,
                |operation| {
                    vec![vec![
                        operation.change.kind().name().to_owned(),
                        operation.label.to_string(),
                        id(&operation.subject),
                        operation.why.to_string(),
                    ]]
                },
            );
        }
        Verification::NotChecked { why } => {
            page.paragraph(
                Tone::Care,
                "",
                &format!("Not checked: {}.", why.trim_end_matches('.')),
            );
        }
    }
}

/// The requests of a run.
pub(in crate::output) fn stats(requests: &[RequestCount], look: Look) -> Page {
    let mut page = Page::new(look);
    let row =
        |name: &str, sent: u64, retries: u64| vec![name.to_owned(), number(sent), number(retries)];
    let mut rows: Vec<_> = requests
        .iter()
        .map(|count| row(&count.endpoint, count.sent, count.retries))
        .collect();
    rows.push(row(
        "total",
        requests.iter().map(|count| count.sent).sum(),
        requests.iter().map(|count| count.retries).sum(),
    ));
    page.table(0, &["request", "sent", "of them retries"], rows);
    page
}
