//! What `doctor` shares with other commands: its codes with `explain`, the token's email domains
//! with `token`, Okta's address with `okta status`.

use atriumctl::commands::codes;
use atriumctl::model::checkup::code::CHECKS;
use atriumctl::model::code::Area;
use atriumctl::sandbox::{self, Running};
use serde_json::Value;

use crate::environment::Environment;

/// A campus, and a profile for it that does not say which domains the token is for.
fn campus(more: &str) -> (Environment, Running) {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 30);
    let dir = environment.sandbox_dir();
    let files = sandbox::atrium_exports(&dir);
    let files = files.each_ref().map(|path| path.display().to_string());
    environment.profile(
        "school",
        &format!(
            "[atrium]\nfiles = {files:?}\n\n[command]\nscim_url = \"{}\"\nscim_token_file = \
             \"{dir}/scim-token\"\n{}\n",
            running.scim_url(),
            more.replace("URL", &running.base_url())
                .replace("DIR", &dir.display().to_string()),
            dir = dir.display(),
        ),
    );
    (environment, running)
}

const ROUTES: &str = "[command.admin]\nadapter = \"routes\"\nurl = \"URL\"\nsecret_file = \
                      \"DIR/admin-secret\"\n";

fn checkup(environment: &Environment, profile: &str) -> Value {
    let ran = environment.run(&["doctor", "--profile", profile, "--output", "json"]);
    ran.json()
}

fn check<'a>(document: &'a Value, code: &str) -> Option<&'a Value> {
    let mut checks = document["checks"].as_array().unwrap().iter();
    checks.find(|check| check["code"] == code)
}

/// The codes in a file of the checkup: what stands behind an area, and where a code is handed on.
fn written(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let quoted = |rest: &str| {
        let rest = rest.trim_start().strip_prefix('"')?;
        rest.split('"').next().map(str::to_owned)
    };
    let mut found = Vec::new();
    for (at, _) in text.match_indices("Area::") {
        let rest = &text[at..];
        let Some((area, rest)) = rest.split_once(',') else {
            continue;
        };
        let is_area = area["Area::".len()..].chars().all(char::is_alphanumeric);
        found.extend(is_area.then(|| quoted(rest)).flatten());
    }
    for (at, call) in text.match_indices("failed(") {
        found.extend(quoted(&text[at + call.len()..]));
    }
    // Hosts have their codes in a table.
    for word in text.split('"').filter(|word| word.ends_with("-host")) {
        found.push(word.to_owned());
    }
    found
}

#[test]
fn every_check_is_explained_and_every_explanation_is_of_a_check() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut sources = vec![top.join("doctor.rs")];
    let parts = std::fs::read_dir(top.join("doctor")).unwrap();
    sources.extend(parts.map(|entry| entry.unwrap().path()));
    let sources = sources.iter().filter(|path| path.is_file());
    let mut used: Vec<String> = sources
        .flat_map(|path| written(&std::fs::read_to_string(path).unwrap()))
        .collect();
    // Each kind of secret is a check of its word.
    let kinds = atriumctl::secret::SecretKind::ALL;
    used.extend(kinds.map(|kind| kind.word().to_owned()));
    // It stands in every area that needs a profile.
    used.push("no-profile".to_owned());
    used.sort();
    used.dedup();
    let mut known: Vec<String> = CHECKS.iter().map(|about| about.code.to_owned()).collect();
    known.sort();
    assert_eq!(used, known);
    for about in CHECKS {
        let mut all = codes::all().into_iter();
        let entry = all.find(|entry| entry.code == about.code).unwrap();
        assert!(entry.areas.contains(&Area::Doctor), "{}", about.code);
        assert!(!entry.remedy.is_empty(), "{}", about.code);
    }
}

#[test]
fn each_line_stands_in_the_area_of_its_explanation() {
    let (environment, _running) = campus(ROUTES);
    let documents = [
        checkup(&environment, "school"),
        checkup(&environment, "sandbox"),
        checkup(&environment, "absent"),
    ];
    for document in documents {
        for check in document["checks"].as_array().unwrap() {
            let about = CHECKS.iter().find(|about| check["code"] == about.code);
            let about = about.unwrap_or_else(|| panic!("{check:#}"));
            let is_general = about.code == "no-profile";
            assert!(
                is_general || check["area"] == about.area.word(),
                "{check:#}"
            );
        }
    }
}

#[test]
fn the_domains_of_the_token_are_asked_of_routes_and_bound_the_probe() {
    let (environment, running) = campus("");
    let unknown = checkup(&environment, "school");
    assert_eq!(
        check(&unknown, "token-domains").unwrap()["state"],
        "not-looked-at"
    );
    running.stop();

    let (environment, running) = campus(ROUTES);
    let known = checkup(&environment, "school");
    let domains = check(&known, "token-domains").unwrap();
    assert_eq!(domains["state"], "ok", "{known:#}");
    let evidence = domains["evidence"].as_str().unwrap();
    assert!(evidence.contains("students.campus.example"), "{evidence}");
    assert!(evidence.contains("administration"), "{evidence}");

    for profile in ["school", "sandbox"] {
        running.reset_requests();
        let ran = environment
            .run(&[
                "doctor",
                "--profile",
                profile,
                "--probe-write",
                "nobody@elsewhere.example",
                "--yes",
            ])
            .expect(2);
        assert!(ran.stderr.contains("none of the SCIM token's"), "{ran}");
        let sent = running.requests();
        let mut sent = sent.keys();
        assert!(
            sent.all(|name| name.starts_with("GET ") || name == "POST /token"),
            "{:?}",
            running.requests()
        );
    }
}

#[test]
fn okta_is_reached_and_its_secret_is_missed_where_a_profile_names_it() {
    let (environment, _running) = campus("[okta]\norg = \"http://127.0.0.1:9\"\n");
    let document = checkup(&environment, "school");
    let host = check(&document, "okta-host").unwrap();
    assert_eq!(host["state"], "warning", "{document:#}");
    assert!(host["evidence"].as_str().unwrap().contains("127.0.0.1:"));
    let token = check(&document, "okta-token").unwrap();
    assert_eq!(token["state"], "warning", "{document:#}");
    let remedy = token["remedy"].as_str().unwrap();
    assert!(remedy.contains("auth set okta-token"), "{remedy}");
    let (environment, _running) = campus("");
    let document = checkup(&environment, "school");
    assert!(check(&document, "okta-host").is_none());
    assert!(check(&document, "okta-token").is_none());
}

#[test]
fn a_refused_secret_of_the_administration_or_of_okta_is_a_failure() {
    let routes = ROUTES.replace("DIR/admin-secret", "../../wrong-secret");
    let okta = "[okta]\norg = \"URL\"\ntoken_file = \"../../wrong-secret\"\n";
    for (more, code, remedy) in [
        (routes.as_str(), "admin-works", "auth set admin"),
        (okta, "okta-works", "API > Tokens"),
    ] {
        let (environment, _running) = campus(more);
        environment.write("wrong-secret", "not-the-secret\n");
        let ran = environment.run(&["doctor", "--profile", "school", "--output", "json"]);
        let ran = ran.expect(4);
        let document = ran.json();
        let check = check(&document, code).unwrap();
        assert_eq!(check["state"], "failure", "{document:#}");
        let told = check["remedy"].as_str().unwrap();
        assert!(told.contains(remedy), "{told}");
        assert!(!ran.stderr.contains("administration"), "{ran}");
    }
}

#[test]
fn a_refused_probe_says_what_address_to_take_and_shows_no_answers() {
    let (environment, running) = campus("");
    let ran = environment
        .run(&[
            "doctor",
            "--profile",
            "school",
            "--probe-write",
            "nobody@elsewhere.example",
            "--yes",
        ])
        .expect(2);
    assert_eq!(ran.stdout, "", "{ran}");
    let told = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "refused the throwaway person nobody@elsewhere.example",
        "take an address in one of the email domains",
    ] {
        assert!(told.contains(words), "{words}: {ran}");
    }
    assert!(!told.contains("--only"), "{ran}");
    running.stop();
}

#[test]
fn another_token_than_the_sandboxs_own_is_named_as_the_cause() {
    let environment = Environment::new();
    let _running = environment.serve(|settings| settings.people = 30);
    for arguments in [
        &["token", "test"][..],
        &["token", "status", "--check"],
        &["diff"],
        &["doctor"],
    ] {
        let mut command = environment.command(&[arguments, &["--profile", "sandbox"]].concat());
        command.env("ATRIUMCTL_SCIM_TOKEN", "somebody-elses-token");
        let ran = environment.run_command(command).expect(4);
        let told = format!("{}{}", ran.stdout, ran.stderr).replace("\n", " ");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("overrides that one"), "{arguments:?}: {ran}");
    }
}
