//! The matrix of causes, on the binary: each cause is planted by itself in a small campus, must rank
//! first for whom it was planted, and nothing is found of somebody healthy in the same world; pairs
//! that are planted together are both found.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use atriumctl::sandbox::{self, Hand, OktaAct, OktaApp, OktaFeature, Running};

use crate::environment::{Environment, Ran};
use crate::proxy;

const PEOPLE: &str = "\
campus_id,first_name,last_name,email,phone,department,status,valid_from,valid_until
T1,Ana,Diaz,ana.diaz@campus.example,,Science,Active,,
T2,Hal,Healthy,hal@campus.example,,Science,Active,,
T3,Bo,Berg,bo.berg@campus.example,,Science,Active,,
T4,Cy,Coe,cy.coe@campus.example,,Science,Active,,
T5,Di,Dorn,di.dorn@campus.example,,Science,Active,,
T6,Ed,Ek,ed.ek@campus.example,,Science,Active,,
";

/// T4 is in no group.
const MEMBERSHIPS: &str = "\
campus_id,access_group_id,access_group_name
T1,G1,Labs
T2,G1,Labs
T3,G1,Labs
T5,G1,Labs
T6,G1,Labs
";

/// T5 has no card.
const CARDS: &str = "\
campus_id,id_type,id_value,id_status
T1,Prox,101,Active
T2,Prox,102,Active
T3,Prox,103,Active
T4,Prox,104,Active
T6,Prox,106,Active
";

/// Somebody who is in nothing yet, and healthy but for what is planted.
const NEW: &str = "N1,Nia,New,nia.new@campus.example,,Science,Active,,";

struct World {
    environment: Environment,
    _running: Running,
    profile: String,
}

impl World {
    /// A campus that was synced, with lines of its own at the profile's end.
    fn new(personality: &str, more: &str) -> Self {
        let environment = Environment::new();
        let running = environment.serve(|settings| {
            settings.people = 0;
            settings.personality = personality.parse().unwrap();
            // The limit of requests is tested elsewhere.
            settings.minute = Duration::from_millis(300);
        });
        let base = running.base_url();
        let profile = format!(
            "sync.external_id_format = \"test:{{campus_id}}\"\n\
             sync.group_external_id_format = \"test-group:{{access_group_id}}\"\n\
             atrium.files = [\"../../people.csv\", \"../../memberships.csv\", \"../../cards.csv\"]\n\
             atrium.people.department = [\"Science\", \"Arts\"]\n\
             atrium.id_types.\"Prox\" = {{ format = \"HID\", facility_code = \"77\" }}\n\
             command.scim_url = \"{base}/scim\"\n\
             command.scim_token_file = \"../../scim-token\"\n\
             command.api_url = \"{base}\"\n\
             command.api_key_file = \"../../sandbox/api-key\"\n\
             command.email_domains = [\"campus.example\"]\n\
             okta.org = \"{base}\"\n\
             okta.app = \"Verkada\"\n\
             okta.token_file = \"../../sandbox/okta-token\"\n\
             {more}\n"
        );
        let world = World {
            environment,
            _running: running,
            profile,
        };
        world.restore();
        let _ = world.run(&["sync", "--yes"]).expect(0);
        world
    }

    /// Puts back what was edited.
    fn restore(&self) {
        self.environment.profile("campus", &self.profile);
        self.environment.write("people.csv", PEOPLE);
        self.environment.write("memberships.csv", MEMBERSHIPS);
        self.environment.write("cards.csv", CARDS);
        let token = sandbox::scim_token(&self.environment.sandbox_dir()).unwrap();
        self.environment.write("scim-token", token);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let profile = ["--profile", "campus"];
        self.environment.run(&[arguments, &profile].concat())
    }

    fn sync(&self) {
        let ran = self.run(&["sync", "--yes"]);
        assert!([0, 5].contains(&ran.code), "{ran}");
    }

    #[track_caller]
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.environment.path(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn add(&self, file: &str, row: &str) {
        let path = self.environment.path(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}{row}\n")).unwrap();
    }

    /// Adds somebody new, with something of the ordinary row changed.
    #[track_caller]
    fn newcomer(&self, from: &str, to: &str) {
        assert!(NEW.contains(from), "{from}");
        self.add("people.csv", &NEW.replacen(from, to, 1));
    }

    fn profile(&self, line: &str) {
        self.environment
            .profile("campus", &format!("{}{line}\n", self.profile));
    }

    #[track_caller]
    fn hand(&self, hand: &Hand) {
        let _ = sandbox::hand(&self.environment.sandbox_dir(), hand).unwrap();
    }

    #[track_caller]
    fn okta(&self, act: &OktaAct) {
        let _ = sandbox::okta_act(&self.environment.sandbox_dir(), act).unwrap();
    }

    /// The codes that a diagnosis finds, the likeliest first.
    #[track_caller]
    fn codes(&self, who: &str) -> Vec<String> {
        let ran = self.run(&["diagnose", who, "--output", "json"]).expect(0);
        let document = ran.json();
        let findings = document["findings"].as_array().unwrap().iter();
        findings
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Code, for whom, how it is planted, and what takes it back besides the files.
type Scenario = (&'static str, &'static str, fn(&World), fn(&World));

fn nothing(_: &World) {}

/// Plants one after the other in one world.
fn each_ranks_first(world: &World, scenarios: &[Scenario]) {
    let mut wrong = Vec::new();
    for (code, who, plant, undo) in scenarios {
        plant(world);
        let found = world.codes(who);
        if found.first().map(String::as_str) != Some(code) {
            wrong.push(format!("{code}: {found:?}"));
        }
        let healthy = world.codes("T2");
        // What concerns everybody concerns the healthy as well.
        if !healthy.is_empty() && healthy != [*code] {
            wrong.push(format!("{code}: of the healthy {healthy:?}"));
        }
        if !EVERYBODYS.contains(code) && !healthy.is_empty() {
            wrong.push(format!("{code}: of the healthy, too"));
        }
        undo(world);
        world.restore();
    }
    let healthy = world.codes("T2");
    assert!(
        healthy.is_empty(),
        "something was not taken back: {healthy:?}"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Found of everybody, or of everybody in the one group.
const EVERYBODYS: &[&str] = &["token-refused", "group-without-level", "group-not-at-doors"];

fn card(who: &str, number: u64) -> Hand {
    Hand::AddCard {
        who: who.to_owned(),
        kind: "HID".to_owned(),
        facility_code: Some(77),
        number,
    }
}

const ATRIUM: &[Scenario] = &[
    ("not-in-atrium", "T99", nothing, nothing),
    (
        "stated-inactive",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science,Active",
                "ana.diaz@campus.example,,Science,Inactive",
            )
        },
        nothing,
    ),
    (
        "validity-ended",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science,Active,,",
                "ana.diaz@campus.example,,Science,Active,,2020-01-31",
            )
        },
        nothing,
    ),
    (
        "not-yet-valid",
        "N1",
        |w| w.newcomer("Active,,", "Active,2199-01-31,"),
        nothing,
    ),
    (
        "no-email",
        "N1",
        |w| w.newcomer("nia.new@campus.example", ""),
        nothing,
    ),
    (
        "email-malformed",
        "N1",
        |w| w.newcomer("nia.new@campus", "nia new@@campus"),
        nothing,
    ),
    ("no-name", "N1", |w| w.newcomer("Nia,New", ","), nothing),
    (
        "email-outside-domains",
        "N1",
        |w| w.newcomer("campus.example", "partner.example"),
        nothing,
    ),
    (
        "email-shared",
        "N1",
        |w| w.newcomer("nia.new", "bo.berg"),
        nothing,
    ),
    (
        "status-unmapped",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science,Active",
                "ana.diaz@campus.example,,Science,Sabbatical",
            )
        },
        nothing,
    ),
    (
        "row-unreadable",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science,Active,,",
                "ana.diaz@campus.example,,Science,Active,,31st of May",
            )
        },
        nothing,
    ),
    (
        "out-of-scope",
        "N1",
        |w| w.newcomer("Science", "Theatre"),
        nothing,
    ),
    (
        "left-scope",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science",
                "ana.diaz@campus.example,,Theatre",
            )
        },
        nothing,
    ),
    (
        "filter-changed",
        "T1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science",
                "ana.diaz@campus.example,,Arts",
            );
            let profile = w
                .profile
                .replace("[\"Science\", \"Arts\"]", "[\"Science\"]");
            w.environment.profile("campus", &profile);
        },
        nothing,
    ),
    (
        "id-type-unmapped",
        "T1",
        |w| w.add("cards.csv", "T1,Fob,9,Active"),
        nothing,
    ),
    (
        "id-status-unmapped",
        "T1",
        |w| w.add("cards.csv", "T1,Prox,909,Damaged"),
        nothing,
    ),
    (
        "card-unreadable",
        "T1",
        |w| w.add("cards.csv", "T1,Prox,70000,Active"),
        nothing,
    ),
    (
        "card-shared",
        "T1",
        |w| w.add("cards.csv", "T1,Prox,103,Active"),
        nothing,
    ),
    (
        "group-name-shared",
        "T1",
        |w| {
            w.add("memberships.csv", "T1,G2,Gym");
            w.add("memberships.csv", "T3,G3,gym");
        },
        nothing,
    ),
    (
        "group-binding",
        "T1",
        |w| {
            w.add("memberships.csv", "T1,G2,Gym");
            w.profile(
                "atrium.access_groups.G2.group_id = \"11111111-2222-3333-4444-555555555555\"",
            );
        },
        nothing,
    ),
    (
        "email-changed",
        "T1",
        |w| w.edit("people.csv", "ana.diaz@", "ana.berg@"),
        nothing,
    ),
    (
        "email-held-by-other",
        "N1",
        |w| {
            w.edit("people.csv", "ana.diaz@", "ana.berg@");
            w.newcomer("nia.new", "ana.diaz");
        },
        nothing,
    ),
    (
        "campus-id-reserved",
        "N1:replaced",
        |w| w.newcomer("N1", "N1:replaced"),
        nothing,
    ),
    ("not-synced-yet", "N1", |w| w.newcomer("N1", "N1"), nothing),
    ("no-access-group", "T4", nothing, nothing),
    ("no-card", "T5", nothing, nothing),
    (
        "campus-id-changed",
        "N1",
        |w| w.edit("people.csv", "T1,Ana", "N1,Ana"),
        nothing,
    ),
    (
        "email-held-by-leaver",
        "N1",
        |w| {
            w.edit(
                "people.csv",
                "ana.diaz@campus.example,,Science,Active",
                ",,Science,Inactive",
            );
            w.newcomer("nia.new", "ana.diaz");
        },
        nothing,
    ),
];

const COMMAND: &[Scenario] = &[
    (
        "closed-in-command",
        "T1",
        |w| w.hand(&Hand::DeactivateUser("T1".into())),
        |w| w.hand(&Hand::ReactivateUser("T1".into())),
    ),
    (
        "card-closed-in-command",
        "T1",
        |w| {
            w.hand(&Hand::SwitchCardOff {
                who: "T1".into(),
                card: "101".into(),
            })
        },
        |w| {
            w.hand(&Hand::SwitchCardOn {
                who: "T1".into(),
                card: "101".into(),
            })
        },
    ),
    (
        "card-switched-off",
        "T5",
        |w| {
            w.hand(&card("T5", 555));
            w.hand(&Hand::SwitchCardOff {
                who: "T5".into(),
                card: "555".into(),
            });
        },
        |w| {
            w.hand(&Hand::RemoveCard {
                who: "T5".into(),
                card: "555".into(),
            })
        },
    ),
    (
        "end-date-passed",
        "T1",
        |w| {
            w.hand(&Hand::SetEndDate {
                who: "T1".into(),
                end_date: Some(1_700_000_000),
            })
        },
        |w| {
            w.hand(&Hand::SetEndDate {
                who: "T1".into(),
                end_date: None,
            })
        },
    ),
    (
        "card-held-elsewhere",
        "T1",
        |w| {
            w.hand(&card("T3", 777));
            w.add("cards.csv", "T1,Prox,777,Active");
            // Who holds a card can't be asked: Command says it when the card is to be added.
            w.sync();
        },
        |w| {
            w.hand(&Hand::RemoveCard {
                who: "T3".into(),
                card: "777".into(),
            })
        },
    ),
    (
        "native-group",
        "T1",
        |w| {
            w.hand(&Hand::AddGroup {
                name: "Rowing".into(),
            });
            w.add("memberships.csv", "T1,G2,Rowing");
        },
        |w| w.hand(&Hand::DeleteGroup("Rowing".into())),
    ),
    (
        "native-user",
        "N1",
        |w| {
            w.hand(&Hand::AddUser {
                email: "nia.new@campus.example".into(),
                first_name: "Nia".into(),
                last_name: "New".into(),
            });
            w.newcomer("N1", "N1");
        },
        |w| w.hand(&Hand::DeleteUser("nia.new@campus.example".into())),
    ),
    (
        "weak-match",
        "N1",
        |w| {
            w.hand(&Hand::AddUser {
                email: "nia.new@campus.example".into(),
                first_name: "Olga".into(),
                last_name: "Other".into(),
            });
            w.newcomer("N1", "N1");
        },
        |w| w.hand(&Hand::DeleteUser("nia.new@campus.example".into())),
    ),
    (
        "two-records",
        "T1",
        |w| {
            w.hand(&Hand::AddUser {
                email: "diaz@campus.example".into(),
                first_name: "Ana".into(),
                last_name: "Diaz".into(),
            })
        },
        |w| w.hand(&Hand::DeleteUser("diaz@campus.example".into())),
    ),
    (
        "token-refused",
        "T1",
        |w| {
            w.environment.write("scim-token", "another");
        },
        nothing,
    ),
    // For good: nobody makes a deleted user once more.
    (
        "deleted-in-command",
        "T6",
        |w| w.hand(&Hand::DeleteUser("T6".into())),
        nothing,
    ),
];

#[test]
fn causes_in_atrium_rank_first() {
    let world = World::new("", "");
    world.levels();
    each_ranks_first(&world, ATRIUM);
}

#[test]
fn causes_in_command_rank_first() {
    let world = World::new("", "");
    each_ranks_first(
        &world,
        &[("group-without-level", "T1", nothing, World::levels)],
    );
    each_ranks_first(&world, COMMAND);
}

impl World {
    /// Lets the one group through doors.
    fn levels(&self) {
        self.hand(&Hand::GiveAccessLevel {
            group: "Labs".into(),
            name: None,
            doors: Vec::new(),
        });
    }
}

/// What a Command of a certain kind does: each in a world of its own.
#[test]
fn causes_of_command_s_ways_rank_first() {
    let by_hand = World::new("scim-groups-by-hand", "");
    each_ranks_first(
        &by_hand,
        &[("group-not-at-doors", "T1", nothing, |w| {
            w.hand(&Hand::MakeGroupAvailable("Labs".into()));
            w.levels();
        })],
    );
    type Way = (&'static str, &'static str, fn(&World));
    let ways: [Way; 2] = [
        ("natives-hidden", "held-by-invisible", |w| {
            let native = Hand::AddUser {
                email: "nia.new@campus.example".into(),
                first_name: "Nia".into(),
                last_name: "New".into(),
            };
            w.hand(&native);
            w.newcomer("N1", "N1");
            w.sync();
        }),
        ("cards-on-managed-refused", "user-managed", |w| {
            w.newcomer("N1", "N1");
            w.add("cards.csv", "N1,Prox,909,Active");
            w.sync();
        }),
    ];
    let mut wrong = Vec::new();
    for (personality, code, plant) in ways {
        let world = World::new("", "");
        world.levels();
        let switches = personality.parse().unwrap();
        sandbox::set_personality(&world.environment.sandbox_dir(), &switches).unwrap();
        plant(&world);
        let found = world.codes("N1");
        if found.first().map(String::as_str) != Some(code) {
            wrong.push(format!("{code}: {found:?}"));
        }
        let healthy = world.codes("T2");
        if !healthy.is_empty() {
            wrong.push(format!("{code}: of the healthy {healthy:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const GRACE: &str = "grace.hollis@campus.example";
const AIKO: &str = "aiko.tanaka@campus.example";
const PIET: &str = "piet.verhagen@partner.example";

fn assign(user: &str, app: OktaApp) -> OktaAct {
    OktaAct::Assign {
        user: user.into(),
        app,
    }
}

fn unassign(user: &str, app: OktaApp) -> OktaAct {
    OktaAct::Unassign {
        user: user.into(),
        app,
    }
}

fn provisioning(on: bool) -> OktaAct {
    OktaAct::Provisioning {
        app: OktaApp::Catalogue,
        on,
    }
}

fn create(on: bool) -> OktaAct {
    let (on, off) = match on {
        true => (vec![OktaFeature::PushNewUsers], Vec::new()),
        false => (Vec::new(), vec![OktaFeature::PushNewUsers]),
    };
    OktaAct::Features {
        app: OktaApp::Catalogue,
        on,
        off,
    }
}

const OKTA: &[Scenario] = &[
    (
        "okta-user-inactive",
        AIKO,
        |w| w.okta(&assign(AIKO, OktaApp::Catalogue)),
        |w| w.okta(&unassign(AIKO, OktaApp::Catalogue)),
    ),
    (
        "okta-wrong-app",
        GRACE,
        |w| w.okta(&assign(GRACE, OktaApp::SignOnOnly)),
        |w| w.okta(&unassign(GRACE, OktaApp::SignOnOnly)),
    ),
    (
        "okta-connection-off",
        GRACE,
        |w| {
            w.okta(&provisioning(false));
            w.okta(&assign(GRACE, OktaApp::Catalogue));
        },
        |w| w.okta(&provisioning(true)),
    ),
    // Left over from the one before: assigned before provisioning was switched on.
    ("okta-never-created", GRACE, nothing, |w| {
        w.okta(&unassign(GRACE, OktaApp::Catalogue))
    }),
    (
        "okta-create-off",
        GRACE,
        |w| {
            w.okta(&create(false));
            w.okta(&assign(GRACE, OktaApp::Catalogue));
        },
        |w| w.okta(&create(true)),
    ),
    ("okta-matching-user-not-found", GRACE, nothing, |w| {
        w.okta(&unassign(GRACE, OktaApp::Catalogue))
    }),
    (
        "okta-email-domain",
        PIET,
        |w| w.okta(&assign(PIET, OktaApp::Catalogue)),
        |w| w.okta(&unassign(PIET, OktaApp::Catalogue)),
    ),
    (
        "native-user",
        "dana.whitfield@campus.example",
        |w| w.okta(&assign("dana.whitfield@campus.example", OktaApp::Catalogue)),
        |w| {
            w.okta(&unassign(
                "dana.whitfield@campus.example",
                OktaApp::Catalogue,
            ))
        },
    ),
    (
        "other-client-closed",
        "olu.adeyemi@campus.example",
        |w| {
            w.add(
                "people.csv",
                "O1,Olu,Adeyemi,olu.adeyemi@campus.example,,Science,Active,,",
            );
            w.hand(&Hand::DeactivateUser("olu.adeyemi@campus.example".into()));
        },
        |w| w.hand(&Hand::ReactivateUser("olu.adeyemi@campus.example".into())),
    ),
    (
        "okta-group-error",
        "olu.adeyemi@campus.example",
        |w| {
            w.add(
                "people.csv",
                "O1,Olu,Adeyemi,olu.adeyemi@campus.example,,Science,Active,,",
            );
            w.okta(&OktaAct::PushGroup {
                group: "Security Desk".into(),
                app: OktaApp::Catalogue,
                whole: false,
            });
        },
        |w| {
            w.okta(&OktaAct::UnlinkGroup {
                group: "Security Desk".into(),
                app: OktaApp::Catalogue,
                delete: false,
            })
        },
    ),
    (
        "okta-linked-user-gone",
        "grace.moss@campus.example",
        |w| {
            w.okta(&assign(GRACE, OktaApp::Catalogue));
            w.hand(&Hand::DeleteUser(GRACE.into()));
            w.okta(&OktaAct::RenameLogin {
                user: GRACE.into(),
                login: "grace.moss@campus.example".into(),
            });
        },
        |w| {
            w.okta(&unassign("grace.moss@campus.example", OktaApp::Catalogue));
            w.okta(&OktaAct::RenameLogin {
                user: "grace.moss@campus.example".into(),
                login: GRACE.into(),
            });
        },
    ),
    (
        "okta-sign-in-failing",
        GRACE,
        |w| {
            sandbox::refresh_token(&w.environment.sandbox_dir()).unwrap();
            w.restore();
            w.okta(&assign(GRACE, OktaApp::Catalogue));
        },
        |w| {
            w.okta(&unassign(GRACE, OktaApp::Catalogue));
            w.okta(&OktaAct::SetToken {
                app: OktaApp::Catalogue,
            });
        },
    ),
];

#[test]
fn causes_in_okta_rank_first() {
    let world = World::new("", "");
    world.levels();
    each_ranks_first(&world, OKTA);
}

/// Where users come from Okta alone.
#[test]
fn causes_of_a_user_who_is_to_come_from_okta_rank_first() {
    let world = World::new("", "");
    world.levels();
    let external = "sync.identity = \"external\"";
    let scenarios: [(&str, &str); 3] = [
        ("okta-no-user", "N1"),
        ("okta-not-assigned", "N2"),
        ("okta-user-inactive", "N3"),
    ];
    world.newcomer("N1", "N1");
    world.add(
        "people.csv",
        &format!("N2,Grace,Hollis,{GRACE},,Science,Active,,"),
    );
    world.add(
        "people.csv",
        &format!("N3,Aiko,Tanaka,{AIKO},,Science,Active,,"),
    );
    world.profile(external);
    for (code, who) in scenarios {
        let found = world.codes(who);
        assert_eq!(found[0], code, "{found:?}");
        assert!(
            found.iter().any(|name| name == "awaiting-identity"),
            "{found:?}"
        );
    }
    assert!(world.codes("T2").is_empty());
}

#[test]
fn two_causes_at_once_are_both_found() {
    let world = World::new("", "");
    world.levels();
    type Pair = ([&'static str; 2], &'static str, fn(&World));
    let pairs: [Pair; 6] = [
        (["email-outside-domains", "id-type-unmapped"], "N1", |w| {
            w.newcomer("campus.example", "partner.example");
            w.add("cards.csv", "N1,Fob,9,Active");
        }),
        (["card-unreadable", "group-name-shared"], "T1", |w| {
            w.add("cards.csv", "T1,Prox,70000,Active");
            w.add("memberships.csv", "T1,G2,Gym");
            w.add("memberships.csv", "T3,G3,gym");
        }),
        (["email-changed", "card-shared"], "T1", |w| {
            w.edit("people.csv", "ana.diaz@", "ana.berg@");
            w.add("cards.csv", "T1,Prox,103,Active");
        }),
        (["no-access-group", "not-synced-yet"], "T4", |w| {
            w.add("cards.csv", "T4,Prox,404,Active");
        }),
        (["end-date-passed", "two-records"], "T1", |w| {
            w.hand(&Hand::SetEndDate {
                who: "T1".into(),
                end_date: Some(1_700_000_000),
            });
            w.hand(&Hand::AddUser {
                email: "diaz@campus.example".into(),
                first_name: "Ana".into(),
                last_name: "Diaz".into(),
            });
        }),
        (["email-outside-domains", "okta-email-domain"], "N1", |w| {
            w.add(
                "people.csv",
                &format!("N1,Piet,Verhagen,{PIET},,Science,Active,,"),
            );
            w.okta(&assign(PIET, OktaApp::Catalogue));
        }),
    ];
    for (codes, who, plant) in pairs {
        plant(&world);
        let found = world.codes(who);
        for code in codes {
            assert!(
                found.iter().any(|name| name == code),
                "{codes:?}: {found:?}"
            );
        }
        assert!(world.codes("T2").is_empty(), "{codes:?}");
        world.restore();
    }
}

#[test]
fn the_matrix_has_forty_causes_and_more() {
    let mut codes: Vec<&str> = [ATRIUM, COMMAND, OKTA]
        .into_iter()
        .flatten()
        .map(|row| row.0)
        .collect();
    codes.extend([
        "group-without-level",
        "group-not-at-doors",
        "held-by-invisible",
        "user-managed",
        "okta-no-user",
        "okta-not-assigned",
    ]);
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 50, "{}: {codes:?}", codes.len());
}

/// Neither a name in Atrium nor what was asked takes effect in a terminal or a page.
#[test]
fn a_hostile_name_stays_text() {
    let world = World::new("", "");
    let name = "=HYPERLINK(\"\"http://x.example\"\")\u{1b}]0;owned\u{7}\u{1b}[31m";
    world.add(
        "people.csv",
        &format!("X1,\"{name}\",\"<img src=x>|a|[b](http://x.example)\",x1@other.example,,Science,Active,,"),
    );
    for who in ["X1", "\u{1b}[31mZed", "x1@other.example"] {
        for form in ["table", "markdown", "json", "jsonl"] {
            let ran = world.run(&["diagnose", who, "--output", form, "--color", "always"]);
            let ran = ran.expect(0);
            let text = ran.to_string();
            // Our own colours are a few sequences; what came with the data is none of them.
            for foreign in ["\u{1b}]0;", "\u{7}", "\u{1b}[31mZed", "\")\u{1b}[31m"] {
                assert!(!text.contains(foreign), "{who} {form}: {text:?}");
            }
            if form == "markdown" {
                assert!(!text.contains("<img"), "{text}");
                assert!(!text.contains("[b](http"), "{text}");
            }
        }
    }
    let everybody = world.run(&["diagnose", "--output", "markdown"]).expect(0);
    assert!(!everybody.stdout.contains('\u{1b}'), "{everybody}");
}

/// A side of Okta that does not answer is said, the others are judged, and the command is done.
#[test]
fn what_okta_withholds_is_said() {
    let world = World::new("", "");
    world.levels();
    world.okta(&assign(PIET, OktaApp::Catalogue));
    let dir = world.environment.sandbox_dir();
    let not_looked = |who: &str| -> (Vec<String>, String) {
        let ran = world.run(&["diagnose", who, "--output", "json"]).expect(0);
        let document = ran.json();
        let gaps = document["not_looked"].as_array().unwrap().iter();
        let gaps = gaps.filter(|gap| gap["side"] != "sign-on");
        let sides = gaps
            .clone()
            .map(|gap| gap["side"].as_str().unwrap().to_owned());
        (
            sides.collect(),
            serde_json::to_string(&gaps.collect::<Vec<_>>()).unwrap(),
        )
    };
    assert_eq!(not_looked(PIET).0, [""; 0]);

    // 429 once in the middle of it is waited for, and nothing is missing then.
    let base = world._running.base_url();
    let turned_away = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&turned_away);
    let slow = proxy::between(&base, move |asked, answer| {
        let is_log = asked.target.contains("/logs");
        if !is_log || counter.fetch_add(1, Ordering::Relaxed) > 0 {
            return answer;
        }
        proxy::Answer {
            status: 429,
            body: "{\"errorCode\":\"E0000047\",\"errorSummary\":\"slow down\"}".into(),
        }
    });
    let through = world.profile.replace(
        &format!("okta.org = \"{base}\""),
        &format!("okta.org = \"{slow}\""),
    );
    world.environment.profile("campus", &through);
    assert_eq!(not_looked(PIET).0, [""; 0]);
    assert!(turned_away.load(Ordering::Relaxed) > 1);

    // A service app that may not read the log, nor the groups.
    let told = sandbox::okta_act(
        &dir,
        &OktaAct::ServiceApp {
            label: "support".into(),
            scopes: vec!["okta.apps.read".into(), "okta.users.read".into()],
            key: None,
        },
    );
    let told = told.unwrap().join("\n");
    let client_id = told.split_whitespace().find(|word| word.starts_with("0oa"));
    let service = world.profile.replace(
        "okta.token_file = \"../../sandbox/okta-token\"",
        &format!(
            "okta.client_id = \"{}\"\nokta.key_file = \"../../sandbox/okta-key\"",
            client_id.unwrap()
        ),
    );
    world.environment.profile("campus", &service);
    let (sides, why) = not_looked(PIET);
    assert!(sides.contains(&"okta-log".to_owned()), "{sides:?}: {why}");
    assert!(why.contains("okta.logs.read"), "{why}");
}
