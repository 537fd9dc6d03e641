//! Who may ask, and how often: keys with their scopes, tokens that expire, and the limit of the
//! whole organization. The clock is the caller's, so that tests have one of their own.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::sandbox::local::{KeyScope, Keys};

/// Requests in a window: 300 a minute, enforced in windows of 5 seconds
/// (<https://apidocs.verkada.com/reference/ratelimiting>).
const PER_WINDOW: usize = 25;

/// Windows in a minute.
const WINDOWS: u32 = 12;

/// Minutes that a token is valid
/// (<https://apidocs.verkada.com/reference/quick-start-guide>).
const TOKEN_MINUTES: u32 = 30;

/// Why a token does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    Unknown,
    Expired,
}

#[derive(Debug)]
struct Token {
    scope: KeyScope,
    expires: Duration,
}

/// Keys, tokens and the limit. All times count from the server's start.
#[derive(Debug)]
pub(in crate::sandbox) struct Gate {
    keys: Keys,
    minute: Duration,
    tokens: HashMap<String, Token>,
    /// When the requests of the last window came.
    recent: VecDeque<Duration>,
    /// Every request before this moment is refused.
    shut_until: Duration,
}

impl Gate {
    pub(in crate::sandbox) fn new(keys: Keys, minute: Duration) -> Self {
        Gate {
            keys,
            minute,
            tokens: HashMap::new(),
            recent: VecDeque::new(),
            shut_until: Duration::ZERO,
        }
    }

    /// How long a minute lasts here.
    pub(in crate::sandbox) fn minute(&self) -> Duration {
        self.minute
    }

    pub(in crate::sandbox) fn set_minute(&mut self, minute: Duration) {
        self.minute = minute;
    }

    /// May this request pass? No 5 seconds of the sandbox's clock see more than 25 that do, and
    /// after one that did not, 5 seconds go by until the next may.
    pub(super) fn admit(&mut self, now: Duration) -> bool {
        let window = self.minute / WINDOWS;
        if now < self.shut_until {
            return false;
        }
        while self.recent.front().is_some_and(|at| *at + window <= now) {
            self.recent.pop_front();
        }
        if self.recent.len() >= PER_WINDOW {
            self.shut_until = now + window;
            return false;
        }
        self.recent.push_back(now);
        true
    }

    /// As if nothing had been asked for so far. Tokens stay.
    pub(in crate::sandbox) fn forget_requests(&mut self) {
        self.recent.clear();
        self.shut_until = Duration::ZERO;
    }

    /// Makes a token of a key.
    pub(super) fn mint(&mut self, key: &str, now: Duration) -> Option<String> {
        let scope = self.keys.scope_of(key)?;
        let mut rng = fastrand::Rng::new();
        let token: String = (0..64).map(|_| rng.alphanumeric()).collect();
        let token = format!("v2_{token}");
        let expires = now + self.minute * TOKEN_MINUTES;
        self.tokens.insert(token.clone(), Token { scope, expires });
        Some(token)
    }

    /// What the holder of this token may do.
    pub(super) fn scope(&self, token: &str, now: Duration) -> Result<KeyScope, Closed> {
        match self.tokens.get(token) {
            None => Err(Closed::Unknown),
            Some(token) if token.expires <= now => Err(Closed::Expired),
            Some(token) => Ok(token.scope),
        }
    }

    /// Takes other keys. The tokens of the full key before are dead.
    pub(in crate::sandbox) fn replace_keys(&mut self, keys: Keys) {
        self.keys = keys;
        self.tokens.retain(|_, token| token.scope != KeyScope::Full);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn gate() -> Gate {
        Gate::new(Keys::of(["full", "read", "none"]), MINUTE)
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_burst_of_25_passes_and_the_26th_shuts_the_gate_for_5_seconds() {
        let mut gate = gate();
        assert!((0..25).all(|_| gate.admit(at(1_000))));
        assert!(!gate.admit(at(1_000)));
        assert!(!gate.admit(at(5_999)));
        assert!(
            (0..25).all(|_| gate.admit(at(6_000))),
            "and the window is empty again"
        );
        assert!(!gate.admit(at(6_001)), "another burst trips it again");
        assert!(!gate.admit(at(11_000)));
        assert!(gate.admit(at(11_001)));
    }

    #[test]
    fn forgotten_requests_shut_nothing() {
        let mut gate = gate();
        let _ = (0..26).filter(|_| gate.admit(at(1_000))).count();
        assert!(!gate.admit(at(1_000)));
        gate.forget_requests();
        assert!((0..25).all(|_| gate.admit(at(1_000))));
        assert!(!gate.admit(at(1_000)));
    }

    #[test]
    fn a_steady_300_a_minute_passes_for_ever_and_one_more_does_not() {
        let mut steady = gate();
        assert!((0..3_000).all(|n| steady.admit(at(n * 200))));
        let mut hasty = gate();
        let refused = (0..300).filter(|n| !hasty.admit(at(n * 190))).count();
        assert!(refused > 0);
    }

    #[test]
    fn no_5_seconds_see_more_than_25_however_the_requests_come() {
        let mut gate = gate();
        let mut rng = fastrand::Rng::with_seed(7);
        let mut now = Duration::ZERO;
        let mut passed = Vec::new();
        for _ in 0..5_000 {
            now += at(rng.u64(0..300));
            if gate.admit(now) {
                passed.push(now);
            }
        }
        let window = MINUTE / WINDOWS;
        assert!(passed.len() > 1_000, "{}", passed.len());
        assert!(passed.windows(26).all(|run| run[25] - run[0] >= window));
    }

    #[test]
    fn the_windows_shrink_with_the_minute() {
        let mut gate = Gate::new(Keys::of(["full", "read", "none"]), at(120));
        assert!((0..25).all(|_| gate.admit(at(1))));
        assert!(!gate.admit(at(2)));
        assert!(!gate.admit(at(11)));
        assert!(gate.admit(at(12)));
    }

    #[test]
    fn a_token_lives_30_minutes_and_dies_with_its_key() {
        let mut gate = gate();
        assert_eq!(gate.mint("wrong", at(0)), None);
        let full = gate.mint("full", at(0)).unwrap();
        let read = gate.mint("read", at(0)).unwrap();
        assert_ne!(full, read);
        let half_an_hour = MINUTE * 30;
        assert_eq!(gate.scope(&full, half_an_hour - at(1)), Ok(KeyScope::Full));
        assert_eq!(gate.scope(&read, at(9)), Ok(KeyScope::ReadOnly));
        assert_eq!(gate.scope(&full, half_an_hour), Err(Closed::Expired));
        assert_eq!(gate.scope("v2_guessed", at(9)), Err(Closed::Unknown));

        let other = gate.mint("full", half_an_hour).unwrap();
        assert_eq!(
            gate.scope(&full, half_an_hour),
            Err(Closed::Expired),
            "a dead token is still told from a wrong one"
        );
        gate.replace_keys(Keys::of(["new", "read", "none"]));
        assert_eq!(gate.scope(&other, half_an_hour), Err(Closed::Unknown));
        assert_eq!(gate.scope(&read, at(9)), Ok(KeyScope::ReadOnly));
        assert_eq!(gate.mint("full", half_an_hour), None);
        assert!(gate.mint("new", half_an_hour).is_some());
    }
}
