//! JSON in its shapes, and with defects.

use super::*;

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
            "p.json:2: at character 3 of the line: key must be a string; export an array of records",
        ),
        (
            "[{\"campus_id\": \"1\"}",
            "p.json:1: the file seems to be cut short: the JSON ends in the middle",
        ),
        (
            "[] []",
            "p.json:1: at character 4 of the line: trailing characters",
        ),
        (
            "\"people\"",
            "p.json:1: the JSON is no export: invalid type: string \"people\", expected an array or an object",
        ),
        (
            "{\"persons\": []}",
            "p.json:1: the JSON is no export: the object has no member \"people\"",
        ),
        (
            "{\"people\": {}}",
            "p.json:1: the JSON is no export: invalid type: map, expected an array of records",
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
