//! Ctrl-C: the first one asks the run to finish what is in hand, the second one leaves at once.

use std::sync::mpsc;
use std::thread;

use tokio::sync::watch;

use crate::apply::Stop;
use crate::context::runtime;
use crate::error::{Error, Exit};
use crate::output::{self, Ui};

/// Listens for Ctrl-C and, where there is such a thing, for a request to terminate.
pub(super) struct Interrupt {
    count: watch::Receiver<u32>,
    stop: Stop,
}

impl Interrupt {
    /// Starts to listen, on a thread of its own: a question that waits for an answer holds up the
    /// runtime, and is to be broken off, too.
    pub(super) fn listen() -> Self {
        let (counter, count) = watch::channel(0);
        let (stopper, stop) = watch::channel(false);
        let (ready, is_ready) = mpsc::channel();
        let listening = move || {
            let Ok(runtime) = runtime() else { return };
            runtime.block_on(async {
                let Some(mut signals) = Signals::new() else {
                    return;
                };
                let _ = ready.send(());
                loop {
                    tokio::select! {
                        () = signals.next() => {}
                        // Nobody wants to know any more.
                        () = counter.closed() => return,
                    }
                    counter.send_modify(|count| *count += 1);
                    stopper.send_replace(true);
                    output::stop_asking();
                }
            });
        };
        let thread = thread::Builder::new().name("signals".to_owned());
        if thread.spawn(listening).is_ok() {
            // Without an answer the system can't tell, and a signal does what it always does.
            let _ = is_ready.recv();
        }
        Interrupt { count, stop }
    }

    /// Turns true when somebody has asked to stop.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Does something that may be dropped at any moment, such as reading: the first request ends
    /// it.
    pub(super) async fn droppable<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            result = work => result,
            () = self.asked(1) => Err(Error::message(Exit::Interrupted, "interrupted; nothing was changed")),
        }
    }

    /// Does something that should finish what is in hand: the first request is announced, the
    /// second one ends it, and `next` says what to do then.
    pub(super) async fn finishing<T>(
        &self,
        ui: &Ui,
        next: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let left = async {
            self.asked(1).await;
            ui.warning(
                "interrupted: finishing what is in hand; press Ctrl-C again to leave at once",
            );
            self.asked(2).await;
        };
        tokio::select! {
            result = work => result,
            () = left => Err(Error::message(Exit::Interrupted, "interrupted twice; what was in hand may or may not be done")
                .hint(next)),
        }
    }

    async fn asked(&self, times: u32) {
        let mut count = self.count.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            // Nobody can ask any more.
            std::future::pending::<()>().await;
        }
    }
}

/// The requests to stop that the system tells of.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// `None` if the system can't tell.
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Some(Signals {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
        })
    }

    /// Waits for one.
    async fn next(&mut self) {
        let received = tokio::select! {
            received = self.interrupt.recv() => received,
            received = self.terminate.recv() => received,
        };
        if received.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// `None` if the system can't tell.
    fn new() -> Option<Self> {
        Some(Signals {})
    }

    /// Waits for one.
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
