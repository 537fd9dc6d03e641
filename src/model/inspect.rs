//! What a look at users, groups and cards shows: who manages them and from what that is told, the
//! sides next to each other, and to whom each group and card belongs.

use jiff::Timestamp;

use super::card::Card;
use super::plan::ChangeKind;
use super::reason::{Code, Situation};
use super::{Field, Text};

/// Who manages a user or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manager {
    /// This tool, for Atrium.
    Atrium,
    /// Another SCIM client.
    OtherClient,
    /// Nobody from outside: it was made in Command.
    Native,
}

/// From what it is told who manages something: Command's interfaces say it nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The external id.
    ExternalId,
    /// The ledger knows the record.
    Ledger,
    /// SCIM lists it without an external id, and the ledger does not know it.
    NoExternalId,
    /// REST lists it, and SCIM does not.
    NotOverScim,
}

impl Basis {
    /// The word of documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Basis::ExternalId => "external-id",
            Basis::Ledger => "ledger",
            Basis::NoExternalId => "no-external-id",
            Basis::NotOverScim => "not-over-scim",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Basis::ExternalId => "its external id",
            Basis::Ledger => "the ledger",
            Basis::NoExternalId => "no external id, and the ledger does not know it",
            Basis::NotOverScim => "REST lists it, and SCIM does not",
        }
    }
}

/// Who manages something, and from what that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Managed {
    /// Who.
    pub by: Manager,
    /// From what.
    pub basis: Basis,
}

/// The details of a user that Command lets nobody but its manager change: it answers `User is
/// managed, cannot modify`.
pub const LOCKED: [Field; 9] = [
    Field::Email,
    Field::FirstName,
    Field::MiddleName,
    Field::LastName,
    Field::Phone,
    Field::Title,
    Field::Department,
    Field::EmployeeNumber,
    Field::Active,
];

impl Manager {
    /// Where locked details are to be changed; `None` if nothing is locked.
    #[must_use]
    pub fn changed_in(self) -> Option<&'static str> {
        match self {
            Manager::Atrium => Some("Atrium"),
            Manager::OtherClient => Some("the other SCIM client"),
            Manager::Native => None,
        }
    }
}

/// A side that lacks a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacking {
    /// Atrium.
    Atrium,
    /// Command.
    Command,
}

impl Lacking {
    /// The word of documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Lacking::Atrium => "atrium",
            Lacking::Command => "command",
        }
    }
}

/// What a plan of the whole, or a comparison of both sides, says of one line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What was changed in Command and is Atrium's.
    pub drifted: Vec<Text>,
    /// How much was added in Command; `None` if that was not looked at.
    pub local_extras: Option<u64>,
    /// The side that lacks it; `None` if both have it, or if that was not looked at.
    pub missing_in: Option<Lacking>,
}

/// One line of `inspect users`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// The server's id; `None` for a person of Atrium who is not in Command.
    pub id: Option<Text>,
    /// First and last name.
    pub name: Text,
    /// The campus id, if the user is linked to a person of Atrium.
    pub campus_id: Option<Text>,
    /// The email address.
    pub email: Text,
    /// Who manages it; `None` for a person of Atrium who is not in Command.
    pub managed: Option<Managed>,
    /// Whether it is active; `None` if Command does not say.
    pub active: Option<bool>,
    /// What was found by comparing.
    pub remarks: Remarks,
}

/// One line of `inspect groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// The server's id; `None` for a group of Atrium that is not in Command.
    pub id: Option<Text>,
    /// The name.
    pub name: Text,
    /// Atrium's id of the group, if it is linked to one.
    pub access_group_id: Option<Text>,
    /// Who manages it; `None` for a group of Atrium that is not in Command.
    pub managed: Option<Managed>,
    /// How many members it has; `None` if they could not be read.
    pub members: Option<u64>,
    /// Whether doors know it as an access group; `None` without an API key.
    pub at_doors: Option<bool>,
    /// What was found by comparing.
    pub remarks: Remarks,
}

/// To whom a card or a membership belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Atrium, through this tool.
    Atrium,
    /// Atrium has it, and Command not: a sync gives it, or says why not.
    AtriumOnly,
    /// Somebody added it in Command.
    Command,
    /// Nobody knows: it was there before the ledger.
    Unknown,
}

impl Owner {
    /// The word of documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Owner::Atrium => "atrium",
            Owner::AtriumOnly => "atrium-only",
            Owner::Command => "command",
            Owner::Unknown => "unknown",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Owner::Atrium => "Atrium",
            Owner::AtriumOnly => "Atrium, not in Command",
            Owner::Command => "added in Command",
            Owner::Unknown => "not known",
        }
    }
}

/// One line of `inspect credentials`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRow {
    /// The campus id, if the ledger links the person to one.
    pub campus_id: Option<Text>,
    /// First and last name.
    pub name: Text,
    /// The email address.
    pub email: Text,
    /// The card; `None` if Command's type or number is none that we know.
    pub card: Option<Card>,
    /// The type, as Command spells it or as its short name.
    pub kind: Text,
    /// Whether it opens doors; `None` if that was not read, or if Command does not say.
    pub active: Option<bool>,
    /// Whose it is.
    pub owner: Owner,
    /// As of when; `None` if the ledger was never told.
    pub as_of: Option<Timestamp>,
    /// Whether it was read now, and is not from the ledger.
    pub read_now: bool,
}

/// A value on the three sides. `None` where a side was not seen or has no such record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideBySide {
    /// Which value.
    pub field: Field,
    /// What Atrium says.
    pub atrium: Option<Text>,
    /// What Command says.
    pub command: Option<Text>,
    /// What was last applied.
    pub applied: Option<Text>,
    /// What is the case; `None` if there is nothing to compare.
    pub situation: Option<Situation>,
    /// Where it has to be changed; `None` if Command's own people can.
    pub locked: Option<&'static str>,
}

/// An access level behind a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The name.
    pub name: Text,
    /// The ids of the doors that it opens.
    pub doors: Vec<Text>,
    /// The ids of the sites that it is for.
    pub sites: Vec<Text>,
}

/// A group of a person, or a group that is looked at, as the doors know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorGroup {
    /// The name.
    pub name: Text,
    /// Atrium's id, if it is a group of Atrium.
    pub access_group_id: Option<Text>,
    /// Whose the membership is.
    pub owner: Owner,
    /// Whether the doors know the group; `None` if that was not read.
    pub at_doors: Option<bool>,
    /// The access levels behind it; `None` if they were not read.
    pub levels: Option<Vec<Level>>,
}

/// A card of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCard {
    /// The card; `None` if Command's type or number is none that we know.
    pub card: Option<Card>,
    /// The type, as Command spells it or as its short name.
    pub kind: Text,
    /// Whether it opens doors; `None` if that was not read, or if Command does not say.
    pub active: Option<bool>,
    /// Whose it is.
    pub owner: Owner,
    /// Its status in Atrium, if Atrium has it for this person.
    pub atrium_status: Option<Text>,
    /// Whether Command has it for this person; `None` if that was not read.
    pub in_command: Option<bool>,
}

/// The last change that this tool made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// The number of the run.
    pub run: i64,
    /// What the run was.
    pub command: String,
    /// When its outcome was known.
    pub at: Option<Timestamp>,
    /// What was done.
    pub kind: Option<ChangeKind>,
    /// Whom or what it was about, for people to read.
    pub label: String,
}

/// One person or user, from all sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserView {
    /// First and last name.
    pub name: Text,
    /// The campus id, if it is known.
    pub campus_id: Option<Text>,
    /// The id over SCIM.
    pub user_id: Option<Text>,
    /// The external id over SCIM.
    pub external_id: Option<Text>,
    /// The id over REST.
    pub access_id: Option<Text>,
    /// Who manages the user; `None` if there is none.
    pub managed: Option<Managed>,
    /// What is the case; `None` if Atrium or Command could not be seen.
    pub situation: Option<Situation>,
    /// Why something is left alone or held, with the particulars.
    pub reasons: Vec<(Code, String)>,
    /// The status in Atrium, as written.
    pub atrium_status: Option<Text>,
    /// Whether the user is active; `None` if Command does not say.
    pub active: Option<bool>,
    /// The values on the three sides.
    pub fields: Vec<SideBySide>,
    /// Groups, with doors.
    pub groups: Vec<DoorGroup>,
    /// Cards.
    pub cards: Vec<HeldCard>,
    /// From when on credentials work.
    pub start: Option<Timestamp>,
    /// Until when credentials work.
    pub end: Option<Timestamp>,
    /// The last change.
    pub last_change: Option<LastChange>,
    /// What could not be looked at, and why.
    pub gaps: Vec<String>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// The name; empty if only the id is known.
    pub name: Text,
    /// The campus id, if it is known.
    pub campus_id: Option<Text>,
    /// The id in Command; `None` for somebody who is in Atrium's group only.
    pub id: Option<Text>,
    /// Whose the membership is.
    pub owner: Owner,
}

/// One group, from all sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// The name in Command, else in Atrium.
    pub name: Text,
    /// Its name in Atrium.
    pub atrium_name: Option<Text>,
    /// The name that was last applied.
    pub applied_name: Option<Text>,
    /// Atrium's id.
    pub access_group_id: Option<Text>,
    /// The id over SCIM.
    pub group_id: Option<Text>,
    /// The external id over SCIM.
    pub external_id: Option<Text>,
    /// Who manages it; `None` if Command does not have it.
    pub managed: Option<Managed>,
    /// Whether the doors know it; `None` if that was not read.
    pub at_doors: Option<bool>,
    /// The access levels behind it; `None` if they were not read.
    pub levels: Option<Vec<Level>>,
    /// The members; `None` if they were not read.
    pub members: Option<Vec<MemberLine>>,
    /// The last change.
    pub last_change: Option<LastChange>,
    /// What could not be looked at, and why.
    pub gaps: Vec<String>,
}

/// Where a number was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardHit {
    /// The card.
    pub card: Card,
    /// The campus id, if it is known.
    pub campus_id: Option<Text>,
    /// The name.
    pub name: Text,
    /// Whose it is.
    pub owner: Owner,
    /// Its type and status in Atrium, if Atrium has it for this person.
    pub atrium: Option<(Text, Text)>,
    /// Since when the ledger has it, if it does.
    pub ledger: Option<Option<Timestamp>>,
    /// Whether Command has it for this person now; `None` if that was not read.
    pub in_command: Option<bool>,
    /// Whether it opens doors there.
    pub active: Option<bool>,
    /// From when on the person's credentials work.
    pub start: Option<Timestamp>,
    /// Until when the person's credentials work.
    pub end: Option<Timestamp>,
    /// The person's groups, with doors.
    pub groups: Vec<DoorGroup>,
}

/// What is known of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSearch {
    /// The ways in which the number was read, without the number.
    pub read_as: Vec<String>,
    /// Who has it.
    pub hits: Vec<CardHit>,
    /// What could not be looked at, and why.
    pub gaps: Vec<String>,
}

/// How many of each a list has, and what it does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What is counted, in order.
    pub counts: Vec<(&'static str, u64)>,
    /// What was not looked at, and why.
    pub notes: Vec<String>,
}
