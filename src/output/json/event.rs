//! `atriumctl.event/1`: what happens in a run, each event on a line of its own as it happens.
//!
//! A stream begins with `started` and ends with `finished` or `error`, both with the exit code. An
//! operation is named by its position in the plan; should the check afterwards find that it did not
//! last, it is told once more, and the last word counts.

use serde::Serialize;

use super::operation::OperationDocument;
use super::plan::{
    CostDocument, CountsDocument, HeldDocument, LeftAloneDocument, OutcomeDocument,
    RequestDocument, TrippedDocument, VerificationDocument,
};
use super::{ErrorDocument, Schema, line};
use crate::error::{Error, Exit};
use crate::model::plan::{Held, LeftAlone, Operation, Plan};
use crate::model::report::{Outcome, RequestCount, Verification};
use crate::output::Heading;
use crate::output::card::Shown;

/// Something that happens in a run.
#[derive(Clone, Copy)]
pub(in crate::output) enum Event<'a> {
    /// The run begins to read.
    Started(Heading<'a>),
    /// How far a phase is.
    Progress {
        phase: &'a str,
        position: u64,
        length: Option<u64>,
    },
    /// What is to be done, in figures.
    Plan(&'a Plan),
    /// An operation of the plan, and what became of it; `None` if it is only planned.
    Operation(u32, &'a Operation, Option<&'a Outcome>),
    Held(&'a Held),
    LeftAlone(&'a LeftAlone),
    /// What the check afterwards found.
    Checked(&'a Verification),
    /// The end of a run, with its plan and what became of that.
    Finished {
        plan: &'a Plan,
        outcomes: &'a [Outcome],
        requests: &'a [RequestCount],
        interrupted: bool,
        exit: Exit,
    },
    /// The end of a run that could not go on.
    Error(&'a Error),
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum EventDocument<'a> {
    Started {
        profile: &'a str,
        organization: &'a str,
    },
    Progress {
        phase: &'a str,
        position: u64,
        length: Option<u64>,
    },
    Plan {
        digest: &'a str,
        counts: CountsDocument,
        cost: CostDocument,
        tripped: Vec<TrippedDocument<'a>>,
        stops: Vec<TrippedDocument<'a>>,
    },
    Operation {
        position: u32,
        #[serde(flatten)]
        operation: Box<OperationDocument<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<OutcomeDocument<'a>>,
    },
    Held {
        #[serde(flatten)]
        held: Box<HeldDocument<'a>>,
        remedy: &'static str,
    },
    LeftAlone(LeftAloneDocument<'a>),
    Checked(VerificationDocument<'a>),
    Finished {
        operations: Totals,
        held: u64,
        left_alone: u64,
        requests: Vec<RequestDocument<'a>>,
        interrupted: bool,
        exit: u8,
    },
    Error(ErrorDocument<'a>),
}

/// How many operations there were, and how they ended.
#[derive(Default, Serialize)]
struct Totals {
    planned: u64,
    done: u64,
    failed: u64,
    owed: u64,
    skipped: u64,
}

impl Totals {
    fn new(plan: &Plan, outcomes: &[Outcome]) -> Self {
        let mut totals = Totals {
            planned: plan.operations.len() as u64,
            ..Totals::default()
        };
        for outcome in outcomes {
            match outcome {
                Outcome::Done { .. } => totals.done += 1,
                Outcome::Failed { .. } => totals.failed += 1,
                Outcome::Owed { .. } => totals.owed += 1,
                Outcome::Skipped { .. } => totals.skipped += 1,
            }
        }
        totals
    }
}

impl Event<'_> {
    /// The event as a line.
    pub(in crate::output) fn line(self, shown: Shown) -> Result<String, Error> {
        line(&Schema {
            schema: "atriumctl.event/1",
            document: EventDocument::new(self, shown),
        })
    }
}

impl<'a> EventDocument<'a> {
    fn new(event: Event<'a>, shown: Shown) -> Self {
        match event {
            Event::Started(heading) => EventDocument::Started {
                profile: heading.profile,
                organization: heading.organization,
            },
            Event::Progress {
                phase,
                position,
                length,
            } => EventDocument::Progress {
                phase,
                position,
                length,
            },
            Event::Plan(plan) => EventDocument::Plan {
                digest: &plan.digest,
                counts: plan.into(),
                cost: plan.cost.into(),
                tripped: plan.tripped.iter().map(Into::into).collect(),
                stops: plan.stops.iter().map(Into::into).collect(),
            },
            Event::Operation(position, operation, outcome) => EventDocument::Operation {
                position,
                operation: Box::new(OperationDocument::new(operation, shown)),
                outcome: outcome.map(|outcome| OutcomeDocument::new(operation, outcome, shown)),
            },
            Event::Held(held) => EventDocument::Held {
                held: Box::new(HeldDocument::new(held, shown)),
                remedy: held.code.remedy(),
            },
            Event::LeftAlone(item) => EventDocument::LeftAlone(LeftAloneDocument::new(item, shown)),
            Event::Checked(verification) => {
                EventDocument::Checked(VerificationDocument::new(verification, shown))
            }
            Event::Finished {
                plan,
                outcomes,
                requests,
                interrupted,
                exit,
            } => EventDocument::Finished {
                operations: Totals::new(plan, outcomes),
                held: plan.held.len() as u64,
                left_alone: plan.left_alone.len() as u64,
                requests: requests.iter().map(Into::into).collect(),
                interrupted,
                exit: exit.code(),
            },
            Event::Error(error) => EventDocument::Error(error.into()),
        }
    }
}
