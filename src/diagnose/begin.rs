//! What is known of a person before Command or Okta is asked: from Atrium and the ledger; and, once
//! SCIM has answered, the plan for this person alone.

use super::facts::{AtriumFacts, Facts, Known, LedgerFacts, PlanFacts, ScimFacts, TokenFacts};
use super::gather::{self, Wanted};
use super::person;
use crate::model::access::Access;
use crate::model::fold::{email_domain, same_folded};
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
use crate::model::{AccessGroupId, CampusId, Text};
use crate::reconcile::policy::Policy;
use crate::reconcile::wants_access;

/// The facts of Atrium and the ledger. Everything else is not looked at yet.
#[must_use]
pub fn facts(
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    asked: &str,
    person: Option<&Person>,
    near: &[&Person],
    wanted: &Wanted,
) -> Facts {
    let near = near.iter().map(|near| {
        let (name, email) = (near.display_name(), near.email.clone());
        (near.campus_id.clone(), name, email)
    });
    let remembered = wanted
        .campus_id
        .as_ref()
        .and_then(|id| memory.users.get(id));
    // An empty export tells nothing of anybody.
    let is_empty = roster.people.is_empty() && roster.unreadable.is_empty();
    let atrium = match is_empty {
        true => Known::Unseen("nobody stands in what was read of it".to_owned()),
        false => Known::Seen(AtriumFacts {
            meaning: person.and_then(|person| policy.meaning(&person.status)),
            groups: person.map_or_else(Vec::new, |person| groups_of(roster, person)),
            left_out: person.map_or_else(Vec::new, |person| left_out(roster, person)),
            has_groups: !roster.groups.is_empty(),
            sharing: person.map_or_else(Vec::new, |person| sharing(roster, policy, person)),
            outside: person.and_then(|person| outside(policy, person)),
            near: near.collect(),
            unreadable: person::unreadable(roster, asked),
            people: roster.people.len() as u64,
            person: person.cloned(),
        }),
    };
    Facts {
        asked: asked.to_owned(),
        campus_id: wanted.campus_id.clone(),
        email: wanted.email.clone(),
        today: policy.today,
        now: policy.now,
        organization: policy.organization.clone(),
        identity: policy.identity,
        observes: false,
        atrium,
        ledger: Known::Seen(LedgerFacts {
            user: remembered.cloned(),
            organization: memory.organization.clone(),
            ..LedgerFacts::default()
        }),
        token: Known::Seen(TokenFacts::default()),
        scim: Known::Unseen("Command was not asked".to_owned()),
        plan: Known::Unseen("it needs Atrium and Command over SCIM".to_owned()),
        access: Known::Unseen("there is no API key".to_owned()),
        doors: Known::Unseen("there is no API key".to_owned()),
        sign_on: Known::Unseen(
            "Command tells its single sign-on configuration to the admin port alone".to_owned(),
        ),
        key_refused: None,
        okta: None,
    }
}

/// What a sync of this person would do and leave alone.
#[must_use]
pub fn plan(
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    person: Option<&Person>,
    scim: &ScimFacts,
    access: Option<Access>,
) -> PlanFacts {
    let Some(person) = person else {
        return PlanFacts::default();
    };
    let directory = gather::directory(scim, access);
    let plan = gather::plan(roster, memory, policy, person, &directory);
    PlanFacts {
        operations: plan.operations,
        held: plan.held,
        left_alone: plan.left_alone,
    }
}

/// Whom to look for in Command.
#[must_use]
pub fn wanted(roster: &Roster, memory: &Memory, person: Option<&Person>, who: &str) -> Wanted {
    let who = who.trim();
    let mut wanted = Wanted::default();
    match person {
        Some(person) => {
            wanted.campus_id = Some(person.campus_id.clone());
            if !person.email.is_empty() {
                wanted.email = Some(person.email.clone());
            }
            let known = |id: &_| {
                let group = memory.groups.iter().find(|group| group.id == *id);
                group.map(|group| group.group_id.clone())
            };
            let groups = groups_of(roster, person).into_iter();
            let groups = groups.map(|(id, name)| {
                let known = known(&id);
                (id, name, known)
            });
            wanted.groups = groups.collect();
        }
        None => {
            let id = CampusId::from(who);
            if memory.users.contains_key(&id) {
                wanted.campus_id = Some(id);
            }
            match who.contains('@') {
                true => wanted.email = Some(Text::from(who)),
                false => wanted.id = Some(Text::from(who)),
            }
        }
    }
    let known = wanted
        .campus_id
        .as_ref()
        .and_then(|id| memory.users.get(id));
    wanted.user_id = known.map(|user| user.user_id.clone());
    wanted
}

/// Other people who are to have a user with the person's address.
fn sharing(roster: &Roster, policy: &Policy, person: &Person) -> Vec<CampusId> {
    if person.email.is_empty() {
        return Vec::new();
    }
    let others = roster.people.iter().filter(|other| {
        other.campus_id != person.campus_id
            && other.in_scope
            && same_folded(&other.email, &person.email)
            && wants_access(policy, other)
    });
    others.map(|other| other.campus_id.clone()).collect()
}

/// The email domains of the token, if they are known and the person's address is in none of them.
fn outside(policy: &Policy, person: &Person) -> Option<Vec<String>> {
    let domain = email_domain(&person.email)?;
    let domains = policy.email_domains.as_ref()?;
    (!policy.domain_allowed(&domain)).then(|| domains.iter().cloned().collect())
}

/// The names of the person's access groups that the filter leaves out.
fn left_out(roster: &Roster, person: &Person) -> Vec<Text> {
    let groups = person.groups.iter();
    let groups = groups.filter_map(|at| roster.groups.get(*at as usize));
    let groups = groups.filter(|group| !group.in_scope);
    groups.map(|group| group.name.clone()).collect()
}

/// The person's access groups that the filter lets in.
fn groups_of(roster: &Roster, person: &Person) -> Vec<(AccessGroupId, Text)> {
    let groups = person.groups.iter();
    let groups = groups.filter_map(|at| roster.groups.get(*at as usize));
    let groups = groups.filter(|group| group.in_scope);
    groups
        .map(|group| (group.id.clone(), group.name.clone()))
        .collect()
}
