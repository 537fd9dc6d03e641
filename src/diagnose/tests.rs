//! The scenarios: a healthy world, and each cause planted in it by itself.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::begin;
use super::checks::{CHECKS, diagnose};
use super::facts::{
    AccessFacts, AccessPerson, DoorFacts, Facts, Known, ScimFacts, ScimGroup, ScimUser,
    SignOnFacts, TokenFacts,
};
use super::person::{Fit, find};
use crate::model::access::{
    Access, AccessGroup, AccessLevel, AccessRecord, AccessUser, RemoteCard,
};
use crate::model::card::{Card, Format};
use crate::model::diagnosis::{Diagnosis, Name, Side, Trouble, Verdict};
use crate::model::directory::{GroupListing, RemoteUser};
use crate::model::id_type::IdTypes;
use crate::model::memory::{AccessMemory, CardMemory, GroupMemory, Memory, Refusal, UserMemory};
use crate::model::okta::{
    AppUser, Capabilities, Connection, ConnectionStatus, Events, FactsFrom, Known as Looked,
    LogEvent, MappingStatus, OktaApp, OktaFailure, OktaSnapshot, OktaUser, OktaUserStatus, Outcome,
    PushMapping, Target, UserState, feature,
};
use crate::model::reason::Code;
use crate::model::roster::{
    AccessGroup as AtriumGroup, Credential, Person, Place, Roster, Unusable,
};
use crate::model::rules::Identity;
use crate::model::{AccessGroupId, AccessUserId, CampusId, CardId, GroupId, Profile, UserId};
use crate::reconcile::policy::Policy;

/// Everything about one person who is as they should be: in Atrium, in Command, at the doors.
struct World {
    roster: Roster,
    memory: Memory,
    policy: Policy,
    scim: ScimFacts,
    access: Access,
    own_groups: Vec<AccessGroup>,
    doors: DoorFacts,
    token: TokenFacts,
    key_refused: Option<(Code, String)>,
    sign_on: SignOnFacts,
    okta: Option<OktaSnapshot>,
    who: &'static str,
}

/// The codes that a change of the world has to bring.
type Planted = (&'static [&'static str], fn(&mut World));

/// The sides that a change of the facts makes unseen, for the reason that it is given.
type Blinded = (&'static [Side], fn(&mut Facts, String));

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn card() -> Card {
    Card::new(Format::Hid26, Some(102), 4711)
}

fn place() -> Place {
    Place {
        file: Arc::from("people.csv"),
        line: 2,
    }
}

fn person() -> Person {
    Person {
        campus_id: CampusId::from("S1"),
        first_name: "Ana".into(),
        middle_name: "".into(),
        last_name: "Diaz".into(),
        email: "ana@a.example".into(),
        phone: "".into(),
        title: "".into(),
        department: "".into(),
        status: "active".into(),
        valid_from: None,
        valid_until: None,
        groups: vec![0],
        credentials: vec![Credential {
            card: card(),
            id_type: 0,
            status: 0,
        }],
        in_scope: true,
        place: place(),
    }
}

fn profile() -> Profile {
    Profile {
        email: "ana@a.example".into(),
        first_name: "Ana".into(),
        last_name: "Diaz".into(),
        employee_number: "S1".into(),
        ..Profile::default()
    }
}

impl World {
    fn healthy() -> Self {
        let door = AccessGroup {
            id: "ag1".into(),
            name: "Labs".into(),
            members: None,
        };
        let row = AccessUser {
            id: AccessUserId::from("u1"),
            external_id: "atrium:S1".into(),
            email: "ana@a.example".into(),
            full_name: "Ana Diaz".into(),
            employee_id: "S1".into(),
        };
        let record = AccessRecord {
            cards: vec![RemoteCard {
                id: CardId::from("c1"),
                card: Some(card()),
                kind: "HID".into(),
                active: Some(true),
            }],
            ..AccessRecord::default()
        };
        let mut access = Access {
            users: vec![row.clone()],
            ..Access::default()
        };
        access.records.insert(row.id.clone(), record);
        let mut memory = Memory::default();
        memory.groups.push(GroupMemory {
            id: AccessGroupId::from("G1"),
            group_id: GroupId::from("g1"),
            name: "Labs".into(),
        });
        memory.users.insert(
            CampusId::from("S1"),
            UserMemory {
                user_id: UserId::from("u1"),
                ours: true,
                applied: profile(),
                groups: vec![0],
                in_scope: true,
                access: Some(Box::new(AccessMemory {
                    id: row.id.clone(),
                    cards: vec![CardMemory {
                        card: card(),
                        card_id: CardId::from("c1"),
                        ours: true,
                    }],
                    read: Some(NOW),
                    listing: 0,
                })),
                ..UserMemory::default()
            },
        );
        let mut policy = Policy::new("o", Date::constant(2026, 11, 23), NOW);
        policy.email_domains = Some(["a.example".to_owned()].into());
        World {
            roster: Roster {
                people: vec![person()],
                groups: vec![AtriumGroup {
                    id: AccessGroupId::from("G1"),
                    name: "Labs".into(),
                    in_scope: true,
                    place: place(),
                }],
                has_credentials: true,
                has_id_status: true,
                id_types: vec!["Prox".into()],
                id_statuses: vec!["Active".into()],
                ..Roster::default()
            },
            memory,
            policy,
            scim: ScimFacts {
                users: vec![ScimUser {
                    user: RemoteUser {
                        id: UserId::from("u1"),
                        external_id: Some("atrium:S1".into()),
                        profile: profile(),
                        active: Some(true),
                        created: None,
                    },
                    ours: true,
                    foreign: false,
                }],
                groups: vec![ScimGroup {
                    access_group: AccessGroupId::from("G1"),
                    name: "Labs".into(),
                    group: Some(GroupListing {
                        id: GroupId::from("g1"),
                        external_id: Some("atrium-group:G1".into()),
                        name: "Labs".into(),
                        members: Some(vec![UserId::from("u1")]),
                    }),
                }],
            },
            access,
            own_groups: vec![door.clone()],
            doors: DoorFacts {
                groups: vec![door],
                levels: Some(vec![AccessLevel {
                    id: "l1".into(),
                    groups: vec!["ag1".into()],
                    ..AccessLevel::default()
                }]),
            },
            token: TokenFacts::default(),
            key_refused: None,
            sign_on: SignOnFacts {
                client_id: "school".to_owned(),
                domains: vec!["a.example".to_owned()],
            },
            okta: None,
            who: "S1",
        }
    }

    /// The same world, whose users come from Okta: the person is assigned, and not in Command.
    fn with_okta() -> Self {
        let mut world = World::healthy();
        world.policy.identity = Identity::External;
        world.absent();
        let since = Timestamp::constant(1_789_000_000, 0);
        let mut okta = OktaSnapshot::empty(
            FactsFrom::Live("https://school.okta.com".to_owned()),
            NOW,
            &crate::model::okta::Gap::NotAsked,
        );
        let features = [feature::CREATE, feature::UPDATE, feature::DEACTIVATE];
        let app = OktaApp {
            id: "0oa1".into(),
            label: "Verkada".into(),
            features: Some(features.map(Into::into).to_vec()),
            ..OktaApp::default()
        };
        okta.apps = Looked::Seen(vec![
            app.clone(),
            OktaApp {
                id: "0oa2".into(),
                label: "Verkada SAML".into(),
                ..OktaApp::default()
            },
        ]);
        okta.app = Looked::Seen(app);
        okta.connection = Looked::Seen(Connection {
            status: ConnectionStatus::Enabled,
            ..Connection::default()
        });
        okta.capabilities = Looked::Seen(Capabilities {
            provisioning: true,
            create: Some(true),
            ..Capabilities::default()
        });
        okta.users = Looked::Seen(vec![OktaUser {
            id: "00u1".into(),
            login: "ana@a.example".into(),
            email: "ana@a.example".into(),
            status: OktaUserStatus::Active,
            ..OktaUser::default()
        }]);
        okta.assignments = Looked::Seen(vec![AppUser {
            id: "00u1".into(),
            app: "0oa1".into(),
            user_name: "ana@a.example".into(),
            email: "ana@a.example".into(),
            state: UserState::Provisioned,
            external_id: "u1".into(),
            created: Some(since),
            ..AppUser::default()
        }]);
        okta.elsewhere = Looked::Seen(Vec::new());
        okta.mappings = Looked::Seen(Vec::new());
        okta.events = Looked::Seen(Events::default());
        world.okta = Some(okta);
        world
    }

    /// Takes the person out of Command.
    fn absent(&mut self) {
        self.scim.users.clear();
        for group in &mut self.scim.groups {
            if let Some(found) = &mut group.group {
                found.members = Some(Vec::new());
            }
        }
        self.access = Access::default();
        self.memory.users.clear();
    }

    fn person(&mut self) -> &mut Person {
        &mut self.roster.people[0]
    }

    fn user(&mut self) -> &mut ScimUser {
        &mut self.scim.users[0]
    }

    fn record(&mut self) -> &mut AccessRecord {
        self.access
            .records
            .get_mut(&AccessUserId::from("u1"))
            .unwrap()
    }

    fn okta(&mut self) -> &mut OktaSnapshot {
        self.okta.as_mut().unwrap()
    }

    fn assignment(&mut self) -> &mut AppUser {
        match &mut self.okta().assignments {
            Looked::Seen(users) => &mut users[0],
            Looked::NotLooked(_) => panic!("not looked"),
        }
    }

    /// Okta tried and has no id.
    fn never_got_an_id(&mut self) {
        let user = self.assignment();
        user.external_id = "".into();
        user.state = UserState::Staged;
    }

    fn event(&mut self, kind: &str, result: Outcome, reason: &str) {
        let event = LogEvent {
            published: Some(NOW),
            event_type: kind.into(),
            result,
            reason: reason.to_owned(),
            targets: vec![Target {
                id: "00u1".into(),
                kind: "User".into(),
                alternate_id: "ana@a.example".into(),
                name: "Ana Diaz".into(),
            }],
            ..LogEvent::default()
        };
        match &mut self.okta().events {
            Looked::Seen(events) => events.list.insert(0, event),
            Looked::NotLooked(_) => panic!("not looked"),
        }
    }

    /// A push that failed with this text.
    fn failed(&mut self, reason: &str) {
        self.never_got_an_id();
        self.event("application.provision.user.push", Outcome::Failure, reason);
    }

    fn facts(&self) -> Facts {
        let Self {
            roster,
            memory,
            policy,
            who,
            ..
        } = self;
        let (person, near) = match find(roster, who) {
            Fit::One(person) => (Some(person), Vec::new()),
            Fit::Nobody(near) => (None, near),
            Fit::Several(..) => panic!("several"),
        };
        let wanted = begin::wanted(roster, memory, person, who);
        let mut facts = begin::facts(roster, memory, policy, who, person, &near, &wanted);
        let plan = begin::plan(
            roster,
            memory,
            policy,
            person,
            &self.scim,
            Some(self.access.clone()),
        );
        let row = self.access.users.first();
        let own = row.and_then(|row| {
            Some(AccessPerson {
                user: row.clone(),
                record: self.access.records.get(&row.id)?.clone(),
                groups: self.own_groups.clone(),
            })
        });
        facts.plan = Known::Seen(plan);
        facts.scim = Known::Seen(self.scim.clone());
        facts.access = Known::Seen(AccessFacts {
            person: own,
            others: self.access.users.iter().skip(1).cloned().collect(),
        });
        facts.doors = Known::Seen(self.doors.clone());
        facts.token = Known::Seen(self.token.clone());
        facts.key_refused = self.key_refused.clone();
        if self.key_refused.is_some() {
            facts.access = Known::Unseen("the key was refused".to_owned());
            facts.doors = Known::Unseen("the key was refused".to_owned());
        }
        facts.sign_on = Known::Seen(self.sign_on.clone());
        facts.okta = self.okta.clone();
        facts
    }

    fn diagnose(&self) -> Diagnosis {
        diagnose(&self.facts())
    }
}

fn codes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis
        .findings
        .iter()
        .map(|found| found.name.code())
        .collect()
}

/// A cause and what plants it.
type Scenario = (Name, fn(&mut World));

fn scenario(name: impl Into<Name>, plant: fn(&mut World)) -> Scenario {
    (name.into(), plant)
}

/// Causes in a world that Atrium's people come to by us.
fn ours() -> Vec<Scenario> {
    vec![
        scenario(Trouble::TokenRefused, |world| {
            world.token.refused = Some("401".to_owned());
        }),
        scenario(Code::OtherOrganization, |world| {
            world.memory.organization = Some("elsewhere".into());
        }),
        scenario(Code::ApiKeyRefused, |world| {
            world.key_refused = Some((Code::ApiKeyRefused, "401".to_owned()));
        }),
        scenario(Code::ApiKeyScope, |world| {
            world.key_refused = Some((Code::ApiKeyScope, "403".to_owned()));
        }),
        scenario(Trouble::NotInAtrium, |world| {
            world.absent();
            world.roster.people.clear();
        }),
        scenario(Trouble::StatedInactive, |world| {
            world.absent();
            world.person().status = "inactive".into();
        }),
        scenario(Trouble::ValidityEnded, |world| {
            world.absent();
            world.person().valid_until = Some(Date::constant(2026, 11, 22));
        }),
        scenario(Code::NotYetValid, |world| {
            world.absent();
            world.person().valid_from = Some(Date::constant(2026, 11, 24));
        }),
        scenario(Code::StatusUnmapped, |world| {
            world.person().status = "Sabbatical".into();
        }),
        scenario(Code::OutOfScope, |world| {
            world.absent();
            world.person().in_scope = false;
        }),
        scenario(Code::LeftScope, |world| {
            world.person().in_scope = false;
            world.memory.last_filter = Some(world.policy.filter.clone());
        }),
        scenario(Code::NoEmail, |world| {
            world.absent();
            world.person().email = "".into();
        }),
        scenario(Code::EmailMalformed, |world| {
            world.absent();
            world.person().email = "ana at a.example".into();
        }),
        scenario(Code::NoName, |world| {
            world.absent();
            world.person().first_name = "".into();
            world.person().last_name = "".into();
        }),
        scenario(Code::EmailShared, |world| {
            world.absent();
            let mut other = person();
            other.campus_id = CampusId::from("S2");
            other.credentials.clear();
            world.roster.people.push(other);
        }),
        scenario(Code::EmailOutsideDomains, |world| {
            world.absent();
            world.policy.email_domains = Some(["b.example".to_owned()].into());
        }),
        scenario(Code::EmailChanged, |world| {
            world.person().email = "ana.diaz@a.example".into();
            world.sign_on.domains.push("a.example".to_owned());
        }),
        scenario(Code::HeldByInvisible, |world| {
            world.absent();
            let refusal = Refusal {
                code: Code::HeldByInvisible,
                values: "ana@a.example".into(),
                at: NOW,
            };
            world.memory.refusals.insert(CampusId::from("S1"), refusal);
        }),
        scenario(Code::NativeUser, |world| {
            let user = world.user();
            user.ours = false;
            user.user.external_id = None;
            user.user.profile.employee_number = "".into();
            world.access.users[0].external_id = "".into();
            world.access.users[0].employee_id = "".into();
            world.memory.users.clear();
        }),
        scenario(Code::WeakMatch, |world| {
            let user = world.user();
            user.ours = false;
            user.user.external_id = None;
            user.user.profile.employee_number = "".into();
            user.user.profile.last_name = "Other".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::EmailHeldByLeaver, |world| {
            let user = world.user();
            user.ours = true;
            user.user.external_id = Some("atrium:S0".into());
            user.user.profile.employee_number = "S0".into();
            user.user.profile.last_name = "Other".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::CampusIdChanged, |world| {
            let user = world.user();
            user.user.external_id = Some("atrium:S0".into());
            user.user.profile.employee_number = "S0".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::ClosedInCommand, |world| {
            world.user().user.active = Some(false);
        }),
        scenario(Trouble::OtherClientClosed, |world| {
            let user = world.user();
            user.ours = false;
            user.foreign = true;
            user.user.external_id = Some("00u1".into());
            user.user.active = Some(false);
            world.access.users[0].external_id = "00u1".into();
            world.memory.users.clear();
        }),
        scenario(Trouble::ReplacedRecord, |world| {
            let user = world.user();
            user.user.id = UserId::from("u2");
            world.access.users[0].id = AccessUserId::from("u2");
            let record = world
                .access
                .records
                .remove(&AccessUserId::from("u1"))
                .unwrap();
            world
                .access
                .records
                .insert(AccessUserId::from("u2"), record);
            let group = world.scim.groups[0].group.as_mut().unwrap();
            group.members = Some(vec![UserId::from("u2")]);
        }),
        scenario(Trouble::TwoRecords, |world| {
            let mut other = world.access.users[0].clone();
            other.id = AccessUserId::from("u9");
            other.external_id = "".into();
            other.email = "".into();
            other.employee_id = "".into();
            world.access.users.push(other);
        }),
        scenario(Trouble::NotSyncedYet, |world| {
            world.absent();
        }),
        scenario(Code::NativeGroup, |world| {
            let group = world.scim.groups[0].group.as_mut().unwrap();
            group.external_id = None;
            group.id = GroupId::from("g7");
            group.members = Some(Vec::new());
            world.memory.groups.clear();
            world.memory.users.clear();
        }),
        scenario(Code::GroupNameShared, |world| {
            let mut other = world.roster.groups[0].clone();
            other.id = AccessGroupId::from("G2");
            world.roster.groups.push(other);
        }),
        scenario(Trouble::NotInDoorGroup, |world| world.own_groups.clear()),
        scenario(Trouble::GroupNotAtDoors, |world| {
            world.doors.groups.clear();
            world.own_groups.clear();
        }),
        scenario(Trouble::GroupWithoutLevel, |world| {
            world.doors.levels = Some(Vec::new());
        }),
        scenario(Code::CardClosed, |world| {
            world.record().cards[0].active = Some(false);
        }),
        scenario(Trouble::CardSwitchedOff, |world| {
            // One that was added in Command, beside nothing from Atrium.
            world.person().credentials.clear();
            let other = Card::new(Format::Hid26, Some(102), 9);
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access.as_mut().unwrap().cards.clear();
            let cards = &mut world.record().cards;
            cards[0].card = Some(other);
            cards[0].active = Some(false);
        }),
        scenario(Trouble::NoCard, |world| {
            world.person().credentials.clear();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access.as_mut().unwrap().cards.clear();
            world.record().cards.clear();
        }),
        scenario(Code::IdTypeUnmapped, |world| {
            world.roster.unusable.push(Unusable {
                campus_id: CampusId::from("S1"),
                id_type: "Fob".into(),
                place: place(),
                code: Code::IdTypeUnmapped,
                message: String::new(),
            });
        }),
        scenario(Code::EndDatePassed, |world| {
            world.record().end = Some(Timestamp::constant(1_700_000_000, 0));
        }),
        scenario(Code::NotYetInAccess, |world| {
            world.access = Access::default();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access = None;
        }),
        scenario(Trouble::NoAccessGroup, |world| {
            world.person().groups.clear();
            world.scim.groups.clear();
            world.own_groups.clear();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.groups.clear();
        }),
        scenario(Trouble::SsoDomainMissing, |world| {
            world.sign_on.domains = vec!["b.example".to_owned()];
        }),
    ]
}

/// Causes in a world whose users come from Okta.
fn oktas() -> Vec<Scenario> {
    let error = "Automatic provisioning of user Ana Diaz to app Verkada failed: Error while creating \
                 user ana@a.example: Bad Request. Errors reported by remote server: email domain a.example is not allowed";
    assert!(error.contains("domain"));
    vec![
        scenario(Trouble::OktaNoUser, |world| {
            world.okta().users = Looked::Seen(Vec::new());
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaUserInactive, |world| {
            let Looked::Seen(users) = &mut world.okta().users else {
                return;
            };
            users[0].status = OktaUserStatus::Suspended;
        }),
        scenario(Trouble::OktaNotAssigned, |world| {
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaWrongApp, |world| {
            let mut user = world.assignment().clone();
            user.app = "0oa2".into();
            world.okta().elsewhere = Looked::Seen(vec![user]);
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaConnectionOff, |world| {
            world.never_got_an_id();
            let Looked::Seen(connection) = &mut world.okta().connection else {
                return;
            };
            connection.status = ConnectionStatus::Disabled;
        }),
        scenario(Trouble::OktaCreateOff, |world| {
            world.never_got_an_id();
            let Looked::Seen(app) = &mut world.okta().app else {
                return;
            };
            app.features = Some(vec![feature::UPDATE.into()]);
        }),
        scenario(Trouble::OktaNeverCreated, |world| world.never_got_an_id()),
        scenario(Trouble::OktaSignInFailing, |world| {
            world.never_got_an_id();
            let kind = "application.integration.authentication_failure";
            world.event(kind, Outcome::Failure, "");
        }),
        scenario(Trouble::OktaLoginDiffers, |world| {
            world.assignment().user_name = "adiaz".into();
        }),
        scenario(Trouble::OktaPushFailed, |world| {
            world.failed("a text that nobody has seen yet");
        }),
        scenario(OktaFailure::EmailDomain, |world| {
            world.failed("Automatic provisioning of user Ana Diaz to app Verkada failed: Error while creating user ana@a.example: Bad Request. Errors reported by remote server: email domain is not allowed: a.example");
        }),
        scenario(OktaFailure::Conflict, |world| {
            world.failed("Error while creating user ana@a.example: Conflict. Errors reported by remote server: user exists");
        }),
        scenario(OktaFailure::MatchingUserNotFound, |world| {
            world.failed("Matching user not found");
        }),
        scenario(OktaFailure::AssignedBeforeProvisioning, |world| {
            world.failed("User was assigned this application before Provisioning was enabled and not provisioned in the downstream application. Click Provision User.");
        }),
        scenario(OktaFailure::NotScim, |world| {
            world.failed("Error while creating user ana@a.example: Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error'");
        }),
        scenario(Trouble::OktaOrphan, |world| {
            world.okta().assignments = Looked::Seen(Vec::new());
            let healthy = World::healthy();
            world.scim = healthy.scim;
            let user = world.user();
            user.ours = false;
            user.foreign = true;
            user.user.external_id = Some("00u1".into());
        }),
        scenario(Trouble::OktaGroupError, |world| {
            world.okta().mappings = Looked::Seen(vec![PushMapping {
                status: MappingStatus::Error,
                source_name: "Labs".into(),
                error_summary: "Linked group is missing".to_owned(),
                ..PushMapping::default()
            }]);
        }),
    ]
}

#[test]
fn a_healthy_person_has_nothing() {
    let diagnosis = World::healthy().diagnose();
    assert_eq!(codes(&diagnosis), [""; 0], "{diagnosis:#?}");
    assert_eq!(diagnosis.verdict(), Verdict::Healthy);
}

#[test]
fn each_cause_by_itself_is_found_and_ranks_first() {
    let mut wrong = Vec::new();
    for (base, scenarios) in [
        (World::healthy as fn() -> World, ours()),
        (World::with_okta, oktas()),
    ] {
        for (name, plant) in scenarios {
            let mut world = base();
            plant(&mut world);
            let found = codes(&world.diagnose());
            if found.first() != Some(&name.code()) {
                wrong.push(format!("{name}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn two_causes_at_once_are_both_found() {
    for (base, scenarios) in [
        (World::healthy as fn() -> World, ours()),
        (World::with_okta, oktas()),
    ] {
        for (name, plant) in scenarios {
            let mut world = base();
            plant(&mut world);
            // Signing in is independent of everything else.
            world.sign_on.domains = vec!["b.example".to_owned()];
            let found = codes(&world.diagnose());
            let other = Trouble::SsoDomainMissing.name();
            let addressed = !matches!(
                name.code(),
                "not-in-atrium" | "no-email" | "email-malformed"
            );
            assert!(found.contains(&name.code()), "{name}: {found:?}");
            assert!(found.contains(&other) || !addressed, "{name}: {found:?}");
        }
    }
    let pairs: [Planted; 4] = [
        (
            &["group-without-level", "card-closed-in-command"],
            |world| {
                world.doors.levels = Some(Vec::new());
                world.record().cards[0].active = Some(false);
            },
        ),
        (&["email-outside-domains", "id-type-unmapped"], |world| {
            world.policy.email_domains = Some(["b.example".to_owned()].into());
            world.roster.unusable.push(Unusable {
                campus_id: CampusId::from("S1"),
                id_type: "Fob".into(),
                place: place(),
                code: Code::IdTypeUnmapped,
                message: String::new(),
            });
        }),
        (&["token-refused", "group-not-at-doors"], |world| {
            world.token.refused = Some("401".to_owned());
            world.doors.groups.clear();
        }),
        (&["end-date-passed", "two-records"], |world| {
            world.record().end = Some(Timestamp::constant(1_700_000_000, 0));
            let mut other = world.access.users[0].clone();
            other.id = AccessUserId::from("u9");
            other.external_id = "".into();
            other.email = "".into();
            other.employee_id = "".into();
            world.access.users.push(other);
        }),
    ];
    for (names, plant) in pairs {
        let mut world = World::healthy();
        plant(&mut world);
        let found = codes(&world.diagnose());
        assert!(
            names.iter().all(|name| found.contains(name)),
            "{names:?}: {found:?}"
        );
    }
}

#[test]
fn a_ledger_of_whose_ids_none_is_found_is_of_another_organization() {
    let told = |asked: u32, found: u32| {
        let mut facts = World::healthy().facts();
        let Known::Seen(ledger) = &mut facts.ledger else {
            panic!("not looked");
        };
        (ledger.ids_asked, ledger.ids_found) = (asked, found);
        codes(&diagnose(&facts))
    };
    assert_eq!(told(4, 0), ["ledger-ids-unknown"]);
    // One may have been removed by hand.
    assert_eq!(told(1, 0), [""; 0]);
    assert_eq!(told(4, 1), [""; 0]);
}

#[test]
fn a_refused_token_is_told_with_what_is_known_of_it() {
    let mut world = World::healthy();
    world.token = TokenFacts {
        refused: Some("401 Unauthorized".to_owned()),
        fingerprint: "0123456789ab".to_owned(),
        origin: "system keyring".to_owned(),
        last_good: Some(NOW),
        domains: Some(vec!["a.example".to_owned()]),
    };
    world.person().status = "inactive".into();
    let found = world.diagnose();
    assert_eq!(found.findings[0].name, Trouble::TokenRefused.into());
    let told: Vec<&str> = found.findings[0]
        .evidence
        .iter()
        .map(|seen| seen.text.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "401 Unauthorized",
            "the token 0123456789ab… comes from: system keyring",
            "Command last took it at 2026-09-21T14:13:20Z",
            "it was made for a.example",
        ]
    );
}

#[test]
fn what_is_wrong_with_a_card_in_hand_is_told_of_the_card() {
    let told = |plant: fn(&mut World)| {
        let mut world = World::healthy();
        plant(&mut world);
        let sought = super::card::Sought::read("102:4711", &IdTypes::default()).unwrap();
        let holders = super::card::holders(&world.roster, &world.memory, &sought);
        assert_eq!(holders.len(), 1);
        let card = super::card::facts(&world.roster, &world.policy, &holders[0]);
        let found = super::card::findings(&world.facts(), &card);
        let codes: Vec<&str> = found.iter().map(|found| found.name.code()).collect();
        codes.join(" ")
    };
    assert_eq!(told(|_| {}), "");
    for (expected, plant) in [
        (
            "card-stated-inactive",
            (|world| world.roster.id_statuses = vec!["Lost".into()]) as fn(&mut World),
        ),
        ("card-switched-off", |world| {
            world.record().cards[0].active = Some(false);
        }),
        ("access-not-begun", |world| {
            world.record().start = Some(Timestamp::constant(1_800_000_000, 0));
        }),
        ("end-date-passed", |world| world.record().end = Some(NOW)),
    ] {
        assert_eq!(told(plant), expected);
    }
    let world = World::healthy();
    let sought = super::card::Sought::read("4712", &IdTypes::default()).unwrap();
    assert!(super::card::holders(&world.roster, &world.memory, &sought).is_empty());
    let unknown = super::card::unknown(&sought, 1, 1);
    assert_eq!(unknown.name, Trouble::CardUnknown.into());
    assert!(!format!("{unknown:?}").contains("4712"));
}

#[test]
fn somebody_whom_okta_made_is_healthy_too() {
    let mut world = World::with_okta();
    let healthy = World::healthy();
    world.scim = healthy.scim;
    world.access = healthy.access;
    let user = world.user();
    user.ours = false;
    user.foreign = true;
    user.user.external_id = Some("00u1".into());
    world.access.users[0].external_id = "00u1".into();
    let found = world.diagnose();
    // That another client has the user is said, and is no trouble.
    assert!(
        found
            .findings
            .iter()
            .all(|found| found.name == Code::ForeignUser.into()),
        "{found:#?}"
    );
}

#[test]
fn what_could_not_be_looked_at_is_said_and_is_never_a_cause() {
    let facts = World::healthy().facts();
    let why = || "the network is down".to_owned();
    let blind: [Blinded; 6] = [
        (&[Side::Atrium], |facts, why| {
            facts.atrium = Known::Unseen(why)
        }),
        (&[Side::Ledger], |facts, why| {
            facts.ledger = Known::Unseen(why)
        }),
        (&[Side::Scim, Side::Plan], |facts, why| {
            facts.scim = Known::Unseen(why.clone());
            facts.plan = Known::Unseen(why);
        }),
        (&[Side::Access], |facts, why| {
            facts.access = Known::Unseen(why)
        }),
        (&[Side::Doors], |facts, why| {
            facts.doors = Known::Unseen(why)
        }),
        (&[Side::SignOn], |facts, why| {
            facts.sign_on = Known::Unseen(why)
        }),
    ];
    for (sides, hide) in blind {
        let mut facts = facts.clone();
        hide(&mut facts, why());
        let diagnosis = diagnose(&facts);
        assert_eq!(codes(&diagnosis), [""; 0], "{sides:?}");
        // Signing in has nothing to do with being there.
        let verdict = match sides {
            [Side::SignOn] => Verdict::Healthy,
            _ => Verdict::NothingFound,
        };
        assert_eq!(diagnosis.verdict(), verdict);
        let told: Vec<Side> = diagnosis.not_looked.iter().map(|gap| gap.side).collect();
        assert_eq!(told, sides);
        assert!(diagnosis.not_looked.iter().all(|gap| gap.why == why()));
    }
}

#[test]
fn every_trouble_has_a_check_or_is_told_elsewhere() {
    // A card that nobody has is asked for by its number, the others by an error's text.
    let elsewhere = [
        Trouble::CardUnknown,
        Trouble::CardStatedInactive,
        Trouble::AccessNotBegun,
        Trouble::EntryCode,
        Trouble::SignInSession,
    ];
    for trouble in Trouble::ALL {
        let checked = CHECKS.iter().any(|check| check.name == Some(*trouble));
        assert!(checked || elsewhere.contains(trouble), "{}", trouble.name());
    }
}
