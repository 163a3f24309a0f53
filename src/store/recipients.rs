//! Who takes overviews of which themes since when, and what is not yet told to whom.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::item::StoredHit;
use crate::recipient::{Address, DigestRhythm, Recipient};
use crate::store::hits::read_hit;
use crate::store::row::{instant_or_none, ms};
use crate::store::{Reader, Store, StoreError, digests};
use crate::theme::{ThemeChoice, ThemeId};

/// What a recipient was not yet told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Hits that stand in no digest for this recipient, in the order in which they were stored.
    pub hits: Vec<StoredHit>,
    /// Hits whose retention ended before they could be told.
    pub lost: u64,
    /// Since when the recipient takes a theme; `None` for one who takes no overviews.
    pub since: Option<Timestamp>,
}

impl Store {
    /// Tells the store who takes overviews, and which themes are listened for; to be called
    /// whenever the configuration was read, before the first visit.
    ///
    /// A new recipient, or a newly taken theme, starts here: it is told what is stored from now
    /// on. A theme that is switched off stays subscribed, so that what was found before is still
    /// told. Who is no longer configured, or takes no overviews, is told nothing more: a message
    /// that still waits for the relay is withdrawn.
    pub async fn sync_recipients(
        &self,
        recipients: &[Recipient],
        themes: &[ThemeId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let takers: Vec<(Address, ThemeChoice)> = recipients
            .iter()
            .filter(|recipient| recipient.digest != DigestRhythm::None || recipient.alerts)
            .map(|recipient| {
                // Who takes alerts only is known, and no overview owes it anything.
                let themes = match recipient.digest {
                    DigestRhythm::None => ThemeChoice::Only(Vec::new()),
                    _ => recipient.themes.clone(),
                };
                (recipient.address.clone(), themes)
            })
            .collect();
        let themes = themes.to_vec();
        self.write(move |connection| sync(connection, &takers, &themes, now))
            .await
    }
}

impl Reader {
    /// What a recipient was not yet told; nothing for one who takes no overviews.
    pub async fn pending(&self, to: &Address, now: Timestamp) -> Result<Pending, StoreError> {
        let to = to.clone();
        self.read(move |connection| {
            let Some((recipient, lost)) = find(connection, &to)? else {
                return Ok(Pending::default());
            };
            let hits = select_pending(connection, recipient, now)?;
            let since = select_since(connection, recipient)?;
            Ok(Pending { hits, lost, since })
        })
        .await
    }
}

fn sync(
    connection: &Connection,
    takers: &[(Address, ThemeChoice)],
    themes: &[ThemeId],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut kept = Vec::new();
    for (address, choice) in takers {
        let recipient = upsert(connection, address)?;
        kept.push(recipient);
        for theme in subscribed(connection, recipient)? {
            let taken = match choice {
                ThemeChoice::All => true,
                ThemeChoice::Only(list) => list.iter().any(|taken| taken.as_str() == theme),
            };
            if !taken {
                unsubscribe(connection, recipient, &theme)?;
            }
        }
        for theme in themes.iter().filter(|theme| choice.takes(theme)) {
            subscribe(connection, recipient, theme, now)?;
        }
    }
    for recipient in configured(connection)? {
        if !kept.contains(&recipient) {
            remove(connection, recipient, now)?;
            unsubscribe_all(connection, recipient)?;
            digests::withdraw_all_of(connection, recipient)?;
            digests::untell_withdrawn(connection)?;
        }
    }
    Ok(())
}

/// The row of a recipient who takes overviews, and how many hits it does not know that it missed.
pub(crate) fn find(
    connection: &Connection,
    address: &Address,
) -> Result<Option<(i64, u64)>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT id, lost FROM recipients WHERE address = :address AND removed_at IS NULL",
        )?
        .query_row(named_params! { ":address": address.reveal() }, |row| {
            Ok((row.get("id")?, row.get("lost")?))
        })
        .optional()?)
}

fn select_since(connection: &Connection, recipient: i64) -> Result<Option<Timestamp>, StoreError> {
    connection
        .prepare_cached(
            "SELECT min(since) AS since FROM subscriptions WHERE recipient = :recipient",
        )?
        .query_and_then(named_params! { ":recipient": recipient }, |row| {
            instant_or_none(row, "since")
        })?
        .next()
        .transpose()
        .map(Option::flatten)
}

fn upsert(connection: &Connection, address: &Address) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(
            "INSERT INTO recipients (address) VALUES (:address)
             ON CONFLICT (address) DO UPDATE SET address = excluded.address, removed_at = NULL
             RETURNING id",
        )?
        .query_row(named_params! { ":address": address.reveal() }, |row| {
            row.get(0)
        })?)
}

fn configured(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    connection
        .prepare_cached("SELECT id FROM recipients WHERE removed_at IS NULL")?
        .query_and_then((), |row| Ok(row.get("id")?))?
        .collect()
}

fn remove(connection: &Connection, recipient: i64, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE recipients SET removed_at = :now, lost = 0 WHERE id = :recipient")?
        .execute(named_params! { ":recipient": recipient, ":now": ms(now) })?;
    Ok(())
}

fn subscribed(connection: &Connection, recipient: i64) -> Result<Vec<String>, StoreError> {
    connection
        .prepare_cached("SELECT theme FROM subscriptions WHERE recipient = :recipient")?
        .query_and_then(named_params! { ":recipient": recipient }, |row| {
            Ok(row.get("theme")?)
        })?
        .collect()
}

fn subscribe(
    connection: &Connection,
    recipient: i64,
    theme: &ThemeId,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO subscriptions (recipient, theme, since, after_hit)
             VALUES (:recipient, :theme, :since,
                     coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'hits'), 0))
             ON CONFLICT (recipient, theme) DO NOTHING",
        )?
        .execute(named_params! {
            ":recipient": recipient,
            ":theme": theme.as_str(),
            ":since": ms(now),
        })?;
    Ok(())
}

fn unsubscribe(connection: &Connection, recipient: i64, theme: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM subscriptions WHERE recipient = :recipient AND theme = :theme",
        )?
        .execute(named_params! { ":recipient": recipient, ":theme": theme })?;
    Ok(())
}

fn unsubscribe_all(connection: &Connection, recipient: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM subscriptions WHERE recipient = :recipient")?
        .execute(named_params! { ":recipient": recipient })?;
    Ok(())
}

fn select_pending(
    connection: &Connection,
    recipient: i64,
    now: Timestamp,
) -> Result<Vec<StoredHit>, StoreError> {
    connection
        .prepare_cached(
            "SELECT kept_hits.* FROM subscriptions
             JOIN kept_hits ON kept_hits.theme = subscriptions.theme
                           AND kept_hits.id > subscriptions.after_hit
             WHERE subscriptions.recipient = :recipient
               AND kept_hits.expires_at > :now
               AND NOT EXISTS (SELECT 1 FROM digest_hits
                               WHERE digest_hits.recipient = :recipient
                                 AND digest_hits.hit = kept_hits.id)
             ORDER BY kept_hits.id",
        )?
        .query_and_then(
            named_params! { ":recipient": recipient, ":now": ms(now) },
            read_hit,
        )?
        .collect()
}
