//! Requests of residents, and messages that must not be stored.

use hmac::Mac;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params};

use crate::connector::canonical::canonical;
use crate::item::{Item, StoredHit};
use crate::seen::Secret;
use crate::store::hits::read_hit;
use crate::store::row::{instant, instant_or_none, ms};
use crate::store::{Reader, Store, StoreError};

/// A request as it is registered. It holds no link: what was asked about stands with the
/// municipality, under the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredRequest {
    /// The number that the municipality gave it.
    pub number: String,
    /// `access`, `erase` or `object`.
    pub kind: String,
    /// The day on which it came in.
    pub received: Date,
    /// The last day on which it may be answered.
    pub due: Date,
    /// When it was carried out here.
    pub done_at: Timestamp,
    /// Hits that were found or erased.
    pub hits: u64,
    /// When the municipality answered it.
    pub answered_at: Option<Timestamp>,
}

impl Store {
    /// Registers a request that was carried out. One that is there keeps its days: the legal term
    /// runs from the first time.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; nothing was changed then.
    pub async fn register_request(&self, request: RegisteredRequest) -> Result<(), StoreError> {
        self.write(move |connection| insert_request(connection, &request))
            .await
    }

    /// Notes that a request was answered; how many registrations of it were open.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; nothing was changed then.
    pub async fn answer_request(&self, number: &str, at: Timestamp) -> Result<u64, StoreError> {
        let number = number.to_owned();
        self.write(move |connection| {
            let count = connection.execute(
                "UPDATE requests SET answered_at = :at
                 WHERE number = :number AND answered_at IS NULL",
                named_params! { ":number": number, ":at": ms(at) },
            )?;
            Ok(count as u64)
        })
        .await
    }

    /// Remembers that the messages at these addresses must not be stored. An address that is none
    /// is left out.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; nothing was changed then.
    pub async fn object(
        &self,
        links: &[String],
        request: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let keys: Vec<_> = links
            .iter()
            .filter_map(|link| key(&self.secret, link))
            .collect();
        let request = request.to_owned();
        self.write(move |connection| {
            for key in &keys {
                insert_objection(connection, key, &request, at)?;
            }
            Ok(())
        })
        .await
    }

    /// The messages that may be looked at: without those against which somebody objected.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn without_objected(&self, items: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let secret = self.secret.clone();
        self.reader
            .read(move |connection| {
                if !has_objections(connection)? {
                    return Ok(items);
                }
                let mut left = Vec::with_capacity(items.len());
                for item in items {
                    let key = item.link.as_deref().and_then(|link| key(&secret, link));
                    match key {
                        Some(key) if is_objected(connection, &key)? => {}
                        _ => left.push(item),
                    }
                }
                Ok(left)
            })
            .await
    }
}

impl Reader {
    /// All requests, the oldest first.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn requests(&self) -> Result<Vec<RegisteredRequest>, StoreError> {
        self.read(select_requests).await
    }

    /// The numbers of requests whose objections are no longer recognised, because the key was
    /// lost: they must be entered again.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn lost_objections(&self) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut select = connection
                .prepare("SELECT DISTINCT request FROM objections WHERE lost ORDER BY request")?;
            let requests = select.query_map((), |row| row.get(0))?;
            Ok(requests.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The hits of the messages at these addresses, as they are stored.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn hits_at(&self, links: Vec<String>) -> Result<Vec<StoredHit>, StoreError> {
        self.read(move |connection| {
            let mut hits = Vec::new();
            for link in &links {
                hits.extend(select_hits_at(connection, link)?);
            }
            Ok(hits)
        })
        .await
    }
}

/// The keyed hash of a link in its one form; `None` when it is none.
fn key(secret: &Secret, link: &str) -> Option<[u8; 32]> {
    let form = canonical(link)?;
    let mac = secret.mac().chain_update(b"objection\0").chain_update(form);
    Some(mac.finalize().into_bytes().into())
}

/// Marks all objections as no longer recognised: the secret is another.
pub(crate) fn lose_objections(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("UPDATE objections SET lost = 1", ())?;
    Ok(())
}

fn insert_request(connection: &Connection, request: &RegisteredRequest) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO requests (number, kind, received, due, done_at, hits, answered_at)
         VALUES (:number, :kind, :received, :due, :done_at, :hits, :answered_at)
         ON CONFLICT (number, kind) DO UPDATE
         SET done_at = excluded.done_at, hits = hits + excluded.hits",
        named_params! {
            ":number": request.number,
            ":kind": request.kind,
            ":received": request.received.to_string(),
            ":due": request.due.to_string(),
            ":done_at": ms(request.done_at),
            ":hits": request.hits,
            ":answered_at": request.answered_at.map(ms),
        },
    )?;
    Ok(())
}

fn select_requests(connection: &Connection) -> Result<Vec<RegisteredRequest>, StoreError> {
    connection
        .prepare("SELECT * FROM requests ORDER BY received, number, kind")?
        .query_and_then((), |row| {
            Ok(RegisteredRequest {
                number: row.get("number")?,
                kind: row.get("kind")?,
                received: day(row, "received")?,
                due: day(row, "due")?,
                done_at: instant(row, "done_at")?,
                hits: row.get("hits")?,
                answered_at: instant_or_none(row, "answered_at")?,
            })
        })?
        .collect()
}

fn day(row: &Row<'_>, column: &str) -> Result<Date, StoreError> {
    let day: String = row.get(column)?;
    day.parse()
        .map_err(|_| StoreError::corrupt("the day of a request"))
}

fn insert_objection(
    connection: &Connection,
    key: &[u8; 32],
    request: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO objections (key, request, since) VALUES (:key, :request, :since)
         ON CONFLICT (key) DO NOTHING",
        named_params! { ":key": key, ":request": request, ":since": ms(at) },
    )?;
    // Entered again under its number, it is recognised again.
    connection.execute(
        "DELETE FROM objections WHERE request = :request AND lost",
        named_params! { ":request": request },
    )?;
    Ok(())
}

fn has_objections(connection: &Connection) -> Result<bool, StoreError> {
    let select = "SELECT EXISTS (SELECT 1 FROM objections WHERE NOT lost)";
    Ok(connection
        .prepare_cached(select)?
        .query_row((), |row| row.get(0))?)
}

fn is_objected(connection: &Connection, key: &[u8; 32]) -> Result<bool, StoreError> {
    let select = "SELECT EXISTS (SELECT 1 FROM objections WHERE key = :key)";
    Ok(connection
        .prepare_cached(select)?
        .query_row(named_params! { ":key": key }, |row| row.get(0))?)
}

fn select_hits_at(connection: &Connection, link: &str) -> Result<Vec<StoredHit>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM kept_hits WHERE link = :link ORDER BY id")?
        .query_and_then(named_params! { ":link": link }, read_hit)?
        .collect()
}
