//! The page of a summary. Whatever is put on it is escaped here, so that text from elsewhere is
//! never more than text, and the page never grows beyond what a job's page may hold.

use std::fmt::Write as _;

use crate::model::reason::Code;
use crate::output::card::Shown;
use crate::output::sanitize::clean;
use crate::output::text::number;

/// From how many rows on a list is folded.
const FOLDED_FROM: usize = 21;

/// How large a page gets, in bytes, but for its headings. GitHub drops a summary of more than 1 MiB
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>), and
/// other steps may write to the same one.
const LARGEST: usize = 768 << 10;

/// How long a cell gets, in characters.
const LONGEST_CELL: usize = 200;

/// The page of a summary.
pub(in crate::output) struct Summary {
    shown: Shown,
    page: String,
}

impl Summary {
    pub(in crate::output) fn new(shown: Shown) -> Self {
        Summary {
            shown,
            page: String::new(),
        }
    }

    /// How much is shown of card numbers.
    pub(in crate::output) fn shown(&self) -> Shown {
        self.shown
    }

    pub(in crate::output) fn heading(&mut self, level: usize, words: &str) {
        self.block(&format!("{} {}", "#".repeat(level), text(words)));
    }

    pub(in crate::output) fn paragraph(&mut self, words: &str) {
        self.block(&text(words.trim()));
    }

    pub(in crate::output) fn strong(&mut self, words: &str) {
        self.block(&format!("**{}**", text(words)));
    }

    /// A reason that holds for so many, and what to do about it.
    pub(in crate::output) fn reason(&mut self, many: usize, code: Code) {
        let mut lines = format!(
            "**{} × `{}`**: {}",
            number(many as u64),
            code.name(),
            text(code.title())
        );
        if !code.remedy().is_empty() {
            let _ = write!(lines, "<br>→ {}", text(code.remedy()));
        }
        self.block(&lines);
    }

    /// A table of figures, each row with its name.
    pub(in crate::output) fn figures(&mut self, head: &[&str], rows: &[(&str, Vec<u64>)]) {
        let mut table = line(head.iter().map(|cell| text(cell)));
        let right = std::iter::repeat_n("--:".to_owned(), head.len() - 1);
        table += &line(std::iter::once("---".to_owned()).chain(right));
        for (name, figures) in rows {
            let figures = figures.iter().map(|figure| number(*figure));
            table += &line(std::iter::once(text(name)).chain(figures));
        }
        self.block(table.trim_end());
    }

    /// A table of the first rows, folded if it is long, and how many there are besides. Columns
    /// without any content are left out.
    pub(in crate::output) fn list<T>(
        &mut self,
        head: &[&str],
        items: &[T],
        limit: usize,
        row: impl Fn(&T) -> Vec<String>,
    ) {
        let rows: Vec<Vec<String>> = items.iter().take(limit).map(row).collect();
        if rows.is_empty() {
            return;
        }
        let is_used = |at: &usize| rows.iter().any(|row| !row[*at].is_empty());
        let used: Vec<usize> = (0..head.len()).filter(is_used).collect();
        let mut table = line(used.iter().map(|at| text(head[*at])));
        table += &line(used.iter().map(|_| "---".to_owned()));
        let mut shown = 0;
        for row in &rows {
            let row = line(used.iter().map(|at| text(&shortened(&row[*at]))));
            if self.page.len() + table.len() + row.len() > LARGEST {
                break;
            }
            table += &row;
            shown += 1;
        }
        if shown > 0 {
            self.fold(table.trim_end(), shown);
        }
        let hidden = items.len() - shown;
        if hidden > 0 {
            let hidden = number(hidden as u64);
            self.paragraph(&format!("… and {hidden} more; --output csv shows all."));
        }
    }

    fn fold(&mut self, table: &str, rows: usize) {
        if rows < FOLDED_FROM {
            self.block(table);
            return;
        }
        let rows = number(rows as u64);
        // Markdown is read again only below an empty line.
        self.block(&format!(
            "<details>\n<summary>{rows} rows</summary>\n\n{table}\n\n</details>"
        ));
    }

    fn block(&mut self, block: &str) {
        self.page.push_str(block);
        self.page.push_str("\n\n");
    }

    /// The page, ending in a line feed.
    pub(in crate::output) fn finish(self) -> String {
        let page = self.page.trim_end();
        format!("{page}\n")
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

fn shortened(cell: &str) -> String {
    if cell.chars().count() <= LONGEST_CELL {
        return cell.to_owned();
    }
    let start: String = cell.chars().take(LONGEST_CELL).collect();
    format!("{start}…")
}

fn ends_in_www(text: &str) -> bool {
    let last = text.as_bytes().last_chunk::<3>();
    last.is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

/// A text in which nothing means anything in Markdown or HTML: signs are character references
/// (<https://github.github.com/gfm/#entity-and-numeric-character-references>), which can't stand
/// for structure. Links, mentions, references to issues and such are found in the finished text
/// too, so a place where a line may break, which nobody sees, parts what they begin with.
pub(in crate::output) fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len() + words.len() / 2);
    let words = clean(words);
    let mut characters = words.chars().peekable();
    while let Some(c) = characters.next() {
        let ends_word = characters.peek().is_none_or(|next| *next == ' ');
        match c {
            ' ' | ',' | '\'' | '"' | '(' | '?' | '/' | ';' => escaped.push(c),
            ':' if ends_word => escaped.push(c),
            '.' if ends_in_www(&escaped) => escaped.push_str("<wbr>."),
            // Where a line begins, these could begin a list.
            '-' | '+' if !escaped.is_empty() => escaped.push(c),
            '.' | ')' if !escaped.chars().all(|c| c.is_ascii_digit()) => escaped.push(c),
            '@' | '#' | '!' | ':' | '$' | '%' | '&' | '~' | '^' => {
                let _ = write!(escaped, "&#{};<wbr>", u32::from(c));
            }
            c if c.is_ascii_punctuation() => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
