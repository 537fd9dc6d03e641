//! Tables and properties of the plan, on a model of Command that is as strict as the real one is
//! documented to be: a changed username is ignored, a deactivated user is frozen.

mod adopted;
mod cards;
mod days;
mod groups;
mod guards;
mod hostile;
mod matching;
mod users;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::plan;
use super::policy::{Allow, Policy, Protect, Selection};
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::memory::{GroupMemory, Memory, Refusal, Stuck, Unkept, UserMemory};
use crate::model::plan::{Change, ChangeKind, Plan, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::{AccessGroup, Person, Place, Roster, Unreadable, UnreadableSubject};
use crate::model::rules::{
    CardMeaning, EmailChange, GroupsGone, Identity, Meaning, OnGuard, Verify,
};
use crate::model::{AccessGroupId, CampusId, Completeness, Field, GroupId, Profile, Text, UserId};
use jiff::Timestamp;
use jiff::civil::date;

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
    /// What the REST API has; `None` without an API key.
    rest: Option<cards::Rest>,
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
        credentials: Vec::new(),
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
            rest: None,
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
        let mut directory = self.directory();
        if let Some(rest) = &self.rest {
            directory.access = Some(rest.access(&self.reads()));
        }
        plan(&self.roster, &directory, &self.memory, &self.policy)
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
        let mut failed = HashSet::new();
        for (at, operation) in (0u32..).zip(&plan.operations) {
            if operation.needs.iter().any(|need| failed.contains(need)) {
                failed.insert(at);
                continue;
            }
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
                    self.appear();
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
                Change::AddCard { .. }
                | Change::RemoveCard { .. }
                | Change::MoveCard { .. }
                | Change::ActivateCard { .. } => {
                    if !self.apply_card(operation) {
                        failed.insert(at);
                    }
                }
            }
        }
        self.memory.last_filter = Some(self.policy.filter.clone());
        self.memory.last_people = Some(self.roster.people.len() as u64);
        self.memory.organization = Some(self.policy.organization.clone());
        self.memory.runs += 1;
        // The ledger then learns which memberships agree, as it does at the start of every run.
        let mut again = self.plan();
        again.bookkeeping.cards.clear();
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
                memory.access = None;
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
        self.learn_cards(plan);
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
        Subject::Card { campus_id, card } => format!("{campus_id} card {card}"),
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
