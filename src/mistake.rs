//! What is wrong in a file that people write, and where it stands.
//!
//! A mistake is data. The Dutch sentence that a person reads is made from it by
//! [`crate::render`], with the texts in `render/texts.nl.toml`.

use std::sync::Arc;

use serde::Serialize;

/// One thing that is wrong, with the place where a person can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Where it stands.
    pub at: Location,
    /// The key it concerns, written as a path: `fetch.min_gap`, `source[2].url`; empty when it
    /// concerns the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// In a file.
    File {
        /// Path as the person gave it, such as `config/sources.toml`.
        file: Arc<str>,
        /// Line, counted from 1; 0 when the file as a whole is meant.
        line: u32,
        /// Column in characters, counted from 1; 0 when the line as a whole is meant.
        column: u32,
    },
    /// In an environment variable that overrides a setting.
    Environment {
        /// The variable's name, such as `LUISTERPOST__FETCH__PARALLEL`.
        variable: String,
    },
}

/// The kinds of fault; each has a sentence of the same name in `render/texts.nl.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The file cannot be read at all.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is not TOML.
    NotToml {
        /// What the parser said.
        reason: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// The key as written.
        found: String,
        /// The nearest key that does exist, when it looks like a typo.
        nearest: Option<String>,
        /// All keys that may stand here.
        expected: Vec<String>,
    },
    /// A key that must be there is not.
    MissingKey {
        /// What would be right, as an example.
        example: String,
    },
    /// A value of another type.
    WrongType {
        /// The type found, as a text key: `text`, `number`, `boolean`, `list`, `table`, `date`.
        found: String,
        /// The type expected, likewise.
        expected: String,
    },
    /// A word that is none of the words allowed.
    UnknownWord {
        /// The word as written.
        found: String,
        /// The nearest allowed word, when it looks like a typo.
        nearest: Option<String>,
        /// All words allowed.
        expected: Vec<String>,
    },
    /// A value of the right type that cannot be.
    InvalidValue {
        /// The value as written.
        found: String,
        /// What is expected, as a text key.
        expected: String,
    },
    /// A value that may stand once stands twice.
    Doubled {
        /// The value.
        found: String,
        /// The line where it stood first.
        first_line: u32,
    },
}
