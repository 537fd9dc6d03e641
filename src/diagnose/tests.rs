//! The scenarios: a healthy world, and each cause planted in it by itself.

mod causes;
mod world;

use jiff::Timestamp;
use jiff::civil::Date;

use super::checks::{CHECKS, diagnose};
use super::facts::{Facts, Known, TokenFacts};
use crate::model::access::Access;
use crate::model::card::{Card, Format};
use crate::model::diagnosis::{Diagnosis, Side, Trouble, Verdict};
use crate::model::id_type::IdTypes;
use crate::model::okta::{Known as Looked, Outcome};
use crate::model::reason::Code;
use crate::model::roster::Unusable;
use crate::model::{AccessUserId, CampusId};
use causes::{oktas, ours};
use world::{NOW, World, person, place};

/// The codes that a change of the world has to bring.
type Planted = (&'static [&'static str], fn(&mut World));

/// The sides that a change of the facts makes unseen, for the reason that it is given.
type Blinded = (&'static [Side], fn(&mut Facts, String));

fn codes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis
        .findings
        .iter()
        .map(|found| found.name.code())
        .collect()
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
                value: "".into(),
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

/// What Atrium says, each planted in somebody whom a plan has one reason for.
#[test]
fn what_is_wrong_in_atrium_hides_nothing_else_that_is() {
    let shared = |world: &mut World| {
        let mut other = person();
        other.campus_id = CampusId::from("S2");
        world.roster.people.push(other);
    };
    let no_email = |world: &mut World| world.person().email = "".into();
    let unmapped = |world: &mut World| world.person().status = "Sabbatical".into();
    let outside = |world: &mut World| {
        world.policy.email_domains = Some(["b.example".to_owned()].into());
    };
    let ended = |world: &mut World| {
        world.person().valid_until = Some(Date::constant(2026, 11, 22));
    };
    let not_begun = |world: &mut World| {
        world.person().valid_from = Some(Date::constant(2027, 1, 1));
    };
    type Plant<'a> = (&'static str, &'a dyn Fn(&mut World));
    let pairs: [[Plant<'_>; 2]; 7] = [
        [("status-unmapped", &unmapped), ("no-email", &no_email)],
        [
            ("status-unmapped", &unmapped),
            ("email-outside-domains", &outside),
        ],
        [
            ("validity-ended", &ended),
            ("email-outside-domains", &outside),
        ],
        [("not-yet-valid", &not_begun), ("no-email", &no_email)],
        [("not-yet-valid", &not_begun), ("email-shared", &shared)],
        [("status-unmapped", &unmapped), ("email-shared", &shared)],
        [
            ("email-shared", &shared),
            ("email-outside-domains", &outside),
        ],
    ];
    for pair in pairs {
        let mut world = World::healthy();
        world.absent();
        for (_, plant) in pair {
            plant(&mut world);
        }
        let wanted = pair.map(|(name, _)| name);
        let facts = world.facts();
        let known = codes(&diagnose(&facts));
        assert!(known.starts_with(&wanted), "{wanted:?}: {known:?}");
        assert_eq!(known.iter().filter(|code| **code == wanted[1]).count(), 1);
        // None of it needs Command.
        let mut blind = facts;
        let why = || "the token is refused".to_owned();
        blind.scim = Known::Unseen(why());
        blind.plan = Known::Unseen(why());
        let known = codes(&diagnose(&blind));
        assert!(known.starts_with(&wanted), "{wanted:?}: {known:?}");
    }
}

#[test]
fn a_day_to_come_explains_somebody_who_is_there_and_is_to_be_closed_or_was() {
    let mut world = World::healthy();
    world.person().valid_from = Some(Date::constant(2027, 1, 1));
    let found = codes(&world.diagnose());
    assert_eq!(found[0], "not-yet-valid");
    assert!(found.contains(&"not-synced-yet"), "{found:?}");
    world.user().user.active = Some(false);
    let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
    known.closed_by_us = Some(NOW);
    assert_eq!(codes(&world.diagnose())[0], "not-yet-valid");
}

#[test]
fn a_new_address_that_can_t_be_used_is_told_before_that_it_is_new() {
    let other = || {
        let mut other = person();
        other.campus_id = CampusId::from("S2");
        other.email = "bo@a.example".into();
        other
    };
    for (email, code) in [
        ("ana@b.example", "email-outside-domains"),
        ("ana.a.example", "email-malformed"),
        ("bo@a.example", "email-shared"),
    ] {
        let mut world = World::healthy();
        world.roster.people.push(other());
        world.person().email = email.into();
        let found = codes(&world.diagnose());
        assert_eq!(found[0], code, "{found:?}");
        assert!(found.contains(&"email-changed"), "{found:?}");
    }
}

#[test]
fn whoever_has_a_shared_address_in_command_goes_on() {
    let mut world = World::healthy();
    let mut other = person();
    other.campus_id = CampusId::from("S2");
    other.credentials.clear();
    world.roster.people.push(other);
    assert_eq!(codes(&world.diagnose()), [""; 0]);
    world.user().user.active = Some(false);
    let found = codes(&world.diagnose());
    assert_eq!(found, ["closed-in-command", "email-shared"]);
}

#[test]
fn where_memberships_or_people_were_not_exported_nothing_is_said_of_them() {
    let mut world = World::healthy();
    world.person().groups.clear();
    world.roster.groups.clear();
    world.own_groups.clear();
    world.scim.groups.clear();
    let diagnosis = world.diagnose();
    assert!(!codes(&diagnosis).contains(&"no-access-group"));
    assert_eq!(diagnosis.not_looked[0].side, Side::Memberships);
    world.roster.people.clear();
    let diagnosis = world.diagnose();
    assert!(!codes(&diagnosis).contains(&"not-in-atrium"));
    assert_eq!(diagnosis.not_looked[0].side, Side::Atrium);
}

#[test]
fn a_profile_that_only_observes_is_named_where_a_sync_is_the_next_step() {
    let mut world = World::healthy();
    world.absent();
    let mut facts = world.facts();
    facts.observes = true;
    let found = diagnose(&facts).findings.remove(0);
    assert_eq!(found.name, Trouble::NotSyncedYet.into());
    assert!(
        found.next.starts_with("atriumctl sync --only S1; "),
        "{}",
        found.next
    );
    assert!(found.next.contains("only observes"), "{}", found.next);
}

#[test]
fn groups_that_the_filter_leaves_out_are_told_as_such() {
    let mut world = World::healthy();
    world.roster.groups[0].in_scope = false;
    let lines = super::summary::facts(&world.facts());
    let text = &lines[0].text;
    assert!(
        text.contains("groups that the filter leaves out: Labs"),
        "{text}"
    );
    assert!(!text.contains("no groups"), "{text}");
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
fn an_id_that_can_t_be_made_a_card_leads_to_its_owner() {
    let mut world = World::healthy();
    for (value, code) in [
        ("F000123", Code::IdTypeUnmapped),
        ("70000", Code::CardUnreadable),
        ("", Code::CardUnreadable),
    ] {
        world.roster.unusable.push(Unusable {
            campus_id: CampusId::from("S1"),
            id_type: "Fob".into(),
            place: place(),
            value: value.into(),
            code,
            message: String::new(),
        });
    }
    let told = |text: &str| {
        let sought = super::card::Sought::read(text, &IdTypes::default()).unwrap();
        assert!(super::card::holders(&world.roster, &world.memory, &sought).is_empty());
        let unusable = super::card::unusable(&world.roster, &sought);
        let card = super::card::CardFacts {
            unusable: unusable.into_iter().cloned().collect(),
            ..Default::default()
        };
        let found = super::card::findings(&world.facts(), &card);
        let codes: Vec<&str> = found.iter().map(|found| found.name.code()).collect();
        codes.join(" ")
    };
    assert_eq!(told("f000123"), "id-type-unmapped");
    assert_eq!(told("070000"), "card-unreadable");
    assert_eq!(told("70001"), "");
    let gaps = super::card::not_looked(&world.roster);
    let sides: Vec<Side> = gaps.iter().map(|gap| gap.side).collect();
    assert_eq!(sides, [Side::Atrium, Side::Access]);
}

#[test]
fn without_an_address_no_other_client_makes_the_user() {
    let mut world = World::with_okta();
    world.person().email = "".into();
    let facts = world.facts();
    assert_eq!(facts.in_okta(), None);
    let found = codes(&diagnose(&facts));
    assert!(found.contains(&"no-email"), "{found:?}");
}

#[test]
fn a_card_in_hand_is_not_blamed_for_another_card() {
    let mut world = World::healthy();
    let other = Card::new(Format::Hid26, Some(102), 12);
    let mut credential = world.roster.people[0].credentials[0];
    credential.card = other;
    world.person().credentials.push(credential);
    let mut held = world.record().cards[0].clone();
    (held.id, held.card, held.active) = ("c2".into(), Some(other), Some(false));
    world.record().cards.push(held);
    let facts = world.facts();
    // Every finding of a card names it.
    let found = diagnose(&facts);
    assert!(
        found.findings.iter().any(super::card::is_about_card),
        "{found:#?}"
    );
    for (number, about) in [("102:4711", false), ("102:12", true)] {
        let sought = super::card::Sought::read(number, &IdTypes::default()).unwrap();
        let holders = super::card::holders(&world.roster, &world.memory, &sought);
        let card = super::card::facts(&world.roster, &world.policy, &holders[0]);
        let found = diagnose(&super::card::narrowed(&facts, &card));
        let of_a_card = found.findings.iter().any(super::card::is_about_card);
        assert_eq!(of_a_card, about, "{number}: {found:#?}");
    }
}

/// A world of somebody whom Atrium does not have, and whom Okta made.
fn made_by_okta() -> World {
    let mut world = World::with_okta();
    let healthy = World::healthy();
    world.scim = healthy.scim;
    world.access = healthy.access;
    world.roster.people.clear();
    world.who = "ana@a.example";
    let user = world.user();
    user.ours = false;
    user.foreign = true;
    user.user.external_id = Some("00u1".into());
    world.access.users[0].external_id = "00u1".into();
    world.assignment().external_id = "u1".into();
    world
}

#[test]
fn whom_okta_made_alone_is_judged_by_okta() {
    assert_eq!(codes(&made_by_okta().diagnose()), [""; 0]);
    for (expected, plant) in [
        (
            "other-client-closed",
            (|world| world.user().user.active = Some(false)) as fn(&mut World),
        ),
        ("okta-linked-user-gone", |world| {
            world.scim.users.clear();
            world.access = Access::default();
        }),
        ("okta-login-differs", |world| {
            world.assignment().user_name = "ana.li@a.example".into();
        }),
    ] {
        let mut world = made_by_okta();
        plant(&mut world);
        let found = world.diagnose();
        assert_eq!(codes(&found), [expected], "{found:#?}");
    }
    // Another app that provisions is as good.
    let mut world = made_by_okta();
    let mut user = world.assignment().clone();
    user.app = "0oa2".into();
    world.okta().elsewhere = Looked::Seen(vec![user]);
    world.okta().assignments = Looked::Seen(Vec::new());
    assert_eq!(codes(&world.diagnose()), [""; 0]);
    // A user who was made in Command stands in the way, whatever Okta's text says.
    let mut world = made_by_okta();
    world.user().foreign = false;
    world.user().user.external_id = None;
    world.event(
        "application.provision.user.push_profile",
        Outcome::Failure,
        "Error while trying to push profile update for ana@a.example: Bad Request",
    );
    let found = world.diagnose();
    assert_eq!(codes(&found)[0], "native-user", "{found:#?}");
}

#[test]
fn a_ledger_of_another_organization_plans_nothing() {
    let mut world = World::healthy();
    world.memory.organization = Some("elsewhere".into());
    world.scim.users.clear();
    world.access = Access::default();
    let found = codes(&world.diagnose());
    assert!(found.contains(&"other-organization"), "{found:?}");
    assert!(!found.contains(&"deleted-in-command"), "{found:?}");
    assert!(!found.contains(&"not-synced-yet"), "{found:?}");
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
        Trouble::OktaPermission,
        Trouble::OktaTokenRefused,
        Trouble::SignInSession,
    ];
    for trouble in Trouble::ALL {
        let checked = CHECKS
            .iter()
            .any(|check| check.name == Some((*trouble).into()));
        assert!(checked || elsewhere.contains(trouble), "{}", trouble.name());
    }
}
