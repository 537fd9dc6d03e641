//! Adopted users that SCIM can't change or does not list, and groups that are bound by hand.

use super::matching::stranger;
use super::*;

fn refused(campus: &mut Campus, values: &str, at: Timestamp) {
    let refusal = Refusal {
        code: Code::NotOverScim,
        values: values.into(),
        at,
    };
    campus.memory.refusals.insert(CampusId::from("S1"), refusal);
}

fn left(plan: &Plan, code: Code) -> Vec<(Situation, String)> {
    let left = plan.left_alone.iter().filter(|left| left.code == code);
    left.map(|left| (left.situation, left.detail.clone()))
        .collect()
}

#[test]
fn what_scim_may_not_change_is_told_once_and_not_tried() {
    let mut campus = Campus::synced();
    campus.user("S1").profile.last_name = "Old".into();
    refused(&mut campus, Refusal::ADOPTED, Timestamp::MIN);
    // A group that the user could not join either.
    campus.person("S1").groups = vec![0, 1];
    let plan = campus.plan();
    assert_eq!(lines(&plan), Vec::<String>::new());
    let id = campus.user("S1").id.clone();
    let detail = format!("user {id}: names and 2 groups are left");
    assert_eq!(
        left(&plan, Code::NotOverScim),
        [(Situation::Native, detail)]
    );
    // By name it is tried again.
    campus.policy.only = Selection::new(["S1".to_owned()]);
    let kinds: Vec<_> = campus
        .plan()
        .operations
        .iter()
        .map(|operation| operation.change.kind())
        .collect();
    assert_eq!(kinds, [ChangeKind::UpdateUser, ChangeKind::AddMember]);
    // What was refused without an adoption is tried again after a day.
    campus.policy.only = Selection::default();
    refused(&mut campus, "last_name=Ng", NOW);
    assert_eq!(lines(&campus.plan()).len(), 0);
    campus.policy.now = NOW + jiff::SignedDuration::from_hours(25);
    assert_eq!(lines(&campus.plan()).len(), 2);
}

#[test]
fn a_leaver_whom_scim_may_not_change_is_to_be_deactivated_by_hand() {
    for how in ["stated", "suspended", "absent"] {
        let mut campus = Campus::synced();
        refused(&mut campus, Refusal::ADOPTED, NOW);
        match how {
            "stated" => campus.person("S1").status = "Inactive".into(),
            "suspended" => {
                let suspended = ("leave".to_owned(), Meaning::Suspended);
                campus.policy.person_status.extend([suspended]);
                campus.person("S1").status = "Leave".into();
            }
            _ => campus.drop_person("S1"),
        }
        let plan = campus.plan();
        let kinds = plan.operations.iter().map(|op| op.change.kind());
        assert!(
            !kinds.clone().any(|kind| kind == ChangeKind::DeactivateUser),
            "{how}"
        );
        let told = left(&plan, Code::NotOverScim);
        assert_eq!(told.len(), 1, "{how}: {plan:#?}");
        assert!(told[0].1.ends_with("in Command by hand"), "{how}: {told:?}");
        campus.user("S1").active = Some(false);
        assert_eq!(left(&campus.plan(), Code::NotOverScim), [], "{how}");
    }
}

#[test]
fn whom_only_the_rest_api_lists_under_our_id_is_not_made_twice() {
    let mut campus = Campus::new();
    let row = crate::model::access::AccessUser {
        id: "a1".into(),
        external_id: "atrium:S1".into(),
        ..Default::default()
    };
    let hidden = |campus: &Campus| {
        let mut directory = campus.directory();
        let access = crate::model::access::Access {
            users: vec![row.clone()],
            ..Default::default()
        };
        directory.access = Some(access);
        plan(&campus.roster, &directory, &campus.memory, &campus.policy)
    };
    let plan = hidden(&campus);
    let made = plan
        .operations
        .iter()
        .filter(|op| op.change.kind() == ChangeKind::CreateUser);
    let made: Vec<&str> = made.map(|op| op.label.as_str()).collect();
    assert_eq!(made, ["Bo Li", "Cy Ek"]);
    assert_eq!(
        left(&plan, Code::NotInScim),
        [(Situation::Native, "user a1 of the REST API".to_owned())]
    );
    campus.person("S1").status = "Inactive".into();
    let told = left(&hidden(&campus), Code::NotInScim);
    assert!(
        told[0].1.ends_with("deactivate it in Command by hand"),
        "{told:?}"
    );
}

fn listing(id: &str, external_id: Option<&str>, name: &str) -> GroupListing {
    GroupListing {
        id: id.into(),
        external_id: external_id.map(Text::from),
        name: name.into(),
        members: Some(Vec::new()),
    }
}

fn bind(campus: &mut Campus, access_group: &str, group: &str) {
    campus
        .policy
        .group_bindings
        .insert(access_group.into(), group.into());
}

#[test]
fn a_bound_group_is_the_group_whatever_else_says_so() {
    let mut campus = Campus::new();
    campus.groups = vec![
        listing("g-okta", Some("00gA"), "Okta's library"),
        listing("g-ours", Some("atrium-group:1"), "Library"),
    ];
    bind(&mut campus, "1", "g-okta");
    let plan = campus.plan();
    let told = left(&plan, Code::GroupBinding);
    assert_eq!(
        told,
        [(
            Situation::LocalExtra,
            "group g-ours \"Library\" was it before".to_owned()
        )]
    );
    // Its name is Atrium's, and is taken for the time being.
    let held: Vec<_> = plan.held.iter().map(|held| held.code).collect();
    assert!(held.contains(&Code::GroupNameTaken), "{plan:#?}");

    campus.groups.pop();
    campus.sync();
    assert_eq!(campus.members("Library").len(), 2);
    assert_eq!(
        campus
            .groups
            .iter()
            .filter(|g| g.id.as_str() == "g-okta")
            .count(),
        1
    );
    assert_eq!(campus.groups.len(), 2, "{:?}", campus.groups);
}

#[test]
fn a_binding_to_nothing_makes_nothing() {
    let mut campus = Campus::new();
    bind(&mut campus, "1", "g-none");
    let plan = campus.plan();
    assert_eq!(
        left(&plan, Code::GroupBinding),
        [(
            Situation::Ambiguous,
            "Command lists no group g-none".to_owned()
        )]
    );
    let groups = plan.operations.iter();
    let made = groups.filter(|op| op.change.kind() == ChangeKind::CreateGroup);
    assert_eq!(made.count(), 1);
}

#[test]
fn a_bound_group_is_no_other_access_group() {
    let mut campus = Campus::new();
    campus.groups = vec![listing("g", Some("atrium-group:2"), "Labs")];
    campus.users = vec![stranger("x", None, "x@campus.example", "X", "")];
    bind(&mut campus, "1", "g");
    let plan = campus.plan();
    let renamed = plan.operations.iter().filter_map(|op| match &op.change {
        Change::RenameGroup { old, new, .. } => Some((old.as_str(), new.as_str())),
        _ => None,
    });
    assert_eq!(renamed.collect::<Vec<_>>(), [("Labs", "Library")]);
    let made = plan.operations.iter().filter_map(|op| match &op.change {
        Change::CreateGroup { name, .. } => Some(name.as_str()),
        _ => None,
    });
    assert_eq!(made.collect::<Vec<_>>(), ["Labs"]);
}
