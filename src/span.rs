//! A range of bytes in a text.

use serde::{Deserialize, Serialize};

/// A range of bytes in a UTF-8 text, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "[usize; 2]", from = "[usize; 2]")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly in this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The spans of a text, those between which only white space stands as one: what was found as
    /// three words in a row is told as one group. Spans that do not fit the text stay as they are.
    pub fn groups(text: &str, spans: &[Span]) -> Vec<Span> {
        let mut groups: Vec<Span> = Vec::new();
        for &span in spans {
            match groups.last_mut() {
                Some(last)
                    if text
                        .get(last.end..span.start)
                        .is_some_and(|between| between.trim().is_empty()) =>
                {
                    *last = last.join(span);
                }
                _ => groups.push(span),
            }
        }
        groups
    }

    /// The smallest span that holds both.
    pub fn join(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

impl From<[usize; 2]> for Span {
    fn from([start, end]: [usize; 2]) -> Self {
        Span { start, end }
    }
}
