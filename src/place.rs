//! The gazetteer: names in the municipality.

/// The places of the municipality, from `places.csv`.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    /// In the order of the file.
    pub places: Vec<Place>,
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
