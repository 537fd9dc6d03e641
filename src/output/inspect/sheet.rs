//! One thing from all sides: what is known of it, and tables of what belongs to it.

use crate::error::Error;
use crate::output::card::Shown;
use crate::output::json::{document, line};
use crate::output::markdown::summary::Summary;
use crate::output::page::{Page, Tone};
use crate::output::{Format, Ui};
use serde::Serialize;

/// How many rows of a table a page of Markdown shows.
const ROWS: usize = 500;

/// How many rows of a table a terminal shows, unless everything is asked for.
const BRIEF: usize = 50;

/// A table of a sheet.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    /// What is said in place of a table without rows.
    pub(super) none: &'static str,
}

/// What is shown of one thing.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) parts: Vec<Part>,
    /// What could not be looked at.
    pub(super) gaps: Vec<String>,
    pub(super) last: String,
}

impl Sheet {
    pub(super) fn fact(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((name, value));
        }
    }

    /// Shows it, or the document that says the same.
    pub(super) fn show(&self, ui: &Ui, programs: &impl Serialize) -> Result<(), Error> {
        match ui.format() {
            Format::Json => ui.data(&document(programs)?),
            Format::Jsonl => ui.data(&line(programs)?),
            Format::Markdown => ui.data(&self.markdown(ui.shown())),
            Format::Table | Format::Csv => ui.page(&self.page(ui)),
        }
    }

    fn page(&self, ui: &Ui) -> Page {
        let mut page = Page::new(ui.look());
        page.paragraph(Tone::Heading, "", &self.title);
        let width = self.facts.iter().map(|(name, _)| name.len()).max();
        let width = width.unwrap_or_default();
        for (name, value) in &self.facts {
            page.paragraph(Tone::Plain, &format!("  {name:width$}  "), value);
        }
        for part in &self.parts {
            page.section(Tone::Heading, &part.title);
            if part.rows.is_empty() {
                page.paragraph(Tone::Plain, "  ", part.none);
            } else {
                page.short_table(&part.head, &part.rows, BRIEF, |row| vec![row.clone()]);
            }
        }
        if !self.gaps.is_empty() {
            page.section(Tone::Care, "Could not be looked at");
            for gap in &self.gaps {
                page.paragraph(Tone::Plain, "  ", gap);
            }
        }
        if !self.last.is_empty() {
            page.gap();
            page.paragraph(Tone::Faint, "", &self.last);
        }
        page
    }

    fn markdown(&self, shown: Shown) -> String {
        let mut text = Summary::new(shown);
        text.heading(2, &self.title);
        let facts: Vec<Vec<String>> = self
            .facts
            .iter()
            .map(|(name, value)| vec![(*name).to_owned(), value.clone()])
            .collect();
        text.list(&["", ""], &facts, ROWS, Vec::clone);
        for part in &self.parts {
            text.heading(3, &part.title);
            if part.rows.is_empty() {
                text.paragraph(part.none);
            } else {
                text.list(&part.head, &part.rows, ROWS, Vec::clone);
            }
        }
        if !self.gaps.is_empty() {
            text.heading(3, "Could not be looked at");
            for gap in &self.gaps {
                text.paragraph(gap);
            }
        }
        text.finish()
    }
}
