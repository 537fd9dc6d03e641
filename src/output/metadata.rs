//! What a metadata file holds and what is wrong with it, for people and for programs.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::error::{Error, Exit};
use crate::model::metadata::{Certificate, Finding, KeyUse, Metadata, Place, Service, Severity};

use super::json::{Schema, document, line};
use super::page::{Look, Page, Tone};
use super::{Format, Ui};

/// A file that was checked.
#[derive(Clone, Copy, Debug)]
pub struct MetadataReport<'a> {
    /// The file or address, as it was given.
    pub source: &'a str,
    /// What was found.
    pub metadata: &'a Metadata,
    /// The code that the command ends with.
    pub exit: Exit,
    /// Where it was saved.
    pub saved: Option<&'a Path>,
}

/// Shows a file that was checked.
///
/// # Errors
/// As of [`Ui::data`].
pub fn metadata(ui: &Ui, report: &MetadataReport<'_>) -> Result<(), Error> {
    match ui.format() {
        Format::Table | Format::Csv | Format::Markdown => ui.page(&page(report, ui.look())),
        Format::Json => ui.data(&document(&json(report))?),
        Format::Jsonl => ui.data(&line(&json(report))?),
    }
}

/// Shows what is wrong with a file on standard error, where the file itself is the data.
pub fn metadata_notes(ui: &Ui, report: &MetadataReport<'_>) {
    let mut notes = Page::new(ui.look());
    for finding in report.metadata.findings.list() {
        show(&mut notes, finding);
    }
    verdict(&mut notes, report);
    ui.notes(&notes);
}

/// The column in which values begin.
const LABEL: usize = 17;

/// How much of a value is shown: a file may hold one of a mebibyte.
const LONGEST: usize = 400;

fn field(page: &mut Page, label: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let lead = format!("  {label:LABEL$}");
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => page.paragraph(Tone::Plain, &lead, &format!("{}…", &value[..end])),
        None => page.paragraph(Tone::Plain, &lead, value),
    }
}

fn page(report: &MetadataReport<'_>, look: Look) -> Page {
    let metadata = report.metadata;
    let mut page = Page::new(look);
    page.paragraph(
        Tone::Heading,
        "",
        &format!("SAML metadata of {}", report.source),
    );
    if metadata.entity_id.is_some() || !metadata.sign_on.is_empty() {
        page.gap();
        facts(&mut page, metadata);
    }
    for certificate in &metadata.certificates {
        page.section(Tone::Heading, "Certificate");
        show_certificate(&mut page, certificate);
    }
    if !metadata.findings.list().is_empty() {
        page.section(Tone::Heading, "Findings");
        for finding in metadata.findings.list() {
            page.gap();
            show(&mut page, finding);
        }
    }
    page.gap();
    verdict(&mut page, report);
    page
}

fn facts(page: &mut Page, metadata: &Metadata) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    field(page, "entity id", &text(&metadata.entity_id));
    field(page, "organization", &text(&metadata.host));
    let app = match (&metadata.app_name, &metadata.issuer_id) {
        (Some(name), Some(id)) => format!("{name}, issuer id {id}"),
        (None, Some(id)) => format!("issuer id {id}"),
        _ => String::new(),
    };
    field(page, "app", &app);
    services(page, "sign-on", &metadata.sign_on);
    services(page, "sign-out", &metadata.sign_out);
    for (at, format) in metadata.name_id_formats.iter().enumerate() {
        field(page, if at == 0 { "name formats" } else { "" }, format);
    }
    let signed_requests = match metadata.wants_signed_requests {
        Some(true) => "must be signed",
        Some(false) => "need not be signed",
        None => "not said, so they need not be signed",
    };
    field(page, "requests", signed_requests);
    let signature = match metadata.signed {
        true => "the file is signed, the signature was not checked",
        false => "none, as is usual for Okta",
    };
    field(page, "signature", signature);
    field(
        page,
        "valid until",
        &metadata.valid_until.map(day).unwrap_or_default(),
    );
    field(page, "may be kept", &text(&metadata.cache_duration));
    let client_id = &metadata.client_id;
    let compared = match (&client_id.found, &client_id.expected) {
        (Some(found), Some(wanted)) if found.eq_ignore_ascii_case(wanted) => {
            format!("{found}, as expected")
        }
        (Some(found), Some(wanted)) => format!("{found}, {wanted} is expected"),
        (Some(found), None) => found.clone(),
        (None, Some(_)) => "not named in the file, so not compared".to_owned(),
        (None, None) => String::new(),
    };
    field(page, "client id", &compared);
}

fn services(page: &mut Page, label: &str, services: &[Service]) {
    for (at, service) in services.iter().enumerate() {
        let line = format!("{}  {}", service.binding.name(), service.location);
        field(page, if at == 0 { label } else { "" }, &line);
    }
}

fn show_certificate(page: &mut Page, certificate: &Certificate) {
    field(page, "use", certificate.key_use.name());
    field(page, "subject", &certificate.subject);
    if certificate.issuer == certificate.subject {
        field(page, "issuer", "itself");
    } else {
        field(page, "issuer", &certificate.issuer);
    }
    let left = match certificate.days_left {
        days if days < 0 => "it has ended".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{} days left", super::text::number(days.unsigned_abs())),
    };
    let (from, to) = (day(certificate.not_before), day(certificate.not_after));
    field(page, "valid", &format!("{from} to {to}, {left}"));
    let bits = certificate.key_bits.map(|bits| format!(" {bits}"));
    let key = format!("{}{}", certificate.key, bits.unwrap_or_default());
    field(page, "key", &key);
    field(page, "signature", &certificate.signature);
    field(page, "SHA-256", &certificate.fingerprint);
    if let Some(earlier) = certificate.duplicate_of {
        field(page, "the same as", &format!("certificate {}", earlier + 1));
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Loss,
        Severity::Warning => Tone::Care,
        Severity::Note => Tone::Faint,
    }
}

fn show(page: &mut Page, finding: &Finding) {
    let code = finding.code;
    let head = match finding.detail.as_str() {
        "" => format!("{} ({code})", code.title()),
        detail => format!("{}: {detail} ({code})", code.title()),
    };
    let lead = format!("  {}: ", code.severity().name());
    page.paragraph(tone(code.severity()), &lead, &head);
    if let Some(place) = &finding.place {
        page.paragraph(Tone::Plain, "    at ", &where_it_is(place));
    }
    page.paragraph(Tone::Plain, "    ", code.meaning());
    if !code.remedy().is_empty() {
        page.paragraph(Tone::Plain, "    → ", code.remedy());
    }
}

fn where_it_is(place: &Place) -> String {
    let Place { line, column, path } = place;
    match path.as_str() {
        "" => format!("line {line}, column {column}"),
        path => format!("line {line}, column {column}, {path}"),
    }
}

/// The last line: whether it can work.
fn verdict(page: &mut Page, report: &MetadataReport<'_>) {
    let findings = &report.metadata.findings;
    if findings.hidden() > 0 {
        let more = super::text::number(findings.hidden() as u64);
        page.line(
            Tone::Faint,
            format!("{more} more of the same are not shown."),
        );
    }
    let errors = findings.count(Severity::Error);
    let warnings = findings.count(Severity::Warning);
    let word = |many: usize, one: &str| match many {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    };
    let counted = format!("{}, {}", word(errors, "error"), word(warnings, "warning"));
    let (tone, text) = if errors > 0 {
        (
            Tone::Loss,
            format!("{counted}: sign-in can't work with this file."),
        )
    } else if report.metadata.ends_soon() {
        (
            Tone::Care,
            format!("{counted}: sign-in can work today, and something ends soon."),
        )
    } else if warnings > 0 {
        (
            Tone::Care,
            format!("{counted}: sign-in can work with this file."),
        )
    } else {
        (Tone::Gain, "Nothing is wrong with this file.".to_owned())
    };
    page.paragraph(tone, "", &text);
    if let Some(path) = report.saved {
        page.line(Tone::Plain, format!("Saved as {}.", path.display()));
    }
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

#[derive(Serialize)]
struct ServiceDocument<'a> {
    binding: &'a str,
    location: &'a str,
}

#[derive(Serialize)]
struct CertificateDocument<'a> {
    r#use: KeyUse,
    subject: &'a str,
    issuer: &'a str,
    not_before: Timestamp,
    not_after: Timestamp,
    days_left: i64,
    key: &'a str,
    key_bits: Option<u32>,
    signature_algorithm: &'a str,
    sha256: &'a str,
    /// The position of an equal certificate earlier in the list, from 0.
    duplicate_of: Option<usize>,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    code: &'static str,
    severity: Severity,
    title: &'static str,
    detail: &'a str,
    place: Option<&'a Place>,
    meaning: &'static str,
    remedy: &'static str,
}

#[derive(Serialize)]
struct ClientIdDocument<'a> {
    expected: Option<&'a str>,
    found: Option<&'a str>,
    /// `null` where there is nothing to compare.
    matches: Option<bool>,
}

#[derive(Serialize)]
struct CountsDocument {
    errors: usize,
    warnings: usize,
    notes: usize,
    /// Further findings that are not in the list.
    hidden: usize,
}

#[derive(Serialize)]
struct MetadataDocument<'a> {
    source: &'a str,
    /// `usable`, `ends-soon` or `unusable`.
    verdict: &'static str,
    exit: u8,
    saved: Option<String>,
    encoding: Option<&'static str>,
    entity_id: Option<&'a str>,
    organization: Option<&'a str>,
    app_name: Option<&'a str>,
    issuer_id: Option<&'a str>,
    sign_on: Vec<ServiceDocument<'a>>,
    sign_out: Vec<ServiceDocument<'a>>,
    name_id_formats: &'a [String],
    wants_signed_requests: Option<bool>,
    signed: bool,
    /// Always `false`: signatures are not checked.
    signature_checked: bool,
    valid_until: Option<Timestamp>,
    cache_duration: Option<&'a str>,
    client_id: ClientIdDocument<'a>,
    certificates: Vec<CertificateDocument<'a>>,
    findings: Vec<FindingDocument<'a>>,
    counts: CountsDocument,
}

/// `atriumctl.okta-metadata/1`: a metadata file that was checked.
fn json<'a>(report: &MetadataReport<'a>) -> Schema<MetadataDocument<'a>> {
    let metadata = report.metadata;
    let findings = &metadata.findings;
    let errors = findings.count(Severity::Error);
    let (found, expected) = (
        metadata.client_id.found.as_deref(),
        metadata.client_id.expected.as_deref(),
    );
    Schema {
        schema: "atriumctl.okta-metadata/1",
        document: MetadataDocument {
            source: report.source,
            verdict: match errors {
                0 if metadata.ends_soon() => "ends-soon",
                0 => "usable",
                _ => "unusable",
            },
            exit: report.exit.code(),
            saved: report.saved.map(|path| path.display().to_string()),
            encoding: metadata.encoding,
            entity_id: metadata.entity_id.as_deref(),
            organization: metadata.host.as_deref(),
            app_name: metadata.app_name.as_deref(),
            issuer_id: metadata.issuer_id.as_deref(),
            sign_on: service_documents(&metadata.sign_on),
            sign_out: service_documents(&metadata.sign_out),
            name_id_formats: &metadata.name_id_formats,
            wants_signed_requests: metadata.wants_signed_requests,
            signed: metadata.signed,
            signature_checked: false,
            valid_until: metadata.valid_until,
            cache_duration: metadata.cache_duration.as_deref(),
            client_id: ClientIdDocument {
                expected,
                found,
                matches: match (found, expected) {
                    (Some(found), Some(wanted)) => Some(found.eq_ignore_ascii_case(wanted)),
                    _ => None,
                },
            },
            certificates: metadata
                .certificates
                .iter()
                .map(certificate_document)
                .collect(),
            findings: findings.list().iter().map(finding_document).collect(),
            counts: CountsDocument {
                errors,
                warnings: findings.count(Severity::Warning),
                notes: findings.count(Severity::Note),
                hidden: findings.hidden(),
            },
        },
    }
}

fn service_documents(services: &[Service]) -> Vec<ServiceDocument<'_>> {
    let documents = services.iter().map(|service| ServiceDocument {
        binding: service.binding.name(),
        location: &service.location,
    });
    documents.collect()
}

fn certificate_document(certificate: &Certificate) -> CertificateDocument<'_> {
    CertificateDocument {
        r#use: certificate.key_use,
        subject: &certificate.subject,
        issuer: &certificate.issuer,
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        days_left: certificate.days_left,
        key: &certificate.key,
        key_bits: certificate.key_bits,
        signature_algorithm: &certificate.signature,
        sha256: &certificate.fingerprint,
        duplicate_of: certificate.duplicate_of,
    }
}

fn finding_document(finding: &Finding) -> FindingDocument<'_> {
    FindingDocument {
        code: finding.code.name(),
        severity: finding.code.severity(),
        title: finding.code.title(),
        detail: &finding.detail,
        place: finding.place.as_ref(),
        meaning: finding.code.meaning(),
        remedy: finding.code.remedy(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okta::{Expected, check};
    use crate::output::Options;

    fn shown(format: Format, width: Option<usize>, name: &str) -> String {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metadata");
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        let expected = Expected {
            client_id: Some("3f2504e0-4f89".to_owned()),
            warn_days: 60,
            ..Expected::default()
        };
        let metadata = check(&bytes, &expected, "2026-01-15T00:00:00Z".parse().unwrap());
        let report = MetadataReport {
            source: name,
            metadata: &metadata,
            exit: Exit::Failed,
            saved: None,
        };
        let options = Options {
            format,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(width, options);
        super::metadata(&ui, &report).unwrap();
        captured.stdout()
    }

    #[test]
    fn the_document_is_the_stored_one() {
        assert_eq!(
            shown(Format::Json, None, "many-faults.xml"),
            include_str!("../../tests/fixtures/json/okta-metadata.json")
        );
    }

    #[test]
    fn a_page_reports_facts_findings_and_verdict() {
        let page = shown(Format::Table, None, "certificate-soon.xml");
        for line in [
            "SAML metadata of certificate-soon.xml",
            "  entity id        http://www.okta.com/exk1fakeissuerid0h7",
            "  app              verkada, issuer id exk1fakeissuerid0h7",
            "  sign-on          HTTP-POST https://school.okta.com/app/verkada/",
            "                   HTTP-Redirect https://school.okta.com/app/verkada/",
            "  valid            2016-01-31 to 2026-01-31, 16 days left",
            "  key              RSA 2048",
            "  client id        not named in the file, so not compared",
            "  warning: The signing certificate ends soon: 16 days are left",
            "    at line 7, column 11, EntityDescriptor/IDPSSODescriptor/KeyDescriptor/",
            "    → in Okta, generate and activate a new certificate",
            "0 errors, 1 warning: sign-in can work today, and something ends soon.",
        ] {
            assert!(page.contains(line), "{line}:\n{page}");
        }
        let sound = shown(Format::Table, Some(60), "client-id-of-command.xml");
        assert!(sound.contains("3f2504e0-4f89, as expected"), "{sound}");
        let web_page = shown(Format::Table, Some(60), "page-console.html");
        assert!(
            web_page.contains("This is a web page, not metadata"),
            "{web_page}"
        );
        assert!(!web_page.contains("entity id"), "{web_page}");
    }

    #[test]
    fn nothing_from_the_file_commands_the_terminal() {
        for name in ["bidi-override.xml", "nul-bytes.xml"] {
            for format in [Format::Table, Format::Json] {
                let text = shown(format, None, name);
                let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
                assert!(!text.contains(is_bad), "{name}: {text:?}");
            }
        }
    }
}
