//! Groups of people: nationality, origin, ethnicity, religion.

use std::collections::HashSet;

use crate::lint::texts::Word;
use crate::lint::words_of;

/// The words for groups of people.
pub(super) struct Groups {
    whole: HashSet<&'static str>,
    beginnings: Vec<&'static str>,
    inside: Vec<&'static str>,
    /// What makes a thing of an adjective before it.
    things: HashSet<&'static str>,
}

impl Groups {
    pub(super) fn new() -> Self {
        let mut groups = Groups {
            whole: HashSet::new(),
            beginnings: Vec::new(),
            inside: Vec::new(),
            things: words_of(include_str!("things.txt")).collect(),
        };
        for word in words_of(include_str!("groups.txt")) {
            let open = (word.strip_suffix('*'), word.strip_prefix('*'));
            match open {
                (Some(begun), Some(_)) => groups.inside.push(&begun[1..]),
                (Some(begun), None) => groups.beginnings.push(begun),
                (None, _) => {
                    groups.whole.insert(word.trim_start_matches('*'));
                }
            }
        }
        groups
    }

    /// The first of these words that means a group of people.
    pub(super) fn named_in(&self, words: &[Word]) -> Option<String> {
        words.iter().enumerate().find_map(|(at, word)| {
            let next = words.get(at + 1);
            let thing = next.is_some_and(|next| self.things.contains(next.folded.as_str()));
            (!thing && self.holds(&word.folded)).then(|| word.written.clone())
        })
    }

    fn holds(&self, word: &str) -> bool {
        let whole = |word: &str| {
            self.whole.contains(word)
                || self.beginnings.iter().any(|begin| word.starts_with(begin))
                || self.inside.iter().any(|inside| word.contains(inside))
        };
        whole(word) || word.split('-').any(whole)
    }
}
