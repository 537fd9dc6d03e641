//! `complete`: what could stand at a place of a command line; the scripts of `completions` ask it
//! at each Tab.
//!
//! Scripts that hold all names themselves (as clap_complete generates them) can't know the user's
//! profiles, and go stale with every version. clap_complete's dynamic engine knows them, but its
//! interface between script and program is declared unstable, and it takes the value of
//! `--profile sandbox` for the command `sandbox`. So the interface is our own, and it is kept:
//!
//! - asked: `atriumctl complete INDEX -- WORD…`, the words of the command line up to the cursor,
//!   the program's own name first; INDEX counts from 0 and may be one more than there are words;
//! - answered, a line each: a value, and, behind a tab, what it is; or `:files` or `:directories`
//!   where names of files belong, which the shell completes itself, as it quotes and expands them.
//!
//! A value is a whole word: of `--profile=no`, `--profile=north`. No value begins with a colon.
//! Nothing is asked of a network or a keyring, no file is opened (of the folder with profiles the
//! names are listed), and what can't be answered is no line and no error. A run of another command
//! pays nothing for it.

mod words;

use std::ffi::OsString;

use clap::CommandFactory as _;

use self::words::{Known, Suggestion};
use super::codes;
use crate::cli::Cli;
use crate::config::{Flags, Layers, SANDBOX, profile_names};
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::region::Region;
use crate::sandbox::{Event, Fault, Personality};

/// Tell what could stand at a place of a command line
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl complete 1 -- atriumctl sy             the commands that begin so
  atriumctl complete 3 -- atriumctl sync --profile    the profiles")]
pub struct Args {
    /// Which of the words is to be completed, counted from 0
    #[arg(value_name = "INDEX")]
    pub index: usize,

    /// The command line up to the cursor
    #[arg(value_name = "WORD", last = true)]
    pub words: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Failed`] if standard output can't be written.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let mut root = Cli::command();
    root.build();
    let line: Vec<String> = args
        .words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let known = |known: Known<'_>| values(context, known);
    let mut answer = String::new();
    for suggestion in words::complete(&root, &line, args.index, &known) {
        match suggestion {
            Suggestion::Files => answer.push_str(":files"),
            Suggestion::Directories => answer.push_str(":directories"),
            Suggestion::Value(value, about) if about.is_empty() => answer.push_str(&value),
            Suggestion::Value(value, about) => {
                answer.push_str(&value);
                answer.push('\t');
                answer.push_str(&about);
            }
        }
        answer.push('\n');
    }
    context.ui.data(&answer)?;
    Ok(Exit::Done)
}

/// The values of arguments that clap does not know: those of the user's machine, and those that
/// are read later than the command line. `None` for other arguments.
fn values(context: &Context<'_>, known: Known<'_>) -> Option<Vec<(String, String)>> {
    let own = |value: &str, about: &str| (value.to_owned(), about.to_owned());
    Some(match (known.command, known.argument) {
        (_, "profile") => {
            let layers = Layers {
                flags: Flags {
                    config: known.config.map(Into::into),
                    ..Flags::default()
                },
                environment: context.layers.environment,
            };
            let mut profiles: Vec<_> = profile_names(&layers)
                .into_iter()
                .filter(|name| name != SANDBOX)
                .map(|name| (name, "a profile".to_owned()))
                .collect();
            profiles.push(own(SANDBOX, "a stand-in campus, without configuration"));
            profiles
        }
        (_, "region") => {
            // The SCIM address of GovCloud is not published: only its single sign-on is known.
            let is_taken = |region: &&Region| match known.command {
                "verify" => true,
                _ => region.scim_base().is_some(),
            };
            let regions = Region::ALL.iter().filter(is_taken);
            regions.map(|region| own(region.name(), "")).collect()
        }
        ("explain", "code") => {
            let codes = codes::all().into_iter();
            codes.map(|code| own(code.code, &code.title)).collect()
        }
        (_, "personality") => {
            let switches = Personality::NAMES.iter();
            switches.map(|(name, about)| own(name, about)).collect()
        }
        ("serve", "faults") => {
            let faults = Fault::ALL.iter();
            faults.map(|fault| own(fault.name(), "")).collect()
        }
        ("evolve", "events") => {
            let events = Event::ALL.iter();
            events.map(|event| own(event.name(), "")).collect()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;
    use clap::builder::ValueHint;

    use super::*;

    /// What is answered about a command line, its last word the one to be completed.
    fn asked(line: &[&str], environment: &dyn Fn(&str) -> Option<OsString>) -> Vec<String> {
        let cli = Cli::try_parse_from(["atriumctl", "explain"]).unwrap();
        let context = Context::new(cli.global, environment);
        let mut root = Cli::command();
        root.build();
        let mut words = vec!["atriumctl".to_owned()];
        words.extend(line.iter().map(|word| (*word).to_owned()));
        let known = |known: Known<'_>| values(&context, known);
        words::complete(&root, &words, words.len() - 1, &known)
            .into_iter()
            .map(|suggestion| match suggestion {
                Suggestion::Value(value, _) => value,
                Suggestion::Files => ":files".to_owned(),
                Suggestion::Directories => ":directories".to_owned(),
            })
            .collect()
    }

    #[test]
    fn profiles_are_those_of_the_folder_and_the_sandbox() {
        let dir = tempfile::tempdir().unwrap();
        let profiles = dir.path().join("profiles");
        fs::create_dir(&profiles).unwrap();
        for name in [
            "north.toml",
            "nursing.toml",
            "notes.txt",
            "a\tb.toml",
            ".x.toml",
        ] {
            fs::write(profiles.join(name), "").unwrap();
        }
        let folder = dir.path().as_os_str().to_owned();
        let here = |name: &str| (name == "ATRIUMCTL_CONFIG").then(|| folder.clone());
        assert_eq!(
            asked(&["--profile", ""], &here),
            ["north", "nursing", "sandbox"]
        );
        assert_eq!(asked(&["sync", "--profile", "no"], &here), ["north"]);
        assert_eq!(
            asked(&["sync", "--profile=n"], &here),
            ["--profile=north", "--profile=nursing"]
        );
        let nowhere = |name: &str| (name == "HOME").then(|| OsString::from("/nonexistent"));
        assert_eq!(asked(&["--profile", ""], &nowhere), ["sandbox"]);
        let config = dir.path().to_str().unwrap();
        let line = ["--config", config, "diff", "--profile", "nu"];
        assert_eq!(asked(&line, &nowhere), ["nursing"]);
        let joined = format!("--config={config}");
        assert_eq!(asked(&[&joined, "--profile", "nu"], &nowhere), ["nursing"]);
    }

    #[test]
    fn values_that_are_read_after_the_command_line_are_known() {
        let nothing = |_: &str| None;
        assert_eq!(asked(&["explain", "weak-m"], &nothing), ["weak-match"]);
        assert!(asked(&["explain", "certificate-exp"], &nothing) == ["certificate-expired"]);
        assert_eq!(asked(&["sync", "--region", "e"], &nothing), ["eu"]);
        assert!(asked(&["sync", "--region", "g"], &nothing).is_empty());
        let verify = ["okta", "metadata", "verify", "--region", "g"];
        assert_eq!(asked(&verify, &nothing), ["gov"]);
        assert_eq!(
            asked(
                &["sandbox", "reset", "--personality", "put-only,natives-h"],
                &nothing
            ),
            ["put-only,natives-hidden"]
        );
        assert_eq!(
            asked(&["sandbox", "serve", "--faults", "429=0.1,cut-a"], &nothing),
            ["429=0.1,cut-after"]
        );
        assert_eq!(
            asked(&["sandbox", "evolve", "--event", "lost-c"], &nothing),
            ["lost-card"]
        );
    }

    #[test]
    fn every_argument_that_is_a_path_says_so() {
        let mut root = Cli::command();
        root.build();
        let mut open = vec![root];
        while let Some(command) = open.pop() {
            for argument in command.get_arguments() {
                let names = argument.get_value_names().unwrap_or_default();
                let named = |parts: &[&str]| {
                    names
                        .iter()
                        .any(|name| name.split('|').any(|part| parts.contains(&part)))
                };
                let place = format!("{} {}", command.get_name(), argument.get_id());
                let hint = argument.get_value_hint();
                if named(&["DIR"]) {
                    assert_eq!(hint, ValueHint::DirPath, "{place}");
                }
                if named(&["FILE", "FILES", "PATH"]) {
                    let path = matches!(hint, ValueHint::AnyPath | ValueHint::FilePath);
                    assert!(path, "{place}: {hint:?}");
                }
            }
            open.extend(command.get_subcommands().cloned());
        }
    }
}
