//! Where secrets are found, and what can't be one.

use jiff::Timestamp;

use super::*;
use crate::secret::store::{InMemory, Kept, StoreError};
use crate::secret::{self, Secret};

#[test]
fn the_token_is_found_in_its_order() {
    let text = format!("{SMALL}scim_token_file = \"token.txt\"\n");
    let mut world = World::new(&[("default", &text)]);
    let file = world.dir.path().join("profiles/token.txt");
    let missing = world.token("").unwrap_err();
    assert_eq!(missing.exit, Exit::Authentication);

    fs::write(&file, "from-profile\n").unwrap();
    restrict(&file, 0o600);
    let found = world.token("").unwrap();
    assert_eq!(found.secret.expose(), "from-profile");
    assert!(found.warnings.is_empty());

    let other = world.dir.path().join("other");
    fs::write(&other, "from-variable").unwrap();
    restrict(&other, 0o600);
    world = world.set("ATRIUMCTL_SCIM_TOKEN_FILE", other.to_str().unwrap());
    assert_eq!(world.token("").unwrap().secret.expose(), "from-variable");

    world.flags.scim_token_file = Some("-".into());
    let found = world.token("from-stdin\n").unwrap();
    assert_eq!(found.secret.expose(), "from-stdin");
    assert_eq!(found.secret.origin(), &secret::Origin::StandardInput);

    world = world.set("ATRIUMCTL_SCIM_TOKEN", "from-environment");
    let found = world.token("from-stdin\n").unwrap();
    assert_eq!(found.secret.expose(), "from-environment");
    assert_eq!(
        found.warnings,
        ["ATRIUMCTL_SCIM_TOKEN is set, so the token file of flag --scim-token-file is not read"]
    );
}

#[test]
fn what_is_no_token_is_refused_without_showing_it() {
    let mut world = World::new(&[("default", SMALL)]);
    let none = world.token("").unwrap_err();
    assert_eq!(none.exit, Exit::Authentication);
    assert!(none.hints[0].contains("ATRIUMCTL_SCIM_TOKEN"));

    world.flags.scim_token_file = Some("-".into());
    for text in [
        "",
        " \n",
        "Bearer s3cret",
        "s3c\nret",
        "s3cret\u{7}x",
        "s3crét",
        &"s".repeat(20_000),
    ] {
        let error = world.token(text).unwrap_err();
        assert_eq!(error.exit, Exit::Authentication);
        assert!(!error.to_string().contains("s3c"), "{error}");
        assert!(!error.hints.is_empty(), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_token_file_that_others_can_read_is_warned_about() {
    let mut world = World::new(&[("default", SMALL)]);
    let file = world.dir.path().join("token");
    fs::write(&file, "abc").unwrap();
    restrict(&file, 0o644);
    world.flags.scim_token_file = Some(file.clone());
    let found = world.token("").unwrap();
    assert_eq!(found.secret.expose(), "abc");
    assert_eq!(found.warnings.len(), 1);
    assert!(found.warnings[0].contains("chmod 600"));
}

fn restrict(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

#[test]
fn the_key_is_found_in_the_same_order() {
    let text = format!("{SMALL}api_key_file = \"key.txt\"\n");
    let mut world = World::new(&[("default", &text)]).set("ATRIUMCTL_SCIM_TOKEN", "token");
    let key = |world: &World, stdin| world.key(stdin).unwrap().unwrap().secret;
    let error = world.key("").unwrap_err();
    assert_eq!(error.exit, Exit::Authentication);
    assert!(error.to_string().contains("the key file"), "{error}");
    assert_eq!(error.hints, ["correct the path, or set ATRIUMCTL_API_KEY"]);

    let folder = world.dir.path().join("profiles");
    for (name, text) in [("key.txt", "from-profile\n"), ("other", "from-variable")] {
        fs::write(folder.join(name), text).unwrap();
        restrict(&folder.join(name), 0o600);
    }
    assert_eq!(key(&world, "").expose(), "from-profile");
    let other = folder.join("other");
    world = world.set("ATRIUMCTL_API_KEY_FILE", other.to_str().unwrap());
    assert_eq!(key(&world, "").expose(), "from-variable");
    world.flags.api_key_file = Some("-".into());
    assert_eq!(key(&world, "from-stdin\n").expose(), "from-stdin");
    world = world.set("ATRIUMCTL_API_KEY", "from-environment");
    let found = world.key("from-stdin\n").unwrap().unwrap();
    assert_eq!(found.secret.expose(), "from-environment");
    assert_eq!(
        found.warnings,
        ["ATRIUMCTL_API_KEY is set, so the key file of flag --api-key-file is not read"]
    );
}

#[test]
fn without_a_key_there_is_none_and_what_is_no_key_is_refused() {
    let mut world = World::new(&[("default", SMALL)]).set("ATRIUMCTL_SCIM_TOKEN", "token");
    assert!(world.key("").unwrap().is_none());
    world.flags.api_key_file = Some("-".into());
    for text in ["", "s3c ret", "s3c\nret", "s3crét"] {
        let error = world.key(text).unwrap_err();
        assert_eq!(error.exit, Exit::Authentication);
        assert!(error.to_string().contains(" no key: "), "{error}");
        assert!(!error.to_string().contains("s3c"), "{error}");
    }
}

#[test]
fn only_one_secret_can_come_from_standard_input() {
    let mut world = World::new(&[("default", SMALL)]);
    world.flags.scim_token_file = Some("-".into());
    world.flags.api_key_file = Some("-".into());
    let error = world.secrets("one").unwrap_err();
    assert_eq!(error.exit, Exit::Usage);
    assert!(error.to_string().contains("can't both come"), "{error}");
    // What is set in the environment is not read.
    let world = world.set("ATRIUMCTL_API_KEY", "key");
    let found = world.secrets("token").unwrap();
    assert_eq!(found.token.secret.expose(), "token");
    assert_eq!(found.key.unwrap().secret.expose(), "key");
}

#[test]
fn a_key_needs_an_address() {
    let text = SMALL.replace(
        "region = \"eu\"",
        "scim_url = \"https://scim.school.example\"",
    );
    let world = World::new(&[("default", &text)]).set("ATRIUMCTL_SCIM_TOKEN", "token");
    assert!(world.key("").unwrap().is_none());
    let mut world = world.set("ATRIUMCTL_API_KEY", "s3cret");
    let error = world.key("").unwrap_err();
    assert_eq!(error.exit, Exit::Usage);
    assert_eq!(
        error.to_string(),
        "there is an API key (from environment variable ATRIUMCTL_API_KEY), but it is not said \
         where its API is"
    );
    assert!(error.hints[0].contains("api_url"), "{:?}", error.hints);
    world.flags.api_url = Some("https://api.school.example".to_owned());
    assert!(world.key("").unwrap().is_some());
}

/// What [`find_secret`] finds with a store and somebody who types.
fn find(
    world: &World,
    kind: SecretKind,
    need: Need,
    store: &dyn SecretStore,
    typed: Option<&str>,
) -> Result<Option<Found>, Error> {
    let ask = |_| Ok(Secret::new(typed.unwrap(), secret::Origin::Prompt));
    let ask: Option<Ask<'_>> = typed.is_some().then_some(&ask);
    world.places(store, ask, |places| {
        find_secret(kind, need, places, &mut std::io::empty())
    })
}

fn kept(text: &str) -> Kept {
    Kept {
        secret: Secret::new(text, secret::Origin::Keyring),
        since: Some(Timestamp::UNIX_EPOCH),
    }
}

#[test]
fn the_keyring_comes_after_environment_and_file_and_before_the_prompt() {
    for kind in SecretKind::ALL {
        let text = match kind.has_lines() {
            true => |name: &str| {
                format!("-----BEGIN PRIVATE KEY-----\n{name}\n-----END PRIVATE KEY-----")
            },
            false => |name: &str| name.to_owned(),
        };
        let mut world = World::new(&[("default", SMALL)]);
        let store = InMemory::default();
        let found = |world: &World, typed| {
            let found = find(world, kind, Need::Required, &store, typed)
                .unwrap()
                .unwrap();
            (
                found.secret.expose().to_owned(),
                found.secret.origin().clone(),
            )
        };
        if !kind.has_lines() {
            assert_eq!(
                found(&world, Some("typed")),
                ("typed".to_owned(), secret::Origin::Prompt)
            );
        }
        store.set("other", kind, &kept(&text("others"))).unwrap();
        store.set("default", kind, &kept(&text("kept"))).unwrap();
        assert_eq!(
            found(&world, Some("typed")),
            (text("kept"), secret::Origin::Keyring)
        );
        let file = world.dir.path().join("file");
        fs::write(&file, format!("\u{feff}{}\r\n", text("filed"))).unwrap();
        restrict(&file, 0o600);
        world = world.set(kind.file_variable(), file.to_str().unwrap());
        assert_eq!(
            found(&world, None),
            (text("filed"), secret::Origin::File(file))
        );
        world = world.set(kind.variable(), &text("set"));
        assert_eq!(
            found(&world, None),
            (text("set"), secret::Origin::Environment(kind.variable()))
        );
        // Finding writes nothing.
        let still = store.get("default", kind).unwrap().unwrap();
        assert_eq!(still.secret.expose(), text("kept"));
    }
}

#[test]
fn a_secret_that_is_nowhere_is_named_with_what_to_do() {
    let world = World::new(&[("default", SMALL)]);
    for kind in SecretKind::ALL {
        let optional =
            |store: &dyn SecretStore| find(&world, kind, Need::Optional, store, Some("x"));
        assert!(optional(&InMemory::default()).unwrap().is_none());
        assert!(optional(&nothing()).unwrap().is_none());

        let empty = find(&world, kind, Need::Required, &InMemory::default(), None).unwrap_err();
        assert_eq!(empty.exit, Exit::Authentication);
        let told = format!("there is no {} for the profile `default`", kind.name());
        assert_eq!(empty.to_string(), told);
        assert!(
            empty.hints[0].contains(kind.variable()),
            "{:?}",
            empty.hints
        );
        let command = format!("atriumctl auth set {} --profile default", kind.word());
        assert!(empty.hints[1].contains(&command), "{:?}", empty.hints);

        let absent = find(&world, kind, Need::Required, &nothing(), None).unwrap_err();
        assert_eq!(absent.exit, Exit::Authentication);
        assert_eq!(
            absent.to_string(),
            format!("{told}: there is no keyring here: this is a test")
        );
        assert!(
            !absent.hints.join(" ").contains("auth set"),
            "{:?}",
            absent.hints
        );
    }
}

/// A store that fails.
struct Failing(StoreError);

impl SecretStore for Failing {
    fn name(&self) -> &str {
        "the system keyring"
    }
    fn get(&self, _: &str, _: SecretKind) -> Result<Option<Kept>, StoreError> {
        Err(self.0.clone())
    }
    fn set(&self, _: &str, _: SecretKind, _: &Kept) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
    fn forget(&self, _: &str, _: SecretKind) -> Result<bool, StoreError> {
        Err(self.0.clone())
    }
    fn probe(&self, _: &str) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
}

#[test]
fn a_keyring_that_is_there_and_fails_is_an_error_of_its_own() {
    let world = World::new(&[("default", SMALL)]);
    for (error, told, hint) in [
        (StoreError::Locked, "the keyring is locked", "unlock it"),
        (
            StoreError::Slow(3),
            "the keyring did not answer within 3 seconds; it may wait to be unlocked",
            "if it shows a dialog, answer it",
        ),
        (
            StoreError::Refused("no".to_owned()),
            "the keyring refused: no",
            "or set ATRIUMCTL_API_KEY; ATRIUMCTL_KEYRING=off",
        ),
    ] {
        let store = Failing(error);
        for need in [Need::Required, Need::Optional] {
            let error = find(&world, SecretKind::ApiKey, need, &store, None).unwrap_err();
            assert_eq!(error.exit, Exit::Authentication);
            let whole = format!(
                "can't look for the API key of the profile `default` in the system keyring: {told}"
            );
            assert_eq!(error.to_string(), whole);
            assert!(error.hints[0].starts_with(hint), "{:?}", error.hints);
            let all = error.hints.join(" ");
            assert!(all.contains("ATRIUMCTL_API_KEY"), "{all}");
        }
        // Who sits at a terminal is asked, and told why.
        let found = find(
            &world,
            SecretKind::ApiKey,
            Need::Required,
            &store,
            Some("typed"),
        );
        let found = found.unwrap().unwrap();
        assert_eq!(found.secret.expose(), "typed");
        assert!(found.warnings[0].contains(told), "{:?}", found.warnings);
    }
}

#[test]
fn each_way_of_getting_a_token_wrong_has_its_message() {
    let world = World::new(&[("default", SMALL)]);
    let pem = "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----";
    for (text, seen, remedy) in [
        (
            "Bearer s3cret",
            "it begins with `Bearer `",
            "leave `Bearer`",
        ),
        (
            "bearer  s3cret",
            "it begins with `Bearer `",
            "leave `Bearer`",
        ),
        ("Bearer", "it is the word `Bearer` alone", "copy the token"),
        ("bearer:", "it is the word `Bearer` alone", "copy the token"),
        (
            "Bearer=s3cret",
            "it begins with `Bearer=`",
            "leave `Bearer=",
        ),
        ("token=s3cret", "it begins with `token=`", "leave `token="),
        ("scim_token:s3cret", "it begins with `scim_token:`", "leave"),
        ("SSWS s3cret", "it begins with `SSWS `", "leave `SSWS`"),
        (
            "Authorization: Bearer s3cret",
            "it is a whole header",
            "alone",
        ),
        ("\"s3cret\"", "it stands in quotes", "leave the quotes out"),
        ("'s3cret'", "it stands in quotes", "leave the quotes out"),
        ("“s3cret”", "it stands in quotes", "leave the quotes out"),
        (
            "ATRIUMCTL_SCIM_TOKEN=s3cret",
            "it begins with the name of the variable",
            "the `=`",
        ),
        ("{\"token\": \"s3cret\"}", "it is JSON", "alone"),
        (
            "s3c ret",
            "it has blanks in it",
            "copy it again in one piece",
        ),
        (
            "s3c\u{a0}ret",
            "it has blanks in it",
            "copy it again in one piece",
        ),
        ("s3c\nret", "it has 2 lines", "a token is one line"),
        (
            "s3cr\u{e9}t",
            "it has characters that no token or key has",
            "copy it again",
        ),
        (
            "s3cr\u{7}t",
            "it has characters that no token or key has",
            "copy it again",
        ),
        (pem, "in PEM form", "alone"),
    ] {
        let world = World::new(&[("default", SMALL)]).set("ATRIUMCTL_SCIM_TOKEN", text);
        let error = world.token("").unwrap_err();
        assert_eq!(error.exit, Exit::Authentication);
        let told = error.to_string();
        let start = format!("ATRIUMCTL_SCIM_TOKEN holds something that is no token: {seen}");
        assert!(
            told.starts_with(&start) || (told.contains("no token: ") && told.contains(seen)),
            "{text:?}: {told}"
        );
        assert!(
            error.hints[0].contains(remedy),
            "{text:?}: {:?}",
            error.hints
        );
        let all = format!("{error:?}");
        assert!(!all.contains("s3c") && !all.contains("ret\""), "{all}");
    }
    // Words that only begin like one of them are tokens.
    for text in [
        "token",
        "bearerabc",
        "token==",
        "ab:c",
        "s3cret\"x",
        "a=b==",
    ] {
        let world = World::new(&[("default", SMALL)]).set("ATRIUMCTL_SCIM_TOKEN", text);
        assert_eq!(world.token("").unwrap().secret.expose(), text);
    }
    // What the keyring holds is looked at, too.
    let store = InMemory::default();
    store
        .set("default", SecretKind::ScimToken, &kept("Bearer s3cret"))
        .unwrap();
    let error = find(&world, SecretKind::ScimToken, Need::Required, &store, None).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("memory holds something that is no token")
    );
    assert_eq!(error.hints[1], "replace it: atriumctl auth set scim-token");
}

#[test]
fn a_private_key_is_pem_from_begin_to_end() {
    let key = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let look = |text: &str| {
        let world = World::new(&[("default", SMALL)]).set("ATRIUMCTL_OKTA_KEY", text);
        find(
            &world,
            SecretKind::OktaKey,
            Need::Required,
            &nothing(),
            None,
        )
    };
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
        let found = look(&key(label, "czNjcmV0")).unwrap().unwrap();
        assert_eq!(found.secret.expose(), key(label, "czNjcmV0").trim());
    }
    let cut = key("PRIVATE KEY", "czNjcmV0");
    for (text, seen) in [
        ("czNjcmV0", "it does not begin with `-----BEGIN`"),
        ("-----BEGIN PRIVATE", "its first line is cut short"),
        (
            &key("ENCRYPTED PRIVATE KEY", "czNjcmV0"),
            "encrypted with a passphrase",
        ),
        (
            &key("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nczNjcmV0"),
            "encrypted with a passphrase",
        ),
        (&key("CERTIFICATE", "czNjcmV0"), "another thing in PEM form"),
        (&key("PUBLIC KEY", "czNjcmV0"), "another thing in PEM form"),
        (&cut[..40], "it does not end with its END line"),
        (
            &key("PRIVATE KEY", "czNjcmV0").replace('\n', "\\n"),
            "its line ends are written as \\n",
        ),
    ] {
        let error = look(text).unwrap_err();
        assert_eq!(error.exit, Exit::Authentication);
        assert!(error.to_string().contains(seen), "{seen}: {error}");
        assert!(!format!("{error:?}").contains("czNj"), "{error:?}");
    }
}

#[test]
fn files_of_every_kind_can_stand_in_the_profile_and_secrets_can_not() {
    let text = format!(
        "{SMALL}[command.admin]\nsecret_file = \"a\"\n[okta]\ntoken_file = \"t\"\nkey_file = \"k\"\n"
    );
    let profile = World::new(&[("default", &text)]).load().unwrap();
    for (kind, name) in [
        (SecretKind::Admin, "a"),
        (SecretKind::OktaToken, "t"),
        (SecretKind::OktaKey, "k"),
    ] {
        let file = profile.secret_files.get(kind).unwrap();
        assert!(
            file.value
                .to_string()
                .ends_with(&format!("profiles/{name}")),
            "{file:?}"
        );
    }
    let shown = profile.effective();
    assert!(shown.iter().any(|setting| setting.key == "okta.key_file"));
    for (more, told) in [
        ("[okta]\ntoken = \"s3cret\"\n", "set ATRIUMCTL_OKTA_TOKEN"),
        ("[okta]\nprivate_key = \"s3cret\"\n", "ATRIUMCTL_OKTA_KEY"),
        (
            "[command.admin]\nsecret = \"s3cret\"\n",
            "set ATRIUMCTL_ADMIN_SECRET",
        ),
    ] {
        let refused = refused(more);
        assert!(refused.contains(told), "{refused}");
        assert!(!refused.contains("s3cret"), "{refused}");
    }
}

#[test]
fn a_profile_that_is_not_written_yet_has_the_files_of_the_layers() {
    let world = World::new(&[]).set("ATRIUMCTL_API_KEY_FILE", "/k");
    world.places(&nothing(), None, |places| {
        let file = places.files.get(SecretKind::ApiKey).unwrap();
        assert_eq!(file.value, SecretFile::Path("/k".into()));
    });
    // Only the files of one that is not complete are looked at.
    let world = World::new(&[("default", "[command]\napi_key_file = \"k\"\n")]);
    world.places(&nothing(), None, |places| {
        assert!(places.files.get(SecretKind::ApiKey).is_some());
    });
}

#[test]
fn the_keyring_can_be_switched_off() {
    let is_on = |value: &str| {
        World::new(&[])
            .set("ATRIUMCTL_KEYRING", value)
            .with(keyring_is_on)
    };
    assert!(is_on("").unwrap() && is_on("on").unwrap());
    assert!(!is_on("off").unwrap());
    for wrong in ["Off", "0", "no", "false"] {
        assert_eq!(is_on(wrong).unwrap_err().exit, Exit::Usage);
    }
}

#[test]
fn every_place_that_has_one_is_named_in_its_order() {
    let file_name = "token";
    let mut world = World::new(&[("default", SMALL)]).set("ATRIUMCTL_SCIM_TOKEN", "Bearer s3cret");
    let file = world.dir.path().join(file_name);
    fs::write(&file, "filed").unwrap();
    restrict(&file, 0o644);
    world.flags.scim_token_file = Some(file.clone());
    let store = InMemory::default();
    store
        .set("default", SecretKind::ScimToken, &kept("kept"))
        .unwrap();
    world.places(&store, None, |places| {
        let (list, error) = secret_places(SecretKind::ScimToken, places);
        assert_eq!(error, None);
        let origins: Vec<_> = list.iter().map(|place| place.origin.clone()).collect();
        let expected = [
            secret::Origin::Environment("ATRIUMCTL_SCIM_TOKEN"),
            secret::Origin::File(file.clone()),
            secret::Origin::Keyring,
        ];
        assert_eq!(origins, expected);
        let problem = list[0].secret.as_ref().unwrap_err();
        assert!(
            problem.contains("Bearer") && !problem.contains("s3cret"),
            "{problem}"
        );
        assert_eq!(list[1].secret.as_ref().unwrap().expose(), "filed");
        assert!(list[1].since.is_some());
        assert_eq!(list[1].warnings.len(), usize::from(cfg!(unix)));
        assert_eq!(list[2].since, Some(Timestamp::UNIX_EPOCH));
    });
    world.flags.scim_token_file = Some("-".into());
    world.places(&nothing(), None, |places| {
        let (list, error) = secret_places(SecretKind::ScimToken, places);
        assert_eq!(list.len(), 2);
        assert!(list[1].secret.is_err());
        assert!(matches!(error, Some(StoreError::Absent(_))));
    });
}
