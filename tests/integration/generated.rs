//! What is generated from the command line and committed: completions and man pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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
