//! Words and sentences.
//!
//! A *word* is what a person writes between spaces and signs. It has one or more *units*: the
//! pieces of a hyphenated word (`auto-inbraak`) or of a hashtag with capitals (`#AutoInbraak`).
//! A *reading* is a way to read one or more units as one word to look up: each unit by itself, and
//! the whole word joined (`autoinbraak`).

use crate::item::Span;
use crate::text::fold::{Folded, MASKED};

pub mod lexicon;

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
    /// One for each unit, in the same order, and then the joined words, in order.
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

/// Abbreviations whose full stop does not end a sentence, besides single letters (`o.a.`). Only
/// those that hardly ever stand at the end of one.
const ABBREVIATIONS: &[&str] = &[
    "bijv", "bv", "ca", "dhr", "mevr", "mw", "drs", "dr", "ir", "ing", "mr", "prof", "ds", "nr",
    "tel", "str", "st", "incl", "excl", "evt", "resp", "vgl", "zgn", "ong", "plm", "vs",
];

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
        let mut cutter = Cutter {
            text: folded.text(),
            original,
            folded,
            units: &mut self.units,
            joined: Vec::new(),
            word: 0,
            sentence: 0,
            ended: false,
        };
        cutter.cut();
        let joined = cutter.joined;
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
        if !joined.is_empty() {
            self.join(&joined);
        }
    }

    /// Adds the joined reading of each word of several units.
    fn join(&mut self, words: &[(u32, u32)]) {
        self.text.truncate(self.base + 1);
        let from = self.readings.len();
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

    /// The reading of one unit.
    pub fn unit_reading(&self, unit: u32) -> Option<&Reading> {
        self.readings[..self.units.len()].get(unit as usize)
    }
}

/// The units of a short text, such as a keyword, grouped by written word: `auto-inbraak nu` is
/// `[[auto, inbraak], [nu]]`.
pub fn written_words(text: &str) -> Vec<Vec<String>> {
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

/// Classes of ASCII bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// May stand inside a word.
    Inner,
    Stop,
    /// Ends a sentence whatever follows.
    End,
    Hash,
    Other,
    /// Part of a character that is not ASCII.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Class::Letter,
            b'\'' | b'-' => Class::Inner,
            b'.' => Class::Stop,
            b'!' | b'?' | b'\n' | b'\r' => Class::End,
            b'#' => Class::Hash,
            0x80.. => Class::Wide,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

struct Cutter<'a> {
    text: &'a str,
    original: &'a str,
    folded: &'a Folded,
    units: &'a mut Vec<Unit>,
    /// First and last unit of each word that has several.
    joined: Vec<(u32, u32)>,
    word: u32,
    sentence: u32,
    /// Whether a sentence ended since the last word.
    ended: bool,
}

impl Cutter<'_> {
    fn cut(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at = match CLASSES[usize::from(bytes[at])] {
                Class::Letter => self.word(at),
                Class::Other | Class::Inner => at + 1,
                Class::End => {
                    self.ended = true;
                    at + 1
                }
                Class::Stop => self.stop(at),
                Class::Hash if self.letter_len(at + 1) > 0 => self.hashtag(at + 1),
                Class::Hash => at + 1,
                Class::Wide => self.wide(at),
            };
        }
    }

    /// Bytes of the letter or digit that stands here; 0 when there is none.
    fn letter_len(&self, at: usize) -> usize {
        match self.text.as_bytes().get(at) {
            None => 0,
            Some(&byte) => match CLASSES[usize::from(byte)] {
                Class::Letter => 1,
                Class::Wide => match self.text[at..].chars().next() {
                    Some(c) if c.is_alphanumeric() => c.len_utf8(),
                    _ => 0,
                },
                _ => 0,
            },
        }
    }

    /// One past the last letter of a run of letters; apostrophes inside it belong to it.
    fn letters_end(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            while at < bytes.len() && CLASSES[usize::from(bytes[at])] == Class::Letter {
                at += 1;
            }
            at += match bytes.get(at) {
                Some(b'\'') if self.letter_len(at + 1) > 0 => 1,
                Some(0x80..) => match self.letter_len(at) {
                    0 => return at,
                    len => len,
                },
                _ => return at,
            };
        }
    }

    /// A word of letters, with hyphens inside; returns where it ends.
    fn word(&mut self, start: usize) -> usize {
        self.begin_word();
        let first = small(self.units.len());
        let mut end = self.letters_end(start);
        self.unit(start, end);
        while self.text.as_bytes().get(end) == Some(&b'-') && self.letter_len(end + 1) > 0 {
            let next = end + 1;
            end = self.letters_end(next);
            self.unit(next, end);
        }
        self.end_word(first);
        end
    }

    /// A hashtag, without its sign: cut at hyphens, low lines and capitals.
    fn hashtag(&mut self, start: usize) -> usize {
        self.begin_word();
        let first = small(self.units.len());
        let mut next = start;
        loop {
            let end = self.letters_end(next);
            self.capitals(next, end);
            let joint = matches!(self.text.as_bytes().get(end), Some(b'-' | b'_'));
            if !joint || self.letter_len(end + 1) == 0 {
                self.end_word(first);
                return end;
            }
            next = end + 1;
        }
    }

    /// Units from capital to capital: `WoningInbraak`, `ABCStraat`.
    fn capitals(&mut self, start: usize, end: usize) {
        let whole = self.folded.original(Span { start, end });
        let written = &self.original[whole.start..whole.end];
        let mut from = start;
        let mut before = None;
        let mut letters = written.char_indices().peekable();
        let mut folded_at = start;
        while let Some((at, c)) = letters.next() {
            let lower_next = letters.peek().is_some_and(|(_, next)| next.is_lowercase());
            let begins = match before {
                Some(earlier) if c.is_uppercase() => !char::is_uppercase(earlier) || lower_next,
                _ => false,
            };
            if begins {
                // Both only go forward, so this walk is as long as the hashtag.
                let origin = whole.start + at;
                while folded_at < end && self.origin_of(folded_at) < origin {
                    folded_at += 1;
                }
                if folded_at > from && folded_at < end && self.text.is_char_boundary(folded_at) {
                    self.unit(from, folded_at);
                    from = folded_at;
                }
            }
            before = Some(c);
        }
        self.unit(from, end);
    }

    fn origin_of(&self, at: usize) -> usize {
        self.folded.original(Span { start: at, end: at }).start
    }

    /// A character that is not ASCII: a masked passage, a letter, or a sign.
    fn wide(&mut self, at: usize) -> usize {
        if self.letter_len(at) > 0 {
            return self.word(at);
        }
        let c = self.text[at..].chars().next().unwrap_or(MASKED);
        let end = at + c.len_utf8();
        match c {
            MASKED => {
                self.begin_word();
                let first = small(self.units.len());
                self.unit(at, end);
                self.end_word(first);
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => self.ended = true,
            _ => {}
        }
        end
    }

    /// A full stop ends a sentence when a space follows and no abbreviation precedes. Two or more
    /// (also what is left of `…`) always do.
    fn stop(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let run = bytes[at..].iter().take_while(|byte| **byte == b'.').count();
        let next = self.text[at + run..].chars().next();
        let space = next.is_none_or(|c| c.is_whitespace() || "\"')]}".contains(c));
        if run > 1 || (space && !self.after_abbreviation(at)) {
            self.ended = true;
        }
        at + run
    }

    fn after_abbreviation(&self, at: usize) -> bool {
        let Some(unit) = self.units.last().filter(|unit| unit.end as usize == at) else {
            return false;
        };
        let before = &self.text[unit.start as usize..at];
        let single = before.chars().nth(1).is_none() && before.chars().all(char::is_alphabetic);
        single || ABBREVIATIONS.contains(&before)
    }

    fn begin_word(&mut self) {
        if self.ended && !self.units.is_empty() {
            self.sentence += 1;
        }
        self.ended = false;
    }

    fn unit(&mut self, start: usize, end: usize) {
        self.units.push(Unit {
            start: small(start),
            end: small(end),
            word: self.word,
            sentence: self.sentence,
        });
    }

    fn end_word(&mut self, first: u32) {
        self.word += 1;
        let last = small(self.units.len()) - 1;
        if last > first {
            self.joined.push((first, last));
        }
    }
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
