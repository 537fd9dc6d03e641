//! One person's cards, compared: what agrees, what is to go, what is missing, what stays although
//! Atrium does not have it.

use std::collections::HashSet;

use super::{Linked, Planner};
use crate::model::access::{AccessRecord, RemoteCard};
use crate::model::card::Card;
use crate::model::memory::CardMemory;
use crate::model::plan::{CardsClaim, CardsRead};
use crate::model::reason::{Code, Situation};
use crate::model::rules::CardMeaning;
use crate::reconcile::users::Grant;

/// Why a card is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Atrium says so, with this status.
    Stated(String),
    /// It is ours, and Atrium no longer has it for this person.
    Absent,
    /// Nobody knows who put it there; the profile or the command line make it ours.
    Claimed,
    /// The person left.
    Left,
    /// It is on the old user of a person with a new address, and Atrium has it for the person.
    Exchanged,
}

/// A card that is to go from where it is.
pub(super) struct Loose<'s> {
    pub(super) card: Card,
    pub(super) remote: &'s RemoteCard,
    pub(super) why: Why,
    /// What held the removal back from the start.
    pub(super) hold: Option<Code>,
}

/// One person's cards, compared.
pub(super) struct Judged<'s> {
    pub(super) linked: Linked<'s>,
    pub(super) loose: Vec<Loose<'s>>,
    /// Cards that Atrium has for the person, and Command has not.
    pub(super) missing: Vec<Card>,
    /// Cards that are there and switched off, and are to be switched on.
    pub(super) reopened: Vec<&'s RemoteCard>,
    /// How many cards that open doors stay.
    pub(super) stay: u32,
}

/// What is to become of a card that is there.
enum Verdict {
    Stays,
    Goes(Why, Option<Code>),
    Reopens,
}

impl<'s> Planner<'s, '_, '_> {
    pub(super) fn judge(&mut self, linked: Linked<'s>) -> Judged<'s> {
        let access = self.access;
        let record = linked.access.and_then(|id| access.records.get(id));
        let mut judged = Judged {
            linked,
            loose: Vec::new(),
            missing: Vec::new(),
            reopened: Vec::new(),
            stay: 0,
        };
        let Some(record) = record else {
            // A user that this plan makes has no card yet.
            judged.missing = self.find_missing(&judged.linked, |_| false);
            return judged;
        };
        let ended = self.has_ended(&judged.linked, record);
        let mut there = HashSet::new();
        let mut remembered = Vec::new();
        for remote in &record.cards {
            judged.stay += u32::from(remote.active != Some(false));
            let Some(card) = remote.card else {
                let detail = format!("a card of the type \"{}\"", remote.kind);
                self.local(&judged.linked, None, detail);
                continue;
            };
            there.insert(card);
            let ours = self.is_ours(&judged.linked, &card);
            self.draft.counts.managed_cards += u64::from(ours == Some(true));
            remembered.extend(ours.map(|ours| CardMemory {
                card,
                card_id: remote.id.clone(),
                ours,
            }));
            match self.verdict(&judged.linked, remote, card, ours, ended) {
                Verdict::Stays => {}
                Verdict::Reopens => judged.reopened.push(remote),
                Verdict::Goes(why, hold) => {
                    judged.stay -= u32::from(remote.active != Some(false));
                    judged.loose.push(Loose {
                        card,
                        remote,
                        why,
                        hold,
                    });
                }
            }
        }
        remembered.extend(self.removed_by_hand(&judged.linked, &there));
        self.claim(&judged.linked, remembered);
        if !ended {
            let moving = judged.loose.iter();
            let moving = moving.filter(|loose| loose.why == Why::Exchanged);
            for loose in moving {
                there.remove(&loose.card);
            }
            judged.missing = self.find_missing(&judged.linked, |card| there.contains(card));
        }
        judged
    }

    /// What is said of somebody whose cards need not be read: what Atrium and the ledger alone
    /// tell.
    pub(super) fn unread(&mut self, linked: &Linked<'s>) {
        let Some(memory) = linked.memory else { return };
        let is_known = |card: &Card| memory.cards.iter().any(|known| known.card == *card);
        self.find_missing(linked, is_known);
        let goes_on = matches!(linked.grant, Grant::Full(_) | Grant::RemoveOnly);
        for known in memory.cards.iter().filter(|known| goes_on && !known.ours) {
            if !self.is_in_atrium(linked, &known.card) {
                self.owner_unknown(linked, known.card);
            }
        }
        if memory.read.is_some() && memory.listing == 0 {
            self.claim(linked, memory.cards.clone());
        }
    }

    /// Cards of ours that Atrium has for the person and somebody removed in Command.
    fn removed_by_hand(&self, linked: &Linked<'_>, there: &HashSet<Card>) -> Vec<CardMemory> {
        if linked.successor.is_some() || matches!(linked.grant, Grant::Revoke | Grant::Frozen) {
            return Vec::new();
        }
        let known = linked.memory.into_iter().flat_map(|memory| &memory.cards);
        let removed = known.filter(|known| {
            known.ours && !there.contains(&known.card) && self.is_in_atrium(linked, &known.card)
        });
        removed.cloned().collect()
    }

    /// Whether a card that is there is ours: `Some(false)` if nobody knows, `None` if somebody
    /// added it in Command after we had come to know the person's cards. A card that we began to
    /// give in a run that was cut off is ours.
    fn is_ours(&self, linked: &Linked<'_>, card: &Card) -> Option<bool> {
        let memory = linked.memory.filter(|memory| memory.read.is_some());
        let mut known = linked.memory.into_iter().flat_map(|memory| &memory.cards);
        let known = known.find(|known| known.card == *card);
        let equal = linked.successor.is_none()
            && linked
                .credentials
                .iter()
                .any(|credential| credential.card == *card);
        match known {
            Some(known) if known.ours => Some(true),
            _ if equal && !self.shared.contains(card) => Some(true),
            Some(_) => Some(false),
            None if self.was_begun(linked, card) => Some(true),
            None => memory.is_none().then_some(false),
        }
    }

    fn was_begun(&self, linked: &Linked<'_>, card: &Card) -> bool {
        let begun = self.sides.memory.unsure_cards.get(linked.campus_id);
        begun.is_some_and(|cards| cards.contains(card))
    }

    fn verdict(
        &mut self,
        linked: &Linked<'_>,
        remote: &RemoteCard,
        card: Card,
        ours: Option<bool>,
        ended: bool,
    ) -> Verdict {
        let why = match self.why_it_goes(linked, &card, ours) {
            // What somebody closed does not open doors again because it moves.
            Some(Why::Exchanged)
                if ended || (remote.active == Some(false) && !self.is_reopened(linked)) =>
            {
                return self.stays(linked, remote, card, ours);
            }
            Some(why) => why,
            None => return self.stays(linked, remote, card, ours),
        };
        if self.protected(linked) {
            self.leave_card(linked, card, Situation::Blocked, Code::Protected, "");
            return Verdict::Stays;
        }
        let debt = (linked.campus_id.clone(), card);
        // What was tried and refused is left; and what nobody knows whether it was tried, since a
        // card of somebody who left opens nothing.
        let remembered = linked.memory.is_some_and(|memory| memory.has(&card));
        let untried = why != Why::Left || linked.grant != Grant::Frozen || remembered;
        let owed = self.sides.memory.card_debts.contains(&debt);
        if linked.is_frozen() && (owed || !untried) {
            self.leave_card(linked, card, Situation::Blocked, Code::UserFrozen, "");
            return Verdict::Stays;
        }
        // A returner's old cards are tried again: the user is no longer the same frozen one.
        if linked.reactivation().is_none() && self.does_not_stick(linked, &card, false) {
            let detail = "removed before, and still there when the cards were read back";
            let situation = Situation::DoesNotStick;
            self.leave_card(linked, card, situation, Code::DoesNotStick, detail);
            return Verdict::Stays;
        }
        let hold = match why {
            Why::Absent | Why::Claimed if linked.unsure => Some(Code::AbsenceUnsure),
            Why::Absent | Why::Claimed if !self.sides.roster.completeness.is_whole() => {
                Some(Code::SourceIncomplete)
            }
            Why::Claimed => self.ownership_is_new().then_some(Code::OwnershipFirstRun),
            _ => None,
        };
        Verdict::Goes(why, hold)
    }

    fn why_it_goes(&self, linked: &Linked<'_>, card: &Card, ours: Option<bool>) -> Option<Why> {
        if linked.stated_counts && self.is_stated(linked, card) {
            return Some(Why::Stated(self.status_of(linked, card)));
        }
        let in_atrium = self.is_in_atrium(linked, card);
        if linked.successor.is_some() || (linked.is_exchanged() && self.is_active(linked, card)) {
            let moves = self.is_active(linked, card) && !self.shared.contains(card);
            return moves.then_some(Why::Exchanged);
        }
        let policy = self.sides.policy;
        match (linked.grant, ours) {
            (Grant::Keep, _) | (_, None) => None,
            (Grant::Revoke | Grant::Frozen, Some(true)) => Some(Why::Left),
            (Grant::Full(_) | Grant::RemoveOnly, _) if in_atrium => None,
            (Grant::Full(_) | Grant::RemoveOnly, Some(true)) => Some(Why::Absent),
            (_, Some(false)) => {
                let claimed = policy.claim_cards || policy.ownership.covers(card);
                claimed.then_some(Why::Claimed)
            }
        }
    }

    /// What is said of a card that stays.
    fn stays(
        &mut self,
        linked: &Linked<'_>,
        remote: &RemoteCard,
        card: Card,
        ours: Option<bool>,
    ) -> Verdict {
        let is_open = matches!(linked.grant, Grant::Full(_) | Grant::RemoveOnly);
        if !is_open || linked.successor.is_some() {
            return Verdict::Stays;
        }
        // One that two people have in Atrium is of neither of them, and yet in Atrium.
        if ours != Some(true) && !self.is_in_atrium(linked, &card) {
            match ours {
                None => self.local(linked, Some(card), String::new()),
                Some(_) => self.owner_unknown(linked, card),
            }
            return Verdict::Stays;
        }
        if remote.active != Some(false) {
            self.draft.counts.cards_in_step += 1;
            return Verdict::Stays;
        }
        if self.is_reopened(linked) && matches!(linked.grant, Grant::Full(_)) {
            return Verdict::Reopens;
        }
        let situation = Situation::ClosedInCommand;
        self.leave_card(linked, card, situation, Code::CardClosed, "switched off");
        Verdict::Stays
    }

    fn owner_unknown(&mut self, linked: &Linked<'_>, card: Card) {
        let situation = Situation::LocalExtra;
        self.leave_card(linked, card, situation, Code::CardOwnerUnknown, "");
    }

    fn local(&mut self, linked: &Linked<'_>, card: Option<Card>, detail: String) {
        if !matches!(linked.grant, Grant::Full(_) | Grant::RemoveOnly) {
            return;
        }
        match card {
            Some(card) => {
                self.leave_card(linked, card, Situation::LocalExtra, Code::LocalCard, detail);
            }
            None => self.leave(linked, Situation::LocalExtra, Code::LocalCard, detail),
        }
    }

    /// Cards that Atrium has and Command has not, as far as they can be given; of the others it
    /// says why not.
    fn find_missing(&mut self, linked: &Linked<'_>, is_there: impl Fn(&Card) -> bool) -> Vec<Card> {
        let mut missing = Vec::new();
        if linked.successor.is_some() {
            return missing;
        }
        for credential in linked.credentials {
            let card = credential.card;
            let meaning = self.meaning(credential);
            if meaning.is_none() && !matches!(linked.grant, Grant::Revoke | Grant::Frozen) {
                let status = &self.sides.roster.id_statuses[usize::from(credential.status)];
                let detail = format!("status \"{status}\"");
                let situation = Situation::UnmappedStatus;
                self.leave_card(linked, card, situation, Code::IdStatusUnmapped, detail);
            }
            if !matches!(linked.grant, Grant::Full(_)) || meaning != Some(CardMeaning::Active) {
                continue;
            }
            if self.shared.contains(&card) {
                self.leave_card(linked, card, Situation::Blocked, Code::CardShared, "");
            } else if !is_there(&card) {
                match self.obstacle(linked, &card) {
                    None => missing.push(card),
                    Some((situation, code, detail)) => {
                        self.leave_card(linked, card, situation, code, detail);
                    }
                }
            }
        }
        missing
    }

    /// Why a card that is missing is not given.
    fn obstacle(&self, linked: &Linked<'_>, card: &Card) -> Option<(Situation, Code, String)> {
        // A card that moves to the person's new user is still there.
        let is_there = linked.access.and_then(|id| self.access.records.get(id));
        let mut cards = is_there.into_iter().flat_map(|record| &record.cards);
        if cards.any(|remote| remote.card == Some(*card)) {
            return None;
        }
        if let Some(rests) = self.rest(linked, card) {
            return Some(rests);
        }
        let known = linked.memory.is_some_and(|memory| memory.has(card));
        (known && !self.is_reopened(linked)).then(|| {
            let detail = "removed in Command".to_owned();
            (Situation::ClosedInCommand, Code::CardClosed, detail)
        })
    }

    /// Whether Command refused a card, or did not keep it, within the last day. Whoever is named
    /// is tried again.
    pub(super) fn rest(
        &self,
        linked: &Linked<'_>,
        card: &Card,
    ) -> Option<(Situation, Code, String)> {
        let policy = self.sides.policy;
        let key = (linked.campus_id.clone(), *card);
        if policy.only.names(linked.campus_id.as_str(), linked.email()) {
            return None;
        }
        if let Some(refusal) = self.sides.memory.card_refusals.get(&key)
            && policy.less_than_a_day_ago(refusal.at)
        {
            let detail = format!("refused {:.0}", refusal.at);
            return Some((Situation::Blocked, refusal.code, detail));
        }
        if self.cards_managed {
            let detail = "so it was for others within a day".to_owned();
            return Some((Situation::Blocked, Code::UserManaged, detail));
        }
        self.does_not_stick(linked, card, true).then(|| {
            let detail = "added before, and not there when the cards were read back";
            let detail = detail.to_owned();
            (Situation::DoesNotStick, Code::DoesNotStick, detail)
        })
    }

    fn does_not_stick(&self, linked: &Linked<'_>, card: &Card, added: bool) -> bool {
        let policy = self.sides.policy;
        let key = (linked.campus_id.clone(), *card);
        let stuck = self.sides.memory.stuck_cards.get(&key);
        stuck.is_some_and(|stuck| stuck.added == added && policy.less_than_a_day_ago(stuck.at))
            && !policy.only.names(linked.campus_id.as_str(), linked.email())
    }

    /// Whether somebody ended the person's access in Command; then it is said.
    fn has_ended(&mut self, linked: &Linked<'_>, record: &AccessRecord) -> bool {
        let Some(end) = record.end.filter(|end| *end <= self.sides.policy.now) else {
            return false;
        };
        if matches!(linked.grant, Grant::Full(_)) {
            let situation = Situation::ClosedInCommand;
            self.leave(
                linked,
                situation,
                Code::EndDatePassed,
                format!("ended {end}"),
            );
        }
        true
    }

    fn is_reopened(&self, linked: &Linked<'_>) -> bool {
        let reopen = &self.sides.policy.reopen;
        reopen.names(linked.campus_id.as_str(), linked.email())
    }

    fn protected(&self, linked: &Linked<'_>) -> bool {
        let protect = &self.sides.policy.protect;
        let user = linked.user.map_or("", |user| &user.profile.email);
        protect.person(linked.campus_id, linked.email()) || protect.person(linked.campus_id, user)
    }

    fn status_of(&self, linked: &Linked<'_>, card: &Card) -> String {
        let mut credentials = linked.credentials.iter();
        let credential = credentials.find(|credential| credential.card == *card);
        credential.map_or_else(String::new, |credential| {
            self.sides.roster.id_statuses[usize::from(credential.status)].to_string()
        })
    }

    /// Whether this is the first run in which the profile makes these cards ours. The command
    /// line needs no second run.
    fn ownership_is_new(&self) -> bool {
        let policy = self.sides.policy;
        let last = self.sides.memory.last_ownership.as_ref();
        !policy.claim_cards && last != Some(&policy.ownership.text())
    }

    /// Tells the ledger what was read.
    fn claim(&mut self, linked: &Linked<'_>, cards: Vec<CardMemory>) {
        let Some(access) = linked.access else { return };
        self.draft.bookkeeping.cards.push(CardsClaim {
            campus_id: linked.campus_id.clone(),
            access_id: access.clone(),
            read: Some(CardsRead {
                cards,
                listing: linked.listing,
            }),
        });
    }
}
