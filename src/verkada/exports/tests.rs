use super::*;

fn read_all(text: &str) -> Result<Exports, ExportError> {
    let mut exports = Exports::default();
    read(text.as_bytes(), &|_| true, &mut exports)?;
    Ok(exports)
}

fn told(text: &str) -> Vec<String> {
    let exports = read_all(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let kept = exports.kept.iter().map(|one| {
        let user = &one.user;
        format!(
            "{} {} {} {:?} {:?} {:?} {}",
            user.id,
            user.profile.email,
            one.full_name,
            user.external_id.as_deref(),
            user.active,
            one.managed,
            one.campus_id
        )
    });
    kept.collect()
}

#[test]
fn users_are_read_in_every_form() {
    let scim = r#"{"id":"u1","userName":"a@x.edu","externalId":"atrium:S1","active":true,"name":{"givenName":"Ana","familyName":"Diaz"}}"#;
    let whole = r#"u1 a@x.edu Ana Diaz Some("atrium:S1") Some(true) Untold "#;
    let page = format!(r#"{{"schemas":["x:ListResponse"],"totalResults":1,"Resources":[{scim}]}}"#);
    for text in [
        scim.to_owned(),
        format!("[{scim}]"),
        page.clone(),
        format!("[{page}]"),
        format!("{scim}\n"),
    ] {
        assert_eq!(told(&text), [whole], "{text}");
    }
    assert_eq!(told(&format!("{scim}\n{scim}\n")).len(), 2);
    let rest = r#"{"access_members":[{"user_id":"r1","email":"a@x.edu","full_name":"Ana Diaz","external_id":"atrium:S1"}]}"#;
    let row = r#"r1 a@x.edu Ana Diaz Some("atrium:S1") None Untold "#;
    assert_eq!(told(rest), [row]);
    let ours = include_str!("../../../tests/fixtures/json/inspect-users.json");
    let rows = told(ours);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].contains("ByUs S1"), "{rows:?}");
    let table = include_str!("../../../tests/fixtures/csv/inspect-users.csv");
    assert!(told(table)[1].contains("ByOther"), "{:?}", told(table));
    let console =
        "First Name;Last Name;E-mail;Employee ID;Status\nAna;Diaz;a@x.edu;S1;Deactivated\n";
    let console = console.replace("E-mail", "Email Address");
    assert_eq!(
        told(&console),
        [" a@x.edu Ana Diaz None Some(false) Untold "]
    );
    assert_eq!(told("{\"Resources\":null}"), [""; 0]);
}

#[test]
fn what_is_no_list_of_users_is_named() {
    for (text, expected) in [
        ("", "it is empty"),
        (" \n", "nothing but blanks"),
        ("PK\u{3}\u{4}x", "a spreadsheet"),
        ("<html>", "a web page"),
        (
            "{\"id\":\"1\",\"userName\":\"a",
            "cut short: it ends at line 1",
        ),
        ("[{\"id\":\"1\",\"userName\":\"a\"}", "cut short"),
        ("[{\"id\":\"1\",}]", "line 1, character"),
        ("[{\"eventType\":\"x\"}]", "events of Okta's system log"),
        ("[{\"campus_id\":\"x\"}]", "people of Atrium"),
        ("[{\"profile\":{\"login\":\"x\"}}]", "people of Okta"),
        (
            "[{\"colour\":\"x\"}]",
            "record 1: this is no user of Command; it has colour",
        ),
        ("campus_id,email\nS1,a\n", "people of Atrium"),
        ("a,b\n1,2\n", "it has a, b"),
        ("id,email,name\n1,2\n", "is it cut short?"),
    ] {
        let error = read_all(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_file_without_external_ids_does_not_tell_who_made_a_user() {
    let told = |text: &str| read_all(text).unwrap().kept[0].tells_maker;
    let rest = |external_id: &str| {
        format!(
            r#"[{{"user_id":"r1","email":"a@x.edu","external_id":""}},
                {{"user_id":"r2","email":"b@x.edu","external_id":"{external_id}"}}]"#
        )
    };
    assert!(!told("First Name,Last Name,Email\nAna,Diaz,a@x.edu\n"));
    assert!(!told(&rest("")));
    assert!(told(&rest("atrium:S2")));
    assert!(told(r#"{"id":"u1","userName":"a@x.edu"}"#));
    assert!(told(include_str!(
        "../../../tests/fixtures/csv/inspect-users.csv"
    )));
}

#[test]
fn only_who_is_asked_for_is_kept() {
    let row = |id: u32| format!("{{\"id\":\"{id}\",\"userName\":\"u{id}@x.edu\"}}\n");
    let text: String = (0..5000).map(row).collect();
    let mut exports = Exports::default();
    let wanted = |one: &Exported| one.user.id.as_str() == "4711";
    read(text.as_bytes(), &wanted, &mut exports).unwrap();
    assert_eq!((exports.users, exports.kept.len()), (5000, 1));
    let all = read_all(&text).unwrap();
    assert_eq!(all.kept.len(), KEPT);
}
