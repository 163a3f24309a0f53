//! A visit to a folder in which files arrive.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::connector::drop::{self, Written};
use crate::folder;
use crate::outcome::{Failure, FailureClass};
use crate::poll::Listener;
use crate::poll::pages::Visit;
use crate::source::Source;
use crate::source::drop::DropFolder;

/// Largest file that is read, in bytes: a year of reports of a large town.
const LARGEST: u64 = 20 * 1024 * 1024;

/// Most lines that are told of one visit.
const MOST_LINES: usize = 10;

impl Listener {
    /// Reads the files that wait. They are put away once what they hold is stored.
    pub(crate) async fn visit_folder(
        &self,
        source: &Source,
        drop: &DropFolder,
        now: Timestamp,
    ) -> Visit {
        let (drop, address) = (drop.clone(), source.url.clone());
        let read = move || {
            let mut visit = Visit {
                onward: true,
                ..Visit::default()
            };
            let wanted = |name: &str| Written::of_name(name).is_some();
            let files = match folder::waiting(&drop.folder, wanted, now) {
                Ok(files) => files,
                Err(error) => {
                    visit.failure = Some(broken(format!("the folder cannot be read: {error}")));
                    return visit;
                }
            };
            let mut wrong = Vec::new();
            for file in files {
                let name = name(&file);
                let Some(written) = Written::of_name(&name) else {
                    continue;
                };
                match folder::read(&file, LARGEST) {
                    Ok(Some(bytes)) => {
                        let contents = drop::read(&drop.columns, written, &bytes, &address);
                        visit.items.extend(contents.items);
                        let lines = contents.wrong.into_iter();
                        wrong.extend(lines.map(|(line, why)| format!("{name} line {line}: {why}")));
                    }
                    Ok(None) => wrong.push(format!("{name}: larger than {LARGEST} bytes")),
                    Err(error) => {
                        wrong.push(format!("{name}: {error}"));
                        continue;
                    }
                }
                visit.files.push(file);
            }
            visit.failure = told(&wrong).map(broken);
            visit
        };
        match self.readers.run(read).await {
            Ok(visit) => visit,
            Err(failure) => Visit {
                failure: Some(failure),
                ..Visit::default()
            },
        }
    }

    /// Puts away what was read and stored.
    pub(crate) async fn put_away(
        &self,
        source: &Source,
        drop: &DropFolder,
        files: Vec<PathBuf>,
        now: Timestamp,
    ) {
        let folder = drop.folder.clone();
        let moved = self
            .readers
            .run(move || folder::put_away(&folder, &files, now))
            .await;
        match moved {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(source.id = %source.id, %error, "a file that was read cannot be put away");
            }
            Err(failure) => {
                tracing::error!(source.id = %source.id, detail = failure.detail, "files were not put away")
            }
        }
    }
}

fn name(file: &std::path::Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The lines that could not be read, in one sentence.
fn told(wrong: &[String]) -> Option<String> {
    let more = wrong.len().saturating_sub(MOST_LINES);
    let mut told = wrong.get(..MOST_LINES).unwrap_or(wrong).join("; ");
    if more > 0 {
        told.push_str(&format!("; and {more} more"));
    }
    (!wrong.is_empty()).then_some(told)
}

fn broken(detail: String) -> Failure {
    Failure {
        class: FailureClass::Broken,
        detail,
        retry_at: None,
    }
}
