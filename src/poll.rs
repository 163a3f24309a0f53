//! One source, visited once: fetch, read, mask, match, place, record.
//!
//! Before the record nothing has changed, and the record is one transaction: a visit can be broken
//! off anywhere.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::time;
use url::Url;

use crate::connector::{self, Document, MAX_PAGES};
use crate::fetch::{Accept, Fetched, Fetcher, Request};
use crate::item::Item;
use crate::outcome::{
    Counts, Failure, FailureClass, Hints, PageState, PollOutcome, PollState, Repairs, Trail,
    Validators,
};
use crate::schedule;
use crate::seen::{Reach, SeenWindow};
use crate::source::{Source, SourceKind};
use crate::store::{FoundItem, Recorded, Store, StoreError, VisitMemory, VisitRecord};

pub mod listening; // What is heard in the messages of a visit.
pub mod round; // Many sources, visited side by side.

use listening::Ears;

/// For a visit as a whole, waiting for the turn of its host included. Ten slow sources of one host,
/// each with four pages at the usual thirty seconds, still all get their turn; and no visit holds
/// its place for longer than half the usual interval.
pub const LONGEST_VISIT: Duration = Duration::from_secs(30 * 60);

/// What listening needs besides a source; one for each configuration.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Does all requests.
    pub fetcher: Arc<Fetcher>,
    /// Recognises what is said.
    pub ears: Arc<Ears>,
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
        let visit = self.visit(source, &memory.state.trail, now).await;
        let heard = self.listen(source, memory, visit, now).await;

        let outcome = heard.outcome;
        let mut state = before.after(&outcome, heard.trail, now);
        let next_due = schedule::next_visit(now, source, &outcome, state.failures, heard.hints);
        state.next_due = Some(next_due);
        log(source, &outcome, started);
        let record = VisitRecord {
            source: source.id.clone(),
            at: now,
            day: self.ears.day(now),
            duration: started.elapsed(),
            outcome: outcome.clone(),
            partial: heard.partial,
            state,
            seen: heard.seen,
            items: heard.items,
        };
        let recorded = store.record_visit(record).await?;
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

    /// Requests the pages of a source, the first and those that follow it.
    ///
    /// A page that says *unmodified* does not say what its next page is: that was remembered.
    async fn visit(&self, source: &Source, trail: &Trail, now: Timestamp) -> Visit {
        let mut visit = Visit::default();
        let mut next = Some(source.url.clone());
        let deadline = time::Instant::now() + LONGEST_VISIT;
        while let Some(url) = next.take() {
            let page = AssertUnwindSafe(self.page(source, &url, trail, now)).catch_unwind();
            let page = match time::timeout_at(deadline, page).await {
                Ok(Ok(page)) => page,
                Ok(Err(_)) => Err(our_mistake()),
                Err(_) => Err(too_long()),
            };
            match page {
                Ok(page) => {
                    next = page.next.filter(|url| {
                        visit.trail.0.len() + 1 < MAX_PAGES
                            && !visit.trail.0.contains_key(url.as_str())
                    });
                    let next_page = next.as_ref().map(Url::to_string);
                    visit.unmodified += usize::from(page.items.is_none());
                    visit.items.extend(page.items.into_iter().flatten());
                    visit.repaired.extend(page.repaired);
                    visit.hints = later(visit.hints, page.hints);
                    let page = PageState {
                        validators: page.validators,
                        next: next_page,
                    };
                    visit.trail.0.insert(url.to_string(), page);
                }
                Err(failure) => visit.failure = Some(failure),
            }
        }
        visit
    }

    /// Requests one page and reads it.
    async fn page(
        &self,
        source: &Source,
        url: &Url,
        trail: &Trail,
        now: Timestamp,
    ) -> Result<Page, Failure> {
        let remembered = trail.0.get(url.as_str()).cloned().unwrap_or_default();
        let accept = match source.kind {
            SourceKind::Feed { .. } => Accept::Feed,
            SourceKind::Page(_) => Accept::Page,
        };
        let request = Request {
            url,
            validators: &remembered.validators,
            accept,
        };
        let body = match self.fetcher.fetch(&request, now).await {
            Ok(Fetched::Unmodified { validators, hints }) => {
                let next = remembered.next.and_then(|next| next.parse().ok());
                return Ok(Page {
                    items: None,
                    next,
                    validators,
                    hints,
                    repaired: Repairs::default(),
                });
            }
            Ok(Fetched::Body(body)) => body,
            Err(error) => return Err(error.failure()),
        };
        if let Some(address) = &body.moved_to {
            tracing::info!(source.id = %source.id, to.host = address.host_str(), "the source says that it moved for good");
        }
        let kind = source.kind.clone();
        let (body, reading) = blocking(move || {
            let document = Document {
                bytes: &body.bytes,
                content_type: body.content_type.as_deref(),
                url: &body.url,
            };
            let reading = connector::read(&kind, &document);
            (body, reading)
        })
        .await?;
        let reading = reading.map_err(|error| Failure {
            class: error.class(),
            detail: error.to_string(),
            retry_at: None,
        })?;
        if reading.lost + reading.doubled + reading.over > 0 {
            tracing::info!(source.id = %source.id, items.lost = reading.lost, items.doubled = reading.doubled, items.over = reading.over, "not all items of the document were taken");
        }
        Ok(Page {
            items: Some(reading.items),
            next: reading.next,
            validators: body.validators,
            hints: later(body.hints, reading.hints),
            repaired: reading.repaired,
        })
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
                seen: None,
                items: Vec::new(),
            };
        }
        let reach = match visit.unmodified == 0 && visit.failure.is_none() {
            true => Reach::Whole,
            false => Reach::Partial,
        };
        let (ears, source) = (Arc::clone(&self.ears), Arc::clone(source));
        let items = visit.items;
        let listened = blocking(move || ears.listen(&source, &memory, items, reach, now)).await;
        let (mut counts, seen, found) = match listened {
            Ok(listened) => listened,
            Err(failure) => {
                let outcome = PollOutcome::Failed(failure);
                return Heard {
                    outcome,
                    partial: Counts::default(),
                    trail: visit.trail,
                    hints: visit.hints,
                    seen: None,
                    items: Vec::new(),
                };
            }
        };
        counts.repaired.extend(visit.repaired);
        // A later page that fails takes nothing away from the pages that were read.
        let (outcome, partial) = match visit.failure {
            Some(failure) => (PollOutcome::Failed(failure), counts),
            None => (PollOutcome::Read(counts), Counts::default()),
        };
        Heard {
            outcome,
            partial,
            trail: visit.trail,
            hints: visit.hints,
            seen: Some(seen),
            items: found,
        }
    }
}

/// The pages of one visit.
#[derive(Debug, Default)]
struct Visit {
    items: Vec<Item>,
    trail: Trail,
    unmodified: usize,
    repaired: Repairs,
    hints: Hints,
    /// Why the visit ended before the last page.
    failure: Option<Failure>,
}

/// One page of a visit; no items when it is unmodified.
struct Page {
    items: Option<Vec<Item>>,
    next: Option<Url>,
    validators: Validators,
    hints: Hints,
    repaired: Repairs,
}

/// What is to be recorded of a visit.
struct Heard {
    outcome: PollOutcome,
    /// What was read before the visit failed.
    partial: Counts,
    trail: Trail,
    hints: Hints,
    seen: Option<SeenWindow>,
    items: Vec<FoundItem>,
}

impl PollState {
    /// What is remembered after a visit. A failed one keeps the trail of the last that was read.
    fn after(self, outcome: &PollOutcome, trail: Trail, now: Timestamp) -> PollState {
        match outcome {
            PollOutcome::Failed(_) => PollState {
                last_visit: Some(now),
                failing_since: self.failing_since.or(Some(now)),
                failures: self.failures.saturating_add(1),
                ..self
            },
            PollOutcome::Unmodified | PollOutcome::Read(_) => PollState {
                next_due: None,
                last_visit: Some(now),
                last_heard: Some(now),
                failing_since: None,
                failures: 0,
                trail,
                ever_read: self.ever_read || matches!(outcome, PollOutcome::Read(_)),
            },
        }
    }
}

/// The later of what two voices ask.
fn later(one: Hints, other: Hints) -> Hints {
    Hints {
        max_age: one.max_age.max(other.max_age),
        ttl: one.ttl.max(other.ttl),
    }
}

/// Runs work that takes the processor for long: reading and matching untrusted bytes. A mistake of
/// ours in there is a failure of this one source, not the end of the daemon.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    // The error holds the words of the panic, which may be words of the document. Where it happened
    // is in the log already.
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| our_mistake())
}

fn our_mistake() -> Failure {
    Failure {
        class: FailureClass::Broken,
        detail: "the visit broke off: a mistake of luisterpost itself".to_owned(),
        retry_at: None,
    }
}

fn too_long() -> Failure {
    let minutes = LONGEST_VISIT.as_secs() / 60;
    Failure {
        class: FailureClass::Timeout,
        detail: format!("the visit took more than {minutes} minutes"),
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
