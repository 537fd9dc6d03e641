//! An address that is not the one in Command: held, or a new user in exchange for the old one.

use super::fields::profile;
use super::{Grant, Planner, Standing, is_closed};
use crate::model::directory::RemoteUser;
use crate::model::fold::{fold, same_value};
use crate::model::memory::UserMemory;
use crate::model::plan::{Change, FieldChange, Stage, Subject, UserClaim};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::Person;
use crate::model::rules::EmailChange;
use crate::model::{CampusId, Field, Text};
use crate::reconcile::draft::operation;
use crate::reconcile::matching::{Absent, REPLACED, Who};

impl<'s> Planner<'s, '_, '_> {
    /// An address that is not the one in Command: held, or a new user.
    pub(super) fn changed_address(
        &mut self,
        at: u32,
        person: &Person,
        user_at: u32,
        memory: Option<&UserMemory>,
    ) -> Option<Grant> {
        let user = self.user(user_at);
        let policy = self.sides.policy;
        if person.email.is_empty() {
            self.leave(
                person,
                Situation::Blocked,
                Code::NoEmail,
                format!("keeps {}", user.profile.email),
            );
            return None;
        }
        if same_value(Field::Email, &person.email, &user.profile.email) {
            return None;
        }
        let detail = format!(
            "{} in Command, {} in Atrium",
            user.profile.email, person.email
        );
        let wanted = policy.email_change == EmailChange::Reprovision
            || policy.reprovision.names(&person.campus_id.0, &person.email)
            || policy
                .reprovision
                .names(&person.campus_id.0, &user.profile.email);
        if !wanted {
            self.leave(person, Situation::EmailChanged, Code::EmailChanged, detail);
            return None;
        }
        // Checked first: the old user keeps working if the new one can't be made.
        let users = &self.sides.directory.users;
        let holders = self.holders.get_or_insert_with(|| {
            let users = (0u32..).zip(users);
            users
                .map(|(at, user)| (fold(&user.profile.email).into_owned(), at))
                .collect()
        });
        let taken = holders.get(fold(&person.email).as_ref()).map(|holder| {
            let id = &users[*holder as usize].id;
            (
                Code::EmailHeldByOther,
                format!("user {id} has {}", person.email),
            )
        });
        if let Some((code, obstacle)) = taken.or_else(|| self.obstacle(at, person)) {
            self.leave(
                person,
                Situation::Blocked,
                code,
                format!("{detail}; {obstacle}"),
            );
            return None;
        }
        let protected = policy.protect.person(&person.campus_id, &person.email)
            || policy
                .protect
                .person(&person.campus_id, &user.profile.email);
        if user.active != Some(true) || protected {
            self.leave(person, Situation::EmailChanged, Code::EmailChanged, detail);
            return None;
        }
        self.claim(person, &Who::Ours(user_at), memory, None);
        Some(self.reprovision(at, person, user))
    }

    /// Marks the old user, creates the new one, and retires the old one when the new one has its
    /// groups.
    pub(super) fn reprovision(&mut self, at: u32, person: &Person, user: &RemoteUser) -> Grant {
        let policy = self.sides.policy;
        let subject = || Subject::User {
            campus_id: person.campus_id.clone(),
        };
        let label = person.display_name();
        let replaced = compact_str::format_compact!("{}{REPLACED}", person.campus_id);
        let fields = vec![
            FieldChange {
                field: Field::EmployeeNumber,
                old: user.profile.employee_number.clone(),
                new: Text::default(),
                cause: Cause::ChangedInAtrium,
            },
            FieldChange {
                field: Field::ExternalId,
                old: user.external_id.clone().unwrap_or_default(),
                new: policy.user_ids.external_id(&replaced),
                cause: Cause::ChangedInAtrium,
            },
        ];
        let mark = self.draft.push(
            operation(
                subject(),
                label.clone(),
                Situation::EmailChanged,
                Stage::Write,
                Change::UpdateUser {
                    user_id: user.id.clone(),
                    fields,
                },
                "marked as replaced: a new user gets the new address",
            ),
            &[],
        );
        let create = self.draft.push(
            operation(
                subject(),
                label.clone(),
                Situation::EmailChanged,
                Stage::Write,
                Change::CreateUser {
                    external_id: policy.user_ids.external_id(&person.campus_id.0),
                    profile: Box::new(profile(person)),
                },
                format!("new address; replaces {}", user.profile.email),
            ),
            &[mark],
        );
        // Where Command keeps external ids to itself, the ledger alone knows the old user.
        self.draft.bookkeeping.users.push(UserClaim {
            campus_id: CampusId(replaced.clone()),
            user_id: user.id.clone(),
            ours: true,
            in_scope: true,
            applied: Some(Box::new(user.profile.clone())),
        });
        let retire = self.draft.push(
            operation(
                Subject::User {
                    campus_id: CampusId(replaced),
                },
                label,
                Situation::EmailChanged,
                Stage::Retire,
                Change::DeactivateUser {
                    user_id: user.id.clone(),
                },
                format!("replaced by a user with {}", person.email),
            ),
            &[create],
        );
        // If the guard holds the removal, the whole exchange waits.
        self.draft.link(mark, retire);
        self.retiring.push((at, retire));
        Grant::Full(Some(create))
    }

    /// The old user of a person with a new address. It goes when the new one is there, or when the
    /// person is to have no access; until then it is the only one that works.
    pub(super) fn replaced(&mut self, absent: &Absent<'s>, at: u32, grant: Grant) -> Grant {
        let person = &self.sides.roster.people[at as usize];
        let user = self.user(absent.user);
        let label = user.profile.display_name();
        let made = match (&self.matching.people[at as usize], grant) {
            (Who::Ours(_) | Who::Rekeyed(_) | Who::Foreign(_), _) => None,
            (_, Grant::Full(Some(create))) => Some(create),
            (Who::Nobody | Who::Deleted, _)
                if person.in_scope
                    && !matches!(self.standing(person), Standing::Active | Standing::Unmapped) =>
            {
                None
            }
            _ => {
                if !is_closed(user, absent.memory) {
                    let subject = Subject::User {
                        campus_id: absent.campus_id.clone(),
                    };
                    let detail = format!("{} until there is a new user", user.profile.email);
                    let situation = Situation::EmailChanged;
                    self.draft
                        .leave(subject, &label, situation, Code::EmailChanged, detail, None);
                }
                return Grant::Keep;
            }
        };
        let why = "replaced by a user with another address";
        let email = &person.email;
        let (grant, handle) =
            self.deactivate(&absent.campus_id, &label, email, user, absent.memory, why);
        if let Some(handle) = handle {
            self.replaced.insert(absent.user, handle);
        }
        if let Some((create, retire)) = made.zip(handle) {
            self.draft.retire(retire, create);
            self.retiring.push((at, retire));
            return Grant::Keep;
        }
        grant
    }
}
