//! Every form of what `auth` says.

use super::*;
use crate::output::{Colour, Options, Ui};

const SECRETS: [&str; 4] = ["s3cret-set", "s3cret-kept", "s3cret-filed", "s3cret-plain"];

fn place(origin: Origin, secret: Result<&str, &str>, since: Option<&str>) -> Place {
    Place {
        secret: secret
            .map(|text| Secret::new(text, origin.clone()))
            .map_err(str::to_owned),
        origin,
        named_by: None,
        since: since.map(|since| since.parse().unwrap()),
        warnings: Vec::new(),
    }
}

fn rows() -> Vec<SecretRow> {
    let kept = place(
        Origin::Keyring,
        Ok(SECRETS[1]),
        Some("2026-01-12T09:00:00Z"),
    );
    let variable = Origin::Environment("ATRIUMCTL_SCIM_TOKEN");
    let mut file = place(
        Origin::File("/etc/=cmd/key".into()),
        Ok(SECRETS[2]),
        Some("2026-01-15T08:59:00Z"),
    );
    file.named_by = Some("/c/default.toml:7".to_owned());
    file.warnings
        .push("the key file can be read by others".to_owned());
    let broken = Origin::Environment("ATRIUMCTL_OKTA_TOKEN");
    let problem = "ATRIUMCTL_OKTA_TOKEN holds something that is no token: it stands in quotes";
    SecretKind::ALL
        .into_iter()
        .map(|kind| SecretRow {
            kind,
            complete: true,
            places: match kind {
                SecretKind::ScimToken => {
                    vec![place(variable.clone(), Ok(SECRETS[0]), None), kept.clone()]
                }
                SecretKind::ApiKey => vec![file.clone()],
                SecretKind::Atrium => vec![place(Origin::Keyring, Ok(SECRETS[3]), None)],
                SecretKind::OktaToken => vec![place(broken.clone(), Err(problem), None)],
                SecretKind::OktaKey => {
                    vec![place(Origin::StandardInput, Err("only when needed"), None)]
                }
                SecretKind::Admin => Vec::new(),
            },
        })
        .collect()
}

fn shown(format: Format, problem: Option<&str>, rows: &[SecretRow]) -> String {
    let options = Options {
        format,
        colour: Colour::Never,
        ..Options::default()
    };
    let (ui, captured) = Ui::for_test(None, options);
    let list = SecretList {
        profile: "school",
        store: "the system keyring",
        problem,
        rows,
        now: "2026-01-15T09:00:00Z".parse().unwrap(),
    };
    secrets(&ui, &list).unwrap();
    captured.stdout()
}

#[test]
fn the_document_is_the_stored_one() {
    let stored = include_str!("../../tests/fixtures/json/auth.json");
    let document = shown(Format::Json, None, &rows());
    assert!(document == stored, "it would be:\n{document}");
}

#[test]
fn no_form_shows_a_secret() {
    for format in Format::ALL {
        let text = shown(format, None, &rows());
        for secret in SECRETS {
            assert!(!text.contains(secret), "{text}");
            let fingerprint = Secret::new(secret, Origin::Prompt).short_fingerprint();
            assert!(text.contains(&fingerprint), "{fingerprint}: {text}");
        }
    }
}

#[test]
fn the_page_says_what_is_in_force_and_what_it_hides() {
    let page = shown(Format::Table, None, &rows());
    let line = |start: &str| {
        let mut lines = page.lines();
        let found = lines.find(|line| line.trim_start().starts_with(start));
        found
            .unwrap_or_else(|| panic!("{start}: {page}"))
            .to_owned()
    };
    let token = line("scim-token ");
    assert!(token.contains("environment variable ATRIUMCTL_SCIM_TOKEN"));
    let fingerprint = Secret::new(SECRETS[0], Origin::Prompt).short_fingerprint();
    assert!(token.contains(&fingerprint), "{token}");
    let hidden = line("scim-token: ");
    assert!(
        hidden.contains("the one of system keyring (age 3 days, fingerprint ")
            && hidden.ends_with("is hidden by environment variable ATRIUMCTL_SCIM_TOKEN"),
        "{hidden}"
    );
    assert!(line("api-key ").contains("1 minute"));
    assert!(line("api-key: ").contains("can be read by others"));
    assert!(line("atrium ").contains("unknown"));
    assert!(line("okta-token ").contains("can't be used"));
    assert!(line("okta-token: ").contains("it stands in quotes"));
    assert!(line("okta-key ").contains("not read"));
    assert!(line("admin ").contains("nowhere"));
    assert!(
        page.ends_with("\n2 of them in the system keyring.\n"),
        "{page}"
    );
}

#[test]
fn a_keyring_that_can_not_be_used_is_one_line() {
    let rows = |complete| {
        SecretKind::ALL.map(|kind| SecretRow {
            kind,
            places: Vec::new(),
            complete,
        })
    };
    let (nowhere, unknown) = (rows(true), rows(false));
    let page = shown(Format::Table, Some("the keyring is locked"), &unknown);
    let told = "Nothing from the system keyring: the keyring is locked.\n";
    assert!(page.ends_with(told), "{page}");
    assert_eq!(page.matches("locked").count(), 1);
    let markdown = shown(Format::Markdown, Some("the keyring is locked"), &unknown);
    assert!(markdown.contains("the keyring is locked"), "{markdown}");
    for form in [Format::Table, Format::Markdown, Format::Csv] {
        let told = shown(form, Some("the keyring is locked"), &unknown);
        assert!(!told.contains("nowhere"), "{told}");
    }
    let json = shown(Format::Json, Some("the keyring is locked"), &unknown);
    assert_eq!(json.matches("\"complete\": false").count(), 6, "{json}");
    let empty = shown(Format::Table, None, &nowhere);
    assert_eq!(empty.matches("nowhere").count(), 6, "{empty}");
    assert!(
        empty.ends_with("Nothing is in the system keyring.\n"),
        "{empty}"
    );
}

#[test]
fn a_spreadsheet_has_a_row_a_place() {
    let csv = shown(Format::Csv, None, &rows());
    assert_eq!(csv.lines().count(), 1 + 7, "{csv}");
    let hidden = csv.lines().nth(2).unwrap();
    assert!(
        hidden.contains("\"no\",\"keyring\",\"\",\"2026-01-12T09:00:00Z\""),
        "{hidden}"
    );
    assert!(csv.contains("\"no\",\"nowhere\""), "{csv}");
}

#[test]
fn keeping_and_forgetting_are_told_without_the_secret() {
    let secret = Secret::new(SECRETS[0], Origin::Prompt);
    let fingerprint = secret.short_fingerprint();
    let told = |format, keeping| {
        let options = Options {
            format,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        let done = SecretKept {
            profile: "school",
            store: "the system keyring",
            kind: SecretKind::ScimToken,
            secret: &secret,
            keeping,
        };
        kept(&ui, &done).unwrap();
        captured.stdout()
    };
    let replaced = || Keeping::Replaced {
        fingerprint: Some("0123456789ab".to_owned()),
    };
    assert_eq!(
        told(Format::Table, Keeping::New),
        format!(
            "The SCIM token of the profile school is in the system keyring now: 10 characters, \
             fingerprint {fingerprint}.\n"
        )
    );
    let text = told(Format::Table, replaced());
    assert!(
        text.contains("The one before, fingerprint 0123456789ab, is forgotten."),
        "{text}"
    );
    let text = told(Format::Table, Keeping::Replaced { fingerprint: None });
    assert!(
        text.contains("could not be read, and is forgotten"),
        "{text}"
    );
    assert!(told(Format::Table, Keeping::Same).contains("already"));
    let stored = include_str!("../../tests/fixtures/json/auth-set.json");
    let document = told(Format::Json, replaced());
    assert!(document == stored, "it would be:\n{document}");

    let forgetting = |format, list: &[Forgotten]| {
        let options = Options {
            format,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        forgotten(&ui, "school", "the system keyring", list).unwrap();
        captured.stdout()
    };
    let one = |kind, was_there| Forgotten { kind, was_there };
    let two = [
        one(SecretKind::ScimToken, true),
        one(SecretKind::Admin, false),
    ];
    assert_eq!(
        forgetting(Format::Table, &two),
        "The SCIM token of the profile school is forgotten.\nThere was no admin sign-in of the \
         profile school in the system keyring.\n"
    );
    let stored = include_str!("../../tests/fixtures/json/auth-forget.json");
    let document = forgetting(Format::Json, &two);
    assert!(document == stored, "it would be:\n{document}");
    let all = |there| SecretKind::ALL.map(|kind| one(kind, there == Some(kind)));
    assert_eq!(
        forgetting(Format::Table, &all(Some(SecretKind::ApiKey))),
        "The API key of the profile school is forgotten.\n"
    );
    assert_eq!(
        forgetting(Format::Table, &all(None)),
        "There was nothing of the profile school in the system keyring.\n"
    );
}
