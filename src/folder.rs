//! Files that arrive in a folder.
//!
//! What was read goes into a subfolder, where a person can look up a line that was wrong, and is erased
//! there after a week: it holds messages that nobody is to keep.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// The subfolder of what was read.
pub const READ: &str = "gelezen";

/// How long a file stays there.
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Most files of one visit; the rest waits for the next.
const MOST: usize = 100;

/// A file is whole when nobody wrote to it for so long.
const AT_REST: Duration = Duration::from_secs(5);

/// The files that wait in a folder, by name, whole ones only. Hidden files, links and what `wanted`
/// does not know are left alone.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn waiting(
    folder: &Path,
    wanted: impl Fn(&str) -> bool,
    now: Timestamp,
) -> io::Result<Vec<PathBuf>> {
    let now = SystemTime::from(now);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let rested = about.modified()?;
        let is_whole = now
            .duration_since(rested)
            .map_or(true, |since| since >= AT_REST);
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        if about.is_file() && is_whole && !name.starts_with('.') && wanted(name) {
            files.push(entry.path());
        }
    }
    files.sort();
    files.truncate(MOST);
    Ok(files)
}

/// The bytes of a file; `None` when there are more than `limit`.
///
/// # Errors
///
/// When it cannot be read.
pub fn read(file: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Puts files away that were read, and erases what was put away a week ago.
///
/// # Errors
///
/// When a file cannot be moved: it would be read again and again.
pub fn put_away(folder: &Path, files: &[PathBuf], now: Timestamp) -> io::Result<()> {
    let away = folder.join(READ);
    if !files.is_empty() {
        fs::create_dir_all(&away)?;
    }
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let free = (1..)
            .map(|n| match n {
                1 => away.join(&*name),
                n => away.join(format!("{n}-{name}")),
            })
            .find(|path| !path.exists());
        let Some(path) = free else { continue };
        fs::rename(file, &path)?;
        // From now on counts when it was put away, not when it was written.
        File::options()
            .append(true)
            .open(&path)?
            .set_modified(now.into())?;
    }
    let Ok(entries) = fs::read_dir(&away) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let age = SystemTime::from(now).duration_since(entry.metadata()?.modified()?);
        if entry.metadata()?.is_file() && age.is_ok_and(|age| age > KEPT) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
