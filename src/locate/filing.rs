//! Every way to write a place, filed under one of its words.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::locate::elsewhere::{Elsewhere, Table};
use crate::place::{Gazetteer, Place, PlaceKind};
use crate::text::words::lexicon::Numbering;
use crate::text::words::written_words;

/// One way to write a place, filed under its longest word: names that begin with *de* would be
/// looked at for every *de*.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The words before it.
    pub(super) before: Vec<u32>,
    /// The words after it.
    pub(super) after: Vec<u32>,
    pub(super) target: Target,
}

/// What a name stands for; of two names for the same words the first in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// One of our places.
    Ours(u32),
    /// A place elsewhere, or its adjective.
    Elsewhere { place: u32, adjective: bool },
}

impl Place {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .map(String::as_str)
    }
}

/// Names while they are being filed.
#[derive(Default)]
pub(super) struct Files {
    pub(super) numbering: Numbering,
    /// Each with the word it is filed under.
    pub(super) names: Vec<(u32, Name)>,
}

impl Files {
    /// All names of our places and of the places of the table that are not ours; and those places, by
    /// the numbers that their names have.
    pub(super) fn of(gazetteer: &Gazetteer, table: &Table) -> (Self, Vec<Elsewhere>) {
        let mut files = Files::default();
        let mut ours: HashMap<Vec<String>, u32> = HashMap::new();
        for (place, described) in (0..).zip(&gazetteer.places) {
            for name in described.names() {
                ours.entry(written_words(name).concat()).or_insert(place);
                files.name(name, Target::Ours(place));
            }
            if matches!(described.kind, PlaceKind::Municipality | PlaceKind::Town) {
                files.name(&format!("{}se", described.name), Target::Ours(place));
            }
        }
        let mut elsewhere = Vec::new();
        for town in &table.places {
            if let Some(place) = ours.get(&written_words(&town.name).concat()) {
                for adjective in &town.adjectives {
                    files.words(written_words(adjective).concat(), Target::Ours(*place));
                }
                continue;
            }
            let place = small(elsewhere.len());
            let target = |adjective| Target::Elsewhere { place, adjective };
            let apart = written_words(&town.name).concat();
            if apart.len() > 1 {
                files.words(vec![apart.concat()], target(false));
            }
            // "Het Kransdijks gemeentebestuur", and "Kransdijks trots".
            if let [word] = &apart[..]
                && !word.ends_with('s')
                && !town.needs_cue
            {
                files.words(vec![format!("{word}s")], target(true));
                files.words(vec![format!("{word}'s")], target(true));
            }
            files.words(apart, target(false));
            for adjective in &town.adjectives {
                files.words(written_words(adjective).concat(), target(true));
            }
            elsewhere.push(town.clone());
        }
        files.names.sort_unstable();
        files.names.dedup();
        (files, elsewhere)
    }

    /// A name in all the ways to write it.
    fn name(&mut self, name: &str, target: Target) {
        for words in ways_to_write(name) {
            self.words(words, target);
        }
    }

    fn words(&mut self, words: Vec<String>, target: Target) {
        let Some(longest) = (0..words.len()).max_by_key(|at| (words[*at].len(), Reverse(*at)))
        else {
            return;
        };
        let numbers: Vec<u32> = words
            .iter()
            .map(|word| self.numbering.number(word))
            .collect();
        let name = Name {
            before: numbers[..longest].to_vec(),
            after: numbers[longest + 1..].to_vec(),
            target,
        };
        self.names.push((numbers[longest], name));
    }
}

/// There are far fewer than 4 billion places and words in a name.
pub(super) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The ways to write a name: apart, joined as in a hashtag, and each with a genitive -s.
fn ways_to_write(name: &str) -> Vec<Vec<String>> {
    let apart: Vec<String> = written_words(name).concat();
    let mut ways = vec![apart.clone()];
    if apart.len() > 1 {
        ways.push(vec![apart.concat()]);
    }
    for at in 0..ways.len() {
        for genitive in ["s", "'s"] {
            let mut way = ways[at].clone();
            if let Some(word) = way.last_mut().filter(|word| !word.ends_with('s')) {
                word.push_str(genitive);
                ways.push(way);
            }
        }
    }
    ways
}
