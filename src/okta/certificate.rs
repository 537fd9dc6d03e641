//! A certificate as metadata carries it: base64 in an element, X.509 (RFC 5280) inside.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate as Parsed;
use x509_cert::der::asn1::{Any, ContextSpecific, ObjectIdentifier, UintRef};
use x509_cert::der::{Decode as _, Reader as _, SliceReader, TagNumber};
use x509_cert::name::Name;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

use crate::model::metadata::{Certificate, Code, KeyUse};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    // A missing = at the end loses nothing.
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(false),
);

const SECONDS_OF_A_DAY: i64 = 86_400;

/// A certificate, and whether its algorithms are weak.
pub(super) struct Found {
    pub(super) certificate: Certificate,
    /// Whether lines of PEM stood around it.
    pub(super) armoured: bool,
    pub(super) weak_signature: bool,
    pub(super) weak_key: bool,
}

/// Reads the text of an `X509Certificate` element.
///
/// # Errors
/// What is wrong with it, and what exactly.
pub(super) fn read(text: &str, key_use: KeyUse, now: Timestamp) -> Result<Found, (Code, String)> {
    if holds_private_key(text) {
        return Err((Code::PrivateKeyInside, String::new()));
    }
    let (body, armoured) = match text.split_once("-----BEGIN CERTIFICATE-----") {
        Some((_, rest)) => {
            let body = rest.split_once("-----END").map_or(rest, |(body, _)| body);
            (body, true)
        }
        None => (text, false),
    };
    let der = decode(body)?;
    let parsed = Parsed::from_der(&der).map_err(|error| {
        let detail = match error.position() {
            Some(at) => format!("it is not as a certificate is, from byte {at} on"),
            None => "it is not as a certificate is".to_owned(),
        };
        (Code::CertificateUnreadable, detail)
    })?;
    let tbs = parsed.tbs_certificate();
    let (key, key_bits) = key(tbs.subject_public_key_info());
    let (signature, weak_signature) = signature(parsed.signature_algorithm());
    let not_after = timestamp(tbs.validity().not_after);
    let left = not_after.as_second() - now.as_second();
    Ok(Found {
        armoured,
        weak_signature,
        weak_key: key == "RSA" && key_bits.is_some_and(|bits| bits < 2048),
        certificate: Certificate {
            key_use,
            subject: tbs.subject().to_string(),
            issuer: tbs.issuer().to_string(),
            common_name: common_name(tbs.subject()),
            not_before: timestamp(tbs.validity().not_before),
            not_after,
            days_left: left.div_euclid(SECONDS_OF_A_DAY),
            key,
            key_bits,
            signature,
            fingerprint: fingerprint(&der),
            duplicate_of: None,
        },
    })
}

/// Base64 without the blanks that may stand in it.
fn packed(text: &str) -> Vec<u8> {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    text.bytes().filter(|byte| !is_blank(*byte)).collect()
}

/// Whether a text is a private key, in PEM or as bare base64.
pub(super) fn holds_private_key(text: &str) -> bool {
    let is_armoured = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    is_armoured
        || ENGINE
            .decode(packed(text))
            .is_ok_and(|der| is_private_key(&der))
}

/// Whether DER begins as a private key does (RFC 5208, RFC 5915, RFC 8017): with a version, 0 or 1,
/// where a certificate has a sequence.
pub(super) fn is_private_key(der: &[u8]) -> bool {
    let body = match *der {
        [0x30, 0x81, ..] => der.get(3..),
        [0x30, 0x82, ..] => der.get(4..),
        [0x30, 0x83, ..] => der.get(5..),
        [0x30, ..] => der.get(2..),
        _ => None,
    };
    body.is_some_and(|body| {
        matches!(
            body,
            [0x02, 0x01, 0, 0x02 | 0x30, ..] | [0x02, 0x01, 1, 0x04 | 0x30, ..]
        )
    })
}

/// The bytes of a certificate, as many as it says itself that it has.
fn decode(text: &str) -> Result<Vec<u8>, (Code, String)> {
    let packed = packed(text);
    if packed.is_empty() {
        return Err((Code::CertificateEmpty, String::new()));
    }
    let der = ENGINE.decode(&packed).map_err(|error| {
        let strange = text.chars().find(|c| {
            !c.is_ascii_alphanumeric() && !"+/=".contains(*c) && !c.is_ascii_whitespace()
        });
        let detail = match strange {
            Some(c) => format!("it holds {c:?}, which base64 does not have"),
            None => fault(&error).to_owned(),
        };
        (Code::CertificateDamaged, detail)
    })?;
    let Some(said) = said_length(&der) else {
        let detail = format!(
            "{} bytes that do not begin as a certificate does",
            der.len()
        );
        return Err((Code::CertificateUnreadable, detail));
    };
    let detail = format!("it says {said} bytes and has {}", der.len());
    match der.len().cmp(&said) {
        std::cmp::Ordering::Less => Err((Code::CertificateCutShort, detail)),
        std::cmp::Ordering::Greater => Err((Code::CertificateTooLong, detail)),
        std::cmp::Ordering::Equal => Ok(der),
    }
}

/// What is wrong with base64 that has no strange character.
fn fault(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::InvalidByte(..) => {
            "an = where there can be none, so characters before it were lost or added"
        }
        DecodeError::InvalidLength(_) => "it has one character too many, or some are missing",
        DecodeError::InvalidLastSymbol { .. } => {
            "its last character can't be the last one, so some were lost or changed"
        }
        DecodeError::InvalidPadding => "it has too many or too few = at its end",
    }
}

/// How long the outermost sequence says it is, its head included (X.690, section 8.1.3).
fn said_length(der: &[u8]) -> Option<usize> {
    match *der {
        [0x30, short, ..] if short < 0x80 => Some(usize::from(short) + 2),
        [0x30, 0x81, length, ..] => Some(usize::from(length) + 3),
        [0x30, 0x82, high, low, ..] => Some(usize::from(u16::from_be_bytes([high, low])) + 4),
        [0x30, 0x83, a, b, c, ..] => usize::try_from(u32::from_be_bytes([0, a, b, c]))
            .ok()
            .map(|length| length + 5),
        _ => None,
    }
}

/// A date; 9999-12-31, which stands for no end (RFC 5280, section 4.1.2.5), is beyond the clock's
/// range and becomes its last moment.
fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn common_name(name: &Name) -> Option<String> {
    let common_name = name.common_name().ok().flatten()?;
    Some(common_name.value().to_string())
}

/// The kind of a key, and its size where the kind has several (RFC 3279, RFC 5480, RFC 8410).
fn key(info: &SubjectPublicKeyInfoOwned) -> (String, Option<u32>) {
    let oid = info.algorithm.oid.to_string();
    match oid.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
            let bytes = info.subject_public_key.raw_bytes();
            ("RSA".to_owned(), rsa_bits(bytes))
        }
        "1.2.840.10045.2.1" => {
            let parameters = info.algorithm.parameters.as_ref();
            let curve = parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
            let curve = curve.map(|oid| oid.to_string()).unwrap_or_default();
            match curve.as_str() {
                "1.2.840.10045.3.1.7" => ("EC P-256".to_owned(), None),
                "1.3.132.0.34" => ("EC P-384".to_owned(), None),
                "1.3.132.0.35" => ("EC P-521".to_owned(), None),
                other => (format!("EC {other}").trim_end().to_owned(), None),
            }
        }
        "1.2.840.10040.4.1" => ("DSA".to_owned(), None),
        "1.3.101.112" => ("Ed25519".to_owned(), None),
        _ => (oid, None),
    }
}

/// The length of the modulus, which stands first (RFC 8017, appendix A.1.1).
fn rsa_bits(key: &[u8]) -> Option<u32> {
    let mut reader = SliceReader::new(key).ok()?;
    let modulus = reader
        .sequence(|body| {
            let modulus: UintRef<'_> = body.decode()?;
            let _exponent: UintRef<'_> = body.decode()?;
            x509_cert::der::Result::Ok(modulus)
        })
        .ok()?;
    let bytes = modulus.as_bytes();
    let first = bytes.first()?;
    u32::try_from(bytes.len() * 8)
        .ok()?
        .checked_sub(first.leading_zeros())
}

/// The name of a signature algorithm, and whether it is weak (RFC 3279, RFC 4055, RFC 5758,
/// RFC 8410).
fn signature(algorithm: &AlgorithmIdentifierOwned) -> (String, bool) {
    let oid = algorithm.oid.to_string();
    let (name, weak) = match oid.as_str() {
        "1.2.840.113549.1.1.4" => ("md5WithRSAEncryption", true),
        "1.2.840.113549.1.1.5" => ("sha1WithRSAEncryption", true),
        "1.2.840.113549.1.1.10" => return pss(algorithm.parameters.as_ref()),
        "1.2.840.113549.1.1.11" => ("sha256WithRSAEncryption", false),
        "1.2.840.113549.1.1.12" => ("sha384WithRSAEncryption", false),
        "1.2.840.113549.1.1.13" => ("sha512WithRSAEncryption", false),
        "1.2.840.10040.4.3" => ("dsa-with-sha1", true),
        "1.2.840.10045.4.1" => ("ecdsa-with-SHA1", true),
        "1.2.840.10045.4.3.2" => ("ecdsa-with-SHA256", false),
        "1.2.840.10045.4.3.3" => ("ecdsa-with-SHA384", false),
        "1.2.840.10045.4.3.4" => ("ecdsa-with-SHA512", false),
        "1.3.101.112" => ("Ed25519", false),
        other => (other, false),
    };
    (name.to_owned(), weak)
}

/// The name of RSASSA-PSS with its hash, and whether that is weak. The parameters name the hash;
/// where they do not, it is SHA-1 (RFC 4055, section 3.1).
fn pss(parameters: Option<&Any>) -> (String, bool) {
    let hash = match parameters {
        Some(parameters) => SliceReader::new(parameters.value()).and_then(|mut body| {
            ContextSpecific::<AlgorithmIdentifierOwned>::decode_explicit(&mut body, TagNumber(0))
        }),
        None => Ok(None),
    };
    let oid = match hash {
        Ok(Some(hash)) => hash.value.oid.to_string(),
        Ok(None) => "1.3.14.3.2.26".to_owned(),
        Err(_) => return ("RSASSA-PSS with an unreadable hash".to_owned(), true),
    };
    let (hash, weak) = match oid.as_str() {
        "1.2.840.113549.2.5" => ("MD5", true),
        "1.3.14.3.2.26" => ("SHA-1", true),
        "2.16.840.1.101.3.4.2.1" => ("SHA-256", false),
        "2.16.840.1.101.3.4.2.2" => ("SHA-384", false),
        "2.16.840.1.101.3.4.2.3" => ("SHA-512", false),
        other => (other, false),
    };
    (format!("RSASSA-PSS with {hash}"), weak)
}

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    pairs.join(":")
}
