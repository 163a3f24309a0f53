//! How a connection is opened and set.

use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::store::migrate::{self, Found};
use crate::store::{Config, StoreError, directory};

/// Longest value in the database: the largest is a composed mail, far below a megabyte.
const MAX_VALUE_BYTES: i32 = 32 << 20;

/// Longest statement: ours are below 2,000 characters, so nothing longer is ours.
const MAX_SQL_BYTES: i32 = 100_000;

/// Opens the database for the one writer: makes it private, ours, current and whole.
pub(crate) fn for_writing(path: &Path, config: &Config) -> Result<Connection, StoreError> {
    // SQLite gives its log and its shared memory the rights of the database.
    directory::open_private(path).map_err(|source| StoreError::file(path, source))?;
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, config.busy_timeout)?;
    migrate::identify(&connection, path).map_err(|error| foreign(error, path))?;

    // `forget` writes the whole file anew. Until then the pages of deleted rows are zeroed and stay
    // in the file: moving live pages at every commit would only spread copies of them.
    connection.pragma_update(None, "auto_vacuum", "NONE")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a mail that was marked as sent is not sent again after a power cut. It costs one disk
    // flush a visit, and there are few visits a second.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = i64::try_from(config.max_bytes / page).unwrap_or(i64::MAX);
    connection.pragma_update(None, "max_page_count", pages)?;

    migrate::to_latest(&mut connection)?;
    check(&connection)?;
    Ok(connection)
}

/// Opens a database that is there, ours and current, for reading.
pub(crate) fn for_reading(path: &Path, config: &Config) -> Result<Connection, StoreError> {
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Err(StoreError::Empty { path: path.into() }),
        Err(source) => return Err(StoreError::file(path, source)),
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, config.busy_timeout)?;
    match migrate::identify(&connection, path).map_err(|error| foreign(error, path))? {
        Found::Ours(migrate::VERSION) => Ok(connection),
        Found::Ours(found) => Err(StoreError::Older {
            found,
            known: migrate::VERSION,
        }),
        Found::Nothing => Err(StoreError::Empty { path: path.into() }),
    }
}

fn open(path: &Path, access: OpenFlags, busy: Duration) -> Result<Connection, StoreError> {
    // One thread per connection, so SQLite need not guard it.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)?;
    // VACUUM attaches the new database for a moment; nothing else is ever attached.
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // The schema comes from a file, so it may call nothing with effects.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    // Nothing of a message goes into a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    Ok(connection)
}

/// At the first look, a file that SQLite cannot read is no database rather than a damaged one.
fn foreign(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Corrupt { .. } if !begins_as_database(path) => {
            StoreError::Foreign { path: path.into() }
        }
        error => error,
    }
}

fn begins_as_database(path: &Path) -> bool {
    let mut head = [0; 16];
    std::fs::File::open(path)
        .and_then(|mut file| io::Read::read_exact(&mut file, &mut head))
        .is_ok_and(|()| head == *b"SQLite format 3\0")
}

/// Looks through the whole database for damage: some tens of milliseconds, once a start.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        // The verdict names tables and pages, never a value.
        _ => Err(StoreError::Corrupt { what: verdict }),
    }
}
