//! The gazetteer: names in the municipality.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::StringRecord;

use crate::form::document::Document;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, Findings, Location, Remark, shown};

pub mod choice; // Which places somebody wants to hear of.

/// The columns of `places.csv`, in this order.
const COLUMNS: [&str; 5] = ["kind", "name", "aliases", "parent", "needs_cue"];

/// The places of the municipality, from `places.csv`.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    /// In the order of the file.
    pub places: Vec<Place>,
}

impl Gazetteer {
    /// The district, neighbourhood or town that each place is or lies in, by name. The municipality
    /// is none.
    pub fn areas(&self) -> BTreeMap<String, String> {
        let by_name: HashMap<String, &Place> = (self.places.iter())
            .map(|place| (place.name.to_lowercase(), place))
            .collect();
        let area_of = |place: &Place| {
            let mut place = place;
            // A list in which places lie in each other in a circle is refused.
            for _ in 0..self.places.len() {
                if place.kind == PlaceKind::Municipality {
                    return None;
                }
                if place.kind < PlaceKind::Street {
                    return Some(place.name.clone());
                }
                place = by_name.get(&place.parent.as_ref()?.to_lowercase())?;
            }
            None
        };
        let places = self.places.iter();
        places
            .filter_map(|place| Some((place.name.clone(), area_of(place)?)))
            .collect()
    }

    /// How the places lie to each other.
    pub fn map(&self) -> Map {
        let by_name: HashMap<String, &Place> = (self.places.iter())
            .map(|place| (place.name.to_lowercase(), place))
            .collect();
        let mut map = Map::default();
        for place in &self.places {
            if place.kind >= PlaceKind::Street {
                map.spots.insert(place.name.clone());
            }
            let mut above = BTreeSet::new();
            let mut at = place;
            // A list in which places lie in each other in a circle is refused.
            while let Some(parent) = (at.parent.as_ref())
                .and_then(|parent| by_name.get(&parent.to_lowercase()))
                .filter(|parent| parent.kind > PlaceKind::Municipality)
                && above.insert(parent.name.clone())
            {
                at = parent;
            }
            map.above.insert(place.name.clone(), above);
        }
        map
    }

    /// Reads `places.csv`: comma or semicolon, whichever the first line has more of.
    ///
    /// `municipality` is a name that places may lie in without being in the list; when it is
    /// `None` (the settings could not be read), it is not checked that parents exist.
    pub fn read(document: &Document, municipality: Option<&str>, findings: &Findings) -> Gazetteer {
        let rows = Rows {
            document,
            findings,
            records: records(document, findings),
        };
        let places = rows.places();
        rows.check_parents(&places, municipality);
        Gazetteer { places }
    }
}

/// The municipality is ours though the table need not name it.
impl Gazetteer {
    /// The same places, and the municipality when it is not among them.
    pub fn with_municipality(mut self, name: &str) -> Gazetteer {
        let same = |other: &str| other.to_lowercase() == name.to_lowercase();
        let is_named = self
            .places
            .iter()
            .any(|place| same(&place.name) || place.aliases.iter().any(|alias| same(alias)));
        if !is_named {
            self.places.push(Place {
                kind: PlaceKind::Municipality,
                name: name.to_owned(),
                aliases: Vec::new(),
                parent: None,
                needs_cue: false,
                line: 0,
            });
        }
        self
    }
}

/// The rows of the table with the line each begins on.
fn records(document: &Document, findings: &Findings) -> Vec<(u32, StringRecord)> {
    let text = document.text();
    let first = text.lines().next().unwrap_or_default();
    let count = |separator| first.matches(separator).count();
    let delimiter = if count(';') > count(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let byte = record.position().map_or(0, csv::Position::byte);
                let start = usize::try_from(byte).unwrap_or(usize::MAX);
                // The reader counts blank lines before a row as part of it.
                let blank = text.get(start..).map_or(0, |rest| {
                    rest.len() - rest.trim_start_matches(['\r', '\n']).len()
                });
                let line = match document.byte(start + blank) {
                    Location::File { line, .. } => line,
                    Location::Environment { .. } => 0,
                };
                records.push((line, record));
            }
            Err(error) => {
                let reason = error.to_string();
                findings.mistake(document.whole(), "", Fault::BadCsv { reason });
            }
        }
    }
    records
}

/// A table while it is being read.
struct Rows<'t> {
    document: &'t Document,
    findings: &'t Findings,
    records: Vec<(u32, StringRecord)>,
}

impl Rows<'_> {
    fn refuse(&self, line: u32, column: &str, fault: Fault) {
        let at = self.document.line(line);
        self.findings.mistake(at, column, fault);
    }

    fn places(&self) -> Vec<Place> {
        let mut first_lines: HashMap<&str, u32> = HashMap::new();
        let mut places = Vec::new();
        let Some(((line, header), rows)) = self.records.split_first() else {
            return places;
        };
        if !self.check_header(*line, header) {
            return places;
        }
        for (line, row) in rows {
            // A spreadsheet leaves rows of nothing but separators behind.
            if row.iter().all(str::is_empty) {
                continue;
            }
            if row.len() != COLUMNS.len() {
                let (found, expected) = (row.len(), COLUMNS.len());
                self.refuse(*line, "", Fault::RowLength { found, expected });
                continue;
            }
            let name = &row[1];
            let first_line = *first_lines.entry(name).or_insert(*line);
            if first_line != *line && !name.is_empty() {
                let name = shown(name);
                let remark = Remark::DoubledPlace { name, first_line };
                self.findings
                    .note(self.document.line(*line), "name", remark);
            }
            places.extend(self.place(*line, row));
        }
        places
    }

    fn check_header(&self, line: u32, header: &StringRecord) -> bool {
        let whole = header.iter().eq(COLUMNS);
        if !whole {
            let expected = "columns".to_owned();
            let found = shown(&header.iter().collect::<Vec<_>>().join(","));
            self.refuse(line, "", Fault::InvalidValue { found, expected });
        }
        whole
    }

    fn place(&self, line: u32, row: &StringRecord) -> Option<Place> {
        let name = self.name(line, "name", &row[1]);
        if row[1].is_empty() {
            self.refuse(line, "name", Fault::EmptyCell);
        }
        let kind = PlaceKind::from_word(&row[0]);
        if kind.is_none() {
            self.unknown_word(line, "kind", &row[0], PlaceKind::WORDS);
        }
        let needs_cue = match row[4].to_lowercase().as_str() {
            "ja" => Some(true),
            "nee" => Some(false),
            _ => {
                self.unknown_word(line, "needs_cue", &row[4], &["ja", "nee"]);
                None
            }
        };
        let aliases = row[2].split('|').map(str::trim).filter(|a| !a.is_empty());
        let aliases = aliases.filter_map(|alias| self.name(line, "aliases", alias));
        Some(Place {
            aliases: aliases.collect(),
            kind: kind?,
            name: name?,
            parent: self.name(line, "parent", &row[3]),
            needs_cue: needs_cue?,
            line,
        })
    }

    /// A name on one line, not longer than names are; `None` when the cell is empty.
    fn name(&self, line: u32, column: &str, cell: &str) -> Option<String> {
        /// A quote that is not closed makes one cell of the rest of the file; no name is this long.
        const LONGEST: usize = 100;
        if cell.is_empty() {
            return None;
        }
        if cell.chars().any(char::is_control) || cell.chars().count() > LONGEST {
            let expected = "place_name".to_owned();
            let found = shown(cell);
            self.refuse(line, column, Fault::InvalidValue { found, expected });
            return None;
        }
        Some(cell.to_owned())
    }

    fn unknown_word(&self, line: u32, column: &str, found: &str, words: &[&str]) {
        let fault = match found {
            "" => Fault::EmptyCell,
            found => Fault::UnknownWord {
                found: shown(found),
                nearest: nearest(found, words.iter().copied()),
                expected: words.iter().map(|word| (*word).to_owned()).collect(),
            },
        };
        self.refuse(line, column, fault);
    }

    /// Each parent exists, and no place lies in itself.
    fn check_parents(&self, places: &[Place], municipality: Option<&str>) {
        /// More unknown parents are no typos but a part of the list that is not there; each
        /// suggestion costs a comparison with every name.
        const TYPOS: usize = 50;
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (index, place) in places.iter().enumerate() {
            by_name.entry(&place.name).or_insert(index);
        }
        let above = |index: usize| {
            let parent = places[index].parent.as_deref()?;
            by_name.get(parent).copied()
        };
        if let Some(municipality) = municipality {
            let unknown = places.iter().filter_map(|place| {
                let parent = place.parent.as_deref()?;
                let known = parent == municipality || by_name.contains_key(parent);
                (!known).then_some((place.line, parent))
            });
            for (count, (line, parent)) in unknown.enumerate() {
                if self.findings.is_full() {
                    break;
                }
                let names = places.iter().map(|place| place.name.as_str());
                let fault = Fault::UnknownParent {
                    found: shown(parent),
                    nearest: (count < TYPOS)
                        .then(|| nearest(parent, std::iter::once(municipality).chain(names)))
                        .flatten(),
                };
                self.refuse(line, "parent", fault);
            }
        }
        // From each place upwards until a place where an earlier walk has been.
        let mut walked: Vec<Option<usize>> = vec![None; places.len()];
        for start in 0..places.len() {
            let mut next = Some(start);
            while let Some(index) = next {
                if walked[index] == Some(start) {
                    self.refuse_cycle(places, index, above);
                    break;
                }
                if walked[index].is_some() {
                    break;
                }
                walked[index] = Some(start);
                next = above(index);
            }
        }
    }

    fn refuse_cycle(&self, places: &[Place], start: usize, above: impl Fn(usize) -> Option<usize>) {
        /// A longer circle is told by its beginning.
        const TOLD: usize = 8;
        let rest = std::iter::successors(above(start), |index| above(*index));
        let circle = std::iter::once(start).chain(rest.take_while(|index| *index != start));
        let mut names: Vec<String> = circle
            .take(TOLD)
            .map(|index| places[index].name.clone())
            .collect();
        names.push(places[start].name.clone());
        self.refuse(places[start].line, "parent", Fault::ParentCycle { names });
    }
}

/// How places lie to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// Names of the places that are as small as a street.
    pub spots: BTreeSet<String>,
    /// For each place the places that it lies in, the municipality left out.
    pub above: BTreeMap<String, BTreeSet<String>>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What sort of place it is.
    pub kind: PlaceKind,
    /// Its name for readers.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// The name of the place it lies in, when given.
    pub parent: Option<String>,
    /// Whether the name is also an ordinary word, so that it counts only beside a word of place.
    pub needs_cue: bool,
    /// Its line in the file.
    pub line: u32,
}

/// Sorts of places, from large to small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceKind {
    /// The municipality itself.
    Municipality,
    /// A town or village.
    Town,
    /// A district (wijk).
    District,
    /// A neighbourhood (buurt).
    Neighbourhood,
    /// A street.
    Street,
    /// A spot: square, park, station, building.
    Spot,
}

impl PlaceKind {
    /// All words, from large to small.
    pub const WORDS: &'static [&'static str] = &[
        "municipality",
        "town",
        "district",
        "neighbourhood",
        "street",
        "spot",
    ];

    /// The sort for a word; `None` when it is not one of [`Self::WORDS`].
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "municipality" => Some(Self::Municipality),
            "town" => Some(Self::Town),
            "district" => Some(Self::District),
            "neighbourhood" => Some(Self::Neighbourhood),
            "street" => Some(Self::Street),
            "spot" => Some(Self::Spot),
            _ => None,
        }
    }
}
