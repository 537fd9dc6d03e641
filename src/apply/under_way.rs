//! The calls under way. Each one gives an outcome for all that it was to do, whatever happens to it.

use std::collections::{HashMap, VecDeque};

use tokio::task::{Id, JoinSet};

use super::Job;
use crate::model::reason::Code;
use crate::model::report::Outcome;

/// Calls that run side by side.
#[derive(Default)]
pub(super) struct UnderWay {
    calls: JoinSet<Vec<(u32, Outcome)>>,
    /// What each call is to do, and what comes after it in its lane.
    jobs: HashMap<Id, (Job, VecDeque<Job>)>,
}

impl UnderWay {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Starts a call that does `job`; `rest` is to come after it.
    pub(super) fn start(
        &mut self,
        job: Job,
        rest: VecDeque<Job>,
        call: impl Future<Output = Vec<(u32, Outcome)>> + Send + 'static,
    ) {
        let id = self.calls.spawn(call).id();
        self.jobs.insert(id, (job, rest));
    }

    /// Waits for the next call that ends: what comes after it, and what became of it. `None` if
    /// there is none. A call that broke down left no outcome; it must not be taken for one that
    /// was never sent.
    pub(super) async fn next(&mut self) -> Option<(VecDeque<Job>, Vec<(u32, Outcome)>)> {
        let (id, outcomes) = match self.calls.join_next_with_id().await? {
            Ok((id, outcomes)) => (id, Some(outcomes)),
            Err(error) => (error.id(), None),
        };
        let (job, rest) = self.jobs.remove(&id).unwrap_or_default();
        let outcomes = outcomes.unwrap_or_else(|| {
            job.into_iter()
                .map(|at| {
                    let code = Code::OutcomeUnknown;
                    let detail = "internal error: the call broke down".to_owned();
                    (at, Outcome::Failed { code, detail })
                })
                .collect()
        });
        Some((rest, outcomes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_that_breaks_down_leaves_an_outcome_and_the_rest_of_its_lane() {
        let mut under_way = UnderWay::default();
        let rest = VecDeque::from([vec![5]]);
        under_way.start(vec![3, 4], rest.clone(), async { panic!("on purpose") });
        assert_eq!(under_way.len(), 1);
        let (after, outcomes) = under_way.next().await.unwrap();
        assert_eq!(after, rest);
        let positions: Vec<u32> = outcomes.iter().map(|(at, _)| *at).collect();
        assert_eq!(positions, [3, 4]);
        for (_, outcome) in outcomes {
            let unknown = matches!(
                outcome,
                Outcome::Failed {
                    code: Code::OutcomeUnknown,
                    ..
                }
            );
            assert!(unknown, "{outcome:?}");
        }
        assert!(under_way.next().await.is_none());
    }
}
