//! `completions`: a completion script, one of those in `completions/`.
//!
//! The scripts hold no names: at each Tab they ask `complete`, whose interface is kept, so that a
//! script that was installed once goes on working when the program is updated.

use clap::ValueEnum;

use crate::context::Context;
use crate::error::{Error, Exit};

/// Write a shell's completion script to standard output
///
/// The script asks atriumctl at each Tab, and so needs no renewal when atriumctl is updated.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl completions bash > ~/.local/share/bash-completion/completions/atriumctl
  atriumctl completions zsh > ~/.zfunc/_atriumctl
  atriumctl completions fish > ~/.config/fish/completions/atriumctl.fish
  atriumctl completions powershell >> $PROFILE
  atriumctl completions elvish >> ~/.config/elvish/rc.elv")]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// A shell that there is a script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash, with or without bash-completion
    Bash,
    /// Elvish
    Elvish,
    /// Fish
    Fish,
    /// PowerShell
    #[value(alias = "pwsh")]
    Powershell,
    /// Z shell
    Zsh,
}

impl Shell {
    fn script(self) -> &'static str {
        match self {
            Shell::Bash => include_str!("../../completions/atriumctl.bash"),
            Shell::Elvish => include_str!("../../completions/atriumctl.elv"),
            Shell::Fish => include_str!("../../completions/atriumctl.fish"),
            Shell::Powershell => include_str!("../../completions/_atriumctl.ps1"),
            Shell::Zsh => include_str!("../../completions/_atriumctl"),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Failed`] if standard output can't be written.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    context.ui.data(args.shell.script())?;
    Ok(Exit::Done)
}
