//! A healthy world: everything about one person who is as they should be.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::diagnose::begin;
use crate::diagnose::checks::diagnose;
use crate::diagnose::facts::{
    AccessFacts, AccessPerson, DoorFacts, Facts, Known, ScimFacts, ScimGroup, ScimUser,
    SignOnFacts, TokenFacts,
};
use crate::diagnose::person::{Fit, find};
use crate::model::access::{
    Access, AccessGroup, AccessLevel, AccessRecord, AccessUser, RemoteCard,
};
use crate::model::card::{Card, Format};
use crate::model::diagnosis::Diagnosis;
use crate::model::directory::{GroupListing, RemoteUser};
use crate::model::memory::{AccessMemory, CardMemory, GroupMemory, Memory, UserMemory};
use crate::model::okta::{
    AppUser, Capabilities, Connection, ConnectionStatus, Events, FactsFrom, Known as Looked,
    LogEvent, OktaApp, OktaSnapshot, OktaUser, OktaUserStatus, Outcome, Target, UserState, feature,
};
use crate::model::reason::Code;
use crate::model::roster::{AccessGroup as AtriumGroup, Credential, Person, Place, Roster};
use crate::model::rules::Identity;
use crate::model::{AccessGroupId, AccessUserId, CampusId, CardId, GroupId, Profile, UserId};
use crate::reconcile::policy::Policy;

/// Everything about one person who is as they should be: in Atrium, in Command, at the doors.
pub(super) struct World {
    pub(super) roster: Roster,
    pub(super) memory: Memory,
    pub(super) policy: Policy,
    pub(super) scim: ScimFacts,
    pub(super) access: Access,
    pub(super) own_groups: Vec<AccessGroup>,
    pub(super) doors: DoorFacts,
    pub(super) token: TokenFacts,
    pub(super) key_refused: Option<(Code, String)>,
    pub(super) sign_on: SignOnFacts,
    pub(super) okta: Option<OktaSnapshot>,
    pub(super) who: &'static str,
}

pub(super) const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

pub(super) fn card() -> Card {
    Card::new(Format::Hid26, Some(102), 4711)
}

pub(super) fn place() -> Place {
    Place {
        file: Arc::from("people.csv"),
        line: 2,
    }
}

pub(super) fn person() -> Person {
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

pub(super) fn profile() -> Profile {
    Profile {
        email: "ana@a.example".into(),
        first_name: "Ana".into(),
        last_name: "Diaz".into(),
        employee_number: "S1".into(),
        ..Profile::default()
    }
}

impl World {
    pub(super) fn healthy() -> Self {
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
                    untold: false,
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
    pub(super) fn with_okta() -> Self {
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
            id_untold: true,
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
    pub(super) fn absent(&mut self) {
        self.scim.users.clear();
        for group in &mut self.scim.groups {
            if let Some(found) = &mut group.group {
                found.members = Some(Vec::new());
            }
        }
        self.access = Access::default();
        self.memory.users.clear();
    }

    pub(super) fn person(&mut self) -> &mut Person {
        &mut self.roster.people[0]
    }

    pub(super) fn user(&mut self) -> &mut ScimUser {
        &mut self.scim.users[0]
    }

    pub(super) fn record(&mut self) -> &mut AccessRecord {
        self.access
            .records
            .get_mut(&AccessUserId::from("u1"))
            .unwrap()
    }

    pub(super) fn okta(&mut self) -> &mut OktaSnapshot {
        self.okta.as_mut().unwrap()
    }

    pub(super) fn assignment(&mut self) -> &mut AppUser {
        match &mut self.okta().assignments {
            Looked::Seen(users) => &mut users[0],
            Looked::NotLooked(_) => panic!("not looked"),
        }
    }

    /// Okta tried and has no id.
    pub(super) fn never_got_an_id(&mut self) {
        let user = self.assignment();
        user.external_id = "".into();
        user.id_untold = false;
        user.state = UserState::Staged;
    }

    pub(super) fn event(&mut self, kind: &str, result: Outcome, reason: &str) {
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
    pub(super) fn failed(&mut self, reason: &str) {
        self.never_got_an_id();
        self.event("application.provision.user.push", Outcome::Failure, reason);
    }

    pub(super) fn facts(&self) -> Facts {
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

    pub(super) fn diagnose(&self) -> Diagnosis {
        diagnose(&self.facts())
    }
}
