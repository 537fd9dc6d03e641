//! The system keyring: the Secret Service, macOS Keychain, or Windows Credential Manager.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use keyring::v1::Entry;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use super::store::{Kept, SecretStore, StoreError};
use super::{Origin, Secret, SecretKind};

/// The service that our entries belong to.
pub const SERVICE: &str = "atriumctl";

/// How long an answer may take that nobody has to do anything for.
pub const READING: Duration = Duration::from_secs(3);

/// How long an answer may take where somebody sits who may have to unlock the keyring.
pub const UNLOCKING: Duration = Duration::from_secs(30);

/// The form of an entry that this version writes and understands.
const VERSION: u32 = 1;

/// What does the work: each call waits as long as the system lets it.
trait Backend: Send + Sync {
    /// What an entry holds; `None` if there is none.
    fn read(&self, user: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError>;
    fn write(&self, user: &str, bytes: &[u8]) -> Result<(), StoreError>;
    /// Whether there was an entry.
    fn remove(&self, user: &str) -> Result<bool, StoreError>;
}

/// The keyring of this system.
struct System;

impl System {
    fn entry(user: &str) -> Result<Entry, StoreError> {
        Entry::new(SERVICE, user).map_err(|error| match (error, Entry::store_status()) {
            (keyring::Error::NoDefaultStore, Err(why)) => StoreError::Absent(absent(&reason(why))),
            (error, _) => failure(&error, 0),
        })
    }
}

impl Backend for System {
    fn read(&self, user: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        match System::entry(user)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(failure(&error, 0)),
        }
    }

    fn write(&self, user: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let written = System::entry(user)?.set_secret(bytes);
        written.map_err(|error| failure(&error, bytes.len()))
    }

    fn remove(&self, user: &str) -> Result<bool, StoreError> {
        match System::entry(user)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(keyring::Error::NoEntry) => Ok(false),
            Err(error) => Err(failure(&error, 0)),
        }
    }
}

/// An error of the keyring in our words. `size` is how much was to be written. What the error holds
/// of an entry's bytes never gets into it.
fn failure(error: &keyring::Error, size: usize) -> StoreError {
    match error {
        keyring::Error::NoDefaultStore => StoreError::Absent("it could not be reached".to_owned()),
        keyring::Error::NoStorageAccess(_) | keyring::Error::PlatformFailure(_) => {
            let reason = reason(error);
            // The Secret Service's own error is named `…IsLocked`; a prompt that was dismissed, or
            // that no program could show, leaves the keyring locked.
            let lower = reason.to_lowercase();
            if lower.contains("locked") || lower.contains("prompt") {
                StoreError::Locked
            } else if lower.contains("result not returned") {
                let none = "it has no default collection, or lost it while it was asked";
                StoreError::Refused(none.to_owned())
            } else {
                StoreError::Refused(reason)
            }
        }
        keyring::Error::TooLong(_, limit) => StoreError::TooLong {
            limit: *limit,
            size,
        },
        keyring::Error::Ambiguous(entries) => StoreError::Refused(format!(
            "{} of its entries are for this secret; remove all but one",
            entries.len()
        )),
        keyring::Error::NotSupportedByStore(_) => {
            StoreError::Refused("it can't do what is asked".to_owned())
        }
        keyring::Error::Invalid(what, _) => {
            StoreError::Refused(format!("it does not take this {what}"))
        }
        _ => StoreError::Refused("its entry is damaged".to_owned()),
    }
}

/// What the system said, without the words around it.
fn reason(error: &keyring::Error) -> String {
    match error {
        keyring::Error::PlatformFailure(cause) | keyring::Error::NoStorageAccess(cause) => {
            cause.to_string()
        }
        keyring::Error::Invalid(_, what) => what.clone(),
        _ => "it could not be reached".to_owned(),
    }
}

/// Why there is no keyring, with what it would be.
fn absent(reason: &str) -> String {
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return reason.to_owned();
    }
    let reason = reason.trim_start_matches("zbus error: ");
    format!("no Secret Service answers in this session ({reason})")
}

/// What an entry holds: the secret, and since when it is there.
#[derive(Serialize, Deserialize)]
struct Envelope {
    /// The version of this form.
    atriumctl: u32,
    secret: String,
    since: Option<Timestamp>,
}

impl Drop for Envelope {
    fn drop(&mut self) {
        use secrecy::zeroize::Zeroize as _;
        self.secret.zeroize();
    }
}

/// The version of an entry whose form is another one.
#[derive(Deserialize)]
struct Version {
    atriumctl: u32,
}

fn encode(kept: &Kept) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let envelope = Envelope {
        atriumctl: VERSION,
        secret: kept.secret.expose().to_owned(),
        since: kept.since,
    };
    let bytes = serde_json::to_vec(&envelope);
    bytes
        .map(Zeroizing::new)
        .map_err(|_| StoreError::Refused("the secret can't be written as text".to_owned()))
}

/// The secret of an entry. What another program put there as mere text is the secret itself.
fn decode(bytes: &[u8]) -> Result<Kept, StoreError> {
    let text = text(bytes).ok_or_else(|| {
        StoreError::Refused("what it holds for this secret is no text".to_owned())
    })?;
    if let Ok(envelope) = serde_json::from_str::<Envelope>(&text)
        && envelope.atriumctl == VERSION
    {
        return Ok(Kept {
            secret: Secret::new(&envelope.secret, Origin::Keyring),
            since: envelope.since,
        });
    }
    if let Ok(Version { atriumctl }) = serde_json::from_str(&text) {
        return Err(StoreError::Refused(format!(
            "its entry has the form {atriumctl} of another version of atriumctl; this one knows \
             {VERSION}"
        )));
    }
    Ok(Kept {
        secret: Secret::new(&text, Origin::Keyring),
        since: None,
    })
}

/// The text of an entry: UTF-8, or UTF-16 as Windows' own programs write it.
fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    if !bytes.contains(&0) {
        let text = std::str::from_utf8(bytes).ok()?;
        return Some(Zeroizing::new(text.to_owned()));
    }
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Zeroizing<Vec<u16>> =
        Zeroizing::new(pairs.iter().copied().map(u16::from_le_bytes).collect());
    let text = String::from_utf16(&units).ok()?;
    rest.is_empty().then(|| Zeroizing::new(text))
}

/// The system's keyring as a store. Every call is made on a thread of its own and given up after a
/// time: a keyring may wait for somebody to unlock it, and nobody may be there.
pub struct SystemKeyring {
    backend: Arc<dyn Backend>,
    reading: Duration,
    writing: Duration,
    /// Set once it did not answer: it would not answer the next question either.
    gone: Mutex<Option<StoreError>>,
}

impl SystemKeyring {
    /// The keyring, with how long it may take to read and to write.
    #[must_use]
    pub fn new(reading: Duration, writing: Duration) -> Self {
        SystemKeyring::with(Arc::new(System), reading, writing)
    }

    fn with(backend: Arc<dyn Backend>, reading: Duration, writing: Duration) -> Self {
        SystemKeyring {
            backend,
            reading,
            writing,
            gone: Mutex::new(None),
        }
    }

    fn within<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(&dyn Backend) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &*gone {
            return Err(error.clone());
        }
        let (answer, answered) = mpsc::sync_channel(1);
        let backend = Arc::clone(&self.backend);
        let thread = thread::Builder::new().name("keyring".to_owned());
        // A thread that nobody waits for any longer ends with the process.
        let spawned = thread.spawn(move || {
            let _ = answer.send(work(&*backend));
        });
        if let Err(error) = spawned {
            return Err(StoreError::Refused(format!("no thread to ask it: {error}")));
        }
        let result = answered.recv_timeout(limit).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => StoreError::Slow(limit.as_secs()),
                RecvTimeoutError::Disconnected => {
                    StoreError::Refused("it broke off without an answer".to_owned())
                }
            })
        });
        if let Err(error @ (StoreError::Absent(_) | StoreError::Slow(_))) = &result {
            *gone = Some(error.clone());
        }
        result
    }
}

/// The user of an entry.
fn user(profile: &str, word: &str) -> String {
    format!("{profile}/{word}")
}

impl SecretStore for SystemKeyring {
    fn name(&self) -> &str {
        "the system keyring"
    }

    fn get(&self, profile: &str, kind: SecretKind) -> Result<Option<Kept>, StoreError> {
        let user = user(profile, kind.word());
        let bytes = self.within(self.reading, move |backend| backend.read(&user))?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    fn set(&self, profile: &str, kind: SecretKind, kept: &Kept) -> Result<(), StoreError> {
        let user = user(profile, kind.word());
        let bytes = encode(kept)?;
        self.within(self.writing, move |backend| backend.write(&user, &bytes))
    }

    fn forget(&self, profile: &str, kind: SecretKind) -> Result<bool, StoreError> {
        let user = user(profile, kind.word());
        self.within(self.writing, move |backend| backend.remove(&user))
    }

    fn probe(&self, profile: &str) -> Result<(), StoreError> {
        // No kind of secret has this word.
        let user = user(profile, "probe");
        let value = Timestamp::now().to_string();
        self.within(self.writing, move |backend| {
            backend.write(&user, value.as_bytes())?;
            let read = backend.read(&user)?;
            backend.remove(&user)?;
            if read.is_some_and(|read| *read == value.as_bytes()) {
                Ok(())
            } else {
                let lost = "it took a probe and did not give it back";
                Err(StoreError::Refused(lost.to_owned()))
            }
        })
    }
}

#[cfg(test)]
#[path = "keyring_tests.rs"]
mod tests;
