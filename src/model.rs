//! What the sides hold and what is to be done about it, in one vocabulary that every part shares.
//!
//! Plain data: nothing here waits, reads a clock, a file or the environment.

pub mod access;
pub mod address;
pub mod admin_routes;
pub mod card;
pub mod checkup;
pub mod code;
pub mod command_line;
pub mod diagnosis;
pub mod directory;
pub mod domain;
pub mod finding;
pub mod fold;
pub mod glob;
pub mod history;
pub mod http_source;
pub mod id_type;
pub mod inspect;
pub mod line;
pub mod look;
pub mod memory;
pub mod metadata;
pub mod moved;
pub mod nearest;
pub mod observed;
pub mod okta;
pub mod plan;
pub mod pointer;
pub mod reason;
pub mod region;
pub mod report;
pub mod roster;
pub mod rules;
pub mod seal;

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Text that is mostly short (names, ids, addresses) and held by the million: up to 24 bytes need
/// no allocation.
pub type Text = CompactString;

/// A map for people by the million. Its hashing is seeded anew in every process.
pub type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Text);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Text::from(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

identifiers! {
    /// The school's own id of a person in Atrium: stable, unique, compared exactly (leading zeros
    /// count).
    CampusId,
    /// Atrium's id of an access group.
    AccessGroupId,
    /// The SCIM `id` of a user: made by the server, opaque (RFC 7643, section 3.1).
    UserId,
    /// The SCIM `id` of a group.
    GroupId,
    /// The `user_id` of the REST API: opaque, and not necessarily the SCIM `id`.
    AccessUserId,
    /// The REST API's `card_id`: opaque.
    CardId,
}

/// One of the values that a sync compares and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The email address that a person signs in with (SCIM `userName`).
    Email,
    /// First name (SCIM `name.givenName`).
    FirstName,
    /// Middle name (SCIM `name.middleName`).
    MiddleName,
    /// Last name (SCIM `name.familyName`).
    LastName,
    /// Phone number (SCIM `phoneNumbers`, the one of type `work`).
    Phone,
    /// Title (SCIM `title`).
    Title,
    /// Department (SCIM enterprise extension).
    Department,
    /// The campus id once more, as SCIM `employeeNumber`.
    EmployeeNumber,
    /// SCIM `externalId`: what says that a record is ours.
    ExternalId,
    /// SCIM `active`.
    Active,
    /// The name of a group (SCIM `displayName`).
    Name,
}

impl Field {
    /// The field's name as output and configuration spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Field::Email => "email",
            Field::FirstName => "first_name",
            Field::MiddleName => "middle_name",
            Field::LastName => "last_name",
            Field::Phone => "phone",
            Field::Title => "title",
            Field::Department => "department",
            Field::EmployeeNumber => "employee_number",
            Field::ExternalId => "external_id",
            Field::Active => "active",
            Field::Name => "name",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The primary details of a person as Command holds them. An empty text is an unassigned value:
/// unassigned, `null` and empty mean the same (RFC 7643, section 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Email address, which is the SCIM `userName`.
    pub email: Text,
    /// First name.
    pub first_name: Text,
    /// Middle name.
    pub middle_name: Text,
    /// Last name.
    pub last_name: Text,
    /// Phone number.
    pub phone: Text,
    /// Title.
    pub title: Text,
    /// Department.
    pub department: Text,
    /// The campus id, as the employee number.
    pub employee_number: Text,
}

impl Profile {
    /// The fields of a profile in the order in which they are shown.
    pub const FIELDS: [Field; 8] = [
        Field::Email,
        Field::FirstName,
        Field::MiddleName,
        Field::LastName,
        Field::Phone,
        Field::Title,
        Field::Department,
        Field::EmployeeNumber,
    ];

    /// The value of one field; empty for a field that is not part of a profile.
    #[must_use]
    pub fn get(&self, field: Field) -> &Text {
        static EMPTY: Text = Text::const_new("");
        match field {
            Field::Email => &self.email,
            Field::FirstName => &self.first_name,
            Field::MiddleName => &self.middle_name,
            Field::LastName => &self.last_name,
            Field::Phone => &self.phone,
            Field::Title => &self.title,
            Field::Department => &self.department,
            Field::EmployeeNumber => &self.employee_number,
            Field::ExternalId | Field::Active | Field::Name => &EMPTY,
        }
    }

    /// Sets one field; does nothing for a field that is not part of a profile.
    pub fn set(&mut self, field: Field, value: Text) {
        match field {
            Field::Email => self.email = value,
            Field::FirstName => self.first_name = value,
            Field::MiddleName => self.middle_name = value,
            Field::LastName => self.last_name = value,
            Field::Phone => self.phone = value,
            Field::Title => self.title = value,
            Field::Department => self.department = value,
            Field::EmployeeNumber => self.employee_number = value,
            Field::ExternalId | Field::Active | Field::Name => {}
        }
    }

    /// First and last name as one text, for people to read.
    #[must_use]
    pub fn display_name(&self) -> Text {
        join_name(&self.first_name, &self.last_name)
    }
}

/// First and last name as one text; the one that is there if the other is empty.
#[must_use]
pub fn join_name(first: &str, last: &str) -> Text {
    match (first.is_empty(), last.is_empty()) {
        (true, _) => Text::from(last),
        (_, true) => Text::from(first),
        _ => compact_str::format_compact!("{first} {last}"),
    }
}

/// Whether a list was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Everything that there is was read.
    #[default]
    Whole,
    /// Something is missing; the text says what, and why.
    Partial(String),
}

impl Completeness {
    /// Whether everything was read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Completeness::Whole)
    }
}
