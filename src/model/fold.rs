//! When two texts mean the same: addresses and names without regard to case and to how accents are
//! composed, phone numbers without regard to punctuation.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Field;

/// A text trimmed, in Unicode normal form C and in lower case.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(text.nfc().collect::<String>().to_lowercase())
    }
}

/// A name of a column or key in the form in which such names are compared: folded, and every run
/// of blanks, hyphens and underscores as one underscore.
#[must_use]
pub fn fold_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in fold(name).chars() {
        if c == '-' || c == '_' || c.is_whitespace() {
            if !out.ends_with('_') {
                out.push('_');
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether two texts are the same but for case, composition of accents and white space around.
#[must_use]
pub fn same_folded(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.trim().eq_ignore_ascii_case(b.trim());
    }
    a == b || fold(a) == fold(b)
}

/// A hash of the folded text: equal for texts that [`same_folded`] calls the same.
pub fn fold_hash(state: &impl BuildHasher, text: &str) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write(fold(text).as_bytes());
    hasher.finish()
}

/// Whether two values of a field mean the same, so that no change is made of spelling.
#[must_use]
pub fn same_value(field: Field, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match field {
        Field::Email => fold(a) == fold(b),
        Field::Phone => dialled(a).eq(dialled(b)),
        _ => composed(a) == composed(b),
    }
}

/// The characters of a phone number that are dialled (RFC 3966 calls the others visual
/// separators).
fn dialled(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '+' | '*' | '#' | ',' | ';' | '='))
}

fn composed(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() || is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// The part of an address behind its `@`, folded; `None` if it is no address: exactly one `@`
/// between two parts without white space or control characters.
#[must_use]
pub fn email_domain(address: &str) -> Option<Cow<'_, str>> {
    let address = address.trim();
    let (local, domain) = address.split_once('@')?;
    let broken = |part: &str| {
        part.is_empty() || part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
    };
    if broken(local) || broken(domain) {
        None
    } else {
        Some(fold(domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_change() {
        for (field, a, b, same) in [
            (
                Field::Email,
                "Zoë@Campus.example",
                "zoe\u{308}@campus.EXAMPLE ",
                true,
            ),
            (
                Field::Email,
                "zoe@campus.example",
                "zoë@campus.example",
                false,
            ),
            (Field::Phone, "+1 (650) 867-5309", "+16508675309", true),
            (Field::Phone, "+1 650 867 5309", "6508675309", false),
            (Field::LastName, "Mu\u{308}ller", "Müller", true),
            (Field::LastName, "Müller", "müller", false),
            (Field::Title, "Dean ", "Dean", true),
        ] {
            assert_eq!(same_value(field, a, b), same, "{field} {a:?} {b:?}");
        }
    }

    #[test]
    fn domains() {
        assert_eq!(email_domain(" a@B.Example").as_deref(), Some("b.example"));
        for broken in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b\u{7}"] {
            assert_eq!(email_domain(broken), None, "{broken:?}");
        }
    }
}
