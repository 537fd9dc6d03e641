//! Codes with what they mean: one at length, or many in a list.

use serde::Serialize;

use crate::error::Error;
use crate::model::code::{Area, Entry};

use super::csv::Table;
use super::json::{Schema, document, line};
use super::page::{Look, Page, Tone};
use super::text::count;
use super::{Format, Ui};

/// Explains one code at length.
///
/// # Errors
/// As of [`Ui::data`]; so for every function here.
pub fn explain(ui: &Ui, entry: &Entry) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&one(entry, ui.look())),
        _ => codes(ui, std::slice::from_ref(entry)),
    }
}

/// Lists codes.
pub fn codes(ui: &Ui, entries: &[Entry]) -> Result<(), Error> {
    match ui.format() {
        Format::Table => ui.page(&list(entries, ui.look())),
        Format::Json => ui.data(&document(&Schema {
            schema: "atriumctl.explain/1",
            document: ExplainDocument {
                codes: entries.iter().map(Into::into).collect(),
            },
        })?),
        Format::Jsonl => {
            let lines = entries.iter().map(|entry| {
                line(&Schema {
                    schema: "atriumctl.explain-code/1",
                    document: CodeDocument::from(entry),
                })
            });
            ui.data(&lines.collect::<Result<String, Error>>()?)
        }
        Format::Csv => ui.data(&rows(entries)?),
        Format::Markdown => ui.data(&super::markdown::codes(entries)),
    }
}

/// One code, at length.
pub(super) fn one(entry: &Entry, look: Look) -> Page {
    let mut page = Page::new(look);
    let heading = format!("{}: {}", entry.code, entry.title);
    page.paragraph(Tone::Heading, "", &heading);
    page.gap();
    page.paragraph(Tone::Plain, "", entry.meaning);
    page.gap();
    let remedy = match entry.remedy {
        "" => "Nothing needs to be done.",
        remedy => remedy,
    };
    page.paragraph(Tone::Plain, "→ ", remedy);
    page.gap();
    let met: Vec<&str> = entry.areas.iter().map(|area| area.met()).collect();
    page.paragraph(
        Tone::Faint,
        "",
        &format!("One of the {}.", met.join(", and of the ")),
    );
    page
}

/// Every code in a line.
pub(super) fn list(entries: &[Entry], look: Look) -> Page {
    let mut page = Page::new(look);
    let cells = entries.iter().map(|entry| {
        vec![
            entry.code.to_owned(),
            areas(entry, ", "),
            entry.title.clone(),
        ]
    });
    page.table(0, &["code", "area", "what is the case"], cells.collect());
    page.gap();
    let total = count(entries.len() as u64, "code", "codes");
    let told = Area::ALL
        .iter()
        .filter(|area| entries.iter().any(|entry| entry.areas.contains(area)))
        .map(|area| format!("{area}: {}", area.met()));
    let told: Vec<String> = told.collect();
    page.paragraph(Tone::Faint, "", &format!("{total}. {}.", told.join("; ")));
    page
}

/// The areas of a code, in words.
pub(super) fn areas(entry: &Entry, between: &str) -> String {
    let words: Vec<&str> = entry.areas.iter().map(|area| area.word()).collect();
    words.join(between)
}

#[derive(Serialize)]
struct CodeDocument<'a> {
    code: &'a str,
    areas: Vec<&'static str>,
    title: &'a str,
    meaning: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
struct ExplainDocument<'a> {
    codes: Vec<CodeDocument<'a>>,
}

impl<'a> From<&'a Entry> for CodeDocument<'a> {
    fn from(entry: &'a Entry) -> Self {
        CodeDocument {
            code: entry.code,
            areas: entry.areas.iter().map(|area| area.word()).collect(),
            title: &entry.title,
            meaning: entry.meaning,
            remedy: entry.remedy,
        }
    }
}

fn rows(entries: &[Entry]) -> Result<String, Error> {
    let mut table = Table::new(&["code", "areas", "title", "meaning", "remedy"])?;
    for entry in entries {
        let areas = areas(entry, " ");
        table.row(&[
            entry.code,
            &areas,
            &entry.title,
            entry.meaning,
            entry.remedy,
        ])?;
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code;

    fn look(width: usize) -> Look {
        Look {
            width: Some(width),
            ..Look::default()
        }
    }

    #[test]
    fn a_code_is_explained_with_its_remedy_and_where_it_is_met() {
        let entries = code::reasons();
        let entry = entries
            .iter()
            .find(|entry| entry.code == "weak-match")
            .unwrap();
        insta::assert_snapshot!(one(entry, look(60)).render(false), @r"
        weak-match: only the email address matches

        A user in Command has this address but another family name.
        An address alone does not make two records one person.

        → compare the two; correct the name or the address where it
          is wrong

        One of the reasons in the plan and the report of diff and
        sync.
        ");
    }

    #[test]
    fn a_list_has_a_line_for_each_code_and_names_its_areas_alone() {
        let page = list(&code::findings(), Look::default()).render(false);
        let found = page
            .lines()
            .filter(|line| line.contains("  source  "))
            .count();
        assert_eq!(found, code::findings().len());
        assert!(
            page.ends_with("codes. source: findings of source check.\n"),
            "{page}"
        );
    }
}
