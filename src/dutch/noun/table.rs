//! What spelling cannot show: `nouns.txt` and `adjectives.txt`, read once.
//!
//! A row is `singular plural[,plural] [diminutive[,diminutive]]`. It holds for the word and for each
//! compound that ends in it; `=` before it means the word alone (`ei` is not the end of `partei`),
//! `+` means that as the end of a longer word it stands beside the rules, because other words end
//! alike (`deurbel`, `kabel`), and `s` as plural is short for the word with -s.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Guess, sound};

/// Fewest letters before a head: `weg` ends `omweg`, but `rad` is not the head of `graad`.
const SHORTEST_MODIFIER: usize = 2;

/// What the table says of a word.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its plurals.
    pub(super) plurals: Vec<Guess>,
    /// Its diminutives; empty when the rules hold.
    pub(super) diminutives: Vec<Guess>,
    /// Whether the rules have nothing to add.
    pub(super) alone: bool,
}

struct Line {
    plurals: Vec<String>,
    diminutives: Vec<&'static str>,
    as_head: AsHead,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AsHead {
    Decides,
    Beside,
    Never,
}

static NOUNS: LazyLock<HashMap<&'static str, Line>> = LazyLock::new(|| {
    rows(include_str!("nouns.txt"))
        .map(|row| {
            let mut columns = row.split(' ');
            let written = columns.next().unwrap_or_default();
            let (word, as_head) = match written.split_at(1) {
                ("=", word) => (word, AsHead::Never),
                ("+", word) => (word, AsHead::Beside),
                _ => (written, AsHead::Decides),
            };
            let plurals = columns.next().unwrap_or_default().split(',');
            let plurals = plurals
                .map(|plural| match plural {
                    "s" => format!("{word}s"),
                    plural => plural.to_owned(),
                })
                .collect();
            let diminutives = columns.next().map_or(Vec::new(), |d| d.split(',').collect());
            let line = Line {
                plurals,
                diminutives,
                as_head,
            };
            (word, line)
        })
        .collect()
});

static ADJECTIVES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("adjectives.txt"))
        .filter_map(|row| row.split_once(' '))
        .collect()
});

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|row| !row.is_empty() && !row.starts_with('#'))
}

/// The row of a word, or of the longest head it ends in.
pub(super) fn noun(word: &str) -> Option<Row> {
    if let Some(line) = NOUNS.get(word) {
        return Some(joined("", line, true));
    }
    let starts = word.char_indices().map(|(at, _)| at);
    for at in starts.filter(|&at| at >= SHORTEST_MODIFIER) {
        let (modifier, head) = word.split_at(at);
        let Some(line) = NOUNS.get(head) else {
            continue;
        };
        if line.as_head == AsHead::Never || !may_precede(modifier) {
            continue;
        }
        // Loan words are short and end many words that are not their compounds (`bestrating`).
        let loan = line.plurals.iter().all(|plural| plural.len() == head.len() + 1);
        let decides = line.as_head == AsHead::Decides && !loan;
        return Some(joined(modifier, line, decides));
    }
    None
}

/// Whether letters can be the first part of a compound or a prefix: they have a vowel.
fn may_precede(modifier: &str) -> bool {
    modifier.contains(sound::is_vowel)
}

fn joined(modifier: &str, line: &Line, alone: bool) -> Row {
    let guess = |end: &str| Guess::certain(format!("{modifier}{end}"));
    Row {
        plurals: line.plurals.iter().map(|end| guess(end)).collect(),
        diminutives: line.diminutives.iter().map(|end| guess(end)).collect(),
        alone,
    }
}

/// The irregular -e form of an adjective.
pub(super) fn adjective(word: &str) -> Option<&'static str> {
    ADJECTIVES.get(word).copied()
}
