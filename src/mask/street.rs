//! Where somebody lives: a postcode with a house number, and a house number behind a street.
//!
//! A street alone stays, and so does a postcode alone: they say where, not who.

use regex::Regex;

use crate::mask::digits::Group;
use crate::mask::signs::Signs;
use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};
use crate::span::Span;

/// Pairs of letters behind four digits that are words or units: `in 2026 op 12 mei`, `1500 kg 20`.
const NO_LETTERS: [&str; 46] = [
    "al", "an", "bv", "cm", "cl", "co", "de", "dm", "eh", "el", "en", "er", "es", "eu", "gb", "gr",
    "ha", "he", "ik", "in", "is", "je", "kb", "kg", "km", "kw", "ma", "mb", "mg", "ml", "mm", "mw",
    "na", "nm", "nr", "of", "om", "op", "pk", "st", "te", "tm", "tv", "we", "ze", "zo",
];

/// Words after which a house number is still one: `Brinkstraat 12 is …`. Before other words the number
/// counts something: `in de Brinkstraat 2 fietsen`.
const AFTER_NUMBER: &str = "is|in|te|werd|wordt|was|heeft|had|ook|en|om|op|bij|door|daar|staat|stond|woont|woonde|hangt|ligt|vannacht|gisteren|vandaag|gisteravond|net|weer|waar|met|aan|tegenover|naast|tot|of|maar|want|dus|vanmorgen|vanochtend|vanavond|vanmiddag|afgelopen|zit|zitten|zijn|worden|verkopen|verkoopt|verkocht|dealt|dealen|gaat|ging|komt|kwam|brandt|brandde|lag|liggen|wil|moet|mag|kan|die|dat|hebben|heb|zag|hoorde|doet|maakt|ruikt|stinkt|rookt|staan|hangen|belde|meldde|meldt|onder|achter|gewoon|steeds|elke|iedere|al";

/// Ends of the names of streets.
const STREETS: [&str; 23] = [
    "straat",
    "str",
    "laan",
    "plein",
    "gracht",
    "singel",
    "steeg",
    "kade",
    "plantsoen",
    "dreef",
    "weg",
    "hof",
    "pad",
    "dijk",
    "markt",
    "erf",
    "ring",
    "wal",
    "veld",
    "kamp",
    "park",
    "brink",
    "hoek",
];

/// Patterns for addresses.
#[derive(Debug)]
pub(super) struct Addresses {
    postcode_first: Regex,
    number_first: Regex,
    street: Regex,
    street_nr: Regex,
    cue: Regex,
}

impl Addresses {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Addresses {
            postcode_first: compile(
                r"(?-u:\b)([1-9][0-9]{3})(\s?)([a-z]{2})[\s,/-]{0,3}(?:(?:huis)?(?:nr|nummer|no)\.?\s?)?([1-9][0-9]{0,4}(?:\s?-\s?[0-9]{1,4}(?-u:\b)|\s?[a-z](?-u:\b))?)",
            ),
            number_first: compile(
                r"(?-u:\b)([1-9][0-9]{0,4}\s?[a-z]?(?:\s?[-/]\s?[0-9a-z]{1,4})?)[\s,]{1,3}([1-9][0-9]{3})(\s?)([a-z]{2})(?-u:\b)",
            ),
            street: compile(&format!(
                r"(?-u:\b)[a-z]+(?:straat|str\.|laan|plein|gracht|singel|steeg|kade|plantsoen|dreef|weg|hof|pad|dijk|markt|erf|ring|wal|veld|kamp|park)\s((?:nr\.?|nummer)?\s?[1-9][0-9]{{0,3}}(?:\s?[a-z](?-u:\b))?(?:\s?[-/]\s?[0-9a-z]{{1,4}}(?-u:\b))?)(?:\s*$|\s*[.,;:!?)(\n]|\s(?:{AFTER_NUMBER})(?-u:\b)|'s)"
            )),
            street_nr: compile(
                r"(?-u:\b)[a-z]+(?:straat|str\.|laan|plein|gracht|singel|steeg|kade|plantsoen|dreef|weg|hof|pad|dijk|markt|erf|ring|wal|veld|kamp|park),?\s(?:nr\.?|nummer|huisnummer)\s?([1-9][0-9]{0,3}(?:\s?[a-z](?-u:\b))?)",
            ),
            cue: compile(
                r"(?-u:\b)(?:huisnummers?|huisnr\.?|(?:op|van|bij|naast|tegenover|achter) (?:nummer|nr\.?))\s?:?\s?([1-9][0-9]{0,4}(?:\s?[a-z](?-u:\b))?)",
            ),
        }
    }

    /// Finds postcodes with a house number, and house numbers.
    pub(super) fn find(
        &self,
        view: &View<'_>,
        signs: Signs,
        numbers: &[Group<'_>],
        found: &mut Vec<Masked>,
    ) {
        if signs.may_hold_postcode() {
            self.find_postcodes(view, found);
        }
        if numbers.iter().any(|number| follows_street(view, number)) {
            self.find_behind_streets(view, found);
        }
        if signs.may_hold_house_number() {
            self.find_behind_cues(view, found);
        }
    }

    fn find_postcodes(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        let whole_text = Span {
            start: 0,
            end: view.text.len(),
        };
        let shouted = view.is_capitals(whole_text);
        for captures in self.postcode_first.captures_iter(view.text) {
            let [whole, digits, gap, letters, number] = groups(&captures);
            if is_postcode(view, shouted, [digits, gap, letters]) && ends_number(view, number.end) {
                found.push(masked(MaskKind::Address, whole.start, whole.end));
            }
        }
        for captures in self.number_first.captures_iter(view.text) {
            let [whole, _, digits, gap, letters] = groups(&captures);
            if is_postcode(view, shouted, [digits, gap, letters]) {
                found.push(masked(MaskKind::Address, whole.start, whole.end));
            }
        }
    }

    fn find_behind_streets(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        let plain = self.street.captures_iter(view.text);
        for captures in plain.chain(self.street_nr.captures_iter(view.text)) {
            let [whole, number] = groups(&captures);
            let capital = view
                .written(whole)
                .chars()
                .next()
                .is_some_and(char::is_uppercase);
            if capital && ends_number(view, number.end) {
                found.push(masked(MaskKind::HouseNumber, number.start, number.end));
            }
        }
    }

    fn find_behind_cues(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for captures in self.cue.captures_iter(view.text) {
            let [whole, number] = groups(&captures);
            // *Op nummer 1* is first more often than it is a house.
            let first = &view.text[number.start..number.end] == "1"
                && !view.text[whole.start..].starts_with("huis");
            if !first && ends_number(view, number.end) {
                found.push(masked(MaskKind::HouseNumber, number.start, number.end));
            }
        }
    }
}

/// A quick look: whether the word before a number ends as streets do.
fn follows_street(view: &View<'_>, number: &Group<'_>) -> bool {
    let gap = |c: char| c.is_whitespace() || c == '.';
    let before = view.text[..number.span.start].trim_end_matches(gap);
    let before = ["nummer", "nr"]
        .iter()
        .find_map(|word| before.strip_suffix(word))
        .map_or(before, |before| before.trim_end_matches(gap));
    before.len() < number.span.start && STREETS.iter().any(|end| before.ends_with(end))
}

/// The groups of a pattern in which none is optional.
fn groups<const N: usize>(captures: &regex::Captures<'_>) -> [Span; N] {
    std::array::from_fn(|at| {
        let group = captures
            .get(at)
            .expect("no group of the pattern is optional");
        Span {
            start: group.start(),
            end: group.end(),
        }
    })
}

/// Letters that are also a word make a postcode only as capitals, and not when the whole text is
/// `shouted`. `parts` are the digits, the gap and the letters.
fn is_postcode(view: &View<'_>, shouted: bool, parts: [Span; 3]) -> bool {
    let [digits, gap, letters] = parts;
    let pair = &view.text[letters.start..letters.end];
    if matches!(pair, "sa" | "sd" | "ss") {
        return false; // never given out
    }
    if !NO_LETTERS.contains(&pair) {
        return view.is_capitals(letters) || gap.start == gap.end || !is_year(view, digits);
    }
    view.is_capitals(letters) && !shouted && !matches!(pair, "km" | "kg" | "mw" | "mb" | "gb")
}

fn is_year(view: &View<'_>, digits: Span) -> bool {
    let digits = &view.text[digits.start..digits.end];
    digits.starts_with("19") || digits.starts_with("20")
}

/// Whether no more digits follow: `12.30 uur` and `12-06-2026` are no house numbers.
fn ends_number(view: &View<'_>, end: usize) -> bool {
    let rest = view.text[end..].trim_start_matches(['.', ':', ',', '-']);
    let gap = view.text.len() - end - rest.len();
    gap > 1 || !rest.starts_with(|c: char| c.is_ascii_digit())
}
