//! What must never come out of a plan: access that somebody closed, access that Atrium took away,
//! removals from people who are not concerned, and plans that never come to an end.

use super::guards::large;
use super::matching::stranger;
use super::*;

fn named(names: &[&str]) -> Selection {
    Selection::new(names.iter().map(|name| (*name).to_owned()))
}

#[test]
fn that_we_once_closed_a_user_does_not_reopen_what_was_closed_later() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    campus.sync();
    // Back in Atrium, and reactivated in Command before we came to it; a run sees it open.
    campus.person("S1").status = "active".into();
    campus.user("S1").active = Some(true);
    assert!(campus.sync().operations.is_empty());
    campus.user("S1").active = Some(false);
    assert_eq!(left(&campus.sync()), ["S1 closed-in-command"]);
}

#[test]
fn that_we_closed_a_user_says_nothing_about_another_one_of_the_same_person() {
    for status in ["active", "inactive"] {
        let mut campus = Campus::synced();
        campus.person("S1").status = "inactive".into();
        campus.sync();
        // Removed for good, made again elsewhere, closed in Command.
        campus.user("S1").id = UserId::from("another");
        campus.groups[0].members.as_mut().unwrap().clear();
        campus.person("S1").status = status.into();
        campus.policy.delete_after_days = Some(90);
        campus.policy.now = NOW + jiff::SignedDuration::from_hours(24 * 91);
        let ours = |line: &String| line.contains(" S1 ");
        let plan = campus.plan();
        assert!(
            !lines(&plan).iter().any(ours),
            "{status}: {:?}",
            lines(&plan)
        );
        campus.drop_person("S1");
        let plan = campus.plan();
        assert!(!lines(&plan).iter().any(ours), "absent: {:?}", lines(&plan));
    }
}

#[test]
fn a_returner_waits_if_yesterday_s_groups_can_not_be_taken() {
    let mut campus = Campus::synced();
    campus.person("S2").status = "inactive".into();
    campus.sync();
    let person = campus.person("S2");
    person.status = "active".into();
    person.groups = vec![1];
    campus.policy.limits.floor = 0;
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "held remove-member S2 in 1 (guard-memberships)",
            "held reactivate-user S2 (needs-held)",
        ]
    );
}

#[test]
fn a_run_for_one_person_takes_the_whole_exchange_of_users() {
    let mut campus = Campus::synced();
    campus.policy.reprovision = named(&["S2"]);
    campus.policy.only = named(&["S2"]);
    campus.person("S2").email = "bo@campus.example".into();
    let whole = campus.plan();
    assert_eq!(whole.operations.len(), 5, "{:?}", lines(&whole));
    // A guard that holds a part holds the whole; it does not hold who is named.
    campus.policy.limits.floor = 0;
    assert_eq!(lines(&campus.plan()), lines(&whole));
    campus.policy.only = named(&[]);
    let held = campus.plan();
    assert_eq!(
        (held.operations.len(), held.held.len()),
        (0, 5),
        "{:?}",
        lines(&held)
    );
    campus.policy.only = named(&["S2"]);
    // Nothing but removals is asked for: nothing is replaced, so nothing is retired.
    campus.policy.revoke_only = true;
    assert_eq!(lines(&campus.plan()), Vec::<String>::new());
}

#[test]
fn a_run_for_one_person_takes_all_that_its_groups_need() {
    let mut campus = Campus::synced();
    campus.roster.groups[1].name = "Old labs".into();
    campus.roster.groups.push(group("3", "Labs"));
    campus.person("S1").groups = vec![0, 2];
    campus.policy.only = named(&["S1"]);
    assert_eq!(
        lines(&campus.plan()),
        [
            "rename-group group 2 (changed)",
            "create-group group 3 (missing)",
            "add-member S1 in 3 (missing)",
        ]
    );
}

#[test]
fn only_leavers_of_ours_are_deleted() {
    let late = NOW + jiff::SignedDuration::from_hours(24 * 91);
    let gone = |status: &str| {
        let mut campus = Campus::synced();
        campus
            .policy
            .person_status
            .insert("leave".into(), Meaning::Suspended);
        campus.person("S1").status = status.into();
        campus.sync();
        campus.policy.delete_after_days = Some(90);
        campus.policy.now = late;
        campus
    };
    assert_eq!(lines(&gone("inactive").plan()), ["delete-user S1 (gone)"]);
    // Suspended for the time being.
    assert!(gone("leave").plan().is_empty());
    let mut campus = gone("leave");
    campus.person("S1").status = "active".into();
    campus.person("S1").valid_from = Some(date(2030, 1, 1));
    assert!(campus.plan().is_empty(), "not yet a member again");
    // Another client's identities.
    let mut campus = gone("inactive");
    campus.policy.identity = Identity::External;
    assert!(campus.plan().is_empty());
    // Protected by the address in Command, absent from Atrium.
    let mut campus = gone("inactive");
    campus.drop_person("S1");
    assert_eq!(lines(&campus.plan()), ["delete-user S1 (gone)"]);
    campus.policy.protect = Protect::new(["s1@campus.example"]);
    assert!(campus.plan().is_empty());
}

#[test]
fn protection_by_the_address_in_command_covers_memberships_and_exchanges() {
    let mut campus = Campus::synced();
    campus.policy.protect = Protect::new(["s1@campus.example", "group:Labs"]);
    campus.policy.email_change = EmailChange::Reprovision;
    let person = campus.person("S1");
    person.email = "ana@campus.example".into();
    person.groups.clear();
    campus.person("S2").groups = vec![0];
    // The group's name is being changed in the same run.
    campus.roster.groups[1].name = "Store".into();
    assert_eq!(lines(&campus.plan()), ["rename-group group 2 (changed)"]);

    let mut campus = Campus::synced();
    campus.policy.protect = Protect::new(["S2"]);
    campus.policy.groups_gone = GroupsGone::Delete;
    campus.roster.groups.pop();
    for person in &mut campus.roster.people {
        person.groups.retain(|group| *group == 0);
    }
    let plan = campus.plan();
    assert_eq!(lines(&plan), ["remove-member S3 in 2 (gone)"]);
    assert_eq!(left(&plan), ["S2 in 2 protected"]);
}

#[test]
fn an_old_user_works_until_its_replacement_does() {
    let begun = || {
        let mut campus = Campus::synced();
        campus.policy.email_change = EmailChange::Reprovision;
        campus.person("S2").email = "bo@campus.example".into();
        let mut plan = campus.plan();
        // Cut off after the mark.
        plan.operations.truncate(1);
        campus.apply(&plan);
        campus
    };
    // The new user can't be made: the old one is all that there is.
    let mut campus = begun();
    let refusal = Refusal {
        code: Code::HeldByInvisible,
        values: "bo@campus.example".into(),
        at: NOW,
    };
    campus.memory.refusals.insert(CampusId::from("S2"), refusal);
    let plan = campus.sync();
    assert_eq!(lines(&plan), Vec::<String>::new());
    assert_eq!(
        left(&plan),
        ["S2 held-by-invisible", "S2:replaced email-changed"]
    );
    // It can be made: the old one goes last.
    let mut campus = begun();
    let plan = campus.sync();
    assert_eq!(
        lines(&plan),
        [
            "create-user S2 (missing)",
            "add-member S2 in 1 (drifted)",
            "add-member S2 in 2 (drifted)",
            "deactivate-user S2:replaced (email-changed)",
        ]
    );
    assert_eq!(plan.operations[3].needs, [0, 1, 2]);
    // The person leaves meanwhile, as Atrium states or by absence.
    let mut campus = begun();
    campus.person("S2").status = "inactive".into();
    let plan = campus.sync();
    assert_eq!(lines(&plan)[0], "deactivate-user S2:replaced (gone)");
    let mut campus = begun();
    campus.drop_person("S2");
    campus.roster.completeness = Completeness::Partial("cut short".into());
    assert_eq!(left(&campus.plan()), ["S2:replaced source-incomplete"]);
    campus.roster.completeness = Completeness::Whole;
    assert_eq!(
        lines(&campus.sync())[0],
        "deactivate-user S2:replaced (gone)"
    );
    // Unsure who the person is: nothing is taken.
    let mut campus = begun();
    campus.person("S2").status = "odd".into();
    assert!(campus.plan().is_empty());
}

#[test]
fn an_old_user_is_retired_where_external_ids_are_hidden() {
    let mut campus = Campus::new();
    campus.hidden = true;
    campus.sync();
    campus.policy.email_change = EmailChange::Reprovision;
    campus.person("S2").email = "bo@campus.example".into();
    let mut plan = campus.plan();
    assert_eq!(plan.operations.len(), 5);
    // Cut off before the old user is retired.
    plan.operations.truncate(4);
    campus.apply(&plan);
    assert_eq!(
        lines(&campus.plan())[0],
        "deactivate-user S2:replaced (gone)"
    );
    campus.sync();
    let old = campus
        .users
        .iter()
        .find(|user| user.profile.email == "s2@campus.example");
    assert_eq!(old.unwrap().active, Some(false));
}

#[test]
fn the_number_of_a_replaced_user_is_no_evidence() {
    let mut campus = Campus::synced();
    campus.policy.email_change = EmailChange::Reprovision;
    campus.person("S2").email = "bo@campus.example".into();
    campus.sync();
    // A server that does not clear values.
    campus.user("S2:replaced").profile.employee_number = "S2".into();
    campus.person("S2").title = "Dean".into();
    assert_eq!(lines(&campus.sync()), ["update-user S2 (changed)"]);
}

#[test]
fn a_group_of_another_access_group_is_not_taken_for_the_ledger_s_sake() {
    let mut campus = Campus::synced();
    campus.groups[0].external_id = Some("atrium-group:2".into());
    campus.groups.remove(1);
    let plan = campus.sync();
    assert!(!lines(&plan).iter().any(|line| line.contains("in 1")));
    // Nor is it gone where the other one is not in Atrium.
    let mut campus = Campus::synced();
    campus.groups[0].external_id = Some("atrium-group:9".into());
    let plan = campus.plan();
    assert_eq!(lines(&plan), Vec::<String>::new());
    assert_eq!(left(&plan), ["group 1 ambiguous-match"]);
    // Two access groups of the ledger with one group.
    let mut campus = Campus::synced();
    campus.groups.truncate(1);
    campus.groups[0].external_id = None;
    campus.memory.groups[1].group_id = campus.groups[0].id.clone();
    let plan = campus.plan();
    assert_eq!(lines(&plan), Vec::<String>::new());
}

#[test]
fn who_is_suspended_keeps_no_access_by_another_road() {
    let suspend = |campus: &mut Campus| {
        campus
            .policy
            .person_status
            .insert("leave".into(), Meaning::Suspended);
        campus.person("S1").status = "leave".into();
    };
    // The account is another client's: the groups are all that we can take.
    let mut campus = Campus::new();
    campus.users = vec![stranger("x", Some("00uA"), "s1@campus.example", "Ng", "")];
    campus.sync();
    suspend(&mut campus);
    assert_eq!(lines(&campus.sync()), ["remove-member S1 in 1 (gone)"]);
    campus.person("S1").status = "active".into();
    assert_eq!(campus.sync().operations.len(), 1);
    let mut campus = Campus::synced();
    campus.policy.identity = Identity::External;
    suspend(&mut campus);
    assert_eq!(lines(&campus.sync()), ["remove-member S1 in 1 (gone)"]);
    // Outside the filter, and where not all evidence agrees.
    let mut campus = Campus::synced();
    campus.person("S1").in_scope = false;
    suspend(&mut campus);
    assert_eq!(lines(&campus.sync()), ["deactivate-user S1 (gone)"]);
    let mut campus = Campus::synced();
    campus
        .users
        .push(stranger("n", None, "n@campus.example", "Nu", "S1"));
    suspend(&mut campus);
    assert_eq!(lines(&campus.sync()), ["deactivate-user S1 (gone)"]);
}

#[test]
fn a_closed_user_is_left_in_peace() {
    // Outside the filter, with a group that Atrium takes away.
    let mut campus = Campus::synced();
    campus.user("S2").active = Some(false);
    let person = campus.person("S2");
    person.in_scope = false;
    person.groups = vec![1];
    campus.sync();
    // A returner whose address the token does not cover.
    let mut campus = Campus::synced();
    campus.person("S2").status = "inactive".into();
    campus.sync();
    campus.policy.email_domains = Some(BTreeSet::from(["elsewhere.example".to_owned()]));
    let person = campus.person("S2");
    person.status = "active".into();
    person.groups = vec![1];
    campus.sync();
    // One whom another client is to reactivate.
    let mut campus = Campus::synced();
    campus.policy.identity = Identity::External;
    campus.user("S1").active = Some(false);
    campus.person("S1").groups = vec![0, 1];
    assert!(campus.sync().operations.is_empty());
    // One of whom Command does not say whether it is active.
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    campus.sync();
    campus.user("S1").active = None;
    assert!(campus.plan().is_empty());
}

#[test]
fn absence_is_counted_also_of_users_whom_the_ledger_does_not_know() {
    let mut campus = Campus::synced();
    campus.policy.absent_runs = 2;
    campus.drop_person("S3");
    campus.memory = Memory::default();
    let plan = campus.plan();
    assert_eq!(left(&plan), ["S3 absent-not-yet"]);
    campus.learn(&plan);
    assert_eq!(lines(&campus.plan())[0], "deactivate-user S3 (gone)");
}

#[test]
fn leavers_deleted_in_command_do_not_make_it_another_organization() {
    let mut campus = large(40);
    campus.policy.allow = Allow::ALL.map(|(_, allow)| allow).into();
    for person in &mut campus.roster.people[..30] {
        person.status = "inactive".into();
    }
    campus.sync();
    campus.roster.people.drain(..30);
    campus.users.retain(|user| user.active == Some(true));
    assert!(campus.plan().stops.is_empty(), "{:?}", campus.plan().stops);
}

#[test]
fn a_short_list_does_not_mean_that_somebody_was_deleted() {
    let mut campus = Campus::synced();
    let id = campus.user("S1").id.clone();
    campus.users.retain(|user| user.id != id);
    campus.read = Completeness::Partial("a page is missing".into());
    assert!(!left(&campus.plan()).contains(&"S1 deleted-in-command".to_owned()));
    assert!(left(&campus.plan()).contains(&"S1 target-incomplete".to_owned()));
}

#[test]
fn a_leaver_s_second_row_does_not_keep_the_account() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    let mut twin = person("S9", "Ana", "Ng", &[]);
    twin.email = "s1@campus.example".into();
    twin.status = "inactive".into();
    campus.roster.people.push(twin);
    assert_eq!(lines(&campus.sync())[0], "deactivate-user S1 (gone)");
}

#[test]
fn no_family_name_is_no_equal_family_name() {
    let mut campus = Campus::new();
    campus.person("S1").last_name = "".into();
    campus.users = vec![stranger("x", Some("00uA"), "s1@campus.example", "", "")];
    campus.users[0].profile.first_name = "Somebody".into();
    assert_eq!(left(&campus.sync()), ["S1 weak-match"]);
    campus.person("S1").first_name = "Somebody".into();
    assert_eq!(left(&campus.plan()), ["S1 foreign-user"]);
}

#[test]
fn guards_count_what_would_be_done_and_nothing_that_is_held() {
    // People over the limit are held with their groups; somebody else's membership still goes.
    let mut campus = large(400);
    campus.policy.allow.insert(Allow::Departments);
    for person in &mut campus.roster.people[..60] {
        person.status = "inactive".into();
    }
    campus.roster.people[399].groups.clear();
    let plan = campus.plan();
    assert_eq!(lines(&plan)[0], "remove-member P00399 in 1 (gone)");
    assert_eq!(plan.tripped.len(), 1);

    // A group is emptied if those who are to join it are held.
    let mut campus = large(400);
    campus.policy.email_change = EmailChange::Reprovision;
    campus.roster.groups.push(group("2", "Chess"));
    for person in &mut campus.roster.people[..4] {
        person.groups = vec![0, 1];
    }
    campus.sync();
    for person in &mut campus.roster.people[..4] {
        person.groups = vec![0];
    }
    campus.roster.people[4].groups = vec![0, 1];
    campus.roster.people[4].email = "new@campus.example".into();
    campus.memory.recent.people = 30;
    assert!(
        campus
            .plan()
            .tripped
            .iter()
            .any(|tripped| tripped.code == Code::GuardEmptiedGroup),
        "{:?}",
        lines(&campus.plan())
    );
}

#[test]
fn deleted_groups_count_with_their_members() {
    let mut campus = large(30);
    for number in 0..12 {
        campus
            .roster
            .groups
            .push(group(&format!("x{number}"), &format!("Club {number}")));
        campus.roster.people[number as usize].groups = vec![0, number + 1];
    }
    campus.sync();
    campus.roster.groups.truncate(1);
    for person in &mut campus.roster.people {
        person.groups = vec![0];
    }
    campus.policy.groups_gone = GroupsGone::Delete;
    let plan = campus.plan();
    assert_eq!((plan.operations.len(), plan.held.len()), (0, 12));
    assert_eq!(plan.tripped[0].code, Code::GuardMemberships);
    campus.policy.allow.insert(Allow::Memberships);
    // Of a group whose members can't be read nobody knows who would lose what.
    campus.groups[3].members = None;
    let plan = campus.plan();
    assert_eq!(plan.operations.len(), 11);
    assert!(left(&plan)[0].ends_with("members-unread"));
}
