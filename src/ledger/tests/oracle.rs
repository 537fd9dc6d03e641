//! Random histories: the ledger must know what a plain model in memory knows, also after it was
//! closed and opened again.

mod cards;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use self::cards::{Cards, any_card_operation, any_claim, any_pair, any_stuck};
use super::*;
use crate::model::AccessUserId;
use crate::model::plan::CardsClaim;

const PEOPLE: [&str; 3] = ["01", "1", "é"];
const GROUPS: [&str; 3] = ["a", "b", "c"];
const USERS: [&str; 3] = ["u1", "u2", "u3"];
const CODES: [Code; 12] = [
    Code::Frozen,
    Code::UserFrozen,
    Code::HeldByInvisible,
    Code::RefusedByCommand,
    Code::GroupNameTaken,
    Code::EmailDomainGivenUp,
    Code::OutcomeUnknown,
    Code::Unavailable,
    Code::CardRefused,
    Code::CardHeldElsewhere,
    Code::UserManaged,
    Code::NotFound,
];

#[derive(Clone, Debug)]
enum Step {
    /// An operation with its outcome; `None` if the run was cut off before it.
    Apply(Operation, Option<Outcome>),
    Learn(Bookkeeping),
    Stick(CampusId, AccessGroupId, bool),
    StickCard((CampusId, Card, bool)),
    Pair((CampusId, AccessUserId)),
    NewRun,
    Reopen,
}

fn person() -> impl Strategy<Value = &'static str> {
    select(&PEOPLE[..])
}

fn any_group() -> impl Strategy<Value = &'static str> {
    select(&GROUPS[..])
}

fn any_user() -> impl Strategy<Value = &'static str> {
    select(&USERS[..])
}

fn any_profile() -> impl Strategy<Value = Profile> {
    vec("[a-c'\"é]{0,2}", 8).prop_map(|values| {
        let mut profile = Profile::default();
        for (field, value) in Profile::FIELDS.into_iter().zip(values) {
            profile.set(field, value.into());
        }
        profile
    })
}

fn any_fields() -> impl Strategy<Value = Vec<FieldChange>> {
    let all = [
        Field::Email,
        Field::Title,
        Field::Department,
        Field::Active,
        Field::ExternalId,
    ];
    let fields = subsequence(all.to_vec(), 0..=3);
    (fields, "[x-z]{0,2}").prop_map(|(fields, new)| {
        fields
            .into_iter()
            .map(|field| rewrite(field, &new))
            .collect()
    })
}

fn any_operation() -> impl Strategy<Value = Operation> {
    let details = (any_profile(), any_fields(), "[m-o]{1,2}");
    let names = (person(), any_group(), any_user(), any::<bool>());
    (0..10, names, details).prop_map(
        |(kind, (person, in_group, user_id, named), (profile, fields, name))| {
            let user_id = UserId::from(user_id);
            let group_id = user_id.as_str().into();
            let name = Text::from(name);
            let whom = user(person);
            let what = group(in_group);
            let both = member(person, in_group);
            let external_id = "atrium:x".into();
            let profile = Box::new(profile);
            match kind {
                0 => operation(
                    whom,
                    Change::CreateUser {
                        external_id,
                        profile,
                    },
                ),
                1 => operation(whom, Change::UpdateUser { user_id, fields }),
                2 => operation(whom, Change::ReactivateUser { user_id, fields }),
                3 => operation(whom, Change::DeactivateUser { user_id }),
                4 => operation(whom, Change::DeleteUser { user_id }),
                5 => operation(what, Change::CreateGroup { external_id, name }),
                6 => {
                    let (old, cause) = ("".into(), Cause::ChangedInBoth);
                    let new = name;
                    operation(
                        what,
                        Change::RenameGroup {
                            group_id,
                            old,
                            new,
                            cause,
                        },
                    )
                }
                7 => operation(what, Change::DeleteGroup { group_id }),
                8 => {
                    let group_id = Some(group_id);
                    let user_id = named.then_some(user_id);
                    operation(both, Change::AddMember { group_id, user_id })
                }
                _ => operation(both, Change::RemoveMember { group_id, user_id }),
            }
        },
    )
}

fn any_outcome() -> impl Strategy<Value = Option<Outcome>> {
    prop_oneof![
        6 => any_user().prop_map(|id| Some(made(id))),
        1 => Just(Some(DONE)),
        3 => select(&CODES[..]).prop_map(|code| Some(refused(code))),
        1 => select(&[Code::Frozen, Code::UserFrozen][..])
            .prop_map(|code| Some(Outcome::Owed { code })),
        2 => select(&[Code::Paused, Code::EmailDomainGivenUp][..])
            .prop_map(|code| Some(Outcome::Skipped { code })),
        1 => Just(None),
    ]
}

fn any_bookkeeping() -> impl Strategy<Value = Bookkeeping> {
    let user = (
        person(),
        any_user(),
        any::<(bool, bool)>(),
        proptest::option::of(any_profile()),
    )
        .prop_map(|(person, user_id, (ours, in_scope), applied)| UserClaim {
            ours,
            in_scope,
            applied: applied.map(Box::new),
            ..claim(person, user_id)
        });
    let memberships = (person(), subsequence(GROUPS.to_vec(), 0..=3))
        .prop_map(|(person, groups)| agreed(person, &groups));
    let group = (any_group(), any_user(), proptest::option::of("[m-o]{1,2}"))
        .prop_map(|(group, group_id, name)| group_claim(group, group_id, name.as_deref()));
    let absent = (person(), 0u32..4).prop_map(|(person, runs)| (person.into(), runs));
    let parts = (
        vec(user, 0..3),
        vec(group, 0..3),
        vec(memberships, 0..3),
        vec(absent, 0..2),
        vec(person().prop_map(CampusId::from), 0..2),
        vec(any_claim(), 0..4),
        proptest::option::of("[p-q]{0,1}".prop_map(Text::from)),
    );
    parts.prop_map(
        |(users, groups, memberships, absent, open, cards, ownership)| Bookkeeping {
            users,
            groups,
            memberships,
            absent,
            open,
            closed: Vec::new(),
            unstuck_fields: Vec::new(),
            cards,
            ownership,
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (any_operation(), any_outcome()).prop_map(|(what, how)| Step::Apply(what, how)),
        12 => (any_card_operation(), any_outcome()).prop_map(|(what, how)| Step::Apply(what, how)),
        4 => any_bookkeeping().prop_map(Step::Learn),
        1 => (person(), any_group(), any::<bool>())
            .prop_map(|(person, group, added)| Step::Stick(person.into(), group.into(), added)),
        1 => any_stuck().prop_map(Step::StickCard),
        3 => any_pair().prop_map(Step::Pair),
        1 => Just(Step::NewRun),
        1 => Just(Step::Reopen),
    ]
}

/// Why, which values, when.
type Refused = (Code, Text, Timestamp);

/// What is known of one person, groups by id.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    user_id: UserId,
    ours: bool,
    in_scope: bool,
    applied: Profile,
    groups: BTreeSet<AccessGroupId>,
    closed_by_us: Option<Timestamp>,
    absent_runs: u32,
}

impl Known {
    fn new(user_id: UserId, applied: Profile) -> Self {
        Known {
            user_id,
            ours: true,
            in_scope: true,
            applied,
            groups: BTreeSet::new(),
            closed_by_us: None,
            absent_runs: 0,
        }
    }
}

/// The model: what the memory should be, kept by plain maps.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    users: BTreeMap<CampusId, Known>,
    groups: BTreeMap<AccessGroupId, (Text, Text)>,
    debts: BTreeSet<(CampusId, AccessGroupId)>,
    refusals: BTreeMap<CampusId, Refused>,
    group_refusals: BTreeMap<AccessGroupId, Refused>,
    stuck: BTreeMap<(CampusId, AccessGroupId), bool>,
    unfinished: BTreeSet<CampusId>,
    removed_people: BTreeSet<CampusId>,
    removed_memberships: u32,
    cards: Cards,
}

impl Model {
    /// The memory in the shape of the model.
    fn of(memory: &Memory) -> Self {
        let refused = |refusal: &Refusal| (refusal.code, refusal.values.clone(), refusal.at);
        let known = |id: &CampusId, user: &UserMemory| Known {
            user_id: user.user_id.clone(),
            ours: user.ours,
            in_scope: user.in_scope,
            applied: user.applied.clone(),
            groups: groups_of(memory, id.as_str()),
            closed_by_us: user.closed_by_us,
            absent_runs: user.absent_runs,
        };
        Model {
            users: memory
                .users
                .iter()
                .map(|(id, user)| (id.clone(), known(id, user)))
                .collect(),
            groups: memory
                .groups
                .iter()
                .map(|group| {
                    (
                        group.id.clone(),
                        (group.group_id.0.clone(), group.name.clone()),
                    )
                })
                .collect(),
            debts: memory.debts.iter().cloned().collect(),
            refusals: memory
                .refusals
                .iter()
                .map(|(id, refusal)| (id.clone(), refused(refusal)))
                .collect(),
            group_refusals: memory
                .group_refusals
                .iter()
                .map(|(id, refusal)| (id.clone(), refused(refusal)))
                .collect(),
            stuck: memory
                .stuck_members
                .iter()
                .map(|(key, stuck)| (key.clone(), stuck.added))
                .collect(),
            unfinished: memory.unfinished.keys().cloned().collect(),
            removed_people: BTreeSet::new(),
            removed_memberships: memory.recent.memberships,
            cards: Cards::of(memory),
        }
    }

    fn linked(&mut self, person: &CampusId, user_id: &UserId) -> Option<&mut Known> {
        self.users
            .get_mut(person)
            .filter(|known| known.user_id == *user_id)
    }

    fn forget_user(&mut self, person: &CampusId) {
        self.users.remove(person);
        self.debts.retain(|(id, _)| id != person);
        self.stuck.retain(|(id, _), _| id != person);
        self.cards.forget(person);
    }

    fn forget_group(&mut self, group: &AccessGroupId) {
        self.groups.remove(group);
        for known in self.users.values_mut() {
            known.groups.remove(group);
        }
        self.debts.retain(|(_, id)| id != group);
        self.stuck.retain(|(_, id), _| id != group);
    }

    fn apply(&mut self, operation: &Operation, outcome: Option<&Outcome>, now: Timestamp) {
        let person = operation.subject.person().cloned().unwrap_or_default();
        let group = operation
            .subject
            .access_group()
            .cloned()
            .unwrap_or_default();
        self.cards.apply(operation, outcome, now);
        match outcome {
            None => {
                if matches!(operation.change, Change::CreateUser { .. }) {
                    self.unfinished.insert(person);
                }
            }
            Some(Outcome::Skipped {
                code: Code::EmailDomainGivenUp,
            }) => self.refuse(operation, Code::EmailDomainGivenUp, now),
            Some(Outcome::Skipped { .. }) => {}
            Some(Outcome::Failed { code, .. } | Outcome::Owed { code }) => {
                self.fail(operation, *code, &person, group, now)
            }
            Some(Outcome::Done { made }) => {
                self.done(operation, made.as_ref(), &person, group, now);
            }
        }
    }

    fn refuse(&mut self, operation: &Operation, code: Code, now: Timestamp) {
        let refused = (code, operation.change.values(), now);
        match (&operation.subject, operation.change.is_removal()) {
            (Subject::User { campus_id }, false) => {
                self.refusals.insert(campus_id.clone(), refused);
            }
            (Subject::Group { access_group_id }, false) => {
                self.group_refusals.insert(access_group_id.clone(), refused);
            }
            _ => {}
        }
    }

    fn fail(
        &mut self,
        operation: &Operation,
        code: Code,
        person: &CampusId,
        group: AccessGroupId,
        now: Timestamp,
    ) {
        let put_back = matches!(operation.change, Change::ReactivateUser { .. })
            && matches!(code, Code::MembersCapped | Code::MembersUnread);
        if REFUSALS.contains(&code) || put_back {
            self.refuse(operation, code, now);
        }
        match &operation.change {
            Change::CreateUser { .. } if code == Code::OutcomeUnknown => {
                self.unfinished.insert(person.clone());
            }
            Change::CreateUser { .. } => {
                self.unfinished.remove(person);
            }
            Change::RemoveMember { user_id, .. }
                if matches!(code, Code::Frozen | Code::UserFrozen)
                    && self.linked(person, user_id).is_some() =>
            {
                self.debts.insert((person.clone(), group));
            }
            _ => {}
        }
    }

    fn done(
        &mut self,
        operation: &Operation,
        made: Option<&Text>,
        person: &CampusId,
        group: AccessGroupId,
        now: Timestamp,
    ) {
        match &operation.change {
            Change::CreateUser { profile, .. } => {
                self.refusals.remove(person);
                self.unfinished.remove(person);
                if let Some(made) = made {
                    self.forget_user(person);
                    let known = Known::new(UserId(made.clone()), (**profile).clone());
                    self.users.insert(person.clone(), known);
                }
            }
            Change::UpdateUser { user_id, fields } | Change::ReactivateUser { user_id, fields } => {
                self.refusals.remove(person);
                let reopened = matches!(operation.change, Change::ReactivateUser { .. });
                if let Some(known) = self.linked(person, user_id) {
                    for change in fields {
                        known.applied.set(change.field, change.new.clone());
                    }
                    if reopened {
                        known.closed_by_us = None;
                    }
                }
            }
            Change::DeactivateUser { user_id } => {
                self.removed_people.insert(person.clone());
                if let Some(known) = self.linked(person, user_id) {
                    known.closed_by_us = Some(now);
                }
            }
            Change::DeleteUser { user_id } => {
                self.removed_people.insert(person.clone());
                if self.linked(person, user_id).is_some() {
                    self.cards.forget_unsure(person);
                    self.forget_user(person);
                }
            }
            Change::CreateGroup { name, .. } => {
                self.group_refusals.remove(&group);
                if let Some(made) = made {
                    self.forget_group(&group);
                    self.groups.insert(group, (made.clone(), name.clone()));
                }
            }
            Change::RenameGroup { group_id, new, .. } => {
                self.group_refusals.remove(&group);
                if let Some((id, name)) = self.groups.get_mut(&group)
                    && id == group_id.as_str()
                {
                    *name = new.clone();
                }
            }
            Change::DeleteGroup { group_id } => {
                if self
                    .groups
                    .get(&group)
                    .is_some_and(|(id, _)| id == group_id.as_str())
                {
                    self.forget_group(&group);
                }
            }
            Change::AddMember { user_id, .. } => {
                let is_known = self.groups.contains_key(&group);
                if let Some(known) = self.users.get_mut(person)
                    && user_id.as_ref().is_none_or(|id| *id == known.user_id)
                {
                    if is_known {
                        known.groups.insert(group.clone());
                    }
                    self.stuck.remove(&(person.clone(), group));
                }
            }
            Change::RemoveMember { user_id, .. } => {
                self.removed_memberships += 1;
                if let Some(known) = self.linked(person, user_id) {
                    known.groups.remove(&group);
                    self.debts.remove(&(person.clone(), group.clone()));
                    self.stuck.remove(&(person.clone(), group));
                }
            }
            Change::AddCard { .. }
            | Change::RemoveCard { .. }
            | Change::MoveCard { .. }
            | Change::ActivateCard { .. } => {}
        }
    }

    fn learn(&mut self, bookkeeping: &Bookkeeping, now: Timestamp) {
        for claim in &bookkeeping.groups {
            let group = &claim.access_group_id;
            let (id, name) = self.groups.entry(group.clone()).or_default();
            if let Some((_, refused, _)) = self.group_refusals.get(group)
                && (id != claim.group_id.as_str() || claim.name.as_ref() == Some(refused))
            {
                self.group_refusals.remove(group);
            }
            *id = claim.group_id.0.clone();
            if let Some(new) = &claim.name {
                *name = new.clone();
            }
        }
        for claim in &bookkeeping.users {
            let person = &claim.campus_id;
            if self.linked(person, &claim.user_id).is_none() {
                self.refusals.remove(person);
                self.unfinished.remove(person);
                if let Some(known) = self.users.get_mut(person) {
                    known.closed_by_us = None;
                    self.cards.forget(person);
                }
            }
            let known = self
                .users
                .entry(person.clone())
                .or_insert_with(|| Known::new(claim.user_id.clone(), Profile::default()));
            known.user_id = claim.user_id.clone();
            known.ours = claim.ours;
            known.in_scope = claim.in_scope;
            known.absent_runs = 0;
            if let Some(applied) = &claim.applied {
                known.applied = (**applied).clone();
            }
        }
        for claim in &bookkeeping.cards {
            if self.users.contains_key(&claim.campus_id) {
                self.cards.learn(claim, now);
            }
        }
        self.cards.own(bookkeeping.ownership.as_ref());
        for (person, agreed) in &bookkeeping.memberships {
            if let Some(known) = self.users.get_mut(person) {
                let linked = agreed.iter().filter(|id| self.groups.contains_key(*id));
                known.groups = linked.cloned().collect();
                for group in agreed {
                    self.stuck.remove(&(person.clone(), group.clone()));
                }
            }
        }
        for (person, runs) in &bookkeeping.absent {
            if let Some(known) = self.users.get_mut(person) {
                known.absent_runs = *runs;
            }
        }
        for person in &bookkeeping.open {
            if let Some(known) = self.users.get_mut(person) {
                known.closed_by_us = None;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_ledger_knows_what_the_model_knows(steps in vec(any_step(), 1..60)) {
        let (_folder, path) = temporary();
        let mut ledger = Ledger::open(&path, Access::Write).unwrap();
        let mut run = ledger.begin_run(&start()).unwrap();
        let mut model = Model::default();
        for (number, step) in (0u32..).zip(&steps) {
            let now = at(i64::from(number));
            match step {
                Step::Apply(operation, outcome) => {
                    model.apply(operation, outcome.as_ref(), now);
                    ledger.intend(run, &[(number, operation)]).unwrap();
                    match outcome {
                        Some(outcome) => {
                            ledger.settle(run, &[(number, operation, outcome)], now).unwrap();
                        }
                        // Cut off: whatever comes next is another run.
                        None => run = ledger.begin_run(&start()).unwrap(),
                    }
                }
                Step::Learn(bookkeeping) => {
                    // A plan comes before its run applies anything.
                    model.learn(bookkeeping, now);
                    let started = now;
                    let start = RunStart { started, bookkeeping, ..start() };
                    run = ledger.begin_run(&start).unwrap();
                }
                Step::Stick(person, group, added) => {
                    model.stuck.insert((person.clone(), group.clone()), *added);
                    ledger.stick(&[], &[(person.clone(), group.clone(), *added)], &[], now).unwrap();
                }
                Step::StickCard(stuck) => {
                    model.cards.stick(stuck.clone(), now);
                    ledger.stick(&[], &[], std::slice::from_ref(stuck), now).unwrap();
                }
                Step::Pair((person, id)) => {
                    if model.users.contains_key(person) {
                        model.cards.link(person, id);
                    }
                    let found = CardsClaim {
                        campus_id: person.clone(),
                        access_id: id.clone(),
                        read: None,
                    };
                    ledger.pair(&[found], now).unwrap();
                }
                Step::NewRun => run = ledger.begin_run(&start()).unwrap(),
                Step::Reopen => {
                    drop(ledger);
                    ledger = Ledger::open(&path, Access::Write).unwrap();
                }
            }
            let known = memory(&ledger);
            prop_assert_eq!(known.recent.people as usize, model.removed_people.len());
            let expected = Model { removed_people: BTreeSet::new(), ..model.clone() };
            prop_assert_eq!(Model::of(&known), expected);
        }
        let reader = Ledger::open(&path, Access::ReadOnly).unwrap();
        prop_assert_eq!(memory(&reader), memory(&ledger));
    }
}
