//! Groups of people: nationality, origin, ethnicity, religion.

use rustc_hash::FxHashSet;

use crate::lint::texts::Word;
use crate::lint::words_of;

/// Words that make another word of what follows: *seksueel getinte opmerkingen*.
const MANNERS: [(&str, &str); 2] = [("seksueel", "getint"), ("seksueel", "getinte")];

/// The words for groups of people.
pub(super) struct Groups {
    whole: FxHashSet<&'static str>,
    beginnings: Parts,
    /// What may stand anywhere in a word.
    inside: Parts,
    /// What makes a thing of an adjective before it.
    things: FxHashSet<&'static str>,
}

impl Groups {
    pub(super) fn new() -> Self {
        let mut groups = Groups {
            whole: FxHashSet::default(),
            beginnings: Parts::default(),
            inside: Parts::default(),
            things: words_of(include_str!("things.txt")).collect(),
        };
        for word in words_of(include_str!("groups.txt")) {
            let open = (word.strip_suffix('*'), word.strip_prefix('*'));
            match open {
                (Some(begun), Some(_)) => groups.inside.add(&begun[1..]),
                (Some(begun), None) => groups.beginnings.add(begun),
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

    /// Whether a folded word means a group of people.
    pub(super) fn holds(&self, word: &str) -> bool {
        let whole = |word: &str| {
            self.whole.contains(word)
                || self.beginnings.begin(word.as_bytes())
                || (0..word.len()).any(|at| self.inside.begin(&word.as_bytes()[at..]))
        };
        whole(word) || (word.contains('-') && word.split('-').any(whole))
    }
}

/// Parts of words, filed under their first three letters: most words share those with none of them.
#[derive(Default)]
struct Parts {
    filed: Vec<([u8; 3], &'static str)>,
}

impl Parts {
    fn add(&mut self, part: &'static str) {
        let three = part.as_bytes().first_chunk();
        let three = *three.expect("a part has three letters; a test reads the list");
        let at = self.filed.partition_point(|(other, _)| *other < three);
        self.filed.insert(at, (three, part));
    }

    /// Whether one of them stands at the beginning.
    fn begin(&self, word: &[u8]) -> bool {
        let Some(three) = word.first_chunk() else {
            return false;
        };
        let from = self.filed.partition_point(|(other, _)| other < three);
        let filed = self.filed[from..].iter();
        filed
            .take_while(|(other, _)| other == three)
            .any(|(_, part)| word.starts_with(part.as_bytes()))
    }
}
