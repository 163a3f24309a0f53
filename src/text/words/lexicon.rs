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

/// Longest word that is hashed without taking memory.
const SHORT: usize = 56;

/// A set of words, each with the number it was added as.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// One bit for each hash that may be in the set.
    gate: Vec<u64>,
    numbering: Numbering,
}

impl Lexicon {
    /// The set of the words that have a number.
    pub fn new(numbering: Numbering) -> Self {
        let bits = (numbering.len() * BITS_PER_WORD)
            .next_power_of_two()
            .clamp(1024, MAX_BITS);
        let mut gate = vec![0; bits / 64];
        for hash in &numbering.hashes {
            let (cell, bit) = gate_bit(*hash, gate.len());
            gate[cell] |= bit;
        }
        Lexicon { gate, numbering }
    }

    /// How many words are in the set.
    pub fn len(&self) -> usize {
        self.numbering.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        self.numbering.find(hash, word).ok()
    }
}

/// Gives each different word a number, in the order of first mention.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    /// Open addressing, at most half full; one more than the number of a word, 0 when free.
    slots: Vec<u32>,
    /// The hash of each word.
    hashes: Vec<u64>,
    /// The letters of all words, and where each ends.
    letters: Vec<u8>,
    ends: Vec<u32>,
}

impl Numbering {
    /// The number of this word, a new one when it has none.
    pub fn number(&mut self, word: &str) -> u32 {
        if self.slots.len() <= 2 * self.ends.len() {
            self.grow();
        }
        let hash = hash_of(word.as_bytes());
        let slot = match self.find(hash, word.as_bytes()) {
            Ok(number) => return number,
            Err(slot) => slot,
        };
        let number = small(self.ends.len());
        self.letters.extend_from_slice(word.as_bytes());
        self.ends.push(small(self.letters.len()));
        self.hashes.push(hash);
        self.slots[slot] = number + 1;
        number
    }

    /// Whether this word has a number.
    pub fn holds(&self, word: &str) -> bool {
        self.find(hash_of(word.as_bytes()), word.as_bytes()).is_ok()
    }

    /// How many words have one.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no word has one.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The letters of the word with this number.
    pub fn word(&self, number: u32) -> &[u8] {
        let end = |at: usize| self.ends[at] as usize;
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, end);
        &self.letters[start..end(at)]
    }

    /// The number of a word, or the free slot where it would be filed.
    fn find(&self, hash: u64, word: &[u8]) -> Result<u32, usize> {
        if self.slots.is_empty() {
            return Err(0);
        }
        let mut slot = slot_of(hash, self.slots.len());
        loop {
            let Some(number) = self.slots[slot].checked_sub(1) else {
                return Err(slot);
            };
            if self.hashes[number as usize] == hash && self.word(number) == word {
                return Ok(number);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    fn grow(&mut self) {
        let size = (4 * self.ends.len()).next_power_of_two().max(64);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (number, hash) in (1..).zip(&self.hashes) {
            let mut slot = slot_of(*hash, size);
            while self.slots[slot] != 0 {
                slot = (slot + 1) % size;
            }
            self.slots[slot] = number;
        }
    }
}

/// The hash of a word that does not stand in a padded text.
fn hash_of(word: &[u8]) -> u64 {
    let mut padded = [0; SHORT + PADDING];
    match padded.get_mut(..word.len()) {
        Some(letters) if word.len() <= SHORT => {
            letters.copy_from_slice(word);
            hash_at(&padded, 0, word.len())
        }
        _ => hash_at(&[word, &[0; PADDING]].concat(), 0, word.len()),
    }
}

/// A list of words that fills 4 GiB is refused long before it comes here.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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
        let lexicon = Lexicon::new(numbering);
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
