//! Cards on pages and in documents: how much of them is shown, and what is said of them.

use dialoguer::console::measure_text_width;

use crate::model::card::digits::Radix;
use crate::model::id_type::{Reading, Recipe};

use super::*;

/// The whole numbers of the cards in [`sample`].
const NUMBERS: [&str; 6] = ["10101", "20202", "30303", "40404", "50505", "60606"];

#[test]
fn card_numbers_are_whole_only_where_that_is_asked_for() {
    let (report, requests) = applied();
    let remaining = Report {
        verification: Verification::Remaining {
            operations: sample().operations,
        },
        ..report
    };
    let outputs = |whole| {
        [
            crate::output::text::plan(HEADING, &sample(), with_numbers(whole)).render(false),
            crate::output::text::report(&remaining, with_numbers(whole)).render(false),
            json_with_numbers(whole, |ui| output::plan(ui, HEADING, &sample()).unwrap()),
            json_with_numbers(whole, |ui| {
                output::report(ui, HEADING, &remaining, &requests, Exit::Done).unwrap();
            }),
        ]
    };
    for text in outputs(false) {
        for number in NUMBERS {
            assert!(!text.contains(number), "{number} is in: {text}");
        }
        assert!(text.contains("HID ••03"), "{text}");
    }
    for text in outputs(true) {
        assert!(text.contains("HID 102/30303"), "{text}");
        assert!(!text.contains("••"), "{text}");
    }
    let [_, _, plan, sync] = outputs(true);
    assert!(plan.contains("\"card_id\": \"c-30303\""));
    assert!(sync.contains("\"made\": \"c-40404\""));
}

#[test]
fn a_column_stands_below_its_head_whatever_script_the_names_have() {
    let names = ["נועה בן-דוד", "نور حداد", "雨欣 张", "Ada Byron"];
    let cards = names.map(|name| add_card("S1", name, 1_234));
    let plan = Plan {
        operations: cards.to_vec(),
        ..Plan::default()
    };
    let text = crate::output::text::plan(HEADING, &plan, look(100)).render(false);
    let before = |line: &str, word: &str| {
        let at = line.find(word)?;
        Some(measure_text_width(&line[..at]))
    };
    let head = text.lines().find_map(|line| before(line, "card  "));
    let columns = text.lines().filter_map(|line| before(line, "HID ••34"));
    let columns: Vec<Option<usize>> = columns.map(Some).collect();
    assert_eq!(columns, [head; 4], "{text}");
}

#[test]
fn lost_cards_lead_a_list_that_is_shortened() {
    let mut operations: Vec<Operation> = (0..30)
        .map(|at| remove_card(&format!("S{at}"), "Ada Byron", at, false))
        .collect();
    operations.push(remove_card("S30", "Kim Lee", 30, true));
    let plan = Plan {
        operations,
        ..Plan::default()
    };
    let text = crate::output::text::plan(HEADING, &plan, look(100)).render(false);
    let first = text
        .lines()
        .skip_while(|line| !line.contains("Remove cards"));
    assert!(first.take(3).any(|line| line.contains("Kim Lee")), "{text}");
}

#[test]
fn the_cost_names_cards_and_time_where_they_matter() {
    let table = [
        ((1, 0, 0, 0), "It takes 1 request that writes."),
        ((0, 2, 1, 0), "It takes 2 requests for cards."),
        (
            (301, 5, 9, 0),
            "It takes 301 requests that write and 5 for cards.",
        ),
        (
            (301, 370, 92, 273),
            "It takes 301 requests that write, 370 for cards (about 2 minutes at the allowed pace), \
             and up to 273 invitations by email, if the organization sends them.",
        ),
        (
            (0, 41, 10, 0),
            "It takes 41 requests for cards (about 10 seconds at the allowed pace).",
        ),
    ];
    for ((requests, card_requests, card_seconds, invitations), sentence) in table {
        let plan = Plan {
            operations: vec![add_card("S1", "Ada Byron", 1)],
            cost: Cost {
                requests,
                card_requests,
                card_seconds,
                invitations,
            },
            ..Plan::default()
        };
        let text = crate::output::text::plan(HEADING, &plan, Look::default()).render(false);
        assert!(text.contains(&format!("\n{sentence}\n")), "{text}");
    }
}

#[test]
fn what_is_in_step_counts_the_cards_that_were_read_and_names_the_others() {
    let text = |cards_read, cards_in_step, cards_unread| {
        let counts = Counts {
            users_in_step: 300,
            groups_in_step: 14,
            memberships_in_step: 1_812,
            cards_read,
            cards_in_step,
            cards_unread,
            ..Counts::default()
        };
        let plan = Plan {
            counts,
            ..Plan::default()
        };
        let page = crate::output::text::plan(HEADING, &plan, Look::default()).render(false);
        page.lines().skip(2).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        text(290, 361, 9),
        "Nothing to do: 300 users, 14 groups, 1,812 memberships and 361 cards are in step."
    );
    assert_eq!(
        text(0, 0, 9_950),
        "Nothing to do: 300 users, 14 groups and 1,812 memberships are in step.\n\
         The cards of 9,950 people were not read: nothing about them changed."
    );
}

#[test]
fn without_an_api_key_it_is_said_what_to_do() {
    let plan = Plan {
        counts: Counts {
            credentials_not_covered: 4_812,
            ..Counts::default()
        },
        ..Plan::default()
    };
    let text = crate::output::text::plan(HEADING, &plan, look(100)).render(false);
    insta::assert_snapshot!(text, @r"
    default → https://api.command.verkada.com/scim

    Nothing to do: 0 users, 0 groups and 0 memberships are in step.
    Not covered: 4,812 credentials in Atrium; people and access groups are synced, cards are not.
    → to sync cards: make an API key in Command under Admin > API & Integrations > API keys, and set
      ATRIUMCTL_API_KEY, or api_key_file in the profile
    ");
}

#[test]
fn what_is_owed_is_counted_by_kind() {
    let remove = operation(
        membership("S1", "12"),
        "Ada Byron → Science",
        Situation::Gone,
        Stage::Revoke,
        "the person left",
        Change::RemoveMember {
            group_id: GroupId::from("g-12"),
            user_id: UserId::from("u-S1"),
        },
    );
    let operations = vec![
        remove.clone(),
        remove_card("S1", "Ada Byron", 1, false),
        remove,
    ];
    let outcomes = vec![
        Outcome::Owed {
            code: Code::UserFrozen,
        };
        3
    ];
    let report = Report {
        plan: Plan {
            operations,
            ..Plan::default()
        },
        outcomes,
        verification: Verification::InStep,
        interrupted: false,
    };
    assert_eq!(
        crate::output::text::report(&report, Look::default()).render(false),
        "Nothing was changed.\n\
         1 card and 2 memberships owed (frozen while the user is deactivated).\n\
         Checked: nothing is left to do.\n"
    );
}

fn reading(raw: &str) -> Reading {
    let recipe = Recipe {
        radix: Radix::Hex,
        reverse_bytes: true,
        strip_prefix: "M-".to_owned(),
        ..Recipe::new(CardFormat::MifareCsn)
    };
    recipe.read(raw)
}

#[test]
fn an_id_is_followed_to_its_card() {
    let page = |raw: &str, whole| {
        crate::output::text::card("CSN", Some(&reading(raw)), with_numbers(whole)).render(false)
    };
    insta::assert_snapshot!(page("M-04A23B00", true), @r"
    step                 value
    raw                  M-04A23B00
    after strip_prefix   04A23B00
    number               77740800
    after reverse_bytes  3908100
    card                 MiFareClassic1K_CSN 003BA204
    sent as              card_number_hex 003BA204
    bits                 00000000001110111010001000000100
    ");
    insta::assert_snapshot!(page("M-04A23B00", false), @r"
    step                 value
    raw                  ••••••••00
    after strip_prefix   ••••••00
    number               ••••••00
    after reverse_bytes  •••••00
    card                 MiFareClassic1K_CSN ••A204
    sent as              card_number_hex ••••••04

    --unmask shows the numbers whole
    ");
    insta::assert_snapshot!(page("M-04A23BG0", false), @r#"
    step                value
    raw                 ••••••••G0
    after strip_prefix  ••••••G0

    No card: The value holds "G", and the id type is written with the hex digits 0 to 9 and A to F.
    Correct the value in Atrium, or radix of the id type in the profile.

    --unmask shows the numbers whole
    "#);
    let ignored = crate::output::text::card("Wallet", None, look(100));
    insta::assert_snapshot!(ignored.render(false), @r#"Ids of the type "Wallet" are ignored: no card is made of them."#);
}

#[test]
fn the_document_of_an_id_is_as_stored() {
    assert_eq!(
        json(|ui| output::card(ui, "CSN", Some(&reading("M-04A23B00"))).unwrap()),
        include_str!("../../../../tests/fixtures/json/inspect-card.json"),
    );
    let fault = json(|ui| output::card(ui, "CSN", Some(&reading("M-"))).unwrap());
    assert!(fault.contains("\"card\": null,\n  \"fault\": \"The value is empty."));
    let ignored = json(|ui| output::card(ui, "Wallet", None).unwrap());
    assert!(ignored.contains("\"ignored\": true"));
}
