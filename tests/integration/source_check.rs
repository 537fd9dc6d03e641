//! `source check` as its users run it: what is on the screen, in the report and in the document,
//! and with which code it ends.

use std::fmt::Write as _;
use std::fs;

use crate::environment::Environment;

const HEADER: &str = "campus_id,first_name,last_name,email,status\n";

/// A profile over `people.csv` beside it, with no token and an address where nobody listens.
fn environment(people: &str) -> Environment {
    let environment = Environment::new();
    let file = environment.write("people.csv", people);
    environment.profile(
        "default",
        &format!(
            "[atrium]\nfiles = [{file:?}]\n[command]\nscim_url = \"http://127.0.0.1:9/scim\"\n\
             [atrium.id_types.Prox]\nformat = \"HID\"\nfacility_code = \"102\"\n"
        ),
    );
    environment
}

fn people(rows: impl Iterator<Item = u32>) -> String {
    rows.fold(HEADER.to_owned(), |mut text, n| {
        let _ = writeln!(text, "{n},Ann,Lee,ann{n}@x.edu,Active");
        text
    })
}

#[test]
fn clean_files_end_with_0_and_need_no_token() {
    let environment = environment(&people(1000..1005));
    let ran = environment.run(&["source", "check"]).expect(0);
    assert!(
        ran.stdout.ends_with(
            "Read: 5 people, 0 access groups, 0 credentials. Findings: 0 refused, 0 left out, 0 \
             notes.\n"
        ),
        "{ran}"
    );
    assert_eq!(ran.stderr, "");
    let document = environment.run(&["source", "check", "--output", "json"]);
    let document = document.expect(0).json();
    assert_eq!(document["schema"], "atriumctl.source-check/1");
    assert_eq!(document["people"], 5);
    assert_eq!(document["findings"], serde_json::json!([]));
    assert_eq!(document["files"][0]["encoding"], "utf-8");
}

#[test]
fn notes_end_with_0_and_what_cannot_be_used_with_1() {
    let good = people(1000..1005);
    for (more, code, kind, severity) in [
        ("Total,,,,5\n", 0, "totals-row", "note"),
        (
            "1000,Ann,Lee,ann1000@x.edu,Active\n",
            0,
            "duplicate-row",
            "note",
        ),
        (
            ",Bo,Ng,b@x.edu,Active\n",
            1,
            "campus-id-missing",
            "left-out",
        ),
        ("1005,Bo,Ng", 1, "cut-short", "refused"),
    ] {
        let environment = environment(&format!("{good}{more}"));
        let json = ["source", "check", "--output", "json"];
        let document = environment.run(&json).expect(code).json();
        let finding = &document["findings"][0];
        assert_eq!(finding["kind"], kind, "{document}");
        assert_eq!(finding["severity"], severity);
        assert_eq!(finding["line"], 7);
        assert_eq!(document["counts"][kind], 1);
    }
}

#[test]
fn twenty_are_on_the_screen_and_all_are_in_the_report() {
    let rows = (0..50).fold(HEADER.to_owned(), |mut text, n| {
        let _ = writeln!(text, ",=cmd(),Lee,a{n}@x.edu,Active");
        text
    });
    let environment = environment(&format!("{rows}1,Bo,Ng,b@x.edu,Active\n"));
    let ran = environment.run(&["source", "check"]).expect(1);
    assert_eq!(ran.stdout.matches('→').count(), 20, "{ran}");
    let more =
        "… and 30 more (--report FILE writes them into a file; -v or --output json shows them)";
    assert!(ran.stdout.contains(more), "{ran}");
    let all = environment.run(&["source", "check", "-v"]).expect(1);
    assert_eq!(all.stdout.matches('→').count(), 50, "{all}");

    let report = environment.write("out/findings.csv", "an older report");
    let reporting = ["source", "check", "--report", "out/findings.csv"];
    let ran = environment.run(&reporting).expect(1);
    assert!(
        ran.stderr.contains("The findings are in out/findings.csv."),
        "{ran}"
    );
    assert!(
        ran.stdout.contains("… and 30 more (the report has them)"),
        "{ran}"
    );
    let text = fs::read_to_string(&report).unwrap();
    assert_eq!(text.lines().count(), 51, "{text}");
    let head =
        r#""severity","kind","file","line","record","column","campus_id","message","remedy""#;
    assert_eq!(text.lines().next(), Some(head));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&report).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ran = environment.run(&["source", "check", "--report", "nowhere/f.csv"]);
    assert!(ran.expect(1).stderr.contains("can't write nowhere/f.csv"));
}

#[test]
fn a_report_never_takes_the_place_of_an_export() {
    let content = people(1000..1005);
    let environment = environment(&content);
    let ran = environment.run(&["source", "check", "--report", "people.csv"]);
    assert!(ran.expect(2).stderr.contains("would overwrite an export"));
    let kept = fs::read_to_string(environment.path("people.csv")).unwrap();
    assert_eq!(kept, content);
}

#[test]
fn files_can_be_named_and_looked_at_before_there_is_a_profile() {
    let environment = Environment::new();
    environment.write("a.csv", people(1000..1005));
    environment.write(
        "m.csv",
        "campus_id,access_group_id,access_group_name\n9,1,North\n",
    );
    let ran = environment
        .run(&["source", "check", "a.csv", "m.csv"])
        .expect(0);
    assert!(ran.stderr.contains("There is no profile yet"), "{ran}");
    assert!(ran.stdout.contains("[orphans]"), "{ran}");
    // Memberships alone say nothing about people.
    let ran = environment.run(&["source", "check", "m.csv"]).expect(0);
    assert!(
        ran.stdout.contains("0 refused, 0 left out, 0 notes"),
        "{ran}"
    );
    let ran = environment.run(&["source", "check"]).expect(2);
    assert!(
        ran.stderr.contains("there is no profile `default`"),
        "{ran}"
    );
    let ran = environment.run(&["source", "check", "a.csv", "--profile", "x"]);
    assert!(ran.expect(2).stderr.contains("there is no profile `x`"));
}

#[test]
fn shrunken_and_older_files_are_found_beside_the_last_sync() {
    let environment = Environment::new();
    let sandbox =
        |arguments: &[&str]| environment.run(&[arguments, &["--profile", "sandbox"]].concat());
    let check = ["source", "check", "--output", "json"];
    let ran = sandbox(&check).expect(1);
    assert!(
        ran.stderr
            .contains("hint: make a campus: atriumctl sandbox reset"),
        "{ran}"
    );
    let _ = environment
        .run(&["sandbox", "reset", "--people", "40"])
        .expect(0);
    let before = sandbox(&check).json();
    assert_eq!(before["counts"].get("file-older"), None, "{before}");
    // Whatever the campus holds that is left alone: the read was complete.
    let _ = sandbox(&["sync", "--yes"]);
    let after = sandbox(&check).json();
    assert_eq!(after["counts"]["file-older"], 3, "{after}");
    assert_eq!(after["counts"].get("source-shrunken"), None, "{after}");

    let people = environment.sandbox_dir().join("atrium/people.csv");
    let text = fs::read_to_string(&people).unwrap();
    let few: Vec<&str> = text.lines().take(8).collect();
    fs::write(&people, few.join("\n") + "\n").unwrap();
    let shrunken = sandbox(&check).expect(1).json();
    assert_eq!(shrunken["counts"]["source-shrunken"], 1, "{shrunken}");
    assert_eq!(shrunken["counts"]["file-older"], 2, "{shrunken}");
    assert_eq!(shrunken["findings"][0]["kind"], "source-shrunken");
    // Named files may be some of many.
    let named = environment.run(&["source", "check", people.to_str().unwrap()]);
    assert!(!named.stdout.contains("source-shrunken"), "{named}");
}
