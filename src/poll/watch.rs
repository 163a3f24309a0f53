//! What the messages of a visit tell of the rhythm of their source.

use jiff::Timestamp;

use crate::item::Item;
use crate::outcome::PollState;
use crate::outcome::rhythm::Sight;
use crate::seen::{Reach, Verdict};

/// Looks at the messages as they are judged.
#[derive(Debug)]
pub(crate) struct Watch {
    sight: Sight,
    ever_read: bool,
    last_heard: Option<Timestamp>,
    /// The newest message of the visits before.
    newest: Option<Timestamp>,
    /// The oldest dated message of this one.
    oldest: Option<Timestamp>,
}

impl Watch {
    /// Begins with what is remembered of the source.
    pub(crate) fn new(state: &PollState) -> Self {
        Watch {
            sight: Sight::default(),
            ever_read: state.ever_read,
            last_heard: state.last_heard,
            newest: state.rhythm.newest,
            oldest: None,
        }
    }

    /// Looks at one message.
    pub(crate) fn see(&mut self, item: &Item, verdict: Verdict, now: Timestamp) {
        self.sight.shown = self.sight.shown.saturating_add(1);
        if verdict != Verdict::New {
            self.sight.known = self.sight.known.saturating_add(1);
            return;
        }
        let dated = item.published.map(|at| at.min(now));
        self.oldest = match (self.oldest, dated) {
            (Some(oldest), Some(at)) => Some(oldest.min(at)),
            (oldest, at) => oldest.or(at),
        };
        let between = |last: Timestamp| last + now.duration_since(last) / 2;
        // What has no date appeared between the visits; at the first, nobody knows when.
        let arrival = dated.or_else(|| self.last_heard.filter(|_| self.ever_read).map(between));
        self.sight.arrivals.extend(arrival);
    }

    /// What was seen. Something was probably missed when the whole document was read, nothing in it
    /// was seen before, and, where there are dates, its oldest is newer than all before it. A
    /// source that shows one message at a time says nothing.
    pub(crate) fn sight(mut self, reach: Reach) -> Sight {
        let newer = match (self.oldest, self.newest) {
            (Some(oldest), Some(newest)) => oldest > newest,
            _ => true,
        };
        self.sight.gap = self.ever_read
            && reach == Reach::Whole
            && self.sight.known == 0
            && self.sight.shown > 1
            && newer;
        if reach == Reach::Onward {
            // What is asked for from a cursor on does not go by unread.
            self.sight.shown = 0;
        }
        self.sight
    }
}
