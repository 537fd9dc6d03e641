//! Reads cards back after a run, and compares them with what was answered.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use super::verify::side_by_side;
use crate::model::access::{Access, AccessRecord, AccessUser};
use crate::model::card::Card;
use crate::model::memory::Memory;
use crate::model::plan::{Change, Operation, Plan, Subject, people_to_check};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::{AccessUserId, CampusId};
use crate::verkada::rest::{RestClient, RestError};

/// The first pause before cards are read again is this part of the patience; each one is twice as
/// long.
const FIRST_PAUSE: u32 = 64;

/// All pauses together are this part of the patience.
const LATE: u32 = 4;

/// What a card operation was about: where the card was, and where it is to be.
struct Ends<'a> {
    person: &'a CampusId,
    card: Card,
    /// Who is to have it.
    there: Option<AccessUserId>,
    /// Who is not to have it any more.
    gone: Option<AccessUserId>,
}

impl<'a> Ends<'a> {
    fn of(operation: &'a Operation, memory: &Memory) -> Option<Self> {
        let Subject::Card { campus_id, card } = &operation.subject else {
            return None;
        };
        let known = || {
            let user = memory.users.get(campus_id)?;
            Some(user.access.as_ref()?.id.clone())
        };
        let (there, gone) = match &operation.change {
            Change::AddCard { access_id } => (access_id.clone().or_else(known), None),
            Change::ActivateCard { access_id, .. } => (Some(access_id.clone()), None),
            Change::RemoveCard { access_id, .. } => (None, Some(access_id.clone())),
            Change::MoveCard {
                from_id, access_id, ..
            } => (access_id.clone().or_else(known), Some(from_id.clone())),
            _ => return None,
        };
        Some(Ends {
            person: campus_id,
            card: *card,
            there,
            gone,
        })
    }
}

/// What did not stay as it was answered.
pub(super) struct Unkept {
    /// The operation, by its position.
    pub(super) at: u32,
    pub(super) person: CampusId,
    pub(super) card: Card,
    /// Whether it was to be there.
    pub(super) added: bool,
}

/// Cards as they were read back.
pub(super) struct Recheck {
    pub(super) access: Access,
    pub(super) unkept: Vec<Unkept>,
}

/// Reads back what has to be read, and forgets what was read of the others whom the run touched.
pub(super) async fn recheck(
    client: &RestClient,
    mut access: Access,
    everybody: Option<Vec<AccessUser>>,
    plan: &Plan,
    outcomes: &[Outcome],
    memory: &Memory,
    (concurrency, patience): (usize, Duration),
) -> Result<Recheck, RestError> {
    if let Some(everybody) = everybody {
        access.users = everybody;
    }
    let touched = |outcome: &Outcome| !matches!(outcome, Outcome::Skipped { .. });
    let tried: Vec<(u32, &Operation, &Outcome)> = (0u32..)
        .zip(plan.operations.iter().zip(outcomes))
        .filter(|(_, (_, outcome))| touched(outcome))
        .map(|(at, (operation, outcome))| (at, operation, outcome))
        .collect();
    let people = people_to_check(tried.iter().map(|(_, operation, _)| *operation));
    let mut to_read = BTreeSet::new();
    for (_, operation, _) in &tried {
        let Some(ends) = Ends::of(operation, memory) else {
            continue;
        };
        let from = match &operation.change {
            Change::MoveCard { from, .. } => from,
            _ => ends.person,
        };
        for (person, id) in [(ends.person, &ends.there), (from, &ends.gone)] {
            let Some(id) = id else { continue };
            access.records.remove(id);
            if people.contains(person) {
                to_read.insert(id.clone());
            }
        }
    }
    let read = |id: AccessUserId| {
        let client = client.clone();
        async move { (id.clone(), client.record(&id).await) }
    };
    let mut found: BTreeMap<AccessUserId, AccessRecord> = BTreeMap::new();
    let mut pause = patience / FIRST_PAUSE;
    let mut waited = Duration::ZERO;
    loop {
        for (id, record) in side_by_side(&to_read, concurrency, read).await {
            found.extend(record?.map(|record| (id, record)));
        }
        let unkept = unkept(&tried, memory, &found);
        if unkept.is_empty() || waited + pause > patience / LATE {
            access.records.extend(found);
            return Ok(Recheck { access, unkept });
        }
        // Command may show for a while what it has done already.
        tokio::time::sleep(pause).await;
        waited += pause;
        pause *= 2;
    }
}

/// What is not as it was answered.
fn unkept(
    tried: &[(u32, &Operation, &Outcome)],
    memory: &Memory,
    found: &BTreeMap<AccessUserId, AccessRecord>,
) -> Vec<Unkept> {
    let mut unkept = Vec::new();
    for (at, operation, outcome) in tried {
        if !outcome.is_done() {
            continue;
        }
        let Some(ends) = Ends::of(operation, memory) else {
            continue;
        };
        let has = |id: &AccessUserId| {
            let record = found.get(id)?;
            let cards: HashSet<&Card> = record
                .cards
                .iter()
                .filter_map(|c| c.card.as_ref())
                .collect();
            Some(cards.contains(&ends.card))
        };
        let missing = ends.there.as_ref().and_then(has) == Some(false);
        let still = ends.gone.as_ref().and_then(has) == Some(true);
        if missing || still {
            unkept.push(Unkept {
                at: *at,
                person: ends.person.clone(),
                card: ends.card,
                added: missing,
            });
        }
    }
    unkept
}

/// What is said of an operation that did not stay. The card of a deactivated user is owed.
pub(super) fn correction(unkept: &Unkept, change: &Change, frozen: bool) -> Outcome {
    if frozen && matches!(change, Change::RemoveCard { .. }) {
        return Outcome::Owed {
            code: Code::UserFrozen,
        };
    }
    let detail = if unkept.added {
        "not there when the cards were read back"
    } else {
        "still there when the cards were read back"
    };
    Outcome::Failed {
        code: Code::DoesNotStick,
        detail: detail.to_owned(),
    }
}
