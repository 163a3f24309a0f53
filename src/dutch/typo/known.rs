//! Common Dutch words, `common-words.txt`, with their inflected forms: what a typing error must not
//! turn a keyword into.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::dutch::noun::{self, Kind};

/// The list as shipped.
const LIST: &str = include_str!("../common-words.txt");

/// Fewest letters of each part when two common words stand together: shorter parts are endings and
/// prefixes as well, and would take honest misspellings for compounds.
const SHORTEST_PART: usize = 4;

static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut words = HashSet::new();
    let mut section = "";
    for line in LIST.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name;
            continue;
        }
        for word in line.split_whitespace() {
            match section {
                "nouns]" => words.extend(noun_forms(word)),
                "verbs]" => words.extend(verb_forms(word)),
                "adjectives]" => words.extend(adjective_forms(word)),
                _ => {}
            }
            words.insert(word.to_owned());
        }
    }
    words
});

/// Whether a folded text is a common Dutch word or an inflected form of one.
pub fn is_common(text: &str) -> bool {
    WORDS.contains(text)
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
