//! Keeps text from elsewhere from commanding the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character could move the cursor, colour, hide or reorder what a terminal shows: C0,
/// DEL and C1 controls, line and paragraph separators, and the bidirectional embeddings, overrides
/// and isolates (Unicode Standard Annex 9, section 2).
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text as one line that a terminal shows as it is: line ends and tabs become a blank, other
/// characters that could command the terminal the replacement character.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let replace = |c| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(replace).collect())
}

/// A JSON document in which no such character stands raw. Beyond the line feeds and blanks of its
/// layout they stand only in its texts, where `\u` means the same.
pub(super) fn escape_json(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len() + 1);
    for c in document.chars() {
        if is_unsafe(c) && c != '\n' {
            // All of them are in the basic plane.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_commands_a_terminal_gets_through() {
        let table = [
            ("Ada Byron", "Ada Byron"),
            ("Zoë 李 👩🏽‍🎓", "Zoë 李 👩🏽‍🎓"),
            ("a\u{1b}[31mred", "a\u{fffd}[31mred"),
            (
                "\u{9b}2J\u{7}\u{8}\u{0}\u{7f}",
                "\u{fffd}2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("a\nb\r\nc\td\u{2028}e", "a b c d e"),
            (
                "\u{202e}gpj.exe\u{2066}\u{2069}\u{202a}",
                "\u{fffd}gpj.exe\u{fffd}\u{fffd}\u{fffd}",
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(clean(text), wanted);
        }
    }

    #[test]
    fn escaping_json_keeps_its_meaning() {
        let value = serde_json::json!({"name": "a\u{202e}b\u{9b}\u{7f}\u{1b}\n李"});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let escaped = escape_json(&text);
        assert!(!escaped.contains(|c| is_unsafe(c) && c != '\n'));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }
}
