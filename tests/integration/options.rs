//! What options do: the form of the output, what is asked, and whom a run is about.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use atriumctl::sandbox::Hand;

use crate::campus::{Campus, Membership, PROFILE, Person, people, person, requests, writes};
use crate::environment::Environment;

fn export_in_one_group(campus: &Campus, people: &[Person]) {
    let all: Vec<Membership<'_>> = people
        .iter()
        .map(|one| (&*one.id, "1", "Library"))
        .collect();
    campus.export(people, &all);
}

fn synced(count: u32) -> Campus {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(count));
    let _ = campus.sync(0);
    campus
}

// ---------------------------------------------------------------- the form of the output

#[test]
fn json_is_one_document_with_nothing_around_it() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(30));
    let cases: [(&[&str], i32, &str); 6] = [
        (&["diff", "--exit-code"], 3, "atriumctl.plan/1"),
        (
            &["sync", "--yes", "--color", "always"],
            0,
            "atriumctl.sync/1",
        ),
        (&["inspect", "users"], 0, "atriumctl.inspect-users/1"),
        (&["inspect", "groups"], 0, "atriumctl.inspect-groups/1"),
        (&["explain", "no-email"], 0, "atriumctl.explain/1"),
        (&["diff", "--only", "nobody"], 2, "atriumctl.error/1"),
    ];
    for (arguments, code, schema) in cases {
        let arguments: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--output", "json"])
            .collect();
        let ran = campus.run(&arguments).expect(code);
        assert_eq!(ran.json()["schema"], schema, "{ran}");
        assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
        if code != 2 {
            assert_eq!(ran.stderr, "", "{ran}");
        }
    }
}

#[test]
fn a_failure_is_a_json_document_too() {
    let environment = Environment::new();
    let ran = environment.run(&["diff", "--output", "json"]).expect(2);
    let document = ran.json();
    assert_eq!(document["exit"], 2, "{ran}");
    assert!(
        document["message"]
            .as_str()
            .unwrap()
            .contains("default.toml"),
        "{ran}"
    );
    assert!(ran.stderr.starts_with("error: "), "{ran}");
}

/// `atriumctl diff | head -1` ends as it would have, and says nothing of the pipe.
#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(2_000));
    let cases: [(&[&str], i32); 4] = [
        (&["diff", "--exit-code", "--profile", PROFILE], 3),
        (&["diff", "--output", "json", "--profile", PROFILE], 0),
        (&["sync", "--yes", "--profile", PROFILE], 0),
        (&["explain", "--output", "json"], 0),
    ];
    for (arguments, code) in cases {
        let mut child = campus
            .environment
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}: {stderr}");
        assert_eq!(stderr, "", "{arguments:?}");
    }
    // The work was done all the same.
    assert_eq!(campus.users().len(), 2_000);
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(2));
    let coloured = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let all: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["diff", "--profile", PROFILE])
            .collect();
        let mut command = campus.environment.command(&all);
        command.envs(variable);
        let ran = campus.environment.run_command(command).expect(0);
        ran.to_string().contains('\u{1b}')
    };
    assert!(!coloured(&[], None), "in a pipe");
    assert!(coloured(&["--color", "always"], None));
    assert!(!coloured(&["--color", "never"], None));
    assert!(!coloured(&[], Some(("NO_COLOR", "1"))));
    assert!(
        coloured(&["--color", "always"], Some(("NO_COLOR", "1"))),
        "a flag says more"
    );
    assert!(!coloured(&[], Some(("CLICOLOR_FORCE", "0"))));
}

/// Names come from an export that somebody else wrote.
#[test]
fn a_hostile_name_reaches_no_terminal() {
    let campus = Campus::new();
    let mut rows = people(4);
    rows[0].last = "Red\u{1b}[31mInk".to_owned();
    rows[1].last = "Right\u{202e}tfeL".to_owned();
    rows[2].first = "Bell\u{7}\u{9b}2J".to_owned();
    let all: Vec<Membership<'_>> = rows
        .iter()
        .map(|one| (&*one.id, "1", "Lab\u{1b}]0;owned\u{7}\u{202e}x"))
        .collect();
    campus.export(&rows, &all);
    for arguments in [
        &["diff"][..],
        &["diff", "-vv"],
        &["diff", "--output", "json"],
        &["sync", "--yes"],
        &["inspect", "users"],
        &["inspect", "groups"],
        &["diff", "--only", "T\u{1b}[31m"],
    ] {
        let ran = campus.run(arguments);
        let hostile =
            |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(
                !text.contains(hostile),
                "{arguments:?}: {}",
                text.escape_debug()
            );
        }
    }
}

#[test]
fn quiet_leaves_the_answer_and_verbose_adds_to_it() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(3));
    let plain = campus.run(&["diff"]).expect(0);
    let quiet = campus.run(&["diff", "-q"]).expect(0);
    assert_eq!(plain.stdout, quiet.stdout);
    assert_eq!(quiet.stderr, "");
    let verbose = campus.run(&["diff", "-v"]).expect(0);
    assert_eq!(
        plain.stdout, verbose.stdout,
        "in a pipe everything is shown anyway"
    );
    let both = campus.run(&["diff", "-q", "-v"]).expect(2);
    assert!(both.stderr.contains("cannot be used with"), "{both}");
    // An error is told to the quiet, too.
    let _ = std::fs::remove_file(campus.environment.path("people.csv"));
    let ran = campus.run(&["diff", "-q"]).expect(1);
    assert!(ran.stderr.starts_with("error: "), "{ran}");
}

// ---------------------------------------------------------------- what is asked

#[test]
fn a_sync_that_can_not_ask_ends_before_it_reads() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(3));
    for arguments in [
        &["sync"][..],
        &["sync", "--no-input"],
        &["sync", "--output", "json"],
        &["sync", "--only", "T00001"],
    ] {
        let ran = campus.run(arguments).expect(2);
        assert!(
            ran.stderr.contains("--yes") && ran.stderr.contains("--dry-run"),
            "{ran}"
        );
    }
    assert_eq!(requests(&campus.command), 0);
    assert!(!campus.environment.ledger(PROFILE).exists());
}

#[test]
fn a_dry_run_is_a_diff() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(3));
    let diff = campus.run(&["diff"]).expect(0);
    let dry = campus.run(&["sync", "--dry-run"]).expect(0);
    assert_eq!(dry.stdout, diff.stdout);
    assert_eq!(writes(&campus.command), 0);
    assert!(!campus.environment.ledger(PROFILE).exists());
    let _ = campus.run(&["sync", "--dry-run", "--yes"]).expect(2);
}

#[test]
fn a_profile_that_observes_writes_nothing() {
    let campus = Campus::new();
    campus.set_profile("sync.mode = \"observe\"");
    export_in_one_group(&campus, &people(3));
    let ran = campus.refused(0);
    assert!(ran.stderr.contains("only observes"), "{ran}");
    assert!(ran.stdout.contains("Create users (3)"), "{ran}");
}

#[test]
fn stats_count_what_the_server_counted() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(30));
    let ran = campus.run(&["sync", "--yes", "--output", "json"]).expect(0);
    let document = ran.json();
    let told: u64 = document["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count["sent"].as_u64().unwrap())
        .sum();
    assert_eq!(told, requests(&campus.command));
    campus.command.reset_requests();
    let ran = campus.run(&["sync", "--yes", "--stats"]).expect(0);
    let total = ran.stderr.lines().find(|line| line.starts_with("total"));
    let total = total.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    assert_eq!(total, Some(requests(&campus.command)), "{ran}");
}

#[test]
fn strict_ends_with_5_if_somebody_was_left_alone() {
    let campus = Campus::new();
    let mut rows = people(3);
    rows[0].email.clear();
    export_in_one_group(&campus, &rows);
    let _ = campus.sync(0);
    let _ = campus.run(&["sync", "--yes", "--strict"]).expect(5);
}

// ---------------------------------------------------------------- whom a run is about

#[test]
fn only_one_person_and_nothing_from_anybody_else() {
    let campus = synced(6);
    let mut rows = people(7);
    rows[0].status = "Inactive".to_owned();
    rows[1].status = "Inactive".to_owned();
    rows[2].last = "Other".to_owned();
    export_in_one_group(&campus, &rows);
    let _ = campus.run(&["sync", "--yes", "--only", "T00001"]).expect(0);
    assert_eq!(campus.active().len(), 5);
    assert!(!campus.active().contains(&"T00001".to_owned()));
    assert_eq!(campus.users()["T00003"]["name"]["familyName"], "Last3");
    // By address, whatever the case; twice.
    let _ = campus
        .run(&[
            "sync",
            "--yes",
            "--only",
            "T00007@CAMPUS.EXAMPLE",
            "--only",
            "T00003",
        ])
        .expect(0);
    assert_eq!(campus.users()["T00003"]["name"]["familyName"], "Other");
    assert!(campus.active().contains(&"T00007".to_owned()));
    assert!(campus.members("1").contains(&"T00007".to_owned()));
    assert!(
        campus.active().contains(&"T00002".to_owned()),
        "nobody asked for that"
    );
    let _ = campus.sync(0);
    campus.nothing_left();
}

#[test]
fn revoke_only_gives_nothing() {
    let campus = synced(6);
    let mut rows = people(8);
    rows[0].status = "Inactive".to_owned();
    rows[2].last = "Other".to_owned();
    let everybody = people(8);
    let all: Vec<Membership<'_>> = everybody
        .iter()
        .filter(|one| one.id != "T00002")
        .map(|one| (&*one.id, "1", "Library"))
        .collect();
    campus.export(&rows, &all);
    let _ = campus.run(&["sync", "--yes", "--revoke-only"]).expect(0);
    assert_eq!(campus.active().len(), 5);
    assert!(!campus.members("1").contains(&"T00002".to_owned()));
    assert_eq!(campus.users().len(), 6, "somebody was created");
    assert_eq!(campus.users()["T00003"]["name"]["familyName"], "Last3");
    // The lost card at two in the morning.
    rows[3].status = "Inactive".to_owned();
    rows[4].status = "Inactive".to_owned();
    campus.export(&rows, &all);
    let _ = campus
        .run(&["sync", "--yes", "--only", "T00004", "--revoke-only"])
        .expect(0);
    let active = campus.active();
    assert!(!active.contains(&"T00004".to_owned()) && active.contains(&"T00005".to_owned()));
}

#[test]
fn reopen_opens_what_was_closed_or_deleted_in_command() {
    let campus = synced(4);
    campus.hand(&Hand::DeactivateUser(person(1).email));
    campus.hand(&Hand::DeleteUser(person(2).email));
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("closed-in-command"), "{ran}");
    assert!(ran.stdout.contains("deleted-in-command"), "{ran}");
    let _ = campus
        .run(&["sync", "--yes", "--reopen", "T00001"])
        .expect(0);
    assert_eq!(campus.active(), ["T00001", "T00003", "T00004"]);
    let _ = campus
        .run(&["sync", "--yes", "--reopen", "t00002@campus.example"])
        .expect(0);
    assert_eq!(campus.active().len(), 4);
    assert_eq!(campus.members("1").len(), 4);
    campus.nothing_left();
}

#[test]
fn reprovision_makes_a_new_user_and_closes_the_old_one() {
    let campus = synced(3);
    let before = campus.users()["T00001"]["id"].clone();
    let mut rows = people(3);
    rows[0].email = "new.address@campus.example".to_owned();
    export_in_one_group(&campus, &rows);
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("email-changed"), "{ran}");
    let ran = campus
        .run(&["sync", "--yes", "--reprovision", "T00001"])
        .expect(0);
    let users = campus.users();
    assert_ne!(users["T00001"]["id"], before, "{ran}");
    assert_eq!(users["T00001"]["userName"], "new.address@campus.example");
    assert_eq!(users["T00001"]["active"], true);
    let old: Vec<_> = users.values().filter(|user| user["id"] == before).collect();
    assert!(old.iter().all(|user| user["active"] == false), "{old:?}");
    assert!(campus.members("1").contains(&"T00001".to_owned()));
    let _ = campus.sync(0);
    campus.nothing_left();
}

#[test]
fn rekey_gives_the_user_to_the_new_campus_id() {
    let campus = synced(3);
    let before = campus.users()["T00001"]["id"].clone();
    let mut rows = people(3);
    rows[0].id = "T90001".to_owned();
    export_in_one_group(&campus, &rows);
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("campus-id-changed"), "{ran}");
    let ran = campus
        .run(&["sync", "--yes", "--rekey", "T90001"])
        .expect(0);
    let users = campus.users();
    assert_eq!(users.len(), 3, "{ran}");
    assert_eq!(users["T90001"]["id"], before, "{ran}");
    assert_eq!(campus.members("1"), ["T00002", "T00003", "T90001"]);
    let _ = campus.sync(0);
    campus.nothing_left();
}

#[test]
fn allow_opens_the_guard_that_is_named_for_one_run() {
    let campus = synced(40);
    let mut rows = people(40);
    for person in &mut rows[..12] {
        person.status = "Inactive".to_owned();
    }
    export_in_one_group(&campus, &rows);
    let ran = campus
        .run(&["sync", "--yes", "--allow", "memberships"])
        .expect(6);
    assert!(ran.stdout.contains("--allow people"), "{ran}");
    assert_eq!(campus.active().len(), 40);
    let ran = campus
        .run(&["diff", "--exit-code", "--allow", "people"])
        .expect(3);
    assert!(ran.stdout.contains("Held (12), guard-memberships"), "{ran}");
    let _ = campus
        .run(&[
            "sync",
            "--yes",
            "--allow",
            "people",
            "--allow",
            "memberships",
        ])
        .expect(0);
    assert_eq!(campus.active().len(), 28);
    campus.nothing_left();
    let ran = campus
        .run(&["sync", "--yes", "--allow", "everything"])
        .expect(2);
    assert!(
        ran.stderr.contains("possible values: people, memberships"),
        "{ran}"
    );
}

#[test]
fn allow_lets_a_group_be_emptied_and_a_source_shrink() {
    let campus = synced(24);
    campus.export(&people(24), &[]);
    let ran = campus
        .run(&["sync", "--yes", "--allow", "memberships"])
        .expect(6);
    assert!(ran.stdout.contains("guard-emptied-group"), "{ran}");
    assert_eq!(campus.members("1").len(), 24);
    let both = [
        "sync",
        "--yes",
        "--allow",
        "memberships",
        "--allow",
        "emptied-groups",
    ];
    let _ = campus.run(&both).expect(0);
    assert!(campus.members("1").is_empty());
    campus.export(&people(8), &[]);
    let ran = campus
        .run(&["sync", "--yes", "--allow", "people"])
        .expect(6);
    assert!(ran.stdout.contains("--allow shrunken-source"), "{ran}");
    let both = [
        "sync",
        "--yes",
        "--allow",
        "people",
        "--allow",
        "shrunken-source",
    ];
    let _ = campus.run(&both).expect(0);
    assert_eq!(campus.active().len(), 8);
}

#[test]
fn a_misspelt_name_is_not_nothing_to_do() {
    let campus = synced(3);
    export_in_one_group(&campus, &people(4));
    let before = writes(&campus.command);
    for flag in ["--only", "--reopen", "--reprovision", "--rekey"] {
        for who in ["T0001", "t00001", "nobody@campus.example"] {
            let ran = campus.run(&["sync", "--yes", flag, who]).expect(2);
            assert!(ran.stderr.contains(&format!("{flag} {who}")), "{ran}");
            let _ = campus.run(&["diff", flag, who]).expect(2);
        }
    }
    assert_eq!(writes(&campus.command), before);
    for arguments in [&["snyc"][..], &["sync", "--onyl", "x"], &["diff", "extra"]] {
        let ran = campus.run(arguments).expect(2);
        assert!(ran.stderr.starts_with("error: "), "{ran}");
    }
}

// ---------------------------------------------------------------- what the profile decides

#[test]
fn absent_runs_waits_for_a_second_complete_read() {
    let campus = synced(4);
    campus.set_profile("sync.absent_runs = 2");
    export_in_one_group(&campus, &people(3));
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("absent-not-yet"), "{ran}");
    assert_eq!(campus.active().len(), 4);
    // To look is not to read for good.
    let _ = campus.run(&["diff"]).expect(0);
    let ran = campus.sync(0);
    assert_eq!(campus.active(), ["T00001", "T00002", "T00003"], "{ran}");
    campus.nothing_left();
}

#[test]
fn a_group_that_is_gone_is_emptied_kept_or_deleted() {
    for (word, members, there) in [("empty", 0, true), ("keep", 2, true), ("delete", 0, false)] {
        let campus = Campus::new();
        campus.set_profile(&format!("sync.groups_gone = \"{word}\""));
        let both = [("T00001", "1", "Library"), ("T00002", "1", "Library")];
        campus.export(&people(3), &[both[0], both[1], ("T00003", "2", "Gym")]);
        let _ = campus.sync(0);
        campus.export(&people(3), &[("T00003", "2", "Gym")]);
        let ran = campus.sync(0);
        assert_eq!(campus.groups().contains_key("1"), there, "{word}: {ran}");
        assert_eq!(campus.members("1").len(), members, "{word}: {ran}");
        assert_eq!(campus.members("2"), ["T00003"]);
        campus.nothing_left();
    }
}

#[test]
fn whoever_is_protected_loses_nothing() {
    let campus = synced(5);
    campus.set_profile("sync.protect = [\"T00001\", \"*00002@campus.example\", \"group:Vault*\"]");
    let mut rows = people(5);
    for person in &mut rows[..3] {
        person.status = "Inactive".to_owned();
    }
    export_in_one_group(&campus, &rows);
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("protected"), "{ran}");
    assert_eq!(campus.active(), ["T00001", "T00002", "T00004", "T00005"]);
    assert!(campus.members("1").contains(&"T00001".to_owned()));
    // What is granted is granted all the same, and the group keeps whom it has.
    let vault = |id| (id, "9", "Vault 7");
    campus.export(&people(5), &[vault("T00001"), vault("T00004")]);
    let _ = campus.sync(0);
    assert_eq!(campus.members("1"), ["T00001", "T00002"]);
    campus.export(&people(5), &[vault("T00005")]);
    let ran = campus.sync(0);
    assert_eq!(campus.members("9"), ["T00001", "T00004", "T00005"], "{ran}");
}

#[test]
fn a_tripped_guard_stops_everything_where_the_profile_says_so() {
    let campus = synced(40);
    campus.set_profile("sync.on_guard = \"stop\"");
    let mut rows = people(41);
    for person in &mut rows[..12] {
        person.status = "Inactive".to_owned();
    }
    export_in_one_group(&campus, &rows);
    let ran = campus.refused(6);
    assert!(ran.stdout.contains("Stopped, guard-people"), "{ran}");
    assert!(ran.stdout.contains("Nothing is written."), "{ran}");
}

#[test]
fn with_an_external_identity_no_user_is_written() {
    let campus = Campus::new();
    campus.set_profile("sync.identity = \"external\"");
    export_in_one_group(&campus, &people(3));
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("3 × awaiting-identity"), "{ran}");
    let requests = campus.command.requests();
    let written = requests
        .keys()
        .any(|name| !name.starts_with("GET ") && name.contains("/Users"));
    assert!(!written, "{requests:?}");
}

#[test]
fn a_status_means_what_the_profile_says() {
    let campus = Campus::new();
    let mut rows = people(4);
    rows[0].status = "On leave".to_owned();
    rows[1].status = "Emeritus".to_owned();
    export_in_one_group(&campus, &rows);
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("2 × status-unmapped"), "{ran}");
    assert_eq!(campus.active(), ["T00003", "T00004"]);
    campus.set_profile(
        "atrium.person_status.\"On Leave\" = \"suspended\"\natrium.person_status.emeritus = \"active\"",
    );
    let ran = campus.sync(0);
    assert_eq!(campus.active(), ["T00002", "T00003", "T00004"], "{ran}");
    rows[2].status = "ON LEAVE".to_owned();
    export_in_one_group(&campus, &rows);
    let _ = campus.sync(0);
    assert_eq!(campus.active(), ["T00002", "T00004"]);
    campus.nothing_left();
}

#[test]
fn an_email_change_reprovisions_where_the_profile_says_so() {
    let campus = synced(3);
    campus.set_profile("sync.email_change = \"reprovision\"");
    let mut rows = people(3);
    rows[0].email = "new.address@campus.example".to_owned();
    export_in_one_group(&campus, &rows);
    let _ = campus.sync(0);
    assert_eq!(
        campus.users()["T00001"]["userName"],
        "new.address@campus.example"
    );
    campus.nothing_left();
}

#[test]
fn a_column_of_another_name_is_mapped() {
    let campus = Campus::new();
    campus.set_profile(
        "atrium.columns.campus_id = \"Patron No\"\natrium.columns.last_name = \"Surname\"",
    );
    campus.environment.write(
        "people.csv",
        "Patron No,first_name,Surname,email,status\n0012,Ada,Byron,ada@campus.example,Active\n",
    );
    campus.environment.write(
        "memberships.csv",
        "Patron No,access_group_id,access_group_name\n0012,7,Library\n",
    );
    let _ = campus.sync(0);
    assert_eq!(campus.users()["0012"]["name"]["familyName"], "Byron");
    assert_eq!(campus.members("7"), ["0012"]);
}

// ---------------------------------------------------------------- the sandbox

#[test]
fn the_sandbox_names_what_it_does_not_know() {
    let environment = Environment::new();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["sandbox", "status"], 1, "sandbox reset"),
        (&["sandbox", "evolve"], 1, "sandbox reset"),
        (
            &["sandbox", "reset", "--personality", "put-onyl"],
            2,
            "`put-only`",
        ),
        (&["sandbox", "serve", "--faults", "teapot=1"], 2, "teapot"),
        (&["sandbox", "serve", "--faults", "429=2"], 2, "from 0 to 1"),
        (&["sandbox", "serve", "--listen", "here"], 2, "--listen"),
    ];
    for (arguments, code, word) in cases {
        let ran = environment.run(arguments).expect(code);
        assert!(ran.stderr.contains(word), "{ran}");
    }
    let _ = environment
        .run(&["sandbox", "reset", "--people", "30"])
        .expect(0);
    let ran = environment
        .run(&["sandbox", "evolve", "--event", "joinr"])
        .expect(2);
    assert!(ran.stderr.contains("`joiner`"), "{ran}");
}

#[test]
fn a_served_sandbox_is_used_and_not_thrown_away() {
    let environment = Environment::new();
    let mut server = environment
        .command(&["sandbox", "serve", "--people", "30", "--output", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let document = serde_json::Deserializer::from_reader(server.stdout.take().unwrap())
        .into_iter::<serde_json::Value>()
        .next();
    let document = document.unwrap().unwrap();
    assert_eq!(document["schema"], "atriumctl.sandbox-serve/1");
    let address = document["scim_url"].as_str().unwrap().to_owned();
    let _ = environment.sync_sandbox(0);
    let status = environment
        .run(&["sandbox", "status", "--output", "json"])
        .expect(0);
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert_eq!(status.json()["url"], "http://127.0.0.1:PORT");
    let _ = environment.run(&["sandbox", "evolve"]).expect(0);
    for again in [&["sandbox", "reset"][..], &["sandbox", "serve"]] {
        let ran = environment.run(again).expect(9);
        assert!(
            ran.stderr
                .contains("is served already, at http://127.0.0.1:PORT"),
            "{ran}"
        );
    }
    server.kill().unwrap();
    server.wait().unwrap();
    // What it acknowledged is there.
    let _ = environment.sync_sandbox(0);
    environment.nothing_left();
}
