//! What is generated from the command line and committed: completions and man pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use atriumctl::commands::man::VARIABLES;

use crate::environment::Environment;

const HOW: &str = "is not what the command line makes; make it again with";

#[test]
fn completions_are_what_the_command_line_makes() {
    let environment = Environment::new();
    let stored = stored("completions");
    let scripts = [
        ("bash", "atriumctl.bash"),
        ("elvish", "atriumctl.elv"),
        ("fish", "atriumctl.fish"),
        ("powershell", "_atriumctl.ps1"),
        ("zsh", "_atriumctl"),
    ];
    for (shell, file) in scripts {
        let made = environment.run(&["completions", shell]).expect(0).stdout;
        assert!(
            stored.get(file) == Some(&made),
            "completions/{file} {HOW} `cargo run -- completions {shell} > completions/{file}`"
        );
    }
    assert_eq!(stored.len(), scripts.len(), "{:?}", stored.keys());
}

#[test]
fn man_pages_are_what_the_command_line_makes() {
    let environment = Environment::new();
    let made = environment.path("man");
    fs::create_dir(&made).unwrap();
    let _ = environment.run(&["man", "man"]).expect(0);
    let (made, stored) = (read(&made), stored("man"));
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        stored.keys().collect::<Vec<_>>()
    );
    for (file, page) in &made {
        assert!(
            stored.get(file) == Some(page),
            "man/{file} {HOW} `cargo run -- man man`"
        );
        assert!(page.contains(".SH \"EXIT STATUS\""), "{page}");
        assert!(page.contains("interrupted"), "{page}");
        for section in ["SYNOPSIS", "ENVIRONMENT", "FILES", "SEE ALSO"] {
            let heading = [format!(".SH {section}\n"), format!(".SH \"{section}\"\n")];
            assert!(
                heading.iter().any(|heading| page.contains(heading)),
                "{file} has no {section}"
            );
        }
    }
}

fn stored(folder: &str) -> BTreeMap<String, String> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    files.collect()
}

#[test]
fn the_man_pages_list_the_variables_that_are_read_and_no_others() {
    let told: BTreeSet<&str> = VARIABLES
        .iter()
        .flat_map(|(names, _)| names.split(", "))
        .collect();
    let mut used = BTreeSet::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        if path.ends_with("man/tables.rs") || path.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for quoted in text.split('"').filter(|word| is_variable(word)) {
            used.insert(quoted.to_owned());
        }
    }
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    assert_eq!(told, used);
}

/// Ours by their prefix, those of others by name.
fn is_variable(word: &str) -> bool {
    let others = [
        "COLUMNS",
        "HOME",
        "LESS",
        "NO_COLOR",
        "PAGER",
        "TERM",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "XDG_STATE_HOME",
    ];
    let ours = word.strip_prefix("ATRIUMCTL_").is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    });
    ours || others.contains(&word)
}
