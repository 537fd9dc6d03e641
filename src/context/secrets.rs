//! Where a command finds its secrets: the keyring of this machine, or the stand-in campus's folder.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;

use super::Context;
use crate::config::{self, Found, Need, Places, Profile, SANDBOX, Secrets};
use crate::error::Error;
use crate::secret::keyring::{READING, SystemKeyring, UNLOCKING};
use crate::secret::store::{Kept, NoStore, SecretStore, StoreError};
use crate::secret::{Origin, Secret, SecretKind};

/// How long the keyring may take to write where nobody can unlock it.
const WRITING: Duration = Duration::from_secs(10);

impl Context<'_> {
    /// The store of a profile's secrets: the system keyring; of the stand-in campus, its folder. A
    /// read from the keyring is given up after three seconds.
    ///
    /// # Errors
    /// [`Exit::Usage`](crate::error::Exit::Usage) if `ATRIUMCTL_KEYRING` is neither `on` nor
    /// `off`, or if the sandbox has no folder.
    pub fn store(&self, profile: &str) -> Result<Box<dyn SecretStore>, Error> {
        self.store_within(profile, READING)
    }

    /// The same for a command that is about the store, so that at a terminal there is time to
    /// unlock it.
    ///
    /// # Errors
    /// As of [`Self::store`].
    pub fn patient_store(&self, profile: &str) -> Result<Box<dyn SecretStore>, Error> {
        self.store_within(profile, self.unlocking().unwrap_or(READING))
    }

    /// How long somebody at the terminal has to unlock the keyring; `None` if nobody is there.
    fn unlocking(&self) -> Option<Duration> {
        self.ui.can_prompt().then_some(UNLOCKING)
    }

    fn store_within(
        &self,
        profile: &str,
        reading: Duration,
    ) -> Result<Box<dyn SecretStore>, Error> {
        let is_on = config::keyring_is_on(&self.layers)?;
        if profile == SANDBOX {
            return Ok(Box::new(SandboxStore::new(&self.sandbox_dir()?)));
        }
        if !is_on {
            let why = format!("switched off by {}", config::KEYRING_SWITCH);
            return Ok(Box::new(NoStore { why }));
        }
        let writing = self.unlocking().unwrap_or(WRITING);
        Ok(Box::new(SystemKeyring::new(reading, writing)))
    }

    /// Finds one secret of the profile that is chosen, which need not be written yet: in the
    /// environment, in a file, in the store; a required one also at a hidden prompt. Warnings about
    /// it are shown.
    ///
    /// # Errors
    /// As of [`config::find_secret`].
    pub fn secret(&self, kind: SecretKind, need: Need) -> Result<Option<Found>, Error> {
        let name = self.layers.profile_name()?;
        let files = config::secret_files(&name, &self.layers)?;
        self.with_places(&name.value, &files, |places| {
            let found = config::find_secret(kind, need, places, &mut std::io::stdin())?;
            self.warn(found.as_ref());
            Ok(found)
        })
    }

    /// What a sync of a profile needs.
    pub(super) fn secrets(&self, profile: &Profile) -> Result<Secrets, Error> {
        let files = &profile.secret_files;
        let found = self.with_places(&profile.name.value, files, |places| {
            config::secrets(profile, places, &mut std::io::stdin())
        })?;
        let Secrets { token, key, atrium } = &found;
        for found in [Some(token), key.as_ref(), atrium.as_ref()] {
            self.warn(found);
        }
        Ok(found)
    }

    /// The secret of Atrium's interface; `None` if the profile reads files.
    pub(super) fn atrium_secret(&self, profile: &Profile) -> Result<Option<Secret>, Error> {
        let files = &profile.secret_files;
        let found = self.with_places(&profile.name.value, files, |places| {
            config::atrium_secret(profile, places, &mut std::io::stdin())
        })?;
        self.warn(found.as_ref());
        Ok(found.map(|found| found.secret))
    }

    /// Does something with the places where the secrets of a profile are looked for.
    ///
    /// # Errors
    /// What `act` fails with, and as of [`Self::store`].
    pub fn with_places<T>(
        &self,
        profile: &str,
        files: &config::SecretFiles,
        act: impl FnOnce(&Places<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let store = self.store(profile)?;
        let ask = |kind: SecretKind| {
            let question = format!("{} of the profile {profile}", capital(kind.name()));
            self.ui.ask_secret(&question)
        };
        act(&Places {
            profile,
            files,
            layers: &self.layers,
            store: &*store,
            // The prompt reads from standard input: nobody may hold its lock meanwhile.
            ask: self.ui.can_prompt().then_some(&ask),
        })
    }

    fn warn(&self, found: Option<&Found>) {
        for warning in found.iter().flat_map(|found| &found.warnings) {
            self.ui.warning(warning);
        }
    }
}

/// A name at the beginning of a sentence.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The secrets that the stand-in campus made, in its folder. They are read and never written: each
/// is what the campus itself goes by.
struct SandboxStore {
    dir: PathBuf,
}

impl SandboxStore {
    fn new(dir: &Path) -> Self {
        SandboxStore {
            dir: dir.to_owned(),
        }
    }

    /// The file of a kind; `None` if the campus makes no such secret.
    fn file(&self, kind: SecretKind) -> Option<PathBuf> {
        let name = match kind {
            SecretKind::ScimToken => "scim-token",
            SecretKind::ApiKey => "api-key",
            SecretKind::Atrium => "atrium-secret",
            SecretKind::Admin => "admin-secret",
            SecretKind::OktaToken => "okta-token",
            SecretKind::OktaKey => return None,
        };
        Some(self.dir.join(name))
    }

    fn refusal(&self, kind: SecretKind) -> StoreError {
        StoreError::Refused(format!(
            "the stand-in campus makes its own secrets; set {} to use another one with it",
            kind.variable()
        ))
    }
}

impl SecretStore for SandboxStore {
    fn name(&self) -> &str {
        "the sandbox's folder"
    }

    fn get(&self, _profile: &str, kind: SecretKind) -> Result<Option<Kept>, StoreError> {
        let Some(file) = self.file(kind) else {
            return Ok(None);
        };
        let text = match fs::read_to_string(&file) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let why = format!("{} can't be read: {error}", file.display());
                return Err(StoreError::Refused(why));
            }
        };
        let written = fs::metadata(&file).and_then(|data| data.modified());
        Ok(Some(Kept {
            secret: Secret::new(&text, Origin::Sandbox),
            since: written.ok().and_then(|time| Timestamp::try_from(time).ok()),
        }))
    }

    /// What the campus has just made is there already; anything else is refused.
    fn set(&self, profile: &str, kind: SecretKind, kept: &Kept) -> Result<(), StoreError> {
        let there = self.get(profile, kind)?;
        if there.is_some_and(|there| there.secret.expose() == kept.secret.expose()) {
            return Ok(());
        }
        Err(self.refusal(kind))
    }

    fn forget(&self, profile: &str, kind: SecretKind) -> Result<bool, StoreError> {
        match self.get(profile, kind)? {
            None => Ok(false),
            Some(_) => Err(self.refusal(kind)),
        }
    }

    fn probe(&self, _profile: &str) -> Result<(), StoreError> {
        // What is made for the campus, it writes there itself.
        match fs::metadata(&self.dir) {
            Ok(data) if data.is_dir() && !data.permissions().readonly() => Ok(()),
            _ => Err(StoreError::Refused(format!(
                "{} is no folder that can be written",
                self.dir.display()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_gives_what_it_made_and_takes_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let store = SandboxStore::new(dir.path());
        let kept = |text: &str| Kept {
            secret: Secret::new(text, Origin::Prompt),
            since: None,
        };
        let token = SecretKind::ScimToken;
        assert!(store.get(SANDBOX, token).unwrap().is_none());
        assert!(!store.forget(SANDBOX, token).unwrap());
        fs::write(dir.path().join("scim-token"), "made-here\n").unwrap();
        let found = store.get(SANDBOX, token).unwrap().unwrap();
        assert_eq!(found.secret.expose(), "made-here");
        assert_eq!(found.secret.origin(), &Origin::Sandbox);
        assert!(found.since.is_some());
        store.set(SANDBOX, token, &kept("made-here")).unwrap();
        let refused = store.set(SANDBOX, token, &kept("another")).unwrap_err();
        assert!(refused.to_string().contains("ATRIUMCTL_SCIM_TOKEN"));
        assert!(store.forget(SANDBOX, token).is_err());
        store.probe(SANDBOX).unwrap();
        assert!(SandboxStore::new(&dir.path().join("no")).probe("").is_err());
    }
}
