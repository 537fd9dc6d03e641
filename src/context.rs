//! What a command works with: the terminal, the layers of configuration, and, made when it is
//! first needed, a session with the two sides.

mod okta;
mod parts;
mod secrets;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::{BaseStrategy as _, choose_base_strategy};
use jiff::{Timestamp, Zoned};

pub use okta::{OktaSession, okta_client_with, okta_error};

use crate::cli::Global;
use crate::config::{
    self, DEFAULT_PROFILE, Flags, Layers, Profile, SANDBOX, SecretFiles, Secrets, Setting,
};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, TokenRecord};
use crate::model::Text;
use crate::model::command_line::word;
use crate::model::domain::Domain;
use crate::model::report::RequestCount;
use crate::model::seal::Seal;
use crate::net::HttpSettings;
use crate::output::{Form, Format, Heading, Options, Ui};
use crate::reconcile::policy::{CardPace, IdFormat, Ownership, Policy, Protect};
use crate::sandbox::{self, Running, SandboxError};
use crate::secret::{self, Secret};
use crate::source::{FileSource, Filter, HttpSource, Source};
use crate::verkada::rest::{RestClient, RestError, RestSettings};
use crate::verkada::scim::{ScimClient, ScimError, ScimSettings};

pub use parts::Parts;

/// The environment variable that names the sandbox's folder.
const SANDBOX_DIR: &str = "ATRIUMCTL_SANDBOX_DIR";

/// The largest answer of the REST API: the list of everybody has no pages, and a person is about
/// 400 bytes of it.
const LONGEST_LIST: usize = 256 << 20;

/// A minute of Command's limit of requests.
pub const MINUTE: Duration = Duration::from_secs(60);

/// What every command works with.
pub struct Context<'a> {
    /// The terminal.
    pub ui: Ui,
    /// Flags and environment, over the profile's file.
    pub layers: Layers<'a>,
}

/// A profile with everything that it names made ready.
pub struct Session {
    /// The profile.
    pub profile: Profile,
    /// The organization that the ledger belongs to.
    pub organization: Text,
    /// Atrium.
    pub source: Source,
    /// Command's users and groups.
    pub client: ScimClient,
    /// Command's cards; `None` without an API key.
    pub access: Option<RestClient>,
    /// The email domains that the SCIM token was made for, and who says so; `None` if that is not
    /// known.
    pub domains: Option<TokenDomains>,
    /// The fingerprint of the SCIM token.
    pub fingerprint: String,
    /// Where the SCIM token came from.
    pub token_origin: secret::Origin,
    /// Signs plans.
    pub seal: Seal,
    /// How long to wait for new users to appear in the REST API.
    pub patience: Duration,
    /// Where the ledger is.
    pub state: PathBuf,
    /// The stand-in campus, if this process serves it.
    _sandbox: Option<Running>,
}

/// A profile with its Atrium made ready, and without Command.
pub struct AtriumSession {
    /// The profile.
    pub profile: Profile,
    /// Atrium.
    pub source: Source,
    /// The stand-in campus, if this process serves it.
    _sandbox: Option<Running>,
}

/// A profile whose organization can be asked, without any of its secrets.
pub struct Reach {
    /// The profile.
    pub profile: Profile,
    /// Where the ledger is.
    pub state: PathBuf,
    /// The folder of the stand-in campus, if that is the organization.
    pub sandbox: Option<PathBuf>,
    /// The stand-in campus, if this process serves it.
    _running: Option<Running>,
}

/// Who says which email domains a SCIM token was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainsFrom {
    /// `email_domains` in the profile.
    Profile,
    /// The ledger: we made the token.
    Ledger,
    /// Command's administration.
    Command,
}

/// The email domains that a SCIM token was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDomains {
    /// The domains, folded.
    pub list: Vec<String>,
    /// Who says so.
    pub from: DomainsFrom,
}

/// The email domains of a token: what the profile says, else what `command` answers of this very
/// token, else what the ledger noted of it. Domains can be added to a token after it was made.
#[must_use]
pub fn token_domains(
    profile: &Profile,
    noted: Option<&TokenRecord>,
    command: Option<Vec<String>>,
) -> Option<TokenDomains> {
    let stated = &profile.command.email_domains;
    if !stated.is_empty() {
        return Some(TokenDomains {
            list: stated.clone(),
            from: DomainsFrom::Profile,
        });
    }
    if let Some(list) = command {
        let from = DomainsFrom::Command;
        return Some(TokenDomains { list, from });
    }
    let from = DomainsFrom::Ledger;
    let list = noted.and_then(|token| token.domains.clone());
    list.map(|list| TokenDomains { list, from })
}

/// The flags that the next command needs to be about the same profile.
fn next_flags(layers: &Layers<'_>) -> String {
    let mut flags = Vec::new();
    let name = layers.profile_name().map(|name| name.value);
    if let Some(name) = name.ok().filter(|name| name != DEFAULT_PROFILE) {
        flags.push(format!("--profile {}", word(&name)));
    }
    for (flag, path) in [
        ("--config", &layers.flags.config),
        ("--state", &layers.flags.state),
    ] {
        if let Some(path) = path {
            flags.push(format!("{flag} {}", word(&path.display().to_string())));
        }
    }
    flags.join(" ")
}

/// What is made of a profile and its secrets.
struct Sides {
    source: Source,
    token: Secret,
    access: Option<RestClient>,
}

impl<'a> Context<'a> {
    /// A context of this process.
    #[must_use]
    pub fn new(global: Global, environment: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        let options = Options {
            format: match global.output {
                Form::Of(format) => format,
                Form::Raw => Format::Table,
            },
            raw: global.output == Form::Raw,
            colour: global.color,
            quiet: global.quiet,
            verbosity: global.verbose,
            no_input: global.no_input,
            unmask: global.unmask,
            pager: !global.no_pager,
        };
        let flags = Flags {
            config: global.config,
            profile: global.profile,
            scim_url: global.scim_url,
            region: global.region,
            scim_token_file: global.scim_token_file,
            api_url: global.api_url,
            api_key_file: global.api_key_file,
            state: global.state,
        };
        let layers = Layers { flags, environment };
        Context {
            ui: Ui::from_process(options, environment).with_flags(next_flags(&layers)),
            layers,
        }
    }

    /// The folder of the stand-in campus.
    ///
    /// # Errors
    /// [`Exit::Usage`] if there is no home folder to put it into.
    pub fn sandbox_dir(&self) -> Result<PathBuf, Error> {
        if let Some(dir) = (self.layers.environment)(SANDBOX_DIR).filter(|dir| !dir.is_empty()) {
            return Ok(PathBuf::from(dir));
        }
        match choose_base_strategy() {
            Ok(base) => Ok(base.data_dir().join("atriumctl").join("sandbox")),
            Err(_) => Err(
                Error::message(Exit::Usage, "there is no home folder for the sandbox")
                    .hint(format!("set HOME, or {SANDBOX_DIR} to a folder")),
            ),
        }
    }

    /// Where the ledger of the sandbox's profile is.
    ///
    /// # Errors
    /// [`Exit::Usage`] if there is no home folder to put it into.
    pub fn sandbox_state(&self) -> Result<PathBuf, Error> {
        let name = Setting {
            value: SANDBOX.to_owned(),
            origin: config::Origin::Default,
        };
        Ok(self.layers.state_path(&name)?.value)
    }

    /// The profile alone, for commands that ask neither side anything.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be.
    pub fn profile(&self) -> Result<Profile, Error> {
        let name = self.layers.profile_name()?;
        let profile = if name.value == SANDBOX {
            let mut profile = Profile::sandbox(&self.sandbox_dir()?, "", &[]);
            profile.secret_files = SecretFiles::of_layers(&self.layers);
            profile
        } else {
            config::load(&name, &self.layers)?
        };
        self.show_settings(&profile);
        Ok(profile)
    }

    /// Makes ready what the profile names. Nothing is asked of either side yet.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be, [`Exit::Authentication`] if there is
    /// no token.
    pub fn session(&self) -> Result<Session, Error> {
        let name = self.layers.profile_name()?;
        let state = self.layers.state_path(&name)?.value;
        if name.value == SANDBOX {
            return self.sandbox_session(state);
        }
        let profile = config::load(&name, &self.layers)?;
        let Secrets { token, key, atrium } = self.secrets(&profile)?;
        self.show_settings(&profile);
        let organization = Text::from(profile.command.scim_url.value.as_str());
        let access = match key {
            Some(key) => rest_client(&profile, key.secret, MINUTE)?,
            None => None,
        };
        let sides = Sides {
            source: source(&profile, atrium.map(|found| found.secret))?,
            token: token.secret,
            access,
        };
        session(profile, organization, sides, MINUTE, state, None, None)
    }

    /// Makes ready the profile alone; if that is the stand-in campus, it is served.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be.
    pub fn reach(&self) -> Result<Reach, Error> {
        let name = self.layers.profile_name()?;
        let state = self.layers.state_path(&name)?.value;
        let (profile, sandbox, running) = if name.value == SANDBOX {
            let dir = self.sandbox_dir()?;
            let (profile, running) = self.sandbox_profile(&dir)?;
            (profile, Some(dir), running)
        } else {
            (config::load(&name, &self.layers)?, None, None)
        };
        self.show_settings(&profile);
        Ok(Reach {
            profile,
            state,
            sandbox,
            _running: running,
        })
    }

    /// Makes ready Atrium alone. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the profile is not as it should be, [`Exit::Authentication`] if its
    /// secret is missing.
    pub fn atrium(&self) -> Result<AtriumSession, Error> {
        let name = self.layers.profile_name()?;
        let (profile, secret, sandbox) = if name.value == SANDBOX {
            let (profile, running) = self.sandbox_profile(&self.sandbox_dir()?)?;
            (profile, None, running)
        } else {
            let profile = config::load(&name, &self.layers)?;
            let secret = self.atrium_secret(&profile)?;
            (profile, secret, None)
        };
        self.show_settings(&profile);
        Ok(AtriumSession {
            source: source(&profile, secret)?,
            profile,
            _sandbox: sandbox,
        })
    }

    /// With `-vv`, every setting in force and where it came from. No secret is among them.
    fn show_settings(&self, profile: &Profile) {
        if self.ui.verbosity() < 2 {
            return;
        }
        for setting in profile.effective() {
            let value = if setting.value.is_empty() {
                "(not set)"
            } else {
                &setting.value
            };
            self.ui
                .status(&format!("{} = {value} ({})", setting.key, setting.origin));
        }
    }

    /// The profile of the stand-in campus, which is served as long as what comes with it lives.
    fn sandbox_profile(&self, dir: &Path) -> Result<(Profile, Option<Running>), Error> {
        // Another process may serve it; if not, this one does for as long as it lives.
        let (url, running) = match sandbox::start(&sandbox::Settings::new(dir)) {
            Ok(running) => (running.base_url(), Some(running)),
            Err(SandboxError::AlreadyServed { url }) => (url, None),
            Err(error) => return Err(Error::new(Exit::Failed, error)),
        };
        let exports = sandbox::atrium_exports(dir);
        let names: Vec<&str> = exports.iter().filter_map(|path| path.to_str()).collect();
        let mut profile = Profile::sandbox(dir, &url, &names);
        profile.secret_files = SecretFiles::of_layers(&self.layers);
        Ok((profile, running))
    }

    fn sandbox_session(&self, state: PathBuf) -> Result<Session, Error> {
        let dir = self.sandbox_dir()?;
        let (profile, running) = self.sandbox_profile(&dir)?;
        let Secrets { token, key, .. } = self.secrets(&profile)?;
        self.show_settings(&profile);
        // The port is another one in every run, the organization is not.
        let organization = Text::const_new(SANDBOX);
        let minute = sandbox::minute(&dir).map_err(|error| Error::new(Exit::Failed, error))?;
        let access = match key {
            Some(key) => rest_client(&profile, key.secret, minute)?,
            None => None,
        };
        let sides = Sides {
            source: source(&profile, None)?,
            token: token.secret,
            access,
        };
        let domains = sandbox::token_domains(&dir).ok();
        session(
            profile,
            organization,
            sides,
            minute,
            state,
            running,
            domains,
        )
    }
}

fn session(
    profile: Profile,
    organization: Text,
    sides: Sides,
    patience: Duration,
    state: PathBuf,
    sandbox: Option<Running>,
    command_domains: Option<Vec<String>>,
) -> Result<Session, Error> {
    let Sides {
        source,
        token,
        access,
    } = sides;
    let settings = ScimSettings {
        dialect: profile.command.dialect_in_force(),
        http: http_settings(&profile),
        ..ScimSettings::default()
    };
    let seal = Seal::new(token.expose().as_bytes());
    let fingerprint = token.fingerprint();
    let token_origin = token.origin().clone();
    // A ledger that can't be read says so itself, as soon as it is needed.
    let ledger = Ledger::open(&state, Access::ReadOnly).ok();
    let noted = ledger.and_then(|ledger| ledger.token(&fingerprint).ok().flatten());
    let domains = token_domains(&profile, noted.as_ref(), command_domains);
    let client = ScimClient::new(&profile.command.scim_url.value, token, settings)
        .map_err(|error| scim_error(error, &profile))?;
    Ok(Session {
        profile,
        organization,
        source,
        client,
        access,
        domains,
        fingerprint,
        token_origin,
        seal,
        patience,
        state,
        _sandbox: sandbox,
    })
}

/// The files of Atrium that a profile names.
///
/// # Errors
/// [`Exit::Usage`] if its mapping or a filter can't work.
pub fn file_source(profile: &Profile) -> Result<FileSource, Error> {
    let atrium = &profile.atrium;
    let source = FileSource::new(
        atrium.files.clone(),
        atrium.base.clone(),
        atrium.columns.clone(),
        filters(&atrium.people),
        filters(&atrium.groups),
    );
    let source = source.map_err(|error| Error::new(error.exit(), error))?;
    Ok(source.with_ids(atrium.id_types.clone(), atrium.id_status.clone()))
}

/// Atrium as the profile describes it. `secret` is that of its interface.
///
/// # Errors
/// [`Exit::Usage`] if the profile is not as it should be.
pub fn source(profile: &Profile, secret: Option<Secret>) -> Result<Source, Error> {
    let atrium = &profile.atrium;
    let (Some(http), Some(secret)) = (&atrium.http, secret) else {
        return file_source(profile).map(Source::Files);
    };
    let settings = HttpSettings {
        timeout: Duration::from_secs(http.shape.timeout.into()),
        ..http_settings(profile)
    };
    let (people, groups) = (filters(&atrium.people), filters(&atrium.groups));
    let source = HttpSource::new(http.shape.clone(), secret, settings, people, groups);
    let source = source.map_err(|error| Error::new(error.exit(), error))?;
    let (id_types, id_status) = (atrium.id_types.clone(), atrium.id_status.clone());
    Ok(Source::Http(source.with_ids(id_types, id_status)))
}

/// How this profile's clients speak.
pub fn http_settings(profile: &Profile) -> HttpSettings {
    HttpSettings {
        concurrency: profile.sync.concurrency as usize,
        seed: fastrand::u64(..),
        ..HttpSettings::default()
    }
}

/// The client of the REST API; `None` if the profile does not say where that is.
///
/// # Errors
/// [`Exit::Usage`] if address or key can't be used.
pub fn rest_client(
    profile: &Profile,
    key: Secret,
    minute: Duration,
) -> Result<Option<RestClient>, Error> {
    rest_client_with(profile, key, minute, http_settings(profile))
}

/// The same with a transport of its own.
fn rest_client_with(
    profile: &Profile,
    key: Secret,
    minute: Duration,
    http: HttpSettings,
) -> Result<Option<RestClient>, Error> {
    let Some(url) = &profile.command.api_url else {
        return Ok(None);
    };
    let settings = RestSettings {
        http: HttpSettings {
            max_body: LONGEST_LIST,
            ..http
        },
        per_minute: profile.command.api_requests_a_minute,
        minute,
        share: profile.command.api_share,
    };
    let client = RestClient::new(&url.value, key, settings);
    client.map(Some).map_err(|error| rest_error(error, profile))
}

fn filters(filter: &config::Filter) -> Vec<Filter> {
    let columns = filter.columns.iter();
    columns
        .map(|(column, globs)| Filter {
            column: column.clone(),
            globs: globs.clone(),
        })
        .collect()
}

/// What to do where the stand-in campus refuses a token: it takes its own, and finds that by itself.
pub const SANDBOX_TOKEN: &str = "the sandbox takes its own token alone, and finds it by itself: \
                                 ATRIUMCTL_SCIM_TOKEN, or a token file that is named, overrides \
                                 that one, so take it away";

/// A failed call as the error of a command.
pub fn scim_error(error: ScimError, profile: &Profile) -> Error {
    let Setting { value, origin } = &profile.command.scim_url;
    let address = format!("the SCIM address is {value} ({origin})");
    let exit = match &error {
        ScimError::Setup(_) => return Error::new(Exit::Usage, error).hint(address),
        ScimError::SignIn { .. } => Exit::Authentication,
        _ => Exit::Unavailable,
    };
    let remedy = match exit {
        Exit::Authentication if profile.name.value == SANDBOX => SANDBOX_TOKEN,
        _ => error.code().remedy(),
    };
    Error::new(exit, error).hint(remedy).hint(address)
}

/// A failed call of the REST API as the error of a command.
pub fn rest_error(error: RestError, profile: &Profile) -> Error {
    let exit = match &error {
        RestError::Setup(_) => Exit::Usage,
        RestError::Key { .. } | RestError::Scope { .. } => Exit::Authentication,
        _ => Exit::Unavailable,
    };
    // What can't be set up says itself what to do.
    let remedy = match &error {
        RestError::Setup(_) => "",
        _ => error.code().remedy(),
    };
    let error = Error::new(exit, error);
    let error = match remedy {
        "" => error,
        remedy => error.hint(remedy),
    };
    match &profile.command.api_url {
        Some(Setting { value, origin }) => {
            error.hint(format!("the API address is {value} ({origin})"))
        }
        None => error,
    }
}

impl Session {
    /// What the output says the session is with.
    #[must_use]
    pub fn heading(&self) -> Heading<'_> {
        Heading {
            profile: &self.profile.name.value,
            organization: &self.organization,
        }
    }

    /// How many requests were sent so far, by endpoint: to Command, and to Atrium if it is read
    /// over HTTP.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        let mut requests = self.client.requests();
        if let Source::Http(source) = &self.source {
            requests.extend(source.requests());
        }
        requests.extend(self.access.iter().flat_map(RestClient::requests));
        requests
    }

    /// Opens the ledger.
    ///
    /// # Errors
    /// As of [`Ledger::open`].
    pub fn ledger(&self, access: Access) -> Result<Ledger, Error> {
        Ok(Ledger::open(&self.state, access)?)
    }

    /// What the profile decides about a plan at this moment.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let mut policy = policy_of(&self.profile, &self.organization, self.domains.as_ref());
        policy.seal = self.seal.clone();
        if let Some(access) = &self.access {
            let allowance = access.allowance();
            policy.card_pace = CardPace {
                requests: allowance.share,
                window: allowance.span,
            };
        }
        policy
    }
}

/// What a profile decides about a plan at this moment, before anything is known of its secrets.
#[must_use]
pub fn policy_of(profile: &Profile, organization: &Text, domains: Option<&TokenDomains>) -> Policy {
    let Profile {
        atrium,
        ownership,
        sync,
        ..
    } = profile;
    let now = Zoned::now();
    let mut policy = Policy::new(organization, now.date(), now.timestamp());
    // The profile's reader has checked the formats.
    if let Some(format) = IdFormat::new(&sync.external_id_format, "{campus_id}") {
        policy.user_ids = format;
    }
    if let Some(format) = IdFormat::new(&sync.group_external_id_format, "{access_group_id}") {
        policy.group_ids = format;
    }
    if let Some(domains) = domains {
        // People write an internationalised domain in either form.
        let both = |text: &String| {
            let other = Domain::parse(text).ok();
            let other = other.and_then(|domain| domain.unicode().map(str::to_owned));
            [Some(text.clone()), other].into_iter().flatten()
        };
        policy.email_domains = Some(domains.list.iter().flat_map(both).collect());
    }
    policy.group_bindings = atrium.bindings.clone();
    policy.person_status = atrium.person_status.clone();
    policy.id_status = atrium.id_status.clone();
    policy.ownership = Ownership {
        formats: ownership.formats.clone(),
        facility_codes: ownership.facility_codes.clone(),
    };
    policy.verify = sync.verify;
    policy.read_budget = sync.read_budget;
    policy.identity = sync.identity;
    policy.email_change = sync.email_change;
    policy.absent_runs = sync.absent_runs;
    policy.delete_after_days = sync.delete_after_days;
    policy.groups_gone = sync.groups_gone;
    policy.protect = Protect::new(sync.protect.iter().map(String::as_str));
    policy.limits = profile.guards;
    policy.on_guard = sync.on_guard;
    let filter = format!("{} | {}", atrium.people.text(), atrium.groups.text());
    policy.filter = Text::from(filter);
    policy
}

/// The time.
#[must_use]
pub fn clock() -> Timestamp {
    Timestamp::now()
}

/// The runtime that a command waits in. One thread is enough: the other side is what takes time.
///
/// # Errors
/// If the system gives none.
pub fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Exit::Failed, error))
}
