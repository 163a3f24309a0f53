//! The pages of one visit: each fetched and read.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio::time;
use url::Url;

use crate::connector::{self, ConnectorError, Document, MAX_PAGES};
use crate::fetch::{Accept, Body, Fetched, Request};
use crate::item::Item;
use crate::outcome::{Failure, FailureClass, Hints, PageState, Repairs, Trail, Validators};
use crate::poll::{Listener, our_mistake, wall};
use crate::source::{Source, SourceKind};

/// For a visit as a whole, waiting for the turn of its host included. Ten slow sources of one host,
/// each with four pages at the usual thirty seconds, still all get their turn; and no visit holds
/// its place for longer than half the usual interval.
pub const LONGEST_VISIT: Duration = Duration::from_secs(30 * 60);

/// After so many answers *unmodified* in a row, the next is proved by asking in full: once in two
/// days for a source that is visited every hour.
const PROVE_EVERY: u32 = 50;

/// The same when no body came for so long.
const PROVE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The pages of one visit.
#[derive(Debug, Default)]
pub(crate) struct Visit {
    pub(crate) items: Vec<Item>,
    pub(crate) trail: Trail,
    pub(crate) unmodified: usize,
    pub(crate) repaired: Repairs,
    pub(crate) cut: bool,
    pub(crate) noindex: bool,
    pub(crate) hints: Hints,
    /// Between these two times everything that the source shows was read.
    pub(crate) complete: Option<(Timestamp, Timestamp)>,
    /// Whether only what is new was asked for, under ids that never change.
    pub(crate) onward: bool,
    /// The pages that were asked for in full right after they said *unmodified*, to prove it.
    pub(crate) proved: Vec<String>,
    /// The files that were read, to be put away once that is stored.
    pub(crate) files: Vec<PathBuf>,
    /// Where the first page moved to for good.
    pub(crate) moved_to: Option<Url>,
    /// Why the visit ended before the last page.
    pub(crate) failure: Option<Failure>,
}

/// One page of a visit; no items when it is unmodified.
#[derive(Default)]
struct Page {
    items: Option<Vec<Item>>,
    next: Option<Url>,
    /// What is remembered of it, without the next page.
    state: PageState,
    /// Whether it was asked for in full right after it said *unmodified*.
    proved: bool,
    hints: Hints,
    repaired: Repairs,
    cut: bool,
    noindex: bool,
    moved_to: Option<Url>,
}

impl Listener {
    /// Requests the pages of a source, the first and those that follow it.
    ///
    /// A page that says *unmodified* does not say what its next page is: that was remembered.
    pub(crate) async fn visit(&self, source: &Source, trail: &Trail, now: Timestamp) -> Visit {
        if let SourceKind::Api(api) = &source.kind {
            return self.visit_api(source, api, trail, now).await;
        }
        if let SourceKind::Drop(folder) = &source.kind {
            return self.visit_folder(source, folder, now).await;
        }
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
                    visit.cut |= page.cut;
                    visit.noindex |= page.noindex;
                    if visit.trail.0.is_empty() {
                        visit.moved_to = page.moved_to;
                    }
                    visit.hints = later(visit.hints, page.hints);
                    if page.proved {
                        visit.proved.push(url.to_string());
                    }
                    let page = PageState {
                        next: next_page,
                        ..page.state
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
            SourceKind::Page(_) | SourceKind::Api(_) | SourceKind::Drop(_) => Accept::Page,
        };
        let ask = |validators| Request {
            url,
            validators,
            accept,
        };
        let mut fetched = self.fetcher.fetch(&ask(&remembered.validators), now).await;
        let mut proved = false;
        if matches!(fetched, Ok(Fetched::Unmodified { .. })) && is_to_be_proved(&remembered, now) {
            proved = true;
            fetched = self.fetcher.fetch(&ask(&Validators::default()), now).await;
        }
        let body = match fetched {
            Ok(Fetched::Unmodified {
                validators,
                hints,
                moved_to,
            }) => {
                return Ok(Page {
                    next: remembered.next.as_ref().and_then(|next| next.parse().ok()),
                    state: PageState {
                        validators,
                        unmodified: remembered.unmodified.saturating_add(1),
                        ..remembered
                    },
                    hints,
                    moved_to,
                    ..Page::default()
                });
            }
            Ok(Fetched::Body(body)) => body,
            Err(error) => return Err(error.failure()),
        };
        let bytes = fingerprint(&body.bytes);
        let conditional = remembered.validators != Validators::default();
        let mut state = PageState {
            validators: body.validators.clone(),
            body: Some(bytes),
            came_at: Some(now),
            distrusted: remembered.distrusted,
            ..PageState::default()
        };
        if state.body == remembered.body && !body.cut {
            // The same bytes again: there is nothing to read in them, whatever the status was.
            state.repeated = match proved || !conditional {
                true => remembered.repeated,
                false => remembered.repeated.saturating_add(1),
            };
            return Ok(Page {
                next: remembered.next.as_ref().and_then(|next| next.parse().ok()),
                state,
                hints: body.hints,
                noindex: body.noindex,
                moved_to: body.moved_to,
                ..Page::default()
            });
        }
        if let Some(address) = &body.moved_to {
            tracing::info!(source.id = %source.id, to.host = address.host_str(), "the source says that it moved for good");
        }
        let kind = source.kind.clone();
        let read = move || {
            let document = Document {
                bytes: &body.bytes,
                content_type: body.content_type.as_deref(),
                url: &body.url,
                cut: body.cut,
            };
            let reading = connector::read(&kind, &document);
            (body, reading)
        };
        let (body, reading) = self.readers.run(read).await?;
        let reading = reading.map_err(|error| {
            let mut failure = unread(&error, &body);
            failure.class = wall::behind_login(failure.class, url, &body.url, &body.bytes);
            failure
        })?;
        if reading.lost + reading.doubled + reading.over > 0 {
            tracing::info!(source.id = %source.id, items.lost = reading.lost, items.doubled = reading.doubled, items.over = reading.over, "not all items of the document were taken");
        }
        Ok(Page {
            items: Some(reading.items),
            next: reading.next,
            state,
            proved,
            hints: later(body.hints, reading.hints),
            repaired: reading.repaired,
            cut: reading.cut,
            noindex: body.noindex,
            moved_to: body.moved_to,
        })
    }
}

/// The later of what two voices ask.
pub(crate) fn later(one: Hints, other: Hints) -> Hints {
    Hints {
        max_age: one.max_age.max(other.max_age),
        ttl: one.ttl.max(other.ttl),
        update: one.update.max(other.update),
        skip_hours: one.skip_hours | other.skip_hours,
        skip_days: one.skip_days | other.skip_days,
    }
}

/// Whether it is time to see for ourselves that *unmodified* is true.
fn is_to_be_proved(page: &PageState, now: Timestamp) -> bool {
    let old = |came: Timestamp| now.duration_since(came) >= PROVE_AFTER;
    page.unmodified >= PROVE_EVERY || page.came_at.is_some_and(old)
}

/// Tells one body from another: half of a SHA-256, in hexadecimal.
fn fingerprint(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Why a document could not be read. When it was left packed, or its end was cut off, that is why.
pub(crate) fn unread(error: &ConnectorError, body: &Body) -> Failure {
    let class = error.class();
    let is_garbage = matches!(class, FailureClass::NotAFeed | FailureClass::Broken);
    let is_packed = is_garbage || class == FailureClass::NothingSelected;
    let (class, detail) = match &body.coding {
        Some(coding) if is_packed => (
            FailureClass::ContentCoding,
            format!("packed as `{coding}`, which cannot be unpacked: {error}"),
        ),
        _ if is_garbage && body.cut => (
            FailureClass::TooLarge,
            format!(
                "larger than fetch.max_body, and its beginning cannot be read by itself: {error}"
            ),
        ),
        _ => (class, error.to_string()),
    };
    Failure {
        class,
        detail,
        retry_at: None,
    }
}

pub(crate) fn too_long() -> Failure {
    let minutes = LONGEST_VISIT.as_secs() / 60;
    Failure {
        class: FailureClass::Timeout,
        detail: format!("the visit took more than {minutes} minutes"),
        retry_at: None,
    }
}
