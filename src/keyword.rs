//! One written keyword line, parsed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One keyword line.
#[derive(Clone, Debug)]
pub struct Keyword {
    /// Where it stands and what it says.
    pub line: Arc<KeywordLine>,
}

/// Where a keyword stands, for a person who wants to change it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeywordLine {
    /// The file, such as `keywords/woninginbraak.toml`.
    pub file: String,
    /// The line in that file, counted from 1.
    pub line: u32,
    /// The list it stands in: `strong`, `cues`, `vetoes` …
    pub list: String,
    /// The expression as written.
    pub text: String,
}
