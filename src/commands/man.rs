//! `man`: the man pages, one for each command, which `man/` is generated from.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Write the man pages into a folder
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl man ~/.local/share/man/man1")]
pub struct Args {
    /// The folder; it must exist
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Failed`] if a page can't be written.
pub fn run(_: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    write_pages(&root, &args.dir)?;
    Ok(Exit::Done)
}

/// Writes the page of a command and those of the commands below it.
fn write_pages(command: &Command, dir: &Path) -> anyhow::Result<()> {
    let visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    for below in visible {
        write_pages(below, dir)?;
    }
    let man = Man::new(command.clone())
        .source(concat!("atriumctl ", env!("CARGO_PKG_VERSION")))
        .manual("atriumctl");
    let path = dir.join(man.get_filename());
    let page = page(command, &man);
    page.and_then(|page| std::fs::write(&path, page))
        .with_context(|| format!("can't write {}", path.display()))
}

fn page(command: &Command, man: &Man) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    exit_status(&mut page)?;
    let after = command.get_after_long_help().map(ToString::to_string);
    if let Some((_, examples)) = after.as_deref().and_then(|t| t.split_once("Examples:\n")) {
        let mut roff = Roff::new();
        // As they stand: a filled paragraph would run the commands together.
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in examples.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []).to_writer(&mut page)?;
    }
    Ok(page)
}

fn exit_status(page: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", [])
            .text([roman(exit.code().to_string())])
            .text([roman(exit.meaning())]);
    }
    roff.to_writer(page)
}
