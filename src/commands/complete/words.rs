//! A walk along the words of a command line, and what could stand at its end. Knows the command
//! line by clap's own description of it; pure.

use clap::builder::ValueHint;
use clap::{Arg, ArgAction, Command};

/// Something that could stand at the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Suggestion {
    /// A whole word, and what it is.
    Value(String, String),
    /// The name of a file or folder.
    Files,
    /// The name of a folder.
    Directories,
}

/// An argument that values are wanted for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// The command's name.
    pub(super) command: &'a str,
    /// The argument's id.
    pub(super) argument: &'a str,
    /// The value of `--config`, if it stands before.
    pub(super) config: Option<&'a str>,
}

/// Gives the values of an argument, each with what it is; `None` if clap's description is all that
/// is known.
pub(super) type Values<'a> = dyn Fn(Known<'_>) -> Option<Vec<(String, String)>> + 'a;

/// What could stand at `index` of the words, of which the first is the program.
pub(super) fn complete(
    root: &Command,
    line: &[String],
    index: usize,
    values: &Values<'_>,
) -> Vec<Suggestion> {
    let before = line.get(1..index.min(line.len())).unwrap_or_default();
    let current = line.get(index).map_or("", String::as_str);
    let mut walk = Walk::new(root);
    for word in before {
        walk.pass(word);
    }
    walk.finish(current, values)
}

/// Where the words read so far have led.
struct Walk<'a> {
    command: &'a Command,
    /// The option whose value comes next.
    pending: Option<&'a Arg>,
    /// How many positional arguments of the command were given.
    positionals: usize,
    /// Whether `--` was there: no options any more.
    escaped: bool,
    /// The options that were given.
    given: Vec<&'a str>,
    config: Option<String>,
    top: bool,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Command) -> Self {
        Walk {
            command: root,
            pending: None,
            positionals: 0,
            escaped: false,
            given: Vec::new(),
            config: None,
            top: true,
        }
    }

    /// Goes past a word.
    fn pass(&mut self, word: &str) {
        if let Some(option) = self.pending.take() {
            // First of all: a profile may have the name of a command.
            self.value(option, word);
        } else if self.escaped {
            self.positionals += 1;
        } else if word == "--" {
            self.escaped = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = split(long);
            if let Some(option) = self.long(name) {
                self.given.push(option.get_id().as_str());
                match value {
                    Some(value) => self.value(option, value),
                    None if takes_value(option) => self.pending = Some(option),
                    None => {}
                }
            }
        } else if let Some(shorts) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let mut rest = shorts.chars();
            while let Some(letter) = rest.next() {
                let Some(option) = self.short(letter) else {
                    return;
                };
                self.given.push(option.get_id().as_str());
                if takes_value(option) {
                    if rest.as_str().is_empty() {
                        self.pending = Some(option);
                    }
                    return;
                }
            }
        } else if let Some(sub) = self.subcommand(word) {
            self.command = sub;
            self.top = false;
            self.positionals = 0;
        } else {
            self.positionals += 1;
        }
    }

    fn value(&mut self, option: &Arg, value: &str) {
        if option.get_id().as_str() == "config" {
            self.config = Some(value.to_owned());
        }
    }

    fn long(&self, name: &str) -> Option<&'a Arg> {
        let named = |option: &&Arg| {
            let names = option.get_long_and_visible_aliases().unwrap_or_default();
            names.contains(&name)
        };
        self.command.get_arguments().find(named)
    }

    fn short(&self, letter: char) -> Option<&'a Arg> {
        let named = |option: &&Arg| {
            let letters = option.get_short_and_visible_aliases().unwrap_or_default();
            letters.contains(&letter)
        };
        self.command.get_arguments().find(named)
    }

    fn subcommand(&self, word: &str) -> Option<&'a Command> {
        if self.positionals > 0 {
            return None;
        }
        self.command.find_subcommand(word)
    }

    /// What could stand where the words end, in place of `current`.
    fn finish(&self, current: &str, values: &Values<'_>) -> Vec<Suggestion> {
        if let Some(option) = self.pending {
            return self.values(option, "", current, values);
        }
        if !self.escaped
            && let Some(long) = current.strip_prefix("--")
            && let (name, Some(value)) = split(long)
        {
            let option = self.long(name).filter(|option| takes_value(option));
            return option.map_or_else(Vec::new, |option| {
                self.values(option, &format!("--{name}="), value, values)
            });
        }
        if !self.escaped && current.starts_with('-') {
            return self.options(current, true);
        }
        let mut found = Vec::new();
        if !self.escaped && self.positionals == 0 {
            found.extend(self.subcommands(current));
        }
        let positional = self.positional();
        if let Some(positional) = positional {
            found.extend(self.values(positional, "", current, values));
        }
        if current.is_empty() && !self.escaped && !self.command.has_subcommands() {
            // Nothing else can follow, or it need not: show what the command has of its own.
            let needed = positional.is_some_and(Arg::is_required_set);
            if !needed && found.is_empty() {
                found = self.options("", false);
            }
        }
        found
    }

    fn subcommands(&self, current: &str) -> Vec<Suggestion> {
        let visible = self.command.get_subcommands().filter(|sub| {
            // Every command has a `help` below it; it is of use at the top alone.
            !sub.is_hide_set() && (self.top || sub.get_name() != "help")
        });
        visible
            .filter(|sub| sub.get_name().starts_with(current))
            .map(|sub| {
                let about = sub.get_about().map(ToString::to_string);
                Suggestion::Value(sub.get_name().to_owned(), brief(about))
            })
            .collect()
    }

    /// The positional argument that comes next; the last one may take many.
    fn positional(&self) -> Option<&'a Arg> {
        let mut positionals = self.command.get_positionals();
        positionals.nth(self.positionals).or_else(|| {
            let last = self.command.get_positionals().last()?;
            matches!(last.get_action(), ArgAction::Append).then_some(last)
        })
    }

    /// Options that begin so: those that were not given, or may be given again.
    fn options(&self, current: &str, global: bool) -> Vec<Suggestion> {
        let wanted = |option: &&Arg| {
            let again = matches!(option.get_action(), ArgAction::Append | ArgAction::Count);
            let id = option.get_id().as_str();
            !option.is_hide_set()
                && (again || !self.given.contains(&id))
                && (global || !(option.is_global_set() || id == "help" || id == "version"))
        };
        // A command's own before those of every command.
        let (own, rest): (Vec<&Arg>, Vec<&Arg>) = self
            .command
            .get_arguments()
            .filter(wanted)
            .partition(|option| !option.is_global_set() && option.get_id() != "help");
        own.into_iter()
            .chain(rest)
            .filter_map(|option| {
                let name = match (option.get_long(), option.get_short()) {
                    (Some(long), _) => format!("--{long}"),
                    (None, Some(short)) => format!("-{short}"),
                    (None, None) => return None,
                };
                let about = option.get_help().map(ToString::to_string);
                name.starts_with(current)
                    .then(|| Suggestion::Value(name, brief(about)))
            })
            .collect()
    }

    /// Values of an argument that begin so; `prefix` is what stands before them in the word.
    fn values(
        &self,
        argument: &Arg,
        prefix: &str,
        current: &str,
        values: &Values<'_>,
    ) -> Vec<Suggestion> {
        let asked = Known {
            command: self.command.get_name(),
            argument: argument.get_id().as_str(),
            config: self.config.as_deref(),
        };
        let known = values(asked).unwrap_or_else(|| {
            let possible = argument.get_possible_values().into_iter();
            let visible = possible.filter(|value| !value.is_hide_set());
            let told = visible.map(|value| {
                let about = value.get_help().map(ToString::to_string);
                (value.get_name().to_owned(), about.unwrap_or_default())
            });
            told.collect()
        });
        if known.is_empty() {
            return match argument.get_value_hint() {
                ValueHint::DirPath => vec![Suggestion::Directories],
                ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => {
                    vec![Suggestion::Files]
                }
                _ => Vec::new(),
            };
        }
        // Some values are lists with commas; the last of the list is the one to be completed.
        let (done, last) = match current.rfind(',') {
            Some(comma) => current.split_at(comma + 1),
            None => ("", current),
        };
        known
            .into_iter()
            .filter(|(value, _)| value.starts_with(last))
            .map(|(value, about)| {
                Suggestion::Value(format!("{prefix}{done}{value}"), brief(Some(about)))
            })
            .collect()
    }
}

/// An option's name and the value behind its `=`.
fn split(long: &str) -> (&str, Option<&str>) {
    match long.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (long, None),
    }
}

fn takes_value(option: &Arg) -> bool {
    option.get_action().takes_values()
}

/// One line, without the notes in brackets at its end.
fn brief(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let end = line.find(" [").unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::{CommandFactory as _, Parser};

    use super::*;

    #[derive(Parser)]
    #[command(name = "tool")]
    struct Tool {
        /// The profile [environment: X]
        #[arg(long, global = true)]
        profile: Option<String>,
        #[arg(long, global = true, value_hint = ValueHint::DirPath)]
        config: Option<PathBuf>,
        /// Say more
        #[arg(short, long, global = true, action = ArgAction::Count)]
        verbose: u8,
        #[command(subcommand)]
        what: What,
    }

    #[derive(clap::Subcommand)]
    enum What {
        /// Read files
        Read {
            files: Vec<PathBuf>,
            #[arg(long, value_parser = ["one", "other"])]
            which: Option<String>,
            #[arg(short)]
            force: bool,
            #[arg(long)]
            only: Vec<String>,
        },
        /// Stand in
        Sandbox {
            #[command(subcommand)]
            what: Below,
        },
        #[command(hide = true)]
        Secret,
    }

    #[derive(clap::Subcommand)]
    enum Below {
        Serve { name: String },
        Reset,
    }

    fn at(line: &[&str]) -> String {
        let mut root = Tool::command();
        root.build();
        let mut words = vec!["tool".to_owned()];
        words.extend(line.iter().map(|word| (*word).to_owned()));
        let profiles = |known: Known<'_>| {
            (known.argument == "profile").then(|| {
                let names = ["sandbox", "north"].map(|name| (name.to_owned(), String::new()));
                names.to_vec()
            })
        };
        let found = complete(&root, &words, words.len() - 1, &profiles);
        let told = found.iter().map(|suggestion| match suggestion {
            Suggestion::Value(value, _) => value.as_str(),
            Suggestion::Files => "FILES",
            Suggestion::Directories => "DIRS",
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_place_has_what_can_stand_there() {
        for (line, expected) in [
            (&[""][..], "read sandbox help"),
            (&["sa"], "sandbox"),
            (&["sec"], ""),
            (&["sandbox", ""], "serve reset"),
            (&["sandbox", "serve", ""], ""),
            (&["sandbox", "reset", ""], ""),
            (&["read", ""], "FILES"),
            (&["read", "a.csv", ""], "FILES"),
            (&["read", "--wh"], "--which"),
            (&["read", "--which", ""], "one other"),
            (&["read", "--which", "ot"], "other"),
            (&["read", "--which=o"], "--which=one --which=other"),
            (&["read", "--force=x"], ""),
            (&["read", "--no-such=x"], ""),
            (&["read", "--no-such", ""], "FILES"),
            (&["--config", ""], "DIRS"),
            (&["--config="], "DIRS"),
            (&["read", "--", "--wh"], "FILES"),
            (&["--profile", ""], "sandbox north"),
            (&["-v", "--profile", "no"], "north"),
            (&["read", "-vf", "--pro"], "--profile"),
            // What was given once is not offered again, unless it may be repeated.
            (&["read", "--profile", "x", "--pro"], ""),
            (&["read", "--only", "x", "--on"], "--only"),
            (&["-v", "--ver"], "--verbose"),
        ] {
            assert_eq!(at(line), expected, "{line:?}");
        }
    }

    #[test]
    fn the_value_of_an_option_is_no_command() {
        assert_eq!(at(&["--profile", "sandbox", ""]), "read sandbox help");
        assert_eq!(at(&["--profile", "sandbox", "sandbox", "re"]), "reset");
    }

    #[test]
    fn options_come_a_commands_own_first_and_are_told_in_a_line() {
        assert_eq!(
            at(&["read", "-"]),
            "--which -f --only --profile --config --verbose --help"
        );
        let mut root = Tool::command();
        root.build();
        let words = ["tool".to_owned(), "--prof".to_owned()];
        let found = complete(&root, &words, 1, &|_| None);
        let expected = Suggestion::Value("--profile".to_owned(), "The profile".to_owned());
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_place_outside_of_the_words_is_an_empty_word() {
        let mut root = Tool::command();
        root.build();
        for index in [0, 1, 2, 99, usize::MAX] {
            let _ = complete(&root, &["tool".to_owned()], index, &|_| None);
            let _ = complete(&root, &[], index, &|_| None);
        }
        let found = complete(
            &root,
            &["tool".to_owned(), "sandbox".to_owned()],
            2,
            &|_| None,
        );
        assert_eq!(found.len(), 2);
    }
}
