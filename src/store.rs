//! SQLite, behind one door.
//!
//! [`Store`] is for the commands that listen, mail and forget: it holds the lock of the state
//! directory and the one writing connection. [`Reader`] is for the commands that look, and works
//! while a daemon runs. Both answer with futures; SQL functions are synchronous and stand in the
//! child modules, a file per noun.
//!
//! Nothing here knows a clock: `now` is an argument. Instants are stored in whole milliseconds.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Error::SqliteFailure;
use rusqlite::{Connection, ErrorCode};

use crate::seen::Secret;

mod activity;
mod alerts;
mod answers;
mod audit;
mod canary;
mod connect;
mod digests;
mod directory;
mod door;
mod erasure;
mod hits;
mod holds;
mod migrate;
mod poll_states;
mod recipients;
mod retention;
mod rights;
mod robots;
mod row;
mod scrub;
mod sending;
mod sources;
mod status;
mod story_days;
mod visits;

pub use self::activity::SourceActivity;
pub use self::answers::{Answered, KeywordCount, WHOLE_THEME};
pub use self::audit::{AuditLog, FILE as AUDIT_FILE};
pub use self::digests::{Composition, DigestId, DigestToSend, LastDigest, NewDigest, Undelivered};
pub use self::directory::{Lock, Refusal, StateDirectory};
pub use self::hits::FoundItem;
pub use self::holds::NewHold;
pub use self::migrate::{APPLICATION_ID, VERSION};
pub use self::recipients::Pending;
pub use self::retention::Forgotten;
pub use self::rights::RegisteredRequest;
pub use self::sources::{Configured, Moved, VisitMemory};
pub use self::status::{Heard, QueuedDigest, Totals};
pub use self::story_days::StoryDay;
pub use self::visits::{Recorded, VisitLine, VisitRecord};

use self::door::Door;

/// Settings of `[storage]`, and what tests make small.
#[derive(Clone, Debug)]
pub struct Config {
    /// Name of the database in the state directory.
    pub database: PathBuf,
    /// Largest size of the database in bytes. A municipality's is some tens of megabytes; one that
    /// grows past this limit is a mistake, and must not fill the disk of its neighbours too.
    pub max_bytes: u64,
    /// How long to wait for a lock that another process holds: a reader such as `status` needs
    /// milliseconds, a backup some seconds.
    pub busy_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database: PathBuf::from("luisterpost.db"),
            max_bytes: 4 << 30,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

/// All that is remembered, for one process that may change it.
///
/// A future that is dropped does not stop its work: what was asked is done, whole.
#[derive(Debug)]
pub struct Store {
    // Fields are dropped in this order. The reading connection closes first, so that the writing
    // one is the last and folds the log into the database; the lock goes when both are closed.
    reader: Reader,
    writer: Door,
    secret: Secret,
    /// How long erasing waits for a reader of another program.
    patience: Duration,
    _lock: Lock,
}

/// A store that was opened, and what there is to tell about that.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Whether the secret behind the keyed hashes was lost or replaced. All seen windows were
    /// cleared then, and every source counts as never read. To be logged.
    pub secret_lost: bool,
}

impl Store {
    /// Locks the state directory, opens the database, makes or migrates it, and checks it.
    ///
    /// Blocks; called once, at the start.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; nothing was changed then, except by migrations that had ended.
    pub fn open(directory: &StateDirectory, config: &Config) -> Result<Opened, StoreError> {
        let lock = directory.lock()?;
        let path = directory.database(&config.database)?;
        let mut connection = connect::for_writing(&path, config)?;
        let secret = directory.secret()?;
        let secret_lost = sources::meet_secret(&mut connection, &secret)?;
        let store = Store {
            writer: Door::open("store-writer", connection)?,
            reader: Reader::at(&path, config)?,
            secret,
            patience: config.busy_timeout,
            _lock: lock,
        };
        Ok(Opened { store, secret_lost })
    }

    /// The reading side.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Runs a job in one transaction: all of it is stored, or nothing.
    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.in_transaction(job).await
    }
}

/// All that is remembered, for looking only.
#[derive(Debug)]
pub struct Reader {
    door: Door,
    path: PathBuf,
}

impl Reader {
    /// Opens the database for reading, without the lock: also while a daemon runs.
    ///
    /// Blocks; called once, at the start.
    ///
    /// # Errors
    ///
    /// [`StoreError::Empty`] when nothing was stored yet, and any other [`StoreError`].
    pub fn open(directory: &StateDirectory, config: &Config) -> Result<Self, StoreError> {
        let path = directory.database(&config.database)?;
        Self::at(&path, config)
    }

    fn at(path: &Path, config: &Config) -> Result<Self, StoreError> {
        let connection = connect::for_reading(path, config)?;
        Ok(Reader {
            door: Door::open("store-reader", connection)?,
            path: path.into(),
        })
    }

    /// Runs a job that sees one state of the database throughout.
    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.door.in_transaction(job).await
    }
}

/// What went wrong in the store, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk, the database is at its limit, or the disk fails. Nothing was changed;
    /// goes on when there is room.
    #[error("the disk is full or fails, or the database is at its limit")]
    Full(#[source] rusqlite::Error),
    /// Another program holds the database. Nothing was changed; to be tried again.
    #[error("the database is held by another program")]
    Busy(#[source] rusqlite::Error),
    /// What is past its retention was deleted but still stands in the bytes of the log, because a
    /// reader holds it. To be tried again soon, and told.
    #[error("deleted, but not yet erased from disk: another program is reading the database")]
    NotErased(Forgotten),
    /// Another process writes here.
    #[error("the state directory is in use by {}", process(.pid))]
    InUse {
        /// Its process id, when it could be read.
        pid: Option<u32>,
    },
    /// Nothing was stored yet.
    #[error("{}: nothing is stored here yet", path.display())]
    Empty {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The state directory, or a file in it, is not ours alone.
    #[error("{}: {refusal}", path.display())]
    Directory {
        /// The directory or file.
        path: PathBuf,
        /// Why it is refused.
        refusal: Refusal,
    },
    /// A file or directory could not be made, read or written.
    #[error("{}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Not a database, or another program's.
    #[error("{}: not a database of luisterpost", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// Written by a later version of this program.
    #[error(
        "the database has version {found}, and this program knows up to {known}: install the newer program"
    )]
    Newer {
        /// Its version.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// Written by an earlier version of this program, and opened for reading only.
    #[error(
        "the database has version {found} and must become {known}: `luisterpost poll` does that"
    )]
    Older {
        /// Its version.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// The database is damaged. Nothing can be done but to restore a copy or to start anew.
    #[error("the database is damaged ({what})")]
    Corrupt {
        /// Where that showed; never words of a message.
        what: String,
    },
    /// The program asked for something that may not be: a mistake of ours, nothing was changed.
    #[error("refused by the store: {0}")]
    Refused(&'static str),
    /// Anything else that SQLite said.
    #[error("the database failed")]
    Sqlite(#[source] rusqlite::Error),
    /// The thread of the store has ended, after a panic that was reported before.
    #[error("the store has stopped")]
    Stopped,
}

impl StoreError {
    fn file(path: &Path, source: io::Error) -> Self {
        StoreError::File {
            path: path.into(),
            source,
        }
    }

    /// The same for a job that shared a transaction with the one that failed, and was undone with it.
    fn for_a_neighbour(&self) -> Self {
        match self {
            StoreError::Full(SqliteFailure(code, text))
            | StoreError::Busy(SqliteFailure(code, text))
            | StoreError::Sqlite(SqliteFailure(code, text)) => {
                SqliteFailure(*code, text.clone()).into()
            }
            StoreError::Corrupt { what } => StoreError::corrupt(what),
            _ => StoreError::Refused("what shared its transaction failed"),
        }
    }

    fn corrupt(what: &str) -> Self {
        StoreError::Corrupt { what: what.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // A disk that fails to write and one that is full ask for the same: look at the disk.
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => StoreError::Full(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::corrupt("SQLite cannot read it")
            }
            _ => StoreError::Sqlite(error),
        }
    }
}

fn process(pid: &Option<u32>) -> String {
    match pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    }
}
