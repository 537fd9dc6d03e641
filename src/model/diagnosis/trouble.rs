//! The troubles that only the diagnosis knows: what is neither a reason of a plan nor a failure of
//! Okta's, with meaning and remedy.

macro_rules! troubles {
    ($($variant:ident $name:literal $title:literal $meaning:literal $remedy:literal;)*) => {
        /// What keeps a person from being as expected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Trouble {
            $(#[doc = $title] $variant,)*
        }

        impl Trouble {
            /// Every trouble, in the order of the list.
            pub const ALL: &'static [Trouble] = &[$(Trouble::$variant),*];

            /// The code as output spells it, in kebab-case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Trouble::$variant => $name),* }
            }

            /// The trouble in one short line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Trouble::$variant => $title),* }
            }

            /// What it means, at length.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Trouble::$variant => $meaning),* }
            }

            /// What to do about it.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $(Trouble::$variant => $remedy),* }
            }
        }
    };
}

troubles! {
    TokenRefused "token-refused"
        "Command refuses the SCIM token"
        "Nothing can be created or changed over SCIM as long as the token is refused. There is one token per organization: whoever refreshed it, killed this one at once. A token of another organization or region is refused, too."
        "put the token in use, from whoever refreshed it, where this one comes from: the file, the variable, or the keyring with atriumctl auth set scim-token; or make a new one: atriumctl token refresh; then check it: atriumctl token test";
    LedgerIdsUnknown "ledger-ids-unknown"
        "Command knows none of the ids that the ledger has"
        "The ledger remembers people by Command's ids, and Command has none of those that were asked for. Most likely the token or the address is of another organization or region than the one that was synced before; or all of it was removed there."
        "compare the address and the token of the profile with the organization that was synced before: atriumctl token test, atriumctl doctor; for a new organization use a new profile";
    NotInAtrium "not-in-atrium"
        "Atrium does not have this person"
        "Nobody in what was read from Atrium has this campus id, email address or name. Only people of Atrium are created by a sync."
        "compare the spelling with the near names; if the person is new, make a fresh export and look with: atriumctl source check";
    StatedInactive "stated-inactive"
        "Atrium states that the person is not active"
        "The status in Atrium means suspended or gone, so the user is deactivated in Command, or never created."
        "set the person active in Atrium, or correct what the status means under [atrium.person_status] in the profile; then: atriumctl sync --only WHO";
    ValidityEnded "validity-ended"
        "the person's last day in Atrium is past"
        "Atrium's valid_until is before today. That counts as stated inactive."
        "correct valid_until in Atrium, then: atriumctl sync --only WHO";
    NotSyncedYet "not-synced-yet"
        "it is to be done, and no sync has done it yet"
        "Atrium, as it is now, and Command differ, and nothing stands in the way. A sync brings it over. Verkada's own integration reads Atrium every 15 minutes; with it, wait as long before this is an error."
        "atriumctl sync --only WHO";
    OtherClientClosed "other-client-closed"
        "the user of another SCIM client is deactivated"
        "The user belongs to another SCIM client, such as Okta, and somebody other than this tool has deactivated it: that client, or somebody in Command. This tool does not reactivate it."
        "reactivate or assign the person again in the identity provider; if somebody deactivated the user in Command, reactivate it there";
    ReplacedRecord "replaced-record"
        "the user is another record than the one that was synced before"
        "The record that the ledger knows is gone, and another one has this person's external id. When a user is removed permanently in Command and provisioned again, a new record is made, without the old one's history, groups and cards."
        "sync again, so that groups and cards come back: atriumctl sync --only WHO; next time choose Delete in Command instead of removing permanently";
    TwoRecords "two-records"
        "Command has two records of this person"
        "Besides the synced user there is another record of the same name, without an email address or with another one. It comes from a CSV import or was made by hand, and may hold the cards and groups that are missed."
        "in Command, move cards, groups and photo from the other record to the synced one, then give the other an end date";
    PhoneFormat "phone-format"
        "the phone number is not in international form"
        "Command prefers numbers such as +16508675309 (E.164), and may refuse a person whose number is written another way."
        "correct the number in Atrium, then: atriumctl sync --only WHO";
    NoAccessGroup "no-access-group"
        "the person is in no access group in Atrium"
        "Doors open for groups. Somebody in no group opens none, whatever card they have."
        "add the person to an access group in Atrium, then: atriumctl sync --only WHO";
    NotInDoorGroup "not-in-door-group"
        "the user is in the SCIM group, but not in the access group at the doors"
        "The group's members over SCIM name the user, and the person's access record does not have the group. Command may be behind, or may have refused the member without an error."
        "wait some minutes and look again; then take the person out of the group and add them again in Atrium, with a sync after each";
    GroupNotAtDoors "group-not-at-doors"
        "the SCIM group was not made available to doors"
        "A SCIM group opens doors only after somebody made an access group of it in Command. That is needed once for each group, and again after an identity provider was unlinked, which deletes all SCIM access groups."
        "in Command: Access > Groups > Create SCIM Group, and choose the group";
    GroupWithoutLevel "group-without-level"
        "no access level opens doors for the group"
        "The access group is there, but stands in no access level, so it opens no door."
        "in Command: All Products > Access, select the site, then Access Levels, and add the group to a level with the doors that it is to open";
    NoCard "no-card"
        "the person has no card in Command"
        "Neither a card from Atrium nor one added in Command is on the person's access record."
        "look whether Atrium has an active id of a mapped type for the person: atriumctl source check; then: atriumctl sync --only WHO";
    CardSwitchedOff "card-switched-off"
        "the card is switched off in Command"
        "The card is there and does not open doors: over Command's API a new card is switched off unless it is said otherwise, and somebody may have switched it off by hand. What was closed in Command is not reopened by a sync."
        "if it is to open doors again: atriumctl sync --only WHO --reopen WHO, or switch it on in Command under Access > Users";
    CardStatedInactive "card-stated-inactive"
        "Atrium states that the card is lost, stolen or inactive"
        "The id's status in Atrium means that the card is not in use, so a sync takes it away in Command, or never adds it."
        "give the person another card, or set the id active in Atrium, or correct what the status means under [atrium.id_status]; then: atriumctl sync --only WHO";
    AccessNotBegun "access-not-begun"
        "the person's access has not begun yet"
        "The access record in Command has a start date that is not there yet. Until then no card of the person's opens a door."
        "if it is to begin now, correct the start date in Command under Access > Users";
    CardUnknown "card-unknown"
        "nobody is known to have this card"
        "Neither Atrium nor the ledger nor the records that were read have a card of this number. It may be printed in another form than the one that the reader sends."
        "try how the id becomes a card: atriumctl inspect card NUMBER --id-type TYPE; compare with the number in Command's event list of the door";
    EntryCode "entry-code"
        "Command refuses the entry code"
        "An entry code has 4 to 16 digits, and no two people of an organization have the same."
        "choose another code in Command under Access > Users; entry codes are not synced";
    SignInSession "sign-in-session"
        "the identity provider signed in somebody else"
        "The browser still had a session of another account, whom the app is not assigned to. It says nothing about the person's user in Command."
        "try the sign-in again in a private window";
    OktaTokenRefused "okta-token-refused"
        "Okta refuses its own API token"
        "Okta did not take the token with which somebody asks it (E0000011): it was revoked, died after 30 days without use, or went with the administrator who made it. What Okta sends to Command does not depend on it."
        "make a token in Okta under Security > API > Tokens, and put it where the old one comes from; then: atriumctl okta status";
    OktaPermission "okta-permission"
        "Okta's API token lacks a permission"
        "Okta took the token and refused the call (E0000006): the administrator or the service app that it belongs to may not do or see this."
        "use a token of a Read-only Administrator, or give the service app that role and the scopes that it lacks (Okta API Scopes); then: atriumctl okta status";
    OktaNoUser "okta-no-user"
        "Okta has no such user"
        "Nobody in Okta has this login or email address, so Okta pushes nobody."
        "create the person in Okta, or correct the login, and assign them to the app";
    OktaUserInactive "okta-user-inactive"
        "the user is not active in Okta"
        "Okta provisions active users only. Staged, suspended and deactivated ones are left out."
        "activate the user in Okta: Directory > People";
    OktaNotAssigned "okta-not-assigned"
        "the user is not assigned to the app in Okta"
        "Okta pushes only people who are assigned to the app, directly or through a group."
        "in Okta: Applications > the app > Assignments, assign the person or a group they are in";
    OktaWrongApp "okta-wrong-app"
        "the user is assigned through another app"
        "The person is assigned to an app that signs people in and does not provision, or to another copy of it. Signing in and provisioning are independent."
        "in Okta, assign the person to the app whose Provisioning tab is switched on";
    OktaCreateOff "okta-create-off"
        "creating users is switched off in the app in Okta"
        "Without the feature Create Users, Okta only looks for users and never makes any; its error then is `Matching user not found`."
        "in Okta: the app > Provisioning > To App > Edit, switch on Create Users; then press Provision User for those assigned before";
    OktaConnectionOff "okta-connection-off"
        "the provisioning connection of the app is not enabled"
        "Okta sends nothing while the connection is disabled."
        "in Okta: the app > Provisioning > Integration, enable API integration and test the credentials";
    OktaNeverCreated "okta-never-created"
        "Okta never created the user"
        "The assignment has no id of Command's, and nothing known failed: the creation is queued, or never ran. That is so for people who were assigned before provisioning was switched on; Force Sync does not help them."
        "in Okta: the app > Assignments, press Provision User; and look under Dashboard > Tasks";
    OktaPushFailed "okta-push-failed"
        "Okta's last push of this user failed"
        "The system log holds a failure, and no success after it."
        "follow the failure that is named; then in Okta: Dashboard > Tasks, press Retry";
    OktaSignInFailing "okta-sign-in-failing"
        "Command refuses the token that Okta uses"
        "Since its last good push Okta was refused by Command, so everybody's pushes fail. A refreshed SCIM token kills Okta's at once."
        "put the token in use into Okta: the app > Provisioning > Integration > Edit > API Token, and test it";
    OktaLoginDiffers "okta-login-differs"
        "the app's user name is not the email address"
        "Okta sends the app's user name as SCIM userName, and Command knows people by their email address."
        "in Okta: the app > Sign On > Application username format: Email; then update the user's app user name";
    OktaGroupError "okta-group-error"
        "a pushed group is in error in Okta"
        "Okta stopped pushing the group's members; its message is shown."
        "in Okta: the app > Push Groups, relink or push the group again; it must not be the group that assigns people to the app";
    OktaOrphan "okta-orphan"
        "the user is removed in Okta and alive in Command"
        "Where creating or linking a user failed, Okta keeps no id of it; removed later, it sends no deactivation at all, and nobody will ever close the user in Command."
        "close the user in Command by hand, or over SCIM: assign the person again in Okta until it links, then remove them";
    SsoDomainMissing "sso-domain-missing"
        "the email domain is not in the single sign-on configuration"
        "Command knows by the domain which configuration somebody signs in through. This one's domains do not have the person's."
        "in Command: Admin > Login & Access > Single Sign-On (SSO) > the pencil, add the email domain";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_everything_is_said() {
        for trouble in Trouble::ALL {
            let name = trouble.name();
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            for text in [trouble.title(), trouble.meaning(), trouble.remedy()] {
                assert!(!text.is_empty(), "{name}");
            }
        }
    }
}
