//! `doctor --probe-write`: settles on one throwaway person what Command's public pages leave open.

mod judge;
mod steps;

use jiff::Zoned;

use self::steps::{Cut, Probe};
use super::super::gather;
use super::super::interrupt::Interrupt;
use super::{Args, admin};
use crate::config::{self, Adapter, Need, Profile};
use crate::context::{Context, Session, rest_error, runtime, scim_error};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::Completeness;
use crate::model::access::AccessUser;
use crate::model::card::Format;
use crate::model::directory::RemoteUser;
use crate::model::domain::is_among;
use crate::model::fold::{email_domain, same_folded};
use crate::model::id_type::IdType;
use crate::model::roster::Roster;
use crate::model::rules::{Identity, Mode};
use crate::output::{self, ProbeReport};
use crate::secret::SecretKind;
use crate::verkada::scim::ScimError;

/// What is known of everybody before a probe.
struct Everybody {
    roster: Roster,
    users: Vec<RemoteUser>,
    people: Option<Vec<AccessUser>>,
}

/// Runs the probe.
///
/// # Errors
/// [`Exit::Usage`] if the address can't be used or nobody can be asked; then nothing was written.
/// Else what kept it from being finished; what was found out until then is shown before.
pub(super) fn run(context: &Context<'_>, args: &Args, email: &str) -> Result<Exit, Error> {
    check_address(email)?;
    if !args.yes && !context.ui.can_prompt() {
        return Err(Error::message(
            Exit::Usage,
            "--probe-write creates a user in Command, and nobody can be asked whether it may",
        )
        .hint("--yes says that it may"));
    }
    let session = context.session()?;
    may_write(&session.profile)?;
    let format = card_format(&session.profile, args)?;
    // No sync may meet the throwaway person half-way.
    let ledger = session.ledger(Access::Write)?;
    let admin = match session.profile.command.admin.adapter {
        Adapter::Routes => context.secret(SecretKind::Admin, Need::Optional)?,
        Adapter::Guided => None,
    };
    let admin = admin.map(|found| found.secret);
    let (outcome, found) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let asking = async {
            if session.domains.is_some() {
                return Ok(None);
            }
            let asked = admin::ask(&session.profile, admin).await;
            if let Some(error) = asked.trouble() {
                context.ui.warning(&format!(
                    "Command's administration did not say what the token is for: {error}"
                ));
            }
            Ok(asked.domains())
        };
        let asked = interrupt.droppable(asking).await?;
        let known = session.domains.as_ref().map(|known| known.list.clone());
        let known = known.or(asked).unwrap_or_default();
        check_domain(email, &known)?;
        let everybody = interrupt.droppable(read(&session)).await?;
        check_unknown(email, &everybody)?;
        let leftovers = everybody.users.into_iter().filter(judge::is_ours);
        let leftovers: Vec<RemoteUser> = leftovers.collect();
        ask(context, args, email, &session, &leftovers, &known)?;
        let mut probe = Probe::new(
            &session.client,
            session.access.as_ref(),
            email,
            format,
            session.patience,
            interrupt.stop(),
        );
        let work = async {
            // A group may be left although no user is.
            probe.clean_before(&leftovers).await;
            Ok(probe.run().await)
        };
        let outcome = interrupt
            .finishing(
                &context.ui,
                "probe again: the next probe first removes what this one left",
                work,
            )
            .await;
        Ok::<_, Error>((outcome, probe.found))
    })?;
    drop(ledger);
    let mut found = found;
    // Nothing was learnt where the person was not even made.
    if let Ok(Err(Cut::Scim(error))) = &outcome
        && found.left.is_empty()
        && found.observed.is_empty()
        && found.open.is_empty()
    {
        return Err(not_made(error.clone(), email, &session.profile));
    }
    found.observed.on = Some(Zoned::now().date());
    let path = session.profile.path.as_deref();
    let is_kept = path.is_some() && !found.observed.is_empty();
    let report = ProbeReport {
        profile: &session.profile.name.value,
        email,
        observed: &found.observed,
        open: &found.open,
        left: &found.left,
        kept_in: path.filter(|_| is_kept),
        has_file: path.is_some(),
    };
    output::probe(&context.ui, &report)?;
    if let (Some(path), true) = (path, is_kept) {
        config::keep_observed(path, &found.observed)?;
    }
    match outcome? {
        Ok(()) if found.left.is_empty() => Ok(Exit::Done),
        Ok(()) => Ok(Exit::Partial),
        Err(Cut::Stopped) => Err(Error::message(
            Exit::Interrupted,
            "interrupted; what the probe had made is removed, but for what is named above",
        )),
        Err(Cut::Scim(error)) => Err(not_made(error, email, &session.profile)),
    }
}

/// Why the throwaway person was not made. A refusal is about the address, as far as that can be
/// told: nothing else of it is anybody's.
fn not_made(error: ScimError, email: &str, profile: &Profile) -> Error {
    let (exit, hint) = match &error {
        ScimError::Conflict { .. } => (
            Exit::Usage,
            "take an address that was never used in this organization",
        ),
        ScimError::Refused { .. } if error.mentions_domain() => (
            Exit::Usage,
            "take an address in one of the email domains that the SCIM token was made for: Command \
             shows them under Admin > Login & Access > SCIM Users Provisioning",
        ),
        ScimError::Refused { .. } => (Exit::Failed, "read what Command said; try another address"),
        _ => return scim_error(error, profile),
    };
    let what = format!("Command refused the throwaway person {email}, so nothing was found out");
    Error::new(exit, anyhow::Error::new(error).context(what)).hint(hint)
}

/// An address that the wire takes: one @, something on both sides, nothing odd.
fn check_address(email: &str) -> Result<(), Error> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\",;:\\()[]".contains(c);
    match email.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !domain.split('.').any(str::is_empty)
                && !email.contains(odd) =>
        {
            Ok(())
        }
        _ => Err(Error::message(
            Exit::Usage,
            format!("--probe-write: {email:?} is no email address"),
        )
        .hint("for example: --probe-write atriumctl-probe@school.example")),
    }
}

fn may_write(profile: &Profile) -> Result<(), Error> {
    let why = match (profile.sync.mode, profile.sync.identity) {
        (Mode::Observe, _) => "mode = \"observe\" under [sync] says that nothing is written",
        (_, Identity::External) => {
            "identity = \"external\" under [sync] says that no user is written over SCIM"
        }
        _ => return Ok(()),
    };
    Err(Error::message(
        Exit::Usage,
        format!(
            "the profile `{}` lets no probe write: {why}",
            profile.name.value
        ),
    )
    .hint("use a profile for the same organization that may write"))
}

/// The format of the card that is made and removed: the one that is named, else the first that
/// the profile maps and whose numbers are published, else the commonest.
fn card_format(profile: &Profile, args: &Args) -> Result<Format, Error> {
    if let Some(name) = &args.card_format {
        let format = Format::named(name).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.short()).collect();
            let message = format!("--card-format: {name:?} is none of Command's card formats");
            Error::message(Exit::Usage, message).hint(format!("formats: {}", names.join(", ")))
        })?;
        return Ok(format);
    }
    let mapped = profile.atrium.id_types.iter();
    let mut mapped = mapped.filter_map(|(_, id_type)| match id_type {
        IdType::Card(recipe) => Some(recipe.format),
        IdType::Ignore => None,
    });
    let known = mapped.find(|format| format.layout().is_some());
    Ok(known.unwrap_or(Format::Hid26))
}

/// Outside of the token's domains Command refuses the person.
fn check_domain(email: &str, domains: &[String]) -> Result<(), Error> {
    let domain = email_domain(email).unwrap_or_default();
    if domains.is_empty() || is_among(&domain, domains) {
        return Ok(());
    }
    Err(Error::message(
        Exit::Usage,
        format!("--probe-write: {domain} is none of the SCIM token's email domains"),
    )
    .hint(format!(
        "take an address in one of them: {}",
        domains.join(", ")
    )))
}

/// Reads everybody, wherever they are.
async fn read(session: &Session) -> Result<Everybody, Error> {
    let roster = gather::read_atrium(session).await?;
    let listing = session.client.users(&|_, _| {}).await;
    let listing = listing.map_err(|error| scim_error(error, &session.profile))?;
    let parts = [
        ("Atrium", &roster.completeness),
        ("Command's users", &listing.completeness),
    ];
    for (what, completeness) in parts {
        if let Completeness::Partial(why) = completeness {
            let message =
                format!("{what} could not be read whole, so that nobody knows who is new: {why}");
            return Err(Error::message(Exit::Unavailable, message));
        }
    }
    let people = match &session.access {
        Some(rest) => {
            let people = rest.everybody().await;
            Some(people.map_err(|error| rest_error(error, &session.profile))?)
        }
        None => None,
    };
    Ok(Everybody {
        roster,
        users: listing.items,
        people,
    })
}

/// Nobody may have the address: what is done to the throwaway person would be done to somebody.
fn check_unknown(email: &str, everybody: &Everybody) -> Result<(), Error> {
    let taken = |place: &str| {
        Err(Error::message(
            Exit::Usage,
            format!("--probe-write: somebody in {place} has the address {email}"),
        )
        .hint("take an address that nobody has; nothing needs to arrive there"))
    };
    let mut people = everybody.roster.people.iter();
    if people.any(|person| same_folded(&person.email, email)) {
        return taken("Atrium");
    }
    let (ours, others): (Vec<&RemoteUser>, Vec<&RemoteUser>) = everybody
        .users
        .iter()
        .partition(|user| judge::is_ours(user));
    if others
        .iter()
        .any(|user| same_folded(&user.profile.email, email))
    {
        return taken("Command");
    }
    // What an earlier probe left behind is removed before.
    let left_behind = |person: &AccessUser| {
        let marks = [&person.external_id, &person.employee_id];
        marks.iter().any(|mark| mark.starts_with(judge::MARK))
            || ours
                .iter()
                .any(|user| user.id.as_str() == person.id.as_str())
    };
    let mut rows = everybody.people.iter().flatten();
    if rows.any(|person| same_folded(&person.email, email) && !left_behind(person)) {
        return taken("Command (as the REST API lists it)");
    }
    Ok(())
}

/// Says what will happen, and asks.
fn ask(
    context: &Context<'_>,
    args: &Args,
    email: &str,
    session: &Session,
    leftovers: &[RemoteUser],
    domains: &[String],
) -> Result<(), Error> {
    let ui = &context.ui;
    let url = &session.profile.command.scim_url.value;
    if !leftovers.is_empty() {
        let many = leftovers.len();
        ui.status(&format!(
            "An earlier probe was cut off: {many} of its users are still there, and are removed first."
        ));
    }
    let card = match session.access {
        Some(_) => ", gets a card for a moment",
        None => "",
    };
    ui.status(&format!(
        "A throwaway person {email} is created at {url}, changed{card}, is put into a throwaway group, deactivated, deleted, \
         created once more and deleted. Everything made is marked {}… and removed.",
        judge::MARK
    ));
    if domains.is_empty() {
        ui.warning(
            "the token's email domains are not known: Command refuses an address outside them",
        );
    }
    ui.warning(
        "if Send Email Invites was on when the SCIM token was made, Command sends an invitation to \
         this address, perhaps two",
    );
    if args.yes || ui.confirm("Do this?")? {
        return Ok(());
    }
    Err(Error::message(Exit::Interrupted, "nothing was done"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Profile as Details;

    #[test]
    fn only_addresses_are_taken() {
        for good in ["a@b.c", "atriumctl-probe+1@students.campus.example"] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "", "a", "@b.c", "a@", "a@b", "a@b..c", "a@b@c.d", "a b@c.d", "<a@b.c>", "a@b.c\n",
        ] {
            let error = check_address(bad).unwrap_err();
            assert_eq!(error.exit, Exit::Usage, "{bad}");
        }
    }

    #[test]
    fn the_domain_must_be_the_tokens_where_it_is_known() {
        let domains = ["school.example".to_owned()];
        assert!(check_domain("a@School.Example", &domains).is_ok());
        assert!(check_domain("a@sub.school.example", &domains).is_err());
        assert!(check_domain("a@elsewhere.example", &[]).is_ok());
    }

    #[test]
    fn an_address_of_anybody_is_refused_and_that_of_a_leftover_is_not() {
        let user = |external_id: &str| RemoteUser {
            external_id: Some(external_id.into()),
            profile: Details {
                email: "A@b.c".into(),
                ..Details::default()
            },
            ..RemoteUser::default()
        };
        let person = |employee_id: &str| AccessUser {
            id: "r".into(),
            email: "a@B.c".into(),
            employee_id: employee_id.into(),
            ..AccessUser::default()
        };
        for (external_id, employee_id, free) in [
            ("atriumctl-probe:1", "atriumctl-probe:1", true),
            ("atrium:1", "atriumctl-probe:1", false),
            ("atriumctl-probe:1", "1", false),
        ] {
            let everybody = Everybody {
                roster: Roster::default(),
                users: vec![user(external_id)],
                people: Some(vec![person(employee_id)]),
            };
            assert_eq!(
                check_unknown("a@b.c", &everybody).is_ok(),
                free,
                "{external_id}"
            );
        }
    }
}
