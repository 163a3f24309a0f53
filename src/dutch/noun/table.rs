//! What spelling cannot show: `nouns.txt` and `adjectives.txt`, read once.
//!
//! A row is `singular plural[,plural] [diminutive[,diminutive]]`. It holds for the word and for each
//! compound that ends in it; `=` before it means the word alone (`ei` is not the end of `partei`),
//! `+` means that as the end of a longer word it stands beside the rules, because other words end
//! alike (`deurbel`, `kabel`), and `s` as plural is short for the word with -s.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

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

static NOUNS: LazyLock<FxHashMap<&'static str, Line>> = LazyLock::new(|| {
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
            let diminutives = columns
                .next()
                .map_or(Vec::new(), |d| d.split(',').collect());
            let line = Line {
                plurals,
                diminutives,
                as_head,
            };
            (word, line)
        })
        .collect()
});

static ADJECTIVES: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
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
        let loan = line
            .plurals
            .iter()
            .all(|plural| plural.len() == head.len() + 1);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_well_formed_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for row in rows(include_str!("nouns.txt")) {
            let columns: Vec<&str> = row.split(' ').collect();
            assert!((2..=3).contains(&columns.len()), "{row}");
            let word = columns[0].trim_start_matches(['=', '+']);
            assert!(seen.insert(word), "twice: {word}");
            for text in columns.iter().flat_map(|column| column.split(',')) {
                assert_eq!(crate::text::fold::folded(text), text, "{row}");
                assert!(!text.is_empty(), "{row}");
            }
            for diminutive in columns.get(2).iter().flat_map(|column| column.split(',')) {
                assert!(diminutive.ends_with("je"), "{row}");
            }
        }
        for row in rows(include_str!("adjectives.txt")) {
            assert_eq!(row.split(' ').count(), 2, "{row}");
        }
    }

    #[test]
    fn a_head_needs_a_word_before_it() {
        assert!(noun("brandgat").is_some());
        assert!(noun("gat").is_some());
        assert!(noun("xgat").is_none(), "one letter is no word");
        assert!(noun("strgat").is_none(), "no vowel, no word");
        assert!(noun("").is_none());
    }
}
