//! The secrets: where each is found, what it looks like, and who else could read it.

use std::collections::BTreeMap;

use crate::config::{Adapter, Profile};
use crate::context::Context;
use crate::model::checkup::{Area, Check, Fault};
use crate::secret::store::StoreError;
use crate::secret::{Origin, Place};
use crate::secret::{Secret, SecretKind};

/// How many digits of a fingerprint are shown.
const FINGERPRINT: usize = 12;

/// The secrets that can be used.
#[derive(Default)]
pub(super) struct Usable(BTreeMap<SecretKind, Secret>);

impl Usable {
    pub(super) fn get(&self, kind: SecretKind) -> Option<Secret> {
        self.0.get(&kind).cloned()
    }
}

/// Whether a profile needs a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// No sync works without it.
    Always,
    /// Something is not covered without it.
    For(&'static str),
    /// It is for other commands.
    Never,
}

/// What is missing without the secret that Okta's management API is asked with.
const OKTA: Need = Need::For("what Okta knows can't be looked at");

fn need(kind: SecretKind, profile: &Profile) -> Need {
    let okta = &profile.okta;
    match kind {
        SecretKind::ScimToken => Need::Always,
        SecretKind::Atrium if profile.atrium.http.is_some() => Need::Always,
        SecretKind::ApiKey => Need::For("cards are not covered"),
        // Whoever names a service app means it.
        SecretKind::OktaToken if okta.org.is_some() && okta.client_id.is_none() => OKTA,
        SecretKind::OktaKey if okta.org.is_some() && okta.client_id.is_some() => OKTA,
        SecretKind::Admin if profile.command.admin.adapter == Adapter::Routes => {
            Need::For("no token can be made and no metadata uploaded over routes")
        }
        SecretKind::Atrium | SecretKind::OktaToken | SecretKind::OktaKey | SecretKind::Admin => {
            Need::Never
        }
    }
}

/// Looks for each secret.
pub(super) fn checks(context: &Context<'_>, profile: &Profile) -> (Vec<Check>, Usable) {
    let mut checks = Vec::new();
    let mut usable = Usable::default();
    let mut trouble = None;
    for kind in SecretKind::ALL {
        let (places, store) = match context.secret_places(profile, kind) {
            Ok(found) => found,
            Err(error) => {
                let check =
                    Check::failure(Area::Secrets, "keyring", Fault::Setting, error.to_string());
                checks.push(check.remedy(error.hints.join("; ")));
                break;
            }
        };
        if let Some(Ok(secret)) = places.first().map(|place| &place.secret) {
            usable.0.insert(kind, secret.clone());
        }
        checks.extend(judge(kind, need(kind, profile), &places));
        if kind == SecretKind::ApiKey && !places.is_empty() && profile.command.api_url.is_none() {
            let evidence = "there is an API key, but it is not said where its API is";
            let remedy = "set api_url under [command], or a region in place of scim_url";
            checks.push(
                Check::failure(Area::Secrets, "api-url", Fault::Setting, evidence).remedy(remedy),
            );
        }
        trouble = trouble.or(store);
    }
    checks.extend(keyring(trouble));
    (checks, usable)
}

fn judge(kind: SecretKind, need: Need, places: &[Place]) -> Option<Check> {
    let (name, code) = (kind.name(), kind.word());
    let Some(first) = places.first() else {
        let evidence = format!("there is no {name}");
        let remedy = format!("atriumctl auth set {code}, or set {}", kind.variable());
        return match need {
            Need::Never => None,
            Need::Always => Some(
                Check::failure(Area::Secrets, code, Fault::Authentication, evidence).remedy(remedy),
            ),
            Need::For(what) => {
                let evidence = format!("{evidence}: {what}");
                Some(Check::warning(Area::Secrets, code, evidence).remedy(remedy))
            }
        };
    };
    let secret = match &first.secret {
        Ok(secret) => secret,
        Err(why) => {
            let check = Check::failure(Area::Secrets, code, Fault::Authentication, why.clone());
            return Some(check.remedy(cure(kind, first)));
        }
    };
    let fingerprint = secret.fingerprint();
    let since = match first.since {
        Some(since) => format!(", there since {}", since.strftime("%Y-%m-%d")),
        None => String::new(),
    };
    let evidence = format!(
        "{name} from {}, fingerprint {}{since}",
        first.origin,
        fingerprint.get(..FINGERPRINT).unwrap_or(&fingerprint)
    );
    let others = places.iter().skip(1);
    let others = others.map(|place| format!("also in {}, where it is not read", place.origin));
    let check = if first.warnings.is_empty() {
        Check::ok(Area::Secrets, code, evidence)
    } else {
        // Each of them ends with what to do.
        let evidence = format!("{evidence}; {}", first.warnings.join("; "));
        let remedy = "let only its owner read it, and make a new one if others may have read it";
        Check::warning(Area::Secrets, code, evidence).remedy(remedy)
    };
    Some(check.details(others))
}

/// What to do about a secret that can't be used. The places are asked in turn, so that one in the
/// keyring is no cure for a variable or a file that is named.
fn cure(kind: SecretKind, place: &Place) -> String {
    let (keep, variable) = (
        format!("atriumctl auth set {}", kind.word()),
        kind.variable(),
    );
    match &place.origin {
        Origin::Environment(name) => {
            format!("correct {name}; or take it away first, and then: {keep}")
        }
        Origin::File(_) | Origin::StandardInput => {
            let at = match &place.named_by {
                Some(by) => format!(" ({by})"),
                None => String::new(),
            };
            format!(
                "correct the file, or set {variable}, which comes before it; for one in the \
                 keyring, take out first what names the file{at}, then: {keep}"
            )
        }
        _ => format!("replace it: {keep}, or set {variable}"),
    }
}

fn keyring(trouble: Option<StoreError>) -> Option<Check> {
    let remedy = "environment variables and files work without it";
    match trouble {
        None => Some(Check::ok(
            Area::Secrets,
            "keyring",
            "the store of secrets can be read",
        )),
        Some(error @ StoreError::Absent(_)) => {
            let why = format!("{error}; environment and files are enough");
            Some(Check::not_looked(Area::Secrets, "keyring", why))
        }
        Some(error) => {
            Some(Check::warning(Area::Secrets, "keyring", error.to_string()).remedy(remedy))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(secret: Result<&str, &str>, warnings: &[&str]) -> Place {
        let origin = Origin::File("/t".into());
        Place {
            origin: origin.clone(),
            named_by: None,
            secret: secret
                .map(|text| Secret::new(text, origin))
                .map_err(str::to_owned),
            since: None,
            warnings: warnings.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn a_secret_is_judged_by_its_place_its_shape_and_its_need() {
        let good = place(Ok("s3cret"), &[]);
        let open = place(Ok("s3cret"), &["/t can be read by others: chmod 600 /t"]);
        let bad = place(Err("it has blanks"), &[]);
        for (need, places, state) in [
            (Need::Always, &[][..], Some("failure")),
            (Need::For("cards are not covered"), &[], Some("warning")),
            (Need::Never, &[], None),
            (Need::Always, std::slice::from_ref(&good), Some("ok")),
            (Need::Always, std::slice::from_ref(&open), Some("warning")),
            (Need::Never, std::slice::from_ref(&bad), Some("failure")),
        ] {
            let check = judge(SecretKind::ScimToken, need, places);
            assert_eq!(
                check.as_ref().map(|check| check.state.word()),
                state,
                "{check:?}"
            );
            assert!(!format!("{check:?}").contains("s3cret"));
            if let Some(check) = check.filter(|check| check.state.word() != "ok") {
                assert!(!check.remedy.is_empty());
            }
        }
    }

    #[test]
    fn what_comes_before_the_keyring_is_put_right_first() {
        let remedy = |origin, named_by: Option<&str>| {
            let bad = Place {
                origin,
                named_by: named_by.map(str::to_owned),
                ..place(Err("it is empty"), &[])
            };
            let need = Need::Always;
            judge(SecretKind::ScimToken, need, &[bad]).unwrap().remedy
        };
        let file = remedy(Origin::File("/t".into()), Some("/p.toml:7"));
        assert!(file.starts_with("correct the file"), "{file}");
        let then = "take out first what names the file (/p.toml:7), then: atriumctl auth set";
        assert!(file.contains(then), "{file}");
        let variable = remedy(Origin::Environment("ATRIUMCTL_SCIM_TOKEN"), None);
        assert!(variable.starts_with("correct ATRIUMCTL_SCIM_TOKEN; or take it away"));
        let keyring = remedy(Origin::Keyring, None);
        assert!(keyring.starts_with("replace it: atriumctl auth set scim-token"));
    }

    #[test]
    fn a_keyring_that_is_not_there_is_no_warning_and_a_locked_one_is() {
        let state = |trouble| keyring(trouble).map(|check| check.state.word());
        assert_eq!(state(None), Some("ok"));
        let absent = StoreError::Absent("switched off".to_owned());
        assert_eq!(state(Some(absent)), Some("not-looked-at"));
        assert_eq!(state(Some(StoreError::Locked)), Some("warning"));
        assert_eq!(state(Some(StoreError::Slow(3))), Some("warning"));
    }
}
