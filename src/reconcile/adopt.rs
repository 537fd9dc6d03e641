//! Adoption: which users and groups that were made in Command by hand may be which people and
//! access groups of Atrium. Each proposal stands with its evidence, and nobody is chosen by guess.

mod candidates;
mod evidence;
mod groups;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Sides;
use super::matching::{self, Matching, Who, wants_access};
use super::policy::Policy;
use crate::model::access::AccessGroup;
use crate::model::directory::Directory;
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
use crate::model::{AccessUserId, CampusId, Text, UserId};
use candidates::{Candidate, Candidates};
use evidence::Evidence;

/// What a proposal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A person and a user.
    Person,
    /// An access group and a group.
    Group,
}

/// What is to be done with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The two are one.
    Link,
    /// Nothing.
    Skip,
}

/// How far the evidence goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The employee id is the campus id, name or email agree, and nothing speaks against it.
    Certain,
    /// Two things agree, such as email and family name. Of groups: the name and most members.
    Likely,
    /// One thing agrees.
    Weak,
    /// More than one record could be it, or it could be more than one.
    Ambiguous,
    /// Something says that the two are not one.
    Contradicted,
    /// There is no candidate.
    None,
}

macro_rules! words {
    ($($name:ident { $($variant:ident $word:literal),* })*) => {$(
        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word that output and review files use.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    )*};
}

words! {
    Kind { Person "person", Group "group" }
    Decision { Link "link", Skip "skip" }
    Confidence {
        Certain "certain", Likely "likely", Weak "weak", Ambiguous "ambiguous",
        Contradicted "contradicted", None "none"
    }
}

/// A record of Atrium that is linked to nothing in Command, and one of Command that may be it.
/// Texts are empty where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is to be done; `link` only for what is certain and active.
    pub decision: Decision,
    /// What it is about.
    pub kind: Kind,
    /// How far the evidence goes.
    pub confidence: Confidence,
    /// The campus id, or Atrium's id of the access group.
    pub atrium_id: Text,
    /// The name in Atrium.
    pub atrium_name: Text,
    /// The email address in Atrium.
    pub atrium_email: Text,
    /// The status in Atrium, as written.
    pub atrium_status: Text,
    /// The SCIM id; empty if SCIM does not list the record.
    pub command_id: Text,
    /// The id of the REST API; empty without an API key, or if it is not certain which row it is.
    pub access_id: Text,
    /// The name in Command.
    pub command_name: Text,
    /// The email address in Command.
    pub command_email: Text,
    /// The employee id in Command.
    pub command_employee_id: Text,
    /// What agrees and what does not.
    pub evidence: String,
    /// What else a person should know who decides.
    pub note: String,
}

impl Proposal {
    /// A short text that is another one as soon as an id, a value or the evidence is. The decision,
    /// the confidence and the note are not in it: they may depend on other records.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            self.kind.word(),
            &self.atrium_id,
            &self.atrium_name,
            &self.atrium_email,
            &self.atrium_status,
            &self.command_id,
            &self.access_id,
            &self.command_name,
            &self.command_email,
            &self.command_employee_id,
            &self.evidence,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        let hex: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        // So that no spreadsheet takes it for a number.
        format!("r{hex}")
    }
}

/// The user that a person is linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The user of SCIM.
    pub user: Option<UserId>,
    /// The user of the REST API, by its external id.
    pub access: Option<AccessUserId>,
}

/// What there is to adopt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// The proposals: people, then groups, the more certain first.
    pub proposals: Vec<Proposal>,
    /// People who are linked already.
    pub linked: BTreeMap<CampusId, Link>,
}

/// Proposes who and what may be one. `doors` are groups of the REST API that SCIM does not list.
///
/// Equal arguments give an equal review, whatever the order of the records in them.
#[must_use]
pub fn review(
    roster: &Roster,
    directory: &Directory,
    memory: &Memory,
    policy: &Policy,
    doors: &[AccessGroup],
) -> Review {
    let sides = Sides {
        roster,
        directory,
        memory,
        policy,
    };
    let matching = matching::match_people(sides);
    let linked = linked(sides, &matching);
    let candidates = Candidates::gather(sides, &matching);
    let pairings = pair(sides, &matching, &linked, &candidates);
    let mut proposals: Vec<Proposal> = pairings
        .iter()
        .map(|pairing| propose(sides, &candidates, pairing))
        .collect();
    proposals.extend(groups::propose(
        sides,
        &matching,
        &candidates,
        &pairings,
        doors,
    ));
    proposals.sort_by(|a, b| key(a).cmp(&key(b)));
    Review { proposals, linked }
}

fn key(proposal: &Proposal) -> (Kind, Confidence, &str, &str, &str) {
    (
        proposal.kind,
        proposal.confidence,
        &proposal.atrium_id,
        &proposal.command_id,
        &proposal.access_id,
    )
}

/// Who is linked, over SCIM or by an external id that the REST API shows.
fn linked(sides: Sides<'_>, matching: &Matching<'_>) -> BTreeMap<CampusId, Link> {
    let mut linked: BTreeMap<CampusId, Link> = BTreeMap::new();
    for (person, who) in sides.roster.people.iter().zip(&matching.people) {
        if let Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) = who {
            let id = sides.directory.users[*user as usize].id.clone();
            linked.entry(person.campus_id.clone()).or_default().user = Some(id);
        }
    }
    for row in sides
        .directory
        .access
        .iter()
        .flat_map(|access| &access.users)
    {
        if let Some(id) = sides.policy.user_ids.parse(&row.external_id) {
            let access = &mut linked.entry(CampusId::from(id)).or_default().access;
            // Two rows with one external id are not expected; their order means nothing.
            if access.as_ref().is_none_or(|known| row.id < *known) {
                *access = Some(row.id.clone());
            }
        }
    }
    linked
}

/// A person and, unless there is none, a record that may be them.
struct Pairing<'s> {
    person: &'s Person,
    candidate: Option<(usize, Evidence)>,
    confidence: Confidence,
    /// Who else it could be, in words.
    rivals: String,
}

/// Finds the records that may be each person who is linked to none.
fn pair<'s>(
    sides: Sides<'s>,
    matching: &Matching<'_>,
    linked: &BTreeMap<CampusId, Link>,
    candidates: &Candidates<'s>,
) -> Vec<Pairing<'s>> {
    let people = sides.roster.people.iter().zip(&matching.people);
    let people: Vec<&Person> = people
        .filter(|(person, who)| {
            let is_known = match who {
                Who::Unclear(unclear) => unclear.linked.is_some(),
                _ => false,
            };
            person.in_scope && !is_known && !linked.contains_key(&person.campus_id)
        })
        .map(|(person, _)| person)
        .collect();
    // Whoever has somebody's id or address is not another one for the name's sake.
    let strong: Vec<Vec<usize>> = people
        .iter()
        .map(|person| candidates.by_id_or_email(person))
        .collect();
    let taken: HashSet<usize> = strong.iter().flatten().copied().collect();
    let mut pairings = Vec::new();
    for (person, strong) in people.into_iter().zip(strong) {
        let found = if strong.is_empty() {
            let named = candidates.by_name(person).into_iter();
            named.filter(|at| !taken.contains(at)).collect()
        } else {
            strong
        };
        if found.is_empty() {
            pairings.push(Pairing {
                person,
                candidate: None,
                confidence: Confidence::None,
                rivals: String::new(),
            });
        }
        for at in found {
            let evidence = Evidence::of(sides.policy, person, &candidates.all[at]);
            pairings.push(Pairing {
                person,
                confidence: evidence.confidence(),
                candidate: Some((at, evidence)),
                rivals: String::new(),
            });
        }
    }
    settle_rivals(&mut pairings, candidates);
    pairings
}

/// Where a person could be several records, or a record several people, none is chosen.
fn settle_rivals(pairings: &mut [Pairing<'_>], candidates: &Candidates<'_>) {
    let mut of_person: HashMap<&CampusId, Vec<usize>> = HashMap::new();
    let mut of_candidate: HashMap<usize, Vec<&CampusId>> = HashMap::new();
    for pairing in pairings.iter() {
        let Some((at, _)) = pairing.candidate else {
            continue;
        };
        let id = &pairing.person.campus_id;
        of_person.entry(id).or_default().push(at);
        if pairing.confidence != Confidence::Contradicted {
            of_candidate.entry(at).or_default().push(id);
        }
    }
    for pairing in pairings {
        let Some((at, _)) = pairing.candidate else {
            continue;
        };
        if pairing.confidence == Confidence::Contradicted {
            continue;
        }
        let own = &pairing.person.campus_id;
        let records = of_person.get(own).into_iter().flatten();
        let mut rivals: Vec<String> = records
            .filter(|other| **other != at)
            .map(|other| format!("it could be {}", candidates.all[*other].id()))
            .collect();
        let people = of_candidate.get(&at).into_iter().flatten();
        rivals.extend(
            people
                .filter(|other| **other != own)
                .map(|other| format!("{other} could be it")),
        );
        if !rivals.is_empty() {
            rivals.sort_unstable();
            pairing.rivals = rivals.join(", ");
            pairing.confidence = Confidence::Ambiguous;
        }
    }
}

fn propose(sides: Sides<'_>, candidates: &Candidates<'_>, pairing: &Pairing<'_>) -> Proposal {
    let person = pairing.person;
    let wanted = wants_access(sides.policy, person);
    let mut proposal = Proposal {
        decision: Decision::Skip,
        kind: Kind::Person,
        confidence: pairing.confidence,
        atrium_id: person.campus_id.0.clone(),
        atrium_name: person.display_name(),
        atrium_email: person.email.clone(),
        atrium_status: person.status.clone(),
        command_id: Text::default(),
        access_id: Text::default(),
        command_name: Text::default(),
        command_email: Text::default(),
        command_employee_id: Text::default(),
        evidence: String::new(),
        note: String::new(),
    };
    let Some((at, evidence)) = &pairing.candidate else {
        let note = match wanted {
            true => "nobody in Command is this person: a sync creates them",
            false => "nobody in Command is this person, who is inactive in Atrium",
        };
        proposal.note = note.to_owned();
        return proposal;
    };
    let candidate = &candidates.all[*at];
    proposal.command_id = candidate.user_id().cloned().unwrap_or_default().0;
    proposal.access_id = candidate.access_id().cloned().unwrap_or_default().0;
    proposal.command_name = Text::from(candidate.full_name());
    proposal.command_email = Text::from(candidate.email());
    proposal.command_employee_id = Text::from(candidate.employee_id());
    proposal.evidence = evidence.words();
    proposal.note = note(pairing, candidate, wanted);
    let is_mapped = sides.policy.meaning(&person.status).is_some();
    if pairing.confidence == Confidence::Certain && wanted && is_mapped {
        proposal.decision = Decision::Link;
    }
    proposal
}

fn note(pairing: &Pairing<'_>, candidate: &Candidate<'_>, wanted: bool) -> String {
    let mut notes = Vec::new();
    if !pairing.rivals.is_empty() {
        notes.push(pairing.rivals.as_str());
    }
    if pairing.confidence == Confidence::Contradicted {
        notes.push("can't be linked: correct the records first");
    }
    let is_found = |evidence: &Evidence| evidence.is_by_id_or_email();
    if wanted
        && !pairing
            .candidate
            .as_ref()
            .is_some_and(|(_, found)| is_found(found))
    {
        notes.push("unless it is linked, a sync may make a second user");
    }
    if !wanted {
        notes.push("inactive in Atrium: once linked, a sync takes their access away");
    }
    if candidate.is_closed() {
        notes.push("deactivated in Command: it stays so");
    }
    if candidate.user_id().is_none() {
        notes.push("SCIM does not list the user: once linked, a sync leaves it alone");
    }
    notes.join("; ")
}
