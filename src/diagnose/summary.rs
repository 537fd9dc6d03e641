//! The facts in a few lines, side by side: what Atrium says, what Command says, what we last applied.

use super::facts::Facts;
use crate::model::diagnosis::{Evidence, Side};

/// What was found of the person, a line for each side that was looked at.
#[must_use]
pub fn facts(facts: &Facts) -> Vec<Evidence> {
    let mut lines = Vec::new();
    let mut add = |side, text: String| lines.push(Evidence { side, text });
    if let Some(atrium) = facts.atrium.seen() {
        match &atrium.person {
            None => add(Side::Atrium, "nobody".to_owned()),
            Some(person) => {
                let groups: Vec<&str> = atrium.groups.iter().map(|(_, name)| &**name).collect();
                let left_out: Vec<&str> = atrium.left_out.iter().map(|name| &**name).collect();
                let groups = match (groups.as_slice(), left_out.is_empty()) {
                    _ if !atrium.has_groups => String::new(),
                    ([], false) => String::new(),
                    (groups, _) => list("groups", groups),
                };
                let left_out = match left_out.as_slice() {
                    [] => String::new(),
                    names => list("groups that the filter leaves out", names),
                };
                add(
                    Side::Atrium,
                    join(&[
                        person.campus_id.as_str(),
                        &person.display_name(),
                        &person.email,
                        &person.status,
                        &groups,
                        &left_out,
                        &format!("{} cards", person.credentials.len()),
                    ]),
                );
            }
        }
    }
    if let Some(ledger) = facts.ledger.seen() {
        match &ledger.user {
            None => add(Side::Ledger, "never synced".to_owned()),
            Some(user) => {
                let state = match user.closed_by_us {
                    Some(at) => format!("deactivated by us at {at:.0}"),
                    None if user.ours => "managed by us".to_owned(),
                    None => "another client's user, who gets our groups and cards".to_owned(),
                };
                add(
                    Side::Ledger,
                    join(&[
                        &format!("user {}", user.user_id),
                        &user.applied.display_name(),
                        &user.applied.email,
                        &state,
                    ]),
                );
            }
        }
    }
    if let Some(scim) = facts.scim.seen() {
        if scim.users.is_empty() {
            add(Side::Scim, "no user".to_owned());
        }
        for found in &scim.users {
            let user = &found.user;
            let active = match user.active {
                Some(true) => "active",
                Some(false) => "deactivated",
                None => "",
            };
            let managed = match (found.ours, found.foreign) {
                _ if found.untold => "the file does not tell who made it".to_owned(),
                (true, _) => "externally managed, by us".to_owned(),
                (_, true) => {
                    let id = user.external_id.as_deref().unwrap_or_default();
                    format!("externally managed, by another SCIM client (external id {id})")
                }
                _ => match user.external_id.as_deref() {
                    None | Some("") => "no external id: made in Command, as it seems".to_owned(),
                    Some(id) => format!("of somebody else (external id {id})"),
                },
            };
            add(
                Side::Scim,
                join(&[
                    // The console's table has no ids.
                    format!("user {}", user.id).trim_end(),
                    &user.profile.display_name(),
                    &user.profile.email,
                    active,
                    &managed,
                ]),
            );
        }
        let groups: Vec<&str> = scim
            .groups
            .iter()
            .filter(|group| group.group.is_some())
            .map(|group| &*group.name)
            .collect();
        if !scim.groups.is_empty() {
            let text = format!("{} of {}", groups.len(), scim.groups.len());
            add(
                Side::Scim,
                format!("{text} of the person's groups are there"),
            );
        }
    }
    if let Some(access) = facts.access.seen() {
        match &access.person {
            None => add(Side::Access, "no record".to_owned()),
            Some(person) => {
                let groups: Vec<&str> = person.groups.iter().map(|group| &*group.name).collect();
                let works = person.record.cards.iter();
                let works = works.filter(|card| card.active != Some(false)).count();
                let cards = format!("{} cards, {works} switched on", person.record.cards.len());
                let mut parts = vec![
                    format!("user {}", person.user.id),
                    list("groups", &groups),
                    cards,
                ];
                parts.extend(person.record.start.map(|at| format!("from {at:.0}")));
                parts.extend(person.record.end.map(|at| format!("until {at:.0}")));
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                add(Side::Access, join(&parts));
            }
        }
    }
    lines
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

fn list(what: &str, names: &[&str]) -> String {
    match names {
        [] => format!("no {what}"),
        names => format!("{what}: {}", names.join("; ")),
    }
}
