//! `sync`: gather, plan, guard, show, confirm, apply, verify, report.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::SignedDuration;

use super::diff;
use super::gather::{self, Gathered};
use super::interrupt::Interrupt;
use super::saved::{self, Mismatch, Reviewed, Saved};
use crate::apply::{self, Applied, Check};
use crate::context::{Context, Session, clock, runtime};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, RunId, RunStart};
use crate::model::plan::{Change, Plan};
use crate::model::reason::Code;
use crate::model::report::{Outcome, Report, Verification};
use crate::model::rules::{Mode, Verify};
use crate::model::{AccessGroupId, Field};
use crate::output::{self, Format, Progress};
use crate::reconcile::policy::{Allow, Policy, Selection};

/// Make Command agree with Atrium
///
/// Reads both sides whole, plans, lets the guards look at the plan, shows it, asks, does it, and
/// reads and plans again what it touched. What people added in Command by hand stays. Cut off
/// anywhere, the next run finishes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl sync                             look at the plan, then say yes or no
  atriumctl sync --yes --output json         for a CI job
  atriumctl sync --yes --output markdown >> summary.md
                                             the same, as a summary of the job
  atriumctl sync --yes --output jsonl        each operation as an event, when it is done
  atriumctl sync --only S1001234             one person, by campus id or email address
  atriumctl sync --only S1001234 --revoke-only
                                             take away what Atrium no longer grants, nothing else
  atriumctl sync --plan monday.plan          what was saved and reviewed, and nothing else
  atriumctl sync --plan monday.plan --max-age 7d --plan-mismatch apply-common
                                             of an older one, what is still the same
  atriumctl sync --allow people              let removals of people over the limit through, once
  atriumctl sync --profile sandbox --yes     the whole job, on a stand-in campus")]
pub struct Args {
    /// Do it without asking. Guards hold all the same
    #[arg(short, long)]
    pub yes: bool,

    /// Show the plan and change nothing, as `diff` does
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,

    /// Apply a plan that `diff --save` saved, without asking: the review was the answer
    ///
    /// It is planned afresh, for the people and with the allowances that the plan was saved with,
    /// and applied if that gives the same plan. If not, what moved is shown, and the end is 8.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "Limits"])]
    pub plan: Option<PathBuf>,

    /// What to do if the saved plan is not what would be done now
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        default_value_t,
        requires = "plan"
    )]
    pub plan_mismatch: Mismatch,

    /// How old the saved plan may be, such as 90m, 24h or 7d
    #[arg(
        long,
        value_name = "TIME",
        value_parser = saved::max_age,
        default_value = "24h",
        requires = "plan"
    )]
    pub max_age: SignedDuration,

    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at the type")]
    pub limits: Limits,

    /// End with 5 also if somebody with a remedy was left alone
    #[arg(long)]
    pub strict: bool,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// What a run is limited to, and what it is allowed beyond the ordinary. WHO is a campus id or an
/// email address.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Limits {
    /// Only this person; nothing is removed from anybody else. May be repeated
    ///
    /// Somebody who is named is no mass removal: of the guards, only the one on groups that would
    /// lose all their members holds anything then.
    #[arg(long, value_name = "WHO")]
    pub only: Vec<String>,

    /// Only what takes access away
    #[arg(long)]
    pub revoke_only: bool,

    /// Let a guard's removals through for this run. May be repeated
    #[arg(long, value_name = "GUARD", value_parser = allow())]
    pub allow: Vec<Allow>,

    /// Reactivate somebody whom Command's people closed, and switch on their cards. May be repeated
    #[arg(long, value_name = "WHO")]
    pub reopen: Vec<String>,

    /// Make a new user for somebody with a new email address. May be repeated
    #[arg(long, value_name = "WHO")]
    pub reprovision: Vec<String>,

    /// Take away cards of unknown owner that Atrium does not have
    #[arg(long)]
    pub claim_cards: bool,

    /// Whose cards are read, besides those about whom something changed: changed (nobody's),
    /// sample or all. Without: as the profile says
    #[arg(long, value_name = "WHOSE", value_parser = verify())]
    pub verify: Option<Verify>,

    /// Let a person with a new campus id take over the user of the old one. May be repeated
    #[arg(long, value_name = "WHO")]
    pub rekey: Vec<String>,
}

fn allow() -> impl TypedValueParser<Value = Allow> {
    PossibleValuesParser::new(Allow::ALL.map(|(name, _)| name)).try_map(|word| {
        let known = Allow::ALL.into_iter().find(|(name, _)| *name == word);
        known.map(|(_, allow)| allow).ok_or("not a guard")
    })
}

fn verify() -> impl TypedValueParser<Value = Verify> {
    let words = Verify::WORDS.iter().map(|(word, _)| *word);
    PossibleValuesParser::new(words).try_map(|word| {
        let known = Verify::WORDS.iter().find(|(name, _)| *name == word);
        known.map(|(_, verify)| *verify).ok_or("not a choice")
    })
}

impl Limits {
    /// Lays the limits over the profile's policy.
    pub(super) fn apply(&self, mut policy: Policy) -> Policy {
        policy.only = Selection::new(self.only.iter().cloned());
        policy.revoke_only = self.revoke_only;
        policy.allow = self.allow.iter().copied().collect();
        policy.reopen = Selection::new(self.reopen.iter().cloned());
        policy.reprovision = Selection::new(self.reprovision.iter().cloned());
        policy.claim_cards = self.claim_cards;
        if let Some(verify) = self.verify {
            policy.verify = verify;
        }
        policy.rekey = Selection::new(self.rekey.iter().cloned());
        policy
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    let ui = &context.ui;
    if args.dry_run {
        let stats = args.stats;
        return diff::run(
            context,
            &diff::Args {
                exit_code: false,
                save: None,
                limits: args.limits,
                stats,
            },
        );
    }
    let saved = args.plan.as_deref().map(Saved::read).transpose()?;
    let asks = !args.yes && saved.is_none();
    if asks && (!ui.can_prompt() || ui.format() != Format::Table) {
        return Err(Error::message(
            Exit::Usage,
            "a sync that can't ask has to be told: there is no terminal to confirm the plan at",
        )
        .hint("give --yes to apply without asking, or --dry-run to look only"));
    }
    let session = context.session()?;
    let reviewed = saved
        .map(|saved| saved.check(&session, clock(), args.max_age))
        .transpose()?;
    let limits = match &reviewed {
        Some(reviewed) => &reviewed.limits,
        None => &args.limits,
    };
    if session.profile.sync.mode == Mode::Observe {
        ui.warning(
            "the profile only observes (mode = \"observe\" under [sync]): nothing is written",
        );
        let plan = diff::show(context, &session, limits)?;
        let exit = diff::not_written(&plan);
        output::concluded(ui, &plan, &session.requests(), exit)?;
        return Ok(exit);
    }
    let mut ledger = session.ledger(Access::Write)?;
    let runtime = runtime()?;
    let exit = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        let policy = limits.apply(session.policy());
        let job = Job {
            args: &args,
            policy,
            reviewed: reviewed.as_ref(),
        };
        sync(context, job, &session, &mut ledger, &interrupt).await
    });
    if args.stats {
        output::stats(ui, &session.requests());
    }
    // A second Ctrl-C leaves at once: what still runs in the background is not waited for.
    runtime.shutdown_background();
    exit
}

/// What a run is asked to do.
struct Job<'a> {
    args: &'a Args,
    policy: Policy,
    reviewed: Option<&'a Reviewed>,
}

async fn sync(
    context: &Context<'_>,
    job: Job<'_>,
    session: &Session,
    ledger: &mut Ledger,
    interrupt: &Interrupt,
) -> Result<Exit, Error> {
    let ui = &context.ui;
    output::started(ui, session.heading())?;
    let Job {
        args,
        policy,
        reviewed,
    } = job;
    let memory = ledger.remember(policy.now)?;
    let planning = async {
        let mut gathered = gather::gather(session, memory, ui).await?;
        gather::check_names(&policy, &gathered)?;
        let plan = gather::plan(session, &mut gathered, &policy, ui).await?;
        Ok((gathered, plan))
    };
    let (gathered, mut plan) = interrupt.droppable(planning).await?;
    if let Some(reviewed) = reviewed {
        plan = reviewed.allow(session, &policy, plan, args.plan_mismatch)?;
    }
    show(context, session, &plan)?;
    let blocked = !plan.stops.is_empty();
    if blocked {
        let report = nothing_done(plan, "nothing was written");
        return finish(context, args, session, &report);
    }
    let asks = !args.yes && reviewed.is_none();
    if asks && !plan.operations.is_empty() && !ui.confirm("Apply this?")? {
        ui.status("Nothing was changed.");
        return Ok(Exit::Done);
    }
    tell_capped(session, &gathered);
    let run = begin(session, ledger, &policy, &gathered, &plan)?;
    let result = interrupt
        .finishing(
            ui,
            "sync again: the next run looks first and goes on from what it finds",
            write(
                context, session, ledger, run, gathered, plan, &policy, interrupt,
            ),
        )
        .await;
    let report = match result {
        Ok(report) => report,
        Err(error) => {
            ledger.end_run(run, clock(), error.exit.code(), sent(session))?;
            return Err(error);
        }
    };
    let exit = judge(args, &report);
    ledger.end_run(run, clock(), exit.code(), sent(session))?;
    finish(context, args, session, &report)
}

/// Shows the plan, or, of one that is refused because it moved, what moved.
fn show(context: &Context<'_>, session: &Session, plan: &Plan) -> Result<(), Error> {
    let is_refused = plan.stops.iter().any(|stop| stop.code == Code::PlanMoved);
    if !is_refused {
        output::planned(&context.ui, session.heading(), plan)?;
    }
    if is_refused || !plan.moved.is_empty() {
        output::moved(&context.ui, plan)?;
    }
    Ok(())
}

fn sent(session: &Session) -> u64 {
    session.requests().iter().map(|count| count.sent).sum()
}

/// Tells the client which groups an earlier run found to come back without all of their members.
fn tell_capped(session: &Session, gathered: &Gathered) {
    let memory = &gathered.memory;
    let mut unseen: HashMap<&AccessGroupId, usize> = HashMap::new();
    for ((_, group), stuck) in &memory.stuck_members {
        *unseen.entry(group).or_default() += usize::from(stuck.added);
    }
    for known in &memory.groups {
        let unseen = unseen.get(&known.id).copied().unwrap_or_default();
        let mut groups = gathered.directory.groups.iter();
        if unseen > 0
            && let Some(group) = groups.find(|group| group.id == known.group_id)
        {
            let members = group.members.as_ref();
            let read = members.map_or(0, |members| members.users.len() + members.unknown.len());
            session.client.know_capped(&group.id, read + unseen, read);
        }
    }
}

fn nothing_done(plan: Plan, why: &str) -> Report {
    let code = plan
        .stops
        .first()
        .map_or(Code::Interrupted, |stop| stop.code);
    let outcomes = vec![Outcome::Skipped { code }; plan.operations.len()];
    let verification = Verification::NotChecked {
        why: why.to_owned(),
    };
    Report {
        plan,
        outcomes,
        verification,
        interrupted: false,
    }
}

fn begin(
    session: &Session,
    ledger: &mut Ledger,
    policy: &Policy,
    gathered: &Gathered,
    plan: &Plan,
) -> Result<RunId, Error> {
    let memory = &gathered.memory;
    let whole = gathered.roster.completeness.is_whole();
    let mut rekeyed = Vec::new();
    for operation in &plan.operations {
        if let Change::UpdateUser { user_id, fields } | Change::ReactivateUser { user_id, fields } =
            &operation.change
            && fields.iter().any(|field| field.field == Field::ExternalId)
            && let Some(person) = operation.subject.person()
            && !memory.users.contains_key(person)
            && let Some((old, _)) = memory
                .users
                .iter()
                .find(|(_, known)| known.user_id == *user_id)
            && old != person
        {
            rekeyed.push((old.clone(), person.clone()));
        }
    }
    let run = ledger.begin_run(&RunStart {
        started: policy.now,
        organization: &session.organization,
        filter: &policy.filter,
        people: whole.then_some(gathered.roster.people.len() as u64),
        digest: &plan.digest,
        allowed: &policy.allowed(),
        rekeyed: &rekeyed,
        bookkeeping: &plan.bookkeeping,
        command: "atriumctl sync",
    })?;
    // Command was read with it.
    ledger.token_worked(&session.fingerprint, clock())?;
    let newest = gathered
        .directory
        .users
        .iter()
        .filter_map(|user| user.created)
        .max();
    // Of half a list it can't be told who is the newest, and the others are no news later.
    let whole = gathered.directory.completeness.is_whole();
    if let Some(newest) = newest.filter(|_| whole) {
        ledger.note_high_water(newest)?;
    }
    Ok(run)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one run, each from another owner"
)]
async fn write(
    context: &Context<'_>,
    session: &Session,
    ledger: &mut Ledger,
    run: RunId,
    gathered: Gathered,
    plan: Plan,
    policy: &Policy,
    interrupt: &Interrupt,
) -> Result<Report, Error> {
    if plan.operations.is_empty() {
        let verification = Verification::InStep;
        return Ok(Report {
            plan,
            outcomes: Vec::new(),
            verification,
            interrupted: false,
        });
    }
    let ui = &context.ui;
    let concurrency = session.profile.sync.concurrency as usize;
    let cards = session.access.as_ref().map(|client| apply::Cards {
        client,
        roster: &gathered.roster,
        directory: &gathered.directory,
        memory: &gathered.memory,
        policy,
        patience: session.patience,
    });
    let progress = Progress::start(&context.ui, "writing to Command");
    let applied = apply::apply(
        &plan,
        apply::Run {
            client: &session.client,
            cards,
            ledger,
            id: run,
            concurrency,
            domains_known: policy.email_domains.is_some(),
            stop: interrupt.stop(),
            progress: &|settled, of| progress.set(settled, Some(of)),
            settled: &|at, operation, outcome| output::settled(ui, at, operation, outcome),
            clock: &clock,
        },
    )
    .await;
    progress.finish();
    let Applied {
        mut outcomes,
        interrupted,
        everybody,
    } = applied?;
    let refused = outcomes.iter().any(|outcome| {
        matches!(
            outcome,
            Outcome::Failed {
                code: Code::SignInRefused,
                ..
            }
        )
    });
    let verification = if interrupted || refused {
        let why = if refused {
            "Command refused the token"
        } else {
            "the run was interrupted"
        };
        Verification::NotChecked {
            why: why.to_owned(),
        }
    } else {
        let progress = Progress::start(&context.ui, "checking");
        let check = Check {
            client: &session.client,
            cards: session.access.as_ref(),
            patience: session.patience,
            everybody,
            ledger,
            id: run,
            roster: &gathered.roster,
            before: gathered.directory,
            policy,
            concurrency,
            now: policy.now,
        };
        let before = outcomes.clone();
        let verification = apply::verify(&plan, &mut outcomes, check).await;
        progress.finish();
        for (at, (operation, outcome)) in (0..).zip(plan.operations.iter().zip(&outcomes)) {
            if before[at as usize] != *outcome {
                output::settled(ui, at, operation, outcome);
            }
        }
        verification?
    };
    Ok(Report {
        plan,
        outcomes,
        verification,
        interrupted,
    })
}

/// The code of what happened.
fn judge(args: &Args, report: &Report) -> Exit {
    let mut exit = diff::not_written(&report.plan);
    if !report.plan.stops.is_empty() {
        return exit;
    }
    if report.interrupted {
        exit = exit.or(Exit::Interrupted);
    }
    if !report.plan.held.is_empty() {
        exit = exit.or(Exit::Held);
    }
    for outcome in &report.outcomes {
        exit = exit.or(match outcome {
            Outcome::Done { .. } | Outcome::Owed { .. } => Exit::Done,
            Outcome::Failed {
                code: Code::SignInRefused | Code::ApiKeyRefused | Code::ApiKeyScope,
                ..
            } => Exit::Authentication,
            Outcome::Failed {
                code: Code::Unavailable | Code::OutcomeUnknown,
                ..
            } => Exit::Unavailable,
            Outcome::Failed { .. } | Outcome::Skipped { .. } => Exit::Partial,
        });
    }
    exit = exit.or(match &report.verification {
        Verification::InStep => Exit::Done,
        Verification::Remaining { .. } => Exit::Partial,
        Verification::NotChecked { .. } if report.interrupted => Exit::Interrupted,
        Verification::NotChecked { .. } => Exit::Unavailable,
    });
    let remedies = report
        .plan
        .left_alone
        .iter()
        .any(|left| !left.code.remedy().is_empty());
    if args.strict && remedies {
        exit = exit.or(Exit::Partial);
    }
    exit
}

fn finish(
    context: &Context<'_>,
    args: &Args,
    session: &Session,
    report: &Report,
) -> Result<Exit, Error> {
    let exit = judge(args, report);
    // The plan has said all that there is to say.
    let silent = report.plan.is_empty() || !report.plan.stops.is_empty();
    if !(silent && context.ui.format() == Format::Table) {
        output::report(
            &context.ui,
            session.heading(),
            report,
            &session.requests(),
            exit,
        )?;
    }
    Ok(exit)
}
