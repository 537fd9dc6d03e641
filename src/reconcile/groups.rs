//! Groups and memberships: what is created, renamed, emptied, added, removed and left alone.

mod gone;
mod members;

use std::collections::{HashMap, HashSet};

use super::Sides;
use super::draft::{Draft, Handle, operation};
use super::matching::{Matching, Who};
use super::users::Grants;
use crate::model::directory::{Members, RemoteGroup};
use crate::model::fold::{fold, same_folded, same_value};
use crate::model::memory::GroupMemory;
use crate::model::plan::{Change, GroupClaim, Stage, Subject};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::{AccessGroup, UnreadableSubject};
use crate::model::{AccessGroupId, Field, GroupId, UserId};

/// Plans groups, then their members.
pub(super) fn plan_groups(
    sides: Sides<'_>,
    matching: &Matching<'_>,
    grants: &Grants,
    draft: &mut Draft<'_>,
) {
    let mut planner = Planner::new(sides, matching, grants, draft);
    let linked = planner.link();
    let targets = planner.groups(&linked);
    planner.memberships(&targets);
    planner.unseen(&targets);
    planner.gone(&linked);
    planner.claim_memberships();
}

/// What becomes of an access group.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// It is left alone, members and all.
    Alone,
    /// It is this group, by position in `Directory::groups`.
    There(u32),
    /// It is made by this operation.
    Made(Handle),
}

/// Why an access group is left alone, and with it the group that may be it.
struct Unlinked {
    code: Code,
    detail: String,
}

impl Unlinked {
    fn ambiguous(detail: String) -> Self {
        Unlinked {
            code: Code::AmbiguousMatch,
            detail,
        }
    }
}

struct Planner<'s, 'd, 'a> {
    sides: Sides<'s>,
    matching: &'s Matching<'s>,
    grants: &'s Grants,
    draft: &'d mut Draft<'a>,
    groups_by_id: HashMap<&'s GroupId, u32>,
    absent_of: HashMap<u32, usize>,
    remembered: HashMap<&'s AccessGroupId, (u32, &'s GroupMemory)>,
    retiring: HashMap<u32, Handle>,
    /// How many memberships of each person agree, by position in `Roster::people`.
    agreed: Vec<u32>,
}

impl<'s, 'd, 'a> Planner<'s, 'd, 'a> {
    fn new(
        sides: Sides<'s>,
        matching: &'s Matching<'s>,
        grants: &'s Grants,
        draft: &'d mut Draft<'a>,
    ) -> Self {
        Planner {
            sides,
            matching,
            grants,
            draft,
            groups_by_id: (0u32..)
                .zip(&sides.directory.groups)
                .map(|(at, group)| (&group.id, at))
                .collect(),
            absent_of: matching
                .absent
                .iter()
                .enumerate()
                .map(|(at, absent)| (absent.user, at))
                .collect(),
            remembered: (0u32..)
                .zip(&sides.memory.groups)
                .map(|(at, memory)| (&memory.id, (at, memory)))
                .collect(),
            retiring: grants.retiring.iter().copied().collect(),
            agreed: vec![0; sides.roster.people.len()],
        }
    }

    fn group(&self, at: u32) -> &'s RemoteGroup {
        &self.sides.directory.groups[at as usize]
    }

    fn leave(
        &mut self,
        group: &AccessGroup,
        situation: Situation,
        code: Code,
        detail: impl Into<String>,
    ) -> Target {
        let subject = Subject::Group {
            access_group_id: group.id.clone(),
        };
        self.draft.leave(
            subject,
            &group.name,
            situation,
            code,
            detail,
            Some(&group.place),
        );
        Target::Alone
    }

    /// Which access group a group of Command is by its external id; `Err` if the external id is
    /// another SCIM client's.
    fn external(&self, group: &'s RemoteGroup) -> Result<Option<&'s str>, ()> {
        match group.external_id.as_deref().filter(|id| !id.is_empty()) {
            None => Ok(None),
            Some(id) => self.sides.policy.group_ids.parse(id).map(Some).ok_or(()),
        }
    }

    /// Finds the group of each access group, by ledger or external id. More than one is nobody's.
    fn link(&mut self) -> Vec<Result<Option<u32>, Unlinked>> {
        let bindings = &self.sides.policy.group_bindings;
        let bound: HashSet<&GroupId> = bindings.values().collect();
        let mut by_external: HashMap<&str, Vec<u32>> = HashMap::new();
        for (at, group) in (0u32..).zip(&self.sides.directory.groups) {
            if let Ok(Some(id)) = self.external(group) {
                by_external.entry(id).or_default().push(at);
            }
        }
        let mut linked: Vec<Result<Option<u32>, Unlinked>> = self
            .sides
            .roster
            .groups
            .iter()
            .map(|group| {
                if let Some(id) = bindings.get(&group.id) {
                    return match self.groups_by_id.get(id) {
                        Some(at) => Ok(Some(*at)),
                        None => Err(Unlinked {
                            code: Code::GroupBinding,
                            detail: format!("Command lists no group {id}"),
                        }),
                    };
                }
                let external = by_external
                    .get(group.id.as_str())
                    .map_or(&[][..], Vec::as_slice);
                let ledger = self
                    .remembered
                    .get(&group.id)
                    .and_then(|(_, memory)| self.groups_by_id.get(&memory.group_id))
                    .copied()
                    // A foreign external id beats the ledger.
                    .filter(|at| self.external(self.group(*at)).is_ok());
                if let Some(at) = ledger
                    && let Ok(Some(other)) = self.external(self.group(at))
                    && other != group.id.as_str()
                {
                    let id = &self.group(at).id;
                    return Err(Unlinked::ambiguous(format!(
                        "group {id} has the external id of {other}, but is this one in the ledger"
                    )));
                }
                let mut found: Vec<u32> = external.iter().copied().chain(ledger).collect();
                found.retain(|at| !bound.contains(&self.group(*at).id));
                found.sort_unstable();
                found.dedup();
                match found[..] {
                    [] => Ok(self.begun(group)),
                    [at] => Ok(Some(at)),
                    _ => {
                        let mut ids: Vec<&str> =
                            found.iter().map(|at| self.group(*at).id.as_str()).collect();
                        ids.sort_unstable();
                        let ids = ids.join(" and ");
                        Err(Unlinked::ambiguous(format!(
                            "groups {ids} all claim to be it"
                        )))
                    }
                }
            })
            .collect();
        // No group is two access groups.
        let mut times: HashMap<u32, u32> = HashMap::new();
        for at in linked.iter().filter_map(|linked| *linked.as_ref().ok()?) {
            *times.entry(at).or_default() += 1;
        }
        for linked in &mut linked {
            if let Ok(Some(at)) = linked
                && times.get(at).is_some_and(|times| *times > 1)
            {
                let id = &self.sides.directory.groups[*at as usize].id;
                let detail = format!("group {id} is several access groups in the ledger");
                *linked = Err(Unlinked::ambiguous(detail));
            }
        }
        linked
    }

    /// The group that an earlier run began to make and was cut off before its id came: one of
    /// the name that it was to have, which Atrium may have changed since, with nobody in it, whose
    /// external id the server does not show.
    fn begun(&self, group: &AccessGroup) -> Option<u32> {
        let names = self.sides.memory.unfinished_groups.get(&group.id)?;
        let is_empty = |members: &Members| members.users.is_empty() && members.unknown.is_empty();
        (0u32..)
            .zip(&self.sides.directory.groups)
            .find(|(_, remote)| {
                names.iter().any(|name| same_folded(&remote.name, name))
                    && self.external(remote) == Ok(None)
                    && !self.in_ledger(&remote.id)
                    && remote.members.as_ref().is_some_and(is_empty)
            })
            .map(|(at, _)| at)
    }

    fn groups(&mut self, linked: &[Result<Option<u32>, Unlinked>]) -> Vec<Target> {
        let roster = self.sides.roster;
        let mut names: HashMap<String, u32> = HashMap::new();
        for group in roster.groups.iter().filter(|group| !group.name.is_empty()) {
            *names.entry(fold(&group.name).into_owned()).or_default() += 1;
        }
        let unreadable: HashSet<&AccessGroupId> = roster
            .unreadable
            .iter()
            .filter_map(|row| match &row.subject {
                UnreadableSubject::Group(id) => Some(id),
                _ => None,
            })
            .collect();
        let filter = self.sides.memory.last_filter.as_ref();
        let filter_changed = filter.is_some_and(|last| *last != self.sides.policy.filter);
        let mut renames: Vec<(u32, Handle)> = Vec::new();
        let mut targets = vec![Target::Alone; roster.groups.len()];
        let mut missing = Vec::new();
        for (at, (group, linked)) in roster.groups.iter().zip(linked).enumerate() {
            let shared = names
                .get(fold(&group.name).as_ref())
                .is_some_and(|count| *count > 1);
            targets[at] = match linked {
                _ if unreadable.contains(&group.id) => Target::Alone,
                _ if !group.in_scope => {
                    let changed = filter_changed && matches!(linked, Ok(Some(_)));
                    let code = if changed {
                        Code::FilterChanged
                    } else {
                        Code::OutOfScope
                    };
                    self.leave(group, Situation::OutOfScope, code, "")
                }
                Err(Unlinked { code, detail }) => {
                    self.leave(group, Situation::Ambiguous, *code, detail.clone())
                }
                _ if shared => {
                    let detail = format!("access group {}", group.id);
                    self.leave(group, Situation::Blocked, Code::GroupNameShared, detail)
                }
                Ok(Some(remote)) => {
                    self.replaced_by_binding(group, *remote);
                    self.existing(group, *remote, &mut renames)
                }
                Ok(None) => {
                    missing.push(at);
                    Target::Alone
                }
            };
        }
        // Once it is known which names become free.
        if !missing.is_empty() {
            let holders = self.holders();
            for at in missing {
                targets[at] = self.missing(&roster.groups[at], &renames, &holders);
            }
        }
        self.order_names(&targets, &renames);
        targets
    }

    /// A group that was the access group until the profile bound another one keeps its members,
    /// and with them their doors: somebody has to see to it.
    fn replaced_by_binding(&mut self, group: &AccessGroup, bound: u32) {
        if !self.sides.policy.group_bindings.contains_key(&group.id) {
            return;
        }
        let ledger = self
            .remembered
            .get(&group.id)
            .map(|(_, known)| &known.group_id);
        let before = (0u32..)
            .zip(&self.sides.directory.groups)
            .find(|(at, remote)| {
                let is_it = self.external(remote) == Ok(Some(group.id.as_str()));
                *at != bound && (is_it || ledger == Some(&remote.id))
            });
        if let Some((_, remote)) = before {
            let detail = format!("group {} \"{}\" was it before", remote.id, remote.name);
            self.leave(group, Situation::LocalExtra, Code::GroupBinding, detail);
        }
    }

    fn existing(
        &mut self,
        group: &AccessGroup,
        at: u32,
        renames: &mut Vec<(u32, Handle)>,
    ) -> Target {
        let remote = self.group(at);
        self.draft.counts.managed_groups += 1;
        let memory = self.remembered.get(&group.id).map(|(_, memory)| *memory);
        let agrees = group.name.is_empty() || same_value(Field::Name, &group.name, &remote.name);
        let known = memory.is_some_and(|memory| {
            memory.group_id == remote.id && (!agrees || memory.name == remote.name)
        });
        if !known {
            self.draft.bookkeeping.groups.push(GroupClaim {
                access_group_id: group.id.clone(),
                group_id: remote.id.clone(),
                name: agrees.then(|| remote.name.clone()),
            });
        }
        if agrees {
            self.draft.counts.groups_in_step += 1;
            return Target::There(at);
        }
        let cause = match memory {
            None => Cause::NeverSynced,
            Some(memory) if memory.name == remote.name => Cause::ChangedInAtrium,
            Some(memory) if memory.name == group.name => Cause::ChangedInCommand,
            Some(_) => Cause::ChangedInBoth,
        };
        if self.refused(group) {
            let detail = format!("\"{}\" stays \"{}\"", group.name, remote.name);
            self.leave(group, Situation::Blocked, Code::GroupNameTaken, detail);
            return Target::There(at);
        }
        let situation = match cause {
            Cause::ChangedInCommand => Situation::Drifted,
            _ => Situation::Changed,
        };
        let change = Change::RenameGroup {
            group_id: remote.id.clone(),
            old: remote.name.clone(),
            new: group.name.clone(),
            cause,
        };
        let subject = Subject::Group {
            access_group_id: group.id.clone(),
        };
        let label = group.name.clone();
        let why = cause.words();
        let handle = self.draft.push(
            operation(subject, label, situation, Stage::Write, change, why),
            &[],
        );
        renames.push((at, handle));
        Target::There(at)
    }

    /// Which group of Command has which folded name.
    fn holders(&self) -> HashMap<String, u32> {
        (0u32..)
            .zip(&self.sides.directory.groups)
            .map(|(at, group)| (fold(&group.name).into_owned(), at))
            .collect()
    }

    fn missing(
        &mut self,
        group: &AccessGroup,
        renames: &[(u32, Handle)],
        holders: &HashMap<String, u32>,
    ) -> Target {
        if group.name.is_empty() {
            return self.leave(group, Situation::Blocked, Code::GroupNameMissing, "");
        }
        let holder = holders
            .get(fold(&group.name).as_ref())
            .map(|at| (*at, self.group(*at)));
        let freed = holder.and_then(|(at, _)| {
            renames
                .iter()
                .find(|(renamed, _)| *renamed == at)
                .map(|(_, handle)| *handle)
        });
        if let Some((_, holder)) = holder.filter(|_| freed.is_none()) {
            let detail = format!("group {} \"{}\"", holder.id, holder.name);
            let (situation, code) = match self.external(holder) {
                Ok(None) if !self.in_ledger(&holder.id) => (Situation::Native, Code::NativeGroup),
                Err(()) => (Situation::Foreign, Code::NativeGroup),
                Ok(_) => (Situation::Blocked, Code::GroupNameTaken),
            };
            return self.leave(group, situation, code, detail);
        }
        if self.refused(group) {
            let detail = "Command refused the name, but lists no group with it";
            return self.leave(group, Situation::Blocked, Code::GroupNameTaken, detail);
        }
        let change = Change::CreateGroup {
            external_id: self.sides.policy.group_ids.external_id(group.id.as_str()),
            name: group.name.clone(),
        };
        let subject = Subject::Group {
            access_group_id: group.id.clone(),
        };
        let why = "in Atrium, not in Command";
        let create = operation(
            subject,
            group.name.clone(),
            Situation::Missing,
            Stage::Write,
            change,
            why,
        );
        let needs: Vec<Handle> = freed.into_iter().collect();
        Target::Made(self.draft.push(create, &needs))
    }

    fn in_ledger(&self, id: &GroupId) -> bool {
        self.sides
            .memory
            .groups
            .iter()
            .any(|memory| memory.group_id == *id)
    }

    fn refused(&self, group: &AccessGroup) -> bool {
        let Some(refusal) = self.sides.memory.group_refusals.get(&group.id) else {
            return false;
        };
        let fresh = self.sides.policy.less_than_a_day_ago(refusal.at);
        fresh && same_folded(&refusal.values, &group.name)
    }

    /// A name that another group holds is free only after that group's own renaming.
    fn order_names(&mut self, targets: &[Target], renames: &[(u32, Handle)]) {
        if renames.is_empty() {
            return;
        }
        let holders = self.holders();
        let renamed: HashMap<u32, Handle> = renames.iter().copied().collect();
        let mut waits: HashMap<u32, u32> = HashMap::new();
        for (group, target) in self.sides.roster.groups.iter().zip(targets) {
            let Target::There(at) = target else { continue };
            if !renamed.contains_key(at) {
                continue;
            }
            match holders.get(fold(&group.name).as_ref()) {
                Some(holder) if holder != at => {
                    waits.insert(*at, *holder);
                }
                _ => {}
            }
        }
        for (at, holder) in &waits {
            let handle = renamed[at];
            match renamed.get(holder) {
                Some(first) if !leads_back(&waits, *holder, *at) => {
                    self.draft.needs(handle, *first);
                }
                // Held by a group that keeps it, or two groups that swap names.
                _ => self.draft.hold(handle, Code::GroupNameTaken),
            }
        }
    }

    fn user_of(&self, person: u32) -> Option<u32> {
        match &self.matching.people[person as usize] {
            Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) => {
                // A user that is being replaced is not the one that gets the groups.
                (!self.retiring.contains_key(&person)).then_some(*user)
            }
            Who::Unclear(unclear) => unclear.linked,
            Who::Nobody | Who::Deleted => None,
        }
    }

    fn user_id(&self, at: u32) -> &'s UserId {
        &self.sides.directory.users[at as usize].id
    }
}

/// Whether a chain of waiting renames comes back to where it started.
fn leads_back(waits: &HashMap<u32, u32>, from: u32, to: u32) -> bool {
    let mut at = from;
    for _ in 0..=waits.len() {
        match waits.get(&at) {
            Some(next) if *next == to => return true,
            Some(next) => at = *next,
            None => return false,
        }
    }
    true
}
