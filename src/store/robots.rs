//! What hosts answered to the request for their robots.txt.

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use crate::outcome::{Failure, RobotsAnswer, RobotsSaid};
use crate::store::row::{instant, instant_or_none, ms};
use crate::store::status::failure_class;
use crate::store::{Reader, StoreError};

impl Reader {
    /// The answers that still hold.
    pub async fn robots(&self, now: Timestamp) -> Result<Vec<RobotsAnswer>, StoreError> {
        self.read(move |connection| select(connection, now)).await
    }
}

/// Keeps an answer in the place of the one before it.
pub(crate) fn save(connection: &Connection, answer: &RobotsAnswer) -> Result<(), StoreError> {
    let (rules, failure) = match &answer.said {
        RobotsSaid::Rules(rules) => (Some(rules), None),
        RobotsSaid::Refused(failure) => (None, Some(failure)),
    };
    connection
        .prepare_cached(
            "INSERT INTO robots (authority, rules, reserved, failure, detail, retry_at, asked, until)
             VALUES (:authority, :rules, :reserved, :failure, :detail, :retry_at, :asked, :until)
             ON CONFLICT (authority) DO UPDATE
             SET rules = excluded.rules, reserved = excluded.reserved, failure = excluded.failure, detail = excluded.detail,
                 retry_at = excluded.retry_at, asked = excluded.asked, until = excluded.until",
        )?
        .execute(named_params! {
            ":authority": answer.authority,
            ":rules": rules,
            ":reserved": answer.reserved,
            ":failure": failure.map(|failure| failure.class.as_str()),
            ":detail": failure.map(|failure| &failure.detail),
            ":retry_at": failure.and_then(|failure| failure.retry_at).map(ms),
            ":asked": ms(answer.asked),
            ":until": ms(answer.until),
        })?;
    Ok(())
}

/// Forgets the answers that no longer hold.
pub(crate) fn delete_old(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM robots WHERE until <= :now",
        named_params! { ":now": ms(now) },
    )?;
    Ok(())
}

fn select(connection: &Connection, now: Timestamp) -> Result<Vec<RobotsAnswer>, StoreError> {
    connection
        .prepare_cached(
            "SELECT authority, rules, reserved, failure, detail, retry_at, asked, until FROM robots
             WHERE until > :now",
        )?
        .query_and_then(named_params! { ":now": ms(now) }, read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<RobotsAnswer, StoreError> {
    let said = match row.get::<_, Option<String>>("rules")? {
        Some(rules) => RobotsSaid::Rules(rules),
        None => RobotsSaid::Refused(Failure {
            class: failure_class(&row.get::<_, String>("failure")?)?,
            detail: row.get("detail")?,
            retry_at: instant_or_none(row, "retry_at")?,
        }),
    };
    Ok(RobotsAnswer {
        authority: row.get("authority")?,
        said,
        reserved: row.get("reserved")?,
        asked: instant(row, "asked")?,
        until: instant(row, "until")?,
    })
}
