//! The checks of `doctor` by their codes: what each one looks at, and what to do where it is not as
//! it should be. A line of `doctor` has a remedy of its own, which knows what was seen.

use super::Area;

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// What it is about.
    pub area: Area,
    /// Its code. It is stable, and no two checks have the same.
    pub code: &'static str,
    /// The check in one short line.
    pub title: &'static str,
    /// What it means, at length.
    pub meaning: &'static str,
    /// What to do where it is not as it should be.
    pub remedy: &'static str,
}

macro_rules! checks {
    ($($area:ident $code:literal $title:literal $meaning:literal $remedy:literal;)*) => {
        /// Every check, area by area.
        pub const CHECKS: &[About] = &[$(About {
            area: Area::$area,
            code: $code,
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
        },)*];
    };
}

checks! {
    Configuration "profile"
        "whether the profile can be read"
        "The profile is a TOML file below the folder of the configuration. A key that is not known, a value of another kind or two keys that exclude each other make it unusable: nothing is guessed."
        "correct the line that is named; atriumctl init makes a new profile with every key explained";
    Configuration "settings"
        "how many settings there are, and where they come from"
        "A flag wins over an environment variable, that over the profile's file, and that over the default."
        "atriumctl doctor -v lists every setting with its origin";
    Configuration "guards"
        "whether a guard is switched off for good"
        "Guards hold back a mass of removals. With limits that nothing can reach there is no guard."
        "take the values out of [guards] in the profile, and let removals through for one run with sync --allow";
    Configuration "other-profiles"
        "whether another profile is about the same people"
        "Two profiles of one organization whose users have the same external ids each take the other's people for leavers, and deactivate them."
        "give each profile an external_id_format of its own under [sync], before anything is synced";
    Configuration "no-profile"
        "why something was not looked at: the profile can't be used"
        "Without a profile it is not known where Command and Atrium are. The ledger alone is looked at."
        "do what is said about the profile first; atriumctl init makes one";
    Secrets "scim-token"
        "where the SCIM token is"
        "Users and groups are written with the organization's SCIM token. It is looked for in the environment, in a file, then in the keyring. There is one token per organization."
        "keep the one there is: atriumctl auth set scim-token; or make one: atriumctl token generate --domain DOMAIN";
    Secrets "api-key"
        "where the API key is"
        "Cards are read and written, and access groups and levels read, with a key for Command's public API. Without one, cards are not covered."
        "make a key in Command under Admin > API & Integrations > API Keys, then: atriumctl auth set api-key";
    Secrets "api-url"
        "whether it is said where Command's API is"
        "There is an API key, and the profile names a SCIM address and no API address, so that the key is not used."
        "set api_url under [command], or a region in place of scim_url";
    Secrets "atrium"
        "where the secret of Atrium's interface is"
        "Where the profile reads Atrium over HTTP, its interface is signed in to with a secret that Atrium gives."
        "atriumctl auth set atrium";
    Secrets "okta-token"
        "where the token of Okta's management API is"
        "Where the profile names an organization in Okta and no service app, its settings and log are read with an API token. No sync needs it."
        "make a token of a read-only administrator in Okta under Security > API > Tokens, then: atriumctl auth set okta-token";
    Secrets "okta-key"
        "where the private key of the service app in Okta is"
        "Where the profile names a service app under [okta], its requests are signed with that app's private key. No sync needs it."
        "atriumctl auth set okta-key --from-file FILE";
    Secrets "admin"
        "where the secret of an organization admin is"
        "Where the profile makes SCIM tokens and uploads metadata over routes, it signs in to them with the secret of an organization admin. No sync needs it."
        "atriumctl auth set admin";
    Secrets "keyring"
        "whether the system's keyring can be read"
        "Secrets are kept in the system's keyring and never in a plain file. A machine without one takes them from the environment or from files."
        "unlock the keyring, or set the environment variables of the secrets; atriumctl auth list shows them";
    Atrium "source"
        "whether Atrium can be read"
        "A sync reads everybody before it writes anything. An empty or unreadable source changes nothing in Command, and one that was read in part holds every removal by absence."
        "look what is read: atriumctl source test; and what is wrong with it: atriumctl source check";
    Atrium "defects"
        "what in Atrium is left out"
        "A row without an id, a date that is none or a number that is no card is left out. Nobody is removed because of it."
        "atriumctl source check names each with its place; correct it in Atrium";
    Atrium "age"
        "how old the exports are"
        "An export that was written days ago brings yesterday's people. Lost cards and leavers of since then are not known."
        "export anew; look whether the job that exports still runs";
    Reach "scim-host"
        "whether Command's SCIM host answers"
        "Its name is looked up, a connection made and a request without any secret sent."
        "check scim_url or region under [command], the network, and HTTPS_PROXY if there is a proxy between";
    Reach "api-host"
        "whether the host of Command's API answers"
        "Its name is looked up, a connection made and a request without any secret sent."
        "check api_url or region under [command], the network, and HTTPS_PROXY if there is a proxy between";
    Reach "atrium-host"
        "whether the host of Atrium's interface answers"
        "Its name is looked up, a connection made and a request without any secret sent."
        "check url under [atrium.http], the network, and HTTPS_PROXY if there is a proxy between";
    Reach "okta-host"
        "whether the organization in Okta answers"
        "Its name is looked up, a connection made and its public metadata asked for, which needs no right. No sync needs Okta."
        "check org under [okta], the network, and HTTPS_PROXY if there is a proxy between";
    Reach "proxy"
        "which variables lead requests through a proxy"
        "Requests over https go through the proxy that HTTPS_PROXY or ALL_PROXY names, but for the hosts in NO_PROXY. Their values are not shown, because they may hold passwords."
        "set HTTPS_PROXY where requests have to go through a proxy, and take it away where they must not";
    Reach "clock"
        "whether this machine's clock agrees with Command's"
        "First and last days are judged by this machine's clock, and requests to Okta that are signed are refused if it is off."
        "set the clock of this machine by a time server";
    Rights "scim-token-works"
        "whether Command takes the SCIM token"
        "Users are listed with it, as a sync does first. There is one token per organization: making a new one kills the old one at once."
        "atriumctl token test says what is wrong with it; take the token in use from whoever made it: atriumctl auth set scim-token";
    Rights "api-key-works"
        "whether Command takes the API key"
        "A token for half an hour is asked for with the key."
        "make a new key in Command under Admin > API & Integrations > API Keys, then: atriumctl auth set api-key";
    Rights "api-users"
        "whether the API key may list everybody"
        "A sync finds the people behind the cards in this list."
        "make a key with Door Access Management, read and write";
    Rights "api-cards"
        "whether the API key may read a person's cards"
        "The record of one person is read. Cards are in it alone."
        "make a key with Door Access Management, read and write";
    Rights "api-groups"
        "whether the API key may read access groups"
        "Which SCIM groups are at doors shows in the list of access groups."
        "make a key with Door Access Management, read and write";
    Rights "api-levels"
        "whether the API key may read access levels"
        "Which groups open doors shows in the access levels. No sync needs it."
        "make a key with Door Access Management, read and write";
    Rights "api-writes"
        "whether the API key may write cards"
        "That shows only in a write, and a checkup writes nothing."
        "atriumctl doctor --probe-write EMAIL adds and removes one card on a throwaway person";
    Rights "admin-works"
        "whether Command's administration takes the admin secret"
        "Where the profile makes SCIM tokens and uploads metadata over routes, the SCIM set-up is read over them. No sync needs it."
        "keep the secret of an organization admin: atriumctl auth set admin; check url under [command.admin]";
    Rights "okta-works"
        "whether Okta takes the secret of its management API"
        "Where the profile names an organization in Okta, one of its apps is asked for with the token or with the key of the service app. No sync needs it."
        "make a token of a read-only administrator in Okta under Security > API > Tokens, then: atriumctl auth set okta-token; of a service app, compare client id and key id";
    Scim "capabilities"
        "what Command's SCIM interface can do"
        "Without a token that can be sent, nothing is asked."
        "keep the token: atriumctl auth set scim-token";
    Scim "discovery"
        "whether the server says what it can do"
        "A SCIM server may describe itself (RFC 7644, section 4). Where it does not, everything is found out by trying."
        "nothing needs to be done";
    Scim "writes"
        "how changes are sent"
        "SCIM has two ways to change a user: PATCH, and PUT of the whole. Which one a server takes is set, seen by a probe, or found out in the first write."
        "where the profile and a probe disagree, take scim_dialect out of [command]";
    Scim "filter"
        "whether users can be searched for"
        "A search for nobody has to find nobody. Where the filter is ignored or refused, what is found is compared again on this side."
        "nothing needs to be done";
    Scim "paging"
        "how lists go on after the first page"
        "A list that can't be read whole holds every removal by absence."
        "ask Verkada's support why the second page of users can't be had";
    Scim "types"
        "whether answers have the types of the standard"
        "Numbers that come as texts and fields that are missing are read all the same."
        "nothing needs to be done";
    Scim "external-ids"
        "whether external ids are returned"
        "The external id says whose a user is. Where the server does not return it, the ledger alone knows."
        "keep the ledger from run to run; a probe settles it: atriumctl doctor --probe-write EMAIL";
    Scim "scim-groups"
        "whether groups can be listed over SCIM"
        "A sync compares the groups of Atrium with this list."
        "atriumctl token test asks for groups, too, and shows the answer";
    Domains "token-domains"
        "which email domains the SCIM token is for"
        "Command refuses people outside the domains that were named when the token was made. They are known from the profile, from the ledger if this tool made the token, or from the admin port's routes."
        "name them in email_domains under [command], as Command shows them under Admin > Login & Access > SCIM Users Provisioning";
    Domains "people"
        "who has an address outside the token's domains"
        "These people are neither created nor updated. Removals are always tried."
        "atriumctl token domains counts them and names the command for a token with every domain; making it kills the token in force, Okta's too";
    Limits "api-pace"
        "how fast Command's API is asked"
        "The limit is for the whole organization, all programs together."
        "leave others a share: set api_share under [command] to 80 or less";
    Limits "scim-pace"
        "how fast Command's SCIM interface is asked"
        "So many requests are under way at a time, and fewer after a refusal."
        "set concurrency under [sync] lower where refusals are frequent";
    State "place"
        "whether the ledger's folder can be written"
        "The ledger remembers who is who and what was done. A run that can't write it does not begin."
        "make the folder writable for yourself, or name another ledger with --state PATH";
    State "space"
        "whether there is room beside the ledger"
        "A run whose ledger can't be written stops."
        "make room on that disk, or name another ledger with --state PATH";
    State "lock"
        "whether another run is under way"
        "A run holds the lock of its ledger, so that no two write at a time. A run that was killed holds none."
        "wait until the other run has ended";
    State "ledger"
        "what the ledger is about"
        "It has to be readable, of a format that this version knows, and about this organization."
        "name this organization's ledger with --state PATH; if a newer version of this program wrote it, update";
    State "permissions"
        "who can read the ledger"
        "It holds names, addresses and cards."
        "let only its owner read it: chmod 600 on the file";
    Doors "door-groups"
        "whether groups could be compared"
        "Which groups open no door yet is told by comparing those of Atrium with those of Command."
        "do what is said about what could not be read";
    Doors "native-groups"
        "whether a group made in Command has the name of one of Atrium's"
        "SCIM can't manage a group that was made in Command, so the group of Atrium is left alone."
        "rename or delete it in Command, or rename the one in Atrium: atriumctl explain native-group";
    Doors "more-groups"
        "whether all groups of Command were looked at"
        "A checkup reads the first pages of groups and no more."
        "nothing needs to be done";
    Doors "at-doors"
        "which synced groups are no access groups yet"
        "A SCIM group opens doors only after somebody made an access group of it in Command, once for each group."
        "in Command: Access > Groups > Create SCIM Group, once for each of them";
    Doors "levels"
        "which access groups have no access level"
        "An access group opens the doors of its access levels, and none without one."
        "in Command: All Products > Access, select the site, then Access Levels, and add the group to a level with its doors";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_checks_have_the_same_code_and_areas_stand_together() {
        let mut codes: Vec<&str> = CHECKS.iter().map(|about| about.code).collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert!(CHECKS.is_sorted_by_key(|about| about.area == Area::Doors));
        for area in Area::ALL {
            assert!(CHECKS.iter().any(|about| about.area == *area), "{area:?}");
        }
    }
}
