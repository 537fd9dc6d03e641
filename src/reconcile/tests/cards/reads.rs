//! Whose cards are read: one request for each person.

use super::*;

/// So many people with a card each, synced twice: nothing is left to be looked at.
fn quiet(count: u128) -> Campus {
    let people = (0..count).map(|number| person(&format!("P{number:04}"), "A", "B", &[]));
    let mut campus = Campus::of(people.collect(), Vec::new());
    campus.covered();
    for number in 0..count {
        campus.gets(&format!("P{number:04}"), number, "Active");
    }
    campus.sync();
    campus.sync();
    campus
}

#[test]
fn nobody_is_read_for_nothing() {
    let mut campus = quiet(30);
    assert_eq!(campus.reads(), Vec::<AccessUserId>::new());
    // The order of a person's ids means nothing.
    campus.gets("P0007", 100, "Active");
    campus.sync();
    campus.person("P0007").credentials.reverse();
    assert_eq!(campus.reads(), Vec::<AccessUserId>::new());
}

#[test]
fn one_change_is_one_read() {
    type Day = fn(&mut Campus);
    let table: [(&str, Day); 9] = [
        ("lost", |campus| campus.gets("P0007", 7, "Lost")),
        ("gone", |campus| campus.loses("P0007", 7)),
        ("given", |campus| campus.gets("P0007", 100, "Active")),
        ("listed otherwise", |campus| {
            let row = campus.row("P0007");
            let mut rows = campus.rest().rows.iter_mut();
            rows.find(|there| there.id == row).unwrap().full_name = "C".into();
        }),
        ("left", |campus| {
            campus.person("P0007").status = "inactive".into()
        }),
        ("absent", |campus| campus.drop_person("P0007")),
        ("named", |campus| {
            campus.policy.reopen = Selection::new(["P0007".to_owned()])
        }),
        ("asked for", |campus| {
            campus.policy.only = Selection::new(["P0007".to_owned()])
        }),
        ("in doubt", |campus| {
            campus.in_doubt("P0007", 1);
        }),
    ];
    for (name, change) in table {
        let mut campus = quiet(12);
        let row = campus.row("P0007");
        change(&mut campus);
        assert_eq!(campus.reads(), [row], "{name}");
    }
    // A card that moves is two.
    let mut campus = quiet(12);
    campus.loses("P0007", 7);
    campus.gets("P0003", 7, "Active");
    assert_eq!(campus.reads().len(), 2);
}

#[test]
fn the_most_urgent_are_read_first_and_the_others_are_listed() {
    let mut campus = quiet(12);
    campus.gets("P0001", 100, "Active");
    campus.gets("P0002", 2, "Lost");
    campus.in_doubt("P0003", 1);
    campus
        .memory
        .users
        .get_mut(&CampusId::from("P0004"))
        .unwrap()
        .access = None;
    let rows = ["P0003", "P0002", "P0001", "P0004"].map(|id| campus.row(id));
    assert_eq!(campus.reads(), rows);
    for budget in 0..=4 {
        campus.policy.read_budget = budget;
        let budget = budget as usize;
        assert_eq!(campus.reads(), rows[..budget]);
        let plan = campus.plan();
        let unread = card_left(&plan);
        let unread = unread
            .iter()
            .filter(|line| line.ends_with("cards-not-read"));
        assert_eq!(unread.count(), 4 - budget);
        assert_eq!(plan.counts.cards_read, budget as u64);
        assert_eq!(plan.counts.cards_unread, 8, "nothing changed about so many");
    }
    campus.policy.read_budget = 0;
    campus.policy.only = Selection::new(["P0002".to_owned()]);
    assert_eq!(campus.reads(), rows[1..2], "whoever is named is read");
    let unread = campus.plan().counts.cards_unread;
    assert_eq!(unread, 0, "of the others it was not looked at what changed");
}

#[test]
fn a_card_that_moves_waits_for_both_to_be_read() {
    let mut campus = quiet(12);
    campus.loses("P0007", 7);
    campus.gets("P0003", 7, "Active");
    campus.policy.read_budget = 1;
    let plan = campus.plan();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(
        card_left(&plan),
        [
            "P0003 card HID/102/7 card-held-elsewhere",
            "P0007 cards-not-read"
        ]
    );
    campus.apply(&plan);
    campus.policy.read_budget = 2;
    assert_eq!(
        card_lines(&campus.sync()),
        ["move-card P0003 card HID/102/7 (changed)"]
    );
}

#[test]
fn a_sample_goes_round() {
    let mut campus = quiet(25);
    campus.policy.verify = Verify::Sample;
    let mut seen = BTreeSet::new();
    for run in 0..3 {
        campus.policy.now += jiff::SignedDuration::from_secs(60);
        let reads = campus.reads();
        assert_eq!(reads.len(), 10, "ten at least, in run {run}");
        seen.extend(reads);
        campus.sync();
    }
    assert_eq!(seen.len(), 25, "the oldest first");
    campus.policy.verify = Verify::All;
    assert_eq!(campus.reads().len(), 25);
    campus.policy.read_budget = 5;
    assert_eq!(campus.reads().len(), 5);
    let mut large = quiet(1200);
    large.policy.verify = Verify::Sample;
    assert_eq!(large.reads().len(), 12);
    // Those with a need come out of the same budget.
    large.policy.read_budget = 4;
    large.gets("P0007", 7, "Lost");
    assert_eq!(large.reads().len(), 4);
    assert_eq!(large.reads()[0], large.row("P0007"));
}
