//! How many requests are under way at once, found out from the server's 429 answers.
//!
//! A server's limit is often not documented. So the number of requests under way grows by one for
//! each round that goes well and is halved by a 429 (additive increase, multiplicative decrease,
//! as TCP does), and a 429 makes everybody wait for as long as the server asks: requests sent in
//! the meantime would only be turned away.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::retry;

/// The pace that all requests to one server share.
#[derive(Debug)]
pub struct Pace {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    most: f64,
    limit: f64,
    under_way: usize,
    paused_until: Option<Instant>,
    /// Counts the halvings. Requests sent before the last one say nothing about the new limit.
    epoch: u64,
    /// 429 answers since the last success, for pauses whose length the server leaves open.
    streak: u32,
}

enum Turn {
    Now(u64),
    At(Instant),
    WhenSomebodyLeaves,
}

impl State {
    fn turn(&mut self, now: Instant) -> Turn {
        match self.paused_until {
            Some(until) if until > now => return Turn::At(until),
            _ => self.paused_until = None,
        }
        if (self.under_way as f64) < self.limit.floor() {
            self.under_way += 1;
            Turn::Now(self.epoch)
        } else {
            Turn::WhenSomebodyLeaves
        }
    }

    fn succeeded(&mut self, epoch: u64) {
        if epoch == self.epoch {
            self.streak = 0;
            self.limit = (self.limit + 1.0 / self.limit).min(self.most);
        }
    }

    fn throttled(&mut self, epoch: u64, pause: Option<Duration>, random: f64, now: Instant) {
        // The others that were under way are turned away together with the first; that is one
        // sign, not many.
        if epoch == self.epoch {
            self.epoch += 1;
            self.limit = (self.limit / 2.0).max(1.0);
            self.streak = self.streak.saturating_add(1);
        }
        let pause = pause.unwrap_or_else(|| {
            let half = retry::ceiling(self.streak) / 2;
            half + half.mul_f64(random)
        });
        let until = now + pause;
        self.paused_until = Some(self.paused_until.map_or(until, |before| before.max(until)));
    }
}

impl Pace {
    /// A pace of at most `most` requests under way at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let most = most.max(1) as f64;
        Pace {
            state: Mutex::new(State {
                most,
                limit: most,
                under_way: 0,
                paused_until: None,
                epoch: 0,
                streak: 0,
            }),
            changed: Notify::new(),
        }
    }

    /// Waits for a turn. The turn lasts until the slot is dropped.
    pub async fn enter(&self) -> Slot<'_> {
        loop {
            // Registered before looking, so that somebody who leaves in between is not missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let turn = self.lock().turn(Instant::now());
            match turn {
                Turn::Now(epoch) => return Slot { pace: self, epoch },
                Turn::At(until) => tokio::time::sleep_until(until).await,
                Turn::WhenSomebodyLeaves => changed.await,
            }
        }
    }

    /// How many requests may be under way at once by now.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.lock().limit as usize
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request's turn.
#[derive(Debug)]
pub struct Slot<'a> {
    pace: &'a Pace,
    epoch: u64,
}

impl Slot<'_> {
    /// Says that the server took the request.
    pub fn succeeded(&self) {
        self.pace.lock().succeeded(self.epoch);
        // The limit may have grown by one.
        self.pace.changed.notify_one();
    }

    /// Says that the server asked for fewer requests: everybody waits for `pause`, or for a while
    /// that grows with each such answer if the server left it open. `random` lies in `0.0..1.0`.
    pub fn throttled(&self, pause: Option<Duration>, random: f64) {
        self.pace
            .lock()
            .throttled(self.epoch, pause, random, Instant::now());
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.pace.lock().under_way -= 1;
        self.pace.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_limit_are_under_way() {
        let pace = Arc::new(Pace::new(2));
        let first = pace.enter().await;
        let _second = pace.enter().await;
        let other = Arc::clone(&pace);
        let third = tokio::spawn(async move {
            let _slot = other.enter().await;
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!third.is_finished());
        drop(first);
        third.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_halves_the_limit_once_and_pauses_everybody() {
        let pace = Pace::new(8);
        let started = Instant::now();
        let slots = [pace.enter().await, pace.enter().await, pace.enter().await];
        for slot in &slots {
            slot.throttled(Some(Duration::from_secs(5)), 0.0);
        }
        assert_eq!(pace.limit(), 4);
        drop(slots);
        let slot = pace.enter().await;
        assert_eq!(started.elapsed().as_secs(), 5);
        slot.throttled(None, 0.0);
        assert_eq!(pace.limit(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_comes_back_one_by_one() {
        let pace = Pace::new(4);
        pace.enter().await.throttled(Some(Duration::ZERO), 0.0);
        pace.enter().await.throttled(Some(Duration::ZERO), 0.0);
        assert_eq!(pace.limit(), 1);
        let mut rounds = 0;
        while pace.limit() < 4 {
            pace.enter().await.succeeded();
            rounds += 1;
        }
        assert!((6..=9).contains(&rounds), "{rounds}");
        for _ in 0..100 {
            pace.enter().await.succeeded();
        }
        assert_eq!(pace.limit(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn without_retry_after_the_pause_grows() {
        let pace = Pace::new(8);
        let mut waits = Vec::new();
        for _ in 0..4 {
            pace.enter().await.throttled(None, 0.0);
            let before = Instant::now();
            drop(pace.enter().await);
            waits.push(before.elapsed().as_millis());
        }
        assert_eq!(waits, [100, 200, 400, 800]);
    }

    /// A server that takes 25 requests in each window of five seconds and says when the next one
    /// begins: almost the whole allowance has to be used.
    #[tokio::test(start_paused = true)]
    async fn a_windowed_limit_is_used_up() {
        let pace = Arc::new(Pace::new(8));
        let started = Instant::now();
        let window = Arc::new(Mutex::new((0u64, 0u32)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..500 {
            let (pace, window) = (Arc::clone(&pace), Arc::clone(&window));
            tasks.spawn(async move {
                loop {
                    let slot = pace.enter().await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let elapsed = started.elapsed();
                    let taken = {
                        let mut window = window.lock().unwrap();
                        let index = elapsed.as_secs() / 5;
                        if window.0 != index {
                            *window = (index, 0);
                        }
                        window.1 += 1;
                        window.1 <= 25
                    };
                    if taken {
                        slot.succeeded();
                        return;
                    }
                    let next = Duration::from_secs((elapsed.as_secs() / 5 + 1) * 5);
                    slot.throttled(Some(next - elapsed), 0.0);
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        // 500 requests are 20 windows; the last one need not be waited out.
        let seconds = started.elapsed().as_secs();
        assert!((95..100).contains(&seconds), "{seconds}");
    }
}
