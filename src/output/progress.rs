//! Progress of a long phase, on standard error: a bar on a terminal, a line now and then in a log;
//! among the events of a run, if these are asked for.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::card::Shown;
use super::json::Event;
use super::text::number;
use super::ui::{Shape, Ui, lock};
use crate::error::Error;

/// What is over within this time needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a bar is drawn anew.
const FRAME: Duration = Duration::from_millis(100);

/// How often a log gets a line, or a stream of events one about progress.
const LINE: Duration = Duration::from_secs(10);

/// Stands for a length that is not known.
const UNKNOWN: u64 = u64::MAX;

/// The progress of one phase. It may be told from anywhere; it goes when it is dropped.
pub struct Progress {
    state: Arc<State>,
    /// Ends the watcher when dropped.
    stop: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    phase: String,
    position: AtomicU64,
    length: AtomicU64,
}

impl State {
    fn length(&self) -> Option<u64> {
        Some(self.length.load(Ordering::Relaxed)).filter(|length| *length != UNKNOWN)
    }

    fn event(&self) -> Result<String, Error> {
        let event = Event::Progress {
            phase: &self.phase,
            position: self.position.load(Ordering::Relaxed),
            length: self.length(),
        };
        event.line(Shown::default())
    }

    fn line(&self) -> String {
        let position = number(self.position.load(Ordering::Relaxed));
        match self.length() {
            Some(length) => format!("{}: {position} of {}\n", self.phase, number(length)),
            None => format!("{}: {position}\n", self.phase),
        }
    }
}

impl Progress {
    /// Begins a phase, named as in "reading Command". Nothing is shown with `-q`, nor in a log
    /// without `-v`.
    #[must_use]
    pub fn start(ui: &Ui, phase: &str) -> Self {
        Self::start_paced(ui, phase, LINE)
    }

    fn start_paced(ui: &Ui, phase: &str, pace: Duration) -> Self {
        let state = Arc::new(State {
            phase: super::clean(phase).into_owned(),
            position: AtomicU64::new(0),
            length: AtomicU64::new(UNKNOWN),
        });
        let (stop, stopped) = channel();
        let shared = Arc::clone(&state);
        let watcher = match ui.progress() {
            None => None,
            Some(Shape::Bar(place)) => spawn(move || draw(&shared, &place, &stopped)),
            Some(Shape::Lines(stderr)) => spawn(move || {
                while waits(&stopped, pace) {
                    let _ = lock(&stderr).write_all(shared.line().as_bytes());
                }
            }),
            Some(Shape::Events(out)) => spawn(move || {
                while waits(&stopped, pace) {
                    // Of a full disk the next event that matters tells.
                    let _ = shared.event().map(|line| out.write(&line));
                }
            }),
        };
        Progress {
            state,
            stop: Some(stop),
            watcher,
        }
    }

    /// Says how far the phase is: `position` of `length`, if that is known.
    pub fn set(&self, position: u64, length: Option<u64>) {
        self.state.position.store(position, Ordering::Relaxed);
        let length = length.unwrap_or(UNKNOWN);
        self.state.length.store(length, Ordering::Relaxed);
    }

    /// Ends the phase; what was drawn is wiped.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(watcher) = self.watcher.take() {
            // A watcher that panicked has nothing to say that the run depends on.
            let _ = watcher.join();
        }
    }
}

/// A thread, or none if there can't be one: progress is not worth an error.
fn spawn(watch: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("progress".to_owned())
        .spawn(watch)
        .ok()
}

/// Waits; `false` if the phase has ended.
fn waits(stopped: &Receiver<()>, time: Duration) -> bool {
    stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
}

/// Draws a bar once the phase has lasted long enough, until it ends.
fn draw(state: &State, place: &Mutex<Option<ProgressBar>>, stopped: &Receiver<()>) {
    if !waits(stopped, PATIENCE) {
        return;
    }
    // Hidden until it has something to show.
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    bar.set_prefix(state.phase.clone());
    *lock(place) = Some(bar.clone());
    let mut known = None;
    loop {
        let length = state.length();
        if known != Some(length.is_some()) {
            known = Some(length.is_some());
            bar.set_style(style(length.is_some()));
        }
        match length {
            Some(length) => bar.set_length(length),
            None => bar.unset_length(),
        }
        bar.set_position(state.position.load(Ordering::Relaxed));
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.tick();
        if !waits(stopped, FRAME) {
            break;
        }
    }
    bar.finish_and_clear();
    *lock(place) = None;
}

fn style(length_known: bool) -> ProgressStyle {
    let template = if length_known {
        "{spinner} {prefix} {wide_bar} {human_pos} of {human_len}"
    } else {
        "{spinner} {prefix} {human_pos}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Options;

    #[test]
    fn a_log_gets_a_line_now_and_then_if_it_asks() {
        let verbose = Options {
            verbosity: 1,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, verbose);
        let progress = Progress::start_paced(&ui, "reading Command", Duration::from_millis(5));
        progress.set(1200, Some(10_000));
        for _ in 0..400 {
            if captured.stderr().contains("of 10,000") {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        progress.finish();
        assert!(
            captured
                .stderr()
                .contains("reading Command: 1,200 of 10,000\n")
        );

        let (ui, captured) = Ui::for_test(None, Options::default());
        let progress = Progress::start_paced(&ui, "reading", Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(10));
        progress.finish();
        assert_eq!(captured.stderr(), "");
    }

    #[test]
    fn progress_can_be_told_from_other_tasks() {
        fn shareable<T: Send + Sync>() {}
        shareable::<Progress>();
    }

    #[test]
    fn templates_are_well_formed() {
        for known in [true, false] {
            let template = style(known);
            drop(ProgressBar::hidden().with_style(template));
        }
        assert!(ProgressStyle::with_template("{spinner} {prefix} {wide_bar} {human_pos}").is_ok());
    }
}
