//! Whole pages and documents, over small plans made by hand.

use crate::error::Exit;
use crate::model::Profile;
use crate::model::card::{Card, Format as CardFormat};
use crate::model::plan::{
    Change, Cost, Counts, FieldChange, Held, LeftAlone, Operation, Plan, Stage, Subject, Tripped,
};
use crate::model::reason::{Cause, Code, Situation};
use crate::model::report::{Outcome, Report, RequestCount, Verification};
use crate::model::roster::Place;
use crate::model::{AccessGroupId, CampusId, Field, GroupId, UserId};
use crate::output::card::Shown;
use crate::output::{self, Format, GroupRow, Heading, Manager, Options, Ui, UserRow};

use super::*;

mod cards;

const HEADING: Heading<'static> = Heading {
    profile: "default",
    organization: "https://api.command.verkada.com/scim",
};

fn user(id: &str) -> Subject {
    Subject::User {
        campus_id: CampusId::from(id),
    }
}

fn membership(person: &str, group: &str) -> Subject {
    Subject::Membership {
        campus_id: CampusId::from(person),
        access_group_id: AccessGroupId::from(group),
    }
}

fn operation(
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

fn deactivate(id: &str, label: &str) -> Operation {
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

fn create(id: &str, label: &str) -> Operation {
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
fn card(number: u128) -> Card {
    Card::new(CardFormat::Hid26, Some(102), number)
}

fn card_of(person: &str, number: u128) -> Subject {
    Subject::Card {
        campus_id: CampusId::from(person),
        card: card(number),
    }
}

fn remove_card(person: &str, label: &str, number: u128, stated: bool) -> Operation {
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

fn add_card(person: &str, label: &str, number: u128) -> Operation {
    operation(
        card_of(person, number),
        label,
        Situation::Missing,
        Stage::Grant,
        "in use in Atrium",
        Change::AddCard { access_id: None },
    )
}

fn move_card() -> Operation {
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

fn sample() -> Plan {
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
        moved: Vec::new(),
        ..Plan::default()
    }
}

fn look(width: usize) -> Look {
    Look {
        width: Some(width),
        brief: true,
        ..Look::default()
    }
}

/// A look with card numbers whole, or with their last digits.
fn with_numbers(whole: bool) -> Look {
    Look {
        shown: Shown { whole },
        ..look(100)
    }
}

fn json(show: impl FnOnce(&Ui)) -> String {
    json_with_numbers(false, show)
}

fn json_with_numbers(unmask: bool, show: impl FnOnce(&Ui)) -> String {
    let options = Options {
        format: Format::Json,
        unmask,
        ..Options::default()
    };
    let (ui, captured) = Ui::for_test(None, options);
    show(&ui);
    captured.stdout()
}

fn applied() -> (Report, Vec<RequestCount>) {
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

#[test]
fn a_plan_is_read_from_what_it_takes_away_to_what_it_leaves_alone() {
    insta::assert_snapshot!(super::plan(HEADING, &sample(), look(100)).render(false), @r#"
    default → https://api.command.verkada.com/scim

    Deactivate users (1)
      name       campus id  why
      Ada Byron  S1         no longer in Atrium

    Remove cards (2)
      name       campus id  card      why
      Kim Lee    S2         HID ••02  status "Lost" in Atrium
      Ada Byron  S1         HID ••01  the person left

    Remove from groups (1)
      person → group     campus id / group id  why
      Kim Lee → Science  S2 / 12               no longer in the group in Atrium

    Move cards (1)
      name         campus id  card      from  why
      נועה בן-דוד  S5         HID ••03  S2    Atrium took it from Kim Lee (S2)

    Update users (1)
      name     campus id  field      old → new           cause
      Kim Lee  S2         last_name  Li → Lee            changed in Atrium
                          title      (none) → Professor  changed in Command

    Create users (1)
      name     campus id  email              department
      李 小龍  S3         s3@school.example  Biology

    Add to groups (1)
      person → group     campus id / group id  why
      李 小龍 → Science  S3 / 12               in Atrium, not in Command

    Add cards (1)
      name     campus id  card      why
      李 小龍  S3         HID ••04  in use in Atrium

    Held (1), guard-people: more people would lose access than the limit allows
      11 of 100 people would be deactivated; the limit is 10.
      → look at who they are; if it is right: sync --allow people (for one run)
      would       who       id  why
      deactivate  Max Held  S9  no longer in Atrium

    Held (1), needs-held: it depends on something that is held
      → see what is held, above
      would   who       id  card      why
      remove  Max Held  S9  HID ••05  the person left

    Left alone (2)
      1 × email-outside-domains: the email domain is not one of the SCIM token's
      → add the domain in Command under Admin > Login & Access > SCIM Users Provisioning and put it into
        email_domains in the profile; a refreshed token kills the old one at once, Okta's too
      who          id  detail             place
      Eve Outside  S4  eve@gmail.example  people.csv:12

      1 × card-closed-in-command: somebody switched off or removed the card in Command
      → if it is to open doors again: sync --reopen WHO
      who       id  card      detail
      نور حداد  S6  HID ••06  switched off

    9 changes: 1 user to deactivate, 2 cards to remove, 1 membership to remove, 1 card to move, 1 user
    to update, 1 user to create, 1 membership to add, 1 card to add.
    2 held, 2 left alone; atriumctl explain CODE says more about a reason.
    It takes 5 requests that write, 11 for cards, and up to 1 invitation by email, if the organization
    sends them.
    The cards of 88 people were not read: nothing about them changed.
    Digest 0f0f0f0f0f0f.
    "#);
}

#[test]
fn a_plan_fits_a_narrow_terminal() {
    let text = super::plan(HEADING, &sample(), look(60)).render(false);
    for line in text.lines() {
        assert!(dialoguer::console::measure_text_width(line) <= 60, "{line}");
    }
}

#[test]
fn nothing_to_do_is_said_with_what_is_in_step() {
    let plan = Plan {
        counts: Counts {
            users_in_step: 300,
            groups_in_step: 14,
            memberships_in_step: 1812,
            ..Counts::default()
        },
        ..Plan::default()
    };
    insta::assert_snapshot!(super::plan(HEADING, &plan, look(100)).render(false), @r"
    default → https://api.command.verkada.com/scim

    Nothing to do: 300 users, 14 groups and 1,812 memberships are in step.
    ");
}

#[test]
fn a_stopped_run_says_so_and_nothing_of_its_cost() {
    let plan = Plan {
        stops: vec![Tripped {
            code: Code::SourceEmpty,
            detail: "people.csv has a header and no rows.".to_owned(),
            holds: 0,
        }],
        ..Plan::default()
    };
    insta::assert_snapshot!(super::plan(HEADING, &plan, look(100)).render(false), @r"
    default → https://api.command.verkada.com/scim

    Stopped, source-empty: Atrium's export holds nobody
      people.csv has a header and no rows.
      → check the export and the columns in the profile

    Nothing is written.
    ");
}

#[test]
fn long_lists_are_shortened_on_a_terminal_only() {
    let plan = Plan {
        operations: (0..300)
            .map(|at| create(&format!("S{at}"), "Ada Byron"))
            .collect(),
        ..Plan::default()
    };
    let text = super::plan(HEADING, &plan, look(100)).render(false);
    assert!(text.contains("  … and 280 more (-v or --output json shows all)\n"));
    assert!(text.contains("300 changes: 300 users to create.\n"));
    assert_eq!(text.matches("Ada Byron").count(), 20);
    let text = super::plan(HEADING, &plan, Look::default()).render(false);
    assert_eq!(text.matches("Ada Byron").count(), 300);
}

#[test]
fn remote_names_can_not_command_the_terminal() {
    let mut plan = sample();
    for operation in &mut plan.operations {
        operation.label = "\u{1b}[2Jx\u{202e}\n".into();
    }
    plan.left_alone[0].detail = "\u{9b}31m".to_owned();
    let text = super::plan(HEADING, &plan, look(80)).render(false);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']));
}

#[test]
fn a_deactivation_is_never_called_a_deletion() {
    let plan = Plan {
        operations: vec![deactivate("S1", "Ada Byron")],
        ..Plan::default()
    };
    let text = super::plan(HEADING, &plan, look(80)).render(false);
    assert!(text.contains("1 change: 1 user to deactivate.\n"));
    assert!(!text.to_lowercase().contains("delete"));
}

#[test]
fn a_report_names_what_failed_and_what_to_do() {
    let (report, requests) = applied();
    insta::assert_snapshot!(super::report(&report, look(100)).render(false), @r"
    Failed (1), refused-by-command: Command refused the values
      → read the detail, correct the value in Atrium, then: sync --only WHO
      action       who      id  detail
      update-user  Kim Lee  S2  400 invalidValue: title is too long

    Not tried (2), interrupted: the run was interrupted
      → sync again
      action      who                id       card
      add-member  李 小龍 → Science  S3 / 12
      move-card   נועה בן-דוד        S5       HID ••03

    Done: 1 user deactivated, 1 card removed, 1 membership removed, 1 user created, 1 card added.
    1 failed, 2 not tried, 1 card owed (frozen while the user is deactivated), 2 held, 2 left alone.
    Interrupted: what was begun is finished; sync again for the rest.
    Not checked: the run was interrupted.
    ");
    insta::assert_snapshot!(super::stats(&requests, look(100)).render(false), @r"
    request            sent   of them retries
    GET /Users         1,200  2
    PATCH /Users/{id}  3      0
    total              1,203  2
    ");
}

#[test]
fn a_clean_run_is_short() {
    let report = Report {
        plan: Plan {
            operations: vec![create("S1", "Ada Byron")],
            ..Plan::default()
        },
        outcomes: vec![Outcome::Done {
            made: Some("u-1".into()),
        }],
        verification: Verification::InStep,
        interrupted: false,
    };
    assert_eq!(
        super::report(&report, look(100)).render(false),
        "Done: 1 user created.\nChecked: nothing is left to do.\n"
    );
}

fn rows() -> (Vec<UserRow>, Vec<GroupRow>) {
    let user = |id: &str, campus: Option<&str>, manager, active| UserRow {
        id: id.into(),
        name: "Ada Byron".into(),
        campus_id: campus.map(Into::into),
        email: format!("{id}@school.example").into(),
        managed_by: manager,
        active,
    };
    let users = vec![
        user("u1", Some("S1"), Manager::Atrium, Some(true)),
        user("u2", None, Manager::OtherClient, Some(false)),
        user("u3", None, Manager::Native, None),
    ];
    let groups = vec![
        GroupRow {
            id: "g1".into(),
            name: "Science".into(),
            access_group_id: Some("12".into()),
            managed_by: Manager::Atrium,
            members: Some(1200),
        },
        GroupRow {
            id: "g2".into(),
            name: "Visitors".into(),
            access_group_id: None,
            managed_by: Manager::Native,
            members: None,
        },
    ];
    (users, groups)
}

#[test]
fn lists_say_who_manages_what() {
    let (users, groups) = rows();
    insta::assert_snapshot!(super::users(&users, look(100)).render(false), @r"
    name       campus id  email              managed by           active
    Ada Byron  S1         u1@school.example  Atrium (this tool)   yes
    Ada Byron             u2@school.example  another SCIM client  no
    Ada Byron             u3@school.example  native               not said

    3 users. Atrium (this tool): 1; another SCIM client: 1; native: 1.
    ");
    insta::assert_snapshot!(super::groups(&groups, look(100)).render(false), @r"
    name      group id  id in Command  managed by          members
    Science   12        g1             Atrium (this tool)  1,200
    Visitors            g2             native              not read

    2 groups. Atrium (this tool): 1; native: 1.
    ");
}

#[test]
fn a_code_is_explained_with_its_remedy() {
    insta::assert_snapshot!(super::explain(Code::WeakMatch, look(60)).render(false), @r"
    weak-match: only the email address matches

    A user in Command has this address but another family name.
    An address alone does not make two records one person.

    → compare the two; correct the name or the address where it
      is wrong
    ");
    let all = super::codes(look(100)).render(false);
    assert_eq!(all.lines().count(), Code::ALL.len() + 1);
}

#[test]
fn documents_are_as_stored() {
    let (report, requests) = applied();
    let (users, groups) = rows();
    let table = [
        (
            json(|ui| output::plan(ui, HEADING, &sample()).unwrap()),
            include_str!("../../../tests/fixtures/json/plan.json"),
        ),
        (
            json(|ui| {
                output::report(ui, HEADING, &report, &requests, Exit::Interrupted).unwrap();
            }),
            include_str!("../../../tests/fixtures/json/sync.json"),
        ),
        (
            json(|ui| output::users(ui, &users).unwrap()),
            include_str!("../../../tests/fixtures/json/inspect-users.json"),
        ),
        (
            json(|ui| output::groups(ui, &groups).unwrap()),
            include_str!("../../../tests/fixtures/json/inspect-groups.json"),
        ),
        (
            json(|ui| output::explain(ui, Some(Code::WeakMatch)).unwrap()),
            include_str!("../../../tests/fixtures/json/explain.json"),
        ),
    ];
    for (document, stored) in table {
        assert_eq!(document, stored);
    }
}

#[test]
fn numbers_are_grouped() {
    for (value, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(number(value), text);
    }
}
