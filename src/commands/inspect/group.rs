//! `inspect group`: one group from all sides.

use std::collections::{BTreeMap, HashMap};

use super::doors::behind;
use super::who::Known;
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, rest_error, runtime, scim_error};
use crate::diagnose::facts::DoorFacts;
use crate::diagnose::gather;
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::AccessUser;
use crate::model::directory::GroupListing;
use crate::model::fold::{fold, same_folded};
use crate::model::inspect::{Basis, GroupView, Managed, Manager, MemberLine, Owner};
use crate::model::memory::Memory;
use crate::model::nearest::nearest;
use crate::model::roster::{Person, Roster};
use crate::model::{AccessGroupId, CampusId, GroupId, Text};
use crate::output::{self, Format};
use crate::reconcile::policy::Policy;
use crate::verkada::scim::ScimError;

/// Which group to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id in Atrium, name or a part of it, external id, or Command's id
    ///
    /// If several groups fit, they are listed, and none is chosen.
    #[arg(value_name = "GROUP")]
    pub group: String,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// So many groups that fit are told.
const TOLD: usize = 20;

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    output::offers(&context.ui, "inspect group", &forms)?;
    if args.group.trim().is_empty() {
        return Err(Error::message(Exit::Usage, "GROUP is empty")
            .hint("name a group by id or name")
            .hint("every group: atriumctl inspect groups"));
    }
    let session = context.session()?;
    let policy = session.policy();
    let ledger = session.ledger(Opening::ReadOnly)?;
    let memory = ledger.remember(policy.now)?;
    let mut view = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let looking = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(&session).await?;
            look(&session, &roster, &memory, &policy, args.group.trim()).await
        };
        interrupt.droppable(looking).await
    })?;
    if let Some(id) = &view.access_group_id {
        view.last_change = ledger.last_change_of_group(&AccessGroupId(id.clone()))?;
    }
    output::group_view(&context.ui, &view)?;
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    Ok(Exit::Done)
}

/// A group that fits: in Atrium, in Command, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hit {
    access_group_id: Option<AccessGroupId>,
    group_id: Option<GroupId>,
    name: Text,
}

async fn look(
    session: &Session,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    asked: &str,
) -> Result<GroupView, Error> {
    let mut gaps = Vec::new();
    let doors = match &session.access {
        None => {
            gaps.push("access groups and levels: there is no API key".to_owned());
            None
        }
        Some(client) => {
            let doors = gather::doors(client).await;
            let doors = doors.map_err(|error| rest_error(error, &session.profile))?;
            if doors.levels.is_none() {
                gaps.push("access levels: the API key has no permission for them".to_owned());
            }
            Some(doors)
        }
    };
    let hit = match choose(roster, memory, policy, doors.as_ref(), asked) {
        Ok(Some(hit)) => hit,
        Ok(None) => Hit {
            name: asked.into(),
            ..Hit::default()
        },
        Err(error) => return Err(error),
    };
    let scim = scim_group(session, &hit, asked).await;
    let scim = scim.map_err(|error| scim_error(error, &session.profile))?;
    let is_nobodys = hit.access_group_id.is_none() && hit.group_id.is_none() && scim.is_none();
    let door = doors.as_ref().and_then(|doors| {
        let id = scim.as_ref().map(|group| group.id.as_str());
        let id = id
            .or(hit.group_id.as_ref().map(GroupId::as_str))
            .unwrap_or_default();
        let name = scim.as_ref().map_or(&hit.name, |group| &group.name);
        doors.group(id, name)
    });
    if is_nobodys && door.is_none() {
        return Err(nobody(asked, roster, doors.as_ref()));
    }
    let mut at_doors = Vec::new();
    let mut everybody = Vec::new();
    if let Some(client) = &session.access {
        let failed = |error| rest_error(error, &session.profile);
        if let Some(door) = door {
            let group = client.access_group(&door.id).await.map_err(failed)?;
            at_doors = group.and_then(|group| group.members).unwrap_or_default();
        }
        everybody = client.everybody().await.map_err(failed)?;
    }
    let known = Known::new(memory, policy);
    let (managed, found_id) = match (&scim, door) {
        (Some(group), _) => {
            let external_id = group.external_id.as_ref();
            let (managed, id) = known.group(group.id.as_str(), external_id, &policy.group_ids);
            (Some(managed), id)
        }
        (None, Some(_)) => {
            let native = Managed {
                by: Manager::Native,
                basis: Basis::NotOverScim,
            };
            (Some(native), None)
        }
        (None, None) => (None, None),
    };
    let access_group_id = hit.access_group_id.clone().or(found_id.map(AccessGroupId));
    let of_atrium = access_group_id
        .as_ref()
        .and_then(|id| roster.groups.iter().position(|group| group.id == *id));
    let remembered = access_group_id
        .as_ref()
        .and_then(|id| memory.groups.iter().find(|group| group.id == *id));
    let name = match (&scim, door) {
        (Some(group), _) => group.name.clone(),
        (None, Some(door)) => door.name.clone(),
        (None, None) => hit.name.clone(),
    };
    let id = scim
        .as_ref()
        .map(|group| group.id.0.clone())
        .or(door.map(|door| door.id.clone()));
    let (available, levels) = behind(doors.as_ref(), id.as_deref().unwrap_or_default(), &name);
    let names = Names {
        roster,
        memory,
        policy,
        everybody: &everybody,
    };
    let listed = scim.as_ref().and_then(|group| group.members.as_deref());
    let listed: Option<Vec<&str>> = listed.map(|ids| ids.iter().map(|id| id.as_str()).collect());
    let at_doors: Vec<&str> = at_doors.iter().map(|id| id.as_str()).collect();
    let is_read = listed.is_some() || door.is_some() || scim.is_none();
    let all = listed.unwrap_or_default();
    let members = is_read.then(|| names.members(of_atrium, &all, &at_doors));
    if session.access.is_none() {
        gaps.push(
            "names of members whom neither Atrium nor the ledger knows: there is no API key"
                .to_owned(),
        );
    }
    Ok(GroupView {
        name,
        atrium_name: of_atrium.map(|at| roster.groups[at].name.clone()),
        applied_name: remembered.map(|group| group.name.clone()),
        access_group_id: access_group_id.map(|id| id.0),
        group_id: id,
        external_id: scim.and_then(|group| group.external_id),
        managed,
        at_doors: available,
        levels,
        members,
        last_change: None,
        gaps,
    })
}

/// The group of SCIM with its members: by the id that is known, else by name, else by what was asked
/// as an id.
async fn scim_group(
    session: &Session,
    hit: &Hit,
    asked: &str,
) -> Result<Option<GroupListing>, ScimError> {
    let client = &session.client;
    if let Some(id) = &hit.group_id
        && let Some(group) = client.group(id).await?
    {
        return Ok(Some(group));
    }
    let found = client
        .find_groups_by_name(&hit.name)
        .await?
        .into_iter()
        .next();
    match found {
        Some(found) if found.members.is_none() => client.group(&found.id).await,
        Some(found) => Ok(Some(found)),
        None if hit.access_group_id.is_none() && hit.group_id.is_none() => {
            client.group(&GroupId::from(asked)).await
        }
        None => Ok(None),
    }
}

/// The group that is asked for; `None` if nobody but SCIM may know it.
fn choose(
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    doors: Option<&DoorFacts>,
    asked: &str,
) -> Result<Option<Hit>, Error> {
    let all = candidates(roster, memory, policy, doors);
    let by_id = |hit: &&Hit| {
        let external = hit
            .access_group_id
            .as_ref()
            .map(|id| policy.group_ids.external_id(id.as_str()));
        hit.access_group_id
            .as_ref()
            .is_some_and(|id| id.as_str() == asked)
            || hit.group_id.as_ref().is_some_and(|id| id.as_str() == asked)
            || external.as_deref() == Some(asked)
    };
    let by_name = |hit: &&Hit| same_folded(&hit.name, asked);
    let wanted = fold(asked);
    let by_part =
        |hit: &&Hit| wanted.chars().count() >= 3 && fold(&hit.name).contains(wanted.as_ref());
    let ways: [&dyn Fn(&&Hit) -> bool; 3] = [&by_id, &by_name, &by_part];
    for fits in ways {
        let found: Vec<&Hit> = all.iter().filter(fits).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(Some((*one).clone())),
            several => return Err(many(asked, several)),
        }
    }
    Ok(None)
}

/// Every group of Atrium, the ledger and the doors, those of one name and of one id together.
fn candidates(
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    doors: Option<&DoorFacts>,
) -> Vec<Hit> {
    let mut hits: Vec<Hit> = roster
        .groups
        .iter()
        .map(|group| Hit {
            access_group_id: Some(group.id.clone()),
            group_id: policy.group_bindings.get(&group.id).cloned(),
            name: group.name.clone(),
        })
        .collect();
    let mut by_id: HashMap<AccessGroupId, usize> = HashMap::new();
    for (at, hit) in hits.iter().enumerate() {
        by_id.extend(hit.access_group_id.clone().map(|id| (id, at)));
    }
    for known in &memory.groups {
        match by_id.get(&known.id) {
            Some(at) => {
                hits[*at]
                    .group_id
                    .get_or_insert_with(|| known.group_id.clone());
            }
            None => hits.push(Hit {
                access_group_id: Some(known.id.clone()),
                group_id: Some(known.group_id.clone()),
                name: known.name.clone(),
            }),
        }
    }
    for door in doors.into_iter().flat_map(|doors| &doors.groups) {
        let is_known = hits.iter().any(|hit| {
            let same = hit
                .group_id
                .as_ref()
                .is_some_and(|id| id.as_str() == door.id);
            same || same_folded(&hit.name, &door.name)
        });
        if !is_known {
            hits.push(Hit {
                access_group_id: None,
                group_id: Some(GroupId(door.id.clone())),
                name: door.name.clone(),
            });
        }
    }
    hits
}

fn many(asked: &str, hits: &[&Hit]) -> Error {
    let message = format!(
        "{} groups fit `{asked}`; name one of them by id",
        hits.len()
    );
    let mut error = Error::message(Exit::Usage, message);
    for hit in hits.iter().take(TOLD) {
        let id = hit.access_group_id.as_ref().map(AccessGroupId::as_str);
        let id = id
            .or(hit.group_id.as_ref().map(GroupId::as_str))
            .unwrap_or_default();
        error = error.hint(format!("{id}  {}", hit.name));
    }
    if hits.len() > TOLD {
        error = error.hint(format!("and {} more", hits.len() - TOLD));
    }
    error
}

fn nobody(asked: &str, roster: &Roster, doors: Option<&DoorFacts>) -> Error {
    let message = format!("no group of Atrium or Command fits `{asked}`");
    let error = Error::message(Exit::Failed, message);
    let of_atrium = roster.groups.iter().map(|group| &*group.name);
    let of_doors = doors.into_iter().flat_map(|doors| &doors.groups);
    let names = of_atrium.chain(of_doors.map(|group| &*group.name));
    match nearest(asked, names) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error.hint("atriumctl inspect groups lists those of Command"),
    }
}

/// Who members are.
struct Names<'a> {
    roster: &'a Roster,
    memory: &'a Memory,
    policy: &'a Policy,
    everybody: &'a [AccessUser],
}

impl Names<'_> {
    /// The members on all sides: over SCIM, at the doors, and of Atrium's group, which is a position
    /// in the roster.
    fn members(&self, group: Option<usize>, scim: &[&str], doors: &[&str]) -> Vec<MemberLine> {
        let in_atrium: HashMap<&str, &Person> = match group {
            None => HashMap::new(),
            Some(group) => {
                let people = self.roster.people.iter();
                let people = people.filter(|person| person.groups.contains(&(group as u32)));
                people
                    .map(|person| (person.campus_id.as_str(), person))
                    .collect()
            }
        };
        let people: HashMap<&str, &Person> = self
            .roster
            .people
            .iter()
            .map(|person| (person.campus_id.as_str(), person))
            .collect();
        let mut by_id: HashMap<&str, &str> = HashMap::new();
        let mut remembered: HashMap<&str, Text> = HashMap::new();
        let group_id = group.map(|at| &self.roster.groups[at].id);
        let known = self
            .memory
            .groups
            .iter()
            .position(|known| Some(&known.id) == group_id);
        let is_synced = |id: &str| {
            let user = self.memory.users.get(&CampusId::from(id));
            user.zip(known)
                .is_some_and(|(user, at)| user.groups.contains(&(at as u32)))
        };
        // A user of ours whom neither Atrium nor the ledger has in the group.
        let is_ours = |row: Option<&&AccessUser>| {
            row.is_some_and(|row| self.policy.user_ids.parse(&row.external_id).is_some())
        };
        for (id, user) in &self.memory.users {
            by_id.insert(user.user_id.as_str(), id.as_str());
            if let Some(access) = &user.access {
                by_id.insert(access.id.as_str(), id.as_str());
            }
            remembered.insert(id.as_str(), user.applied.display_name());
        }
        let rows: HashMap<&str, &AccessUser> = self
            .everybody
            .iter()
            .map(|row| (row.id.as_str(), row))
            .collect();
        let mut lines: BTreeMap<(Text, Text), MemberLine> = BTreeMap::new();
        for id in scim.iter().chain(doors) {
            let row = rows.get(id);
            let campus_id = by_id.get(id).copied();
            let campus_id = campus_id.or_else(|| self.policy.user_ids.parse(&row?.external_id));
            let campus_id = campus_id.or_else(|| {
                let number = row?.employee_id.as_str();
                people.contains_key(number).then_some(number)
            });
            let person = campus_id.and_then(|id| people.get(id));
            let name = person.map(|person| person.display_name());
            let name = name.or_else(|| row.map(|row| row.full_name.clone()));
            let name = name.or_else(|| remembered.get(campus_id?).cloned());
            let is_atriums =
                campus_id.is_some_and(|id| in_atrium.contains_key(id) || is_synced(id));
            let line = MemberLine {
                name: name.unwrap_or_default(),
                campus_id: campus_id.map(Text::from),
                id: Some(Text::from(*id)),
                owner: match is_atriums {
                    true => Owner::Atrium,
                    false if is_ours(row) => Owner::Unknown,
                    false => Owner::Command,
                },
            };
            // Ids over SCIM and REST may differ: one person is one line.
            let key = campus_id.map_or_else(|| Text::from(*id), Text::from);
            lines.entry((line.name.clone(), key)).or_insert(line);
        }
        for (id, person) in in_atrium {
            let name = person.display_name();
            let key = (name.clone(), Text::from(id));
            lines.entry(key).or_insert_with(|| MemberLine {
                name,
                campus_id: Some(Text::from(id)),
                id: None,
                owner: Owner::AtriumOnly,
            });
        }
        lines.into_values().collect()
    }
}
