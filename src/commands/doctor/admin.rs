//! The routes of Command's administration: whether they take the admin's secret, and which email
//! domains they say the SCIM token is for.

use super::reach::check_address;
use crate::config::{Adapter, Profile};
use crate::context::http_settings;
use crate::model::checkup::{Area, Check, Fault};
use crate::net::HttpSettings;
use crate::secret::Secret;
use crate::verkada::admin::routes::RoutesPort;
use crate::verkada::admin::{AdminError, AdminPort as _, ScimState};

/// What the admin port's routes said.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// How many requests that took.
    pub(super) sent: u64,
    /// The SCIM set-up, or why it can't be read; `None` if nothing was asked.
    answer: Option<Result<Option<ScimState>, AdminError>>,
}

impl Asked {
    /// The domains of the token in force, if there is one.
    pub(super) fn domains(&self) -> Option<Vec<String>> {
        let state = self.answer.as_ref()?.as_ref().ok()?.as_ref()?;
        state.has_token.then(|| state.domains.clone())
    }

    /// Why nothing is known although it was asked.
    pub(super) fn trouble(&self) -> Option<&AdminError> {
        self.answer.as_ref()?.as_ref().err()
    }
}

/// Reads the SCIM set-up over the admin port, where it has routes and there is a secret for them.
/// Nobody is prompted: a person who is guided would be.
pub(super) async fn ask(profile: &Profile, admin: Option<Secret>) -> Asked {
    let wanted = &profile.command.admin;
    let admin = admin.filter(|_| wanted.adapter == Adapter::Routes);
    let (Some(admin), Some(url)) = (admin, &wanted.url) else {
        return Asked::default();
    };
    let settings = HttpSettings {
        max_retries: 1,
        ..http_settings(profile)
    };
    let port = match RoutesPort::new(&url.value, wanted.routes.clone(), admin, settings) {
        Ok(port) => port,
        Err(error) => {
            return Asked {
                sent: 0,
                answer: Some(Err(error)),
            };
        }
    };
    let answer = port.scim().await;
    Asked {
        sent: port.requests().iter().map(|count| count.sent).sum(),
        answer: Some(answer),
    }
}

/// Judges the answer. A profile without routes has none to judge.
pub(super) fn judge(asked: &Asked, profile: &Profile) -> Option<Check> {
    let admin = &profile.command.admin;
    if admin.adapter != Adapter::Routes {
        return None;
    }
    let error = match &asked.answer {
        None => {
            let why = "there is no admin secret that can be sent";
            return Some(Check::not_looked(Area::Rights, "admin-works", why));
        }
        Some(Ok(_)) => {
            let evidence = "Command's administration takes the admin secret";
            return Some(Check::ok(Area::Rights, "admin-works", evidence));
        }
        Some(Err(error)) => error,
    };
    let fault = match error {
        AdminError::SignIn { .. } | AdminError::NotAdmin { .. } => Fault::Authentication,
        AdminError::Setup(_) => Fault::Setting,
        AdminError::Unavailable { .. } => Fault::Unreachable,
        _ => Fault::Other,
    };
    let remedy = match (error, &admin.url) {
        (AdminError::SignIn { .. } | AdminError::NotAdmin { .. } | AdminError::Setup(_), _) => {
            "sign in to Command as an organization admin, and keep that secret: atriumctl auth set \
             admin"
                .to_owned()
        }
        (_, Some(address)) => check_address("admin", address),
        (_, None) => "set url under [command.admin]".to_owned(),
    };
    let check = Check::failure(Area::Rights, "admin-works", fault, error.to_string());
    Some(check.remedy(remedy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verkada::admin::Job;

    #[test]
    fn a_secret_that_is_refused_is_a_failure_of_its_own() {
        let mut profile = Profile::sandbox(std::path::Path::new("/s"), "https://h", &[]);
        profile.command.admin.adapter = Adapter::Routes;
        let (job, detail) = (Job::ReadScim, String::new());
        let check = |answer| judge(&Asked { sent: 1, answer }, &profile).unwrap();
        for error in [
            AdminError::SignIn {
                job,
                detail: detail.clone(),
            },
            AdminError::NotAdmin { job, detail },
        ] {
            let check = check(Some(Err(error)));
            assert_eq!(check.state.word(), "failure", "{check:?}");
            assert!(check.remedy.contains("atriumctl auth set admin"));
        }
        assert_eq!(check(None).state.word(), "not-looked-at");
        profile.command.admin.adapter = Adapter::Guided;
        assert_eq!(judge(&Asked::default(), &profile), None);
    }
}
