//! What metadata is compared with: other metadata, and where Command's sign-on leads.

use super::{Binding, Certificate, Service};

/// How one file differs from another in what sign-in depends on. The order of the parts, and how
/// they are written, does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The entity ids, before and after, if they differ; empty for none.
    pub entity_id: Option<(String, String)>,
    /// The sign-on services, before and after, if they differ.
    pub sign_on: Option<(Vec<Service>, Vec<Service>)>,
    /// Signing certificates that only the first has.
    pub gone: Vec<Certificate>,
    /// Signing certificates that only the second has.
    pub new: Vec<Certificate>,
    /// Signing certificates of both.
    pub kept: Vec<Certificate>,
}

impl Changes {
    /// Whether the two mean the same.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.entity_id.is_none()
            && self.sign_on.is_none()
            && self.gone.is_empty()
            && self.new.is_empty()
    }
}

/// Where a sign-on address sends a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOnAnswer {
    /// To an identity provider, with a SAML request.
    Sends {
        /// How.
        binding: Binding,
        /// The address, without the request.
        target: String,
    },
    /// Nowhere: there is no such client id, or no metadata.
    NotConfigured {
        /// What the page says.
        said: String,
    },
    /// It can't be seen from outside.
    CannotTell {
        /// What came instead.
        why: String,
    },
}

/// What a sign-on address says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOn {
    /// It sends the browser where the file says, in a way that the file offers.
    Matches {
        /// How.
        binding: Binding,
        /// The address.
        target: String,
    },
    /// It sends the browser where the file says, but in a way that the file does not offer there.
    OtherBinding {
        /// How.
        binding: Binding,
        /// The address.
        target: String,
    },
    /// It sends the browser somewhere else: other metadata is in force.
    OtherTarget {
        /// How.
        binding: Binding,
        /// The address.
        target: String,
    },
    /// It sends the browser nowhere.
    NotConfigured {
        /// What the page says.
        said: String,
    },
    /// It can't be seen from outside.
    CannotTell {
        /// What came instead.
        why: String,
    },
    /// There was no answer.
    Unreachable {
        /// Why.
        why: String,
    },
}

/// What Okta's live metadata says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// It means the same.
    Same {
        /// Where it is.
        url: String,
    },
    /// The file was read from there just now.
    Itself {
        /// Where it is.
        url: String,
    },
    /// It differs: the file is no longer, or not yet, what Okta serves.
    Differs {
        /// Where it is.
        url: String,
        /// From the file to what is served.
        changes: Box<Changes>,
    },
    /// What is served there is no metadata that could be compared.
    Unusable {
        /// Where it is.
        url: String,
        /// What it is.
        why: String,
    },
    /// There was no answer.
    Unreachable {
        /// Where it was asked.
        url: String,
        /// Why.
        why: String,
    },
    /// The file does not say where it is.
    Unknown,
}
