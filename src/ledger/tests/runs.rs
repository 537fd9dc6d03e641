//! Runs and actions: what was intended, what came of it, what counts for the guards.

use super::*;

#[test]
fn operations_on_nobody_of_atrium_are_history_only() {
    let (_folder, mut ledger) = with_ada();
    let before = memory(&ledger);
    let remote = Subject::Remote { id: "u1".into() };
    let mut deactivation = deactivate("007", "u1");
    deactivation.subject = remote;
    apply(&mut ledger, &[(deactivation, DONE)], at(2));
    let known = memory(&ledger);
    assert_eq!(known.users, before.users);
    assert_eq!(known.recent.people, 1);
}

#[test]
fn actions_keep_what_was_intended_and_what_came_of_it() {
    let (_folder, mut ledger) = writable();
    let run = ledger.begin_run(&start()).unwrap();
    let operation = create("007", ada());
    ledger.intend(run, &[(3, &operation)]).unwrap();
    let read = |ledger: &Ledger, position: u32| {
        ledger.connection.query_row(
            "SELECT subject, change, label, state, code, detail, at FROM actions WHERE position = ?1",
            (position,),
            |row| {
                let subject: String = row.get(0)?;
                let change: String = row.get(1)?;
                assert_eq!(serde_json::from_str::<Subject>(&subject).unwrap(), user("007"));
                assert_eq!(
                    serde_json::from_str::<Change>(&change).unwrap(),
                    operation.change
                );
                assert_eq!(row.get::<_, String>(2)?, "Ada Lovelace");
                let text = |column| row.get::<_, Option<String>>(column).unwrap();
                Ok([text(3), text(4), text(5), text(6)])
            },
        )
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        read(&ledger, 3).unwrap(),
        [some("intended"), None, None, None]
    );
    let failure = refused(Code::Unavailable);
    let skipped = Outcome::Skipped {
        code: Code::Interrupted,
    };
    let items = [(3, &operation, &failure), (4, &operation, &skipped)];
    ledger.settle(run, &items, at(7)).unwrap();
    let time = Some(record::time(at(7)));
    assert_eq!(
        read(&ledger, 3).unwrap(),
        [
            some("failed"),
            some("unavailable"),
            some("the server said so"),
            time.clone()
        ]
    );
    assert_eq!(
        read(&ledger, 4).unwrap(),
        [some("skipped"), some("interrupted"), None, time]
    );
}

#[test]
fn a_failing_call_notes_nothing() {
    let (_folder, mut ledger) = with_ada();
    let before = memory(&ledger);
    let operation = create("008", ada());
    let outcome = made("u8");
    let twice = [(9, &operation), (9, &operation)];
    let run = ledger.begin_run(&start()).unwrap();
    assert!(ledger.intend(run, &twice).is_err());
    assert_eq!(memory(&ledger), before);
    let nowhere = RunId(4711);
    let items = [(0, &operation, &outcome)];
    assert!(ledger.settle(nowhere, &items, at(2)).is_err());
    assert_eq!(memory(&ledger), before);
}

// Creations that were cut off.

#[test]
fn a_creation_is_unfinished_until_its_outcome_is_known() {
    let unfinished = |ledger: &Ledger| memory(ledger).unfinished;
    let ada_only = HashMap::from([("007".into(), BTreeSet::from([ada().email]))]);
    let operation = create("007", ada());
    let cut_off = || {
        let (folder, mut ledger) = writable();
        let run = ledger.begin_run(&start()).unwrap();
        ledger.intend(run, &[(0, &operation)]).unwrap();
        let path = ledger.path.clone();
        drop(ledger);
        (folder, Ledger::open(&path, Access::Write).unwrap())
    };

    let settling = [
        (made("u1"), false),
        (DONE, false),
        (refused(Code::RefusedByCommand), false),
        (refused(Code::OutcomeUnknown), true),
        (
            Outcome::Skipped {
                code: Code::Interrupted,
            },
            true,
        ),
    ];
    for (outcome, stays) in settling {
        let (_folder, mut ledger) = cut_off();
        assert_eq!(unfinished(&ledger), ada_only);
        apply(&mut ledger, &[(operation.clone(), outcome)], at(2));
        assert_eq!(!unfinished(&ledger).is_empty(), stays);
    }

    let (_folder, mut ledger) = cut_off();
    learn(&mut ledger, &Bookkeeping::default());
    assert_eq!(unfinished(&ledger), ada_only);
    let found = Bookkeeping {
        users: vec![claim("007", "u1")],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &found);
    assert!(unfinished(&ledger).is_empty());

    // A new user beside the old one: that the old one is still there says nothing of the new.
    let (_folder, mut ledger) = with_ada();
    let run = ledger.begin_run(&start()).unwrap();
    ledger.intend(run, &[(0, &operation)]).unwrap();
    learn(&mut ledger, &found);
    assert_eq!(unfinished(&ledger), ada_only);

    let skipped = Outcome::Skipped {
        code: Code::Interrupted,
    };
    let (_folder, mut ledger) = writable();
    apply(&mut ledger, &[(operation.clone(), skipped)], at(2));
    assert!(unfinished(&ledger).is_empty());
}

// The last 24 hours.

#[test]
fn removals_count_for_24_hours() {
    let (_folder, mut ledger) = with_ada();
    let now = at(200_000);
    let day = SignedDuration::from_hours(24);
    let cases = [
        (now - day - 1.second(), 0),
        (now - day, 0),
        (now - day + 1.nanosecond(), 1),
        (now, 1),
        (now + 1.hour(), 1),
    ];
    let mut expected = RecentRemovals::default();
    for (number, (time, counts)) in cases.into_iter().enumerate() {
        let person = format!("{number}");
        apply(
            &mut ledger,
            &[
                (deactivate(&person, "u"), DONE),
                (remove(&person, "a", "u"), DONE),
                (remove(&person, "b", "u"), DONE),
                (remove(&person, "c", "u"), refused(Code::Frozen)),
                (deactivate("failed", "u"), refused(Code::Unavailable)),
            ],
            time,
        );
        let delete = Change::DeleteUser {
            user_id: "u".into(),
        };
        apply(
            &mut ledger,
            &[(operation(user(&person), delete), DONE)],
            time,
        );
        expected.people += counts;
        expected.memberships += 2 * counts;
        assert_eq!(ledger.remember(now).unwrap().recent, expected, "{time}");
    }
    assert_eq!(
        ledger.remember(Timestamp::MIN).unwrap().recent.people,
        5,
        "no time is too early"
    );
}

#[test]
fn a_deactivation_without_an_outcome_was_ours_if_the_user_is_found_closed() {
    // What became of it; whether it may have been done.
    let cases = [
        (None, true),
        (Some(refused(Code::OutcomeUnknown)), true),
        (Some(refused(Code::Unavailable)), true),
        (Some(refused(Code::UnexpectedAnswer)), true),
        (Some(refused(Code::RefusedByCommand)), false),
        (Some(refused(Code::SignInRefused)), false),
        (Some(DONE), false),
    ];
    for (outcome, closing) in cases {
        let (_folder, mut ledger) = with_ada();
        let run = ledger.begin_run(&start()).unwrap();
        let operation = deactivate("007", "u1");
        ledger.intend(run, &[(0, &operation)]).unwrap();
        if let Some(outcome) = &outcome {
            ledger
                .settle(run, &[(0, &operation, outcome)], at(5))
                .unwrap();
        }
        let ada = || memory(&ledger).users[&CampusId::from("007")].clone();
        assert_eq!(ada().closing, closing, "{outcome:?}");
        let before = ada().closed_by_us;
        let closed = Bookkeeping {
            closed: vec!["007".into()],
            ..Bookkeeping::default()
        };
        learn(&mut ledger, &closed);
        let ada = memory(&ledger).users[&CampusId::from("007")].clone();
        let expected = if closing { Some(at(0)) } else { before };
        assert_eq!(
            (ada.closing, ada.closed_by_us),
            (false, expected),
            "{outcome:?}"
        );
    }
    let (_folder, mut ledger) = with_ada();
    let run = ledger.begin_run(&start()).unwrap();
    ledger
        .intend(run, &[(0, &deactivate("007", "u1"))])
        .unwrap();
    let open = Bookkeeping {
        open: vec!["007".into()],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &open);
    assert!(!memory(&ledger).users[&CampusId::from("007")].closing);
}

#[test]
fn removals_that_were_allowed_do_not_count_for_what_was_allowed() {
    for (allowed, people, memberships) in [
        (&[][..], 1, 1),
        (&["people"], 0, 1),
        (&["memberships"], 1, 0),
        (&["people", "memberships"], 0, 0),
        (&["emptied-groups", "departments"], 1, 1),
    ] {
        let (_folder, mut ledger) = with_ada();
        let run = RunStart { allowed, ..start() };
        let run = ledger.begin_run(&run).unwrap();
        let operations = [deactivate("007", "u1"), remove("007", "a", "u1")];
        let items: Vec<_> = (0..).zip(&operations).collect();
        ledger.intend(run, &items).unwrap();
        let settled: Vec<_> = (0..)
            .zip(&operations)
            .map(|(at, o)| (at, o, &DONE))
            .collect();
        ledger.settle(run, &settled, at(5)).unwrap();
        let expected = RecentRemovals {
            people,
            memberships,
            ..RecentRemovals::default()
        };
        assert_eq!(
            ledger.remember(at(6)).unwrap().recent,
            expected,
            "{allowed:?}"
        );
    }
}

#[test]
fn a_run_begins_with_all_that_its_plan_found_out_or_not_at_all() {
    let (_folder, mut ledger) = with_ada();
    ledger
        .connection
        .execute_batch("DROP TABLE stuck_fields")
        .unwrap();
    let found = Bookkeeping {
        unstuck_fields: vec![("007".into(), Field::Phone)],
        ..Bookkeeping::default()
    };
    let run = RunStart {
        filter: "another",
        bookkeeping: &found,
        ..start()
    };
    ledger.begin_run(&run).unwrap_err();
    let last: String = ledger
        .connection
        .query_row(
            "SELECT filter FROM runs ORDER BY id DESC LIMIT 1",
            (),
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(last, start().filter);
}
