//! Gathers the facts from the sides themselves.

use jiff::Timestamp;

use super::sign_on;
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::commands::okta_facts::{self, Asked};
use crate::context::{Context, Session, clock, runtime};
use crate::diagnose::facts::{Facts, Known, TokenFacts};
use crate::diagnose::gather::{self, Wanted};
use crate::diagnose::person::{self, Fit};
use crate::diagnose::{begin, checks};
use crate::error::{Error, Exit};
use crate::ledger::{Access, TokenRecord};
use crate::model::UserId;
use crate::model::diagnosis::{Diagnosis, Evidence};
use crate::model::memory::Memory;
use crate::model::okta::{FactsFrom, Gap, OktaSnapshot};
use crate::model::reason::Code;
use crate::model::report::RequestCount;
use crate::model::roster::{Person, Roster};
use crate::reconcile::policy::Policy;
use crate::secret::short_fingerprint;
use crate::verkada::scim::ScimError;

/// A person who was diagnosed.
pub(in crate::commands) struct Diagnosed {
    pub(super) facts: Facts,
    pub(super) diagnosis: Diagnosis,
    /// What else was found, beside the facts.
    pub(super) more: Vec<Evidence>,
    /// Atrium as it was read: whose names may stand in the texts.
    pub(super) roster: Roster,
    /// What was asked of Okta; everything else is counted by the session.
    pub(super) requests: Vec<RequestCount>,
}

/// Gathers and judges.
pub(super) fn diagnose(
    context: &Context<'_>,
    session: &Session,
    who: &str,
) -> Result<Diagnosed, Error> {
    let policy = session.policy();
    let remembered = Remembered::read(session, &policy)?;
    let (roster, facts) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let gathering = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(session).await?;
            let facts = gathered(session, &roster, &remembered.memory, &policy, who).await?;
            Ok((roster, facts))
        };
        interrupt.droppable(gathering).await
    })?;
    judged(context, session, &remembered, roster, facts)
}

/// What the ledger remembers.
pub(super) struct Remembered {
    pub(super) memory: Memory,
    last_run: Option<Timestamp>,
    token: Option<TokenRecord>,
}

impl Remembered {
    pub(super) fn read(session: &Session, policy: &Policy) -> Result<Self, Error> {
        let ledger = session.ledger(Access::ReadOnly)?;
        Ok(Remembered {
            memory: ledger.remember(policy.now)?,
            last_run: ledger.last_read()?.map(|read| read.started),
            token: ledger.token(&session.fingerprint)?,
        })
    }
}

/// Adds what is neither of Atrium nor of Command's users, and judges.
pub(super) fn judged(
    context: &Context<'_>,
    session: &Session,
    remembered: &Remembered,
    roster: Roster,
    mut facts: Facts,
) -> Result<Diagnosed, Error> {
    if let Known::Seen(ledger) = &mut facts.ledger {
        ledger.last_run = remembered.last_run;
    }
    if let Known::Seen(token) = &mut facts.token {
        let record = remembered.token.as_ref();
        token.fingerprint = short_fingerprint(&session.fingerprint).to_owned();
        token.origin = session.token_origin.to_string();
        token.last_good = record.and_then(|record| record.last_good);
        let domains = session.domains.as_ref();
        token.domains = domains.map(|domains| domains.list.clone());
    }
    facts.sign_on = sign_on::look(context, session);
    let (okta, requests) = okta(context, &facts)?;
    facts.okta = okta;
    linked(session, &mut facts)?;
    let diagnosis = checks::diagnose(&facts);
    Ok(Diagnosed {
        facts,
        diagnosis,
        more: Vec::new(),
        roster,
        requests,
    })
}

/// So many days of Okta's log are read, and so many pages of it.
const LOG: (u32, u32) = (30, 2);

/// Asks Command for the user whom Okta is linked with, who may have another address there.
fn linked(session: &Session, facts: &mut Facts) -> Result<(), Error> {
    let Some(id) = facts.linked_in_okta().cloned() else {
        return Ok(());
    };
    let wanted = Wanted {
        campus_id: facts.campus_id.clone(),
        ..Wanted::default()
    };
    let Known::Seen(scim) = &mut facts.scim else {
        return Ok(());
    };
    if scim
        .users
        .iter()
        .any(|found| found.user.id.as_str() == id.as_str())
    {
        return Ok(());
    }
    let read = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let read = async { Ok(session.client.user(&UserId(id)).await) };
        interrupt.droppable(read).await
    })?;
    match read {
        Ok(Some(user)) => scim
            .users
            .push(gather::judged(user, &wanted, &session.policy())),
        Ok(None) => {}
        Err(error) => facts.scim = Known::Unseen(error.to_string()),
    }
    Ok(())
}

/// What Okta says of the person; `None` if the profile names no Okta.
fn okta(
    context: &Context<'_>,
    facts: &Facts,
) -> Result<(Option<OktaSnapshot>, Vec<RequestCount>), Error> {
    let Some(session) = context.okta()? else {
        return Ok((None, Vec::new()));
    };
    // The user's external id is Okta's own, if Okta made it, whatever address it has there now.
    let made = facts.user().filter(|user| user.foreign);
    let made = made.and_then(|user| user.user.external_id.as_deref());
    let made = made.filter(|id| id.len() == 20 && id.starts_with("00u"));
    let email = facts.email.as_ref().map(|email| email.as_str());
    let who = made.or(email).unwrap_or(&facts.asked);
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

/// What Atrium, the ledger and Command say of somebody. What can't be looked at is said, and the
/// rest is looked at all the same.
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
    let (person, near) = found(roster, who)?;
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
    if let (Known::Seen(scim), Known::Seen(ledger)) = (&facts.scim, &mut facts.ledger) {
        let ids = gather::ledger_ids(&session.client, memory, &wanted, scim).await;
        // What else can't be asked then, the next call says.
        (ledger.ids_asked, ledger.ids_found) = ids.unwrap_or_default();
    }
    let scim = facts.scim.seen().cloned();
    let mut access = None;
    if let Some(client) = &session.access {
        // Without SCIM the record is found by what Atrium and the ledger know.
        let known = scim.clone().unwrap_or_default();
        let read = gather::access(client, (roster, memory, policy), &known, &wanted).await;
        facts.access = match read {
            Ok((found, read)) => {
                access = Some(read);
                Known::Seen(found)
            }
            Err(error) => {
                let code = error.code();
                if matches!(code, Code::ApiKeyRefused | Code::ApiKeyScope) {
                    facts.key_refused = Some((code, error.to_string()));
                }
                Known::Unseen(error.to_string())
            }
        };
        facts.doors = gather::known(gather::doors(client).await);
    }
    if let Some(scim) = &scim {
        facts.plan = Known::Seen(begin::plan(roster, memory, policy, person, scim, access));
    }
    Ok(facts)
}

/// Who is meant in Atrium, or who is near.
///
/// # Errors
/// [`Exit::Usage`] if several people fit.
pub(super) fn found<'a>(
    roster: &'a Roster,
    who: &str,
) -> Result<(Option<&'a Person>, Vec<&'a Person>), Error> {
    match person::find(roster, who) {
        Fit::One(person) => Ok((Some(person), Vec::new())),
        Fit::Several(people, all) => Err(several(who, &people, all)),
        Fit::Nobody(near) => Ok((None, near)),
    }
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
