//! Why Okta's management API gave no answer, told by its error codes and never by its prose
//! (developer.okta.com, Error codes).

use serde_json::Value;
use thiserror::Error;

use crate::error::Exit;
use crate::model::line::shorten;
use crate::model::okta::{Gap, OktaApp, OktaUser};
use crate::net::NetError;

/// The longest text of Okta that is passed on, in characters.
const SHOWN: usize = 200;

/// Why there is no answer.
#[derive(Clone, Debug, Error)]
pub enum ApiError {
    /// The address or the secret can't be used; nothing was sent.
    #[error("{0}")]
    Setup(String),
    /// Okta refused the token, or the key of the service app.
    #[error("Okta refused {secret} ({said})")]
    SignIn {
        /// What was refused.
        secret: String,
        /// What Okta said.
        said: String,
    },
    /// The organization wants every token bound to a key, which this program does not do.
    #[error("Okta demands DPoP of this service app, which atriumctl does not speak")]
    Dpop,
    /// What was asked needs a right that the token or the service app does not have.
    #[error("{ask}: not permitted, it needs the scope {scope} ({said})")]
    Scope {
        /// Method and path.
        ask: &'static str,
        /// The scope.
        scope: &'static str,
        /// What Okta said.
        said: String,
    },
    /// There is no such thing.
    #[error("{ask}: there is none ({said})")]
    NotFound {
        /// Method and path.
        ask: &'static str,
        /// What Okta said.
        said: String,
    },
    /// Okta refused what was asked.
    #[error("{ask}: Okta refused with HTTP status {status} ({said})")]
    Refused {
        /// Method and path.
        ask: &'static str,
        /// The status.
        status: u16,
        /// What Okta said.
        said: String,
    },
    /// There was no answer, after retries.
    #[error("{ask}: Okta is unavailable: {why}")]
    Unavailable {
        /// Method and path.
        ask: &'static str,
        /// Why.
        why: String,
    },
    /// The answer is not the API's.
    #[error("{ask}: the answer is not as Okta's should be: {what}")]
    Unexpected {
        /// Method and path.
        ask: &'static str,
        /// What came instead.
        what: String,
    },
    /// The answer leads to another host, where no token is sent.
    #[error(
        "{ask}: the answer leads to {target}, another place than asked, and that is not followed"
    )]
    Elsewhere {
        /// Method and path.
        ask: &'static str,
        /// Scheme and host.
        target: String,
    },
    /// No app's name speaks of Verkada.
    #[error("no app in Okta has Verkada in its name or label")]
    NoApp,
    /// No app has this label.
    #[error("no app in Okta has the label {label:?}")]
    NoSuchApp {
        /// The label.
        label: String,
        /// What there is for Verkada.
        apps: Vec<OktaApp>,
    },
    /// Several do, and which one provisions is not to be guessed.
    #[error("{} apps in Okta may be meant", .0.len())]
    SeveralApps(Vec<OktaApp>),
    /// Several people fit.
    #[error("{} people in Okta fit {who:?}", people.len())]
    SeveralPeople {
        /// What was looked for.
        who: String,
        /// Who they are.
        people: Vec<OktaUser>,
    },
}

impl ApiError {
    /// The code that a command ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            ApiError::Setup(_)
            | ApiError::SeveralApps(_)
            | ApiError::SeveralPeople { .. }
            | ApiError::NoSuchApp { .. } => Exit::Usage,
            ApiError::SignIn { .. } | ApiError::Dpop | ApiError::Scope { .. } => {
                Exit::Authentication
            }
            ApiError::NotFound { .. } | ApiError::Refused { .. } | ApiError::NoApp => Exit::Failed,
            ApiError::Unavailable { .. }
            | ApiError::Unexpected { .. }
            | ApiError::Elsewhere { .. } => Exit::Unavailable,
        }
    }

    /// What to do about it, a sentence each.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            ApiError::Setup(_) => Vec::new(),
            ApiError::SignIn { .. } => vec![
                "an SSWS token dies after 30 days without use, or with its administrator: make one under Security > API > Tokens in Okta's admin console".to_owned(),
                "of a service app, compare client id and key id, and this machine's clock".to_owned(),
            ],
            ApiError::Dpop => vec![
                "in Okta, switch off \"Require Demonstrating Proof of Possession (DPoP) header in token requests\" on the service app's General tab, or use an SSWS token".to_owned(),
            ],
            ApiError::Scope { scope, .. } => vec![
                format!("grant {scope} on the service app's Okta API Scopes tab, and give the app a role that may read it (Read-only Administrator)"),
                "with an SSWS token: one of a Read-only Administrator".to_owned(),
            ],
            ApiError::NotFound { .. } => vec!["compare the id with the one in Okta's address bar".to_owned()],
            ApiError::Refused { .. } => Vec::new(),
            ApiError::Unavailable { .. } => vec!["try again later; see status.okta.com".to_owned()],
            ApiError::Unexpected { .. } | ApiError::Elsewhere { .. } => vec![
                "check the address of the organization (https://school.okta.com, without -admin), and any proxy between".to_owned(),
            ],
            ApiError::NoApp => vec!["name the app: app = \"0oa…\" under [okta] in the profile, or --app ID".to_owned()],
            ApiError::SeveralApps(apps) | ApiError::NoSuchApp { apps, .. } => {
                let mut hints: Vec<String> = apps
                    .iter()
                    .map(|app| format!("{}  {} ({}, {})", app.id, app.label, app.status.word(), app.name))
                    .collect();
                hints.push("name the one that provisions: app = \"0oa…\" under [okta] in the profile, or --app ID".to_owned());
                hints
            }
            ApiError::SeveralPeople { people, .. } => {
                let people = people.iter();
                let people = people.map(|one| format!("{}  {} {} <{}>", one.id, one.first_name, one.last_name, one.login));
                people.chain(["name one of them by login or id".to_owned()]).collect()
            }
        }
    }

    /// Whether this ends everything, or only the part that was asked for.
    pub(super) fn is_fatal(&self) -> bool {
        matches!(
            self,
            ApiError::Setup(_) | ApiError::SignIn { .. } | ApiError::Dpop
        )
    }

    /// Why a part was not looked at.
    pub(super) fn gap(&self) -> Gap {
        match self {
            ApiError::Scope { scope, said, .. } => Gap::Scope {
                scope,
                said: said.clone(),
            },
            ApiError::Unavailable { .. }
            | ApiError::Unexpected { .. }
            | ApiError::Elsewhere { .. } => Gap::Unavailable {
                why: self.to_string(),
            },
            other => Gap::Failed {
                why: other.to_string(),
            },
        }
    }
}

/// A failure of the transport.
pub(super) fn of_net(ask: &'static str, error: NetError) -> ApiError {
    match error {
        NetError::Address(_) | NetError::Setup(_) => ApiError::Setup(error.to_string()),
        NetError::NotSent(_) | NetError::Lost(_) => ApiError::Unavailable {
            ask,
            why: error.to_string(),
        },
        NetError::TooLarge { .. } => ApiError::Unexpected {
            ask,
            what: error.to_string(),
        },
    }
}

/// What the body of a refusal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    /// `E0000006`, or the `error` of OAuth (RFC 6749, section 5.2): `invalid_scope`.
    pub(super) code: String,
    /// What it says to people, with the code.
    pub(super) said: String,
}

impl Fault {
    pub(super) fn read(body: &[u8]) -> Fault {
        let value: Value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(_) => {
                let said = match body_kind(body) {
                    "" => "no text".to_owned(),
                    kind => kind.to_owned(),
                };
                return Fault {
                    code: String::new(),
                    said,
                };
            }
        };
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let first = |names: [&str; 2]| {
            let found = names.into_iter().map(text).find(|text| !text.is_empty());
            found.unwrap_or_default()
        };
        let code = first(["errorCode", "error"]);
        let summary = first(["errorSummary", "error_description"]);
        let causes = value.get("errorCauses").and_then(Value::as_array);
        let causes = causes.into_iter().flatten();
        let causes = causes.filter_map(|cause| cause.get("errorSummary")?.as_str());
        let mut said: Vec<&str> = vec![code, summary];
        said.extend(causes);
        said.retain(|text| !text.is_empty());
        Fault {
            code: code.to_owned(),
            said: shorten(&said.join(": "), SHOWN),
        }
    }
}

/// What a body that is no JSON is.
pub(super) fn body_kind(body: &[u8]) -> &'static str {
    let start = body.trim_ascii_start();
    if start.is_empty() {
        ""
    } else if start.starts_with(b"<") {
        "a web page"
    } else {
        "text that is no JSON"
    }
}
