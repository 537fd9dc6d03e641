//! The paths of the admin port's routes.

/// Where a client id stands in a path.
pub const CLIENT_ID: &str = "{client_id}";

/// The paths of the routes, each beginning with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    /// The SCIM set-up.
    pub scim: String,
    /// Makes a token.
    pub token: String,
    /// Makes a new token for the same domains.
    pub refresh: String,
    /// A single sign-on configuration; holds `{client_id}` once.
    pub sso: String,
    /// Its metadata; holds `{client_id}` once.
    pub metadata: String,
}

impl Default for Routes {
    fn default() -> Self {
        Routes {
            scim: "/admin/v1/scim".to_owned(),
            token: "/admin/v1/scim/token".to_owned(),
            refresh: "/admin/v1/scim/token/refresh".to_owned(),
            sso: "/admin/v1/sso/{client_id}".to_owned(),
            metadata: "/admin/v1/sso/{client_id}/metadata".to_owned(),
        }
    }
}

impl Routes {
    /// Each path by its name in a profile.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &str); 5] {
        [
            ("scim", &self.scim),
            ("token", &self.token),
            ("refresh", &self.refresh),
            ("sso", &self.sso),
            ("metadata", &self.metadata),
        ]
    }
}
