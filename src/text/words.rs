//! Words and sentences.
//!
//! A *word* is what a person writes between spaces and signs. It has one or more *units*: the
//! pieces of a hyphenated word (`auto-inbraak`) or of a hashtag with capitals (`#AutoInbraak`).
//! A *reading* is a way to read one or more units as one word to look up: each unit by itself, a
//! stretched one (`knaaaal`) as what it may stand for (`knaal`, `knal`), and the whole word joined
//! (`autoinbraak`).

use crate::span::Span;
use crate::text::fold::Folded;
use crate::text::stretch::shrunk;

pub mod lexicon;

mod cut;

use lexicon::{PADDING, hash_at};

/// The words of one folded text. The buffers are kept from text to text.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The folded text, a line break, the joined words each with a line break, and zero bytes so
    /// that hashing may load eight bytes anywhere.
    text: Vec<u8>,
    /// How much of `text` is the folded text.
    base: usize,
    units: Vec<Unit>,
    /// One for each unit, in the same order; then what stretched words may stand for and the joined
    /// words, in the order of `text`.
    readings: Vec<Reading>,
}

/// The smallest piece that a keyword word can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// First byte in the folded text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Which written word it belongs to, counted from 0.
    pub word: u32,
    /// Which sentence it stands in, counted from 0.
    pub sentence: u32,
}

/// One way to read one or more units as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    start: u32,
    end: u32,
    /// Hash of its letters, as [`lexicon::Lexicon`] makes it.
    pub hash: u64,
    /// Its first unit.
    pub first: u32,
    /// Its last unit.
    pub last: u32,
}

impl Words {
    /// The words of a text.
    pub fn new(original: &str, folded: &Folded) -> Self {
        let mut words = Words::default();
        words.refill(original, folded);
        words
    }

    /// Finds the words of another text, reusing the memory of the earlier one. `folded` is the
    /// folding of `original`, which is needed for the capitals in hashtags.
    pub fn refill(&mut self, original: &str, folded: &Folded) {
        self.units.clear();
        self.readings.clear();
        self.text.clear();
        self.text.extend_from_slice(folded.text().as_bytes());
        self.base = self.text.len();
        self.text.push(b'\n');
        self.text.extend_from_slice(&[0; PADDING]);
        let joined = cut::cut(original, folded, &mut self.units);
        for unit in (0..).zip(&self.units) {
            let (at, Unit { start, end, .. }) = unit;
            self.readings.push(Reading {
                start: *start,
                end: *end,
                hash: hash_at(&self.text, *start as usize, *end as usize),
                first: at,
                last: at,
            });
        }
        let stretched = is_stretched(folded.text());
        if !joined.is_empty() || stretched {
            self.add_readings(&joined, stretched);
        }
    }

    /// Adds the joined reading of each word of several units, and what a stretched word
    /// (`knaaaal`) may stand for.
    fn add_readings(&mut self, words: &[(u32, u32)], stretched: bool) {
        self.text.truncate(self.base + 1);
        let from = self.readings.len();
        if stretched {
            for at in 0..from {
                let Unit { start, end, .. } = self.units[at];
                let letters = std::str::from_utf8(&self.text[start as usize..end as usize]);
                for word in shrunk(letters.unwrap_or_default()) {
                    let start = self.text.len();
                    self.text.extend_from_slice(word.as_bytes());
                    self.readings.push(Reading {
                        start: small(start),
                        end: small(self.text.len()),
                        hash: 0,
                        first: small(at),
                        last: small(at),
                    });
                    self.text.push(b'\n');
                }
            }
        }
        for &(first, last) in words {
            let start = self.text.len();
            for unit in first..=last {
                let Unit { start, end, .. } = self.units[unit as usize];
                self.text.extend_from_within(start as usize..end as usize);
            }
            self.readings.push(Reading {
                start: small(start),
                end: small(self.text.len()),
                hash: 0,
                first,
                last,
            });
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(&[0; PADDING]);
        for reading in &mut self.readings[from..] {
            reading.hash = hash_at(&self.text, reading.start as usize, reading.end as usize);
        }
    }

    /// The units, in the order of the text.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// All readings: one for each unit in order, then those of joined words in order.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The letters of a reading.
    pub fn letters(&self, reading: &Reading) -> &[u8] {
        &self.text[reading.start as usize..reading.end as usize]
    }

    /// Where a reading stands in the folded text.
    pub fn span(&self, reading: &Reading) -> Span {
        Span {
            start: self.units[reading.first as usize].start as usize,
            end: self.units[reading.last as usize].end as usize,
        }
    }

    /// The folded text followed by the joined words: where word parts are searched.
    pub fn haystack(&self) -> &[u8] {
        &self.text[..self.text.len() - PADDING.min(self.text.len())]
    }

    /// The reading that holds these bytes of the haystack, with how many letters stand in it before
    /// and after them, counted up to three at least; `None` when they cross the border of a word.
    pub fn around(&self, start: usize, end: usize) -> Option<(&Reading, usize, usize)> {
        let (units, joined) = self.readings.split_at(self.units.len());
        let readings = if start < self.base { units } else { joined };
        let after = readings.partition_point(|reading| reading.start as usize <= start);
        let reading = readings.get(after.checked_sub(1)?)?;
        if end > reading.end as usize {
            return None;
        }
        // Three letters take twelve bytes at most. Counting on would make one endless word, full of
        // the same part, take quadratic time.
        const ENOUGH: usize = 12;
        let is_first = |byte: &&u8| (**byte & 0xC0) != 0x80;
        let before = self.text[reading.start as usize..start]
            .iter()
            .rev()
            .take(ENOUGH);
        let after = self.text[end..reading.end as usize].iter().take(ENOUGH);
        Some((
            reading,
            before.filter(is_first).count(),
            after.filter(is_first).count(),
        ))
    }

    /// How many written words stand between two units, the first of which comes first.
    pub fn between(&self, earlier: u32, later: u32) -> u32 {
        let word = |unit: u32| self.units.get(unit as usize).map_or(0, |unit| unit.word);
        word(later).saturating_sub(word(earlier)).saturating_sub(1)
    }

    /// How many sentences further the later unit stands.
    pub fn sentences_apart(&self, earlier: u32, later: u32) -> u32 {
        let sentence = |unit: u32| {
            self.units
                .get(unit as usize)
                .map_or(0, |unit| unit.sentence)
        };
        sentence(later).saturating_sub(sentence(earlier))
    }

    /// Whether these units begin and end a written word, so that they are no part of a larger one.
    pub fn are_whole(&self, first: u32, last: u32) -> bool {
        let word = |unit: Option<u32>| Some(self.units.get(unit? as usize)?.word);
        word(first.checked_sub(1)) != word(Some(first))
            && word(last.checked_add(1)) != word(Some(last))
    }

    /// Whether the written word that begins with this unit is a hashtag.
    pub fn is_hashtag(&self, unit: u32) -> bool {
        let start = self
            .units
            .get(unit as usize)
            .map_or(0, |unit| unit.start as usize);
        start > 0 && self.text[start - 1] == b'#'
    }

    /// The reading of one unit.
    pub fn unit_reading(&self, unit: u32) -> Option<&Reading> {
        self.readings[..self.units.len()].get(unit as usize)
    }
}

/// The units of a short text, such as a keyword, grouped by written word: `auto-inbraak nu` is
/// `[[auto, inbraak], [nu]]`.
pub fn written_words(text: &str) -> Vec<Vec<String>> {
    // Most words of a list are plain letters: one word, one unit.
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ') {
        let words = text.split_ascii_whitespace();
        return words.map(|word| vec![word.to_ascii_lowercase()]).collect();
    }
    let folded = Folded::new(text);
    let words = Words::new(text, &folded);
    let mut written: Vec<Vec<String>> = Vec::new();
    for unit in words.units() {
        let letters = folded.text()[unit.start as usize..unit.end as usize].to_owned();
        if unit.word as usize == written.len() {
            written.push(Vec::new());
        }
        if let Some(word) = written.last_mut() {
            word.push(letters);
        }
    }
    written
}

/// Whether three equal letters stand in a row somewhere, which no Dutch word has.
fn is_stretched(text: &str) -> bool {
    let run = |three: &[u8]| three[0] == three[1] && three[1] == three[2];
    let mut threes = text.as_bytes().windows(3);
    threes.any(|three| run(three) && three[0].is_ascii_lowercase())
}

/// Texts are capped far below 4 GiB before they come here.
fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units separated by spaces, sentences by `|`, joined words after `+`.
    fn show(original: &str) -> String {
        let folded = Folded::new(original);
        let words = Words::new(original, &folded);
        let mut shown = String::new();
        let mut sentence = 0;
        for (at, reading) in words.readings().iter().enumerate() {
            let unit = words.units()[reading.first as usize];
            if at >= words.units().len() {
                shown.push_str(" +");
            } else if at > 0 {
                shown.push_str(if unit.sentence > sentence { " | " } else { " " });
            }
            sentence = unit.sentence;
            shown.push_str(std::str::from_utf8(words.letters(reading)).unwrap());
        }
        shown
    }

    fn check(original: &str, expected: &str) {
        assert_eq!(show(original), expected, "{original:?}");
    }

    #[test]
    fn words_are_letters_digits_and_what_stands_inside() {
        check("Auto’s én foto's, 's avonds!", "auto's en foto's s avonds");
        check("auto-inbraak - nu", "auto inbraak nu +autoinbraak");
        check("-los- --x-- a--b", "los x a b");
        check("🚲🔥 fiets🚲weg 👍🏽", "fiets weg");
        check("jan@mail.example #", "jan mail example");
        check("снег 日本", "снег 日本");
        check("", "");
        check("wo\u{200b}ning \u{202e}inbraak", "woning inbraak");
    }

    #[test]
    fn hashtags_are_split_on_capitals_and_kept_whole() {
        check(
            "#WoningInbraakColmschate weer",
            "woning inbraak colmschate weer +woninginbraakcolmschate",
        );
        check("#woninginbraak", "woninginbraak");
        check("#ABCStraat #NL", "abc straat nl +abcstraat");
        check("#ÉénBuurt", "een buurt +eenbuurt");
        check("#woning_inbraak", "woning inbraak +woninginbraak");
        check("WoningInbraak", "woninginbraak");
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        check("Weg. Toen? Ja! Nee… Zo", "weg | toen | ja | nee | zo");
        check("Titel\nTekst\r\n\r\nMeer", "titel | tekst | meer");
        check(
            "o.a. de fiets, bijv. gisteren",
            "o a de fiets bijv gisteren",
        );
        check("om 09.30 uur voor 3.50 euro", "om 09 30 uur voor 3 50 euro");
        check("\"Weg.\" Zei hij", "weg | zei hij");
        check("site.nl is weg", "site nl is weg");
    }

    #[test]
    fn a_masked_passage_is_one_word() {
        let original = "bel 06 12345678 nu";
        let mut folded = Folded::default();
        folded.refill_masked(original, &[Span { start: 4, end: 15 }]);
        let words = Words::new(original, &folded);
        assert_eq!(words.units().len(), 3);
        assert_eq!(words.between(0, 2), 1);
    }

    #[test]
    fn huge_texts_and_hashtags_take_time_in_proportion() {
        for original in [
            "aA".repeat(500_000).replacen('a', "#a", 1),
            "#WoningInbraak ".repeat(10_000),
            "a-".repeat(500_000),
            ".".repeat(1_000_000),
            "é".repeat(500_000),
            "a'".repeat(500_000),
        ] {
            let folded = Folded::new(&original);
            let words = Words::new(&original, &folded);
            assert!(words.haystack().len() <= 2 * folded.text().len() + words.units().len() + 1);
        }
    }

    proptest::proptest! {
        #[test]
        fn units_lie_in_order_on_whole_characters(original in "(\\PC|[#'. \n-]){0,60}") {
            let folded = Folded::new(&original);
            let words = Words::new(&original, &folded);
            let mut end = 0;
            for unit in words.units() {
                proptest::prop_assert!(unit.start >= end && unit.end > unit.start);
                proptest::prop_assert!(
                    folded.text().get(unit.start as usize..unit.end as usize).is_some()
                );
                end = unit.end;
            }
        }
    }
}
