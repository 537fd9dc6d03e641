//! Who is who: which user of Command is which person of Atrium.
//!
//! The ledger's pair and the external id are links. Employee number, email address and name are
//! evidence: they never make a record ours, and where they contradict, nobody is chosen.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::Sides;
use super::policy::Policy;
use crate::model::directory::RemoteUser;
use crate::model::fold::{fold_hash, same_folded};
use crate::model::memory::UserMemory;
use crate::model::reason::{Code, Situation};
use crate::model::roster::Person;
use crate::model::rules::Meaning;
use crate::model::{CampusId, Map, Profile, UserId};

/// Stands for nobody where a position is expected.
pub(super) const NOBODY: u32 = u32::MAX;

/// Marks the campus id of a record that a new one replaced after an address had changed: no
/// person has it, so that the record is a leaver's, whatever happens in between.
pub(super) const REPLACED: &str = ":replaced";

/// Who a person of Atrium is in Command. Users are positions in `Directory::users`.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// A user of ours.
    Ours(u32),
    /// A user of ours whose campus id is still the old one; `--rekey` named the person.
    Rekeyed(u32),
    /// A user of another SCIM client.
    Foreign(u32),
    /// Nobody yet.
    Nobody,
    /// We had a user, and Command no longer lists it.
    Deleted,
    /// It can't be told.
    Unclear(Box<Unclear>),
}

/// Why it can't be told who a person is.
#[derive(Clone, Debug)]
pub(super) struct Unclear {
    pub(super) situation: Situation,
    pub(super) code: Code,
    pub(super) detail: String,
    /// The user that ledger and external id point to without contradiction, if there is one:
    /// removals that Atrium states still reach it.
    pub(super) linked: Option<u32>,
}

/// A user of ours, or one that receives groups from us, whose person is not in Atrium.
#[derive(Clone, Debug)]
pub(super) struct Absent<'a> {
    pub(super) campus_id: CampusId,
    pub(super) user: u32,
    /// Whether the record is ours and not another SCIM client's.
    pub(super) ours: bool,
    pub(super) memory: Option<&'a UserMemory>,
    /// The person whose old record this is, by position in `Roster::people`.
    pub(super) successor: Option<u32>,
}

impl Absent<'_> {
    /// The campus id of the person, whether or not this is the person's old record.
    pub(super) fn person(&self) -> &str {
        let id = self.campus_id.as_str();
        id.strip_suffix(REPLACED).unwrap_or(id)
    }
}

/// Who made a record of Command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    /// The external id is one of ours.
    Us,
    /// The external id is another SCIM client's.
    Another,
    /// There is no external id.
    Unknown,
}

/// Who is who.
pub(super) struct Matching<'a> {
    /// By position in `Roster::people`.
    pub(super) people: Vec<Who>,
    /// What the ledger has of each person, by position in `Roster::people`.
    pub(super) memory: Vec<Option<&'a UserMemory>>,
    /// The person of each user, by position in `Directory::users`; [`NOBODY`] for none.
    pub(super) person_of: Vec<u32>,
    /// Users whose person is not in Atrium.
    pub(super) absent: Vec<Absent<'a>>,
    /// Users that nobody may touch because their person seems to have got another campus id.
    pub(super) suspended_rekey: HashSet<u32>,
    /// How many users of the ledger that are [`expected`] Command still lists.
    pub(super) remembered_present: u64,
    /// How many it could list: those whom we did not close.
    pub(super) remembered_expected: u64,
    /// People whose user we closed, or began to, and who is open all the same.
    pub(super) open: Vec<CampusId>,
    /// People whose user we began to close, and who is closed.
    pub(super) closed: Vec<CampusId>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Hit {
    #[default]
    None,
    One(u32),
    Many(u32, u32),
}

impl Hit {
    fn add(&mut self, user: u32) {
        *self = match *self {
            Hit::None => Hit::One(user),
            Hit::One(first) if first != user => Hit::Many(first, user),
            other => other,
        };
    }
}

struct Index<'a> {
    sides: Sides<'a>,
    people: Map<&'a str, u32>,
    by_external: Vec<Hit>,
    by_number: Vec<Hit>,
    users_by_id: OnceCell<Map<&'a UserId, u32>>,
    users_by_email: OnceCell<Vec<(u64, u32)>>,
    hashing: foldhash::fast::RandomState,
}

/// Finds out who is who.
pub(super) fn match_people(sides: Sides<'_>) -> Matching<'_> {
    let Sides { roster, memory, .. } = sides;
    let mut index = Index {
        sides,
        people: Map::with_capacity_and_hasher(roster.people.len(), Default::default()),
        by_external: vec![Hit::None; roster.people.len()],
        by_number: vec![Hit::None; roster.people.len()],
        users_by_id: OnceCell::new(),
        users_by_email: OnceCell::new(),
        hashing: foldhash::fast::RandomState::default(),
    };
    let people = (0u32..)
        .zip(&roster.people)
        .filter(|(_, person)| !is_reserved(&person.campus_id))
        .map(|(at, person)| (person.campus_id.as_str(), at));
    index.people.extend(people);
    let mut absent = index.read_users();
    let mut remembered: Vec<Option<&UserMemory>> = roster
        .people
        .iter()
        .map(|person| {
            let known = memory.users.get(&person.campus_id);
            known.filter(|_| !is_reserved(&person.campus_id))
        })
        .collect();
    let mut suspended_rekey = HashSet::new();
    let mut people: Vec<Who> = (0..roster.people.len())
        .map(|at| index.who(at, remembered[at], &mut suspended_rekey))
        .collect();
    let person_of = claim_once(&mut people, sides);
    let mut remembered_present = people
        .iter()
        .zip(&remembered)
        .filter(|(who, memory)| {
            memory.as_ref().is_some_and(expected)
                && matches!(
                    who,
                    Who::Ours(_) | Who::Rekeyed(_) | Who::Foreign(_) | Who::Unclear(_)
                )
        })
        .count() as u64;
    absent.retain(|absent| person_of[absent.user as usize] == NOBODY);
    let known = remembered.iter().flatten().count();
    remembered_present += index.add_remembered_absent(&mut absent, &person_of, known);
    // Neither the ledger's order nor Command's means anything.
    absent.sort_unstable_by(|a, b| (&a.campus_id, a.user).cmp(&(&b.campus_id, b.user)));
    for (memory, who) in remembered.iter_mut().zip(&people) {
        if let Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) = who {
            // What is known of another user says nothing about this one.
            let id = &index.user(*user).id;
            *memory = memory.filter(|memory| memory.user_id == *id);
        }
    }
    // Once through the ledger: most people were never closed.
    let asked: Vec<(&CampusId, &UserMemory)> = memory
        .users
        .iter()
        .filter(|(_, memory)| memory.closed_by_us.is_some() || memory.closing)
        .collect();
    let closed_by_us = asked
        .iter()
        .filter(|(_, memory)| memory.closed_by_us.is_some())
        .count();
    let remembered_expected = (memory.users.len() - closed_by_us) as u64;
    let open = index.who_is(Some(true), &asked, |_| true);
    let closed = index.who_is(Some(false), &asked, |memory| memory.closing);
    Matching {
        people,
        memory: remembered,
        person_of,
        absent,
        suspended_rekey,
        remembered_present,
        remembered_expected,
        open,
        closed,
    }
}

/// Whether a user of the ledger can be expected to be listed: leavers whom we deactivated are
/// deleted in Command sooner or later.
fn expected(memory: &&UserMemory) -> bool {
    memory.closed_by_us.is_none()
}

/// Whether a campus id is one that only the old record of a replaced user may have.
fn is_reserved(campus_id: &CampusId) -> bool {
    campus_id.as_str().ends_with(REPLACED)
}

/// A person of whom nothing in Command is known to be theirs.
fn unclear(situation: Situation, code: Code, detail: String) -> Who {
    Who::Unclear(Box::new(Unclear {
        situation,
        code,
        detail,
        linked: None,
    }))
}

/// Who made a user, by its external id alone.
pub(super) fn maker(sides: Sides<'_>, user: &RemoteUser) -> Maker {
    match &user.external_id {
        Some(id) if sides.policy.user_ids.parse(id).is_some() => Maker::Us,
        Some(id) if !id.is_empty() => Maker::Another,
        _ => Maker::Unknown,
    }
}

/// Whether a user and a person have the same family name, or, with only one name, that one.
fn same_family(profile: &Profile, person: &Person) -> bool {
    same_folded(&profile.last_name, &person.last_name)
        && (!person.last_name.trim().is_empty()
            || (!person.first_name.trim().is_empty()
                && same_folded(&profile.first_name, &person.first_name)))
}

/// Whether Atrium does not state that a person is gone.
#[must_use]
pub fn wants_access(policy: &Policy, person: &Person) -> bool {
    policy.meaning(&person.status) != Some(Meaning::Gone)
        && person.valid_until.is_none_or(|until| until >= policy.today)
}

/// No user is two people: where two claim one, neither gets it.
fn claim_once(people: &mut [Who], sides: Sides<'_>) -> Vec<u32> {
    let mut person_of = vec![NOBODY; sides.directory.users.len()];
    let mut twice = Vec::new();
    for (at, who) in (0u32..).zip(people.iter()) {
        let user = match who {
            Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) => *user,
            Who::Unclear(unclear) => match unclear.linked {
                Some(user) => user,
                None => continue,
            },
            Who::Nobody | Who::Deleted => continue,
        };
        let owner = &mut person_of[user as usize];
        if *owner == NOBODY {
            *owner = at;
        } else {
            twice.push((*owner, at, user));
        }
    }
    // A rekeyed user leaves the row of the old campus id, which is a leaver's.
    twice.retain(|&(first, second, user)| {
        let rekeyed = |at: u32| matches!(people[at as usize], Who::Rekeyed(_));
        let (new, old) = match (rekeyed(first), rekeyed(second)) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            _ => return true,
        };
        people[old as usize] = Who::Nobody;
        person_of[user as usize] = new;
        false
    });
    for (first, second, user) in twice {
        for at in [first, second] {
            people[at as usize] = Who::Unclear(Box::new(Unclear {
                situation: Situation::Ambiguous,
                code: Code::AmbiguousMatch,
                detail: format!(
                    "user {} matches {} and {}",
                    sides.directory.users[user as usize].id,
                    sides.roster.people[first as usize].campus_id,
                    sides.roster.people[second as usize].campus_id,
                ),
                linked: None,
            }));
        }
    }
    person_of
}

impl<'a> Index<'a> {
    /// Notes which people the users' external ids and employee numbers name, and returns the users
    /// of ours who are in nobody's row.
    fn read_users(&mut self) -> Vec<Absent<'a>> {
        let mut absent = Vec::new();
        for (at, user) in (0u32..).zip(&self.sides.directory.users) {
            let number = user.profile.employee_number.as_str();
            let ours = user
                .external_id
                .as_deref()
                .and_then(|external_id| self.sides.policy.user_ids.parse(external_id));
            let linked = ours
                .and_then(|campus_id| self.people.get(campus_id))
                .copied();
            match (ours, linked) {
                (Some(_), Some(person)) => self.by_external[person as usize].add(at),
                (Some(campus_id), None) => {
                    let campus_id = CampusId::from(campus_id);
                    let memory = self.sides.memory.users.get(&campus_id);
                    absent.push(Absent {
                        successor: self.successor(&campus_id),
                        campus_id,
                        user: at,
                        ours: true,
                        memory: memory.filter(|memory| memory.user_id == user.id),
                    });
                }
                // Whoever left before it was known that their user had been made.
                (None, _) if self.is_unfinished(user) && !self.people.contains_key(number) => {
                    absent.push(Absent {
                        campus_id: CampusId::from(number),
                        user: at,
                        ours: true,
                        memory: None,
                        successor: None,
                    });
                }
                (None, _) => {}
            }
            // A server may keep the number of a replaced user.
            let replaced = linked.is_none() && ours.is_some_and(|id| id.ends_with(REPLACED));
            if number.is_empty() || replaced {
                continue;
            }
            let numbered = if ours == Some(number) {
                linked
            } else {
                self.people.get(number).copied()
            };
            // The number is corrected where the person of the external id goes on, and then it is
            // no evidence for somebody else.
            let corrected = linked.is_some_and(|own| {
                let person = &self.sides.roster.people[own as usize];
                numbered != Some(own) && person.in_scope && wants_access(self.sides.policy, person)
            });
            if let Some(person) = numbered.filter(|_| !corrected) {
                self.by_number[person as usize].add(at);
            }
        }
        absent
    }

    /// The person whose old record bears this campus id.
    fn successor(&self, campus_id: &CampusId) -> Option<u32> {
        let id = campus_id.as_str().strip_suffix(REPLACED)?;
        self.people.get(id).copied()
    }

    fn user(&self, at: u32) -> &'a RemoteUser {
        &self.sides.directory.users[at as usize]
    }

    fn by_id(&self, id: &UserId) -> Option<u32> {
        let users = self.users_by_id.get_or_init(|| {
            (0u32..)
                .zip(&self.sides.directory.users)
                .map(|(at, user)| (&user.id, at))
                .collect()
        });
        users.get(id).copied()
    }

    /// Users with this address; at most two, which is enough to know that it is not one.
    fn by_email(&self, email: &str) -> Hit {
        let mut hit = Hit::None;
        if email.is_empty() {
            return hit;
        }
        let users = self.users_by_email.get_or_init(|| {
            let mut users: Vec<_> = (0u32..)
                .zip(&self.sides.directory.users)
                .filter(|(_, user)| !user.profile.email.is_empty())
                .map(|(at, user)| (fold_hash(&self.hashing, &user.profile.email), at))
                .collect();
            users.sort_unstable();
            users
        });
        let hash = fold_hash(&self.hashing, email);
        let from = users.partition_point(|(other, _)| *other < hash);
        for (_, at) in users[from..].iter().take_while(|(other, _)| *other == hash) {
            if same_folded(&self.user(*at).profile.email, email) {
                hit.add(*at);
            }
        }
        hit
    }

    fn who(
        &self,
        at: usize,
        memory: Option<&UserMemory>,
        suspended_rekey: &mut HashSet<u32>,
    ) -> Who {
        let person = &self.sides.roster.people[at];
        if is_reserved(&person.campus_id) {
            return Who::Unclear(Box::new(Unclear {
                situation: Situation::Blocked,
                code: Code::CampusIdReserved,
                detail: format!("campus id {}", person.campus_id),
                linked: None,
            }));
        }
        let remembered = memory.and_then(|memory| match self.by_external[at] {
            Hit::One(user) if self.user(user).id == memory.user_id => Some(user),
            _ => self.by_id(&memory.user_id),
        });
        let remembered = remembered.filter(|user| !self.is_replaced(*user));
        let linked = match (remembered, self.by_external[at]) {
            (_, Hit::Many(a, b)) => {
                return self.ambiguous(&[a, b], "have this person's external id", None);
            }
            (Some(user), Hit::One(other)) if user != other => {
                return self.ambiguous(&[user, other], "are named by ledger and external id", None);
            }
            (Some(user), _) => match maker(self.sides, self.user(user)) {
                // A foreign external id beats the ledger: another SCIM client took it over.
                Maker::Another => return Who::Foreign(user),
                Maker::Us if matches!(self.by_external[at], Hit::None) => {
                    let detail =
                        "has another person's external id, but is this person's in the ledger";
                    return self.ambiguous(&[user], detail, None);
                }
                Maker::Unknown if memory.is_some_and(|memory| !memory.ours) => {
                    return Who::Foreign(user);
                }
                Maker::Us | Maker::Unknown => Some(user),
            },
            (None, Hit::One(user)) => Some(user),
            (None, Hit::None) => None,
        };
        if let Some(user) = linked {
            let other = match self.by_number[at] {
                Hit::One(other) if other != user => other,
                Hit::Many(a, b) => {
                    if a == user {
                        b
                    } else {
                        a
                    }
                }
                _ => return Who::Ours(user),
            };
            return self.ambiguous(
                &[user, other],
                "have this person's employee number",
                Some(user),
            );
        }
        match (self.by_number[at], self.by_email(&person.email)) {
            (Hit::Many(a, b), _) => {
                self.ambiguous(&[a, b], "have this person's employee number", None)
            }
            (_, Hit::Many(a, b)) => {
                self.ambiguous(&[a, b], "have this person's email address", None)
            }
            (Hit::One(a), Hit::One(b)) if a != b => self.ambiguous(
                &[a, b],
                "are named by employee number and email address",
                None,
            ),
            (Hit::One(user), _) => self.by_evidence(person, user, true, suspended_rekey),
            (Hit::None, Hit::One(user)) => self.by_evidence(person, user, false, suspended_rekey),
            // A user that is listed, and yet not the person's, has been replaced.
            (Hit::None, Hit::None)
                if memory
                    .is_some_and(|memory| memory.ours && self.by_id(&memory.user_id).is_none()) =>
            {
                Who::Deleted
            }
            (Hit::None, Hit::None) => Who::Nobody,
        }
    }

    /// Judges a user that nothing links to the person, but employee number or address name.
    fn by_evidence(
        &self,
        person: &Person,
        at: u32,
        numbered: bool,
        suspended_rekey: &mut HashSet<u32>,
    ) -> Who {
        let user = self.user(at);
        let family = same_family(&user.profile, person);
        match maker(self.sides, user) {
            Maker::Us if numbered => self.ambiguous(
                &[at],
                "has this person's employee number and another's external id",
                None,
            ),
            Maker::Us => self.holder_of_email(person, at, suspended_rekey),
            Maker::Another if numbered || family => Who::Foreign(at),
            Maker::Unknown if numbered && self.is_unfinished(user) => Who::Ours(at),
            Maker::Unknown if numbered || family => {
                let by = if numbered {
                    "employee number"
                } else {
                    "email address and family name"
                };
                let detail = format!(
                    "user {} ({}) has the same {by}",
                    user.id, user.profile.email
                );
                unclear(Situation::Native, Code::NativeUser, detail)
            }
            Maker::Another | Maker::Unknown => {
                let detail = format!(
                    "user {} has the address, but the family name \"{}\"",
                    user.id, user.profile.last_name
                );
                unclear(Situation::Blocked, Code::WeakMatch, detail)
            }
        }
    }

    /// Whether we began to make a user, and were cut off before its id came: where the server shows
    /// no external ids, our number and the address are what it is known by.
    fn is_unfinished(&self, user: &RemoteUser) -> bool {
        let begun = &self.sides.memory.unfinished;
        if begun.is_empty() || maker(self.sides, user) != Maker::Unknown {
            return false;
        }
        let addresses = begun.get(&CampusId(user.profile.employee_number.clone()));
        addresses.is_some_and(|addresses| {
            let email = &user.profile.email;
            addresses.iter().any(|begun| same_folded(begun, email))
        })
    }

    /// A record of ours with another campus id has the person's address: never one person for
    /// the address's sake.
    fn holder_of_email(&self, person: &Person, at: u32, suspended_rekey: &mut HashSet<u32>) -> Who {
        let user = self.user(at);
        let campus_id = user
            .external_id
            .as_deref()
            .and_then(|id| self.sides.policy.user_ids.parse(id));
        let campus_id = campus_id.unwrap_or_default();
        let holder = self
            .people
            .get(campus_id)
            .map(|holder| &self.sides.roster.people[*holder as usize]);
        let stays = holder
            .is_some_and(|holder| self.sides.policy.meaning(&holder.status) != Some(Meaning::Gone));
        if stays {
            let detail = format!("user {} of {campus_id} has the address", user.id);
            return unclear(Situation::Blocked, Code::EmailHeldByOther, detail);
        }
        let same_name = same_folded(&user.profile.last_name, &person.last_name)
            && same_folded(&user.profile.first_name, &person.first_name);
        if !same_name || campus_id.ends_with(REPLACED) {
            let detail = format!(
                "user {} of {campus_id} ({}) has the address",
                user.id,
                user.profile.display_name()
            );
            return unclear(Situation::Blocked, Code::EmailHeldByLeaver, detail);
        }
        if self
            .sides
            .policy
            .rekey
            .names(&person.campus_id.0, &person.email)
        {
            return Who::Rekeyed(at);
        }
        // A row that wants nobody to have access is no reason to keep somebody's.
        if wants_access(self.sides.policy, person) {
            suspended_rekey.insert(at);
        }
        let detail = format!(
            "user {} of {campus_id} has the same name and address",
            user.id
        );
        unclear(Situation::Rekeyed, Code::CampusIdChanged, detail)
    }

    /// Those of some people of the ledger whose user is open, or closed, now.
    fn who_is(
        &self,
        active: Option<bool>,
        asked: &[(&CampusId, &UserMemory)],
        of: impl Fn(&UserMemory) -> bool,
    ) -> Vec<CampusId> {
        let mut people: Vec<CampusId> = asked
            .iter()
            .filter(|(_, memory)| of(memory))
            .filter(|(_, memory)| {
                self.by_id(&memory.user_id)
                    .is_some_and(|at| self.user(at).active == active)
            })
            .map(|(campus_id, _)| (*campus_id).clone())
            .collect();
        people.sort_unstable();
        people
    }

    fn is_replaced(&self, at: u32) -> bool {
        let external_id = self.user(at).external_id.as_deref();
        external_id
            .and_then(|id| self.sides.policy.user_ids.parse(id))
            .is_some_and(|campus_id| campus_id.ends_with(REPLACED))
    }

    fn ambiguous(&self, users: &[u32], detail: &str, linked: Option<u32>) -> Who {
        // A table of users may have no ids.
        let name = |at: &u32| {
            let user = self.user(*at);
            match user.id.as_str() {
                "" => user.profile.email.as_str(),
                id => id,
            }
        };
        let mut ids: Vec<&str> = users.iter().map(name).collect();
        ids.sort_unstable();
        let subject = if ids.len() == 1 { "user" } else { "users" };
        Who::Unclear(Box::new(Unclear {
            situation: Situation::Ambiguous,
            code: Code::AmbiguousMatch,
            detail: format!("{subject} {} {detail}", ids.join(" and ")),
            linked,
        }))
    }

    /// Adds users that only the ledger links to a person who is not in Atrium. Returns how many
    /// people of the ledger who are not in Atrium are still in Command. `remembered` is how many
    /// people of Atrium the ledger knows.
    fn add_remembered_absent(
        &self,
        absent: &mut Vec<Absent<'a>>,
        person_of: &[u32],
        remembered: usize,
    ) -> u64 {
        let mut present = 0;
        if remembered == self.sides.memory.users.len() {
            return present;
        }
        let seen: HashSet<u32> = absent.iter().map(|absent| absent.user).collect();
        for (campus_id, memory) in &self.sides.memory.users {
            if self.people.contains_key(campus_id.as_str()) {
                continue;
            }
            let Some(user) = self.by_id(&memory.user_id) else {
                continue;
            };
            present += u64::from(expected(&memory));
            if seen.contains(&user) || person_of[user as usize] != NOBODY {
                continue;
            }
            let ours = match maker(self.sides, self.user(user)) {
                // Somebody else's record by its external id: not this leaver's.
                Maker::Us => continue,
                Maker::Another => false,
                Maker::Unknown => memory.ours,
            };
            absent.push(Absent {
                campus_id: campus_id.clone(),
                successor: self.successor(campus_id),
                user,
                ours,
                memory: Some(memory),
            });
        }
        present
    }
}
