//! Why something that only an organization admin can do was not done, or may not have been.

use std::fmt;

use thiserror::Error;

use crate::net::NetError;

/// What the port was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Read the SCIM set-up.
    ReadScim,
    /// Make a SCIM token for some domains.
    GenerateToken,
    /// Make a new token for the same domains.
    RefreshToken,
    /// Read a single sign-on configuration.
    ReadSso,
    /// Upload metadata.
    UploadMetadata,
}

impl Job {
    /// Whether it makes a token, and kills the one before.
    #[must_use]
    pub fn makes_token(self) -> bool {
        matches!(self, Job::GenerateToken | Job::RefreshToken)
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Job::ReadScim => "reading the SCIM set-up",
            Job::GenerateToken => "making a SCIM token",
            Job::RefreshToken => "refreshing the SCIM token",
            Job::ReadSso => "reading the single sign-on configuration",
            Job::UploadMetadata => "uploading metadata",
        })
    }
}

/// Why the port did not do its job. No message has a secret in it, and texts of the server are cut
/// short and free of control characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AdminError {
    /// Address, secret or machine are not fit for a client.
    #[error(transparent)]
    Setup(NetError),
    /// The admin's secret was refused (401).
    #[error("{job}: the admin secret was refused{}", after_colon(detail))]
    SignIn {
        /// What was asked.
        job: Job,
        /// What the server said.
        detail: String,
    },
    /// The secret signs in, but its owner is no organization admin (403).
    #[error("{job}: this takes an organization admin{}", after_colon(detail))]
    NotAdmin {
        /// What was asked.
        job: Job,
        /// What the server said.
        detail: String,
    },
    /// There is no such thing (404).
    #[error("{job}: not found{}", after_colon(detail))]
    NotFound {
        /// What was asked.
        job: Job,
        /// What the server said.
        detail: String,
    },
    /// It does not fit what is there (409): there is no token to refresh.
    #[error("{job}: not possible as things are{}", after_colon(detail))]
    Conflict {
        /// What was asked.
        job: Job,
        /// What the server said.
        detail: String,
    },
    /// The server does not do this with these values.
    #[error("{job}: refused ({status}){}", after_colon(detail))]
    Refused {
        /// What was asked.
        job: Job,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The server could not be reached, or was not able to answer, and nothing was changed.
    #[error("{job}: {why}")]
    Unavailable {
        /// What was asked.
        job: Job,
        /// What happened, after all retries.
        why: String,
    },
    /// It was sent, and it can't be told whether it was carried out.
    #[error("{job}: it can't be told whether this was carried out: {why}")]
    OutcomeUnknown {
        /// What was asked.
        job: Job,
        /// What happened.
        why: String,
    },
    /// The answer is none of these routes'.
    #[error("{job}: the answer can't be used: {what}")]
    Unexpected {
        /// What was asked.
        job: Job,
        /// What came instead.
        what: String,
    },
    /// The console has to be used by a person, and there is no terminal to guide one at.
    #[error("{0} takes a person at a terminal: Command has no interface for it")]
    NeedsTerminal(Job),
    /// The person who was guided was interrupted, or ended the input, after the steps were shown.
    #[error("{job}: interrupted; {}", in_console(*job))]
    Interrupted {
        /// What was asked.
        job: Job,
    },
    /// What was given as the new token can't be one, or Command refuses it.
    #[error("{job}: {why}")]
    TokenRefused {
        /// What was asked.
        job: Job,
        /// What is wrong with it.
        why: String,
    },
    /// The person who was guided said no, or what is asked for can't be sent.
    #[error("{job}: {why}")]
    BrokenOff {
        /// What was asked.
        job: Job,
        /// What happened.
        why: String,
    },
}

impl AdminError {
    /// Whether a token may have been made all the same, so that the one before may be dead.
    #[must_use]
    pub fn may_have_made_a_token(&self) -> bool {
        matches!(self, AdminError::OutcomeUnknown { job, .. } if job.makes_token())
    }
}

/// What may be so in the console after the steps for a job were shown.
fn in_console(job: Job) -> &'static str {
    match job.makes_token() {
        true => {
            "the token in the console may be new by now, and then the old one is dead and the new \
             one is not kept"
        }
        false => "what was done in the console is not known here",
    }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}
