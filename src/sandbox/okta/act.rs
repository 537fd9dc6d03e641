//! What Okta's administrators do, and what Okta does in consequence.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::groups::{self, Extent};
use super::log::{Target, entry};
use super::push;
use super::save;
use super::setup::{connect, features, provisioning, service_app, status};
use super::world::{App, AppGroup, Assignment, Dialect, Feature, Group, Person, World, now};
use crate::sandbox::SandboxError;
use crate::sandbox::campus::Campus;
use crate::sandbox::local;

/// One thing done in Okta. Users are named by id, login or email, groups by id or name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Assigns a user to an app; provisioning makes them in Command, or fails.
    Assign {
        /// The user.
        user: String,
        /// The app.
        app: Dialect,
    },
    /// Takes a user's assignment back; provisioning deactivates them, if Okta knows their id.
    Unassign {
        /// The user.
        user: String,
        /// The app.
        app: Dialect,
    },
    /// Tries a failed or forgotten creation once more: "Provision User".
    Retry {
        /// The user.
        user: String,
        /// The app.
        app: Dialect,
    },
    /// Assigns everybody in a group to an app.
    AssignGroup {
        /// The group.
        group: String,
        /// The app.
        app: Dialect,
    },
    /// Pushes a group, and its changes afterwards.
    PushGroup {
        /// The group.
        group: String,
        /// The app.
        app: Dialect,
        /// All members anew: "Push now".
        whole: bool,
    },
    /// Ends the pushing of a group.
    UnlinkGroup {
        /// The group.
        group: String,
        /// The app.
        app: Dialect,
        /// Deletes it in Command, too.
        delete: bool,
    },
    /// Makes a group without members.
    AddGroup {
        /// The name.
        name: String,
    },
    /// Gives a group another name.
    RenameGroup {
        /// The group.
        group: String,
        /// The new name.
        name: String,
    },
    /// Puts a user into a group.
    Join {
        /// The group.
        group: String,
        /// The user.
        user: String,
    },
    /// Takes a user out of a group.
    Leave {
        /// The group.
        group: String,
        /// The user.
        user: String,
    },
    /// Switches an app's provisioning on, after a connection test, or off.
    Provisioning {
        /// The app.
        app: Dialect,
        /// On or off.
        on: bool,
    },
    /// Switches features of an app's provisioning.
    Features {
        /// The app.
        app: Dialect,
        /// Those to switch on.
        on: Vec<Feature>,
        /// Those to switch off.
        off: Vec<Feature>,
    },
    /// Puts the SCIM token of this moment into an app's connection, and tests it.
    SetToken {
        /// The app.
        app: Dialect,
    },
    /// Makes an active user.
    AddUser {
        /// The login, which is the email.
        login: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
    },
    /// Gives a user another login and email.
    RenameLogin {
        /// The user.
        user: String,
        /// The new login.
        login: String,
    },
    /// Suspends a user: nothing is sent.
    Suspend {
        /// The user.
        user: String,
    },
    /// Ends a suspension: nothing is sent.
    Unsuspend {
        /// The user.
        user: String,
    },
    /// Deactivates a user of the directory, which takes every assignment back.
    DeactivateUser {
        /// The user.
        user: String,
    },
    /// Registers a service app that reads the management API with a key of its own. Without a
    /// public key one is made, and the private half put into the world's folder.
    ServiceApp {
        /// What to call it.
        label: String,
        /// What it may do; empty for everything that is read.
        scopes: Vec<String>,
        /// The public key as a JWK.
        key: Option<Value>,
    },
    /// Tells who is assigned and what is pushed.
    Status,
}

/// Carries it out, stores it, and returns sentences that say what happened.
pub(in crate::sandbox) fn carry_out(
    campus: &mut Campus,
    act: &Act,
) -> Result<Vec<String>, SandboxError> {
    let told = perform(campus, act);
    // What was sent before a refusal has happened, too.
    save(campus)?;
    told
}

pub(super) type Told = Result<Vec<String>, SandboxError>;

pub(super) fn refused<T>(problem: String) -> Result<T, SandboxError> {
    Err(SandboxError::World(problem))
}

fn perform(campus: &mut Campus, act: &Act) -> Told {
    match act {
        Act::Assign { user, app } => {
            let (app, person) = (app_of(campus, *app)?, person(campus, user)?);
            assign(campus, &app, &person, None)
        }
        Act::Unassign { user, app } => {
            let (app, person) = (app_of(campus, *app)?, person(campus, user)?);
            unassign(campus, &app, &person)
        }
        Act::Retry { user, app } => {
            let (app, person) = (app_of(campus, *app)?, person(campus, user)?);
            if campus.okta.assignment(&app.id, &person.id).is_none() {
                return refused(format!("{} is not assigned to {}", person.login, app.label));
            }
            if app.provisioning.is_none() {
                return refused(format!(
                    "{} has no provisioning: switch it on first",
                    app.label
                ));
            }
            Ok(provision(campus, &app, &person))
        }
        Act::AssignGroup { group, app } => assign_group(campus, group, *app),
        Act::PushGroup { group, app, whole } => {
            let (app, group) = (app_of(campus, *app)?, group_of(campus, group)?);
            let extent = if *whole {
                Extent::Whole
            } else {
                Extent::Changes
            };
            Ok(vec![push_group(campus, &app, &group, extent)])
        }
        Act::UnlinkGroup { group, app, delete } => {
            let (app, group) = (app_of(campus, *app)?, group_of(campus, group)?);
            match groups::unlink(campus, &app, &group, *delete) {
                Ok(()) => Ok(vec![format!(
                    "{} is no longer pushed to {}",
                    group.name, app.label
                )]),
                Err(problem) => refused(problem),
            }
        }
        Act::AddGroup { name } => {
            if campus.okta.group(name).is_some() {
                return refused(format!("Okta has a group {name} already"));
            }
            let (id, moment) = (campus.okta.id("00g"), now());
            let group = Group {
                id: id.clone(),
                name: name.clone(),
                created: moment,
                updated: moment,
                members: BTreeSet::new(),
            };
            campus.okta.groups.insert(id, group);
            Ok(vec![format!("group {name} was made in Okta")])
        }
        Act::RenameGroup { group, name } => {
            let old = group_of(campus, group)?;
            let told = format!("group {} is now {name} in Okta", old.name);
            change_group(campus, &old.id, told, |group| group.name.clone_from(name))
        }
        Act::Join { group, user } => {
            let (group, person) = (group_of(campus, group)?, person(campus, user)?);
            let told = format!("{} joined {} in Okta", person.login, group.name);
            let mut told = change_group(campus, &group.id, told, |group| {
                group.members.insert(person.id.clone());
            })?;
            for app in apps_of_group(campus, &group.id) {
                if campus.okta.assignment(&app.id, &person.id).is_none() {
                    told.extend(assign(campus, &app, &person, Some(&group.id))?);
                }
            }
            Ok(told)
        }
        Act::Leave { group, user } => {
            let (group, person) = (group_of(campus, group)?, person(campus, user)?);
            let told = format!("{} left {} in Okta", person.login, group.name);
            let mut told = change_group(campus, &group.id, told, |group| {
                group.members.remove(&person.id);
            })?;
            for app in apps_of_group(campus, &group.id) {
                let assignment = campus.okta.assignment(&app.id, &person.id);
                if assignment.is_some_and(|one| one.group.as_ref() == Some(&group.id)) {
                    told.extend(unassign(campus, &app, &person)?);
                }
            }
            Ok(told)
        }
        Act::Provisioning { app, on } => provisioning(campus, *app, *on),
        Act::Features { app, on, off } => features(campus, *app, on, off),
        Act::SetToken { app } => {
            let app = app_of(campus, *app)?;
            if app.dialect == Dialect::SignOnOnly {
                return refused(format!("{} is for signing in alone", app.label));
            }
            local::write_okta_copy(&campus.dir, app.dialect.word(), &campus.token)?;
            Ok(vec![connect(campus, &app)?])
        }
        Act::AddUser {
            login,
            first_name,
            last_name,
        } => {
            if campus.okta.person(login).is_some() {
                return refused(format!("Okta has a user {login} already"));
            }
            let (id, moment) = (campus.okta.id("00u"), now());
            let person = Person {
                id: id.clone(),
                status: "ACTIVE".to_owned(),
                login: login.clone(),
                email: login.clone(),
                first_name: first_name.clone(),
                last_name: last_name.clone(),
                department: String::new(),
                employee_number: String::new(),
                created: moment,
                updated: moment,
            };
            let targets = vec![Target::user(&person)];
            campus.okta.users.insert(id, person);
            let created = entry(
                "user.lifecycle.create",
                "core.user.config.user_creation.success",
                "Create Okta user",
            );
            campus.okta.tell(created, None, targets, Ok(()));
            Ok(vec![format!("{login} was made in Okta")])
        }
        Act::RenameLogin { user, login } => rename_login(campus, user, login),
        Act::Suspend { user } => set_status(campus, user, "ACTIVE", "SUSPENDED"),
        Act::Unsuspend { user } => set_status(campus, user, "SUSPENDED", "ACTIVE"),
        Act::DeactivateUser { user } => {
            let person = person(campus, user)?;
            let mut told = Vec::new();
            for app in campus.okta.apps.values().cloned().collect::<Vec<App>>() {
                if campus.okta.assignment(&app.id, &person.id).is_some() {
                    told.extend(unassign(campus, &app, &person)?);
                }
            }
            if let Some(person) = campus.okta.users.get_mut(&person.id) {
                person.status = "DEPROVISIONED".to_owned();
                person.updated = now();
            }
            told.push(format!("{} was deactivated in Okta", person.login));
            Ok(told)
        }
        Act::ServiceApp { label, scopes, key } => service_app(campus, label, scopes, key.as_ref()),
        Act::Status => Ok(status(&campus.okta)),
    }
}

pub(super) fn app_of(campus: &Campus, dialect: Dialect) -> Result<App, SandboxError> {
    let app = campus.okta.app(dialect).cloned();
    app.ok_or_else(|| SandboxError::World(format!("Okta has no {} app", dialect.word())))
}

fn person(campus: &Campus, who: &str) -> Result<Person, SandboxError> {
    let known = || {
        campus
            .okta
            .users
            .values()
            .map(|person| person.login.as_str())
    };
    match campus.okta.person(who) {
        Some(person) => Ok(person.clone()),
        None => Err(SandboxError::unknown("user in Okta", who, known())),
    }
}

fn group_of(campus: &Campus, which: &str) -> Result<Group, SandboxError> {
    let known = || campus.okta.groups.values().map(|group| group.name.as_str());
    match campus.okta.group(which) {
        Some(group) => Ok(group.clone()),
        None => Err(SandboxError::unknown("group in Okta", which, known())),
    }
}

fn apps_of_group(campus: &Campus, group: &str) -> Vec<App> {
    let world = &campus.okta;
    let of = world.app_groups.values().filter(|one| one.group == group);
    of.filter_map(|one| world.apps.get(&one.app).cloned())
        .collect()
}

fn assign(campus: &mut Campus, app: &App, person: &Person, group: Option<&str>) -> Told {
    if campus.okta.assignment(&app.id, &person.id).is_some() {
        return refused(format!(
            "{} is assigned to {} already",
            person.login, app.label
        ));
    }
    if person.status == "DEPROVISIONED" {
        return refused(format!("{} is deactivated in Okta", person.login));
    }
    let moment = now();
    let provisioned = app.provisioning.is_some();
    let assignment = Assignment {
        app: app.id.clone(),
        user: person.id.clone(),
        group: group.map(str::to_owned),
        // An app without provisioning has nothing to wait for.
        status: if provisioned { "STAGED" } else { "ACTIVE" }.to_owned(),
        external_id: None,
        user_name: person.login.clone(),
        created: moment,
        updated: moment,
        status_changed: moment,
        last_sync: None,
        problem: None,
    };
    let key = (app.id.clone(), person.id.clone());
    campus.okta.assignments.insert(key, assignment);
    membership(
        campus,
        app,
        person,
        "add",
        "assign_user_to_app",
        "Add user to application membership",
    );
    let mut told = vec![format!("{} was assigned to {}", person.login, app.label)];
    if provisioned && person.is_active() {
        told.extend(provision(campus, app, person));
        told.extend(push_groups_of(campus, app, &person.id));
    }
    Ok(told)
}

fn membership(
    campus: &mut Campus,
    app: &App,
    person: &Person,
    verb: &str,
    legacy: &str,
    message: &str,
) {
    let kind = format!("application.user_membership.{verb}");
    let legacy = format!("app.generic.provision.{legacy}");
    let targets = vec![
        Target::app_user(person, &person.login),
        Target::app(app),
        Target::user(person),
    ];
    let entry = entry(&kind, &legacy, message);
    campus.okta.tell(entry, Some(app), targets, Ok(()));
}

fn provision(campus: &mut Campus, app: &App, person: &Person) -> Vec<String> {
    vec![match push::provision(campus, &app.id, &person.id) {
        Ok(()) => format!("{} is in Command", person.login),
        Err(problem) => problem,
    }]
}

fn unassign(campus: &mut Campus, app: &App, person: &Person) -> Told {
    if campus.okta.assignment(&app.id, &person.id).is_none() {
        return refused(format!("{} is not assigned to {}", person.login, app.label));
    }
    let sent = push::deactivate(campus, &app.id, &person.id);
    let key = (app.id.clone(), person.id.clone());
    campus.okta.assignments.remove(&key);
    let message = "Remove user's application membership";
    membership(
        campus,
        app,
        person,
        "remove",
        "deprovision_user_from_app",
        message,
    );
    Ok(vec![
        format!("{} is no longer assigned to {}", person.login, app.label),
        match sent {
            Ok(true) => format!("{} was deactivated in Command", person.login),
            Ok(false) => "nothing was sent to Command".to_owned(),
            Err(problem) => problem,
        },
    ])
}

fn assign_group(campus: &mut Campus, group: &str, app: Dialect) -> Told {
    let (app, group) = (app_of(campus, app)?, group_of(campus, group)?);
    let key = (app.id.clone(), group.id.clone());
    let assigned = AppGroup {
        app: app.id.clone(),
        group: group.id.clone(),
        priority: u32::try_from(campus.okta.app_groups.len()).unwrap_or(u32::MAX),
        updated: now(),
    };
    campus.okta.app_groups.insert(key, assigned);
    let mut told = vec![format!(
        "group {} was assigned to {}",
        group.name, app.label
    )];
    for user in &group.members {
        let Some(person) = campus.okta.users.get(user).cloned() else {
            continue;
        };
        let is_new = campus.okta.assignment(&app.id, user).is_none();
        if is_new && person.status != "DEPROVISIONED" {
            told.extend(assign(campus, &app, &person, Some(&group.id))?);
        }
    }
    Ok(told)
}

fn push_group(campus: &mut Campus, app: &App, group: &Group, extent: Extent) -> String {
    match groups::push(campus, app, group, extent) {
        Ok(members) => format!(
            "group {} was pushed to {} with {members} members",
            group.name, app.label
        ),
        Err(problem) => problem,
    }
}

/// Pushes the changes of the groups that this user is in.
fn push_groups_of(campus: &mut Campus, app: &App, user: &str) -> Vec<String> {
    let groups = campus.okta.groups.values();
    let of: Vec<Group> = groups
        .filter(|group| group.members.contains(user) && is_pushed(&campus.okta, app, group))
        .cloned()
        .collect();
    of.iter()
        .map(|group| push_group(campus, app, group, Extent::Changes))
        .collect()
}

fn is_pushed(world: &World, app: &App, group: &Group) -> bool {
    let mut mappings = world.mappings.values();
    mappings.any(|one| one.app == app.id && one.group == group.id)
}

/// Changes a group, and pushes it wherever it is pushed.
fn change_group(
    campus: &mut Campus,
    id: &str,
    told: String,
    change: impl FnOnce(&mut Group),
) -> Told {
    let Some(group) = campus.okta.groups.get_mut(id) else {
        return Ok(Vec::new());
    };
    change(group);
    group.updated = now();
    let group = group.clone();
    let mut told = vec![told];
    for app in campus.okta.apps.values().cloned().collect::<Vec<App>>() {
        if is_pushed(&campus.okta, &app, &group) {
            told.push(push_group(campus, &app, &group, Extent::Changes));
        }
    }
    Ok(told)
}

fn rename_login(campus: &mut Campus, user: &str, login: &str) -> Told {
    let old = person(campus, user)?;
    if campus
        .okta
        .person(login)
        .is_some_and(|person| person.id != old.id)
    {
        return refused(format!("Okta has a user {login} already"));
    }
    if let Some(person) = campus.okta.users.get_mut(&old.id) {
        person.login = login.to_owned();
        person.email = login.to_owned();
        person.updated = now();
    }
    let mut told = vec![format!("{} is now {login} in Okta", old.login)];
    for app in campus.okta.apps.values().cloned().collect::<Vec<App>>() {
        let key = (app.id.clone(), old.id.clone());
        if let Some(assignment) = campus.okta.assignments.get_mut(&key) {
            assignment.user_name = login.to_owned();
            assignment.updated = now();
        }
        match push::update(campus, &app.id, &old.id) {
            Ok(true) => told.push(format!("the new login was sent to {}", app.label)),
            Ok(false) => {}
            Err(problem) => told.push(problem),
        }
    }
    Ok(told)
}

fn set_status(campus: &mut Campus, user: &str, from: &str, to: &str) -> Told {
    let person = person(campus, user)?;
    if person.status != from {
        return refused(format!("{} is {}, not {from}", person.login, person.status));
    }
    if let Some(person) = campus.okta.users.get_mut(&person.id) {
        person.status = to.to_owned();
        person.updated = now();
    }
    Ok(vec![format!(
        "{} is {to} in Okta; nothing is sent for that",
        person.login
    )])
}
