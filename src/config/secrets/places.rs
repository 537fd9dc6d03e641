//! Every place that has a secret of a kind, the one in force first: for people who ask where a
//! secret comes from.

use jiff::Timestamp;

use crate::secret::store::StoreError;
use crate::secret::{Origin, Place, Secret, SecretKind};

use super::files::SecretFile;
use super::{Places, SecretStore, check_secret, read, variable_secret};

/// Looks into every place that has a secret of a kind, the one in force first. Standard input is
/// not read, and nobody is asked.
///
/// # Errors
/// If the store could not be used; the other places are named all the same.
pub fn secret_places(kind: SecretKind, places: &Places<'_>) -> (Vec<Place>, Option<StoreError>) {
    let mut list = Vec::new();
    let place = |origin, secret| Place {
        origin,
        named_by: None,
        secret,
        since: None,
        warnings: Vec::new(),
    };
    let variable = kind.variable();
    let checked = |secret: Secret, place: &str| {
        let fits = check_secret(kind, &secret, place);
        fits.map(|()| secret).map_err(|error| error.to_string())
    };
    match variable_secret(kind, places.layers) {
        Ok(None) => {}
        Ok(Some(secret)) => list.push(place(
            Origin::Environment(variable),
            checked(secret, variable),
        )),
        Err(error) => list.push(place(Origin::Environment(variable), Err(error.to_string()))),
    }
    if let Some(file) = places.files.get(kind) {
        let mut found = match &file.value {
            SecretFile::Stdin => place(
                Origin::StandardInput,
                Err("it is read only by a command that needs it".to_owned()),
            ),
            SecretFile::Path(path) => {
                let origin = Origin::File(path.clone());
                let written = std::fs::metadata(path).and_then(|data| data.modified());
                let since = written.ok().and_then(|time| Timestamp::try_from(time).ok());
                match read(kind, file, &mut std::io::empty()) {
                    Ok(found) => Place {
                        since,
                        warnings: found.warnings,
                        ..place(origin, Ok(found.secret))
                    },
                    Err(error) => place(origin, Err(error.to_string())),
                }
            }
        };
        found.named_by = Some(file.origin.to_string());
        list.push(found);
    }
    match store_place(kind, places) {
        Ok(found) => {
            list.extend(found);
            (list, None)
        }
        // That is about this secret, not about the store.
        Err(error @ StoreError::Refused(_)) => {
            list.push(place(Origin::Keyring, Err(error.to_string())));
            (list, None)
        }
        Err(error) => (list, Some(error)),
    }
}

fn store_place(kind: SecretKind, places: &Places<'_>) -> Result<Option<Place>, StoreError> {
    let store: &dyn SecretStore = places.store;
    let Some(kept) = store.get(places.profile, kind)? else {
        return Ok(None);
    };
    let fits = check_secret(kind, &kept.secret, store.name());
    Ok(Some(Place {
        origin: kept.secret.origin().clone(),
        named_by: None,
        secret: fits
            .map(|()| kept.secret)
            .map_err(|error| error.to_string()),
        since: kept.since,
        warnings: Vec::new(),
    }))
}
