//! The file: opening, locking, versions, permissions, damage.

use super::cards::found;
use super::*;

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

/// A ledger of the format that knew no cards, in which Ada is linked and has left.
fn without_cards() -> (TempDir, PathBuf) {
    let (folder, path) = temporary();
    let connection = Connection::open(&path).unwrap();
    schema::create_older(&connection, schema::WITH_CARDS - 1).unwrap();
    connection
        .execute_batch(
            "INSERT INTO runs (started, organization, filter, digest, command, allowed)
             VALUES ('2027-01-15T08:00:00.000000000Z', 'o', '', 'd', 'c', '');
             INSERT INTO users (campus_id, user_id, ours, in_scope) VALUES ('007', 'u1', 1, 1);
             INSERT INTO actions (run, position, kind, campus_id, subject, change, label, state, at)
             VALUES (1, 0, 'deactivate-user', '007', '{}', '{}', 'Ada', 'done',
                     '2027-01-15T08:00:01.000000000Z')",
        )
        .unwrap();
    (folder, path)
}

#[test]
fn an_older_ledger_is_read_as_it_is_and_migrated_to_be_written() {
    let (_folder, path) = without_cards();
    let older = memory(&Ledger::open(&path, Access::ReadOnly).unwrap());
    assert_eq!(older.users[&"007".into()].user_id, "u1".into());
    assert_eq!(older.recent.people, 1);
    let format = |path: &Path| schema::identify(&Connection::open(path).unwrap()).unwrap();
    assert_eq!(format(&path), Identity::Ledger(schema::WITH_CARDS - 1));

    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    assert_eq!(memory(&ledger), older);
    assert_eq!(format(&path), Identity::Ledger(schema::KNOWN));
    ledger.pair(&[found("007", "x1")], at(9)).unwrap();
    let access = memory(&ledger).users[&"007".into()].access.clone();
    assert_eq!(access.unwrap().id, "x1".into());
}

#[test]
fn the_history_of_every_older_format_can_be_read() {
    for format in 1..schema::KNOWN {
        let (_folder, path) = temporary();
        let connection = Connection::open(&path).unwrap();
        schema::create_older(&connection, format).unwrap();
        connection
            .execute_batch(
                "INSERT INTO runs (started, organization, filter, digest, command, allowed)
                 VALUES ('2027-01-15T08:00:00.000000000Z', 'o', '', 'd', 'c', '');
                 INSERT INTO actions (run, position, kind, campus_id, subject, change, label,
                                      state, at)
                 VALUES (1, 0, 'deactivate-user', '007', '{}', '{}', 'Ada', 'done',
                         '2027-01-15T08:00:01.000000000Z')",
            )
            .unwrap();
        drop(connection);
        let before = fs::read(&path).unwrap();
        let ledger = Ledger::open(&path, Access::ReadOnly).unwrap();
        assert_eq!(ledger.format(), format);
        assert_eq!(ledger.run_count().unwrap(), 1);
        let runs = ledger.past_runs(10).unwrap();
        assert_eq!((runs[0].id, runs[0].counts.done), (1, 1), "format {format}");
        assert_eq!(ledger.past_run(1).unwrap().as_ref(), runs.first());
        assert_eq!(ledger.past_actions(1).unwrap()[0].label, "Ada");
        assert_eq!(ledger.uploads().unwrap().len(), 0);
        assert_eq!(ledger.token("f").unwrap(), None);
        drop(ledger);
        // Who only looks leaves it as it is.
        assert_eq!(fs::read(&path).unwrap(), before, "format {format}");
    }
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
