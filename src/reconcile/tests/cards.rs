//! Cards, on a model of Command's REST API that refuses what the real one refuses.

mod days;
mod leavers;
mod limits;
mod owners;
mod pairs;
mod reads;

use super::*;
use crate::model::access::{Access, AccessRecord, AccessUser, RemoteCard};
use crate::model::card::{Card, Format};
use crate::model::memory::{AccessMemory, CardMemory};
use crate::model::plan::{Operation, Stage};
use crate::model::roster::{Credential, Unusable};
use crate::model::{AccessUserId, CardId};

/// The statuses of ids that these worlds know; `Odd` is not mapped.
const STATUSES: [&str; 4] = ["Active", "Lost", "Inactive", "Odd"];

/// What the REST API has.
#[derive(Clone, Debug, Default)]
pub(super) struct Rest {
    rows: Vec<AccessUser>,
    records: BTreeMap<AccessUserId, AccessRecord>,
    /// Whether the cards of a deactivated user can't be changed.
    frozen: bool,
    /// Whether a user that was just made is not listed yet.
    late: bool,
    /// Cards that are refused as they are.
    refused: HashSet<Card>,
    made: u32,
}

impl Rest {
    /// The list of everybody, and these people's cards.
    pub(super) fn access(&self, reads: &[AccessUserId]) -> Access {
        let records = reads
            .iter()
            .map(|id| (id.clone(), self.records[id].clone()));
        Access {
            users: self.rows.clone(),
            records: records.collect(),
            failed: crate::model::Map::default(),
        }
    }

    fn holder(&self, card: Card) -> Option<&AccessUserId> {
        let mut records = self.records.iter();
        records
            .find(|(_, record)| record.cards.iter().any(|there| there.card == Some(card)))
            .map(|(id, _)| id)
    }

    /// Puts a card on somebody, if nobody has it.
    fn put(&mut self, id: &AccessUserId, card: Card) -> Option<CardId> {
        if self.holder(card).is_some() || self.refused.contains(&card) {
            return None;
        }
        self.made += 1;
        let card_id = CardId::from(format!("c{}", self.made).as_str());
        self.records.get_mut(id)?.cards.push(RemoteCard {
            id: card_id.clone(),
            card: Some(card),
            kind: card.format.short().into(),
            active: Some(true),
        });
        Some(card_id)
    }

    fn take(&mut self, id: &AccessUserId, card_id: &CardId) -> bool {
        let cards = &mut self.records.get_mut(id).unwrap().cards;
        let before = cards.len();
        cards.retain(|card| card.id != *card_id);
        cards.len() < before
    }
}

fn card(number: u128) -> Card {
    Card {
        format: Format::Hid26,
        facility_code: Some(102),
        number,
    }
}

fn access_id(user: &UserId) -> AccessUserId {
    AccessUserId::from(format!("a-{user}").as_str())
}

impl Campus {
    /// Three people with a card each, nothing in Command yet.
    fn with_cards() -> Self {
        let mut campus = Campus::new();
        campus.covered();
        for (id, number) in [("S1", 1), ("S2", 2), ("S3", 3)] {
            campus.gets(id, number, "Active");
        }
        campus
    }

    /// The same, synced once.
    fn carded() -> Self {
        let mut campus = Campus::with_cards();
        campus.sync();
        campus
    }

    /// Gives the world an API key, and Atrium's export its columns.
    fn covered(&mut self) {
        self.rest = Some(Rest::default());
        self.roster.has_credentials = true;
        self.roster.has_id_status = true;
        self.roster.id_types = vec!["Prox".into()];
        self.roster.id_statuses = STATUSES.map(Text::from).to_vec();
        self.appear();
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.as_mut().unwrap()
    }

    /// Lists everybody who is in Command in the REST API too.
    pub(super) fn appear(&mut self) {
        let Some(rest) = &mut self.rest else { return };
        if rest.late {
            return;
        }
        for user in &self.users {
            let id = access_id(&user.id);
            if rest.records.contains_key(&id) {
                continue;
            }
            rest.records.insert(id.clone(), AccessRecord::default());
            rest.rows.push(AccessUser {
                id,
                external_id: Text::default(),
                email: user.profile.email.clone(),
                full_name: user.profile.display_name(),
                employee_id: user.profile.employee_number.clone(),
            });
        }
    }

    /// Whose cards a plan wants to read.
    pub(super) fn reads(&self) -> Vec<AccessUserId> {
        let Some(rest) = &self.rest else {
            return Vec::new();
        };
        let mut directory = self.directory();
        directory.access = Some(rest.access(&[]));
        plan(&self.roster, &directory, &self.memory, &self.policy).reads
    }

    /// Atrium gives somebody a card, or another word for one that they have.
    fn gets(&mut self, id: &str, number: u128, status: &str) {
        let status = STATUSES.iter().position(|word| *word == status).unwrap();
        let credential = Credential {
            card: card(number),
            id_type: 0,
            status: u16::try_from(status).unwrap(),
        };
        self.loses(id, number);
        self.person(id).credentials.push(credential);
    }

    /// Atrium no longer has a card for somebody.
    /// A run began something with a card, and was cut off.
    fn in_doubt(&mut self, id: &str, number: u128) {
        let begun = &mut self.memory.unsure_cards;
        let cards = begun.entry(CampusId::from(id)).or_default();
        cards.insert(card(number));
    }

    fn loses(&mut self, id: &str, number: u128) {
        let ids = &mut self.person(id).credentials;
        ids.retain(|credential| credential.card != card(number));
    }

    /// The user of the REST API that is a person's user.
    fn row(&mut self, id: &str) -> AccessUserId {
        access_id(&self.user(id).id)
    }

    fn record(&mut self, id: &str) -> &mut AccessRecord {
        let row = self.row(id);
        self.rest().records.get_mut(&row).unwrap()
    }

    /// Somebody puts a card on a person in Command.
    fn put(&mut self, id: &str, number: u128) {
        let row = self.row(id);
        self.rest().put(&row, card(number)).unwrap();
    }

    fn remote(&mut self, id: &str, number: u128) -> &mut RemoteCard {
        let mut cards = self.record(id).cards.iter_mut();
        cards
            .find(|there| there.card == Some(card(number)))
            .unwrap()
    }

    fn remove_by_hand(&mut self, id: &str, number: u128) {
        let cards = &mut self.record(id).cards;
        cards.retain(|there| there.card != Some(card(number)));
    }

    /// The numbers of a person's cards in Command.
    fn cards_of(&mut self, id: &str) -> BTreeSet<u128> {
        let cards = self.record(id).cards.iter();
        cards.filter_map(|there| Some(there.card?.number)).collect()
    }

    fn remembered(&self, id: &str) -> &AccessMemory {
        let user = &self.memory.users[&CampusId::from(id)];
        user.access.as_deref().unwrap()
    }

    /// A day goes by, and whatever rested for it.
    fn a_day_passes(&mut self) {
        self.policy.now += jiff::SignedDuration::from_hours(25);
    }

    /// What the ledger learns of cards before anything is written.
    pub(super) fn learn_cards(&mut self, plan: &Plan) {
        for claim in &plan.bookkeeping.cards {
            self.link(&claim.campus_id, &claim.access_id);
            let Some(user) = self.memory.users.get_mut(&claim.campus_id) else {
                continue;
            };
            let (Some(access), Some(read)) = (&mut user.access, &claim.read) else {
                continue;
            };
            access.cards = read.cards.clone();
            access.listing = read.listing;
            access.read = Some(self.policy.now);
            self.memory.unsure_cards.remove(&claim.campus_id);
            for known in &read.cards {
                let key = (claim.campus_id.clone(), known.card);
                if self
                    .memory
                    .stuck_cards
                    .get(&key)
                    .is_some_and(|stuck| stuck.added)
                {
                    self.memory.stuck_cards.remove(&key);
                }
            }
        }
        if plan.bookkeeping.ownership.is_some() {
            self.memory
                .last_ownership
                .clone_from(&plan.bookkeeping.ownership);
        }
    }

    fn link(&mut self, id: &CampusId, access_id: &AccessUserId) {
        let Some(user) = self.memory.users.get_mut(id) else {
            return;
        };
        if user
            .access
            .as_ref()
            .is_none_or(|known| known.id != *access_id)
        {
            user.access = Some(Box::new(AccessMemory {
                id: access_id.clone(),
                ..AccessMemory::default()
            }));
        }
    }

    /// What is remembered of a person's user, if it is this one.
    fn held_by(&mut self, id: &CampusId, access_id: &AccessUserId) -> Option<&mut AccessMemory> {
        let user = self.memory.users.get_mut(id)?;
        let access = user.access.as_deref_mut();
        access.filter(|access| access.id == *access_id)
    }

    fn remember(&mut self, id: &CampusId, access_id: &AccessUserId, card: Card, card_id: CardId) {
        self.link(id, access_id);
        let key = (id.clone(), card);
        self.memory.card_refusals.remove(&key);
        self.memory.stuck_cards.remove(&key);
        self.memory.card_debts.remove(&key);
        let now = self.policy.now;
        if let Some(access) = self.held_by(id, access_id) {
            access.cards.retain(|known| known.card != card);
            access.cards.push(CardMemory {
                card,
                card_id,
                ours: true,
            });
            access.read = Some(now);
        }
    }

    fn forget(&mut self, id: &CampusId, access_id: &AccessUserId, card_id: &CardId, card: Card) {
        let now = self.policy.now;
        if let Some(access) = self.held_by(id, access_id) {
            access.cards.retain(|known| known.card_id != *card_id);
            access.read = Some(now);
            self.memory.card_debts.remove(&(id.clone(), card));
        }
    }

    fn is_frozen(&self, id: &AccessUserId) -> bool {
        let frozen = self.rest.as_ref().unwrap().frozen;
        let mut users = self.users.iter();
        frozen && users.any(|user| access_id(&user.id) == *id && user.active == Some(false))
    }

    /// The user of the REST API who gets a card.
    fn target(&self, id: &CampusId, known: Option<&AccessUserId>) -> Option<AccessUserId> {
        let made = || access_id(&self.memory.users[id].user_id);
        let target = known.cloned().unwrap_or_else(made);
        self.rest
            .as_ref()
            .unwrap()
            .records
            .contains_key(&target)
            .then_some(target)
    }

    fn refuse(&mut self, id: &CampusId, card: Card, code: Code) -> bool {
        let refusal = Refusal {
            code,
            values: Text::default(),
            at: self.policy.now,
        };
        self.memory
            .card_refusals
            .insert((id.clone(), card), refusal);
        false
    }

    /// Does what a plan says of a card. Whether it is done.
    pub(super) fn apply_card(&mut self, operation: &Operation) -> bool {
        let Subject::Card { campus_id, card } = &operation.subject else {
            panic!("a card's operation is about a card");
        };
        match &operation.change {
            Change::AddCard { access_id } => {
                let Some(target) = self.target(campus_id, access_id.as_ref()) else {
                    return false;
                };
                assert!(!self.is_frozen(&target), "a frozen user is given a card");
                match self.rest().put(&target, *card) {
                    Some(made) => self.remember(campus_id, &target, *card, made),
                    None => return self.refuse(campus_id, *card, Code::CardHeldElsewhere),
                }
                true
            }
            Change::RemoveCard {
                access_id, card_id, ..
            } => {
                if self.is_frozen(access_id) {
                    self.memory.card_debts.insert((campus_id.clone(), *card));
                    return true;
                }
                assert!(self.rest().take(access_id, card_id), "{operation:?}");
                self.forget(campus_id, access_id, card_id, *card);
                true
            }
            Change::MoveCard {
                from,
                from_id,
                card_id,
                access_id,
            } => {
                let Some(target) = self.target(campus_id, access_id.as_ref()) else {
                    return false;
                };
                if self.is_frozen(from_id) {
                    return false;
                }
                assert!(!self.is_frozen(&target), "a frozen user is given a card");
                let refused = self.rest().refused.contains(card);
                if refused {
                    return self.refuse(campus_id, *card, Code::CardRefused);
                }
                assert!(self.rest().take(from_id, card_id), "{operation:?}");
                self.forget(from, from_id, card_id, *card);
                let made = self.rest().put(&target, *card).unwrap();
                self.remember(campus_id, &target, *card, made);
                true
            }
            Change::ActivateCard { access_id, card_id } => {
                assert!(!self.is_frozen(access_id));
                let record = self.rest().records.get_mut(access_id).unwrap();
                let mut cards = record.cards.iter_mut();
                cards.find(|there| there.id == *card_id).unwrap().active = Some(true);
                self.remember(campus_id, access_id, *card, card_id.clone());
                true
            }
            other => panic!("{other:?} is of no card"),
        }
    }
}

/// What a plan says of cards, a line each: without what it does to people and groups.
fn card_lines(plan: &Plan) -> Vec<String> {
    let mut lines = lines(plan);
    lines.retain(|line| line.contains(" card ") || line.starts_with("stop"));
    lines
}

/// Who is left alone for a reason that has to do with cards.
fn card_left(plan: &Plan) -> Vec<String> {
    let mut left = left(plan);
    left.retain(|line| line.contains("card"));
    left
}
