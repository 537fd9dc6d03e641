//! The SCIM token: made, tried, looked at; never its value, but where somebody asked for that.

use jiff::Timestamp;
use serde::Serialize;

use super::csv::Table;
use super::json::{self, Schema, document, line};
use super::markdown::summary::Summary;
use super::page::{Look, Page, Tone};
use super::text::{count, number};
use super::{Format, Ui};
use crate::error::{Error, Exit};
use crate::model::Text;
use crate::model::checkup::Verdict;
use crate::secret::{Secret, short_fingerprint};

/// The column in which values begin.
const LABEL: usize = 12;

/// What is known of a token that was made.
#[derive(Clone, Copy, Debug)]
pub struct TokenFacts<'a> {
    /// Its fingerprint, whole.
    pub fingerprint: &'a str,
    /// When it was made; `None` if that is not known.
    pub made: Option<Timestamp>,
    /// The email domains that it is for; `None` if not known.
    pub domains: Option<&'a [String]>,
    /// Whether Command sends invitations; `None` if not known.
    pub invites: Option<bool>,
}

/// Where a new token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    /// In the store of this name.
    In(&'a str),
    /// Only where it is shown.
    Nowhere,
}

/// A token that was made.
#[derive(Clone, Copy, Debug)]
pub struct TokenMade<'a> {
    /// The command that made it.
    pub command: &'static str,
    /// The profile's name.
    pub profile: &'a str,
    /// What is known of it.
    pub facts: TokenFacts<'a>,
    /// Where it is.
    pub kept: Kept<'a>,
    /// The token, if it is to be shown.
    pub token: Option<&'a Secret>,
    /// The code that the command ends with.
    pub exit: Exit,
}

/// That a token was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The code for it.
    pub exit: Exit,
    /// What happened, as a sentence.
    pub words: String,
}

/// What is known of a token.
#[derive(Clone, Debug)]
pub struct TokenState<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// Where it comes from.
    pub origin: String,
    /// What is known of it.
    pub facts: TokenFacts<'a>,
    /// Who says what domains it is for, in a word.
    pub domains_from: Option<&'static str>,
    /// When Command last took it; `None` if not known.
    pub last_good: Option<Timestamp>,
    /// What came of trying it, if it was tried.
    pub tried: Option<&'a Tried>,
    /// The time.
    pub now: Timestamp,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name in documents.
    pub name: &'static str,
    /// What it came to.
    pub verdict: Verdict,
    /// The same in words.
    pub words: String,
    /// What to do; empty if it is as it should be.
    pub remedy: &'static str,
    /// The code for it.
    pub exit: Exit,
}

/// A token that was tried in every way that changes nothing.
#[derive(Clone, Debug)]
pub struct TokenTest<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The SCIM address.
    pub address: &'a str,
    /// Where the token comes from.
    pub origin: String,
    /// Its fingerprint, whole.
    pub fingerprint: &'a str,
    /// What was looked at.
    pub checks: &'a [Check],
    /// The code that the command ends with.
    pub exit: Exit,
}

/// An email domain of Atrium's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRow {
    /// The domain, folded.
    pub domain: String,
    /// How many people of Atrium have it.
    pub people: u64,
    /// Whether the token is for it; `None` if that is not known.
    pub allowed: Option<bool>,
    /// Whether anybody in Atrium has it.
    pub in_atrium: bool,
}

/// Somebody outside the token's domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    /// Atrium's id.
    pub campus_id: Text,
    /// First and last name.
    pub name: Text,
    /// The email address.
    pub email: Text,
}

/// The domains of a token and of Atrium's people.
#[derive(Clone, Debug)]
pub struct DomainsReport<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The domains of the token; `None` if not known.
    pub known: Option<&'a [String]>,
    /// Who says so, in a word.
    pub from: Option<&'static str>,
    /// Each domain, with its people.
    pub rows: &'a [DomainRow],
    /// Who is outside.
    pub outside: &'a [Outsider],
    /// How many people have no address that can be read.
    pub without: u64,
    /// The command that makes a token for everybody.
    pub remedy: Option<&'a str>,
}

/// Shows the steps of something that a person has to do, on standard error.
pub fn steps(ui: &Ui, head: &str, steps: &[String]) {
    let mut page = Page::new(ui.look());
    page.paragraph(Tone::Heading, "", head);
    for (at, step) in (1..).zip(steps) {
        page.paragraph(Tone::Plain, &format!("  {at}. "), step);
    }
    ui.notes(&page);
}

fn field(page: &mut Page, label: &str, value: &str) {
    page.paragraph(Tone::Plain, &format!("  {label:LABEL$}"), value);
}

fn domains_words(domains: Option<&[String]>) -> String {
    match domains {
        None => "unknown".to_owned(),
        Some([]) => "none".to_owned(),
        Some(domains) => domains.join(", "),
    }
}

fn invites_words(invites: Option<bool>) -> &'static str {
    match invites {
        None => "unknown",
        Some(true) => "sent to everybody whom SCIM creates",
        Some(false) => "not sent",
    }
}

/// Shows a token that was made. With `--output raw` that goes to standard error.
///
/// # Errors
/// As of [`Ui::data`]; so for every function here.
pub fn token_made(ui: &Ui, made: &TokenMade<'_>) -> Result<(), Error> {
    if ui.is_raw() {
        ui.notes(&made_page(ui, made));
        return Ok(());
    }
    match ui.format() {
        Format::Table | Format::Csv | Format::Markdown => {
            ui.data(&made_page(ui, made).render(false))
        }
        Format::Json => ui.data(&document(&made_document(made))?),
        Format::Jsonl => ui.data(&line(&made_document(made))?),
    }
}

fn made_page(ui: &Ui, made: &TokenMade<'_>) -> Page {
    let mut page = Page::new(ui.look());
    page.paragraph(
        Tone::Gain,
        "",
        "A new SCIM token was made; the one before is dead.",
    );
    let facts = &made.facts;
    field(
        &mut page,
        "fingerprint",
        short_fingerprint(facts.fingerprint),
    );
    field(&mut page, "domains", &domains_words(facts.domains));
    field(&mut page, "invitations", invites_words(facts.invites));
    match made.kept {
        Kept::In(store) => field(&mut page, "kept in", store),
        Kept::Nowhere => field(&mut page, "kept", "nowhere: it is shown this once"),
    }
    if let Some(token) = made.token {
        page.gap();
        // A line of its own, so that it is never broken.
        page.line(Tone::Plain, token.expose());
    }
    page.gap();
    let test = match made.kept {
        Kept::In(_) => "Try it: atriumctl token test. ",
        // What is nowhere can't be tried by itself.
        Kept::Nowhere => "",
    };
    let text =
        format!("{test}Other clients of the organization's token, such as Okta, need the new one.");
    page.paragraph(Tone::Faint, "", &ui.command(&text));
    page
}

#[derive(Serialize)]
struct FactsDocument<'a> {
    fingerprint: &'a str,
    /// `null` if not known; so for the others.
    made: Option<String>,
    email_domains: Option<&'a [String]>,
    send_invites: Option<bool>,
}

impl<'a> From<&TokenFacts<'a>> for FactsDocument<'a> {
    fn from(facts: &TokenFacts<'a>) -> Self {
        FactsDocument {
            fingerprint: facts.fingerprint,
            made: facts.made.map(time),
            email_domains: facts.domains,
            send_invites: facts.invites,
        }
    }
}

fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}

#[derive(Serialize)]
struct MadeDocument<'a> {
    command: &'static str,
    profile: &'a str,
    #[serde(flatten)]
    facts: FactsDocument<'a>,
    /// The store that has it; `null` if it is only here.
    kept_in: Option<&'a str>,
    /// The token itself, if it was asked for or is nowhere else.
    token: Option<&'a str>,
    exit: u8,
}

/// `atriumctl.token/1`: a token that was made.
fn made_document<'a>(made: &'a TokenMade<'_>) -> Schema<MadeDocument<'a>> {
    Schema {
        schema: "atriumctl.token/1",
        document: MadeDocument {
            command: made.command,
            profile: made.profile,
            facts: FactsDocument::from(&made.facts),
            kept_in: match made.kept {
                Kept::In(store) => Some(store),
                Kept::Nowhere => None,
            },
            token: made.token.map(Secret::expose),
            exit: made.exit.code(),
        },
    }
}

/// Shows what is known of a token.
pub fn token_state(ui: &Ui, state: &TokenState<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv | Format::Markdown => ui.page(&state_page(state, ui.look())),
        Format::Json => ui.data(&document(&state_document(state))?),
        Format::Jsonl => ui.data(&line(&state_document(state))?),
    }
}

/// A time with how long ago it is.
fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else {
        return "unknown".to_owned();
    };
    let seconds = u64::try_from(now.duration_since(at).as_secs()).unwrap_or(0);
    let ago = match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} ago", count(seconds / 60, "minute", "minutes")),
        3_600..86_400 => format!("{} ago", count(seconds / 3_600, "hour", "hours")),
        _ => format!("{} ago", count(seconds / 86_400, "day", "days")),
    };
    format!("{}, {ago}", time(at))
}

fn state_page(state: &TokenState<'_>, look: Look) -> Page {
    let mut page = Page::new(look);
    let head = format!("SCIM token of the profile {}", state.profile);
    page.paragraph(Tone::Heading, "", &head);
    let facts = &state.facts;
    field(&mut page, "from", &state.origin);
    field(
        &mut page,
        "fingerprint",
        short_fingerprint(facts.fingerprint),
    );
    field(&mut page, "made", &ago(facts.made, state.now));
    let domains = domains_words(facts.domains);
    let domains = match state.domains_from {
        Some("profile") => format!("{domains} (as the profile says)"),
        Some("ledger") => format!("{domains} (as it was made)"),
        Some("command") => format!("{domains} (as Command says of the one in force)"),
        _ => domains,
    };
    field(&mut page, "domains", &domains);
    field(&mut page, "invitations", invites_words(facts.invites));
    field(&mut page, "last good", &ago(state.last_good, state.now));
    match state.tried {
        Some(Tried { exit, words }) => {
            let tone = match exit {
                Exit::Done => Tone::Gain,
                _ => Tone::Loss,
            };
            page.gap();
            page.paragraph(tone, "", &format!("{words}."));
        }
        None => {
            page.gap();
            page.paragraph(Tone::Faint, "", "Not tried now: --check tries it.");
        }
    }
    page
}

#[derive(Serialize)]
struct TriedDocument<'a> {
    ok: bool,
    detail: &'a str,
}

#[derive(Serialize)]
struct StateDocument<'a> {
    command: &'static str,
    profile: &'a str,
    origin: &'a str,
    #[serde(flatten)]
    facts: FactsDocument<'a>,
    domains_from: Option<&'static str>,
    last_good: Option<String>,
    tried: Option<TriedDocument<'a>>,
}

/// `atriumctl.token/1`: what is known of a token.
fn state_document<'a>(state: &'a TokenState<'_>) -> Schema<StateDocument<'a>> {
    Schema {
        schema: "atriumctl.token/1",
        document: StateDocument {
            command: "token status",
            profile: state.profile,
            origin: &state.origin,
            facts: FactsDocument::from(&state.facts),
            domains_from: state.domains_from,
            last_good: state.last_good.map(time),
            tried: state.tried.map(|tried| TriedDocument {
                ok: tried.exit == Exit::Done,
                detail: &tried.words,
            }),
        },
    }
}

/// Shows what came of trying a token in every way.
pub fn token_test(ui: &Ui, test: &TokenTest<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv | Format::Markdown => ui.page(&test_page(ui, test)),
        Format::Json => ui.data(&document(&test_document(ui, test))?),
        Format::Jsonl => ui.data(&line(&test_document(ui, test))?),
    }
}

fn test_page(ui: &Ui, test: &TokenTest<'_>) -> Page {
    let mut page = Page::new(ui.look());
    let head = format!(
        "SCIM token of the profile {}, at {}",
        test.profile, test.address
    );
    page.paragraph(Tone::Heading, "", &head);
    field(&mut page, "from", &test.origin);
    field(
        &mut page,
        "fingerprint",
        short_fingerprint(test.fingerprint),
    );
    page.gap();
    for check in test.checks {
        let tone = match check.verdict {
            Verdict::Ok => Tone::Plain,
            Verdict::Warning => Tone::Care,
            Verdict::Failure => Tone::Loss,
        };
        let lead = format!("  {:9}", check.verdict.word());
        page.paragraph(tone, &lead, &check.words);
        if !check.remedy.is_empty() {
            page.paragraph(Tone::Plain, "           → ", &ui.command(check.remedy));
        }
    }
    page.gap();
    let of = |verdict| {
        test.checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count() as u64
    };
    let words = match (of(Verdict::Failure), of(Verdict::Warning)) {
        (0, 0) => "All is well.".to_owned(),
        (0, warnings) => format!("It works, with {}.", count(warnings, "warning", "warnings")),
        (failures, _) => format!("It does not: {}.", count(failures, "failure", "failures")),
    };
    page.paragraph(Tone::Heading, "", &words);
    page
}

#[derive(Serialize)]
struct CheckDocument<'a> {
    check: &'static str,
    verdict: &'static str,
    detail: &'a str,
    remedy: String,
}

#[derive(Serialize)]
struct TestDocument<'a> {
    profile: &'a str,
    address: &'a str,
    origin: &'a str,
    fingerprint: &'a str,
    checks: Vec<CheckDocument<'a>>,
    exit: u8,
}

/// `atriumctl.token-test/1`: what came of trying a token.
fn test_document<'a>(ui: &Ui, test: &'a TokenTest<'_>) -> Schema<TestDocument<'a>> {
    let checks = test.checks.iter().map(|check| CheckDocument {
        check: check.name,
        verdict: check.verdict.word(),
        detail: &check.words,
        remedy: ui.command(check.remedy),
    });
    Schema {
        schema: "atriumctl.token-test/1",
        document: TestDocument {
            profile: test.profile,
            address: test.address,
            origin: &test.origin,
            fingerprint: test.fingerprint,
            checks: checks.collect(),
            exit: test.exit.code(),
        },
    }
}

/// Shows the domains of a token and of Atrium's people.
pub fn token_domains(ui: &Ui, report: &DomainsReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&domains_page(report, ui.look())),
        Format::Json => ui.data(&document(&domains_document(report))?),
        Format::Jsonl => ui.data(&domain_lines(report)?),
        Format::Csv => ui.data(&domains_csv(report)?),
        Format::Markdown => ui.data(&domains_markdown(report)),
    }
}

fn allowed_words(row: &DomainRow) -> &'static str {
    match (row.allowed, row.in_atrium) {
        (Some(true), true) => "yes",
        (Some(true), false) => "yes, and nobody in Atrium has it",
        (Some(false), _) => "no",
        (None, _) => "unknown",
    }
}

fn domains_head(report: &DomainsReport<'_>) -> String {
    let from = match report.from {
        Some("profile") => ", as the profile says",
        Some("ledger") => ", as it was made",
        Some("command") => ", as Command says",
        _ => "",
    };
    match report.known {
        Some(known) => format!("The token is for {}{from}.", domains_words(Some(known))),
        None => "It is not known which domains the token is for.".to_owned(),
    }
}

fn domains_page(report: &DomainsReport<'_>, look: Look) -> Page {
    let mut page = Page::new(look);
    let head = format!("Email domains of the profile {}", report.profile);
    page.paragraph(Tone::Heading, "", &head);
    page.paragraph(Tone::Plain, "", &domains_head(report));
    page.gap();
    let rows = report.rows.iter().map(|row| {
        let words = allowed_words(row).to_owned();
        vec![row.domain.clone(), number(row.people), words]
    });
    page.table(2, &["domain", "people", "in the token"], rows.collect());
    if report.without > 0 {
        let many = count(report.without, "person has", "people have");
        let text = format!("{many} no email address that can be read.");
        page.paragraph(Tone::Faint, "  ", &text);
    }
    if !report.outside.is_empty() {
        let many = count(report.outside.len() as u64, "person", "people");
        let head = format!("Outside the token's domains: {many}, left alone by a sync");
        page.section(Tone::Care, head);
        let row = |who: &Outsider| {
            let cells = [&who.name, &who.campus_id, &who.email];
            vec![cells.map(|cell| cell.to_string()).to_vec()]
        };
        page.short_table(&["name", "campus id", "email"], report.outside, 20, row);
    }
    if let Some(remedy) = report.remedy {
        page.gap();
        page.paragraph(
            Tone::Plain,
            "→ ",
            "A token that is for all of them (it kills the one before, for Okta, too):",
        );
        page.line(Tone::Plain, format!("  {remedy}"));
    }
    page
}

#[derive(Serialize)]
struct DomainDocument<'a> {
    domain: &'a str,
    people: u64,
    /// `null` if not known.
    in_token: Option<bool>,
}

impl<'a> From<&'a DomainRow> for DomainDocument<'a> {
    fn from(row: &'a DomainRow) -> Self {
        DomainDocument {
            domain: &row.domain,
            people: row.people,
            in_token: row.allowed,
        }
    }
}

#[derive(Serialize)]
struct OutsiderDocument<'a> {
    campus_id: &'a str,
    name: &'a str,
    email: &'a str,
}

#[derive(Serialize)]
struct DomainsDocument<'a> {
    profile: &'a str,
    /// `null` if not known.
    token_domains: Option<&'a [String]>,
    domains_from: Option<&'static str>,
    domains: Vec<DomainDocument<'a>>,
    outside: Vec<OutsiderDocument<'a>>,
    without_email: u64,
    remedy: Option<&'a str>,
}

/// `atriumctl.token-domains/1`: the domains of a token and of Atrium's people.
fn domains_document<'a>(report: &'a DomainsReport<'_>) -> Schema<DomainsDocument<'a>> {
    let outside = report.outside.iter().map(|who| OutsiderDocument {
        campus_id: &who.campus_id,
        name: &who.name,
        email: &who.email,
    });
    Schema {
        schema: "atriumctl.token-domains/1",
        document: DomainsDocument {
            profile: report.profile,
            token_domains: report.known,
            domains_from: report.from,
            domains: report.rows.iter().map(DomainDocument::from).collect(),
            outside: outside.collect(),
            without_email: report.without,
            remedy: report.remedy,
        },
    }
}

/// `atriumctl.token-domain/1`: a domain a line.
fn domain_lines(report: &DomainsReport<'_>) -> Result<String, Error> {
    let rows = report.rows.iter().map(DomainDocument::from);
    json::lines("atriumctl.token-domain/1", rows)
}

fn domains_csv(report: &DomainsReport<'_>) -> Result<String, Error> {
    let mut table = Table::new(&["domain", "people", "in_token"])?;
    for row in report.rows {
        let in_token = match row.allowed {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        };
        table.row(&[&row.domain, &row.people.to_string(), in_token])?;
    }
    table.finish()
}

fn domains_markdown(report: &DomainsReport<'_>) -> String {
    let mut summary = Summary::new(super::card::Shown::default());
    summary.heading(2, "Email domains and the SCIM token");
    summary.paragraph(&domains_head(report));
    let head = ["domain", "people", "in the token"];
    summary.list(&head, report.rows, 50, |row| {
        let words = allowed_words(row).to_owned();
        vec![row.domain.clone(), number(row.people), words]
    });
    if let Some(remedy) = report.remedy {
        summary.paragraph(&format!("A token that is for all of them: {remedy}"));
    }
    summary.finish()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
