//! Which known name a misspelt one was most likely meant to be.

use super::fold::fold_name;

/// Below this likeness (Jaro-Winkler, 0 to 1), names have little more in common than a few letters.
const ALIKE: f64 = 0.8;

/// The known name that is most like the wanted one, the first of several; `None` if none is like
/// it at all. Case, blanks, hyphens and underscores make no difference.
#[must_use]
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold_name(wanted);
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let likeness = strsim::jaro_winkler(&wanted, &fold_name(name));
        if likeness >= ALIKE && best.is_none_or(|(top, _)| likeness > top) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_none() {
        let known = ["absent_runs", "groups_gone", "email_change"];
        for (wanted, expected) in [
            ("absent_run", Some("absent_runs")),
            ("Groups Gone", Some("groups_gone")),
            ("email-chnage", Some("email_change")),
            ("concurrency", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, known), expected, "{wanted}");
        }
    }
}
