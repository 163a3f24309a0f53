//! How many stories there were on a day: numbers that stay when the messages are gone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params};

use crate::item::StoredHit;
use crate::store::hits::read_hit;
use crate::store::row::{ms, theme_id};
use crate::store::{Reader, Store, StoreError};
use crate::theme::ThemeId;

/// How many stories of one theme, in one place, began on one local day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryDay {
    /// The day.
    pub day: Date,
    /// The theme.
    pub theme: ThemeId,
    /// A district, neighbourhood or town, never smaller; `None` is the theme as a whole.
    pub place: Option<String>,
    /// Stories that a resident tells.
    pub residents: u32,
    /// Stories that only press or authorities tell.
    pub others: u32,
}

impl Store {
    /// Keeps the numbers of days that have ended. A number never becomes lower: what is past its
    /// retention can no longer be counted.
    pub async fn count_stories(&self, counted: Vec<StoryDay>) -> Result<(), StoreError> {
        self.write(move |connection| counted.iter().try_for_each(|day| save(connection, day)))
            .await
    }
}

impl Reader {
    /// The hits of messages that were published, or else fetched, in this time.
    pub async fn hits_between(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<StoredHit>, StoreError> {
        self.read(move |connection| select_hits(connection, from, until))
            .await
    }

    /// The numbers from this day on.
    pub async fn story_days(&self, from: Date) -> Result<Vec<StoryDay>, StoreError> {
        self.read(move |connection| select(connection, from)).await
    }

    /// The days from this one on, on which at least one source was heard.
    pub async fn listened_days(&self, from: Date) -> Result<BTreeSet<Date>, StoreError> {
        self.read(move |connection| select_listened(connection, from))
            .await
    }
}

/// Forgets the numbers before a day.
pub(crate) fn delete_before(connection: &Connection, first_day: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM story_days WHERE day < :first_day",
        named_params! { ":first_day": first_day },
    )?;
    Ok(count as u64)
}

fn save(connection: &Connection, counted: &StoryDay) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO story_days (day, theme, place, residents, others)
             VALUES (:day, :theme, :place, :residents, :others)
             ON CONFLICT (day, theme, place) DO UPDATE
             SET residents = max(residents, excluded.residents),
                 others = max(others, excluded.others)",
        )?
        .execute(named_params! {
            ":day": counted.day.to_string(),
            ":theme": counted.theme.as_str(),
            ":place": counted.place.as_deref().unwrap_or_default(),
            ":residents": counted.residents,
            ":others": counted.others,
        })?;
    Ok(())
}

fn select_hits(
    connection: &Connection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<StoredHit>, StoreError> {
    connection
        .prepare_cached(
            "SELECT * FROM kept_hits
             WHERE coalesce(published_at, fetched_at) >= :from
               AND coalesce(published_at, fetched_at) < :until
             ORDER BY id",
        )?
        .query_and_then(
            named_params! { ":from": ms(from), ":until": ms(until) },
            read_hit,
        )?
        .collect()
}

fn select(connection: &Connection, from: Date) -> Result<Vec<StoryDay>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM story_days WHERE day >= :from ORDER BY day")?
        .query_and_then(named_params! { ":from": from.to_string() }, read)?
        .collect()
}

fn select_listened(connection: &Connection, from: Date) -> Result<BTreeSet<Date>, StoreError> {
    connection
        .prepare_cached(
            "SELECT day FROM days WHERE day >= :from GROUP BY day HAVING sum(visits) > sum(failed)",
        )?
        .query_and_then(named_params! { ":from": from.to_string() }, day)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<StoryDay, StoreError> {
    let place: String = row.get("place")?;
    Ok(StoryDay {
        day: day(row)?,
        theme: theme_id(row, "theme")?,
        place: (!place.is_empty()).then_some(place),
        residents: row.get("residents")?,
        others: row.get("others")?,
    })
}

fn day(row: &Row<'_>) -> Result<Date, StoreError> {
    let day: String = row.get("day")?;
    day.parse().map_err(|_| StoreError::corrupt("a day"))
}
