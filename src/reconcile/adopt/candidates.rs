//! Everybody in Command, as SCIM and the REST API know them together, found by id, address and name.

use std::collections::HashMap;

use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::fold::fold;
use crate::model::roster::Person;
use crate::model::{AccessUserId, UserId, join_name};
use crate::reconcile::Sides;
use crate::reconcile::cards::{Pair, Pairs};
use crate::reconcile::matching::{Matching, NOBODY};

/// Somebody in Command.
pub(super) struct Candidate<'s> {
    /// The user of SCIM.
    pub(super) user: Option<&'s RemoteUser>,
    /// The user of the REST API.
    pub(super) row: Option<&'s AccessUser>,
    /// Whether a person of Atrium, there or not, is linked to it.
    pub(super) linked: bool,
}

impl<'s> Candidate<'s> {
    pub(super) fn user_id(&self) -> Option<&'s UserId> {
        self.user.map(|user| &user.id)
    }

    pub(super) fn access_id(&self) -> Option<&'s AccessUserId> {
        self.row.map(|row| &row.id)
    }

    /// An id to speak of it by.
    pub(super) fn id(&self) -> &'s str {
        match (self.user, self.row) {
            (Some(user), _) => user.id.as_str(),
            (None, Some(row)) => row.id.as_str(),
            (None, None) => "",
        }
    }

    /// What SCIM says, or, where it says nothing, the REST API.
    fn either(
        &self,
        user: impl Fn(&'s RemoteUser) -> &'s str,
        row: impl Fn(&'s AccessUser) -> &'s str,
    ) -> &'s str {
        let said = self.user.map(user).filter(|text| !text.is_empty());
        said.or_else(|| self.row.map(row)).unwrap_or_default()
    }

    pub(super) fn email(&self) -> &'s str {
        self.either(|user| &user.profile.email, |row| &row.email)
    }

    pub(super) fn employee_id(&self) -> &'s str {
        self.either(|user| &user.profile.employee_number, |row| &row.employee_id)
    }

    /// Every external id that either interface shows.
    pub(super) fn external_ids(&self) -> impl Iterator<Item = &'s str> {
        let user = self.user.and_then(|user| user.external_id.as_deref());
        let row = self.row.map(|row| row.external_id.as_str());
        user.into_iter().chain(row).filter(|id| !id.is_empty())
    }

    pub(super) fn full_name(&self) -> String {
        let user = self.user.map(|user| user.profile.display_name());
        match user.filter(|name| !name.is_empty()) {
            Some(name) => name.to_string(),
            None => self
                .row
                .map(|row| row.full_name.to_string())
                .unwrap_or_default(),
        }
    }

    /// The family name; `None` if only the whole name is known.
    pub(super) fn family_name(&self) -> Option<&'s str> {
        let family = self.user.map(|user| user.profile.last_name.as_str());
        family.filter(|name| !name.trim().is_empty())
    }

    pub(super) fn is_closed(&self) -> bool {
        self.user.is_some_and(|user| user.active == Some(false))
    }
}

/// Everybody in Command, with the ways to find them.
pub(super) struct Candidates<'s> {
    pub(super) all: Vec<Candidate<'s>>,
    by_number: HashMap<&'s str, Vec<usize>>,
    by_email: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    by_user: HashMap<&'s UserId, usize>,
    by_access: HashMap<&'s AccessUserId, usize>,
}

impl<'s> Candidates<'s> {
    /// Puts the two lists together. A row that is certainly a user's is the same candidate; any
    /// other is one by itself.
    pub(super) fn gather(sides: Sides<'s>, matching: &Matching<'_>) -> Self {
        let directory = sides.directory;
        let rows: &[AccessUser] = directory
            .access
            .as_ref()
            .map_or(&[], |access| &access.users);
        let pairs = Pairs::new(sides, rows);
        let mut linked: Vec<bool> = matching.person_of.iter().map(|at| *at != NOBODY).collect();
        for absent in &matching.absent {
            linked[absent.user as usize] = true;
        }
        let mut paired = vec![false; rows.len()];
        let mut all = Vec::with_capacity(directory.users.len());
        for (user, linked) in directory.users.iter().zip(linked) {
            let row = match pairs.find(user, None) {
                Pair::Proven(at) => {
                    paired[at as usize] = true;
                    Some(&rows[at as usize])
                }
                Pair::Missing | Pair::Unclear(_) => None,
            };
            all.push(Candidate {
                user: Some(user),
                row,
                linked,
            });
        }
        let alone = rows.iter().zip(paired).filter(|(_, paired)| !paired);
        all.extend(alone.map(|(row, _)| Candidate {
            user: None,
            row: Some(row),
            linked: false,
        }));
        Candidates::index(all)
    }

    fn index(all: Vec<Candidate<'s>>) -> Self {
        let mut candidates = Candidates {
            by_number: HashMap::new(),
            by_email: HashMap::new(),
            by_name: HashMap::new(),
            by_user: HashMap::new(),
            by_access: HashMap::new(),
            all,
        };
        for (at, candidate) in candidates.all.iter().enumerate() {
            let note = |map: &mut HashMap<String, Vec<usize>>, text: &str| {
                let folded = fold(text);
                if !folded.is_empty() {
                    map.entry(folded.into_owned()).or_default().push(at);
                }
            };
            note(&mut candidates.by_email, candidate.email());
            note(&mut candidates.by_name, &candidate.full_name());
            let number = candidate.employee_id();
            if !number.is_empty() {
                candidates.by_number.entry(number).or_default().push(at);
            }
            candidates
                .by_user
                .extend(candidate.user_id().map(|id| (id, at)));
            candidates
                .by_access
                .extend(candidate.access_id().map(|id| (id, at)));
        }
        candidates
    }

    /// Who has a person's campus id as employee id, or the person's address.
    pub(super) fn by_id_or_email(&self, person: &Person) -> Vec<usize> {
        let numbered = self.by_number.get(person.campus_id.as_str());
        let mut found: Vec<usize> = numbered.into_iter().flatten().copied().collect();
        found.extend(listed(&self.by_email, &person.email));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Who has a person's name, and is not known to be somebody.
    pub(super) fn by_name(&self, person: &Person) -> Vec<usize> {
        let mut found: Vec<usize> = names(person)
            .iter()
            .flat_map(|name| listed(&self.by_name, name))
            .filter(|at| {
                let candidate = &self.all[*at];
                !candidate.linked && candidate.external_ids().next().is_none()
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(super) fn of_user(&self, id: &UserId) -> Option<usize> {
        self.by_user.get(id).copied()
    }

    pub(super) fn of_access(&self, id: &AccessUserId) -> Option<usize> {
        self.by_access.get(id).copied()
    }
}

fn listed<'m>(
    map: &'m HashMap<String, Vec<usize>>,
    text: &str,
) -> impl Iterator<Item = usize> + 'm {
    let folded = fold(text);
    let found = map.get(folded.as_ref()).filter(|_| !folded.is_empty());
    found.into_iter().flatten().copied()
}

/// A person's whole name, without and with the middle name.
pub(super) fn names(person: &Person) -> [String; 2] {
    let first = join_name(&person.first_name, &person.middle_name);
    [
        person.display_name().to_string(),
        join_name(&first, &person.last_name).to_string(),
    ]
}
