//! Command's side of the world: users, groups, members and cards, in memory, with the indexes
//! that keep a look-up independent of the size of the campus.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use super::card::{Card, CardKey};

/// The URN of the enterprise extension (RFC 7643 section 4.3).
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A user as Command holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct User {
    pub(super) id: String,
    /// Made in Command itself, not by a SCIM client.
    pub(super) native: bool,
    /// SCIM attributes under their canonical names, without `id`, `schemas`, `meta`, `groups`.
    pub(super) attributes: Map<String, Value>,
    /// Logical times (ticks) of creation and of the last change.
    pub(super) created: u32,
    pub(super) modified: u32,
}

impl User {
    pub(super) fn user_name(&self) -> &str {
        text(&self.attributes, "userName")
    }

    pub(super) fn external_id(&self) -> &str {
        text(&self.attributes, "externalId")
    }

    pub(super) fn active(&self) -> bool {
        self.attributes.get("active").and_then(Value::as_bool) != Some(false)
    }

    /// A simple attribute, empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        text(&self.attributes, name)
    }

    /// An attribute of the enterprise extension, empty if it is not there.
    pub(super) fn enterprise(&self, name: &str) -> &str {
        let extension = self.attributes.get(ENTERPRISE);
        extension
            .and_then(|extension| extension.get(name))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// What Command shows for this person.
    pub(super) fn label(&self) -> String {
        let name = self.attributes.get("name");
        let part = |key| {
            name.and_then(|name| name.get(key))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let full = format!("{} {}", part("givenName"), part("familyName"));
        match (text(&self.attributes, "displayName"), full.trim()) {
            ("", "") => self.user_name().to_owned(),
            ("", full) => full.to_owned(),
            (shown, _) => shown.to_owned(),
        }
    }
}

/// A group as Command holds it; its members are kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) native: bool,
    /// `displayName` and `externalId`.
    pub(super) attributes: Map<String, Value>,
    pub(super) created: u32,
    pub(super) modified: u32,
}

impl Group {
    /// A group that Command's own people made.
    pub(super) fn made_in_command(id: String, name: &str, tick: u32) -> Self {
        Group {
            id,
            native: true,
            attributes: Map::from_iter([("displayName".to_owned(), name.into())]),
            created: tick,
            modified: tick,
        }
    }

    pub(super) fn name(&self) -> &str {
        text(&self.attributes, "displayName")
    }
}

fn text<'a>(attributes: &'a Map<String, Value>, key: &str) -> &'a str {
    attributes
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What of a person's access is not a card: when it holds, and the code for keypads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// Unix seconds.
    pub(super) start_date: Option<i64>,
    /// Unix seconds.
    pub(super) end_date: Option<i64>,
    pub(super) entry_code: Option<String>,
}

/// One step of a write. A request's steps are committed together.
#[derive(Debug, Clone)]
pub(super) enum Change {
    PutUser(User),
    DropUser(String),
    PutGroup(Group),
    DropGroup(String),
    Join {
        group: String,
        user: String,
    },
    Leave {
        group: String,
        user: String,
    },
    /// This email stays taken although nobody holds it.
    KeepEmail(String),
    PutCard(Card),
    DropCard(String),
    SetAccess {
        user: String,
        access: Access,
    },
}

/// The form in which emails and group names are compared: without case, composed.
pub(super) fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Users, groups, members and cards.
#[derive(Debug, Default)]
pub(super) struct Command {
    users: BTreeMap<u32, User>,
    by_id: HashMap<String, u32>,
    by_email: HashMap<String, u32>,
    by_external_id: HashMap<String, BTreeSet<u32>>,
    groups: BTreeMap<u32, Group>,
    group_by_id: HashMap<String, u32>,
    group_by_name: HashMap<String, u32>,
    members: HashMap<String, BTreeSet<String>>,
    memberships: HashMap<String, BTreeSet<String>>,
    kept_emails: HashSet<String>,
    cards: HashMap<String, Card>,
    card_by_key: HashMap<CardKey, String>,
    /// User, then creation and id, so that cards are listed oldest first.
    cards_of: HashMap<String, BTreeSet<(u32, String)>>,
    access: HashMap<String, Access>,
}

impl Command {
    /// All users, oldest first.
    pub(super) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// All groups, oldest first.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    pub(super) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(self.by_id.get(id)?)
    }

    pub(super) fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.get(self.by_email.get(&fold(email))?)
    }

    pub(super) fn users_by_external_id(&self, external_id: &str) -> impl Iterator<Item = &User> {
        self.by_external_id
            .get(external_id)
            .into_iter()
            .flatten()
            .filter_map(|created| self.users.get(created))
    }

    pub(super) fn email_is_kept(&self, email: &str) -> bool {
        self.kept_emails.contains(&fold(email))
    }

    pub(super) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(self.group_by_id.get(id)?)
    }

    pub(super) fn group_by_name(&self, name: &str) -> Option<&Group> {
        self.groups.get(self.group_by_name.get(&fold(name))?)
    }

    /// The ids of a group's members, in the order of the ids.
    pub(super) fn members(&self, group: &str) -> impl Iterator<Item = &String> {
        self.members.get(group).into_iter().flatten()
    }

    /// The groups that a user is in.
    pub(super) fn groups_of(&self, user: &str) -> impl Iterator<Item = &Group> {
        self.memberships
            .get(user)
            .into_iter()
            .flatten()
            .filter_map(|group| self.group(group))
    }

    pub(super) fn card(&self, id: &str) -> Option<&Card> {
        self.cards.get(id)
    }

    /// Whoever holds it.
    pub(super) fn card_by_key(&self, key: &CardKey) -> Option<&Card> {
        self.cards.get(self.card_by_key.get(key)?)
    }

    /// All cards, in no order.
    pub(super) fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values()
    }

    /// A user's cards, oldest first.
    pub(super) fn cards_of(&self, user: &str) -> impl Iterator<Item = &Card> {
        self.cards_of
            .get(user)
            .into_iter()
            .flatten()
            .filter_map(|(_, id)| self.cards.get(id))
    }

    pub(super) fn access_of(&self, user: &str) -> Access {
        self.access.get(user).cloned().unwrap_or_default()
    }

    /// Takes over changes that are already stored.
    pub(super) fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::PutUser(user) => self.put_user(user),
                Change::DropUser(id) => self.drop_user(&id),
                Change::PutGroup(group) => self.put_group(group),
                Change::DropGroup(id) => self.drop_group(&id),
                Change::Join { group, user } => {
                    self.memberships
                        .entry(user.clone())
                        .or_default()
                        .insert(group.clone());
                    self.members.entry(group).or_default().insert(user);
                }
                Change::Leave { group, user } => {
                    if let Some(members) = self.members.get_mut(&group) {
                        members.remove(&user);
                    }
                    if let Some(groups) = self.memberships.get_mut(&user) {
                        groups.remove(&group);
                    }
                }
                Change::KeepEmail(email) => {
                    self.kept_emails.insert(fold(&email));
                }
                Change::PutCard(card) => self.put_card(card),
                Change::DropCard(id) => self.drop_card(&id),
                Change::SetAccess { user, access } => {
                    self.access.insert(user, access);
                }
            }
        }
    }

    fn put_user(&mut self, user: User) {
        self.unindex_user(&user.id);
        self.by_id.insert(user.id.clone(), user.created);
        if !user.user_name().is_empty() {
            self.by_email.insert(fold(user.user_name()), user.created);
        }
        if !user.external_id().is_empty() {
            self.by_external_id
                .entry(user.external_id().to_owned())
                .or_default()
                .insert(user.created);
        }
        self.users.insert(user.created, user);
    }

    fn unindex_user(&mut self, id: &str) {
        let Some(created) = self.by_id.remove(id) else {
            return;
        };
        let Some(user) = self.users.remove(&created) else {
            return;
        };
        self.by_email.remove(&fold(user.user_name()));
        if let Some(same) = self.by_external_id.get_mut(user.external_id()) {
            same.remove(&created);
            if same.is_empty() {
                self.by_external_id.remove(user.external_id());
            }
        }
    }

    fn drop_user(&mut self, id: &str) {
        self.unindex_user(id);
        self.access.remove(id);
        for (_, card) in self.cards_of.remove(id).unwrap_or_default() {
            self.drop_card(&card);
        }
        for group in self.memberships.remove(id).unwrap_or_default() {
            if let Some(members) = self.members.get_mut(&group) {
                members.remove(id);
            }
        }
    }

    fn put_card(&mut self, card: Card) {
        self.drop_card(&card.id);
        self.card_by_key.insert(card.key(), card.id.clone());
        self.cards_of
            .entry(card.user.clone())
            .or_default()
            .insert((card.created, card.id.clone()));
        self.cards.insert(card.id.clone(), card);
    }

    fn drop_card(&mut self, id: &str) {
        let Some(card) = self.cards.remove(id) else {
            return;
        };
        self.card_by_key.remove(&card.key());
        if let Some(cards) = self.cards_of.get_mut(&card.user) {
            cards.remove(&(card.created, card.id));
        }
    }

    fn put_group(&mut self, group: Group) {
        self.unindex_group(&group.id);
        self.group_by_id.insert(group.id.clone(), group.created);
        self.group_by_name.insert(fold(group.name()), group.created);
        self.groups.insert(group.created, group);
    }

    fn unindex_group(&mut self, id: &str) {
        if let Some(group) = self
            .group_by_id
            .remove(id)
            .and_then(|created| self.groups.remove(&created))
        {
            self.group_by_name.remove(&fold(group.name()));
        }
    }

    fn drop_group(&mut self, id: &str) {
        self.unindex_group(id);
        for user in self.members.remove(id).unwrap_or_default() {
            if let Some(groups) = self.memberships.get_mut(&user) {
                groups.remove(id);
            }
        }
    }
}

/// The id of what is made at this tick: shaped like a version 4 UUID, the same for the same
/// seed, so that a world can be repeated.
pub(super) fn id_at(seed: u64, tick: u32) -> String {
    let mut rng =
        fastrand::Rng::with_seed(seed ^ u64::from(tick).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let bits = rng.u128(..);
    let hex = format!("{bits:032x}");
    let variant = ["8", "9", "a", "b"][(bits & 3) as usize];
    format!(
        "{}-{}-4{}-{variant}{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_uuids_and_repeat() {
        let id = id_at(7, 12);
        assert_eq!(id, id_at(7, 12));
        assert_ne!(id, id_at(7, 13));
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
    }

    #[test]
    fn a_name_folds_without_case_and_composed() {
        assert_eq!(
            fold("ZOE\u{308}@Campus.Example"),
            fold("zoë@campus.example")
        );
    }
}
