//! What is shown of the first people of a roster.

use super::card::Shown;
use crate::model::Completeness;
use crate::model::roster::{Person, Roster};

/// So many people, and so many unreadable rows, are shown.
pub(super) const FIRST: usize = 3;

/// A card of a person.
pub(super) struct Card<'a> {
    pub(super) id_type: &'a str,
    /// Its last digits, or all of it.
    pub(super) card: String,
    pub(super) status: &'a str,
}

/// The cards of a person.
pub(super) fn cards<'a>(
    roster: &'a Roster,
    person: &'a Person,
    shown: Shown,
) -> impl Iterator<Item = Card<'a>> {
    person.credentials.iter().map(move |credential| Card {
        id_type: at(&roster.id_types, credential.id_type.into()),
        card: shown.card(&credential.card),
        status: at(&roster.id_statuses, credential.status.into()),
    })
}

/// The types of a person's ids that are no cards, each with the reason.
pub(super) fn unusable<'a>(
    roster: &'a Roster,
    person: &'a Person,
) -> impl Iterator<Item = (&'a str, &'static str)> {
    let own = roster.unusable.iter();
    let own = own.filter(|id| id.campus_id == person.campus_id);
    own.map(|id| (id.id_type.as_str(), id.code.name()))
}

/// Id and name of each access group of a person.
pub(super) fn groups<'a>(
    roster: &'a Roster,
    person: &'a Person,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let groups = person.groups.iter();
    let groups = groups.filter_map(|at| roster.groups.get(usize::try_from(*at).ok()?));
    groups.map(|group| (group.id.as_str(), group.name.as_str()))
}

/// Why not everything was read.
pub(super) fn partial(roster: &Roster) -> Option<&str> {
    match &roster.completeness {
        Completeness::Whole => None,
        Completeness::Partial(why) => Some(why),
    }
}

fn at(texts: &[crate::model::Text], at: usize) -> &str {
    texts.get(at).map_or("", |text| text.as_str())
}
