//! Places that are not ours: Dutch and Flemish towns, and what is well known abroad.

/// The table that is shipped, one place a line: `name,adjectives,where,needs_cue`, the adjectives
/// separated by `|`, `where` being `nl`, `be`, `abroad` or `island` (one is *on* it). Compiled for
/// this program; a town that lacks is simply not known.
const TABLE: &str = include_str!("elsewhere.csv");

/// A place of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its name for readers.
    pub(crate) name: &'static str,
    /// Its adjectives, as written before a noun with *de*: *Zutphense*.
    adjectives: &'static str,
    /// Whether it lies outside the Netherlands and Flanders.
    pub(crate) abroad: bool,
    /// Whether one is *on* it and not *in* it.
    pub(crate) island: bool,
    /// Whether the name is also an ordinary word or a name of people: it counts only with a capital.
    pub(crate) needs_cue: bool,
}

impl Elsewhere {
    /// All places, in the order of the table.
    pub(crate) fn all() -> impl Iterator<Item = Elsewhere> {
        TABLE.lines().skip(1).filter_map(|line| {
            let mut fields = line.split(',');
            let (name, adjectives, place) = (fields.next()?, fields.next()?, fields.next()?);
            Some(Elsewhere {
                name,
                adjectives,
                abroad: ["abroad", "island"].contains(&place),
                island: place == "island",
                needs_cue: fields.next()? == "ja",
            })
        })
    }

    /// Its adjectives: *Zutphense*.
    pub(crate) fn adjectives(self) -> impl Iterator<Item = &'static str> {
        self.adjectives.split('|').filter(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_whole_and_every_name_is_there_once() {
        let mut lines = TABLE.lines();
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
        assert!(names.len() >= 1_200, "{} names", names.len());
        assert_eq!(Elsewhere::all().count(), names.len());
    }
}
