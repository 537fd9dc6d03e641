//! Types and statuses of ids, and the ownership of cards.

use super::*;
use crate::model::id_type::IdType;
use crate::model::rules::{CardMeaning, Verify};

#[test]
fn ids_are_read_with_all_that_can_be_said_of_them() {
    let more = r#"
        [atrium.id_types.Prox]
        format = "Standard 26-bit Wiegand"
        facility_code = "0102"
        [atrium.id_types."Prox 2.0"]
        format = "hid"
        facility_code = 7
        strip_prefix = "P-"
        slice = "0..8"
        [atrium.id_types.iClass]
        format = "HID 37-bit"
        facility_code_from = "0..5"
        slice = "5.."
        [atrium.id_types.CSN]
        format = "DESFire"
        radix = 16
        reverse_bytes = true
        [atrium.id_types.Wallet]
        format = "ignore"
        [atrium.id_status]
        Returned = "gone"
        LOST = "suspended"
        [credentials]
        ownership = { format = ["HID", "DESFire CSN"], facility_code = ["102", 7] }
        [sync]
        verify = "sample"
        read_budget = 250
    "#;
    let world = World::new(&[("default", &format!("{SMALL}{more}"))]);
    let profile = world.load().unwrap();
    let values = [
        ("Prox", "4711", "HID/102/4711"),
        ("PROX 2.0", "p-00004711", "HID/7/4711"),
        ("iclass", "00102004711", "HID37wFacilityCode/102/4711"),
        ("csn", "04A23B00000000", "DESFire//3908100"),
    ];
    for (name, raw, wanted) in values {
        let Some(IdType::Card(recipe)) = profile.atrium.id_types.get(name) else {
            panic!("{name}");
        };
        assert_eq!(recipe.card(raw).unwrap().to_string(), wanted);
    }
    assert_eq!(profile.atrium.id_types.get("wallet"), Some(&IdType::Ignore));
    assert_eq!(profile.atrium.id_types.get("Fob"), None);
    assert_eq!(profile.atrium.id_status["returned"], CardMeaning::Gone);
    assert_eq!(profile.atrium.id_status["lost"], CardMeaning::Suspended);
    assert_eq!(profile.atrium.id_status["stolen"], CardMeaning::Lost);
    assert!(
        profile
            .ownership
            .formats
            .iter()
            .eq(&[Format::Hid26, Format::DesfireCsn])
    );
    assert!(profile.ownership.facility_codes.iter().eq(&[7, 102]));
    assert_eq!(profile.sync.verify, Verify::Sample);
    assert_eq!(profile.sync.read_budget, 250);

    let list = profile.effective();
    let of = |key: &str| {
        let setting = list.iter().find(|setting| setting.key == key);
        let setting = setting.unwrap_or_else(|| panic!("{key}"));
        let origin = setting.origin.to_string();
        let place = origin.rsplit_once(".toml").map(|(_, line)| line.to_owned());
        (setting.value.as_str(), place.unwrap_or(origin))
    };
    let in_line = |value, line: &str| (value, format!(":{line}"));
    assert_eq!(of("atrium.id_types.Prox.format"), in_line("HID", "8"));
    assert_eq!(
        of("atrium.id_types.Prox 2.0.strip_prefix"),
        in_line("P-", "13")
    );
    assert_eq!(of("atrium.id_types.iClass.slice"), in_line("5..", "18"));
    assert_eq!(
        of("atrium.id_types.iClass.radix"),
        ("10", "default".to_owned())
    );
    assert_eq!(of("atrium.id_types.Wallet.format"), in_line("ignore", "24"));
    assert_eq!(of("atrium.id_status.returned"), in_line("gone", "26"));
    assert_eq!(
        of("atrium.id_status.stolen"),
        ("lost", "default".to_owned())
    );
    assert_eq!(
        of("credentials.ownership.format"),
        in_line("HID, DESFire", "29")
    );
    assert_eq!(of("sync.verify"), in_line("sample", "31"));
    assert_eq!(of("sync.read_budget"), in_line("250", "32"));
}

#[test]
fn what_is_wrong_about_ids_is_named_with_its_line() {
    let prox = "[atrium.id_types.\"Prox 1\"]\n";
    let table = [
        (
            format!("{prox}format = \"HID 26\"\n"),
            "7: `atrium.id_types.Prox 1.format`: there is no card format \"HID 26\"\n\
             did you mean \"HID\"?",
        ),
        (
            format!("{prox}format = \"Quux\"\n"),
            "there is no card format \"Quux\"\nCommand's formats are listed at https://",
        ),
        (
            format!("{prox}radix = 16\n"),
            "6: the id type \"Prox 1\" has no format\nfor example: format = \"HID\"",
        ),
        (
            format!("{prox}fromat = \"HID\"\n"),
            "7: unknown key `fromat` in [atrium.id_types.\"Prox 1\"]\ndid you mean `format`?",
        ),
        (
            "[atrium.id_types]\nProx = \"HID\"\n".to_owned(),
            "7: `atrium.id_types.Prox` must be a table, written [atrium.id_types.\"Prox\"]",
        ),
        (
            "[sync]\nslice = \"0..5\"\n".to_owned(),
            "7: unknown key `slice` in [sync]\n`slice` belongs in [atrium.id_types.\"TYPE\"]",
        ),
        (
            format!("{prox}format = \"HID\"\n"),
            "6: the id type \"Prox 1\" can make no card: The facility code is missing: Standard \
             26-bit Wiegand has one on every card",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = 256\n"),
            "6: the id type \"Prox 1\" can make no card: The facility code 256 is out of range",
        ),
        (
            format!("{prox}format = \"DESFire\"\nfacility_code = 1\n"),
            "can make no card: There is a facility code",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = 1\nfacility_code_from = \"0..2\"\n"),
            "facility_code and facility_code_from are both set",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = 1\nreverse_bytes = true\n"),
            "reverse_bytes needs radix = 16",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = -1\n"),
            "8: `atrium.id_types.Prox 1.facility_code` can't be \"-1\"\na facility code is a whole",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = \"+7\"\n"),
            "facility_code` can't be \"+7\"",
        ),
        (
            format!("{prox}format = \"HID\"\nfacility_code = 1.5\n"),
            "8: `atrium.id_types.Prox 1.facility_code` must be a text in double quotes or a whole \
             number, not a number with a fraction",
        ),
        (
            format!("{prox}format = \"HID\"\nslice = \"8..2\"\n"),
            "8: `atrium.id_types.Prox 1.slice` can't be \"8..2\"\na part is named by its first",
        ),
        (
            format!("{prox}format = \"HID\"\nradix = 8\n"),
            "8: `atrium.id_types.Prox 1.radix` can't be \"8\"\nit is one of: 10, 16, 36",
        ),
        (
            format!("{prox}format = \"HID\"\nreverse_bytes = \"yes\"\n"),
            "8: `atrium.id_types.Prox 1.reverse_bytes` must be true or false, not a text",
        ),
        (
            format!("{prox}format = \"ignore\"\nradix = 16\n"),
            "8: `atrium.id_types.Prox 1.radix` has no effect on ids that are ignored",
        ),
        (
            format!(
                "{prox}format = \"ignore\"\n[atrium.id_types.\"PROX 1 \"]\nformat = \"ignore\"\n"
            ),
            "the id type \"PROX 1 \" is empty, or mapped twice",
        ),
        (
            "[atrium.id_types.\"\"]\nformat = \"ignore\"\n".to_owned(),
            "6: the id type \"\" is empty, or mapped twice",
        ),
        (
            "[atrium.id_status]\nReturned = \"gnoe\"\n".to_owned(),
            "7: `atrium.id_status.Returned` can't be \"gnoe\"\ndid you mean \"gone\"?",
        ),
        (
            "[atrium.id_status]\nA = \"lost\"\na = \"gone\"\n".to_owned(),
            "8: the status \"a\" is empty, or mapped twice",
        ),
        (
            "[credentials]\nownership = {}\n".to_owned(),
            "7: `credentials.ownership` names no card",
        ),
        (
            "[credentials]\nownership = true\n".to_owned(),
            "7: `credentials.ownership` must be a table",
        ),
        (
            "[credentials]\nownership = { format = [\"HIDD\"] }\n".to_owned(),
            "7: `credentials.ownership.format`: there is no card format \"HIDD\"",
        ),
        (
            "[credentials]\nowner = 1\n".to_owned(),
            "7: unknown key `owner` in [credentials]\ndid you mean `ownership`?",
        ),
        (
            "[sync]\nverify = \"everything\"\n".to_owned(),
            "7: `sync.verify` can't be \"everything\"\nit is one of: changed, sample, all",
        ),
        (
            "[sync]\nread_budget = -1\n".to_owned(),
            "7: `sync.read_budget` must be between 0 and 1000000",
        ),
    ];
    for (more, wanted) in table {
        let text = refused(&more);
        assert!(text.contains(wanted), "{more}\n{text}");
        assert!(text.starts_with("DIR/profiles/default.toml:"), "{text}");
    }
}

#[test]
fn the_sandbox_maps_all_its_types_but_one() {
    let profile = Profile::sandbox(Path::new("/s"), "http://127.0.0.1:9/scim", &[]);
    let types = &profile.atrium.id_types;
    for (name, raw, wanted) in [
        ("Prox", "4711", "HID/102/4711"),
        ("iClass", "00102004711", "HID37wFacilityCode/102/4711"),
        ("MIFARE CSN", "04A23B00", "MiFareClassic1K_CSN//3908100"),
        ("DESFire", "04A23B00000000", "DESFire//1304274193612800"),
        (
            "Blackboard",
            "6015070012345678",
            "Blackboard64//6015070012345678",
        ),
        ("Corporate", "C-77", "Corporate1000_35/2001/77"),
    ] {
        let Some(IdType::Card(recipe)) = types.get(name) else {
            panic!("{name}");
        };
        assert_eq!(recipe.check(), Ok(()), "{name}");
        assert_eq!(recipe.card(raw).unwrap().to_string(), wanted);
    }
    assert_eq!(types.get("Wallet"), Some(&IdType::Ignore));
    assert_eq!(types.get("Fob"), None);
    assert_eq!(profile.atrium.id_status["on hold"], CardMeaning::Suspended);
    assert_eq!(profile.atrium.id_status["returned"], CardMeaning::Gone);
}
