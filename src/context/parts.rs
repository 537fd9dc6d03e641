//! A profile in parts, for a command that looks at each by itself: what is wrong with one keeps
//! nobody from the others.

use std::path::PathBuf;
use std::time::Duration;

use super::{Context, MINUTE, http_settings, rest_client_with, scim_error, source};
use crate::config::{self, Places, Profile, SANDBOX};
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::sandbox::{self, Running};
use crate::secret::Place;
use crate::secret::store::StoreError;
use crate::secret::{Secret, SecretKind};
use crate::source::Source;
use crate::verkada::rest::RestClient;
use crate::verkada::scim::{ScimClient, ScimSettings};

/// How often a request that failed is repeated where somebody waits for the answer.
const REPEATS: u32 = 1;

/// How long such a request may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A profile, and the stand-in campus if it is that one's.
pub struct Parts {
    /// The profile.
    pub profile: Profile,
    /// The organization that the ledger belongs to.
    pub organization: String,
    /// Where the ledger is.
    pub state: PathBuf,
    minute: Duration,
    _sandbox: Option<Running>,
}

impl Context<'_> {
    /// The profile in parts. No secret is looked for, and nobody is asked anything.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be.
    pub fn parts(&self) -> Result<Parts, Error> {
        let name = self.layers.profile_name()?;
        let state = self.layers.state_path(&name)?.value;
        if name.value != SANDBOX {
            let profile = config::load(&name, &self.layers)?;
            return Ok(Parts {
                organization: profile.command.scim_url.value.clone(),
                profile,
                state,
                minute: MINUTE,
                _sandbox: None,
            });
        }
        let dir = self.sandbox_dir()?;
        let (profile, running) = self.sandbox_profile(&dir)?;
        let minute = sandbox::minute(&dir).map_err(|error| Error::new(Exit::Failed, error))?;
        Ok(Parts {
            profile,
            organization: SANDBOX.to_owned(),
            state,
            minute,
            _sandbox: running,
        })
    }

    /// Every place that has a secret of a kind, the one in force first, and what is wrong with the
    /// keyring. Nobody is asked.
    ///
    /// # Errors
    /// As of [`Context::store`].
    pub fn secret_places(
        &self,
        profile: &Profile,
        kind: SecretKind,
    ) -> Result<(Vec<Place>, Option<StoreError>), Error> {
        let name = &profile.name.value;
        let store = self.store(name)?;
        Ok(config::secret_places(
            kind,
            &Places {
                profile: name,
                files: &profile.secret_files,
                layers: &self.layers,
                store: &*store,
                ask: None,
            },
        ))
    }
}

impl Parts {
    /// A client for users and groups that gives up early.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the address or the token can't be used.
    pub fn scim(&self, token: Secret) -> Result<ScimClient, Error> {
        let command = &self.profile.command;
        let settings = ScimSettings {
            dialect: command.dialect_in_force(),
            http: HttpSettings {
                max_retries: REPEATS,
                timeout: PATIENCE,
                ..http_settings(&self.profile)
            },
            ..ScimSettings::default()
        };
        ScimClient::new(&command.scim_url.value, token, settings)
            .map_err(|error| scim_error(error, &self.profile))
    }

    /// A client for the REST API that gives up early; `None` if the profile does not say where that
    /// is. The list of everybody may take its time: it has no pages.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the address or the key can't be used.
    pub fn rest(&self, key: Secret) -> Result<Option<RestClient>, Error> {
        let settings = HttpSettings {
            max_retries: REPEATS,
            ..http_settings(&self.profile)
        };
        rest_client_with(&self.profile, key, self.minute, settings)
    }

    /// Atrium. `secret` is that of its interface.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the mapping or a filter can't work.
    pub fn source(&self, secret: Option<Secret>) -> Result<Source, Error> {
        source(&self.profile, secret)
    }
}
