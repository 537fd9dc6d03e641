//! The closed lists of words in Okta's answers, each open for words that come later.

use crate::model::Text;

macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// Okta did not say.
            #[default]
            Unsaid,
            /// A word that this program does not know.
            Other(Text),
        }

        impl $name {
            /// Every word that is known.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// Reads Okta's word, in whatever case.
            #[must_use]
            pub fn read(word: &str) -> Self {
                let word = word.trim();
                $(if word.eq_ignore_ascii_case($word) {
                    return $name::$variant;
                })*
                if word.is_empty() {
                    $name::Unsaid
                } else {
                    $name::Other(Text::from(word))
                }
            }

            /// Okta's word; `?` where there was none.
            #[must_use]
            pub fn word(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Unsaid => "?",
                    $name::Other(word) => word,
                }
            }
        }
    )*};
}

words! {
    /// Whether an app is in use.
    AppStatus {
        /// In use.
        Active = "ACTIVE",
        /// Switched off.
        Inactive = "INACTIVE",
        /// Deleted.
        Deleted = "DELETED",
    }

    /// Whether provisioning is connected.
    ConnectionStatus {
        /// On.
        Enabled = "ENABLED",
        /// Off.
        Disabled = "DISABLED",
        /// Okta can't tell.
        Unknown = "UNKNOWN",
    }

    /// How somebody was assigned to an app.
    AssignedBy {
        /// In person.
        User = "USER",
        /// Through a group.
        Group = "GROUP",
    }

    /// The state of an assignment (developer.okta.com, Application Users, `status`).
    UserState {
        /// No id from the server yet: provisioning is queued, failed or never ran.
        Staged = "STAGED",
        /// Created and linked.
        Provisioned = "PROVISIONED",
        /// Linked, or the app has no provisioning at all.
        Active = "ACTIVE",
        /// Assigned, not provisioned: somebody is to acknowledge it by hand.
        Approved = "APPROVED",
        /// Removed, the id forgotten.
        Deprovisioned = "DEPROVISIONED",
        /// Disabled, waiting for acknowledgement.
        Revoked = "REVOKED",
        /// Switched off.
        Inactive = "INACTIVE",
        /// Suspended.
        Suspended = "SUSPENDED",
        /// Under way.
        Pending = "PENDING",
        /// Imported from the app.
        Imported = "IMPORTED",
        /// Imported and matched with a user of Okta.
        Matched = "MATCHED",
        /// No longer assigned.
        Unassigned = "UNASSIGNED",
        /// Assigned without a record of its own.
        Implicit = "IMPLICIT",
    }

    /// The state of profile sourcing.
    SyncState {
        /// Not used, as for every app that only receives.
        Disabled = "DISABLED",
        /// To be sent.
        OutOfSync = "OUT_OF_SYNC",
        /// Under way.
        Syncing = "SYNCING",
        /// Sent.
        Synchronized = "SYNCHRONIZED",
        /// Failed.
        Error = "ERROR",
    }

    /// Where a user of Okta is in its life (developer.okta.com, Users, `status`).
    OktaUserStatus {
        /// Made, not activated.
        Staged = "STAGED",
        /// Activated, has not signed in yet.
        Provisioned = "PROVISIONED",
        /// In use.
        Active = "ACTIVE",
        /// Recovering a password.
        Recovery = "RECOVERY",
        /// The password has expired.
        PasswordExpired = "PASSWORD_EXPIRED",
        /// Locked after wrong passwords.
        LockedOut = "LOCKED_OUT",
        /// Suspended by an administrator.
        Suspended = "SUSPENDED",
        /// Deactivated.
        Deprovisioned = "DEPROVISIONED",
    }

    /// Whether a pushed group works.
    MappingStatus {
        /// It works.
        Active = "ACTIVE",
        /// It is paused.
        Inactive = "INACTIVE",
        /// It failed and needs a person.
        Error = "ERROR",
    }

    /// How an event ended.
    Outcome {
        /// It worked.
        Success = "SUCCESS",
        /// It failed.
        Failure = "FAILURE",
        /// It was not needed.
        Skipped = "SKIPPED",
        /// It was allowed.
        Allow = "ALLOW",
        /// It was denied.
        Deny = "DENY",
        /// It was challenged.
        Challenge = "CHALLENGE",
        /// Okta can't tell.
        Unknown = "UNKNOWN",
    }
}

impl UserState {
    /// What it means, in a few words.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self {
            UserState::Staged => "no id from Command yet: queued, failed or never tried",
            UserState::Provisioned => "created and linked",
            UserState::Active => "linked, or the app does not provision",
            UserState::Approved => "assigned, waiting to be acknowledged by hand",
            UserState::Deprovisioned => "removed from the app",
            UserState::Revoked => "disabled, waiting to be acknowledged by hand",
            UserState::Inactive => "switched off",
            UserState::Suspended => "suspended",
            UserState::Pending => "under way",
            UserState::Imported => "imported from the app",
            UserState::Matched => "imported and matched with a user of Okta",
            UserState::Unassigned => "no longer assigned",
            UserState::Implicit => "assigned without a record of its own",
            UserState::Unsaid => "not said",
            UserState::Other(_) => "a state that this program does not know",
        }
    }

    /// Whether the person is assigned, so that there should be a user downstream.
    #[must_use]
    pub fn is_assigned(&self) -> bool {
        !matches!(
            self,
            UserState::Deprovisioned
                | UserState::Revoked
                | UserState::Inactive
                | UserState::Suspended
                | UserState::Unassigned
        )
    }
}

impl OktaUserStatus {
    /// Whether Okta provisions such a user: somebody staged, suspended or deactivated is not sent
    /// anywhere.
    #[must_use]
    pub fn is_provisioned(&self) -> bool {
        !matches!(
            self,
            OktaUserStatus::Staged | OktaUserStatus::Suspended | OktaUserStatus::Deprovisioned
        )
    }
}
