//! Diminutives: -je, -tje, -pje, -kje, -etje, after the sound the word ends in.

use super::sound::{Nucleus, before_vowel, is_vowel, nucleus, syllables};
use super::{Guess, table};

/// The diminutives of a folded word, the likeliest first.
pub(super) fn of(word: &str) -> Vec<Guess> {
    if word.ends_with("je") || word.ends_with("jes") {
        return Vec::new();
    }
    match table::noun(word) {
        Some(row) if row.alone && !row.diminutives.is_empty() => row.diminutives,
        // Another word may end like the row's: both ways.
        Some(mut row) => {
            row.diminutives.extend(by_sound(word));
            row.diminutives
        }
        None => by_sound(word),
    }
}

fn by_sound(word: &str) -> Vec<Guess> {
    let last = word.chars().next_back().unwrap_or_default();
    match nucleus(word) {
        Nucleus::None if is_vowel(last) => after_vowel(word, last),
        Nucleus::None => vec![Guess::certain(format!("{word}tje"))],
        sound => after_consonant(word, last, sound),
    }
}

/// After a vowel -tje; a, o and u are doubled to stay long in the closed syllable (`autootje`),
/// i becomes ie (`taxietje`), y keeps its shape with an apostrophe (`baby'tje`).
fn after_vowel(word: &str, last: char) -> Vec<Guess> {
    let before = word[..word.len() - 1].chars().next_back();
    let alone = !before.is_some_and(is_vowel);
    match last {
        'a' | 'o' | 'u' if alone => vec![Guess::certain(format!("{word}{last}tje"))],
        'i' if alone => vec![Guess::certain(format!("{word}etje"))],
        'y' if alone => vec![
            Guess::certain(format!("{word}'tje")),
            Guess::plausible(format!("{word}tje")),
        ],
        // An e with an accent in the keyword (`café`) is doubled; folding has taken the accent.
        'e' if alone => vec![
            Guess::certain(format!("{word}tje")),
            Guess::plausible(format!("{word}etje")),
        ],
        _ => vec![Guess::certain(format!("{word}tje"))],
    }
}

/// After m -pje, after l, n, r and w -tje, after ng -kje or -etje, else -je. A short stressed vowel
/// before b, g, l, m, n, p or r gives -etje with the consonant doubled (`bommetje`, `weggetje`).
fn after_consonant(word: &str, last: char, sound: Nucleus) -> Vec<Guess> {
    let many = syllables(word) > 1;
    let with = |ending: &str| format!("{word}{ending}");
    let etje = || format!("{}etje", before_vowel(word, true));
    let short = sound == Nucleus::Single;
    let toneless = many && short && ["el", "em", "en", "er"].iter().any(|e| word.ends_with(e));
    if word.ends_with("ing") && many {
        // `koninkje` where the syllable before has the stress, `leerlingetje` where it has not.
        let kje = format!("{}kje", &word[..word.len() - 1]);
        return vec![Guess::certain(kje), Guess::certain(with("etje"))];
    }
    if word.ends_with("ng") {
        return vec![Guess::certain(with("etje"))];
    }
    match last {
        'm' if toneless => vec![Guess::certain(with("pje"))],
        'm' if short && many => vec![Guess::certain(etje()), Guess::certain(with("pje"))],
        'm' if short => vec![Guess::certain(etje())],
        'm' => vec![Guess::certain(with("pje"))],
        'l' | 'n' | 'r' if toneless => vec![Guess::certain(with("tje"))],
        'l' | 'n' | 'r' if short && many => {
            vec![Guess::certain(etje()), Guess::certain(with("tje"))]
        }
        'l' | 'n' | 'r' if short => vec![Guess::certain(etje())],
        // `arm`, `film` took -pje above; `kern`, `hoorn` take -tje.
        'l' | 'n' | 'r' | 'w' => vec![Guess::certain(with("tje"))],
        'b' | 'g' | 'p' | 'k' if short && !many => {
            vec![Guess::certain(with("je")), Guess::plausible(etje())]
        }
        _ => vec![Guess::certain(with("je"))],
    }
}
