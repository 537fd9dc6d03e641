//! `inspect`: who manages what, the sides next to each other, cards and doors, on the sandbox.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;

use atriumctl::sandbox::{self, Hand, Personality, Running};

use crate::environment::{Environment, Ran};
use crate::http;

/// A campus of 30 people that was synced, served by this process.
fn synced(personality: &str) -> (Environment, Running) {
    let environment = Environment::new();
    let running = environment.serve(|settings| {
        settings.people = 30;
        settings.personality = personality.parse::<Personality>().unwrap();
    });
    let ran = environment.run(&["sync", "--yes", "--profile", "sandbox"]);
    // A group whose name a hidden one has is refused.
    let code = if personality == "natives-hidden" {
        5
    } else {
        0
    };
    let _ = ran.expect(code);
    (environment, running)
}

fn sandbox(environment: &Environment, arguments: &[&str]) -> Ran {
    environment.run(&[arguments, &["--profile", "sandbox"]].concat())
}

/// The names in a list of users or groups.
#[track_caller]
fn names(environment: &Environment, arguments: &[&str]) -> Vec<String> {
    let all = [arguments, &["--output", "json"]].concat();
    let document = sandbox(environment, &all).expect(0).json();
    let key = if arguments[1] == "users" {
        "users"
    } else {
        "groups"
    };
    let rows = document[key].as_array().unwrap();
    assert_eq!(document["summary"]["total"], rows.len());
    rows.iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn users_are_filtered_and_sorted() {
    let (environment, _running) = synced("");
    let users = |more: &[&str]| names(&environment, &[&["inspect", "users"], more].concat());
    let all = users(&[]).len();
    assert_eq!(users(&["--managed", "by-other"]), ["Olu Adeyemi"]);
    let native = users(&["--managed", "native"]).len();
    let ours = users(&["--managed", "by-us"]).len();
    assert!(native > 0 && ours > 10, "{native} {ours}");
    assert_eq!(native + ours + 1, all);
    let off = users(&["--status", "deactivated"]);
    assert!(off.contains(&"Stefan Gruber".to_owned()), "{off:?}");
    assert_eq!(off.len() + users(&["--status", "active"]).len(), all);
    let members = users(&["--group", "119", "--sort", "name"]);
    assert_eq!(members.first().unwrap(), "Emeka Nwosu");
    assert!(
        members.is_sorted_by_key(|name| name.to_lowercase()),
        "{members:?}"
    );
    assert_eq!(
        users(&["--group", "engineering - floor 4 offices", "--sort", "name"]),
        members
    );
    let missing = users(&["--missing-in", "command", "--sort", "name"]);
    assert!(missing.contains(&"Lena Hartmann".to_owned()), "{missing:?}");
    assert!(!missing.contains(&"Kofi Osei".to_owned()), "{missing:?}");
    let extra = users(&["--missing-in", "atrium"]);
    assert!(extra.contains(&"Dana Whitfield".to_owned()), "{extra:?}");
    assert!(
        !extra.contains(&"Marguerite Lacroix".to_owned()),
        "{extra:?}"
    );
    let absent = sandbox(
        &environment,
        &["inspect", "users", "--group", "engineering floor 4 office"],
    );
    let absent = absent.expect(2);
    assert!(
        absent.stderr.contains("did you mean \"Engineering"),
        "{absent}"
    );
}

#[test]
fn what_was_changed_in_command_is_told_and_nobody_else() {
    let (environment, running) = synced("");
    let token = sandbox::scim_token(&environment.sandbox_dir()).unwrap();
    let header = format!("Authorization: Bearer {token}");
    let base = running.base_url();
    let change = |what: &str, path: &str, value: &str| {
        let operation = serde_json::json!({"op": "replace", "path": path, "value": value});
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation]
        });
        let changed = http::send(&base, &format!("PATCH /scim/{what}"), &header, Some(&body));
        assert!([200, 204].contains(&changed.status), "{}", changed.status);
    };
    let one_of_ours = |what: &str| {
        let list = ["inspect", what, "--managed", "by-us", "--output", "json"];
        let list = sandbox(&environment, &list).expect(0).json();
        list[what][0]["id"].as_str().unwrap().to_owned()
    };
    // On every campus a user is closed by hand, and a card of another: no sync undoes that.
    let closed = names(&environment, &["inspect", "users", "--drifted"]);
    assert_eq!(closed, ["Kofi Osei", "Stefan Gruber"]);
    let user = one_of_ours("users");
    change(&format!("Users/{user}"), "name.familyName", "Smith");
    let list = ["inspect", "users", "--drifted", "--output", "json"];
    let drifted = sandbox(&environment, &list).expect(0).json();
    let rows = drifted["users"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == *user).unwrap();
    let words = row["drifted"].as_array().unwrap();
    assert!(words.contains(&"last_name".into()), "{drifted}");
    let mut others = rows.iter().filter(|row| row["id"] != *user);
    assert!(
        others.all(|row| closed.iter().any(|name| row["name"] == **name)),
        "{drifted}"
    );

    assert_eq!(
        names(&environment, &["inspect", "groups", "--drifted"]),
        [""; 0]
    );
    let group = one_of_ours("groups");
    change(&format!("Groups/{group}"), "displayName", "Everybody");
    let list = ["inspect", "groups", "--drifted", "--output", "json"];
    let drifted = sandbox(&environment, &list).expect(0).json();
    let rows = drifted["groups"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{drifted}");
    assert_eq!(rows[0]["id"], *group);
    assert_eq!(rows[0]["drifted"], serde_json::json!(["name"]));

    // A sync sets both right.
    let _ = sandbox(&environment, &["sync", "--yes"]).expect(0);
    for (what, left) in [("users", closed), ("groups", Vec::new())] {
        assert_eq!(names(&environment, &["inspect", what, "--drifted"]), left);
    }
}

#[test]
fn what_was_closed_in_command_by_hand_is_listed_as_changed() {
    let (environment, _running) = synced("");
    let closed = Hand::DeactivateUser("S1000022".to_owned());
    sandbox::hand(&environment.sandbox_dir(), &closed).unwrap();
    let list = ["inspect", "users", "--drifted", "--output", "json"];
    let drifted = sandbox(&environment, &list).expect(0).json();
    let rows = drifted["users"].as_array().unwrap();
    let row = rows.iter().find(|row| row["campus_id"] == "S1000022");
    assert_eq!(row.unwrap()["drifted"], serde_json::json!(["status"]));
}

#[test]
fn what_was_added_in_command_is_told() {
    let (environment, _running) = synced("");
    let extras = ["inspect", "users", "--has-local-extras"];
    let before = names(&environment, &extras);
    assert!(!before.contains(&"Olu Adeyemi".to_owned()), "{before:?}");
    let hand = Hand::AddCard {
        who: "S1000013".to_owned(),
        kind: "HID".to_owned(),
        facility_code: Some(77),
        number: 31_999,
    };
    sandbox::hand(&environment.sandbox_dir(), &hand).unwrap();
    let view = sandbox(&environment, &["inspect", "user", "S1000013"]).expect(0);
    let card = view
        .stdout
        .lines()
        .find(|line| line.contains("••99"))
        .unwrap()
        .to_owned();
    assert!(card.contains("added in Command"), "{view}");
    let read = [
        "inspect",
        "credentials",
        "--read",
        "--owner",
        "command",
        "--output",
        "csv",
    ];
    let read = sandbox(&environment, &read).expect(0);
    assert!(
        read.stdout
            .contains("\"HID ••99\",\"HID\",\"true\",\"command\""),
        "{read}"
    );
    assert!(!read.stdout.contains("31999"), "{read}");
    let remembered = sandbox(&environment, &["inspect", "credentials"]).expect(0);
    assert!(!remembered.stdout.contains("••99"), "{remembered}");
    assert!(
        remembered.stdout.contains("--read reads them now"),
        "{remembered}"
    );
    let after = names(&environment, &extras);
    assert!(after.contains(&"Olu Adeyemi".to_owned()), "{after:?}");
}

#[test]
fn natives_that_scim_hides_are_listed_from_rest() {
    let (environment, _running) = synced("natives-hidden");
    let list = [
        "inspect",
        "users",
        "--managed",
        "native",
        "--output",
        "jsonl",
    ];
    let ran = sandbox(&environment, &list).expect(0);
    let lines: Vec<serde_json::Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        lines.iter().any(|row| row["name"] == "Dana Whitfield"),
        "{ran}"
    );
    for row in &lines {
        assert_eq!(row["inferred_from"], "not-over-scim", "{row}");
        assert_eq!(row["listed_over"], "rest", "{row}");
        assert_eq!(row["locked_fields"], serde_json::json!([]), "{row}");
    }
    assert!(
        ran.stderr
            .contains(&format!("{} users. native", lines.len())),
        "{ran}"
    );
    let groups = names(&environment, &["inspect", "groups", "--managed", "native"]);
    assert!(groups.contains(&"Contractors".to_owned()), "{groups:?}");
    let view = sandbox(&environment, &["inspect", "user", "dana whitf"]).expect(0);
    assert!(view.stdout.contains("native: made in Command"), "{view}");
}

#[test]
fn several_are_listed_and_nobody_has_near_names() {
    let (environment, _running) = synced("");
    let several = sandbox(&environment, &["inspect", "user", "osei"]).expect(2);
    assert!(
        several.stderr.contains("S1000005") && several.stderr.contains("S1000006"),
        "{several}"
    );
    let nobody = sandbox(&environment, &["inspect", "user", "Solbrg"]).expect(1);
    assert!(
        nobody
            .stderr
            .contains("did you mean S1000007  Ingrid Solberg"),
        "{nobody}"
    );
    let several = sandbox(&environment, &["inspect", "group", "library"]).expect(2);
    assert!(
        several.stderr.contains("110") && several.stderr.contains("111"),
        "{several}"
    );
    let nobody = sandbox(&environment, &["inspect", "group", "Contractor X"]).expect(1);
    assert!(
        nobody.stderr.contains("did you mean \"Contractors\""),
        "{nobody}"
    );
    for ran in [&several, &nobody] {
        assert_eq!(ran.stdout, "", "{ran}");
    }
}

#[test]
fn a_look_at_one_costs_no_more_than_its_help_says() {
    let (environment, running) = synced("members-hidden");
    let count = |arguments: &[&str]| {
        running.reset_requests();
        let _ = sandbox(&environment, arguments).expect(0);
        let requests = running.requests();
        let sum = |is_scim: bool| -> u64 {
            let of = requests.iter().filter(|(name, _)| {
                let path = name.split(' ').next_back().unwrap_or_default();
                let scim = path.contains("/Users") || path.contains("/Groups");
                scim == is_scim && (scim || path.contains("/access/") || path.contains("/token"))
            });
            of.map(|(_, many)| many).sum()
        };
        (sum(true), sum(false), requests.clone())
    };
    for (who, groups) in [
        ("S1000013", 2),
        ("olu adey", 2),
        ("S1000001", 1),
        ("dana whitfield", 0),
    ] {
        let (scim, rest, requests): (u64, u64, BTreeMap<String, u64>) =
            count(&["inspect", "user", who]);
        // Somebody whom only Command has is looked for once more under the id that was found.
        assert!(
            (1..=10 + 2 * groups + 2).contains(&scim),
            "{who}: {requests:?}"
        );
        assert!((1..=12).contains(&rest), "{who}: {requests:?}");
        if who.starts_with('S') {
            assert!(scim <= 10 + 2 * groups && rest <= 8, "{who}: {requests:?}");
        }
    }
    for (what, bound) in [
        ("user", "10 calls over SCIM and 8 over REST"),
        ("group", "3 calls over SCIM and 5 over REST"),
    ] {
        let help = environment.run(&["inspect", what, "--help"]).expect(0);
        let words: Vec<&str> = help.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(bound), "{help}");
    }
    let (scim, rest, requests) = count(&["inspect", "group", "119"]);
    assert!(
        (1..=3).contains(&scim) && (1..=5).contains(&rest),
        "{requests:?}"
    );
}

#[test]
fn a_card_in_hand_leads_to_its_holder() {
    let (environment, _running) = synced("");
    let cards = ["inspect", "credentials", "--output", "json", "--unmask"];
    let cards = sandbox(&environment, &cards).expect(0).json();
    let own = cards["credentials"].as_array().unwrap().iter();
    let own = own
        .clone()
        .find(|row| row["type"] == "HID" && row["owner"] == "atrium")
        .unwrap();
    let text = own["card"]
        .as_str()
        .unwrap()
        .strip_prefix("HID ")
        .unwrap()
        .to_owned();
    let (code, number) = text.split_once('/').unwrap();
    let hex = format!("0x{:x}", number.parse::<u32>().unwrap());
    for asked in [number.to_owned(), format!("{code}:{number}"), hex] {
        let mut command = environment.command(&[
            "inspect",
            "card",
            "-",
            "--profile",
            "sandbox",
            "--output",
            "json",
        ]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{asked}").unwrap();
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{asked}: {stdout}");
        let found: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let hits = found["cards"].as_array().unwrap();
        let hit = hits
            .iter()
            .find(|hit| hit["campus_id"] == own["campus_id"])
            .unwrap();
        assert_eq!(hit["active"], true, "{stdout}");
        assert_eq!(hit["in_command"], true, "{stdout}");
        assert!(!stdout.contains(number), "{stdout}");
    }
    let nobody = sandbox(&environment, &["inspect", "card", "102:64999"]).expect(1);
    assert!(
        nobody.stdout.contains("Nobody is known to have this card"),
        "{nobody}"
    );
    assert!(!nobody.stdout.contains("64999"), "{nobody}");
    let none = sandbox(&environment, &["inspect", "card", "zebra"]).expect(2);
    assert!(none.stderr.contains("no number of a card"), "{none}");
}

#[test]
fn hostile_names_reach_neither_terminal_nor_spreadsheet() {
    let (environment, _running) = synced("");
    let hand = Hand::AddUser {
        email: "evil@campus.example".to_owned(),
        first_name: "=HYPERLINK(1)\u{1b}]0;x\u{7}".to_owned(),
        last_name: "\u{202e}gnp\u{9b}31m".to_owned(),
    };
    sandbox::hand(&environment.sandbox_dir(), &hand).unwrap();
    let name = "=cmd\u{1b}[2J\u{202e}|A1".to_owned();
    sandbox::hand(&environment.sandbox_dir(), &Hand::AddGroup { name }).unwrap();
    let commands: [&[&str]; 5] = [
        &["inspect", "users"],
        &["inspect", "groups"],
        &["inspect", "user", "evil@campus.example"],
        &["inspect", "group", "=cmd"],
        &["inspect", "user", "\u{1b}[31mnobody"],
    ];
    for command in commands {
        for form in ["table", "json", "jsonl", "csv", "markdown"] {
            let ran = sandbox(&environment, &[command, &["--output", form]].concat());
            let hostile = |c: char| {
                (c.is_control() && !matches!(c, '\n' | '\r'))
                    || ('\u{202a}'..='\u{202e}').contains(&c)
            };
            for text in [&ran.stdout, &ran.stderr] {
                assert!(
                    !text.contains(hostile),
                    "{command:?} {form}: {}",
                    text.escape_debug()
                );
            }
            if form == "csv" {
                assert!(
                    !ran.stdout.contains("\"=") && !ran.stdout.contains(";="),
                    "{ran}"
                );
            }
        }
    }
    let users = sandbox(&environment, &["inspect", "users", "--output", "csv"]).expect(0);
    assert!(users.stdout.contains("\"'=HYPERLINK(1)"), "{users}");
}

/// Compares with the stored text. Ids and times are others in every run.
macro_rules! snapshot {
    ($name:expr, $ran:expr) => {
        let ran: Ran = $ran;
        insta::with_settings!({
            filters => vec![
                (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[ID]"),
                (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "[TIME]"),
            ],
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!($name, ran.to_string());
        });
    };
}

#[test]
fn one_of_each_as_it_is_shown() {
    let (environment, _running) = synced("");
    snapshot!(
        "inspect-user-foreign",
        sandbox(&environment, &["inspect", "user", "S1000013"])
    );
    snapshot!(
        "inspect-user-blocked",
        sandbox(&environment, &["inspect", "user", "S1000001"])
    );
    snapshot!(
        "inspect-user-json",
        sandbox(
            &environment,
            &["inspect", "user", "S1000013", "--output", "json"]
        )
    );
    snapshot!(
        "inspect-group",
        sandbox(&environment, &["inspect", "group", "119"])
    );
    snapshot!(
        "inspect-group-json",
        sandbox(
            &environment,
            &["inspect", "group", "119", "--output", "json"]
        )
    );
    snapshot!(
        "inspect-users-by-other",
        sandbox(
            &environment,
            &["inspect", "users", "--managed", "by-other", "-v"]
        )
    );
}
