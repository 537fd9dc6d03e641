//! Causes that lie in Okta. They are looked for only where Okta is to make the user.

use super::finding;
use crate::diagnose::facts::{Facts, ScimUser};
use crate::model::diagnosis::{Finding, Likelihood, Side, Trouble};
use crate::model::fold::same_folded;
use crate::model::okta::{
    AppUser, ConnectionStatus, FactsFrom, LogEvent, MappingStatus, OktaFailure, Outcome, feature,
    recognise_event,
};
use crate::model::reason::Code;
use crate::model::rules::Identity;

/// The person's assignment, if it should have led to a user and never did.
fn never_got_an_id(facts: &Facts) -> Option<&AppUser> {
    if !facts.is_oktas() {
        return None;
    }
    facts.assignment().filter(|user| user.never_got_an_id())
}

/// The events about the person, the newest first.
fn events(facts: &Facts) -> Vec<&LogEvent> {
    let Some(events) = facts.okta.as_ref().and_then(|okta| okta.events.seen()) else {
        return Vec::new();
    };
    let user = facts.okta_user();
    let assignment = facts.assignment();
    let about = |event: &&LogEvent| {
        let by_id = |id: &str| event.is_about(id);
        user.is_some_and(|user| by_id(&user.id) || event.is_about_login(&user.login))
            || assignment.is_some_and(|one| by_id(&one.id) || event.is_about_login(&one.user_name))
    };
    events.list.iter().filter(about).collect()
}

/// The failure that the person's last provisioning ended with.
fn last_failure(facts: &Facts) -> Option<&LogEvent> {
    let last = events(facts).into_iter().find(|event| {
        event.is_good_push() || event.result == Outcome::Failure || recognise_event(event).is_some()
    })?;
    (!last.is_good_push()).then_some(last)
}

/// Whether provisioning or the connection is off.
fn is_off(facts: &Facts) -> bool {
    connection_off(facts).is_some() || create_off(facts).is_some()
}

/// Nobody in Okta is the person, who is to come from there.
pub(super) fn no_user(facts: &Facts) -> Option<Finding> {
    let okta = facts.okta.as_ref()?;
    if facts.identity != Identity::External || !okta.users.seen()?.is_empty() {
        return None;
    }
    if !facts.is_wanted() || facts.user().is_some() {
        return None;
    }
    let found = finding(Trouble::OktaNoUser, Likelihood::Certain, facts);
    let text = format!("no user of Okta has the login or address {}", facts.who());
    Some(found.seen(Side::Okta, text))
}

/// Okta's user is not active.
pub(super) fn user_inactive(facts: &Facts) -> Option<Finding> {
    let user = facts.okta_user().filter(|_| facts.is_oktas())?;
    if user.status.is_provisioned() {
        return None;
    }
    let text = format!("{} is {}", user.login, user.status.word());
    let found = finding(Trouble::OktaUserInactive, Likelihood::Certain, facts);
    Some(found.seen(Side::Okta, text))
}

/// Whether the person is assigned to another app of the same name.
fn elsewhere(facts: &Facts) -> Vec<&AppUser> {
    let apps = facts.okta.as_ref().and_then(|okta| okta.elsewhere.seen());
    let apps = apps.map_or(&[][..], Vec::as_slice);
    apps.iter()
        .filter(|user| user.state.is_assigned())
        .collect()
}

/// Whether another app made the person's user, so that nothing is wrong with it.
fn is_made_elsewhere(facts: &Facts) -> bool {
    let Some(user) = facts.user().filter(|user| user.foreign) else {
        return false;
    };
    let okta = facts.okta.as_ref();
    let apps = okta.and_then(|okta| okta.apps.seen());
    let apps = apps.map_or(&[][..], Vec::as_slice);
    elsewhere(facts).into_iter().any(|one| {
        let app = apps.iter().find(|app| app.id == one.app);
        one.external_id == user.user.id.as_str()
            || app.is_some_and(|app| app.has(feature::CREATE) == Some(true))
    })
}

/// Whether the person is assigned to the app that provisions.
fn is_assigned(facts: &Facts) -> bool {
    facts
        .assignment()
        .is_some_and(|user| user.state.is_assigned())
}

/// Okta's user is fine and not assigned to anything that provisions.
pub(super) fn not_assigned(facts: &Facts) -> Option<Finding> {
    let user = facts.okta_user().filter(|_| facts.is_oktas())?;
    if is_assigned(facts) || !elsewhere(facts).is_empty() || !user.status.is_provisioned() {
        return None;
    }
    // Whoever is there all the same is another case.
    if facts.user().is_some() {
        return None;
    }
    // Somebody who is in neither Atrium nor the app is just not meant to be there.
    let likelihood = match facts.identity {
        Identity::External => Likelihood::Certain,
        _ => Likelihood::Likely,
    };
    let app = facts
        .okta
        .as_ref()?
        .app
        .seen()
        .map_or("the app", |app| &app.label);
    let text = format!("{} is not assigned to {app}", user.login);
    Some(finding(Trouble::OktaNotAssigned, likelihood, facts).seen(Side::Okta, text))
}

/// Assigned, but to another app.
pub(super) fn wrong_app(facts: &Facts) -> Option<Finding> {
    let elsewhere = elsewhere(facts);
    if !facts.is_oktas() || is_assigned(facts) || elsewhere.is_empty() {
        return None;
    }
    if is_made_elsewhere(facts) {
        return None;
    }
    let okta = facts.okta.as_ref()?;
    let label = |id: &str| {
        let apps = okta.apps.seen().map_or(&[][..], Vec::as_slice);
        let app = apps.iter().find(|app| app.id == id);
        app.map_or_else(|| id.to_owned(), |app| app.label.to_string())
    };
    let mut found = finding(Trouble::OktaWrongApp, Likelihood::Certain, facts);
    for user in elsewhere {
        let text = format!("{} is assigned to {}", user.user_name, label(&user.app));
        found = found.seen(Side::Okta, text);
    }
    Some(found)
}

/// The connection is off.
pub(super) fn connection_off(facts: &Facts) -> Option<Finding> {
    never_got_an_id(facts)?;
    let connection = facts.okta.as_ref()?.connection.seen()?;
    if connection.status != ConnectionStatus::Disabled {
        return None;
    }
    let found = finding(Trouble::OktaConnectionOff, Likelihood::Certain, facts);
    let text = format!("the connection is {}", connection.status.word());
    Some(found.seen(Side::OktaApp, text))
}

/// Creating users is off.
pub(super) fn create_off(facts: &Facts) -> Option<Finding> {
    never_got_an_id(facts)?;
    let okta = facts.okta.as_ref()?;
    let app = okta.app.seen()?;
    let capabilities = okta.capabilities.seen();
    let off = app.has(feature::CREATE) == Some(false)
        || capabilities.is_some_and(|able| !able.provisioning || able.create == Some(false));
    if !off {
        return None;
    }
    let features = match app.features.as_deref() {
        Some([]) | None => "none".to_owned(),
        Some(features) => features.join(", "),
    };
    let found = finding(Trouble::OktaCreateOff, Likelihood::Certain, facts);
    let text = format!("features of {}: {features}", app.label);
    Some(found.seen(Side::OktaApp, text))
}

/// Command refuses Okta's token.
pub(super) fn sign_in_failing(facts: &Facts) -> Option<Finding> {
    if !facts.is_oktas() {
        return None;
    }
    let events = facts.okta.as_ref()?.events.seen()?;
    let last = events
        .list
        .iter()
        .find(|event| event.is_good_push() || event.is_authentication_failure())?;
    if !last.is_authentication_failure() {
        return None;
    }
    let found = finding(Trouble::OktaSignInFailing, Likelihood::Certain, facts);
    Some(found.seen(Side::OktaLog, told(last)))
}

/// The last push of the person failed: the known failure, or what the log says.
pub(super) fn push_failed(facts: &Facts) -> Option<Finding> {
    if !facts.is_oktas() || is_off(facts) || sign_in_failing(facts).is_some() {
        return None;
    }
    let event = last_failure(facts)?;
    let found = match recognise_event(event) {
        Some(known) => {
            let refused = matches!(
                known.failure,
                OktaFailure::Conflict | OktaFailure::ProfileUpdateRefused
            );
            let found = match facts.native_user().filter(|_| refused) {
                Some(native) => held_by_native(facts, native),
                None => finding(known.failure, Likelihood::Certain, facts),
            };
            match known.remote {
                Some(remote) => found.seen(Side::OktaLog, format!("Command said: {remote}")),
                None => found,
            }
        }
        None => finding(Trouble::OktaPushFailed, Likelihood::Certain, facts),
    };
    Some(found.seen(Side::OktaLog, told(event)))
}

/// A user who was made in Command has the address, so Command lets Okta make and change nothing.
fn held_by_native(facts: &Facts, native: &ScimUser) -> Finding {
    let user = &native.user;
    let text = format!(
        "user {} ({}) has no external id",
        user.id, user.profile.email
    );
    let mut found = finding(Code::NativeUser, Likelihood::Certain, facts).seen(Side::Scim, text);
    found.next = "in Command, delete the user who was made by hand, or merge it into another and \
                  free its address; then retry the task in Okta (Dashboard > Tasks)"
        .to_owned();
    found
}

/// Okta is linked with a user whom Command no longer has.
pub(super) fn linked_user_gone(facts: &Facts) -> Option<Finding> {
    let linked = facts.linked_in_okta().filter(|_| facts.is_oktas())?;
    let users = &facts.scim.seen()?.users;
    if users
        .iter()
        .any(|found| found.user.id.as_str() == linked.as_str())
    {
        return None;
    }
    let failure = OktaFailure::LinkedUserGone;
    let told = last_failure(facts).and_then(recognise_event);
    if told.is_some_and(|told| told.failure == failure) {
        return None;
    }
    // A file may lack the user for another reason.
    let live = matches!(facts.okta.as_ref()?.from, FactsFrom::Live(_));
    let likelihood = match live && facts.token.seen().is_some() {
        true => Likelihood::Certain,
        false => Likelihood::Possible,
    };
    let found = finding(failure, likelihood, facts);
    let found = found.seen(
        Side::Okta,
        format!("the assignment is linked with user {linked}"),
    );
    Some(found.seen(Side::Scim, format!("there is no user {linked}")))
}

/// An event in one line.
fn told(event: &LogEvent) -> String {
    let when = event
        .published
        .map_or_else(String::new, |at| format!("{at:.0} "));
    let what = match event.reason.is_empty() {
        true => &event.display_message,
        false => &event.reason,
    };
    format!("{when}{}: {what}", event.event_type)
}

/// Assigned, nothing known stands in the way, and there is no id.
pub(super) fn never_created(facts: &Facts) -> Option<Finding> {
    let user = never_got_an_id(facts)?;
    if is_off(facts) || last_failure(facts).is_some() || sign_in_failing(facts).is_some() {
        return None;
    }
    let since = user
        .created
        .map_or_else(String::new, |at| format!(" since {at:.0}"));
    let text = format!(
        "{} is assigned{since}, {}",
        user.user_name,
        user.state.meaning()
    );
    // What stands in the way may be where nobody could look.
    let whole = facts.unseen(Side::OktaApp).is_none() && facts.unseen(Side::OktaLog).is_none();
    let likelihood = if whole {
        Likelihood::Likely
    } else {
        Likelihood::Possible
    };
    let found = finding(Trouble::OktaNeverCreated, likelihood, facts);
    Some(found.seen(Side::Okta, text))
}

/// What Okta sends as userName is not the address.
pub(super) fn login_differs(facts: &Facts) -> Option<Finding> {
    let user = facts.assignment().filter(|_| facts.is_oktas())?;
    if let Some(found) = renamed(facts, user) {
        return Some(found);
    }
    let email = facts.person().map_or(&user.email, |person| &person.email);
    if email.is_empty() || user.user_name.is_empty() || same_folded(&user.user_name, email) {
        return None;
    }
    let found = finding(Trouble::OktaLoginDiffers, Likelihood::Likely, facts);
    let text = format!(
        "the app's user name is {}, the address {email}",
        user.user_name
    );
    Some(found.seen(Side::Okta, text))
}

/// The user whom Okta is linked with has another address in Command: Command does not follow a
/// user name that is changed after the user was made.
fn renamed(facts: &Facts, assignment: &AppUser) -> Option<Finding> {
    let linked = facts.linked_in_okta()?;
    let mut users = facts.scim.seen()?.users.iter();
    let user = users.find(|found| found.user.id.as_str() == linked.as_str())?;
    let known = &user.user.profile.email;
    let sent = &assignment.user_name;
    if known.is_empty() || sent.is_empty() || same_folded(known, sent) {
        return None;
    }
    let mut found = finding(Trouble::OktaLoginDiffers, Likelihood::Certain, facts)
        .seen(Side::Okta, format!("the app's user name is {sent}"))
        .seen(Side::Scim, format!("user {linked} has the address {known}"));
    found.next =
        "in Okta, unassign and reassign the person, so that Okta looks for the new address \
                  and creates the user anew: Command does not follow a changed user name"
            .to_owned();
    Some(found)
}

/// Removed in Okta without an id, and alive in Command.
pub(super) fn orphan(facts: &Facts) -> Option<Finding> {
    if facts.okta.is_none() || is_assigned(facts) || is_made_elsewhere(facts) {
        return None;
    }
    let user = facts.user().filter(|user| user.foreign)?;
    let okta = facts.okta_user()?;
    let is_theirs = user.user.external_id.as_deref() == Some(okta.id.as_str());
    if !is_theirs || user.user.active == Some(false) {
        return None;
    }
    let found = finding(Trouble::OktaOrphan, Likelihood::Certain, facts);
    let found = found.seen(Side::Okta, format!("{} is not assigned", okta.login));
    let text = format!(
        "user {} ({}) is active",
        user.user.id, user.user.profile.email
    );
    Some(found.seen(Side::Scim, text))
}

/// A pushed group is in error: one of the person's, or any.
pub(super) fn group_error(facts: &Facts) -> Option<Finding> {
    let okta = facts.okta.as_ref()?;
    let mappings = okta.mappings.seen()?;
    let groups = facts.atrium.seen().map_or(&[][..], |atrium| &atrium.groups);
    let failed = mappings
        .iter()
        .filter(|mapping| mapping.status == MappingStatus::Error);
    let mut found = None;
    for mapping in failed {
        let theirs = groups
            .iter()
            .any(|(_, name)| same_folded(name, &mapping.source_name));
        if !theirs && !facts.is_oktas() {
            continue;
        }
        let likelihood = match theirs {
            true => Likelihood::Likely,
            false => Likelihood::Possible,
        };
        let name = match mapping.source_name.as_str() {
            "" => &mapping.source_group,
            _ => &mapping.source_name,
        };
        let known: Finding = found
            .take()
            .unwrap_or_else(|| finding(Trouble::OktaGroupError, likelihood, facts));
        let known = Finding {
            likelihood: known.likelihood.min(likelihood),
            ..known
        };
        found = Some(known.seen(
            Side::OktaGroups,
            format!("{name}: {}", mapping.error_summary),
        ));
    }
    found
}
