//! The spelling rules of regular verbs: stem, *'t kofschip*, doubling, diaeresis.
//!
//! The rules are those of the official Dutch spelling (Woordenlijst Nederlandse Taal, Leidraad).

use crate::dutch::verb::table;

/// Whether a character may stand in a Dutch verb.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || "áàâäéèêëíïóôöúûüçñ".contains(c)
}

/// Whether a character is written for a vowel.
pub(super) fn is_vowel(c: char) -> bool {
    "aeiouyáàâäéèêëíïóôöúûü".contains(c)
}

/// The stem as it is written for *ik*: `praten` gives `praat`, `geven` gives `geef`.
/// The verb comes without prefix or particle, and ends in -en or -ën.
pub(super) fn stem(infinitive: &str) -> String {
    let body = body(infinitive);
    if infinitive.ends_with("ën") && body.ends_with('i') {
        return format!("{body}e"); // oliën: olie
    }
    let letters: Vec<char> = body.chars().collect();
    let [.., before, last] = letters[..] else {
        return body.into();
    };
    let earlier = letters.len().checked_sub(3).map(|at| letters[at]);
    if before == last && !is_vowel(last) {
        return body[..body.len() - 1].into(); // kloppen: klop
    }
    if is_vowel(last) || "wxjyh".contains(last) {
        return body.into(); // gooi, duw, fax, vrij
    }
    let is_digraph = earlier.is_some_and(|earlier| {
        let pair: String = [earlier, before].iter().collect();
        DIGRAPHS.contains(&pair.as_str())
    });
    if is_vowel(before) && !is_digraph && !is_unstressed(body) {
        return devoiced(&lengthened(&letters, before, last)); // praten: praat, creëren: creëer
    }
    devoiced(body)
}

/// Two letters for one vowel; `ue` in situeren is not one.
const DIGRAPHS: [&str; 14] = [
    "aa", "ee", "oo", "uu", "ie", "oe", "eu", "ui", "ei", "ou", "au", "ai", "oa", "ea",
];

/// Everything before -en or -ën.
fn body(infinitive: &str) -> &str {
    infinitive
        .strip_suffix("en")
        .or_else(|| infinitive.strip_suffix("ën"))
        .unwrap_or(infinitive)
}

/// Doubles the vowel of an open syllable that closes: `prat` to `praat`; i and y never double.
fn lengthened(letters: &[char], vowel: char, last: char) -> String {
    let start: String = letters[..letters.len() - 2].iter().collect();
    match vowel {
        'a' | 'o' | 'u' | 'e' => format!("{start}{vowel}{vowel}{last}"),
        'ë' if start.ends_with('i') => format!("{start}ee{last}"),
        'ë' | 'ä' | 'ö' | 'ü' => {
            let plain = match vowel {
                'ë' => 'e',
                'ä' => 'a',
                'ö' => 'o',
                _ => 'u',
            };
            format!("{start}{vowel}{plain}{last}")
        }
        _ => format!("{start}{vowel}{last}"),
    }
}

/// Whether the last syllable of a body is unstressed, so that its vowel stays single:
/// `wandel`, `reken`, `adem`, `luister`, but `studeer`.
fn is_unstressed(body: &str) -> bool {
    let Some(at) = body
        .len()
        .checked_sub(2)
        .filter(|&at| body.is_char_boundary(at))
    else {
        return false;
    };
    let (start, ending) = body.split_at(at);
    if !start.contains(is_vowel) {
        return false;
    }
    match ending {
        "el" => !table::has_stress("eel", body),
        "en" | "em" => true,
        "er" => table::has_stress("er", body),
        _ => false,
    }
}

/// A stem ends in f and s where the infinitive has v and z.
fn devoiced(stem: &str) -> String {
    match stem.as_bytes() {
        [.., b'v'] => format!("{}f", &stem[..stem.len() - 1]),
        [.., b'z'] => format!("{}s", &stem[..stem.len() - 1]),
        _ => stem.into(),
    }
}

/// The form for *hij*: the stem with -t, unless it has one.
pub(super) fn third_person(stem: &str) -> String {
    if stem.ends_with('t') {
        stem.into()
    } else {
        format!("{stem}t")
    }
}

/// Past singular and plural: -te after a voiceless sound of the infinitive (*'t kofschip*,
/// *'t ex-kofschip*), else -de.
pub(super) fn weak_past(infinitive: &str, stem: &str) -> [String; 2] {
    let ending = if is_voiceless(infinitive) { "te" } else { "de" };
    [format!("{stem}{ending}"), format!("{stem}{ending}n")]
}

/// The participle without *ge*: the stem with -t or -d, unless it has one.
pub(super) fn weak_participle(infinitive: &str, stem: &str) -> String {
    if stem.ends_with(['t', 'd']) {
        stem.into()
    } else if is_voiceless(infinitive) {
        format!("{stem}t")
    } else {
        format!("{stem}d")
    }
}

/// Judged by the infinitive: leven has a v although its stem is written leef.
fn is_voiceless(infinitive: &str) -> bool {
    let body = body(infinitive);
    body.ends_with(['t', 'k', 'f', 's', 'p', 'x', 'c', 'q'])
        || body.ends_with("ch")
        || body.ends_with("sh")
}

/// *ge* before a participle, with a diaeresis where the vowels would run together.
pub(super) fn with_ge(participle: &str) -> String {
    let diphthong = ["ei", "eu", "ie", "ij", "ui"]
        .into_iter()
        .find(|diphthong| participle.starts_with(diphthong));
    let mut letters = participle.chars();
    match (letters.next(), diphthong) {
        (Some('e'), _) => format!("geë{}", letters.as_str()),
        (Some('i'), None) => format!("geï{}", letters.as_str()),
        (Some('u'), None) => format!("geü{}", letters.as_str()),
        _ => format!("ge{participle}"),
    }
}

/// A participle as adjective and as noun: `opgelicht` gives `opgelichte`, `opgelichten`;
/// `bestolen` gives `bestolene`, `bestolenen`.
pub(super) fn inflections(participle: &str) -> Vec<String> {
    let letters: Vec<char> = participle.chars().collect();
    let opened = match letters[..] {
        // gehaat: gehate
        [.., a, b, last] if a == b && "aeou".contains(a) && !is_vowel(last) => {
            let cut = participle.len() - 1 - last.len_utf8();
            format!("{}{last}", &participle[..cut])
        }
        // gejat: gejatte
        [.., a, b, last @ ('t' | 'd')]
            if !is_vowel(a) && "aeiou".contains(b) && !has_unstressed_end(participle) =>
        {
            format!("{participle}{last}")
        }
        _ => participle.into(),
    };
    vec![format!("{opened}e"), format!("{opened}en")]
}

/// Whether a participle ends in an unstressed -et, as those of English verbs do: `gedatet`.
fn has_unstressed_end(participle: &str) -> bool {
    let root = participle.strip_prefix("ge").unwrap_or_default();
    let start = root.strip_suffix("et").or_else(|| root.strip_suffix("ed"));
    start.is_some_and(|start| start.contains(is_vowel))
}

/// `brekend`, `brekende`.
pub(super) fn present_participles(infinitive: &str) -> [String; 2] {
    [format!("{infinitive}d"), format!("{infinitive}de")]
}

/// Particle and form as one word; with a hyphen where two vowels would read as one (`na-apen`),
/// and as a phrase when the particle has several words.
pub(super) fn join(particle: &str, form: &str) -> String {
    let clash = match (particle.chars().last(), form.chars().next()) {
        (Some(last), Some(first)) => matches!(
            (last, first),
            ('a', 'a' | 'e' | 'i' | 'u')
                | ('e', 'e' | 'i' | 'u')
                | ('i', 'e' | 'j')
                | ('o', 'e' | 'i' | 'o' | 'u')
                | ('u', 'i' | 'u')
        ),
        _ => false,
    };
    if particle.contains(' ') {
        format!("{particle} {form}")
    } else if clash {
        format!("{particle}-{form}")
    } else {
        format!("{particle}{form}")
    }
}
