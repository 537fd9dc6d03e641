//! What a comparison of both sides says of the lines of a list.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::directory::Directory;
use crate::model::fold::fold;
use crate::model::inspect::{Lacking, Remarks};
use crate::model::plan::{Change, LeftAlone, Operation, Plan};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::{Person, Roster};
use crate::model::{AccessGroupId, CampusId, Field, Text};

/// What the plan of the whole says of each person and group.
#[derive(Default)]
pub(super) struct Planned {
    drifted_people: HashMap<CampusId, BTreeSet<Text>>,
    drifted_groups: HashMap<AccessGroupId, BTreeSet<Text>>,
    extras_of_people: HashMap<CampusId, u64>,
    extras_of_groups: HashMap<AccessGroupId, u64>,
    /// How many groups that are not ours each user is in, by id.
    other_groups: HashMap<Text, u64>,
}

impl Planned {
    /// `is_ours` tells a group of ours by its position in the directory.
    pub(super) fn new(plan: &Plan, directory: &Directory, is_ours: impl Fn(usize) -> bool) -> Self {
        let mut planned = Planned::default();
        let held = plan.held.iter().map(|held| &held.operation);
        for operation in plan.operations.iter().chain(held) {
            if operation.situation == Situation::Drifted {
                planned.drift(operation);
            }
        }
        for left in &plan.left_alone {
            if left.situation == Situation::ClosedInCommand {
                planned.close(left);
            }
            if left.situation != Situation::LocalExtra {
                continue;
            }
            match (left.subject.person(), left.subject.access_group()) {
                (Some(person), _) => {
                    *planned.extras_of_people.entry(person.clone()).or_default() += 1;
                }
                (None, Some(group)) => {
                    *planned.extras_of_groups.entry(group.clone()).or_default() += 1;
                }
                (None, None) => {}
            }
        }
        for (at, group) in directory.groups.iter().enumerate() {
            let Some(members) = group.members.as_ref().filter(|_| !is_ours(at)) else {
                continue;
            };
            for at in &members.users {
                let id = directory.users[*at as usize].id.0.clone();
                *planned.other_groups.entry(id).or_default() += 1;
            }
        }
        planned
    }

    /// What was closed by hand is no change that a sync makes: it stays closed.
    fn close(&mut self, left: &LeftAlone) {
        let word = match left.code {
            Code::ClosedInCommand => "status",
            Code::CardClosed => "cards",
            _ => return,
        };
        if let Some(person) = left.subject.person() {
            let words = self.drifted_people.entry(person.clone()).or_default();
            words.insert(Text::const_new(word));
        }
    }

    fn drift(&mut self, operation: &Operation) {
        let subject = &operation.subject;
        if let Some(person) = subject.person() {
            let words = self.drifted_people.entry(person.clone()).or_default();
            match &operation.change {
                Change::UpdateUser { fields, .. } | Change::ReactivateUser { fields, .. } => {
                    let moved = fields.iter().filter(|change| {
                        matches!(change.cause, Cause::ChangedInCommand | Cause::ChangedInBoth)
                    });
                    words.extend(moved.map(|change| Text::from(change.field.name())));
                }
                _ if subject.card().is_some() => {
                    words.insert(Text::const_new("cards"));
                }
                _ => {
                    words.insert(Text::const_new("groups"));
                }
            }
        }
        if let Some(group) = subject.access_group() {
            let word = match &operation.change {
                Change::RenameGroup { .. } => Field::Name.name(),
                _ => "members",
            };
            let words = self.drifted_groups.entry(group.clone()).or_default();
            words.insert(Text::from(word));
        }
    }

    fn of_user(&self, id: Option<&Text>, campus_id: Option<&Text>) -> Remarks {
        let campus_id = campus_id.map(|id| CampusId(id.clone()));
        let drifted = campus_id
            .as_ref()
            .and_then(|id| self.drifted_people.get(id));
        let extras = campus_id
            .as_ref()
            .and_then(|id| self.extras_of_people.get(id));
        let groups = id.and_then(|id| self.other_groups.get(id));
        Remarks {
            drifted: drifted.into_iter().flatten().cloned().collect(),
            local_extras: Some(extras.copied().unwrap_or(0) + groups.copied().unwrap_or(0)),
            missing_in: None,
        }
    }

    fn of_group(&self, id: Option<&Text>) -> Remarks {
        let id = id.map(|id| AccessGroupId(id.clone()));
        let drifted = id.as_ref().and_then(|id| self.drifted_groups.get(id));
        let extras = id.as_ref().and_then(|id| self.extras_of_groups.get(id));
        Remarks {
            drifted: drifted.into_iter().flatten().cloned().collect(),
            local_extras: Some(extras.copied().unwrap_or(0)),
            missing_in: None,
        }
    }
}

/// Atrium, by what a record of Command can be recognised.
pub(super) struct Sought<'r> {
    ids: HashSet<&'r str>,
    emails: HashSet<String>,
    group_ids: HashSet<&'r str>,
    group_names: HashSet<String>,
}

impl<'r> Sought<'r> {
    pub(super) fn new(roster: &'r Roster) -> Self {
        let people = roster.people.iter();
        let emails = people.clone().filter(|person| !person.email.is_empty());
        let groups = roster.groups.iter();
        let names = groups.clone().filter(|group| !group.name.is_empty());
        Sought {
            ids: people.map(|person| person.campus_id.as_str()).collect(),
            emails: emails
                .map(|person| fold(&person.email).into_owned())
                .collect(),
            group_ids: groups.map(|group| group.id.as_str()).collect(),
            group_names: names.map(|group| fold(&group.name).into_owned()).collect(),
        }
    }

    /// Whether Atrium has somebody with one of these ids, or with this address.
    fn has_person<'a>(&self, mut ids: impl Iterator<Item = &'a str>, email: &str) -> bool {
        ids.any(|id| self.ids.contains(id)) || self.emails.contains(fold(email).as_ref())
    }

    fn has_group(&self, id: Option<&str>, name: &str) -> bool {
        id.is_some_and(|id| self.group_ids.contains(id))
            || self.group_names.contains(fold(name).as_ref())
    }
}

/// What is said of lines beside what Command says: with the plan of the whole, and with Atrium.
#[derive(Default)]
pub(super) struct Compared<'r> {
    pub(super) planned: Option<Planned>,
    pub(super) sought: Option<Sought<'r>>,
}

impl Compared<'_> {
    /// Of a user. `number` is the employee number.
    pub(super) fn user(
        &self,
        id: Option<&Text>,
        campus_id: Option<&Text>,
        number: &str,
        email: &str,
    ) -> Remarks {
        let mut remarks = match &self.planned {
            Some(planned) => planned.of_user(id, campus_id),
            None => Remarks::default(),
        };
        if let Some(sought) = &self.sought {
            let ids = campus_id.into_iter().map(|id| &**id).chain([number]);
            let known = sought.has_person(ids, email);
            remarks.missing_in = (!known).then_some(Lacking::Atrium);
        }
        remarks
    }

    /// Of a group.
    pub(super) fn group(&self, id: Option<&Text>, name: &str) -> Remarks {
        let mut remarks = match &self.planned {
            Some(planned) => planned.of_group(id),
            None => Remarks::default(),
        };
        if let Some(sought) = &self.sought {
            let known = sought.has_group(id.map(|id| &**id), name);
            remarks.missing_in = (!known).then_some(Lacking::Atrium);
        }
        remarks
    }
}

/// What Command has, by what a person of Atrium can be recognised.
#[derive(Default)]
pub(super) struct Present {
    ids: HashSet<Text>,
    emails: HashSet<String>,
}

impl Present {
    /// Adds a user.
    pub(super) fn add(&mut self, campus_id: Option<&Text>, number: &str, email: &str) {
        self.ids.extend(campus_id.cloned());
        if !number.is_empty() {
            self.ids.insert(Text::from(number));
        }
        if !email.is_empty() {
            self.emails.insert(fold(email).into_owned());
        }
    }

    /// Whether Command has somebody with the person's campus id or address.
    pub(super) fn has(&self, person: &Person) -> bool {
        self.ids.contains(&person.campus_id.0)
            || (!person.email.is_empty() && self.emails.contains(fold(&person.email).as_ref()))
    }
}
