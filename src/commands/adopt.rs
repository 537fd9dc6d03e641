//! `adopt`: takes over users that were made in Command by hand or by CSV, after a person has looked
//! at who is to be whom.

mod check;
mod file;
mod link;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::check::Tasks;
use self::link::{Linked, Linker};
use super::gather::{self, Gathered};
use super::interrupt::Interrupt;
use crate::context::{Context, Session, clock, rest_error, runtime};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, RunStart};
use crate::model::access::AccessGroup;
use crate::model::fold::same_folded;
use crate::model::plan::Bookkeeping;
use crate::model::reason::Code;
use crate::model::rules::Mode;
use crate::output::{self, Format, Progress, Ui, clean};
use crate::reconcile::adopt::{self, Confidence, Decision, Kind, Proposal, Review};
use crate::reconcile::policy::Policy;

/// Take over users that were made in Command by hand
///
/// For an organization whose people were made in Command by hand or by CSV. `plan` proposes which
/// user is which person of Atrium, with the evidence, in a file that a person looks at; `apply`
/// links the rows that say so. Nobody is chosen by guess, and nothing is merged or deleted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// The two steps.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Write the proposals into a file, and change nothing
    ///
    /// One row for each person and access group of Atrium that is linked to nothing in Command, and
    /// for each record that may be it. The column `decision` says `link` for what is certain and
    /// `skip` for everything else; it is the only one to be changed.
    #[command(after_long_help = "\
Examples:
  atriumctl adopt plan adopt.csv     for a spreadsheet; save it as CSV again
  atriumctl adopt plan adopt.json    for a program")]
    Plan(PlanArgs),
    /// Link the rows of a file that say `link`
    ///
    /// Reads both sides again; if a row is not as it was, nothing is written. May be cut off and
    /// run again with the same file.
    #[command(after_long_help = "\
Examples:
  atriumctl adopt apply adopt.csv --dry-run    what would be linked
  atriumctl adopt apply adopt.csv
  atriumctl adopt apply adopt.csv --yes        for a CI job")]
    Apply(ApplyArgs),
}

/// What to plan.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The file to write, CSV or, with the ending .json, JSON; it must not be there yet
    pub file: PathBuf,
}

/// What to apply.
#[derive(Debug, clap::Args)]
pub struct ApplyArgs {
    /// The file that `adopt plan` wrote
    pub file: PathBuf,

    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,

    /// Show what would be linked and change nothing
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

/// What a link means from then on. Shown before it is asked for.
const MEANING: &str = "\
From then on they are people of Atrium: a sync gives and takes cards, and, where Command lets SCIM
change the user, it sets the names, gives and takes groups, and deactivates whoever leaves. There is
no command that takes a link back: clear the external id in Command.
";

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    output::offers(&context.ui, "adopt", &[Format::Table, Format::Json])?;
    match &args.what {
        What::Plan(args) => plan(context, args),
        What::Apply(args) => apply(context, args),
    }
}

fn plan(context: &Context<'_>, args: &PlanArgs) -> Result<Exit, Error> {
    let session = context.session()?;
    if session.access.is_none() {
        context.ui.warning(NO_KEY);
    }
    let policy = session.policy();
    let memory = session.ledger(Access::ReadOnly)?.remember(policy.now)?;
    let review = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let reading = async {
            let gathered = gather::gather(&session, memory, &context.ui).await?;
            review(&session, &gathered, &policy).await
        };
        interrupt.droppable(reading).await
    })?;
    file::write(&args.file, &session.organization, &review.proposals)?;
    summarise(&context.ui, &args.file, &review)?;
    Ok(Exit::Done)
}

/// What can't be done without an API key.
const NO_KEY: &str = "there is no API key: only users whom Command lets SCIM change can be linked; \
                      ATRIUMCTL_API_KEY or --api-key-file, with read and write access to Access \
                      Control and Core Command, covers the others";

/// Compares the two sides. A part of either is no ground to propose anything on.
async fn review(session: &Session, gathered: &Gathered, policy: &Policy) -> Result<Review, Error> {
    let Gathered {
        memory,
        roster,
        directory,
    } = gathered;
    for (side, whole) in [
        ("Atrium", roster.completeness.is_whole()),
        ("Command", directory.completeness.is_whole()),
    ] {
        if !whole {
            let message = format!("{side} was not read whole: who is who can't be told");
            return Err(Error::message(Exit::Unavailable, message)
                .hint("look at diff for the reason, and try again"));
        }
    }
    if let Some(known) = &memory.organization
        && *known != session.organization
    {
        let message = format!("the ledger belongs to another organization, {known}");
        return Err(Error::message(Exit::Held, message)
            .hint("name another ledger with --state, or the right profile with --profile"));
    }
    let doors = doors(session, gathered).await?;
    Ok(adopt::review(roster, directory, memory, policy, &doors))
}

/// The groups of the REST API that have the name of an access group, where SCIM lists none.
async fn doors(session: &Session, gathered: &Gathered) -> Result<Vec<AccessGroup>, Error> {
    let Some(client) = &session.access else {
        return Ok(Vec::new());
    };
    let failed = |error| rest_error(error, &session.profile);
    let mut doors = Vec::new();
    for group in client.access_groups().await.map_err(failed)? {
        let in_atrium = gathered.roster.groups.iter();
        let mut in_atrium = in_atrium.filter(|known| known.in_scope);
        let mut listed = gathered.directory.groups.iter();
        if in_atrium.any(|known| same_folded(&known.name, &group.name))
            && !listed.any(|known| same_folded(&known.name, &group.name))
        {
            doors.extend(client.access_group(&group.id).await.map_err(failed)?);
        }
    }
    Ok(doors)
}

/// What each word of confidence means, for people.
fn meaning(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "employee id and name or email agree, nothing speaks against it",
        Confidence::Likely => "two things agree, such as email and family name",
        Confidence::Weak => "one thing agrees",
        Confidence::Ambiguous => "several records, or several people",
        Confidence::Contradicted => "something says that they are not one; can't be linked",
        Confidence::None => "there is no candidate in Command",
    }
}

/// What happens with each kind of row. The facts about Command are from its public pages:
/// <https://apidocs.verkada.com/reference/putuserviewv1> and
/// <https://help.verkada.com/access-control/users-and-credentials/add-and-modify-access-groups/use-scim-for-access-groups>.
const WHAT_HAPPENS: &str = "\
A person with `link` gets our external id: over SCIM if Command lets it, else over the REST API. Then
a sync treats the user as ours and makes no second one. If SCIM can't change the user, only cards are
synced, and a leaver has to be deactivated by hand; whether live Command lets SCIM change a user that
was made by hand is not public.
A group is not linked here. A group that was made in Command can't be synced with SCIM: rename it in
Command, sync, put the new group into the access levels of the old one (Access > Groups > Create SCIM
Group), then empty the old one. A group that a SCIM client made is bound in the profile, as its row says.
";

fn summarise(ui: &Ui, path: &Path, review: &Review) -> Result<(), Error> {
    let mut counts: BTreeMap<(Kind, Confidence), [u64; 2]> = BTreeMap::new();
    for proposal in &review.proposals {
        let [rows, links] = counts
            .entry((proposal.kind, proposal.confidence))
            .or_default();
        *rows += 1;
        *links += u64::from(proposal.decision == Decision::Link);
    }
    if ui.format() == Format::Json {
        let rows = counts.iter().map(|((kind, confidence), [rows, links])| {
            json!({"kind": kind, "confidence": confidence, "rows": rows, "link": links})
        });
        let document = json!({
            "schema": "atriumctl.adoption-plan/1",
            "file": path,
            "linked_already": review.linked.len(),
            "counts": rows.collect::<Vec<_>>(),
        });
        return ui.data(&format!("{document:#}\n"));
    }
    let mut text = format!(
        "{} rows written to {}; {} people are linked already.\n\n",
        review.proposals.len(),
        clean(&path.display().to_string()),
        review.linked.len()
    );
    for ((kind, confidence), [rows, links]) in counts {
        let (kind, word) = (kind.word(), confidence.word());
        let meaning = match (kind, confidence) {
            ("group", Confidence::Certain | Confidence::Likely) => "name and most members agree",
            _ => meaning(confidence),
        };
        text.push_str(&format!("{kind:<7} {word:<13} {rows:>6}  "));
        text.push_str(&match links {
            0 => format!("skip: {meaning}\n"),
            links if links == rows => format!("link: {meaning}\n"),
            links => format!("{links} link: {meaning}\n"),
        });
    }
    let file = clean(&path.display().to_string()).into_owned();
    text.push_str(&format!(
        "\n{WHAT_HAPPENS}\nLook at the file, change decisions, then: atriumctl adopt apply {file}\n"
    ));
    ui.data(&text)
}

fn apply(context: &Context<'_>, args: &ApplyArgs) -> Result<Exit, Error> {
    let ui = &context.ui;
    let asks = !args.yes && !args.dry_run;
    if asks && (!ui.can_prompt() || ui.format() != Format::Table) {
        return Err(Error::message(
            Exit::Usage,
            "adopting without a terminal has to be told: there is nobody to confirm the list",
        )
        .hint("give --yes to link without asking, or --dry-run to look only"));
    }
    let session = context.session()?;
    if session.profile.sync.mode == Mode::Observe && !args.dry_run {
        return Err(Error::message(
            Exit::Usage,
            "the profile only observes (mode = \"observe\" under [sync]): nobody can be adopted",
        )
        .hint("--dry-run shows what would be linked"));
    }
    let entries = file::read(&args.file, &session.organization)?;
    if session.access.is_none() {
        ui.warning(NO_KEY);
    }
    let access = match args.dry_run {
        true => Access::ReadOnly,
        false => Access::Write,
    };
    let mut ledger = session.ledger(access)?;
    let policy = session.policy();
    let memory = ledger.remember(policy.now)?;
    let filter = memory.last_filter.clone();
    let runtime = runtime()?;
    let exit = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        let reading = async {
            let gathered = gather::gather(&session, memory, ui).await?;
            let review = review(&session, &gathered, &policy).await?;
            check::check(&entries, &review)
        };
        let tasks = interrupt.droppable(reading).await?;
        show(ui, &session, &policy, &tasks)?;
        if args.dry_run {
            return Ok(Exit::Done);
        }
        if tasks.link.is_empty() {
            return report(ui, &tasks, &[]);
        }
        if !args.yes && !ui.confirm("Link these?")? {
            ui.status("Nothing was changed.");
            return Ok(Exit::Done);
        }
        // A filter that was changed since the last sync is that sync's to find.
        let filter = filter.unwrap_or_else(|| policy.filter.clone());
        let work = link_all(
            ui,
            &session,
            &mut ledger,
            &policy,
            &filter,
            &tasks,
            &interrupt,
        );
        let results = interrupt
            .finishing(
                ui,
                "adopt again: the next run looks first and goes on from what it finds",
                work,
            )
            .await?;
        report(ui, &tasks, &results)
    });
    runtime.shutdown_background();
    exit
}

/// Shows what is to be linked, and what that means. As JSON, the report says it.
fn show(ui: &Ui, session: &Session, policy: &Policy, tasks: &Tasks) -> Result<(), Error> {
    if ui.format() == Format::Json {
        return Ok(());
    }
    let mut text = String::new();
    for row in &tasks.link {
        text.push_str(&format!("{}\n", clean(&in_words(row))));
    }
    let (new, done) = (tasks.link.len(), tasks.done.len());
    text.push_str(&format!("{new} people to link, {done} linked already.\n"));
    if new > 0 {
        text.push_str(&format!("\n{MEANING}"));
    }
    if session.access.is_some() && new > 0 {
        // Each is written and read back.
        let seconds = policy.card_pace.seconds(2 * new as u64);
        let time = output::duration(seconds);
        text.push_str(&format!(
            "If all goes over the REST API: {time} at the allowed pace.\n"
        ));
    }
    ui.data(&text)
}

fn in_words(row: &Proposal) -> String {
    let id = match row.command_id.is_empty() {
        true => &row.access_id,
        false => &row.command_id,
    };
    format!(
        "{} {} = user {id} {} ({}: {})",
        row.atrium_id,
        row.atrium_name,
        row.command_name,
        row.confidence.word(),
        row.evidence
    )
}

async fn link_all(
    ui: &Ui,
    session: &Session,
    ledger: &mut Ledger,
    policy: &Policy,
    filter: &str,
    tasks: &Tasks,
    interrupt: &Interrupt,
) -> Result<Vec<Linked>, Error> {
    let run = ledger.begin_run(&RunStart {
        started: policy.now,
        organization: &session.organization,
        filter,
        people: None,
        digest: "",
        allowed: &[],
        rekeyed: &[],
        bookkeeping: &Bookkeeping::default(),
        command: "atriumctl adopt apply",
    })?;
    let stop = interrupt.stop();
    let progress = Progress::start(ui, "linking");
    let mut linker = Linker::new(session, ledger, run, policy);
    let mut results = Vec::with_capacity(tasks.link.len());
    for (at, row) in (0u32..).zip(&tasks.link) {
        let ended = results.last().and_then(ends);
        let code = ended.or((*stop.borrow()).then_some(Code::Interrupted));
        results.push(match code {
            Some(code) => Linked::Skipped { code },
            None => linker.link(at, row).await?,
        });
        progress.set(results.len() as u64, Some(tasks.link.len() as u64));
    }
    progress.finish();
    let exit = results
        .iter()
        .fold(Exit::Done, |exit, result| exit.or(exit_of(result)));
    let requests = session.requests().iter().map(|count| count.sent).sum();
    ledger.end_run(run, clock(), exit.code(), requests)?;
    Ok(results)
}

/// What no further row is tried after.
fn ends(result: &Linked) -> Option<Code> {
    match result {
        Linked::Skipped { code } => Some(*code).filter(|code| *code != Code::NotOverScim),
        Linked::Failed { code, .. } => Some(*code).filter(|code| {
            matches!(
                code,
                Code::SignInRefused | Code::ApiKeyRefused | Code::ApiKeyScope | Code::Unavailable
            )
        }),
        _ => None,
    }
}

fn exit_of(result: &Linked) -> Exit {
    match result {
        Linked::Whole | Linked::CardsOnly | Linked::Unlisted => Exit::Done,
        Linked::Failed { code, .. } | Linked::Skipped { code } => match code {
            Code::Interrupted => Exit::Interrupted,
            Code::SignInRefused | Code::ApiKeyRefused | Code::ApiKeyScope => Exit::Authentication,
            Code::Unavailable | Code::OutcomeUnknown => Exit::Unavailable,
            _ => Exit::Partial,
        },
    }
}

/// The word for what became of a row, and what else is to be said.
fn told(result: &Linked) -> (&'static str, String) {
    match result {
        Linked::Whole => (
            "linked",
            "over SCIM: names, status, groups and cards are synced".into(),
        ),
        Linked::CardsOnly => (
            "linked",
            "over REST: only cards are synced, for SCIM may not change the user".into(),
        ),
        Linked::Unlisted => (
            "linked",
            "over REST: SCIM does not list the user, so a sync leaves it alone".into(),
        ),
        Linked::Failed { code, detail } => ("failed", format!("{code}: {detail}")),
        Linked::Skipped { code } => ("not tried", format!("{code}: {}", code.title())),
    }
}

fn report(ui: &Ui, tasks: &Tasks, results: &[Linked]) -> Result<Exit, Error> {
    let exit = results
        .iter()
        .fold(Exit::Done, |exit, result| exit.or(exit_of(result)));
    if ui.format() == Format::Json {
        let rows = tasks.link.iter().zip(results).map(|(row, result)| {
            let (outcome, detail) = told(result);
            let code = match result {
                Linked::Failed { code, .. } | Linked::Skipped { code } => json!(code),
                _ => Value::Null,
            };
            json!({
                "campus_id": row.atrium_id, "name": row.atrium_name,
                "command_id": row.command_id, "access_id": row.access_id,
                "outcome": outcome, "code": code, "detail": detail,
            })
        });
        let document = json!({
            "schema": "atriumctl.adoption-report/1",
            "exit": exit.code(),
            "linked_before": tasks.done.len(),
            "rows": rows.collect::<Vec<_>>(),
        });
        ui.data(&format!("{document:#}\n"))?;
        return Ok(exit);
    }
    if results.is_empty() {
        ui.data("Nothing to do.\n")?;
        return Ok(exit);
    }
    let mut text = String::new();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (row, result) in tasks.link.iter().zip(results) {
        let (outcome, detail) = told(result);
        *counts.entry(outcome).or_default() += 1;
        let line = format!(
            "{outcome}: {} {} ({detail})",
            row.atrium_id, row.atrium_name
        );
        text.push_str(&format!("{}\n", clean(&line)));
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(word, many)| format!("{many} {word}"))
        .collect();
    text.push_str(&format!("{}.\n", counts.join(", ")));
    if exit == Exit::Done {
        text.push_str("Next: atriumctl diff shows what a sync makes of it.\n");
    } else {
        text.push_str("atriumctl explain CODE says more; the same file can be applied again.\n");
    }
    ui.data(&text)?;
    Ok(exit)
}
