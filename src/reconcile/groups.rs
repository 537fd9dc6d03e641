//! Groups and memberships: what is created, renamed, emptied, added, removed and left alone.

use std::collections::{HashMap, HashSet};

use super::Sides;
use super::draft::{Draft, Handle, operation};
use super::matching::{Matching, NOBODY, Who};
use super::users::{Grant, Grants, could_be_unreadable};
use crate::model::directory::{Members, RemoteGroup};
use crate::model::fold::{fold, same_folded, same_value};
use crate::model::memory::{GroupMemory, UserMemory};
use crate::model::plan::{Change, GroupClaim, Stage, Subject};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::{AccessGroup, UnreadableSubject};
use crate::model::rules::GroupsGone;
use crate::model::{AccessGroupId, CampusId, Field, GroupId, Text, UserId};

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
    fn link(&mut self) -> Vec<Result<Option<u32>, String>> {
        let mut by_external: HashMap<&str, Vec<u32>> = HashMap::new();
        for (at, group) in (0u32..).zip(&self.sides.directory.groups) {
            if let Ok(Some(id)) = self.external(group) {
                by_external.entry(id).or_default().push(at);
            }
        }
        let mut linked: Vec<Result<Option<u32>, String>> = self
            .sides
            .roster
            .groups
            .iter()
            .map(|group| {
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
                    return Err(format!(
                        "group {id} has the external id of {other}, but is this one in the ledger"
                    ));
                }
                let mut found: Vec<u32> = external.iter().copied().chain(ledger).collect();
                found.sort_unstable();
                found.dedup();
                match found[..] {
                    [] => Ok(self.begun(group)),
                    [at] => Ok(Some(at)),
                    _ => {
                        let mut ids: Vec<&str> =
                            found.iter().map(|at| self.group(*at).id.as_str()).collect();
                        ids.sort_unstable();
                        Err(format!("groups {} all claim to be it", ids.join(" and ")))
                    }
                }
            })
            .collect();
        // No group is two access groups.
        let mut times: HashMap<u32, u32> = HashMap::new();
        for at in linked.iter().filter_map(|linked| linked.clone().ok()?) {
            *times.entry(at).or_default() += 1;
        }
        for linked in &mut linked {
            if let Ok(Some(at)) = linked
                && times.get(at).is_some_and(|times| *times > 1)
            {
                let id = &self.sides.directory.groups[*at as usize].id;
                *linked = Err(format!("group {id} is several access groups in the ledger"));
            }
        }
        linked
    }

    /// The group that an earlier run began to make and was cut off before its id came: one of
    /// this name, with nobody in it, whose external id the server does not show.
    fn begun(&self, group: &AccessGroup) -> Option<u32> {
        if !self.sides.memory.unfinished_groups.contains(&group.id) {
            return None;
        }
        let is_empty = |members: &Members| members.users.is_empty() && members.unknown.is_empty();
        (0u32..)
            .zip(&self.sides.directory.groups)
            .find(|(_, remote)| {
                same_folded(&remote.name, &group.name)
                    && self.external(remote) == Ok(None)
                    && !self.in_ledger(&remote.id)
                    && remote.members.as_ref().is_some_and(is_empty)
            })
            .map(|(at, _)| at)
    }

    fn groups(&mut self, linked: &[Result<Option<u32>, String>]) -> Vec<Target> {
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
                Err(detail) => self.leave(
                    group,
                    Situation::Ambiguous,
                    Code::AmbiguousMatch,
                    detail.clone(),
                ),
                _ if shared => {
                    let detail = format!("access group {}", group.id);
                    self.leave(group, Situation::Blocked, Code::GroupNameShared, detail)
                }
                Ok(Some(remote)) => self.existing(group, *remote, &mut renames),
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
        let fresh = refusal.at + jiff::SignedDuration::from_hours(24) > self.sides.policy.now;
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

    fn memberships(&mut self, targets: &[Target]) {
        let mut wanted: Vec<Vec<u32>> = vec![Vec::new(); targets.len()];
        for (at, (person, grant)) in
            (0u32..).zip(self.sides.roster.people.iter().zip(&self.grants.people))
        {
            if matches!(grant, Grant::Revoke | Grant::Frozen) {
                continue;
            }
            for group in &person.groups {
                wanted[*group as usize].push(at);
            }
        }
        // By user: the number of the group, plus one, in which Atrium wants the user.
        let mut marks = vec![0u32; self.sides.directory.users.len()];
        for (number, (target, wanted)) in (1u32..).zip(targets.iter().zip(&wanted)) {
            let group = &self.sides.roster.groups[number as usize - 1];
            match *target {
                Target::Alone => {}
                Target::There(at) => self.members(group, at, number, wanted, &mut marks),
                Target::Made(create) => {
                    for person in wanted {
                        self.add(group, None, Some(create), *person);
                    }
                }
            }
        }
    }

    fn members(
        &mut self,
        group: &AccessGroup,
        at: u32,
        number: u32,
        wanted: &[u32],
        marks: &mut [u32],
    ) {
        let remote = self.group(at);
        let Some(members) = &remote.members else {
            self.leave(
                group,
                Situation::NotRead,
                Code::MembersUnread,
                format!("group {}", remote.id),
            );
            return;
        };
        self.draft.counts.managed_memberships += members.users.len() as u64;
        for person in wanted {
            if let Some(user) = self.user_of(*person) {
                marks[user as usize] = number;
            }
        }
        let mut unresolved = members.unknown.len();
        for user in &members.users {
            let person = self.matching.person_of[*user as usize];
            if marks[*user as usize] == number {
                self.draft.counts.memberships_in_step += 1;
                self.agreed[person as usize] += 1;
            } else if !self.remove(group, remote, *user) {
                unresolved += 1;
            }
            // What is marked and there needs no addition.
            marks[*user as usize] = 0;
        }
        if unresolved > 0 {
            let detail = format!(
                "{unresolved} of {}",
                members.users.len() + members.unknown.len()
            );
            self.leave(group, Situation::LocalExtra, Code::MemberUnresolved, detail);
        }
        for person in wanted {
            let there = self
                .user_of(*person)
                .is_some_and(|user| marks[user as usize] != number);
            if !there {
                self.add(group, Some(&remote.id), None, *person);
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

    fn add(
        &mut self,
        group: &AccessGroup,
        group_id: Option<&GroupId>,
        create: Option<Handle>,
        at: u32,
    ) {
        let Grant::Full(first) = self.grants.people[at as usize] else {
            return;
        };
        let person = &self.sides.roster.people[at as usize];
        let subject = Subject::Membership {
            campus_id: person.campus_id.clone(),
            access_group_id: group.id.clone(),
        };
        let label = membership_label(&person.display_name(), &group.name);
        let key = (person.campus_id.clone(), group.id.clone());
        if self.does_not_stick(&key, &person.email, true) {
            let detail = "added before, and not there when the group was read back";
            self.draft.leave(
                subject,
                &label,
                Situation::DoesNotStick,
                Code::DoesNotStick,
                detail,
                Some(&person.place),
            );
            return;
        }
        let drifted = group_id.is_some() && self.remembers(at, &group.id);
        let (situation, why) = if drifted {
            (
                Situation::Drifted,
                "removed in Command; Atrium still has it",
            )
        } else {
            (Situation::Missing, "in the access group in Atrium")
        };
        let change = Change::AddMember {
            group_id: group_id.cloned(),
            user_id: self.user_of(at).map(|user| self.user_id(user).clone()),
        };
        let needs: Vec<Handle> = first.into_iter().chain(create).collect();
        let handle = self.draft.push(
            operation(subject, label, situation, Stage::Grant, change, why),
            &needs,
        );
        if let Some(retire) = self.retiring.get(&at) {
            self.draft.needs(*retire, handle);
        }
    }

    /// Members whom we added and Command's answers do not show, as a server that caps member lists
    /// does: who is no longer in the access group is removed all the same, seen or not.
    fn unseen(&mut self, targets: &[Target]) {
        let added: Vec<&(CampusId, AccessGroupId)> = self
            .sides
            .memory
            .stuck_members
            .iter()
            .filter(|(_, stuck)| stuck.added)
            .map(|(key, _)| key)
            .collect();
        if added.is_empty() {
            return;
        }
        let roster = self.sides.roster;
        let mut users: HashMap<&CampusId, (u32, &[u32])> = HashMap::new();
        for (at, person) in (0u32..).zip(&roster.people) {
            if let Some(user) = self.user_of(at) {
                let leaver = matches!(
                    self.grants.people[at as usize],
                    Grant::Revoke | Grant::Frozen
                );
                let wanted = if leaver { &[][..] } else { &person.groups[..] };
                users.insert(&person.campus_id, (user, wanted));
            }
        }
        for absent in &self.matching.absent {
            users.insert(&absent.campus_id, (absent.user, &[]));
        }
        for (number, (group, target)) in (0u32..).zip(roster.groups.iter().zip(targets)) {
            let Target::There(at) = *target else { continue };
            let remote = self.group(at);
            let Some(members) = &remote.members else {
                continue;
            };
            for (person, _) in added.iter().filter(|(_, id)| *id == group.id) {
                let Some((user, wanted)) = users.get(person) else {
                    continue;
                };
                let seen = members.users.binary_search(user).is_ok();
                if !seen && !wanted.contains(&number) {
                    self.remove(group, remote, *user);
                }
            }
        }
    }

    /// Whether the same change of a membership did not stay within the last day. Whoever is named
    /// is tried again.
    fn does_not_stick(&self, key: &(CampusId, AccessGroupId), email: &str, added: bool) -> bool {
        let policy = self.sides.policy;
        let stuck = self.sides.memory.stuck_members.get(key);
        stuck.is_some_and(|stuck| {
            let fresh = stuck.at + jiff::SignedDuration::from_hours(24) > policy.now;
            stuck.added == added && fresh && !policy.only.names(key.0.as_str(), email)
        })
    }

    fn user_id(&self, at: u32) -> &'s UserId {
        &self.sides.directory.users[at as usize].id
    }

    fn remembers(&self, person: u32, group: &AccessGroupId) -> bool {
        self.in_memory(self.matching.memory[person as usize], group)
    }

    fn in_memory(&self, memory: Option<&UserMemory>, group: &AccessGroupId) -> bool {
        let at = self.remembered.get(group).map(|(at, _)| at);
        memory
            .zip(at)
            .is_some_and(|(memory, at)| memory.groups.contains(at))
    }

    /// Removes a member whom Atrium does not have in the group, or leaves it. `false` if nobody
    /// knows who the member is.
    fn remove(&mut self, group: &AccessGroup, remote: &RemoteGroup, user_at: u32) -> bool {
        let user = &self.sides.directory.users[user_at as usize];
        let person = self.matching.person_of[user_at as usize];
        let policy = self.sides.policy;
        let (grant, campus_id, label, email, memory) = if person != NOBODY {
            let person_row = &self.sides.roster.people[person as usize];
            if self.retiring.contains_key(&person) {
                // The old user keeps its groups until it is deactivated as a whole.
                return true;
            }
            (
                self.grants.people[person as usize],
                &person_row.campus_id,
                person_row.display_name(),
                &person_row.email,
                self.matching.memory[person as usize],
            )
        } else if let Some(&absent) = self.absent_of.get(&user_at) {
            let grant = self.grants.absent[absent];
            let absent = &self.matching.absent[absent];
            (
                grant,
                &absent.campus_id,
                user.profile.display_name(),
                &user.profile.email,
                absent.memory,
            )
        } else {
            return false;
        };
        let subject = || Subject::Membership {
            campus_id: campus_id.clone(),
            access_group_id: group.id.clone(),
        };
        let label = membership_label(&label, &group.name);
        let key = (campus_id.clone(), group.id.clone());
        let remembered = memory.is_some_and(|memory| {
            self.remembered
                .get(&group.id)
                .is_some_and(|(at, _)| memory.groups.contains(at))
        });
        let first = match grant {
            Grant::Keep => return true,
            Grant::Full(first) => first,
            Grant::RemoveOnly | Grant::Revoke => None,
            // A run that was cut off after the deactivation goes on. Otherwise the removal was
            // tried and refused, or nobody knows; the membership opens nothing, so it is left.
            Grant::Frozen if remembered && !self.sides.memory.debts.contains(&key) => None,
            Grant::Frozen => {
                self.draft.leave(
                    subject(),
                    &label,
                    Situation::Blocked,
                    Code::UserFrozen,
                    "",
                    None,
                );
                return true;
            }
        };
        // By what Atrium has and by what Command has: a protected address or name may be changing.
        let protect = &policy.protect;
        if protect.person(campus_id, email)
            || protect.person(campus_id, &user.profile.email)
            || protect.group(&group.id, &group.name)
            || protect.group(&group.id, &remote.name)
        {
            self.draft.leave(
                subject(),
                &label,
                Situation::Blocked,
                Code::Protected,
                "",
                None,
            );
            return true;
        }
        // A returner's old groups are tried again: the user is no longer the same frozen one.
        if first.is_none() && self.does_not_stick(&key, email, false) {
            let detail = "removed before, and still there when the group was read back";
            self.draft.leave(
                subject(),
                &label,
                Situation::DoesNotStick,
                Code::DoesNotStick,
                detail,
                None,
            );
            return true;
        }
        let leaver = matches!(grant, Grant::Revoke | Grant::Frozen);
        let (situation, why) = if leaver {
            (Situation::Gone, "the person left")
        } else if remembered {
            (Situation::Gone, "no longer in the access group in Atrium")
        } else {
            (Situation::Drifted, "not in the access group in Atrium")
        };
        let change = Change::RemoveMember {
            group_id: remote.id.clone(),
            user_id: user.id.clone(),
        };
        // What a returner no longer has goes right after the reactivation, before anything else.
        let stage = if first.is_some() {
            Stage::Write
        } else {
            Stage::Revoke
        };
        let needs: Vec<Handle> = first.into_iter().collect();
        let handle = self.draft.push(
            operation(subject(), label, situation, stage, change, why),
            &needs,
        );
        if let Some(reactivation) = first {
            // Nobody comes back to yesterday's groups because a guard holds their removal.
            self.draft.link(reactivation, handle);
        }
        let hidden = !leaver && person != NOBODY && {
            let row = &self.sides.roster.people[person as usize];
            could_be_unreadable(
                self.sides.roster,
                &row.email,
                &row.first_name,
                &row.last_name,
            )
        };
        if hidden {
            self.draft.hold(handle, Code::AbsenceUnsure);
        }
        true
    }

    /// Whether a user is somebody who never loses anything.
    fn protected(&self, user_at: u32) -> bool {
        let user = &self.sides.directory.users[user_at as usize];
        let protect = |campus_id: &CampusId, email: &str| {
            let protect = &self.sides.policy.protect;
            protect.person(campus_id, email) || protect.person(campus_id, &user.profile.email)
        };
        match self.matching.person_of[user_at as usize] {
            NOBODY => match self.absent_of.get(&user_at) {
                Some(absent) => protect(&self.matching.absent[*absent].campus_id, ""),
                None => protect(&CampusId::default(), ""),
            },
            person => {
                let person = &self.sides.roster.people[person as usize];
                protect(&person.campus_id, &person.email)
            }
        }
    }

    /// Groups of ours that Atrium no longer has.
    fn gone(&mut self, linked: &[Result<Option<u32>, String>]) {
        let Sides {
            roster,
            directory,
            policy,
            ..
        } = self.sides;
        let known: HashSet<&str> = roster
            .groups
            .iter()
            .map(|group| group.id.as_str())
            .collect();
        let unreadable: HashSet<&str> = roster
            .unreadable
            .iter()
            .filter_map(|row| match &row.subject {
                UnreadableSubject::Group(id) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let taken: HashSet<u32> = linked
            .iter()
            .filter_map(|linked| linked.as_ref().ok().copied()?)
            .collect();
        let by_ledger: HashMap<&GroupId, &AccessGroupId> = self
            .sides
            .memory
            .groups
            .iter()
            .map(|memory| (&memory.group_id, &memory.id))
            .collect();
        for (at, remote) in (0u32..).zip(&directory.groups) {
            if taken.contains(&at) {
                continue;
            }
            let id = match self.external(remote) {
                Ok(Some(id)) => id,
                Ok(None) => match by_ledger.get(&remote.id) {
                    Some(id) => id.as_str(),
                    None => continue,
                },
                Err(()) => continue,
            };
            // Nor is it gone if the ledger has it for another access group, which is there.
            let is_there = |id: &str| known.contains(id) || unreadable.contains(id);
            let in_ledger = by_ledger.get(&remote.id);
            if is_there(id) || in_ledger.is_some_and(|id| is_there(id.as_str())) {
                continue;
            }
            self.draft.counts.managed_groups += 1;
            let empty = Members::default();
            let members = remote.members.as_ref().unwrap_or(&empty);
            self.draft.counts.managed_memberships += members.users.len() as u64;
            let group = AccessGroup {
                id: AccessGroupId::from(id),
                name: remote.name.clone(),
                in_scope: true,
                place: crate::model::roster::Place {
                    file: "".into(),
                    line: 0,
                },
            };
            let subject = Subject::Group {
                access_group_id: group.id.clone(),
            };
            if policy.groups_gone == GroupsGone::Keep {
                if !members.users.is_empty() {
                    let detail = format!("{} members", members.users.len());
                    self.draft.leave(
                        subject,
                        &group.name,
                        Situation::Gone,
                        Code::GroupKept,
                        detail,
                        None,
                    );
                }
                continue;
            }
            // A row without a readable campus id may be the only one that names the group.
            let unsure = roster
                .unreadable
                .iter()
                .any(|row| matches!(row.subject, UnreadableSubject::Row { .. }));
            if unsure || !roster.completeness.is_whole() {
                let code = if unsure {
                    Code::AbsenceUnsure
                } else {
                    Code::SourceIncomplete
                };
                self.draft
                    .leave(subject, &group.name, Situation::Held, code, "", None);
                continue;
            }
            if remote.members.is_none() {
                // Nobody knows who would lose what.
                let situation = Situation::NotRead;
                let code = Code::MembersUnread;
                self.draft
                    .leave(subject, &group.name, situation, code, "", None);
                continue;
            }
            if policy.groups_gone == GroupsGone::Delete
                && !policy.protect.group(&group.id, &group.name)
                && !members.users.iter().any(|user| self.protected(*user))
            {
                let change = Change::DeleteGroup {
                    group_id: remote.id.clone(),
                };
                let why = "no longer in Atrium's export";
                let handle = self.draft.push(
                    operation(
                        subject,
                        group.name.clone(),
                        Situation::Gone,
                        Stage::Retire,
                        change,
                        why,
                    ),
                    &[],
                );
                self.draft.by_absence(handle);
                continue;
            }
            let mut unresolved = members.unknown.len();
            for user in &members.users {
                unresolved += usize::from(!self.remove(&group, remote, *user));
            }
            if unresolved > 0 {
                let detail = format!(
                    "{unresolved} of {}",
                    members.users.len() + members.unknown.len()
                );
                self.draft.leave(
                    subject,
                    &group.name,
                    Situation::LocalExtra,
                    Code::MemberUnresolved,
                    detail,
                    None,
                );
            }
        }
    }

    /// Tells the ledger which memberships agree, where it knows of another number of them. What it
    /// knows and this plan removes stays known until it is removed.
    fn claim_memberships(&mut self) {
        let mut stale: HashMap<u32, Vec<u32>> = HashMap::new();
        for (at, agreed) in (0u32..).zip(&self.agreed) {
            let known = self.matching.memory[at as usize].map_or(0, |memory| memory.groups.len());
            if known == *agreed as usize {
                continue;
            }
            if let Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) =
                self.matching.people[at as usize]
            {
                stale.insert(user, Vec::new());
            }
        }
        if stale.is_empty() {
            return;
        }
        let roster = self.sides.roster;
        for (number, linked) in (0u32..).zip(self.link()) {
            let Ok(Some(at)) = linked else { continue };
            let Some(members) = &self.group(at).members else {
                continue;
            };
            let id = &roster.groups[number as usize].id;
            for user in &members.users {
                let Some(groups) = stale.get_mut(user) else {
                    continue;
                };
                let person = self.matching.person_of[*user as usize];
                let wanted = roster.people[person as usize]
                    .groups
                    .binary_search(&number)
                    .is_ok();
                if wanted || self.remembers(person, id) {
                    groups.push(number);
                }
            }
        }
        for (user, groups) in stale {
            let person = self.matching.person_of[user as usize];
            let known =
                self.matching.memory[person as usize].map_or(0, |memory| memory.groups.len());
            let same = known == groups.len()
                && groups
                    .iter()
                    .all(|number| self.remembers(person, &roster.groups[*number as usize].id));
            if !same {
                let groups = groups
                    .iter()
                    .map(|number| roster.groups[*number as usize].id.clone());
                let campus_id = roster.people[person as usize].campus_id.clone();
                self.draft
                    .bookkeeping
                    .memberships
                    .push((campus_id, groups.collect()));
            }
        }
        self.draft.bookkeeping.memberships.sort_unstable();
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

fn membership_label(person: &str, group: &str) -> Text {
    compact_str::format_compact!("{person} → {group}")
}
