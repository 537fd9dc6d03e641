//! What a diagnosis says: the findings, the likeliest first, each with its evidence and the next
//! step; what else was looked at; and what could not be.

pub mod text;
mod trouble;

use std::fmt;

pub use self::trouble::Trouble;
use super::command_line::{with_flags, word};
use super::okta::OktaFailure;
use super::reason::Code;

/// Where something was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Atrium's record.
    Atrium,
    /// Who is in which access group in Atrium.
    Memberships,
    /// What the ledger remembers.
    Ledger,
    /// The SCIM token and its domains.
    Token,
    /// Command's users and groups over SCIM.
    Scim,
    /// What a sync of this person would do, and leave alone.
    Plan,
    /// The person's access record over REST.
    Access,
    /// Access groups and access levels over REST.
    Doors,
    /// The person's assignment to the app in Okta.
    Okta,
    /// The person in Okta's directory, and other apps of theirs.
    OktaPeople,
    /// The app's provisioning in Okta: its features and connection.
    OktaApp,
    /// Okta's system log.
    OktaLog,
    /// The groups that Okta pushes.
    OktaGroups,
    /// The single sign-on configuration.
    SignOn,
    /// A text that was pasted.
    Text,
}

impl Side {
    /// The word for it in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Side::Atrium => "atrium",
            Side::Memberships => "memberships",
            Side::Ledger => "ledger",
            Side::Token => "token",
            Side::Scim => "scim",
            Side::Plan => "plan",
            Side::Access => "access",
            Side::Doors => "doors",
            Side::Okta => "okta",
            Side::OktaPeople => "okta-people",
            Side::OktaApp => "okta-app",
            Side::OktaLog => "okta-log",
            Side::OktaGroups => "okta-groups",
            Side::SignOn => "sign-on",
            Side::Text => "text",
        }
    }

    /// Whether it has nothing to do with being there and opening doors, so that somebody is healthy
    /// although it could not be looked at. Signing in and provisioning are independent.
    #[must_use]
    pub fn is_aside(self) -> bool {
        self == Side::SignOn
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Side::Atrium => "Atrium",
            Side::Memberships => "access groups in Atrium",
            Side::Ledger => "the ledger",
            Side::Token => "the SCIM token",
            Side::Scim => "Command over SCIM",
            Side::Plan => "the plan",
            Side::Access => "the access record",
            Side::Doors => "access groups and levels",
            Side::Okta => "Okta",
            Side::OktaPeople => "Okta's people",
            Side::OktaApp => "the app in Okta",
            Side::OktaLog => "Okta's system log",
            Side::OktaGroups => "the groups that Okta pushes",
            Side::SignOn => "single sign-on",
            Side::Text => "the text",
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// It is so, and it is enough to explain the trouble.
    Certain,
    /// It is so, and most likely explains it.
    Likely,
    /// It may be so.
    Possible,
}

impl Likelihood {
    /// The word that output uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Likelihood::Certain => "certain",
            Likelihood::Likely => "likely",
            Likelihood::Possible => "possible",
        }
    }
}

/// What a finding is called: a stable code that `explain` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A reason of a plan.
    Reason(Code),
    /// A trouble that only the diagnosis knows.
    Trouble(Trouble),
    /// A known failure of Okta's provisioning.
    Okta(OktaFailure),
}

impl Name {
    /// The code as output spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Name::Reason(code) => code.name(),
            Name::Trouble(trouble) => trouble.name(),
            Name::Okta(failure) => failure.code(),
        }
    }

    /// It in one short line.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Name::Reason(code) => code.title(),
            Name::Trouble(trouble) => trouble.title(),
            Name::Okta(failure) => failure.title(),
        }
    }

    /// What it means, at length.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Name::Reason(code) => code.meaning(),
            Name::Trouble(trouble) => trouble.meaning(),
            Name::Okta(failure) => failure.meaning(),
        }
    }

    /// What to do about it in general. Empty where nothing is to be done.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Name::Reason(code) => code.remedy(),
            Name::Trouble(trouble) => trouble.remedy(),
            Name::Okta(failure) => failure.first_check(),
        }
    }

    /// The next step for one person, whom its commands name; without one they say WHO.
    #[must_use]
    pub fn next(self, who: Option<&str>) -> String {
        match who {
            Some(who) => self.remedy().replace("WHO", &word(who)),
            None => self.remedy().to_owned(),
        }
    }
}

impl From<Code> for Name {
    fn from(code: Code) -> Self {
        Name::Reason(code)
    }
}

impl From<Trouble> for Name {
    fn from(trouble: Trouble) -> Self {
        Name::Trouble(trouble)
    }
}

impl From<OktaFailure> for Name {
    fn from(failure: OktaFailure) -> Self {
        Name::Okta(failure)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub side: Side,
    /// What, in a sentence without a full stop.
    pub text: String,
}

/// Something that explains the trouble, or part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub name: Name,
    /// How sure it is.
    pub likelihood: Likelihood,
    /// What was seen.
    pub evidence: Vec<Evidence>,
    /// What to do next: commands of this tool with the person filled in, console paths.
    pub next: String,
}

/// A check that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLooked {
    /// Where it would have looked.
    pub side: Side,
    /// Why that was not possible, in a sentence without a full stop.
    pub why: String,
}

/// Somebody or something with a trouble.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// How to name them in a command: a campus id, or the id of an access group; empty for the run.
    pub who: String,
    /// The name, for people to read.
    pub label: String,
    /// The particulars.
    pub detail: String,
}

/// Everybody with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseGroup {
    /// The cause.
    pub name: Name,
    /// Whom it holds for, in order.
    pub cases: Vec<Case>,
}

/// What the whole comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is at least one finding.
    Found,
    /// Every check of being there and of doors ran, and none found anything.
    Healthy,
    /// No check that ran found anything, but not every check could run.
    NothingFound,
}

impl Verdict {
    /// The word for it in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Found => "found",
            Verdict::Healthy => "healthy",
            Verdict::NothingFound => "nothing-found",
        }
    }
}

/// A diagnosis of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Findings, the likeliest first.
    pub findings: Vec<Finding>,
    /// What was checked and is not the case.
    pub cleared: Vec<Name>,
    /// Where it could not be looked, each side once.
    pub not_looked: Vec<NotLooked>,
}

impl Diagnosis {
    /// What the whole comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if !self.findings.is_empty() {
            Verdict::Found
        } else if self.not_looked.iter().all(|gap| gap.side.is_aside()) {
            Verdict::Healthy
        } else {
            Verdict::NothingFound
        }
    }

    /// The same with these flags in every command, so that it can be run as it stands.
    #[must_use]
    pub fn with_flags(mut self, flags: &str) -> Self {
        for finding in &mut self.findings {
            finding.next = with_flags(&finding.next, flags);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_step_names_the_person_so_that_it_can_be_pasted() {
        let name = Name::Trouble(Trouble::NotSyncedYet);
        for (who, told) in [
            (Some("S1"), "atriumctl sync --only S1"),
            (Some("ana@a.edu"), "atriumctl sync --only ana@a.edu"),
            (Some("Ana Diaz"), "atriumctl sync --only 'Ana Diaz'"),
            (Some("a'; rm b"), r"atriumctl sync --only 'a'\''; rm b'"),
            (None, "atriumctl sync --only WHO"),
        ] {
            assert_eq!(name.next(who), told);
        }
        let diagnosis = Diagnosis {
            findings: vec![Finding {
                name,
                likelihood: Likelihood::Certain,
                evidence: Vec::new(),
                next: name.next(Some("S1")),
            }],
            ..Diagnosis::default()
        };
        let named = diagnosis.with_flags("--profile north");
        assert_eq!(
            named.findings[0].next,
            "atriumctl --profile north sync --only S1"
        );
    }
}
