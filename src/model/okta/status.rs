//! What `okta status` tells: the facts counted and grouped, and what is wrong with them.

use std::fmt;

use jiff::Timestamp;

use super::{
    AppUser, Capabilities, Connection, FactsFrom, Gap, LogEvent, OktaApp, OktaFailure, OktaUser,
    PushMapping, UserState,
};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// People are not created, not changed or not removed because of it.
    Error,
    /// Somebody should look.
    Warning,
    /// Good to know.
    Note,
}

impl Weight {
    /// The word that output uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Weight::Error => "error",
            Weight::Warning => "warning",
            Weight::Note => "note",
        }
    }
}

macro_rules! findings {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $weight:ident, $title:literal, $remedy:literal;)*) => {
        /// What may be wrong on Okta's side.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OktaFinding {
            $($(#[$doc])* $variant,)*
        }

        impl OktaFinding {
            /// Every finding, the gravest first.
            pub const ALL: &[OktaFinding] = &[$(OktaFinding::$variant),*];

            /// Its stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(OktaFinding::$variant => $code,)* }
            }

            /// How much it matters.
            #[must_use]
            pub fn weight(self) -> Weight {
                match self { $(OktaFinding::$variant => Weight::$weight,)* }
            }

            /// What it means, a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(OktaFinding::$variant => $title,)* }
            }

            /// What to do, a sentence or two.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $(OktaFinding::$variant => $remedy,)* }
            }
        }
    };
}

findings! {
    /// The app is not in use.
    AppInactive = "okta-app-inactive", Error,
        "The app is switched off in Okta, so it provisions nobody.",
        "In Okta, activate the app (Applications > the app > Active).";
    /// The connection is off.
    ConnectionOff = "okta-connection-off", Error,
        "Provisioning is not connected, so Okta sends nothing to Command.",
        "In Okta, enable API integration and test the token (the app > Provisioning > Integration).";
    /// New users are not created.
    CreateOff = "okta-create-off", Error,
        "Create Users is off: people who are assigned are not created in Command.",
        "In Okta, switch it on (the app > Provisioning > To App > Create Users); people assigned before need Provision User, or to be unassigned and reassigned.";
    /// Removed people stay.
    DeactivateOff = "okta-deactivate-off", Error,
        "Deactivate Users is off: people who are removed from the app stay active in Command, and their doors stay open to them.",
        "In Okta, switch it on (the app > Provisioning > To App > Deactivate Users), and look for people who were removed before.";
    /// The token was refused since anything went well.
    CredentialsRefused = "okta-credentials-refused-since", Error,
        "Command has refused Okta's token since the last thing that went well, so everybody fails until it is replaced.",
        "Try the token with `atriumctl token test`; paste a good one into the app (Provisioning > Integration), test it there, then retry the tasks.";
    /// Somebody was never created.
    NeverCreated = "okta-never-created", Error,
        "Somebody is assigned and has no id from Command: the user was never created there. A removal in Okta would deactivate nobody.",
        "See the failures below for the cause; `atriumctl diagnose WHO` looks at one person. Then retry in Okta (Dashboard > Tasks, or Provision User).";
    /// Pushes fail.
    PushesFail = "okta-pushes-fail", Error,
        "What Okta sends is refused, or does not arrive.",
        "Each cause below has its first check.";
    /// A pushed group does not work.
    PushedGroupError = "okta-pushed-group-error", Error,
        "A pushed group is in error: its members are not sent to Command.",
        "In Okta, look at the group under the app > Push Groups; unlink it and push it anew if it was deleted in Command.";
    /// Nobody in Okta.
    PersonMissing = "okta-person-missing", Error,
        "Okta has no such user.",
        "Compare the spelling; the person may have another address in Okta, or not be in it.";
    /// The user can't be provisioned.
    PersonNotActive = "okta-person-not-active", Error,
        "The user of Okta is staged, suspended or deactivated, so it is not sent to any app.",
        "In Okta, activate or unsuspend the user (Directory > People).";
    /// Assigned to another app.
    WrongApp = "okta-wrong-app", Error,
        "The person is not assigned to the app that provisions, but to another one for Verkada, which may be for signing in only.",
        "In Okta, assign the person to the app that provisions as well.";
    /// Not assigned.
    NotAssigned = "okta-not-assigned", Error,
        "The person is not assigned to the app.",
        "In Okta, assign the person, or a group that the person is in (the app > Assignments).";
    /// Removed before Okta had an id.
    RemovedBeforeCreated = "okta-removed-before-created", Error,
        "The person was removed from the app after the creation had failed. Okta keeps no id then and deactivates nobody: if there is a user in Command, nobody will ever close it.",
        "Search Command for the person; close the user there, or assign the person again, let it be linked, and remove it once more.";
    /// Changes are not sent.
    UpdateOff = "okta-update-off", Warning,
        "Update User Attributes is off: changed names stay as they are in Command.",
        "In Okta, switch it on (the app > Provisioning > To App > Update User Attributes).";
    /// Names or address are missing.
    ValueMissing = "okta-value-missing", Warning,
        "A first name, last name or email address that is sent to Command is empty.",
        "Fill it in Okta (Directory > People), or correct the app's attribute mappings.";
    /// One group does both.
    GroupForBoth = "okta-group-for-both", Warning,
        "A group both assigns people to the app and is pushed; Okta does not support that, and members may be missing or stay for ever.",
        "In Okta, push another group with the same members than the one that assigns.";
    /// Nobody knows whether the connection works.
    ConnectionUnknown = "okta-connection-unknown", Warning,
        "Okta can't tell whether provisioning is connected.",
        "In Okta, test the credentials (the app > Provisioning > Integration).";
    /// Groups are not pushed.
    GroupPushOff = "okta-group-push-off", Note,
        "The app pushes no groups.",
        "If access is given by Okta's groups, push them (the app > Push Groups).";
}

/// Something that was noticed, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// What.
    pub finding: OktaFinding,
    /// The values that show it.
    pub detail: String,
}

/// Why pushes fail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// In a known way.
    Known(OktaFailure),
    /// In another way: the text without the person, or else the type of the event.
    Other(String),
}

impl Cause {
    /// Its code; `okta-other` for what is not known.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Cause::Known(failure) => failure.code(),
            Cause::Other(_) => "okta-other",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Known(failure) => f.write_str(failure.meaning()),
            Cause::Other(text) => f.write_str(text),
        }
    }
}

/// Somebody, or a group, for whom pushes fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The login, or the group's name; empty if the event names nobody.
    pub who: String,
    /// When it failed last.
    pub last: Option<Timestamp>,
    /// How often, in the part of the log that was read.
    pub times: u64,
    /// What Command said.
    pub remote: Option<String>,
}

/// Pushes that fail for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureGroup {
    /// The cause.
    pub cause: Cause,
    /// For whom, the latest first.
    pub failing: Vec<Failing>,
    /// When it happened last.
    pub last: Option<Timestamp>,
}

/// How many assignments are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: UserState,
    /// How many.
    pub count: u64,
    /// How many of them have an id from Command; `None` if the source does not tell.
    pub with_id: Option<u64>,
}

/// What was asked about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// What was looked for.
    pub asked: String,
    /// The user in Okta.
    pub user: Option<OktaUser>,
    /// The assignment to the app.
    pub assignment: Option<AppUser>,
    /// Assignments to other apps for Verkada, each with the app's label.
    pub elsewhere: Vec<(String, AppUser)>,
    /// The latest events about the person, the newest first.
    pub events: Vec<LogEvent>,
}

/// What `okta status` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OktaStatus {
    /// Where the facts came from.
    pub from: FactsFrom,
    /// When they were taken.
    pub taken: Timestamp,
    /// The app.
    pub app: Option<OktaApp>,
    /// Its connection.
    pub connection: Option<Connection>,
    /// What its features allow.
    pub capabilities: Option<Capabilities>,
    /// The person, if it is about one.
    pub person: Option<Person>,
    /// Assignments by state, the most frequent first; `None` if they were not looked at.
    pub states: Option<Vec<StateCount>>,
    /// Who is assigned and never got an id; empty if the app does not provision.
    pub without_id: Vec<AppUser>,
    /// Failing pushes by cause, the most people first; `None` if the log was not looked at.
    pub failures: Option<Vec<FailureGroup>>,
    /// How many failures were followed by a success, and are not counted any more.
    pub overcome: u64,
    /// How many groups are pushed; `None` if that was not looked at.
    pub mappings: Option<u64>,
    /// Those that are in error.
    pub broken_mappings: Vec<PushMapping>,
    /// When something arrived in Command last, as far as the log was read.
    pub last_good_push: Option<Timestamp>,
    /// How often Command refused Okta's token since then, and when last.
    pub refused_since: u64,
    /// Since when the log was read; `None` for a file.
    pub log_since: Option<Timestamp>,
    /// Why older events are missing.
    pub log_cut: Option<String>,
    /// What was noticed, the gravest first.
    pub noticed: Vec<Noticed>,
    /// What was not looked at, and why.
    pub gaps: Vec<(&'static str, Gap)>,
    /// How many requests it took.
    pub requests: u64,
}

impl OktaStatus {
    /// How many findings are of a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        let noticed = self.noticed.iter();
        noticed
            .filter(|noticed| noticed.finding.weight() == weight)
            .count()
    }

    /// Whether a part is missing because Okta did not answer.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.gaps
            .iter()
            .any(|(_, gap)| matches!(gap, Gap::Unavailable { .. }))
    }
}
