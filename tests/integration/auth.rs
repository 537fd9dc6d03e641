//! `auth` and the secrets of a run on a machine without a keyring. The keyring itself is tried in
//! `tests/interop/keyring`.

use std::fs;
use std::process::{Command, Stdio};

use crate::environment::{Environment, Ran};

const PROFILE: &str = "[atrium]\nfiles = [\"people.csv\"]\n[command]\nregion = \"eu\"\n";

fn piped(environment: &Environment, arguments: &[&str], stdin: &str) -> Ran {
    let file = environment.write("stdin", stdin);
    let mut command = environment.command(arguments);
    command.stdin(Stdio::from(fs::File::open(file).unwrap()));
    environment.run_command(command)
}

fn with(environment: &Environment, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command: Command = environment.command(arguments);
    command.envs(variables.iter().copied());
    environment.run_command(command)
}

#[test]
fn the_list_works_without_a_keyring_and_without_a_profile() {
    let environment = Environment::new();
    let ran = environment.run(&["auth", "list"]).expect(0);
    let told = "Nothing from the system keyring: there is no keyring here: switched off by \
                ATRIUMCTL_KEYRING.\n";
    assert!(ran.stdout.ends_with(told), "{ran}");
    assert_eq!(ran.stderr, "");
    for form in ["json", "jsonl", "csv", "markdown"] {
        let _ = environment
            .run(&["auth", "list", "--output", form])
            .expect(0);
    }
    let refused = environment
        .run(&["auth", "list", "--profile", "../x"])
        .expect(2);
    assert!(refused.stderr.contains("is no profile name"), "{refused}");
}

#[test]
fn the_list_names_what_is_in_force_and_never_shows_it() {
    let environment = Environment::new();
    environment.profile(
        "default",
        &format!("{PROFILE}scim_token_file = \"token\"\n"),
    );
    environment.write("config/profiles/token", "s3cret-filed\n");
    let list = ["auth", "list", "--output", "json"];
    let ran = environment.run(&list).expect(0);
    let from = &ran.json()["secrets"][0]["from"];
    assert_eq!(from["origin"], "file", "{ran}");
    assert_eq!(from["named_by"], "[DIR]/config/profiles/default.toml:5");
    assert_eq!(from["length"], 12);
    assert!(from["age_seconds"].is_u64());
    assert_eq!(
        from["warnings"].as_array().unwrap().len(),
        usize::from(cfg!(unix))
    );

    let variables = [
        ("ATRIUMCTL_SCIM_TOKEN", "s3cret-set"),
        ("ATRIUMCTL_API_KEY", "Bearer s3cret"),
    ];
    let ran = with(&environment, &list, &variables).expect(0);
    assert!(!ran.stdout.contains("s3cret"), "{ran}");
    let secrets = &ran.json()["secrets"];
    assert_eq!(secrets[0]["from"]["origin"], "environment");
    assert_eq!(secrets[0]["hidden"][0]["origin"], "file");
    let problem = secrets[1]["from"]["problem"].as_str().unwrap();
    assert!(problem.contains("it begins with `Bearer `"), "{problem}");
}

#[test]
fn nothing_is_kept_without_a_keyring() {
    let environment = Environment::new();
    let set = ["auth", "set", "scim-token", "--from-file", "-"];
    let ran = piped(&environment, &set, "s3cret").expect(4);
    assert!(
        ran.stderr.contains("switched off by ATRIUMCTL_KEYRING"),
        "{ran}"
    );
    assert!(ran.stderr.contains("set ATRIUMCTL_SCIM_TOKEN"), "{ran}");
    let forget = ["auth", "forget", "--all", "--yes"];
    let ran = environment.run(&forget).expect(4);
    assert!(ran.stderr.contains("switched off"), "{ran}");
    assert!(ran.stderr.contains("nothing is kept"), "{ran}");
    assert!(!ran.stderr.contains("unlock"), "{ran}");
    let wrong = with(&environment, &set, &[("ATRIUMCTL_KEYRING", "no")]).expect(2);
    assert!(wrong.stderr.contains("can't be \"no\""), "{wrong}");
    let written = fs::read_dir(environment.path("home")).unwrap().count();
    assert_eq!(written, 0, "something was written");
}

#[test]
fn where_nobody_can_be_asked_it_says_what_to_do() {
    let environment = Environment::new();
    for (arguments, told) in [
        (
            &["auth", "set", "scim-token"][..],
            "--from-file - from a pipe",
        ),
        (
            &["auth", "set", "okta-key"],
            "has several lines and can't be typed",
        ),
        (
            &["auth", "forget", "scim-token"],
            "--yes forgets without asking",
        ),
        (&["auth", "set", "token"], "scim-token"),
        (&["auth", "forget"], "required"),
        (&["auth", "forget", "--all", "admin"], "cannot be used with"),
        (
            &[
                "auth",
                "set",
                "admin",
                "--from-file",
                "-",
                "--profile",
                "sandbox",
            ],
            "makes its own secrets",
        ),
        (
            &[
                "auth",
                "set",
                "admin",
                "--from-file",
                "-",
                "--profile",
                "a/b",
            ],
            "is no profile name",
        ),
    ] {
        let ran = environment.run(arguments).expect(2);
        assert!(ran.stderr.contains(told), "{told}: {ran}");
    }
}

#[test]
fn a_sync_without_its_token_says_so_and_a_diff_of_the_sandbox_needs_nothing() {
    let environment = Environment::new();
    environment.profile("default", PROFILE);
    let ran = environment.run(&["diff"]).expect(4);
    assert!(
        ran.stderr.starts_with(
            "error: there is no SCIM token for the profile `default`\n  caused by: there is no \
             keyring here: switched off by ATRIUMCTL_KEYRING\nhint: set ATRIUMCTL_SCIM_TOKEN"
        ),
        "{ran}"
    );
    let _ = environment.run(&["diff", "--profile", "sandbox"]).expect(0);
    // The environment stands before the sandbox's own.
    let wrong = [("ATRIUMCTL_SCIM_TOKEN", "not-this-one")];
    let ran = with(&environment, &["diff", "--profile", "sandbox"], &wrong).expect(4);
    assert!(!ran.stderr.contains("not-this-one"), "{ran}");
    let own = environment
        .run(&["auth", "list", "--profile", "sandbox"])
        .expect(0);
    assert!(own.stdout.contains("scim-token  sandbox"), "{own}");
}
