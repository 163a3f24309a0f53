//! A set of folded words, looked up by hash.
//!
//! Most words of a text are in no list. A bit gate answers those with one load from a small table;
//! only the few that pass touch the words themselves, and those are compared letter by letter.

/// How many bytes must lie after the last letter of a text that is hashed.
pub(crate) const PADDING: usize = 8;

/// Gate bits for each word: 16 let one word in sixteen of ordinary text through by accident.
const BITS_PER_WORD: usize = 16;

/// Largest gate, in bits: 256 KiB stays in the second-level cache of every server of today.
const MAX_BITS: usize = 1 << 21;

/// A set of words, each with the number it was added as.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// One bit for each hash that may be in the set.
    gate: Vec<u64>,
    /// Open addressing; the number is one more than the word's, 0 when free.
    slots: Vec<(u64, u32)>,
    words: Vec<Box<[u8]>>,
}

impl Lexicon {
    /// The set of these words; they must be different, and their order gives their numbers.
    pub fn new(words: Vec<Box<[u8]>>) -> Self {
        let bits = (words.len() * BITS_PER_WORD)
            .next_power_of_two()
            .clamp(1024, MAX_BITS);
        let size = (words.len() * 2).next_power_of_two().max(16);
        let mut gate = vec![0; bits / 64];
        let mut slots = vec![(0, 0); size];
        let mut padded = Vec::new();
        for (number, word) in (1..).zip(&words) {
            let hash = hash_of(&mut padded, word);
            let (cell, bit) = gate_bit(hash, gate.len());
            gate[cell] |= bit;
            let mut slot = slot_of(hash, size);
            while slots[slot].1 != 0 {
                slot = (slot + 1) % size;
            }
            slots[slot] = (hash, number);
        }
        Lexicon { gate, slots, words }
    }

    /// How many words are in the set.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a word with this hash may be in the set; hardly ever wrong when it says yes, never
    /// when it says no.
    #[inline]
    pub fn may_hold(&self, hash: u64) -> bool {
        let (cell, bit) = gate_bit(hash, self.gate.len());
        self.gate[cell] & bit != 0
    }

    /// The number of a word, when it is in the set.
    pub fn get(&self, hash: u64, word: &[u8]) -> Option<u32> {
        let mut slot = slot_of(hash, self.slots.len());
        loop {
            let (found, number) = self.slots[slot];
            let index = number.checked_sub(1)?;
            if found == hash && *self.words[index as usize] == *word {
                return Some(index);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }
}

/// Gives each different word a number, in the order of first mention.
#[derive(Debug, Default)]
pub struct Numbering {
    /// Open addressing, at most half full; the number is one more than the word's, 0 when free.
    slots: Vec<(u64, u32)>,
    words: Vec<Box<[u8]>>,
    /// Memory for hashing.
    padded: Vec<u8>,
}

impl Numbering {
    /// The number of this word.
    pub fn number(&mut self, word: &str) -> u32 {
        if self.slots.len() <= 2 * self.words.len() {
            self.grow();
        }
        let hash = hash_of(&mut self.padded, word.as_bytes());
        let mut slot = slot_of(hash, self.slots.len());
        loop {
            let (found, number) = self.slots[slot];
            let Some(index) = number.checked_sub(1) else {
                break;
            };
            if found == hash && *self.words[index as usize] == *word.as_bytes() {
                return index;
            }
            slot = (slot + 1) % self.slots.len();
        }
        self.words.push(word.as_bytes().into());
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.slots[slot] = (hash, number);
        number - 1
    }

    fn grow(&mut self) {
        let size = (4 * self.words.len()).next_power_of_two().max(64);
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); size]);
        for (hash, number) in old.into_iter().filter(|(_, number)| *number != 0) {
            let mut slot = slot_of(hash, size);
            while self.slots[slot].1 != 0 {
                slot = (slot + 1) % size;
            }
            self.slots[slot] = (hash, number);
        }
    }

    /// All words mentioned, in the order of their numbers.
    pub fn into_words(self) -> Vec<Box<[u8]>> {
        self.words
    }
}

/// The hash of a word that does not stand in a padded text; `padded` is memory for it.
fn hash_of(padded: &mut Vec<u8>, word: &[u8]) -> u64 {
    padded.clear();
    padded.extend_from_slice(word);
    padded.extend_from_slice(&[0; PADDING]);
    hash_at(padded, 0, word.len())
}

#[inline]
fn gate_bit(hash: u64, cells: usize) -> (usize, u64) {
    (((hash >> 6) as usize) & (cells - 1), 1 << (hash & 63))
}

fn slot_of(hash: u64, size: usize) -> usize {
    (hash >> 27) as usize & (size - 1)
}

/// Hashes the bytes from `start` to `end`; at least [`PADDING`] bytes must follow them.
#[inline]
pub(crate) fn hash_at(text: &[u8], start: usize, end: usize) -> u64 {
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = (end - start) as u64;
    let mut at = start;
    while at + 8 < end {
        hash = mix(hash ^ load(text, at)).wrapping_mul(MULTIPLIER);
        at += 8;
    }
    let left = end - at;
    if left > 0 {
        let last = load(text, at) & (u64::MAX >> (64 - 8 * left));
        hash = mix(hash ^ last).wrapping_mul(MULTIPLIER);
    }
    mix(hash)
}

#[inline]
fn load(text: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&text[at..at + 8]);
    u64::from_le_bytes(bytes)
}

#[inline]
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_under_its_number_and_no_other() {
        let mut numbering = Numbering::default();
        let word = |n: u32| "inbraak".repeat(n as usize % 4) + &n.to_string();
        let numbers: Vec<u32> = (0..5_000).map(|n| numbering.number(&word(n))).collect();
        assert_eq!(numbering.number(&word(7)), numbers[7]);
        let lexicon = Lexicon::new(numbering.into_words());
        let hash = |text: &str| {
            let padded = [text.as_bytes(), &[0; PADDING]].concat();
            hash_at(&padded, 0, text.len())
        };
        for n in 0..5_000 {
            let word = word(n);
            assert!(lexicon.may_hold(hash(&word)));
            assert_eq!(
                lexicon.get(hash(&word), word.as_bytes()),
                Some(numbers[n as usize])
            );
            let absent = format!("{word}x");
            assert_eq!(lexicon.get(hash(&absent), absent.as_bytes()), None);
        }
    }
}
