//! What there is to do in the stand-in Okta besides certificates: assignments, groups,
//! provisioning, service apps.

use std::path::{Path, PathBuf};

use crate::error::{Error, Exit};
use crate::sandbox::{self, OktaAct, OktaApp, OktaFeature};

/// An act of Okta's administrators.
#[derive(Debug, clap::Subcommand)]
pub enum Act {
    /// Assign a user to an app, which makes them in Command if provisioning can
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta assign grace.hollis@campus.example
  atriumctl sandbox okta assign piet.verhagen@partner.example      fails: not a domain of the token
  atriumctl sandbox okta assign grace.hollis@campus.example --app saml")]
    Assign(UserInApp),
    /// Take a user's assignment back, which deactivates them in Command if Okta knows their id
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta unassign grace.hollis@campus.example")]
    Unassign(UserInApp),
    /// Try a failed or forgotten creation once more, as `Provision User` does
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta retry piet.verhagen@partner.example")]
    Retry(UserInApp),
    /// Assign everybody in a group to an app
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta assign-group \"Facilities Night Shift\"")]
    AssignGroup(GroupInApp),
    /// Push a group into Command, and its changes from then on
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta push-group \"Facilities Night Shift\"
  atriumctl sandbox okta push-group \"Facilities Night Shift\" --whole
  atriumctl sandbox okta push-group \"Security Desk\"       fails: Command's people made one")]
    PushGroup {
        #[command(flatten)]
        which: GroupInApp,
        /// Send all members anew, as `Push now` does
        #[arg(long)]
        whole: bool,
    },
    /// End the pushing of a group
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta unlink-group \"Facilities Night Shift\" --delete")]
    UnlinkGroup {
        #[command(flatten)]
        which: GroupInApp,
        /// Delete it in Command, too
        #[arg(long)]
        delete: bool,
    },
    /// Make a group without members
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta add-group \"Rowing Club\"")]
    AddGroup {
        /// The name
        name: String,
    },
    /// Give a group another name
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta rename-group \"Rowing Club\" \"Boat Club\"")]
    RenameGroup {
        /// The group, by name or id
        group: String,
        /// The new name
        name: String,
    },
    /// Put a user into a group
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta join \"Verkada Users\" grace.hollis@campus.example")]
    Join {
        /// The group, by name or id
        group: String,
        /// The user, by login, email or id
        user: String,
    },
    /// Take a user out of a group
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta leave \"Verkada Users\" grace.hollis@campus.example")]
    Leave {
        /// The group, by name or id
        group: String,
        /// The user, by login, email or id
        user: String,
    },
    /// Switch an app's provisioning on, after a connection test, or off
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta provisioning off
  atriumctl sandbox okta provisioning on --app custom")]
    Provisioning {
        /// on or off
        #[arg(value_parser = ["on", "off"])]
        switch: String,
        #[command(flatten)]
        app: App,
    },
    /// Switch what an app's provisioning may do
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta features --off create
  atriumctl sandbox okta features --on create,update --off groups --app custom")]
    Features {
        /// Switch these on: create, update, deactivate, reactivate, groups
        #[arg(long, value_name = "FEATURES", value_delimiter = ',')]
        on: Vec<OktaFeature>,
        /// Switch these off
        #[arg(long, value_name = "FEATURES", value_delimiter = ',')]
        off: Vec<OktaFeature>,
        #[command(flatten)]
        app: App,
    },
    /// Put the SCIM token of this moment into an app, the remedy after a refresh
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta set-token
  atriumctl sandbox okta set-token --app custom")]
    SetToken(App),
    /// Make a user
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta add-user ada.king@campus.example Ada King")]
    AddUser {
        /// The login, which is the email
        login: String,
        /// First name
        first_name: String,
        /// Last name
        last_name: String,
    },
    /// Give a user another login and email, which Command does not follow
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta rename-login grace.hollis@campus.example grace.moss@campus.example")]
    RenameLogin {
        /// The user, by login, email or id
        user: String,
        /// The new login
        login: String,
    },
    /// Suspend a user: nothing is sent to Command
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta suspend grace.hollis@campus.example")]
    Suspend {
        /// The user, by login, email or id
        user: String,
    },
    /// End a suspension: nothing is sent to Command
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta unsuspend nadia.rahman@campus.example")]
    Unsuspend {
        /// The user, by login, email or id
        user: String,
    },
    /// Deactivate a user of the directory, which takes every assignment back
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta deactivate-user grace.hollis@campus.example")]
    DeactivateUser {
        /// The user, by login, email or id
        user: String,
    },
    /// Register a service app that reads Okta's management API with a key of its own
    ///
    /// Without --public-key a key pair is made, and its private half kept as `okta-key` in the
    /// sandbox's folder.
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta service-app
  atriumctl sandbox okta service-app --label support --scope okta.apps.read
  atriumctl sandbox okta service-app --public-key key.jwk")]
    ServiceApp {
        /// What to call it
        #[arg(long, default_value = "atriumctl")]
        label: String,
        /// What it may read, such as okta.logs.read; everything if none is named
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// The file with its public key as a JWK
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        public_key: Option<PathBuf>,
    },
    /// Tell who is assigned, how that went, and which groups are pushed
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta status
  atriumctl sandbox okta status --output json")]
    Status,
}

/// An app.
#[derive(Debug, clap::Args)]
pub struct App {
    /// The app: catalogue (PATCH), custom (GET and PUT), or saml (signing in alone)
    #[arg(long, value_name = "APP", default_value = "catalogue")]
    pub app: OktaApp,
}

/// A user, and an app.
#[derive(Debug, clap::Args)]
pub struct UserInApp {
    /// The user, by login, email or id
    pub user: String,
    #[command(flatten)]
    pub app: App,
}

/// A group, and an app.
#[derive(Debug, clap::Args)]
pub struct GroupInApp {
    /// The group, by name or id
    pub group: String,
    #[command(flatten)]
    pub app: App,
}

/// Does it. Returns sentences that say what happened.
///
/// # Errors
/// What is named is not there, or the sandbox cannot be reached.
pub(super) fn carry_out(dir: &Path, act: &Act) -> Result<Vec<String>, Error> {
    let act = wanted(act)?;
    sandbox::okta_act(dir, &act).map_err(|error| Error::new(Exit::Failed, error))
}

fn wanted(act: &Act) -> Result<OktaAct, Error> {
    Ok(match act {
        Act::Assign(at) => OktaAct::Assign {
            user: at.user.clone(),
            app: at.app.app,
        },
        Act::Unassign(at) => OktaAct::Unassign {
            user: at.user.clone(),
            app: at.app.app,
        },
        Act::Retry(at) => OktaAct::Retry {
            user: at.user.clone(),
            app: at.app.app,
        },
        Act::AssignGroup(at) => OktaAct::AssignGroup {
            group: at.group.clone(),
            app: at.app.app,
        },
        Act::PushGroup { which, whole } => OktaAct::PushGroup {
            group: which.group.clone(),
            app: which.app.app,
            whole: *whole,
        },
        Act::UnlinkGroup { which, delete } => OktaAct::UnlinkGroup {
            group: which.group.clone(),
            app: which.app.app,
            delete: *delete,
        },
        Act::AddGroup { name } => OktaAct::AddGroup { name: name.clone() },
        Act::RenameGroup { group, name } => OktaAct::RenameGroup {
            group: group.clone(),
            name: name.clone(),
        },
        Act::Join { group, user } => OktaAct::Join {
            group: group.clone(),
            user: user.clone(),
        },
        Act::Leave { group, user } => OktaAct::Leave {
            group: group.clone(),
            user: user.clone(),
        },
        Act::Provisioning { switch, app } => OktaAct::Provisioning {
            app: app.app,
            on: switch == "on",
        },
        Act::Features { on, off, app } => OktaAct::Features {
            app: app.app,
            on: on.clone(),
            off: off.clone(),
        },
        Act::SetToken(app) => OktaAct::SetToken { app: app.app },
        Act::AddUser {
            login,
            first_name,
            last_name,
        } => OktaAct::AddUser {
            login: login.clone(),
            first_name: first_name.clone(),
            last_name: last_name.clone(),
        },
        Act::RenameLogin { user, login } => OktaAct::RenameLogin {
            user: user.clone(),
            login: login.clone(),
        },
        Act::Suspend { user } => OktaAct::Suspend { user: user.clone() },
        Act::Unsuspend { user } => OktaAct::Unsuspend { user: user.clone() },
        Act::DeactivateUser { user } => OktaAct::DeactivateUser { user: user.clone() },
        Act::ServiceApp {
            label,
            scopes,
            public_key,
        } => OktaAct::ServiceApp {
            label: label.clone(),
            scopes: scopes.clone(),
            key: public_key.as_deref().map(read_key).transpose()?,
        },
        Act::Status => OktaAct::Status,
    })
}

fn read_key(path: &Path) -> Result<serde_json::Value, Error> {
    let unusable = |why: String| {
        let message = format!("can't use {} as a public key: {why}", path.display());
        Error::message(Exit::Usage, message)
    };
    let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| unusable(format!("it is no JWK: {error}")))
}
