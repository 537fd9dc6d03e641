//! Every stable code of the tool in one list, put together from the tables of all areas.

use crate::model::code::{self, Entry};

/// The tables; see [`crate::model::code`] for how an area is added.
const TABLES: &[fn() -> Vec<Entry>] = &[
    code::reasons,
    code::findings,
    code::metadata,
    code::troubles,
    code::okta,
    code::checks,
];

/// Every code once, area by area. A code that several areas share stands with the first of them.
#[must_use]
pub fn all() -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in TABLES.iter().flat_map(|table| table()) {
        match all.iter_mut().find(|known| known.code == entry.code) {
            Some(known) => known.areas.extend(entry.areas),
            None => all.push(entry),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::code::Area;

    fn entries() -> impl Iterator<Item = Entry> {
        TABLES.iter().flat_map(|table| table())
    }

    #[test]
    fn every_code_is_in_kebab_case_and_has_its_texts() {
        for Entry {
            code,
            title,
            meaning,
            remedy,
            ..
        } in entries()
        {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.chars().all(plain) && !code.is_empty(), "{code}");
            assert!(
                !title.is_empty() && !title.ends_with('.'),
                "{code}: {title}"
            );
            assert!(meaning.ends_with(['.', ')']), "{code}: {meaning}");
            assert!(!remedy.ends_with('.'), "{code}: {remedy}");
            for text in [&title, meaning, remedy] {
                assert_eq!(text.trim(), text, "{code}");
                assert!(
                    !text.contains("  ") && !text.contains('\n'),
                    "{code}: {text}"
                );
            }
        }
    }

    #[test]
    fn a_word_means_one_thing_wherever_it_is_used() {
        let mut known: BTreeMap<&str, Entry> = BTreeMap::new();
        for entry in entries() {
            if let Some(other) = known.get(entry.code) {
                assert_ne!(other.areas, entry.areas, "{} stands twice", entry.code);
                assert_eq!(
                    (&other.title, other.meaning, other.remedy),
                    (&entry.title, entry.meaning, entry.remedy),
                    "{} means different things: give one of them another word",
                    entry.code
                );
            } else {
                known.insert(entry.code, entry);
            }
        }
        assert_eq!(known.len(), all().len());
    }

    #[test]
    fn every_area_has_a_table() {
        for area in Area::ALL {
            assert!(
                entries().any(|entry| entry.areas == [*area]),
                "no table lists the area {area}"
            );
        }
    }
}
