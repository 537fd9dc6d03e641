//! Whose cards have to be read in this run: one request for each person, so only those about whom
//! something changed, and a sample.

use std::hash::BuildHasher;

use jiff::Timestamp;

use super::{Linked, Planner};
use crate::model::AccessUserId;
use crate::model::access::AccessUser;
use crate::model::memory::AccessMemory;
use crate::model::roster::{Credential, Roster};
use crate::model::rules::{CardMeaning, Verify};
use crate::reconcile::policy::Selection;
use crate::reconcile::users::Grant;

/// Why somebody's cards are read, the most urgent first: what the budget does not reach waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A call of an earlier run was begun, and its outcome is not known.
    Unsure,
    /// Atrium states one of them as lost, stolen or inactive.
    Stated,
    /// Something changed, or the command line names the person.
    Changed,
    /// Nobody ever read them.
    Unknown,
}

impl Planner<'_, '_, '_> {
    /// Whether somebody's cards have to be read, and why.
    pub(super) fn need(&self, linked: &Linked<'_>) -> Option<Need> {
        if self
            .sides
            .memory
            .unsure_cards
            .contains_key(linked.campus_id)
        {
            return Some(Need::Unsure);
        }
        let policy = self.sides.policy;
        let named =
            |selection: &Selection| selection.names(linked.campus_id.as_str(), linked.email());
        if named(&policy.only) || named(&policy.reopen) || linked.is_exchanged() {
            return Some(Need::Changed);
        }
        let stated = self.states(linked);
        let Some(memory) = linked.memory.filter(|memory| memory.read.is_some()) else {
            let exchanged = linked.successor.is_some() && !linked.credentials.is_empty();
            return match linked.grant {
                _ if exchanged && stated => Some(Need::Stated),
                // The old user of a person with a new address: cards move from there.
                _ if exchanged => Some(Need::Unknown),
                Grant::Keep => stated.then_some(Need::Stated),
                // Nothing is known to be ours, and nothing of it opens a door.
                Grant::Frozen => None,
                // Without a row of Atrium, nothing is equal to Atrium's.
                Grant::Revoke if linked.credentials.is_empty() => None,
                _ if stated => Some(Need::Stated),
                _ => Some(Need::Unknown),
            };
        };
        if self.takes_away(linked, memory) {
            return Some(if stated { Need::Stated } else { Need::Changed });
        }
        let looks = match linked.grant {
            Grant::Keep => stated,
            Grant::Frozen => false,
            Grant::Full(_) | Grant::RemoveOnly | Grant::Revoke => true,
        };
        // Of somebody whom we made and gave every card, nothing but a lost card needs looking at.
        let changed = looks && memory.listing != linked.listing && (stated || memory.listing != 0);
        if changed && stated {
            return Some(Need::Stated);
        }
        (changed || self.gives(linked, memory)).then_some(Need::Changed)
    }

    /// Whether Atrium says that a card is to be taken from somebody, whoever put it there.
    fn states(&self, linked: &Linked<'_>) -> bool {
        linked.stated_counts
            && linked.credentials.iter().any(|credential| {
                matches!(
                    self.meaning(credential),
                    Some(CardMeaning::Lost | CardMeaning::Gone | CardMeaning::Suspended)
                )
            })
    }

    /// Whether something that is remembered as ours would go, or is to be claimed.
    pub(super) fn takes_away(&self, linked: &Linked<'_>, memory: &AccessMemory) -> bool {
        let policy = self.sides.policy;
        let new = linked
            .successor
            .and_then(|id| self.sides.memory.users.get(id));
        let new = new.and_then(|new| new.access.as_deref());
        memory.cards.iter().any(|known| {
            let debt = (linked.campus_id.clone(), known.card);
            let owed = linked.is_frozen() && self.sides.memory.card_debts.contains(&debt);
            let claimed = known.ours || policy.claim_cards || policy.ownership.covers(&known.card);
            match linked.grant {
                _ if owed => false,
                _ if linked.successor.is_some() => {
                    (linked.stated_counts && self.is_stated(linked, &known.card))
                        || (self.is_in_atrium(linked, &known.card)
                            && !self.shared.contains(&known.card)
                            && !new.is_some_and(|new| new.has(&known.card)))
                }
                _ if !claimed => false,
                Grant::Keep => linked.stated_counts && self.is_stated(linked, &known.card),
                Grant::Revoke => true,
                Grant::Frozen => known.ours,
                Grant::Full(_) | Grant::RemoveOnly => {
                    self.is_stated(linked, &known.card) || !self.is_in_atrium(linked, &known.card)
                }
            }
        })
    }

    /// Whether a card is to be given that is not remembered as there.
    fn gives(&self, linked: &Linked<'_>, memory: &AccessMemory) -> bool {
        matches!(linked.grant, Grant::Full(_))
            && linked.credentials.iter().any(|credential| {
                self.meaning(credential) == Some(CardMeaning::Active)
                    && !memory.has(&credential.card)
                    && !self.shared.contains(&credential.card)
                    && self.rest(linked, &credential.card).is_none()
            })
    }

    /// Chooses who is read: everybody with a need, the most urgent first, within the budget; and
    /// those whom the profile wants looked at besides.
    pub(super) fn choose_reads(&mut self, needs: Vec<(Need, Linked<'_>)>, others: Others) {
        for (_, linked) in &needs {
            self.not_read(linked);
        }
        let needs = needs.into_iter();
        let mut needs: Vec<(Need, AccessUserId)> = needs
            .filter_map(|(need, linked)| Some((need, linked.access?.clone())))
            .collect();
        needs.sort_unstable();
        let policy = self.sides.policy;
        let named = !policy.only.is_empty();
        let budget = if named {
            usize::MAX
        } else {
            policy.read_budget as usize
        };
        needs.truncate(budget);
        let mut reads: Vec<AccessUserId> = needs.into_iter().map(|(_, id)| id).collect();
        let room = budget - reads.len();
        reads.extend(others.choose(policy.verify, room));
        self.draft.reads = reads;
    }
}

/// Everybody who need not be read, with the time of the last read.
#[derive(Default)]
pub(super) struct Others(Vec<(Option<Timestamp>, AccessUserId)>);

impl Others {
    pub(super) fn add(&mut self, read: Option<Timestamp>, id: &AccessUserId) {
        self.0.push((read, id.clone()));
    }

    fn choose(mut self, verify: Verify, room: usize) -> impl Iterator<Item = AccessUserId> {
        let wanted = match verify {
            Verify::Changed => 0,
            Verify::Sample => (self.0.len() / 100).max(10),
            Verify::All => self.0.len(),
        };
        self.0.sort_unstable();
        self.0.truncate(wanted.min(room));
        self.0.into_iter().map(|(_, id)| id)
    }
}

/// A fingerprint of what both lists say of a person: if it is another one, the cards are read.
pub(super) fn fingerprint(row: &AccessUser, roster: &Roster, credentials: &[Credential]) -> u64 {
    // Equal in every process. If another version hashes otherwise, everybody is read once.
    let hashing = foldhash::quality::FixedState::with_seed(0);
    let AccessUser {
        id,
        external_id,
        email,
        full_name,
        employee_id,
    } = row;
    let row = hashing.hash_one((id, external_id, email, full_name, employee_id));
    // The order of the ids means nothing.
    credentials.iter().fold(row, |sum, credential| {
        let status = &roster.id_statuses[usize::from(credential.status)];
        sum.wrapping_add(hashing.hash_one((credential.card, status)))
    })
}
