//! `token test`: the call of Okta's connection test, then questions that change nothing.

use super::judge::{self, Check};
use super::{client, status, tell_override};
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Reach, clock, runtime, scim_error};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger};
use crate::model::checkup::Verdict;
use crate::output::{self, Format, TokenTest};
use crate::verkada::scim::{Look, Manner, Question, ScimClient, ScimError};

/// An address that nobody has: the top level is reserved (RFC 2606, section 2).
const NOBODY: &str = "atriumctl.token.test@nobody.invalid";

/// Runs the command.
pub(super) fn run(context: &Context<'_>) -> Result<Exit, Error> {
    let ui = &context.ui;
    let forms = [Format::Table, Format::Json, Format::Jsonl];
    output::offers(ui, "token test", &forms)?;
    let reach = context.reach()?;
    let token = status::token(context)?;
    let fingerprint = token.fingerprint();
    let origin = token.origin().to_string();
    let client =
        client(&reach.profile, token).map_err(|error| scim_error(error, &reach.profile))?;
    let checks = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        interrupt.droppable(ask_everything(&client, &reach)).await
    })?;
    let exit = judge::exit(&checks);
    if !matches!(exit, Exit::Authentication | Exit::Unavailable) {
        note_good(&reach, &fingerprint);
    }
    output::token_test(
        ui,
        &TokenTest {
            profile: &reach.profile.name.value,
            address: &reach.profile.command.scim_url.value,
            origin,
            fingerprint: &fingerprint,
            checks: &checks,
            exit,
        },
    )?;
    tell_override(context, &reach.profile, exit);
    Ok(exit)
}

/// Notes that Command took the token, unless a run has the ledger: it notes that itself.
pub(super) fn note_good(reach: &Reach, fingerprint: &str) {
    if !reach.state.exists() {
        return;
    }
    if let Ok(mut ledger) = Ledger::open(&reach.state, Access::Write) {
        // A memory that is of no use to anything else than `token status`.
        let _ = ledger.token_worked(fingerprint, clock());
    }
}

/// Puts all questions. After a first one that failed, the others would only fail again.
async fn ask_everything(client: &ScimClient, reach: &Reach) -> Result<Vec<Check>, Error> {
    let ask = async |path: &str, query: &str, manner: Manner| -> Result<Look, Stopped> {
        let question = Question {
            path,
            query,
            manner,
        };
        client.look(question).await.map_err(Stopped)
    };
    let mut checks = Vec::new();
    let asked = async {
        let first = ask("/Users", "startIndex=1&count=2", Manner::Okta).await?;
        let connection = judge::connection_check(&first);
        let failed = connection.verdict == Verdict::Failure;
        checks.push(connection);
        if failed {
            return Ok(());
        }
        let list = ask("/Users", "startIndex=1&count=2", Manner::Readable).await?;
        checks.push(judge::media_type(&list));
        checks.push(judge::paging_types(&list));
        checks.push(judge::page_size(&list, 2));
        let wrong = ask("/Users", "startIndex=1&count=2", Manner::WrongToken).await?;
        checks.push(judge::wrong_token(&wrong));
        let nobody = ask("/Users/atriumctl-token-test-nobody", "", Manner::Readable).await?;
        checks.push(judge::not_found(&nobody));
        let config = ask("/ServiceProviderConfig", "", Manner::Readable).await?;
        checks.push(judge::service_provider_config(&config));
        let address = NOBODY.replace('@', "%40");
        let search = |blank: &str| {
            format!("filter=userName{blank}eq{blank}%22{address}%22&startIndex=1&count=100")
        };
        let none = ask("/Users", &search("%20"), Manner::Readable).await?;
        checks.push(judge::no_match("filter", &none));
        let none = ask("/Users", &search("+"), Manner::Readable).await?;
        checks.push(judge::no_match_with_plus(&none));
        if let Some(known) = judge::some_user_name(&list) {
            let encoded: String = known.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let query = format!("filter=userName%20eq%20%22{encoded}%22&startIndex=1&count=100");
            let one = ask("/Users", &query, Manner::Readable).await?;
            checks.push(judge::one_match(&one, &known));
        }
        let groups = ask("/Groups", "startIndex=1&count=2", Manner::Readable).await?;
        checks.push(judge::groups(&groups));
        Ok(())
    };
    let outcome: Result<(), Stopped> = asked.await;
    match outcome {
        Ok(()) => Ok(checks),
        Err(Stopped(error @ ScimError::Setup(_))) => Err(scim_error(error, &reach.profile)),
        Err(Stopped(error)) => {
            checks.push(judge::unreachable(&error.to_string()));
            Ok(checks)
        }
    }
}

/// A question that got no answer.
struct Stopped(ScimError);
