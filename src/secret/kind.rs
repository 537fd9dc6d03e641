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

    /// The kind that a word of the command line names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<SecretKind> {
        SecretKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The last word of its name.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            SecretKind::ScimToken | SecretKind::OktaToken => "token",
            SecretKind::ApiKey | SecretKind::OktaKey => "key",
            SecretKind::Atrium | SecretKind::Admin => "secret",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            SecretKind::ScimToken => "users and groups in Command, over SCIM",
            SecretKind::ApiKey => "cards in Command, over the public REST API",
            SecretKind::Atrium => "reading Atrium over HTTP",
            SecretKind::OktaToken => "looking at Okta, over its management API",
            SecretKind::OktaKey => "the same as a service app, in place of a token",
            SecretKind::Admin => "the routes of Command's administration, where there are some",
        }
    }

    /// Who has it, and where it is made.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            SecretKind::ScimToken => {
                "an organization admin makes the token in Command under Admin > Login & Access > \
                 SCIM Users Provisioning"
            }
            SecretKind::ApiKey => {
                "an organization admin makes the key in Command under Admin > API & Integrations > \
                 API keys, with read and write permission for Access Control"
            }
            SecretKind::Atrium => "Atrium gives it to whoever may read its interface",
            SecretKind::OktaToken => {
                "a read-only administrator of Okta makes the token under Security > API > Tokens"
            }
            SecretKind::OktaKey => {
                "Okta shows the private key once, when it is made: Applications > the service app > \
                 General > Client Credentials"
            }
            SecretKind::Admin => "it is what an organization admin signs in to those routes with",
        }
    }

    /// Whether it has several lines, so that it comes from a file and is never typed.
    #[must_use]
    pub fn has_lines(self) -> bool {
        self == SecretKind::OktaKey
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
