//! What the latest own test came to.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::outcome::canary::Canary;
use crate::store::row::to_json;
use crate::store::{Reader, Store, StoreError};

impl Store {
    /// Keeps it in the place of the one before.
    pub async fn keep_canary(&self, canary: Canary) -> Result<(), StoreError> {
        self.write(move |connection| save(connection, &canary))
            .await
    }
}

impl Reader {
    /// The latest; `None` when there was none yet.
    pub async fn canary(&self) -> Result<Option<Canary>, StoreError> {
        self.read(select).await
    }
}

fn save(connection: &Connection, canary: &Canary) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('canary', :value)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        named_params! { ":value": to_json(canary).into_bytes() },
    )?;
    Ok(())
}

fn select(connection: &Connection) -> Result<Option<Canary>, StoreError> {
    let bytes: Option<Vec<u8>> = connection
        .query_row("SELECT value FROM meta WHERE name = 'canary'", (), |row| {
            row.get(0)
        })
        .optional()?;
    let parsed = bytes
        .map(|bytes| serde_json::from_slice(&bytes))
        .transpose();
    parsed.map_err(|_| StoreError::corrupt("an own test that cannot be read"))
}
