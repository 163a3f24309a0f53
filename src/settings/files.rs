//! Reading the files from disk: what cannot be read is told, and nothing is read without end.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::form::document::Document;
use crate::mistake::{Fault, Findings, Location};

/// Mebibytes of a file that are read at most: 50,000 sources are eight of them, and a
/// film that was given the wrong name does not fill the memory.
const LARGEST_MIB: u64 = 16;

/// Reads a file as a text without byte-order mark; `None` when it cannot be read, with the reason
/// in the findings.
pub(crate) fn read(path: &Path, findings: &Findings) -> Option<String> {
    findings.begin_file();
    let file = path.display().to_string();
    let refuse = |fault| {
        let whole = Document::plain(&file, "").whole();
        findings.mistake(whole, "", fault);
    };
    let bytes = match contents(path) {
        Ok(bytes) => bytes,
        Err(fault) => {
            refuse(fault);
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
            let at = Document::plain(&file, &before).byte(match before.starts_with('\u{feff}') {
                true => valid - '\u{feff}'.len_utf8(),
                false => valid,
            });
            findings.mistake(at, "", Fault::NotUtf8);
            None
        }
    }
}

fn contents(path: &Path) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Fault::MissingFile,
        _ => Fault::Unreadable {
            reason: error.to_string(),
        },
    };
    // Before it is opened: opening a pipe waits for somebody to write.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Fault::NotAFile);
    }
    let mut bytes = Vec::new();
    let most = LARGEST_MIB << 20;
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(Fault::TooLarge { limit: LARGEST_MIB });
    }
    Ok(bytes)
}

/// The keyword files in a directory, by name, without `common.toml`, hidden files and the copies
/// that editors leave behind.
pub(crate) fn theme_files(directory: &Path, findings: &Findings) -> Vec<PathBuf> {
    let file = directory.display().to_string();
    let refuse = |fault| findings.mistake(Document::plain(&file, "").whole(), "", fault);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            refuse(match error.kind() {
                ErrorKind::NotFound => Fault::MissingDirectory,
                _ => Fault::Unreadable {
                    reason: error.to_string(),
                },
            });
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let theme = name.ends_with(".toml") && !name.starts_with(['.', '#']);
                if theme && name != "common.toml" {
                    files.push(directory.join(&*name));
                }
            }
            Err(error) => refuse(Fault::Unreadable {
                reason: error.to_string(),
            }),
        }
    }
    files.sort();
    files
}

/// The lines of the files that mistakes stand in, for showing them to a person.
#[derive(Debug, Default)]
pub struct Lines {
    files: std::collections::HashMap<String, Vec<String>>,
}

impl Lines {
    /// The line that a location points at, when the file can (still) be read.
    pub fn at(&mut self, at: &Location) -> Option<&str> {
        let Location::File { file, line, .. } = at else {
            return None;
        };
        let lines = self.files.entry(file.to_string()).or_insert_with(|| {
            let bytes = contents(Path::new(&**file)).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            text.lines().map(str::to_owned).collect()
        });
        let index = usize::try_from(*line).ok()?.checked_sub(1)?;
        lines.get(index).map(String::as_str)
    }
}
