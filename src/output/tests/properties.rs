//! Whatever stands in a name, an address or a server's answer: every form stays what it is.

use proptest::prelude::*;

use super::samples::{HEADING, applied, listed, rows, sample, written};
use crate::error::Exit;
use crate::model::CampusId;
use crate::model::plan::{Change, Operation, Plan, Subject};
use crate::model::report::{Outcome, Report, Verification};
use crate::output::{self, Format};

/// Texts that mean something to one form or another.
const PIECES: &[&str] = &[
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\r\n",
    ";",
    ",",
    "\"",
    "'",
    "|",
    "\\",
    "\\|",
    "`",
    "```",
    "<",
    ">",
    "<b>",
    "</details>",
    "<!--",
    "&",
    "&lt;",
    "#1",
    "!",
    "![x](y)",
    "[x](http://y)",
    "*",
    "_",
    "~",
    "http://evil.example",
    "www.evil.example",
    "a@b.example",
    "@admin",
    "＝",
    "＋",
    "－",
    "＠",
    "\u{feff}",
    "\u{200b}",
    "\u{202e}",
    "\u{2066}",
    "\u{1b}[2J",
    "\u{0}",
    "\u{7f}",
    "\u{9b}",
    "\u{2028}",
    " ",
    "1. ",
    "- ",
    "cmd",
    "李",
    "نور",
    "é",
    "0",
];

fn remote_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// Puts a text into everything of an operation that comes from elsewhere.
fn spoil(operation: &mut Operation, text: &str) {
    operation.label = text.into();
    operation.why = text.into();
    if let Subject::User { campus_id }
    | Subject::Membership { campus_id, .. }
    | Subject::Card { campus_id, .. } = &mut operation.subject
    {
        *campus_id = CampusId::from(text);
    }
    match &mut operation.change {
        Change::CreateUser {
            external_id,
            profile,
        } => {
            *external_id = text.into();
            profile.email = text.into();
            profile.department = text.into();
        }
        Change::UpdateUser { fields, .. } => {
            for field in fields {
                (field.old, field.new) = (text.into(), text.into());
            }
        }
        Change::MoveCard { from, .. } => *from = CampusId::from(text),
        _ => {}
    }
}

fn spoilt(text: &str) -> Report {
    let (mut report, _) = applied();
    let plan = &mut report.plan;
    plan.operations
        .iter_mut()
        .for_each(|item| spoil(item, text));
    plan.held
        .iter_mut()
        .for_each(|held| spoil(&mut held.operation, text));
    for item in &mut plan.left_alone {
        item.label = text.into();
        item.detail = text.to_owned();
        item.subject = Subject::Remote { id: text.into() };
        if let Some(place) = &mut item.place {
            place.file = text.into();
        }
    }
    for tripped in &mut plan.tripped {
        tripped.detail = text.to_owned();
    }
    for outcome in &mut report.outcomes {
        if let Outcome::Failed { detail, .. } = outcome {
            *detail = text.to_owned();
        }
    }
    let mut remaining = sample().operations;
    remaining.iter_mut().for_each(|item| spoil(item, text));
    report.verification = Verification::Remaining {
        operations: remaining,
    };
    report
}

/// Everything that a form can show, with a text in each place.
fn everything(format: Format, text: &str) -> Vec<String> {
    let report = spoilt(text);
    let (mut users, mut groups) = rows();
    for user in &mut users {
        (user.id, user.name, user.email) = (Some(text.into()), text.into(), text.into());
        user.remarks.drifted = vec![text.into()];
    }
    for group in &mut groups {
        (group.id, group.name) = (Some(text.into()), text.into());
    }
    let plan: &Plan = &report.plan;
    vec![
        written(format, true, |ui| output::plan(ui, HEADING, plan).unwrap()),
        written(format, true, |ui| {
            output::planned(ui, HEADING, plan).unwrap();
            for (operation, outcome) in plan.operations.iter().zip(&report.outcomes) {
                output::settled(ui, 0, operation, outcome);
            }
            output::report(ui, HEADING, &report, &[], Exit::Partial).unwrap();
        }),
        written(format, true, |ui| listed(ui, users)),
        written(format, true, |ui| listed(ui, groups)),
    ]
}

fn fields(document: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(document.as_bytes());
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

proptest! {
    #[test]
    fn csv_keeps_its_rows_and_columns_and_calculates_nothing(text in remote_text()) {
        let harmless = everything(Format::Csv, "x");
        for (document, harmless) in everything(Format::Csv, &text).iter().zip(&harmless) {
            let shape = |document: &str| -> Vec<usize> {
                fields(document, b',').iter().map(Vec::len).collect()
            };
            prop_assert_eq!(shape(document), shape(harmless));
            prop_assert_eq!(
                document.matches("\r\n").count(),
                document.matches('\n').count()
            );
            prop_assert!(!document.replace("\r\n", "").contains(char::is_control));
            // Also where a semicolon or a tab parts the cells.
            for delimiter in [b',', b';', b'\t'] {
                for field in fields(document, delimiter).iter().flatten() {
                    let start = field.trim_start_matches([' ', '"']);
                    let formula = start.starts_with([
                        '=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠',
                    ]);
                    prop_assert!(!formula, "{:?} in {}", field, document);
                }
            }
        }
    }

    #[test]
    fn markdown_keeps_its_structure_whatever_the_text(text in remote_text()) {
        /// What the page itself writes.
        const OWN: [&str; 6] =
            ["<wbr>", "<br>", "<details>", "</details>", "<summary>", "</summary>"];
        // Of the same length, since a column without any content is left out.
        let plain = "x".repeat(text.chars().count());
        let harmless = everything(Format::Markdown, &plain);
        for (document, harmless) in everything(Format::Markdown, &text).iter().zip(&harmless) {
            prop_assert_eq!(document.lines().count(), harmless.lines().count(), "{}", document);
            for sign in ['|', '`', '*'] {
                prop_assert_eq!(
                    document.matches(sign).count(),
                    harmless.matches(sign).count(),
                    "{} in {}", sign, document
                );
            }
            let tags = OWN.iter().map(|tag| document.matches(tag).count()).sum::<usize>();
            prop_assert_eq!(document.matches('<').count(), tags, "{}", document);
            prop_assert!(!document.contains(['[', ']', '@', '!', '_', '\\', '$', '~']));
            prop_assert!(!document.contains("://"));
            prop_assert!(!document.to_lowercase().contains("www."));
            prop_assert!(!document.contains(|c: char| c.is_control() && c != '\n'));
        }
    }

    #[test]
    fn every_event_is_one_line_of_json(text in remote_text()) {
        let harmless = everything(Format::Jsonl, "x");
        for (document, harmless) in everything(Format::Jsonl, &text).iter().zip(&harmless) {
            prop_assert_eq!(document.lines().count(), harmless.lines().count());
            prop_assert!(document.ends_with('\n'));
            for line in document.split_terminator('\n') {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                prop_assert!(value["schema"].as_str().unwrap().starts_with("atriumctl."));
                prop_assert!(!line.contains(char::is_control));
                let unsafe_ones = ['\u{2028}', '\u{202e}', '\u{2066}'];
                prop_assert!(!line.contains(unsafe_ones));
            }
        }
    }
}

#[test]
fn a_long_list_is_folded_cut_and_counted() {
    let report = spoilt("x");
    let operation = &report.plan.operations[0];
    let plan = |many: usize| Plan {
        operations: vec![operation.clone(); many],
        ..Plan::default()
    };
    let page = |plan: &Plan| {
        written(Format::Markdown, false, |ui| {
            output::plan(ui, HEADING, plan).unwrap();
        })
    };
    assert!(!page(&plan(20)).contains("<details>"));
    assert!(page(&plan(21)).contains("<details>\n<summary>21 rows</summary>\n\n| change"));
    let long = page(&plan(1500));
    assert_eq!(long.matches("| deactivate-user |").count(), 500);
    assert!(long.contains("… and 1,000 more; --output csv shows all."));
}

#[test]
fn a_page_never_grows_beyond_what_a_job_may_write() {
    let mut report = spoilt(&"@|".repeat(5_000));
    let operation = report.plan.operations[0].clone();
    report.plan.operations = vec![operation; 3_000];
    report.plan.held = vec![report.plan.held[0].clone(); 3_000];
    report.outcomes = vec![Outcome::Done { made: None }; 3_000];
    let page = written(Format::Markdown, false, |ui| {
        output::report(ui, HEADING, &report, &[], Exit::Done).unwrap();
    });
    assert!(page.len() < 1 << 20, "{}", page.len());
    assert!(page.contains("more; --output csv shows all."));
}
