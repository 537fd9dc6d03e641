//! The key under which plans are signed and their parts are recognised, without holding them.

use std::fmt;
use std::io::{BufWriter, Write as _};

use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Signs what belongs to a plan: HMAC-SHA256 (RFC 2104) under a key made of the organization's
/// SCIM token.
///
/// A plain hash of an operation would give its card away: a 26-bit card has 65,536 numbers, all
/// else of the operation stands in the review, and trying them all takes a blink. A salt beside
/// the hash changes nothing about that. So there has to be a key, and one that the file and the
/// screen do not have. The token is a long random text of Command's; there is one of them for an
/// organization, so that the machine on which a plan is reviewed and the one on which it is
/// applied have the same without sharing a disk. The token can't be found out from what it signs.
///
/// What is signed can't be made up by anybody else either: a saved plan that was edited is known.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    /// The seal of a secret. It tells nothing of it, and signs nothing that others sign with it.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        let mut derived = Seal::of_key(&Sha256::digest(secret)).0;
        derived.update(b"atriumctl plan");
        Seal::of_key(&derived.finalize().into_bytes())
    }

    /// HMAC fills a key that is shorter than a block with zeros.
    fn of_key(key: &[u8]) -> Self {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Seal(Hmac::new(&block.into()))
    }

    /// The signature of a value, in hex. What was signed for one purpose is worth nothing for
    /// another.
    #[must_use]
    pub fn sign(&self, purpose: &str, value: &impl Serialize) -> String {
        let mut sink = BufWriter::new(Sink(self.0.clone()));
        // Neither the hash nor the serialisation of plain data can fail.
        let _ = serde_json::to_writer(&mut sink, &(purpose, value));
        let _ = sink.flush();
        let signed = sink.into_inner().map(|sink| sink.0.finalize().into_bytes());
        signed
            .map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect())
            .unwrap_or_default()
    }
}

/// The seal of no secret: of a policy that no session made.
impl Default for Seal {
    fn default() -> Self {
        Seal::new(&[])
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(••••)")
    }
}

/// Lets serde write into the hash.
struct Sink(Hmac<Sha256>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 1 and 2 of RFC 4231, section 4.
    #[test]
    fn a_key_is_used_as_the_standard_says() {
        for (key, data, expected) in [
            (&[0x0b; 20][..], "Hi There", "b0344c61d8db3853"),
            (b"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e"),
        ] {
            let mut mac = Seal::of_key(key).0;
            mac.update(data.as_bytes());
            let bytes = mac.finalize().into_bytes();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(hex.starts_with(expected), "{hex}");
        }
    }

    #[test]
    fn a_signature_depends_on_secret_purpose_and_value() {
        let seal = Seal::new(b"secret");
        let signed = seal.sign("plan", &["a"]);
        assert_eq!(signed, Seal::new(b"secret").sign("plan", &["a"]));
        assert_eq!(signed.len(), 64);
        let others = [
            seal.sign("file", &["a"]),
            seal.sign("plan", &["b"]),
            Seal::new(b"other").sign("plan", &["a"]),
            Seal::default().sign("plan", &["a"]),
        ];
        assert!(!others.contains(&signed));
        assert!(!format!("{seal:?}").contains("secret"));
    }
}
