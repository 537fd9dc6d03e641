//! A look at what a SCIM server can do, in a bounded number of requests and without writing.

use reqwest::Method;
use serde_json::Value;

use super::client::{Call, Kind, ScimClient};
use super::error::ScimError;
use super::filter;
use super::paging::{From, Page};
use super::read::{group_item, user_item};
use super::wire;
use crate::model::Text;
use crate::model::directory::{GroupListing, RemoteUser};

/// The most pages of groups that a survey reads.
const GROUP_PAGES: u32 = 10;

/// The most requests of a survey: what the server says of itself, two pages of users, one by cursor,
/// a search, and groups.
pub const SURVEY_REQUESTS: u32 = 5 + GROUP_PAGES;

/// A user name that nobody has: `.invalid` is no domain (RFC 2606, section 2).
const NOBODY: &str = "nobody@atriumctl.invalid";

/// How a server's lists go on after the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The first page was everything.
    OnePage,
    /// By index (RFC 7644, section 3.4.2.4).
    Index,
    /// By cursor (RFC 9865).
    Cursor,
    /// Not at all: another page was asked for, and the first one came again, or none.
    Broken,
}

/// What a server says of itself (RFC 7643, section 5); `None` where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Whether it takes `PATCH`.
    pub patch: Option<bool>,
    /// Whether it heeds versions.
    pub etag: Option<bool>,
    /// Whether it can filter.
    pub filter: Option<bool>,
    /// Whether it pages by cursors.
    pub cursor: Option<bool>,
}

/// What was seen of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What it says of itself; an error if it could not be asked.
    pub claimed: Result<Claimed, ScimError>,
    /// The first users.
    pub users: Vec<RemoteUser>,
    /// How many users there are, as the server says.
    pub user_count: Option<u64>,
    /// How lists go on.
    pub paging: Paging,
    /// Whether numbers came as texts.
    pub numbers_are_texts: bool,
    /// How a search for somebody who does not exist ended: how many were found.
    pub search: Result<usize, ScimError>,
    /// The first groups, and whether they are all; an error if they could not be read.
    pub groups: Result<(Vec<GroupListing>, bool), ScimError>,
}

impl ScimClient {
    /// Looks at what the server can do, with at most [`SURVEY_REQUESTS`] requests that read.
    ///
    /// # Errors
    /// [`ScimError`] if users can't be listed; then nothing else is asked.
    pub async fn survey(&self) -> Result<Survey, ScimError> {
        let first = self.list_page(Kind::Users, From::Start, None).await?;
        let numbers_are_texts =
            wire::attribute(&first, "totalResults").is_some_and(Value::is_string);
        let page = self.page_of(Kind::Users, &first, user_item)?;
        let user_count = page.total;
        let paging = self.paging(&page).await;
        let users = page.items.into_iter().flatten().map(|(_, user)| user);
        Ok(Survey {
            claimed: self.claimed().await,
            users: users.collect(),
            user_count,
            paging,
            numbers_are_texts,
            search: self.search().await,
            groups: self.some_groups().await,
        })
    }

    async fn claimed(&self) -> Result<Claimed, ScimError> {
        let path = "/ServiceProviderConfig".to_owned();
        let call = Call::new(Method::GET, "GET /ServiceProviderConfig", path);
        let config = self.read(&call).await?;
        let said =
            |name, what| wire::attribute(&config, name).and_then(|one| wire::boolean(one, what));
        Ok(Claimed {
            patch: said("patch", "supported"),
            etag: said("etag", "supported"),
            filter: said("filter", "supported"),
            cursor: said("pagination", "cursor"),
        })
    }

    async fn paging(&self, first: &Page<RemoteUser>) -> Paging {
        let came = first.items.len() as u64;
        let is_all = first.total.is_none_or(|total| total <= came);
        if is_all && first.next_cursor.is_none() {
            return Paging::OnePage;
        }
        let next = match &first.next_cursor {
            Some(cursor) => From::Cursor(cursor.clone()),
            None => From::Index(came + 1),
        };
        if self.goes_on(first, next).await {
            return match first.next_cursor {
                Some(_) => Paging::Cursor,
                None => Paging::Index,
            };
        }
        // Cursors may be only for those who ask for them (RFC 9865, section 2).
        let by_cursor = self
            .list_page(Kind::Users, From::Cursor(Text::default()), None)
            .await;
        let led = by_cursor.is_ok_and(|page| wire::text(&page, "nextCursor").is_some());
        if led { Paging::Cursor } else { Paging::Broken }
    }

    /// Whether another page holds somebody else than the first one.
    async fn goes_on(&self, first: &Page<RemoteUser>, next: From) -> bool {
        let Ok(value) = self.list_page(Kind::Users, next, None).await else {
            return false;
        };
        let Ok(page) = self.page_of(Kind::Users, &value, user_item) else {
            return false;
        };
        let known = |id: &Text| first.items.iter().flatten().any(|(other, _)| other == id);
        page.items.iter().flatten().any(|(id, _)| !known(id))
    }

    async fn search(&self) -> Result<usize, ScimError> {
        let filter = filter::equals("userName", NOBODY);
        match self.list_page(Kind::Users, From::Start, Some(filter)).await {
            Ok(value) => Ok(self.page_of(Kind::Users, &value, user_item)?.items.len()),
            // Some servers answer so when nothing matches.
            Err(ScimError::NotFound { .. }) => Ok(0),
            Err(error) => Err(error),
        }
    }

    async fn some_groups(&self) -> Result<(Vec<GroupListing>, bool), ScimError> {
        let mut groups: Vec<GroupListing> = Vec::new();
        let mut next = From::Start;
        for _ in 0..GROUP_PAGES {
            let value = self.list_page(Kind::Groups, next, None).await?;
            let page = self.page_of(Kind::Groups, &value, group_item)?;
            let before = groups.len();
            for (id, group) in page.items.into_iter().flatten() {
                if !groups.iter().any(|known| known.id.0 == id) {
                    groups.push(group);
                }
            }
            let have = groups.len() as u64;
            let is_all = page.total.is_some_and(|total| total <= have);
            next = match page.next_cursor {
                Some(cursor) => From::Cursor(cursor),
                None if is_all || page.total.is_none() => return Ok((groups, true)),
                None => From::Index(have + 1),
            };
            if groups.len() == before {
                return Ok((groups, is_all));
            }
        }
        Ok((groups, false))
    }

    async fn list_page(
        &self,
        kind: Kind,
        from: From,
        filter: Option<String>,
    ) -> Result<Value, ScimError> {
        self.read(&self.page_call(kind, from, filter.as_ref()))
            .await
    }

    fn page_of<T>(
        &self,
        kind: Kind,
        value: &Value,
        item: fn(&Value) -> Option<(Text, T)>,
    ) -> Result<Page<T>, ScimError> {
        Page::read(value, item).ok_or_else(|| {
            let ask = Call::new(Method::GET, kind.list_endpoint(), kind.path().to_owned()).ask;
            self.unexpected(&ask, "JSON that is no list".to_owned())
        })
    }
}
