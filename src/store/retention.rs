//! What is past its retention goes, also from the raw bytes.
//!
//! Deleting is not erasing. `secure_delete` writes zeros over a deleted row, but when SQLite splits
//! or joins pages it leaves copies of rows in their free space, and those stay (a test shows it).
//! So the database is written anew from what is stored, temporary data in memory, and the log is
//! written back and cut to nothing. Only then is it erased; when a reader of another program holds
//! the log, that is an error and not a success.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use rusqlite::{Connection, TransactionBehavior, named_params};

use crate::seen::SeenWindow;
use crate::store::row::ms;
use crate::store::{Store, StoreError, digests, robots, story_days};

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

impl Store {
    /// Deletes all that is past its retention, and erases it.
    ///
    /// A message that could not be delivered in time is withdrawn: retention wins. Its other hits
    /// stand in the recipient's next digest, and the lost ones are counted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotErased`] when all was deleted but a reader still holds the log, and
    /// [`StoreError::Full`] when the disk has no room to write the database anew.
    pub async fn forget(&self, now: Timestamp) -> Result<Forgotten, StoreError> {
        self.delete_and_erase(move |connection| forget(connection, now))
            .await
    }

    /// Deletes the message at this address with its hits for all themes, and erases it. Messages
    /// that wait for the relay and tell of it are withdrawn, and it stays away when its source shows
    /// or changes it again: a keyed hash says so for two years.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotErased`] when it was deleted but a reader still holds the log.
    pub async fn forget_link(&self, link: &str, now: Timestamp) -> Result<Forgotten, StoreError> {
        let link = link.to_owned();
        self.delete_and_erase(move |connection| {
            remember_erased(connection, &link, now)?;
            let withdrawn = digests::withdraw_link(connection, &link)?;
            digests::untell_withdrawn(connection)?;
            Ok(Forgotten {
                withdrawn,
                hits: delete_hits_at(connection, &link)?,
                items: delete_items_without_hits(connection)?,
                ..Forgotten::default()
            })
        })
        .await
    }

    async fn delete_and_erase(
        &self,
        delete: impl FnOnce(&Connection) -> Result<Forgotten, StoreError> + Send + 'static,
    ) -> Result<Forgotten, StoreError> {
        self.writer
            .run(move |connection| {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let forgotten = delete(&transaction)?;
                transaction.commit()?;
                // Also when nothing was deleted: the time before, a reader may have been in the
                // way, and words also go when a message changes or a mail was sent.
                match truncate_log(connection)? && write_anew(connection)? {
                    true => Ok(forgotten),
                    false => Err(StoreError::NotErased(forgotten)),
                }
            })
            .await
    }
}

fn forget(connection: &Connection, now: Timestamp) -> Result<Forgotten, StoreError> {
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

    let before = total_lost(connection)?;
    count_lost(connection, now)?;
    let lost = total_lost(connection)? - before;
    let withdrawn = digests::withdraw_expired(connection, now)?;
    digests::untell_withdrawn(connection)?;
    let hits = delete_expired_hits(connection, now)?;
    let items = delete_items_without_hits(connection)?;
    forget_reading_of_removed(connection, ago(now, stay))?;
    delete_windows_never_read(connection)?;
    delete_erased(connection, long_ago)?;
    robots::delete_old(connection, now)?;
    Ok(Forgotten {
        hits,
        items,
        lost,
        withdrawn,
        digests: delete_digests(connection, digests_before)?,
        visits: delete_visits(connection, ago(now, VISITS_KEPT))?,
        counters: delete_days(connection, &first_day)?
            + delete_theme_days(connection, &first_day)?
            + story_days::delete_before(connection, &first_day)?,
        removed: delete_removed_sources(connection, long_ago)?
            + delete_removed_recipients(connection, digests_before)?,
    })
}

fn ago(now: Timestamp, span: SignedDuration) -> i64 {
    ms(now).saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}

/// Writes the log back into the database and cuts it to nothing; `false` when a reader was in the
/// way for longer than the busy timeout.
fn truncate_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    Ok(!busy)
}

/// Writes the whole database anew. Its log is cut first, so that it does not grow by a database at
/// each attempt while a reader holds it.
fn write_anew(connection: &Connection) -> Result<bool, StoreError> {
    connection.execute("VACUUM", ())?;
    truncate_log(connection)
}

fn total_lost(connection: &Connection) -> Result<u64, StoreError> {
    let select = "SELECT coalesce(sum(lost), 0) FROM recipients";
    Ok(connection.query_row(select, (), |row| row.get(0))?)
}

/// Counts, for each recipient, the hits that go now and that no sent digest told. Those of an empty one
/// were passed over: the recipient does not want them.
fn count_lost(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE recipients
         SET lost = lost + (
             SELECT count(*) FROM hits
             JOIN subscriptions ON subscriptions.theme = hits.theme
                               AND hits.id > subscriptions.after_hit
             WHERE hits.expires_at <= :now
               AND subscriptions.recipient = recipients.id
               AND NOT EXISTS (SELECT 1 FROM digest_hits
                               JOIN digests ON digests.id = digest_hits.digest
                               WHERE digest_hits.recipient = recipients.id
                                 AND digest_hits.hit = hits.id
                                 AND digests.state IN ('sent', 'empty')))
         WHERE removed_at IS NULL",
        named_params! { ":now": ms(now) },
    )?;
    Ok(())
}

fn delete_expired_hits(connection: &Connection, now: Timestamp) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM hits WHERE expires_at <= :now",
        named_params! { ":now": ms(now) },
    )?;
    Ok(count as u64)
}

fn remember_erased(connection: &Connection, link: &str, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO erased (source, key, erased_at)
         SELECT source, key, :now FROM items WHERE link = :link AND key IS NOT NULL
         ON CONFLICT (source, key) DO NOTHING",
        named_params! { ":link": link, ":now": ms(now) },
    )?;
    Ok(())
}

fn delete_erased(connection: &Connection, before: i64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM erased WHERE erased_at < :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}

fn delete_hits_at(connection: &Connection, link: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM hits WHERE item IN (SELECT id FROM items WHERE link = :link)",
        named_params! { ":link": link },
    )?;
    Ok(count as u64)
}

fn delete_items_without_hits(connection: &Connection) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM items WHERE NOT EXISTS (SELECT 1 FROM hits WHERE hits.item = items.id)",
        (),
    )?;
    Ok(count as u64)
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
        "DELETE FROM visits
         WHERE at < :before
           AND id NOT IN (SELECT newest.id FROM visits AS newest
                          WHERE newest.source = visits.source
                          ORDER BY newest.at DESC LIMIT :least)",
        named_params! { ":before": before, ":least": LEAST_VISITS_KEPT },
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
