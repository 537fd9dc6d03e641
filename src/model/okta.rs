//! What Okta says about the app that provisions people into Command: the app, its connection, who
//! is assigned and how, which groups are pushed, and what the log holds. Plain data, the same
//! whether it came from Okta's management API or from exported files.

mod failure;
#[cfg(test)]
mod failure_tests;
mod read;
pub mod status;
mod words;

use jiff::Timestamp;

use super::Text;

pub use failure::{OktaFailure, Recognised, is_technical, recognise, recognise_event, smooth};
pub use read::{ReadError, time};
pub use words::{
    AppStatus, AssignedBy, ConnectionStatus, MappingStatus, OktaUserStatus, Outcome, SyncState,
    UserState,
};

/// The features of an app that decide what Okta sends (developer.okta.com, Applications API).
pub mod feature {
    /// New users are created downstream.
    pub const CREATE: &str = "PUSH_NEW_USERS";
    /// Changed profiles are sent.
    pub const UPDATE: &str = "PUSH_PROFILE_UPDATES";
    /// Removed people are deactivated downstream.
    pub const DEACTIVATE: &str = "PUSH_USER_DEACTIVATION";
    /// People who come back are activated again.
    pub const REACTIVATE: &str = "REACTIVATE_USERS";
    /// Groups are pushed.
    pub const GROUPS: &str = "GROUP_PUSH";
    /// Users are imported from the app.
    pub const IMPORT: &str = "IMPORT_NEW_USERS";
    /// Provisioning is done by SCIM.
    pub const SCIM: &str = "SCIM_PROVISIONING";
}

/// A fact, or why nobody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// What there is.
    Seen(T),
    /// It was not looked at. This says nothing about what there is.
    NotLooked(Gap),
}

impl<T> Known<T> {
    /// What there is, if somebody looked.
    #[must_use]
    pub fn seen(&self) -> Option<&T> {
        match self {
            Known::Seen(value) => Some(value),
            Known::NotLooked(_) => None,
        }
    }

    /// Why nobody looked.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Known::Seen(_) => None,
            Known::NotLooked(gap) => Some(gap),
        }
    }
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Known::NotLooked(Gap::NotAsked)
    }
}

/// Why something was not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// The question did not need it.
    #[default]
    NotAsked,
    /// There is neither a token of Okta nor a key for a service app.
    NoToken,
    /// The token or the service app may not read it.
    Scope {
        /// The OAuth scope that it needs; an SSWS token needs the same right of its administrator.
        scope: &'static str,
        /// What Okta said.
        said: String,
    },
    /// It stands in no file that was named.
    NotInFiles {
        /// The flag that names such a file; empty if no file could have it.
        flag: &'static str,
    },
    /// Okta did not answer, or not as Okta does; another time it may.
    Unavailable {
        /// What happened.
        why: String,
    },
    /// Okta refused this alone.
    Failed {
        /// What happened.
        why: String,
    },
}

impl Gap {
    /// The word that output uses.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Gap::NotAsked => "not-asked",
            Gap::NoToken => "no-token",
            Gap::Scope { .. } => "scope-missing",
            Gap::NotInFiles { .. } => "not-in-files",
            Gap::Unavailable { .. } => "unavailable",
            Gap::Failed { .. } => "failed",
        }
    }

    /// Why, as a part of a sentence.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Gap::NotAsked => "this question does not need it".to_owned(),
            Gap::NoToken => "there is no token of Okta".to_owned(),
            Gap::Scope { scope, said } if said.is_empty() => {
                format!(
                    "it needs the scope {scope}, or an SSWS token of an administrator who may read it"
                )
            }
            Gap::Scope { scope, said } => format!(
                "it needs the scope {scope}, or an SSWS token of an administrator who may read it (Okta said: {said})"
            ),
            Gap::NotInFiles { flag: "" } => "files exported from Okta don't hold it".to_owned(),
            Gap::NotInFiles { flag } => format!("no file with it was named ({flag})"),
            Gap::Unavailable { why } | Gap::Failed { why } => why.clone(),
        }
    }
}

/// An app instance in Okta.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OktaApp {
    /// Its id, `0oa…`.
    pub id: Text,
    /// The key of the app in the catalogue, or of the template that it was made from.
    pub name: Text,
    /// What administrators call it.
    pub label: Text,
    /// Whether it is in use.
    pub status: AppStatus,
    /// How people sign in through it: `SAML_2_0`, `OPENID_CONNECT`, ….
    pub sign_on_mode: Text,
    /// What provisioning may do, see [`feature`]; `None` where the answer had no list.
    pub features: Option<Vec<Text>>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was changed last.
    pub updated: Option<Timestamp>,
}

impl OktaApp {
    /// Whether a feature is on; `None` if the features are not known.
    #[must_use]
    pub fn has(&self, feature: &str) -> Option<bool> {
        let features = self.features.as_ref()?;
        Some(features.iter().any(|one| one.eq_ignore_ascii_case(feature)))
    }

    /// Whether name or label speak of Verkada.
    #[must_use]
    pub fn is_verkada(&self) -> bool {
        [&self.name, &self.label]
            .iter()
            .any(|text| text.to_ascii_lowercase().contains("verkada"))
    }
}

/// The app's provisioning connection: `GET /apps/{id}/connections/default`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Whether it is on.
    pub status: ConnectionStatus,
    /// How Okta signs in downstream: `TOKEN`, `OAUTH2`, ….
    pub auth_scheme: Text,
    /// The SCIM address that Okta calls; empty where Okta does not tell.
    pub base_url: Text,
}

/// What provisioning may do, as `GET /apps/{id}/features` tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether provisioning is on for the app instance at all.
    pub provisioning: bool,
    /// Users are created.
    pub create: Option<bool>,
    /// Profiles are updated.
    pub update: Option<bool>,
    /// Users are deactivated.
    pub deactivate: Option<bool>,
}

/// Somebody's assignment to an app. Okta crosses the names: its `externalId` is the `id` that the
/// SCIM server gave, and the SCIM `externalId` is Okta's user id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppUser {
    /// Okta's id of the user, `00u…`.
    pub id: Text,
    /// The app that this is an assignment to; empty where the file does not tell.
    pub app: Text,
    /// What Okta sends as `userName`.
    pub user_name: Text,
    /// Assigned in person or through a group.
    pub assigned_by: AssignedBy,
    /// The state of the assignment.
    pub state: UserState,
    /// The id that the SCIM server gave, empty if Okta has none: then nothing was ever created or
    /// linked, and a removal in Okta will deactivate nobody.
    pub external_id: Text,
    /// Whether the source says nothing of ids, as an export for spreadsheets may: then an empty
    /// one means nothing.
    pub id_untold: bool,
    /// Of the profile that is sent: the email address.
    pub email: Text,
    /// Of the profile that is sent: the first name.
    pub first_name: Text,
    /// Of the profile that is sent: the last name.
    pub last_name: Text,
    /// When it was assigned.
    pub created: Option<Timestamp>,
    /// When the state changed last.
    pub status_changed: Option<Timestamp>,
    /// When Okta sent something last.
    pub last_sync: Option<Timestamp>,
    /// The state of profile sourcing. Of an app that only receives it says nothing
    /// (developer.okta.com, Application Users).
    pub sync_state: SyncState,
}

impl AppUser {
    /// Whether the server never gave an id, although this assignment is one that should have led
    /// to one.
    #[must_use]
    pub fn never_got_an_id(&self) -> bool {
        self.external_id.is_empty() && !self.id_untold && self.state.is_assigned()
    }

    /// The name that people know, or else what signs in.
    #[must_use]
    pub fn display_name(&self) -> Text {
        let name = super::join_name(&self.first_name, &self.last_name);
        if name.is_empty() {
            self.user_name.clone()
        } else {
            name
        }
    }
}

/// A user of the Okta organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OktaUser {
    /// Okta's id, `00u…`.
    pub id: Text,
    /// What the person signs in to Okta with.
    pub login: Text,
    /// The email address.
    pub email: Text,
    /// The first name.
    pub first_name: Text,
    /// The last name.
    pub last_name: Text,
    /// Where the user is in its life.
    pub status: OktaUserStatus,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When the status changed last.
    pub status_changed: Option<Timestamp>,
}

/// A group through which people are assigned to the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignedGroup {
    /// Okta's id, `00g…`.
    pub id: Text,
    /// The name; empty where Okta did not say.
    pub name: Text,
}

/// A group that is pushed: `GET /apps/{id}/group-push/mappings`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushMapping {
    /// Its id.
    pub id: Text,
    /// Whether it works.
    pub status: MappingStatus,
    /// The group in Okta.
    pub source_group: Text,
    /// The name of the group in Okta; empty where it was not looked up.
    pub source_name: Text,
    /// The group that Okta knows the pushed one by.
    pub target_group: Text,
    /// What went wrong, in Okta's words.
    pub error_summary: String,
    /// When it was pushed last.
    pub last_push: Option<Timestamp>,
}

/// Something that an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: Text,
    /// What it is: `User`, `AppUser`, `AppInstance`, `UserGroup`, ….
    pub kind: Text,
    /// Its other name: of a user, the login.
    pub alternate_id: Text,
    /// Its name.
    pub name: Text,
}

/// An event of the system log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogEvent {
    /// Its id.
    pub id: Text,
    /// When.
    pub published: Option<Timestamp>,
    /// What happened: `application.provision.user.push`.
    pub event_type: Text,
    /// What the older log calls it, which often tells causes apart.
    pub legacy: Text,
    /// How it ended.
    pub result: Outcome,
    /// Why, up to 255 characters in Okta's words; empty even for failures at times.
    pub reason: String,
    /// In Okta's words, what was done.
    pub display_message: String,
    /// What it is about; the order is not fixed, so they are told apart by kind.
    pub targets: Vec<Target>,
}

impl LogEvent {
    /// The first target of a kind.
    #[must_use]
    pub fn target(&self, kind: &str) -> Option<&Target> {
        self.targets
            .iter()
            .find(|target| target.kind.eq_ignore_ascii_case(kind))
    }

    /// The person that it is about, by what signs in or else by name.
    #[must_use]
    pub fn person(&self) -> Option<&Target> {
        self.target("User").or_else(|| self.target("AppUser"))
    }

    /// Whether a target has this id.
    #[must_use]
    pub fn is_about(&self, id: &str) -> bool {
        !id.is_empty() && self.targets.iter().any(|target| target.id == id)
    }

    /// Whether a target has this id or signs in so.
    #[must_use]
    pub fn is_about_login(&self, login: &str) -> bool {
        !login.is_empty()
            && self
                .targets
                .iter()
                .any(|target| target.alternate_id.eq_ignore_ascii_case(login))
    }

    /// Whether the connection to the server was refused for its credentials.
    #[must_use]
    pub fn is_authentication_failure(&self) -> bool {
        self.event_type == "application.integration.authentication_failure"
            || (self.result == Outcome::Failure
                && recognise(&self.reason)
                    .is_some_and(|known| known.failure == OktaFailure::CredentialsRefused))
    }

    /// Whether something arrived at the server: a user or a group was sent, and it worked.
    #[must_use]
    pub fn is_good_push(&self) -> bool {
        // `sync` is the whole job and `verify_exists` only a look, so neither proves a push.
        let pushes = [
            "application.provision.user.push",
            "application.provision.user.push_profile",
            "application.provision.user.activate",
            "application.provision.user.reactivate",
            "application.provision.user.deactivate",
            "application.provision.group_push.pushed",
            "application.provision.group_push.updated",
            "application.provision.group_push.push_memberships",
        ];
        self.result == Outcome::Success
            && (pushes.contains(&self.event_type.as_str())
                || self.legacy == "app.user_management.push_new_user_success")
    }
}

/// A part of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// The newest first.
    pub list: Vec<LogEvent>,
    /// From when on was asked; `None` for a file, which starts where it starts.
    pub since: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Why older ones are missing, if the log was not read to its end.
    pub cut: Option<String>,
}

/// Where the facts came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactsFrom {
    /// Okta itself, at this address.
    Live(String),
    /// Exported files, by name.
    Files(Vec<String>),
}

/// Everything that was learnt from Okta for one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OktaSnapshot {
    /// Where from.
    pub from: FactsFrom,
    /// When.
    pub taken: Timestamp,
    /// The app.
    pub app: Known<OktaApp>,
    /// Every app whose name speaks of Verkada, this one included: the way people are assigned to
    /// the wrong one.
    pub apps: Known<Vec<OktaApp>>,
    /// Its connection.
    pub connection: Known<Connection>,
    /// What provisioning may do.
    pub capabilities: Known<Capabilities>,
    /// The people that were looked for, in the organization. Empty means that there is nobody.
    pub users: Known<Vec<OktaUser>>,
    /// Assignments to the app: everybody's, or only those of the people that were looked for.
    pub assignments: Known<Vec<AppUser>>,
    /// Assignments of the people that were looked for to other apps of [`Self::apps`].
    pub elsewhere: Known<Vec<AppUser>>,
    /// The groups that assign people to the app.
    pub groups: Known<Vec<AssignedGroup>>,
    /// The groups that are pushed.
    pub mappings: Known<Vec<PushMapping>>,
    /// The log of the app's provisioning, for everybody or only the people that were looked for.
    pub events: Known<Events>,
    /// How many requests it took.
    pub requests: u64,
}

impl OktaSnapshot {
    /// A snapshot of nothing yet, with one reason why.
    #[must_use]
    pub fn empty(from: FactsFrom, taken: Timestamp, gap: &Gap) -> Self {
        fn none<T>(gap: &Gap) -> Known<T> {
            Known::NotLooked(gap.clone())
        }
        OktaSnapshot {
            from,
            taken,
            app: none(gap),
            apps: none(gap),
            connection: none(gap),
            capabilities: none(gap),
            users: none(gap),
            assignments: none(gap),
            elsewhere: none(gap),
            groups: none(gap),
            mappings: none(gap),
            events: none(gap),
            requests: 0,
        }
    }

    /// What was not looked at and why, each with its name, in a fixed order. What the question did
    /// not need is left out.
    #[must_use]
    pub fn gaps(&self) -> Vec<(&'static str, &Gap)> {
        let all = [
            ("app", self.app.gap()),
            ("connection", self.connection.gap()),
            ("capabilities", self.capabilities.gap()),
            ("people", self.users.gap()),
            ("assignments", self.assignments.gap()),
            ("other apps", self.elsewhere.gap()),
            ("assigned groups", self.groups.gap()),
            ("pushed groups", self.mappings.gap()),
            ("log", self.events.gap()),
        ];
        all.into_iter()
            .filter_map(|(name, gap)| Some((name, gap?)))
            .filter(|(_, gap)| **gap != Gap::NotAsked)
            .collect()
    }
}
