//! What a check of files found: a page, a document, and a table for a spreadsheet.

use std::collections::BTreeMap;

use serde::Serialize;

use super::csv::Table;
use super::json::{Schema, document};
use super::page::{Look, Page, Tone};
use super::text::{count, number};
use crate::error::Error;
use crate::model::finding::{FileForm, Finding, Severity, Spot, Survey};

/// How many findings a page shows, if it does not show all.
const SHOWN: usize = 20;

/// What a check found. `rest`: where to look for what is not shown.
pub(super) fn page(survey: &Survey, all: bool, rest: &str, look: Look) -> Page {
    let mut page = Page::new(look);
    let forms = survey.files.iter().map(|form| {
        vec![
            form.file.to_string(),
            written_as(form).join(", "),
            number(form.rows),
        ]
    });
    page.table(0, &["file", "written as", "rows"], forms.collect());
    let findings = survey.findings.kept();
    let most = if all { usize::MAX } else { SHOWN };
    let mut shown = findings.iter().take(most).peekable();
    for severity in Severity::ALL {
        let (tone, words) = match severity {
            Severity::Refused => (Tone::Loss, "Refused: no sync runs"),
            Severity::LeftOut => (Tone::Care, "Left out: a row, an id or a group"),
            Severity::Note => (Tone::Heading, "Notes"),
        };
        let of = survey.findings.of(severity);
        if of > 0 {
            page.section(tone, format!("{words} ({})", number(of)));
        }
        while let Some(finding) = shown.next_if(|finding| finding.kind.severity() == severity) {
            let text = format!(
                "{}: {} [{}]",
                place(finding),
                finding.message,
                finding.kind.word()
            );
            page.paragraph(Tone::Plain, "  ", &text);
            page.paragraph(Tone::Plain, "    → ", &finding.remedy);
        }
    }
    let hidden = survey.findings.all() - findings.len().min(most) as u64;
    page.gap();
    if hidden > 0 {
        page.line(
            Tone::Faint,
            format!("… and {} more ({rest})", number(hidden)),
        );
    }
    page.paragraph(Tone::Plain, "", &summary(survey));
    page
}

fn summary(survey: &Survey) -> String {
    let of = |severity| number(survey.findings.of(severity));
    format!(
        "Read: {}, {}, {}. Findings: {} refused, {} left out, {}.",
        count(survey.people, "person", "people"),
        count(survey.groups, "access group", "access groups"),
        count(survey.credentials, "credential", "credentials"),
        of(Severity::Refused),
        of(Severity::LeftOut),
        count(survey.findings.of(Severity::Note), "note", "notes"),
    )
}

/// File, line or record, and column.
fn place(finding: &Finding) -> String {
    let spot = match finding.spot {
        Spot::Whole => String::new(),
        Spot::Line(line) => format!(":{line}"),
        Spot::Record(record) => format!(", record {record}"),
    };
    match &finding.column {
        Some(column) => format!("{}{spot}, {column}", finding.file),
        None => format!("{}{spot}", finding.file),
    }
}

/// The form of a file, in words.
fn written_as(form: &FileForm) -> Vec<String> {
    let delimiter = form.delimiter.map(|delimiter| match delimiter {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        other => other.to_string(),
    });
    let encoding = form.encoding.map(|encoding| encoding.word().to_owned());
    delimiter.into_iter().chain(encoding).collect()
}

#[derive(Serialize)]
struct FormDocument<'a> {
    file: &'a str,
    /// `null` if the file was refused before it was known.
    encoding: Option<&'static str>,
    /// `null` in JSON.
    delimiter: Option<char>,
    rows: u64,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    severity: &'static str,
    kind: &'static str,
    file: &'a str,
    /// In JSON a record has a number, text that is no JSON a line.
    line: Option<u32>,
    record: Option<u32>,
    column: Option<&'a str>,
    campus_id: Option<&'a str>,
    message: &'a str,
    remedy: &'a str,
}

impl<'a> From<&'a Finding> for FindingDocument<'a> {
    fn from(finding: &'a Finding) -> Self {
        let (line, record) = match finding.spot {
            Spot::Whole => (None, None),
            Spot::Line(line) => (Some(line), None),
            Spot::Record(record) => (None, Some(record)),
        };
        FindingDocument {
            severity: finding.kind.severity().word(),
            kind: finding.kind.word(),
            file: &finding.file,
            line,
            record,
            column: finding.column.as_deref(),
            campus_id: finding.campus_id.as_ref().map(|id| id.as_str()),
            message: &finding.message,
            remedy: &finding.remedy,
        }
    }
}

#[derive(Serialize)]
struct SurveyDocument<'a> {
    files: Vec<FormDocument<'a>>,
    people: u64,
    groups: u64,
    credentials: u64,
    /// How many findings there are of each kind, those included that are not listed.
    counts: BTreeMap<&'static str, u64>,
    findings: Vec<FindingDocument<'a>>,
}

/// `atriumctl.source-check/1`: what a check found.
pub(super) fn survey(survey: &Survey) -> Result<String, Error> {
    let files = survey.files.iter().map(|form| FormDocument {
        file: &form.file,
        encoding: form.encoding.map(|encoding| encoding.word()),
        delimiter: form.delimiter,
        rows: form.rows,
    });
    let counts = survey.findings.counts().iter();
    document(&Schema {
        schema: "atriumctl.source-check/1",
        document: SurveyDocument {
            files: files.collect(),
            people: survey.people,
            groups: survey.groups,
            credentials: survey.credentials,
            counts: counts.map(|(kind, count)| (kind.word(), *count)).collect(),
            findings: survey.findings.kept().iter().map(Into::into).collect(),
        },
    })
}

/// Findings as CSV.
pub(super) fn rows(findings: &[Finding]) -> Result<String, Error> {
    let mut table = Table::new(&[
        "severity",
        "kind",
        "file",
        "line",
        "record",
        "column",
        "campus_id",
        "message",
        "remedy",
    ])?;
    for finding in findings {
        let row = FindingDocument::from(finding);
        let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let (line, record) = (number(row.line), number(row.record));
        table.row(&[
            row.severity,
            row.kind,
            row.file,
            &line,
            &record,
            row.column.unwrap_or_default(),
            row.campus_id.unwrap_or_default(),
            row.message,
            row.remedy,
        ])?;
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CampusId;
    use crate::model::finding::{FindingKind, TextEncoding};
    use crate::output::card::Shown;
    use crate::output::{self, Format, Options, Ui};

    fn sample(notes: u32) -> Survey {
        let people = "people.csv".into();
        let mut survey = Survey {
            files: vec![
                FileForm {
                    file: "people.csv".into(),
                    modified: None,
                    encoding: Some(TextEncoding::Utf16Le),
                    delimiter: Some(';'),
                    rows: 1204,
                },
                FileForm {
                    file: "cards.json".into(),
                    modified: None,
                    encoding: None,
                    delimiter: None,
                    rows: 0,
                },
            ],
            people: 1203,
            groups: 1,
            credentials: 0,
            ..Survey::default()
        };
        let mut conflict = Finding::new(
            FindingKind::CampusIdConflict,
            &people,
            "email is \"=a@x\" in people.csv:2 and \"\u{1b}b@x\" in people.csv:9.",
            "Correct it in Atrium and export again.",
        )
        .at(Spot::Line(9))
        .in_column("email");
        conflict.campus_id = Some(CampusId::from("=1+1"));
        survey.findings.add(conflict);
        for record in 1..=notes {
            let note = Finding::new(
                FindingKind::DuplicateRow,
                &"cards.json".into(),
                "The row says what cards.json:1 says.",
                "Nothing needs to be done.",
            );
            survey.findings.add(note.at(Spot::Record(record)));
        }
        survey.findings.add(Finding::new(
            FindingKind::FileMissing,
            &"cards.json".into(),
            "There is no such file.",
            "Check the name.",
        ));
        survey.findings.sort(&survey.files.clone());
        survey
    }

    #[test]
    fn a_page_shows_the_gravest_twenty_and_says_where_the_rest_is() {
        let look = Look {
            width: Some(72),
            brief: true,
            shown: Shown::default(),
        };
        let text = page(&sample(1), false, "x", look).render(false);
        insta::assert_snapshot!(text, @r#"
        file        written as             rows
        people.csv  semicolons, utf-16-le  1,204
        cards.json                         0

        Refused: no sync runs (1)
          cards.json: There is no such file. [file-missing]
            → Check the name.

        Left out: a row, an id or a group (1)
          people.csv:9, email: email is "=a@x" in people.csv:2 and "�b@x" in
          people.csv:9. [campus-id-conflict]
            → Correct it in Atrium and export again.

        Notes (1)
          cards.json, record 1: The row says what cards.json:1 says.
          [duplicate-row]
            → Nothing needs to be done.

        Read: 1,203 people, 1 access group, 0 credentials. Findings: 1 refused,
        1 left out, 1 note.
        "#);
        let text = page(&sample(30), false, "--report FILE", look).render(false);
        assert_eq!(text.matches('→').count(), SHOWN);
        assert!(
            text.contains("\n… and 12 more (--report FILE)\nRead: "),
            "{text}"
        );
        assert!(text.contains("Notes (30)"), "{text}");
        let text = page(&sample(30), true, "", look).render(false);
        assert_eq!(text.matches('→').count(), 32);
        assert!(!text.contains(" more ("), "{text}");
    }

    #[test]
    fn the_document_is_as_stored() {
        let options = Options {
            format: Format::Json,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        output::survey(&ui, &sample(1), false).unwrap();
        assert_eq!(
            captured.stdout(),
            include_str!("../../tests/fixtures/json/source-check.json")
        );
    }

    #[test]
    fn no_cell_of_the_table_is_a_formula_or_commands_a_terminal() {
        let text = rows(sample(1).findings.kept()).unwrap();
        let text = text.replace("\r\n", "\n");
        insta::assert_snapshot!(text, @r#"
        "severity","kind","file","line","record","column","campus_id","message","remedy"
        "refused","file-missing","cards.json","","","","","There is no such file.","Check the name."
        "left-out","campus-id-conflict","people.csv","9","","email","'=1+1","email is ""=a@x"" in people.csv:2 and ""�b@x"" in people.csv:9.","Correct it in Atrium and export again."
        "note","duplicate-row","cards.json","","1","","","The row says what cards.json:1 says.","Nothing needs to be done."
        "#);
    }
}
