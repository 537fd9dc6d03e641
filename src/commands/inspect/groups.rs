//! `inspect groups`: the list of groups.

use super::compare::{Compared, Planned, Sought};
use super::users::whole_or_not;
use super::who::Known;
use super::{ManagedBy, MissingIn};
use crate::commands::gather;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, clock, rest_error, runtime, scim_error};
use crate::diagnose::facts::DoorFacts;
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::AccessGroup;
use crate::model::directory::{Directory, RemoteGroup};
use crate::model::fold::{fold, same_folded};
use crate::model::inspect::{Basis, GroupRow, Lacking, Managed, Manager, Remarks, Summary};
use crate::model::memory::Memory;
use crate::model::roster::Roster;
use crate::output::{List, Progress};
use crate::reconcile::policy::Policy;

/// Which groups, and in which order.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only groups that are managed like this
    #[arg(long, value_name = "WHO")]
    pub managed: Option<ManagedBy>,

    /// Only groups with members that were added in Command and stay
    ///
    /// Reads both sides whole and plans, as `diff` does.
    #[arg(long)]
    pub has_local_extras: bool,

    /// Only groups whose name or members were changed in Command since the last sync
    ///
    /// Reads both sides whole and plans, as `diff` does.
    #[arg(long)]
    pub drifted: bool,

    /// Only groups of Command that are not in Atrium, or groups of Atrium that are not in Command,
    /// by id and name
    #[arg(long, value_name = "SIDE")]
    pub missing_in: Option<MissingIn>,

    /// In which order; without, as Command lists them
    #[arg(long, value_name = "BY")]
    pub sort: Option<Sort>,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sort {
    /// By name
    Name,
    /// By who manages them
    Managed,
    /// The largest first
    Members,
}

impl Args {
    fn plans(&self) -> bool {
        self.has_local_extras || self.drifted
    }

    fn fits(&self, row: &GroupRow) -> bool {
        let remarks = &row.remarks;
        self.managed.is_none_or(|wanted| wanted.fits(row.managed))
            && (!self.has_local_extras || remarks.local_extras.is_some_and(|many| many > 0))
            && (!self.drifted || !remarks.drifted.is_empty())
            && self.missing_in.is_none_or(|side| side.fits(remarks))
    }
}

/// Of what REST tells, and SCIM not.
const NO_KEY: &str = "Without an API key, groups that SCIM does not list are not seen, nor whether \
                      doors know a group.";

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let session = context.session()?;
    let policy = session.policy();
    let memory = session.ledger(Opening::ReadOnly)?.remember(clock())?;
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        interrupt
            .droppable(list(context, &session, memory, &policy, args))
            .await
    })
}

async fn list(
    context: &Context<'_>,
    session: &Session,
    memory: Memory,
    policy: &Policy,
    args: &Args,
) -> Result<Exit, Error> {
    if !args.plans() && args.missing_in.is_none() {
        let progress = Progress::start(&context.ui, "reading Command");
        let groups = session.client.groups().await;
        progress.finish();
        let groups = groups.map_err(|error| scim_error(error, &session.profile))?;
        // Members are counted only: nobody has to know who they are.
        let directory = Directory::assemble(Vec::new(), groups.items, groups.completeness);
        let looked = Compared::default();
        let sides = (&directory, &memory, policy);
        return show(context, session, sides, &looked, None, args).await;
    }
    let mut gathered = gather::gather(session, memory, &context.ui).await?;
    let plan = match args.plans() {
        true => Some(gather::plan(session, &mut gathered, policy, &context.ui).await?),
        false => None,
    };
    let looked = Compared {
        // The users' own extras are of no interest here.
        planned: plan.map(|plan| Planned::new(&plan, &gathered.directory, |_| true)),
        sought: args
            .missing_in
            .is_some()
            .then(|| Sought::new(&gathered.roster)),
    };
    let sides = (&gathered.directory, &gathered.memory, policy);
    show(
        context,
        session,
        sides,
        &looked,
        Some(&gathered.roster),
        args,
    )
    .await
}

async fn show(
    context: &Context<'_>,
    session: &Session,
    (directory, memory, policy): (&Directory, &Memory, &Policy),
    looked: &Compared<'_>,
    roster: Option<&Roster>,
    args: &Args,
) -> Result<Exit, Error> {
    let known = Known::new(memory, policy);
    let at_doors = match &session.access {
        None => None,
        Some(client) => {
            let groups = client.access_groups().await;
            let groups = groups.map_err(|error| rest_error(error, &session.profile))?;
            Some(DoorFacts {
                groups,
                levels: None,
            })
        }
    };
    let groups = directory.groups.iter();
    let mut rows: Vec<GroupRow> = groups
        .map(|group| row(group, &known, policy, at_doors.as_ref(), looked))
        .collect();
    if let Some(doors) = &at_doors {
        let is_listed = |door: &&AccessGroup| {
            let mut groups = directory.groups.iter();
            groups.any(|group| group.id.as_str() == door.id || same_folded(&group.name, &door.name))
        };
        let only = doors.groups.iter().filter(|door| !is_listed(door));
        rows.extend(only.map(|door| door_row(door, looked)));
    }
    if let (Some(roster), Some(MissingIn::Command)) = (roster, args.missing_in) {
        let is_there = |id: &str, name: &str| {
            let mut rows = rows.iter();
            rows.any(|row| {
                row.access_group_id.as_deref() == Some(id) || same_folded(&row.name, name)
            })
        };
        let absent = roster
            .groups
            .iter()
            .filter(|group| !is_there(group.id.as_str(), &group.name));
        let absent: Vec<GroupRow> = absent.map(atrium_row).collect();
        rows.extend(absent);
    }
    rows.retain(|row| args.fits(row));
    sort(&mut rows, args.sort);
    let count = |by| {
        rows.iter()
            .filter(|row| row.managed.map(|managed| managed.by) == by)
            .count() as u64
    };
    let doors = |state| {
        rows.iter()
            .filter(|row| row.at_doors == Some(state))
            .count() as u64
    };
    let summary = Summary {
        counts: vec![
            ("managed by us", count(Some(Manager::Atrium))),
            (
                "managed by another client",
                count(Some(Manager::OtherClient)),
            ),
            ("native", count(Some(Manager::Native))),
            ("only in Atrium", count(None)),
            ("available to doors", doors(true)),
            ("not available to doors", doors(false)),
        ],
        notes: at_doors
            .is_none()
            .then(|| NO_KEY.to_owned())
            .into_iter()
            .collect(),
    };
    let mut list = List::new(&context.ui, args.plans() || args.missing_in.is_some());
    list.push(rows)?;
    list.finish(&summary)?;
    Ok(whole_or_not(context, &directory.completeness))
}

fn row(
    group: &RemoteGroup,
    known: &Known<'_>,
    policy: &Policy,
    doors: Option<&DoorFacts>,
    looked: &Compared<'_>,
) -> GroupRow {
    let (managed, id) = known.group(
        group.id.as_str(),
        group.external_id.as_ref(),
        &policy.group_ids,
    );
    let members = group.members.as_ref();
    GroupRow {
        remarks: looked.group(id.as_ref(), &group.name),
        id: Some(group.id.0.clone()),
        name: group.name.clone(),
        access_group_id: id,
        managed: Some(managed),
        members: members.map(|members| (members.users.len() + members.unknown.len()) as u64),
        at_doors: doors.map(|doors| doors.group(group.id.as_str(), &group.name).is_some()),
    }
}

fn door_row(door: &AccessGroup, looked: &Compared<'_>) -> GroupRow {
    GroupRow {
        id: Some(door.id.clone()),
        name: door.name.clone(),
        access_group_id: None,
        managed: Some(Managed {
            by: Manager::Native,
            basis: Basis::NotOverScim,
        }),
        // Each would cost a request.
        members: None,
        at_doors: Some(true),
        remarks: looked.group(None, &door.name),
    }
}

fn atrium_row(group: &crate::model::roster::AccessGroup) -> GroupRow {
    GroupRow {
        id: None,
        name: group.name.clone(),
        access_group_id: Some(group.id.0.clone()),
        managed: None,
        members: None,
        at_doors: None,
        remarks: Remarks {
            missing_in: Some(Lacking::Command),
            ..Remarks::default()
        },
    }
}

fn sort(rows: &mut [GroupRow], by: Option<Sort>) {
    let Some(by) = by else { return };
    rows.sort_by_cached_key(|row| {
        let rank = match by {
            Sort::Name => 0,
            Sort::Managed => row.managed.map_or(3, |managed| managed.by as u64),
            Sort::Members => u64::MAX - row.members.unwrap_or(0),
        };
        (rank, fold(&row.name).into_owned(), row.id.clone())
    });
}
