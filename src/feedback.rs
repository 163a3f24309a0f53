//! Answers of readers, from mails into the store.
//!
//! Only one process writes to the store, and that is the daemon most of the time. So answers are laid
//! in a folder of the state directory, from where whoever has the store takes them in.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mail_parser::MessageParser;

use crate::store::{Answered, Store, StoreError};

/// Most bytes of a mail that are read: its subject stands near the beginning.
const MOST_OF_MAIL: u64 = 1 << 20;

/// Most subjects that are kept of one mail or folder, and in one file of the folder of answers.
const MOST_SUBJECTS: usize = 100_000;

/// The folder of answers in the state directory.
const FOLDER: &str = "answers";

/// What became of the answers that lay there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Kept.
    pub kept: usize,
    /// About hits that are no longer there.
    pub gone: usize,
    /// Without an answer of ours in the subject.
    pub foreign: usize,
}

/// Why answers cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// A file cannot be read or written.
    #[error("{path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn file(path: &Path, source: io::Error) -> FeedbackError {
    FeedbackError::File {
        path: path.into(),
        source,
    }
}

/// The subjects of the mails at a path: an `.eml` file, a Maildir (its `new` and `cur`), or a folder
/// of `.eml` files.
pub fn subjects_at(path: &Path) -> Result<Vec<String>, FeedbackError> {
    let error = |source| file(path, source);
    if !fs::metadata(path).map_err(error)?.is_dir() {
        return Ok(subject(File::open(path).map_err(error)?)
            .map_err(error)?
            .into_iter()
            .collect());
    }
    let maildir: Vec<PathBuf> = ["new", "cur"].map(|part| path.join(part)).into();
    let is_maildir = maildir.iter().all(|part| part.is_dir());
    let folders = if is_maildir {
        maildir
    } else {
        vec![path.to_owned()]
    };
    let mut mails = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(&folder).map_err(|source| file(&folder, source))? {
            let mail = entry.map_err(|source| file(&folder, source))?.path();
            let is_mail = is_maildir || mail.extension().is_some_and(|ending| ending == "eml");
            if is_mail && mail.is_file() {
                mails.push(mail);
            }
        }
    }
    mails.sort();
    let mut subjects = Vec::new();
    for mail in mails.into_iter().take(MOST_SUBJECTS) {
        let opened = File::open(&mail).map_err(|source| file(&mail, source))?;
        subjects.extend(subject(opened).map_err(|source| file(&mail, source))?);
    }
    Ok(subjects)
}

/// The subject of a mail, on one line; `None` when it has none.
pub fn subject(mail: impl Read) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    mail.take(MOST_OF_MAIL).read_to_end(&mut bytes)?;
    let mail = MessageParser::default().parse(&bytes);
    let subject = mail.as_ref().and_then(|mail| mail.subject());
    Ok(subject.map(|subject| subject.replace(char::is_control, " ")))
}

/// Lays subjects in the folder of answers. What has no word of an answer is left out, so that nothing
/// of other people's mail is kept.
pub fn lay_down(state: &Path, subjects: &[String]) -> Result<(), FeedbackError> {
    let answers: Vec<&str> = (subjects.iter().map(String::as_str))
        .filter(|subject| subject.to_lowercase().contains("raak"))
        .take(MOST_SUBJECTS)
        .collect();
    if answers.is_empty() {
        return Ok(());
    }
    let folder = state.join(FOLDER);
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder);
    made.map_err(|source| file(&folder, source))?;
    let mut name = [0; 8];
    let random = getrandom::fill(&mut name);
    random.map_err(|error| file(&folder, io::Error::other(error.to_string())))?;
    let name = format!("{:016x}", u64::from_ne_bytes(name));
    // Written aside and renamed: what is half there is not taken in.
    let (aside, path) = (
        folder.join(format!("{name}.new")),
        folder.join(format!("{name}.txt")),
    );
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)
        .and_then(|mut aside| aside.write_all(answers.join("\n").as_bytes()));
    written.map_err(|source| file(&aside, source))?;
    fs::rename(&aside, &path).map_err(|source| file(&path, source))
}

/// Takes in all answers that lie in the folder.
pub async fn take_in(
    store: &Store,
    state: &Path,
    now: Timestamp,
) -> Result<TakenIn, FeedbackError> {
    let folder = state.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(TakenIn::default()),
        Err(error) => return Err(file(&folder, error)),
    };
    let stamps = store.stamps();
    let mut taken = TakenIn::default();
    for entry in entries {
        let path = entry.map_err(|source| file(&folder, source))?.path();
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let bytes = fs::read(&path).map_err(|source| file(&path, source))?;
        for subject in String::from_utf8_lossy(&bytes).lines() {
            match stamps.read(subject) {
                None => taken.foreign += 1,
                Some(answer) => match store.answer(answer, now).await? {
                    Answered::Kept => taken.kept += 1,
                    Answered::Gone => taken.gone += 1,
                },
            }
        }
        fs::remove_file(&path).map_err(|source| file(&path, source))?;
    }
    if taken != TakenIn::default() {
        tracing::info!(
            answers.kept = taken.kept,
            answers.gone = taken.gone,
            answers.foreign = taken.foreign,
            "answers of readers taken in"
        );
    }
    Ok(taken)
}
