//! Groups of people: nationality, origin, ethnicity, religion.

use std::collections::{HashMap, HashSet};

use crate::lint::texts::Word;
use crate::lint::words_of;

/// Words that make another word of what follows: *seksueel getinte opmerkingen*.
const MANNERS: [(&str, &str); 2] = [("seksueel", "getint"), ("seksueel", "getinte")];

/// The words for groups of people.
pub(super) struct Groups {
    whole: HashSet<&'static str>,
    beginnings: HashSet<&'static str>,
    /// What may stand anywhere in a word. Most words share no three letters with any of them, and
    /// looking for those first is much faster.
    inside: HashMap<[u8; 3], Vec<&'static str>>,
    /// What makes a thing of an adjective before it.
    things: HashSet<&'static str>,
}

impl Groups {
    pub(super) fn new() -> Self {
        let mut groups = Groups {
            whole: HashSet::new(),
            beginnings: HashSet::new(),
            inside: HashMap::new(),
            things: words_of(include_str!("things.txt")).collect(),
        };
        for word in words_of(include_str!("groups.txt")) {
            let open = (word.strip_suffix('*'), word.strip_prefix('*'));
            match open {
                (Some(begun), Some(_)) => {
                    let inside = &begun[1..];
                    let three = first_three(inside.as_bytes()).expect("a part has letters enough");
                    groups.inside.entry(three).or_default().push(inside);
                }
                (Some(begun), None) => {
                    groups.beginnings.insert(begun);
                }
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
            let manner = at > 0 && MANNERS.contains(&(&*words[at - 1].folded, &*word.folded));
            (!thing && !manner && self.holds(&word.folded)).then(|| word.written.clone())
        })
    }

    fn holds(&self, word: &str) -> bool {
        let whole =
            |word: &str| self.whole.contains(word) || self.begins(word) || self.has_inside(word);
        whole(word) || (word.contains('-') && word.split('-').any(whole))
    }

    fn begins(&self, word: &str) -> bool {
        let mut ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.any(|end| self.beginnings.contains(&word[..end]))
    }

    fn has_inside(&self, word: &str) -> bool {
        (0..word.len().saturating_sub(2)).any(|at| {
            let rest = &word.as_bytes()[at..];
            let parts = first_three(rest).and_then(|three| self.inside.get(&three));
            parts.is_some_and(|parts| parts.iter().any(|part| rest.starts_with(part.as_bytes())))
        })
    }
}

fn first_three(letters: &[u8]) -> Option<[u8; 3]> {
    letters.first_chunk().copied()
}
