//! The corpus of defective export files: each is read, and what is found must be what
//! `tests/fixtures/exports/corpus.toml` says, no more and no less. Files that no editor would keep
//! as they are, such as those in another encoding, are built here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use atriumctl::model::card::Format;
use atriumctl::model::finding::{Finding, FindingKind, Severity, Spot, Survey};
use atriumctl::model::id_type::{IdType, IdTypes, Recipe};
use atriumctl::model::memory::LastRead;
use atriumctl::model::rules::default_id_status;
use atriumctl::source::{self, FileSource, Filter};
use serde::Deserialize;
use tempfile::TempDir;

const HEADER: &str = "campus_id,first_name,last_name,email,status\n";
const WIDE: &str =
    "campus_id,last_name,email,status,id_type,id_value,access_group_id,access_group_name\n";

/// So many files the corpus has at least.
const AT_LEAST: usize = 80;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corpus {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    files: Vec<String>,
    /// Some of several files, as named on the command line.
    #[serde(default)]
    part: bool,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    filter: Option<String>,
    /// What the last complete read had.
    last_people: Option<u64>,
    last_started: Option<String>,
    /// How many people can be read.
    people: u64,
    /// How the first file is written: encoding, and the delimiter's name.
    written: Option<String>,
    /// Kind, place, column, and words of the message.
    #[serde(default)]
    findings: Vec<[String; 4]>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports")
}

fn corpus() -> Corpus {
    toml::from_str(&fs::read_to_string(fixtures().join("corpus.toml")).unwrap()).unwrap()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(bytes).collect()
}

/// Files whose bytes are no text, or not UTF-8, or that are too long to be kept.
fn built() -> Vec<(&'static str, Vec<u8>)> {
    let people = format!("{HEADER}1001,Zoë,Lee,ann@x.edu,Active\n1002,Bo,Ng,bo@x.edu,Active\n");
    let json = "[{\"campus_id\": \"1001\", \"last_name\": \"Zoë\", \"email\": \"z@x\", \"status\": \"A\"}]";
    let low = utf16(&people, u16::to_le_bytes);
    let rows = |rows: &[u8]| [HEADER.as_bytes(), rows].concat();
    let wide = |rows: &[u8]| [WIDE.as_bytes(), rows].concat();
    let mut lone = utf16(&format!("{HEADER}1001,"), u16::to_le_bytes);
    lone.extend(0xD83D_u16.to_le_bytes());
    let rest = utf16(
        ",Lee,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\n",
        u16::to_le_bytes,
    );
    lone.extend_from_slice(&rest[2..]);
    vec![
        ("utf-16-low-first.csv", low.clone()),
        ("utf-16-high-first.csv", utf16(&people, u16::to_be_bytes)),
        ("utf-16-tabs.csv", utf16(&people.replace(',', "\t"), u16::to_le_bytes)),
        ("utf-16.json", utf16(json, u16::to_le_bytes)),
        ("utf-16-cut.csv", low[..low.len() - 3].to_vec()),
        ("utf-16-without-mark.csv", low[2..].to_vec()),
        ("utf-16-half-a-pair.csv", lone),
        ("latin-1.csv", rows(b"1001,Ren\xE9,Lee,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\n1003,Zo\xEB,Oz,z@x.edu,Active\n")),
        ("windows-1252.csv", rows(b"1001,Ann,O\x92Neil,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\n")),
        ("latin-1-header.csv", b"campus_id,Pr\xE9nom,email,status\n1001,Ann,a@x.edu,Active\n".to_vec()),
        ("latin-1-campus-id.csv", rows(b"\xE91001,Ann,Lee,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\n")),
        ("latin-1-id.csv", wide(b"1001,Lee,a@x.edu,Active,Prox,47\xE911,,\n")),
        ("latin-1-group.csv", wide(b"1001,Lee,a@x.edu,Active,,,10,Biblioth\xE8que\n1002,Ng,b@x.edu,Active,,,20,North\n")),
        ("latin-1-unused.csv", [b"notes,".as_slice(), HEADER.as_bytes(), b"caf\xE9,1001,Ann,Lee,a@x.edu,Active\n"].concat()),
        ("latin-1-and-quote.csv", rows(b"1001,Ren\xE9,5\" Lee,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\n")),
        ("latin-1.json", b"[{\"campus_id\": \"1001\",\n \"last_name\": \"Ren\xE9\"}]\n".to_vec()),
        ("line-ends-mixed.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\n1002,Bo,Ng,b@x.edu,Active\r\n1003,Cy,Oz,c@x.edu,Active\n")),
        ("carriage-return-between-rows.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\r1002,Bo,Ng,b@x.edu,Active\n1003,Cy,Oz,c@x.edu,Active\n")),
        ("carriage-returns-only.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\n").iter().map(|b| if *b == b'\n' { b'\r' } else { *b }).collect()),
        ("cut-in-character.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\n1002,Ren\xC3")),
        ("nul-bytes-at-end.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\n\0\0\0\0\0\0")),
        ("nul-byte-in-cell.csv", rows(b"1001,Ann,Lee,a@x.edu,Active\n1002,B\0o,Ng,b@x.edu,Active\n")),
        ("binary.csv", b"\x7FELF\x02\0\0\0\0".to_vec()),
        ("spreadsheet.csv", b"PK\x03\x04\x14\0\x06\0[Content_Types].xml".to_vec()),
        ("spreadsheet-old.csv", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0".to_vec()),
        ("gzip.csv", b"\x1F\x8B\x08\0\0\0\0\0".to_vec()),
        ("line-too-long.csv", rows(&b"x".repeat(1 << 20))),
    ]
}

/// A folder with every file of the corpus.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in stored() {
        fs::copy(fixtures().join(&name), folder.path().join(&name)).unwrap();
    }
    for (name, bytes) in built() {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    fs::create_dir(folder.path().join("folder.csv")).unwrap();
    folder
}

/// The files that are kept as they are.
fn stored() -> BTreeSet<String> {
    let entries = fs::read_dir(fixtures()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "corpus.toml").collect()
}

impl Case {
    fn survey(&self, folder: &Path) -> Survey {
        let mut prox = Recipe::new(Format::named("HID").unwrap());
        prox.facility_code = Some(102);
        let types = [("Prox", IdType::Card(prox)), ("Wallet", IdType::Ignore)];
        let filters = self.filter.iter().map(|column| Filter {
            column: column.clone(),
            globs: vec!["*".to_owned()],
        });
        let source = FileSource::new(
            self.files.iter().map(PathBuf::from).collect(),
            folder.to_owned(),
            self.columns.clone(),
            filters.collect(),
            Vec::new(),
        );
        let types: IdTypes = types.into_iter().collect();
        let source = source.unwrap().with_ids(types, default_id_status());
        let mut survey = source.check(!self.part).unwrap();
        if let (Some(people), Some(started)) = (self.last_people, &self.last_started) {
            let started = started.parse().unwrap();
            source::compare(&mut survey, &LastRead { started, people });
        }
        survey
    }

    fn agrees(&self, survey: &Survey) -> bool {
        let found = survey.findings.kept();
        let same = |(wanted, found): (&[String; 4], &Finding)| {
            let [kind, at, column, words] = wanted;
            *kind == found.kind.word()
                && *at == place(found)
                && *column == found.column.as_deref().unwrap_or_default()
                && !words.is_empty()
                && found.message.contains(words.as_str())
        };
        found.len() == self.findings.len()
            && self.findings.iter().zip(found).all(same)
            && survey.people == self.people
            && self.written.as_ref().is_none_or(|w| *w == written(survey))
    }
}

fn place(finding: &Finding) -> String {
    match finding.spot {
        Spot::Whole => finding.file.to_string(),
        Spot::Line(line) => format!("{}:{line}", finding.file),
        Spot::Record(record) => format!("{}#{record}", finding.file),
    }
}

fn written(survey: &Survey) -> String {
    let form = &survey.files[0];
    let encoding = form.encoding.map_or("unknown", |encoding| encoding.word());
    match form.delimiter {
        Some(delimiter) => format!("{encoding} {}", delimiter.escape_debug()),
        None => encoding.to_owned(),
    }
}

/// A case as the manifest would have it.
fn described(case: &Case, survey: &Survey) -> String {
    let mut text = format!("{:?}\npeople = {}\n", case.files, survey.people);
    let _ = writeln!(text, "written = {:?}", written(survey));
    for finding in survey.findings.kept() {
        let column = finding.column.as_deref().unwrap_or_default();
        let cells = [
            finding.kind.word(),
            &place(finding),
            column,
            &finding.message,
        ];
        let _ = writeln!(text, "  {cells:?},");
    }
    text
}

#[test]
fn each_file_has_the_findings_that_the_manifest_says() {
    let folder = folder();
    let mut wrong = String::new();
    for case in corpus().case {
        let survey = case.survey(folder.path());
        if !case.agrees(&survey) {
            wrong.push_str(&described(&case, &survey));
        }
    }
    assert!(wrong.is_empty(), "found otherwise:\n{wrong}");
}

#[test]
fn no_file_is_without_expectation_and_none_is_expected_in_vain() {
    let cases = corpus().case;
    let expected: BTreeSet<String> = cases.into_iter().flat_map(|case| case.files).collect();
    let built: BTreeSet<String> = built().iter().map(|(name, _)| (*name).to_owned()).collect();
    let stored = stored();
    assert!(stored.is_disjoint(&built));
    let mut there: BTreeSet<String> = stored.union(&built).cloned().collect();
    assert!(there.len() >= AT_LEAST, "{} files", there.len());
    there.extend(["folder.csv".to_owned(), "nowhere.csv".to_owned()]);
    assert_eq!(there, expected);
}

#[test]
fn every_kind_of_finding_is_in_the_corpus() {
    let cases = corpus().case;
    let findings = cases.iter().flat_map(|case| &case.findings);
    let named: BTreeSet<&str> = findings.map(|[kind, ..]| kind.as_str()).collect();
    for kind in FindingKind::ALL {
        // Whoever may read everything is refused no file.
        let wanted = *kind != FindingKind::FileUnreadable;
        assert_eq!(named.contains(kind.word()), wanted, "{}", kind.word());
    }
}

#[test]
fn every_finding_has_a_remedy_and_a_sync_refuses_what_a_check_refuses() {
    let folder = folder();
    for case in corpus().case {
        let survey = case.survey(folder.path());
        for finding in survey.findings.kept() {
            let sentences = [&finding.message, &*finding.remedy];
            for sentence in sentences {
                assert!(
                    sentence.ends_with('.') && sentence.len() > 10,
                    "{finding:?}"
                );
            }
        }
        if case.part || case.last_people.is_some() {
            continue;
        }
        let source = FileSource {
            files: case.files.iter().map(PathBuf::from).collect(),
            base: folder.path().to_owned(),
            columns: case.columns.clone(),
            ..FileSource::default()
        };
        // A sync has a guard of its own against a source without people, and this one no filter.
        let refused = survey.findings.counts().keys().any(|kind| {
            kind.severity() == Severity::Refused
                && ![FindingKind::NoPeople, FindingKind::FilterColumnMissing].contains(kind)
        });
        match source.read() {
            Ok(roster) => {
                assert!(!refused, "{:?}", case.files);
                assert_eq!(
                    roster.people.len() as u64,
                    survey.people,
                    "{:?}",
                    case.files
                );
                assert_eq!(
                    roster.groups.len() as u64,
                    survey.groups,
                    "{:?}",
                    case.files
                );
                assert_eq!(roster.credentials, survey.credentials, "{:?}", case.files);
            }
            Err(error) => assert!(refused, "{error}"),
        }
    }
}
