//! The forms of what was done.

use super::*;
use crate::model::plan::{Change, Subject};
use crate::model::{CampusId, Field, UserId};
use crate::output::Options;

fn run() -> PastRun {
    PastRun {
        id: 12,
        started: "2026-01-15T08:00:00Z".parse().unwrap(),
        ended: Some("2026-01-15T08:00:09Z".parse().unwrap()),
        organization: "https://api.command.verkada.com/scim".to_owned(),
        command: "atriumctl sync".to_owned(),
        allowed: vec!["people".to_owned()],
        people: Some(300),
        exit: Some(5),
        requests: Some(17),
        counts: PastCounts {
            done: 1,
            failed: 1,
            ..PastCounts::default()
        },
    }
}

fn action(position: u32, card: bool) -> PastAction {
    let campus_id = CampusId("S1".into());
    let change = crate::model::plan::FieldChange {
        field: Field::LastName,
        old: "Byron\u{1b}[2J".into(),
        new: "=Lovelace".into(),
        cause: crate::model::reason::Cause::ChangedInAtrium,
    };
    PastAction {
        position,
        kind: if card { "add-card" } else { "update-user" }.to_owned(),
        campus_id: Some("S1".to_owned()),
        subject: Some(match card {
            true => Subject::Card {
                campus_id,
                card: crate::model::card::Card::new(
                    crate::model::card::Format::Hid26,
                    Some(102),
                    4711,
                ),
            },
            false => Subject::User { campus_id },
        }),
        change: Some(match card {
            true => Change::AddCard { access_id: None },
            false => Change::UpdateUser {
                user_id: UserId("u1".into()),
                fields: vec![change],
            },
        }),
        label: "Ada Byron".to_owned(),
        state: if card { "failed" } else { "done" }.to_owned(),
        code: card.then(|| "card-taken".to_owned()),
        detail: card.then(|| "409".to_owned()),
        at: Some("2026-01-15T08:00:05Z".parse().unwrap()),
    }
}

fn upload() -> PastUpload {
    PastUpload {
        id: 3,
        at: "2026-01-14T08:00:00Z".parse().unwrap(),
        client_id: "school".to_owned(),
        outcome: "read-back".to_owned(),
        before_known: true,
        before: None,
        after: PastMetadata {
            bytes: 5,
            sha256: "ab".to_owned(),
            entity_id: Some("http://www.okta.com/exk1".to_owned()),
            sign_on: None,
            certificates: vec![("AB:CD".to_owned(), Timestamp::UNIX_EPOCH)],
        },
    }
}

fn with(format: Format, act: impl Fn(&Ui)) -> String {
    let options = Options {
        format,
        ..Options::default()
    };
    let (ui, captured) = Ui::for_test(None, options);
    act(&ui);
    captured.stdout()
}

#[test]
fn documents_are_the_stored_ones() {
    let events = [PastEvent::Run(run()), PastEvent::Upload(upload())];
    let list = with(Format::Json, |ui| {
        history_list(ui, "default", &events, 7).unwrap();
    });
    assert_eq!(
        list,
        include_str!("../../../tests/fixtures/json/history-list.json")
    );
    let actions = [action(0, false), action(1, true)];
    let one = with(Format::Json, |ui| {
        history_run(ui, &run(), &actions).unwrap()
    });
    assert_eq!(
        one,
        include_str!("../../../tests/fixtures/json/history-run.json")
    );
}

#[test]
fn every_form_is_safe_and_says_how_each_action_ended() {
    let actions = [action(0, false), action(1, true)];
    for format in Format::ALL {
        let text = with(format, |ui| history_run(ui, &run(), &actions).unwrap());
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(!text.contains("4711"), "{text}");
        assert!(text.contains("Lovelace"), "{text}");
    }
    let csv = with(Format::Csv, |ui| history_run(ui, &run(), &actions).unwrap());
    assert!(csv.contains("\"'=Lovelace\""), "{csv}");
    let page = with(Format::Table, |ui| {
        history_run(ui, &run(), &actions).unwrap();
    });
    assert!(page.contains("failed: card-taken"), "{page}");
    assert!(page.contains("5: done in part"), "{page}");
    let mut odd = action(0, false);
    (odd.change, odd.subject) = (None, None);
    let page = with(Format::Table, |ui| {
        history_run(ui, &run(), std::slice::from_ref(&odd)).unwrap();
    });
    assert!(page.contains("written by another version"), "{page}");
    let page = with(Format::Table, |ui| history_upload(ui, &upload()).unwrap());
    assert!(
        page.contains("nothing → http://www.okta.com/exk1"),
        "{page}"
    );
}
