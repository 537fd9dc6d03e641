//! What the ledger remembers of earlier runs, in the shape in which the plan needs it.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::card::Card;
use super::reason::Code;
use super::{
    AccessGroupId, AccessUserId, CampusId, CardId, Field, GroupId, Map, Profile, Text, UserId,
};

/// A card that is remembered of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardMemory {
    /// The card.
    pub card: Card,
    /// The server's id of the card.
    pub card_id: CardId,
    /// Whether we put it there or claimed it; `false` for one that was there before we knew the
    /// person's cards, and that nobody claimed.
    pub ours: bool,
}

/// What is remembered of a person's cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessMemory {
    /// The user of the REST API that is this person.
    pub id: AccessUserId,
    /// The cards that are ours or of unknown owner, in no order that means anything. Others that
    /// were read are local extras, which are not remembered.
    pub cards: Vec<CardMemory>,
    /// When the person's cards were last read or written; `None` for never.
    pub read: Option<Timestamp>,
    /// A fingerprint of the person's row in the list of everybody when they were read.
    pub listing: u64,
}

impl AccessMemory {
    /// Whether a card is remembered as one of ours.
    #[must_use]
    pub fn has(&self, card: &Card) -> bool {
        let mut cards = self.cards.iter();
        cards.any(|known| known.ours && known.card == *card)
    }
}

/// What is remembered of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserMemory {
    /// The Command user that is this person.
    pub user_id: UserId,
    /// Whether we made or claimed the record; `false` for another SCIM client's user that merely
    /// receives groups.
    pub ours: bool,
    /// The values that we last wrote or found in step.
    pub applied: Profile,
    /// The access groups that we last wrote or found in step: positions in [`Memory::groups`],
    /// ascending.
    pub groups: Vec<u32>,
    /// When we deactivated the user; `None` if it was not we who did, or if it is active.
    pub closed_by_us: Option<Timestamp>,
    /// Whether we began to deactivate the user and do not know what became of it. Nobody else had
    /// closed it then: only open users are deactivated.
    pub closing: bool,
    /// In how many complete reads in a row the person was absent from Atrium.
    pub absent_runs: u32,
    /// Whether the person was inside the people filter when last seen.
    pub in_scope: bool,
    /// What is known of the person's cards; `None` if the person was never found in the REST API.
    pub access: Option<Box<AccessMemory>>,
}

/// What is remembered of one access group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupMemory {
    /// Atrium's id.
    pub id: AccessGroupId,
    /// The Command group that is this access group.
    pub group_id: GroupId,
    /// The name that we last wrote or found in step.
    pub name: Text,
}

/// A write that Command refused, and would refuse again with the same values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// The values that were refused, as [`Change::values`](super::plan::Change::values) gives them.
    pub values: Text,
    /// When. A refusal is tried again after a day.
    pub at: Timestamp,
}

impl Refusal {
    /// The values of a refusal of SCIM's changes that lasts: the user was adopted over the REST
    /// API, and SCIM was refused then.
    pub const ADOPTED: &str = "adopted";
}

/// A value that was accepted and yet did not stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What we wrote.
    pub wanted: Text,
    /// What was there when it was read back.
    pub found: Text,
}

/// A membership or card that was accepted and yet did not stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// `true` for an addition, `false` for a removal.
    pub added: bool,
    /// When. It is tried again after a day.
    pub at: Timestamp,
}

/// Removals of the last 24 hours, all runs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecentRemovals {
    /// People deactivated or deleted.
    pub people: u32,
    /// Memberships removed.
    pub memberships: u32,
    /// Cards removed, those that Atrium states as lost not counted.
    pub cards: u32,
    /// Cards removed because Atrium states them as lost, stolen or inactive.
    pub stated_cards: u32,
}

/// Everything that the ledger knows at the start of a run. The default is a ledger that knows
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The organization that the ledger belongs to: the SCIM base address of the last run.
    pub organization: Option<Text>,
    /// How many runs that wrote or could have written have ended.
    pub runs: u64,
    /// People by campus id.
    pub users: Map<CampusId, UserMemory>,
    /// Groups, in no order that means anything.
    pub groups: Vec<GroupMemory>,
    /// Memberships whose removal Command refused because the user is frozen.
    pub debts: HashSet<(CampusId, AccessGroupId)>,
    /// People whom Command would not take.
    pub refusals: HashMap<CampusId, Refusal>,
    /// Groups that Command would not take, or not under their new name.
    pub group_refusals: HashMap<AccessGroupId, Refusal>,
    /// Fields of people that did not stay.
    pub stuck_fields: HashMap<(CampusId, Field), Stuck>,
    /// Memberships that did not stay.
    pub stuck_members: HashMap<(CampusId, AccessGroupId), Unkept>,
    /// Cards whose removal Command refused because the user is frozen.
    pub card_debts: HashSet<(CampusId, Card)>,
    /// Cards that Command would not take.
    pub card_refusals: HashMap<(CampusId, Card), Refusal>,
    /// Cards that did not stay.
    pub stuck_cards: HashMap<(CampusId, Card), Unkept>,
    /// People with operations on cards that were begun and whose outcome is not known, and these
    /// cards: they are read before anything else is done to them.
    pub unsure_cards: HashMap<CampusId, BTreeSet<Card>>,
    /// People whose creation was begun and whose outcome is not known, and the addresses that they
    /// were to have.
    pub unfinished: HashMap<CampusId, BTreeSet<Text>>,
    /// Groups whose creation was begun and whose outcome is not known, and the names that they were
    /// to have.
    pub unfinished_groups: HashMap<AccessGroupId, BTreeSet<Text>>,
    /// Removals of the last 24 hours.
    pub recent: RecentRemovals,
    /// How many people the last complete read of Atrium held.
    pub last_people: Option<u64>,
    /// The filter of the last run.
    pub last_filter: Option<Text>,
    /// Which unknown cards were ours by the profile's `credentials.ownership` in the last run that
    /// covered cards: any text that is equal for equal settings; `None` if there was no such run.
    pub last_ownership: Option<Text>,
    /// The latest `meta.created` that the ledger has seen, by the server's clock.
    pub high_water: Option<Timestamp>,
}

/// The last run that read all of Atrium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRead {
    /// When it began.
    pub started: Timestamp,
    /// How many people Atrium had.
    pub people: u64,
}
