//! What was deleted goes from the raw bytes, and one message when somebody asks for it.
//!
//! Deleting is not erasing. `secure_delete` writes zeros over a deleted row, copies of rows in the
//! gaps of pages are wiped ([`crate::store::scrub`]), temporary data is in memory, and the log is written
//! back and cut to nothing. Only then is it erased; when a reader of another program holds the log,
//! that is an error and not a success. None of this holds the writer for long.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::connector::canonical::canonical;
use crate::store::row::ms;
use crate::store::{Forgotten, Reader, Store, StoreError, digests, scrub};

/// How long the writer is held while a reader is in the way, and how long it is free before the next
/// try.
const TRY: Duration = Duration::from_millis(50);

/// Space is given back to the disk when more than half of the file is unused and what is left is so
/// many pages, eight megabytes, at most: to write those anew takes some tens of milliseconds. In a
/// larger database unused pages, which hold zeros, wait for what comes.
const PAGES_WRITTEN_ANEW: u64 = 2048;

impl Reader {
    /// The links of stored messages that are this one, in whatever way it is spelled.
    pub async fn spellings(&self, link: &str) -> Result<Vec<String>, StoreError> {
        let Some(form) = canonical(link) else {
            return Ok(Vec::new());
        };
        self.read(move |connection| {
            let mut links = select_links(connection)?;
            links.retain(|stored| canonical(stored).as_deref() == Some(&form));
            Ok(links)
        })
        .await
    }
}

impl Store {
    /// Deletes the messages at these addresses, as they are stored, with their hits for all themes,
    /// and erases them. Messages that wait for the relay and tell of one are withdrawn, and it stays
    /// away when its source shows or changes it again: a keyed hash says so for two years.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotErased`] when they were deleted but a reader still holds the log.
    pub async fn forget_links(
        &self,
        links: Vec<String>,
        now: Timestamp,
    ) -> Result<Forgotten, StoreError> {
        let forgotten = self
            .write(move |connection| {
                let mut forgotten = Forgotten::default();
                for link in &links {
                    remember_erased(connection, link, now)?;
                    forgotten.withdrawn += digests::withdraw_link(connection, link)?;
                    forgotten.hits += delete_hits_at(connection, link)?;
                    forgotten.items += delete_items_at(connection, link)?;
                }
                digests::untell_withdrawn(connection)?;
                Ok(forgotten)
            })
            .await?;
        self.erase(forgotten).await
    }

    /// Erases what was deleted. Also when that was nothing: the time before, a reader may have been
    /// in the way, and words also go when a message changes or a mail was sent.
    pub(crate) async fn erase(&self, forgotten: Forgotten) -> Result<Forgotten, StoreError> {
        if self.cut_log().await? && self.wipe().await? && self.cut_log().await? {
            return Ok(forgotten);
        }
        Err(StoreError::NotErased(forgotten))
    }

    /// Writes the log back into the database and cuts it to nothing; `false` when a reader was in
    /// the way all the time.
    async fn cut_log(&self) -> Result<bool, StoreError> {
        let patience = self.patience;
        let mut waited = Duration::ZERO;
        loop {
            let cut = self.writer.run(move |connection| {
                connection.busy_timeout(TRY)?;
                let cut = truncate_log(connection);
                connection.busy_timeout(patience)?;
                cut
            });
            if cut.await? {
                return Ok(true);
            }
            if waited >= patience {
                return Ok(false);
            }
            tokio::time::sleep(TRY).await;
            waited += 2 * TRY;
        }
    }

    /// Wipes what deleted rows left in the pages; `false` when the log could not be cut, without
    /// which the database is not written anew.
    async fn wipe(&self) -> Result<bool, StoreError> {
        let possible = self.writer.run(|connection| scrub::is_possible(connection));
        if !possible.await? {
            self.write_anew().await?;
            return Ok(true);
        }
        let mut next = Some(1);
        while let Some(page) = next {
            next = self
                .write(move |connection| scrub::turn(connection, page))
                .await?;
        }
        let mostly_unused = self.writer.run(|connection| mostly_unused(connection));
        if mostly_unused.await? {
            if !self.cut_log().await? {
                return Ok(false);
            }
            self.write_anew().await?;
        }
        Ok(true)
    }

    async fn write_anew(&self) -> Result<(), StoreError> {
        let vacuum = |connection: &mut Connection| Ok(connection.execute("VACUUM", ())?);
        self.writer.run(vacuum).await.map(|_| ())
    }
}

fn truncate_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    Ok(!busy)
}

fn mostly_unused(connection: &Connection) -> Result<bool, StoreError> {
    let select = "SELECT page_count, freelist_count
                  FROM pragma_page_count, pragma_freelist_count";
    let (all, unused): (u64, u64) =
        connection.query_row(select, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(unused > all / 2 && all - unused <= PAGES_WRITTEN_ANEW)
}

fn select_links(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut select =
        connection.prepare("SELECT DISTINCT link FROM items WHERE link IS NOT NULL")?;
    let links = select.query_map((), |row| row.get(0))?;
    Ok(links.collect::<Result<_, _>>()?)
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

fn delete_hits_at(connection: &Connection, link: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM hits WHERE item IN (SELECT id FROM items WHERE link = :link)",
        named_params! { ":link": link },
    )?;
    Ok(count as u64)
}

fn delete_items_at(connection: &Connection, link: &str) -> Result<u64, StoreError> {
    let count = connection.execute(
        "DELETE FROM items WHERE link = :link",
        named_params! { ":link": link },
    )?;
    Ok(count as u64)
}
