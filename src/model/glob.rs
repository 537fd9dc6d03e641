//! Patterns with `*` and `?` over texts that people wrote.

use wildmatch::WildMatch;

use super::fold::fold;

/// A list of patterns, compared without regard to case, to how accents are composed and to white
/// space around.
#[derive(Clone, Debug, Default)]
pub struct Globs(Vec<WildMatch>);

impl Globs {
    /// Reads patterns.
    #[must_use]
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let patterns = patterns.into_iter();
        Globs(patterns.map(|glob| WildMatch::new(&fold(glob))).collect())
    }

    /// Whether one of the patterns matches the whole text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let text = fold(text);
        self.0.iter().any(|glob| glob.matches(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pattern_must_match_the_whole_text() {
        let globs = Globs::new(["Zoë*", " b?"]);
        for (text, matches) in [
            ("ZOE\u{308} Müller", true),
            ("B7 ", true),
            ("b77", false),
            ("", false),
        ] {
            assert_eq!(globs.matches(text), matches, "{text:?}");
        }
        assert!(!Globs::default().matches(""));
    }
}
