//! The part of the model that knows cards.

use super::super::cards::{card, cards_claim, on_card};
use super::*;
use crate::model::plan::CardsClaim;
use crate::model::{AccessUserId, CardId};

const HOLDERS: [&str; 3] = ["x1", "x2", "x3"];

fn any_holder() -> impl Strategy<Value = &'static str> {
    select(&HOLDERS[..])
}

pub(super) fn any_card_operation() -> impl Strategy<Value = Operation> {
    let people = (person(), person(), any_holder(), any_holder());
    let what = (1u128..4, any_user(), any::<bool>());
    (0..7, people, what).prop_map(
        |(kind, (whose, from, at, other), (number, card_id, flag))| {
            let card_id = CardId::from(card_id);
            let access_id = flag.then(|| at.into());
            let change = match kind {
                0 | 1 => Change::AddCard { access_id },
                2 | 3 => Change::RemoveCard {
                    access_id: at.into(),
                    card_id,
                    stated: flag,
                },
                4 | 5 => Change::MoveCard {
                    from: from.into(),
                    from_id: other.into(),
                    card_id,
                    access_id,
                },
                _ => Change::ActivateCard {
                    access_id: at.into(),
                    card_id,
                },
            };
            on_card(whose, number, change)
        },
    )
}

pub(super) fn any_claim() -> impl Strategy<Value = CardsClaim> {
    let held = (1u128..4, any_user(), any::<bool>());
    let read = proptest::option::of((any::<u64>(), vec(held, 0..3)));
    (person(), any_holder(), read).prop_map(|(person, access_id, read)| {
        let read = read.as_ref();
        let read = read.map(|(listing, cards)| (*listing, cards.as_slice()));
        cards_claim(person, access_id, read)
    })
}

pub(super) fn any_pair() -> impl Strategy<Value = (CampusId, AccessUserId)> {
    (person(), any_holder()).prop_map(|(person, id)| (person.into(), id.into()))
}

pub(super) fn any_stuck() -> impl Strategy<Value = (CampusId, Card, bool)> {
    (person(), 1u128..4, any::<bool>())
        .prop_map(|(person, number, added)| (person.into(), card(number), added))
}

/// What is known of the cards of one person.
#[derive(Clone, Debug, PartialEq)]
struct Holder {
    id: AccessUserId,
    cards: BTreeMap<Card, (CardId, bool)>,
    read: Option<Timestamp>,
    listing: u64,
}

type Key = (CampusId, Card);

/// What the memory should know of cards.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cards {
    holders: BTreeMap<CampusId, Holder>,
    debts: BTreeSet<Key>,
    refusals: BTreeMap<Key, (Code, Timestamp)>,
    stuck: BTreeMap<Key, (bool, Timestamp)>,
    unsure: BTreeSet<CampusId>,
    removed: u32,
    removed_as_stated: u32,
    ownership: Option<Text>,
}

impl Cards {
    pub(super) fn of(memory: &Memory) -> Self {
        let mut cards = Cards {
            debts: memory.card_debts.iter().cloned().collect(),
            unsure: memory.unsure_cards.keys().cloned().collect(),
            removed: memory.recent.cards,
            removed_as_stated: memory.recent.stated_cards,
            ownership: memory.last_ownership.clone(),
            ..Cards::default()
        };
        for (key, refusal) in &memory.card_refusals {
            let refusal = (refusal.code, refusal.at);
            cards.refusals.insert(key.clone(), refusal);
        }
        for (key, stuck) in &memory.stuck_cards {
            cards.stuck.insert(key.clone(), (stuck.added, stuck.at));
        }
        for (person, user) in &memory.users {
            if let Some(access) = &user.access {
                let held = access.cards.iter();
                let holder = Holder {
                    id: access.id.clone(),
                    cards: held
                        .map(|known| (known.card, (known.card_id.clone(), known.ours)))
                        .collect(),
                    read: access.read,
                    listing: access.listing,
                };
                cards.holders.insert(person.clone(), holder);
            }
        }
        cards
    }

    pub(super) fn forget(&mut self, person: &CampusId) {
        self.holders.remove(person);
        self.debts.retain(|(id, _)| id != person);
        self.refusals.retain(|(id, _), _| id != person);
        self.stuck.retain(|(id, _), _| id != person);
    }

    pub(super) fn forget_unsure(&mut self, person: &CampusId) {
        self.unsure.remove(person);
    }

    /// Links a person whose user is known.
    pub(super) fn link(&mut self, person: &CampusId, id: &AccessUserId) {
        if self
            .holders
            .get(person)
            .is_some_and(|known| known.id != *id)
        {
            self.forget(person);
        }
        self.holders.entry(person.clone()).or_insert(Holder {
            id: id.clone(),
            cards: BTreeMap::new(),
            read: None,
            listing: 0,
        });
    }

    pub(super) fn learn(&mut self, claim: &CardsClaim, now: Timestamp) {
        let person = &claim.campus_id;
        self.link(person, &claim.access_id);
        let (Some(read), Some(holder)) = (&claim.read, self.holders.get_mut(person)) else {
            return;
        };
        holder.read = Some(now);
        holder.listing = read.listing;
        holder.cards.clear();
        self.unsure.remove(person);
        for known in &read.cards {
            let value = (known.card_id.clone(), known.ours);
            holder.cards.insert(known.card, value);
            let key = (person.clone(), known.card);
            if self.stuck.get(&key).is_some_and(|(added, _)| *added) {
                self.stuck.remove(&key);
            }
        }
    }

    pub(super) fn own(&mut self, ownership: Option<&Text>) {
        if let Some(ownership) = ownership {
            self.ownership = Some(ownership.clone());
        }
    }

    pub(super) fn stick(&mut self, (person, card, added): (CampusId, Card, bool), now: Timestamp) {
        self.stuck.insert((person, card), (added, now));
    }

    pub(super) fn apply(
        &mut self,
        operation: &Operation,
        outcome: Option<&Outcome>,
        now: Timestamp,
    ) {
        let Subject::Card { campus_id, card } = &operation.subject else {
            return;
        };
        let person = campus_id.clone();
        match outcome {
            None
            | Some(Outcome::Failed {
                code: Code::OutcomeUnknown,
                ..
            }) => {
                if let Change::MoveCard { from, .. } = &operation.change {
                    self.unsure.insert(from.clone());
                }
                self.unsure.insert(person);
            }
            Some(Outcome::Skipped { .. }) => {}
            Some(Outcome::Owed { .. }) => self.owe((person, *card), &operation.change, now),
            Some(Outcome::Failed { code, .. }) => {
                self.fail((person, *card), &operation.change, *code, now);
            }
            Some(Outcome::Done { made }) => {
                let made = made.clone().map(CardId);
                self.done((person, *card), &operation.change, made, now);
            }
        }
    }

    fn owe(&mut self, key: Key, change: &Change, now: Timestamp) {
        if let Change::RemoveCard {
            access_id, card_id, ..
        } = change
            && self.holders.get(&key.0).map(|known| &known.id) == Some(access_id)
        {
            self.give(key.clone(), Some(access_id), Some(card_id.clone()), now);
            self.debts.insert(key);
        }
    }

    fn fail(&mut self, key: Key, change: &Change, code: Code, now: Timestamp) {
        match (change, code) {
            (
                Change::AddCard { .. } | Change::MoveCard { .. },
                Code::CardRefused | Code::CardHeldElsewhere | Code::UserManaged,
            ) => {
                self.refusals.insert(key, (code, now));
            }
            (Change::RemoveCard { .. }, Code::Frozen | Code::UserFrozen) => {
                self.owe(key, change, now);
            }
            (
                Change::RemoveCard {
                    access_id, card_id, ..
                },
                Code::DoesNotStick,
            ) => self.give(key, Some(access_id), Some(card_id.clone()), now),
            (Change::AddCard { .. }, Code::DoesNotStick) => self.lose(&key),
            (
                Change::MoveCard {
                    from,
                    from_id,
                    card_id,
                    ..
                },
                Code::DoesNotStick,
            ) => {
                self.lose(&key);
                let from = (from.clone(), key.1);
                self.give(from, Some(from_id), Some(card_id.clone()), now);
            }
            (
                Change::RemoveCard {
                    access_id, card_id, ..
                },
                Code::NotFound,
            ) => self.take(key, access_id, card_id, now),
            _ => {}
        }
    }

    fn done(&mut self, key: Key, change: &Change, made: Option<CardId>, now: Timestamp) {
        match change {
            Change::AddCard { access_id } => {
                self.refusals.remove(&key);
                self.give(key, access_id.as_ref(), made, now);
            }
            Change::RemoveCard {
                access_id,
                card_id,
                stated,
            } => {
                self.removed += u32::from(!stated);
                self.removed_as_stated += u32::from(*stated);
                self.take(key, access_id, card_id, now);
            }
            Change::MoveCard {
                from,
                from_id,
                card_id,
                access_id,
            } => {
                self.removed += 1;
                self.refusals.remove(&key);
                self.take((from.clone(), key.1), from_id, card_id, now);
                self.give(key, access_id.as_ref(), made, now);
            }
            Change::ActivateCard { access_id, card_id } => {
                self.give(key, Some(access_id), Some(card_id.clone()), now);
            }
            _ => {}
        }
    }

    fn give(&mut self, key: Key, id: Option<&AccessUserId>, made: Option<CardId>, now: Timestamp) {
        if let Some(holder) = self.holders.get_mut(&key.0)
            && id.is_none_or(|id| *id == holder.id)
        {
            if let Some(made) = made {
                holder.cards.insert(key.1, (made, true));
                holder.read = Some(now);
            }
            self.debts.remove(&key);
            self.stuck.remove(&key);
        }
    }

    fn lose(&mut self, key: &Key) {
        if let Some(holder) = self.holders.get_mut(&key.0) {
            holder.cards.remove(&key.1);
        }
    }

    fn take(&mut self, key: Key, id: &AccessUserId, card_id: &CardId, now: Timestamp) {
        if let Some(holder) = self.holders.get_mut(&key.0)
            && holder.id == *id
        {
            let card = key.1;
            if holder.cards.get(&card).is_some_and(|(id, _)| id == card_id) {
                holder.cards.remove(&card);
            }
            holder.read = Some(now);
            self.debts.remove(&key);
            self.stuck.remove(&key);
        }
    }
}
