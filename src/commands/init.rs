//! `init`: makes a profile, by questions at a terminal or by flags alone.

mod answers;
mod checks;
mod columns;
#[cfg(test)]
mod flow_tests;
mod look;
mod profile;
mod questions;
mod save;
mod template;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::Runtime;

use super::auth;
use super::interrupt::Interrupt;
use crate::config::{self, DEFAULT_PROFILE, Flags, Layers, Origin, Profile, SANDBOX, Setting};
use crate::context::{Context, runtime};
use crate::error::{Error, Exit};
use crate::model::checkup::Verdict;
use crate::model::command_line::word;
use crate::model::id_type::IdType;
use crate::model::rules::{CardMeaning, Identity, Meaning, Mode};
use crate::output::{self, Format, NewProfile, ProfileCheck, Ui};
use crate::secret::SecretKind;
use crate::secret::store::SecretStore;
use answers::{Answers, Auth};
use look::Look;
use questions::{Ask, Part, Questions};

/// Make a profile, step by step or by flags alone
///
/// Asks what a profile has to say: where Atrium is read from, where Command is, what the statuses
/// and card types in the exports mean. What a flag says is not asked. Without a terminal, or with
/// --no-input, nothing is asked at all: what is needed and not said ends with 2.
///
/// The exports are looked into at once: a header is known by its column's name or by one that such
/// columns often have (`Student ID`, `Mail`), and everything can be corrected. Before the profile
/// is saved, what can be tried is tried: the exports, the SCIM address, the secrets that are there,
/// the clock. If something fails, the profile is saved only if that is confirmed; where nobody can
/// be asked, it is saved, and the command ends with 5.
///
/// The profile is NAME.toml in the folder `profiles` of the configuration folder, readable by its
/// owner alone. Everything that was not asked stands in it as a comment, with its default and what
/// it means. No secret is in it. One that is there already is never replaced without being asked or
/// --force, and then it is kept as NAME.toml.bak, or as NAME.toml.bak.2 and so on if that is taken.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl init                                         step by step
  atriumctl init --profile school --atrium-file people.csv --atrium-file cards.csv --region us
  atriumctl init --no-input --atrium-file people.csv --region eu \\
      --column campus_id='Student ID' --column email=Mail \\
      --person-status 'On leave=suspended' --id-type 'Prox=HID,facility_code=102' \\
      --id-type 'QR code=ignore' --email-domain school.example
  atriumctl init --atrium-url https://HOST/PATH --atrium-auth basic:sync --atrium-path /people \\
      --region us --identity external")]
pub struct Args {
    /// An export of Atrium, CSV or JSON; once for each file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "atrium_url")]
    pub atrium_file: Vec<PathBuf>,

    /// The base address of Atrium's interface, in place of exports
    #[arg(long, value_name = "URL")]
    pub atrium_url: Option<String>,

    /// How Atrium's interface is signed in to: bearer, basic:USER or header:NAME
    #[arg(long, value_name = "HOW", value_parser = answers::read_auth)]
    atrium_auth: Option<Auth>,

    /// The path of the list of people behind that address
    #[arg(long, value_name = "URL_PATH")]
    pub atrium_path: Option<String>,

    /// Which header is a column, such as email=Mail; once for each
    #[arg(long, value_name = "COLUMN=HEADER", value_parser = answers::read_column)]
    pub column: Vec<(String, String)>,

    /// What a status of people means: active, suspended or gone; once for each
    #[arg(long, value_name = "STATUS=MEANING", value_parser = answers::read_person_status)]
    pub person_status: Vec<(String, Meaning)>,

    /// What a status of cards means: active, suspended, lost or gone; once for each
    #[arg(long, value_name = "STATUS=MEANING", value_parser = answers::read_id_status)]
    pub id_status: Vec<(String, CardMeaning)>,

    /// Which card an id of a type is, with the keys of the type behind commas, or `ignore`; once
    /// for each
    #[arg(long, value_name = "TYPE=FORMAT", value_parser = answers::read_id_type)]
    pub id_type: Vec<(String, IdType)>,

    /// An email domain that the SCIM token was made for; once for each; without: found out
    #[arg(long, value_name = "DOMAIN")]
    pub email_domain: Vec<String>,

    /// Who makes the users in Command
    #[arg(long, value_name = "WHO", value_enum)]
    pub identity: Option<IdentityWord>,

    /// Whether a sync writes
    #[arg(long, value_name = "MODE", value_enum)]
    pub mode: Option<ModeWord>,

    /// Save without trying anything
    #[arg(long)]
    pub no_check: bool,

    /// Replace a profile that is there; it is kept beside the new one
    #[arg(long)]
    pub force: bool,
}

/// Who makes the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum IdentityWord {
    /// atriumctl, from Atrium
    #[value(name = "managed", alias = "atrium")]
    Managed,
    /// Okta or another SCIM client
    External,
}

impl From<IdentityWord> for Identity {
    fn from(word: IdentityWord) -> Self {
        match word {
            IdentityWord::Managed => Identity::Managed,
            IdentityWord::External => Identity::External,
        }
    }
}

/// Whether a sync writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ModeWord {
    /// It does
    Write,
    /// Everything works except writing
    Observe,
}

impl From<ModeWord> for Mode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Write => Mode::Write,
            ModeWord::Observe => Mode::Observe,
        }
    }
}

/// Asks at the terminal.
struct Terminal<'a> {
    ui: &'a Ui,
    runtime: &'a Runtime,
    interrupt: &'a Interrupt,
}

impl Terminal<'_> {
    /// Where to ask, unless somebody pressed Ctrl-C while nothing was asked, such as while a large
    /// export was read.
    fn ui(&self) -> Result<&Ui, Error> {
        let stop = self.interrupt.stop();
        // Signals are noticed while the runtime waits.
        self.runtime
            .block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        match *stop.borrow() {
            true => Err(Error::message(Exit::Interrupted, "interrupted")),
            false => Ok(self.ui),
        }
    }
}

impl Ask for Terminal<'_> {
    fn text(&self, question: &str, initial: &str) -> Result<String, Error> {
        self.ui()?.ask_text(question, initial)
    }

    fn text_or(&self, question: &str, default: &str) -> Result<String, Error> {
        self.ui()?.ask_text_or(question, default)
    }

    fn choice(&self, question: &str, choices: &[String], default: usize) -> Result<usize, Error> {
        self.ui()?.ask_choice(question, choices, default)
    }

    fn yes(&self, question: &str, default: bool) -> Result<bool, Error> {
        self.ui()?.ask_yes(question, default)
    }

    fn say(&self, text: &str) {
        self.ui.remark(text);
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    output::offers(&context.ui, "init", &[Format::Table, Format::Json])?;
    let runtime = runtime()?;
    // From here on Ctrl-C is an answer: a question that is broken off says so, and the terminal is
    // left as it was.
    let interrupt = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        tokio::task::yield_now().await;
        interrupt
    });
    let saved = Cell::new(false);
    let made = make(context, args, &runtime, &interrupt, &saved);
    made.map_err(|error| match error.exit {
        Exit::Interrupted if !saved.get() => {
            Error::message(Exit::Interrupted, "interrupted; nothing was saved")
        }
        Exit::Interrupted => Error::message(
            Exit::Interrupted,
            "interrupted; the profile is saved, and the secret that was asked for is not kept",
        ),
        _ => error,
    })
}

fn make(
    context: &Context<'_>,
    args: &Args,
    runtime: &Runtime,
    interrupt: &Interrupt,
    saved: &Cell<bool>,
) -> Result<Exit, Error> {
    let terminal = Terminal {
        ui: &context.ui,
        runtime,
        interrupt,
    };
    let ask = context.ui.can_prompt().then_some(&terminal as &dyn Ask);
    let name = name(context, ask)?;
    let folder = context.layers.config_dir()?.value;
    let path = folder.join("profiles").join(format!("{}.toml", name.value));
    if let (Some(ask), true) = (ask, path.exists()) {
        ask.say(&format!(
            "{} is there already. It is not replaced without your yes.",
            path.display()
        ));
    }
    let mut questions = Questions {
        args,
        layers: &context.layers,
        ask,
        seen: Look::default(),
    };
    let mut answers = questions.all()?;
    loop {
        let draft = match Draft::new(context, &name, &path, &answers) {
            Ok(draft) => draft,
            Err(error) => {
                let Some(ask) = ask else { return Err(error) };
                ask.say(&format!("That makes no profile: {error}"));
                change(ask, &mut questions, &mut answers)?;
                continue;
            }
        };
        let checks = match args.no_check {
            true => Vec::new(),
            false => {
                let tried = async { Ok(checks::run(context, &draft.tried, &answers).await) };
                runtime.block_on(interrupt.droppable(tried))?
            }
        };
        let has_failed = checks.iter().any(|check| check.verdict == Verdict::Failure);
        let Some(ask) = ask else {
            if let Some(old) = draft.other_profile()? {
                allow(context, args, &path, &old, &draft.text)?;
            }
            return finish(context, &draft, &checks, has_failed, false);
        };
        output::init_summary(&context.ui, &draft.told(&checks));
        match decide(ask, has_failed)? {
            Decision::Change => change(ask, &mut questions, &mut answers)?,
            Decision::Leave => {
                context.ui.status("Nothing was saved.");
                return Ok(Exit::Failed);
            }
            Decision::Save => {
                if let Some(old) = draft.other_profile()?
                    && !args.force
                {
                    let lines = save::difference(&old, &draft.text);
                    output::init_difference(&context.ui, &path, &lines);
                    if !ask.yes("Replace the profile? The old one is kept beside it", false)? {
                        context.ui.status("Nothing was saved.");
                        return Ok(Exit::Failed);
                    }
                }
                // Who has seen what failed and saves all the same has decided.
                let exit = finish(context, &draft, &checks, false, true)?;
                saved.set(true);
                secrets(context, ask, &name, &checks)?;
                return Ok(exit);
            }
        }
    }
}

/// The name of the profile: said, or asked for.
fn name(context: &Context<'_>, ask: Option<&dyn Ask>) -> Result<Setting<String>, Error> {
    let mut name = context.layers.profile_name()?;
    if let (Some(ask), Origin::Default) = (ask, &name.origin) {
        loop {
            let question = "Name of the profile (Enter for the one that needs no --profile)";
            let text = ask.text_or(question, DEFAULT_PROFILE)?;
            let layers = Layers {
                flags: Flags {
                    profile: Some(text.trim().to_owned()),
                    ..Flags::default()
                },
                environment: &|_| None,
            };
            match layers.profile_name() {
                Ok(named) => break name = named,
                Err(error) => ask.say(&error.to_string()),
            }
        }
    }
    if name.value == SANDBOX {
        return Err(Error::message(
            Exit::Usage,
            "the profile `sandbox` is built in: it needs no set-up",
        )
        .hint("try it: atriumctl sync --profile sandbox")
        .hint("for an organization of your own: atriumctl init --profile NAME"));
    }
    Ok(name)
}

/// What is made of the answers, before it is saved.
struct Draft<'a> {
    name: &'a str,
    path: &'a Path,
    text: String,
    /// What was answered, as the reader of profiles understands it.
    settings: Vec<(String, String)>,
    /// The profile as this run would use it, with environment and flags over it.
    tried: Profile,
}

impl<'a> Draft<'a> {
    /// # Errors
    /// [`Exit::Usage`] if the answers make no profile that can be read.
    fn new(
        context: &Context<'_>,
        name: &'a Setting<String>,
        path: &'a Path,
        answers: &Answers,
    ) -> Result<Self, Error> {
        let text = profile::text(answers);
        let alone = Layers {
            flags: Flags::default(),
            environment: &|_| None,
        };
        let read = config::written(name, path.to_owned(), &text, &alone)?;
        let set = read.effective().into_iter();
        let settings = set
            .filter(|setting| matches!(setting.origin, Origin::File { .. }))
            .map(|setting| (setting.key, setting.value));
        Ok(Draft {
            name: &name.value,
            path,
            settings: settings.collect(),
            tried: config::written(name, path.to_owned(), &text, &context.layers)?,
            text,
        })
    }

    /// The text of the profile that is there, if it is another one.
    fn other_profile(&self) -> Result<Option<String>, Error> {
        match std::fs::read(self.path) {
            Ok(bytes) => {
                let old = String::from_utf8_lossy(&bytes).into_owned();
                Ok(Some(old).filter(|old| *old != self.text))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::message(
                Exit::Failed,
                format!("{} can't be read: {error}", self.path.display()),
            )
            .hint("look at who may read it, or name another profile with --profile NAME")),
        }
    }

    fn told<'b>(&'b self, checks: &'b [ProfileCheck]) -> NewProfile<'b> {
        NewProfile {
            name: self.name,
            path: self.path,
            backup: None,
            settings: &self.settings,
            checks,
            next: &[],
            exit: Exit::Done,
        }
    }
}

enum Decision {
    Save,
    Change,
    Leave,
}

fn decide(ask: &dyn Ask, has_failed: bool) -> Result<Decision, Error> {
    let (question, save, default) = match has_failed {
        true => ("Something failed. What now?", "save all the same", 1),
        false => ("Save this profile?", "yes, save it", 0),
    };
    let choices = [save, "change an answer", "no, leave without saving"].map(str::to_owned);
    Ok(match ask.choice(question, &choices, default)? {
        0 => Decision::Save,
        1 => Decision::Change,
        _ => Decision::Leave,
    })
}

fn change(
    ask: &dyn Ask,
    questions: &mut Questions<'_>,
    answers: &mut Answers,
) -> Result<(), Error> {
    let titles = Part::ALL.map(|part| part.title().to_owned());
    let at = ask.choice("Which answer?", &titles, 0)?;
    match Part::ALL.get(at) {
        Some(part) => questions.part(*part, answers, true),
        None => Ok(()),
    }
}

/// Refuses to replace a profile that nobody allowed to replace, and shows what would be other.
fn allow(
    context: &Context<'_>,
    args: &Args,
    path: &Path,
    old: &str,
    new: &str,
) -> Result<(), Error> {
    if args.force {
        return Ok(());
    }
    output::init_difference(&context.ui, path, &save::difference(old, new));
    Err(Error::message(
        Exit::Failed,
        format!(
            "{} is there already, and says something else",
            path.display()
        ),
    )
    .hint("--force replaces it, and keeps the old one beside it")
    .hint("or name another profile with --profile NAME"))
}

/// Saves, and says what comes next.
fn finish(
    context: &Context<'_>,
    draft: &Draft<'_>,
    checks: &[ProfileCheck],
    in_part: bool,
    told: bool,
) -> Result<Exit, Error> {
    // One that is there and can't be read is not replaced: writing fails then.
    let old = std::fs::read(draft.path).ok();
    let same = old.as_deref() == Some(draft.text.as_bytes());
    let backup = match same {
        true => None,
        false => save::save(draft.path, &draft.text, old.as_deref())?,
    };
    let exit = if in_part { Exit::Partial } else { Exit::Done };
    let name = &draft.tried.name.value;
    let kind = SecretKind::ScimToken;
    let token = context.with_places(name, &draft.tried.secret_files, |places| {
        Ok(config::secret_places(kind, places).0)
    });
    let has_token = token.is_ok_and(|places| !places.is_empty());
    let config = context.layers.flags.config.as_deref();
    let next = next(draft.name, config, has_token);
    let new = NewProfile {
        backup: backup.as_deref(),
        next: &next,
        exit,
        ..draft.told(checks)
    };
    output::init(&context.ui, &new, told)?;
    Ok(exit)
}

/// Offers to put the secrets that are missing into the keyring, where there is one. The profile is
/// saved by now, so breaking off loses nothing of it.
fn secrets(
    context: &Context<'_>,
    ask: &dyn Ask,
    name: &Setting<String>,
    checks: &[ProfileCheck],
) -> Result<(), Error> {
    if context.ui.format() != Format::Table {
        return Ok(());
    }
    let store = context.patient_store(&name.value)?;
    offer(ask, &*store, &name.value, checks, |kind| {
        let args = auth::Set {
            kind,
            from_file: None,
        };
        // The profile is there: a secret that can't be kept is told, and does not undo it.
        match auth::set(context, name, &args) {
            Ok(_) => {}
            Err(error) if error.exit == Exit::Interrupted => return Err(error),
            Err(error) => context.ui.error(&error),
        }
        Ok(())
    })
}

/// Asks about each secret that the checks miss, as long as the store can be read.
fn offer(
    ask: &dyn Ask,
    store: &dyn SecretStore,
    profile: &str,
    checks: &[ProfileCheck],
    keep: impl Fn(SecretKind) -> Result<(), Error>,
) -> Result<(), Error> {
    let missing = [
        SecretKind::ScimToken,
        SecretKind::ApiKey,
        SecretKind::Atrium,
    ]
    .into_iter()
    .filter(|kind| {
        let mut checks = checks.iter();
        checks.any(|check| check.name == kind.word() && check.verdict == Verdict::Warning)
    });
    for kind in missing {
        if store.get(profile, kind).is_err() {
            return Ok(());
        }
        let question = format!("Type the {} now, into the keyring?", kind.name());
        if ask.yes(&question, false)? {
            keep(kind)?;
        }
    }
    Ok(())
}

/// The commands that come next, each with what it does. `config`: the folder that a flag named,
/// without which they would not find the profile. `has_token`: a SCIM token was found.
fn next(name: &str, config: Option<&Path>, has_token: bool) -> Vec<(String, String)> {
    let config = config.map(|folder| format!(" --config {}", word(&folder.to_string_lossy())));
    let profile = match name {
        DEFAULT_PROFILE => String::new(),
        name => format!(" --profile {name}"),
    };
    let profile = format!("{}{profile}", config.unwrap_or_default());
    let token = (!has_token).then_some((
        "token generate --domain DOMAIN",
        "makes the SCIM token, one --domain for each email domain; if there is one already: \
         auth set scim-token",
    ));
    let commands = [
        Some((
            "doctor",
            "looks at everything: secrets, reach, rights, limits",
        )),
        token,
        Some(("diff", "shows what a sync would do, and changes nothing")),
        Some(("sync", "does it")),
    ];
    let commands = commands.into_iter().flatten();
    commands
        .map(|(command, does)| (format!("atriumctl {command}{profile}"), does.to_owned()))
        .collect()
}
