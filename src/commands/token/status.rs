//! `token status`: what is known of the token.

use super::{Status, client, tell_override};
use crate::commands::admin_port::{Beforehand, admin_port};
use crate::commands::interrupt::Interrupt;
use crate::config::Need;
use crate::context::{Context, DomainsFrom, Reach, clock, runtime, token_domains};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, TokenRecord};
use crate::output::{self, Format, TokenFacts, TokenState, Tried};
use crate::secret::{Secret, SecretKind};
use crate::verkada::admin::{AdminPort as _, ScimState};
use crate::verkada::scim::{Manner, Question, ScimError};

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Status) -> Result<Exit, Error> {
    let ui = &context.ui;
    output::offers(
        ui,
        "token status",
        &[Format::Table, Format::Json, Format::Jsonl],
    )?;
    let reach = context.reach()?;
    let profile = &reach.profile;
    let token = token(context)?;
    let fingerprint = token.fingerprint();
    let ledger = Ledger::open(&reach.state, Access::ReadOnly)?;
    let known = ledger.token(&fingerprint)?;
    let runtime = runtime()?;
    let (command, tried) = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        let asking = async {
            let command = ask_port(context, &reach).await;
            let tried = match args.check {
                true => Some(attempt(&reach, &token).await?),
                false => None,
            };
            Ok((command, tried))
        };
        interrupt.droppable(asking).await
    })?;
    // What Command says is about the token that is in force, and ours may be an older one.
    let matches = match (&known, &command) {
        (Some(known), Some(state)) => known.made.is_some() && known.made == state.made,
        _ => false,
    };
    if let Some(state) = &command
        && !state.has_token
    {
        ui.warning("Command says that the organization has no SCIM token");
    } else if let (Some(known), Some(state), false) = (&known, &command, matches)
        && known.made.is_some()
        && state.made.is_some()
    {
        ui.warning(
            "Command says that its token was made at another time than this one: somebody may have \
             made a new one since, and then this one is dead; --check tries it",
        );
    }
    let exit = tried.as_ref().map_or(Exit::Done, |tried| tried.exit);
    let worked = tried.as_ref().is_some_and(|tried| tried.exit == Exit::Done);
    let in_force = command.filter(|state| state.has_token && (matches || worked));
    let told = in_force.as_ref().map(|state| state.domains.clone());
    let domains = token_domains(profile, known.as_ref(), told);
    drop(ledger);
    if let Some(state) = &in_force {
        note(&reach, &fingerprint, known.clone(), state);
    }
    if worked {
        super::test::note_good(&reach, &fingerprint);
    }
    let now = clock();
    let last_good = known.as_ref().and_then(|known| known.last_good);
    let worked_now = tried.as_ref().filter(|tried| tried.exit == Exit::Done);
    output::token_state(
        ui,
        &TokenState {
            profile: &profile.name.value,
            origin: token.origin().to_string(),
            facts: TokenFacts {
                fingerprint: &fingerprint,
                made: known.as_ref().and_then(|known| known.made),
                domains: domains.as_ref().map(|domains| domains.list.as_slice()),
                invites: known.as_ref().and_then(|known| known.invites),
            },
            domains_from: domains.as_ref().map(|domains| words(domains.from)),
            last_good: worked_now.map(|_| now).or(last_good),
            tried: tried.as_ref(),
            now,
        },
    )?;
    tell_override(context, profile, exit);
    Ok(exit)
}

/// The token that a command is about.
pub(super) fn token(context: &Context<'_>) -> Result<Secret, Error> {
    let how = "or make one: atriumctl token generate --domain DOMAIN";
    let found = context.secret(SecretKind::ScimToken, Need::Required);
    match found {
        Ok(Some(found)) => Ok(found.secret),
        Ok(None) => {
            let message = "there is no SCIM token for this profile";
            Err(Error::message(Exit::Authentication, message).hint(how))
        }
        Err(error) if error.exit == Exit::Authentication => Err(error.hint(how)),
        Err(error) => Err(error),
    }
}

/// Where domains are known from, in a word of documents.
pub(super) fn words(from: DomainsFrom) -> &'static str {
    match from {
        DomainsFrom::Profile => "profile",
        DomainsFrom::Ledger => "ledger",
        DomainsFrom::Command => "command",
    }
}

/// What Command's administration says, where it can be asked without anything more.
pub(super) async fn ask_port(context: &Context<'_>, reach: &Reach) -> Option<ScimState> {
    reach.profile.command.admin.url.as_ref()?;
    let admin = context
        .secret(SecretKind::Admin, Need::Optional)
        .ok()
        .flatten()?
        .secret;
    let port = admin_port(context, &reach.profile, Beforehand::default(), || Ok(admin)).ok()?;
    match port.scim().await {
        Ok(state) => state,
        Err(error) => {
            let told = format!("Command's administration was not asked: {error}");
            context.ui.status(&told);
            None
        }
    }
}

/// Notes what Command says of this very token, if it is not what was known, unless a run has the
/// ledger: the next sync reckons with the domains.
pub(super) fn note(
    reach: &Reach,
    fingerprint: &str,
    known: Option<TokenRecord>,
    state: &ScimState,
) {
    let told = TokenRecord {
        fingerprint: fingerprint.to_owned(),
        made: known.as_ref().and_then(|known| known.made).or(state.made),
        domains: Some(state.domains.clone()),
        invites: Some(state.invites),
        last_good: known.as_ref().and_then(|known| known.last_good),
    };
    if known.as_ref() == Some(&told) || !reach.state.exists() {
        return;
    }
    if let Ok(mut ledger) = Ledger::open(&reach.state, Access::Write) {
        let _ = ledger.record_token(&told);
    }
}

/// Tries the token.
pub(super) async fn attempt(reach: &Reach, token: &Secret) -> Result<Tried, Error> {
    let failed = |error| crate::context::scim_error(error, &reach.profile);
    let client = client(&reach.profile, token.clone()).map_err(failed)?;
    let question = Question {
        path: "/Users",
        query: "startIndex=1&count=2",
        manner: Manner::Readable,
    };
    Ok(match client.look(question).await {
        Ok(look) => {
            let (exit, words) = super::judge::connection(&look);
            Tried { exit, words }
        }
        Err(error @ ScimError::Setup(_)) => return Err(failed(error)),
        Err(error) => Tried {
            exit: Exit::Unavailable,
            words: format!("Command can't be reached: {error}"),
        },
    })
}
