//! The regular and irregular forms of a noun or adjective: plural, diminutive, adjective -e.
//!
//! The rules are those of the ordinary Dutch spelling, told where they are applied; what spelling
//! cannot show (stress, loan words, vowel change) stands in `noun/nouns.txt`. Where two plurals are
//! plausible both are given: a form that nobody writes finds nothing and does no harm. A form that
//! is another word would do harm, so a form that is not certain is left out when `is_word` knows it.
//! Forms are folded: lower case, without accents, as the matcher folds its text.

mod diminutive;
mod plural;
mod sound;
mod table;

use serde::Serialize;

use crate::dutch::spelling;

/// Longest word that is inflected, in letters. The longest Dutch compounds in use have some forty;
/// what is longer is not a word and is only looked for as it stands.
pub const LONGEST_WORD: usize = 60;

/// Most forms of one word. A word has 5 to 12; only the table can add to that, and its longest
/// row stays far below.
pub const MOST_FORMS: usize = 32;

/// What a form is of the word it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The word as given.
    Given,
    /// A plural.
    Plural,
    /// A diminutive.
    Diminutive,
    /// The plural of a diminutive.
    DiminutivePlural,
    /// The adjective with -e.
    Adjective,
    /// A plural without its apostrophe, as many people write it: `autos`.
    Misspelt,
}

/// One form of a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Form {
    /// The form, folded.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// All forms of one word, the word itself first, each text once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forms(Vec<Form>);

impl Forms {
    /// The forms in order.
    pub fn iter(&self) -> impl Iterator<Item = &Form> {
        self.0.iter()
    }

    /// The texts alone.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|form| form.text.as_str())
    }

    /// The texts of one kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |form| form.kind == kind)
            .map(|form| form.text.as_str())
    }

    /// Whether a folded text is one of the forms.
    pub fn contains(&self, text: &str) -> bool {
        self.texts().any(|form| form == text)
    }

    /// How many forms there are, at most [`MOST_FORMS`].
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no form, as of an empty word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, text: String, kind: Kind) {
        if !text.is_empty() && self.0.len() < MOST_FORMS && !self.contains(&text) {
            self.0.push(Form { text, kind });
        }
    }
}

/// A form under construction, with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Guess {
    text: String,
    /// From the table or from a rule without exceptions; the others yield to an existing word.
    certain: bool,
}

impl Guess {
    fn certain(text: impl Into<String>) -> Guess {
        Guess {
            text: text.into(),
            certain: true,
        }
    }

    fn plausible(text: impl Into<String>) -> Guess {
        Guess {
            text: text.into(),
            certain: false,
        }
    }
}

/// All forms of a word.
///
/// `word` is written as in a keyword file and is folded here. `is_word` says whether a folded text
/// is a Dutch word in its own right; `&|_| false` leaves everything in. Of a compound the last part
/// decides (`achterstad`, `achtersteden`). What is not one word of letters (empty, with a space,
/// longer than [`LONGEST_WORD`]) has itself as its only form. Never fails.
pub fn forms(word: &str, is_word: &dyn Fn(&str) -> bool) -> Forms {
    let hiatus = word.to_lowercase().ends_with("\u{eb}r");
    let word = spelling::folded(word);
    let mut forms = Forms::default();
    forms.add(word.clone(), Kind::Given);
    if !inflects(&word) {
        return forms;
    }
    let allowed = |guess: &Guess| guess.certain || guess.text == word || !is_word(&guess.text);
    for guess in plural::of(&word, hiatus).into_iter().filter(allowed) {
        // The apostrophe after an open vowel is left out about as often as it is written.
        let bare = guess.text.replace('\'', "");
        let misspelt = (bare != guess.text && !is_word(&bare)).then_some(bare);
        forms.add(guess.text, Kind::Plural);
        if let Some(bare) = misspelt {
            forms.add(bare, Kind::Misspelt);
        }
    }
    for guess in diminutive::of(&word).into_iter().filter(allowed) {
        let plural = format!("{}s", guess.text);
        forms.add(guess.text, Kind::Diminutive);
        forms.add(plural, Kind::DiminutivePlural);
    }
    if let Some(guess) = adjective(&word).filter(allowed) {
        forms.add(guess.text, Kind::Adjective);
    }
    forms
}

/// Whether endings can be put after a text: one word that ends in a letter and has a vowel.
fn inflects(word: &str) -> bool {
    let letters = word.chars().count();
    (2..=LONGEST_WORD).contains(&letters)
        && word.ends_with(|letter: char| letter.is_ascii_lowercase())
        && word.contains(sound::is_vowel)
        && word
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '\''))
}

/// Endings after which a word is surely a noun, so that no adjective -e follows.
const NOUN_ENDINGS: [&str; 19] = [
    "heid", "ing", "schap", "teit", "ij", "er", "aar", "or", "el", "em", "um", "us", "eur", "ier",
    "ist", "en", "isme", "age", "oog",
];

/// Adjectives that end like a noun and take -e all the same.
const ADJECTIVES: [&str; 20] = [
    "donker", "duister", "lekker", "dapper", "bitter", "zeker", "wakker", "heerlijk", "somber",
    "dubbel", "enkel", "edel", "simpel", "kreupel", "schamel", "nuchter", "beter", "minder",
    "droog", "hoog",
];

/// The adjective with -e: `groot`, `grote`; `wit`, `witte`; `lief`, `lieve`.
///
/// It follows every adjective before a noun, except those in -en and those that end in a vowel.
/// Whether a word is an adjective cannot be seen, so a clear noun ending (`-ing`, `-heid` …) keeps
/// it away and the rest is a guess; of a noun it is at worst the plural without its n (`inbrake`).
fn adjective(word: &str) -> Option<Guess> {
    if let Some(adjective) = table::adjective(word) {
        return Some(Guess::certain(adjective));
    }
    if ADJECTIVES.contains(&word) {
        return Some(Guess::certain(format!(
            "{}e",
            sound::before_vowel(word, false)
        )));
    }
    let noun = NOUN_ENDINGS.iter().any(|ending| word.ends_with(ending));
    if noun || sound::nucleus(word) == sound::Nucleus::None {
        return None;
    }
    let doubles = !(word.ends_with("ig") && sound::syllables(word) > 1);
    let stem = sound::before_vowel(word, doubles);
    Some(Guess::plausible(format!("{stem}e")))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};
    use std::path::Path;

    use super::*;

    /// Whether a word belongs to the quarter of the corpus that was not looked at while the rules
    /// and the table were made.
    fn held_out(word: &str) -> bool {
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        (hash >> 32) & 3 == 3
    }

    fn corpus(name: &str) -> Option<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/opentaal").join(name);
        let text = std::fs::read_to_string(&path).ok();
        if text.is_none() {
            println!("skipped: the word lists in ../shared/corpus/opentaal are not here");
        }
        text
    }

    /// The ending of a plural, as class of the table.
    fn class(plural: &str) -> &'static str {
        ["'s", "heden", "ieen", "eren", "lieden", "en", "n", "s", "i", "a"]
            .into_iter()
            .find(|ending| plural.ends_with(ending))
            .unwrap_or("other")
    }

    /// The consonants of a word, doubled ones once, v as f and z as s.
    fn skeleton(word: &str) -> String {
        let mut letters: Vec<char> = word.chars().filter(|l| !sound::is_vowel(*l)).collect();
        letters.iter_mut().for_each(|letter| match letter {
            'v' => *letter = 'f',
            'z' => *letter = 's',
            _ => {}
        });
        letters.dedup();
        letters.into_iter().collect()
    }

    /// Whether a row may be a plural of its word at all. The list holds rows such as `gold goden`
    /// and `duimt duiten`, made by mistake: its plural belongs to another word. A plural keeps the
    /// consonants of its singular, except after the classical endings and -man.
    fn is_sound(one: &str, more: &str) -> bool {
        let stem = ["um", "us", "is", "man", "x"]
            .iter()
            .find_map(|ending| one.strip_suffix(ending))
            .unwrap_or(one);
        skeleton(more).starts_with(&skeleton(stem))
    }

    struct Row {
        one: String,
        more: String,
        approved: bool,
    }

    /// Counts one selection of rows, prints its table and gives the share found.
    fn score(title: &str, rows: &[&Row], words: &HashSet<String>, listed: &HashSet<&str>) -> f64 {
        let mut table: BTreeMap<&str, (usize, usize, Vec<String>)> = BTreeMap::new();
        let (mut made, mut right, mut all_forms) = (0, 0, 0);
        for row in rows {
            let forms = forms(&row.one, &|text| words.contains(text));
            let plurals: Vec<&str> = forms.of(Kind::Plural).collect();
            let class = table.entry(class(&row.more)).or_default();
            class.1 += 1;
            if plurals.contains(&row.more.as_str()) {
                class.0 += 1;
            } else {
                class.2.push(format!("{} {}", row.one, row.more));
            }
            all_forms += forms.len();
            made += plurals.len();
            right += plurals.iter().filter(|plural| listed.contains(*plural)).count();
        }
        let found: usize = table.values().map(|class| class.0).sum();
        let share = found as f64 / rows.len() as f64;
        println!("\n{title}: {found} of {} ({:.2} %)", rows.len(), 100.0 * share);
        for (class, (found, all, missed)) in &table {
            println!("  -{class:<6} {found:>5} of {all:>5}  {}", missed.join(", "));
        }
        let per_word = |count: usize| count as f64 / rows.len() as f64;
        println!(
            "  plurals made per word {:.2}, of which listed {:.1} %; forms per word {:.1}",
            per_word(made),
            100.0 * right as f64 / made as f64,
            per_word(all_forms)
        );
        share
    }

    #[test]
    fn the_plurals_of_the_word_list_are_found() {
        let (Some(plurals), Some(words)) =
            (corpus("noun-plurals.tsv"), corpus("basiswoorden-gekeurd.txt"))
        else {
            return;
        };
        let written: HashSet<&str> = words.lines().collect();
        let rows: Vec<Row> = plurals
            .lines()
            .filter_map(|row| row.split_once('\t'))
            .map(|(one, more)| Row {
                one: one.to_owned(),
                more: spelling::folded(more),
                approved: written.contains(one) && is_sound(&spelling::folded(one), &spelling::folded(more)),
            })
            .collect();
        let words: HashSet<String> = words.lines().map(spelling::folded).collect();
        let listed: HashSet<&str> = rows.iter().map(|row| row.more.as_str()).collect();
        for half in [false, true] {
            let half_rows: Vec<&Row> = rows.iter().filter(|row| held_out(&row.one) == half).collect();
            let approved: Vec<&Row> = half_rows.iter().copied().filter(|row| row.approved).collect();
            let title = if half { "held-out quarter" } else { "seen part" };
            score(&format!("{title}, all rows"), &half_rows, &words, &listed);
            let share = score(&format!("{title}, sound rows"), &approved, &words, &listed);
            assert!(share >= 0.97, "{title}: {share}");
        }
    }
}
