//! What is remembered of a source after a visit.

use jiff::Timestamp;

use crate::outcome::rhythm::Sight;
use crate::outcome::{PollOutcome, PollState, Recovery, Trail, Trouble};
use crate::schedule::rhythm;

impl PollState {
    /// What a visit asks with: nothing that makes a request conditional when the last document could
    /// not be read. An answer *unmodified* would then say no more than that it is still so.
    pub(crate) fn asked_with(&self) -> Trail {
        let mut trail = self.trail.clone();
        let unread = (self.failure.as_ref()).is_some_and(|trouble| trouble.class.is_of_reading());
        for page in trail.0.values_mut() {
            if unread || page.distrusted {
                page.validators = Default::default();
            }
            if unread {
                page.body = None;
            }
        }
        trail
    }

    /// What is remembered after a visit. A failed one keeps the trail of the last that was read, but a
    /// cursor has moved over the pages before the failure, whose messages are stored with it.
    pub(crate) fn after(
        self,
        outcome: &PollOutcome,
        trail: Trail,
        sight: &Sight,
        now: Timestamp,
    ) -> PollState {
        match outcome {
            PollOutcome::Failed(failure) => PollState {
                last_visit: Some(now),
                failing_since: self.failing_since.or(Some(now)),
                failures: self.failures.saturating_add(1),
                burden: self.burden.saturating_add(failure.class.weight()),
                stopped_since: (failure.class.stops()).then_some(self.stopped_since.unwrap_or(now)),
                failure: Some(Trouble {
                    class: failure.class,
                    detail: failure.detail.clone(),
                }),
                trail: match trail.has_cursor() {
                    true => trail,
                    false => self.trail,
                },
                ..self
            },
            PollOutcome::Unmodified | PollOutcome::Read(_) => PollState {
                next_due: None,
                last_visit: Some(now),
                last_heard: Some(now),
                failing_since: None,
                failures: 0,
                failure: None,
                burden: 0,
                stopped_since: None,
                recovered: (self.failing_since)
                    .map(|from| Recovery { from, at: now })
                    .or(self.recovered),
                rhythm: rhythm::learn(self.rhythm, sight, self.last_heard, now),
                gap_at: if sight.gap { Some(now) } else { self.gap_at },
                trail,
                ever_read: self.ever_read || matches!(outcome, PollOutcome::Read(_)),
                moved_to: self.moved_to,
            },
        }
    }
}
