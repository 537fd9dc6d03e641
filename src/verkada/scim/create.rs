//! Creating users and groups exactly once: after a lost answer the server is asked whether the
//! first request was carried out before a second one is sent.

use reqwest::Method;
use serde_json::Value;

use super::client::{Call, Kind, ScimClient, lock};
use super::error::ScimError;
use super::wire;
use crate::model::Profile;
use crate::model::directory::{GroupListing, RemoteUser};
use crate::net::Safety;

/// How often a create is sent.
const ATTEMPTS: u32 = 2;

impl ScimClient {
    /// Creates an active user.
    ///
    /// # Errors
    ///
    /// [`ScimError::Conflict`] if somebody else has the address; [`ScimError::OutcomeUnknown`] if
    /// answers were lost and the user could not be found afterwards.
    pub async fn create_user(
        &self,
        external_id: &str,
        profile: &Profile,
    ) -> Result<RemoteUser, ScimError> {
        let body = wire::new_user(external_id, profile);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match self.create(Kind::Users, &body, wire::user).await {
                Ok(user) => return Ok(user),
                Err(error) => error,
            };
            if !is_unsure(&error, attempts) {
                return Err(error);
            }
            let is_ours = |user: &RemoteUser| match &user.external_id {
                Some(id) => id == external_id,
                None => {
                    let number = &profile.employee_number;
                    !number.is_empty() && user.profile.employee_number == *number
                }
            };
            let error = match self.find_users_by_email(&profile.email).await {
                Ok(found) if found.is_empty() => unseen(error),
                Ok(found) => match found.into_iter().find(is_ours) {
                    Some(user) => return Ok(user),
                    None => error,
                },
                // Without a look there is no second try.
                Err(_) => return Err(unseen(error)),
            };
            if attempts >= ATTEMPTS {
                return Err(error);
            }
        }
    }

    /// Creates a group without members.
    ///
    /// # Errors
    ///
    /// [`ScimError::Conflict`] if another group has the name; [`ScimError::OutcomeUnknown`] if
    /// answers were lost and the group could not be found afterwards.
    pub async fn create_group(
        &self,
        external_id: &str,
        name: &str,
    ) -> Result<GroupListing, ScimError> {
        let body = wire::new_group(external_id, name);
        let mut attempts = 0;
        let mut group = loop {
            attempts += 1;
            let error = match self.create(Kind::Groups, &body, wire::group).await {
                Ok(group) => break group,
                Err(error) => error,
            };
            if !is_unsure(&error, attempts) {
                return Err(error);
            }
            // Where the server hides external ids, a group of this name that has nobody in it is
            // the one that was asked for: the caller creates none whose name is taken.
            let is_ours = |group: &GroupListing| match &group.external_id {
                Some(id) => id == external_id,
                None => group.members.as_ref().is_none_or(Vec::is_empty),
            };
            let error = match self.find_groups_by_name(name).await {
                Ok(found) if found.is_empty() => unseen(error),
                Ok(found) => match found.into_iter().find(is_ours) {
                    Some(group) => break group,
                    None => error,
                },
                Err(_) => return Err(unseen(error)),
            };
            if attempts >= ATTEMPTS {
                return Err(error);
            }
        };
        lock(&self.0.made_groups).insert(group.id.clone());
        group.members.get_or_insert_default();
        Ok(group)
    }

    async fn create<T>(
        &self,
        kind: Kind,
        body: &Value,
        read: fn(&Value) -> Option<T>,
    ) -> Result<T, ScimError> {
        let endpoint = match kind {
            Kind::Users => "POST /Users",
            Kind::Groups => "POST /Groups",
        };
        let mut call = Call::new(Method::POST, endpoint, kind.path().to_owned());
        call.body = Some(body.clone());
        call.safety = Safety::Once;
        let answer = self.call(&call).await?;
        // Something answered that it was done: what is no SCIM may still have come after the
        // server had done it.
        self.check_written(&call, &answer)
            .map_err(|error| ScimError::OutcomeUnknown {
                ask: call.ask.clone(),
                why: error.to_string(),
            })?;
        serde_json::from_slice(&answer.body)
            .ok()
            .as_ref()
            .and_then(read)
            .ok_or_else(|| ScimError::OutcomeUnknown {
                ask: call.ask,
                why: format!("the server answered {} without an id", answer.status),
            })
    }
}

/// Whether the thing may be there in spite of the error: the answer was lost, or a second request
/// met what the first one had made.
fn is_unsure(error: &ScimError, attempts: u32) -> bool {
    match error {
        ScimError::OutcomeUnknown { .. } => true,
        ScimError::Conflict { .. } => attempts > 1,
        _ => false,
    }
}

/// What an error means if nobody was found with the name: a conflict with one's own first request
/// is not told from one with somebody invisible, since some servers list late what they made.
fn unseen(error: ScimError) -> ScimError {
    match error {
        ScimError::Conflict { ref ask, .. } => ScimError::OutcomeUnknown {
            ask: ask.clone(),
            why: format!("a first answer was lost, then: {error}"),
        },
        other => other,
    }
}
