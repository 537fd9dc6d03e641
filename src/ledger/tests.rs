//! Tests of the ledger as a whole: on real files, through the public functions.

mod cards;
mod effects;
mod files;
mod oracle;
mod runs;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use jiff::{SignedDuration, ToSpan};
use tempfile::TempDir;

use super::*;
use crate::error::Exit;
use crate::model::memory::{RecentRemovals, Refusal, Unkept, UserMemory};
use crate::model::plan::{Change, FieldChange, GroupClaim, Stage, Subject, UserClaim};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::{Map, Profile, Text, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn temporary() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    (folder, path)
}

fn writable() -> (TempDir, Ledger) {
    let (folder, path) = temporary();
    let ledger = Ledger::open(&path, Access::Write).unwrap();
    (folder, ledger)
}

static NOTHING: std::sync::LazyLock<Bookkeeping> = std::sync::LazyLock::new(Bookkeeping::default);

fn start() -> RunStart<'static> {
    RunStart {
        started: at(0),
        organization: "https://scim.example/v2",
        filter: "department = \"Physics\"",
        people: Some(12),
        digest: "abc",
        allowed: &[],
        rekeyed: &[],
        bookkeeping: &NOTHING,
        command: "atriumctl sync",
    }
}

fn user(campus_id: &str) -> Subject {
    Subject::User {
        campus_id: campus_id.into(),
    }
}

fn group(access_group_id: &str) -> Subject {
    Subject::Group {
        access_group_id: access_group_id.into(),
    }
}

fn member(campus_id: &str, access_group_id: &str) -> Subject {
    Subject::Membership {
        campus_id: campus_id.into(),
        access_group_id: access_group_id.into(),
    }
}

fn operation(subject: Subject, change: Change) -> Operation {
    Operation {
        subject,
        label: "Ada Lovelace".into(),
        situation: Situation::Missing,
        stage: Stage::Write,
        change,
        why: "new in Atrium".into(),
        needs: Vec::new(),
    }
}

fn ada() -> Profile {
    Profile {
        email: "ada@school.example".into(),
        first_name: "Ada".into(),
        middle_name: "King".into(),
        last_name: "Lovelace".into(),
        phone: "+15550100".into(),
        title: "Professor".into(),
        department: "Mathematics".into(),
        employee_number: "007".into(),
    }
}

fn create(campus_id: &str, profile: Profile) -> Operation {
    let change = Change::CreateUser {
        external_id: "atrium:007".into(),
        profile: Box::new(profile),
    };
    operation(user(campus_id), change)
}

fn create_group(id: &str, name: &str) -> Operation {
    let change = Change::CreateGroup {
        external_id: "atrium:g".into(),
        name: name.into(),
    };
    operation(group(id), change)
}

fn deactivate(campus_id: &str, user_id: &str) -> Operation {
    let change = Change::DeactivateUser {
        user_id: user_id.into(),
    };
    operation(user(campus_id), change)
}

fn add(campus_id: &str, access_group_id: &str, user_id: Option<&str>) -> Operation {
    let change = Change::AddMember {
        group_id: None,
        user_id: user_id.map(UserId::from),
    };
    operation(member(campus_id, access_group_id), change)
}

fn remove(campus_id: &str, access_group_id: &str, user_id: &str) -> Operation {
    let change = Change::RemoveMember {
        group_id: "g".into(),
        user_id: user_id.into(),
    };
    operation(member(campus_id, access_group_id), change)
}

fn rewrite(field: Field, new: &str) -> FieldChange {
    FieldChange {
        field,
        old: "".into(),
        new: new.into(),
        cause: Cause::ChangedInAtrium,
    }
}

fn made(id: &str) -> Outcome {
    Outcome::Done {
        made: Some(id.into()),
    }
}

/// What Command would refuse again for the same values.
const REFUSALS: [Code; 6] = [
    Code::HeldByInvisible,
    Code::EmailOutsideDomains,
    Code::EmailDomainGivenUp,
    Code::RefusedByCommand,
    Code::GroupNameTaken,
    Code::Frozen,
];

const DONE: Outcome = Outcome::Done { made: None };

fn refused(code: Code) -> Outcome {
    Outcome::Failed {
        code,
        detail: "the server said so".to_owned(),
    }
}

fn claim(campus_id: &str, user_id: &str) -> UserClaim {
    UserClaim {
        campus_id: campus_id.into(),
        user_id: user_id.into(),
        ours: true,
        in_scope: true,
        applied: None,
    }
}

fn agreed(campus_id: &str, groups: &[&str]) -> (CampusId, Vec<AccessGroupId>) {
    let groups = groups.iter().map(|id| AccessGroupId::from(*id)).collect();
    (campus_id.into(), groups)
}

fn group_claim(id: &str, group_id: &str, name: Option<&str>) -> GroupClaim {
    GroupClaim {
        access_group_id: id.into(),
        group_id: group_id.into(),
        name: name.map(Text::from),
    }
}

/// Settles operations that were intended before, in a run of their own.
fn apply(ledger: &mut Ledger, items: &[(Operation, Outcome)], now: Timestamp) {
    let run = ledger.begin_run(&start()).unwrap();
    let intended: Vec<_> = (0..).zip(items).map(|(at, item)| (at, &item.0)).collect();
    ledger.intend(run, &intended).unwrap();
    let settled: Vec<_> = (0..)
        .zip(items)
        .map(|(at, (operation, outcome))| (at, operation, outcome))
        .collect();
    ledger.settle(run, &settled, now).unwrap();
}

fn learn(ledger: &mut Ledger, bookkeeping: &Bookkeeping) {
    let run = RunStart {
        bookkeeping,
        ..start()
    };
    ledger.begin_run(&run).unwrap();
}

fn rekey(ledger: &mut Ledger, old: &str, new: &str) {
    let run = RunStart {
        rekeyed: &[(old.into(), new.into())],
        ..start()
    };
    ledger.begin_run(&run).unwrap();
}

/// A ledger in which Ada is linked to `u1` and is a member of the groups `a` and `b`.
fn with_ada() -> (TempDir, Ledger) {
    let (folder, mut ledger) = writable();
    apply(
        &mut ledger,
        &[
            (create("007", ada()), made("u1")),
            (create_group("a", "Labs"), made("g1")),
            (create_group("b", "Gates"), made("g2")),
            (add("007", "a", None), DONE),
            (add("007", "b", Some("u1")), DONE),
        ],
        at(1),
    );
    (folder, ledger)
}

fn memory(ledger: &Ledger) -> Memory {
    ledger.remember(at(1000)).unwrap()
}

/// The access groups that a person is remembered in.
fn groups_of(memory: &Memory, campus_id: &str) -> BTreeSet<AccessGroupId> {
    memory.users[&CampusId::from(campus_id)]
        .groups
        .iter()
        .map(|&position| memory.groups[usize::try_from(position).unwrap()].id.clone())
        .collect()
}

fn ids(ids: &[&str]) -> BTreeSet<AccessGroupId> {
    ids.iter().map(|id| AccessGroupId::from(*id)).collect()
}

// Files, locks, formats.

// Runs.

#[test]
fn runs_tell_organization_filter_and_people() {
    let (_folder, mut ledger) = writable();
    let first = ledger.begin_run(&start()).unwrap();
    let second = ledger
        .begin_run(&RunStart {
            filter: "",
            people: None,
            ..start()
        })
        .unwrap();
    assert!(second > first);
    let known = memory(&ledger);
    assert_eq!(
        known.organization.as_deref(),
        Some("https://scim.example/v2")
    );
    assert_eq!(known.last_filter.as_deref(), Some(""));
    assert_eq!(known.last_people, Some(12));
    assert_eq!(known.runs, 0);
    ledger.end_run(first, at(9), 5, 40).unwrap();
    ledger.end_run(second, at(9), 0, 4).unwrap();
    assert_eq!(memory(&ledger).runs, 2);
    let row = ledger.connection.query_row(
        "SELECT ended, exit, requests FROM runs WHERE id = 1",
        (),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    );
    assert_eq!(row.unwrap(), (record::time(at(9)), 5, 40));
}

#[test]
fn high_water_only_rises() {
    let (_folder, mut ledger) = writable();
    let precise = Timestamp::new(1_800_000_000, 123_456_789).unwrap();
    for (noted, known) in [(at(-5), at(-5)), (precise, precise), (at(0), precise)] {
        ledger.note_high_water(noted).unwrap();
        assert_eq!(memory(&ledger).high_water, Some(known));
    }
}

// What operations change.

// What a plan finds out.

#[test]
fn claims_link_and_end_absence_and_agreed_memberships_replace_the_known() {
    let (_folder, mut ledger) = with_ada();
    learn(
        &mut ledger,
        &Bookkeeping {
            absent: vec![("007".into(), 2), ("nobody".into(), 1)],
            ..Bookkeeping::default()
        },
    );
    let known = memory(&ledger);
    assert_eq!(known.users[&"007".into()].absent_runs, 2);
    assert_eq!(known.users.len(), 1);

    let mut applied = ada();
    applied.title = "Dean".into();
    let mut grace = claim("008", "u8");
    grace.ours = false;
    grace.in_scope = false;
    grace.applied = Some(Box::new(applied.clone()));
    let bookkeeping = Bookkeeping {
        users: vec![claim("007", "u1"), grace],
        memberships: vec![
            agreed("007", &["b", "c"]),
            agreed("008", &["c", "a", "c", "unknown"]),
            agreed("nobody", &["a"]),
        ],
        groups: vec![
            group_claim("a", "g1", None),
            group_claim("b", "g9", Some("Doors")),
            group_claim("c", "g3", None),
        ],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &bookkeeping);
    let known = memory(&ledger);
    assert_eq!(groups_of(&known, "007"), ids(&["b", "c"]));
    assert_eq!(groups_of(&known, "008"), ids(&["a", "c"]));
    assert_eq!(known.users[&"007".into()].absent_runs, 0);
    assert_eq!(known.users[&"007".into()].applied, ada());
    let grace = &known.users[&"008".into()];
    assert!(!grace.ours && !grace.in_scope);
    assert_eq!(grace.applied, applied);
    let names: Vec<_> = known.groups.iter().map(|group| &*group.name).collect();
    assert_eq!(names, ["Labs", "Doors", ""]);
    assert_eq!(known.groups[1].group_id, "g9".into());

    let writes = ledger.connection.total_changes();
    learn(&mut ledger, &bookkeeping);
    assert_eq!(memory(&ledger), known);
    assert_eq!(
        ledger.connection.total_changes(),
        writes + 1,
        "what is known already is not written, but for the run"
    );
}

#[test]
fn a_claim_of_another_user_does_not_say_that_we_closed_it() {
    let (_folder, mut ledger) = with_ada();
    apply(&mut ledger, &[(deactivate("007", "u1"), DONE)], at(2));
    for (user_id, closed) in [("u1", Some(at(2))), ("u2", None)] {
        let bookkeeping = Bookkeeping {
            users: vec![claim("007", user_id)],
            ..Bookkeeping::default()
        };
        learn(&mut ledger, &bookkeeping);
        assert_eq!(memory(&ledger).users[&"007".into()].closed_by_us, closed);
    }
}

#[test]
fn what_does_not_stick_is_known_until_it_agrees() {
    let (_folder, mut ledger) = with_ada();
    let stuck = |wanted: &str| Stuck {
        wanted: wanted.into(),
        found: "5550100".into(),
    };
    let all = [
        Field::Email,
        Field::FirstName,
        Field::MiddleName,
        Field::LastName,
        Field::Phone,
        Field::Title,
        Field::Department,
        Field::EmployeeNumber,
        Field::ExternalId,
        Field::Active,
        Field::Name,
    ];
    for field in all {
        let fields = [("007".into(), field, stuck("first"))];
        ledger.stick(&fields, &[], &[], at(1)).unwrap();
        let fields = [("007".into(), field, stuck("second"))];
        ledger.stick(&fields, &[], &[], at(1)).unwrap();
    }
    let known = memory(&ledger).stuck_fields;
    assert_eq!(known.len(), all.len());
    assert_eq!(known[&("007".into(), Field::Phone)], stuck("second"));
    let bookkeeping = Bookkeeping {
        unstuck_fields: vec![("007".into(), Field::Phone)],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &bookkeeping);
    let known = memory(&ledger).stuck_fields;
    assert_eq!(known.len(), all.len() - 1);
    assert!(!known.contains_key(&("007".into(), Field::Phone)));

    let members = [
        ("007".into(), "a".into(), true),
        ("007".into(), "b".into(), false),
    ];
    ledger.stick(&[], &members, &[], at(1)).unwrap();
    let known = memory(&ledger).stuck_members;
    let stuck = |added| Unkept { added, at: at(1) };
    assert_eq!(known[&("007".into(), "a".into())], stuck(true));
    assert_eq!(known[&("007".into(), "b".into())], stuck(false));
    let bookkeeping = Bookkeeping {
        memberships: vec![agreed("007", &["b"])],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &bookkeeping);
    let known = memory(&ledger).stuck_members;
    assert_eq!(
        known,
        HashMap::from([(("007".into(), "a".into()), stuck(true))])
    );
    apply(&mut ledger, &[(add("007", "a", Some("u1")), DONE)], at(2));
    assert!(memory(&ledger).stuck_members.is_empty());
}

#[test]
fn a_new_campus_id_takes_everything_along() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[
            (remove("007", "a", "u1"), refused(Code::Frozen)),
            (create("007", ada()), refused(Code::HeldByInvisible)),
            (create("1007", ada()), refused(Code::RefusedByCommand)),
        ],
        at(2),
    );
    let stuck = Stuck {
        wanted: "a".into(),
        found: "b".into(),
    };
    ledger
        .stick(
            &[("007".into(), Field::Title, stuck)],
            &[("007".into(), "b".into(), true)],
            &[],
            at(1),
        )
        .unwrap();
    let before = memory(&ledger);
    rekey(&mut ledger, "007", "1007");
    let after = memory(&ledger);
    assert_eq!(after.users[&"1007".into()], before.users[&"007".into()]);
    assert_eq!(after.users.len(), 1);
    assert_eq!(after.debts, HashSet::from([("1007".into(), "a".into())]));
    assert_eq!(after.refusals.len(), 1);
    assert_eq!(after.refusals[&"1007".into()].code, Code::HeldByInvisible);
    assert!(
        after
            .stuck_fields
            .contains_key(&("1007".into(), Field::Title))
    );
    assert!(
        after
            .stuck_members
            .contains_key(&("1007".into(), "b".into()))
    );

    // Both are linked: what is moved wins.
    apply(&mut ledger, &[(create("2007", ada()), made("u3"))], at(3));
    rekey(&mut ledger, "1007", "2007");
    let known = memory(&ledger);
    assert_eq!(known.users[&"2007".into()], before.users[&"007".into()]);
    assert_eq!(known.users.len(), 1);
}
