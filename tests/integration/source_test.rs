//! Atrium over HTTP through the binary: `source test`, and a sync of what it reads.

use std::fs;

use atriumctl::sandbox::{self, Running};

use crate::environment::{Environment, Ran};

/// What a customer would write of the sandbox's shape. The real one comes from Atrium.
const SHAPE: &str = r#"
[atrium.http.paging]
style = "cursor"
next = "/meta/nextCursor"
size = 50

[atrium.http.people]
path = "/cardholders"
list = "/data/cardholders"
total = "/meta/count"

[atrium.http.people.fields]
campus_id = "/campusId"
first_name = "/name/first"
middle_name = "/name/middle"
last_name = "/name/last"
email = "/contact/email"
phone = "/contact/phone"
title = "/position/title"
department = "/position/department"
status = "/standing"
valid_from = "/member/from"
valid_until = "/member/until"

[atrium.http.credentials]
in_people = "/ids"
fields = { id_type = "/kind", id_value = "/number", id_status = "/state" }

[atrium.http.groups]
path = "/access-groups"
list = "/data/accessGroups"
total = "/meta/count"
fields = { access_group_id = "/id", access_group_name = "/label" }

[atrium.http.memberships]
in_people = "/accessGroupIds"
fields = { access_group_id = "" }

[atrium.id_types."Prox"]
format = "HID"
facility_code = 102
"#;

/// A campus, served, and the profile `default` that reads its Atrium over HTTP.
fn campus() -> (Environment, Running) {
    let environment = Environment::new();
    let running = environment.serve(|settings| settings.people = 60);
    write_profile(&environment, &running, SHAPE);
    (environment, running)
}

fn write_profile(environment: &Environment, running: &Running, shape: &str) {
    let dir = environment.sandbox_dir();
    let profile = format!(
        "[atrium.http]\nurl = \"{}\"\nsecret_file = \"{}\"\n{shape}\n\
         [command]\nscim_url = \"{}\"\nscim_token_file = \"{}\"\n\
         email_domains = [\"campus.example\", \"students.campus.example\"]\n",
        running.atrium_url(),
        dir.join("atrium-secret").display(),
        running.scim_url(),
        dir.join("scim-token").display(),
    );
    environment.profile("default", &profile);
}

/// Fails if a secret of the sandbox is anywhere in what was said.
#[track_caller]
fn says_no_secret(environment: &Environment, ran: &Ran) {
    let secret = sandbox::atrium_secret(&environment.sandbox_dir()).unwrap();
    assert!(!ran.to_string().contains(&secret), "{ran}");
}

#[test]
fn what_the_profile_makes_of_atrium_is_shown() {
    let (environment, running) = campus();
    let ran = environment.run(&["source", "test", "-vv"]).expect(0);
    for line in [
        "Atrium, as the profile default reads it",
        "people: /cardholders (",
        "(paging: cursor), Atrium counts ",
        "campus_id    /campusId",
        "not mapped: /key",
        "credentials: /cardholders /ids (",
        "groups: /access-groups (",
        "1 page (paging: cursor)",
        "The first people",
        "Prox HID ••",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {ran}");
    }
    assert!(
        ran.stderr
            .contains("atrium.http.people.path = /cardholders"),
        "{ran}"
    );
    says_no_secret(&environment, &ran);
    let whole = environment.run(&["source", "test", "--unmask"]).expect(0);
    assert!(
        whole.stdout.contains("HID 102/") && !whole.stdout.contains("••"),
        "{whole}"
    );
    // Nothing was asked of Command.
    let asked: Vec<String> = running.requests().into_keys().collect();
    assert!(
        asked
            .iter()
            .all(|endpoint| endpoint.starts_with("GET /atrium/")),
        "{asked:?}"
    );
}

#[test]
fn the_document_has_the_same() {
    let (environment, _running) = campus();
    let ran = environment
        .run(&["source", "test", "--output", "json"])
        .expect(0);
    let document = ran.json();
    assert_eq!(document["schema"], "atriumctl.source-test/1");
    assert_eq!(document["paging"], "cursor");
    assert_eq!(document["people"].as_array().unwrap().len(), 3);
    assert_eq!(document["partial"], serde_json::Value::Null);
    let lists = document["lists"].as_array().unwrap();
    let holds: Vec<_> = lists
        .iter()
        .map(|list| list["holds"].as_str().unwrap())
        .collect();
    assert_eq!(holds, ["people", "credentials", "memberships", "groups"]);
    assert_eq!(lists[0]["records"], lists[0]["total"]);
    assert_eq!(lists[0]["unmapped"], serde_json::json!(["/key"]));
    assert_eq!(lists[0]["fields"][0]["from"], "/campusId");
    let card = document["people"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|person| {
            let cards = person["cards"].as_array()?;
            cards.first()
        });
    assert!(
        card.unwrap()["card"].as_str().unwrap().contains("••"),
        "{ran}"
    );
}

#[test]
fn exports_are_shown_with_their_headers() {
    let environment = Environment::new();
    environment.write(
        "config/profiles/people.csv",
        "Campus ID,Nachname,email,status,Locker\n007,Lee,lee@x.edu,Active,12\n",
    );
    environment.profile(
        "default",
        "[atrium]\nfiles = [\"people.csv\"]\ncolumns = { last_name = \"Nachname\" }\n\
         [command]\nregion = \"us\"\n",
    );
    let ran = environment.run(&["source", "test"]).expect(0);
    for line in [
        "last_name  Nachname",
        "campus_id  Campus ID  by its own name",
        "not mapped: Locker",
        "Lee (007)",
        "ids are not read",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {ran}");
    }
    let json = environment
        .run(&["source", "test", "--output", "json"])
        .expect(0)
        .json();
    assert_eq!(json["lists"][0]["name"], "people.csv");
    assert_eq!(json["counts"]["ids"], serde_json::Value::Null);
    let sandbox = environment
        .run(&["source", "test", "--profile", "sandbox"])
        .expect(0);
    assert!(sandbox.stdout.contains("credentials.csv"), "{sandbox}");
}

#[test]
fn what_does_not_fit_is_shown_and_then_refused() {
    let (environment, running) = campus();
    let shape = SHAPE.replace("/contact/email", "/contact/mail");
    write_profile(&environment, &running, &shape);
    let ran = environment.run(&["source", "test"]).expect(2);
    assert!(ran.stdout.contains("mapped, and nowhere found"), "{ran}");
    assert!(
        ran.stdout.contains("not mapped: /contact/email, /key"),
        "{ran}"
    );
    let told = "/cardholders: no record has email at \"/contact/mail\" (the nearest is";
    let shown = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains(told), "{ran}");
    let json = environment.run(&["source", "test", "--output", "json"]);
    let problem = json.expect(2).json()["problem"].clone();
    assert!(problem.as_str().unwrap().starts_with(told), "{problem}");
    let diff = environment.run(&["diff"]).expect(2);
    assert!(diff.stderr.contains(told), "{diff}");

    write_profile(&environment, &running, SHAPE);
    fs::write(environment.sandbox_dir().join("atrium-secret"), "another\n").unwrap();
    for command in ["diff", "source"] {
        let words: &[&str] = if command == "source" {
            &["source", "test"]
        } else {
            &["diff"]
        };
        let ran = environment.run(words).expect(4);
        assert!(
            ran.stderr.contains("Atrium refused the secret from file"),
            "{ran}"
        );
        assert!(!ran.stderr.contains("another"), "{ran}");
    }
}

#[test]
fn a_partial_read_says_so_and_removes_nobody() {
    let (environment, running) = campus();
    let _ = environment.run(&["sync", "--yes"]).expect(0);
    // The first page alone: everybody else seems to be gone.
    let (_, rest) = SHAPE.split_once("[atrium.http.people]").unwrap();
    write_profile(
        &environment,
        &running,
        &format!("[atrium.http.people]{rest}"),
    );
    let ran = environment.run(&["source", "test"]).expect(7);
    assert!(ran.stdout.contains("Not everything was read"), "{ran}");
    assert!(ran.stdout.contains("but 50 came"), "{ran}");
    let diff = environment.run(&["diff", "--output", "json"]);
    let changes = diff.json()["counts"]["changes"].clone();
    assert_eq!(changes, serde_json::json!({}), "{diff}");
}

#[test]
fn a_sync_over_http_leaves_nothing_for_one_from_the_exports() {
    let (environment, running) = campus();
    let ran = environment.run(&["sync", "--yes", "--stats"]).expect(0);
    assert!(ran.stderr.contains("GET people (Atrium)"), "{ran}");
    says_no_secret(&environment, &ran);
    let _ = environment.run(&["diff", "--exit-code"]).expect(0);
    let files = sandbox::atrium_exports(&environment.sandbox_dir());
    let files = files
        .map(|file| format!("\"{}\"", file.display()))
        .join(", ");
    let dir = environment.sandbox_dir();
    environment.profile(
        "files",
        &format!(
            "[atrium]\nfiles = [{files}]\n[atrium.id_types.\"Prox\"]\nformat = \"HID\"\nfacility_code = 102\n\
             [command]\nscim_url = \"{}\"\nscim_token_file = \"{}\"\n\
             email_domains = [\"campus.example\", \"students.campus.example\"]\n",
            running.scim_url(),
            dir.join("scim-token").display(),
        ),
    );
    let _ = environment
        .run(&["diff", "--exit-code", "--profile", "files"])
        .expect(0);
}
