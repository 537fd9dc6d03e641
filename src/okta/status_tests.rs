//! Facts in, findings out.

use jiff::Timestamp;

use super::status::judge;
use crate::model::okta::status::{Cause, OktaFinding, OktaStatus, Weight};
use crate::model::okta::{
    AppStatus, AppUser, AssignedGroup, Capabilities, Connection, ConnectionStatus, Events,
    FactsFrom, Gap, Known, LogEvent, MappingStatus, OktaApp, OktaFailure, OktaSnapshot, OktaUser,
    OktaUserStatus, Outcome, PushMapping, Target, UserState, feature,
};

const APP: &str = "0oa1";

fn at(minute: u32) -> Timestamp {
    format!("2026-03-01T12:{minute:02}:00Z").parse().unwrap()
}

fn person(number: u32, state: UserState, id: &str) -> AppUser {
    AppUser {
        id: format!("00u{number}").into(),
        app: APP.into(),
        user_name: format!("u{number}@campus.example").into(),
        email: format!("u{number}@campus.example").into(),
        first_name: "Ada".into(),
        last_name: "Byron".into(),
        state,
        external_id: id.into(),
        ..AppUser::default()
    }
}

fn event(minute: u32, who: u32, kind: &str, result: Outcome, reason: &str) -> LogEvent {
    LogEvent {
        id: format!("{minute}-{who}").into(),
        published: Some(at(minute)),
        event_type: format!("application.{kind}").into(),
        result,
        reason: reason.to_owned(),
        targets: vec![
            Target {
                id: APP.into(),
                kind: "AppInstance".into(),
                ..Target::default()
            },
            Target {
                id: format!("00u{who}").into(),
                kind: "User".into(),
                alternate_id: format!("u{who}@campus.example").into(),
                ..Target::default()
            },
        ],
        ..LogEvent::default()
    }
}

fn app(features: &[&str]) -> OktaApp {
    OktaApp {
        id: APP.into(),
        label: "Verkada".into(),
        status: AppStatus::Active,
        features: Some(features.iter().map(|name| (*name).into()).collect()),
        ..OktaApp::default()
    }
}

const ALL: &[&str] = &[
    feature::CREATE,
    feature::UPDATE,
    feature::DEACTIVATE,
    feature::GROUPS,
];

/// An organization in which nothing is wrong.
fn healthy() -> OktaSnapshot {
    let from = FactsFrom::Live("https://school.okta.com".to_owned());
    let mut facts = OktaSnapshot::empty(from, at(59), &Gap::NotAsked);
    facts.app = Known::Seen(app(ALL));
    facts.connection = Known::Seen(Connection {
        status: ConnectionStatus::Enabled,
        ..Connection::default()
    });
    facts.assignments = Known::Seen(vec![person(1, UserState::Provisioned, "x1")]);
    facts.groups = Known::Seen(vec![]);
    facts.mappings = Known::Seen(vec![]);
    log(
        &mut facts,
        vec![event(1, 1, "provision.user.push", Outcome::Success, "")],
    );
    facts
}

fn log(facts: &mut OktaSnapshot, list: Vec<LogEvent>) {
    facts.events = Known::Seen(Events {
        list,
        ..Events::default()
    });
}

fn found(status: &OktaStatus) -> Vec<OktaFinding> {
    status
        .noticed
        .iter()
        .map(|noticed| noticed.finding)
        .collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let status = judge(&healthy(), None);
    assert_eq!(found(&status), []);
    assert_eq!(status.last_good_push, Some(at(1)));
    assert_eq!(status.failures, Some(vec![]));
    assert!(status.gaps.is_empty());
}

#[test]
fn each_thing_that_may_be_wrong_is_found_alone() {
    type Spoil = fn(&mut OktaSnapshot);
    let cases: &[(OktaFinding, Spoil)] = &[
        (OktaFinding::AppInactive, |facts| {
            let app = OktaApp {
                status: AppStatus::Inactive,
                ..app(ALL)
            };
            facts.app = Known::Seen(app);
        }),
        (OktaFinding::ConnectionOff, |facts| {
            facts.connection = Known::Seen(Connection {
                status: ConnectionStatus::Disabled,
                ..Connection::default()
            });
        }),
        (OktaFinding::ConnectionUnknown, |facts| {
            facts.connection = Known::Seen(Connection {
                status: ConnectionStatus::Unknown,
                ..Connection::default()
            });
        }),
        (OktaFinding::CreateOff, |facts| {
            facts.app = Known::Seen(app(&ALL[1..]));
        }),
        (OktaFinding::DeactivateOff, |facts| {
            facts.app = Known::Seen(OktaApp {
                features: None,
                ..app(&[])
            });
            facts.capabilities = Known::Seen(Capabilities {
                provisioning: true,
                create: Some(true),
                update: Some(true),
                deactivate: Some(false),
            });
        }),
        (OktaFinding::UpdateOff, |facts| {
            facts.app = Known::Seen(app(&[
                feature::CREATE,
                feature::DEACTIVATE,
                feature::GROUPS,
            ]));
        }),
        (OktaFinding::GroupPushOff, |facts| {
            facts.app = Known::Seen(app(&ALL[..3]))
        }),
        (OktaFinding::NeverCreated, |facts| {
            facts.assignments = Known::Seen(vec![
                person(1, UserState::Staged, ""),
                person(2, UserState::Deprovisioned, ""),
            ]);
        }),
        (OktaFinding::PushesFail, |facts| {
            let failed = event(5, 9, "provision.user.push_profile", Outcome::Failure, "");
            log(facts, vec![failed]);
        }),
        (OktaFinding::PushedGroupError, |facts| {
            facts.mappings = Known::Seen(vec![PushMapping {
                status: MappingStatus::Error,
                source_group: "00g1".into(),
                ..PushMapping::default()
            }]);
        }),
        (OktaFinding::GroupForBoth, |facts| {
            facts.groups = Known::Seen(vec![AssignedGroup {
                id: "00g1".into(),
                name: "Staff".into(),
            }]);
            facts.mappings = Known::Seen(vec![PushMapping {
                status: MappingStatus::Active,
                source_group: "00g1".into(),
                ..PushMapping::default()
            }]);
        }),
    ];
    for (expected, spoil) in cases {
        let mut facts = healthy();
        spoil(&mut facts);
        assert_eq!(found(&judge(&facts, None)), [*expected]);
    }
}

#[test]
fn refusals_count_only_since_something_went_well() {
    let refused = |minute| {
        event(
            minute,
            1,
            "integration.authentication_failure",
            Outcome::Failure,
            "",
        )
    };
    let good = event(5, 1, "provision.user.push", Outcome::Success, "");
    let mut facts = healthy();
    log(&mut facts, vec![good.clone(), refused(4), refused(3)]);
    let status = judge(&facts, None);
    assert_eq!((status.refused_since, found(&status)), (0, vec![]));
    log(&mut facts, vec![refused(7), refused(6), good, refused(3)]);
    let status = judge(&facts, None);
    assert_eq!(status.refused_since, 2);
    assert!(found(&status).contains(&OktaFinding::CredentialsRefused));
}

#[test]
fn failures_are_grouped_by_cause_and_forgotten_when_overcome() {
    let conflict = |who| {
        format!(
            "Error while creating user u{who}@campus.example: Conflict. Errors reported by remote server: taken by u{who}"
        )
    };
    let push = "provision.user.push";
    let fail = |minute, who, reason: &str| event(minute, who, push, Outcome::Failure, reason);
    let mut facts = healthy();
    facts.assignments = Known::Seen(vec![person(6, UserState::Provisioned, "x6")]);
    log(
        &mut facts,
        vec![
            fail(9, 1, &conflict(1)),
            fail(8, 1, &conflict(1)),
            fail(7, 2, &conflict(2)),
            fail(6, 3, "Odd thing about u3@campus.example"),
            fail(6, 4, "Odd thing about u4@campus.example"),
            // Overcome: a success came later, or there is an id by now.
            event(6, 5, push, Outcome::Success, ""),
            fail(5, 5, &conflict(5)),
            fail(4, 6, &conflict(6)),
            // Not a matter of provisioning.
            event(3, 7, "policy.sign_on.deny", Outcome::Failure, "denied"),
        ],
    );
    let status = judge(&facts, None);
    let groups = status.failures.as_ref().unwrap();
    let told: Vec<(Cause, Vec<&str>)> = groups
        .iter()
        .map(|group| {
            let who = group
                .failing
                .iter()
                .map(|one| one.who.split('@').next().unwrap());
            (group.cause.clone(), who.collect())
        })
        .collect();
    let other = Cause::Other("Odd thing about …".to_owned());
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&(Cause::Known(OktaFailure::Conflict), vec!["u1", "u2"])));
    assert!(
        told.iter()
            .any(|(cause, who)| *cause == other && who.len() == 2)
    );
    assert_eq!(status.overcome, 2);
    let known = groups.iter().find(|group| group.cause != other).unwrap();
    assert_eq!(known.failing[0].times, 2);
    assert_eq!(known.failing[0].remote.as_deref(), Some("taken by u1"));
}

#[test]
fn an_export_without_ids_accuses_nobody() {
    let mut facts = healthy();
    let untold = AppUser {
        id_untold: true,
        ..person(1, UserState::Active, "")
    };
    facts.assignments = Known::Seen(vec![untold]);
    let status = judge(&facts, None);
    assert_eq!(found(&status), []);
    assert_eq!(status.states.unwrap()[0].with_id, None);
}

#[test]
fn one_person_is_judged_by_user_assignment_and_log() {
    let who = "u1@campus.example";
    let about = |status: OktaUserStatus| {
        let mut facts = healthy();
        facts.users = Known::Seen(vec![OktaUser {
            id: "00u1".into(),
            login: who.into(),
            status,
            ..OktaUser::default()
        }]);
        facts.elsewhere = Known::Seen(vec![]);
        facts
    };
    let check = |facts: &OktaSnapshot, expected: &[OktaFinding]| {
        assert_eq!(found(&judge(facts, Some(who))), expected);
    };
    check(&about(OktaUserStatus::Active), &[]);
    check(
        &about(OktaUserStatus::Suspended),
        &[OktaFinding::PersonNotActive],
    );

    let mut facts = about(OktaUserStatus::Active);
    facts.users = Known::Seen(vec![]);
    facts.assignments = Known::Seen(vec![]);
    check(&facts, &[OktaFinding::PersonMissing]);

    let mut facts = about(OktaUserStatus::Active);
    facts.assignments = Known::Seen(vec![]);
    check(&facts, &[OktaFinding::NotAssigned]);
    facts.elsewhere = Known::Seen(vec![AppUser {
        app: "0oa2".into(),
        ..person(1, UserState::Active, "")
    }]);
    check(&facts, &[OktaFinding::WrongApp]);

    let mut facts = about(OktaUserStatus::Active);
    facts.assignments = Known::Seen(vec![AppUser {
        last_name: "".into(),
        ..person(1, UserState::Provisioned, "x")
    }]);
    check(&facts, &[OktaFinding::ValueMissing]);

    // Nobody looked: nothing is concluded.
    let mut facts = about(OktaUserStatus::Active);
    facts.assignments = Known::NotLooked(Gap::NoToken);
    check(&facts, &[]);

    let mut facts = about(OktaUserStatus::Active);
    facts.assignments = Known::Seen(vec![]);
    let reason = "Matching user not found";
    let failed = event(2, 1, "provision.user.push", Outcome::Failure, reason);
    let removed = event(4, 1, "user_membership.remove", Outcome::Success, "");
    log(&mut facts, vec![removed.clone(), failed.clone()]);
    let expected = [
        OktaFinding::PushesFail,
        OktaFinding::NotAssigned,
        OktaFinding::RemovedBeforeCreated,
    ];
    check(&facts, &expected);
    let good = event(3, 1, "provision.user.push", Outcome::Success, "");
    log(&mut facts, vec![removed, good, failed]);
    check(&facts, &[OktaFinding::NotAssigned]);
}

#[test]
fn every_finding_has_a_code_of_its_own_and_words() {
    let mut codes: Vec<&str> = OktaFinding::ALL
        .iter()
        .map(|finding| finding.code())
        .collect();
    codes.extend(OktaFailure::ALL.iter().map(|failure| failure.code()));
    let all = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all);
    let mut last = Weight::Error;
    for finding in OktaFinding::ALL {
        assert!(finding.code().starts_with("okta-"));
        assert!(finding.meaning().ends_with('.') && finding.remedy().ends_with('.'));
        assert!(finding.weight() >= last, "the gravest first");
        last = finding.weight();
    }
}
