//! Who loses access: suspended, deactivated, and in the end deleted.

use super::{Grant, Planner};
use crate::model::CampusId;
use crate::model::directory::RemoteUser;
use crate::model::memory::UserMemory;
use crate::model::plan::{Change, Stage, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::Person;
use crate::model::rules::Identity;
use crate::reconcile::draft::{Handle, operation};
use crate::reconcile::matching::{REPLACED, Who};

impl<'s> Planner<'s, '_, '_> {
    /// Deactivates a user of ours for the time being: it keeps its groups and is never deleted.
    pub(super) fn suspend(
        &mut self,
        person: &Person,
        user_at: u32,
        memory: Option<&UserMemory>,
        why: &str,
    ) -> Grant {
        if is_closed(self.user(user_at), memory) {
            self.draft.counts.users_in_step += 1;
            self.claim(person, &Who::Ours(user_at), memory, None);
        } else {
            let grant = self.close(person, user_at, memory, why);
            if self.is_not_over_scim(&person.campus_id, &person.email) {
                // Nothing but the cards can be taken from a user that can't be deactivated.
                return grant;
            }
        }
        Grant::Keep
    }

    /// Deactivates a user of ours, or says why not.
    pub(super) fn close(
        &mut self,
        person: &Person,
        user_at: u32,
        memory: Option<&UserMemory>,
        why: &str,
    ) -> Grant {
        let user = self.user(user_at);
        self.claim(person, &Who::Ours(user_at), memory, None);
        self.deactivate(
            &person.campus_id,
            &person.display_name(),
            &person.email,
            user,
            memory,
            why,
        )
        .0
    }

    pub(super) fn deactivate(
        &mut self,
        campus_id: &CampusId,
        label: &str,
        email: &str,
        user: &RemoteUser,
        memory: Option<&UserMemory>,
        why: &str,
    ) -> (Grant, Option<Handle>) {
        let policy = self.sides.policy;
        let subject = Subject::User {
            campus_id: campus_id.clone(),
        };
        let protected = policy.protect.person(campus_id, email)
            || policy.protect.person(campus_id, &user.profile.email);
        let external = policy.identity == Identity::External;
        if is_closed(user, memory) {
            self.draft.counts.users_in_step += 1;
            let due = policy
                .delete_after_days
                .zip(memory.and_then(|memory| memory.closed_by_us));
            let due = due.is_some_and(|(days, closed)| policy.days_ago(closed, days));
            let replaced = campus_id.as_str().ends_with(REPLACED);
            if due && !protected && !external && !replaced {
                let why = format!(
                    "deactivated for {} days",
                    policy.delete_after_days.unwrap_or(0)
                );
                let change = Change::DeleteUser {
                    user_id: user.id.clone(),
                };
                let handle = self.draft.push(
                    operation(subject, label, Situation::Gone, Stage::Retire, change, why),
                    &[],
                );
                return (Grant::Keep, Some(handle));
            }
            return (Grant::Frozen, None);
        }
        if protected {
            self.draft.leave(
                subject,
                label,
                Situation::Blocked,
                Code::Protected,
                why,
                None,
            );
            return (Grant::Keep, None);
        }
        if external {
            return (Grant::Revoke, None);
        }
        if self.is_not_over_scim(campus_id, email) {
            self.leave_to_hand(subject, label, user, why);
            return (Grant::Revoke, None);
        }
        let change = Change::DeactivateUser {
            user_id: user.id.clone(),
        };
        let handle = self.draft.push(
            operation(subject, label, Situation::Gone, Stage::Revoke, change, why),
            &[],
        );
        (Grant::Revoke, Some(handle))
    }
}

/// Whether it was we who closed a user that is closed.
pub(super) fn closed_by_us(memory: &UserMemory) -> bool {
    memory.closed_by_us.is_some() || memory.closing
}

/// Whether a user is deactivated, as Command says or, where it does not say, as we left it.
pub(super) fn is_closed(user: &RemoteUser, memory: Option<&UserMemory>) -> bool {
    match user.active {
        Some(active) => !active,
        None => memory.is_some_and(|memory| memory.closed_by_us.is_some()),
    }
}
