//! The direction of the modules: who may use whom, what the pure ones must not touch, who prints
//! and who ends the process. Read from the source, not from what happens to be called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const COMMANDS: &[&str] = &[
    "apply",
    "cli",
    "commands",
    "config",
    "context",
    "diagnose",
    "error",
    "exported",
    "ledger",
    "model",
    "net",
    "okta",
    "output",
    "reconcile",
    "sandbox",
    "secret",
    "source",
    "verkada",
];

/// Each module with the modules that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("main", &[]),
    ("lib", COMMANDS),
    ("cli", COMMANDS),
    ("commands", COMMANDS),
    ("context", COMMANDS),
    (
        "apply",
        &["error", "ledger", "model", "reconcile", "secret", "verkada"],
    ),
    ("config", &["error", "model", "secret"]),
    ("ledger", &["error", "model", "secret"]),
    ("output", &["error", "model", "secret"]),
    ("source", &["error", "model", "net", "secret"]),
    ("verkada", &["error", "exported", "model", "net", "secret"]),
    ("net", &["error", "model", "secret"]),
    ("okta", &["error", "exported", "model", "net", "secret"]),
    ("reconcile", &["model"]),
    ("diagnose", &["model", "reconcile", "verkada"]),
    ("error", &[]),
    ("exported", &["model"]),
    ("model", &[]),
    ("secret", &[]),
    ("sandbox", &[]),
];

/// A file of `src/`: the module that it belongs to, and its text without comments and tests.
struct Source {
    path: PathBuf,
    module: String,
    /// Whether `super` in it is the crate itself.
    top: bool,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                if name != "tests" {
                    folders.push(path);
                }
                continue;
            }
            let tests = name == "tests.rs" || name.ends_with("_tests.rs");
            if tests || path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let inside = path.strip_prefix(&root).unwrap();
            let depth = inside.components().count();
            let module = inside.iter().next().unwrap().to_str().unwrap();
            sources.push(Source {
                module: module.trim_end_matches(".rs").to_owned(),
                top: depth == 1 || (depth == 2 && name == "mod.rs"),
                code: code(&fs::read_to_string(&path).unwrap()),
                path,
            });
        }
    }
    assert!(sources.len() > 40, "the source was not found");
    sources
}

/// A file without its comments, and up to the tests at its end.
fn code(text: &str) -> String {
    let without_tests = match text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => &text[..at],
        None => text,
    };
    let lines = without_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The top-level modules that a text names behind a path such as `crate::`.
fn named(code: &str, path: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(path) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + path.len()..];
        match rest.strip_prefix('{') {
            None => found.extend(identifier(rest)),
            Some(list) => {
                // Only the first word of each member of the outermost list.
                let mut depth = 1;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' => start = depth == 1,
                        c if c.is_whitespace() => {}
                        _ if start => {
                            found.extend(identifier(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    found
}

fn identifier(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

#[test]
fn nobody_uses_what_stands_above() {
    let may_use: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.module.as_str();
        let Some(allowed) = may_use.get(module) else {
            wrong.push(format!("{}: a module of no layer", source.path.display()));
            continue;
        };
        let mut used = named(&source.code, "crate::");
        if source.top && module != "lib" {
            used.extend(named(&source.code, "super::"));
        }
        for name in used {
            let known = may_use.contains_key(name.as_str());
            if known && name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!(
                    "{}: {module} must not use {name}",
                    source.path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn paths_are_read_in_every_form() {
    let read = |code: &str| named(code, "crate::").into_iter().collect::<Vec<_>>();
    assert_eq!(read("use crate::model::Text;"), ["model"]);
    assert_eq!(
        read("use crate::{error::{Error, Exit}, model,\n    net::client};"),
        ["error", "model", "net"]
    );
    assert_eq!(
        read("let a = crate::ledger::open(crate::x);"),
        ["ledger", "x"]
    );
    assert!(read("mycrate::model").is_empty());
}

/// Fails if one of the words stands in a file that `inside` picks.
#[track_caller]
fn never(words: &[&str], inside: impl Fn(&Source) -> bool) {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| inside(source)) {
        for word in words {
            if source.code.contains(word) {
                wrong.push(format!("{}: {word}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn planning_checking_and_model_wait_for_nothing_and_read_no_clock() {
    let impure = [
        "std::env",
        "std::fs",
        "std::net",
        "std::process",
        "tokio",
        "reqwest",
        "rusqlite",
        "async ",
        "Timestamp::now",
        "Zoned::now",
        "SystemTime",
        "Instant",
        "fastrand",
    ];
    never(&impure, |source| {
        // Of what concerns Okta, all but the asking is pure.
        let parent = source.path.parent();
        let asks = source.path.ends_with("okta/fetch.rs")
            || parent.is_some_and(|folder| folder.ends_with("okta/api"));
        // And of what diagnoses, all but the gathering.
        let gathers = source.path.ends_with("diagnose/gather.rs");
        let pure = ["diagnose", "exported", "model", "okta", "reconcile"];
        pure.contains(&source.module.as_str()) && !asks && !gathers
    });
}

#[test]
fn only_output_prints() {
    let printing = [
        "::stdout()",
        "::stderr()",
        "print!",
        "println!",
        "eprint!",
        "eprintln!",
        "dbg!",
    ];
    never(&printing, |source| source.module != "output");
}

#[test]
fn only_main_ends_the_process() {
    let ending = ["process::exit", "process::abort", "ExitCode"];
    never(&ending, |source| source.module != "main");
}

#[test]
fn every_file_says_first_what_it_is_about() {
    for source in sources() {
        let text = fs::read_to_string(&source.path).unwrap();
        assert!(text.starts_with("//! "), "{}", source.path.display());
    }
}
