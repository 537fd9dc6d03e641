//! What the stand-in Okta holds: apps, users, groups, assignments, pushed groups and the system
//! log, in memory and in tables of the world's file.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::gate::ServiceApp;
use super::log::Event;
use crate::sandbox::SandboxError;

/// Made on demand, so that worlds from before there was an Okta go on.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS okta_object (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS okta_event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
";

/// Which verbs an app's SCIM client uses
/// (<https://developer.okta.com/docs/concepts/scim/faqs/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// An app of Okta's catalogue: changes are sent as PATCH.
    Catalogue,
    /// An app that an administrator made: what is there is read, and PUT back with the changes.
    Custom,
    /// An app for signing in alone: nothing is sent.
    SignOnOnly,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Dialect; 3] = [Dialect::Catalogue, Dialect::Custom, Dialect::SignOnOnly];

    /// The name of the app on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Dialect::Catalogue => "catalogue",
            Dialect::Custom => "custom",
            Dialect::SignOnOnly => "saml",
        }
    }
}

/// What provisioning may do, under the name that an app's `features` have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Feature {
    /// Make users who are assigned.
    PushNewUsers,
    /// Send changes of profiles.
    PushProfileUpdates,
    /// Deactivate users who are no longer assigned.
    PushUserDeactivation,
    /// Reactivate users who are assigned once more.
    ReactivateUsers,
    /// Push groups.
    GroupPush,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 5] = [
        Feature::PushNewUsers,
        Feature::PushProfileUpdates,
        Feature::PushUserDeactivation,
        Feature::ReactivateUsers,
        Feature::GroupPush,
    ];

    /// The name in answers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Feature::PushNewUsers => "PUSH_NEW_USERS",
            Feature::PushProfileUpdates => "PUSH_PROFILE_UPDATES",
            Feature::PushUserDeactivation => "PUSH_USER_DEACTIVATION",
            Feature::ReactivateUsers => "REACTIVATE_USERS",
            Feature::GroupPush => "GROUP_PUSH",
        }
    }

    /// The name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Feature::PushNewUsers => "create",
            Feature::PushProfileUpdates => "update",
            Feature::PushUserDeactivation => "deactivate",
            Feature::ReactivateUsers => "reactivate",
            Feature::GroupPush => "groups",
        }
    }
}

impl FromStr for Dialect {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        let known = || Dialect::ALL.map(Dialect::word);
        let found = Dialect::ALL.into_iter().find(|app| app.word() == name);
        found.ok_or_else(|| SandboxError::unknown("app", name, known()))
    }
}

impl FromStr for Feature {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        let known = || Feature::ALL.map(Feature::word);
        let found = Feature::ALL.into_iter().find(|one| one.word() == name);
        found.ok_or_else(|| SandboxError::unknown("feature", name, known()))
    }
}

/// An app instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct App {
    pub(super) id: String,
    pub(super) dialect: Dialect,
    /// The app's type, such as `verkada`.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    /// Since when provisioning is on.
    pub(super) provisioning: Option<Timestamp>,
    pub(super) features: BTreeSet<Feature>,
}

impl App {
    /// May provisioning do this now?
    pub(super) fn may(&self, feature: Feature) -> bool {
        self.provisioning.is_some() && self.features.contains(&feature)
    }
}

/// A user of the directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) id: String,
    /// `ACTIVE`, `STAGED`, `SUSPENDED`, `DEPROVISIONED`.
    pub(super) status: String,
    pub(super) login: String,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) department: String,
    pub(super) employee_number: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

impl Person {
    pub(super) fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }

    pub(super) fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }
}

/// A group of the directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) members: BTreeSet<String>,
}

/// A user's assignment to an app: what Okta calls an application user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Assignment {
    pub(super) app: String,
    pub(super) user: String,
    /// The group that assigns the user, if it is not done one by one.
    pub(super) group: Option<String>,
    /// `STAGED`, `PROVISIONED`, `ACTIVE`.
    pub(super) status: String,
    /// The id of the user in Command. It is there only once everything worked.
    pub(super) external_id: Option<String>,
    pub(super) user_name: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) status_changed: Timestamp,
    pub(super) last_sync: Option<Timestamp>,
    /// Why the last push failed.
    pub(super) problem: Option<String>,
}

/// A group that is assigned to an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct AppGroup {
    pub(super) app: String,
    pub(super) group: String,
    pub(super) priority: u32,
    pub(super) updated: Timestamp,
}

/// A group that is pushed to an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mapping {
    pub(super) id: String,
    pub(super) app: String,
    pub(super) group: String,
    /// Okta's own id of the app's group.
    pub(super) target: String,
    /// The id of the group in Command.
    pub(super) external_id: Option<String>,
    /// The ids in Command of the members that were pushed last.
    pub(super) pushed: BTreeSet<String>,
    pub(super) problem: Option<String>,
    pub(super) last_push: Option<Timestamp>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

/// A request that a push sent to Command.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Sent {
    /// Verb and path with the query, such as `GET /Users?startIndex=1&count=2`.
    pub(in crate::sandbox) line: String,
    pub(in crate::sandbox) body: Option<serde_json::Value>,
}

/// Everything.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct World {
    pub(super) seed: u64,
    /// How many ids were given out.
    pub(super) issued: u32,
    pub(super) apps: BTreeMap<String, App>,
    pub(super) users: BTreeMap<String, Person>,
    pub(super) groups: BTreeMap<String, Group>,
    /// By app and user.
    pub(super) assignments: BTreeMap<(String, String), Assignment>,
    /// By app and group.
    pub(super) app_groups: BTreeMap<(String, String), AppGroup>,
    pub(super) mappings: BTreeMap<String, Mapping>,
    pub(super) clients: BTreeMap<String, ServiceApp>,
    pub(super) events: Vec<Event>,
    /// How many of the events are stored.
    pub(super) stored_events: usize,
    /// What a running server knows of its callers.
    pub(super) door: super::gate::Door,
    /// What pushes sent since the world was opened.
    pub(in crate::sandbox) sent: Vec<Sent>,
}

/// This moment, in whole milliseconds as Okta writes it.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many days before.
pub(super) fn days_before(moment: Timestamp, days: i64) -> Timestamp {
    moment
        .checked_sub(SignedDuration::from_hours(24 * days))
        .unwrap_or(moment)
}

impl World {
    /// Makes the tables if they are not there, and reads them. True says that nothing was in them.
    pub(super) fn read(db: &Connection, seed: u64) -> Result<(Self, bool), SandboxError> {
        db.execute_batch(TABLES)?;
        let mut world = World {
            seed,
            ..World::default()
        };
        let mut select = db.prepare("SELECT kind, id, body FROM okta_object")?;
        let mut rows = select.query([])?;
        let mut empty = true;
        while let Some(row) = rows.next()? {
            empty = false;
            let (kind, id, body): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            match kind.as_str() {
                "about" => world.issued = body.parse().unwrap_or_default(),
                "app" => drop(world.apps.insert(id, parse(&body)?)),
                "user" => drop(world.users.insert(id, parse(&body)?)),
                "group" => drop(world.groups.insert(id, parse(&body)?)),
                "assignment" => {
                    let one: Assignment = parse(&body)?;
                    let key = (one.app.clone(), one.user.clone());
                    world.assignments.insert(key, one);
                }
                "app-group" => {
                    let one: AppGroup = parse(&body)?;
                    let key = (one.app.clone(), one.group.clone());
                    world.app_groups.insert(key, one);
                }
                "mapping" => drop(world.mappings.insert(id, parse(&body)?)),
                "client" => drop(world.clients.insert(id, parse(&body)?)),
                _ => {}
            }
        }
        let mut select = db.prepare("SELECT body FROM okta_event ORDER BY seq")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            world.events.push(parse(&row.get::<_, String>(0)?)?);
        }
        world.stored_events = world.events.len();
        Ok((world, empty))
    }

    /// Writes what is held now.
    pub(super) fn write(&mut self, db: &Transaction<'_>) -> Result<(), SandboxError> {
        db.execute("DELETE FROM okta_object", [])?;
        let mut insert = db.prepare("INSERT INTO okta_object VALUES (?, ?, ?)")?;
        let mut put = |kind: &str, id: &str, body: String| -> Result<(), SandboxError> {
            insert.execute(params![kind, id, body])?;
            Ok(())
        };
        put("about", "issued", self.issued.to_string())?;
        for (id, app) in &self.apps {
            put("app", id, text(app)?)?;
        }
        for (id, user) in &self.users {
            put("user", id, text(user)?)?;
        }
        for (id, group) in &self.groups {
            put("group", id, text(group)?)?;
        }
        for ((app, user), assignment) in &self.assignments {
            put("assignment", &format!("{app}/{user}"), text(assignment)?)?;
        }
        for ((app, group), assigned) in &self.app_groups {
            put("app-group", &format!("{app}/{group}"), text(assigned)?)?;
        }
        for (id, mapping) in &self.mappings {
            put("mapping", id, text(mapping)?)?;
        }
        for (id, client) in &self.clients {
            put("client", id, text(client)?)?;
        }
        let mut insert = db.prepare("INSERT INTO okta_event (body) VALUES (?)")?;
        for event in &self.events[self.stored_events.min(self.events.len())..] {
            insert.execute([text(event)?])?;
        }
        Ok(())
    }

    /// An id as Okta's are: a prefix that says of what, and 17 letters and digits. The same for
    /// the same seed, so that a world can be repeated.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.issued += 1;
        let spread = u64::from(self.issued).wrapping_mul(0xA24B_AED4_963E_E407);
        let mut rng = fastrand::Rng::with_seed(self.seed ^ spread);
        let rest: String = (0..20 - prefix.len()).map(|_| rng.alphanumeric()).collect();
        format!("{prefix}{rest}")
    }

    pub(super) fn app(&self, dialect: Dialect) -> Option<&App> {
        self.apps.values().find(|app| app.dialect == dialect)
    }

    /// A user by id, login or email.
    pub(super) fn person(&self, who: &str) -> Option<&Person> {
        self.users.get(who).or_else(|| {
            self.users.values().find(|person| {
                person.login.eq_ignore_ascii_case(who) || person.email.eq_ignore_ascii_case(who)
            })
        })
    }

    /// A group by id or name.
    pub(super) fn group(&self, which: &str) -> Option<&Group> {
        self.groups.get(which).or_else(|| {
            self.groups
                .values()
                .find(|group| group.name.eq_ignore_ascii_case(which))
        })
    }

    pub(super) fn assignment(&self, app: &str, user: &str) -> Option<&Assignment> {
        self.assignments.get(&(app.to_owned(), user.to_owned()))
    }
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<T, SandboxError> {
    serde_json::from_str(body).map_err(|problem| {
        SandboxError::World(format!(
            "what Okta held cannot be read: {problem}: make a new world with `atriumctl sandbox \
             reset`"
        ))
    })
}

fn text<T: Serialize>(value: &T) -> Result<String, SandboxError> {
    serde_json::to_string(value).map_err(|problem| SandboxError::World(problem.to_string()))
}
