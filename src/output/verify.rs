//! What a verification proved, and what it can't prove.

use serde::Serialize;

use crate::error::{Error, Exit};
use crate::model::metadata::{Certificate, Changes, Live, Metadata, Service, Severity, SignOn};

use super::json::{Schema, document, line};
use super::markdown::Summary;
use super::page::{Page, Tone};
use super::{Format, Ui};

/// What nobody outside of Command can see.
const NOT_PROVABLE: &str = "Not provable from outside: which certificate Command holds. Only a \
                            sign-in shows it: Run Login Test in the console.";

/// A verification.
#[derive(Clone, Copy, Debug)]
pub struct VerifyReport<'a> {
    /// The file or address, as it was given.
    pub source: &'a str,
    /// Command's client id.
    pub client_id: &'a str,
    /// The sign-on address that was asked.
    pub login_url: &'a str,
    /// The file.
    pub metadata: &'a Metadata,
    /// What the sign-on address says about it.
    pub sign_on: &'a SignOn,
    /// What Okta's live metadata says about it.
    pub live: &'a Live,
    /// The code that the command ends with.
    pub exit: Exit,
}

/// Shows a verification.
///
/// # Errors
/// As of [`Ui::data`].
pub fn verification(ui: &Ui, report: &VerifyReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv => ui.page(&page(ui, report)),
        Format::Json => ui.data(&document(&json(report))?),
        Format::Jsonl => ui.data(&line(&json(report))?),
        Format::Markdown => {
            let mut summary = Summary::new(ui.shown());
            summary.heading(2, &format!("Okta metadata: {}", report.source));
            let (_, word, sentence) = sign_on(report);
            summary.strong(&format!("Sign-on address: {word}"));
            summary.paragraph(&sentence);
            let (_, word, sentence) = live(report.live, report.client_id);
            summary.strong(&format!("Okta's live metadata: {word}"));
            summary.paragraph(&ui.command(&sentence));
            if let Live::Differs { changes, .. } = report.live {
                summary.list(&["", "file", "Okta now"], &rows(changes), 100, |row| {
                    let (label, before, after) = row;
                    vec![(*label).to_owned(), before.clone(), after.clone()]
                });
            }
            summary.paragraph(NOT_PROVABLE);
            ui.data(&summary.finish())
        }
    }
}

fn page(ui: &Ui, report: &VerifyReport<'_>) -> Page {
    let mut page = Page::new(ui.look());
    let heading = format!(
        "{} for client id {} at {}",
        report.source, report.client_id, report.login_url
    );
    page.paragraph(Tone::Heading, "", &heading);
    page.gap();
    let (tone, word, sentence) = sign_on(report);
    page.paragraph(tone, "  sign-on address: ", word);
    page.paragraph(Tone::Plain, "    ", &sentence);
    let (tone, word, sentence) = live(report.live, report.client_id);
    page.paragraph(tone, "  Okta's live metadata: ", word);
    page.paragraph(Tone::Plain, "    ", &ui.command(&sentence));
    if let Live::Differs { changes, .. } = report.live {
        put_changes(&mut page, changes, ["file", "Okta now"]);
    }
    for certificate in signing(report.metadata) {
        let lead = "  certificate in the file: ";
        page.paragraph(Tone::Faint, lead, &described(certificate));
    }
    let errors = report.metadata.findings.count(Severity::Error);
    if errors > 0 {
        let text = "sign-in can't work with it: `atriumctl okta metadata check` says why";
        page.paragraph(Tone::Loss, "  the file: ", text);
    }
    page.gap();
    page.paragraph(Tone::Plain, "", NOT_PROVABLE);
    page
}

/// Puts what differs onto a page, with the names of the two sides.
pub(super) fn put_changes(page: &mut Page, changes: &Changes, sides: [&str; 2]) {
    for (label, before, after) in rows(changes) {
        page.paragraph(Tone::Plain, "    ", label);
        for (side, value) in sides.iter().zip([before, after]) {
            page.paragraph(Tone::Plain, &format!("      {side}: "), &value);
        }
    }
}

fn rows(changes: &Changes) -> Vec<(&'static str, String, String)> {
    let mut rows = Vec::new();
    let or_none = |text: String| match text.as_str() {
        "" => "none".to_owned(),
        _ => text,
    };
    if let Some((before, after)) = &changes.entity_id {
        rows.push(("entity id", before.clone(), after.clone()));
    }
    if let Some((before, after)) = &changes.sign_on {
        rows.push(("sign-on", services(before), services(after)));
    }
    if !changes.gone.is_empty() || !changes.new.is_empty() {
        let all = |certificates: &[Certificate]| {
            let certificates = certificates.iter().map(described);
            certificates.collect::<Vec<_>>().join("; ")
        };
        let label = match changes.kept.is_empty() {
            true => "signing certificate",
            false => "signing certificates that differ",
        };
        rows.push((label, all(&changes.gone), all(&changes.new)));
    }
    let rows = rows.into_iter();
    rows.map(|(label, before, after)| (label, or_none(before), or_none(after)))
        .collect()
}

fn services(services: &[Service]) -> String {
    let services = services.iter();
    let services = services.map(|one| format!("{} {}", one.binding.name(), one.location));
    services.collect::<Vec<_>>().join(", ")
}

/// A certificate in a few words.
pub(super) fn described(certificate: &Certificate) -> String {
    let until = certificate.not_after.strftime("%Y-%m-%d");
    let left = match certificate.days_left {
        days if days < 0 => "ended".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{} days left", super::text::number(days.unsigned_abs())),
    };
    format!("{}, until {until}, {left}", certificate.fingerprint)
}

fn signing(metadata: &Metadata) -> impl Iterator<Item = &Certificate> {
    let certificates = metadata.certificates.iter();
    certificates.filter(|one| one.key_use.signs() && one.duplicate_of.is_none())
}

/// What the sign-on address says: the word, and the sentence that says what was seen.
fn sign_on(report: &VerifyReport<'_>) -> (Tone, &'static str, String) {
    let client_id = report.client_id;
    match report.sign_on {
        SignOn::Matches { binding, target } => (
            Tone::Gain,
            "match",
            format!(
                "Proven: for client id {client_id} Command sends the browser by {} to {target}, as \
                 the file says.",
                binding.name()
            ),
        ),
        SignOn::OtherBinding { binding, target } => (
            Tone::Loss,
            "other binding",
            format!(
                "For client id {client_id} Command sends the browser to {target}, but by {}, which \
                 the file does not offer there: another file is in force. Upload this one.",
                binding.name()
            ),
        ),
        SignOn::OtherTarget { binding, target } => (
            Tone::Loss,
            "other target",
            format!(
                "For client id {client_id} Command sends the browser by {} to {target}, which is \
                 not in the file: another file is in force. Upload this one, or compare the client \
                 id.",
                binding.name()
            ),
        ),
        SignOn::NotConfigured { said } => (
            Tone::Loss,
            "not configured",
            format!(
                "Command has no sign-on for client id {client_id} ({said}). It is case-sensitive; \
                 Command shows it under Admin > Login & Access > Single Sign-On (SSO)."
            ),
        ),
        SignOn::CannotTell { why } => (
            Tone::Care,
            "can't tell",
            format!("Not proven: {why}. Look by hand, or run the login test in the console."),
        ),
        SignOn::Unreachable { why } => (
            Tone::Care,
            "no answer",
            format!("Not proven: {why}. Try again later."),
        ),
    }
}

fn live(live: &Live, client_id: &str) -> (Tone, &'static str, String) {
    match live {
        Live::Same { url } => (
            Tone::Gain,
            "match",
            format!(
                "Proven: {url} serves the same entity id, addresses and signing certificates now."
            ),
        ),
        Live::Itself { url } => (
            Tone::Gain,
            "match",
            format!("The file was read from {url} just now, so it is what Okta serves."),
        ),
        Live::Differs { url, .. } => (
            Tone::Loss,
            "the file is no longer what Okta serves",
            format!(
                "{url} serves something else now. If Okta's certificate was rotated, sign-in fails \
                 until Command has the new file: `atriumctl okta metadata upload \
                 {url} --client-id {client_id}`."
            ),
        ),
        Live::Unusable { url, why } => (
            Tone::Care,
            "not comparable",
            format!(
                "Not proven: what {url} serves can't be compared: {why}. Give the Metadata URL of \
                 the app's Sign On tab with --metadata-url."
            ),
        ),
        Live::Unreachable { url, why } => (
            Tone::Care,
            "no answer",
            format!("Not proven: {url} could not be asked: {why}. --metadata-url names another."),
        ),
        Live::Unknown => (
            Tone::Care,
            "not asked",
            "Not proven: the file does not say where Okta serves it. Give the Metadata URL of the \
             app's Sign On tab with --metadata-url."
                .to_owned(),
        ),
    }
}

#[derive(Serialize)]
struct SignOnDocument<'a> {
    /// `match`, `other-binding`, `other-target`, `not-configured`, `cannot-tell` or `unreachable`.
    verdict: &'static str,
    binding: Option<&'a str>,
    target: Option<&'a str>,
    detail: Option<&'a str>,
}

/// A signing certificate in documents.
#[derive(Serialize)]
pub(super) struct CertificateDocument<'a> {
    sha256: &'a str,
    not_after: jiff::Timestamp,
    days_left: i64,
}

/// What differs, in documents.
#[derive(Serialize)]
pub(super) struct ChangesDocument<'a> {
    entity_id: Option<[&'a str; 2]>,
    sign_on: Option<[Vec<&'a str>; 2]>,
    certificates_gone: Vec<CertificateDocument<'a>>,
    certificates_new: Vec<CertificateDocument<'a>>,
}

impl<'a> ChangesDocument<'a> {
    pub(super) fn new(changes: &'a Changes) -> Self {
        let all = |services: &'a [Service]| {
            let services = services.iter();
            services.map(|one| one.location.as_str()).collect()
        };
        let entity_id = changes.entity_id.as_ref();
        let sign_on = changes.sign_on.as_ref();
        ChangesDocument {
            entity_id: entity_id.map(|(before, after)| [before.as_str(), after.as_str()]),
            sign_on: sign_on.map(|(before, after)| [all(before), all(after)]),
            certificates_gone: changes.gone.iter().map(certificate).collect(),
            certificates_new: changes.new.iter().map(certificate).collect(),
        }
    }
}

fn certificate(certificate: &Certificate) -> CertificateDocument<'_> {
    CertificateDocument {
        sha256: &certificate.fingerprint,
        not_after: certificate.not_after,
        days_left: certificate.days_left,
    }
}

#[derive(Serialize)]
struct LiveDocument<'a> {
    /// `match`, `differs`, `unusable`, `unreachable` or `unknown`.
    verdict: &'static str,
    url: Option<&'a str>,
    /// Whether the file was read from there just now.
    itself: bool,
    detail: Option<&'a str>,
    changes: Option<ChangesDocument<'a>>,
}

#[derive(Serialize)]
struct VerifyDocument<'a> {
    source: &'a str,
    client_id: &'a str,
    login_url: &'a str,
    exit: u8,
    sign_on: SignOnDocument<'a>,
    live: LiveDocument<'a>,
    /// The signing certificates of the file.
    certificates: Vec<CertificateDocument<'a>>,
    /// Whether sign-in can work with the file.
    usable: bool,
    /// Always `false`: the certificate inside Command can't be read.
    certificate_in_command_proven: bool,
}

/// `atriumctl.metadata-verify/1`: what was proven about a file.
fn json<'a>(report: &VerifyReport<'a>) -> Schema<VerifyDocument<'a>> {
    let mut on = SignOnDocument {
        verdict: "",
        binding: None,
        target: None,
        detail: None,
    };
    match report.sign_on {
        SignOn::Matches { binding, target }
        | SignOn::OtherBinding { binding, target }
        | SignOn::OtherTarget { binding, target } => {
            on.binding = Some(binding.name());
            on.target = Some(target);
        }
        SignOn::NotConfigured { said: detail }
        | SignOn::CannotTell { why: detail }
        | SignOn::Unreachable { why: detail } => on.detail = Some(detail),
    }
    on.verdict = match report.sign_on {
        SignOn::Matches { .. } => "match",
        SignOn::OtherBinding { .. } => "other-binding",
        SignOn::OtherTarget { .. } => "other-target",
        SignOn::NotConfigured { .. } => "not-configured",
        SignOn::CannotTell { .. } => "cannot-tell",
        SignOn::Unreachable { .. } => "unreachable",
    };
    let (verdict, url, detail) = match report.live {
        Live::Same { url } | Live::Itself { url } => ("match", Some(url), None),
        Live::Differs { url, .. } => ("differs", Some(url), None),
        Live::Unusable { url, why } => ("unusable", Some(url), Some(why.as_str())),
        Live::Unreachable { url, why } => ("unreachable", Some(url), Some(why.as_str())),
        Live::Unknown => ("unknown", None, None),
    };
    Schema {
        schema: "atriumctl.metadata-verify/1",
        document: VerifyDocument {
            source: report.source,
            client_id: report.client_id,
            login_url: report.login_url,
            exit: report.exit.code(),
            sign_on: on,
            live: LiveDocument {
                verdict,
                url: url.map(String::as_str),
                itself: matches!(report.live, Live::Itself { .. }),
                detail,
                changes: match report.live {
                    Live::Differs { changes, .. } => Some(ChangesDocument::new(changes)),
                    _ => None,
                },
            },
            certificates: signing(report.metadata).map(certificate).collect(),
            usable: report.metadata.findings.count(Severity::Error) == 0,
            certificate_in_command_proven: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::metadata::Binding;
    use crate::okta::{Expected, changes, check};
    use crate::output::Options;

    fn file(name: &str) -> Metadata {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metadata");
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        let now = "2026-01-15T00:00:00Z".parse().unwrap();
        check(&bytes, &Expected::default(), now)
    }

    fn shown(format: Format, sign_on: &SignOn, live: &Live) -> String {
        let options = Options {
            format,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        let report = VerifyReport {
            source: "metadata.xml",
            client_id: "school",
            login_url: "https://vauth.command.verkada.com/saml/login/school",
            metadata: &file("good.xml"),
            sign_on,
            live,
            exit: Exit::Failed,
        };
        verification(&ui, &report).unwrap();
        captured.stdout()
    }

    fn url() -> String {
        "https://school.okta.com/app/verkada/exk1fakeissuerid0h7/sso/saml/metadata".to_owned()
    }

    #[test]
    fn the_document_is_the_stored_one() {
        let sign_on = SignOn::Matches {
            binding: Binding::Redirect,
            target: "https://school.okta.com/app/verkada/exk1fakeissuerid0h7/sso/saml".to_owned(),
        };
        let changes = changes(&file("good.xml"), &file("certificate-soon.xml"));
        let live = Live::Differs {
            url: url(),
            changes: Box::new(changes),
        };
        let stored = include_str!("../../tests/fixtures/json/metadata-verify.json");
        assert_eq!(shown(Format::Json, &sign_on, &live), stored);
        let line = shown(Format::Jsonl, &sign_on, &live);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&line), value(stored));
    }

    #[test]
    fn a_page_says_what_was_seen_and_never_more() {
        let target = "https://a.example/\u{1b}[2J".to_owned();
        let binding = Binding::Post;
        let unreachable = || Live::Unreachable {
            url: url(),
            why: "no route".to_owned(),
        };
        for (sign_on, live, parts) in [
            (
                SignOn::OtherTarget {
                    binding: binding.clone(),
                    target: target.clone(),
                },
                Live::Unknown,
                ["another file is in force", "--metadata-url"],
            ),
            (
                SignOn::OtherBinding { binding, target },
                Live::Itself { url: url() },
                ["does not offer there", "just now"],
            ),
            (
                SignOn::CannotTell {
                    why: "it answered with a page of scripts".to_owned(),
                },
                unreachable(),
                ["Not proven: it answered", "no route"],
            ),
            (
                SignOn::Unreachable {
                    why: "can't reach x".to_owned(),
                },
                Live::Same { url: url() },
                ["Not proven: can't reach x", "the same entity id"],
            ),
        ] {
            for format in [Format::Table, Format::Markdown] {
                let text = shown(format, &sign_on, &live);
                assert!(!text.contains('\u{1b}'), "{text:?}");
                assert!(text.contains("Not provable from outside"), "{text}");
                for part in parts.iter().filter(|_| format == Format::Table) {
                    assert!(text.contains(part), "{part}: {text}");
                }
            }
        }
    }
}
