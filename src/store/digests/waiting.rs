//! Overviews that are composed and wait to be sent.

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use crate::recipient::Address;
use crate::store::digests::DigestId;
use crate::store::row::{CLOCK_SLACK_MS, instant, ms};
use crate::store::{Reader, Store, StoreError};

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestToSend {
    /// Which digest.
    pub id: DigestId,
    /// To whom.
    pub to: Address,
    /// Its period.
    pub period: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The message, the same bytes at every attempt.
    pub message: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
}

impl Reader {
    /// The messages that may be sent now, the oldest first.
    ///
    /// Also one whose last attempt lies in the future: the clock was set back.
    pub async fn digests_to_send(&self, now: Timestamp) -> Result<Vec<DigestToSend>, StoreError> {
        self.read(move |connection| select_to_send(connection, now))
            .await
    }

    /// All messages that wait, the oldest first, whenever their next attempt is.
    pub async fn waiting_digests(&self, now: Timestamp) -> Result<Vec<DigestToSend>, StoreError> {
        self.read(move |connection| select_waiting(connection, now))
            .await
    }
}

/// A message that waits for the relay for too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Which digest.
    pub id: DigestId,
    /// To whom.
    pub to: Address,
    /// When it was composed.
    pub composed_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

impl Reader {
    /// The messages that were composed before an instant, were tried and still wait, and of which the
    /// operator was not told.
    pub async fn undelivered(&self, before: Timestamp) -> Result<Vec<Undelivered>, StoreError> {
        self.read(move |connection| select_undelivered(connection, before))
            .await
    }
}

impl Store {
    /// The operator was told of these messages.
    pub async fn mark_operator_told(&self, ids: Vec<DigestId>) -> Result<(), StoreError> {
        self.write(move |connection| {
            for id in &ids {
                connection
                    .prepare_cached("UPDATE digests SET operator_told = 1 WHERE id = :id")?
                    .execute(named_params! { ":id": id.0 })?;
            }
            Ok(())
        })
        .await
    }
}

fn select_undelivered(
    connection: &Connection,
    before: Timestamp,
) -> Result<Vec<Undelivered>, StoreError> {
    connection
        .prepare_cached(
            "SELECT digests.id, recipients.address, digests.composed_at, digests.attempts
             FROM digests JOIN recipients ON recipients.id = digests.recipient
             WHERE digests.state = 'composed' AND digests.operator_told = 0
               AND digests.attempts > 0 AND digests.composed_at <= :before
             ORDER BY digests.id",
        )?
        .query_and_then(named_params! { ":before": ms(before) }, |row| {
            let address: String = row.get("address")?;
            Ok(Undelivered {
                id: DigestId(row.get("id")?),
                to: Address::parse(&address)
                    .ok_or_else(|| StoreError::corrupt("a mail address"))?,
                composed_at: instant(row, "composed_at")?,
                attempts: row.get("attempts")?,
            })
        })?
        .collect()
}

fn select_to_send(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<DigestToSend>, StoreError> {
    connection
        .prepare_cached(
            "SELECT digests.id, recipients.address, digests.period, digests.message_id,
                    digests.message, digests.attempts
             FROM digests JOIN recipients ON recipients.id = digests.recipient
             WHERE digests.state = 'composed'
               AND (digests.expires_at IS NULL OR digests.expires_at > :now)
               AND (digests.next_attempt <= :now
                    OR coalesce(digests.last_attempt, digests.composed_at) > :now + :slack)
             ORDER BY digests.id",
        )?
        .query_and_then(
            named_params! { ":now": ms(now), ":slack": CLOCK_SLACK_MS },
            to_send,
        )?
        .collect()
}

fn select_waiting(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<DigestToSend>, StoreError> {
    connection
        .prepare_cached(
            "SELECT digests.id, recipients.address, digests.period, digests.message_id,
                    digests.message, digests.attempts
             FROM digests JOIN recipients ON recipients.id = digests.recipient
             WHERE digests.state = 'composed'
               AND (digests.expires_at IS NULL OR digests.expires_at > :now)
             ORDER BY digests.id",
        )?
        .query_and_then(named_params! { ":now": ms(now) }, to_send)?
        .collect()
}

fn to_send(row: &Row<'_>) -> Result<DigestToSend, StoreError> {
    let address: String = row.get("address")?;
    Ok(DigestToSend {
        id: DigestId(row.get("id")?),
        to: Address::parse(&address).ok_or_else(|| StoreError::corrupt("a mail address"))?,
        period: row.get("period")?,
        message_id: row.get("message_id")?,
        message: row.get("message")?,
        attempts: row.get("attempts")?,
    })
}
