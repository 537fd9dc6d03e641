//! The values of a user that Atrium owns: which differ and why, and which agree.

use super::Planner;
use crate::model::directory::RemoteUser;
use crate::model::fold::same_value;
use crate::model::memory::UserMemory;
use crate::model::plan::{FieldChange, UserClaim};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::Person;
use crate::model::{Field, Profile, Text};
use crate::reconcile::matching::Who;

impl<'s> Planner<'s, '_, '_> {
    /// The values that Atrium owns and that are not in Command as Atrium has them.
    pub(super) fn field_changes(
        &mut self,
        person: &Person,
        user: &RemoteUser,
        memory: Option<&UserMemory>,
    ) -> Vec<FieldChange> {
        let policy = self.sides.policy;
        let mut changes = Vec::new();
        // Of an adopted user nothing was applied yet.
        let applied = memory.map(|memory| &memory.applied);
        let applied_profile = applied.filter(|applied| **applied != Profile::default());
        for (provided, field) in self.provided.into_iter().zip(Profile::FIELDS) {
            if field == Field::Email || !provided {
                continue;
            }
            let new = wanted(person, field);
            let old = user.profile.get(field);
            if same_value(field, new, old) {
                continue;
            }
            let applied = applied_profile.map(|applied| applied.get(field));
            // A value that Atrium does not have is cleared only where it is one that we wrote.
            if new.is_empty()
                && !applied
                    .is_some_and(|applied| !applied.is_empty() && same_value(field, applied, old))
            {
                continue;
            }
            let key = (person.campus_id.clone(), field);
            let named = policy.only.names(&person.campus_id.0, &person.email);
            if let Some(stuck) = self.sides.memory.stuck_fields.get(&key) {
                if stuck.wanted == *new && stuck.found == *old && !named {
                    let detail = format!("{field}: \"{old}\" in Command, \"{new}\" in Atrium");
                    self.leave(person, Situation::DoesNotStick, Code::DoesNotStick, detail);
                    continue;
                }
                self.draft.bookkeeping.unstuck_fields.push(key);
            }
            let cause = match applied {
                None => Cause::NeverSynced,
                Some(applied) if applied.is_empty() && old.is_empty() => Cause::ChangedInAtrium,
                Some(applied) if same_value(field, applied, old) => Cause::ChangedInAtrium,
                Some(applied) if same_value(field, applied, new) => Cause::ChangedInCommand,
                Some(_) => Cause::ChangedInBoth,
            };
            changes.push(FieldChange {
                field,
                old: old.clone(),
                new: new.clone(),
                cause,
            });
        }
        changes
    }

    /// Tells the ledger who this is, where it does not know.
    pub(super) fn claim(
        &mut self,
        person: &Person,
        who: &Who,
        memory: Option<&UserMemory>,
        in_scope: Option<bool>,
    ) {
        let (at, ours) = match who {
            Who::Ours(at) | Who::Rekeyed(at) => (*at, true),
            Who::Foreign(at) => (*at, false),
            _ => return,
        };
        let user = self.user(at);
        let in_scope = in_scope.unwrap_or(person.in_scope);
        let known = memory.is_some_and(|memory| {
            memory.user_id == user.id
                && memory.ours == ours
                && memory.in_scope == in_scope
                && memory.absent_runs == 0
        });
        if !known {
            self.push_claim(person, user, ours, in_scope, None);
        }
    }

    /// Tells the ledger which values agree, where it does not know.
    pub(super) fn claim_fields(
        &mut self,
        person: &Person,
        user: &RemoteUser,
        memory: Option<&UserMemory>,
        changes: &[FieldChange],
    ) {
        let agrees = |field: Field| {
            field == Field::Email || !changes.iter().any(|change| change.field == field)
        };
        let known = memory.is_some_and(|memory| {
            memory.user_id == user.id
                && memory.ours
                && memory.in_scope
                && memory.absent_runs == 0
                && Profile::FIELDS.iter().all(|field| {
                    !agrees(*field) || memory.applied.get(*field) == user.profile.get(*field)
                })
        });
        if known {
            return;
        }
        let mut applied = memory
            .map(|memory| memory.applied.clone())
            .unwrap_or_default();
        for field in Profile::FIELDS.into_iter().filter(|field| agrees(*field)) {
            applied.set(field, user.profile.get(field).clone());
        }
        self.push_claim(person, user, true, true, Some(Box::new(applied)));
    }

    pub(super) fn push_claim(
        &mut self,
        person: &Person,
        user: &RemoteUser,
        ours: bool,
        in_scope: bool,
        applied: Option<Box<Profile>>,
    ) {
        self.draft.bookkeeping.users.push(UserClaim {
            campus_id: person.campus_id.clone(),
            user_id: user.id.clone(),
            ours,
            in_scope,
            applied,
        });
    }
}

/// What Atrium wants of one field.
pub(super) fn wanted(person: &Person, field: Field) -> &Text {
    static EMPTY: Text = Text::const_new("");
    match field {
        Field::Email => &person.email,
        Field::FirstName => &person.first_name,
        Field::MiddleName => &person.middle_name,
        Field::LastName => &person.last_name,
        Field::Phone => &person.phone,
        Field::Title => &person.title,
        Field::Department => &person.department,
        Field::EmployeeNumber => &person.campus_id.0,
        Field::ExternalId | Field::Active | Field::Name => &EMPTY,
    }
}

/// What Atrium wants of every field.
pub(in crate::reconcile) fn profile(person: &Person) -> Profile {
    let mut profile = Profile::default();
    for field in Profile::FIELDS {
        profile.set(field, Text::from(wanted(person, field).trim()));
    }
    profile
}

pub(super) fn causes(fields: &[FieldChange]) -> String {
    let mut causes: Vec<Cause> = fields.iter().map(|change| change.cause).collect();
    causes.sort_unstable();
    causes.dedup();
    let words: Vec<_> = causes.into_iter().map(Cause::words).collect();
    words.join("; ")
}
