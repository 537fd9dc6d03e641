//! `inspect user`: one person or user from all sides.

mod find;
mod view;

use find::{Hit, in_command, in_ledger, many, nobody};
use view::view;

use crate::commands::diagnose::live;
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, runtime};
use crate::diagnose::facts::Facts;
use crate::diagnose::person;
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::fold::{fold, same_folded};
use crate::model::memory::Memory;
use crate::model::roster::Roster;
use crate::model::{AccessUserId, CampusId};
use crate::output::{self, Format};
use crate::reconcile::policy::Policy;

/// Whom to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Campus id, email address, external id, Command's id, name, or a part of it
    ///
    /// If several people fit, they are listed, and none is chosen.
    #[arg(value_name = "WHO")]
    pub who: String,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    output::offers(&context.ui, "inspect user", &forms)?;
    if args.who.trim().is_empty() {
        return Err(Error::message(Exit::Usage, "WHO is empty")
            .hint("name somebody by campus id, email address or name")
            .hint("everybody of Command: atriumctl inspect users"));
    }
    let session = context.session()?;
    let policy = session.policy();
    let ledger = session.ledger(Opening::ReadOnly)?;
    let memory = ledger.remember(policy.now)?;
    let (facts, roster) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let looking = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(&session).await?;
            let facts = look(&session, &roster, &memory, &policy, args.who.trim()).await?;
            Ok((facts, roster))
        };
        interrupt.droppable(looking).await
    })?;
    let last_change = match &facts.campus_id {
        Some(id) => ledger.last_change_of_person(id)?,
        None => None,
    };
    drop(ledger);
    let view = view(&facts, &roster, &memory, &policy, last_change);
    output::user_view(&context.ui, &view)?;
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    Ok(exit(&facts))
}

/// The code of a look at which a side was missing.
fn exit(facts: &Facts) -> Exit {
    let refused = facts
        .token
        .seen()
        .is_some_and(|token| token.refused.is_some());
    match facts.scim.seen() {
        _ if refused => Exit::Authentication,
        None => Exit::Unavailable,
        Some(_) => Exit::Done,
    }
}

/// Finds whom is asked about, and gathers what each side says.
async fn look(
    session: &Session,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    asked: &str,
) -> Result<Facts, Error> {
    let facts = live::gathered(session, roster, memory, policy, asked).await?;
    let person = facts.person();
    // Whoever was found by an id and not by a name or a part of it is nobody else.
    let exact = person.is_some_and(|person| {
        person.campus_id.as_str() == asked
            || same_folded(&person.email, asked)
            || !person::fits(asked, &person.display_name(), &person.email)
    });
    let found = person.is_some() || facts.user().is_some() || has_record(&facts);
    let found = found || facts.scim.seen().is_some_and(|scim| !scim.users.is_empty());
    if exact || (person.is_none() && found) {
        return Ok(facts);
    }
    // A name may be that of somebody in Command, too, whom Atrium does not have.
    let mut hits = in_command(session, asked).await?;
    hits.extend(in_ledger(memory, roster, asked));
    if let Some(person) = person {
        let own = facts
            .access
            .seen()
            .and_then(|access| access.person.as_ref());
        hits.retain(|hit| {
            let is_own = own.is_some_and(|own| own.user.id.as_str() == hit.id)
                || (!hit.email.is_empty() && same_folded(&hit.email, &person.email))
                || hit.id == person.campus_id.as_str();
            !is_own
        });
        if hits.is_empty() {
            return Ok(facts);
        }
        hits.insert(0, Hit::of(person));
    }
    let mut seen: Vec<String> = Vec::new();
    hits.retain(|hit| {
        let key = match hit.email.as_str() {
            "" => hit.id.to_string(),
            email => fold(email).into_owned(),
        };
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    match hits.as_slice() {
        [] => Err(nobody(asked, roster, &facts)),
        [one] => {
            let facts = live::gathered(session, roster, memory, policy, &one.id).await?;
            Ok(facts)
        }
        several => Err(many(asked, several)),
    }
}

fn has_record(facts: &Facts) -> bool {
    facts
        .access
        .seen()
        .is_some_and(|access| access.person.is_some())
}

/// The ids over REST under which somebody may be asked for.
pub(super) fn access_id(memory: &Memory, id: &CampusId) -> Option<AccessUserId> {
    let access = memory.users.get(id)?.access.as_ref()?;
    Some(access.id.clone())
}
