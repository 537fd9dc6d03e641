//! Properties over random days: whatever happens, a sync converges and takes nothing that is not ours.

use proptest::prelude::*;

use super::guards::large;
use super::matching::stranger;
use super::*;

/// A small random day: what changes in Atrium and in Command.
#[derive(Clone, Debug)]
enum Event {
    Status(usize, &'static str),
    Vanish(usize),
    Join(u8, Vec<u32>),
    Groups(usize, Vec<u32>),
    LastName(usize, u8),
    Email(usize, u8),
    CloseInCommand(usize),
    DriftInCommand(usize),
    RenameGroup(usize, u8),
    ForgetLedger,
}

fn event() -> impl Strategy<Value = Event> {
    let groups = || proptest::collection::btree_set(0u32..3, 0..3).prop_map(Vec::from_iter);
    prop_oneof![
        (
            0..9usize,
            prop_oneof![Just("Active"), Just("inactive"), Just("leave"), Just("Odd")]
        )
            .prop_map(|(at, status)| Event::Status(at, status)),
        (0..9usize).prop_map(Event::Vanish),
        (0..12u8, groups()).prop_map(|(id, groups)| Event::Join(id, groups)),
        (0..9usize, groups()).prop_map(|(at, groups)| Event::Groups(at, groups)),
        (0..9usize, 0..4u8).prop_map(|(at, name)| Event::LastName(at, name)),
        (0..9usize, 0..12u8).prop_map(|(at, mail)| Event::Email(at, mail)),
        (0..9usize).prop_map(Event::CloseInCommand),
        (0..9usize).prop_map(Event::DriftInCommand),
        (0..3usize, 0..4u8).prop_map(|(at, name)| Event::RenameGroup(at, name)),
        Just(Event::ForgetLedger),
    ]
}

fn random_person(id: u8, groups: Vec<u32>) -> Person {
    person(&format!("R{id}"), "Al", &format!("Name{id}"), &groups)
}

fn live(campus: &mut Campus, event: &Event) {
    let people = campus.roster.people.len();
    let users = campus.users.len();
    match event {
        Event::Status(at, status) if people > 0 => {
            campus.roster.people[at % people].status = (*status).into();
        }
        Event::Vanish(at) if people > 1 => {
            campus.roster.people.remove(at % people);
        }
        Event::Join(id, groups) => {
            let person = random_person(*id, groups.clone());
            if !campus
                .roster
                .people
                .iter()
                .any(|other| other.campus_id == person.campus_id)
            {
                campus.roster.people.push(person);
            }
        }
        Event::Groups(at, groups) if people > 0 => {
            campus.roster.people[at % people].groups = groups.clone();
        }
        Event::LastName(at, name) if people > 0 => {
            campus.roster.people[at % people].last_name = format!("Name{name}").into();
        }
        Event::Email(at, mail) if people > 0 => {
            campus.roster.people[at % people].email = format!("r{mail}@campus.example").into();
        }
        Event::CloseInCommand(at) if users > 0 => {
            let user = &mut campus.users[at % users];
            // Closed by hand, so what we closed before is no longer ours to reopen only if it
            // was open.
            user.active = Some(false);
        }
        Event::DriftInCommand(at) if users > 0 => {
            campus.users[at % users].profile.title = "Made up".into();
        }
        Event::RenameGroup(at, name) => {
            let groups = campus.roster.groups.len();
            campus.roster.groups[at % groups].name = format!("Group {name}").into();
        }
        Event::ForgetLedger => campus.memory = Memory::default(),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens, a sync converges, touches nothing that is not ours, reopens nothing that
    /// was closed by hand, and its result does not depend on the order of the records.
    #[test]
    fn every_day_converges(
        days in proptest::collection::vec(proptest::collection::vec(event(), 0..5), 1..5),
        reprovision in any::<bool>(),
        hidden in any::<bool>(),
    ) {
        let mut campus = Campus::of(
            (0..6).map(|id| random_person(id, vec![u32::from(id) % 3])).collect(),
            vec![group("1", "Group 0"), group("2", "Group 1"), group("3", "Group 2")],
        );
        campus.hidden = hidden;
        campus.policy.person_status.insert("leave".into(), Meaning::Suspended);
        if reprovision {
            campus.policy.email_change = EmailChange::Reprovision;
        }
        // Not ours: a native user with an address of ours, and one of another client.
        campus.users = vec![
            stranger("n1", None, "r9@campus.example", "Native", ""),
            stranger("f1", Some("00uZ"), "r10@campus.example", "Name10", ""),
        ];
        for day in &days {
            for event in day {
                live(&mut campus, event);
            }
            let not_ours: BTreeMap<UserId, RemoteUser> = campus
                .users
                .iter()
                .filter(|user| !user.external_id.as_deref().unwrap_or("").starts_with("atrium:"))
                .map(|user| (user.id.clone(), user.clone()))
                .collect();
            let closed: HashSet<UserId> = campus
                .users
                .iter()
                .filter(|user| user.active == Some(false))
                .map(|user| user.id.clone())
                .collect();
            let closed_by_us: HashSet<UserId> = campus
                .memory
                .users
                .values()
                .filter(|memory| memory.closed_by_us.is_some())
                .map(|memory| memory.user_id.clone())
                .collect();
            let plan = campus.plan();
            let mut shuffled = campus.clone();
            shuffled.roster.people.reverse();
            shuffled.users.reverse();
            shuffled.groups.reverse();
            let other = shuffled.plan();
            prop_assert_eq!(&plan.operations, &other.operations);
            prop_assert_eq!(&plan.digest, &other.digest);
            prop_assert_eq!(&plan.left_alone, &other.left_alone);

            campus.apply(&plan);
            if plan.stops.is_empty() {
                let again = campus.plan();
                prop_assert!(again.operations.is_empty(), "left: {:#?}", lines(&again));
            }
            let mut open: Vec<&str> = campus
                .users
                .iter()
                .filter(|user| user.active == Some(true))
                .filter_map(|user| user.external_id.as_deref()?.strip_prefix("atrium:"))
                .map(|id| id.strip_suffix(":replaced").unwrap_or(id))
                .collect();
            open.sort_unstable();
            prop_assert!(open.windows(2).all(|pair| pair[0] != pair[1]), "two open users: {open:?}");
            for user in &campus.users {
                if let Some(before) = not_ours.get(&user.id) {
                    prop_assert_eq!(before, user);
                }
                if closed.contains(&user.id) && user.active == Some(true) {
                    prop_assert!(closed_by_us.contains(&user.id), "reopened {:?}", user);
                }
            }
            for operation in &plan.operations {
                for need in &operation.needs {
                    prop_assert!((*need as usize) < plan.operations.len());
                }
            }
        }
    }

    /// No guard lets more through than is allowed.
    #[test]
    fn guards_keep_their_limit(leaving in 0usize..60, recent in 0u32..30) {
        let mut campus = large(100);
        campus.memory.recent.people = recent;
        campus.memory.recent.memberships = recent;
        for person in &mut campus.roster.people[..leaving] {
            person.status = "inactive".into();
        }
        let plan = campus.plan();
        let removed = plan.operations.iter().filter(|op| op.change.kind() == ChangeKind::DeactivateUser).count();
        prop_assert!(removed == 0 || removed + recent as usize <= 10);
        prop_assert_eq!(removed == 0, leaving == 0 || leaving + recent as usize > 10);
    }
}
