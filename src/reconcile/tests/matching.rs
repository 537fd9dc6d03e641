//! Who is who: links, evidence, campus ids and addresses that change hands.

use super::*;

pub(super) fn stranger(
    id: &str,
    external_id: Option<&str>,
    email: &str,
    last: &str,
    number: &str,
) -> RemoteUser {
    RemoteUser {
        id: UserId::from(id),
        external_id: external_id.map(Text::from),
        profile: Profile {
            email: email.into(),
            first_name: "Ana".into(),
            last_name: last.into(),
            employee_number: number.into(),
            ..Profile::default()
        },
        active: Some(true),
        created: None,
    }
}

#[test]
fn matching_is_by_link_then_evidence_and_never_by_address_alone() {
    let mail = "s1@campus.example";
    for (users, expected) in [
        (
            vec![stranger("x", Some("atrium:S1"), mail, "Ng", "S1")],
            None,
        ),
        (
            vec![stranger("x", Some("00uA"), mail, "Ng", "")],
            Some("foreign-user"),
        ),
        (
            vec![stranger(
                "x",
                Some("00uA"),
                "old@campus.example",
                "Xx",
                "S1",
            )],
            Some("foreign-user"),
        ),
        (
            vec![stranger("x", Some("00uA"), mail, "Other", "")],
            Some("weak-match"),
        ),
        (
            vec![stranger("x", None, mail, "NG", "")],
            Some("native-user"),
        ),
        (
            vec![stranger("x", None, mail, "Other", "")],
            Some("weak-match"),
        ),
        (
            vec![stranger("x", None, "z@campus.example", "Other", "S1")],
            Some("native-user"),
        ),
        (
            vec![stranger("x", Some("atrium:S8"), mail, "Ng", "S8")],
            Some("campus-id-changed"),
        ),
        (
            vec![stranger("x", Some("atrium:S8"), mail, "Gone", "S8")],
            Some("email-held-by-leaver"),
        ),
        (
            vec![stranger(
                "x",
                Some("atrium:S8"),
                "z@campus.example",
                "Ng",
                "S1",
            )],
            Some("ambiguous-match"),
        ),
        (
            vec![
                stranger("x", None, mail, "Ng", ""),
                stranger("y", None, "z@campus.example", "Ng", "S1"),
            ],
            Some("ambiguous-match"),
        ),
        (
            vec![
                stranger("x", Some("atrium:S1"), mail, "Ng", "S1"),
                stranger("y", Some("atrium:S1"), "z@campus.example", "Ng", ""),
            ],
            Some("ambiguous-match"),
        ),
        (
            vec![
                stranger("x", Some("atrium:S1"), mail, "Ng", "S1"),
                stranger("y", None, "z@campus.example", "Ng", "S1"),
            ],
            Some("ambiguous-match"),
        ),
    ] {
        let mut campus = Campus::of(vec![person("S1", "Ana", "Ng", &[])], vec![]);
        campus.users = users.clone();
        let plan = campus.plan();
        let creates = plan
            .operations
            .iter()
            .any(|op| op.change.kind() == ChangeKind::CreateUser);
        assert!(!creates, "{users:?}");
        let codes: Vec<_> = plan
            .left_alone
            .iter()
            .filter(|left| left.subject.person().is_some_and(|id| id.as_str() == "S1"))
            .map(|left| left.code.name())
            .collect();
        assert_eq!(codes, Vec::from_iter(expected), "{users:?}");
    }
}

#[test]
fn a_changed_campus_id_touches_neither_record_until_named() {
    let mut campus = Campus::synced();
    campus.drop_person("S1");
    let mut renumbered = person("N1", "Ana", "Ng", &[0]);
    renumbered.email = "s1@campus.example".into();
    campus.roster.people.push(renumbered);
    let plan = campus.sync();
    assert_eq!(
        left(&plan),
        ["N1 campus-id-changed", "S1 campus-id-changed"]
    );
    campus.policy.rekey = Selection::new(["N1".to_owned()]);
    let plan = campus.plan();
    assert_eq!(lines(&plan), ["update-user N1 (changed)"]);
    campus.apply(&plan);
    campus.memory.users.remove(&CampusId::from("S1"));
    assert!(campus.plan().is_empty());
    assert_eq!(campus.user("N1").profile.employee_number, "N1");
}

#[test]
fn a_leaver_s_address_does_not_make_the_newcomer_the_leaver() {
    let mut campus = Campus::synced();
    campus.drop_person("S1");
    let mut newcomer = person("N1", "Nia", "Oz", &[0]);
    newcomer.email = "s1@campus.example".into();
    campus.roster.people.push(newcomer);
    let plan = campus.sync();
    assert_eq!(
        lines(&plan),
        ["deactivate-user S1 (gone)", "remove-member S1 in 1 (gone)"]
    );
    assert_eq!(left(&plan), ["N1 email-held-by-leaver"]);
}

#[test]
fn swapped_addresses_harm_nobody() {
    let mut campus = Campus::synced();
    campus.person("S1").email = "s2@campus.example".into();
    campus.person("S2").email = "s1@campus.example".into();
    let plan = campus.sync();
    assert_eq!(left(&plan), ["S1 email-changed", "S2 email-changed"]);
}

#[test]
fn a_changed_address_is_held_or_gets_a_new_user() {
    let mut campus = Campus::synced();
    let person = campus.person("S2");
    person.email = "bo@campus.example".into();
    person.title = "Dean".into();
    assert_eq!(lines(&campus.sync()), ["update-user S2 (changed)"]);
    campus.policy.email_change = EmailChange::Reprovision;
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "update-user S2 (email-changed)",
            "create-user S2 (email-changed)",
            "add-member S2 in 1 (drifted)",
            "add-member S2 in 2 (drifted)",
            "deactivate-user S2:replaced (email-changed)",
        ]
    );
    assert_eq!(plan.operations[4].needs, [1, 2, 3]);
    campus.apply(&plan);
    assert!(campus.plan().operations.is_empty());
    // Cut off after the new user was made: the old one is a leaver, also without a ledger.
    campus.memory = Memory::default();
    assert!(campus.plan().operations.is_empty());
    // To an address that somebody has, or outside the domains: not begun.
    let mut campus = Campus::synced();
    campus.policy.email_change = EmailChange::Reprovision;
    campus.policy.email_domains = Some(BTreeSet::from(["campus.example".to_owned()]));
    campus.person("S2").email = "s3@campus.example".into();
    campus.person("S1").email = "s1@partner.example".into();
    assert_eq!(
        left(&campus.sync()),
        ["S1 email-outside-domains", "S2 email-held-by-other"]
    );
}

#[test]
fn a_held_retirement_holds_the_whole_exchange() {
    let mut campus = Campus::synced();
    campus.policy.email_change = EmailChange::Reprovision;
    campus.policy.limits.floor = 0;
    campus.person("S2").email = "bo@campus.example".into();
    let plan = campus.plan();
    assert!(plan.operations.is_empty(), "{:?}", lines(&plan));
    assert_eq!(plan.held.len(), 5);
}

#[test]
fn another_client_s_users_get_groups_and_lose_only_those() {
    let mut campus = Campus::new();
    campus.users = vec![stranger("x", Some("00uA"), "s1@campus.example", "Ng", "")];
    campus.sync();
    assert_eq!(campus.members("Library").len(), 2);
    campus.person("S1").first_name = "Anna".into();
    assert!(campus.plan().is_empty());
    campus.person("S1").status = "inactive".into();
    assert_eq!(lines(&campus.sync()), ["remove-member S1 in 1 (gone)"]);
    assert_eq!(campus.users[0].active, Some(true));
}

#[test]
fn a_taken_over_user_is_no_longer_ours() {
    let mut campus = Campus::synced();
    campus.user("S1").external_id = Some("00uB".into());
    campus.person("S1").title = "Dean".into();
    assert_eq!(left(&campus.sync()), ["S1 foreign-user"]);
    campus.drop_person("S1");
    assert_eq!(lines(&campus.sync()), ["remove-member S1 in 1 (gone)"]);
}

#[test]
fn external_identity_never_writes_users() {
    let mut campus = Campus::new();
    campus.policy.identity = Identity::External;
    campus.users = vec![stranger("x", Some("00uA"), "s1@campus.example", "Ng", "")];
    let plan = campus.sync();
    assert_eq!(
        left(&plan),
        ["S2 awaiting-identity", "S3 awaiting-identity"]
    );
    assert_eq!(campus.members("Library").len(), 1);
}

#[test]
fn a_filter_narrows_what_is_touched_never_what_is_removed() {
    let mut campus = Campus::synced();
    campus.policy.filter = "department=Arts".into();
    campus.person("S1").in_scope = false;
    assert_eq!(left(&campus.sync()), ["S1 filter-changed"]);
    // Unchanged since: still out of scope, still there.
    assert_eq!(left(&campus.sync()), ["S1 out-of-scope"]);
    // Their own data leaves the unchanged filter: nothing new, but what Atrium takes away goes.
    let person = campus.person("S2");
    person.in_scope = false;
    person.groups = vec![1];
    person.title = "Dean".into();
    let plan = campus.sync();
    assert_eq!(lines(&plan), ["remove-member S2 in 1 (gone)"]);
    assert!(left(&plan).contains(&"S2 left-scope".to_owned()));
    assert!(
        left(&campus.plan()).contains(&"S2 left-scope".to_owned()),
        "listed in every run"
    );
    campus.person("S2").status = "inactive".into();
    assert!(lines(&campus.plan()).contains(&"deactivate-user S2 (gone)".to_owned()));
}
