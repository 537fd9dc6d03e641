//! What keeps Atrium from being read over HTTP.

use std::fmt;

use crate::error::Exit;
use crate::net::NetError;
use crate::secret;

/// What the login of an integration needs in Atrium. An administrator's record has "Force to
/// update password upon login" and "Disable Atrium Login", and its departments limit whom it sees
/// (Atrium's support articles on administrators and roles).
const LOGIN: &str = "in Atrium, check that the login is enabled, need not change its password, \
                     and has a role with the right to read, and all departments";

/// Why Atrium was not read over HTTP. Each message says where, why, and what to do; none has the
/// secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Address or machine are not fit for a client.
    #[error(transparent)]
    Setup(NetError),
    /// The secret can't be sent.
    #[error(
        "the secret of Atrium (from {0}) has characters that a header can't have; write it anew"
    )]
    Secret(secret::Origin),
    /// The secret was refused.
    #[error("{list}: Atrium refused the secret from {origin} ({status}); {LOGIN}")]
    SignIn {
        /// What was asked for.
        list: String,
        /// The status.
        status: u16,
        /// Where the secret came from.
        origin: secret::Origin,
    },
    /// A page for people came, on which they sign in or choose a new password.
    #[error(
        "{list}: {what} came, and no data: the secret from {origin} is not accepted here; {LOGIN}, \
         and that url in [atrium.http] is its interface, not its web site"
    )]
    SignInPage {
        /// What was asked for.
        list: String,
        /// What came.
        what: String,
        /// Where the secret came from.
        origin: secret::Origin,
    },
    /// There is no such list.
    #[error(
        "{list}: there is nothing at this path ({status}); correct url and path in [atrium.http]: \
         a customer gets the real ones from Atrium"
    )]
    NotThere {
        /// What was asked for.
        list: String,
        /// The status.
        status: u16,
    },
    /// Atrium could not be reached, or was not able to answer.
    #[error("{list}: {why}; try again later, and check url in [atrium.http] if this stays")]
    Unavailable {
        /// What was asked for.
        list: String,
        /// What happened, after all retries.
        why: String,
    },
    /// Atrium does not answer such a request.
    #[error(
        "{list}: refused ({status}){}; compare path and paging in [atrium.http] with what Atrium \
         says of its interface",
        after_colon(detail)
    )]
    Refused {
        /// What was asked for.
        list: String,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The answer is of another kind.
    #[error("{list}: the answer is no JSON: {what}; check url and path in [atrium.http]")]
    Unexpected {
        /// What was asked for.
        list: String,
        /// What came instead.
        what: String,
    },
    /// The answer has no array where the profile says.
    #[error(
        "{list}: the answer has no array at {pointer:?}, but {found}; correct `list` of this path in \
         [atrium.http]"
    )]
    NoList {
        /// What was asked for.
        list: String,
        /// Where the array should be.
        pointer: String,
        /// What is there.
        found: String,
    },
    /// No record has what is needed of all.
    #[error(
        "{list}: no record has {column} at {pointer:?}{there}; correct [{table}] in the profile"
    )]
    MissingField {
        /// The list.
        list: String,
        /// The column, or what else is missing.
        column: &'static str,
        /// Where it should be.
        pointer: String,
        /// What is there instead, as a phrase.
        there: String,
        /// The table of the profile that says where it is.
        table: &'static str,
    },
}

impl HttpError {
    /// The code that a command ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            HttpError::Setup(_)
            | HttpError::NotThere { .. }
            | HttpError::NoList { .. }
            | HttpError::MissingField { .. } => Exit::Usage,
            HttpError::Secret(_) | HttpError::SignIn { .. } | HttpError::SignInPage { .. } => {
                Exit::Authentication
            }
            HttpError::Unavailable { .. }
            | HttpError::Refused { .. }
            | HttpError::Unexpected { .. } => Exit::Unavailable,
        }
    }
}

fn after_colon(text: &str) -> impl fmt::Display {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}
