//! Cards: whose are read, what is added, removed, moved and left alone.

mod judge;
mod need;
mod pair;
mod write;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use super::Sides;
use super::draft::{Draft, Handle};
use super::matching::{Matching, Who, wants_access};
use super::users::{Grant, Grants, could_be_unreadable};
use crate::model::access::{Access, AccessUser};
use crate::model::card::Card;
use crate::model::directory::RemoteUser;
use crate::model::memory::{AccessMemory, UserMemory};
use crate::model::plan::{CardsClaim, CardsRead, Subject};
use crate::model::reason::{Code, Situation};
use crate::model::roster::{Credential, Person, Roster, UnreadableSubject};
use crate::model::rules::{CardMeaning, Verify};
use crate::model::{AccessUserId, CampusId, Text};
use need::{Need, Others, fingerprint};
pub(super) use pair::{Pair, Pairs};

/// So many cards that Command refused to write within a day, because their holders are managed,
/// speak for all.
const MANAGED_FROM: usize = 10;

/// Plans cards. Without an API key, or without credentials in Atrium's exports, there are none.
pub(super) fn plan_cards(
    sides: Sides<'_>,
    matching: &Matching<'_>,
    grants: &Grants,
    draft: &mut Draft<'_>,
) {
    let Some(access) = &sides.directory.access else {
        draft.counts.credentials_not_covered = sides.roster.credentials;
        return;
    };
    if !sides.roster.has_credentials {
        return;
    }
    let mut planner = Planner::new(sides, access, matching, grants, draft);
    planner.unusable();
    let linked = planner.survey();
    planner.write(linked);
}

/// Somebody who may have cards, or is to get some.
struct Linked<'s> {
    campus_id: &'s CampusId,
    /// The person in Atrium; `None` for somebody who is not there.
    person: Option<&'s Person>,
    /// The user of SCIM; `None` for one that this plan makes.
    user: Option<&'s RemoteUser>,
    grant: Grant,
    /// What Atrium has; for the old user of somebody with a new address, what the person has.
    credentials: &'s [Credential],
    /// Whether Atrium's word that a card is lost counts, whatever the grant: the person is who
    /// they are, and the status is one that we understand.
    stated_counts: bool,
    /// What the ledger has of this very user.
    memory: Option<&'s AccessMemory>,
    /// The user of the REST API; `None` for one that this plan makes.
    access: Option<&'s AccessUserId>,
    /// See [`fingerprint`].
    listing: u64,
    /// Whether an id of this person could not be read, so that absence proves nothing.
    unsure: bool,
    /// The operation that retires the old user of a person with a new address: every card comes
    /// first.
    retire: Option<Handle>,
    /// The operation that deactivates this user, for the old user of a person with a new address.
    closes: Option<Handle>,
    /// The person whose old user this is: what is equal to Atrium's moves to the new one.
    successor: Option<&'s CampusId>,
}

impl Linked<'_> {
    /// Whether this run makes a new user for the person, and this is the old one.
    fn is_exchanged(&self) -> bool {
        self.retire.is_some() && self.user.is_some()
    }

    /// The operation that opens this user again, if this run does.
    fn reactivation(&self) -> Option<Handle> {
        match self.grant {
            Grant::Full(first) if self.user.is_some() && !self.is_exchanged() => first,
            _ => None,
        }
    }

    /// Whether the user is deactivated, and stays so: Command may refuse to change its cards.
    fn is_frozen(&self) -> bool {
        let closed = self.user.is_some_and(|user| user.active != Some(true));
        closed && self.reactivation().is_none()
    }

    fn label(&self) -> Text {
        match (self.person, self.user) {
            (Some(person), _) => person.display_name(),
            (None, Some(user)) => user.profile.display_name(),
            (None, None) => Text::default(),
        }
    }

    /// The address in Atrium, or in Command for somebody who is not in Atrium.
    fn email(&self) -> &str {
        match (self.person, self.user) {
            (Some(person), _) => &person.email,
            (None, Some(user)) => &user.profile.email,
            (None, None) => "",
        }
    }

    /// What says that one of the person's cards is meant.
    fn subject(&self, card: Card) -> Subject {
        Subject::Card {
            campus_id: self.campus_id.clone(),
            card,
        }
    }
}

struct Planner<'s, 'd, 'a> {
    sides: Sides<'s>,
    access: &'s Access,
    matching: &'s Matching<'s>,
    grants: &'s Grants,
    draft: &'d mut Draft<'a>,
    /// What each of [`Roster::id_statuses`](crate::model::roster::Roster) means.
    meanings: Vec<Option<CardMeaning>>,
    /// Cards that two people have in Atrium.
    shared: HashSet<Card>,
    /// People with an id or a row that can't be read.
    unsure: HashSet<&'s CampusId>,
    /// Whether Command lets nobody write cards of managed users, as it said often enough.
    cards_managed: bool,
}

impl<'s, 'd, 'a> Planner<'s, 'd, 'a> {
    fn new(
        sides: Sides<'s>,
        access: &'s Access,
        matching: &'s Matching<'s>,
        grants: &'s Grants,
        draft: &'d mut Draft<'a>,
    ) -> Self {
        let Sides { roster, policy, .. } = sides;
        let meanings = roster.id_statuses.iter().map(|status| {
            if status.is_empty() && !roster.has_id_status {
                Some(CardMeaning::Active)
            } else {
                policy.id_meaning(status)
            }
        });
        let mut planner = Planner {
            sides,
            access,
            matching,
            grants,
            draft,
            meanings: meanings.collect(),
            shared: HashSet::new(),
            unsure: unsure(roster),
            cards_managed: false,
        };
        let refusals = sides.memory.card_refusals.values();
        let managed = refusals.filter(|refusal| {
            refusal.code == Code::UserManaged && policy.less_than_a_day_ago(refusal.at)
        });
        planner.cards_managed = managed.take(MANAGED_FROM).count() == MANAGED_FROM;
        planner.shared = planner.shared_cards();
        planner
    }

    fn meaning(&self, credential: &Credential) -> Option<CardMeaning> {
        self.meanings[usize::from(credential.status)]
    }

    /// Whether Atrium has a card for somebody in so many words that it can be kept: in use, or
    /// with a status that nobody mapped.
    fn is_in_atrium(&self, linked: &Linked<'_>, card: &Card) -> bool {
        linked.credentials.iter().any(|credential| {
            credential.card == *card
                && matches!(self.meaning(credential), Some(CardMeaning::Active) | None)
        })
    }

    /// Whether Atrium has a card for somebody as in use.
    fn is_active(&self, linked: &Linked<'_>, card: &Card) -> bool {
        linked.credentials.iter().any(|credential| {
            credential.card == *card && self.meaning(credential) == Some(CardMeaning::Active)
        })
    }

    /// Whether Atrium states a card of somebody as lost, stolen or inactive.
    fn is_stated(&self, linked: &Linked<'_>, card: &Card) -> bool {
        linked.credentials.iter().any(|credential| {
            credential.card == *card
                && !matches!(self.meaning(credential), Some(CardMeaning::Active) | None)
        })
    }

    /// Cards that two people have who are to have access.
    fn shared_cards(&self) -> HashSet<Card> {
        let state = foldhash::fast::RandomState::default();
        let people = &self.sides.roster.people;
        let mut hashes: Vec<(u64, u32)> = Vec::new();
        for (at, person) in (0u32..).zip(people) {
            for credential in &person.credentials {
                // An unmapped status may well mean that the card is in use.
                if matches!(self.meaning(credential), Some(CardMeaning::Active) | None) {
                    hashes.push((state.hash_one(credential.card), at));
                }
            }
        }
        hashes.sort_unstable();
        let mut shared = HashSet::new();
        for same in hashes.chunk_by(|a, b| a.0 == b.0) {
            if same.len() < 2 {
                continue;
            }
            let mut holders: HashMap<Card, u32> = HashMap::new();
            for (_, at) in same {
                let person = &people[*at as usize];
                if !wants_access(self.sides.policy, person) {
                    continue;
                }
                for credential in &person.credentials {
                    if state.hash_one(credential.card) == same[0].0
                        && *holders.entry(credential.card).or_insert(*at) != *at
                    {
                        shared.insert(credential.card);
                    }
                }
            }
        }
        shared
    }

    /// Lists the ids that can't be made cards. Those of people who are to have no access are
    /// nobody's trouble.
    fn unusable(&mut self) {
        if self.sides.roster.unusable.is_empty() {
            return;
        }
        let unusable = self.sides.roster.unusable.iter();
        let holders: HashSet<&CampusId> = unusable.map(|id| &id.campus_id).collect();
        let people = self.sides.roster.people.iter();
        let people: HashMap<&CampusId, &Person> = people
            .filter(|person| holders.contains(&person.campus_id))
            .filter(|person| person.in_scope && wants_access(self.sides.policy, person))
            .map(|person| (&person.campus_id, person))
            .collect();
        for id in &self.sides.roster.unusable {
            let Some(person) = people.get(&id.campus_id) else {
                continue;
            };
            let detail = match id.message.as_str() {
                "" => format!("\"{}\"", id.id_type),
                message => format!("\"{}\": {message}", id.id_type),
            };
            self.draft.leave(
                Subject::User {
                    campus_id: id.campus_id.clone(),
                },
                &person.display_name(),
                Situation::Unreadable,
                id.code,
                detail,
                Some(&id.place),
            );
        }
    }

    /// Finds out who has or gets cards, who of them has to be read, and who can't be found.
    fn survey(&mut self) -> Vec<Linked<'s>> {
        let pairs = Pairs::new(self.sides, &self.access.users);
        let retiring: HashMap<u32, Handle> = self.grants.retiring.iter().copied().collect();
        let filter = &self.sides.policy.filter;
        let filter_changed = self.sides.memory.last_filter.as_ref();
        let filter_changed = filter_changed.is_some_and(|last| last != filter);
        let mut survey = Survey {
            holder: vec![false; self.access.users.len()],
            ..Survey::default()
        };
        for (at, person) in (0u32..).zip(&self.sides.roster.people) {
            let grant = self.grants.people[at as usize];
            let user = match &self.matching.people[at as usize] {
                Who::Ours(user) | Who::Rekeyed(user) | Who::Foreign(user) => Some(*user),
                Who::Unclear(unclear) => unclear.linked,
                Who::Nobody | Who::Deleted => None,
            };
            let memory = self.matching.memory[at as usize];
            let left_scope = !filter_changed && memory.is_some_and(|memory| memory.in_scope);
            let managed = person.in_scope || left_scope || grant != Grant::Keep;
            let linked = Linked {
                campus_id: &person.campus_id,
                person: Some(person),
                user: user.map(|user| &self.sides.directory.users[user as usize]),
                grant,
                credentials: &person.credentials,
                stated_counts: managed && self.sides.policy.meaning(&person.status).is_some(),
                memory: None,
                access: None,
                listing: 0,
                unsure: self.unsure.contains(&person.campus_id)
                    || could_be_unreadable(
                        self.sides.roster,
                        &person.email,
                        &person.first_name,
                        &person.last_name,
                    ),
                retire: retiring.get(&at).copied(),
                closes: None,
                successor: None,
            };
            if user.is_some() {
                self.find(linked, memory, &pairs, &mut survey);
            } else if matches!(grant, Grant::Full(Some(_))) && !person.credentials.is_empty() {
                survey.linked.push(linked);
            }
        }
        for (absent, grant) in self.matching.absent.iter().zip(&self.grants.absent) {
            let successor = absent
                .successor
                .map(|at| &self.sides.roster.people[at as usize]);
            let linked = Linked {
                campus_id: &absent.campus_id,
                person: None,
                user: Some(&self.sides.directory.users[absent.user as usize]),
                grant: *grant,
                credentials: successor.map_or(&[], |person| &person.credentials),
                stated_counts: successor.is_some_and(|person| {
                    person.in_scope && self.sides.policy.meaning(&person.status).is_some()
                }),
                memory: None,
                access: None,
                listing: 0,
                unsure: self.unsure.contains(&absent.campus_id),
                retire: None,
                closes: self.grants.replaced.get(&absent.user).copied(),
                successor: successor.map(|person| &person.campus_id),
            };
            self.find(linked, absent.memory, &pairs, &mut survey);
        }
        let Survey {
            mut linked,
            mut needs,
            others,
            contested,
            ..
        } = survey;
        if !contested.is_empty() {
            needs.retain(|(_, linked)| !self.is_contested(linked, &contested));
            linked.retain(|linked| !self.is_contested(linked, &contested));
        }
        self.choose_reads(needs, others);
        linked
    }

    fn is_contested(&mut self, linked: &Linked<'_>, contested: &HashSet<AccessUserId>) -> bool {
        let id = linked.access.filter(|id| contested.contains(*id));
        if let Some(id) = id {
            self.contested(linked, id);
        }
        id.is_some()
    }

    /// Somebody whose user of the REST API could as well be somebody else's.
    fn contested(&mut self, linked: &Linked<'_>, id: &AccessUserId) {
        let detail = format!("user {id} of the REST API is the pair of two users of SCIM");
        let situation = Situation::Ambiguous;
        self.leave(linked, situation, Code::AccessAmbiguous, detail);
    }

    /// Takes somebody with a user into the survey: with cards that were read, or are to be.
    fn find(
        &mut self,
        mut linked: Linked<'s>,
        memory: Option<&'s UserMemory>,
        pairs: &Pairs<'s>,
        survey: &mut Survey<'s>,
    ) {
        let Some(user) = linked.user else { return };
        let memory = memory
            .filter(|memory| memory.user_id == user.id)
            .and_then(|memory| memory.access.as_deref());
        let pair = pairs.find(user, memory.map(|memory| &memory.id));
        let Pair::Proven(at) = pair else {
            return self.unpaired(&linked, &pair, memory);
        };
        let row = &self.access.users[at as usize];
        linked.memory = memory.filter(|memory| memory.id == row.id);
        linked.access = Some(&row.id);
        if std::mem::replace(&mut survey.holder[at as usize], true) {
            survey.contested.insert(row.id.clone());
            return self.contested(&linked, &row.id);
        }
        linked.listing = fingerprint(row, self.sides.roster, linked.credentials);
        if self.access.records.contains_key(&row.id) {
            self.draft.counts.cards_read += 1;
            return survey.linked.push(linked);
        }
        let remembered = linked.memory.map_or(&[][..], |memory| &memory.cards);
        let ours = remembered.iter().filter(|card| card.ours).count();
        self.draft.counts.managed_cards += ours as u64;
        if !self.is_asked_for(&linked) {
            return;
        }
        if let Some(why) = self.access.failed.get(&row.id) {
            let situation = Situation::NotRead;
            self.leave(&linked, situation, Code::CardsUnreadable, why.clone());
            self.wait_for_read(&linked);
            return;
        }
        match self.need(&linked) {
            Some(need) => survey.needs.push((need, linked)),
            None => {
                self.draft.counts.cards_unread += 1;
                self.unread(&linked);
                let looks = self.sides.policy.verify != Verify::Changed;
                if looks && matches!(linked.grant, Grant::Full(_) | Grant::RemoveOnly) {
                    let read = linked.memory.and_then(|memory| memory.read);
                    survey.others.add(read, &row.id);
                }
            }
        }
    }

    /// Somebody whose cards have to be read first.
    fn not_read(&mut self, linked: &Linked<'_>) {
        let detail = match linked.memory.and_then(|memory| memory.read) {
            Some(read) => format!("last read {read:.0}"),
            None => "never read".to_owned(),
        };
        self.leave(linked, Situation::NotRead, Code::CardsNotRead, detail);
        self.wait_for_read(linked);
    }

    /// Nobody comes back to yesterday's cards, or gets a new user without the old one's, because
    /// the cards were not read.
    fn wait_for_read(&mut self, linked: &Linked<'_>) {
        for handle in [linked.retire, linked.closes].into_iter().flatten() {
            self.draft.hold(handle, Code::CardsNotRead);
        }
        let yesterdays = linked
            .memory
            .is_some_and(|memory| self.takes_away(linked, memory));
        if let Some(reactivation) = linked.reactivation().filter(|_| yesterdays) {
            self.draft.hold(reactivation, Code::CardsNotRead);
        }
    }

    /// Whether this run is about somebody: nobody else's cards are read.
    fn is_asked_for(&self, linked: &Linked<'_>) -> bool {
        let only = &self.sides.policy.only;
        let id = linked.successor.unwrap_or(linked.campus_id);
        only.is_empty() || only.names(id.as_str(), linked.email())
    }

    /// Somebody whom the REST API does not have, or of whom it can't be told whom it means.
    fn unpaired(&mut self, linked: &Linked<'s>, pair: &Pair, memory: Option<&AccessMemory>) {
        let gives = matches!(linked.grant, Grant::Full(_)) && !linked.credentials.is_empty();
        let takes = memory.is_some_and(|memory| !memory.cards.is_empty())
            && !matches!(linked.grant, Grant::Keep | Grant::Frozen);
        if !gives && !takes {
            return;
        }
        if let (Pair::Unclear(_), Some(retire)) = (pair, linked.retire) {
            // The old user's cards could not move to the new one.
            self.draft.hold(retire, Code::AccessAmbiguous);
        }
        let (situation, code, detail) = match pair {
            Pair::Unclear(why) => (Situation::Ambiguous, Code::AccessAmbiguous, why.as_str()),
            _ => (Situation::Blocked, Code::NotYetInAccess, ""),
        };
        self.leave(linked, situation, code, detail);
    }

    fn leave(
        &mut self,
        linked: &Linked<'_>,
        situation: Situation,
        code: Code,
        detail: impl Into<String>,
    ) {
        let campus_id = linked.campus_id.clone();
        let place = linked.person.map(|person| &person.place);
        self.draft.leave(
            Subject::User { campus_id },
            &linked.label(),
            situation,
            code,
            detail,
            place,
        );
    }

    fn leave_card(
        &mut self,
        linked: &Linked<'_>,
        card: Card,
        situation: Situation,
        code: Code,
        detail: impl Into<String>,
    ) {
        let place = linked.person.map(|person| &person.place);
        self.draft.leave(
            linked.subject(card),
            &linked.label(),
            situation,
            code,
            detail,
            place,
        );
    }
}

/// People with a value, or a row, that can't be read: what Atrium has of them may be incomplete. An
/// id of a type that nobody mapped can be read, and is no card.
fn unsure(roster: &Roster) -> HashSet<&CampusId> {
    let rows = roster.unreadable.iter();
    let rows = rows.filter_map(|row| match &row.subject {
        UnreadableSubject::Person(campus_id) => Some(campus_id),
        _ => None,
    });
    let ids = roster.unusable.iter();
    let ids = ids.filter(|id| id.code == Code::CardUnreadable);
    ids.map(|id| &id.campus_id).chain(rows).collect()
}

/// Who is who, as far as cards are concerned.
#[derive(Default)]
struct Survey<'s> {
    /// People whose cards were read, and people who are made by this plan.
    linked: Vec<Linked<'s>>,
    needs: Vec<(Need, Linked<'s>)>,
    others: Others,
    /// Whether somebody is the pair, by position in [`Access::users`].
    holder: Vec<bool>,
    /// Users of the REST API that are the pair of two people: of neither, then.
    contested: HashSet<AccessUserId>,
}

/// Finds users of SCIM in the list of everybody: those with a proven pair, as the ledger is to know
/// them. They have no card yet.
pub(super) fn recognise(
    before: Sides<'_>,
    everybody: &[AccessUser],
    made: &[(CampusId, RemoteUser)],
) -> Vec<CardsClaim> {
    let ids: HashSet<&CampusId> = made.iter().map(|(id, _)| id).collect();
    let roster = before.roster;
    let people = roster.people.iter();
    let people: HashMap<&CampusId, &Person> = people
        .filter(|person| ids.contains(&person.campus_id))
        .map(|person| (&person.campus_id, person))
        .collect();
    let pairs = Pairs::new(before, everybody);
    let found = made.iter().filter_map(|(campus_id, user)| {
        let Pair::Proven(at) = pairs.find(user, None) else {
            return None;
        };
        let row = &everybody[at as usize];
        let credentials = people
            .get(campus_id)
            .map_or(&[][..], |person| &person.credentials);
        Some(CardsClaim {
            campus_id: campus_id.clone(),
            access_id: row.id.clone(),
            read: Some(CardsRead {
                cards: Vec::new(),
                listing: fingerprint(row, roster, credentials),
            }),
        })
    });
    found.collect()
}

/// The user of the REST API that a SCIM user is: `None` if there is none yet, an error in words if it
/// can't be told.
pub(super) fn counterpart(
    sides: Sides<'_>,
    everybody: &[AccessUser],
    user: &RemoteUser,
    known: Option<&AccessUserId>,
) -> Result<Option<AccessUser>, String> {
    match Pairs::new(sides, everybody).find(user, known) {
        Pair::Proven(at) => Ok(Some(everybody[at as usize].clone())),
        Pair::Missing => Ok(None),
        Pair::Unclear(why) => Err(why),
    }
}

/// See [`super::only_over_rest`].
pub(super) fn only_over_rest(sides: Sides<'_>, everybody: &[AccessUser]) -> Vec<u32> {
    let pairs = Pairs::new(sides, everybody);
    let mut known = HashMap::with_capacity(sides.memory.users.len());
    for user in sides.memory.users.values() {
        if let Some(access) = &user.access {
            known.insert(&user.user_id, &access.id);
        }
    }
    let mut is_known = vec![false; everybody.len()];
    for user in &sides.directory.users {
        if let Pair::Proven(at) = pairs.find(user, known.get(&user.id).copied()) {
            is_known[at as usize] = true;
        }
    }
    let rows = (0u32..).zip(is_known);
    rows.filter(|(_, known)| !known).map(|(at, _)| at).collect()
}
