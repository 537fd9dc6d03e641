//! Cards: what is read of them, what outcomes change, what is uncertain, what counts.

use super::*;
use crate::model::card::Format;
use crate::model::memory::{AccessMemory, CardMemory};
use crate::model::plan::{CardsClaim, CardsRead};
use crate::model::{AccessUserId, CardId};

pub(super) fn card(number: u128) -> Card {
    Card {
        format: Format::Hid26,
        facility_code: (number > 1).then_some(102),
        number,
    }
}

pub(super) fn on_card(campus_id: &str, number: u128, change: Change) -> Operation {
    let subject = Subject::Card {
        campus_id: campus_id.into(),
        card: card(number),
    };
    operation(subject, change)
}

fn add_card(campus_id: &str, number: u128, access_id: Option<&str>) -> Operation {
    let access_id = access_id.map(AccessUserId::from);
    on_card(campus_id, number, Change::AddCard { access_id })
}

fn remove_card(campus_id: &str, number: u128, access_id: &str, card_id: &str) -> Operation {
    let change = Change::RemoveCard {
        access_id: access_id.into(),
        card_id: card_id.into(),
        stated: false,
    };
    on_card(campus_id, number, change)
}

/// Whose card with which id moves to whom.
fn move_card(from: (&str, &str), card_id: &str, to: (&str, Option<&str>)) -> Operation {
    let change = Change::MoveCard {
        from: from.0.into(),
        from_id: from.1.into(),
        card_id: card_id.into(),
        access_id: to.1.map(AccessUserId::from),
    };
    on_card(to.0, 1, change)
}

fn activate_card(campus_id: &str, access_id: &str, card_id: &str) -> Operation {
    let change = Change::ActivateCard {
        access_id: access_id.into(),
        card_id: card_id.into(),
    };
    on_card(campus_id, 1, change)
}

fn held(number: u128, card_id: &str, ours: bool) -> CardMemory {
    CardMemory {
        card: card(number),
        card_id: card_id.into(),
        ours,
    }
}

/// The fingerprint of a listing, and the cards: number, id, whether it is ours.
type Read<'a> = (u64, &'a [(u128, &'a str, bool)]);

pub(super) fn cards_claim(campus_id: &str, access_id: &str, read: Option<Read<'_>>) -> CardsClaim {
    CardsClaim {
        campus_id: campus_id.into(),
        access_id: access_id.into(),
        read: read.map(|(listing, cards)| CardsRead {
            cards: cards
                .iter()
                .map(|(number, id, ours)| held(*number, id, *ours))
                .collect(),
            listing,
        }),
    }
}

fn learn_cards(ledger: &mut Ledger, claims: &[CardsClaim]) {
    let bookkeeping = Bookkeeping {
        cards: claims.to_vec(),
        ..Bookkeeping::default()
    };
    learn(ledger, &bookkeeping);
}

fn access(ledger: &Ledger, campus_id: &str) -> Option<AccessMemory> {
    let mut access = memory(ledger).users.remove(&campus_id.into())?.access?;
    access.cards.sort_by_key(|known| known.card);
    Some(*access)
}

fn cards_of(ledger: &Ledger, campus_id: &str) -> Vec<CardMemory> {
    access(ledger, campus_id).unwrap_or_default().cards
}

fn unsure(ledger: &Ledger) -> BTreeSet<CampusId> {
    memory(ledger).unsure_cards.into_keys().collect()
}

fn rows(ledger: &Ledger, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    ledger
        .connection
        .query_row(&sql, (), |row| row.get(0))
        .unwrap()
}

/// Ada, who is `x1` and has the cards 1 (`c1`, ours) and 2 (`c2`, of unknown owner), and Grace,
/// who is `x8` and has none.
fn with_cards() -> (TempDir, Ledger) {
    let (folder, mut ledger) = with_ada();
    apply(&mut ledger, &[(create("008", ada()), made("u8"))], at(1));
    learn_cards(
        &mut ledger,
        &[
            cards_claim("007", "x1", Some((7, &[(1, "c1", true), (2, "c2", false)]))),
            cards_claim("008", "x8", Some((8, &[]))),
        ],
    );
    (folder, ledger)
}

/// A ledger in which Ada has everything that can be known of cards.
fn with_everything() -> (TempDir, Ledger) {
    let (folder, mut ledger) = with_cards();
    apply(
        &mut ledger,
        &[
            (remove_card("007", 1, "x1", "c1"), owed()),
            (
                add_card("007", 3, Some("x1")),
                refused(Code::CardHeldElsewhere),
            ),
            (
                add_card("007", 4, Some("x1")),
                refused(Code::OutcomeUnknown),
            ),
        ],
        at(2),
    );
    let stuck = [("007".into(), card(2), false)];
    ledger.stick(&[], &[], &stuck, at(3)).unwrap();
    (folder, ledger)
}

fn owed() -> Outcome {
    Outcome::Owed {
        code: Code::UserFrozen,
    }
}

// What a plan finds out.

/// A person whose user of the REST API was found, and whose cards were not read.
pub(super) fn found(person: &str, id: &str) -> CardsClaim {
    CardsClaim {
        campus_id: person.into(),
        access_id: id.into(),
        read: None,
    }
}

#[test]
fn cards_that_were_read_replace_the_known() {
    let (_folder, mut ledger) = with_cards();
    let expected = AccessMemory {
        id: "x1".into(),
        cards: vec![held(1, "c1", true), held(2, "c2", false)],
        read: Some(at(0)),
        listing: 7,
    };
    assert_eq!(access(&ledger, "007"), Some(expected));

    let read = (u64::MAX, &[(2, "c2", true), (3, "c3", false)][..]);
    let claims = [
        cards_claim("007", "x1", Some(read)),
        cards_claim("008", "x8", None),
        cards_claim("nobody", "x9", Some((1, &[(4, "c4", true)]))),
    ];
    let grace = access(&ledger, "008");
    learn_cards(&mut ledger, &claims);
    let known = access(&ledger, "007").unwrap();
    assert_eq!(known.listing, u64::MAX);
    assert_eq!(known.cards, [held(2, "c2", true), held(3, "c3", false)]);
    assert_eq!(access(&ledger, "008"), grace, "found, not read");
    assert_eq!(memory(&ledger).users.len(), 2);
    assert_eq!(rows(&ledger, "cards"), 2);
}

#[test]
fn a_person_without_a_read_has_cards_that_are_not_known() {
    let (_folder, mut ledger) = with_ada();
    learn_cards(&mut ledger, &[cards_claim("007", "x1", None)]);
    let found = AccessMemory {
        id: "x1".into(),
        ..AccessMemory::default()
    };
    assert_eq!(access(&ledger, "007"), Some(found));
}

#[test]
fn cards_of_another_user_are_forgotten() {
    let another = |ledger: &mut Ledger| {
        learn_cards(ledger, &[cards_claim("007", "x2", None)]);
        Some("x2")
    };
    let paired = |ledger: &mut Ledger| {
        let found = [found("007", "x2"), found("nobody", "x3")];
        ledger.pair(&found, at(4)).unwrap();
        Some("x2")
    };
    let relinked = |ledger: &mut Ledger| {
        let bookkeeping = Bookkeeping {
            users: vec![claim("007", "u2")],
            ..Bookkeeping::default()
        };
        learn(ledger, &bookkeeping);
        None
    };
    let created = |ledger: &mut Ledger| {
        apply(ledger, &[(create("007", ada()), made("u2"))], at(5));
        None
    };
    type Way = fn(&mut Ledger) -> Option<&'static str>;
    let ways: [Way; 4] = [another, paired, relinked, created];
    for (number, way) in ways.into_iter().enumerate() {
        let (_folder, mut ledger) = with_everything();
        let id = way(&mut ledger);
        let found = id.map(|id| AccessMemory {
            id: id.into(),
            ..AccessMemory::default()
        });
        assert_eq!(access(&ledger, "007"), found, "{number}");
        let known = memory(&ledger);
        assert!(known.card_debts.is_empty() && known.card_refusals.is_empty());
        assert!(known.stuck_cards.is_empty());
        assert_eq!(rows(&ledger, "cards"), 0, "{number}");
        assert_eq!(unsure(&ledger), BTreeSet::from(["007".into()]), "{number}");
    }
}

#[test]
fn a_pair_that_is_known_changes_nothing() {
    let (_folder, mut ledger) = with_everything();
    let before = memory(&ledger);
    ledger.pair(&[found("007", "x1")], at(1)).unwrap();
    assert_eq!(memory(&ledger), before);
}

#[test]
fn a_deleted_user_takes_everything_about_cards_along() {
    let (_folder, mut ledger) = with_everything();
    let delete = |user_id: &str| {
        let change = Change::DeleteUser {
            user_id: user_id.into(),
        };
        operation(user("007"), change)
    };
    let before = memory(&ledger);
    apply(&mut ledger, &[(delete("u2"), DONE)], at(5));
    assert_eq!(memory(&ledger).users, before.users, "it is not linked");
    assert_eq!(memory(&ledger).unsure_cards, before.unsure_cards);
    apply(&mut ledger, &[(delete("u1"), DONE)], at(5));
    assert!(memory(&ledger).unsure_cards.is_empty());
    for table in ["cards", "card_debts", "card_refusals", "stuck_cards"] {
        assert_eq!(rows(&ledger, table), 0, "{table}");
    }
    assert_eq!(rows(&ledger, "access_users"), 1, "Grace's");
}

#[test]
fn a_new_campus_id_takes_everything_about_cards_along() {
    let (_folder, mut ledger) = with_everything();
    let before = memory(&ledger);
    let moved = |(_, card): &(CampusId, Card)| ("008".into(), *card);
    rekey(&mut ledger, "007", "008");
    let after = memory(&ledger);
    assert_eq!(after.users[&"008".into()], before.users[&"007".into()]);
    assert_eq!(
        after.card_debts,
        before.card_debts.iter().map(moved).collect()
    );
    let (key, refusal) = before.card_refusals.iter().next().unwrap();
    assert_eq!(after.card_refusals[&moved(key)], *refusal);
    let (key, stuck) = before.stuck_cards.iter().next().unwrap();
    assert_eq!(after.stuck_cards[&moved(key)], *stuck);
    assert_eq!(unsure(&ledger), BTreeSet::from(["008".into()]));
    assert_eq!(rows(&ledger, "access_users"), 1, "that of 008 is replaced");
}

#[test]
fn ownership_is_that_of_the_last_run_that_covered_cards() {
    let (_folder, mut ledger) = writable();
    for (ownership, known) in [
        (None, None),
        (Some("HID"), Some("HID")),
        (None, Some("HID")),
        (Some(""), Some("")),
    ] {
        let bookkeeping = Bookkeeping {
            ownership: ownership.map(Text::from),
            ..Bookkeeping::default()
        };
        learn(&mut ledger, &bookkeeping);
        assert_eq!(memory(&ledger).last_ownership.as_deref(), known);
    }
}

// What outcomes change.

#[test]
fn an_added_card_is_ours() {
    let (_folder, mut ledger) = with_cards();
    apply(
        &mut ledger,
        &[
            (add_card("007", 2, Some("x1")), made("c9")),
            (add_card("008", 3, None), made("c3")),
            (add_card("008", 4, Some("another")), made("c4")),
            (add_card("008", 5, None), DONE),
            (add_card("nobody", 6, Some("x6")), made("c6")),
        ],
        at(5),
    );
    assert_eq!(
        cards_of(&ledger, "007"),
        [held(1, "c1", true), held(2, "c9", true)]
    );
    let grace = access(&ledger, "008").unwrap();
    assert_eq!(grace.cards, [held(3, "c3", true)]);
    assert_eq!((grace.read, grace.listing), (Some(at(5)), 8));
    assert_eq!(memory(&ledger).users.len(), 2);
}

#[test]
fn a_card_of_a_user_that_was_made_in_the_same_run_is_remembered_once_it_is_paired() {
    for paired in [false, true] {
        let (_folder, mut ledger) = writable();
        apply(&mut ledger, &[(create("007", ada()), made("u1"))], at(1));
        if paired {
            ledger.pair(&[found("007", "x1")], at(1)).unwrap();
        }
        apply(
            &mut ledger,
            &[(add_card("007", 1, None), made("c1"))],
            at(2),
        );
        let expected = paired.then(|| AccessMemory {
            id: "x1".into(),
            cards: vec![held(1, "c1", true)],
            read: Some(at(2)),
            listing: 0,
        });
        assert_eq!(access(&ledger, "007"), expected);
    }
}

#[test]
fn a_removed_card_is_forgotten_unless_the_person_has_it_again() {
    // Which user and id it was; what came of it; whether it is forgotten.
    let cases = [
        ("x1", "c1", DONE, true),
        ("x1", "c1", refused(Code::NotFound), true),
        ("x1", "c1", refused(Code::Unavailable), false),
        ("x1", "c1", owed(), false),
        ("x1", "older", DONE, false),
        ("another", "c1", DONE, false),
    ];
    for (access_id, card_id, outcome, forgotten) in cases {
        let (_folder, mut ledger) = with_cards();
        let removal = remove_card("007", 1, access_id, card_id);
        apply(&mut ledger, &[(removal, outcome.clone())], at(5));
        let left = cards_of(&ledger, "007").len();
        assert_eq!(left == 1, forgotten, "{access_id} {card_id} {outcome:?}");
    }
}

#[test]
fn a_card_moves_from_one_person_to_another() {
    // From which user; which card; to which user; what both have afterwards.
    let cases: [(_, _, _, &[&str], &[&str]); 4] = [
        ("x1", "c1", Some("x8"), &["c2"], &["c9"]),
        ("x1", "c1", None, &["c2"], &["c9"]),
        ("x1", "older", Some("x8"), &["c1", "c2"], &["c9"]),
        ("another", "c1", Some("another"), &["c1", "c2"], &[]),
    ];
    for (from_id, card_id, to, adas, graces) in cases {
        let (_folder, mut ledger) = with_cards();
        let operation = move_card(("007", from_id), card_id, ("008", to));
        apply(&mut ledger, &[(operation, made("c9"))], at(5));
        let has = |campus_id: &str| -> Vec<CardId> {
            let cards = cards_of(&ledger, campus_id).into_iter();
            cards.map(|known| known.card_id).collect()
        };
        let ids = |ids: &[&str]| -> Vec<CardId> { ids.iter().map(|id| (*id).into()).collect() };
        assert_eq!((has("007"), has("008")), (ids(adas), ids(graces)));
    }
}

#[test]
fn a_card_moves_to_the_new_user_of_the_same_person() {
    let (_folder, mut ledger) = with_cards();
    apply(&mut ledger, &[(create("007", ada()), made("u2"))], at(4));
    assert_eq!(access(&ledger, "007"), None, "until it is found or paired");
    ledger.pair(&[found("007", "x2")], at(4)).unwrap();
    let operation = move_card(("007", "x1"), "c1", ("007", None));
    apply(&mut ledger, &[(operation, made("c9"))], at(5));
    assert_eq!(access(&ledger, "007").unwrap().id, "x2".into());
    assert_eq!(cards_of(&ledger, "007"), [held(1, "c9", true)]);
}

#[test]
fn a_card_that_we_switched_on_is_ours() {
    let (_folder, mut ledger) = with_cards();
    let read = (8, &[(1, "c1", false)][..]);
    learn_cards(&mut ledger, &[cards_claim("008", "x8", Some(read))]);
    for (access_id, ours) in [("another", false), ("x8", true)] {
        let operation = activate_card("008", access_id, "c1");
        apply(&mut ledger, &[(operation, DONE)], at(5));
        assert_eq!(cards_of(&ledger, "008"), [held(1, "c1", ours)]);
    }
}

#[test]
fn a_card_that_could_not_be_taken_is_a_debt_until_it_is_gone_or_granted() {
    let debt = HashSet::from([("007".into(), card(1))]);
    for outcome in [owed(), refused(Code::UserFrozen), refused(Code::Frozen)] {
        for (settling, result) in [
            (remove_card("007", 1, "x1", "c1"), DONE),
            (remove_card("007", 1, "x1", "c1"), refused(Code::NotFound)),
            (add_card("007", 1, Some("x1")), made("c9")),
            (move_card(("007", "x1"), "c1", ("008", None)), made("c9")),
        ] {
            let (_folder, mut ledger) = with_cards();
            let removal = remove_card("007", 1, "x1", "c1");
            apply(&mut ledger, &[(removal, outcome.clone())], at(2));
            assert_eq!(memory(&ledger).card_debts, debt);
            learn_cards(&mut ledger, &[cards_claim("007", "x1", Some((1, &[])))]);
            assert_eq!(memory(&ledger).card_debts, debt);
            apply(&mut ledger, &[(settling, result)], at(3));
            assert!(memory(&ledger).card_debts.is_empty());
        }
    }
    let (_folder, mut ledger) = with_cards();
    apply(
        &mut ledger,
        &[
            (
                remove_card("007", 1, "x1", "c1"),
                refused(Code::Unavailable),
            ),
            (remove_card("007", 1, "another", "c1"), owed()),
            (add_card("007", 1, Some("x1")), owed()),
        ],
        at(2),
    );
    assert!(memory(&ledger).card_debts.is_empty());
}

#[test]
fn a_refused_card_is_kept_until_it_is_taken() {
    let lasting = [
        Code::CardRefused,
        Code::CardHeldElsewhere,
        Code::UserManaged,
    ];
    for code in Code::ALL {
        for operation in [
            add_card("007", 1, Some("x1")),
            move_card(("008", "x8"), "c8", ("007", Some("x1"))),
        ] {
            let (_folder, mut ledger) = with_cards();
            let others = [
                remove_card("007", 2, "x1", "c2"),
                activate_card("007", "x1", "c1"),
            ];
            let mut items = vec![(operation.clone(), refused(*code))];
            items.extend(others.map(|other| (other, refused(*code))));
            apply(&mut ledger, &items, at(2));
            let refusal = Refusal {
                code: *code,
                values: Text::default(),
                at: at(2),
            };
            let expected = lasting
                .contains(code)
                .then(|| (("007".into(), card(1)), refusal));
            let expected = HashMap::from_iter(expected);
            assert_eq!(memory(&ledger).card_refusals, expected);
            let read = Some((1, &[(1, "c1", true)][..]));
            learn_cards(&mut ledger, &[cards_claim("007", "x1", read)]);
            assert_eq!(memory(&ledger).card_refusals, expected);
            apply(&mut ledger, &[(operation, made("c9"))], at(3));
            assert!(memory(&ledger).card_refusals.is_empty());
        }
    }
}

#[test]
fn a_card_that_did_not_stay_is_known_until_it_does() {
    let (_folder, mut ledger) = with_cards();
    let stuck = [
        ("007".into(), card(1), true),
        ("007".into(), card(2), false),
        ("007".into(), card(3), true),
    ];
    ledger.stick(&[], &[], &stuck, at(3)).unwrap();
    let numbers = |ledger: &Ledger| -> BTreeSet<u128> {
        let stuck = memory(ledger).stuck_cards;
        assert!(stuck.values().all(|stuck| stuck.at == at(3)));
        stuck.keys().map(|(_, card)| card.number).collect()
    };
    assert_eq!(numbers(&ledger), BTreeSet::from([1, 2, 3]));
    assert!(!memory(&ledger).stuck_cards[&("007".into(), card(2))].added);

    let read = Some((1, &[(1, "c1", true), (2, "c2", false)][..]));
    learn_cards(&mut ledger, &[cards_claim("007", "x1", read)]);
    assert_eq!(numbers(&ledger), BTreeSet::from([2, 3]));
    apply(
        &mut ledger,
        &[
            (remove_card("007", 2, "x1", "c2"), DONE),
            (add_card("007", 3, Some("x1")), made("c3")),
        ],
        at(5),
    );
    assert!(numbers(&ledger).is_empty());
}

// What was cut off.

#[test]
fn people_are_unsure_until_the_outcome_is_known_or_their_cards_are_read() {
    let both = || move_card(("007", "x1"), "c1", ("008", Some("x8")));
    let unsure_of = |ids: &[&str]| ids.iter().map(|id| CampusId::from(*id)).collect();
    for (operation, people) in [
        (add_card("007", 3, Some("x1")), &["007"][..]),
        (remove_card("007", 1, "x1", "c1"), &["007"]),
        (activate_card("007", "x1", "c1"), &["007"]),
        (both(), &["007", "008"]),
        (move_card(("007", "x0"), "c1", ("007", None)), &["007"]),
        (add("007", "a", None), &[]),
    ] {
        let people: BTreeSet<_> = unsure_of(people);
        for (outcome, stays) in [
            (None, true),
            (Some(refused(Code::OutcomeUnknown)), true),
            (Some(refused(Code::Unavailable)), false),
            (Some(DONE), false),
            (Some(owed()), false),
            (
                Some(Outcome::Skipped {
                    code: Code::Interrupted,
                }),
                false,
            ),
        ] {
            let (_folder, mut ledger) = with_cards();
            let run = ledger.begin_run(&start()).unwrap();
            ledger.intend(run, &[(0, &operation)]).unwrap();
            assert_eq!(unsure(&ledger), people);
            if let Some(outcome) = &outcome {
                let items = [(0, &operation, outcome)];
                ledger.settle(run, &items, at(5)).unwrap();
            }
            let path = ledger.path.clone();
            drop(ledger);
            let ledger = Ledger::open(&path, Access::Write).unwrap();
            let expected = if stays {
                people.clone()
            } else {
                BTreeSet::new()
            };
            assert_eq!(unsure(&ledger), expected, "{outcome:?}");
        }
    }

    // A later operation says nothing about an earlier one; a read of one person nothing about
    // the other.
    let (_folder, mut ledger) = with_cards();
    let run = ledger.begin_run(&start()).unwrap();
    ledger.intend(run, &[(0, &both())]).unwrap();
    let later = [(add_card("007", 3, Some("x1")), made("c3"))];
    apply(&mut ledger, &later, at(6));
    learn_cards(&mut ledger, &[cards_claim("008", "x8", None)]);
    assert_eq!(unsure(&ledger), unsure_of(&["007", "008"]));
    learn_cards(&mut ledger, &[cards_claim("008", "x8", Some((1, &[])))]);
    assert_eq!(unsure(&ledger), unsure_of(&["007"]));
}

// The last 24 hours.

#[test]
fn removed_cards_count_by_whether_atrium_states_them_and_not_if_they_were_allowed() {
    for (allowed, cards, stated_cards) in [
        (&[][..], 2, 1),
        (&["cards"], 0, 1),
        (&["lost-cards"], 2, 0),
        (&["lost-cards", "cards"], 0, 0),
        (&["people", "every-card"], 2, 1),
    ] {
        let (_folder, mut ledger) = with_cards();
        let lost = Change::RemoveCard {
            access_id: "x1".into(),
            card_id: "c3".into(),
            stated: true,
        };
        let operations = [
            remove_card("007", 2, "x1", "c2"),
            move_card(("007", "x1"), "c1", ("008", None)),
            on_card("007", 3, lost.clone()),
            add_card("007", 4, None),
            activate_card("007", "x1", "c1"),
        ];
        let run = RunStart { allowed, ..start() };
        let run = ledger.begin_run(&run).unwrap();
        for (position, operation) in (0..).zip(&operations) {
            ledger
                .settle(run, &[(position, operation, &DONE)], at(5))
                .unwrap();
        }
        let failure = (9, &on_card("007", 3, lost), &owed());
        ledger.settle(run, &[failure], at(5)).unwrap();
        let expected = RecentRemovals {
            cards,
            stated_cards,
            ..RecentRemovals::default()
        };
        let day = SignedDuration::from_hours(24);
        assert_eq!(ledger.remember(at(6)).unwrap().recent, expected);
        let later = ledger.remember(at(5) + day).unwrap().recent;
        assert_eq!(later, RecentRemovals::default());
    }
}

// Files.

#[test]
fn a_damaged_card_is_named() {
    let (_folder, ledger) = with_cards();
    let damaged = "UPDATE cards SET card = 'HID' WHERE card_id = 'c1'";
    ledger.connection.execute(damaged, ()).unwrap();
    let error = ledger.remember(at(0)).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
}

#[test]
fn the_removals_of_a_day_are_found_by_their_index() {
    let (_folder, ledger) = with_cards();
    let plan: Vec<String> = ledger
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {}", recall::CARD_REMOVALS))
        .unwrap()
        .query_map(("",), |row| row.get(3))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let by_index = |step: &String| step.contains("INDEX card_removals");
    assert!(plan.iter().any(by_index), "{plan:?}");
}
