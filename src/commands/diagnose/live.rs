//! Gathers the facts from the sides themselves.

use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, runtime};
use crate::diagnose::facts::{Facts, Known, LedgerFacts, TokenFacts};
use crate::diagnose::gather;
use crate::diagnose::person::{self, Fit};
use crate::diagnose::{begin, checks};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::diagnosis::Diagnosis;
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
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
    let wanted = begin::wanted(roster, memory, person, who);
    let mut facts = begin::facts(roster, memory, policy, who, person, &near, &wanted);
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
    facts.plan = Known::Seen(begin::plan(roster, memory, policy, person, &scim, access));
    Ok(facts)
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
