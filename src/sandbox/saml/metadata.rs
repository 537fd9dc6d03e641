//! The metadata that the stand-in Okta serves: the good file, and at an address of its own each
//! way in which a file goes wrong between Okta and whoever uploads it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::certificates::{self, Active, Wish};
use super::pages;
use crate::sandbox::SandboxError;

/// The host of the organization in what it says about itself. Where it is served is another
/// address in every run, and a file that is saved once must stay the same.
pub(in crate::sandbox) const HOST: &str = "campus.okta.example";

/// Okta's name of the app.
pub(in crate::sandbox) const APP: &str = "verkada";

/// The issuer id of the app that Command signs in with.
pub(in crate::sandbox) const GOOD: &str = "exk1campusverkada0h7";

const DAY: i64 = 86_400;

/// Each form but the good one: its word, which behind `exk` and without hyphens is the issuer id in
/// its address, and what it is.
pub(super) const FORMS: &[(&str, &str)] = &[
    ("ending-soon", "the certificate ends in 20 days"),
    ("rotated", "an app whose certificate was replaced"),
    ("signed", "signed, with a signature that fits"),
    ("requests-signed", "wants signed requests"),
    ("post-only", "HTTP-POST is the only binding"),
    ("preview", "of a preview organization"),
    ("sha1", "a certificate signed with SHA-1"),
    ("rsa1024", "a certificate whose key has 1024 bits"),
    (
        "two-certificates",
        "two signing certificates, the old one first",
    ),
    ("other-host", "the sign-out address is on another host"),
    ("other-app", "entity id and sign-on address of two apps"),
    ("plain-http", "a sign-on address that is not https"),
    ("byte-order-mark", "a byte-order mark in front"),
    ("utf16", "in UTF-16"),
    ("blank-line-first", "a blank line before the declaration"),
    ("page", "a page of Okta's console saved as HTML"),
    ("sign-in-page", "Okta's sign-in page"),
    ("json-error", "an error of Okta's API"),
    ("certificate", "the certificate alone, as PEM"),
    ("certificate-der", "the certificate alone, as DER"),
    ("service-provider", "metadata of the wrong side"),
    ("several-entities", "metadata of two apps in one file"),
    (
        "browser-remark",
        "copied with the browser's remark above it",
    ),
    (
        "browser-marks",
        "copied with the browser's marks for folding",
    ),
    ("html-entity", "with an entity that only HTML has"),
    (
        "damaged-base64",
        "a certificate with a character that base64 lacks",
    ),
    ("truncated-base64", "a certificate that ends too early"),
    ("cut-short", "the file ends too early"),
    ("expired", "the certificate ended a year ago"),
    ("not-yet-valid", "the certificate begins in a month"),
    ("encryption-only", "the only certificate is for encryption"),
    ("no-certificate", "no certificate"),
    ("no-sign-on", "no sign-on address"),
    ("soap-only", "sign-on over SOAP only"),
    ("doctype", "with a DOCTYPE"),
    ("entity-bomb", "entities that unfold to gigabytes"),
    ("empty", "an empty file"),
];

/// The issuer id in the address of a form.
pub(super) fn issuer_id(form: &str) -> String {
    format!("exk{}", form.replace('-', ""))
}

/// The form whose issuer id this is; `None` is the good one.
pub(super) fn form_of(id: &str) -> Option<Option<&'static str>> {
    if id == GOOD {
        return Some(None);
    }
    let mut forms = FORMS.iter().map(|(form, _)| *form);
    forms.find(|form| issuer_id(form) == id).map(Some)
}

/// What is said of an app, as canonical XML (W3C, Exclusive XML Canonicalization), so that it can
/// be signed as it stands.
struct Entity {
    /// The identifier that a signature refers to.
    id: Option<String>,
    entity_id: String,
    wants_signed_requests: bool,
    /// Keys: their use, and the certificate.
    keys: Vec<(&'static str, Vec<u8>)>,
    /// Where to sign out, if that is offered.
    sign_out: Option<String>,
    bindings: &'static [&'static str],
    location: String,
}

impl Entity {
    fn new(issuer_id: &str, certificate: Vec<u8>) -> Self {
        Entity {
            id: None,
            entity_id: format!("http://www.okta.com/{issuer_id}"),
            wants_signed_requests: false,
            keys: vec![("signing", certificate)],
            sign_out: None,
            bindings: &["HTTP-POST", "HTTP-Redirect"],
            location: format!("https://{HOST}/app/{APP}/{issuer_id}/sso/saml"),
        }
    }

    /// The root element, with `signature` in its place.
    fn element(&self, signature: &str) -> String {
        let id = self.id.iter().map(|id| format!(" ID=\"{id}\""));
        let keys = self.keys.iter().map(|(usage, der)| {
            format!(
                "<md:KeyDescriptor use=\"{usage}\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                base64_lines(der)
            )
        });
        let service = |kind: &str, binding: &&str, location: &str| {
            format!(
                "<md:{kind} Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"></md:{kind}>"
            )
        };
        let both = ["HTTP-POST", "HTTP-Redirect"];
        let sign_out = self.sign_out.iter().flat_map(|location| {
            both.iter()
                .map(move |binding| service("SingleLogoutService", binding, location))
        });
        let names = ["emailAddress", "unspecified"].iter().map(|name| {
            format!(
                "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:{name}</md:NameIDFormat>"
            )
        });
        let sign_on = self
            .bindings
            .iter()
            .map(|binding| service("SingleSignOnService", binding, &self.location));
        format!(
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"{} entityID=\"{}\">{signature}<md:IDPSSODescriptor WantAuthnRequestsSigned=\"{}\" protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{}{}{}{}</md:IDPSSODescriptor></md:EntityDescriptor>",
            id.collect::<String>(),
            self.entity_id,
            self.wants_signed_requests,
            keys.collect::<String>(),
            sign_out.collect::<String>(),
            names.collect::<String>(),
            sign_on.collect::<String>(),
        )
    }

    fn file(&self) -> String {
        format!("{DECLARATION}{}", self.element(""))
    }

    /// The file with an enveloped signature (W3C, XML Signature, section 6.6.4) that fits.
    fn signed_file(&self, key: u32) -> Result<String, SandboxError> {
        let id = self.id.as_deref().unwrap_or_default();
        let digest = STANDARD.encode(Sha256::digest(self.element("")));
        let info = |namespace: &str| {
            format!(
                "<ds:SignedInfo{namespace}><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
            )
        };
        let namespace = " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
        let value = STANDARD.encode(certificates::sign(key, info(namespace).as_bytes())?);
        let signature = format!(
            "<ds:Signature{namespace}>{}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>",
            info("")
        );
        Ok(format!("{DECLARATION}{}", self.element(&signature)))
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

fn base64_lines(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    lines.join("\n")
}

/// The metadata of the app that Command signs in with.
pub(in crate::sandbox) fn good(active: Active) -> Result<Vec<u8>, SandboxError> {
    Ok(Entity::new(GOOD, active.der()?).file().into_bytes())
}

/// A form of metadata as the bytes of a file, with their media type. `now` in seconds since 1970;
/// certificates that end soon or have ended count from the day's beginning, so that they stay the
/// same for a day.
pub(super) fn form(
    name: &str,
    active: Active,
    now: i64,
) -> Result<(&'static str, Vec<u8>), SandboxError> {
    let today = now - now.rem_euclid(DAY);
    let id = issuer_id(name);
    let dated = |from: i64, until: i64| {
        Wish {
            from: today + from * DAY,
            until: today + until * DAY,
            ..active.wish()
        }
        .der()
    };
    let mut entity = Entity::new(&id, active.der()?);
    let xml = |entity: &Entity| Ok(("text/xml", entity.file().into_bytes()));
    let as_html = |text: &str| Ok(("text/html", text.as_bytes().to_vec()));
    let changed = |from: &str, to: &str| {
        let text = entity.file().replacen(from, to, 1);
        Ok(("text/xml", text.into_bytes()))
    };
    match name {
        "ending-soon" => entity.keys[0].1 = dated(-3630, 20)?,
        "expired" => entity.keys[0].1 = dated(-4015, -365)?,
        "not-yet-valid" => entity.keys[0].1 = dated(30, 3680)?,
        "rotated" => {
            let next = active.next(active.made() + 1);
            entity.keys[0].1 = next.der()?;
        }
        "signed" => {
            entity.id = Some("id1campus".to_owned());
            let text = entity.signed_file(active.wish().key)?;
            return Ok(("text/xml", text.into_bytes()));
        }
        "requests-signed" => entity.wants_signed_requests = true,
        "post-only" => entity.bindings = &["HTTP-POST"],
        "preview" => {
            entity.location = entity.location.replace(HOST, "campus.oktapreview.com");
        }
        "sha1" => {
            let wish = Wish {
                sha1: true,
                ..active.wish()
            };
            entity.keys[0].1 = wish.der()?;
        }
        "rsa1024" => {
            let wish = Wish {
                short: true,
                ..active.wish()
            };
            entity.keys[0].1 = wish.der()?;
        }
        "two-certificates" => {
            let next = active.next(active.made() + 1);
            entity.keys.push(("signing", next.der()?));
        }
        "other-host" => {
            entity.sign_out = Some(format!(
                "https://other.okta.example/app/{APP}/{id}/slo/saml"
            ));
        }
        "other-app" => entity.entity_id = format!("http://www.okta.com/{GOOD}"),
        "plain-http" => entity.location = entity.location.replace("https:", "http:"),
        "byte-order-mark" => {
            return Ok((
                "text/xml",
                format!("\u{feff}{}", entity.file()).into_bytes(),
            ));
        }
        "utf16" => {
            let text = entity.file().replacen("UTF-8", "UTF-16", 1);
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            return Ok(("text/xml", units.flat_map(u16::to_le_bytes).collect()));
        }
        "blank-line-first" => return changed("<?xml", "\n<?xml"),
        "page" => return as_html(pages::CONSOLE),
        "sign-in-page" => return as_html(pages::SIGN_IN),
        "json-error" => return Ok(("application/json", pages::JSON_ERROR.as_bytes().to_vec())),
        "certificate" => {
            let text = base64_lines(&active.der()?);
            let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
            return Ok(("application/x-pem-file", pem.into_bytes()));
        }
        "certificate-der" => return Ok(("application/pkix-cert", active.der()?)),
        "service-provider" => {
            return Ok(("text/xml", pages::SERVICE_PROVIDER.as_bytes().to_vec()));
        }
        "several-entities" => {
            let text = format!(
                "{DECLARATION}<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{}{}</md:EntitiesDescriptor>",
                entity.element(""),
                Entity::new(GOOD, active.der()?).element("")
            );
            return Ok(("text/xml", text.into_bytes()));
        }
        "browser-remark" => return changed(DECLARATION, pages::BROWSER_REMARK),
        "browser-marks" => return changed(DECLARATION, "-"),
        "html-entity" => return changed("<md:NameIDFormat>", "<md:NameIDFormat>&nbsp;"),
        "damaged-base64" => {
            return changed("<ds:X509Certificate>MII", "<ds:X509Certificate>MI\u{2013}");
        }
        "truncated-base64" => {
            let der = &mut entity.keys[0].1;
            // A multiple of three bytes leaves no trace in base64.
            der.truncate(der.len() / 2 / 3 * 3);
        }
        "cut-short" => {
            let mut text = entity.file();
            text.truncate(text.len() * 2 / 3);
            return Ok(("text/xml", text.into_bytes()));
        }
        "encryption-only" => entity.keys[0].0 = "encryption",
        "no-certificate" => entity.keys.clear(),
        "no-sign-on" => entity.bindings = &[],
        "soap-only" => entity.bindings = &["SOAP"],
        "doctype" => {
            let with =
                format!("{DECLARATION}<!DOCTYPE md [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>");
            return changed(DECLARATION, &with);
        }
        "entity-bomb" => {
            let with = format!("{DECLARATION}{}", pages::ENTITY_BOMB);
            return changed(DECLARATION, &with);
        }
        "empty" => return Ok(("text/xml", Vec::new())),
        _ => return Err(SandboxError::World(format!("there is no form {name}"))),
    }
    xml(&entity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_made_and_has_an_address_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let active = Active::open(folder.path()).unwrap();
        let now = 1_800_000_000;
        let mut files = vec![good(active).unwrap()];
        for (name, about) in FORMS {
            assert_eq!(form_of(&issuer_id(name)), Some(Some(*name)), "{about}");
            let (_, bytes) = form(name, active, now).unwrap();
            assert!(!files.contains(&bytes), "{name} is another one's");
            assert_eq!(form(name, active, now + 60).unwrap().1, bytes, "{name}");
            files.push(bytes);
        }
        assert_eq!(form_of(GOOD), Some(None));
        assert_eq!(form_of("exk9"), None);
    }
}
