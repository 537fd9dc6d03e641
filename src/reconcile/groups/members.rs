//! Memberships: what is added, removed and left, and what the ledger learns of them.

use std::collections::HashMap;

use super::{Planner, Target};
use crate::model::directory::RemoteGroup;
use crate::model::memory::UserMemory;
use crate::model::plan::{Change, Stage, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::AccessGroup;
use crate::model::{AccessGroupId, CampusId, GroupId, Text};
use crate::reconcile::draft::{Handle, operation};
use crate::reconcile::matching::{NOBODY, Who};
use crate::reconcile::users::{Grant, could_be_unreadable};

impl<'s> Planner<'s, '_, '_> {
    pub(super) fn memberships(&mut self, targets: &[Target]) {
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

    pub(super) fn members(
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

    pub(super) fn add(
        &mut self,
        group: &AccessGroup,
        group_id: Option<&GroupId>,
        create: Option<Handle>,
        at: u32,
    ) {
        let Grant::Full(first) = self.grants.people[at as usize] else {
            return;
        };
        if self.grants.cards_only.contains(&at) {
            return;
        }
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
    pub(super) fn unseen(&mut self, targets: &[Target]) {
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
    pub(super) fn does_not_stick(
        &self,
        key: &(CampusId, AccessGroupId),
        email: &str,
        added: bool,
    ) -> bool {
        let policy = self.sides.policy;
        let stuck = self.sides.memory.stuck_members.get(key);
        stuck.is_some_and(|stuck| {
            let fresh = policy.less_than_a_day_ago(stuck.at);
            stuck.added == added && fresh && !policy.only.names(key.0.as_str(), email)
        })
    }

    pub(super) fn remembers(&self, person: u32, group: &AccessGroupId) -> bool {
        self.in_memory(self.matching.memory[person as usize], group)
    }

    pub(super) fn in_memory(&self, memory: Option<&UserMemory>, group: &AccessGroupId) -> bool {
        let at = self.remembered.get(group).map(|(at, _)| at);
        memory
            .zip(at)
            .is_some_and(|(memory, at)| memory.groups.contains(at))
    }

    /// Removes a member whom Atrium does not have in the group, or leaves it. `false` if nobody
    /// knows who the member is.
    pub(super) fn remove(
        &mut self,
        group: &AccessGroup,
        remote: &RemoteGroup,
        user_at: u32,
    ) -> bool {
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
        } else if !leaver && !self.sides.roster.completeness.is_whole() {
            // What was not read may be the very row that puts the person into the group.
            self.draft.hold(handle, Code::SourceIncomplete);
        }
        true
    }

    /// Whether a user is somebody who never loses anything.
    pub(super) fn protected(&self, user_at: u32) -> bool {
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

    /// Tells the ledger which memberships agree, where it knows of another number of them. What it
    /// knows and this plan removes stays known until it is removed.
    pub(super) fn claim_memberships(&mut self) {
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
                // A leaver's row may still name groups. To learn them anew would mean to take them
                // away again in the next run, for ever where Command ignores that.
                let grant = self.grants.people[person as usize];
                let wanted = matches!(grant, Grant::Keep | Grant::Full(_))
                    && roster.people[person as usize]
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

pub(super) fn membership_label(person: &str, group: &str) -> Text {
    compact_str::format_compact!("{person} → {group}")
}
