//! `auth`: secrets into the system keyring and out of it, and where each one comes from.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::config::{self, Places, SANDBOX, SecretFile};
use crate::context::{Context, clock};
use crate::error::{Error, Exit};
use crate::output::{self, Forgotten, Format, Keeping, SecretKept, SecretList, SecretRow};
use crate::secret::store::{Kept, SecretStore, StoreError};
use crate::secret::{Secret, SecretKind};

/// Keep secrets in the system keyring, and show where each one comes from
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with secrets.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Put a secret into the system keyring
    ///
    /// It is asked for at a prompt that does not show what is typed, or read from a file or a pipe;
    /// it is never a flag's value, because other users of the machine see those. It is checked for
    /// what can't be such a secret, kept for the profile, and read back. The one that was there
    /// before is forgotten.
    ///
    /// The keyring is the Secret Service on Linux (GNOME Keyring, KWallet), Keychain on macOS and
    /// Credential Manager on Windows. A machine without one, such as most CI runners, uses the
    /// environment or a file instead; nothing is ever written to the disk in plain text. The
    /// profile's file need not be there yet.
    #[command(after_long_help = "\
Examples:
  atriumctl auth set scim-token                               asks for the token
  atriumctl auth set api-key --profile school
  pass show school/scim | atriumctl auth set scim-token --from-file -
  atriumctl auth set okta-key --from-file key.pem")]
    Set(Set),
    /// Show where each secret comes from, since when, and its fingerprint; never the secret
    ///
    /// The places are looked at in the order in which every command does: environment, file, system
    /// keyring. Of a secret that is in several, the first is in force, and the others are named as
    /// hidden. Two people compare fingerprints to see whether they have the same secret. Where the
    /// keyring is there and can't be looked into, that is said of each secret that is in no other
    /// place; in JSON, `complete` is false then.
    #[command(after_long_help = "\
Examples:
  atriumctl auth list
  atriumctl auth list --profile school --output json | jq '.secrets[] | select(.complete and .from == null).secret'
  ATRIUMCTL_KEYRING=off atriumctl auth list                   as a machine without a keyring sees it")]
    List(List),
    /// Remove secrets from the system keyring
    ///
    /// Variables and files stay as they are. In Command, Atrium or Okta the secret goes on to be
    /// valid until it is revoked there.
    #[command(after_long_help = "\
Examples:
  atriumctl auth forget scim-token
  atriumctl auth forget api-key okta-token --profile school --yes
  atriumctl auth forget --all --yes")]
    Forget(Forget),
}

/// Which secret to keep.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Which secret
    #[arg(value_name = "SECRET", value_parser = kinds())]
    pub kind: SecretKind,
    /// Read it from this file, `-` for standard input, instead of asking
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub from_file: Option<PathBuf>,
}

/// Nothing more to say.
#[derive(Debug, clap::Args)]
pub struct List {}

/// Which secrets to forget.
#[derive(Debug, clap::Args)]
pub struct Forget {
    /// Which secrets
    #[arg(
        value_name = "SECRET",
        value_parser = kinds(),
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub kinds: Vec<SecretKind>,
    /// Every secret of the profile
    #[arg(long)]
    pub all: bool,
    /// Don't ask
    #[arg(long, short)]
    pub yes: bool,
}

/// The words for the kinds of secrets.
fn kinds() -> impl TypedValueParser<Value = SecretKind> {
    let words = SecretKind::ALL.map(|kind| PossibleValue::new(kind.word()).help(kind.purpose()));
    PossibleValuesParser::new(words)
        .try_map(|word| SecretKind::from_word(&word).ok_or("no kind of secret"))
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = match args.what {
        What::List(_) => Format::ALL.to_vec(),
        _ => vec![Format::Table, Format::Json, Format::Jsonl],
    };
    output::offers(&context.ui, "auth", &forms)?;
    let name = context.layers.profile_name()?;
    match &args.what {
        What::List(List {}) => list(context, &name),
        What::Set(args) => set(context, &name, args),
        What::Forget(args) => forget(context, &name.value, args),
    }
}

fn list(context: &Context<'_>, name: &config::Setting<String>) -> Result<Exit, Error> {
    let files = config::secret_files(name, &context.layers)?;
    let profile = name.value.as_str();
    let store = context.patient_store(profile)?;
    let places = Places {
        profile,
        files: &files,
        layers: &context.layers,
        store: &*store,
        ask: None,
    };
    let mut problem = None;
    let rows = SecretKind::ALL.map(|kind| {
        let (places, error) = config::secret_places(kind, &places);
        // A machine without a store keeps nothing in one: that is certain.
        let complete = matches!(error, None | Some(StoreError::Absent(_)));
        problem = problem.take().or(error);
        SecretRow {
            kind,
            places,
            complete,
        }
    });
    let problem = problem.map(|error| error.to_string());
    let list = SecretList {
        profile,
        store: store.name(),
        problem: problem.as_deref(),
        rows: &rows,
        now: clock(),
    };
    output::secrets(&context.ui, &list)?;
    Ok(Exit::Done)
}

/// Asks for a secret and keeps it.
///
/// # Errors
/// What went wrong, with the code to end with.
pub(super) fn set(
    context: &Context<'_>,
    name: &config::Setting<String>,
    args: &Set,
) -> Result<Exit, Error> {
    let Set { kind, from_file } = args;
    let (kind, profile) = (*kind, name.value.as_str());
    not_the_sandbox(profile)?;
    let can_type = context.ui.can_prompt() && !kind.has_lines();
    if from_file.is_none() && !can_type {
        return Err(nobody_types(kind));
    }
    let store = context.patient_store(profile)?;
    let failed = |error| {
        let message = format!(
            "can't keep the {} of the profile `{profile}` in {}",
            kind.name(),
            store.name()
        );
        config::store_error(error, kind, message)
    };
    // Whoever can't keep it need not type it.
    let before = match store.get(profile, kind) {
        Ok(before) => before.map(Ok),
        // What is damaged can be replaced.
        Err(error @ StoreError::Refused(_)) => Some(Err(error)),
        Err(error) => return Err(failed(error)),
    };
    let secret = take(context, kind, profile, from_file.as_deref())?;
    let keeping = match &before {
        Some(Ok(before)) if before.secret.expose() == secret.expose() => Keeping::Same,
        Some(before) => Keeping::Replaced {
            fingerprint: before
                .as_ref()
                .ok()
                .map(|before| before.secret.short_fingerprint()),
        },
        None => Keeping::New,
    };
    if keeping != Keeping::Same {
        keep(&*store, profile, kind, &secret).map_err(failed)?;
    }
    let kept = SecretKept {
        profile,
        store: store.name(),
        kind,
        secret: &secret,
        keeping,
    };
    output::kept(&context.ui, &kept)?;
    tell_what_hides_it(context, name, kind);
    if let Some(SecretFile::Path(path)) = from_file.clone().map(SecretFile::from) {
        let hint = format!(
            "{} still holds it, too: remove it if nothing else needs it",
            path.display()
        );
        context.ui.hint(&hint);
    }
    Ok(Exit::Done)
}

/// Keeps a secret, and proves that the store has it.
fn keep(
    store: &dyn SecretStore,
    profile: &str,
    kind: SecretKind,
    secret: &Secret,
) -> Result<(), StoreError> {
    let kept = Kept {
        secret: secret.clone(),
        since: Some(clock()),
    };
    store.set(profile, kind, &kept)?;
    let back = store.get(profile, kind)?;
    if back.is_some_and(|back| back.secret.expose() == secret.expose()) {
        Ok(())
    } else {
        let lost = "it took the secret and did not give it back";
        Err(StoreError::Refused(lost.to_owned()))
    }
}

/// The secret, from the file that is named or from somebody who types it.
fn take(
    context: &Context<'_>,
    kind: SecretKind,
    profile: &str,
    from_file: Option<&std::path::Path>,
) -> Result<Secret, Error> {
    let Some(file) = from_file else {
        let question = format!("The {} of the profile {profile}", kind.name());
        let secret = context.ui.ask_secret(&question)?;
        config::check_secret(kind, &secret, "what was typed")?;
        return Ok(secret);
    };
    let file = SecretFile::from(file.to_owned());
    let found = config::read_secret(kind, &file, &mut std::io::stdin().lock())?;
    for warning in &found.warnings {
        context.ui.warning(warning);
    }
    Ok(found.secret)
}

/// Warns about a variable or a file that comes before the keyring.
fn tell_what_hides_it(context: &Context<'_>, name: &config::Setting<String>, kind: SecretKind) {
    // A profile that is not right is told about by the commands that need it.
    let files = config::secret_files(name, &context.layers).unwrap_or_default();
    let in_environment = (context.layers.environment)(kind.variable());
    if in_environment.is_some_and(|value| !value.is_empty()) {
        context.ui.warning(&format!(
            "{} is set and comes before the keyring: commands go on to use that one",
            kind.variable()
        ));
    } else if let Some(file) = files.get(kind) {
        context.ui.warning(&format!(
            "{} names a file, {}, which comes before the keyring: commands go on to use that one",
            file.origin, file.value
        ));
    }
}

fn forget(context: &Context<'_>, profile: &str, args: &Forget) -> Result<Exit, Error> {
    let Forget { kinds, all, yes } = args;
    not_the_sandbox(profile)?;
    if !yes && !context.ui.can_prompt() {
        let message = "there is no terminal to ask on, and nothing was forgotten";
        return Err(Error::message(Exit::Usage, message).hint("--yes forgets without asking"));
    }
    let wanted = |kind: &SecretKind| *all || kinds.contains(kind);
    let kinds: Vec<SecretKind> = SecretKind::ALL.into_iter().filter(wanted).collect();
    let store = context.patient_store(profile)?;
    let failed = |kind: SecretKind, error| {
        let message = format!(
            "can't remove the {} of the profile `{profile}` from {}",
            kind.name(),
            store.name()
        );
        let next = match error {
            StoreError::Absent(_) => {
                "nothing is kept without a keyring, so nothing is to be forgotten"
            }
            StoreError::Locked => "nothing of it was removed; unlock the keyring, then try again",
            StoreError::Slow(_) => {
                "nothing of it was removed; if the keyring shows a dialog, answer it, then try again"
            }
            StoreError::TooLong { .. } | StoreError::Refused(_) => "nothing of it was removed",
        };
        let Error { exit, source, .. } = config::store_error(error, kind, message);
        Error::new(exit, source).hint(next)
    };
    let mut list = Vec::new();
    for kind in kinds {
        let was_there = match store.get(profile, kind) {
            Ok(kept) => kept.is_some(),
            // What is damaged can be removed.
            Err(StoreError::Refused(_)) => true,
            Err(error) => return Err(failed(kind, error)),
        };
        list.push(Forgotten { kind, was_there });
    }
    let there = list.iter().filter(|secret| secret.was_there);
    let names: Vec<&str> = there.map(|secret| secret.kind.name()).collect();
    if !names.is_empty() && !yes {
        let names = names.join(", ");
        let question = format!("Forget of the profile {profile}: {names}?");
        if !context.ui.confirm(&question)? {
            context.ui.status("Nothing was forgotten.");
            return Ok(Exit::Done);
        }
    }
    for secret in &mut list {
        if secret.was_there {
            let forgotten = store.forget(profile, secret.kind);
            secret.was_there = forgotten.map_err(|error| failed(secret.kind, error))?;
        }
    }
    output::forgotten(&context.ui, profile, store.name(), &list)?;
    Ok(Exit::Done)
}

fn not_the_sandbox(profile: &str) -> Result<(), Error> {
    if profile != SANDBOX {
        return Ok(());
    }
    let message = "the stand-in campus makes its own secrets and keeps them in its folder";
    Err(Error::message(Exit::Usage, message)
        .hint("name a profile of your own with --profile NAME")
        .hint("an environment variable or a file stands before the sandbox's own secret"))
}

fn nobody_types(kind: SecretKind) -> Error {
    let message = match kind.has_lines() {
        true => format!("the {} has several lines and can't be typed", kind.name()),
        false => format!("there is no terminal to ask for the {} on", kind.name()),
    };
    Error::message(Exit::Usage, message).hint(format!(
        "atriumctl auth set {} --from-file FILE reads it from a file, --from-file - from a pipe",
        kind.word()
    ))
}
