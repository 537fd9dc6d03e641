//! Tests of whole reads: files in, roster or error out.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::error::Exit;
use crate::model::roster::UnreadableSubject;

const HEADER: &str = "campus_id,first_name,last_name,email,status\n";

/// A source over files written to a folder of its own.
fn source(files: &[(&str, &[u8])]) -> (TempDir, FileSource) {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(dir.path().join(name), content).unwrap();
    }
    let source = FileSource {
        files: files.iter().map(|(name, _)| PathBuf::from(name)).collect(),
        base: dir.path().to_owned(),
        ..FileSource::default()
    };
    (dir, source)
}

fn read_all(files: &[(&str, &str)]) -> Result<Roster, SourceError> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (*n, c.as_bytes())).collect();
    let (_dir, source) = source(&files);
    source.read()
}

/// The roster of one CSV file with the usual header.
fn rows(rows: &str) -> Roster {
    read_all(&[("p.csv", &format!("{HEADER}{rows}"))]).unwrap()
}

fn error(name: &str, content: &[u8]) -> SourceError {
    let (_dir, source) = source(&[(name, content)]);
    source.read().unwrap_err()
}

fn ids(roster: &Roster) -> Vec<&str> {
    roster.people.iter().map(|p| p.campus_id.as_str()).collect()
}

/// Subject, place, column and message of each unreadable row, as text.
fn left_out(roster: &Roster) -> Vec<String> {
    let line = |row: &crate::model::roster::Unreadable| {
        let subject = match &row.subject {
            UnreadableSubject::Person(id) => format!("person {id}"),
            UnreadableSubject::Group(id) => format!("group {id}"),
            UnreadableSubject::Row {
                email,
                first_name,
                last_name,
            } => format!("row [{email}|{first_name}|{last_name}]"),
        };
        let column = row.column.as_deref().unwrap_or("-");
        format!("{subject} at {} in {column}: {}", row.place, row.message)
    };
    roster.unreadable.iter().map(line).collect()
}

#[test]
fn a_wide_file_gives_people_groups_and_a_count_of_credentials() {
    let roster = read_all(&[(
        "wide.csv",
        "\u{feff}Campus ID,First-Name,MIDDLE name,last_name,Email,phone,title,department,status,valid_from,valid_until,id_type,id_value,id_status,access group id,access_group_name\r\n\
         007,Ann,M,\" Lee \",ann@x.edu,1,Dr,Math,Active,2026-01-02,2026-12-31T23:59:59,Prox,0012,ok,20,North\r\n\
         \r\n\
         007,,,,,,,,,,,,,,10,South\r\n\
         008,\"Bo \"\"B\"\"\",,\"O,Neil\",bo@x.edu,,,,Left,,,,,,20,\r\n",
    )])
    .unwrap();
    assert_eq!(left_out(&roster), Vec::<String>::new());
    let ann = &roster.people[0];
    assert_eq!(ann.campus_id.as_str(), "007");
    assert_eq!(
        [
            &ann.first_name,
            &ann.middle_name,
            &ann.last_name,
            &ann.email
        ],
        ["Ann", "M", "Lee", "ann@x.edu"]
    );
    assert_eq!(
        [&ann.phone, &ann.title, &ann.department, &ann.status],
        ["1", "Dr", "Math", "Active"]
    );
    assert_eq!(ann.valid_from.unwrap().to_string(), "2026-01-02");
    assert_eq!(ann.valid_until.unwrap().to_string(), "2026-12-31");
    assert_eq!(ann.groups, [0, 1]);
    assert_eq!(ann.place.to_string(), "wide.csv:2");
    let bo = &roster.people[1];
    assert_eq!([&bo.first_name, &bo.last_name], ["Bo \"B\"", "O,Neil"]);
    assert_eq!(bo.groups, [0]);
    assert_eq!(bo.place.line, 5);
    let names: Vec<&str> = roster.groups.iter().map(|g| g.name.as_str()).collect();
    assert_eq!(names, ["North", "South"]);
    assert_eq!(roster.credentials, 1);
    assert!(roster.completeness.is_whole());
}

#[test]
fn several_files_make_one_roster_whatever_their_order() {
    let files = [
        (
            "m.csv",
            "campus_id;access_group_id\n2;10\n1;10\n1;20\n9;10\n",
        ),
        (
            "c.csv",
            "campus_id\tid_type\tid_value\n1\tProx\t77\n1\tBarcode\t\n2\t\t\n",
        ),
        (
            "p.csv",
            "campus_id,first_name,email,status\n1,Ann,a@x,A\n2,Bo,b@x,A\n",
        ),
        (
            "g.csv",
            "access_group_id,access_group_name\n30,Empty\n10,North\n20,South\n",
        ),
    ];
    let roster = read_all(&files).unwrap();
    assert_eq!(ids(&roster), ["1", "2"]);
    assert_eq!(roster.people[0].groups, [0, 1]);
    assert_eq!(roster.people[1].groups, [0]);
    let groups: Vec<&str> = roster.groups.iter().map(|g| g.id.as_str()).collect();
    assert_eq!(groups, ["10", "20", "30"]);
    assert_eq!(roster.credentials, 2);
    assert_eq!(
        roster.notices,
        [
            "campus ids in credential or membership rows that no people row has: 1 (the first is 9 \
          in m.csv:5); these rows were not used"
        ]
    );
    let mut turned = files;
    turned.reverse();
    let turned = read_all(&turned).unwrap();
    assert_eq!(ids(&turned), ["1", "2"]);
    assert_eq!(turned.unreadable, roster.unreadable);
}

#[test]
fn rows_of_one_person_merge_and_blank_cells_contradict_nothing() {
    let roster = rows("1,Ann,,,\n1,,Lee,a@x,\n1,Ann,Lee,a@x,A\n");
    let ann = &roster.people[0];
    assert_eq!(
        [&ann.first_name, &ann.last_name, &ann.email, &ann.status],
        ["Ann", "Lee", "a@x", "A"]
    );
    assert_eq!(roster.people.len(), 1);
    assert_eq!(roster.unreadable, []);
}

#[test]
fn contradictions_name_both_lines() {
    let roster = rows("1,Ann,,,\n2,Bo,Ng,b@x,A\n1,,Lee,a@x,A\n1,,Lee,z@x,A\n");
    assert_eq!(ids(&roster), ["2"]);
    assert_eq!(
        left_out(&roster),
        [
            "person 1 at p.csv:5 in email: email is \"a@x\" in p.csv:4 and \"z@x\" in p.csv:5 for \
          campus id 1. Correct it in Atrium and export again."
        ]
    );
    let roster = read_all(&[(
        "p.csv",
        "campus_id,last_name,email,status,valid_until\n1,L,e,A,2026-01-01\n1,L,e,A,2026-01-02\n",
    )])
    .unwrap();
    assert!(left_out(&roster)[0].contains("valid_until is \"2026-01-01\" in p.csv:2"));
    let roster = read_all(&[
        ("p.csv", "campus_id,last_name,email,status\n1,L,e,A\n"),
        (
            "g.csv",
            "campus_id,access_group_id,access_group_name\n1,5,North\n1,6,East\n1,5,South\n",
        ),
    ])
    .unwrap();
    assert_eq!(
        left_out(&roster),
        [
            "group 5 at g.csv:4 in access_group_name: Access group 5 is \"North\" in g.csv:2 and \
          \"South\" in g.csv:4. Give it one name in Atrium and export again."
        ]
    );
    assert_eq!(roster.groups.len(), 1);
    assert_eq!(roster.people[0].groups, [0]);
}

#[test]
fn a_defect_leaves_one_row_out_and_names_it() {
    const WIDE: &str = "campus_id,first_name,last_name,email,status,valid_until,access_group_id,access_group_name\n";
    for (row, wanted) in [
        (
            "1,A,B,e,s,03/04/2026,,",
            "person 1 at p.csv:2 in valid_until: \"03/04/2026\" is no date of the form YYYY-MM-DD.",
        ),
        (
            "1,A,B,e,s,2026-02-30,,",
            "person 1 at p.csv:2 in valid_until",
        ),
        (
            "1,A,B,e,s,2026-02-03x,,",
            "person 1 at p.csv:2 in valid_until",
        ),
        (
            "1,A,B,e,s,2026-02-0é,,",
            "person 1 at p.csv:2 in valid_until",
        ),
        (
            "1,A,B,e,s,,,North",
            "person 1 at p.csv:2 in access_group_id: Access group \"North\" stands without an id.",
        ),
        (
            "1,A,B,e,s,,12;13,",
            "person 1 at p.csv:2 in access_group_id: \"12;13\" seems to be several",
        ),
        (
            "1,A,\"B\tC\",e,s,,,",
            "person 1 at p.csv:2 in last_name: The value holds a control character",
        ),
        (
            "1,A,\"B\nC\",e,s,,,",
            "person 1 at p.csv:2 in last_name: The value holds a control character",
        ),
        ("1,A,B\u{85}C,e,s,,,", "person 1 at p.csv:2 in last_name"),
        (
            "1.00E+06,A,B,e,s,,,",
            "row [e|A|B] at p.csv:2 in campus_id: \"1.00E+06\" is a number that a spreadsheet has",
        ),
        ("1E+6,A,B,e,s,,,", "row [e|A|B] at p.csv:2 in campus_id"),
        (
            " ,A,B,e,s,,,",
            "row [e|A|B] at p.csv:2 in campus_id: The campus id is missing.",
        ),
        (
            "1,A,B,e@x,s,,",
            "person 1 at p.csv:2 in -: The row has 7 cells, the header has 8.",
        ),
        (
            "1,A,B,e@x,s,,,,",
            "person 1 at p.csv:2 in -: The row has 9 cells",
        ),
        (
            "1,A,5\" B,e,s,,,",
            "person 1 at p.csv:2 in -: A quotation mark in this row has no partner.",
        ),
    ] {
        let file = format!("{WIDE}{row}\n2,C,D,f,s,2026-01-01,5,North\n");
        let roster = read_all(&[("p.csv", &file)]).unwrap();
        assert_eq!(ids(&roster), ["2"], "{row}");
        let left_out = left_out(&roster);
        assert_eq!(left_out.len(), 1, "{row}: {left_out:?}");
        assert!(left_out[0].starts_with(wanted), "{row}: {left_out:?}");
    }
    for id in ["12E5", "E+5", "1E+", "0x1F", "1.2.3E+4"] {
        assert_eq!(ids(&rows(&format!("{id},A,B,e,s\n"))), [id]);
    }
}

#[test]
fn one_defective_row_makes_the_person_unreadable_in_all_of_them() {
    let roster = read_all(&[
        (
            "p.csv",
            "campus_id,last_name,email,status\n1,L,e,A\n2,M,f,A\n",
        ),
        (
            "m.csv",
            "campus_id,access_group_id,access_group_name\n1,5,North\n1,,South\n2,5,\n",
        ),
    ])
    .unwrap();
    assert_eq!(ids(&roster), ["2"]);
    assert_eq!(roster.groups.len(), 1);
}

#[test]
fn a_displaced_cell_is_never_taken_for_the_campus_id() {
    let file = "last_name,campus_id,email,status\nLee, Jr,1,a@x,A\nNg,2,b@x,A\n";
    let roster = read_all(&[("p.csv", file)]).unwrap();
    assert_eq!(ids(&roster), ["2"]);
    assert!(left_out(&roster)[0].starts_with("row [a@x||] at p.csv:2 in -"));
}

#[test]
fn a_lost_quotation_mark_swallows_nobody() {
    for (what, broken, people, unreadable) in [
        (
            "the next mark opens another cell",
            "1,\"Ann,Lee,a@x,A\n2,\"Bo\",Ng,b@x,A\n3,Cy,Oz,c@x,A\n",
            &["2", "3"][..],
            &["person 1 at p.csv:2"][..],
        ),
        (
            "the cells of two rows make one row of the right width",
            "1,\"Ann,Lee,a@x,A\n2,Bo\",Ng,b@x,A\n3,Cy,Oz,c@x,A\n",
            &["3"],
            &["person 1 at p.csv:2", "person 2 at p.csv:3"],
        ),
    ] {
        let roster = rows(broken);
        assert_eq!(ids(&roster), people, "{what}");
        let out = left_out(&roster);
        assert_eq!(out.len(), unreadable.len(), "{out:?}");
        for (row, wanted) in out.iter().zip(unreadable) {
            assert!(row.starts_with(wanted), "{out:?}");
        }
    }
    let long = "x".repeat(100);
    let many: String = (10..2000).map(|n| format!("{n},{long},L,e,A\n")).collect();
    let roster = rows(&format!("1,\"Ann,Lee,a@x,A\n{many}"));
    assert_eq!(roster.people.len(), 1990);
    assert_eq!(roster.people[0].place.line, 3);
    assert!(left_out(&roster)[0].starts_with("person 1 at p.csv:2"));
}

#[test]
fn line_breaks_in_cells_that_nobody_reads_are_fine() {
    let file =
        "campus_id,last_name,notes,email,status\n1,Lee,\"one,\r\ntwo\",a@x,A\r\n2,Ng,,b@x,A\r\n";
    let roster = read_all(&[("p.csv", file)]).unwrap();
    assert_eq!(ids(&roster), ["1", "2"]);
    assert_eq!(roster.people[1].place.line, 4);
}

#[test]
fn no_people_is_no_error() {
    assert_eq!(rows("").people, []);
    assert_eq!(rows(",,,,\n\n  \n").unreadable, []);
    assert_eq!(read_all(&[("p.json", "[]")]).unwrap(), Roster::default());
}

#[test]
fn files_that_are_no_roster_are_named() {
    let utf16: Vec<u8> = HEADER.bytes().flat_map(|b| [b, 0]).collect();
    let marked = [b"\xFF\xFE".as_slice(), &utf16].concat();
    let latin = [HEADER.as_bytes(), b"1,Ren\xE9,L,e,A\n"].concat();
    let dos = [HEADER.as_bytes(), b"1,A,L,e,A\n2,\x93x\x94,L,e,A\n"].concat();
    let nul = [HEADER.as_bytes(), &b"1,A,L,e,A\n".repeat(9000), b"\0\0\0\0"].concat();
    let endless = [HEADER.as_bytes(), &b"x".repeat(2 << 20)].concat();
    let cases: &[(&[u8], &str)] = &[
        (
            b"",
            "p.csv: the file is empty; an empty export is never taken for \"nobody\": export it again",
        ),
        (b"\xEF\xBB\xBF \r\n\n", "p.csv: the file is empty"),
        (
            b"PK\x03\x04rest",
            "p.csv: this is a spreadsheet or ZIP archive",
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1",
            "p.csv: this is a spreadsheet of an old kind (.xls)",
        ),
        (b"%PDF-1.7", "p.csv: this is a PDF document"),
        (
            b"\x1F\x8B\x08",
            "p.csv: this is a gzip archive; unpack it first",
        ),
        (b"a\0\0\0b", "p.csv: this is a binary file"),
        (
            &nul,
            "p.csv: this is a binary or damaged file (it holds NUL bytes)",
        ),
        (
            &endless,
            "p.csv: this is a file with a line of more than a mebibyte",
        ),
        (b"\n<!DOCTYPE html>", "p.csv: this is an HTML or XML page"),
        (
            b"[{}]",
            "p.csv: this is JSON; give the file a name that ends in .json",
        ),
        (
            b"a,b\r1,2\r",
            "p.csv: this is a file whose lines end in a carriage return alone",
        ),
        (
            &utf16,
            "p.csv:1: the text is not UTF-8 but UTF-16; export it again as \"CSV UTF-8\"",
        ),
        (&marked, "p.csv:1: the text is not UTF-8 but UTF-16"),
        (&latin, "p.csv:2: the text is not UTF-8 but Latin-1"),
        (&dos, "p.csv:3: the text is not UTF-8 but Windows-1252"),
        (
            b"campus_id,first_name,last_name,email,status\n1,A,L,e,A\n2,B,",
            "p.csv:3: the file seems to be cut short: its last row has 3 of 5 cells; export or copy it again",
        ),
        (
            b"campus_id,first_name,last_name,email,status\n1,A,L,e,A\n2,\"B,",
            "p.csv:3: the file seems to be cut short: a quotation mark is opened here and never closed",
        ),
        (
            b"campus_id,first_name,last_name,email,status\n1,A,Ren\xC3",
            "p.csv:2: the file seems to be cut short: it ends in the middle of a character",
        ),
        (
            b"100234,Ann,Lee,a@x.edu,A\n",
            "p.csv:1: the first line holds data, not the names of columns",
        ),
        (
            b"campus_id,E-mail,email,Email,status\n",
            "p.csv:1: columns 3 and 4 are both named \"Email\"; rename or remove one of them",
        ),
        (
            b"campus_id,last_name,e_mail,status\n1,L,e,A\n",
            "p.csv: the column \"email\" is missing (the nearest is \"e_mail\"); the columns are: \
             campus_id, last_name, e_mail, status; export it too, or map it under `columns` in the profile",
        ),
        (
            b"campus_id,last_name,email\n",
            "p.csv: the column \"status\" is missing; ",
        ),
        (
            b"campus_id,email,status\n",
            "p.csv: the column \"last_name\" is missing",
        ),
        (
            b"Campus Identity,last_name,email,status\n",
            "p.csv: the column \"campus_id\" is missing (the nearest is \"Campus Identity\")",
        ),
        (
            b"campus_id,colour\n1,red\n",
            "p.csv: besides the campus id no column is known; the columns are: campus_id, colour",
        ),
        (
            b"First Name,Last Name,Access Level\nA,L,All\n",
            "p.csv:1: this is an export of CDVI ATRIUM, the door controller (column \"Access Level\")",
        ),
        (
            b"Name,Programming Card\n",
            "p.csv:1: this is an export of CDVI ATRIUM",
        ),
    ];
    for (content, wanted) in cases {
        let error = error("p.csv", content);
        let shown = String::from_utf8_lossy(&content[..content.len().min(80)]);
        assert!(error.to_string().starts_with(wanted), "{shown}: {error}");
        assert_eq!(error.exit(), Exit::Failed, "{error}");
    }
    // An area is nothing against a file that has campus ids.
    let fine = read_all(&[(
        "p.csv",
        "campus_id,last_name,email,status,Area\n1,L,e,A,N\n",
    )]);
    assert_eq!(ids(&fine.unwrap()), ["1"]);
}

#[test]
fn a_last_row_without_line_end_counts_if_it_is_whole() {
    assert_eq!(ids(&rows("1,A,L,e,A\n2,B,M,f,A")), ["1", "2"]);
}

#[test]
fn missing_files_and_folders_are_named() {
    let (dir, mut source) = source(&[]);
    assert_eq!(source.read().unwrap_err().exit(), Exit::Usage);
    source.files = vec!["gone.csv".into()];
    assert_eq!(
        source.read().unwrap_err().to_string(),
        "gone.csv: there is no such file; check the name in the profile, and that the export ran"
    );
    fs::create_dir(dir.path().join("gone.csv")).unwrap();
    let error = source.read().unwrap_err().to_string();
    assert!(error.starts_with("gone.csv: this is a folder"), "{error}");
}

#[test]
fn columns_are_mapped_by_the_profile() {
    let content = b"Student No,Title,Surname,Mail,State,title of honour\n1,Ms,Lee,a@x,A,Dr\n";
    let (_dir, mut source) = source(&[("p.csv", content)]);
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let owned = pairs.iter().map(|(c, h)| (c.to_string(), h.to_string()));
        owned.collect()
    };
    let good = [
        ("campus_id", "student no"),
        ("last_name", "Surname"),
        ("email", "Mail"),
        ("status", "State"),
        ("title", "Title-of-honour"),
    ];
    source.columns = map(&good);
    let roster = source.read().unwrap();
    assert_eq!(roster.people[0].title, "Dr");
    for (column, header, wanted) in [
        (
            "sir_name",
            "Surname",
            "the profile maps \"sir_name\", which is no column of a roster; did you mean \"first_name\"?",
        ),
        (
            "phone",
            "surname",
            "the profile maps \"last_name\" and \"phone\" both to the header \"surname\"",
        ),
        ("phone", " ", "the profile maps \"phone\" to a blank header"),
        (
            "email",
            "Mails",
            "the profile maps \"email\" to the header \"Mails\", which is not in p.csv (the nearest is \"Mail\")",
        ),
        (
            "campus_id",
            "Student Number",
            "the profile maps \"campus_id\" to the header \"Student Number\", which is not in p.csv (the nearest is \"Student No\")",
        ),
    ] {
        source.columns = map(&good);
        source.columns.insert(column.to_owned(), header.to_owned());
        let error = source.read().unwrap_err();
        assert!(error.to_string().starts_with(wanted), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
}

fn filter(column: &str, globs: &[&str]) -> Filter {
    Filter {
        column: column.to_owned(),
        globs: globs.iter().map(|g| g.to_string()).collect(),
    }
}

#[test]
fn filters_say_who_is_in_scope_and_drop_nobody() {
    let content = "campus_id,last_name,email,status,Campus Site,id_type,access_group_id,access_group_name\n\
                   1,Lee,a@x,A,,,1,North 1\n\
                   1,,,,North,Prox,2,South\n\
                   2,Ng,b@x,A,South,,2,South\n";
    let (_dir, mut source) = source(&[("p.csv", content.as_bytes())]);
    for (filters, wanted) in [
        (vec![], [true, true]),
        (vec![filter("campus-site", &["n*"])], [true, false]),
        (
            vec![filter("Campus Site", &["x", "SOUTH", "nor?h"])],
            [true, true],
        ),
        (
            vec![filter("campus_site", &["*"]), filter("Last Name", &["ng"])],
            [false, true],
        ),
        (vec![filter("id_type", &["prox"])], [true, false]),
        (vec![filter("id_type", &[""])], [false, true]),
        (vec![filter("campus_id", &["2"])], [false, true]),
    ] {
        source.people_filter = filters;
        let roster = source.read().unwrap();
        let scope: Vec<bool> = roster.people.iter().map(|p| p.in_scope).collect();
        assert_eq!(scope, wanted, "{:?}", source.people_filter);
    }
    source.people_filter.clear();
    source.group_filter = vec![filter("access_group_name", &["north*"])];
    let roster = source.read().unwrap();
    let scope: Vec<bool> = roster.groups.iter().map(|g| g.in_scope).collect();
    assert_eq!(scope, [true, false]);
}

#[test]
fn filters_that_cannot_work_are_refused() {
    let content = b"campus_id,last_name,email,State,Site\n1,L,e,A,N\n";
    let (_dir, plain) = source(&[("p.csv", content)]);
    let columns = BTreeMap::from([("status".to_owned(), "State".to_owned())]);
    let with = |people: Filter| {
        let (files, base) = (plain.files.clone(), plain.base.clone());
        FileSource::new(files, base, columns.clone(), vec![people], vec![])
    };
    for column in ["status", "Status", "State", "STATE "] {
        let error = with(filter(column, &["a"])).unwrap_err();
        assert!(matches!(error, SourceError::StatusFilter { .. }), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
    for empty in [filter("Site", &[]), filter(" ", &["a"])] {
        let error = with(empty).unwrap_err();
        assert!(matches!(error, SourceError::EmptyFilter { .. }), "{error}");
    }
    let absent = with(filter("Sites", &["n"])).unwrap().read().unwrap_err();
    assert_eq!(
        absent.to_string(),
        "the profile filters by \"Sites\", which is in no file (the nearest is \"Site\"); the \
         columns are: campus_id, last_name, email, State, Site; correct the filter"
    );
    let mut groups = plain.clone();
    groups.group_filter = vec![filter("Site", &["n"])];
    let error = groups.check_filters().unwrap_err();
    assert!(matches!(error, SourceError::GroupFilter { .. }), "{error}");
}

#[test]
fn json_in_its_shapes_gives_the_same_roster() {
    let array = r#"[
        {"campus_id": "007", "last_name": "Lee", "email": "a@x", "status": "A", "phone": 5551234,
         "access_groups": [{"id": 20, "name": "North"}, {"id": "10", "name": "South"}],
         "credentials": [{"type": "Prox", "value": "1"}], "title": null, "tags": [1.5]},
        {"Campus ID": 8, "last_name": "Ng", "email": "b@x", "status": "A"},
        {"campus_id": "8", "access_group_id": "20"},
        {"access_group_id": "30", "access_group_name": "Empty"}
    ]"#;
    let object = r#"{"exported": 1.5, "memberships": [
            {"campus_id": "007", "access_group_id": "20"}, {"campus_id": "007", "access_group_id": "10"},
            {"campus_id": "8", "access_group_id": 20}],
        "groups": [{"id": 20, "name": "North"}, {"id": "10", "name": "South"}, {"id": "30", "name": "Empty"}],
        "people": [{"campus_id": "007", "last_name": "Lee", "email": "a@x", "status": "A", "phone": "5551234"},
            {"campus_id": "8", "last_name": "Ng", "email": "b@x", "status": "A"}],
        "credentials": [{"campus_id": "007", "id_type": "Prox", "id_value": "1"}]}"#;
    let summary = |json: &str| {
        let roster = read_all(&[("p.JSON", json)]).unwrap();
        assert_eq!(left_out(&roster), Vec::<String>::new());
        let people: Vec<String> = roster
            .people
            .iter()
            .map(|p| {
                format!(
                    "{} {} {} {} {:?}",
                    p.campus_id, p.last_name, p.phone, p.place, p.groups
                )
            })
            .collect();
        let groups: Vec<String> = roster
            .groups
            .iter()
            .map(|g| format!("{} {}", g.id, g.name))
            .collect();
        (people, groups, roster.credentials, roster.notices)
    };
    let expected = summary(array);
    assert_eq!(
        expected.0,
        ["007 Lee 5551234 p.JSON:1 [0, 1]", "8 Ng  p.JSON:2 [0]"]
    );
    assert_eq!(expected.1, ["20 North", "10 South", "30 Empty"]);
    assert_eq!(expected.2, 1);
    assert_eq!(summary(object), expected);
}

#[test]
fn json_records_with_defects_are_left_out() {
    for (record, wanted) in [
        (
            r#"{"campus_id": 1.0, "last_name": "L", "email": "e"}"#,
            "row [e||L] at p.json:2 in campus_id: The number is not a whole one",
        ),
        (
            r#"{"campus_id": 1e6, "email": "e"}"#,
            "row [e||] at p.json:2 in campus_id",
        ),
        (
            r#"{"campus_id": 9007199254740992}"#,
            "row [||] at p.json:2 in campus_id",
        ),
        (
            r#"{"campus_id": true}"#,
            "row [||] at p.json:2 in campus_id: The value is neither",
        ),
        (
            r#"{"campus_id": "1", "email": ["a"]}"#,
            "person 1 at p.json:2 in email: The value is neither text",
        ),
        (
            r#"{"campus_id": "1", "email": "a", "email": "b"}"#,
            "person 1 at p.json:2 in email: The record has this key twice.",
        ),
        (
            r#"{"campus_id": "1", "access_groups": ["a"]}"#,
            "person 1 at p.json:2 in access_group_id: Access groups are not an array",
        ),
        (
            r#"{"campus_id": "1", "access_groups": [{"name": "a"}]}"#,
            "person 1 at p.json:2 in access_group_id: Access group \"a\" stands without an id.",
        ),
        (
            "[1, 2]",
            "row [||] at p.json:2 in -: The record is no object.",
        ),
        ("7", "row [||] at p.json:2 in -"),
        ("null", "row [||] at p.json:2 in -"),
    ] {
        let good = r#"{"campus_id": "2", "last_name": "L", "email": "e", "status": "A"}"#;
        let roster = read_all(&[("p.json", &format!("[{good}, {record}]"))]).unwrap();
        assert_eq!(ids(&roster), ["2"], "{record}");
        let left_out = left_out(&roster);
        assert_eq!(left_out.len(), 1, "{record}: {left_out:?}");
        assert!(left_out[0].starts_with(wanted), "{record}: {left_out:?}");
    }
}

#[test]
fn json_files_with_defects_are_named() {
    for (content, wanted) in [
        (
            "[{\"campus_id\": \"1\",\n  oops}]",
            "p.json, line 2, column 3: key must be a string;",
        ),
        (
            "[{\"campus_id\": \"1\"}",
            "p.json:1: the file seems to be cut short: the JSON ends in the middle",
        ),
        ("[] []", "p.json, line 1, column 4: trailing characters"),
        (
            "\"people\"",
            "p.json, line 1, column 8: invalid type: string \"people\", expected an array or an object",
        ),
        (
            "{\"persons\": []}",
            "p.json, line 1, column 15: the object has no member \"people\"",
        ),
        (
            "{\"people\": {}}",
            "p.json, line 1, column 12: invalid type: map, expected an array of records",
        ),
        (
            "[{\"id\": \"1\", \"email\": \"e\"}]",
            "p.json: the column \"campus_id\" is missing",
        ),
        ("<html>", "p.json: this is an HTML or XML page"),
        (" ", "p.json: the file is empty"),
    ] {
        let error = error("p.json", content.as_bytes());
        assert!(error.to_string().starts_with(wanted), "{content}: {error}");
        assert_eq!(error.exit(), Exit::Failed);
    }
}

#[test]
fn lost_zeros_are_noticed_and_changed_nowhere() {
    let people = |ids: &mut dyn Iterator<Item = String>| {
        let text: String = ids.map(|id| format!("{id},A,L,e,s\n")).collect();
        rows(&text)
    };
    let stripped = |n: u64| (n * 7919 % 100_000).to_string();
    let roster = people(&mut (1..200).map(stripped));
    assert_eq!(roster.people[0].campus_id.as_str(), "7919");
    assert_eq!(roster.notices.len(), 1, "{:?}", roster.notices);
    assert!(
        roster.notices[0]
            .starts_with("campus ids seem to have lost leading zeros: 20 of 199 have fewer than 5"),
        "{:?}",
        roster.notices
    );
    let whole = |n: u64| format!("{:05}", n * 7919 % 100_000);
    assert_eq!(people(&mut (1..200).map(whole)).notices, [""; 0]);
    assert_eq!(people(&mut (1..10).map(stripped)).notices, [""; 0]);
    assert_eq!(
        people(&mut (1..200).map(|n| n.to_string())).notices,
        [""; 0]
    );
    assert_eq!(
        people(&mut (10_000..10_200).map(|n| n.to_string())).notices,
        [""; 0]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(
        content in prop::collection::vec(any::<u8>(), 0..400),
        json in any::<bool>(),
        with_header in any::<bool>(),
    ) {
        let start = match (json, with_header) {
            (_, false) => "",
            (false, true) => HEADER,
            (true, true) => "[{\"campus_id\":\"1\",\"email\":\"",
        };
        let content = [start.as_bytes(), &content].concat();
        let (_dir, source) = source(&[(if json { "p.json" } else { "p.csv" }, &content)]);
        let _ = source.read();
    }

    #[test]
    fn arbitrary_tables_never_panic_and_give_each_campus_id_once(
        body in "[12,;\"\n\r aé@\t-]{0,200}",
    ) {
        if let Ok(roster) = read_all(&[("p.csv", &format!("{HEADER}{body}"))]) {
            let mut ids = ids(&roster);
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), all);
        }
    }

    #[test]
    fn the_order_of_rows_of_different_people_changes_nobody(
        rows_shuffled in prop::collection::btree_map("[0-9]{1,4}", "[a-z ]{0,6}", 0..20)
            .prop_flat_map(|people| {
                let rows: Vec<String> = people
                    .iter()
                    .map(|(id, name)| format!("{id},{name},L,e{id}@x,A\n"))
                    .collect();
                (Just(rows.clone()), Just(rows).prop_shuffle())
            }),
    ) {
        let people = |lines: &[String]| {
            let mut people = rows(&lines.concat()).people;
            people.sort_by(|a, b| a.campus_id.cmp(&b.campus_id));
            for person in &mut people {
                person.place.line = 0;
            }
            people
        };
        prop_assert_eq!(people(&rows_shuffled.0), people(&rows_shuffled.1));
    }
}
