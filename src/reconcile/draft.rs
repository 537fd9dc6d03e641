//! The plan while it is being made: operations by handle, held ones marked, and the order of the
//! work settled at the end.

use std::collections::{BTreeSet, HashSet};

use super::Sides;
use super::matching::REPLACED;
use super::policy::{Allow, CardPace, Policy};
use crate::model::plan::{
    Bookkeeping, Change, ChangeKind, Cost, Counts, Held, LeftAlone, Operation, Plan, Stage,
    Subject, Tripped, people_to_check,
};
use crate::model::reason::{Code, Situation};
use crate::model::roster::Place;
use crate::model::{AccessUserId, CampusId, Text};

/// Names an operation of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Handle(u32);

/// An operation of a draft; its `needs` are handles until the draft is finished.
struct Entry {
    operation: Operation,
    held: Option<Code>,
    /// Whether the removal follows from a person's absence, not from anything that Atrium states.
    by_absence: bool,
    /// Whether it takes the last cards of somebody who goes on being active, and Atrium does not
    /// say why.
    last_card: bool,
    /// Other operations; if one of them is held, so is this one.
    held_with: Vec<u32>,
}

/// The plan while it is being made.
pub(super) struct Draft<'a> {
    sides: Sides<'a>,
    entries: Vec<Entry>,
    left_alone: Vec<LeftAlone>,
    tripped: Vec<Tripped>,
    stops: Vec<Tripped>,
    /// What there is; every step adds what it saw.
    pub(super) counts: Counts,
    /// Whose cards have to be read.
    pub(super) reads: Vec<AccessUserId>,
    /// What the ledger learns.
    pub(super) bookkeeping: Bookkeeping,
}

impl<'a> Draft<'a> {
    pub(super) fn new(sides: Sides<'a>) -> Self {
        Draft {
            sides,
            entries: Vec::new(),
            left_alone: Vec::new(),
            tripped: Vec::new(),
            stops: Vec::new(),
            counts: Counts {
                people: sides.roster.people.len() as u64,
                access_groups: sides.roster.groups.len() as u64,
                ..Counts::default()
            },
            reads: Vec::new(),
            bookkeeping: Bookkeeping::default(),
        }
    }

    /// Adds an operation.
    pub(super) fn push(&mut self, operation: Operation, needs: &[Handle]) -> Handle {
        // A plan of four thousand million operations does not fit into memory.
        let handle = Handle(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let mut operation = operation;
        operation.needs = needs.iter().map(|need| need.0).collect();
        self.entries.push(Entry {
            operation,
            held: None,
            by_absence: false,
            last_card: false,
            held_with: Vec::new(),
        });
        handle
    }

    /// Marks an operation as following from somebody's absence.
    pub(super) fn by_absence(&mut self, handle: Handle) {
        self.entries[handle.0 as usize].by_absence = true;
    }

    /// Marks a removal as one of the last cards of somebody who goes on being active.
    pub(super) fn last_card(&mut self, handle: Handle) {
        self.entries[handle.0 as usize].last_card = true;
    }

    /// The removals of last cards that nothing holds yet.
    pub(super) fn free_last_cards(&self) -> impl Iterator<Item = Handle> {
        let entries = (0u32..).zip(&self.entries);
        let last = entries.filter(|(_, entry)| entry.last_card && entry.held.is_none());
        last.map(|(at, _)| Handle(at))
    }

    /// Makes an operation wait for another one.
    pub(super) fn needs(&mut self, handle: Handle, other: Handle) {
        let needs = &mut self.entries[handle.0 as usize].operation.needs;
        if !needs.contains(&other.0) {
            needs.push(other.0);
        }
    }

    /// Makes a deactivation wait for a card that moves from the user.
    pub(super) fn retire_after(&mut self, handle: Handle, card: Handle) {
        self.entries[handle.0 as usize].operation.stage = Stage::Retire;
        self.needs(handle, card);
    }

    /// Holds an operation wherever the other one is held, though its turn comes before.
    pub(super) fn link(&mut self, handle: Handle, other: Handle) {
        self.entries[handle.0 as usize].held_with.push(other.0);
    }

    /// Makes a deactivation wait for the user that replaces the one deactivated; if it is held, so
    /// is the replacement.
    pub(super) fn retire(&mut self, handle: Handle, create: Handle) {
        let operation = &mut self.entries[handle.0 as usize].operation;
        operation.stage = Stage::Retire;
        operation.situation = Situation::EmailChanged;
        operation.needs.push(create.0);
        self.link(create, handle);
    }

    /// Holds an operation; the first reason stays.
    pub(super) fn hold(&mut self, handle: Handle, code: Code) {
        let held = &mut self.entries[handle.0 as usize].held;
        held.get_or_insert(code);
    }

    /// Leaves somebody or something alone.
    pub(super) fn leave(
        &mut self,
        subject: Subject,
        label: &str,
        situation: Situation,
        code: Code,
        detail: impl Into<String>,
        place: Option<&Place>,
    ) {
        self.left_alone.push(LeftAlone {
            subject,
            label: Text::from(label),
            situation,
            code,
            detail: detail.into(),
            place: place.cloned(),
        });
    }

    /// Notes a guard that holds something.
    pub(super) fn trip(&mut self, code: Code, detail: String, holds: u32) {
        self.tripped.push(Tripped {
            code,
            detail,
            holds,
        });
    }

    /// Notes a reason for which nothing at all may be written.
    pub(super) fn stop(&mut self, code: Code, detail: String) {
        self.stops.push(Tripped {
            code,
            detail,
            holds: 0,
        });
    }

    /// The operations that nothing holds yet.
    pub(super) fn free(&self) -> impl Iterator<Item = (Handle, &Operation, bool)> {
        (0u32..)
            .zip(&self.entries)
            .filter(|(_, entry)| entry.held.is_none())
            .map(|(at, entry)| (Handle(at), &entry.operation, entry.by_absence))
    }

    /// Whether one of these operations deletes a group.
    pub(super) fn is_deletion(&self, handles: &[Handle]) -> bool {
        handles.iter().any(|handle| {
            let entry = &self.entries[handle.0 as usize];
            entry.operation.change.kind() == ChangeKind::DeleteGroup
        })
    }

    /// Makes every guard that tripped a reason to stop.
    pub(super) fn stop_on_tripped(&mut self) {
        // A list that was not read whole is no guard: what Atrium states goes on.
        let guards = self.tripped.iter();
        let guards = guards.filter(|tripped| tripped.code != Code::TargetIncomplete);
        self.stops.extend(guards.cloned());
    }

    /// The people whose deactivation or deletion is held.
    pub(super) fn held_leavers(&self) -> HashSet<CampusId> {
        self.entries
            .iter()
            .filter(|entry| entry.held.is_some())
            .filter(|entry| {
                matches!(
                    entry.operation.change.kind(),
                    ChangeKind::DeactivateUser | ChangeKind::DeleteUser
                )
            })
            .filter_map(|entry| entry.operation.subject.person().cloned())
            .collect()
    }

    /// Keeps what the command line asks for: the named people and the groups that they need, or
    /// removals alone. What is not asked for is no part of this run's plan.
    pub(super) fn select(&mut self) {
        let policy = self.sides.policy;
        if policy.only.is_empty() && !policy.revoke_only {
            return;
        }
        let named = if policy.only.is_empty() {
            HashSet::new()
        } else {
            self.named_people()
        };
        // The old user of a person with a new address goes with the person.
        let is_named = |id: &CampusId| {
            policy.only.is_empty()
                || named.contains(id)
                || id
                    .as_str()
                    .strip_suffix(REPLACED)
                    .is_some_and(|id| named.contains(&CampusId::from(id)))
        };
        let mut dropped = self.split_moves(&is_named);
        self.drop_what_needs_others(&is_named, &mut dropped);
        let mut wanted = vec![true; self.entries.len()];
        if !policy.only.is_empty() {
            for (at, entry) in self.entries.iter().enumerate() {
                wanted[at] = entry.operation.subject.person().is_some_and(is_named);
            }
            for at in &dropped {
                wanted[*at as usize] = false;
            }
            // A group that a named person is to join is created first, and before that another
            // one gives its name free.
            let mut open: Vec<u32> = (0u32..)
                .zip(&wanted)
                .filter(|(_, wanted)| **wanted)
                .map(|(at, _)| at)
                .collect();
            while let Some(at) = open.pop() {
                for need in &self.entries[at as usize].operation.needs {
                    if dropped.contains(need) {
                        continue;
                    }
                    if !std::mem::replace(&mut wanted[*need as usize], true) {
                        open.push(*need);
                    }
                }
            }
            self.left_alone
                .retain(|left| left.subject.person().is_some_and(is_named));
        }
        if policy.revoke_only {
            for (at, entry) in self.entries.iter().enumerate() {
                // What only retires a record that this run would have replaced is no removal
                // without its replacement.
                wanted[at] &=
                    entry.operation.change.is_removal() && entry.operation.stage == Stage::Revoke;
            }
        }
        let mut position = vec![0u32; self.entries.len()];
        let mut next = 0u32;
        for (at, wanted) in wanted.iter().enumerate() {
            position[at] = next;
            next += u32::from(*wanted);
        }
        let mut at = 0;
        self.entries.retain_mut(|entry| {
            entry.operation.needs.retain(|need| wanted[*need as usize]);
            entry.held_with.retain(|other| wanted[*other as usize]);
            for need in entry.operation.needs.iter_mut().chain(&mut entry.held_with) {
                *need = position[*need as usize];
            }
            at += 1;
            wanted[at - 1]
        });
    }

    /// A card moves between two people. If this run takes it from the one and may not give it to
    /// the other, it is a removal; if it may not take it, nothing is done. The positions of those.
    fn split_moves(&mut self, is_named: &dyn Fn(&CampusId) -> bool) -> HashSet<u32> {
        let mut dropped = HashSet::new();
        let mut held_elsewhere = Vec::new();
        for (at, entry) in (0u32..).zip(&mut self.entries) {
            let operation = &mut entry.operation;
            let (
                Change::MoveCard {
                    from,
                    from_id,
                    card_id,
                    ..
                },
                Subject::Card { campus_id, card },
            ) = (&operation.change, &operation.subject)
            else {
                continue;
            };
            let own = from.as_str().trim_end_matches(REPLACED) == campus_id.as_str();
            let gives = is_named(campus_id) && !self.sides.policy.revoke_only;
            if own || (gives && is_named(from)) {
                continue;
            }
            if !is_named(from) {
                dropped.insert(at);
                if gives {
                    held_elsewhere.push((
                        operation.subject.clone(),
                        operation.label.clone(),
                        from.clone(),
                    ));
                }
                continue;
            }
            let change = Change::RemoveCard {
                access_id: from_id.clone(),
                card_id: card_id.clone(),
                stated: false,
            };
            operation.why = compact_str::format_compact!("Atrium gave it to {}", operation.label);
            operation.label = from.0.clone();
            operation.subject = Subject::Card {
                campus_id: from.clone(),
                card: *card,
            };
            operation.situation = Situation::Gone;
            operation.stage = Stage::Revoke;
            operation.change = change;
            operation.needs = Vec::new();
        }
        for (subject, label, from) in held_elsewhere {
            self.held_elsewhere(subject, &label, &from);
        }
        dropped
    }

    fn held_elsewhere(&mut self, subject: Subject, label: &str, from: &CampusId) {
        let detail = format!("{from} has it, and this run is not about them");
        let situation = Situation::Blocked;
        let code = Code::CardHeldElsewhere;
        self.leave(subject, label, situation, code, detail, None);
    }

    /// Drops the card that would be given after somebody else lost it, and the removal of a card
    /// whose replacement was dropped: nobody loses anything who is not named, and nobody loses a
    /// card for one that does not come.
    fn drop_what_needs_others(
        &mut self,
        is_named: &dyn Fn(&CampusId) -> bool,
        dropped: &mut HashSet<u32>,
    ) {
        if self.sides.policy.revoke_only {
            return;
        }
        let is_card = |at: u32, kind| self.entries[at as usize].operation.change.kind() == kind;
        let mut held_elsewhere = Vec::new();
        for (at, entry) in (0u32..).zip(&self.entries) {
            let operation = &entry.operation;
            if operation.change.kind() != ChangeKind::AddCard {
                continue;
            }
            let removals = operation.needs.iter();
            let mut others = removals
                .filter(|need| is_card(**need, ChangeKind::RemoveCard))
                .filter_map(|need| self.entries[*need as usize].operation.subject.person());
            if let Some(other) = others.find(|person| !is_named(person)) {
                dropped.insert(at);
                let subject = operation.subject.clone();
                held_elsewhere.push((subject, operation.label.clone(), other.clone()));
            }
        }
        for (at, entry) in (0u32..).zip(&self.entries) {
            let operation = &entry.operation;
            if operation.change.kind() == ChangeKind::RemoveCard
                && operation.needs.iter().any(|need| dropped.contains(need))
            {
                dropped.insert(at);
            }
        }
        for (subject, label, other) in held_elsewhere {
            self.held_elsewhere(subject, &label, &other);
        }
    }

    fn named_people(&self) -> HashSet<CampusId> {
        let Sides {
            roster,
            directory,
            policy,
            ..
        } = self.sides;
        let from_atrium = roster
            .people
            .iter()
            .filter(|person| policy.only.names(&person.campus_id.0, &person.email))
            .map(|person| person.campus_id.clone());
        // Somebody who is no longer in Atrium is named by what Command has of them.
        let from_command = directory.users.iter().filter_map(|user| {
            let campus_id = policy.user_ids.parse(user.external_id.as_deref()?)?;
            policy
                .only
                .names(campus_id, &user.profile.email)
                .then(|| CampusId::from(campus_id))
        });
        let from_memory = self
            .sides
            .memory
            .users
            .iter()
            .filter(|(id, user)| policy.only.names(id.as_str(), &user.applied.email))
            .map(|(id, _)| id.clone());
        from_atrium.chain(from_command).chain(from_memory).collect()
    }

    /// Settles the order of the work, separates what is held, and counts and signs the plan.
    pub(super) fn finish(mut self) -> Plan {
        self.hold_dependents();
        let mut free = Vec::new();
        let mut held = Vec::new();
        for (at, entry) in self.entries.into_iter().enumerate() {
            match entry.held {
                None => free.push((at, entry.operation)),
                Some(code) => {
                    let mut operation = entry.operation;
                    operation.needs = Vec::new();
                    operation.situation = Situation::Held;
                    held.push(Held { operation, code });
                }
            }
        }
        // Stable, because that sort goes through runs that are in order already at once, and a
        // draft is made of such runs.
        free.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)));
        sort_held(&mut held);
        let count = free.iter().map(|(at, _)| *at + 1).max().unwrap_or(0);
        let mut position = vec![0u32; count];
        for (new, (old, _)) in (0u32..).zip(&free) {
            position[*old] = new;
        }
        let operations: Vec<Operation> = free
            .into_iter()
            .map(|(_, mut operation)| {
                for need in &mut operation.needs {
                    *need = position[*need as usize];
                }
                operation.needs.sort_unstable();
                operation
            })
            .collect();
        self.left_alone.sort_unstable_by(|a, b| {
            // Two old users of one person have the same subject.
            (a.code, &a.subject, &a.detail, &a.label)
                .cmp(&(b.code, &b.subject, &b.detail, &b.label))
        });
        self.tripped
            .sort_unstable_by(|a, b| (a.code, &a.detail).cmp(&(b.code, &b.detail)));
        self.stops
            .sort_unstable_by(|a, b| (a.code, &a.detail).cmp(&(b.code, &b.detail)));
        let mut plan = Plan {
            cost: cost(
                &operations,
                self.sides.directory.access.is_some(),
                self.sides.policy.card_pace,
            ),
            operations,
            held,
            left_alone: self.left_alone,
            tripped: self.tripped,
            stops: self.stops,
            counts: self.counts,
            digest: String::new(),
            moved: Vec::new(),
            reads: self.reads,
            bookkeeping: self.bookkeeping,
        };
        plan.digest = digest(&plan, self.sides.policy);
        plan
    }

    /// What needs something held is held with it.
    pub(super) fn hold_dependents(&mut self) {
        loop {
            let mut more = false;
            for at in 0..self.entries.len() {
                let entry = &self.entries[at];
                if entry.held.is_none()
                    && entry
                        .operation
                        .needs
                        .iter()
                        .chain(&entry.held_with)
                        .any(|need| self.entries[*need as usize].held.is_some())
                {
                    self.entries[at].held = Some(Code::NeedsHeld);
                    more = true;
                }
            }
            if !more {
                return;
            }
        }
    }
}

/// The order of the work: by stage, then users before groups' members where both stand in one
/// stage, then by subject, so that equal plans read alike.
fn order(operation: &Operation) -> (Stage, u8, Option<&str>, &Subject) {
    let rank = match operation.change.kind() {
        ChangeKind::DeactivateUser => 0,
        ChangeKind::RenameGroup => 1,
        ChangeKind::CreateGroup => 2,
        ChangeKind::UpdateUser => 3,
        ChangeKind::ReactivateUser => 4,
        ChangeKind::CreateUser => 5,
        ChangeKind::RemoveMember => 6,
        ChangeKind::AddMember => 7,
        ChangeKind::RemoveCard => 8,
        ChangeKind::MoveCard => 9,
        ChangeKind::ActivateCard => 10,
        ChangeKind::AddCard => 11,
        ChangeKind::DeleteUser => 12,
        ChangeKind::DeleteGroup => 13,
    };
    let group = operation.subject.access_group().map(|id| id.as_str());
    (operation.stage, rank, group, &operation.subject)
}

/// Puts what is held in the order in which it is shown.
pub(super) fn sort_held(held: &mut [Held]) {
    held.sort_unstable_by(|a, b| (a.code, order(&a.operation)).cmp(&(b.code, order(&b.operation))));
}

/// Members are written in batches of this size.
const MEMBER_BATCH: u64 = 100;

/// What operations cost. `cards` says whether cards are covered, and `pace` how fast.
pub(super) fn cost(operations: &[Operation], cards: bool, pace: CardPace) -> Cost {
    let mut cost = Cost::default();
    let mut batch: Option<(ChangeKind, &Subject)> = None;
    let mut filled = 0;
    for operation in operations {
        let kind = operation.change.kind();
        match kind {
            ChangeKind::AddMember | ChangeKind::RemoveMember => {
                let same = batch.is_some_and(|(last, subject)| {
                    last == kind && subject.access_group() == operation.subject.access_group()
                });
                if same && filled < MEMBER_BATCH {
                    filled += 1;
                } else {
                    cost.requests += 1;
                    filled = 1;
                }
                batch = Some((kind, &operation.subject));
            }
            ChangeKind::AddCard | ChangeKind::RemoveCard | ChangeKind::ActivateCard => {
                cost.card_requests += 1;
            }
            ChangeKind::MoveCard => cost.card_requests += 2,
            _ => cost.requests += 1,
        }
        cost.invitations += u64::from(kind == ChangeKind::CreateUser);
    }
    if cards {
        // The new users are looked for in the list of everybody, and what was done is read back.
        cost.card_requests += u64::from(cost.invitations > 0);
        cost.card_requests += people_to_check(operations).len() as u64;
        cost.card_seconds = pace.seconds(cost.card_requests);
    }
    cost
}

/// The digest of what would be done, of what is held, and of what the command line asked for and
/// allowed. Whose cards are read besides is not in it: that changes a plan or it does not.
pub(super) fn digest(plan: &Plan, policy: &Policy) -> String {
    let allowed: Vec<_> = Allow::ALL
        .iter()
        .filter(|(_, allow)| policy.allow.contains(allow))
        .map(|(name, _)| *name)
        .collect();
    let named = [
        &policy.only,
        &policy.reopen,
        &policy.reprovision,
        &policy.rekey,
    ];
    let named = named.map(|selection| selection.iter().collect::<BTreeSet<_>>());
    policy.seal.sign(
        "plan",
        &(
            (&policy.organization, allowed),
            (named, policy.revoke_only, policy.claim_cards),
            (&plan.operations, &plan.held, &plan.stops),
        ),
    )
}

/// What is common to all operations on one subject.
pub(super) fn operation(
    subject: Subject,
    label: impl Into<Text>,
    situation: Situation,
    stage: Stage,
    change: Change,
    why: impl Into<Text>,
) -> Operation {
    Operation {
        subject,
        label: label.into(),
        situation,
        stage,
        change,
        why: why.into(),
        needs: Vec::new(),
    }
}
