//! Tests of whole reads: files in, roster or error out.

mod files;
mod filters;
mod ids;
mod json;

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::error::Exit;
use crate::model::finding::Severity;
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
          in m.csv:5); these rows were not used; export these people, too, or leave the rows out"
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
            "person 1 at p.csv:2 in last_name: A quotation mark in this row has no partner.",
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
        let _ = source.check(true);
    }

    #[test]
    fn a_check_and_a_sync_agree(body in "[12,;\"\n\r aTotal@\t\u{0}é-]{0,200}", more in any::<u8>()) {
        let content = [HEADER.as_bytes(), body.as_bytes(), &[more]].concat();
        let (_dir, source) = source(&[("p.csv", &content)]);
        let survey = source.check(true).unwrap();
        let refused = survey.findings.of(Severity::Refused);
        let nobody = survey.findings.counts().get(&FindingKind::NoPeople).is_some();
        match source.read() {
            Err(_) => prop_assert_eq!(refused, 1),
            Ok(roster) => {
                prop_assert_eq!(refused, u64::from(nobody));
                prop_assert_eq!(nobody, roster.people.is_empty());
                prop_assert_eq!(survey.people, roster.people.len() as u64);
                // Without ids all that is left out is a row or a group.
                let left_out = survey.findings.of(Severity::LeftOut);
                prop_assert_eq!(left_out, roster.unreadable.len() as u64);
            }
        }
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
