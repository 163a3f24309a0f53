//! Where in the files a mistake stands.

use std::sync::Arc;

use serde::Serialize;

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
