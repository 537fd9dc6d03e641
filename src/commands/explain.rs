//! `explain`: a reason code, at length.

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::nearest::nearest;
use crate::model::reason::Code;
use crate::output;

/// Explain a reason code: what it means and what to do about it
///
/// Without a code, lists them all.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl explain                          every code, a line each
  atriumctl explain email-outside-domains    one code, at length")]
pub struct Args {
    /// The code, as the plan or the report shows it
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// [`Exit::Usage`] if there is no such code.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let code = match &args.code {
        None => None,
        Some(text) => Some(text.trim().parse::<Code>().map_err(|_| unknown(text))?),
    };
    output::explain(&context.ui, code)?;
    Ok(Exit::Done)
}

fn unknown(text: &str) -> Error {
    let nearest = nearest(text, Code::ALL.iter().map(|code| code.name()));
    let error = Error::message(Exit::Usage, format!("there is no reason code \"{text}\""));
    match nearest {
        Some(code) => error.hint(format!("did you mean {code}?")),
        None => error.hint("`atriumctl explain` lists them all"),
    }
}
