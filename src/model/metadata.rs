//! What SAML metadata says, and what was found to be wrong with it. Plain data: it is read in
//! `okta` and shown by `output`.

mod changes;
mod code;

use jiff::Timestamp;
use serde::Serialize;

pub use changes::{Changes, Live, SignOn, SignOnAnswer};
pub use code::Code;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Sign-in can't work with this file.
    Error,
    /// It may work, and somebody should look.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word that output uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// Where in the file something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The names of the elements from the root down, without prefixes; empty outside the root.
    pub path: String,
}

/// One thing that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// Where it stands; `None` if it concerns the file as a whole.
    pub place: Option<Place>,
    /// What exactly, with the values from the file.
    pub detail: String,
}

/// Everything that was noticed, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
    hidden: usize,
}

impl Findings {
    /// A hostile file repeats one fault a hundred thousand times; nobody reads on after a few.
    const OF_ONE_KIND: usize = 5;

    /// Adds one; of the same code only the first few are kept, the rest is counted.
    pub fn add(&mut self, code: Code, place: Option<Place>, detail: impl Into<String>) {
        if !self.is_full(code) {
            let detail = detail.into();
            self.list.push(Finding {
                code,
                place,
                detail,
            });
        } else {
            self.hidden += 1;
        }
    }

    /// Whether a further one with this code is only counted.
    #[must_use]
    pub fn is_full(&self, code: Code) -> bool {
        let same = self.list.iter().filter(|found| found.code == code);
        same.count() >= Self::OF_ONE_KIND
    }

    /// Those that were kept.
    #[must_use]
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many more there were.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// Whether there is one with this code.
    #[must_use]
    pub fn has(&self, code: Code) -> bool {
        self.list.iter().any(|found| found.code == code)
    }

    /// How many of those kept matter this much.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let same = |found: &&Finding| found.code.severity() == severity;
        self.list.iter().filter(same).count()
    }

    /// Puts what matters most first; among equals the order stays.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|found| found.code.severity());
    }
}

/// How a message travels between browser and service (SAML 2.0 Bindings, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The browser posts a form.
    Post,
    /// The browser follows a redirect.
    Redirect,
    /// The servers talk to each other over SOAP.
    Soap,
    /// The browser carries a reference only.
    Artifact,
    /// Anything else, by its URI.
    Other(String),
}

impl Binding {
    /// The binding that a URI names.
    #[must_use]
    pub fn from_uri(uri: &str) -> Self {
        match uri.strip_prefix("urn:oasis:names:tc:SAML:2.0:bindings:") {
            Some("HTTP-POST") => Binding::Post,
            Some("HTTP-Redirect") => Binding::Redirect,
            Some("SOAP") => Binding::Soap,
            Some("HTTP-Artifact") => Binding::Artifact,
            _ => Binding::Other(uri.to_owned()),
        }
    }

    /// The short name of the standard, or the URI.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Binding::Post => "HTTP-POST",
            Binding::Redirect => "HTTP-Redirect",
            Binding::Soap => "SOAP",
            Binding::Artifact => "HTTP-Artifact",
            Binding::Other(uri) => uri,
        }
    }

    /// Whether a browser can bring a sign-on request this way.
    #[must_use]
    pub fn is_for_browsers(&self) -> bool {
        matches!(self, Binding::Post | Binding::Redirect)
    }
}

/// An address that takes messages of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// How messages travel.
    pub binding: Binding,
    /// The address.
    pub location: String,
}

/// What a key is for (SAML 2.0 Metadata, section 2.4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyUse {
    /// Signing only.
    Signing,
    /// Encryption only.
    Encryption,
    /// The file does not say: both.
    Both,
    /// The file says something that is neither, so it is for nothing.
    Unknown,
}

impl KeyUse {
    /// The word that output uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KeyUse::Signing => "signing",
            KeyUse::Encryption => "encryption",
            KeyUse::Both => "signing and encryption",
            KeyUse::Unknown => "unknown",
        }
    }

    /// Whether it signs.
    #[must_use]
    pub fn signs(self) -> bool {
        matches!(self, KeyUse::Signing | KeyUse::Both)
    }
}

/// What an X.509 certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What its key is for.
    pub key_use: KeyUse,
    /// Whom it names.
    pub subject: String,
    /// Who made it.
    pub issuer: String,
    /// The common name of the subject; Okta puts the organization's subdomain there.
    pub common_name: Option<String>,
    /// The first moment at which it is valid.
    pub not_before: Timestamp,
    /// The last moment at which it is valid.
    pub not_after: Timestamp,
    /// Whole days until it ends; negative once it has ended.
    pub days_left: i64,
    /// The kind of key, for example `RSA`.
    pub key: String,
    /// The size of the key, where its kind has several.
    pub key_bits: Option<u32>,
    /// The algorithm of the certificate's own signature.
    pub signature: String,
    /// SHA-256 of the certificate, in hexadecimal pairs with colons between them.
    pub fingerprint: String,
    /// The position of an equal certificate earlier in the list, from 0.
    pub duplicate_of: Option<usize>,
}

/// Command's client id: the one that is expected, and the one that the file names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientId {
    /// As it was given.
    pub expected: Option<String>,
    /// As an address of Command in the file has it.
    pub found: Option<String>,
}

/// SAML metadata of an identity provider, with all that was noticed about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// How the characters are encoded, if the file is text at all.
    pub encoding: Option<&'static str>,
    /// The identity provider's name for itself, which is the issuer of its assertions.
    pub entity_id: Option<String>,
    /// The host of the sign-on address.
    pub host: Option<String>,
    /// Okta's name of the app, as the sign-on address has it.
    pub app_name: Option<String>,
    /// Okta's SAML issuer id of the app, `exk…`, as the sign-on address or the entity id has it.
    pub issuer_id: Option<String>,
    /// Where the browser is sent to sign on.
    pub sign_on: Vec<Service>,
    /// Where the browser is sent to sign out.
    pub sign_out: Vec<Service>,
    /// The forms in which a person can be named.
    pub name_id_formats: Vec<String>,
    /// Whether requests must be signed; `None` if the file does not say.
    pub wants_signed_requests: Option<bool>,
    /// Every certificate that could be read.
    pub certificates: Vec<Certificate>,
    /// Whether the file carries a signature. It is never checked.
    pub signed: bool,
    /// Until when the file may be used.
    pub valid_until: Option<Timestamp>,
    /// How long the file may be kept, as it says itself.
    pub cache_duration: Option<String>,
    /// Command's client id.
    pub client_id: ClientId,
    /// What was noticed, errors first.
    pub findings: Findings,
}

impl Metadata {
    /// Whether a certificate that is in use, or the file itself, ends within the days that were
    /// asked about.
    #[must_use]
    pub fn ends_soon(&self) -> bool {
        self.findings.has(Code::CertificateEndsSoon) || self.findings.has(Code::MetadataEndsSoon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_finding_is_counted_and_not_kept() {
        let mut findings = Findings::default();
        for _ in 0..100 {
            findings.add(Code::UnknownEntity, None, "&nbsp;");
        }
        findings.add(Code::Doctype, None, "");
        assert_eq!(findings.list().len(), Findings::OF_ONE_KIND + 1);
        assert_eq!(findings.hidden(), 95);
    }

    #[test]
    fn codes_are_distinct_and_say_what_to_do() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        for code in Code::ALL {
            let name = code.name();
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
            );
            assert!(
                !code.title().is_empty() && !code.meaning().is_empty(),
                "{name}"
            );
            let silent = code.remedy().is_empty();
            assert!(!silent || code.severity() == Severity::Note, "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
