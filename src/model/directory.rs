//! What Command has: users and groups as its SCIM interface lists them, cards as the REST API does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::Access;
use super::{Completeness, GroupId, Map, Profile, Text, UserId};

/// One user as Command lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteUser {
    /// The server's id.
    pub id: UserId,
    /// The external id, if the server returns one.
    pub external_id: Option<Text>,
    /// The primary details.
    pub profile: Profile,
    /// Whether the user is active; `None` if the server does not say.
    pub active: Option<bool>,
    /// When the server made the record (`meta.created`), by the server's clock.
    pub created: Option<Timestamp>,
}

/// One group as the wire gives it, members by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupListing {
    /// The server's id.
    pub id: GroupId,
    /// The external id, if the server returns one.
    pub external_id: Option<Text>,
    /// The name.
    pub name: Text,
    /// The members' ids; `None` if the server did not return them.
    pub members: Option<Vec<UserId>>,
}

/// The members of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Positions in [`Directory::users`], ascending, no repeats.
    pub users: Vec<u32>,
    /// Ids that no listed user has.
    pub unknown: Vec<UserId>,
}

/// One group, its members resolved to users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteGroup {
    /// The server's id.
    pub id: GroupId,
    /// The external id, if the server returns one.
    pub external_id: Option<Text>,
    /// The name.
    pub name: Text,
    /// The members; `None` if they could not be read.
    pub members: Option<Members>,
}

/// Everything that was read from Command in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Users, each id once.
    pub users: Vec<RemoteUser>,
    /// Groups, each id once.
    pub groups: Vec<RemoteGroup>,
    /// Whether all users and groups were read.
    pub completeness: Completeness,
    /// What the REST API says; `None` without an API key, and then cards are not covered.
    pub access: Option<Access>,
}

impl Directory {
    /// Resolves members to users.
    #[must_use]
    pub fn assemble(
        users: Vec<RemoteUser>,
        groups: Vec<GroupListing>,
        completeness: Completeness,
    ) -> Self {
        let positions: Map<&UserId, u32> = (0u32..)
            .zip(&users)
            .map(|(at, user)| (&user.id, at))
            .collect();
        let groups = groups
            .into_iter()
            .map(|group| RemoteGroup {
                id: group.id,
                external_id: group.external_id,
                name: group.name,
                members: group.members.map(|ids| {
                    let mut members = Members::default();
                    for id in ids {
                        match positions.get(&id) {
                            Some(&at) => members.users.push(at),
                            None => members.unknown.push(id),
                        }
                    }
                    members.users.sort_unstable();
                    members.users.dedup();
                    members.unknown.sort_unstable();
                    members.unknown.dedup();
                    members
                }),
            })
            .collect();
        Directory {
            users,
            groups,
            completeness,
            access: None,
        }
    }
}

impl Directory {
    /// The groups with their members by id again, as the wire gave them.
    pub fn listings(&self) -> impl Iterator<Item = GroupListing> {
        self.groups.iter().map(|group| GroupListing {
            id: group.id.clone(),
            external_id: group.external_id.clone(),
            name: group.name.clone(),
            members: group.members.as_ref().map(|members| {
                let known = members
                    .users
                    .iter()
                    .map(|at| self.users[*at as usize].id.clone());
                known.chain(members.unknown.iter().cloned()).collect()
            }),
        })
    }
}

/// How a server takes a change of a resource (RFC 7644, sections 3.5.1 and 3.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `PATCH` with the operations.
    Patch,
    /// `GET`, change, then `PUT` of the whole resource.
    Put,
}
