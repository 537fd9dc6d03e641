//! A list that is shown as it comes in: rows go out page by page where the form allows it, and are
//! kept only where it needs the whole.

use dialoguer::console::{measure_text_width, pad_str, truncate_str};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::model::inspect::Summary;
use crate::output::card::Shown;
use crate::output::csv::Table;
use crate::output::json::{Schema, document, line};
use crate::output::markdown::summary::Summary as Document;
use crate::output::page::{Page, Tone};
use crate::output::sanitize::clean;
use crate::output::text::{count, number};
use crate::output::ui::PageStream;
use crate::output::{Format, Ui};

/// How many rows a page of Markdown shows.
const ROWS: usize = 500;

/// No column of a terminal is squeezed below this width.
const NARROWEST: usize = 8;

/// What a list is called.
#[derive(Debug)]
pub struct Names {
    pub(super) one: &'static str,
    pub(super) more: &'static str,
    pub(super) title: &'static str,
    /// The member of the document that holds the rows.
    pub(super) key: &'static str,
    pub(super) schema: &'static str,
    /// The schema of a row on a line of its own.
    pub(super) line: &'static str,
}

/// Which columns a table has besides the usual ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns {
    /// What is seldom wanted.
    pub verbose: bool,
    /// What was found by comparing.
    pub compared: bool,
}

/// A row of a list.
pub trait Line {
    /// The row for programs.
    type Document<'a>: Serialize
    where
        Self: 'a;

    /// What the list is called.
    fn names() -> &'static Names;

    /// The head of its table.
    fn head(columns: Columns) -> Vec<&'static str>;

    /// The row of its table.
    fn cells(&self, columns: Columns, unmask: bool) -> Vec<String>;

    /// The columns for a spreadsheet.
    fn csv_head() -> &'static [&'static str];

    /// The row for a spreadsheet.
    fn csv(&self, unmask: bool) -> Vec<String>;

    /// The row for programs.
    fn document(&self, unmask: bool) -> Self::Document<'_>;
}

/// A list that is being shown.
pub struct List<'a, R> {
    ui: &'a Ui,
    columns: Columns,
    /// Rows of a form that needs the whole.
    kept: Vec<R>,
    shown: u64,
    /// The widths of the columns of a table, once the first rows are known.
    widths: Option<Vec<usize>>,
    page: Option<PageStream<'a>>,
}

impl<'a, R: Line> List<'a, R> {
    /// Begins a list. Nothing is written yet.
    #[must_use]
    pub fn new(ui: &'a Ui, compared: bool) -> Self {
        List {
            ui,
            columns: Columns {
                verbose: ui.verbosity() > 0,
                compared,
            },
            kept: Vec::new(),
            shown: 0,
            widths: None,
            page: None,
        }
    }

    /// Adds rows, and shows them where the form allows it.
    ///
    /// # Errors
    /// As of [`Ui::data`].
    pub fn push(&mut self, rows: Vec<R>) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let unmask = self.ui.shown().whole;
        let first = self.shown == 0;
        self.shown += rows.len() as u64;
        match self.ui.format() {
            Format::Json | Format::Markdown => {
                self.kept.extend(rows);
                Ok(())
            }
            Format::Jsonl => {
                let schema = R::names().line;
                let lines = rows.iter().map(|row| {
                    let document = row.document(unmask);
                    line(&Schema { schema, document })
                });
                self.ui.data(&lines.collect::<Result<String, Error>>()?)
            }
            Format::Csv => {
                let mut table = if first {
                    Table::new(R::csv_head())?
                } else {
                    Table::bare()
                };
                for row in &rows {
                    let cells = row.csv(unmask);
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    table.row(&cells)?;
                }
                self.ui.data(&table.finish()?)
            }
            Format::Table => self.table(&rows, unmask),
        }
    }

    fn table(&mut self, rows: &[R], unmask: bool) -> Result<(), Error> {
        let look = self.ui.look();
        let head = R::head(self.columns);
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let cells = row.cells(self.columns, unmask).into_iter();
                cells.map(|cell| clean(&cell).into_owned()).collect()
            })
            .collect();
        let mut page = Page::new(look);
        let is_first = self.widths.is_none();
        let widths = self
            .widths
            .get_or_insert_with(|| fitting(&head, &cells, look.width));
        let cut = look.width.is_some();
        if is_first {
            let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
            page.line(Tone::Faint, laid_out(&head, widths, cut));
        }
        for row in &cells {
            page.line(Tone::Plain, laid_out(row, widths, cut));
        }
        let ui = self.ui;
        self.page.get_or_insert_with(|| ui.stream()).write(&page)
    }

    /// Ends the list with how many there are of each, and what was not looked at.
    ///
    /// # Errors
    /// As of [`Ui::data`].
    pub fn finish(mut self, summary: &Summary) -> Result<(), Error> {
        let ui = self.ui;
        let names = R::names();
        let sentence = sentence(names, self.shown, summary);
        match ui.format() {
            Format::Json => ui.data(&document(&Whole {
                names,
                rows: &self.kept,
                summary,
                unmask: ui.shown().whole,
            })?),
            Format::Markdown => {
                let unmask = ui.shown().whole;
                let mut text = Document::new(Shown { whole: unmask });
                text.heading(2, &format!("{} ({})", names.title, number(self.shown)));
                text.list(&R::head(self.columns), &self.kept, ROWS, |row| {
                    row.cells(self.columns, unmask)
                });
                text.paragraph(&sentence);
                for note in &summary.notes {
                    text.paragraph(note);
                }
                ui.data(&text.finish())
            }
            Format::Jsonl | Format::Csv => {
                if self.shown == 0 && ui.format() == Format::Csv {
                    ui.data(&Table::new(R::csv_head())?.finish()?)?;
                }
                ui.status(&sentence);
                for note in &summary.notes {
                    ui.status(note);
                }
                Ok(())
            }
            Format::Table => {
                let mut page = Page::new(ui.look());
                if self.shown > 0 {
                    page.line(Tone::Plain, "");
                }
                page.paragraph(Tone::Faint, "", &sentence);
                for note in &summary.notes {
                    page.paragraph(Tone::Faint, "", note);
                }
                let mut stream = self.page.take().unwrap_or_else(|| ui.stream());
                stream.write(&page)?;
                stream.finish();
                Ok(())
            }
        }
    }
}

/// How many there are, and of what.
fn sentence(names: &Names, shown: u64, summary: &Summary) -> String {
    if shown == 0 {
        return format!("No {}.", names.more);
    }
    let parts = summary.counts.iter().filter(|(_, many)| *many > 0);
    let parts: Vec<String> = parts
        .map(|(what, many)| format!("{what}: {}", number(*many)))
        .collect();
    let total = count(shown, names.one, names.more);
    format!("{total}. {}.", parts.join("; "))
}

/// The widths of columns that hold these cells, and of all together no more than there is room for.
fn fitting(head: &[&str], cells: &[Vec<String>], room: Option<usize>) -> Vec<usize> {
    let mut widths: Vec<usize> = head.iter().map(|cell| measure_text_width(cell)).collect();
    for row in cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(measure_text_width(cell));
        }
    }
    let Some(room) = room else { return widths };
    let gaps = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// A row on one line. What is too long is cut on a terminal, and moves the rest elsewhere.
fn laid_out(cells: &[String], widths: &[usize], cut: bool) -> String {
    use dialoguer::console::Alignment::Left;
    let cells = cells.iter().zip(widths).map(|(cell, width)| {
        let cell = match cut {
            true => truncate_str(cell, *width, "…"),
            false => cell.as_str().into(),
        };
        pad_str(&cell, *width, Left, None).into_owned()
    });
    let line = cells.collect::<Vec<_>>().join("  ");
    line.trim_end().to_owned()
}

/// The document of a whole list.
struct Whole<'a, R> {
    names: &'static Names,
    rows: &'a [R],
    summary: &'a Summary,
    unmask: bool,
}

impl<R: Line> Serialize for Whole<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", self.names.schema)?;
        map.serialize_entry(self.names.key, &Documents(self.rows, self.unmask))?;
        map.serialize_entry("summary", &Counts(self.rows.len(), self.summary))?;
        map.serialize_entry("notes", &self.summary.notes)?;
        map.end()
    }
}

struct Documents<'a, R>(&'a [R], bool);

impl<R: Line> Serialize for Documents<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|row| row.document(self.1)))
    }
}

struct Counts<'a>(usize, &'a Summary);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("total", &self.0)?;
        for (what, many) in &self.1.counts {
            map.serialize_entry(&what.to_lowercase().replace(' ', "_"), many)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_line_that_fits_a_terminal_and_is_whole_elsewhere() {
        let head = ["name", "email"];
        let row = vec![
            "Zoë 李".to_owned(),
            "somebody.long@campus.example".to_owned(),
        ];
        let widths = fitting(&head, std::slice::from_ref(&row), Some(24));
        let line = laid_out(&row, &widths, true);
        assert!(measure_text_width(&line) <= 24, "{line}");
        assert!(line.contains('…'), "{line}");
        let widths = fitting(&head, std::slice::from_ref(&row), None);
        assert_eq!(
            laid_out(&row, &widths, false),
            "Zoë 李  somebody.long@campus.example"
        );
        // A longer cell of a later page moves what stands behind it, and loses nothing.
        let later = vec!["A longer name".to_owned(), "x".to_owned()];
        assert_eq!(laid_out(&later, &widths, false), "A longer name  x");
    }
}
