//! Codes with what they mean, as a summary.

use crate::model::code::Entry;

use super::{ROWS, Shown, Summary};
use crate::output::explain::areas;

/// Codes with what they mean.
pub(in crate::output) fn codes(entries: &[Entry]) -> String {
    let mut summary = Summary::new(Shown::default());
    summary.heading(2, "Codes");
    let head = ["code", "area", "what is the case", "meaning", "remedy"];
    summary.list(&head, entries, ROWS, |entry| {
        vec![
            entry.code.to_owned(),
            areas(entry, ", "),
            entry.title.clone(),
            entry.meaning.to_owned(),
            entry.remedy.to_owned(),
        ]
    });
    summary.finish()
}
