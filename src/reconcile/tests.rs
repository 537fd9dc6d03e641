//! Tables and properties of the plan, on a model of Command that is as strict as the real one is
//! documented to be: a changed username is ignored, a deactivated user is frozen.

mod hostile;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::plan;
use super::policy::{Allow, Policy, Protect, Selection};
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::memory::{GroupMemory, Memory, Refusal, Stuck, StuckMember, UserMemory};
use crate::model::plan::{Change, ChangeKind, Plan, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::{AccessGroup, Person, Place, Roster, Unreadable, UnreadableSubject};
use crate::model::rules::{EmailChange, GroupsGone, Identity, Meaning, OnGuard};
use crate::model::{AccessGroupId, CampusId, Completeness, Field, GroupId, Profile, Text, UserId};

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

/// Both sides, the ledger and the policy, small enough to write down.
#[derive(Clone, Debug)]
struct Campus {
    roster: Roster,
    users: Vec<RemoteUser>,
    groups: Vec<GroupListing>,
    read: Completeness,
    memory: Memory,
    policy: Policy,
    made: u32,
    /// Whether Command keeps external ids to itself.
    hidden: bool,
}

fn place(line: u32) -> Place {
    Place {
        file: "people.csv".into(),
        line,
    }
}

fn person(id: &str, first: &str, last: &str, groups: &[u32]) -> Person {
    Person {
        campus_id: CampusId::from(id),
        first_name: Text::from(first),
        middle_name: Text::default(),
        last_name: Text::from(last),
        email: Text::from(format!("{}@campus.example", id.to_lowercase())),
        phone: Text::default(),
        title: Text::default(),
        department: Text::from("Arts"),
        status: Text::from("Active"),
        valid_from: None,
        valid_until: None,
        groups: groups.to_vec(),
        in_scope: true,
        place: place(2),
    }
}

fn group(id: &str, name: &str) -> AccessGroup {
    AccessGroup {
        id: AccessGroupId::from(id),
        name: Text::from(name),
        in_scope: true,
        place: place(2),
    }
}

impl Campus {
    /// Three people in two groups, nothing in Command yet.
    fn new() -> Self {
        Campus::of(
            vec![
                person("S1", "Ana", "Ng", &[0]),
                person("S2", "Bo", "Li", &[0, 1]),
                person("S3", "Cy", "Ek", &[1]),
            ],
            vec![group("1", "Library"), group("2", "Labs")],
        )
    }

    fn of(people: Vec<Person>, groups: Vec<AccessGroup>) -> Self {
        Campus {
            roster: Roster {
                people,
                groups,
                ..Roster::default()
            },
            users: Vec::new(),
            groups: Vec::new(),
            read: Completeness::Whole,
            memory: Memory::default(),
            policy: Policy::new("https://command.example/scim", date(2026, 11, 23), NOW),
            made: 0,
            hidden: false,
        }
    }

    /// The same, synced once.
    fn synced() -> Self {
        let mut campus = Campus::new();
        campus.sync();
        campus
    }

    fn directory(&self) -> Directory {
        let (mut users, mut groups) = (self.users.clone(), self.groups.clone());
        if self.hidden {
            users.iter_mut().for_each(|user| user.external_id = None);
            groups.iter_mut().for_each(|group| group.external_id = None);
        }
        Directory::assemble(users, groups, self.read.clone())
    }

    fn plan(&self) -> Plan {
        plan(&self.roster, &self.directory(), &self.memory, &self.policy)
    }

    fn person(&mut self, id: &str) -> &mut Person {
        self.roster
            .people
            .iter_mut()
            .find(|person| person.campus_id.as_str() == id)
            .unwrap()
    }

    fn user(&mut self, id: &str) -> &mut RemoteUser {
        let external_id = format!("atrium:{id}");
        self.users
            .iter_mut()
            .find(|user| user.external_id.as_deref() == Some(external_id.as_str()))
            .unwrap()
    }

    fn drop_person(&mut self, id: &str) {
        self.roster
            .people
            .retain(|person| person.campus_id.as_str() != id);
    }

    fn members(&self, name: &str) -> BTreeSet<String> {
        let group = self.groups.iter().find(|group| group.name == name).unwrap();
        let ids = group.members.as_ref().unwrap();
        ids.iter()
            .map(|id| {
                let user = self.users.iter().find(|user| user.id == *id);
                user.map_or_else(|| id.to_string(), |user| user.profile.email.to_string())
            })
            .collect()
    }

    /// Plans, applies what is planned, and plans again: nothing may be left.
    fn sync(&mut self) -> Plan {
        let plan = self.plan();
        self.apply(&plan);
        let again = self.plan();
        assert_eq!(
            lines(&again),
            Vec::<String>::new(),
            "a second plan is not empty: {again:#?}"
        );
        plan
    }

    /// Does what a plan says, as a strict Command would, and remembers it.
    fn apply(&mut self, plan: &Plan) {
        if !plan.stops.is_empty() {
            return;
        }
        self.learn(plan);
        for operation in &plan.operations {
            for need in &operation.needs {
                assert!(plan.operations[*need as usize].stage <= operation.stage);
            }
            let id = operation.subject.person().cloned().unwrap_or_default();
            match &operation.change {
                Change::CreateUser {
                    external_id,
                    profile,
                } => {
                    assert!(
                        !self
                            .users
                            .iter()
                            .any(|u| same_folded(&u.profile.email, &profile.email)),
                        "created twice: {}",
                        profile.email
                    );
                    self.made += 1;
                    let user_id = UserId::from(format!("u{}", self.made).as_str());
                    self.users.push(RemoteUser {
                        id: user_id.clone(),
                        external_id: Some(external_id.clone()),
                        profile: (**profile).clone(),
                        active: Some(true),
                        created: Some(NOW),
                    });
                    let memory = UserMemory {
                        user_id,
                        ours: true,
                        applied: (**profile).clone(),
                        in_scope: true,
                        ..UserMemory::default()
                    };
                    self.memory.users.insert(id, memory);
                }
                Change::UpdateUser { user_id, fields }
                | Change::ReactivateUser { user_id, fields } => {
                    let reopen = operation.change.kind() == ChangeKind::ReactivateUser;
                    let user = self
                        .users
                        .iter_mut()
                        .find(|user| user.id == *user_id)
                        .unwrap();
                    user.active = if reopen { Some(true) } else { user.active };
                    for change in fields {
                        assert_ne!(change.field, Field::Email, "an address is never updated");
                        match change.field {
                            Field::ExternalId => user.external_id = Some(change.new.clone()),
                            field => user.profile.set(field, change.new.clone()),
                        }
                    }
                    let memory = self.memory.users.entry(id).or_default();
                    for change in fields {
                        memory.applied.set(change.field, change.new.clone());
                    }
                    if reopen {
                        memory.closed_by_us = None;
                    }
                }
                Change::DeactivateUser { user_id } => {
                    let user = self
                        .users
                        .iter_mut()
                        .find(|user| user.id == *user_id)
                        .unwrap();
                    user.active = Some(false);
                    if let Some(memory) = self.memory.users.get_mut(&id) {
                        memory.closed_by_us = Some(NOW);
                    }
                }
                Change::DeleteUser { user_id } => {
                    self.users.retain(|user| user.id != *user_id);
                    for group in &mut self.groups {
                        group
                            .members
                            .as_mut()
                            .unwrap()
                            .retain(|member| member != user_id);
                    }
                    self.memory.users.remove(&id);
                }
                Change::CreateGroup { external_id, name } => {
                    assert!(
                        !self
                            .groups
                            .iter()
                            .any(|group| same_folded(&group.name, name))
                    );
                    let access_group_id = operation.subject.access_group().unwrap().clone();
                    self.made += 1;
                    let group_id = GroupId::from(format!("g{}", self.made).as_str());
                    self.groups.push(GroupListing {
                        id: group_id.clone(),
                        external_id: Some(external_id.clone()),
                        name: name.clone(),
                        members: Some(Vec::new()),
                    });
                    let memory = GroupMemory {
                        id: access_group_id,
                        group_id,
                        name: name.clone(),
                    };
                    self.memory.groups.push(memory);
                }
                Change::RenameGroup { group_id, new, .. } => {
                    let group = self.groups.iter_mut().find(|g| g.id == *group_id).unwrap();
                    group.name = new.clone();
                }
                Change::DeleteGroup { group_id } => {
                    self.groups.retain(|group| group.id != *group_id);
                }
                Change::AddMember { user_id, .. } => {
                    let access_group_id = operation.subject.access_group().unwrap();
                    let memory = &self.memory.users[&id];
                    let user_id = user_id.clone().unwrap_or_else(|| memory.user_id.clone());
                    let user = self.users.iter().find(|user| user.id == user_id).unwrap();
                    assert_ne!(
                        user.active,
                        Some(false),
                        "a frozen user is added to a group"
                    );
                    let at = self.group_at(access_group_id);
                    self.groups[at].members.as_mut().unwrap().push(user_id);
                }
                Change::RemoveMember { group_id, user_id } => {
                    let frozen = self
                        .users
                        .iter()
                        .any(|u| u.id == *user_id && u.active == Some(false));
                    let access_group_id = operation.subject.access_group().unwrap().clone();
                    if frozen {
                        self.memory.debts.insert((id, access_group_id));
                    } else {
                        let group = self.groups.iter_mut().find(|g| g.id == *group_id).unwrap();
                        group
                            .members
                            .as_mut()
                            .unwrap()
                            .retain(|member| member != user_id);
                    }
                }
            }
        }
        self.memory.last_filter = Some(self.policy.filter.clone());
        self.memory.last_people = Some(self.roster.people.len() as u64);
        self.memory.organization = Some(self.policy.organization.clone());
        self.memory.runs += 1;
        // The ledger then learns which memberships agree, as it does at the start of every run.
        let again = self.plan();
        self.learn(&again);
    }

    fn learn(&mut self, plan: &Plan) {
        for claim in &plan.bookkeeping.groups {
            let known = self
                .memory
                .groups
                .iter_mut()
                .find(|group| group.id == claim.access_group_id);
            match known {
                Some(group) => {
                    group.group_id = claim.group_id.clone();
                    group.name = claim.name.clone().unwrap_or_default();
                }
                None => self.memory.groups.push(GroupMemory {
                    id: claim.access_group_id.clone(),
                    group_id: claim.group_id.clone(),
                    name: claim.name.clone().unwrap_or_default(),
                }),
            }
        }
        for claim in &plan.bookkeeping.users {
            let memory = self
                .memory
                .users
                .entry(claim.campus_id.clone())
                .or_default();
            if memory.user_id != claim.user_id {
                memory.closed_by_us = None;
            }
            memory.user_id = claim.user_id.clone();
            memory.ours = claim.ours;
            memory.in_scope = claim.in_scope;
            memory.absent_runs = 0;
            if let Some(applied) = &claim.applied {
                memory.applied = (**applied).clone();
            }
        }
        for (id, groups) in &plan.bookkeeping.memberships {
            let positions: Vec<u32> = (0u32..)
                .zip(&self.memory.groups)
                .filter(|(_, group)| groups.contains(&group.id))
                .map(|(at, _)| at)
                .collect();
            if let Some(memory) = self.memory.users.get_mut(id) {
                memory.groups = positions;
            }
        }
        for id in &plan.bookkeeping.open {
            if let Some(memory) = self.memory.users.get_mut(id) {
                memory.closed_by_us = None;
                memory.closing = false;
            }
        }
        for id in &plan.bookkeeping.closed {
            if let Some(memory) = self.memory.users.get_mut(id) {
                memory.closed_by_us = Some(NOW);
                memory.closing = false;
            }
        }
        for (id, runs) in &plan.bookkeeping.absent {
            if let Some(memory) = self.memory.users.get_mut(id) {
                memory.absent_runs = *runs;
            }
        }
    }

    fn group_at(&self, id: &AccessGroupId) -> usize {
        let known = self
            .memory
            .groups
            .iter()
            .find(|group| group.id == *id)
            .unwrap();
        self.groups
            .iter()
            .position(|group| group.id == known.group_id)
            .unwrap()
    }
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::User { campus_id } => campus_id.to_string(),
        Subject::Group { access_group_id } => format!("group {access_group_id}"),
        Subject::Membership {
            campus_id,
            access_group_id,
        } => {
            format!("{campus_id} in {access_group_id}")
        }
        Subject::Remote { id } => id.to_string(),
        Subject::Run => "run".to_owned(),
    }
}

/// What a plan does, a line each.
fn lines(plan: &Plan) -> Vec<String> {
    let planned = plan.operations.iter().map(|op| {
        format!(
            "{} {} ({})",
            op.change.kind().name(),
            subject(&op.subject),
            op.situation
        )
    });
    let held = plan.held.iter().map(|held| {
        format!(
            "held {} {} ({})",
            held.operation.change.kind().name(),
            subject(&held.operation.subject),
            held.code
        )
    });
    let stops = plan.stops.iter().map(|stop| format!("stop {}", stop.code));
    planned.chain(held).chain(stops).collect()
}

fn left(plan: &Plan) -> Vec<String> {
    plan.left_alone
        .iter()
        .map(|left| format!("{} {}", subject(&left.subject), left.code))
        .collect()
}

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

fn stranger(
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
    campus.memory = Memory {
        unfinished: HashSet::from([CampusId::from("S1")]),
        unfinished_groups: HashSet::from([AccessGroupId::from("1")]),
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
        let stuck = StuckMember { added, at: NOW };
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
        StuckMember {
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

/// A campus of many, synced: `size` people of two departments in one large group.
fn large(size: u32) -> Campus {
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
        ["people", "memberships", "departments"]
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
    campus.memory.unfinished.insert(CampusId::from("P00007"));
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

/// A small random day: what changes in Atrium and in Command.
#[derive(Clone, Debug)]
enum Event {
    Status(usize, &'static str),
    Vanish(usize),
    Join(u8, Vec<u32>),
    Groups(usize, Vec<u32>),
    LastName(usize, u8),
    Email(usize, u8),
    CloseInCommand(usize),
    DriftInCommand(usize),
    RenameGroup(usize, u8),
    ForgetLedger,
}

fn event() -> impl Strategy<Value = Event> {
    let groups = || proptest::collection::btree_set(0u32..3, 0..3).prop_map(Vec::from_iter);
    prop_oneof![
        (
            0..9usize,
            prop_oneof![Just("Active"), Just("inactive"), Just("leave"), Just("Odd")]
        )
            .prop_map(|(at, status)| Event::Status(at, status)),
        (0..9usize).prop_map(Event::Vanish),
        (0..12u8, groups()).prop_map(|(id, groups)| Event::Join(id, groups)),
        (0..9usize, groups()).prop_map(|(at, groups)| Event::Groups(at, groups)),
        (0..9usize, 0..4u8).prop_map(|(at, name)| Event::LastName(at, name)),
        (0..9usize, 0..12u8).prop_map(|(at, mail)| Event::Email(at, mail)),
        (0..9usize).prop_map(Event::CloseInCommand),
        (0..9usize).prop_map(Event::DriftInCommand),
        (0..3usize, 0..4u8).prop_map(|(at, name)| Event::RenameGroup(at, name)),
        Just(Event::ForgetLedger),
    ]
}

fn random_person(id: u8, groups: Vec<u32>) -> Person {
    person(&format!("R{id}"), "Al", &format!("Name{id}"), &groups)
}

fn live(campus: &mut Campus, event: &Event) {
    let people = campus.roster.people.len();
    let users = campus.users.len();
    match event {
        Event::Status(at, status) if people > 0 => {
            campus.roster.people[at % people].status = (*status).into();
        }
        Event::Vanish(at) if people > 1 => {
            campus.roster.people.remove(at % people);
        }
        Event::Join(id, groups) => {
            let person = random_person(*id, groups.clone());
            if !campus
                .roster
                .people
                .iter()
                .any(|other| other.campus_id == person.campus_id)
            {
                campus.roster.people.push(person);
            }
        }
        Event::Groups(at, groups) if people > 0 => {
            campus.roster.people[at % people].groups = groups.clone();
        }
        Event::LastName(at, name) if people > 0 => {
            campus.roster.people[at % people].last_name = format!("Name{name}").into();
        }
        Event::Email(at, mail) if people > 0 => {
            campus.roster.people[at % people].email = format!("r{mail}@campus.example").into();
        }
        Event::CloseInCommand(at) if users > 0 => {
            let user = &mut campus.users[at % users];
            // Closed by hand, so what we closed before is no longer ours to reopen only if it
            // was open.
            user.active = Some(false);
        }
        Event::DriftInCommand(at) if users > 0 => {
            campus.users[at % users].profile.title = "Made up".into();
        }
        Event::RenameGroup(at, name) => {
            let groups = campus.roster.groups.len();
            campus.roster.groups[at % groups].name = format!("Group {name}").into();
        }
        Event::ForgetLedger => campus.memory = Memory::default(),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens, a sync converges, touches nothing that is not ours, reopens nothing that
    /// was closed by hand, and its result does not depend on the order of the records.
    #[test]
    fn every_day_converges(
        days in proptest::collection::vec(proptest::collection::vec(event(), 0..5), 1..5),
        reprovision in any::<bool>(),
        hidden in any::<bool>(),
    ) {
        let mut campus = Campus::of(
            (0..6).map(|id| random_person(id, vec![u32::from(id) % 3])).collect(),
            vec![group("1", "Group 0"), group("2", "Group 1"), group("3", "Group 2")],
        );
        campus.hidden = hidden;
        campus.policy.person_status.insert("leave".into(), Meaning::Suspended);
        if reprovision {
            campus.policy.email_change = EmailChange::Reprovision;
        }
        // Not ours: a native user with an address of ours, and one of another client.
        campus.users = vec![
            stranger("n1", None, "r9@campus.example", "Native", ""),
            stranger("f1", Some("00uZ"), "r10@campus.example", "Name10", ""),
        ];
        for day in &days {
            for event in day {
                live(&mut campus, event);
            }
            let not_ours: BTreeMap<UserId, RemoteUser> = campus
                .users
                .iter()
                .filter(|user| !user.external_id.as_deref().unwrap_or("").starts_with("atrium:"))
                .map(|user| (user.id.clone(), user.clone()))
                .collect();
            let closed: HashSet<UserId> = campus
                .users
                .iter()
                .filter(|user| user.active == Some(false))
                .map(|user| user.id.clone())
                .collect();
            let closed_by_us: HashSet<UserId> = campus
                .memory
                .users
                .values()
                .filter(|memory| memory.closed_by_us.is_some())
                .map(|memory| memory.user_id.clone())
                .collect();
            let plan = campus.plan();
            let mut shuffled = campus.clone();
            shuffled.roster.people.reverse();
            shuffled.users.reverse();
            shuffled.groups.reverse();
            let other = shuffled.plan();
            prop_assert_eq!(&plan.operations, &other.operations);
            prop_assert_eq!(&plan.digest, &other.digest);
            prop_assert_eq!(&plan.left_alone, &other.left_alone);

            campus.apply(&plan);
            if plan.stops.is_empty() {
                let again = campus.plan();
                prop_assert!(again.operations.is_empty(), "left: {:#?}", lines(&again));
            }
            let mut open: Vec<&str> = campus
                .users
                .iter()
                .filter(|user| user.active == Some(true))
                .filter_map(|user| user.external_id.as_deref()?.strip_prefix("atrium:"))
                .map(|id| id.strip_suffix(":replaced").unwrap_or(id))
                .collect();
            open.sort_unstable();
            prop_assert!(open.windows(2).all(|pair| pair[0] != pair[1]), "two open users: {open:?}");
            for user in &campus.users {
                if let Some(before) = not_ours.get(&user.id) {
                    prop_assert_eq!(before, user);
                }
                if closed.contains(&user.id) && user.active == Some(true) {
                    prop_assert!(closed_by_us.contains(&user.id), "reopened {:?}", user);
                }
            }
            for operation in &plan.operations {
                for need in &operation.needs {
                    prop_assert!((*need as usize) < plan.operations.len());
                }
            }
        }
    }

    /// No guard lets more through than is allowed.
    #[test]
    fn guards_keep_their_limit(leaving in 0usize..60, recent in 0u32..30) {
        let mut campus = large(100);
        campus.memory.recent.people = recent;
        campus.memory.recent.memberships = recent;
        for person in &mut campus.roster.people[..leaving] {
            person.status = "inactive".into();
        }
        let plan = campus.plan();
        let removed = plan.operations.iter().filter(|op| op.change.kind() == ChangeKind::DeactivateUser).count();
        prop_assert!(removed == 0 || removed + recent as usize <= 10);
        prop_assert_eq!(removed == 0, leaving == 0 || leaving + recent as usize > 10);
    }
}
