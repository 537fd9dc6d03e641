//! Causes that lie in Atrium's record.

use super::finding;
use crate::diagnose::facts::{Facts, Known};
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::fold::{email_domain, same_folded};
use crate::model::reason::Code;
use crate::model::roster::Person;
use crate::model::rules::{Identity, Meaning};

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

/// The first day has not come.
pub(super) fn not_yet_valid(facts: &Facts) -> Option<Finding> {
    let person = facts.person()?;
    let first = person.valid_from.filter(|first| *first > facts.today)?;
    let text = format!(
        "valid_from is {first}, today is {} ({})",
        facts.today, person.place
    );
    let found = finding(Code::NotYetValid, Likelihood::Certain, facts);
    Some(found.seen(Side::Atrium, text))
}

/// Nobody has said what the status means.
pub(super) fn status_unmapped(facts: &Facts) -> Option<Finding> {
    let atrium = facts.atrium.seen()?;
    let person = atrium.person.as_ref()?;
    if atrium.meaning.is_some() {
        return None;
    }
    let text = format!(
        "the status is `{}`, which is not mapped ({})",
        person.status, person.place
    );
    let found = finding(Code::StatusUnmapped, Likelihood::Certain, facts);
    Some(found.seen(Side::Atrium, text))
}

/// The filter leaves out somebody who was never synced. What it means for others, the plan tells.
pub(super) fn out_of_scope(facts: &Facts) -> Option<Finding> {
    let person = facts.person().filter(|person| !person.in_scope)?;
    let synced = facts.ledger.seen().and_then(|ledger| ledger.user.as_ref());
    let user = facts.user().filter(|user| !user.untold);
    if synced.is_some() || user.is_some() {
        return None;
    }
    let text = format!("the filter leaves the person out ({})", person.place);
    let found = finding(Code::OutOfScope, Likelihood::Certain, facts);
    Some(found.seen(Side::Atrium, text))
}

/// The person, if a user of ours is made of what Atrium has, or was. Where another system makes
/// it, that one's address counts; and nobody who is stated to be gone needs one.
fn made_by_us(facts: &Facts) -> Option<&Person> {
    let known = facts.ledger.seen().and_then(|ledger| ledger.user.as_ref());
    let elsewhere = facts.identity == Identity::External
        || facts.user().is_some_and(|user| user.foreign)
        || known.is_some_and(|user| !user.ours)
        || facts.is_oktas();
    let atrium = facts.atrium.seen();
    let gone = atrium.is_some_and(|atrium| atrium.meaning == Some(Meaning::Gone));
    facts.person().filter(|_| !elsewhere && !gone)
}

/// What stands in the way of a user with these values. For somebody who is to have no access today
/// it is what would come next.
fn obstacle(code: Code, facts: &Facts, text: String) -> Finding {
    let unmapped = facts
        .atrium
        .seen()
        .is_some_and(|atrium| atrium.meaning.is_none());
    let in_scope = facts.person().is_some_and(|person| person.in_scope);
    let likelihood = match in_scope && (unmapped || facts.is_wanted()) {
        true => Likelihood::Certain,
        false => Likelihood::Likely,
    };
    finding(code, likelihood, facts).seen(Side::Atrium, text)
}

/// There is no address.
pub(super) fn no_email(facts: &Facts) -> Option<Finding> {
    let person = made_by_us(facts).filter(|person| person.email.is_empty())?;
    let text = format!("the record has no email address ({})", person.place);
    Some(obstacle(Code::NoEmail, facts, text))
}

/// The address is none.
pub(super) fn email_malformed(facts: &Facts) -> Option<Finding> {
    let person = made_by_us(facts)?;
    if person.email.is_empty() || email_domain(&person.email).is_some() {
        return None;
    }
    let text = format!("the address is `{}` ({})", person.email, person.place);
    Some(obstacle(Code::EmailMalformed, facts, text))
}

/// Somebody whom Command does not have has no name.
pub(super) fn no_name(facts: &Facts) -> Option<Finding> {
    let person = made_by_us(facts)?;
    let known = facts.ledger.seen().and_then(|ledger| ledger.user.as_ref());
    let is_there = known.is_some() || facts.user().is_some();
    if is_there || !person.first_name.is_empty() || !person.last_name.is_empty() {
        return None;
    }
    let text = format!("the record has no name ({})", person.place);
    Some(obstacle(Code::NoName, facts, text))
}

/// Others have the address, too. Whoever has it in Command goes on.
pub(super) fn email_shared(facts: &Facts) -> Option<Finding> {
    let person = made_by_us(facts)?;
    let atrium = facts.atrium.seen()?;
    if atrium.sharing.is_empty() {
        return None;
    }
    let ids: Vec<&str> = atrium.sharing.iter().map(|id| id.as_str()).collect();
    let text = format!("{} is the address of {}, too", person.email, ids.join(", "));
    let found = obstacle(Code::EmailShared, facts, text);
    let has_it = |email: &str| same_folded(email, &person.email);
    let (holds, is_closed) = match (&facts.scim, facts.ledger.seen()) {
        (Known::Seen(_), _) if !facts.user().is_some_and(|user| user.untold) => {
            let user = facts.user().map(|found| &found.user);
            let holds = user.is_some_and(|user| has_it(&user.profile.email));
            (holds, user.is_some_and(|user| user.active == Some(false)))
        }
        (Known::Unseen(_), Some(ledger)) => {
            let user = ledger.user.as_ref();
            let holds = user.is_some_and(|user| has_it(&user.applied.email));
            (holds, user.is_some_and(|user| user.closed_by_us.is_some()))
        }
        // Which of them has it can't be told.
        _ => {
            let likelihood = found.likelihood.max(Likelihood::Likely);
            return Some(Finding {
                likelihood,
                ..found
            });
        }
    };
    match (holds, is_closed) {
        (false, _) => Some(found),
        (true, true) => Some(Finding {
            likelihood: Likelihood::Possible,
            ..found
        }),
        (true, false) => None,
    }
}

/// The address is of a domain that the token was not made for.
pub(super) fn email_outside_domains(facts: &Facts) -> Option<Finding> {
    let person = made_by_us(facts)?;
    let domains = facts.atrium.seen()?.outside.as_ref()?;
    let text = format!(
        "the address is {}, the domains are {} ({})",
        person.email,
        domains.join(", "),
        person.place
    );
    Some(obstacle(Code::EmailOutsideDomains, facts, text))
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
