//! Which user of the REST API is which user of SCIM.

use super::*;

/// S1 in SCIM, with a card in Atrium and without a ledger; a row for S1 alone.
fn pairing(change: impl FnOnce(&mut Campus, &mut AccessUser)) -> (Vec<String>, Vec<String>) {
    let mut campus = Campus::carded();
    campus.memory = Memory::default();
    campus.gets("S1", 9, "Active");
    let row = campus.row("S1");
    let rest = campus.rest();
    let at = rest.rows.iter().position(|there| there.id == row).unwrap();
    let mut there = rest.rows.remove(at);
    change(&mut campus, &mut there);
    campus.rest().records.entry(there.id.clone()).or_default();
    campus.rest().rows.push(there);
    let plan = campus.plan();
    (card_lines(&plan), left(&plan))
}

#[test]
fn a_pair_is_proven_by_id_or_by_the_only_row_with_the_address() {
    let added = || vec!["add-card S1 card HID/102/9 (missing)".to_owned()];
    let (planned, _) = pairing(|_, _| {});
    assert_eq!(planned, added());
    let (planned, _) = pairing(|_, row| row.email = "S1@Campus.example".into());
    assert_eq!(planned, added());
    let (planned, _) = pairing(|_, row| row.employee_id = "s1".into());
    assert_eq!(planned, added());
    let (planned, _) = pairing(|campus, row| {
        // The user of the same id, whatever the address; its record is empty.
        row.id = AccessUserId::from(campus.user("S1").id.as_str());
        row.email = "old@campus.example".into();
    });
    assert_eq!(planned.len(), 2);
}

#[test]
fn nothing_is_written_without_a_proven_pair() {
    type Rows = fn(&mut Campus, &mut AccessUser);
    let table: [(&str, Rows); 6] = [
        ("not-yet-in-access", |_, row| {
            row.email = "x@campus.example".into()
        }),
        ("access-ambiguous", |campus, row| {
            let mut twin = row.clone();
            twin.id = AccessUserId::from("twin");
            campus.rest().rows.push(twin);
        }),
        ("access-ambiguous", |_, row| {
            row.external_id = "atrium:S9".into()
        }),
        ("access-ambiguous", |_, row| {
            row.external_id = "00uOkta".into()
        }),
        ("access-ambiguous", |_, row| row.employee_id = "S9".into()),
        ("access-ambiguous", |campus, row| {
            row.id = AccessUserId::from(campus.user("S1").id.as_str());
            row.employee_id = "S9".into();
        }),
    ];
    for (code, change) in table {
        let (planned, left) = pairing(change);
        assert_eq!(planned, Vec::<String>::new(), "{code}");
        assert_eq!(left, [format!("S1 {code}")]);
    }
}

#[test]
fn one_row_is_never_two_peoples() {
    let mut campus = Campus::carded();
    campus.memory = Memory::default();
    let row = campus.row("S1");
    // S2's own row is not there yet, and S1's has S2's address and no number.
    let other = campus.row("S2");
    campus
        .rest()
        .rows
        .retain(|there| there.id != other && there.id != row);
    let id = AccessUserId::from(campus.user("S1").id.as_str());
    let record = campus.rest().records[&row].clone();
    campus.rest().records.insert(id.clone(), record);
    campus.rest().rows.push(AccessUser {
        id,
        email: "s2@campus.example".into(),
        ..AccessUser::default()
    });
    campus.gets("S1", 1, "Lost");
    let plan = campus.plan();
    assert_eq!(
        card_lines(&plan),
        ["remove-card S1 card HID/102/1 (gone)"],
        "an id is more than an address"
    );
    assert_eq!(left(&plan), ["S2 access-ambiguous"]);

    // The ledger says S2, the id S1.
    campus.sync();
    let id = AccessUserId::from(campus.user("S1").id.as_str());
    campus.link(&CampusId::from("S2"), &id);
    campus.gets("S1", 1, "Active");
    let plan = campus.plan();
    assert_eq!(card_lines(&plan), Vec::<String>::new());
    assert_eq!(left(&plan), ["S1 access-ambiguous", "S2 access-ambiguous"]);
}

#[test]
fn the_ledgers_pair_comes_first_and_lost_zeros_are_no_contradiction() {
    let mut campus = Campus::carded();
    campus.gets("S1", 9, "Active");
    let row = campus.row("S1");
    let mut rows = campus.rest().rows.iter_mut();
    rows.find(|there| there.id == row).unwrap().email = "moved@campus.example".into();
    assert_eq!(
        card_lines(&campus.plan()),
        ["add-card S1 card HID/102/9 (missing)"]
    );

    let mut campus = Campus::of(vec![person("0042", "Ana", "Ng", &[])], Vec::new());
    campus.covered();
    campus.gets("0042", 1, "Active");
    campus.sync();
    campus.rest().rows[0].employee_id = "42".into();
    campus.memory = Memory::default();
    campus.gets("0042", 9, "Active");
    assert_eq!(card_lines(&campus.plan()).len(), 1);
}

#[test]
fn nobody_gets_a_new_user_whose_old_one_has_no_proven_pair() {
    let mut campus = Campus::carded();
    let row = campus.row("S1");
    let mut rows = campus.rest().rows.iter_mut();
    rows.find(|there| there.id == row).unwrap().employee_id = "S9".into();
    campus.person("S1").email = "ana.new@campus.example".into();
    campus.policy.reprovision = Selection::new(["S1".to_owned()]);
    let plan = campus.plan();
    assert!(plan.operations.is_empty(), "{:?}", lines(&plan));
    assert_eq!(left(&plan), ["S1 access-ambiguous"]);
}

#[test]
fn somebody_who_is_not_listed_yet_gets_the_cards_later() {
    let mut campus = Campus::with_cards();
    campus.rest().late = true;
    let plan = campus.plan();
    campus.apply(&plan);
    let plan = campus.sync();
    assert_eq!(card_left(&plan), Vec::<String>::new());
    assert_eq!(left(&plan)[0], "S1 not-yet-in-access");
    campus.rest().late = false;
    campus.appear();
    assert_eq!(card_lines(&campus.sync()).len(), 3);
}
