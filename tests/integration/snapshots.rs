//! What the tool says, whole, on a small campus that is the same in every run.

use crate::environment::{Environment, Ran};

/// Compares with the stored text. Ids, digests and times are others in every run.
macro_rules! snapshot {
    ($name:expr, $ran:expr) => {
        let ran: Ran = $ran;
        insta::with_settings!({
            filters => vec![
                (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[ID]"),
                (r"\b[0-9a-f]{64}\b", "[DIGEST]"),
                (r"Digest [0-9a-f]{12}\.", "Digest [DIGEST]."),
                (r"refused \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "refused [TIME]"),
                (r"last read \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "last read [TIME]"),
            ],
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!($name, ran.to_string());
        });
    };
}

fn small_campus() -> Environment {
    let environment = Environment::new();
    let _ = environment
        .run(&["sandbox", "reset", "--people", "30"])
        .expect(0);
    environment
}

fn sandbox(environment: &Environment, arguments: &[&str]) -> Ran {
    let all: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["--profile", "sandbox"])
        .collect();
    environment.run(&all)
}

#[test]
fn a_first_sync_and_the_day_after() {
    let environment = Environment::new();
    let reset = environment.run(&["sandbox", "reset", "--people", "30"]);
    snapshot!("day-0-sandbox-reset", reset);
    snapshot!(
        "day-0-diff",
        sandbox(&environment, &["diff", "--exit-code"])
    );
    snapshot!(
        "day-0-sync",
        sandbox(&environment, &["sync", "--yes", "--stats"])
    );
    snapshot!(
        "day-0-diff-after",
        sandbox(&environment, &["diff", "--exit-code"])
    );
    snapshot!(
        "day-0-sync-again",
        sandbox(&environment, &["sync", "--yes"])
    );
    snapshot!(
        "day-0-inspect-users",
        sandbox(&environment, &["inspect", "users"])
    );
    snapshot!(
        "day-0-inspect-groups",
        sandbox(&environment, &["inspect", "groups"])
    );
    snapshot!(
        "day-0-sandbox-status",
        environment.run(&["sandbox", "status"])
    );
    snapshot!(
        "day-1-sandbox-evolve",
        environment.run(&["sandbox", "evolve"])
    );
    snapshot!(
        "day-1-diff",
        sandbox(&environment, &["diff", "--exit-code"])
    );
    snapshot!(
        "day-1-sync",
        sandbox(&environment, &["sync", "--yes", "--stats"])
    );
    snapshot!(
        "day-1-diff-after",
        sandbox(&environment, &["diff", "--exit-code"])
    );
    snapshot!(
        "day-1-inspect-users-json",
        sandbox(&environment, &["inspect", "users", "--output", "json"])
    );
    snapshot!(
        "day-1-inspect-groups-json",
        sandbox(&environment, &["inspect", "groups", "--output", "json"])
    );
    snapshot!(
        "day-1-sandbox-status-json",
        environment.run(&["sandbox", "status", "--output", "json"])
    );
    snapshot!(
        "day-2-sandbox-evolve-json",
        environment.run(&["sandbox", "evolve", "--event", "leaver", "--output", "json"])
    );
}

#[test]
fn the_same_as_json() {
    let environment = small_campus();
    snapshot!(
        "json-diff",
        sandbox(&environment, &["diff", "--exit-code", "--output", "json"])
    );
    snapshot!(
        "json-sync",
        sandbox(&environment, &["sync", "--yes", "--output", "json"])
    );
    snapshot!(
        "json-diff-after",
        sandbox(&environment, &["diff", "--exit-code", "--output", "json"])
    );
}

#[test]
fn codes_are_explained() {
    let environment = Environment::new();
    snapshot!(
        "explain-one",
        environment.run(&["explain", "email-outside-domains"])
    );
    snapshot!(
        "explain-unknown",
        environment.run(&["explain", "email-outside-domain"])
    );
}

#[test]
fn every_command_has_its_help() {
    let environment = Environment::new();
    let commands: &[&[&str]] = &[
        &[],
        &["sync"],
        &["diff"],
        &["inspect"],
        &["inspect", "users"],
        &["inspect", "groups"],
        &["inspect", "card"],
        &["source"],
        &["source", "check"],
        &["source", "test"],
        &["okta"],
        &["okta", "metadata"],
        &["okta", "metadata", "check"],
        &["okta", "metadata", "fetch"],
        &["init"],
        &["explain"],
        &["sandbox"],
        &["sandbox", "serve"],
        &["sandbox", "evolve"],
        &["sandbox", "reset"],
        &["sandbox", "status"],
    ];
    for words in commands {
        let arguments: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        let mut command = environment.command(&arguments);
        command.env("COLUMNS", "100");
        let name = [&["help"], *words].concat().join("-");
        snapshot!(name, environment.run_command(command));
    }
}

#[test]
fn what_is_seen_of_atrium() {
    let environment = small_campus();
    snapshot!("source-test", sandbox(&environment, &["source", "test"]));
    snapshot!(
        "source-test-json",
        sandbox(&environment, &["source", "test", "--output", "json"])
    );
}
