//! The closed lists of words that a plan, its output and the diagnosis share: situations, reason
//! codes with their explanation, and causes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What is the case with one user, group or membership. Exactly one holds; where several could,
/// the one that stands first wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Situation {
    /// The record in Atrium can't be read; nothing is changed, nothing is taken away.
    Unreadable,
    /// The status in Atrium is not mapped; nothing is changed.
    UnmappedStatus,
    /// The filter leaves the person or group out, and we never managed it.
    OutOfScope,
    /// The person's own data left an unchanged filter; grants stop, removals go on.
    LeftScope,
    /// The evidence on who this is in Command does not agree.
    Ambiguous,
    /// The person seems to have got another campus id.
    Rekeyed,
    /// The record belongs to another SCIM client.
    Foreign,
    /// The record was made in Command.
    Native,
    /// The person is not in Command and another system is to put them there.
    AwaitingIdentity,
    /// Somebody closed it in Command; we do not reopen it.
    ClosedInCommand,
    /// Something stands in the way; the reason code says what.
    Blocked,
    /// A guard or an uncertainty holds the change back in this run.
    Held,
    /// Command accepted the value and did not keep it.
    DoesNotStick,
    /// The email address changed in Atrium; Command ignores that.
    EmailChanged,
    /// In Atrium, not in Command: it is created or added.
    Missing,
    /// Closed by us and back in Atrium: it is reactivated.
    Returned,
    /// No longer in Atrium, or stated inactive: it is deactivated or removed.
    Gone,
    /// Changed in Atrium since the last run: it is updated.
    Changed,
    /// Changed in Command since the last run: it is restored.
    Drifted,
    /// In Command only, added there on purpose: it is kept.
    LocalExtra,
    /// Not read in this run.
    NotRead,
    /// Both sides agree.
    InStep,
}

impl Situation {
    /// The word that output uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Situation::Unreadable => "unreadable",
            Situation::UnmappedStatus => "unmapped-status",
            Situation::OutOfScope => "out-of-scope",
            Situation::LeftScope => "left-scope",
            Situation::Ambiguous => "ambiguous",
            Situation::Rekeyed => "rekeyed",
            Situation::Foreign => "foreign",
            Situation::Native => "native",
            Situation::AwaitingIdentity => "awaiting-identity",
            Situation::ClosedInCommand => "closed-in-command",
            Situation::Blocked => "blocked",
            Situation::Held => "held",
            Situation::DoesNotStick => "does-not-stick",
            Situation::EmailChanged => "email-changed",
            Situation::Missing => "missing",
            Situation::Returned => "returned",
            Situation::Gone => "gone",
            Situation::Changed => "changed",
            Situation::Drifted => "drifted",
            Situation::LocalExtra => "local-extra",
            Situation::NotRead => "not-read",
            Situation::InStep => "in-step",
        }
    }
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a value differs, from the three sides: Atrium now, Command now, what we last applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Atrium has a new value; Command still has what we applied.
    ChangedInAtrium,
    /// Command has another value than the one we applied; Atrium still has that one.
    ChangedInCommand,
    /// Both moved away from what we applied.
    ChangedInBoth,
    /// We never applied a value.
    NeverSynced,
}

impl Cause {
    /// The cause in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Cause::ChangedInAtrium => "changed in Atrium",
            Cause::ChangedInCommand => "changed in Command",
            Cause::ChangedInBoth => "changed in both",
            Cause::NeverSynced => "never synced",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $title:literal $meaning:literal $remedy:literal;)*) => {
        /// A stable reason code: why something was left alone, held, stopped or failed.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Code {
            $(#[doc = $title] #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as output spells it, in kebab-case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// The reason in one short line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }

            /// What it means, at length.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning),* }
            }

            /// What to do about it. Empty where nothing is to be done.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $(Code::$variant => $remedy),* }
            }
        }

        impl FromStr for Code {
            type Err = UnknownCode;

            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                match text {
                    $($name => Ok(Code::$variant),)*
                    _ => Err(UnknownCode),
                }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no reason code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reason code")]
pub struct UnknownCode;

codes! {
    RowUnreadable "row-unreadable"
        "the row in Atrium's export has a defect"
        "A row was left out because of a defect. The person or group is not taken for gone: what they have in Command stays as it is until the row can be read again."
        "correct the row that is named by file and line, then sync again";
    StatusUnmapped "status-unmapped"
        "the status in Atrium is not mapped"
        "Only the words active and inactive mean something by themselves. Any other status changes nothing for the person until the profile says what it means."
        "map the status under [atrium.person_status] in the profile, for example: \"On leave\" = \"suspended\"";
    OutOfScope "out-of-scope"
        "the filter leaves the person or group out"
        "The profile's filter does not let this person or group in, and they were never synced. A filter narrows what is touched, never what is removed."
        "if the sync is to be about this person or group, too, widen [atrium.people] or [atrium.groups] in the profile, then: atriumctl sync";
    LeftScope "left-scope"
        "their data left the filter"
        "The filter is unchanged, but the person's own data no longer matches it. They get nothing new; what was synced for them goes on being removed when Atrium states so."
        "widen the filter in the profile, or set the person inactive in Atrium";
    FilterChanged "filter-changed"
        "the filter was changed, which removes nothing"
        "The filter is not the one of the last run. A changed filter never removes anything; people who are now outside it are left as they are."
        "if they are to lose access, set them inactive in Atrium";
    NoEmail "no-email"
        "no email address in Atrium"
        "A Command user is known by an email address, and Atrium has none for this person."
        "add the address in Atrium";
    EmailMalformed "email-malformed"
        "the email address is not one"
        "The address in Atrium has no single @ between two parts without blanks."
        "correct the address in Atrium";
    NoName "no-name"
        "neither first nor last name in Atrium"
        "Command needs a name for a user, and Atrium has none for this person."
        "add the name in Atrium";
    EmailOutsideDomains "email-outside-domains"
        "the email domain is not one of the SCIM token's"
        "A SCIM token is tied to the email domains that were named when it was made. Command refuses to create or update users of other domains. Removals are tried all the same."
        "make a token that is for the domain, too: atriumctl token domains shows the command; a new token kills the old one at once, Okta's too; if email_domains in the profile names domains, add it there; then: atriumctl sync --only WHO";
    EmailDomainGivenUp "email-domain-given-up"
        "Command refused this email domain three times"
        "The profile names no email_domains. Three different people of this domain were refused and none was accepted, so the others of the domain were not tried in this run."
        "add the domain in Command under Admin > Login & Access > SCIM Users Provisioning, or correct the addresses in Atrium";
    EmailShared "email-shared"
        "two people in Atrium have this email address"
        "A Command user is known by one email address. The person already linked to it goes on; the others are blocked, and nobody is deactivated for it."
        "give each of them an address of their own in Atrium";
    EmailHeldByLeaver "email-held-by-leaver"
        "the email address still belongs to somebody who left"
        "Another record that we manage, of another campus id, has this address in Command. An address never makes one person out of two."
        "delete the leaver's user in Command (Deleted Users too), or give the newcomer another address in Atrium";
    EmailHeldByOther "email-held-by-other"
        "the email address still belongs to another person's user"
        "Another person of Atrium has moved to another address, but Command ignores a changed username, so their user still holds this one."
        "make a new user for the person who moved: atriumctl sync --reprovision CAMPUS_ID, with the campus id that is named; then: atriumctl sync --only WHO";
    HeldByInvisible "held-by-invisible"
        "Command says that the address is taken, but lists nobody with it"
        "Creating the user was refused as a duplicate, yet no listed user has the address: a user made by hand, an invited, deactivated or deleted one holds it. It is not tried again for a day."
        "look for the address under Admin > Users and under Deleted Users in Command; then: atriumctl sync --only WHO";
    RefusedByCommand "refused-by-command"
        "Command refused the values"
        "Command answered that it does not take this person as they are. It is not tried again with the same address for a day."
        "read the detail, correct the value in Atrium, then: atriumctl sync --only WHO";
    NativeUser "native-user"
        "a user made in Command by hand has the same identity"
        "A user made in Command is never edited and never adopted without being named. A native user can't be in a SCIM group."
        "adopt it: atriumctl adopt plan adopt.csv, write link into the person's row of the file, then: atriumctl adopt apply adopt.csv; or delete the native user in Command, or move its cards and groups to the synced one after you have freed its address";
    NotOverScim "not-over-scim"
        "Command lets SCIM change nothing about this user"
        "The user is linked to the person, but was made in Command, and Command refused a change of it over SCIM. Its cards are synced over the REST API. Names, status and groups stay as they are, and a leaver is not deactivated: our cards are taken away, the login in Command stays."
        "do in Command by hand what the line says; once SCIM manages the user: atriumctl sync --only WHO tries it again";
    NotInScim "not-in-scim"
        "the user is adopted, but SCIM does not list it"
        "A user of the REST API has this person's external id, and SCIM's list has nobody with it. Creating the person over SCIM would make a second user, so nothing is done: no names, groups or cards are synced."
        "look at the user in Command; if it is to be SCIM's, free its address and its external id there (delete it, under Deleted Users too), then sync: the person is created anew";
    NativeGroup "native-group"
        "a group made in Command has the same name"
        "A group created in Command can't be synced with SCIM. It is left alone, and the group from Atrium is not created beside it."
        "rename or delete the group in Command, or rename the one in Atrium";
    GroupBinding "group-binding"
        "the profile binds the access group to a group by hand"
        "The profile names the group of Command under [atrium.access_groups]. Either Command does not list that group, and then nothing is done for the access group, or it was another group before, and then that one is left as it is, members and all."
        "correct group_id in the profile (inspect groups shows the ids), or empty the group that the binding replaced";
    GroupNameShared "group-name-shared"
        "two access groups in Atrium have this name"
        "Group names are compared without case. Neither group nor their members are changed, because it can't be told which is which in Command."
        "rename one of them in Atrium";
    GroupNameTaken "group-name-taken"
        "another group in Command has this name"
        "Group names are unique in Command, and the name is held by another group: one that is itself to be renamed, one that Atrium no longer has, or one that Command does not list. It is not tried again for a day."
        "rename or delete the other group in Command, or rename this one in Atrium";
    GroupNameMissing "group-name-missing"
        "the access group has no name in Atrium"
        "A group is created in Command under its name, and Atrium's export has none for it."
        "add the name to the export";
    WeakMatch "weak-match"
        "only the email address matches"
        "A user in Command has this address but another family name. An address alone does not make two records one person."
        "compare the two; correct the name or the address where it is wrong";
    AmbiguousMatch "ambiguous-match"
        "the evidence points to more than one user in Command"
        "Ledger, external id, employee number and email address do not all point to the same user. Nothing is created or granted until they do; removals that Atrium states still reach the user that is linked."
        "find the records that are named and merge or correct them in Command";
    CampusIdChanged "campus-id-changed"
        "the person seems to have got another campus id"
        "A user of ours with another campus id has the same email address and name. Neither record is touched: it may be the same person under a new id."
        "if it is the same person: atriumctl sync --rekey WHO, with the new campus id";
    CampusIdReserved "campus-id-reserved"
        "the campus id ends in \":replaced\""
        "A campus id with \":replaced\" at its end is how we mark the old user of somebody whose user was made anew. A person of Atrium with such an id could not be told from that old user, so nothing is done to them."
        "give the person another campus id in Atrium";
    EmailChanged "email-changed"
        "the email address changed; Command ignores that"
        "Command does not take a changed username. The user keeps the old address; names, groups and cards go on."
        "to make a new user with the new address and move everything over: atriumctl sync --reprovision WHO";
    ClosedInCommand "closed-in-command"
        "somebody deactivated the user in Command"
        "What is closed in Command stays closed: the tool reactivates only what it deactivated itself."
        "if the person is to have access again: atriumctl sync --reopen WHO";
    DeletedInCommand "deleted-in-command"
        "somebody deleted the user in Command"
        "The ledger has a user for this person that Command no longer lists. What is closed in Command stays closed."
        "to create the user anew: atriumctl sync --reopen WHO";
    AwaitingIdentity "awaiting-identity"
        "another system is to create this user"
        "The profile says identity = \"external\": users come from another SCIM client, such as Okta, and this one is not there yet."
        "assign the person to the Verkada app in Okta";
    ForeignUser "foreign-user"
        "the user belongs to another SCIM client"
        "The external id is another SCIM client's. Identity and status are left to it; groups from Atrium are synced."
        "nothing, if that is as it should be; name, address and status are changed in the identity provider that made the user, groups and cards in Atrium";
    NotYetValid "not-yet-valid"
        "the person's first day has not come"
        "valid_from lies in the future, so nothing is granted yet."
        "a sync grants access when the day has come; if the day is wrong, correct valid_from in Atrium, then: atriumctl sync --only WHO";
    AbsentNotYet "absent-not-yet"
        "absent from Atrium, but not for long enough"
        "The person is no longer in Atrium's export. The profile asks for more than one complete read without them before they count as gone."
        "";
    AbsenceUnsure "absence-unsure"
        "absent from Atrium, but an unreadable row could be this person or card"
        "A row without a readable campus id could be the person who is missing, and an id that can't be made a card could be the card that is missing. Neither is taken for gone on that ground."
        "correct the row or the id that is named, then sync again";
    SourceIncomplete "source-incomplete"
        "Atrium was not read whole"
        "A removal because somebody is absent needs a complete read. Removals that Atrium states go on."
        "sync again when the source is whole";
    TargetIncomplete "target-incomplete"
        "Command was not read whole"
        "Command's list could not be read to its end, or contradicted itself. On such a ground nobody is created, changed or taken for gone; people whom Atrium states as inactive are deactivated all the same."
        "sync again later; if it stays so, send the message to Verkada's support";
    UserFrozen "user-frozen"
        "a deactivated user's groups and cards are frozen"
        "Command refuses changes of a deactivated user's groups and cards. The membership or card opens nothing while the user is deactivated, and is removed first should the person return."
        "";
    DoesNotStick "does-not-stick"
        "Command accepted the value and did not keep it"
        "The value was written, accepted, and was another one when it was read back. A value is not written again until either side changes, a membership or card not for a day; for whoever is named with --only, all are tried at once."
        "compare the two values that are named; correct the one in Atrium if Command's form is right";
    ActiveUnknown "active-unknown"
        "Command does not say whether the user is active"
        "The user came back without the attribute active, so it can't be told whether somebody closed it. It is not changed, but for a deactivation that Atrium asks for."
        "look at the user in Command; if all users are so, send the message to Verkada's support";
    Protected "protected"
        "the profile protects them from removals"
        "The profile's protect list names this person or group: nothing is removed from it, ever."
        "remove it by hand in Command, or take it off the protect list";
    GroupKept "group-kept"
        "the group is gone from Atrium and kept in Command"
        "The profile says groups_gone = \"keep\", so a group that Atrium no longer has keeps its members."
        "set groups_gone = \"empty\" in the profile, or remove the members by hand";
    MemberUnresolved "member-unresolved"
        "a member that Atrium does not know"
        "The group has a member whom no person of Atrium is linked to. It stays: it can't be told who added it, or why."
        "look at the member in Command";
    MembersUnread "members-unread"
        "the group's members could not be read"
        "Command returned the group without its members, so nothing can be added or removed safely."
        "sync again; if it stays so, send the message to Verkada's support";
    IdTypeUnmapped "id-type-unmapped"
        "the id type in Atrium is not mapped"
        "Atrium's ids of this type are not mapped to a card format of Command, so no card is made of them and none is taken away for them. A format is never guessed."
        "map the type in the profile, for example: [atrium.id_types.\"Prox\"] format = \"HID\", facility_code = \"102\"; format = \"ignore\" leaves the type out; atriumctl inspect card RAW --id-type TYPE shows what comes out";
    CardUnreadable "card-unreadable"
        "the id in Atrium can't be made a card"
        "The id does not fit the format that the profile maps its type to: its number is out of range or of another base, its facility code is missing, or a spreadsheet damaged it. The number is never guessed. Cards of this person that Atrium no longer lists are kept until the id can be read."
        "correct the id in Atrium or the mapping in the profile, or export the column as text; atriumctl inspect card RAW --id-type TYPE shows what comes out";
    IdStatusUnmapped "id-status-unmapped"
        "the status of an id in Atrium is not mapped"
        "Only active, inactive, lost and stolen mean something by themselves. An id with any other status changes nothing until the profile says what it means."
        "map the status under [atrium.id_status] in the profile, for example: \"Returned\" = \"gone\"";
    CardShared "card-shared"
        "two people in Atrium have this card"
        "A card opens doors for one person only. Which of the two has it can't be told, so it is given to neither of them and taken from neither."
        "correct the id of one of them in Atrium";
    CardHeldElsewhere "card-held-elsewhere"
        "another person has this card in Command"
        "Somebody else holds the card in Command, and it was not we who gave it to them, so it is not taken away. Command can't be asked who holds a card: the holder is named only if the holder's cards were read."
        "look at the holder in Command; remove the card there, then: atriumctl sync --verify all; or correct the number in Atrium";
    CardOwnerUnknown "card-owner-unknown"
        "nobody knows who put this card there"
        "A person whom we manage has the card in Command. Atrium does not list it, and the ledger knows nothing of it. Atrium may have taken it away before the ledger began, or somebody may have added it in Command on purpose. It is kept."
        "look at the card in Command; if all such cards are to go: atriumctl sync --claim-cards, or set credentials.ownership in the profile";
    LocalCard "local-card"
        "a card that was added in Command"
        "Somebody added the card in Command after we had first read the person's cards. Such cards are kept."
        "";
    CardClosed "card-closed-in-command"
        "somebody switched off or removed the card in Command"
        "The card is switched off, or it is no longer there although we had added it. It was not we who did it. What is closed in Command stays closed."
        "if it is to open doors again: atriumctl sync --reopen WHO";
    EndDatePassed "end-date-passed"
        "somebody ended the person's access in Command"
        "The person's end date in Command has passed: no card opens a door. What is closed in Command stays closed, and no card is added."
        "if the person is to have access again, remove the end date in Command under Access > Users";
    NotYetInAccess "not-yet-in-access"
        "the person is not yet in the REST API's list"
        "Cards are written over the REST API, and its list of everybody does not have this person yet. After a user was created that may take a while."
        "sync again later; if it stays so, compare external id and email address in Command";
    AccessAmbiguous "access-ambiguous"
        "it is not certain which row of the REST API is this person"
        "The user's id is not in the REST API's list of everybody. Several rows have the email address, or the only one has another external id or employee id. No card is written unless it is certain who the row is."
        "find the rows under Access > Users in Command, and merge or correct them";
    CardsNotRead "cards-not-read"
        "the person's cards were not read"
        "Something about the person changed, but more people changed than read_budget allows to be read in one run. No card is added or taken away before the person's cards were read."
        "sync again, or raise read_budget under [sync] in the profile";
    CardsUnreadable "cards-unreadable"
        "the person's cards could not be read"
        "Command did not answer when it was asked for this person's cards, or its answer was about somebody else. No card is added or taken away before the person's cards were read."
        "read the detail; then sync again";
    CardRefused "card-refused"
        "Command refused the card"
        "Command does not take this card as it is. It is not tried again for a day, unless the person is named with --only."
        "read the detail; compare format, facility code and number with a card of the kind in Command";
    UserManaged "user-managed"
        "Command refuses cards on managed users"
        "Command answered that the user is managed and can't be modified. No public page says whether the REST API may give cards to users who came over SCIM."
        "ask Verkada's support whether the API may write cards of SCIM users; until then sync without the API key";
    ApiKeyRefused "api-key-refused"
        "Command refused the API key"
        "Command gives no token for the key: it is wrong, expired, deleted, or belongs to another region."
        "make a new key in Command under Admin > API & Integrations > API keys, and check the region";
    ApiKeyScope "api-key-scope"
        "the API key lacks a permission"
        "Command took the key and refused the call with 403: the key's scope does not cover it. The scope of a key can't be changed."
        "make a key with read and write permission for Access Control in Command under Admin > API & Integrations > API keys";
    RotatingId "rotating-id"
        "an id type changes by itself"
        "Most cards of this id type are not those of the last run. Ids of a virtual card change after each use, so they are never in step for long."
        "if the type is a virtual id: [atrium.id_types.\"TYPE\"] format = \"ignore\" in the profile";
    OwnershipFirstRun "ownership-first-run"
        "removals by a new credentials.ownership wait for one run"
        "The profile's credentials.ownership is new or changed. Its first run only shows the cards that it takes away; the next one removes them."
        "look at the cards that are held; if it is right, sync again";
    GuardPeople "guard-people"
        "more people would lose access than the limit allows"
        "Removals of people, those of the last 24 hours included, are over the limit. None of them was done; everything else went on. What was allowed by name, with --allow or --only, is not held and not counted later."
        "look at who they are; if it is right: atriumctl sync --allow people (for one run)";
    GuardMemberships "guard-memberships"
        "more memberships would be removed than the limit allows"
        "Removed memberships, those of the last 24 hours included, are over the limit. None of them was done; everything else went on. What was allowed by name, with --allow or --only, is not held and not counted later."
        "look at what they are; if it is right: atriumctl sync --allow memberships (for one run)";
    GuardCards "guard-cards"
        "more cards would be removed than the limit allows"
        "Removed cards, those of the last 24 hours included, are over the limit. None of them was removed; everything else went on. Lost and stolen cards have a limit of their own."
        "look at what they are; if it is right: atriumctl sync --allow cards (for one run)";
    GuardLostCards "guard-lost-cards"
        "more lost cards would be removed than the limit allows"
        "Cards that Atrium states as lost, stolen or inactive, those of the last 24 hours included, are over the limit. None of them was removed; everything else went on."
        "look at what they are; if it is right: atriumctl sync --allow lost-cards (for one run)";
    GuardEveryCard "guard-every-card"
        "somebody would lose every card"
        "The person stays active, but Atrium no longer lists any of the cards, two or more, that they have in Command, and does not say why. None of them was removed. One card alone is handed back in the ordinary course of things, and is not held."
        "if it is right, set the ids inactive in Atrium, or: atriumctl sync --allow every-card (for one run)";
    GuardEmptiedGroup "guard-emptied-group"
        "a group would lose all its members"
        "Every member of the group would be removed, which is more often a broken export than a wish. None of the group's removals was done. This guard holds under --only as well."
        "if it is right: atriumctl sync --allow emptied-groups (for one run)";
    GuardDepartment "guard-department"
        "a large part of one department would lose access"
        "Twenty per cent or more of one department's people, and at least ten, would be deactivated. None of them was. A run limited with --only is not held."
        "look at who they are; if it is right: atriumctl sync --allow departments (for one run)";
    NeedsHeld "needs-held"
        "it depends on something that is held"
        "The change needs another one first, and that one is held."
        "see what is held, above";
    NotReviewed "not-reviewed"
        "it is not in the saved plan as it is now"
        "The change was not in the saved plan, or not as it is now, or goes together with one of which that is so. With --plan-mismatch apply-common only what was reviewed is done."
        "look at what moved; to do it, review it: atriumctl diff, then sync";
    PlanMoved "plan-moved"
        "what would be done is not what was reviewed"
        "A saved plan is a review: it is planned afresh, and applied if that gives the same plan. Atrium, Command, the profile or the ledger changed since. A plan is used once: after it was applied, nothing of it is left to do. Nothing was written."
        "look at what moved, and review it: atriumctl diff --save FILE; or do what is the same in both: sync --plan FILE --plan-mismatch apply-common";
    SourceEmpty "source-empty"
        "Atrium's export holds nobody"
        "An empty export is a broken one until proven otherwise. Nothing was written."
        "check the export and the columns in the profile";
    SourceShrunken "source-shrunken"
        "Atrium's export holds far fewer people than last time"
        "The export holds less than half of the people of the last complete read. Nothing was written."
        "check the export; if it is right: atriumctl sync --allow shrunken-source (for one run)";
    OtherOrganization "other-organization"
        "the ledger belongs to another organization"
        "The ledger was written for another SCIM address, or Command lists fewer than half of the users that it knows. Nothing was written."
        "check the profile's address and token; for a new organization use a new profile, or a new ledger with --state PATH";
    LedgerOlder "ledger-older"
        "the ledger is older than what is in Command"
        "Command has users of ours that were made after the ledger's last run: another copy of the ledger was used since. Nothing was written."
        "bring back the newest ledger; if it is lost, move this one away and sync: the ledger is rebuilt from Command";
    SignInRefused "sign-in-refused"
        "Command refused the SCIM token"
        "Command answered 401 or 403: the token is wrong, was refreshed elsewhere, or belongs to another region. Refreshing a token kills the old one at once. The run stopped."
        "make a new token in Command under Admin > Login & Access > SCIM Users Provisioning, and give it to everybody who uses it";
    Unavailable "unavailable"
        "Command could not be reached, or was not able to answer"
        "The call failed after all retries."
        "sync again later";
    OutcomeUnknown "outcome-unknown"
        "the answer was lost, and it can't be told what happened"
        "The connection broke after the request was sent. The next run looks first and goes on from what it finds."
        "sync again";
    NotFound "not-found"
        "Command no longer has it"
        "The user, group or card was there when the plan was made and is not any more."
        "sync again";
    ChangedMeanwhile "changed-meanwhile"
        "somebody else changed it between reading and writing"
        "Command's version of the user or group was no longer the one that was read: another client took it over, somebody opened or closed it by hand, or it kept changing. Nothing was written."
        "sync again: the next run decides on what is there then";
    Frozen "frozen"
        "Command refuses changes of a deactivated user"
        "A deactivated user's details, groups and cards are frozen until it is reactivated."
        "";
    MembersCapped "members-capped"
        "Command returned a member list that is cut short"
        "After members had been added, the group was read back without some of them. Command may cap member lists. What can't be read can't be kept in step."
        "look at the group in Command; send the message to Verkada's support";
    UnexpectedAnswer "unexpected-answer"
        "the answer was not one that the interface knows"
        "The server answered with something other than SCIM or the REST API: an HTML page from a proxy or a sign-in page, JSON of another shape, or JSON about somebody else."
        "check the address that is named, and any proxy between";
    Paused "paused"
        "too many failures of the same kind in a row"
        "Ten calls of this kind failed in a row with the same reason, so the rest of the kind was not tried."
        "see the reason of the failures before it; then sync again";
    DependencyFailed "dependency-failed"
        "something that it needs failed"
        "The change needs another one first, and that one failed."
        "see the failure that is listed; then sync again";
    Interrupted "interrupted"
        "the run was interrupted"
        "The run was asked to stop before it got there."
        "sync again";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_unique_and_round_trip() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        for code in Code::ALL {
            assert!(
                code.name()
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-')
            );
            assert_eq!(code.name().parse::<Code>().unwrap(), *code);
            assert!(!code.title().is_empty() && !code.meaning().is_empty());
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn situations_are_spelled_alike_everywhere() {
        let situation = Situation::ClosedInCommand;
        assert_eq!(serde_json::to_value(situation).unwrap(), situation.name());
    }
}
