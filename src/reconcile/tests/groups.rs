//! Groups and their members.

use std::collections::HashMap;

use super::matching::stranger;
use super::*;

#[test]
fn groups_are_renamed_kept_emptied_or_deleted() {
    let mut campus = Campus::synced();
    campus.roster.groups[0].name = "Main Library".into();
    let before = campus.groups[0].id.clone();
    assert_eq!(lines(&campus.sync()), ["rename-group group 1 (changed)"]);
    assert_eq!(campus.groups[0].id, before);

    campus.roster.groups.pop();
    for person in &mut campus.roster.people {
        person.groups.retain(|group| *group == 0);
    }
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "remove-member S2 in 2 (drifted)",
            "remove-member S3 in 2 (drifted)"
        ]
        .map(|line| line.replace("drifted", "gone"))
    );
    campus.policy.groups_gone = GroupsGone::Keep;
    assert_eq!(left(&campus.plan()), ["group 2 group-kept"]);
    campus.policy.groups_gone = GroupsGone::Delete;
    assert_eq!(lines(&campus.plan()), ["delete-group group 2 (gone)"]);
}

#[test]
fn a_membership_that_a_partial_source_lacks_is_not_taken() {
    let mut campus = Campus::synced();
    // Stated of S1, and perhaps no more than not read of S2.
    campus.person("S1").status = "inactive".into();
    campus.person("S2").groups = vec![1];
    campus.roster.completeness = Completeness::Partial("a page is missing".into());
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "deactivate-user S1 (gone)",
            "remove-member S1 in 1 (gone)",
            "held remove-member S2 in 1 (source-incomplete)"
        ]
    );
    campus.roster.completeness = Completeness::Whole;
    assert!(lines(&campus.plan()).contains(&"remove-member S2 in 1 (gone)".to_owned()));
}

#[test]
fn group_names_in_the_way() {
    let mut campus = Campus::new();
    campus.roster.groups[1].name = "LIBRARY".into();
    let plan = campus.plan();
    assert_eq!(
        left(&plan),
        ["group 1 group-name-shared", "group 2 group-name-shared"]
    );
    assert!(
        plan.operations
            .iter()
            .all(|op| op.change.kind() == ChangeKind::CreateUser)
    );

    let mut campus = Campus::new();
    let listing = |id: &str, external: Option<&str>, name: &str| GroupListing {
        id: GroupId::from(id),
        external_id: external.map(Text::from),
        name: name.into(),
        members: Some(vec![]),
    };
    campus.groups = vec![
        listing("n", None, "library"),
        listing("o", Some("okta-9"), "Labs"),
    ];
    let plan = campus.plan();
    assert_eq!(
        left(&plan),
        ["group 1 native-group", "group 2 native-group"]
    );
    assert_eq!(plan.left_alone[1].situation, Situation::Foreign);

    // Two groups that swap names wait for somebody; a chain is put in order.
    let mut campus = Campus::synced();
    campus.roster.groups[0].name = "Labs".into();
    campus.roster.groups[1].name = "Library".into();
    assert!(campus.plan().operations.is_empty());
    campus.roster.groups[1].name = "Old labs".into();
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "rename-group group 1 (changed)",
            "rename-group group 2 (changed)"
        ]
    );
    assert_eq!(plan.operations[0].needs, [1]);
}

#[test]
fn members_whom_nobody_knows_stay() {
    let mut campus = Campus::synced();
    campus
        .users
        .push(stranger("x", Some("00uX"), "x@campus.example", "Xu", ""));
    let members = campus.groups[0].members.as_mut().unwrap();
    members.push(UserId::from("x"));
    members.push(UserId::from("ghost"));
    assert_eq!(left(&campus.sync()), ["group 1 member-unresolved"]);
    // A person of Atrium whom Atrium does not have in the group goes: members are Atrium's.
    let s3 = campus.user("S3").id.clone();
    campus.groups[0].members.as_mut().unwrap().push(s3);
    assert_eq!(lines(&campus.sync()), ["remove-member S3 in 1 (drifted)"]);
    // Members that came back unread are not guessed at.
    campus.groups[0].members = None;
    assert_eq!(left(&campus.plan()), ["group 1 members-unread"]);
}

#[test]
fn protected_people_and_groups_lose_nothing() {
    let mut campus = Campus::synced();
    campus.policy.protect = Protect::new(["S1", "group:Labs"]);
    campus.person("S1").status = "inactive".into();
    campus.person("S2").groups = vec![];
    let plan = campus.sync();
    assert_eq!(lines(&plan), ["remove-member S2 in 1 (gone)"]);
    assert_eq!(left(&plan), ["S1 protected", "S2 in 2 protected"]);
}

#[test]
fn a_missing_active_is_not_taken_for_open() {
    let mut campus = Campus::synced();
    campus.user("S1").active = None;
    campus.user("S2").active = None;
    campus.person("S1").title = "Dean".into();
    campus.person("S2").status = "inactive".into();
    let plan = campus.plan();
    assert_eq!(plan.operations[0].change.kind(), ChangeKind::DeactivateUser);
    assert_eq!(left(&plan), ["S1 active-unknown"]);
    // What we closed is not closed again in every run.
    let memory = campus.memory.users.get_mut(&CampusId::from("S2")).unwrap();
    memory.closed_by_us = Some(NOW);
    let plan = campus.plan();
    assert!(
        !plan
            .operations
            .iter()
            .any(|operation| { operation.change.kind() == ChangeKind::DeactivateUser })
    );
}

#[test]
fn what_was_begun_is_known_again_where_external_ids_are_hidden() {
    let mut campus = Campus::synced();
    for user in &mut campus.users {
        user.external_id = None;
    }
    for group in &mut campus.groups {
        group.external_id = None;
        group.members = Some(Vec::new());
    }
    // The ledger of a run that was cut off after the requests, before the answers.
    let address = campus.person("S1").email.clone();
    let name = campus.groups[0].name.clone();
    campus.memory = Memory {
        unfinished: HashMap::from([("S1".into(), BTreeSet::from([address.clone()]))]),
        unfinished_groups: HashMap::from([("1".into(), BTreeSet::from([name]))]),
        ..Memory::default()
    };
    let plan = campus.plan();
    assert_eq!(lines(&plan), ["add-member S1 in 1 (missing)"]);
    assert_eq!(
        left(&plan),
        ["S2 native-user", "S3 native-user", "group 2 native-group"]
    );
    assert_eq!(plan.bookkeeping.users[0].campus_id.as_str(), "S1");
    assert_eq!(plan.bookkeeping.groups[0].access_group_id.as_str(), "1");

    // A group that Atrium renamed meanwhile is the same one.
    let before = campus.roster.groups[0].name.clone();
    campus.roster.groups[0].name = "Main Library".into();
    assert_eq!(
        lines(&campus.plan()),
        [
            "rename-group group 1 (changed)",
            "add-member S1 in 1 (missing)"
        ]
    );
    campus.roster.groups[0].name = before;

    // Whoever left meanwhile is closed: nobody else would ever do it.
    campus.drop_person("S1");
    assert_eq!(lines(&campus.plan()), ["deactivate-user S1 (gone)"]);
    let people = BTreeSet::from(["another@campus.example".into()]);
    campus.memory.unfinished.insert("S1".into(), people);
    assert_eq!(lines(&campus.plan()), [""; 0], "that is another user");
}

#[test]
fn what_does_not_stick_or_was_refused_is_not_repeated() {
    let mut campus = Campus::synced();
    campus.person("S1").title = "Dean".into();
    let key = (CampusId::from("S1"), Field::Title);
    let stuck = Stuck {
        wanted: "Dean".into(),
        found: "".into(),
    };
    campus.memory.stuck_fields.insert(key, stuck);
    assert_eq!(left(&campus.plan()), ["S1 does-not-stick"]);
    campus.person("S1").title = "Rector".into();
    let plan = campus.plan();
    assert_eq!(lines(&plan), ["update-user S1 (changed)"]);
    assert_eq!(plan.bookkeeping.unstuck_fields.len(), 1);

    let mut campus = Campus::new();
    let refusal = |hours: i64| Refusal {
        code: Code::HeldByInvisible,
        values: "S1@campus.example".into(),
        at: NOW - jiff::SignedDuration::from_hours(hours),
    };
    campus
        .memory
        .refusals
        .insert(CampusId::from("S1"), refusal(23));
    assert_eq!(left(&campus.plan()), ["S1 held-by-invisible"]);
    campus
        .memory
        .refusals
        .insert(CampusId::from("S1"), refusal(24));
    assert!(left(&campus.plan()).is_empty(), "tried again after a day");
    campus
        .memory
        .refusals
        .insert(CampusId::from("S1"), refusal(1));
    campus.policy.only = Selection::new(["S1".to_owned()]);
    assert!(left(&campus.plan()).is_empty(), "tried again when named");
}

#[test]
fn a_membership_that_did_not_stay_is_tried_again_after_a_day_or_when_named() {
    let mut campus = Campus::synced();
    campus.person("S1").groups = vec![0, 1];
    campus.person("S2").groups = vec![1];
    for (person, group, added) in [("S1", "2", true), ("S2", "1", false)] {
        let key = (CampusId::from(person), AccessGroupId::from(group));
        let stuck = Unkept { added, at: NOW };
        campus.memory.stuck_members.insert(key, stuck);
    }
    let both = [
        "remove-member S2 in 1 (gone)",
        "add-member S1 in 2 (missing)",
    ];
    assert_eq!(lines(&campus.plan()), Vec::<String>::new());
    assert_eq!(left(&campus.plan()).len(), 2);
    campus.policy.only = Selection::new(["S1".to_owned(), "S2".to_owned()]);
    assert_eq!(lines(&campus.plan()), both);
    campus.policy.only = Selection::default();
    campus.policy.now = NOW + jiff::SignedDuration::from_hours(24);
    assert_eq!(lines(&campus.plan()), both);
    // The other way round is another change.
    campus.policy.now = NOW;
    for stuck in campus.memory.stuck_members.values_mut() {
        stuck.added = !stuck.added;
    }
    assert_eq!(lines(&campus.plan()), both);
}

#[test]
fn a_member_whom_command_does_not_show_is_removed_unseen() {
    let mut campus = Campus::synced();
    let s3 = campus.user("S3").id.clone();
    campus.groups[1]
        .members
        .as_mut()
        .unwrap()
        .retain(|member| *member != s3);
    let key = (CampusId::from("S3"), AccessGroupId::from("2"));
    campus.memory.stuck_members.insert(
        key,
        Unkept {
            added: true,
            at: NOW,
        },
    );
    assert_eq!(left(&campus.plan()), ["S3 in 2 does-not-stick"]);
    campus.person("S3").groups = vec![];
    assert_eq!(lines(&campus.plan()), ["remove-member S3 in 2 (gone)"]);
    campus.person("S3").status = "inactive".into();
    assert_eq!(
        lines(&campus.plan()),
        ["deactivate-user S3 (gone)", "remove-member S3 in 2 (gone)"]
    );
}

#[test]
fn a_campus_id_that_looks_like_a_replaced_user_is_left_alone() {
    let mut campus = Campus::synced();
    let mut odd = person("S1:replaced", "Ed", "Om", &[0]);
    for status in ["active", "inactive"] {
        odd.status = status.into();
        campus.roster.people.push(odd.clone());
        let plan = campus.plan();
        let alone: Vec<Code> = plan.left_alone.iter().map(|left| left.code).collect();
        assert_eq!(
            (lines(&plan), alone),
            (vec![], vec![Code::CampusIdReserved]),
            "{status}"
        );
        campus.roster.people.pop();
    }
    // The old user of somebody who got a new one is retired all the same.
    campus.policy.reprovision = Selection::new(["S1".to_owned()]);
    campus.person("S1").email = "new@campus.example".into();
    odd.status = "active".into();
    campus.roster.people.push(odd);
    campus.sync();
    assert_eq!(campus.user("S1:replaced").active, Some(false));
    assert_eq!(campus.user("S1").active, Some(true));
}

#[test]
fn another_person_s_employee_number_is_corrected_in_one_run() {
    let mut campus = Campus::synced();
    campus.user("S1").profile.employee_number = "S2".into();
    campus.person("S2").title = "Dean".into();
    assert_eq!(
        lines(&campus.sync()),
        ["update-user S1 (drifted)", "update-user S2 (changed)"]
    );
    // Where it is not corrected, it is evidence that does not agree.
    campus.user("S1").profile.employee_number = "S2".into();
    campus.person("S1").status = "inactive".into();
    let plan = campus.plan();
    assert_eq!(left(&plan), ["S2 ambiguous-match"]);
}

#[test]
fn deletion_comes_late_and_only_where_asked() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    campus.sync();
    campus.policy.delete_after_days = Some(90);
    campus.policy.now = NOW + jiff::SignedDuration::from_hours(24 * 90 - 1);
    assert!(campus.plan().is_empty());
    campus.policy.now = NOW + jiff::SignedDuration::from_hours(24 * 90);
    assert_eq!(lines(&campus.sync()), ["delete-user S1 (gone)"]);
}
