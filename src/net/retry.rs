//! Which failed request may be sent again, and after how long. Pure: the clock and the dice are
//! the caller's.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The longest wait that a `Retry-After` can ask for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(120);

/// The first step of the back-off.
const FIRST_STEP: Duration = Duration::from_millis(200);

/// The longest step of the back-off.
const LONGEST_STEP: Duration = Duration::from_secs(10);

/// Many requests share one limit, so one request may meet 429 several times without anything
/// being wrong: it may be told to wait this many times as often as it may fail.
const PATIENCE: u32 = 4;

/// What sending a request twice would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The same as sending it once.
    Idempotent,
    /// Perhaps something twice: it is sent again only when it was certainly not carried out.
    Once,
}

/// How a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It never left: no connection.
    NotSent,
    /// It was sent, and no whole answer came back.
    Lost,
    /// It was answered with this status.
    Status(u16),
}

impl Failure {
    /// Whether the server asked for fewer requests (RFC 6585, section 4).
    #[must_use]
    pub fn is_throttling(self) -> bool {
        self == Failure::Status(429)
    }
}

/// How often a request failed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    failed: u32,
    throttled: u32,
}

impl Tries {
    /// Takes note of a failure. `true` if the request may be sent again, given that `max_retries`
    /// repeats are allowed.
    pub fn again(&mut self, safety: Safety, failure: Failure, max_retries: u32) -> bool {
        let (count, limit) = if failure.is_throttling() {
            (&mut self.throttled, max_retries.saturating_mul(PATIENCE))
        } else {
            (&mut self.failed, max_retries)
        };
        *count += 1;
        may_repeat(safety, failure) && *count <= limit
    }

    /// How many failures other than throttling there were.
    #[must_use]
    pub fn failed(self) -> u32 {
        self.failed
    }

    /// Whether the next request repeats one that failed.
    #[must_use]
    pub fn is_repeat(self) -> bool {
        self.failed + self.throttled > 0
    }
}

/// Whether a request that failed so may be sent again at all.
#[must_use]
pub fn may_repeat(safety: Safety, failure: Failure) -> bool {
    match failure {
        // Neither was carried out: the one did not arrive, the other was turned away.
        Failure::NotSent | Failure::Status(429) => true,
        // A gateway may answer so for a server that did the work.
        Failure::Lost | Failure::Status(408 | 500 | 502 | 503 | 504) => {
            safety == Safety::Idempotent
        }
        Failure::Status(_) => false,
    }
}

/// The wait that a `Retry-After` header asks for: seconds or a date (RFC 9110, section 10.2.3), at
/// most [`LONGEST_RETRY_AFTER`]. `now` is the time of the answer. `None` if it is neither.
#[must_use]
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    static DATES: DateTimeParser = DateTimeParser::new();
    let value = value.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit is a wait beyond the longest.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = DATES.parse_timestamp(value).ok()?;
        Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// The wait until a time in seconds since 1970, at most [`LONGEST_RETRY_AFTER`]. `None` if it is
/// no such time.
#[must_use]
pub fn until_reset(value: &str, now: Timestamp) -> Option<Duration> {
    let reset = Timestamp::from_second(value.trim().parse().ok()?).ok()?;
    // A small number is a length of time, which another server may mean.
    if reset.as_second() < 1_000_000_000 {
        return None;
    }
    let wait = Duration::try_from(reset.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// The upper end of the wait before the repeat after `failures` failures: 200 ms, doubled each
/// time, at most 10 s.
#[must_use]
pub fn ceiling(failures: u32) -> Duration {
    FIRST_STEP
        .saturating_mul(1 << failures.saturating_sub(1).min(16))
        .min(LONGEST_STEP)
}

/// The wait before the repeat after `failures` failures with full jitter, so that many clients do
/// not come back as one. `random` lies in `0.0..1.0`.
#[must_use]
pub fn backoff(failures: u32, random: f64) -> Duration {
    ceiling(failures).mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_repeated() {
        for (failure, idempotent, once) in [
            (Failure::NotSent, true, true),
            (Failure::Lost, true, false),
            (Failure::Status(429), true, true),
            (Failure::Status(408), true, false),
            (Failure::Status(500), true, false),
            (Failure::Status(502), true, false),
            (Failure::Status(503), true, false),
            (Failure::Status(504), true, false),
            (Failure::Status(501), false, false),
            (Failure::Status(400), false, false),
            (Failure::Status(401), false, false),
            (Failure::Status(404), false, false),
            (Failure::Status(409), false, false),
            (Failure::Status(307), false, false),
            (Failure::Status(200), false, false),
        ] {
            assert_eq!(
                may_repeat(Safety::Idempotent, failure),
                idempotent,
                "{failure:?}"
            );
            assert_eq!(may_repeat(Safety::Once, failure), once, "{failure:?}");
        }
    }

    #[test]
    fn failures_and_throttling_have_limits_of_their_own() {
        let mut tries = Tries::default();
        assert!(!tries.is_repeat());
        for _ in 0..8 {
            assert!(tries.again(Safety::Idempotent, Failure::Status(429), 2));
        }
        assert!(!tries.again(Safety::Idempotent, Failure::Status(429), 2));
        assert!(tries.again(Safety::Idempotent, Failure::Lost, 2));
        assert!(tries.again(Safety::Idempotent, Failure::NotSent, 2));
        assert!(!tries.again(Safety::Idempotent, Failure::Status(500), 2));
        assert_eq!(tries.failed(), 3);
        assert!(!Tries::default().again(Safety::Idempotent, Failure::NotSent, 0));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        for (text, seconds) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("86400", Some(120)),
            ("99999999999999999999999", Some(120)),
            ("Sun, 01 Mar 2026 12:00:30 GMT", Some(30)),
            ("Sun, 01 Mar 2026 11:00:00 GMT", Some(0)),
            ("Mon, 02 Mar 2026 12:00:00 GMT", Some(120)),
            ("", None),
            ("-3", None),
            ("soon", None),
            ("1.5", None),
        ] {
            assert_eq!(
                retry_after(text, now),
                seconds.map(Duration::from_secs),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_reset_is_a_time_and_nothing_else() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        for (text, seconds) in [
            ("1772366430", Some(30)),
            (" 1772366400 ", Some(0)),
            ("1772366000", Some(0)),
            ("1872366400", Some(120)),
            ("30", None),
            ("soon", None),
            ("", None),
        ] {
            let wait = seconds.map(Duration::from_secs);
            assert_eq!(until_reset(text, now), wait, "{text:?}");
        }
    }

    #[test]
    fn the_back_off_doubles_up_to_its_cap() {
        let millis: Vec<u128> = (1..9).map(|n| ceiling(n).as_millis()).collect();
        assert_eq!(millis, [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
        assert_eq!(ceiling(u32::MAX).as_secs(), 10);
        assert_eq!(backoff(3, 0.0), Duration::ZERO);
        assert_eq!(backoff(3, 0.5).as_millis(), 400);
    }
}
