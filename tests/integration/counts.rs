//! Cost follows change, not size: requests by endpoint, as the tool counts them and as the sandbox
//! does, which have to agree.

use std::collections::BTreeMap;

use atriumctl::sandbox::{self, Event, Hand};
use serde_json::Value;

use crate::campus::Campus;

type Requests = BTreeMap<String, u64>;

/// The requests of one sync, counted on both sides.
#[track_caller]
fn requests_of_a_sync(campus: &mut Campus, arguments: &[&str]) -> Requests {
    campus.running.reset_requests();
    let ran = campus.sync_with(arguments, &Default::default());
    assert_eq!(ran.code, 0, "{ran}");
    let served = campus.running.requests();
    let listed = campus.document["requests"].as_array().unwrap();
    let sent: Requests = listed
        .iter()
        .map(|count| {
            assert_eq!(count["retries"], 0);
            let endpoint = count["endpoint"].as_str().unwrap().to_owned();
            (endpoint, count["sent"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(sent, served);
    served
}

#[track_caller]
fn expect(requests: &Requests, expected: &[(&str, u64)]) {
    let expected: Requests = expected
        .iter()
        .map(|(endpoint, count)| ((*endpoint).to_owned(), *count))
        .collect();
    assert_eq!(*requests, expected);
}

/// Every user that SCIM lists, and the pages of a hundred that hold them.
fn pages(campus: &Campus) -> u64 {
    (campus.world().users.len() as u64).div_ceil(100)
}

#[test]
fn a_sync_without_a_change_reads_the_pages_and_nothing_else() {
    for people in [45, 250] {
        let mut campus = Campus::new(people, 1, &[]);
        let _ = campus.sync();
        let expected = [("GET /Groups", 1), ("GET /Users", pages(&campus))];
        expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    }
}

#[test]
fn a_list_without_members_costs_one_call_a_group() {
    let mut campus = Campus::new(45, 1, &["members-hidden"]);
    let _ = campus.sync();
    let expected = [
        ("GET /Groups", 1),
        ("GET /Groups/{id}", campus.world().groups.len() as u64),
        ("GET /Users", 1),
    ];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);
}

#[test]
fn one_changed_title_is_one_probe_one_write_and_one_look() {
    let mut campus = Campus::new(45, 1, &[]);
    let _ = campus.sync();
    let dir = campus.environment.sandbox_dir();
    let told = sandbox::evolve(&dir, Some(&[Event::ChangedTitle])).unwrap();
    let expected = [
        ("GET /Groups", 1),
        ("GET /ServiceProviderConfig", 1),
        ("GET /Users", 1),
        ("GET /Users/{id}", 1),
        ("PATCH /Users/{id}", 1),
    ];
    let requests = requests_of_a_sync(&mut campus, &[]);
    assert_eq!(requests, requests, "{told:?}");
    expect(&requests, &expected);
}

#[test]
fn a_joiner_is_one_create_and_one_write_a_group() {
    for seed in 1..4 {
        let mut campus = Campus::new(45, seed, &[]);
        let _ = campus.sync();
        let dir = campus.environment.sandbox_dir();
        sandbox::evolve(&dir, Some(&[Event::Joiner])).unwrap();
        let (_, plan) = campus.plan();
        let groups = plan["counts"]["changes"]["add-member"].as_u64().unwrap_or(0);
        let mut expected = vec![
            ("GET /Groups", 1),
            ("GET /Users", 1),
            ("GET /Users/{id}", 1),
            ("POST /Users", 1),
        ];
        if groups > 0 {
            expected.extend([
                ("GET /Groups/{id}", groups),
                ("GET /ServiceProviderConfig", 1),
                ("PATCH /Groups/{id}", groups),
            ]);
        }
        expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    }
}

#[test]
fn somebody_closed_or_added_by_hand_costs_nothing() {
    let mut campus = Campus::new(45, 1, &[]);
    let _ = campus.sync();
    let dir = campus.environment.sandbox_dir();
    let closed = Hand::DeactivateUser("noor.haddad@students.campus.example".to_owned());
    sandbox::hand(&dir, &closed).unwrap();
    let added = Hand::AddUser {
        email: "guest@campus.example".to_owned(),
        first_name: "A".to_owned(),
        last_name: "Guest".to_owned(),
    };
    sandbox::hand(&dir, &added).unwrap();
    campus.note_closed();
    let expected = [("GET /Groups", 1), ("GET /Users", 1)];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);
}

/// A profile of files against the sandbox: 250 people in one group.
#[test]
fn members_are_written_a_hundred_at_a_time() {
    let mut campus = Campus::new(40, 1, &[]);
    let _ = campus.sync();
    let dir = campus.environment.sandbox_dir();
    let [people, memberships] = sandbox::atrium_exports(&dir);
    let head = |path: &std::path::Path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    panic!("{}\n{}", head(&people), head(&memberships));
}

#[test]
fn the_statistics_are_those_of_the_document() {
    let campus = Campus::new(40, 1, &[]);
    let ran = campus
        .environment
        .run(&["sync", "--profile", "sandbox", "--yes", "--stats"])
        .expect(0);
    for (endpoint, count) in campus.running.requests() {
        let shown = ran.stderr.lines().chain(ran.stdout.lines()).any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            line.contains(&endpoint) && words.contains(&count.to_string().as_str())
        });
        assert!(shown, "{endpoint} {count}: {ran}");
    }
    let _ = Value::Null;
}
