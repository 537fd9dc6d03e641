//! A summary for a CI job's page, in the Markdown of GitHub and GitLab: what came of it first, then
//! failures, what is held and left alone, and the changes last.

mod codes;
mod okta_status;
pub(super) mod summary;

use crate::error::Exit;
use crate::model::plan::{Change, FieldChange, LeftAlone, Operation, Plan, Tripped};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::report::{Outcome, Report, Verification};

use super::Heading;
use super::card::Shown;
use super::text::{KINDS, by_code, card_of, done, headline, id, number, value, would};
pub(super) use okta_status::okta_status;
pub(super) use summary::Summary;

pub(super) use codes::codes;

/// How many changes, or rows of a list, are shown.
const ROWS: usize = 500;

/// How many are shown of what is held, left alone or failed for one reason.
const OF_ONE_REASON: usize = 50;

/// An operation, and what became of it.
type Settled<'a> = (&'a Operation, Option<&'a Outcome>);

/// What a run would do.
pub(super) fn plan(heading: Heading<'_>, plan: &Plan, shown: Shown) -> String {
    let mut summary = Summary::new(shown);
    title(&mut summary, "diff", heading);
    summary.strong(&headline(plan));
    let operations: Vec<Settled<'_>> = plan.operations.iter().map(|item| (item, None)).collect();
    counts(&mut summary, plan, &operations, &[]);
    beside(&mut summary, plan);
    changes(&mut summary, &operations);
    summary.finish()
}

/// What a run did.
pub(super) fn report(heading: Heading<'_>, report: &Report, exit: Exit, shown: Shown) -> String {
    let plan = &report.plan;
    let mut summary = Summary::new(shown);
    title(&mut summary, "sync", heading);
    summary.strong(&format!("Result {}: {}.", exit.code(), exit.meaning()));
    let nothing = plan.operations.is_empty() || !plan.stops.is_empty();
    summary.paragraph(&if nothing {
        headline(plan)
    } else {
        done(report)
    });
    if report.interrupted {
        summary.paragraph("Interrupted: what was begun is finished; sync again for the rest.");
    }
    let outcomes = report.outcomes.iter().map(Some);
    let outcomes = outcomes.chain(std::iter::repeat(None));
    let mut operations: Vec<Settled<'_>> = plan.operations.iter().zip(outcomes).collect();
    counts(&mut summary, plan, &operations, &ENDS);
    failures(&mut summary, &operations);
    checked(&mut summary, report);
    beside(&mut summary, plan);
    operations.sort_by_key(|(_, outcome)| match outcome {
        Some(Outcome::Failed { .. }) => 0,
        Some(Outcome::Skipped { .. }) | None => 1,
        Some(Outcome::Owed { .. }) => 2,
        Some(Outcome::Done { .. }) => 3,
    });
    changes(&mut summary, &operations);
    summary.finish()
}

fn title(summary: &mut Summary, command: &str, heading: Heading<'_>) {
    let (profile, organization) = (heading.profile, heading.organization);
    summary.heading(
        2,
        &format!("atriumctl {command}: {profile} → {organization}"),
    );
}

/// The ways in which an operation ends.
const ENDS: [&str; 4] = ["done", "failed", "not tried", "owed"];

/// One of [`ENDS`].
fn end(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done { .. } => "done",
        Outcome::Failed { .. } => "failed",
        Outcome::Skipped { .. } => "not tried",
        Outcome::Owed { .. } => "owed",
    }
}

/// How many changes of each kind there are and how they ended, and how much stands beside them.
fn counts(summary: &mut Summary, plan: &Plan, operations: &[Settled<'_>], ends: &[&'static str]) {
    let head: Vec<&str> = ["change", "planned"]
        .into_iter()
        .chain(ends.iter().copied())
        .collect();
    let kinds = KINDS.iter().filter_map(|words| {
        let of_kind = operations
            .iter()
            .filter(|(operation, _)| operation.change.kind() == words.kind);
        let planned = of_kind.clone().count() as u64;
        let ended = ends.iter().map(|wanted| {
            let outcomes = of_kind.clone().filter_map(|(_, outcome)| *outcome);
            outcomes.filter(|outcome| end(outcome) == *wanted).count() as u64
        });
        let figures = std::iter::once(planned).chain(ended).collect();
        (planned > 0).then_some((words.head, figures))
    });
    let rows: Vec<(&str, Vec<u64>)> = kinds.collect();
    if !rows.is_empty() {
        summary.figures(&head, &rows);
    }
    let (held, left) = (plan.held.len() as u64, plan.left_alone.len() as u64);
    if held + left > 0 {
        let (held, left) = (number(held), number(left));
        summary.paragraph(&format!("{held} held, {left} left alone."));
    }
    if plan.counts.credentials_not_covered > 0 {
        let many = number(plan.counts.credentials_not_covered);
        summary.paragraph(&format!(
            "Not covered: {many} credentials in Atrium, for lack of an API key."
        ));
    }
}

/// What was not done, by reason.
fn failures(summary: &mut Summary, operations: &[Settled<'_>]) {
    let mut failed: Vec<(&Operation, Code, &str)> = Vec::new();
    let mut skipped = Vec::new();
    for (operation, outcome) in operations {
        match outcome {
            Some(Outcome::Failed { code, detail }) => failed.push((operation, *code, detail)),
            Some(Outcome::Skipped { code }) => skipped.push((*operation, *code, "")),
            _ => {}
        }
    }
    for (head, items) in [("Failed", failed), ("Not tried", skipped)] {
        if items.is_empty() {
            continue;
        }
        summary.heading(3, &format!("{head} ({})", number(items.len() as u64)));
        for (code, items) in by_code(&items, |(_, code, _)| *code) {
            summary.reason(items.len(), code);
            let shown = summary.shown();
            let head = ["change", "who", "id", "card", "detail"];
            summary.list(&head, &items, OF_ONE_REASON, |(operation, _, detail)| {
                let [change, who, id, card] = about(operation, shown);
                vec![change, who, id, card, (*detail).to_owned()]
            });
        }
    }
}

/// What the check afterwards found.
fn checked(summary: &mut Summary, report: &Report) {
    match &report.verification {
        Verification::InStep if report.plan.operations.is_empty() => {}
        Verification::InStep if report.plan.held.is_empty() => {
            summary.paragraph("Checked: nothing is left to do.");
        }
        Verification::InStep => {
            summary.paragraph("Checked: nothing is left to do but what is held.");
        }
        Verification::NotChecked { why } => {
            summary.paragraph(&format!("Not checked: {}.", why.trim_end_matches('.')));
        }
        Verification::Remaining { operations } => {
            let many = number(operations.len() as u64);
            summary.heading(3, &format!("Checked: left to do ({many})"));
            let shown = summary.shown();
            let head = ["change", "who", "id", "card", "why"];
            summary.list(&head, operations, OF_ONE_REASON, |operation| {
                let [change, who, id, card] = about(operation, shown);
                vec![change, who, id, card, operation.why.to_string()]
            });
        }
    }
}

/// What stopped the run, what is held and what is left alone.
fn beside(summary: &mut Summary, plan: &Plan) {
    for Tripped { code, detail, .. } in &plan.stops {
        summary.heading(3, "Stopped");
        summary.reason(1, *code);
        summary.paragraph(detail);
    }
    held(summary, plan);
    left_alone(summary, &plan.left_alone);
}

fn held(summary: &mut Summary, plan: &Plan) {
    if plan.held.is_empty() && plan.tripped.is_empty() {
        return;
    }
    summary.heading(3, &format!("Held ({})", number(plan.held.len() as u64)));
    // A guard that tripped is told even if nothing that it holds is in this plan.
    let mut codes: Vec<Code> = plan.held.iter().map(|held| held.code).collect();
    codes.extend(plan.tripped.iter().map(|tripped| tripped.code));
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let held = plan.held.iter().filter(|held| held.code == code);
        let held: Vec<&Operation> = held.map(|held| &held.operation).collect();
        summary.reason(held.len(), code);
        for tripped in plan.tripped.iter().filter(|tripped| tripped.code == code) {
            summary.paragraph(&tripped.detail);
        }
        let shown = summary.shown();
        let head = ["would", "who", "id", "card", "why"];
        summary.list(&head, &held, OF_ONE_REASON, |operation| {
            let [_, who, id, card] = about(operation, shown);
            let would = would(operation.change.kind()).to_owned();
            vec![would, who, id, card, operation.why.to_string()]
        });
    }
}

fn left_alone(summary: &mut Summary, items: &[LeftAlone]) {
    if items.is_empty() {
        return;
    }
    summary.heading(3, &format!("Left alone ({})", number(items.len() as u64)));
    for (code, items) in by_code(items, |item| item.code) {
        summary.reason(items.len(), code);
        // Those outside the filter are as many as the school likes, and nobody has to look.
        if items
            .iter()
            .all(|item| item.situation == Situation::OutOfScope)
        {
            continue;
        }
        let shown = summary.shown();
        let head = ["who", "id", "card", "detail", "place"];
        summary.list(&head, &items, OF_ONE_REASON, |item| {
            let place = item.place.as_ref().map(ToString::to_string);
            vec![
                item.label.to_string(),
                id(&item.subject),
                card_of(&item.subject, shown),
                item.detail.clone(),
                place.unwrap_or_default(),
            ]
        });
    }
}

fn changes(summary: &mut Summary, operations: &[Settled<'_>]) {
    if operations.is_empty() {
        return;
    }
    summary.heading(3, &format!("Changes ({})", number(operations.len() as u64)));
    let shown = summary.shown();
    let head = ["change", "who", "id", "card", "what", "why", "outcome"];
    summary.list(&head, operations, ROWS, |(operation, outcome)| {
        let [change, who, id, card] = about(operation, shown);
        let why = operation.why.to_string();
        let outcome = outcome.map(end).unwrap_or_default().to_owned();
        vec![change, who, id, card, what(operation), why, outcome]
    });
}

/// An operation's kind, the name, the id and the card.
fn about(operation: &Operation, shown: Shown) -> [String; 4] {
    [
        operation.change.kind().name().to_owned(),
        operation.label.to_string(),
        id(&operation.subject),
        card_of(&operation.subject, shown),
    ]
}

/// The values of a change.
fn what(operation: &Operation) -> String {
    let because = |cause: Cause| match operation.why.as_str() {
        "" => format!(", {}", cause.words()),
        _ => String::new(),
    };
    match &operation.change {
        Change::CreateUser { profile, .. } => profile.email.to_string(),
        Change::UpdateUser { fields, .. } | Change::ReactivateUser { fields, .. } => {
            let field = |change: &FieldChange| {
                let (old, new) = (value(&change.old), value(&change.new));
                format!("{}: {old} → {new}{}", change.field, because(change.cause))
            };
            fields.iter().map(field).collect::<Vec<_>>().join("; ")
        }
        Change::RenameGroup {
            old, new, cause, ..
        } => format!("{} → {}{}", value(old), value(new), because(*cause)),
        Change::MoveCard { from, .. } => format!("from {from}"),
        _ => String::new(),
    }
}

/// A table with its title, and a sentence below it.
pub(super) fn table(title: &str, head: &[&str], rows: &[Vec<String>], below: &str) -> String {
    let mut summary = Summary::new(Shown::default());
    summary.heading(2, title);
    summary.list(head, rows, ROWS, Vec::clone);
    summary.paragraph(below);
    summary.finish()
}
