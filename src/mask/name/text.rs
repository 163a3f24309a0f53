//! A text with its words, and what can be asked of one of them.

use crate::mask::name::{FAMILY, FIRST, Names, OFFICE, PERSON, Word};
use crate::mask::view::View;
use crate::span::Span;

/// Ends of the names of streets and buildings that are called after a person.
pub(super) const STREETS: [&str; 28] = [
    "straat",
    "laan",
    "plein",
    "weg",
    "kade",
    "park",
    "hof",
    "dreef",
    "singel",
    "plantsoen",
    "pad",
    "brug",
    "tunnel",
    "school",
    "college",
    "hal",
    "huis",
    "arena",
    "stadion",
    "ziekenhuis",
    "gracht",
    "steeg",
    "dijk",
    "markt",
    "flat",
    "buurt",
    "wijk",
    "kwartier",
];

/// Words before *heet* that make it a person who is called so.
const SOMEBODY: [&str; 8] = [
    "hij", "zij", "ze", "die", "zich", "zichzelf", "zijn", "haar",
];

/// A text with its words.
pub(super) struct Text<'a> {
    pub(super) names: &'a Names,
    pub(super) view: &'a View<'a>,
    pub(super) words: &'a [Word],
    /// Whether it is all capitals, so that a capital says nothing.
    shouted: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(names: &'a Names, view: &'a View<'a>, words: &'a [Word]) -> Self {
        let (start, end) = (0, view.text.len());
        let shouted = view.is_capitals(Span { start, end });
        Text {
            names,
            view,
            words,
            shouted,
        }
    }

    /// Whether only a space stands before this word, or it is the first of a name.
    pub(super) fn joins(&self, from: usize, at: usize) -> bool {
        if at == from {
            return true;
        }
        match self.words.get(at) {
            Some(word) => {
                let gap = &self.view.text[self.words[at - 1].end..word.start];
                matches!(gap, " " | " '") || (self.is_initial(at - 1) && matches!(gap, "." | ". "))
            }
            None => false,
        }
    }

    /// Whether it is one capital with a dot.
    pub(super) fn is_initial(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            word.end - word.start == 1
                && self.view.at(word.end) == Some('.')
                && self
                    .view
                    .written(Span {
                        start: word.start,
                        end: word.end,
                    })
                    .chars()
                    .all(char::is_uppercase)
        })
    }

    /// Whether its capital says that it is a name: not when everything is, and not in *KPN*.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else {
            return false;
        };
        let written = self.view.written(Span {
            start: word.start,
            end: word.end,
        });
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        // The second letter: `ONDERgronds` is a way to stress, `'s` belongs to the word before.
        let mixed = written.chars().nth(1).is_some_and(char::is_lowercase);
        capital && !self.shouted && (mixed || word.sorts & (FIRST | FAMILY) != 0)
    }

    pub(super) fn is_street(&self, at: usize) -> bool {
        let word = self.folded(&self.words[at]);
        STREETS
            .iter()
            .any(|end| word.strip_suffix(end).is_some_and(|name| name.len() > 1))
    }

    pub(super) fn is_nobody(&self, at: usize) -> bool {
        let words = &self.words[at..];
        self.names.nobody.iter().any(|nobody| {
            nobody.len() <= words.len()
                && nobody
                    .iter()
                    .zip(words)
                    .all(|(one, word)| *one == self.folded(word))
        })
    }

    /// Whether the word before *heet* or *naam* is a person.
    pub(super) fn is_somebody(&self, at: usize) -> bool {
        at > 0 && {
            let before = &self.words[at - 1];
            before.sorts & (PERSON | OFFICE) != 0 || SOMEBODY.contains(&self.folded(before))
        }
    }

    /// Where a name ends: behind the dot of a last initial, before *'s*.
    pub(super) fn end(&self, last: usize) -> usize {
        let word = self.words[last];
        if self.is_initial(last) {
            return word.end + 1;
        }
        let text = self.folded(&word);
        word.end - if text.ends_with("'s") { 2 } else { 0 }
    }

    pub(super) fn folded(&self, word: &Word) -> &str {
        &self.view.text[word.start..word.end]
    }
}
