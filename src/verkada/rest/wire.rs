//! The REST API's endpoints and JSON.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::model::access::{
    AccessGroup, AccessLevel, AccessRecord, AccessUser, CoreUser, RemoteCard,
};
use crate::model::card::{Card, WireNumber};
use crate::model::{AccessUserId, CardId, Text};
use crate::verkada::json::{as_text, attribute, boolean, list, text};

/// A call that the API knows.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Method and path, under which it is counted and spoken of.
    pub(super) name: &'static str,
    /// What an API key must have a permission for, as Command's page for API keys calls it.
    pub(super) product: &'static str,
}

macro_rules! endpoints {
    ($($name:ident = $method:ident $path:literal, $product:literal;)*) => {$(
        pub(super) static $name: Endpoint = Endpoint {
            method: Method::$method,
            path: $path,
            name: concat!(stringify!($method), " ", $path),
            product: $product,
        };
    )*};
}

// Sources: https://apidocs.verkada.com/reference/postloginapikeyviewv2 for the token,
// https://apidocs.verkada.com/reference/access-information-object and the pages beside it for the
// others.
endpoints! {
    TOKEN = POST "/token", "nothing";
    EVERYBODY = GET "/access/v1/access_users", "Access Control";
    RECORD = GET "/access/v1/access_users/user", "Access Control";
    ADD_CARD = POST "/access/v1/credentials/card", "Access Control";
    REMOVE_CARD = DELETE "/access/v1/credentials/card", "Access Control";
    ACTIVATE_CARD = PUT "/access/v1/credentials/card/activate", "Access Control";
    GROUPS = GET "/access/v1/access_groups", "Access Control";
    GROUP = GET "/access/v1/access_groups/group", "Access Control";
    ADD_TO_GROUP = PUT "/access/v1/access_groups/group/user", "Access Control";
    CORE_USER = GET "/core/v1/user", "Core Command";
    CHANGE_CORE_USER = PUT "/core/v1/user", "Core Command";
    LEVELS = GET "/access/v1/door/access_level", "Door Access Management";
}

/// The rows of a list that the API sends whole.
pub(super) fn rows<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    // None of these lists has pages. If one ever does, a part must not be taken for the whole.
    if text(value, "next_page_token").is_some() {
        return Err(format!("{name} goes on on another page"));
    }
    match attribute(value, name) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Err(format!("JSON without the list {name}")),
    }
}

/// A row of the list of everybody; `None` without an id.
pub(in crate::verkada) fn user(value: &Value) -> Option<AccessUser> {
    Some(AccessUser {
        id: AccessUserId(text(value, "user_id")?),
        external_id: text(value, "external_id").unwrap_or_default(),
        email: text(value, "email").unwrap_or_default(),
        full_name: text(value, "full_name").unwrap_or_default(),
        employee_id: text(value, "employee_id").unwrap_or_default(),
    })
}

/// A core user (<https://apidocs.verkada.com/reference/command-user-object>); `None` without an id.
pub(super) fn core_user(value: &Value) -> Option<CoreUser> {
    Some(CoreUser {
        id: AccessUserId(text(value, "user_id")?),
        external_id: text(value, "external_id").unwrap_or_default(),
        email: text(value, "email").unwrap_or_default(),
        employee_id: text(value, "employee_id").unwrap_or_default(),
    })
}

/// Whether an access information object writes the number of the card of this id as it was sent;
/// `None` if it does not list the card. Types are sent by the long and come back by the short name.
pub(super) fn card_is_as_sent(value: &Value, id: &CardId, card: &Card) -> Option<bool> {
    let sent = new_card(card);
    let cards = attribute(value, "cards").map_or(&[][..], list);
    let mut cards = cards.iter();
    let came = cards.find(|it| text(it, "card_id").is_some_and(|it| it == id.as_str()))?;
    let mut keys = ["facility_code", "card_number", "card_number_hex"].iter();
    Some(keys.all(|key| text(&sent, key).is_none_or(|sent| text(came, key) == Some(sent))))
}

/// Whether a row of the list of everybody is a visitor.
pub(super) fn is_visitor(value: &Value) -> bool {
    boolean(value, "is_visitor") == Some(true)
}

/// An access information object.
pub(super) fn record(value: &Value) -> Result<AccessRecord, String> {
    Ok(AccessRecord {
        cards: items(value, "cards")?.iter().map(card).collect(),
        start: moment(value, "start_date")?,
        end: moment(value, "end_date")?,
    })
}

/// A list that may be missing, which means that it is empty.
fn items<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    match attribute(value, name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{name} is no list")),
    }
}

/// A moment as the text of its Unix seconds. One that can't be read is an error: it may be the end
/// of somebody's access.
fn moment(value: &Value, name: &str) -> Result<Option<Timestamp>, String> {
    let Some(text) = text(value, name) else {
        return match attribute(value, name) {
            None => Ok(None),
            Some(Value::String(_)) => Ok(None),
            Some(_) => Err(format!("{name} is no date")),
        };
    };
    let text = text.trim();
    let seconds = text.split_once('.').map_or(text, |(whole, _)| whole);
    let moment = match seconds.parse() {
        Ok(seconds) => Timestamp::from_second(seconds).ok(),
        Err(_) => text.parse().ok(),
    };
    moment.map(Some).ok_or_else(|| format!("{name} is no date"))
}

/// A card. One without an id is there and can't be addressed.
pub(super) fn card(value: &Value) -> RemoteCard {
    let kind = text(value, "type").unwrap_or_default();
    RemoteCard {
        id: CardId(text(value, "card_id").unwrap_or_default()),
        card: Card::from_wire(
            &kind,
            text(value, "facility_code").as_deref(),
            text(value, "card_number").as_deref(),
            text(value, "card_number_hex").as_deref(),
            text(value, "card_number_base36").as_deref(),
        ),
        kind,
        active: boolean(value, "active"),
    }
}

/// The body that adds a card: switched on, which it is not by default, and with its number in one
/// form only.
pub(super) fn new_card(card: &Card) -> Value {
    let sent = card.to_wire();
    let mut body = Map::new();
    body.insert("type".to_owned(), json!(sent.kind));
    body.insert("active".to_owned(), json!(true));
    if let Some(code) = sent.facility_code {
        body.insert("facility_code".to_owned(), json!(code));
    }
    let (form, number) = match sent.number {
        WireNumber::Decimal(number) => ("card_number", number),
        WireNumber::Hex(number) => ("card_number_hex", number),
    };
    body.insert(form.to_owned(), json!(number));
    Value::Object(body)
}

/// The forms in which a server may repeat a card's number.
pub(super) fn forms(card: &Card) -> Vec<String> {
    let number = card.number;
    vec![number.to_string(), format!("{number:x}")]
}

/// A number without leading zeros and `0x`.
fn significant(word: &str) -> &str {
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    digits.unwrap_or(word).trim_start_matches('0')
}

/// A text in which words that are to be hidden show their last two characters only. Case and
/// leading zeros make no difference.
pub(super) fn hide(text: &str, hidden: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let bare = significant(word);
        let mut secrets = hidden.iter().map(|secret| significant(secret));
        let is_hidden = secrets.any(|secret| secret.eq_ignore_ascii_case(bare));
        if is_hidden && !bare.is_empty() {
            out.push_str("••");
            out.push_str(&bare[bare.len().saturating_sub(2)..]);
        } else {
            out.push_str(word);
        }
        let mut rest_of = after.chars();
        out.extend(rest_of.next());
        rest = rest_of.as_str();
    }
    out
}

/// A group; `None` without an id.
pub(super) fn group(value: &Value) -> Option<AccessGroup> {
    let members = attribute(value, "user_ids").map(|ids| {
        let ids = list(ids).iter().filter_map(as_text);
        ids.map(AccessUserId).collect()
    });
    Some(AccessGroup {
        id: text(value, "group_id")?,
        name: text(value, "name").unwrap_or_default(),
        members,
    })
}

/// The access groups of an access information object, each without its members.
pub(super) fn groups_of(value: &Value) -> Result<Vec<AccessGroup>, String> {
    Ok(items(value, "access_groups")?
        .iter()
        .filter_map(group)
        .collect())
}

/// A level; `None` without an id.
pub(super) fn level(value: &Value) -> Option<AccessLevel> {
    Some(AccessLevel {
        id: text(value, "access_level_id")?,
        name: text(value, "name").unwrap_or_default(),
        groups: ids(value, "access_groups", "group_id"),
        doors: ids(value, "doors", "door_id"),
        sites: ids(value, "sites", "site_id"),
    })
}

/// The ids of a list, whose items are the ids or objects with them.
fn ids(value: &Value, name: &str, id: &str) -> Vec<Text> {
    let items = attribute(value, name).map_or(&[][..], list).iter();
    items
        .filter_map(|item| as_text(item).or_else(|| text(item, id)))
        .collect()
}

/// Whether an answer to an add says that it did not work.
pub(super) fn has_unsuccessful_adds(value: &Value) -> bool {
    attribute(value, "unsuccessful_adds").is_some_and(|ids| !list(ids).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::card::Format;

    fn card_of(number: u128, facility_code: Option<u32>) -> Card {
        Card {
            format: Format::Hid26,
            facility_code,
            number,
        }
    }

    #[test]
    fn cards_are_read_in_every_form() {
        for (value, expected) in [
            (
                json!({"type": "HID", "facility_code": "102", "card_number": "4711"}),
                Some(card_of(4711, Some(102))),
            ),
            (
                json!({"Type": "Standard 26-bit Wiegand", "facility_code": 102, "card_number": 4711}),
                Some(card_of(4711, Some(102))),
            ),
            (
                json!({"type": "hid", "facility_code": null, "card_number": "", "card_number_hex": "001267"}),
                Some(card_of(4711, None)),
            ),
            (
                json!({"type": "HID", "card_number_base36": "3mv", "card_number": "4711", "card_number_hex": "1267"}),
                Some(card_of(4711, None)),
            ),
            (
                // Hex may be the bits of the whole card.
                json!({"type": "HID", "card_number": "4711", "card_number_hex": "4711"}),
                Some(card_of(4711, None)),
            ),
            (json!({"type": "HID", "card_number": "+4711"}), None),
            (
                json!({"type": "HID", "facility_code": "x", "card_number": "1"}),
                None,
            ),
            (json!({"type": "HID 99-bit", "card_number": "1"}), None),
            (json!({"type": "HID"}), None),
            (json!({"card_number": "1"}), None),
            (json!(7), None),
        ] {
            assert_eq!(card(&value).card, expected, "{value}");
        }
        let sample = json!({"card_id": "0011", "type": "HID", "active": "false"});
        let read = card(&sample);
        assert_eq!(
            (read.id.as_str(), &*read.kind, read.active),
            ("0011", "HID", Some(false))
        );
        assert_eq!(card(&json!({})).active, None);
    }

    #[test]
    fn moments_are_read_or_refused_but_never_guessed() {
        let second = |second| Ok(Some(Timestamp::from_second(second).unwrap()));
        let refused = || Err("end_date is no date".to_owned());
        for (value, expected) in [
            (json!({"end_date": "1714706273"}), second(1_714_706_273)),
            (json!({"end_date": 1_714_706_273}), second(1_714_706_273)),
            (json!({"end_date": "1714706273.5"}), second(1_714_706_273)),
            (json!({"end_date": "1970-01-01T00:00:07Z"}), second(7)),
            (json!({"end_date": null}), Ok(None)),
            (json!({"end_date": ""}), Ok(None)),
            (json!({}), Ok(None)),
            (json!({"end_date": "soon"}), refused()),
            (json!({"end_date": "99999999999999"}), refused()),
            (json!({"end_date": ["1"]}), refused()),
            (json!({"end_date": true}), refused()),
        ] {
            assert_eq!(moment(&value, "end_date"), expected, "{value}");
        }
    }

    #[test]
    fn a_new_card_is_switched_on_and_has_one_number() {
        assert_eq!(
            new_card(&card_of(4711, Some(102))),
            json!({"type": "Standard 26-bit Wiegand", "active": true, "facility_code": "102",
                "card_number": "4711"})
        );
        assert_eq!(
            new_card(&card_of(u128::MAX, None)),
            json!({"type": "Standard 26-bit Wiegand", "active": true,
                "card_number": "340282366920938463463374607431768211455"})
        );
    }

    #[test]
    fn numbers_are_hidden_as_words() {
        let hidden = forms(&card_of(4711, Some(102)));
        for (text, expected) in [
            ("card 4711 (0x1267) is taken", "card ••11 (••67) is taken"),
            ("004711,00001267", "••11,••67"),
            ("14711 47110 102", "14711 47110 102"),
            ("é4711ß", "é••11ß"),
            ("", ""),
        ] {
            assert_eq!(hide(text, &hidden), expected);
        }
        assert_eq!(hide("0 00", &forms(&card_of(0, None))), "0 00");
        assert_eq!(hide("card 7", &forms(&card_of(7, None))), "card ••7");
        assert_eq!(hide("BEEF", &["beef".to_owned()]), "••EF");
    }

    #[test]
    fn groups_and_levels_are_read() {
        assert_eq!(group(&json!({"name": "Staff"})), None);
        let staff = group(&json!({"group_id": "g", "name": "Staff", "user_ids": ["a", 7, null]}));
        let members = staff.unwrap().members.unwrap();
        assert_eq!(members, ["a".into(), "7".into()]);
        assert_eq!(group(&json!({"group_id": "g"})).unwrap().members, None);
        let level = level(
            &json!({"access_level_id": "l", "access_groups": ["g", {"group_id": "h"}],
            "doors": null, "sites": [{"site_id": "s"}], "last_updated_at": 7}),
        );
        assert_eq!(
            level,
            Some(AccessLevel {
                id: "l".into(),
                name: "".into(),
                groups: vec!["g".into(), "h".into()],
                doors: vec![],
                sites: vec!["s".into()],
            })
        );
    }

    proptest::proptest! {
        /// What is sent is read back as the same card.
        #[test]
        fn a_card_survives_the_wire(
            format in 0..Format::ALL.len(),
            facility_code: Option<u32>,
            number: u128,
        ) {
            let sent = Card::new(Format::ALL[format], facility_code, number);
            proptest::prop_assert_eq!(card(&new_card(&sent)).card, Some(sent));
        }

        /// Whatever a server writes into a card or a date, it is read or refused, never a panic.
        #[test]
        fn no_text_makes_the_reader_panic(a in ".{0,40}", b in "[-+.0-9a-zT:]{0,40}") {
            for (a, b) in [(&a, &b), (&b, &a)] {
                let value = json!({"type": "HID", "card_id": a, "facility_code": b,
                    "card_number": a, "card_number_hex": b, "end_date": a, "start_date": b});
                let _ = (card(&value), record(&value), hide(a, std::slice::from_ref(b)));
            }
        }
    }
}
