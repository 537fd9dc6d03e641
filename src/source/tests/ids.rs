//! The ids of people: made cards of, ignored, or named as what can't be one.

use super::*;
use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::id_type::{IdType, Recipe};
use crate::model::reason::Code;
use crate::model::rules::default_id_status;

const PEOPLE: &str = "campus_id,last_name,email,status\n1,L,a@x,A\n2,M,b@x,A\n";

fn types() -> IdTypes {
    let prox = Recipe {
        facility_code: Some(102),
        ..Recipe::new(Format::Hid26)
    };
    let serial = Recipe {
        radix: Radix::Hex,
        reverse_bytes: true,
        ..Recipe::new(Format::MifareCsn)
    };
    let hex = Recipe {
        radix: Radix::Hex,
        ..Recipe::new(Format::DesfireCsn)
    };
    let parts = Recipe {
        facility_code_from: "0..5".parse().ok(),
        slice: "5..".parse().ok(),
        ..Recipe::new(Format::Hid37WithFacilityCode)
    };
    let cards = [
        ("Prox", prox),
        ("CSN", serial),
        ("DESFire", hex),
        ("iClass", parts),
    ];
    let cards = cards.map(|(name, recipe)| (name, IdType::Card(recipe)));
    cards
        .into_iter()
        .chain([("Wallet", IdType::Ignore)])
        .collect()
}

fn read_ids(files: &[(&str, &str)]) -> Roster {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (*n, c.as_bytes())).collect();
    let (_dir, source) = source(&files);
    let mut id_status = default_id_status();
    id_status.insert("on hold".to_owned(), CardMeaning::Suspended);
    source.with_ids(types(), id_status).read().unwrap()
}

/// The roster of [`PEOPLE`] with a file of ids.
fn ids_of(rows: &str) -> Roster {
    let header = "campus_id,id_type,id_value,id_status\n";
    read_ids(&[("p.csv", PEOPLE), ("c.csv", &format!("{header}{rows}"))])
}

/// Each card with its owner, type and status.
fn cards(roster: &Roster) -> Vec<String> {
    let of = |person: &crate::model::roster::Person| {
        let lines = person.credentials.iter().map(|credential| {
            format!(
                "{} {} {} [{}]",
                person.campus_id,
                credential.card,
                roster.id_types[usize::from(credential.id_type)],
                roster.id_statuses[usize::from(credential.status)]
            )
        });
        lines.collect::<Vec<_>>()
    };
    roster.people.iter().flat_map(of).collect()
}

/// Each id that is no card: place, owner, type, code, message.
fn unusable(roster: &Roster) -> Vec<String> {
    let line = |id: &crate::model::roster::Unusable| {
        format!(
            "{} {} {:?} {}: {}",
            id.place, id.campus_id, id.id_type, id.code, id.message
        )
    };
    roster.unusable.iter().map(line).collect()
}

#[test]
fn ids_become_cards_of_their_owner() {
    let roster = ids_of(
        "2,prox,0004711,Active\n1,Prox ,4712,\n1,CSN,04a23b00,Lost\n2,iClass,00102004711,Active\n\
         1,Wallet,9999,Active\n1,,,\n",
    );
    assert_eq!(
        cards(&roster),
        [
            "1 HID/102/4712 prox []",
            "1 MiFareClassic1K_CSN//3908100 CSN [Lost]",
            "2 HID/102/4711 prox [Active]",
            "2 HID37wFacilityCode/102/4711 iClass [Active]",
        ]
    );
    assert_eq!(unusable(&roster), [""; 0]);
    assert_eq!(left_out(&roster), [""; 0]);
    assert_eq!(roster.credentials, 5);
    assert!(roster.has_credentials && roster.has_id_status);
}

#[test]
fn what_is_not_exported_is_told_from_what_is_empty() {
    let no_ids = read_ids(&[("p.csv", PEOPLE)]);
    assert!(!no_ids.has_credentials && !no_ids.has_id_status);
    let types_only = read_ids(&[("p.csv", PEOPLE), ("c.csv", "campus_id,id_type\n1,Prox\n")]);
    assert!(!types_only.has_credentials);
    let no_status = read_ids(&[
        ("p.csv", PEOPLE),
        ("c.csv", "campus_id,id_type,id_value\n1,Prox,1\n"),
    ]);
    assert!(no_status.has_credentials && !no_status.has_id_status);
    assert_eq!(cards(&no_status), ["1 HID/102/1 Prox []"]);
    let none = ids_of("");
    assert!(none.has_credentials && none.has_id_status);
}

#[test]
fn a_card_twice_is_there_once_with_what_takes_most_away() {
    for (first, second, kept) in [
        ("Active", "Lost", "Lost"),
        ("stolen", "Inactive", "stolen"),
        ("Inactive", "On Hold", "Inactive"),
        ("On hold", "New word", "On hold"),
        ("New word", "Active", "New word"),
        ("", "Active", ""),
        ("active", "Active", "active"),
    ] {
        for (a, b) in [(first, second), (second, first)] {
            let rows = format!("1,Prox,7,{a}\n1,Prox,8,Active\n1,PROX,007,{b}\n2,Prox,7,Active\n");
            let roster = ids_of(&rows);
            let all = cards(&roster);
            assert_eq!(all.len(), 3, "{all:?}");
            assert!(all[0].starts_with("1 HID/102/7 "), "{all:?}");
            assert!(all[0].ends_with(&format!("[{kept}]")), "{all:?}");
        }
    }
    let roster = read_ids(&[
        ("p.csv", PEOPLE),
        ("c.csv", "campus_id,id_type,id_value\n1,Prox,1\n1,Prox,1\n"),
    ]);
    assert_eq!(cards(&roster), ["1 HID/102/1 Prox []"]);
}

#[test]
fn a_bad_id_is_named_and_leaves_nobody_out() {
    for (row, wanted) in [
        ("1,Fob,123,Active", "c.csv:2 1 \"Fob\" id-type-unmapped: "),
        (
            "1,,123,Active",
            "c.csv:2 1 \"\" card-unreadable: The id has a value and no type.",
        ),
        (
            "1,Prox,,Active",
            "c.csv:2 1 \"Prox\" card-unreadable: The value is empty.",
        ),
        (
            "1,Prox,70001,Active",
            "c.csv:2 1 \"Prox\" card-unreadable: The number is out of range",
        ),
        (
            "1,Prox,4.7E+10,Active",
            "c.csv:2 1 \"Prox\" card-unreadable: The value is a number that a spreadsheet",
        ),
        (
            "1,Prox,4A,Active",
            "c.csv:2 1 \"Prox\" card-unreadable: The value holds \"A\"",
        ),
        (
            "1,Prox,4\u{7}1,Active",
            "c.csv:2 1 \"Prox\" card-unreadable: The value holds \"\\u{7}\"",
        ),
        (
            "1,iClass,12345,Active",
            "c.csv:2 1 \"iClass\" card-unreadable: The value has 5 characters",
        ),
    ] {
        let roster = ids_of(&format!("{row}\n2,Prox,5,Active\n"));
        assert_eq!(ids(&roster), ["1", "2"], "{row}");
        assert_eq!(cards(&roster), ["2 HID/102/5 Prox [Active]"]);
        let lines = unusable(&roster);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with(wanted), "{lines:?}");
        assert_eq!(roster.credentials, 2);
    }
    // Nobody is told about the ids of somebody who is not in the roster.
    let roster = ids_of("9,Prox,70001,Active\n1,Fob,1,Active\n1,Prox,,Active\n");
    assert_eq!(roster.unusable.len(), 2);
    assert_eq!(roster.unusable[0].code, Code::IdTypeUnmapped);
}

#[test]
fn json_ids_are_the_same_in_all_their_shapes() {
    let person = r#""campus_id": "1", "last_name": "L", "email": "a@x", "status": "A""#;
    let wanted = ["1 HID/102/4711 Prox [Lost]", "1 HID/102/4712 Prox []"];
    for json in [
        format!(
            r#"[{{{person}, "credentials": [
                {{"type": "Prox", "value": "4711", "status": "Lost"}},
                {{"id_type": "Prox", "id_value": 4712, "id_status": null}}]}}]"#
        ),
        format!(
            r#"{{"credentials": [
                {{"campus_id": "1", "type": "Prox", "value": "4711", "status": "Lost"}},
                {{"campus_id": "1", "id_type": "Prox", "id_value": 4712}}],
              "people": [{{{person}}}]}}"#
        ),
        format!(
            r#"[{{{person}, "id_type": "Prox", "id_value": 4711, "id_status": "Lost"}},
                {{"campus_id": "1", "id_type": "Prox", "id_value": "4712", "id_status": ""}}]"#
        ),
    ] {
        let roster = read_ids(&[("p.json", &json)]);
        assert_eq!(cards(&roster), wanted, "{json}");
        assert_eq!(left_out(&roster), [""; 0]);
        assert_eq!(roster.credentials, 2);
        assert!(roster.has_credentials && roster.has_id_status);
        assert_eq!(roster.people[0].status, "A");
    }
    for (credentials, has_credentials) in [("[]", true), ("null", true)] {
        let json = format!(r#"[{{{person}, "credentials": {credentials}}}]"#);
        let roster = read_ids(&[("p.json", &json)]);
        assert_eq!(roster.has_credentials, has_credentials);
        assert!(!roster.has_id_status);
    }
    let json = format!(r#"{{"people": [{{{person}}}], "credentials": []}}"#);
    assert!(read_ids(&[("p.json", &json)]).has_credentials);
}

#[test]
fn a_bad_json_id_leaves_nobody_out() {
    let person = r#""campus_id": "1", "last_name": "L", "email": "a@x", "status": "A""#;
    for (ids_part, wanted) in [
        (
            r#""credentials": [{"type": "Prox", "value": 4711.5}]"#,
            "\"Prox\" card-unreadable: The number is not a whole one",
        ),
        (
            r#""credentials": [{"type": "Prox", "value": 98765432109876543}]"#,
            "\"Prox\" card-unreadable: The number is not a whole one, or too long",
        ),
        (
            r#""credentials": [{"type": "Prox", "value": {"a": 1}}]"#,
            "\"Prox\" card-unreadable: The value is neither text",
        ),
        (
            r#""credentials": [{"type": "Prox", "value": "1", "status": true}]"#,
            "\"Prox\" card-unreadable: The value is neither text",
        ),
        (
            r#""credentials": [{"type": ["Prox"], "value": "1"}]"#,
            "\"\" card-unreadable: The value is neither text",
        ),
        (
            r#""credentials": ["4711"]"#,
            "\"\" card-unreadable: The credential is no object",
        ),
        (
            r#""credentials": "4711""#,
            "\"\" card-unreadable: The credential is no object",
        ),
        (
            r#""id_type": "Prox", "id_value": [1]"#,
            "\"Prox\" card-unreadable: The value is neither text",
        ),
        (
            r#""id_type": "Prox", "id_value": "1", "id_value": "2""#,
            "\"Prox\" card-unreadable: The record has this key twice.",
        ),
    ] {
        let roster = read_ids(&[("p.json", &format!("[{{{person}, {ids_part}}}]"))]);
        assert_eq!(ids(&roster), ["1"], "{ids_part}");
        assert_eq!(cards(&roster), [""; 0], "{ids_part}");
        let lines = unusable(&roster);
        assert_eq!(lines.len(), 1, "{ids_part}: {lines:?}");
        assert!(
            lines[0].starts_with(&format!("p.json:1 1 {wanted}")),
            "{lines:?}"
        );
    }
}

/// Rows of one id each for person 1.
fn many(id_type: &str, values: impl Iterator<Item = String>) -> Roster {
    let rows = values.map(|value| format!("1,{id_type},{value},Active\n"));
    ids_of(&rows.collect::<String>())
}

/// Hex numbers that look drawn by lot.
fn scattered(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761)
        .rotate_left(7)
        .wrapping_mul(40_503)
}

#[test]
fn a_value_that_lost_its_zeros_is_named_where_places_count() {
    let whole = (0..30).map(|n| format!("00102{:06}", n * 311));
    let roster = many("iClass", whole.clone().chain(["1020004711".to_owned()]));
    assert_eq!(roster.people[0].credentials.len(), 30);
    let lines = unusable(&roster);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].starts_with(
            "c.csv:32 1 \"iClass\" card-unreadable: The value has 10 characters and nearly all \
             others of its type have 11: leading zeros seem lost"
        ),
        "{lines:?}"
    );
    assert!(!lines[0].contains("1020004711"));
    // Too few to say what is usual: the parts are taken as they stand.
    let few = many("iClass", whole.take(10).chain(["1020004711".to_owned()]));
    assert_eq!(few.unusable, []);
    // A plain number means the same without its zeros.
    let plain = (10_000..10_040).map(|n| n.to_string());
    assert_eq!(many("Prox", plain.chain(["77".to_owned()])).unusable, []);
}

#[test]
fn decimal_numbers_among_hex_ones_are_named() {
    let hex = |n: u32| format!("{:08X}", scattered(n));
    let sound = many("CSN", (1..400).map(hex));
    assert_eq!(unusable(&sound), [""; 0]);
    // What is no number says nothing about those that are.
    let empty = many(
        "CSN",
        (1..400).map(hex).chain((0..30).map(|_| String::new())),
    );
    assert_eq!(empty.unusable.len(), 30);
    // Numbers that were counted up have letters in few places.
    let counted = many("CSN", (0..400_u32).map(|n| format!("{n:08X}")));
    assert_eq!(unusable(&counted), [""; 0]);

    let decimal = |n: u32| format!("{:08}", scattered(n) % 100_000_000);
    let mixed = many("CSN", (1..200).map(hex).chain((1..100).map(decimal)));
    let lines = unusable(&mixed);
    assert!(lines.len() >= 99, "{}", lines.len());
    assert!(lines.len() < 120, "{}", lines.len());
    assert!(
        lines[0].contains("card-unreadable: The value has decimal digits only"),
        "{lines:?}"
    );
    let all = many("DESFire", (1..60).map(decimal));
    assert_eq!(all.people[0].credentials, []);
    assert_eq!(all.unusable.len(), 59);
}

#[test]
fn more_statuses_than_a_status_column_has_are_no_statuses() {
    let rows: String = (0..65_540)
        .map(|n| format!("1,Prox,{},status {n}\n", n % 65_536))
        .collect();
    let roster = ids_of(&rows);
    assert_eq!(roster.id_statuses.len(), 65_536);
    assert_eq!(roster.unusable.len(), 4);
    assert!(roster.unusable[0].message.contains("different statuses"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_order_of_rows_changes_no_card(
        shuffled in prop::collection::vec(
            (1..3_u8, "(Prox|CSN|Fob|Wallet)", "[0-9A]{0,2}", "(Active|Lost|Gone|gone|)"),
            0..30,
        )
        .prop_flat_map(|rows| {
            let rows: Vec<String> = rows
                .iter()
                .map(|(id, kind, value, status)| format!("{id},{kind},{value},{status}\n"))
                .collect();
            (Just(rows.clone()), Just(rows).prop_shuffle())
        }),
    ) {
        let once = ids_of(&shuffled.0.concat());
        let twice = ids_of(&format!("{}{}", shuffled.1.concat(), shuffled.0.concat()));
        prop_assert_eq!(cards(&once), cards(&twice));
        prop_assert_eq!(once.unusable.len() * 2, twice.unusable.len());
    }
}
