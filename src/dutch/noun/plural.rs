//! Plurals: the table first, then the head of a compound, then the rules of spelling.

use super::sound::{Nucleus, before_vowel, is_vowel, nucleus, syllables};
use super::{Guess, table};

/// The plurals of a folded word, the likeliest first.
///
/// `hiatus`: the word as written ends in -ër, which folding turns into something else.
pub(super) fn of(word: &str, hiatus: bool) -> Vec<Guess> {
    if hiatus {
        return vec![Guess::certain(format!("{word}s"))];
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

/// Words that end in a vowel.
///
/// After a, i, o, u, y an `'s`, because without the apostrophe the vowel would sound short; after
/// an unstressed e and after most loan endings `-s`; after a long vowel written as a pair `-en`,
/// with a diaeresis where two e's meet (folded away here).
fn after_vowel(word: &str) -> Vec<Guess> {
    let many = syllables(word) > 1;
    let with = |ending: &str| Guess::certain(format!("{word}{ending}"));
    let perhaps = |ending: &str| Guess::plausible(format!("{word}{ending}"));
    let ends = |ending: &str| word.ends_with(ending);
    if ends("ie") {
        return ie(word, many);
    }
    if ends("ee") {
        return if many {
            vec![with("en"), perhaps("s")]
        } else {
            vec![with("en")]
        };
    }
    if ["aai", "ooi", "oei"].iter().any(|e| ends(e)) {
        return vec![with("en")];
    }
    if ends("que") || (ends("ue") && many) {
        return vec![with("s")];
    }
    if ["eau", "ieu", "oi", "ay", "ey", "oy"].iter().any(|e| ends(e)) {
        return vec![with("s"), perhaps("en")];
    }
    if ["oe", "eu", "ou"].iter().any(|e| ends(e)) && many {
        return vec![with("en"), perhaps("s")];
    }
    if ["ij", "ei", "ui", "ou", "au", "oe", "eu"]
        .iter()
        .any(|e| ends(e))
    {
        return vec![with("en")];
    }
    if ends("e") {
        return vec![with("s"), with("n")];
    }
    if word.ends_with(['a', 'i', 'o', 'u', 'y']) {
        return vec![with("'s")];
    }
    vec![with("en")]
}

/// Endings in -ie that bear the stress and so take -ieën rather than -ies.
const STRESSED_IE: [&str; 14] = [
    "sie", "zie", "cratie", "stie", "pie", "die", "fie", "thie", "nie", "rie", "mie", "lie", "chie", "gie",
];

/// Words in -ie: `ruzie`, `ruzies`; `knie`, `knieën`; `porie`, `poriën`. The stress decides and is
/// not written, so the loan endings that may have it get both.
fn ie(word: &str, many: bool) -> Vec<Guess> {
    if !many {
        return vec![Guess::certain(format!("{word}en"))];
    }
    let mut plurals = vec![Guess::certain(format!("{word}s"))];
    if STRESSED_IE.iter().any(|ending| word.ends_with(ending)) {
        plurals.push(Guess::plausible(format!("{word}en")));
    }
    if ["rie", "nie", "lie"].iter().any(|e| word.ends_with(e)) {
        plurals.push(Guess::plausible(format!("{word}n")));
    }
    plurals
}

/// Words whose ending decides. `None` when the end is not one of these.
fn by_ending(word: &str) -> Option<Vec<Guess>> {
    let cut = |ending: &str| word.strip_suffix(ending);
    let s = || Guess::certain(format!("{word}s"));
    let en = |doubles| Guess::certain(format!("{}en", before_vowel(word, doubles)));
    let many = syllables(word) > 1;
    if !many {
        return None;
    }
    if let Some(stem) = cut("heid") {
        return Some(vec![Guess::certain(format!("{stem}heden"))]);
    }
    if word.ends_with("ing") || word.ends_with("schap") {
        return Some(vec![en(true)]);
    }
    if let Some(stem) = cut("man") {
        // Trades have a plural of their own: `werklieden`, `werklui`.
        return Some(vec![
            Guess::certain(format!("{stem}mannen")),
            Guess::certain(format!("{stem}lieden")),
            Guess::certain(format!("{stem}lui")),
        ]);
    }
    if let Some(stem) = cut("icus") {
        return Some(vec![Guess::certain(format!("{stem}ici")), en(true)]);
    }
    if let Some(stem) = cut("us") {
        return Some(vec![en(true), Guess::plausible(format!("{stem}i"))]);
    }
    if let Some(stem) = cut("um") {
        return Some(vec![s(), Guess::plausible(format!("{stem}a"))]);
    }
    if let Some(stem) = cut("sis").or_else(|| cut("xis")) {
        let middle = if word.ends_with("xis") { "x" } else { "s" };
        return Some(vec![en(true), Guess::plausible(format!("{stem}{middle}es"))]);
    }
    if let Some(stem) = cut("ix").or_else(|| cut("ex")) {
        return Some(vec![en(false), Guess::plausible(format!("{stem}ices"))]);
    }
    if word.ends_with("oor") || word.ends_with("uur") || word.ends_with("eer") {
        return Some(vec![en(true)]);
    }
    if let Some(stem) = cut("or") {
        return Some(vec![Guess::certain(format!("{stem}oren")), s()]);
    }
    // Names of persons take -s or -en, names of things -en; the ending is the same.
    if ["eur", "ier", "aar", "aard", "erd", "oir"].iter().any(|e| word.ends_with(e)) {
        return Some(vec![s(), en(true)]);
    }
    if without_stress(word) {
        return Some(vec![s()]);
    }
    if word.ends_with("ik") || word.ends_with("ig") {
        return Some(vec![en(false), Guess::plausible(format!("{}en", before_vowel(word, true)))]);
    }
    if ["it", "et", "es", "as", "is", "et", "el"].iter().any(|e| word.ends_with(e))
        && nucleus(word) == Nucleus::Single
    {
        let mut plurals = vec![en(true), Guess::plausible(format!("{}en", before_vowel(word, false)))];
        if !word.ends_with('s') {
            plurals.push(Guess::plausible(format!("{word}s")));
        }
        return Some(plurals);
    }
    None
}

/// Whether a word ends in -el, -em, -en or -er after a consonant, or after a vowel of another
/// syllable (`skiër`): the last syllable has no stress and the plural is -s.
fn without_stress(word: &str) -> bool {
    ["el", "em", "en", "er"].iter().any(|ending| {
        word.strip_suffix(ending)
            .is_some_and(|stem| !stem.ends_with(['e', 'i', 'o', 'a', 'u']) || stem.ends_with("ee"))
    })
}

/// Words that end in a consonant: `-en`, with the changes of the stem; loan words `-s`.
fn after_consonant(word: &str) -> Vec<Guess> {
    let s = || Guess::plausible(format!("{word}s"));
    let en = Guess::certain(format!("{}en", before_vowel(word, true)));
    if let Some(stem) = word.strip_suffix("tch") {
        return vec![Guess::certain(format!("{stem}tches")), en];
    }
    if looks_foreign(word) {
        return vec![Guess::certain(format!("{word}s")), Guess::plausible(en.text)];
    }
    let mut plurals = vec![en];
    plurals.extend(other_sibilant(word));
    if syllables(word) > 1 && may_be_loan(word) {
        plurals.push(s());
    }
    plurals
}

/// The other reading of a last f or s: kept after a long vowel (`fotografen`, `sausen`), voiced
/// after l, n or r (`grenzen`, `laarzen`). Spelling does not tell which words do so.
fn other_sibilant(word: &str) -> Option<Guess> {
    let last = word.chars().next_back()?;
    let before = &word[..word.len() - 1];
    match (nucleus(word), last) {
        (Nucleus::Doubled, 'f') => {
            let open = &before[..before.len() - 1];
            Some(Guess::plausible(format!("{open}fen")))
        }
        (Nucleus::Pair, 's') => Some(Guess::plausible(format!("{word}en"))),
        (Nucleus::Consonant, 's') if before.ends_with(['l', 'n', 'r']) => {
            Some(Guess::plausible(format!("{before}zen")))
        }
        _ => None,
    }
}

/// Whether a word of several syllables may be a loan word with -s: after a short vowel (`slogan`),
/// or after a cluster that loan words are fond of (`steward`, `restaurant`).
fn may_be_loan(word: &str) -> bool {
    let short = nucleus(word) == Nucleus::Single
        && word.ends_with(['n', 'r', 'l', 'm', 't', 'k', 'p', 'b', 'd', 'f', 'g']);
    short
        || ["ard", "ord", "and", "ant", "ent", "ort", "urt", "omp", "amp", "art", "oor", "air", "ain", "ein", "eak", "eet", "uit", "oon"]
            .iter()
            .any(|ending| word.ends_with(ending))
}

/// Letter groups at the end of a word that Dutch words of its own do not have.
fn looks_foreign(word: &str) -> bool {
    let mut letters = word.chars().rev();
    let last = letters.next();
    let before = letters.next();
    let doubled = last == before && !last.is_some_and(is_vowel) && last != Some('s');
    doubled
        || ["ck", "ow", "ew", "aw", "sh", "c", "ain", "ead", "ase", "ound", "ean", "eak", "eam", "oat", "ourt"]
            .iter()
            .any(|ending| word.ends_with(ending))
            && !word.ends_with("uw")
}
