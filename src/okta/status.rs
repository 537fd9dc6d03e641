//! What Okta's facts amount to: counted, grouped by cause, and judged. Pure.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::model::line::shorten;
use crate::model::okta::status::{
    Cause, Failing, FailureGroup, Noticed, OktaFinding, OktaStatus, Person, StateCount,
};
use crate::model::okta::{
    AppStatus, AppUser, ConnectionStatus, Known, LogEvent, MappingStatus, OktaSnapshot, Outcome,
    UserState, feature, recognise_event,
};

/// The longest text of an unknown cause, in characters.
const LONGEST_CAUSE: usize = 160;

/// How many names a finding shows.
const NAMES: usize = 3;

/// How many of a person's events are told.
const EVENTS: usize = 20;

/// Judges what was learnt. `who`: the person that it is about.
#[must_use]
pub fn judge(facts: &OktaSnapshot, who: Option<&str>) -> OktaStatus {
    let assignments = facts.assignments.seen().map(Vec::as_slice);
    let events = facts.events.seen();
    let list = events.map_or(&[][..], |events| &events.list);
    let provisions = provisions(facts);
    let without_id: Vec<AppUser> = assignments
        .unwrap_or_default()
        .iter()
        .filter(|one| provisions != Some(false) && one.never_got_an_id())
        .cloned()
        .collect();
    let last_good_push = list
        .iter()
        .filter(|event| event.is_good_push())
        .filter_map(|event| event.published)
        .max();
    let refused_since = list
        .iter()
        .filter(|event| event.is_authentication_failure() && event.published > last_good_push)
        .count() as u64;
    let (failures, overcome) = failures(list, assignments);
    let mappings = facts.mappings.seen();
    let broken = mappings.into_iter().flatten();
    let broken_mappings = broken
        .filter(|mapping| mapping.status == MappingStatus::Error)
        .cloned()
        .collect();
    let mut status = OktaStatus {
        from: facts.from.clone(),
        taken: facts.taken,
        app: facts.app.seen().cloned(),
        connection: facts.connection.seen().cloned(),
        capabilities: facts.capabilities.seen().cloned(),
        person: who.map(|who| person(facts, who)),
        states: assignments.map(states),
        without_id,
        failures: events.map(|_| failures),
        overcome,
        mappings: mappings.map(|list| list.len() as u64),
        broken_mappings,
        last_good_push,
        refused_since,
        log_since: events.and_then(|events| events.since),
        log_cut: events.and_then(|events| events.cut.clone()),
        noticed: Vec::new(),
        gaps: facts
            .gaps()
            .into_iter()
            .map(|(name, gap)| (name, gap.clone()))
            .collect(),
        requests: facts.requests,
    };
    status.noticed = noticed(facts, &status);
    status
        .noticed
        .sort_by_key(|noticed| (noticed.finding.weight(), noticed.finding));
    status
}

/// Whether the app creates users; `None` if that is not known.
fn provisions(facts: &OktaSnapshot) -> Option<bool> {
    let by_app = facts.app.seen().and_then(|app| app.has(feature::CREATE));
    let by_feature = || facts.capabilities.seen().and_then(|can| can.create);
    by_app.or_else(by_feature)
}

fn states(assignments: &[AppUser]) -> Vec<StateCount> {
    let mut counts: BTreeMap<&UserState, (u64, u64)> = BTreeMap::new();
    let is_told = assignments.iter().all(|one| !one.id_untold);
    for one in assignments {
        let (all, with_id) = counts.entry(&one.state).or_default();
        *all += 1;
        *with_id += u64::from(!one.external_id.is_empty());
    }
    let mut counts: Vec<StateCount> = counts
        .into_iter()
        .map(|(state, (count, with_id))| StateCount {
            state: state.clone(),
            count,
            with_id: is_told.then_some(with_id),
        })
        .collect();
    counts.sort_by_key(|state| std::cmp::Reverse(state.count));
    counts
}

/// The failures that nothing has overcome since, by cause, and how many were overcome.
fn failures(list: &[LogEvent], assignments: Option<&[AppUser]>) -> (Vec<FailureGroup>, u64) {
    let mut succeeded: HashMap<String, Timestamp> = HashMap::new();
    for event in list.iter().filter(|event| event.is_good_push()) {
        if let Some(when) = event.published {
            let last = succeeded.entry(subject(event).0).or_insert(when);
            *last = when.max(*last);
        }
    }
    let assigned: HashMap<&str, &AppUser> = assignments
        .unwrap_or_default()
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let mut overcome = 0;
    let mut groups: BTreeMap<Cause, BTreeMap<String, Failing>> = BTreeMap::new();
    for event in list {
        let known = recognise_event(event);
        if known.is_none() && (event.result != Outcome::Failure || !is_provisioning(event)) {
            continue;
        }
        let (key, name) = subject(event);
        let later = succeeded.get(&key).copied();
        let is_linked = event
            .person()
            .and_then(|person| assigned.get(person.id.as_str()))
            .is_some_and(|one| !one.external_id.is_empty());
        // A creation that failed is overcome once there is an id, however that came about.
        if (later.is_some() && later > event.published) || (is_linked && is_creation(event)) {
            overcome += 1;
            continue;
        }
        let remote = known.as_ref().and_then(|known| known.remote.clone());
        let cause = match known {
            Some(known) => Cause::Known(known.failure),
            None => Cause::Other(other_cause(event, &name)),
        };
        let failing = groups
            .entry(cause)
            .or_default()
            .entry(key)
            .or_insert(Failing {
                who: name,
                last: None,
                times: 0,
                remote: None,
            });
        failing.times += 1;
        if failing.last.is_none() || event.published > failing.last {
            failing.last = event.published;
            failing.remote = remote.or(failing.remote.take());
        }
    }
    let mut groups: Vec<FailureGroup> = groups
        .into_iter()
        .map(|(cause, failing)| {
            let mut failing: Vec<Failing> = failing.into_values().collect();
            failing.sort_by_key(|one| std::cmp::Reverse(one.last));
            let last = failing.first().and_then(|one| one.last);
            FailureGroup {
                cause,
                failing,
                last,
            }
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.failing.len(), group.last)));
    (groups, overcome)
}

/// What an event is about: a key, and a name to show.
fn subject(event: &LogEvent) -> (String, String) {
    let target = event.person().or_else(|| event.target("UserGroup"));
    let Some(target) = target else {
        return (String::new(), String::new());
    };
    let name = [&target.alternate_id, &target.name, &target.id]
        .into_iter()
        .find(|text| !text.is_empty() && *text != "unknown")
        .map(ToString::to_string)
        .unwrap_or_default();
    let key = if target.id.is_empty() {
        name.to_lowercase()
    } else {
        target.id.to_string()
    };
    (key, name)
}

fn is_provisioning(event: &LogEvent) -> bool {
    let kinds = ["application.provision.", "application.integration."];
    kinds.iter().any(|kind| event.event_type.starts_with(kind))
        || event.legacy.starts_with("app.user_management")
        || event.legacy.starts_with("app.api.error")
}

fn is_creation(event: &LogEvent) -> bool {
    let kinds = [
        "application.provision.user.push",
        "application.provision.user.verify_exists",
        "application.provision.user.sync",
    ];
    kinds.contains(&event.event_type.as_str())
}

/// The text of a cause that is not known, without the person, so that equal ones fall together.
fn other_cause(event: &LogEvent, name: &str) -> String {
    let text = if event.reason.trim().is_empty() {
        match event.display_message.trim() {
            "" => return format!("{} without a reason", event.event_type),
            message => format!("{message} ({}), without a reason", event.event_type),
        }
    } else {
        event.reason.clone()
    };
    let text = if name.is_empty() {
        text
    } else {
        text.replace(name, "…")
    };
    shorten(&text, LONGEST_CAUSE)
}

fn person(facts: &OktaSnapshot, who: &str) -> Person {
    let label = |id: &str| {
        let apps = facts.apps.seen().into_iter().flatten();
        let mut apps = apps.filter(|app| app.id == id);
        apps.next()
            .map_or_else(|| id.to_owned(), |app| app.label.to_string())
    };
    let user = facts.users.seen().and_then(|users| users.first()).cloned();
    let assignment = facts
        .assignments
        .seen()
        .and_then(|list| list.first())
        .cloned();
    let ids: Vec<&str> = [
        user.as_ref().map(|user| user.id.as_str()),
        assignment.as_ref().map(|one| one.id.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let logins: Vec<&str> = [
        Some(who),
        user.as_ref().map(|user| user.login.as_str()),
        assignment.as_ref().map(|one| one.user_name.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let events = facts
        .events
        .seen()
        .into_iter()
        .flat_map(|events| &events.list);
    let is_about = |event: &&LogEvent| {
        ids.iter().any(|id| event.is_about(id))
            || logins.iter().any(|login| event.is_about_login(login))
    };
    Person {
        asked: who.to_owned(),
        elsewhere: facts
            .elsewhere
            .seen()
            .into_iter()
            .flatten()
            .map(|one| (label(&one.app), one.clone()))
            .collect(),
        events: events.filter(is_about).take(EVENTS).cloned().collect(),
        user,
        assignment,
    }
}

fn noticed(facts: &OktaSnapshot, status: &OktaStatus) -> Vec<Noticed> {
    let mut list = Vec::new();
    let mut add = |finding, detail: String| list.push(Noticed { finding, detail });
    if let Some(app) = &status.app {
        if matches!(app.status, AppStatus::Inactive | AppStatus::Deleted) {
            add(
                OktaFinding::AppInactive,
                format!("{} is {}", app.label, app.status.word()),
            );
        }
        features(facts, status, &mut add);
    }
    match status.connection.as_ref().map(|one| &one.status) {
        Some(ConnectionStatus::Disabled) => add(OktaFinding::ConnectionOff, "DISABLED".to_owned()),
        Some(ConnectionStatus::Unknown) => {
            add(OktaFinding::ConnectionUnknown, "UNKNOWN".to_owned());
        }
        _ => {}
    }
    if status.refused_since > 0 {
        let since = match status.last_good_push {
            Some(when) => format!("since {when}"),
            None => "and nothing went well in the log that was read".to_owned(),
        };
        add(
            OktaFinding::CredentialsRefused,
            format!("{} times {since}", status.refused_since),
        );
    }
    if !status.without_id.is_empty() {
        let who = status.without_id.iter().map(|one| one.user_name.as_str());
        add(OktaFinding::NeverCreated, names(who));
    }
    let failing: Vec<&Failing> = status
        .failures
        .iter()
        .flatten()
        .flat_map(|group| &group.failing)
        .collect();
    if !failing.is_empty() {
        let who = failing.iter().map(|one| one.who.as_str());
        add(
            OktaFinding::PushesFail,
            names(who.filter(|who| !who.is_empty())),
        );
    }
    if !status.broken_mappings.is_empty() {
        let groups = status.broken_mappings.iter().map(|one| {
            if one.source_name.is_empty() {
                one.source_group.as_str()
            } else {
                one.source_name.as_str()
            }
        });
        add(OktaFinding::PushedGroupError, names(groups));
    }
    if let (Some(groups), Some(mappings)) = (facts.groups.seen(), facts.mappings.seen()) {
        let both = groups
            .iter()
            .filter(|group| mappings.iter().any(|one| one.source_group == group.id));
        let both: Vec<&str> = both
            .map(|group| {
                if group.name.is_empty() {
                    group.id.as_str()
                } else {
                    group.name.as_str()
                }
            })
            .collect();
        if !both.is_empty() {
            add(OktaFinding::GroupForBoth, names(both.into_iter()));
        }
    }
    if let Some(person) = &status.person {
        about_person(facts, person, &mut add);
    }
    list
}

fn features(facts: &OktaSnapshot, status: &OktaStatus, add: &mut impl FnMut(OktaFinding, String)) {
    let capabilities = status.capabilities.as_ref();
    let off = |name: &str, by_feature: Option<bool>| {
        let by_app = facts.app.seen().and_then(|app| app.has(name));
        match (by_app, by_feature) {
            (Some(false), _) => Some(format!("{name} is not among the app's features")),
            (None, Some(false)) => Some(format!("{name} is off")),
            _ => None,
        }
    };
    let can =
        |pick: fn(&crate::model::okta::Capabilities) -> Option<bool>| capabilities.and_then(pick);
    let rows = [
        (
            OktaFinding::CreateOff,
            off(feature::CREATE, can(|can| can.create)),
        ),
        (
            OktaFinding::UpdateOff,
            off(feature::UPDATE, can(|can| can.update)),
        ),
        (
            OktaFinding::DeactivateOff,
            off(feature::DEACTIVATE, can(|can| can.deactivate)),
        ),
        (OktaFinding::GroupPushOff, off(feature::GROUPS, None)),
    ];
    for (finding, detail) in rows {
        if let Some(detail) = detail {
            add(finding, detail);
        }
    }
}

fn about_person(facts: &OktaSnapshot, person: &Person, add: &mut impl FnMut(OktaFinding, String)) {
    match (&facts.users, &person.user) {
        (_, Some(user)) if !user.status.is_provisioned() => {
            add(OktaFinding::PersonNotActive, user.status.word().to_owned());
        }
        (Known::Seen(_), None) if person.assignment.is_none() => {
            add(OktaFinding::PersonMissing, person.asked.clone());
            return;
        }
        _ => {}
    }
    let assigned = person
        .assignment
        .as_ref()
        .filter(|one| one.state.is_assigned());
    if let Some(one) = assigned {
        let missing: Vec<&str> = [
            ("first name", &one.first_name),
            ("last name", &one.last_name),
            ("email", &one.email),
        ]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name)
        .collect();
        // A list for spreadsheets may have none of them, which says nothing.
        if !missing.is_empty() && missing.len() < 3 {
            add(OktaFinding::ValueMissing, missing.join(", "));
        }
        return;
    }
    if facts.assignments.seen().is_none() {
        return;
    }
    let elsewhere: Vec<&str> = person
        .elsewhere
        .iter()
        .filter(|(_, one)| one.state.is_assigned())
        .map(|(label, _)| label.as_str())
        .collect();
    if elsewhere.is_empty() {
        add(OktaFinding::NotAssigned, person.asked.clone());
    } else {
        add(OktaFinding::WrongApp, names(elsewhere.into_iter()));
    }
    if let Some(detail) = removed_before_created(&person.events) {
        add(OktaFinding::RemovedBeforeCreated, detail);
    }
}

/// Whether the log shows a creation that failed, nothing that went well afterwards, and a removal.
fn removed_before_created(events: &[LogEvent]) -> Option<String> {
    let is_removal = |event: &&LogEvent| {
        event.event_type == "application.user_membership.remove"
            || event.event_type == "application.user_membership.deprovision"
    };
    let removed = events
        .iter()
        .filter(is_removal)
        .filter_map(|event| event.published)
        .max()?;
    let failed = events
        .iter()
        .filter(|event| event.result == Outcome::Failure && is_creation(event))
        .filter(|event| event.published < Some(removed));
    let failed = failed.max_by_key(|event| event.published)?;
    let went_well = events
        .iter()
        .any(|event| event.is_good_push() && event.published < Some(removed));
    if went_well {
        return None;
    }
    let cause = recognise_event(failed).map_or("for another cause", |known| known.failure.code());
    let when = failed.published?;
    Some(format!("failed {when} ({cause}), removed {removed}"))
}

/// The first few of many names, with how many there are.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = all.collect();
    let shown = all[..all.len().min(NAMES)].join(", ");
    match all.len() - all.len().min(NAMES) {
        0 => shown,
        more => format!("{} in all: {shown} and {more} more", all.len()),
    }
}
