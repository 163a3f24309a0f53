//! Common Dutch words, `common-words.txt`, with their inflected forms: what a typing error must not
//! turn a keyword into.

use std::sync::LazyLock;

use crate::dutch::noun::{self, Kind};
use crate::text::words::lexicon::Numbering;

/// The list as shipped.
const LIST: &str = include_str!("../common-words.txt");

/// Fewest letters of each part when two common words stand together: shorter parts are endings and
/// prefixes as well, and would take honest misspellings for compounds.
const SHORTEST_PART: usize = 4;

/// The words as they stand in the list.
static LISTED: LazyLock<Numbering> = LazyLock::new(|| {
    let mut words = Numbering::default();
    for (_, word) in entries() {
        words.number(word);
    }
    words
});

/// The words that stand in the list as they are: function words and irregular forms.
static FUNCTION: LazyLock<Numbering> = LazyLock::new(|| {
    let mut words = Numbering::default();
    for (_, word) in entries().filter(|(section, _)| *section == "[forms]") {
        words.number(word);
    }
    words
});

/// The words with their inflected forms.
static INFLECTED: LazyLock<Numbering> = LazyLock::new(|| {
    let mut words = Numbering::default();
    let mut add = |forms: Vec<String>| {
        for form in forms {
            words.number(&form);
        }
    };
    for (section, word) in entries() {
        match section {
            "[nouns]" => add(noun_forms(word)),
            "[verbs]" => add(verb_forms(word)),
            "[adjectives]" => add(adjective_forms(word)),
            _ => {}
        }
        add(vec![word.to_owned()]);
    }
    words
});

/// Each word of the list with the heading it stands under.
fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(move |line| {
            let heading = line.starts_with('[');
            if heading {
                section = line;
            }
            let words = if heading { "" } else { line };
            words.split_whitespace().map(move |word| (section, word))
        })
}

/// Whether a folded text stands in the list itself, as a word in its own right.
///
/// This is the guard for [`noun::forms`]: an inflected form in [`is_common`] may be the very form
/// that is being made.
pub fn is_listed(text: &str) -> bool {
    LISTED.holds(text)
}

/// Whether a folded text is a word that says nothing of what is spoken about: *de*, *omdat*, *gisteren*.
pub fn is_function(text: &str) -> bool {
    FUNCTION.holds(text)
}

/// Whether a folded text is a common Dutch word or an inflected form of one.
pub fn is_common(text: &str) -> bool {
    INFLECTED.holds(text)
}

/// Whether a folded text is a common word, or two of them written together: Dutch writes compounds
/// as one word, so most of its words stand in no list.
pub fn is_word(text: &str) -> bool {
    is_common(text)
        || (SHORTEST_PART..=text.len().saturating_sub(SHORTEST_PART))
            .filter(|&at| text.is_char_boundary(at))
            .any(|at| is_common(&text[..at]) && is_common(&text[at..]))
}

fn noun_forms(word: &str) -> Vec<String> {
    let forms = noun::forms(word, &|_| false);
    forms
        .iter()
        .filter(|form| form.kind != Kind::Adjective)
        .map(|form| form.text.clone())
        .collect()
}

/// Adjective, with -e, and the degrees of comparison.
fn adjective_forms(word: &str) -> Vec<String> {
    let forms = noun::forms(word, &|_| false);
    let inflected: Vec<&str> = forms.of(Kind::Adjective).collect();
    let mut all = vec![
        format!("{word}s"),
        format!("{word}st"),
        format!("{word}ste"),
    ];
    for form in inflected {
        all.extend(["", "n", "r", "re", "rs"].map(|ending| format!("{form}{ending}")));
    }
    all
}

/// The weak conjugation: stem, -t, -te(n) or -de(n) after the sound before -en ('t kofschip),
/// participle with and without ge-, present participle. A stem whose vowel may be long or toneless
/// (`reken`, `controleer`) is taken in both ways: a form too many only guards too much.
fn verb_forms(infinitive: &str) -> Vec<String> {
    let Some(open) = infinitive.strip_suffix("en") else {
        return vec![infinitive.to_owned()];
    };
    let voiceless = ["t", "k", "f", "s", "ch", "p", "x"]
        .iter()
        .any(|sound| open.ends_with(sound));
    let sound = if voiceless { "t" } else { "d" };
    let mut all = vec![
        infinitive.to_owned(),
        format!("{infinitive}d"),
        format!("{infinitive}de"),
    ];
    for stem in stems(open) {
        let ending = if stem.ends_with(sound) { "" } else { sound };
        let participle = format!("{stem}{ending}");
        all.push(format!("{stem}t"));
        all.push(format!("{stem}{sound}e"));
        all.push(format!("{stem}{sound}en"));
        all.push(format!("ge{participle}"));
        all.push(format!("ge{participle}e"));
        all.push(participle);
        all.push(stem);
    }
    all
}

/// The stems that an infinitive without -en may have: a doubled consonant single, v and z as f and
/// s, a single vowel as it stands and doubled.
fn stems(open: &str) -> Vec<String> {
    let letters: Vec<char> = open.chars().collect();
    let [.., vowel, last] = letters[..] else {
        return vec![open.to_owned()];
    };
    let closed = |text: &str| match last {
        'v' => format!("{}f", &text[..text.len() - 1]),
        'z' => format!("{}s", &text[..text.len() - 1]),
        _ => text.to_owned(),
    };
    if vowel == last {
        return vec![open[..open.len() - 1].to_owned()];
    }
    let mut stems = vec![closed(open)];
    if matches!(vowel, 'a' | 'e' | 'o' | 'u') {
        let before = &open[..open.len() - 1];
        stems.push(closed(&format!("{before}{vowel}{last}")));
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_thousands_of_words_and_more_forms() {
        println!("{} listed, {} forms", LISTED.len(), INFLECTED.len());
        assert!(LISTED.len() >= 3_000, "{}", LISTED.len());
        assert!(INFLECTED.len() >= 10_000, "{}", INFLECTED.len());
    }

    #[test]
    fn the_list_is_folded() {
        for (_, word) in entries() {
            assert_eq!(crate::text::fold::folded(word), word);
        }
    }

    #[test]
    fn inflected_forms_of_common_words_are_known() {
        for (text, expected) in [
            ("inbreuken", true),
            ("vervelende", true),
            ("verveelde", true),
            ("controleerden", true),
            ("gecontroleerd", true),
            ("wandelde", true),
            ("veiliger", true),
            ("onveiligste", true),
            ("maatregelen", true),
            ("gemeentes", true),
            ("fietspaden", true),
            ("reisde", true),
            ("inbraaak", false),
            ("", false),
        ] {
            assert_eq!(is_common(text), expected, "{text}");
        }
    }

    #[test]
    fn the_list_as_guard_leaves_a_word_its_own_plurals() {
        for (word, plural) in [
            ("inbraak", "inbraken"),
            ("overval", "overvallen"),
            ("gebeurtenis", "gebeurtenissen"),
            ("diefstal", "diefstallen"),
            ("verdachte", "verdachten"),
            ("explosie", "explosies"),
            ("agent", "agenten"),
            ("pakket", "pakketten"),
            ("werkman", "werklieden"),
        ] {
            assert!(
                noun::forms(word, &is_listed).contains(plural),
                "{word} {plural}"
            );
        }
    }

    #[test]
    fn two_common_words_together_are_a_word() {
        assert!(is_word("schoolfeest"));
        assert!(is_word("zomervakanties"));
        assert!(!is_word("schoolfeext"));
        assert!(!is_word("\u{eb}\u{eb}\u{eb}\u{eb}\u{eb}"));
    }
}
