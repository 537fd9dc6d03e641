//! What became of a plan, as a person reads it.

use crate::model::plan::{ChangeKind, Operation};
use crate::model::report::{Outcome, Report, RequestCount, Verification};

use super::{KINDS, Look, Page, ROWS, Tone, by_code, count, listed, number, remedy, who};

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
    let operations = &report.plan.operations;
    for (operation, outcome) in operations.iter().zip(&report.outcomes) {
        match outcome {
            Outcome::Done { .. } | Outcome::Owed { .. } => {}
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
    page.paragraph(Tone::Heading, "", &done(report));
    let some =
        |many: usize, word: &str| (many > 0).then(|| format!("{} {word}", number(many as u64)));
    let beside: Vec<String> = [
        some(failed.len(), "failed"),
        some(skipped.len(), "not tried"),
        owed(report),
        some(report.plan.held.len(), "held"),
        some(report.plan.left_alone.len(), "left alone"),
    ]
    .into_iter()
    .flatten()
    .collect();
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

/// What was done, in a sentence.
pub(in crate::output) fn done(report: &Report) -> String {
    let parts = KINDS.iter().filter_map(|words| {
        let many = ended(report, words.kind, Outcome::is_done);
        let what = count(many, words.one, words.more);
        (many > 0).then(|| format!("{what} {}", words.done))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "Nothing was changed.".to_owned()
    } else {
        format!("Done: {}.", parts.join(", "))
    }
}

/// What is left to be done should a deactivated user return.
fn owed(report: &Report) -> Option<String> {
    let parts = KINDS.iter().filter_map(|words| {
        let is_owed = |outcome: &Outcome| matches!(outcome, Outcome::Owed { .. });
        let many = ended(report, words.kind, is_owed);
        (many > 0).then(|| count(many, words.one, words.more))
    });
    let parts: Vec<_> = parts.collect();
    let text = format!(
        "{} owed (frozen while the user is deactivated)",
        listed(&parts)
    );
    (!parts.is_empty()).then_some(text)
}

/// How many operations of a kind ended in a certain way.
fn ended(report: &Report, kind: ChangeKind, how: impl Fn(&Outcome) -> bool) -> u64 {
    let pairs = report.plan.operations.iter().zip(&report.outcomes);
    pairs
        .filter(|(operation, outcome)| operation.change.kind() == kind && how(outcome))
        .count() as u64
}

fn undone(page: &mut Page, head: &str, items: &[Undone<'_>]) {
    for (code, items) in by_code(items, |item| item.code) {
        let many = number(items.len() as u64);
        page.section(
            Tone::Loss,
            format!("{head} ({many}), {code}: {}", code.title()),
        );
        remedy(page, code);
        let shown = page.shown();
        let head = ["action", "who", "id", "card", "detail"];
        page.short_table(&head, &items, ROWS, |item| {
            let mut row = vec![item.operation.change.kind().name().to_owned()];
            row.extend(who(item.operation, shown));
            row.push(item.detail.to_owned());
            vec![row]
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
            let shown = page.shown();
            let head = ["action", "who", "id", "card", "why"];
            page.short_table(&head, &operations, ROWS, |operation| {
                let mut row = vec![operation.change.kind().name().to_owned()];
                row.extend(who(operation, shown));
                row.push(operation.why.to_string());
                vec![row]
            });
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
