//! Ctrl-C: the first one asks the run to finish what is in hand, the second one leaves at once.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::apply::Stop;
use crate::error::{Error, Exit};
use crate::output::Ui;

/// Listens for Ctrl-C and, where there is such a thing, for a request to terminate.
pub(super) struct Interrupt {
    count: watch::Receiver<u32>,
    stop: Stop,
    listener: JoinHandle<()>,
}

impl Interrupt {
    /// Starts to listen. Must be called inside the runtime.
    pub(super) fn listen() -> Self {
        let (counter, count) = watch::channel(0);
        let (stopper, stop) = watch::channel(false);
        let listener = tokio::spawn(async move {
            while signal().await {
                counter.send_modify(|count| *count += 1);
                stopper.send_replace(true);
            }
        });
        Interrupt {
            count,
            stop,
            listener,
        }
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
    /// second one ends it.
    pub(super) async fn finishing<T>(
        &self,
        ui: &Ui,
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
                .hint("sync again: the next run looks first and goes on from what it finds")),
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

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Waits for one request. `false` if the system can't tell.
#[cfg(unix)]
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return false;
    };
    tokio::select! {
        result = tokio::signal::ctrl_c() => result.is_ok(),
        received = terminate.recv() => received.is_some(),
    }
}

/// Waits for one request. `false` if the system can't tell.
#[cfg(not(unix))]
async fn signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
