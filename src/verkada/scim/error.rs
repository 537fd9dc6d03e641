//! What can go wrong with a SCIM request.

use std::fmt;

use reqwest::Method;
use serde_json::Value;
use thiserror::Error;

use super::wire;
use crate::model::GroupId;
use crate::model::fold::fold;
use crate::model::reason::Code;
use crate::net::NetError;

/// The longest text of a server that is passed on, in characters.
const LONGEST_DETAIL: usize = 300;

/// What was asked, for messages: method and path without the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub(super) method: Method,
    pub(super) endpoint: &'static str,
    pub(super) path: String,
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Why a SCIM call failed. No message has a token in it, and texts of the server are cut short
/// and free of control characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScimError {
    /// Address, token or machine are not fit for a client.
    #[error(transparent)]
    Setup(NetError),
    /// The token was refused (401, or 403 where nothing but the token can be meant).
    #[error(
        "{ask}: Command refused the SCIM token ({status}){}",
        after_colon(detail)
    )]
    SignIn {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// The server could not be reached, or was not able to answer, and nothing was changed that
    /// a repeat would not change again.
    #[error("{ask}: {why}")]
    Unavailable {
        /// What was asked.
        ask: Ask,
        /// What happened, after all retries.
        why: String,
    },
    /// A write was sent, and it can't be told whether it was carried out.
    #[error("{ask}: it can't be told whether this was carried out: {why}")]
    OutcomeUnknown {
        /// What was asked.
        ask: Ask,
        /// What happened.
        why: String,
    },
    /// There is no such user or group.
    #[error("{ask}: not found")]
    NotFound {
        /// What was asked.
        ask: Ask,
    },
    /// Something with this identity is there already (409).
    #[error(
        "{ask}: conflict (409{}){}",
        after_comma(scim_type),
        after_colon(detail)
    )]
    Conflict {
        /// What was asked.
        ask: Ask,
        /// The error's `scimType`; empty if there is none.
        scim_type: String,
        /// What the server said.
        detail: String,
    },
    /// The server does not do this with these values.
    #[error(
        "{ask}: refused ({status}{}){}",
        after_comma(scim_type),
        after_colon(detail)
    )]
    Refused {
        /// What was asked.
        ask: Ask,
        /// The status.
        status: u16,
        /// The error's `scimType`; empty if there is none.
        scim_type: String,
        /// What the server said.
        detail: String,
    },
    /// The answer is not SCIM: a proxy's or sign-in page, a redirect, JSON of another shape.
    #[error("{ask}: the answer is not SCIM: {what}")]
    Unexpected {
        /// What was asked.
        ask: Ask,
        /// What came instead.
        what: String,
    },
    /// Somebody else changed it between reading and writing; nothing was written.
    #[error("{ask}: somebody else changed it meanwhile, so nothing was written")]
    Changed {
        /// What was asked.
        ask: Ask,
    },
    /// A whole group would have to be written, and its members could not be read.
    #[error(
        "group {group}: Command returns it without members, so writing it whole could remove some"
    )]
    MembersUnread {
        /// The group.
        group: GroupId,
    },
    /// A group came back with fewer members than were written.
    #[error("group {group}: {sent} members were written, but {came} came back")]
    MembersCapped {
        /// The group.
        group: GroupId,
        /// How many members were written.
        sent: usize,
        /// How many were read afterwards.
        came: usize,
    },
}

impl ScimError {
    /// The reason code to report it under.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            ScimError::Setup(_) | ScimError::Unavailable { .. } => Code::Unavailable,
            ScimError::SignIn { .. } => Code::SignInRefused,
            ScimError::OutcomeUnknown { .. } => Code::OutcomeUnknown,
            ScimError::NotFound { .. } => Code::NotFound,
            ScimError::Changed { .. } => Code::ChangedMeanwhile,
            ScimError::Conflict { ask, .. } if ask.endpoint == "POST /Users" => {
                Code::HeldByInvisible
            }
            ScimError::Refused { .. } if self.is_frozen() => Code::Frozen,
            ScimError::Refused { .. } if self.mentions_domain() => Code::EmailOutsideDomains,
            ScimError::Refused { ask, .. } if self.is_unmanaged() => match ask.endpoint {
                "POST /Users" | "POST /Groups" => Code::RefusedByCommand,
                endpoint if endpoint.ends_with("/Groups/{id}") && self.is_forbidden() => {
                    Code::NativeGroup
                }
                _ => Code::NotOverScim,
            },
            ScimError::Conflict { .. } | ScimError::Refused { .. } => Code::RefusedByCommand,
            ScimError::Unexpected { .. } => Code::UnexpectedAnswer,
            ScimError::MembersUnread { .. } => Code::MembersUnread,
            ScimError::MembersCapped { .. } => Code::MembersCapped,
        }
    }

    /// Whether the server says that it was because the user is deactivated.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.says(&["deactivated", "frozen"])
    }

    /// Whether the server speaks of the email's domain.
    #[must_use]
    pub fn mentions_domain(&self) -> bool {
        self.says(&["domain"])
    }

    /// Whether the server does not let this client change the record, or, of a member, says that
    /// SCIM does not manage the user. What live Command answers is not public.
    fn is_unmanaged(&self) -> bool {
        self.is_forbidden() || self.says(&["not managed", "scim manages", "made in command"])
    }

    /// Whether the server understood a write and refuses to do it (RFC 9110, section 15.5.4).
    fn is_forbidden(&self) -> bool {
        matches!(self, ScimError::Refused { status: 403, .. })
    }

    fn says(&self, words: &[&str]) -> bool {
        let ScimError::Refused { detail, .. } = self else {
            return false;
        };
        let detail = fold(detail);
        words.iter().any(|word| detail.contains(word))
    }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}

fn after_comma(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(", {text}")
    }
}

/// What the body of an error says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) scim_type: String,
    pub(super) detail: String,
    /// Whether the body is a page for a browser.
    pub(super) is_page: bool,
    /// Whether the body is an error of SCIM, so that a SCIM server wrote it.
    pub(super) is_scim: bool,
}

/// Every error of SCIM names this schema (RFC 7644, section 3.12).
const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Reads the body of an error (RFC 7644, section 3.12); other JSON and plain text are taken as
/// they are. `clean` makes the server's text fit to be shown.
pub(super) fn fault(body: &[u8], clean: impl Fn(&str, usize) -> String) -> Fault {
    let text = String::from_utf8_lossy(body);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return Fault {
            is_page: true,
            ..Fault::default()
        };
    }
    let value: Value = serde_json::from_str(start).unwrap_or_default();
    let field = |name| wire::text(&value, name);
    let schemas = wire::attribute(&value, "schemas").map_or(&[][..], wire::list);
    let is_named = schemas
        .iter()
        .filter_map(Value::as_str)
        .any(|schema| schema.eq_ignore_ascii_case(ERROR_SCHEMA));
    // Some servers leave the schema out; other interfaces have one of these two, or neither.
    let has_both = wire::attribute(&value, "status").is_some() && field("detail").is_some();
    let detail = field("detail").or_else(|| field("message"));
    Fault {
        scim_type: clean(&field("scimType").unwrap_or_default(), 40),
        detail: clean(detail.as_deref().unwrap_or(start), LONGEST_DETAIL),
        is_page: false,
        is_scim: is_named || has_both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verkada::text::shorten;

    fn ask(endpoint: &'static str) -> Ask {
        Ask {
            method: Method::POST,
            endpoint,
            path: "/Users".to_owned(),
        }
    }

    fn refused(detail: &str) -> ScimError {
        ScimError::Refused {
            ask: ask("POST /Users"),
            status: 400,
            scim_type: "invalidValue".to_owned(),
            detail: detail.to_owned(),
        }
    }

    #[test]
    fn reasons() {
        let conflict = |endpoint| ScimError::Conflict {
            ask: ask(endpoint),
            scim_type: String::new(),
            detail: String::new(),
        };
        for (error, code) in [
            (refused("User is deactivated"), Code::Frozen),
            (
                refused("the email Domain x.example is not allowed"),
                Code::EmailOutsideDomains,
            ),
            (refused("phone number"), Code::RefusedByCommand),
            (refused(""), Code::RefusedByCommand),
            (conflict("POST /Users"), Code::HeldByInvisible),
            (conflict("POST /Groups"), Code::RefusedByCommand),
        ] {
            assert_eq!(error.code(), code, "{error}");
        }
        assert_eq!(
            refused("phone number").to_string(),
            "POST /Users: refused (400, invalidValue): phone number"
        );
        assert_eq!(
            conflict("POST /Users").to_string(),
            "POST /Users: conflict (409)"
        );
    }

    #[test]
    fn bodies_of_errors() {
        for (body, scim_type, detail, is_page) in [
            (
                r#"{"detail":"no","scimType":"uniqueness","status":"409"}"#,
                "uniqueness",
                "no",
                false,
            ),
            (
                r#"{"Message":"User is managed"}"#,
                "",
                "User is managed",
                false,
            ),
            (r#"{"detail":7}"#, "", "7", false),
            (r#"{"other":1}"#, "", r#"{"other":1}"#, false),
            ("too\u{1b}[31m\nmany", "", "too [31m many", false),
            ("", "", "", false),
            ("\u{feff}\r\n<!DOCTYPE html>", "", "", true),
        ] {
            let expected = Fault {
                scim_type: scim_type.into(),
                detail: detail.into(),
                is_page,
                is_scim: scim_type == "uniqueness",
            };
            assert_eq!(fault(body.as_bytes(), shorten), expected, "{body:?}");
        }
        assert_eq!(fault(&[0xff, 0xfe], shorten).detail, "\u{fffd}\u{fffd}");
    }
}
