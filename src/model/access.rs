//! What Command's REST API says of people: the list of everybody, and the access information of
//! those who were read one by one.

use jiff::Timestamp;

use super::card::Card;
use super::{AccessUserId, CardId, Map, Text};

/// One row of the list of everybody (`GET /access/v1/access_users`). An empty text is a value that
/// is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessUser {
    /// The `user_id`.
    pub id: AccessUserId,
    /// The external id.
    pub external_id: Text,
    /// The email address.
    pub email: Text,
    /// First and last name as one text.
    pub full_name: Text,
    /// The employee id.
    pub employee_id: Text,
}

/// What the core user endpoint says of a person. An empty text is a value that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreUser {
    /// The `user_id`.
    pub id: AccessUserId,
    /// The external id.
    pub external_id: Text,
    /// The email address.
    pub email: Text,
    /// The employee id.
    pub employee_id: Text,
}

/// A card as Command has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCard {
    /// The server's id of the card.
    pub id: CardId,
    /// The card; `None` if its type or its numbers are none that we know. Such a card is never
    /// touched.
    pub card: Option<Card>,
    /// The type as the server spells it.
    pub kind: Text,
    /// Whether it opens doors; `None` if the server does not say.
    pub active: Option<bool>,
}

/// What Command's access information object says of one person
/// (<https://apidocs.verkada.com/reference/access-information-object>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRecord {
    /// The cards, in no order that means anything.
    pub cards: Vec<RemoteCard>,
    /// From when on credentials work; `None` if there is no such moment.
    pub start: Option<Timestamp>,
    /// Until when credentials work; `None` if there is no such moment.
    pub end: Option<Timestamp>,
}

/// What was read over REST in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Everybody, natives included, each id once.
    pub users: Vec<AccessUser>,
    /// The people who were read one by one.
    pub records: Map<AccessUserId, AccessRecord>,
    /// The people who could not be read, with the reason.
    pub failed: Map<AccessUserId, String>,
}

/// A group of the REST API: one that opens doors, whoever made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessGroup {
    /// The `group_id`: the server's, opaque.
    pub id: Text,
    /// The name.
    pub name: Text,
    /// The members; `None` if the answer does not list them.
    pub members: Option<Vec<AccessUserId>>,
}

/// An access level of the REST API: which groups open which doors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessLevel {
    /// The `access_level_id`: the server's, opaque.
    pub id: Text,
    /// The name.
    pub name: Text,
    /// The ids of the groups that it is for.
    pub groups: Vec<Text>,
    /// The ids of the doors that it opens.
    pub doors: Vec<Text>,
    /// The ids of the sites that it is for.
    pub sites: Vec<Text>,
}
