//! What became of a plan.

use serde::{Deserialize, Serialize};

use super::Text;
use super::plan::{Operation, Plan};
use super::reason::Code;

/// What became of one operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Command acknowledged it.
    Done {
        /// The id of the user, group or card that it made; `None` if it made none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<Text>,
    },
    /// Command refused it, or could not be asked.
    Failed {
        /// Why.
        code: Code,
        /// What the server said, or what went wrong on the way.
        detail: String,
    },
    /// Command does not take it while the user is deactivated. It is remembered, and done first
    /// should the user be reactivated: a debt, not a failure.
    Owed {
        /// Why.
        code: Code,
    },
    /// It was not tried.
    Skipped {
        /// Why.
        code: Code,
    },
}

impl Outcome {
    /// Whether Command acknowledged it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Outcome::Done { .. })
    }
}

/// Requests of one kind, for `--stats`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCount {
    /// Method and path with the ids left out, for example `GET /Users/{id}`.
    pub endpoint: String,
    /// How many were sent, repeats included.
    pub sent: u64,
    /// How many of them repeated one that had failed.
    pub retries: u64,
}

/// What the check afterwards found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Verification {
    /// What was touched was read and planned again, and nothing is left to do.
    InStep,
    /// Something is left to do.
    Remaining {
        /// What.
        operations: Vec<Operation>,
    },
    /// It could not be looked at.
    NotChecked {
        /// Why.
        why: String,
    },
}

/// What became of a plan as a whole.
#[derive(Clone, Debug)]
pub struct Report {
    /// The plan that was applied.
    pub plan: Plan,
    /// What became of each of its operations, by position.
    pub outcomes: Vec<Outcome>,
    /// What the check afterwards found.
    pub verification: Verification,
    /// Whether the run was asked to stop before its end.
    pub interrupted: bool,
}
