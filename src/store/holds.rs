//! Holds: what is kept beyond its retention, and until when.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::hold::{About, Hold, Scope};
use crate::store::row::{instant, ms, source_id, theme_id};
use crate::store::{Reader, Store, StoreError, sources};

/// What a hold is to be, with its scope looked up.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// What it is about; a link stands for the stored messages in [`NewHold::links`].
    pub scope: Scope,
    /// The links of those messages, as they are stored; empty for a theme or a source.
    pub links: Vec<String>,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub until: Timestamp,
}

impl Store {
    /// Keeps what a hold is about until its end, from now on. What is past its retention and still
    /// there is kept too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when the source was never configured.
    pub async fn add_hold(&self, hold: NewHold, now: Timestamp) -> Result<Hold, StoreError> {
        self.write(move |connection| {
            let number = insert(connection, &hold, now)?;
            let mut added = select(connection, now)?.into_iter();
            let added = added.rfind(|hold| hold.number == number);
            added.ok_or(StoreError::Refused("a hold that has ended"))
        })
        .await
    }

    /// Ends a hold before its time; `false` when there is none with this number in force.
    pub async fn end_hold(&self, number: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection| end(connection, number, now))
            .await
    }

    /// Ends what has come to its end, and gives the numbers.
    pub async fn end_holds(&self, now: Timestamp) -> Result<Vec<i64>, StoreError> {
        self.write(move |connection| end_over(connection, now))
            .await
    }
}

impl Reader {
    /// The holds that are in force, the oldest first.
    pub async fn holds(&self, now: Timestamp) -> Result<Vec<Hold>, StoreError> {
        self.read(move |connection| select(connection, now)).await
    }

    /// A hold on the message at this address, as it is stored.
    pub async fn hold_on(&self, link: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let link = link.to_owned();
        self.read(move |connection| select_on(connection, &link, now))
            .await
    }
}

/// Whether a hit of this item is held.
pub(crate) fn is_held(
    connection: &Connection,
    item: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM held_hits WHERE item = :item AND until > :now)",
        )?
        .query_row(named_params! { ":item": item, ":now": ms(now) }, |row| {
            row.get(0)
        })?)
}

/// Holds that ended before: their reasons go too.
pub(crate) fn delete_ended(connection: &Connection, before: i64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM holds WHERE ended_at < :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}

fn insert(connection: &Connection, hold: &NewHold, now: Timestamp) -> Result<i64, StoreError> {
    let (theme, source) = match &hold.scope {
        Scope::Theme(theme) => (Some(theme.as_str()), None),
        Scope::Source(source) => (None, Some(sources::number(connection, source)?)),
        Scope::Link(_) => (None, None),
    };
    connection.execute(
        "INSERT INTO holds (theme, source, reason, added_at, until)
         VALUES (:theme, :source, :reason, :now, :until)",
        named_params! {
            ":theme": theme,
            ":source": source,
            ":reason": hold.reason,
            ":now": ms(now),
            ":until": ms(hold.until),
        },
    )?;
    let number = connection.last_insert_rowid();
    for link in &hold.links {
        connection.execute(
            "INSERT INTO hold_items (hold, item) SELECT :number, id FROM items WHERE link = :link",
            named_params! { ":number": number, ":link": link },
        )?;
    }
    Ok(number)
}

fn end(connection: &Connection, number: i64, now: Timestamp) -> Result<bool, StoreError> {
    let count = connection.execute(
        "UPDATE holds SET ended_at = :now
         WHERE id = :number AND ended_at IS NULL AND until > :now",
        named_params! { ":number": number, ":now": ms(now) },
    )?;
    Ok(count > 0)
}

fn end_over(connection: &Connection, now: Timestamp) -> Result<Vec<i64>, StoreError> {
    connection
        .prepare_cached(
            "UPDATE holds SET ended_at = until
             WHERE ended_at IS NULL AND until <= :now RETURNING id",
        )?
        .query_and_then(named_params! { ":now": ms(now) }, |row| Ok(row.get(0)?))?
        .collect()
}

fn select(connection: &Connection, now: Timestamp) -> Result<Vec<Hold>, StoreError> {
    connection
        .prepare_cached(
            "SELECT holds.id, holds.theme, sources.id AS source, holds.reason, holds.until,
                    (SELECT count(*) FROM held_hits WHERE hold = holds.id) AS hits,
                    (SELECT count(*) FROM held_hits
                     WHERE hold = holds.id AND expires_at <= :now) AS overdue
             FROM holds LEFT JOIN sources ON sources.number = holds.source
             WHERE holds.ended_at IS NULL AND holds.until > :now
             ORDER BY holds.id",
        )?
        .query_and_then(named_params! { ":now": ms(now) }, read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<Hold, StoreError> {
    let theme: Option<String> = row.get("theme")?;
    let source: Option<String> = row.get("source")?;
    Ok(Hold {
        number: row.get("id")?,
        about: match (theme, source) {
            (Some(_), _) => About::Theme(theme_id(row, "theme")?),
            (None, Some(_)) => About::Source(source_id(row, "source")?),
            (None, None) => About::Message,
        },
        reason: row.get("reason")?,
        until: instant(row, "until")?,
        hits: row.get("hits")?,
        overdue: row.get("overdue")?,
    })
}

fn select_on(
    connection: &Connection,
    link: &str,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT hold FROM held_hits
             WHERE item IN (SELECT id FROM items WHERE link = :link) AND until > :now
             ORDER BY hold LIMIT 1",
        )?
        .query_row(named_params! { ":link": link, ":now": ms(now) }, |row| {
            row.get(0)
        })
        .optional()?)
}
