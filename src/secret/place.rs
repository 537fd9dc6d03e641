//! A place that has, or is said to have, a secret.

use jiff::Timestamp;

use super::{Origin, Secret};

/// A place that has, or is said to have, a secret.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where it is.
    pub origin: Origin,
    /// What named the file, where that was not the place itself.
    pub named_by: Option<String>,
    /// The secret, or why there is none that can be used.
    pub secret: Result<Secret, String>,
    /// Since when it is there, if that is known: for a file, when it was last written.
    pub since: Option<Timestamp>,
    /// What is not as it should be around it.
    pub warnings: Vec<String>,
}
