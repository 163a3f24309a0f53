//! What each keyword line is worth, by what readers answered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::dutch::typo::known;
use crate::item::{Excerpt, StoredHit};
use crate::story::words_of;
use crate::theme::Theme;

/// A share with how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The share, 0 to 1.
    pub share: f64,
    /// The lowest it may well be.
    pub low: f64,
    /// The highest it may well be.
    pub high: f64,
}

/// Standard deviations of a normal distribution that hold 90 of 100: an answer in ten is by mistake.
const SURE: f64 = 1.645;

impl Share {
    /// Of `right` right and `wrong` wrong answers; `None` without answers. The interval is Wilson's
    /// (E. B. Wilson, *Probable inference*, 1927), which also holds for three answers.
    pub fn of(right: u64, wrong: u64) -> Option<Share> {
        let (right, all) = (right as f64, (right + wrong) as f64);
        if all == 0.0 {
            return None;
        }
        let (share, square) = (right / all, SURE * SURE);
        let middle = (share + square / (2.0 * all)) / (1.0 + square / all);
        let half = SURE / (1.0 + square / all)
            * (share * (1.0 - share) / all + square / (4.0 * all * all)).sqrt();
        Some(Share {
            share,
            low: f64::max(middle - half, 0.0),
            high: f64::min(middle + half, 1.0),
        })
    }

    /// Whether it mostly misses, as far as one can say.
    pub fn mostly_misses(&self) -> bool {
        self.high < 0.5
    }
}

/// Most lines of a theme that are told of each sort.
const MOST_LINES: usize = 10;

/// What a keyword line found, and what was answered of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineWorth {
    /// The line as it is written.
    pub keyword: String,
    /// Hits.
    pub hits: u64,
    /// Of these, answered to be right.
    pub right: u64,
    /// Of these, answered to be wrong.
    pub wrong: u64,
    /// The share of the right ones.
    pub share: Option<Share>,
}

/// What the lines of a theme are worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThemeWorth {
    /// Its title.
    pub title: String,
    /// Hits of the theme.
    pub hits: u64,
    /// Answers about them.
    pub answers: u64,
    /// The share of the right ones.
    pub share: Option<Share>,
    /// Lines that found most.
    pub busiest: Vec<LineWorth>,
    /// Lines that mostly miss.
    pub missing: Vec<LineWorth>,
    /// How many lines never found anything.
    pub never: usize,
    /// How many lines there are.
    pub lines: usize,
    /// Words that may be vetoes.
    pub vetoes: Vec<String>,
}

impl LineWorth {
    /// Of a line that found `hits`, of which `right` and `wrong` were answered so.
    pub fn new(keyword: String, hits: u64, right: u64, wrong: u64) -> Self {
        let share = Share::of(right, wrong);
        LineWorth {
            keyword,
            hits,
            right,
            wrong,
            share,
        }
    }
}

impl ThemeWorth {
    /// Of a theme, from what is known of it as a whole and of its lines.
    pub fn new(
        theme: &Theme,
        whole: &LineWorth,
        mut lines: Vec<LineWorth>,
        vetoes: Vec<String>,
    ) -> Self {
        let written: BTreeSet<&str> = [&theme.strong, &theme.urgent, &theme.cues]
            .iter()
            .flat_map(|list| list.iter())
            .map(|keyword| &*keyword.line.text)
            .collect();
        let found: BTreeSet<&str> = lines.iter().map(|line| line.keyword.as_str()).collect();
        let never = written.iter().filter(|line| !found.contains(*line)).count();
        let misses = |line: &&LineWorth| line.share.is_some_and(|share| share.mostly_misses());
        let mut missing: Vec<LineWorth> = lines.iter().filter(misses).cloned().collect();
        missing.sort_by_key(|line| Reverse(line.wrong));
        missing.truncate(MOST_LINES);
        let written = written.len();
        lines.sort_by_key(|line| Reverse(line.hits));
        lines.truncate(MOST_LINES);
        ThemeWorth {
            title: theme.title.clone(),
            hits: whole.hits,
            answers: whole.right + whole.wrong,
            share: whole.share,
            busiest: lines,
            missing,
            never,
            lines: written,
            vetoes,
        }
    }
}

/// Fewest wrong hits in which a word stands that is suggested as a veto.
const FEWEST: usize = 2;

/// Most words that are suggested for a theme.
const MOST: usize = 8;

/// For each theme: words that stand in hits that are wrong and in none that is right, the most
/// frequent first. A person decides whether one is a veto.
pub fn suggested_vetoes(answered: &[(StoredHit, bool)]) -> BTreeMap<String, Vec<String>> {
    let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for (stored, right) in answered {
        let Excerpt::Shown { text, marks } = &stored.hit.excerpt else {
            continue;
        };
        let places: BTreeSet<String> = stored
            .hit
            .places
            .iter()
            .flat_map(|p| words_of(p, &[]))
            .collect();
        let words: BTreeSet<String> = words_of(text, marks).into_iter().collect();
        for word in words.into_iter().filter(|word| !places.contains(word)) {
            if word.chars().count() < 4 || known::is_function(&word) {
                continue;
            }
            let key = (stored.hit.theme.to_string(), word);
            let (rights, wrongs) = counts.entry(key).or_default();
            *if *right { rights } else { wrongs } += 1;
        }
    }
    let mut vetoes: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for ((theme, word), (rights, wrongs)) in counts {
        if rights == 0 && wrongs >= FEWEST {
            vetoes.entry(theme).or_default().push((wrongs, word));
        }
    }
    vetoes
        .into_iter()
        .map(|(theme, mut words)| {
            words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let words = words.into_iter().take(MOST).map(|(_, word)| word);
            (theme, words.collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_leave_much_open() {
        let check = |right, wrong, expected: (f64, f64)| {
            let share = Share::of(right, wrong).unwrap();
            let rounded = ((share.low * 100.0).round(), (share.high * 100.0).round());
            assert_eq!(rounded, expected, "{right} right, {wrong} wrong");
        };
        // By hand from Wilson's formula with z = 1.645.
        check(0, 1, (0.0, 73.0));
        check(0, 3, (0.0, 47.0));
        check(5, 5, (27.0, 73.0));
        check(90, 10, (84.0, 94.0));
        assert_eq!(Share::of(0, 0), None);
        assert!(!Share::of(0, 1).unwrap().mostly_misses());
        assert!(Share::of(0, 3).unwrap().mostly_misses());
    }
}
