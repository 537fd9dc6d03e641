//! What an outcome changes in the memory.

use super::*;

#[test]
fn a_created_user_is_ours_with_the_values_that_were_sent() {
    let (_folder, ledger) = with_ada();
    let known = memory(&ledger);
    let expected = UserMemory {
        user_id: "u1".into(),
        ours: true,
        applied: ada(),
        groups: vec![0, 1],
        closing: false,
        closed_by_us: None,
        absent_runs: 0,
        in_scope: true,
        access: None,
    };
    assert_eq!(known.users, Map::from_iter([("007".into(), expected)]));
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
    assert_eq!(known.groups[0].group_id, "g1".into());
    assert_eq!(known.groups[1].name, "Gates");
}

#[test]
fn done_updates_change_the_applied_values() {
    let (_folder, mut ledger) = with_ada();
    let fields = vec![
        rewrite(Field::Title, ""),
        rewrite(Field::LastName, "King"),
        rewrite(Field::Active, "true"),
        rewrite(Field::ExternalId, "atrium:007"),
    ];
    let update = |user_id: &str| Change::UpdateUser {
        user_id: user_id.into(),
        fields: fields.clone(),
    };
    let other = operation(user("007"), update("somebody else"));
    apply(&mut ledger, &[(other, DONE)], at(2));
    assert_eq!(memory(&ledger).users[&"007".into()].applied, ada());
    let failed = operation(user("007"), update("u1"));
    apply(&mut ledger, &[(failed, refused(Code::Unavailable))], at(2));
    assert_eq!(memory(&ledger).users[&"007".into()].applied, ada());
    let ours = operation(user("007"), update("u1"));
    apply(&mut ledger, &[(ours, DONE)], at(2));
    let mut expected = ada();
    expected.title = "".into();
    expected.last_name = "King".into();
    assert_eq!(memory(&ledger).users[&"007".into()].applied, expected);
}

#[test]
fn what_we_closed_is_remembered_until_we_reopen_it() {
    let (_folder, mut ledger) = with_ada();
    apply(&mut ledger, &[(deactivate("007", "u1"), DONE)], at(2));
    let known = memory(&ledger);
    assert_eq!(known.users[&"007".into()].closed_by_us, Some(at(2)));
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));

    let reactivate = Change::ReactivateUser {
        user_id: "u1".into(),
        fields: vec![rewrite(Field::Phone, "+15550199")],
    };
    apply(
        &mut ledger,
        &[(operation(user("007"), reactivate), DONE)],
        at(3),
    );
    let known = memory(&ledger);
    assert_eq!(known.users[&"007".into()].closed_by_us, None);
    assert_eq!(known.users[&"007".into()].applied.phone, "+15550199");
}

#[test]
fn what_we_closed_and_was_found_open_is_no_longer_closed_by_us() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(deactivate("007", "u1"), Outcome::Done { made: None })],
        at(10),
    );
    let ada = CampusId::from("007");
    assert_eq!(memory(&ledger).users[&ada].closed_by_us, Some(at(10)));
    let bookkeeping = Bookkeeping {
        open: vec![ada.clone()],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &bookkeeping);
    assert_eq!(memory(&ledger).users[&ada].closed_by_us, None);
}

#[test]
fn a_deleted_user_is_forgotten_and_its_history_is_not() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(remove("007", "a", "u1"), refused(Code::Frozen))],
        at(2),
    );
    let delete = Change::DeleteUser {
        user_id: "u1".into(),
    };
    apply(
        &mut ledger,
        &[(operation(user("007"), delete), DONE)],
        at(3),
    );
    let known = memory(&ledger);
    assert!(known.users.is_empty() && known.debts.is_empty());
    assert_eq!(known.groups.len(), 2);
    let left = "SELECT (SELECT count(*) FROM memberships), (SELECT count(*) FROM actions)";
    let left = ledger
        .connection
        .query_row(left, (), |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(left.unwrap(), (0, 7));
}

#[test]
fn the_old_user_of_a_person_with_a_new_one_does_not_count() {
    let (_folder, mut ledger) = with_ada();
    let mut profile = ada();
    profile.email = "king@school.example".into();
    apply(
        &mut ledger,
        &[
            (create("007", profile.clone()), made("u2")),
            (add("007", "a", None), DONE),
            (remove("007", "a", "u1"), DONE),
            (remove("007", "b", "u1"), refused(Code::UserFrozen)),
            (deactivate("007", "u1"), DONE),
        ],
        at(2),
    );
    let known = memory(&ledger);
    let ada = &known.users[&"007".into()];
    assert_eq!(ada.user_id, "u2".into());
    assert_eq!(ada.applied, profile);
    assert_eq!(ada.closed_by_us, None);
    assert_eq!(groups_of(&known, "007"), ids(&["a"]));
    assert!(known.debts.is_empty());
    assert_eq!(known.recent.people, 1, "it is a removal all the same");
}

#[test]
fn groups_are_created_renamed_and_deleted() {
    let (_folder, mut ledger) = with_ada();
    let rename = |group_id: &str| {
        let change = Change::RenameGroup {
            group_id: group_id.into(),
            old: "Labs".into(),
            new: "Laboratories".into(),
            cause: Cause::ChangedInAtrium,
        };
        operation(group("a"), change)
    };
    apply(&mut ledger, &[(rename("another"), DONE)], at(2));
    assert_eq!(memory(&ledger).groups[0].name, "Labs");
    apply(&mut ledger, &[(rename("g1"), DONE)], at(2));
    assert_eq!(memory(&ledger).groups[0].name, "Laboratories");

    let delete = Change::DeleteGroup {
        group_id: "g1".into(),
    };
    apply(&mut ledger, &[(operation(group("a"), delete), DONE)], at(3));
    let known = memory(&ledger);
    assert_eq!(known.groups.len(), 1);
    assert_eq!(groups_of(&known, "007"), ids(&["b"]));
}

#[test]
fn memberships_of_nobody_we_know_are_not_kept() {
    let (_folder, mut ledger) = with_ada();
    apply(
        &mut ledger,
        &[(add("008", "a", None), DONE), (add("007", "c", None), DONE)],
        at(2),
    );
    let known = memory(&ledger);
    assert_eq!(known.users.len(), 1);
    assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
}

#[test]
fn a_frozen_membership_is_a_debt_until_it_is_removed() {
    let (_folder, mut ledger) = with_ada();
    let frozen = [
        refused(Code::Frozen),
        refused(Code::UserFrozen),
        Outcome::Owed {
            code: Code::UserFrozen,
        },
    ];
    for outcome in frozen {
        apply(&mut ledger, &[(remove("007", "a", "u1"), outcome)], at(2));
        let known = memory(&ledger);
        assert_eq!(known.debts, HashSet::from([("007".into(), "a".into())]));
        assert_eq!(groups_of(&known, "007"), ids(&["a", "b"]));
        apply(&mut ledger, &[(remove("007", "a", "u1"), DONE)], at(3));
        let known = memory(&ledger);
        assert!(known.debts.is_empty());
        assert_eq!(groups_of(&known, "007"), ids(&["b"]));
        apply(&mut ledger, &[(add("007", "a", Some("u1")), DONE)], at(4));
    }
    let other = refused(Code::Unavailable);
    apply(&mut ledger, &[(remove("007", "a", "u1"), other)], at(2));
    assert!(memory(&ledger).debts.is_empty());
}

#[test]
fn refusals_are_kept_until_person_and_group_are_taken() {
    for code in Code::ALL {
        let (_folder, mut ledger) = writable();
        apply(
            &mut ledger,
            &[
                (create("007", ada()), refused(*code)),
                (create_group("a", "Labs"), refused(*code)),
            ],
            at(2),
        );
        let expected = |values: &Text| {
            REFUSALS.contains(code).then(|| Refusal {
                code: *code,
                values: values.clone(),
                at: at(2),
            })
        };
        let known = memory(&ledger);
        let person = expected(&ada().email);
        assert_eq!(known.refusals.get(&"007".into()), person.as_ref());
        let group = expected(&"Labs".into());
        assert_eq!(known.group_refusals.get(&"a".into()), group.as_ref());
        apply(
            &mut ledger,
            &[
                (create("007", ada()), made("u1")),
                (create_group("a", "Labs"), made("g1")),
            ],
            at(3),
        );
        let known = memory(&ledger);
        assert!(known.refusals.is_empty() && known.group_refusals.is_empty());
    }
}

#[test]
fn a_returner_who_was_closed_again_for_good_is_a_refusal_and_no_other_is() {
    for (code, rests) in [
        (Code::MembersCapped, true),
        (Code::MembersUnread, true),
        (Code::Unavailable, false),
    ] {
        let (_folder, mut ledger) = with_ada();
        let change = Change::ReactivateUser {
            user_id: "u1".into(),
            fields: Vec::new(),
        };
        let failed = Outcome::Failed {
            code,
            detail: String::new(),
        };
        apply(
            &mut ledger,
            &[(operation(user("007"), change), failed)],
            at(9),
        );
        assert_eq!(memory(&ledger).refusals.len(), usize::from(rests), "{code}");
    }
}

#[test]
fn a_creation_skipped_for_its_domain_is_a_refusal_and_no_other_is() {
    for code in Code::ALL {
        let (_folder, mut ledger) = writable();
        let skipped = Outcome::Skipped { code: *code };
        apply(&mut ledger, &[(create("007", ada()), skipped)], at(2));
        let known = memory(&ledger);
        assert!(known.unfinished.is_empty());
        let refusal = known.refusals.get(&"007".into());
        assert_eq!(refusal.is_some(), *code == Code::EmailDomainGivenUp);
        assert!(refusal.is_none_or(|refusal| refusal.values == ada().email));
    }
}

#[test]
fn a_refused_name_is_kept_until_the_group_bears_it_or_is_another() {
    let rename = |new: &str| {
        let change = Change::RenameGroup {
            group_id: "g1".into(),
            old: "Labs".into(),
            new: new.into(),
            cause: Cause::ChangedInAtrium,
        };
        operation(group("a"), change)
    };
    let claims = |group_id: &str, name| Bookkeeping {
        groups: vec![group_claim("a", group_id, name)],
        ..Bookkeeping::default()
    };
    let refusal = || {
        let (folder, mut ledger) = with_ada();
        let taken = refused(Code::GroupNameTaken);
        apply(&mut ledger, &[(rename("Doors"), taken)], at(2));
        let known = memory(&ledger).group_refusals;
        assert_eq!(known[&"a".into()].values, "Doors");
        (folder, ledger)
    };
    let settling = [
        (claims("g1", None), true),
        (claims("g1", Some("Labs")), true),
        (claims("g1", Some("Doors")), false),
        (claims("g9", None), false),
    ];
    for (bookkeeping, stays) in settling {
        let (_folder, mut ledger) = refusal();
        learn(&mut ledger, &bookkeeping);
        assert_eq!(!memory(&ledger).group_refusals.is_empty(), stays);
    }
    let (_folder, mut ledger) = refusal();
    apply(&mut ledger, &[(rename("Rooms"), DONE)], at(3));
    assert!(memory(&ledger).group_refusals.is_empty());
}

#[test]
fn a_refused_update_is_kept_while_the_person_stays_linked() {
    let (_folder, mut ledger) = with_ada();
    let update = |fields| {
        let change = Change::UpdateUser {
            user_id: "u1".into(),
            fields,
        };
        operation(user("007"), change)
    };
    let title = update(vec![rewrite(Field::Title, "Dean")]);
    let refusal = refused(Code::EmailOutsideDomains);
    apply(&mut ledger, &[(title.clone(), refusal.clone())], at(2));
    let known = memory(&ledger);
    assert_eq!(known.refusals[&"007".into()].values, "title=Dean");

    let claims = |user_id| Bookkeeping {
        users: vec![claim("007", user_id)],
        ..Bookkeeping::default()
    };
    learn(&mut ledger, &claims("u1"));
    assert_eq!(memory(&ledger).refusals, known.refusals);
    apply(&mut ledger, &[(title, DONE)], at(3));
    assert!(memory(&ledger).refusals.is_empty());

    let email = update(vec![rewrite(Field::Email, "king@school.example")]);
    apply(&mut ledger, &[(email, refusal)], at(2));
    let known = memory(&ledger);
    assert_eq!(
        known.refusals[&"007".into()].values,
        "email=king@school.example"
    );
    learn(&mut ledger, &claims("u9"));
    assert!(memory(&ledger).refusals.is_empty());
}

#[test]
fn an_adopted_user_that_scim_may_not_change_is_known_until_it_may() {
    let (_folder, mut ledger) = writable();
    let run = ledger.begin_run(&start()).unwrap();
    let claim = |user_id: &str| UserClaim {
        campus_id: "S1".into(),
        user_id: user_id.into(),
        ours: true,
        in_scope: true,
        applied: None,
    };
    ledger.adopt(run, &claim("u1"), false, at(1)).unwrap();
    let memory = ledger.remember(at(2)).unwrap();
    let user = &memory.users[&CampusId::from("S1")];
    assert!(user.ours && user.applied == Profile::default());
    assert_eq!(memory.refusals, HashMap::new());

    ledger.adopt(run, &claim("u1"), true, at(3)).unwrap();
    let refusal = ledger.remember(at(4)).unwrap().refusals[&CampusId::from("S1")].clone();
    assert_eq!((refusal.code, refusal.at), (Code::NotOverScim, at(3)));
    assert_eq!(refusal.values, Refusal::ADOPTED);

    let change = Change::UpdateUser {
        user_id: "u1".into(),
        fields: Vec::new(),
    };
    let update = operation(super::user("S1"), change);
    ledger.intend(run, &[(0, &update)]).unwrap();
    let done = Outcome::Done { made: None };
    ledger.settle(run, &[(0, &update, &done)], at(5)).unwrap();
    assert_eq!(ledger.remember(at(6)).unwrap().refusals, HashMap::new());
}

#[test]
fn whatever_scim_may_not_do_about_a_user_is_remembered_of_the_user() {
    let deactivate = Change::DeactivateUser {
        user_id: "u1".into(),
    };
    let join = Change::AddMember {
        group_id: Some("g".into()),
        user_id: Some("u1".into()),
    };
    for (subject, change) in [(user("S1"), deactivate), (member("S1", "1"), join)] {
        let (_folder, mut ledger) = writable();
        let run = ledger.begin_run(&start()).unwrap();
        let operation = operation(subject, change);
        ledger.intend(run, &[(0, &operation)]).unwrap();
        let failed = Outcome::Failed {
            code: Code::NotOverScim,
            detail: String::new(),
        };
        ledger
            .settle(run, &[(0, &operation, &failed)], at(1))
            .unwrap();
        let refusals = ledger.remember(at(2)).unwrap().refusals;
        assert_eq!(refusals[&CampusId::from("S1")].code, Code::NotOverScim);
    }
}
