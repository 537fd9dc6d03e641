//! Which groups of Command bear the name of an access group. SCIM can't take over a group that was
//! made in Command, so a proposal only says what there is and what can be done.

use std::collections::{HashMap, HashSet};

use super::candidates::Candidates;
use super::{Confidence, Decision, Kind, Pairing, Proposal};
use crate::model::access::AccessGroup as Door;
use crate::model::fold::same_folded;
use crate::model::roster::AccessGroup;
use crate::model::{GroupId, Text};
use crate::reconcile::Sides;
use crate::reconcile::matching::{Matching, Who};

/// A group of Command with the name of an access group.
struct Namesake<'s> {
    /// The SCIM id; empty if SCIM does not list it.
    id: &'s str,
    /// The id of the REST API, for one that SCIM does not list.
    access_id: &'s str,
    name: &'s str,
    /// An external id that is not this access group's.
    foreign: Option<&'s str>,
    /// Members as candidates; `None` if they could not be read.
    members: Option<Vec<Option<usize>>>,
}

pub(super) fn propose<'s>(
    sides: Sides<'s>,
    matching: &Matching<'_>,
    candidates: &Candidates<'s>,
    pairings: &[Pairing<'s>],
    doors: &[Door],
) -> Vec<Proposal> {
    let known: HashSet<&GroupId> = sides
        .memory
        .groups
        .iter()
        .map(|known| &known.group_id)
        .collect();
    let people = people_of_candidates(sides, matching, candidates, pairings);
    let mut proposals = Vec::new();
    for (number, group) in (0u32..).zip(&sides.roster.groups) {
        if !group.in_scope || group.name.trim().is_empty() || is_linked(sides, group) {
            continue;
        }
        let namesakes = namesakes(sides, candidates, doors, group, &known);
        let shared = {
            let others = sides.roster.groups.iter();
            others
                .filter(|other| same_folded(&other.name, &group.name))
                .count()
                > 1
        };
        if namesakes.is_empty() {
            let note = "no group in Command has the name: a sync creates it";
            proposals.push(blank(group, Confidence::None, note));
        }
        let several = namesakes.len() > 1 || shared;
        for namesake in &namesakes {
            proposals.push(judge(sides, group, number, namesake, several, &people));
        }
    }
    proposals
}

/// Whether an access group is some group already, by the profile, the ledger or the external id.
fn is_linked(sides: Sides<'_>, group: &AccessGroup) -> bool {
    let listed = |id: &GroupId| sides.directory.groups.iter().any(|remote| remote.id == *id);
    let external_id = sides.policy.group_ids.external_id(group.id.as_str());
    let mut remotes = sides.directory.groups.iter();
    let mut known = sides.memory.groups.iter();
    sides.policy.group_bindings.contains_key(&group.id)
        || remotes.any(|remote| remote.external_id.as_ref() == Some(&external_id))
        || known.any(|known| known.id == group.id && listed(&known.group_id))
}

/// The campus person behind each candidate: who is linked to it, or the only one who may be it.
fn people_of_candidates(
    sides: Sides<'_>,
    matching: &Matching<'_>,
    candidates: &Candidates<'_>,
    pairings: &[Pairing<'_>],
) -> HashMap<usize, HashSet<u32>> {
    let mut people: HashMap<usize, HashSet<u32>> = HashMap::new();
    for (person, who) in sides.roster.people.iter().zip(&matching.people) {
        if let Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) = who {
            let id = &sides.directory.users[*user as usize].id;
            if let Some(at) = candidates.of_user(id) {
                people.insert(at, person.groups.iter().copied().collect());
            }
        }
    }
    for pairing in pairings {
        let likely = matches!(pairing.confidence, Confidence::Certain | Confidence::Likely);
        if let Some((at, _)) = pairing.candidate
            && likely
        {
            people.insert(at, pairing.person.groups.iter().copied().collect());
        }
    }
    people
}

fn namesakes<'s>(
    sides: Sides<'s>,
    candidates: &Candidates<'s>,
    doors: &'s [Door],
    group: &AccessGroup,
    known: &HashSet<&GroupId>,
) -> Vec<Namesake<'s>> {
    let users = &sides.directory.users;
    let listed = sides.directory.groups.iter();
    let listed = listed.filter(|remote| same_folded(&remote.name, &group.name));
    let mut namesakes: Vec<Namesake<'s>> = listed
        .map(|remote| Namesake {
            id: remote.id.as_str(),
            access_id: "",
            name: &remote.name,
            foreign: match remote.external_id.as_deref().filter(|id| !id.is_empty()) {
                None if known.contains(&remote.id) => Some("of another access group"),
                other => other,
            },
            members: remote.members.as_ref().map(|members| {
                let users = members.users.iter().map(|at| &users[*at as usize].id);
                let found = users.map(|id| candidates.of_user(id));
                found.chain(members.unknown.iter().map(|_| None)).collect()
            }),
        })
        .collect();
    let doors = doors
        .iter()
        .filter(|door| same_folded(&door.name, &group.name));
    namesakes.extend(doors.map(|door| Namesake {
        id: "",
        access_id: &door.id,
        name: &door.name,
        foreign: None,
        members: door.members.as_ref().map(|members| {
            let found = members.iter().map(|id| candidates.of_access(id));
            found.collect()
        }),
    }));
    namesakes
}

fn judge(
    sides: Sides<'_>,
    group: &AccessGroup,
    number: u32,
    namesake: &Namesake<'_>,
    several: bool,
    people: &HashMap<usize, HashSet<u32>>,
) -> Proposal {
    let mut evidence = vec!["name equal".to_owned()];
    let mut confidence = Confidence::Weak;
    if let Some(members) = &namesake.members {
        let is_shared = |at: &usize| {
            people
                .get(at)
                .is_some_and(|groups| groups.contains(&number))
        };
        let shared = members.iter().flatten().filter(|at| is_shared(at)).count();
        let all = members.len();
        evidence.push(format!("{shared} of {all} members are in the access group"));
        if all > 0 && 2 * shared >= all {
            confidence = Confidence::Likely;
        }
    }
    if several {
        confidence = Confidence::Ambiguous;
    }
    if let Some(id) = namesake.foreign {
        evidence.push(format!("external id {id} is another's"));
        confidence = Confidence::Contradicted;
    }
    let note = note(
        group,
        namesake,
        sides
            .policy
            .group_bindings
            .values()
            .any(|id| id.as_str() == namesake.id),
    );
    Proposal {
        command_id: Text::from(namesake.id),
        access_id: Text::from(namesake.access_id),
        command_name: Text::from(namesake.name),
        evidence: evidence.join("; "),
        ..blank(group, confidence, &note)
    }
}

/// What can be done about a group of the same name.
fn note(group: &AccessGroup, namesake: &Namesake<'_>, is_bound: bool) -> String {
    if is_bound {
        return "bound to another access group in the profile".to_owned();
    }
    let apart = "to keep it apart, rename one of the two";
    if namesake.id.is_empty() {
        return format!("made in Command, and SCIM does not list it: {apart}");
    }
    format!(
        "if a SCIM client made it: [atrium.access_groups.\"{}\"] group_id = \"{}\" in the profile; \
         if it was made in Command, SCIM can't take it over: {apart}",
        group.id, namesake.id
    )
}

fn blank(group: &AccessGroup, confidence: Confidence, note: &str) -> Proposal {
    Proposal {
        decision: Decision::Skip,
        kind: Kind::Group,
        confidence,
        atrium_id: group.id.0.clone(),
        atrium_name: group.name.clone(),
        atrium_email: Text::default(),
        atrium_status: Text::default(),
        command_id: Text::default(),
        access_id: Text::default(),
        command_name: Text::default(),
        command_email: Text::default(),
        command_employee_id: Text::default(),
        evidence: String::new(),
        note: note.to_owned(),
    }
}
