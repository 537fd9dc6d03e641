//! Where the secrets come from, and what became of one that was kept or forgotten. No form shows a
//! secret: of each there is its length and the beginning of its fingerprint.

use jiff::Timestamp;
use serde::Serialize;

use super::csv::Table;
use super::json::{Schema, document, line};
use super::markdown;
use super::page::{Look, Page, Tone};
use super::text::{count, number};
use super::{Format, Ui};
use crate::error::Error;
use crate::secret::{Origin, Place, Secret, SecretKind};

/// A kind of secret with every place that has one, the one in force first.
#[derive(Clone, Debug)]
pub struct SecretRow {
    /// The kind.
    pub kind: SecretKind,
    /// The places.
    pub places: Vec<Place>,
    /// Whether every place could be looked into. If not, a kind without a place may have one.
    pub complete: bool,
}

/// The secrets of a profile.
#[derive(Clone, Debug)]
pub struct SecretList<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The name of the store.
    pub store: &'a str,
    /// Why the store can't be used, if that is so.
    pub problem: Option<&'a str>,
    /// What there is, by kind.
    pub rows: &'a [SecretRow],
    /// The time from which ages are counted.
    pub now: Timestamp,
}

/// What keeping a secret did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// There was none.
    New,
    /// This very secret was there.
    Same,
    /// It stands in place of another one, which is forgotten.
    Replaced {
        /// The beginning of the other's fingerprint; `None` if it could not be read.
        fingerprint: Option<String>,
    },
}

/// A secret that a store keeps.
#[derive(Clone, Debug)]
pub struct SecretKept<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The name of the store.
    pub store: &'a str,
    /// What it is.
    pub kind: SecretKind,
    /// The secret, of which little is shown.
    pub secret: &'a Secret,
    /// What keeping it did.
    pub keeping: Keeping,
}

/// A secret that was to be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten {
    /// What it was.
    pub kind: SecretKind,
    /// Whether it was there.
    pub was_there: bool,
}

/// Shows where the secrets of a profile come from.
///
/// # Errors
/// As of [`Ui::data`]; so for every function here.
pub fn secrets(ui: &Ui, list: &SecretList<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&page(list, ui.look())),
        Format::Json => ui.data(&document(&json(list))?),
        Format::Jsonl => ui.data(&line(&json(list))?),
        Format::Csv => ui.data(&csv(list)?),
        Format::Markdown => ui.data(&as_markdown(list)),
    }
}

/// Says what keeping a secret did. [`super::offers`] has kept other forms than a table and JSON
/// away; so below.
pub fn kept(ui: &Ui, kept: &SecretKept<'_>) -> Result<(), Error> {
    let SecretKept {
        profile,
        store,
        kind,
        secret,
        ref keeping,
    } = *kept;
    let length = secret.expose().chars().count();
    let fingerprint = secret.short_fingerprint();
    if matches!(ui.format(), Format::Json | Format::Jsonl) {
        let (done, replaced) = match keeping {
            Keeping::New => ("kept", None),
            Keeping::Same => ("unchanged", None),
            Keeping::Replaced { fingerprint } => ("replaced", fingerprint.as_deref()),
        };
        let document = Schema {
            schema: "atriumctl.auth-set/1",
            document: KeptDocument {
                profile,
                store,
                secret: kind.word(),
                done,
                length,
                fingerprint,
                replaced_fingerprint: replaced,
            },
        };
        return written(ui, &document);
    }
    let mut page = Page::new(ui.look());
    let name = kind.name();
    let about = format!(
        "{}, fingerprint {fingerprint}",
        count(length as u64, "character", "characters")
    );
    let text = match keeping {
        Keeping::New => {
            format!("The {name} of the profile {profile} is in {store} now: {about}.")
        }
        Keeping::Same => {
            format!("This very {name} of the profile {profile} was in {store} already: {about}.")
        }
        Keeping::Replaced { .. } => {
            format!("The {name} of the profile {profile} was replaced in {store}: {about}.")
        }
    };
    page.paragraph(Tone::Plain, "", &text);
    match keeping {
        Keeping::Replaced {
            fingerprint: Some(old),
        } => page.paragraph(
            Tone::Plain,
            "",
            &format!("The one before, fingerprint {old}, is forgotten."),
        ),
        Keeping::Replaced { fingerprint: None } => page.paragraph(
            Tone::Plain,
            "",
            "What was there before could not be read, and is forgotten.",
        ),
        Keeping::New | Keeping::Same => {}
    }
    ui.page(&page)
}

/// Says which secrets were forgotten.
pub fn forgotten(ui: &Ui, profile: &str, store: &str, list: &[Forgotten]) -> Result<(), Error> {
    if matches!(ui.format(), Format::Json | Format::Jsonl) {
        let secrets = list.iter().map(|forgotten| ForgottenDocument {
            secret: forgotten.kind.word(),
            forgotten: forgotten.was_there,
        });
        let document = Schema {
            schema: "atriumctl.auth-forget/1",
            document: ForgottenDocuments {
                profile,
                store,
                secrets: secrets.collect(),
            },
        };
        return written(ui, &document);
    }
    let mut page = Page::new(ui.look());
    // Of all kinds at once, those that were never there are no news.
    let is_all = list.len() == SecretKind::ALL.len();
    if is_all && !list.iter().any(|secret| secret.was_there) {
        let text = format!("There was nothing of the profile {profile} in {store}.");
        page.paragraph(Tone::Plain, "", &text);
    }
    let told = list.iter().filter(|secret| secret.was_there || !is_all);
    for Forgotten { kind, was_there } in told {
        let name = kind.name();
        let text = match was_there {
            true => format!("The {name} of the profile {profile} is forgotten."),
            false => format!("There was no {name} of the profile {profile} in {store}."),
        };
        page.paragraph(Tone::Plain, "", &text);
    }
    ui.page(&page)
}

fn written(ui: &Ui, value: &impl Serialize) -> Result<(), Error> {
    ui.data(&match ui.format() {
        Format::Jsonl => line(value)?,
        _ => document(value)?,
    })
}

/// How long ago something was, in the largest unit of which there is at least one.
fn age(since: Option<Timestamp>, now: Timestamp) -> String {
    let Some(seconds) = seconds(since, now) else {
        return "unknown".to_owned();
    };
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match seconds {
        0..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => count(seconds / MINUTE, "minute", "minutes"),
        HOUR..DAY => count(seconds / HOUR, "hour", "hours"),
        DAY.. => count(seconds / DAY, "day", "days"),
    }
}

fn seconds(since: Option<Timestamp>, now: Timestamp) -> Option<u64> {
    let seconds = now.duration_since(since?).as_secs();
    // A clock that was set back makes nothing younger than now.
    Some(u64::try_from(seconds).unwrap_or(0))
}

/// Age and fingerprint of what a place has; what is wrong with it, if it can't be used.
fn state(place: &Place, now: Timestamp) -> [String; 2] {
    match &place.secret {
        Ok(secret) => {
            let age = match place.origin {
                // Nobody notes when a variable was set.
                Origin::Environment(_) => String::new(),
                _ => age(place.since, now),
            };
            [age, secret.short_fingerprint()]
        }
        Err(_) if place.origin == Origin::StandardInput => [String::new(), "not read".to_owned()],
        Err(_) => [String::new(), "can't be used".to_owned()],
    }
}

/// What is to be said about a kind besides its row: problems, warnings, what is hidden by what.
fn remarks(row: &SecretRow, now: Timestamp) -> Vec<String> {
    let mut remarks = Vec::new();
    for (at, place) in row.places.iter().enumerate() {
        if at > 0 {
            let [age, state] = state(place, now);
            let state = match &place.secret {
                Ok(_) => format!("fingerprint {state}"),
                Err(_) => state,
            };
            let age = match age.as_str() {
                "" => String::new(),
                age => format!("age {age}, "),
            };
            let first = row.places.first().map(|first| first.origin.to_string());
            remarks.push(format!(
                "the one of {} ({age}{state}) is hidden by {}",
                place.origin,
                first.unwrap_or_default()
            ));
        }
        if let Err(problem) = &place.secret {
            remarks.push(problem.clone());
        }
        remarks.extend(place.warnings.iter().cloned());
    }
    remarks
}

fn from(row: &SecretRow) -> String {
    let first = row.places.first();
    match first {
        Some(place) => place.origin.to_string(),
        None if row.complete => "nowhere".to_owned(),
        None => "could not look".to_owned(),
    }
}

/// What is in the store, in a sentence.
fn of_store(list: &SecretList<'_>) -> String {
    let store = list.store;
    match (list.problem, kept_here(list)) {
        (Some(problem), _) => format!("Nothing from {store}: {problem}."),
        (None, 0) => format!("Nothing is in {store}."),
        (None, kept) => format!("{} of them in {store}.", number(kept as u64)),
    }
}

fn cells(row: &SecretRow, now: Timestamp) -> Vec<String> {
    let [age, state] = match row.places.first() {
        Some(place) => state(place, now),
        None => <[String; 2]>::default(),
    };
    vec![
        row.kind.word().to_owned(),
        from(row),
        age,
        state,
        row.kind.purpose().to_owned(),
    ]
}

const HEAD: [&str; 5] = ["secret", "from", "age", "fingerprint", "for"];

fn page(list: &SecretList<'_>, look: Look) -> Page {
    let mut page = Page::new(look);
    page.line(
        Tone::Heading,
        format!("Secrets of the profile {}", list.profile),
    );
    page.gap();
    let rows = list.rows.iter().map(|row| cells(row, list.now));
    page.table(2, &HEAD, rows.collect());
    for row in list.rows {
        for remark in remarks(row, list.now) {
            page.gap();
            let lead = format!("  {}: ", row.kind.word());
            page.paragraph(Tone::Care, &lead, &remark);
        }
    }
    page.gap();
    let tone = match list.problem {
        Some(_) => Tone::Care,
        None => Tone::Faint,
    };
    page.paragraph(tone, "", &of_store(list));
    page
}

/// How many are in the store.
fn kept_here(list: &SecretList<'_>) -> usize {
    let places = list.rows.iter().flat_map(|row| &row.places);
    places
        .filter(|place| matches!(place.origin, Origin::Keyring | Origin::Sandbox))
        .count()
}

fn as_markdown(list: &SecretList<'_>) -> String {
    let title = format!("Secrets of the profile {}", list.profile);
    let head = ["secret", "from", "age", "fingerprint", "for", "remarks"];
    let rows = list.rows.iter().map(|row| {
        let mut cells = cells(row, list.now);
        cells.push(remarks(row, list.now).join("; "));
        cells
    });
    markdown::table(&title, &head, &rows.collect::<Vec<_>>(), &of_store(list))
}

/// A row a place, and one for each kind that is nowhere.
fn csv(list: &SecretList<'_>) -> Result<String, Error> {
    let mut table = Table::new(&[
        "secret",
        "for",
        "in_force",
        "origin",
        "place",
        "since",
        "fingerprint",
        "problem",
        "warnings",
    ])?;
    for row in list.rows {
        let (word, purpose) = (row.kind.word(), row.kind.purpose());
        if row.places.is_empty() {
            let problem = list.problem.unwrap_or_default();
            let origin = if row.complete { "nowhere" } else { "unknown" };
            table.row(&[word, purpose, "no", origin, "", "", "", problem, ""])?;
        }
        for (at, place) in row.places.iter().enumerate() {
            let place = PlaceDocument::new(place, list.now);
            table.row(&[
                word,
                purpose,
                if at == 0 { "yes" } else { "no" },
                place.origin,
                place.place.as_deref().unwrap_or_default(),
                &place.since.map_or_else(String::new, |at| at.to_string()),
                place.fingerprint.as_deref().unwrap_or_default(),
                place.problem.unwrap_or_default(),
                &place.warnings.join("; "),
            ])?;
        }
    }
    table.finish()
}

#[derive(Serialize)]
struct PlaceDocument<'a> {
    /// `environment`, `file`, `standard-input`, `keyring` or `sandbox`.
    origin: &'static str,
    /// The variable or the path.
    place: Option<String>,
    named_by: Option<&'a str>,
    since: Option<Timestamp>,
    age_seconds: Option<u64>,
    /// The first 12 digits of the SHA-256 of the secret.
    fingerprint: Option<String>,
    length: Option<usize>,
    /// Why it can't be used.
    problem: Option<&'a str>,
    warnings: &'a [String],
}

impl<'a> PlaceDocument<'a> {
    fn new(place: &'a Place, now: Timestamp) -> Self {
        let secret = place.secret.as_ref();
        PlaceDocument {
            origin: match place.origin {
                Origin::Environment(_) => "environment",
                Origin::File(_) => "file",
                Origin::StandardInput => "standard-input",
                Origin::Keyring => "keyring",
                Origin::Sandbox => "sandbox",
                _ => "prompt",
            },
            place: match &place.origin {
                Origin::Environment(name) => Some((*name).to_owned()),
                Origin::File(path) => Some(path.display().to_string()),
                _ => None,
            },
            named_by: place.named_by.as_deref(),
            since: place.since,
            age_seconds: seconds(place.since, now),
            fingerprint: secret.ok().map(Secret::short_fingerprint),
            length: secret.ok().map(|secret| secret.expose().chars().count()),
            problem: secret.err().map(String::as_str),
            warnings: &place.warnings,
        }
    }
}

#[derive(Serialize)]
struct RowDocument<'a> {
    secret: &'static str,
    name: &'static str,
    purpose: &'static str,
    variable: &'static str,
    file_variable: &'static str,
    /// Where a command finds it; `null` for nowhere, or, if `complete` is false, for unknown.
    from: Option<PlaceDocument<'a>>,
    /// The places that come after that one.
    hidden: Vec<PlaceDocument<'a>>,
    /// Whether every place could be looked into.
    complete: bool,
}

#[derive(Serialize)]
struct StoreDocument<'a> {
    name: &'a str,
    usable: bool,
    problem: Option<&'a str>,
}

#[derive(Serialize)]
struct ListDocument<'a> {
    profile: &'a str,
    store: StoreDocument<'a>,
    secrets: Vec<RowDocument<'a>>,
}

#[derive(Serialize)]
struct KeptDocument<'a> {
    profile: &'a str,
    store: &'a str,
    secret: &'static str,
    /// `kept`, `replaced` or `unchanged`.
    done: &'static str,
    length: usize,
    fingerprint: String,
    replaced_fingerprint: Option<&'a str>,
}

#[derive(Serialize)]
struct ForgottenDocument {
    secret: &'static str,
    /// `false`: it was not there.
    forgotten: bool,
}

#[derive(Serialize)]
struct ForgottenDocuments<'a> {
    profile: &'a str,
    store: &'a str,
    secrets: Vec<ForgottenDocument>,
}

/// `atriumctl.auth/1`: where each secret comes from.
fn json<'a>(list: &'a SecretList<'a>) -> Schema<ListDocument<'a>> {
    let rows = list.rows.iter().map(|row| {
        let mut places = row
            .places
            .iter()
            .map(|place| PlaceDocument::new(place, list.now));
        RowDocument {
            secret: row.kind.word(),
            name: row.kind.name(),
            purpose: row.kind.purpose(),
            variable: row.kind.variable(),
            file_variable: row.kind.file_variable(),
            from: places.next(),
            hidden: places.collect(),
            complete: row.complete,
        }
    });
    Schema {
        schema: "atriumctl.auth/1",
        document: ListDocument {
            profile: list.profile,
            store: StoreDocument {
                name: list.store,
                usable: list.problem.is_none(),
                problem: list.problem,
            },
            secrets: rows.collect(),
        },
    }
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
