//! Ids of every kind, sound and damaged.

use proptest::prelude::*;

use super::*;

fn slice(text: &str) -> Option<Slice> {
    Some(text.parse().unwrap())
}

fn prox() -> Recipe {
    Recipe {
        facility_code: Some(102),
        ..Recipe::new(Format::Hid26)
    }
}

fn serial() -> Recipe {
    Recipe {
        radix: Radix::Hex,
        reverse_bytes: true,
        ..Recipe::new(Format::MifareCsn)
    }
}

fn both_parts() -> Recipe {
    Recipe {
        facility_code_from: slice("0..5"),
        slice: slice("5..11"),
        ..Recipe::new(Format::Hid37WithFacilityCode)
    }
}

fn corporate() -> Recipe {
    Recipe {
        facility_code: Some(2001),
        strip_prefix: "C-".to_owned(),
        ..Recipe::new(Format::Corporate1000Of35)
    }
}

#[test]
fn types_are_found_without_regard_to_case_and_blanks() {
    let mut types: IdTypes = [
        ("Prox Card", IdType::Card(prox())),
        ("Wallet", IdType::Ignore),
    ]
    .into_iter()
    .collect();
    assert_eq!(types.get(" prox card "), Some(&IdType::Card(prox())));
    assert_eq!(types.get("Prox"), None);
    assert_eq!(types.nearest("prox crad"), Some("Prox Card"));
    assert!(!types.insert("WALLET", IdType::Ignore));
    let names: Vec<&str> = types.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Prox Card", "WALLET"]);
}

#[test]
fn parts_are_written_by_place() {
    for (text, value, part) in [
        ("0..8", "123456789", Some("12345678")),
        ("5..", "123456789", Some("6789")),
        ("..3", "éàü4", Some("éàü")),
        (" 1 .. 2 ", "éàü4", Some("à")),
        ("0..9", "12345678", None),
        ("8..", "12345678", None),
        ("9..10", "1", None),
    ] {
        let slice: Slice = text.parse().unwrap();
        assert_eq!(slice.cut(value), part, "{text} of {value}");
        assert_eq!(slice.to_string().parse(), Ok(slice));
    }
    for text in [
        "", "5", "5..5", "6..5", "a..", "-1..2", "0...3", "0..9999", "9999..",
    ] {
        assert_eq!(text.parse::<Slice>(), Err(NotASlice), "{text}");
    }
}

#[test]
fn cards_are_made_of_values() {
    for (recipe, raw, card) in [
        (prox(), " 004711 ", "HID/102/4711"),
        (both_parts(), "00102004711", "HID37wFacilityCode/102/4711"),
        (corporate(), "c-77", "Corporate1000_35/2001/77"),
        (corporate(), "C- 77", "Corporate1000_35/2001/77"),
        (serial(), "04A23B00", "MiFareClassic1K_CSN//3908100"),
        (serial(), "04:a2:3b:00", "MiFareClassic1K_CSN//3908100"),
        (
            Recipe {
                radix: Radix::Base36,
                ..Recipe::new(Format::Blackboard64)
            },
            "zz",
            "Blackboard64//1295",
        ),
        (
            Recipe {
                reverse_bytes: true,
                ..Recipe::new(Format::MifareCsn)
            },
            "1",
            "MiFareClassic1K_CSN//16777216",
        ),
        (
            Recipe {
                format: Format::VerkadaDesfire,
                ..serial()
            },
            "0102",
            "VerkadaDESFire//513",
        ),
    ] {
        assert_eq!(recipe.check(), Ok(()));
        let made = recipe.card(raw).map(|card| card.to_string());
        assert_eq!(made.as_deref(), Ok(card), "{raw}");
    }
}

#[test]
fn each_step_is_told() {
    let recipe = Recipe {
        strip_prefix: "X".to_owned(),
        slice: slice("2..10"),
        facility_code_from: slice("0..2"),
        format: Format::Blackboard64,
        ..serial()
    };
    let reading = recipe.read("x0A00000102");
    let steps: Vec<(Step, &str)> = reading
        .steps
        .iter()
        .map(|(step, value)| (*step, value.as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            (Step::Raw, "x0A00000102"),
            (Step::Stripped, "0A00000102"),
            (Step::Sliced, "00000102"),
            (Step::Number, "258"),
            (Step::Reversed, "144396663052566528"),
            (Step::FacilityCode, "10"),
        ]
    );
    assert_eq!(
        reading.card.unwrap().to_string(),
        "Blackboard64/10/144396663052566528"
    );
    // A value that fails keeps the steps that were taken.
    let reading = prox().read("70000");
    assert_eq!(reading.steps.len(), 3);
    assert!(reading.card.is_err());
}

#[test]
fn what_can_be_no_card_is_named_and_its_number_kept_back() {
    let odd = Recipe {
        format: Format::VerkadaDesfire,
        ..serial()
    };
    let no_code = Recipe::new(Format::Hid26);
    for (recipe, raw, wanted) in [
        (prox(), "  ", "The value is empty."),
        (
            prox(),
            "4.71E+11",
            "The value is a number that a spreadsheet",
        ),
        (
            corporate(),
            "77654",
            "The value does not start with \"C-\".",
        ),
        (corporate(), "C-", "The value is empty."),
        (
            both_parts(),
            "102004711",
            "The value has 9 characters, and the part 5..11 needs 11.",
        ),
        (
            prox(),
            "47A11",
            "The value holds \"A\", and the id type is written with the decimal digits 0 to 9.",
        ),
        (prox(), "47.11", "The value holds \".\""),
        (prox(), "4\u{7}7110", "The value holds \"\\u{7}\""),
        (serial(), "04A23G00", "The value holds \"G\""),
        (prox(), &"9".repeat(60), "The number is longer than"),
        (
            prox(),
            "70000",
            "The number is out of range: Standard 26-bit Wiegand has numbers from 0 to 65535",
        ),
        (serial(), "1104A23B00", "The number is out of range: MiFare"),
        (
            both_parts(),
            "65536000001",
            "The facility code 65536 is out of range: HID 37-bit has",
        ),
        (
            Recipe {
                facility_code_from: slice("0..20"),
                slice: slice("20.."),
                ..both_parts()
            },
            "999999999999999999991",
            "The facility code is larger",
        ),
        (
            no_code,
            "4711",
            "The facility code is missing: Standard 26-bit",
        ),
        (odd, "10203", "The value has an odd number of hex digits"),
    ] {
        let message = recipe.card(raw).unwrap_err().to_string();
        assert!(message.starts_with(wanted), "{raw}: {message}");
        assert!(
            message.matches(". ").count() >= 1,
            "no next step: {message}"
        );
        let number = raw.trim().trim_start_matches("C-");
        assert!(number.len() < 3 || !message.contains(number), "{message}");
    }
}

#[test]
fn a_recipe_that_can_work_for_no_value_is_refused() {
    let refused = |recipe: Recipe| recipe.check().unwrap_err().to_string();
    let with = |format, code| Recipe {
        facility_code: code,
        ..Recipe::new(format)
    };
    assert!(refused(with(Format::Hid26, None)).starts_with("The facility code is missing"));
    assert!(refused(with(Format::Hid26, Some(256))).contains("out of range"));
    assert!(refused(with(Format::DesfireCsn, Some(1))).starts_with("There is a facility code"));
    assert!(
        refused(Recipe {
            facility_code: Some(1),
            ..both_parts()
        })
        .contains("both set")
    );
    assert!(
        refused(Recipe {
            reverse_bytes: true,
            ..prox()
        })
        .contains("radix = 16")
    );
    assert!(
        refused(Recipe {
            facility_code_from: slice("0..2"),
            ..serial()
        })
        .starts_with("There is a facility code")
    );
}

proptest! {
    #[test]
    fn no_value_makes_a_recipe_panic(
        raw in "\\PC{0,30}",
        which in 0..Format::ALL.len(),
        radix in 0..3_usize,
        reverse_bytes: bool,
        start in 0..9_usize,
        length in 1..9_usize,
        prefix in "[a-cé]{0,2}",
    ) {
        let part = format!("{start}..{}", start + length);
        let recipe = Recipe {
            format: Format::ALL[which],
            facility_code: None,
            strip_prefix: prefix,
            slice: slice(&part).filter(|_| start > 4),
            radix: Radix::ALL[radix],
            reverse_bytes,
            facility_code_from: slice(&part).filter(|_| start % 2 == 1),
        };
        let reading = recipe.read(&raw);
        prop_assert_eq!(recipe.card(&raw), reading.card);
    }

    #[test]
    fn reversing_twice_gives_the_bytes_back(number: u32) {
        let written = |number: u128| format!("{number:X}");
        let once = serial().card(&written(number.into())).unwrap().number;
        let twice = serial().card(&written(once)).unwrap().number;
        prop_assert_eq!(twice, u128::from(number));
    }
}
