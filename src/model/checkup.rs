//! What checks come to; and what `doctor` found, one check after another, each with its evidence and
//! a remedy.

pub mod code;

/// What came of trying something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it should be.
    Ok,
    /// It works, or may work, and somebody should look at it.
    Warning,
    /// It does not work.
    Failure,
}

impl Verdict {
    /// The word in documents. It is stable.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failure => "failure",
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Ok,
    /// It could not be looked at, or there was no need to.
    NotLooked,
    /// It works, and somebody should look at it.
    Warning,
    /// A sync can't work, or not as it should.
    Failure(Fault),
}

/// What kind of failure it is, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Any other.
    Other,
    /// Something that the profile or the command line says is wrong.
    Setting,
    /// The other side can't be reached.
    Unreachable,
    /// A ledger of a newer version.
    Stale,
    /// A secret is missing or was refused.
    Authentication,
}

impl State {
    /// The word in documents. It is stable.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::NotLooked => "not-looked-at",
            State::Warning => "warning",
            State::Failure(_) => "failure",
        }
    }
}

macro_rules! areas {
    ($($variant:ident = $word:literal, $title:literal;)*) => {
        /// What a check is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Area {
            $(#[doc = $title] $variant,)*
        }

        impl Area {
            /// Every area, in the order in which they are shown.
            pub const ALL: &'static [Area] = &[$(Area::$variant,)*];

            /// The word in documents. It is stable.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Area::$variant => $word,)* }
            }

            /// The head of the section.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Area::$variant => $title,)* }
            }
        }
    };
}

areas! {
    Configuration = "configuration", "Configuration";
    Secrets = "secrets", "Secrets";
    Atrium = "atrium", "Atrium";
    Reach = "reach", "Reach";
    Rights = "rights", "Rights";
    Scim = "scim", "Command's SCIM interface";
    Domains = "domains", "Email domains";
    Limits = "limits", "Limits";
    State = "state", "Ledger";
    Doors = "doors", "Groups and doors";
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub area: Area,
    /// Which check it is, for programs; stable, kebab-case.
    pub code: &'static str,
    /// How it ended.
    pub state: State,
    /// What was seen; for one that was not looked at, why.
    pub evidence: String,
    /// What to do: a command, or a place in a console. Empty where there is nothing to do.
    pub remedy: String,
    /// More of the same, for those who want to see everything.
    pub details: Vec<String>,
}

impl Check {
    fn new(area: Area, code: &'static str, state: State, evidence: impl Into<String>) -> Self {
        Check {
            area,
            code,
            state,
            evidence: evidence.into(),
            remedy: String::new(),
            details: Vec::new(),
        }
    }

    /// One that is as it should be.
    pub fn ok(area: Area, code: &'static str, evidence: impl Into<String>) -> Self {
        Check::new(area, code, State::Ok, evidence)
    }

    /// One that could not be looked at.
    pub fn not_looked(area: Area, code: &'static str, why: impl Into<String>) -> Self {
        Check::new(area, code, State::NotLooked, why)
    }

    /// One that somebody should look at.
    pub fn warning(area: Area, code: &'static str, evidence: impl Into<String>) -> Self {
        Check::new(area, code, State::Warning, evidence)
    }

    /// One that keeps a sync from working.
    pub fn failure(
        area: Area,
        code: &'static str,
        fault: Fault,
        evidence: impl Into<String>,
    ) -> Self {
        Check::new(area, code, State::Failure(fault), evidence)
    }

    /// Adds what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Adds more of the same.
    #[must_use]
    pub fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }
}

/// All checks of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// The checks, in the order of [`Area::ALL`].
    pub checks: Vec<Check>,
}

impl Checkup {
    /// Adds checks, and keeps them in order.
    pub fn add(&mut self, checks: impl IntoIterator<Item = Check>) {
        self.checks.extend(checks);
        self.checks.sort_by_key(|check| check.area);
    }

    /// How many ended so.
    #[must_use]
    pub fn count(&self, word: &str) -> u64 {
        let checks = self.checks.iter();
        checks.filter(|check| check.state.word() == word).count() as u64
    }

    /// The kinds of failures that there are.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        self.checks.iter().filter_map(|check| match check.state {
            State::Failure(fault) => Some(fault),
            _ => None,
        })
    }
}
