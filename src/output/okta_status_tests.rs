//! Every form of `okta status`, on one status with something of everything in it.

use jiff::Timestamp;

use super::{Format, Options, Ui};
use crate::model::okta::status::{
    Cause, Failing, FailureGroup, Noticed, OktaFinding, OktaStatus, Person, StateCount,
};
use crate::model::okta::{
    AppStatus, AppUser, AssignedBy, Connection, ConnectionStatus, FactsFrom, Gap, LogEvent,
    MappingStatus, OktaApp, OktaFailure, OktaUser, OktaUserStatus, Outcome, PushMapping, Target,
    UserState,
};

fn at(minute: u32) -> Timestamp {
    format!("2026-03-01T12:{minute:02}:00Z").parse().unwrap()
}

fn assignment() -> AppUser {
    AppUser {
        id: "00u1".into(),
        app: "0oa1".into(),
        user_name: "=ada@campus.example".into(),
        assigned_by: AssignedBy::Group,
        state: UserState::Staged,
        email: "ada@campus.example".into(),
        first_name: "A\u{1b}[31mda".into(),
        last_name: "Byron".into(),
        created: Some(at(1)),
        ..AppUser::default()
    }
}

fn status() -> OktaStatus {
    OktaStatus {
        from: FactsFrom::Live("https://school.okta.com".to_owned()),
        taken: at(30),
        app: Some(OktaApp {
            id: "0oa1".into(),
            name: "verkada".into(),
            label: "Verkada".into(),
            status: AppStatus::Active,
            sign_on_mode: "SAML_2_0".into(),
            features: Some(vec!["PUSH_NEW_USERS".into()]),
            ..OktaApp::default()
        }),
        connection: Some(Connection {
            status: ConnectionStatus::Enabled,
            auth_scheme: "TOKEN".into(),
            base_url: "https://api.command.verkada.com/scim".into(),
        }),
        capabilities: None,
        person: None,
        states: Some(vec![StateCount {
            state: UserState::Staged,
            count: 1200,
            with_id: Some(0),
        }]),
        without_id: vec![assignment()],
        failures: Some(vec![
            FailureGroup {
                cause: Cause::Known(OktaFailure::Conflict),
                failing: vec![Failing {
                    who: "=ada@campus.example".to_owned(),
                    last: Some(at(2)),
                    times: 3,
                    remote: Some("exists\u{202e}\u{7}".to_owned()),
                }],
                last: Some(at(2)),
            },
            FailureGroup {
                cause: Cause::Other("Odd <b>thing</b>".to_owned()),
                failing: vec![],
                last: None,
            },
        ]),
        overcome: 4,
        mappings: Some(2),
        broken_mappings: vec![PushMapping {
            status: MappingStatus::Error,
            source_group: "00g1".into(),
            source_name: "Staff".into(),
            error_summary: "Linked group is missing".to_owned(),
            last_push: Some(at(3)),
            ..PushMapping::default()
        }],
        last_good_push: Some(at(0)),
        refused_since: 0,
        log_since: Some(at(0)),
        log_cut: Some("only the newest 1000 failures were read".to_owned()),
        noticed: vec![Noticed {
            finding: OktaFinding::NeverCreated,
            detail: "=ada@campus.example".to_owned(),
        }],
        gaps: vec![(
            "assigned groups",
            Gap::Scope {
                scope: "okta.groups.read",
                said: "E0000006".to_owned(),
            },
        )],
        requests: 9,
    }
}

fn about_one() -> OktaStatus {
    OktaStatus {
        person: Some(Person {
            asked: "ada".to_owned(),
            user: Some(OktaUser {
                id: "00u1".into(),
                login: "ada@campus.example".into(),
                status: OktaUserStatus::Active,
                ..OktaUser::default()
            }),
            assignment: Some(assignment()),
            elsewhere: vec![("Verkada sign-on".to_owned(), assignment())],
            events: vec![LogEvent {
                published: Some(at(2)),
                event_type: "application.provision.user.push".into(),
                result: Outcome::Failure,
                reason: "Matching user not found".to_owned(),
                targets: vec![Target::default()],
                ..LogEvent::default()
            }],
        }),
        ..status()
    }
}

fn shown(format: Format, status: &OktaStatus) -> String {
    let options = Options {
        format,
        ..Options::default()
    };
    let (ui, captured) = Ui::for_test(Some(120), options);
    super::okta_status(&ui, status).unwrap();
    captured.stdout()
}

#[test]
fn the_document_is_the_stored_one() {
    for (status, name, stored) in [
        (
            status(),
            "okta-status.json",
            include_str!("../../tests/fixtures/json/okta-status.json"),
        ),
        (
            about_one(),
            "okta-status-person.json",
            include_str!("../../tests/fixtures/json/okta-status-person.json"),
        ),
    ] {
        let document = shown(Format::Json, &status);
        if std::env::var_os("WRITE_FIXTURES").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/json");
            std::fs::write(format!("{folder}/{name}"), &document).unwrap();
            continue;
        }
        assert_eq!(document, stored);
        let line = shown(Format::Jsonl, &status);
        assert_eq!(line.lines().count(), 1);
    }
}

#[test]
fn a_page_tells_facts_findings_causes_and_what_is_missing() {
    let page = shown(Format::Table, &status());
    for line in [
        "app                 Verkada (0oa1, ACTIVE)",
        "assigned            1,200 people",
        "[okta-never-created]",
        "Failing: okta-conflict (1)",
        "Assigned, and never created (1)",
        "Linked group is missing",
        "assigned groups: it needs the scope okta.groups.read",
        "It is not whole: only the newest 1000 failures were read.",
        "1 error, 0 warnings; 1 part was not looked at.",
    ] {
        assert!(page.contains(line), "{line} is not in:\n{page}");
    }
    let page = shown(Format::Table, &about_one());
    for line in [
        "id in Command       none: never created or linked there",
        "assigned elsewhere  Verkada sign-on: STAGED",
        "Latest events",
    ] {
        assert!(page.contains(line), "{line} is not in:\n{page}");
    }
}

#[test]
fn nothing_of_okta_commands_a_terminal_a_spreadsheet_or_a_page() {
    for format in [Format::Table, Format::Json, Format::Csv, Format::Markdown] {
        for status in [status(), about_one()] {
            let text = shown(format, &status);
            let is_odd = |c: char| (c.is_control() && c != '\n' && c != '\r') || c == '\u{202e}';
            assert!(!text.contains(is_odd), "{text:?}");
        }
    }
    let rows = shown(Format::Csv, &status());
    assert!(rows.contains("\"'=ada@campus.example\""), "{rows}");
    assert!(!rows.contains("\"=ada"), "{rows}");
    let page = shown(Format::Markdown, &status());
    assert!(
        page.contains("okta-conflict") && !page.contains("<b>"),
        "{page}"
    );
}
