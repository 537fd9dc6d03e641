//! Guards, stops, and runs limited to some people.

use super::*;

/// A campus of many, synced: `size` people of two departments in one large group.
pub(super) fn large(size: u32) -> Campus {
    let people = (0..size)
        .map(|number| {
            let mut person = person(&format!("P{number:05}"), "A", &format!("B{number}"), &[0]);
            person.department = if number % 2 == 0 { "Arts" } else { "Law" }.into();
            person
        })
        .collect();
    let mut campus = Campus::of(people, vec![group("1", "Everybody")]);
    campus.sync();
    campus
}

#[test]
fn people_who_are_named_are_no_mass_removal_but_a_group_is_not_emptied() {
    let mut campus = large(60);
    // The day's limit is used up.
    campus.memory.recent.people = 99;
    campus.memory.recent.memberships = 99;
    campus.policy.limits.department_floor = 1;
    campus.policy.limits.department_percent = 1;
    for person in &mut campus.roster.people {
        person.department = "Physics".into();
    }
    campus.sync();
    campus.person("P00007").status = "inactive".into();
    assert!(campus.plan().operations.is_empty());
    campus.policy.only = Selection::new(["P00007".to_owned()]);
    campus.policy.revoke_only = true;
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "deactivate-user P00007 (gone)",
            "remove-member P00007 in 1 (gone)"
        ]
    );
    assert_eq!(
        campus.policy.allowed(),
        [
            "people",
            "memberships",
            "cards",
            "lost-cards",
            "every-card",
            "departments"
        ]
    );

    for person in &mut campus.roster.people {
        person.groups.clear();
    }
    campus.policy.only = Selection::new((0..60).map(|number| format!("P{number:05}")));
    let plan = campus.plan();
    assert!(
        plan.held
            .iter()
            .all(|held| held.code == Code::GuardEmptiedGroup)
    );
    assert_eq!(plan.held.len(), 60);
}

#[test]
fn guards_hold_removals_of_too_many_and_let_the_rest_go_on() {
    // 400 people: 20 may leave in 24 hours.
    let mut campus = large(400);
    campus.policy.allow = BTreeSet::from([Allow::Memberships]);
    for person in &mut campus.roster.people[..20] {
        person.status = "inactive".into();
    }
    assert!(campus.plan().held.is_empty());
    campus.memory.recent.people = 1;
    campus.person("P00399").title = "Dean".into();
    let plan = campus.plan();
    assert_eq!(lines(&plan)[0], "update-user P00399 (changed)");
    assert_eq!(plan.operations.len(), 1);
    assert_eq!(
        plan.held.len(),
        40,
        "nobody of the kind is removed, and their groups stay"
    );
    assert_eq!(plan.tripped[0].code, Code::GuardPeople);
    campus.policy.allow.insert(Allow::People);
    assert!(campus.plan().held.is_empty());
    campus.policy.allow.remove(&Allow::People);
    campus.policy.on_guard = OnGuard::Stop;
    assert_eq!(campus.plan().stops[0].code, Code::GuardPeople);
}

#[test]
fn guards_look_at_memberships_departments_and_emptied_groups() {
    let mut campus = large(400);
    for person in &mut campus.roster.people[..21] {
        person.groups.clear();
    }
    assert_eq!(campus.plan().tripped[0].code, Code::GuardMemberships);
    for person in &mut campus.roster.people {
        person.groups.clear();
    }
    campus.policy.allow = BTreeSet::from([Allow::Memberships]);
    assert_eq!(campus.plan().tripped[0].code, Code::GuardEmptiedGroup);

    let mut campus = large(400);
    for person in &mut campus.roster.people[..50] {
        person.department = "Chess".into();
    }
    campus.sync();
    for person in &mut campus.roster.people[..10] {
        person.status = "inactive".into();
    }
    let plan = campus.plan();
    assert_eq!(plan.tripped[0].code, Code::GuardDepartment);
    assert_eq!(plan.held.len(), 20);
}

#[test]
fn whole_runs_stop_on_a_broken_source_or_the_wrong_ledger() {
    let mut campus = large(40);
    campus.roster.people.truncate(19);
    assert_eq!(campus.plan().stops[0].code, Code::SourceShrunken);
    campus.policy.allow.insert(Allow::ShrunkenSource);
    assert!(campus.plan().stops.is_empty());
    campus.roster.people.clear();
    assert_eq!(campus.plan().stops[0].code, Code::SourceEmpty);

    let mut campus = large(40);
    campus.users.truncate(19);
    assert_eq!(campus.plan().stops[0].code, Code::OtherOrganization);
    let mut campus = large(40);
    campus.policy.organization = "https://other.example/scim".into();
    assert_eq!(campus.plan().stops[0].code, Code::OtherOrganization);

    let mut campus = large(40);
    campus.memory.high_water = Some(NOW - jiff::SignedDuration::from_secs(5));
    campus.memory.users.remove(&CampusId::from("P00007"));
    assert_eq!(campus.plan().stops[0].code, Code::LedgerOlder);
    campus
        .memory
        .unfinished
        .insert(CampusId::from("P00007"), BTreeSet::new());
    assert!(campus.plan().stops.is_empty(), "our own run was cut off");
}

#[test]
fn a_run_for_one_person_takes_nothing_from_anybody_else() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    campus.drop_person("S3");
    campus.roster.people.push(person("S4", "Di", "Fo", &[0, 2]));
    campus.roster.groups.push(group("3", "Gym"));
    campus.policy.only = Selection::new(["S4".to_owned()]);
    assert_eq!(
        lines(&campus.plan()),
        [
            "create-group group 3 (missing)",
            "create-user S4 (missing)",
            "add-member S4 in 1 (missing)",
            "add-member S4 in 3 (missing)",
        ]
    );
    // By the address of somebody whom Atrium no longer has.
    campus.policy.only = Selection::new(["s3@campus.example".to_owned()]);
    assert_eq!(
        lines(&campus.plan()),
        ["deactivate-user S3 (gone)", "remove-member S3 in 2 (gone)"]
    );
    campus.policy.only = Selection::default();
    campus.policy.revoke_only = true;
    assert!(
        campus
            .plan()
            .operations
            .iter()
            .all(|op| op.change.is_removal())
    );
    assert_eq!(campus.plan().operations.len(), 4);
}
