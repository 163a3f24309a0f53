//! A text as one of its readings, with the way back to the text as given.

use crate::mask::spelled::Spelled;
use crate::mask::{MaskKind, Masked};
use crate::span::Span;
use crate::text::fold::Folded;

/// How far before a number its cue may stand, in bytes: two or three words.
const CUE_REACH: usize = 40;

/// A text in small letters: folded, folded and spelled out, or as given.
pub(super) struct View<'a> {
    /// What the patterns read.
    pub(super) text: &'a str,
    given: &'a str,
    folded: Option<&'a Folded>,
    spelled: Option<&'a Spelled>,
}

impl<'a> View<'a> {
    /// The folded reading of a text.
    pub(super) fn folded(folded: &'a Folded, given: &'a str) -> Self {
        View {
            text: folded.text(),
            given,
            folded: Some(folded),
            spelled: None,
        }
    }

    /// The reading in which number words and lookalikes are digits.
    pub(super) fn spelled(spelled: &'a Spelled, folded: &'a Folded, given: &'a str) -> Self {
        View {
            text: &spelled.text,
            given,
            folded: Some(folded),
            spelled: Some(spelled),
        }
    }

    /// A text as given, its ASCII letters made small, so that every byte keeps its place.
    pub(super) fn given(small: &'a str, given: &'a str) -> Self {
        View {
            text: small,
            given,
            folded: None,
            spelled: None,
        }
    }

    /// Where a span of this reading lies in the text as given.
    pub(super) fn original(&self, span: Span) -> Span {
        let span = self.spelled.map_or(span, |spelled| spelled.folded(span));
        self.folded.map_or(span, |folded| folded.original(span))
    }

    /// The words of a span as they were written.
    pub(super) fn written(&self, span: Span) -> &'a str {
        let span = self.original(span);
        &self.given[span.start..span.end]
    }

    /// Whether the letters of a span were all written as capitals.
    pub(super) fn is_capitals(&self, span: Span) -> bool {
        !self.written(span).chars().any(char::is_lowercase)
    }

    /// The character before a position.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    /// The character at a position.
    pub(super) fn at(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Whether a span does not lie inside a longer word or number.
    pub(super) fn stands_alone(&self, span: Span) -> bool {
        !self.before(span.start).is_some_and(char::is_alphanumeric)
            && !self.at(span.end).is_some_and(char::is_alphanumeric)
    }

    /// The few words before a position, but nothing across a bracket.
    pub(super) fn cues_before(&self, at: usize) -> &'a str {
        let mut start = at.saturating_sub(CUE_REACH);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        let near = &self.text[start..at];
        near.rfind(['[', ']']).map_or(near, |at| &near[at + 1..])
    }
}

/// Where the words stand that say what the number behind them is.
pub(super) struct Cues {
    /// Where each ends, in order.
    ends: Vec<usize>,
}

impl Cues {
    /// Finds these words as whole words.
    pub(super) fn new(view: &View<'_>, words: &[&str]) -> Self {
        let mut ends: Vec<usize> = words
            .iter()
            .flat_map(|word| view.text.match_indices(word))
            .map(|(start, word)| Span::from([start, start + word.len()]))
            .filter(|span| view.stands_alone(*span))
            .map(|span| span.end)
            .collect();
        ends.sort_unstable();
        Cues { ends }
    }

    /// Whether one stands among the few words before a position. None reaches across a bracket: a
    /// passage that was masked is no cue and hides none.
    pub(super) fn before(&self, view: &View<'_>, at: usize) -> bool {
        let next = self.ends.partition_point(|end| *end <= at);
        self.ends[..next]
            .last()
            .is_some_and(|end| at - end <= CUE_REACH && !view.text[*end..at].contains(['[', ']']))
    }
}

/// A found passage, from byte to byte of a reading.
pub(super) fn masked(kind: MaskKind, start: usize, end: usize) -> Masked {
    Masked {
        span: Span { start, end },
        kind,
    }
}
