//! Runs a plan against Command: in the order of its stages, people side by side, each one's own
//! operations in order; what happens is recorded as it happens, and what was touched is read and
//! planned again afterwards.

mod access;
mod cards;
mod pause;
mod recheck;
mod scim;
#[cfg(test)]
mod tests;
mod under_way;
mod verify;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::ledger::{Ledger, LedgerError, RunId};
use crate::model::access::AccessUser;
use crate::model::directory::Directory;
use crate::model::memory::Memory;
use crate::model::plan::{Change, ChangeKind, Operation, Plan, Stage, Subject};
use crate::model::reason::Code;
use crate::model::report::Outcome;
use crate::model::roster::Roster;
use crate::model::{AccessGroupId, AccessUserId, CampusId, GroupId, Text, UserId};
use crate::reconcile::policy::Policy;
use crate::verkada::rest::RestClient;
use crate::verkada::scim::{MEMBER_BATCH, ScimClient};
use pause::Pauses;
use under_way::UnderWay;

pub use verify::{Check, verify};

/// How a run is asked to stop: `true` once somebody has asked.
pub type Stop = watch::Receiver<bool>;

/// What became of a plan's operations.
#[derive(Debug)]
pub struct Applied {
    /// By position in the plan.
    pub outcomes: Vec<Outcome>,
    /// Whether the run was asked to stop before its end.
    pub interrupted: bool,
    /// The list of everybody, if it was read again to find users that the run made.
    pub everybody: Option<Vec<AccessUser>>,
}

/// What a run needs for cards.
#[derive(Clone, Copy)]
pub struct Cards<'a> {
    /// Command's REST API.
    pub client: &'a RestClient,
    /// What Atrium has.
    pub roster: &'a Roster,
    /// What Command had before.
    pub directory: &'a Directory,
    /// What the ledger knew before.
    pub memory: &'a Memory,
    /// What decided about the plan.
    pub policy: &'a Policy,
    /// How long to wait for new users to appear in the list of everybody.
    pub patience: Duration,
}

/// What a run needs besides the plan.
pub struct Run<'a> {
    /// Command.
    pub client: &'a ScimClient,
    /// Cards; `None` without an API key.
    pub cards: Option<Cards<'a>>,
    /// The ledger, which every intent and every outcome goes into.
    pub ledger: &'a mut Ledger,
    /// The run in the ledger.
    pub id: RunId,
    /// How many operations may be under way at once.
    pub concurrency: usize,
    /// Whether the email domains of the token are known. If not, a domain is given up after three
    /// people of it were refused and none was accepted.
    pub domains_known: bool,
    /// Asked to stop.
    pub stop: Stop,
    /// Told how many operations are settled, of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Told what became of an operation once it is settled and recorded: its position in the plan,
    /// the operation, the outcome.
    pub settled: &'a (dyn Fn(u32, &Operation, &Outcome) + Sync),
    /// The time.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
}

/// Runs a plan.
///
/// # Errors
///
/// If the ledger can't be written: nothing is sent that is not recorded.
pub async fn apply(plan: &Plan, run: Run<'_>) -> Result<Applied, LedgerError> {
    let count = plan.operations.len();
    let mut executor = Executor {
        operations: plan.operations.iter().cloned().map(Arc::new).collect(),
        outcomes: vec![None; count],
        users: HashMap::new(),
        groups: HashMap::new(),
        access: HashMap::new(),
        everybody: None,
        pauses: Pauses::new(run.domains_known),
        refused: false,
        cards_refused: None,
        needed: plan
            .operations
            .iter()
            .flat_map(|operation| &operation.needs)
            .copied()
            .collect(),
        settled: 0,
        run,
    };
    for stage in [Stage::Revoke, Stage::Write, Stage::Grant, Stage::Retire] {
        if stage == Stage::Grant {
            executor.find_new_users().await?;
        }
        executor.stage(stage).await?;
    }
    let interrupted = executor.stopping();
    let outcomes = executor.outcomes.into_iter().map(|outcome| {
        outcome.unwrap_or(Outcome::Skipped {
            code: Code::DependencyFailed,
        })
    });
    Ok(Applied {
        outcomes: outcomes.collect(),
        interrupted,
        everybody: executor.everybody,
    })
}

/// What is done one after the other: a person's own operations, or a group's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Person(CampusId),
    Group(AccessGroupId),
}

/// One call: an operation, or a batch of members of one group.
type Job = Vec<u32>;

struct Executor<'a> {
    operations: Vec<Arc<Operation>>,
    outcomes: Vec<Option<Outcome>>,
    /// Users that this run made.
    users: HashMap<CampusId, UserId>,
    /// Groups that this run made.
    groups: HashMap<AccessGroupId, GroupId>,
    /// Users of the REST API who are the users that this run made.
    access: HashMap<CampusId, AccessUserId>,
    everybody: Option<Vec<AccessUser>>,
    pauses: Pauses,
    /// Whether Command refused the sign-in, which ends everything.
    refused: bool,
    /// Why Command refused the API key, which ends everything about cards.
    cards_refused: Option<Code>,
    /// Operations that others wait for.
    needed: HashSet<u32>,
    settled: u64,
    run: Run<'a>,
}

impl Executor<'_> {
    fn stopping(&self) -> bool {
        *self.run.stop.borrow()
    }

    /// Runs a stage in waves: what waits for another lane of the same stage comes in a later one.
    async fn stage(&mut self, stage: Stage) -> Result<(), LedgerError> {
        loop {
            let mut ranks: BTreeMap<u8, BTreeMap<Lane, VecDeque<u32>>> = BTreeMap::new();
            let mut skipped = Vec::new();
            for (at, operation) in (0u32..).zip(&self.operations) {
                if operation.stage != stage || self.outcomes[at as usize].is_some() {
                    continue;
                }
                let lane = lane(operation);
                let mut ready = true;
                for need in &operation.needs {
                    match &self.outcomes[*need as usize] {
                        Some(outcome) if outcome.is_done() => {}
                        Some(_) => {
                            skipped.push((at, Code::DependencyFailed));
                            ready = false;
                            break;
                        }
                        None => ready &= self.runs_before(*need, at, stage, &lane),
                    }
                }
                if ready {
                    let lanes = ranks.entry(self.rank(at, operation)).or_default();
                    lanes.entry(lane).or_default().push_back(at);
                }
            }
            if ranks.is_empty() && skipped.is_empty() {
                return Ok(());
            }
            self.skip(&skipped)?;
            for lanes in ranks.into_values() {
                let lanes = lanes.into_values().map(|lane| self.jobs(lane)).collect();
                self.wave(lanes).await?;
            }
        }
    }

    /// Whether an operation that is not settled yet comes earlier in the same lane.
    fn runs_before(&self, need: u32, at: u32, stage: Stage, lane_of: &Lane) -> bool {
        let first = &self.operations[need as usize];
        need < at && first.stage == stage && lane(first) == *lane_of
    }

    /// Splits a lane into calls: members in batches, a returner's reactivation with the removals
    /// that go with it, everything else one by one.
    fn jobs(&self, lane: VecDeque<u32>) -> VecDeque<Job> {
        let mut jobs: VecDeque<Job> = VecDeque::new();
        let mut last: Option<ChangeKind> = None;
        for at in lane {
            let operation = &self.operations[at as usize];
            let kind = operation.change.kind();
            match jobs.back_mut() {
                Some(job) => {
                    let batched = matches!(lane_kind(operation), LaneKind::Members)
                        && last == Some(kind)
                        && job.len() < MEMBER_BATCH;
                    // Nothing may come between: neither an interrupt nor a pause.
                    let chained = matches!(kind, ChangeKind::RemoveMember | ChangeKind::RemoveCard)
                        && operation.stage == Stage::Write
                        && job
                            .first()
                            .is_some_and(|first| operation.needs.contains(first));
                    if batched || chained {
                        job.push(at);
                    } else {
                        jobs.push_back(vec![at]);
                    }
                }
                None => jobs.push_back(vec![at]),
            }
            last = Some(kind);
        }
        jobs
    }

    async fn wave(&mut self, lanes: Vec<VecDeque<Job>>) -> Result<(), LedgerError> {
        let mut waiting: VecDeque<VecDeque<Job>> = lanes.into();
        let mut under_way = UnderWay::default();
        loop {
            while under_way.len() < self.run.concurrency.max(1) {
                let Some(lane) = waiting.pop_front() else {
                    break;
                };
                self.start(lane, &mut under_way)?;
            }
            let Some((rest, outcomes)) = under_way.next().await else {
                return Ok(());
            };
            self.settle(&outcomes)?;
            // The rest of the lane goes on at once: a returner's old groups go right after the
            // reactivation, before anybody else's turn.
            self.start(rest, &mut under_way)?;
        }
    }

    /// Sends the first job of a lane that may be sent.
    fn start(
        &mut self,
        mut lane: VecDeque<Job>,
        under_way: &mut UnderWay,
    ) -> Result<(), LedgerError> {
        while let Some(job) = lane.pop_front() {
            let mut send = Vec::with_capacity(job.len());
            let mut skipped = Vec::new();
            for at in job {
                match self.obstacle(at, &send) {
                    Some(code) => skipped.push((at, code)),
                    None => send.push(at),
                }
            }
            self.skip(&skipped)?;
            if send.is_empty() {
                continue;
            }
            let intents: Vec<(u32, &Operation)> = send
                .iter()
                .map(|at| (*at, self.operations[*at as usize].as_ref()))
                .collect();
            self.run.ledger.intend(self.run.id, &intents)?;
            let call = scim::Call {
                client: self.run.client.clone(),
                cards: self.run.cards.map(|cards| cards.client.clone()),
                items: send
                    .iter()
                    .map(|at| {
                        let operation = Arc::clone(&self.operations[*at as usize]);
                        let user = self.user_of(&operation);
                        let group = self.group_of(&operation);
                        let access = self.access_of(&operation);
                        scim::Item {
                            at: *at,
                            operation,
                            user,
                            group,
                            access,
                        }
                    })
                    .collect(),
            };
            under_way.start(send, lane, call.send());
            return Ok(());
        }
        Ok(())
    }

    /// Why an operation is not to be sent in a call with these others before it.
    fn obstacle(&self, at: u32, with: &[u32]) -> Option<Code> {
        let operation = &self.operations[at as usize];
        if self.refused {
            return Some(Code::SignInRefused);
        }
        if self.stopping() {
            return Some(Code::Interrupted);
        }
        let chained = operation.needs.iter().any(|need| with.contains(need));
        if chained {
            return None;
        }
        let needs_failed = operation.needs.iter().any(|need| {
            !self.outcomes[*need as usize]
                .as_ref()
                .is_some_and(Outcome::is_done)
        });
        if needs_failed {
            return Some(Code::DependencyFailed);
        }
        if let Some(code) = self.card_obstacle(operation) {
            return Some(code);
        }
        self.pauses.obstacle(operation)
    }

    /// Why a card is not to be written.
    fn card_obstacle(&self, operation: &Operation) -> Option<Code> {
        operation.subject.card()?;
        if self.cards_refused.is_some() {
            return self.cards_refused;
        }
        let finds_nobody = match &operation.change {
            Change::AddCard { access_id } | Change::MoveCard { access_id, .. } => {
                access_id.is_none() && self.access_of(operation).is_none()
            }
            _ => false,
        };
        finds_nobody.then_some(Code::NotYetInAccess)
    }

    /// The user who gets a card, where this run made it.
    fn access_of(&self, operation: &Operation) -> Option<AccessUserId> {
        self.access.get(operation.subject.person()?).cloned()
    }

    /// Within a stage, each rank before the next one begins: lost cards first of all, and cards that
    /// somebody else is waiting for, since a deactivated holder's can't be taken; people before
    /// groups' members where access is taken, or timing would decide whether a leaver's memberships
    /// are removed or frozen; groups before people where something is made.
    fn rank(&self, at: u32, operation: &Operation) -> u8 {
        match (lane_kind(operation), &operation.change) {
            (LaneKind::Cards, Change::RemoveCard { stated: true, .. }) => 0,
            (LaneKind::Cards, Change::RemoveCard { .. }) if self.needed.contains(&at) => 0,
            (LaneKind::Group, _) => 1,
            (LaneKind::Person, _) => 2,
            (LaneKind::Members | LaneKind::Cards, _) => 3,
        }
    }

    fn user_of(&self, operation: &Operation) -> Option<UserId> {
        match &operation.change {
            Change::AddMember {
                user_id: Some(user_id),
                ..
            } => Some(user_id.clone()),
            _ => self.users.get(operation.subject.person()?).cloned(),
        }
    }

    fn group_of(&self, operation: &Operation) -> Option<GroupId> {
        match &operation.change {
            Change::AddMember {
                group_id: Some(group_id),
                ..
            } => Some(group_id.clone()),
            _ => self.groups.get(operation.subject.access_group()?).cloned(),
        }
    }

    fn skip(&mut self, skipped: &[(u32, Code)]) -> Result<(), LedgerError> {
        if skipped.is_empty() {
            return Ok(());
        }
        let outcomes: Vec<(u32, Outcome)> = skipped
            .iter()
            .map(|(at, code)| (*at, Outcome::Skipped { code: *code }))
            .collect();
        self.record(&outcomes)
    }

    fn settle(&mut self, outcomes: &[(u32, Outcome)]) -> Result<(), LedgerError> {
        let operations = &self.operations;
        self.pauses.note_call(
            outcomes
                .iter()
                .map(|(at, outcome)| (operations[*at as usize].as_ref(), outcome)),
        );
        for (at, outcome) in outcomes {
            match outcome {
                Outcome::Done { made: Some(made) } => self.made(*at, made),
                Outcome::Failed {
                    code: Code::SignInRefused,
                    ..
                } => self.refused = true,
                Outcome::Failed {
                    code: code @ (Code::ApiKeyRefused | Code::ApiKeyScope),
                    ..
                } => self.cards_refused = Some(*code),
                _ => {}
            }
        }
        self.record(outcomes)
    }

    fn made(&mut self, at: u32, made: &Text) {
        match &self.operations[at as usize].subject {
            Subject::User { campus_id } => {
                self.users.insert(campus_id.clone(), UserId(made.clone()));
            }
            Subject::Group { access_group_id } => {
                self.groups
                    .insert(access_group_id.clone(), GroupId(made.clone()));
            }
            _ => {}
        }
    }

    fn record(&mut self, outcomes: &[(u32, Outcome)]) -> Result<(), LedgerError> {
        let items: Vec<(u32, &Operation, &Outcome)> = outcomes
            .iter()
            .map(|(at, outcome)| (*at, self.operations[*at as usize].as_ref(), outcome))
            .collect();
        self.run
            .ledger
            .settle(self.run.id, &items, (self.run.clock)())?;
        self.settled += outcomes.len() as u64;
        for (at, outcome) in outcomes {
            self.outcomes[*at as usize] = Some(outcome.clone());
            (self.run.settled)(*at, &self.operations[*at as usize], outcome);
        }
        (self.run.progress)(self.settled, self.operations.len() as u64);
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LaneKind {
    Person,
    Group,
    Members,
    Cards,
}

fn lane_kind(operation: &Operation) -> LaneKind {
    match operation.change.kind() {
        ChangeKind::CreateUser
        | ChangeKind::UpdateUser
        | ChangeKind::DeactivateUser
        | ChangeKind::ReactivateUser
        | ChangeKind::DeleteUser => LaneKind::Person,
        ChangeKind::CreateGroup | ChangeKind::RenameGroup | ChangeKind::DeleteGroup => {
            LaneKind::Group
        }
        // A removal that belongs to a returner's chain stays with the person.
        ChangeKind::RemoveMember if operation.stage == Stage::Write => LaneKind::Person,
        ChangeKind::AddMember | ChangeKind::RemoveMember => LaneKind::Members,
        ChangeKind::RemoveCard if operation.stage == Stage::Write => LaneKind::Person,
        ChangeKind::AddCard
        | ChangeKind::RemoveCard
        | ChangeKind::MoveCard
        | ChangeKind::ActivateCard => LaneKind::Cards,
    }
}

fn lane(operation: &Operation) -> Lane {
    let person = operation.subject.person().cloned();
    match lane_kind(operation) {
        LaneKind::Person | LaneKind::Cards => Lane::Person(person.unwrap_or_default()),
        LaneKind::Group | LaneKind::Members => Lane::Group(
            operation
                .subject
                .access_group()
                .cloned()
                .unwrap_or_default(),
        ),
    }
}
