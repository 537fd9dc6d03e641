//! `history`: what was done, as the ledger remembers it.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::context::{Context, clock};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, UploadRecord};
use crate::model::history::{PastEvent, PastMetadata, PastUpload};
use crate::okta::{self, Expected};
use crate::output;

/// Show what was done
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to show.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// List runs, and uploads of metadata, newest first
    ///
    /// A run that changed something has a number; an upload has one with a u in front. Runs that
    /// found nothing to do leave no trace.
    #[command(after_long_help = "\
Examples:
  atriumctl history list
  atriumctl history list --limit 100 --output csv
  atriumctl history list --profile sandbox --output json")]
    List(List),
    /// Show one run with every value before and after, or one upload
    ///
    /// Of an upload, what was in force before and what was uploaded can be had back as files.
    #[command(after_long_help = "\
Examples:
  atriumctl history show 12
  atriumctl history show 12 --output csv > run-12.csv
  atriumctl history show u3
  atriumctl history show u3 --before > old.xml
  atriumctl history show u3 --before --out old.xml")]
    Show(Show),
}

/// How much to list.
#[derive(Debug, clap::Args)]
pub struct List {
    /// How many to list at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// The number of a run, or of an upload with its u
    #[arg(value_name = "ID")]
    pub id: String,
    /// Write the metadata that was in force before an upload
    #[arg(long, conflicts_with = "after")]
    pub before: bool,
    /// Write the metadata that was uploaded
    #[arg(long)]
    pub after: bool,
    /// The file to write it to, in place of standard output
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let name = context.layers.profile_name()?;
    let path = context.layers.state_path(&name)?.value;
    let ledger = Ledger::open(&path, Access::ReadOnly)?;
    match &args.what {
        What::List(args) => list(context, &ledger, &name.value, args.limit),
        What::Show(args) => show(context, &ledger, args),
    }
}

fn list(
    context: &Context<'_>,
    ledger: &Ledger,
    profile: &str,
    limit: usize,
) -> Result<Exit, Error> {
    let uploads = ledger.uploads()?;
    let total = ledger.run_count()? + uploads.len() as u64;
    let runs = ledger.past_runs(limit)?.into_iter().map(PastEvent::Run);
    let uploads = uploads.iter().rev().take(limit);
    let uploads = uploads.map(|upload| PastEvent::Upload(past_upload(upload)));
    let mut events: Vec<PastEvent> = runs.chain(uploads).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at()));
    events.truncate(limit);
    output::history_list(&context.ui, profile, &events, total)?;
    Ok(Exit::Done)
}

fn show(context: &Context<'_>, ledger: &Ledger, args: &Show) -> Result<Exit, Error> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
    if let Some(id) = args.id.strip_prefix(['u', 'U']).and_then(number) {
        return show_upload(context, ledger, id, args);
    }
    let Some(id) = number(&args.id) else {
        let message = format!("`{}` is no number of a run or an upload", args.id);
        return Err(Error::message(Exit::Usage, message)
            .hint("runs have numbers such as 12, uploads such as u3: `atriumctl history list`"));
    };
    if args.before || args.after || args.out.is_some() {
        let message = "--before, --after and --out are for uploads of metadata";
        return Err(Error::message(Exit::Usage, message)
            .hint("uploads have numbers such as u3: `atriumctl history list`"));
    }
    let Some(run) = ledger.past_run(id)? else {
        return Err(missing(&format!("run {id}")));
    };
    let actions = ledger.past_actions(id)?;
    output::history_run(&context.ui, &run, &actions)?;
    Ok(Exit::Done)
}

fn missing(what: &str) -> Error {
    Error::message(Exit::Usage, format!("there is no {what} in this ledger"))
        .hint("`atriumctl history list` shows what there is; --profile chooses the ledger")
}

fn show_upload(
    context: &Context<'_>,
    ledger: &Ledger,
    id: i64,
    args: &Show,
) -> Result<Exit, Error> {
    let uploads = ledger.uploads()?;
    let Some(upload) = uploads.into_iter().find(|upload| upload.id == id) else {
        return Err(missing(&format!("upload u{id}")));
    };
    if !args.before && !args.after {
        if args.out.is_some() {
            let message = "--out needs --before or --after";
            return Err(Error::message(Exit::Usage, message));
        }
        output::history_upload(&context.ui, &past_upload(&upload))?;
        return Ok(Exit::Done);
    }
    let bytes = match (args.before, upload.before, upload.before_known) {
        (false, ..) => upload.after,
        (true, Some(before), _) => before,
        (true, None, known) => {
            let message = if known {
                format!("nothing was in force before upload u{id}")
            } else {
                format!("what was in force before upload u{id} is not known: it could not be read")
            };
            return Err(Error::message(Exit::Failed, message));
        }
    };
    match &args.out {
        Some(path) => super::okta::save(path, &bytes, false)?,
        None => output::kept_file(&context.ui, &bytes)?,
    }
    Ok(Exit::Done)
}

/// An upload as it is shown.
fn past_upload(upload: &UploadRecord) -> PastUpload {
    PastUpload {
        id: upload.id,
        at: upload.at,
        client_id: upload.client_id.clone(),
        outcome: upload.outcome.clone(),
        before_known: upload.before_known,
        before: upload.before.as_deref().map(past_metadata),
        after: past_metadata(&upload.after),
    }
}

fn past_metadata(bytes: &[u8]) -> PastMetadata {
    let metadata = okta::check(bytes, &Expected::default(), clock());
    let digest = Sha256::digest(bytes);
    PastMetadata {
        bytes: bytes.len(),
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        entity_id: metadata.entity_id,
        sign_on: metadata
            .sign_on
            .into_iter()
            .find(|service| service.binding.is_for_browsers())
            .map(|service| service.location),
        certificates: metadata
            .certificates
            .into_iter()
            .filter(|certificate| certificate.key_use.signs())
            .map(|certificate| (certificate.fingerprint, certificate.not_after))
            .collect(),
    }
}
