//! What is asked of the REST API: people, their cards, and the groups and levels of doors.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::client::{Call, RestClient};
use super::error::{Fault, RestError};
use super::wire;
use crate::model::access::{AccessGroup, AccessLevel, AccessRecord, AccessUser, RemoteCard};
use crate::model::card::Card;
use crate::model::fold::same_folded;
use crate::model::{AccessUserId, CardId};
use crate::net::Safety;

/// By what a person is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindBy<'a> {
    /// The `user_id`.
    UserId(&'a str),
    /// The external id.
    ExternalId(&'a str),
    /// The email address; case makes no difference.
    Email(&'a str),
    /// The employee id.
    EmployeeId(&'a str),
}

impl<'a> FindBy<'a> {
    /// The parameter of the query, and what it is asked for.
    fn query(self) -> (&'static str, &'a str) {
        match self {
            FindBy::UserId(id) => ("user_id", id),
            FindBy::ExternalId(id) => ("external_id", id),
            FindBy::Email(email) => ("email", email),
            FindBy::EmployeeId(id) => ("employee_id", id),
        }
    }

    /// Whether an answer is about whom was asked for. The access information object is documented
    /// with `user_id` and `external_id` only, so the others are compared where it has them.
    fn fits(self, user: &AccessUser) -> bool {
        match self {
            FindBy::UserId(id) => user.id.as_str() == id,
            FindBy::ExternalId(id) => user.external_id == id,
            FindBy::Email(email) => user.email.is_empty() || same_folded(&user.email, email),
            FindBy::EmployeeId(id) => user.employee_id.is_empty() || user.employee_id == id,
        }
    }
}

impl RestClient {
    /// Everybody, natives included and visitors left out, each id once. Rows without an id are
    /// skipped.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::Unexpected`] also if two rows have one id.
    pub async fn everybody(&self) -> Result<Vec<AccessUser>, RestError> {
        self.read(&Call::new(&wire::EVERYBODY), |value| {
            let rows = wire::rows(value, "access_members")?;
            let people = rows.iter().filter(|row| !wire::is_visitor(row));
            let users: Vec<AccessUser> = people.filter_map(wire::user).collect();
            let mut ids = HashSet::with_capacity(users.len());
            match users.iter().find(|user| !ids.insert(&user.id)) {
                Some(twice) => Err(format!("two rows of the list have the id {}", twice.id)),
                None => Ok(users),
            }
        })
        .await
    }

    /// What a person has; `None` if there is no such person.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::WrongPerson`] if the answer is about somebody else.
    pub async fn record(&self, id: &AccessUserId) -> Result<Option<AccessRecord>, RestError> {
        let found = self.find(FindBy::UserId(id.as_str())).await?;
        Ok(found.map(|(_, record)| record))
    }

    /// Looks for a person. An answer that states another value than the one that was asked for is
    /// no find. What the answer does not state is empty in the user, so after a search by email or
    /// employee id the caller has to compare what else is known of the person.
    ///
    /// # Errors
    ///
    /// As of [`RestClient::record`].
    pub async fn find(
        &self,
        by: FindBy<'_>,
    ) -> Result<Option<(AccessUser, AccessRecord)>, RestError> {
        let (name, asked) = by.query();
        // An empty parameter is no question, and what it would be answered with is not known.
        if asked.is_empty() {
            return Ok(None);
        }
        let call = Call::new(&wire::RECORD).with(name, asked);
        let read = |value: &Value| match wire::user(value) {
            Some(user) => Ok((user, wire::record(value)?)),
            None => Err("an access information object without user_id".to_owned()),
        };
        match self.read(&call, read).await {
            Ok((user, record)) if by.fits(&user) => Ok(Some((user, record))),
            Ok((user, _)) if name == "user_id" => Err(RestError::WrongPerson {
                ask: call.ask(),
                asked: asked.into(),
                answered: user.id,
            }),
            Ok(_) | Err(RestError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a person has, with the access groups that they are in; `None` if there is no such
    /// person.
    ///
    /// # Errors
    ///
    /// As of [`RestClient::record`].
    pub async fn person(
        &self,
        id: &AccessUserId,
    ) -> Result<Option<(AccessRecord, Vec<AccessGroup>)>, RestError> {
        let call = Call::new(&wire::RECORD).with("user_id", id.as_str());
        let read = |value: &Value| match wire::user(value) {
            Some(user) => Ok((user, wire::record(value)?, wire::groups_of(value)?)),
            None => Err("an access information object without user_id".to_owned()),
        };
        match self.read(&call, read).await {
            Ok((user, record, groups)) if user.id == *id => Ok(Some((record, groups))),
            Ok((user, ..)) => Err(RestError::WrongPerson {
                ask: call.ask(),
                asked: id.as_str().into(),
                answered: user.id,
            }),
            Err(RestError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a person a card, switched on.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::CardTaken`] if somebody has it.
    pub async fn add_card(&self, id: &AccessUserId, card: &Card) -> Result<RemoteCard, RestError> {
        let mut call = Call::new(&wire::ADD_CARD).with("user_id", id.as_str());
        call.body = Some(wire::new_card(card));
        call.safety = Safety::Once;
        call.hidden = wire::forms(card);
        let got = self.call(&call).await?;
        let value: Value = serde_json::from_slice(&got.answer.body).unwrap_or_default();
        let added = wire::card(&value);
        if !added.id.as_str().is_empty() {
            return Ok(added);
        }
        let fault = Fault::read(&got.answer.body);
        if fault.is_page {
            return Err(self.not_json(&call, &got));
        }
        Err(RestError::OutcomeUnknown {
            ask: call.ask(),
            why: "the answer names no card".to_owned(),
        })
    }

    /// Takes a card from a person.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::NotFound`] if the person does not have it, which is also so if
    /// an earlier try was carried out and its answer was lost.
    pub async fn remove_card(&self, id: &AccessUserId, card: &CardId) -> Result<(), RestError> {
        self.change_card(Call::new(&wire::REMOVE_CARD), id, card)
            .await
    }

    /// Switches a card on.
    ///
    /// # Errors
    ///
    /// [`RestError`]
    pub async fn activate_card(&self, id: &AccessUserId, card: &CardId) -> Result<(), RestError> {
        self.change_card(Call::new(&wire::ACTIVATE_CARD), id, card)
            .await
    }

    async fn change_card<'a>(
        &self,
        call: Call<'a>,
        id: &'a AccessUserId,
        card: &'a CardId,
    ) -> Result<(), RestError> {
        if card.as_str().is_empty() {
            return Err(RestError::Unexpected {
                ask: call.ask(),
                what: "Command listed the card without an id".to_owned(),
            });
        }
        let mut call = call
            .with("user_id", id.as_str())
            .with("card_id", card.as_str());
        // Some ids of cards are the card's bits.
        call.hidden = vec![card.as_str().to_owned()];
        self.write(&call).await
    }

    /// The groups that open doors, without their members.
    ///
    /// # Errors
    ///
    /// [`RestError`]
    pub async fn access_groups(&self) -> Result<Vec<AccessGroup>, RestError> {
        let call = Call::new(&wire::GROUPS);
        self.list(&call, "access_groups", wire::group).await
    }

    /// One group with its members; `None` if there is none with this id.
    ///
    /// # Errors
    ///
    /// [`RestError`]
    pub async fn access_group(&self, id: &str) -> Result<Option<AccessGroup>, RestError> {
        let call = Call::new(&wire::GROUP).with("group_id", id);
        let read = |value: &Value| match wire::group(value) {
            Some(group) if group.id == id => Ok(Some(group)),
            Some(group) => Err(format!("asked about group {id}, it is about {}", group.id)),
            None => Err("a group without group_id".to_owned()),
        };
        match self.read(&call, read).await {
            Err(RestError::NotFound { .. }) => Ok(None),
            other => other,
        }
    }

    /// The access levels: which groups open which doors.
    ///
    /// # Errors
    ///
    /// [`RestError`]
    pub async fn access_levels(&self) -> Result<Vec<AccessLevel>, RestError> {
        let call = Call::new(&wire::LEVELS);
        self.list(&call, "access_levels", wire::level).await
    }

    /// Adds a person to a group.
    ///
    /// # Errors
    ///
    /// [`RestError`]; [`RestError::NotAdded`] if the answer is one of success that says otherwise.
    pub async fn add_to_group(&self, group: &str, user: &AccessUserId) -> Result<(), RestError> {
        let mut call = Call::new(&wire::ADD_TO_GROUP).with("group_id", group);
        call.body = Some(json!({"user_id": user.as_str()}));
        let got = self.call(&call).await?;
        match serde_json::from_slice::<Value>(&got.answer.body) {
            Ok(value) if wire::has_unsuccessful_adds(&value) => Err(RestError::NotAdded {
                ask: call.ask(),
                user: user.clone(),
            }),
            Ok(_) => Ok(()),
            Err(_) => Err(self.not_json(&call, &got)),
        }
    }

    /// A list of rows that may be empty. Some endpoints answer 400 where there is nothing to list;
    /// that is believed if the answer is the API's and says nothing of the question.
    async fn list<T>(
        &self,
        call: &Call<'_>,
        name: &str,
        row: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<T>, RestError> {
        let first = self.exchange(call).await?;
        if first.answer.status == 400 && Fault::read(&first.answer.body).may_mean_empty() {
            return Ok(Vec::new());
        }
        let read = |value: &Value| Ok(wire::rows(value, name)?.iter().filter_map(&row).collect());
        self.read_from(call, first, read).await
    }
}
