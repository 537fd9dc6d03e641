//! What the plan says of the person: why it leaves something alone, and what it would do.

use super::finding;
use crate::diagnose::facts::Facts;
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::plan::{Operation, Subject};
use crate::model::reason::Code;

/// How likely a reason explains that somebody is not as expected; `None` for one that tells how
/// things are meant to be.
pub(in crate::diagnose) fn weight(code: Code) -> Option<Likelihood> {
    match code {
        Code::LocalCard
        | Code::CardOwnerUnknown
        | Code::CardsNotRead
        | Code::GroupKept
        | Code::MemberUnresolved
        | Code::OwnershipFirstRun
        | Code::Protected
        | Code::RotatingId
        | Code::UserFrozen => None,
        Code::ActiveUnknown
        | Code::AwaitingIdentity
        | Code::ForeignUser
        | Code::IdStatusUnmapped => Some(Likelihood::Possible),
        Code::CardClosed
        | Code::CardHeldElsewhere
        | Code::CardRefused
        | Code::CardShared
        | Code::CardUnreadable
        | Code::GroupNameMissing
        | Code::GroupNameShared
        | Code::GroupNameTaken
        | Code::IdTypeUnmapped
        | Code::NativeGroup
        | Code::NotYetInAccess => Some(Likelihood::Likely),
        _ => Some(Likelihood::Certain),
    }
}

/// The reasons for which the plan leaves the person, their groups or cards alone, each once.
pub(super) fn reasons(facts: &Facts) -> Vec<Finding> {
    // What is planned by another organization's ledger is no cause, and no remedy either.
    let Some(plan) = facts.plan.seen().filter(|_| !facts.is_ledger_elsewhere()) else {
        return Vec::new();
    };
    let mut found: Vec<Finding> = Vec::new();
    for left in &plan.left_alone {
        let Some(likelihood) = weight(left.code) else {
            continue;
        };
        let what = match &left.subject {
            Subject::User { .. } | Subject::Remote { .. } | Subject::Run => left.label.to_string(),
            Subject::Group { .. } => format!("group {}", left.label),
            Subject::Membership { .. } => format!("membership {}", left.label),
            Subject::Card { card, .. } => format!("card {} of {}", card.masked(), left.label),
        };
        let mut text = what;
        if !left.detail.is_empty() {
            text = format!("{text}: {}", left.detail);
        }
        if let Some(place) = &left.place {
            text = format!("{text} ({place})");
        }
        match found
            .iter_mut()
            .find(|known| known.name == left.code.into())
        {
            Some(known) => *known = known.clone().seen(Side::Plan, text),
            None => found.push(finding(left.code, likelihood, facts).seen(Side::Plan, text)),
        }
    }
    for held in &plan.held {
        let operation = &held.operation;
        let text = format!(
            "{} is held back: {} ({})",
            operation.change.kind().name(),
            labelled(operation),
            operation.why
        );
        match found
            .iter_mut()
            .find(|known| known.name == held.code.into())
        {
            Some(known) => *known = known.clone().seen(Side::Plan, text),
            None => {
                let new = finding(held.code, Likelihood::Certain, facts);
                found.push(new.seen(Side::Plan, text));
            }
        }
    }
    found
}

/// Whom or what an operation is about, with the card if it is about one.
fn labelled(operation: &Operation) -> String {
    match operation.subject.card() {
        Some(card) => format!("card {} of {}", card.masked(), operation.label),
        None => operation.label.to_string(),
    }
}

/// Nothing stands in the way, and it was not done yet.
pub(super) fn not_synced_yet(facts: &Facts) -> Option<Finding> {
    let plan = facts.plan.seen()?;
    if plan.operations.is_empty() || facts.is_ledger_elsewhere() {
        return None;
    }
    let blocked = plan.left_alone.iter().any(|left| {
        matches!(left.subject, Subject::User { .. })
            && weight(left.code) == Some(Likelihood::Certain)
    });
    let likelihood = if blocked {
        Likelihood::Possible
    } else {
        Likelihood::Likely
    };
    let mut found = finding(Trouble::NotSyncedYet, likelihood, facts);
    for operation in plan.operations.iter().take(8) {
        let text = format!(
            "a sync would {}: {} ({})",
            operation.change.kind().name(),
            labelled(operation),
            operation.why
        );
        found = found.seen(Side::Plan, text);
    }
    let rest = plan.operations.len().saturating_sub(8);
    if rest > 0 {
        found = found.seen(Side::Plan, format!("and {rest} changes more"));
    }
    let last = match facts.ledger.seen().map(|ledger| ledger.last_run) {
        Some(Some(at)) => format!("the last run began at {at:.0}"),
        Some(None) => "no run of this profile is known".to_owned(),
        None => return Some(found),
    };
    Some(found.seen(Side::Ledger, last))
}
