//! The Okta of a new world: three apps for Verkada, some of the campus's people and some others,
//! a few groups. Nobody is assigned but the one user whom Okta brought into Command before.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

use super::log::{Target, entry};
use super::world::{
    App, AppGroup, Assignment, Dialect, Feature, Group, Person, World, days_before, now,
};
use crate::sandbox::SandboxError;
use crate::sandbox::campus::Campus;

/// How many of Atrium's people are in Okta.
const FROM_ATRIUM: u32 = 60;

/// The user whom Okta made in Command before the first sync.
const KNOWN: (&str, &str) = ("00u1a2b3c4D5e6F7g8h9", "olu.adeyemi@campus.example");

/// Those of whom Atrium knows nothing: first name, last name, login, status. The last two have the
/// emails of users whom Command's own people made, one of them outside the token's domains.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("Grace", "Hollis", "grace.hollis@campus.example", "ACTIVE"),
    (
        "Piet",
        "Verhagen",
        "piet.verhagen@partner.example",
        "ACTIVE",
    ),
    ("Aiko", "Tanaka", "aiko.tanaka@campus.example", "STAGED"),
    (
        "Nadia",
        "Rahman",
        "nadia.rahman@campus.example",
        "SUSPENDED",
    ),
    (
        "Otto",
        "Brandt",
        "otto.brandt@campus.example",
        "DEPROVISIONED",
    ),
    (
        "Dana",
        "Whitfield",
        "dana.whitfield@campus.example",
        "ACTIVE",
    ),
    ("Tom", "Berry", "tom.berry@contractor.example", "ACTIVE"),
];

/// The apps: which, its type, its name, whether it has provisioning.
const APPS: &[(Dialect, &str, &str)] = &[
    (Dialect::Catalogue, "verkada", "Verkada"),
    (Dialect::Custom, "sandbox_verkadaeu_1", "Verkada EU"),
    (
        Dialect::SignOnOnly,
        "sandbox_verkadasignon_1",
        "Verkada sign-on",
    ),
];

/// Fills an Okta in which there is nothing.
pub(super) fn fill(campus: &mut Campus) -> Result<(), SandboxError> {
    let mut world = std::mem::take(&mut campus.okta);
    let today = now();
    let provisioned = days_before(today, 60);
    for (dialect, name, label) in APPS {
        let provisioning = (*dialect != Dialect::SignOnOnly).then_some(provisioned);
        let app = App {
            id: world.id("0oa"),
            dialect: *dialect,
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            created: days_before(today, 90),
            updated: provisioning.unwrap_or(days_before(today, 90)),
            provisioning,
            features: match provisioning {
                Some(_) => Feature::ALL.into_iter().collect(),
                None => BTreeSet::new(),
            },
        };
        let created = entry(
            "application.lifecycle.create",
            "app.generic.lifecycle.create",
            "Create application",
        );
        world.tell_at(
            app.created,
            created,
            Some(&app),
            vec![Target::app(&app)],
            Ok(()),
        );
        world.apps.insert(app.id.clone(), app);
    }
    let on: Vec<App> = world
        .apps
        .values()
        .filter(|app| app.provisioning.is_some())
        .cloned()
        .collect();
    for app in on {
        let updated = entry(
            "application.configuration.update",
            "app.generic.config.app_updated",
            "Update application",
        );
        world.tell_at(
            provisioned,
            updated,
            Some(&app),
            vec![Target::app(&app)],
            Ok(()),
        );
    }
    people(campus, &mut world, days_before(today, 100))?;
    groups(&mut world, days_before(today, 80));
    known_user(campus, &mut world, days_before(today, 40));
    campus.okta = world;
    Ok(())
}

fn people(campus: &Campus, world: &mut World, created: Timestamp) -> Result<(), SandboxError> {
    let mut seen = HashSet::new();
    let mut select = campus.store.read().prepare(
        "SELECT first_name, last_name, lower(email), department, campus_id, status FROM person
         WHERE email != '' AND NOT absent ORDER BY seq LIMIT ?",
    )?;
    let mut rows = select.query([FROM_ATRIUM])?;
    let mut add = |world: &mut World, mut person: Person| {
        if !seen.insert(person.login.clone()) {
            return;
        }
        person.id = match person.login == KNOWN.1 {
            true => KNOWN.0.to_owned(),
            false => world.id("00u"),
        };
        world.users.insert(person.id.clone(), person);
    };
    while let Some(row) = rows.next()? {
        let login: String = row.get(2)?;
        let status: String = row.get(5)?;
        let status = match status.as_str() {
            "Inactive" => "DEPROVISIONED",
            _ => "ACTIVE",
        };
        let person = Person {
            id: String::new(),
            status: status.to_owned(),
            email: login.clone(),
            login,
            first_name: row.get(0)?,
            last_name: row.get(1)?,
            department: row.get(3)?,
            employee_number: row.get(4)?,
            created,
            updated: created,
        };
        add(world, person);
    }
    for (first_name, last_name, login, status) in OTHERS {
        let person = Person {
            id: String::new(),
            status: (*status).to_owned(),
            email: (*login).to_owned(),
            login: (*login).to_owned(),
            first_name: (*first_name).to_owned(),
            last_name: (*last_name).to_owned(),
            department: String::new(),
            employee_number: String::new(),
            created,
            updated: created,
        };
        add(world, person);
    }
    Ok(())
}

/// One that assigns, one to push, and one to push whose name a group made in Command has.
fn groups(world: &mut World, created: Timestamp) {
    let active: Vec<String> = world
        .users
        .values()
        .filter(|person| person.is_active() && person.id != KNOWN.0)
        .map(|person| person.id.clone())
        .collect();
    let everybody = world.users.keys().cloned().collect();
    let known = world
        .users
        .contains_key(KNOWN.0)
        .then(|| KNOWN.0.to_owned());
    let some = |from: usize| active.iter().skip(from).take(4).cloned().collect();
    let groups: [(&str, BTreeSet<String>); 4] = [
        ("Everyone", everybody),
        ("Verkada Users", known.into_iter().collect()),
        ("Facilities Night Shift", some(0)),
        ("Security Desk", some(4)),
    ];
    for (name, members) in groups {
        let group = Group {
            id: world.id("00g"),
            name: name.to_owned(),
            created,
            updated: created,
            members,
        };
        world.groups.insert(group.id.clone(), group);
    }
}

fn known_user(campus: &Campus, world: &mut World, moment: Timestamp) {
    let (Some(app), Some(group)) = (
        world.app(Dialect::Catalogue).cloned(),
        world.group("Verkada Users").cloned(),
    ) else {
        return;
    };
    let key = (app.id.clone(), group.id.clone());
    let assigned = AppGroup {
        app: app.id.clone(),
        group: group.id.clone(),
        priority: 0,
        updated: moment,
    };
    world.app_groups.insert(key, assigned);
    let in_command = campus.command.users_by_external_id(KNOWN.0).next();
    let (Some(user), Some(person)) = (in_command, world.users.get(KNOWN.0).cloned()) else {
        return;
    };
    let assignment = Assignment {
        app: app.id.clone(),
        user: person.id.clone(),
        group: Some(group.id),
        status: "PROVISIONED".to_owned(),
        external_id: Some(user.id.clone()),
        user_name: person.login.clone(),
        created: moment,
        updated: moment,
        status_changed: moment,
        last_sync: Some(moment),
        problem: None,
    };
    let targets = vec![
        Target::app_user(&person, &person.login),
        Target::app(&app),
        Target::user(&person),
    ];
    let added = entry(
        "application.user_membership.add",
        "app.generic.provision.assign_user_to_app",
        "Add user to application membership",
    );
    world.tell_at(moment, added, Some(&app), targets.clone(), Ok(()));
    let pushed = entry(
        "application.provision.user.push",
        "app.user_management.push_new_user_success",
        "Push new user to external application",
    );
    world.tell_at(moment, pushed, Some(&app), targets, Ok(()));
    let key = (app.id, person.id);
    world.assignments.insert(key, assignment);
}
