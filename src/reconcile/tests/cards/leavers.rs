//! Cards that move, are replaced, or belong to somebody who leaves, returns or gets a new user.

use super::*;

fn operation(plan: &Plan, kind: ChangeKind, number: u128) -> &Operation {
    let mut operations = plan.operations.iter();
    let found =
        operations.find(|op| op.change.kind() == kind && op.subject.card() == Some(&card(number)));
    found.unwrap()
}

/// Whether an operation waits for another one.
fn waits(plan: &Plan, operation: &Operation, other: &Operation) -> bool {
    let mut needs = operation.needs.iter();
    needs.any(|need| plan.operations[*need as usize] == *other)
}

#[test]
fn a_card_moves_as_one_pair() {
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    campus.gets("S1", 8, "Active");
    campus.gets("S2", 1, "Active");
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "move-card S2 card HID/102/1 (changed)",
            "add-card S1 card HID/102/8 (missing)"
        ]
    );
    assert_eq!(campus.cards_of("S2"), BTreeSet::from([1, 2]));
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([8]));
}

#[test]
fn a_card_moves_to_somebody_who_is_made_in_the_same_run() {
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    campus.roster.people.push(person("S4", "Di", "Fo", &[]));
    campus.gets("S4", 1, "Active");
    let plan = campus.sync();
    let moved = operation(&plan, ChangeKind::MoveCard, 1);
    assert_eq!(
        plan.operations[moved.needs[0] as usize].change.kind(),
        ChangeKind::CreateUser
    );
    assert_eq!(campus.cards_of("S4"), BTreeSet::from([1]));
}

#[test]
fn two_people_swap_their_cards() {
    let mut campus = Campus::carded();
    for (id, old, new) in [("S1", 1, 2), ("S2", 2, 1)] {
        campus.loses(id, old);
        campus.gets(id, new, "Active");
    }
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "move-card S1 card HID/102/2 (changed)",
            "move-card S2 card HID/102/1 (changed)"
        ]
    );
}

#[test]
fn a_replacement_comes_first() {
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    campus.gets("S1", 9, "Active");
    let plan = campus.sync();
    let (new, old) = (
        operation(&plan, ChangeKind::AddCard, 9),
        operation(&plan, ChangeKind::RemoveCard, 1),
    );
    assert_eq!(old.stage, Stage::Retire);
    assert!(waits(&plan, old, new));
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([9]));

    // A lost one goes at once.
    campus.gets("S1", 9, "Lost");
    campus.gets("S1", 10, "Active");
    let plan = campus.sync();
    assert_eq!(
        operation(&plan, ChangeKind::RemoveCard, 9).stage,
        Stage::Revoke
    );

    // A refused one replaces nothing.
    campus.rest().refused.insert(card(11));
    campus.loses("S1", 10);
    campus.gets("S1", 11, "Active");
    let plan = campus.plan();
    campus.apply(&plan);
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([10]));
}

#[test]
fn a_leaver_loses_ours_and_nothing_else() {
    let mut campus = Campus::carded();
    campus.put("S1", 77);
    campus.person("S1").status = "inactive".into();
    let plan = campus.sync();
    assert_eq!(card_lines(&plan), ["remove-card S1 card HID/102/1 (gone)"]);
    assert_eq!(
        operation(&plan, ChangeKind::RemoveCard, 1).stage,
        Stage::Revoke
    );
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([77]));

    let mut campus = Campus::carded();
    campus.drop_person("S1");
    campus.sync();
    assert!(campus.cards_of("S1").is_empty());
    // Without a ledger, what is equal to Atrium's was ours.
    let mut campus = Campus::carded();
    campus.put("S1", 77);
    campus.memory = Memory::default();
    campus.person("S1").status = "inactive".into();
    campus.sync();
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([77]));
}

#[test]
fn a_leavers_card_goes_to_its_next_holder_after_the_removal() {
    let mut campus = Campus::carded();
    campus.person("S1").status = "inactive".into();
    campus.gets("S2", 1, "Active");
    let plan = campus.sync();
    let (removal, add) = (
        operation(&plan, ChangeKind::RemoveCard, 1),
        operation(&plan, ChangeKind::AddCard, 1),
    );
    assert!(waits(&plan, add, removal));
    assert_eq!(campus.cards_of("S2"), BTreeSet::from([1, 2]));
}

#[test]
fn another_clients_user_gets_and_loses_cards() {
    let mut campus = Campus::carded();
    campus.user("S1").external_id = Some("00uOkta".into());
    campus.gets("S1", 9, "Active");
    let row = access_id(&campus.memory.users[&CampusId::from("S1")].user_id);
    assert_eq!(
        card_lines(&campus.sync()),
        ["add-card S1 card HID/102/9 (missing)"]
    );
    campus.rest().put(&row, card(77)).unwrap();
    campus.person("S1").status = "inactive".into();
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "remove-card S1 card HID/102/1 (gone)",
            "remove-card S1 card HID/102/9 (gone)"
        ]
    );
    assert!(
        plan.operations
            .iter()
            .all(|op| op.change.kind() != ChangeKind::DeactivateUser)
    );
    let left = &campus.rest().records[&row].cards;
    assert_eq!(left.len(), 1);
}

#[test]
fn what_a_frozen_user_keeps_is_a_debt_and_goes_first_when_the_person_returns() {
    for status in ["inactive", "leave"] {
        let mut campus = Campus::carded();
        campus
            .policy
            .person_status
            .insert("leave".into(), Meaning::Suspended);
        campus.rest().frozen = true;
        campus.person("S1").status = status.into();
        campus.gets("S1", 1, "Lost");
        let plan = campus.plan();
        campus.apply(&plan);
        let key = (CampusId::from("S1"), card(1));
        assert!(campus.memory.card_debts.contains(&key), "{status}");
        campus.sync();
        assert_eq!(
            campus.reads(),
            Vec::<AccessUserId>::new(),
            "it is not tried every day"
        );

        campus.person("S1").status = "Active".into();
        campus.gets("S1", 9, "Active");
        let plan = campus.sync();
        assert!(campus.memory.card_debts.is_empty(), "{status}");
        assert_eq!(campus.cards_of("S1"), BTreeSet::from([9]));
        let removal = operation(&plan, ChangeKind::RemoveCard, 1);
        assert_eq!(removal.stage, Stage::Write);
        let first = &plan.operations[removal.needs[0] as usize];
        assert_eq!(first.change.kind(), ChangeKind::ReactivateUser);
    }
}

/// Somebody who left with a card that Command did not let us take, and is back without it.
fn returner() -> Campus {
    let mut campus = Campus::carded();
    campus.rest().frozen = true;
    campus.person("S1").status = "inactive".into();
    let plan = campus.plan();
    campus.apply(&plan);
    campus.person("S1").status = "Active".into();
    campus.loses("S1", 1);
    campus
}

#[test]
fn a_returner_has_todays_cards_and_never_yesterdays() {
    let mut campus = returner();
    campus.gets("S1", 9, "Active");
    let plan = campus.sync();
    let removal = operation(&plan, ChangeKind::RemoveCard, 1);
    assert_eq!(removal.stage, Stage::Write, "a replacement is none of them");
    assert_eq!(operation(&plan, ChangeKind::AddCard, 9).stage, Stage::Grant);
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([9]));

    // With nothing new: the last card that goes is no guard's matter.
    let mut campus = returner();
    campus.sync();
    assert!(campus.cards_of("S1").is_empty());
    assert_eq!(campus.user("S1").active, Some(true));

    // Yesterday's card has another holder today.
    let mut campus = returner();
    campus.gets("S2", 1, "Active");
    let plan = campus.sync();
    let removal = operation(&plan, ChangeKind::RemoveCard, 1);
    assert_eq!(removal.stage, Stage::Write);
    assert!(waits(
        &plan,
        operation(&plan, ChangeKind::AddCard, 1),
        removal
    ));

    // It did not stick while the user was frozen: now it is tried again.
    let mut campus = returner();
    let unkept = Unkept {
        added: false,
        at: NOW,
    };
    campus
        .memory
        .stuck_cards
        .insert((CampusId::from("S1"), card(1)), unkept);
    campus.sync();
    assert!(campus.cards_of("S1").is_empty());
}

#[test]
fn a_returner_stays_away_while_yesterdays_card_is_held_or_unread() {
    let mut campus = returner();
    campus.memory.recent.cards = 99;
    assert_eq!(
        lines(&campus.plan()),
        [
            "held remove-card S1 card HID/102/1 (guard-cards)",
            "held reactivate-user S1 (needs-held)",
        ]
    );
    let mut campus = returner();
    campus.policy.read_budget = 0;
    let plan = campus.plan();
    assert_eq!(lines(&plan)[0], "held reactivate-user S1 (cards-not-read)");
    assert_eq!(card_left(&plan), ["S1 cards-not-read"]);
}

fn moved_house() -> Campus {
    let mut campus = Campus::carded();
    campus.sync();
    campus.put("S1", 77);
    campus.person("S1").email = "ana.new@campus.example".into();
    campus.policy.reprovision = Selection::new(["S1".to_owned()]);
    campus
}

#[test]
fn a_new_user_gets_each_card_of_the_old_one_as_a_pair() {
    let mut campus = moved_house();
    campus.gets("S1", 9, "Active");
    let old = campus.row("S1");
    let plan = campus.sync();
    assert_eq!(
        card_lines(&plan),
        [
            "move-card S1 card HID/102/1 (changed)",
            "add-card S1 card HID/102/9 (missing)"
        ]
    );
    let retire = plan.operations.last().unwrap();
    assert_eq!(retire.change.kind(), ChangeKind::DeactivateUser);
    for (kind, number) in [(ChangeKind::MoveCard, 1), (ChangeKind::AddCard, 9)] {
        assert!(waits(&plan, retire, operation(&plan, kind, number)));
    }
    assert_eq!(campus.cards_of("S1"), BTreeSet::from([1, 9]));
    assert_eq!(
        campus.rest().records[&old].cards.len(),
        1,
        "the one added by hand"
    );
}

#[test]
fn what_was_closed_on_the_old_user_stays_closed_on_the_new_one() {
    type Day = fn(&mut Campus);
    let table: [(&str, Day); 3] = [
        ("switched off", |campus| {
            campus.remote("S1", 1).active = Some(false)
        }),
        ("removed", |campus| campus.remove_by_hand("S1", 1)),
        ("ended", |campus| campus.record("S1").end = Some(NOW)),
    ];
    for (name, close) in table {
        let mut campus = moved_house();
        close(&mut campus);
        let plan = campus.plan();
        assert_eq!(card_lines(&plan), Vec::<String>::new(), "{name}");
        assert!(left(&plan).iter().any(|line| {
            line.ends_with("card-closed-in-command") || line.ends_with("end-date-passed")
        }));
    }
}

#[test]
fn nobody_gets_a_new_user_whose_old_cards_were_not_read() {
    let mut campus = moved_house();
    campus.policy.read_budget = 0;
    let plan = campus.plan();
    assert!(plan.operations.is_empty(), "{:?}", lines(&plan));
}

#[test]
fn an_exchange_that_was_cut_off_goes_on_before_the_old_user_is_closed() {
    // After the new user was made, and before the first card moved.
    for made in [true, false] {
        let mut campus = moved_house();
        campus.rest().frozen = true;
        let old = campus.row("S1");
        let mut plan = campus.plan();
        let kept = |op: &Operation| {
            op.stage == Stage::Write && (made || op.change.kind() != ChangeKind::CreateUser)
        };
        plan.operations.retain(kept);
        campus.apply(&plan);
        if made {
            assert!(campus.cards_of("S1").is_empty());
        }
        let plan = campus.plan();
        assert_eq!(card_lines(&plan), ["move-card S1 card HID/102/1 (changed)"]);
        let retire = plan.operations.last().unwrap();
        assert_eq!(retire.change.kind(), ChangeKind::DeactivateUser);
        assert!(waits(
            &plan,
            retire,
            operation(&plan, ChangeKind::MoveCard, 1)
        ));
        // A day goes by unread.
        campus.policy.read_budget = 0;
        let unread = campus.plan();
        assert!(
            unread
                .operations
                .iter()
                .all(|op| op.change.kind() != ChangeKind::DeactivateUser),
            "{:?}",
            lines(&unread)
        );
        campus.policy.read_budget = 100;
        campus.sync();
        assert_eq!(campus.cards_of("S1"), BTreeSet::from([1]));
        assert_eq!(campus.rest().records[&old].cards.len(), 1);
    }
}

#[test]
fn a_card_is_lost_on_the_old_user_too() {
    let mut campus = moved_house();
    let mut plan = campus.plan();
    plan.operations.retain(|op| op.stage == Stage::Write);
    campus.apply(&plan);
    campus.gets("S1", 1, "Lost");
    assert_eq!(
        card_lines(&campus.sync()),
        ["remove-card S1:replaced card HID/102/1 (gone)"]
    );
}
