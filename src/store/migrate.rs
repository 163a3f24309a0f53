//! Whose database this is, and which version of it.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::store::StoreError;

/// `application_id` of our databases: "LPST". Also in `0001_initial.sql`.
pub const APPLICATION_ID: i32 = 0x4C50_5354;

/// Every change of the schema, in order; appended to, never altered.
const ALL: &[M<'_>] = &[
    M::up(include_str!("0001_initial.sql")),
    M::up(include_str!("0002_repaired.sql")),
    M::up(include_str!("0003_permission.sql")),
    M::up(include_str!("0004_reserved.sql")),
    M::up(include_str!("0005_story_days.sql")),
    M::up(include_str!("0006_alerts.sql")),
    M::up(include_str!("0007_answers.sql")),
    M::up(include_str!("0008_health.sql")),
    M::up(include_str!("0009_operator.sql")),
    M::up(include_str!("0010_recovered.sql")),
    M::up(include_str!("0011_withheld.sql")),
    M::up(include_str!("0012_holds.sql")),
    M::up(include_str!("0013_rights.sql")),
];

/// The version of a database that has them all.
pub const VERSION: i32 = ALL.len() as i32;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing in it yet.
    Nothing,
    /// Ours, with this version.
    Ours(i32),
}

/// Looks whose database this is, and changes nothing.
///
/// # Errors
///
/// [`StoreError::Foreign`] when it is another program's, [`StoreError::Newer`] when it was written
/// by a later version of this program.
pub(crate) fn identify(connection: &Connection, path: &Path) -> Result<Found, StoreError> {
    let application = number(connection, "application_id")?;
    let version = number(connection, "user_version")?;
    match application {
        0 if version == 0 && is_empty(connection)? => Ok(Found::Nothing),
        APPLICATION_ID if version > VERSION => Err(StoreError::Newer {
            found: version,
            known: VERSION,
        }),
        APPLICATION_ID if version > 0 => Ok(Found::Ours(version)),
        _ => Err(StoreError::Foreign { path: path.into() }),
    }
}

/// Brings the schema to [`VERSION`]: all changes or none.
pub(crate) fn to_latest(connection: &mut Connection) -> Result<(), StoreError> {
    let migrations = Migrations::from_slice(ALL);
    migrations
        .to_latest(connection)
        .map_err(|error| match error {
            // The text of the other variants may hold whole statements; none holds a message.
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            _ => StoreError::corrupt("schema"),
        })
}

fn number(connection: &Connection, pragma: &str) -> Result<i32, StoreError> {
    Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?)
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let tables = "SELECT count(*) = 0 FROM sqlite_schema";
    Ok(connection.query_row(tables, (), |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_migrations_run_on_an_empty_database() {
        assert_eq!(Migrations::from_slice(ALL).validate(), Ok(()));
    }

    #[test]
    fn a_new_database_bears_our_name_and_version() {
        let mut connection = Connection::open_in_memory().unwrap();
        let path = Path::new("memory");
        assert_eq!(identify(&connection, path).unwrap(), Found::Nothing);
        to_latest(&mut connection).unwrap();
        assert_eq!(identify(&connection, path).unwrap(), Found::Ours(VERSION));
    }

    #[test]
    fn every_table_is_strict() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        let lax: Vec<String> = connection
            .prepare(
                "SELECT name FROM pragma_table_list
                 WHERE schema = 'main' AND type = 'table' AND NOT strict
                   AND name NOT LIKE 'sqlite%'",
            )
            .unwrap()
            .query_map((), |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(lax, Vec::<String>::new());
    }
}
