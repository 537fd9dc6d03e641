//! Compares files with the last complete read that the ledger remembers.

use std::sync::Arc;

use crate::model::finding::{Finding, FindingKind, Severity, Survey};
use crate::model::memory::LastRead;
use crate::model::rules::has_shrunken;

/// Adds what the files of a whole source show beside the last read: that they shrank sharply, or
/// that they were not exported anew.
pub fn compare(survey: &mut Survey, last: &LastRead) {
    let refused = survey.findings.of(Severity::Refused) > 0;
    // A file that was refused half-way has lost its people for another reason.
    if !refused && has_shrunken(survey.people, last.people) {
        let files: Vec<&str> = survey.files.iter().map(|form| form.file.as_ref()).collect();
        let files: Arc<str> = files.join(", ").into();
        survey.findings.add(Finding::new(
            FindingKind::SourceShrunken,
            &files,
            format!(
                "People in the files: {}; in the last complete read: {}.",
                survey.people, last.people
            ),
            "Export all of them, or allow it for one run with --allow shrunken-source if they \
             have really left.",
        ));
    }
    for form in &survey.files {
        let Some(modified) = form.modified.filter(|time| *time < last.started) else {
            continue;
        };
        survey.findings.add(Finding::new(
            FindingKind::FileOlder,
            &form.file,
            format!(
                "The file was last changed at {modified:.0}, before the last sync began at {:.0}.",
                last.started
            ),
            "Nothing needs to be done if that sync has read it; otherwise export it again.",
        ));
    }
    let files = std::mem::take(&mut survey.files);
    survey.findings.sort(&files);
    survey.files = files;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::FileForm;
    use jiff::Timestamp;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn older_and_shrunken_files_are_named() {
        for (people, modified, wanted) in [
            (60, Some(200), &[][..]),
            (60, None, &[]),
            (60, Some(99), &[FindingKind::FileOlder]),
            (50, Some(100), &[]),
            (49, Some(100), &[FindingKind::SourceShrunken]),
            (
                0,
                Some(1),
                &[FindingKind::SourceShrunken, FindingKind::FileOlder],
            ),
        ] {
            let mut survey = Survey {
                people,
                files: vec![FileForm {
                    file: "p.csv".into(),
                    modified: modified.map(second),
                    encoding: None,
                    delimiter: None,
                    rows: people,
                }],
                ..Survey::default()
            };
            let last = LastRead {
                started: second(100),
                people: 100,
            };
            compare(&mut survey, &last);
            let kinds = survey.findings.kept().iter().map(|finding| finding.kind);
            assert_eq!(kinds.collect::<Vec<_>>(), wanted, "{people} {modified:?}");
        }
    }
}
