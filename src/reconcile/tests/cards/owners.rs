//! Whose a card is: what is claimed, kept, taken away, and never opened again.

use super::*;
use crate::reconcile::policy::Ownership;

fn forget(campus: &mut Campus) {
    campus.memory = Memory::default();
}

#[test]
fn a_first_sync_gives_everybody_their_cards_and_the_next_run_reads_nobody() {
    let mut campus = Campus::with_cards();
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "add-card S1 card HID/102/1 (missing)",
            "add-card S2 card HID/102/2 (missing)",
            "add-card S3 card HID/102/3 (missing)",
        ]
    );
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([1]));
    assert_eq!(campus.reads(), Vec::<AccessUserId>::new());
    campus.sync();
    assert_ne!(campus.remembered("S1").listing, 0);
    assert_eq!(campus.reads(), Vec::<AccessUserId>::new());
}

#[test]
fn an_equal_card_is_claimed_on_sight_without_a_ledger_and_others_are_of_unknown_owner() {
    let mut campus = Campus::carded();
    campus.put("S1", 77);
    forget(&mut campus);
    let plan = campus.sync();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(card_left(&plan), ["S1 card HID/102/77 card-owner-unknown"]);
    // The claimed one is ours now, and the unknown one goes on being listed without a read.
    let plan = campus.sync();
    assert_eq!(plan.counts.cards_read, 0);
    assert_eq!(card_left(&plan), ["S1 card HID/102/77 card-owner-unknown"]);
    campus.gets("S1", 5, "Active");
    campus.loses("S1", 1);
    campus.sync();
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([5, 77]));
}

#[test]
fn a_lost_card_goes_whoever_put_it_there() {
    type Day = fn(&mut Campus);
    let table: [(&str, Day); 6] = [
        ("ours", |_| {}),
        ("no ledger", forget),
        ("put there by hand", |campus| {
            campus.remove_by_hand("S1", 1);
            campus.put("S1", 1);
            campus
                .memory
                .users
                .get_mut(&CampusId::from("S1"))
                .unwrap()
                .access = None;
        }),
        ("suspended", |campus| {
            campus
                .policy
                .person_status
                .insert("leave".into(), Meaning::Suspended);
            campus.person("S1").status = "leave".into();
        }),
        ("closed by hand", |campus| {
            campus.user("S1").active = Some(false)
        }),
        ("switched off", |campus| {
            campus.remote("S1", 1).active = Some(false)
        }),
    ];
    for (name, change) in table {
        for status in ["Lost", "Inactive"] {
            let mut campus = Campus::carded();
            change(&mut campus);
            campus.gets("S1", 1, status);
            let plan = campus.sync();
            assert_eq!(
                card_lines(&plan),
                ["remove-card S1 card HID/102/1 (gone)"],
                "{name}"
            );
            let removal = plan
                .operations
                .iter()
                .find(|op| op.subject.card().is_some());
            assert!(matches!(
                removal.unwrap().change,
                Change::RemoveCard { stated: true, .. }
            ));
            assert!(campus.cards_of("S1").is_empty(), "{name}");
        }
    }
}

#[test]
fn a_local_extra_that_is_stated_as_lost_goes_too() {
    let mut campus = Campus::carded();
    campus.sync();
    campus.put("S1", 77);
    campus.gets("S1", 77, "Lost");
    assert_eq!(
        card_lines(&campus.sync()),
        ["remove-card S1 card HID/102/77 (gone)"]
    );
}

#[test]
fn what_was_added_in_command_stays_and_is_listed_when_it_is_read() {
    let mut campus = Campus::carded();
    campus.sync();
    campus.put("S1", 77);
    campus.policy.verify = Verify::All;
    let plan = campus.sync();
    assert_eq!(card_left(&plan), ["S1 card HID/102/77 local-card"]);
    campus.policy.claim_cards = true;
    assert_eq!(
        card_lines(&campus.sync()),
        Vec::<String>::new(),
        "it is no unknown one"
    );
    campus.loses("S1", 1);
    campus.gets("S1", 4, "Active");
    campus.sync();
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([4, 77]));
}

#[test]
fn a_card_of_a_type_that_nobody_knows_is_never_touched() {
    let mut campus = Campus::carded();
    let odd = RemoteCard {
        id: CardId::from("odd"),
        card: None,
        kind: "Future99".into(),
        active: Some(true),
    };
    campus.record("S1").cards.push(odd.clone());
    campus.loses("S1", 1);
    campus.policy.claim_cards = true;
    let plan = campus.sync();
    assert_eq!(card_left(&plan), ["S1 local-card"]);
    assert_eq!(campus.record("S1").cards, [odd]);
}

#[test]
fn cards_of_unknown_owner_go_when_they_are_claimed() {
    let mut campus = Campus::carded();
    campus.put("S1", 77);
    forget(&mut campus);
    campus.sync();
    campus.policy.claim_cards = true;
    assert_eq!(
        card_lines(&campus.sync()),
        ["remove-card S1 card HID/102/77 (gone)"]
    );

    let mut campus = Campus::carded();
    campus.put("S1", 77);
    let mut other = card(78);
    other.facility_code = None;
    let row = campus.row("S1");
    campus.rest().put(&row, other).unwrap();
    forget(&mut campus);
    campus.sync();
    campus.policy.ownership = Ownership {
        facility_codes: BTreeSet::from([102]),
        ..Ownership::default()
    };
    let plan = campus.plan();
    assert_eq!(
        card_lines(&plan),
        ["held remove-card S1 card HID/102/77 (ownership-first-run)"]
    );
    campus.apply(&plan);
    assert_eq!(
        card_lines(&campus.sync()),
        ["remove-card S1 card HID/102/77 (gone)"]
    );
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([1, 78]));
}

#[test]
fn a_shared_card_blocks_both_and_nobody_loses_it() {
    let mut campus = Campus::carded();
    campus.gets("S2", 1, "Active");
    let plan = campus.sync();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    let blocked = [
        "S1 card HID/102/1 card-shared",
        "S2 card HID/102/1 card-shared",
    ];
    assert_eq!(card_left(&plan), blocked);
    assert_eq!(card_left(&campus.sync()), blocked, "in every run");
    // Somebody who has it in Command and no longer in Atrium is none of the two.
    campus.loses("S1", 1);
    campus.gets("S1", 8, "Active");
    campus.gets("S3", 1, "Active");
    assert_eq!(
        card_lines(&campus.plan()),
        [
            "add-card S1 card HID/102/8 (missing)",
            "remove-card S1 card HID/102/1 (gone)"
        ]
    );
    campus.loses("S1", 8);
    campus.loses("S3", 1);
    // Atrium decides.
    assert_eq!(
        card_lines(&campus.sync()),
        ["move-card S2 card HID/102/1 (changed)"]
    );

    // Somebody who is to have no access does not share.
    let mut campus = Campus::carded();
    campus.person("S1").status = "inactive".into();
    campus.gets("S2", 1, "Active");
    campus.sync();
    assert_eq!(campus.cards_of("S2"), BTreeSet::from([1, 2]));
    // One of the two has it as lost: it is the other's.
    let mut campus = Campus::carded();
    campus.gets("S1", 1, "Lost");
    campus.gets("S2", 1, "Active");
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "remove-card S1 card HID/102/1 (gone)",
            "add-card S2 card HID/102/1 (missing)"
        ]
    );
    let add = plan
        .operations
        .iter()
        .find(|op| op.change.kind() == ChangeKind::AddCard);
    let need = &plan.operations[add.unwrap().needs[0] as usize];
    assert_eq!(need.change.kind(), ChangeKind::RemoveCard);
}

#[test]
fn what_was_closed_in_command_stays_closed_until_it_is_reopened() {
    let mut campus = Campus::carded();
    campus.remote("S1", 1).active = Some(false);
    campus.policy.verify = Verify::All;
    let plan = campus.sync();
    assert_eq!(
        card_left(&plan),
        ["S1 card HID/102/1 card-closed-in-command"]
    );
    campus.policy.verify = Verify::Changed;
    campus.policy.reopen = Selection::new(["S1".to_owned()]);
    assert_eq!(
        card_lines(&campus.sync()),
        ["activate-card S1 card HID/102/1 (returned)"]
    );
    assert_eq!(campus.remote("S1", 1).active, Some(true));

    let mut campus = Campus::carded();
    campus.remove_by_hand("S1", 1);
    campus.policy.verify = Verify::All;
    for _ in 0..3 {
        let plan = campus.sync();
        assert_eq!(card_lines(&plan), Vec::<String>::new());
        assert_eq!(
            card_left(&plan),
            ["S1 card HID/102/1 card-closed-in-command"]
        );
    }
    campus.policy.verify = Verify::Changed;
    campus.gets("S1", 9, "Active");
    campus.sync();
    assert_eq!(
        campus.cards_of("S1"),
        BTreeSet::from([9]),
        "another card is another matter"
    );
    campus.policy.reopen = Selection::new(["S1".to_owned()]);
    assert_eq!(
        card_lines(&campus.sync()),
        ["add-card S1 card HID/102/1 (missing)"]
    );
}

#[test]
fn a_card_that_atrium_took_away_and_gives_again_is_given() {
    let mut campus = Campus::carded();
    campus.gets("S1", 9, "Active");
    campus.sync();
    for status in ["Lost", "Active", "Inactive", "Active"] {
        campus.gets("S1", 1, status);
        campus.sync();
        let there = campus.cards_of("S1").contains(&1);
        assert_eq!(there, status == "Active", "{status}");
    }
    // Removed by hand, then gone from Atrium, then there again: that is a new word of Atrium.
    campus.remove_by_hand("S1", 1);
    campus.loses("S1", 1);
    campus.sync();
    campus.gets("S1", 1, "Active");
    campus.sync();
    assert!(campus.cards_of("S1").contains(&1));
}

#[test]
fn a_card_that_a_cut_off_run_began_to_give_is_ours_and_no_other() {
    let mut campus = Campus::carded();
    campus.put("S1", 9);
    campus.put("S1", 10);
    campus.in_doubt("S1", 9);
    let plan = campus.sync();
    assert_eq!(card_lines(&plan), ["remove-card S1 card HID/102/9 (gone)"]);
    assert_eq!(card_left(&plan), ["S1 card HID/102/10 local-card"]);
    // And what somebody removed is not given again for the doubt.
    campus.remove_by_hand("S1", 1);
    campus.in_doubt("S1", 1);
    assert_eq!(card_lines(&campus.sync()), Vec::<String>::new());
}

#[test]
fn after_the_end_date_nothing_is_added() {
    let mut campus = Campus::carded();
    campus.record("S1").end = Some(NOW);
    campus.gets("S1", 9, "Active");
    let plan = campus.plan();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(left(&plan), ["S1 end-date-passed"]);
    campus.gets("S1", 1, "Lost");
    assert_eq!(
        card_lines(&campus.plan()),
        ["remove-card S1 card HID/102/1 (gone)"]
    );
    campus.record("S1").end = Some(NOW + jiff::SignedDuration::from_secs(1));
    assert_eq!(card_lines(&campus.plan()).len(), 2);
}

#[test]
fn statuses_that_nobody_mapped_change_nothing() {
    let mut campus = Campus::carded();
    campus.gets("S1", 1, "Odd");
    campus.gets("S1", 9, "Odd");
    let expected = [
        "S1 card HID/102/1 id-status-unmapped",
        "S1 card HID/102/9 id-status-unmapped",
    ];
    for _ in 0..2 {
        let plan = campus.sync();
        assert_eq!(card_lines(&plan), Vec::<String>::new());
        let mut left = left(&plan);
        left.retain(|line| line.contains("HID"));
        assert_eq!(left, expected);
    }
    // The profile learns the word.
    campus
        .policy
        .id_status
        .insert("odd".into(), CardMeaning::Gone);
    assert_eq!(
        card_lines(&campus.sync()),
        ["remove-card S1 card HID/102/1 (gone)"]
    );

    let mut campus = Campus::carded();
    campus.person("S1").status = "Odd".into();
    campus.loses("S1", 1);
    campus.gets("S1", 9, "Active");
    assert_eq!(card_lines(&campus.plan()), Vec::<String>::new());
    campus.gets("S1", 1, "Lost");
    assert_eq!(card_lines(&campus.plan()), Vec::<String>::new());
}

#[test]
fn without_a_status_column_an_id_is_in_use() {
    let mut campus = Campus::with_cards();
    campus.roster.id_statuses[0] = Text::default();
    assert_eq!(card_lines(&campus.plan()), Vec::<String>::new());
    campus.roster.has_id_status = false;
    assert_eq!(card_lines(&campus.plan()).len(), 3);
}

#[test]
fn without_key_or_column_no_card_is_looked_at() {
    let mut campus = Campus::carded();
    campus.roster.credentials = 3;
    campus.gets("S1", 1, "Lost");
    let rest = campus.rest.take();
    let plan = campus.plan();
    assert_eq!(lines(&plan), Vec::<String>::new());
    assert_eq!(plan.counts.credentials_not_covered, 3);
    assert_eq!(plan.bookkeeping.ownership, None);
    campus.rest = rest;
    campus.roster.has_credentials = false;
    campus.person("S2").credentials.clear();
    let plan = campus.plan();
    assert_eq!((lines(&plan), plan.reads.len()), (Vec::new(), 0));
}
