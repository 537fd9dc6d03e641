//! The check of a metadata file: what it says, and everything that is wrong with it.
//!
//! Element and attribute names are those of SAML 2.0 Metadata
//! (docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf).

use jiff::{Span, Timestamp};

use crate::model::metadata::{Certificate, Code, Findings, KeyUse, Metadata, Severity};

use super::certificate;
use super::services::{self, Read};
use super::text;
use super::xml::{self, Document, Element, shown};

/// The largest file that is read, in bytes.
pub const LIMIT: usize = 1 << 20;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The longest entity id (SAML 2.0 Metadata, section 2.2.1).
const LONGEST_ENTITY_ID: usize = 1024;

/// What the file is compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Command's client id.
    pub client_id: Option<String>,
    /// Okta's id or name of the app.
    pub app: Option<String>,
    /// The host of the organization.
    pub host: Option<String>,
    /// Within how many days of its end a certificate is warned about.
    pub warn_days: u16,
}

/// Checks a file. Of one that is larger than [`LIMIT`], the first bytes beyond it are enough.
#[must_use]
pub fn check(bytes: &[u8], expected: &Expected, now: Timestamp) -> Metadata {
    let mut metadata = Metadata::default();
    metadata.client_id.expected.clone_from(&expected.client_id);
    let Some(decoded) = text::read(bytes, &mut metadata.findings) else {
        metadata.findings.sort();
        return metadata;
    };
    metadata.encoding = Some(decoded.encoding);
    let document = xml::read(&decoded, &mut metadata.findings);
    if let Some(root) = &document.root {
        let mut check = Check {
            expected,
            now,
            whole: document.whole,
            metadata: &mut metadata,
        };
        check.root(root);
    } else {
        without_root(&document, &mut metadata.findings);
    }
    metadata.findings.sort();
    metadata
}

/// A file without any element: it is not XML, unless something else was said of it already.
fn without_root(document: &Document, findings: &mut Findings) {
    if document.whole && findings.count(Severity::Error) == 0 {
        findings.add(Code::NotXml, None, "it has no element");
    }
}

struct Check<'a> {
    expected: &'a Expected,
    now: Timestamp,
    /// Whether the whole file was read: if not, nothing is missing for certain.
    whole: bool,
    metadata: &'a mut Metadata,
}

impl Check<'_> {
    fn add(&mut self, code: Code, element: &Element, detail: impl Into<String>) {
        let place = Some(element.place.clone());
        self.metadata.findings.add(code, place, detail);
    }

    /// Says that something is missing, if all of the file was read.
    fn missing(&mut self, code: Code, element: &Element, detail: &str) {
        if self.whole {
            self.add(code, element, detail);
        }
    }

    fn root(&mut self, root: &Element) {
        let namespace = shown(&root.name.namespace);
        match root.name.local.as_str() {
            "EntityDescriptor" | "EntitiesDescriptor" if namespace != METADATA => {
                let namespace = format!("{:?}", namespace);
                self.add(Code::WrongNamespace, root, namespace);
            }
            "EntityDescriptor" => self.entity(root),
            "EntitiesDescriptor" => {
                let detail = match entities(root) {
                    1 => "it holds one".to_owned(),
                    many => format!("it holds {many}"),
                };
                self.add(Code::SeveralEntities, root, detail);
            }
            local => {
                let detail = format!(
                    "its root is {} in the namespace {namespace:?}",
                    shown(local)
                );
                self.add(Code::WrongRoot, root, detail);
            }
        }
    }

    fn entity(&mut self, entity: &Element) {
        self.entity_id(entity);
        self.duration(entity);
        if entity.all(SIGNATURE, "Signature").next().is_some() {
            self.metadata.signed = true;
            self.add(Code::Signed, entity, "");
        }
        self.client_id(entity);
        let providers: Vec<&Element> = entity.all(METADATA, "IDPSSODescriptor").collect();
        match providers.as_slice() {
            [] => self.no_provider(entity),
            [only] => self.provider(only),
            [first, second, ..] => {
                let detail = format!("{} of them", providers.len());
                self.add(Code::SeveralIdentityProviders, second, detail);
                self.provider(first);
            }
        }
    }

    fn no_provider(&mut self, entity: &Element) {
        if let Some(other) = entity.all(METADATA, "SPSSODescriptor").next() {
            let detail = self.metadata.entity_id.clone().unwrap_or_default();
            self.add(Code::ServiceProviderMetadata, other, shown(&detail));
            return;
        }
        let strays = entity.children.iter();
        let stray = strays
            .filter(|child| child.name.local == "IDPSSODescriptor")
            .find(|child| child.name.namespace != METADATA);
        match stray {
            Some(stray) => {
                let detail = format!("{:?}", shown(&stray.name.namespace));
                self.add(Code::WrongNamespace, stray, detail);
            }
            None => self.missing(Code::NoIdentityProvider, entity, ""),
        }
    }

    fn entity_id(&mut self, entity: &Element) {
        let id = entity.attribute("entityID").unwrap_or_default();
        if id.is_empty() {
            self.missing(Code::NoEntityId, entity, "");
            return;
        }
        self.metadata.entity_id = Some(id.to_owned());
        let length = id.chars().count();
        if length > LONGEST_ENTITY_ID {
            let detail = format!("{length} characters");
            self.add(Code::EntityIdTooLong, entity, detail);
        } else if services::entity_issuer(id).is_none() {
            self.add(Code::EntityIdUnusual, entity, shown(id));
        }
    }

    /// Until when an element may be used: the file as a whole, or what it says of the identity
    /// provider. Of both, the earlier one counts.
    fn duration(&mut self, element: &Element) {
        if self.metadata.cache_duration.is_none() {
            self.metadata.cache_duration = element.attribute("cacheDuration").map(shown);
        }
        let Some(text) = element.attribute("validUntil") else {
            return;
        };
        let Ok(until) = text.parse::<Timestamp>() else {
            self.add(Code::DateUnreadable, element, format!("{:?}", shown(text)));
            return;
        };
        let known = self.metadata.valid_until;
        self.metadata.valid_until = Some(known.map_or(until, |known| known.min(until)));
        let on = format!("on {}", date(until));
        if until < self.now {
            self.add(Code::MetadataExpired, element, on);
        } else if until < self.warned() {
            self.add(Code::MetadataEndsSoon, element, on);
        }
    }

    /// The moment before which whatever ends is warned about.
    fn warned(&self) -> Timestamp {
        let hours = i64::from(self.expected.warn_days) * 24;
        let later = self.now.checked_add(Span::new().hours(hours));
        later.unwrap_or(Timestamp::MAX)
    }

    fn provider(&mut self, provider: &Element) {
        self.duration(provider);
        let protocols = provider.attribute("protocolSupportEnumeration");
        let mut protocols = protocols.unwrap_or_default().split_whitespace();
        if !protocols.any(|protocol| protocol == PROTOCOL) {
            self.missing(Code::NoSaml2, provider, "");
        }
        match provider.attribute("WantAuthnRequestsSigned") {
            None => {}
            Some("true" | "1") => {
                self.metadata.wants_signed_requests = Some(true);
                self.add(Code::RequestsSigned, provider, "");
            }
            Some("false" | "0") => self.metadata.wants_signed_requests = Some(false),
            Some(other) => {
                self.add(
                    Code::FlagUnreadable,
                    provider,
                    format!("{:?}", shown(other)),
                );
            }
        }
        self.strays(provider);
        self.certificates(provider);
        self.names(provider);
        self.services(provider);
        self.mistaken_client_id(provider);
    }

    /// Elements with a known name in another namespace, which nobody else would see.
    fn strays(&mut self, element: &Element) {
        for child in &element.children {
            let namespace = match child.name.local.as_str() {
                "KeyDescriptor"
                | "SingleSignOnService"
                | "SingleLogoutService"
                | "NameIDFormat" => METADATA,
                "KeyInfo" | "X509Data" | "X509Certificate" => SIGNATURE,
                _ => continue,
            };
            if child.name.namespace != namespace {
                let detail = format!("{:?}", shown(&child.name.namespace));
                self.add(Code::WrongNamespace, child, detail);
            }
            self.strays(child);
        }
    }

    fn certificates(&mut self, provider: &Element) {
        let keys: Vec<&Element> = provider.all(METADATA, "KeyDescriptor").collect();
        // Those that sign, each with its position in the list.
        let mut signing: Vec<(usize, &Element)> = Vec::new();
        // Whether one that may be meant to sign could not be read.
        let mut damaged = false;
        for key in &keys {
            let key_use = match key.attribute("use") {
                Some("signing") => KeyUse::Signing,
                Some("encryption") => KeyUse::Encryption,
                None => KeyUse::Both,
                Some(other) => {
                    self.add(Code::KeyUseUnknown, key, format!("{:?}", shown(other)));
                    damaged = true;
                    KeyUse::Unknown
                }
            };
            let elements = key
                .all(SIGNATURE, "KeyInfo")
                .flat_map(|info| info.all(SIGNATURE, "X509Data"))
                .flat_map(|data| data.all(SIGNATURE, "X509Certificate"));
            let elements: Vec<&Element> = elements.collect();
            if elements.is_empty() {
                self.missing(Code::KeyWithoutCertificate, key, key_use.name());
            }
            for element in elements {
                match self.certificate(element, key_use) {
                    Some(at) if key_use.signs() => signing.push((at, element)),
                    Some(_) => {}
                    None => damaged |= key_use.signs(),
                }
            }
        }
        let only_encrypts = !keys.is_empty()
            && keys
                .iter()
                .all(|key| key.attribute("use") == Some("encryption"));
        if only_encrypts {
            self.missing(Code::EncryptionKeyOnly, provider, "");
        } else if signing.is_empty() && !damaged {
            self.missing(Code::NoCertificate, provider, "");
        }
        self.several(&signing);
        self.validity(&signing);
    }

    /// Reads a certificate; gives its position in the list.
    fn certificate(&mut self, element: &Element, key_use: KeyUse) -> Option<usize> {
        let found = match certificate::read(&element.text, key_use, self.now) {
            Ok(found) => found,
            Err((code, detail)) => {
                self.add(code, element, detail);
                return None;
            }
        };
        if found.armoured {
            self.add(Code::CertificateArmoured, element, "");
        }
        if found.weak_signature {
            self.add(Code::WeakSignature, element, &found.certificate.signature);
        }
        if found.weak_key {
            let bits = found.certificate.key_bits.unwrap_or_default();
            self.add(Code::WeakKey, element, format!("RSA {bits}"));
        }
        let mut certificate = found.certificate;
        let known = &self.metadata.certificates;
        let same = |earlier: &Certificate| earlier.fingerprint == certificate.fingerprint;
        let mut equal = known.iter().filter(|earlier| same(earlier));
        // One certificate for signing and again for encryption is usual.
        let is_repeated = equal.any(|earlier| earlier.key_use == key_use);
        let (position, duplicate_of) = (known.len(), known.iter().position(same));
        if is_repeated {
            let detail = format!("SHA-256 {}", certificate.fingerprint);
            self.add(Code::DuplicateCertificate, element, detail);
        }
        certificate.duplicate_of = duplicate_of;
        self.metadata.certificates.push(certificate);
        Some(position)
    }

    fn several(&mut self, signing: &[(usize, &Element)]) {
        let distinct = signing
            .iter()
            .filter(|(at, _)| self.metadata.certificates[*at].duplicate_of.is_none());
        let distinct: Vec<_> = distinct.collect();
        if let [_, (_, second), ..] = distinct.as_slice() {
            let detail = format!("{} of them", distinct.len());
            self.add(Code::SeveralCertificates, second, detail);
        }
    }

    /// Whether the certificates that sign are valid now, and for how long.
    fn validity(&mut self, signing: &[(usize, &Element)]) {
        let now = self.now;
        let all = &self.metadata.certificates;
        let is_valid = |at: usize| all[at].not_before <= now && now <= all[at].not_after;
        let one_is_valid = signing.iter().any(|(at, _)| is_valid(*at));
        for (at, element) in signing {
            let certificate = &self.metadata.certificates[*at];
            let (not_before, not_after) = (certificate.not_before, certificate.not_after);
            let days = certificate.days_left;
            let dates = format!("valid from {} to {}", date(not_before), date(not_after));
            let code = match one_is_valid {
                true if not_after < now => Code::SpareExpired,
                false if not_after < now => Code::CertificateExpired,
                true if now < not_before => Code::SpareNotYetValid,
                false if now < not_before => Code::CertificateNotYetValid,
                _ if not_after < self.warned() => {
                    let left = match days {
                        0 => "less than a day is left".to_owned(),
                        1 => "1 day is left".to_owned(),
                        days => format!("{days} days are left"),
                    };
                    let detail = format!("{left}, {dates}");
                    self.add(Code::CertificateEndsSoon, element, detail);
                    continue;
                }
                _ => continue,
            };
            self.add(code, element, dates);
        }
    }

    fn names(&mut self, provider: &Element) {
        let formats = provider.all(METADATA, "NameIDFormat");
        let formats: Vec<String> = formats.map(|format| shown_uri(&format.text)).collect();
        let fits =
            |format: &String| format.ends_with(":emailAddress") || format.ends_with(":unspecified");
        if !formats.is_empty() && !formats.iter().any(fits) {
            self.add(Code::NoEmailFormat, provider, "");
        }
        self.metadata.name_id_formats = formats;
    }

    fn services(&mut self, provider: &Element) {
        let whole = self.whole;
        let findings = &mut self.metadata.findings;
        let mut read = |local| -> Vec<Read> {
            let elements = provider.all(METADATA, local);
            elements
                .map(|element| services::read(element, whole, findings))
                .collect()
        };
        let sign_on = read("SingleSignOnService");
        let sign_out = read("SingleLogoutService");
        let services = |list: &[Read]| list.iter().map(|read| read.service.clone()).collect();
        self.metadata.sign_on = services(&sign_on);
        self.metadata.sign_out = services(&sign_out);
        if sign_on.is_empty() {
            self.missing(Code::NoSignOnService, provider, "");
        } else if !sign_on
            .iter()
            .any(|read| read.service.binding.is_for_browsers())
        {
            let names = sign_on
                .iter()
                .map(|read| shown(read.service.binding.name()));
            let names: Vec<String> = names.take(3).collect();
            self.missing(Code::NoBrowserBinding, provider, &names.join(", "));
        }
        services::judge(&sign_on, &sign_out, self.expected, self.metadata);
    }

    /// Compares Command's client id, where the file names one.
    fn client_id(&mut self, entity: &Element) {
        let found = find_client_id(entity);
        if let (Some(found), Some(wanted)) = (&found, &self.expected.client_id)
            && !found.eq_ignore_ascii_case(wanted)
        {
            let detail = format!(
                "{} in the file, {} is expected",
                shown(found),
                shown(wanted)
            );
            self.add(Code::ClientIdDiffers, entity, detail);
        }
        self.metadata.client_id.found = found;
    }

    /// Okta's own ids are taken for Command's client id easily.
    fn mistaken_client_id(&mut self, provider: &Element) {
        let Some(wanted) = &self.expected.client_id else {
            return;
        };
        let oktas = [&self.metadata.issuer_id, &self.metadata.app_name];
        if oktas.into_iter().flatten().any(|id| id == wanted) {
            self.add(Code::ClientIdIsOktas, provider, wanted.clone());
        } else if self.metadata.client_id.found.is_none() {
            self.add(Code::ClientIdNotNamed, provider, "");
        }
    }
}

/// How many apps or organizations a collection describes; collections can hold others.
fn entities(collection: &Element) -> usize {
    let own = collection.all(METADATA, "EntityDescriptor").count();
    let others = collection.all(METADATA, "EntitiesDescriptor");
    own + others.map(entities).sum::<usize>()
}

/// The client id in any address of Command in the file.
fn find_client_id(element: &Element) -> Option<String> {
    let addresses = element.attributes.iter().map(|(_, value)| value.as_str());
    let here = addresses.filter_map(services::client_id).next();
    here.or_else(|| element.children.iter().find_map(find_client_id))
}

/// A URI from the file, whole if it is one of the standard's.
fn shown_uri(text: &str) -> String {
    let text = text.trim();
    text.chars().take(200).collect()
}

fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
