//! `init` by flags alone, as a script runs it. The same by key presses is in tests/interop.

use std::fs;

use crate::environment::{Environment, Ran};

/// A served campus, whose exports have headers of another product.
fn campus() -> (Environment, atriumctl::sandbox::Running, Vec<String>) {
    let environment = Environment::new();
    let _ = environment
        .run(&["sandbox", "reset", "--people", "30"])
        .expect(0);
    for name in ["people", "memberships", "credentials"] {
        let export = environment.sandbox_dir().join(format!("atrium/{name}.csv"));
        let text = fs::read_to_string(export).unwrap();
        let (header, rest) = text.split_once('\n').unwrap();
        let header = header
            .replace("campus_id", "Student ID")
            .replace("email", "Mail")
            .replace("id_value", "Card Number");
        environment.write(&format!("exports/{name}.csv"), format!("{header}\n{rest}"));
    }
    let running = environment.serve(|_| {});
    let flags = [
        "init",
        "--profile",
        "camp",
        "--atrium-file",
        "exports/people.csv",
        "--atrium-file",
        "exports/memberships.csv",
        "--atrium-file",
        "exports/credentials.csv",
        "--scim-url",
        &format!("{}/scim", running.base_url()),
        "--api-url",
        &running.base_url(),
        "--scim-token-file",
        "sandbox/scim-token",
        "--api-key-file",
        "sandbox/api-key",
    ]
    .map(str::to_owned);
    (environment, running, flags.to_vec())
}

const MEANINGS: &[&str] = &[
    "--person-status",
    "Sabbatical=suspended",
    "--id-status",
    "Returned=gone",
    "--id-status",
    "Damaged=gone",
    "--id-status",
    "On hold=suspended",
    "--id-type",
    "Prox=HID,facility_code=102",
    "--id-type",
    "iClass=HID37wFacilityCode,facility_code_from=0..5,slice=5..11",
    "--id-type",
    "MIFARE CSN=MiFare 4-Byte (32 bit) CSN,radix=16,reverse_bytes",
    "--id-type",
    "DESFire=DESFire CSN,radix=16",
    "--id-type",
    "Blackboard=Blackboard64",
    "--id-type",
    "Corporate=Corporate1000_35,facility_code=2001,strip_prefix=C-",
    "--id-type",
    "Wallet=ignore",
    "--id-type",
    "Fob=ignore",
    "--email-domain",
    "campus.example",
    "--email-domain",
    "students.campus.example",
];

fn run(environment: &Environment, flags: &[String], more: &[&str]) -> Ran {
    let all: Vec<&str> = flags
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect();
    environment.run(&all)
}

fn written(environment: &Environment) -> String {
    fs::read_to_string(environment.path("config/profiles/camp.toml")).unwrap()
}

#[test]
fn flags_alone_make_a_profile_that_works() {
    let (environment, _running, flags) = campus();
    let ran = run(&environment, &flags, MEANINGS).expect(0);
    let profile = written(&environment).replace(environment.path("").to_str().unwrap(), "[DIR]/");
    let port = profile.split("127.0.0.1:").nth(1).unwrap();
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let profile = profile.replace(&port, "PORT");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("init", ran.to_string());
        insta::assert_snapshot!("init-profile", profile);
    });
    let diff = environment
        .run(&["diff", "--profile", "camp", "--exit-code"])
        .expect(3);
    assert!(diff.stdout.contains("cards to add"), "{diff}");
    for code in ["status-unmapped:", "id-type-unmapped:"] {
        assert!(!diff.stdout.contains(code), "{code}: {diff}");
    }
    // The same again changes nothing, and needs no --force.
    let again = run(&environment, &flags, MEANINGS).expect(0);
    assert!(
        !environment.path("config/profiles/camp.toml.bak").exists(),
        "{again}"
    );
    let json = run(
        &environment,
        &flags,
        &[MEANINGS, &["--output", "json"]].concat(),
    )
    .expect(0);
    let json = json.json();
    assert_eq!(json["schema"], "atriumctl.init/1");
    let checks = json["checks"].as_array().unwrap();
    let told: Vec<String> = checks
        .iter()
        .map(|check| format!("{} {}", check["name"], check["verdict"]).replace('"', ""))
        .collect();
    // The campus has cards that no format takes.
    let wanted = [
        "exports warning",
        "scim-address ok",
        "clock ok",
        "scim-token ok",
        "api-key ok",
    ];
    assert_eq!(told, wanted, "{json}");
}

#[test]
fn a_profile_that_is_there_is_replaced_only_by_force_and_kept() {
    let (environment, _running, flags) = campus();
    let quick = ["--no-check"];
    let _ = run(&environment, &flags, &quick).expect(0);
    let before = written(&environment);
    let other = ["--no-check", "--mode", "observe"];
    let refused = run(&environment, &flags, &other).expect(1);
    assert!(refused.stderr.contains("+ mode = \"observe\""), "{refused}");
    assert!(refused.stderr.contains("- #mode = \"write\""), "{refused}");
    assert!(refused.stderr.contains("--force"), "{refused}");
    assert_eq!(written(&environment), before);
    let forced = run(&environment, &flags, &[&other[..], &["--force"]].concat()).expect(0);
    assert!(forced.stdout.contains("The one before is"), "{forced}");
    assert!(written(&environment).contains("\nmode = \"observe\""));
    let kept = environment.path("config/profiles/camp.toml.bak");
    assert_eq!(fs::read_to_string(kept).unwrap(), before);
}

#[test]
fn what_is_needed_and_not_said_is_named_where_nobody_can_be_asked() {
    let (environment, _running, flags) = campus();
    environment.write(
        "odd.csv",
        "campus_id,last_name,Contact,status\n1,Lee,l@x.example,Active\n",
    );
    for (arguments, wanted) in [
        (&["init"][..], "--atrium-file FILE"),
        (
            &["init", "--atrium-file", "exports/people.csv"],
            "--region us",
        ),
        (
            &["init", "--atrium-file", "odd.csv", "--region", "us"],
            "--column email=HEADER",
        ),
        (
            &["init", "--atrium-url", "https://a.example"],
            "--atrium-auth",
        ),
        (
            &[
                "init",
                "--atrium-url",
                "https://a.example",
                "--atrium-auth",
                "bearer",
            ],
            "--atrium-path",
        ),
        (
            &[
                "init",
                "--atrium-file",
                "odd.csv",
                "--column",
                "emial=Contact",
            ],
            "did you mean email?",
        ),
        (
            &["init", "--atrium-file", "odd.csv", "--column", "email=Mail"],
            "headers: campus_id, last_name, Contact, status",
        ),
        (&["init", "--id-type", "Prox=HIDD"], "did you mean \"HID\"?"),
        (&["init", "--profile", "sandbox"], "needs no set-up"),
        (
            &[
                "init",
                "--atrium-file",
                "exports/people.csv",
                "--region",
                "gov",
                "--no-check",
            ],
            "GovCloud",
        ),
    ] {
        let ran = environment.run(arguments).expect(2);
        assert!(ran.stderr.contains(wanted), "{wanted}: {ran}");
    }
    // There is no file yet that anything could be wrong in: the flag is named.
    let file = ["init", "--atrium-file", "exports/people.csv"];
    for (more, wanted) in [
        (
            &["--region", "mars"][..],
            "--region: there is no region \"mars\"",
        ),
        (
            &["--scim-url", "http://h.example/scim"],
            "--scim-url: plain http",
        ),
        (
            &[
                "--region",
                "us",
                "--person-status",
                "a=gone",
                "--person-status",
                "A=active",
            ],
            "--person-status: \"A\" is there twice",
        ),
        (&["--column", "email"], "such as \"email=Mail\""),
    ] {
        let ran = environment.run(&[&file[..], more].concat()).expect(2);
        assert!(ran.stderr.contains(wanted), "{wanted}: {ran}");
        assert!(!ran.stderr.contains(".toml:"), "{ran}");
    }
    let profiles = fs::read_dir(environment.path("config/profiles")).unwrap();
    assert_eq!(profiles.count(), 0);
    drop(flags);
}

#[test]
fn what_fails_is_said_and_saved_all_the_same() {
    let (environment, running, mut flags) = campus();
    drop(running);
    for domain in ["campus.example", "@Campus.example"] {
        flags.extend(["--email-domain".to_owned(), domain.to_owned()]);
    }
    let ran = run(&environment, &flags, &[]).expect(5);
    assert!(
        ran.stdout
            .contains("failure  http://127.0.0.1:PORT/scim does not answer"),
        "{ran}"
    );
    assert!(ran.stdout.contains("Saved: "), "{ran}");
    assert!(written(&environment).contains("email_domains = [\"campus.example\"]"));
    let missing = environment.run(&[
        "init",
        "--atrium-file",
        "nothing.csv",
        "--region",
        "us",
        "--no-check",
    ]);
    assert!(
        missing.stderr.contains("--atrium-file: there is no file"),
        "{missing}"
    );
}

#[test]
fn an_atrium_over_http_is_described_by_hand_from_there_on() {
    let environment = Environment::new();
    let flags = [
        "init",
        "--profile",
        "camp",
        "--atrium-url",
        "https://atrium.example/api",
        "--atrium-auth",
        "basic:sync",
        "--atrium-path",
        "/people",
        "--region",
        "eu",
        "--identity",
        "atrium",
        "--no-check",
    ];
    let _ = environment.run(&flags).expect(0);
    let text = written(&environment);
    for line in [
        "\n[atrium.http]\n",
        "\nuser = \"sync\"",
        "\n#[atrium.columns]\n",
        "\npath = \"/people\"",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    let ran = environment.run(&["diff", "--profile", "camp"]).expect(4);
    assert!(ran.stderr.contains("SCIM token"), "{ran}");
}
