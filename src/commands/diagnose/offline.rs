//! The facts of exported files alone: neither profile nor secret nor network is needed.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Zoned;

use super::live::{self, Diagnosed};
use super::{Args, show};
use crate::commands::okta_facts::{self, Asked, OktaFiles};
use crate::config::{Origin, Profile};
use crate::context::{Context, DomainsFrom, TokenDomains, clock, file_source, policy_of};
use crate::diagnose::facts::{Facts, Known, ScimFacts, ScimUser};
use crate::diagnose::gather::{self, Wanted};
use crate::diagnose::{begin, checks, person};
use crate::error::{Error, Exit};
use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::domain::Domain;
use crate::model::fold::{fold, same_folded};
use crate::model::memory::Memory;
use crate::model::okta::{FactsFrom, Gap, OktaSnapshot};
use crate::model::plan::Subject;
use crate::model::roster::{Person, Roster};
use crate::model::{CampusId, Text};
use crate::reconcile::policy::Policy;
use crate::source::{self, FileSource};
use crate::verkada::exports::{self, Exported, Exports, Managed};

/// Files in place of the sides.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Files, in place of asking anybody")]
pub struct Files {
    /// Exports of Atrium, CSV or JSON; with --profile its mapping of columns, statuses and ids is
    /// used
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["card", "error"])]
    pub atrium: Vec<PathBuf>,
    /// Users of Command: GET /Users of SCIM or GET /access/v1/access_users of REST as JSON, `inspect
    /// users` as JSON or CSV, or the CSV of Command's console
    #[arg(long, value_name = "FILE", conflicts_with_all = ["card", "error"])]
    pub command_users: Vec<PathBuf>,
    /// Files of Okta.
    #[command(flatten)]
    pub okta: OktaFiles,
    /// An email domain that the SCIM token was made for
    #[arg(long, value_name = "DOMAIN")]
    pub domain: Vec<String>,
}

impl Files {
    /// Whether there are any files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.atrium.is_empty() && self.command_users.is_empty() && self.okta.is_empty()
    }
}

/// Runs the command on files.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let Some(who) = args.who.as_deref() else {
        let message = "files are looked at for one person, and nobody is named";
        return Err(
            Error::message(Exit::Usage, message).hint("atriumctl diagnose WHO --atrium FILE …")
        );
    };
    if args.card.is_some() || args.error.is_some() {
        let message = "--card and --error look at no files";
        return Err(Error::message(Exit::Usage, message).hint("leave out one of the two"));
    }
    let name = context.layers.profile_name()?;
    let profile = match name.origin {
        Origin::Default => None,
        _ => Some(context.profile()?),
    };
    let policy = policy(profile.as_ref(), &args.files.domain)?;
    let roster = atrium(profile.as_ref(), &args.files.atrium)?;
    let diagnosed = diagnose(&args.files, who, roster, &policy)?;
    show(context, who, &diagnosed, args.redact)?;
    Ok(Exit::Done)
}

/// What the profile decides, or what holds without one.
fn policy(profile: Option<&Profile>, domains: &[String]) -> Result<Policy, Error> {
    let parsed = domains.iter().map(|domain| {
        let parsed = Domain::parse(domain);
        let parsed = parsed.map(|domain| domain.ascii().to_owned());
        parsed.map_err(|error| {
            let error = anyhow::Error::new(error).context(format!("--domain {domain}"));
            Error::new(Exit::Usage, error)
        })
    });
    let given: Vec<String> = parsed.collect::<Result<_, _>>()?;
    let stated = profile.map_or(&[][..], |profile| &profile.command.email_domains);
    let list = match given.is_empty() {
        true => stated.to_vec(),
        false => given,
    };
    let domains = (!list.is_empty()).then_some(TokenDomains {
        list,
        from: DomainsFrom::Profile,
    });
    let organization = Text::const_new("files");
    if let Some(profile) = profile {
        return Ok(policy_of(profile, &organization, domains.as_ref()));
    }
    let now = Zoned::now();
    let mut policy = Policy::new(&organization, now.date(), now.timestamp());
    policy.email_domains = domains.map(|domains| domains.list.into_iter().collect());
    Ok(policy)
}

/// Atrium's exports; `None` if none are named.
fn atrium(profile: Option<&Profile>, files: &[PathBuf]) -> Result<Option<Roster>, Error> {
    if files.is_empty() {
        return Ok(None);
    }
    let source = match profile {
        Some(profile) => file_source(profile)?,
        None => FileSource {
            columns: BTreeMap::new(),
            ..FileSource::default()
        },
    };
    // Names on the command line start where the command does, not where the profile is.
    let source = FileSource {
        files: files.to_vec(),
        base: PathBuf::new(),
        ..source
    };
    let roster = source.read();
    roster
        .map(Some)
        .map_err(|error| Error::new(error.exit(), error).hint("given with --atrium"))
}

/// Gathers from the files, and judges.
fn diagnose(
    files: &Files,
    who: &str,
    roster: Option<Roster>,
    policy: &Policy,
) -> Result<Diagnosed, Error> {
    let has_atrium = roster.is_some();
    let roster = roster.unwrap_or_default();
    let memory = Memory::default();
    let name = person::alias(&roster, &memory, policy, who);
    let (mut person, mut near) = live::found(&roster, name)?;
    let mut wanted = begin::wanted(&roster, &memory, person, name);
    let mut found = command(&files.command_users, person, &wanted, policy)?;
    one(who, person, &found)?;
    if person.is_none() {
        let records: Vec<AccessUser> = found.iter().map(record).collect();
        person = live::of_records(&roster, &memory, policy, who, &records)?;
        if person.is_some() {
            near.clear();
            wanted = begin::wanted(&roster, &memory, person, name);
            wanted.id = records.first().map(|record| record.id.0.clone());
            // Standard input is there once: what was kept of it is all that there is.
            if !files
                .command_users
                .iter()
                .any(|path| path == Path::new("-"))
            {
                found = command(&files.command_users, person, &wanted, policy)?;
            }
        }
    }
    let mut facts = begin::facts(&roster, &memory, policy, name, person, &near, &wanted);
    who.clone_into(&mut facts.asked);
    if !has_atrium {
        facts.atrium = Known::Unseen("no export of it was given: --atrium FILE".to_owned());
    }
    let no = |what: &str| format!("{what}: leave out the files, and it is asked");
    facts.ledger = Known::Unseen(no("only files were looked at"));
    facts.token = Known::Unseen(no("a file can't tell whether Command takes it"));
    facts.access = Known::Unseen(no("cards and dates stand in no file"));
    facts.doors = Known::Unseen(no("groups at the doors stand in no file"));
    facts.sign_on = Known::Unseen(no("it stands in no file"));
    facts.plan = Known::Unseen("it needs --atrium FILE and --command-users FILE".to_owned());
    facts.scim = match files.command_users.is_empty() {
        true => Known::Unseen("no users of it were given: --command-users FILE".to_owned()),
        false => {
            let users = found.into_iter();
            let users: Vec<_> = users
                .map(|found| {
                    let untold = !found.tells_maker;
                    let user = remote(found, person, policy);
                    if person.is_none() && wanted.campus_id.is_none() {
                        let external_id = user.external_id.as_deref().unwrap_or_default();
                        let id = policy.user_ids.parse(external_id);
                        wanted.campus_id = id.map(CampusId::from);
                    }
                    let judged = gather::judged(user, &wanted, policy);
                    ScimUser {
                        untold: untold && !judged.ours && !judged.foreign,
                        ..judged
                    }
                })
                .collect();
            Known::Seen(ScimFacts {
                users,
                groups: Vec::new(),
            })
        }
    };
    if person.is_none() && facts.scim.seen().is_none_or(|scim| scim.users.is_empty()) {
        live::none_ends(&roster, who)?;
    }
    if let (None, Some(user)) = (person, facts.user()) {
        let email = user.user.profile.email.clone();
        facts.email = facts
            .email
            .or(Some(email).filter(|email| !email.is_empty()));
        facts.campus_id = wanted.campus_id.clone();
    }
    let untold = facts.scim.seen();
    let untold = untold.is_some_and(|scim| scim.users.iter().any(|user| user.untold));
    if untold {
        let why = "the file with Command's users has no external ids, and can't tell who made them";
        facts.plan = Known::Unseen(why.to_owned());
    } else if let (true, Known::Seen(scim)) = (has_atrium, &facts.scim) {
        let mut plan = begin::plan(&roster, &memory, policy, person, scim, None);
        // Files tell nothing of groups and cards.
        let of_user = |subject: &Subject| matches!(subject, Subject::User { .. });
        plan.operations.retain(|one| of_user(&one.subject));
        plan.held.retain(|held| of_user(&held.operation.subject));
        plan.left_alone.retain(|left| of_user(&left.subject));
        facts.plan = Known::Seen(plan);
    }
    facts.okta = okta(&files.okta, &facts)?;
    let diagnosis = checks::diagnose(&facts);
    Ok(Diagnosed {
        facts,
        diagnosis,
        more: Vec::new(),
        roster,
        requests: Vec::new(),
    })
}

/// What the files say of the person's Okta. Without any, each of its sides names its flag.
fn okta(files: &OktaFiles, facts: &Facts) -> Result<Option<OktaSnapshot>, Error> {
    // Without files each side names its flag, whoever is asked for.
    let anybody = files.is_empty().then_some(facts.asked.as_str());
    let Some(who) = facts.in_okta().or(anybody) else {
        let why = live::NO_ADDRESS.to_owned();
        let from = FactsFrom::Files(Vec::new());
        let snapshot = OktaSnapshot::empty(from, clock(), &Gap::Failed { why });
        return Ok(Some(snapshot));
    };
    let asked = Asked {
        who: Some(who),
        app: None,
        days: 0,
        log_pages: 0,
    };
    let snapshot = okta_facts::of_files(files, &asked)?;
    Ok(Some(okta_facts::of_nobody_else(snapshot, who)))
}

/// The users of the files who may be the person.
fn command(
    files: &[PathBuf],
    person: Option<&Person>,
    wanted: &Wanted,
    policy: &Policy,
) -> Result<Vec<Exported>, Error> {
    // Where no export says it, whatever was asked for may be a campus id.
    let campus_id = wanted.campus_id.as_ref().map(|id| id.as_str());
    let campus_id = campus_id.or(wanted.id.as_deref());
    let external_id = campus_id.map(|id| policy.user_ids.external_id(id));
    let name = match (person, &wanted.id) {
        (Some(_), _) => None,
        // Nobody of Atrium is it: a name, perhaps.
        (None, id) => id.as_deref().map(|id| fold(id).into_owned()),
    };
    let is_wanted = |one: &Exported| {
        let user = &one.user;
        let is_id = |id: &str| user.id.as_str() == id || user.external_id.as_deref() == Some(id);
        let by_number =
            campus_id.is_some_and(|id| one.campus_id == id || user.profile.employee_number == id);
        let by_name = name.as_ref().is_some_and(|name| {
            name.chars().count() >= 3 && fold(&one.full_name).contains(name.as_str())
        });
        external_id.as_deref().is_some_and(is_id)
            || wanted.id.as_deref().is_some_and(is_id)
            || by_number
            || by_name
            || wanted
                .email
                .as_deref()
                .is_some_and(|email| same_folded(&user.profile.email, email))
    };
    let mut exports = Exports::default();
    for path in files {
        read(path, &is_wanted, &mut exports)?;
    }
    Ok(exports.kept)
}

fn read(
    path: &Path,
    wanted: &dyn Fn(&Exported) -> bool,
    exports: &mut Exports,
) -> Result<(), Error> {
    let name = path.display();
    let opened = match path == Path::new("-") {
        true => source::decoded(std::io::stdin()),
        false => File::open(path).and_then(source::decoded),
    };
    let input = opened.map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("can't read {name}"));
        Error::new(Exit::Usage, error).hint("name a file with users of Command")
    })?;
    exports::read(input, wanted, exports).map_err(|error| {
        let remedy = error.remedy();
        let error = anyhow::Error::new(error).context(format!("can't use {name}"));
        Error::new(Exit::Usage, error).hint(remedy)
    })
}

/// Fails if a name fits several users, and none of them is meant more than the others.
fn one(who: &str, person: Option<&Person>, found: &[Exported]) -> Result<(), Error> {
    let ids: std::collections::BTreeSet<&str> =
        found.iter().map(|one| one.user.id.as_str()).collect();
    if person.is_some() || ids.len() < 2 || who.contains('@') {
        return Ok(());
    }
    let message = format!(
        "{} users of the files fit `{who}`; name one by email address",
        ids.len()
    );
    let mut error = Error::message(Exit::Usage, message);
    for one in found.iter().take(20) {
        error = error.hint(format!("{}  {}", one.full_name, one.user.profile.email));
    }
    Err(error)
}

/// A user of a file, as far as it tells whose it is.
fn record(found: &Exported) -> AccessUser {
    let mut record = person::record(&found.user);
    if record.full_name.is_empty() {
        record.full_name = found.full_name.clone();
    }
    if record.employee_id.is_empty() {
        record.employee_id = found.campus_id.clone();
    }
    record
}

/// A user of a file as SCIM has it. A file that does not have all of the values can't say that one
/// differs: what it lacks counts as it is in Atrium.
fn remote(found: Exported, person: Option<&Person>, policy: &Policy) -> RemoteUser {
    let Exported {
        mut user,
        full_name,
        campus_id,
        managed,
        is_whole,
        tells_maker: _,
    } = found;
    if user.external_id.is_none() {
        user.external_id = match managed {
            Managed::ByUs if !campus_id.is_empty() => Some(policy.user_ids.external_id(&campus_id)),
            // Whose it is, the list does not tell.
            Managed::ByOther => Some(Text::const_new("(not told)")),
            _ => None,
        };
    }
    if is_whole {
        return user;
    }
    let profile = &mut user.profile;
    if let Some(person) = person {
        if profile.first_name.is_empty() && same_folded(&full_name, &person.display_name()) {
            profile.first_name = person.first_name.clone();
            profile.last_name = person.last_name.clone();
        }
        profile.middle_name = person.middle_name.clone();
        profile.phone = person.phone.clone();
        profile.title = person.title.clone();
        profile.department = person.department.clone();
        let ours = user.external_id.as_deref();
        let ours = ours.and_then(|id| policy.user_ids.parse(id));
        if profile.employee_number.is_empty() && ours == Some(person.campus_id.as_str()) {
            profile.employee_number = person.campus_id.0.clone();
        }
    }
    if profile.first_name.is_empty() && profile.last_name.is_empty() {
        let (first, last) = full_name.split_once(' ').unwrap_or(("", &full_name));
        profile.first_name = Text::from(first);
        profile.last_name = Text::from(last);
    }
    user
}
