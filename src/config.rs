//! The settings of a run: a profile from its file, over it the environment and the command line,
//! checked once, each value with the place it came from.

mod address;
mod admin;
mod document;
mod http;
mod ids;
mod layers;
mod observed;
mod okta;
mod read;
mod secrets;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::model::card::Format;
use crate::model::directory::Dialect;
use crate::model::fold::fold;
use crate::model::http_source::HttpShape;
use crate::model::id_type::IdTypes;
use crate::model::observed::Observed;
use crate::model::rules::{
    CardMeaning, EmailChange, GroupsGone, Identity, Limits, Meaning, Mode, OnGuard, Verify,
    default_id_status, default_person_status,
};
use crate::model::{AccessGroupId, GroupId};
use crate::secret::SecretKind;

pub use address::check_stated;
pub use admin::{Adapter, Admin};
pub use layers::{Flags, Layers, Origin, Setting};
pub use observed::keep_observed;
pub use okta::Okta;
pub use read::profile_names;
pub use secrets::{
    Ask, Found, KEYRING_SWITCH, Need, Places, SecretFile, SecretFiles, Secrets, atrium_secret,
    check_secret, find_secret, keyring_is_on, read_secret, secret_places, secrets, store_error,
};

/// The name of the profile that needs no file: the stand-in campus.
pub const SANDBOX: &str = "sandbox";

/// The name of the profile that is used where none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// How much of the organization's limit of REST requests is ours, in percent.
const API_SHARE: u32 = 80;

/// That limit, in requests a minute (<https://apidocs.verkada.com/reference/ratelimiting>).
const API_REQUESTS_A_MINUTE: u32 = 300;

/// Everything that a profile settles, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The profile's name.
    pub name: Setting<String>,
    /// The file it was read from; `None` for the built-in one.
    pub path: Option<PathBuf>,
    /// `[atrium]`: what is read, and what it means.
    pub atrium: Atrium,
    /// `[command]`: the organization in Verkada Command.
    pub command: Command,
    /// `[okta]`: the organization that may provision people, too.
    pub okta: Okta,
    /// `[credentials]`: which cards of unknown owner are ours.
    pub ownership: Ownership,
    /// `[sync]`: how the two are brought together.
    pub sync: Sync,
    /// `[guards]`: how many removals one day may bring.
    pub guards: Limits,
    /// Where each secret is read if the environment does not hold it.
    pub secret_files: SecretFiles,
    /// The line of each key that the file sets.
    lines: BTreeMap<String, u32>,
}

/// `[atrium.http]`: an Atrium that is read over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where and how it is asked, and what its answers look like.
    pub shape: HttpShape,
}

/// `[atrium]`: the exports of Atrium, or its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atrium {
    /// The exports as the profile names them, in its order; none if Atrium is read over HTTP.
    pub files: Vec<PathBuf>,
    /// The folder that relative names start from: the profile file's.
    pub base: PathBuf,
    /// Canonical column name to the header that the exports use. Columns that are not named have
    /// their canonical name.
    pub columns: BTreeMap<String, String>,
    /// The interface that is read in place of exports.
    pub http: Option<Http>,
    /// What each status in Atrium means, keys folded ([`fold`]): what the
    /// profile maps, over [`default_person_status`].
    pub person_status: BTreeMap<String, Meaning>,
    /// What each status of an id in Atrium means, keys folded ([`fold`]): what the profile maps,
    /// over [`default_id_status`].
    pub id_status: BTreeMap<String, CardMeaning>,
    /// What the ids of each type are.
    pub id_types: IdTypes,
    /// Which people the sync is about.
    pub people: Filter,
    /// Which access groups the sync is about.
    pub groups: Filter,
    /// The groups of Command that access groups are bound to by hand.
    pub bindings: BTreeMap<AccessGroupId, GroupId>,
}

impl Default for Atrium {
    fn default() -> Self {
        Atrium {
            files: Vec::new(),
            base: PathBuf::new(),
            columns: BTreeMap::new(),
            http: None,
            person_status: default_person_status(),
            id_status: default_id_status(),
            id_types: IdTypes::default(),
            people: Filter::default(),
            groups: Filter::default(),
            bindings: BTreeMap::new(),
        }
    }
}

/// A filter: a record is in if, for every column named, one of the globs matches. Empty lets
/// everything in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Column (a canonical one, or a header of the exports) to globs, at least one each.
    pub columns: BTreeMap<String, Vec<String>>,
}

impl Filter {
    /// The filter as one line of text: equal for equal filters, whatever the order in the file.
    #[must_use]
    pub fn text(&self) -> String {
        let columns = self.columns.iter().map(|(column, globs)| {
            let mut globs = globs.clone();
            globs.sort_unstable();
            globs.dedup();
            format!("{column}={globs:?}")
        });
        columns.collect::<Vec<_>>().join(" ")
    }
}

/// `[command]`: the organization in Verkada Command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The SCIM base address, without a slash at its end.
    pub scim_url: Setting<String>,
    /// The address of the REST API, without a slash at its end; `None` if neither it nor a region
    /// is set.
    pub api_url: Option<Setting<String>>,
    /// The address of Command's single sign-on, without a slash at its end; `None` if neither it nor
    /// a region is set.
    pub sso_url: Option<Setting<String>>,
    /// The client id of the single sign-on configuration, as Command shows it.
    pub sso_client_id: Option<String>,
    /// How much of the organization's limit of REST requests is ours, in percent; 1 to 100.
    pub api_share: u32,
    /// That limit, in requests a minute.
    pub api_requests_a_minute: u32,
    /// The email domains that the SCIM token was made for, folded. Empty: not known.
    pub email_domains: Vec<String>,
    /// How resources are changed; `None`: found out.
    pub dialect: Option<Dialect>,
    /// `[command.admin]`: how the jobs are done that only an organization admin can do.
    pub admin: Admin,
    /// `[command.observed]`: what `doctor --probe-write` found out.
    pub observed: Observed,
}

impl Command {
    /// How resources are changed, as the profile says, else as was observed; `None`: found out.
    #[must_use]
    pub fn dialect_in_force(&self) -> Option<Dialect> {
        self.dialect.or_else(|| self.observed.dialect())
    }
}

/// `[credentials]`: the cards of unknown owner that are ours, by what they are. Both empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The formats; empty for any, if there are facility codes.
    pub formats: BTreeSet<Format>,
    /// The facility codes; empty for any, if there are formats.
    pub facility_codes: BTreeSet<u32>,
}

/// `[sync]`: how the two sides are brought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Whether a sync writes.
    pub mode: Mode,
    /// The external id of our users; holds `{campus_id}` once.
    pub external_id_format: String,
    /// The external id of our groups; holds `{access_group_id}` once.
    pub group_external_id_format: String,
    /// Who makes the users.
    pub identity: Identity,
    /// What a changed email address does.
    pub email_change: EmailChange,
    /// How many complete reads in a row a person must be absent from to count as gone; at least 1.
    pub absent_runs: u32,
    /// After how many days a user that we deactivated is deleted; `None`: never. At least 90.
    pub delete_after_days: Option<u32>,
    /// What happens to a group that Atrium no longer has.
    pub groups_gone: GroupsGone,
    /// From whom nothing is removed, ever: globs on campus id or email address, and behind
    /// `group:` on access groups.
    pub protect: Vec<String>,
    /// What a tripped guard does.
    pub on_guard: OnGuard,
    /// Whose cards are read besides those about whom something changed.
    pub verify: Verify,
    /// How many people's cards are read in one run.
    pub read_budget: u32,
    /// How many requests may be under way at a time; 1 to 64.
    pub concurrency: u32,
}

impl Default for Sync {
    fn default() -> Self {
        Sync {
            mode: Mode::default(),
            external_id_format: "atrium:{campus_id}".to_owned(),
            group_external_id_format: "atrium-group:{access_group_id}".to_owned(),
            identity: Identity::default(),
            email_change: EmailChange::default(),
            absent_runs: 1,
            delete_after_days: None,
            groups_gone: GroupsGone::default(),
            protect: Vec::new(),
            on_guard: OnGuard::default(),
            verify: Verify::default(),
            read_budget: 1000,
            concurrency: 8,
        }
    }
}

/// One setting as it is in force, for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The key as the profile spells it, with its section: `sync.mode`.
    pub key: String,
    /// The value as the profile would spell it; empty for one that is not set.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Reads the profile `name` under what environment and flags say.
///
/// # Errors
/// [`Exit::Usage`](crate::error::Exit::Usage), with file and line, if there is no such profile, or
/// if anything in it or over it is not as it should be.
pub fn load(name: &Setting<String>, layers: &Layers<'_>) -> Result<Profile, Error> {
    read::profile(name, layers)
}

/// Reads the text of a profile that is, or is about to be, in the file `path`.
///
/// # Errors
/// As of [`load`].
pub fn written(
    name: &Setting<String>,
    path: PathBuf,
    text: &str,
    layers: &Layers<'_>,
) -> Result<Profile, Error> {
    read::written(name, path, text, layers)
}

/// Each table that a profile may have, by its name between brackets, with its keys; the first is
/// the file itself. `None`: any key.
pub fn known_keys() -> impl Iterator<Item = (&'static str, Option<&'static [&'static str]>)> {
    document::known()
}

/// The files of secrets that a profile names, and flags and environment over it. The profile need
/// not be written yet.
///
/// # Errors
/// [`Exit::Usage`](crate::error::Exit::Usage) if the file can't be read as a profile.
pub fn secret_files(name: &Setting<String>, layers: &Layers<'_>) -> Result<SecretFiles, Error> {
    read::secret_files(name, layers)
}

impl Profile {
    /// The built-in profile of the stand-in campus: where it is served, and its exports in `dir`.
    #[must_use]
    pub fn sandbox(dir: &Path, url: &str, exports: &[&str]) -> Self {
        let url = url.trim_end_matches('/');
        let built_in = |value: &str| Setting {
            value: value.to_owned(),
            origin: Origin::Default,
        };
        Profile {
            name: built_in(SANDBOX),
            path: None,
            atrium: Atrium {
                files: exports.iter().map(PathBuf::from).collect(),
                base: dir.to_owned(),
                id_status: ids::sandbox_status(),
                id_types: ids::sandbox(),
                ..Atrium::default()
            },
            command: Command {
                scim_url: built_in(&format!("{url}/scim")),
                api_url: Some(built_in(url)),
                sso_url: Some(built_in(url)),
                sso_client_id: Some("campus".to_owned()),
                api_share: API_SHARE,
                api_requests_a_minute: API_REQUESTS_A_MINUTE,
                // The campus knows what its token was made for.
                email_domains: Vec::new(),
                dialect: None,
                admin: Admin::sandbox(url),
                observed: Observed::default(),
            },
            okta: Okta {
                org: Some(built_in(url)),
                // It has several, as a real organization may.
                app: Some("Verkada".to_owned()),
                ..Okta::default()
            },
            ownership: Ownership::default(),
            // The stand-in campus is small and its minute is short.
            sync: Sync {
                verify: Verify::All,
                ..Sync::default()
            },
            guards: Limits::default(),
            secret_files: SecretFiles::default(),
            lines: BTreeMap::new(),
        }
    }

    /// Every setting in force with its origin, in the order of the profile file. No secret is
    /// among them.
    #[must_use]
    pub fn effective(&self) -> Vec<Effective> {
        let mut list = vec![Effective {
            key: "profile".to_owned(),
            value: self.name.value.clone(),
            origin: self.name.origin.clone(),
        }];
        let mut add = |key: &str, value: String| {
            list.push(Effective {
                key: key.to_owned(),
                value,
                origin: self.origin(key),
            });
        };

        let Atrium {
            files,
            base: _,
            columns,
            http,
            person_status,
            id_status,
            id_types,
            people,
            groups,
            bindings,
        } = &self.atrium;
        let files = files.iter().map(|file| file.display().to_string());
        add("atrium.files", files.collect::<Vec<_>>().join(", "));
        for (column, header) in columns {
            add(&format!("atrium.columns.{column}"), header.clone());
        }
        for (key, value) in http.iter().flat_map(|http| http::spelled(&http.shape)) {
            add(&key, value);
        }
        for (status, meaning) in person_status {
            let value = meaning.word().to_owned();
            add(&format!("atrium.person_status.{status}"), value);
        }
        for (status, meaning) in id_status {
            let value = meaning.word().to_owned();
            add(&format!("atrium.id_status.{status}"), value);
        }
        for (name, id_type) in id_types.iter() {
            for (key, value) in ids::spelled(id_type) {
                add(&format!("atrium.id_types.{name}.{key}"), value);
            }
        }
        for (name, filter) in [("people", people), ("groups", groups)] {
            for (column, globs) in &filter.columns {
                add(&format!("atrium.{name}.{column}"), globs.join(", "));
            }
        }
        for (access_group, group) in bindings {
            let key = format!("atrium.access_groups.{access_group}.group_id");
            add(&key, group.to_string());
        }

        let Command {
            scim_url: _,
            api_url: _,
            sso_url: _,
            sso_client_id,
            api_share,
            api_requests_a_minute,
            email_domains,
            dialect,
            admin,
            observed,
        } = &self.command;
        for (key, value) in admin.spelled() {
            add(&key, value);
        }
        if let Some(id) = sso_client_id {
            add("command.sso_client_id", id.clone());
        }
        add("command.email_domains", email_domains.join(", "));
        add("command.scim_dialect", dialect_word(*dialect).to_owned());
        add("command.api_share", api_share.to_string());
        add(
            "command.api_requests_a_minute",
            api_requests_a_minute.to_string(),
        );
        for (key, value) in observed::spelled(observed) {
            add(&key, value);
        }

        for (key, value) in [
            ("okta.app", &self.okta.app),
            ("okta.client_id", &self.okta.client_id),
            ("okta.key_id", &self.okta.key_id),
        ] {
            if let Some(value) = value {
                add(key, value.clone());
            }
        }

        let Ownership {
            formats,
            facility_codes,
        } = &self.ownership;
        let formats: Vec<&str> = formats.iter().map(|format| format.short()).collect();
        add("credentials.ownership.format", formats.join(", "));
        let codes: Vec<String> = facility_codes.iter().map(u32::to_string).collect();
        add("credentials.ownership.facility_code", codes.join(", "));

        let Sync {
            mode,
            external_id_format,
            group_external_id_format,
            identity,
            email_change,
            absent_runs,
            delete_after_days,
            groups_gone,
            protect,
            on_guard,
            verify,
            read_budget,
            concurrency,
        } = &self.sync;
        add("sync.mode", mode.word().to_owned());
        add("sync.external_id_format", external_id_format.clone());
        add(
            "sync.group_external_id_format",
            group_external_id_format.clone(),
        );
        add("sync.identity", identity.word().to_owned());
        add("sync.email_change", email_change.word().to_owned());
        add("sync.absent_runs", absent_runs.to_string());
        add(
            "sync.delete_after",
            delete_after_days.map_or_else(String::new, |days| format!("{days}d")),
        );
        add("sync.groups_gone", groups_gone.word().to_owned());
        add("sync.protect", protect.join(", "));
        add("sync.on_guard", on_guard.word().to_owned());
        add("sync.verify", verify.word().to_owned());
        add("sync.read_budget", read_budget.to_string());
        add("sync.concurrency", concurrency.to_string());

        let Limits {
            floor,
            percent,
            ceiling,
            lost_cards,
            department_percent,
            department_floor,
        } = self.guards;
        add("guards.floor", floor.to_string());
        add("guards.percent", percent.to_string());
        add("guards.ceiling", ceiling.to_string());
        add("guards.lost_cards", lost_cards.to_string());
        add("guards.department_percent", department_percent.to_string());
        add("guards.department_floor", department_floor.to_string());

        let Command {
            scim_url,
            api_url,
            sso_url,
            ..
        } = &self.command;
        let at = list
            .iter()
            .position(|setting| setting.key == "command.email_domains")
            .unwrap_or(list.len());
        let file = |kind| {
            let file = self.secret_files.get(kind).cloned();
            let (table, key) = secrets::file_key(kind);
            let file = file.map(|file| file.map(|file| file.to_string()));
            (format!("{table}.{key}"), file)
        };
        let layered = [
            file(SecretKind::Atrium),
            ("command.scim_url".to_owned(), Some(scim_url.clone())),
            file(SecretKind::ScimToken),
            ("command.api_url".to_owned(), api_url.clone()),
            file(SecretKind::ApiKey),
            file(SecretKind::Admin),
            ("okta.org".to_owned(), self.okta.org.clone()),
            file(SecretKind::OktaToken),
            file(SecretKind::OktaKey),
            ("command.sso_url".to_owned(), sso_url.clone()),
        ];
        let layered = layered.into_iter().filter_map(|(key, setting)| {
            setting.map(|Setting { value, origin }| Effective { key, value, origin })
        });
        list.splice(at..at, layered);
        list
    }

    /// Where a key that only the file can set came from.
    fn origin(&self, key: &str) -> Origin {
        // A status is held folded, and the file may write it otherwise.
        let line = self.lines.get(key).or_else(|| {
            let mut lines = self.lines.iter();
            lines.find_map(|(other, line)| (fold(other) == key).then_some(line))
        });
        match (&self.path, line) {
            (Some(path), Some(&line)) => Origin::File {
                path: path.clone(),
                line,
            },
            _ => Origin::Default,
        }
    }
}

/// The words for the SCIM dialect; `auto` finds out.
const DIALECTS: &[(&str, Option<Dialect>)] = &[
    ("auto", None),
    ("patch", Some(Dialect::Patch)),
    ("put", Some(Dialect::Put)),
];

fn dialect_word(dialect: Option<Dialect>) -> &'static str {
    match dialect {
        None => "auto",
        Some(Dialect::Patch) => "patch",
        Some(Dialect::Put) => "put",
    }
}
