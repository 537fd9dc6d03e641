//! Users: what is created, updated, deactivated, reactivated, held and left alone.

mod absent;
mod adopted;
mod closing;
mod exchange;
mod fields;

use std::collections::{HashMap, HashSet};

use super::Sides;
use super::draft::{Draft, Handle, operation};
use super::matching::{Matching, Unclear, Who, wants_access};
use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::fold::{email_domain, fold_hash, same_folded};
use crate::model::memory::UserMemory;
use crate::model::plan::{Change, FieldChange, Stage, Subject};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::roster::{Person, UnreadableSubject};
use crate::model::rules::{Identity, Meaning};
use crate::model::{Field, Profile};
use closing::{closed_by_us, is_closed};
pub(super) use fields::profile;
use fields::{causes, wanted};

pub(super) use absent::could_be_unreadable;

/// What may become of a person's memberships of groups that we manage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Grant {
    /// It can't be judged: what is there stays, nothing is added.
    #[default]
    Keep,
    /// As Atrium says. The operation, if there is one, comes first.
    Full(Option<Handle>),
    /// What Atrium no longer says goes; nothing is added.
    RemoveOnly,
    /// Everything goes.
    Revoke,
    /// Everything would go, but the user was frozen before this run.
    Frozen,
}

/// What may become of everybody's memberships.
pub(super) struct Grants {
    /// By position in `Roster::people`.
    pub(super) people: Vec<Grant>,
    /// By position in `Matching::absent`.
    pub(super) absent: Vec<Grant>,
    /// Old users whose retirement must wait for the new user's groups: the person, and the
    /// operation that retires the old one.
    pub(super) retiring: Vec<(u32, Handle)>,
    /// What deactivates the old user of a person with a new address, by position in
    /// `Directory::users`, where a new user is there or is made.
    pub(super) replaced: HashMap<u32, Handle>,
    /// People whose user SCIM can't change: they get cards, and no groups. By position in
    /// `Roster::people`.
    pub(super) cards_only: HashSet<u32>,
}

/// Plans the users.
pub(super) fn plan_users(
    sides: Sides<'_>,
    matching: &Matching<'_>,
    draft: &mut Draft<'_>,
) -> Grants {
    let mut planner = Planner::new(sides, matching, draft);
    let people: Vec<Grant> = (0u32..)
        .zip(&sides.roster.people)
        .map(|(at, person)| planner.person(at, person))
        .collect();
    let absent = matching
        .absent
        .iter()
        .map(|absent| planner.absent(absent, &people))
        .collect();
    planner.unreadable_rows();
    planner.draft.bookkeeping.open = matching.open.clone();
    planner.draft.bookkeeping.closed = matching.closed.clone();
    Grants {
        people,
        absent,
        retiring: planner.retiring,
        replaced: planner.replaced,
        cards_only: planner.cards_only,
    }
}

/// Where a person stands by status, dates and filter.
enum Standing {
    Active,
    Suspended(String),
    NotYet(String),
    Gone(String),
    Unmapped,
}

struct Planner<'s, 'd, 'a> {
    sides: Sides<'s>,
    matching: &'s Matching<'s>,
    draft: &'d mut Draft<'a>,
    retiring: Vec<(u32, Handle)>,
    replaced: HashMap<u32, Handle>,
    /// Which fields Atrium has for anybody. A column that is not exported clears nothing.
    provided: [bool; Profile::FIELDS.len()],
    /// People who share their address with somebody else who wants a user.
    sharing: HashSet<u32>,
    cards_only: HashSet<u32>,
    filter_changed: bool,
    /// Who in the REST API has an external id of ours; made when somebody is to be created.
    in_access: Option<HashMap<&'s str, &'s AccessUser>>,
    /// Who in Command has which folded address; made when the first address changes.
    holders: Option<HashMap<String, u32>>,
    unreadable_people: HashSet<&'s str>,
}

impl<'s, 'd, 'a> Planner<'s, 'd, 'a> {
    fn new(sides: Sides<'s>, matching: &'s Matching<'s>, draft: &'d mut Draft<'a>) -> Self {
        let provided = Profile::FIELDS.map(|field| {
            sides
                .roster
                .people
                .iter()
                .any(|person| !wanted(person, field).is_empty())
        });
        let unreadable_people = sides
            .roster
            .unreadable
            .iter()
            .filter_map(|row| match &row.subject {
                UnreadableSubject::Person(campus_id) => Some(campus_id.as_str()),
                _ => None,
            })
            .collect();
        let last = sides.memory.last_filter.as_ref();
        Planner {
            sides,
            matching,
            draft,
            retiring: Vec::new(),
            replaced: HashMap::new(),
            provided,
            sharing: sharing_addresses(sides),
            filter_changed: last.is_some_and(|last| *last != sides.policy.filter),
            cards_only: HashSet::new(),
            in_access: None,
            holders: None,
            unreadable_people,
        }
    }

    fn user(&self, at: u32) -> &'s RemoteUser {
        &self.sides.directory.users[at as usize]
    }

    fn standing(&self, person: &Person) -> Standing {
        let policy = self.sides.policy;
        let Some(meaning) = policy.meaning(&person.status) else {
            return Standing::Unmapped;
        };
        if let Some(until) = person.valid_until.filter(|until| *until < policy.today) {
            return Standing::Gone(format!("valid until {until} in Atrium"));
        }
        match meaning {
            Meaning::Gone => Standing::Gone(format!("status \"{}\" in Atrium", person.status)),
            Meaning::Suspended => {
                Standing::Suspended(format!("status \"{}\" in Atrium", person.status))
            }
            Meaning::Active => match person.valid_from {
                Some(from) if from > policy.today => {
                    Standing::NotYet(format!("valid from {from} in Atrium"))
                }
                _ => Standing::Active,
            },
        }
    }

    fn leave(
        &mut self,
        person: &Person,
        situation: Situation,
        code: Code,
        detail: impl Into<String>,
    ) {
        let subject = Subject::User {
            campus_id: person.campus_id.clone(),
        };
        let label = person.display_name();
        self.draft.leave(
            subject,
            &label,
            situation,
            code,
            detail,
            Some(&person.place),
        );
    }

    fn person(&mut self, at: u32, person: &'s Person) -> Grant {
        let who = &self.matching.people[at as usize];
        let memory = self.matching.memory[at as usize];
        let standing = self.standing(person);
        if matches!(standing, Standing::Unmapped) {
            let detail = format!("status \"{}\"", person.status);
            self.leave(
                person,
                Situation::UnmappedStatus,
                Code::StatusUnmapped,
                detail,
            );
            self.claim(person, who, memory, None);
            return Grant::Keep;
        }
        if !person.in_scope {
            return self.out_of_scope(person, who, memory, &standing);
        }
        match who {
            Who::Unclear(unclear) => self.unclear(at, person, unclear, &standing),
            Who::Nobody | Who::Deleted => {
                self.nobody(at, person, matches!(who, Who::Deleted), &standing)
            }
            Who::Foreign(user) => self.foreign(person, *user, memory, &standing),
            Who::Ours(user) | Who::Rekeyed(user) => {
                if self.matching.suspended_rekey.contains(user) {
                    // The person behind the record seems to go on under another campus id.
                    let detail =
                        format!("user {} may be somebody who goes on", self.user(*user).id);
                    self.leave(person, Situation::Rekeyed, Code::CampusIdChanged, detail);
                    return Grant::Keep;
                }
                self.ours(at, person, *user, memory, &standing)
            }
        }
    }

    fn out_of_scope(
        &mut self,
        person: &Person,
        who: &Who,
        memory: Option<&UserMemory>,
        standing: &Standing,
    ) -> Grant {
        let managed = memory.filter(|memory| memory.in_scope);
        if self.filter_changed && matches!(who, Who::Ours(_) | Who::Foreign(_)) {
            self.leave(person, Situation::OutOfScope, Code::FilterChanged, "");
            self.claim(person, who, memory, Some(false));
            return Grant::Keep;
        }
        let Some(_) = managed else {
            self.leave(person, Situation::OutOfScope, Code::OutOfScope, "");
            return Grant::Keep;
        };
        self.leave(person, Situation::LeftScope, Code::LeftScope, "");
        match (who, standing) {
            (Who::Ours(user), Standing::Gone(why)) => self.close(person, *user, memory, why),
            (Who::Ours(user), Standing::Suspended(why) | Standing::NotYet(why)) => {
                self.suspend(person, *user, memory, why)
            }
            (Who::Ours(user) | Who::Foreign(user), _) => {
                self.claim(person, who, memory, Some(true));
                match (is_closed(self.user(*user), memory), standing) {
                    // A deactivated user's groups are frozen, and open nothing.
                    (true, _) => Grant::Keep,
                    (false, Standing::Active) => Grant::RemoveOnly,
                    (false, _) => Grant::Revoke,
                }
            }
            _ => Grant::Keep,
        }
    }

    fn unclear(
        &mut self,
        at: u32,
        person: &Person,
        unclear: &Unclear,
        standing: &Standing,
    ) -> Grant {
        let Unclear {
            situation,
            code,
            detail,
            linked,
        } = unclear;
        let shared = *code == Code::EmailHeldByOther && self.sharing.contains(&at);
        let code = if shared { &Code::EmailShared } else { code };
        match (linked, standing) {
            (Some(user), Standing::Gone(why)) => {
                self.leave(person, *situation, *code, detail.clone());
                return self.close(person, *user, None, why);
            }
            (Some(user), Standing::Suspended(why) | Standing::NotYet(why)) => {
                self.leave(person, *situation, *code, detail.clone());
                return self.suspend(person, *user, None, why);
            }
            _ => {}
        }
        if matches!(standing, Standing::Gone(_)) {
            // Nobody is to have access, and nobody that is known to be this person has it.
            self.leave(
                person,
                *situation,
                *code,
                format!("{detail}; inactive in Atrium"),
            );
            return Grant::Keep;
        }
        self.leave(person, *situation, *code, detail.clone());
        Grant::Keep
    }

    /// Nobody in Command is this person.
    fn nobody(&mut self, at: u32, person: &Person, deleted: bool, standing: &Standing) -> Grant {
        let policy = self.sides.policy;
        if !deleted && self.is_only_in_access(person, standing) {
            return Grant::Keep;
        }
        match standing {
            Standing::Active => {}
            Standing::NotYet(why) => {
                self.leave(person, Situation::Blocked, Code::NotYetValid, why.clone());
                return Grant::Keep;
            }
            Standing::Suspended(_) | Standing::Gone(_) | Standing::Unmapped => return Grant::Keep,
        }
        if deleted && !self.sides.directory.completeness.is_whole() {
            self.leave(person, Situation::NotRead, Code::TargetIncomplete, "");
            return Grant::Keep;
        }
        if deleted && !policy.reopen.names(&person.campus_id.0, &person.email) {
            self.leave(
                person,
                Situation::ClosedInCommand,
                Code::DeletedInCommand,
                "",
            );
            return Grant::Keep;
        }
        if policy.identity == Identity::External {
            self.leave(
                person,
                Situation::AwaitingIdentity,
                Code::AwaitingIdentity,
                "",
            );
            return Grant::Keep;
        }
        if let Some((code, detail)) = self.obstacle(at, person) {
            self.leave(person, Situation::Blocked, code, detail);
            return Grant::Keep;
        }
        let create = self.draft.push(
            operation(
                Subject::User {
                    campus_id: person.campus_id.clone(),
                },
                person.display_name(),
                Situation::Missing,
                Stage::Write,
                Change::CreateUser {
                    external_id: policy.user_ids.external_id(&person.campus_id.0),
                    profile: Box::new(profile(person)),
                },
                "in Atrium, not in Command",
            ),
            &[],
        );
        Grant::Full(Some(create))
    }

    fn is_outside(&self, email: &str) -> bool {
        let policy = self.sides.policy;
        policy.email_domains.is_some()
            && email_domain(email).is_some_and(|domain| !policy.domain_allowed(&domain))
    }

    /// What stands in the way of a user with the person's address.
    fn obstacle(&self, at: u32, person: &Person) -> Option<(Code, String)> {
        let policy = self.sides.policy;
        if person.email.is_empty() {
            return Some((Code::NoEmail, String::new()));
        }
        let Some(domain) = email_domain(&person.email) else {
            return Some((Code::EmailMalformed, person.email.to_string()));
        };
        if person.first_name.is_empty() && person.last_name.is_empty() {
            return Some((Code::NoName, String::new()));
        }
        if self.sharing.contains(&at) {
            return Some((Code::EmailShared, person.email.to_string()));
        }
        if !policy.domain_allowed(&domain) {
            return Some((Code::EmailOutsideDomains, person.email.to_string()));
        }
        self.refusal(person, &person.email)
    }

    /// Whether Command refused these values within the last day. Whoever is named is tried again.
    fn refusal(&self, person: &Person, values: &str) -> Option<(Code, String)> {
        let policy = self.sides.policy;
        let refusal = self.sides.memory.refusals.get(&person.campus_id)?;
        let named = policy.only.names(&person.campus_id.0, &person.email);
        let fresh = policy.less_than_a_day_ago(refusal.at);
        (fresh && !named && same_folded(&refusal.values, values))
            .then(|| (refusal.code, format!("{values}, refused {:.0}", refusal.at)))
    }

    fn foreign(
        &mut self,
        person: &Person,
        at: u32,
        memory: Option<&UserMemory>,
        standing: &Standing,
    ) -> Grant {
        let user = self.user(at);
        self.claim(person, &Who::Foreign(at), memory, None);
        if self.sides.policy.identity == Identity::Managed {
            let detail = user.external_id.as_ref().map_or_else(
                || format!("user {}", user.id),
                |external_id| format!("user {}, external id {external_id}", user.id),
            );
            self.leave(person, Situation::Foreign, Code::ForeignUser, detail);
        }
        self.groups_only(user, standing)
    }

    /// What becomes of the groups of a user whom another client opens and closes. The groups are
    /// all that we can take from somebody who is to have no access for the time being.
    fn groups_only(&self, user: &RemoteUser, standing: &Standing) -> Grant {
        match (standing, user.active == Some(false)) {
            (Standing::Active, false) => Grant::Full(None),
            (Standing::Gone(_) | Standing::Suspended(_) | Standing::NotYet(_), false) => {
                Grant::Revoke
            }
            (Standing::Gone(_), true) => Grant::Frozen,
            _ => Grant::Keep,
        }
    }

    fn ours(
        &mut self,
        at: u32,
        person: &Person,
        user_at: u32,
        memory: Option<&UserMemory>,
        standing: &Standing,
    ) -> Grant {
        let user = self.user(user_at);
        self.draft.counts.managed_users += 1;
        if self.is_not_over_scim(&person.campus_id, &person.email) {
            return self.adopted(at, person, user_at, memory, standing);
        }
        let external = self.sides.policy.identity == Identity::External;
        match standing {
            Standing::Suspended(_) | Standing::NotYet(_) | Standing::Active if external => {
                self.claim(person, &Who::Ours(user_at), memory, None);
                return self.groups_only(user, standing);
            }
            Standing::Gone(why) => return self.close(person, user_at, memory, why),
            Standing::Suspended(why) | Standing::NotYet(why) => {
                return self.suspend(person, user_at, memory, why);
            }
            Standing::Active | Standing::Unmapped => {}
        }
        let reopening = match user.active {
            Some(true) => false,
            None => {
                self.leave(
                    person,
                    Situation::Blocked,
                    Code::ActiveUnknown,
                    format!("user {}", user.id),
                );
                self.claim(person, &Who::Ours(user_at), memory, None);
                return Grant::Keep;
            }
            Some(false) => {
                let by_us = memory.is_some_and(closed_by_us);
                let named = self
                    .sides
                    .policy
                    .reopen
                    .names(&person.campus_id.0, &person.email);
                if !by_us && !named {
                    let detail = format!("user {} ({})", user.id, user.profile.email);
                    self.leave(
                        person,
                        Situation::ClosedInCommand,
                        Code::ClosedInCommand,
                        detail,
                    );
                    self.claim(person, &Who::Ours(user_at), memory, None);
                    return Grant::Keep;
                }
                true
            }
        };
        // Command judges an update by the address that the user has.
        if self.is_outside(&user.profile.email) {
            let detail = user.profile.email.to_string();
            self.leave(
                person,
                Situation::Blocked,
                Code::EmailOutsideDomains,
                detail,
            );
            self.claim(person, &Who::Ours(user_at), memory, None);
            return if reopening {
                // It stays deactivated, and its groups frozen.
                Grant::Keep
            } else {
                Grant::RemoveOnly
            };
        }
        if let Some(grant) = self.changed_address(at, person, user_at, memory) {
            return grant;
        }
        let rekeyed = matches!(self.matching.people[at as usize], Who::Rekeyed(_));
        let mut fields = self.field_changes(person, user, memory);
        if rekeyed {
            fields.push(FieldChange {
                field: Field::ExternalId,
                old: user.external_id.clone().unwrap_or_default(),
                new: self.sides.policy.user_ids.external_id(&person.campus_id.0),
                cause: Cause::ChangedInAtrium,
            });
        }
        self.claim_fields(person, user, memory, &fields);
        if fields.is_empty() && !reopening {
            self.draft.counts.users_in_step += 1;
            return Grant::Full(None);
        }
        let subject = Subject::User {
            campus_id: person.campus_id.clone(),
        };
        let label = person.display_name();
        let user_id = user.id.clone();
        let drifted = fields
            .iter()
            .all(|change| change.cause == Cause::ChangedInCommand);
        let (situation, why, change) = if reopening {
            let by_us = memory.is_some_and(closed_by_us);
            let why = if by_us {
                "back in Atrium; we deactivated it"
            } else {
                "named with --reopen"
            };
            (
                Situation::Returned,
                why.to_owned(),
                Change::ReactivateUser { user_id, fields },
            )
        } else {
            let situation = if drifted {
                Situation::Drifted
            } else {
                Situation::Changed
            };
            (
                situation,
                causes(&fields),
                Change::UpdateUser { user_id, fields },
            )
        };
        if let Some((code, detail)) = self.refusal(person, &change.values()) {
            self.leave(person, Situation::Blocked, code, detail);
            return if reopening {
                Grant::Keep
            } else {
                Grant::Full(None)
            };
        }
        let update = operation(subject, label, situation, Stage::Write, change, why);
        let handle = self.draft.push(update, &[]);
        Grant::Full(reopening.then_some(handle))
    }
}

/// People who want a user and share their address with another one who does. The one whose user
/// already has the address is not among them: it goes on.
fn sharing_addresses(sides: Sides<'_>) -> HashSet<u32> {
    let state = foldhash::fast::RandomState::default();
    let people = &sides.roster.people;
    let mut hashes: Vec<(u64, u32)> = (0u32..)
        .zip(people)
        .filter(|(_, person)| !person.email.is_empty() && person.in_scope)
        .map(|(at, person)| (fold_hash(&state, &person.email), at))
        .collect();
    hashes.sort_unstable();
    let mut sharing = HashSet::new();
    for pair in hashes
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|chunk| chunk.len() > 1)
    {
        for &(_, at) in pair {
            let person = &people[at as usize];
            let wants = |other: &Person| wants_access(sides.policy, other);
            let shared = wants(person)
                && pair.iter().any(|&(_, other)| {
                    let other_person = &people[other as usize];
                    other != at
                        && wants(other_person)
                        && same_folded(&other_person.email, &person.email)
                });
            if shared {
                sharing.insert(at);
            }
        }
    }
    sharing
}
