//! What is wrong with files of people, and what a check of them found.

mod kind;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::{CampusId, Text};

pub use kind::FindingKind;

/// How much a finding costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A file, or all of them, can't be used: no sync runs.
    Refused,
    /// A row, an id or an access group can't be used; the others can.
    LeftOut,
    /// Something to know. Nothing is lost by it.
    Note,
}

impl Severity {
    /// Every severity, the gravest first.
    pub const ALL: [Severity; 3] = [Severity::Refused, Severity::LeftOut, Severity::Note];

    /// The severity in documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Refused => "refused",
            Severity::LeftOut => "left-out",
            Severity::Note => "note",
        }
    }
}

/// Where in a file something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Nowhere in particular.
    Whole,
    /// A line, counted from 1.
    Line(u32),
    /// A record of JSON, counted from 1.
    Record(u32),
}

/// One thing that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind.
    pub kind: FindingKind,
    /// The file or files, as the profile names them.
    pub file: Arc<str>,
    /// Where in the file.
    pub spot: Spot,
    /// The column at fault, if one is.
    pub column: Option<Text>,
    /// The person whose row it is, if that can be told.
    pub campus_id: Option<CampusId>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it, in a sentence.
    pub remedy: Cow<'static, str>,
}

impl Finding {
    /// A finding about a file as a whole.
    pub fn new(
        kind: FindingKind,
        file: &Arc<str>,
        message: impl Into<String>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Finding {
            kind,
            file: Arc::clone(file),
            spot: Spot::Whole,
            column: None,
            campus_id: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same at a spot.
    #[must_use]
    pub fn at(mut self, spot: Spot) -> Self {
        self.spot = spot;
        self
    }

    /// The same in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<Text>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// What is wrong and what to do about it, as parts of a longer sentence.
    #[must_use]
    pub fn clause(&self) -> String {
        format!("{}; {}", clause(&self.message), clause(&self.remedy))
    }
}

/// The finding in one line, as an error message.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Spot::Line(number) | Spot::Record(number) = self.spot {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}", self.clause())
    }
}

/// A sentence as a part of one: without its full stop, and, unless it begins with a name or an
/// abbreviation, in lower case.
fn clause(sentence: &str) -> String {
    let sentence = sentence.strip_suffix('.').unwrap_or(sentence);
    let mut rest = sentence.chars();
    match rest.next() {
        Some(first) if rest.as_str().starts_with(|c: char| c.is_ascii_lowercase()) => {
            format!("{}{}", first.to_ascii_lowercase(), rest.as_str())
        }
        _ => sentence.to_owned(),
    }
}

/// The findings of a check: how many there are of each kind, and of the rows that are left out and
/// of the notes the first [`Findings::KEPT`] each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    kept: Vec<Finding>,
    counts: BTreeMap<FindingKind, u64>,
}

impl Findings {
    /// So many of one severity are kept, so that a file in which every row is defective does not
    /// fill the memory. All that refuse a file are kept: a file has few.
    pub const KEPT: u64 = 100_000;

    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        let (kind, severity) = (finding.kind, finding.kind.severity());
        if severity == Severity::Refused || self.of(severity) < Self::KEPT {
            self.kept.push(finding);
        }
        *self.counts.entry(kind).or_default() += 1;
    }

    /// Puts them in order: the gravest first, then as the files stand in `files`, then by line.
    pub fn sort(&mut self, files: &[FileForm]) {
        let order = |finding: &Finding| files.iter().position(|form| form.file == finding.file);
        self.kept.sort_by_cached_key(|finding| {
            (
                finding.kind.severity(),
                order(finding).unwrap_or(usize::MAX),
                finding.spot,
            )
        });
    }

    /// Those that are kept.
    #[must_use]
    pub fn kept(&self) -> &[Finding] {
        &self.kept
    }

    /// How many there are, by kind.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<FindingKind, u64> {
        &self.counts
    }

    /// How many there are of a severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        let counts = self.counts.iter();
        let of = counts.filter(|(kind, _)| kind.severity() == severity);
        of.map(|(_, count)| *count).sum()
    }

    /// How many there are.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 without a byte-order mark.
    Utf8,
    /// UTF-8 with one.
    Utf8Marked,
    /// UTF-16, the lower byte first, with a byte-order mark.
    Utf16Le,
    /// UTF-16, the higher byte first, with a byte-order mark.
    Utf16Be,
}

impl TextEncoding {
    /// The encoding in documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TextEncoding::Utf8 => "utf-8",
            TextEncoding::Utf8Marked => "utf-8-bom",
            TextEncoding::Utf16Le => "utf-16-le",
            TextEncoding::Utf16Be => "utf-16-be",
        }
    }
}

/// How a file was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileForm {
    /// The file, as the profile names it.
    pub file: Arc<str>,
    /// When it was last changed; `None` if the system does not say.
    pub modified: Option<Timestamp>,
    /// Its encoding; `None` if it was refused before that was known.
    pub encoding: Option<TextEncoding>,
    /// What stands between cells; `None` for JSON, and if the header was refused.
    pub delimiter: Option<char>,
    /// How many rows or records were read, blank ones not counted.
    pub rows: u64,
}

/// What a check of files found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The files in their order.
    pub files: Vec<FileForm>,
    /// How many people can be read.
    pub people: u64,
    /// How many access groups can be read.
    pub groups: u64,
    /// How many credentials there are, usable or not.
    pub credentials: u64,
    /// What was found.
    pub findings: Findings,
}

impl Survey {
    /// Whether all that the files hold can be used.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.of(Severity::Refused) + self.findings.of(Severity::LeftOut) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: FindingKind, spot: Spot) -> Finding {
        Finding::new(
            kind,
            &"p.csv".into(),
            "The row is blank.",
            "Leave it out, or not.",
        )
        .at(spot)
    }

    #[test]
    fn a_finding_reads_as_an_error_message() {
        let finding = note(FindingKind::BlankRows, Spot::Line(3));
        assert_eq!(
            finding.to_string(),
            "p.csv:3: the row is blank; leave it out, or not"
        );
        let finding = Finding::new(
            FindingKind::Pdf,
            &"a".into(),
            "PDF is no table.",
            "\"X\" it.",
        );
        assert_eq!(finding.to_string(), "a: PDF is no table; \"X\" it");
    }

    #[test]
    fn all_are_counted_and_a_bounded_number_is_kept() {
        let mut findings = Findings::default();
        for line in 0..150_000 {
            findings.add(note(FindingKind::BlankRows, Spot::Line(line)));
        }
        findings.add(note(FindingKind::CellCount, Spot::Line(9)));
        findings.add(note(FindingKind::CutShort, Spot::Line(10)));
        assert_eq!(findings.all(), 150_002);
        assert_eq!(findings.of(Severity::Note), 150_000);
        assert_eq!(findings.kept().len() as u64, Findings::KEPT + 2);
        findings.sort(&[]);
        assert_eq!(findings.kept()[0].kind, FindingKind::CutShort);
        assert_eq!(findings.kept()[1].kind, FindingKind::CellCount);
        assert_eq!(findings.kept()[2].spot, Spot::Line(0));
    }
}
