//! `/access/v1/credentials/card`: adding, removing and switching cards. A card has one holder.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::input::{self, OWN_ID};
use super::{Failure, MANAGED, Outcome, Write, check_frozen, view};
use crate::sandbox::campus::Campus;
use crate::sandbox::card::{self, Card, CardKey, Kind};
use crate::sandbox::command::{Change, User, id_at};
use crate::sandbox::personality::Switch;
use crate::sandbox::scim::Call;

/// The ways to write a number, and their bases.
const NUMBERS: &[(&str, u32)] = &[
    ("card_number", 10),
    ("card_number_hex", 16),
    ("card_number_base36", 36),
];

const FIELDS: &[&str] = &[
    "type",
    "active",
    "facility_code",
    "card_number",
    "card_number_hex",
    "card_number_base36",
];

pub(super) fn add(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[OWN_ID])?;
    let wanted = Wanted::read(&input::body(call, FIELDS)?)?;
    let user = holder(campus, &query)?;
    let write = check_frozen(campus, &user)?;
    if let Some(held) = campus.command.card_by_key(&wanted.key()) {
        return Err(match held.user == user.id {
            true => Failure::new(StatusCode::CONFLICT, "Card already exists for this user"),
            false => Failure::bad("Card is already assigned to another user"),
        });
    }
    let tick = campus.tick();
    let card = Card {
        id: id_at(campus.about.seed, tick),
        user: user.id,
        kind: wanted.kind,
        facility_code: wanted.facility_code,
        number: wanted.number,
        active: wanted.active,
        by_hand: false,
        created: tick,
    };
    let shown = view::card(campus, &card);
    if let Write::Apply = write {
        campus.write(vec![Change::PutCard(card)])?;
    }
    Ok(shown)
}

pub(super) fn remove(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let (card, write) = existing(campus, call)?;
    if let Write::Apply = write {
        campus.tick();
        campus.write(vec![Change::DropCard(card.id.clone())])?;
        campus.removed(card);
    }
    Ok(json!({}))
}

pub(super) fn activate(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    switch(campus, call, true)
}

pub(super) fn deactivate(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    switch(campus, call, false)
}

fn switch(campus: &mut Campus, call: &Call<'_>, active: bool) -> Outcome {
    let (card, write) = existing(campus, call)?;
    let card = Card { active, ..card };
    let shown = view::card(campus, &card);
    if let Write::Apply = write {
        campus.tick();
        campus.write(vec![Change::PutCard(card)])?;
    }
    Ok(shown)
}

/// The person whose cards are to change.
fn holder(campus: &Campus, query: &input::Query<'_>) -> Result<User, Failure> {
    let user = input::person(campus, query, OWN_ID)?;
    match !user.native && campus.has(Switch::CardsOnManagedRefused) {
        true => Err(Failure::bad(MANAGED)),
        false => Ok(user),
    }
}

fn existing(campus: &Campus, call: &Call<'_>) -> Result<(Card, Write), Failure> {
    let query = input::query(call, &[OWN_ID, &["card_id"]])?;
    let id = input::required(&query, "card_id")?;
    let user = holder(campus, &query)?;
    let card = campus.command.card(id).filter(|card| card.user == user.id);
    let card = card.cloned().ok_or_else(|| Failure::not_found("Card"))?;
    Ok((card, check_frozen(campus, &user)?))
}

/// The card of a request's body.
struct Wanted {
    kind: &'static Kind,
    facility_code: Option<u32>,
    number: u128,
    active: bool,
}

impl Wanted {
    fn read(fields: &Map<String, Value>) -> Result<Self, Failure> {
        let name = input::text(fields, "type")?;
        let name = name.ok_or_else(|| Failure::bad("type is required"))?;
        let kind =
            card::kind_named(name).ok_or_else(|| Failure::bad(format!("Unknown type {name}")))?;
        let active = match fields.get("active") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(active)) => *active,
            Some(_) => return Err(Failure::bad("active has to be true or false")),
        };
        let facility_code = match input::text(fields, "facility_code")? {
            None | Some("") => None,
            Some(text) => Some(
                card::number(text, 10)
                    .and_then(|code| u32::try_from(code).ok())
                    .ok_or_else(|| Failure::bad("facility_code has to be a decimal number"))?,
            ),
        };
        let number = read_number(fields)?;
        card::check(kind, facility_code, number).map_err(Failure::bad)?;
        Ok(Wanted {
            kind,
            facility_code,
            number,
            active,
        })
    }

    fn key(&self) -> CardKey {
        CardKey {
            kind: self.kind.short,
            facility_code: self.facility_code,
            number: self.number,
        }
    }
}

fn read_number(fields: &Map<String, Value>) -> Result<u128, Failure> {
    let mut given = Vec::new();
    for (name, radix) in NUMBERS {
        if let Some(text) = input::text(fields, name)? {
            given.push((name, text, *radix));
        }
    }
    match given.as_slice() {
        [(name, text, radix)] => card::number(text, *radix)
            .ok_or_else(|| Failure::bad(format!("{name} is not a number of base {radix}"))),
        _ => Err(Failure::bad(
            "Exactly one of card_number, card_number_hex, card_number_base36 is required",
        )),
    }
}
