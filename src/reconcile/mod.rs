//! From what Atrium has, what Command has and what we last applied to a plan.
//!
//! One pure function: nothing here waits, reads a clock, a file, the environment or a random
//! number. The steps stand in [`plan`] in the order in which they are taken.

pub mod adopt;
mod cards;
pub mod compare;
mod draft;
mod groups;
mod guard;
mod matching;
pub mod policy;
#[cfg(test)]
mod tests;
mod users;

pub use matching::wants_access;

use draft::Draft;

use crate::model::access::AccessUser;
use crate::model::directory::{Directory, RemoteUser};
use crate::model::memory::Memory;
use crate::model::plan::{CardsClaim, Plan};
use crate::model::roster::{Person, Roster};
use crate::model::{AccessUserId, CampusId, Profile};
use policy::Policy;

/// The sides of a plan.
#[derive(Clone, Copy)]
struct Sides<'a> {
    /// What Atrium has: desired.
    roster: &'a Roster,
    /// What Command has: actual.
    directory: &'a Directory,
    /// What we last applied.
    memory: &'a Memory,
    /// What the profile and the command line decide.
    policy: &'a Policy,
}

/// Plans what makes Command agree with Atrium, and says what is held or left alone, and why.
///
/// Equal arguments give an equal plan, whatever the order of the records in them.
#[must_use]
pub fn plan(roster: &Roster, directory: &Directory, memory: &Memory, policy: &Policy) -> Plan {
    let sides = Sides {
        roster,
        directory,
        memory,
        policy,
    };
    let mut draft = Draft::new(sides);
    let matching = matching::match_people(sides);
    let grants = users::plan_users(sides, &matching, &mut draft);
    groups::plan_groups(sides, &matching, &grants, &mut draft);
    cards::plan_cards(sides, &matching, &grants, &mut draft);
    draft.select();
    guard::hold_what_is_uncertain(sides, &mut draft);
    guard::hold_mass_removals(sides, &matching, &mut draft);
    guard::find_stops(sides, &matching, &mut draft);
    draft.finish()
}

/// Finds users of SCIM that a run made in the REST API's list of everybody: those with a proven pair,
/// as the ledger is to know them. They have no card yet. The other arguments are those of the plan.
#[must_use]
pub fn recognise(
    roster: &Roster,
    directory: &Directory,
    memory: &Memory,
    policy: &Policy,
    everybody: &[AccessUser],
    made: &[(CampusId, RemoteUser)],
) -> Vec<CardsClaim> {
    let sides = Sides {
        roster,
        directory,
        memory,
        policy,
    };
    cards::recognise(sides, everybody, made)
}

/// The user of the REST API that a SCIM user is, by the rules of a plan: `None` if there is none yet.
/// `known` is the one that the ledger has.
///
/// # Errors
/// In words, if it can't be told.
pub fn counterpart(
    roster: &Roster,
    directory: &Directory,
    memory: &Memory,
    policy: &Policy,
    user: &RemoteUser,
    known: Option<&AccessUserId>,
) -> Result<Option<AccessUser>, String> {
    let sides = Sides {
        roster,
        directory,
        memory,
        policy,
    };
    let everybody = directory.access.as_ref();
    let everybody = everybody.map_or(&[][..], |access| &access.users);
    cards::counterpart(sides, everybody, user, known)
}

/// The values that Atrium wants of a person.
#[must_use]
pub fn wanted(person: &Person) -> Profile {
    users::profile(person)
}

/// The users of the REST API that are no user of SCIM: `everybody` without those who are proven to be
/// one. Positions in the list, ascending.
#[must_use]
pub fn only_over_rest(
    directory: &Directory,
    memory: &Memory,
    policy: &Policy,
    everybody: &[AccessUser],
) -> Vec<u32> {
    let roster = Roster::default();
    let sides = Sides {
        roster: &roster,
        directory,
        memory,
        policy,
    };
    cards::only_over_rest(sides, everybody)
}
