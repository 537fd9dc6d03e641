//! Tables for what has no need of a server: filters and the forms of PATCH.

use serde_json::{Map, Value, json};

use super::filter;
use super::input;
use super::patch;
use super::schema::{OF_GROUPS, OF_USERS};
use crate::sandbox::command::ENTERPRISE;

fn ada() -> Value {
    json!({
        "id": "2819c223",
        "externalId": "atrium:S1",
        "userName": "Ada@campus.example",
        "name": {"givenName": "Ada", "familyName": "O\"Brien", "middleName": "Zoë"},
        "title": "Professor",
        "active": true,
        "emails": [
            {"type": "work", "value": "ada@campus.example", "primary": true},
            {"type": "home", "value": "ada@home.example"},
        ],
        "meta": {"created": "2026-09-01T08:00:05Z", "lastModified": "2026-09-02T08:00:00Z"},
        ENTERPRISE: {"employeeNumber": "0042", "department": "Physics"},
    })
}

#[test]
fn filters_are_judged_by_the_grammar() {
    let table = [
        (r#"userName eq "ada@campus.example""#, true),
        (r#"USERNAME EQ "ADA@CAMPUS.EXAMPLE""#, true),
        (r#"userName ne "ada@campus.example""#, false),
        (r#"externalId eq "ATRIUM:S1""#, false),
        (r#"externalId eq "atrium:S1""#, true),
        (r#"name.givenName sw "ad""#, true),
        (r#"name.givenName ew "DA""#, true),
        (r#"name.familyName co "\"br""#, true),
        (r#"name.middleName eq "ZOE\u0308""#, true),
        (r#"title gt "Lecturer""#, true),
        (r#"title le "Lecturer""#, false),
        ("title pr", true),
        ("displayName pr", false),
        ("emails pr", true),
        ("phoneNumbers pr", false),
        ("displayName eq null", true),
        ("title ne null", true),
        ("active eq true", true),
        ("active ne true", false),
        (r#"emails eq "ada@home.example""#, true),
        (r#"emails.value co "home""#, true),
        (
            r#"emails[type eq "work" and value co "@home.example"]"#,
            false,
        ),
        (
            r#"emails[type eq "home" and value co "@home.example"]"#,
            true,
        ),
        (r#"emails[not (type eq "work")]"#, true),
        (r#"emails[primary eq true]"#, true),
        (
            r#"title eq "x" or title eq "professor" and active eq true"#,
            true,
        ),
        (
            r#"(title eq "x" or title eq "professor") and active eq false"#,
            false,
        ),
        (r#"not (title eq "x")"#, true),
        (r#"not(title eq "professor")"#, false),
        (r#"not (title eq "x") and active eq true"#, true),
        (r#"meta.created lt "2026-09-01T10:00:05+02:00""#, false),
        (r#"meta.created ge "2026-09-01T10:00:05+02:00""#, true),
        (r#"meta.lastModified gt "2026-09-01T00:00:00Z""#, true),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ada""#,
            true,
        ),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "physics""#,
            true,
        ),
        (r#"employeeNumber eq "0042""#, true),
        // An attribute that the resource type lacks has no value.
        (r#"shoeSize eq "44""#, false),
        (r#"not (shoeSize eq "44")"#, true),
        (r#"name.shoe eq "44""#, false),
    ];
    for (text, expected) in table {
        let filter =
            filter::parse(text, &OF_USERS).unwrap_or_else(|e| panic!("{text}: {}", e.detail));
        assert_eq!(filter.matches(&ada()), expected, "{text}");
    }
}

#[test]
fn broken_filters_are_refused() {
    let deep = format!("{}title pr{}", "(".repeat(100), ")".repeat(100));
    let long = vec!["title pr"; 100_000].join(" or ");
    let table = [
        "",
        "userName",
        "userName eq",
        "userName eq ada",
        r#"userName eq "ada"#,
        r#"userName is "ada""#,
        r#"userName eq "ada" and"#,
        r#"userName eq "ada" title pr"#,
        r#"(userName eq "ada""#,
        r#"userName eq "ada")"#,
        r#"not userName eq "ada""#,
        "active gt true",
        r#"active eq "true""#,
        r#"name eq "Ada""#,
        r#"emails[type eq "work""#,
        r#"emails[type[value eq "x"]]"#,
        r#"userName[value eq "x"]"#,
        r#"meta.created gt "yesterday""#,
        "userName gt null",
        "userName eq {}",
        "userName eq 5",
        deep.as_str(),
        long.as_str(),
    ];
    for text in table {
        let failure = filter::parse(text, &OF_USERS).expect_err("a broken filter");
        assert_eq!(failure.scim_type, Some("invalidFilter"), "{text}");
    }
}

fn patched(start: Value, operations: Value) -> Result<Value, &'static str> {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    let mut attributes = start.as_object().cloned().unwrap();
    let steps = patch::read(body.as_object().unwrap(), &OF_USERS)
        .map_err(|e| e.scim_type.unwrap_or_default())?;
    for step in steps {
        patch::apply(&step, &mut attributes).map_err(|e| e.scim_type.unwrap_or_default())?;
    }
    input::check(&attributes, &OF_USERS).map_err(|e| e.scim_type.unwrap_or_default())?;
    Ok(Value::Object(attributes))
}

#[test]
fn every_form_of_patch_does_what_it_says() {
    let start = || {
        json!({
            "userName": "a@campus.example",
            "active": true,
            "name": {"givenName": "Ada", "familyName": "King"},
            "emails": [{"type": "work", "value": "w", "primary": true}, {"type": "home", "value": "h"}],
            ENTERPRISE: {"department": "Physics", "employeeNumber": "1"},
        })
    };
    let with = |key: &str, value: Value| {
        let mut changed = start();
        match value {
            Value::Null => {
                changed.as_object_mut().unwrap().remove(key);
            }
            value => changed[key] = value,
        }
        changed
    };
    let table: Vec<(Value, Value)> = vec![
        // Okta: no path.
        (
            json!([{"op": "replace", "value": {"active": false}}]),
            with("active", json!(false)),
        ),
        // Entra: capitals, booleans as strings, dotted and URN keys.
        (
            json!([{"op": "Replace", "path": "active", "value": "False"}]),
            with("active", json!(false)),
        ),
        (
            json!([{"op": "Add", "value": {"name.givenName": "Eva", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Arts"}}]),
            {
                let mut changed = with("name", json!({"givenName": "Eva", "familyName": "King"}));
                changed[ENTERPRISE]["department"] = json!("Arts");
                changed
            },
        ),
        // Names without case, the core URN in front.
        (
            json!([{"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:NAME.FAMILYNAME", "value": "Byron"}]),
            with("name", json!({"givenName": "Ada", "familyName": "Byron"})),
        ),
        // A complex value is merged.
        (
            json!([{"op": "replace", "path": "name", "value": {"middleName": "A."}}]),
            with(
                "name",
                json!({"givenName": "Ada", "familyName": "King", "middleName": "A."}),
            ),
        ),
        // Replacing what is not there adds it.
        (
            json!([{"op": "replace", "path": "title", "value": "Dr"}]),
            with("title", json!("Dr")),
        ),
        // A list: replaced, appended, by filter, by sub-attribute.
        (
            json!([{"op": "replace", "path": "emails", "value": [{"value": "n"}]}]),
            with("emails", json!([{"value": "n"}])),
        ),
        (
            json!([{"op": "add", "path": "emails", "value": [{"type": "home", "value": "h"}]}]),
            start(),
        ),
        (
            json!([{"op": "add", "path": "emails", "value": {"type": "other", "value": "o", "primary": true}}]),
            with(
                "emails",
                json!([
                    {"type": "work", "value": "w", "primary": false},
                    {"type": "home", "value": "h"},
                    {"type": "other", "value": "o", "primary": true},
                ]),
            ),
        ),
        (
            json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x"}]),
            with(
                "emails",
                json!([{"type": "work", "value": "x", "primary": true}, {"type": "home", "value": "h"}]),
            ),
        ),
        (
            json!([{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "x"}}]),
            with(
                "emails",
                json!([{"type": "work", "value": "w", "primary": true}, {"value": "x"}]),
            ),
        ),
        (
            json!([{"op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1"}]),
            with("phoneNumbers", json!([{"type": "mobile", "value": "+1"}])),
        ),
        (
            json!([{"op": "remove", "path": "emails[type eq \"home\"]"}]),
            with(
                "emails",
                json!([{"type": "work", "value": "w", "primary": true}]),
            ),
        ),
        (
            json!([{"op": "remove", "path": "emails[type eq \"work\"].primary"}]),
            with(
                "emails",
                json!([{"type": "work", "value": "w"}, {"type": "home", "value": "h"}]),
            ),
        ),
        (
            json!([{"op": "remove", "path": "emails"}]),
            with("emails", Value::Null),
        ),
        (
            json!([{"op": "remove", "path": "emails", "value": [{"value": "h"}]}]),
            with(
                "emails",
                json!([{"type": "work", "value": "w", "primary": true}]),
            ),
        ),
        // Removing what is not there succeeds.
        (
            json!([{"op": "remove", "path": "emails[value eq \"nobody\"]"}]),
            start(),
        ),
        (json!([{"op": "remove", "path": "title"}]), start()),
        // Null unassigns.
        (
            json!([{"op": "replace", "path": "name.givenName", "value": null}]),
            with("name", json!({"familyName": "King"})),
        ),
        // The extension: by URN as a whole, and by a name at top level.
        (
            json!([{"op": "replace", "path": ENTERPRISE, "value": {"department": "Arts"}}]),
            with(
                ENTERPRISE,
                json!({"department": "Arts", "employeeNumber": "1"}),
            ),
        ),
        (
            json!([{"op": "replace", "path": "department", "value": "Arts"}]),
            with(
                ENTERPRISE,
                json!({"department": "Arts", "employeeNumber": "1"}),
            ),
        ),
        (
            json!([{"op": "remove", "path": ENTERPRISE}]),
            with(ENTERPRISE, Value::Null),
        ),
        // Okta repeats the id; unknown names without a path are ignored.
        (
            json!([{"op": "replace", "value": {"id": "7", "shoeSize": 4}}]),
            start(),
        ),
    ];
    for (operations, expected) in table {
        assert_eq!(
            patched(start(), operations.clone()),
            Ok(expected),
            "{operations}"
        );
    }
}

#[test]
fn patches_that_make_no_sense_are_refused_with_their_type() {
    let table = [
        (json!([{"op": "remove"}]), "noTarget"),
        (
            json!([{"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}]),
            "noTarget",
        ),
        (
            json!([{"op": "replace", "path": "shoeSize", "value": 4}]),
            "invalidPath",
        ),
        (
            json!([{"op": "replace", "path": "name.shoe", "value": "4"}]),
            "invalidPath",
        ),
        (
            json!([{"op": "replace", "path": "title[value eq \"x\"]", "value": "4"}]),
            "invalidPath",
        ),
        (
            json!([{"op": "replace", "path": "emails[type eq \"work\"]value", "value": "4"}]),
            "invalidPath",
        ),
        (
            json!([{"op": "replace", "path": "emails[type is \"work\"]", "value": {}}]),
            "invalidFilter",
        ),
        (
            json!([{"op": "replace", "path": 5, "value": "4"}]),
            "invalidPath",
        ),
        (
            json!([{"op": "replace", "path": "id", "value": "4"}]),
            "mutability",
        ),
        (
            json!([{"op": "replace", "path": "meta.created", "value": "4"}]),
            "mutability",
        ),
        (
            json!([{"op": "add", "path": "groups", "value": [{"value": "g"}]}]),
            "mutability",
        ),
        (json!([{"op": "remove", "path": "userName"}]), "mutability"),
        (
            json!([{"op": "replace", "path": "userName", "value": ""}]),
            "invalidValue",
        ),
        (
            json!([{"op": "replace", "path": "active", "value": "maybe"}]),
            "invalidValue",
        ),
        (json!([{"op": "replace", "path": "title"}]), "invalidValue"),
        (
            json!([{"op": "replace", "path": "title", "value": 5}]),
            "invalidValue",
        ),
        (json!([{"op": "replace", "value": "title"}]), "invalidValue"),
        (
            json!([{"op": "put", "path": "title", "value": "x"}]),
            "invalidSyntax",
        ),
        (json!([]), "invalidSyntax"),
        (json!("x"), "invalidSyntax"),
        (
            json!([{"op": "add", "path": "emails", "value": [{"value": "1", "primary": true}, {"value": "2", "primary": true}]}]),
            "invalidValue",
        ),
    ];
    for (operations, expected) in table {
        let start = json!({"userName": "a@campus.example"});
        assert_eq!(
            patched(start, operations.clone()),
            Err(expected),
            "{operations}"
        );
    }
    let without_schemas = json!({"Operations": [{"op": "remove", "path": "title"}]});
    let failure = patch::read(without_schemas.as_object().unwrap(), &OF_USERS).unwrap_err();
    assert_eq!(failure.scim_type, Some("invalidSyntax"));
}

#[test]
fn a_sent_resource_is_read_into_canonical_form() {
    let read = |body: Value| input::resource(body.as_object().unwrap(), &OF_USERS);
    let sent = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "USERNAME": "a@campus.example",
        "active": "True",
        "id": "sent ids are ignored",
        "groups": [],
        "password": "ignored",
        "title": null,
        "emails": [],
        "employeeNumber": "0042",
        "organization": "Campus",
        "name": {"GivenName": "Ada", "shoe": "44"},
    });
    let expected = json!({
        "userName": "a@campus.example",
        "active": true,
        ENTERPRISE: {"employeeNumber": "0042", "organization": "Campus"},
        "name": {"givenName": "Ada"},
    });
    assert_eq!(read(sent).map(Value::Object), Ok(expected));
    for wrong in [
        json!({"schemas": ["urn:other"], "userName": "x"}),
        json!({"userName": 5}),
        json!({"emails": {"value": "not a list"}}),
        json!({"name": "not an object"}),
        json!({ENTERPRISE: "not an object"}),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
    let groups: Map<String, Value> = json!({"members": [{"value": "u", "display": "read-only"}]})
        .as_object()
        .cloned()
        .unwrap();
    let read = input::resource(&groups, &OF_GROUPS).unwrap();
    assert_eq!(read["members"], json!([{"value": "u"}]));
}

proptest::proptest! {
    /// Filters and paths come from outside: whatever they are, they are read or refused.
    #[test]
    fn no_filter_or_path_makes_a_panic(
        text in r#"(emails|name|userName|members|urn:[a-z:.0-9]{0,9}|not| |\(|\)|\[|\]|\.|"|\\|eq|pr|and|or|value|true|5|é){0,14}"#,
        free in ".{0,40}",
    ) {
        for text in [text, free] {
            if let Ok(filter) = filter::parse(&text, &OF_USERS) {
                filter.matches(&ada());
            }
            for op in ["add", "replace", "remove"] {
                let _ = patched(ada(), json!([{"op": op, "path": text, "value": {"value": "x"}}]));
            }
        }
    }
}
