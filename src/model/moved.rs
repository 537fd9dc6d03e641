//! What is another thing now than when a plan was saved.

use serde::Serialize;

use super::Text;
use super::plan::ChangeKind;

/// How a change moved since its plan was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was not in the saved plan.
    New,
    /// It is no longer planned.
    Gone,
    /// It is planned, but not as it was, or it is held now, or was then.
    Changed,
    /// It is the same, but it goes together with something that is not.
    Waits,
}

impl How {
    /// The word that output uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            How::New => "new",
            How::Gone => "gone",
            How::Changed => "changed",
            How::Waits => "waits",
        }
    }
}

/// A change that moved since its plan was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// How.
    pub how: How,
    /// What it does.
    pub action: ChangeKind,
    /// The person's name, the group's, or `person → group`.
    pub label: Text,
    /// The person, if it is about one.
    pub campus_id: Option<Text>,
    /// The access group, if it is about one.
    pub access_group_id: Option<Text>,
    /// The card with its number masked, if it is about one.
    pub card: Option<Text>,
    /// Why, in words.
    pub why: String,
}
