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
use crate::model::access::AccessUser;
use crate::model::diagnosis::{Diagnosis, Evidence};
use crate::model::memory::Memory;
use crate::model::okta::{FactsFrom, Gap, OktaSnapshot};
use crate::model::reason::Code;
use crate::model::report::RequestCount;
use crate::model::roster::{Person, Roster};
use crate::model::rules::Mode;
use crate::model::{CampusId, UserId};
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
    facts.observes = session.profile.sync.mode == Mode::Observe;
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

/// Why Okta is not asked for somebody of whom no address is known.
pub(super) const NO_ADDRESS: &str =
    "Okta knows people by login and address, and neither Atrium nor Command has one of this person";

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
    let from = || FactsFrom::Live(session.client.org().to_owned());
    // The user's external id is Okta's own, if Okta made it, whatever address it has there now.
    let made = facts.user().filter(|user| user.foreign);
    let made = made.and_then(|user| user.user.external_id.as_deref());
    let made = made.filter(|id| id.len() == 20 && id.starts_with("00u"));
    let Some(who) = made.or(facts.in_okta()) else {
        let why = NO_ADDRESS.to_owned();
        let snapshot = OktaSnapshot::empty(from(), clock(), &Gap::Failed { why });
        return Ok((Some(snapshot), Vec::new()));
    };
    let asked = Asked {
        who: Some(who),
        app: None,
        days: LOG.0,
        log_pages: LOG.1,
    };
    // Okta is one side of several: what it refuses is said, and the others are judged.
    let snapshot = match okta_facts::live(context, &session, &asked) {
        Ok(snapshot) => okta_facts::of_nobody_else(snapshot, who),
        Err(error) if error.exit == Exit::Interrupted => return Err(error),
        Err(error) => {
            let why = error.to_string();
            OktaSnapshot::empty(from(), clock(), &Gap::Failed { why })
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
    let name = person::alias(roster, memory, policy, who);
    let (mut person, mut near) = found(roster, name)?;
    let mut wanted = begin::wanted(roster, memory, person, name);
    let mut scim = gather::scim(&session.client, &wanted, policy).await;
    if person.is_none() {
        let records = gather::records(session.access.as_ref(), &wanted, scim.as_ref().ok()).await;
        person = of_records(roster, memory, policy, who, &records)?;
        match person {
            // Now that it is known who is meant, everything of theirs is looked for.
            Some(_) => {
                near.clear();
                wanted = begin::wanted(roster, memory, person, name);
                wanted.id = records.first().map(|record| record.id.0.clone());
                if scim.is_ok() {
                    scim = gather::scim(&session.client, &wanted, policy).await;
                }
            }
            None if wanted.campus_id.is_none() => {
                let own = |record: &AccessUser| {
                    let id = policy.user_ids.parse(&record.external_id);
                    id.map(CampusId::from)
                };
                wanted.campus_id = records.iter().find_map(own);
                if wanted.email.is_none()
                    && let [one] = records.as_slice()
                {
                    wanted.email = Some(one.email.clone()).filter(|email| !email.is_empty());
                }
            }
            None => {}
        }
    }
    let mut facts = begin::facts(roster, memory, policy, name, person, &near, &wanted);
    who.clone_into(&mut facts.asked);
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
    let in_command = facts.scim.seen().is_some_and(|scim| !scim.users.is_empty());
    let has_record = facts
        .access
        .seen()
        .is_some_and(|access| access.person.is_some());
    if person.is_none() && !in_command && !has_record {
        none_ends(roster, who)?;
    }
    Ok(facts)
}

/// The person of Atrium whose the records of Command are; nobody if they are of different people.
///
/// # Errors
/// [`Exit::Usage`] if one may be of several people.
pub(super) fn of_records<'a>(
    roster: &'a Roster,
    memory: &Memory,
    policy: &Policy,
    who: &str,
    records: &[AccessUser],
) -> Result<Option<&'a Person>, Error> {
    let mut people: Vec<&Person> = Vec::new();
    for record in records {
        match person::of_record(roster, memory, policy, record) {
            Some(Fit::One(person)) if !people.contains(&person) => people.push(person),
            Some(Fit::Several(people, all)) => return Err(several(who, &people, all)),
            _ => {}
        }
    }
    match people.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several_people => Err(several(who, several_people, several_people.len())),
    }
}

/// Fails if several addresses end with one that is nobody's.
///
/// # Errors
/// [`Exit::Usage`].
pub(super) fn none_ends(roster: &Roster, who: &str) -> Result<(), Error> {
    match person::ending(roster, who) {
        Some(Fit::Several(people, all)) => Err(several(who, &people, all)),
        _ => Ok(()),
    }
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
