//! `diagnose --card`: why a card that somebody has in hand opens no door.

use std::io::Read as _;

use super::live::{self, Diagnosed, Remembered};
use super::{Args, show};
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, runtime};
use crate::diagnose::card::{self, CardFacts, Holder, Sought};
use crate::diagnose::checks;
use crate::error::{Error, Exit};
use crate::model::CampusId;
use crate::model::diagnosis::{Diagnosis, Finding};
use crate::model::id_type::IdTypes;
use crate::model::report::RequestCount;
use crate::model::roster::Unusable;
use crate::output::{self, DiagnosisReport};

/// No id is near this length, in bytes.
const LIMIT: u64 = 4096;

/// So many holders are told.
const SHOWN: usize = 20;

/// Looks for the card, and diagnoses whoever has it. Returns what was asked of Okta.
pub(super) fn run(
    context: &Context<'_>,
    session: &Session,
    number: &str,
    args: &Args,
) -> Result<Vec<RequestCount>, Error> {
    let number = match number {
        "-" => standard_input()?,
        number => number.to_owned(),
    };
    let id_types = &session.profile.atrium.id_types;
    let sought = sought(number.trim(), args.id_type.as_deref(), id_types)?;
    let policy = session.policy();
    let remembered = Remembered::read(session, &policy)?;
    let roster = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        context.ui.status("Reading Atrium.");
        interrupt.droppable(read_atrium(session)).await
    })?;
    let holders = card::holders(&roster, &remembered.memory, &sought);
    let found = match one(&holders)? {
        Some(holder) => {
            let facts = card::facts(&roster, &policy, holder);
            let masked: Vec<String> = facts.cards.iter().map(|card| card.masked()).collect();
            let who = holder.campus_id.to_string();
            Some((
                format!("the card {} of {who}", masked.join(", ")),
                who,
                facts,
            ))
        }
        None => {
            let unusable = card::unusable(&roster, &sought);
            owner(&unusable)?.map(|id| {
                let who = id.to_string();
                let facts = CardFacts {
                    unusable: unusable.into_iter().cloned().collect(),
                    ..CardFacts::default()
                };
                (format!("an id of {who} that is no card"), who, facts)
            })
        }
    };
    let Some((asked, who, facts)) = found else {
        let known = remembered.memory.users.values();
        let cards = known.filter_map(|user| Some(user.access.as_ref()?.cards.len()));
        let finding = card::unknown(&sought, roster.people.len(), cards.sum());
        let diagnosis = Diagnosis {
            findings: vec![finding],
            not_looked: card::not_looked(&roster),
            ..Diagnosis::default()
        };
        let report = DiagnosisReport {
            asked: "a card in hand",
            facts: &[],
            diagnosis: &diagnosis,
        };
        output::diagnosis(&context.ui, &report)?;
        return Ok(Vec::new());
    };
    let gathered = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let memory = &remembered.memory;
        let gathering = live::gathered(session, &roster, memory, &policy, &who);
        interrupt.droppable(gathering).await
    })?;
    let diagnosed = live::judged(context, session, &remembered, roster, gathered)?;
    let diagnosed = with_card(diagnosed, &facts);
    show(context, &asked, &diagnosed, args.redact)?;
    Ok(diagnosed.requests)
}

/// The card's own findings stand first, each once. Those about the person's other cards stand last,
/// and are left out where nothing is wrong with the card.
fn with_card(diagnosed: Diagnosed, card: &card::CardFacts) -> Diagnosed {
    let own = card::findings(&diagnosed.facts, card);
    let is_own = |name| own.iter().any(|found| found.name == name);
    let mut diagnosis = checks::diagnose(&card::narrowed(&diagnosed.facts, card));
    let is_others = |found: &Finding| !diagnosis.findings.iter().any(|own| own.name == found.name);
    let mut others = diagnosed.diagnosis.findings;
    others.retain(|found| is_others(found) && !is_own(found.name));
    diagnosis.findings.retain(|found| !is_own(found.name));
    diagnosis.cleared.retain(|name| !is_own(*name));
    let mut more = card::lines(&diagnosed.facts, card);
    if own.is_empty() && !diagnosis.findings.iter().any(card::is_about_card) {
        more.push(card::fine(&diagnosed.facts, card));
        others.clear();
    }
    let rest = std::mem::replace(&mut diagnosis.findings, own);
    diagnosis.findings.extend(rest);
    diagnosis.findings.extend(others);
    Diagnosed {
        more,
        diagnosis,
        ..diagnosed
    }
}

fn sought(text: &str, id_type: Option<&str>, known: &IdTypes) -> Result<Sought, Error> {
    let sought = match id_type {
        None => Sought::read(text, known),
        Some(name) => {
            let Some(id_type) = known.get(name) else {
                let message = format!("the profile does not map the id type \"{name}\"");
                let names: Vec<&str> = known.iter().map(|(name, _)| name).collect();
                return Err(Error::message(Exit::Usage, message)
                    .hint(format!("id types that it maps: {}", names.join(", "))));
            };
            Sought::of_type(text, name, id_type)
        }
    };
    sought.map_err(|error| {
        Error::new(Exit::Usage, error).hint(
            "give it as printed, in hex, or as FACILITY:NUMBER; for an id of Atrium with its type: \
             --id-type TYPE",
        )
    })
}

/// Whose the ids are that can't be made cards.
///
/// # Errors
/// [`Exit::Usage`] if they are several people's.
fn owner<'a>(ids: &[&'a Unusable]) -> Result<Option<&'a CampusId>, Error> {
    let mut owners: Vec<&CampusId> = ids.iter().map(|id| &id.campus_id).collect();
    owners.sort_unstable();
    owners.dedup();
    if let [] | [_] = owners.as_slice() {
        return Ok(owners.first().copied());
    }
    let message = format!("{} people have an id that is written so", owners.len());
    let mut error = Error::message(Exit::Usage, message);
    for id in owners.iter().take(SHOWN) {
        error = error.hint(id.to_string());
    }
    Err(error.hint("diagnose one of them: atriumctl diagnose WHO"))
}

/// The one holder: of several, the only one of whom Atrium says so.
///
/// # Errors
/// [`Exit::Usage`] if there are several.
fn one<'h, 'a>(holders: &'h [Holder<'a>]) -> Result<Option<&'h Holder<'a>>, Error> {
    if let [] | [_] = holders {
        return Ok(holders.first());
    }
    let in_atrium: Vec<&Holder<'a>> = holders.iter().filter(|one| one.in_atrium()).collect();
    if let [one] = in_atrium.as_slice() {
        return Ok(Some(one));
    }
    let message = format!("{} people have a card that may be meant", holders.len());
    let mut error = Error::message(Exit::Usage, message);
    for holder in holders.iter().take(SHOWN) {
        let cards: Vec<String> = holder.cards.iter().map(|card| card.masked()).collect();
        let line = format!(
            "{}  {}  {}",
            holder.campus_id,
            holder.name(),
            cards.join(", ")
        );
        error = error.hint(line);
    }
    Err(error.hint("diagnose one of them: atriumctl diagnose WHO; or say more: FACILITY:NUMBER, --id-type TYPE"))
}

/// The value on standard input.
fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LIMIT)
        .read_to_string(&mut text);
    read.map(|_| text).map_err(|error| {
        let error = anyhow::Error::new(error).context("can't read the number from standard input");
        Error::new(Exit::Usage, error)
    })
}
