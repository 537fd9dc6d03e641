//! Gathers the facts from the sides themselves.

use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::commands::okta_facts::{self, Asked};
use crate::context::{Context, Session, clock, runtime};
use crate::diagnose::facts::{Facts, Known, LedgerFacts, TokenFacts};
use crate::diagnose::gather;
use crate::diagnose::person::{self, Fit};
use crate::diagnose::{begin, checks};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::diagnosis::Diagnosis;
use crate::model::memory::Memory;
use crate::model::okta::{FactsFrom, Gap, OktaSnapshot};
use crate::model::report::RequestCount;
use crate::model::roster::{Person, Roster};
use crate::reconcile::policy::Policy;
use crate::verkada::scim::ScimError;

/// A person who was diagnosed.
pub(super) struct Diagnosed {
    pub(super) facts: Facts,
    pub(super) diagnosis: Diagnosis,
    /// What was asked of Okta; everything else is counted by the session.
    pub(super) okta_requests: Vec<RequestCount>,
}

/// Gathers and judges.
pub(super) fn diagnose(
    context: &Context<'_>,
    session: &Session,
    who: &str,
) -> Result<Diagnosed, Error> {
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
    let (okta, okta_requests) = okta(context, &facts)?;
    let facts = Facts {
        okta,
        ledger: match facts.ledger {
            Known::Seen(ledger) => Known::Seen(LedgerFacts { last_run, ..ledger }),
            unseen => unseen,
        },
        ..facts
    };
    let diagnosis = checks::diagnose(&facts);
    Ok(Diagnosed {
        facts,
        diagnosis,
        okta_requests,
    })
}

/// So many days of Okta's log are read, and so many pages of it.
const LOG: (u32, u32) = (30, 2);

/// What Okta says of the person; `None` if the profile names no Okta.
fn okta(
    context: &Context<'_>,
    facts: &Facts,
) -> Result<(Option<OktaSnapshot>, Vec<RequestCount>), Error> {
    let Some(session) = context.okta()? else {
        return Ok((None, Vec::new()));
    };
    let who = facts
        .email
        .as_ref()
        .map_or(facts.asked.as_str(), |email| email);
    let asked = Asked {
        who: Some(who),
        app: None,
        days: LOG.0,
        log_pages: LOG.1,
    };
    // Okta is one side of several: what it refuses is said, and the others are judged.
    let snapshot = match okta_facts::live(context, &session, &asked) {
        Ok(snapshot) => snapshot,
        Err(error) if error.exit == Exit::Interrupted => return Err(error),
        Err(error) => {
            let why = error.to_string();
            let from = FactsFrom::Live(session.client.org().to_owned());
            OktaSnapshot::empty(from, clock(), &Gap::Failed { why })
        }
    };
    Ok((Some(snapshot), session.client.requests()))
}

/// What Atrium, the ledger and Command say of somebody.
///
/// # Errors
/// [`Exit::Usage`] if several people of Atrium fit.
pub(in crate::commands) async fn gathered(
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
