//! `completions`: a completion script, which `completions/` is generated from.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Write a shell's completion script to standard output
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl completions bash > ~/.local/share/bash-completion/completions/atriumctl
  atriumctl completions zsh > ~/.zfunc/_atriumctl")]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Failed`] if standard output can't be written.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "atriumctl", &mut script);
    context.ui.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
