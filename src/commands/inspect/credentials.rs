//! `inspect credentials`: who has which cards, and who put them there.

use std::collections::HashSet;

use super::who::{Known, owner};
use crate::commands::gather;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, clock, runtime};
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::{Access, AccessUser};
use crate::model::inspect::{CredentialRow, Owner, Summary};
use crate::model::memory::{AccessMemory, Memory, UserMemory};
use crate::model::{AccessUserId, CampusId, Text};
use crate::output::List;
use crate::reconcile::policy::Policy;

/// Which cards, and how fresh.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read everybody's cards now: one request for each person, at the allowed pace, up to the
    /// profile's `sync.read_budget`; first of those whose last read is the oldest
    ///
    /// Without, the ledger tells what it knows, and as of when: the cards that this tool gave, and
    /// those that were there before it.
    #[arg(long)]
    pub read: bool,

    /// Only cards of this owner
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<OwnedBy>,
}

/// An owner of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OwnedBy {
    /// Atrium, through this tool
    Atrium,
    /// Somebody added it in Command
    Command,
    /// Nobody knows: it was there before the ledger
    Unknown,
}

impl OwnedBy {
    fn is(self, owner: Owner) -> bool {
        match self {
            OwnedBy::Atrium => owner == Owner::Atrium,
            OwnedBy::Command => owner == Owner::Command,
            OwnedBy::Unknown => owner == Owner::Unknown,
        }
    }
}

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let session = context.session()?;
    let policy = session.policy();
    let memory = session.ledger(Opening::ReadOnly)?.remember(clock())?;
    let mut notes = Vec::new();
    let (rows, exit) = match args.read {
        true => runtime()?.block_on(async {
            let interrupt = Interrupt::listen();
            let reading = read(context, &session, &memory, &policy, &mut notes);
            interrupt.droppable(reading).await
        })?,
        false => {
            notes.push(
                "As the ledger knows them: cards that were added in Command later are not among \
                 them, and whether a card is active was not read; --read reads them now."
                    .to_owned(),
            );
            (remembered(&memory, &HashSet::new()), Exit::Done)
        }
    };
    let rows = rows
        .into_iter()
        .filter(|row| args.owner.is_none_or(|wanted| wanted.is(row.owner)));
    let mut rows: Vec<CredentialRow> = rows.collect();
    rows.sort_by(|a, b| {
        let key = |row: &CredentialRow| (row.name.clone(), row.campus_id.clone(), row.card);
        key(a).cmp(&key(b))
    });
    let count = |owner| rows.iter().filter(|row| row.owner == owner).count() as u64;
    let summary = Summary {
        counts: vec![
            ("of Atrium", count(Owner::Atrium)),
            ("added in Command", count(Owner::Command)),
            ("of unknown owner", count(Owner::Unknown)),
            (
                "read now",
                rows.iter().filter(|row| row.read_now).count() as u64,
            ),
        ],
        notes,
    };
    let mut list = List::new(&context.ui, false);
    list.push(rows)?;
    list.finish(&summary)?;
    Ok(exit)
}

/// The cards of the ledger, but for people who were read.
fn remembered(memory: &Memory, read: &HashSet<&AccessUserId>) -> Vec<CredentialRow> {
    let mut rows = Vec::new();
    for (id, user) in &memory.users {
        let Some(access) = user
            .access
            .as_deref()
            .filter(|access| !read.contains(&access.id))
        else {
            continue;
        };
        rows.extend(access.cards.iter().map(|known| CredentialRow {
            campus_id: Some(id.0.clone()),
            name: user.applied.display_name(),
            email: user.applied.email.clone(),
            card: Some(known.card),
            kind: Text::const_new(known.card.format.short()),
            active: None,
            owner: if known.ours {
                Owner::Atrium
            } else {
                Owner::Unknown
            },
            as_of: access.read,
            read_now: false,
        }));
    }
    rows
}

/// Somebody who may have cards.
struct Holder<'a> {
    row: &'a AccessUser,
    known: Option<(&'a CampusId, &'a UserMemory)>,
}

impl Holder<'_> {
    fn memory(&self) -> Option<&AccessMemory> {
        self.known.and_then(|(_, user)| user.access.as_deref())
    }
}

/// Reads everybody's cards, as many as the budget allows; the rest is as the ledger knows it.
async fn read(
    context: &Context<'_>,
    session: &Session,
    memory: &Memory,
    policy: &Policy,
    notes: &mut Vec<String>,
) -> Result<(Vec<CredentialRow>, Exit), Error> {
    let (Some(client), Some(mut access)) =
        (&session.access, gather::read_everybody(session).await?)
    else {
        let message = "cards are read over REST, and there is no API key";
        return Err(Error::message(Exit::Authentication, message)
            .hint("atriumctl auth set api-key; without --read, the ledger tells what it knows"));
    };
    let users = std::mem::take(&mut access.users);
    let by_access: std::collections::HashMap<&AccessUserId, (&CampusId, &UserMemory)> = memory
        .users
        .iter()
        .filter_map(|(id, user)| Some((&user.access.as_ref()?.id, (id, user))))
        .collect();
    let mut holders: Vec<Holder<'_>> = users
        .iter()
        .map(|row| Holder {
            row,
            known: by_access.get(&row.id).copied(),
        })
        .collect();
    holders.sort_by_key(|holder| {
        let read = holder.memory().and_then(|memory| memory.read);
        (read, holder.row.id.clone())
    });
    let budget = policy.read_budget as usize;
    let people: Vec<AccessUserId> = holders
        .iter()
        .take(budget)
        .map(|holder| holder.row.id.clone())
        .collect();
    let beyond = holders.len() - people.len();
    gather::read_cards(session, client, &mut access, people, policy, &context.ui).await?;
    let Access {
        records, failed, ..
    } = &access;
    if beyond > 0 {
        notes.push(format!(
            "Not read: {beyond} people beyond the budget of {budget} (sync.read_budget in the \
             profile); of them, what the ledger knows is shown."
        ));
    }
    let mut exit = Exit::Done;
    if let Some(why) = failed.values().next() {
        notes.push(format!(
            "Not read: {} people who could not be ({why}).",
            failed.len()
        ));
        exit = Exit::Unavailable;
    }
    let known = Known::new(memory, policy);
    let read_ids: HashSet<&AccessUserId> = records.keys().collect();
    let mut rows = remembered(memory, &read_ids);
    let now = clock();
    for holder in &holders {
        let Some(record) = records.get(&holder.row.id) else {
            continue;
        };
        let row = holder.row;
        let (_, campus_id) = known.access_user(row.id.as_str(), &row.external_id, &policy.user_ids);
        rows.extend(record.cards.iter().map(|card| CredentialRow {
            campus_id: campus_id.clone(),
            name: row.full_name.clone(),
            email: row.email.clone(),
            card: card.card,
            kind: card.kind.clone(),
            active: card.active,
            owner: match &card.card {
                Some(card) => owner(card, holder.memory(), false),
                None => Owner::Command,
            },
            as_of: Some(now),
            read_now: true,
        }));
    }
    Ok((rows, exit))
}
