//! Places named in a text.
//!
//! A place is shown beside a hit and can be a condition; it is never a reason by itself.

use std::collections::HashMap;
use std::sync::Arc;

use crate::place::{Gazetteer, PlaceKind};
use crate::span::Span;
use crate::text::words::lexicon::{Lexicon, Numbering};
use crate::text::words::{Reading, Words, written_words};

/// Words of place: beside one of these a name that is also an ordinary word is a name.
const CUES: &[&str] = &[
    "in",
    "op",
    "bij",
    "aan",
    "naast",
    "rond",
    "rondom",
    "achter",
    "richting",
    "vanuit",
    "vanaf",
    "langs",
    "naar",
    "van",
    "nabij",
    "tegenover",
    "tussen",
    "te",
    "tot",
    "door",
    "over",
    "omgeving",
];

/// What may stand between a word of place and the name.
const ARTICLES: &[&str] = &["de", "het", "den", "der", "t", "n"];

/// Finds the places of a gazetteer.
#[derive(Clone, Debug)]
pub struct Locator {
    places: Vec<Known>,
    /// Every word with which a name begins or goes on.
    lexicon: Lexicon,
    /// For each word of the lexicon: the names that begin with it.
    names: Vec<Vec<Name>>,
}

/// What is told of a place.
#[derive(Clone, Debug)]
struct Known {
    name: Arc<str>,
    kind: PlaceKind,
    needs_cue: bool,
}

/// One way to write a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Name {
    /// The words after the first.
    rest: Vec<u32>,
    place: u32,
}

/// A place that is named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFound {
    /// Its name for readers.
    pub name: Arc<str>,
    /// What sort of place it is.
    pub kind: PlaceKind,
    /// Where it is named, in the message as given.
    pub span: Span,
}

/// Where a place is named, in terms of [`Words`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// Its number in the gazetteer.
    pub place: u32,
    /// First unit.
    pub first: u32,
    /// Last unit.
    pub last: u32,
}

impl Locator {
    /// Prepares to find these places.
    pub fn compile(gazetteer: &Gazetteer) -> Self {
        let mut numbering = Numbering::default();
        let mut begun: HashMap<u32, Vec<Name>> = HashMap::new();
        for (place, described) in (0..).zip(&gazetteer.places) {
            let aliases = described.aliases.iter().map(String::as_str);
            for name in std::iter::once(described.name.as_str()).chain(aliases) {
                for words in ways_to_write(name) {
                    let mut numbers = words.iter().map(|word| numbering.number(word));
                    let Some(first) = numbers.next() else {
                        continue;
                    };
                    let rest = numbers.collect();
                    begun.entry(first).or_default().push(Name { rest, place });
                }
            }
        }
        let lexicon = Lexicon::new(numbering.into_words());
        let mut names = vec![Vec::new(); lexicon.len()];
        for (first, of_word) in begun {
            names[first as usize] = of_word;
        }
        let places = gazetteer
            .places
            .iter()
            .map(|place| Known {
                name: place.name.as_str().into(),
                kind: place.kind,
                needs_cue: place.needs_cue,
            })
            .collect();
        Locator {
            places,
            lexicon,
            names,
        }
    }

    /// Adds every place that these words name, in the order of the text and without overlap: of two
    /// names that begin at one word the longer counts, of two equal ones the more precise place.
    pub fn locate(&self, words: &Words, located: &mut Vec<Located>) {
        let from = located.len();
        for reading in words.readings() {
            if self.lexicon.may_hold(reading.hash) {
                self.names_from(words, reading, located);
            }
        }
        let found = &mut located[from..];
        found.sort_by_key(|place| {
            let kind = self.places[place.place as usize].kind;
            (
                place.first,
                std::cmp::Reverse((place.last, kind)),
                place.place,
            )
        });
        let mut next = 0;
        let mut kept = from;
        for at in from..located.len() {
            if located[at].first >= next {
                next = located[at].last + 1;
                located[kept] = located[at];
                kept += 1;
            }
        }
        located.truncate(kept);
    }

    fn names_from(&self, words: &Words, reading: &Reading, located: &mut Vec<Located>) {
        let Some(number) = self.lexicon.get(reading.hash, words.letters(reading)) else {
            return;
        };
        for name in &self.names[number as usize] {
            let mut last = reading.last;
            let goes_on = name.rest.iter().all(|wanted| {
                last += 1;
                self.number_at(words, last) == Some(*wanted)
            });
            let (place, first) = (name.place, reading.first);
            if goes_on
                && words.sentences_apart(first, last) == 0
                && (!self.places[place as usize].needs_cue || has_cue(words, first, last))
            {
                located.push(Located { place, first, last });
            }
        }
    }

    fn number_at(&self, words: &Words, unit: u32) -> Option<u32> {
        let reading = words.unit_reading(unit)?;
        self.lexicon.get(reading.hash, words.letters(reading))
    }

    /// The name for readers, and the kind.
    pub fn describe(&self, place: u32) -> (Arc<str>, PlaceKind) {
        let known = &self.places[place as usize];
        (known.name.clone(), known.kind)
    }
}

/// Whether a word of place stands before a name, which must be a word of its own.
fn has_cue(words: &Words, first: u32, last: u32) -> bool {
    let is_one_of = |unit: u32, list: &[&str]| {
        words.unit_reading(unit).is_some_and(|reading| {
            words.sentences_apart(unit, first) == 0
                && list
                    .iter()
                    .any(|word| word.as_bytes() == words.letters(reading))
        })
    };
    let before = |steps: u32| first.checked_sub(steps);
    words.are_whole(first, last)
        && before(1).is_some_and(|one| {
            is_one_of(one, CUES)
                || is_one_of(one, ARTICLES) && before(2).is_some_and(|two| is_one_of(two, CUES))
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;
    use crate::text::fold::Folded;

    fn place(kind: PlaceKind, name: &str, aliases: &[&str], needs_cue: bool) -> Place {
        Place {
            kind,
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            parent: None,
            needs_cue,
            line: 0,
        }
    }

    fn lindemeer() -> Locator {
        Locator::compile(&Gazetteer {
            places: vec![
                place(PlaceKind::Municipality, "Lindemeer", &[], false),
                place(
                    PlaceKind::Neighbourhood,
                    "Molenbuurt",
                    &["De Molenbuurt", "Molenwijk"],
                    false,
                ),
                place(PlaceKind::Neighbourhood, "Oud-Lindemeer", &[], false),
                place(PlaceKind::Street, "Brinkstraat", &[], false),
                place(PlaceKind::Spot, "Brink", &["De Brink"], true),
                place(PlaceKind::Spot, "Park Zuid", &[], false),
                place(PlaceKind::District, "Zuid", &[], true),
                place(PlaceKind::District, "", &["", "🔥"], false),
            ],
        })
    }

    fn check(original: &str, expected: &[&str]) {
        let locator = lindemeer();
        let words = Words::new(original, &Folded::new(original));
        let mut located = Vec::new();
        locator.locate(&words, &mut located);
        let names: Vec<_> = located
            .iter()
            .map(|l| locator.describe(l.place).0)
            .collect();
        assert_eq!(
            names.iter().map(|name| &**name).collect::<Vec<_>>(),
            expected,
            "{original:?}"
        );
    }

    #[test]
    fn finds_names_as_people_write_them() {
        check(
            "In de MOLENBUURT en Molenwijk",
            &["Molenbuurt", "Molenbuurt"],
        );
        check(
            "#molenbuurt #InbraakMolenbuurt",
            &["Molenbuurt", "Molenbuurt"],
        );
        check(
            "Lindemeers trots, Lindemeer's trots",
            &["Lindemeer", "Lindemeer"],
        );
        check("Molenbuurt-bewoners", &["Molenbuurt"]);
        check("#demolenbuurt", &["Molenbuurt"]);
        check("in brinkstraat, niet lindemeerweg", &["Brinkstraat"]);
        check("", &[]);
    }

    #[test]
    fn the_longest_name_counts() {
        check(
            "oud-lindemeer, Oud Lindemeer, oudlindemeer",
            &["Oud-Lindemeer"; 3],
        );
        check("in Park Zuid", &["Park Zuid"]);
        check("in Park. Zuid is mooi", &[]);
    }

    #[test]
    fn an_ordinary_word_is_a_place_only_beside_a_word_of_place() {
        check("gestolen op de Brink", &["Brink"]);
        check("bij brink", &["Brink"]);
        check("een brink is een dorpsplein", &[]);
        check("De Brink is mooi", &[]);
        check("dat zit erop. Brink", &[]);
        check("in brink-achtige buurten", &[]);
        check("in zuid", &["Zuid"]);
    }
}
