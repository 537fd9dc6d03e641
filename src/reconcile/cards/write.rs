//! What is done to cards: removals, moves, additions, in an order in which nobody stands before a
//! closed door because a card was only being replaced.

use std::collections::{HashMap, HashSet};

use super::judge::{Judged, Loose, Why};
use super::{Linked, Planner};
use crate::model::card::{Card, Format};
use crate::model::plan::{Change, Operation, Stage, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::{AccessUserId, CampusId};
use crate::reconcile::draft::{Handle, operation};
use crate::reconcile::users::Grant;

/// A person with fewer cards than this hands the last one back in the ordinary course of things.
const EVERY_FROM: usize = 2;

/// So many people at least have another card of one type before the type is said to rotate.
const ROTATING_FROM: u32 = 10;

/// Where a card is: a position among the people, and among their loose cards.
#[derive(Clone, Copy)]
struct At {
    person: usize,
    loose: usize,
}

/// Who has which card, as far as it was read.
struct Holders<'s> {
    /// Every card with the people who have it.
    people: HashMap<Card, Vec<usize>>,
    loose: HashMap<Card, At>,
    /// Cards that are missing and that somebody has who was not read, as the ledger has it.
    unread: HashMap<Card, &'s CampusId>,
}

impl<'s> Planner<'s, '_, '_> {
    /// Plans what becomes of everybody's cards.
    pub(super) fn write(&mut self, linked: Vec<Linked<'s>>) {
        self.draft.bookkeeping.ownership = Some(self.sides.policy.ownership.text());
        let people: Vec<Judged<'s>> = linked.into_iter().map(|one| self.judge(one)).collect();
        let holders = self.holders(&people);
        // Removals that wait for nothing come first, so that others can wait for them.
        let mut removals: HashMap<(usize, Card), Handle> = HashMap::new();
        for (at, judged) in people.iter().enumerate() {
            for loose in &judged.loose {
                // A returner's old cards go before anything else, whoever gets them.
                let first = matches!(loose.why, Why::Stated(_) | Why::Left)
                    || judged.linked.reactivation().is_some();
                if first {
                    let handle = self.remove(&judged.linked, loose, Stage::Revoke, &[]);
                    removals.insert((at, loose.card), handle);
                }
            }
        }
        let mut given: HashMap<usize, Vec<(Format, Handle)>> = HashMap::new();
        for (at, judged) in people.iter().enumerate() {
            for card in &judged.missing {
                let handle = self.give(&people, &holders, &mut removals, at, *card);
                if let Some(handle) = handle {
                    given.entry(at).or_default().push((card.format, handle));
                }
            }
            for remote in &judged.reopened {
                self.switch_on(&judged.linked, remote);
            }
        }
        let mut replaced: HashMap<usize, HashSet<Format>> = HashMap::new();
        for (at, judged) in people.iter().enumerate() {
            let given = given.get(&at).map_or(&[][..], Vec::as_slice);
            let mut bare = Vec::new();
            for loose in &judged.loose {
                if removals.contains_key(&(at, loose.card)) || loose.why == Why::Exchanged {
                    continue;
                }
                let format = loose.card.format;
                let new = given.iter().find(|(other, _)| *other == format);
                match new {
                    Some((_, new)) => {
                        self.remove(&judged.linked, loose, Stage::Retire, &[*new]);
                        replaced.entry(at).or_default().insert(format);
                    }
                    None => {
                        let handle = self.remove(&judged.linked, loose, Stage::Revoke, &[]);
                        if loose.why == Why::Absent && loose.hold.is_none() {
                            bare.push(handle);
                        }
                    }
                }
            }
            let goes_on = matches!(judged.linked.grant, Grant::Full(_) | Grant::RemoveOnly);
            if goes_on && judged.stay == 0 && given.is_empty() && bare.len() >= EVERY_FROM {
                for handle in bare {
                    self.draft.last_card(handle);
                }
            }
        }
        self.rotating(&people, &replaced);
    }

    fn holders(&self, people: &[Judged<'s>]) -> Holders<'s> {
        let mut holders = Holders {
            people: HashMap::new(),
            loose: HashMap::new(),
            unread: self.unread_holders(people),
        };
        for (person, judged) in people.iter().enumerate() {
            let record = judged
                .linked
                .access
                .and_then(|id| self.access.records.get(id));
            for card in record.iter().flat_map(|record| &record.cards) {
                if let Some(card) = card.card {
                    holders.people.entry(card).or_default().push(person);
                }
            }
            for (loose, one) in judged.loose.iter().enumerate() {
                holders.loose.insert(one.card, At { person, loose });
            }
        }
        holders
    }

    /// Whom the ledger has for cards that are missing, of the people whose cards were not read.
    fn unread_holders(&self, people: &[Judged<'s>]) -> HashMap<Card, &'s CampusId> {
        let missing = people.iter().flat_map(|judged| &judged.missing);
        let missing: HashSet<Card> = missing.copied().collect();
        if missing.is_empty() {
            return HashMap::new();
        }
        let users = self.access.users.iter();
        let listed: HashSet<&AccessUserId> = users.map(|user| &user.id).collect();
        let mut holders = HashMap::new();
        for (campus_id, user) in &self.sides.memory.users {
            let Some(access) = &user.access else { continue };
            for known in &access.cards {
                // Whoever was deleted in Command has no card, and whoever was read is known.
                if missing.contains(&known.card)
                    && listed.contains(&access.id)
                    && !self.access.records.contains_key(&access.id)
                {
                    let holder = holders.entry(known.card).or_insert(campus_id);
                    // The ledger's order means nothing.
                    *holder = campus_id.min(holder);
                }
            }
        }
        holders
    }

    /// Gives somebody a card: moves it, or adds it, or says who has it.
    fn give(
        &mut self,
        people: &[Judged<'s>],
        holders: &Holders<'s>,
        removals: &mut HashMap<(usize, Card), Handle>,
        at: usize,
        card: Card,
    ) -> Option<Handle> {
        let linked = &people[at].linked;
        let held_by = holders.people.get(&card).map_or(&[][..], Vec::as_slice);
        match held_by {
            [] => {
                let unread = holders.unread.get(&card);
                if let Some(holder) = unread.filter(|holder| **holder != linked.campus_id) {
                    let detail = format!("{holder} has it, whose cards were not read");
                    let (situation, code) = (Situation::Blocked, Code::CardHeldElsewhere);
                    self.leave_card(linked, card, situation, code, detail);
                    return None;
                }
                Some(self.add(linked, card, None))
            }
            [holder] => {
                let from = &people[*holder];
                let loose = holders.loose.get(&card).filter(|at| at.person == *holder);
                let Some(loose) = loose.map(|at| &from.loose[at.loose]) else {
                    self.held_elsewhere(linked, card, &from.linked);
                    return None;
                };
                if let Some(removal) = removals.get(&(*holder, card)) {
                    return Some(self.add(linked, card, Some(*removal)));
                }
                let own = *holder == at || from.linked.successor == Some(linked.campus_id);
                if loose.why == Why::Exchanged && !own {
                    self.held_elsewhere(linked, card, &from.linked);
                    return None;
                }
                let handle = self.move_card(&from.linked, loose, linked);
                removals.insert((*holder, card), handle);
                Some(handle)
            }
            [first, ..] => {
                let first = &people[*first].linked;
                self.held_elsewhere(linked, card, first);
                None
            }
        }
    }

    fn held_elsewhere(&mut self, linked: &Linked<'_>, card: Card, holder: &Linked<'_>) {
        let detail = format!("{} ({}) has it", holder.label(), holder.campus_id);
        let code = Code::CardHeldElsewhere;
        self.leave_card(linked, card, Situation::Blocked, code, detail);
    }

    /// Adds a card, after the user was made or reactivated, and after somebody else lost it.
    fn add(&mut self, linked: &Linked<'_>, card: Card, after: Option<Handle>) -> Handle {
        let exchanged = linked.is_exchanged();
        let change = Change::AddCard {
            access_id: linked.access.filter(|_| !exchanged).cloned(),
        };
        let why = "in use in Atrium";
        let new = operation(
            linked.subject(card),
            linked.label(),
            Situation::Missing,
            Stage::Grant,
            change,
            why,
        );
        self.push_gain(linked, new, after)
    }

    /// Moves a card from whoever has it.
    fn move_card(&mut self, from: &Linked<'_>, loose: &Loose<'_>, to: &Linked<'_>) -> Handle {
        let same = std::ptr::eq(from, to);
        let change = Change::MoveCard {
            from: from.campus_id.clone(),
            // Only people with a record have loose cards.
            from_id: from.access.cloned().unwrap_or_default(),
            card_id: loose.remote.id.clone(),
            access_id: to.access.filter(|_| !to.is_exchanged()).cloned(),
        };
        let why = if same || loose.why == Why::Exchanged {
            "moves to the person's new user".to_owned()
        } else {
            format!("Atrium took it from {} ({})", from.label(), from.campus_id)
        };
        let subject = to.subject(loose.card);
        let new = operation(
            subject,
            to.label(),
            Situation::Changed,
            Stage::Grant,
            change,
            why,
        );
        let handle = self.push_gain(to, new, None);
        if let Some(closes) = from.closes {
            self.draft.retire_after(closes, handle);
        }
        if let Some(code) = loose.hold {
            self.draft.hold(handle, code);
        }
        handle
    }

    fn push_gain(&mut self, linked: &Linked<'_>, new: Operation, after: Option<Handle>) -> Handle {
        let first = match linked.grant {
            Grant::Full(first) => first,
            _ => None,
        };
        let needs: Vec<Handle> = first.into_iter().chain(after).collect();
        let handle = self.draft.push(new, &needs);
        if let Some(retire) = linked.retire {
            self.draft.needs(retire, handle);
        }
        handle
    }

    fn switch_on(&mut self, linked: &Linked<'_>, remote: &crate::model::access::RemoteCard) {
        let (Some(access), Some(card)) = (linked.access, remote.card) else {
            return;
        };
        let change = Change::ActivateCard {
            access_id: access.clone(),
            card_id: remote.id.clone(),
        };
        let new = operation(
            linked.subject(card),
            linked.label(),
            Situation::Returned,
            Stage::Grant,
            change,
            "named with --reopen",
        );
        self.push_gain(linked, new, None);
    }

    fn remove(
        &mut self,
        linked: &Linked<'_>,
        loose: &Loose<'_>,
        stage: Stage,
        after: &[Handle],
    ) -> Handle {
        let why = match &loose.why {
            Why::Stated(status) => format!("status \"{status}\" in Atrium"),
            Why::Left => "the person left".to_owned(),
            Why::Claimed => "of unknown owner, claimed; not in Atrium".to_owned(),
            Why::Absent | Why::Exchanged => match stage {
                Stage::Retire => "replaced by another card".to_owned(),
                _ => "no longer in Atrium".to_owned(),
            },
        };
        let change = Change::RemoveCard {
            access_id: linked.access.cloned().unwrap_or_default(),
            card_id: loose.remote.id.clone(),
            stated: matches!(loose.why, Why::Stated(_)),
        };
        // Yesterday's cards go right after the reactivation, before anything else.
        let reactivation = linked.reactivation();
        let stage = if reactivation.is_some() {
            Stage::Write
        } else {
            stage
        };
        let needs: Vec<Handle> = reactivation.iter().chain(after).copied().collect();
        let subject = linked.subject(loose.card);
        let situation = Situation::Gone;
        let handle = self.draft.push(
            operation(subject, linked.label(), situation, stage, change, why),
            &needs,
        );
        if let Some(reactivation) = reactivation {
            self.draft.link(reactivation, handle);
        }
        if let Some(code) = loose.hold {
            self.draft.hold(handle, code);
        }
        handle
    }

    /// Says which id types seem to change by themselves.
    fn rotating(&mut self, people: &[Judged<'s>], replaced: &HashMap<usize, HashSet<Format>>) {
        let roster = self.sides.roster;
        let mut changed = vec![0u32; roster.id_types.len()];
        for (at, formats) in replaced {
            let judged = &people[*at];
            let mut types: Vec<u16> = judged
                .linked
                .credentials
                .iter()
                .filter(|id| judged.missing.contains(&id.card) && formats.contains(&id.card.format))
                .map(|id| id.id_type)
                .collect();
            types.sort_unstable();
            types.dedup();
            for id_type in types {
                changed[usize::from(id_type)] += 1;
            }
        }
        if changed.iter().all(|count| *count < ROTATING_FROM) {
            return;
        }
        let mut all = vec![0u32; roster.id_types.len()];
        for person in &roster.people {
            for id in &person.credentials {
                all[usize::from(id.id_type)] += 1;
            }
        }
        for (id_type, (changed, all)) in roster.id_types.iter().zip(changed.iter().zip(&all)) {
            if *changed >= ROTATING_FROM && changed * 2 >= *all {
                let detail = format!("{changed} of {all} cards of the type \"{id_type}\"");
                let situation = Situation::Changed;
                self.draft.leave(
                    Subject::Run,
                    id_type,
                    situation,
                    Code::RotatingId,
                    detail,
                    None,
                );
            }
        }
    }
}
