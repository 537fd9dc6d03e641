//! Texts of servers, made fit to be shown in a sentence.

/// The beginning of a text without control characters, on one line, at most `most` characters.
#[must_use]
pub fn shorten(text: &str, most: usize) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || is_invisible(c))
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Control characters, and those that turn the direction of writing.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_one_short_line() {
        assert_eq!(shorten("äöüß", 3), "äöü…");
        assert_eq!(shorten(" a\u{1b}[31m\r\n\tb\u{202e} ", 20), "a [31m b");
        assert_eq!(shorten("", 3), "");
    }
}
