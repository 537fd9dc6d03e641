//! Where goes what is wrong with a row: a sync needs every row that is left out, for others depend
//! on it; a check needs words for people, and no more of them than somebody reads.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::model::finding::{Finding, FindingKind, Findings, Spot};
use crate::model::roster::{Place, Unreadable, UnreadableSubject};
use crate::model::{AccessGroupId, CampusId, Text};

/// What is wrong, and what to do about it: a sentence each.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: FindingKind,
    pub(super) message: Cow<'static, str>,
    pub(super) remedy: &'static str,
}

impl Fault {
    pub(super) fn new(
        kind: FindingKind,
        message: impl Into<Cow<'static, str>>,
        remedy: &'static str,
    ) -> Self {
        Fault {
            kind,
            message: message.into(),
            remedy,
        }
    }

    /// The fault of a file.
    pub(super) fn of_file(self, file: &Arc<str>) -> Finding {
        Finding::new(self.kind, file, self.message, self.remedy)
    }
}

/// A fault that reads the same wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wrong {
    pub(super) kind: FindingKind,
    pub(super) message: &'static str,
    pub(super) remedy: &'static str,
}

impl Wrong {
    pub(super) fn fault(self) -> Fault {
        Fault::new(self.kind, self.message, self.remedy)
    }

    /// Both sentences.
    pub(super) fn text(self) -> String {
        format!("{} {}", self.message, self.remedy)
    }
}

/// Takes what is wrong.
pub(super) enum Defects {
    /// Of a sync.
    Rows(Vec<Unreadable>),
    /// Of a check.
    Check(Box<Check>),
}

/// What a check collects.
#[derive(Default)]
pub(super) struct Check {
    findings: Findings,
    files: Vec<Arc<str>>,
    /// Whether lines are counted in the current file, or records.
    records: bool,
    /// The first row of each content, by its hash: the file's position, and the line.
    rows: HashMap<u64, (usize, u32), foldhash::fast::RandomState>,
}

impl Defects {
    /// What follows is of this file, in which lines are counted, or records.
    pub(super) fn start_file(&mut self, file: &Arc<str>, records: bool) {
        if let Defects::Check(check) = self {
            check.files.push(Arc::clone(file));
            check.records = records;
        }
    }

    /// Takes a row that is left out.
    pub(super) fn row(
        &mut self,
        subject: UnreadableSubject,
        place: Place,
        column: Option<Text>,
        fault: Fault,
    ) {
        match self {
            Defects::Rows(rows) => rows.push(Unreadable {
                subject,
                place,
                column,
                message: format!("{} {}", fault.message, fault.remedy),
            }),
            Defects::Check(check) => {
                let mut finding = fault.of_file(&place.file);
                finding.spot = check.spot(place.line);
                finding.column = column;
                if let UnreadableSubject::Person(campus_id) = subject {
                    finding.campus_id = Some(campus_id);
                }
                check.findings.add(finding);
            }
        }
    }

    /// Takes an access group that is left out.
    pub(super) fn group(&mut self, id: AccessGroupId, place: Place, column: Text, fault: Fault) {
        self.row(UnreadableSubject::Group(id), place, Some(column), fault);
    }

    /// Takes an observation about a line or record of the current file.
    pub(super) fn note(&mut self, line: u32, fault: Fault) {
        if let Defects::Check(check) = self
            && let Some(file) = check.files.last()
        {
            let finding = fault.of_file(file).at(check.spot(line));
            check.findings.add(finding);
        }
    }

    /// Takes a finding that knows its place.
    pub(super) fn finding(&mut self, finding: Finding) {
        if let Defects::Check(check) = self {
            check.findings.add(finding);
        }
    }

    /// Notes a row whose content stood in an earlier one.
    pub(super) fn compare(&mut self, line: u32, campus_id: &str, content: &impl std::hash::Hash) {
        let Defects::Check(check) = self else { return };
        let file = check.files.len().saturating_sub(1);
        let hash = std::hash::BuildHasher::hash_one(check.rows.hasher(), content);
        let (earlier, first) = match check.rows.entry(hash) {
            Entry::Vacant(free) => {
                free.insert((file, line));
                return;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let message = format!("The row says what {}:{first} says.", check.files[earlier]);
        let fault = Fault::new(
            FindingKind::DuplicateRow,
            message,
            "Nothing needs to be done; see whether the export has everything twice.",
        );
        let mut finding = fault.of_file(&check.files[file]).at(check.spot(line));
        if !campus_id.is_empty() {
            finding.campus_id = Some(CampusId::from(campus_id));
        }
        check.findings.add(finding);
    }

    /// The rows of a sync that are left out.
    pub(super) fn into_rows(self) -> Vec<Unreadable> {
        match self {
            Defects::Rows(rows) => rows,
            Defects::Check(_) => Vec::new(),
        }
    }

    /// The findings of a check.
    pub(super) fn into_findings(self) -> Findings {
        match self {
            Defects::Rows(_) => Findings::default(),
            Defects::Check(check) => check.findings,
        }
    }
}

impl Check {
    fn spot(&self, line: u32) -> Spot {
        if self.records {
            Spot::Record(line)
        } else {
            Spot::Line(line)
        }
    }
}
