//! A plan as a person reads it.

use crate::model::plan::{
    Change, ChangeKind, Cost, Counts, FieldChange, LeftAlone, Operation, Plan,
};
use crate::model::reason::{Code, Situation};
use crate::output::Heading;

use super::{
    KINDS, Look, NAMES, Page, ROWS, Tone, by_code, card_of, count, duration, id, listed, number,
    remedy, value, who,
};

/// From how many seconds on it is told how long the requests for cards take.
const PACE_TOLD_FROM: u64 = 10;

/// From how many people on it is told that their cards were not read. A few are in every run:
/// leavers, and people without a card.
const UNREAD_TOLD_FROM: u64 = 10;

/// What a run would do.
pub(in crate::output) fn plan(heading: Heading<'_>, plan: &Plan, look: Look) -> Page {
    let mut page = Page::new(look);
    page.line(
        Tone::Faint,
        format!("{} → {}", heading.profile, heading.organization),
    );
    for words in &KINDS {
        let operations: Vec<&Operation> = plan
            .operations
            .iter()
            .filter(|operation| operation.change.kind() == words.kind)
            .collect();
        if !operations.is_empty() {
            page.section(
                words.tone,
                format!("{} ({})", words.head, number(operations.len() as u64)),
            );
            operations_table(&mut page, words.kind, &operations);
        }
    }
    held(&mut page, plan);
    left_alone(&mut page, &plan.left_alone);
    stops(&mut page, plan);
    summary(&mut page, plan);
    page
}

fn operations_table(page: &mut Page, kind: ChangeKind, operations: &[&Operation]) {
    match kind {
        ChangeKind::CreateUser => page.short_table(
            &["name", "campus id", "email", "department"],
            operations,
            ROWS,
            |operation| match &operation.change {
                Change::CreateUser { profile, .. } => vec![vec![
                    operation.label.to_string(),
                    id(&operation.subject),
                    profile.email.to_string(),
                    profile.department.to_string(),
                ]],
                _ => Vec::new(),
            },
        ),
        ChangeKind::UpdateUser => page.short_table(
            &["name", "campus id", "field", "old → new", "cause"],
            operations,
            ROWS,
            |operation| match &operation.change {
                Change::UpdateUser { fields, .. } => field_rows(operation, fields),
                _ => Vec::new(),
            },
        ),
        ChangeKind::ReactivateUser => page.short_table(
            &["name", "campus id", "why", "with it"],
            operations,
            ROWS,
            |operation| match &operation.change {
                Change::ReactivateUser { fields, .. } => {
                    let fields = fields.iter().map(|change| {
                        let (old, new) = (value(&change.old), value(&change.new));
                        format!("{}: {old} → {new}", change.field)
                    });
                    vec![vec![
                        operation.label.to_string(),
                        id(&operation.subject),
                        operation.why.to_string(),
                        fields.collect::<Vec<_>>().join("; "),
                    ]]
                }
                _ => Vec::new(),
            },
        ),
        ChangeKind::RenameGroup => page.short_table(
            &["group id", "old → new", "cause"],
            operations,
            ROWS,
            |operation| match &operation.change {
                Change::RenameGroup {
                    old, new, cause, ..
                } => vec![vec![
                    id(&operation.subject),
                    format!("{} → {}", value(old), value(new)),
                    cause.words().to_owned(),
                ]],
                _ => Vec::new(),
            },
        ),
        ChangeKind::AddMember | ChangeKind::RemoveMember => page.short_table(
            &["person → group", "campus id / group id", "why"],
            operations,
            ROWS,
            |operation| vec![simple_row(operation)],
        ),
        ChangeKind::CreateGroup | ChangeKind::DeleteGroup => page.short_table(
            &["name", "group id", "why"],
            operations,
            ROWS,
            |operation| vec![simple_row(operation)],
        ),
        ChangeKind::AddCard | ChangeKind::RemoveCard | ChangeKind::ActivateCard => {
            // Of a long list, what is lost or stolen has to be among the rows that are shown.
            let mut operations = operations.to_vec();
            operations.sort_by_key(|operation| !is_stated(&operation.change));
            let shown = page.shown();
            let head = ["name", "campus id", "card", "why"];
            page.short_table(&head, &operations, ROWS, |operation| {
                let mut row = who(operation, shown).to_vec();
                row.push(operation.why.to_string());
                vec![row]
            });
        }
        ChangeKind::MoveCard => {
            let shown = page.shown();
            let head = ["name", "campus id", "card", "from", "why"];
            page.short_table(&head, operations, ROWS, |operation| {
                match &operation.change {
                    Change::MoveCard { from, .. } => {
                        let mut row = who(operation, shown).to_vec();
                        row.extend([from.to_string(), operation.why.to_string()]);
                        vec![row]
                    }
                    _ => Vec::new(),
                }
            });
        }
        ChangeKind::DeactivateUser | ChangeKind::DeleteUser => page.short_table(
            &["name", "campus id", "why"],
            operations,
            ROWS,
            |operation| vec![simple_row(operation)],
        ),
    }
}

/// Whether it removes a card that Atrium states as lost, stolen or inactive.
fn is_stated(change: &Change) -> bool {
    matches!(change, Change::RemoveCard { stated: true, .. })
}

fn simple_row(operation: &Operation) -> Vec<String> {
    vec![
        operation.label.to_string(),
        id(&operation.subject),
        operation.why.to_string(),
    ]
}

/// One row for each value; the name stands in the first only.
fn field_rows(operation: &Operation, fields: &[FieldChange]) -> Vec<Vec<String>> {
    let rows = fields.iter().enumerate().map(|(at, change)| {
        let first = at == 0;
        vec![
            if first {
                operation.label.to_string()
            } else {
                String::new()
            },
            if first {
                id(&operation.subject)
            } else {
                String::new()
            },
            change.field.to_string(),
            format!("{} → {}", value(&change.old), value(&change.new)),
            change.cause.words().to_owned(),
        ]
    });
    rows.collect()
}

fn held(page: &mut Page, plan: &Plan) {
    // A guard that tripped is told even if nothing that it holds is in this plan.
    let mut codes: Vec<Code> = plan.held.iter().map(|held| held.code).collect();
    codes.extend(plan.tripped.iter().map(|tripped| tripped.code));
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let held: Vec<&Operation> = plan
            .held
            .iter()
            .filter(|held| held.code == code)
            .map(|held| &held.operation)
            .collect();
        page.section(
            Tone::Care,
            format!(
                "Held ({}), {code}: {}",
                number(held.len() as u64),
                code.title()
            ),
        );
        for tripped in plan.tripped.iter().filter(|tripped| tripped.code == code) {
            page.paragraph(Tone::Plain, "  ", &tripped.detail);
        }
        remedy(page, code);
        if held.is_empty() {
            continue;
        }
        let shown = page.shown();
        let head = ["would", "who", "id", "card", "why"];
        page.short_table(&head, &held, ROWS, |operation| {
            let mut row = vec![would(operation.change.kind()).to_owned()];
            row.extend(who(operation, shown));
            row.push(operation.why.to_string());
            vec![row]
        });
    }
}

/// What would be done, as a verb.
pub(in crate::output) fn would(kind: ChangeKind) -> &'static str {
    KINDS
        .iter()
        .find(|words| words.kind == kind)
        .map_or("", |words| words.verb)
}

fn left_alone(page: &mut Page, items: &[LeftAlone]) {
    if items.is_empty() {
        return;
    }
    page.section(
        Tone::Heading,
        format!("Left alone ({})", number(items.len() as u64)),
    );
    for (at, (code, items)) in by_code(items, |item| item.code).into_iter().enumerate() {
        if at > 0 {
            page.gap();
        }
        let many = number(items.len() as u64);
        page.paragraph(
            Tone::Plain,
            "  ",
            &format!("{many} × {code}: {}", code.title()),
        );
        remedy(page, code);
        let shown = page.shown();
        let head = ["who", "id", "card", "detail", "place"];
        page.short_table(&head, &items, NAMES, |item| {
            vec![vec![
                item.label.to_string(),
                id(&item.subject),
                card_of(&item.subject, shown),
                item.detail.clone(),
                item.place
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ]]
        });
    }
}

/// Why nothing is written.
pub(super) fn stops(page: &mut Page, plan: &Plan) {
    for stop in &plan.stops {
        let heading = format!("Stopped, {}: {}", stop.code, stop.code.title());
        page.section(Tone::Loss, heading);
        page.paragraph(Tone::Plain, "  ", &stop.detail);
        remedy(page, stop.code);
    }
}

fn summary(page: &mut Page, plan: &Plan) {
    page.gap();
    page.paragraph(Tone::Heading, "", &headline(plan));
    beside(page, plan);
    if !plan.operations.is_empty() && plan.stops.is_empty() {
        page.paragraph(Tone::Plain, "", &cost(plan.cost));
    }
    cards(page, plan.counts);
    if !plan.operations.is_empty() && plan.stops.is_empty() {
        page.line(Tone::Faint, format!("Digest {}.", plan.short_digest()));
    }
}

/// The plan in a sentence.
pub(in crate::output) fn headline(plan: &Plan) -> String {
    let total = plan.operations.len() as u64;
    if !plan.stops.is_empty() {
        return "Nothing is written.".to_owned();
    }
    if total > 0 {
        let parts = KINDS.iter().filter_map(|words| {
            let operations = plan.operations.iter();
            let many = operations
                .filter(|operation| operation.change.kind() == words.kind)
                .count() as u64;
            let what = count(many, words.one, words.more);
            (many > 0).then(|| format!("{what} to {}", words.verb))
        });
        let parts: Vec<_> = parts.collect();
        return format!(
            "{}: {}.",
            count(total, "change", "changes"),
            parts.join(", ")
        );
    }
    if plan.held.is_empty() && plan.tripped.is_empty() {
        return format!("Nothing to do: {} are in step.", in_step(plan.counts));
    }
    "Nothing to do but what is held.".to_owned()
}

/// What agrees with Atrium. Cards are among it if any were read: of the others it is not known.
fn in_step(counts: Counts) -> String {
    let mut parts = vec![
        count(counts.users_in_step, "user", "users"),
        count(counts.groups_in_step, "group", "groups"),
        count(counts.memberships_in_step, "membership", "memberships"),
    ];
    if counts.cards_read > 0 {
        parts.push(count(counts.cards_in_step, "card", "cards"));
    }
    listed(&parts)
}

/// What is held and left alone.
fn beside(page: &mut Page, plan: &Plan) {
    let mut beside = Vec::new();
    if !plan.held.is_empty() {
        beside.push(format!("{} held", number(plan.held.len() as u64)));
    }
    if !plan.left_alone.is_empty() {
        let expected = plan
            .left_alone
            .iter()
            .filter(|item| item.situation == Situation::OutOfScope)
            .count() as u64;
        let many = number(plan.left_alone.len() as u64);
        beside.push(match expected {
            0 => format!("{many} left alone"),
            expected => format!(
                "{many} left alone ({} of them outside the filter)",
                number(expected)
            ),
        });
    }
    if !beside.is_empty() {
        let text = format!(
            "{}; atriumctl explain CODE says more about a reason.",
            beside.join(", ")
        );
        page.paragraph(Tone::Plain, "", &text);
    }
}

/// What the plan costs, in a sentence.
fn cost(cost: Cost) -> String {
    let mut parts = Vec::new();
    if cost.requests > 0 {
        let (one, more) = ("request that writes", "requests that write");
        parts.push(count(cost.requests, one, more));
    }
    if cost.card_requests > 0 {
        let requests = if parts.is_empty() {
            count(cost.card_requests, "request", "requests")
        } else {
            number(cost.card_requests)
        };
        let pace = if cost.card_seconds < PACE_TOLD_FROM {
            String::new()
        } else {
            let time = duration(cost.card_seconds);
            format!(" (about {time} at the allowed pace)")
        };
        parts.push(format!("{requests} for cards{pace}"));
    }
    if cost.invitations == 0 {
        return format!("It takes {}.", listed(&parts));
    }
    let (one, more) = ("invitation by email", "invitations by email");
    format!(
        "It takes {}, and up to {}, if the organization sends them.",
        parts.join(", "),
        count(cost.invitations, one, more)
    )
}

/// Of which cards nothing is said, and why.
fn cards(page: &mut Page, counts: Counts) {
    if counts.cards_unread >= UNREAD_TOLD_FROM {
        let people = number(counts.cards_unread);
        let text =
            format!("The cards of {people} people were not read: nothing about them changed.");
        page.paragraph(Tone::Faint, "", &text);
    }
    if counts.credentials_not_covered > 0 {
        let text = format!(
            "Not covered: {} in Atrium; people and access groups are synced, cards are not.",
            count(counts.credentials_not_covered, "credential", "credentials")
        );
        page.paragraph(Tone::Plain, "", &text);
        let remedy = "to sync cards: make an API key in Command under Admin > API & Integrations > \
                      API keys, and set ATRIUMCTL_API_KEY, or api_key_file in the profile";
        page.paragraph(Tone::Plain, "→ ", remedy);
    }
}
