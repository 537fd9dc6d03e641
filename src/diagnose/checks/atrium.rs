//! Causes that lie in Atrium's record.

use super::finding;
use crate::diagnose::facts::Facts;
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::reason::Code;
use crate::model::rules::Meaning;

/// Nobody in Atrium is the person.
pub(super) fn not_in_atrium(facts: &Facts) -> Option<Finding> {
    let atrium = facts.atrium.seen()?;
    if atrium.person.is_some() {
        return None;
    }
    // A row that is there and can't be read is another trouble than none at all.
    if !atrium.unreadable.is_empty() {
        let mut found = finding(Code::RowUnreadable, Likelihood::Certain, facts);
        for row in &atrium.unreadable {
            found = found.seen(Side::Atrium, row.clone());
        }
        return Some(found);
    }
    // Somebody whom Okta provisions need not be in Atrium.
    if facts.is_given_in_okta() {
        return None;
    }
    // Nor somebody whom another client made.
    let elsewhere = facts.user().is_some_and(|user| user.foreign);
    let likelihood = if elsewhere {
        Likelihood::Possible
    } else {
        Likelihood::Certain
    };
    let mut found = finding(Trouble::NotInAtrium, likelihood, facts).seen(
        Side::Atrium,
        format!("none of {} people is {}", atrium.people, facts.asked),
    );
    for (id, name, email) in &atrium.near {
        found = found.seen(Side::Atrium, format!("near: {id} {name} {email}"));
    }
    Some(found)
}

/// The status means suspended, lost or gone.
pub(super) fn stated_inactive(facts: &Facts) -> Option<Finding> {
    let atrium = facts.atrium.seen()?;
    let person = atrium.person.as_ref()?;
    let meaning = match atrium.meaning? {
        Meaning::Active => return None,
        Meaning::Suspended => "suspended",
        Meaning::Gone => "gone",
    };
    let text = format!(
        "the status is `{}`, which means {meaning} ({})",
        person.status, person.place
    );
    let found = finding(Trouble::StatedInactive, Likelihood::Certain, facts);
    Some(found.seen(Side::Atrium, text))
}

/// The last day is past.
pub(super) fn validity_ended(facts: &Facts) -> Option<Finding> {
    let person = facts.person()?;
    let last = person.valid_until.filter(|last| *last < facts.today)?;
    let text = format!(
        "valid_until is {last}, today is {} ({})",
        facts.today, person.place
    );
    let found = finding(Trouble::ValidityEnded, Likelihood::Certain, facts);
    Some(found.seen(Side::Atrium, text))
}

/// The phone number is in a form that Command may refuse. Only for somebody whom Command does not
/// have: a user that is there was taken with the number.
pub(super) fn phone_format(facts: &Facts) -> Option<Finding> {
    let person = facts.person()?;
    if person.phone.is_empty() || facts.user().is_some() || !facts.is_wanted() {
        return None;
    }
    // E.164: a plus sign and at most 15 digits, the first of them not 0.
    let digits = person.phone.strip_prefix('+').unwrap_or_default();
    let fits = (2..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if fits {
        return None;
    }
    let text = format!(
        "the number is written `{}` ({})",
        person.phone, person.place
    );
    let found = finding(Trouble::PhoneFormat, Likelihood::Possible, facts);
    Some(found.seen(Side::Atrium, text))
}
