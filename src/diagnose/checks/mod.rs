//! The checks, one for each cause, in one table. A check is pure: it looks at the facts, and says
//! what it found. To add one, write its function beside its like and its row here.
//!
//! The order of the table is the order of causes that are equally likely: what stops everybody
//! stands before what stops one person, what stops the person before what stops a group or a card.

mod atrium;
mod command;
mod doors;
mod okta;
pub(super) mod plan;
mod sign_on;

use super::facts::Facts;
use crate::model::diagnosis::{
    Diagnosis, Evidence, Finding, Likelihood, Name, NotLooked, Side, Trouble,
};
use crate::model::reason::Code;

/// A check.
pub struct Check {
    /// The cause that it looks for; `None` for one that looks for several.
    pub name: Option<Name>,
    /// The sides that it needs. One that could not be looked at skips the check.
    pub needs: &'static [Side],
    /// What it finds: nothing, or what is the case.
    pub judge: fn(&Facts) -> Vec<Finding>,
}

/// A check that finds its cause once or not at all.
macro_rules! check {
    (reason $code:ident, [$($side:ident),*], $judge:path) => {
        check!(@ Name::Reason(Code::$code), [$($side),*], $judge)
    };
    ($trouble:ident, [$($side:ident),*], $judge:path) => {
        check!(@ Name::Trouble(Trouble::$trouble), [$($side),*], $judge)
    };
    (@ $name:expr, [$($side:ident),*], $judge:path) => {
        Check {
            name: Some($name),
            needs: &[$(Side::$side),*],
            judge: |facts| $judge(facts).into_iter().collect(),
        }
    };
}

/// Every check.
pub static CHECKS: &[Check] = &[
    check!(TokenRefused, [Token], command::token_refused),
    check!(LedgerIdsUnknown, [Ledger], command::other_organization),
    check!(NotInAtrium, [Atrium], atrium::not_in_atrium),
    check!(StatedInactive, [Atrium], atrium::stated_inactive),
    check!(ValidityEnded, [Atrium], atrium::validity_ended),
    check!(reason NotYetValid, [Atrium], atrium::not_yet_valid),
    check!(reason StatusUnmapped, [Atrium], atrium::status_unmapped),
    check!(reason OutOfScope, [Atrium], atrium::out_of_scope),
    check!(reason NoEmail, [Atrium], atrium::no_email),
    check!(reason EmailMalformed, [Atrium], atrium::email_malformed),
    check!(reason NoName, [Atrium], atrium::no_name),
    check!(reason EmailShared, [Atrium], atrium::email_shared),
    check!(reason EmailOutsideDomains, [Atrium], atrium::email_outside_domains),
    Check {
        name: None,
        needs: &[Side::Plan],
        judge: plan::reasons,
    },
    Check {
        name: None,
        needs: &[Side::Atrium, Side::Scim],
        judge: command::no_address_for_another,
    },
    Check {
        name: None,
        needs: &[],
        judge: command::api_key_refused,
    },
    check!(OtherClientClosed, [Scim], command::other_client_closed),
    check!(NotSyncedYet, [Plan], plan::not_synced_yet),
    check!(OktaOrphan, [Okta, OktaPeople, Scim], okta::orphan),
    check!(OktaNoUser, [Okta, OktaPeople], okta::no_user),
    check!(OktaUserInactive, [Okta, OktaPeople], okta::user_inactive),
    check!(OktaNotAssigned, [Okta, OktaPeople], okta::not_assigned),
    check!(OktaWrongApp, [Okta, OktaPeople], okta::wrong_app),
    check!(OktaConnectionOff, [Okta, OktaApp], okta::connection_off),
    check!(OktaCreateOff, [Okta, OktaApp], okta::create_off),
    check!(OktaSignInFailing, [Okta, OktaLog], okta::sign_in_failing),
    check!(OktaPushFailed, [Okta, OktaLog], okta::push_failed),
    Check {
        name: None,
        needs: &[Side::Okta, Side::Scim],
        judge: |facts| okta::linked_user_gone(facts).into_iter().collect(),
    },
    check!(OktaNeverCreated, [Okta], okta::never_created),
    check!(OktaLoginDiffers, [Okta], okta::login_differs),
    check!(OktaGroupError, [OktaGroups], okta::group_error),
    check!(PhoneFormat, [Atrium, Scim], atrium::phone_format),
    check!(ReplacedRecord, [Ledger, Scim], command::replaced_record),
    check!(TwoRecords, [Access], command::two_records),
    check!(
        NotInDoorGroup,
        [Scim, Access, Doors],
        doors::not_in_door_group
    ),
    check!(GroupNotAtDoors, [Scim, Doors], doors::group_not_at_doors),
    check!(GroupWithoutLevel, [Doors], doors::group_without_level),
    check!(CardSwitchedOff, [Access], doors::card_switched_off),
    check!(NoCard, [Atrium, Access], doors::no_card),
    check!(NoAccessGroup, [Atrium, Memberships], doors::no_access_group),
    check!(SsoDomainMissing, [SignOn], sign_on::domain_missing),
];

/// Judges the facts by every check. Findings stand with the likeliest first.
#[must_use]
pub fn diagnose(facts: &Facts) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    for check in CHECKS {
        if check.needs.iter().any(|side| !facts.concerns(*side)) {
            continue;
        }
        let mut unseen = check.needs.iter().filter_map(|side| {
            facts
                .unseen(*side)
                .map(|why| NotLooked { side: *side, why })
        });
        if let Some(first) = unseen.next() {
            for not_looked in [first].into_iter().chain(unseen) {
                let known = &mut diagnosis.not_looked;
                if !known.iter().any(|known| known.side == not_looked.side) {
                    known.push(not_looked);
                }
            }
            continue;
        }
        let found = (check.judge)(facts);
        if let (Some(name), true) = (check.name, found.is_empty()) {
            diagnosis.cleared.push(name);
        }
        for found in found {
            add(&mut diagnosis.findings, found);
        }
    }
    // What one check clears, the plan may know more of.
    let findings = &diagnosis.findings;
    let is_found = |name: Name| findings.iter().any(|found| found.name == name);
    diagnosis.cleared.retain(|name| !is_found(*name));
    // The sort is stable: the table's order decides among equals. That another client has the user
    // is told, and explains less than anything else.
    let foreign = Name::from(Code::ForeignUser);
    let rank = |finding: &Finding| (finding.likelihood, finding.name == foreign);
    diagnosis.findings.sort_by_key(rank);
    diagnosis
        .not_looked
        .sort_by_key(|not_looked| not_looked.side);
    diagnosis
}

/// Adds a finding, or what it has seen to the one of the same name: the plan gives one reason for
/// each person, which a check of its own may have found as well.
fn add(findings: &mut Vec<Finding>, new: Finding) {
    match findings.iter_mut().find(|known| known.name == new.name) {
        Some(known) => {
            known.likelihood = known.likelihood.min(new.likelihood);
            known.evidence.extend(new.evidence);
        }
        None => findings.push(new),
    }
}

/// A finding with its general remedy.
fn finding(name: impl Into<Name>, likelihood: Likelihood, facts: &Facts) -> Finding {
    let name = name.into();
    Finding {
        name,
        likelihood,
        evidence: Vec::new(),
        next: facts.next(name),
    }
}

impl Finding {
    /// With one more thing that was seen.
    fn seen(mut self, side: Side, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence {
            side,
            text: text.into(),
        });
        self
    }
}
