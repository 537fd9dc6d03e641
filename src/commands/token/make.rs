//! `token generate` and `token refresh`.
//!
//! Nothing is made before it is certain that the token has somewhere to go, and that nobody is
//! broken by it who was not named. Once it is made, it is noted, stored and read back before
//! anything else.

use std::path::Path;

use super::keep::{self, Outcome};
use super::others::{self, Others};
use super::{Generate, Make};
use crate::commands::admin_port::{Beforehand, admin_error, admin_port};
use crate::commands::interrupt::Interrupt;
use crate::config::{Adapter, Need, Profile, SecretFile};
use crate::context::{Context, clock, runtime};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger, TokenRecord};
use crate::model::domain::{Domain, DomainError};
use crate::output::{self, Format, Kept, TokenFacts, TokenMade};
use crate::secret::store::{SecretStore, StoreError};
use crate::secret::{Origin, Secret, SecretKind};
use crate::verkada::admin::{AdminError, AdminPort, Job, NewToken, TokenWish};

/// Makes a token for the domains that are named.
pub(super) fn generate(context: &Context<'_>, args: &Generate) -> Result<Exit, Error> {
    let domains = Domain::parse_all(args.domains.iter().map(String::as_str));
    let domains = domains.map_err(no_domain)?;
    let wish = TokenWish {
        domains: domains
            .iter()
            .map(|domain| domain.ascii().to_owned())
            .collect(),
        invites: !args.no_invites,
    };
    make(context, Some(wish), &args.make)
}

/// Makes a new token for the same domains.
pub(super) fn refresh(context: &Context<'_>, args: &Make) -> Result<Exit, Error> {
    make(context, None, args)
}

fn no_domain(error: DomainError) -> Error {
    let hint = match &error {
        DomainError::Address { domain, .. } => format!("--domain {domain}"),
        DomainError::Twice(_) => "name it once".to_owned(),
        _ => "what stands behind the @, each subdomain by itself: --domain school.example".into(),
    };
    Error::message(Exit::Usage, format!("--domain: {error}")).hint(hint)
}

/// What is so once the making of a token was left half-way.
const LEFT: &str = "a new token may have been made, and then the old one is dead: `atriumctl token \
                    test` tries it, and `atriumctl token refresh` makes one more";

fn make(context: &Context<'_>, wish: Option<TokenWish>, args: &Make) -> Result<Exit, Error> {
    let ui = &context.ui;
    let (command, job) = match wish {
        Some(_) => ("token generate", Job::GenerateToken),
        None => ("token refresh", Job::RefreshToken),
    };
    output::offers(ui, command, &[Format::Table, Format::Json, Format::Jsonl])?;
    if !args.yes && !ui.can_prompt() {
        let message = "a new token kills the old one, and there is no terminal to confirm that at";
        return Err(
            Error::message(Exit::Usage, message).hint("give --yes to make it without asking")
        );
    }
    let reach = context.reach()?;
    let profile = &reach.profile;
    if profile.command.admin.adapter == Adapter::Guided
        && args.token_file.is_none()
        && !ui.can_prompt()
    {
        return Err(admin_error(AdminError::NeedsTerminal(job), profile));
    }
    let from_stdin = profile.secret_files.get(SecretKind::ScimToken);
    if from_stdin.is_some_and(|file| file.value == SecretFile::Stdin)
        && args.token_file.as_deref() == Some(Path::new("-"))
    {
        let message = "the old token and the new one can't both come from standard input";
        return Err(Error::message(Exit::Usage, message).hint("name a file for one of them"));
    }
    let name = profile.name.value.as_str();
    let kept_in = context.patient_store(name)?;
    let has_store = proven(context, kept_in.as_ref(), name, args)?;
    let present = context
        .secret(SecretKind::ScimToken, Need::Optional)?
        .map(|found| found.secret);
    let beforehand = Beforehand {
        token_file: args.token_file.clone(),
        metadata_file: None,
    };
    let port = admin_port(context, profile, beforehand, || admin_secret(context))?;
    // Held to the end, so that no sync of this profile runs meanwhile.
    let mut ledger = Ledger::open(&reach.state, Access::Write)?;
    let memory = others::remember(&ledger)?;
    let runtime = runtime()?;
    let new = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        // One that was made in the console already has broken whom it breaks.
        if args.token_file.is_none() {
            let looking = others::look(&reach, present.as_ref(), &memory, &port);
            let looked = interrupt.droppable(looking).await;
            check_others(context, looked, args.breaks_other_clients)?;
            if !args.yes && !ui.confirm(&question(present.as_ref()))? {
                ui.status("Nothing was made.");
                return Ok(None);
            }
        }
        let making = async {
            let made = match &wish {
                Some(wish) => port.generate_token(wish).await,
                None => port.refresh_token().await,
            };
            made.map_err(|error| admin_error(error, profile))
        };
        let made = interrupt.finishing(ui, LEFT, making).await;
        made.map(Some)
    });
    let Some(new) = new? else {
        return Ok(Exit::Done);
    };
    if present
        .as_ref()
        .is_some_and(|old| old.expose() == new.token.expose())
    {
        let message = "this is the token that there was before, so no other one was made";
        return Err(Error::message(Exit::Failed, message)
            .hint("in Command's console, choose Refresh beside the token, and copy the new one"));
    }
    let record = record(&ledger, &new, present.as_ref());
    if let Err(error) = ledger.record_token(&record) {
        let told = format!("the ledger could not note what the token is for: {error}");
        ui.warning(&told);
    }
    let store = has_store.then_some(kept_in.as_ref());
    let outcome = keep::keep(store, name, &new.token, clock());
    warn_of_shadow(context, present.as_ref());
    if args.token_file.is_some() {
        let looking = others::look(&reach, Some(&new.token), &memory, &port);
        let looked = runtime.block_on(looking);
        // It is made: whom it breaks is all that is left to say.
        if let Err(error) = check_others(context, looked, true) {
            ui.warning(&error.to_string());
        }
    }
    tell(
        context,
        profile,
        &Made {
            command,
            new: &new,
            record: &record,
            outcome: &outcome,
            store: kept_in.name(),
            shows: args.show,
        },
    )
}

/// Whether there is a store that takes the token. Without one, the token has to be shown.
fn proven(
    context: &Context<'_>,
    store: &dyn SecretStore,
    profile: &str,
    args: &Make,
) -> Result<bool, Error> {
    let error = match keep::prove(store, profile) {
        Ok(()) => return Ok(true),
        Err(error) => error,
    };
    let waits = matches!(error, StoreError::Locked | StoreError::Slow(_));
    if !waits && (args.show || context.ui.is_raw()) {
        if !matches!(error, StoreError::Absent(_)) {
            let told = format!("the token is shown and not kept: {error}");
            context.ui.warning(&told);
        }
        return Ok(false);
    }
    let message = format!(
        "nothing was made, because {} does not take a token",
        store.name()
    );
    let error = anyhow::Error::new(error).context(message);
    if waits {
        return Err(Error::new(Exit::Authentication, error).hint(
            "unlock it and try again; ATRIUMCTL_KEYRING=off goes on without it, and then --show \
             shows the new token once",
        ));
    }
    Err(Error::new(Exit::Authentication, error)
        .hint("--show shows the new token once; --output raw writes it alone to standard output, for a pipe into a store of secrets")
        .hint("then give it to atriumctl in ATRIUMCTL_SCIM_TOKEN, or in a file that ATRIUMCTL_SCIM_TOKEN_FILE names"))
}

fn admin_secret(context: &Context<'_>) -> Result<Secret, Error> {
    let found = context.secret(SecretKind::Admin, Need::Required)?;
    found.map(|found| found.secret).ok_or_else(|| {
        let message = "there is no secret of an organization admin, which the admin port needs";
        Error::message(Exit::Authentication, message).hint("atriumctl auth set admin")
    })
}

/// Refuses to break other clients, unless that is wanted; then says whom.
fn check_others(
    context: &Context<'_>,
    looked: Result<Others, Error>,
    wanted: bool,
) -> Result<(), Error> {
    let others = match looked {
        Ok(others) => others,
        Err(error) if wanted && error.exit == Exit::Unavailable => {
            let told = format!("whether another SCIM client uses the token was not seen: {error}");
            context.ui.warning(&told);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if others.users == 0 && !others.has_another_token {
        if let Some(why) = &others.unseen {
            let told = format!(
                "whether another SCIM client uses the token can't be seen: {why}; the ledger \
                 knows of none"
            );
            context.ui.warning(&told);
        }
        return Ok(());
    }
    let refusal = others::refuse(&others);
    if !wanted {
        return Err(refusal);
    }
    context.ui.warning(&refusal.to_string());
    for hint in refusal.hints.iter().skip(1) {
        context.ui.hint(hint);
    }
    Ok(())
}

fn question(present: Option<&Secret>) -> String {
    let which = match present {
        Some(token) => format!("The present token ({}…)", token.short_fingerprint()),
        None => "Any token that there is".to_owned(),
    };
    format!("{which} is dead at once then, for everything that uses it, Okta too. Make a new one?")
}

/// What is known of the new token: what the port says, else, of a refreshed one, what was known of
/// the one before.
fn record(ledger: &Ledger, new: &NewToken, present: Option<&Secret>) -> TokenRecord {
    let before = present.and_then(|token| ledger.token(&token.fingerprint()).ok().flatten());
    let before_domains = before.as_ref().and_then(|token| token.domains.clone());
    TokenRecord {
        fingerprint: new.token.fingerprint(),
        made: Some(new.made),
        domains: new.domains.clone().or(before_domains),
        invites: new.invites.or(before.and_then(|token| token.invites)),
        last_good: None,
    }
}

/// A place that goes before the store still has the old token, and would be believed.
fn warn_of_shadow(context: &Context<'_>, present: Option<&Secret>) {
    let remedy = match present.map(Secret::origin) {
        Some(Origin::Environment(name)) => format!("unset {name}, or set it to the new token"),
        Some(Origin::File(path)) => format!("write the new token into {}", path.display()),
        _ => return,
    };
    let told = format!("{remedy}: what is there is dead, and is read before what is kept");
    context.ui.warning(&told);
}

/// A token that was made.
struct Made<'a> {
    command: &'static str,
    new: &'a NewToken,
    record: &'a TokenRecord,
    outcome: &'a Outcome,
    store: &'a str,
    shows: bool,
}

/// Says what was made, and gives the token out where that is wanted, or where it is nowhere else.
fn tell(context: &Context<'_>, profile: &Profile, made: &Made<'_>) -> Result<Exit, Error> {
    let ui = &context.ui;
    let token = &made.new.token;
    let is_kept = *made.outcome == Outcome::Kept;
    let mut exit = Exit::Done;
    if let Outcome::Failed(why) = made.outcome {
        let told = format!(
            "the token was made, and {} did not keep it: {why}; the old one is dead, so here is \
             the new one: put it where it is safe",
            made.store
        );
        ui.warning(&told);
        exit = Exit::Failed;
    }
    let kept = match made.outcome {
        Outcome::Kept => Kept::In(made.store),
        Outcome::NoStore | Outcome::Failed(_) => Kept::Nowhere,
    };
    let shown = (made.shows || !is_kept) && !ui.is_raw();
    if ui.is_raw() {
        exit = exit.or(keep::pour(ui, token, is_kept));
    }
    let report = TokenMade {
        command: made.command,
        profile: &profile.name.value,
        facts: TokenFacts {
            fingerprint: &made.record.fingerprint,
            made: made.record.made,
            domains: made.record.domains.as_deref(),
            invites: made.record.invites,
        },
        kept,
        token: shown.then_some(token),
        exit,
    };
    let told = output::token_made(ui, &report);
    // Whatever happened to standard output, the token must be somewhere.
    if shown && !is_kept && (told.is_err() || ui.is_closed()) {
        keep::pour(ui, token, false);
    }
    told.map(|()| exit)
}
