//! Changes of users and groups that exist, in either dialect. All of them may be sent twice: a
//! replaced value, an added and a removed member are as they were after the first time (RFC 7644,
//! section 3.5.2).

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;

use super::client::{Call, Kind, ScimClient, lock};
use super::dialect::{self, UserChanges};
use super::error::ScimError;
use super::wire;
use crate::model::directory::Dialect;
use crate::model::{GroupId, UserId};

impl ScimClient {
    /// Changes a user, all fields in one request.
    ///
    /// # Errors
    ///
    /// [`ScimError`]; after [`ScimError::OutcomeUnknown`] it may be sent again.
    pub async fn update_user(&self, id: &UserId, changes: &UserChanges) -> Result<(), ScimError> {
        if changes.is_empty() {
            return Ok(());
        }
        let body = dialect::patch_user(changes);
        if self.patched(Kind::Users, id.as_str(), body).await? {
            return Ok(());
        }
        let resource = self.resource_to_put(Kind::Users, id.as_str()).await?;
        let body = dialect::put_user(resource, changes);
        let call = self.put_call(Kind::Users, id.as_str(), body)?;
        let answer = self.call(&call).await?;
        self.check_written(&call, &answer)
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
        if self
            .patched(Kind::Groups, id.as_str(), dialect::patch_name(name))
            .await?
        {
            return Ok(());
        }
        self.put_group(id, |group| dialect::put_name(group, name))
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
        if self
            .patched(Kind::Groups, group.as_str(), dialect::patch_add(users))
            .await?
        {
            return Ok(());
        }
        self.put_group(group, |resource| dialect::put_members(resource, users, &[]))
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
        let outcome = self
            .patched(Kind::Groups, group.as_str(), dialect::patch_remove(users))
            .await;
        match outcome {
            Ok(true) => return Ok(()),
            Ok(false) => {}
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
                let body = dialect::patch_remove(&left);
                if self.patched(Kind::Groups, group.as_str(), body).await? {
                    return Ok(());
                }
            }
            Err(error) => return Err(error),
        }
        self.put_group(group, |resource| dialect::put_members(resource, &[], users))
            .await
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

    /// Sends a `PATCH`, unless the server is known to take none. `false` if it has to be a `PUT`.
    async fn patched(&self, kind: Kind, id: &str, body: Value) -> Result<bool, ScimError> {
        if self.dialect().await? == Dialect::Put {
            return Ok(false);
        }
        let endpoint = match kind {
            Kind::Users => "PATCH /Users/{id}",
            Kind::Groups => "PATCH /Groups/{id}",
        };
        let mut call = Call::new(Method::PATCH, endpoint, kind.path_of(id)?);
        call.body = Some(body);
        let error = match self.call(&call).await {
            Ok(answer) => {
                self.check_written(&call, &answer)?;
                self.0.patch_works.store(true, Ordering::Relaxed);
                return Ok(true);
            }
            Err(error) => error,
        };
        if self.0.fixed_dialect.is_some() || self.0.patch_works.load(Ordering::Relaxed) {
            return Err(error);
        }
        let takes_no_patch = match &error {
            ScimError::Refused {
                status: 405 | 501, ..
            } => true,
            // A path without a PATCH, or without a resource: a GET tells.
            ScimError::NotFound { .. } => self.resource(kind, id).await?.is_some(),
            _ => false,
        };
        if !takes_no_patch {
            return Err(error);
        }
        self.0.patch_refused.store(true, Ordering::Relaxed);
        Ok(false)
    }

    /// How this server takes changes. It is asked once, before the first change; callers that
    /// come meanwhile wait for the answer. A server that does not say is tried with `PATCH`.
    async fn dialect(&self) -> Result<Dialect, ScimError> {
        if let Some(dialect) = self.0.fixed_dialect {
            return Ok(dialect);
        }
        if self.0.patch_refused.load(Ordering::Relaxed) {
            return Ok(Dialect::Put);
        }
        let probe = || async {
            let path = "/ServiceProviderConfig";
            let call = Call::new(Method::GET, "GET /ServiceProviderConfig", path.to_owned());
            match self.read(&call).await {
                Ok(config) => {
                    let patch = wire::attribute(&config, "patch");
                    let supported = patch.and_then(|patch| wire::boolean(patch, "supported"));
                    Ok(if supported == Some(false) {
                        Dialect::Put
                    } else {
                        Dialect::Patch
                    })
                }
                Err(error @ ScimError::SignIn { status: 401, .. }) => Err(error),
                Err(_) => Ok(Dialect::Patch),
            }
        };
        self.0.probed_dialect.get_or_try_init(probe).await.copied()
    }

    async fn resource_to_put(&self, kind: Kind, id: &str) -> Result<Value, ScimError> {
        match self.resource(kind, id).await? {
            Some(resource) => Ok(resource),
            None => Err(ScimError::NotFound {
                ask: empty_put(kind, id)?.ask,
            }),
        }
    }

    /// The `PUT` of a resource; `body` is `None` if what was read is no resource.
    fn put_call(&self, kind: Kind, id: &str, body: Option<Value>) -> Result<Call, ScimError> {
        let mut call = empty_put(kind, id)?;
        if body.is_none() {
            return Err(self.unexpected(&call.ask, "JSON that is no object".to_owned()));
        }
        call.body = body;
        Ok(call)
    }

    /// Writes a group whole, and makes sure that no members are lost by it: neither because the
    /// server did not send them, nor because it cuts long lists short.
    async fn put_group(
        &self,
        id: &GroupId,
        change: impl FnOnce(Value) -> Option<Value>,
    ) -> Result<(), ScimError> {
        let resource = self.resource_to_put(Kind::Groups, id.as_str()).await?;
        let read = members_of(&resource);
        if read.is_some() {
            self.0.members_seen.store(true, Ordering::Relaxed);
        }
        let is_sure = read.is_some()
            || self.0.members_seen.load(Ordering::Relaxed)
            || lock(&self.0.made_groups).contains(id);
        if !is_sure {
            return Err(ScimError::MembersUnread { group: id.clone() });
        }
        let capped = |(sent, came)| ScimError::MembersCapped {
            group: id.clone(),
            sent,
            came,
        };
        if let Some(&counts) = lock(&self.0.capped_groups).get(id) {
            return Err(capped(counts));
        }
        let call = self.put_call(Kind::Groups, id.as_str(), change(resource))?;
        let sent = call.body.as_ref().and_then(members_of).unwrap_or_default();
        let answer = self.call(&call).await?;
        self.check_written(&call, &answer)?;
        let answered: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let came = match members_of(&answered) {
            Some(came) => came,
            None if sent == 0 => 0,
            None => {
                let group = self.resource_to_put(Kind::Groups, id.as_str()).await?;
                members_of(&group).unwrap_or_default()
            }
        };
        if came < sent {
            lock(&self.0.capped_groups).insert(id.clone(), (sent, came));
            return Err(capped((sent, came)));
        }
        Ok(())
    }
}

fn empty_put(kind: Kind, id: &str) -> Result<Call, ScimError> {
    let endpoint = match kind {
        Kind::Users => "PUT /Users/{id}",
        Kind::Groups => "PUT /Groups/{id}",
    };
    Ok(Call::new(Method::PUT, endpoint, kind.path_of(id)?))
}

fn members_of(group: &Value) -> Option<usize> {
    Some(wire::list(wire::attribute(group, "members")?).len())
}
