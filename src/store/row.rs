//! How values stand in a row.

use jiff::Timestamp;
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::outcome::Repairs;
use crate::source::SourceId;
use crate::store::StoreError;
use crate::theme::ThemeId;

/// How far ahead of `now` a remembered instant may lie before the clock must have been set back.
/// An hour forgives a wrong time zone of a machine that boots without a network clock.
pub(crate) const CLOCK_SLACK_MS: i64 = 60 * 60 * 1000;

/// An instant as it is stored: milliseconds since 1970, cut off.
pub(crate) fn ms(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

/// The instant in a column.
pub(crate) fn instant(row: &Row<'_>, column: &str) -> Result<Timestamp, StoreError> {
    from_ms(row.get(column)?)
}

/// The instant in a column that may be empty.
pub(crate) fn instant_or_none(
    row: &Row<'_>,
    column: &str,
) -> Result<Option<Timestamp>, StoreError> {
    row.get::<_, Option<i64>>(column)?.map(from_ms).transpose()
}

fn from_ms(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::corrupt("an instant"))
}

/// The source id in a column.
pub(crate) fn source_id(row: &Row<'_>, column: &str) -> Result<SourceId, StoreError> {
    let id: String = row.get(column)?;
    SourceId::parse(&id).ok_or_else(|| StoreError::corrupt("a source id"))
}

/// The theme id in a column.
pub(crate) fn theme_id(row: &Row<'_>, column: &str) -> Result<ThemeId, StoreError> {
    let id: String = row.get(column)?;
    ThemeId::parse(&id).ok_or_else(|| StoreError::corrupt("a theme id"))
}

/// The repairs in a column: words with spaces between.
pub(crate) fn repairs(row: &Row<'_>, column: &str) -> Result<Repairs, StoreError> {
    let words: String = row.get(column)?;
    Repairs::from_words(&words).ok_or_else(|| StoreError::corrupt("the word of a repair"))
}

/// A value as JSON text.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our own types are JSON, with text as keys")
}

/// The value whose JSON text stands in a column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    // The error of the parser may quote the text, so it is not kept.
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        what: format!("the JSON of a column {column}"),
    })
}
