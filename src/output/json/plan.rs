//! The documents of a plan and of what became of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::operation::{OperationDocument, SubjectDocument};
use super::{Schema, document};
use crate::error::{Error, Exit};
use crate::model::moved::{How, Moved};
use crate::model::plan::{self as model, ChangeKind, Held, LeftAlone, Operation, Tripped};
use crate::model::reason::{Code, Situation};
use crate::model::report::{Outcome, Report, RequestCount, Verification};
use crate::output::Heading;
use crate::output::card::Shown;

#[derive(Serialize)]
pub(super) struct HeldDocument<'a> {
    code: Code,
    #[serde(flatten)]
    operation: OperationDocument<'a>,
}

impl<'a> HeldDocument<'a> {
    pub(super) fn new(held: &'a Held, shown: Shown) -> Self {
        HeldDocument {
            code: held.code,
            operation: OperationDocument::new(&held.operation, shown),
        }
    }
}

#[derive(Serialize)]
pub(super) struct LeftAloneDocument<'a> {
    code: Code,
    subject: SubjectDocument<'a>,
    label: &'a str,
    situation: Situation,
    detail: &'a str,
    remedy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

impl<'a> LeftAloneDocument<'a> {
    pub(super) fn new(item: &'a LeftAlone, shown: Shown) -> Self {
        let LeftAlone {
            subject,
            label,
            situation,
            code,
            detail,
            place,
        } = item;
        LeftAloneDocument {
            code: *code,
            subject: SubjectDocument::new(subject, shown),
            label,
            situation: *situation,
            detail,
            remedy: code.remedy(),
            place: place.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Serialize)]
pub(super) struct TrippedDocument<'a> {
    code: Code,
    detail: &'a str,
    remedy: &'static str,
    holds: u32,
}

impl<'a> From<&'a Tripped> for TrippedDocument<'a> {
    fn from(tripped: &'a Tripped) -> Self {
        let Tripped {
            code,
            detail,
            holds,
        } = tripped;
        TrippedDocument {
            code: *code,
            detail,
            remedy: code.remedy(),
            holds: *holds,
        }
    }
}

#[derive(Serialize)]
pub(super) struct CountsDocument {
    people: u64,
    access_groups: u64,
    managed_users: u64,
    managed_groups: u64,
    managed_memberships: u64,
    users_in_step: u64,
    groups_in_step: u64,
    memberships_in_step: u64,
    credentials_not_covered: u64,
    managed_cards: u64,
    cards_in_step: u64,
    cards_read: u64,
    cards_unread: u64,
    /// Changes by action.
    changes: BTreeMap<&'static str, u64>,
    held: u64,
    left_alone: u64,
}

impl From<&model::Plan> for CountsDocument {
    fn from(plan: &model::Plan) -> Self {
        let mut changes = BTreeMap::new();
        for operation in &plan.operations {
            *changes.entry(operation.change.kind().name()).or_default() += 1;
        }
        let model::Counts {
            people,
            access_groups,
            managed_users,
            managed_groups,
            managed_memberships,
            users_in_step,
            groups_in_step,
            memberships_in_step,
            credentials_not_covered,
            managed_cards,
            cards_in_step,
            cards_read,
            cards_unread,
        } = plan.counts;
        CountsDocument {
            people,
            access_groups,
            managed_users,
            managed_groups,
            managed_memberships,
            users_in_step,
            groups_in_step,
            memberships_in_step,
            credentials_not_covered,
            managed_cards,
            cards_in_step,
            cards_read,
            cards_unread,
            changes,
            held: plan.held.len() as u64,
            left_alone: plan.left_alone.len() as u64,
        }
    }
}

#[derive(Serialize)]
pub(super) struct CostDocument {
    requests: u64,
    card_requests: u64,
    card_seconds: u64,
    invitations: u64,
}

impl From<model::Cost> for CostDocument {
    fn from(cost: model::Cost) -> Self {
        let model::Cost {
            requests,
            card_requests,
            card_seconds,
            invitations,
        } = cost;
        CostDocument {
            requests,
            card_requests,
            card_seconds,
            invitations,
        }
    }
}

#[derive(Serialize)]
struct MovedDocument<'a> {
    how: How,
    action: ChangeKind,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    campus_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<&'a str>,
    why: &'a str,
}

impl<'a> From<&'a Moved> for MovedDocument<'a> {
    fn from(moved: &'a Moved) -> Self {
        let Moved {
            how,
            action,
            label,
            campus_id,
            access_group_id,
            card,
            why,
        } = moved;
        MovedDocument {
            how: *how,
            action: *action,
            label,
            campus_id: campus_id.as_deref(),
            access_group_id: access_group_id.as_deref(),
            card: card.as_deref(),
            why,
        }
    }
}

/// What the documents of a plan and of a sync share; `O` is what they say of an operation.
#[derive(Serialize)]
struct PlanDocument<'a, O> {
    profile: &'a str,
    organization: &'a str,
    digest: &'a str,
    counts: CountsDocument,
    cost: CostDocument,
    operations: Vec<O>,
    held: Vec<HeldDocument<'a>>,
    left_alone: Vec<LeftAloneDocument<'a>>,
    tripped: Vec<TrippedDocument<'a>>,
    stops: Vec<TrippedDocument<'a>>,
    /// What is another thing than in the saved plan that is applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moved: Vec<MovedDocument<'a>>,
}

impl<'a, O> PlanDocument<'a, O> {
    fn new(heading: Heading<'a>, plan: &'a model::Plan, operations: Vec<O>, shown: Shown) -> Self {
        let left_alone = plan.left_alone.iter();
        let left_alone = left_alone.map(|item| LeftAloneDocument::new(item, shown));
        let held = plan.held.iter();
        let held = held.map(|held| HeldDocument::new(held, shown));
        PlanDocument {
            profile: heading.profile,
            organization: heading.organization,
            digest: &plan.digest,
            counts: plan.into(),
            cost: plan.cost.into(),
            operations,
            held: held.collect(),
            left_alone: left_alone.collect(),
            tripped: plan.tripped.iter().map(Into::into).collect(),
            stops: plan.stops.iter().map(Into::into).collect(),
            moved: plan.moved.iter().map(Into::into).collect(),
        }
    }
}

/// `atriumctl.plan/1`: what a run would do.
pub(in crate::output) fn plan(
    heading: Heading<'_>,
    plan: &model::Plan,
    shown: Shown,
) -> Result<String, Error> {
    let operations = plan.operations.iter();
    let operations = operations.map(|operation| OperationDocument::new(operation, shown));
    document(&Schema {
        schema: "atriumctl.plan/1",
        document: PlanDocument::new(heading, plan, operations.collect(), shown),
    })
}

/// What a saved plan holds of a plan: what `atriumctl.plan/1` does, card numbers always masked.
pub(in crate::output) fn review(
    heading: Heading<'_>,
    plan: &model::Plan,
) -> Result<serde_json::Value, Error> {
    let shown = Shown::default();
    let operations = plan.operations.iter();
    let operations = operations.map(|operation| OperationDocument::new(operation, shown));
    let document = PlanDocument::new(heading, plan, operations.collect(), shown);
    serde_json::to_value(document)
        .map_err(|error| Error::new(Exit::Failed, anyhow::Error::new(error)))
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub(super) enum OutcomeDocument<'a> {
    Done {
        /// The id of what was made; that of a card as `card_id`.
        #[serde(skip_serializing_if = "Option::is_none")]
        made: Option<&'a str>,
    },
    Failed {
        code: Code,
        detail: &'a str,
        remedy: &'static str,
    },
    Owed {
        code: Code,
    },
    Skipped {
        code: Code,
        remedy: &'static str,
    },
}

impl<'a> OutcomeDocument<'a> {
    pub(super) fn new(operation: &Operation, outcome: &'a Outcome, shown: Shown) -> Self {
        match outcome {
            Outcome::Done { made } => OutcomeDocument::Done {
                made: made.as_deref().filter(|_| {
                    let is_card = operation.subject.card().is_some();
                    !is_card || shown.whole
                }),
            },
            Outcome::Failed { code, detail } => OutcomeDocument::Failed {
                code: *code,
                detail,
                remedy: code.remedy(),
            },
            Outcome::Owed { code } => OutcomeDocument::Owed { code: *code },
            Outcome::Skipped { code } => OutcomeDocument::Skipped {
                code: *code,
                remedy: code.remedy(),
            },
        }
    }
}

#[derive(Serialize)]
struct AppliedDocument<'a> {
    #[serde(flatten)]
    operation: OperationDocument<'a>,
    /// `null` if the run ended before.
    outcome: Option<OutcomeDocument<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub(super) enum VerificationDocument<'a> {
    InStep,
    Remaining {
        operations: Vec<OperationDocument<'a>>,
    },
    NotChecked {
        why: &'a str,
    },
}

impl<'a> VerificationDocument<'a> {
    pub(super) fn new(verification: &'a Verification, shown: Shown) -> Self {
        match verification {
            Verification::InStep => VerificationDocument::InStep,
            Verification::Remaining { operations } => VerificationDocument::Remaining {
                operations: operations
                    .iter()
                    .map(|operation| OperationDocument::new(operation, shown))
                    .collect(),
            },
            Verification::NotChecked { why } => VerificationDocument::NotChecked { why },
        }
    }
}

#[derive(Serialize)]
pub(super) struct RequestDocument<'a> {
    endpoint: &'a str,
    sent: u64,
    retries: u64,
}

impl<'a> From<&'a RequestCount> for RequestDocument<'a> {
    fn from(count: &'a RequestCount) -> Self {
        RequestDocument {
            endpoint: &count.endpoint,
            sent: count.sent,
            retries: count.retries,
        }
    }
}

#[derive(Serialize)]
struct SyncDocument<'a> {
    #[serde(flatten)]
    plan: PlanDocument<'a, AppliedDocument<'a>>,
    verification: VerificationDocument<'a>,
    requests: Vec<RequestDocument<'a>>,
    interrupted: bool,
    exit: u8,
}

/// `atriumctl.sync/1`: what a run did, its plan included.
pub(in crate::output) fn sync(
    heading: Heading<'_>,
    report: &Report,
    requests: &[RequestCount],
    exit: Exit,
    shown: Shown,
) -> Result<String, Error> {
    let mut outcomes = report.outcomes.iter();
    let operations = report
        .plan
        .operations
        .iter()
        .map(|operation| AppliedDocument {
            operation: OperationDocument::new(operation, shown),
            outcome: outcomes
                .next()
                .map(|outcome| OutcomeDocument::new(operation, outcome, shown)),
        });
    let operations = operations.collect();
    document(&Schema {
        schema: "atriumctl.sync/1",
        document: SyncDocument {
            plan: PlanDocument::new(heading, &report.plan, operations, shown),
            verification: VerificationDocument::new(&report.verification, shown),
            requests: requests.iter().map(Into::into).collect(),
            interrupted: report.interrupted,
            exit: exit.code(),
        },
    })
}
