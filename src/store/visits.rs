//! What came of a visit, stored in one transaction.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, named_params};

use crate::item::{Excerpt, KeptHit, StoredHit};
use crate::outcome::{Counts, FailureClass, PollOutcome, PollState, RobotsAnswer};
use crate::seen::SeenWindow;
use crate::source::SourceId;
use crate::store::hits::{self, FoundItem, HitChanges};
use crate::store::row::{instant, ms, repairs};
use crate::store::{Reader, Store, StoreError, poll_states, robots, sources};

/// What came of a visit to a source.
#[derive(Debug)]
pub struct VisitRecord {
    /// The source.
    pub source: SourceId,
    /// When it was visited.
    pub at: Timestamp,
    /// The local day for which it is counted.
    pub day: Date,
    /// How long it took.
    pub duration: Duration,
    /// What it came to.
    pub outcome: PollOutcome,
    /// What was read before the visit failed: a later page that fails takes nothing away from the
    /// pages before it. Nothing for a visit that did not fail.
    pub partial: Counts,
    /// Whether something was probably missed since the visit before.
    pub gap: bool,
    /// What was learned of robots.txt files since the last record, whoever's visit asked for them.
    pub robots: Vec<RobotsAnswer>,
    /// What to remember about the source from now on, next due time and trail included.
    pub state: PollState,
    /// Which items were seen, when that changed.
    pub seen: Option<SeenWindow>,
    /// The new items that are a hit, and all changed items.
    pub items: Vec<FoundItem>,
}

/// What a visit changed in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Hits that were not there before.
    pub added: Vec<StoredHit>,
    /// Hits that got new words or reasons.
    pub updated: u64,
    /// Hits that went because their message changed.
    pub removed: u64,
}

/// One line of the log of visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitLine {
    /// When.
    pub at: Timestamp,
    /// `unmodified`, `read`, or the word of a [`crate::outcome::FailureClass`].
    pub outcome: String,
    /// What it gave.
    pub counts: Counts,
    /// What happened, when it failed.
    pub detail: Option<String>,
    /// Whether something was probably missed since the visit before.
    pub gap: bool,
    /// How long it took.
    pub duration: Duration,
}

impl Store {
    /// Stores what came of a visit, in one transaction: the hits, the seen window, the counters,
    /// the line in the log, and what to remember. Before it nothing has changed; after it
    /// everything has.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when the source was never configured, when a hit belongs to another
    /// source, or when a withheld hit holds words or a link.
    pub async fn record_visit(&self, visit: VisitRecord) -> Result<Recorded, StoreError> {
        self.write(move |connection| record(connection, visit))
            .await
    }
}

impl Reader {
    /// The latest visits to a source, the newest first.
    pub async fn visits(&self, source: &SourceId, most: u32) -> Result<Vec<VisitLine>, StoreError> {
        let source = source.clone();
        self.read(move |connection| {
            let number = sources::number(connection, &source)?;
            select_visits(connection, number, most)
        })
        .await
    }
}

fn record(connection: &Connection, visit: VisitRecord) -> Result<Recorded, StoreError> {
    let number = sources::number(connection, &visit.source)?;
    let mut changes = HitChanges::default();
    for item in visit.items {
        hits::store_item(
            connection,
            &visit.source,
            number,
            item,
            visit.at,
            &mut changes,
        )?;
    }

    let tally = Tally::of(&visit.outcome, visit.partial, changes.added.len());
    poll_states::save_state(connection, number, &visit.state)?;
    if let Some(window) = &visit.seen {
        save_window(connection, number, &window.encode())?;
    }
    let line = LogLine {
        at: visit.at,
        duration: visit.duration,
        detail: visit.state.failure.as_ref().map(|trouble| &*trouble.detail),
        gap: visit.gap,
    };
    insert_visit(connection, number, &line, &tally)?;
    let day = visit.day.to_string();
    count_day(connection, number, &day, &tally)?;
    for answer in &visit.robots {
        robots::save(connection, answer)?;
    }
    for (_, hit) in &changes.added {
        count_hit(connection, number, &day, hit)?;
    }

    let stored = |(id, hit)| StoredHit { id, hit };
    Ok(Recorded {
        added: changes.added.into_iter().map(stored).collect(),
        updated: changes.updated,
        removed: changes.removed,
    })
}

/// An outcome as the tables have it.
struct Tally {
    word: &'static str,
    failure: Option<FailureClass>,
    unmodified: bool,
    counts: Counts,
}

impl Tally {
    /// The number of hits is the store's own: an item that was shown again is no new hit.
    fn of(outcome: &PollOutcome, partial: Counts, added: usize) -> Self {
        let (word, failure, counts) = match outcome {
            PollOutcome::Unmodified => ("unmodified", None, Counts::default()),
            PollOutcome::Read(counts) => ("read", None, *counts),
            PollOutcome::Failed(failure) => (failure.class.as_str(), Some(failure.class), partial),
        };
        Tally {
            word,
            failure,
            unmodified: *outcome == PollOutcome::Unmodified,
            counts: Counts {
                hits: added as u64,
                ..counts
            },
        }
    }
}

fn save_window(connection: &Connection, number: i64, bytes: &[u8]) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO seen (source, window) VALUES (:number, :window)
             ON CONFLICT (source) DO UPDATE SET window = excluded.window",
        )?
        .execute(named_params! { ":number": number, ":window": bytes })?;
    Ok(())
}

/// What the log of visits says besides the outcome.
struct LogLine<'a> {
    at: Timestamp,
    duration: Duration,
    detail: Option<&'a str>,
    gap: bool,
}

fn insert_visit(
    connection: &Connection,
    number: i64,
    line: &LogLine<'_>,
    tally: &Tally,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO visits (source, at, outcome, items, new, changed, old, hits, repaired,
                                 duration_ms, cut, noindex, detail, gap)
             VALUES (:source, :at, :outcome, :items, :new, :changed, :old, :hits, :repaired,
                     :duration_ms, :cut, :noindex, :detail, :gap)",
        )?
        .execute(named_params! {
            ":source": number,
            ":at": ms(line.at),
            ":detail": line.detail,
            ":gap": line.gap,
            ":outcome": tally.word,
            ":items": tally.counts.items,
            ":new": tally.counts.new,
            ":changed": tally.counts.changed,
            ":old": tally.counts.old,
            ":hits": tally.counts.hits,
            ":repaired": tally.counts.repaired.words(),
            ":duration_ms": u64::try_from(line.duration.as_millis()).unwrap_or(u64::MAX),
            ":cut": tally.counts.cut,
            ":noindex": tally.counts.noindex,
        })?;
    Ok(())
}

fn count_day(
    connection: &Connection,
    number: i64,
    day: &str,
    tally: &Tally,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO days (source, day, visits, unmodified, failed, items, new, changed, old,
                               robots, reserved)
             VALUES (:source, :day, 1, :unmodified, :failed, :items, :new, :changed, :old,
                     :robots, :reserved)
             ON CONFLICT (source, day) DO UPDATE
             SET visits = visits + 1, unmodified = unmodified + excluded.unmodified,
                 failed = failed + excluded.failed, items = items + excluded.items,
                 new = new + excluded.new, changed = changed + excluded.changed,
                 old = old + excluded.old, robots = robots + excluded.robots,
                 reserved = reserved + excluded.reserved",
        )?
        .execute(named_params! {
            ":source": number,
            ":day": day,
            ":unmodified": tally.unmodified,
            ":failed": tally.failure.is_some(),
            ":items": tally.counts.items,
            ":new": tally.counts.new,
            ":changed": tally.counts.changed,
            ":old": tally.counts.old,
            ":robots": tally.failure == Some(FailureClass::Robots),
            ":reserved": tally.failure == Some(FailureClass::Reserved),
        })?;
    Ok(())
}

fn count_hit(
    connection: &Connection,
    number: i64,
    day: &str,
    hit: &KeptHit,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO theme_days (source, day, theme, hits, withheld)
             VALUES (:source, :day, :theme, 1, :withheld)
             ON CONFLICT (source, day, theme) DO UPDATE
             SET hits = hits + 1, withheld = withheld + excluded.withheld",
        )?
        .execute(named_params! {
            ":source": number,
            ":day": day,
            ":theme": hit.theme.as_str(),
            ":withheld": matches!(hit.excerpt, Excerpt::Withheld { .. }),
        })?;
    Ok(())
}

fn select_visits(
    connection: &Connection,
    number: i64,
    most: u32,
) -> Result<Vec<VisitLine>, StoreError> {
    connection
        .prepare_cached(
            "SELECT at, outcome, items, new, changed, old, hits, repaired, duration_ms, cut, noindex,
                    detail, gap
             FROM visits
             WHERE source = :source
             ORDER BY id DESC LIMIT :most",
        )?
        .query_and_then(named_params! { ":source": number, ":most": most }, |row| {
            Ok(VisitLine {
                at: instant(row, "at")?,
                outcome: row.get("outcome")?,
                counts: Counts {
                    items: row.get("items")?,
                    new: row.get("new")?,
                    changed: row.get("changed")?,
                    old: row.get("old")?,
                    hits: row.get("hits")?,
                    repaired: repairs(row, "repaired")?,
                    cut: row.get("cut")?,
                    noindex: row.get("noindex")?,
                },
                detail: row.get("detail")?,
                gap: row.get("gap")?,
                duration: Duration::from_millis(row.get("duration_ms")?),
            })
        })?
        .collect()
}
