//! What an excerpt is about: its words with what they weigh, and signs that it is a message of its
//! own.

use std::collections::BTreeMap;

use crate::dutch::typo::known;
use crate::span::Span;
use crate::story::Telling;
use crate::story::moment::Moment;
use crate::text::fold::Folded;
use crate::text::words::Words;

/// What an excerpt is about.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// All words in order, folded; masked passages are left out.
    pub(super) words: Vec<String>,
    /// The trunks of the words that tell something, with what they weigh.
    pub(super) telling: BTreeMap<String, f64>,
    /// Figures: a number, an amount, a time.
    pub(super) figures: Vec<String>,
    /// When it says that it happened.
    pub(super) moment: Option<Moment>,
    /// Whether it tells of something that goes on and on, and not of one event.
    pub(super) is_habit: bool,
    /// Whether it says that it happened once more.
    pub(super) is_again: bool,
    /// Whether it says that it happened to the writer as well.
    pub(super) is_another: bool,
    /// Whether the writer tells what was done to her or him.
    pub(super) is_own: bool,
}

/// A word that is rare enough to tell one event from another.
pub(super) const DETAIL: f64 = 1.0;
/// A common word: *schuur*, *scooter*.
const COMMON: f64 = 0.7;
/// A word that stands in the story of any event.
const ANYWHERE: f64 = 0.2;
/// A word by which the theme is recognised: every message of the theme has such words.
const OF_THEME: f64 = 0.49;

/// What is told of any event.
const ANY_EVENT: [&str; 47] = [
    "politie",
    "agent",
    "agenten",
    "getuige",
    "getuigen",
    "gezien",
    "gehoord",
    "weten",
    "weet",
    "iemand",
    "mensen",
    "bewoner",
    "bewoners",
    "buurtbewoners",
    "man",
    "vrouw",
    "persoon",
    "personen",
    "straat",
    "buurt",
    "wijk",
    "huis",
    "huizen",
    "woning",
    "woningen",
    "avond",
    "nacht",
    "middag",
    "ochtend",
    "uur",
    "gemeente",
    "melden",
    "melding",
    "gemeld",
    "camera",
    "camerabeelden",
    "aangifte",
    "dader",
    "daders",
    "verdachte",
    "verdachten",
    "voortvluchtig",
    "aangehouden",
    "onderzoek",
    "onderzoekt",
    "gewond",
    "brandweer",
];
const HABIT: [&str; 12] = [
    "elke",
    "iedere",
    "altijd",
    "dagelijks",
    "steeds",
    "telkens",
    "wekelijks",
    "weken",
    "maanden",
    "jaren",
    "vaak",
    "always",
];
const AGAIN: [&str; 9] = [
    "weer", "alweer", "opnieuw", "wederom", "nogmaals", "again", "wéér", "nogeens", "weeral",
];
const MINE: [&str; 10] = [
    "mijn", "m'n", "mn", "onze", "ons", "mij", "me", "my", "our", "mine",
];
/// What is not the writer's own, although he says *onze*, and people to whom something happened that
/// others tell of too.
const SHARED: [&str; 39] = [
    "straat",
    "buurt",
    "wijk",
    "flat",
    "stad",
    "dorp",
    "gemeente",
    "plein",
    "park",
    "hoek",
    "kant",
    "school",
    "regio",
    "buurvrouw",
    "buurman",
    "buren",
    "overburen",
    "bovenburen",
    "street",
    "wijkagent",
    "collega's",
    "oren",
    "vriend",
    "vriendin",
    "vader",
    "moeder",
    "dochter",
    "zoon",
    "oma",
    "opa",
    "zus",
    "broer",
    "kind",
    "kinderen",
    "zoontje",
    "dochtertje",
    "schoonvader",
    "schoonmoeder",
    "collega",
];

impl Content {
    /// Reads an excerpt.
    pub(super) fn of(telling: &Telling<'_>) -> Content {
        let (mut words, mut of_theme) = (Vec::new(), Vec::new());
        for (word, at) in self::words(telling.text) {
            of_theme.push(telling.marks.iter().any(|mark| mark.overlaps(at)));
            words.push(word);
        }
        let places: Vec<String> = telling
            .places
            .iter()
            .flat_map(|place| self::words(place))
            .map(|(word, _)| word)
            .collect();
        let mut weighed = BTreeMap::new();
        for (word, of_theme) in words.iter().zip(of_theme) {
            if word.chars().count() < 3 || places.contains(word) || known::is_function(word) {
                continue;
            }
            let weight = match (of_theme, known::is_common(word)) {
                (true, _) => OF_THEME,
                (false, _) if ANY_EVENT.contains(&word.as_str()) => ANYWHERE,
                (false, true) => COMMON,
                (false, false) => DETAIL,
            };
            let known = weighed.entry(trunk(word)).or_insert(weight);
            *known = f64::max(*known, weight);
        }
        let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |list: &[&str]| borrowed.iter().any(|word| list.contains(word));
        Content {
            moment: Moment::of(&borrowed, telling.at),
            figures: figures(telling.text),
            is_habit: has(&HABIT),
            is_again: has(&AGAIN),
            is_another: says_too(&borrowed),
            is_own: is_own(&borrowed),
            telling: weighed,
            words,
        }
    }
}

/// The words of an excerpt, folded, with where they stand in it; masked passages are left out.
pub(super) fn words(text: &str) -> impl Iterator<Item = (String, Span)> {
    let folded = Folded::new(text);
    let units = Words::new(text, &folded).units().to_vec();
    units.into_iter().filter_map(move |unit| {
        let (start, end) = (unit.start as usize, unit.end as usize);
        let word = folded.text()[start..end].to_owned();
        let masked = is_masked(folded.text(), start, end);
        (!masked).then(|| (word, folded.original(Span { start, end })))
    })
}

/// Whether a unit stands between square brackets, as what was masked does: `[telefoon]`.
fn is_masked(text: &str, start: usize, end: usize) -> bool {
    text[..start].ends_with('[') && text[end..].starts_with(']')
}

/// *ook bij ons*, *hier ook*, *bij mij ook*.
fn says_too(words: &[&str]) -> bool {
    let near = ["bij", "hier", "mij", "ons", "mijn", "onze", "wij"];
    words.windows(2).any(|pair| {
        (pair[0] == "ook" && near.contains(&pair[1]))
            || (pair[1] == "ook" && near.contains(&pair[0]))
    })
}

fn is_own(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1..).unwrap_or_default();
        let next: Vec<&&str> = next.iter().take(4).collect();
        MINE.contains(word) && !next.iter().any(|word| SHARED.contains(word))
    })
}

/// The numbers of a text as they are written; a lone digit says too little.
fn figures(text: &str) -> Vec<String> {
    let mut figures: Vec<String> = text
        .split(|c: char| !c.is_ascii_digit() && !".:,".contains(c))
        .map(|figure| figure.trim_matches(['.', ':', ',']).replace('.', ":"))
        .filter(|figure| !figure.is_empty())
        .collect();
    figures.sort();
    figures.dedup();
    figures
}

/// A word without its ending, and with doubled letters single, so that its forms come together:
/// *ramen* and *raam*, *schuurtjes* and *schuur*. Other words may come together too; that is why one
/// word in common proves nothing.
pub(super) fn trunk(word: &str) -> String {
    const ENDINGS: [&str; 11] = [
        "etjes", "etje", "pjes", "pje", "tjes", "tje", "jes", "je", "en", "'s", "e",
    ];
    /// After these an -s is a plural and not part of the word: *buurmans*, but *fiets*.
    const BEFORE_S: [&str; 7] = ["er", "el", "em", "en", "or", "o", "a"];
    let plural = word.strip_suffix('s');
    let plural = plural
        .filter(|left| left.chars().count() >= 3 && BEFORE_S.iter().any(|end| left.ends_with(end)));
    let stripped = plural.or_else(|| {
        let mut endings = ENDINGS.iter();
        endings.find_map(|ending| {
            word.strip_suffix(ending)
                .filter(|left| left.chars().count() >= 3)
        })
    });
    let mut letters: Vec<char> = stripped.unwrap_or(word).chars().collect();
    letters.dedup();
    match letters.last_mut() {
        Some(last @ 'v') => *last = 'f',
        Some(last @ 'z') => *last = 's',
        Some(last @ 'd') => *last = 't',
        _ => {}
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_trunk() {
        for forms in [
            &["raam", "ramen", "raampje"][..],
            &["schuur", "schuren", "schuurtjes"],
            &["dief", "dieven"],
            &["huis", "huizen", "huisje"],
            &["fiets", "fietsen", "fietsje"],
            &["brand", "branden"],
        ] {
            let trunks: Vec<String> = forms.iter().map(|form| trunk(form)).collect();
            assert!(trunks.windows(2).all(|two| two[0] == two[1]), "{trunks:?}");
        }
    }
}
