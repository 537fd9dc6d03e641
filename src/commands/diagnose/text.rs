//! Which known failure a pasted text is.

use std::io::Read as _;

use crate::context::Context;
use crate::diagnose::redact::Redaction;
use crate::error::{Error, Exit};
use crate::model::diagnosis::text;
use crate::output;
use crate::source;

/// A pasted text is no longer than this, in bytes; another file was named by mistake.
const LONGEST: u64 = 1 << 20;

/// Shows what the text means.
pub(super) fn run(context: &Context<'_>, given: &str, redact: bool) -> Result<Exit, Error> {
    let pasted = match given {
        "-" => standard_input()?,
        given => given.to_owned(),
    };
    let known = text::recognise(&pasted).ok_or_else(|| {
        Error::message(Exit::Failed, "this is no error text that is known")
            .hint("paste it whole, as the task list, the mail or the console shows it")
            .hint("for one person: atriumctl diagnose WHO; for all: atriumctl diagnose")
    })?;
    let known = match redact {
        true => Redaction::means(&known),
        false => known,
    };
    output::text_means(&context.ui, &known)?;
    Ok(Exit::Done)
}

fn standard_input() -> Result<String, Error> {
    let mut bytes = Vec::new();
    // A shell of Windows pipes UTF-16.
    let read = source::decoded(std::io::stdin().take(LONGEST))
        .and_then(|mut input| input.read_to_end(&mut bytes));
    read.map_err(|error| {
        let error = anyhow::Error::new(error).context("can't read standard input");
        Error::new(Exit::Failed, error)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
