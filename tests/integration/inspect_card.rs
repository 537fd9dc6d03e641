//! `inspect card`: from the value in an export to the card, without either side.

use std::io::Write as _;
use std::process::Stdio;

use crate::environment::Environment;

const PROFILE: &str = r#"
[atrium]
files = ["people.csv"]
[atrium.id_types."Prox"]
format = "HID"
facility_code = 102
[atrium.id_types."Badge"]
format = "HID 37-bit"
facility_code_from = "0..5"
slice = "5.."
[atrium.id_types."Wallet"]
format = "ignore"
[command]
region = "us"
"#;

fn environment() -> Environment {
    let environment = Environment::new();
    environment.profile("default", PROFILE);
    environment
}

#[test]
fn each_step_is_shown_and_the_number_only_when_asked_for() {
    let environment = environment();
    let inspect = ["inspect", "card", "00102004711", "--id-type", "badge"];
    let masked = environment.run(&inspect).expect(0);
    for line in ["raw", "after slice", "facility code  102", "••11"] {
        assert!(masked.stdout.contains(line), "{line}: {masked}");
    }
    for number in ["4711", "00102004711"] {
        assert!(!masked.stdout.contains(number), "{masked}");
    }
    let whole = environment
        .run(&[&inspect[..], &["--unmask"]].concat())
        .expect(0);
    for line in ["HID37wFacilityCode 102/4711", "card_number 4711"] {
        assert!(whole.stdout.contains(line), "{line}: {whole}");
    }
}

#[test]
fn json_is_one_document_whatever_comes_out() {
    let environment = environment();
    for (raw, id_type, code, field, value) in [
        ("0004711", "Prox", 0, "/card/facility_code", 102.into()),
        ("0004711", "Prox", 0, "/card/number", "••11".into()),
        ("70000", "Prox", 1, "/card", serde_json::Value::Null),
        ("1234", "Wallet", 0, "/ignored", true.into()),
        ("1234", "Proxy", 2, "/exit", 2.into()),
    ] {
        let arguments = ["inspect", "card", raw, "--id-type", id_type];
        let arguments = [&arguments[..], &["--output", "json"]].concat();
        let document = environment.run(&arguments).expect(code).json();
        assert_eq!(document.pointer(field), Some(&value), "{document}");
        let schema = if code == 2 {
            "atriumctl.error/1"
        } else {
            "atriumctl.inspect-card/1"
        };
        assert_eq!(document["schema"], schema);
    }
}

#[test]
fn the_number_is_read_from_standard_input_so_that_no_history_has_it() {
    let environment = environment();
    let mut command = environment.command(&["inspect", "card", "-", "--id-type", "Prox"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"0004711\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("HID ••11"), "{text}");
    let nothing = environment
        .run(&["inspect", "card", "-", "--id-type", "Prox"])
        .expect(1);
    assert!(nothing.stdout.contains("The value is empty."), "{nothing}");
}

#[test]
fn what_can_be_no_card_says_why_and_what_to_do() {
    let environment = environment();
    for (raw, id_type, code, words) in [
        ("70000", "Prox", 1, "No card: The number is out of range"),
        ("47x11", "Prox", 1, "No card: The value holds \"x\""),
        ("4.7E+11", "Prox", 1, "a spreadsheet has rounded"),
        ("1", "proxx", 2, "hint: did you mean \"Prox\"?"),
        (
            "1",
            "Fob",
            2,
            "hint: id types that it maps: Badge, Prox, Wallet",
        ),
    ] {
        let ran = environment.run(&["inspect", "card", raw, "--id-type", id_type]);
        let ran = ran.expect(code);
        assert!(ran.to_string().contains(words), "{words}: {ran}");
        assert!(raw.len() < 4 || !ran.to_string().contains(raw), "{ran}");
    }
    let none = Environment::new();
    none.profile(
        "default",
        "[atrium]\nfiles = [\"p.csv\"]\n[command]\nregion = \"us\"\n",
    );
    let ran = none
        .run(&["inspect", "card", "1", "--id-type", "Prox"])
        .expect(2);
    assert!(ran.stderr.contains("hint: map it in the profile"), "{ran}");
}

#[test]
fn the_sandbox_needs_neither_token_nor_server() {
    let environment = Environment::new();
    let sandbox = |raw, id_type| {
        let card = ["inspect", "card", raw, "--id-type", id_type];
        environment.run(&[&card[..], &["--profile", "sandbox", "--unmask"]].concat())
    };
    for (raw, id_type, card) in [
        ("04A23B00", "MIFARE CSN", "card_number_hex 003BA204"),
        ("C-77", "Corporate", "Corporate1000_35 2001/77"),
        ("00102004711", "iClass", "HID37wFacilityCode 102/4711"),
    ] {
        let ran = sandbox(raw, id_type).expect(0);
        assert!(ran.stdout.contains(card), "{ran}");
    }
    assert!(!environment.sandbox_dir().exists());
    let _ = sandbox("1", "Fob").expect(2);
}
