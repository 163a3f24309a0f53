//! How a source fared until now, as one row of the table.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use crate::outcome::{PollState, Recovery, Trouble};
use crate::source::SourceId;
use crate::store::row::{instant_or_none, json, ms, source_id, to_json};
use crate::store::status::failure_class;
use crate::store::{Reader, StoreError};

impl Reader {
    /// What is remembered of every configured source.
    pub async fn poll_states(&self) -> Result<BTreeMap<SourceId, PollState>, StoreError> {
        self.read(all_states).await
    }
}

pub(crate) fn state(connection: &Connection, number: i64) -> Result<PollState, StoreError> {
    connection
        .prepare_cached(
            "SELECT next_due, last_visit, last_heard, failing_since, failures, trail, ever_read,
                    failure_class, failure_detail, burden, stopped_since, moved_to, gap_at, rhythm,
                    recovered_at, recovered_from
             FROM sources WHERE number = :number",
        )?
        .query_and_then(named_params! { ":number": number }, read_state)?
        .next()
        .ok_or_else(|| StoreError::corrupt("a source without a row"))?
}

fn all_states(connection: &Connection) -> Result<BTreeMap<SourceId, PollState>, StoreError> {
    connection
        .prepare_cached(
            "SELECT id, next_due, last_visit, last_heard, failing_since, failures, trail, ever_read,
                    failure_class, failure_detail, burden, stopped_since, moved_to, gap_at, rhythm,
                    recovered_at, recovered_from
             FROM sources WHERE removed_at IS NULL",
        )?
        .query_and_then((), |row| Ok((source_id(row, "id")?, read_state(row)?)))?
        .collect()
}

fn read_state(row: &Row<'_>) -> Result<PollState, StoreError> {
    Ok(PollState {
        next_due: instant_or_none(row, "next_due")?,
        last_visit: instant_or_none(row, "last_visit")?,
        last_heard: instant_or_none(row, "last_heard")?,
        failing_since: instant_or_none(row, "failing_since")?,
        failures: row.get("failures")?,
        trail: json(row, "trail")?,
        ever_read: row.get("ever_read")?,
        failure: trouble(row)?,
        burden: row.get("burden")?,
        stopped_since: instant_or_none(row, "stopped_since")?,
        moved_to: row.get("moved_to")?,
        gap_at: instant_or_none(row, "gap_at")?,
        rhythm: json(row, "rhythm")?,
        recovered: recovery(row)?,
    })
}

fn trouble(row: &Row<'_>) -> Result<Option<Trouble>, StoreError> {
    let Some(word) = row.get::<_, Option<String>>("failure_class")? else {
        return Ok(None);
    };
    Ok(Some(Trouble {
        class: failure_class(&word)?,
        detail: row
            .get::<_, Option<String>>("failure_detail")?
            .unwrap_or_default(),
    }))
}

fn recovery(row: &Row<'_>) -> Result<Option<Recovery>, StoreError> {
    let at = instant_or_none(row, "recovered_at")?;
    let from = instant_or_none(row, "recovered_from")?;
    Ok(from.zip(at).map(|(from, at)| Recovery { from, at }))
}

pub(crate) fn save_state(
    connection: &Connection,
    number: i64,
    state: &PollState,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sources
             SET next_due = :next_due, last_visit = :last_visit, last_heard = :last_heard,
                 failing_since = :failing_since, failure_class = :failure_class,
                 failures = :failures, trail = :trail, ever_read = :ever_read,
                 failure_detail = :detail, burden = :burden, stopped_since = :stopped_since,
                 moved_to = :moved_to, gap_at = :gap_at, rhythm = :rhythm,
                 recovered_at = :recovered_at, recovered_from = :recovered_from
             WHERE number = :number",
        )?
        .execute(named_params! {
            ":number": number,
            ":next_due": state.next_due.map(ms),
            ":last_visit": state.last_visit.map(ms),
            ":last_heard": state.last_heard.map(ms),
            ":failing_since": state.failing_since.map(ms),
            ":failure_class": state.failure.as_ref().map(|trouble| trouble.class.as_str()),
            ":failures": state.failures,
            ":trail": to_json(&state.trail),
            ":ever_read": state.ever_read,
            ":detail": state.failure.as_ref().map(|trouble| &trouble.detail),
            ":burden": state.burden,
            ":stopped_since": state.stopped_since.map(ms),
            ":moved_to": state.moved_to,
            ":gap_at": state.gap_at.map(ms),
            ":rhythm": to_json(&state.rhythm),
            ":recovered_at": state.recovered.map(|recovery| ms(recovery.at)),
            ":recovered_from": state.recovered.map(|recovery| ms(recovery.from)),
        })?;
    Ok(())
}
