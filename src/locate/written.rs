//! A text with its capitals and the signs between its words, which tell names from other words.

use crate::span::Span;
use crate::text::fold::Folded;
use crate::text::words::Words;

/// A text as it was written, folded, and as words.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// As given.
    pub original: &'a str,
    /// Its folding.
    pub folded: &'a Folded,
    /// Its words.
    pub words: &'a Words,
}

impl<'a> Written<'a> {
    /// The word at a unit, folded; empty when there is none.
    pub(super) fn word(&self, unit: u32) -> &'a str {
        let letters =
            |reading| std::str::from_utf8(self.words.letters(reading)).unwrap_or_default();
        self.words.unit_reading(unit).map_or("", letters)
    }

    /// The word some steps before a unit, in its sentence; empty when there is none.
    pub(super) fn before(&self, unit: u32, steps: u32) -> &'a str {
        match unit.checked_sub(steps) {
            Some(earlier) if self.same_sentence(earlier, unit) => self.word(earlier),
            _ => "",
        }
    }

    /// The word some steps after a unit, in its sentence; empty when there is none.
    pub(super) fn after(&self, unit: u32, steps: u32) -> &'a str {
        match unit.checked_add(steps) {
            Some(later) if self.same_sentence(unit, later) => self.word(later),
            _ => "",
        }
    }

    /// Whether two units stand in one sentence.
    pub(super) fn same_sentence(&self, one: u32, other: u32) -> bool {
        let sentence = |unit: u32| {
            self.words
                .units()
                .get(unit as usize)
                .map(|unit| unit.sentence)
        };
        sentence(one).is_some() && sentence(one) == sentence(other)
    }

    /// What stands between a unit and the next word.
    pub(super) fn signs_after(&self, unit: u32) -> &'a str {
        let units = self.words.units();
        let text = self.folded.text();
        let end = units
            .get(unit as usize)
            .map_or(text.len(), |unit| unit.end as usize);
        let next = units.get(unit as usize + 1);
        &text[end..next.map_or(text.len(), |next| next.start as usize)]
    }

    /// What stands between a unit and the word before.
    pub(super) fn signs_before(&self, unit: u32) -> &'a str {
        match unit.checked_sub(1) {
            Some(before) => self.signs_after(before),
            None => {
                let first = self.words.units().first();
                &self.folded.text()[..first.map_or(0, |first| first.start as usize)]
            }
        }
    }

    /// A unit as it is written.
    fn written(&self, unit: u32) -> &'a str {
        let Some(unit) = self.words.units().get(unit as usize) else {
            return "";
        };
        let span = self.folded.original(Span {
            start: unit.start as usize,
            end: unit.end as usize,
        });
        &self.original[span.start..span.end]
    }

    /// Whether a unit begins with a capital.
    pub(super) fn has_capital(&self, unit: u32) -> bool {
        self.written(unit).starts_with(char::is_uppercase)
    }

    /// *PEC* and *FC*, before the town of a club.
    pub(super) fn is_initials(&self, unit: u32) -> bool {
        let written = self.written(unit);
        (2..=4).contains(&written.chars().count()) && written.chars().all(char::is_uppercase)
    }
}
