//! Where SCIM token and API key are found, and what is neither.

use super::*;
use crate::secret;

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
