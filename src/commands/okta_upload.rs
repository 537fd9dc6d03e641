//! `okta metadata upload`: puts a checked file into force, and says what is known of it
//! afterwards.

use std::path::PathBuf;

use super::admin_port::{AnyPort, Beforehand, admin_error, admin_port};
use super::interrupt::Interrupt;
use super::okta::{self as command, Against, Loaded};
use super::okta_verify::{Asked, asked, sign_on};
use crate::config::Need;
use crate::context::{Context, Reach, clock, runtime};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, UploadRecord};
use crate::model::metadata::{Changes, Metadata, SignOn};
use crate::okta::{self, Expected};
use crate::output::{self, InForce, MetadataReport, UploadReport, Uploaded};
use crate::secret::SecretKind;
use crate::verkada::admin::{self, AdminError, AdminPort as _, SsoState};

/// What to upload.
#[derive(Debug, clap::Args)]
pub struct Upload {
    /// The file, its address, or `-` for standard input
    #[arg(value_name = "FILE|URL|-", value_hint = clap::ValueHint::FilePath)]
    pub source: String,
    /// Command's client id, as Admin > Login & Access shows it; upper and lower case matter
    #[arg(long, value_name = "ID")]
    pub client_id: String,
    /// The app's issuer id in Okta (exk…), or its name in addresses; of an address it is taken
    /// from there
    #[arg(long, value_name = "ID")]
    pub app: Option<String>,
    /// Warn about what ends within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 60)]
    pub warn_days: u16,
    /// Upload without asking
    #[arg(short, long)]
    pub yes: bool,
}

/// Everything that an upload works with.
struct Job<'a> {
    context: &'a Context<'a>,
    args: &'a Upload,
    client_id: &'a str,
    bytes: Vec<u8>,
    metadata: Metadata,
}

/// Runs the command.
pub(super) fn upload(context: &Context<'_>, args: &Upload) -> Result<Exit, Error> {
    if !args.yes && !context.ui.can_prompt() {
        let message = "an upload is asked about, and there is no terminal to ask at";
        return Err(Error::message(Exit::Usage, message).hint(
            "--yes uploads without asking; `atriumctl okta metadata check FILE` only looks",
        ));
    }
    let Loaded { bytes, url } = command::load(context, &args.source)?;
    let client_id = args.client_id.trim();
    let against = Against {
        client_id: Some(client_id.to_owned()),
        app: args.app.clone(),
        warn_days: args.warn_days,
        strict: false,
    };
    let mut expected = against.expected();
    if let Some(url) = &url {
        expected.learn_from(url);
    }
    let metadata = okta::check(&bytes, &expected, clock());
    let exit = against.exit(&metadata);
    let job = Job {
        context,
        args,
        client_id,
        bytes,
        metadata,
    };
    if context.ui.format() == output::Format::Table {
        let report = MetadataReport {
            source: &args.source,
            metadata: &job.metadata,
            exit,
            saved: None,
        };
        output::metadata(&context.ui, &report)?;
    }
    if exit == Exit::Failed {
        return job.told(InForce::Unknown, Uploaded::Refused, None, None);
    }
    let reach = context.reach()?;
    let file = PathBuf::from(&args.source);
    let beforehand = Beforehand {
        metadata_file: file.is_file().then_some(file),
        ..Beforehand::default()
    };
    let port = admin_port(context, &reach.profile, beforehand, || {
        let found = context.secret(SecretKind::Admin, Need::Required)?;
        let none = || Error::message(Exit::Authentication, "there is no admin secret");
        Ok(found.ok_or_else(none)?.secret)
    })?;
    guidable(&job, &reach, &port, url.is_some())?;
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let read = async { sso(&job, &reach, &port).await };
        let before = interrupt.droppable(read).await?;
        job.go_on(&reach, &port, before).await
    })
}

/// Fails where a person would have to be guided and that can't be done.
fn guidable(job: &Job<'_>, reach: &Reach, port: &AnyPort<'_>, fetched: bool) -> Result<(), Error> {
    if !matches!(port, AnyPort::Guided(_)) {
        return Ok(());
    }
    if !job.context.ui.can_prompt() {
        let error = AdminError::NeedsTerminal(admin::Job::UploadMetadata);
        return Err(admin_error(error, &reach.profile));
    }
    if fetched {
        let message = "the console takes a file, and this is an address";
        return Err(Error::message(Exit::Usage, message).hint(format!(
            "save it first: atriumctl okta metadata fetch {} --out metadata.xml",
            job.args.source
        )));
    }
    Ok(())
}

/// What is in force for the client id; `None` if that can't be read.
async fn sso(job: &Job<'_>, reach: &Reach, port: &AnyPort<'_>) -> Result<Option<SsoState>, Error> {
    port.sso(job.client_id).await.map_err(|error| {
        let is_missing = matches!(error, AdminError::NotFound { .. });
        let error = admin_error(error, &reach.profile);
        match is_missing {
            true => error.hint(
                "the client id is case-sensitive; Command shows it under Admin > Login & Access > \
                 Single Sign-On (SSO)",
            ),
            false => error,
        }
    })
}

impl Job<'_> {
    async fn go_on(
        &self,
        reach: &Reach,
        port: &AnyPort<'_>,
        before: Option<SsoState>,
    ) -> Result<Exit, Error> {
        let ui = &self.context.ui;
        let known = before.is_some();
        let bytes_before = before.and_then(|state| state.metadata);
        if bytes_before.as_ref() == Some(&self.bytes) {
            return self.told(InForce::Same, Uploaded::AlreadyInForce, None, None);
        }
        let old = bytes_before.as_deref().map(parsed);
        let changes = old.as_ref().map(|old| okta::changes(old, &self.metadata));
        let in_force = in_force(known, old.as_ref(), changes.as_ref());
        output::upload_plan(ui, self.client_id, in_force, &self.metadata)?;
        if !self.args.yes {
            let question = format!("Upload this for client id {}?", self.client_id);
            if !ui.confirm(&question)? {
                return self.told(in_force, Uploaded::Declined, None, None);
            }
        }
        // What the sign-on address shows afterwards proves little if it showed the same before.
        let earlier = match known {
            true => None,
            false => Some(self.proven(false).await.0),
        };
        let mut ledger = Ledger::open(&reach.state, Access::Write)?;
        let mut record = UploadRecord {
            id: 0,
            at: clock(),
            client_id: self.client_id.to_owned(),
            before: bytes_before,
            before_known: known,
            after: self.bytes.clone(),
            outcome: "intended".to_owned(),
        };
        record.id = ledger.record_upload(&record)?;
        let sent = port.upload_metadata(self.client_id, &self.bytes).await;
        let unsure = match sent {
            Ok(()) => None,
            // Whether it is in force is seen when it is read back.
            Err(error @ (AdminError::OutcomeUnknown { .. } | AdminError::Unavailable { .. })) => {
                Some(error)
            }
            Err(error) => {
                // What somebody did in the console before they broke off is not known.
                let outcome = match error {
                    AdminError::BrokenOff { .. } | AdminError::Interrupted { .. } => "broken-off",
                    _ => "failed",
                };
                outcome.clone_into(&mut record.outcome);
                ledger.record_upload(&record)?;
                return Err(admin_error(error, &reach.profile));
            }
        };
        let (uploaded, detail) = match (self.seen(port).await, unsure) {
            (Ok(Some(seen)), unsure) => {
                if let (Uploaded::Differs, Some(error)) = (seen, unsure) {
                    return Err(admin_error(error, &reach.profile).hint(format!(
                        "it is recorded as u{}; what was sent is not in force",
                        record.id
                    )));
                }
                (seen, None)
            }
            (Ok(None), None) => self.proven(earlier == Some(Uploaded::Proven)).await,
            (_, Some(error)) => return Err(admin_error(error, &reach.profile)),
            (Err(error), None) => (Uploaded::Unproven, Some(error.to_string())),
        };
        uploaded.name().clone_into(&mut record.outcome);
        ledger.record_upload(&record)?;
        self.told(in_force, uploaded, Some(record.id), detail.as_deref())
    }

    /// What is in force now, read back; `None` if that can't be read.
    async fn seen(&self, port: &AnyPort<'_>) -> Result<Option<Uploaded>, AdminError> {
        let Some(state) = port.sso(self.client_id).await? else {
            return Ok(None);
        };
        let Some(now) = state.metadata else {
            return Ok(Some(Uploaded::Differs));
        };
        let same = || okta::changes(&parsed(&now), &self.metadata).is_none();
        Ok(Some(if now == self.bytes {
            Uploaded::ReadBack
        } else if same() {
            Uploaded::Normalised
        } else {
            Uploaded::Differs
        }))
    }

    /// What the sign-on address shows, where nothing can be read back; `as_before`: it led there
    /// before, too.
    async fn proven(&self, as_before: bool) -> (Uploaded, Option<String>) {
        let login = match asked(self.context, self.client_id, None) {
            Ok(Asked { login, .. }) => login,
            Err(error) => return (Uploaded::Unproven, Some(error.to_string())),
        };
        match sign_on(&login, &self.metadata).await {
            SignOn::Matches { .. } if as_before => {
                let seen = "Command sends the browser where the file says, and did so before; \
                            whether it has taken the new file can't be seen from outside, and the \
                            login test shows it";
                (Uploaded::Unproven, Some(seen.to_owned()))
            }
            SignOn::Matches { .. } => (Uploaded::Proven, None),
            SignOn::OtherBinding { binding, target } | SignOn::OtherTarget { binding, target } => {
                let binding = binding.name();
                let seen = format!("Command sends the browser by {binding} to {target}");
                (Uploaded::Differs, Some(seen))
            }
            SignOn::NotConfigured { said } => (Uploaded::Differs, Some(said)),
            SignOn::CannotTell { why } | SignOn::Unreachable { why } => {
                (Uploaded::Unproven, Some(why))
            }
        }
    }

    fn told(
        &self,
        in_force: InForce<'_>,
        uploaded: Uploaded,
        number: Option<i64>,
        detail: Option<&str>,
    ) -> Result<Exit, Error> {
        let exit = match uploaded {
            Uploaded::ReadBack
            | Uploaded::Normalised
            | Uploaded::Proven
            | Uploaded::AlreadyInForce
            | Uploaded::Declined => Exit::Done,
            Uploaded::Unproven => Exit::Partial,
            Uploaded::Refused | Uploaded::Differs => Exit::Failed,
        };
        let report = UploadReport {
            source: &self.args.source,
            client_id: self.client_id,
            metadata: &self.metadata,
            in_force,
            uploaded,
            number,
            detail,
            exit,
        };
        output::uploaded(&self.context.ui, &report)?;
        Ok(exit)
    }
}

fn in_force<'a>(
    known: bool,
    old: Option<&'a Metadata>,
    changes: Option<&'a Changes>,
) -> InForce<'a> {
    match (known, old, changes) {
        (_, Some(old), Some(changes)) => InForce::Other(old, changes),
        (true, ..) => InForce::Nothing,
        (false, ..) => InForce::Unknown,
    }
}

fn parsed(bytes: &[u8]) -> Metadata {
    okta::check(bytes, &Expected::default(), clock())
}
