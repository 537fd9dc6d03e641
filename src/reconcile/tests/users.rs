//! Users: causes, leavers and returners, closing, statuses and dates, obstacles.

use super::*;

#[test]
fn a_first_sync_creates_everything_in_order() {
    let plan = Campus::new().sync();
    assert_eq!(
        lines(&plan),
        [
            "create-group group 1 (missing)",
            "create-group group 2 (missing)",
            "create-user S1 (missing)",
            "create-user S2 (missing)",
            "create-user S3 (missing)",
            "add-member S1 in 1 (missing)",
            "add-member S2 in 1 (missing)",
            "add-member S2 in 2 (missing)",
            "add-member S3 in 2 (missing)",
        ]
    );
    assert_eq!(plan.cost.requests, 7);
    assert_eq!(plan.cost.invitations, 3);
}

#[test]
fn equal_sides_give_an_empty_plan_and_teach_the_ledger_nothing() {
    let plan = Campus::synced().plan();
    assert!(plan.is_empty() && plan.left_alone.is_empty());
    assert_eq!(plan.bookkeeping, crate::model::plan::Bookkeeping::default());
    assert_eq!(plan.counts.users_in_step, 3);
    assert_eq!(plan.counts.memberships_in_step, 4);
}

#[test]
fn without_a_ledger_equal_sides_are_claimed_and_nothing_is_done() {
    let mut campus = Campus::synced();
    campus.memory = Memory::default();
    let plan = campus.sync();
    assert!(plan.is_empty());
    assert_eq!(plan.bookkeeping.users.len(), 3);
    assert_eq!(plan.bookkeeping.memberships.len(), 3);
    assert!(campus.plan().bookkeeping.users.is_empty());
}

#[test]
fn a_difference_has_a_cause() {
    let mut campus = Campus::synced();
    campus.person("S1").last_name = "Ng-Li".into();
    campus.user("S2").profile.last_name = "Lee".into();
    campus.person("S3").title = "Dean".into();
    campus.user("S3").profile.title = "Vice Dean".into();
    let plan = campus.sync();
    let causes: Vec<String> = plan
        .operations
        .iter()
        .flat_map(|op| match &op.change {
            Change::UpdateUser { fields, .. } => fields
                .iter()
                .map(|f| {
                    format!(
                        "{} {} {:?}→{:?} {}",
                        subject(&op.subject),
                        f.field,
                        f.old,
                        f.new,
                        f.cause.words()
                    )
                })
                .collect(),
            _ => vec![],
        })
        .collect();
    assert_eq!(
        causes,
        [
            "S1 last_name \"Ng\"→\"Ng-Li\" changed in Atrium",
            "S2 last_name \"Lee\"→\"Li\" changed in Command",
            "S3 title \"Vice Dean\"→\"Dean\" changed in both",
        ]
    );
}

#[test]
fn spelling_and_values_that_atrium_lacks_make_no_change() {
    let mut campus = Campus::synced();
    campus.user("S1").profile.phone = "+1 650".into();
    campus.user("S2").profile.email = "S2@CAMPUS.example".into();
    assert!(campus.plan().is_empty());
    // A value that we wrote and that Atrium no longer has is cleared.
    campus.person("S3").title = "Dean".into();
    campus.person("S1").title = "Rector".into();
    campus.sync();
    campus.person("S3").title = "".into();
    assert_eq!(lines(&campus.plan()), ["update-user S3 (changed)"]);
    // A column that is no longer exported clears nothing.
    campus.person("S1").title = "".into();
    assert!(campus.plan().is_empty());
}

#[test]
fn leavers_and_returners() {
    let mut campus = Campus::synced();
    campus.person("S2").status = "Inactive".into();
    let plan = campus.sync();
    assert_eq!(
        lines(&plan),
        [
            "deactivate-user S2 (gone)",
            "remove-member S2 in 1 (gone)",
            "remove-member S2 in 2 (gone)",
        ]
    );
    assert_eq!(
        left(&campus.plan()),
        ["S2 in 1 user-frozen", "S2 in 2 user-frozen"]
    );
    // Back in another group: today's groups, and yesterday's go right after the reactivation.
    let person = campus.person("S2");
    person.status = "active".into();
    person.groups = vec![1];
    // Whose old groups are held is not reactivated: that would open them.
    let recent = std::mem::replace(&mut campus.memory.recent.memberships, 10);
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "held remove-member S2 in 1 (guard-memberships)",
            "held reactivate-user S2 (needs-held)",
        ]
    );
    campus.memory.recent.memberships = recent;
    let plan = campus.sync();
    assert_eq!(
        lines(&plan),
        [
            "reactivate-user S2 (returned)",
            "remove-member S2 in 1 (gone)"
        ]
    );
    assert_eq!(plan.operations[1].needs, [0]);
    assert_eq!(campus.members("Labs").len(), 2);
}

#[test]
fn who_was_closed_by_a_call_whose_answer_was_lost_comes_back() {
    let mut campus = Campus::synced();
    let id = CampusId::from("S2");
    campus.memory.users.get_mut(&id).unwrap().closing = true;
    // It was done, and the person is back before the next run.
    campus.user("S2").active = Some(false);
    let plan = campus.sync();
    assert_eq!(lines(&plan), ["reactivate-user S2 (returned)"]);
    // It was not done: whoever closes the user later is somebody else.
    campus.memory.users.get_mut(&id).unwrap().closing = true;
    let plan = campus.sync();
    assert_eq!(plan.bookkeeping.open, [id]);
    campus.user("S2").active = Some(false);
    let plan = campus.plan();
    assert_eq!(
        (lines(&plan), left(&plan)),
        (vec![], vec!["S2 closed-in-command".to_owned()])
    );
    // Where Command does not say, a deactivation that may not have been done is tried again.
    campus.user("S2").active = None;
    campus
        .memory
        .users
        .get_mut(&CampusId::from("S2"))
        .unwrap()
        .closing = true;
    campus.person("S2").status = "inactive".into();
    assert_eq!(lines(&campus.plan())[0], "deactivate-user S2 (gone)");
}

#[test]
fn who_vanishes_is_gone_after_as_many_complete_reads_as_the_profile_says() {
    let mut campus = Campus::synced();
    campus.policy.absent_runs = 2;
    campus.drop_person("S3");
    let plan = campus.plan();
    assert_eq!(
        (lines(&plan), left(&plan)),
        (vec![], vec!["S3 absent-not-yet".to_owned()])
    );
    campus.learn(&plan);
    assert_eq!(
        lines(&campus.plan()),
        ["deactivate-user S3 (gone)", "remove-member S3 in 2 (gone)"]
    );
}

#[test]
fn a_partial_source_holds_what_follows_from_absence_only() {
    let mut campus = Campus::synced();
    campus.drop_person("S3");
    campus.person("S1").status = "inactive".into();
    campus.roster.completeness = Completeness::Partial("the last page is missing".into());
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        ["deactivate-user S1 (gone)", "remove-member S1 in 1 (gone)"]
    );
    assert_eq!(left(&plan), ["S3 source-incomplete"]);
}

#[test]
fn a_partial_target_lets_through_stated_deactivations_only() {
    let mut campus = Campus::synced();
    campus.drop_person("S3");
    campus.person("S1").status = "inactive".into();
    campus.person("S2").title = "Dean".into();
    campus.read = Completeness::Partial("a page came twice".into());
    let plan = campus.plan();
    let free: Vec<_> = lines(&plan)
        .into_iter()
        .filter(|line| !line.starts_with("held"))
        .collect();
    assert_eq!(free, ["deactivate-user S1 (gone)"]);
    assert!(
        plan.held
            .iter()
            .all(|held| held.code == Code::TargetIncomplete)
    );
}

#[test]
fn a_partial_target_is_told_even_if_it_holds_nothing() {
    let mut campus = Campus::synced();
    campus.read = Completeness::Partial("a page came twice".into());
    let plan = campus.plan();
    assert!(plan.operations.is_empty() && plan.held.is_empty());
    let tripped: Vec<_> = plan
        .tripped
        .iter()
        .map(|one| (one.code, &*one.detail))
        .collect();
    assert_eq!(tripped, [(Code::TargetIncomplete, "a page came twice")]);
    assert!(plan.stops.is_empty());
}

#[test]
fn an_unreadable_row_is_not_gone() {
    let row = |subject| Unreadable {
        subject,
        place: place(7),
        column: None,
        message: "too few cells".into(),
    };
    let other = |email: &str, first: &str, last: &str| UnreadableSubject::Row {
        email: email.into(),
        first_name: first.into(),
        last_name: last.into(),
    };
    for (subject, held) in [
        (UnreadableSubject::Person(CampusId::from("S3")), true),
        (other("S3@campus.example", "", ""), true),
        (other("", "cy", "EK"), true),
        (other("", "", ""), true),
        (other("zz@campus.example", "Zo", "Zz"), false),
    ] {
        let mut campus = Campus::synced();
        campus.drop_person("S3");
        campus.roster.unreadable.push(row(subject.clone()));
        let plan = campus.plan();
        assert_eq!(plan.operations.is_empty(), held, "{subject:?}");
        assert!(
            left(&plan)
                .iter()
                .any(|line| line.ends_with("row-unreadable"))
        );
    }
}

#[test]
fn a_row_without_an_id_holds_memberships_that_it_could_be() {
    let mut campus = Campus::synced();
    campus.person("S1").groups = vec![];
    campus.person("S2").groups = vec![0];
    let row = |email: &str| Unreadable {
        subject: UnreadableSubject::Row {
            email: email.into(),
            first_name: "".into(),
            last_name: "".into(),
        },
        place: place(7),
        column: None,
        message: "no campus id".into(),
    };
    campus.roster.unreadable.push(row("s1@campus.example"));
    assert_eq!(
        lines(&campus.plan()),
        [
            "remove-member S2 in 2 (gone)",
            "held remove-member S1 in 1 (absence-unsure)"
        ]
    );
    campus.roster.unreadable.push(row(""));
    assert_eq!(campus.plan().held.len(), 2);
}

#[test]
fn what_was_closed_in_command_stays_closed() {
    let mut campus = Campus::synced();
    campus.user("S1").active = Some(false);
    let plan = campus.sync();
    assert_eq!(
        (lines(&plan), left(&plan)),
        (vec![], vec!["S1 closed-in-command".to_owned()])
    );
    // Nor without a ledger, nor when the person's data changes.
    campus.memory = Memory::default();
    campus.person("S1").last_name = "New".into();
    assert_eq!(left(&campus.sync()), ["S1 closed-in-command"]);
    campus.policy.reopen = Selection::new(["S1".to_owned()]);
    assert_eq!(lines(&campus.plan()), ["reactivate-user S1 (returned)"]);
}

#[test]
fn who_was_deleted_in_command_is_not_created_again_unasked() {
    let mut campus = Campus::synced();
    let id = campus.user("S1").id.clone();
    campus.users.retain(|user| user.id != id);
    campus.groups[0]
        .members
        .as_mut()
        .unwrap()
        .retain(|member| *member != id);
    assert_eq!(left(&campus.sync()), ["S1 deleted-in-command"]);
    campus.policy.reopen = Selection::new(["s1@campus.example".to_owned()]);
    assert_eq!(
        lines(&campus.plan()),
        ["create-user S1 (missing)", "add-member S1 in 1 (drifted)"]
    );
}

#[test]
fn statuses_are_mapped_never_guessed() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "Sabbatical".into();
    campus.person("S2").status = "".into();
    campus.person("S1").groups = vec![];
    assert_eq!(
        left(&campus.sync()),
        ["S1 status-unmapped", "S2 status-unmapped"]
    );
    campus
        .policy
        .person_status
        .insert("sabbatical".to_owned(), Meaning::Suspended);
    // Suspended: closed, and the groups stay for the day of return.
    assert_eq!(lines(&campus.plan()), ["deactivate-user S1 (gone)"]);
}

#[test]
fn dates_state_who_is_a_member_today() {
    let mut campus = Campus::synced();
    campus.person("S1").valid_until = Some(date(2026, 11, 22));
    campus.person("S2").valid_until = Some(date(2026, 11, 23));
    campus.person("S3").valid_from = Some(date(2026, 11, 24));
    assert_eq!(
        lines(&campus.plan()),
        [
            "deactivate-user S1 (gone)",
            "deactivate-user S3 (gone)",
            "remove-member S1 in 1 (gone)"
        ]
    );
    let mut fresh = Campus::new();
    fresh.person("S3").valid_from = Some(date(2026, 11, 24));
    assert_eq!(left(&fresh.sync()), ["S3 not-yet-valid"]);
}

#[test]
fn obstacles_block_one_person_and_nobody_else() {
    let mut campus = Campus::new();
    campus.policy.email_domains = Some(BTreeSet::from(["campus.example".to_owned()]));
    campus.roster.people = [
        ("S1", "a@partner.example", "Ng"),
        ("S2", "", "Ng"),
        ("S3", "x.campus.example", "Ng"),
        ("S4", "twin@campus.example", "Ng"),
        ("S5", "Twin@campus.example", "Ng"),
        ("S6", "s6@campus.example", ""),
        ("S7", "s7@CAMPUS.example", "Ng"),
    ]
    .map(|(id, email, last)| {
        let mut person = person(id, "", last, &[0]);
        person.email = email.into();
        person
    })
    .into();
    let plan = campus.sync();
    assert_eq!(
        left(&plan),
        [
            "S2 no-email",
            "S3 email-malformed",
            "S6 no-name",
            "S1 email-outside-domains",
            "S4 email-shared",
            "S5 email-shared",
        ]
    );
    assert_eq!(campus.users.len(), 1);
}

#[test]
fn a_shared_address_leaves_the_linked_person_alone() {
    let mut campus = Campus::synced();
    let mut twin = person("S9", "Ana", "Ng", &[0]);
    twin.email = "s1@campus.example".into();
    campus.roster.people.push(twin);
    let plan = campus.sync();
    assert_eq!(left(&plan), ["S9 email-shared"]);
}

#[test]
fn removals_are_tried_outside_the_token_s_domains() {
    let mut campus = Campus::synced();
    campus.policy.email_domains = Some(BTreeSet::from(["other.example".to_owned()]));
    campus.person("S1").status = "inactive".into();
    campus.person("S2").groups = vec![0];
    campus.person("S3").title = "Dean".into();
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "deactivate-user S1 (gone)",
            "remove-member S1 in 1 (gone)",
            "remove-member S2 in 2 (gone)",
        ]
    );
    assert_eq!(
        left(&plan),
        ["S2 email-outside-domains", "S3 email-outside-domains"]
    );
}
