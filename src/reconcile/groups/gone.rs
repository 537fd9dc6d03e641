//! Groups of ours that Atrium no longer has.

use std::collections::{HashMap, HashSet};

use super::{Planner, Unlinked};
use crate::model::directory::Members;
use crate::model::plan::{Change, Stage, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::{AccessGroup, UnreadableSubject};
use crate::model::rules::GroupsGone;
use crate::model::{AccessGroupId, GroupId};
use crate::reconcile::Sides;
use crate::reconcile::draft::operation;

impl<'s> Planner<'s, '_, '_> {
    /// Groups of ours that Atrium no longer has.
    pub(super) fn gone(&mut self, linked: &[Result<Option<u32>, Unlinked>]) {
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
}
