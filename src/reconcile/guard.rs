//! What is held before anything is written: removals on uncertain ground, removals of too many,
//! and the reasons for which a run must not write at all.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Sides;
use super::draft::{Draft, Handle};
use super::matching::{Maker, Matching, maker};
use super::policy::Allow;
use crate::model::plan::{Change, ChangeKind};
use crate::model::reason::Code;
use crate::model::rules::{OnGuard, has_shrunken};
use crate::model::{AccessGroupId, CampusId, Completeness, GroupId};

/// A ledger with fewer people than this is too small to tell an organization by.
const ORGANIZATION_FROM: u64 = 4;
/// A group with fewer members than this is emptied in the ordinary course of things.
const EMPTIED_FROM: usize = 3;

/// Without a whole list of what Command has, only what Atrium itself states as closed is done.
pub(super) fn hold_what_is_uncertain(sides: Sides<'_>, draft: &mut Draft<'_>) {
    let Completeness::Partial(why) = &sides.directory.completeness else {
        return;
    };
    let held: Vec<Handle> = draft
        .free()
        .filter(|(_, operation, by_absence)| {
            let stated = matches!(
                operation.change,
                Change::DeactivateUser { .. } | Change::RemoveCard { stated: true, .. }
            );
            *by_absence || !stated
        })
        .map(|(handle, ..)| handle)
        .collect();
    // Said even if nothing is held: a plan made of half a list is not "nothing to do".
    hold_all(draft, &held, Code::TargetIncomplete, why.clone());
}

/// Looks at the whole plan, the last 24 hours counted in, and holds removals that are too many.
pub(super) fn hold_mass_removals(sides: Sides<'_>, matching: &Matching<'_>, draft: &mut Draft<'_>) {
    people(sides, draft);
    departments(sides, matching, draft);
    // What is held already is not counted once more, and who is held joins nothing.
    hold_theirs(draft);
    draft.hold_dependents();
    memberships(sides, draft);
    cards(sides, draft);
    emptied_groups(sides, draft);
    if sides.policy.on_guard == OnGuard::Stop {
        draft.stop_on_tripped();
    }
}

/// The memberships and cards of somebody who keeps the account stay with it.
fn hold_theirs(draft: &mut Draft<'_>) {
    let leavers = draft.held_leavers();
    if leavers.is_empty() {
        return;
    }
    let theirs: Vec<Handle> = draft
        .free()
        .filter(|(_, operation, _)| {
            is_of_a_leaver(&operation.change)
                && operation
                    .subject
                    .person()
                    .is_some_and(|person| leavers.contains(person))
        })
        .map(|(handle, ..)| handle)
        .collect();
    for handle in theirs {
        draft.hold(handle, Code::NeedsHeld);
    }
}

/// Whether somebody who leaves loses this with the account. A lost card is lost, whoever stays.
fn is_of_a_leaver(change: &Change) -> bool {
    matches!(
        change,
        Change::RemoveMember { .. } | Change::RemoveCard { stated: false, .. }
    )
}

fn removals(draft: &Draft<'_>, kinds: &[ChangeKind]) -> Vec<Handle> {
    draft
        .free()
        .filter(|(_, operation, _)| kinds.contains(&operation.change.kind()))
        .map(|(handle, ..)| handle)
        .collect()
}

fn hold_all(draft: &mut Draft<'_>, handles: &[Handle], code: Code, detail: String) {
    for handle in handles {
        draft.hold(*handle, code);
    }
    draft.trip(
        code,
        detail,
        u32::try_from(handles.len()).unwrap_or(u32::MAX),
    );
}

fn people(sides: Sides<'_>, draft: &mut Draft<'_>) {
    let planned = removals(draft, &[ChangeKind::DeactivateUser, ChangeKind::DeleteUser]);
    let managed = draft.counts.managed_users;
    let allowed = sides.policy.limits.allowed(managed);
    let recent = u64::from(sides.memory.recent.people);
    if planned.is_empty()
        || planned.len() as u64 + recent <= allowed
        || sides.policy.allows(Allow::People)
    {
        return;
    }
    let detail = format!(
        "{} people would lose access, {recent} did in the last 24 hours; {allowed} of {managed} may",
        planned.len()
    );
    hold_all(draft, &planned, Code::GuardPeople, detail);
}

fn memberships(sides: Sides<'_>, draft: &mut Draft<'_>) {
    let planned = removals(draft, &[ChangeKind::RemoveMember, ChangeKind::DeleteGroup]);
    let sizes = sizes(sides);
    // A group is deleted with its memberships.
    let count: u64 = draft
        .free()
        .map(|(_, operation, _)| match &operation.change {
            Change::RemoveMember { .. } => 1,
            Change::DeleteGroup { group_id } => sizes.get(group_id).copied().unwrap_or(0) as u64,
            _ => 0,
        })
        .sum();
    let managed = draft.counts.managed_memberships;
    let allowed = sides.policy.limits.allowed(managed);
    let recent = u64::from(sides.memory.recent.memberships);
    if count == 0 || count + recent <= allowed || sides.policy.allows(Allow::Memberships) {
        return;
    }
    let detail = format!(
        "{count} memberships would be removed, {recent} were in the last 24 hours; {allowed} of {managed} may"
    );
    hold_all(draft, &planned, Code::GuardMemberships, detail);
}

fn cards(sides: Sides<'_>, draft: &mut Draft<'_>) {
    let policy = sides.policy;
    let every: Vec<Handle> = draft.free_last_cards().collect();
    if !every.is_empty() && !policy.allows(Allow::EveryCard) {
        let detail = match every.len() {
            1 => "1 card is the last one of somebody who stays active".to_owned(),
            many => format!("{many} cards are the last ones of people who stay active"),
        };
        hold_all(draft, &every, Code::GuardEveryCard, detail);
    }
    let recent = &sides.memory.recent;
    let (mut stated, mut others) = (Vec::new(), Vec::new());
    for (handle, operation, _) in draft.free() {
        match operation.change {
            Change::RemoveCard { stated: true, .. } => stated.push(handle),
            Change::RemoveCard { .. } | Change::MoveCard { .. } => others.push(handle),
            _ => {}
        }
    }
    let managed = draft.counts.managed_cards;
    let allowed = policy.limits.allowed(managed);
    let total = others.len() as u64 + u64::from(recent.cards);
    if !others.is_empty() && total > allowed && !policy.allows(Allow::Cards) {
        let detail = format!(
            "{} cards would be removed, {} were in the last 24 hours; {allowed} of {managed} may",
            others.len(),
            recent.cards
        );
        hold_all(draft, &others, Code::GuardCards, detail);
    }
    let allowed = u64::from(policy.limits.lost_cards);
    let total = stated.len() as u64 + u64::from(recent.stated_cards);
    if !stated.is_empty() && total > allowed && !policy.allows(Allow::LostCards) {
        let detail = format!(
            "{} cards are stated as lost, stolen or inactive, {} were removed for that in the last \
             24 hours; {allowed} may",
            stated.len(),
            recent.stated_cards
        );
        hold_all(draft, &stated, Code::GuardLostCards, detail);
    }
}

fn departments(sides: Sides<'_>, matching: &Matching<'_>, draft: &mut Draft<'_>) {
    if sides.policy.allows(Allow::Departments) {
        return;
    }
    let mut leaving: HashMap<&CampusId, Handle> = HashMap::new();
    let planned: Vec<(CampusId, Handle)> = draft
        .free()
        .filter(|(_, operation, _)| operation.change.kind() == ChangeKind::DeactivateUser)
        .filter_map(|(handle, operation, _)| Some((operation.subject.person()?.clone(), handle)))
        .collect();
    leaving.extend(planned.iter().map(|(id, handle)| (id, *handle)));
    if leaving.len() < sides.policy.limits.department_floor as usize {
        return;
    }
    let mut members: BTreeMap<&str, (u64, Vec<Handle>)> = BTreeMap::new();
    for person in &sides.roster.people {
        note(
            &mut members,
            &person.department,
            leaving.get(&person.campus_id).copied(),
        );
    }
    for absent in &matching.absent {
        let user = &sides.directory.users[absent.user as usize];
        note(
            &mut members,
            &user.profile.department,
            leaving.get(&absent.campus_id).copied(),
        );
    }
    let limits = sides.policy.limits;
    for (department, (size, handles)) in members {
        let share = handles.len() as u64 * 100;
        if handles.len() >= limits.department_floor as usize
            && share >= size * u64::from(limits.department_percent)
        {
            let detail = format!("{} of {size} people of \"{department}\"", handles.len());
            hold_all(draft, &handles, Code::GuardDepartment, detail);
        }
    }
}

fn note<'a>(
    members: &mut BTreeMap<&'a str, (u64, Vec<Handle>)>,
    department: &'a str,
    leaving: Option<Handle>,
) {
    if department.is_empty() {
        return;
    }
    let entry = members.entry(department).or_default();
    entry.0 += 1;
    entry.1.extend(leaving);
}

/// How many members each group has that could be read.
fn sizes<'a>(sides: Sides<'a>) -> HashMap<&'a GroupId, usize> {
    let groups = sides.directory.groups.iter();
    groups
        .filter_map(|group| {
            let members = group.members.as_ref()?;
            Some((&group.id, members.users.len() + members.unknown.len()))
        })
        .collect()
}

/// A group that would lose every member, or be deleted with members in it.
fn emptied_groups(sides: Sides<'_>, draft: &mut Draft<'_>) {
    if sides.policy.allows(Allow::EmptiedGroups) {
        return;
    }
    let sizes = sizes(sides);
    let mut leaving: BTreeMap<AccessGroupId, (GroupId, Vec<Handle>)> = BTreeMap::new();
    let mut joining: HashSet<AccessGroupId> = HashSet::new();
    for (handle, operation, _) in draft.free() {
        let Some(group) = operation.subject.access_group() else {
            continue;
        };
        match &operation.change {
            Change::RemoveMember { group_id, .. } | Change::DeleteGroup { group_id } => {
                let entry = leaving
                    .entry(group.clone())
                    .or_insert_with(|| (group_id.clone(), Vec::new()));
                entry.1.push(handle);
            }
            Change::AddMember { .. } => {
                joining.insert(group.clone());
            }
            _ => {}
        }
    }
    for (group, (group_id, handles)) in leaving {
        let size = sizes.get(&group_id).copied().unwrap_or(0);
        let deleted = draft.is_deletion(&handles);
        let emptied = handles.len() >= size || deleted;
        if size >= EMPTIED_FROM && emptied && !joining.contains(&group) {
            let detail = format!("access group {group} would lose all of its {size} members");
            hold_all(draft, &handles, Code::GuardEmptiedGroup, detail);
        }
    }
}

/// Reasons for which a run must not write at all.
pub(super) fn find_stops(sides: Sides<'_>, matching: &Matching<'_>, draft: &mut Draft<'_>) {
    let Sides {
        roster,
        directory,
        memory,
        policy,
    } = sides;
    let people = roster.people.len() as u64;
    if people == 0 {
        let detail = match roster.unreadable.len() {
            0 => "no row holds a person".to_owned(),
            rows => format!("no row holds a person that can be read; {rows} rows have a defect"),
        };
        draft.stop(Code::SourceEmpty, detail);
    } else if let Some(last) = memory.last_people
        && has_shrunken(people, last)
        && !policy.allows(Allow::ShrunkenSource)
    {
        let detail = format!("{people} people, {last} the last time");
        draft.stop(Code::SourceShrunken, detail);
    }
    if let Some(organization) = &memory.organization
        && *organization != policy.organization
    {
        let detail = format!(
            "the ledger is of {organization}, the profile of {}",
            policy.organization
        );
        draft.stop(Code::OtherOrganization, detail);
    }
    let remembered = matching.remembered_expected;
    if directory.completeness.is_whole()
        && remembered >= ORGANIZATION_FROM
        && matching.remembered_present * 2 < remembered
    {
        let detail = format!(
            "Command lists {} of the {remembered} users that the ledger knows",
            matching.remembered_present
        );
        draft.stop(Code::OtherOrganization, detail);
    }
    let younger = directory
        .users
        .iter()
        .filter(|user| maker(sides, user) == Maker::Us)
        .filter(|user| {
            memory
                .high_water
                .is_some_and(|mark| user.created.is_some_and(|made| made > mark))
        })
        .filter_map(|user| policy.user_ids.parse(user.external_id.as_deref()?))
        .map(CampusId::from)
        .filter(|id| !memory.users.contains_key(id) && !memory.unfinished.contains_key(id))
        .filter(|id| !id.as_str().ends_with(super::matching::REPLACED))
        .count();
    if younger > 0 {
        let detail = format!("Command has {younger} users of ours that the ledger never heard of");
        draft.stop(Code::LedgerOlder, detail);
    }
}
