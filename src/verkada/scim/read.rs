//! Everything that reads: lists, single resources, searches.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::client::{Call, Kind, NO_LIST, SHOWN, ScimClient};
use super::error::ScimError;
use super::filter;
use super::paging::{From, Listing, Page, Pages};
use super::versions::Seen;
use super::wire;
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::{Completeness, GroupId, Text, UserId};

/// How many pages are asked for ahead of the one that is awaited.
const PAGES_AHEAD: u64 = 4;

/// How many groups are read at once where each has to be read by itself.
const GROUPS_AT_ONCE: usize = 16;

/// Who is told how a list comes in.
struct Watch<'a, T> {
    /// How many there are after a page, and of how many.
    progress: &'a (dyn Fn(u64, Option<u64>) + Send + Sync),
    /// What is new in a page.
    each: &'a (dyn Fn(&[T]) + Send + Sync),
}

impl<T> Watch<'_, T> {
    fn nobody() -> Self {
        Watch {
            progress: &|_, _| {},
            each: &|_| {},
        }
    }
}

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
        self.users_each(progress, &|_| {}).await
    }

    /// The same; `each` is given the users of every page as soon as it has come. A list that has to
    /// be read again is given again.
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn users_each(
        &self,
        progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
        each: &(dyn Fn(&[RemoteUser]) + Send + Sync),
    ) -> Result<Listing<RemoteUser>, ScimError> {
        let watch = Watch { progress, each };
        self.list(Kind::Users, None, user_item, &watch).await
    }

    /// Reads all groups with their members. A group that is listed without members is read by
    /// itself; one that has none even so has none (RFC 7643, section 2.5).
    ///
    /// # Errors
    ///
    /// As [`ScimClient::users`].
    pub async fn groups(&self) -> Result<Listing<GroupListing>, ScimError> {
        let mut listing = self
            .list(Kind::Groups, None, group_item, &Watch::nobody())
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

    /// The users with this external id, exactly. What the server finds is compared again; a server
    /// that hides external ids finds nobody.
    ///
    /// # Errors
    ///
    /// [`ScimError`] if the search failed.
    pub async fn find_users_by_external_id(&self, id: &str) -> Result<Vec<RemoteUser>, ScimError> {
        let mut found = self
            .find(Kind::Users, filter::equals("externalId", id), user_item)
            .await?;
        found.retain(|user| user.external_id.as_deref() == Some(id));
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
        let listing = match self.list(kind, Some(filter), item, &Watch::nobody()).await {
            Ok(listing) => listing,
            // Some servers answer so when nothing matches.
            Err(ScimError::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        match listing.completeness {
            // Who is not in a part may be in the rest.
            Completeness::Partial(why) if listing.items.is_empty() => {
                let ask = Call::new(Method::GET, kind.list_endpoint(), kind.path().to_owned()).ask;
                Err(ScimError::Unavailable { ask, why })
            }
            _ => Ok(listing.items),
        }
    }

    /// Reads a list, and once more if its pages contradict each other, a cursor died, or the
    /// server does not page by index: the second time by cursor, unless it worked without and the
    /// server does not claim to have them.
    async fn list<T: Send + 'static>(
        &self,
        kind: Kind,
        filter: Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
        watch: &Watch<'_, T>,
    ) -> Result<Listing<T>, ScimError> {
        let beginning = || From::Cursor(Text::default());
        let start = if self.0.cursors_work.load(Ordering::Relaxed) {
            beginning()
        } else {
            From::Start
        };
        let first = self.pages(kind, start.clone(), &filter, item, watch).await;
        let again = match &first {
            Ok(pages) if !pages.is_contradictory() => None,
            Ok(pages) if pages.has_cursors() => Some(start),
            Ok(_) => match self.claims().await.cursor {
                Some(true) => Some(beginning()),
                Some(false) | None => Some(From::Index(1)),
            },
            // An index may be refused by a server that has only cursors; a filter is refused for
            // what it is.
            Err(ScimError::Refused { .. }) if filter.is_none() && start == From::Start => {
                Some(beginning())
            }
            Err(_) => None,
        };
        let Some(start) = again else {
            return first.map(Pages::finish);
        };
        let by_cursor = matches!(start, From::Cursor(_));
        match (self.pages(kind, start, &filter, item, watch).await, first) {
            (Ok(second), _) => {
                if by_cursor && second.has_cursors() && !second.is_contradictory() {
                    self.0.cursors_work.store(true, Ordering::Relaxed);
                }
                Ok(second.finish())
            }
            // The way that was claimed is none; what came the first time stays.
            (Err(ScimError::Refused { .. } | ScimError::Unexpected { .. }), first) => {
                first.map(Pages::finish)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Reads the pages of a list. They follow one another by what came back; those that can be
    /// foreseen are asked for ahead.
    async fn pages<T: Send + 'static>(
        &self,
        kind: Kind,
        start: From,
        filter: &Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
        watch: &Watch<'_, T>,
    ) -> Result<Pages<T>, ScimError> {
        let mut pages = Pages::new(self.0.page_size);
        let mut ahead: JoinSet<(u64, Result<Page<T>, ScimError>)> = JoinSet::new();
        let mut asked = HashSet::new();
        let mut arrived = HashMap::new();
        let mut next = Some(start);
        while let Some(from) = next {
            let is_led = pages.has_cursors();
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
                        None => break self.page(kind, From::Index(index), filter, item).await,
                    }
                },
                from => {
                    // The pages are not as long as foreseen.
                    ahead.abort_all();
                    ahead = JoinSet::new();
                    asked.clear();
                    arrived.clear();
                    self.page(kind, from, filter, item).await
                }
            };
            let page = match page {
                Ok(page) => page,
                Err(error) if is_led && is_about_cursors(&error) => {
                    pages.break_off(&format!("the server's cursor was refused: {error}"));
                    break;
                }
                Err(error) => return Err(error),
            };
            let length = page.items.len() as u64;
            let (before, _) = pages.progress();
            next = pages.take(page);
            let (count, total) = pages.progress();
            (watch.each)(pages.since(before));
            (watch.progress)(count, total);
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
        Ok(pages)
    }

    async fn page<T>(
        &self,
        kind: Kind,
        from: From,
        filter: &Option<String>,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Page<T>, ScimError> {
        let call = self.page_call(kind, from, filter.as_ref());
        let value = match self.read(&call).await {
            Err(ScimError::NotFound { ask }) if filter.is_none() => {
                return Err(self.unexpected(&ask, NO_LIST.to_owned()));
            }
            other => other?,
        };
        let Some(page) = Page::read(&value, item) else {
            let shown = self.clean(&value.to_string(), SHOWN);
            return Err(self.unexpected(&call.ask, format!("JSON that is no list: {shown}")));
        };
        // Groups need no versions: what is written of them leaves the rest as it is.
        if kind == Kind::Users {
            for user in wire::attribute(&value, "Resources").map_or(&[][..], wire::list) {
                self.0.versions.note(kind, user, None);
            }
        }
        Ok(page)
    }

    /// The call that asks for one page.
    pub(super) fn page_call(&self, kind: Kind, from: From, filter: Option<&String>) -> Call {
        let mut call = Call::new(Method::GET, kind.list_endpoint(), kind.path().to_owned());
        if let Some(filter) = filter {
            call.query.push(("filter", filter.clone()));
        }
        match from {
            // Without either the server pages in the way that it prefers (RFC 9865, section 2).
            From::Start => {}
            From::Index(index) => call.query.push(("startIndex", index.to_string())),
            From::Cursor(cursor) => call.query.push(("cursor", cursor.to_string())),
        }
        call.query.push(("count", self.0.page_size.to_string()));
        call
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
        let read = self.resource_seen(kind, id).await?;
        Ok(read.map(|(value, _)| value))
    }

    /// One resource, and what it is like where it comes with a version.
    pub(super) async fn resource_seen(
        &self,
        kind: Kind,
        id: &str,
    ) -> Result<Option<(Value, Option<Seen>)>, ScimError> {
        let call = Call::new(Method::GET, kind.read_endpoint(), kind.path_of(id)?);
        match self.read_tagged(&call).await {
            Ok((value, etag)) => {
                self.0.versions.note(kind, &value, etag.clone());
                let seen = Seen::read(&value, etag);
                Ok(Some((value, seen)))
            }
            Err(ScimError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a page was refused because of its cursor (RFC 9865, section 2.1): it was too old, or
/// the server no longer knows it.
fn is_about_cursors(error: &ScimError) -> bool {
    let ScimError::Refused { scim_type, .. } = error else {
        return false;
    };
    let types = ["expiredCursor", "invalidCursor"];
    types
        .iter()
        .any(|name| scim_type.eq_ignore_ascii_case(name))
}

pub(super) fn user_item(value: &Value) -> Option<(Text, RemoteUser)> {
    let user = wire::user(value)?;
    Some((user.id.0.clone(), user))
}

pub(super) fn group_item(value: &Value) -> Option<(Text, GroupListing)> {
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
