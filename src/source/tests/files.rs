//! Files that are no roster, and columns that are not there.

use super::*;

#[test]
fn no_people_is_no_error() {
    assert_eq!(rows("").people, []);
    assert_eq!(rows(",,,,\n\n  \n").unreadable, []);
    assert_eq!(read_all(&[("p.json", "[]")]).unwrap(), Roster::default());
}

#[test]
fn files_that_are_no_roster_are_named() {
    let utf16: Vec<u8> = HEADER.bytes().flat_map(|b| [b, 0]).collect();
    let latin = b"Pr\xE9nom,campus_id,email\n1,2,3\n";
    let nul = [HEADER.as_bytes(), &b"1,A,L,e,A\n".repeat(9000), b"\0\0\0\0"].concat();
    let endless = [HEADER.as_bytes(), &b"x".repeat(2 << 20)].concat();
    let cases: &[(&[u8], &str)] = &[
        (
            b"",
            "p.csv: the file is empty; export it again: an empty export is never taken for \"nobody\"",
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
            "p.csv:9002: this is a binary or damaged file (it holds NUL bytes)",
        ),
        (
            &endless,
            "p.csv:2: this is a file with a line of more than a mebibyte",
        ),
        (b"\n<!DOCTYPE html>", "p.csv: this is an HTML or XML page"),
        (
            b"[{}]",
            "p.csv: this is JSON; give the file a name that ends in .json",
        ),
        (
            b"a,b\r1,2\r",
            "p.csv: the lines of this file end in a carriage return alone",
        ),
        (
            &utf16,
            "p.csv: the text is not UTF-8 but UTF-16 without a byte-order mark; export it again as \"CSV UTF-8\"",
        ),
        (latin, "p.csv:1: the text is not UTF-8 but Latin-1"),
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
            "p.csv:1: the columns 3 and 4 are both named \"Email\"; rename or remove one of them",
        ),
        (
            b"campus_id,last_name,e_mail,status\n1,L,e,A\n",
            "p.csv:1: the column \"email\" is missing (the nearest is \"e_mail\"); the columns are: \
             campus_id, last_name, e_mail, status; export it too, or map it under `columns` in the profile",
        ),
        (
            b"campus_id,last_name,email\n",
            "p.csv:1: the column \"status\" is missing; ",
        ),
        (
            b"campus_id,email,status\n",
            "p.csv:1: the column \"last_name\" is missing",
        ),
        (
            b"Campus Identity,last_name,email,status\n",
            "p.csv:1: the column \"campus_id\" is missing (the nearest is \"Campus Identity\")",
        ),
        (
            b"campus_id,colour\n1,red\n",
            "p.csv:1: besides the campus id no column is known; the columns are: campus_id, colour",
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
            "p.csv:1: the profile maps \"email\" to the header \"Mails\", which is not there (the nearest is \"Mail\")",
        ),
        (
            "campus_id",
            "Student Number",
            "p.csv:1: the profile maps \"campus_id\" to the header \"Student Number\", which is not there (the nearest is \"Student No\")",
        ),
    ] {
        source.columns = map(&good);
        source.columns.insert(column.to_owned(), header.to_owned());
        let error = source.read().unwrap_err();
        assert!(error.to_string().starts_with(wanted), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
}

#[test]
fn text_in_another_encoding_leaves_its_rows_out_and_nothing_is_guessed() {
    let file = [
        b"campus_id,first_name,last_name,email,status,notes\n".as_slice(),
        b"1,Ren\xE9,L,e,A,\n2,\x93x\x94,L,f,A,\n\xE9,A,L,g,A,\n4,B,M,h,A,caf\xE9\n5,C,N,i,A,\n",
    ];
    let (_dir, source) = source(&[("p.csv", &file.concat())]);
    let roster = source.read().unwrap();
    // Nobody reads the notes.
    assert_eq!(ids(&roster), ["4", "5"]);
    let out = left_out(&roster);
    for (row, wanted) in out.iter().zip([
        "person 1 at p.csv:2 in first_name: The text is not UTF-8 but Latin-1",
        "person 2 at p.csv:3 in first_name: The text is not UTF-8 but Windows-1252",
        "row [g|A|L] at p.csv:4 in campus_id: The text is not UTF-8 but Latin-1",
    ]) {
        assert!(row.starts_with(wanted), "{row}");
        assert!(row.ends_with("Export it again as \"CSV UTF-8\"."), "{row}");
    }
    assert_eq!(out.len(), 3);
}

#[test]
fn an_access_group_in_another_encoding_is_none() {
    let file = b"campus_id,last_name,email,status,access_group_id,access_group_name\n\
                 1,L,e,A,5,Biblioth\xE8que\n2,M,f,A,5,Library\n";
    let (_dir, source) = source(&[("p.csv", file)]);
    let roster = source.read().unwrap();
    assert_eq!(ids(&roster), ["2"]);
    assert_eq!(roster.groups.len(), 1);
    assert_eq!(roster.groups[0].name, "Library");
}

#[test]
fn marked_utf16_is_read_as_any_other_text() {
    let text = format!("\u{feff}{HEADER}1,Zoë,李,e@x,A\r\n");
    let low: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let high: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [low, high] {
        let (_dir, source) = source(&[("p.csv", &bytes)]);
        let roster = source.read().unwrap();
        let names = [&roster.people[0].first_name, &roster.people[0].last_name];
        assert_eq!(names, ["Zoë", "李"]);
        let cut = &bytes[..bytes.len() - 1];
        assert!(error("p.csv", cut).to_string().contains("cut short"));
    }
}

#[test]
fn a_spreadsheets_separator_line_is_heeded_and_counted() {
    let roster = read_all(&[(
        "p.csv",
        "sep=;\r\ncampus_id;last_name;email;status\r\n1;Lee, Jr;a@x;A\r\n",
    )]);
    let roster = roster.unwrap();
    assert_eq!(roster.people[0].last_name, "Lee, Jr");
    assert_eq!(roster.people[0].place.line, 3);
}
