//! `okta metadata`: Okta's SAML metadata, checked and fetched. `okta status` is handed over.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use reqwest::Url;

use super::interrupt::Interrupt;
use super::okta_status;
use super::okta_upload::{self, Upload};
use super::okta_verify::{self, Verify};
use crate::context::{Context, clock, runtime};
use crate::error::{Error, Exit};
use crate::model::metadata::{Metadata as Report, Severity};
use crate::okta::{self, Expected, FetchError};
use crate::output::{self, Format, MetadataReport};

/// Look at Okta: its SAML metadata, and what it provisions
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with Okta.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// The SAML metadata that lets people sign in to Command through Okta
    Metadata(Metadata),
    /// Say what Okta provisions into Command: the app, who was never created, and why pushes fail
    ///
    /// Asks Okta's management API, to look and never to write: with an SSWS token of a read-only
    /// administrator, or, better, as a service app with a key pair and the scopes okta.apps.read,
    /// okta.users.read, okta.groups.read and okta.logs.read. What a scope is missing for is named
    /// and left out. Or reads files that Okta exported; then neither profile nor token is needed.
    ///
    /// Without WHO, the number of requests grows with the pages of assignments, groups and failures
    /// only. With WHO it is at most 16, whatever the size of the organization (and up to 6 more for
    /// the token of a service app).
    ///
    /// Ends with 0 whatever it finds, with --strict with 5 if anything is wrong; with 4 if Okta
    /// refuses the token, with 1 if there is no such app, and with 7 if Okta does not answer, or
    /// not for all of it.
    #[command(after_long_help = "\
Examples:
  atriumctl okta status                                  the app, and everybody
  atriumctl okta status ada@school.example               one person, with the latest events
  atriumctl okta status --strict --output markdown       for a monitor, or a CI job's page
  atriumctl okta status --okta-users users.json --okta-logs log.csv
  atriumctl okta status ada@school.example --okta-users users.json --okta-logs log.json

In the profile:
  [okta]
  org = \"https://school.okta.com\"
  app = \"0oa1b2c3d4e5f6g7h8i9\"          id or label; left out: the one app for Verkada
  client_id = \"0oa9z8y7x6w5v4u3t2s1\"    a service app, its key in ATRIUMCTL_OKTA_KEY_FILE
  key_id = \"kid\"                        which of its keys")]
    Status(okta_status::Args),
}

/// What to do with the metadata.
#[derive(Debug, clap::Args)]
pub struct Metadata {
    /// What to do
    #[command(subcommand)]
    pub what: MetadataWhat,
}

/// What to do with the metadata.
#[derive(Debug, clap::Subcommand)]
pub enum MetadataWhat {
    /// Say what a metadata file holds, and name everything that is wrong with it
    ///
    /// Nothing is sent anywhere but, for an address, the request for the file. A signature in the
    /// file is reported and never checked.
    ///
    /// Ends with 0 if sign-in can work with the file, with 1 if it can't, and with 5 if it can
    /// today but a certificate, or the file itself, ends within --warn-days; with --strict every
    /// warning ends with 5. So it can be run by a monitor.
    #[command(after_long_help = "\
Examples:
  atriumctl okta metadata check metadata.xml
  atriumctl okta metadata check https://school.okta.com/app/exk1a2b3c/sso/saml/metadata
  curl -s https://school.okta.com/app/exk1a2b3c/sso/saml/metadata | atriumctl okta metadata check -
  atriumctl okta metadata check metadata.xml --warn-days 30 --output json")]
    Check(Check),
    /// Save the metadata of an address, after checking it
    ///
    /// A file that can't work is not saved. The same exit codes as of `okta metadata check`.
    #[command(after_long_help = "\
Examples:
  atriumctl okta metadata fetch https://school.okta.com/app/exk1a2b3c/sso/saml/metadata --out metadata.xml
  atriumctl okta metadata fetch https://school.okta.com/app/exk1a2b3c/sso/saml/metadata > metadata.xml")]
    Fetch(Fetch),
    /// Put a file into force in Command, after checking it
    ///
    /// Checks the file first and refuses one that can't work. Shows what is in force and what would
    /// change, asks, uploads, and reads back what is in force then. Where Command has no interface
    /// for that, it guides a person through the console and looks afterwards where the sign-on
    /// address leads. What was in force before is kept where it could be read: `atriumctl history`.
    ///
    /// Ends with 0 if the file is in force, with 5 if that could not be proven, and with 1 if it is
    /// not, or was refused.
    #[command(after_long_help = "\
Examples:
  atriumctl okta metadata upload metadata.xml --client-id school
  atriumctl okta metadata upload metadata.xml --client-id campus --profile sandbox --yes
  curl -s https://school.okta.com/app/exk1a2b3c/sso/saml/metadata | atriumctl okta metadata upload - --client-id school --yes")]
    Upload(Upload),
    /// Prove from outside that a file is the one in force, and that it is what Okta serves
    ///
    /// Asks the organization's sign-on address for the client id once, as a browser would that
    /// begins to sign in, and looks where it would be sent; it follows no further and signs nobody
    /// in. That proves target and client id. The certificate that Command holds can't be read, so
    /// the file's is compared with what Okta serves now.
    ///
    /// Ends with 0 if both agree, with 1 if another file is in force, none is, or the file is no
    /// longer what Okta serves, with 5 if that can't be seen from outside, and with 7 if there was
    /// no answer.
    #[command(after_long_help = "\
Examples:
  atriumctl okta metadata verify metadata.xml --client-id school
  atriumctl okta metadata verify metadata.xml --client-id school --region eu
  atriumctl okta metadata verify metadata.xml --client-id campus --profile sandbox --output json
  atriumctl okta metadata verify metadata.xml --client-id school --metadata-url https://school.okta.com/app/exk1a2b3c/sso/saml/metadata")]
    Verify(Verify),
}

/// What to check a file against.
#[derive(Debug, clap::Args)]
pub struct Against {
    /// Command's client id, to be compared with the one that the file names
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub client_id: Option<String>,
    /// The app's issuer id in Okta (exk…), or its name in addresses; of an address it is taken
    /// from there
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub app: Option<String>,
    /// Warn about what ends within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 60)]
    pub warn_days: u16,
    /// End with 5 for every warning
    #[arg(long)]
    pub strict: bool,
}

/// Which file to check.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The file, its address, or `-` for standard input
    #[arg(value_name = "FILE|URL|-", value_hint = clap::ValueHint::FilePath)]
    pub source: String,
    /// What to compare it with.
    #[command(flatten)]
    pub against: Against,
}

/// What to fetch.
#[derive(Debug, clap::Args)]
pub struct Fetch {
    /// The Metadata URL, as the app's Sign On tab in Okta shows it
    #[arg(value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub url: String,
    /// The file to write; without it, the metadata goes to standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace a file that holds something else
    #[arg(long, requires = "out")]
    pub force: bool,
    /// What to compare it with.
    #[command(flatten)]
    pub against: Against,
}

impl Against {
    pub(super) fn expected(&self) -> Expected {
        let given = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        Expected {
            client_id: given(&self.client_id),
            app: given(&self.app),
            host: None,
            warn_days: self.warn_days,
        }
    }

    /// The code for a file that was checked.
    pub(super) fn exit(&self, report: &Report) -> Exit {
        if report.findings.count(Severity::Error) > 0 {
            Exit::Failed
        } else if report.ends_soon()
            || (self.strict && report.findings.count(Severity::Warning) > 0)
        {
            Exit::Partial
        } else {
            Exit::Done
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    let Metadata { what } = match args.what {
        What::Metadata(metadata) => metadata,
        What::Status(args) => return okta_status::run(context, &args),
    };
    let mut forms = vec![Format::Table, Format::Json, Format::Jsonl];
    if matches!(what, MetadataWhat::Verify(_) | MetadataWhat::Upload(_)) {
        forms.push(Format::Markdown);
    }
    output::offers(&context.ui, "okta metadata", &forms)?;
    match what {
        MetadataWhat::Check(args) => check(context, &args),
        MetadataWhat::Fetch(args) => fetch(context, &args),
        MetadataWhat::Upload(args) => okta_upload::upload(context, &args),
        MetadataWhat::Verify(args) => okta_verify::verify(context, &args),
    }
}

/// A file that was read, and where from.
pub(super) struct Loaded {
    pub(super) bytes: Vec<u8>,
    /// Its address, if it was fetched.
    pub(super) url: Option<Url>,
}

/// Reads what somebody named: a file, an address, or standard input.
pub(super) fn load(context: &Context<'_>, source: &str) -> Result<Loaded, Error> {
    let (bytes, url) = match source {
        "-" => (read(std::io::stdin().lock(), "standard input")?, None),
        source if source.contains("://") => {
            let url = address(source)?;
            (download(context, &url)?, Some(url))
        }
        path => (read_file(Path::new(path))?, None),
    };
    Ok(Loaded { bytes, url })
}

fn check(context: &Context<'_>, args: &Check) -> Result<Exit, Error> {
    let mut expected = args.against.expected();
    let Loaded { bytes, url } = load(context, &args.source)?;
    if let Some(url) = &url {
        expected.learn_from(url);
    }
    let metadata = okta::check(&bytes, &expected, clock());
    let exit = args.against.exit(&metadata);
    let report = MetadataReport {
        source: &args.source,
        metadata: &metadata,
        exit,
        saved: None,
    };
    output::metadata(&context.ui, &report)?;
    Ok(exit)
}

fn fetch(context: &Context<'_>, args: &Fetch) -> Result<Exit, Error> {
    if args.out.is_none() && context.ui.format() == Format::Json {
        let message =
            "with --output json the report goes to standard output, so the metadata can't";
        return Err(Error::message(Exit::Usage, message).hint("name a file with --out"));
    }
    let url = address(&args.url)?;
    let mut expected = args.against.expected();
    expected.learn_from(&url);
    let bytes = download(context, &url)?;
    let metadata = okta::check(&bytes, &expected, clock());
    let exit = args.against.exit(&metadata);
    let is_usable = exit != Exit::Failed;
    if let (true, Some(path)) = (is_usable, &args.out) {
        save(path, &bytes, args.force)?;
    }
    let report = MetadataReport {
        source: &args.url,
        metadata: &metadata,
        exit,
        saved: args.out.as_deref().filter(|_| is_usable),
    };
    if args.out.is_some() {
        output::metadata(&context.ui, &report)?;
    } else {
        output::metadata_notes(&context.ui, &report);
        if is_usable {
            context.ui.data(&text(&bytes)?)?;
        }
    }
    Ok(exit)
}

/// The metadata as text for standard output.
fn text(bytes: &[u8]) -> Result<String, Error> {
    String::from_utf8(bytes.to_vec()).map_err(|_| {
        Error::message(Exit::Failed, "the metadata is not UTF-8")
            .hint("name a file with --out: it is saved as it came")
    })
}

pub(super) fn address(text: &str) -> Result<Url, Error> {
    safe(
        text,
        "the Metadata URL on the app's Sign On tab in Okta looks like https://school.okta.com/app/exk1a2b3c/sso/saml/metadata",
    )
}

/// An address that may be asked; `hint` says what one of its kind looks like.
pub(super) fn safe(text: &str, hint: &'static str) -> Result<Url, Error> {
    okta::metadata_url(text).map_err(|error| Error::new(Exit::Usage, error).hint(hint))
}

/// At most one byte more than is checked, so that a file of any size costs no more.
fn read(source: impl Read, name: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = source.take(okta::LIMIT as u64 + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let error = anyhow::Error::new(error).context(format!("can't read {name}"));
            Err(Error::new(Exit::Failed, error))
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let name = path.display().to_string();
    let hint = "name a file, its https address, or -";
    if name.is_empty() {
        return Err(Error::message(Exit::Usage, "the name of the file is empty").hint(hint));
    }
    if path.is_dir() {
        return Err(Error::message(Exit::Failed, format!("{name} is a folder")).hint(hint));
    }
    match File::open(path) {
        Ok(file) => read(file, &name),
        Err(error) => {
            let error = anyhow::Error::new(error).context(format!("can't open {name}"));
            Err(Error::new(Exit::Usage, error).hint(hint))
        }
    }
}

fn download(context: &Context<'_>, url: &Url) -> Result<Vec<u8>, Error> {
    let host = url.host_str().unwrap_or_default();
    context.ui.status(&format!("asking {host}"));
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let fetched = async { okta::fetch(url).await.map_err(fetch_error) };
        interrupt.droppable(fetched).await
    })
}

fn fetch_error(error: FetchError) -> Error {
    let metadata_url = "the Metadata URL on the app's Sign On tab in Okta needs nobody signed in";
    let compare = "compare the address with the Metadata URL on the app's Sign On tab in Okta";
    let (exit, hint) = match &error {
        FetchError::Address(_) => (Exit::Usage, "write https://HOST/PATH"),
        FetchError::Net { .. } | FetchError::Slow { .. } => (
            Exit::Unavailable,
            "check the host's name and the network, then try again",
        ),
        FetchError::CutShort { .. } => (
            Exit::Unavailable,
            "try again; if it stays so, save the metadata in a browser",
        ),
        FetchError::TooLarge { .. } => (Exit::Failed, compare),
        FetchError::Status {
            status: 401 | 403, ..
        } => (Exit::Authentication, metadata_url),
        FetchError::Status {
            status: 404 | 410, ..
        } => (Exit::Failed, compare),
        FetchError::Status { status, .. } if *status == 429 || *status >= 500 => {
            (Exit::Unavailable, "try again later")
        }
        FetchError::Status { .. } => (Exit::Failed, metadata_url),
        FetchError::Elsewhere { .. } => (
            Exit::Failed,
            "if it leads to a sign-in page, take the Metadata URL on the app's Sign On tab in Okta; else write the other address",
        ),
        FetchError::Nowhere { .. } => (Exit::Failed, compare),
        FetchError::Circle { .. } => (Exit::Failed, metadata_url),
    };
    Error::new(exit, error).hint(hint)
}

/// Writes the whole file or nothing of it.
pub(super) fn save(path: &Path, bytes: &[u8], force: bool) -> Result<(), Error> {
    let name = path.display();
    if path.is_dir() {
        let hint = format!("name a file in it: {}", path.join("metadata.xml").display());
        return Err(Error::message(Exit::Failed, format!("{name} is a folder")).hint(hint));
    }
    match read_back(path) {
        Ok(Some(old)) if old == bytes => return Ok(()),
        Ok(Some(_)) if !force => {
            let message = format!("{name} is there already and holds something else");
            return Err(Error::message(Exit::Failed, message)
                .hint("compare the two; --force replaces the file"));
        }
        Ok(_) => {}
        Err(error) => return Err(failed(error, format!("can't read {name}"))),
    }
    write(path, bytes, force).map_err(|error| {
        let is_missing = error.kind() == ErrorKind::NotFound;
        // What the system says names a file that is there for a moment only.
        let error = failed(error.kind().into(), format!("can't write {name}"));
        match is_missing {
            true => error.hint(format!("make the folder {} first", folder(path).display())),
            false => error.hint("name a file that can be written"),
        }
    })
}

/// What a file holds, up to what metadata may; `None` if there is none.
fn read_back(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => {
            file.take(okta::LIMIT as u64 + 1).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn write(path: &Path, bytes: &[u8], force: bool) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    file.write_all(bytes)?;
    // Metadata is public, and whoever uploads it may be somebody else.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.as_file().sync_all()?;
    let done = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    done.map(drop).map_err(|error| error.error)
}

fn failed(error: std::io::Error, what: String) -> Error {
    Error::new(Exit::Failed, anyhow::Error::new(error).context(what))
}
