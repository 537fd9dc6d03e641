//! Faults: how often a request to Command fails on purpose, and how often one did.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::SandboxError;

/// For how many further requests a token that died is dead.
const DEAD_FOR: RangeInclusive<u64> = 1..=3;

/// How long a request waits, in milliseconds.
const WAIT_MS: RangeInclusive<u64> = 1..=40;

/// A way for a request to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// 429, over SCIM half of them with `Retry-After: 1`, half without.
    #[serde(rename = "429")]
    TooManyRequests,
    /// 500 before anything is done.
    #[serde(rename = "500")]
    Internal,
    /// 503 before anything is done.
    #[serde(rename = "503")]
    Unavailable,
    /// 502 with a web page instead of JSON, as a proxy answers, before anything is done.
    #[serde(rename = "html")]
    Html,
    /// The connection is closed before anything is done.
    #[serde(rename = "cut-before")]
    CutBefore,
    /// The request is carried out, and the connection is closed before the answer.
    #[serde(rename = "cut-after")]
    CutAfter,
    /// The request is carried out, and the connection is closed in the middle of the answer.
    #[serde(rename = "truncated")]
    Truncated,
    /// The request waits for some milliseconds, so that answers overtake each other.
    #[serde(rename = "latency")]
    Latency,
    /// A page of a SCIM list has the content of another page of that list.
    #[serde(rename = "duplicate-page")]
    DuplicatePage,
    /// A page of a SCIM list lacks an item, or counts one too few in all.
    #[serde(rename = "shrinking-page")]
    ShrinkingPage,
    /// This and some further SCIM requests are answered with 401. Counted once for all of them.
    #[serde(rename = "token-dies")]
    TokenDies,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Fault; 11] = [
        Fault::TooManyRequests,
        Fault::Internal,
        Fault::Unavailable,
        Fault::Html,
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Truncated,
        Fault::Latency,
        Fault::DuplicatePage,
        Fault::ShrinkingPage,
        Fault::TokenDies,
    ];

    /// The name used in flags and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Fault::TooManyRequests => "429",
            Fault::Internal => "500",
            Fault::Unavailable => "503",
            Fault::Html => "html",
            Fault::CutBefore => "cut-before",
            Fault::CutAfter => "cut-after",
            Fault::Truncated => "truncated",
            Fault::Latency => "latency",
            Fault::DuplicatePage => "duplicate-page",
            Fault::ShrinkingPage => "shrinking-page",
            Fault::TokenDies => "token-dies",
        }
    }
}

impl FromStr for Fault {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        Fault::ALL
            .into_iter()
            .find(|fault| fault.name() == name)
            .ok_or_else(|| SandboxError::unknown("fault", name, Fault::ALL.map(Fault::name)))
    }
}

/// How often each fault fires. The default is never.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Faults {
    /// Seed of the dice: the same seed and the same order of requests give the same faults.
    pub seed: u64,
    /// Share of Command's requests, from 0 to 1, for each fault.
    pub rates: BTreeMap<Fault, f64>,
    /// Waiting time before each of Command's answers, in milliseconds.
    pub latency_ms: u64,
}

impl Faults {
    /// The same faults with one rate set.
    #[must_use]
    pub fn with(mut self, fault: Fault, rate: f64) -> Self {
        self.rates.insert(fault, rate);
        self
    }
}

/// Reads `429=0.05,cut-after=0.02,seed=7,latency-ms=20`.
impl FromStr for Faults {
    type Err = SandboxError;

    fn from_str(text: &str) -> Result<Self, SandboxError> {
        let mut faults = Faults::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let bad = |what: &str| {
                SandboxError::World(format!(
                    "fault `{part}`: {what}, as in `429=0.05,cut-after=0.02,seed=7`"
                ))
            };
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| bad("give a name, `=` and a value"))?;
            match name {
                "seed" => faults.seed = value.parse().map_err(|_| bad("the seed is a number"))?,
                "latency-ms" => {
                    faults.latency_ms = value
                        .parse()
                        .map_err(|_| bad("milliseconds are a number"))?;
                }
                _ => {
                    let fault: Fault = name.parse()?;
                    let rate: f64 = value
                        .parse()
                        .ok()
                        .filter(|rate| (0.0..=1.0).contains(rate))
                        .ok_or_else(|| bad("the rate is a share from 0 to 1"))?;
                    faults.rates.insert(fault, rate);
                }
            }
        }
        Ok(faults)
    }
}

/// The dice of a running server, with the count of faults that fired.
#[derive(Debug)]
pub(super) struct Dice {
    faults: Faults,
    rng: fastrand::Rng,
    fired: BTreeMap<Fault, u64>,
    /// For how many further requests the token is dead.
    dead: u64,
}

impl Dice {
    pub(super) fn new(faults: Faults) -> Self {
        Dice {
            rng: fastrand::Rng::with_seed(faults.seed),
            fired: Fault::ALL.into_iter().map(|fault| (fault, 0)).collect(),
            faults,
            dead: 0,
        }
    }

    pub(super) fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(super) fn fired(&self) -> &BTreeMap<Fault, u64> {
        &self.fired
    }

    /// Draws once for a request. At most one fault fires, and only one that `applies` to it.
    pub(super) fn roll(&mut self, applies: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut draw = self.rng.f64();
        if self.dead > 0 && applies(Fault::TokenDies) {
            self.dead -= 1;
            return Some(Fault::TokenDies);
        }
        for (fault, rate) in &self.faults.rates {
            if draw < *rate {
                if !applies(*fault) {
                    return None;
                }
                *self.fired.entry(*fault).or_default() += 1;
                if *fault == Fault::TokenDies {
                    self.dead = self.rng.u64(DEAD_FOR);
                }
                return Some(*fault);
            }
            draw -= rate;
        }
        None
    }

    /// Takes back that a fault fired: it changed nothing.
    pub(super) fn missed(&mut self, fault: Fault) {
        if let Some(times) = self.fired.get_mut(&fault) {
            *times -= 1;
        }
    }

    /// Can this fault fire at all?
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults
            .rates
            .get(&fault)
            .is_some_and(|rate| *rate > 0.0)
    }

    /// How long a request with [`Fault::Latency`] waits, in milliseconds.
    pub(super) fn wait_ms(&mut self) -> u64 {
        self.rng.u64(WAIT_MS)
    }

    /// Any number, to pick what a fault hits.
    pub(super) fn pick(&mut self) -> usize {
        self.rng.usize(..)
    }

    /// Does this 429 carry `Retry-After`?
    pub(super) fn retry_after(&mut self) -> bool {
        self.rng.bool()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_fire_at_their_rate_and_are_counted() {
        let faults: Faults = "429=0.2,cut-after=0.1,seed=3".parse().unwrap();
        let mut dice = Dice::new(faults);
        let fired = (0..10_000)
            .filter(|_| dice.roll(|_| true).is_some())
            .count();
        assert!((2_700..3_300).contains(&fired), "{fired}");
        let counts = dice.fired();
        assert!((1_800..2_200).contains(&counts[&Fault::TooManyRequests]));
        assert!((850..1_150).contains(&counts[&Fault::CutAfter]));
        assert_eq!(counts[&Fault::Internal], 0);
    }

    #[test]
    fn only_what_applies_fires_and_is_counted() {
        let faults: Faults = "duplicate-page=0.5,shrinking-page=0.5".parse().unwrap();
        let mut dice = Dice::new(faults);
        for _ in 0..100 {
            let fault = dice.roll(|fault| fault == Fault::ShrinkingPage);
            assert_ne!(fault, Some(Fault::DuplicatePage));
        }
        let fired = dice.fired()[&Fault::ShrinkingPage];
        assert!((30..70).contains(&fired), "{fired}");
        assert_eq!(dice.fired()[&Fault::DuplicatePage], 0);
        dice.missed(Fault::ShrinkingPage);
        assert_eq!(dice.fired()[&Fault::ShrinkingPage], fired - 1);
    }

    #[test]
    fn a_dead_token_stays_dead_for_a_while_and_the_same_while_for_the_same_seed() {
        let deaths = |seed: u64| {
            let mut dice = Dice::new(format!("token-dies=0.1,seed={seed}").parse().unwrap());
            let dead: Vec<bool> = (0..300).map(|_| dice.roll(|_| true).is_some()).collect();
            (dead, dice.fired()[&Fault::TokenDies])
        };
        let (dead, times) = deaths(4);
        assert_eq!((dead.clone(), times), deaths(4));
        assert_ne!(dead, deaths(5).0);
        let refused = dead.iter().filter(|dead| **dead).count() as u64;
        assert!(
            times > 3 && refused >= times * (1 + DEAD_FOR.start()),
            "{times}, {refused}"
        );
        assert!(dead.iter().any(|dead| !dead), "it lives again");
    }

    #[test]
    fn bad_words_are_refused() {
        for text in ["429", "429=2", "cut=0.1", "seed=x", "429=NaN"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
