//! A page for people to read: lines, paragraphs and tables that fit the terminal. Whatever is put
//! on it is made safe for a terminal here, so nothing that shows data has to think of it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::card::Shown;
use super::columns::{lay_out, width};
use super::sanitize::clean;

/// A table is never squeezed below this width, in columns of the terminal.
const NARROWEST: usize = 40;

/// What a line means, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    /// The head of a section.
    Heading,
    /// The head of a section about what somebody gets.
    Gain,
    /// The head of a section about what somebody loses, or about a failure.
    Loss,
    /// The head of a section about what waits for a person.
    Care,
    /// What matters less.
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Heading => Style::new().bold(),
            Tone::Gain => AnsiColor::Green.on_default().bold(),
            Tone::Loss => AnsiColor::Red.on_default().bold(),
            Tone::Care => AnsiColor::Yellow.on_default().bold(),
            Tone::Faint => Style::new().dimmed(),
        }
    }
}

/// How a page is to be laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// The columns of the terminal; `None`: lines may be as long as they like.
    pub(super) width: Option<usize>,
    /// Whether long lists are shortened.
    pub(super) brief: bool,
    /// How much is shown of card numbers.
    pub(super) shown: Shown,
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    look: Look,
    lines: Vec<(Tone, String)>,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Page {
            look,
            lines: Vec::new(),
        }
    }

    /// How much is shown of card numbers.
    pub(super) fn shown(&self) -> Shown {
        self.look.shown
    }

    /// Adds a line as it is.
    pub(super) fn line(&mut self, tone: Tone, text: impl AsRef<str>) {
        self.lines.push((tone, clean(text.as_ref()).into_owned()));
    }

    /// Adds the head of a section, apart from what stands before it.
    pub(super) fn section(&mut self, tone: Tone, text: impl AsRef<str>) {
        self.gap();
        self.paragraph(tone, "", text.as_ref());
    }

    /// Sets what follows apart from what stands before it.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|(_, line)| !line.is_empty()) {
            self.line(Tone::Plain, "");
        }
    }

    /// Adds a paragraph, broken between words; its further lines stand below the end of `lead`.
    pub(super) fn paragraph(&mut self, tone: Tone, lead: &str, text: &str) {
        let indent = width(lead);
        let room = self
            .look
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(indent).max(20));
        let text = clean(text);
        let mut line = lead.to_owned();
        let mut used = 0;
        for word in text.split_whitespace() {
            let length = width(word);
            if used > 0 && used + 1 + length > room {
                self.line(tone, &line);
                line = " ".repeat(indent);
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
        self.line(tone, line);
    }

    /// Adds a table; columns without any content are left out.
    pub(super) fn table(&mut self, indent: usize, head: &[&str], rows: Vec<Vec<String>>) {
        let used: Vec<bool> = (0..head.len())
            .map(|at| {
                rows.iter()
                    .any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        let keep = |row: Vec<String>| {
            row.into_iter()
                .zip(&used)
                .filter(|(_, used)| **used)
                .map(|(cell, _)| clean(&cell).into_owned())
                .collect::<Vec<_>>()
        };
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).map(keep).collect();
        let room = self.look.width;
        let room = room.map(|width| width.saturating_sub(indent).max(NARROWEST));
        let indent = " ".repeat(indent);
        for (at, line) in lay_out(&rows, room).iter().enumerate() {
            let tone = if at == 0 { Tone::Faint } else { Tone::Plain };
            self.line(tone, format!("{indent}{line}").trim_end());
        }
    }

    /// Adds a table of the first rows only, if lists are to be shortened, and says how many there
    /// are besides.
    pub(super) fn short_table<T>(
        &mut self,
        head: &[&str],
        items: &[T],
        limit: usize,
        rows: impl Fn(&T) -> Vec<Vec<String>>,
    ) {
        let shown = if self.look.brief {
            items.len().min(limit)
        } else {
            items.len()
        };
        self.table(2, head, items[..shown].iter().flat_map(rows).collect());
        self.more(2, items.len() - shown);
    }

    /// Says how many there are besides those shown.
    pub(super) fn more(&mut self, indent: usize, hidden: usize) {
        if hidden > 0 {
            let indent = " ".repeat(indent);
            let hidden = super::text::number(hidden as u64);
            self.line(
                Tone::Faint,
                format!("{indent}… and {hidden} more (-v or --output json shows all)"),
            );
        }
    }

    /// The page as text, with colours or without, ending in a line feed.
    pub(super) fn render(&self, colour: bool) -> String {
        let mut text = String::new();
        for (tone, line) in &self.lines {
            if colour && *tone != Tone::Plain && !line.is_empty() {
                let style = tone.style();
                let _ = writeln!(text, "{style}{line}{style:#}");
            } else {
                let _ = writeln!(text, "{line}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> Page {
        Page::new(Look {
            width: Some(width),
            brief: true,
            ..Look::default()
        })
    }

    #[test]
    fn tables_fit_the_terminal_and_align_wide_characters() {
        let mut page = page(44);
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        page.table(
            2,
            &["name", "id", "", "why"],
            vec![
                row(&["李小龍", "S1", "", "the school says that he left in spring"]),
                row(&["Ada", "S2", "", "left"]),
            ],
        );
        let text = page.render(false);
        assert_eq!(
            text,
            "  name    id  why\n\
             \x20 李小龍  S1  the school says that he left\n\
             \x20             in spring\n\
             \x20 Ada     S2  left\n"
        );
        assert!(text.lines().all(|line| width(line) <= 44));
    }

    #[test]
    fn remote_text_can_neither_colour_nor_break_a_line() {
        let mut page = page(80);
        page.line(Tone::Heading, "a\u{1b}[2Jb\nc");
        page.table(
            0,
            &["x"],
            vec![vec!["\u{1b}]0;title\u{7}\nnext".to_owned()]],
        );
        page.paragraph(Tone::Plain, "- ", "x\u{202e}y\u{9b}");
        assert_eq!(
            page.render(false),
            "a\u{fffd}[2Jb c\nx\n\u{fffd}]0;title\u{fffd} next\n- x\u{fffd}y\u{fffd}\n"
        );
        assert!(
            page.render(true)
                .starts_with("\u{1b}[1ma\u{fffd}[2Jb c\u{1b}[0m\n")
        );
    }

    #[test]
    fn paragraphs_break_between_words_and_hang() {
        let mut page = page(24);
        page.paragraph(Tone::Plain, "  → ", "one two three four five six");
        assert_eq!(page.render(false), "  → one two three four\n    five six\n");
    }
}
