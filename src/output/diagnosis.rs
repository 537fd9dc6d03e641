//! A diagnosis, for people, for tickets and for programs.

use serde::Serialize;

use crate::error::Error;
use crate::model::diagnosis::{Diagnosis, Evidence, Finding, Verdict};

use super::card::Shown;
use super::json::{Schema, document, line};
use super::markdown::summary::Summary;
use super::page::{Look, Page, Tone};
use super::{Format, Ui};

/// A diagnosis of one person.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosisReport<'a> {
    /// Whom it was asked about.
    pub asked: &'a str,
    /// What was found, a line for each side.
    pub facts: &'a [Evidence],
    /// What it comes to.
    pub diagnosis: &'a Diagnosis,
}

/// Shows a diagnosis.
///
/// # Errors
/// As of [`Ui::data`].
pub fn diagnosis(ui: &Ui, report: &DiagnosisReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Json => ui.data(&document(&json(report))?),
        Format::Jsonl => ui.data(&line(&json(report))?),
        Format::Markdown => ui.data(&markdown(report, ui.look().shown)),
        _ => ui.page(&page(report, ui.look())),
    }
}

/// What it comes to, in one sentence.
fn headline(diagnosis: &Diagnosis) -> String {
    match diagnosis.verdict() {
        Verdict::Found => match diagnosis.findings.len() {
            1 => "One cause was found.".to_owned(),
            n => format!("{n} causes were found, the likeliest first."),
        },
        Verdict::Healthy if diagnosis.not_looked.is_empty() => {
            "Nothing is wrong: every check ran, and none found anything.".to_owned()
        }
        Verdict::Healthy => {
            "Nothing is wrong with user, groups and cards: every check of them ran.".to_owned()
        }
        Verdict::NothingFound => {
            "No cause was found, but not everything could be looked at.".to_owned()
        }
    }
}

fn page(report: &DiagnosisReport<'_>, look: Look) -> Page {
    let DiagnosisReport {
        asked,
        facts,
        diagnosis,
    } = *report;
    let mut page = Page::new(look);
    page.paragraph(Tone::Heading, "", &format!("Diagnosis of {asked}"));
    page.gap();
    evidence(&mut page, facts);
    page.gap();
    let tone = match diagnosis.verdict() {
        Verdict::Found => Tone::Loss,
        Verdict::Healthy => Tone::Gain,
        Verdict::NothingFound => Tone::Care,
    };
    page.paragraph(tone, "", &headline(diagnosis));
    for (at, finding) in (1..).zip(&diagnosis.findings) {
        page.gap();
        show(&mut page, at, finding);
    }
    if !diagnosis.not_looked.is_empty() {
        page.section(Tone::Care, "Could not be looked at");
        for gap in &diagnosis.not_looked {
            page.paragraph(
                Tone::Plain,
                "  ",
                &format!("{}: {}", gap.side.name(), gap.why),
            );
        }
    }
    if !diagnosis.cleared.is_empty() {
        page.section(Tone::Faint, "Looked at, and not the case");
        let cleared: Vec<&str> = diagnosis.cleared.iter().map(|name| name.code()).collect();
        page.paragraph(Tone::Faint, "  ", &cleared.join(", "));
    }
    page
}

/// The column in which evidence begins.
const LABEL: usize = 12;

fn evidence(page: &mut Page, lines: &[Evidence]) {
    for seen in lines {
        let lead = format!("  {:LABEL$} ", seen.side.word());
        page.paragraph(Tone::Plain, &lead, &seen.text);
    }
}

fn show(page: &mut Page, at: usize, finding: &Finding) {
    let title = format!(
        "{} ({}, {})",
        finding.name.title(),
        finding.name.code(),
        finding.likelihood.word()
    );
    page.paragraph(Tone::Heading, &format!("{at}. "), &title);
    evidence(page, &finding.evidence);
    if !finding.next.is_empty() {
        page.paragraph(Tone::Plain, "  next: ", &finding.next);
    }
}

/// The rows of a table of Markdown.
const ROWS: usize = 200;

fn markdown(report: &DiagnosisReport<'_>, shown: Shown) -> String {
    let diagnosis = report.diagnosis;
    let mut summary = Summary::new(shown);
    summary.heading(2, &format!("Diagnosis of {}", report.asked));
    summary.strong(&headline(diagnosis));
    let cells = |seen: &Evidence| vec![seen.side.name().to_owned(), seen.text.clone()];
    for (at, finding) in (1..).zip(&diagnosis.findings) {
        let title = finding.name.title();
        summary.heading(3, &format!("{at}. {title} ({})", finding.likelihood.word()));
        summary.paragraph(finding.name.meaning());
        summary.list(&["where", "seen"], &finding.evidence, ROWS, cells);
        if !finding.next.is_empty() {
            summary.paragraph(&format!("Next: {}", finding.next));
        }
    }
    if !diagnosis.not_looked.is_empty() {
        summary.heading(3, "Could not be looked at");
        summary.list(&["where", "why"], &diagnosis.not_looked, ROWS, |gap| {
            vec![gap.side.name().to_owned(), gap.why.clone()]
        });
    }
    summary.heading(3, "What was found");
    summary.list(&["where", "found"], report.facts, ROWS, cells);
    summary.finish()
}

#[derive(Serialize)]
struct SeenDocument<'a> {
    side: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    code: &'static str,
    title: &'static str,
    likelihood: &'static str,
    evidence: Vec<SeenDocument<'a>>,
    next: &'a str,
}

#[derive(Serialize)]
struct DiagnosisDocument<'a> {
    asked: &'a str,
    verdict: &'static str,
    facts: Vec<SeenDocument<'a>>,
    findings: Vec<FindingDocument<'a>>,
    cleared: Vec<&'static str>,
    not_looked: Vec<SeenDocument<'a>>,
}

fn seen(lines: &[Evidence]) -> Vec<SeenDocument<'_>> {
    let lines = lines.iter().map(|seen| SeenDocument {
        side: seen.side.word(),
        text: &seen.text,
    });
    lines.collect()
}

/// `atriumctl.diagnosis/1`.
fn json<'a>(report: &DiagnosisReport<'a>) -> Schema<impl Serialize + use<'a>> {
    let diagnosis = report.diagnosis;
    let findings = diagnosis.findings.iter().map(|finding| FindingDocument {
        code: finding.name.code(),
        title: finding.name.title(),
        likelihood: finding.likelihood.word(),
        evidence: seen(&finding.evidence),
        next: &finding.next,
    });
    let not_looked = diagnosis.not_looked.iter().map(|gap| SeenDocument {
        side: gap.side.word(),
        text: &gap.why,
    });
    Schema {
        schema: "atriumctl.diagnosis/1",
        document: DiagnosisDocument {
            asked: report.asked,
            verdict: diagnosis.verdict().word(),
            facts: seen(report.facts),
            findings: findings.collect(),
            cleared: diagnosis.cleared.iter().map(|name| name.code()).collect(),
            not_looked: not_looked.collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnosis::{Likelihood, NotLooked, Side, Trouble};

    fn seen(side: Side, text: &str) -> Evidence {
        let text = text.to_owned();
        Evidence { side, text }
    }

    #[test]
    fn the_document_is_as_the_example_that_is_stored() {
        let diagnosis = Diagnosis {
            findings: vec![Finding {
                name: Trouble::ValidityEnded.into(),
                likelihood: Likelihood::Certain,
                evidence: vec![seen(
                    Side::Atrium,
                    "valid_until is 2026-06-30, today is 2026-11-23 (people.csv:2)",
                )],
                next: "atriumctl sync --only S1001234".to_owned(),
            }],
            cleared: vec![Trouble::NotInAtrium.into()],
            not_looked: vec![NotLooked {
                side: Side::Access,
                why: "there is no API key".to_owned(),
            }],
        };
        let facts = [seen(Side::Scim, "no user")];
        let report = DiagnosisReport {
            asked: "S1001234",
            facts: &facts,
            diagnosis: &diagnosis,
        };
        assert_eq!(
            document(&json(&report)).unwrap(),
            include_str!("../../tests/fixtures/json/diagnosis.json")
        );
    }
}
