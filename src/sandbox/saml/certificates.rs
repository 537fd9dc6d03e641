//! The certificates of the stand-in Okta: like Okta's own, self-signed, RSA 2048 with SHA-256, for
//! ten years (the shape of public samples), and some that are not as they should be.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, DnValue, Issuer, KeyPair, PKCS_RSA_SHA256,
    PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey as _, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::sandbox::{SandboxError, local};

/// The file in the world's folder that says which certificate is active.
pub(in crate::sandbox) const FILE: &str = "okta-certificate.json";

/// Private keys that anybody can read here, and that are therefore worth nothing: they sign the
/// certificates of a stand-in whose sign-in nobody trusts. A new pair for every world would cost
/// seconds, as RSA keys do, and ring makes none.
const WORTHLESS_KEYS: [&str; 2] = [
    include_str!("worthless-key-a.txt"),
    include_str!("worthless-key-b.txt"),
];

const DAY: i64 = 86_400;

/// Which certificate is active. Whatever else is needed follows from it, so that a world shows the
/// same certificate in every command.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(in crate::sandbox) struct Active {
    /// When it was made, in milliseconds since 1970; Okta's serial numbers are that, too.
    made: i64,
    /// How often it was replaced.
    rotations: u32,
}

/// What a certificate is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Which of the keys signs, modulo their number.
    pub(super) key: u32,
    /// Milliseconds since 1970.
    pub(super) serial: i64,
    /// Seconds since 1970.
    pub(super) from: i64,
    /// Seconds since 1970.
    pub(super) until: i64,
    /// Whether it says that it is signed with SHA-1.
    pub(super) sha1: bool,
    /// Whether its key has 1024 bits.
    pub(super) short: bool,
}

impl Active {
    /// The active certificate of a world; made if there is none yet.
    pub(in crate::sandbox) fn open(dir: &Path) -> Result<Self, SandboxError> {
        let path = dir.join(FILE);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|problem| {
                SandboxError::World(format!("{} can't be read: {problem}", path.display()))
            }),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                let active = Active {
                    made: now_ms(),
                    rotations: 0,
                };
                active.store(dir)?;
                Ok(active)
            }
            Err(source) => Err(SandboxError::io("read", &path, source)),
        }
    }

    /// Makes another certificate the active one. Serials tell them apart.
    pub(in crate::sandbox) fn rotate(dir: &Path) -> Result<Self, SandboxError> {
        let next = Active::open(dir)?.next(now_ms());
        next.store(dir)?;
        Ok(next)
    }

    /// What the active one is after a rotation at that time.
    pub(super) fn next(self, now: i64) -> Self {
        Active {
            made: now.max(self.made + 1),
            rotations: self.rotations + 1,
        }
    }

    /// When it was made, in milliseconds since 1970.
    pub(super) fn made(self) -> i64 {
        self.made
    }

    fn store(self, dir: &Path) -> Result<(), SandboxError> {
        let text = serde_json::to_vec(&self)
            .map_err(|problem| SandboxError::World(problem.to_string()))?;
        local::replace_bytes(&dir.join(FILE), &text)
    }

    /// The certificate itself: ten years, from one minute before it was made.
    pub(super) fn wish(self) -> Wish {
        let from = self.made.div_euclid(1000) - 60;
        Wish {
            key: self.rotations,
            serial: self.made,
            from,
            until: from + 10 * 365 * DAY,
            sha1: false,
            short: false,
        }
    }

    /// The certificate in DER.
    pub(in crate::sandbox) fn der(self) -> Result<Vec<u8>, SandboxError> {
        self.wish().der()
    }

    /// SHA-256 of the certificate, in hexadecimal pairs with colons between them.
    pub(in crate::sandbox) fn fingerprint(self) -> Result<String, SandboxError> {
        let digest = Sha256::digest(self.der()?);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(pairs.join(":"))
    }
}

fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

impl Wish {
    /// The certificate in DER.
    pub(super) fn der(self) -> Result<Vec<u8>, SandboxError> {
        let key = signing_key(self.key)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = subject();
        params.serial_number = Some(SerialNumber::from_slice(&self.serial.to_be_bytes()));
        let start = date_time_ymd(1970, 1, 1);
        let seconds = |at: i64| Duration::from_secs(u64::try_from(at).unwrap_or_default());
        params.not_before = start + seconds(self.from);
        params.not_after = start + seconds(self.until);
        let made = if self.short {
            params.signed_by(&ShortKey::new(), &Issuer::from_params(&params, &key))
        } else {
            params.self_signed(&key)
        };
        let mut der = made.map_err(refused)?.der().to_vec();
        if self.sha1 {
            claim_sha1(&mut der);
        }
        Ok(der)
    }
}

/// RSA with SHA-256 over a text, as metadata is signed with it.
pub(super) fn sign(key: u32, text: &[u8]) -> Result<Vec<u8>, SandboxError> {
    signing_key(key)?.sign(text).map_err(refused)
}

fn signing_key(which: u32) -> Result<KeyPair, SandboxError> {
    let text: String = match which % 2 {
        0 => WORTHLESS_KEYS[0].split_whitespace().collect(),
        _ => WORTHLESS_KEYS[1].split_whitespace().collect(),
    };
    let der = STANDARD
        .decode(text)
        .map_err(|problem| SandboxError::World(problem.to_string()))?;
    KeyPair::from_pkcs8_der_and_sign_algo(&der.into(), &PKCS_RSA_SHA256).map_err(refused)
}

fn refused(problem: rcgen::Error) -> SandboxError {
    SandboxError::World(format!("no certificate could be made: {problem}"))
}

/// As Okta names itself in the certificates of public samples.
fn subject() -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "US");
    name.push(DnType::StateOrProvinceName, "California");
    name.push(DnType::LocalityName, "San Francisco");
    name.push(DnType::OrganizationName, "Okta");
    name.push(DnType::OrganizationalUnitName, "SSOProvider");
    name.push(DnType::CommonName, "campus");
    // emailAddress of PKCS #9 (RFC 2985, section 5.2.1), which is an IA5String.
    let email = DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]);
    if let Ok(address) = "info@okta.com".try_into() {
        name.push(email, DnValue::Ia5String(address));
    }
    name
}

/// Makes a certificate say that it is signed with sha1WithRSAEncryption in place of
/// sha256WithRSAEncryption (RFC 3279, section 2.2.1, and RFC 4055, section 5). The signature does
/// not fit then, which nobody checks of a certificate that only vouches for itself.
fn claim_sha1(der: &mut [u8]) {
    const SHA256: [u8; 11] = [
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b,
    ];
    for at in 0..der.len().saturating_sub(SHA256.len()) {
        if der[at..].starts_with(&SHA256) {
            der[at + SHA256.len() - 1] = 0x05;
        }
    }
}

/// A public key of 1024 bits to which there is no private one: nothing is ever signed with it.
struct ShortKey(Vec<u8>);

impl ShortKey {
    fn new() -> Self {
        // RSAPublicKey (RFC 8017, appendix A.1.1): a modulus with its highest bit set, which takes
        // a zero in front, and 65537.
        let mut der = vec![0x30, 0x81, 0x89, 0x02, 0x81, 0x81, 0x00];
        for part in 0..4_u8 {
            der.extend_from_slice(&Sha256::digest([part]));
        }
        der[7] |= 0x80;
        if let Some(last) = der.last_mut() {
            *last |= 1;
        }
        der.extend_from_slice(&[0x02, 0x03, 0x01, 0x00, 0x01]);
        ShortKey(der)
    }
}

impl PublicKeyData for ShortKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_keeps_its_certificate_until_it_is_rotated() {
        let folder = tempfile::tempdir().unwrap();
        let first = Active::open(folder.path()).unwrap().der().unwrap();
        assert_eq!(Active::open(folder.path()).unwrap().der().unwrap(), first);
        let second = Active::rotate(folder.path()).unwrap().der().unwrap();
        assert_ne!(second, first);
        let third = Active::rotate(folder.path()).unwrap().der().unwrap();
        assert_ne!(third, second);
        assert_ne!(third, first);
        assert_eq!(Active::open(folder.path()).unwrap().der().unwrap(), third);
    }
}
