//! The stand-in Okta and the console's acts, from the command line: failures that can be followed
//! to their end, and a sync that leaves alone what Okta brought.

use std::io::{Read, Write};
use std::net::TcpStream;

use atriumctl::sandbox::{self, Running};
use serde_json::Value;

use crate::environment::{Environment, Ran};

/// In Atrium and in Okta, outside the token's domains.
const LENA: &str = "lena.hartmann@partner.example";

struct World {
    environment: Environment,
    running: Running,
}

impl World {
    fn new() -> Self {
        let environment = Environment::new();
        let running = environment.serve(|settings| settings.people = 45);
        World {
            environment,
            running,
        }
    }

    fn sandbox(&self, arguments: &[&str], code: i32) -> Ran {
        let mut whole = vec!["sandbox"];
        whole.extend(arguments);
        self.environment.run(&whole).expect(code)
    }

    #[track_caller]
    fn okta(&self, arguments: &[&str]) -> String {
        let mut whole = vec!["okta"];
        whole.extend(arguments);
        self.sandbox(&whole, 0).stdout
    }

    /// What the management API answers.
    fn get(&self, route: &str) -> (u16, Value) {
        let base = self.running.base_url();
        let host = base.strip_prefix("http://").unwrap();
        let token = self.environment.sandbox_dir().join("okta-token");
        let token = std::fs::read_to_string(token).unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET {route} HTTP/1.1\r\nHost: {host}\r\nAuthorization: SSWS {}\r\n\
             Connection: close\r\n\r\n",
            token.trim()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// The catalogue app's or the custom app's id.
    fn app(&self, label: &str) -> String {
        let (_, apps) = self.get("/api/v1/apps?q=verkada");
        let mut apps = apps.as_array().unwrap().iter();
        let app = apps.find(|app| app["label"] == label).unwrap();
        app["id"].as_str().unwrap().to_owned()
    }

    /// A user's assignment to an app.
    fn app_user(&self, label: &str, login: &str) -> (u16, Value) {
        let (_, user) = self.get(&format!("/api/v1/users/{login}"));
        let id = user["id"].as_str().unwrap();
        self.get(&format!("/api/v1/apps/{}/users/{id}", self.app(label)))
    }

    /// Type and reason of the failures of the last days.
    fn failures(&self) -> Vec<(String, String)> {
        let filter = "filter=outcome.result+eq+%22FAILURE%22";
        let (status, events) = self.get(&format!("/api/v1/logs?{filter}"));
        assert_eq!(status, 200, "{events}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let events = events.as_array().unwrap().iter();
        events
            .map(|event| (text(&event["eventType"]), text(&event["outcome"]["reason"])))
            .collect()
    }

    fn deactivated(&self) -> u32 {
        let status = sandbox::status(&self.environment.sandbox_dir()).unwrap();
        status.command.deactivated_users
    }
}

#[test]
fn a_domain_that_is_missing_is_added_and_the_creation_tried_once_more() {
    for (app, label) in [("catalogue", "Verkada"), ("custom", "Verkada EU")] {
        let world = World::new();
        let told = world.okta(&["assign", LENA, "--app", app]);
        assert!(told.contains("was assigned"), "{told}");
        let why = format!(
            "Error while creating user {LENA}: Bad Request. Errors reported by remote server: "
        );
        assert!(told.contains(&why), "{told}");
        let (_, shown) = world.app_user(label, LENA);
        assert_eq!(shown["externalId"], Value::Null);
        assert_eq!(shown["status"], "STAGED");
        let failures = world.failures();
        let (kind, reason) = &failures[0];
        assert_eq!(kind, "application.provision.user.push");
        assert!(reason.starts_with(&why), "{reason}");
        assert_eq!(failures[1].0, "application.provision.user.sync");

        let _ = world.sandbox(&["admin", "add-domain", "partner.example"], 0);
        let told = world.okta(&["retry", LENA, "--app", app]);
        assert_eq!(told, format!("{LENA} is in Command\n"));
        let (_, shown) = world.app_user(label, LENA);
        assert_eq!(shown["status"], "PROVISIONED");
        assert!(shown["externalId"].is_string());
        let pushes = world.running.pushes();
        assert_eq!(pushes.last().unwrap(), "POST /Users");

        let before = world.deactivated();
        let _ = world.okta(&["unassign", LENA, "--app", app]);
        assert_eq!(world.deactivated(), before + 1);
        assert_eq!(world.app_user(label, LENA).0, 404);
    }
}

#[test]
fn whoever_failed_to_be_created_is_removed_without_a_word_to_command() {
    let world = World::new();
    let _ = world.okta(&["assign", LENA]);
    world.running.reset_requests();
    let told = world.okta(&["unassign", LENA]);
    assert!(told.contains("nothing was sent to Command"), "{told}");
    assert_eq!(world.running.pushes(), Vec::<String>::new());
    assert_eq!(world.app_user("Verkada", LENA).0, 404);
}

#[test]
fn a_refreshed_token_breaks_okta_until_it_has_the_new_one() {
    let world = World::new();
    sandbox::refresh_token(&world.environment.sandbox_dir()).unwrap();
    let grace = "grace.hollis@campus.example";
    let told = world.okta(&["assign", grace]);
    let part =
        "exists: Unauthorized. Errors reported by remote server: Token is invalid or expired";
    assert!(told.contains(part), "{told}");
    let (kind, reason) = &world.failures()[0];
    assert_eq!(kind, "application.integration.authentication_failure");
    assert!(reason.starts_with("The credentials used to connect to the API were invalid"));

    let told = world.okta(&["set-token"]);
    assert_eq!(told, "Verkada was verified successfully!\n");
    let told = world.okta(&["retry", grace]);
    assert_eq!(told, format!("{grace} is in Command\n"));
    // The other app has a copy of its own.
    let told = world.sandbox(&["okta", "provisioning", "on", "--app", "custom"], 1);
    assert!(
        told.stderr.contains("Token is invalid or expired"),
        "{told}"
    );
}

#[test]
fn a_sync_leaves_alone_whom_okta_brought() {
    let world = World::new();
    let _ = world.sandbox(&["admin", "add-domain", "partner.example"], 0);
    let _ = world.okta(&["assign", LENA]);
    let _ = world.okta(&["assign", "o.li@campus.example", "--app", "custom"]);
    let _ = world.okta(&["push-group", "Facilities Night Shift"]);
    let id = world.app_user("Verkada", LENA).1["externalId"].clone();
    let dir = world.environment.sandbox_dir();
    let db = || rusqlite::Connection::open(dir.join("world.db")).unwrap();
    let held = || -> Vec<(String, String)> {
        let db = db();
        let sql =
            "SELECT id, attributes FROM command_user WHERE attributes LIKE '%\"00u%' ORDER BY id";
        let mut select = db.prepare(sql).unwrap();
        let rows = select
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    let before = held();
    assert_eq!(before.len(), 3);
    let _ = world.environment.sync_sandbox(0);
    assert_eq!(held(), before);
    assert!(before.iter().any(|(known, _)| id == **known));
    let (_, shown) = world.app_user("Verkada", LENA);
    assert_eq!(shown["externalId"], id);
    let told = world.okta(&["unassign", LENA]);
    assert!(told.contains("was deactivated in Command"), "{told}");
}

#[test]
fn what_okta_sends_is_not_counted_as_ours_and_survives_the_server() {
    let mut world = World::new();
    let _ = world.okta(&["assign", "grace.hollis@campus.example"]);
    let requests = world.running.requests();
    assert!(
        requests.keys().all(|endpoint| !endpoint.contains("Users")),
        "{requests:?}"
    );
    world.running.stop();
    // Without a server, too.
    let told = world
        .environment
        .run(&["sandbox", "okta", "status", "--output", "json"]);
    let told = told.expect(0).json();
    assert_eq!(told["schema"], "atriumctl.sandbox-okta/1");
    let lines = told["happened"].to_string();
    assert!(
        lines.contains("grace.hollis@campus.example PROVISIONED"),
        "{lines}"
    );
    let ran = world
        .environment
        .run(&["sandbox", "okta", "assign", "grace.holis@campus.example"]);
    let ran = ran.expect(1);
    assert!(
        ran.stderr
            .contains("the nearest is `grace.hollis@campus.example`"),
        "{ran}"
    );
    world.running = world.environment.serve(|_| {});
    let (_, shown) = world.app_user("Verkada", "grace.hollis@campus.example");
    assert!(shown["externalId"].is_string());
}

#[test]
fn a_group_gets_to_the_doors_once_it_is_made_available_and_has_a_level() {
    let environment = Environment::new();
    let _running = environment.serve(|settings| {
        settings.people = 0;
        settings.personality = "scim-groups-by-hand".parse().unwrap();
    });
    let admin = |arguments: &[&str], code: i32| {
        let mut whole = vec!["sandbox", "admin"];
        whole.extend(arguments);
        environment.run(&whole).expect(code)
    };
    let group = "Engineering - Floor 4 Offices";
    let refused = admin(&["access-level", group, "--doors", "north"], 1);
    assert!(refused.stderr.contains("make-group-available"), "{refused}");
    let _ = admin(&["make-group-available", group], 0);
    let told = admin(
        &[
            "access-level",
            group,
            "--name",
            "Gates",
            "--doors",
            "north,south",
        ],
        0,
    );
    assert!(told.stdout.contains("has the access level Gates"), "{told}");
    let refused = admin(&["make-group-available", "Contractors"], 1);
    assert!(refused.stderr.contains("already"), "{refused}");
    let refused = admin(&["add-domain", "campus.example"], 1);
    assert!(refused.stderr.contains("already"), "{refused}");

    let dana = "dana.whitfield@campus.example";
    let _ = admin(&["add-card", dana, "4711", "--facility-code", "12"], 0);
    let _ = admin(&["switch-card-off", dana, "4711"], 0);
    let _ = admin(&["switch-card-on", dana, "4711"], 0);
    let _ = admin(&["end-date", dana, "2027-01-31T00:00:00Z"], 0);
    let _ = admin(&["end-date", dana, "none"], 0);
    let _ = admin(&["end-date", dana, "tomorrow"], 2);
    let _ = admin(&["remove-card", dana, "4711"], 0);
    let _ = admin(&["deactivate-user", dana], 0);
    let _ = admin(&["reactivate-user", dana], 0);
    let _ = admin(&["delete-user", dana], 0);
    let _ = admin(&["add-user", dana, "Dana", "Whitfield"], 0);
    let _ = admin(&["add-group", "Night porters"], 0);
    let _ = admin(&["delete-group", "Night porters"], 0);
}

#[test]
fn a_failed_creation_is_diagnosed_from_what_was_saved_of_okta() {
    let world = World::new();
    let _ = world.okta(&["assign", LENA]);
    let app = world.app("Verkada");
    let save = |name: &str, route: &str| {
        let (status, answer) = world.get(route);
        assert_eq!(status, 200);
        world.environment.write(name, answer.to_string());
        world.environment.path(name).display().to_string()
    };
    let users = save("users.json", &format!("/api/v1/apps/{app}/users"));
    let logs = save("logs.json", "/api/v1/logs?limit=100");
    let asked = ["diagnose", LENA, "--output", "json"];
    let files = ["--okta-users", &users, "--okta-logs", &logs];
    let told = world
        .environment
        .run(&[&asked[..], &files].concat())
        .expect(0);
    let told = told.json();
    assert_eq!(told["findings"][0]["code"], "okta-email-domain", "{told}");
    // What no file tells is said, and is no cause.
    assert_eq!(told["findings"].as_array().unwrap().len(), 1);
    let sides = told["not_looked"].as_array().unwrap();
    assert!(
        sides.iter().any(|gap| gap["side"] == "okta-people"),
        "{told}"
    );
    // Without the log, nobody knows why; that it never happened is known.
    let files = ["--okta-users", &users];
    let told = world
        .environment
        .run(&[&asked[..], &files].concat())
        .expect(0);
    let first = &told.json()["findings"][0];
    assert_eq!(first["code"], "okta-never-created");
    assert_eq!(first["likelihood"], "possible");
}
