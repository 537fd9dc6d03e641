//! Exports in every form, of the wrong kind, damaged, cut and large.

use std::io::{BufReader, Read};

use super::*;
use crate::exported::Unreadable;
use crate::model::okta::{OktaFailure, UserState, recognise_event};

const USERS: &[Kind] = &[Kind::AppUsers, Kind::OktaUsers];
const LOGS: &[Kind] = &[Kind::Events];

fn kept(text: &[u8], expected: &[Kind], wanted: &Wanted) -> Result<Kept, FileError> {
    let mut kept = Kept::default();
    read(text, expected, wanted, &mut kept)?;
    Ok(kept)
}

fn about(who: &str) -> Wanted {
    Wanted {
        app: Some("0oa1".to_owned()),
        who: Some(who.to_owned()),
    }
}

fn user(number: u32, app: &str) -> String {
    format!(
        r#"{{"id":"00u{number}","externalId":null,"status":"STAGED","scope":"USER","credentials":{{"userName":"u{number}@campus.example"}},"profile":{{"givenName":"Ada{number}"}},"_links":{{"app":{{"href":"https://x/api/v1/apps/{app}"}}}}}}"#
    )
}

fn event(number: u32, app: &str, result: &str, event_type: &str) -> String {
    format!(
        r#"{{"uuid":"{number}","published":"2026-03-01T12:00:{:02}Z","eventType":"{event_type}","outcome":{{"result":"{result}","reason":"Matching user not found"}},"target":[{{"type":"AppInstance","id":"{app}","displayName":"Verkada"}},{{"type":"User","id":"00u{number}","alternateId":"u{number}@campus.example"}}]}}"#,
        number % 60
    )
}

const PUSH: &str = "application.provision.user.push";

#[test]
fn assignments_are_read_from_an_array_and_only_those_asked_for_are_kept() {
    let all = format!(
        "\n [{}, {},{}]\n",
        user(1, "0oa1"),
        user(2, "0oa1"),
        user(2, "0oa2")
    );
    let everybody = Wanted {
        app: Some("0oa1".to_owned()),
        who: None,
    };
    let found = kept(all.as_bytes(), USERS, &everybody).unwrap();
    assert_eq!((found.assignments.len(), found.elsewhere.len()), (2, 1));
    assert!(found.assignments[0].never_got_an_id());
    for who in ["00u2", "U2@campus.example", "ada2"] {
        let found = kept(all.as_bytes(), USERS, &about(who)).unwrap();
        assert_eq!(
            (found.assignments.len(), found.elsewhere.len()),
            (1, 1),
            "{who}"
        );
        assert_eq!(found.records, 3);
    }
    let users = br#"[{"id":"00u1","status":"SUSPENDED","profile":{"login":"ada@campus.example"}}]"#;
    let found = kept(users, USERS, &about("ada@campus.example")).unwrap();
    assert_eq!(found.users.len(), 1);
    assert_eq!(kept(b"[]", USERS, &everybody).unwrap().records, 0);
}

#[test]
fn a_log_is_read_as_an_array_or_an_object_a_line() {
    let lines = [
        event(1, "0oa1", "FAILURE", PUSH),
        event(2, "0oa2", "FAILURE", PUSH),
        event(3, "0oa1", "SUCCESS", PUSH),
        event(
            3,
            "0oa1",
            "SUCCESS",
            "application.provision.user.verify_exists",
        ),
        event(4, "0oa1", "FAILURE", "user.session.start"),
    ];
    let wanted = Wanted {
        app: Some("0oa1".to_owned()),
        who: None,
    };
    for text in [
        format!("[{}]", lines.join(",")),
        lines.join("\n"),
        lines.join("\r\n") + "\n",
    ] {
        let mut found = kept(text.as_bytes(), LOGS, &wanted).unwrap();
        let events = found.take_events();
        let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, ["3", "1"], "{text}");
        assert_eq!(
            recognise_event(&events[1]).unwrap().failure,
            OktaFailure::MatchingUserNotFound
        );
    }
    // Without an app, its name tells.
    let mut found = kept(lines.join("\n").as_bytes(), LOGS, &Wanted::default()).unwrap();
    assert_eq!(found.take_events().len(), 3);
}

#[test]
fn tables_of_the_console_are_read_whatever_their_columns_are_called() {
    for (text, told) in [
        (
            "User Name,Status,External ID,First Name\nada@campus.example,STAGED,,Ada\n",
            true,
        ),
        (
            "\u{feff}username;status\r\nada@campus.example;STAGED\r\n"
                .trim_start_matches('\u{feff}'),
            false,
        ),
        (
            "\"Login\"\t\"App User Status\"\n\"ada@campus.example\"\t\"staged\"\n",
            false,
        ),
    ] {
        let found = kept(text.as_bytes(), USERS, &Wanted::default()).unwrap();
        let one = &found.assignments[0];
        assert_eq!(one.user_name, "ada@campus.example");
        assert_eq!(one.state, UserState::Staged);
        assert_eq!(one.never_got_an_id(), told, "{text}");
    }
    for text in [
        "published,event_type,outcome.result,outcome.reason,target0.id,target0.type,target0.alternate_id,target1.type,target1.display_name\n\
         2026-03-01T12:00:00.000Z,application.provision.user.push,FAILURE,\"Matching user\n not found\",00u1,User,ada@campus.example,AppInstance,Verkada Command\n",
        "Timestamp;Event Type;Outcome Result;Outcome Reason;Target[0] Id;Target[0] Type;Target[0] Alternate Id;Target[1] Type;Target[1] Display Name\n\
         2026-03-01 12:00:00;application.provision.user.push;FAILURE;Matching user not found;00u1;User;ada@campus.example;AppInstance;VERKADA\n",
    ] {
        let mut found = kept(
            text.as_bytes(),
            LOGS,
            &about("ada@campus.example").without_app(),
        )
        .unwrap();
        let events = found.take_events();
        assert_eq!(events.len(), 1, "{text}");
        assert_eq!(events[0].person().unwrap().id, "00u1");
        assert!(events[0].published.is_some());
        let known = recognise_event(&events[0]).unwrap();
        assert_eq!(known.failure, OktaFailure::MatchingUserNotFound);
    }
}

impl Wanted {
    fn without_app(mut self) -> Self {
        self.app = None;
        self
    }
}

#[test]
fn a_file_of_the_wrong_kind_is_named() {
    for (text, expected, said) in [
        (
            r#"[{"user_id":"1","full_name":"Ada","email":"a"}]"#,
            USERS,
            "users of Verkada Command",
        ),
        (
            r#"{"schemas":["x"],"Resources":[]}"#,
            USERS,
            "SCIM resources",
        ),
        (r#"[{"campus_id":"1"}]"#, USERS, "people of Atrium"),
        ("campus_id,first_name\n1,Ada\n", USERS, "people of Atrium"),
        (
            "employee_id,email\n1,a\n",
            USERS,
            "users of Verkada Command",
        ),
        (
            r#"[{"uuid":"1","eventType":"x"}]"#,
            USERS,
            "events of Okta's system log, not",
        ),
        (
            r#"[{"id":"0oa1","label":"V","signOnMode":"SAML_2_0"}]"#,
            LOGS,
            "apps of Okta",
        ),
        (
            r#"[{"id":"00u1","profile":{"login":"a"}}]"#,
            LOGS,
            "users of the Okta organization",
        ),
        (
            r#"[{"id":"00g1","objectClass":[],"profile":{"name":"Staff"}}]"#,
            USERS,
            "groups of the Okta organization",
        ),
        (
            r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#,
            LOGS,
            "E0000011 Invalid token",
        ),
        ("<!DOCTYPE html><html>", USERS, "a web page"),
        ("<md:EntityDescriptor/>", USERS, "an XML document"),
        ("PK\u{3}\u{4}rest", USERS, "a spreadsheet or ZIP archive"),
        ("%PDF-1.7", LOGS, "a PDF"),
        ("i\0d\0", USERS, "UTF-16"),
        ("", USERS, "empty"),
        (" \n\t", USERS, "blank"),
        ("name,age\nAda,3\n", USERS, "it has name, age"),
        (r#"[{"name":"Ada","age":3}]"#, USERS, "no record"),
        ("[1, 2]", LOGS, "no record"),
        (r#"[{"eventType": null}]"#, LOGS, "no record"),
    ] {
        let error = kept(text.as_bytes(), expected, &Wanted::default()).unwrap_err();
        assert!(error.to_string().contains(said), "{text:?}: {error}");
        assert!(!error.remedy(expected).is_empty());
    }
}

#[test]
fn a_file_that_is_cut_or_damaged_is_refused_with_the_place() {
    let whole = format!("[{},\n{}]", user(1, "0oa1"), user(2, "0oa1"));
    for cut in 1..whole.len() - 1 {
        let error = kept(&whole.as_bytes()[..cut], USERS, &Wanted::default()).unwrap_err();
        assert!(
            matches!(error, FileError::Unreadable(Unreadable::Cut { .. })),
            "{cut}: {error}"
        );
    }
    let error = kept(
        &whole.as_bytes()[..whole.len() - 9],
        USERS,
        &Wanted::default(),
    )
    .unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
    let error = kept(format!("{whole}x").as_bytes(), USERS, &Wanted::default()).unwrap_err();
    assert!(
        matches!(
            error,
            FileError::Unreadable(Unreadable::Damaged { line: 2, .. })
        ),
        "{error}"
    );
    let error = kept(b"[{\"a\": nope}]", USERS, &Wanted::default()).unwrap_err();
    assert!(
        matches!(
            error,
            FileError::Unreadable(Unreadable::Damaged { line: 1, .. })
        ),
        "{error}"
    );
    let error = kept(
        b"user name,status\na@b,STAGED\nb@c",
        USERS,
        &Wanted::default(),
    )
    .unwrap_err();
    assert!(error.to_string().contains("line 3"), "{error}");
    let error = kept(
        b"user name,status\na@\xff,STAGED\n",
        USERS,
        &Wanted::default(),
    )
    .unwrap_err();
    assert!(error.to_string().contains("UTF-8"), "{error}");
}

/// A log that never is in memory.
struct Endless {
    left: u32,
    line: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.left -= 1;
            self.line =
                event(self.left, "0oa1", "SUCCESS", "application.policy.sign_on").into_bytes();
            self.line.push(b'\n');
            self.at = 0;
        }
        let given = (&self.line[self.at..]).read(out)?;
        self.at += given;
        Ok(given)
    }
}

#[test]
fn of_a_long_log_only_what_matters_is_kept() {
    let long = Endless {
        left: 20_000,
        line: Vec::new(),
        at: 0,
    };
    let mut found = Kept::default();
    read(BufReader::new(long), LOGS, &about("00u7"), &mut found).unwrap();
    assert_eq!(found.records, 20_000);
    assert_eq!(found.take_events().len(), 1);
}
