//! One written keyword line, parsed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::mistake::Mistake;

/// One keyword line.
#[derive(Clone, Debug)]
pub struct Keyword {
    /// Where it stands and what it says.
    pub line: Arc<KeywordLine>,
}

impl Keyword {
    /// Reads a list of keyword lines; `first_line` is the line of the file that the text begins on.
    pub fn parse_list(
        file: &str,
        list: &str,
        text: &str,
        first_line: u32,
    ) -> (Vec<Keyword>, Vec<Mistake>) {
        let keywords = (first_line..)
            .zip(text.lines())
            .filter_map(|(line, written)| {
                let text = written.split(" #").next().unwrap_or_default().trim();
                let line = KeywordLine {
                    file: file.to_owned(),
                    line,
                    list: list.to_owned(),
                    text: text.to_owned(),
                };
                (!text.is_empty() && !text.starts_with('#')).then(|| Keyword {
                    line: Arc::new(line),
                })
            });
        (keywords.collect(), Vec::new())
    }
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
