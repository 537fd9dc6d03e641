//! `inspect card`: who has a card that somebody has in hand.

use std::io::Read as _;

use super::doors::behind;
use super::recipe;
use super::user::access_id;
use super::who::owner;
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, rest_error, runtime};
use crate::diagnose::card::{self, Holder, Sought, holders};
use crate::diagnose::facts::DoorFacts;
use crate::diagnose::gather;
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::{AccessGroup, AccessRecord};
use crate::model::card::Card;
use crate::model::inspect::{CardHit, CardSearch, DoorGroup, Owner};
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
use crate::model::{AccessUserId, Text};
use crate::output::{self, Format};
use crate::reconcile::policy::Policy;
use crate::verkada::rest::{FindBy, RestClient, RestError};

/// Which card to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number as printed, in hex, or FACILITY:NUMBER; with --id-type, the value as Atrium's
    /// export has it. `-` reads it from standard input
    #[arg(value_name = "NUMBER")]
    pub number: String,

    /// Show how an id of this type, as the export has it, becomes a card, and ask nobody
    #[arg(long, value_name = "TYPE")]
    pub id_type: Option<String>,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// So many people who have the number are looked up in Command.
const LOOKED_UP: usize = 10;

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    if args.id_type.is_none() {
        output::offers(&context.ui, "inspect card", &forms)?;
    }
    let number = match args.number.as_str() {
        "-" => standard_input()?,
        number => number.to_owned(),
    };
    if let Some(name) = &args.id_type {
        return recipe::run(context, &number, name);
    }
    let session = context.session()?;
    let sought = Sought::read(number.trim(), &session.profile.atrium.id_types);
    let sought = sought.map_err(|error| {
        Error::new(Exit::Usage, error).hint(
            "give it as printed, in hex, or as FACILITY:NUMBER; for an id of Atrium with its type: \
             --id-type TYPE",
        )
    })?;
    let policy = session.policy();
    let memory = session.ledger(Opening::ReadOnly)?.remember(policy.now)?;
    let found = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let looking = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(&session).await?;
            look(&session, &roster, &memory, &policy, &sought).await
        };
        interrupt.droppable(looking).await
    })?;
    output::card_search(&context.ui, &found)?;
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    Ok(match found.hits.is_empty() {
        true => Exit::Failed,
        false => Exit::Done,
    })
}

/// The value on standard input.
fn standard_input() -> Result<String, Error> {
    /// No id is near this length, in bytes.
    const LIMIT: u64 = 4096;
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LIMIT)
        .read_to_string(&mut text);
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Error::new(
            Exit::Usage,
            anyhow::Error::new(error).context("can't read the value from standard input"),
        )),
    }
}

/// A person's cards and groups in Command.
type Live = (AccessRecord, Vec<AccessGroup>);

async fn look(
    session: &Session,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    sought: &Sought,
) -> Result<CardSearch, Error> {
    let holders = holders(roster, memory, sought);
    let mut gaps = Vec::new();
    let mut doors = None;
    match &session.access {
        None => gaps.push("cards in Command, and doors: there is no API key".to_owned()),
        Some(client) if !holders.is_empty() => {
            let read = gather::doors(client).await;
            doors = Some(read.map_err(|error| rest_error(error, &session.profile))?);
        }
        Some(_) => {}
    }
    for id in card::unusable(roster, sought) {
        gaps.push(format!(
            "{}: an id of the type {} is written so and can't be made a card ({})",
            id.campus_id, id.id_type, id.place
        ));
    }
    gaps.extend(card::not_looked(roster).into_iter().map(|gap| gap.why));
    let mut hits = Vec::new();
    for (at, holder) in holders.iter().enumerate() {
        let mut live = None;
        if let Some(client) = &session.access {
            if at < LOOKED_UP {
                let found = record(client, holder, memory, policy).await;
                live = found.map_err(|error| rest_error(error, &session.profile))?;
                if live.is_none() {
                    gaps.push(format!("{}: nobody in Command over REST", holder.campus_id));
                }
            } else if at == LOOKED_UP {
                let rest = holders.len() - LOOKED_UP;
                gaps.push(format!("{rest} more people were not looked up in Command"));
            }
        }
        for card in &holder.cards {
            hits.push(hit(roster, holder, card, live.as_ref(), doors.as_ref()));
        }
    }
    Ok(CardSearch {
        read_as: sought.read_as.clone(),
        hits,
        gaps,
    })
}

/// What Command has of a person: by the ledger's id, else by external id, else by address. At most
/// three requests.
async fn record(
    client: &RestClient,
    holder: &Holder<'_>,
    memory: &Memory,
    policy: &Policy,
) -> Result<Option<Live>, RestError> {
    if let Some(id) = access_id(memory, &holder.campus_id)
        && let Some(live) = client.person(&id).await?
    {
        return Ok(Some(live));
    }
    let external_id = policy.user_ids.external_id(holder.campus_id.as_str());
    let mut found = client.find(FindBy::ExternalId(&external_id)).await?;
    let email = holder.person.map_or("", |person| &person.email);
    if found.is_none() {
        let by_email = client.find(FindBy::Email(email)).await?;
        // An address alone may be somebody else's: nothing may contradict it.
        let is_theirs = |id: &str| match policy.user_ids.parse(id) {
            Some(other) => other == holder.campus_id.as_str(),
            None => true,
        };
        found = by_email.filter(|(user, _)| {
            let number = &user.employee_id;
            is_theirs(&user.external_id) && (number.is_empty() || *number == holder.campus_id.0)
        });
    }
    let Some((user, _)) = found else {
        return Ok(None);
    };
    let id: AccessUserId = user.id;
    client.person(&id).await
}

fn hit(
    roster: &Roster,
    holder: &Holder<'_>,
    card: &Card,
    live: Option<&Live>,
    doors: Option<&DoorFacts>,
) -> CardHit {
    let memory = holder.known.and_then(|known| known.access.as_deref());
    let credential = holder
        .person
        .and_then(|person| person.credentials.iter().find(|own| own.card == *card));
    let atrium = credential.map(|own| {
        let text = |list: &[Text], at: u16| list.get(usize::from(at)).cloned().unwrap_or_default();
        (
            text(&roster.id_types, own.id_type),
            text(&roster.id_statuses, own.status),
        )
    });
    let remote = live.map(|(record, _)| record.cards.iter().find(|held| held.card == Some(*card)));
    let in_ledger =
        memory.is_some_and(|memory| memory.cards.iter().any(|known| known.card == *card));
    let name = holder.person.map(Person::display_name);
    let name = name.or_else(|| holder.known.map(|known| known.applied.display_name()));
    let groups = live.map_or(&[][..], |(_, groups)| groups);
    CardHit {
        card: *card,
        campus_id: Some(holder.campus_id.0.clone()),
        name: name.unwrap_or_default(),
        owner: match &remote {
            Some(None) if credential.is_some() => Owner::AtriumOnly,
            _ => owner(card, memory, credential.is_some()),
        },
        ledger: in_ledger.then(|| memory.and_then(|memory| memory.read)),
        in_command: remote.as_ref().map(Option::is_some),
        active: remote.flatten().and_then(|held| held.active),
        start: live.and_then(|(record, _)| record.start),
        end: live.and_then(|(record, _)| record.end),
        groups: groups
            .iter()
            .map(|group| door_group(roster, holder, group, doors))
            .collect(),
        atrium,
    }
}

fn door_group(
    roster: &Roster,
    holder: &Holder<'_>,
    group: &AccessGroup,
    doors: Option<&DoorFacts>,
) -> DoorGroup {
    let own = holder.person.into_iter().flat_map(|person| &person.groups);
    let mut own = own.filter_map(|at| roster.groups.get(*at as usize));
    let own = own.find(|own| crate::model::fold::same_folded(&own.name, &group.name));
    let (at_doors, levels) = behind(doors, &group.id, &group.name);
    DoorGroup {
        name: group.name.clone(),
        access_group_id: own.map(|own| own.id.0.clone()),
        owner: match own {
            Some(_) => Owner::Atrium,
            None => Owner::Command,
        },
        at_doors,
        levels,
    }
}
