//! A run that is cut off anywhere: killed at once, or asked to stop. The next one finishes, and
//! nothing is there twice. A killed sandbox holds what it acknowledged.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use atriumctl::sandbox::{Event, Faults};

use crate::environment::Environment;
use crate::watched::{Campus, World, named};

const PEOPLE: u32 = 45;
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a sync and does not wait for it.
pub fn start(campus: &Campus) -> Child {
    let arguments = ["sync", "--profile", "sandbox", "--yes"];
    let mut command = campus.environment.command(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How many requests the sandbox has answered.
fn answered(campus: &Campus) -> u64 {
    campus.running.requests().values().sum()
}

/// Waits until the sandbox has answered so many requests. `false` if the run ended before.
pub fn wait_for(campus: &Campus, child: &mut Child, requests: u64) -> bool {
    let start = Instant::now();
    while answered(campus) < requests {
        assert!(start.elapsed() < PATIENCE, "the run hangs");
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        thread::sleep(Duration::from_micros(200));
    }
    true
}

/// Sends a signal as a user's terminal or a service manager does.
fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// A little time for each answer, so that a signal meets a run that is under way.
fn slow(campus: &Campus) {
    campus.running.set_faults(Faults {
        latency_ms: 3,
        ..Faults::default()
    });
}

/// Kills a sync once it has sent so many requests, then checks that the next ones finish.
fn cut_off(campus: &mut Campus, requests: u64) -> bool {
    slow(campus);
    let before = campus.world();
    let (_, plan) = campus.plan();
    campus.running.reset_requests();
    let mut child = start(campus);
    let under_way = wait_for(campus, &mut child, requests);
    child.kill().unwrap();
    child.wait().unwrap();
    campus.check(&before, &named(&plan), "after the kill");
    under_way
}

/// The next run does the rest.
fn finish(campus: &mut Campus, told: &str) {
    campus.running.set_faults(Faults::default());
    let code = campus.sync_past_guards();
    assert_eq!(code, 0, "{told}{}", campus.not_done());
    assert_eq!(campus.left(), "", "{told}");
}

#[test]
fn a_first_sync_that_is_killed_at_any_request_is_finished_by_the_next() {
    killed_at_every_sixth_request(&[]);
}

/// What was made and not yet known to be is found again by what the server does show.
#[test]
fn so_it_is_on_a_server_that_shows_no_external_ids() {
    killed_at_every_sixth_request(&["external-id-hidden"]);
}

fn killed_at_every_sixth_request(personality: &[&str]) {
    let mut expected = Campus::new(PEOPLE, 7, personality);
    assert_eq!(expected.sync_past_guards(), 0);
    let expected = expected.world();
    let mut requests = 1;
    let mut cuts = 0;
    loop {
        let mut campus = Campus::new(PEOPLE, 7, personality);
        if !cut_off(&mut campus, requests) {
            break;
        }
        cuts += 1;
        finish(&mut campus, &format!("killed after {requests} requests"));
        let world = campus.world();
        assert_eq!(world.users.len(), expected.users.len());
        assert_eq!(world.members.len(), expected.members.len());
        requests += 6;
    }
    assert!(cuts >= 10, "{cuts}");
}

#[test]
fn a_day_s_sync_that_is_killed_again_and_again_is_finished_by_the_last() {
    let mut rng = fastrand::Rng::with_seed(9);
    for seed in 0..4 {
        let mut campus = Campus::new(PEOPLE, seed, &[]);
        assert_eq!(campus.sync_past_guards(), 0);
        campus.evolve(2);
        for _ in 0..3 {
            cut_off(&mut campus, rng.u64(1..30));
        }
        finish(&mut campus, &format!("seed {seed}"));
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_finished_by_the_next() {
    let mut rng = fastrand::Rng::with_seed(5);
    for seed in 0..10 {
        let mut campus = Campus::new(PEOPLE, seed, &[]);
        slow(&campus);
        let before = campus.world();
        let (_, plan) = campus.plan();
        let mut child = start(&campus);
        thread::sleep(Duration::from_millis(rng.u64(20..400)));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        campus.check(&before, &named(&plan), "after the kill");
        finish(&mut campus, &format!("seed {seed}"));
    }
}

/// A card that moves is removed and then added; the killed run has done the one and not the other.
#[test]
fn a_move_that_is_cut_off_half_way_twenty_times_ends_with_one_holder_each_time() {
    let mut campus = Campus::new(PEOPLE, 6, &[]);
    assert_eq!(campus.sync_past_guards(), 0);
    let mut half_way = 0;
    for round in 0..60 {
        campus.happen(&[Event::MovedCard]);
        let before = campus.world();
        let (_, plan) = campus.plan();
        let operations = plan["operations"].as_array().unwrap();
        let moves = |operation: &&serde_json::Value| operation["action"] == "move-card";
        let Some(operation) = operations.iter().find(moves) else {
            // It went to somebody who had it before, or from somebody whom nobody may touch.
            finish(&mut campus, &format!("round {round}"));
            continue;
        };
        let id = operation["card_id"].as_str().unwrap();
        let to = operation["subject"]["campus_id"].as_str().unwrap();
        let card = before.cards[id].clone();
        let holders = |world: &World| -> Vec<String> {
            let held = world.cards.values().filter(|held| held.is_same_as(&card));
            held.map(|held| world.campus_id(&held.user).to_owned())
                .collect()
        };
        campus.running.set_faults(Faults {
            latency_ms: 25,
            ..Faults::default()
        });
        let mut child = start(&campus);
        let begun = Instant::now();
        while campus.world().cards.contains_key(id) && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the run hangs");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let cut = campus.world();
        campus.check(&before, &named(&plan), "after the kill");
        half_way += u32::from(holders(&cut).is_empty());
        finish(&mut campus, &format!("round {round}"));
        assert_eq!(holders(&campus.world()), [to], "round {round}");
        if half_way == 20 {
            return;
        }
    }
    panic!("only {half_way} moves were met half-way");
}

#[test]
fn the_first_interrupt_finishes_what_is_in_hand() {
    for name in ["-INT", "-TERM"] {
        let mut campus = Campus::new(PEOPLE, 3, &[]);
        let before = campus.world();
        // So slow that even a busy machine sends the signal in the middle.
        campus.running.set_faults(Faults {
            latency_ms: 80,
            ..Faults::default()
        });
        let arguments = [
            "sync",
            "--profile",
            "sandbox",
            "--yes",
            "--output",
            "json",
            "--unmask",
        ];
        let mut command = campus.environment.command(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        assert!(wait_for(&campus, &mut child, 20));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{name}: {complaint}");
        assert!(
            complaint.contains("finishing what is in hand"),
            "{complaint}"
        );
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["interrupted"], true);
        // What was sent is settled: what the report calls made is there, and nothing else is.
        let world = campus.world();
        let operations = document["operations"].as_array().unwrap();
        let made: BTreeSet<&str> = operations
            .iter()
            .filter_map(|operation| operation["outcome"]["made"].as_str())
            .collect();
        let records = |world: &World| -> BTreeSet<String> {
            let ids = world.users.keys().chain(world.groups.keys());
            ids.chain(world.cards.keys()).cloned().collect()
        };
        let (before, after) = (records(&before), records(&world));
        let added: BTreeSet<&str> = after.difference(&before).map(String::as_str).collect();
        assert_eq!(added, made, "{name}");
        assert!(made.len() < 40, "it did not stop");
        finish(&mut campus, name);
    }
}

#[test]
fn an_interrupt_while_reading_changes_nothing() {
    // There is a second page to be read when the first has come.
    let mut campus = Campus::new(PEOPLE, 3, &["small-pages"]);
    campus.running.set_faults(Faults {
        latency_ms: 300,
        ..Faults::default()
    });
    let before = campus.world();
    let mut child = start(&campus);
    assert!(wait_for(&campus, &mut child, 1));
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(campus.world(), before);
    finish(&mut campus, "after the interrupt");
}

#[test]
fn the_second_interrupt_leaves_at_once() {
    let mut campus = Campus::new(PEOPLE, 4, &[]);
    slow(&campus);
    let mut child = start(&campus);
    assert!(wait_for(&campus, &mut child, 15));
    // From now on every answer takes longer than anybody waits.
    campus.running.set_faults(Faults {
        latency_ms: 20_000,
        ..Faults::default()
    });
    thread::sleep(Duration::from_millis(100));
    signal(&child, "-INT");
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it finishes first");
    let asked = Instant::now();
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(5));
    finish(&mut campus, "after two interrupts");
}

#[test]
fn a_killed_sandbox_holds_what_it_acknowledged() {
    let environment = Environment::new();
    for round in 0..3 {
        let arguments = ["sandbox", "serve", "--people", "45", "--output", "json"];
        let mut command = environment.command(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = command.spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        // The document is there once the server listens.
        while lines.next().unwrap().unwrap() != "}" {}
        let sync = [
            "sync",
            "--profile",
            "sandbox",
            "--yes",
            "--output",
            "json",
            "--unmask",
        ];
        let mut command = environment.command(&sync);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(60 + 40 * round));
        server.kill().unwrap();
        server.wait().unwrap();
        let output = child.wait_with_output().unwrap();
        // Whatever the client was told is there, in the file that the next server opens.
        let document: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_default();
        let world = World::read(&environment.sandbox_dir());
        for operation in document["operations"].as_array().into_iter().flatten() {
            if let Some(made) = operation["outcome"]["made"].as_str() {
                let there = world.users.contains_key(made)
                    || world.groups.contains_key(made)
                    || world.cards.contains_key(made);
                assert!(there, "{made} was acknowledged and lost");
            }
        }
        assert_eq!(world.duplicates(), Vec::<String>::new());
    }
    let _ = environment.sync_sandbox(0);
}

/// The sandbox that a sync serves for itself goes down with it.
#[test]
fn a_sync_that_is_killed_with_its_sandbox_is_finished_by_the_next() {
    let mut rng = fastrand::Rng::with_seed(2);
    let environment = Environment::new();
    for _ in 0..5 {
        let arguments = ["sync", "--profile", "sandbox", "--yes"];
        let mut command = environment.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(rng.u64(20..300)));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
    }
    let _ = environment.sync_sandbox(0);
    let world = World::read(&environment.sandbox_dir());
    assert_eq!(world.duplicates(), Vec::<String>::new());
}
