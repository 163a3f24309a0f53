//! Dutch licence plates, sidecodes 1 to 14.
//!
//! Six characters in three parts look like much else: dates, distances, model names. How much
//! proof is asked depends on how it is written and on the words before it.

use std::cell::OnceCell;

use crate::mask::digits::Group;
use crate::mask::view::{Cues, View, masked};
use crate::mask::{MaskKind, Masked};
use crate::span::Span;

/// The sidecodes (RDW): `x` is a letter, `9` a digit.
const SIDECODES: [&str; 14] = [
    "xx-99-99", "99-99-xx", "99-xx-99", "xx-99-xx", "xx-xx-99", "99-xx-xx", "99-xxx-9", "9-xxx-99",
    "xx-999-x", "x-999-xx", "xxx-99-x", "x-99-xxx", "9-xx-999", "999-xx-9",
];

/// The sidecodes that have two parts when they are written without hyphens.
const CLOSED: [&str; 4] = ["xx-9999", "9999-xx", "xxxx-99", "99-xxxx"];

/// Words that say that a plate follows.
const PLATE_CUES: [&str; 6] = [
    "kenteken",
    "kentekens",
    "kentekenplaat",
    "kentekennummer",
    "nummerplaat",
    "nummerbord",
];

/// Words that make a plate likely.
const VEHICLE_CUES: [&str; 16] = [
    "auto",
    "autootje",
    "busje",
    "bus",
    "bestelbus",
    "bestelbusje",
    "wagen",
    "scooter",
    "brommer",
    "motor",
    "aanhanger",
    "bestelauto",
    "vrachtwagen",
    "personenauto",
    "taxi",
    "camper",
];

/// Letters on plates: no vowels, C or Q (old plates excepted; those need a cue).
const PLATE_LETTERS: &str = "bdfghjklmnprstvwxyz";

/// Short words and units that stand between numbers: `10 km 30`, `12-mrt-24`.
const UNITS: [&str; 14] = [
    "km", "mm", "kg", "gr", "mb", "gb", "tb", "kb", "tm", "nr", "mw", "hr", "ml", "mrt",
];

/// Words of two or three letters that stand between numbers even behind `kenteken`.
const SMALL_WORDS: [&str; 12] = [
    "en", "of", "om", "op", "in", "tot", "van", "de", "uur", "cm", "jan", "feb",
];

/// How the parts are held together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    Hyphen,
    Space,
    Closed,
}

/// All words that make one likely.
pub(super) fn cues() -> impl Iterator<Item = &'static str> {
    PLATE_CUES.into_iter().chain(VEHICLE_CUES)
}

/// Whether a number stands against a letter or a hyphen, as a part of a plate does that no word announces.
pub(super) fn is_likely(view: &View<'_>, numbers: &[Group<'_>]) -> bool {
    let bytes = view.text.as_bytes();
    let near =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'-');
    numbers.iter().any(|number| {
        let Span { start, end } = number.span;
        near(start.checked_sub(1).and_then(|at| bytes.get(at)))
            || near(bytes.get(end))
            || view.text[end..].trim_start_matches(' ').starts_with('-')
            || view.text[..start].trim_end_matches(' ').ends_with('-')
    })
}

/// Finds licence plates.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Masked>) {
    let parts = parts(view.text);
    let plates = Plates {
        view,
        plate_cues: OnceCell::new(),
        vehicle_cues: OnceCell::new(),
    };
    for at in 0..parts.len() {
        let plate = plates
            .three(&parts[at..])
            .or_else(|| plates.two(&parts[at..]));
        if let Some(span) = plate.filter(|span| is_apart(view, *span)) {
            found.push(masked(MaskKind::Plate, span.start, span.end));
        }
    }
}

/// Runs of only letters or only digits.
fn parts(text: &str) -> Vec<Span> {
    let sort = |byte: u8| match byte {
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 0,
    };
    let bytes = text.as_bytes();
    let mut parts: Vec<Span> = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if sort(byte) == 0 {
            continue;
        }
        match parts.last_mut() {
            Some(last) if last.end == at && sort(bytes[at - 1]) == sort(byte) => last.end += 1,
            _ => parts.push(Span {
                start: at,
                end: at + 1,
            }),
        }
    }
    parts
}

/// A reading of the text with the cues in it.
struct Plates<'a> {
    view: &'a View<'a>,
    /// Looked for only when something has the shape of a plate.
    plate_cues: OnceCell<Cues>,
    vehicle_cues: OnceCell<Cues>,
}

impl Plates<'_> {
    fn behind_plate_cue(&self, at: usize) -> bool {
        let cues = self
            .plate_cues
            .get_or_init(|| Cues::new(self.view, &PLATE_CUES));
        cues.before(self.view, at)
    }

    fn behind_vehicle_cue(&self, at: usize) -> bool {
        let cues = self
            .vehicle_cues
            .get_or_init(|| Cues::new(self.view, &VEHICLE_CUES));
        cues.before(self.view, at)
    }

    fn three(&self, parts: &[Span]) -> Option<Span> {
        let [first, second, third, ..] = parts else {
            return None;
        };
        let joint = joint(&self.view.text[first.end..second.start])?;
        let same = joint == self::joint(&self.view.text[second.end..third.start])?;
        let parts = [*first, *second, *third];
        (same
            && SIDECODES.contains(&shape(self.view, &parts)?.as_str())
            && self.is_proved(&parts, joint))
        .then(|| first.join(*third))
    }

    /// Two parts are taken only behind a cue that leaves no doubt: `7411TK` is a postcode.
    fn two(&self, parts: &[Span]) -> Option<Span> {
        let [first, second, ..] = parts else {
            return None;
        };
        (first.end == second.start
            && CLOSED.contains(&shape(self.view, &[*first, *second])?.as_str())
            && self.behind_plate_cue(first.start))
        .then(|| first.join(*second))
    }

    fn is_proved(&self, parts: &[Span], joint: Joint) -> bool {
        let start = parts[0].start;
        let words: Vec<&str> = parts
            .iter()
            .map(|part| &self.view.text[part.start..part.end])
            .filter(|part| !part.as_bytes()[0].is_ascii_digit())
            .collect();
        let none_of = |list: &[&str]| !words.iter().any(|word| list.contains(word));
        let of_plates = || {
            words
                .iter()
                .all(|word| word.chars().all(|c| PLATE_LETTERS.contains(c)))
        };
        if self.behind_plate_cue(start) {
            return joint != Joint::Space || (none_of(&SMALL_WORDS) && none_of(&UNITS));
        }
        match joint {
            Joint::Hyphen => of_plates() && none_of(&["tm", "mrt"]),
            Joint::Space => self.behind_vehicle_cue(start) && of_plates() && none_of(&UNITS),
            Joint::Closed => {
                let capitals = parts.iter().all(|part| self.view.is_capitals(*part));
                (capitals || self.behind_vehicle_cue(start)) && of_plates() && none_of(&UNITS)
            }
        }
    }
}

fn joint(gap: &str) -> Option<Joint> {
    match gap {
        "" => Some(Joint::Closed),
        "-" | " -" | "- " | " - " => Some(Joint::Hyphen),
        " " | "." | "·" | "_" => Some(Joint::Space),
        _ => None,
    }
}

/// The parts as a sidecode is written; `None` when they are too long for one.
fn shape(view: &View<'_>, parts: &[Span]) -> Option<String> {
    if parts
        .iter()
        .map(|part| part.end - part.start)
        .sum::<usize>()
        != 6
    {
        return None;
    }
    let words: Vec<String> = parts
        .iter()
        .map(|part| {
            let sign = if view.text.as_bytes()[part.start].is_ascii_digit() {
                "9"
            } else {
                "x"
            };
            sign.repeat(part.end - part.start)
        })
        .collect();
    Some(words.join("-"))
}

/// Whether it is not a piece of a longer word, number or row.
fn is_apart(view: &View<'_>, span: Span) -> bool {
    let mut before = view.text[..span.start].chars().rev();
    let mut after = view.text[span.end..].chars();
    let goes_on = |near: Option<char>, far: Option<char>| {
        near.is_some_and(char::is_alphanumeric)
            || (near.is_some_and(|c| matches!(c, '-' | '/' | '.' | ','))
                && far.is_some_and(|c| c.is_ascii_digit()))
    };
    !goes_on(before.next(), before.next()) && !goes_on(after.next(), after.next())
}
