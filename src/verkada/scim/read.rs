//! Everything that reads: lists, single resources, searches.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::client::{Call, Kind, SHOWN, ScimClient};
use super::error::ScimError;
use super::filter;
use super::paging::{From, Listing, Page, Pages};
use super::wire;
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::{Completeness, GroupId, Text, UserId};

/// How many pages are asked for ahead of the one that is awaited.
const PAGES_AHEAD: u64 = 4;

/// How many groups are read at once where each has to be read by itself.
const GROUPS_AT_ONCE: usize = 16;

impl ScimClient {
    /// Reads all users. `progress` is told after each page how many there are, and of how many.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if a page could not be read. A list that contradicts itself is no error but
    /// [`Completeness::Partial`].
    pub async fn users(
        &self,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Listing<RemoteUser>, ScimError> {
        self.list(Kind::Users, None, user_item, progress).await
    }

    /// Reads all groups with their members. A group that is listed without members is read by
    /// itself; one that has none even so has none (RFC 7643, section 2.5).
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn groups(&self) -> Result<Listing<GroupListing>, ScimError> {
        let mut listing = self
            .list(Kind::Groups, None, group_item, &|_, _| {})
            .await?;
        let mut unread: Vec<GroupId> = Vec::new();
        for group in &listing.items {
            if group.members.is_some() {
                self.0.members_seen.store(true, Ordering::Relaxed);
            } else {
                unread.push(group.id.clone());
            }
        }
        let mut read = HashMap::new();
        let mut tasks = JoinSet::new();
        while !unread.is_empty() || !tasks.is_empty() {
            while tasks.len() < GROUPS_AT_ONCE
                && let Some(id) = unread.pop()
            {
                let client = self.clone();
                tasks.spawn(async move { (client.group(&id).await, id) });
            }
            if let Some(done) = tasks.join_next().await {
                let (group, id) = joined(done);
                read.insert(id, group?);
            }
        }
        listing
            .items
            .retain_mut(|group| match read.remove(&group.id) {
                Some(Some(whole)) => {
                    group.members = whole.members;
                    true
                }
                // Deleted since it was listed.
                Some(None) => false,
                None => true,
            });
        Ok(listing)
    }

    /// Reads users and groups side by side.
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn directory(
        &self,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Directory, ScimError> {
        let (users, groups) = tokio::try_join!(self.users(progress), self.groups())?;
        let mut faults = Vec::new();
        for (what, completeness) in [
            ("users", users.completeness),
            ("groups", groups.completeness),
        ] {
            if let Completeness::Partial(why) = completeness {
                faults.push(format!("{what}: {why}"));
            }
        }
        let completeness = if faults.is_empty() {
            Completeness::Whole
        } else {
            Completeness::Partial(faults.join("; "))
        };
        Ok(Directory::assemble(users.items, groups.items, completeness))
    }

    /// Reads one user; `None` if there is none with this id.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if that can't be told.
    pub async fn user(&self, id: &UserId) -> Result<Option<RemoteUser>, ScimError> {
        self.one(Kind::Users, id.as_str(), wire::user).await
    }

    /// Reads one group; `None` if there is none with this id. A group that comes without members
    /// has none.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if that can't be told.
    pub async fn group(&self, id: &GroupId) -> Result<Option<GroupListing>, ScimError> {
        let mut group = self.one(Kind::Groups, id.as_str(), wire::group).await?;
        if let Some(group) = &mut group {
            if group.members.is_some() {
                self.0.members_seen.store(true, Ordering::Relaxed);
            }
            group.members.get_or_insert_default();
        }
        Ok(group)
    }

    /// The users whose `userName` is this address but for case. What the server finds is compared
    /// again: some servers match parts, and some ignore a filter.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if the search failed.
    pub async fn find_users_by_email(&self, email: &str) -> Result<Vec<RemoteUser>, ScimError> {
        let mut found = self
            .find(Kind::Users, filter::equals("userName", email), user_item)
            .await?;
        found.retain(|user| same_folded(&user.profile.email, email));
        Ok(found)
    }

    /// The groups of this name but for case. Their members are as the search returned them, so
    /// perhaps missing.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if the search failed.
    pub async fn find_groups_by_name(&self, name: &str) -> Result<Vec<GroupListing>, ScimError> {
        let mut found = self
            .find(
                Kind::Groups,
                filter::equals("displayName", name),
                group_item,
            )
            .await?;
        found.retain(|group| same_folded(&group.name, name));
        Ok(found)
    }

    async fn find<T: Send + 'static>(
        &self,
        kind: Kind,
        filter: String,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Vec<T>, ScimError> {
        match self.list(kind, Some(filter), item, &|_, _| {}).await {
            Ok(listing) => Ok(listing.items),
            // Some servers answer so when nothing matches.
            Err(ScimError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Reads a list. Pages follow one another by what came back; those that can be foreseen are
    /// asked for ahead.
    async fn list<T: Send + 'static>(
        &self,
        kind: Kind,
        filter: Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
    ) -> Result<Listing<T>, ScimError> {
        let mut pages = Pages::new(self.0.page_size);
        let mut ahead: JoinSet<(u64, Result<Page<T>, ScimError>)> = JoinSet::new();
        let mut asked = HashSet::new();
        let mut arrived = HashMap::new();
        let mut next = Some(From::Index(1));
        while let Some(from) = next {
            let page = match from {
                From::Index(index) if asked.contains(&index) => loop {
                    if let Some(page) = arrived.remove(&index) {
                        break page;
                    }
                    match ahead.join_next().await {
                        Some(done) => {
                            let (index, page) = joined(done);
                            arrived.insert(index, page);
                        }
                        None => break self.page(kind, From::Index(index), &filter, item).await,
                    }
                },
                from => {
                    // The pages are not as long as foreseen.
                    ahead.abort_all();
                    ahead = JoinSet::new();
                    asked.clear();
                    arrived.clear();
                    self.page(kind, from, &filter, item).await
                }
            }?;
            let length = page.items.len() as u64;
            next = pages.take(page);
            let (count, total) = pages.progress();
            progress(count, total);
            if let (Some(From::Index(index)), Some(total)) = (&next, total)
                && length > 0
            {
                let last = index
                    .saturating_add(length.saturating_mul(PAGES_AHEAD - 1))
                    .min(total);
                for index in (*index..=last).step_by(length as usize) {
                    if asked.insert(index) {
                        let (client, filter) = (self.clone(), filter.clone());
                        ahead.spawn(async move {
                            let from = From::Index(index);
                            (index, client.page(kind, from, &filter, item).await)
                        });
                    }
                }
            }
        }
        Ok(pages.finish())
    }

    async fn page<T>(
        &self,
        kind: Kind,
        from: From,
        filter: &Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Page<T>, ScimError> {
        let mut call = Call::new(Method::GET, kind.list_endpoint(), kind.path().to_owned());
        if let Some(filter) = filter {
            call.query.push(("filter", filter.clone()));
        }
        call.query.push(match from {
            From::Index(index) => ("startIndex", index.to_string()),
            From::Cursor(cursor) => ("cursor", cursor.to_string()),
        });
        call.query.push(("count", self.0.page_size.to_string()));
        let value = match self.read(&call).await {
            // A list is always there, even if it is empty.
            Err(ScimError::NotFound { ask }) if filter.is_none() => {
                let what = "404: there is no such list; check the SCIM address".to_owned();
                return Err(ScimError::Unexpected { ask, what });
            }
            other => other?,
        };
        Page::read(&value, item).ok_or_else(|| {
            let shown = self.clean(&value.to_string(), SHOWN);
            self.unexpected(&call.ask, format!("JSON that is no list: {shown}"))
        })
    }

    async fn one<T>(
        &self,
        kind: Kind,
        id: &str,
        read: fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ScimError> {
        let Some(value) = self.resource(kind, id).await? else {
            return Ok(None);
        };
        match read(&value) {
            Some(resource) => Ok(Some(resource)),
            None => {
                let call = Call::new(Method::GET, kind.read_endpoint(), kind.path_of(id)?);
                let shown = self.clean(&value.to_string(), SHOWN);
                Err(self.unexpected(&call.ask, format!("JSON without an id: {shown}")))
            }
        }
    }

    /// One resource as the server sends it; `None` if there is none.
    pub(super) async fn resource(&self, kind: Kind, id: &str) -> Result<Option<Value>, ScimError> {
        let call = Call::new(Method::GET, kind.read_endpoint(), kind.path_of(id)?);
        match self.read(&call).await {
            Ok(value) => Ok(Some(value)),
            Err(ScimError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn user_item(value: &Value) -> Option<(Text, RemoteUser)> {
    let user = wire::user(value)?;
    Some((user.id.0.clone(), user))
}

fn group_item(value: &Value) -> Option<(Text, GroupListing)> {
    let group = wire::group(value)?;
    Some((group.id.0.clone(), group))
}

/// The value of a task that nobody cancels; a panic in it goes on here.
fn joined<T>(done: Result<T, tokio::task::JoinError>) -> T {
    match done {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
