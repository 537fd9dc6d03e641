//! The sandbox: a stand-in campus. It writes Atrium's exports, serves the same over an HTTP
//! interface of its own making, and serves Verkada Command's SCIM and REST interfaces, as strict
//! as the public pages say Command is.
//!
//! It shares nothing with the rest of the crate, wire types least of all: a name misspelt in a
//! client must not be misspelt here, too.

mod atrium;
mod atrium_http;
mod campus;
mod card;
mod command;
mod console;
mod doors;
mod evolve;
mod faults;
mod hand;
mod ids;
mod local;
mod names;
mod okta;
mod own;
mod personality;
mod rest;
mod saml;
mod scim;
mod seed;
mod server;
mod sso;
mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub use self::evolve::Event;
pub use self::faults::{Fault, Faults};
pub use self::hand::Hand;
pub use self::local::KeyScope;
pub use self::okta::{Act as OktaAct, Dialect as OktaApp, Feature as OktaFeature};
pub use self::personality::{Personality, Switch};

use self::campus::Campus;
use self::faults::Dice;
use self::local::{Holder, Keys};
use self::rest::gate::Gate;
use self::server::{Handle, Shared};
use self::store::Store;

/// The email domains that the SCIM token of a new world was made for.
const EMAIL_DOMAINS: &[&str] = &["campus.example", "students.campus.example"];

/// What can go wrong with a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Another process serves this folder.
    #[error("this sandbox is served already, at {url}: use it, or end that process first")]
    AlreadyServed {
        /// Its address.
        url: String,
    },
    /// A file or socket failed.
    #[error("sandbox: {what}: {source}")]
    Io {
        /// What was tried, and where.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The world's file failed.
    #[error("sandbox: {what}: {source}")]
    Store {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: rusqlite::Error,
    },
    /// The world, or a wish about it, makes no sense; the text says what and the next step.
    #[error("sandbox: {0}")]
    World(String),
}

impl SandboxError {
    fn io(verb: &str, path: &Path, source: io::Error) -> Self {
        SandboxError::Io {
            what: format!("cannot {verb} {}", path.display()),
            source,
        }
    }

    /// An unknown name, with the nearest known one.
    fn unknown<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let nearest = known
            .into_iter()
            .map(|known| (strsim::damerau_levenshtein(known, name), known))
            .min();
        SandboxError::World(match nearest {
            Some((_, nearest)) => {
                format!("there is no {kind} `{name}`; the nearest is `{nearest}`")
            }
            None => format!("there is no {kind} `{name}`"),
        })
    }
}

impl From<rusqlite::Error> for SandboxError {
    fn from(source: rusqlite::Error) -> Self {
        SandboxError::Store {
            what: "the world's file cannot be used".to_owned(),
            source,
        }
    }
}

/// How a sandbox is made and served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of the world.
    pub dir: PathBuf,
    /// How many people a new world has. The special cases are always there.
    pub people: u32,
    /// The seed of a new world: the same seed gives the same world.
    pub seed: u64,
    /// The personality. The default one means: as stored with the world.
    pub personality: Personality,
    /// The faults to serve with.
    pub faults: Faults,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How long a minute lasts for REST's limit and tokens.
    pub minute: Duration,
    /// Whether a new world's ordinary people and groups were made in Command by hand.
    pub hand_made: bool,
}

impl Settings {
    /// 300 people, seed 1, no personality switch, no fault, a free port on loopback, and minutes
    /// of three seconds.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Settings {
            dir: dir.into(),
            people: 300,
            seed: 1,
            personality: Personality::default(),
            faults: Faults::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            minute: Duration::from_secs(3),
            hand_made: false,
        }
    }
}

/// A sandbox at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Days lived since the world was made.
    pub day: u32,
    /// The world's seed.
    pub seed: u64,
    /// People in Atrium's exports.
    pub people: u32,
    /// Access groups in Atrium.
    pub groups: u32,
    /// IDs of people in Atrium's exports.
    pub cards: u32,
    /// What Command holds.
    pub command: CommandStatus,
    /// The personality's switches.
    pub personality: Personality,
    /// The running server's address, if there is one.
    pub url: Option<String>,
    /// The address of Command's REST interface, if it is served.
    pub rest_url: Option<String>,
    /// How many milliseconds a minute lasts for REST's limit and tokens.
    pub minute_ms: u64,
    /// How often each fault fired since the server started, or its faults were changed.
    pub faults_fired: BTreeMap<Fault, u64>,
}

/// Command's side at a glance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommandStatus {
    /// Active users, native ones included.
    pub active_users: u32,
    /// Deactivated users.
    pub deactivated_users: u32,
    /// Users made in Command.
    pub native_users: u32,
    /// Groups, native ones included.
    pub groups: u32,
    /// Groups made in Command.
    pub native_groups: u32,
    /// Cards.
    pub cards: u32,
    /// Cards that Command's own people added.
    pub cards_by_hand: u32,
    /// Invitations that were sent since the server started.
    #[serde(default)]
    pub invitations: u64,
}

impl Status {
    fn of(campus: &Campus) -> Result<Self, SandboxError> {
        let (people, groups, cards) = atrium::count(campus.store.read())?;
        let mut command = CommandStatus::default();
        for user in campus.command.users() {
            match user.active() {
                true => command.active_users += 1,
                false => command.deactivated_users += 1,
            }
            command.native_users += u32::from(user.native);
        }
        for group in campus.command.groups() {
            command.groups += 1;
            command.native_groups += u32::from(group.native);
        }
        for card in campus.command.cards() {
            command.cards += 1;
            command.cards_by_hand += u32::from(card.by_hand);
        }
        command.invitations = campus.invited;
        let url = campus.scim_url.strip_suffix("/scim").map(str::to_owned);
        let minute = campus.gate.minute().as_millis();
        Ok(Status {
            day: campus.about.day,
            seed: campus.about.seed,
            people,
            groups,
            cards,
            command,
            personality: campus.personality().clone(),
            rest_url: url.clone(),
            url,
            minute_ms: u64::try_from(minute).unwrap_or(u64::MAX),
            faults_fired: BTreeMap::new(),
        })
    }
}

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    url: String,
    shared: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The address, such as `http://127.0.0.1:49152`.
    pub fn base_url(&self) -> String {
        self.url.clone()
    }

    /// The address of Command's SCIM server.
    pub fn scim_url(&self) -> String {
        format!("{}/scim", self.url)
    }

    /// The address of Command's REST interface.
    pub fn rest_url(&self) -> String {
        self.url.clone()
    }

    /// The base address of Atrium's HTTP interface: one of the sandbox's own shape.
    pub fn atrium_url(&self) -> String {
        format!("{}{}", self.url, atrium_http::BASE)
    }

    /// Serves with other faults from now on, and counts them from zero.
    pub fn set_faults(&self, faults: Faults) {
        server::lock(&self.shared).dice = Dice::new(faults);
    }

    /// How often each fault fired since the start or since the faults were set.
    pub fn faults_fired(&self) -> BTreeMap<Fault, u64> {
        server::lock(&self.shared).dice.fired().clone()
    }

    /// The requests since the start or the last reset, by endpoint, such as `PATCH /Groups/{id}`
    /// over SCIM, `POST /access/v1/credentials/card` over REST, and `GET /atrium/api/v1/…` for
    /// Atrium.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        server::lock(&self.shared).campus.counts.clone()
    }

    /// The requests that Okta sent to Command since the start or the last reset, such as
    /// `GET /Users/1c…` over SCIM.
    pub fn pushes(&self) -> Vec<String> {
        let shared = server::lock(&self.shared);
        let sent = shared.campus.okta.sent.iter();
        sent.map(|sent| sent.line.clone()).collect()
    }

    /// Counts requests from zero, for the limit of REST, too: what one process sent a moment ago
    /// does not get the next one a 429.
    pub fn reset_requests(&self) {
        let campus = &mut server::lock(&self.shared).campus;
        campus.counts.clear();
        campus.gate.forget_requests();
        campus.okta.sent.clear();
    }

    /// Stops the server and gives its folder free.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves a world on a thread of its own, making the world first if the folder has none. Returns
/// when the server listens.
///
/// An existing world keeps its people and seed; a personality other than the default replaces
/// the stored one ([`set_personality`] also sets the default).
///
/// # Errors
/// The folder is served already, cannot be used, or the address cannot be listened on.
pub fn start(settings: &Settings) -> Result<Running, SandboxError> {
    if settings.minute.is_zero() {
        return Err(SandboxError::World(
            "a minute cannot last no time".to_owned(),
        ));
    }
    let lock = match local::hold(&settings.dir)? {
        Holder::Us(lock) => lock,
        Holder::Server(url) => return Err(SandboxError::AlreadyServed { url }),
    };
    let mut campus = open_or_create(settings)?;
    local::write_minute(&settings.dir, settings.minute)?;
    campus.gate.set_minute(settings.minute);
    if settings.personality != Personality::default() {
        campus.set_personality(settings.personality.clone())?;
    }
    let cannot_listen = |source| SandboxError::Io {
        what: format!("cannot listen on {}", settings.listen),
        source,
    };
    let listener = std::net::TcpListener::bind(settings.listen).map_err(cannot_listen)?;
    listener.set_nonblocking(true).map_err(cannot_listen)?;
    let url = format!("http://{}", listener.local_addr().map_err(cannot_listen)?);
    campus.scim_url = format!("{url}/scim");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(cannot_listen)?;
    let shared: Handle = Arc::new(Mutex::new(Shared {
        campus,
        dice: Dice::new(settings.faults.clone()),
        pages: scim::spoil::Pages::default(),
        started: Instant::now(),
    }));
    local::write_address(&settings.dir, &url)?;
    let served = Arc::clone(&shared);
    let (stop, stopped) = oneshot::channel::<()>();
    let dir = settings.dir.clone();
    let thread = thread::Builder::new()
        .name("sandbox".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                tokio::select! {
                    _ = server::serve(listener, served) => {}
                    _ = stopped => {}
                }
            });
            // Connections end with the runtime; only then is the folder free.
            drop(runtime);
            local::clear_address(&dir);
            drop(lock);
        })
        .map_err(cannot_listen)?;
    Ok(Running {
        url,
        shared,
        stop: Some(stop),
        thread: Some(thread),
    })
}

fn open_or_create(settings: &Settings) -> Result<Campus, SandboxError> {
    let dir = settings.dir.as_path();
    let mut store = Store::open(dir)?;
    if store.about()?.is_none() {
        seed::create(&mut store, settings)?;
        local::write_token(dir)?;
        local::write_minute(dir, settings.minute)?;
    }
    open_campus(dir, store)
}

/// Opens a world that is there. Exports that a kill left behind are written again.
fn open_campus(dir: &Path, mut store: Store) -> Result<Campus, SandboxError> {
    let about = store.about()?.ok_or_else(|| no_world(dir))?;
    let there = atrium_exports(dir).iter().all(|path| path.exists());
    if !there || !store.exports_are_current()? {
        atrium::export(store.read(), dir)?;
        store.set_exports_current()?;
    }
    let token = match local::read_token(dir) {
        Ok(token) => token,
        Err(_) => local::write_token(dir)?,
    };
    let gate = Gate::new(Keys::open(dir)?, local::read_minute(dir)?);
    let mut campus = Campus::open(dir, store, about, token, gate)?;
    campus.atrium_secret = local::open_atrium_secret(dir)?;
    doors::open(&mut campus)?;
    okta::open(&mut campus)?;
    Ok(campus)
}

fn no_world(dir: &Path) -> SandboxError {
    SandboxError::World(format!(
        "there is no world in {}: make one with `sandbox serve` or `sandbox reset`",
        dir.display()
    ))
}

/// The world of a folder that nobody serves, or the address of the server.
enum Reach {
    Here(Box<Campus>, std::fs::File),
    Served(String),
}

fn reach(dir: &Path) -> Result<Reach, SandboxError> {
    if !dir.join("world.db").exists() {
        return Err(no_world(dir));
    }
    match local::hold(dir)? {
        Holder::Server(url) => Ok(Reach::Served(url)),
        Holder::Us(lock) => {
            let campus = open_campus(dir, Store::open(dir)?)?;
            Ok(Reach::Here(Box::new(campus), lock))
        }
    }
}

fn decode<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, SandboxError> {
    serde_json::from_value(value).map_err(|problem| {
        SandboxError::World(format!("the sandbox's answer cannot be read: {problem}"))
    })
}

/// Throws the folder's world away and makes a new one of the settings. The SCIM token, the
/// API keys and Atrium's secret are new, too.
///
/// # Errors
/// The folder is served, or cannot be used.
pub fn reset(settings: &Settings) -> Result<Status, SandboxError> {
    let dir = settings.dir.as_path();
    let _lock = match local::hold(dir)? {
        Holder::Us(lock) => lock,
        Holder::Server(url) => return Err(SandboxError::AlreadyServed { url }),
    };
    let world = [
        "world.db",
        "world.db-wal",
        "world.db-shm",
        "scim-token",
        local::ATRIUM_SECRET,
        saml::certificates::FILE,
        sso::FILE,
        sso::METADATA,
    ];
    let keys = KeyScope::ALL.map(KeyScope::file);
    let secrets = keys.into_iter().chain(local::ADMIN_SECRETS);
    for name in world.into_iter().chain(secrets).chain(local::OKTA_FILES) {
        let path = dir.join(name);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(SandboxError::io("remove", &path, source));
            }
            _ => {}
        }
    }
    Status::of(&open_or_create(settings)?)
}

/// Lives one day, with these events or with an ordinary day's, whether the world is served or
/// not. Returns a sentence for each thing that happened.
///
/// # Errors
/// There is no world, or it cannot be reached.
pub fn evolve(dir: &Path, events: Option<&[Event]>) -> Result<Vec<String>, SandboxError> {
    match reach(dir)? {
        Reach::Here(mut campus, _lock) => evolve::evolve(&mut campus, events),
        Reach::Served(url) => decode(local::ask(&url, "POST", "/sandbox/evolve", &json!(events))?),
    }
}

/// Does in Command what Command's own people do by hand. Returns a sentence that says what was
/// done.
///
/// # Errors
/// There is no world, it cannot be reached, or what is named is not there.
pub fn hand(dir: &Path, hand: &Hand) -> Result<String, SandboxError> {
    match reach(dir)? {
        Reach::Here(mut campus, _lock) => hand::carry_out(&mut campus, hand),
        Reach::Served(url) => decode(local::ask(&url, "POST", "/sandbox/hand", &json!(hand))?),
    }
}

/// Does in Okta what Okta's administrators do. Returns sentences that say what happened, failed
/// pushes included: they are no failures of this.
///
/// # Errors
/// There is no world, it cannot be reached, or what is named is not there.
pub fn okta_act(dir: &Path, act: &OktaAct) -> Result<Vec<String>, SandboxError> {
    match reach(dir)? {
        Reach::Here(mut campus, _lock) => okta::carry_out(&mut campus, act),
        Reach::Served(url) => decode(local::ask(&url, "POST", "/sandbox/okta", &json!(act))?),
    }
}

/// Gives a world another personality, the default one included, whether it is served or not.
///
/// # Errors
/// There is no world, or it cannot be reached.
pub fn set_personality(dir: &Path, personality: &Personality) -> Result<(), SandboxError> {
    match reach(dir)? {
        Reach::Here(mut campus, _lock) => campus.set_personality(personality.clone()),
        Reach::Served(url) => {
            local::ask(
                &url,
                "PUT",
                "/sandbox/personality",
                &json!(personality.names()),
            )?;
            Ok(())
        }
    }
}

/// Tells how a world stands.
///
/// # Errors
/// There is no world, or it cannot be reached.
pub fn status(dir: &Path) -> Result<Status, SandboxError> {
    match reach(dir)? {
        Reach::Here(campus, _lock) => Status::of(&campus),
        Reach::Served(url) => decode(local::ask(&url, "GET", "/sandbox/status", &Value::Null)?),
    }
}

/// Makes a new signing certificate the active one in the stand-in Okta. Returns a sentence that
/// says so.
///
/// # Errors
/// There is no world, or its folder cannot be written.
pub fn rotate_certificate(dir: &Path) -> Result<String, SandboxError> {
    if !dir.join("world.db").exists() {
        return Err(no_world(dir));
    }
    saml::rotate(dir)
}

/// The host that the stand-in Okta gives itself in its metadata. Nobody has it: where it is served is
/// another address in every run.
pub const OKTA_HOST: &str = saml::metadata::HOST;

/// The address of the metadata of the stand-in Okta's app for Command, below the server's.
pub fn metadata_path() -> String {
    format!(
        "/app/{}/{}/sso/saml/metadata",
        saml::metadata::APP,
        saml::metadata::GOOD
    )
}

/// Reads the world's SCIM token.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn scim_token(dir: &Path) -> Result<String, SandboxError> {
    local::read_token(dir)
}

/// Makes a new SCIM token. The old one is dead at once.
///
/// # Errors
/// There is no world, or it cannot be reached.
pub fn refresh_token(dir: &Path) -> Result<String, SandboxError> {
    match reach(dir)? {
        Reach::Here(mut campus, _lock) => {
            let same = campus.scim.clone();
            console::replace_token(&mut campus, same)?;
            local::read_token(dir)
        }
        Reach::Served(url) => {
            local::ask(&url, "POST", "/sandbox/token", &Value::Null)?;
            local::read_token(dir)
        }
    }
}

/// Reads the secret of Atrium's HTTP interface, which is a bearer token.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn atrium_secret(dir: &Path) -> Result<String, SandboxError> {
    local::read_atrium_secret(dir)
}

/// Reads the API key that may do everything.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn api_key(dir: &Path) -> Result<String, SandboxError> {
    local::read_key(dir, KeyScope::Full)
}

/// Reads an API key that may do more or less.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn api_key_with(dir: &Path, scope: KeyScope) -> Result<String, SandboxError> {
    local::read_key(dir, scope)
}

/// Reads the secret with which an organization admin signs in to the admin port's routes.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn admin_secret(dir: &Path) -> Result<String, SandboxError> {
    local::read_admin_secret(dir)
}

/// Kills the API key that may do everything, with its tokens, and makes a new one.
///
/// # Errors
/// There is no world, or it cannot be reached.
pub fn replace_api_key(dir: &Path) -> Result<String, SandboxError> {
    match reach(dir)? {
        Reach::Here(_, _lock) => local::write_key(dir, KeyScope::Full),
        Reach::Served(url) => {
            local::ask(&url, "POST", "/sandbox/key", &Value::Null)?;
            local::read_key(dir, KeyScope::Full)
        }
    }
}

/// How long a minute lasts for REST's limit and tokens, for whoever serves the world or served
/// it last.
///
/// # Errors
/// There is no world in the folder, or the file cannot be read.
pub fn minute(dir: &Path) -> Result<Duration, SandboxError> {
    local::read_minute(dir)
}

/// The email domains that the SCIM token of a world is made for now, whether it is served or not.
///
/// # Errors
/// There is no world, or its file cannot be read.
pub fn token_domains(dir: &Path) -> Result<Vec<String>, SandboxError> {
    if !dir.join("world.db").exists() {
        return Err(no_world(dir));
    }
    Ok(Store::open(dir)?.scim()?.domains)
}

/// The email domains that the SCIM token of a new world was made for.
pub fn email_domains() -> &'static [&'static str] {
    EMAIL_DOMAINS
}

/// The exports that Atrium writes: people, memberships, credentials.
pub fn atrium_exports(dir: &Path) -> [PathBuf; 3] {
    atrium::export_paths(dir)
}
