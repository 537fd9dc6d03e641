//! The kinds of secrets that the tool works with.

/// A kind of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// The organization's SCIM token, for users and groups in Command.
    ScimToken,
    /// The key of Command's public REST API, for cards.
    ApiKey,
    /// What Atrium's interface is read with: a password, a token, or the value of a header.
    Atrium,
    /// A token of Okta's management API (SSWS), to look and never to write.
    OktaToken,
    /// The private key (PEM) of a service app in Okta, in place of a token.
    OktaKey,
    /// What an organization admin signs in to the admin port's routes with.
    Admin,
}

impl SecretKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [SecretKind; 6] = [
        SecretKind::ScimToken,
        SecretKind::ApiKey,
        SecretKind::Atrium,
        SecretKind::OktaToken,
        SecretKind::OktaKey,
        SecretKind::Admin,
    ];

    /// The word for it on the command line and in the keyring.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SecretKind::ScimToken => "scim-token",
            SecretKind::ApiKey => "api-key",
            SecretKind::Atrium => "atrium",
            SecretKind::OktaToken => "okta-token",
            SecretKind::OktaKey => "okta-key",
            SecretKind::Admin => "admin",
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SecretKind::ScimToken => "SCIM token",
            SecretKind::ApiKey => "API key",
            SecretKind::Atrium => "secret of Atrium",
            SecretKind::OktaToken => "Okta token",
            SecretKind::OktaKey => "private key for Okta",
            SecretKind::Admin => "admin sign-in",
        }
    }

    /// The environment variable that holds it.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            SecretKind::ScimToken => "ATRIUMCTL_SCIM_TOKEN",
            SecretKind::ApiKey => "ATRIUMCTL_API_KEY",
            SecretKind::Atrium => "ATRIUMCTL_ATRIUM_SECRET",
            SecretKind::OktaToken => "ATRIUMCTL_OKTA_TOKEN",
            SecretKind::OktaKey => "ATRIUMCTL_OKTA_KEY",
            SecretKind::Admin => "ATRIUMCTL_ADMIN_SECRET",
        }
    }

    /// The environment variable that names its file.
    #[must_use]
    pub fn file_variable(self) -> &'static str {
        match self {
            SecretKind::ScimToken => "ATRIUMCTL_SCIM_TOKEN_FILE",
            SecretKind::ApiKey => "ATRIUMCTL_API_KEY_FILE",
            SecretKind::Atrium => "ATRIUMCTL_ATRIUM_SECRET_FILE",
            SecretKind::OktaToken => "ATRIUMCTL_OKTA_TOKEN_FILE",
            SecretKind::OktaKey => "ATRIUMCTL_OKTA_KEY_FILE",
            SecretKind::Admin => "ATRIUMCTL_ADMIN_SECRET_FILE",
        }
    }
}
