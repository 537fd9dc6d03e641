//! A limit of requests in any stretch of time, for servers that publish one.
//!
//! Two counts keep it. By the time of sending, no more than our share goes out in any stretch. And
//! since the server counts a request at a moment between sending and answer that nobody knows,
//! each one occupies a place of the whole limit from its sending until a stretch after its answer:
//! so the server never counts more than its limit, wherever its windows begin and however long
//! requests are on their way.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How many windows Command's minute has: its limit is enforced in stretches of five seconds
/// (<https://apidocs.verkada.com/reference/ratelimiting>).
const WINDOWS_A_MINUTE: u32 = 12;

/// How many requests may be sent in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The length of the stretch.
    pub span: Duration,
    /// What the server takes in it, from everybody together.
    pub limit: u32,
    /// What we send in it at most.
    pub share: u32,
}

impl Allowance {
    /// Our share, in percent, of a limit that is given for a minute and enforced in twelfths of
    /// it. `minute` is the server's; only a server for tests has another one than ours.
    #[must_use]
    pub fn of_minute(per_minute: u32, minute: Duration, percent: u32) -> Self {
        let hundredths = u64::from(per_minute.max(1)) * u64::from(percent.clamp(1, 100));
        let one_a_window = u64::from(WINDOWS_A_MINUTE) * 100;
        if hundredths < one_a_window {
            // Less than one request a window: one in a longer stretch.
            return Allowance {
                span: minute.mul_f64(100.0 / hundredths as f64),
                limit: 1,
                share: 1,
            };
        }
        Allowance {
            span: minute / WINDOWS_A_MINUTE,
            limit: per_minute / WINDOWS_A_MINUTE,
            share: u32::try_from(hundredths / one_a_window).unwrap_or(u32::MAX),
        }
    }
}

/// The turns of all requests to one server under an [`Allowance`].
#[derive(Debug)]
pub struct Window {
    state: Mutex<State>,
    /// Whoever holds it is the first in the line; tokio's mutex is handed on in order.
    line: tokio::sync::Mutex<()>,
    answered: Notify,
}

#[derive(Debug)]
struct State {
    allowance: Allowance,
    /// What is sent in a stretch by now: the share, or less while others use the limit, too.
    rate: u32,
    /// When the requests of the last stretch were sent.
    sent: VecDeque<Instant>,
    /// When those were answered that a window of the server may still hold.
    answered: VecDeque<Instant>,
    under_way: usize,
    paused_until: Option<Instant>,
    /// From when on there was no reason to lower the rate.
    calm_since: Option<Instant>,
    /// Counts the cuts. Requests sent before the last one say nothing about the new rate.
    epoch: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Now(u64),
    At(Instant),
    WhenAnswered,
}

impl State {
    fn new(allowance: Allowance) -> Self {
        State {
            allowance,
            rate: allowance.share,
            sent: VecDeque::new(),
            answered: VecDeque::new(),
            under_way: 0,
            paused_until: None,
            calm_since: None,
            epoch: 0,
        }
    }

    fn turn(&mut self, now: Instant) -> Turn {
        match self.paused_until {
            Some(until) if until > now => return Turn::At(until),
            _ => self.paused_until = None,
        }
        self.grow(now);
        let span = self.allowance.span;
        for times in [&mut self.sent, &mut self.answered] {
            while times.front().is_some_and(|time| *time + span <= now) {
                times.pop_front();
            }
        }
        if let Some(over) = self.sent.len().checked_sub(self.rate as usize)
            && let Some(time) = self.sent.get(over)
        {
            return Turn::At(*time + span);
        }
        let places = self.under_way + self.answered.len();
        if let Some(over) = places.checked_sub(self.allowance.limit as usize) {
            return match self.answered.get(over) {
                Some(time) => Turn::At(*time + span),
                None => Turn::WhenAnswered,
            };
        }
        self.sent.push_back(now);
        self.under_way += 1;
        Turn::Now(self.epoch)
    }

    /// Lets the rate grow by one for each stretch without a 429.
    fn grow(&mut self, now: Instant) {
        let Some(since) = &mut self.calm_since else {
            return;
        };
        while self.rate < self.allowance.share && *since + self.allowance.span <= now {
            self.rate += 1;
            *since += self.allowance.span;
        }
        if self.rate == self.allowance.share {
            self.calm_since = None;
        }
    }

    fn answered(&mut self, now: Instant) {
        self.under_way -= 1;
        self.answered.push_back(now);
    }

    fn throttled(&mut self, epoch: u64, pause: Option<Duration>, now: Instant) {
        // The others that were under way are turned away together with the first; that is one
        // sign, not many.
        if epoch == self.epoch {
            self.epoch += 1;
            self.rate = (self.rate / 2).max(1);
        }
        let until = now + pause.unwrap_or(self.allowance.span);
        let until = self.paused_until.map_or(until, |before| before.max(until));
        self.paused_until = Some(until);
        self.calm_since = Some(until);
    }
}

impl Window {
    /// A window in which nothing was sent yet.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Window {
            state: Mutex::new(State::new(allowance)),
            line: tokio::sync::Mutex::new(()),
            answered: Notify::new(),
        }
    }

    /// Waits for a turn to send, in the order of asking. The request counts as answered when its
    /// place is dropped.
    pub async fn enter(&self) -> Place<'_> {
        let _first = self.line.lock().await;
        loop {
            // Registered before looking, so that an answer in between is not missed.
            let mut answered = std::pin::pin!(self.answered.notified());
            answered.as_mut().enable();
            let turn = self.lock().turn(Instant::now());
            match turn {
                Turn::Now(epoch) => {
                    return Place {
                        window: self,
                        epoch,
                    };
                }
                Turn::At(time) => tokio::time::sleep_until(time).await,
                Turn::WhenAnswered => answered.await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request's place in the window.
#[derive(Debug)]
pub struct Place<'a> {
    window: &'a Window,
    epoch: u64,
}

impl Place<'_> {
    /// Says that the server turned the request away because of its limit: somebody else uses it,
    /// too. Everybody waits for `pause`, or for one stretch if the server left it open; then half
    /// as much is sent, and one more with each stretch that goes well.
    pub fn throttled(&self, pause: Option<Duration>) {
        let now = Instant::now();
        self.window.lock().throttled(self.epoch, pause, now);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.window.lock().answered(Instant::now());
        self.window.answered.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_share_of_a_minute() {
        for (per_minute, minute, percent, span, limit, share) in [
            (300, 60_000, 80, 5_000, 25, 20),
            (300, 60_000, 100, 5_000, 25, 25),
            (300, 60_000, 50, 5_000, 25, 12),
            (300, 6_000, 80, 500, 25, 20),
            (300, 60_000, 1, 20_000, 1, 1),
            (6, 60_000, 50, 20_000, 1, 1),
            (12, 60_000, 100, 5_000, 1, 1),
            (0, 60_000, 0, 6_000_000, 1, 1),
        ] {
            let allowance = Allowance::of_minute(per_minute, millis(minute), percent);
            let expected = Allowance {
                span: millis(span),
                limit,
                share,
            };
            assert_eq!(allowance, expected, "{per_minute} {percent}");
        }
    }

    proptest! {
        /// Whatever the distances and latencies: never more than the share by the time of sending,
        /// nor more than the limit wherever between sending and answer the server counts.
        #[test]
        fn no_stretch_holds_more_than_it_may(
            limit in 1_u32..30,
            percent in 1_u32..=100,
            requests in prop::collection::vec((0_u64..700, 0_u64..3_000, 0_u64..=100), 1..200),
        ) {
            let allowance = Allowance {
                span: millis(5_000),
                limit,
                share: (limit * percent / 100).max(1),
            };
            let mut state = State::new(allowance);
            let start = Instant::now();
            let mut now = start;
            let mut sent = Vec::new();
            let mut counted = Vec::new();
            let mut open: Vec<Instant> = Vec::new();
            for (distance, latency, part) in requests {
                now += millis(distance);
                loop {
                    open.sort_unstable();
                    while open.first().is_some_and(|answer| *answer <= now) {
                        state.answered(open.remove(0));
                    }
                    match state.turn(now) {
                        Turn::Now(_) => break,
                        // Answers in between have to be told when they come.
                        Turn::At(time) => now = open.first().map_or(time, |next| time.min(*next)),
                        Turn::WhenAnswered => now = open[0],
                    }
                }
                sent.push(now);
                open.push(now + millis(latency));
                counted.push(now + millis(latency * part / 100));
            }
            counted.sort_unstable();
            let most = |times: &[Instant]| {
                times
                    .iter()
                    .map(|from| {
                        let held = |time: &&Instant| **time >= *from && **time < *from + allowance.span;
                        times.iter().filter(held).count()
                    })
                    .max()
            };
            prop_assert!(most(&sent) <= Some(allowance.share as usize));
            prop_assert!(most(&counted) <= Some(limit as usize));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_taken_in_order() {
        let window = Arc::new(Window::new(Allowance::of_minute(24, MINUTE, 100)));
        let order = Arc::new(Mutex::new(Vec::new()));
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..6_u64 {
            let (window, order) = (Arc::clone(&window), Arc::clone(&order));
            tasks.spawn(async move {
                let _place = window.enter().await;
                let seconds = started.elapsed().as_secs();
                order.lock().unwrap().push((number, seconds));
            });
        }
        while tasks.join_next().await.is_some() {}
        let expected = [(0, 0), (1, 0), (2, 5), (3, 5), (4, 10), (5, 10)];
        assert_eq!(*order.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_stops_everybody_for_a_window_and_halves_the_rate() {
        let window = Window::new(Allowance::of_minute(300, MINUTE, 80));
        let started = Instant::now();
        let rate = || window.lock().rate;
        let places = [window.enter().await, window.enter().await];
        for place in &places {
            place.throttled(None);
        }
        assert_eq!(rate(), 10);
        drop(places);
        drop(window.enter().await);
        assert_eq!(started.elapsed().as_secs(), 5);
        tokio::time::sleep(millis(15_000)).await;
        let place = window.enter().await;
        assert_eq!(rate(), 13);
        place.throttled(Some(millis(30_000)));
        drop(place);
        drop(window.enter().await);
        assert_eq!((started.elapsed().as_secs(), rate()), (50, 6));
        tokio::time::sleep(millis(500_000)).await;
        drop(window.enter().await);
        assert_eq!(rate(), 20);
    }

    /// A server that takes 25 requests in each of its windows, of which another client uses some.
    struct Server {
        started: Instant,
        alignment: Duration,
        others: u32,
        window: Mutex<(u64, u32)>,
    }

    impl Server {
        fn takes(&self) -> bool {
            let elapsed = self.started.elapsed() + self.alignment;
            let index = elapsed.as_millis() as u64 / 5_000;
            let mut window = self.window.lock().unwrap();
            if window.0 != index {
                *window = (index, self.others);
            }
            window.1 += 1;
            window.1 <= 25
        }
    }

    /// Sends 2,000 requests, eight at a time. The seconds that it took, and how many 429 there
    /// were.
    async fn send_2000(percent: u32, others: u32, seed: u64) -> (f64, u32) {
        let dice = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        let random = move |most: u64| millis(dice.lock().unwrap().u64(0..most));
        let server = Arc::new(Server {
            started: Instant::now(),
            alignment: random(5_000),
            others,
            window: Mutex::new((u64::MAX, 0)),
        });
        let window = Arc::new(Window::new(Allowance::of_minute(300, MINUTE, percent)));
        let left = Arc::new(Mutex::new(2_000));
        let refused = Arc::new(Mutex::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (server, window) = (Arc::clone(&server), Arc::clone(&window));
            let (left, refused) = (Arc::clone(&left), Arc::clone(&refused));
            let random = random.clone();
            tasks.spawn(async move {
                while *left.lock().unwrap() > 0 {
                    let place = window.enter().await;
                    tokio::time::sleep(random(600)).await;
                    let taken = server.takes();
                    tokio::time::sleep(random(600)).await;
                    if taken {
                        *left.lock().unwrap() -= 1;
                    } else {
                        place.throttled(None);
                        *refused.lock().unwrap() += 1;
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        let refused = *refused.lock().unwrap();
        (server.started.elapsed().as_secs_f64(), refused)
    }

    #[tokio::test(start_paused = true)]
    async fn the_share_is_used_up_and_the_limit_never_reached() {
        for seed in 0..50 {
            let (seconds, refused) = send_2000(80, 0, seed).await;
            assert_eq!(refused, 0, "seed {seed}");
            let allowed = 2_000.0 / 4.0;
            assert!(seconds * 0.95 <= allowed, "seed {seed}: {seconds} s");
            assert!(seconds >= allowed - 5.0, "seed {seed}: {seconds} s");
            let (_, refused) = send_2000(100, 0, seed).await;
            assert_eq!(refused, 0, "seed {seed}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn beside_another_client_it_takes_about_what_is_left() {
        for seed in 0..20 {
            let (seconds, refused) = send_2000(80, 13, seed).await;
            // Twelve are left in each window; half of that must at least be made use of.
            assert!(
                seconds < 2.0 * 2_000.0 / 12.0 * 5.0,
                "seed {seed}: {seconds} s"
            );
            assert!(refused < 400, "seed {seed}: {refused}");
        }
    }
}
