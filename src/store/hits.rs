//! Hits, and the items that they share.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::item::{Excerpt, HitId, KeptHit, StoredHit};
use crate::seen::ItemKey;
use crate::source::{SourceId, Voice};
use crate::store::row::{instant, instant_or_none, json, ms, source_id, theme_id, to_json};
use crate::store::{Reader, StoreError, answers, holds};

/// An item that was matched in this visit, new or changed, with all the hits it now gives.
#[derive(Clone, Debug)]
pub struct FoundItem {
    /// Its key in its source.
    pub key: ItemKey,
    /// One for each theme it belongs to now; empty when a changed item is no longer a hit.
    pub hits: Vec<KeptHit>,
    /// Whether it is too old to become a hit: then only hits that are there are renewed or go.
    pub too_old: bool,
    /// Whether its link is the same wherever it is shown, as on servers that pass messages on: when
    /// another source told it, it is not told again.
    pub global: bool,
}

impl Reader {
    /// One hit; `None` when there is none with this number, or no longer.
    pub async fn hit(&self, id: HitId) -> Result<Option<StoredHit>, StoreError> {
        self.read(move |connection| select_hit(connection, id))
            .await
    }

    /// The hits stored last, the newest first.
    pub async fn recent_hits(&self, most: u32) -> Result<Vec<StoredHit>, StoreError> {
        self.read(move |connection| select_recent(connection, most))
            .await
    }
}

/// What storing an item did to its hits.
#[derive(Debug, Default)]
pub(crate) struct HitChanges {
    pub(crate) added: Vec<(HitId, KeptHit)>,
    pub(crate) updated: u64,
    pub(crate) removed: u64,
}

/// Stores an item with all its hits, whatever was stored of it before.
///
/// A hit that was there keeps its number, when it was found, when it goes, and in which digests it
/// stands; it gets the new words and reasons. A theme that no longer fits takes its hit away. An
/// item that was erased on request stays away. What is held for a request by law stays as it is, also
/// when its source changes it or takes it away.
pub(crate) fn store_item(
    connection: &Connection,
    source: &SourceId,
    number: i64,
    found: FoundItem,
    now: Timestamp,
    changes: &mut HitChanges,
) -> Result<(), StoreError> {
    for hit in &found.hits {
        check(hit, source)?;
    }
    if is_erased(connection, number, found.key)? {
        return Ok(());
    }
    let link = link(&found.hits);
    let known = match find_item(connection, number, found.key)? {
        Some(item) => Some(item),
        None => find_keyless_item(connection, number, link)?,
    };
    if let Some(item) = known
        && holds::is_held(connection, item, now)?
    {
        return Ok(());
    }
    let Some(first) = found.hits.first() else {
        if let Some(item) = known {
            changes.removed += delete_hits_of(connection, item)?;
            delete_item(connection, item)?;
        }
        return Ok(());
    };
    let item = match known {
        Some(item) => {
            update_item(connection, item, found.key, first, link)?;
            item
        }
        None if found.too_old => return Ok(()),
        None if found.global && is_told_elsewhere(connection, number, link)? => return Ok(()),
        None => insert_item(connection, number, found.key, first, link)?,
    };
    for (hit, theme) in hits_of(connection, item)? {
        if !found.hits.iter().any(|hit| hit.theme.as_str() == theme) {
            delete_hit(connection, hit)?;
            changes.removed += 1;
        }
    }
    for hit in found.hits {
        match find_hit(connection, item, &hit)? {
            Some(id) => {
                update_hit(connection, id, &hit)?;
                changes.updated += 1;
            }
            None if found.too_old => {}
            None => {
                let id = insert_hit(connection, item, &hit)?;
                answers::count_hit(connection, &hit)?;
                changes.added.push((id, hit));
            }
        }
    }
    delete_item_without_hits(connection, item)
}

/// What a withheld hit must not hold, refused here too: this is the last door before the disk.
fn check(hit: &KeptHit, source: &SourceId) -> Result<(), StoreError> {
    if hit.source != *source {
        return Err(StoreError::Refused("a hit of another source"));
    }
    let points_into_text = hit.evidence.iter().any(|reason| !reason.words.is_empty());
    match &hit.excerpt {
        Excerpt::Withheld { .. } if hit.link.is_some() => {
            Err(StoreError::Refused("a withheld hit with a link"))
        }
        Excerpt::Withheld { .. } if points_into_text => {
            Err(StoreError::Refused("a withheld hit with spans of words"))
        }
        _ => Ok(()),
    }
}

/// The address that the hits of an item share; none when one of them is withheld.
fn link(hits: &[KeptHit]) -> Option<&str> {
    let withheld = |hit: &KeptHit| matches!(hit.excerpt, Excerpt::Withheld { .. });
    match hits.iter().any(withheld) {
        true => None,
        false => hits.first()?.link.as_deref(),
    }
}

fn is_erased(connection: &Connection, source: i64, key: ItemKey) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM erased WHERE source = :source AND key = :key)",
        )?
        .query_row(named_params! { ":source": source, ":key": key.0 }, |row| {
            row.get(0)
        })?)
}

fn find_item(
    connection: &Connection,
    source: i64,
    key: ItemKey,
) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM items WHERE source = :source AND key = :key")?
        .query_row(named_params! { ":source": source, ":key": key.0 }, |row| {
            row.get(0)
        })
        .optional()?)
}

/// An item whose key was made with a lost secret, by its address, when only one has it: on some
/// pages all messages share the address of the page.
fn find_keyless_item(
    connection: &Connection,
    source: i64,
    link: Option<&str>,
) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT max(id) AS id FROM items
             WHERE source = :source AND key IS NULL AND link = :link
             GROUP BY link HAVING count(*) = 1",
        )?
        .query_row(named_params! { ":source": source, ":link": link }, |row| {
            row.get(0)
        })
        .optional()?)
}

/// Whether another source has an item with this link.
fn is_told_elsewhere(
    connection: &Connection,
    source: i64,
    link: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM items WHERE link = :link AND source <> :source)",
        )?
        .query_row(named_params! { ":source": source, ":link": link }, |row| {
            row.get(0)
        })?)
}

fn insert_item(
    connection: &Connection,
    source: i64,
    key: ItemKey,
    hit: &KeptHit,
    link: Option<&str>,
) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO items (source, key, voice, link, published_at)
             VALUES (:source, :key, :voice, :link, :published_at)",
        )?
        .execute(named_params! {
            ":source": source,
            ":key": key.0,
            ":voice": hit.voice.as_str(),
            ":link": link,
            ":published_at": hit.published_at.map(ms),
        })?;
    Ok(connection.last_insert_rowid())
}

fn update_item(
    connection: &Connection,
    item: i64,
    key: ItemKey,
    hit: &KeptHit,
    link: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE items
             SET key = :key, voice = :voice, link = :link, published_at = :published_at
             WHERE id = :item",
        )?
        .execute(named_params! {
            ":item": item,
            ":key": key.0,
            ":voice": hit.voice.as_str(),
            ":link": link,
            ":published_at": hit.published_at.map(ms),
        })?;
    Ok(())
}

fn delete_item(connection: &Connection, item: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM items WHERE id = :item")?
        .execute(named_params! { ":item": item })?;
    Ok(())
}

/// Of a message that is too old to become a hit, none may be left.
fn delete_item_without_hits(connection: &Connection, item: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM items
             WHERE id = :item AND NOT EXISTS (SELECT 1 FROM hits WHERE hits.item = items.id)",
        )?
        .execute(named_params! { ":item": item })?;
    Ok(())
}

fn hits_of(connection: &Connection, item: i64) -> Result<Vec<(HitId, String)>, StoreError> {
    connection
        .prepare_cached("SELECT id, theme FROM hits WHERE item = :item")?
        .query_and_then(named_params! { ":item": item }, |row| {
            Ok((HitId(row.get("id")?), row.get("theme")?))
        })?
        .collect()
}

fn find_hit(
    connection: &Connection,
    item: i64,
    hit: &KeptHit,
) -> Result<Option<HitId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM hits WHERE item = :item AND theme = :theme")?
        .query_row(
            named_params! { ":item": item, ":theme": hit.theme.as_str() },
            |row| row.get(0).map(HitId),
        )
        .optional()?)
}

fn insert_hit(connection: &Connection, item: i64, hit: &KeptHit) -> Result<HitId, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO hits (item, theme, theme_version, fetched_at, expires_at, excerpt, places,
                               evidence, vetoes_tested, urgent)
             VALUES (:item, :theme, :theme_version, :fetched_at, :expires_at, :excerpt, :places,
                     :evidence, :vetoes_tested, :urgent)",
        )?
        .execute(named_params! {
            ":item": item,
            ":theme": hit.theme.as_str(),
            ":theme_version": hit.theme_version,
            ":fetched_at": ms(hit.fetched_at),
            ":expires_at": ms(hit.expires_at),
            ":excerpt": to_json(&hit.excerpt),
            ":places": to_json(&hit.places),
            ":evidence": to_json(&hit.evidence),
            ":vetoes_tested": hit.vetoes_tested,
            ":urgent": hit.urgent,
        })?;
    Ok(HitId(connection.last_insert_rowid()))
}

fn update_hit(connection: &Connection, id: HitId, hit: &KeptHit) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE hits
             SET theme_version = :theme_version, excerpt = :excerpt, places = :places,
                 evidence = :evidence, vetoes_tested = :vetoes_tested, urgent = :urgent
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": id.0,
            ":theme_version": hit.theme_version,
            ":excerpt": to_json(&hit.excerpt),
            ":places": to_json(&hit.places),
            ":evidence": to_json(&hit.evidence),
            ":vetoes_tested": hit.vetoes_tested,
            ":urgent": hit.urgent,
        })?;
    Ok(())
}

fn delete_hit(connection: &Connection, id: HitId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM hits WHERE id = :id")?
        .execute(named_params! { ":id": id.0 })?;
    Ok(())
}

fn delete_hits_of(connection: &Connection, item: i64) -> Result<u64, StoreError> {
    let count = connection
        .prepare_cached("DELETE FROM hits WHERE item = :item")?
        .execute(named_params! { ":item": item })?;
    Ok(count as u64)
}

/// The items of a source of which a hit is kept, with when they were published.
pub(crate) fn kept(
    connection: &Connection,
    number: i64,
) -> Result<Vec<(ItemKey, Timestamp)>, StoreError> {
    connection
        .prepare_cached(
            "SELECT key, published_at FROM items
             WHERE source = :number AND key IS NOT NULL AND published_at IS NOT NULL",
        )?
        .query_and_then(named_params! { ":number": number }, |row| {
            Ok((ItemKey(row.get("key")?), instant(row, "published_at")?))
        })?
        .collect()
}

fn select_hit(connection: &Connection, id: HitId) -> Result<Option<StoredHit>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM kept_hits WHERE id = :id")?
        .query_and_then(named_params! { ":id": id.0 }, read_hit)?
        .next()
        .transpose()
}

fn select_recent(connection: &Connection, most: u32) -> Result<Vec<StoredHit>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM kept_hits ORDER BY id DESC LIMIT :most")?
        .query_and_then(named_params! { ":most": most }, read_hit)?
        .collect()
}

/// A row of the view `kept_hits`.
pub(crate) fn read_hit(row: &Row<'_>) -> Result<StoredHit, StoreError> {
    let voice: String = row.get("voice")?;
    let hit = KeptHit {
        source: source_id(row, "source")?,
        voice: Voice::from_word(&voice).ok_or_else(|| StoreError::corrupt("a voice"))?,
        theme: theme_id(row, "theme")?,
        theme_version: row.get("theme_version")?,
        fetched_at: instant(row, "fetched_at")?,
        published_at: instant_or_none(row, "published_at")?,
        expires_at: instant(row, "expires_at")?,
        link: row.get("link")?,
        excerpt: json(row, "excerpt")?,
        places: json(row, "places")?,
        evidence: json(row, "evidence")?,
        vetoes_tested: row.get("vetoes_tested")?,
        urgent: row.get("urgent")?,
    };
    Ok(StoredHit {
        id: HitId(row.get("id")?),
        hit,
    })
}
