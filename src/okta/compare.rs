//! Metadata compared: with other metadata, and with where Command's sign-on leads.

use url::Url;

use crate::model::metadata::{
    Binding, Certificate, Changes, Metadata, Service, SignOn, SignOnAnswer,
};

use super::services;

/// How `after` differs from `before` in what sign-in depends on.
#[must_use]
pub fn changes(before: &Metadata, after: &Metadata) -> Changes {
    let entity = |metadata: &Metadata| metadata.entity_id.clone().unwrap_or_default();
    let (old, new) = (entity(before), entity(after));
    let (on_before, on_after) = (services_of(before), services_of(after));
    let (signing_before, signing_after) = (signing(before), signing(after));
    let without = |these: &[&Certificate], those: &[&Certificate]| {
        let is_in = |one: &Certificate| those.iter().any(|other| same(one, other));
        let rest = these.iter().filter(|one| !is_in(one));
        rest.map(|one| (*one).clone()).collect::<Vec<_>>()
    };
    let is_kept = |one: &&&Certificate| signing_before.iter().any(|other| same(one, other));
    Changes {
        entity_id: (old != new).then_some((old, new)),
        sign_on: (on_before != on_after).then(|| (before.sign_on.clone(), after.sign_on.clone())),
        gone: without(&signing_before, &signing_after),
        new: without(&signing_after, &signing_before),
        kept: signing_after
            .iter()
            .filter(is_kept)
            .map(|one| (*one).clone())
            .collect(),
    }
}

fn same(one: &Certificate, other: &Certificate) -> bool {
    one.fingerprint == other.fingerprint
}

/// The signing certificates, each once.
fn signing(metadata: &Metadata) -> Vec<&Certificate> {
    let certificates = metadata.certificates.iter();
    certificates
        .filter(|certificate| certificate.key_use.signs() && certificate.duplicate_of.is_none())
        .collect()
}

/// The sign-on services in an order of their own.
fn services_of(metadata: &Metadata) -> Vec<(&str, &str)> {
    let services = metadata.sign_on.iter();
    let mut services: Vec<_> = services
        .map(|Service { binding, location }| (binding.name(), location.as_str()))
        .collect();
    services.sort_unstable();
    services.dedup();
    services
}

/// What the answer of a sign-on address says about a file.
#[must_use]
pub fn judge_sign_on(answer: SignOnAnswer, metadata: &Metadata) -> SignOn {
    let (binding, target) = match answer {
        SignOnAnswer::Sends { binding, target } => (binding, target),
        SignOnAnswer::NotConfigured { said } => return SignOn::NotConfigured { said },
        SignOnAnswer::CannotTell { why } => return SignOn::CannotTell { why },
    };
    let leads = |service: &&Service| same_address(&service.location, &target);
    let mut there = metadata.sign_on.iter().filter(leads).peekable();
    if there.peek().is_none() {
        return SignOn::OtherTarget { binding, target };
    }
    if there.any(|service| service.binding == binding) {
        SignOn::Matches { binding, target }
    } else {
        SignOn::OtherBinding { binding, target }
    }
}

/// Whether two addresses are the same, however they are written.
fn same_address(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Where Okta serves the metadata of the app that a file is of: beside its sign-on address.
#[must_use]
pub fn live_url(metadata: &Metadata) -> Option<Url> {
    let mut services = metadata.sign_on.iter();
    services.find_map(|Service { binding, location }| {
        let mut url = Url::parse(location).ok()?;
        let is_asked = matches!(binding, Binding::Post | Binding::Redirect);
        let app = services::app(&url)?;
        if !is_asked || url.scheme() != "https" || !url.username().is_empty() {
            return None;
        }
        let id = app.issuer_id;
        let path = match app.name {
            Some(name) => format!("/app/{name}/{id}/sso/saml/metadata"),
            None => format!("/app/{id}/sso/saml/metadata"),
        };
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okta::{Expected, check};

    fn file(name: &str) -> Metadata {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metadata");
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        check(
            &bytes,
            &Expected::default(),
            "2026-01-15T00:00:00Z".parse().unwrap(),
        )
    }

    #[test]
    fn how_a_file_is_written_is_no_change_and_another_certificate_is_one() {
        let good = file("good.xml");
        for name in [
            "good-one-line.xml",
            "good-other-prefixes.xml",
            "good-crlf.xml",
        ] {
            let changes = changes(&good, &file(name));
            assert!(changes.is_none(), "{name}: {changes:?}");
            assert_eq!(changes.kept.len(), 1);
        }
        let soon = changes(&good, &file("certificate-soon.xml"));
        assert_eq!(
            (soon.gone.len(), soon.new.len(), soon.kept.len()),
            (1, 1, 0)
        );
        assert!(soon.entity_id.is_none() && soon.sign_on.is_none());
        let entity = changes(&good, &file("entity-id-own.xml"));
        assert!(entity.entity_id.is_some() && !entity.is_none());
    }

    #[test]
    fn a_sign_on_address_is_judged_by_where_and_how_it_sends() {
        let good = file("good.xml");
        let at = good.sign_on[0].location.clone();
        let judge = |binding: Binding, target: &str| {
            let target = target.to_owned();
            judge_sign_on(SignOnAnswer::Sends { binding, target }, &good)
        };
        let upper = at.replace("school.okta.com", "SCHOOL.okta.com:443");
        for target in [at.as_str(), &upper] {
            let verdict = judge(Binding::Redirect, target);
            assert!(matches!(verdict, SignOn::Matches { .. }), "{verdict:?}");
        }
        let verdict = judge(Binding::Artifact, &at);
        assert!(
            matches!(verdict, SignOn::OtherBinding { .. }),
            "{verdict:?}"
        );
        let verdict = judge(Binding::Post, &format!("{at}/x"));
        assert!(matches!(verdict, SignOn::OtherTarget { .. }), "{verdict:?}");
    }

    #[test]
    fn the_metadata_is_beside_the_sign_on_address() {
        assert_eq!(
            live_url(&file("good.xml")).unwrap().as_str(),
            "https://school.okta.com/app/verkada/exk1fakeissuerid0h7/sso/saml/metadata"
        );
        for name in [
            "location-unusual.xml",
            "location-http.xml",
            "no-sign-on.xml",
        ] {
            assert_eq!(live_url(&file(name)), None, "{name}");
        }
    }
}
