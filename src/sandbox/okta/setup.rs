//! What Okta's administrators set up: connections, provisioning, its features, service apps; and
//! how everything stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::act::{Told, app_of, refused};
use super::gate::{Jwk, SCOPES, ServiceApp};
use super::log::{Target, entry};
use super::push;
use super::world::{App, Dialect, Feature, World, now};
use crate::sandbox::SandboxError;
use crate::sandbox::campus::Campus;
use crate::sandbox::local;

/// Tests an app's connection, and says how that went. Okta logs a failure.
pub(super) fn connect(campus: &mut Campus, app: &App) -> Result<String, SandboxError> {
    let tested = push::test(campus, app);
    let text = tested.as_ref().map(drop).map_err(push::Refused::remote);
    let updated = entry(
        "application.configuration.update",
        "app.generic.config.app_updated",
        "Update application",
    );
    let outcome = match &text {
        Ok(()) => Ok(()),
        Err(text) => Err(text.as_str()),
    };
    campus
        .okta
        .tell(updated, Some(app), vec![Target::app(app)], outcome);
    if let Some(app) = campus.okta.apps.get_mut(&app.id) {
        app.updated = now();
    }
    match text {
        Ok(()) => Ok(format!("{} was verified successfully!", app.label)),
        Err(problem) => refused(format!("{}: {problem}", app.label)),
    }
}

pub(super) fn provisioning(campus: &mut Campus, app: Dialect, on: bool) -> Told {
    let app = app_of(campus, app)?;
    if app.dialect == Dialect::SignOnOnly {
        return refused(format!("{} is for signing in alone", app.label));
    }
    let mut told = Vec::new();
    if on {
        told.push(connect(campus, &app)?);
    }
    let word = if on { "on" } else { "off" };
    if let Some(app) = campus.okta.apps.get_mut(&app.id) {
        app.updated = now();
        app.provisioning = match (on, app.provisioning) {
            (true, Some(since)) => Some(since),
            (true, None) => Some(app.updated),
            (false, _) => None,
        };
    }
    told.push(format!("provisioning of {} is {word}", app.label));
    Ok(told)
}

pub(super) fn features(campus: &mut Campus, app: Dialect, on: &[Feature], off: &[Feature]) -> Told {
    let app = app_of(campus, app)?;
    if app.provisioning.is_none() {
        return refused(format!(
            "provisioning of {} is off: switch it on first",
            app.label
        ));
    }
    let Some(app) = campus.okta.apps.get_mut(&app.id) else {
        return Ok(Vec::new());
    };
    app.features.extend(on);
    app.features.retain(|feature| !off.contains(feature));
    app.updated = now();
    let names: Vec<&str> = app.features.iter().map(|feature| feature.word()).collect();
    Ok(vec![format!(
        "{} may now: {}",
        app.label,
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    )])
}

pub(super) fn service_app(
    campus: &mut Campus,
    label: &str,
    scopes: &[String],
    key: Option<&Value>,
) -> Told {
    let scopes: BTreeSet<String> = match scopes {
        [] => SCOPES.map(str::to_owned).into(),
        scopes => scopes.iter().cloned().collect(),
    };
    let (key, made) = match key {
        Some(key) => match serde_json::from_value::<Jwk>(key.clone()) {
            Ok(key) if key.is_usable() => (key, None),
            _ => {
                return refused(
                    "the public key has to be a JWK of kind RSA, or EC on P-256 or P-384"
                        .to_owned(),
                );
            }
        },
        None => {
            let (key, private) = super::key::make()?;
            (key, Some(private))
        }
    };
    let id = campus.okta.id("0oa");
    let mut told = vec![format!(
        "service app {label} has the client id {id} and the scopes {}",
        scopes.iter().cloned().collect::<Vec<_>>().join(" ")
    )];
    if let Some(private) = made {
        let path = local::write_okta_key(&campus.dir, &private)?;
        told.push(format!("its private key is in {}", path.display()));
    }
    let client = ServiceApp {
        id: id.clone(),
        label: label.to_owned(),
        scopes,
        key,
    };
    campus.okta.clients.insert(id, client);
    Ok(told)
}

pub(super) fn status(world: &World) -> Vec<String> {
    let mut told = vec![format!(
        "{} users and {} groups",
        world.users.len(),
        world.groups.len()
    )];
    for app in world.apps.values() {
        let since = match app.provisioning {
            Some(since) => format!("provisioning since {}", super::log::stamp(since)),
            None => "no provisioning".to_owned(),
        };
        told.push(format!(
            "{} ({}, {}): {since}",
            app.label,
            app.dialect.word(),
            app.id
        ));
        for one in world.assignments.values().filter(|one| one.app == app.id) {
            let linked = match (&one.external_id, &one.problem) {
                (Some(id), _) => format!("in Command as {id}"),
                (None, Some(problem)) => problem.clone(),
                (None, None) => "not in Command".to_owned(),
            };
            told.push(format!("  {} {}: {linked}", one.user_name, one.status));
        }
        for one in world.mappings.values().filter(|one| one.app == app.id) {
            let name = world
                .groups
                .get(&one.group)
                .map(|group| group.name.as_str());
            let state = one.problem.as_deref().unwrap_or("pushed");
            told.push(format!("  group {}: {state}", name.unwrap_or(&one.group)));
        }
    }
    for client in world.clients.values() {
        told.push(format!("service app {} ({})", client.label, client.id));
    }
    told
}
