//! What there is to tell about the sources and the store itself.

use std::fs;

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};
use serde::Deserialize;
use serde::de::value::{Error as WordError, StrDeserializer};

use crate::outcome::{Counts, FailureClass};
use crate::recipient::Address;
use crate::source::SourceId;
use crate::store::row::{instant, instant_or_none, ms, repairs, source_id};
use crate::store::{Reader, StoreError};

/// How a configured source was heard in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The source.
    pub source: SourceId,
    /// The last visit that heard it, in the period or before.
    pub last_heard: Option<Timestamp>,
    /// Since when every visit failed, when the last one did.
    pub failing_since: Option<Timestamp>,
    /// Why the last visit failed.
    pub failure: Option<FailureClass>,
    /// When it is visited next.
    pub next_due: Option<Timestamp>,
    /// Visits in the period.
    pub visits: u64,
    /// Of these, the visits that failed.
    pub failed: u64,
    /// What the visits in the period gave, added up. `new` and `old` together are the messages
    /// read; `items` counts a message again at each visit; a flag is set when one visit set it.
    pub counts: Counts,
}

/// What is stored, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Hits stored.
    pub hits: u64,
    /// Items they belong to.
    pub items: u64,
    /// When the next hit goes.
    pub next_expiry: Option<Timestamp>,
    /// Bytes of the database with its log.
    pub bytes: u64,
    /// Bytes of it that are free for later rows.
    pub free_bytes: u64,
    /// Messages that wait for the relay, the oldest first.
    pub queue: Vec<QueuedDigest>,
}

/// A message that waits for the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedDigest {
    /// To whom.
    pub to: Address,
    /// Its period.
    pub period: String,
    /// When it was composed.
    pub composed_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt: Timestamp,
}

impl Reader {
    /// How every configured source was heard from one instant up to another, by id.
    ///
    /// Exact for the last fifteen days; older visits are in the daily counters only.
    pub async fn heard(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Heard>, StoreError> {
        self.read(move |connection| select_heard(connection, from, until))
            .await
    }

    /// What is stored, in figures.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        // Without a log there is no file; SQLite removes it when the last connection closes.
        let size = |path: &std::path::Path| fs::metadata(path).map_or(0, |about| about.len());
        let bytes = size(&self.path) + size(log.as_ref());
        self.read(move |connection| {
            let mut totals = count(connection)?;
            totals.bytes = bytes;
            totals.queue = select_queue(connection)?;
            Ok(totals)
        })
        .await
    }
}

fn select_heard(
    connection: &Connection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Heard>, StoreError> {
    connection
        .prepare_cached(
            "SELECT sources.id, sources.last_heard, sources.failing_since, sources.failure_class,
                    sources.next_due,
                    count(visits.id) AS visits,
                    count(visits.id) FILTER (WHERE visits.outcome NOT IN ('read', 'unmodified'))
                        AS failed,
                    coalesce(sum(visits.items), 0) AS items,
                    coalesce(sum(visits.new), 0) AS new,
                    coalesce(sum(visits.changed), 0) AS changed,
                    coalesce(sum(visits.old), 0) AS old,
                    coalesce(sum(visits.hits), 0) AS hits,
                    coalesce(group_concat(visits.repaired, ' '), '') AS repaired,
                    coalesce(max(visits.cut), 0) AS cut,
                    coalesce(max(visits.noindex), 0) AS noindex
             FROM sources
             LEFT JOIN visits ON visits.source = sources.number
                             AND visits.at >= :from AND visits.at < :until
             WHERE sources.removed_at IS NULL
             GROUP BY sources.number
             ORDER BY sources.id",
        )?
        .query_and_then(
            named_params! { ":from": ms(from), ":until": ms(until) },
            read_heard,
        )?
        .collect()
}

fn read_heard(row: &Row<'_>) -> Result<Heard, StoreError> {
    let class: Option<String> = row.get("failure_class")?;
    Ok(Heard {
        source: source_id(row, "id")?,
        last_heard: instant_or_none(row, "last_heard")?,
        failing_since: instant_or_none(row, "failing_since")?,
        failure: class.as_deref().map(failure_class).transpose()?,
        next_due: instant_or_none(row, "next_due")?,
        visits: row.get("visits")?,
        failed: row.get("failed")?,
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
    })
}

pub(crate) fn failure_class(word: &str) -> Result<FailureClass, StoreError> {
    FailureClass::deserialize(StrDeserializer::<WordError>::new(word))
        .map_err(|_| StoreError::corrupt("a class of failure"))
}

fn count(connection: &Connection) -> Result<Totals, StoreError> {
    connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM hits) AS hits,
                    (SELECT count(*) FROM items) AS items,
                    (SELECT min(expires_at) FROM hits) AS next_expiry,
                    (SELECT freelist_count FROM pragma_freelist_count)
                        * (SELECT page_size FROM pragma_page_size) AS free_bytes",
        )?
        .query_and_then((), |row| {
            Ok(Totals {
                hits: row.get("hits")?,
                items: row.get("items")?,
                next_expiry: instant_or_none(row, "next_expiry")?,
                free_bytes: row.get("free_bytes")?,
                ..Totals::default()
            })
        })?
        .next()
        .unwrap_or_else(|| Ok(Totals::default()))
}

fn select_queue(connection: &Connection) -> Result<Vec<QueuedDigest>, StoreError> {
    connection
        .prepare_cached(
            "SELECT recipients.address, digests.period, digests.composed_at, digests.attempts,
                    digests.next_attempt
             FROM digests JOIN recipients ON recipients.id = digests.recipient
             WHERE digests.state = 'composed'
             ORDER BY digests.id",
        )?
        .query_and_then((), |row| {
            let address: String = row.get("address")?;
            Ok(QueuedDigest {
                to: Address::parse(&address)
                    .ok_or_else(|| StoreError::corrupt("a mail address"))?,
                period: row.get("period")?,
                composed_at: instant(row, "composed_at")?,
                attempts: row.get("attempts")?,
                next_attempt: instant(row, "next_attempt")?,
            })
        })?
        .collect()
}
