//! What is known of one person: plain data, gathered before any check judges it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::access::{AccessGroup, AccessLevel, AccessRecord, AccessUser};
use crate::model::diagnosis::{Name, Side};
use crate::model::directory::{GroupListing, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::memory::UserMemory;
use crate::model::okta::{AppUser, Gap, OktaSnapshot, OktaUser};
use crate::model::plan::{Held, LeftAlone, Operation};
use crate::model::reason::Code;
use crate::model::roster::Person;
use crate::model::rules::{Identity, Meaning};
use crate::model::{AccessGroupId, CampusId, Text};

/// Something that was looked at, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// What was seen.
    Seen(T),
    /// Why nothing was: a sentence without a full stop.
    Unseen(String),
}

impl<T> Known<T> {
    /// What was seen, if anything was.
    #[must_use]
    pub fn seen(&self) -> Option<&T> {
        match self {
            Known::Seen(value) => Some(value),
            Known::Unseen(_) => None,
        }
    }

    /// Why nothing was seen, if nothing was.
    #[must_use]
    pub fn unseen(&self) -> Option<&str> {
        match self {
            Known::Seen(_) => None,
            Known::Unseen(why) => Some(why),
        }
    }
}

/// What Atrium says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtriumFacts {
    /// The person; `None` if Atrium does not have them.
    pub person: Option<Person>,
    /// What the status means; `None` if it is not mapped, or if there is no person.
    pub meaning: Option<Meaning>,
    /// The access groups of the person that the filter lets in: id and name.
    pub groups: Vec<(AccessGroupId, Text)>,
    /// The names of those that the filter leaves out.
    pub left_out: Vec<Text>,
    /// Whether there is any access group in what was read. Where people were exported without their
    /// memberships, nobody is known to be in none.
    pub has_groups: bool,
    /// Other people who are to have a user with the person's address.
    pub sharing: Vec<CampusId>,
    /// The email domains of the SCIM token, where they are known and the person's is none of them.
    pub outside: Option<Vec<String>>,
    /// People of a like name, address or id, for somebody who is not there: id, name, address.
    pub near: Vec<(CampusId, Text, Text)>,
    /// Rows that may be about the person and could not be read: place and what is wrong.
    pub unreadable: Vec<String>,
    /// How many people there are.
    pub people: u64,
}

/// A user that SCIM found, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScimUser {
    /// The user.
    pub user: RemoteUser,
    /// Whether the external id is ours.
    pub ours: bool,
    /// Whether the external id is another SCIM client's.
    pub foreign: bool,
    /// Whether it is not told who made it: the file that it is from has no external ids.
    pub untold: bool,
}

/// A group of the person's as SCIM has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScimGroup {
    /// The access group of Atrium.
    pub access_group: AccessGroupId,
    /// Its name there.
    pub name: Text,
    /// The group; `None` if SCIM lists none for it.
    pub group: Option<GroupListing>,
}

/// What SCIM says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScimFacts {
    /// The users that were found by the ledger's pair, external id, or email address.
    pub users: Vec<ScimUser>,
    /// The person's access groups.
    pub groups: Vec<ScimGroup>,
}

/// A record of the REST API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessPerson {
    /// The row.
    pub user: AccessUser,
    /// Cards and dates.
    pub record: AccessRecord,
    /// The access groups: ids and names.
    pub groups: Vec<AccessGroup>,
}

/// What the REST API says of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessFacts {
    /// The person's own record, if one is proven to be theirs.
    pub person: Option<AccessPerson>,
    /// Other records of the same name, or with the same address.
    pub others: Vec<AccessUser>,
}

/// What the REST API says of doors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoorFacts {
    /// Every access group, without members.
    pub groups: Vec<AccessGroup>,
    /// Every access level; `None` if the API key has no permission for them.
    pub levels: Option<Vec<AccessLevel>>,
}

impl DoorFacts {
    /// The access group that a SCIM group became: of the same id, or of its name.
    #[must_use]
    pub fn group(&self, id: &str, name: &str) -> Option<&AccessGroup> {
        let mut groups = self.groups.iter();
        groups.find(|known| known.id == id || same_folded(&known.name, name))
    }

    /// The access levels that name an access group; `None` if levels were not read.
    #[must_use]
    pub fn levels_of(&self, id: &str) -> Option<Vec<&AccessLevel>> {
        let levels = self.levels.as_ref()?.iter();
        Some(
            levels
                .filter(|level| level.groups.iter().any(|group| group == id))
                .collect(),
        )
    }
}

/// What is known of the SCIM token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFacts {
    /// Why Command refused it; `None` if it did not.
    pub refused: Option<String>,
    /// The first digits of its fingerprint.
    pub fingerprint: String,
    /// Where it came from.
    pub origin: String,
    /// When Command last took it, if that is known.
    pub last_good: Option<Timestamp>,
    /// Its email domains, if they are known.
    pub domains: Option<Vec<String>>,
}

/// What the ledger says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFacts {
    /// What is remembered of the person.
    pub user: Option<UserMemory>,
    /// When the last run ended, if there was one.
    pub last_run: Option<Timestamp>,
    /// The organization that the ledger belongs to, if it has one yet.
    pub organization: Option<Text>,
    /// Of how many of the ledger's users it was asked whether Command has them.
    pub ids_asked: u32,
    /// How many of those it has.
    pub ids_found: u32,
}

/// What the plan, made for this person alone, says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanFacts {
    /// What a sync would do.
    pub operations: Vec<Operation>,
    /// What a guard would hold, or an uncertainty.
    pub held: Vec<Held>,
    /// What it would leave alone, with reasons.
    pub left_alone: Vec<LeftAlone>,
}

/// The single sign-on configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOnFacts {
    /// The client id.
    pub client_id: String,
    /// Its email domains, folded.
    pub domains: Vec<String>,
}

/// Everything that is known of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whom the diagnosis was asked about, as it was written.
    pub asked: String,
    /// The campus id, where it is known: of Atrium, else of the ledger or of an external id.
    pub campus_id: Option<CampusId>,
    /// The email address to look for: Atrium's, else Command's, else as it was asked.
    pub email: Option<Text>,
    /// Today, in the school's time zone.
    pub today: Date,
    /// Now.
    pub now: Timestamp,
    /// The organization that was asked: the SCIM base address.
    pub organization: Text,
    /// Who makes the users.
    pub identity: Identity,
    /// Whether the profile only observes, so that no sync writes anything.
    pub observes: bool,
    /// Atrium.
    pub atrium: Known<AtriumFacts>,
    /// The ledger.
    pub ledger: Known<LedgerFacts>,
    /// The SCIM token.
    pub token: Known<TokenFacts>,
    /// Command over SCIM.
    pub scim: Known<ScimFacts>,
    /// The plan; it needs Atrium and SCIM.
    pub plan: Known<PlanFacts>,
    /// Why Command refused the API key, and in which words; `None` if it did not.
    pub key_refused: Option<(Code, String)>,
    /// The person's access record.
    pub access: Known<AccessFacts>,
    /// Doors.
    pub doors: Known<DoorFacts>,
    /// Single sign-on.
    pub sign_on: Known<SignOnFacts>,
    /// Okta; `None` if it has nothing to do with this organization, as far as is known.
    pub okta: Option<OktaSnapshot>,
}

impl Facts {
    /// Why a side could not be looked at; `None` if it could.
    #[must_use]
    pub fn unseen(&self, side: Side) -> Option<String> {
        let okta = self.okta.as_ref();
        let gap = match side {
            Side::Atrium => self.atrium.unseen(),
            Side::Memberships => {
                let atrium = self.atrium.seen()?;
                let unknown = atrium.person.is_some() && !atrium.has_groups;
                unknown.then_some("no access group stands in what was read of it")
            }
            Side::Ledger => self.ledger.unseen(),
            Side::Token => self.token.unseen(),
            Side::Scim => self.scim.unseen(),
            Side::Plan => self.plan.unseen(),
            Side::Access => self.access.unseen(),
            Side::Doors => self.doors.unseen(),
            Side::SignOn => self.sign_on.unseen(),
            Side::Okta => return okta?.assignments.gap().map(Gap::why),
            Side::OktaPeople => return okta?.users.gap().map(Gap::why),
            Side::OktaApp => {
                let okta = okta?;
                return okta.connection.gap().or(okta.app.gap()).map(Gap::why);
            }
            Side::OktaLog => return okta?.events.gap().map(Gap::why),
            Side::OktaGroups => return okta?.mappings.gap().map(Gap::why),
            Side::Text => None,
        };
        gap.map(str::to_owned)
    }

    /// Whether a side has to do with this organization at all.
    #[must_use]
    pub fn concerns(&self, side: Side) -> bool {
        let okta = [
            Side::Okta,
            Side::OktaPeople,
            Side::OktaApp,
            Side::OktaLog,
            Side::OktaGroups,
        ];
        self.okta.is_some() || !okta.contains(&side)
    }

    /// The person of Atrium.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        self.atrium.seen()?.person.as_ref()
    }

    /// The user that is the person: of ours, else of another client with the person's address, else
    /// one of whom it is not told.
    #[must_use]
    pub fn user(&self) -> Option<&ScimUser> {
        let users = &self.scim.seen()?.users;
        let ours = users.iter().find(|user| user.ours);
        let foreign = || users.iter().find(|user| user.foreign);
        let untold = || users.iter().find(|user| user.untold);
        ours.or_else(foreign).or_else(untold)
    }

    /// By what the person is to be looked for in Okta: the address, else what was asked for, which
    /// may be a name. `None` for a person of Atrium without an address: no campus id is a login.
    #[must_use]
    pub fn in_okta(&self) -> Option<&str> {
        let own = |user: &ScimUser| !user.user.profile.email.is_empty();
        let user = self.user().filter(|user| own(user));
        let user = user.map(|user| user.user.profile.email.as_str());
        let asked = self.person().is_none().then_some(self.asked.as_str());
        self.email.as_deref().or(user).or(asked)
    }

    /// Whether Atrium wants the person to have access today.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        let Some(atrium) = self.atrium.seen() else {
            return true;
        };
        atrium.person.as_ref().is_some_and(|person| {
            atrium.meaning == Some(Meaning::Active)
                && person.valid_until.is_none_or(|last| last >= self.today)
                && person.valid_from.is_none_or(|first| first <= self.today)
        })
    }

    /// The person in Okta.
    #[must_use]
    pub fn okta_user(&self) -> Option<&OktaUser> {
        self.okta.as_ref()?.users.seen()?.first()
    }

    /// The person's assignment to the app that provisions.
    #[must_use]
    pub fn assignment(&self) -> Option<&AppUser> {
        self.okta.as_ref()?.assignments.seen()?.first()
    }

    /// Whether the ledger is of another organization, as far as is known: what it remembers then
    /// says nothing of the person.
    #[must_use]
    pub fn is_ledger_elsewhere(&self) -> bool {
        let Some(ledger) = self.ledger.seen() else {
            return false;
        };
        let named = ledger.organization.as_ref();
        named.is_some_and(|known| *known != self.organization)
            // One that is gone may have been removed by hand.
            || ledger.ids_found == 0 && ledger.ids_asked >= 2
    }

    /// Whether Okta is known to have the person active and assigned.
    #[must_use]
    pub fn is_active_in_okta(&self) -> bool {
        let user = self.okta_user();
        user.is_some_and(|user| user.status.is_provisioned()) && self.is_given_in_okta()
    }

    /// The user of Command that Okta is linked with, by its id.
    #[must_use]
    pub fn linked_in_okta(&self) -> Option<&Text> {
        let one = self.assignment()?;
        (one.state.is_assigned() && !one.external_id.is_empty()).then_some(&one.external_id)
    }

    /// A user who was made in Command by hand and has the person's address.
    #[must_use]
    pub fn native_user(&self) -> Option<&ScimUser> {
        let mut users = self.scim.seen()?.users.iter();
        users.find(|found| {
            let external_id = found.user.external_id.as_deref().unwrap_or_default();
            !found.ours && !found.foreign && external_id.is_empty()
        })
    }

    /// Whether Okta has the person assigned to an app of Command's, the right one or another.
    #[must_use]
    pub fn is_given_in_okta(&self) -> bool {
        let assigned = |one: &AppUser| one.state.is_assigned();
        let elsewhere = self.okta.as_ref().and_then(|okta| okta.elsewhere.seen());
        self.assignment().is_some_and(assigned)
            || elsewhere.is_some_and(|apps| apps.iter().any(assigned))
    }

    /// Whether Okta is to make this person's user: the profile says so, or the user is another
    /// client's, or Okta has the person assigned and nobody else made the user.
    #[must_use]
    pub fn is_oktas(&self) -> bool {
        if self.okta.is_none() || self.user().is_some_and(|user| user.ours) {
            return false;
        }
        self.identity == Identity::External
            || self.user().is_some_and(|user| user.foreign)
            || self.assignment().is_some()
            || self.person().is_none() && self.okta_user().is_some()
    }

    /// The next step of a cause, for this person and this profile.
    #[must_use]
    pub fn next(&self, name: Name) -> String {
        let next = name.next(Some(self.who()));
        let writes = ["atriumctl sync", "atriumctl adopt apply"];
        if !self.observes || !writes.iter().any(|command| next.contains(command)) {
            return next;
        }
        format!(
            "{next}; the profile only observes: nothing is written before mode = \"write\" stands \
             under [sync]"
        )
    }

    /// How the person is named in a command.
    #[must_use]
    pub fn who(&self) -> &str {
        match (&self.campus_id, &self.email) {
            (Some(id), _) => id.as_str(),
            (None, Some(email)) => email.as_str(),
            (None, None) => &self.asked,
        }
    }
}
