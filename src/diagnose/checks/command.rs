//! Causes that lie in Command's users, or in the token.

use super::finding;
use crate::diagnose::facts::Facts;
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::fold::same_folded;
use crate::model::reason::Code;
use crate::model::rules::Identity;

/// Command refuses the token.
pub(super) fn token_refused(facts: &Facts) -> Option<Finding> {
    let token = facts.token.seen()?;
    let refused = token.refused.as_ref()?;
    let mut found = finding(Trouble::TokenRefused, Likelihood::Certain, facts)
        .seen(Side::Token, refused.clone())
        .seen(
            Side::Token,
            format!(
                "the token {}… comes from: {}",
                token.fingerprint, token.origin
            ),
        );
    found = match token.last_good {
        Some(at) => found.seen(Side::Ledger, format!("Command last took it at {at:.0}")),
        None => found.seen(Side::Ledger, "Command never took it, as far as is known"),
    };
    if let Some(domains) = &token.domains {
        let text = format!("it was made for {}", domains.join(", "));
        found = found.seen(Side::Token, text);
    }
    Some(found)
}

/// The ledger is of another organization, or Command has none of its ids.
pub(super) fn other_organization(facts: &Facts) -> Option<Finding> {
    let ledger = facts.ledger.seen()?;
    if let Some(known) = &ledger.organization
        && *known != facts.organization
    {
        let text = format!(
            "the ledger is of {known}, the profile of {}",
            facts.organization
        );
        let found = finding(Code::OtherOrganization, Likelihood::Certain, facts);
        return Some(found.seen(Side::Ledger, text));
    }
    if !facts.is_ledger_elsewhere() {
        return None;
    }
    let text = format!(
        "Command has none of {} users that the ledger knows",
        ledger.ids_asked
    );
    let found = finding(Trouble::LedgerIdsUnknown, Likelihood::Certain, facts);
    Some(found.seen(Side::Ledger, text))
}

/// Another client is to make the user, by an address that Atrium does not have.
pub(super) fn no_address_for_another(facts: &Facts) -> Vec<Finding> {
    let waits = facts.identity == Identity::External && facts.user().is_none() && facts.is_wanted();
    let Some(person) = facts.person().filter(|one| waits && one.email.is_empty()) else {
        return Vec::new();
    };
    let text = format!(
        "no email address, by which the user would be found ({})",
        person.place
    );
    let found = finding(Code::NoEmail, Likelihood::Certain, facts);
    vec![found.seen(Side::Atrium, text)]
}

/// Command refuses the API key, or the key lacks a permission: cards are not synced then, which is
/// no reason for anybody not to be there.
pub(super) fn api_key_refused(facts: &Facts) -> Vec<Finding> {
    let refused = facts.key_refused.iter();
    let found = refused.map(|(code, said)| {
        finding(*code, Likelihood::Likely, facts).seen(Side::Access, said.clone())
    });
    found.collect()
}

/// Another client's user is deactivated, and the person is wanted, by Atrium or in Okta.
pub(super) fn other_client_closed(facts: &Facts) -> Option<Finding> {
    let user = facts.user().filter(|user| user.foreign)?;
    let is_active_in_okta = facts.is_active_in_okta();
    if user.user.active != Some(false) || !(facts.is_wanted() || is_active_in_okta) {
        return None;
    }
    let id = user.user.external_id.as_deref().unwrap_or_default();
    let text = format!(
        "user {} of another client (external id {id}) is deactivated",
        user.user.profile.email
    );
    let found = finding(Trouble::OtherClientClosed, Likelihood::Certain, facts);
    let mut found = found.seen(Side::Scim, text);
    if is_active_in_okta {
        let text = "the person is active and assigned, so it was not Okta that deactivated them";
        found = found.seen(Side::Okta, text);
        found.next = "look in Command under Admin > Users for who deactivated the user, and \
                      reactivate it there; or in Okta unassign and reassign the person"
            .to_owned();
    }
    Some(found)
}

/// Another record has the person's external id than the one that was synced.
pub(super) fn replaced_record(facts: &Facts) -> Option<Finding> {
    let known = facts.ledger.seen()?.user.as_ref()?;
    if facts.is_ledger_elsewhere() {
        return None;
    }
    let scim = facts.scim.seen()?;
    let gone = scim.users.iter().all(|user| user.user.id != known.user_id);
    let ours = scim.users.iter().find(|user| user.ours)?;
    if !gone || !known.ours {
        return None;
    }
    let text = format!(
        "the ledger knows user {}, Command has user {} with the same external id",
        known.user_id, ours.user.id
    );
    let found = finding(Trouble::ReplacedRecord, Likelihood::Likely, facts);
    Some(found.seen(Side::Scim, text))
}

/// Another record of the same name.
pub(super) fn two_records(facts: &Facts) -> Option<Finding> {
    let access = facts.access.seen()?;
    let own = access.person.as_ref()?;
    let same = access.others.iter().filter(|other| {
        same_folded(&other.full_name, &own.user.full_name)
            && !other.full_name.is_empty()
            && other.id != own.user.id
            // Two people may have one name; those with an id of their own are two.
            && other.external_id.is_empty()
            && (other.employee_id.is_empty() || other.employee_id == own.user.employee_id)
    });
    let mut found = None;
    for other in same {
        let email = match other.email.as_str() {
            "" => "no email address",
            email => email,
        };
        let text = format!("also {} ({email}), user {}", other.full_name, other.id);
        let known = found
            .take()
            .unwrap_or_else(|| finding(Trouble::TwoRecords, Likelihood::Possible, facts));
        found = Some(known.seen(Side::Access, text));
    }
    found
}
