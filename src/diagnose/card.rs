//! A card that somebody has in hand: in which ways its number may be meant, who has it in Atrium or
//! in the ledger, and what is wrong with the card itself.

use super::facts::{Facts, Known};
use crate::model::access::RemoteCard;
use crate::model::card::Card;
use crate::model::card::digits::{Radix, parse};
use crate::model::diagnosis::{Evidence, Finding, Likelihood, Name, NotLooked, Side, Trouble};
use crate::model::fold::same_folded;
use crate::model::id_type::{IdType, IdTypes};
use crate::model::memory::{Memory, UserMemory};
use crate::model::plan::Subject;
use crate::model::reason::Code;
use crate::model::roster::{Person, Roster, Unusable};
use crate::model::rules::CardMeaning;
use crate::model::{CampusId, Text};
use crate::reconcile::policy::Policy;

/// The ways in which a number may be meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// The cards that the profile makes of it, were it an id of Atrium.
    pub cards: Vec<Card>,
    /// The facility code that stands before it.
    pub facility_code: Option<u32>,
    /// The numbers that it stands for.
    pub numbers: Vec<u128>,
    /// How it was read, in words.
    pub read_as: Vec<String>,
    /// The number as it was given, for ids of Atrium that are no cards.
    pub text: String,
}

/// What sets a facility code apart from the number. More of them set the bytes of a hex number
/// apart.
const BETWEEN: [char; 5] = [':', '/', '-', ',', ' '];

/// A text that can be no card's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no number of a card")]
pub struct NoCard;

impl Sought {
    /// Every way in which a number may be meant: decimal, hex, FACILITY:NUMBER, or an id of each
    /// type that the profile makes cards of.
    ///
    /// # Errors
    /// [`NoCard`] if there is none.
    pub fn read(text: &str, id_types: &IdTypes) -> Result<Self, NoCard> {
        let text = text.trim();
        let mut sought = Sought {
            text: text.to_owned(),
            ..Sought::default()
        };
        let (code, number) = match text.split_once(BETWEEN) {
            Some((code, number)) if !number.contains(BETWEEN) => {
                let read = parse(code, Radix::Decimal).ok();
                match read.and_then(|code| u32::try_from(code).ok()) {
                    Some(code) => (Some(code), number),
                    None => (None, text),
                }
            }
            _ => (None, text),
        };
        sought.facility_code = code;
        for (radix, words) in [
            (Radix::Decimal, "a decimal number"),
            (Radix::Hex, "a hex number"),
        ] {
            if let Ok(value) = parse(number, radix) {
                let words = match code {
                    Some(code) => format!("{words} with the facility code {code}"),
                    None => words.to_owned(),
                };
                sought.read_as.push(words);
                if !sought.numbers.contains(&value) {
                    sought.numbers.push(value);
                }
            }
        }
        for (name, id_type) in id_types.iter() {
            sought.add_id(text, name, id_type);
        }
        match sought.read_as.is_empty() {
            true => Err(NoCard),
            false => Ok(sought),
        }
    }

    /// As an id of one type alone.
    ///
    /// # Errors
    /// [`NoCard`] if no card can be made of it.
    pub fn of_type(text: &str, name: &str, id_type: &IdType) -> Result<Self, NoCard> {
        let mut sought = Sought {
            text: text.trim().to_owned(),
            ..Sought::default()
        };
        sought.add_id(text, name, id_type);
        match sought.cards.is_empty() {
            true => Err(NoCard),
            false => Ok(sought),
        }
    }

    fn add_id(&mut self, text: &str, name: &str, id_type: &IdType) {
        if let IdType::Card(recipe) = id_type
            && let Ok(card) = recipe.card(text)
        {
            self.read_as.push(format!("an id of the type {name}"));
            self.cards.push(card);
        }
    }

    /// Whether an id of Atrium that is no card is meant: one that is written so, or the same number.
    fn is_value(&self, value: &str) -> bool {
        let by_number = || {
            let number = parse(value, Radix::Decimal);
            number.is_ok_and(|number| self.numbers.contains(&number))
        };
        same_folded(&self.text, value) || (self.facility_code.is_none() && by_number())
    }

    /// Whether a card is meant: the one that an id becomes, one with the number, or one that sends
    /// these bits.
    #[must_use]
    pub fn is(&self, card: &Card) -> bool {
        if self.cards.contains(card) {
            return true;
        }
        let by_number = self.numbers.contains(&card.number)
            && self
                .facility_code
                .is_none_or(|code| card.facility_code == Some(code));
        let by_bits = || {
            let bits = card.raw_bits()?;
            let bits = u128::from_str_radix(&bits, 2).ok()?;
            Some(self.facility_code.is_none() && self.numbers.contains(&bits))
        };
        by_number || by_bits() == Some(true)
    }
}

/// Somebody who has a card that is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder<'a> {
    /// Who.
    pub campus_id: CampusId,
    /// The person, if Atrium has them.
    pub person: Option<&'a Person>,
    /// What the ledger remembers of them.
    pub known: Option<&'a UserMemory>,
    /// Those of their cards that are meant.
    pub cards: Vec<Card>,
}

impl Holder<'_> {
    /// Whether Atrium says that they have the card.
    #[must_use]
    pub fn in_atrium(&self) -> bool {
        let own = self
            .person
            .into_iter()
            .flat_map(|person| &person.credentials);
        own.into_iter().any(|own| self.cards.contains(&own.card))
    }

    /// The name, of Atrium or as it was last applied.
    #[must_use]
    pub fn name(&self) -> Text {
        let name = self.person.map(Person::display_name);
        let name = name.or_else(|| self.known.map(|known| known.applied.display_name()));
        name.unwrap_or_default()
    }
}

/// Everybody in Atrium or the ledger who has a card that is meant, by campus id.
#[must_use]
pub fn holders<'a>(roster: &'a Roster, memory: &'a Memory, sought: &Sought) -> Vec<Holder<'a>> {
    let mut holders: Vec<Holder<'a>> = Vec::new();
    for person in &roster.people {
        let cards = person.credentials.iter().map(|own| own.card);
        let cards: Vec<Card> = cards.filter(|card| sought.is(card)).collect();
        if !cards.is_empty() {
            holders.push(Holder {
                campus_id: person.campus_id.clone(),
                person: Some(person),
                known: memory.users.get(&person.campus_id),
                cards,
            });
        }
    }
    for (id, user) in &memory.users {
        let Some(access) = &user.access else { continue };
        let cards = access.cards.iter().map(|known| known.card);
        let cards: Vec<Card> = cards.filter(|card| sought.is(card)).collect();
        if cards.is_empty() {
            continue;
        }
        match holders.iter_mut().find(|holder| holder.campus_id == *id) {
            Some(holder) => {
                for card in cards {
                    if !holder.cards.contains(&card) {
                        holder.cards.push(card);
                    }
                }
            }
            None => holders.push(Holder {
                campus_id: id.clone(),
                person: roster.people.iter().find(|person| person.campus_id == *id),
                known: Some(user),
                cards,
            }),
        }
    }
    holders.sort_by(|a, b| a.campus_id.cmp(&b.campus_id));
    holders
}

/// The ids of Atrium that are meant and can't be made cards.
#[must_use]
pub fn unusable<'a>(roster: &'a Roster, sought: &Sought) -> Vec<&'a Unusable> {
    let ids = roster.unusable.iter();
    ids.filter(|id| !id.value.is_empty() && sought.is_value(&id.value))
        .collect()
}

/// Where nobody looked for the card.
#[must_use]
pub fn not_looked(roster: &Roster) -> Vec<NotLooked> {
    let mut gaps = Vec::new();
    if !roster.unusable.is_empty() {
        gaps.push(NotLooked {
            side: Side::Atrium,
            why: format!(
                "{} ids of Atrium that can't be made cards (atriumctl diff lists them)",
                roster.unusable.len()
            ),
        });
    }
    gaps.push(NotLooked {
        side: Side::Access,
        why: "cards that were only ever added in Command: it can't be asked who has a card; \
              atriumctl inspect credentials --read reads everybody's"
            .to_owned(),
    });
    gaps
}

/// What the sides say of one card of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// The card.
    pub cards: Vec<Card>,
    /// Of each that Atrium has: the id's type, its status, and what that means.
    pub atrium: Vec<(Card, Text, Text, Option<CardMeaning>)>,
    /// Those that the ledger remembers.
    pub ledger: Vec<Card>,
    /// Ids of the person that are meant and can't be made cards.
    pub unusable: Vec<Unusable>,
}

/// What Atrium and the ledger say of the cards of a holder.
#[must_use]
pub fn facts(roster: &Roster, policy: &Policy, holder: &Holder<'_>) -> CardFacts {
    let text = |list: &[Text], at: u16| list.get(usize::from(at)).cloned().unwrap_or_default();
    let own = holder.person.map_or(&[][..], |person| &person.credentials);
    let own = own.iter().filter(|own| holder.cards.contains(&own.card));
    let atrium = own.map(|own| {
        let status = text(&roster.id_statuses, own.status);
        let meaning = match status.is_empty() && !roster.has_id_status {
            true => Some(CardMeaning::Active),
            false => policy.id_meaning(&status),
        };
        (
            own.card,
            text(&roster.id_types, own.id_type),
            status,
            meaning,
        )
    });
    let known = holder.known.and_then(|known| known.access.as_deref());
    let known = known.map_or(&[][..], |access| &access.cards);
    let known = known.iter().map(|known| known.card);
    CardFacts {
        cards: holder.cards.clone(),
        atrium: atrium.collect(),
        ledger: known.filter(|card| holder.cards.contains(card)).collect(),
        unusable: Vec::new(),
    }
}

/// The person's cards in Command that are meant; `None` if the record was not read.
fn remote<'a>(facts: &'a Facts, card: &CardFacts) -> Option<Vec<&'a RemoteCard>> {
    let person = facts.access.seen()?.person.as_ref()?;
    let cards = person.record.cards.iter();
    let is_meant = |held: &&RemoteCard| held.card.is_some_and(|held| card.cards.contains(&held));
    Some(cards.filter(is_meant).collect())
}

/// What each side says of the card, in a few lines.
#[must_use]
pub fn lines(facts: &Facts, card: &CardFacts) -> Vec<Evidence> {
    let mut lines = Vec::new();
    let mut add = |side, text: String| lines.push(Evidence { side, text });
    for (own, id_type, status, _) in &card.atrium {
        let status = match status.as_str() {
            "" => "no status".to_owned(),
            status => format!("status `{status}`"),
        };
        add(
            Side::Atrium,
            format!(
                "card {}, an id of the type {id_type}, {status}",
                own.masked()
            ),
        );
    }
    for id in &card.unusable {
        let text = format!(
            "an id of the type {} that can't be made a card ({})",
            id.id_type, id.place
        );
        add(Side::Atrium, text);
    }
    if card.atrium.is_empty() && card.unusable.is_empty() {
        add(
            Side::Atrium,
            "the card is none of the person's ids".to_owned(),
        );
    }
    for known in &card.ledger {
        add(
            Side::Ledger,
            format!("card {} is remembered as the person's", known.masked()),
        );
    }
    if let Some(held) = remote(facts, card) {
        for one in &held {
            let state = match one.active {
                Some(true) => "switched on",
                Some(false) => "switched off",
                None => "on or off is not told",
            };
            let name = one.card.map(|card| card.masked()).unwrap_or_default();
            add(Side::Access, format!("card {name}, {state}"));
        }
        if held.is_empty() && !card.cards.is_empty() {
            add(
                Side::Access,
                "the card is not on the access record".to_owned(),
            );
        }
    }
    lines
}

/// The facts without what concerns the person's other cards alone.
#[must_use]
pub fn narrowed(facts: &Facts, card: &CardFacts) -> Facts {
    let mut facts = facts.clone();
    let is_meant = |subject: &Subject| {
        let one = subject.card();
        one.is_none_or(|one| card.cards.contains(one))
    };
    if let Known::Seen(plan) = &mut facts.plan {
        plan.operations.retain(|one| is_meant(&one.subject));
        plan.held.retain(|held| is_meant(&held.operation.subject));
        // An id of which no card can be made is none that somebody has in hand and that was found.
        let is_of_an_id = |code| matches!(code, Code::CardUnreadable | Code::IdTypeUnmapped);
        plan.left_alone
            .retain(|left| is_meant(&left.subject) && !is_of_an_id(left.code));
    }
    if let Known::Seen(access) = &mut facts.access
        && let Some(person) = &mut access.person
    {
        let is_meant = |held: &RemoteCard| held.card.is_some_and(|held| card.cards.contains(&held));
        let cards = &mut person.record.cards;
        cards.retain(|held| held.active != Some(false) || is_meant(held));
    }
    facts
}

/// Whether a finding names a card by what its evidence is about.
#[must_use]
pub fn is_about_card(found: &Finding) -> bool {
    let mut evidence = found.evidence.iter();
    evidence.any(|seen| seen.text.contains("card ") && seen.text.contains('•'))
}

/// That nothing is wrong with the card itself.
#[must_use]
pub fn fine(facts: &Facts, card: &CardFacts) -> Evidence {
    let masked: Vec<String> = card.cards.iter().map(Card::masked).collect();
    let masked = masked.join(", ");
    match remote(facts, card) {
        Some(held) if !held.is_empty() => Evidence {
            side: Side::Access,
            text: format!("nothing is wrong with the card {masked} itself"),
        },
        _ => Evidence {
            side: Side::Atrium,
            text: format!("nothing is known against the card {masked} itself"),
        },
    }
}

/// What is wrong with the card itself; other findings of the person come behind it.
#[must_use]
pub fn findings(facts: &Facts, card: &CardFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let finding = |name: Name, likelihood| Finding {
        name,
        likelihood,
        evidence: Vec::new(),
        next: facts.next(name),
    };
    let mut add = |name: Name, likelihood, side, text: String| {
        let mut known = finding(name, likelihood);
        known.evidence.push(Evidence { side, text });
        found.push(known);
    };
    for id in &card.unusable {
        let text = match id.message.as_str() {
            "" => format!("the profile does not map the id type {}", id.id_type),
            message => message.trim_end_matches('.').to_owned(),
        };
        let text = format!("{text} ({})", id.place);
        add(id.code.into(), Likelihood::Certain, Side::Atrium, text);
    }
    for (own, _, status, meaning) in &card.atrium {
        let meaning = match meaning {
            None | Some(CardMeaning::Active) => continue,
            Some(CardMeaning::Suspended) => "suspended",
            Some(CardMeaning::Lost) => "lost or stolen",
            Some(CardMeaning::Gone) => "no longer in use",
        };
        let text = format!(
            "the status of card {} is `{status}`, which means {meaning}",
            own.masked()
        );
        let name = Trouble::CardStatedInactive.into();
        add(name, Likelihood::Certain, Side::Atrium, text);
    }
    for held in remote(facts, card).unwrap_or_default() {
        if held.active == Some(false) {
            let name = held.card.map(|card| card.masked()).unwrap_or_default();
            let text = format!("card {name} is switched off");
            let trouble = Trouble::CardSwitchedOff.into();
            add(trouble, Likelihood::Certain, Side::Access, text);
        }
    }
    let access = facts
        .access
        .seen()
        .and_then(|access| access.person.as_ref());
    if let Some(record) = access.map(|person| &person.record) {
        if let Some(start) = record.start.filter(|start| *start > facts.now) {
            let text = format!("access begins at {start:.0}");
            let name = Trouble::AccessNotBegun.into();
            add(name, Likelihood::Certain, Side::Access, text);
        }
        if let Some(end) = record.end.filter(|end| *end <= facts.now) {
            let text = format!("access ended at {end:.0}");
            let name = Code::EndDatePassed.into();
            add(name, Likelihood::Certain, Side::Access, text);
        }
    }
    found
}

/// Nobody has the card, as far as was looked; somebody may have been given it in Command alone.
#[must_use]
pub fn unknown(sought: &Sought, people: usize, cards: usize) -> Finding {
    let name = Name::from(Trouble::CardUnknown);
    let evidence = [
        (
            Side::Text,
            format!("the number was read as {}", sought.read_as.join(", ")),
        ),
        (
            Side::Atrium,
            format!("none of the cards of {people} people has it"),
        ),
        (
            Side::Ledger,
            format!("none of {cards} cards that are remembered has it"),
        ),
    ];
    Finding {
        name,
        likelihood: Likelihood::Likely,
        evidence: evidence
            .into_iter()
            .map(|(side, text)| Evidence { side, text })
            .collect(),
        next: name.remedy().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::card::Format;

    fn sought(text: &str) -> Sought {
        Sought::read(text, &IdTypes::default()).unwrap()
    }

    #[test]
    fn a_number_is_found_in_every_way_in_which_it_may_be_meant() {
        let card = Card::new(Format::Hid26, Some(102), 4711);
        for (text, is) in [
            ("4711", true),
            ("0004711", true),
            ("1267", true),
            ("0x1267", true),
            ("102:4711", true),
            ("102/4711", true),
            ("102-4711", true),
            ("102 4711", true),
            ("102,4711", true),
            ("103:4711", false),
            // The bits that it sends: 1 01100110 0001001001100111 1
            ("2CC24CF", true),
            ("47", false),
        ] {
            assert_eq!(sought(text).is(&card), is, "{text}");
        }
        let chip = Card::new(Format::MifareCsn, None, 0x04A2_3B00);
        assert!(sought("04:A2:3B:00").is(&chip));
        assert!(sought("04a23b00").is(&chip));
        assert!(sought("04-A2-3B-00").is(&chip));
        assert!(sought("04 A2 3B 00").is(&chip));
        for text in ["", "zebra", "=1+1"] {
            assert_eq!(Sought::read(text, &IdTypes::default()), Err(NoCard));
        }
    }
}
