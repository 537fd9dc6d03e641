//! What went wrong with other tools of this trade, a test each. The remarks name where it was
//! told: owner/repository#issue.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use atriumctl::sandbox::{self, Fault, Faults, Hand, Personality};

use crate::campus::{Campus, Membership, PROFILE, Person, people, person, writes};
use crate::proxy;

/// A campus of so many people in one group, synced.
fn synced(count: u32) -> Campus {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(count));
    let _ = campus.sync(0);
    assert_eq!(campus.active().len(), count as usize);
    campus
}

fn export_in_one_group(campus: &Campus, people: &[Person]) {
    let all: Vec<Membership<'_>> = people
        .iter()
        .map(|one| (&*one.id, "1", "Library"))
        .collect();
    campus.export(people, &all);
}

fn with_status(
    mut people: Vec<Person>,
    which: std::ops::Range<usize>,
    status: &str,
) -> Vec<Person> {
    for person in &mut people[which] {
        person.status = status.to_owned();
    }
    people
}

/// A server that could not be reached was taken for an empty one, and 43 people lost their access.
/// opnsense/core#10128, owncloud/user_ldap#460. Either side may be the one that fails.
#[test]
fn a_read_that_fails_removes_nobody() {
    let campus = synced(43);
    campus.environment.write("people.csv", [0xff, 0xfe, 0x00]);
    let _ = campus.refused(1);
    export_in_one_group(&campus, &with_status(people(43), 0..2, "Inactive"));
    campus
        .command
        .set_faults(Faults::default().with(Fault::Internal, 1.0));
    let _ = campus.refused(7);
    campus.command.set_faults(Faults::default());
    assert_eq!(campus.active().len(), 43);
    assert_eq!(campus.members("1").len(), 43);
}

/// The source answered without an error, with 400 of 56,726 groups: 56,326 were deleted.
/// lithnet/googleapps-managementagent#78.
#[test]
fn a_source_that_shrank_sharply_removes_neither_people_nor_groups() {
    let campus = Campus::new();
    let everybody = people(60);
    let ids: Vec<(String, String, String)> = (0..180)
        .map(|n| {
            let group = n % 45;
            (
                everybody[n % 60].id.clone(),
                group.to_string(),
                format!("Room {group}"),
            )
        })
        .collect();
    let all: Vec<Membership<'_>> = ids.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
    campus.export(&everybody, &all);
    let _ = campus.sync(0);
    let before = campus.groups();
    assert_eq!(before.len(), 45);

    // Two groups of 45, all people.
    let few: Vec<Membership<'_>> = all
        .iter()
        .copied()
        .filter(|(_, group, _)| ["0", "1"].contains(group))
        .collect();
    campus.export(&everybody, &few);
    let ran = campus.refused(6);
    assert!(ran.stdout.contains("guard-memberships"), "{ran}");
    assert_eq!(campus.groups(), before);

    // Less than half of the people.
    campus.export(&everybody[..29], &all);
    let ran = campus.refused(6);
    assert!(ran.stdout.contains("source-shrunken"), "{ran}");
    assert!(ran.stdout.contains("29 people, 60 the last time"), "{ran}");

    // More than half of them.
    campus.export(&everybody[..45], &all);
    let ran = campus.sync(6);
    assert!(ran.stdout.contains("guard-people"), "{ran}");
    assert_eq!(campus.active().len(), 60);
}

/// A search succeeded without entries, because the right to read had been lost: everybody was
/// disabled. h44z/wg-portal PR #744. No limit is too high for that: here are three people.
#[test]
fn an_empty_source_is_refused_however_few_they_are() {
    let campus = synced(3);
    campus.export(&[], &[]);
    let ran = campus.refused(6);
    assert!(ran.stdout.contains("source-empty"), "{ran}");
    assert_eq!(campus.active().len(), 3);
}

/// An error value was taken for "no longer there", and 512 accounts were disabled.
/// glpi-project/glpi#984.
#[test]
fn a_record_that_can_not_be_read_is_not_gone() {
    let campus = synced(20);
    let mut text = String::from("campus_id,first_name,last_name,email,department,status\n");
    for n in 1..=20 {
        match n {
            // Too many cells: a separator inside a name that nobody quoted.
            7 => text.push_str("T00007,First7,Last7,Jr.,t00007@campus.example,D,Active\n"),
            n => text.push_str(&format!(
                "T{n:05},First{n},Last{n},t{n:05}@campus.example,Department {},Active\n",
                n % 10
            )),
        }
    }
    campus.environment.write("people.csv", text);
    let ran = campus.run(&["sync", "--yes"]);
    assert!(ran.stdout.contains("row-unreadable"), "{ran}");
    assert!(ran.stdout.contains("people.csv:8"), "{ran}");
    assert_eq!(campus.active().len(), 20, "{ran}");
    assert_eq!(campus.members("1").len(), 20, "{ran}");
}

/// A filter on a full run disabled everybody outside of it. glpi-project/glpi PR #9265,
/// keycloak/keycloak#21359, myOmikron/mailcow-ldap-sync#9 and #13.
#[test]
fn a_filter_narrows_what_is_touched_and_removes_nothing() {
    let campus = synced(8);
    campus.set_profile("atrium.people.department = [\"Department 1\"]");
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("filter-changed"), "{ran}");
    assert_eq!(campus.active().len(), 8);
    campus.set_profile("atrium.groups.access_group_name = [\"Nothing*\"]");
    let _ = campus.refused(0);
    assert_eq!(campus.members("1").len(), 8);
    // A second run with the same filter is no reason, either.
    let _ = campus.refused(0);
    assert_eq!(campus.members("1").len(), 8);
}

/// A person who was moved in the source was deleted and created again.
/// myOmikron/mailcow-ldap-sync#3, bitwarden/directory-connector#397.
#[test]
fn a_person_who_moved_stays_the_same_user() {
    let campus = synced(5);
    let before = campus.users();
    let mut moved = people(5);
    moved[0].department = "Another".to_owned();
    moved[0].last = "Married".to_owned();
    moved[0].first = "Other".to_owned();
    export_in_one_group(&campus, &moved);
    let _ = campus.sync(0);
    let after = campus.users();
    assert_eq!(after["T00001"]["id"], before["T00001"]["id"]);
    assert_eq!(after["T00001"]["name"]["familyName"], "Married");
    assert_eq!(after.len(), 5);
    assert_eq!(campus.members("1").len(), 5);
    campus.nothing_left();
}

/// A 503 half-way through the list, then the deletion of all who stood in the other half.
/// awslabs/ssosync#278 and #234.
#[test]
fn a_list_that_breaks_off_half_way_removes_nobody() {
    let campus = synced(200);
    let small: Personality = "small-pages".parse().unwrap();
    sandbox::set_personality(&campus.environment.sandbox_dir(), &small).unwrap();
    export_in_one_group(&campus, &with_status(people(200), 0..2, "Inactive"));
    let mut slow = Faults {
        latency_ms: 60,
        ..Faults::default()
    };
    campus.command.set_faults(slow.clone());
    campus.command.reset_requests();
    let mut child = campus
        .environment
        .command(&["sync", "--yes", "--profile", PROFILE])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pages = || campus.command.requests().get("GET /Users").copied();
    while pages().unwrap_or(0) < 3 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    slow.latency_ms = 0;
    campus
        .command
        .set_faults(slow.with(Fault::Unavailable, 1.0));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert_eq!(writes(&campus.command), 0);
    campus.command.set_faults(Faults::default());
    assert_eq!(campus.active().len(), 200);
}

/// Servers that ignore paging, or count wrongly. wso2/product-is#9957 and #4601,
/// awslabs/ssosync#65, slashdevops/idp-scim-sync#76.
#[test]
fn a_server_that_ignores_paging_is_read_whole() {
    for personality in [
        "lists-unpaged",
        "small-pages",
        "small-pages,numbers-as-strings",
    ] {
        let campus = Campus::with(personality, "");
        export_in_one_group(&campus, &people(130));
        let _ = campus.sync(0);
        campus.nothing_left();
        assert_eq!(campus.users().len(), 130, "{personality}");
    }
}

/// The other half of it: a total that does not agree with what came is no whole list.
#[test]
fn a_server_that_counts_wrongly_makes_nobody_gone() {
    let campus = synced(12);
    let mut fewer = people(12);
    let _ = fewer.pop();
    export_in_one_group(&campus, &fewer);
    let url = proxy::between(&campus.command.base_url(), |asked, mut answer| {
        if asked.method == "GET" && asked.target.starts_with("/scim/Users?") {
            let mut list: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            let total = list["totalResults"].as_u64().unwrap();
            list["totalResults"] = (total + 5).into();
            answer.body = list.to_string();
        }
        answer
    });
    same_organization(&campus, &url);
    let before = writes(&campus.command);
    let ran = campus.run(&["sync", "--yes"]).expect(7);
    assert!(ran.stdout.contains("target-incomplete"), "{ran}");
    assert!(ran.stdout.contains("the server counts"), "{ran}");
    assert_eq!(writes(&campus.command), before, "{ran}");
    assert_eq!(campus.active().len(), 12);
}

/// Lets the ledger know the organization under the proxy's address, and the profile speak to it.
fn same_organization(campus: &Campus, proxy: &str) {
    let ledger = campus.environment.ledger(PROFILE);
    if ledger.exists() {
        let connection = rusqlite::Connection::open(ledger).unwrap();
        connection
            .execute(
                "UPDATE runs SET organization = ?",
                [format!("{proxy}/scim")],
            )
            .unwrap();
    }
    let path = campus.environment.path("config/profiles/campus.toml");
    let profile = std::fs::read_to_string(&path).unwrap();
    let direct = campus.command.base_url();
    std::fs::write(path, profile.replace(&direct, proxy)).unwrap();
}

/// More than 100 members in one PATCH were cut short, or a PATCH removed the rest.
/// slashdevops/idp-scim-sync#62, goauthentik/authentik#20410, FusionAuth/fusionauth-issues#2784.
#[test]
fn two_hundred_and_fifty_members_go_in_three_batches_and_all_stay() {
    let campus = Campus::new();
    export_in_one_group(&campus, &people(250));
    let _ = campus.sync(0);
    let patches = campus.command.requests().get("PATCH /Groups/{id}").copied();
    assert_eq!(patches, Some(3));
    assert_eq!(campus.members("1").len(), 250);
    // One more does not push the others out.
    export_in_one_group(&campus, &people(251));
    let _ = campus.sync(0);
    assert_eq!(campus.members("1").len(), 251);
    campus.nothing_left();
}

/// The user was not in the list, yet creating them ended with 409, for ever.
/// Metatavu/keycloak-scim-server#74.
#[test]
fn a_user_whom_nobody_sees_is_not_tried_again_and_again() {
    let campus = Campus::with("natives-hidden", "");
    campus.hand(&Hand::AddUser {
        email: person(1).email,
        first_name: "Somebody".to_owned(),
        last_name: "Else".to_owned(),
    });
    campus.export(&people(3), &[]);
    let ran = campus.sync(5);
    assert!(ran.stdout.contains("held-by-invisible"), "{ran}");
    assert!(ran.stdout.contains("Deleted Users"), "{ran}");
    assert_eq!(campus.active(), ["T00002", "T00003"]);
    let before = writes(&campus.command);
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("held-by-invisible"), "{ran}");
    assert_eq!(writes(&campus.command), before);
    campus.nothing_left();
    // Named, they are tried.
    let _ = campus.run(&["sync", "--yes", "--only", "T00001"]).expect(5);
    assert_eq!(writes(&campus.command), before + 1);
}

/// A 409 without reason or field. getsentry/sentry#117860, Metatavu/keycloak-scim-server#109,
/// snipe/snipe-it#18864, FusionAuth/fusionauth-issues#2695.
#[test]
fn a_conflict_without_a_reason_is_looked_into() {
    let campus = Campus::with("natives-hidden", "");
    campus.hand(&Hand::AddUser {
        email: person(1).email,
        first_name: "Somebody".to_owned(),
        last_name: "Else".to_owned(),
    });
    campus.export(&people(1), &[]);
    let url = proxy::between(&campus.command.base_url(), |_, mut answer| {
        if answer.status == 409 {
            answer.body.clear();
        }
        answer
    });
    same_organization(&campus, &url);
    let ran = campus.sync(5);
    assert!(ran.stdout.contains("held-by-invisible"), "{ran}");
    assert!(ran.stdout.contains("409"), "{ran}");
}

/// A server that matched parts of the address gave somebody else's record as the answer.
/// Metatavu/keycloak-scim-server#67.
#[test]
fn a_search_that_finds_somebody_else_finds_nobody() {
    let campus = Campus::with("natives-hidden", "");
    // The first is in Command; the second one's address is taken by somebody whom nobody sees.
    campus.export(&people(1), &[]);
    let _ = campus.sync(0);
    campus.hand(&Hand::AddUser {
        email: person(2).email,
        first_name: "Somebody".to_owned(),
        last_name: "Else".to_owned(),
    });
    let other = campus.users()["T00001"].to_string();
    let searches = Arc::new(AtomicU64::new(0));
    let searched = Arc::clone(&searches);
    let url = proxy::between(&campus.command.base_url(), move |asked, mut answer| {
        if asked.target.contains("filter=") {
            searched.fetch_add(1, Ordering::Relaxed);
            answer.body = format!(
                "{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\
                 \"totalResults\":1,\"startIndex\":1,\"itemsPerPage\":1,\"Resources\":[{other}]}}"
            );
        }
        answer
    });
    same_organization(&campus, &url);
    let before = campus.users();
    campus.export(&people(2), &[]);
    let ran = campus.sync(5);
    assert!(ran.stdout.contains("held-by-invisible"), "{ran}");
    assert!(searches.load(Ordering::Relaxed) > 0, "nothing was searched");
    assert_eq!(campus.users(), before);
}

/// An identity was free only after the deleted record had been purged, and creating it ended with
/// 409 for ever. better-auth/better-auth#11111.
#[test]
fn a_deleted_user_whose_address_is_kept_is_reported_once() {
    let campus = Campus::with("delete-keeps-email", "");
    campus.export(&people(3), &[]);
    let _ = campus.sync(0);
    campus.hand(&Hand::DeleteUser(person(1).email));
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("deleted-in-command"), "{ran}");
    let ran = campus
        .run(&["sync", "--yes", "--reopen", "T00001"])
        .expect(5);
    assert!(ran.stdout.contains("held-by-invisible"), "{ran}");
    let _ = campus.refused(0);
}

/// Disabled by the sync, and never enabled again when they were back. h44z/wg-portal#358.
#[test]
fn whoever_the_sync_closed_it_opens_again() {
    let campus = synced(6);
    for status in ["Inactive", "Active"] {
        export_in_one_group(&campus, &with_status(people(6), 0..1, status));
        let _ = campus.sync(0);
        campus.nothing_left();
        let active = campus.active().contains(&"T00001".to_owned());
        assert_eq!(active, status == "Active");
    }
    // Absent and back, too.
    export_in_one_group(&campus, &people(6)[1..]);
    let _ = campus.sync(0);
    assert_eq!(campus.active().len(), 5);
    export_in_one_group(&campus, &people(6));
    let _ = campus.sync(0);
    assert_eq!(campus.active().len(), 6);
    assert_eq!(campus.members("1").len(), 6);
    // What somebody closed by hand is another matter.
    campus.hand(&Hand::DeactivateUser(person(2).email));
    let ran = campus.refused(0);
    assert!(ran.stdout.contains("closed-in-command"), "{ran}");
}

/// A removal was left out because there was nothing to add. RocketChat/Rocket.Chat PR #41976.
#[test]
fn a_removal_is_done_though_nothing_is_to_be_added() {
    let campus = synced(4);
    let all = people(4);
    let three: Vec<Membership<'_>> = all[1..]
        .iter()
        .map(|one| (&*one.id, "1", "Library"))
        .collect();
    campus.export(&all, &three);
    let ran = campus.sync(0);
    assert_eq!(campus.members("1"), ["T00002", "T00003", "T00004"], "{ran}");
    assert_eq!(campus.active().len(), 4);
    campus.nothing_left();
}

/// The limit was counted as the work went on, and overrun by what was under way.
/// bcgov/sso-keycloak PR #385.
#[test]
fn a_limit_is_checked_on_the_whole_plan_before_the_first_write() {
    let campus = synced(40);
    // Ten may go; eleven are to. Nobody goes, and who comes, comes.
    let mut rows = with_status(people(40), 0..11, "Inactive");
    rows.push(person(41));
    export_in_one_group(&campus, &rows);
    let ran = campus.sync(6);
    assert!(ran.stdout.contains("guard-people"), "{ran}");
    assert_eq!(campus.active().len(), 41, "{ran}");
    assert_eq!(campus.members("1").len(), 41, "{ran}");
}

/// And not overrun by a second run of the same day, either.
#[test]
fn a_limit_counts_the_runs_of_the_day_together() {
    let campus = synced(40);
    export_in_one_group(&campus, &with_status(people(40), 0..6, "Inactive"));
    let _ = campus.sync(0);
    assert_eq!(campus.active().len(), 34);
    export_in_one_group(&campus, &with_status(people(40), 0..12, "Inactive"));
    let ran = campus.sync(6);
    assert!(ran.stdout.contains("6 did in the last 24 hours"), "{ran}");
    assert_eq!(campus.active().len(), 34);
    let _ = campus
        .run(&["sync", "--yes", "--allow", "people"])
        .expect(0);
    assert_eq!(campus.active().len(), 28);
}
