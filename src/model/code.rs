//! One form for every stable code of the tool, whatever table it stands in, so that all of them
//! can be listed, completed and explained alike.
//!
//! The texts stay where the codes are: each area has a table of its own, next to what uses it. An
//! area is added in three steps: a variant of [`Area`] with its word and heading here; a function
//! next to the table that makes an [`Entry`] of each of its codes; a line for that function in
//! `commands::codes`, which lists the tables. The tests there hold every code against the rules: a
//! word in kebab-case, a title, a meaning, one meaning wherever the word is used, and used at all.

use std::fmt;

use super::checkup::code::{About, CHECKS};
use super::diagnosis::Trouble;
use super::finding::FindingKind;
use super::okta::OktaFailure;
use super::okta::status::OktaFinding;
use super::{metadata, reason};

/// What a code speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Why something was left alone, held, stopped or failed.
    Plan,
    /// What is wrong with files of people, or worth knowing.
    Source,
    /// What is wrong with a metadata file, or worth knowing.
    Metadata,
    /// Why a person or group is not as expected.
    Diagnosis,
    /// What is wrong with the app in Okta, and how its provisioning fails.
    Okta,
    /// What a checkup looks at.
    Doctor,
}

impl Area {
    /// Every area, in the order of the listing.
    pub const ALL: &'static [Area] = &[
        Area::Plan,
        Area::Source,
        Area::Metadata,
        Area::Diagnosis,
        Area::Okta,
        Area::Doctor,
    ];

    /// The word of documents and of `--area`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Area::Plan => "plan",
            Area::Source => "source",
            Area::Metadata => "metadata",
            Area::Diagnosis => "diagnosis",
            Area::Okta => "okta",
            Area::Doctor => "doctor",
        }
    }

    /// Where its codes are met, in words.
    #[must_use]
    pub fn met(self) -> &'static str {
        match self {
            Area::Plan => "reasons in the plan and the report of diff and sync",
            Area::Source => "findings of source check",
            Area::Metadata => "findings of okta metadata check",
            Area::Diagnosis => "causes that diagnose names",
            Area::Okta => "findings and failures of okta status",
            Area::Doctor => "checks of doctor",
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One code with what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code, in kebab-case.
    pub code: &'static str,
    /// Where it is met; the first is the one whose table it stands in.
    pub areas: Vec<Area>,
    /// What is the case, in one short line, in lower case.
    pub title: String,
    /// What it means, and why the tool does what it does.
    pub meaning: &'static str,
    /// What to do next: a command or a path in a console. Empty where nothing is to be done.
    pub remedy: &'static str,
}

impl Entry {
    /// A code of an area.
    #[must_use]
    pub fn new(
        area: Area,
        code: &'static str,
        title: &str,
        meaning: &'static str,
        remedy: &'static str,
    ) -> Self {
        Entry {
            code,
            areas: vec![area],
            title: lower_first(title),
            meaning,
            remedy,
        }
    }
}

/// Names, which keep their capital letter.
const NAMES: &[&str] = &["Atrium", "Command", "Okta", "Verkada"];

/// The text without the capital letter that begins a sentence; names and abbreviations keep theirs.
fn lower_first(text: &str) -> String {
    let first = text.split([' ', ',', '\'']).next().unwrap_or_default();
    let mut rest = text.chars();
    match rest.next() {
        Some(letter)
            if !NAMES.contains(&first)
                && !first.chars().skip(1).any(|c| c.is_ascii_uppercase()) =>
        {
            format!("{}{}", letter.to_ascii_lowercase(), rest.as_str())
        }
        _ => text.to_owned(),
    }
}

/// The reasons of plans and reports.
#[must_use]
pub fn reasons() -> Vec<Entry> {
    let entry = |code: &reason::Code| {
        let (title, meaning, remedy) = (code.title(), code.meaning(), code.remedy());
        Entry::new(Area::Plan, code.name(), title, meaning, remedy)
    };
    reason::Code::ALL.iter().map(entry).collect()
}

/// What a check of Atrium's files finds.
#[must_use]
pub fn findings() -> Vec<Entry> {
    let entry = |kind: &FindingKind| {
        let (title, meaning, remedy) = (kind.title(), kind.meaning(), kind.remedy());
        Entry::new(Area::Source, kind.word(), title, meaning, remedy)
    };
    FindingKind::ALL.iter().map(entry).collect()
}

/// What a check of metadata finds.
#[must_use]
pub fn metadata() -> Vec<Entry> {
    let entry = |code: &metadata::Code| {
        let (title, meaning, remedy) = (code.title(), code.meaning(), code.remedy());
        Entry::new(Area::Metadata, code.name(), title, meaning, remedy)
    };
    metadata::Code::ALL.iter().map(entry).collect()
}

/// The causes that a diagnosis names.
#[must_use]
pub fn troubles() -> Vec<Entry> {
    let entry = |trouble: &Trouble| {
        let (title, meaning, remedy) = (trouble.title(), trouble.meaning(), trouble.remedy());
        Entry::new(Area::Diagnosis, trouble.name(), title, meaning, remedy)
    };
    Trouble::ALL.iter().map(entry).collect()
}

/// What is wrong with the app in Okta, and the known failures of its provisioning. A finding that a
/// diagnosis has, too, has one text.
#[must_use]
pub fn okta() -> Vec<Entry> {
    let finding = |found: &OktaFinding| {
        let code = found.code();
        let mut troubles = Trouble::ALL.iter();
        match troubles.find(|trouble| trouble.name() == code) {
            Some(same) => Entry::new(
                Area::Okta,
                code,
                same.title(),
                same.meaning(),
                same.remedy(),
            ),
            None => {
                let meaning = found.meaning();
                let title = meaning.trim_end_matches('.');
                let remedy = found.remedy().trim_end_matches('.');
                Entry::new(Area::Okta, code, title, meaning, remedy)
            }
        }
    };
    let failure = |failure: OktaFailure| {
        let title = failure.title();
        let remedy = failure.first_check().trim_end_matches('.');
        Entry::new(Area::Okta, failure.code(), title, failure.meaning(), remedy)
    };
    let failures = OktaFailure::ALL.into_iter().map(failure);
    OktaFinding::ALL
        .iter()
        .map(finding)
        .chain(failures)
        .collect()
}

/// What a checkup looks at.
#[must_use]
pub fn checks() -> Vec<Entry> {
    let entry = |about: &About| {
        let (title, meaning, remedy) = (about.title, about.meaning, about.remedy);
        Entry::new(Area::Doctor, about.code, title, meaning, remedy)
    };
    CHECKS.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_begin_alike_whatever_table_they_come_from() {
        for (title, expected) in [
            ("The file is empty", "the file is empty"),
            ("Okta's sign-in page", "Okta's sign-in page"),
            ("Command refused the card", "Command refused the card"),
            (
                "WantAuthnRequestsSigned is wrong",
                "WantAuthnRequestsSigned is wrong",
            ),
            ("A card", "a card"),
            ("XML", "XML"),
            ("", ""),
        ] {
            assert_eq!(lower_first(title), expected);
        }
    }
}
