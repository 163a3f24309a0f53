//! What is past its retention goes, also from the raw bytes.
//!
//! Deleting goes in turns, so that a visit that waits to be recorded never waits for more than one:
//! each turn is a transaction of its own, which leaves the rest for the next. Then what was
//! deleted is erased ([`crate::store::erasure`]).

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use rusqlite::{Connection, named_params};

use crate::seen::SeenWindow;
use crate::store::row::ms;
use crate::store::{Store, StoreError, digests, holds, robots, story_days};

/// How long a visit stays in the log: a weekly overview that is a week late still counts every
/// visit of its period.
const VISITS_KEPT: SignedDuration = SignedDuration::from_hours(15 * 24);

/// As many visits of a source stay whatever their age, so that the log of a source that is visited
/// once a day still shows a month.
const LEAST_VISITS_KEPT: u32 = 30;

/// Counters stay for two years: a season compared with the one before it.
const COUNTERS_KEPT_MONTHS: i32 = 24;

/// The record of a sent digest outlives every hit that it told (90 days at most), so that none can
/// be told twice.
const DIGESTS_KEPT: SignedDuration = SignedDuration::from_hours(100 * 24);

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Hits.
    pub hits: u64,
    /// Items, each with its last hit.
    pub items: u64,
    /// Of the hits: how often one went before a recipient could be told, over all recipients.
    pub lost: u64,
    /// Messages that waited for the relay and held words of such a hit.
    pub withdrawn: u64,
    /// Records of digests.
    pub digests: u64,
    /// Lines of the log of visits.
    pub visits: u64,
    /// Rows of counters.
    pub counters: u64,
    /// Sources and recipients that have long not been configured.
    pub removed: u64,
}

/// How many hits, or lines of the log of visits, go in one transaction: the writer is held for some
/// tens of milliseconds, also on a slow disk.
const ROWS_A_TURN: u32 = 500;

impl Forgotten {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Forgotten {
            hits: self.hits + other.hits,
            items: self.items + other.items,
            lost: self.lost + other.lost,
            withdrawn: self.withdrawn + other.withdrawn,
            digests: self.digests + other.digests,
            visits: self.visits + other.visits,
            counters: self.counters + other.counters,
            removed: self.removed + other.removed,
        }
    }
}

impl Store {
    /// Deletes all that is past its retention, and erases it.
    ///
    /// A message that could not be delivered in time is withdrawn: retention wins. Its other hits
    /// stand in the recipient's next digest, and the lost ones are counted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotErased`] when all was deleted but a reader still holds the log, and
    /// [`StoreError::Full`] when the disk has no room for the log; what turns before it deleted
    /// stays deleted, and is erased the next time.
    pub async fn forget(&self, now: Timestamp) -> Result<Forgotten, StoreError> {
        let mut forgotten = Forgotten::default();
        loop {
            let turn = self
                .write(move |connection| forget_hits(connection, now))
                .await?;
            forgotten = forgotten.and(turn);
            if turn.hits < u64::from(ROWS_A_TURN) {
                break;
            }
        }
        loop {
            let turn = self
                .write(move |connection| forget_the_rest(connection, now))
                .await?;
            forgotten = forgotten.and(turn);
            if turn.visits < u64::from(ROWS_A_TURN) {
                break;
            }
        }
        self.erase(forgotten).await
    }
}

/// One turn of hits that are past their retention, with what waits to be mailed and tells of one.
fn forget_hits(connection: &Connection, now: Timestamp) -> Result<Forgotten, StoreError> {
    choose_going(connection, now)?;
    let before = total_lost(connection)?;
    count_lost(connection)?;
    let lost = total_lost(connection)? - before;
    let withdrawn = digests::withdraw_expired(connection, now)?;
    digests::untell_withdrawn(connection)?;
    Ok(Forgotten {
        hits: delete_going_hits(connection)?,
        items: delete_going_items(connection)?,
        lost,
        withdrawn,
        ..Forgotten::default()
    })
}

fn forget_the_rest(connection: &Connection, now: Timestamp) -> Result<Forgotten, StoreError> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let first_day = today
        .saturating_sub(COUNTERS_KEPT_MONTHS.months())
        .to_string();
    let long_ago = ago(
        now,
        SignedDuration::from_hours(24 * 31 * i64::from(COUNTERS_KEPT_MONTHS)),
    );
    let stay = SignedDuration::from_hours(24 * i64::from(SeenWindow::STAY_DAYS));
    let digests_before = ago(now, DIGESTS_KEPT);
    forget_reading_of_removed(connection, ago(now, stay))?;
    delete_windows_never_read(connection)?;
    delete_erased(connection, long_ago)?;
    holds::delete_ended(connection, long_ago)?;
    robots::delete_old(connection, now)?;
    Ok(Forgotten {
        digests: delete_digests(connection, digests_before)?,
        visits: delete_visits(connection, ago(now, VISITS_KEPT))?,
        counters: delete_days(connection, &first_day)?
            + delete_theme_days(connection, &first_day)?
            + story_days::delete_before(connection, &first_day)?,
        removed: delete_removed_sources(connection, long_ago)?
            + delete_removed_recipients(connection, digests_before)?,
        ..Forgotten::default()
    })
}

fn ago(now: Timestamp, span: SignedDuration) -> i64 {
    ms(now).saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}

fn total_lost(connection: &Connection) -> Result<u64, StoreError> {
    let select = "SELECT coalesce(sum(lost), 0) FROM recipients";
    Ok(connection.query_row(select, (), |row| row.get(0))?)
}

/// Notes which hits go in this turn, in a table of this connection, in memory.
fn choose_going(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS going (hit INTEGER PRIMARY KEY, item INTEGER NOT NULL)",
        (),
    )?;
    connection.execute("DELETE FROM going", ())?;
    connection.execute(
        "INSERT INTO going (hit, item)
         SELECT id, item FROM hits WHERE expires_at <= :now
           AND NOT EXISTS (SELECT 1 FROM held_hits
                           WHERE held_hits.hit = hits.id AND held_hits.until > :now)
         ORDER BY expires_at LIMIT :rows",
        named_params! { ":now": ms(now), ":rows": ROWS_A_TURN },
    )?;
    Ok(())
}

/// Counts, for each recipient, the hits that go now and that no sent digest told. Those of an empty one
/// were passed over: the recipient does not want them.
fn count_lost(connection: &Connection) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE recipients
         SET lost = lost + (
             SELECT count(*) FROM going
             JOIN hits ON hits.id = going.hit
             JOIN subscriptions ON subscriptions.theme = hits.theme
                               AND hits.id > subscriptions.after_hit
             WHERE subscriptions.recipient = recipients.id
               AND NOT EXISTS (SELECT 1 FROM digest_hits
                               JOIN digests ON digests.id = digest_hits.digest
                               WHERE digest_hits.recipient = recipients.id
                                 AND digest_hits.hit = hits.id
                                 AND digests.state IN ('sent', 'empty')))
         WHERE removed_at IS NULL",
        (),
    )?;
    Ok(())
}

fn delete_going_hits(connection: &Connection) -> Result<u64, StoreError> {
    let count = connection.execute("DELETE FROM hits WHERE id IN (SELECT hit FROM going)", ())?;
    Ok(count as u64)
}

fn delete_going_items(connection: &Connection) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM items
         WHERE id IN (SELECT item FROM going)
           AND NOT EXISTS (SELECT 1 FROM hits WHERE hits.item = items.id)",
        (),
    )?;
    Ok(count as u64)
}

fn delete_erased(connection: &Connection, before: i64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM erased WHERE erased_at < :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}

/// A source that comes back after this long is like a new one: its hashes may not stay longer.
fn forget_reading_of_removed(connection: &Connection, before: i64) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sources SET ever_read = 0, trail = '{}' WHERE removed_at < :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}

fn delete_windows_never_read(connection: &Connection) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM seen WHERE source IN (SELECT number FROM sources
                                           WHERE removed_at IS NOT NULL AND NOT ever_read)",
        (),
    )?;
    Ok(())
}

fn delete_digests(connection: &Connection, before: i64) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM digests
         WHERE state <> 'composed' AND composed_at < :before
           AND NOT EXISTS (SELECT 1 FROM digest_hits WHERE digest_hits.digest = digests.id)",
        named_params! { ":before": before },
    )?;
    Ok(count as u64)
}

fn delete_visits(connection: &Connection, before: i64) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM visits WHERE id IN (
             SELECT id FROM visits AS old
             WHERE at < :before
               AND id NOT IN (SELECT newest.id FROM visits AS newest
                              WHERE newest.source = old.source
                              ORDER BY newest.at DESC LIMIT :least)
             LIMIT :rows)",
        named_params! {
            ":before": before,
            ":least": LEAST_VISITS_KEPT,
            ":rows": ROWS_A_TURN,
        },
    )?;
    Ok(count as u64)
}

fn delete_days(connection: &Connection, first_day: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM days WHERE day < :first_day",
        named_params! { ":first_day": first_day },
    )?;
    Ok(count as u64)
}

fn delete_theme_days(connection: &Connection, first_day: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM theme_days WHERE day < :first_day",
        named_params! { ":first_day": first_day },
    )?;
    Ok(count as u64)
}

fn delete_removed_sources(connection: &Connection, before: i64) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM sources
         WHERE removed_at < :before
           AND NOT EXISTS (SELECT 1 FROM items WHERE items.source = sources.number)",
        named_params! { ":before": before },
    )?;
    Ok(count as u64)
}

fn delete_removed_recipients(connection: &Connection, before: i64) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM recipients WHERE removed_at < :before",
        named_params! { ":before": before },
    )?;
    Ok(count as u64)
}
