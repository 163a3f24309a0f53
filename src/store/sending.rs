//! What became of handing a message to the relay.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::store::digests::DigestId;
use crate::store::row::ms;
use crate::store::{Store, StoreError};

impl Store {
    /// A digest was handed to the relay: its message is erased, the fact stays.
    pub async fn mark_sent(&self, id: DigestId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| set_sent(connection, id, now))
            .await
    }

    /// A digest could not be handed over, and is to be tried again.
    pub async fn mark_failed(
        &self,
        id: DigestId,
        now: Timestamp,
        next_attempt: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |connection| set_failed(connection, id, now, next_attempt))
            .await
    }
}

fn set_sent(connection: &Connection, id: DigestId, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE digests
             SET state = 'sent', message = NULL, sent_at = :now, last_attempt = :now,
                 attempts = attempts + 1
             WHERE id = :id",
        )?
        .execute(named_params! { ":id": id.0, ":now": ms(now) })?;
    Ok(())
}

fn set_failed(
    connection: &Connection,
    id: DigestId,
    now: Timestamp,
    next_attempt: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE digests
             SET last_attempt = :now, next_attempt = :next_attempt, attempts = attempts + 1
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": id.0,
            ":now": ms(now),
            ":next_attempt": ms(next_attempt),
        })?;
    Ok(())
}
