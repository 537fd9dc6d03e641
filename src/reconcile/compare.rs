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
