//! A text with its capitals and the signs between its words, which tell names from other words.

use crate::locate::vocabulary::{ARTICLES, TITLES};
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

    /// Whether a unit begins with a capital because it is a name, as far as capitals go.
    pub(super) fn stands_out(&self, unit: u32) -> bool {
        self.stand_out(unit, unit)
    }

    /// The same for a name of several units: not where the words around it are all capitals too.
    pub(super) fn stand_out(&self, first: u32, last: u32) -> bool {
        let shouts = |other: u32| self.same_sentence(first, other) && self.is_shouted(other);
        let among = || first.checked_sub(1).is_some_and(shouts) || shouts(last.saturating_add(1));
        let capitals = self.has_capital(first) && self.has_capital(last);
        capitals && !(self.is_shouted(last) && among())
    }

    /// Whether a unit of letters is written in capitals only; a single letter says nothing.
    fn is_shouted(&self, unit: u32) -> bool {
        let written = self.written(unit);
        written.chars().nth(1).is_some() && written.chars().all(|c| c.is_uppercase() || c == '\'')
    }

    /// *PEC* and *FC*, before the town of a club.
    pub(super) fn is_initials(&self, unit: u32) -> bool {
        (2..=4).contains(&self.written(unit).chars().count())
            && self.is_shouted(unit)
            && self.stands_out(unit)
    }

    /// Whether *van* belongs to the name of a person or a family: *Jan van den Brink*, *mevrouw van de
    /// Kade*, *burgemeester Van Kransdijk*. `article` is the word between it and the name.
    pub(super) fn is_surname(&self, van: u32, article: &str) -> bool {
        let before = self.before(van, 1);
        if before.is_empty() {
            return false;
        }
        // "De Superhal van de Brink."
        let person = || {
            let further = self.before(van, 2);
            !further.is_empty() && !ARTICLES.contains(&further) && self.stands_out(van - 1)
        };
        ["den", "der"].contains(&article)
            || self.stands_out(van)
            || TITLES.contains(&before)
            || person()
    }
}
