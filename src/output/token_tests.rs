//! Documents about the token, held against the stored ones, and what is never in them.

use super::*;
use crate::output::tests::{as_stored, shown};
use crate::secret::Origin;

const FINGERPRINT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn facts(domains: &[String]) -> TokenFacts<'_> {
    TokenFacts {
        fingerprint: FINGERPRINT,
        made: Some(at("2026-08-03T10:00:00Z")),
        domains: Some(domains),
        invites: Some(false),
    }
}

#[test]
fn a_token_that_was_made_is_as_stored() {
    let domains = ["a.edu".to_owned(), "b.edu".to_owned()];
    let secret = Secret::new("the-new-token", Origin::Made);
    let made = TokenMade {
        command: "token generate",
        profile: "default",
        facts: facts(&domains),
        kept: Kept::In("the system keyring"),
        token: None,
        exit: Exit::Done,
    };
    let document = shown(Format::Json, |ui| token_made(ui, &made).unwrap());
    as_stored("json/token-made.json", &document);
    let page = shown(Format::Table, |ui| token_made(ui, &made).unwrap());
    assert!(page.contains("9f86d081884c\n"), "{page}");
    assert!(page.contains("kept in     the system keyring"), "{page}");
    assert!(!page.contains("the-new-token"), "{page}");
    let made = TokenMade {
        kept: Kept::Nowhere,
        token: Some(&secret),
        ..made
    };
    let page = shown(Format::Table, |ui| token_made(ui, &made).unwrap());
    assert!(page.contains("\nthe-new-token\n"), "{page}");
    let line = shown(Format::Jsonl, |ui| token_made(ui, &made).unwrap());
    assert!(
        line.contains(r#""kept_in":null,"token":"the-new-token""#),
        "{line}"
    );
    assert!(!format!("{made:?}").contains("the-new-token"));
}

#[test]
fn what_is_known_of_a_token_is_as_stored() {
    let domains = ["a.edu".to_owned()];
    let tried = Tried {
        exit: Exit::Done,
        words: "Command takes the token and lists users".to_owned(),
    };
    let state = TokenState {
        profile: "default",
        origin: "system keyring".to_owned(),
        facts: facts(&domains),
        domains_from: Some("ledger"),
        last_good: Some(at("2026-08-04T09:59:59Z")),
        tried: Some(&tried),
        now: at("2026-08-05T10:00:00Z"),
    };
    let document = shown(Format::Json, |ui| token_state(ui, &state).unwrap());
    as_stored("json/token-status.json", &document);
    let page = shown(Format::Table, |ui| token_state(ui, &state).unwrap());
    for line in [
        "made        2026-08-03T10:00:00Z, 2 days ago",
        "domains     a.edu (as it was made)",
        "invitations not sent",
        "last good   2026-08-04T09:59:59Z, 1 day ago",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let unknown = TokenState {
        facts: TokenFacts {
            made: None,
            domains: None,
            invites: None,
            ..state.facts
        },
        domains_from: None,
        last_good: None,
        tried: None,
        ..state
    };
    let page = shown(Format::Table, |ui| token_state(ui, &unknown).unwrap());
    assert_eq!(page.matches("unknown").count(), 4, "{page}");
}

#[test]
fn a_test_is_as_stored() {
    let check = |name, verdict, words: &str, remedy, exit| Check {
        name,
        verdict,
        words: words.to_owned(),
        remedy,
        exit,
    };
    let checks = [
        check(
            "connection-test",
            Verdict::Ok,
            "Command takes the token",
            "",
            Exit::Done,
        ),
        check(
            "media-type",
            Verdict::Warning,
            "answers are \u{1b}[31mtext",
            "none",
            Exit::Done,
        ),
        check(
            "groups",
            Verdict::Failure,
            "groups are 404",
            "look there",
            Exit::Partial,
        ),
    ];
    let test = TokenTest {
        profile: "default",
        address: "https://scim.example/scim",
        origin: "system keyring".to_owned(),
        fingerprint: FINGERPRINT,
        checks: &checks,
        exit: Exit::Partial,
    };
    let document = shown(Format::Json, |ui| token_test(ui, &test).unwrap());
    as_stored("json/token-test.json", &document);
    let page = shown(Format::Table, |ui| token_test(ui, &test).unwrap());
    assert!(!page.contains('\u{1b}'), "{page:?}");
    assert!(
        page.contains("  failure  groups are 404\n           → look there"),
        "{page}"
    );
    assert!(page.contains("It does not: 1 failure."), "{page}");
}

#[test]
fn domains_are_as_stored() {
    let known = ["a.edu".to_owned(), "c.edu".to_owned()];
    let row = |domain: &str, people, allowed, in_atrium| DomainRow {
        domain: domain.to_owned(),
        people,
        allowed,
        in_atrium,
    };
    let rows = [
        row("a.edu", 1200, Some(true), true),
        row("=b.edu", 1, Some(false), true),
        row("c.edu", 0, Some(true), false),
    ];
    let outside = [Outsider {
        campus_id: "S1".into(),
        name: "Ada Lee".into(),
        email: "ada@=b.edu".into(),
    }];
    let report = DomainsReport {
        profile: "default",
        known: Some(&known),
        from: Some("ledger"),
        rows: &rows,
        outside: &outside,
        without: 2,
        remedy: Some("atriumctl token generate --domain a.edu --domain b.edu"),
    };
    for (format, name) in [
        (Format::Json, "json/token-domains.json"),
        (Format::Jsonl, "json/token-domains.jsonl"),
        (Format::Csv, "csv/token-domains.csv"),
        (Format::Markdown, "markdown/token-domains.md"),
    ] {
        let document = shown(format, |ui| token_domains(ui, &report).unwrap());
        as_stored(name, &document);
    }
    let page = shown(Format::Table, |ui| token_domains(ui, &report).unwrap());
    for line in [
        "a.edu   1,200   yes",
        "2 people have no email",
        "1 person, left alone",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
}
