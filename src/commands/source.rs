//! `source`: Atrium alone, without Command: what is read from it, and what is wrong with its files.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::source_test;
use crate::config::{Layers, Origin, SANDBOX};
use crate::context::{self, Context};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger};
use crate::model::finding::{Findings, Survey};
use crate::model::rules::default_id_status;
use crate::output::{self, Format};
use crate::sandbox;
use crate::source::{self, FileSource};

/// Look at Atrium alone
///
/// What is read from it, and what is wrong with its files. Nothing is asked of Command, and nothing
/// is changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Name everything that is wrong with export files, all at once
    ///
    /// Reads the files as a sync would, with the columns, filters and id types of the profile, and
    /// goes on after each defect. A finding is `refused` (no sync runs), `left-out` (the row, id or
    /// access group is not used, the others are) or a `note` (nothing is lost). It has a file, a
    /// line, a column where there is one, and a remedy.
    ///
    /// Without FILES, those of the profile are checked as a whole, and compared with the last
    /// complete read that the ledger remembers: whether they shrank sharply or are older. With
    /// FILES, which may be some of them, they are not. No token is needed.
    ///
    /// Read are CSV with commas, semicolons or tabs, told by the header, and JSON, in UTF-8 or in
    /// UTF-16 with a byte-order mark. A row in another encoding is left out: which one it is can't
    /// be known. Ends with 1 if a file, row or id can't be used.
    #[command(after_long_help = "\
Examples:
  atriumctl source check                                the files of the profile
  atriumctl source check export/people.csv              a file before it is put in place
  atriumctl source check --report findings.csv          every finding, for a spreadsheet
  atriumctl source check --output json | jq '.findings[] | select(.severity == \"refused\")'")]
    Check(Check),
    /// Read Atrium, and show what is made of its records
    ///
    /// Shows the first three people with their cards (last digits only) and access groups; which
    /// column stands where, and in how many records it is; what is there and not mapped; and how
    /// many records and pages came.
    ///
    /// Atrium's partner interface is not public. For [atrium.http] in the profile, a customer gets
    /// the real address, paths, paging and fields from Atrium; what the sandbox serves is a shape of
    /// its own, to rehearse with. Of exports, the headers are shown, and the columns that they are.
    Test(source_test::Args),
}

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The files, in place of the profile's
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,

    /// Write every finding into this file as CSV, for its owner alone
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    match args.what {
        What::Check(args) => check(context, &args),
        What::Test(args) => source_test::run(context, &args),
    }
}

fn check(context: &Context<'_>, args: &Check) -> Result<Exit, Error> {
    output::offers(
        &context.ui,
        "source check",
        &[Format::Table, Format::Json, Format::Csv],
    )?;
    let whole = args.files.is_empty();
    let source = file_source(context, &args.files)?;
    if let Some(path) = &args.report {
        spare_exports(path, &source)?;
    }
    let mut survey = source
        .check(whole)
        .map_err(|error| Error::new(error.exit(), error))?;
    if whole {
        let ledger = ledger(&context.layers)?;
        if let Some(last) = ledger.last_read()? {
            source::compare(&mut survey, &last);
        }
    }
    if let Some(path) = &args.report {
        report(path, &survey.findings)?;
        context
            .ui
            .status(&format!("The findings are in {}.", path.display()));
    }
    output::survey(&context.ui, &survey, args.report.is_some())?;
    tell_dropped(context, &survey);
    Ok(if survey.is_clean() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// The source that the profile describes, of its own files or of others.
fn file_source(context: &Context<'_>, files: &[PathBuf]) -> Result<FileSource, Error> {
    let mut source = if !files.is_empty() && has_no_profile(&context.layers)? {
        context
            .ui
            .status("There is no profile yet: columns have their own names, no id type is mapped.");
        FileSource {
            id_status: default_id_status(),
            ..FileSource::default()
        }
    } else {
        let mut profile = context.profile()?;
        if profile.name.value == SANDBOX {
            profile.atrium.files = sandbox_files(&profile.atrium.base)?;
        }
        if files.is_empty() && profile.atrium.http.is_some() {
            return Err(Error::message(
                Exit::Usage,
                "the profile reads Atrium over HTTP, and no FILES are named",
            )
            .hint("name files to check them; source test looks at the interface"));
        }
        context::file_source(&profile)?
    };
    if !files.is_empty() {
        source.files = files.to_vec();
        source.base = PathBuf::new();
    }
    Ok(source)
}

/// The exports of the stand-in campus, below its folder.
fn sandbox_files(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let files = sandbox::atrium_exports(dir);
    if files.iter().all(|file| !file.exists()) {
        return Err(
            Error::message(Exit::Failed, "the sandbox has no exports yet")
                .hint("make a campus: atriumctl sandbox reset"),
        );
    }
    let below = |file: &PathBuf| file.strip_prefix(dir).unwrap_or(file).to_owned();
    Ok(files.iter().map(below).collect())
}

/// Whether nobody has named a profile, and the default one does not exist. Files can be looked at
/// before there is one.
fn has_no_profile(layers: &Layers<'_>) -> Result<bool, Error> {
    let name = layers.profile_name()?;
    let file = format!("{}.toml", name.value);
    let path = layers.config_dir()?.value.join("profiles").join(file);
    Ok(name.origin == Origin::Default && !path.exists())
}

fn ledger(layers: &Layers<'_>) -> Result<Ledger, Error> {
    let state = layers.state_path(&layers.profile_name()?)?.value;
    Ok(Ledger::open(&state, Access::ReadOnly)?)
}

/// Says that a report or document does not hold everything.
fn tell_dropped(context: &Context<'_>, survey: &Survey) {
    let kept = survey.findings.kept().len() as u64;
    let dropped = survey.findings.all() - kept;
    if dropped > 0 {
        context.ui.warning(&format!(
            "{dropped} findings are counted and not listed: of rows left out and of notes the \
             first {} each are",
            Findings::KEPT
        ));
    }
}

/// Refuses a report that would take the place of an export.
fn spare_exports(report: &Path, source: &FileSource) -> Result<(), Error> {
    let Ok(report) = report.canonicalize() else {
        return Ok(());
    };
    let mut files = source.files.iter();
    let is_export = |file: &PathBuf| {
        let file = source.base.join(file).canonicalize();
        file.is_ok_and(|file| file == report)
    };
    match files.find(|file| is_export(file)) {
        None => Ok(()),
        Some(file) => Err(Error::message(
            Exit::Usage,
            format!("--report {} would overwrite an export", file.display()),
        )
        .hint("name another file")),
    }
}

/// Writes every finding as CSV. The file takes its name when it is whole.
fn report(path: &Path, findings: &Findings) -> Result<(), Error> {
    let text = output::findings_csv(findings.kept())?;
    let write = || -> io::Result<()> {
        let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    let written = write().with_context(|| format!("can't write {}", path.display()));
    written.map_err(|error| Error::new(Exit::Failed, error))
}
