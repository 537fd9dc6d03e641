//! The admin port: what Command lets its organization admins do in the console alone. Making and
//! refreshing the SCIM token and uploading SAML metadata have no public interface
//! (<https://help.verkada.com/command/security/identity-providers/scim-token-management>), so the
//! port has two adapters: documented routes, which the sandbox serves and a gateway may, and a
//! guided one, in which the admin does it in the console and the outcome is proven on
//! the wire.

mod error;
pub mod routes;

use std::future::Future;

use jiff::Timestamp;

use crate::secret::Secret;

pub use self::error::{AdminError, Job};

/// What a SCIM token is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWish {
    /// The email domains, checked and folded, at least one.
    pub domains: Vec<String>,
    /// Whether Command sends an invitation to everybody whom SCIM creates.
    pub invites: bool,
}

/// The SCIM set-up of an organization, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimState {
    /// Whether there is a token at all.
    pub has_token: bool,
    /// The email domains that it was made for, folded.
    pub domains: Vec<String>,
    /// Whether invitations are sent.
    pub invites: bool,
    /// When the token was made, if that is told.
    pub made: Option<Timestamp>,
}

/// A token that was just made. The one before it is dead.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The token.
    pub token: Secret,
    /// The domains that it was made for, folded; `None` if that is not known.
    pub domains: Option<Vec<String>>,
    /// Whether invitations are sent; `None` if that is not known.
    pub invites: Option<bool>,
    /// When it was made.
    pub made: Timestamp,
}

/// A single sign-on configuration of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoState {
    /// Its client id.
    pub client_id: String,
    /// The email domains that sign in through it, folded.
    pub domains: Vec<String>,
    /// The metadata in force, byte by byte; `None` if there is none.
    pub metadata: Option<Vec<u8>>,
    /// When the metadata was uploaded, if that is told.
    pub uploaded: Option<Timestamp>,
    /// Whether a login test passed with it.
    pub verified: bool,
}

/// What an organization admin can do in the console.
///
/// Nothing here is repeated blindly: where it can't be told whether something was done, the error
/// is [`AdminError::OutcomeUnknown`].
pub trait AdminPort {
    /// The SCIM set-up; `None` if this adapter can't tell.
    fn scim(&self) -> impl Future<Output = Result<Option<ScimState>, AdminError>>;

    /// Makes a SCIM token. The one before is dead at once, for everybody who used it.
    fn generate_token(
        &self,
        wish: &TokenWish,
    ) -> impl Future<Output = Result<NewToken, AdminError>>;

    /// Makes a new token for the same domains. The one before is dead at once.
    fn refresh_token(&self) -> impl Future<Output = Result<NewToken, AdminError>>;

    /// A single sign-on configuration; `None` if this adapter can't tell.
    fn sso(&self, client_id: &str) -> impl Future<Output = Result<Option<SsoState>, AdminError>>;

    /// Puts metadata into force for a configuration.
    fn upload_metadata(
        &self,
        client_id: &str,
        xml: &[u8],
    ) -> impl Future<Output = Result<(), AdminError>>;
}
