//! `diagnose` as its users run it: a campus with planted problems, exported files, cards, texts.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::environment::{Environment, Ran};
use atriumctl::diagnose::gather::{GROUPS, REST_CALLS, SCIM_CALLS};

fn campus(people: &str) -> Environment {
    let environment = Environment::new();
    let _ = environment
        .run(&["sandbox", "reset", "--people", people])
        .expect(0);
    let _ = sandbox(&environment, &["sync", "--yes"]);
    environment
}

fn sandbox(environment: &Environment, arguments: &[&str]) -> Ran {
    environment.run(&[arguments, &["--profile", "sandbox"]].concat())
}

fn piped(environment: &Environment, arguments: &[&str], text: &str) -> Ran {
    piped_bytes(environment, arguments, text.as_bytes())
}

fn piped_bytes(environment: &Environment, arguments: &[&str], text: &[u8]) -> Ran {
    let mut command = environment.command(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn codes(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().unwrap();
    let codes = findings.iter().map(|one| one["code"].as_str().unwrap());
    codes.collect()
}

#[test]
fn a_fresh_campus_after_a_sync_has_the_planted_problems_and_no_others() {
    let environment = campus("30");
    let told = sandbox(&environment, &["diagnose", "-v"]).expect(0);
    insta::with_settings!({
        filters => vec![
            (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[ID]"),
            (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "[TIME]"),
            (r"\d+ ms|\d+\.\d+ s", "[SPAN]"),
        ],
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("diagnose-everybody", told.stdout);
    });
}

#[test]
fn somebody_is_found_by_id_address_and_name_and_never_guessed() {
    let environment = campus("30");
    for who in ["S1000001", "LENA.HARTMANN@partner.example", "lena hartmann"] {
        let ran = sandbox(&environment, &["diagnose", who, "--output", "json"]).expect(0);
        let document = ran.json();
        assert_eq!(codes(&document)[0], "email-outside-domains", "{who}: {ran}");
    }
    let ran = sandbox(&environment, &["diagnose", "Kovač"]).expect(2);
    assert!(ran.stderr.contains("S1000003") && ran.stderr.contains("S1000004"));
    let ran = sandbox(&environment, &["diagnose", "Lena Hartman"]).expect(0);
    assert!(ran.stdout.contains("S1000001"), "{ran}");
    let ran = sandbox(&environment, &["diagnose", " "]).expect(2);
    assert!(ran.stderr.contains("WHO is empty"), "{ran}");
    let ran = sandbox(&environment, &["diagnose", "\u{1b}[31mred"]).expect(0);
    assert!(!ran.to_string().contains('\u{1b}'), "{ran}");
}

/// How many requests were sent, as `--stats` has it on standard error.
fn requests(environment: &Environment, who: &str) -> Vec<String> {
    let ran = sandbox(environment, &["diagnose", who, "--stats"]).expect(0);
    let all = ran.stdout + &ran.stderr;
    let lines = all.lines().map(str::trim);
    let calls = lines.filter(|line| line.contains("/Users") || line.contains("/access"));
    let calls = calls.filter(|line| line.contains("GET "));
    calls.map(str::to_owned).collect()
}

#[test]
fn the_size_of_the_organization_makes_no_difference_to_the_requests() {
    let small = requests(&campus("30"), "S1000022");
    let large = requests(&campus("300"), "S1000022");
    assert!(!small.is_empty());
    assert_eq!(small, large);
}

#[test]
fn the_help_states_the_bound_of_calls() {
    let environment = Environment::new();
    let help = environment.run(&["diagnose", "--help"]).expect(0);
    let words: Vec<&str> = help.stdout.split_whitespace().collect();
    let bound = format!(
        "at most {SCIM_CALLS} calls over SCIM and {REST_CALLS} over REST, and 2 over SCIM for each \
         of the person's first {GROUPS} access groups"
    );
    assert!(words.join(" ").contains(&bound), "{help}");
}

#[test]
fn every_id_of_a_person_leads_to_them_in_both_commands() {
    let environment = campus("30");
    let users = ["inspect", "users", "--output", "json"];
    let users = sandbox(&environment, &users).expect(0).json();
    let id_of = |email: &str| {
        let mut users = users["users"].as_array().unwrap().iter();
        let user = users.find(|user| user["email"] == email).unwrap();
        user["id"].as_str().unwrap().to_owned()
    };
    let (ours, native) = (
        id_of("tamar.bendavid@campus.example"),
        id_of("marguerite.lacroix@campus.example"),
    );
    for (who, campus_id) in [
        (ours.as_str(), "S1000022"),
        ("atrium:S1000022", "S1000022"),
        (native.as_str(), "S1000012"),
        ("00u1a2b3c4D5e6F7g8h9", "S1000013"),
        // The campus id of before.
        ("S0900007", "S1000007"),
        ("atrium:S0900007", "S1000007"),
    ] {
        let told = sandbox(&environment, &["diagnose", who, "--output", "json"]).expect(0);
        let facts = told.json()["facts"].to_string();
        assert!(facts.contains(campus_id), "{who}: {told}");
        assert!(!codes(&told.json()).contains(&"not-in-atrium"), "{told}");
        let told = sandbox(&environment, &["inspect", "user", who]).expect(0);
        assert!(told.stdout.contains(campus_id), "{who}: {told}");
    }
    for command in [&["diagnose"][..], &["inspect", "user"]] {
        let ran = sandbox(&environment, &[command, &["osei@campus.example"]].concat());
        let ran = ran.expect(2);
        assert!(ran.stderr.contains("S1000005") && ran.stderr.contains("S1000006"));
        let ran = sandbox(&environment, &[command, &[" "]].concat()).expect(2);
        assert!(ran.stderr.contains("WHO is empty"), "{ran}");
    }
    let ran = sandbox(&environment, &["inspect", "group", ""]).expect(2);
    assert!(ran.stderr.contains("GROUP is empty"), "{ran}");
    let ran = sandbox(&environment, &["diagnose", "solberg ingrid"]).expect(0);
    assert!(ran.stdout.contains("near: S1000007"), "{ran}");
}

#[test]
fn a_refused_token_ranks_first_and_the_rest_is_looked_at() {
    let environment = campus("30");
    let mut command = environment.command(&[
        "diagnose",
        "S1000022",
        "--profile",
        "sandbox",
        "--output",
        "json",
    ]);
    command.env("ATRIUMCTL_SCIM_TOKEN", "a-token-that-is-refused");
    let ran = environment.run_command(command).expect(0);
    let document = ran.json();
    assert_eq!(codes(&document)[0], "token-refused", "{ran}");
    let evidence = document["findings"][0]["evidence"].to_string();
    assert!(evidence.contains("ATRIUMCTL_SCIM_TOKEN"), "{evidence}");
    let facts = document["facts"].to_string();
    assert!(facts.contains("\"access\""), "{facts}");
    assert!(!ran.to_string().contains("a-token-that-is-refused"));
}

#[test]
fn a_card_in_hand_leads_to_its_holder() {
    let environment = campus("30");
    // The first card of the export that is in use.
    let ids = environment.sandbox_dir().join("atrium/credentials.csv");
    let ids = fs::read_to_string(ids).unwrap();
    let lost = ids.lines().find(|line| line.contains("Active"));
    let cells: Vec<&str> = lost.unwrap().split(',').collect();
    let (who, number) = (cells[0].trim_matches('"'), cells[2].trim_matches('"'));
    let known = sandbox(
        &environment,
        &["diagnose", "--card", number, "--output", "json"],
    );
    let known = known.expect(0);
    let asked = known.json()["asked"].to_string();
    assert!(asked.contains(who), "{number}: {known}");
    let facts = known.json()["facts"].to_string();
    assert!(facts.contains("an id of the type"), "{facts}");
    assert!(!known.stdout.contains(number), "{known}");
    let unknown = sandbox(
        &environment,
        &["diagnose", "--card", "99999999", "--output", "json"],
    );
    let unknown = unknown.expect(0);
    assert_eq!(codes(&unknown.json()), ["card-unknown"], "{unknown}");
    assert!(!unknown.stdout.contains("99999999"));
    let arguments = ["diagnose", "--card", "-", "--profile", "sandbox"];
    let _ = piped(&environment, &arguments, "zebra\n").expect(2);
    let ran = piped(&environment, &arguments, "99999999\n").expect(0);
    assert!(ran.stdout.contains("card-unknown"), "{ran}");
}

#[test]
fn files_tell_the_same_as_asking() {
    let environment = campus("30");
    let users = sandbox(&environment, &["inspect", "users", "--output", "json"]).expect(0);
    environment.write("users.json", users.stdout);
    let export = export(&environment);
    for who in ["S1000001", "S1000002", "S1000015"] {
        let live = sandbox(&environment, &["diagnose", who, "--output", "json"]).expect(0);
        let live = live.json();
        let files = environment.run(&[
            "diagnose",
            who,
            "--atrium",
            &export,
            "--command-users",
            "users.json",
            "--domain",
            "campus.example",
            "--domain",
            "students.campus.example",
            "--output",
            "json",
        ]);
        let files = files.expect(0);
        assert_eq!(codes(&files.json())[0], codes(&live)[0], "{who}: {files}");
        let gaps = files.json()["not_looked"].to_string();
        assert!(gaps.contains("--okta-logs"), "{gaps}");
    }
    let ran = environment.run(&["diagnose", "S1000001", "--command-users", "users.json"]);
    let ran = ran.expect(0);
    assert!(ran.stdout.contains("--atrium FILE"), "{ran}");
    assert!(ran.stdout.contains("no user"), "{ran}");
    let ran = environment.run(&["diagnose", "S1000022", "--command-users", "users.json"]);
    let ran = ran.expect(0);
    assert!(
        ran.stdout.contains("tamar.bendavid@campus.example"),
        "{ran}"
    );
    let ran = environment.run(&["diagnose", "S1", "--command-users", &export]);
    let ran = ran.expect(2);
    assert!(ran.stderr.contains("name it with --atrium"), "{ran}");
    let _ = environment
        .run(&["diagnose", "--atrium", &export])
        .expect(2);
}

#[test]
fn a_file_without_external_ids_makes_nobody_a_user_made_by_hand() {
    let environment = Environment::new();
    environment.write(
        "people.csv",
        "campus_id,first_name,last_name,email,status\n\
         S1,Ana,Diaz,ana@a.example,active\n\
         S2,Bo,Li,,active\n\
         S3,Cy,Ng,cy@a.example,Terminated\n\
         S4,Di,Fox,fox@a.example,active\n\
         S5,Ed,Fox,fox@a.example,active\n",
    );
    environment.write(
        "console.csv",
        "First Name,Last Name,Email,Status\nAna,Diaz,ana@a.example,Active\n",
    );
    environment.write("empty.json", "[]");
    let diagnose = |files: &[&str]| {
        let ran = environment.run(&[&["diagnose"], files, &["--output", "json"]].concat());
        ran.expect(0).json()
    };
    let found = diagnose(&[
        "S1",
        "--atrium",
        "people.csv",
        "--command-users",
        "console.csv",
    ]);
    assert_eq!(codes(&found), [""; 0], "{found}");
    let gaps = found["not_looked"].to_string();
    assert!(gaps.contains("no external ids"), "{gaps}");
    assert!(gaps.contains("memberships"), "{gaps}");
    assert!(!found.to_string().contains("user ,"), "{found}");
    for (who, code) in [
        ("S2", "no-email"),
        ("S3", "status-unmapped"),
        ("S4", "email-shared"),
    ] {
        let found = diagnose(&[who, "--atrium", "people.csv"]);
        assert_eq!(codes(&found), [code], "{found}");
    }
    let found = diagnose(&["S1", "--atrium", "empty.json"]);
    assert_eq!(codes(&found), [""; 0], "{found}");
}

/// The people of the campus's export.
fn export(environment: &Environment) -> String {
    let path = environment.sandbox_dir().join("atrium").join("people.csv");
    path.display().to_string()
}

#[test]
fn nothing_personal_is_left_of_anybody_who_is_redacted() {
    let environment = campus("30");
    let text = fs::read_to_string(export(&environment)).unwrap();
    let words: Vec<String> = ["Hartmann", "Lena", "Nguyễn", "Kovač", "Solberg", "Adeyemi"]
        .iter()
        .chain(["Gruber", "Lacroix", "Llewellyn", "中村", "בן-דוד", "Nwosu"].iter())
        .map(ToString::to_string)
        .collect();
    for number in 1..=23 {
        let who = match number {
            17 => "0042817".to_owned(),
            number => format!("S10000{number:02}"),
        };
        assert!(text.contains(&who), "{who}");
        for form in ["table", "json", "markdown"] {
            let told = sandbox(
                &environment,
                &["diagnose", &who, "--redact", "--output", form],
            );
            let told = told.expect(0).stdout;
            assert!(!told.contains(&who), "{who}: {told}");
            assert!(!told.contains("S10000"), "{who}: {told}");
            for word in &words {
                assert!(!told.contains(word.as_str()), "{who} {word}: {told}");
            }
            let mut addresses = told.match_indices('@');
            assert!(
                addresses.all(|(at, _)| told[..at].ends_with("someone")),
                "{who}: {told}"
            );
        }
    }
    let told = sandbox(&environment, &["diagnose", "--redact", "-v"]).expect(0);
    for word in &words {
        assert!(!told.stdout.contains(word.as_str()), "{word}: {told}");
    }
    assert!(!told.stdout.contains("S10000"), "{told}");
}

#[test]
fn nobody_of_several_who_fit_is_named_to_somebody_else() {
    let environment = campus("30");
    for form in ["table", "json"] {
        let arguments = ["diagnose", "Kovač", "--redact", "--output", form];
        let told = sandbox(&environment, &arguments).expect(2);
        for word in ["Kovač", "kovac", "S100000"] {
            assert!(!told.to_string().contains(word), "{word}: {told}");
        }
        assert!(told.to_string().contains("without --redact"), "{told}");
    }
    let text = "Error while creating user ada@campus.example: Conflict.";
    let arguments = ["diagnose", "--redact", "--output", "json", "--error", text];
    let told = environment.run(&arguments).expect(0);
    assert_eq!(told.json()["user"], "someone@campus.example");
    assert!(!told.stdout.contains("ada@"), "{told}");
}

#[test]
fn a_text_that_windows_pipes_is_read() {
    let environment = Environment::new();
    let mut bytes = vec![0xFF, 0xFE];
    for unit in "Matching user not found\r\n".encode_utf16() {
        bytes.extend(unit.to_le_bytes());
    }
    let ran = piped_bytes(&environment, &["diagnose", "--error", "-"], &bytes).expect(0);
    assert!(ran.stdout.contains("okta-matching-user-not-found"), "{ran}");
}

#[test]
fn a_pasted_text_is_told_by_argument_and_by_pipe() {
    let environment = Environment::new();
    let text = "Matching user not found";
    let told = environment.run(&["diagnose", "--error", text]).expect(0);
    let ran = piped(&environment, &["diagnose", "--error", "-"], text).expect(0);
    assert!(
        told.stdout.contains("okta-matching-user-not-found"),
        "{told}"
    );
    assert_eq!(told.stdout, ran.stdout);
    let _ = environment
        .run(&["diagnose", "--error", "the weather is fine"])
        .expect(1);
}
