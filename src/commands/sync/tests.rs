//! How a sync ends.

use super::*;
use crate::model::plan::{Held, LeftAlone, Operation, Stage, Subject, Tripped};
use crate::model::reason::Situation;

fn held(code: Code) -> Held {
    let operation = Operation {
        subject: Subject::Run,
        label: "".into(),
        situation: Situation::Held,
        stage: Stage::Revoke,
        change: Change::DeactivateUser {
            user_id: "u".into(),
        },
        why: "".into(),
        needs: vec![],
    };
    Held { operation, code }
}

fn left(code: Code) -> LeftAlone {
    LeftAlone {
        subject: Subject::Run,
        label: "".into(),
        situation: Situation::Blocked,
        code,
        detail: String::new(),
        place: None,
    }
}

fn failed(code: Code) -> Outcome {
    Outcome::Failed {
        code,
        detail: String::new(),
    }
}

#[test]
fn the_code_is_that_of_the_gravest_thing_that_happened() {
    // In the documented order, each with what it takes.
    type Change = fn(&mut Report);
    let table: [(Exit, Change); 11] = [
        (Exit::Interrupted, |report| {
            report.interrupted = true;
            report.outcomes.push(Outcome::Skipped {
                code: Code::Interrupted,
            });
        }),
        (Exit::Authentication, |report| {
            report.outcomes.push(failed(Code::SignInRefused));
        }),
        (Exit::Unavailable, |report| {
            report.outcomes.push(failed(Code::OutcomeUnknown));
        }),
        (Exit::Unavailable, |report| {
            report.plan.held.push(held(Code::TargetIncomplete));
        }),
        (Exit::Unavailable, |report| {
            report.plan.left_alone.push(left(Code::SourceIncomplete));
        }),
        (Exit::Unavailable, |report| {
            report.verification = Verification::NotChecked { why: String::new() };
        }),
        (Exit::Held, |report| {
            report.plan.held.push(held(Code::GuardPeople));
        }),
        (Exit::Partial, |report| {
            report.outcomes.push(failed(Code::RefusedByCommand));
        }),
        (Exit::Partial, |report| {
            report.verification = Verification::Remaining { operations: vec![] };
        }),
        (Exit::Done, |report| {
            report.outcomes.push(Outcome::Owed {
                code: Code::UserFrozen,
            });
        }),
        (Exit::Done, |report| {
            report.plan.left_alone.push(left(Code::ClosedInCommand));
        }),
    ];
    let none = || Report {
        plan: Plan::default(),
        outcomes: Vec::new(),
        verification: Verification::InStep,
        interrupted: false,
    };
    let judged = |strict: bool, changes: &[Change]| {
        let mut report = none();
        changes.iter().for_each(|change| change(&mut report));
        let args = Args {
            yes: true,
            dry_run: false,
            plan: None,
            plan_mismatch: Mismatch::default(),
            max_age: SignedDuration::from_hours(24),
            limits: Limits::default(),
            strict,
            stats: false,
        };
        judge(&args, &report)
    };
    assert_eq!(judged(true, &[]), Exit::Done);
    for (at, (gravest, change)) in table.iter().enumerate() {
        for (other, milder) in &table[at..] {
            // A second verdict on the check replaces the first one.
            if matches!((gravest, other), (Exit::Unavailable, Exit::Partial)) {
                assert_eq!(judged(false, &[*milder, *change]), *gravest);
            } else {
                assert_eq!(judged(false, &[*change, *milder]), *gravest);
            }
        }
    }
    assert_eq!(judged(true, &[table[10].1]), Exit::Partial);
    for (code, exit) in [
        (Code::LedgerOlder, Exit::Stale),
        (Code::PlanMoved, Exit::Stale),
        (Code::SourceEmpty, Exit::Held),
        (Code::GuardPeople, Exit::Held),
    ] {
        let stop = Tripped {
            code,
            detail: String::new(),
            holds: 0,
        };
        let mut report = none();
        report.plan.stops.push(stop);
        report.verification = Verification::NotChecked { why: String::new() };
        let args = Args {
            yes: true,
            dry_run: false,
            plan: None,
            plan_mismatch: Mismatch::default(),
            max_age: SignedDuration::from_hours(24),
            limits: Limits::default(),
            strict: true,
            stats: false,
        };
        assert_eq!(judge(&args, &report), exit);
    }
}
