//! The personality: a switch for each behaviour of Command that its public pages leave open.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::SandboxError;

macro_rules! switches {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $about:literal;)*) => {
        /// One behaviour that differs from the default.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Switch {
            $(#[doc = $about] $(#[$meta])* $variant,)*
        }

        impl Switch {
            /// Every switch, in the order in which they are listed to people.
            pub const ALL: &'static [Switch] = &[$(Switch::$variant,)*];

            /// The kebab-case name.
            pub fn name(self) -> &'static str {
                match self { $(Switch::$variant => $name,)* }
            }
        }

        impl Personality {
            /// Name and one-line description of every switch.
            pub const NAMES: &'static [(&'static str, &'static str)] = &[$(($name, $about),)*];
        }
    };
}

switches! {
    ExternalIdHidden = "external-id-hidden", "External ids are accepted, but never returned.";
    NativesHidden = "natives-hidden", "Users and groups made in Command are not visible over SCIM.";
    NativesOverScim = "natives-over-scim", "A write over SCIM on a user made in Command is carried out, and SCIM manages it from then on.";
    NativeEmailAdopts = "native-email-adopts", "Creating a user with a native user's email takes that record over instead of answering 409.";
    DeleteKeepsEmail = "delete-keeps-email", "Deleting a user does not free the email: creating it again answers 409.";
    UsernameAccepted = "username-accepted", "A changed userName is applied.";
    UsernameRefused = "username-refused", "A changed userName is refused with 400 mutability.";
    FrozenIgnored = "frozen-ignored", "Writes on deactivated users are answered as done, and ignored.";
    FrozenAccepted = "frozen-accepted", "Writes on deactivated users are applied.";
    MembersHidden = "members-hidden", "Lists of groups lack members; a single group has them.";
    MembersCapped = "members-capped", "Every answer shows at most 100 members of a group.";
    MembersBare = "members-bare", "Members of groups carry no display name.";
    ListsUnpaged = "lists-unpaged", "Lists come whole; startIndex and count are ignored.";
    SmallPages = "small-pages", "A page holds at most 10 resources.";
    LateVisibility = "late-visibility", "A created user is listed and found only after some further requests.";
    NormalisedValues = "normalised-values", "Phones are reduced to + and digits, names are trimmed.";
    NoDiscovery = "no-discovery", "ServiceProviderConfig, ResourceTypes and Schemas answer 404.";
    PutOnly = "put-only", "PATCH answers 501.";
    GroupsWithoutExternalId = "groups-without-external-id", "Groups have no external id: one that is sent is lost.";
    ActiveMissing = "active-missing", "Answers leave `active` out.";
    NumbersAsStrings = "numbers-as-strings", "The numbers of a list answer are strings.";
    FlatEnterprise = "flat-enterprise", "Enterprise attributes are returned at top level, not under their URN.";
    PagesForEver = "pages-for-ever", "startIndex is ignored and totalResults is huge: page one comes for ever.";
    FilterUnsupported = "filter-unsupported", "Every filter is refused with 400 invalidFilter.";
    RestIdsDiffer = "rest-ids-differ", "A user's id over REST is another one than over SCIM.";
    RestExternalIdHidden = "rest-external-id-hidden", "REST neither shows external ids nor finds users by them.";
    RestLate = "rest-late", "REST knows a user created over SCIM only after some further REST requests.";
    RestNulls = "rest-nulls", "Over REST, every field that may be null or absent is; numbers and dates are no strings.";
    #[serde(rename = "rest-empty-is-400")]
    RestEmptyIs400 = "rest-empty-is-400", "Over REST, a list without entries is answered with 400.";
    CardsNormalised = "cards-normalised", "Cards come back with leading zeros or in hex, under the long name of their type.";
    CardDeleteLate = "card-delete-late", "A removed card is shown for some further REST requests.";
    CardsOnManagedRefused = "cards-on-managed-refused", "Every write on a SCIM user's cards is refused: `User is managed, cannot modify`.";
    ScimGroupsByHand = "scim-groups-by-hand", "A group made over SCIM is an access group only once Command's people make it one.";
    CursorPaging = "cursor-paging", "A page holds at most 10 resources and leads on by a cursor (RFC 9865); startIndex beyond the first is refused.";
    CursorOnRequest = "cursor-on-request", "The same, but there are cursors only for those who ask with `cursor`, as ServiceProviderConfig says.";
    CursorExpires = "cursor-expires", "As cursor-paging, and the cursors of every other list die after its second page.";
    Etags = "etags", "Users and groups have versions and ETags; If-Match is heeded and answered with 412.";
    EtagsRequired = "etags-required", "As etags, and PUT or PATCH without If-Match answers 428.";
    DiscoveryWrong = "discovery-wrong", "ServiceProviderConfig says of everything the opposite of what is so.";
    DomainsUnenforced = "domains-unenforced", "Emails outside the token's domains are accepted.";
}

/// How this Command behaves where the public pages are silent. The default has no switch on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personality {
    switches: BTreeSet<Switch>,
}

impl Personality {
    /// A server without Command's own rules on domains, user names and deactivated users, which
    /// returns members as they were sent: what a general SCIM conformance tester expects.
    pub fn plain() -> Self {
        [
            Switch::DomainsUnenforced,
            Switch::UsernameAccepted,
            Switch::FrozenAccepted,
            Switch::MembersBare,
            Switch::Etags,
        ]
        .into_iter()
        .collect()
    }

    /// Reads switch names; `plain` stands for the set of [`Personality::plain`].
    ///
    /// # Errors
    /// An unknown name (the message says the nearest known one), or two switches that exclude
    /// each other.
    pub fn from_names<I>(names: I) -> Result<Self, SandboxError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut switches = BTreeSet::new();
        for name in names {
            match name.as_ref().trim() {
                "" | "default" => {}
                "plain" => switches.extend(Self::plain().switches),
                name => {
                    switches.insert(name.parse::<Switch>()?);
                }
            }
        }
        let personality = Personality { switches };
        for (one, other) in [
            (Switch::UsernameAccepted, Switch::UsernameRefused),
            (Switch::FrozenAccepted, Switch::FrozenIgnored),
            (Switch::ListsUnpaged, Switch::PagesForEver),
            (Switch::ListsUnpaged, Switch::CursorPaging),
            (Switch::ListsUnpaged, Switch::CursorOnRequest),
            (Switch::ListsUnpaged, Switch::CursorExpires),
            (Switch::PagesForEver, Switch::CursorPaging),
            (Switch::PagesForEver, Switch::CursorOnRequest),
            (Switch::PagesForEver, Switch::CursorExpires),
            (Switch::CursorOnRequest, Switch::CursorPaging),
            (Switch::CursorOnRequest, Switch::CursorExpires),
        ] {
            if personality.has(one) && personality.has(other) {
                return Err(SandboxError::World(format!(
                    "personality switches `{}` and `{}` exclude each other: keep one",
                    one.name(),
                    other.name()
                )));
            }
        }
        Ok(personality)
    }

    /// Is this switch on?
    pub fn has(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// The names of the switches that are on.
    pub fn names(&self) -> Vec<&'static str> {
        self.switches.iter().map(|switch| switch.name()).collect()
    }
}

impl FromIterator<Switch> for Personality {
    fn from_iter<I: IntoIterator<Item = Switch>>(switches: I) -> Self {
        Personality {
            switches: switches.into_iter().collect(),
        }
    }
}

/// Reads names separated by commas.
impl FromStr for Personality {
    type Err = SandboxError;

    fn from_str(text: &str) -> Result<Self, SandboxError> {
        Self::from_names(text.split(','))
    }
}

impl fmt::Display for Personality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.switches.is_empty() {
            true => f.write_str("default"),
            false => f.write_str(&self.names().join(",")),
        }
    }
}

impl FromStr for Switch {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        Switch::ALL
            .iter()
            .copied()
            .find(|switch| switch.name() == name)
            .ok_or_else(|| {
                let known = Switch::ALL.iter().map(|switch| switch.name());
                SandboxError::unknown("personality switch", name, known)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_serde_uses_the_same_names() {
        for (switch, (name, _)) in Switch::ALL.iter().zip(Personality::NAMES) {
            assert_eq!(name.parse::<Switch>().unwrap(), *switch);
            assert_eq!(serde_json::to_value(switch).unwrap(), *name);
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let error = "member-hidden".parse::<Personality>().unwrap_err();
        assert!(error.to_string().contains("members-hidden"), "{error}");
    }

    #[test]
    fn opposites_are_refused() {
        assert!(
            "username-accepted,username-refused"
                .parse::<Personality>()
                .is_err()
        );
    }
}
