//! Who is in Command and not in Atrium, and the rows that could be theirs.

use super::{Grant, Planner};
use crate::model::fold::same_folded;
use crate::model::plan::{Subject, UserClaim};
use crate::model::reason::{Code, Situation};
use crate::model::roster::{Roster, UnreadableSubject};
use crate::reconcile::matching::Absent;

impl<'s> Planner<'s, '_, '_> {
    /// Somebody who is in Command and not in Atrium.
    pub(super) fn absent(&mut self, absent: &Absent<'s>, people: &[Grant]) -> Grant {
        let user = self.user(absent.user);
        let label = user.profile.display_name();
        let subject = Subject::User {
            campus_id: absent.campus_id.clone(),
        };
        self.draft.counts.managed_users += u64::from(absent.ours);
        if self.matching.suspended_rekey.contains(&absent.user) {
            let detail = format!("user {} has the old campus id", user.id);
            self.draft.leave(
                subject,
                &label,
                Situation::Rekeyed,
                Code::CampusIdChanged,
                detail,
                None,
            );
            return Grant::Keep;
        }
        if self.unreadable_people.contains(absent.person()) {
            // The row itself is listed with its defect.
            return Grant::Keep;
        }
        if let Some(at) = absent.successor {
            return self.replaced(absent, at, people[at as usize]);
        }
        let runs = absent
            .memory
            .map_or(0, |memory| memory.absent_runs)
            .saturating_add(1);
        let unsure = if !self.sides.roster.completeness.is_whole() {
            Some(Code::SourceIncomplete)
        } else if could_be_unreadable(
            self.sides.roster,
            &user.profile.email,
            &user.profile.first_name,
            &user.profile.last_name,
        ) {
            Some(Code::AbsenceUnsure)
        } else {
            if absent.ours && absent.memory.is_none() {
                // So that the ledger can count the reads, and knows whom it was that we closed.
                self.draft.bookkeeping.users.push(UserClaim {
                    campus_id: absent.campus_id.clone(),
                    user_id: user.id.clone(),
                    ours: true,
                    in_scope: true,
                    applied: Some(Box::new(user.profile.clone())),
                });
            }
            self.draft
                .bookkeeping
                .absent
                .push((absent.campus_id.clone(), runs));
            (runs < self.sides.policy.absent_runs).then_some(Code::AbsentNotYet)
        };
        if let Some(code) = unsure {
            if user.active != Some(false) {
                let detail = match code {
                    Code::AbsentNotYet => {
                        format!("read {runs} of {} times", self.sides.policy.absent_runs)
                    }
                    _ => String::new(),
                };
                self.draft
                    .leave(subject, &label, Situation::Held, code, detail, None);
            }
            return Grant::Keep;
        }
        if !absent.ours {
            return if user.active == Some(false) {
                Grant::Frozen
            } else {
                Grant::Revoke
            };
        }
        let why = "no longer in Atrium's export";
        let (grant, handle) =
            self.deactivate(&absent.campus_id, &label, "", user, absent.memory, why);
        if let Some(handle) = handle {
            self.draft.by_absence(handle);
        }
        grant
    }

    pub(super) fn unreadable_rows(&mut self) {
        for row in &self.sides.roster.unreadable {
            let (subject, label) = match &row.subject {
                UnreadableSubject::Person(campus_id) => (
                    Subject::User {
                        campus_id: campus_id.clone(),
                    },
                    campus_id.0.clone(),
                ),
                UnreadableSubject::Group(id) => (
                    Subject::Group {
                        access_group_id: id.clone(),
                    },
                    id.0.clone(),
                ),
                UnreadableSubject::Row {
                    first_name,
                    last_name,
                    ..
                } => (Subject::Run, crate::model::join_name(first_name, last_name)),
            };
            self.draft.leave(
                subject,
                &label,
                Situation::Unreadable,
                Code::RowUnreadable,
                row.message.clone(),
                Some(&row.place),
            );
        }
    }
}

/// Whether a row without a readable campus id could be about somebody of this address and name.
pub(in crate::reconcile) fn could_be_unreadable(
    roster: &Roster,
    email: &str,
    first: &str,
    last: &str,
) -> bool {
    roster.unreadable.iter().any(|row| match &row.subject {
        UnreadableSubject::Row {
            email: other,
            first_name,
            last_name,
        } => {
            let nothing = other.is_empty() && first_name.is_empty() && last_name.is_empty();
            let same_email = !other.is_empty() && same_folded(other, email);
            let same_name = !last_name.is_empty()
                && same_folded(last_name, last)
                && (first_name.is_empty() || same_folded(first_name, first));
            nothing || same_email || same_name
        }
        _ => false,
    })
}
