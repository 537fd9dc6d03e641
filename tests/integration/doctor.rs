//! `doctor`: what it says of a healthy and of broken profiles, how much it asks, and that a probe
//! finds out what is so and leaves nothing behind.

use std::time::Duration;

use atriumctl::sandbox::{self, Hand, KeyScope, Personality, Running, Switch};
use serde_json::Value;

use crate::environment::{Environment, Ran};
use crate::http;
use crate::watched::World;

/// As the help says.
const MOST_REQUESTS: u64 = 22;

const EMAIL: &str = "probe@campus.example";

/// A small campus that is served with such switches, and a profile of a file for it.
fn campus(people: u32, switches: &[&str]) -> (Environment, Running) {
    let environment = Environment::new();
    let running = environment.serve(|settings| {
        settings.people = people;
        settings.minute = Duration::from_millis(600);
        settings.personality = Personality::from_names(switches).unwrap();
    });
    environment.profile("school", &profile(&environment, &running, ""));
    (environment, running)
}

fn profile(environment: &Environment, running: &Running, command: &str) -> String {
    let dir = environment.sandbox_dir();
    let files = sandbox::atrium_exports(&dir);
    let files = files.each_ref().map(|path| path.display().to_string());
    format!(
        "# the school's own\n[atrium]\nfiles = {files:?}\n\n[command]\nscim_url = \"{}\" # here\n\
         api_url = \"{}\"\nscim_token_file = \"{dir}/scim-token\"\napi_key_file = \"{dir}/api-key\"\n\
         email_domains = [\"campus.example\", \"students.campus.example\"]\n{command}\n",
        running.scim_url(),
        running.rest_url(),
        dir = dir.display(),
    )
}

fn doctor(environment: &Environment, arguments: &[&str]) -> Ran {
    let all = [&["doctor", "--profile", "school"], arguments].concat();
    environment.run(&all)
}

/// The states of the checks that are not ok, by code.
fn odd(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = document["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["state"] != "ok" && check["code"] != "space")
        .map(|check| (text(&check["code"]), text(&check["state"])))
        .collect()
}

fn check<'a>(document: &'a Value, code: &str) -> &'a Value {
    let mut checks = document["checks"].as_array().unwrap().iter();
    let found = checks.find(|check| check["code"] == code);
    found.unwrap_or_else(|| panic!("no check {code} in {document:#}"))
}

#[test]
fn a_healthy_campus_is_shown_whole() {
    let environment = Environment::new();
    let _ = environment
        .run(&["sandbox", "reset", "--people", "30"])
        .expect(0);
    let ran = environment.run(&["doctor", "--profile", "sandbox"]);
    insta::with_settings!({
        filters => vec![
            (r"fingerprint [0-9a-f]{12}", "fingerprint [FINGERPRINT]"),
            (r"since \d{4}-\d{2}-\d{2}", "since [DAY]"),
        ],
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("doctor-healthy", ran.to_string());
    });
    // Nothing was made: not even the ledger.
    assert!(!environment.ledger("sandbox").exists());
}

#[test]
fn a_profile_of_a_file_is_as_healthy_and_the_requests_are_bounded() {
    for switches in [
        &[][..],
        &["small-pages"],
        &["cursor-on-request"],
        &["no-discovery", "members-hidden"],
        &["filter-unsupported"],
        &["pages-for-ever"],
    ] {
        let (environment, running) = campus(400, switches);
        running.reset_requests();
        let document = doctor(&environment, &["--output", "json"]).json();
        let sent: u64 = running
            .requests()
            .iter()
            .filter(|(endpoint, _)| !endpoint.contains("/atrium/"))
            .map(|(_, sent)| sent)
            .sum();
        assert!(
            sent <= MOST_REQUESTS,
            "{switches:?}: {:?}",
            running.requests()
        );
        assert_eq!(document["requests"], sent, "{switches:?}");
        let failures = odd(&document);
        let failures = failures.iter().filter(|(_, state)| state == "failure");
        let failed: Vec<&str> = failures.map(|(code, _)| code.as_str()).collect();
        match switches {
            ["pages-for-ever"] => assert_eq!(failed, ["paging"], "{document:#}"),
            _ => assert!(failed.is_empty(), "{switches:?}: {document:#}"),
        }
        let written = running.requests();
        let mut written = written.keys().filter(|name| !name.starts_with("GET "));
        assert!(
            written.all(|name| name == "POST /token"),
            "{:?}",
            running.requests()
        );
    }
}

#[test]
fn each_broken_thing_is_named_with_its_remedy() {
    let (environment, running) = campus(30, &[]);
    let good = profile(&environment, &running, "");
    let dir = environment.sandbox_dir();
    let token = environment.write("wrong-token", "not-the-token\n");
    environment.write("blank-token", "two words\n");
    sandbox::api_key_with(&dir, KeyScope::ReadOnly).unwrap();
    let url = running.scim_url();
    let old_token = format!("{}/scim-token", dir.display());
    let old_key = format!("{}/api-key", dir.display());
    // What is replaced, by what, the check that fails, the code, and words of the remedy.
    let here = |name: &str| environment.path(name).display().to_string();
    for (old, new, code, exit, remedy) in [
        (
            old_token.as_str(),
            here("wrong-token"),
            "scim-token-works",
            4,
            "token",
        ),
        (
            &old_token,
            here("blank-token"),
            "scim-token",
            4,
            "auth set scim-token",
        ),
        (
            &old_token,
            here("no-such-file"),
            "scim-token",
            4,
            "auth set scim-token",
        ),
        (&old_key, here("wrong-token"), "api-key-works", 4, "key"),
        (
            &url,
            "http://127.0.0.1:9/scim".to_owned(),
            "scim-host",
            7,
            "firewall",
        ),
        (
            &url,
            "https://nowhere.invalid/scim".to_owned(),
            "scim-host",
            7,
            "typing error",
        ),
        (
            "people.csv",
            "nobody.csv".to_owned(),
            "source",
            1,
            "source check",
        ),
        (
            "email_domains",
            "email_domain".to_owned(),
            "profile",
            2,
            "did you mean",
        ),
        ("[command]", "[command".to_owned(), "profile", 2, "not TOML"),
    ] {
        let broken = good.replace(old, &new);
        assert_ne!(broken, good, "{old}");
        environment.profile("school", &broken);
        let ran = doctor(&environment, &["--output", "json"]);
        let document = ran.json();
        let failed = odd(&document);
        assert!(
            failed.contains(&(code.to_owned(), "failure".to_owned())),
            "{old} → {new}: {ran}"
        );
        let checks = document["checks"].as_array().unwrap().iter();
        let mut named = checks.filter(|check| check["code"] == code && check["state"] == "failure");
        let told = named.any(|check| {
            check["remedy"]
                .as_str()
                .is_some_and(|it| it.contains(remedy))
        });
        assert!(told, "{old} → {new}: {ran}");
        assert_eq!(ran.code, exit, "{old} → {new}: {ran}");
        assert!(!ran.stdout.contains("not-the-token"), "{ran}");
    }
    let _ = token;

    // What needs no profile is looked at all the same, and the rest says why not.
    let document = doctor(&environment, &["--output", "json"]).json();
    assert_eq!(check(&document, "place")["state"], "ok");
    assert_eq!(check(&document, "no-profile")["state"], "not-looked-at");
    let ran = environment
        .run(&["doctor", "--profile", "absent"])
        .expect(2);
    assert!(ran.stdout.contains("there is no profile `absent`"), "{ran}");
}

#[test]
fn warnings_count_only_if_asked_for() {
    let (environment, _running) = campus(30, &[]);
    let _ = doctor(&environment, &[]).expect(0);
    let _ = doctor(&environment, &["--strict"]).expect(5);
    // Another profile with the same people.
    let text = std::fs::read_to_string(environment.path("config/profiles/school.toml")).unwrap();
    environment.profile("north", &text);
    let document = doctor(&environment, &["--output", "json"]).json();
    let beside = check(&document, "other-profiles");
    assert_eq!(beside["state"], "warning", "{beside}");
    assert!(
        beside["evidence"]
            .as_str()
            .unwrap()
            .starts_with("north has"),
        "{beside}"
    );
    let markdown = doctor(&environment, &["--output", "markdown"]).expect(0);
    assert!(
        markdown
            .stdout
            .contains("| warning | Configuration | north has"),
        "{markdown}"
    );
    let _ = doctor(&environment, &["--output", "csv"]).expect(2);
}

#[test]
fn a_key_that_may_only_read_and_a_run_under_way_are_told() {
    let (environment, _running) = campus(30, &[]);
    let ledger = environment.ledger("school");
    let held = atriumctl::ledger::Ledger::open(&ledger, atriumctl::ledger::Access::Write).unwrap();
    let document = doctor(&environment, &["--output", "json"]).json();
    let lock = check(&document, "lock");
    assert_eq!(lock["state"], "warning", "{lock}");
    assert!(
        lock["evidence"].as_str().unwrap().contains("pid "),
        "{lock}"
    );
    // And nobody probes while another run is under way.
    let ran = doctor(&environment, &["--probe-write", EMAIL, "--yes"]).expect(9);
    assert!(ran.stderr.contains("another run holds the lock"), "{ran}");
    drop(held);
}

/// What is there of users, groups and cards.
fn world(environment: &Environment) -> World {
    World::read(&environment.sandbox_dir())
}

fn probe(environment: &Environment) -> Value {
    let arguments = ["--probe-write", EMAIL, "--yes", "--output", "json"];
    let ran = doctor(environment, &arguments);
    assert!(ran.stderr.contains("Send Email Invites"), "{ran}");
    let document = ran.expect(0).json();
    assert_eq!(document["left"], serde_json::json!([]), "{document:#}");
    document
}

/// The answers that differ from the default one under a switch; every other stays.
fn truth(switch: Switch) -> &'static [(&'static str, &'static str)] {
    match switch {
        Switch::ExternalIdHidden => &[("external_id", "hidden"), ("group_external_id", "hidden")],
        Switch::DeleteKeepsEmail => &[("deleted_email", "taken")],
        Switch::UsernameAccepted => &[("username_change", "accepted")],
        Switch::UsernameRefused => &[("username_change", "refused")],
        Switch::FrozenIgnored => &[("deactivated_write", "ignored")],
        Switch::FrozenAccepted => &[("deactivated_write", "accepted")],
        Switch::MembersHidden => &[("group_members", "single")],
        Switch::NormalisedValues => &[("phone", "rewritten"), ("names", "rewritten")],
        Switch::PutOnly => &[("patch", "refused"), ("put", "accepted")],
        Switch::GroupsWithoutExternalId => &[("group_external_id", "hidden")],
        Switch::ActiveMissing => &[("active", "hidden")],
        Switch::FilterUnsupported => &[("filter", "refused")],
        Switch::RestIdsDiffer => &[("rest_id", "different")],
        Switch::RestExternalIdHidden => &[("rest_external_id", "hidden")],
        Switch::CardsNormalised => &[("card", "rewritten")],
        Switch::CardsOnManagedRefused => &[("managed_card", "refused")],
        _ => &[],
    }
}

/// What is not settled under a switch, besides the `PUT` that nobody needs.
fn unsettled(switch: Switch) -> &'static [&'static str] {
    match switch {
        Switch::FilterUnsupported => &["scim_visible_after"],
        Switch::PutOnly => &["-put"],
        Switch::CardsOnManagedRefused => &["card", "card_gone_after"],
        _ => &[],
    }
}

#[test]
fn a_probe_finds_out_what_is_so_under_every_switch_and_leaves_nothing() {
    let defaults = [
        ("external_id", "returned"),
        ("group_external_id", "returned"),
        ("active", "returned"),
        ("filter", "supported"),
        ("patch", "accepted"),
        ("username_change", "ignored"),
        ("deactivated_write", "refused"),
        ("phone", "as-sent"),
        ("names", "as-sent"),
        ("group_members", "listed"),
        ("deleted_email", "free"),
        ("rest_id", "equal"),
        ("rest_external_id", "returned"),
        ("managed_card", "accepted"),
        ("card", "as-sent"),
    ];
    // Of a list without end nobody knows who is on it, so nothing is written.
    let switches = Switch::ALL
        .iter()
        .filter(|switch| **switch != Switch::PagesForEver);
    for switch in switches {
        let (environment, _running) = campus(30, &[switch.name()]);
        let before = world(&environment);
        let document = probe(&environment);
        assert_eq!(world(&environment), before, "{}", switch.name());
        let open = document["not_settled"].as_array().unwrap().iter();
        let open: Vec<&str> = open.filter_map(|open| open["question"].as_str()).collect();
        let mut expected_open = unsettled(*switch).to_vec();
        expected_open.push("put");
        if let Some(at) = expected_open.iter().position(|word| *word == "-put") {
            expected_open.clear();
            let _ = at;
        }
        expected_open.sort_unstable();
        let mut sorted = open.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected_open, "{}: {document:#}", switch.name());
        let answers = &document["answers"];
        for (key, default) in defaults.iter().chain(truth(*switch)) {
            if open.contains(key) {
                continue;
            }
            let changed = truth(*switch).iter().find(|(changed, _)| changed == key);
            let expected = changed.map_or(*default, |(_, word)| *word);
            assert_eq!(
                answers[key],
                expected,
                "{}, {key}: {document:#}",
                switch.name()
            );
        }
    }
}

#[test]
fn answers_are_kept_in_the_profile_and_used() {
    let (environment, running) = campus(30, &["put-only", "no-discovery", "external-id-hidden"]);
    let path = environment.path("config/profiles/school.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    let document = probe(&environment);
    assert_eq!(document["kept_in"], "[DIR]/config/profiles/school.toml");
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.starts_with(before.trim_end()), "{after}");
    assert!(after.contains("[command.observed]\non = \""), "{after}");
    assert!(
        after.contains("patch = \"refused\"\nput = \"accepted\"\n"),
        "{after}"
    );
    assert!(after.contains("# the school's own\n"), "{after}");
    // From then on nothing is tried that is known not to work.
    running.reset_requests();
    let _ = environment.run(&["sync", "--profile", "school", "--yes"]);
    let sent = running.requests();
    assert!(
        sent.keys().all(|name| !name.starts_with("PATCH ")),
        "{sent:?}"
    );
    // Without a ledger nobody can tell who is ours.
    environment.forget_ledger("school");
    let document = doctor(&environment, &["--output", "json"]).json();
    let ids = check(&document, "external-ids");
    assert_eq!(ids["state"], "warning", "{ids}");
    assert!(
        ids["evidence"]
            .as_str()
            .unwrap()
            .contains("keep their access"),
        "{ids}"
    );
}

#[test]
fn an_address_of_somebody_or_outside_the_domains_is_refused_before_any_write() {
    let (environment, running) = campus(30, &[]);
    let dir = environment.sandbox_dir();
    let hand = Hand::AddUser {
        email: "native@campus.example".to_owned(),
        first_name: "Na".to_owned(),
        last_name: "Tive".to_owned(),
    };
    sandbox::hand(&dir, &hand).unwrap();
    let before = world(&environment);
    let people = std::fs::read_to_string(&sandbox::atrium_exports(&dir)[0]).unwrap();
    let theirs = people
        .split([',', '\n', '"'])
        .find(|word| word.ends_with("@campus.example"));
    let theirs = theirs.unwrap().to_owned();
    running.reset_requests();
    for (email, words) in [
        (theirs.as_str(), "somebody in Atrium"),
        ("Native@Campus.example", "somebody in Command"),
        (
            "probe@elsewhere.example",
            "none of the SCIM token's email domains",
        ),
        ("probe", "no email address"),
    ] {
        let ran = doctor(&environment, &["--probe-write", email, "--yes"]).expect(2);
        assert!(ran.stderr.contains(words), "{email}: {ran}");
    }
    let ran = doctor(&environment, &["--probe-write", EMAIL]).expect(2);
    assert!(ran.stderr.contains("--yes"), "{ran}");
    let written = running.requests();
    let mut written = written.keys().filter(|name| !name.starts_with("GET "));
    assert!(
        written.all(|name| name == "POST /token"),
        "{:?}",
        running.requests()
    );
    assert_eq!(world(&environment), before);
    let (environment, _running) = campus(30, &["pages-for-ever"]);
    let ran = doctor(&environment, &["--probe-write", EMAIL, "--yes"]).expect(7);
    assert!(ran.stderr.contains("nobody knows who is new"), "{ran}");
}

#[test]
fn what_an_interrupted_probe_left_is_removed_by_the_next() {
    for switches in [&[][..], &["external-id-hidden"]] {
        let (environment, running) = campus(30, switches);
        let before = world(&environment);
        // Killed at several moments, wherever it is then; what that leaves differs in every run.
        for wait in [5, 10, 15, 20, 30, 40] {
            let arguments = [
                "doctor",
                "--profile",
                "school",
                "--probe-write",
                EMAIL,
                "--yes",
            ];
            let mut child = environment.command(&arguments);
            child.stdout(std::process::Stdio::null());
            child.stderr(std::process::Stdio::null());
            let mut child = child.spawn().unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            let _ = child.kill();
            let _ = child.wait();
        }
        probe(&environment);
        assert_eq!(world(&environment), before, "{switches:?}");
        // What certainly is left: a user, and then a group.
        let token = std::fs::read_to_string(environment.sandbox_dir().join("scim-token")).unwrap();
        leave_behind(&running, token.trim());
        assert_ne!(world(&environment), before);
        probe(&environment);
        assert_eq!(world(&environment), before, "{switches:?}");
        // A group alone is found, too.
        leave_group_behind(&running, token.trim());
        assert_ne!(world(&environment), before);
        probe(&environment);
        assert_eq!(world(&environment), before, "{switches:?}");
    }
}

/// Makes the user that a probe makes first.
fn leave_behind(running: &Running, token: &str) {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
        "userName": EMAIL, "externalId": "atriumctl-probe:0123", "active": true,
        "name": {"givenName": "Atriumctl", "familyName": "Probe"},
        enterprise: {"employeeNumber": "atriumctl-probe:0123"}
    });
    post(running, token, "Users", &body);
}

/// Makes a group as a probe makes it.
fn leave_group_behind(running: &Running, token: &str) {
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "atriumctl-probe:4567", "externalId": "atriumctl-probe:4567",
    });
    post(running, token, "Groups", &body);
}

fn post(running: &Running, token: &str, list: &str, body: &Value) {
    let header = format!("Authorization: Bearer {token}");
    let request = format!("POST /scim/{list}");
    let made = http::send(&running.base_url(), &request, &header, Some(body));
    assert_eq!(made.status, 201);
}
