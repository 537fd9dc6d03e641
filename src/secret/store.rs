//! Where secrets are kept from one command to the next, and a store in memory for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{Secret, SecretKind};

/// A secret as a store has it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The secret.
    pub secret: Secret,
    /// When it was put there; `None` if another program did that.
    pub since: Option<Timestamp>,
}

/// Why a store could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// This machine, or this session, has no store.
    #[error("there is no keyring here: {0}")]
    Absent(String),
    /// It is locked, and nobody unlocked it.
    #[error("the keyring is locked")]
    Locked,
    /// It did not answer in time.
    #[error("the keyring did not answer within {0} seconds; it may wait to be unlocked")]
    Slow(u64),
    /// Its entries are shorter than what is to be kept.
    #[error("the keyring keeps at most {limit} bytes in an entry, and this one has {size}")]
    TooLong {
        /// The most that an entry may have.
        limit: u32,
        /// What this one has.
        size: usize,
    },
    /// It refused.
    #[error("the keyring refused: {0}")]
    Refused(String),
}

/// A place that keeps secrets, one of each kind for every profile. Its calls wait, so they are
/// made before anything else runs.
pub trait SecretStore {
    /// Its name in a sentence, such as `the system keyring`.
    fn name(&self) -> &str;

    /// Reads a secret; `None` if it is not there.
    ///
    /// # Errors
    /// If the store can't be used.
    fn get(&self, profile: &str, kind: SecretKind) -> Result<Option<Kept>, StoreError>;

    /// Keeps a secret; the one that was there is forgotten.
    ///
    /// # Errors
    /// If the store can't be used. Then nothing was kept.
    fn set(&self, profile: &str, kind: SecretKind, kept: &Kept) -> Result<(), StoreError>;

    /// Forgets a secret; `false` if it was not there.
    ///
    /// # Errors
    /// If the store can't be used.
    fn forget(&self, profile: &str, kind: SecretKind) -> Result<bool, StoreError>;

    /// Proves that the store takes a write for this profile now, without touching what it keeps.
    ///
    /// # Errors
    /// If the store can't be used.
    fn probe(&self, profile: &str) -> Result<(), StoreError>;
}

/// A store that is not there: everything fails with [`StoreError::Absent`].
#[derive(Clone, Debug)]
pub struct NoStore {
    /// Why there is none, as the end of `there is no keyring here: …`.
    pub why: String,
}

impl NoStore {
    fn absent<T>(&self) -> Result<T, StoreError> {
        Err(StoreError::Absent(self.why.clone()))
    }
}

impl SecretStore for NoStore {
    fn name(&self) -> &str {
        "the system keyring"
    }

    fn get(&self, _: &str, _: SecretKind) -> Result<Option<Kept>, StoreError> {
        self.absent()
    }

    fn set(&self, _: &str, _: SecretKind, _: &Kept) -> Result<(), StoreError> {
        self.absent()
    }

    fn forget(&self, _: &str, _: SecretKind) -> Result<bool, StoreError> {
        self.absent()
    }

    fn probe(&self, _: &str) -> Result<(), StoreError> {
        self.absent()
    }
}

/// A store that lives as long as this process.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<BTreeMap<(String, SecretKind), Kept>>);

impl SecretStore for InMemory {
    fn name(&self) -> &str {
        "memory"
    }

    fn get(&self, profile: &str, kind: SecretKind) -> Result<Option<Kept>, StoreError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(&(profile.to_owned(), kind)).cloned())
    }

    fn set(&self, profile: &str, kind: SecretKind, new: &Kept) -> Result<(), StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((profile.to_owned(), kind), new.clone());
        Ok(())
    }

    fn forget(&self, profile: &str, kind: SecretKind) -> Result<bool, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.remove(&(profile.to_owned(), kind)).is_some())
    }

    fn probe(&self, _profile: &str) -> Result<(), StoreError> {
        Ok(())
    }
}
