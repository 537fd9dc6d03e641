//! Who is proposed for whom, on what evidence.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::model::access::{Access, AccessUser};
use crate::model::directory::{GroupListing, RemoteUser};
use crate::model::roster::{AccessGroup as Group, Place};
use crate::model::{AccessGroupId, Completeness, Profile};

fn place() -> Place {
    Place {
        file: "people.csv".into(),
        line: 2,
    }
}

fn person(id: &str, name: &str, email: &str) -> Person {
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    Person {
        campus_id: CampusId::from(id),
        first_name: first.into(),
        middle_name: Text::default(),
        last_name: last.into(),
        email: email.into(),
        phone: Text::default(),
        title: Text::default(),
        department: Text::default(),
        status: "Active".into(),
        valid_from: None,
        valid_until: None,
        groups: vec![0],
        credentials: Vec::new(),
        in_scope: true,
        place: place(),
    }
}

fn user(id: &str, number: &str, name: &str, email: &str, external_id: &str) -> RemoteUser {
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
    RemoteUser {
        id: id.into(),
        external_id: (!external_id.is_empty()).then(|| external_id.into()),
        profile: Profile {
            email: email.into(),
            first_name: first.into(),
            last_name: last.into(),
            employee_number: number.into(),
            ..Profile::default()
        },
        active: Some(true),
        created: None,
    }
}

fn row(id: &str, number: &str, name: &str, email: &str, external_id: &str) -> AccessUser {
    AccessUser {
        id: id.into(),
        external_id: external_id.into(),
        email: email.into(),
        full_name: name.into(),
        employee_id: number.into(),
    }
}

fn policy() -> Policy {
    let now = Timestamp::constant(1_790_000_000, 0);
    Policy::new("https://command.example/scim", date(2026, 11, 23), now)
}

fn reviewed(people: Vec<Person>, users: Vec<RemoteUser>, rows: Option<Vec<AccessUser>>) -> Review {
    let roster = Roster {
        people,
        ..Roster::default()
    };
    let mut directory = Directory::assemble(users, Vec::new(), Completeness::Whole);
    directory.access = rows.map(|users| Access {
        users,
        ..Access::default()
    });
    review(&roster, &directory, &Memory::default(), &policy(), &[])
}

/// Campus id, user, confidence and decision of each proposal.
fn lines(review: &Review) -> Vec<String> {
    let proposals = review.proposals.iter();
    let lines = proposals.map(|proposal| {
        let id = match proposal.command_id.as_str() {
            "" => proposal.access_id.as_str(),
            id => id,
        };
        let (confidence, decision) = (proposal.confidence.word(), proposal.decision.word());
        format!("{} {id} {confidence} {decision}", proposal.atrium_id)
    });
    lines.collect()
}

#[test]
fn confidence_follows_from_what_agrees_and_what_does_not() {
    let mail = "ana@campus.example";
    for (number, name, email, external_id, expected) in [
        ("S1", "Ana Ng", mail, "", "certain link"),
        ("S1", "ANA NG", "", "", "certain link"),
        ("S1", "", "Ana@Campus.Example", "", "certain link"),
        ("S1", "Ana Maria Ng", mail, "", "certain link"),
        ("S1", "Ana Berg", mail, "", "likely skip"),
        ("S1", "Ana Ng", "other@campus.example", "", "likely skip"),
        ("", "Ana Ng", mail, "", "likely skip"),
        ("", "Anna Ng", mail, "", "likely skip"),
        ("", "Ana Berg", mail, "", "weak skip"),
        ("", "Ana Ng", "", "", "weak skip"),
        ("S1", "", "", "", "weak skip"),
        ("S2", "Ana Ng", mail, "", "contradicted skip"),
        ("s1", "Ana Ng", mail, "", "contradicted skip"),
        ("S1", "Ana Ng", mail, "atrium:S9", "contradicted skip"),
    ] {
        let users = vec![user("u", number, name, email, external_id)];
        let review = reviewed(vec![person("S1", "Ana Ng", mail)], users, None);
        let case = (number, name, email, external_id);
        assert_eq!(lines(&review), [format!("S1 u {expected}")], "{case:?}");
    }
    // Zeros that a spreadsheet took say nothing.
    let users = vec![user("u", "42", "Ana Ng", mail, "")];
    let review = reviewed(vec![person("0042", "Ana Ng", mail)], users, None);
    assert_eq!(lines(&review), ["0042 u likely skip"]);
}

#[test]
fn nobody_is_chosen_among_several() {
    let ana = || person("S1", "Ana Ng", "ana@campus.example");
    let by_id = user("a", "S1", "Ana Ng", "", "");
    let by_email = user("b", "", "Ana Ng", "ana@campus.example", "");
    let namesake = user("c", "", "Ana Ng", "", "");
    let twin = user("d", "", "Ana Ng", "", "");
    for (users, expected) in [
        (
            vec![by_id.clone(), by_email],
            vec!["S1 a ambiguous skip", "S1 b ambiguous skip"],
        ),
        (vec![by_id, namesake.clone()], vec!["S1 a certain link"]),
        (
            vec![namesake, twin],
            vec!["S1 c ambiguous skip", "S1 d ambiguous skip"],
        ),
        (vec![], vec!["S1  none skip"]),
    ] {
        let review = reviewed(vec![ana()], users, None);
        assert_eq!(lines(&review), expected);
    }
    let shared = user("u", "", "Ana Ng", "ana@campus.example", "");
    let people = vec![ana(), person("S2", "Bea Ng", "ana@campus.example")];
    let review = reviewed(people, vec![shared], None);
    assert_eq!(
        lines(&review),
        ["S1 u ambiguous skip", "S2 u ambiguous skip"]
    );
    assert_eq!(review.proposals[0].note, "S2 could be it");
}

#[test]
fn both_interfaces_say_what_a_record_is() {
    let mail = "ana@campus.example";
    let users = vec![user("u", "", "Ana Ng", mail, "")];
    let rows = vec![
        row("u", "S1", "Ana Ng", mail, ""),
        row("hidden", "S2", "Bo Li", "", ""),
        row("adopted", "S3", "Cy Ek", "", "atrium:S3"),
    ];
    let people = vec![
        person("S1", "Ana Ng", mail),
        person("S2", "Bo Li", "bo@campus.example"),
        person("S3", "Cy Ek", "cy@campus.example"),
    ];
    let review = reviewed(people, users, Some(rows));
    assert_eq!(
        lines(&review),
        ["S1 u certain link", "S2 hidden certain link"]
    );
    assert_eq!(review.proposals[0].access_id, "u");
    assert_eq!(review.proposals[1].command_id, "");
    let linked = &review.linked[&CampusId::from("S3")];
    assert_eq!(linked.access, Some("adopted".into()));
}

#[test]
fn somebody_inactive_is_proposed_and_not_linked_unasked() {
    let mut ana = person("S1", "Ana Ng", "");
    ana.status = "Inactive".into();
    let users = vec![user("u", "S1", "Ana Ng", "", "")];
    let review = reviewed(vec![ana.clone()], users.clone(), None);
    assert_eq!(lines(&review), ["S1 u certain skip"]);
    assert!(review.proposals[0].note.starts_with("inactive in Atrium"));
    ana.in_scope = false;
    assert_eq!(lines(&reviewed(vec![ana], users, None)), [""; 0]);
}

#[test]
fn a_group_is_never_linked_and_says_what_can_be_done() {
    let group = |id: &str, name: &str| Group {
        id: AccessGroupId::from(id),
        name: name.into(),
        in_scope: true,
        place: place(),
    };
    let listing =
        |id: &str, external_id: Option<&str>, name: &str, members: &[&str]| GroupListing {
            id: id.into(),
            external_id: external_id.map(Text::from),
            name: name.into(),
            members: Some(members.iter().map(|id| (*id).into()).collect()),
        };
    let roster = Roster {
        people: vec![person("S1", "Ana Ng", ""), person("S2", "Bo Li", "")],
        groups: vec![
            group("1", "Library"),
            group("2", "Labs"),
            group("3", "Pool"),
            group("4", "Gym"),
            group("5", "Vault"),
        ],
        ..Roster::default()
    };
    let users = vec![
        user("u1", "S1", "Ana Ng", "", ""),
        user("u2", "S2", "Bo Li", "", ""),
        user("u3", "", "Guest", "", ""),
    ];
    let groups = vec![
        listing("g1", None, "LIBRARY", &["u1", "u2", "u3"]),
        listing("g2", None, "labs", &["u3"]),
        listing("g3", Some("00gA"), "Pool", &[]),
        listing("g4", Some("atrium-group:4"), "Gym", &[]),
    ];
    let directory = Directory::assemble(users, groups, Completeness::Whole);
    let doors = [AccessGroup {
        id: "d5".into(),
        name: "Vault".into(),
        members: None,
    }];
    let review = review(&roster, &directory, &Memory::default(), &policy(), &doors);
    let groups = lines(&review).split_off(2);
    assert_eq!(
        groups,
        [
            "1 g1 likely skip",
            "2 g2 weak skip",
            "5 d5 weak skip",
            "3 g3 contradicted skip"
        ]
    );
    let library = &review.proposals[2];
    assert_eq!(
        library.evidence,
        "name equal; 2 of 3 members are in the access group"
    );
    let binding = "[atrium.access_groups.\"1\"] group_id = \"g1\"";
    assert!(library.note.contains(binding), "{}", library.note);
}

#[test]
fn a_fingerprint_is_another_one_as_soon_as_the_evidence_is() {
    let proposal = || {
        let users = vec![user("u", "S1", "Ana Ng", "", "")];
        let review = reviewed(vec![person("S1", "Ana Ng", "")], users, None);
        review.proposals[0].clone()
    };
    let (known, mut other) = (proposal().fingerprint(), proposal());
    other.decision = Decision::Skip;
    other.note = "seen".to_owned();
    assert_eq!(other.fingerprint(), known);
    other.command_email = "x".into();
    assert_ne!(other.fingerprint(), known);
    let (mut a, mut b) = (proposal(), proposal());
    (a.atrium_name, a.atrium_email) = ("ab".into(), "c".into());
    (b.atrium_name, b.atrium_email) = ("a".into(), "bc".into());
    assert_ne!(a.fingerprint(), b.fingerprint());
}

fn some_user() -> impl Strategy<Value = (String, String, String, String)> {
    (
        "(|S[1-4])",
        "(|Ana Ng|Bo Ng|Ana Li)",
        "(|[ab]@c.example)",
        "(|||atrium:S[1-4]|00uA)",
    )
}

proptest! {
    #[test]
    fn nobody_is_paired_twice_and_a_contradiction_is_never_certain(
        people in prop::collection::vec(("(Ana Ng|Bo Ng|Ana Li)", "(|[ab]@c.example)"), 0..4),
        users in prop::collection::vec(some_user(), 0..5),
        hidden in prop::collection::vec(some_user(), 0..3),
        with_key: bool,
    ) {
        let people: Vec<Person> = (1..)
            .zip(&people)
            .map(|(n, (name, email))| person(&format!("S{n}"), name, email))
            .collect();
        let listed: Vec<RemoteUser> = (1..)
            .zip(&users)
            .map(|(n, (number, name, email, external))| {
                user(&format!("u{n}"), number, name, email, external)
            })
            .collect();
        let rows = (1..).zip(users.iter().chain(&hidden)).map(|(n, (number, name, email, external))| {
            row(&format!("u{n}"), number, name, email, external)
        });
        let rows = with_key.then(|| rows.collect());
        let mut backwards = (people.clone(), listed.clone(), rows.clone());
        let review = reviewed(people, listed, rows);
        let (mut linked_people, mut linked_users) = (HashSet::new(), HashSet::new());
        for proposal in &review.proposals {
            let contradicts = proposal.evidence.contains("differs")
                || proposal.evidence.contains("another");
            if proposal.confidence == Confidence::Certain {
                prop_assert!(!contradicts, "{proposal:?}");
                prop_assert_eq!(&proposal.command_employee_id, &proposal.atrium_id);
            }
            prop_assert!(!review.linked.contains_key(&CampusId(proposal.atrium_id.clone())));
            if proposal.decision == Decision::Link {
                prop_assert_eq!(proposal.confidence, Confidence::Certain);
                prop_assert!(linked_people.insert(&proposal.atrium_id));
                prop_assert!(linked_users.insert((&proposal.command_id, &proposal.access_id)));
            }
        }
        backwards.0.reverse();
        backwards.1.reverse();
        if let Some(rows) = &mut backwards.2 {
            rows.reverse();
        }
        prop_assert_eq!(reviewed(backwards.0, backwards.1, backwards.2), review);
    }
}
