//! The SCIM token: made, refreshed, tried and looked at, over the admin port of the sandbox.

use std::process::Command;

use atriumctl::ledger::{Access, Ledger};
use atriumctl::sandbox::{self, Fault, Faults, Running};

use crate::environment::{Environment, Ran};

const SANDBOX: &[&str] = &["--profile", "sandbox"];

fn campus() -> Environment {
    let environment = Environment::new();
    let reset = environment.run(&["sandbox", "reset", "--people", "30"]);
    let _ = reset.expect(0);
    environment
}

fn run(environment: &Environment, arguments: &[&str]) -> Ran {
    environment.run(&[arguments, SANDBOX].concat())
}

fn token_of(environment: &Environment) -> String {
    sandbox::scim_token(&environment.sandbox_dir()).unwrap()
}

/// A profile of one's own on a served campus, which makes tokens over routes.
fn on_routes() -> (Environment, Running) {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 30);
    let dir = environment.sandbox_dir();
    let files = sandbox::atrium_exports(&dir).map(|file| format!("\"{}\"", file.display()));
    environment.profile(
        "default",
        &format!(
            "[atrium]\nfiles = [{}]\n[atrium.id_types]\n\
             \"Prox\" = {{ format = \"HID\", facility_code = 102 }}\n\
             [command]\nscim_url = \"{}\"\n\
             [command.admin]\nadapter = \"routes\"\nurl = \"{}\"\nsecret_file = \"{}\"\n",
            files.join(", "),
            running.scim_url(),
            running.base_url(),
            dir.join("admin-secret").display(),
        ),
    );
    (environment, running)
}

/// A command that has this token.
fn with_token(environment: &Environment, token: &str, arguments: &[&str]) -> Command {
    let mut command = environment.command(arguments);
    command.env("ATRIUMCTL_SCIM_TOKEN", token);
    command
}

fn posts(running: &Running) -> u64 {
    let requests = running.requests();
    let posts = requests
        .iter()
        .filter(|(endpoint, _)| endpoint.starts_with("POST /admin/"));
    posts.map(|(_, many)| many).sum()
}

const MAKE: &[&str] = &[
    "token",
    "generate",
    "--domain",
    "campus.example",
    "--yes",
    "--breaks-other-clients",
];

#[test]
fn a_token_is_made_and_refreshed_and_the_old_one_is_dead_at_once() {
    let environment = campus();
    let first = token_of(&environment);
    let generate = [
        "token",
        "generate",
        "--domain",
        "example.edu",
        "--no-invites",
        "--yes",
    ];
    // Okta has a user there.
    let refused = run(&environment, &generate).expect(6);
    assert!(refused.stderr.contains("Okta manages 1 user"), "{refused}");
    assert_eq!(token_of(&environment), first);

    let made = run(
        &environment,
        &[&generate[..], &["--breaks-other-clients"]].concat(),
    )
    .expect(0);
    let second = token_of(&environment);
    assert_ne!(second, first);
    assert!(!made.to_string().contains(&second), "{made}");
    let state = run(&environment, &["token", "status", "--output", "json"]).expect(0);
    let state = state.json();
    assert_eq!(state["schema"], "atriumctl.token/1");
    assert_eq!(state["email_domains"], serde_json::json!(["example.edu"]));
    assert_eq!(state["domains_from"], "command");
    assert_eq!(state["send_invites"], false);
    assert_eq!(state["last_good"], serde_json::Value::Null);
    assert!(state["made"].is_string());

    // The new one works, which is noted; nobody else's users are a surprise any more.
    let tested = run(&environment, &["token", "test", "--output", "json"]).expect(0);
    let tested = tested.json();
    assert_eq!(tested["schema"], "atriumctl.token-test/1");
    assert_eq!(tested["fingerprint"], state["fingerprint"]);
    let verdicts = tested["checks"].as_array().unwrap().iter();
    assert!(verdicts.clone().all(|check| check["verdict"] == "ok"));
    assert_eq!(verdicts.count(), 11);
    let later = run(&environment, &["token", "status", "--output", "json"]).expect(0);
    assert!(later.json()["last_good"].is_string(), "{later}");

    let refresh = ["token", "refresh", "--yes", "--breaks-other-clients"];
    let refreshed = run(&environment, &refresh).expect(0);
    let third = token_of(&environment);
    assert!(!refreshed.to_string().contains(&third), "{refreshed}");
    assert!(refreshed.stdout.contains("example.edu"), "{refreshed}");
    for (token, code) in [(&first, 4), (&second, 4), (&third, 0)] {
        let arguments = [&["token", "test"], SANDBOX].concat();
        let command = with_token(&environment, token, &arguments);
        let tested = environment.run_command(command).expect(code);
        let dead = tested.stdout.contains("refreshed elsewhere or revoked");
        assert_eq!(dead, code == 4, "{tested}");
        assert!(!tested.to_string().contains(token), "{tested}");
        let arguments = [&["token", "status", "--check"], SANDBOX].concat();
        let command = with_token(&environment, token, &arguments);
        let _ = environment.run_command(command).expect(code);
    }
}

#[test]
fn somebody_outside_the_domains_is_created_once_there_is_a_token_for_them() {
    let environment = campus();
    let _ = environment.sync_sandbox(0);
    let left = |ran: &Ran| {
        let document = ran.json();
        let left = document["left_alone"].as_array().unwrap().clone();
        let outside = left
            .iter()
            .filter(|item| item["code"] == "email-outside-domains");
        outside.count()
    };
    let diff = run(&environment, &["diff", "--output", "json"]).expect(0);
    assert_eq!(left(&diff), 1, "{diff}");
    let domains = run(&environment, &["token", "domains", "--output", "json"]).expect(0);
    let document = domains.json();
    assert_eq!(document["schema"], "atriumctl.token-domains/1");
    assert_eq!(document["outside"][0]["campus_id"], "S1000001");
    let rows = document["domains"].as_array().unwrap();
    let row = rows.iter().find(|row| row["in_token"] == false).unwrap();
    assert_eq!(row["domain"], "partner.example");
    assert_eq!(row["people"], 1);
    let csv = run(&environment, &["token", "domains", "--output", "csv"]).expect(0);
    assert!(
        csv.stdout
            .contains("\"partner.example\",\"1\",\"false\"\r\n"),
        "{csv}"
    );
    let markdown = run(&environment, &["token", "domains", "--output", "markdown"]).expect(0);
    assert!(markdown.stdout.contains("partner.example"), "{markdown}");

    // The remedy is a command that can be run.
    let remedy = document["remedy"].as_str().unwrap();
    let words = remedy.split(' ').skip(1);
    let words: Vec<&str> = words.chain(["--yes", "--breaks-other-clients"]).collect();
    let _ = environment.run(&words).expect(0);
    let diff = run(&environment, &["diff", "--output", "json"]).expect(0);
    assert_eq!(left(&diff), 0, "{diff}");
    let _ = environment.sync_sandbox(0);
    let users = run(&environment, &["inspect", "users"]).expect(0);
    assert!(
        users.stdout.contains("lena.hartmann@partner.example"),
        "{users}"
    );
    let domains = run(&environment, &["token", "domains", "--output", "json"]).expect(0);
    let document = domains.json();
    assert_eq!(document["outside"], serde_json::json!([]));
    assert_eq!(document["remedy"], serde_json::Value::Null);
    assert_eq!(document["domains_from"], "command");
}

#[test]
fn nothing_is_made_where_the_token_could_not_be_kept() {
    let (environment, running) = on_routes();
    let old = token_of(&environment);
    let ran = environment.run_command(with_token(&environment, &old, MAKE));
    let ran = ran.expect(4);
    for words in ["nothing was made", "--show", "--output raw"] {
        assert!(ran.stderr.contains(words), "{ran}");
    }
    assert_eq!((posts(&running), token_of(&environment)), (0, old));
}

#[test]
fn without_a_keyring_the_token_is_shown_once_or_poured_alone() {
    let (environment, running) = on_routes();
    let old = token_of(&environment);
    let shown = [MAKE, &["--show"]].concat();
    let shown = environment
        .run_command(with_token(&environment, &old, &shown))
        .expect(0);
    let second = token_of(&environment);
    assert_ne!(second, old);
    assert!(shown.stdout.lines().any(|line| line == second), "{shown}");
    assert!(
        shown.stderr.contains("unset ATRIUMCTL_SCIM_TOKEN"),
        "{shown}"
    );

    // The plan goes by what the token was made for.
    let diff = with_token(&environment, &second, &["diff", "--output", "json"]);
    let diff = environment.run_command(diff).expect(0);
    let outside = diff.stdout.matches("\"email-outside-domains\"").count();
    assert!(outside > 1, "{diff}");

    let refresh = [
        "token",
        "refresh",
        "--yes",
        "--breaks-other-clients",
        "--output",
        "raw",
    ];
    let raw = environment
        .run_command(with_token(&environment, &second, &refresh))
        .expect(0);
    assert_eq!(raw.stdout, format!("{}\n", token_of(&environment)));
    assert!(!raw.stderr.contains(&token_of(&environment)), "{raw}");
    assert_eq!(posts(&running), 2);

    let json = [MAKE, &["--show", "--output", "json"]].concat();
    let json = environment
        .run_command(with_token(&environment, raw.stdout.trim(), &json))
        .expect(0);
    assert_eq!(json.json()["token"], token_of(&environment));
    assert_eq!(json.json()["kept_in"], serde_json::Value::Null);
}

#[test]
fn a_reader_that_has_gone_loses_no_token() {
    let (environment, _running) = on_routes();
    let old = token_of(&environment);
    for form in [&["--output", "raw"][..], &["--show"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = with_token(&environment, &old, &[MAKE, form].concat());
        let output = command.stdout(writer).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(&token_of(&environment)), "{stderr}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_that_can_not_be_written_is_a_failure_and_not_lost() {
    let full = || std::fs::File::create("/dev/full").unwrap();
    // The sandbox keeps it in its folder.
    let environment = campus();
    let raw = [MAKE, &["--output", "raw"]].concat();
    let mut command = environment.command(&[&raw[..], SANDBOX].concat());
    let output = command.stdout(full()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("can't write to standard output"),
        "{stderr}"
    );
    assert!(stderr.contains("; the token is kept"), "{stderr}");
    assert!(!stderr.contains(&token_of(&environment)), "{stderr}");

    let (environment, _running) = on_routes();
    let mut command = with_token(&environment, &token_of(&environment), &raw);
    let output = command.stdout(full()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(&token_of(&environment)), "{stderr}");
}

#[test]
fn only_an_organization_admin_makes_a_token() {
    let (environment, running) = on_routes();
    let old = token_of(&environment);
    let viewer = environment.sandbox_dir().join("admin-secret-viewer");
    let viewer = std::fs::read_to_string(viewer).unwrap();
    let make = [MAKE, &["--show"]].concat();
    for (secret, words) in [
        (viewer.as_str(), "takes an organization admin"),
        ("no-secret", "the admin secret was refused"),
    ] {
        let mut command = with_token(&environment, &old, &make);
        command.env("ATRIUMCTL_ADMIN_SECRET", secret);
        let ran = environment.run_command(command).expect(4);
        assert!(ran.stderr.contains(words), "{ran}");
        assert!(!ran.stderr.contains(secret.trim()), "{ran}");
    }
    assert_eq!(token_of(&environment), old);
    assert_eq!(posts(&running), 2);
}

#[test]
fn a_lost_answer_is_said_to_be_lost_and_never_asked_for_again() {
    let (environment, running) = on_routes();
    let old = token_of(&environment);
    running.set_faults(Faults::default().with(Fault::CutAfter, 1.0));
    let make = [MAKE, &["--show"]].concat();
    let ran = environment
        .run_command(with_token(&environment, &old, &make))
        .expect(7);
    for words in ["can't be told", "token test", "token refresh"] {
        assert!(ran.stderr.contains(words), "{words}: {ran}");
    }
    assert_eq!(posts(&running), 1, "a repeat would have killed the first");
    running.set_faults(Faults::default());
    let _ = environment
        .run_command(with_token(&environment, &old, &["token", "test"]))
        .expect(4);
    // Whose the token in force is can't be told: it may be Okta's.
    let refresh = ["token", "refresh", "--yes", "--show"];
    let refused = environment
        .run_command(with_token(&environment, &old, &refresh))
        .expect(6);
    assert!(refused.stderr.contains("not here"), "{refused}");
    let refresh = [&refresh[..], &["--breaks-other-clients"]].concat();
    let refreshed = environment
        .run_command(with_token(&environment, &old, &refresh))
        .expect(0);
    assert!(
        refreshed.stderr.contains("somebody else uses it"),
        "{refreshed}"
    );
    assert!(refreshed.stdout.contains(&token_of(&environment)));
}

#[test]
fn no_sync_runs_meanwhile() {
    let environment = campus();
    let old = token_of(&environment);
    let ledger = Ledger::open(&environment.ledger("sandbox"), Access::Write).unwrap();
    let _ = run(&environment, MAKE).expect(9);
    assert_eq!(token_of(&environment), old);
    drop(ledger);
    let _ = run(&environment, MAKE).expect(0);
}

#[test]
fn what_can_not_be_done_is_refused_before_anything_is_asked() {
    let (environment, running) = on_routes();
    for (arguments, words) in [
        (&["token", "generate", "--domain", "a.edu"][..], "--yes"),
        (&["token", "refresh"], "--yes"),
        (&["token", "generate", "--yes"], "--domain"),
        (
            &["token", "generate", "--yes", "--domain", "x@a.edu"],
            "--domain a.edu",
        ),
        (
            &[
                "token", "generate", "--yes", "--domain", "a.edu", "--domain", "A.edu",
            ],
            "named twice",
        ),
        (
            &["token", "generate", "--yes", "--domain", "*.a.edu"],
            "is a pattern",
        ),
        (
            &["token", "refresh", "--yes", "--output", "csv"],
            "no answer in the form csv",
        ),
        (&["token", "test", "--output", "raw"], "--output raw"),
        (&["diff", "--output", "raw"], "--output raw"),
        (
            &["token", "refresh", "--yes", "--show", "--token-file", "t"],
            "--token-file",
        ),
    ] {
        let ran = environment.run(arguments).expect(2);
        assert!(ran.stderr.contains(words), "{arguments:?}: {ran}");
    }
    let ran = environment.run(&["token", "test"]).expect(4);
    assert!(ran.stderr.contains("there is no SCIM token"), "{ran}");
    assert!(running.requests().is_empty());
}

#[test]
fn a_person_in_the_console_is_needed_where_there_are_no_routes() {
    let (environment, running) = on_routes();
    environment.profile(
        "live",
        &format!(
            "[atrium]\nfiles = [\"a.csv\"]\n[command]\nscim_url = \"{}\"\n",
            running.scim_url()
        ),
    );
    let live = ["--profile", "live"];
    let ran = environment
        .run(&[MAKE, &["--show"], &live].concat())
        .expect(2);
    for words in [
        "takes a person at a terminal",
        "auth set scim-token --from-file -",
    ] {
        assert!(ran.stderr.contains(words), "{ran}");
    }
    // A token that was made in the console is taken from a file, and tried.
    let token = token_of(&environment);
    environment.write("good", format!("{token}\n"));
    environment.write("dead", "another-token");
    environment.write("quoted", format!("\"{token}\""));
    environment.write("bearer", format!("Bearer {token}"));
    for (file, code, words) in [
        ("dead", 4, "Command refuses this token (401)"),
        ("quoted", 4, "it stands in quotes"),
        ("bearer", 4, "it begins with `Bearer `"),
        ("missing", 4, "the token file missing can't be read"),
        ("good", 0, ""),
    ] {
        let arguments = [MAKE, &["--show", "--token-file", file], &live].concat();
        let ran = environment.run(&arguments).expect(code);
        assert!(ran.stderr.contains(words), "{file}: {ran}");
        let next = "atriumctl auth set scim-token --profile live";
        assert_eq!(ran.stderr.contains(next), file != "good", "{ran}");
        assert_eq!(ran.to_string().contains(&token), file == "good", "{ran}");
    }
    let status = ["token", "status", "--output", "json", "--profile", "live"];
    let status = environment.run_command(with_token(&environment, &token, &status));
    let document = status.expect(0).json();
    assert_eq!(
        document["email_domains"],
        serde_json::json!(["campus.example"])
    );
}

#[test]
fn a_token_that_others_made_has_no_age() {
    let (environment, _running) = on_routes();
    let profile = environment.path("config/profiles/default.toml");
    let text = std::fs::read_to_string(&profile).unwrap();
    let (before, _) = text.split_once("[command.admin]").unwrap();
    environment.profile("default", before);
    let token = token_of(&environment);
    let status = with_token(&environment, &token, &["token", "status"]);
    let status = environment.run_command(status).expect(0);
    assert_eq!(status.stdout.matches("unknown").count(), 4, "{status}");
    let domains = with_token(&environment, &token, &["token", "domains"]);
    let domains = environment.run_command(domains).expect(0);
    assert!(domains.stdout.contains("It is not known"), "{domains}");
    assert!(
        domains.stdout.contains("--domain campus.example"),
        "{domains}"
    );
}
