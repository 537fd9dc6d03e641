//! Everybody with a trouble, by cause.

use crate::commands::gather;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, runtime};
use crate::diagnose::everybody;
use crate::diagnose::redact::Redaction;
use crate::error::Error;
use crate::ledger::Access;
use crate::output;

/// Plans, and shows who is left alone, held, or failed in the last run.
pub(super) fn run(context: &Context<'_>, session: &Session, redact: bool) -> Result<(), Error> {
    let policy = session.policy();
    let ledger = session.ledger(Access::ReadOnly)?;
    let memory = ledger.remember(policy.now)?;
    let failures = match ledger.past_runs(1)?.first() {
        Some(last) => everybody::failures(&ledger.past_actions(last.id)?),
        None => Vec::new(),
    };
    drop(ledger);
    let (plan, roster) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let planning = async {
            let mut gathered = gather::gather(session, memory, &context.ui).await?;
            let plan = gather::plan(session, &mut gathered, &policy, &context.ui).await?;
            Ok((plan, gathered.roster))
        };
        interrupt.droppable(planning).await
    })?;
    let groups = everybody::by_cause(&plan, &failures);
    let groups = match redact {
        true => {
            let mut redaction = Redaction::of_groups(&groups);
            redaction.add_people(&roster, &Redaction::texts_of(&groups));
            redaction.groups(&groups)
        }
        false => groups,
    };
    output::troubles(&context.ui, session.heading(), &groups)
}
