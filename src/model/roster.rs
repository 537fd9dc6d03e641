//! What Atrium has: people, access groups, and the rows that could not be read.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::card::Card;
use super::reason::Code;
use super::{AccessGroupId, CampusId, Completeness, Text, join_name};

/// The canonical names of the columns of Atrium's exports.
pub const COLUMNS: [&str; 16] = [
    "campus_id",
    "first_name",
    "middle_name",
    "last_name",
    "email",
    "phone",
    "title",
    "department",
    "status",
    "valid_from",
    "valid_until",
    "id_type",
    "id_value",
    "id_status",
    "access_group_id",
    "access_group_name",
];

/// Where a record was read. Written as `file:line`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Place {
    /// The file, as the profile names it.
    pub file: Arc<str>,
    /// The line, counted from 1; for JSON the number of the record.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (file, line) = text
            .rsplit_once(':')
            .ok_or("a place is written file:line")?;
        let line = line
            .parse()
            .map_err(|_| "the line of a place is a number")?;
        Ok(Place {
            file: file.into(),
            line,
        })
    }
}

/// One person as Atrium has them. An empty text is a value that Atrium does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The school's own id.
    pub campus_id: CampusId,
    /// First name.
    pub first_name: Text,
    /// Middle name.
    pub middle_name: Text,
    /// Last name.
    pub last_name: Text,
    /// Email address, as written.
    pub email: Text,
    /// Phone number, as written.
    pub phone: Text,
    /// Title.
    pub title: Text,
    /// Department.
    pub department: Text,
    /// Status, as written; what it means is mapped, never guessed.
    pub status: Text,
    /// First day on which the person is a member of the school.
    pub valid_from: Option<Date>,
    /// Last day on which the person is a member of the school.
    pub valid_until: Option<Date>,
    /// The person's access groups: positions in [`Roster::groups`], ascending, no repeats.
    pub groups: Vec<u32>,
    /// The person's cards: ids of a type that the profile maps to a card format, as they could be
    /// read. A card that stands there twice is there once, with what takes most away.
    pub credentials: Vec<Credential>,
    /// Whether the people filter of the profile lets this person in.
    pub in_scope: bool,
    /// Where the person was read (the first of several rows).
    pub place: Place,
}

impl Person {
    /// First and last name as one text.
    #[must_use]
    pub fn display_name(&self) -> Text {
        join_name(&self.first_name, &self.last_name)
    }
}

/// One id of a person that is a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The card.
    pub card: Card,
    /// The id's type: a position in [`Roster::id_types`].
    pub id_type: u16,
    /// The id's status: a position in [`Roster::id_statuses`].
    pub status: u16,
}

/// An id of a person that can't be made a card, and is not one that the profile ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// The person.
    pub campus_id: CampusId,
    /// The id's type, as written.
    pub id_type: Text,
    /// Where it stands.
    pub place: Place,
    /// The id as it is written, as far as it is text; of one that was read as a number, the number.
    /// It is for finding whose it is, and is never shown.
    pub value: Text,
    /// [`Code::IdTypeUnmapped`] or [`Code::CardUnreadable`].
    pub code: Code,
    /// What is wrong and what to do about it; no whole card number. Empty for an unmapped type.
    pub message: String,
}

/// One access group as Atrium has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessGroup {
    /// Atrium's id of the group.
    pub id: AccessGroupId,
    /// The group's name.
    pub name: Text,
    /// Whether the group filter of the profile lets this group in.
    pub in_scope: bool,
    /// Where the group was first read.
    pub place: Place,
}

/// What a row that was left out would have been about, as far as it can be told. It is not gone,
/// it is unreadable: nothing is taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadableSubject {
    /// A person whose campus id can be read.
    Person(CampusId),
    /// A group whose id can be read.
    Group(AccessGroupId),
    /// A row without a readable campus id; what else it holds. All empty: nothing in it is
    /// readable.
    Row {
        /// Email address, or empty.
        email: Text,
        /// First name, or empty.
        first_name: Text,
        /// Last name, or empty.
        last_name: Text,
    },
}

/// A row that was left out because of a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Whom or what it was about.
    pub subject: UnreadableSubject,
    /// Where it stands.
    pub place: Place,
    /// The column at fault, if one is.
    pub column: Option<Text>,
    /// What is wrong and what to do about it, in one sentence each.
    pub message: String,
}

/// Everything that was read from Atrium in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// People, each campus id once.
    pub people: Vec<Person>,
    /// Access groups, each id once.
    pub groups: Vec<AccessGroup>,
    /// Rows that were left out.
    pub unreadable: Vec<Unreadable>,
    /// How many credential rows or cells were seen. They are counted so that nobody thinks that
    /// they were synced.
    pub credentials: u64,
    /// Whether any of the files has a column for credentials. One that is not exported takes no
    /// card away.
    pub has_credentials: bool,
    /// Whether any of the files has a column for the status of credentials. Only if none has, an
    /// empty status means active.
    pub has_id_status: bool,
    /// The types of the ids that are cards, as written.
    pub id_types: Vec<Text>,
    /// The statuses of the ids that are cards, as written; an empty one for those without, see
    /// [`Roster::has_id_status`].
    pub id_statuses: Vec<Text>,
    /// Ids that can't be made cards.
    pub unusable: Vec<Unusable>,
    /// Observations on the whole that change nothing for a single row, such as an id column whose
    /// leading zeros went lost.
    pub notices: Vec<String>,
    /// Whether the whole source was read.
    pub completeness: Completeness,
}
