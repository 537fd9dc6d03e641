//! When a kind of operation is paused: ten equal failures in a row, or an email domain that
//! Command does not take.

use std::collections::HashMap;

use crate::model::fold::email_domain;
use crate::model::plan::{Change, ChangeKind, Operation};
use crate::model::reason::Code;
use crate::model::report::Outcome;

/// So many equal failures in a row pause a kind.
const EQUAL_FAILURES: u32 = 10;
/// So many refused people of a domain, and none accepted, give the domain up.
const REFUSED_PEOPLE: u32 = 3;

/// What was paused, and what is on the way there.
#[derive(Debug)]
pub(super) struct Pauses {
    domains_known: bool,
    failures: HashMap<ChangeKind, (Code, u32)>,
    /// Refused people by domain; `None` once somebody of the domain was accepted.
    domains: HashMap<String, Option<u32>>,
}

impl Pauses {
    pub(super) fn new(domains_known: bool) -> Self {
        Pauses {
            domains_known,
            failures: HashMap::new(),
            domains: HashMap::new(),
        }
    }

    /// Why an operation is not to be sent.
    pub(super) fn obstacle(&self, operation: &Operation) -> Option<Code> {
        let kind = operation.change.kind();
        if self
            .failures
            .get(&kind)
            .is_some_and(|(_, count)| *count >= EQUAL_FAILURES)
        {
            return Some(Code::Paused);
        }
        let given_up = domain_of(operation)
            .and_then(|domain| self.domains.get(&domain))
            .is_some_and(|refused| refused.is_some_and(|count| count >= REFUSED_PEOPLE));
        given_up.then_some(Code::EmailDomainGivenUp)
    }

    /// Takes in what became of the operations of one call. Equal failures of one call count once: a
    /// group that is not to be written says nothing about the others.
    pub(super) fn note_call<'a>(
        &mut self,
        call: impl Iterator<Item = (&'a Operation, &'a Outcome)>,
    ) {
        let mut seen: Vec<Code> = Vec::new();
        for (operation, outcome) in call {
            if let Outcome::Failed { code, .. } = outcome {
                if seen.contains(code) {
                    continue;
                }
                seen.push(*code);
            }
            self.note(operation, outcome);
        }
    }

    /// Takes in what became of an operation.
    fn note(&mut self, operation: &Operation, outcome: &Outcome) {
        let kind = operation.change.kind();
        match outcome {
            Outcome::Done { .. } => {
                self.failures.remove(&kind);
            }
            // A refused domain is counted by domain, below.
            Outcome::Failed {
                code: Code::EmailOutsideDomains,
                ..
            } => {}
            Outcome::Failed { code, .. } => {
                let (last, count) = self.failures.entry(kind).or_insert((*code, 0));
                if last != code {
                    (*last, *count) = (*code, 0);
                }
                *count += 1;
            }
            Outcome::Owed { .. } | Outcome::Skipped { .. } => {}
        }
        if self.domains_known {
            return;
        }
        let Some(domain) = domain_of(operation) else {
            return;
        };
        let refused = self.domains.entry(domain).or_insert(Some(0));
        match outcome {
            Outcome::Done { .. } => *refused = None,
            Outcome::Failed {
                code: Code::EmailOutsideDomains,
                ..
            } => {
                if let Some(count) = refused {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
}

fn domain_of(operation: &Operation) -> Option<String> {
    match &operation.change {
        Change::CreateUser { profile, .. } => Some(email_domain(&profile.email)?.into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{Stage, Subject};
    use crate::model::reason::Situation;
    use crate::model::{CampusId, Profile};

    fn create(email: &str) -> Operation {
        Operation {
            subject: Subject::User {
                campus_id: CampusId::from("S1"),
            },
            label: "A".into(),
            situation: Situation::Missing,
            stage: Stage::Write,
            change: Change::CreateUser {
                external_id: "atrium:S1".into(),
                profile: Box::new(Profile {
                    email: email.into(),
                    ..Profile::default()
                }),
            },
            why: "".into(),
            needs: vec![],
        }
    }

    fn failed(code: Code) -> Outcome {
        Outcome::Failed {
            code,
            detail: String::new(),
        }
    }

    #[test]
    fn ten_equal_failures_in_a_row_pause_the_kind() {
        let operation = create("a@b.example");
        let mut pauses = Pauses::new(true);
        for _ in 0..9 {
            pauses.note(&operation, &failed(Code::RefusedByCommand));
        }
        pauses.note(&operation, &failed(Code::Unavailable));
        assert_eq!(pauses.obstacle(&operation), None);
        for _ in 0..10 {
            pauses.note(&operation, &failed(Code::RefusedByCommand));
        }
        assert_eq!(pauses.obstacle(&operation), Some(Code::Paused));
        let mut pauses = Pauses::new(true);
        for _ in 0..30 {
            pauses.note(&operation, &failed(Code::RefusedByCommand));
            pauses.note(&operation, &Outcome::Done { made: None });
        }
        assert_eq!(pauses.obstacle(&operation), None);
    }

    #[test]
    fn one_group_that_takes_no_members_does_not_pause_the_others() {
        let operation = create("a@b.example");
        let capped = failed(Code::MembersCapped);
        let mut pauses = Pauses::new(true);
        for _ in 0..9 {
            pauses.note_call((0..100).map(|_| (&operation, &capped)));
            assert_eq!(pauses.obstacle(&operation), None);
        }
        pauses.note_call((0..100).map(|_| (&operation, &capped)));
        assert_eq!(pauses.obstacle(&operation), Some(Code::Paused));
    }

    #[test]
    fn a_domain_is_given_up_after_three_refusals_and_no_acceptance() {
        let refused = failed(Code::EmailOutsideDomains);
        let mut pauses = Pauses::new(false);
        for _ in 0..3 {
            assert_eq!(pauses.obstacle(&create("x@B.example")), None);
            pauses.note(&create("a@b.example"), &refused);
        }
        assert_eq!(
            pauses.obstacle(&create("x@B.example")),
            Some(Code::EmailDomainGivenUp)
        );
        assert_eq!(pauses.obstacle(&create("x@c.example")), None);
        let mut pauses = Pauses::new(false);
        pauses.note(&create("a@b.example"), &Outcome::Done { made: None });
        for _ in 0..5 {
            pauses.note(&create("a@b.example"), &refused);
        }
        assert_eq!(pauses.obstacle(&create("x@b.example")), None);
    }
}
