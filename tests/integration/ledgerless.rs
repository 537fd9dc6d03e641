//! The ledger is a memory, never the only truth: without it, with an old one or with another
//! world's, nothing is doubled, opened or taken away.

use std::fs;

use atriumctl::sandbox::{self, Event, Settings};

use crate::environment::Environment;
use crate::watched::Campus;

/// A campus that has lived two days.
fn lived(seed: u64) -> Campus {
    let mut campus = Campus::new(60, seed, &[]);
    assert_eq!(campus.sync_past_guards(), 0);
    campus.evolve(2);
    assert_eq!(campus.sync_past_guards(), 0);
    campus
}

#[test]
fn without_a_ledger_nothing_is_to_be_done_and_the_next_sync_rebuilds_it() {
    for seed in 1..=5 {
        let mut campus = lived(seed);
        let before = campus.world();
        campus.environment.forget_ledger("sandbox");
        let (code, plan) = campus.plan();
        // That a lost card could not be taken from a closed user, nobody remembers any more.
        let mut operations = plan["operations"].as_array().unwrap().iter();
        let is_lost = |operation: &serde_json::Value| {
            let why = operation["why"].as_str().unwrap();
            operation["action"] == "remove-card" && why.starts_with("status ")
        };
        assert!(operations.all(is_lost), "seed {seed}: {plan}");
        assert!([0, 3].contains(&code), "seed {seed}: exit {code}");
        let ran = campus.sync();
        assert_eq!(ran.code, 0, "{ran}");
        assert_eq!(campus.world(), before, "seed {seed}");
        assert!(campus.environment.ledger("sandbox").exists());
        // The rebuilt ledger goes on where the lost one stood.
        campus.evolve(1);
        assert_eq!(
            campus.sync_past_guards(),
            0,
            "seed {seed}{}",
            campus.not_done()
        );
        assert_eq!(campus.left(), "", "seed {seed}");
    }
}

/// Whom a lost ledger deactivated stays closed: nobody can tell who closed them. Whom the rebuilt
/// one deactivates comes back.
#[test]
fn a_leaver_of_the_rebuilt_ledger_who_returns_is_reactivated() {
    let mut campus = lived(1);
    campus.environment.forget_ledger("sandbox");
    assert_eq!(campus.sync().code, 0);
    let dir = campus.environment.sandbox_dir();
    for leave in [Event::Leaver, Event::AbsentLeaver] {
        // Somebody who leaves may have been blocked, and never have been in Command.
        let mut left = Vec::new();
        for _ in 0..10 {
            let open = campus.world().inactive();
            sandbox::evolve(&dir, Some(&[leave])).unwrap();
            assert_eq!(campus.sync_past_guards(), 0);
            let closed = campus.world().inactive();
            left.extend(closed.difference(&open).cloned());
            if !left.is_empty() {
                break;
            }
        }
        assert_eq!(left.len(), 1, "{leave:?}");
        // Whoever else had left may come back first.
        let mut returned = false;
        for _ in 0..20 {
            sandbox::evolve(&dir, Some(&[Event::Returner])).unwrap();
            assert_eq!(campus.sync_past_guards(), 0);
            returned = !campus.world().inactive().contains(&left[0]);
            if returned {
                break;
            }
        }
        assert!(returned, "{leave:?}");
        assert_eq!(campus.left(), "");
    }
}

#[test]
fn an_older_ledger_stops_the_run_before_anything_is_written() {
    let mut campus = Campus::new(60, 1, &[]);
    assert_eq!(campus.sync_past_guards(), 0);
    let ledger = campus.environment.ledger("sandbox");
    let copy = campus.environment.path("copy.db");
    fs::copy(&ledger, &copy).unwrap();
    let dir = campus.environment.sandbox_dir();
    sandbox::evolve(&dir, Some(&[Event::Joiner, Event::Joiner])).unwrap();
    assert_eq!(campus.sync_past_guards(), 0);
    sandbox::evolve(&dir, Some(&[Event::Leaver, Event::ChangedTitle])).unwrap();

    let newest = campus.environment.path("newest.db");
    fs::copy(&ledger, &newest).unwrap();
    campus.environment.forget_ledger("sandbox");
    fs::copy(&copy, &ledger).unwrap();
    let before = campus.world();
    let ran = campus.sync();
    assert_eq!(ran.code, 8, "{ran}");
    assert_eq!(campus.document["stops"][0]["code"], "ledger-older");
    assert_eq!(campus.world(), before);
    assert_eq!(campus.plan().0, 8);

    // The newest one brought back, all goes on.
    campus.environment.forget_ledger("sandbox");
    fs::copy(&newest, &ledger).unwrap();
    assert_eq!(campus.sync_past_guards(), 0);
    assert_eq!(campus.left(), "");
}

#[test]
fn a_reset_sandbox_takes_its_ledger_with_it() {
    let environment = Environment::new();
    let _ = environment.sync_sandbox(0);
    assert!(environment.ledger("sandbox").exists());
    let _ = environment
        .run(&["sandbox", "reset", "--people", "50", "--seed", "9"])
        .expect(0);
    assert!(!environment.ledger("sandbox").exists());
    let _ = environment.sync_sandbox(0);
}

#[test]
fn a_ledger_of_another_world_stops_the_run() {
    let environment = Environment::new();
    let _ = environment.sync_sandbox(0);
    // Without the command, which would have removed the ledger.
    let mut settings = Settings::new(environment.sandbox_dir());
    settings.seed = 9;
    sandbox::reset(&settings).unwrap();
    let before = crate::watched::World::read(&environment.sandbox_dir());
    let ran = environment
        .run(&["sync", "--profile", "sandbox", "--yes", "--output", "json"])
        .expect(6);
    assert_eq!(ran.json()["stops"][0]["code"], "other-organization");
    let after = crate::watched::World::read(&environment.sandbox_dir());
    assert_eq!(before, after);
}
