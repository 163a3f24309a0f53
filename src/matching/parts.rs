//! Word parts: letters that begin a word, end one, or stand anywhere in it.
//!
//! A part at an end is found by the first or last four bytes of a word, which cost one look at a small
//! table. Parts that are free on both sides need an automaton over the whole text; it runs when the
//! first four bytes of one of them stand somewhere in it.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use crate::text::words::{Reading, Words};

/// Fewest letters that may stand in the free part, when there are any: `*brand` finds neither
/// *abrand* nor *ebrand*.
const FEWEST: usize = 3;

/// How much of a part is looked up; a part that people write has at least four letters.
const ANCHOR: usize = 4;

/// Gate bits for each anchor: 128 let one place in a hundred through by accident.
const BITS_PER_ANCHOR: usize = 128;

/// Largest gate, in cells of 64 bits: 256 KiB stays in the second-level cache of every server of today.
const MAX_CELLS: usize = 1 << 15;

/// All word parts.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// `x*`.
    heads: Ends,
    /// `*x`.
    tails: Ends,
    /// `*x*`.
    middles: Option<Middles>,
}

/// A word part and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) letters: Box<[u8]>,
    /// Whether letters may stand before them.
    pub(super) left: bool,
    /// Whether letters may follow.
    pub(super) right: bool,
    pub(super) atom: u32,
}

impl Parts {
    /// `None` when there are none.
    pub(super) fn new(parts: Vec<Part>) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let (mut heads, mut tails, mut middles) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            match (part.left, part.right) {
                // Fewer bytes than an anchor: hardly written, and the automaton finds them too.
                _ if part.letters.len() < ANCHOR => middles.push(part),
                (false, _) => heads.push(part),
                (true, false) => tails.push(part),
                (true, true) => middles.push(part),
            }
        }
        Some(Parts {
            heads: Ends::new(heads, |letters| letters.first_chunk()),
            tails: Ends::new(tails, |letters| letters.last_chunk()),
            middles: Middles::new(middles),
        })
    }

    /// Tells the atom of each part that this reading begins or ends with.
    #[inline]
    pub(super) fn at_ends(&self, words: &Words, reading: &Reading, found: &mut impl FnMut(u32)) {
        let letters = words.letters(reading);
        if let Some(anchor) = letters.first_chunk()
            && self.heads.may_hold(*anchor)
        {
            for part in self.heads.of(*anchor) {
                if let Some(free) = letters.strip_prefix(&*part.letters)
                    && fits(free, part.right)
                {
                    found(part.atom);
                }
            }
        }
        if let Some(anchor) = letters.last_chunk()
            && self.tails.may_hold(*anchor)
        {
            for part in self.tails.of(*anchor) {
                if let Some(free) = letters.strip_suffix(&*part.letters)
                    && fits(free, part.left)
                {
                    found(part.atom);
                }
            }
        }
    }

    /// Tells the atom of each part that is free on both sides, with the reading it stands in.
    pub(super) fn inside(&self, words: &Words, mut found: impl FnMut(&Reading, u32)) {
        let Some(middles) = &self.middles else {
            return;
        };
        if !middles.may_stand_in(words.haystack()) {
            return;
        }
        let fits = |free: usize, open: bool| free == 0 || (open && free >= FEWEST);
        for part in middles.automaton.find_overlapping_iter(words.haystack()) {
            let Some((reading, before, after)) = words.around(part.start(), part.end()) else {
                continue;
            };
            for part in &middles.parts[part.pattern().as_usize()] {
                if fits(before, part.left) && fits(after, part.right) {
                    found(reading, part.atom);
                }
            }
        }
    }
}

/// Whether what is left of a word may be left: nothing, or enough letters where it is open.
fn fits(free: &[u8], open: bool) -> bool {
    // Three letters take twelve bytes at most: counting on would make an endless word slow.
    let is_first = |byte: &&u8| (**byte & 0xC0) != 0x80;
    free.is_empty() || open && free.iter().take(4 * FEWEST).filter(is_first).count() >= FEWEST
}

/// Parts at one end of a word.
#[derive(Clone, Debug)]
struct Ends {
    /// One bit for each anchor that may be there.
    gate: Vec<u64>,
    /// Open addressing, at most half full: an anchor and where its parts stand; free when none do.
    slots: Vec<([u8; ANCHOR], u32, u32)>,
    /// By anchor.
    parts: Vec<Part>,
}

impl Ends {
    fn new(parts: Vec<Part>, anchor: fn(&[u8]) -> Option<&[u8; ANCHOR]>) -> Self {
        let cells = (parts.len() * BITS_PER_ANCHOR / 64)
            .next_power_of_two()
            .min(MAX_CELLS);
        let mut by_anchor: BTreeMap<[u8; ANCHOR], Vec<Part>> = BTreeMap::new();
        for part in parts {
            if let Some(&anchor) = anchor(&part.letters) {
                by_anchor.entry(anchor).or_default().push(part);
            }
        }
        let size = (2 * by_anchor.len()).next_power_of_two().max(2);
        let mut ends = Ends {
            gate: vec![0; cells],
            slots: vec![([0; ANCHOR], 0, 0); size],
            parts: Vec::new(),
        };
        for (anchor, mut parts) in by_anchor {
            let (cell, bit) = gate_bit(anchor, cells);
            ends.gate[cell] |= bit;
            let mut slot = hash(anchor) as usize & (size - 1);
            while ends.slots[slot].1 != ends.slots[slot].2 {
                slot = (slot + 1) & (size - 1);
            }
            let begin = small(ends.parts.len());
            ends.parts.append(&mut parts);
            ends.slots[slot] = (anchor, begin, small(ends.parts.len()));
        }
        ends
    }

    #[inline]
    fn may_hold(&self, anchor: [u8; ANCHOR]) -> bool {
        let (cell, bit) = gate_bit(anchor, self.gate.len());
        self.gate[cell] & bit != 0
    }

    fn of(&self, anchor: [u8; ANCHOR]) -> &[Part] {
        let mut slot = hash(anchor) as usize & (self.slots.len() - 1);
        loop {
            let (found, begin, end) = self.slots[slot];
            if found == anchor || begin == end {
                return &self.parts[begin as usize..end as usize];
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

#[inline]
fn hash(anchor: [u8; ANCHOR]) -> u64 {
    u64::from(u32::from_le_bytes(anchor)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// `cells` is a power of two.
#[inline]
fn gate_bit(anchor: [u8; ANCHOR], cells: usize) -> (usize, u64) {
    let hash = hash(anchor);
    ((hash >> 6) as usize & (cells - 1), 1 << (hash & 63))
}

/// The lists are limited far below 4 billion parts.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Parts anywhere in a word.
#[derive(Clone, Debug)]
struct Middles {
    /// By their first letters.
    begins: Ends,
    /// Whether there are parts without an anchor.
    short: bool,
    automaton: AhoCorasick,
    /// For each pattern of the automaton: the parts with these letters.
    parts: Vec<Vec<Part>>,
}

impl Middles {
    fn new(parts: Vec<Part>) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let begins = Ends::new(parts.clone(), |letters| letters.first_chunk());
        let short = parts.iter().any(|part| part.letters.len() < ANCHOR);
        let mut by_letters: BTreeMap<Box<[u8]>, Vec<Part>> = BTreeMap::new();
        for part in parts {
            let letters = part.letters.clone();
            by_letters.entry(letters).or_default().push(part);
        }
        let automaton = AhoCorasick::new(by_letters.keys())
            .expect("the lists are limited, so their letters fit in an automaton");
        Some(Middles {
            begins,
            short,
            automaton,
            parts: by_letters.into_values().collect(),
        })
    }

    /// Whether the first letters of a part stand somewhere in the text.
    fn may_stand_in(&self, text: &[u8]) -> bool {
        let begins = |window: &[u8]| {
            window.first_chunk().is_some_and(|anchor| {
                self.begins.may_hold(*anchor) && !self.begins.of(*anchor).is_empty()
            })
        };
        self.short || text.windows(ANCHOR).any(begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::Folded;

    /// The parts, in the order of writing, that stand in a word.
    fn check(parts: &[&str], word: &str, expected: &[u32]) {
        let part = |(atom, written): (u32, &&str)| Part {
            letters: written.trim_matches('*').as_bytes().into(),
            left: written.starts_with('*'),
            right: written.ends_with('*'),
            atom,
        };
        let parts = Parts::new((0..).zip(parts).map(part).collect()).unwrap();
        let words = Words::new(word, &Folded::new(word));
        let mut found = Vec::new();
        for reading in words.readings() {
            parts.at_ends(&words, reading, &mut |atom| found.push(atom));
        }
        parts.inside(&words, |_, atom| found.push(atom));
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, expected, "{word}");
    }

    #[test]
    fn letters_at_an_end_or_inside_are_found_with_nothing_or_enough_beside_them() {
        let parts = [
            "brand*",
            "*brand",
            "*brand*",
            "brandweer*",
            "snee*",
            "*ndst",
        ];
        check(&parts, "brand", &[0, 1, 2]);
        check(&parts, "brandweer", &[0, 2, 3]);
        check(&parts, "brandweerman", &[0, 2, 3]);
        check(&parts, "brandje", &[]);
        check(&parts, "schuurbrand", &[1, 2]);
        check(&parts, "schuurbranden", &[]);
        check(&parts, "abrand", &[]);
        check(&parts, "schuurbrandstichting", &[2]);
        check(&parts, "sneeuw", &[]);
        check(&parts, "sneeuwbal", &[4]);
        check(&parts, "bran", &[]);
        check(&parts, "schuur-brand", &[0, 1, 2]);
        check(&parts, "#SchuurBrand", &[0, 1, 2]);
        check(&parts, "", &[]);
    }

    #[test]
    fn letters_of_other_scripts_are_counted_as_letters() {
        check(&["*пожар*", "пожа*"], "пожар", &[0]);
        check(&["пожар*", "*пожар"], "пожарище", &[0]);
        check(&["пожар*"], "пожаря", &[]);
        check(&["ab*", "*ab"], "abcde", &[0]);
        check(&["ab*", "*ab"], "cdeab", &[1]);
        check(&["ab*", "*ab"], "cdeabcde", &[]);
    }

    #[test]
    fn an_endless_word_takes_time_in_proportion() {
        let word = "brand".repeat(200_000);
        check(&["brand*", "*brand", "*brand*"], &word, &[0, 1, 2]);
    }
}
