//! `okta status` as its users run it: against a server on this machine, and on files alone.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::environment::{Environment, Ran};

/// An Okta on this machine, and what it was asked.
struct Okta {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Okta {
    /// Answers by `rule`, which is given the path without `/api/v1`.
    fn serve(rule: impl Fn(&str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = stream.and_then(|stream| one(stream, &log, &rule));
            }
        });
        Okta { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn one(
    mut stream: TcpStream,
    log: &Mutex<Vec<String>>,
    rule: &impl Fn(&str) -> (u16, String),
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? > 0 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    log.lock().unwrap().push(head.clone());
    let target = head.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let (status, body) = rule(path.trim_start_matches("/api/v1"));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn users() -> Value {
    json!([
        {"id": "00u1", "externalId": "c-1", "status": "PROVISIONED", "scope": "USER",
         "credentials": {"userName": "ada@campus.example"}, "profile": {"email": "ada@campus.example"}},
        {"id": "00u2", "externalId": null, "status": "STAGED", "scope": "GROUP",
         "credentials": {"userName": "eve@other.example"}, "profile": {"email": "eve@other.example"}},
    ])
}

fn log() -> Value {
    let reason = "Error while creating user eve@other.example: Bad Request. Errors reported by remote server: the email domain other.example is not one of the domains of this SCIM token";
    json!([
        {"uuid": "1", "published": "2026-03-01T12:00:00Z", "eventType": "application.provision.user.push",
         "outcome": {"result": "FAILURE", "reason": reason},
         "target": [{"type": "AppInstance", "id": "0oa1", "displayName": "Verkada"},
                    {"type": "User", "id": "00u2", "alternateId": "eve@other.example"}]},
    ])
}

fn ordinary(path: &str) -> (u16, String) {
    let body = match path {
        "/apps" => json!([{"id": "0oa1", "name": "verkada", "label": "Verkada", "status": "ACTIVE",
            "features": ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "PUSH_USER_DEACTIVATION", "GROUP_PUSH"]}]),
        "/apps/0oa1/users" => users(),
        "/apps/0oa1/users/00u2" => users()[1].clone(),
        "/users/eve@other.example" => json!({"id": "00u2", "status": "ACTIVE",
            "profile": {"login": "eve@other.example", "email": "eve@other.example"}}),
        "/apps/0oa1/connections/default" => json!({"status": "ENABLED"}),
        "/apps/0oa1/features" | "/apps/0oa1/groups" | "/apps/0oa1/group-push/mappings" => json!([]),
        "/logs" => log(),
        _ => return fault(404, "E0000007"),
    };
    (200, body.to_string())
}

fn fault(status: u16, code: &str) -> (u16, String) {
    (
        status,
        json!({"errorCode": code, "errorSummary": "no"}).to_string(),
    )
}

fn profile(environment: &Environment, okta: &Okta) {
    let text = format!(
        "[atrium]\nfiles = [\"people.csv\"]\n[command]\nregion = \"us\"\n[okta]\norg = \"{}\"\n",
        okta.address
    );
    environment.profile("default", &text);
}

fn status(environment: &Environment, more: &[&str]) -> Ran {
    let mut command = environment.command(&[&["okta", "status"], more].concat());
    command.env("ATRIUMCTL_OKTA_TOKEN", "00sensitive");
    environment.run_command(command)
}

fn codes(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect()
}

#[test]
fn the_live_api_tells_who_was_never_created_and_why() {
    let okta = Okta::serve(ordinary);
    let environment = Environment::new();
    profile(&environment, &okta);
    let ran = status(&environment, &["--output", "json"]).expect(0);
    let document = ran.json();
    assert_eq!(document["schema"], "atriumctl.okta-status/1");
    assert_eq!(
        document["never_created"][0]["user_name"],
        "eve@other.example"
    );
    assert_eq!(document["failures"][0]["code"], "okta-email-domain");
    assert_eq!(codes(&document), ["okta-never-created", "okta-pushes-fail"]);
    assert_eq!(document["requests"], okta.asked().len());
    for head in okta.asked() {
        assert!(head.starts_with("GET "), "{head}");
        assert!(head.contains("authorization: SSWS 00sensitive"), "{head}");
    }
    assert!(!ran.to_string().contains("00sensitive"), "{ran}");
    let _ = status(&environment, &["--strict"]).expect(5);

    let before = okta.asked().len();
    let ran = status(&environment, &["eve@other.example"]).expect(0);
    assert!(ran.stdout.contains("okta-email-domain"), "{ran}");
    assert!(ran.stdout.contains("Latest events"), "{ran}");
    assert!(okta.asked().len() - before <= 16);
}

#[test]
fn each_way_to_fail_has_its_code() {
    for (broken, status_code, code, exit, told) in [
        (
            "/apps",
            401,
            "E0000011",
            4,
            "Okta refused the Okta token from environment variable ATRIUMCTL_OKTA_TOKEN",
        ),
        ("/apps", 403, "E0000006", 4, "okta.apps.read"),
        ("/apps", 400, "E0000001", 1, "E0000001"),
        (
            "/apps/0oa1/users",
            403,
            "E0000006",
            0,
            "assignments: it needs the scope okta.apps.read",
        ),
        (
            "/apps/0oa1/groups",
            501,
            "E0000009",
            7,
            "assigned groups: GET /api/v1/apps/{id}/groups: Okta is unavailable",
        ),
    ] {
        let okta = Okta::serve(move |path| match path {
            path if path == broken => fault(status_code, code),
            path => ordinary(path),
        });
        let environment = Environment::new();
        profile(&environment, &okta);
        let ran = status(&environment, &[]).expect(exit);
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let all = flat(&format!("{} {}", ran.stdout, ran.stderr));
        assert!(all.contains(told), "{told}: {ran}");
    }
    let environment = Environment::new();
    environment.profile(
        "default",
        "[atrium]\nfiles = [\"a.csv\"]\n[command]\nregion = \"us\"\n",
    );
    let ran = status(&environment, &[]).expect(2);
    assert!(ran.stderr.contains("under [okta] in the profile"), "{ran}");
    let okta = Okta::serve(ordinary);
    profile(&environment, &okta);
    let ran = environment.run(&["okta", "status"]).expect(4);
    assert!(ran.stderr.contains("ATRIUMCTL_OKTA_TOKEN"), "{ran}");
    assert_eq!(okta.asked().len(), 0);
}

#[test]
fn files_alone_tell_the_same_without_profile_or_token() {
    let environment = Environment::new();
    let users_file = environment.write("users.json", users().to_string());
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(log().to_string().encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let log_file = environment.write("log.json", utf16);
    let files = [
        "--okta-users",
        users_file.to_str().unwrap(),
        "--okta-logs",
        log_file.to_str().unwrap(),
    ];
    let arguments = [&["okta", "status", "--output", "json"], &files[..]].concat();
    let document = environment.run(&arguments).expect(0).json();
    assert_eq!(document["source"], "files");
    assert_eq!(codes(&document), ["okta-never-created", "okta-pushes-fail"]);
    assert_eq!(document["failures"][0]["code"], "okta-email-domain");
    let missing = document["not_looked_at"].as_array().unwrap();
    assert!(missing.iter().any(|gap| gap["what"] == "connection"));

    let arguments = [&["okta", "status", "EVE@other.example"], &files[..]].concat();
    let ran = environment.run(&arguments).expect(0);
    assert!(
        ran.stdout.contains("never created or linked there"),
        "{ran}"
    );
}

#[test]
fn files_that_cant_be_used_are_named_with_what_to_do() {
    let environment = Environment::new();
    for (content, flag, told) in [
        (
            "[{\"user_id\": \"1\", \"email\": \"a\"}]".to_owned(),
            "--okta-users",
            "users of Verkada Command",
        ),
        (
            log().to_string(),
            "--okta-users",
            "name it with --okta-logs",
        ),
        (
            log().to_string()[..90].to_owned(),
            "--okta-logs",
            "cut short",
        ),
        ("<html>".to_owned(), "--okta-logs", "a web page"),
        (String::new(), "--okta-apps", "empty"),
    ] {
        let file = environment.write("export.json", content);
        let arguments = ["okta", "status", flag, file.to_str().unwrap()];
        let ran = environment.run(&arguments).expect(2);
        assert!(ran.stderr.contains(told), "{told}: {ran}");
        assert!(ran.stderr.contains("[DIR]/export.json"), "{ran}");
        assert_eq!(ran.stdout, "");
    }
    let ran = environment.run(&["okta", "status", "--okta-logs", "nowhere.json"]);
    let ran = ran.expect(2);
    assert!(ran.stderr.contains("can't read nowhere.json"), "{ran}");
    let people = users().to_string().replace("ada@campus", "eve.too@campus");
    let named = people.replace("\"email\":", "\"lastName\":\"Eve\",\"email\":");
    let file = environment.write("users.json", named);
    let arguments = [
        "okta",
        "status",
        "eve",
        "--okta-users",
        file.to_str().unwrap(),
    ];
    let ran = environment.run(&arguments).expect(2);
    assert!(ran.stderr.contains("2 people in Okta fit"), "{ran}");
}
