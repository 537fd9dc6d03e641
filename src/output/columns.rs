//! Columns of text that stand below each other on a terminal.

use dialoguer::console::measure_text_width;

/// Blanks behind each column.
const GAP: usize = 2;

/// The rows as lines. If they may be no longer than `room`, the widest columns are broken between
/// words, and words that are still too long anywhere.
pub(super) fn lay_out(rows: &[Vec<String>], room: Option<usize>) -> Vec<String> {
    let mut widths = vec![0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = width(cell).max(*widest);
        }
    }
    if let Some(room) = room {
        squeeze(&mut widths, room);
    }
    rows.iter().flat_map(|row| lines(row, &widths)).collect()
}

/// Takes from the widest column, the last of several, until all of them fit.
fn squeeze(widths: &mut [usize], room: usize) {
    let total: usize = widths.iter().map(|width| width + GAP).sum();
    for _ in room..total {
        if let Some(widest) = widths.iter_mut().max()
            && *widest > 1
        {
            *widest -= 1;
        }
    }
}

/// One row: as many lines as its highest cell.
fn lines(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells = row.iter().zip(widths);
    let cells: Vec<Vec<String>> = cells.map(|(cell, width)| broken(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let mut line = String::new();
        for (cell, wanted) in cells.iter().zip(widths) {
            let part = cell.get(at).map_or("", String::as_str);
            line.push_str(part);
            line.push_str(&" ".repeat(wanted.saturating_sub(width(part)) + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// A text in lines of this width.
fn broken(text: &str, room: usize) -> Vec<String> {
    if width(text) <= room {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = width(word);
        if used > 0 && used + 1 + length <= room {
            line.push(' ');
            line.push_str(word);
            used += 1 + length;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
        }
        let mut pieces = cut(word, room);
        line = pieces.pop().unwrap_or_default();
        used = width(&line);
        lines.append(&mut pieces);
    }
    lines.push(line);
    lines
}

/// A word in pieces of this width. Marks stay with the letter that they belong to.
fn cut(word: &str, room: usize) -> Vec<String> {
    if width(word) <= room {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        let length = width(c.encode_utf8(&mut [0; 4]));
        if used > 0 && used + length > room {
            pieces.push(String::new());
            used = 0;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
        used += length;
    }
    pieces
}

/// How many columns a terminal gives to a text. Most of them count as the C library's `wcwidth`
/// does: nothing for a mark that stands above or below a letter, one for a vowel sign that takes a
/// place of its own, and each letter for itself even where a font joins two.
pub(super) fn width(text: &str) -> usize {
    let mut before = None;
    let mut more = 0;
    for c in text.chars() {
        more += usize::from(is_spacing_sign(c));
        match c {
            // Counted as one with the letter before.
            '\u{622}' | '\u{623}' | '\u{625}' | '\u{627}' if before == Some('\u{644}') => more += 1,
            _ => {}
        }
        // Short vowels between the two change nothing.
        if !matches!(c, '\u{64b}'..='\u{65f}' | '\u{670}') {
            before = Some(c);
        }
    }
    measure_text_width(text) + more
}

/// Whether it is a sign of category Mc that is counted as no column because it extends the letter
/// before (`Other_Grapheme_Extend`, Unicode Standard Annex 44), in a script of today.
fn is_spacing_sign(c: char) -> bool {
    matches!(
        c,
        '\u{9be}'
            | '\u{9d7}'
            | '\u{b3e}'
            | '\u{b57}'
            | '\u{bbe}'
            | '\u{bd7}'
            | '\u{cc0}'
            | '\u{cc2}'
            | '\u{cc7}'
            | '\u{cc8}'
            | '\u{cca}'
            | '\u{ccb}'
            | '\u{cd5}'
            | '\u{cd6}'
            | '\u{d3e}'
            | '\u{d57}'
            | '\u{dcf}'
            | '\u{ddf}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_terminals_make_it() {
        // As glibc's wcwidth has it, and tmux shows it.
        let table = [
            ("Ada", 3),
            ("李小龍", 6),
            ("e\u{301}", 1),
            ("अनिता", 5),
            ("गुप्ता", 4),
            ("ମୋ", 2),
            ("ಕೊ", 2),
            ("বাংলা", 5),
            ("தமிழ்", 4),
            ("السلام", 6),
            ("لَا", 2),
            ("نور حداد", 8),
            ("נועה בן-דוד", 11),
            ("김민준", 6),
            ("\u{feff}\u{200b}", 0),
        ];
        for (text, columns) in table {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    fn table(cells: &[[&str; 2]], room: Option<usize>) -> String {
        let rows: Vec<Vec<String>> = cells
            .iter()
            .map(|row| row.map(str::to_owned).to_vec())
            .collect();
        lay_out(&rows, room).join("\n")
    }

    #[test]
    fn the_widest_column_is_broken_between_words_or_anywhere() {
        let cells = [
            ["id", "why"],
            ["S1", "one two three"],
            ["S2", "threefourfive"],
        ];
        assert_eq!(
            table(&cells, Some(14)),
            "id  why\nS1  one two\n    three\nS2  threefou\n    rfive"
        );
        assert_eq!(
            table(&cells, None),
            "id  why\nS1  one two three\nS2  threefourfive"
        );
    }

    #[test]
    fn columns_stand_below_each_other_in_every_script() {
        let names = ["Ada", "李小龍", "علاء السلام", "अनिता गुप्ता", "বাংলা", "נועה"];
        let rows: Vec<[&str; 2]> = names.iter().map(|name| [*name, "x"]).collect();
        for line in table(&rows, None).lines() {
            assert_eq!(width(line), 14, "{line}");
        }
    }

    #[test]
    fn a_mark_is_not_parted_from_its_letter() {
        assert_eq!(
            cut("e\u{301}e\u{301}e\u{301}", 2),
            ["e\u{301}e\u{301}", "e\u{301}"]
        );
        assert_eq!(cut("李小龍", 1), ["李", "小", "龍"]);
    }

    #[test]
    fn no_room_is_no_reason_to_give_up() {
        assert_eq!(table(&[["ab", "cd"]], Some(0)), "a  c\nb  d");
        assert_eq!(lay_out(&[], Some(10)), Vec::<String>::new());
    }
}
