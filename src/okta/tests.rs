//! The corpus: every breakage that is known, and hostile files, each with the findings that it
//! must give. The clock stands still, so nothing of it expires.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Expected, LIMIT, check};
use crate::model::metadata::{Binding, KeyUse, Metadata, Severity};

mod fetching;
mod hostile;

fn now() -> Timestamp {
    "2026-01-15T00:00:00Z".parse().unwrap()
}

fn expected() -> Expected {
    Expected {
        warn_days: 60,
        ..Expected::default()
    }
}

fn checked(bytes: &[u8]) -> Metadata {
    check(bytes, &expected(), now())
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/metadata")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The codes of what was found, in alphabetical order.
fn codes(metadata: &Metadata) -> Vec<&'static str> {
    let found = metadata.findings.list().iter();
    let mut codes: Vec<_> = found.map(|found| found.code.name()).collect();
    codes.sort_unstable();
    codes
}

#[track_caller]
fn only(metadata: &Metadata, wanted: &[&str]) {
    assert_eq!(codes(metadata), wanted, "{:#?}", metadata.findings);
}

#[test]
fn every_file_of_the_corpus_gives_its_findings_and_no_others() {
    let listed = String::from_utf8(file("expected.txt")).unwrap();
    let listed: BTreeMap<&str, Vec<&str>> = listed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, codes)| (name, codes.split_whitespace().collect()))
        .collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "expected.txt" {
            continue;
        }
        seen += 1;
        let found = checked(&file(&name));
        match listed.get(name.as_str()) {
            Some(wanted) if *wanted == codes(&found) => {}
            wanted => wrong.push(format!(
                "{name}: {wanted:?} wanted, {:?} found",
                codes(&found)
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, listed.len());
}

#[test]
fn a_sound_file_is_reported_whole() {
    let metadata = checked(&file("good-standalone-single-logout.xml"));
    assert_eq!(metadata.encoding, Some("UTF-8"));
    assert_eq!(
        metadata.entity_id.as_deref(),
        Some("http://www.okta.com/exk1fakeissuerid0h7")
    );
    assert_eq!(metadata.host.as_deref(), Some("school.okta.com"));
    assert_eq!(metadata.app_name.as_deref(), Some("verkada"));
    assert_eq!(metadata.issuer_id.as_deref(), Some("exk1fakeissuerid0h7"));
    let bindings: Vec<_> = metadata.sign_on.iter().map(|on| &on.binding).collect();
    assert_eq!(bindings, [&Binding::Post, &Binding::Redirect]);
    assert!(metadata.sign_out[0].location.ends_with("/slo/saml"));
    assert_eq!(metadata.name_id_formats.len(), 2);
    assert_eq!(metadata.wants_signed_requests, Some(false));
    assert!(!metadata.signed && metadata.valid_until.is_none());
    let [certificate] = metadata.certificates.as_slice() else {
        panic!("{:?}", metadata.certificates);
    };
    assert_eq!(certificate.key_use, KeyUse::Signing);
    // As openssl shows them, and counted from the clock of the tests.
    assert_eq!(
        certificate.fingerprint,
        "BB:8D:FE:BA:A4:32:03:1E:A5:78:6F:8A:78:AA:8B:DB:48:8B:53:A5:5A:4A:C6:34:D1:B2:91:B6:14:2A:6D:63"
    );
    assert_eq!(certificate.not_before.to_string(), "2024-03-01T00:00:00Z");
    assert_eq!(certificate.not_after.to_string(), "2124-03-01T00:00:00Z");
    assert_eq!(certificate.days_left, 35_839);
    assert_eq!(
        (certificate.key.as_str(), certificate.key_bits),
        ("RSA", Some(2048))
    );
    assert_eq!(certificate.signature, "sha256WithRSAEncryption");
    assert_eq!(certificate.subject, certificate.issuer);
    assert!(
        certificate
            .subject
            .contains("CN=school,OU=SSOProvider,O=Okta")
    );
    assert_eq!(certificate.common_name.as_deref(), Some("school"));
}

#[test]
fn however_it_is_written_the_same_is_read() {
    let same = |name: &str| {
        let metadata = checked(&file(name));
        let prints = metadata.certificates.iter();
        let prints: Vec<_> = prints.map(|found| found.fingerprint.clone()).collect();
        (metadata.entity_id, metadata.sign_on, prints, metadata.host)
    };
    let wanted = same("good.xml");
    for name in [
        "good-one-line.xml",
        "good-no-declaration.xml",
        "good-default-namespace.xml",
        "good-other-prefixes.xml",
        "good-blanks-in-base64.xml",
        "good-crlf.xml",
        "good-character-references.xml",
        "good-cdata-and-comments.xml",
        "bom-utf8.xml",
        "utf16-le.xml",
        "utf16-be.xml",
        "blank-line-first.xml",
        "text-first.xml",
        "browser-marks.xml",
        "certificate-armoured.xml",
    ] {
        assert_eq!(same(name), wanted, "{name}");
    }
}

#[test]
fn findings_say_where_and_what() {
    let place = |name: &str, code: &str| {
        let metadata = checked(&file(name));
        let mut found = metadata.findings.list().iter();
        let found = found
            .find(|found| found.code.name() == code)
            .unwrap()
            .clone();
        let place = found.place.unwrap();
        (place.line, place.column, place.path, found.detail)
    };
    let (line, column, path, detail) = place("certificate-expired.xml", "certificate-expired");
    assert_eq!((line, column), (7, 11));
    assert_eq!(
        path,
        "EntityDescriptor/IDPSSODescriptor/KeyDescriptor/KeyInfo/X509Data/X509Certificate"
    );
    assert_eq!(detail, "valid from 2010-03-01 to 2020-03-01");
    let (.., path, _) = place("two-certificates.xml", "several-signing-certificates");
    assert!(path.contains("/KeyDescriptor[2]/"), "{path}");
    let (line, column, ..) = place("latin1-bytes.xml", "wrong-encoding");
    assert_eq!((line, column), (2, 9));
    let (.., detail) = place("certificate-soon.xml", "certificate-ends-soon");
    assert_eq!(
        detail,
        "16 days are left, valid from 2016-01-31 to 2026-01-31"
    );
    let (line, _, path, _) = place("tags-crossed.xml", "not-well-formed");
    assert!(
        line > 20 && path.ends_with("IDPSSODescriptor"),
        "{line} {path}"
    );

    let summary = checked(&file("json-error-token.json"));
    assert!(
        summary.findings.list()[0]
            .detail
            .contains("Invalid token provided")
    );
}

/// The details of what was found in a file.
fn details(metadata: &Metadata) -> String {
    let found = metadata.findings.list().iter();
    let found = found.map(|found| format!("{}: {}\n", found.code, found.detail));
    found.collect()
}

#[test]
fn what_is_wrong_is_said_in_plain_words() {
    for (name, wanted) in [
        (
            "bom-twice.xml",
            "a byte-order mark, U+FEFF, that is not the file's first character",
        ),
        ("key-use-capitalized.xml", "\"Signing\""),
        ("certificate-pss-sha1.xml", "RSASSA-PSS with SHA-1"),
        ("collection-of-one.xml", "it holds one"),
        ("collection-in-collection.xml", "it holds 2"),
        ("word-processor.rtf", "RTF"),
        ("certificate-request.pem", "a request for a certificate"),
        (
            "ampersand-in-attribute.xml",
            "in an attribute: an & that begins no reference",
        ),
        ("attribute-twice.xml", "in an attribute: it is given twice"),
        ("html-entity-in-attribute.xml", "in an attribute: &nbsp;"),
        ("base64-character-lost.xml", "an = where there can be none"),
        ("location-ip-address.xml", "10.0.0.1 is an IP address"),
        ("location-custom-domain.xml", "login.school.edu"),
    ] {
        let found = details(&checked(&file(name)));
        assert!(found.contains(wanted), "{name}: {found}");
    }
    let text = String::from_utf8(file("good.xml")).unwrap();
    let last = details(&checked(text.replace("ZHdQ==<", "ZHdR==<").as_bytes()));
    assert!(last.contains("its last character can't be"), "{last}");
    let hash = checked(&file("certificate-pss-sha256.xml"));
    let signature = &hash.certificates[0].signature;
    assert_eq!(signature, "RSASSA-PSS with SHA-256");
}

#[test]
fn a_user_name_or_password_in_an_address_is_not_kept() {
    for name in [
        "location-user-info.xml",
        "location-user-info-unreadable.xml",
    ] {
        let metadata = checked(&file(name));
        let all = format!("{metadata:?}");
        assert!(!all.contains("hunter2"), "{all}");
    }
    let metadata = checked(&file("location-user-info.xml"));
    let location = &metadata.sign_on[0].location;
    assert!(location.starts_with("https://school.okta.com/app/"));
}

#[test]
fn the_earlier_date_counts_whoever_has_it() {
    let later = "2030-01-01T00:00:00Z";
    let metadata = |entity: &str, provider: &str| {
        let text = String::from_utf8(file("good.xml")).unwrap();
        let text = text
            .replace("entityID", &format!("validUntil=\"{entity}\" entityID"))
            .replace("WantA", &format!("validUntil=\"{provider}\" WantA"));
        checked(text.as_bytes())
    };
    let soon = "2026-02-01T00:00:00Z";
    for found in [metadata(later, soon), metadata(soon, later)] {
        only(&found, &["metadata-ends-soon"]);
        assert_eq!(found.valid_until.unwrap().to_string(), soon);
    }
}

#[test]
fn errors_come_first() {
    let metadata = checked(&file("many-faults.xml"));
    let severities = metadata.findings.list().iter();
    let severities: Vec<Severity> = severities.map(|found| found.code.severity()).collect();
    assert!(severities.is_sorted(), "{severities:?}");
}

#[test]
fn the_clock_decides_what_has_ended() {
    let codes_at = |name: &str, time: &str, warn_days| {
        let expected = Expected {
            warn_days,
            ..Expected::default()
        };
        codes(&check(&file(name), &expected, time.parse().unwrap()))
    };
    // Valid from 31 January 2016 to 31 January 2026, both at noon.
    for (time, warn_days, wanted) in [
        (
            "2016-01-31T11:59:59Z",
            60,
            Some("certificate-not-yet-valid"),
        ),
        ("2016-01-31T12:00:00Z", 60, None),
        ("2025-12-02T11:59:59Z", 60, None),
        ("2025-12-02T12:00:01Z", 60, Some("certificate-ends-soon")),
        ("2026-01-30T12:00:01Z", 1, Some("certificate-ends-soon")),
        ("2026-01-30T12:00:01Z", 0, None),
        ("2026-01-31T12:00:00Z", 60, Some("certificate-ends-soon")),
        ("2026-01-31T12:00:01Z", 60, Some("certificate-expired")),
        (
            "9999-12-30T00:00:00Z",
            u16::MAX,
            Some("certificate-expired"),
        ),
    ] {
        let found = codes_at("certificate-soon.xml", time, warn_days);
        assert_eq!(found, Vec::from_iter(wanted), "{time} {warn_days}");
    }
    let long = codes_at("good.xml", "2026-01-15T00:00:00Z", u16::MAX);
    assert_eq!(long, ["certificate-ends-soon"]);
}

#[test]
fn what_is_expected_is_compared() {
    let command = "client-id-of-command.xml";
    for (name, client_id, app, wanted) in [
        ("good.xml", None, Some("exk1fakeissuerid0h7"), None),
        ("good.xml", None, Some("verkada"), None),
        ("good.xml", None, Some("exk2"), Some("other-app")),
        (
            "good.xml",
            Some("3f2504e0"),
            None,
            Some("client-id-not-named"),
        ),
        (
            "good.xml",
            Some("exk1fakeissuerid0h7"),
            None,
            Some("client-id-is-oktas"),
        ),
        (command, Some("3F2504E0-4f89"), None, Some("hosts-differ")),
        (command, Some("another"), None, Some("client-id-differs")),
    ] {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let expected = Expected {
            client_id: text(client_id),
            app: text(app),
            ..expected()
        };
        let found = check(&file(name), &expected, now());
        let found = codes(&found);
        let named = found.first().copied();
        assert_eq!(named, wanted, "{name} {client_id:?} {app:?}: {found:?}");
    }
    let found = checked(&file("service-provider-command.xml"))
        .client_id
        .found;
    assert_eq!(found.as_deref(), Some("3f2504e0-4f89"));
}

#[test]
fn a_host_that_was_asked_for_the_file_is_the_one_that_is_meant() {
    let mut expected = expected();
    let address = "https://login.school.edu/app/exk1fakeissuerid0h7/sso/saml/metadata";
    expected.learn_from(&super::metadata_url(address).unwrap());
    let found = check(&file("location-custom-domain.xml"), &expected, now());
    only(&found, &[]);
}

#[test]
fn the_address_says_which_organization_and_app_are_expected() {
    for (address, wanted) in [
        (
            "https://school.okta.com/app/exk1fakeissuerid0h7/sso/saml/metadata",
            None,
        ),
        (
            "https://school.okta.com/api/v1/apps/0oa1/sso/saml/metadata?kid=k",
            None,
        ),
        (
            "https://school.okta.com/app/exk2/sso/saml/metadata",
            Some("other-app"),
        ),
        (
            "https://other.okta.com/app/exk1fakeissuerid0h7/sso/saml/metadata",
            Some("hosts-differ"),
        ),
    ] {
        let mut expected = expected();
        expected.learn_from(&super::metadata_url(address).unwrap());
        let found = check(&file("good.xml"), &expected, now());
        assert_eq!(codes(&found), Vec::from_iter(wanted), "{address}");
    }
}
