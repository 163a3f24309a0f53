//! Places that are not ours: Dutch and Flemish towns, and what is well known abroad.

use std::sync::Arc;

/// The table that is shipped. A town that lacks is simply not known.
const SHIPPED: &str = include_str!("elsewhere.csv");

/// Places that are not ours, except those that are in the gazetteer.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// In the order of the table.
    pub(super) places: Vec<Elsewhere>,
}

/// A place of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its name for readers.
    pub(super) name: Arc<str>,
    /// Its adjectives, as written before a noun with *de*: *Kransdijkse*.
    pub(super) adjectives: Vec<String>,
    /// Whether it lies outside the Netherlands and Flanders.
    pub(super) abroad: bool,
    /// Whether one is *on* it and not *in* it.
    pub(super) island: bool,
    /// Whether the name is also an ordinary word or a name of people: it counts only with a capital.
    pub(super) needs_cue: bool,
}

impl Table {
    /// The table that is shipped with this program.
    pub(crate) fn shipped() -> Self {
        Self::of(SHIPPED)
    }

    /// A table written as the one that is shipped: after a heading one place a line,
    /// `name,adjectives,where,needs_cue`, the adjectives separated by `|`, `where` being `nl`, `be`,
    /// `abroad` or `island` (one is *on* it). It is compiled for this program and has no quotes; a
    /// line that is not whole is no place, and the tests see to it that there is none.
    pub(crate) fn of(text: &str) -> Self {
        let place = |line: &str| {
            let mut fields = line.split(',');
            let (name, adjectives, place) = (fields.next()?, fields.next()?, fields.next()?);
            let adjectives = adjectives.split('|').filter(|word| !word.is_empty());
            Some(Elsewhere {
                name: name.into(),
                adjectives: adjectives.map(str::to_owned).collect(),
                abroad: ["abroad", "island"].contains(&place),
                island: place == "island",
                needs_cue: fields.next()? == "ja",
            })
        };
        Table {
            places: text.lines().skip(1).filter_map(place).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::locate::written::Written;
    use crate::locate::{Locator, Places, fictional};
    use crate::place::Gazetteer;
    use crate::text::fold::Folded;
    use crate::text::words::Words;

    /// The names of a table that is whole.
    fn check(text: &str) -> HashSet<&str> {
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("name,adjectives,where,needs_cue"));
        let mut names = HashSet::new();
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            let [name, _, place, needs_cue] = fields[..] else {
                panic!("{line}");
            };
            assert!(name.chars().count() >= 2, "{line}");
            assert!(name.contains(char::is_uppercase), "{line}");
            assert!(["nl", "be", "abroad", "island"].contains(&place), "{line}");
            assert!(["ja", "nee"].contains(&needs_cue), "{line}");
            assert!(names.insert(name), "{line}");
        }
        assert_eq!(Table::of(text).places.len(), names.len());
        names
    }

    #[test]
    fn every_line_of_the_table_is_whole_and_every_name_is_there_once() {
        let names = check(SHIPPED);
        assert!(names.len() >= 1_200, "{} names", names.len());
    }

    #[test]
    fn the_towns_of_tests_are_of_another_world() {
        let real = check(SHIPPED);
        check(fictional::TABLE);
        let towns = fictional::table().places.into_iter();
        let both: Vec<_> = towns
            .filter(|town| !town.abroad && real.contains(&*town.name))
            .collect();
        assert_eq!(both, []);
    }

    /// The place elsewhere where a text says that something happened.
    fn happened(locator: &Locator, text: &str) -> Option<Arc<str>> {
        let folded = Folded::new(text);
        let words = Words::new(text, &folded);
        let text = Written {
            original: text,
            folded: &folded,
            words: &words,
        };
        let mut places = Places::default();
        locator.locate(&text, &mut places);
        Some(locator.happened_elsewhere(&text, &places)?.name)
    }

    #[test]
    fn every_place_of_the_table_is_known_in_the_ways_that_people_write_it() {
        let locator = Locator::compile(&Gazetteer::default());
        let mut wrong = Vec::new();
        for place in Table::shipped().places {
            let name = &place.name;
            let at = if place.island { "op" } else { "in" };
            let mut check = |text: String, is_there: bool| {
                let expected = is_there.then_some(name);
                let found = happened(&locator, &text);
                if found.as_ref() != expected {
                    wrong.push(format!("{text}: {found:?}"));
                }
            };
            let (upper, lower) = (name.to_uppercase(), name.to_lowercase());
            check(format!("Gisteren {at} {name} ingebroken"), true);
            check(format!("ingebroken {at} {lower}"), !place.needs_cue);
            check(
                format!("INGEBROKEN {} {upper}", at.to_uppercase()),
                !place.needs_cue,
            );
            check(format!("{upper} - Er is ingebroken"), true);
            check(format!("{name}: er is ingebroken"), true);
            check(format!("Een man uit {name} is bestolen"), false);
            check(format!("De trein naar {name} is beklad"), false);
            check(format!("Mevrouw Van {name} is bestolen"), false);
            for adjective in &place.adjectives {
                if !place.abroad && adjective.ends_with("se") {
                    let found = happened(&locator, &format!("Inbraak in {adjective} woonwijk"));
                    let known = found.as_ref().map(|found| found.to_string());
                    let same = Table::shipped().places.into_iter();
                    let same: Vec<_> = same
                        .filter(|other| other.adjectives.contains(adjective))
                        .map(|other| Some(other.name.to_string()))
                        .collect();
                    if !same.contains(&known) {
                        wrong.push(format!("{adjective}: {known:?}"));
                    }
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
}
