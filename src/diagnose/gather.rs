//! Gathers from Command what is known of one person. How many calls that takes depends on the
//! person's groups and never on the size of the organization: at most
//! [`SCIM_CALLS`] over SCIM and [`REST_CALLS`] over REST, and two for each of the first
//! [`GROUPS`] groups.

use super::facts::{AccessFacts, AccessPerson, DoorFacts, Known, ScimFacts, ScimGroup, ScimUser};
use super::person;
use crate::model::access::{Access, AccessUser};
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::memory::Memory;
use crate::model::plan::{Plan, Subject};
use crate::model::reason::Code;
use crate::model::roster::{Person, Roster};
use crate::model::{AccessGroupId, AccessUserId, CampusId, Completeness, GroupId, Text, UserId};
use crate::reconcile;
use crate::reconcile::policy::Policy;
use crate::verkada::rest::{FindBy, RestClient, RestError};
use crate::verkada::scim::{ScimClient, ScimError};

/// The most calls over SCIM, besides those for groups: three for an id that only Command can tell
/// whose it is; by the ledger's id, external id, address and the id that was found; and [`OTHERS`].
pub const SCIM_CALLS: usize = 7 + OTHERS;

/// So many other users of the ledger are asked for, where the person's own is not there, to tell
/// whether this is the organization that was synced before.
pub const OTHERS: usize = 3;

/// The most calls over REST: a token, the record of an id that SCIM does not know, everybody, the
/// person's record, groups, levels.
pub const REST_CALLS: usize = 6;

/// So many of a person's access groups are looked up.
pub const GROUPS: usize = 20;

/// Whom to look for in Command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The campus id, if it is known.
    pub campus_id: Option<CampusId>,
    /// The email address, if it is known.
    pub email: Option<Text>,
    /// The user that the ledger knows.
    pub user_id: Option<UserId>,
    /// An id of Command's or an external id that was asked for as such.
    pub id: Option<Text>,
    /// The access groups of Atrium: id, name, and the group that the ledger knows.
    pub groups: Vec<(AccessGroupId, Text, Option<GroupId>)>,
}

/// Looks for the person's users and groups over SCIM.
///
/// # Errors
/// The first call that failed: what is found then is no answer.
pub async fn scim(
    client: &ScimClient,
    wanted: &Wanted,
    policy: &Policy,
) -> Result<ScimFacts, ScimError> {
    let mut users: Vec<RemoteUser> = Vec::new();
    let mut add = |found: Vec<RemoteUser>| {
        for user in found {
            if !users.iter().any(|known| known.id == user.id) {
                users.push(user);
            }
        }
    };
    if let Some(id) = &wanted.user_id {
        add(client.user(id).await?.into_iter().collect());
    }
    if let Some(id) = &wanted.campus_id {
        let external_id = policy.user_ids.external_id(id.as_str());
        add(client.find_users_by_external_id(&external_id).await?);
    } else if let Some(id) = &wanted.id {
        let mut found = client.find_users_by_external_id(id).await?;
        if found.is_empty() {
            // A campus id that only Command still knows.
            let ours = policy.user_ids.external_id(id);
            found = client.find_users_by_external_id(&ours).await?;
        }
        add(found);
    }
    if let Some(email) = &wanted.email {
        add(client.find_users_by_email(email).await?);
    }
    if let (true, Some(id)) = (users.is_empty(), &wanted.id) {
        let found = client.user(&UserId(id.clone())).await?;
        users.extend(found);
    }
    let users = users.into_iter().map(|user| judged(user, wanted, policy));
    let users = users.collect();
    let mut groups = Vec::new();
    for (access_group, name, known) in wanted.groups.iter().take(GROUPS) {
        groups.push(ScimGroup {
            access_group: access_group.clone(),
            name: name.clone(),
            group: group(client, name, known.as_ref()).await?,
        });
    }
    Ok(ScimFacts { users, groups })
}

/// The records of Command that an id stands for whom Atrium does not have: those that SCIM found,
/// else the one of that id over REST. What can't be asked says a later call.
pub async fn records(
    rest: Option<&RestClient>,
    wanted: &Wanted,
    scim: Option<&ScimFacts>,
) -> Vec<AccessUser> {
    let users = scim.map_or(&[][..], |scim| &scim.users);
    let mut records: Vec<AccessUser> = users.iter().map(|one| person::record(&one.user)).collect();
    let is_id = |id: &&Text| !id.contains(char::is_whitespace);
    if let (true, Some(client), Some(id)) =
        (records.is_empty(), rest, wanted.id.as_ref().filter(is_id))
        && let Ok(Some((row, _))) = client.find(FindBy::UserId(id)).await
    {
        records.push(row);
    }
    records
}

/// Whose a user is that was found.
#[must_use]
pub fn judged(user: RemoteUser, wanted: &Wanted, policy: &Policy) -> ScimUser {
    let external_id = user.external_id.as_deref().unwrap_or_default();
    let by_id = policy.user_ids.parse(external_id);
    // A user of ours that is somebody else's says nothing of this person.
    let ours = match (by_id, &wanted.campus_id) {
        (Some(id), Some(wanted)) => id == wanted.as_str(),
        (Some(_), None) => true,
        (None, _) => wanted.user_id.as_ref() == Some(&user.id) && external_id.is_empty(),
    };
    ScimUser {
        foreign: by_id.is_none() && !ours && !external_id.is_empty(),
        untold: false,
        ours,
        user,
    }
}

/// Of how many of the ledger's users it was asked, and how many Command has: the person's own, and
/// if that is not there, some others.
///
/// # Errors
/// The first call that failed.
pub async fn ledger_ids(
    client: &ScimClient,
    memory: &Memory,
    wanted: &Wanted,
    found: &ScimFacts,
) -> Result<(u32, u32), ScimError> {
    let own = wanted.user_id.as_ref();
    if own.is_some_and(|own| found.users.iter().any(|found| found.user.id == *own)) {
        return Ok((1, 1));
    }
    let others = memory.users.values().map(|user| &user.user_id);
    let mut others: Vec<&UserId> = others.filter(|id| Some(*id) != own).collect();
    others.sort_unstable();
    let (mut asked, mut there) = (u32::from(own.is_some()), 0);
    for id in others.into_iter().take(OTHERS) {
        asked += 1;
        if client.user(id).await?.is_some() {
            there += 1;
            break;
        }
    }
    Ok((asked, there))
}

/// A group with its members, by the id that the ledger knows, else by name.
async fn group(
    client: &ScimClient,
    name: &str,
    known: Option<&GroupId>,
) -> Result<Option<GroupListing>, ScimError> {
    if let Some(id) = known
        && let Some(group) = client.group(id).await?
    {
        return Ok(Some(group));
    }
    if name.is_empty() {
        return Ok(None);
    }
    match client.find_groups_by_name(name).await?.into_iter().next() {
        Some(found) if found.members.is_none() => client.group(&found.id).await,
        found => Ok(found),
    }
}

/// The directory that a plan for this person alone needs.
#[must_use]
pub fn directory(facts: &ScimFacts, access: Option<Access>) -> Directory {
    let users = facts.users.iter().map(|found| found.user.clone());
    let groups = facts.groups.iter().filter_map(|group| group.group.clone());
    let directory = Directory::assemble(users.collect(), groups.collect(), Completeness::Whole);
    Directory {
        access,
        ..directory
    }
}

/// Looks for the person in the REST API: the whole list, since a record of the same name can't be
/// found otherwise, and the person's own record.
///
/// # Errors
/// The first call that failed.
pub async fn access(
    client: &RestClient,
    sides: (&Roster, &Memory, &Policy),
    scim: &ScimFacts,
    wanted: &Wanted,
) -> Result<(AccessFacts, Access), RestError> {
    let (roster, memory, policy) = sides;
    let everybody = client.everybody().await?;
    let mut access = Access {
        users: everybody,
        ..Access::default()
    };
    let directory = directory(scim, Some(access.clone()));
    let user = scim.users.iter().find(|user| user.ours);
    let user = user.or_else(|| scim.users.iter().find(|user| user.foreign));
    let known = wanted.campus_id.as_ref().and_then(|id| {
        let known = memory.users.get(id)?.access.as_ref()?;
        Some(&known.id)
    });
    let row = match user {
        Some(found) => {
            let pair =
                reconcile::counterpart(roster, &directory, memory, policy, &found.user, known);
            pair.ok().flatten()
        }
        None => lone(&access.users, wanted, known).filter(|row| match &wanted.campus_id {
            // The address alone does not make somebody else's record this person's.
            Some(id) => row.employee_id == id.as_str() || known == Some(&row.id),
            None => true,
        }),
    };
    let mut person = None;
    if let Some(row) = &row
        && let Some((record, groups)) = client.person(&row.id).await?
    {
        access.records.insert(row.id.clone(), record.clone());
        person = Some(AccessPerson {
            user: row.clone(),
            record,
            groups,
        });
    }
    let others = others(&access.users, row.as_ref(), wanted);
    Ok((AccessFacts { person, others }, access))
}

/// The only row of the address, or of the id that was asked for or is known.
fn lone(
    everybody: &[AccessUser],
    wanted: &Wanted,
    known: Option<&AccessUserId>,
) -> Option<AccessUser> {
    let by_id = |row: &&AccessUser| {
        if known == Some(&row.id) {
            return true;
        }
        let id = wanted.id.as_deref();
        id.is_some_and(|id| row.id.as_str() == id || row.external_id == id)
    };
    let by_email = |row: &&AccessUser| {
        let email = wanted.email.as_deref();
        email.is_some_and(|email| same_folded(&row.email, email))
    };
    let found: Vec<&AccessUser> = everybody.iter().filter(by_id).collect();
    let found = match found.as_slice() {
        [] => everybody.iter().filter(by_email).collect(),
        _ => found,
    };
    match found.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// Records that may be the person's, too: of the same name or address.
fn others(everybody: &[AccessUser], own: Option<&AccessUser>, wanted: &Wanted) -> Vec<AccessUser> {
    let is_own = |row: &AccessUser| own.is_some_and(|own| own.id == row.id);
    let alike = everybody.iter().filter(|row| {
        let named = own.is_some_and(|own| {
            !own.full_name.is_empty() && same_folded(&own.full_name, &row.full_name)
        });
        let email = wanted.email.as_deref();
        let addressed = email.is_some_and(|email| same_folded(&row.email, email));
        !is_own(row) && (named || addressed)
    });
    alike.take(GROUPS).cloned().collect()
}

/// Reads the groups at the doors and the access levels. A key without permission for levels leaves
/// those out.
///
/// # Errors
/// The first call that failed otherwise.
pub async fn doors(client: &RestClient) -> Result<DoorFacts, RestError> {
    let groups = client.access_groups().await?;
    let levels = match client.access_levels().await {
        Ok(levels) => Some(levels),
        Err(RestError::Scope { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(DoorFacts { groups, levels })
}

/// The plan of this person alone, from what was found of them.
#[must_use]
pub fn plan(
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    person: &Person,
    directory: &Directory,
) -> Plan {
    // Not limited to the person by name: that would try again at once what rests for a day, open
    // guards, and leave out what is said of groups.
    let mut plan = reconcile::plan(roster, directory, memory, policy);
    let groups: Vec<&AccessGroupId> = person
        .groups
        .iter()
        .filter_map(|at| roster.groups.get(*at as usize))
        .map(|group| &group.id)
        .collect();
    // A group beyond those that were looked up is not missing: it was not looked at.
    let looked: Vec<&AccessGroupId> = groups.iter().take(GROUPS).copied().collect();
    let concerns = |subject: &Subject| match subject {
        Subject::User { campus_id } | Subject::Card { campus_id, .. } => {
            *campus_id == person.campus_id
        }
        Subject::Membership {
            campus_id,
            access_group_id,
        } => *campus_id == person.campus_id && looked.contains(&access_group_id),
        Subject::Group { access_group_id } => looked.contains(&access_group_id),
        Subject::Remote { .. } | Subject::Run => false,
    };
    plan.operations
        .retain(|operation| concerns(&operation.subject));
    plan.held.retain(|held| concerns(&held.operation.subject));
    plan.left_alone
        .retain(|left| concerns(&left.subject) && left.code != Code::NeedsHeld);
    plan
}

/// What was found, or why nothing was.
pub fn known<T, E: std::fmt::Display>(found: Result<T, E>) -> Known<T> {
    match found {
        Ok(value) => Known::Seen(value),
        Err(error) => Known::Unseen(error.to_string()),
    }
}
