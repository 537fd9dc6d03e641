//! What holds cards back: guards, doubt, protection, refusals, and runs for some people only.

use super::*;

fn only(campus: &mut Campus, who: &str) {
    campus.policy.only = Selection::new([who.to_owned()]);
}

/// So many people with a card each, synced.
fn many(count: u128) -> Campus {
    let people = (0..count).map(|number| person(&format!("P{number:04}"), "A", "B", &[]));
    let mut campus = Campus::of(people.collect(), Vec::new());
    campus.covered();
    for number in 0..count {
        campus.gets(&format!("P{number:04}"), number, "Active");
    }
    campus.sync();
    campus
}

#[test]
fn removals_of_too_many_cards_are_held_and_replacements_count() {
    let mut campus = many(40);
    for number in 0..10 {
        let id = format!("P{number:04}");
        campus.loses(&id, number);
        campus.gets(&id, 100 + number, "Active");
    }
    assert!(campus.plan().held.is_empty());
    campus.memory.recent.cards = 1;
    let plan = campus.plan();
    assert_eq!(plan.tripped[0].code, Code::GuardCards);
    assert_eq!(
        (plan.held.len(), plan.operations.len()),
        (10, 10),
        "the new ones come"
    );
    campus.policy.allow.insert(Allow::Cards);
    assert!(campus.plan().held.is_empty());
}

#[test]
fn lost_cards_have_a_limit_of_their_own() {
    let mut campus = many(60);
    campus.memory.recent.cards = 99;
    for number in 0..50 {
        campus.gets(&format!("P{number:04}"), number, "Lost");
    }
    assert!(campus.plan().held.is_empty());
    campus.memory.recent.stated_cards = 1;
    let plan = campus.plan();
    assert_eq!(
        (plan.tripped[0].code, plan.held.len()),
        (Code::GuardLostCards, 50)
    );
    assert!(
        !plan.tripped[0].detail.contains("  "),
        "{}",
        plan.tripped[0].detail
    );
    campus.policy.allow.insert(Allow::LostCards);
    assert!(campus.plan().held.is_empty());
}

#[test]
fn nobody_loses_every_card_without_a_word() {
    let mut campus = Campus::carded();
    campus.gets("S1", 7, "Active");
    campus.sync();
    campus.loses("S1", 1);
    campus.loses("S1", 7);
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "held remove-card S1 card HID/102/1 (guard-every-card)",
            "held remove-card S1 card HID/102/7 (guard-every-card)",
        ]
    );
    // Somebody who has another one that opens doors does not lose every card.
    campus.put("S1", 77);
    assert!(campus.plan().held.is_empty());
    campus.remote("S1", 77).active = Some(false);
    assert_eq!(campus.plan().held.len(), 2);
    campus.policy.allow.insert(Allow::EveryCard);
    assert_eq!(
        card_lines(&campus.sync()),
        [
            "remove-card S1 card HID/102/1 (gone)",
            "remove-card S1 card HID/102/7 (gone)",
        ]
    );

    // The only one is handed back in the ordinary course of things.
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    assert!(campus.plan().held.is_empty());
}

#[test]
fn doubt_holds_removals_by_absence_and_no_others() {
    type Day = fn(&mut Campus);
    let table: [(Code, Day); 4] = [
        (Code::SourceIncomplete, |campus| {
            campus.roster.completeness = Completeness::Partial("cut".into());
        }),
        (Code::AbsenceUnsure, |campus| {
            campus.roster.unusable.push(Unusable {
                campus_id: CampusId::from("S1"),
                id_type: "Prox".into(),
                place: place(9),
                value: "".into(),
                code: Code::CardUnreadable,
                message: "1E+05 is no number".into(),
            });
        }),
        (Code::AbsenceUnsure, |campus| {
            campus.roster.unreadable.push(Unreadable {
                subject: UnreadableSubject::Person(CampusId::from("S1")),
                place: place(9),
                column: None,
                message: String::new(),
            });
        }),
        (Code::AbsenceUnsure, |campus| {
            campus.roster.unreadable.push(Unreadable {
                subject: UnreadableSubject::Row {
                    email: "s1@campus.example".into(),
                    first_name: Text::default(),
                    last_name: Text::default(),
                },
                place: place(9),
                column: None,
                message: String::new(),
            });
        }),
    ];
    for (code, doubt) in table {
        let mut campus = Campus::carded();
        campus.gets("S1", 9, "Active");
        campus.sync();
        doubt(&mut campus);
        campus.loses("S1", 1);
        let plan = campus.plan();
        let held = [format!("held remove-card S1 card HID/102/1 ({code})")];
        assert_eq!(card_lines(&plan), held);
        campus.gets("S1", 1, "Lost");
        assert_eq!(
            card_lines(&campus.plan()),
            ["remove-card S1 card HID/102/1 (gone)"]
        );
    }
}

#[test]
fn ids_that_are_no_cards_are_listed() {
    let mut campus = Campus::carded();
    for id in ["S1", "S2"] {
        campus.roster.unusable.push(Unusable {
            campus_id: CampusId::from(id),
            id_type: "Barcode".into(),
            place: place(9),
            value: "".into(),
            code: Code::IdTypeUnmapped,
            message: String::new(),
        });
    }
    campus.person("S2").status = "inactive".into();
    assert_eq!(left(&campus.plan()), ["S1 id-type-unmapped"]);
}

#[test]
fn a_target_that_was_not_read_whole_takes_only_lost_cards() {
    let mut campus = Campus::carded();
    campus.read = Completeness::Partial("cut".into());
    campus.gets("S1", 1, "Lost");
    campus.loses("S2", 2);
    campus.gets("S2", 9, "Active");
    let plan = campus.plan();
    let planned = plan.operations.iter().map(|op| subject(&op.subject));
    assert_eq!(planned.collect::<Vec<_>>(), ["S1 card HID/102/1"]);
    assert_eq!(plan.held.len(), 2);
}

#[test]
fn protected_people_lose_no_card() {
    let mut campus = Campus::carded();
    campus.policy.protect = Protect::new(["s1@*"]);
    campus.gets("S1", 1, "Lost");
    let plan = campus.plan();
    assert_eq!(lines(&plan), Vec::<String>::new());
    assert_eq!(left(&plan), ["S1 card HID/102/1 protected"]);
}

#[test]
fn refused_and_unkept_cards_rest_for_a_day() {
    let mut campus = Campus::carded();
    campus.rest().refused.insert(card(9));
    campus.gets("S1", 9, "Active");
    let plan = campus.plan();
    campus.apply(&plan);
    for _ in 0..2 {
        let plan = campus.sync();
        assert_eq!(plan.counts.cards_read, 0);
        assert_eq!(card_left(&plan), ["S1 card HID/102/9 card-held-elsewhere"]);
    }
    only(&mut campus, "S1");
    assert_eq!(
        card_lines(&campus.plan()).len(),
        1,
        "whoever is named is tried again"
    );
    campus.policy.only = Selection::default();
    campus.a_day_passes();
    assert_eq!(card_lines(&campus.plan()).len(), 1);

    for added in [true, false] {
        let mut campus = Campus::carded();
        let at = campus.policy.now;
        let key = (CampusId::from("S1"), card(if added { 9 } else { 1 }));
        campus.memory.stuck_cards.insert(key, Unkept { added, at });
        if added {
            campus.gets("S1", 9, "Active");
        } else {
            campus.gets("S1", 1, "Lost");
        }
        let plan = campus.plan();
        assert_eq!(card_lines(&plan), Vec::<String>::new());
        assert!(card_left(&plan)[0].ends_with("does-not-stick"));
        campus.a_day_passes();
        assert_eq!(card_lines(&campus.plan()).len(), 1);
    }
}

#[test]
fn a_card_that_somebody_else_has_is_not_taken_from_them() {
    // A local extra of somebody whom we manage: known if read, refused if not.
    let mut campus = Campus::carded();
    campus.put("S2", 9);
    campus.gets("S1", 9, "Active");
    campus.policy.verify = Verify::All;
    let plan = campus.plan();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(
        card_left(&plan),
        [
            "S1 card HID/102/9 card-held-elsewhere",
            "S2 card HID/102/9 local-card"
        ]
    );
    campus.policy.verify = Verify::Changed;
    let plan = campus.plan();
    campus.apply(&plan);
    let plan = campus.sync();
    assert_eq!(card_left(&plan), ["S1 card HID/102/9 card-held-elsewhere"]);
    assert_eq!(campus.cards_of("S2"), BTreeSet::from([2, 9]));
    // Somebody whose status nobody mapped keeps everything.
    let mut campus = Campus::carded();
    campus.person("S2").status = "Odd".into();
    campus.loses("S2", 2);
    campus.gets("S1", 2, "Active");
    let plan = campus.plan();
    campus.apply(&plan);
    assert_eq!(campus.cards_of("S2"), BTreeSet::from([2]));
}

/// S1's card goes to S2, S3's is lost.
fn busy() -> Campus {
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    campus.gets("S2", 1, "Active");
    campus.gets("S3", 3, "Lost");
    campus
}

#[test]
fn a_run_for_one_person_takes_no_card_from_anybody_else() {
    let mut campus = busy();
    only(&mut campus, "S2");
    let plan = campus.plan();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(left(&plan), ["S2 card HID/102/1 card-held-elsewhere"]);
    campus.policy.revoke_only = true;
    assert_eq!(left(&campus.plan()), left(&plan));
    campus.policy.revoke_only = false;

    // The replacement does not come, so what it replaces stays.
    campus.loses("S2", 2);
    assert_eq!(
        card_lines(&campus.plan()),
        ["remove-card S2 card HID/102/2 (gone)"]
    );

    // A leaver is somebody else as well, read or not.
    let mut campus = Campus::carded();
    campus.person("S1").status = "inactive".into();
    campus.gets("S2", 1, "Active");
    only(&mut campus, "S2");
    assert_eq!(card_lines(&campus.plan()), Vec::<String>::new());
    let mut directory = campus.directory();
    let reads: Vec<AccessUserId> = campus.rest().records.keys().cloned().collect();
    directory.access = Some(campus.rest().access(&reads));
    for leaver in [true, false] {
        if !leaver {
            campus = busy();
            campus.loses("S2", 2);
            only(&mut campus, "S2");
        }
        let plan = super::plan(&campus.roster, &directory, &campus.memory, &campus.policy);
        assert_eq!(card_lines(&plan), Vec::<String>::new(), "all were read");
        assert!(left(&plan).contains(&"S2 card HID/102/1 card-held-elsewhere".to_owned()));
    }
}

#[test]
fn removals_alone() {
    let mut campus = busy();
    campus.policy.revoke_only = true;
    let everybody = [
        "remove-card S1 card HID/102/1 (gone)",
        "remove-card S3 card HID/102/3 (gone)",
    ];
    assert_eq!(lines(&campus.plan()), everybody);
    only(&mut campus, "S3");
    assert_eq!(campus.reads().len(), 1);
    assert_eq!(lines(&campus.plan()), everybody[1..]);
    // The old holder of a card that moves.
    only(&mut campus, "S1");
    let plan = campus.sync();
    assert_eq!(lines(&plan), everybody[..1]);
    assert!(campus.cards_of("S1").is_empty());
    // Without a ledger it is two requests all the same: the list, and the person.
    let mut campus = busy();
    campus.memory = Memory::default();
    campus.policy.revoke_only = true;
    only(&mut campus, "S3");
    assert_eq!(campus.reads().len(), 1);
    assert_eq!(lines(&campus.plan()), everybody[1..]);
    // What another card replaces goes with its replacement.
    let mut campus = Campus::carded();
    campus.loses("S1", 1);
    campus.gets("S1", 9, "Active");
    campus.policy.revoke_only = true;
    assert_eq!(lines(&campus.plan()), Vec::<String>::new());
}

#[test]
fn ids_that_change_by_themselves_are_noticed() {
    for (changed, noticed) in [(9, false), (10, true)] {
        let mut campus = many(20);
        for number in 0..changed {
            let id = format!("P{number:04}");
            campus.loses(&id, number);
            campus.gets(&id, 1000 + number, "Active");
        }
        let plan = campus.plan();
        let codes = plan.left_alone.iter().map(|left| left.code);
        assert_eq!(
            codes.collect::<Vec<_>>().contains(&Code::RotatingId),
            noticed
        );
    }
    let mut campus = many(30);
    for number in 0..10 {
        let id = format!("P{number:04}");
        campus.loses(&id, number);
        campus.gets(&id, 1000 + number, "Active");
    }
    assert!(campus.plan().left_alone.is_empty(), "a third is no churn");
}
