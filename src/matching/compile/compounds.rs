//! Compounds: thousands of words in one line, and few things to look for.

use crate::dutch::compound::Compounds;
use crate::dutch::short::{has_short, short_for};
use crate::dutch::typo::known;
use crate::matching::compile::{Builder, WrittenOut};
use crate::matching::forms::is_plain;
use crate::matching::rule::Node;

impl Builder<'_> {
    /// What finds the same as every form of them: the joined ones as words, and instead of each pair
    /// that is written apart, any first word with any second. `None` when a part is no plain word, so
    /// that each form has to be read by itself.
    pub(super) fn compounds(&mut self, compounds: &Compounds) -> Option<WrittenOut> {
        if !compounds.links().chain(compounds.heads()).all(is_plain) {
            return None;
        }
        let mut words = Vec::new();
        compounds.each_joined(&known::is_word, |joined| self.spellings(joined, &mut words));
        let first = self.any_of(compounds.links());
        let second = self.any_of(compounds.heads());
        Some(WrittenOut {
            words,
            nodes: vec![Node::Sequence(vec![first, second])],
        })
    }

    fn any_of<'w>(&mut self, written: impl Iterator<Item = &'w str>) -> Node {
        let mut words = Vec::new();
        written.for_each(|word| self.spellings(word, &mut words));
        Node::Atom(self.atom_of_words(words))
    }

    /// Adds the numbers of a plain word and of the short ways of writing it.
    fn spellings(&mut self, word: &str, numbers: &mut Vec<u32>) {
        numbers.push(self.words.number(word));
        if has_short(word) {
            let shorts = short_for(word);
            numbers.extend(shorts.iter().map(|short| self.words.number(short)));
        }
    }
}
