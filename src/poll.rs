//! One source, visited once: fetch, read, mask, match, place, record.
//!
//! Before the record nothing has changed, and the record is one transaction: a visit can be broken
//! off anywhere.

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::audit::Event;
use crate::fetch::Fetcher;
use crate::item::Item;
use crate::outcome::rhythm::Sight;
use crate::outcome::{Counts, Failure, FailureClass, Hints, PollOutcome, Trail, Trouble};
use crate::schedule::{self, Bounds, Ended, rhythm};
use crate::seen::{Reach, SeenWindow};
use crate::source::{Source, SourceKind};
use crate::store::{FoundItem, Recorded, Store, StoreError, VisitMemory, VisitRecord};

pub mod api; // A visit to a source behind an API.
mod drop; // A visit to a folder in which files arrive.
pub mod listening; // What is heard in the messages of a visit.
mod memory; // What is remembered of a source after a visit.
pub mod pages; // The pages of a visit, each fetched and read.
pub mod readers; // Who reads: a few documents at a time.
pub mod round; // Many sources, visited side by side.
mod watch; // What the messages of a visit tell of the rhythm of their source.
mod wall; // Whether a login stands before a document.

use listening::Ears;
use pages::Visit;
use readers::Readers;

/// What listening needs besides a source; one for each configuration.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Does all requests.
    pub fetcher: Arc<Fetcher>,
    /// Recognises what is said.
    pub ears: Arc<Ears>,
    /// Read what was fetched.
    pub readers: Readers,
    /// The limits of the rhythm of sources.
    pub bounds: Bounds,
}

/// What a visit came to, for whoever asked for it.
#[derive(Clone, Debug)]
pub struct Polled {
    /// What the visit came to.
    pub outcome: PollOutcome,
    /// What it changed in the store.
    pub recorded: Recorded,
    /// When the source is visited next.
    pub next_due: Timestamp,
}

impl Listener {
    /// Visits one source once and records what came of it.
    ///
    /// # Errors
    ///
    /// Only when the store fails. A source that fails is an outcome.
    pub async fn poll(
        &self,
        store: &Store,
        source: &Arc<Source>,
        now: Timestamp,
    ) -> Result<Polled, StoreError> {
        let started = Instant::now();
        let memory = store.visit_memory(&source.id).await?;
        if let Some(error) = &memory.window_lost {
            tracing::warn!(source.id = %source.id, %error, "the seen window was unreadable; this counts as a first visit");
        }
        let before = memory.state.clone();
        let mut visit = self.visit(source, &before.asked_with(), now).await;
        visit.items = store.without_objected(visit.items).await?;
        let files = mem::take(&mut visit.files);
        let says_nothing = visit.items.is_empty();
        let heard = self.listen(source, memory, visit, now).await;

        let outcome = heard.outcome;
        let sight = heard.sight;
        let elapsed = before.last_heard.map(|last| now.duration_since(last));
        let refusal = newly_refused(source, &outcome, before.failure.as_ref());
        let mut state = before.after(&outcome, heard.trail, &sight, now);
        if !matches!(outcome, PollOutcome::Failed(_)) {
            state.moved_to = heard.moved_to.map(String::from);
            let interval = rhythm::interval(&state.rhythm, &sight, elapsed, now, self.bounds);
            state.rhythm.interval_s = u32::try_from(interval.as_secs()).unwrap_or(u32::MAX);
        }
        let ended = Ended {
            source,
            outcome: &outcome,
            usual: match state.rhythm.interval_s {
                0 => schedule::AUTO,
                seconds => SignedDuration::from_secs(i64::from(seconds)),
            },
            burden: state.burden,
            hints: heard.hints,
        };
        let next_due = schedule::next_visit(now, &ended);
        state.next_due = Some(next_due);
        if sight.gap {
            tracing::warn!(source.id = %source.id, "everything it shows is new since the last visit: something was probably missed");
        }
        log(source, &outcome, started);
        let record = VisitRecord {
            source: source.id.clone(),
            at: now,
            day: self.ears.day(now),
            duration: started.elapsed(),
            outcome: outcome.clone(),
            partial: heard.partial,
            gap: sight.gap,
            robots: self.fetcher.learned(),
            state,
            seen: heard.seen,
            items: heard.items,
        };
        let stored = says_nothing || record.seen.is_some();
        let recorded = store.record_visit(record).await?;
        if let Some(event) = refusal {
            store.audit(event, now).await;
        }
        if let SourceKind::Drop(folder) = &source.kind {
            // What could not be listened to waits for the next visit.
            let files = if stored { files } else { Vec::new() };
            self.put_away(source, folder, files, now).await;
        }
        Ok(Polled {
            outcome,
            recorded,
            next_due,
        })
    }

    /// What a source carries now, read as at a visit of which nothing was remembered; nothing is
    /// recorded. What a page before a failing one held is there too.
    pub async fn carried(&self, source: &Source, now: Timestamp) -> (Vec<Item>, Option<Failure>) {
        let visit = self.visit(source, &Trail::default(), now).await;
        (visit.items, visit.failure)
    }

    /// Listens to what was read, and says what the visit came to.
    async fn listen(
        &self,
        source: &Arc<Source>,
        memory: VisitMemory,
        visit: Visit,
        now: Timestamp,
    ) -> Heard {
        if visit.items.is_empty() && visit.unmodified == visit.trail.0.len() {
            let outcome = match visit.failure {
                Some(failure) => PollOutcome::Failed(failure),
                None => PollOutcome::Unmodified,
            };
            return Heard {
                outcome,
                partial: Counts::default(),
                trail: visit.trail,
                hints: visit.hints,
                moved_to: visit.moved_to,
                seen: None,
                sight: Sight::default(),
                items: Vec::new(),
            };
        }
        let whole = visit.unmodified == 0 && visit.failure.is_none() && !visit.cut;
        let reach = match (visit.onward, whole) {
            (true, _) => Reach::Onward,
            (false, true) => Reach::Whole,
            (false, false) => Reach::Partial,
        };
        let (ears, of) = (Arc::clone(&self.ears), Arc::clone(source));
        let items = visit.items;
        let listen = move || ears.listen(&of, &memory, items, reach, visit.complete, now);
        let listened = self.readers.run(listen).await;
        let listened = match listened {
            Ok(listened) => listened,
            Err(failure) => {
                let outcome = PollOutcome::Failed(failure);
                return Heard {
                    outcome,
                    partial: Counts::default(),
                    // Nothing was listened to, so no cursor moves.
                    trail: Trail::default(),
                    hints: visit.hints,
                    moved_to: visit.moved_to,
                    seen: None,
                    sight: Sight::default(),
                    items: Vec::new(),
                };
            }
        };
        let mut counts = listened.counts;
        counts.repaired.extend(visit.repaired);
        counts.cut = visit.cut;
        counts.noindex = visit.noindex;
        let mut trail = visit.trail;
        if listened.sight.shown > listened.sight.known {
            for (_, page) in (trail.0.iter_mut()).filter(|(url, _)| visit.proved.contains(url)) {
                page.distrusted = true;
                tracing::warn!(source.id = %source.id, "it said unmodified while there was something new; from now on it is asked in full");
            }
        }
        // A later page that fails takes nothing away from the pages that were read.
        let (outcome, partial) = match visit.failure {
            Some(failure) => (PollOutcome::Failed(failure), counts),
            None => (PollOutcome::Read(counts), Counts::default()),
        };
        Heard {
            outcome,
            partial,
            trail,
            hints: visit.hints,
            moved_to: visit.moved_to,
            seen: Some(listened.seen),
            sight: listened.sight,
            items: listened.found,
        }
    }
}

/// What is to be recorded of a visit.
struct Heard {
    outcome: PollOutcome,
    /// What was read before the visit failed.
    partial: Counts,
    trail: Trail,
    hints: Hints,
    moved_to: Option<Url>,
    seen: Option<SeenWindow>,
    sight: Sight,
    items: Vec<FoundItem>,
}

/// What is written down when a source begins to refuse: each visit after it says the same.
fn newly_refused(
    source: &Source,
    outcome: &PollOutcome,
    before: Option<&Trouble>,
) -> Option<Event> {
    let PollOutcome::Failed(Failure { class, .. }) = outcome else {
        return None;
    };
    let refuses = matches!(
        class,
        FailureClass::Robots
            | FailureClass::Reserved
            | FailureClass::LoginWall
            | FailureClass::Denied
            | FailureClass::BlockedAddress
    );
    let new = before.is_none_or(|before| before.class != *class);
    (refuses && new).then(|| Event::RefusedBySource {
        source: source.id.to_string(),
        class: class.as_str().to_owned(),
    })
}

fn our_mistake() -> Failure {
    Failure {
        class: FailureClass::Broken,
        detail: "the visit broke off: a mistake of luisterpost itself".to_owned(),
        retry_at: None,
    }
}

fn log(source: &Source, outcome: &PollOutcome, started: Instant) {
    let id = &source.id;
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match outcome {
        PollOutcome::Unmodified => {
            tracing::debug!(source.id = %id, visit.duration_ms = ms, "unmodified")
        }
        PollOutcome::Read(Counts {
            items, new, hits, ..
        }) => {
            tracing::info!(source.id = %id, visit.duration_ms = ms, items, items.new = new, items.hits = hits, "read");
        }
        PollOutcome::Failed(Failure {
            class: FailureClass::Busy,
            detail,
            ..
        }) => {
            tracing::info!(source.id = %id, visit.duration_ms = ms, detail, "busy, later");
        }
        PollOutcome::Failed(Failure { class, detail, .. }) => {
            tracing::warn!(source.id = %id, visit.duration_ms = ms, class = class.as_str(), detail, "not heard");
        }
    }
}
