//! Compares a plan with a saved one, operation by operation, and makes the plan of what they have
//! in common.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::draft::{cost, digest, sort_held};
use super::policy::Policy;
use crate::model::CampusId;
use crate::model::plan::{Change, ChangeKind, Held, Operation, Plan};
use crate::model::reason::{Code, Situation};
use crate::model::seal::Seal;

/// What an operation is known by, without its values: a saved plan holds no card number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Equal for operations of one kind on one subject.
    pub identity: String,
    /// Equal for operations that are equal, what they need left aside.
    pub fingerprint: String,
    /// What must have succeeded before: positions in the same list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<u32>,
    /// What holds it, if it is held.
    #[serde(default, rename = "code", skip_serializing_if = "Option::is_none")]
    pub held: Option<Code>,
}

impl Mark {
    fn new(operation: &Operation, held: Option<Code>, seal: &Seal) -> Self {
        let alone = Operation {
            needs: Vec::new(),
            ..operation.clone()
        };
        Mark {
            identity: seal.sign("identity", &(operation.change.kind(), &operation.subject)),
            fingerprint: seal.sign("operation", &alone),
            needs: operation.needs.clone(),
            held,
        }
    }
}

/// The marks of a plan's operations, and then of those that are held.
#[must_use]
pub fn marks(plan: &Plan, seal: &Seal) -> Vec<Mark> {
    let operations = plan.operations.iter();
    let operations = operations.map(|operation| Mark::new(operation, None, seal));
    let held = plan.held.iter();
    let held = held.map(|held| Mark::new(&held.operation, Some(held.code), seal));
    operations.chain(held).collect()
}

/// One difference between a saved plan and a fresh one, by positions in their [`marks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the fresh plan has it.
    New(usize),
    /// Only the saved plan has it.
    Gone(usize),
    /// Both have it, with other values, or held in one of them: in the saved plan, in the fresh one.
    Changed(usize, usize),
    /// The fresh plan has the same, but it goes together with something that is not the same.
    Waits(usize),
}

/// What two plans have in common, and what not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Operations of the fresh plan that are identical in both, with all that they need.
    pub common: BTreeSet<u32>,
    /// Everything else, in the order of the fresh plan; what is gone comes last.
    pub differences: Vec<Difference>,
}

/// Compares the marks of a saved plan with a fresh plan and its marks.
#[must_use]
pub fn compare(saved: &[Mark], plan: &Plan, fresh: &[Mark]) -> Comparison {
    let mut left = vec![true; saved.len()];
    let mut pairing = |key: fn(&Mark) -> (&str, Option<Code>), at: &[usize]| {
        let mut waiting: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (position, mark) in saved.iter().enumerate().filter(|(at, _)| left[*at]) {
            waiting.entry(key(mark)).or_default().push_back(position);
        }
        let pairs = at.iter().filter_map(|at| {
            let saved = waiting.get_mut(&key(&fresh[*at]))?.pop_front()?;
            Some((*at, saved))
        });
        let pairs: HashMap<usize, usize> = pairs.collect();
        pairs.values().for_each(|saved| left[*saved] = false);
        pairs
    };
    let all: Vec<usize> = (0..fresh.len()).collect();
    let same = pairing(|mark| (&mark.fingerprint, mark.held), &all);
    let rest: Vec<usize> = all
        .into_iter()
        .filter(|at| !same.contains_key(at))
        .collect();
    let changed = pairing(|mark| (&mark.identity, None), &rest);

    let common = common(saved, plan, &same);
    let mut differences = Vec::new();
    for (at, mark) in (0u32..).zip(fresh) {
        let position = at as usize;
        if let Some(before) = changed.get(&position) {
            differences.push(Difference::Changed(*before, position));
        } else if !same.contains_key(&position) {
            differences.push(Difference::New(position));
        } else if mark.held.is_none() && !common.contains(&at) {
            differences.push(Difference::Waits(position));
        }
    }
    let gone = left.iter().enumerate().filter(|(_, left)| **left);
    differences.extend(gone.map(|(at, _)| Difference::Gone(at)));
    Comparison {
        common,
        differences,
    }
}

/// The operations that are the same with all that they need, and without which nothing is done
/// that another one makes whole: a user is not reactivated if another membership of yesterday has
/// to be taken away right after it, and not replaced if the old one can't be retired. `same` pairs
/// positions of the fresh plan with those of the saved one.
fn common(saved: &[Mark], plan: &Plan, same: &HashMap<usize, usize>) -> BTreeSet<u32> {
    let operations = &plan.operations;
    let needs_are_the_same = |at: u32, operation: &Operation| {
        let Some(saved) = same.get(&(at as usize)).map(|at| &saved[*at]) else {
            return false;
        };
        let needs = operation.needs.iter();
        let needs: HashSet<Option<u32>> = needs
            .map(|need| same.get(&(*need as usize)).map(|at| *at as u32))
            .collect();
        needs == saved.needs.iter().copied().map(Some).collect()
    };
    let mut common: BTreeSet<u32> = (0u32..)
        .zip(operations)
        .filter(|(at, operation)| needs_are_the_same(*at, operation))
        .map(|(at, _)| at)
        .collect();
    loop {
        let before = common.len();
        for (at, operation) in (0u32..).zip(operations) {
            if operation.needs.iter().any(|need| !common.contains(need)) {
                common.remove(&at);
            }
            if !common.contains(&at) && completes(&operation.change) {
                drop_what_it_needs(at, operations, &mut common);
            }
        }
        if common.len() == before {
            return common;
        }
    }
}

/// Whether a change makes those whole that it needs. A card that moves is a gain.
fn completes(change: &Change) -> bool {
    change.is_removal() && change.kind() != ChangeKind::MoveCard
}

fn drop_what_it_needs(at: u32, operations: &[Operation], common: &mut BTreeSet<u32>) {
    let mut open = vec![at];
    let mut seen = HashSet::new();
    while let Some(at) = open.pop() {
        common.remove(&at);
        let needs = operations[at as usize].needs.iter().copied();
        open.extend(needs.filter(|need| seen.insert(*need)));
    }
}

/// The plan of some of the operations of a plan; the others are held. `common` must have whatever
/// its operations need, and `cards` says whether cards are covered.
///
/// What the ledger learns stays what it is: it is about what was found, not about what is done,
/// and for what is held it is the same as for what a guard holds. Only the cards of people of whom
/// something is held count as not read, so that the next run reads them again and plans the rest.
#[must_use]
pub fn keep(mut plan: Plan, common: &BTreeSet<u32>, policy: &Policy, cards: bool) -> Plan {
    let mut position = vec![0u32; plan.operations.len()];
    for (new, old) in (0u32..).zip(common) {
        position[*old as usize] = new;
    }
    let mut unread: HashSet<CampusId> = HashSet::new();
    let mut operations = Vec::with_capacity(common.len());
    for (at, mut operation) in (0u32..).zip(std::mem::take(&mut plan.operations)) {
        if common.contains(&at) {
            for need in &mut operation.needs {
                *need = position[*need as usize];
            }
            operations.push(operation);
            continue;
        }
        if operation.subject.card().is_some() {
            unread.extend(operation.subject.person().cloned());
        }
        if let Change::MoveCard { from, .. } = &operation.change {
            unread.insert(from.clone());
        }
        operation.needs = Vec::new();
        operation.situation = Situation::Held;
        plan.held.push(Held {
            operation,
            code: Code::NotReviewed,
        });
    }
    sort_held(&mut plan.held);
    for claim in &mut plan.bookkeeping.cards {
        if unread.contains(&claim.campus_id) {
            claim.read = None;
        }
    }
    plan.cost = cost(&operations, cards, policy.card_pace);
    plan.operations = operations;
    plan.digest = digest(&plan, policy);
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;
    use crate::model::card::{Card, Format};
    use crate::model::plan::{CardsClaim, CardsRead, Stage, Subject};
    use crate::reconcile::policy::{Allow, Selection};
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn operation(subject: Subject, stage: Stage, change: Change, needs: &[u32]) -> Operation {
        Operation {
            label: Text::from("somebody"),
            situation: Situation::Missing,
            stage,
            change,
            why: Text::from("because"),
            needs: needs.to_vec(),
            subject,
        }
    }

    fn user(id: &str) -> Subject {
        Subject::User {
            campus_id: id.into(),
        }
    }

    fn create(id: &str, email: &str) -> Operation {
        let profile = crate::model::Profile {
            email: email.into(),
            ..Default::default()
        };
        let change = Change::CreateUser {
            external_id: Text::from(id),
            profile: Box::new(profile),
        };
        operation(user(id), Stage::Write, change, &[])
    }

    fn reactivate(id: &str) -> Operation {
        let change = Change::ReactivateUser {
            user_id: id.into(),
            fields: vec![],
        };
        operation(user(id), Stage::Write, change, &[])
    }

    fn add(id: &str, group: &str, needs: &[u32]) -> Operation {
        let change = Change::AddMember {
            group_id: Some(group.into()),
            user_id: None,
        };
        operation(membership(id, group), Stage::Grant, change, needs)
    }

    fn remove(id: &str, group: &str, needs: &[u32]) -> Operation {
        let change = Change::RemoveMember {
            group_id: group.into(),
            user_id: id.into(),
        };
        operation(membership(id, group), Stage::Write, change, needs)
    }

    fn membership(id: &str, group: &str) -> Subject {
        Subject::Membership {
            campus_id: id.into(),
            access_group_id: group.into(),
        }
    }

    fn card(id: &str, number: u128, needs: &[u32]) -> Operation {
        let subject = Subject::Card {
            campus_id: id.into(),
            card: Card::new(Format::Hid26, Some(1), number),
        };
        let change = Change::AddCard { access_id: None };
        operation(subject, Stage::Grant, change, needs)
    }

    fn plan(operations: &[Operation]) -> Plan {
        Plan {
            operations: operations.to_vec(),
            ..Plan::default()
        }
    }

    fn holding(operations: &[Operation], held: &Operation, code: Code) -> Plan {
        Plan {
            held: vec![Held {
                operation: Operation {
                    needs: vec![],
                    ..held.clone()
                },
                code,
            }],
            ..plan(operations)
        }
    }

    fn compared(saved: &Plan, fresh: &Plan) -> (Vec<u32>, Vec<Difference>) {
        let seal = Seal::new(b"token");
        let comparison = compare(&marks(saved, &seal), fresh, &marks(fresh, &seal));
        (
            comparison.common.into_iter().collect(),
            comparison.differences,
        )
    }

    #[test]
    fn every_kind_of_difference_is_told() {
        use Difference::{Changed, Gone, New, Waits};
        let (a, b) = (create("S1", "a@x"), create("S2", "b@x"));
        let (first, second) = (Code::GuardPeople, Code::GuardDepartment);
        let with_group = [a.clone(), add("S1", "7", &[0])];
        type Row<'a> = (&'a str, Plan, Plan, &'a [u32], &'a [Difference]);
        let table: [Row<'_>; 11] = [
            ("nothing", plan(&[]), plan(&[]), &[], &[]),
            ("same", plan(&with_group), plan(&with_group), &[0, 1], &[]),
            (
                "one more, before it: positions move and needs with them",
                plan(&with_group),
                plan(&[b.clone(), a.clone(), add("S1", "7", &[1])]),
                &[1, 2],
                &[New(0)],
            ),
            (
                "one less",
                plan(&[a.clone(), b.clone()]),
                plan(std::slice::from_ref(&b)),
                &[0],
                &[Gone(0)],
            ),
            (
                "another value, and what needs it waits",
                plan(&with_group),
                plan(&[create("S1", "z@x"), add("S1", "7", &[0])]),
                &[],
                &[Changed(0, 0), Waits(1)],
            ),
            (
                "needs something more",
                plan(&[a.clone(), b.clone(), add("S1", "7", &[0])]),
                plan(&[a.clone(), b.clone(), add("S1", "7", &[0, 1])]),
                &[0, 1],
                &[Waits(2)],
            ),
            (
                "needs something less",
                plan(&with_group),
                plan(&[a.clone(), add("S1", "7", &[])]),
                &[0],
                &[Waits(1)],
            ),
            (
                "held now",
                plan(&with_group),
                holding(&[], &a, first),
                &[],
                &[Changed(0, 0), Gone(1)],
            ),
            (
                "free now",
                holding(&[], &a, first),
                plan(std::slice::from_ref(&a)),
                &[],
                &[Changed(0, 0)],
            ),
            (
                "held for the same reason",
                holding(std::slice::from_ref(&b), &a, first),
                holding(std::slice::from_ref(&b), &a, first),
                &[0],
                &[],
            ),
            (
                "held for another reason",
                holding(&[], &a, first),
                holding(&[], &a, second),
                &[],
                &[Changed(0, 0)],
            ),
        ];
        for (name, saved, fresh, common, differences) in table {
            let (found, told) = compared(&saved, &fresh);
            assert_eq!(found, common, "{name}");
            assert_eq!(told, differences, "{name}");
        }
    }

    #[test]
    fn a_card_is_recognised_by_its_number_and_the_mark_does_not_tell_it() {
        let (one, other) = (card("S1", 4711, &[]), card("S1", 4712, &[]));
        let (common, told) = compared(&plan(std::slice::from_ref(&one)), &plan(&[other]));
        assert!(common.is_empty());
        assert_eq!(told, [Difference::New(0), Difference::Gone(0)]);
        let mark = |secret: &[u8]| Mark::new(&one, None, &Seal::new(secret));
        assert_eq!(mark(b"token"), mark(b"token"));
        let (a, b) = (mark(b"token"), mark(b"another"));
        assert_ne!(a.identity, b.identity);
        assert_ne!(a.fingerprint, b.fingerprint);
    }

    /// What comes back is paid first, in one chain: a reactivation alone would give yesterday's
    /// memberships back.
    #[test]
    fn nobody_is_reactivated_without_every_removal_that_goes_with_it() {
        let saved = plan(&[
            reactivate("S1"),
            remove("S1", "7", &[0]),
            create("S2", "b@x"),
        ]);
        let fresh = plan(&[
            reactivate("S1"),
            remove("S1", "7", &[0]),
            remove("S1", "8", &[0]),
            create("S2", "b@x"),
            add("S1", "9", &[0]),
        ]);
        let (common, told) = compared(&saved, &fresh);
        assert_eq!(common, [3]);
        assert_eq!(
            told,
            [
                Difference::Waits(0),
                Difference::Waits(1),
                Difference::New(2),
                Difference::New(4),
            ]
        );
        // Something that it gets besides may wait.
        let fresh = plan(&[
            reactivate("S1"),
            remove("S1", "7", &[0]),
            create("S2", "b@x"),
            add("S1", "9", &[0]),
        ]);
        assert_eq!(compared(&saved, &fresh).0, [0, 1, 2]);
    }

    /// An exchange of users is one chain from the mark on the old one to its end.
    #[test]
    fn nobody_is_replaced_whose_old_user_can_not_be_retired() {
        let change = Change::UpdateUser {
            user_id: "u".into(),
            fields: vec![],
        };
        let mark = operation(user("S1:replaced"), Stage::Write, change, &[]);
        let mut new = create("S1", "new@x");
        new.needs = vec![0];
        let retire = |user_id: &str| {
            let change = Change::DeactivateUser {
                user_id: user_id.into(),
            };
            operation(user("S1:replaced"), Stage::Retire, change, &[1])
        };
        let saved = plan(&[mark.clone(), new.clone(), retire("u")]);
        assert_eq!(compared(&saved, &saved).0, [0, 1, 2]);
        let (common, told) = compared(&saved, &plan(&[mark, new, retire("v")]));
        assert!(common.is_empty());
        assert_eq!(
            told,
            [
                Difference::Waits(0),
                Difference::Waits(1),
                Difference::Changed(2, 2),
            ]
        );
    }

    #[test]
    fn a_plan_of_some_operations_holds_the_others_and_knows_its_needs() {
        let mut all = plan(&[
            create("S1", "a@x"),
            create("S2", "b@x"),
            add("S2", "7", &[1]),
            card("S1", 4711, &[0]),
            card("S2", 4712, &[1]),
        ]);
        let claim = |id: &str| CardsClaim {
            campus_id: id.into(),
            access_id: id.into(),
            read: Some(CardsRead {
                cards: vec![],
                listing: 1,
            }),
        };
        all.bookkeeping.cards = vec![claim("S1"), claim("S2")];
        let policy = Policy::new("org", date(2026, 9, 1), Timestamp::UNIX_EPOCH);
        let kept = keep(all, &BTreeSet::from([1, 2, 4]), &policy, true);
        let needs = kept.operations.iter().map(|one| one.needs.clone());
        assert_eq!(needs.collect::<Vec<_>>(), [vec![], vec![0], vec![0]]);
        let held = kept.held.iter().map(|held| {
            let operation = &held.operation;
            assert_eq!(operation.situation, Situation::Held);
            assert!(operation.needs.is_empty());
            (held.code, operation.change.kind())
        });
        assert_eq!(
            held.collect::<Vec<_>>(),
            [
                (Code::NotReviewed, ChangeKind::CreateUser),
                (Code::NotReviewed, ChangeKind::AddCard),
            ]
        );
        assert_eq!(kept.cost.invitations, 1);
        assert_eq!(kept.digest, digest(&kept, &policy));
        // Whoever waits for a card is read again.
        let read = kept.bookkeeping.cards.iter();
        let read = read.map(|claim| (claim.campus_id.as_str(), claim.read.is_some()));
        assert_eq!(read.collect::<Vec<_>>(), [("S1", false), ("S2", true)]);
    }

    #[test]
    fn the_digest_covers_whatever_was_asked_for() {
        let policy = Policy::new("org", date(2026, 9, 1), Timestamp::UNIX_EPOCH);
        let plan = plan(&[create("S1", "a@x")]);
        let who = || Selection::new(["S1".to_owned()]);
        let adjusts: [&dyn Fn(&mut Policy); 9] = [
            &|policy| policy.organization = "other".into(),
            &|policy| policy.allow = [Allow::People].into(),
            &|policy| policy.revoke_only = true,
            &|policy| policy.claim_cards = true,
            &|policy| policy.seal = Seal::new(b"token"),
            &|policy| policy.only = who(),
            &|policy| policy.reopen = who(),
            &|policy| policy.reprovision = who(),
            &|policy| policy.rekey = who(),
        ];
        let mut digests = vec![digest(&plan, &policy)];
        for adjust in adjusts {
            let mut policy = policy.clone();
            adjust(&mut policy);
            digests.push(digest(&plan, &policy));
        }
        let different: BTreeSet<_> = digests.iter().collect();
        assert_eq!(different.len(), 10);
    }

    /// Operations that need earlier ones at random, some of them removals; of the fresh plan some
    /// have another value, or are not in the saved one.
    fn plans() -> impl Strategy<Value = (Plan, Plan)> {
        let one = (
            any::<[prop::sample::Index; 2]>(),
            0..3usize,
            any::<bool>(),
            0..6u8,
        );
        prop::collection::vec(one, 0..20).prop_map(|all| {
            let mut fresh = Vec::new();
            let mut saved: Vec<Operation> = Vec::new();
            let mut position = Vec::new();
            for (at, (needs, many, removes, fate)) in all.into_iter().enumerate() {
                let needs = needs
                    .iter()
                    .take(many.min(at))
                    .map(|need| need.index(at) as u32);
                let needs: BTreeSet<u32> = needs.collect();
                let id = format!("S{at}");
                let mut now = if removes {
                    remove(&id, "7", &[])
                } else {
                    add(&id, "7", &[])
                };
                let mut then = now.clone();
                now.needs = needs.iter().copied().collect();
                let needs = needs.iter().filter_map(|need| position[*need as usize]);
                then.needs = needs.collect();
                position.push((fate > 0).then_some(saved.len() as u32));
                if fate == 1 {
                    then.why = Text::from("another reason");
                }
                if fate > 0 {
                    saved.push(then);
                }
                fresh.push(now);
            }
            (plan(&saved), plan(&fresh))
        })
    }

    proptest! {
        #[test]
        fn what_is_common_was_reviewed_and_has_all_that_it_needs((saved, fresh) in plans()) {
            let seal = Seal::default();
            let (before, now) = (marks(&saved, &seal), marks(&fresh, &seal));
            let Comparison { common, differences } = compare(&before, &fresh, &now);
            let told: HashSet<usize> = differences.iter().filter_map(|one| match one {
                Difference::New(at) | Difference::Changed(_, at) | Difference::Waits(at) => Some(*at),
                Difference::Gone(_) => None,
            }).collect();
            for (at, operation) in (0u32..).zip(&fresh.operations) {
                prop_assert_eq!(common.contains(&at), !told.contains(&(at as usize)));
                let needs = &operation.needs;
                if common.contains(&at) {
                    let mark = &now[at as usize].fingerprint;
                    prop_assert!(before.iter().any(|saved| saved.fingerprint == *mark));
                    prop_assert!(needs.iter().all(|need| common.contains(need)));
                } else if operation.change.kind() == ChangeKind::RemoveMember {
                    prop_assert!(!needs.iter().any(|need| common.contains(need)));
                }
            }
            // The plan of what is common is the same plan wherever it is found.
            let policy = Policy::new("org", date(2026, 9, 1), Timestamp::UNIX_EPOCH);
            let kept = keep(fresh, &common, &policy, false);
            for (at, operation) in (0u32..).zip(&kept.operations) {
                prop_assert!(operation.needs.iter().all(|need| *need < at));
            }
            let again = compare(&before, &kept, &marks(&kept, &seal));
            prop_assert_eq!(again.common.len(), kept.operations.len());
        }

        #[test]
        fn a_plan_has_all_in_common_with_itself((_, fresh) in plans()) {
            let marks = marks(&fresh, &Seal::default());
            let comparison = compare(&marks, &fresh, &marks);
            prop_assert_eq!(comparison.common.len(), fresh.operations.len());
            prop_assert_eq!(comparison.differences, []);
        }
    }
}
