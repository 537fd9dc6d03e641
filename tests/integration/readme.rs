//! What the README shows of the tool is so: its tour, and the switches of the sandbox.

use std::fs;
use std::path::Path;

use atriumctl::sandbox::Personality;

use crate::environment::Environment;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn its_switches_are_all_there_are() {
    let readme = readme();
    let (_, rest) = readme
        .split_once("| switch | what it does |\n|---|---|\n")
        .unwrap();
    let (table, _) = rest.split_once("\n\n").unwrap();
    let expected: Vec<String> = Personality::NAMES
        .iter()
        .map(|(name, about)| format!("| `{name}` | {about} |"))
        .collect();
    assert_eq!(table, expected.join("\n"));
}

#[test]
fn its_tour_shows_what_the_tool_says() {
    let environment = Environment::new();
    let mut commands = 0;
    for block in readme().split("```console\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        let mut lines = block.lines();
        let command = lines.next().unwrap().strip_prefix("$ atriumctl ").unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        let ran = environment.run(&words).expect(0);
        let said: Vec<&str> = ran.stdout.lines().collect();
        for line in lines.filter(|line| *line != "…") {
            assert!(said.contains(&line), "{command}: {line:?} is not in {ran}");
        }
        commands += 1;
    }
    assert_eq!(commands, 6);
}
