//! Which user of the REST API is which user of SCIM: nothing is written to a card without a proven
//! pair.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::fold::{fold, same_folded};
use crate::model::{AccessUserId, Map, UserId};
use crate::reconcile::Sides;

/// The user of the REST API that a SCIM user is. A position in [`Access::users`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reconcile) enum Pair {
    /// It is this one.
    Proven(u32),
    /// There is none yet.
    Missing,
    /// It can't be told; in words.
    Unclear(String),
}

/// Finds pairs.
pub(in crate::reconcile) struct Pairs<'s> {
    users: &'s [AccessUser],
    by_id: Map<&'s str, u32>,
    /// Made when the first user has no pair by id.
    by_email: OnceCell<HashMap<String, Vec<u32>>>,
    sides: Sides<'s>,
    /// Whose ids are somebody's by more than an address; made with `by_email`.
    taken: OnceCell<Map<&'s str, &'s UserId>>,
}

impl<'s> Pairs<'s> {
    pub(in crate::reconcile) fn new(sides: Sides<'s>, users: &'s [AccessUser]) -> Self {
        let rows = (0u32..).zip(users);
        Pairs {
            users,
            sides,
            taken: OnceCell::new(),
            by_id: rows.map(|(at, user)| (user.id.as_str(), at)).collect(),
            by_email: OnceCell::new(),
        }
    }

    /// The pair of the ledger, else the user of the same id, else the only one with the address,
    /// if nothing contradicts it.
    pub(in crate::reconcile) fn find(
        &self,
        user: &RemoteUser,
        known: Option<&AccessUserId>,
    ) -> Pair {
        let by_ledger = known.and_then(|id| self.by_id.get(id.as_str()));
        let by_id = by_ledger.or_else(|| self.by_id.get(user.id.as_str()));
        if let Some(&at) = by_id {
            return match self.contradiction(user, at) {
                None => Pair::Proven(at),
                Some(why) => Pair::Unclear(why),
            };
        }
        let email = fold(&user.profile.email);
        if email.is_empty() {
            return Pair::Missing;
        }
        let holders = self
            .by_email()
            .get(email.as_ref())
            .map_or(&[][..], Vec::as_slice);
        match holders {
            [] => Pair::Missing,
            [at] => match self
                .claim(user, *at)
                .or_else(|| self.contradiction(user, *at))
            {
                None => Pair::Proven(*at),
                Some(why) => Pair::Unclear(why),
            },
            several => Pair::Unclear(format!(
                "{} rows of the REST API's list have {}",
                several.len(),
                user.profile.email
            )),
        }
    }

    /// What says that a row is another user's: the same id, or the ledger.
    fn claim(&self, user: &RemoteUser, at: u32) -> Option<String> {
        let Sides {
            directory, memory, ..
        } = self.sides;
        let taken = self.taken.get_or_init(|| {
            let users = directory.users.iter();
            let mut taken: Map<&str, &UserId> =
                users.map(|user| (user.id.as_str(), &user.id)).collect();
            for known in memory.users.values() {
                if let Some(access) = &known.access {
                    // The ledger's order means nothing.
                    let owner = taken.entry(access.id.as_str()).or_insert(&known.user_id);
                    *owner = (*owner).min(&known.user_id);
                }
            }
            taken
        });
        let row = &self.users[at as usize];
        let owner = taken.get(row.id.as_str())?;
        (**owner != user.id).then(|| format!("user {} of the REST API is another person's", row.id))
    }

    fn by_email(&self) -> &HashMap<String, Vec<u32>> {
        self.by_email.get_or_init(|| {
            let mut map: HashMap<String, Vec<u32>> = HashMap::new();
            for (at, user) in (0u32..).zip(self.users) {
                if !user.email.is_empty() {
                    map.entry(fold(&user.email).into_owned())
                        .or_default()
                        .push(at);
                }
            }
            map
        })
    }

    /// What says that a row is another person than a user: the external id, or the employee id.
    /// An address alone never does, for Command keeps an old one for as long as it likes.
    fn contradiction(&self, user: &RemoteUser, at: u32) -> Option<String> {
        let row = &self.users[at as usize];
        let ours = |id: &str| self.sides.policy.user_ids.parse(id).map(str::to_owned);
        let external = user.external_id.as_deref().unwrap_or_default();
        if !row.external_id.is_empty()
            && !external.is_empty()
            && row.external_id != external
            // Ids of two systems need not agree; two of ours must.
            && (ours(&row.external_id).is_some() || ours(external).is_some())
        {
            return Some(format!(
                "user {} of the REST API has the external id {}, the user of SCIM {external}",
                row.id, row.external_id
            ));
        }
        let number = &user.profile.employee_number;
        // Zeros may get lost where a text is passed on as a number.
        if !row.employee_id.is_empty()
            && !number.is_empty()
            && !same_folded(without_zeros(&row.employee_id), without_zeros(number))
        {
            return Some(format!(
                "user {} of the REST API has the employee id {}, the user of SCIM {number}",
                row.id, row.employee_id
            ));
        }
        None
    }
}

fn without_zeros(id: &str) -> &str {
    id.trim_start_matches('0')
}
