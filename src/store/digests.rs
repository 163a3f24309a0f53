//! Composed overviews, until they are sent and after.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::item::HitId;
use crate::recipient::Address;
use crate::store::row::{instant, instant_or_none, ms};
use crate::store::{Reader, Store, StoreError, recipients};

mod waiting; // Those that wait to be sent.

pub use self::waiting::{DigestToSend, Undelivered};

/// Tells a stored digest from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DigestId(pub(super) i64);

/// A finished message and what it tells.
#[derive(Clone, Debug)]
pub struct NewDigest {
    /// To whom.
    pub to: Address,
    /// The period it covers, by a name of which each recipient has one digest at most.
    pub period: String,
    /// The `Message-ID`: the same for the same recipient and period.
    pub message_id: String,
    /// The message, byte for byte as it will be sent.
    pub message: Vec<u8>,
    /// The hits it tells.
    pub hits: Vec<HitId>,
    /// Hits that count as told although they are not: the recipient does not want them.
    pub passed: Vec<HitId>,
    /// How many lost hits it admits ([`crate::store::Pending::lost`]).
    pub lost: u64,
    /// When it was composed; it may be sent from now on.
    pub at: Timestamp,
}

/// What became of a digest that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composition {
    /// It is stored and will be sent.
    Stored(DigestId),
    /// There was one for this recipient and period; nothing was changed.
    AlreadyThere,
    /// A hit in it went, or was told, since it was selected; nothing was changed. To be selected
    /// and composed again.
    Outdated,
}

/// The digest that a recipient had last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDigest {
    /// Its period.
    pub period: String,
    /// When it was composed: what was stored later stands in a later one.
    pub composed_at: Timestamp,
    /// When it was sent; `None` while it waits, or when it was withdrawn.
    pub sent_at: Option<Timestamp>,
}

impl Store {
    /// Stores a finished message and marks its hits as told to this recipient, in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when the recipient takes no overviews.
    pub async fn compose_digest(&self, digest: NewDigest) -> Result<Composition, StoreError> {
        self.write(move |connection| compose(connection, &digest, Kind::Digest))
            .await
    }

    /// There was nothing to tell, and this recipient wants no empty overview: the period counts as
    /// told, so that what is found next waits for the next time. So do the hits that were `passed`
    /// over.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when the recipient takes no overviews.
    pub async fn nothing_to_tell(
        &self,
        to: &Address,
        period: String,
        passed: Vec<HitId>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let to = to.clone();
        self.write(move |connection| {
            let (recipient, _) = recipients::find(connection, &to)?
                .ok_or(StoreError::Refused("a digest for somebody who takes none"))?;
            let Some(id) = insert_empty(connection, recipient, &period, at)? else {
                return Ok(());
            };
            for hit in passed {
                tell(connection, recipient, hit, id, Kind::Digest)?;
            }
            Ok(())
        })
        .await
    }
}

impl Reader {
    /// The digest that a recipient had last; `None` when there was none.
    pub async fn last_digest(&self, to: &Address) -> Result<Option<LastDigest>, StoreError> {
        let to = to.clone();
        self.read(move |connection| match recipients::find(connection, &to)? {
            Some((recipient, _)) => select_last(connection, recipient),
            None => Ok(None),
        })
        .await
    }
}

/// What sort of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Digest,
    Alert,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Digest => "digest",
            Kind::Alert => "alert",
        }
    }

    /// Where it stands which hits it tells.
    fn table(self) -> &'static str {
        match self {
            Kind::Digest => "digest_hits",
            Kind::Alert => "alert_hits",
        }
    }
}

/// Stores a message and which hits it tells.
pub(crate) fn compose(
    connection: &Connection,
    digest: &NewDigest,
    kind: Kind,
) -> Result<Composition, StoreError> {
    let (recipient, _) = recipients::find(connection, &digest.to)?
        .ok_or(StoreError::Refused("a digest for somebody who takes none"))?;
    if exists(connection, recipient, &digest.period)? {
        return Ok(Composition::AlreadyThere);
    }
    for hit in &digest.hits {
        if !is_untold(connection, recipient, *hit, kind)? {
            return Ok(Composition::Outdated);
        }
    }
    let id = insert(connection, recipient, digest, kind)?;
    for hit in &digest.hits {
        tell(connection, recipient, *hit, id, kind)?;
    }
    expire_with_hits(connection, id, kind)?;
    for hit in &digest.passed {
        tell(connection, recipient, *hit, id, kind)?;
    }
    admit_lost(connection, recipient, digest.lost)?;
    Ok(Composition::Stored(id))
}

fn exists(connection: &Connection, recipient: i64, period: &str) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM digests
                            WHERE recipient = :recipient AND period = :period)",
        )?
        .query_row(
            named_params! { ":recipient": recipient, ":period": period },
            |row| row.get(0),
        )?)
}

fn is_untold(
    connection: &Connection,
    recipient: i64,
    hit: HitId,
    kind: Kind,
) -> Result<bool, StoreError> {
    let table = kind.table();
    Ok(connection
        .prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM hits WHERE id = :hit)
                AND NOT EXISTS (SELECT 1 FROM {table}
                                WHERE recipient = :recipient AND hit = :hit)",
        ))?
        .query_row(
            named_params! { ":recipient": recipient, ":hit": hit.0 },
            |row| row.get(0),
        )?)
}

fn insert(
    connection: &Connection,
    recipient: i64,
    digest: &NewDigest,
    kind: Kind,
) -> Result<DigestId, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO digests (recipient, kind, period, message_id, state, message, hits,
                                  next_attempt, composed_at)
             VALUES (:recipient, :kind, :period, :message_id, 'composed', :message, :hits,
                     :at, :at)",
        )?
        .execute(named_params! {
            ":recipient": recipient,
            ":kind": kind.as_str(),
            ":period": digest.period,
            ":message_id": digest.message_id,
            ":message": digest.message,
            ":hits": digest.hits.len(),
            ":at": ms(digest.at),
        })?;
    Ok(DigestId(connection.last_insert_rowid()))
}

fn insert_empty(
    connection: &Connection,
    recipient: i64,
    period: &str,
    at: Timestamp,
) -> Result<Option<DigestId>, StoreError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO digests (recipient, period, state, hits, next_attempt, composed_at)
             VALUES (:recipient, :period, 'empty', 0, :at, :at)
             ON CONFLICT (recipient, period) DO NOTHING",
        )?
        .execute(named_params! {
            ":recipient": recipient,
            ":period": period,
            ":at": ms(at),
        })?;
    Ok((inserted > 0).then(|| DigestId(connection.last_insert_rowid())))
}

fn tell(
    connection: &Connection,
    recipient: i64,
    hit: HitId,
    digest: DigestId,
    kind: Kind,
) -> Result<(), StoreError> {
    let table = kind.table();
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} (recipient, hit, digest) VALUES (:recipient, :hit, :digest)
             ON CONFLICT (recipient, hit) DO NOTHING",
        ))?
        .execute(named_params! { ":recipient": recipient, ":hit": hit.0, ":digest": digest.0 })?;
    Ok(())
}

/// A message holds words of its hits, so it may wait no longer than the first of them may stay.
fn expire_with_hits(
    connection: &Connection,
    digest: DigestId,
    kind: Kind,
) -> Result<(), StoreError> {
    let table = kind.table();
    connection
        .prepare_cached(&format!(
            "UPDATE digests
             SET expires_at = (SELECT min(hits.expires_at) FROM {table} AS told
                               JOIN hits ON hits.id = told.hit
                               WHERE told.digest = :digest)
             WHERE id = :digest",
        ))?
        .execute(named_params! { ":digest": digest.0 })?;
    Ok(())
}

fn admit_lost(connection: &Connection, recipient: i64, lost: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE recipients SET lost = max(0, lost - :lost) WHERE id = :recipient")?
        .execute(named_params! { ":recipient": recipient, ":lost": lost })?;
    Ok(())
}

/// Withdraws what waits for one recipient.
pub(crate) fn withdraw_all_of(connection: &Connection, recipient: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE digests SET state = 'withdrawn', message = NULL
             WHERE recipient = :recipient AND state = 'composed'",
        )?
        .execute(named_params! { ":recipient": recipient })?;
    Ok(())
}

/// Withdraws what waits and holds words whose retention has ended.
pub(crate) fn withdraw_expired(connection: &Connection, now: Timestamp) -> Result<u64, StoreError> {
    let count = connection
        .prepare_cached(
            "UPDATE digests SET state = 'withdrawn', message = NULL
             WHERE state = 'composed' AND expires_at <= :now",
        )?
        .execute(named_params! { ":now": ms(now) })?;
    Ok(count as u64)
}

/// Withdraws what waits and tells of the message at this address.
pub(crate) fn withdraw_link(connection: &Connection, link: &str) -> Result<u64, StoreError> {
    let count = connection
        .prepare_cached(
            "UPDATE digests SET state = 'withdrawn', message = NULL
             WHERE state = 'composed'
               AND id IN (SELECT told.digest
                          FROM (SELECT hit, digest FROM digest_hits
                                UNION ALL SELECT hit, digest FROM alert_hits) AS told
                          JOIN hits ON hits.id = told.hit
                          JOIN items ON items.id = hits.item
                          WHERE items.link = :link)",
        )?
        .execute(named_params! { ":link": link })?;
    Ok(count as u64)
}

/// What stood in a withdrawn digest was not told, and stands in the next one.
pub(crate) fn untell_withdrawn(connection: &Connection) -> Result<(), StoreError> {
    for table in [Kind::Digest, Kind::Alert].map(Kind::table) {
        connection
            .prepare_cached(&format!(
                "DELETE FROM {table}
                 WHERE digest IN (SELECT id FROM digests WHERE state = 'withdrawn')",
            ))?
            .execute(())?;
    }
    Ok(())
}

fn select_last(connection: &Connection, recipient: i64) -> Result<Option<LastDigest>, StoreError> {
    connection
        .prepare_cached(
            "SELECT period, composed_at, sent_at FROM digests
             WHERE recipient = :recipient AND kind = 'digest'
             ORDER BY id DESC LIMIT 1",
        )?
        .query_and_then(named_params! { ":recipient": recipient }, |row| {
            Ok(LastDigest {
                period: row.get("period")?,
                composed_at: instant(row, "composed_at")?,
                sent_at: instant_or_none(row, "sent_at")?,
            })
        })?
        .next()
        .transpose()
}
