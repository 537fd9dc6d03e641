//! The served world: Command's side in memory, the file beneath it, and what only a running
//! server knows.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::SandboxError;
use super::card::Card;
use super::command::{Change, Command, User};
use super::doors::Doors;
use super::local::Admins;
use super::okta;
use super::personality::{Personality, Switch};
use super::rest::gate::Gate;
use super::store::{About, ScimSetUp, Store};

/// How many further requests pass before a created user is listed, with `late-visibility` over
/// SCIM, and before REST knows of one, with `rest-late`; and how many still show a removed card,
/// with `card-delete-late`.
const LATE: u64 = 5;

/// The world that requests are answered from.
#[derive(Debug)]
pub(super) struct Campus {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    pub(super) about: About,
    pub(super) command: Command,
    /// `http://…/scim`, for the addresses in answers.
    pub(super) scim_url: String,
    pub(super) token: String,
    /// What the SCIM token was made for.
    pub(super) scim: ScimSetUp,
    /// Who may use the console's routes.
    pub(super) admins: Admins,
    /// Invitations that were sent since the start.
    pub(super) invited: u64,
    /// The secret of Atrium's HTTP interface.
    pub(super) atrium_secret: String,
    /// Keys, tokens and the limit of REST.
    pub(super) gate: Gate,
    /// How many lists of each kind were led on by cursors, for `cursor-expires`.
    pub(super) cursor_lists: BTreeMap<&'static str, u64>,
    /// What opens which doors.
    pub(super) doors: Doors,
    /// Okta, which is no part of Command.
    pub(super) okta: okta::World,
    /// Requests by endpoint since the start or the last reset.
    pub(super) counts: BTreeMap<String, u64>,
    requests: u64,
    listed_from: HashMap<String, u64>,
    rest_requests: u64,
    known_to_rest_from: HashMap<String, u64>,
    /// Removed cards, and until which request they are shown.
    removed_cards: Vec<(Card, u64)>,
}

impl Campus {
    /// Reads the world of a folder that has one.
    pub(super) fn open(
        dir: &Path,
        store: Store,
        about: About,
        token: String,
        gate: Gate,
    ) -> Result<Self, SandboxError> {
        Ok(Campus {
            dir: dir.to_owned(),
            command: store.command()?,
            scim: store.scim()?,
            admins: Admins::open(dir)?,
            invited: 0,
            store,
            about,
            scim_url: String::new(),
            token,
            atrium_secret: String::new(),
            gate,
            cursor_lists: BTreeMap::new(),
            doors: Doors::default(),
            okta: okta::World::default(),
            counts: BTreeMap::new(),
            requests: 0,
            listed_from: HashMap::new(),
            rest_requests: 0,
            known_to_rest_from: HashMap::new(),
            removed_cards: Vec::new(),
        })
    }

    pub(super) fn personality(&self) -> &Personality {
        &self.about.personality
    }

    pub(super) fn has(&self, switch: Switch) -> bool {
        self.about.personality.has(switch)
    }

    /// Stores another personality and behaves by it from now on.
    pub(super) fn set_personality(&mut self, personality: Personality) -> Result<(), SandboxError> {
        self.store.set_personality(&personality)?;
        self.about.personality = personality;
        Ok(())
    }

    /// Moves the logical clock.
    pub(super) fn tick(&mut self) -> u32 {
        self.about.tick += 1;
        self.about.tick
    }

    /// Commits changes, then takes them over in memory.
    pub(super) fn write(&mut self, changes: Vec<Change>) -> Result<(), SandboxError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.store.commit(&changes, self.about.tick)?;
        self.command.apply(changes);
        Ok(())
    }

    pub(super) fn count(&mut self, endpoint: String) {
        self.requests += 1;
        *self.counts.entry(endpoint).or_default() += 1;
    }

    pub(super) fn count_rest(&mut self, endpoint: String) {
        self.rest_requests += 1;
        *self.counts.entry(endpoint).or_default() += 1;
    }

    /// Counts a request that moves neither of Command's clocks.
    pub(super) fn count_other(&mut self, endpoint: String) {
        *self.counts.entry(endpoint).or_default() += 1;
    }

    /// Does REST know this user yet?
    pub(super) fn rest_sees(&self, user: &User) -> bool {
        self.known_to_rest_from
            .get(&user.id)
            .is_none_or(|from| self.rest_requests > *from)
    }

    /// Notes a removal over REST, for `card-delete-late`.
    pub(super) fn removed(&mut self, card: Card) {
        if self.has(Switch::CardDeleteLate) {
            self.removed_cards.push((card, self.rest_requests + LATE));
        }
    }

    /// A user's cards that are removed, and shown all the same.
    pub(super) fn still_shown<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Card> {
        let shown = self
            .removed_cards
            .iter()
            .filter(move |(card, until)| card.user == user && self.rest_requests <= *until);
        shown.map(|(card, _)| card)
    }

    /// Notes a creation over SCIM, for `late-visibility` and `rest-late`.
    pub(super) fn created(&mut self, id: &str) {
        if self.has(Switch::RestLate) {
            self.known_to_rest_from
                .insert(id.to_owned(), self.rest_requests + LATE);
        }
        if self.has(Switch::LateVisibility) {
            self.listed_from.insert(id.to_owned(), self.requests + LATE);
        }
    }

    /// Can SCIM address this user by id?
    pub(super) fn can_see(&self, user: &User) -> bool {
        !user.native || !self.has(Switch::NativesHidden)
    }

    /// Do SCIM lists and filters show this user now?
    pub(super) fn lists(&self, user: &User) -> bool {
        self.can_see(user)
            && self
                .listed_from
                .get(&user.id)
                .is_none_or(|from| self.requests > *from)
    }
}
