//! What speaks for a person and a record being one, and what against it.

use super::Confidence;
use super::candidates::{Candidate, names};
use crate::model::Text;
use crate::model::fold::{fold, same_folded};
use crate::model::roster::Person;
use crate::reconcile::policy::Policy;

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Equal,
    Differs,
    /// One of them is not there, or they are too close to tell.
    Unknown,
}

impl Agreement {
    fn of(a: &str, b: &str, same: impl Fn(&str, &str) -> bool) -> Self {
        match (a.trim(), b.trim()) {
            ("", _) | (_, "") => Agreement::Unknown,
            (a, b) if same(a, b) => Agreement::Equal,
            _ => Agreement::Differs,
        }
    }
}

/// What speaks for a pair, and what against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) employee_id: Agreement,
    pub(super) email: Agreement,
    pub(super) name: Agreement,
    pub(super) family: Agreement,
    /// An external id that is not this person's.
    pub(super) foreign: Option<Text>,
    /// Whether the record is linked to somebody else.
    pub(super) linked: bool,
}

impl Evidence {
    pub(super) fn of(policy: &Policy, person: &Person, candidate: &Candidate<'_>) -> Self {
        let own = policy.user_ids.external_id(person.campus_id.as_str());
        let mut external = candidate.external_ids();
        Evidence {
            employee_id: employee_id(person.campus_id.as_str(), candidate.employee_id()),
            email: Agreement::of(&person.email, candidate.email(), same_folded),
            name: name(person, candidate),
            family: family(person, candidate),
            foreign: external.find(|id| *id != own.as_str()).map(Text::from),
            linked: candidate.linked,
        }
    }

    /// How far it goes, apart from other records.
    pub(super) fn confidence(&self) -> Confidence {
        if self.is_contradicted() {
            return Confidence::Contradicted;
        }
        let is_equal = |agreement: Agreement| agreement == Agreement::Equal;
        let equal = [self.employee_id, self.email, self.name];
        let equal = equal.into_iter().filter(|one| is_equal(*one)).count();
        let differs = [self.email, self.family].contains(&Agreement::Differs);
        match equal {
            2.. if is_equal(self.employee_id) && !differs => Confidence::Certain,
            2.. => Confidence::Likely,
            _ if is_equal(self.email) && is_equal(self.family) => Confidence::Likely,
            _ => Confidence::Weak,
        }
    }

    pub(super) fn is_contradicted(&self) -> bool {
        self.linked || self.foreign.is_some() || self.employee_id == Agreement::Differs
    }

    /// Whether a sync would find the record, too, and leave the person alone for it.
    pub(super) fn is_by_id_or_email(&self) -> bool {
        [self.employee_id, self.email].contains(&Agreement::Equal)
    }

    /// It in words.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        // The whole name says more than the family name, if it says anything for the pair.
        let (name, family) = match self.name {
            Agreement::Equal => (Agreement::Equal, Agreement::Unknown),
            name if self.family == Agreement::Unknown => (name, Agreement::Unknown),
            _ => (Agreement::Unknown, self.family),
        };
        for (what, agreement) in [
            ("employee id", self.employee_id),
            ("email", self.email),
            ("full name", name),
            ("family name", family),
        ] {
            match agreement {
                Agreement::Equal => words.push(format!("{what} equal")),
                Agreement::Differs => words.push(format!("{what} differs")),
                Agreement::Unknown => {}
            }
        }
        if let Some(id) = &self.foreign {
            words.push(format!("external id {id} is another's"));
        }
        if self.linked {
            words.push("linked to another person".to_owned());
        }
        words.join("; ")
    }
}

/// A campus id is compared exactly; one that lost its zeros, as spreadsheets make them, says
/// nothing.
fn employee_id(campus_id: &str, employee_id: &str) -> Agreement {
    let bare = |id: &str| id.trim_start_matches('0').to_owned();
    match Agreement::of(campus_id, employee_id, |a, b| a == b) {
        Agreement::Differs if bare(campus_id.trim()) == bare(employee_id.trim()) => {
            Agreement::Unknown
        }
        other => other,
    }
}

fn name(person: &Person, candidate: &Candidate<'_>) -> Agreement {
    let there = candidate.full_name();
    let all = names(person).map(|name| Agreement::of(&name, &there, same_folded));
    if all.contains(&Agreement::Equal) {
        Agreement::Equal
    } else {
        all[0]
    }
}

fn family(person: &Person, candidate: &Candidate<'_>) -> Agreement {
    if let Some(family) = candidate.family_name() {
        return Agreement::of(&person.last_name, family, same_folded);
    }
    // A whole name ends with the family name, if it is the person's.
    let (wanted, full) = (fold(&person.last_name), candidate.full_name());
    Agreement::of(&wanted, &full, |family, full| {
        let full = fold(full);
        let before = full.strip_suffix(family);
        before.is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace))
    })
}
