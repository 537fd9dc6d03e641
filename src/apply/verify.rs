//! The check afterwards: what was touched is read and planned again. What Command acknowledged and
//! did not keep is named and remembered, so that it is not written again and again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::recheck::{Unkept, correction, recheck};
use crate::ledger::{Ledger, LedgerError, RunId};
use crate::model::access::AccessUser;
use crate::model::card::Card;
use crate::model::directory::{Directory, GroupListing, RemoteUser};
use crate::model::memory::{Memory, Stuck};
use crate::model::plan::{Change, ChangeKind, FieldChange, Operation, Plan, Subject};
use crate::model::reason::Code;
use crate::model::report::{Outcome, Verification};
use crate::model::roster::Roster;
use crate::model::{GroupId, UserId};
use crate::reconcile::{
    self,
    policy::{Allow, Policy},
};
use crate::verkada::rest::RestClient;
use crate::verkada::scim::{ScimClient, ScimError};

/// Up to so many users are read one by one; more, and the whole list is read in pages.
const ONE_BY_ONE: usize = 50;

/// What the check needs.
pub struct Check<'a> {
    /// Command.
    pub client: &'a ScimClient,
    /// The REST API, for cards; `None` without an API key.
    pub cards: Option<&'a RestClient>,
    /// How long Command may show cards as they were before.
    pub patience: Duration,
    /// The list of everybody, if the run read it again.
    pub everybody: Option<Vec<AccessUser>>,
    /// The ledger.
    pub ledger: &'a mut Ledger,
    /// The run in the ledger.
    pub id: RunId,
    /// What Atrium has.
    pub roster: &'a Roster,
    /// What Command had before.
    pub before: Directory,
    /// What decided about the plan.
    pub policy: &'a Policy,
    /// How many reads may be under way at once.
    pub concurrency: usize,
    /// The time.
    pub now: Timestamp,
}

/// Reads what a plan touched and plans again. Outcomes of what did not stay are corrected.
///
/// # Errors
///
/// If the ledger can't be read or written.
pub async fn verify(
    plan: &Plan,
    outcomes: &mut [Outcome],
    check: Check<'_>,
) -> Result<Verification, LedgerError> {
    let touched = Touched::of(plan, outcomes);
    let concurrency = check.concurrency.max(1);
    let mut before = check.before;
    let access = before.access.take();
    let mut after = match read(check.client, before, &touched, concurrency).await {
        Ok(after) if after.completeness.is_whole() => after,
        Ok(_) => {
            return Ok(Verification::NotChecked {
                why: "Command was not read whole".to_owned(),
            });
        }
        Err(error) => {
            return Ok(Verification::NotChecked {
                why: error.to_string(),
            });
        }
    };
    let memory = check.ledger.remember(check.now)?;
    let mut unkept = Vec::new();
    if let Some((client, access)) = check.cards.zip(access) {
        let everybody = check.everybody;
        match recheck(
            client,
            access,
            everybody,
            plan,
            outcomes,
            &memory,
            (concurrency, check.patience),
        )
        .await
        {
            Ok(read) => {
                after.access = Some(read.access);
                unkept = read.unkept;
            }
            Err(error) => {
                let why = error.to_string();
                return Ok(Verification::NotChecked { why });
            }
        }
    }
    // Guards have spoken: what this run removed counts with what is left, and must not hide it.
    let mut unguarded = check.policy.clone();
    unguarded.allow = Allow::ALL.map(|(_, allow)| allow).into();
    let again = reconcile::plan(check.roster, &after, &memory, &unguarded);
    let closed: HashSet<&UserId> = after
        .users
        .iter()
        .filter(|user| user.active == Some(false))
        .map(|user| &user.id)
        .collect();

    let done: HashMap<(&Subject, ChangeKind), u32> = (0u32..)
        .zip(&plan.operations)
        .filter(|(at, _)| outcomes[*at as usize].is_done())
        .map(|(at, operation)| ((&operation.subject, operation.change.kind()), at))
        .collect();
    // What is known to be undone: it failed, or a guard holds it.
    let undone: HashSet<(&Subject, ChangeKind)> = plan
        .operations
        .iter()
        .zip(outcomes.iter())
        .filter(|(_, outcome)| !outcome.is_done())
        .map(|(operation, _)| operation)
        .chain(plan.held.iter().map(|held| &held.operation))
        .map(|operation| (&operation.subject, operation.change.kind()))
        .collect();
    let mut found = Found::default();
    found.still_closed(plan, outcomes, &closed);
    found.unkept_cards(unkept, plan, &memory, &closed);
    let mut remaining = Vec::new();
    for operation in again.operations {
        let key = (&operation.subject, operation.change.kind());
        let wrote = match key.1 {
            // The values of a user are written by its creation and its reactivation, too.
            ChangeKind::UpdateUser => &[
                ChangeKind::UpdateUser,
                ChangeKind::CreateUser,
                ChangeKind::ReactivateUser,
            ][..],
            _ => &[key.1],
        };
        let wrote = wrote.iter().find_map(|kind| done.get(&(key.0, *kind)));
        if let Some(at) = wrote {
            let first = &plan.operations[*at as usize];
            if found.note(*at, first, &operation, &closed) {
                continue;
            }
        }
        if touched.concerns(&operation) && !undone.contains(&key) {
            remaining.push(operation);
        }
    }
    found.record(plan, outcomes, check.ledger, check.id, check.now)?;
    if remaining.is_empty() {
        Ok(Verification::InStep)
    } else {
        Ok(Verification::Remaining {
            operations: remaining,
        })
    }
}

/// What did not stay.
#[derive(Default)]
struct Found {
    outcomes: BTreeMap<u32, Outcome>,
    /// Values that a new or reactivated user did not keep. The user is there all the same, which
    /// is what the ledger goes on saying.
    kept_in_part: BTreeMap<u32, Outcome>,
    /// Removals that a deactivated user's frozen groups swallowed: they are owed.
    owed: BTreeMap<u32, Outcome>,
    fields: Vec<(crate::model::CampusId, crate::model::Field, Stuck)>,
    members: Vec<(crate::model::CampusId, crate::model::AccessGroupId, bool)>,
    cards: Vec<(crate::model::CampusId, Card, bool)>,
}

impl Found {
    /// A user that we reactivated and that is closed again is not planned again, since somebody in
    /// Command may have closed it.
    fn still_closed(&mut self, plan: &Plan, outcomes: &[Outcome], closed: &HashSet<&UserId>) {
        for (at, (operation, outcome)) in (0u32..).zip(plan.operations.iter().zip(outcomes)) {
            if let Change::ReactivateUser { user_id, .. } = &operation.change
                && outcome.is_done()
                && closed.contains(user_id)
            {
                let detail = "deactivated when the user was read back".to_owned();
                let code = Code::DoesNotStick;
                self.outcomes.insert(at, Outcome::Failed { code, detail });
            }
        }
    }

    /// Cards that were answered as given or taken, and are not. What we know of our own cards would
    /// make a plan take them for closed by hand, so they are compared and not planned again.
    fn unkept_cards(
        &mut self,
        unkept: Vec<Unkept>,
        plan: &Plan,
        memory: &Memory,
        closed: &HashSet<&UserId>,
    ) {
        for card in unkept {
            let operation = &plan.operations[card.at as usize];
            let user = memory.users.get(&card.person);
            let frozen = user.is_some_and(|user| closed.contains(&user.user_id));
            let outcome = correction(&card, &operation.change, frozen);
            if matches!(outcome, Outcome::Owed { .. }) {
                self.owed.insert(card.at, outcome);
            } else {
                self.cards.push((card.person, card.card, card.added));
                self.outcomes.insert(card.at, outcome);
            }
        }
    }

    /// Judges an operation that was acknowledged and is planned again. `false` if it is a new one.
    fn note(
        &mut self,
        at: u32,
        first: &Operation,
        again: &Operation,
        closed: &HashSet<&UserId>,
    ) -> bool {
        let failed = |code: Code, detail: String| Outcome::Failed { code, detail };
        match (&first.change, &again.change, &first.subject) {
            (
                Change::UpdateUser { .. }
                | Change::CreateUser { .. }
                | Change::ReactivateUser { .. },
                Change::UpdateUser { fields: wants, .. },
                Subject::User { campus_id },
            ) => {
                if wants.iter().any(|want| !writes(&first.change, want)) {
                    return false;
                }
                let mut details = Vec::new();
                for want in wants {
                    details.push(format!(
                        "{}: wrote \"{}\", read \"{}\"",
                        want.field, want.new, want.old
                    ));
                    let stuck = Stuck {
                        wanted: want.new.clone(),
                        found: want.old.clone(),
                    };
                    self.fields.push((campus_id.clone(), want.field, stuck));
                }
                let outcome = failed(Code::DoesNotStick, details.join("; "));
                let outcomes = match first.change.kind() {
                    ChangeKind::UpdateUser => &mut self.outcomes,
                    _ => &mut self.kept_in_part,
                };
                outcomes.insert(at, outcome);
                true
            }
            (Change::RemoveMember { user_id, .. }, Change::RemoveMember { .. }, _)
                if closed.contains(user_id) =>
            {
                self.owed.insert(
                    at,
                    Outcome::Owed {
                        code: Code::UserFrozen,
                    },
                );
                true
            }
            (
                Change::AddMember { .. },
                Change::AddMember { .. },
                Subject::Membership {
                    campus_id,
                    access_group_id,
                },
            ) => {
                self.members
                    .push((campus_id.clone(), access_group_id.clone(), true));
                self.outcomes
                    .insert(at, failed(Code::MembersCapped, String::new()));
                true
            }
            (
                Change::RemoveMember { .. },
                Change::RemoveMember { .. },
                Subject::Membership {
                    campus_id,
                    access_group_id,
                },
            ) => {
                self.members
                    .push((campus_id.clone(), access_group_id.clone(), false));
                let detail = "still a member when the group was read back".to_owned();
                self.outcomes.insert(at, failed(Code::DoesNotStick, detail));
                true
            }
            // Cards are judged where they are compared.
            (_, _, Subject::Card { .. }) => {
                self.owed.contains_key(&at) || self.outcomes.contains_key(&at)
            }
            _ => false,
        }
    }

    fn record(
        self,
        plan: &Plan,
        outcomes: &mut [Outcome],
        ledger: &mut Ledger,
        run: RunId,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let corrected: Vec<(u32, &Operation, &Outcome)> = self
            .outcomes
            .iter()
            .chain(&self.owed)
            .map(|(at, outcome)| (*at, &plan.operations[*at as usize], outcome))
            .collect();
        if !corrected.is_empty() {
            ledger.settle(run, &corrected, now)?;
        }
        ledger.stick(&self.fields, &self.members, &self.cards, now)?;
        let kept_in_part = self.kept_in_part.iter().map(|(at, outcome)| (*at, outcome));
        for (at, outcome) in corrected
            .iter()
            .map(|(at, _, outcome)| (*at, *outcome))
            .chain(kept_in_part)
        {
            outcomes[at as usize] = outcome.clone();
        }
        Ok(())
    }
}

/// Whether a change writes a value of a user.
fn writes(change: &Change, wanted: &FieldChange) -> bool {
    match change {
        Change::CreateUser { profile, .. } => *profile.get(wanted.field) == wanted.new,
        Change::UpdateUser { fields, .. } | Change::ReactivateUser { fields, .. } => fields
            .iter()
            .any(|wrote| wrote.field == wanted.field && wrote.new == wanted.new),
        _ => false,
    }
}

/// What a plan touched.
struct Touched<'a> {
    users: BTreeSet<UserId>,
    groups: BTreeSet<GroupId>,
    subjects: HashSet<&'a Subject>,
    /// Users and groups of which it is not known whether they were made.
    unknown: bool,
}

impl<'a> Touched<'a> {
    fn of(plan: &'a Plan, outcomes: &[Outcome]) -> Self {
        let mut touched = Touched {
            users: BTreeSet::new(),
            groups: BTreeSet::new(),
            subjects: HashSet::new(),
            unknown: false,
        };
        for (operation, outcome) in plan.operations.iter().zip(outcomes) {
            let made = match outcome {
                Outcome::Done { made } => made.clone(),
                Outcome::Failed {
                    code: Code::OutcomeUnknown,
                    ..
                } => {
                    touched.unknown |= matches!(
                        operation.change.kind(),
                        ChangeKind::CreateUser | ChangeKind::CreateGroup
                    );
                    None
                }
                _ => continue,
            };
            touched.subjects.insert(&operation.subject);
            match &operation.change {
                Change::CreateUser { .. } => touched.users.extend(made.map(UserId)),
                Change::CreateGroup { .. } => touched.groups.extend(made.map(GroupId)),
                Change::UpdateUser { user_id, .. }
                | Change::ReactivateUser { user_id, .. }
                | Change::DeactivateUser { user_id }
                | Change::DeleteUser { user_id } => {
                    touched.users.insert(user_id.clone());
                }
                Change::RenameGroup { group_id, .. }
                | Change::DeleteGroup { group_id }
                | Change::RemoveMember { group_id, .. } => {
                    touched.groups.insert(group_id.clone());
                }
                Change::AddMember { group_id, .. } => touched.groups.extend(group_id.clone()),
                Change::AddCard { .. }
                | Change::RemoveCard { .. }
                | Change::MoveCard { .. }
                | Change::ActivateCard { .. } => {}
            }
        }
        touched
    }

    /// Whether an operation is about somebody or something that was touched.
    fn concerns(&self, operation: &Operation) -> bool {
        self.subjects.contains(&operation.subject)
            || match &operation.subject {
                Subject::Membership {
                    campus_id,
                    access_group_id,
                } => {
                    self.subjects.contains(&Subject::User {
                        campus_id: campus_id.clone(),
                    }) && self.subjects.contains(&Subject::Group {
                        access_group_id: access_group_id.clone(),
                    })
                }
                _ => false,
            }
    }
}

async fn read(
    client: &ScimClient,
    before: Directory,
    touched: &Touched<'_>,
    concurrency: usize,
) -> Result<Directory, ScimError> {
    if touched.unknown || touched.users.len() > ONE_BY_ONE {
        return client.directory(&|_, _| {}).await;
    }
    let completeness = before.completeness.clone();
    let mut groups: BTreeMap<GroupId, GroupListing> = before
        .listings()
        .map(|group| (group.id.clone(), group))
        .collect();
    let mut users: BTreeMap<UserId, RemoteUser> = before
        .users
        .into_iter()
        .map(|user| (user.id.clone(), user))
        .collect();
    let read_user = |id: UserId| {
        let client = client.clone();
        async move { (id.clone(), client.user(&id).await) }
    };
    for (id, user) in side_by_side(&touched.users, concurrency, read_user).await {
        match user? {
            Some(user) => users.insert(id, user),
            None => users.remove(&id),
        };
    }
    let read_group = |id: GroupId| {
        let client = client.clone();
        async move { (id.clone(), client.group(&id).await) }
    };
    for (id, group) in side_by_side(&touched.groups, concurrency, read_group).await {
        match group? {
            Some(group) => groups.insert(id, group),
            None => groups.remove(&id),
        };
    }
    let users = users.into_values().collect();
    Ok(Directory::assemble(
        users,
        groups.into_values().collect(),
        completeness,
    ))
}

/// Runs one call for each id, several at a time.
pub(super) async fn side_by_side<I, T, F>(
    ids: &BTreeSet<I>,
    concurrency: usize,
    call: impl Fn(I) -> F,
) -> Vec<T>
where
    I: Clone,
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut results = Vec::with_capacity(ids.len());
    let mut under_way = JoinSet::new();
    for id in ids {
        if under_way.len() >= concurrency
            && let Some(Ok(result)) = under_way.join_next().await
        {
            results.push(result);
        }
        under_way.spawn(call(id.clone()));
    }
    results.extend(under_way.join_all().await);
    results
}
