//! What readers answered, and what each keyword line is worth by it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use crate::answer::{Answer, Stamps};
use crate::item::{KeptEvidence, KeptHit, StoredHit};
use crate::store::hits::read_hit;
use crate::store::row::{instant, json, ms, theme_id};
use crate::store::{Reader, Store, StoreError};
use crate::theme::ThemeId;

/// What a keyword line found, and what was answered of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeywordCount {
    /// The theme.
    pub theme: ThemeId,
    /// The line as written, or [`WHOLE_THEME`].
    pub keyword: String,
    /// Hits that it helped to find.
    pub hits: u64,
    /// Of these, the hits of which a reader said that they are what the theme looks for.
    pub right: u64,
    /// And those of which a reader said that they are not.
    pub wrong: u64,
    /// When it last found something.
    pub last_hit: Timestamp,
}

/// Stands in the place of a keyword line for the theme as a whole: a hit counts there once, however
/// many lines found it.
pub const WHOLE_THEME: &str = "";

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is kept, in the place of an earlier one about the same hit.
    Kept,
    /// The hit is no longer there: its retention has ended.
    Gone,
}

impl Store {
    /// Makes and knows the stamps of answers.
    pub fn stamps(&self) -> Stamps {
        Stamps::new(&self.secret)
    }

    /// Keeps an answer. The last one about a hit counts.
    pub async fn answer(&self, answer: Answer, now: Timestamp) -> Result<Answered, StoreError> {
        self.write(move |connection| keep(connection, answer, now))
            .await
    }
}

impl Reader {
    /// All keyword lines that ever found something, and their themes.
    pub async fn keyword_counts(&self) -> Result<Vec<KeywordCount>, StoreError> {
        self.read(select_counts).await
    }

    /// The hits that were answered and are still kept, with whether they are right.
    pub async fn answered_hits(&self) -> Result<Vec<(StoredHit, bool)>, StoreError> {
        self.read(select_answered).await
    }
}

/// Counts a new hit for each line that found it.
pub(crate) fn count_hit(connection: &Connection, hit: &KeptHit) -> Result<(), StoreError> {
    for keyword in lines(&hit.evidence) {
        connection
            .prepare_cached(
                "INSERT INTO keyword_counts (theme, keyword, hits, right, wrong, last_hit)
                 VALUES (:theme, :keyword, 1, 0, 0, :at)
                 ON CONFLICT (theme, keyword) DO UPDATE
                 SET hits = hits + 1, last_hit = max(last_hit, excluded.last_hit)",
            )?
            .execute(named_params! {
                ":theme": hit.theme.as_str(),
                ":keyword": keyword,
                ":at": ms(hit.fetched_at),
            })?;
    }
    Ok(())
}

/// The lines that found a hit, and [`WHOLE_THEME`], under which the hit itself is counted.
fn lines(evidence: &[KeptEvidence]) -> BTreeSet<&str> {
    let lines = evidence.iter();
    let lines = lines.map(|found| found.keyword.text.as_str());
    lines.chain([WHOLE_THEME]).collect()
}

fn keep(connection: &Connection, answer: Answer, now: Timestamp) -> Result<Answered, StoreError> {
    let found: Option<(String, Vec<KeptEvidence>, Option<bool>)> = connection
        .prepare_cached(
            "SELECT hits.theme, hits.evidence, answers.right FROM hits
             LEFT JOIN answers ON answers.hit = hits.id WHERE hits.id = :hit",
        )?
        .query_and_then(named_params! { ":hit": answer.hit.0 }, |row| {
            Ok::<_, StoreError>((row.get("theme")?, json(row, "evidence")?, row.get("right")?))
        })?
        .next()
        .transpose()?;
    let Some((theme, evidence, before)) = found else {
        return Ok(Answered::Gone);
    };
    for keyword in lines(&evidence) {
        if let Some(before) = before {
            add(connection, &theme, keyword, before, -1)?;
        }
        add(connection, &theme, keyword, answer.right, 1)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO answers (hit, right, answered_at) VALUES (:hit, :right, :now)
             ON CONFLICT (hit) DO UPDATE
             SET right = excluded.right, answered_at = excluded.answered_at",
        )?
        .execute(named_params! {
            ":hit": answer.hit.0,
            ":right": answer.right,
            ":now": ms(now),
        })?;
    Ok(Answered::Kept)
}

fn add(
    connection: &Connection,
    theme: &str,
    keyword: &str,
    right: bool,
    by: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE keyword_counts
             SET right = max(0, right + :right), wrong = max(0, wrong + :wrong)
             WHERE theme = :theme AND keyword = :keyword",
        )?
        .execute(named_params! {
            ":theme": theme,
            ":keyword": keyword,
            ":right": if right { by } else { 0 },
            ":wrong": if right { 0 } else { by },
        })?;
    Ok(())
}

fn select_counts(connection: &Connection) -> Result<Vec<KeywordCount>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM keyword_counts ORDER BY theme, keyword")?
        .query_and_then((), |row| {
            Ok(KeywordCount {
                theme: theme_id(row, "theme")?,
                keyword: row.get("keyword")?,
                hits: row.get("hits")?,
                right: row.get("right")?,
                wrong: row.get("wrong")?,
                last_hit: instant(row, "last_hit")?,
            })
        })?
        .collect()
}

fn select_answered(connection: &Connection) -> Result<Vec<(StoredHit, bool)>, StoreError> {
    connection
        .prepare_cached(
            "SELECT kept_hits.*, answers.right FROM answers
             JOIN kept_hits ON kept_hits.id = answers.hit ORDER BY kept_hits.id",
        )?
        .query_and_then((), |row: &Row<'_>| Ok((read_hit(row)?, row.get("right")?)))?
        .collect()
}
