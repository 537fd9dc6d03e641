//! What `doctor` found, and what a probe found out, for people and for programs.

use std::path::Path;

use serde::Serialize;

use super::json::{Schema, document, line};
use super::page::{Look, Page, Tone};
use super::sanitize::clean;
use super::text::number;
use super::{Format, Ui};
use crate::error::{Error, Exit};
use crate::model::checkup::{Area, Check, Checkup, State};
use crate::model::observed::{Answer, Observed, Question};

/// All checks of a run.
#[derive(Clone, Copy, Debug)]
pub struct CheckupReport<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The checks.
    pub checkup: &'a Checkup,
    /// How many requests were sent to Command.
    pub requests: u64,
    /// The code that the command ends with.
    pub exit: Exit,
}

/// What a probe found out.
#[derive(Clone, Copy, Debug)]
pub struct ProbeReport<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The address of the throwaway person.
    pub email: &'a str,
    /// What was settled.
    pub observed: &'a Observed,
    /// What was not, with the reason.
    pub open: &'a [(Question, String)],
    /// What could not be removed.
    pub left: &'a [String],
    /// The profile's file that keeps the answers.
    pub kept_in: Option<&'a Path>,
    /// Whether the profile has a file at all.
    pub has_file: bool,
}

/// Shows all checks; with `-v` also what stands behind them.
///
/// # Errors
/// As of [`Ui::data`].
pub fn checkup(ui: &Ui, report: &CheckupReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv => ui.page(&page(report, ui.verbosity() > 0, ui.look())),
        Format::Markdown => ui.data(&markdown(report)),
        Format::Json => ui.data(&document(&json(report))?),
        Format::Jsonl => ui.data(&line(&json(report))?),
    }
}

/// The column in which evidence begins.
const LABEL: usize = 13;

fn label(state: State) -> (Tone, &'static str) {
    match state {
        State::Ok => (Tone::Plain, "ok"),
        State::NotLooked => (Tone::Faint, "not looked at"),
        State::Warning => (Tone::Care, "warning"),
        State::Failure(_) => (Tone::Loss, "failure"),
    }
}

fn page(report: &CheckupReport<'_>, all: bool, look: Look) -> Page {
    let mut page = Page::new(look);
    for area in Area::ALL {
        let checks = report.checkup.checks.iter();
        let mut checks = checks.filter(|check| check.area == *area).peekable();
        if checks.peek().is_none() {
            continue;
        }
        page.section(Tone::Heading, area.title());
        for check in checks {
            let (tone, word) = label(check.state);
            page.paragraph(tone, &format!("  {word:LABEL$}  "), &check.evidence);
            let below = " ".repeat(LABEL + 4);
            if !check.remedy.is_empty() {
                page.paragraph(Tone::Plain, &format!("{below}→ "), &check.remedy);
            }
            for detail in check.details.iter().filter(|_| all) {
                page.paragraph(Tone::Faint, &format!("{below}  "), detail);
            }
        }
    }
    let (tone, text) = summary(report);
    page.gap();
    page.paragraph(tone, "", &text);
    page
}

fn summary(report: &CheckupReport<'_>) -> (Tone, String) {
    let of = |word: &str| report.checkup.count(word);
    let (failures, warnings) = (of("failure"), of("warning"));
    let many = |many: u64, word: &str| match many {
        1 => format!("1 {word}"),
        many => format!("{} {word}s", number(many)),
    };
    let tone = match (failures, warnings) {
        (0, 0) => Tone::Gain,
        (0, _) => Tone::Care,
        _ => Tone::Loss,
    };
    let text = format!(
        "{}: {} ok, {}, {}, {} not looked at; {} to Command.",
        many(report.checkup.checks.len() as u64, "check"),
        number(of("ok")),
        many(warnings, "warning"),
        many(failures, "failure"),
        number(of("not-looked-at")),
        many(report.requests, "request"),
    );
    (tone, text)
}

/// A text in which nothing means anything in a cell of a Markdown table.
fn cell(text: &str) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\\' | '|' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '!' | '~' | '&' | '@' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn markdown(report: &CheckupReport<'_>) -> String {
    let mut page = format!("## atriumctl doctor: {}\n\n", cell(report.profile));
    page.push_str(&format!("**{}**\n\n", cell(&summary(report).1)));
    page.push_str("| | about | what was seen | what to do |\n|---|---|---|---|\n");
    for Check {
        area,
        state,
        evidence,
        remedy,
        ..
    } in &report.checkup.checks
    {
        page.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            label(*state).1,
            area.title(),
            cell(evidence),
            cell(remedy)
        ));
    }
    page
}

#[derive(Serialize)]
struct CheckDocument<'a> {
    area: &'static str,
    code: &'static str,
    state: &'static str,
    evidence: &'a str,
    /// `null` where there is nothing to do.
    remedy: Option<&'a str>,
    details: &'a [String],
}

#[derive(Serialize)]
struct CountsDocument {
    ok: u64,
    warning: u64,
    failure: u64,
    not_looked_at: u64,
}

#[derive(Serialize)]
struct CheckupDocument<'a> {
    profile: &'a str,
    exit: u8,
    counts: CountsDocument,
    /// Sent to Command.
    requests: u64,
    checks: Vec<CheckDocument<'a>>,
}

/// `atriumctl.doctor/1`: all checks of a run.
fn json<'a>(report: &CheckupReport<'a>) -> Schema<CheckupDocument<'a>> {
    let checkup = report.checkup;
    let checks = checkup.checks.iter().map(|check| CheckDocument {
        area: check.area.word(),
        code: check.code,
        state: check.state.word(),
        evidence: &check.evidence,
        remedy: Some(check.remedy.as_str()).filter(|remedy| !remedy.is_empty()),
        details: &check.details,
    });
    Schema {
        schema: "atriumctl.doctor/1",
        document: CheckupDocument {
            profile: report.profile,
            exit: report.exit.code(),
            counts: CountsDocument {
                ok: checkup.count("ok"),
                warning: checkup.count("warning"),
                failure: checkup.count("failure"),
                not_looked_at: checkup.count("not-looked-at"),
            },
            requests: report.requests,
            checks: checks.collect(),
        },
    }
}

/// Shows what a probe found out.
///
/// # Errors
/// As of [`Ui::data`].
pub fn probe(ui: &Ui, report: &ProbeReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv => ui.page(&probe_page(report, ui.look())),
        Format::Markdown => ui.data(&probe_markdown(report)),
        Format::Json => ui.data(&document(&probe_json(report))?),
        Format::Jsonl => ui.data(&line(&probe_json(report))?),
    }
}

/// What no probe settles, since it would concern somebody else.
const NEVER: &str = "what a new user with the address of a user made in Command does; whether an \
                     address outside the token's domains is refused";

fn probe_page(report: &ProbeReport<'_>, look: Look) -> Page {
    let mut page = Page::new(look);
    let head = format!("What Command does, seen on {}", report.email);
    page.section(Tone::Heading, head);
    let rows = report.observed.iter();
    let rows = rows.map(|(question, answer)| vec![question.about().to_owned(), answer.to_string()]);
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        page.line(Tone::Plain, "  Nothing was found out.");
    } else {
        page.table(2, &["about", "seen"], rows);
    }
    if !report.open.is_empty() {
        page.section(Tone::Heading, "Not settled");
        for (question, why) in report.open {
            page.paragraph(Tone::Plain, "  ", &format!("{}: {why}", question.about()));
        }
    }
    if !report.left.is_empty() {
        page.section(Tone::Loss, "Could not be removed");
        for what in report.left {
            page.paragraph(Tone::Plain, "  ", what);
        }
        let remedy = "run the probe again: it removes first what an earlier one left; or delete it \
                      in Command under Access > Users and Access > Groups";
        page.paragraph(Tone::Plain, "  → ", remedy);
    }
    page.gap();
    page.paragraph(
        Tone::Faint,
        "",
        &format!("Never settled, since it would concern somebody else: {NEVER}."),
    );
    match report.kept_in {
        Some(path) => {
            let kept = format!("Kept under [command.observed] in {}.", path.display());
            page.paragraph(Tone::Plain, "", &kept);
        }
        // Nothing was found out.
        None if report.has_file => {}
        None => page.line(
            Tone::Plain,
            "Shown only: this profile has no file to keep it in.",
        ),
    }
    page
}

fn probe_markdown(report: &ProbeReport<'_>) -> String {
    let mut page = format!(
        "## atriumctl doctor --probe-write: {}\n\n",
        cell(report.profile)
    );
    page.push_str("| about | seen |\n|---|---|\n");
    for (question, answer) in report.observed.iter() {
        let answer = cell(&answer.to_string());
        page.push_str(&format!("| {} | {answer} |\n", question.about()));
    }
    for (question, why) in report.open {
        page.push_str(&format!(
            "| {} | not settled: {} |\n",
            question.about(),
            cell(why)
        ));
    }
    for what in report.left {
        page.push_str(&format!("\n**Could not be removed:** {}\n", cell(what)));
    }
    page
}

#[derive(Serialize)]
struct OpenDocument<'a> {
    question: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct ProbeDocument<'a> {
    profile: &'a str,
    email: &'a str,
    on: Option<String>,
    /// A word, or a number of seconds.
    answers: serde_json::Map<String, serde_json::Value>,
    not_settled: Vec<OpenDocument<'a>>,
    /// What could not be removed.
    left: &'a [String],
    kept_in: Option<String>,
}

/// `atriumctl.doctor-probe/1`: what a probe found out.
fn probe_json<'a>(report: &ProbeReport<'a>) -> Schema<ProbeDocument<'a>> {
    let answers = report.observed.iter().map(|(question, answer)| {
        let value = match answer {
            Answer::Word(word) => word.into(),
            Answer::Seconds(seconds) => seconds.into(),
        };
        (question.key().to_owned(), value)
    });
    let open = report.open.iter().map(|(question, reason)| OpenDocument {
        question: question.key(),
        reason,
    });
    Schema {
        schema: "atriumctl.doctor-probe/1",
        document: ProbeDocument {
            profile: report.profile,
            email: report.email,
            on: report.observed.on.map(|day| day.to_string()),
            answers: answers.collect(),
            not_settled: open.collect(),
            left: report.left,
            kept_in: report.kept_in.map(|path| path.display().to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checkup::Fault;
    use crate::output::{self, Options};

    fn sample() -> Checkup {
        let mut checkup = Checkup::default();
        checkup.add([
            Check::failure(
                Area::Reach,
                "scim-host",
                Fault::Unreachable,
                "h\u{1b}ost | x: no connection",
            )
            .remedy("check the host's name and the network"),
            Check::ok(Area::Configuration, "profile", "/p.toml is a profile")
                .details(["sync.mode = apply (default)".to_owned()]),
            Check::warning(Area::Secrets, "api-key", "there is none").remedy("auth set api-key"),
            Check::not_looked(Area::Rights, "scim-token", "the host could not be reached"),
        ]);
        checkup
    }

    fn report(checkup: &Checkup) -> CheckupReport<'_> {
        CheckupReport {
            profile: "school",
            checkup,
            requests: 1,
            exit: Exit::Unavailable,
        }
    }

    #[test]
    fn a_page_has_a_line_for_each_check_and_a_sum() {
        let look = Look {
            width: Some(60),
            ..Look::default()
        };
        let checkup = sample();
        let whole = page(&report(&checkup), true, look).render(false);
        for part in [
            "  ok             /p.toml is a profile\n",
            "sync.mode = apply (default)\n",
            "  warning        there is none\n                 → auth set api-key\n",
            "  failure        h\u{fffd}ost | x: no connection\n",
            "  not looked at  the host could not be reached\n",
            "4 checks: 1 ok, 1 warning, 1 failure, 1 not looked at; 1\nrequest to Command.\n",
        ] {
            assert!(whole.contains(part), "{part:?} is not in\n{whole}");
        }
        let brief = page(&report(&checkup), false, look).render(false);
        assert!(!brief.contains("sync.mode"));
        let table = markdown(&report(&checkup));
        assert!(table.contains("| failure | Reach | h"), "{table}");
        assert!(
            table.contains("ost &#124; x: no connection | check the host"),
            "{table}"
        );
    }

    #[test]
    fn the_documents_are_as_stored() {
        let options = Options {
            format: Format::Json,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        output::checkup(&ui, &report(&sample())).unwrap();
        let stored = include_str!("../../tests/fixtures/json/doctor.json");
        assert_eq!(captured.stdout(), stored);

        let mut observed = Observed {
            on: Some(jiff::civil::date(2026, 11, 23)),
            ..Observed::default()
        };
        observed.note_word(Question::Patch, "accepted");
        observed.note(Question::RestVisible, Answer::Seconds(4));
        let (ui, captured) = Ui::for_test(None, options);
        let report = ProbeReport {
            profile: "school",
            email: "probe@school.example",
            observed: &observed,
            open: &[(Question::ManagedCard, "there is no API key".to_owned())],
            left: &["the user u1".to_owned()],
            kept_in: Some(Path::new("/p.toml")),
            has_file: true,
        };
        output::probe(&ui, &report).unwrap();
        let stored = include_str!("../../tests/fixtures/json/doctor-probe.json");
        assert_eq!(captured.stdout(), stored);
    }
}
