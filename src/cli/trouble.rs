//! What went wrong, in the words of the person who can mend it.

use minijinja::{Value, context};

use crate::render::Texts;
use crate::store::{Refusal, StoreError};

/// What to say about an error that ended a command: a sentence of section `trouble` for what a
/// person can mend in the state directory, and the account in English for anything else.
pub(super) fn told(texts: &Texts, error: &anyhow::Error) -> String {
    let store = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<StoreError>());
    match store.and_then(sentence) {
        Some((name, values)) => texts.say(&format!("trouble.{name}"), values),
        None => format!("{error:#}"),
    }
}

/// The sentence for a failure of the store, with its values.
fn sentence(error: &StoreError) -> Option<(&'static str, Value)> {
    Some(match error {
        StoreError::Full(_) => ("full", context! {}),
        StoreError::Busy(_) => ("busy", context! {}),
        StoreError::NotErased(forgotten) => ("not_erased", context! { hits => forgotten.hits }),
        StoreError::InUse { pid } => ("in_use", context! { pid }),
        StoreError::Empty { path } => ("empty", context! { path => path.display().to_string() }),
        StoreError::Directory { path, refusal } => {
            let path = path.display().to_string();
            match refusal {
                Refusal::NotADirectory => ("not_a_directory", context! { path }),
                Refusal::OtherOwner { owner, own } => {
                    ("other_owner", context! { path, owner, own })
                }
                Refusal::Readable { mode } => {
                    ("readable", context! { path, mode => format!("{mode:o}") })
                }
            }
        }
        StoreError::File { path, source } => (
            "file",
            context! { path => path.display().to_string(), reason => source.to_string() },
        ),
        StoreError::Foreign { path } => {
            ("foreign", context! { path => path.display().to_string() })
        }
        StoreError::Newer { found, known } => ("newer", context! { found, known }),
        StoreError::Older { .. } => ("older", context! {}),
        StoreError::Corrupt { what } => ("corrupt", context! { what }),
        StoreError::Refused(_) | StoreError::Sqlite(_) | StoreError::Stopped => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::told;
    use crate::render::Texts;
    use crate::store::{Forgotten, Refusal, StoreError};

    #[test]
    fn what_a_person_can_mend_is_said_in_dutch() {
        let path = || PathBuf::from("state/luisterpost.db");
        let refused = |refusal| StoreError::Directory {
            path: path(),
            refusal,
        };
        let errors = [
            StoreError::NotErased(Forgotten::default()),
            StoreError::InUse { pid: Some(12) },
            StoreError::InUse { pid: None },
            StoreError::Empty { path: path() },
            refused(Refusal::NotADirectory),
            refused(Refusal::OtherOwner { owner: 1, own: 2 }),
            refused(Refusal::Readable { mode: 0o644 }),
            StoreError::File {
                path: path(),
                source: io::Error::other("x"),
            },
            StoreError::Foreign { path: path() },
            StoreError::Newer { found: 2, known: 1 },
            StoreError::Older { found: 1, known: 2 },
            StoreError::Corrupt {
                what: "x".to_owned(),
            },
        ];
        let texts = Texts::new();
        for error in errors {
            let english = error.to_string();
            let said = told(&texts, &anyhow::Error::from(error).context("opening"));
            assert!(said != english && said.ends_with('.'), "{said}");
        }
    }
}
