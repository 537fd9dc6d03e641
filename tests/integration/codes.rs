//! Stable codes: each that a table has is used, and each that a person meets can be explained.

use std::fs;
use std::path::{Path, PathBuf};

use atriumctl::commands::codes;
use atriumctl::model::diagnosis::Trouble;
use atriumctl::model::finding::FindingKind;
use atriumctl::model::{metadata, reason};

use crate::environment::Environment;

/// The code of every file of `src/` without its tests, with its path below `src/`.
fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&top, &mut paths);
    let sources = paths.into_iter().filter_map(|path| {
        let below = path.strip_prefix(&top).unwrap().to_owned();
        let named = |name: &str| below.components().any(|part| part.as_os_str() == name);
        if named("tests") || named("tests.rs") {
            return None;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        Some((below, code.to_owned()))
    });
    sources.collect()
}

/// Fails for each variant of an enum that nothing in `sources` names.
fn each_is_used(kind: &str, names: impl Iterator<Item = String>, sources: &[&str]) {
    let unused: Vec<String> = names
        .filter(|name| {
            let used = format!("{kind}::{name}");
            let whole = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            !sources
                .iter()
                .any(|code| code.split(&used).skip(1).any(whole))
        })
        .collect();
    assert!(
        unused.is_empty(),
        "nothing uses these of {kind}: {unused:?}"
    );
}

#[test]
fn no_code_is_unused() {
    let sources = sources();
    let of = |wanted: &dyn Fn(&Path) -> bool| -> Vec<&str> {
        let here = sources.iter().filter(|(path, _)| wanted(path));
        here.map(|(_, code)| code.as_str()).collect()
    };
    // Two enums have the name: reasons are everybody's but Okta's, whose codes are of metadata.
    each_is_used(
        "Code",
        reason::Code::ALL.iter().map(|code| format!("{code:?}")),
        &of(&|path| !path.starts_with("okta") && !path.starts_with("model/finding")),
    );
    each_is_used(
        "Code",
        metadata::Code::ALL.iter().map(|code| format!("{code:?}")),
        &of(&|path| path.starts_with("okta") || path.starts_with("commands/okta.rs")),
    );
    each_is_used(
        "FindingKind",
        FindingKind::ALL.iter().map(|kind| format!("{kind:?}")),
        &of(&|path| path.starts_with("source")),
    );
    each_is_used(
        "Trouble",
        Trouble::ALL.iter().map(|trouble| format!("{trouble:?}")),
        &of(&|path| !path.starts_with("model/diagnosis/trouble.rs")),
    );
}

#[test]
fn every_code_of_every_area_is_explained_by_name() {
    let environment = Environment::new();
    for area in ["plan", "source", "metadata", "diagnosis", "doctor"] {
        let listed = environment.run(&["explain", "--list", "--area", area, "--output", "jsonl"]);
        let listed = listed.expect(0).stdout;
        let first: serde_json::Value =
            serde_json::from_str(listed.lines().next().unwrap()).unwrap();
        let code = first["code"].as_str().unwrap();
        let told = environment.run(&["explain", code]).expect(0).stdout;
        assert!(told.starts_with(&format!("{code}: ")), "{told}");
        assert!(told.contains('→'), "{told}");
    }
    let all = environment.run(&["explain", "--output", "jsonl"]).expect(0);
    assert_eq!(all.stdout.lines().count(), codes::all().len());
    let list = environment
        .run(&["explain", "--list", "--output", "jsonl"])
        .expect(0);
    assert_eq!(list.stdout, all.stdout);
}

#[test]
fn an_unknown_code_names_those_that_are_like_it() {
    let environment = Environment::new();
    for (word, expected) in [
        ("certificate-expird", "did you mean certificate-expired"),
        ("Weak_Match", "did you mean weak-match"),
        ("metadata-", "metadata-expired"),
        ("qqqqqq", "explain --list"),
        ("\u{1b}[31m", "explain --list"),
    ] {
        let told = environment.run(&["explain", word]).expect(2);
        assert!(told.stderr.contains(expected), "{word}: {}", told.stderr);
        assert!(!told.stderr.contains('\u{1b}'), "{}", told.stderr);
    }
}
