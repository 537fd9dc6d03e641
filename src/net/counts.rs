//! How many requests were sent, by endpoint.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::report::RequestCount;

/// Counts of requests by endpoint.
#[derive(Debug, Default)]
pub struct Counts {
    by_endpoint: Mutex<BTreeMap<&'static str, (u64, u64)>>,
}

impl Counts {
    /// Counts one request. `endpoint` is the method and the path with the ids left out.
    pub fn add(&self, endpoint: &'static str, is_retry: bool) {
        let mut counts = self.lock();
        let (sent, retries) = counts.entry(endpoint).or_default();
        *sent += 1;
        *retries += u64::from(is_retry);
    }

    /// The counts so far, in the order of the endpoints' names.
    #[must_use]
    pub fn list(&self) -> Vec<RequestCount> {
        self.lock()
            .iter()
            .map(|(endpoint, (sent, retries))| RequestCount {
                endpoint: (*endpoint).to_owned(),
                sent: *sent,
                retries: *retries,
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, (u64, u64)>> {
        self.by_endpoint
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_counted_apart() {
        let counts = Counts::default();
        counts.add("GET /Users", false);
        counts.add("GET /Users", true);
        counts.add("GET /Groups", false);
        let list = counts.list();
        assert_eq!(list.len(), 2);
        assert_eq!(list[1].endpoint, "GET /Users");
        assert_eq!((list[1].sent, list[1].retries), (2, 1));
    }
}
