//! One pass over a text: which atoms stand where, and which rules are worth a look.

use std::cell::RefCell;

use crate::locate::written::Written;
use crate::locate::{Located, Locator, Places};
use crate::matching::evaluate::KnownList;
use crate::matching::rule::{PLACE, Rules};
use crate::span::Span;
use crate::text::fold::Folded;
use crate::text::words::{Reading, Words};

/// Memory for reading messages, kept from message to message.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) folded: Folded,
    pub(super) words: Words,
    pub(super) places: Places,
    /// Everything found, in the order of finding.
    found: Vec<Found>,
    /// For each atom: the last thing found of it, valid when the round is this one.
    last: Vec<Head>,
    /// What is known of each word list, valid when its round is this one.
    pub(super) lists: RefCell<Vec<KnownList>>,
    /// Counts the messages, so that nothing has to be wiped between them.
    round: u32,
    /// The rules of which a needed word was found, in order.
    pub(super) candidates: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Head {
    round: u32,
    found: u32,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    occurrence: Occurrence,
    /// The one found before it of the same atom.
    before: Option<u32>,
}

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// First byte in the folded text.
    pub(super) start: u32,
    /// One past the last.
    pub(super) end: u32,
    /// First unit.
    pub(super) first: u32,
    /// Last unit.
    pub(super) last: u32,
}

/// Most occurrences of one atom that are looked at. A message in which a word stands more often
/// than this is no message, and the first ones show what it is.
pub(super) const MAX_OCCURRENCES: usize = 4096;

impl Scratch {
    /// Reads a message: afterwards everything in it is found.
    pub(super) fn read(
        &mut self,
        rules: &Rules,
        locator: &Locator,
        message: &str,
        masked: &[Span],
    ) {
        self.folded.refill_masked(message, masked);
        self.words.refill(message, &self.folded);
        self.found.clear();
        self.candidates.clear();
        self.candidates.extend_from_slice(&rules.always);
        self.places.clear();
        self.begin_round(rules);
        for list in &rules.lists_always {
            self.lists.get_mut()[*list as usize].mark(self.round);
        }
        let words = std::mem::take(&mut self.words);
        for reading in words.readings() {
            if rules.lexicon.may_hold(reading.hash) {
                self.look_up(rules, &words, reading);
            }
            if locator.may_name(reading) {
                locator.look_up(&words, reading, &mut self.places);
            }
        }
        if let Some(parts) = &rules.parts {
            for reading in words.readings() {
                let occurrence = || occurrence_of(&words, reading.first, reading.last);
                let mut found = |atom| self.add(rules, atom, occurrence());
                parts.at_ends(&words, reading, &mut found);
            }
            parts.inside(&words, |reading, atom| {
                let occurrence = occurrence_of(&words, reading.first, reading.last);
                self.add(rules, atom, occurrence);
            });
        }
        let text = Written {
            original: message,
            folded: &self.folded,
            words: &words,
        };
        locator.settle(&text, &mut self.places);
        for at in 0..self.places.located().len() {
            let Located { first, last, .. } = self.places.located()[at];
            self.add(rules, PLACE, occurrence_of(&words, first, last));
        }
        self.words = words;
        self.candidates.sort_unstable();
        self.candidates.dedup();
    }

    /// Reads a message for its places only.
    pub(super) fn places(&mut self, locator: &Locator, message: &str) -> Vec<Span> {
        self.folded.refill(message);
        self.words.refill(message, &self.folded);
        let text = Written {
            original: message,
            folded: &self.folded,
            words: &self.words,
        };
        locator.locate(&text, &mut self.places);
        let span = |located: &Located| {
            let Occurrence { start, end, .. } =
                occurrence_of(&self.words, located.first, located.last);
            self.folded.original(Span {
                start: start as usize,
                end: end as usize,
            })
        };
        self.places.located().iter().map(span).collect()
    }

    fn begin_round(&mut self, rules: &Rules) {
        let atoms = rules.atoms;
        self.round = self.round.wrapping_add(1);
        let lists = self.lists.get_mut();
        if self.last.len() != atoms || lists.len() != rules.lists || self.round == 0 {
            lists.clear();
            lists.resize(rules.lists, KnownList::default());
            self.last.clear();
            self.last.resize(atoms, Head::default());
            self.round = 1;
        }
    }

    fn look_up(&mut self, rules: &Rules, words: &Words, reading: &Reading) {
        if let Some(word) = rules.lexicon.get(reading.hash, words.letters(reading)) {
            let occurrence = occurrence_of(words, reading.first, reading.last);
            for &atom in rules.atoms_of_word.get(word) {
                self.add(rules, atom, occurrence);
            }
        }
    }

    fn add(&mut self, rules: &Rules, atom: u32, occurrence: Occurrence) {
        let head = &mut self.last[atom as usize];
        let before = (head.round == self.round).then_some(head.found);
        *head = Head {
            round: self.round,
            found: u32::try_from(self.found.len()).unwrap_or(u32::MAX),
        };
        self.found.push(Found { occurrence, before });
        if before.is_none() {
            self.file(rules, atom);
        }
    }

    /// Takes the rules filed under an atom or a word list for candidates, and those of each word list
    /// that may now be there.
    fn file(&mut self, rules: &Rules, under: u32) {
        self.candidates.extend_from_slice(rules.filed.get(under));
        for &list in rules.lists_of.get(under) {
            if self.lists.get_mut()[list as usize].mark(self.round) {
                self.file(rules, rules.list_anchor(list));
            }
        }
    }

    /// Which message it is, for what is kept of it.
    pub(super) fn round(&self) -> u32 {
        self.round
    }

    /// Whether an atom is in the message.
    pub(super) fn has(&self, atom: u32) -> bool {
        self.last[atom as usize].round == self.round
    }

    /// Where an atom stands, in the order of the text, of two at one word the longer first.
    pub(super) fn occurrences(&self, atom: u32) -> Vec<Occurrence> {
        let head = self.last[atom as usize];
        let mut next = (head.round == self.round).then_some(head.found);
        let mut occurrences = Vec::new();
        while let Some(at) = next {
            let found = self.found[at as usize];
            occurrences.push(found.occurrence);
            next = found.before;
        }
        occurrences.sort_unstable_by_key(|o| (o.start, std::cmp::Reverse(o.end)));
        occurrences.dedup();
        occurrences.truncate(MAX_OCCURRENCES);
        occurrences
    }
}

fn occurrence_of(words: &Words, first: u32, last: u32) -> Occurrence {
    let units = words.units();
    Occurrence {
        start: units[first as usize].start,
        end: units[last as usize].end,
        first,
        last,
    }
}
