//! Causes for which somebody can't sign in to Command. Provisioning and signing in are independent.

use super::finding;
use crate::diagnose::facts::Facts;
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::fold::fold;

/// The person's domain is in no list of the sign-on configuration.
pub(super) fn domain_missing(facts: &Facts) -> Option<Finding> {
    let sign_on = facts.sign_on.seen()?;
    let email = facts.email.as_ref()?;
    let (_, domain) = email.rsplit_once('@')?;
    let domain = fold(domain);
    if sign_on.domains.is_empty() || sign_on.domains.iter().any(|known| *known == domain) {
        return None;
    }
    let text = format!(
        "the configuration {} has the domains {}",
        sign_on.client_id,
        sign_on.domains.join(", ")
    );
    let found = finding(Trouble::SsoDomainMissing, Likelihood::Possible, facts);
    Some(found.seen(Side::SignOn, text))
}
