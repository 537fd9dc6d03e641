//! Cost follows change, not size: requests by endpoint, as the tool counts them and as the sandbox
//! does, which have to agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use atriumctl::sandbox::{self, Event, Hand};

use crate::watched::{Campus, Named};

type Requests = BTreeMap<String, u64>;

/// A minute in which nobody is throttled, and no token runs out.
const MINUTE: Duration = Duration::from_millis(900);

/// Everything that is read in each run, whatever changed: the lists of both interfaces, and what
/// opens the second one.
const LISTS: [(&str, u64); 4] = [
    ("GET /Groups", 1),
    ("GET /Users", 1),
    ("GET /access/v1/access_users", 1),
    ("POST /token", 1),
];

/// A campus on which nobody in Command has a card that Atrium gives to somebody else.
fn campus(people: u32, seed: u64, personality: &[&str]) -> Campus {
    let mut campus = Campus::paced(people, seed, personality, MINUTE);
    campus.hand(&Hand::RemoveCard {
        who: "S1000005".to_owned(),
        card: "6002".to_owned(),
    });
    campus
}

/// The requests of one sync, counted on both sides. Cards are read as they are for anybody but the
/// sandbox: only those of people about whom something changed.
#[track_caller]
fn requests_of_a_sync(campus: &mut Campus, arguments: &[&str]) -> Requests {
    let all = [arguments, &["--verify", "changed"]].concat();
    campus.running.reset_requests();
    let ran = campus.sync_with(&all, &Named::default());
    assert_eq!(ran.code, 0, "{ran}");
    let served = campus.running.requests();
    let listed = campus.document["requests"].as_array().unwrap();
    let sent: Requests = listed
        .iter()
        .map(|count| {
            assert_eq!(count["retries"], 0, "{count}");
            let endpoint = count["endpoint"].as_str().unwrap().to_owned();
            (endpoint, count["sent"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(sent, served);
    served
}

/// Fails unless these were the requests beside [`LISTS`], of which `expected` may say otherwise.
#[track_caller]
fn expect(requests: &Requests, expected: &[(&str, u64)]) {
    let expected: Requests = LISTS
        .iter()
        .chain(expected)
        .map(|(endpoint, count)| ((*endpoint).to_owned(), *count))
        .collect();
    assert_eq!(*requests, expected);
}

/// The pages of a hundred that hold all users and so many more.
fn pages(campus: &Campus, more: u64) -> u64 {
    (campus.world().users.len() as u64 + more).div_ceil(100)
}

#[test]
fn a_sync_without_a_change_reads_the_pages_and_nothing_else() {
    for people in [45, 250] {
        let mut campus = campus(people, 1, &[]);
        let _ = campus.sync();
        let expected = [("GET /Groups", 1), ("GET /Users", pages(&campus, 0))];
        expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    }
}

#[test]
fn a_list_without_members_costs_one_call_a_group() {
    let mut campus = campus(45, 1, &["members-hidden"]);
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
    let mut campus = campus(45, 1, &[]);
    let _ = campus.sync();
    let dir = campus.environment.sandbox_dir();
    sandbox::evolve(&dir, Some(&[Event::ChangedTitle])).unwrap();
    let expected = [
        ("GET /Groups", 1),
        ("GET /ServiceProviderConfig", 1),
        ("GET /Users", 1),
        ("GET /Users/{id}", 1),
        ("PATCH /Users/{id}", 1),
    ];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);
}

#[test]
fn a_joiner_is_one_create_one_write_a_group_and_one_a_card() {
    let mut seen = BTreeSet::new();
    for seed in 1..=16 {
        let mut campus = campus(45, seed, &[]);
        let _ = campus.sync();
        campus.happen(&[Event::Joiner]);
        let (_, plan) = campus.plan();
        let planned = |action: &str| plan["counts"]["changes"][action].as_u64().unwrap_or(0);
        let (groups, cards) = (planned("add-member"), planned("add-card"));
        seen.insert((groups, cards));
        let mut expected = vec![
            ("GET /Users/{id}", 1),
            ("POST /Users", 1),
            // Once more, to find the user that was made a moment ago; so nobody has to read the
            // cards of somebody who is known to have none.
            ("GET /access/v1/access_users", 2),
        ];
        if groups > 0 {
            expected.extend([
                ("GET /Groups/{id}", groups),
                ("GET /ServiceProviderConfig", 1),
                ("PATCH /Groups/{id}", groups),
            ]);
        }
        if cards > 0 {
            expected.extend([
                ("POST /access/v1/credentials/card", cards),
                // To see that the cards are there.
                ("GET /access/v1/access_users/user", 1),
            ]);
        }
        expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    }
    assert!(seen.contains(&(3, 2)), "{seen:?}");
}

#[test]
fn one_lost_card_is_one_removal_between_two_looks_at_its_holder() {
    let mut campus = campus(45, 1, &[]);
    let _ = campus.sync();
    campus.happen(&[Event::LostCard]);
    let expected = [
        ("DELETE /access/v1/credentials/card", 1),
        ("GET /access/v1/access_users/user", 2),
    ];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    expect(&requests_of_a_sync(&mut campus, &[]), &[]);
}

#[test]
fn one_moved_card_is_two_writes_between_two_looks_at_both_holders() {
    let mut campus = campus(45, 1, &[]);
    let _ = campus.sync();
    campus.happen(&[Event::MovedCard]);
    let expected = [
        ("DELETE /access/v1/credentials/card", 1),
        ("POST /access/v1/credentials/card", 1),
        ("GET /access/v1/access_users/user", 4),
    ];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);
    expect(&requests_of_a_sync(&mut campus, &[]), &[]);
}

#[test]
fn somebody_closed_or_added_by_hand_costs_nothing() {
    let mut campus = campus(45, 1, &[]);
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

#[test]
fn members_are_written_a_hundred_at_a_time() {
    let mut campus = campus(40, 1, &[]);
    let _ = campus.sync();
    let dir = campus.environment.sandbox_dir();
    let [people, memberships, _] = sandbox::atrium_exports(&dir);
    let append = |path: &Path, line: &dyn Fn(u32) -> String| {
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        let lines: String = (0..250).map(line).collect();
        file.write_all(lines.as_bytes()).unwrap();
    };
    append(&people, &|number| {
        format!("T{number},Ada,,Fan{number},fan{number}@campus.example,,,Sport,Active,,\n")
    });
    // More than fifty users are looked at by reading the list again.
    let expected = [
        ("GET /Groups", 2),
        ("GET /Users", 1 + pages(&campus, 250)),
        ("POST /Users", 250),
        ("GET /access/v1/access_users", 2),
    ];
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);

    let before = std::fs::read_to_string(&memberships).unwrap();
    append(&memberships, &|number| format!("T{number},900,Stadium\n"));
    let lists = [("GET /Groups", 1), ("GET /Users", pages(&campus, 0))];
    let mut expected = lists.to_vec();
    expected.extend([
        ("GET /Groups/{id}", 1),
        ("GET /ServiceProviderConfig", 1),
        ("PATCH /Groups/{id}", 3),
        ("POST /Groups", 1),
    ]);
    expect(&requests_of_a_sync(&mut campus, &[]), &expected);

    std::fs::write(&memberships, before).unwrap();
    let allow = ["--allow", "memberships", "--allow", "emptied-groups"];
    let mut expected = lists.to_vec();
    expected.extend([
        ("GET /Groups/{id}", 1),
        ("GET /ServiceProviderConfig", 1),
        ("PATCH /Groups/{id}", 3),
    ]);
    expect(&requests_of_a_sync(&mut campus, &allow), &expected);
    expect(&requests_of_a_sync(&mut campus, &[]), &lists);
}

#[test]
fn the_statistics_are_those_of_the_document() {
    let campus = campus(40, 1, &[]);
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
}

/// A campus of some size: every page is read once, every person is made once, and afterwards a
/// sync costs the pages.
#[test]
fn two_thousand_people_cost_a_request_each_once_and_the_pages_ever_after() {
    let mut campus = campus(2_000, 1, &[]);
    let (_, plan) = campus.plan();
    let planned = |action: &str| plan["counts"]["changes"][action].as_u64().unwrap_or(0);
    let requests = requests_of_a_sync(&mut campus, &[]);
    assert_eq!(requests["POST /Users"], planned("create-user"));
    assert_eq!(requests["POST /Groups"], planned("create-group"));
    assert_eq!(requests["PATCH /Users/{id}"], planned("deactivate-user"));
    // A batch for each group and each hundred of its new members; one removal.
    let groups = planned("create-group") + 1;
    let batches = planned("add-member").div_ceil(100) + groups;
    assert!(
        requests["PATCH /Groups/{id}"] <= batches + 1,
        "{requests:?}"
    );
    // The look afterwards reads the lists, not the people.
    assert_eq!(requests["GET /Users"], 1 + pages(&campus, 0));
    assert_eq!(requests.get("GET /Users/{id}"), None);

    let lists = [("GET /Groups", 1), ("GET /Users", pages(&campus, 0))];
    expect(&requests_of_a_sync(&mut campus, &[]), &lists);
    campus.evolve(1);
    let (_, plan) = campus.plan();
    let requests = requests_of_a_sync(&mut campus, &[]);
    let sent: u64 = requests.values().sum();
    let reads = 1 + pages(&campus, 1);
    let changes = plan["operations"].as_array().unwrap().len() as u64;
    assert!(sent <= reads + 1 + 2 * changes, "{sent}: {requests:?}");
    assert_eq!(campus.left(), "");
}
