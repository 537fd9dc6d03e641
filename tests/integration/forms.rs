//! The forms of the answers beside tables and JSON: events while a run goes on, rows, summaries.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::environment::{Environment, Ran};

fn campus(people: &str) -> Environment {
    let environment = Environment::new();
    let reset = ["sandbox", "reset", "--people", people];
    let _ = environment.run(&reset).expect(0);
    environment
}

fn sandbox(environment: &Environment, arguments: &[&str]) -> Ran {
    environment.run(&[arguments, &["--profile", "sandbox"]].concat())
}

/// The events on standard output, each on a line of its own.
#[track_caller]
fn events(ran: &Ran) -> Vec<Value> {
    let lines = ran.stdout.lines();
    let events: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for event in &events {
        assert_eq!(event["schema"], "atriumctl.event/1", "{event}");
    }
    events
}

fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let of_kind = events.iter().filter(|event| event["event"] == kind);
    of_kind.collect()
}

/// The rows of a CSV document, each as wide as its header.
#[track_caller]
fn rows(document: &str) -> Vec<Vec<String>> {
    assert!(document.ends_with("\r\n"), "{document}");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(document.as_bytes());
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|head| head == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn a_sync_tells_each_operation_as_an_event() {
    let environment = campus("40");
    let diff = sandbox(&environment, &["diff", "--exit-code", "--output", "jsonl"]).expect(3);
    let planned = events(&diff);
    assert_eq!(planned[0]["event"], "started");
    assert_eq!(planned[1]["event"], "plan");
    let last = planned.last().unwrap();
    assert_eq!(last["event"], "finished");
    assert_eq!(last["exit"], 3);
    let operations = of_kind(&planned, "operation");
    assert_eq!(last["operations"]["planned"], operations.len());
    assert!(operations.iter().all(|event| event["outcome"].is_null()));

    let sync = sandbox(&environment, &["sync", "--yes", "--output", "jsonl"]).expect(0);
    let happened = events(&sync);
    assert_eq!(happened[0]["event"], "started");
    assert_eq!(happened[1]["digest"], planned[1]["digest"]);
    let settled = of_kind(&happened, "operation");
    let mut positions: Vec<u64> = settled
        .iter()
        .filter_map(|event| event["position"].as_u64())
        .collect();
    positions.sort_unstable();
    positions.dedup();
    let all: Vec<u64> = (0..operations.len() as u64).collect();
    assert_eq!(positions, all, "each operation is told");
    for event in &settled {
        assert!(event["outcome"]["result"].is_string(), "{event}");
        let at = usize::try_from(event["position"].as_u64().unwrap()).unwrap();
        assert_eq!(event["action"], operations[at]["action"]);
        assert_eq!(event["subject"], operations[at]["subject"]);
    }
    let left = of_kind(&happened, "left-alone");
    assert_eq!(happened[1]["counts"]["left_alone"], left.len());
    assert!(!left.is_empty());
    assert!(left.iter().all(|event| event["remedy"].is_string()));
    let [.., checked, last] = happened.as_slice() else {
        panic!("{sync}");
    };
    assert_eq!(checked["event"], "checked");
    assert_eq!(checked["result"], "in-step");
    assert_eq!(last["event"], "finished");
    assert_eq!(last["exit"], 0);
    let totals = &last["operations"];
    let ended = ["done", "failed", "owed", "skipped"].map(|end| totals[end].as_u64().unwrap());
    assert_eq!(totals["planned"], ended.iter().sum::<u64>());
}

#[test]
fn the_last_word_on_an_operation_is_the_one_that_counts() {
    let environment = Environment::new();
    let switches = "frozen-ignored,normalised-values";
    let reset = ["sandbox", "reset", "--people", "60"];
    let _ = environment
        .run(&[&reset[..], &["--personality", switches]].concat())
        .expect(0);
    let sync = sandbox(&environment, &["sync", "--yes", "--output", "jsonl"]).expect(5);
    let happened = events(&sync);
    let settled = of_kind(&happened, "operation");
    let mut words: BTreeMap<u64, &str> = BTreeMap::new();
    for event in &settled {
        let word = event["outcome"]["result"].as_str().unwrap();
        words.insert(event["position"].as_u64().unwrap(), word);
    }
    assert!(settled.len() > words.len(), "nothing was told twice");
    let last = happened.last().unwrap();
    for end in ["done", "failed", "owed", "skipped"] {
        let many = words.values().filter(|word| **word == end).count();
        assert_eq!(last["operations"][end], many, "{end}: {last}");
    }
    assert!(words.values().any(|word| *word == "failed"));
    assert_eq!(last["exit"], 5);
}

#[test]
fn events_come_while_the_run_goes_on_and_nobody_has_to_read_them() {
    let environment = campus("300");
    let arguments = ["sync", "--profile", "sandbox", "--yes", "--output", "jsonl"];
    let mut command = environment.command(&arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.find(|line| {
        let line = line.as_ref().unwrap();
        line.contains("\"event\":\"operation\"")
    });
    assert!(first.is_some());
    // More is to be told than a pipe holds, so the run can't be over.
    assert!(child.try_wait().unwrap().is_none());
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    environment.nothing_left();
}

#[test]
fn rows_are_the_same_in_number_as_the_operations() {
    let environment = campus("40");
    let json = sandbox(&environment, &["diff", "--output", "json"]).expect(0);
    let plan = json.json();
    let diff = sandbox(&environment, &["diff", "--output", "csv"]).expect(0);
    let rows_of_diff = rows(&diff.stdout);
    let sections = column(&rows_of_diff, "section");
    let many = |section: &str| sections.iter().filter(|name| *name == section).count();
    assert_eq!(
        many("left-alone"),
        plan["left_alone"].as_array().unwrap().len()
    );
    let mut positions = column(&rows_of_diff, "position");
    positions.retain(|position| !position.is_empty());
    positions.dedup();
    assert_eq!(
        positions.len(),
        plan["operations"].as_array().unwrap().len()
    );

    let sync = sandbox(&environment, &["sync", "--yes", "--output", "csv"]).expect(0);
    let rows_of_sync = rows(&sync.stdout);
    assert_eq!(rows_of_sync.len(), rows_of_diff.len());
    let outcomes = column(&rows_of_sync, "outcome");
    let operations = column(&rows_of_sync, "section");
    for (section, outcome) in operations.iter().zip(&outcomes) {
        let ended = ["done", "owed"].contains(&outcome.as_str());
        assert_eq!(section == "operation", ended, "{section}: {outcome}");
    }

    let users = sandbox(&environment, &["inspect", "users", "--output", "csv"]).expect(0);
    let names = column(&rows(&users.stdout), "name");
    assert!(names.iter().any(|name| name == "Kofi Osei"), "{users}");
    let codes = environment.run(&["explain", "--output", "csv"]).expect(0);
    assert!(column(&rows(&codes.stdout), "code").contains(&"weak-match".to_owned()));
}

#[test]
fn a_name_that_a_spreadsheet_would_calculate_is_only_a_name() {
    let campus = crate::campus::Campus::new();
    let mut person = crate::campus::person(1);
    person.first = "=HYPERLINK(1)".to_owned();
    person.last = "<b>|x".to_owned();
    campus.export(&[person], &[]);
    let diff = campus.run(&["diff", "--output", "csv"]).expect(0);
    let names = column(&rows(&diff.stdout), "name");
    assert_eq!(names, ["'=HYPERLINK(1) <b>|x"]);
    let diff = campus.run(&["diff", "--output", "markdown"]).expect(0);
    assert!(
        diff.stdout
            .contains("| &#61;HYPERLINK(1) &#60;b&#62;&#124;x |"),
        "{diff}"
    );
}

#[test]
fn a_summary_has_the_result_the_counts_and_the_changes() {
    let environment = campus("40");
    let sync = sandbox(&environment, &["sync", "--yes", "--output", "markdown"]).expect(0);
    let text = &sync.stdout;
    assert!(text.starts_with("## atriumctl sync: sandbox → sandbox\n\n**Result 0: done.**\n\n"));
    for part in [
        "| change | planned | done | failed | not tried | owed |",
        "\nChecked: nothing is left to do.\n",
        "\n### Left alone (",
        "\n### Changes (",
        "\n<details>\n<summary>",
    ] {
        assert!(text.contains(part), "{part} is not in {sync}");
    }
    let again = sandbox(&environment, &["sync", "--yes", "--output", "markdown"]).expect(0);
    assert!(again.stdout.contains("\nNothing to do: "), "{again}");
    assert!(!again.stdout.contains("### Changes"), "{again}");
}

#[test]
fn a_form_that_makes_no_sense_is_refused_before_anything_is_done() {
    let environment = Environment::new();
    let commands: [&[&str]; 3] = [
        &["sandbox", "reset"],
        &["sandbox", "status"],
        &[
            "inspect",
            "card",
            "1",
            "--id-type",
            "Prox",
            "--profile",
            "sandbox",
        ],
    ];
    for command in commands {
        for form in ["csv", "markdown"] {
            let ran = environment.run(&[command, &["--output", form]].concat());
            let ran = ran.expect(2);
            assert_eq!(ran.stdout, "", "{ran}");
            assert!(ran.stderr.contains("table, json, jsonl"), "{ran}");
        }
    }
    assert!(!environment.sandbox_dir().exists());
    for form in ["json", "jsonl", "csv", "markdown"] {
        // Nobody sees the plan before it is asked whether to apply it.
        let ran = sandbox(&environment, &["sync", "--output", form]).expect(2);
        assert!(ran.stderr.contains("--yes"), "{ran}");
    }
}

#[test]
fn a_run_that_ends_with_an_error_says_so_as_its_last_event() {
    let environment = Environment::new();
    environment.profile(
        "default",
        "atrium.files = [\"none.csv\"]\ncommand.scim_url = \"http://127.0.0.1:9/scim\"\n",
    );
    let mut command = environment.command(&["diff", "--output", "jsonl"]);
    command.env("ATRIUMCTL_SCIM_TOKEN", "a-token-for-this-test");
    let ran = environment.run_command(command);
    let events = events(&ran);
    let last = events.last().unwrap();
    assert_eq!(last["event"], "error", "{ran}");
    assert_eq!(last["exit"], ran.code, "{ran}");
    assert!(last["message"].is_string(), "{ran}");
}

#[test]
fn documents_of_the_sandbox_and_of_cards_fit_on_a_line() {
    let environment = campus("30");
    let number = ["inspect", "card", "4711", "--id-type", "Prox"];
    let commands: [&[&str]; 2] = [&["sandbox", "status"], &number];
    for command in commands {
        let page = sandbox(&environment, &[command, &["--output", "json"]].concat()).expect(0);
        let line = sandbox(&environment, &[command, &["--output", "jsonl"]].concat()).expect(0);
        assert_eq!(line.stdout.lines().count(), 1, "{line}");
        assert_eq!(line.json(), page.json());
    }
}
