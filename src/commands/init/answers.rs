//! What `init` was told, by flags and at questions, and the words of its flags.

use std::collections::BTreeMap;

use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::id_type::{IdType, Recipe};
use crate::model::nearest::nearest;
use crate::model::rules::{CardMeaning, Identity, Meaning, Mode};

/// Everything that a profile is made of. What is not here has its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    /// Where Atrium is read from.
    pub(super) atrium: From,
    /// What each status of a person means; `None`: seen, and not decided.
    pub(super) person_status: Vec<(String, Option<Meaning>)>,
    /// What each status of an id means.
    pub(super) id_status: Vec<(String, Option<CardMeaning>)>,
    /// What the ids of each type are.
    pub(super) id_types: Vec<(String, Option<IdType>)>,
    /// Where Command is.
    pub(super) organization: Organization,
    /// The file with the SCIM token, as the profile names it.
    pub(super) token_file: Option<String>,
    /// The file with the API key.
    pub(super) key_file: Option<String>,
    /// The domains that the token was made for.
    pub(super) email_domains: Vec<String>,
    /// Who makes the users.
    pub(super) identity: Identity,
    /// Whether a sync writes.
    pub(super) mode: Mode,
}

/// Where Atrium is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// Its exports.
    Files {
        /// As the profile names them.
        files: Vec<String>,
        /// Column to header, where it is not the column's own name.
        columns: BTreeMap<String, String>,
    },
    /// Its interface.
    Http {
        /// The base address.
        url: String,
        /// How it is signed in to.
        auth: Auth,
        /// The path of the list of people.
        path: String,
    },
}

/// How Atrium's interface is signed in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Auth {
    Bearer,
    /// With the user's name.
    Basic(String),
    /// With the header's name.
    Header(String),
}

/// Where Command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Organization {
    /// A region by its name.
    Region(String),
    /// Addresses of its own.
    Addresses {
        scim_url: String,
        api_url: Option<String>,
    },
}

/// `bearer`, `basic:USER` or `header:NAME`.
pub(super) fn read_auth(text: &str) -> Result<Auth, String> {
    match text.split_once(':') {
        None if text == "bearer" => Ok(Auth::Bearer),
        Some(("basic", user)) if !user.is_empty() => Ok(Auth::Basic(user.to_owned())),
        Some(("header", name)) if !name.is_empty() => Ok(Auth::Header(name.to_owned())),
        _ => Err("it is bearer, basic:USER or header:NAME; the secret itself is elsewhere".into()),
    }
}

/// `COLUMN=HEADER`.
pub(super) fn read_column(text: &str) -> Result<(String, String), String> {
    pair(text, "email=Mail")
}

/// `LEFT=RIGHT`; the left side may hold no `=`.
fn pair(text: &str, example: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Ok((left.trim().to_owned(), right.trim().to_owned()))
        }
        _ => Err(format!(
            "two parts with = between them are needed, such as {example:?}"
        )),
    }
}

/// `STATUS=MEANING` of a person.
pub(super) fn read_person_status(text: &str) -> Result<(String, Meaning), String> {
    meaning(text, "On leave=suspended", Meaning::WORDS)
}

/// `STATUS=MEANING` of an id.
pub(super) fn read_id_status(text: &str) -> Result<(String, CardMeaning), String> {
    meaning(text, "Missing=lost", CardMeaning::WORDS)
}

fn meaning<T: Copy>(text: &str, example: &str, words: &[(&str, T)]) -> Result<(String, T), String> {
    let (status, word) = pair(text, example)?;
    match words.iter().find(|(known, _)| *known == word) {
        Some((_, meaning)) => Ok((status, *meaning)),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(format!("a status means one of: {}", words.join(", ")))
        }
    }
}

/// `TYPE=FORMAT` with the keys of a type behind it, after commas: `Prox=HID,facility_code=102`.
pub(super) fn read_id_type(text: &str) -> Result<(String, IdType), String> {
    let (name, rest) = pair(text, "Prox=HID,facility_code=102")?;
    let mut parts = rest.split(',').map(str::trim);
    let format = parts.next().unwrap_or_default();
    if format == "ignore" {
        return match parts.next() {
            None => Ok((name, IdType::Ignore)),
            Some(_) => Err("an ignored type has nothing behind \"ignore\"".to_owned()),
        };
    }
    let mut recipe = Recipe::new(card_format(format)?);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        set(&mut recipe, key, value).map_err(|why| format!("{part:?}: {why}"))?;
    }
    recipe.check().map_err(|fault| fault.to_string())?;
    Ok((name, IdType::Card(recipe)))
}

fn card_format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| {
        let names = Format::ALL
            .iter()
            .flat_map(|format| [format.short(), format.long()]);
        match nearest(name, names.chain(["ignore"])) {
            Some(near) => format!("there is no card format {name:?}; did you mean {near:?}?"),
            None => {
                format!("there is no card format {name:?}; \"ignore\" is for ids that are no cards")
            }
        }
    })
}

fn set(recipe: &mut Recipe, key: &str, value: &str) -> Result<(), String> {
    let slice = || value.parse().map_err(|error| format!("{error}"));
    match key {
        "facility_code" => recipe.facility_code = Some(read_facility_code(value)?),
        "strip_prefix" => recipe.strip_prefix = value.to_owned(),
        "slice" => recipe.slice = Some(slice()?),
        "facility_code_from" => recipe.facility_code_from = Some(slice()?),
        "reverse_bytes" => recipe.reverse_bytes = matches!(value, "" | "true"),
        "radix" => {
            let mut all = Radix::ALL.into_iter();
            let radix = all.find(|radix| radix.value().to_string() == value);
            recipe.radix = radix.ok_or("it is one of: 10, 16, 36")?;
        }
        _ => {
            return Err(
                "keys are facility_code, strip_prefix, slice, radix, reverse_bytes and \
                 facility_code_from"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// A facility code: a whole number.
pub(super) fn read_facility_code(text: &str) -> Result<u32, String> {
    let digits = text.trim();
    let fits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| fits)
        .ok_or_else(|| "a facility code is a whole number, such as 102".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_flags_are_read() {
        assert_eq!(read_auth("bearer"), Ok(Auth::Bearer));
        assert_eq!(read_auth("basic:kim"), Ok(Auth::Basic("kim".to_owned())));
        for wrong in ["basic", "basic:", "header:", "digest:kim", ""] {
            assert!(read_auth(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            read_person_status(" On leave = suspended"),
            Ok(("On leave".to_owned(), Meaning::Suspended))
        );
        assert!(read_person_status("On leave=lost").is_err());
        assert_eq!(
            read_id_status("Missing=lost"),
            Ok(("Missing".to_owned(), CardMeaning::Lost))
        );
        for wrong in ["", "=", "a=", "=gone", "a"] {
            let error = read_column(wrong).unwrap_err();
            assert!(
                error.ends_with("such as \"email=Mail\""),
                "{wrong}: {error}"
            );
        }
    }

    #[test]
    fn an_id_type_is_read_with_its_keys_or_refused_with_the_reason() {
        let (name, id_type) =
            read_id_type("Chip=MiFare 4-Byte (32 bit) CSN,radix=16,reverse_bytes,strip_prefix=M-")
                .unwrap();
        let recipe = Recipe {
            radix: Radix::Hex,
            reverse_bytes: true,
            strip_prefix: "M-".to_owned(),
            ..Recipe::new(Format::MifareCsn)
        };
        assert_eq!((name.as_str(), id_type), ("Chip", IdType::Card(recipe)));
        assert_eq!(
            read_id_type("QR=ignore"),
            Ok(("QR".to_owned(), IdType::Ignore))
        );
        for (wrong, why) in [
            ("Prox=HIDD,facility_code=1", "did you mean \"HID\"?"),
            ("Prox=HID,facility_code=-1", "whole number"),
            ("Prox=HID,facility_code=999", "facility code"),
            ("Prox=HID,radix=8", "10, 16, 36"),
            ("Prox=HID,slice=9", "not a part"),
            ("Prox=HID,colour=red", "keys are"),
            ("QR=ignore,radix=16", "nothing behind"),
        ] {
            let error = read_id_type(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
