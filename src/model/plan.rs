//! The plan: what is to be done, what is held, what is left alone. Data, without any choice left.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::card::Card;
use super::memory::CardMemory;
use super::moved::Moved;
use super::reason::{Cause, Code, Situation};
use super::roster::Place;
use super::{AccessGroupId, AccessUserId, CampusId, CardId, Field, GroupId, Profile, Text, UserId};

/// Whom or what a line of the plan is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// A person of Atrium.
    User {
        /// The school's own id.
        campus_id: CampusId,
    },
    /// An access group of Atrium.
    Group {
        /// Atrium's id.
        access_group_id: AccessGroupId,
    },
    /// A person's membership of an access group.
    Membership {
        /// The person.
        campus_id: CampusId,
        /// The group.
        access_group_id: AccessGroupId,
    },
    /// A person's card.
    Card {
        /// The person who has it, or is to have it.
        campus_id: CampusId,
        /// The card.
        card: Card,
    },
    /// Something in Command that no record of Atrium is linked to.
    Remote {
        /// The server's id.
        id: Text,
    },
    /// The run as a whole.
    Run,
}

impl Subject {
    /// The person concerned, if one is.
    #[must_use]
    pub fn person(&self) -> Option<&CampusId> {
        match self {
            Subject::User { campus_id }
            | Subject::Membership { campus_id, .. }
            | Subject::Card { campus_id, .. } => Some(campus_id),
            _ => None,
        }
    }

    /// The card concerned, if one is.
    #[must_use]
    pub fn card(&self) -> Option<&Card> {
        match self {
            Subject::Card { card, .. } => Some(card),
            _ => None,
        }
    }

    /// The access group concerned, if one is.
    #[must_use]
    pub fn access_group(&self) -> Option<&AccessGroupId> {
        match self {
            Subject::Group { access_group_id }
            | Subject::Membership {
                access_group_id, ..
            } => Some(access_group_id),
            _ => None,
        }
    }
}

/// The order of the work: what takes access away first, what only retires a record that has been
/// replaced last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Deactivations and removals.
    Revoke,
    /// Creations and updates of users and groups.
    Write,
    /// Additions to groups, and of cards; cards that move.
    Grant,
    /// What must wait for its replacement: the old user of a person with a new address, a card
    /// that another one replaces; deletions.
    Retire,
}

/// One value that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which value.
    pub field: Field,
    /// What Command has; empty for nothing.
    pub old: Text,
    /// What it is to have; empty for nothing.
    pub new: Text,
    /// Why they differ.
    pub cause: Cause,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Change {
    /// Create a user.
    CreateUser {
        /// The external id that says that it is ours.
        external_id: Text,
        /// Its details.
        profile: Box<Profile>,
    },
    /// Change a user's details.
    UpdateUser {
        /// The user.
        user_id: UserId,
        /// The values, each once, in the order of [`Profile::FIELDS`].
        fields: Vec<FieldChange>,
    },
    /// Deactivate a user.
    DeactivateUser {
        /// The user.
        user_id: UserId,
    },
    /// Reactivate a user that we deactivated, or that `--reopen` names; details change with it.
    ReactivateUser {
        /// The user.
        user_id: UserId,
        /// The values that change besides.
        fields: Vec<FieldChange>,
    },
    /// Delete a user that has been deactivated for as long as the profile asks.
    DeleteUser {
        /// The user.
        user_id: UserId,
    },
    /// Create a group.
    CreateGroup {
        /// The external id that says that it is ours.
        external_id: Text,
        /// Its name.
        name: Text,
    },
    /// Rename a group, which keeps its id and so its doors.
    RenameGroup {
        /// The group.
        group_id: GroupId,
        /// Its name now.
        old: Text,
        /// Its name afterwards.
        new: Text,
        /// Why they differ.
        cause: Cause,
    },
    /// Delete a group.
    DeleteGroup {
        /// The group.
        group_id: GroupId,
    },
    /// Add a person to a group.
    AddMember {
        /// The group; `None` if this plan creates it.
        group_id: Option<GroupId>,
        /// The user; `None` if this plan creates it.
        user_id: Option<UserId>,
    },
    /// Remove a person from a group.
    RemoveMember {
        /// The group.
        group_id: GroupId,
        /// The user.
        user_id: UserId,
    },
    /// Give a person a card.
    AddCard {
        /// The person; `None` if nobody of the REST API is known to be them yet, because this plan
        /// creates the user.
        access_id: Option<AccessUserId>,
    },
    /// Take a card away.
    RemoveCard {
        /// The person.
        access_id: AccessUserId,
        /// The card.
        card_id: CardId,
        /// Whether Atrium states it as lost, stolen or inactive.
        stated: bool,
    },
    /// Take a card from one user and give it to another, side by side, and put it back if it can't
    /// be given. The subject is the person who gets it.
    MoveCard {
        /// Who has it: another person, or the same one under the user that is replaced.
        from: CampusId,
        /// Their user.
        from_id: AccessUserId,
        /// The card there.
        card_id: CardId,
        /// Who gets it; `None` as for [`Change::AddCard`].
        access_id: Option<AccessUserId>,
    },
    /// Switch on a card that was switched off in Command, for `--reopen`.
    ActivateCard {
        /// The person.
        access_id: AccessUserId,
        /// The card.
        card_id: CardId,
    },
}

/// The kind of a change, by which the work is counted and paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named like the variants of Change")]
pub enum ChangeKind {
    CreateUser,
    UpdateUser,
    DeactivateUser,
    ReactivateUser,
    DeleteUser,
    CreateGroup,
    RenameGroup,
    DeleteGroup,
    AddMember,
    RemoveMember,
    AddCard,
    RemoveCard,
    MoveCard,
    ActivateCard,
}

impl ChangeKind {
    /// The kind as output spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::CreateUser => "create-user",
            ChangeKind::UpdateUser => "update-user",
            ChangeKind::DeactivateUser => "deactivate-user",
            ChangeKind::ReactivateUser => "reactivate-user",
            ChangeKind::DeleteUser => "delete-user",
            ChangeKind::CreateGroup => "create-group",
            ChangeKind::RenameGroup => "rename-group",
            ChangeKind::DeleteGroup => "delete-group",
            ChangeKind::AddMember => "add-member",
            ChangeKind::RemoveMember => "remove-member",
            ChangeKind::AddCard => "add-card",
            ChangeKind::RemoveCard => "remove-card",
            ChangeKind::MoveCard => "move-card",
            ChangeKind::ActivateCard => "activate-card",
        }
    }
}

impl Change {
    /// The kind of this change.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match self {
            Change::CreateUser { .. } => ChangeKind::CreateUser,
            Change::UpdateUser { .. } => ChangeKind::UpdateUser,
            Change::DeactivateUser { .. } => ChangeKind::DeactivateUser,
            Change::ReactivateUser { .. } => ChangeKind::ReactivateUser,
            Change::DeleteUser { .. } => ChangeKind::DeleteUser,
            Change::CreateGroup { .. } => ChangeKind::CreateGroup,
            Change::RenameGroup { .. } => ChangeKind::RenameGroup,
            Change::DeleteGroup { .. } => ChangeKind::DeleteGroup,
            Change::AddMember { .. } => ChangeKind::AddMember,
            Change::RemoveMember { .. } => ChangeKind::RemoveMember,
            Change::AddCard { .. } => ChangeKind::AddCard,
            Change::RemoveCard { .. } => ChangeKind::RemoveCard,
            Change::MoveCard { .. } => ChangeKind::MoveCard,
            Change::ActivateCard { .. } => ChangeKind::ActivateCard,
        }
    }

    /// What Command refuses when it refuses this change for its values: as long as it is the same,
    /// the change would be refused again. Empty for a change without values.
    #[must_use]
    pub fn values(&self) -> Text {
        match self {
            Change::CreateUser { profile, .. } => profile.email.clone(),
            Change::UpdateUser { fields, .. } | Change::ReactivateUser { fields, .. } => {
                let values: Vec<String> = fields
                    .iter()
                    .map(|change| format!("{}={}", change.field, change.new))
                    .collect();
                Text::from(values.join("; "))
            }
            Change::CreateGroup { name, .. } => name.clone(),
            Change::RenameGroup { new, .. } => new.clone(),
            Change::DeactivateUser { .. }
            | Change::DeleteUser { .. }
            | Change::DeleteGroup { .. }
            | Change::AddMember { .. }
            | Change::RemoveMember { .. }
            | Change::AddCard { .. }
            | Change::RemoveCard { .. }
            | Change::MoveCard { .. }
            | Change::ActivateCard { .. } => Text::default(),
        }
    }

    /// Whether somebody loses something by it.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        match self.kind() {
            ChangeKind::DeactivateUser
            | ChangeKind::DeleteUser
            | ChangeKind::DeleteGroup
            | ChangeKind::RemoveMember
            | ChangeKind::RemoveCard
            | ChangeKind::MoveCard => true,
            ChangeKind::CreateUser
            | ChangeKind::UpdateUser
            | ChangeKind::ReactivateUser
            | ChangeKind::CreateGroup
            | ChangeKind::RenameGroup
            | ChangeKind::AddMember
            | ChangeKind::AddCard
            | ChangeKind::ActivateCard => false,
        }
    }
}

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Whom or what it is about.
    pub subject: Subject,
    /// The person's name, the group's, or `person → group`, for people to read.
    pub label: Text,
    /// What is the case.
    pub situation: Situation,
    /// When in the run its turn comes.
    pub stage: Stage,
    /// What is to be done.
    pub change: Change,
    /// Why, in words that a person understands.
    pub why: Text,
    /// What must have succeeded before: positions in [`Plan::operations`], ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<u32>,
}

/// So many people's new cards are read back; of the others the answer says what was stored.
const CHECKED_ADDITIONS: usize = 10;

/// Whose cards are read back after these operations: everybody's who loses one or has one switched
/// on, since the answer says nothing of that, and some of those who only get one.
#[must_use]
pub fn people_to_check<'a>(
    operations: impl IntoIterator<Item = &'a Operation>,
) -> BTreeSet<&'a CampusId> {
    let mut people = BTreeSet::new();
    let mut added = BTreeSet::new();
    for operation in operations {
        let (Subject::Card { campus_id, .. }, change) = (&operation.subject, &operation.change)
        else {
            continue;
        };
        match change {
            Change::AddCard { .. } => {
                added.insert(campus_id);
            }
            Change::MoveCard { from, .. } => people.extend([campus_id, from]),
            _ => {
                people.insert(campus_id);
            }
        }
    }
    people.extend(added.into_iter().take(CHECKED_ADDITIONS));
    people
}

/// An operation that a guard or an uncertainty holds back in this run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What would have been done. Its `needs` are empty.
    pub operation: Operation,
    /// What holds it.
    pub code: Code,
}

/// Somebody or something that the plan leaves as it is, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAlone {
    /// Whom or what it is about.
    pub subject: Subject,
    /// The name, for people to read.
    pub label: Text,
    /// What is the case.
    pub situation: Situation,
    /// The reason.
    pub code: Code,
    /// The particulars: values, the other record. May be empty.
    pub detail: String,
    /// Where the record stands in Atrium's export, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A guard that tripped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tripped {
    /// Which guard.
    pub code: Code,
    /// What it saw, in one sentence with the figures.
    pub detail: String,
    /// How many operations it holds. 0 for a guard that stops the run.
    pub holds: u32,
}

/// How many there are of each, in step and otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// People in Atrium.
    pub people: u64,
    /// Access groups in Atrium.
    pub access_groups: u64,
    /// Users in Command that we manage.
    pub managed_users: u64,
    /// Groups in Command that we manage.
    pub managed_groups: u64,
    /// Memberships of groups that we manage.
    pub managed_memberships: u64,
    /// Users that agree with Atrium, leavers that are closed included.
    pub users_in_step: u64,
    /// Groups that agree with Atrium.
    pub groups_in_step: u64,
    /// Memberships that agree with Atrium.
    pub memberships_in_step: u64,
    /// Credentials in Atrium that are not covered, for lack of an API key.
    pub credentials_not_covered: u64,
    /// Cards in Command that we manage, of the people who were read and as remembered of the
    /// others.
    pub managed_cards: u64,
    /// Cards that agree with Atrium, of the people who were read.
    pub cards_in_step: u64,
    /// People whose cards were read.
    pub cards_read: u64,
    /// People whose cards were not read, since nothing about them changed.
    pub cards_unread: u64,
}

/// What the plan will cost, told before it is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Requests that write users and groups.
    pub requests: u64,
    /// Requests that write cards, or look for the people who get them.
    pub card_requests: u64,
    /// How long the requests for cards take at the allowed pace, in seconds.
    pub card_seconds: u64,
    /// Users that will be created. If the organization sends email invites, each gets one.
    pub invitations: u64,
}

/// What the ledger learns from a plan before anything is applied. It is no part of the review: it
/// changes nothing in Command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookkeeping {
    /// People who are linked to a user, as found.
    pub users: Vec<UserClaim>,
    /// Access groups that are linked to a group, as found.
    pub groups: Vec<GroupClaim>,
    /// People of whom the ledger has other memberships than those on which both sides agree, with
    /// these.
    pub memberships: Vec<(CampusId, Vec<AccessGroupId>)>,
    /// People absent from a complete read, with the number of such reads in a row.
    pub absent: Vec<(CampusId, u32)>,
    /// People whose user we closed and who is open again: that we once closed it says nothing
    /// about the next time.
    pub open: Vec<CampusId>,
    /// People whose user we began to close and who is closed: it was we who did.
    pub closed: Vec<CampusId>,
    /// Stuck fields that no longer are.
    pub unstuck_fields: Vec<(CampusId, Field)>,
    /// People whose cards were read, or whose user of the REST API was found, as far as the
    /// ledger has anything else of them.
    pub cards: Vec<CardsClaim>,
    /// What is ours by `credentials.ownership`; `None` if cards are not covered.
    pub ownership: Option<Text>,
}

/// A person and the cards that are remembered of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardsClaim {
    /// The person.
    pub campus_id: CampusId,
    /// The user of the REST API.
    pub access_id: AccessUserId,
    /// What was read; `None` if only the user was found.
    pub read: Option<CardsRead>,
}

/// The cards of a person as they were read; of somebody who has only what we gave, as they were
/// written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardsRead {
    /// Cards that are ours or of unknown owner. What this plan removes stays until it is removed,
    /// and what somebody removed in Command for as long as Atrium has it: it is not given again.
    pub cards: Vec<CardMemory>,
    /// The fingerprint of the person's row in the list of everybody.
    pub listing: u64,
}

/// A person and the user that is them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserClaim {
    /// The person.
    pub campus_id: CampusId,
    /// The user.
    pub user_id: UserId,
    /// Whether the record is ours, and not another SCIM client's.
    pub ours: bool,
    /// Whether the person is inside the people filter.
    pub in_scope: bool,
    /// The values that agree on both sides; `None` where the ledger keeps what it has.
    pub applied: Option<Box<Profile>>,
}

/// An access group and the group that is it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupClaim {
    /// The access group.
    pub access_group_id: AccessGroupId,
    /// The group.
    pub group_id: GroupId,
    /// The name, where both sides agree on it.
    pub name: Option<Text>,
}

/// So many characters of a digest are shown to people.
const SHORT_DIGEST: usize = 12;

/// What a run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is to be done, in the order of the work.
    pub operations: Vec<Operation>,
    /// What is held back.
    pub held: Vec<Held>,
    /// What is left as it is, with reasons.
    pub left_alone: Vec<LeftAlone>,
    /// Guards that hold something.
    pub tripped: Vec<Tripped>,
    /// Reasons for which nothing at all may be written.
    pub stops: Vec<Tripped>,
    /// What there is.
    pub counts: Counts,
    /// What it will cost.
    pub cost: Cost,
    /// The digest of what would be done, of what is held and of what the command line asked for and
    /// allowed: equal for equal plans, signed by the organization's [`Seal`](super::seal::Seal), in
    /// hex.
    pub digest: String,
    /// What is another thing than in the saved plan that this one is compared with.
    #[serde(skip)]
    pub moved: Vec<Moved>,
    /// Whose cards have to be read before this plan can say what becomes of them. They are in no
    /// record of [`Access::records`](super::access::Access::records) yet.
    #[serde(skip)]
    pub reads: Vec<AccessUserId>,
    /// What the ledger learns from it.
    #[serde(skip)]
    pub bookkeeping: Bookkeeping,
}

impl Plan {
    /// Whether there is nothing to do and nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.held.is_empty() && self.stops.is_empty()
    }

    /// The beginning of the digest, by which people compare plans.
    #[must_use]
    pub fn short_digest(&self) -> &str {
        self.digest.get(..SHORT_DIGEST).unwrap_or(&self.digest)
    }
}
