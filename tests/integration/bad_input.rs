//! Bad input of every kind: a clear message with the place, the cause and the next step, the
//! documented exit code, and nothing written.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use atriumctl::ledger::{Access, Ledger};
use atriumctl::sandbox::{self, Fault, Faults, Personality};
use rusqlite::Connection;

use crate::campus::{Campus, PROFILE, people, person, requests, writes};
use crate::environment::{Environment, Ran};

/// A campus of 30 people in two groups, synced.
fn synced() -> Campus {
    synced_with("")
}

fn synced_with(personality: &str) -> Campus {
    let campus = Campus::with(personality, "");
    campus.export(&people(30), &memberships());
    let _ = campus.sync(0);
    campus
}

fn memberships() -> Vec<(&'static str, &'static str, &'static str)> {
    vec![
        ("T00001", "1", "Library"),
        ("T00002", "1", "Library"),
        ("T00003", "1", "Library"),
        ("T00004", "2", "Gym"),
    ]
}

/// Fails unless the error names all of this.
#[track_caller]
fn says(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.stderr.contains(word), "\"{word}\" is missing: {ran}");
    }
}

// ---------------------------------------------------------------- profiles

#[test]
fn no_profile() {
    let environment = Environment::new();
    let ran = environment.run(&["diff"]).expect(2);
    says(&ran, &["[DIR]/config/profiles/default.toml", "hint:"]);
    let ran = environment.run(&["diff", "--profile", "main"]).expect(2);
    says(&ran, &["[DIR]/config/profiles/main.toml", "hint:"]);
}

#[test]
fn a_profile_that_is_not_as_it_should_be() {
    let cases: &[(&str, &[&str])] = &[
        ("[atrium\nfiles = 1", &["main.toml:1:", "hint:"]),
        (
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregoin = \"us\"",
            &[
                "main.toml:4:",
                "unknown key `regoin`",
                "did you mean `region`?",
            ],
        ),
        (
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"uk\"",
            &["main.toml:4:", "uk", "hint:"],
        ),
        (
            "[atrium]\nfiles = \"a.csv\"\n[command]\nregion = \"us\"",
            &["main.toml:2:", "must be a list"],
        ),
        (
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"us\"\nscim_token = \"abc-secret\"",
            &["main.toml:5:", "a secret never stands in a profile"],
        ),
        (
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nscim_url = \"http://scim.example\"",
            &["https"],
        ),
        (
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"us\"\n[sync]\nexternal_id_format = \"x\"",
            &["main.toml:6:", "{campus_id}"],
        ),
        ("[command]\nregion = \"us\"", &["main.toml", "files"]),
    ];
    for (profile, words) in cases {
        let environment = Environment::new();
        environment.profile("main", profile);
        let mut command = environment.command(&["diff", "--profile", "main"]);
        command.env("ATRIUMCTL_SCIM_TOKEN", "a-token");
        let ran = environment.run_command(command).expect(2);
        says(&ran, words);
        assert!(!ran.stderr.contains("abc-secret"), "{ran}");
    }
}

#[test]
fn a_profile_name_that_leads_elsewhere() {
    let environment = Environment::new();
    let _ = environment.run(&["diff", "--profile", "../x"]).expect(2);
}

#[test]
fn no_token() {
    let campus = Campus::new();
    campus.export(&people(3), &[]);
    fs::remove_file(campus.environment.path("sandbox/scim-token")).unwrap();
    let ran = campus.refused(4);
    says(&ran, &["scim-token", "ATRIUMCTL_SCIM_TOKEN"]);
    campus.environment.write("sandbox/scim-token", "Bearer x y");
    let ran = campus.refused(4);
    says(&ran, &["scim-token", "it begins with `Bearer `"]);
    campus.environment.write("sandbox/scim-token", "\n");
    says(&campus.refused(4), &["empty"]);
}

#[test]
fn an_api_key_that_can_not_be_used() {
    let campus = Campus::new();
    campus.export(&people(3), &[]);
    for (arguments, key, code, words) in [
        (&[][..], "s3cret-key", 2, &["api_url", "ATRIUMCTL_API_KEY"]),
        (
            &["--api-url", "http://api.example"],
            "s3cret-key",
            2,
            &["--api-url", "https"],
        ),
        (
            &["--api-url", "https://api.example"],
            "s3cret key",
            4,
            &["ATRIUMCTL_API_KEY", "no key"],
        ),
        (
            &["--api-url", "https://api.example", "--api-key-file", "none"],
            "",
            4,
            &["the key file none", "flag --api-key-file"],
        ),
    ] {
        let arguments = [&["diff", "--profile", PROFILE], arguments].concat();
        let mut command = campus.environment.command(&arguments);
        command.env("ATRIUMCTL_API_KEY", key);
        let ran = campus.environment.run_command(command).expect(code);
        says(&ran, words);
        assert!(!ran.stderr.contains("s3cret"), "{ran}");
    }
}

// ---------------------------------------------------------------- exports

#[test]
fn an_export_that_is_no_export() {
    let header = "campus_id,first_name,last_name,email,department,status\n";
    let cut_short = format!("{header}T00001,First1,\"Last1");
    let no_columns = "a,b,c\n1,2,3\n".to_owned();
    let no_id = "first_name,last_name,email,status\nA,B,a@campus.example,Active\n".to_owned();
    let cases: [(&str, Vec<u8>, &[&str]); 6] = [
        ("empty", Vec::new(), &["people.csv", "empty"]),
        ("blank", b"\n \n\n".to_vec(), &["people.csv", "empty"]),
        (
            "binary",
            b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00".to_vec(),
            &["people.csv", "this is"],
        ),
        (
            "cut short",
            cut_short.into_bytes(),
            &["people.csv:2", "cut short"],
        ),
        (
            "other columns",
            no_columns.into_bytes(),
            &["people.csv", "column"],
        ),
        (
            "no ids",
            no_id.into_bytes(),
            &["campus_id", "missing", "first_name"],
        ),
    ];
    let campus = synced();
    for (name, content, words) in cases {
        campus.environment.write("people.csv", content);
        let ran = campus.refused(1);
        says(&ran, words);
        assert_eq!(ran.stdout, "", "{name}: {ran}");
    }
    assert_eq!(campus.active().len(), 30);
}

#[test]
fn an_export_that_is_not_there() {
    let campus = synced();
    fs::remove_file(campus.environment.path("people.csv")).unwrap();
    says(
        &campus.refused(1),
        &["people.csv", "no such file", "check the name"],
    );
    fs::create_dir(campus.environment.path("people.csv")).unwrap();
    says(&campus.refused(1), &["people.csv", "folder"]);
    assert_eq!(campus.active().len(), 30);
}

/// Nobody waits for Command to hear that a file name is wrong.
#[test]
fn an_export_that_is_not_there_is_told_before_command_is_read() {
    let campus = Campus::new();
    campus.command.set_faults(Faults {
        latency_ms: 60_000,
        ..Faults::default()
    });
    let ran = campus.run(&["diff"]).expect(1);
    says(&ran, &["people.csv", "no such file"]);
}

#[test]
fn an_export_of_nobody() {
    let campus = synced();
    campus.export(&[], &[]);
    let ran = campus.refused(6);
    assert!(ran.stdout.contains("source-empty"), "{ran}");
    // Nothing that is given on the command line opens this.
    let ran = campus
        .run(&[
            "sync",
            "--yes",
            "--allow",
            "shrunken-source",
            "--allow",
            "people",
        ])
        .expect(6);
    assert!(ran.stdout.contains("source-empty"), "{ran}");
    assert_eq!(campus.active().len(), 30);
}

#[test]
fn two_groups_with_one_name_are_both_left_alone() {
    let campus = Campus::new();
    campus.export(
        &people(3),
        &[
            ("T00001", "1", "Library"),
            ("T00002", "2", "LIBRARY"),
            ("T00003", "3", "Gym"),
        ],
    );
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("group-name-shared"), "{ran}");
    assert_eq!(campus.groups().into_keys().collect::<Vec<_>>(), ["3"]);
    campus.nothing_left();
}

#[test]
fn two_people_who_swapped_their_addresses_keep_their_users() {
    let campus = synced();
    let before = campus.users();
    let mut swapped = people(30);
    let (one, other) = (swapped[0].email.clone(), swapped[1].email.clone());
    swapped[0].email = other;
    swapped[1].email = one;
    campus.export(&swapped, &memberships());
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("2 × email-changed"), "{ran}");
    let after = campus.users();
    for id in ["T00001", "T00002"] {
        assert_eq!(after[id], before[id], "{id}: {ran}");
    }
    assert_eq!(campus.members("1"), ["T00001", "T00002", "T00003"]);
    campus.nothing_left();
}

#[test]
fn a_campus_whose_ids_lost_their_zeros_harms_nobody() {
    let campus = Campus::new();
    let mut with_zeros = people(30);
    for (n, person) in (1..).zip(&mut with_zeros) {
        person.id = format!("00{:05}", 40_000 + n);
    }
    campus.export(&with_zeros, &[("0040001", "1", "Library")]);
    let _ = campus.sync(0);
    let before = campus.users();
    let mut without = with_zeros.clone();
    for person in &mut without {
        person.id = person.id.trim_start_matches('0').to_owned();
    }
    campus.export(&without, &[("40001", "1", "Library")]);
    let at = writes(&campus.command);
    let ran = campus.run(&["sync", "--yes"]);
    assert!(ran.stdout.contains("campus-id-changed"), "{ran}");
    assert_eq!(writes(&campus.command), at, "{ran}");
    assert_eq!(campus.users(), before, "{ran}");
    // Where only some ids had zeros, the widths show it, and that is said, too.
    let mut some = with_zeros.clone();
    for (n, person) in (1..).zip(&mut some) {
        person.id = match n {
            1..=3 => (40_000 + n).to_string(),
            _ => (1_040_000 + n).to_string(),
        };
    }
    campus.export(&some, &[]);
    let ran = campus.run(&["diff"]);
    says(&ran, &["warning:", "lost leading zeros", "3 of 30"]);
}

// ---------------------------------------------------------------- Command

#[test]
fn a_dead_token() {
    let campus = synced();
    let old = sandbox::scim_token(&campus.environment.sandbox_dir()).unwrap();
    sandbox::refresh_token(&campus.environment.sandbox_dir()).unwrap();
    campus.export(&people(31), &memberships());
    let before = writes(&campus.command);
    let mut command = campus
        .environment
        .command(&["sync", "--yes", "--profile", PROFILE]);
    command.env("ATRIUMCTL_SCIM_TOKEN", &old);
    let ran = campus.environment.run_command(command).expect(4);
    says(
        &ran,
        &[
            "refused the SCIM token",
            "401",
            "make a new token",
            "127.0.0.1:PORT",
        ],
    );
    assert!(!ran.to_string().contains(&old), "{ran}");
    assert_eq!(writes(&campus.command), before);
}

#[test]
fn a_token_that_dies_half_way_ends_the_run() {
    let campus = synced();
    let dir = campus.environment.sandbox_dir();
    campus.export(&people(400), &memberships());
    let before = writes(&campus.command);
    let mut child = campus
        .environment
        .command(&["sync", "--yes", "--profile", PROFILE])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while writes(&campus.command) < before + 20 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    sandbox::refresh_token(&dir).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let at_most = writes(&campus.command) - before;
    assert!(at_most < 400, "{at_most} writes with a dead token");
    let _ = campus.sync(0);
    campus.nothing_left();
    assert_eq!(campus.active().len(), 400);
}

#[test]
fn nobody_at_the_address() {
    let campus = Campus::new();
    campus.export(&people(3), &[]);
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{port}/scim");
    let ran = campus.run(&["sync", "--yes", "--scim-url", &url]).expect(7);
    says(&ran, &["GET", "127.0.0.1:PORT", "hint:"]);
}

#[test]
fn a_wrong_region_is_refused_and_a_wrong_path_named() {
    let campus = Campus::new();
    campus.export(&people(3), &[]);
    let ran = campus.run(&["diff", "--region", "mars"]).expect(2);
    says(&ran, &["mars", "us, eu and au"]);
    let url = format!("{}/elsewhere", campus.command.base_url());
    let ran = campus.run(&["diff", "--scim-url", &url]).expect(7);
    says(&ran, &["127.0.0.1:PORT/elsewhere", "--scim-url"]);
}

#[test]
fn a_web_page_instead_of_an_answer() {
    let campus = synced();
    campus
        .command
        .set_faults(Faults::default().with(Fault::Html, 1.0));
    let ran = campus.refused(7);
    says(&ran, &["GET", "hint:"]);
    campus.command.set_faults(Faults::default());
    let (url, _) = canned("200 OK", "text/html", "<html><title>Sign in</title></html>");
    let ran = campus.run(&["diff", "--scim-url", &url]).expect(7);
    says(&ran, &["not SCIM", "proxy"]);
}

#[test]
fn a_server_that_pages_for_ever() {
    let campus = synced();
    let personality: Personality = "pages-for-ever,small-pages".parse().unwrap();
    sandbox::set_personality(&campus.environment.sandbox_dir(), &personality).unwrap();
    let mut fewer = people(30);
    fewer.truncate(28);
    campus.export(&fewer, &memberships());
    let before = requests(&campus.command);
    let ran = campus.refused(7);
    assert!(ran.stdout.contains("target-incomplete"), "{ran}");
    assert!(requests(&campus.command) - before < 50, "{ran}");
}

#[test]
fn a_server_that_caps_member_lists_is_named_and_not_asked_again() {
    let campus = Campus::with("members-capped", "");
    let everybody = people(130);
    let ids: Vec<String> = everybody.iter().map(|person| person.id.clone()).collect();
    let all: Vec<_> = ids.iter().map(|id| (id.as_str(), "1", "Library")).collect();
    campus.export(&everybody, &all);
    let ran = campus.sync(5);
    assert!(ran.stdout.contains("members-capped"), "{ran}");
    let before = writes(&campus.command);
    let ran = campus.run(&["diff", "--exit-code"]);
    assert!(ran.code == 0, "{ran}");
    assert_eq!(writes(&campus.command), before);
}

#[test]
fn a_server_that_does_not_say_who_is_active() {
    let campus = Campus::with("active-missing", "");
    campus.export(&people(5), &[]);
    let ran = campus.run(&["sync", "--yes"]);
    assert!([0, 5].contains(&ran.code), "{ran}");
    // Nobody is reactivated or changed on such ground; a stated leaver is deactivated all the same.
    let mut one_left = people(5);
    one_left[0].status = "Inactive".to_owned();
    campus.export(&one_left, &[]);
    let ran = campus.run(&["sync", "--yes"]);
    assert!([0, 5].contains(&ran.code), "{ran}");
    let personality = Personality::default();
    sandbox::set_personality(&campus.environment.sandbox_dir(), &personality).unwrap();
    assert_eq!(campus.active(), ["T00002", "T00003", "T00004", "T00005"]);
    let _ = campus.sync(0);
    campus.nothing_left();
}

// ---------------------------------------------------------------- the ledger

#[test]
fn the_ledger_of_another_organization() {
    let campus = synced();
    // The same Command under another name is another organization to the ledger.
    let url = campus.command.scim_url().replace("127.0.0.1", "localhost");
    let before = writes(&campus.command);
    campus.export(&people(31), &memberships());
    let ran = campus.run(&["sync", "--yes", "--scim-url", &url]).expect(6);
    assert!(ran.stdout.contains("other-organization"), "{ran}");
    assert!(ran.stdout.contains("--state"), "{ran}");
    assert_eq!(writes(&campus.command), before);
}

#[test]
fn an_organization_that_has_none_of_ours() {
    let campus = synced();
    let ledger = campus.environment.ledger(PROFILE);
    let other = Campus::new();
    other.export(&people(30), &memberships());
    // An old ledger beside a new organization, its address made to fit.
    let copy = other.environment.ledger(PROFILE);
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    checkpoint(&ledger);
    fs::copy(&ledger, &copy).unwrap();
    rename_organization(&copy, &other.command.scim_url());
    let ran = other.refused(6);
    assert!(ran.stdout.contains("other-organization"), "{ran}");
}

/// Brings everything into the one file.
fn checkpoint(ledger: &std::path::Path) {
    let connection = Connection::open(ledger).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .unwrap();
}

fn rename_organization(ledger: &std::path::Path, url: &str) {
    let connection = Connection::open(ledger).unwrap();
    connection
        .execute("UPDATE runs SET organization = ?", [url])
        .unwrap();
}

#[test]
fn a_ledger_older_than_the_last_run() {
    let campus = synced();
    let ledger = campus.environment.ledger(PROFILE);
    checkpoint(&ledger);
    let old = fs::read(&ledger).unwrap();
    campus.export(&people(33), &memberships());
    let _ = campus.sync(0);
    campus.environment.forget_ledger(PROFILE);
    fs::write(&ledger, old).unwrap();
    let mut changed = people(33);
    changed[0].last = "Other".to_owned();
    campus.export(&changed, &memberships());
    let ran = campus.refused(8);
    assert!(ran.stdout.contains("ledger-older"), "{ran}");
    assert!(ran.stdout.contains("bring back the newest ledger"), "{ran}");
    let _ = campus.run(&["diff"]).expect(8);
    // What the message advises.
    campus.environment.forget_ledger(PROFILE);
    let _ = campus.sync(0);
    campus.nothing_left();
}

#[test]
fn a_ledger_of_a_newer_version() {
    let campus = synced();
    let ledger = campus.environment.ledger(PROFILE);
    let connection = Connection::open(&ledger).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    campus.export(&people(31), &memberships());
    let ran = campus.refused(8);
    says(
        &ran,
        &["campus.db", "format 99", "update atriumctl", "--state"],
    );
    // It may be looked at.
    let _ = campus.run(&["diff"]).expect(0);
}

#[test]
fn a_ledger_that_another_run_holds() {
    let campus = synced();
    let held = Ledger::open(&campus.environment.ledger(PROFILE), Access::Write).unwrap();
    campus.export(&people(31), &memberships());
    let before = requests(&campus.command);
    let ran = campus.sync(9);
    let holder = format!("pid {}", std::process::id());
    says(&ran, &["another run holds the lock", &holder, "campus.db"]);
    assert_eq!(
        requests(&campus.command),
        before,
        "it read before it locked"
    );
    // To look is always possible.
    let _ = campus.run(&["diff"]).expect(0);
    drop(held);
    let _ = campus.sync(0);
}

#[test]
fn a_ledger_that_is_something_else() {
    let campus = synced();
    campus.environment.forget_ledger(PROFILE);
    let ledger = campus.environment.ledger(PROFILE);
    fs::write(&ledger, "These are my notes, not a database.\n".repeat(50)).unwrap();
    let ran = campus.refused(1);
    says(&ran, &["campus.db", "not a database", "--state"]);
    let kept = fs::read_to_string(&ledger).unwrap();
    assert!(kept.starts_with("These are my notes"));
    fs::remove_file(&ledger).unwrap();
    let connection = Connection::open(&ledger).unwrap();
    connection
        .execute_batch("PRAGMA application_id = 7; CREATE TABLE a (b)")
        .unwrap();
    drop(connection);
    says(&campus.refused(1), &["campus.db", "another program"]);
}

// ---------------------------------------------------------------- a server of one answer

/// A server that gives every request the same answer, and counts them. It ends with the process.
fn canned(
    status: &'static str,
    kind: &'static str,
    body: &'static str,
) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim", listener.local_addr().unwrap());
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            counted.fetch_add(1, Ordering::Relaxed);
            let _ = stream.read(&mut [0; 8192]);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (url, count)
}

#[test]
fn a_redirect_is_not_followed_with_the_token() {
    let campus = Campus::new();
    campus.export(&people(3), &[]);
    let (elsewhere, asked) = canned("200 OK", "application/json", "{}");
    let head: &'static str =
        Box::leak(format!("302 Found\r\nLocation: {elsewhere}").into_boxed_str());
    let (url, _) = canned(head, "text/plain", "");
    let ran = campus.run(&["diff", "--scim-url", &url]).expect(7);
    says(&ran, &["GET"]);
    assert_eq!(asked.load(Ordering::Relaxed), 0, "{ran}");
}

#[test]
fn a_person_without_an_id_names_the_line() {
    let campus = synced();
    let mut rows = people(30);
    rows.push(person(31));
    rows[30].id.clear();
    campus.export(&rows, &memberships());
    let ran = campus.run(&["diff"]);
    assert!(ran.to_string().contains("people.csv:32"), "{ran}");
}
