//! What Dutch spelling does to the end of a word when an ending follows.
//!
//! A vowel is long when it is written double in a closed syllable (`maan`), single in an open one
//! (`ma-nen`), or as a pair of its own (`ie`, `oe`, `ui` …); a short vowel keeps its syllable
//! closed, so the consonant after it is doubled (`bom`, `bom-men`). A syllable does not end in v or
//! z: there they are written f and s (`dief`, `die-ven`). Spelling does not show the stress, so the
//! caller says whether a last consonant doubles.

/// Two letters that are one long vowel or diphthong and never lose a letter.
const PAIRS: [&str; 8] = ["ie", "oe", "eu", "ui", "ei", "ij", "ou", "au"];

/// Whether a letter is written for a vowel; `y` is (`baby`), the `j` of `ij` is left to the pairs.
pub(super) fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// What stands before the last consonant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nucleus {
    /// One vowel written double: `maan`.
    Doubled,
    /// A pair that is one vowel: `dief`, `prijs`.
    Pair,
    /// One vowel letter: `bom`, `kanon`.
    Single,
    /// Another consonant: `kaars`, `berg`.
    Consonant,
    /// The word ends in a vowel, or has no vowel to speak of.
    None,
}

/// The kind of sound before the last consonant of a word.
pub(super) fn nucleus(word: &str) -> Nucleus {
    let mut letters = word.chars();
    let Some(last) = letters.next_back() else {
        return Nucleus::None;
    };
    let before = letters.as_str();
    if is_vowel(last) || word.ends_with("ij") || before.is_empty() {
        return Nucleus::None;
    }
    // The eu of `museum` is two vowels.
    let pair = PAIRS.iter().any(|pair| before.ends_with(pair));
    if pair && !word.ends_with("eum") {
        return Nucleus::Pair;
    }
    if ["aa", "ee", "oo", "uu"]
        .iter()
        .any(|pair| before.ends_with(pair))
    {
        return Nucleus::Doubled;
    }
    match before.chars().next_back() {
        Some(letter) if is_vowel(letter) => Nucleus::Single,
        Some(_) => Nucleus::Consonant,
        None => Nucleus::None,
    }
}

/// How many syllables a word seems to have: runs of vowel letters, where `ij` counts as one.
///
/// A last `e` counts; two vowels that are no pair and not doubled count twice (`ra-di-o`), and so
/// does the `eu` of `mu-se-um`.
pub(super) fn syllables(word: &str) -> usize {
    // Vowel letters are ASCII, so bytes will do.
    let letters = word.as_bytes();
    let mut count = 0;
    let mut at = 0;
    while at < letters.len() {
        if !is_vowel(char::from(letters[at])) {
            at += 1;
            continue;
        }
        count += 1;
        let pair = word.get(at..at + 2).unwrap_or_default();
        let joined = !word[at..].starts_with("eum")
            && (PAIRS.contains(&pair) || ["aa", "ee", "oo", "uu", "yy"].contains(&pair));
        at += if joined { 2 } else { 1 };
        // `aai`, `ooi`, `oei`, `ieu`, `eeu`: the third letter belongs to the same sound.
        if joined && matches!(letters.get(at), Some(b'i' | b'u')) {
            at += 1;
        }
    }
    count
}

/// The word as written before an ending that begins with a vowel: `man-` of `maan`, `bomm-` of
/// `bom`, `diev-` of `dief`, `huiz-` of `huis`, `kaars-` of `kaars`.
///
/// `doubles`: whether a consonant after a single vowel is doubled; it is not when the syllable has
/// no stress (`monnik`, `monniken`).
pub(super) fn before_vowel(word: &str, doubles: bool) -> String {
    let Some(last) = word.chars().next_back() else {
        return String::new();
    };
    let before = &word[..word.len() - last.len_utf8()];
    match nucleus(word) {
        Nucleus::Doubled => {
            let shortened = &before[..before.len() - 1];
            format!("{shortened}{}", voiced(last))
        }
        Nucleus::Pair => format!("{before}{}", voiced(last)),
        // No doubling after y, which is a long vowel (`enzym`, `enzymen`).
        Nucleus::Single
            if doubles
                && !matches!(last, 'w' | 'x' | 'j' | 'h' | 'c' | 'q')
                && !before.ends_with('y') =>
        {
            format!("{word}{last}")
        }
        Nucleus::Consonant if last == 'f' && before.ends_with(['l', 'r']) => format!("{before}v"),
        Nucleus::Single | Nucleus::Consonant | Nucleus::None => word.to_owned(),
    }
}

/// The sound that f and s stand for at the end of a syllable after a long vowel.
fn voiced(letter: char) -> char {
    match letter {
        'f' => 'v',
        's' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_changes_as_the_open_and_the_closed_syllable_ask() {
        for (word, expected) in [
            ("maan", "man"),
            ("bom", "bomm"),
            ("dief", "diev"),
            ("huis", "huiz"),
            ("prijs", "prijz"),
            ("golf", "golv"),
            ("kaars", "kaars"),
            ("berg", "berg"),
            ("box", "box"),
            ("vrouw", "vrouw"),
            ("kanon", "kanonn"),
            ("idee", "idee"),
            ("", ""),
            ("r", "r"),
        ] {
            assert_eq!(before_vowel(word, true), expected, "{word}");
        }
        assert_eq!(before_vowel("monnik", false), "monnik");
    }

    #[test]
    fn syllables_are_runs_of_vowels() {
        for (word, expected) in [
            ("maan", 1),
            ("museum", 3),
            ("inbraak", 2),
            ("leeuw", 1),
            ("kooi", 1),
            ("politie", 3),
            ("vrijheid", 2),
            ("brr", 0),
            ("", 0),
        ] {
            assert_eq!(syllables(word), expected, "{word}");
        }
    }
}
