//! What the README promises, held against the tool: exit codes, reason codes, profile keys and
//! command lines.

use std::fs;

use atriumctl::cli::Cli;
use atriumctl::commands::codes;
use atriumctl::error::Exit;
use atriumctl::model::reason::Code;
use clap::Parser as _;

use crate::environment::Environment;

fn readme() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(format!("{}\n", info.trim()));
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    let wanted = format!("{language}\n");
    let of_language = blocks.iter().filter_map(|b| b.strip_prefix(&wanted));
    of_language.map(str::to_owned).collect()
}

/// The cells of each row of the tables.
fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    })
    .collect()
}

/// A text without the marks and the case in which two documents may differ.
fn plain(text: &str) -> String {
    text.replace('`', "").to_lowercase()
}

#[test]
fn the_help_lists_every_exit_code_with_its_meaning() {
    let environment = Environment::new();
    let help = environment.run(&["--help"]).expect(0);
    for exit in Exit::ALL {
        let line = format!("{:>5}  {}\n", exit.code(), exit.meaning());
        assert!(help.stdout.contains(&line), "{line} is not in: {help}");
    }
}

#[test]
fn the_readme_lists_the_exit_codes_of_the_help_and_no_others() {
    let rows = rows(&readme());
    let codes = rows.iter().filter_map(|row| {
        let code: u8 = row.first()?.parse().ok()?;
        Some((code, plain(&row.get(1..)?.join(" "))))
    });
    let listed: Vec<(u8, String)> = codes.collect();
    for exit in Exit::ALL {
        let row = listed.iter().find(|(code, _)| *code == exit.code());
        let Some((_, text)) = row else {
            panic!("the README's table lacks exit code {}", exit.code());
        };
        assert!(
            text.contains(&plain(exit.meaning())),
            "exit code {}: the README says \"{text}\", the help \"{}\"",
            exit.code(),
            exit.meaning()
        );
    }
    for (code, _) in &listed {
        assert!(
            Exit::ALL.iter().any(|exit| exit.code() == *code),
            "the README lists {code}, with which nothing ends"
        );
    }
}

#[test]
fn every_reason_code_that_the_readme_explains_exists() {
    let text = readme();
    let codes = codes::all();
    let words = text.match_indices("explain ").map(|(at, found)| {
        let rest = &text[at + found.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '-'));
        &rest[..end.unwrap_or(rest.len())]
    });
    // The codes are written in backquotes and in commands; of the words in backquotes, those that
    // look like one and come near to one are meant as one.
    let quoted = text.split('`').skip(1).step_by(2);
    for word in words.filter(|word| word.contains('-')) {
        assert!(
            codes.iter().any(|entry| entry.code == word),
            "there is no code {word}"
        );
    }
    for word in quoted {
        let near = Code::ALL
            .iter()
            .map(|code| strsim::damerau_levenshtein(code.name(), word))
            .min()
            .unwrap();
        assert!(
            near == 0 || near > 2,
            "`{word}` is nearly, but not quite, a reason code"
        );
    }
}

#[test]
fn every_profile_in_the_readme_is_accepted() {
    let profiles = blocks(&readme(), "toml");
    assert!(!profiles.is_empty(), "the README shows no profile");
    for profile in profiles {
        let environment = Environment::new();
        environment.profile("default", &profile);
        let mut command = environment.command(&["diff"]);
        // Refused by nobody: there is no such file, and no one listens at the address.
        command.env("ATRIUMCTL_SCIM_URL", "http://127.0.0.1:9/scim");
        command.env("ATRIUMCTL_SCIM_TOKEN", "a-token-for-the-readme");
        let ran = environment.run_command(command);
        // A piece of a profile names no exports; its keys are looked at first.
        let whole = profile.contains("files");
        let keys = ran.stderr.contains("key");
        assert!(ran.code != 2 || !(whole || keys), "{ran}\n{profile}");
    }
}

#[test]
fn every_command_line_in_the_readme_is_understood() {
    let text = readme();
    let languages = ["sh", "console", "bash", "shell", "text", ""];
    let lines = languages
        .iter()
        .flat_map(|language| blocks(&text, language))
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut seen = 0;
    for line in lines {
        let line = line.trim().trim_start_matches("$ ");
        if !line.starts_with("atriumctl ") {
            continue;
        }
        let words = line.split(['#', '|', '>', ';', '&']).next().unwrap();
        // A remark beside a command stands behind several blanks.
        let words = words.trim().split("   ").next().unwrap();
        let words = words
            .split_whitespace()
            .map(|word| word.trim_matches(['\'', '"']));
        seen += 1;
        match Cli::try_parse_from(words) {
            Ok(_) => {}
            Err(error) => assert!(!error.use_stderr(), "{line}: {error}"),
        }
    }
    assert!(seen > 0, "the README shows no command");
}
