//! `man`: the man pages, one for each command, which `man/` is generated from.

mod tables;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Arg, ArgAction, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Error, Exit};
use tables::FILES;

pub use tables::VARIABLES;

/// The page of the whole tool.
const ROOT: &str = "atriumctl";

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
    write_pages(&root, &args.dir, &[])?;
    Ok(Exit::Done)
}

/// Writes the page of a command and those of the commands below it. `beside`: the pages that it
/// points to, its own among them.
fn write_pages(command: &Command, dir: &Path, beside: &[String]) -> anyhow::Result<()> {
    let below: Vec<&Command> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .collect();
    let own = page_name(command);
    let mut pages: Vec<String> = below.iter().map(|sub| page_name(sub)).collect();
    let others = beside.iter().filter(|name| **name != own).cloned();
    let see: Vec<String> = others.chain(pages.iter().cloned()).collect();
    pages.insert(0, own);
    if pages[0] != ROOT {
        pages.insert(0, ROOT.to_owned());
    }
    for sub in &below {
        write_pages(sub, dir, &pages)?;
    }
    let path = dir.join(format!("{}.1", page_name(command)));
    page(command, &see)
        .and_then(|page| std::fs::write(&path, page))
        .with_context(|| format!("can't write {}", path.display()))
}

/// The name of a command's page, without the number of its section.
fn page_name(command: &Command) -> String {
    let name = command.get_display_name();
    name.unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &Command, see: &[String]) -> io::Result<Vec<u8>> {
    let is_root = page_name(command) == ROOT;
    let shown = command.clone().mut_args(|argument| {
        // A list of bare words reads better in a line than with a bullet for each.
        let argument = in_a_line(argument);
        let elsewhere = argument.is_global_set() && !is_root;
        argument.hide(elsewhere)
    });
    let man = Man::new(shown)
        .source(concat!("atriumctl ", env!("CARGO_PKG_VERSION")))
        .manual("atriumctl");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    synopsis(command, &mut page)?;
    man.render_description_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    if !is_root {
        let names = command
            .get_arguments()
            .filter(|option| option.is_global_set());
        let names = names.filter_map(|option| Some(format!("--{}", option.get_long()?)));
        let names: Vec<String> = names.collect();
        let text = format!("{}: see atriumctl(1).", names.join(", "));
        let mut roff = Roff::new();
        roff.control("SH", ["GLOBAL OPTIONS"]).text([roman(text)]);
        roff.to_writer(&mut page)?;
    }
    let exits = Exit::ALL.iter();
    let exits: Vec<_> = exits
        .map(|exit| (exit.code().to_string(), exit.meaning()))
        .collect();
    table(
        "EXIT STATUS",
        exits
            .iter()
            .map(|(code, meaning)| (code.as_str(), *meaning)),
        &mut page,
    )?;
    table("ENVIRONMENT", VARIABLES.iter().copied(), &mut page)?;
    table("FILES", FILES.iter().copied(), &mut page)?;
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
    let mut roff = Roff::new();
    let pages: Vec<String> = see.iter().map(|name| format!("{name}(1)")).collect();
    roff.control("SH", ["SEE ALSO"])
        .text([roman(pages.join(", "))]);
    roff.to_writer(&mut page)?;
    Ok(page)
}

/// Possible values without an explanation, as a part of the help.
fn in_a_line(argument: Arg) -> Arg {
    let values = argument.get_possible_values();
    let taken = argument.get_action().takes_values();
    if !taken || values.is_empty() || values.iter().any(|value| value.get_help().is_some()) {
        return argument;
    }
    let names = values.iter().filter(|value| !value.is_hide_set());
    let names: Vec<&str> = names.map(|value| value.get_name()).collect();
    let help = argument.get_long_help().or(argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let help = format!(
        "{}. One of: {}",
        help.trim_end_matches('.'),
        names.join(", ")
    );
    argument.long_help(help).hide_possible_values(true)
}

/// The command with its own options and their values; those of every command have one word.
fn synopsis(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut line = vec![bold(name)];
    let own = |option: &&Arg| {
        let is_help = ["help", "version"].contains(&option.get_id().as_str());
        !(option.is_hide_set() || option.is_global_set() || is_help)
    };
    let value = |option: &Arg| {
        let names = option.get_value_names().unwrap_or_default();
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        names.join(" ")
    };
    let many = |option: &Arg| match option.get_action() {
        ArgAction::Append | ArgAction::Count => "...",
        _ => "",
    };
    for option in command
        .get_opts()
        .chain(
            command
                .get_arguments()
                .filter(|option| !option.is_positional() && !option.get_action().takes_values()),
        )
        .filter(own)
    {
        let (open, close) = brackets(option);
        let named = match (option.get_long(), option.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => continue,
        };
        line.extend([roman(format!(" {open}")), bold(named)]);
        if option.get_action().takes_values() {
            line.extend([roman(" "), italic(value(option))]);
        }
        line.push(roman(format!("{close}{}", many(option))));
    }
    line.push(roman(" [global options]"));
    for positional in command.get_positionals().filter(own) {
        let (open, close) = brackets(positional);
        line.extend([roman(format!(" {open}")), italic(value(positional))]);
        line.push(roman(format!("{close}{}", many(positional))));
    }
    if command.has_subcommands() {
        line.extend([roman(" "), italic("command")]);
    }
    let mut roff = Roff::new();
    // To the left: stretched lines of options are hard to read.
    roff.control("SH", ["SYNOPSIS"])
        .control("ad", ["l"])
        .text(line)
        .control("ad", ["b"]);
    roff.to_writer(page)
}

/// What stands around something that may be left out.
fn brackets(argument: &Arg) -> (&'static str, &'static str) {
    if argument.is_required_set() {
        ("", "")
    } else {
        ("[", "]")
    }
}

/// A section of words with what they mean.
fn table<'a>(
    heading: &str,
    rows: impl Iterator<Item = (&'a str, &'a str)>,
    page: &mut Vec<u8>,
) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    for (word, meaning) in rows {
        roff.control("TP", [])
            .text([bold(word)])
            .text([roman(meaning)]);
    }
    roff.to_writer(page)
}
