//! Names of people: after a word that says that one follows, and by the first name itself.
//!
//! What a name is cannot be told from its form alone: a rare name without any such word stays. That
//! is said where the masking is explained to people; here it is kept small.

mod reading;

use rustc_hash::FxHashMap;

use crate::dutch::names;
use crate::mask::Masked;
use crate::mask::name::reading::Text;
use crate::mask::view::{View, masked};
use crate::span::Span;

/// What a word may be, as bits.
type Sorts = u16;

const TITLE: Sorts = 1;
const PERSON: Sorts = 1 << 1;
const LOOSE: Sorts = 1 << 2;
const OFFICE: Sorts = 1 << 3;
const CALLED: Sorts = 1 << 4;
const PARTICLE: Sorts = 1 << 5;
const NEVER: Sorts = 1 << 6;
const HOUSE: Sorts = 1 << 7;
const FIRST: Sorts = 1 << 8;
/// A first name that is also an ordinary word.
const DOUBTFUL: Sorts = 1 << 9;
const FAMILY: Sorts = 1 << 10;
/// A family name that counts in small letters only behind a particle.
const AFTER: Sorts = 1 << 11;

const CUE: Sorts = TITLE | PERSON | LOOSE | OFFICE | CALLED;

/// The sorts by the word that begins their line in `cues.txt`.
const SORTS: [(&str, Sorts); 9] = [
    ("title", TITLE),
    ("person", PERSON),
    ("loose", LOOSE),
    ("office", OFFICE),
    ("called", CALLED),
    ("particle", PARTICLE),
    ("after", AFTER),
    ("never", NEVER),
    ("house", HOUSE),
];

/// What is known of words that have to do with names.
#[derive(Debug)]
pub(super) struct Names {
    sorts: FxHashMap<&'static str, Sorts>,
    /// What looks like a person and is none, by words.
    nobody: Vec<Vec<&'static str>>,
}

/// A word of the text.
#[derive(Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    sorts: Sorts,
}

impl Names {
    pub(super) fn new() -> Self {
        let mut sorts: FxHashMap<&'static str, Sorts> = FxHashMap::default();
        let mut add = |word, sort: Sorts| *sorts.entry(word).or_default() |= sort;
        for line in include_str!("name/cues.txt").lines() {
            let Some((sort, words)) = line.split_once(": ").filter(|_| !line.starts_with('#'))
            else {
                continue;
            };
            let sort = SORTS.iter().find(|(name, _)| *name == sort);
            let (_, sort) = sort.expect("the file is part of the program; every test reads it");
            words.split_whitespace().for_each(|word| add(word, *sort));
        }
        for (name, sure) in names::first_names() {
            add(name, if sure { FIRST } else { FIRST | DOUBTFUL });
        }
        names::family_names().for_each(|name| add(name, FAMILY));
        Names {
            sorts,
            nobody: names::not_persons().collect(),
        }
    }

    /// Finds names of people.
    pub(super) fn find(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        let words = self.words(view.text);
        // *Van der Berg* opens none by itself, but the particle shows that one may stand before it.
        let opens = |word: &Word| {
            word.sorts & (CUE | FIRST | PARTICLE) != 0
                || (word.end - word.start == 1 && view.at(word.end) == Some('.'))
        };
        if !words.iter().any(opens) {
            return;
        }
        let text = Text {
            names: self,
            view,
            words: &words,
            shouted: view.is_capitals(Span {
                start: 0,
                end: view.text.len(),
            }),
        };
        let mut at = 0;
        while at < words.len() {
            let name = match opens(&words[at]) || text.leads_to_family(at) {
                true => text.name(at),
                false => None,
            };
            if let Some((kind, first, last)) = name {
                found.push(masked(kind, words[first].start, text.end(last)));
                at = last + 1;
            } else {
                at += 1;
            }
        }
    }

    fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::with_capacity(text.len() / 5);
        let bytes = text.as_bytes();
        let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
        let mut at = 0;
        while at < bytes.len() {
            if !is_letter(bytes[at]) {
                at += 1;
                continue;
            }
            let start = at;
            loop {
                at += 1;
                let goes_on = match bytes.get(at) {
                    Some(byte) if is_letter(*byte) => true,
                    Some(b'-' | b'\'') => bytes.get(at + 1).is_some_and(|byte| is_letter(*byte)),
                    _ => false,
                };
                if !goes_on {
                    break;
                }
            }
            words.push(Word {
                start,
                end: at,
                sorts: self.sorts_of(&text[start..at]),
            });
        }
        words
    }

    fn sorts_of(&self, word: &str) -> Sorts {
        let known = |word: &str| self.sorts.get(word).copied();
        if let Some(sorts) = known(word) {
            return sorts;
        }
        // jan-willem, jan's
        let mut parts = word.split(['-', '\'']);
        match (parts.next(), parts.next()) {
            (Some(first), Some(_)) => known(first).unwrap_or(0) & (FIRST | DOUBTFUL | FAMILY),
            _ => 0,
        }
    }
}
