//! What happens to cards in a day: on Atrium's side, and by hand in Command.

use super::{HERE, Scene};
use crate::sandbox::SandboxError;
use crate::sandbox::atrium::Person;
use crate::sandbox::campus::Campus;
use crate::sandbox::card::{Card, CardKey, ending, kind_named};
use crate::sandbox::command::{Access, Change, User, id_at};
use crate::sandbox::evolve::Event;
use crate::sandbox::ids::{self, Id, PLAYABLE};

/// 2026-01-01T00:00:00Z: when an access that is ended by hand ended.
const ENDED: i64 = 1_767_225_600;

/// The facility code of the cards that Command's own people give out.
const THEIR_FACILITY_CODE: u32 = 210;

impl Scene<'_> {
    /// Chooses somebody who has had no event with a card today.
    fn pick_holder(&mut self, condition: &str) -> Result<Option<Person>, SandboxError> {
        std::mem::swap(&mut self.touched, &mut self.with_cards);
        let found = self.pick(condition);
        std::mem::swap(&mut self.touched, &mut self.with_cards);
        found
    }

    /// Somebody who is here and has a card, and that card.
    fn pick_card(&mut self) -> Result<Option<(Person, Id)>, SandboxError> {
        let holds = format!(
            "{HERE} AND EXISTS (SELECT 1 FROM atrium_id
             WHERE atrium_id.seq = person.seq AND {PLAYABLE})"
        );
        let Some(person) = self.pick_holder(&holds)? else {
            return Ok(None);
        };
        let cards = ids::of(self.db, person.seq, PLAYABLE)?;
        Ok(self.rng.choice(cards).map(|card| (person, card)))
    }

    /// Plays an event with a card.
    pub(super) fn play_card(&mut self, event: Event) -> Result<String, SandboxError> {
        let nobody = Ok(format!("{}: nobody was there for it", event.name()));
        let Some((person, mut card)) = self.pick_card()? else {
            return nobody;
        };
        let (who, which) = (person.label(), card.label());
        Ok(match event {
            Event::StolenCard => {
                card.status = "Stolen".to_owned();
                ids::put(self.db, &card)?;
                format!("the {which} of {who} was stolen")
            }
            Event::MovedCard => {
                let Some(other) = self.pick_holder(HERE)? else {
                    return nobody;
                };
                ids::remove(self.db, &card)?;
                card.seq = other.seq;
                card.n = ids::next_n(self.db, other.seq)?;
                ids::put(self.db, &card)?;
                format!("the {which} of {who} went to {}", other.label())
            }
            Event::ReplacedCard => {
                card.value = ids::free_value(self.db, &mut self.rng, &card.id_type)?;
                ids::put(self.db, &card)?;
                format!(
                    "the {which} of {who} was replaced by one ending {}",
                    ending(&card.value)
                )
            }
            Event::CardReturned => {
                ids::remove(self.db, &card)?;
                format!("{who} handed back the {which}")
            }
            _ => {
                card.status = "Lost".to_owned();
                ids::put(self.db, &card)?;
                format!("{who} lost the {which}")
            }
        })
    }

    /// Gives somebody one more card.
    pub(super) fn new_card(&mut self) -> Result<String, SandboxError> {
        let Some(person) = self.pick_holder(HERE)? else {
            return Ok(format!(
                "{}: nobody was there for it",
                Event::NewCard.name()
            ));
        };
        let card = ids::give_one(self.db, &mut self.rng, person.seq)?;
        Ok(format!("{} got the {}", person.label(), card.label()))
    }
}

/// Plays an event with a card by hand in Command.
pub(super) fn by_hand(
    campus: &mut Campus,
    event: Event,
    rng: &mut fastrand::Rng,
) -> Result<String, SandboxError> {
    let fits = |campus: &Campus, user: &User| match event {
        Event::CardClosedByHand => campus.command.cards_of(&user.id).any(|card| card.active),
        Event::EndDateByHand => campus.command.access_of(&user.id).end_date.is_none(),
        _ => true,
    };
    let Some((campus_id, user)) = super::somebody_of_ours(campus, rng, fits)? else {
        return Ok(format!("{}: nobody was there for it", event.name()));
    };
    let who = format!("{} ({campus_id})", user.label());
    let tick = campus.tick();
    let (change, sentence) = match event {
        Event::CardClosedByHand => {
            let cards = campus.command.cards_of(&user.id);
            let cards: Vec<&Card> = cards.filter(|card| card.active).collect();
            let Some(card) = rng.choice(cards).cloned() else {
                return Ok(format!("{}: nobody was there for it", event.name()));
            };
            let sentence = format!("the {} of {who} was switched off by hand", card.label());
            let active = false;
            (Change::PutCard(Card { active, ..card }), sentence)
        }
        Event::EndDateByHand => {
            let access = Access {
                end_date: Some(ENDED),
                ..campus.command.access_of(&user.id)
            };
            let user = user.id;
            let sentence = format!("the access of {who} was ended by hand");
            (Change::SetAccess { user, access }, sentence)
        }
        _ => {
            let Some(card) = free_card(campus, rng, user.id, tick) else {
                return Ok(format!("{}: no number was free", event.name()));
            };
            let sentence = format!("{who} got the {} by hand", card.label());
            (Change::PutCard(card), sentence)
        }
    };
    campus.write(vec![change])?;
    Ok(format!("{sentence} in Command"))
}

/// A card of Command's own people that nobody has.
fn free_card(campus: &Campus, rng: &mut fastrand::Rng, user: String, tick: u32) -> Option<Card> {
    let kind = kind_named("HID")?;
    let free = |number: &u128| {
        let key = CardKey {
            kind: kind.short,
            facility_code: Some(THEIR_FACILITY_CODE),
            number: *number,
        };
        campus.command.card_by_key(&key).is_none()
    };
    let number = (0..1_000).map(|_| u128::from(rng.u16(1..))).find(free)?;
    Some(Card {
        id: id_at(campus.about.seed, tick),
        user,
        kind,
        facility_code: Some(THEIR_FACILITY_CODE),
        number,
        active: true,
        by_hand: true,
        created: tick,
    })
}
