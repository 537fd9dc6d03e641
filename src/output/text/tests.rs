//! Whole pages and documents, over small plans made by hand.

use crate::error::Exit;
use crate::model::card::Format as CardFormat;
use crate::model::plan::{Change, Cost, Counts, Operation, Plan, Stage, Tripped};
use crate::model::reason::{Code, Situation};
use crate::model::report::{Outcome, Report, Verification};
use crate::model::{GroupId, UserId};
use crate::output;
use crate::output::card::Shown;
use crate::output::tests::samples::*;

use super::*;

mod cards;

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
      → look at who they are; if it is right: atriumctl sync --allow people (for one run)
      would       who       id  why
      deactivate  Max Held  S9  no longer in Atrium

    Held (1), needs-held: it depends on something that is held
      → see what is held, above
      would   who       id  card      why
      remove  Max Held  S9  HID ••05  the person left

    Left alone (2)
      1 × email-outside-domains: the email domain is not one of the SCIM token's
      → make a token that is for the domain, too: atriumctl token domains shows the command; a new token
        kills the old one at once, Okta's too; if email_domains in the profile names domains, add it
        there; then: atriumctl sync --only WHO
      who          id  detail             place
      Eve Outside  S4  eve@gmail.example  people.csv:12

      1 × card-closed-in-command: somebody switched off or removed the card in Command
      → if it is to open doors again: atriumctl sync --reopen WHO
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
      → read the detail, correct the value in Atrium, then: atriumctl sync --only WHO
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
