//! Gathers the facts from the sides themselves.

use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, runtime};
use crate::diagnose::checks;
use crate::diagnose::facts::{AtriumFacts, Facts, Known, LedgerFacts, PlanFacts, TokenFacts};
use crate::diagnose::gather::{self, Wanted};
use crate::diagnose::person::{self, Fit};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::diagnosis::Diagnosis;
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
use crate::model::{CampusId, Text};
use crate::reconcile::policy::Policy;
use crate::verkada::scim::ScimError;

/// Gathers and judges.
pub(super) fn diagnose(
    context: &Context<'_>,
    session: &Session,
    who: &str,
) -> Result<(Facts, Diagnosis), Error> {
    let policy = session.policy();
    let ledger = session.ledger(Access::ReadOnly)?;
    let memory = ledger.remember(policy.now)?;
    let last_run = ledger.last_read()?.map(|read| read.started);
    drop(ledger);
    let facts = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let gathering = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(session).await?;
            gathered(session, &roster, &memory, &policy, who).await
        };
        interrupt.droppable(gathering).await
    })?;
    let facts = Facts {
        ledger: match facts.ledger {
            Known::Seen(ledger) => Known::Seen(LedgerFacts { last_run, ..ledger }),
            unseen => unseen,
        },
        ..facts
    };
    let diagnosis = checks::diagnose(&facts);
    Ok((facts, diagnosis))
}

async fn gathered(
    session: &Session,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    who: &str,
) -> Result<Facts, Error> {
    let (person, near) = match person::find(roster, who) {
        Fit::One(person) => (Some(person), Vec::new()),
        Fit::Several(people, all) => return Err(several(who, &people, all)),
        Fit::Nobody(near) => (None, near),
    };
    let wanted = wanted(roster, memory, person, who);
    let mut facts = Facts {
        asked: who.to_owned(),
        campus_id: wanted.campus_id.clone(),
        email: wanted.email.clone(),
        today: policy.today,
        now: policy.now,
        identity: policy.identity,
        atrium: Known::Seen(AtriumFacts {
            meaning: person.and_then(|person| policy.meaning(&person.status)),
            groups: person.map_or_else(Vec::new, |person| groups_of(roster, person)),
            near: near
                .iter()
                .map(|near| {
                    (
                        near.campus_id.clone(),
                        near.display_name(),
                        near.email.clone(),
                    )
                })
                .collect(),
            unreadable: person::unreadable(roster, who),
            people: roster.people.len() as u64,
            person: person.cloned(),
        }),
        ledger: Known::Seen(LedgerFacts {
            user: wanted
                .campus_id
                .as_ref()
                .and_then(|id| memory.users.get(id).cloned()),
            last_run: None,
        }),
        token: Known::Seen(TokenFacts::default()),
        scim: Known::Unseen(String::new()),
        plan: Known::Unseen("it needs Atrium and Command over SCIM".to_owned()),
        access: Known::Unseen("there is no API key".to_owned()),
        doors: Known::Unseen("there is no API key".to_owned()),
        sign_on: Known::Unseen("it is not public".to_owned()),
        okta: None,
    };
    let scim = gather::scim(&session.client, &wanted, policy).await;
    if let Err(error @ ScimError::SignIn { .. }) = &scim {
        facts.token = Known::Seen(TokenFacts {
            refused: Some(error.to_string()),
            ..TokenFacts::default()
        });
    }
    facts.scim = gather::known(scim);
    let Some(scim) = facts.scim.seen().cloned() else {
        return Ok(facts);
    };
    let mut access = None;
    if let Some(client) = &session.access {
        let read = gather::access(client, (roster, memory, policy), &scim, &wanted).await;
        facts.access = match read {
            Ok((found, read)) => {
                access = Some(read);
                Known::Seen(found)
            }
            Err(error) => Known::Unseen(error.to_string()),
        };
        facts.doors = gather::known(gather::doors(client).await);
    }
    facts.plan = Known::Seen(match person {
        None => PlanFacts::default(),
        Some(person) => {
            let directory = gather::directory(&scim, access);
            let plan = gather::plan(roster, memory, policy, person, &directory);
            PlanFacts {
                operations: plan.operations,
                left_alone: plan.left_alone,
            }
        }
    });
    Ok(facts)
}

/// Whom to look for in Command.
fn wanted(roster: &Roster, memory: &Memory, person: Option<&Person>, who: &str) -> Wanted {
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

/// The person's access groups that the filter lets in.
fn groups_of(roster: &Roster, person: &Person) -> Vec<(crate::model::AccessGroupId, Text)> {
    let groups = person.groups.iter();
    let groups = groups.filter_map(|at| roster.groups.get(*at as usize));
    let groups = groups.filter(|group| group.in_scope);
    groups
        .map(|group| (group.id.clone(), group.name.clone()))
        .collect()
}

/// Several people fit.
fn several(who: &str, people: &[&Person], all: usize) -> Error {
    let mut error = Error::message(
        Exit::Usage,
        format!(
            "{all} people of Atrium fit `{who}`; name one of them by campus id or email address"
        ),
    );
    for person in people {
        error = error.hint(format!(
            "{}  {}  {}",
            person.campus_id,
            person.display_name(),
            person.email
        ));
    }
    if all > people.len() {
        error = error.hint(format!("and {} more", all - people.len()));
    }
    error
}
