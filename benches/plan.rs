//! How long a plan takes: people with two cards and three access groups each, of 500.
//!
//! `cargo bench --bench plan` runs everything; `cargo bench --bench plan -- no_change` one case.

use std::collections::HashSet;

use atriumctl::model::access::{Access, AccessRecord, AccessUser, RemoteCard};
use atriumctl::model::card::{Card, Format};
use atriumctl::model::directory::{Directory, Members, RemoteGroup, RemoteUser};
use atriumctl::model::memory::{AccessMemory, CardMemory, GroupMemory, Memory, UserMemory};
use atriumctl::model::plan::Plan;
use atriumctl::model::roster::{AccessGroup, Credential, Person, Place, Roster};
use atriumctl::model::{
    AccessGroupId, AccessUserId, CampusId, CardId, Completeness, GroupId, Profile, Text, UserId,
};
use atriumctl::reconcile::plan;
use atriumctl::reconcile::policy::{Allow, Policy};
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use jiff::Timestamp;
use jiff::civil::date;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const GROUPS: u32 = 500;
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

fn profile(number: u32) -> Profile {
    Profile {
        email: format!("p{number}@campus.example").into(),
        first_name: format!("First{}", number % 977).into(),
        middle_name: Text::default(),
        last_name: format!("Last{}", number % 9_973).into(),
        phone: format!("+1650{number:07}").into(),
        title: Text::default(),
        department: format!("Department {}", number % 40).into(),
        employee_number: format!("S{number:07}").into(),
    }
}

/// The groups of a person, ascending and different.
fn groups_of(number: u32) -> [u32; 3] {
    let mut groups = [
        number % GROUPS,
        (number + 167) % GROUPS,
        (number + 333) % GROUPS,
    ];
    groups.sort_unstable();
    groups
}

/// The cards of a person.
fn cards_of(number: u32) -> [Card; 2] {
    [0, 1].map(|which| Card {
        format: Format::Hid37WithFacilityCode,
        facility_code: Some(102),
        number: u128::from(2 * number + which),
    })
}

/// The sides of a campus of this size: both in step, and what the ledger knows of it.
fn sides(size: u32) -> (Roster, Directory, Memory) {
    let place = Place {
        file: "people.csv".into(),
        line: 2,
    };
    let mut roster = Roster {
        has_credentials: true,
        has_id_status: true,
        id_types: vec!["Prox".into()],
        id_statuses: vec!["Active".into(), "Lost".into()],
        ..Roster::default()
    };
    let mut access = Access::default();
    let mut directory = Directory {
        completeness: Completeness::Whole,
        ..Directory::default()
    };
    let mut memory = Memory {
        organization: Some("https://command.example/scim".into()),
        runs: 1,
        ..Memory::default()
    };
    let mut members = vec![Vec::new(); GROUPS as usize];
    for number in 0..size {
        let profile = profile(number);
        let groups = groups_of(number);
        for group in groups {
            members[group as usize].push(number);
        }
        let id = UserId(format!("4f3c2b1a-0000-4000-8000-{number:012}").into());
        roster.people.push(Person {
            campus_id: CampusId(profile.employee_number.clone()),
            first_name: profile.first_name.clone(),
            middle_name: profile.middle_name.clone(),
            last_name: profile.last_name.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            title: profile.title.clone(),
            department: profile.department.clone(),
            status: Text::from("Active"),
            valid_from: None,
            valid_until: None,
            groups: groups.to_vec(),
            credentials: cards_of(number)
                .map(|card| Credential {
                    card,
                    id_type: 0,
                    status: 0,
                })
                .to_vec(),
            in_scope: true,
            place: place.clone(),
        });
        // The user of the REST API has another id than the one of SCIM.
        let access_id = AccessUserId(format!("8e7d6c5b-0000-4000-8000-{number:012}").into());
        access.users.push(AccessUser {
            id: access_id.clone(),
            external_id: Text::default(),
            email: profile.email.clone(),
            full_name: format!("{} {}", profile.first_name, profile.last_name).into(),
            employee_id: profile.employee_number.clone(),
        });
        memory.users.insert(
            CampusId(profile.employee_number.clone()),
            UserMemory {
                user_id: id.clone(),
                ours: true,
                applied: profile.clone(),
                groups: groups.to_vec(),
                in_scope: true,
                access: Some(Box::new(AccessMemory {
                    id: access_id,
                    cards: cards_of(number)
                        .map(|card| CardMemory {
                            card,
                            card_id: CardId(format!("c{}", card.number).into()),
                            ours: true,
                        })
                        .to_vec(),
                    read: Some(Timestamp::constant(1_789_000_000, 0)),
                    listing: 0,
                })),
                ..UserMemory::default()
            },
        );
        directory.users.push(RemoteUser {
            id,
            external_id: Some(format!("atrium:{}", profile.employee_number).into()),
            profile,
            active: Some(true),
            created: None,
        });
    }
    for (number, users) in (0..).zip(members) {
        let (id, name) = (format!("{number}"), format!("Building {number}"));
        let group_id = GroupId(format!("g{number}").into());
        roster.groups.push(AccessGroup {
            id: AccessGroupId(id.clone().into()),
            name: name.clone().into(),
            in_scope: true,
            place: place.clone(),
        });
        memory.groups.push(GroupMemory {
            id: AccessGroupId(id.clone().into()),
            group_id: group_id.clone(),
            name: name.clone().into(),
        });
        directory.groups.push(RemoteGroup {
            id: group_id,
            external_id: Some(format!("atrium-group:{id}").into()),
            name: name.into(),
            members: Some(Members {
                users,
                unknown: Vec::new(),
            }),
        });
    }
    directory.access = Some(access);
    // What the ledger learns in the first run after the cards were given.
    let learned = plan(&roster, &directory, &memory, &policy()).bookkeeping;
    for claim in learned.cards {
        let user = memory.users.get_mut(&claim.campus_id);
        let access = user.and_then(|user| user.access.as_mut());
        if let Some((access, read)) = access.zip(claim.read) {
            access.listing = read.listing;
        }
    }
    (roster, directory, memory)
}

/// Reads the cards of some people: what the ledger has of them.
fn read(access: &mut Access, people: &[AccessUserId], memory: &Memory) {
    let people: HashSet<&AccessUserId> = people.iter().collect();
    for known in memory
        .users
        .values()
        .filter_map(|user| user.access.as_ref())
    {
        if !people.contains(&known.id) {
            continue;
        }
        let cards = known.cards.iter().map(|known| RemoteCard {
            id: known.card_id.clone(),
            card: Some(known.card),
            kind: "HID37wFacilityCode".into(),
            active: Some(true),
        });
        let record = AccessRecord {
            cards: cards.collect(),
            ..AccessRecord::default()
        };
        access.records.insert(known.id.clone(), record);
    }
}

fn policy() -> Policy {
    let now = Timestamp::constant(1_790_000_000, 0);
    let mut policy = Policy::new("https://command.example/scim", date(2026, 11, 23), now);
    policy.read_budget = u32::MAX;
    policy.allow = Allow::ALL.iter().map(|(_, allow)| *allow).collect();
    policy
}

fn run(
    bencher: Bencher<'_, '_>,
    size: u32,
    roster: &Roster,
    directory: &Directory,
    memory: &Memory,
) -> Plan {
    let policy = policy();
    bencher
        .counter(ItemsCount::new(size))
        .bench_local(|| plan(roster, directory, memory, &policy));
    plan(roster, directory, memory, &policy)
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn no_change(bencher: Bencher<'_, '_>, size: u32) {
    let (roster, directory, memory) = sides(size);
    let plan = run(bencher, size, &roster, &directory, &memory);
    assert!(plan.is_empty() && plan.reads.is_empty());
    assert_eq!(plan.counts.cards_unread, u64::from(size));
}

/// One person in a hundred: renamed, moved to another group, gone, or new; and one in a hundred
/// whose card is lost and replaced.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn one_per_cent(bencher: Bencher<'_, '_>, size: u32) {
    let (mut roster, mut directory, memory) = sides(size);
    for person in roster.people.iter_mut().step_by(400) {
        person.last_name = "Renamed".into();
    }
    for person in roster.people.iter_mut().skip(100).step_by(400) {
        person.groups.pop();
    }
    for person in roster.people.iter_mut().skip(200).step_by(400) {
        person.status = "Inactive".into();
    }
    for person in roster.people.iter_mut().skip(300).step_by(400) {
        person.campus_id = CampusId(format!("N{}", person.campus_id).into());
        person.email = format!("n{}", person.email).into();
    }
    for person in roster.people.iter_mut().skip(50).step_by(100) {
        person.credentials[0].status = 1;
        let mut new = person.credentials[0];
        new.card.number += 1 << 40;
        new.status = 0;
        person.credentials.push(new);
    }
    let first = plan(&roster, &directory, &memory, &policy());
    let access = directory.access.get_or_insert_default();
    read(access, &first.reads, &memory);
    let plan = run(bencher, size, &roster, &directory, &memory);
    assert!(!plan.is_empty());
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn first_sync(bencher: Bencher<'_, '_>, size: u32) {
    let (roster, ..) = sides(size);
    let directory = Directory {
        access: Some(Access::default()),
        ..Directory::default()
    };
    let plan = run(bencher, size, &roster, &directory, &Memory::default());
    assert_eq!(plan.operations.len(), (size as usize) * 6 + GROUPS as usize);
}
