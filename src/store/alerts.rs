//! Messages outside the rhythm, and which hits stood in them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::alert::PastAlert;
use crate::item::HitId;
use crate::recipient::Address;
use crate::store::digests::{self, Composition, Kind, NewDigest};
use crate::store::row::{instant, ms};
use crate::store::{Reader, Store, StoreError, recipients};
use crate::theme::ThemeId;

impl Store {
    /// Stores an alert to be sent, and marks its hits as told in an alert. They still stand in the
    /// next overview.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] when the recipient takes no mail.
    pub async fn compose_alert(&self, alert: NewDigest) -> Result<Composition, StoreError> {
        self.write(move |connection| digests::compose(connection, &alert, Kind::Alert))
            .await
    }
}

impl Reader {
    /// Which hits stood in an alert to this recipient.
    pub async fn alerted(&self, to: &Address) -> Result<BTreeSet<HitId>, StoreError> {
        let to = to.clone();
        self.read(move |connection| match recipients::find(connection, &to)? {
            Some((recipient, _)) => select_alerted(connection, recipient),
            None => Ok(BTreeSet::new()),
        })
        .await
    }

    /// The alerts to this recipient since an instant.
    pub async fn past_alerts(
        &self,
        to: &Address,
        since: Timestamp,
    ) -> Result<Vec<PastAlert>, StoreError> {
        let to = to.clone();
        self.read(move |connection| match recipients::find(connection, &to)? {
            Some((recipient, _)) => select_past(connection, recipient, since),
            None => Ok(Vec::new()),
        })
        .await
    }
}

fn select_alerted(connection: &Connection, recipient: i64) -> Result<BTreeSet<HitId>, StoreError> {
    connection
        .prepare_cached("SELECT hit FROM alert_hits WHERE recipient = :recipient")?
        .query_and_then(named_params! { ":recipient": recipient }, |row| {
            Ok(HitId(row.get("hit")?))
        })?
        .collect()
}

fn select_past(
    connection: &Connection,
    recipient: i64,
    since: Timestamp,
) -> Result<Vec<PastAlert>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT digests.id, digests.composed_at, hits.theme FROM digests
         LEFT JOIN alert_hits ON alert_hits.digest = digests.id
         LEFT JOIN hits ON hits.id = alert_hits.hit
         WHERE digests.recipient = :recipient AND digests.kind = 'alert'
           AND digests.composed_at >= :since
         GROUP BY digests.id, hits.theme",
    )?;
    let mut rows =
        statement.query(named_params! { ":recipient": recipient, ":since": ms(since) })?;
    let mut past: BTreeMap<i64, PastAlert> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let alert = past.entry(row.get("id")?).or_insert(PastAlert {
            at: instant(row, "composed_at")?,
            themes: Vec::new(),
        });
        let theme: Option<String> = row.get("theme")?;
        alert
            .themes
            .extend(theme.as_deref().and_then(ThemeId::parse));
    }
    Ok(past.into_values().collect())
}
