//! Okta's management API, made ready as the profile describes it.

use super::{Context, http_settings};
use crate::config::{self, Need, Okta, Profile, SANDBOX};
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::okta::api::{Access, ApiError, OktaClient, OktaSettings};
use crate::sandbox::Running;
use crate::secret::{Secret, SecretKind};

/// Okta, made ready.
pub struct OktaSession {
    /// The client.
    pub client: OktaClient,
    /// The id of the app, if the profile names it.
    pub app: Option<String>,
    /// The stand-in campus, if this process serves it.
    _sandbox: Option<Running>,
}

impl Context<'_> {
    /// Makes ready Okta's management API alone. Nothing is asked of it yet. `None` if the profile
    /// has no organization in Okta.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be, [`Exit::Authentication`] if there is
    /// neither a token nor a key.
    pub fn okta(&self) -> Result<Option<OktaSession>, Error> {
        let name = self.layers.profile_name()?;
        let (profile, sandbox) = if name.value == SANDBOX {
            self.sandbox_profile(&self.sandbox_dir()?)?
        } else {
            (config::load(&name, &self.layers)?, None)
        };
        let Some(client) = self.okta_client(&profile)? else {
            return Ok(None);
        };
        self.show_settings(&profile);
        Ok(Some(OktaSession {
            client,
            app: profile.okta.app,
            _sandbox: sandbox,
        }))
    }

    /// The client for the organization in Okta that a profile names; `None` if it names none.
    ///
    /// # Errors
    /// As of [`Self::okta`].
    pub fn okta_client(&self, profile: &Profile) -> Result<Option<OktaClient>, Error> {
        if profile.okta.org.is_none() {
            return Ok(None);
        }
        let kind = match profile.okta.client_id {
            Some(_) => SecretKind::OktaKey,
            None => SecretKind::OktaToken,
        };
        let Some(found) = self.secret(kind, Need::Required)? else {
            let message = "there is neither a token of Okta nor a key for a service app";
            return Err(Error::message(Exit::Authentication, message));
        };
        okta_client_with(profile, found.secret, OktaSettings::default().http)
    }
}

/// The client for the organization in Okta that a profile names, with a secret that was found: the
/// key where a service app is named, else the token. `None` if it names no organization.
///
/// # Errors
/// [`Exit::Usage`] if address or secret can't be used.
pub fn okta_client_with(
    profile: &Profile,
    secret: Secret,
    http: HttpSettings,
) -> Result<Option<OktaClient>, Error> {
    let Okta {
        org,
        client_id,
        key_id,
        ..
    } = &profile.okta;
    let Some(org) = org else {
        return Ok(None);
    };
    let access = match client_id {
        // Whoever names a service app means it.
        Some(client_id) => Access::Service {
            client_id: client_id.clone(),
            key_id: key_id.clone(),
            key: secret,
        },
        None => Access::Token(secret),
    };
    let settings = OktaSettings {
        http: HttpSettings {
            seed: http_settings(profile).seed,
            ..http
        },
    };
    let client = OktaClient::new(&org.value, access, settings);
    client.map(Some).map_err(|error| {
        okta_error(error).hint(format!("the address is {} ({})", org.value, org.origin))
    })
}

/// A failed question to Okta as the error of a command.
pub fn okta_error(error: ApiError) -> Error {
    let (exit, hints) = (error.exit(), error.hints());
    hints.into_iter().fold(Error::new(exit, error), Error::hint)
}
