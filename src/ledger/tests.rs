//! Tests of the ledger as a whole: on real files, through the public functions.

mod oracle;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use jiff::{SignedDuration, ToSpan};
use tempfile::TempDir;

use super::*;
use crate::error::Exit;
use crate::model::memory::{RecentRemovals, Refusal, StuckMember, UserMemory};
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

#[test]
fn reading_a_missing_ledger_creates_nothing() {
    let (folder, path) = temporary();
    let mut ledger = Ledger::open(&path, Access::ReadOnly).unwrap();
    assert!(ledger.is_new());
    assert_eq!(memory(&ledger), Memory::default());
    assert!(ledger.begin_run(&start()).is_err());
    drop(ledger);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let deeper = folder.path().join("no/such/folder/ledger.sqlite");
    assert!(Ledger::open(&deeper, Access::ReadOnly).unwrap().is_new());
}

#[test]
fn a_ledger_is_new_until_a_run_has_begun() {
    let (_folder, path) = temporary();
    assert!(Ledger::open(&path, Access::Write).unwrap().is_new());
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    assert!(ledger.is_new());
    ledger.begin_run(&start()).unwrap();
    drop(ledger);
    assert!(!Ledger::open(&path, Access::Write).unwrap().is_new());
    assert!(!Ledger::open(&path, Access::ReadOnly).unwrap().is_new());
}

#[test]
fn an_empty_file_is_a_blank_ledger() {
    let (_folder, path) = temporary();
    fs::write(&path, b"").unwrap();
    assert!(Ledger::open(&path, Access::ReadOnly).unwrap().is_new());
    assert!(Ledger::open(&path, Access::Write).unwrap().is_new());
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

    let (folder, _) = temporary();
    let path = folder.path().join("state/school/ledger.sqlite");
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    ledger.begin_run(&start()).unwrap();
    assert_eq!(mode(&folder.path().join("state")), 0o700);
    assert_eq!(mode(&folder.path().join("state/school")), 0o700);
    let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(files.len(), 4, "the database, -wal, -shm and .lock");
    for file in files {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    drop(ledger);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(Ledger::open(&path, Access::Write).unwrap());
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_second_run_is_told_who_holds_the_lock() {
    let (_folder, path) = temporary();
    let mut first = Ledger::open(&path, Access::Write).unwrap();
    first.begin_run(&start()).unwrap();

    let error = Ledger::open(&path, Access::Write).unwrap_err();
    assert_eq!(error.exit(), Exit::Locked);
    let LedgerError::Locked { holder, .. } = &error else {
        panic!("{error}");
    };
    assert!(holder.starts_with(&format!("pid {} on ", std::process::id())));
    assert!(holder.contains(" since 20"));
    assert!(holder.ends_with(" (atriumctl sync)"));
    assert!(error.to_string().contains(&path.display().to_string()));

    // Who only looks needs no lock.
    assert!(!Ledger::open(&path, Access::ReadOnly).unwrap().is_new());

    drop(first);
    assert!(Ledger::open(&path, Access::Write).is_ok());
}

#[test]
fn a_run_waits_a_moment_for_the_lock() {
    let (_folder, path) = temporary();
    let (locked, is_locked) = mpsc::channel();
    let theirs = path.clone();
    let other = thread::spawn(move || {
        let ledger = Ledger::open(&theirs, Access::Write).unwrap();
        locked.send(()).unwrap();
        thread::sleep(Duration::from_millis(300));
        drop(ledger);
    });
    is_locked.recv().unwrap();
    assert!(Ledger::open(&path, Access::Write).is_ok());
    other.join().unwrap();
}

#[test]
fn reading_goes_on_while_another_handle_writes() {
    let (_folder, mut writer) = with_ada();
    let reader = Ledger::open(&writer.path.clone(), Access::ReadOnly).unwrap();
    assert_eq!(memory(&reader), memory(&writer));
    writer
        .write(|connection| {
            record::note_high_water(connection, at(5))?;
            assert_eq!(memory(&reader).high_water, None, "not committed yet");
            Ok(())
        })
        .unwrap();
    assert_eq!(memory(&reader).high_water, Some(at(5)));
}

#[test]
fn a_ledger_that_was_cut_off_is_whole() {
    let (folder, writer) = with_ada();
    // What a killed process leaves behind: the database and the log that is not yet part of it.
    let copy = folder.path().join("copy.sqlite");
    fs::copy(&writer.path, &copy).unwrap();
    let log = folder.path().join("ledger.sqlite-wal");
    assert!(fs::metadata(&log).unwrap().len() > 0);
    fs::copy(log, folder.path().join("copy.sqlite-wal")).unwrap();
    for access in [Access::ReadOnly, Access::Write, Access::ReadOnly] {
        let ledger = Ledger::open(&copy, access).unwrap();
        assert_eq!(memory(&ledger), memory(&writer));
    }
}

#[test]
fn a_newer_ledger_is_read_and_not_written() {
    let (_folder, ledger) = with_ada();
    let path = ledger.path.clone();
    let before = memory(&ledger);
    ledger
        .connection
        .pragma_update(None, "user_version", schema::KNOWN + 1)
        .unwrap();
    drop(ledger);

    let error = Ledger::open(&path, Access::Write).unwrap_err();
    assert!(matches!(error, LedgerError::Newer { found, known, .. } if found == known + 1));
    assert_eq!(error.exit(), Exit::Stale);
    let reader = Ledger::open(&path, Access::ReadOnly).unwrap();
    assert_eq!(memory(&reader), before);
    drop(reader);

    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("DROP TABLE debts").unwrap();
    let reader = Ledger::open(&path, Access::ReadOnly).unwrap();
    let error = reader.remember(at(0)).unwrap_err();
    assert!(matches!(error, LedgerError::Newer { .. }));
}

#[test]
fn what_is_no_ledger_is_left_as_it_is() {
    let (folder, text) = temporary();
    fs::write(&text, "campus_id,first_name\n007,Ada\n".repeat(100)).unwrap();
    let other = folder.path().join("other.sqlite");
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(connection);

    for path in [text, other] {
        let before = fs::read(&path).unwrap();
        for access in [Access::ReadOnly, Access::Write] {
            let error = Ledger::open(&path, access).unwrap_err();
            assert!(matches!(error, LedgerError::Foreign { .. }), "{error}");
            assert!(error.to_string().contains(&path.display().to_string()));
            assert_eq!(error.exit(), Exit::Failed);
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn damage_is_named() {
    let (_folder, ledger) = with_ada();
    let damaged = "UPDATE users SET closed_by_us = 'yesterday'";
    ledger.connection.execute(damaged, ()).unwrap();
    let error = ledger.remember(at(0)).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");

    let path = ledger.path.clone();
    drop(ledger);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let error = Ledger::open(&path, Access::Write).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
}

#[test]
fn a_place_that_can_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = Ledger::open(&file.join("state/ledger.sqlite"), Access::Write).unwrap_err();
    assert!(matches!(error, LedgerError::Io { .. }));
    let message = error.to_string();
    assert!(message.contains(&file.join("state").display().to_string()));
    assert!(message.contains("--state PATH"));

    let error = Ledger::open(folder.path(), Access::Write).unwrap_err();
    assert!(matches!(error, LedgerError::Io { .. }), "{error}");
    let error = Ledger::open(folder.path(), Access::ReadOnly).unwrap_err();
    assert!(matches!(error, LedgerError::Sqlite { .. }), "{error}");
}

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

#[test]
fn a_created_user_is_ours_with_the_values_that_were_sent() {
    let (_folder, ledger) = with_ada();
    let known = memory(&ledger);
    let expected = UserMemory {
        user_id: "u1".into(),
        ours: true,
        applied: ada(),
        groups: vec![0, 1],
        closing: false,
        closed_by_us: None,
        absent_runs: 0,
        in_scope: true,
    };
    assert_eq!(known.users, Map::from_iter([("007".into(), expected)]));
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
    assert_eq!(known.groups[0].group_id, "g1".into());
    assert_eq!(known.groups[1].name, "Gates");
}

#[test]
fn done_updates_change_the_applied_values() {
    let (_folder, mut ledger) = with_ada();
    let fields = vec![
        rewrite(Field::Title, ""),
        rewrite(Field::LastName, "King"),
        rewrite(Field::Active, "true"),
        rewrite(Field::ExternalId, "atrium:007"),
    ];
    let update = |user_id: &str| Change::UpdateUser {
        user_id: user_id.into(),
        fields: fields.clone(),
    };
    let other = operation(user("007"), update("somebody else"));
    apply(&mut ledger, &[(other, DONE)], at(2));
    assert_eq!(memory(&ledger).users[&"007".into()].applied, ada());
    let failed = operation(user("007"), update("u1"));
    apply(&mut ledger, &[(failed, refused(Code::Unavailable))], at(2));
    assert_eq!(memory(&ledger).users[&"007".into()].applied, ada());
    let ours = operation(user("007"), update("u1"));
    apply(&mut ledger, &[(ours, DONE)], at(2));
    let mut expected = ada();
    expected.title = "".into();
    expected.last_name = "King".into();
    assert_eq!(memory(&ledger).users[&"007".into()].applied, expected);
}

#[test]
fn what_we_closed_is_remembered_until_we_reopen_it() {
    let (_folder, mut ledger) = with_ada();
    apply(&mut ledger, &[(deactivate("007", "u1"), DONE)], at(2));
    let known = memory(&ledger);
    assert_eq!(known.users[&"007".into()].closed_by_us, Some(at(2)));
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));

    let reactivate = Change::ReactivateUser {
        user_id: "u1".into(),
        fields: vec![rewrite(Field::Phone, "+15550199")],
    };
    apply(
        &mut ledger,
        &[(operation(user("007"), reactivate), DONE)],
        at(3),
    );
    let known = memory(&ledger);
    assert_eq!(known.users[&"007".into()].closed_by_us, None);
    assert_eq!(known.users[&"007".into()].applied.phone, "+15550199");
}

#[test]
fn what_we_closed_and_was_found_open_is_no_longer_closed_by_us() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(deactivate("007", "u1"), Outcome::Done { made: None })],
        at(10),
    );
    let ada = CampusId::from("007");
    assert_eq!(memory(&ledger).users[&ada].closed_by_us, Some(at(10)));
    let bookkeeping = Bookkeeping {
        open: vec![ada.clone()],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &bookkeeping);
    assert_eq!(memory(&ledger).users[&ada].closed_by_us, None);
}

#[test]
fn a_deleted_user_is_forgotten_and_its_history_is_not() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(remove("007", "a", "u1"), refused(Code::Frozen))],
        at(2),
    );
    let delete = Change::DeleteUser {
        user_id: "u1".into(),
    };
    apply(
        &mut ledger,
        &[(operation(user("007"), delete), DONE)],
        at(3),
    );
    let known = memory(&ledger);
    assert!(known.users.is_empty() && known.debts.is_empty());
    assert_eq!(known.groups.len(), 2);
    let left = "SELECT (SELECT count(*) FROM memberships), (SELECT count(*) FROM actions)";
    let left = ledger
        .connection
        .query_row(left, (), |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(left.unwrap(), (0, 7));
}

#[test]
fn the_old_user_of_a_person_with_a_new_one_does_not_count() {
    let (_folder, mut ledger) = with_ada();
    let mut profile = ada();
    profile.email = "king@school.example".into();
    apply(
        &mut ledger,
        &[
            (create("007", profile.clone()), made("u2")),
            (add("007", "a", None), DONE),
            (remove("007", "a", "u1"), DONE),
            (remove("007", "b", "u1"), refused(Code::UserFrozen)),
            (deactivate("007", "u1"), DONE),
        ],
        at(2),
    );
    let known = memory(&ledger);
    let ada = &known.users[&"007".into()];
    assert_eq!(ada.user_id, "u2".into());
    assert_eq!(ada.applied, profile);
    assert_eq!(ada.closed_by_us, None);
    assert_eq!(groups_of(&known, "007"), ids(&["a"]));
    assert!(known.debts.is_empty());
    assert_eq!(known.recent.people, 1, "it is a removal all the same");
}

#[test]
fn groups_are_created_renamed_and_deleted() {
    let (_folder, mut ledger) = with_ada();
    let rename = |group_id: &str| {
        let change = Change::RenameGroup {
            group_id: group_id.into(),
            old: "Labs".into(),
            new: "Laboratories".into(),
            cause: Cause::ChangedInAtrium,
        };
        operation(group("a"), change)
    };
    apply(&mut ledger, &[(rename("another"), DONE)], at(2));
    assert_eq!(memory(&ledger).groups[0].name, "Labs");
    apply(&mut ledger, &[(rename("g1"), DONE)], at(2));
    assert_eq!(memory(&ledger).groups[0].name, "Laboratories");

    let delete = Change::DeleteGroup {
        group_id: "g1".into(),
    };
    apply(&mut ledger, &[(operation(group("a"), delete), DONE)], at(3));
    let known = memory(&ledger);
    assert_eq!(known.groups.len(), 1);
    assert_eq!(groups_of(&known, "007"), ids(&["b"]));
}

#[test]
fn memberships_of_nobody_we_know_are_not_kept() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(add("008", "a", None), DONE), (add("007", "c", None), DONE)],
        at(2),
    );
    let known = memory(&ledger);
    assert_eq!(known.users.len(), 1);
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
}

#[test]
fn a_frozen_membership_is_a_debt_until_it_is_removed() {
    let (_folder, mut ledger) = with_ada();
    let frozen = [
        refused(Code::Frozen),
        refused(Code::UserFrozen),
        Outcome::Owed {
            code: Code::UserFrozen,
        },
    ];
    for outcome in frozen {
        apply(&mut ledger, &[(remove("007", "a", "u1"), outcome)], at(2));
        let known = memory(&ledger);
        assert_eq!(known.debts, HashSet::from([("007".into(), "a".into())]));
        assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
        apply(&mut ledger, &[(remove("007", "a", "u1"), DONE)], at(3));
        let known = memory(&ledger);
        assert!(known.debts.is_empty());
        assert_eq!(groups_of(&known, "007"), ids(&["b"]));
        apply(&mut ledger, &[(add("007", "a", Some("u1")), DONE)], at(4));
    }
    let other = refused(Code::Unavailable);
    apply(&mut ledger, &[(remove("007", "a", "u1"), other)], at(2));
    assert!(memory(&ledger).debts.is_empty());
}

#[test]
fn refusals_are_kept_until_person_and_group_are_taken() {
    for code in Code::ALL {
        let (_folder, mut ledger) = writable();
        apply(
            &mut ledger,
            &[
                (create("007", ada()), refused(*code)),
                (create_group("a", "Labs"), refused(*code)),
            ],
            at(2),
        );
        let expected = |values: &Text| {
            REFUSALS.contains(code).then(|| Refusal {
                code: *code,
                values: values.clone(),
                at: at(2),
            })
        };
        let known = memory(&ledger);
        let person = expected(&ada().email);
        assert_eq!(known.refusals.get(&"007".into()), person.as_ref());
        let group = expected(&"Labs".into());
        assert_eq!(known.group_refusals.get(&"a".into()), group.as_ref());
        apply(
            &mut ledger,
            &[
                (create("007", ada()), made("u1")),
                (create_group("a", "Labs"), made("g1")),
            ],
            at(3),
        );
        let known = memory(&ledger);
        assert!(known.refusals.is_empty() && known.group_refusals.is_empty());
    }
}

#[test]
fn a_creation_skipped_for_its_domain_is_a_refusal_and_no_other_is() {
    for code in Code::ALL {
        let (_folder, mut ledger) = writable();
        let skipped = Outcome::Skipped { code: *code };
        apply(&mut ledger, &[(create("007", ada()), skipped)], at(2));
        let known = memory(&ledger);
        assert!(known.unfinished.is_empty());
        let refusal = known.refusals.get(&"007".into());
        assert_eq!(refusal.is_some(), *code == Code::EmailDomainGivenUp);
        assert!(refusal.is_none_or(|refusal| refusal.values == ada().email));
    }
}

#[test]
fn a_refused_name_is_kept_until_the_group_bears_it_or_is_another() {
    let rename = |new: &str| {
        let change = Change::RenameGroup {
            group_id: "g1".into(),
            old: "Labs".into(),
            new: new.into(),
            cause: Cause::ChangedInAtrium,
        };
        operation(group("a"), change)
    };
    let claims = |group_id: &str, name| Bookkeeping {
        groups: vec![group_claim("a", group_id, name)],
        ..Bookkeeping::default()
    };
    let refusal = || {
        let (folder, mut ledger) = with_ada();
        let taken = refused(Code::GroupNameTaken);
        apply(&mut ledger, &[(rename("Doors"), taken)], at(2));
        let known = memory(&ledger).group_refusals;
        assert_eq!(known[&"a".into()].values, "Doors");
        (folder, ledger)
    };
    let settling = [
        (claims("g1", None), true),
        (claims("g1", Some("Labs")), true),
        (claims("g1", Some("Doors")), false),
        (claims("g9", None), false),
    ];
    for (bookkeeping, stays) in settling {
        let (_folder, mut ledger) = refusal();
        learn(&mut ledger, &bookkeeping);
        assert_eq!(!memory(&ledger).group_refusals.is_empty(), stays);
    }
    let (_folder, mut ledger) = refusal();
    apply(&mut ledger, &[(rename("Rooms"), DONE)], at(3));
    assert!(memory(&ledger).group_refusals.is_empty());
}

#[test]
fn a_refused_update_is_kept_while_the_person_stays_linked() {
    let (_folder, mut ledger) = with_ada();
    let update = |fields| {
        let change = Change::UpdateUser {
            user_id: "u1".into(),
            fields,
        };
        operation(user("007"), change)
    };
    let title = update(vec![rewrite(Field::Title, "Dean")]);
    let refusal = refused(Code::EmailOutsideDomains);
    apply(&mut ledger, &[(title.clone(), refusal.clone())], at(2));
    let known = memory(&ledger);
    assert_eq!(known.refusals[&"007".into()].values, "title=Dean");

    let claims = |user_id| Bookkeeping {
        users: vec![claim("007", user_id)],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &claims("u1"));
    assert_eq!(memory(&ledger).refusals, known.refusals);
    apply(&mut ledger, &[(title, DONE)], at(3));
    assert!(memory(&ledger).refusals.is_empty());

    let email = update(vec![rewrite(Field::Email, "king@school.example")]);
    apply(&mut ledger, &[(email, refusal)], at(2));
    let known = memory(&ledger);
    assert_eq!(
        known.refusals[&"007".into()].values,
        "email=king@school.example"
    );
    learn(&mut ledger, &claims("u9"));
    assert!(memory(&ledger).refusals.is_empty());
}

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
    let ada_only = HashSet::from([CampusId::from("007")]);
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
        ledger.stick(&fields, &[], at(1)).unwrap();
        let fields = [("007".into(), field, stuck("second"))];
        ledger.stick(&fields, &[], at(1)).unwrap();
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
    ledger.stick(&[], &members, at(1)).unwrap();
    let known = memory(&ledger).stuck_members;
    let stuck = |added| StuckMember { added, at: at(1) };
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
