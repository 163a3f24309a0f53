//! Which places somebody wants to hear of.

use std::collections::BTreeSet;

use crate::form::field::Field;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, shown};
use crate::place::{Gazetteer, Map, PlaceKind};

/// All of the municipality, or some places with what lies in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PlaceChoice {
    /// Everything, also what names no place.
    #[default]
    All,
    /// What names one of these places or a place that lies in one.
    Only(BTreeSet<String>),
}

impl PlaceChoice {
    /// Reads a list of names or aliases from `places.csv`; everything when it is left out, or when it
    /// names the municipality. Without a gazetteer, because that could not be read, no name is known
    /// and none is refused.
    pub fn read(field: &Field<'_>, gazetteer: Option<&Gazetteer>) -> Option<PlaceChoice> {
        if !field.is_present() {
            return Some(PlaceChoice::All);
        }
        let elements = field.list()?;
        if elements.is_empty() {
            return field.refuse_value("[]", "places");
        }
        let mut chosen = BTreeSet::new();
        for element in &elements {
            let Some((name, gazetteer)) = element.text().zip(gazetteer) else {
                continue;
            };
            let is_it = |known: &String| known.to_lowercase() == name.trim().to_lowercase();
            let found = (gazetteer.places.iter())
                .find(|place| is_it(&place.name) || place.aliases.iter().any(is_it));
            match found {
                Some(place) if place.kind == PlaceKind::Municipality => {
                    return Some(PlaceChoice::All);
                }
                Some(place) => {
                    chosen.insert(place.name.clone());
                }
                None => {
                    let names = gazetteer.places.iter().map(|place| place.name.as_str());
                    element.refuse::<()>(Fault::UnknownWord {
                        found: shown(&name),
                        nearest: nearest(&name, names),
                        expected: Vec::new(),
                    });
                }
            }
        }
        Some(PlaceChoice::Only(chosen))
    }

    /// Whether a message that names these places is wanted.
    pub fn takes(&self, named: &[String], map: &Map) -> bool {
        named.iter().any(|place| self.takes_place(place, map)) || *self == PlaceChoice::All
    }

    /// Whether this place is wanted.
    pub fn takes_place(&self, place: &str, map: &Map) -> bool {
        match self {
            PlaceChoice::All => true,
            PlaceChoice::Only(chosen) => {
                chosen.contains(place)
                    || (map.above.get(place)).is_some_and(|above| !above.is_disjoint(chosen))
            }
        }
    }
}
