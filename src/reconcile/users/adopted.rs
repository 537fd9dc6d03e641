//! People whose user was made in Command by hand and adopted: SCIM may not be able to change it, or
//! may not list it at all. Neither is tried in every run.

use std::collections::HashMap;

use super::closing::is_closed;
use super::{Grant, Planner, Standing};
use crate::model::CampusId;
use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::memory::{Refusal, UserMemory};
use crate::model::plan::Subject;
use crate::model::reason::{Code, Situation};
use crate::model::roster::Person;
use crate::reconcile::matching::Who;

impl<'s> Planner<'s, '_, '_> {
    /// Whether Command is known to refuse SCIM's changes of a person's user. Whoever is named is
    /// tried again, for SCIM may manage the user by now.
    pub(super) fn is_not_over_scim(&self, campus_id: &CampusId, email: &str) -> bool {
        let policy = self.sides.policy;
        let refusal = self.sides.memory.refusals.get(campus_id);
        let lasting = |refusal: &Refusal| {
            refusal.values == Refusal::ADOPTED || policy.less_than_a_day_ago(refusal.at)
        };
        refusal.is_some_and(|refusal| refusal.code == Code::NotOverScim && lasting(refusal))
            && !policy.only.names(campus_id.as_str(), email)
    }

    /// What becomes of a person whose user SCIM can't change: cards only.
    pub(super) fn adopted(
        &mut self,
        at: u32,
        person: &Person,
        user_at: u32,
        memory: Option<&UserMemory>,
        standing: &Standing,
    ) -> Grant {
        let user = self.user(user_at);
        match standing {
            Standing::Gone(why) => return self.close(person, user_at, memory, why),
            Standing::Suspended(why) | Standing::NotYet(why) => {
                return self.suspend(person, user_at, memory, why);
            }
            Standing::Active | Standing::Unmapped => {}
        }
        self.claim(person, &Who::Ours(user_at), memory, None);
        if is_closed(user, memory) {
            let detail = format!("user {} ({})", user.id, user.profile.email);
            let situation = Situation::ClosedInCommand;
            self.leave(person, situation, Code::ClosedInCommand, detail);
            return Grant::Keep;
        }
        let detail = match person.groups.len() {
            0 => format!("user {}: names are left as they are", user.id),
            1 => format!("user {}: names and a group are left", user.id),
            many => format!("user {}: names and {many} groups are left", user.id),
        };
        self.leave(person, Situation::Native, Code::NotOverScim, detail);
        self.cards_only.insert(at);
        Grant::Full(None)
    }

    /// Says that somebody has to be deactivated by hand.
    pub(super) fn leave_to_hand(
        &mut self,
        subject: Subject,
        label: &str,
        user: &RemoteUser,
        why: &str,
    ) {
        let detail = format!("{why}: deactivate user {} in Command by hand", user.id);
        let situation = Situation::Native;
        self.draft
            .leave(subject, label, situation, Code::NotOverScim, detail, None);
    }

    /// Whether the REST API has a user with the person's external id, whom SCIM does not list: a
    /// user that SCIM made would be the second one.
    pub(super) fn is_only_in_access(&mut self, person: &Person, standing: &Standing) -> bool {
        let Some(access) = &self.sides.directory.access else {
            return false;
        };
        let user_ids = &self.sides.policy.user_ids;
        let rows = self.in_access.get_or_insert_with(|| {
            let rows = access.users.iter();
            let ours = rows.filter_map(|row| Some((user_ids.parse(&row.external_id)?, row)));
            ours.collect::<HashMap<&str, &AccessUser>>()
        });
        let Some(row) = rows.get(person.campus_id.as_str()) else {
            return false;
        };
        let mut detail = format!("user {} of the REST API", row.id);
        if let Standing::Gone(why) | Standing::Suspended(why) = standing {
            detail = format!("{detail}; {why}: deactivate it in Command by hand");
        }
        self.leave(person, Situation::Native, Code::NotInScim, detail);
        true
    }
}
