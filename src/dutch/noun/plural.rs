//! Plurals: the table first, then the head of a compound, then the rules of spelling.

use super::sound::{Nucleus, before_vowel, is_vowel, nucleus, syllables};
use super::{Guess, table};

/// The plurals of a folded word, the likeliest first.
///
/// `hiatus`: the word as written ends in -ër, which folding has made look like another ending.
pub(super) fn of(word: &str, hiatus: bool) -> Vec<Guess> {
    if hiatus {
        return vec![with(word, "s")];
    }
    match table::noun(word) {
        Some(row) if row.alone => row.plurals,
        Some(mut row) => {
            row.plurals.extend(by_rule(word));
            row.plurals
        }
        None => by_rule(word),
    }
}

fn by_rule(word: &str) -> Vec<Guess> {
    if nucleus(word) == Nucleus::None {
        after_vowel(word)
    } else if let Some(plurals) = by_ending(word) {
        plurals
    } else {
        after_consonant(word)
    }
}

/// The word with an ending put after it.
fn with(word: &str, ending: &str) -> Guess {
    Guess::certain(format!("{word}{ending}"))
}

fn perhaps(word: &str, ending: &str) -> Guess {
    Guess::plausible(format!("{word}{ending}"))
}

fn ends_in(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}

/// Words that end in a vowel.
///
/// After a, i, o, u, y an `'s`, because without the apostrophe the vowel would sound short; after
/// an unstressed e and after most loan endings `-s`; after a long vowel written as a pair `-en`,
/// with a diaeresis where two e's meet (folded away here).
fn after_vowel(word: &str) -> Vec<Guess> {
    let many = syllables(word) > 1;
    if word.ends_with("ie") {
        return after_ie(word, many);
    }
    if ends_in(word, &["aai", "ooi", "oei"]) {
        return vec![with(word, "en")];
    }
    if word.ends_with("que") || (word.ends_with("ue") && many) {
        return vec![with(word, "s")];
    }
    if ends_in(word, &["eau", "ieu", "oi", "ay", "ey", "oy"]) {
        return vec![with(word, "s"), perhaps(word, "en")];
    }
    if many && ends_in(word, &["ee", "oe", "eu", "ou"]) {
        return vec![with(word, "en"), perhaps(word, "s")];
    }
    if ends_in(word, &["ee", "ij", "ei", "ui", "ou", "au", "oe", "eu"]) {
        return vec![with(word, "en")];
    }
    if word.ends_with('e') {
        return vec![with(word, "s"), with(word, "n")];
    }
    if word.ends_with(is_vowel) {
        return vec![with(word, "'s")];
    }
    vec![with(word, "en")]
}

/// Endings in -ie that may bear the stress and so take -ieën rather than -ies.
const STRESSED_IE: [&str; 14] = [
    "sie", "zie", "cratie", "stie", "pie", "die", "fie", "thie", "nie", "rie", "mie", "lie",
    "chie", "gie",
];

/// Words in -ie: `ruzie`, `ruzies`; `knie`, `knieën`; `porie`, `poriën`. The stress decides and is
/// not written, so the loan endings that may have it get both.
fn after_ie(word: &str, many: bool) -> Vec<Guess> {
    if !many {
        return vec![with(word, "en")];
    }
    let mut plurals = vec![with(word, "s")];
    if ends_in(word, &STRESSED_IE) {
        plurals.push(perhaps(word, "en"));
    }
    if ends_in(word, &["rie", "nie", "lie"]) {
        plurals.push(perhaps(word, "n"));
    }
    plurals
}

/// Words of several syllables whose ending decides. `None` when the end is not one of these.
fn by_ending(word: &str) -> Option<Vec<Guess>> {
    if syllables(word) < 2 {
        return None;
    }
    let en = with(&before_vowel(word, true), "en");
    if word.ends_with("ing") || word.ends_with("schap") {
        return Some(vec![en]);
    }
    if let Some(plurals) = by_classical_ending(word, &en) {
        return Some(plurals);
    }
    if ends_in(word, &["oor", "uur", "eer"]) {
        return Some(vec![en]);
    }
    if let Some(stem) = word.strip_suffix("or") {
        return Some(vec![with(stem, "oren"), with(word, "s")]);
    }
    // Names of persons take -s or -en, names of things -en; the ending is the same.
    if ends_in(word, &["eur", "ier", "aar", "aard", "erd", "oir"]) {
        return Some(vec![with(word, "s"), en]);
    }
    if ends_without_stress(word) {
        return Some(vec![with(word, "s")]);
    }
    let undoubled = before_vowel(word, false);
    if word.ends_with("ig") {
        return Some(vec![with(&undoubled, "en")]);
    }
    if word.ends_with("ik") {
        return Some(vec![with(&undoubled, "en"), Guess::plausible(en.text)]);
    }
    let may_double = ends_in(word, &["it", "et", "es", "as", "is", "el"]);
    if may_double && nucleus(word) == Nucleus::Single {
        let mut plurals = vec![en, perhaps(&undoubled, "en")];
        if !word.ends_with('s') {
            plurals.push(perhaps(word, "s"));
        }
        return Some(plurals);
    }
    None
}

/// -heid and -man, which change the vowel or the word, and the endings that keep a Latin or Greek
/// plural beside the Dutch one: `musea`, `politici`, `crises`, `indices`.
fn by_classical_ending(word: &str, en: &Guess) -> Option<Vec<Guess>> {
    let (stem, plurals) = [
        ("heid", &["heden"][..]),
        // Trades have a plural of their own: `werklieden`, `werklui`.
        ("man", &["mannen", "lieden", "lui"]),
        ("icus", &["ici"]),
        ("us", &["i"]),
        ("um", &["ums", "a"]),
        ("sis", &["ses"]),
        ("xis", &["xes"]),
        ("ix", &["ices"]),
        ("ex", &["ices"]),
    ]
    .into_iter()
    .find_map(|(ending, plurals)| Some((word.strip_suffix(ending)?, plurals)))?;
    let mut plurals: Vec<Guess> = plurals.iter().map(|plural| with(stem, plural)).collect();
    if ends_in(word, &["us", "is", "ix", "ex"]) {
        plurals.push(en.clone());
    }
    Some(plurals)
}

/// Whether a word ends in -el, -em, -en or -er after a consonant, or after ee (`idee-en`): the last
/// syllable has no stress, and the plural is -s.
fn ends_without_stress(word: &str) -> bool {
    ["el", "em", "en", "er"].iter().any(|ending| {
        word.strip_suffix(ending)
            .is_some_and(|stem| !stem.ends_with(is_vowel) || stem.ends_with("ee"))
    })
}

/// Words that end in a consonant: `-en`, with the changes of the stem; loan words `-s`.
fn after_consonant(word: &str) -> Vec<Guess> {
    let en = with(&before_vowel(word, true), "en");
    if word.ends_with("tch") {
        return vec![with(word, "es"), en];
    }
    if looks_foreign(word) {
        return vec![with(word, "s"), Guess::plausible(en.text)];
    }
    let mut plurals = vec![en];
    plurals.extend(other_sibilant(word));
    if syllables(word) > 1 && may_be_loan(word) {
        plurals.push(perhaps(word, "s"));
    }
    plurals
}

/// The other reading of a last f or s: kept after a long vowel (`fotografen`, `sausen`), voiced
/// after l, n or r (`grenzen`, `laarzen`). Spelling does not tell which words do so.
fn other_sibilant(word: &str) -> Option<Guess> {
    let last = word.chars().next_back()?;
    let before = &word[..word.len() - last.len_utf8()];
    match (nucleus(word), last) {
        (Nucleus::Doubled, 'f') => Some(perhaps(&before[..before.len() - 1], "fen")),
        (Nucleus::Pair, 's') => Some(perhaps(word, "en")),
        (Nucleus::Consonant, 's') if before.ends_with(['l', 'n', 'r']) => {
            Some(perhaps(before, "zen"))
        }
        _ => None,
    }
}

/// Whether a word of several syllables may be a loan word with -s: after a short vowel (`slogan`),
/// or after an end that loan words are fond of (`steward`, `restaurant`).
fn may_be_loan(word: &str) -> bool {
    let short = nucleus(word) == Nucleus::Single
        && word.ends_with(['n', 'r', 'l', 'm', 't', 'k', 'p', 'b', 'd', 'f', 'g']);
    short
        || ends_in(
            word,
            &[
                "ard", "ord", "and", "ant", "ent", "ort", "urt", "omp", "amp", "art", "air", "ein",
                "eet", "uit", "oon",
            ],
        )
}

/// Whether a word ends as Dutch words of its own do not: with a doubled consonant or an English
/// group of letters.
fn looks_foreign(word: &str) -> bool {
    let mut letters = word.chars().rev();
    let (last, before) = (letters.next(), letters.next());
    let doubled = last == before && last.is_some_and(|last| !is_vowel(last) && last != 's');
    doubled
        || ends_in(
            word,
            &[
                "ck", "ow", "ew", "aw", "sh", "c", "ain", "ead", "ound", "ean", "eak", "eam",
                "oat", "ourt",
            ],
        )
}
