//! Core users: the endpoint that knows one person at a time, and can give them an external id.

use serde_json::{Value, json};

use super::client::{Call, RestClient};
use super::error::RestError;
use super::wire;
use crate::model::AccessUserId;
use crate::model::access::CoreUser;

impl RestClient {
    /// One core user; `None` if there is none with this id.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::WrongPerson`] if the answer is about somebody else.
    pub async fn core_user(&self, id: &AccessUserId) -> Result<Option<CoreUser>, RestError> {
        let call = Call::new(&wire::CORE_USER).with("user_id", id.as_str());
        let read = |value: &Value| {
            wire::core_user(value).ok_or_else(|| "a core user without user_id".to_owned())
        };
        match self.read(&call, read).await {
            Ok(user) if user.id == *id => Ok(Some(user)),
            Ok(user) => Err(RestError::WrongPerson {
                ask: call.ask(),
                asked: id.clone(),
                answered: user.id,
            }),
            Err(RestError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a person an external id, and changes nothing else
    /// (<https://apidocs.verkada.com/reference/putuserviewv1>). The answer is not relied upon: read
    /// the user back.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::Managed`] if another interface manages the person.
    pub async fn set_external_id(
        &self,
        id: &AccessUserId,
        external_id: &str,
    ) -> Result<(), RestError> {
        let mut call = Call::new(&wire::CHANGE_CORE_USER).with("user_id", id.as_str());
        call.body = Some(json!({"external_id": external_id}));
        self.write(&call).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reason::Code;
    use crate::net::stage;
    use crate::verkada::rest::tests::{always, client};

    #[tokio::test]
    async fn a_core_user_is_read_and_only_its_external_id_is_written() {
        let (client, log) = client(|sent| {
            let body = json!({"user_id": "u 1", "email": "ada@campus.example", "phone": null});
            stage::json(if sent.method == "PUT" { 201 } else { 200 }, body)
        });
        let id = AccessUserId::from("u 1");
        let user = client.core_user(&id).await.unwrap().unwrap();
        assert_eq!(
            (user.external_id.as_str(), user.email.as_str()),
            ("", "ada@campus.example")
        );
        client.set_external_id(&id, "atrium:7").await.unwrap();
        assert_eq!(log.last_body(), json!({"external_id": "atrium:7"}));
        assert_eq!(
            log.calls(),
            [
                "GET /base/core/v1/user?user_id=u%201",
                "PUT /base/core/v1/user?user_id=u%201"
            ]
        );
        let error = client.core_user(&"u2".into()).await.unwrap_err();
        assert!(matches!(error, RestError::WrongPerson { .. }), "{error}");
    }

    #[tokio::test]
    async fn nobody_and_a_managed_user_are_told_apart() {
        let nobody = always(404, json!({"message": "User not found"}));
        assert_eq!(nobody.core_user(&"u".into()).await, Ok(None));
        let managed = always(400, json!({"message": "User is managed, cannot modify"}));
        let error = managed.set_external_id(&"u".into(), "a").await.unwrap_err();
        assert_eq!(error.code(), Code::UserManaged);
    }
}
