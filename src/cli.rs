//! The command line: global options, and one enum that names the commands.

use std::path::PathBuf;

use clap::builder::ValueHint;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    adopt, auth, complete, completions, diagnose, diff, doctor, explain, history, init, inspect,
    man, okta, sandbox, source, sync, token,
};
use crate::output::{Colour, Form};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Bring people and access groups from Atrium into Verkada Command
///
/// Reads what Atrium has and what Command has, plans what makes them agree, shows it, and does it.
/// One way: Atrium is never written, and what people added in Command by hand stays.
#[derive(Debug, Parser)]
#[command(
    name = "atriumctl",
    version,
    styles = STYLES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_long_help = after_help(),
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that hold for every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The profile: which Atrium, which organization in Command; `sandbox` needs no configuration
    /// [environment: ATRIUMCTL_PROFILE] [default: default]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        help_heading = "Global options"
    )]
    pub profile: Option<String>,

    /// The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG]
    /// [default: atriumctl in the user's configuration folder]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        value_hint = ValueHint::DirPath,
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,

    /// The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE]
    /// [default: PROFILE.db in the user's state folder]
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        help_heading = "Global options"
    )]
    pub state: Option<PathBuf>,

    /// The SCIM address, in place of the profile's [environment: ATRIUMCTL_SCIM_URL]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help_heading = "Global options"
    )]
    pub scim_url: Option<String>,

    /// The organization's region, us, eu or au, in place of the profile's
    /// [environment: ATRIUMCTL_REGION]
    #[arg(
        long,
        global = true,
        value_name = "REGION",
        help_heading = "Global options"
    )]
    pub region: Option<String>,

    /// The file with the SCIM token, `-` for standard input
    /// [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub scim_token_file: Option<PathBuf>,

    /// The address of the REST API, in place of the region's [environment: ATRIUMCTL_API_URL]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help_heading = "Global options"
    )]
    pub api_url: Option<String>,

    /// The file with the API key, `-` for standard input; without a key, cards are not covered
    /// [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub api_key_file: Option<PathBuf>,

    /// The form of the answer
    #[arg(
        long,
        global = true,
        value_name = "FORM",
        value_enum,
        default_value_t,
        help_heading = "Global options"
    )]
    pub output: Form,

    /// When to use colours; NO_COLOR is heeded
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        help_heading = "Global options"
    )]
    pub color: Colour,

    /// Show everything, and say what is going on; twice: also the settings, with their origin
    #[arg(
        short,
        long,
        global = true,
        action = clap::ArgAction::Count,
        help_heading = "Global options"
    )]
    pub verbose: u8,

    /// Neither progress nor status; warnings and errors stay
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub quiet: bool,

    /// Never ask anything
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_input: bool,

    /// Print long pages of diff, inspect and explain as they are, without a pager
    /// [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_pager: bool,

    /// Show card numbers whole, instead of their last digits
    #[arg(long, global = true, help_heading = "Global options")]
    pub unmask: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a profile, step by step or by flags alone
    Init(init::Args),
    /// Make Command agree with Atrium
    Sync(sync::Args),
    /// Show what a sync would do, and change nothing
    Diff(diff::Args),
    /// Take over users that were made in Command by hand
    Adopt(adopt::Args),
    /// Keep secrets in the system keyring, and show where each one comes from
    Auth(auth::Args),
    /// Show who manages the users and groups of Command, and how an id becomes a card
    Inspect(inspect::Args),
    /// Find out why a person is not in Command, or not as expected
    ///
    /// Facts are gathered first, from Atrium, the ledger, Command over SCIM and REST, and Okta if it is
    /// set up; then every known cause is checked. The likeliest cause stands first, with what was seen
    /// and the next step; then what could not be looked at, which is never taken for a cause. Nothing
    /// is changed.
    ///
    /// Without WHO, everybody whom a sync would leave alone or hold back, and whose change failed in the
    /// last run, by cause, the most frequent first. That reads both sides whole, as `diff` does.
    ///
    /// For one person it takes a read of Atrium, at most 10 calls over SCIM and 6 over REST, and 2 over
    /// SCIM for each of the person's first 20 access groups, whatever the size of the organization.
    ///
    /// With files, nothing is asked of anybody, and neither profile nor secret is needed: support can
    /// work on exports alone. The mapping of a profile is used if --profile names one. What can't be
    /// known from the files is said.
    Diagnose(diagnose::Args),
    /// Look at Atrium alone: what is read from it, and what is wrong with its files
    Source(source::Args),
    /// Look at Okta: its SAML metadata, and what it provisions
    Okta(okta::Args),
    /// Show what was done: runs, uploads of metadata, and every value before and after
    History(history::Args),
    #[expect(missing_docs, reason = "documented at the type, at length")]
    Token(token::Args),
    /// Check everything that a sync needs, each with a remedy
    Doctor(doctor::Args),
    /// Explain a code: what it means and what to do about it
    ///
    /// Every code that the tool shows: reasons of the plan and the report, findings in Atrium's
    /// files and in metadata. Without a code, lists them all.
    Explain(explain::Args),
    /// Learn and rehearse on a stand-in campus
    Sandbox(sandbox::Args),
    /// Tell what could stand at a place of a command line; completion scripts ask this
    #[command(hide = true)]
    Complete(complete::Args),
    /// Write a shell's completion script to standard output
    #[command(hide = true)]
    Completions(completions::Args),
    /// Write the man pages into a folder
    #[command(hide = true)]
    Man(man::Args),
}

impl Command {
    /// Whether its pages are read at leisure, so that a pager may show them.
    #[must_use]
    pub fn is_for_reading(&self) -> bool {
        matches!(
            self,
            Command::Diagnose(_)
                | Command::Diff(_)
                | Command::Inspect(_)
                | Command::Explain(_)
                | Command::History(_)
        )
    }
}

fn after_help() -> String {
    let mut help = String::from("Exit codes:\n");
    for exit in crate::error::Exit::ALL {
        help.push_str(&format!("  {:>3}  {}\n", exit.code(), exit.meaning()));
    }
    help.push_str("When several apply: 130, 4, 9, 8, 7, 6, 5, 1.\n\n");
    help.push_str(
        "Examples:\n  \
         atriumctl sync --profile sandbox --yes    the whole job, on a stand-in campus\n  \
         atriumctl diff                            what a sync would do\n  \
         atriumctl explain native-group            what a reason code means",
    );
    help
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_leaf_has_examples() {
        let mut root = Cli::command();
        root.build();
        root.clone().debug_assert();
        let mut open = vec![root];
        while let Some(command) = open.pop() {
            let leaves: Vec<_> = command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
                .cloned()
                .collect();
            if leaves.is_empty() {
                let help = command.get_after_long_help().map(ToString::to_string);
                let help = help.unwrap_or_default();
                assert!(
                    help.contains("Examples:"),
                    "{} has no examples",
                    command.get_name()
                );
            }
            open.extend(leaves);
        }
    }
}
