//! Places named in a text.
//!
//! A place is shown beside a hit and can be a condition; it is never a reason by itself.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use crate::place::{Gazetteer, Place, PlaceKind};
use crate::span::Span;
use crate::text::words::lexicon::Lexicon;
use crate::text::words::{Reading, Words};

#[cfg(test)]
mod corpus;
mod cue;
mod elsewhere;
#[cfg(test)]
pub(crate) mod fictional;
mod filing;
mod here;
mod mention;
mod vocabulary;
pub mod written;

use cue::has_cue;
use elsewhere::{Elsewhere, Table};
use filing::{Files, Name, Target, small};
use mention::Telling;
use written::Written;

/// A street lies in a neighbourhood, that in a district, that in a town, that in the municipality;
/// places that lie in each other, which `places.csv` cannot say, end here too.
const DEEPEST: usize = 8;

/// Most names of several places that are looked into: each costs a look at all places named, and a
/// message with more of them is a list.
const MOST_NAMESAKES: usize = 64;

/// Finds the places of a gazetteer, and the places of a shipped table that lie elsewhere.
#[derive(Clone, Debug)]
pub struct Locator {
    places: Vec<Known>,
    /// The places of the table that are not in the gazetteer.
    elsewhere: Vec<Elsewhere>,
    /// Every word of a name.
    lexicon: Lexicon,
    /// All names, by the word they are filed under.
    names: Vec<Name>,
    /// For each word of the lexicon: where its names begin in `names`; and their number.
    begins: Vec<usize>,
}

/// What is told of a place.
#[derive(Clone, Debug)]
struct Known {
    name: Arc<str>,
    kind: PlaceKind,
    needs_cue: bool,
    /// The place it lies in, the one that lies in, and so on.
    above: Vec<u32>,
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

/// Where a place that is not ours is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Distant {
    place: u32,
    first: u32,
    last: u32,
    adjective: bool,
    abroad: bool,
    island: bool,
    needs_cue: bool,
}

/// A place elsewhere, named as where something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElsewhereFound {
    /// Its name for readers.
    pub name: Arc<str>,
    /// Where it is named, in the message as given.
    pub span: Span,
}

/// The places in a text. The memory is kept from text to text.
#[derive(Clone, Debug, Default)]
pub struct Places {
    named: Vec<Named>,
    located: Vec<Located>,
    distant: Vec<Distant>,
    /// Other places with the same name as one of `located`, with its index.
    namesakes: Vec<(usize, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Named {
    first: u32,
    last: u32,
    target: Target,
}

impl Places {
    /// Forgets the text before.
    pub fn clear(&mut self) {
        self.named.clear();
        self.located.clear();
        self.distant.clear();
        self.namesakes.clear();
    }

    /// Where our places are named, in the order of the text and without overlap.
    pub fn located(&self) -> &[Located] {
        &self.located
    }
}

impl Locator {
    /// Prepares to find these places, and those of the shipped table.
    pub fn compile(gazetteer: &Gazetteer) -> Self {
        Self::with_table(gazetteer, &Table::shipped())
    }

    /// Prepares to find these places, and those of a table. What is in the gazetteer is ours, also
    /// when the table has it.
    pub(crate) fn with_table(gazetteer: &Gazetteer, table: &Table) -> Self {
        let (files, elsewhere) = Files::of(gazetteer, table);
        let lexicon = Lexicon::new(files.numbering);
        let begins = (0..=lexicon.len())
            .map(|word| files.names.partition_point(|(of, _)| (*of as usize) < word))
            .collect();
        let by_name: HashMap<&str, u32> = (0..)
            .zip(&gazetteer.places)
            .map(|(number, place)| (place.name.as_str(), number))
            .collect();
        let above = |place: &Place| by_name.get(place.parent.as_deref()?).copied();
        let places = gazetteer
            .places
            .iter()
            .map(|place| Known {
                name: place.name.as_str().into(),
                kind: place.kind,
                needs_cue: place.needs_cue,
                above: std::iter::successors(above(place), |number| {
                    above(&gazetteer.places[*number as usize])
                })
                .take(DEEPEST)
                .collect(),
            })
            .collect();
        Locator {
            places,
            elsewhere,
            lexicon,
            names: files.names.into_iter().map(|(_, name)| name).collect(),
            begins,
        }
    }

    /// Finds every place that these words name: of two names that begin at one word the longer
    /// counts, of two equal ones ours, and the more precise of ours.
    pub fn locate(&self, text: &Written<'_>, places: &mut Places) {
        places.clear();
        for reading in text.words.readings() {
            if self.may_name(reading) {
                self.look_up(text.words, reading, places);
            }
        }
        self.settle(text, places);
    }

    /// Whether a reading may be a word of a name.
    #[inline]
    pub(crate) fn may_name(&self, reading: &Reading) -> bool {
        self.lexicon.may_hold(reading.hash)
    }

    /// Adds the names that this reading is the longest word of.
    pub(crate) fn look_up(&self, words: &Words, reading: &Reading, places: &mut Places) {
        let Some(number) = self.lexicon.get(reading.hash, words.letters(reading)) else {
            return;
        };
        let number = number as usize;
        for name in &self.names[self.begins[number]..self.begins[number + 1]] {
            let Some(first) = reading.first.checked_sub(small(name.before.len())) else {
                continue;
            };
            let last = reading.last + small(name.after.len());
            let before = (first..).zip(&name.before);
            let mut others = before.chain((reading.last + 1..).zip(&name.after));
            if others.all(|(unit, wanted)| self.number_at(words, unit) == Some(*wanted))
                && words.sentences_apart(first, last) == 0
            {
                places.named.push(Named {
                    first,
                    last,
                    target: name.target,
                });
            }
        }
    }

    /// Decides what is named and between names that overlap, when all are found; of two places with one
    /// name, the one that lies in a place which is named too.
    pub(crate) fn settle(&self, text: &Written<'_>, places: &mut Places) {
        places.named.retain(|named| match named.target {
            Target::Elsewhere { .. } => true,
            Target::Ours(place) => {
                let known = &self.places[place as usize];
                !known.needs_cue || has_cue(text, named.first, named.last, known.kind)
            }
        });
        if places.named.is_empty() {
            return;
        }
        places.named.sort_by_key(|named| {
            let kind = match named.target {
                Target::Ours(place) => Some(self.places[place as usize].kind),
                Target::Elsewhere { .. } => None,
            };
            (named.first, Reverse((named.last, kind)), named.target)
        });
        let mut next = 0;
        for &Named {
            first,
            last,
            target,
        } in &places.named
        {
            if first < next {
                if let (Some(before), Target::Ours(place)) = (places.located.last(), target)
                    && (before.first, before.last) == (first, last)
                    && before.place != place
                {
                    places.namesakes.push((places.located.len() - 1, place));
                }
                continue;
            }
            next = last + 1;
            match target {
                Target::Ours(place) => places.located.push(Located { place, first, last }),
                Target::Elsewhere { place, adjective } => {
                    let known = &self.elsewhere[place as usize];
                    places.distant.push(Distant {
                        place,
                        first,
                        last,
                        adjective,
                        abroad: known.abroad,
                        island: known.island,
                        needs_cue: known.needs_cue,
                    });
                }
            }
        }
        for at in 0..places.namesakes.len().min(MOST_NAMESAKES) {
            let (index, other) = places.namesakes[at];
            let located = &places.located;
            let named = |place| self.named_above(place, located);
            if named(other) > named(located[index].place) {
                places.located[index].place = other;
            }
        }
        self.leave_out_what_lies_elsewhere(text, places);
    }

    /// Takes away the ordinary words that a town elsewhere has too, *het centrum van Kransdijk*.
    fn leave_out_what_lies_elsewhere(&self, text: &Written<'_>, places: &mut Places) {
        let is_ordinary = |located: &Located| self.places[located.place as usize].needs_cue;
        let telling = Telling {
            text: *text,
            distant: &places.distant,
        };
        if !places.distant.is_empty() && places.located.iter().all(is_ordinary) {
            telling.leave_out_what_lies_elsewhere(&mut places.located);
        }
    }

    /// How many of the places that it lies in are named.
    fn named_above(&self, place: u32, located: &[Located]) -> usize {
        let above = &self.places[place as usize].above;
        above
            .iter()
            .filter(|above| located.iter().any(|other| other.place == **above))
            .count()
    }

    /// Where the text says that something happened, when it names a place elsewhere and none of
    /// ours. The rules stand at the top of `locate/mention.rs`.
    pub fn happened_elsewhere(
        &self,
        text: &Written<'_>,
        places: &Places,
    ) -> Option<ElsewhereFound> {
        if places.distant.is_empty() || !places.located.is_empty() {
            return None;
        }
        let telling = Telling {
            text: *text,
            distant: &places.distant,
        };
        let found = telling.happened()?;
        let units = text.words.units();
        Some(ElsewhereFound {
            name: self.elsewhere[found.place as usize].name.clone(),
            span: text.folded.original(Span {
                start: units[found.first as usize].start as usize,
                end: units[found.last as usize].end as usize,
            }),
        })
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
        let gazetteer = Gazetteer {
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
                place(PlaceKind::Street, "Achterom", &[], true),
            ],
        };
        Locator::with_table(&gazetteer, &fictional::table())
    }

    fn check(original: &str, expected: &[&str]) {
        let locator = lindemeer();
        let folded = Folded::new(original);
        let words = Words::new(original, &folded);
        let text = Written {
            original,
            folded: &folded,
            words: &words,
        };
        let mut places = Places::default();
        locator.locate(&text, &mut places);
        let names: Vec<_> = places
            .located()
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
        check("Molenbuurt-Noord", &["Molenbuurt"]);
        check("de Molenbuurters", &[]);
        check("een Lindemeerse straat", &["Lindemeer"]);
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
    fn a_town_of_the_table_is_ours_when_it_is_in_the_gazetteer() {
        let town = place(PlaceKind::Municipality, "Noordermade", &[], false);
        let spot = place(PlaceKind::Spot, "Spanje", &["Den Wielt"], false);
        let gazetteer = Gazetteer {
            places: vec![town, spot],
        };
        let locator = Locator::with_table(&gazetteer, &fictional::table());
        let check = |original: &str, expected: &[&str]| {
            let folded = Folded::new(original);
            let words = Words::new(original, &folded);
            let text = Written {
                original,
                folded: &folded,
                words: &words,
            };
            let mut places = Places::default();
            locator.locate(&text, &mut places);
            let names = places.located().iter().map(|l| locator.describe(l.place).0);
            assert_eq!(
                names.collect::<Vec<_>>(),
                expected
                    .iter()
                    .map(|n| (*n).into())
                    .collect::<Vec<Arc<str>>>()
            );
            assert_eq!(locator.happened_elsewhere(&text, &places), None);
        };
        check("Inbraak in Noordermade", &["Noordermade"]);
        check("Noordermadese wijk in actie", &["Noordermade"]);
        check("Overval in #denwielt, in Spanje", &["Spanje", "Spanje"]);
        check("Spaanse wijk", &["Spanje"]);
        check("Inbraak in Dunnelo en Noordermade", &["Noordermade"]);
    }

    #[test]
    fn of_two_places_with_one_name_the_one_counts_whose_town_is_named() {
        let lies_in = |kind, name: &str, parent: &str| Place {
            parent: Some(parent.to_owned()),
            ..place(kind, name, &[], false)
        };
        let gazetteer = Gazetteer {
            places: vec![
                place(PlaceKind::Town, "Wiekerdam", &[], false),
                place(PlaceKind::Town, "Roderhout", &[], false),
                lies_in(PlaceKind::Neighbourhood, "Oude Kern", "Roderhout"),
                lies_in(PlaceKind::Street, "Kerkpad", "Wiekerdam"),
                lies_in(PlaceKind::Street, "Kerkpad", "Oude Kern"),
            ],
        };
        let locator = Locator::with_table(&gazetteer, &fictional::table());
        let check = |original: &str, expected: &[u32]| {
            let folded = Folded::new(original);
            let words = Words::new(original, &folded);
            let text = Written {
                original,
                folded: &folded,
                words: &words,
            };
            let mut places = Places::default();
            locator.locate(&text, &mut places);
            let found: Vec<u32> = places.located().iter().map(|l| l.place).collect();
            assert_eq!(found, expected, "{original}");
        };
        check("Kerkpad", &[3]);
        check("Kerkpad in Roderhout", &[4, 1]);
        check("Wiekerdam, Kerkpad", &[0, 3]);
        check("Oude Kern: Kerkpad", &[2, 4]);
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
        check("landgoed Brink, on the Brink", &["Brink", "Brink"]);
        check("#brink #Zuid, #ZuidBrink", &["Brink", "Zuid"]);
        check("Achterom 12 staat open, achterom is open", &["Achterom"]);
        check("Ik ga achterom. 12 mensen", &[]);
        check("Brink 12", &[]);
    }

    #[test]
    fn a_surname_is_no_place() {
        check("Jan van den Brink is bestolen", &[]);
        check("mevrouw van de Brink is bestolen", &[]);
        check("dhr. Van de Brink is bestolen", &[]);
        check("de familie van der Zuid", &[]);
        check("gisteren is Piet van de Brink bestolen", &[]);
        check("Wij, Van Brink en Zonen", &[]);
        check("bewoners van de Brink", &["Brink"]);
        check("Bewoners van de Brink klagen", &["Brink"]);
        check("Van de Brink naar huis gelopen", &["Brink"]);
        check("de Superhal van de Brink is beroofd", &["Brink"]);
        check("KOM VAN DE BRINK AF", &["Brink"]);
        check("in de buurt van den Brink", &[]);
    }

    #[test]
    fn words_of_place_say_where_something_is_seen_or_comes_from() {
        for cue in [
            "boven de",
            "voor de",
            "uit de",
            "via de",
            "onder de",
            "rondje",
            "hartje",
            "behind the",
            "around the",
            "outside the",
            "vlakbij de",
            "ter hoogte van de",
            "hoek",
        ] {
            check(&format!("rook {cue} Brink gezien"), &["Brink"]);
        }
        check("rook als een brink gezien", &[]);
    }

    #[test]
    fn a_very_long_message_is_read_through_once() {
        let locator = lindemeer();
        for message in [
            "in kransdijk in zuid ".repeat(40_000),
            "in zuid van kransdijk ".repeat(40_000),
            "jan van den brink #kransdijk ".repeat(40_000),
        ] {
            let folded = Folded::new(&message);
            let words = Words::new(&message, &folded);
            let text = Written {
                original: &message,
                folded: &folded,
                words: &words,
            };
            let mut places = Places::default();
            locator.locate(&text, &mut places);
            assert_eq!(places.located(), []);
            locator.happened_elsewhere(&text, &places);
        }
    }
}
