//! How a run ends: the exit codes, and the error that carries message, causes, next steps and the
//! code.

use std::fmt;

/// The documented exit codes. The table in the help and the README is made from this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done, nothing wrong.
    Done,
    /// 1: failed.
    Failed,
    /// 2: the command line or a profile is wrong, or a question could not be asked.
    Usage,
    /// 3: differences exist (`diff --exit-code`).
    Differences,
    /// 4: authentication is missing or was refused.
    Authentication,
    /// 5: done in part; some operations failed.
    Partial,
    /// 6: held or stopped by a guard.
    Held,
    /// 7: the other side was unavailable after retries, or a read was incomplete.
    Unavailable,
    /// 8: the plan, or the ledger, is stale.
    Stale,
    /// 9: another run holds the lock.
    Locked,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// Every code in the order of its number.
    pub const ALL: [Exit; 11] = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Differences,
        Exit::Authentication,
        Exit::Partial,
        Exit::Held,
        Exit::Unavailable,
        Exit::Stale,
        Exit::Locked,
        Exit::Interrupted,
    ];

    /// The number that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Differences => 3,
            Exit::Authentication => 4,
            Exit::Partial => 5,
            Exit::Held => 6,
            Exit::Unavailable => 7,
            Exit::Stale => 8,
            Exit::Locked => 9,
            Exit::Interrupted => 130,
        }
    }

    /// What the number means, for the help.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Failed => "failed",
            Exit::Usage => "the command line or the profile is wrong",
            Exit::Differences => "differences exist (diff --exit-code)",
            Exit::Authentication => "authentication is missing or was refused",
            Exit::Partial => "done in part: some operations failed",
            Exit::Held => "something is held or stopped by a guard",
            Exit::Unavailable => "the other side is unavailable, or a read was incomplete",
            Exit::Stale => "the plan or the ledger is stale",
            Exit::Locked => "another run holds the lock",
            Exit::Interrupted => "interrupted",
        }
    }

    /// Of two codes that both apply, the one that the process ends with: 130, 4, 9, 8, 7, 6, 5, 1,
    /// then the rest.
    #[must_use]
    pub fn or(self, other: Exit) -> Exit {
        if self.rank() >= other.rank() {
            self
        } else {
            other
        }
    }

    fn rank(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Differences => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::Partial => 4,
            Exit::Held => 5,
            Exit::Unavailable => 6,
            Exit::Stale => 7,
            Exit::Locked => 8,
            Exit::Authentication => 9,
            Exit::Interrupted => 10,
        }
    }
}

/// An error that ends a command: what went wrong, why, and what to do about it.
#[derive(Debug)]
pub struct Error {
    /// The code that the process ends with.
    pub exit: Exit,
    /// The message and its causes, outermost first.
    pub source: anyhow::Error,
    /// Next steps, each a sentence or a command.
    pub hints: Vec<String>,
}

impl Error {
    /// An error with its exit code.
    pub fn new(exit: Exit, source: impl Into<anyhow::Error>) -> Self {
        Error {
            exit,
            source: source.into(),
            hints: Vec::new(),
        }
    }

    /// An error made of a message alone.
    pub fn message(exit: Exit, message: impl Into<String>) -> Self {
        Error {
            exit,
            source: anyhow::Error::msg(message.into()),
            hints: Vec::new(),
        }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with other next steps.
    #[must_use]
    pub fn map_hints(mut self, map: impl Fn(&str) -> String) -> Self {
        for hint in &mut self.hints {
            *hint = map(hint);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.source)
    }
}

impl From<anyhow::Error> for Error {
    fn from(source: anyhow::Error) -> Self {
        Error::new(Exit::Failed, source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_the_documented_one() {
        let order = [
            Exit::Interrupted,
            Exit::Authentication,
            Exit::Locked,
            Exit::Stale,
            Exit::Unavailable,
            Exit::Held,
            Exit::Partial,
            Exit::Failed,
            Exit::Done,
        ];
        for (at, first) in order.iter().enumerate() {
            for later in &order[at..] {
                assert_eq!(first.or(*later), *first);
                assert_eq!(later.or(*first), *first);
            }
        }
    }
}
