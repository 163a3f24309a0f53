//! Names of people: after a word that says that one follows, and by the first name itself.
//!
//! What a name is cannot be told from its form alone: a rare name without any such word stays. That
//! is said where the masking is explained to people; here it is kept small.

mod reading;
mod text;

use rustc_hash::FxHashMap;

use crate::dutch::names;
use crate::mask::Masked;
use crate::mask::name::text::Text;
use crate::mask::plate;
use crate::mask::view::{View, masked};

/// What a word may be, as bits.
pub(super) type Sorts = u32;

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

/// All of them.
pub(super) const ANY: Sorts = Sorts::MAX;

/// A word that hides a sign of an e-mail address: *apenstaartje*, *at*.
pub(super) const SIGN: Sorts = 1 << 12;
/// A word that begins a number written as words, or announces one.
pub(super) const NUMERAL: Sorts = 1 << 13;
/// A word before a house number.
pub(super) const HOUSE_NUMBER: Sorts = 1 << 14;
/// A word before a date of birth.
pub(super) const BIRTH: Sorts = 1 << 15;

/// A word that makes a licence plate likely.
pub(super) const VEHICLE: Sorts = 1 << 16;

/// The sorts by the word that begins their line in `cues.txt`.
const SORTS: [(&str, Sorts); 13] = [
    ("title", TITLE),
    ("person", PERSON),
    ("loose", LOOSE),
    ("office", OFFICE),
    ("called", CALLED),
    ("particle", PARTICLE),
    ("after", AFTER),
    ("sign", SIGN),
    ("numeral", NUMERAL),
    ("house_number", HOUSE_NUMBER),
    ("birth", BIRTH),
    ("never", NEVER),
    ("house", HOUSE),
];

/// What is known of words that have to do with names.
#[derive(Debug)]
pub(super) struct Names {
    sorts: FxHashMap<&'static str, Sorts>,
    /// A bit for each [`hole`]: whether a known word falls through it. Most other words do not.
    sieve: Vec<u64>,
    /// What looks like a person and is none, by words.
    nobody: Vec<Vec<&'static str>>,
}

/// All words of a text.
pub(super) struct Words {
    words: Vec<Word>,
    /// The sorts of all of them together.
    union: Sorts,
}

impl Words {
    /// The sorts of all of them together.
    pub(super) fn union(&self) -> Sorts {
        self.union
    }
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
        plate::cues().for_each(|word| add(word, VEHICLE));
        let mut sieve = vec![0; SIEVE / 64];
        for word in sorts.keys() {
            let hole = hole(word.as_bytes());
            sieve[hole / 64] |= 1_u64 << (hole % 64);
        }
        Names {
            sorts,
            sieve,
            nobody: names::not_persons().collect(),
        }
    }

    /// Finds names of people among the words of a text.
    pub(super) fn find(&self, view: &View<'_>, words: &Words, found: &mut Vec<Masked>) {
        let words = words.words.as_slice();
        let mut text = None;
        let mut at = 0;
        while at < words.len() {
            if !opens(view, words, at) {
                at += 1;
                continue;
            }
            let text = text.get_or_insert_with(|| Text::new(self, view, words));
            match text.name(at) {
                Some((kind, first, last)) => {
                    found.push(masked(kind, words[first].start, text.end(last)));
                    at = last + 1;
                }
                None => at += 1,
            }
        }
    }

    /// The words of a folded text, with what each may be.
    pub(super) fn words(&self, text: &str) -> Words {
        let mut words = Vec::with_capacity(text.len() / 5);
        let mut union = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(letter) = bytes[at..].iter().position(|byte| is_letter(*byte)) {
            let start = at + letter;
            at = start;
            let mut joined = false;
            loop {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| is_letter(**byte))
                    .count();
                let joins = matches!(bytes.get(at), Some(b'-' | b'\''))
                    && bytes.get(at + 1).is_some_and(|byte| is_letter(*byte));
                if !joins {
                    break;
                }
                joined = true;
                at += 1;
            }
            let end = at;
            let sorts = self.sorts_of(&text[start..end], joined);
            union |= sorts;
            words.push(Word { start, end, sorts });
        }
        Words { words, union }
    }

    fn sorts_of(&self, word: &str, joined: bool) -> Sorts {
        let known = self.known(word);
        if known != 0 {
            return known;
        }
        // jan-willem, jan's
        if joined && let Some(first) = word.split(['-', '\'']).next() {
            return self.known(first) & (FIRST | DOUBTFUL | FAMILY);
        }
        // nulzestwaalf
        if word.starts_with("nul") { NUMERAL } else { 0 }
    }

    fn known(&self, word: &str) -> Sorts {
        let bytes = word.as_bytes();
        let hole = hole(bytes);
        if self.sieve[hole / 64] & 1 << (hole % 64) == 0 {
            return 0;
        }
        self.sorts.get(word).copied().unwrap_or(0)
    }
}

/// How many holes the sieve has.
const SIEVE: usize = 1 << 16;

/// The hole that a word may fall through: by its length and its first, second and last byte.
fn hole(word: &[u8]) -> usize {
    let byte = |at: usize| usize::from(word.get(at).copied().unwrap_or_default());
    let last = byte(word.len().saturating_sub(1));
    (byte(0) << 11 ^ byte(1) << 7 ^ last << 3 ^ byte(2) << 5 ^ word.len()) % SIEVE
}

/// A letter of ASCII, or any byte of another character.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Whether a name may begin at this word or behind it. Most words are passed over here: a little word such
/// as *met* counts only before a first name.
fn opens(view: &View<'_>, words: &[Word], at: usize) -> bool {
    let word = words[at];
    let next = words.get(at + 1);
    let is_letter = |word: &Word| word.end - word.start == 1;
    if word.sorts & (FIRST | TITLE | PERSON | OFFICE) != 0 {
        return true;
    }
    if word.sorts & CUE != 0 && next.is_some_and(|next| next.sorts & FIRST != 0 || is_letter(next))
    {
        return true;
    }
    if word.sorts & CALLED != 0 {
        return true;
    }
    if is_letter(&word) && view.text.as_bytes().get(word.end) == Some(&b'.') {
        return true;
    }
    // Karst van der Meer
    let after = words.get(at + 2).map_or(0, |word| word.sorts);
    // … die Van Dijk
    let family = word.sorts & PARTICLE != 0
        && (next.map_or(0, |next| next.sorts) | after) & (FAMILY | AFTER) != 0;
    family || next.is_some_and(|next| next.sorts & after & PARTICLE != 0)
}
