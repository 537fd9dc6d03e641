//! What is in force and what an upload changes, and what became of it.

use serde::Serialize;

use crate::error::{Error, Exit};
use crate::model::metadata::{Changes, Metadata, Severity};

use super::json::{Schema, document, line};
use super::markdown::Summary;
use super::page::{Page, Tone};
use super::verify::{ChangesDocument, described, put_changes};
use super::{Format, Ui};

/// What is in force before an upload.
#[derive(Clone, Copy, Debug)]
pub enum InForce<'a> {
    /// It can't be read.
    Unknown,
    /// Nothing.
    Nothing,
    /// Other metadata; how the new one differs in what sign-in depends on.
    Other(&'a Metadata, &'a Changes),
    /// The same, byte by byte.
    Same,
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// The file can't work, so nothing was sent.
    Refused,
    /// It is in force already, so nothing was sent.
    AlreadyInForce,
    /// Somebody said no.
    Declined,
    /// It was read back, byte by byte the same.
    ReadBack,
    /// It was read back; the server has written it in another way, and it means the same.
    Normalised,
    /// The sign-on address leads where the file says. The certificate can't be seen.
    Proven,
    /// Somebody said that it is done, and it could not be proven.
    Unproven,
    /// Something else is in force afterwards.
    Differs,
}

impl Uploaded {
    /// The word of documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Uploaded::Refused => "refused",
            Uploaded::AlreadyInForce => "already-in-force",
            Uploaded::Declined => "declined",
            Uploaded::ReadBack => "read-back",
            Uploaded::Normalised => "normalised",
            Uploaded::Proven => "proven",
            Uploaded::Unproven => "unproven",
            Uploaded::Differs => "differs",
        }
    }
}

/// An upload.
#[derive(Clone, Copy, Debug)]
pub struct UploadReport<'a> {
    /// The file or address, as it was given.
    pub source: &'a str,
    /// Command's client id.
    pub client_id: &'a str,
    /// The file.
    pub metadata: &'a Metadata,
    /// What was in force before.
    pub in_force: InForce<'a>,
    /// What became of it.
    pub uploaded: Uploaded,
    /// Its number in the ledger, if something was sent.
    pub number: Option<i64>,
    /// What was seen instead of a proof.
    pub detail: Option<&'a str>,
    /// The code that the command ends with.
    pub exit: Exit,
}

/// Shows, where people read, what is in force and what the upload would change.
///
/// # Errors
/// As of [`Ui::data`].
pub fn upload_plan(
    ui: &Ui,
    client_id: &str,
    in_force: InForce<'_>,
    metadata: &Metadata,
) -> Result<(), Error> {
    if ui.format() != Format::Table {
        return Ok(());
    }
    let mut page = Page::new(ui.look());
    page.line(Tone::Plain, "");
    page.section(Tone::Heading, format!("In force for client id {client_id}"));
    match in_force {
        InForce::Unknown => page.paragraph(
            Tone::Care,
            "    ",
            "not known: what is in force can't be read through the console's own pages",
        ),
        InForce::Nothing => page.line(Tone::Plain, "    nothing yet"),
        InForce::Same => page.line(Tone::Plain, "    this very file"),
        InForce::Other(before, changes) => {
            for certificate in &before.certificates {
                page.paragraph(Tone::Plain, "    certificate: ", &described(certificate));
            }
            if changes.is_none() {
                let text = "nothing that sign-in depends on; the file is written in another way";
                page.paragraph(Tone::Plain, "    would change: ", text);
            } else {
                page.line(Tone::Care, "    would change:");
                put_changes(&mut page, changes, ["in force", "new"]);
            }
        }
    }
    if let InForce::Unknown | InForce::Nothing = in_force {
        for certificate in &metadata.certificates {
            page.paragraph(
                Tone::Plain,
                "    new certificate: ",
                &described(certificate),
            );
        }
    }
    ui.page(&page)
}

/// Shows what became of an upload. As a table it stands below the report on the file and what
/// would change; in the other forms it is the whole.
///
/// # Errors
/// As of [`Ui::data`].
pub fn uploaded(ui: &Ui, report: &UploadReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv => ui.page(&page(ui, report)),
        Format::Json => ui.data(&document(&json(report))?),
        Format::Jsonl => ui.data(&line(&json(report))?),
        Format::Markdown => {
            let mut summary = Summary::new(ui.shown());
            summary.heading(2, &format!("Upload of Okta metadata: {}", report.source));
            let (_, text) = told(report);
            summary.strong(&text);
            for text in further(report) {
                summary.paragraph(&ui.command(&text));
            }
            let findings = report.metadata.findings.list();
            summary.list(&["finding", "what"], findings, 100, |finding| {
                let title = match finding.detail.as_str() {
                    "" => finding.code.title().to_owned(),
                    detail => format!("{}: {detail}", finding.code.title()),
                };
                vec![finding.code.name().to_owned(), title]
            });
            ui.data(&summary.finish())
        }
    }
}

fn page(ui: &Ui, report: &UploadReport<'_>) -> Page {
    let mut page = Page::new(ui.look());
    page.line(Tone::Plain, "");
    let (tone, text) = told(report);
    page.paragraph(tone, "", &text);
    for text in further(report) {
        page.paragraph(Tone::Plain, "", &ui.command(&text));
    }
    page
}

fn told(report: &UploadReport<'_>) -> (Tone, String) {
    let client_id = report.client_id;
    match report.uploaded {
        Uploaded::Refused => (
            Tone::Loss,
            "Nothing was uploaded: sign-in can't work with this file.".to_owned(),
        ),
        Uploaded::AlreadyInForce => (
            Tone::Gain,
            format!("Nothing was uploaded: this very file is in force for {client_id} already."),
        ),
        Uploaded::Declined => (Tone::Plain, "Nothing was uploaded.".to_owned()),
        Uploaded::ReadBack => (
            Tone::Gain,
            format!("Uploaded for {client_id}, and read back byte by byte the same."),
        ),
        Uploaded::Normalised => (
            Tone::Gain,
            format!(
                "Uploaded for {client_id}, and read back: it is written in another way and means \
                 the same."
            ),
        ),
        Uploaded::Proven => (
            Tone::Gain,
            format!(
                "For {client_id} Command now sends the browser where the file says. Which \
                 certificate it holds can't be seen from outside; the login test shows it."
            ),
        ),
        Uploaded::Unproven => (
            Tone::Care,
            format!("Done for {client_id}, as far as was said; it could not be proven."),
        ),
        Uploaded::Differs => (
            Tone::Loss,
            format!("Something else than this file is in force for {client_id} afterwards."),
        ),
    }
}

fn further(report: &UploadReport<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    texts.extend(
        report
            .detail
            .map(|detail| format!("Seen instead: {detail}.")),
    );
    if let Some(number) = report.number {
        let before = match report.in_force {
            InForce::Other(..) => {
                format!(" What was in force before: `atriumctl history show u{number} --before`.")
            }
            InForce::Nothing => " Nothing was in force before.".to_owned(),
            InForce::Unknown => " What was in force before is not known.".to_owned(),
            InForce::Same => String::new(),
        };
        texts.push(format!("Recorded as u{number}.{before}"));
    }
    if matches!(report.uploaded, Uploaded::ReadBack | Uploaded::Normalised) {
        texts.push(
            "In Command, run the login test (Verify Metadata → Run Login Test): before it passes, \
             SSO can't be required."
                .to_owned(),
        );
    }
    texts
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    code: &'static str,
    severity: Severity,
    detail: &'a str,
}

#[derive(Serialize)]
struct UploadDocument<'a> {
    source: &'a str,
    client_id: &'a str,
    /// `refused`, `already-in-force`, `declined`, `read-back`, `normalised`, `proven`, `unproven`
    /// or `differs`.
    outcome: &'static str,
    exit: u8,
    /// The number for `history show`; `null` if nothing was sent.
    upload: Option<String>,
    /// `unknown`, `nothing`, `other` or `same`.
    before: &'static str,
    changes: Option<ChangesDocument<'a>>,
    detail: Option<&'a str>,
    findings: Vec<FindingDocument<'a>>,
}

/// `atriumctl.metadata-upload/1`: an upload.
fn json<'a>(report: &UploadReport<'a>) -> Schema<UploadDocument<'a>> {
    let findings = report.metadata.findings.list().iter();
    Schema {
        schema: "atriumctl.metadata-upload/1",
        document: UploadDocument {
            source: report.source,
            client_id: report.client_id,
            outcome: report.uploaded.name(),
            exit: report.exit.code(),
            upload: report.number.map(|number| format!("u{number}")),
            before: match report.in_force {
                InForce::Unknown => "unknown",
                InForce::Nothing => "nothing",
                InForce::Other(..) => "other",
                InForce::Same => "same",
            },
            changes: match report.in_force {
                InForce::Other(_, changes) => Some(ChangesDocument::new(changes)),
                _ => None,
            },
            detail: report.detail,
            findings: findings
                .map(|finding| FindingDocument {
                    code: finding.code.name(),
                    severity: finding.code.severity(),
                    detail: &finding.detail,
                })
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okta::{Expected, changes, check};
    use crate::output::Options;

    #[test]
    fn the_document_is_the_stored_one() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metadata");
        let file = |name: &str| {
            let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
            let now = "2026-01-15T00:00:00Z".parse().unwrap();
            check(&bytes, &Expected::default(), now)
        };
        let (before, metadata) = (file("good.xml"), file("certificate-soon.xml"));
        let changes = changes(&before, &metadata);
        let mut report = UploadReport {
            source: "metadata.xml",
            client_id: "school",
            metadata: &metadata,
            in_force: InForce::Other(&before, &changes),
            uploaded: Uploaded::ReadBack,
            number: Some(3),
            detail: None,
            exit: Exit::Done,
        };
        let shown = |format, report: &UploadReport<'_>| {
            let options = Options {
                format,
                ..Options::default()
            };
            let (ui, captured) = Ui::for_test(None, options);
            uploaded(&ui, report).unwrap();
            captured.stdout()
        };
        let stored = include_str!("../../tests/fixtures/json/metadata-upload.json");
        assert_eq!(shown(Format::Json, &report), stored);
        let page = shown(Format::Table, &report);
        assert!(page.contains("read back byte by byte the same"), "{page}");
        assert!(page.contains("history show u3 --before"), "{page}");
        report.uploaded = Uploaded::Unproven;
        report.in_force = InForce::Unknown;
        report.detail = Some("a page\u{1b}[2J of scripts");
        for format in [Format::Table, Format::Markdown] {
            let text = shown(format, &report);
            assert!(text.contains("could not be proven"), "{text}");
            assert!(!text.contains('\u{1b}'), "{text:?}");
        }
    }
}
