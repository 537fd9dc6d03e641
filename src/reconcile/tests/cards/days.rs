//! Properties over random days: whatever happens to cards, nobody gets or loses one that no plan
//! named, and in the end both sides agree or the plan says why not.

use proptest::prelude::*;

use super::*;
use crate::reconcile::tests::matching::stranger;

/// What happens on a day. People and cards are taken by number, modulo how many there are.
#[derive(Clone, Debug)]
enum Event {
    /// Atrium has a card for somebody, with this status.
    Id(usize, u128, &'static str),
    /// Atrium no longer has a card for somebody.
    NoId(usize, u128),
    /// Atrium gives one person's card to another.
    Pass(usize, usize),
    Status(usize, &'static str),
    Vanish(usize),
    Join(u8, u128),
    Email(usize, u8),
    /// Somebody puts a card on a user in Command.
    Put(usize, u128),
    /// Somebody removes a card in Command.
    Take(usize),
    /// Somebody switches a card off in Command.
    SwitchOff(usize),
    CloseUser(usize),
    Unusable(usize),
    ForgetLedger,
    Claim,
    NextDay,
    /// So many operations of this day's run are done; of the one after them, perhaps.
    Cut(usize, u8),
}

fn event() -> impl Strategy<Value = Event> {
    let status = || prop_oneof![4 => Just("Active"), 2 => Just("Lost"), 1 => Just("Inactive"), 1 => Just("Odd")];
    let person = prop_oneof![3 => Just("Active"), 2 => Just("inactive"), 1 => Just("leave"), 1 => Just("Strange")];
    prop_oneof![
        5 => (0..9usize, 0..10u128, status()).prop_map(|(at, card, status)| Event::Id(at, card, status)),
        2 => (0..9usize, 0..10u128).prop_map(|(at, card)| Event::NoId(at, card)),
        3 => (0..9usize, 0..9usize).prop_map(|(from, to)| Event::Pass(from, to)),
        3 => (0..9usize, person).prop_map(|(at, status)| Event::Status(at, status)),
        1 => (0..9usize).prop_map(Event::Vanish),
        1 => (0..9u8, 0..10u128).prop_map(|(id, card)| Event::Join(id, card)),
        1 => (0..9usize, 0..9u8).prop_map(|(at, mail)| Event::Email(at, mail)),
        2 => (0..9usize, 0..14u128).prop_map(|(at, card)| Event::Put(at, card)),
        1 => (0..9usize).prop_map(Event::Take),
        1 => (0..9usize).prop_map(Event::SwitchOff),
        1 => (0..9usize).prop_map(Event::CloseUser),
        1 => (0..9usize).prop_map(Event::Unusable),
        1 => Just(Event::ForgetLedger),
        1 => Just(Event::Claim),
        2 => Just(Event::NextDay),
        3 => (0..12usize, 0..3u8).prop_map(|(done, doubt)| Event::Cut(done, doubt)),
    ]
}

fn live(campus: &mut Campus, event: &Event) {
    let people = campus.roster.people.len();
    let id = |campus: &Campus, at: &usize| campus.roster.people[at % people].campus_id.to_string();
    match event {
        Event::Id(at, number, status) => {
            let id = id(campus, at);
            campus.gets(&id, *number, status);
        }
        Event::NoId(at, number) => {
            let id = id(campus, at);
            campus.loses(&id, *number);
        }
        Event::Pass(from, to) => {
            let ids = &mut campus.roster.people[from % people].credentials;
            if let Some(credential) = ids.pop() {
                let to = id(campus, to);
                campus.gets(&to, credential.card.number, "Active");
            }
        }
        Event::Status(at, status) => campus.roster.people[at % people].status = (*status).into(),
        Event::Vanish(at) if people > 1 => {
            campus.roster.people.remove(at % people);
        }
        Event::Join(id, number) => {
            let id = format!("R{id}");
            let mut known = campus.roster.people.iter();
            if known.all(|person| person.campus_id.as_str() != id) {
                campus.roster.people.push(person(&id, "Al", &id, &[0]));
                campus.gets(&id, *number, "Active");
            }
        }
        Event::Email(at, mail) => {
            campus.roster.people[at % people].email = format!("r{mail}@campus.example").into();
        }
        Event::Unusable(at) => {
            let unusable = Unusable {
                campus_id: CampusId::from(id(campus, at).as_str()),
                id_type: "Prox".into(),
                place: place(9),
                value: "".into(),
                code: Code::CardUnreadable,
                message: String::new(),
            };
            campus.roster.unusable = vec![unusable];
        }
        Event::Put(at, number) => {
            let rows = &campus.rest().rows;
            if !rows.is_empty() {
                let id = rows[at % rows.len()].id.clone();
                campus.rest().put(&id, card(*number));
            }
        }
        Event::Take(at) => {
            if let Some((id, there)) = any_card(campus, *at) {
                campus.rest().take(&id, &there.id);
            }
        }
        Event::SwitchOff(at) => {
            if let Some((id, there)) = any_card(campus, *at) {
                let record = campus.rest().records.get_mut(&id).unwrap();
                let mut cards = record.cards.iter_mut();
                cards.find(|other| other.id == there.id).unwrap().active = Some(false);
            }
        }
        Event::CloseUser(at) if !campus.users.is_empty() => {
            let at = at % campus.users.len();
            campus.users[at].active = Some(false);
        }
        Event::ForgetLedger => campus.memory = Memory::default(),
        Event::Claim => campus.policy.claim_cards = true,
        Event::NextDay => campus.a_day_passes(),
        Event::Vanish(_) | Event::CloseUser(_) | Event::Cut(..) => {}
    }
}

fn any_card(campus: &mut Campus, at: usize) -> Option<(AccessUserId, RemoteCard)> {
    let all = held(campus);
    (!all.is_empty()).then(|| all[at % all.len()].clone())
}

/// Every card that somebody has in Command.
fn held(campus: &mut Campus) -> Vec<(AccessUserId, RemoteCard)> {
    let records = campus.rest().records.iter();
    let cards =
        records.flat_map(|(id, record)| record.cards.iter().map(|card| (id.clone(), card.clone())));
    cards.collect()
}

/// When the executor's turn for an operation comes: by stage, people before the rest, and a
/// returner's chain in one.
fn turn(operation: &Operation) -> (Stage, u8, Option<CampusId>) {
    let kind = operation.change.kind();
    let chain = operation.stage == Stage::Write;
    let rank = match kind {
        ChangeKind::CreateGroup | ChangeKind::RenameGroup | ChangeKind::DeleteGroup => 0,
        ChangeKind::RemoveCard | ChangeKind::RemoveMember if chain => 1,
        ChangeKind::AddMember | ChangeKind::RemoveMember => 2,
        ChangeKind::AddCard
        | ChangeKind::RemoveCard
        | ChangeKind::MoveCard
        | ChangeKind::ActivateCard => 2,
        _ => 1,
    };
    let lane = operation.subject.person().cloned();
    (operation.stage, rank, lane.filter(|_| rank == 1))
}

/// Does only the beginning of a plan. The operation after it was begun: not at all, half or whole,
/// and the ledger does not know which.
fn cut_off(campus: &mut Campus, plan: &Plan, done: usize, doubt: u8) {
    let mut order: Vec<usize> = (0..plan.operations.len()).collect();
    order.sort_by_key(|at| turn(&plan.operations[*at]));
    let mut begun = plan.clone();
    begun.operations = order[..done.min(order.len())]
        .iter()
        .map(|at| {
            let mut operation = plan.operations[*at].clone();
            operation.needs = Vec::new();
            operation
        })
        .collect();
    campus.apply(&begun);
    let Some(next) = order.get(done).map(|at| &plan.operations[*at]) else {
        return;
    };
    let Subject::Card { campus_id, card } = &next.subject else {
        return;
    };
    let moved = match &next.change {
        Change::MoveCard { from, .. } => Some(from),
        _ => None,
    };
    for person in moved.into_iter().chain([campus_id]) {
        let begun = &mut campus.memory.unsure_cards;
        begun.entry(person.clone()).or_default().insert(*card);
    }
    let memory = campus.memory.clone();
    match (&next.change, doubt) {
        (_, 0) => {}
        (
            Change::MoveCard {
                from_id, card_id, ..
            },
            1,
        ) if !campus.is_frozen(from_id) => {
            campus.rest().take(from_id, card_id);
        }
        _ => {
            let needs = next
                .needs
                .iter()
                .map(|need| &plan.operations[*need as usize]);
            let made = |op: &Operation| op.change.kind() == ChangeKind::CreateUser;
            if needs.clone().all(|op| {
                begun
                    .operations
                    .iter()
                    .any(|done| done.subject == op.subject)
            }) || !needs.clone().any(made)
            {
                campus.apply_card(next);
            }
        }
    }
    campus.memory = memory;
}

/// What a plan takes from users, and gives to people.
fn named(plan: &Plan) -> (HashSet<CardId>, HashSet<Card>, HashSet<CardId>) {
    let (mut taken, mut given, mut opened) = (HashSet::new(), HashSet::new(), HashSet::new());
    for operation in &plan.operations {
        match &operation.change {
            Change::RemoveCard { card_id, .. } => {
                taken.insert(card_id.clone());
            }
            Change::MoveCard { card_id, .. } => {
                taken.insert(card_id.clone());
                given.extend(operation.subject.card());
            }
            Change::AddCard { .. } => given.extend(operation.subject.card()),
            Change::ActivateCard { card_id, .. } => {
                opened.insert(card_id.clone());
            }
            _ => {}
        }
    }
    (taken, given, opened)
}

/// One day's run, whole or cut off, and everything that must be true of it.
fn run(campus: &mut Campus, cut: Option<(usize, u8)>) {
    let before = held(campus);
    let closed: HashSet<UserId> = campus
        .users
        .iter()
        .filter(|user| user.active == Some(false))
        .map(|user| user.id.clone())
        .collect();
    let plan = campus.plan();
    let mut shuffled = campus.clone();
    shuffled.roster.people.reverse();
    shuffled.users.reverse();
    shuffled.rest().rows.reverse();
    let other = shuffled.plan();
    assert_eq!(plan.operations, other.operations);
    assert_eq!(plan.left_alone, other.left_alone);
    for operation in &plan.operations {
        for need in &operation.needs {
            assert!(plan.operations[*need as usize].stage <= operation.stage);
        }
    }
    match cut {
        Some((done, doubt)) => cut_off(campus, &plan, done, doubt),
        None => campus.apply(&plan),
    }
    let after = held(campus);
    let mut numbers: Vec<Card> = after.iter().filter_map(|(_, there)| there.card).collect();
    numbers.sort_unstable();
    assert!(
        numbers.windows(2).all(|pair| pair[0] != pair[1]),
        "held by two: {after:?}"
    );
    let (taken, given, opened) = named(&plan);
    for (id, there) in &before {
        let stays = after
            .iter()
            .find(|(holder, other)| (holder, &other.id) == (id, &there.id));
        match stays {
            None => assert!(taken.contains(&there.id), "taken unnamed: {there:?}"),
            Some((_, now)) => {
                assert!(now.active == there.active || opened.contains(&there.id));
            }
        }
    }
    for (id, there) in &after {
        let new = before.iter().all(|(_, other)| other.id != there.id);
        assert!(
            !new || given.contains(&there.card.unwrap()),
            "given unnamed: {id} {there:?}"
        );
    }
    // A returner has nothing of ours that Atrium does not have.
    for user in campus.users.clone() {
        if user.active != Some(true) || !closed.contains(&user.id) || cut.is_some() {
            continue;
        }
        let mut people = campus.roster.people.iter();
        let external_id = user.external_id.clone().unwrap_or_default();
        let person = people.find(|person| external_id == format!("atrium:{}", person.campus_id));
        let person = person.unwrap().clone();
        let access = campus.memory.users[&person.campus_id].access.clone();
        for known in access.iter().flat_map(|access| &access.cards) {
            let is_there = after.iter().any(|(_, there)| there.id == known.card_id);
            let wanted = person.credentials.iter().any(|id| id.card == known.card);
            assert!(
                !is_there || wanted || !known.ours,
                "came back with {known:?}"
            );
        }
    }
}

/// Whether a lost card is gone, or the plan says why it is not.
fn lost_cards_are_gone(campus: &mut Campus) {
    let plan = campus.plan();
    for person in campus.roster.people.clone() {
        if campus.policy.meaning(&person.status).is_none() {
            continue;
        }
        let external_id = format!("atrium:{}", person.campus_id);
        let mut users = campus.users.iter();
        let Some(user) = users.find(|user| user.external_id.as_deref() == Some(&external_id))
        else {
            continue;
        };
        let row = access_id(&user.id);
        for credential in person
            .credentials
            .iter()
            .filter(|id| id.status == 1 || id.status == 2)
        {
            let record = &campus.rest().records[&row];
            let there = record
                .cards
                .iter()
                .any(|there| there.card == Some(credential.card));
            let owed = campus
                .memory
                .card_debts
                .contains(&(person.campus_id.clone(), credential.card));
            let said = plan
                .left_alone
                .iter()
                .any(|left| left.subject.person() == Some(&person.campus_id));
            assert!(
                !there || owed || said,
                "{credential:?} of {}",
                person.campus_id
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_day_with_cards_converges(
        days in proptest::collection::vec(proptest::collection::vec(event(), 0..6), 1..6),
        frozen in any::<bool>(),
        reprovision in any::<bool>(),
    ) {
        let people = (0..5).map(|id| person(&format!("R{id}"), "Al", &format!("R{id}"), &[0]));
        let mut campus = Campus::of(people.collect(), vec![group("1", "Library")]);
        campus.covered();
        campus.rest().frozen = frozen;
        campus.policy.person_status.insert("leave".into(), Meaning::Suspended);
        campus.policy.allow = Allow::ALL.iter().map(|(_, allow)| *allow).collect();
        if reprovision {
            campus.policy.email_change = EmailChange::Reprovision;
        }
        campus.users = vec![stranger("f1", Some("00uZ"), "r8@campus.example", "R8", "")];
        campus.appear();
        for id in 0..5 {
            campus.gets(&format!("R{id}"), id, "Active");
        }
        for day in &days {
            for event in day {
                live(&mut campus, event);
            }
            let cut = day.iter().find_map(|event| match event {
                Event::Cut(done, doubt) => Some((*done, *doubt)),
                _ => None,
            });
            run(&mut campus, cut);
            campus.policy.claim_cards = false;
            campus.roster.unusable.clear();
        }
        // Nothing more happens, and everybody is read: what somebody did by hand is seen.
        campus.policy.verify = Verify::All;
        for _ in 0..2 {
            run(&mut campus, None);
        }
        let last = campus.plan();
        prop_assert_eq!(lines(&last), Vec::<String>::new());
        let kept = held(&mut campus);
        run(&mut campus, None);
        prop_assert_eq!(kept, held(&mut campus));
        lost_cards_are_gone(&mut campus);
    }

    /// What nobody named stays: what was closed, and what was added by hand.
    #[test]
    fn what_was_done_in_command_stays(
        days in proptest::collection::vec(proptest::collection::vec(event(), 0..4), 1..5),
        closed in 0u128..3,
        by_hand in any::<bool>(),
    ) {
        let mut campus = Campus::carded();
        campus.sync();
        campus.policy.allow = Allow::ALL.iter().map(|(_, allow)| *allow).collect();
        campus.put("S3", 500);
        if by_hand {
            campus.remove_by_hand("S1", 1);
        } else {
            campus.remote("S1", 1).active = Some(false);
        }
        campus.gets("S1", 20 + closed, "Active");
        run(&mut campus, None);
        // Atrium goes on to have the closed card for this person, and nothing happens to them.
        let first = campus.row("S1");
        let third = campus.row("S3");
        for day in &days {
            for event in day {
                let touches = matches!(
                    event,
                    Event::ForgetLedger | Event::SwitchOff(_) | Event::Take(_) | Event::Put(..)
                        | Event::Vanish(_) | Event::Email(..)
                        | Event::Id(_, 1, _) | Event::NoId(_, 1) | Event::Pass(..) | Event::Claim
                );
                // Who leaves and returns is given anew what Atrium has.
                let people = campus.roster.people.len();
                let leaves = matches!(event, Event::Status(at, _) if at % people == 0);
                if !touches && !leaves {
                    live(&mut campus, event);
                }
            }
            let cut = day.iter().find_map(|event| match event {
                Event::Cut(done, doubt) => Some((*done, *doubt)),
                _ => None,
            });
            run(&mut campus, cut);
            let open = |campus: &mut Campus, row: &AccessUserId, number| {
                let cards = &campus.rest().records[row].cards;
                cards.iter().any(|there| {
                    there.card == Some(card(number)) && there.active == Some(true)
                })
            };
            prop_assert!(!open(&mut campus, &first, 1));
            prop_assert!(open(&mut campus, &third, 500));
        }
    }
}
