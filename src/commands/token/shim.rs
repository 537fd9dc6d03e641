//! Where the token commands find secrets.

use crate::config::{Found, SANDBOX};
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::sandbox;
use crate::secret::store::{Kept, SecretStore, StoreError};
use crate::secret::{Origin, Secret, SecretKind};

pub(super) fn secret(context: &Context<'_>, kind: SecretKind) -> Result<Option<Found>, Error> {
    let from = |text: String, origin| Found {
        secret: Secret::new(&text, origin),
        warnings: vec![],
    };
    if let Some(value) = (context.layers.environment)(kind.variable()) {
        return Ok(Some(from(
            value.into_string().unwrap_or_default(),
            Origin::Environment(kind.variable()),
        )));
    }
    if context.layers.profile_name()?.value != SANDBOX {
        return Ok(None);
    }
    let dir = context.sandbox_dir()?;
    let text = match kind {
        SecretKind::ScimToken => sandbox::scim_token(&dir),
        _ => sandbox::admin_secret(&dir),
    };
    Ok(Some(from(
        text.map_err(|e| Error::new(Exit::Failed, e))?,
        Origin::Sandbox,
    )))
}

struct Folder(std::path::PathBuf);
struct Nothing;

impl SecretStore for Folder {
    fn name(&self) -> &str {
        "the sandbox's folder"
    }
    fn get(&self, _: &str, _: SecretKind) -> Result<Option<Kept>, StoreError> {
        Ok(sandbox::scim_token(&self.0).ok().map(|t| Kept {
            secret: Secret::new(&t, Origin::Sandbox),
            since: None,
        }))
    }
    fn set(&self, _: &str, _: SecretKind, _: &Kept) -> Result<(), StoreError> {
        Ok(())
    }
    fn forget(&self, _: &str, _: SecretKind) -> Result<bool, StoreError> {
        Ok(false)
    }
    fn probe(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

impl SecretStore for Nothing {
    fn name(&self) -> &str {
        "the system keyring"
    }
    fn get(&self, _: &str, _: SecretKind) -> Result<Option<Kept>, StoreError> {
        self.probe("").map(|()| None)
    }
    fn set(&self, _: &str, _: SecretKind, _: &Kept) -> Result<(), StoreError> {
        self.probe("")
    }
    fn forget(&self, _: &str, _: SecretKind) -> Result<bool, StoreError> {
        self.probe("").map(|()| false)
    }
    fn probe(&self, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Absent("switched off".to_owned()))
    }
}

pub(super) fn store(context: &Context<'_>, profile: &str) -> Result<Box<dyn SecretStore>, Error> {
    Ok(match profile {
        SANDBOX => Box::new(Folder(context.sandbox_dir()?)),
        _ => Box::new(Nothing),
    })
}
