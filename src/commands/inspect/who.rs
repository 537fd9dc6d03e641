//! Who manages a record, and from what that is told; whose a card is.

use std::collections::HashMap;

use crate::model::card::Card;
use crate::model::inspect::{Basis, Managed, Manager, Owner};
use crate::model::memory::{AccessMemory, Memory};
use crate::model::{Map, Text};
use crate::reconcile::policy::{IdFormat, Policy};

use super::ManagedBy;

/// What the ledger knows of records, by their ids in Command.
pub(super) struct Known<'m> {
    /// By the id over SCIM: the campus id, and whether the record is ours.
    users: Map<&'m str, (&'m Text, bool)>,
    /// The same by the id over REST.
    access: Map<&'m str, (&'m Text, bool)>,
    groups: HashMap<&'m str, &'m Text>,
}

impl<'m> Known<'m> {
    pub(super) fn new(memory: &'m Memory, policy: &'m Policy) -> Self {
        let people = memory.users.iter();
        let users = people.clone().map(|(id, user)| {
            let known = (&id.0, user.ours);
            (user.user_id.as_str(), known)
        });
        let access = people.filter_map(|(id, user)| {
            let access = user.access.as_ref()?;
            Some((access.id.as_str(), (&id.0, user.ours)))
        });
        let bound = policy.group_bindings.iter();
        let bound = bound.map(|(id, group)| (group.as_str(), &id.0));
        let groups = memory.groups.iter();
        let groups = groups.map(|group| (group.group_id.as_str(), &group.id.0));
        Known {
            users: users.collect(),
            access: access.collect(),
            groups: bound.chain(groups).collect(),
        }
    }

    /// Who manages a user of SCIM, and the campus id.
    pub(super) fn user(
        &self,
        id: &str,
        external_id: Option<&Text>,
        ids: &IdFormat,
    ) -> (Managed, Option<Text>) {
        manager(external_id, ids, self.users.get(id).copied())
    }

    /// Who manages a user that only REST lists, and the campus id. An external id that is not ours
    /// says nothing here: anybody with an API key can set one.
    pub(super) fn access_user(
        &self,
        id: &str,
        external_id: &str,
        ids: &IdFormat,
    ) -> (Managed, Option<Text>) {
        let ours = ids.parse(external_id).map(Text::from);
        match (ours, self.access.get(id)) {
            (Some(id), _) => (told(Manager::Atrium, Basis::ExternalId), Some(id)),
            (None, Some((id, true))) => (told(Manager::Atrium, Basis::Ledger), Some((*id).clone())),
            (None, known) => (
                told(Manager::Native, Basis::NotOverScim),
                known.map(|(id, _)| (*id).clone()),
            ),
        }
    }

    /// Who manages a group of SCIM, and Atrium's id.
    pub(super) fn group(
        &self,
        id: &str,
        external_id: Option<&Text>,
        ids: &IdFormat,
    ) -> (Managed, Option<Text>) {
        let known = self.groups.get(id).map(|id| (*id, true));
        manager(external_id, ids, known)
    }
}

fn told(by: Manager, basis: Basis) -> Managed {
    Managed { by, basis }
}

/// Who manages a record, and Atrium's id of it.
fn manager(
    external_id: Option<&Text>,
    ids: &IdFormat,
    remembered: Option<(&Text, bool)>,
) -> (Managed, Option<Text>) {
    match external_id.filter(|id| !id.is_empty()) {
        Some(id) => match ids.parse(id) {
            Some(ours) => (
                told(Manager::Atrium, Basis::ExternalId),
                Some(Text::from(ours)),
            ),
            None => (
                told(Manager::OtherClient, Basis::ExternalId),
                remembered.map(|(id, _)| id.clone()),
            ),
        },
        None => match remembered {
            Some((id, true)) => (told(Manager::Atrium, Basis::Ledger), Some(id.clone())),
            Some((id, false)) => (told(Manager::OtherClient, Basis::Ledger), Some(id.clone())),
            None => (told(Manager::Native, Basis::NoExternalId), None),
        },
    }
}

impl ManagedBy {
    /// Whether a record is one of those to show.
    pub(super) fn fits(self, managed: Option<Managed>) -> bool {
        let wanted = match self {
            ManagedBy::ByUs => Manager::Atrium,
            ManagedBy::ByOther => Manager::OtherClient,
            ManagedBy::Native => Manager::Native,
        };
        managed.is_some_and(|managed| managed.by == wanted)
    }
}

/// Whose a card of a person is, by the rules of a sync: ours is what the ledger says, and what is
/// equal to a card of the person in Atrium; what came after we had come to know the person's cards
/// was added in Command.
pub(super) fn owner(card: &Card, memory: Option<&AccessMemory>, in_atrium: bool) -> Owner {
    let mut known = memory.into_iter().flat_map(|memory| &memory.cards);
    match known.find(|known| known.card == *card) {
        Some(known) if known.ours => Owner::Atrium,
        _ if in_atrium => Owner::Atrium,
        Some(_) => Owner::Unknown,
        None if memory.is_some_and(|memory| memory.read.is_some()) => Owner::Command,
        None => Owner::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::card::Format;
    use crate::model::memory::CardMemory;

    #[test]
    fn a_manager_is_told_with_its_basis() {
        use Basis::{ExternalId, Ledger, NoExternalId};
        use Manager::{Atrium, Native, OtherClient};
        let ids = IdFormat::new("atrium:{campus_id}", "{campus_id}").unwrap();
        let remembered = Text::from("S9");
        for (external, known, by, basis, campus_id) in [
            (Some("atrium:S1"), None, Atrium, ExternalId, Some("S1")),
            // A foreign external id beats the ledger.
            (
                Some("00u1"),
                Some(true),
                OtherClient,
                ExternalId,
                Some("S9"),
            ),
            (Some(""), Some(true), Atrium, Ledger, Some("S9")),
            (None, Some(false), OtherClient, Ledger, Some("S9")),
            (None, None, Native, NoExternalId, None),
        ] {
            let external = external.map(Text::from);
            let known = known.map(|ours| (&remembered, ours));
            let (managed, id) = manager(external.as_ref(), &ids, known);
            assert_eq!((managed.by, managed.basis), (by, basis));
            assert_eq!(id.as_deref(), campus_id);
        }
    }

    #[test]
    fn a_card_is_whose_a_sync_takes_it_for() {
        let card = |number| Card::new(Format::Hid26, Some(102), number);
        let known = |number, ours| CardMemory {
            card: card(number),
            card_id: "c".into(),
            ours,
        };
        let mut memory = AccessMemory {
            cards: vec![known(1, true), known(2, false)],
            read: Some(jiff::Timestamp::UNIX_EPOCH),
            ..AccessMemory::default()
        };
        let told = |memory: &AccessMemory, number, in_atrium| {
            owner(&card(number), Some(memory), in_atrium)
        };
        assert_eq!(told(&memory, 1, false), Owner::Atrium);
        assert_eq!(told(&memory, 2, false), Owner::Unknown);
        assert_eq!(told(&memory, 2, true), Owner::Atrium);
        assert_eq!(told(&memory, 3, false), Owner::Command);
        memory.read = None;
        assert_eq!(told(&memory, 3, false), Owner::Unknown);
        assert_eq!(owner(&card(3), None, true), Owner::Atrium);
    }
}
