//! What makes a name of an ordinary word.

use crate::locate::written::Written;
use crate::place::PlaceKind;

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
    "boven",
    "onder",
    "voor",
    "uit",
    "via",
    "buiten",
    "vlakbij",
    "halverwege",
    "hoek",
    "hoogte",
    "hartje",
    "rondje",
    "omgeving",
    "landgoed",
    "buurtschap",
    "wijk",
    "buurt",
    "winkelcentrum",
    "park",
    "plein",
    "on",
    "at",
    "near",
    "from",
    "behind",
    "around",
    "outside",
    "through",
];

/// What may stand between a word of place and the name.
const ARTICLES: &[&str] = &["de", "het", "den", "der", "t", "n", "'t", "the"];

/// Whether a word of place stands before a name, which must be a word of its own; or it is a hashtag,
/// or a street with the number of a house.
pub(super) fn has_cue(text: &Written<'_>, first: u32, last: u32, kind: PlaceKind) -> bool {
    if !text.words.are_whole(first, last) {
        return false;
    }
    let number = || {
        text.after(last, 1)
            .starts_with(|c: char| c.is_ascii_digit())
    };
    text.words.is_hashtag(first)
        || kind == PlaceKind::Street && number()
        || is_beside_cue(text, first)
}

fn is_beside_cue(text: &Written<'_>, first: u32) -> bool {
    let before = |steps| text.before(first, steps);
    let (steps, article) = match before(1) {
        article if ARTICLES.contains(&article) && CUES.contains(&before(2)) => (2, article),
        _ => (1, ""),
    };
    let cue = before(steps);
    CUES.contains(&cue) && !(cue == "van" && text.is_surname(first - steps, article))
}
