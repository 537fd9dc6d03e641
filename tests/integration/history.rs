//! `history list` and `history show`: runs with their values before and after, in every form.

use serde_json::Value;

use crate::environment::{Environment, Ran};

fn history(environment: &Environment, arguments: &[&str]) -> Ran {
    let sandbox = ["--profile", "sandbox"];
    environment.run(&[&["history"], arguments, &sandbox].concat())
}

#[test]
fn nothing_was_done_yet() {
    let environment = Environment::new();
    let ran = history(&environment, &["list"]).expect(0);
    assert!(ran.stdout.contains("Nothing has been done yet"), "{ran}");
    let document = history(&environment, &["list", "--output", "json"])
        .expect(0)
        .json();
    assert_eq!(document["schema"], "atriumctl.history/1");
    assert_eq!(
        (&document["total"], &document["events"]),
        (&0.into(), &Value::Array(vec![]))
    );
    let csv = history(&environment, &["list", "--output", "csv"]).expect(0);
    assert_eq!(csv.stdout.lines().count(), 1, "{csv}");
    for (id, hint) in [
        ("1", "there is no run 1"),
        ("u1", "no upload u1"),
        ("x", "no number"),
    ] {
        let ran = history(&environment, &["show", id]).expect(2);
        assert!(ran.stderr.contains(hint), "{ran}");
    }
}

#[test]
fn runs_are_listed_newest_first_and_shown_with_their_values() {
    let environment = Environment::new();
    let _running = environment.serve(|settings| settings.people = 30);
    let _ = environment.sync_sandbox(0);
    let married = [
        "sandbox",
        "evolve",
        "--event",
        "married-name",
        "--event",
        "leaver",
    ];
    let _ = environment.run(&married).expect(0);
    let _ = environment.sync_sandbox(0);

    let list = history(&environment, &["list", "--output", "json"])
        .expect(0)
        .json();
    assert_eq!(list["total"], 2);
    let ids: Vec<i64> = list["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [2, 1]);
    let newest = &list["events"][0];
    assert_eq!(
        (&newest["kind"], &newest["exit"]),
        (&"run".into(), &0.into())
    );
    assert!(newest["counts"]["done"].as_u64().unwrap() >= 2, "{newest}");
    let one = history(&environment, &["list", "--limit", "1"]).expect(0);
    assert!(one.stdout.contains("… and 1 earlier ones"), "{one}");

    let run = history(&environment, &["show", "2", "--output", "json"])
        .expect(0)
        .json();
    let actions = run["actions"].as_array().unwrap();
    let counts = &run["run"]["counts"];
    let words = ["done", "failed", "owed", "skipped", "unknown"];
    let counted: u64 = words
        .iter()
        .map(|word| counts[*word].as_u64().unwrap())
        .sum();
    assert_eq!(counted, actions.len() as u64);
    let of = |kind: &str| {
        let found = actions.iter().find(|action| action["action"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}: {run}"))
    };
    let renamed = of("update-user");
    let value = &renamed["values"][0];
    assert_eq!(value["field"], "last_name", "{renamed}");
    assert!(
        value["before"] != value["after"] && value["before"] != "",
        "{renamed}"
    );
    let left = &of("deactivate-user")["values"][0];
    assert_eq!(
        (&left["before"], &left["after"]),
        (&"yes".into(), &"no".into())
    );

    let page = history(&environment, &["show", "2"]).expect(0);
    let change = format!(
        "{} → {}",
        value["before"].as_str().unwrap(),
        value["after"].as_str().unwrap()
    );
    assert!(page.stdout.contains(&change), "{page}");
    let csv = history(&environment, &["show", "2", "--output", "csv"]).expect(0);
    assert!(csv.stdout.lines().count() > actions.len(), "{csv}");
    let markdown = history(&environment, &["show", "2", "--output", "markdown"]).expect(0);
    assert!(markdown.stdout.starts_with("## Run 2"), "{markdown}");
    let lines = history(&environment, &["show", "2", "--output", "jsonl"]).expect(0);
    assert_eq!(lines.stdout.lines().count(), actions.len() + 1);
    let before = history(&environment, &["show", "2", "--before"]).expect(2);
    assert!(before.stderr.contains("for uploads"), "{before}");
}

#[test]
fn card_numbers_are_masked_unless_they_are_asked_for() {
    let environment = Environment::new();
    let _running = environment.serve(|settings| settings.people = 30);
    let _ = environment.sync_sandbox(0);
    let cards = |more: &[&str]| {
        let show = ["show", "1", "--output", "json"];
        let run = history(&environment, &[&show[..], more].concat())
            .expect(0)
            .json();
        let actions = run["actions"].as_array().unwrap().clone();
        let cards = actions
            .iter()
            .filter_map(|action| action["subject"]["card"].as_str());
        cards.map(str::to_owned).collect::<Vec<_>>()
    };
    let masked = cards(&[]);
    assert!(!masked.is_empty());
    assert!(masked.iter().all(|card| card.contains('•')), "{masked:?}");
    let whole = cards(&["--unmask"]);
    assert_eq!(whole.len(), masked.len());
    assert!(whole.iter().all(|card| !card.contains('•')), "{whole:?}");
    let pages = ["table", "csv", "markdown", "jsonl"];
    for form in pages {
        let text = history(&environment, &["show", "1", "--output", form])
            .expect(0)
            .stdout;
        for card in &whole {
            assert!(!text.contains(card.as_str()), "{form}: {card}");
        }
    }
}
