//! Which adapter of the admin port a profile has.

use std::path::PathBuf;

use super::guided::GuidedPort;
use crate::config::{self, Adapter, Profile, SecretFile};
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::secret::{Secret, SecretKind};
use crate::verkada::admin::routes::RoutesPort;
use crate::verkada::admin::{AdminError, AdminPort, Job, NewToken, ScimState, SsoState, TokenWish};

/// An admin port of either kind.
pub(super) enum AnyPort<'a> {
    /// HTTP routes.
    Routes(Box<RoutesPort>),
    /// A person in the console.
    Guided(GuidedPort<'a>),
}

/// What a person who is guided may have done already.
#[derive(Clone, Debug, Default)]
pub(super) struct Beforehand {
    /// The file with the token that was made in the console.
    pub(super) token_file: Option<PathBuf>,
    /// The metadata file, for the steps.
    pub(super) metadata_file: Option<PathBuf>,
}

/// The admin port of a profile. `secret` finds the secret of an organization admin, which routes
/// need. A token that was made beforehand is read.
///
/// # Errors
/// [`Exit::Authentication`] without that secret, or if the token can't be one; [`Exit::Usage`] if something is given that the
/// adapter has no use for.
pub(super) fn admin_port<'a>(
    context: &'a Context<'_>,
    profile: &Profile,
    beforehand: Beforehand,
    secret: impl FnOnce() -> Result<Secret, Error>,
) -> Result<AnyPort<'a>, Error> {
    let admin = &profile.command.admin;
    match (admin.adapter, &admin.url) {
        (Adapter::Routes, Some(url)) => {
            if beforehand.token_file.is_some() {
                let message = "--token-file is for a token that was made in the console, and this \
                               profile makes it over routes";
                return Err(Error::message(Exit::Usage, message)
                    .hint("leave it out, or set adapter = \"guided\" under [command.admin]"));
            }
            let settings = HttpSettings {
                seed: fastrand::u64(..),
                ..HttpSettings::default()
            };
            let port = RoutesPort::new(&url.value, admin.routes.clone(), secret()?, settings);
            let port = port.map_err(|error| admin_error(error, profile))?;
            Ok(AnyPort::Routes(Box::new(port)))
        }
        _ => Ok(AnyPort::Guided(GuidedPort {
            ui: &context.ui,
            scim_url: profile.command.scim_url.value.clone(),
            made: beforehand
                .token_file
                .map(|file| made_token(context, profile, file))
                .transpose()?,
            metadata_file: beforehand.metadata_file,
        })),
    }
}

/// The token that was made in the console.
fn made_token(context: &Context<'_>, profile: &Profile, file: PathBuf) -> Result<Secret, Error> {
    let file = SecretFile::from(file);
    let read = config::read_secret(SecretKind::ScimToken, &file, &mut std::io::stdin().lock());
    let found = read.map_err(|error| with_new_token(error, profile))?;
    for warning in &found.warnings {
        context.ui.warning(warning);
    }
    Ok(found.secret)
}

/// What to do about a token that was made in the console, and that did not get here.
fn with_new_token(error: Error, profile: &Profile) -> Error {
    let name = &profile.name.value;
    error
        .hint(format!(
            "while the console still shows the new token: atriumctl auth set scim-token --profile \
             {name}"
        ))
        .hint(format!(
            "once it is gone, make one more: atriumctl token refresh --profile {name}"
        ))
}

/// A failed job of the port as the error of a command.
pub(super) fn admin_error(error: AdminError, profile: &Profile) -> Error {
    let exit = match &error {
        AdminError::Setup(_) | AdminError::NeedsTerminal(_) => Exit::Usage,
        AdminError::SignIn { .. }
        | AdminError::NotAdmin { .. }
        | AdminError::TokenRefused { .. } => Exit::Authentication,
        AdminError::Interrupted { .. } => Exit::Interrupted,
        AdminError::Unavailable { .. }
        | AdminError::OutcomeUnknown { .. }
        | AdminError::Unexpected { .. } => Exit::Unavailable,
        AdminError::NotFound { .. }
        | AdminError::Conflict { .. }
        | AdminError::Refused { .. }
        | AdminError::BrokenOff { .. } => Exit::Failed,
    };
    let hints: &[&str] = match &error {
        AdminError::SignIn { .. } => {
            &["check ATRIUMCTL_ADMIN_SECRET, or what `atriumctl auth list` shows for admin"]
        }
        AdminError::NotAdmin { .. } => {
            &["sign in with the secret of somebody who is an organization admin in Command"]
        }
        AdminError::Conflict {
            job: Job::RefreshToken,
            ..
        } => &["there is no token yet: atriumctl token generate --domain DOMAIN"],
        error if error.may_have_made_a_token() => &[
            "a new token may have been made, and then the old one is dead: try it with `atriumctl token test`",
            "if it is dead, `atriumctl token refresh --breaks-other-clients` makes one more; what was made before is dead then, too, and lost to nobody",
        ],
        AdminError::OutcomeUnknown { .. } => &["look what is in force before you repeat it"],
        AdminError::Unavailable { .. } => &["nothing was changed; try again later"],
        AdminError::Interrupted {
            job: Job::UploadMetadata,
        }
        | AdminError::BrokenOff {
            job: Job::UploadMetadata,
            ..
        } => &["`atriumctl okta metadata verify FILE --client-id ID` shows whether it is in force"],
        AdminError::NeedsTerminal(Job::GenerateToken | Job::RefreshToken) => &[
            "make it in the console, under Admin > Login & Access > SCIM Users Provisioning, then: atriumctl auth set scim-token --from-file -",
            "or give the new token with --token-file FILE, `-` for standard input",
        ],
        AdminError::NeedsTerminal(_) => &[
            "do it in the console, under Admin > Login & Access > Single Sign-On (SSO), then: atriumctl okta metadata verify FILE --client-id ID",
        ],
        _ => &[],
    };
    let lacks_new_token = match &error {
        AdminError::TokenRefused { .. } => true,
        AdminError::Interrupted { job } => job.makes_token(),
        _ => false,
    };
    let mut told = Error::new(exit, error);
    for hint in hints {
        told = told.hint(*hint);
    }
    if lacks_new_token {
        told = with_new_token(told, profile);
    }
    match &profile.command.admin.url {
        Some(url) if exit != Exit::Usage => {
            told.hint(format!("the admin port is {} ({})", url.value, url.origin))
        }
        _ => told,
    }
}

impl AdminPort for AnyPort<'_> {
    async fn scim(&self) -> Result<Option<ScimState>, AdminError> {
        match self {
            AnyPort::Routes(port) => port.scim().await,
            AnyPort::Guided(port) => port.scim().await,
        }
    }

    async fn generate_token(&self, wish: &TokenWish) -> Result<NewToken, AdminError> {
        match self {
            AnyPort::Routes(port) => port.generate_token(wish).await,
            AnyPort::Guided(port) => port.generate_token(wish).await,
        }
    }

    async fn refresh_token(&self) -> Result<NewToken, AdminError> {
        match self {
            AnyPort::Routes(port) => port.refresh_token().await,
            AnyPort::Guided(port) => port.refresh_token().await,
        }
    }

    async fn sso(&self, client_id: &str) -> Result<Option<SsoState>, AdminError> {
        match self {
            AnyPort::Routes(port) => port.sso(client_id).await,
            AnyPort::Guided(port) => port.sso(client_id).await,
        }
    }

    async fn upload_metadata(&self, client_id: &str, xml: &[u8]) -> Result<(), AdminError> {
        match self {
            AnyPort::Routes(port) => port.upload_metadata(client_id, xml).await,
            AnyPort::Guided(port) => port.upload_metadata(client_id, xml).await,
        }
    }
}
