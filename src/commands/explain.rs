//! `explain`: a code of the tool, at length.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::codes;
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::code::{Area, Entry};
use crate::model::nearest::nearest;
use crate::output;

/// Explain a code: what it means and what to do about it
///
/// Every code that the tool shows: reasons of the plan and the report, findings in Atrium's files
/// and in metadata, causes that a diagnosis names, checks of `doctor`. Without a code, lists them all.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl explain email-outside-domains    one code, at length
  atriumctl explain --list                   every code, a line each
  atriumctl explain --list --area source     those of one area
  atriumctl explain --list --output csv      with all texts, for a help desk's own pages")]
pub struct Args {
    /// The code, as it was shown
    #[arg(value_name = "CODE")]
    pub code: Option<String>,

    /// List every code
    #[arg(long, conflicts_with = "code")]
    pub list: bool,

    /// Only the codes of this area
    #[arg(long, value_name = "AREA", value_parser = area(), conflicts_with = "code")]
    pub area: Option<Area>,
}

fn area() -> impl TypedValueParser<Value = Area> {
    PossibleValuesParser::new(Area::ALL.iter().map(|area| area.word())).try_map(|word| {
        let area = Area::ALL.iter().find(|area| area.word() == word);
        area.copied().ok_or("no such area")
    })
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Usage`] if there is no such code.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let mut entries = codes::all();
    match &args.code {
        Some(text) => {
            let word = text.trim().to_lowercase();
            let entry = entries.iter().find(|entry| entry.code == word);
            output::explain(&context.ui, entry.ok_or_else(|| unknown(text, &entries))?)?;
        }
        None => {
            entries.retain(|entry| args.area.is_none_or(|area| entry.areas.contains(&area)));
            output::codes(&context.ui, &entries)?;
        }
    }
    Ok(Exit::Done)
}

/// Names that hold the text, or else the one that is most like it.
fn unknown(text: &str, entries: &[Entry]) -> Error {
    /// More are no help.
    const MOST: usize = 5;
    let names = || entries.iter().map(|entry| entry.code);
    let word = text.trim().to_lowercase();
    let mut near: Vec<&str> = nearest(text, names()).into_iter().collect();
    let holding = names().filter(|name| word.len() > 2 && name.contains(&word));
    near.extend(
        holding
            .filter(|name| Some(name) != near.first())
            .collect::<Vec<_>>(),
    );
    near.truncate(MOST);
    let shown = text.escape_debug();
    let error = Error::message(Exit::Usage, format!("there is no code \"{shown}\""));
    match near.is_empty() {
        false => error.hint(format!("did you mean {}?", near.join(", "))),
        true => error.hint("`atriumctl explain --list` shows them all"),
    }
}
