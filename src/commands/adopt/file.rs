//! The review file: a row for each proposal, for a person to decide. CSV that a spreadsheet can edit,
//! or JSON. Only the decisions are read back; a fingerprint says what each of them was about.

use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Exit};
use crate::reconcile::adopt::{Decision, Proposal};

/// The schema of the JSON form.
const SCHEMA: &str = "atriumctl.adoption/1";

/// No review file is near this size, in bytes; something else was named by mistake.
const SIZE_LIMIT: u64 = 512 << 20;

/// The columns of the CSV form. What a person looks at stands first, what only the tool needs last.
const COLUMNS: [&str; 15] = [
    "decision",
    "kind",
    "confidence",
    "atrium_id",
    "atrium_name",
    "atrium_email",
    "atrium_status",
    "command_name",
    "command_email",
    "command_employee_id",
    "evidence",
    "note",
    "command_id",
    "access_id",
    "row",
];

/// A row as it was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The line, or the number of the row, counted from 1.
    pub(super) line: u64,
    pub(super) decision: Decision,
    pub(super) atrium_id: String,
    pub(super) atrium_name: String,
    pub(super) command_id: String,
    pub(super) access_id: String,
    pub(super) fingerprint: String,
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: String,
    organization: String,
    rows: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    proposal: Proposal,
    row: String,
}

/// Writes a review to a file that is not there yet, for its owner alone.
pub(super) fn write(path: &Path, organization: &str, proposals: &[Proposal]) -> Result<(), Error> {
    let text = match is_json(path) {
        true => json(organization, proposals)?,
        false => csv(proposals)?,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Made for its owner alone, and only whole under its name.
    let saved = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(&text)?;
        file.persist_noclobber(path).map_err(|error| error.error)
    });
    match saved {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::message(
            Exit::Usage,
            format!(
                "{} is there already, perhaps with decisions in it",
                path.display()
            ),
        )
        .hint("name another file, or remove this one")),
        Err(error) => Err(Error::message(
            Exit::Failed,
            format!("can't write {}: {error}", path.display()),
        )),
    }
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

fn json(organization: &str, proposals: &[Proposal]) -> Result<Vec<u8>, Error> {
    let rows = proposals.iter().map(|proposal| Row {
        row: proposal.fingerprint(),
        proposal: proposal.clone(),
    });
    let document = Document {
        schema: SCHEMA.to_owned(),
        organization: organization.to_owned(),
        rows: rows.collect(),
    };
    let mut text = serde_json::to_vec_pretty(&document).map_err(anyhow::Error::from)?;
    text.push(b'\n');
    Ok(text)
}

fn csv(proposals: &[Proposal]) -> Result<Vec<u8>, Error> {
    // Without the mark, Excel takes UTF-8 for the machine's old code page.
    let mut text = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut text);
    let failed = |error: csv::Error| Error::new(Exit::Failed, error);
    writer.write_record(COLUMNS).map_err(failed)?;
    for proposal in proposals {
        let fingerprint = proposal.fingerprint();
        let cells = [
            proposal.decision.word(),
            proposal.kind.word(),
            proposal.confidence.word(),
            &proposal.atrium_id,
            &proposal.atrium_name,
            &proposal.atrium_email,
            &proposal.atrium_status,
            &proposal.command_name,
            &proposal.command_email,
            &proposal.command_employee_id,
            &proposal.evidence,
            &proposal.note,
            &proposal.command_id,
            &proposal.access_id,
            &fingerprint,
        ];
        writer.write_record(cells.map(harmless)).map_err(failed)?;
    }
    writer
        .flush()
        .map_err(|error| Error::new(Exit::Failed, error))?;
    drop(writer);
    Ok(text)
}

/// A cell that no spreadsheet takes for a formula (<https://owasp.org/www-community/attacks/CSV_Injection>).
/// Control characters become blanks.
fn harmless(cell: &str) -> String {
    let cell = cell.replace(char::is_control, " ");
    match cell.starts_with(['=', '+', '-', '@']) {
        true => format!("'{cell}"),
        false => cell,
    }
}

/// Reads the decisions of a review file.
pub(super) fn read(path: &Path, organization: &str) -> Result<Vec<Entry>, Error> {
    let fault =
        |message: String| Error::message(Exit::Usage, format!("{}{message}", path.display()));
    let size = std::fs::metadata(path).map_or(0, |data| data.len());
    if size > SIZE_LIMIT {
        return Err(fault(": too large for a review file".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|error| fault(format!(": can't be read: {error}")))?;
    match is_json(path) {
        true => read_json(&bytes, organization, &fault),
        false => read_csv(&bytes, &fault),
    }
}

type Fault<'a> = &'a dyn Fn(String) -> Error;

fn decision(word: &str) -> Option<Decision> {
    match word.trim().to_ascii_lowercase().as_str() {
        "link" => Some(Decision::Link),
        "skip" | "" => Some(Decision::Skip),
        _ => None,
    }
}

fn read_json(bytes: &[u8], organization: &str, fault: Fault<'_>) -> Result<Vec<Entry>, Error> {
    let document: Value = serde_json::from_slice(bytes)
        .map_err(|error| fault(format!(": not the JSON of a review: {error}")))?;
    if document["schema"] != SCHEMA {
        return Err(fault(format!(": not a review file of schema {SCHEMA}"))
            .hint("adopt plan FILE writes one"));
    }
    if document["organization"] != organization {
        return Err(
            fault(format!(": about another organization than {organization}"))
                .hint("name the profile that it was planned with: --profile NAME"),
        );
    }
    let rows = document["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let entries = (1..).zip(rows).map(|(line, row)| {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        entry(line, &text, fault)
    });
    entries.collect()
}

fn read_csv(bytes: &[u8], fault: Fault<'_>) -> Result<Vec<Entry>, Error> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let head = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    // Spreadsheets save with the separator of their language.
    let delimiter = [b',', b';', b'\t'];
    let delimiter = delimiter.into_iter().max_by_key(|mark| {
        let times = head.iter().filter(|byte| *byte == mark).count();
        // Of equals, the last one wins: the comma is the likeliest.
        (times, *mark == b',')
    });
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(bytes);
    let cannot_read = |error: csv::Error| fault(format!(": can't be read: {error}"));
    let header = reader.byte_headers().map_err(cannot_read)?.clone();
    let place = |name: &str| {
        let mut cells = header.iter();
        cells.position(|cell| {
            String::from_utf8_lossy(cell)
                .trim()
                .eq_ignore_ascii_case(name)
        })
    };
    for name in ["decision", "atrium_id", "command_id", "access_id", "row"] {
        if place(name).is_none() {
            return Err(fault(format!(":1: no column `{name}`")).hint(
                "adopt plan FILE writes a review file; only its decisions are to be changed",
            ));
        }
    }
    let mut entries = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(cannot_read)?;
        let line = record.position().map_or(0, csv::Position::line);
        // Only words and ids matter, which are the same in any code page.
        let text = |name: &str| {
            let cell = place(name)
                .and_then(|at| record.get(at))
                .unwrap_or_default();
            let cell = String::from_utf8_lossy(cell);
            let guarded = cell.strip_prefix('\'');
            let plain = guarded.filter(|rest| rest.starts_with(['=', '+', '-', '@']));
            plain.unwrap_or(&cell).trim().to_owned()
        };
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        entries.push(entry(line, &text, fault)?);
    }
    Ok(entries)
}

fn entry(line: u64, text: &dyn Fn(&str) -> String, fault: Fault<'_>) -> Result<Entry, Error> {
    let word = text("decision");
    let Some(decision) = decision(&word) else {
        return Err(fault(format!(
            ":{line}: the decision {word:?} is neither link nor skip"
        )));
    };
    Ok(Entry {
        line,
        decision,
        atrium_id: text("atrium_id"),
        atrium_name: text("atrium_name"),
        command_id: text("command_id"),
        access_id: text("access_id"),
        fingerprint: text("row"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::adopt::{Confidence, Kind};

    fn proposal(id: &str, name: &str, decision: Decision) -> Proposal {
        Proposal {
            decision,
            kind: Kind::Person,
            confidence: Confidence::Certain,
            atrium_id: id.into(),
            atrium_name: name.into(),
            atrium_email: "a@campus.example".into(),
            atrium_status: "Active".into(),
            command_id: "u1".into(),
            access_id: "a1".into(),
            command_name: name.into(),
            command_email: "".into(),
            command_employee_id: id.into(),
            evidence: "employee id equal; full name equal".to_owned(),
            note: String::new(),
        }
    }

    fn proposals() -> Vec<Proposal> {
        vec![
            proposal("0042", "Zoë, \"Z\" Ng", Decision::Link),
            proposal("-7", "=HYPERLINK(\"http://x\")\r\n+1", Decision::Skip),
        ]
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn both_forms_come_back_with_their_decisions() {
        let folder = folder();
        for name in ["a.csv", "a.json", "a.JSON"] {
            let path = folder.path().join(name);
            write(&path, "https://o", &proposals()).unwrap();
            let entries = read(&path, "https://o").unwrap();
            let found: Vec<_> = entries
                .iter()
                .map(|entry| (entry.atrium_id.as_str(), entry.decision, &entry.fingerprint))
                .collect();
            let prints = proposals()
                .iter()
                .map(Proposal::fingerprint)
                .collect::<Vec<_>>();
            assert_eq!(
                found,
                [
                    ("0042", Decision::Link, &prints[0]),
                    ("-7", Decision::Skip, &prints[1])
                ]
            );
            let again = write(&path, "https://o", &[]).unwrap_err();
            assert!(again.to_string().contains("there already"), "{again}");
        }
        let other = read(&folder.path().join("a.json"), "https://p").unwrap_err();
        assert!(
            other.to_string().contains("another organization"),
            "{other}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_review_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let path = folder.path().join("a.csv");
        write(&path, "o", &proposals()).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn no_cell_is_a_formula_and_excel_sees_utf_8() {
        let text = String::from_utf8(csv(&proposals()).unwrap()).unwrap();
        assert!(text.starts_with("\u{feff}decision,"));
        let formula = ['=', '+', '-', '@'];
        for line in text.lines() {
            for cell in line.split(',') {
                assert!(!cell.trim_start_matches('"').starts_with(formula), "{cell}");
            }
        }
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn what_a_spreadsheet_makes_of_it_is_read() {
        let folder = folder();
        let path = folder.path().join("a.csv");
        // Semicolons, another order, no mark, lost zeros, an old code page, a blank row.
        let text = b"row;DECISION;atrium_id;atrium_name;command_id;access_id\n\
            r1; Link ;42;Zo\xeb;u1;a1\n;;;;;\nr2;;43;;u2;a2\n";
        std::fs::write(&path, text).unwrap();
        let entries = read(&path, "o").unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].line, entries[0].decision), (2, Decision::Link));
        assert_eq!((entries[1].line, entries[1].decision), (4, Decision::Skip));
        for (text, expected) in [
            ("decision,row\nlink,r1\n", "no column `atrium_id`"),
            (
                "decision,atrium_id,command_id,access_id,row\nyes,1,u,a,r\n",
                "a.csv:2: the decision \"yes\" is neither link nor skip",
            ),
            ("", "no column"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path, "o").unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
