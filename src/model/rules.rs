//! What a profile decides about a sync, in the words of its file.

use std::collections::BTreeMap;

/// Whether a sync writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It does.
    #[default]
    Write,
    /// Everything works except writing, for organizations that something else syncs.
    Observe,
}

/// What a person's status in Atrium means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A member of the school.
    Active,
    /// For the time being not: the user is deactivated and keeps its groups.
    Suspended,
    /// No longer: the user is deactivated and loses its groups.
    Gone,
}

/// What the status of an id in Atrium means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardMeaning {
    /// In use.
    Active,
    /// For the time being not: the card is taken away, and given again afterwards.
    Suspended,
    /// Lost or stolen: the card is taken away, whoever put it there.
    Lost,
    /// No longer in use.
    Gone,
}

/// The words of ids that mean something without being mapped; the keys are folded.
#[must_use]
pub fn default_id_status() -> BTreeMap<String, CardMeaning> {
    [
        ("active", CardMeaning::Active),
        ("inactive", CardMeaning::Gone),
        ("lost", CardMeaning::Lost),
        ("stolen", CardMeaning::Lost),
    ]
    .map(|(word, meaning)| (word.to_owned(), meaning))
    .into()
}

/// Whose cards are read one by one, besides those about whom something changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Nobody's.
    #[default]
    Changed,
    /// Those who were not read for the longest time, one in a hundred and at least ten.
    Sample,
    /// Everybody's.
    All,
}

/// The two words that mean something without being mapped; the keys are folded
/// ([`fold`](super::fold::fold)).
#[must_use]
pub fn default_person_status() -> BTreeMap<String, Meaning> {
    BTreeMap::from([
        ("active".to_owned(), Meaning::Active),
        ("inactive".to_owned(), Meaning::Gone),
    ])
}

/// Who makes the users in Command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// This tool.
    #[default]
    Managed,
    /// Another SCIM client, such as Okta: users are never written, only their groups.
    External,
}

/// What happens when somebody's email address changes in Atrium, given that Command ignores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmailChange {
    /// The user keeps its address, and the change is reported.
    #[default]
    Hold,
    /// A new user replaces it, and the old one is deactivated.
    Reprovision,
}

/// What happens to groups that Atrium no longer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupsGone {
    /// They lose their members and keep their doors.
    #[default]
    Empty,
    /// Nothing.
    Keep,
    /// They are deleted, and with them their binding to doors.
    Delete,
}

/// What a tripped guard does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnGuard {
    /// It holds the removals in question; the rest goes on.
    #[default]
    Hold,
    /// It stops the run: nothing is written.
    Stop,
}

/// The limits of the guards: how many removals 24 hours may bring, people and memberships each for
/// themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many removals are always allowed.
    pub floor: u32,
    /// The share of what is managed that may be removed, in per cent; 0 to 100.
    pub percent: u32,
    /// However many are managed, the share allows no more removals than this.
    pub ceiling: u32,
    /// So many cards that Atrium states as lost, stolen or inactive may be removed.
    pub lost_cards: u32,
    /// The share of one department's people who may be removed, in per cent; 0 to 100.
    pub department_percent: u32,
    /// So many people of one department may always be removed.
    pub department_floor: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            floor: 10,
            percent: 5,
            ceiling: 50,
            lost_cards: 50,
            department_percent: 20,
            department_floor: 10,
        }
    }
}

impl Limits {
    /// How many removals of `managed` records are allowed in 24 hours: the share, no more than the
    /// ceiling, no less than the floor.
    #[must_use]
    pub fn allowed(&self, managed: u64) -> u64 {
        let share = managed * u64::from(self.percent) / 100;
        share
            .min(u64::from(self.ceiling))
            .max(u64::from(self.floor))
    }
}

/// Gives an enumeration the words that a profile spells its variants with.
macro_rules! words {
    ($($name:ident { $($variant:ident $word:literal),* $(,)? })*) => {$(
        impl $name {
            /// Every variant with its word.
            pub(crate) const WORDS: &[(&str, $name)] = &[$(($word, $name::$variant)),*];

            /// The word that a profile spells it with.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    )*};
}

words! {
    Mode { Write "write", Observe "observe" }
    Meaning { Active "active", Suspended "suspended", Gone "gone" }
    CardMeaning { Active "active", Suspended "suspended", Lost "lost", Gone "gone" }
    Verify { Changed "changed", Sample "sample", All "all" }
    Identity { Managed "managed", External "external" }
    EmailChange { Hold "hold", Reprovision "reprovision" }
    GroupsGone { Empty "empty", Keep "keep", Delete "delete" }
    OnGuard { Hold "hold", Stop "stop" }
}

/// Whether a source of so many people has shrunk sharply since it held `last`. One that held
/// fewer than twenty is too small to speak of shrinking.
#[must_use]
pub fn has_shrunken(people: u64, last: u64) -> bool {
    last >= 20 && people * 2 < last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_larger_of_floor_and_capped_share() {
        let limits = Limits::default();
        for (managed, allowed) in [(0, 10), (100, 10), (300, 15), (1_000, 50), (10_000, 50)] {
            assert_eq!(limits.allowed(managed), allowed, "{managed}");
        }
    }
}
