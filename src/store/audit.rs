//! The audit log on disk, and the last line of it that the database knows.
//!
//! The log is a file of its own and not a table: what is appended to a file can be read without the
//! program, and a damaged database does not take it along. It has its own lock, so that a command
//! that only looks (`report`, `register`) can write down an export while the daemon runs. The
//! database keeps the last head, by which a log that was cut off is recognised.
//!
//! Nothing waits for the log and nothing fails with it: a log that cannot be written is told in the
//! ordinary log, and a damaged one in `status`.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hmac::Mac;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::audit::configured::Picture;
use crate::audit::verdict::{Verdict, verify};
use crate::audit::{Event, Head, Line, hash, line};
use crate::recipient::Address;
use crate::store::directory::open_private;
use crate::store::{Reader, Store, StoreError};

/// Its name in the state directory.
pub const FILE: &str = "audit.jsonl";

/// Bytes at the end of the log in which its last line is looked for: an entry lists at most some
/// hundreds of keywords, so this holds several.
const TAIL: u64 = 4 << 20;

/// How often, and after how long, a lock that another process holds is tried again. It writes one
/// line and lets go, so half a second is long; after that something else holds it.
const TRIES: (u32, Duration) = (25, Duration::from_millis(20));

/// The log of a state directory.
#[derive(Clone, Debug)]
pub struct AuditLog {
    path: PathBuf,
}

/// What a line was put after, and what it made.
struct Appended {
    before: Head,
    after: Head,
}

impl AuditLog {
    /// The log in this directory.
    pub fn of(state: &Path) -> Self {
        AuditLog {
            path: state.join(FILE),
        }
    }

    /// Appends one line, without the store: for a command that has none. A line that was not
    /// written to its end, because the program or the machine stopped there, is closed and told of.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`] when it cannot be written. What was written of the line is taken back.
    pub fn append(&self, event: &Event, at: Timestamp) -> Result<(), StoreError> {
        self.write(event, at).map(|_| ())
    }

    fn write(&self, event: &Event, at: Timestamp) -> Result<Appended, StoreError> {
        let io = |source| StoreError::file(&self.path, source);
        let mut file = open_private(&self.path).map_err(io)?;
        // It holds no messages, so one that others may read is closed to them and used.
        let _ = file.set_permissions(Permissions::from_mode(0o600));
        lock(&file).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let tail = read_tail(&mut file, length).map_err(io)?;
        let (before, torn) = end(&tail);
        let mut text = String::new();
        let mut head = before.clone();
        if let Some(torn) = torn {
            let (bytes, sha256) = (torn.len(), hash(torn));
            let (written, after) = line(&head, &Event::Torn { bytes, sha256 }, at);
            text = format!("\n{written}");
            head = after;
        }
        let (written, after) = line(&head, event, at);
        text.push_str(&written);
        let written = file
            .seek(SeekFrom::End(0))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_data());
        if let Err(source) = written {
            // As good as it goes; what stays is a torn line.
            let _ = file.set_len(length);
            return Err(io(source));
        }
        Ok(Appended { before, after })
    }

    /// The whole log; empty when there is none.
    pub fn read(&self) -> Result<Vec<u8>, StoreError> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(StoreError::file(&self.path, source)),
        }
    }

    /// Puts a damaged log aside, under a name with the moment; the next line begins a new one.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`] when it cannot be renamed.
    pub fn put_aside(&self, at: Timestamp) -> Result<PathBuf, StoreError> {
        let moment = at.strftime("%Y%m%dT%H%M%SZ");
        let aside = self.path.with_file_name(format!("audit-{moment}.jsonl"));
        match fs::rename(&self.path, &aside) {
            Ok(()) => Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(aside),
            Err(source) => Err(StoreError::file(&self.path, source)),
        }
    }
}

fn lock(file: &File) -> io::Result<()> {
    let (tries, wait) = TRIES;
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(wait),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::WouldBlock,
        "another process holds the audit log",
    ))
}

fn read_tail(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail)
}

/// The head that the last readable line makes, and what stands after the last line end.
fn end(tail: &[u8]) -> (Head, Option<&[u8]>) {
    let whole = tail.iter().rposition(|byte| *byte == b'\n');
    let (lines, rest) = tail.split_at(whole.map_or(0, |at| at + 1));
    let last = lines.rsplit(|byte| *byte == b'\n').find_map(Line::parse);
    let head = last.map(|line| line.head()).unwrap_or_default();
    (head, (!rest.is_empty()).then_some(rest))
}

impl Store {
    /// Writes down what was done. It never fails the caller: what cannot be written down is told in
    /// the ordinary log.
    pub async fn audit(&self, event: Event, at: Timestamp) {
        let log = self.reader.audit_log();
        let written = self
            .writer
            .run(move |connection| {
                let appended = log.write(&event, at)?;
                let known = anchor(connection)?.unwrap_or_default();
                // What the database knew must still be there; else the log was changed behind our
                // back, and a new anchor would hide that.
                if known == appended.before || holds(&log, &known)? {
                    remember_anchor(connection, &appended.after)?;
                }
                Ok(())
            })
            .await;
        if let Err(error) = written {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    /// Writes down what another configuration changes, when it is another than the last.
    pub async fn audit_configuration(&self, picture: Picture, at: Timestamp) {
        let now = serde_json::to_vec(&picture).expect("plain data can be written as JSON");
        let exchanged = self.write(move |connection| {
            let before = value(connection, PICTURE)?;
            if before.as_ref() != Some(&now) {
                remember(connection, PICTURE, &now)?;
            }
            Ok(before)
        });
        let before = match exchanged.await {
            Ok(before) => before.and_then(|before| serde_json::from_slice(&before).ok()),
            Err(error) => {
                tracing::error!(%error, "the audit log could not be written");
                return;
            }
        };
        for event in picture.events(before.as_ref()) {
            self.audit(event, at).await;
        }
    }

    /// Lets the database forget the log that was put aside; what it knew of it is in the answer.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn forget_anchor(&self) -> Result<Head, StoreError> {
        self.write(|connection| {
            let known = anchor(connection)?.unwrap_or_default();
            remember_anchor(connection, &Head::default())?;
            Ok(known)
        })
        .await
    }

    /// A recipient as it stands in the audit log: 16 hexadecimal digits of a keyed hash.
    pub fn pseudonym(&self, address: &Address) -> String {
        let mac = self.secret.mac().chain_update(b"recipient\0");
        let mac = mac.chain_update(address.reveal().to_lowercase()).finalize();
        let bytes = mac.into_bytes();
        bytes.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }
}

impl Reader {
    /// The log beside this database.
    pub fn audit_log(&self) -> AuditLog {
        AuditLog::of(self.path.parent().unwrap_or(Path::new(".")))
    }

    /// Writes down what was done by a command that may not change the database. The daemon, or the
    /// next command that may, lets the database know.
    pub fn audit(&self, event: &Event, at: Timestamp) {
        if let Err(error) = self.audit_log().append(event, at) {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    /// Whether the log is whole, by itself and by what the database knows of it.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    pub async fn audit_verdict(&self) -> Result<Verdict, StoreError> {
        // The anchor first: a line that comes in between is one more, not one less.
        let anchor = self.read(anchor).await?;
        Ok(verify(&self.audit_log().read()?, anchor.as_ref()))
    }
}

/// Whether the log still holds the line that the database knew.
fn holds(log: &AuditLog, known: &Head) -> Result<bool, StoreError> {
    let bytes = log.read()?;
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(Line::parse);
    Ok(known.n == 0 || lines.any(|line| line.head() == *known))
}

/// Names in `meta`.
const ANCHOR: &str = "audit_head";
const PICTURE: &str = "audit_configuration";

fn anchor(connection: &Connection) -> Result<Option<Head>, StoreError> {
    let bytes = value(connection, ANCHOR)?;
    let read = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
    let head = bytes.map(read).transpose();
    head.map_err(|_| StoreError::corrupt("the head of the audit log"))
}

fn remember_anchor(connection: &Connection, head: &Head) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(head).expect("plain data can be written as JSON");
    remember(connection, ANCHOR, &bytes)
}

fn value(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM meta WHERE name = :name")?
        .query_row(named_params! { ":name": name }, |row| row.get(0))
        .optional()?)
}

fn remember(connection: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (:name, :value)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(named_params! { ":name": name, ":value": value })?;
    Ok(())
}
