//! Documents for programs. Their structs are their own, so that a change of the model changes no
//! document; the number behind the schema's name rises when a field goes or means something else.

mod card;
mod event;
mod operation;
mod plan;
mod source;

use serde::Serialize;

use crate::error::{Error, Exit};

pub(super) use card::{card, card_line};
pub(super) use event::Event;
pub(super) use operation::SubjectDocument;
pub(super) use plan::{plan, review, sync};
pub(super) use source::source_test;

use super::sanitize::escape_json;

/// One document, pretty, ending in a line feed.
pub(super) fn document(value: &impl Serialize) -> Result<String, Error> {
    written(serde_json::to_string_pretty(value))
}

/// One document on a line of its own.
pub(super) fn line(value: &impl Serialize) -> Result<String, Error> {
    written(serde_json::to_string(value))
}

fn written(text: serde_json::Result<String>) -> Result<String, Error> {
    let text = text.map_err(|error| Error::new(Exit::Failed, anyhow::Error::new(error)))?;
    let mut text = escape_json(&text);
    text.push('\n');
    Ok(text)
}

/// The same kind of document many times, each on a line of its own.
pub(super) fn lines<T: Serialize>(
    schema: &'static str,
    documents: impl Iterator<Item = T>,
) -> Result<String, Error> {
    documents
        .map(|document| line(&Schema { schema, document }))
        .collect()
}

/// The head of every document, before what it holds.
#[derive(Serialize)]
pub(super) struct Schema<T> {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) document: T,
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    exit: u8,
    message: String,
    causes: Vec<String>,
    hints: &'a [String],
}

impl<'a> From<&'a Error> for ErrorDocument<'a> {
    fn from(error: &'a Error) -> Self {
        let mut chain = error.source.chain().map(ToString::to_string);
        ErrorDocument {
            exit: error.exit.code(),
            message: chain.next().unwrap_or_default(),
            causes: chain.collect(),
            hints: &error.hints,
        }
    }
}

/// `atriumctl.error/1`: why a command ended.
pub(super) fn error(error: &Error) -> Result<String, Error> {
    document(&Schema {
        schema: "atriumctl.error/1",
        document: ErrorDocument::from(error),
    })
}
