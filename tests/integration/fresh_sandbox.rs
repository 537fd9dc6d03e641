//! `sandbox reset` makes a world that has nothing of the one before: no secret, no certificate, no
//! metadata.

use std::collections::BTreeMap;
use std::fs;

use crate::environment::Environment;

/// What may stay as it is: the lock, the settings of the server, and people, who come from the seed.
const SAME: &[&str] = &["lock", "minute", "world.db", "world.db-wal", "world.db-shm"];

fn files(environment: &Environment) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(environment.sandbox_dir()).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    });
    files
        .filter(|(name, _)| !SAME.contains(&name.as_str()))
        .collect()
}

#[test]
fn nothing_of_the_old_world_is_in_the_new_one() {
    let environment = Environment::new();
    let reset = ["sandbox", "reset", "--people", "30"];
    let _ = environment.run(&reset).expect(0);
    let served = environment.serve(|_| {});
    let ran = |arguments: &[&str]| {
        let ran = environment.run(&[arguments, &["--profile", "sandbox"]].concat());
        assert!([0, 5].contains(&ran.code), "{ran}");
        ran
    };
    // What makes files: keys of narrower scope, a service app, copies of the token, metadata.
    use atriumctl::sandbox::KeyScope;
    for scope in [KeyScope::ReadOnly, KeyScope::NoAccessControl] {
        let _ = atriumctl::sandbox::api_key_with(&environment.sandbox_dir(), scope).unwrap();
    }
    let _ = ran(&["sandbox", "okta", "rotate-certificate"]);
    let url = format!(
        "{}{}",
        served.base_url(),
        atriumctl::sandbox::metadata_path()
    );
    let _ = environment
        .run(&["okta", "metadata", "fetch", &url, "--out", "metadata.xml"])
        .expect(0);
    let uploaded = environment.run(&[
        "okta",
        "metadata",
        "upload",
        "metadata.xml",
        "--yes",
        "--client-id",
        "campus",
        "--profile",
        "sandbox",
    ]);
    served.stop();
    let before = files(&environment);
    for name in [
        "scim-token",
        "api-key",
        "admin-secret",
        "admin-secret-viewer",
        "atrium-secret",
        "okta-token",
        "okta-certificate.json",
        "sso.json",
    ] {
        assert!(
            before.contains_key(name),
            "{name}: {:?} {uploaded}",
            before.keys()
        );
    }
    let _ = environment.run(&reset).expect(0);
    let after = files(&environment);
    let left: Vec<&String> = before
        .iter()
        .filter(|(name, old)| after.get(*name) == Some(*old))
        .map(|(name, _)| name)
        .collect();
    assert!(left.is_empty(), "{left:?} are as before");
}
