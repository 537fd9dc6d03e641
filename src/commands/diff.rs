//! `diff`: the plan of a sync, shown only.

use std::path::PathBuf;

use super::gather;
use super::interrupt::Interrupt;
use super::saved;
use super::sync::Limits;
use crate::context::{Context, Session, clock, runtime};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::plan::Plan;
use crate::model::reason::Code;
use crate::output;

/// Show what a sync would do, and change nothing
///
/// Reads both sides whole and plans as `sync` does: what would be done, what a guard would hold,
/// and who is left alone, with reasons and remedies. Neither Command nor the ledger is changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl diff                           the whole campus
  atriumctl diff --only S1001234           one person
  atriumctl diff --exit-code --output json for a CI job: ends with 3 if there are differences
  atriumctl diff --save monday.plan        keep it for a review; then: sync --plan monday.plan")]
pub struct Args {
    /// End with 3 if a sync would change anything
    #[arg(long)]
    pub exit_code: bool,

    /// Save the plan in a file, to be reviewed and then applied with `sync --plan`
    ///
    /// The file is for its owner alone and holds no card number. An older saved plan is replaced;
    /// any other file is left as it is.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at the type")]
    pub limits: Limits,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    if let Some(path) = &args.save {
        saved::check_target(path)?;
    }
    let session = context.session()?;
    let plan = show(context, &session, &args.limits)?;
    if let Some(path) = &args.save {
        if plan.stops.is_empty() {
            saved::save(path, &session, &args.limits, &plan, clock())?;
            context.ui.status(&format!(
                "Saved in {}, digest {}; after the review: atriumctl sync --plan {}",
                path.display(),
                plan.short_digest(),
                path.display()
            ));
        } else {
            let warning = "not saved: nothing of a plan that is stopped can be applied";
            context.ui.warning(warning);
        }
    }
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    let mut exit = not_written(&plan);
    if args.exit_code && !plan.is_empty() {
        exit = exit.or(Exit::Differences);
    }
    output::concluded(&context.ui, &plan, &session.requests(), exit)?;
    Ok(exit)
}

/// Plans and shows the plan.
pub(super) fn show(
    context: &Context<'_>,
    session: &Session,
    limits: &Limits,
) -> Result<Plan, Error> {
    output::started(&context.ui, session.heading())?;
    let policy = limits.apply(session.policy());
    let memory = session.ledger(Access::ReadOnly)?.remember(policy.now)?;
    let runtime = runtime()?;
    let plan = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        let planning = async {
            let mut gathered = gather::gather(session, memory, &context.ui).await?;
            gather::check_names(&policy, &gathered)?;
            gather::plan(session, &mut gathered, &policy, &context.ui).await
        };
        interrupt.droppable(planning).await
    })?;
    output::plan(&context.ui, session.heading(), &plan)?;
    Ok(plan)
}

/// The code of a plan that can't be applied as a whole, whoever asks.
pub(super) fn not_written(plan: &Plan) -> Exit {
    let mut exit = Exit::Done;
    for stop in &plan.stops {
        exit = exit.or(match stop.code {
            Code::LedgerOlder | Code::PlanMoved => Exit::Stale,
            _ => Exit::Held,
        });
    }
    let held = plan.held.iter().map(|held| held.code);
    let left = plan.left_alone.iter().map(|left| left.code);
    let tripped = plan.tripped.iter().map(|tripped| tripped.code);
    if held.chain(left).chain(tripped).any(|code| {
        matches!(
            code,
            Code::TargetIncomplete | Code::SourceIncomplete | Code::CardsUnreadable
        )
    }) {
        exit = exit.or(Exit::Unavailable);
    }
    exit
}
