//! What Okta says of provisioning: a page, a document, and a table for a spreadsheet.

use jiff::Timestamp;
use serde::Serialize;

use super::csv::Table;
use super::json::{Schema, document, line};
use super::page::{Look, Page, Tone};
use super::text::{count, number};
use super::{Format, Ui, markdown};
use crate::error::Error;
use crate::model::okta::status::{Cause, Failing, OktaStatus, Person, Weight};
use crate::model::okta::{AppUser, FactsFrom, LogEvent, OktaUser, recognise_event};

/// How many rows of a list a page shows, if it does not show all.
const SHOWN: usize = 10;

/// Shows what Okta says.
///
/// # Errors
/// As of [`Ui::data`].
pub fn okta_status(ui: &Ui, status: &OktaStatus) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&page(status, ui.look())),
        Format::Json => ui.data(&document(&of(status))?),
        Format::Jsonl => ui.data(&line(&of(status))?),
        Format::Csv => ui.data(&rows(status)?),
        Format::Markdown => ui.data(&markdown::okta_status(status, ui.shown())),
    }
}

/// A time for people.
pub(super) fn day_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How it ended, in a sentence.
pub(super) fn result(status: &OktaStatus) -> String {
    let (errors, warnings) = (status.count(Weight::Error), status.count(Weight::Warning));
    let counted = format!(
        "{}, {}",
        count(errors as u64, "error", "errors"),
        count(warnings as u64, "warning", "warnings")
    );
    match (errors + warnings, status.gaps.len()) {
        (0, 0) => "Nothing is wrong on Okta's side.".to_owned(),
        (0, gaps) => format!(
            "Nothing wrong was seen on Okta's side; {} not looked at.",
            count(gaps as u64, "part was", "parts were")
        ),
        (_, 0) => format!("{counted}."),
        (_, gaps) => format!(
            "{counted}; {} not looked at.",
            count(gaps as u64, "part was", "parts were")
        ),
    }
}

/// The facts of the app and of the person, each with its name.
pub(super) fn facts(status: &OktaStatus) -> Vec<(&'static str, String)> {
    let mut list = Vec::new();
    match &status.from {
        FactsFrom::Live(org) => list.push(("from", org.clone())),
        FactsFrom::Files(files) => list.push(("from", files.join(", "))),
    }
    if let Some(app) = &status.app {
        list.push((
            "app",
            format!("{} ({}, {})", app.label, app.id, app.status.word()),
        ));
        list.push(("sign-on", app.sign_on_mode.to_string()));
        let features = app.features.as_ref().map(|list| match list.as_slice() {
            [] => "none: the app does not provision".to_owned(),
            list => list.join(", "),
        });
        list.push((
            "features",
            features.unwrap_or_else(|| "not told".to_owned()),
        ));
    }
    if let Some(connection) = &status.connection {
        let url = match connection.base_url.as_str() {
            "" => String::new(),
            url => format!(", {url}"),
        };
        list.push(("connection", format!("{}{url}", connection.status.word())));
    }
    if let Some(person) = &status.person {
        of_person(person, &mut list);
    } else if let Some(states) = &status.states {
        let all: u64 = states.iter().map(|state| state.count).sum();
        list.push(("assigned", count(all, "person", "people")));
    }
    if let Some(mappings) = status.mappings {
        let broken = match status.broken_mappings.len() {
            0 => String::new(),
            broken => format!(", {} in error", number(broken as u64)),
        };
        list.push(("pushed groups", format!("{}{broken}", number(mappings))));
    }
    if status.failures.is_some() {
        let last = status.last_good_push.map(day_time);
        let last = last.unwrap_or_else(|| "none in the log that was read".to_owned());
        list.push(("last good push", last));
    }
    list.retain(|(_, value)| !value.is_empty());
    list
}

fn of_person(person: &Person, list: &mut Vec<(&'static str, String)>) {
    match &person.user {
        Some(user) => list.push((
            "user in Okta",
            format!("{} ({}, {})", user.login, user.id, user.status.word()),
        )),
        None => list.push(("user in Okta", "not seen".to_owned())),
    }
    match &person.assignment {
        Some(one) => {
            let by = one.assigned_by.word().to_lowercase();
            list.push((
                "assignment",
                format!("{} by {by}: {}", one.state.word(), one.state.meaning()),
            ));
            list.push(("user name sent", one.user_name.to_string()));
            let id = match (one.external_id.as_str(), one.id_untold) {
                ("", true) => "not told by the file",
                ("", false) => "none: never created or linked there",
                (id, _) => id,
            };
            list.push(("id in Command", id.to_owned()));
            list.push(("assigned", one.created.map(day_time).unwrap_or_default()));
            list.push(("last sent", one.last_sync.map(day_time).unwrap_or_default()));
        }
        None => list.push(("assignment", "none seen".to_owned())),
    }
    for (label, one) in &person.elsewhere {
        list.push((
            "assigned elsewhere",
            format!("{label}: {}", one.state.word()),
        ));
    }
}

/// What part of the log was read.
pub(super) fn log_words(status: &OktaStatus) -> Option<String> {
    status.failures.as_ref()?;
    let mut words = match status.log_since {
        Some(since) => format!("The log was read from {}.", day_time(since)),
        None => "The log was read from files.".to_owned(),
    };
    if let Some(cut) = &status.log_cut {
        words = format!("{words} It is not whole: {cut}.");
    }
    if status.overcome > 0 {
        let many = count(status.overcome, "failure was", "failures were");
        words = format!("{words} {many} followed by a success.");
    }
    Some(words)
}

/// Somebody for whom pushes fail.
pub(super) fn failing_rows(one: &Failing) -> Vec<String> {
    vec![
        one.who.clone(),
        one.last.map(day_time).unwrap_or_default(),
        number(one.times),
        one.remote.clone().unwrap_or_default(),
    ]
}

fn page(status: &OktaStatus, look: Look) -> Page {
    let mut page = Page::new(look);
    for (name, value) in facts(status) {
        page.paragraph(Tone::Plain, &format!("{name:<18}  "), &value);
    }
    if status.person.is_none()
        && let Some(states) = &status.states
        && !states.is_empty()
    {
        page.section(Tone::Heading, "Assignments by state");
        let rows = states.iter().map(|state| {
            vec![
                state.state.word().to_owned(),
                number(state.count),
                state.with_id.map(number).unwrap_or_default(),
                state.state.meaning().to_owned(),
            ]
        });
        page.table(
            2,
            &["state", "people", "with an id", "meaning"],
            rows.collect(),
        );
    }
    if !status.noticed.is_empty() {
        page.section(Tone::Heading, "Findings");
    }
    for noticed in &status.noticed {
        let finding = noticed.finding;
        let tone = match finding.weight() {
            Weight::Error => Tone::Loss,
            Weight::Warning => Tone::Care,
            Weight::Note => Tone::Faint,
        };
        let lead = format!("  {}: ", finding.weight().word());
        let text = format!("{} [{}]", finding.meaning(), finding.code());
        page.paragraph(tone, &lead, &text);
        page.paragraph(Tone::Plain, "    ", &noticed.detail);
        page.paragraph(Tone::Plain, "    → ", finding.remedy());
    }
    failures(&mut page, status);
    if let Some(person) = &status.person {
        events(&mut page, &person.events);
    } else {
        never_created(&mut page, status);
    }
    if !status.broken_mappings.is_empty() {
        page.section(Tone::Loss, "Pushed groups in error");
        page.short_table(
            &["group", "last push", "Okta says"],
            &status.broken_mappings,
            SHOWN,
            |one| {
                let name = [&one.source_name, &one.source_group];
                let name = name.into_iter().find(|name| !name.is_empty());
                vec![vec![
                    name.map(ToString::to_string).unwrap_or_default(),
                    one.last_push.map(day_time).unwrap_or_default(),
                    one.error_summary.clone(),
                ]]
            },
        );
    }
    if !status.gaps.is_empty() {
        page.section(Tone::Care, "Not looked at");
        for (name, gap) in &status.gaps {
            page.paragraph(Tone::Plain, &format!("  {name}: "), &gap.why());
        }
    }
    page.gap();
    if let Some(words) = log_words(status) {
        page.paragraph(Tone::Faint, "", &words);
    }
    page.paragraph(Tone::Plain, "", &result(status));
    page
}

fn failures(page: &mut Page, status: &OktaStatus) {
    for group in status.failures.iter().flatten() {
        let many = number(group.failing.len() as u64);
        page.section(
            Tone::Loss,
            format!("Failing: {} ({many})", group.cause.code()),
        );
        page.paragraph(Tone::Plain, "  ", &group.cause.to_string());
        if let Cause::Known(failure) = &group.cause {
            page.paragraph(Tone::Plain, "  → ", failure.first_check());
        }
        let head = ["who", "last", "times", "Command said"];
        page.short_table(&head, &group.failing, SHOWN, |one| vec![failing_rows(one)]);
    }
}

fn never_created(page: &mut Page, status: &OktaStatus) {
    if status.without_id.is_empty() {
        return;
    }
    let many = number(status.without_id.len() as u64);
    page.section(Tone::Loss, format!("Assigned, and never created ({many})"));
    let head = ["user name", "name", "state", "assigned"];
    page.short_table(&head, &status.without_id, SHOWN, |one| {
        vec![vec![
            one.user_name.to_string(),
            one.display_name().to_string(),
            one.state.word().to_owned(),
            one.created.map(day_time).unwrap_or_default(),
        ]]
    });
}

fn events(page: &mut Page, events: &[LogEvent]) {
    if events.is_empty() {
        return;
    }
    page.section(Tone::Heading, "Latest events");
    page.short_table(
        &["when", "event", "result", "reason"],
        events,
        SHOWN,
        |event| {
            vec![vec![
                event.published.map(day_time).unwrap_or_default(),
                event.event_type.to_string(),
                event.result.word().to_owned(),
                event.reason.clone(),
            ]]
        },
    );
}

/// One row a thing: findings, failures, people without an id, groups in error, what is missing.
fn rows(status: &OktaStatus) -> Result<String, Error> {
    let mut table = Table::new(&[
        "section", "code", "who", "when", "times", "detail", "remedy",
    ])?;
    for noticed in &status.noticed {
        let finding = noticed.finding;
        let detail = format!("{} {}", finding.meaning(), noticed.detail);
        let section = finding.weight().word();
        table.row(&[
            section,
            finding.code(),
            "",
            "",
            "",
            &detail,
            finding.remedy(),
        ])?;
    }
    for group in status.failures.iter().flatten() {
        let remedy = match &group.cause {
            Cause::Known(failure) => failure.first_check(),
            Cause::Other(_) => "",
        };
        for one in &group.failing {
            let when = one.last.map(|time| time.to_string()).unwrap_or_default();
            let detail = match &one.remote {
                Some(remote) => remote.clone(),
                None => group.cause.to_string(),
            };
            let times = one.times.to_string();
            let code = group.cause.code();
            table.row(&["failing", code, &one.who, &when, &times, &detail, remedy])?;
        }
    }
    for one in &status.without_id {
        let when = one.created.map(|time| time.to_string()).unwrap_or_default();
        let detail = one.state.word();
        table.row(&["never-created", "", &one.user_name, &when, "", detail, ""])?;
    }
    for one in &status.broken_mappings {
        let when = one
            .last_push
            .map(|time| time.to_string())
            .unwrap_or_default();
        let group = if one.source_name.is_empty() {
            &one.source_group
        } else {
            &one.source_name
        };
        table.row(&["pushed-group", "", group, &when, "", &one.error_summary, ""])?;
    }
    for (name, gap) in &status.gaps {
        table.row(&["not-looked-at", gap.word(), name, "", "", &gap.why(), ""])?;
    }
    table.finish()
}

#[derive(Serialize)]
struct StatusDocument<'a> {
    /// `live` or `files`.
    source: &'static str,
    from: Vec<&'a str>,
    taken: Timestamp,
    app: Option<AppDocument<'a>>,
    connection: Option<ConnectionDocument<'a>>,
    /// `null` if it is about everybody.
    person: Option<PersonDocument<'a>>,
    /// `null` if assignments were not looked at.
    states: Option<Vec<StateDocument<'a>>>,
    never_created: Vec<AssignmentDocument<'a>>,
    /// `null` if the log was not looked at.
    failures: Option<Vec<FailureDocument<'a>>>,
    failures_overcome: u64,
    pushed_groups: Option<u64>,
    pushed_groups_in_error: Vec<MappingDocument<'a>>,
    last_good_push: Option<Timestamp>,
    credentials_refused_since: u64,
    log_since: Option<Timestamp>,
    log_cut: Option<&'a str>,
    findings: Vec<FindingDocument<'a>>,
    not_looked_at: Vec<GapDocument>,
    requests: u64,
}

#[derive(Serialize)]
struct AppDocument<'a> {
    id: &'a str,
    name: &'a str,
    label: &'a str,
    status: &'a str,
    sign_on_mode: &'a str,
    features: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct ConnectionDocument<'a> {
    status: &'a str,
    auth_scheme: &'a str,
    base_url: &'a str,
}

#[derive(Serialize)]
struct StateDocument<'a> {
    state: &'a str,
    count: u64,
    with_id: Option<u64>,
}

#[derive(Serialize)]
struct PersonDocument<'a> {
    asked: &'a str,
    user: Option<UserDocument<'a>>,
    assignment: Option<AssignmentDocument<'a>>,
    elsewhere: Vec<ElsewhereDocument<'a>>,
    events: Vec<EventDocument<'a>>,
}

#[derive(Serialize)]
struct UserDocument<'a> {
    id: &'a str,
    login: &'a str,
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    status: &'a str,
}

#[derive(Serialize)]
struct AssignmentDocument<'a> {
    user_id: &'a str,
    user_name: &'a str,
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    assigned_by: &'a str,
    state: &'a str,
    /// `null` if there is none; `id_known` says whether the source tells.
    command_id: Option<&'a str>,
    id_known: bool,
    created: Option<Timestamp>,
    last_sync: Option<Timestamp>,
}

#[derive(Serialize)]
struct ElsewhereDocument<'a> {
    app: &'a str,
    state: &'a str,
}

#[derive(Serialize)]
struct EventDocument<'a> {
    published: Option<Timestamp>,
    event_type: &'a str,
    result: &'a str,
    reason: &'a str,
    /// The code of a known failure.
    code: Option<&'static str>,
}

#[derive(Serialize)]
struct FailureDocument<'a> {
    code: &'static str,
    meaning: String,
    first_check: Option<&'static str>,
    last: Option<Timestamp>,
    failing: Vec<FailingDocument<'a>>,
}

#[derive(Serialize)]
struct FailingDocument<'a> {
    who: &'a str,
    last: Option<Timestamp>,
    times: u64,
    remote: Option<&'a str>,
}

#[derive(Serialize)]
struct MappingDocument<'a> {
    group_id: &'a str,
    group_name: &'a str,
    error: &'a str,
    last_push: Option<Timestamp>,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    code: &'static str,
    weight: &'static str,
    meaning: &'static str,
    detail: &'a str,
    remedy: &'static str,
}

#[derive(Serialize)]
struct GapDocument {
    what: &'static str,
    why: &'static str,
    detail: String,
}

impl<'a> From<&'a AppUser> for AssignmentDocument<'a> {
    fn from(one: &'a AppUser) -> Self {
        AssignmentDocument {
            user_id: &one.id,
            user_name: &one.user_name,
            email: &one.email,
            first_name: &one.first_name,
            last_name: &one.last_name,
            assigned_by: one.assigned_by.word(),
            state: one.state.word(),
            command_id: Some(one.external_id.as_str()).filter(|id| !id.is_empty()),
            id_known: !one.id_untold,
            created: one.created,
            last_sync: one.last_sync,
        }
    }
}

impl<'a> From<&'a OktaUser> for UserDocument<'a> {
    fn from(user: &'a OktaUser) -> Self {
        UserDocument {
            id: &user.id,
            login: &user.login,
            email: &user.email,
            first_name: &user.first_name,
            last_name: &user.last_name,
            status: user.status.word(),
        }
    }
}

impl<'a> From<&'a LogEvent> for EventDocument<'a> {
    fn from(event: &'a LogEvent) -> Self {
        EventDocument {
            published: event.published,
            event_type: &event.event_type,
            result: event.result.word(),
            reason: &event.reason,
            code: recognise_event(event).map(|known| known.failure.code()),
        }
    }
}

impl<'a> From<&'a Person> for PersonDocument<'a> {
    fn from(person: &'a Person) -> Self {
        let elsewhere = person.elsewhere.iter();
        PersonDocument {
            asked: &person.asked,
            user: person.user.as_ref().map(Into::into),
            assignment: person.assignment.as_ref().map(Into::into),
            elsewhere: elsewhere
                .map(|(app, one)| ElsewhereDocument {
                    app,
                    state: one.state.word(),
                })
                .collect(),
            events: person.events.iter().map(Into::into).collect(),
        }
    }
}

/// `atriumctl.okta-status/1`.
fn of(status: &OktaStatus) -> Schema<StatusDocument<'_>> {
    let (source, from) = match &status.from {
        FactsFrom::Live(org) => ("live", vec![org.as_str()]),
        FactsFrom::Files(files) => ("files", files.iter().map(String::as_str).collect()),
    };
    Schema {
        schema: "atriumctl.okta-status/1",
        document: StatusDocument {
            source,
            from,
            taken: status.taken,
            app: status.app.as_ref().map(|app| AppDocument {
                id: &app.id,
                name: &app.name,
                label: &app.label,
                status: app.status.word(),
                sign_on_mode: &app.sign_on_mode,
                features: app
                    .features
                    .as_ref()
                    .map(|list| list.iter().map(|one| one.as_str()).collect()),
            }),
            connection: status.connection.as_ref().map(|one| ConnectionDocument {
                status: one.status.word(),
                auth_scheme: &one.auth_scheme,
                base_url: &one.base_url,
            }),
            person: status.person.as_ref().map(Into::into),
            states: status.states.as_ref().map(|states| {
                let states = states.iter().map(|state| StateDocument {
                    state: state.state.word(),
                    count: state.count,
                    with_id: state.with_id,
                });
                states.collect()
            }),
            never_created: status.without_id.iter().map(Into::into).collect(),
            failures: status.failures.as_ref().map(|groups| failures_of(groups)),
            failures_overcome: status.overcome,
            pushed_groups: status.mappings,
            pushed_groups_in_error: status
                .broken_mappings
                .iter()
                .map(|one| MappingDocument {
                    group_id: &one.source_group,
                    group_name: &one.source_name,
                    error: &one.error_summary,
                    last_push: one.last_push,
                })
                .collect(),
            last_good_push: status.last_good_push,
            credentials_refused_since: status.refused_since,
            log_since: status.log_since,
            log_cut: status.log_cut.as_deref(),
            findings: status
                .noticed
                .iter()
                .map(|noticed| FindingDocument {
                    code: noticed.finding.code(),
                    weight: noticed.finding.weight().word(),
                    meaning: noticed.finding.meaning(),
                    detail: &noticed.detail,
                    remedy: noticed.finding.remedy(),
                })
                .collect(),
            not_looked_at: status
                .gaps
                .iter()
                .map(|(what, gap)| GapDocument {
                    what,
                    why: gap.word(),
                    detail: gap.why(),
                })
                .collect(),
            requests: status.requests,
        },
    }
}

fn failures_of(groups: &[crate::model::okta::status::FailureGroup]) -> Vec<FailureDocument<'_>> {
    let groups = groups.iter().map(|group| FailureDocument {
        code: group.cause.code(),
        meaning: group.cause.to_string(),
        first_check: match &group.cause {
            Cause::Known(failure) => Some(failure.first_check()),
            Cause::Other(_) => None,
        },
        last: group.last,
        failing: group
            .failing
            .iter()
            .map(|one| FailingDocument {
                who: &one.who,
                last: one.last,
                times: one.times,
                remote: one.remote.as_deref(),
            })
            .collect(),
    });
    groups.collect()
}
