//! What the profile and the command line decide about a plan.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::model::card::{Card, Format};
use crate::model::fold::same_folded;
use crate::model::glob::Globs;
use crate::model::rules::{
    CardMeaning, EmailChange, GroupsGone, Identity, Limits, Meaning, OnGuard, Verify,
    default_id_status, default_person_status,
};
use crate::model::seal::Seal;
use crate::model::{AccessGroupId, CampusId, GroupId, Text};

/// What the command line allows for one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allow {
    /// Removals of people over the limit.
    People,
    /// Removals of memberships over the limit.
    Memberships,
    /// Removals of cards over the limit.
    Cards,
    /// Removals of lost and stolen cards over the limit.
    LostCards,
    /// People who lose every card.
    EveryCard,
    /// Groups that lose all members.
    EmptiedGroups,
    /// A large part of a department.
    Departments,
    /// A source that shrank sharply.
    ShrunkenSource,
}

impl Allow {
    /// Every allowance with the word that the command line uses.
    pub const ALL: [(&'static str, Allow); 8] = [
        ("people", Allow::People),
        ("memberships", Allow::Memberships),
        ("cards", Allow::Cards),
        ("lost-cards", Allow::LostCards),
        ("every-card", Allow::EveryCard),
        ("emptied-groups", Allow::EmptiedGroups),
        ("departments", Allow::Departments),
        ("shrunken-source", Allow::ShrunkenSource),
    ];
}

/// People named on the command line, by campus id or email address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(Vec<String>);

impl Selection {
    /// People named by campus id (exactly) or email address (without regard to case).
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Selection(
            names
                .into_iter()
                .map(|name| name.trim().to_owned())
                .collect(),
        )
    }

    /// Whether nobody is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a person is named, by either of the two.
    #[must_use]
    pub fn names(&self, campus_id: &str, email: &str) -> bool {
        self.0.iter().any(|name| {
            name == campus_id
                || (!email.is_empty() && name.contains('@') && same_folded(name, email))
        })
    }

    /// The names as given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// An external id with the place where the id of Atrium stands, such as `atrium:{campus_id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdFormat {
    before: String,
    after: String,
}

impl IdFormat {
    /// Reads a format. `None` unless the placeholder stands in it exactly once and something
    /// stands beside it: an id without any mark of ours would make every record ours.
    #[must_use]
    pub fn new(format: &str, placeholder: &str) -> Option<Self> {
        let (before, after) = format.split_once(placeholder)?;
        let marked = !before.is_empty() || !after.is_empty();
        (marked && !after.contains(placeholder)).then(|| IdFormat {
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    /// The external id for an id of Atrium.
    #[must_use]
    pub fn external_id(&self, id: &str) -> Text {
        compact_str::format_compact!("{}{id}{}", self.before, self.after)
    }

    /// The id of Atrium in an external id; `None` if it is not one of ours.
    #[must_use]
    pub fn parse<'a>(&self, external_id: &'a str) -> Option<&'a str> {
        external_id
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())
            .filter(|id| !id.is_empty())
    }
}

/// How many requests the REST API takes from us in one window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardPace {
    /// So many requests.
    pub requests: u32,
    /// In so long a time.
    pub window: Duration,
}

/// Eighty per cent of Verkada's limit of 300 requests a minute, which is enforced in windows of five
/// seconds (<https://apidocs.verkada.com/reference/ratelimiting>).
impl Default for CardPace {
    fn default() -> Self {
        CardPace {
            requests: 20,
            window: Duration::from_secs(5),
        }
    }
}

impl CardPace {
    /// How long so many requests take, in seconds.
    #[must_use]
    pub fn seconds(&self, requests: u64) -> u64 {
        let windows = requests.saturating_sub(1) / u64::from(self.requests.max(1));
        let seconds = self.window.as_secs_f64() * windows as f64;
        seconds.round() as u64
    }
}

/// Everything that decides about a plan, apart from the sides themselves.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The organization that is written to: the SCIM base address.
    pub organization: Text,
    /// Signs the digest.
    pub seal: Seal,
    /// How a user's external id is made of the campus id.
    pub user_ids: IdFormat,
    /// How a group's external id is made of the access group's id.
    pub group_ids: IdFormat,
    /// The groups that access groups are bound to by hand.
    pub group_bindings: BTreeMap<AccessGroupId, GroupId>,
    /// The email domains of the SCIM token, folded; `None` if the profile does not say.
    pub email_domains: Option<BTreeSet<String>>,
    /// What each status means; the keys are folded.
    pub person_status: BTreeMap<String, Meaning>,
    /// What each status of an id means; the keys are folded.
    pub id_status: BTreeMap<String, CardMeaning>,
    /// Which cards of unknown owner are ours.
    pub ownership: Ownership,
    /// Whether every card of unknown owner is ours in this run.
    pub claim_cards: bool,
    /// Whose cards are read besides those about whom something changed.
    pub verify: Verify,
    /// How many people's cards are read in one run.
    pub read_budget: u32,
    /// How fast the REST API takes requests from us.
    pub card_pace: CardPace,
    /// Who makes users.
    pub identity: Identity,
    /// What a changed address does.
    pub email_change: EmailChange,
    /// In how many complete reads in a row somebody must be absent to count as gone.
    pub absent_runs: u32,
    /// After how many days a user that we deactivated is deleted; `None` for never.
    pub delete_after_days: Option<u32>,
    /// What happens to groups that are gone.
    pub groups_gone: GroupsGone,
    /// Who never loses anything.
    pub protect: Protect,
    /// The limits of the guards.
    pub limits: Limits,
    /// What a tripped guard does.
    pub on_guard: OnGuard,
    /// What the command line allows for this run in so many words; see [`Policy::allows`].
    pub allow: BTreeSet<Allow>,
    /// A fingerprint of the filter of people and groups: any text that is equal for equal filters.
    pub filter: Text,
    /// The people that the run is limited to; empty for everybody.
    pub only: Selection,
    /// Whether only removals are to be done.
    pub revoke_only: bool,
    /// People who may be reopened although they were closed in Command.
    pub reopen: Selection,
    /// People who get a new user for a new address.
    pub reprovision: Selection,
    /// People, by their new campus id, who take over the user of their old one.
    pub rekey: Selection,
    /// Today, in the school's time zone.
    pub today: Date,
    /// Now.
    pub now: Timestamp,
}

impl Policy {
    /// The defaults of a profile that says nothing.
    #[must_use]
    pub fn new(organization: &str, today: Date, now: Timestamp) -> Self {
        let format = |before: &str| IdFormat {
            before: before.to_owned(),
            after: String::new(),
        };
        Policy {
            organization: Text::from(organization),
            seal: Seal::default(),
            user_ids: format("atrium:"),
            group_ids: format("atrium-group:"),
            group_bindings: BTreeMap::new(),
            email_domains: None,
            person_status: default_person_status(),
            id_status: default_id_status(),
            ownership: Ownership::default(),
            claim_cards: false,
            verify: Verify::default(),
            read_budget: 1000,
            card_pace: CardPace::default(),
            identity: Identity::default(),
            email_change: EmailChange::default(),
            absent_runs: 1,
            delete_after_days: None,
            groups_gone: GroupsGone::default(),
            protect: Protect::default(),
            limits: Limits::default(),
            on_guard: OnGuard::default(),
            allow: BTreeSet::new(),
            filter: Text::default(),
            only: Selection::default(),
            revoke_only: false,
            reopen: Selection::default(),
            reprovision: Selection::default(),
            rekey: Selection::default(),
            today,
            now,
        }
    }

    /// Whether a guard lets removals through in this run: it was named, or the run is limited to
    /// people who were named, which is no mass removal. A group that loses all its members is
    /// held all the same.
    #[must_use]
    pub fn allows(&self, allow: Allow) -> bool {
        let by_name = match allow {
            Allow::People
            | Allow::Memberships
            | Allow::Cards
            | Allow::LostCards
            | Allow::EveryCard
            | Allow::Departments => !self.only.is_empty(),
            Allow::EmptiedGroups | Allow::ShrunkenSource => false,
        };
        by_name || self.allow.contains(&allow)
    }

    /// What [`Policy::allows`], in the words of the command line.
    #[must_use]
    pub fn allowed(&self) -> Vec<&'static str> {
        let all = Allow::ALL.iter();
        let allowed = all.filter(|(_, allow)| self.allows(*allow));
        allowed.map(|(word, _)| *word).collect()
    }

    /// What a status means; `None` if it is not mapped.
    #[must_use]
    pub fn meaning(&self, status: &str) -> Option<Meaning> {
        // There are few of them and people by the million: comparing beats folding each status.
        let mut known = self.person_status.iter();
        known
            .find(|(word, _)| same_folded(word, status))
            .map(|(_, meaning)| *meaning)
    }

    /// What the status of an id means; `None` if it is not mapped.
    #[must_use]
    pub fn id_meaning(&self, status: &str) -> Option<CardMeaning> {
        let mut known = self.id_status.iter();
        known
            .find(|(word, _)| same_folded(word, status))
            .map(|(_, meaning)| *meaning)
    }

    /// Whether something happened less than a day ago: so long a refused or unkept change rests.
    #[must_use]
    pub fn less_than_a_day_ago(&self, at: Timestamp) -> bool {
        !self.days_ago(at, 1)
    }

    /// Whether something happened at least so many days of 24 hours ago.
    #[must_use]
    pub fn days_ago(&self, at: Timestamp, days: u32) -> bool {
        // The difference of two times, whatever they are, is in range; their sum need not be.
        self.now.duration_since(at) >= SignedDuration::from_hours(24 * i64::from(days))
    }

    /// Whether the SCIM token may write users of this domain, as far as is known.
    #[must_use]
    pub fn domain_allowed(&self, domain: &str) -> bool {
        self.email_domains
            .as_ref()
            .is_none_or(|domains| domains.contains(domain))
    }
}

/// Which cards of unknown owner are ours, by what they are. Without any formats and codes: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The formats; empty for any, if there are facility codes.
    pub formats: BTreeSet<Format>,
    /// The facility codes; empty for any, if there are formats.
    pub facility_codes: BTreeSet<u32>,
}

impl Ownership {
    /// Whether a card is ours.
    #[must_use]
    pub fn covers(&self, card: &Card) -> bool {
        let format = self.formats.is_empty() || self.formats.contains(&card.format);
        let code = self.facility_codes.is_empty()
            || card
                .facility_code
                .is_some_and(|code| self.facility_codes.contains(&code));
        *self != Ownership::default() && format && code
    }

    /// A text that is equal for equal settings; empty for none.
    #[must_use]
    pub fn text(&self) -> Text {
        let formats: Vec<&str> = self.formats.iter().map(|format| format.short()).collect();
        let codes: Vec<String> = self.facility_codes.iter().map(u32::to_string).collect();
        if *self == Ownership::default() {
            return Text::default();
        }
        Text::from(format!("{} | {}", formats.join(" "), codes.join(" ")))
    }
}

/// Who never loses anything: globs on campus id or email address, and `group:` with a group's id
/// or name.
#[derive(Clone, Debug, Default)]
pub struct Protect {
    people: Globs,
    groups: Globs,
}

impl Protect {
    /// Reads the profile's list.
    #[must_use]
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut people = Vec::new();
        let mut groups = Vec::new();
        for pattern in patterns {
            match pattern.strip_prefix("group:") {
                Some(group) => groups.push(group),
                None => people.push(pattern),
            }
        }
        Protect {
            people: Globs::new(people),
            groups: Globs::new(groups),
        }
    }

    /// Whether a person is on the list.
    #[must_use]
    pub fn person(&self, campus_id: &CampusId, email: &str) -> bool {
        self.people.matches(campus_id.as_str()) || self.people.matches(email)
    }

    /// Whether a group is on the list.
    #[must_use]
    pub fn group(&self, id: &AccessGroupId, name: &str) -> bool {
        self.groups.matches(id.as_str()) || self.groups.matches(name)
    }
}

/// The names of a selection that named nobody.
#[must_use]
pub fn unmatched<'a>(
    selection: &'a Selection,
    people: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<&'a str> {
    let mut left: HashSet<&str> = selection.iter().collect();
    if left.is_empty() {
        return Vec::new();
    }
    for (campus_id, email) in people {
        left.retain(|name| !Selection(vec![(*name).to_owned()]).names(campus_id, email));
        if left.is_empty() {
            break;
        }
    }
    let mut left: Vec<_> = left.into_iter().collect();
    left.sort_unstable();
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_need_a_mark_and_one_placeholder() {
        let format = IdFormat::new("atrium:{campus_id}", "{campus_id}").unwrap();
        assert_eq!(format.external_id("007"), "atrium:007");
        assert_eq!(format.parse("atrium:007"), Some("007"));
        for foreign in ["00u1abcd", "atrium:", "Atrium:007", ""] {
            assert_eq!(format.parse(foreign), None, "{foreign}");
        }
        for bad in ["{campus_id}", "atrium", "a{campus_id}{campus_id}"] {
            assert_eq!(IdFormat::new(bad, "{campus_id}"), None, "{bad}");
        }
    }

    #[test]
    fn days_are_counted_without_overflow() {
        let policy = |now| Policy::new("o", Date::constant(2026, 11, 23), now);
        let noon = Timestamp::constant(1_790_000_000, 0);
        let day = SignedDuration::from_hours(24);
        assert!(policy(noon + day).days_ago(noon, 1));
        assert!(policy(noon).less_than_a_day_ago(noon));
        assert!(policy(noon).less_than_a_day_ago(Timestamp::MAX));
        assert!(policy(noon).days_ago(Timestamp::MIN, 90));
        assert!(!policy(Timestamp::MAX).days_ago(noon, u32::MAX));
    }

    #[test]
    fn selections_name_by_id_or_address() {
        let selection = Selection::new(["S1".to_owned(), "Zoe@Campus.example".to_owned()]);
        assert!(selection.names("S1", ""));
        assert!(selection.names("S2", "zoe@campus.example"));
        assert!(!selection.names("s1", "s1@campus.example"));
        let people = [("S1", "a@b.example")];
        assert_eq!(
            unmatched(&selection, people.into_iter()),
            ["Zoe@Campus.example"]
        );
    }

    #[test]
    fn protection_is_by_glob() {
        let protect = Protect::new(["S1*", "*@trustees.example", "group:Vault*"]);
        assert!(protect.person(&CampusId::from("s12"), ""));
        assert!(protect.person(&CampusId::from("X"), "a@Trustees.example"));
        assert!(!protect.person(&CampusId::from("X"), "a@campus.example"));
        assert!(protect.group(&AccessGroupId::from("4"), "Vault 7"));
    }
}
