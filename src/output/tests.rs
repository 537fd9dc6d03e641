//! Whole documents in every form, held against the stored ones, and what no text from elsewhere
//! may do in any of them.

mod properties;
pub(in crate::output) mod samples;

use std::fs;
use std::path::Path;

use super::*;
use samples::{HEADING, applied, listed, rows, sample, written};

/// Compares with a stored example, which is changed by hand or not at all.
#[track_caller]
pub(in crate::output) fn as_stored(name: &str, document: &str) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let stored = fs::read_to_string(fixtures.join(name)).unwrap_or_default();
    assert!(
        stored == document,
        "{name} is not as stored; it would be:\n{document}"
    );
}

pub(in crate::output) fn shown(format: Format, show: impl FnOnce(&Ui)) -> String {
    written(format, false, show)
}

/// The name of a stored example.
fn file(format: Format, name: &str) -> String {
    match format {
        Format::Table => unreachable!("tables are held by snapshots"),
        Format::Json => format!("json/{name}.json"),
        Format::Jsonl => format!("json/{name}.jsonl"),
        Format::Csv => format!("csv/{name}.csv"),
        Format::Markdown => format!("markdown/{name}.md"),
    }
}

const DOCUMENTS: [Format; 4] = [Format::Json, Format::Jsonl, Format::Csv, Format::Markdown];

#[test]
fn a_diff_is_as_stored() {
    for format in DOCUMENTS {
        let plan = sample();
        let document = shown(format, |ui| {
            started(ui, HEADING).unwrap();
            super::plan(ui, HEADING, &plan).unwrap();
            concluded(ui, &plan, &[], Exit::Held).unwrap();
        });
        as_stored(&file(format, "plan"), &document);
    }
}

#[test]
fn a_sync_is_as_stored() {
    let (done, requests) = applied();
    for format in DOCUMENTS {
        let document = shown(format, |ui| {
            started(ui, HEADING).unwrap();
            planned(ui, HEADING, &done.plan).unwrap();
            let pairs = done.plan.operations.iter().zip(&done.outcomes);
            for (at, (operation, outcome)) in (0..).zip(pairs) {
                settled(ui, at, operation, outcome);
            }
            report(ui, HEADING, &done, &requests, Exit::Interrupted).unwrap();
        });
        as_stored(&file(format, "sync"), &document);
    }
}

fn weak_match() -> crate::model::code::Entry {
    let reasons = crate::model::code::reasons();
    let found = reasons.into_iter().find(|entry| entry.code == "weak-match");
    found.unwrap()
}

#[test]
fn lists_are_as_stored() {
    let (user_rows, group_rows) = rows();
    for format in DOCUMENTS {
        let document = shown(format, |ui| listed(ui, user_rows.clone()));
        as_stored(&file(format, "inspect-users"), &document);
        let document = shown(format, |ui| listed(ui, group_rows.clone()));
        as_stored(&file(format, "inspect-groups"), &document);
        let document = shown(format, |ui| explain(ui, &weak_match()).unwrap());
        as_stored(&file(format, "explain"), &document);
    }
}

#[test]
fn an_error_ends_a_stream_of_events_whatever_stands_there() {
    let source = anyhow::anyhow!("connection refused").context("can't reach Command");
    let error = Error::new(Exit::Unavailable, source).hint("check the address");
    let document = shown(Format::Jsonl, |ui| {
        started(ui, HEADING).unwrap();
        ui.error(&error);
    });
    as_stored("json/error.jsonl", &document);
    for format in [Format::Csv, Format::Markdown] {
        assert_eq!(shown(format, |ui| ui.error(&error)), "");
    }
}

#[test]
fn a_form_that_a_command_does_not_have_is_refused_with_those_that_it_has() {
    let options = Options {
        format: Format::Csv,
        ..Options::default()
    };
    let (ui, _) = Ui::for_test(None, options);
    assert!(offers(&ui, "diff", &Format::ALL).is_ok());
    let error = offers(&ui, "sandbox", &[Format::Table, Format::Json]).unwrap_err();
    assert_eq!(error.exit, Exit::Usage);
    assert_eq!(
        error.source.to_string(),
        "sandbox has no answer in the form csv"
    );
    assert_eq!(error.hints, ["forms that it has: --output table, json"]);
}

#[test]
fn the_names_of_the_forms_are_those_of_the_command_line() {
    for format in Format::ALL {
        let value = clap::ValueEnum::to_possible_value(&format).unwrap();
        assert_eq!(value.get_name(), format.name());
    }
    let variants = <Format as clap::ValueEnum>::value_variants();
    assert_eq!(variants, Format::ALL);
}

#[test]
fn a_document_without_another_form_is_a_page_or_a_line() {
    let value = serde_json::json!({"name": "a\u{202e}b"});
    let pretty = shown(Format::Json, |ui| document(ui, &value).unwrap());
    assert_eq!(pretty, "{\n  \"name\": \"a\\u202eb\"\n}\n");
    let line = shown(Format::Jsonl, |ui| document(ui, &value).unwrap());
    assert_eq!(line, "{\"name\":\"a\\u202eb\"}\n");
}

#[test]
fn card_numbers_are_whole_only_where_that_is_asked_for() {
    let (done, requests) = applied();
    for format in [Format::Jsonl, Format::Csv, Format::Markdown] {
        let show = |ui: &Ui| {
            super::plan(ui, HEADING, &sample()).unwrap();
            report(ui, HEADING, &done, &requests, Exit::Held).unwrap();
        };
        let masked = written(format, false, show);
        let whole = written(format, true, show);
        for number in ["10101", "20202", "30303", "40404", "50505", "60606"] {
            assert!(!masked.contains(number), "{format:?}: {number}");
            assert!(whole.contains(number), "{format:?}: {number}");
        }
    }
}

#[test]
fn lists_say_who_manages_what_and_how_many() {
    let (users, groups) = rows();
    let shown = shown(Format::Table, |ui| {
        listed(ui, users);
        listed(ui, groups);
    });
    for line in [
        "name       campus id  email              managed by           active    remarks",
        "Ada Byron  S1         u1@school.example  Atrium (this tool)   yes       drifted: last_name, \
         groups; added in Command: 2",
        "Ada Byron             u2@school.example  another SCIM client  no",
        "Ada Byron  S4         u4@school.example  not in Command       not said  not in command",
        "4 users. managed by us: 1; native: 1.",
        "Something was not looked at.",
        "Visitors            g2             native              not read  not read  not in atrium",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
}
