//! The sources, and what is remembered of them between visits.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};
use url::Url;

use crate::outcome::{PollState, Trail};
use crate::seen::{CorruptWindow, ItemKey, ItemKeyer, Secret, SeenWindow};
use crate::source::SourceId;
use crate::store::poll_states::state;
use crate::store::row::{CLOCK_SLACK_MS, instant_or_none, ms, source_id};
use crate::store::{Reader, Store, StoreError, hits, rights};

/// What a visit needs to know of the visits before it.
#[derive(Debug)]
pub struct VisitMemory {
    /// What is remembered about the source.
    pub state: PollState,
    /// Which of its items were seen.
    pub window: SeenWindow,
    /// Makes the keys of its items.
    pub keyer: ItemKeyer,
    /// The items of which a hit is kept, with when they were published.
    pub kept: Vec<(ItemKey, Timestamp)>,
    /// Why the window could not be read: it is empty then, and the source counts as never read, so
    /// that its old items do not flood. To be logged.
    pub window_lost: Option<CorruptWindow>,
}

/// A source as it is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    /// Its id.
    pub id: SourceId,
    /// Its address.
    pub url: Url,
    /// Tells its block in the file from an earlier one ([`Source::fingerprint`]).
    ///
    /// [`Source::fingerprint`]: crate::source::Source::fingerprint
    pub block: String,
}

/// A source that a person gave another id: all that was remembered goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its id until now.
    pub from: SourceId,
    /// Its id from now on.
    pub to: SourceId,
}

impl Store {
    /// Tells the store which sources are configured; to be called whenever the configuration was
    /// read, before anything else.
    ///
    /// A source is recognised by its address first and by its id second. A known address under
    /// another id keeps all that was remembered (the answer says so); a known id with another
    /// address keeps it too, but counts as never read, so that the old items of the new address do
    /// not flood. A source that was stopped goes on when its block was changed: a person acted. What
    /// is no longer configured is remembered for when it comes back.
    pub async fn sync_sources(
        &self,
        sources: Vec<Configured>,
        now: Timestamp,
    ) -> Result<Vec<Moved>, StoreError> {
        self.write(move |connection| sync(connection, &sources, now))
            .await
    }

    /// What a visit to this source needs to know.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when [`Store::sync_sources`] never named it.
    pub async fn visit_memory(&self, source: &SourceId) -> Result<VisitMemory, StoreError> {
        let source = source.clone();
        let secret = self.secret.clone();
        self.reader
            .read(move |connection| {
                let number = number(connection, &source)?;
                let mut state = state(connection, number)?;
                let bytes = window(connection, number)?;
                let (window, window_lost) = match SeenWindow::decode(&bytes) {
                    Ok(window) => (window, None),
                    Err(error) => {
                        state.ever_read = false;
                        state.trail = Trail::default();
                        (SeenWindow::default(), Some(error))
                    }
                };
                Ok(VisitMemory {
                    state,
                    window,
                    keyer: ItemKeyer::new(&secret, number),
                    kept: hits::kept(connection, number)?,
                    window_lost,
                })
            })
            .await
    }
}

impl Reader {
    /// The configured sources that are due, those never visited first, then the longest due.
    ///
    /// A source whose last visit lies in the future is due: the clock was set back, and its next
    /// visit may be days away.
    pub async fn due(&self, now: Timestamp) -> Result<Vec<SourceId>, StoreError> {
        self.read(move |connection| due(connection, now)).await
    }

    /// When the next source is due; `None` when one is due at once or there is none.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(next_due).await
    }
}

/// Compares the secret with the one that the hashes in the database were made with. Answers
/// whether it was lost: all windows are cleared then, and items wait to be recognised by their
/// link.
pub(crate) fn meet_secret(
    connection: &mut Connection,
    secret: &Secret,
) -> Result<bool, StoreError> {
    let transaction = connection.transaction()?;
    let fingerprint = secret.fingerprint();
    let known = known_fingerprint(&transaction)?;
    let lost = known.is_some_and(|known| known != fingerprint);
    if lost {
        clear_windows(&transaction)?;
        forget_all_reading(&transaction)?;
        clear_item_keys(&transaction)?;
        clear_erased(&transaction)?;
        rights::lose_objections(&transaction)?;
    }
    remember_fingerprint(&transaction, &fingerprint)?;
    transaction.commit()?;
    Ok(lost)
}

/// One row of the table, as far as it matters for recognising a source.
struct Known {
    number: i64,
    id: SourceId,
    url: String,
}

fn sync(
    connection: &Connection,
    sources: &[Configured],
    now: Timestamp,
) -> Result<Vec<Moved>, StoreError> {
    let mut known = known(connection)?;
    let mut homes: HashMap<&SourceId, Known> = HashMap::new();
    // Same id and address; then the same address; then the same id.
    let rules: [fn(&Known, &SourceId, &str) -> bool; 3] = [
        |known, id, url| known.id == *id && known.url == url,
        |known, _, url| known.url == url,
        |known, id, _| known.id == *id,
    ];
    for rule in rules {
        for Configured { id, url, .. } in sources {
            if homes.contains_key(id) {
                continue;
            }
            if let Some(place) = known.iter().position(|row| rule(row, id, url.as_str())) {
                homes.insert(id, known.remove(place));
            }
        }
    }

    let configured: HashSet<&SourceId> = sources.iter().map(|source| &source.id).collect();
    for row in &known {
        // Its id may be another source's from now on.
        let id = match configured.contains(&row.id) {
            true => format!("removed-source-{}", row.number),
            false => row.id.as_str().to_owned(),
        };
        remove(connection, row.number, &id, now)?;
    }
    let mut moved = Vec::new();
    for (id, row) in homes.iter().filter(|(id, row)| row.id != ***id) {
        // Two sources may swap their ids, so both let go of the old one first.
        rename(
            connection,
            row.number,
            &format!("moving-source-{}", row.number),
        )?;
        moved.push(Moved {
            from: row.id.clone(),
            to: (*id).clone(),
        });
    }
    for Configured { id, url, block } in sources {
        match homes.get(id) {
            Some(row) => {
                rename(connection, row.number, id.as_str())?;
                configure(connection, row.number, block)?;
                if row.url != url.as_str() {
                    change_url(connection, row.number, url.as_str())?;
                }
            }
            None => insert(connection, id.as_str(), url.as_str(), block)?,
        }
    }
    moved.sort_by(|a, b| a.to.cmp(&b.to));
    Ok(moved)
}

/// The number of a source that was ever configured.
pub(crate) fn number(connection: &Connection, id: &SourceId) -> Result<i64, StoreError> {
    connection
        .prepare_cached("SELECT number FROM sources WHERE id = :id")?
        .query_row(named_params! { ":id": id.as_str() }, |row| row.get(0))
        .optional()?
        .ok_or(StoreError::Refused("a source that was never configured"))
}

fn known(connection: &Connection) -> Result<Vec<Known>, StoreError> {
    // Of two with one address, the one that was visited last.
    let mut statement = connection.prepare(
        "SELECT number, id, url FROM sources ORDER BY last_visit DESC NULLS LAST, number",
    )?;
    statement
        .query_and_then((), |row| {
            Ok(Known {
                number: row.get("number")?,
                id: source_id(row, "id")?,
                url: row.get("url")?,
            })
        })?
        .collect()
}

fn insert(connection: &Connection, id: &str, url: &str, block: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO sources (id, url, block) VALUES (:id, :url, :block)",
        named_params! { ":id": id, ":url": url, ":block": block },
    )?;
    Ok(())
}

fn rename(connection: &Connection, number: i64, id: &str) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sources SET id = :id WHERE number = :number",
        named_params! { ":number": number, ":id": id },
    )?;
    Ok(())
}

/// A block that is not known yet, of an earlier version, starts nothing: nobody changed it.
fn configure(connection: &Connection, number: i64, block: &str) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sources
         SET removed_at = NULL, block = :block,
             next_due = iif(block <> :block AND stopped_since IS NOT NULL, NULL, next_due),
             stopped_since = iif(block <> :block, NULL, stopped_since)
         WHERE number = :number",
        named_params! { ":number": number, ":block": block },
    )?;
    Ok(())
}

fn change_url(connection: &Connection, number: i64, url: &str) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sources
         SET url = :url, ever_read = 0, next_due = NULL, stopped_since = NULL, moved_to = NULL,
             rhythm = '{}'
         WHERE number = :number",
        named_params! { ":number": number, ":url": url },
    )?;
    Ok(())
}

fn remove(
    connection: &Connection,
    number: i64,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sources SET id = :id, removed_at = coalesce(removed_at, :now)
         WHERE number = :number",
        named_params! { ":number": number, ":id": id, ":now": ms(now) },
    )?;
    Ok(())
}

fn due(connection: &Connection, now: Timestamp) -> Result<Vec<SourceId>, StoreError> {
    connection
        .prepare_cached(
            "SELECT id FROM sources
             WHERE removed_at IS NULL AND stopped_since IS NULL
               AND (next_due IS NULL OR next_due <= :now OR last_visit > :now + :slack)
             ORDER BY next_due NULLS FIRST, number",
        )?
        .query_and_then(
            named_params! { ":now": ms(now), ":slack": CLOCK_SLACK_MS },
            |row| source_id(row, "id"),
        )?
        .collect()
}

fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    connection
        .prepare_cached(
            "SELECT next_due FROM sources WHERE removed_at IS NULL AND stopped_since IS NULL
             ORDER BY next_due NULLS FIRST LIMIT 1",
        )?
        .query_and_then((), |row| instant_or_none(row, "next_due"))?
        .next()
        .unwrap_or(Ok(None))
}

fn window(connection: &Connection, number: i64) -> Result<Vec<u8>, StoreError> {
    let bytes = connection
        .prepare_cached("SELECT window FROM seen WHERE source = :number")?
        .query_row(named_params! { ":number": number }, |row| row.get(0))
        .optional()?;
    Ok(bytes.unwrap_or_default())
}

fn known_fingerprint(connection: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    let select = "SELECT value FROM meta WHERE name = 'secret_fingerprint'";
    Ok(connection
        .query_row(select, (), |row| row.get(0))
        .optional()?)
}

fn remember_fingerprint(connection: &Connection, fingerprint: &[u8]) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('secret_fingerprint', :value)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        named_params! { ":value": fingerprint },
    )?;
    Ok(())
}

fn clear_windows(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM seen", ())?;
    Ok(())
}

fn forget_all_reading(connection: &Connection) -> Result<(), StoreError> {
    // The trail goes too: a page that answers "unmodified" would not be read.
    connection.execute("UPDATE sources SET ever_read = 0, trail = '{}'", ())?;
    Ok(())
}

fn clear_item_keys(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("UPDATE items SET key = NULL", ())?;
    Ok(())
}

fn clear_erased(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM erased", ())?;
    Ok(())
}
