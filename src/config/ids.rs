//! What a profile says about ids: which card format each type of id is and how the card is made of
//! its value, and which cards of unknown owner are ours.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::id_type::{IdType, IdTypes, Recipe, Slice};
use crate::model::nearest::nearest;
use crate::model::rules::{CardMeaning, default_id_status};

use super::Ownership;
use super::document::{At, Document};

/// The table of the types.
const TABLE: &str = "atrium.id_types";

/// The format of a type that is no card.
const IGNORE: &str = "ignore";

/// `[atrium.id_types]`.
pub(super) fn id_types(document: &Document<'_>) -> Result<IdTypes, Error> {
    let mut types = IdTypes::default();
    for name in document.tables(TABLE) {
        let empty = name.value.trim().is_empty();
        if empty || !types.insert(&name.value, id_type(document, &name)?) {
            return Err(document
                .fault(
                    name.line,
                    format_args!("the id type {:?} is empty, or mapped twice", name.value),
                )
                .hint("upper and lower case make no difference"));
        }
    }
    Ok(types)
}

fn id_type(document: &Document<'_>, name: &At<String>) -> Result<IdType, Error> {
    let table = format!("{TABLE}.{}", name.value);
    let Some(format) = document.text(&table, "format")? else {
        return Err(document
            .fault(
                name.line,
                format_args!("the id type {:?} has no format", name.value),
            )
            .hint("for example: format = \"HID\"; format = \"ignore\" for ids that are no cards"));
    };
    let recipe = Recipe {
        facility_code: match document.text_or_number(&table, "facility_code")? {
            Some(code) => Some(facility_code(document, &table, &code)?),
            None => None,
        },
        strip_prefix: match document.text(&table, "strip_prefix")? {
            Some(prefix) => prefix.value.trim().to_owned(),
            None => String::new(),
        },
        slice: slice(document, &table, "slice")?,
        radix: radix(document, &table)?,
        reverse_bytes: document.flag(&table, "reverse_bytes")?,
        facility_code_from: slice(document, &table, "facility_code_from")?,
        format: if format.value == IGNORE {
            return ignored(document, name);
        } else {
            card_format(document, &table, &format)?
        },
    };
    match recipe.check() {
        Ok(()) => Ok(IdType::Card(recipe)),
        Err(fault) => Err(document
            .fault(
                name.line,
                format_args!("the id type {:?} can make no card: {fault}", name.value),
            )
            .hint(
                "a facility code is set with facility_code, or read from the value with \
                 facility_code_from",
            )),
    }
}

/// A type that is no card: nothing else is to be said about it.
fn ignored(document: &Document<'_>, name: &At<String>) -> Result<IdType, Error> {
    let prefix = format!("{TABLE}.{}.", name.value);
    let more = document
        .keys()
        .find(|(key, _)| key.starts_with(&prefix) && key[prefix.len()..] != *"format");
    match more {
        None => Ok(IdType::Ignore),
        Some((key, line)) => Err(document
            .fault(
                line,
                format_args!(
                    "`{}` has no effect on ids that are ignored",
                    key.escape_debug()
                ),
            )
            .hint("take it out, or name the card format")),
    }
}

fn card_format(document: &Document<'_>, table: &str, at: &At<String>) -> Result<Format, Error> {
    if let Some(format) = Format::named(&at.value) {
        return Ok(format);
    }
    let fault = document.fault(
        at.line,
        format_args!(
            "`{}.format`: there is no card format \"{}\"",
            table.escape_debug(),
            at.value.escape_debug()
        ),
    );
    let names = Format::ALL.iter().flat_map(|format| {
        let short = format.short_names().iter().copied();
        short.chain([format.long()])
    });
    Err(match nearest(&at.value, names.chain([IGNORE])) {
        Some(near) => fault.hint(format!("did you mean \"{near}\"?")),
        None => fault.hint(
            "Command's formats are listed at \
             https://apidocs.verkada.com/reference/postaccesscardviewv1; \"ignore\" is for ids \
             that are no cards",
        ),
    })
}

fn facility_code(document: &Document<'_>, table: &str, at: &At<String>) -> Result<u32, Error> {
    let digits = at.value.trim();
    let fits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| fits).ok_or_else(|| {
        document
            .fault(
                at.line,
                format_args!(
                    "`{}.facility_code` can't be \"{}\"",
                    table.escape_debug(),
                    at.value.escape_debug()
                ),
            )
            .hint("a facility code is a whole number, such as 102")
    })
}

fn slice(document: &Document<'_>, table: &str, key: &str) -> Result<Option<Slice>, Error> {
    let Some(at) = document.text(table, key)? else {
        return Ok(None);
    };
    match at.value.parse() {
        Ok(slice) => Ok(Some(slice)),
        Err(_) => Err(document
            .fault(
                at.line,
                format_args!(
                    "`{}.{key}` can't be \"{}\"",
                    table.escape_debug(),
                    at.value.escape_debug()
                ),
            )
            .hint(
                "a part is named by its first character, counted from 0, and the one behind its \
                 last: \"0..8\"; \"5..\" is all from the sixth on",
            )),
    }
}

fn radix(document: &Document<'_>, table: &str) -> Result<Radix, Error> {
    let Some(at) = document.text_or_number(table, "radix")? else {
        return Ok(Radix::default());
    };
    let mut all = Radix::ALL.into_iter();
    all.find(|radix| radix.value().to_string() == at.value)
        .ok_or_else(|| {
            document
                .fault(
                    at.line,
                    format_args!(
                        "`{}.radix` can't be \"{}\"",
                        table.escape_debug(),
                        at.value.escape_debug()
                    ),
                )
                .hint("it is one of: 10, 16, 36")
        })
}

/// `[credentials] ownership`.
pub(super) fn ownership(document: &Document<'_>) -> Result<Ownership, Error> {
    let table = "credentials.ownership";
    let mut ownership = Ownership::default();
    for at in document.texts_or_numbers(table, "format")? {
        ownership.formats.insert(card_format(document, table, &at)?);
    }
    for at in document.texts_or_numbers(table, "facility_code")? {
        ownership
            .facility_codes
            .insert(facility_code(document, table, &at)?);
    }
    let named = document.keys().any(|(key, _)| key == table);
    if named && ownership == Ownership::default() {
        return Err(document
            .fault(
                document.line(table),
                format_args!("`{table}` names no card"),
            )
            .hint("for example: ownership = { format = [\"HID\"], facility_code = [\"102\"] }"));
    }
    Ok(ownership)
}

/// A type as a profile spells it: each key that is set, with its value.
pub(super) fn spelled(id_type: &IdType) -> Vec<(&'static str, String)> {
    let IdType::Card(recipe) = id_type else {
        return vec![("format", IGNORE.to_owned())];
    };
    let Recipe {
        format,
        facility_code,
        strip_prefix,
        slice,
        radix,
        reverse_bytes,
        facility_code_from,
    } = recipe;
    let text = |slice: &Option<Slice>| slice.map(|slice| slice.to_string());
    let keys = [
        ("format", Some(format.short().to_owned())),
        ("facility_code", facility_code.map(|code| code.to_string())),
        (
            "strip_prefix",
            Some(strip_prefix.clone()).filter(|prefix| !prefix.is_empty()),
        ),
        ("slice", text(slice)),
        ("radix", Some(radix.value().to_string())),
        ("reverse_bytes", reverse_bytes.then(|| "true".to_owned())),
        ("facility_code_from", text(facility_code_from)),
    ];
    let set = keys.into_iter();
    set.filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The types of ids of the stand-in campus. Its key fobs are left out, so that there is something
/// that is not mapped.
pub(super) fn sandbox() -> IdTypes {
    let hex = |format| Recipe {
        radix: Radix::Hex,
        ..Recipe::new(format)
    };
    let types = [
        (
            "Prox",
            Recipe {
                facility_code: Some(102),
                ..Recipe::new(Format::Hid26)
            },
        ),
        (
            "iClass",
            Recipe {
                facility_code_from: "0..5".parse().ok(),
                slice: "5..11".parse().ok(),
                ..Recipe::new(Format::Hid37WithFacilityCode)
            },
        ),
        (
            "MIFARE CSN",
            Recipe {
                reverse_bytes: true,
                ..hex(Format::MifareCsn)
            },
        ),
        ("DESFire", hex(Format::DesfireCsn)),
        ("Blackboard", Recipe::new(Format::Blackboard64)),
        (
            "Corporate",
            Recipe {
                facility_code: Some(2001),
                strip_prefix: "C-".to_owned(),
                ..Recipe::new(Format::Corporate1000Of35)
            },
        ),
    ];
    let cards = types.map(|(name, recipe)| (name, IdType::Card(recipe)));
    let wallet = ("Wallet", IdType::Ignore);
    cards.into_iter().chain([wallet]).collect()
}

/// What the statuses of ids mean on the stand-in campus.
pub(super) fn sandbox_status() -> BTreeMap<String, CardMeaning> {
    let mut status = default_id_status();
    status.insert("returned".to_owned(), CardMeaning::Gone);
    status.insert("on hold".to_owned(), CardMeaning::Suspended);
    status
}
