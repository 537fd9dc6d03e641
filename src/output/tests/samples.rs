//! Small plans, reports and lists, made by hand.

use crate::model::Profile;
use crate::model::card::{Card, Format as CardFormat};
use crate::model::inspect::{
    Basis, GroupRow, Lacking, Managed, Manager, Remarks, Summary, UserRow,
};
use crate::model::plan::{
    Change, Cost, Counts, FieldChange, Held, LeftAlone, Operation, Plan, Stage, Subject, Tripped,
};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::report::{Outcome, Report, RequestCount, Verification};
use crate::model::roster::Place;
use crate::model::{AccessGroupId, CampusId, Field, GroupId, UserId};
use crate::output::{Format, Heading, Line, List, Options, Ui};

pub(in crate::output) const HEADING: Heading<'static> = Heading {
    profile: "default",
    organization: "https://api.command.verkada.com/scim",
};

pub(in crate::output) fn user(id: &str) -> Subject {
    Subject::User {
        campus_id: CampusId::from(id),
    }
}

pub(in crate::output) fn membership(person: &str, group: &str) -> Subject {
    Subject::Membership {
        campus_id: CampusId::from(person),
        access_group_id: AccessGroupId::from(group),
    }
}

pub(in crate::output) fn operation(
    subject: Subject,
    label: &str,
    situation: Situation,
    stage: Stage,
    why: &str,
    change: Change,
) -> Operation {
    Operation {
        subject,
        label: label.into(),
        situation,
        stage,
        change,
        why: why.into(),
        needs: Vec::new(),
    }
}

pub(in crate::output) fn deactivate(id: &str, label: &str) -> Operation {
    operation(
        user(id),
        label,
        Situation::Gone,
        Stage::Revoke,
        "no longer in Atrium",
        Change::DeactivateUser {
            user_id: UserId::from(format!("u-{id}").as_str()),
        },
    )
}

pub(in crate::output) fn create(id: &str, label: &str) -> Operation {
    let (first, last) = label.split_once(' ').unwrap();
    operation(
        user(id),
        label,
        Situation::Missing,
        Stage::Write,
        "in Atrium, not in Command",
        Change::CreateUser {
            external_id: format!("atrium:{id}").into(),
            profile: Box::new(Profile {
                email: format!("{}@school.example", id.to_lowercase()).into(),
                first_name: first.into(),
                last_name: last.into(),
                department: "Biology".into(),
                employee_number: id.into(),
                ..Profile::default()
            }),
        },
    )
}

/// A card whose whole number no masked output may hold.
pub(in crate::output) fn card(number: u128) -> Card {
    Card::new(CardFormat::Hid26, Some(102), number)
}

pub(in crate::output) fn card_of(person: &str, number: u128) -> Subject {
    Subject::Card {
        campus_id: CampusId::from(person),
        card: card(number),
    }
}

pub(in crate::output) fn remove_card(
    person: &str,
    label: &str,
    number: u128,
    stated: bool,
) -> Operation {
    let why = if stated {
        "status \"Lost\" in Atrium"
    } else {
        "the person left"
    };
    operation(
        card_of(person, number),
        label,
        Situation::Gone,
        Stage::Revoke,
        why,
        Change::RemoveCard {
            access_id: format!("a-{person}").as_str().into(),
            card_id: format!("c-{number}").as_str().into(),
            stated,
        },
    )
}

pub(in crate::output) fn add_card(person: &str, label: &str, number: u128) -> Operation {
    operation(
        card_of(person, number),
        label,
        Situation::Missing,
        Stage::Grant,
        "in use in Atrium",
        Change::AddCard { access_id: None },
    )
}

pub(in crate::output) fn move_card() -> Operation {
    operation(
        card_of("S5", 30_303),
        "נועה בן-דוד",
        Situation::Changed,
        Stage::Grant,
        "Atrium took it from Kim Lee (S2)",
        Change::MoveCard {
            from: CampusId::from("S2"),
            from_id: "a-S2".into(),
            card_id: "c-30303".into(),
            access_id: Some("a-S5".into()),
        },
    )
}

pub(in crate::output) fn sample() -> Plan {
    let mut add = operation(
        membership("S3", "12"),
        "李 小龍 → Science",
        Situation::Missing,
        Stage::Grant,
        "in Atrium, not in Command",
        Change::AddMember {
            group_id: Some(GroupId::from("g-12")),
            user_id: None,
        },
    );
    add.needs = vec![5];
    let mut new_card = add_card("S3", "李 小龍", 40_404);
    new_card.needs = vec![5];
    Plan {
        operations: vec![
            deactivate("S1", "Ada Byron"),
            remove_card("S1", "Ada Byron", 10_101, false),
            remove_card("S2", "Kim Lee", 20_202, true),
            operation(
                membership("S2", "12"),
                "Kim Lee → Science",
                Situation::Gone,
                Stage::Revoke,
                "no longer in the group in Atrium",
                Change::RemoveMember {
                    group_id: GroupId::from("g-12"),
                    user_id: UserId::from("u-S2"),
                },
            ),
            operation(
                user("S2"),
                "Kim Lee",
                Situation::Changed,
                Stage::Write,
                "",
                Change::UpdateUser {
                    user_id: UserId::from("u-S2"),
                    fields: vec![
                        FieldChange {
                            field: Field::LastName,
                            old: "Li".into(),
                            new: "Lee".into(),
                            cause: Cause::ChangedInAtrium,
                        },
                        FieldChange {
                            field: Field::Title,
                            old: "".into(),
                            new: "Professor".into(),
                            cause: Cause::ChangedInCommand,
                        },
                    ],
                },
            ),
            create("S3", "李 小龍"),
            add,
            move_card(),
            new_card,
        ],
        held: vec![
            Held {
                operation: deactivate("S9", "Max Held"),
                code: Code::GuardPeople,
            },
            Held {
                operation: remove_card("S9", "Max Held", 50_505, false),
                code: Code::NeedsHeld,
            },
        ],
        left_alone: vec![
            LeftAlone {
                subject: user("S4"),
                label: "Eve Outside".into(),
                situation: Situation::Blocked,
                code: Code::EmailOutsideDomains,
                detail: "eve@gmail.example".to_owned(),
                place: Some(Place {
                    file: "people.csv".into(),
                    line: 12,
                }),
            },
            LeftAlone {
                subject: card_of("S6", 60_606),
                label: "نور حداد".into(),
                situation: Situation::ClosedInCommand,
                code: Code::CardClosed,
                detail: "switched off".to_owned(),
                place: None,
            },
        ],
        tripped: vec![Tripped {
            code: Code::GuardPeople,
            detail: "11 of 100 people would be deactivated; the limit is 10.".to_owned(),
            holds: 1,
        }],
        stops: Vec::new(),
        counts: Counts {
            people: 100,
            access_groups: 3,
            managed_users: 100,
            managed_groups: 3,
            managed_memberships: 120,
            users_in_step: 96,
            groups_in_step: 3,
            memberships_in_step: 118,
            managed_cards: 160,
            cards_in_step: 9,
            cards_read: 12,
            cards_unread: 88,
            ..Counts::default()
        },
        cost: Cost {
            requests: 5,
            card_requests: 11,
            card_seconds: 3,
            invitations: 1,
        },
        digest: "0f".repeat(32),
        ..Plan::default()
    }
}

/// What standard output gets in a form.
pub(in crate::output) fn written(format: Format, unmask: bool, show: impl FnOnce(&Ui)) -> String {
    let options = Options {
        format,
        unmask,
        ..Options::default()
    };
    let (ui, captured) = Ui::for_test(None, options);
    show(&ui);
    captured.stdout()
}

pub(in crate::output) fn json(show: impl FnOnce(&Ui)) -> String {
    written(Format::Json, false, show)
}

pub(in crate::output) fn json_with_numbers(unmask: bool, show: impl FnOnce(&Ui)) -> String {
    written(Format::Json, unmask, show)
}

pub(in crate::output) fn applied() -> (Report, Vec<RequestCount>) {
    let report = Report {
        plan: sample(),
        outcomes: vec![
            Outcome::Done { made: None },
            Outcome::Owed {
                code: Code::UserFrozen,
            },
            Outcome::Done { made: None },
            Outcome::Done { made: None },
            Outcome::Failed {
                code: Code::RefusedByCommand,
                detail: "400 invalidValue: title is too long".to_owned(),
            },
            Outcome::Done {
                made: Some("u-S3".into()),
            },
            Outcome::Skipped {
                code: Code::Interrupted,
            },
            Outcome::Skipped {
                code: Code::Interrupted,
            },
            Outcome::Done {
                made: Some("c-40404".into()),
            },
        ],
        verification: Verification::NotChecked {
            why: "the run was interrupted".to_owned(),
        },
        interrupted: true,
    };
    let requests = vec![
        RequestCount {
            endpoint: "GET /Users".to_owned(),
            sent: 1200,
            retries: 2,
        },
        RequestCount {
            endpoint: "PATCH /Users/{id}".to_owned(),
            sent: 3,
            retries: 0,
        },
    ];
    (report, requests)
}

pub(in crate::output) fn rows() -> (Vec<UserRow>, Vec<GroupRow>) {
    let managed = |by, basis| Some(Managed { by, basis });
    let user = |id: &str, campus: Option<&str>, managed, active| UserRow {
        id: Some(id.into()),
        name: "Ada Byron".into(),
        campus_id: campus.map(Into::into),
        email: format!("{id}@school.example").into(),
        managed,
        active,
        remarks: Remarks::default(),
    };
    let ours = managed(Manager::Atrium, Basis::ExternalId);
    let native = managed(Manager::Native, Basis::NotOverScim);
    let users = vec![
        UserRow {
            remarks: Remarks {
                drifted: vec!["last_name".into(), "groups".into()],
                local_extras: Some(2),
                missing_in: None,
            },
            ..user("u1", Some("S1"), ours, Some(true))
        },
        user(
            "u2",
            None,
            managed(Manager::OtherClient, Basis::ExternalId),
            Some(false),
        ),
        user("u3", None, native, None),
        UserRow {
            id: None,
            remarks: Remarks {
                missing_in: Some(Lacking::Command),
                ..Remarks::default()
            },
            ..user("u4", Some("S4"), None, None)
        },
    ];
    let groups = vec![
        GroupRow {
            id: Some("g1".into()),
            name: "Science".into(),
            access_group_id: Some("12".into()),
            managed: managed(Manager::Atrium, Basis::Ledger),
            members: Some(1200),
            at_doors: Some(true),
            remarks: Remarks::default(),
        },
        GroupRow {
            id: Some("g2".into()),
            name: "Visitors".into(),
            access_group_id: None,
            managed: native,
            members: None,
            at_doors: None,
            remarks: Remarks {
                missing_in: Some(Lacking::Atrium),
                ..Remarks::default()
            },
        },
    ];
    (users, groups)
}

/// A list of rows, whole.
pub(in crate::output) fn listed<R: Line>(ui: &Ui, rows: Vec<R>) {
    let mut list = List::new(ui, true);
    list.push(rows).unwrap();
    list.finish(&Summary {
        counts: vec![("managed by us", 1), ("native", 1)],
        notes: vec!["Something was not looked at.".to_owned()],
    })
    .unwrap();
}
