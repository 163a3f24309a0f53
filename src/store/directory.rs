//! The state directory: ours alone, and one program at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::seen::Secret;
use crate::store::StoreError;

/// Who may enter the directory: its owner.
const DIRECTORY_MODE: u32 = 0o700;

/// Who may read and write the files in it: their owner.
const FILE_MODE: u32 = 0o600;

/// The rights of everybody else.
const OTHERS: u32 = 0o077;

/// What SQLite appends to a database's name: nothing, for its log, for its shared memory.
const COMPANIONS: [&str; 3] = ["", "-wal", "-shm"];

/// The directory that holds all that is remembered.
#[derive(Clone, Debug)]
pub struct StateDirectory {
    path: PathBuf,
}

impl StateDirectory {
    /// Opens the directory, and makes it when it is not there.
    ///
    /// A directory of ours that others may enter is closed to them (systemd makes it 0755). One
    /// that belongs to another user is refused, also for root: files that root leaves in it would
    /// stop the service later.
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`] when it is refused, [`StoreError::File`] when it cannot be made.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(DIRECTORY_MODE)
            .create(path)
            .map_err(|source| StoreError::file(path, source))?;
        Self::existing(path)
    }

    /// Opens the directory for reading only; it must be there.
    ///
    /// # Errors
    ///
    /// As [`StateDirectory::open`], and [`StoreError::Empty`] when it is not there.
    pub fn existing(path: &Path) -> Result<Self, StoreError> {
        let about = match fs::metadata(path) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Empty { path: path.into() });
            }
            Err(source) => return Err(StoreError::file(path, source)),
        };
        let own = rustix::process::geteuid().as_raw();
        if !about.is_dir() {
            return Err(refused(path, Refusal::NotADirectory));
        }
        if about.uid() != own {
            let owner = about.uid();
            return Err(refused(path, Refusal::OtherOwner { owner, own }));
        }
        if about.mode() & OTHERS != 0 {
            fs::set_permissions(path, Permissions::from_mode(DIRECTORY_MODE))
                .map_err(|source| StoreError::file(path, source))?;
        }
        Ok(StateDirectory { path: path.into() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes this process the only one that writes here, until the lock is dropped or the process
    /// ends in whatever way.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] when another process has the lock.
    pub fn lock(&self) -> Result<Lock, StoreError> {
        let path = self.path.join("luisterpost.lock");
        let io = |source| StoreError::file(&path, source);
        let mut file = open_private(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                (&file).take(32).read_to_string(&mut text).map_err(io)?;
                let pid = text.trim().parse().ok();
                return Err(StoreError::InUse { pid });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Lock { _file: file })
    }

    /// The path of the database with this name, after a look at its files: what others may read
    /// may have been copied already, so that is refused and not silently mended.
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`] when others may read or write one of its files.
    pub(crate) fn database(&self, name: &Path) -> Result<PathBuf, StoreError> {
        let database = self.path.join(name);
        for companion in COMPANIONS {
            let mut path = database.clone().into_os_string();
            path.push(companion);
            check_private(Path::new(&path))?;
        }
        Ok(database)
    }

    /// The secret behind the keyed hashes; a new one when it is lost or damaged.
    pub(crate) fn secret(&self) -> Result<Secret, StoreError> {
        let path = self.path.join("seen.key");
        let io = |source| StoreError::file(&path, source);
        check_private(&path)?;
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => {
                let limit = Secret::LEN as u64 + 1;
                file.take(limit).read_to_end(&mut bytes).map_err(io)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
        if let Ok(bytes) = bytes.try_into() {
            return Ok(Secret::new(bytes));
        }
        let mut bytes = [0; Secret::LEN];
        getrandom::fill(&mut bytes).map_err(|error| io(io::Error::other(error.to_string())))?;
        // Written aside and renamed: after a crash there is the whole key or none.
        let aside = self.path.join("seen.key.new");
        let mut file = open_private(&aside).map_err(io)?;
        file.set_len(0).map_err(io)?;
        file.write_all(&bytes).map_err(io)?;
        file.sync_all().map_err(io)?;
        fs::rename(&aside, &path).map_err(io)?;
        File::open(&self.path)
            .and_then(|directory| directory.sync_all())
            .map_err(io)?;
        Ok(Secret::new(bytes))
    }
}

/// The right to write in the state directory; dropping it gives it back.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Opens a file for reading and writing that only its owner may read; makes it when needed.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path)
}

fn check_private(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(about) if about.mode() & OTHERS != 0 => {
            let mode = about.mode() & 0o777;
            Err(refused(path, Refusal::Readable { mode }))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(StoreError::file(path, source)),
    }
}

fn refused(path: &Path, refusal: Refusal) -> StoreError {
    StoreError::Directory {
        path: path.into(),
        refusal,
    }
}

/// Why a state directory, or a file in it, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is something else.
    #[error("it is not a directory")]
    NotADirectory,
    /// Somebody else owns it.
    #[error("it belongs to user {owner}, and this is user {own}")]
    OtherOwner {
        /// The user id of its owner.
        owner: u32,
        /// Our user id.
        own: u32,
    },
    /// Others have rights on a file that holds messages or the secret.
    #[error("others may read or write it (mode {mode:o}); look who did, then `chmod 600`")]
    Readable {
        /// Its permission bits.
        mode: u32,
    },
}
