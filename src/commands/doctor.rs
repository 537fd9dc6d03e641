//! `doctor`: looks at everything that a sync needs, one line for each, and writes nothing; with
//! `--probe-write` it settles on a throwaway person what nobody can see from outside.

mod admin;
mod atrium;
mod configuration;
mod domains;
mod doors;
mod limits;
mod okta;
mod probe;
mod reach;
mod rights;
mod scim;
mod secrets;
mod state;

use self::atrium::Atrium;
use self::rights::Rights;
use super::interrupt::Interrupt;
use crate::context::{Context, Parts, clock, runtime, token_domains};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger};
use crate::model::checkup::{Area, Check, Checkup, Fault};
use crate::model::report::RequestCount;
use crate::output::{self, CheckupReport, Format};
use crate::secret::SecretKind;
use crate::verkada::rest::RestClient;
use crate::verkada::scim::{ScimClient, ScimError, Survey};

/// Check everything that a sync needs, each with a remedy
///
/// Configuration, secrets, Atrium, the reach of every host, clocks, rights, what Command's SCIM
/// interface can do, email domains, limits, the ledger, and groups that are not yet at doors.
/// Nothing is written, and at most 23 requests go to Command; one that fails is repeated a few
/// times at most, and counted in the report.
///
/// Ends with 0 if nothing failed (with --strict: and nothing is a warning, else 5); with 4 if a
/// secret is missing or refused, with 7 if a host can't be reached, with 2 if the profile is wrong,
/// with 1 for any other failure.
///
/// --probe-write creates a throwaway person with an address that nobody has, finds out on it how
/// this organization's Command behaves where its public pages are silent, and removes it. The
/// answers are kept in the profile, under [command.observed].
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  atriumctl doctor
  atriumctl doctor -v                        with every setting and where it came from
  atriumctl doctor --strict --output json    for a monitor
  atriumctl doctor --probe-write atriumctl-probe@school.example
  atriumctl doctor --profile sandbox")]
pub struct Args {
    /// End with 5 if there is a warning
    #[arg(long)]
    pub strict: bool,

    /// Create a throwaway person with this address, find out on it what the public pages of
    /// Command leave open, and remove it. Nobody may have the address
    #[arg(long, value_name = "EMAIL")]
    pub probe_write: Option<String>,

    /// Of --probe-write: do it without asking
    #[arg(short, long, requires = "probe_write")]
    pub yes: bool,

    /// Of --probe-write: the format of the card that is made and removed at once
    #[arg(long, value_name = "FORMAT", requires = "probe_write")]
    pub card_format: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    output::offers(&context.ui, "doctor", &forms)?;
    if let Some(email) = &args.probe_write {
        return probe::run(context, args, email);
    }
    let name = context.layers.profile_name()?;
    let mut checkup = Checkup::default();
    let parts = context.parts();
    checkup.add(configuration::checks(context, &parts));
    let sent = match &parts {
        Ok(parts) => {
            let (checks, sent) = look(context, parts)?;
            checkup.add(checks);
            sent
        }
        Err(_) => {
            checkup.add(without_profile(context));
            0
        }
    };
    for check in &mut checkup.checks {
        check.remedy = context.ui.command(&check.remedy);
    }
    let exit = exit(&checkup, args.strict);
    let report = CheckupReport {
        profile: &name.value,
        checkup: &checkup,
        requests: sent,
        exit,
    };
    output::checkup(&context.ui, &report)?;
    Ok(exit)
}

/// What can be looked at without a profile.
fn without_profile(context: &Context<'_>) -> Vec<Check> {
    let state = context.layers.profile_name();
    let state = state.and_then(|name| context.layers.state_path(&name));
    let mut checks = match state {
        Ok(path) => state::checks(&path.value, None),
        Err(_) => Vec::new(),
    };
    for area in Area::ALL {
        if !matches!(area, Area::Configuration | Area::State) {
            let why = "the profile can't be used";
            checks.push(Check::not_looked(*area, "no-profile", why));
        }
    }
    checks
}

fn look(context: &Context<'_>, parts: &Parts) -> Result<(Vec<Check>, u64), Error> {
    let profile = &parts.profile;
    let (mut checks, secrets) = secrets::checks(context, profile);
    checks.extend(state::checks(&parts.state, Some(&parts.organization)));
    let memory = state::memory(&parts.state);
    // A client can fail to be set up by its secret alone, which is named already.
    let scim = secrets
        .get(SecretKind::ScimToken)
        .map(|token| parts.scim(token));
    let rest = secrets.get(SecretKind::ApiKey).map(|key| parts.rest(key));
    let rest = rest.and_then(|made| made.ok().flatten());
    let scim = scim.and_then(Result::ok);
    let okta = okta::client(profile, &secrets);
    let (reached, look, rights, atrium, asked, okta_asked) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let work = async {
            Ok(tokio::join!(
                reach::gather(context, profile),
                look_at_scim(scim.as_ref()),
                rights::gather(rest.as_ref()),
                atrium::gather(parts, secrets.get(SecretKind::Atrium)),
                admin::ask(profile, secrets.get(SecretKind::Admin)),
                okta::ask(okta),
            ))
        };
        interrupt.droppable(work).await
    })?;
    let fingerprint = secrets.get(SecretKind::ScimToken);
    let fingerprint = fingerprint.map(|token| token.fingerprint());
    let ledger = Ledger::open(&parts.state, Access::ReadOnly).ok();
    let fingerprint = fingerprint.unwrap_or_default();
    let noted = ledger.and_then(|ledger| ledger.token(&fingerprint).ok().flatten());
    let routes = asked.sent;
    let known = token_domains(profile, noted.as_ref(), asked.domains());
    checks.extend(reach::judge(&reached));
    checks.extend(scim_checks(profile, look.as_ref(), memory.as_ref()));
    let admin = admin::judge(&asked, profile);
    let okta = okta::judge(okta_asked.as_ref(), profile);
    checks.extend(rights::judge(&rights, rest.is_some(), profile));
    checks.extend(admin);
    checks.extend(okta);
    checks.extend(atrium::judge(&atrium, profile, clock()));
    checks.extend(domains::judge(atrium.roster(), known.as_ref()));
    checks.extend(limits::judge(
        rest.as_ref().map(RestClient::allowance),
        profile,
    ));
    checks.extend(door_checks(
        parts,
        &atrium,
        look.as_ref(),
        &rights,
        memory.as_ref(),
    ));
    let sum = |requests: Vec<RequestCount>| requests.iter().map(|count| count.sent).sum::<u64>();
    let sent = reach::sent(&reached)
        + routes
        + scim.map_or(0, |client| sum(client.requests()))
        + rest.map_or(0, |client| sum(client.requests()));
    Ok((checks, sent))
}

async fn look_at_scim(client: Option<&ScimClient>) -> Option<Result<Survey, ScimError>> {
    match client {
        Some(client) => Some(client.survey().await),
        None => None,
    }
}

fn scim_checks(
    profile: &crate::config::Profile,
    look: Option<&Result<Survey, ScimError>>,
    memory: Option<&crate::model::memory::Memory>,
) -> Vec<Check> {
    match look {
        Some(look) => scim::judge(look, profile, memory),
        None => [
            (Area::Rights, "scim-token-works"),
            (Area::Scim, "capabilities"),
        ]
        .map(|(area, code)| {
            Check::not_looked(area, code, "there is no SCIM token that can be sent")
        })
        .into(),
    }
}

fn door_checks(
    parts: &Parts,
    atrium: &Atrium,
    look: Option<&Result<Survey, ScimError>>,
    rights: &Rights,
    memory: Option<&crate::model::memory::Memory>,
) -> Vec<Check> {
    let groups = match look {
        Some(Ok(look)) => look.groups.as_ref().ok(),
        _ => None,
    };
    doors::judge(&doors::Facts {
        atrium: atrium.roster().map(|roster| roster.groups.as_slice()),
        format: &parts.profile.sync.group_external_id_format,
        scim: groups.map(|(groups, is_all)| (groups.as_slice(), *is_all)),
        access: rights.groups(),
        levels: rights.levels(),
        memory,
    })
}

/// The code to end with: the gravest of what failed, by the order that holds for every command.
fn exit(checkup: &Checkup, strict: bool) -> Exit {
    let failed = checkup.faults().map(|fault| match fault {
        Fault::Other => Exit::Failed,
        Fault::Setting => Exit::Usage,
        Fault::Unreachable => Exit::Unavailable,
        Fault::Stale => Exit::Stale,
        Fault::Authentication => Exit::Authentication,
    });
    match failed.reduce(Exit::or) {
        Some(exit) => exit,
        None if strict && checkup.count("warning") > 0 => Exit::Partial,
        None => Exit::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verkada::scim::SURVEY_REQUESTS;

    /// The most requests that are sent to Command where none has to be repeated: one to each of two
    /// hosts, a look at SCIM, what the API key may read, and the token's domains over routes.
    const MOST_REQUESTS: u32 = 2 + SURVEY_REQUESTS + rights::REQUESTS + 1;

    #[test]
    fn the_gravest_failure_decides_and_warnings_only_if_asked() {
        let fail = |fault| Check::failure(Area::Reach, "x", fault, "");
        let warn = || Check::warning(Area::Reach, "x", "");
        use Fault::{Authentication, Other, Setting, Unreachable};
        for (checks, strict, expected) in [
            (vec![], true, Exit::Done),
            (vec![warn()], false, Exit::Done),
            (vec![warn()], true, Exit::Partial),
            (vec![warn(), fail(Other)], true, Exit::Failed),
            (
                vec![fail(Other), fail(Unreachable)],
                false,
                Exit::Unavailable,
            ),
            (
                vec![fail(Unreachable), fail(Authentication)],
                false,
                Exit::Authentication,
            ),
            (vec![fail(Setting)], false, Exit::Usage),
        ] {
            let mut checkup = Checkup::default();
            checkup.add(checks);
            assert_eq!(exit(&checkup, strict), expected);
        }
    }

    #[test]
    fn the_help_states_the_bound_that_is_in_force() {
        use clap::Args as _;
        let command = Args::augment_args(clap::Command::new("doctor"));
        let help = command.get_long_about().map(ToString::to_string);
        let stated = format!("at most {MOST_REQUESTS} requests");
        assert!(help.unwrap_or_default().contains(&stated));
    }
}
