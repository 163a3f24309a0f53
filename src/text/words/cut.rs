//! Cutting a folded text into words, units and sentences.

use crate::span::Span;
use crate::text::fold::{Folded, MASKED};
use crate::text::words::{Unit, small};

/// Adds the units of a text, and returns the first and last unit of each word that has several.
pub(super) fn cut(original: &str, folded: &Folded, units: &mut Vec<Unit>) -> Vec<(u32, u32)> {
    let mut cutter = Cutter {
        text: folded.text(),
        original,
        folded,
        units,
        joined: Vec::new(),
        word: 0,
        sentence: 0,
        ended: false,
    };
    cutter.cut();
    cutter.joined
}

/// Abbreviations whose full stop does not end a sentence, besides single letters (`o.a.`). Only
/// those that hardly ever stand at the end of one.
const ABBREVIATIONS: &[&str] = &[
    "bijv", "bv", "ca", "dhr", "mevr", "mw", "drs", "dr", "ir", "ing", "mr", "prof", "ds", "nr",
    "tel", "str", "st", "incl", "excl", "evt", "resp", "vgl", "zgn", "ong", "plm", "vs",
];

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
