//! Changes of users and groups that exist, in either dialect. All of them may be sent twice: a
//! replaced value, an added and a removed member are as they were after the first time (RFC 7644,
//! section 3.5.2).
//!
//! Where resources have versions, a write names the one that it was decided on. If that is no
//! longer so, the resource is read again and the write decided again, once.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use reqwest::header::{ETAG, HeaderValue};
use serde_json::Value;

use super::change::{Change, Wanted};
use super::client::{Call, Kind, ScimClient, lock};
use super::dialect::UserChanges;
use super::error::ScimError;
use super::versions::Seen;
use super::wire;
use crate::model::directory::Dialect;
use crate::model::{GroupId, Text, UserId};
use crate::net::Answer;

/// How often a change is sent: as it was planned, as it was decided again, and without a version
/// if the server compares them wrongly.
const WRITES: u32 = 3;

/// What a write is made on.
struct Base {
    /// What the resource was like, where it has a version.
    seen: Option<Seen>,
    /// The resource itself, if it was read for this.
    resource: Option<Value>,
}

impl ScimClient {
    /// Changes a user, all fields in one request.
    ///
    /// # Errors
    ///
    /// [`ScimError`]; after [`ScimError::OutcomeUnknown`] it may be sent again.
    /// [`ScimError::Changed`] if another client took the user over, or somebody opened or closed
    /// it by hand, since this client read it.
    pub async fn update_user(&self, id: &UserId, changes: &UserChanges) -> Result<(), ScimError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.change(&Change {
            id: id.as_str(),
            wanted: Wanted::User(changes),
        })
        .await
    }

    /// Changes a user in one way, and in no other if that is refused: to find out which are taken.
    ///
    /// # Errors
    ///
    /// As of [`ScimClient::update_user`].
    pub async fn try_update(
        &self,
        id: &UserId,
        changes: &UserChanges,
        dialect: Dialect,
    ) -> Result<(), ScimError> {
        let wanted = Wanted::User(changes);
        let id = id.as_str();
        self.carry_out(&Change { id, wanted }, dialect).await
    }

    /// Deletes a user. One that is not there is deleted.
    ///
    /// # Errors
    ///
    /// [`ScimError`]; after [`ScimError::OutcomeUnknown`] it may be sent again.
    pub async fn delete_user(&self, id: &UserId) -> Result<(), ScimError> {
        self.delete(Kind::Users, id.as_str()).await
    }

    /// Deletes a group. One that is not there is deleted.
    ///
    /// # Errors
    ///
    /// [`ScimError`]; after [`ScimError::OutcomeUnknown`] it may be sent again.
    pub async fn delete_group(&self, id: &GroupId) -> Result<(), ScimError> {
        self.delete(Kind::Groups, id.as_str()).await
    }

    /// Renames a group.
    ///
    /// # Errors
    ///
    /// [`ScimError`]; after [`ScimError::OutcomeUnknown`] it may be sent again. Where groups are
    /// written whole, [`ScimError::MembersUnread`] and [`ScimError::MembersCapped`] too.
    pub async fn rename_group(&self, id: &GroupId, name: &str) -> Result<(), ScimError> {
        self.change(&Change {
            id: id.as_str(),
            wanted: Wanted::Name(name),
        })
        .await
    }

    /// Adds members to a group, at most [`super::MEMBER_BATCH`] in one call. Where groups are
    /// written whole, only one call for a group may be under way.
    ///
    /// # Errors
    ///
    /// As [`ScimClient::rename_group`].
    pub async fn add_members(&self, group: &GroupId, users: &[UserId]) -> Result<(), ScimError> {
        if users.is_empty() {
            return Ok(());
        }
        self.change(&Change {
            id: group.as_str(),
            wanted: Wanted::Add(users),
        })
        .await
    }

    /// Removes members from a group, at most [`super::MEMBER_BATCH`] in one call. Those who are no
    /// members are removed. Where groups are written whole, only one call for a group may be
    /// under way.
    ///
    /// # Errors
    ///
    /// As [`ScimClient::rename_group`].
    pub async fn remove_members(&self, group: &GroupId, users: &[UserId]) -> Result<(), ScimError> {
        if users.is_empty() {
            return Ok(());
        }
        let change = |users| Change {
            id: group.as_str(),
            wanted: Wanted::Remove(users),
        };
        match self.change(&change(users)).await {
            // Some servers refuse the whole request because one of them is no member, as after a
            // lost answer.
            Err(ScimError::Refused { scim_type, .. })
                if scim_type.eq_ignore_ascii_case("noTarget") =>
            {
                let there = self.group(group).await?.and_then(|group| group.members);
                let there = there.unwrap_or_default();
                let left: Vec<UserId> = users
                    .iter()
                    .filter(|id| there.contains(id))
                    .cloned()
                    .collect();
                if left.is_empty() {
                    return Ok(());
                }
                self.change(&change(&left)).await
            }
            other => other,
        }
    }

    async fn delete(&self, kind: Kind, id: &str) -> Result<(), ScimError> {
        let endpoint = match kind {
            Kind::Users => "DELETE /Users/{id}",
            Kind::Groups => "DELETE /Groups/{id}",
        };
        let call = Call::new(Method::DELETE, endpoint, kind.path_of(id)?);
        match self.call(&call).await {
            Ok(answer) => self.check_written(&call, &answer),
            Err(ScimError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Carries a change out in the way that the server takes.
    async fn change(&self, change: &Change<'_>) -> Result<(), ScimError> {
        let dialect = self.dialect().await;
        let error = match self.carry_out(change, dialect).await {
            Err(error) if self.0.fixed_dialect.is_none() => error,
            other => return other,
        };
        let other = match dialect {
            Dialect::Patch if self.takes_no_patch(change, &error).await? => Dialect::Put,
            Dialect::Put if self.takes_no_put(&error) => Dialect::Patch,
            _ => return Err(error),
        };
        match other {
            Dialect::Put => self.0.patch_refused.store(true, Ordering::Relaxed),
            Dialect::Patch => self.0.put_refused.store(true, Ordering::Relaxed),
        }
        self.carry_out(change, other).await
    }

    /// How this server takes changes. It is asked once, before the first change. A server that
    /// does not say is tried with `PATCH`.
    async fn dialect(&self) -> Dialect {
        if let Some(dialect) = self.0.fixed_dialect {
            return dialect;
        }
        if self.0.patch_refused.load(Ordering::Relaxed) {
            return Dialect::Put;
        }
        if self.0.put_refused.load(Ordering::Relaxed) {
            return Dialect::Patch;
        }
        match self.claims().await.patch {
            Some(false) => Dialect::Put,
            Some(true) | None => Dialect::Patch,
        }
    }

    /// Whether a `PATCH` failed because this server takes none.
    async fn takes_no_patch(
        &self,
        change: &Change<'_>,
        error: &ScimError,
    ) -> Result<bool, ScimError> {
        let is_known = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        if is_known(&self.0.patch_works) || is_known(&self.0.put_refused) {
            return Ok(false);
        }
        match error {
            ScimError::Refused {
                status: 405 | 501, ..
            } => Ok(true),
            // A path without a PATCH, or without a resource: a GET tells.
            ScimError::NotFound { .. } => {
                Ok(self.resource(change.kind(), change.id).await?.is_some())
            }
            _ => Ok(false),
        }
    }

    /// Whether a `PUT` failed because this server takes none, although it claims to take nothing
    /// else.
    fn takes_no_put(&self, error: &ScimError) -> bool {
        let is_refused = matches!(
            error,
            ScimError::Refused {
                status: 405 | 501,
                ..
            }
        );
        is_refused && !self.0.patch_refused.load(Ordering::Relaxed)
    }

    /// Writes a change, and decides again if the resource is not as it was.
    async fn carry_out(&self, change: &Change<'_>, dialect: Dialect) -> Result<(), ScimError> {
        let kind = change.kind();
        let known = match dialect {
            Dialect::Patch => self.0.versions.of(kind, change.id),
            Dialect::Put => None,
        };
        let is_blind = known.is_none() && self.0.versions.are_required();
        let mut base = if dialect == Dialect::Put || is_blind {
            self.base(change, dialect).await?
        } else {
            Base {
                seen: known,
                resource: None,
            }
        };
        let mut writes = 0;
        loop {
            writes += 1;
            let version = self.version_to_name(kind, dialect, &base);
            let error = match self.write(change, dialect, &base, version.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let is_first = writes == 1;
            let is_stale = match &error {
                ScimError::Refused { status: 412, .. } if version.is_some() => true,
                ScimError::Refused { status: 428, .. } if is_first => {
                    self.0.versions.required.store(true, Ordering::Relaxed);
                    false
                }
                _ => return Err(error),
            };
            if writes >= WRITES {
                return Err(error);
            }
            let fresh = self.base(change, dialect).await?;
            if fresh
                .resource
                .as_ref()
                .is_some_and(|it| change.wanted.is_reached(it))
            {
                return Ok(());
            }
            let is_overtaken = match (&base.seen, &fresh.seen) {
                (Some(before), Some(later)) => before.was_overtaken(later, &change.wanted),
                _ => false,
            };
            let is_same = fresh.seen.is_some() && fresh.version() == base.version();
            if is_stale && !is_first && is_same {
                self.0.versions.broken.store(true, Ordering::Relaxed);
            } else if is_overtaken || (is_stale && !is_first) {
                let ask = self.empty_call(change, dialect)?.ask;
                return Err(ScimError::Changed { ask });
            }
            base = fresh;
        }
    }

    /// Reads what is to be changed.
    async fn base(&self, change: &Change<'_>, dialect: Dialect) -> Result<Base, ScimError> {
        match self.resource_seen(change.kind(), change.id).await? {
            Some((resource, seen)) => Ok(Base {
                seen,
                resource: Some(resource),
            }),
            None => Err(ScimError::NotFound {
                ask: self.empty_call(change, dialect)?.ask,
            }),
        }
    }

    /// The version to name in a write, where the server has versions and heeds them. A group's
    /// `PATCH` leaves what others wrote as it is, so it names one only where it has to.
    fn version_to_name(&self, kind: Kind, dialect: Dialect, base: &Base) -> Option<HeaderValue> {
        let versions = &self.0.versions;
        let is_claimed = self.known_claims().etag != Some(false);
        let is_of_use = kind == Kind::Users || dialect == Dialect::Put;
        if versions.are_broken() || !(versions.are_required() || is_claimed && is_of_use) {
            return None;
        }
        HeaderValue::from_str(base.version()?).ok()
    }

    async fn write(
        &self,
        change: &Change<'_>,
        dialect: Dialect,
        base: &Base,
        version: Option<HeaderValue>,
    ) -> Result<(), ScimError> {
        let mut call = self.empty_call(change, dialect)?;
        call.version = version;
        match (dialect, change.kind()) {
            (Dialect::Patch, _) => {
                call.body = Some(change.wanted.patch());
                self.written(change, &call).await?;
                self.0.patch_works.store(true, Ordering::Relaxed);
                Ok(())
            }
            (Dialect::Put, Kind::Users) => {
                call.body = Some(self.body_to_put(change, base, &call)?);
                self.written(change, &call).await.map(drop)
            }
            (Dialect::Put, Kind::Groups) => self.put_group(change, base, call).await,
        }
    }

    /// Sends a write, and takes in what it says of the resource.
    async fn written(&self, change: &Change<'_>, call: &Call) -> Result<Answer, ScimError> {
        let kind = change.kind();
        self.0.versions.forget(kind, change.id);
        let answer = self.call(call).await?;
        self.check_written(call, &answer)?;
        if let Ok(resource) = serde_json::from_slice(&answer.body) {
            let etag = answer.header(&ETAG).map(Text::from);
            self.0.versions.note(kind, &resource, etag);
        }
        Ok(answer)
    }

    fn body_to_put(
        &self,
        change: &Change<'_>,
        base: &Base,
        call: &Call,
    ) -> Result<Value, ScimError> {
        base.resource
            .clone()
            .and_then(|resource| change.wanted.put(resource))
            .ok_or_else(|| self.unexpected(&call.ask, "JSON that is no object".to_owned()))
    }

    /// Writes a group whole, and makes sure that no members are lost by it: neither because the
    /// server did not send them, nor because it cuts long lists short.
    async fn put_group(
        &self,
        change: &Change<'_>,
        base: &Base,
        mut call: Call,
    ) -> Result<(), ScimError> {
        let id = GroupId::from(change.id);
        let read = base.resource.as_ref().and_then(members_of);
        if read.is_some() {
            self.0.members_seen.store(true, Ordering::Relaxed);
        }
        let is_sure = read.is_some()
            || self.0.members_seen.load(Ordering::Relaxed)
            || lock(&self.0.made_groups).contains(&id);
        if !is_sure {
            return Err(ScimError::MembersUnread { group: id });
        }
        let capped = |(sent, came)| ScimError::MembersCapped {
            group: id.clone(),
            sent,
            came,
        };
        if let Some(&counts) = lock(&self.0.capped_groups).get(&id) {
            return Err(capped(counts));
        }
        let body = self.body_to_put(change, base, &call)?;
        let sent = members_of(&body).unwrap_or_default();
        call.body = Some(body);
        let answer = self.written(change, &call).await?;
        let answered: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let came = match members_of(&answered) {
            Some(came) => came,
            None if sent == 0 => 0,
            None => {
                let written = self.base(change, Dialect::Put).await?;
                written
                    .resource
                    .as_ref()
                    .and_then(members_of)
                    .unwrap_or_default()
            }
        };
        if came < sent {
            lock(&self.0.capped_groups).insert(id.clone(), (sent, came));
            return Err(capped((sent, came)));
        }
        Ok(())
    }

    fn empty_call(&self, change: &Change<'_>, dialect: Dialect) -> Result<Call, ScimError> {
        let kind = change.kind();
        let (method, endpoint) = match (dialect, kind) {
            (Dialect::Patch, Kind::Users) => (Method::PATCH, "PATCH /Users/{id}"),
            (Dialect::Patch, Kind::Groups) => (Method::PATCH, "PATCH /Groups/{id}"),
            (Dialect::Put, Kind::Users) => (Method::PUT, "PUT /Users/{id}"),
            (Dialect::Put, Kind::Groups) => (Method::PUT, "PUT /Groups/{id}"),
        };
        Ok(Call::new(method, endpoint, kind.path_of(change.id)?))
    }
}

impl Base {
    fn version(&self) -> Option<&str> {
        self.seen.as_ref().map(|seen| seen.version.as_str())
    }
}

fn members_of(group: &Value) -> Option<usize> {
    Some(wire::list(wire::attribute(group, "members")?).len())
}
