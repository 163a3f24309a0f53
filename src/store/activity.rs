//! What each source gave in a period, from the daily counters.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::{Connection, named_params};

use crate::source::SourceId;
use crate::store::row::{source_id, theme_id};
use crate::store::{Reader, StoreError};
use crate::theme::ThemeId;

/// What a source gave in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceActivity {
    /// Visits, which are what it costs its host.
    pub visits: u64,
    /// Of these, the visits that failed.
    pub failed: u64,
    /// Messages read.
    pub messages: u64,
    /// Hits by theme.
    pub hits: BTreeMap<ThemeId, u64>,
    /// Of these, the hits without text, by theme.
    pub withheld: BTreeMap<ThemeId, u64>,
    /// Visits of the last days that are remembered one by one.
    pub recent: u64,
    /// Of these, the visits that found something new.
    pub useful: u64,
}

impl Reader {
    /// What each source gave from one local day up to another, the last not included.
    pub async fn activity(
        &self,
        from: Date,
        until: Date,
    ) -> Result<BTreeMap<SourceId, SourceActivity>, StoreError> {
        self.read(move |connection| select(connection, from, until))
            .await
    }
}

fn select(
    connection: &Connection,
    from: Date,
    until: Date,
) -> Result<BTreeMap<SourceId, SourceActivity>, StoreError> {
    let (from, until) = (from.to_string(), until.to_string());
    let mut activity: BTreeMap<SourceId, SourceActivity> = BTreeMap::new();
    let mut days = connection.prepare_cached(
        "SELECT sources.id, sum(visits) AS visits, sum(failed) AS failed,
                sum(new + old) AS messages
         FROM days JOIN sources ON sources.number = days.source
         WHERE sources.removed_at IS NULL AND day >= :from AND day < :until
         GROUP BY sources.number",
    )?;
    let mut rows = days.query(named_params! { ":from": from, ":until": until })?;
    while let Some(row) = rows.next()? {
        let of = activity.entry(source_id(row, "id")?).or_default();
        of.visits = row.get("visits")?;
        of.failed = row.get("failed")?;
        of.messages = row.get("messages")?;
    }
    let mut themes = connection.prepare_cached(
        "SELECT sources.id, theme, sum(hits) AS hits, sum(withheld) AS withheld
         FROM theme_days JOIN sources ON sources.number = theme_days.source
         WHERE sources.removed_at IS NULL AND day >= :from AND day < :until
         GROUP BY sources.number, theme",
    )?;
    let mut rows = themes.query(named_params! { ":from": from, ":until": until })?;
    while let Some(row) = rows.next()? {
        let of = activity.entry(source_id(row, "id")?).or_default();
        of.hits.insert(theme_id(row, "theme")?, row.get("hits")?);
        of.withheld
            .insert(theme_id(row, "theme")?, row.get("withheld")?);
    }
    let mut visits = connection.prepare_cached(
        "SELECT sources.id, count(*) AS recent, count(*) FILTER (WHERE new > 0) AS useful
         FROM visits JOIN sources ON sources.number = visits.source
         WHERE sources.removed_at IS NULL
         GROUP BY sources.number",
    )?;
    let mut rows = visits.query(())?;
    while let Some(row) = rows.next()? {
        let of = activity.entry(source_id(row, "id")?).or_default();
        of.recent = row.get("recent")?;
        of.useful = row.get("useful")?;
    }
    Ok(activity)
}
