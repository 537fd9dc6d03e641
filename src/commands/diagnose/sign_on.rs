//! The single sign-on configuration, where a command can be told of it without anybody's help.

use crate::commands::admin_port::{Beforehand, admin_port};
use crate::config::Need;
use crate::context::{Context, Session, runtime};
use crate::diagnose::facts::{Known, SignOnFacts};
use crate::error::Error;
use crate::secret::SecretKind;
use crate::verkada::admin::AdminPort as _;

/// What the admin port says of the configuration. Nobody is asked for a secret here, and nothing
/// that fails ends the diagnosis.
pub(super) fn look(context: &Context<'_>, session: &Session) -> Known<SignOnFacts> {
    let profile = &session.profile;
    let unseen = |why: &str| Known::Unseen(why.to_owned());
    if profile.command.admin.url.is_none() {
        return unseen(
            "only an organization admin can look at it, in Command's console under Admin > Login & \
             Access > Single Sign-On (SSO); it decides who can sign in, not who is there",
        );
    }
    let Some(client_id) = profile.command.sso_client_id.as_deref() else {
        return unseen(
            "the profile does not say which configuration is meant: sso_client_id under [command]",
        );
    };
    let read = || -> Result<Known<SignOnFacts>, Error> {
        let Some(found) = context.secret(SecretKind::Admin, Need::Optional)? else {
            return Ok(unseen(
                "there is no admin secret: atriumctl auth set admin, or ATRIUMCTL_ADMIN_SECRET",
            ));
        };
        let port = admin_port(context, profile, Beforehand::default(), || Ok(found.secret))?;
        let state = runtime()?.block_on(port.sso(client_id));
        Ok(match state {
            Ok(Some(state)) => Known::Seen(SignOnFacts {
                client_id: state.client_id,
                domains: state.domains,
            }),
            Ok(None) => unseen("this admin port can't tell it"),
            Err(error) => Known::Unseen(error.to_string()),
        })
    };
    read().unwrap_or_else(|error| Known::Unseen(error.to_string()))
}
