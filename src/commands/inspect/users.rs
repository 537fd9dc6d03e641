//! `inspect users`: the list of users. It is shown page by page where nothing needs the whole.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::compare::{Compared, Planned, Present, Sought};
use super::who::Known;
use super::{ManagedBy, MissingIn};
use crate::commands::gather;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, clock, runtime, scim_error};
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::AccessUser;
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::{fold, same_folded};
use crate::model::inspect::{Lacking, Manager, Remarks, Summary, UserRow};
use crate::model::memory::Memory;
use crate::model::nearest::nearest;
use crate::model::roster::Person;
use crate::model::{Completeness, Text};
use crate::output::{Format, List, Progress};
use crate::reconcile;
use crate::reconcile::policy::Policy;

/// Which users, and in which order.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only users that are managed like this
    #[arg(long, value_name = "WHO")]
    pub managed: Option<ManagedBy>,

    /// Only users with this status
    #[arg(long, value_name = "STATUS")]
    pub status: Option<Status>,

    /// Only members of this group: its name, its id in Command, or its id in Atrium
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,

    /// Only users with something that was added in Command: a card, or a group that is not Atrium's
    ///
    /// Reads both sides whole and plans, as `diff` does.
    #[arg(long)]
    pub has_local_extras: bool,

    /// Only users of whom something was changed in Command since the last sync, or who were closed
    /// there by hand, or a card of theirs
    ///
    /// Reads both sides whole and plans, as `diff` does.
    #[arg(long)]
    pub drifted: bool,

    /// Only users of Command who are not in Atrium, or people of Atrium who are not in Command, by
    /// campus id and email address
    #[arg(long, value_name = "SIDE")]
    pub missing_in: Option<MissingIn>,

    /// In which order; without, as Command lists them, and then the first rows come at once
    #[arg(long, value_name = "BY")]
    pub sort: Option<Sort>,
}

/// A status of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Status {
    /// May be given access
    Active,
    /// Deactivated
    Deactivated,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sort {
    /// By name
    Name,
    /// By email address
    Email,
    /// Active ones first
    Status,
    /// By who manages them
    Managed,
}

impl Args {
    /// Whether the plan of the whole is needed.
    fn plans(&self) -> bool {
        self.has_local_extras || self.drifted
    }

    fn fits(&self, row: &UserRow) -> bool {
        let remarks = &row.remarks;
        self.managed.is_none_or(|wanted| wanted.fits(row.managed))
            && self
                .status
                .is_none_or(|wanted| row.active == Some(wanted == Status::Active))
            && (!self.has_local_extras || remarks.local_extras.is_some_and(|many| many > 0))
            && (!self.drifted || !remarks.drifted.is_empty())
            && self.missing_in.is_none_or(|side| side.fits(remarks))
    }
}

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let session = context.session()?;
    let policy = session.policy();
    let memory = session.ledger(Opening::ReadOnly)?.remember(clock())?;
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let listing = async {
            if args.plans() || args.missing_in.is_some() {
                compared(context, &session, memory, &policy, args).await
            } else {
                streamed(context, &session, &memory, &policy, args).await
            }
        };
        interrupt.droppable(listing).await
    })
}

/// The rows on their way out.
struct Out<'a> {
    args: &'a Args,
    list: List<'a, UserRow>,
    /// Rows that wait to be sorted.
    waiting: Vec<UserRow>,
    /// Who was shown: a list that contradicts itself is read twice.
    seen: HashSet<Text>,
    by: [u64; 4],
    status: [u64; 2],
    failed: Option<Error>,
}

impl<'a> Out<'a> {
    fn new(context: &'a Context<'_>, args: &'a Args, compared: bool) -> Self {
        Out {
            args,
            list: List::new(&context.ui, compared),
            waiting: Vec::new(),
            seen: HashSet::new(),
            by: [0; 4],
            status: [0; 2],
            failed: None,
        }
    }

    fn add(&mut self, rows: impl Iterator<Item = UserRow>) {
        let mut fitting = Vec::new();
        for row in rows {
            let is_new = row
                .id
                .as_ref()
                .is_none_or(|id| self.seen.insert(id.clone()));
            if !is_new || !self.args.fits(&row) {
                continue;
            }
            self.by[match row.managed.map(|managed| managed.by) {
                Some(Manager::Atrium) => 0,
                Some(Manager::OtherClient) => 1,
                Some(Manager::Native) => 2,
                None => 3,
            }] += 1;
            if let Some(active) = row.active {
                self.status[usize::from(!active)] += 1;
            }
            fitting.push(row);
        }
        if self.args.sort.is_some() {
            self.waiting.extend(fitting);
        } else if self.failed.is_none()
            && let Err(error) = self.list.push(fitting)
        {
            self.failed = Some(error);
        }
    }

    fn finish(mut self, notes: Vec<String>) -> Result<(), Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if let Some(sort) = self.args.sort {
            let text = |row: &UserRow| match sort {
                Sort::Email => fold(&row.email).into_owned(),
                _ => fold(&row.name).into_owned(),
            };
            let rank = |row: &UserRow| match sort {
                Sort::Name | Sort::Email => 0,
                Sort::Status => match row.active {
                    Some(true) => 0,
                    Some(false) => 1,
                    None => 2,
                },
                Sort::Managed => row.managed.map_or(3, |managed| managed.by as u8),
            };
            self.waiting
                .sort_by_cached_key(|row| (rank(row), text(row), row.id.clone()));
            self.list.push(self.waiting)?;
        }
        self.list.finish(&Summary {
            counts: vec![
                ("managed by us", self.by[0]),
                ("managed by another client", self.by[1]),
                ("native", self.by[2]),
                ("only in Atrium", self.by[3]),
                ("active", self.status[0]),
                ("deactivated", self.status[1]),
            ],
            notes,
        })
    }
}

/// Of whom REST tells, and SCIM not.
const NO_KEY: &str = "Without an API key, users whom SCIM does not list are not seen: Command may \
                      list there only who is externally managed.";

fn row(user: &RemoteUser, known: &Known<'_>, policy: &Policy, compared: &Compared<'_>) -> UserRow {
    let external_id = user.external_id.as_ref();
    let (managed, campus_id) = known.user(user.id.as_str(), external_id, &policy.user_ids);
    let profile = &user.profile;
    let (number, email) = (&profile.employee_number, &profile.email);
    UserRow {
        remarks: compared.user(Some(&user.id.0), campus_id.as_ref(), number, email),
        id: Some(user.id.0.clone()),
        name: profile.display_name(),
        campus_id,
        email: email.clone(),
        managed: Some(managed),
        active: user.active,
    }
}

fn access_row(
    user: &AccessUser,
    known: &Known<'_>,
    policy: &Policy,
    compared: &Compared<'_>,
) -> UserRow {
    let (managed, campus_id) =
        known.access_user(user.id.as_str(), &user.external_id, &policy.user_ids);
    UserRow {
        remarks: compared.user(
            Some(&user.id.0),
            campus_id.as_ref(),
            &user.employee_id,
            &user.email,
        ),
        id: Some(user.id.0.clone()),
        name: user.full_name.clone(),
        campus_id,
        email: user.email.clone(),
        managed: Some(managed),
        // The list of everybody does not say.
        active: None,
    }
}

fn atrium_row(person: &Person) -> UserRow {
    UserRow {
        id: None,
        name: person.display_name(),
        campus_id: Some(person.campus_id.0.clone()),
        email: person.email.clone(),
        managed: None,
        active: None,
        remarks: Remarks {
            missing_in: Some(Lacking::Command),
            ..Remarks::default()
        },
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows users as they come in.
async fn streamed(
    context: &Context<'_>,
    session: &Session,
    memory: &Memory,
    policy: &Policy,
    args: &Args,
) -> Result<Exit, Error> {
    let members = match &args.group {
        Some(name) => Some(members(session, memory, policy, name).await?),
        None => None,
    };
    let is_member = |id: &Text| members.as_ref().is_none_or(|members| members.contains(id));
    let known = Known::new(memory, policy);
    let compared = Compared::default();
    let out = Mutex::new(Out::new(context, args, false));
    let whole = matches!(context.ui.format(), Format::Json | Format::Markdown);
    // A bar would stand in the middle of rows.
    let progress =
        (whole || args.sort.is_some()).then(|| Progress::start(&context.ui, "reading Command"));
    let told = |read, of| {
        if let Some(progress) = &progress {
            progress.set(read, of);
        }
    };
    let each = |users: &[RemoteUser]| {
        let users = users.iter().filter(|user| is_member(&user.id.0));
        lock(&out).add(users.map(|user| row(user, &known, policy, &compared)));
    };
    let listing = session.client.users_each(&told, &each).await;
    if let Some(progress) = progress {
        progress.finish();
    }
    let listing = listing.map_err(|error| scim_error(error, &session.profile))?;
    let everybody = gather::read_everybody(session).await?;
    let mut notes = Vec::new();
    match everybody {
        None => notes.push(NO_KEY.to_owned()),
        Some(access) => {
            let directory = Directory {
                users: listing.items,
                ..Directory::default()
            };
            let only = reconcile::only_over_rest(&directory, memory, policy, &access.users);
            let users = only.iter().map(|at| &access.users[*at as usize]);
            let users = users.filter(|user| is_member(&user.id.0));
            lock(&out).add(users.map(|user| access_row(user, &known, policy, &compared)));
        }
    }
    let out = out.into_inner().unwrap_or_else(PoisonError::into_inner);
    out.finish(notes)?;
    Ok(whole_or_not(context, &listing.completeness))
}

/// The exit code of a list, with a word to whoever takes a part for the whole.
pub(super) fn whole_or_not(context: &Context<'_>, completeness: &Completeness) -> Exit {
    match completeness {
        Completeness::Whole => Exit::Done,
        Completeness::Partial(why) => {
            let warning = format!("Command was not read whole: the list is not complete ({why})");
            context.ui.warning(&warning);
            Exit::Unavailable
        }
    }
}

/// The ids of the members of a group, over SCIM, or over REST if SCIM has no such group.
async fn members(
    session: &Session,
    memory: &Memory,
    policy: &Policy,
    name: &str,
) -> Result<HashSet<Text>, Error> {
    let groups = session.client.groups().await;
    let groups = groups
        .map_err(|error| scim_error(error, &session.profile))?
        .items;
    let known = Known::new(memory, policy);
    let is_it = |group: &&GroupListing| {
        let (_, ours) = known.group(
            group.id.as_str(),
            group.external_id.as_ref(),
            &policy.group_ids,
        );
        group.id.as_str() == name || ours.as_deref() == Some(name) || same_folded(&group.name, name)
    };
    if let Some(group) = groups.iter().find(is_it) {
        let members = group.members.iter().flatten();
        return Ok(members.map(|id| id.0.clone()).collect());
    }
    let mut names: Vec<Text> = groups.into_iter().map(|group| group.name).collect();
    if let Some(client) = &session.access {
        let rest = |error| crate::context::rest_error(error, &session.profile);
        let at_doors = client.access_groups().await.map_err(rest)?;
        let found = at_doors
            .iter()
            .find(|group| group.id == name || same_folded(&group.name, name));
        if let Some(found) = found {
            let group = client.access_group(&found.id).await.map_err(rest)?;
            let members = group.and_then(|group| group.members).unwrap_or_default();
            return Ok(members.into_iter().map(|id| id.0).collect());
        }
        names.extend(at_doors.into_iter().map(|group| group.name));
    }
    let error = Error::message(Exit::Usage, format!("Command has no group `{name}`"));
    Err(match nearest(name, names.iter().map(|name| &**name)) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error.hint("atriumctl inspect groups lists them"),
    })
}

/// Shows users with what both sides say of them.
async fn compared(
    context: &Context<'_>,
    session: &Session,
    memory: Memory,
    policy: &Policy,
    args: &Args,
) -> Result<Exit, Error> {
    let members = match &args.group {
        Some(name) => Some(members(session, &memory, policy, name).await?),
        None => None,
    };
    let is_member = |id: &Text| members.as_ref().is_none_or(|members| members.contains(id));
    let mut gathered = gather::gather(session, memory, &context.ui).await?;
    let plan = match args.plans() {
        true => Some(gather::plan(session, &mut gathered, policy, &context.ui).await?),
        false => None,
    };
    let (memory, directory) = (&gathered.memory, &gathered.directory);
    let known = Known::new(memory, policy);
    let is_ours = |at: usize| {
        let group = &directory.groups[at];
        let external_id = group.external_id.as_ref();
        let (managed, _) = known.group(group.id.as_str(), external_id, &policy.group_ids);
        managed.by == Manager::Atrium
    };
    let looked = Compared {
        planned: plan.map(|plan| Planned::new(&plan, directory, is_ours)),
        sought: args
            .missing_in
            .is_some()
            .then(|| Sought::new(&gathered.roster)),
    };
    let mut out = Out::new(context, args, true);
    let mut present = Present::default();
    let mut add = |row: &UserRow, number: &str| {
        present.add(row.campus_id.as_ref(), number, &row.email);
    };
    let users = directory.users.iter().map(|user| {
        let row = row(user, &known, policy, &looked);
        add(&row, &user.profile.employee_number);
        row
    });
    out.add(users.filter(|row| row.id.as_ref().is_some_and(is_member)));
    let mut notes = Vec::new();
    match &directory.access {
        None => notes.push(NO_KEY.to_owned()),
        Some(access) => {
            let only = reconcile::only_over_rest(directory, memory, policy, &access.users);
            let users = only.iter().map(|at| &access.users[*at as usize]);
            let users = users.map(|user| {
                let row = access_row(user, &known, policy, &looked);
                add(&row, &user.employee_id);
                row
            });
            out.add(users.filter(|row| row.id.as_ref().is_some_and(is_member)));
        }
    }
    if args.missing_in == Some(MissingIn::Command) && members.is_none() {
        let people = gathered.roster.people.iter();
        let absent = people.filter(|person| !present.has(person));
        out.add(absent.map(atrium_row));
    }
    out.finish(notes)?;
    let exit = whole_or_not(context, &directory.completeness);
    if let Completeness::Partial(why) = &gathered.roster.completeness {
        let warning = format!("Atrium was not read whole: the list is not complete ({why})");
        context.ui.warning(&warning);
        return Ok(exit.or(Exit::Unavailable));
    }
    Ok(exit)
}
