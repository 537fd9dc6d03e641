//! `sandbox`: the stand-in campus.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::interrupt::Interrupt;
use super::{sandbox_admin, sandbox_okta};
use crate::context::{Context, runtime};
use crate::error::{Error, Exit};
use crate::output::{self, Format};
use crate::sandbox::{self, Event, Faults, Personality, SandboxError, Settings, Status};

/// Learn and rehearse on a stand-in campus
///
/// An Atrium that exports files and answers over HTTP (in a shape of the sandbox's own: the real
/// one is not public), and a Command that speaks SCIM and REST, strict as the public pages say the
/// real one is. `--profile sandbox` works on it without any configuration. It lives in a folder of
/// its own (ATRIUMCTL_SANDBOX_DIR moves it) and keeps what it acknowledged.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with the sandbox.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Serve it until Ctrl-C, for this tool or any other SCIM client
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox serve                                  on a free port, until Ctrl-C
  atriumctl sandbox serve --listen 127.0.0.1:8080 --people 10000
  atriumctl sandbox serve --faults 429=0.05,cut-after=0.02,seed=7
  atriumctl sandbox serve --personality put-only,natives-hidden
  atriumctl sandbox serve --minute 60s                     Command's real pace over REST")]
    Serve(ServeArgs),
    /// Live a day: joiners, leavers, a married name, a lost card, a new building
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox evolve
  atriumctl sandbox evolve --lost-card
  atriumctl sandbox evolve --event leaver --event renamed-group")]
    Evolve(EvolveArgs),
    /// Throw it away and make a new one; its ledger goes with it
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox reset
  atriumctl sandbox reset --people 10000 --personality external-id-hidden
  atriumctl sandbox reset --people 500 --hand-made")]
    Reset(WorldArgs),
    /// Do what Command's own people do in its console
    #[command(subcommand)]
    Admin(sandbox_admin::What),
    /// Do what Okta's administrators do in the stand-in Okta
    #[command(subcommand)]
    Okta(sandbox_okta::What),
    /// Tell what is in it
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox status
  atriumctl sandbox status --output json")]
    Status,
}

/// What a new world is like.
#[derive(Debug, clap::Args)]
pub struct WorldArgs {
    /// How many people a new campus has
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub people: u32,

    /// The seed of a new campus: the same seed gives the same campus
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on
    #[arg(long)]
    pub hand_made: bool,

    /// How Command behaves where its public pages are silent: switches, separated by commas
    /// (`sandbox status` shows those in force; `default` for none)
    #[arg(long, value_name = "SWITCHES")]
    pub personality: Option<String>,
}

/// How to serve.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at the type")]
    pub world: WorldArgs,

    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// What goes wrong, with its rate: 429, 500, 503, cut-before, cut-after, html, truncated,
    /// latency, duplicate-page, shrinking-page, token-dies
    #[arg(long, value_name = "FAULTS")]
    pub faults: Option<String>,

    /// How long a minute lasts for REST's limit (300 requests) and tokens (30 minutes), such as 60s
    /// or 500ms
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = read_minute)]
    pub minute: Duration,
}

/// Reads seconds or milliseconds.
fn read_minute(text: &str) -> Result<Duration, String> {
    let (number, unit): (_, fn(u64) -> Duration) = match text.strip_suffix("ms") {
        Some(number) => (number, Duration::from_millis),
        None => (
            text.strip_suffix('s').unwrap_or_default(),
            Duration::from_secs,
        ),
    };
    match number.parse() {
        Ok(number @ 1..=3_600_000) => Ok(unit(number)),
        _ => Err("give seconds or milliseconds, such as 60s or 500ms".to_owned()),
    }
}

/// Which day to live.
#[derive(Debug, clap::Args)]
pub struct EvolveArgs {
    /// Only this event, in place of an ordinary day's. May be repeated
    #[arg(long = "event", value_name = "EVENT")]
    pub events: Vec<String>,

    /// Somebody loses a card: the same as --event lost-card
    #[arg(long)]
    pub lost_card: bool,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl];
    output::offers(&context.ui, "sandbox", &forms)?;
    let dir = context.sandbox_dir()?;
    match args.what {
        What::Serve(args) => serve(context, &dir, &args),
        What::Evolve(args) => evolve(context, &dir, &args),
        What::Reset(args) => reset(context, &dir, &args),
        What::Admin(what) => sandbox_admin::run(context, &dir, what),
        What::Okta(what) => sandbox_okta::run(context, &dir, &what),
        What::Status => {
            let status = sandbox::status(&dir).map_err(failed)?;
            show(context, &status)?;
            Ok(Exit::Done)
        }
    }
}

fn failed(error: SandboxError) -> Error {
    let exit = match error {
        SandboxError::AlreadyServed { .. } => Exit::Locked,
        _ => Exit::Failed,
    };
    Error::new(exit, error)
}

fn usage(error: SandboxError) -> Error {
    Error::new(Exit::Usage, error)
}

fn settings(dir: &Path, world: &WorldArgs) -> Result<Settings, Error> {
    let mut settings = Settings::new(dir);
    settings.people = world.people;
    settings.seed = world.seed;
    settings.hand_made = world.hand_made;
    if let Some(names) = &world.personality {
        settings.personality = names.parse::<Personality>().map_err(usage)?;
    }
    Ok(settings)
}

fn serve(context: &Context<'_>, dir: &Path, args: &ServeArgs) -> Result<Exit, Error> {
    let mut settings = settings(dir, &args.world)?;
    settings.listen = args.listen;
    settings.minute = args.minute;
    if let Some(faults) = &args.faults {
        settings.faults = faults.parse::<Faults>().map_err(usage)?;
    }
    let running = sandbox::start(&settings).map_err(failed)?;
    if args.world.personality.is_some() {
        // `default` takes the stored switches back, which starting with it would not.
        sandbox::set_personality(dir, &settings.personality).map_err(failed)?;
    }
    let [people, memberships, credentials] = sandbox::atrium_exports(dir);
    if context.ui.format() == Format::Table {
        context.ui.data(&format!(
            "Command (SCIM)  {}\nSCIM token      {}\nCommand (REST)  {}\nAPI key         {}\n\
             Atrium's files  {}\n                {}\n                {}\n\
             Atrium (HTTP)   {}\nAtrium's secret {}\n\
             Okta            {}\nOkta token      {}\n",
            running.scim_url(),
            dir.join("scim-token").display(),
            running.rest_url(),
            dir.join("api-key").display(),
            people.display(),
            memberships.display(),
            credentials.display(),
            running.atrium_url(),
            dir.join("atrium-secret").display(),
            running.base_url(),
            dir.join("okta-token").display(),
        ))?;
    } else {
        let document = serde_json::json!({
            "schema": "atriumctl.sandbox-serve/1",
            "scim_url": running.scim_url(),
            "scim_token_file": dir.join("scim-token"),
            "rest_url": running.rest_url(),
            "api_key_file": dir.join("api-key"),
            "atrium_files": [people, memberships, credentials],
            "atrium_url": running.atrium_url(),
            "atrium_secret_file": dir.join("atrium-secret"),
            "okta_url": running.base_url(),
            "okta_token_file": dir.join("okta-token"),
        });
        output::document(&context.ui, &document)?;
    }
    context
        .ui
        .status("Serving until Ctrl-C; `atriumctl sync --profile sandbox` works on it.");
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let mut stop = interrupt.stop();
        // The sender lives as long as the listener.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    running.stop();
    Ok(Exit::Done)
}

fn evolve(context: &Context<'_>, dir: &Path, args: &EvolveArgs) -> Result<Exit, Error> {
    let mut events: Vec<Event> = args
        .events
        .iter()
        .map(|name| name.parse::<Event>().map_err(usage))
        .collect::<Result<_, _>>()?;
    if args.lost_card {
        events.push(Event::LostCard);
    }
    let events = (!events.is_empty()).then_some(&events[..]);
    let happened = sandbox::evolve(dir, events).map_err(failed)?;
    if context.ui.format() == Format::Table {
        let lines: String = happened.iter().map(|line| format!("{line}\n")).collect();
        context.ui.data(&lines)?;
    } else {
        let document = serde_json::json!({
            "schema": "atriumctl.sandbox-evolve/1",
            "happened": happened,
        });
        output::document(&context.ui, &document)?;
    }
    Ok(Exit::Done)
}

fn reset(context: &Context<'_>, dir: &Path, world: &WorldArgs) -> Result<Exit, Error> {
    let status = sandbox::reset(&settings(dir, world)?).map_err(failed)?;
    // A ledger of another world would stop every sync.
    let state = context.sandbox_state()?;
    for suffix in ["", "-wal", "-shm"] {
        let mut file = state.clone().into_os_string();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let message = format!("can't remove the ledger {}: {error}", state.display());
                return Err(Error::message(Exit::Failed, message));
            }
            _ => {}
        }
    }
    show(context, &status)?;
    Ok(Exit::Done)
}

fn show(context: &Context<'_>, status: &Status) -> Result<(), Error> {
    if context.ui.format() != Format::Table {
        let mut document = serde_json::to_value(status).map_err(anyhow::Error::from)?;
        if let Some(object) = document.as_object_mut() {
            object.insert("schema".to_owned(), "atriumctl.sandbox-status/1".into());
        }
        return output::document(&context.ui, &document);
    }
    let command = &status.command;
    let personality = status.personality.names();
    let mut text = format!(
        "Day {} of the campus with seed {}\n\
         Atrium   {} people, {} access groups, {} IDs\n\
         Command  {} active and {} deactivated users, {} of them made by hand; \
         {} groups, {} of them made by hand; {} cards, {} of them added by hand\n",
        status.day,
        status.seed,
        status.people,
        status.groups,
        status.cards,
        command.active_users,
        command.deactivated_users,
        command.native_users,
        command.groups,
        command.native_groups,
        command.cards,
        command.cards_by_hand,
    );
    if !personality.is_empty() {
        text.push_str(&format!("Switches {}\n", personality.join(", ")));
    }
    match &status.url {
        Some(url) => text.push_str(&format!("Served   {url}/scim (SCIM), {url} (REST)\n")),
        None => text.push_str("Served   no\n"),
    }
    text.push_str(&format!("Minute   {} ms over REST\n", status.minute_ms));
    for (fault, times) in &status.faults_fired {
        text.push_str(&format!("Fault    {} fired {times} times\n", fault.name()));
    }
    context.ui.data(&text)
}
