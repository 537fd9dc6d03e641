//! Okta's management API: whether it takes the secret that the profile uses for it.

use super::reach::ANSWER;
use super::secrets::Usable;
use crate::config::Profile;
use crate::context::okta_client_with;
use crate::error::{Error, Exit};
use crate::model::checkup::{Area, Check, Fault};
use crate::net::HttpSettings;
use crate::okta::api::{ApiError, OktaClient, OktaSettings, try_sign_in};
use crate::secret::SecretKind;

/// What came of asking.
pub(super) enum Asked {
    /// The secret can't be used as it is.
    Unfit(Error),
    /// Okta was asked.
    Answered(Result<(), ApiError>),
}

/// The client with the secret that was found; `None` if the profile has no organization in Okta or
/// there is no secret.
pub(super) fn client(profile: &Profile, secrets: &Usable) -> Option<Result<OktaClient, Error>> {
    let kind = match profile.okta.client_id {
        Some(_) => SecretKind::OktaKey,
        None => SecretKind::OktaToken,
    };
    let secret = secrets.get(kind)?;
    let http = HttpSettings {
        timeout: ANSWER,
        max_retries: 1,
        ..OktaSettings::default().http
    };
    okta_client_with(profile, secret, http).transpose()
}

/// Signs in, and asks for one app at most.
pub(super) async fn ask(client: Option<Result<OktaClient, Error>>) -> Option<Asked> {
    Some(match client? {
        Ok(client) => Asked::Answered(try_sign_in(&client).await),
        Err(error) => Asked::Unfit(error),
    })
}

/// Judges the answer. A profile without an organization in Okta has none to judge.
pub(super) fn judge(asked: Option<&Asked>, profile: &Profile) -> Option<Check> {
    profile.okta.org.as_ref()?;
    Some(match asked {
        None => {
            let why = "there is no secret of Okta's that can be sent";
            Check::not_looked(Area::Rights, "okta-works", why)
        }
        Some(Asked::Unfit(error)) => {
            let (why, fault) = (error.to_string(), Fault::Setting);
            let check = Check::failure(Area::Rights, "okta-works", fault, why);
            check.remedy(error.hints.join("; "))
        }
        Some(Asked::Answered(Ok(()))) => {
            Check::ok(Area::Rights, "okta-works", "Okta takes the secret")
        }
        Some(Asked::Answered(Err(error))) => {
            let why = error.to_string();
            let check = match error.exit() {
                Exit::Authentication if !matches!(error, ApiError::Scope { .. }) => {
                    Check::failure(Area::Rights, "okta-works", Fault::Authentication, why)
                }
                // It signs in, or nobody knows; no sync needs it.
                _ => Check::warning(Area::Rights, "okta-works", why),
            };
            check.remedy(error.hints().join("; "))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, Setting};

    #[test]
    fn a_secret_that_is_refused_is_a_failure_and_a_right_that_lacks_a_warning() {
        let mut profile = Profile::sandbox(std::path::Path::new("/s"), "https://h", &[]);
        profile.okta.org = None;
        assert_eq!(judge(None, &profile), None);
        profile.okta.org = Some(Setting {
            value: "https://school.okta.com".to_owned(),
            origin: Origin::Default,
        });
        let said = || "E0000011".to_owned();
        let refused = ApiError::SignIn {
            secret: "the token".to_owned(),
            said: said(),
        };
        let scope = ApiError::Scope {
            ask: "GET /api/v1/apps",
            scope: "okta.apps.read",
            said: said(),
        };
        let away = ApiError::Unavailable {
            ask: "GET /api/v1/apps",
            why: "no connection".to_owned(),
        };
        for (answer, state) in [
            (Ok(()), "ok"),
            (Err(refused), "failure"),
            (Err(scope), "warning"),
            (Err(away), "warning"),
        ] {
            let check = judge(Some(&Asked::Answered(answer)), &profile).unwrap();
            assert_eq!(check.state.word(), state, "{check:?}");
            assert_eq!(check.remedy.is_empty(), state == "ok", "{check:?}");
        }
        let check = judge(None, &profile).unwrap();
        assert_eq!(check.state.word(), "not-looked-at");
    }
}
