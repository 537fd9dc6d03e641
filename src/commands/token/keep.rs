//! Keeps a token that was just made, so that it can't be lost half-way: stored and read back first,
//! and given out if that fails.

use crate::error::Exit;
use crate::output::Ui;
use crate::secret::store::{Kept, SecretStore, StoreError};
use crate::secret::{Secret, SecretKind};

use jiff::Timestamp;

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is in the store, and came back from there as it is.
    Kept,
    /// There is no store, as was known before it was made.
    NoStore,
    /// The store took none after all.
    Failed(String),
}

/// Puts a token into the store, where it replaces the one before, and reads it back.
pub(super) fn keep(
    store: Option<&dyn SecretStore>,
    profile: &str,
    token: &Secret,
    now: Timestamp,
) -> Outcome {
    let Some(store) = store else {
        return Outcome::NoStore;
    };
    let kept = Kept {
        secret: token.clone(),
        since: Some(now),
    };
    let stored = store
        .set(profile, SecretKind::ScimToken, &kept)
        .and_then(|()| store.get(profile, SecretKind::ScimToken));
    match stored {
        Ok(Some(back)) if back.secret.expose() == token.expose() => Outcome::Kept,
        Ok(_) => Outcome::Failed(format!("{} gave back another one", store.name())),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Whether there is a store that takes a write: proven before anything is made.
///
/// # Errors
/// Why not.
pub(super) fn prove(store: &dyn SecretStore, profile: &str) -> Result<(), StoreError> {
    store.probe(profile)
}

/// Writes the token alone to standard output. What could not be written is told; if the token is
/// nowhere else, with the token itself: better read by somebody than lost.
///
/// A reader that has gone may have wanted no more, where the token is kept; that it can't be
/// written is a failure.
pub(super) fn pour(ui: &Ui, token: &Secret, is_kept: bool) -> Exit {
    let line = format!("{}\n", token.expose());
    let (why, exit) = match ui.data(&line) {
        Ok(()) if !ui.is_closed() => return Exit::Done,
        Ok(()) => {
            let gone = "nobody reads standard output any more".to_owned();
            (gone, if is_kept { Exit::Done } else { Exit::Failed })
        }
        Err(error) => (error.to_string(), Exit::Failed),
    };
    if is_kept {
        ui.warning(&format!("{why}; the token is kept"));
    } else {
        ui.warning(&format!(
            "{why}, and there is no keyring: here is the token, and whoever reads this line has \
             it, so make another one with `atriumctl token refresh`"
        ));
        ui.warning(token.expose());
    }
    exit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Options;
    use crate::secret::Origin;
    use crate::secret::store::InMemory;

    /// A store that proves well and then fails, or forgets.
    struct Faulty(bool);

    impl SecretStore for Faulty {
        fn name(&self) -> &str {
            "the keyring"
        }
        fn get(&self, _: &str, _: SecretKind) -> Result<Option<Kept>, StoreError> {
            Ok(None)
        }
        fn set(&self, _: &str, _: SecretKind, _: &Kept) -> Result<(), StoreError> {
            match self.0 {
                true => Err(StoreError::Locked),
                false => Ok(()),
            }
        }
        fn forget(&self, _: &str, _: SecretKind) -> Result<bool, StoreError> {
            Ok(false)
        }
        fn probe(&self, _: &str) -> Result<(), StoreError> {
            Ok(())
        }
    }

    #[test]
    fn a_token_is_stored_and_read_back() {
        let token = Secret::new("new", Origin::Made);
        let now = Timestamp::UNIX_EPOCH;
        let store = InMemory::default();
        assert_eq!(keep(Some(&store), "p", &token, now), Outcome::Kept);
        let kept = store.get("p", SecretKind::ScimToken).unwrap().unwrap();
        assert_eq!((kept.secret.expose(), kept.since), ("new", Some(now)));
        assert_eq!(keep(None, "p", &token, now), Outcome::NoStore);
        let locked = "the keyring is locked".to_owned();
        assert_eq!(
            keep(Some(&Faulty(true)), "p", &token, now),
            Outcome::Failed(locked)
        );
        let lost = "the keyring gave back another one".to_owned();
        assert_eq!(
            keep(Some(&Faulty(false)), "p", &token, now),
            Outcome::Failed(lost)
        );
        assert!(prove(&Faulty(true), "p").is_ok());
    }

    #[test]
    fn the_token_stands_alone_on_standard_output() {
        let (ui, captured) = Ui::for_test(None, Options::default());
        let exit = pour(&ui, &Secret::new("new", Origin::Made), false);
        assert_eq!(exit, Exit::Done);
        assert_eq!(
            (captured.stdout().as_str(), captured.stderr().as_str()),
            ("new\n", "")
        );
    }
}
