//! Command lines that the tool itself names: every `atriumctl …` in a remedy, a hint or an example
//! is one that it understands.

use std::fs;
use std::path::{Path, PathBuf};

use atriumctl::cli::Cli;
use atriumctl::commands::codes;
use clap::Parser as _;
use clap::error::ErrorKind;

/// Ends a command in a sentence, as a colon and a full stop do before a blank.
const ENDS: &[char] = &['`', ';', ',', '(', ')', '|', '>', '<', '"', '\n', '#', '…'];

/// The text behind each `atriumctl ` up to where its sentence goes on.
fn named(text: &str) -> Vec<String> {
    let places = text.match_indices("atriumctl ");
    let lines = places.filter_map(|(at, found)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "-_/.".contains(c)) {
            return None;
        }
        let rest = &text[at + found.len()..];
        let end = rest.find(ENDS).unwrap_or(rest.len());
        // A remark beside a command stands behind several blanks.
        let line = &rest[..end];
        let cut = ["   ", ": ", ". "]
            .into_iter()
            .filter_map(|mark| line.find(mark));
        let line = &line[..cut.min().unwrap_or(line.len())];
        let line = line.trim().trim_end_matches(['.', ':']);
        (!line.is_empty()).then(|| line.to_owned())
    });
    lines.collect()
}

/// Why a line is no command. What follows a command in a sentence is no part of it, but a flag is. Unless it has
/// to be `is_whole`, it may lack what it needs: then its name and its flags have to exist.
fn wrong(line: &str, is_whole: bool) -> Option<String> {
    let words: Vec<String> = line
        .split_whitespace()
        .map(|word| word.trim_matches(['\'', '[', ']']).trim_end_matches("\\"))
        .map(|word| match word {
            "EMAIL" => "somebody@school.example".to_owned(),
            _ if word.contains('{') => "scim-token".to_owned(),
            _ => word.to_owned(),
        })
        .filter(|word| !word.is_empty())
        .collect();
    let first = words.first()?;
    // A name in prose, such as "atriumctl itself", is followed by no subcommand.
    if !first.starts_with(|c: char| c.is_ascii_lowercase() || c == '-') {
        return None;
    }
    let mut last = String::new();
    for many in (1..=words.len()).rev() {
        let arguments = ["atriumctl"].into_iter();
        let arguments = arguments.chain(words[..many].iter().map(String::as_str));
        match Cli::try_parse_from(arguments) {
            Err(error) if !is_whole && lacks(&error, &words[many - 1]) => return None,
            Err(error) if error.use_stderr() => last = error.to_string(),
            _ => {
                let next = words.get(many);
                let flag = next.filter(|word| word.starts_with("--"));
                return flag.map(|flag| format!("{flag} is not understood there"));
            }
        }
    }
    Some(last)
}

/// Whether something is missing, and all that is there is right.
fn lacks(error: &clap::Error, last: &str) -> bool {
    match error.kind() {
        ErrorKind::MissingRequiredArgument
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => true,
        ErrorKind::InvalidValue => last.starts_with("--"),
        _ => false,
    }
}

#[test]
fn a_wrong_command_is_seen_in_a_sentence() {
    for (text, good) in [
        ("look: atriumctl source check; then", true),
        ("atriumctl source check names every defect", true),
        ("`atriumctl token refresh --yes`", true),
        ("atriumctl auth set scim-token", true),
        ("atriumctl auth set", false),
        ("atriumctl auth set scim-tokn", false),
        ("atriumctl token generate", false),
        ("atriumctl token generate --domain DOMAIN", true),
        ("atriumctl sync --bogus", false),
        ("atriumctl okta metadata bogus", false),
    ] {
        let found = named(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(wrong(&found[0], true).is_none(), good, "{text}");
    }
}

#[test]
fn every_command_in_the_text_of_a_code_is_understood() {
    let mut seen = 0;
    let mut bad = Vec::new();
    for entry in codes::all() {
        for text in [&entry.title, entry.meaning, entry.remedy] {
            for line in named(text) {
                seen += 1;
                bad.extend(wrong(&line, true).map(|why| format!("{}: {line}: {why}", entry.code)));
            }
        }
    }
    assert!(seen > 30, "{seen}");
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if name != "tests" {
                files(&path, found);
            }
        } else if name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs") {
            found.push(path);
        }
    }
}

/// What is shown of a file: no comments but those that become help, no tests, strings in one piece.
fn shown(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let mut out = String::new();
    for line in text.lines() {
        let bare = line.trim_start();
        if bare.starts_with("//") {
            out.push('\n');
            continue;
        }
        // A backslash at the end joins a string with what stands on the next line.
        match line.strip_suffix('\\') {
            Some(line) if !line.ends_with('\\') => out.push_str(line),
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    let mut joined = String::new();
    for line in out.split('\n') {
        joined.push_str(line);
        joined.push('\n');
    }
    joined.replace("\\\"", "'").replace("\\n", "\n")
}

/// Where the words behind the name are no command.
const PROSE: &[&str] = &[
    "itself", "only", "is", "in", "and", "by", "for", "does", "can", "has", "if", "knows", "plan",
    "with", "compares", "reads",
];

#[test]
fn every_command_in_the_text_of_the_program_is_understood() {
    let mut paths = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut paths,
    );
    let (mut seen, mut bad) = (0, Vec::new());
    for path in paths {
        let text = shown(&fs::read_to_string(&path).unwrap());
        for line in named(&text) {
            let first = line.split_whitespace().next().unwrap_or_default();
            // What completion is tried with is half a word.
            if PROSE.contains(&first) || first.contains('{') || path.ends_with("complete.rs") {
                continue;
            }
            seen += 1;
            bad.extend(wrong(&line, false).map(|why| {
                let why = why.lines().next().unwrap_or_default().to_owned();
                format!("{}: {line}: {why}", path.display())
            }));
        }
    }
    assert!(seen > 150, "{seen}");
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
