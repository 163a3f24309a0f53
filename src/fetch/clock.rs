//! The time of one fetch: what is left of its budget, and what the time is for HTTP dates.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::fetch::error::FetchError;

/// Counts the time spent on requests; waiting for a host's turn is our own doing and costs nothing.
#[derive(Debug)]
pub(crate) struct Clock {
    begun: Instant,
    begun_at: Timestamp,
    left: Duration,
}

impl Clock {
    pub(crate) fn new(now: Timestamp, budget: Duration) -> Clock {
        Clock {
            begun: Instant::now(),
            begun_at: now,
            left: budget,
        }
    }

    /// Runs a piece of the work for as long as the budget allows.
    pub(crate) async fn spend<T>(
        &mut self,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let started = Instant::now();
        let result = tokio::time::timeout(self.left, work).await;
        self.left = self.left.saturating_sub(started.elapsed());
        result.unwrap_or(Err(FetchError::Timeout {
            stage: "the request as a whole",
        }))
    }

    /// The time now, however long the fetch waited for its turn.
    pub(crate) fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.begun.elapsed()).unwrap_or(SignedDuration::MAX);
        self.begun_at
            .saturating_add(passed)
            .unwrap_or(self.begun_at)
    }
}
