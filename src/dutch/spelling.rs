//! Folding, and the spelling noise of short messages: elongation, clitics, d and t, lost n.
//!
//! It works on words. Folding a whole text with its offsets is the matter of [`crate::text`].

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use serde::Serialize;

/// Longest token in which elongation is undone, in bytes. `neeeeee…` may go on for a screen, but a
/// token without bound is no word and would cost time for nothing.
pub const LONGEST_TOKEN: usize = 120;

/// Most stretched places of which every combination is tried; above it they shrink together. Two
/// readings for each of three places are eight readings; people stretch one place, rarely two.
const MOST_STRETCHES: usize = 3;

/// A word as the matcher folds its text: lower case, without accents, `ĳ` as `ij`, curly quotes
/// straight, without soft hyphens and invisible characters.
pub fn folded(word: &str) -> String {
    word.nfkd()
        .filter(|letter| !is_combining_mark(*letter) && !is_invisible(*letter))
        .flat_map(char::to_lowercase)
        // Lower-casing İ leaves a mark of its own.
        .filter(|letter| !is_combining_mark(*letter))
        .map(|letter| match letter {
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '`' | '\u{b4}' => '\'',
            '\u{2010}' | '\u{2011}' => '-',
            other => other,
        })
        .collect()
}

fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Whether a token has three equal letters in a row, which no Dutch word has.
pub fn is_stretched(token: &str) -> bool {
    let letters = token.chars();
    let next = letters.clone().skip(1);
    let after = letters.clone().skip(2);
    letters
        .zip(next)
        .zip(after)
        .any(|((a, b), c)| a == b && b == c && a.is_alphabetic())
}

/// The words that a stretched token may stand for: each run of three or more equal letters as two
/// and as one (`knaaaal`: `knaal`, `knal`).
///
/// Empty for a token that is not stretched or longer than [`LONGEST_TOKEN`]; at most eight readings.
/// A folded word with three e's in a row (`zeeen`) must be looked up before this is called.
pub fn shrunk(token: &str) -> Vec<String> {
    if token.len() > LONGEST_TOKEN || !is_stretched(token) {
        return Vec::new();
    }
    let runs = runs(token);
    let stretches = runs.iter().filter(|run| run.1 > 2).count();
    // Each bit of `choice` says for one stretch whether it becomes one letter.
    let choices: Vec<u32> = if stretches <= MOST_STRETCHES {
        (0..1 << stretches).collect()
    } else {
        vec![0, u32::MAX]
    };
    let mut readings: Vec<String> = choices
        .into_iter()
        .map(|choice| reading(&runs, choice))
        .collect();
    readings.dedup();
    readings
}

/// Runs of equal letters with their lengths; only letters can be stretched.
fn runs(token: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for letter in token.chars() {
        match runs.last_mut() {
            Some(run) if run.0 == letter && letter.is_alphabetic() => run.1 += 1,
            _ => runs.push((letter, 1)),
        }
    }
    runs
}

fn reading(runs: &[(char, usize)], choice: u32) -> String {
    let mut word = String::new();
    let mut stretch = 0;
    for &(letter, length) in runs {
        let times = if length > 2 {
            // Beyond 32 stretches all shrink alike, so the last bit may serve the rest.
            let single = choice >> stretch.min(31) & 1 == 1;
            stretch += 1;
            if single { 1 } else { 2 }
        } else {
            length
        };
        word.extend(std::iter::repeat_n(letter, times));
    }
    word
}

/// Short ways of writing that stand for whole words; the words are separated by spaces.
const CLITICS: [(&str, &str); 34] = [
    ("'t", "het"),
    ("t", "het"),
    ("'n", "een"),
    ("n", "een"),
    ("'k", "ik"),
    ("k", "ik"),
    ("'m", "hem"),
    ("'r", "haar"),
    ("d'r", "haar"),
    ("m'n", "mijn"),
    ("mn", "mijn"),
    ("z'n", "zijn"),
    ("zn", "zijn"),
    ("'s", "des"),
    ("ff", "even"),
    ("effe", "even"),
    ("effen", "even"),
    ("idd", "inderdaad"),
    ("gvd", "godverdomme"),
    ("ipv", "in plaats van"),
    ("ivm", "in verband met"),
    ("mbt", "met betrekking tot"),
    ("tov", "ten opzichte van"),
    ("nav", "naar aanleiding van"),
    ("tgv", "ten gevolge van"),
    ("iig", "in ieder geval"),
    ("aub", "alstublieft"),
    ("svp", "alstublieft"),
    ("wss", "waarschijnlijk"),
    ("mss", "misschien"),
    ("iem", "iemand"),
    ("vd", "van de"),
    ("ah", "aan het"),
    ("oa", "onder andere"),
];

/// What a folded clitic or text-message abbreviation stands for: `m'n`, `mijn`; `ff`, `even`.
pub fn clitic(token: &str) -> Option<&'static str> {
    CLITICS
        .iter()
        .find(|(short, _)| *short == token)
        .map(|(_, full)| *full)
}

/// The short ways of writing a folded word, when it is one word: `mijn`, `m'n` and `mn`. As they
/// stand in a text once the quotation marks around words are gone.
pub fn short_for(word: &str) -> Vec<String> {
    let shorts = CLITICS.iter().filter(|(_, full)| *full == word);
    let mut shorts: Vec<String> = shorts
        .map(|(short, _)| short.trim_start_matches('\'').to_owned())
        .collect();
    shorts.sort();
    shorts.dedup();
    shorts
}

/// What is wrong in a misspelt form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// d, t or dt at the end instead of one another: `bedreigt`, `bedreigd`.
    DOrT,
    /// The n of -en left out, as it is in speech: `gestole`.
    LostN,
    /// A sound written in its other way: `ei` for `ij`.
    SoundAlike,
}

/// Fewest letters for d/t and lost n: shorter words run into others (`wond`, `wont`).
const SHORTEST_NOISY: usize = 5;

/// Fewest letters for a sound written in its other way, as themes.md 3.4 asks.
const SHORTEST_SOUND_ALIKE: usize = 8;

/// Letters that sound alike or nearly so in Dutch.
const SOUND_ALIKES: [(&str, &str); 6] = [
    ("ei", "ij"),
    ("au", "ou"),
    ("ch", "g"),
    ("c", "k"),
    ("v", "f"),
    ("z", "s"),
];

/// The misspellings of a folded form that come from writing what one hears.
///
/// A misspelling that `is_word` knows is left out: `verbrand` may not become `verband`'s neighbour.
/// One error at a time, so the number is bounded by twice the length of the form.
pub fn misspelt(form: &str, is_word: &dyn Fn(&str) -> bool) -> Vec<(String, Noise)> {
    let letters = form.chars().count();
    if !(SHORTEST_NOISY..=LONGEST_TOKEN).contains(&letters) {
        return Vec::new();
    }
    let mut found: Vec<(String, Noise)> = Vec::new();
    for text in d_or_t(form) {
        found.push((text, Noise::DOrT));
    }
    if let Some(stem) = form.strip_suffix("en") {
        found.push((format!("{stem}e"), Noise::LostN));
    }
    if letters >= SHORTEST_SOUND_ALIKE {
        found.extend(sound_alikes(form).map(|text| (text, Noise::SoundAlike)));
    }
    found.retain(|(text, _)| text != form && !is_word(text));
    let mut seen = std::collections::HashSet::new();
    found.retain(|(text, _)| seen.insert(text.clone()));
    found
}

/// d, t and dt sound the same at the end of a word, and the rules for them are the ones most often
/// broken.
fn d_or_t(form: &str) -> Vec<String> {
    let Some(stem) = form
        .strip_suffix("dt")
        .or_else(|| form.strip_suffix(['d', 't']))
    else {
        return Vec::new();
    };
    // `-cht`, `-st`, `-ft`: nobody writes `nachd`.
    if stem.ends_with(['d', 't']) || ["ch", "s", "f"].iter().any(|e| stem.ends_with(e)) {
        return Vec::new();
    }
    ["d", "t", "dt"].map(|end| format!("{stem}{end}")).into()
}

fn sound_alikes(form: &str) -> impl Iterator<Item = String> {
    let both_ways = SOUND_ALIKES.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    both_ways.flat_map(move |(written, heard)| {
        form.match_indices(written)
            .filter(move |&(at, _)| !inside_pair(form, at, written))
            .map(move |(at, _)| format!("{}{heard}{}", &form[..at], &form[at + written.len()..]))
            .collect::<Vec<_>>()
    })
}

/// Whether a letter is part of a group with a sound of its own: the c of `ch`, the g of `ng`.
fn inside_pair(form: &str, at: usize, written: &str) -> bool {
    let before = form[..at].chars().next_back();
    let after = form[at + written.len()..].chars().next();
    match written {
        "c" => after == Some('h') || before == Some('s'),
        "k" => before == Some('c') || after == Some('j'),
        "g" => before == Some('n') || before == Some('g') || after == Some('g'),
        "ch" => before == Some('s'),
        "s" => {
            after == Some('c') || before == Some('s') || after == Some('s') || after == Some('t')
        }
        "f" => before == Some('f') || after == Some('f') || after == Some('t'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_takes_accents_case_and_invisible_characters_away() {
        for (word, expected) in [
            ("Één", "een"),
            ("coördinatie", "coordinatie"),
            ("DĲK", "dijk"),
            ("auto\u{2019}s", "auto's"),
            ("in\u{ad}braak", "inbraak"),
            ("in\u{200b}braak\u{200f}", "inbraak"),
            ("zee\u{308}n", "zeen"),
            ("", ""),
        ] {
            assert_eq!(folded(word), expected, "{word:?}");
        }
    }

    #[test]
    fn a_stretched_word_shrinks_to_two_letters_and_to_one() {
        for (token, expected) in [
            ("knaaaal", &["knaal", "knal"][..]),
            ("neeeee", &["nee", "ne"]),
            ("boooommm", &["boomm", "bomm", "boom", "bom"]),
            ("inbraak", &[]),
            ("1000", &[]),
            ("!!!!", &[]),
            ("", &[]),
        ] {
            assert_eq!(shrunk(token), expected, "{token}");
        }
        assert!(shrunk(&"a".repeat(LONGEST_TOKEN + 1)).is_empty());
        assert_eq!(shrunk("aaabbbcccddd"), ["aabbccdd", "abcd"]);
    }

    #[test]
    fn a_clitic_stands_for_its_words() {
        for (token, expected) in [
            ("'t", Some("het")),
            ("m'n", Some("mijn")),
            ("zn", Some("zijn")),
            ("d'r", Some("haar")),
            ("ff", Some("even")),
            ("ipv", Some("in plaats van")),
            ("inbraak", None),
            ("", None),
        ] {
            assert_eq!(clitic(token), expected, "{token}");
        }
    }

    #[test]
    fn a_form_is_misspelt_as_it_is_heard() {
        for (form, wrong, noise) in [
            ("bedreigt", "bedreigd", Noise::DOrT),
            ("vernield", "vernielt", Noise::DOrT),
            ("vernield", "vernieldt", Noise::DOrT),
            ("gestolen", "gestole", Noise::LostN),
            ("gebroken", "gebroke", Noise::LostN),
            ("mishandeling", "mishandelinch", Noise::SoundAlike),
            ("beveiliging", "bevijliging", Noise::SoundAlike),
            ("inbraken", "inbrake", Noise::LostN),
            ("overlast", "oferlast", Noise::SoundAlike),
            ("brandstichting", "brandstigting", Noise::SoundAlike),
            ("cocaine", "cocain", Noise::LostN),
        ] {
            let found = misspelt(form, &|_| false);
            let expected = !matches!(wrong, "mishandelinch" | "cocain");
            assert_eq!(
                found.contains(&(wrong.to_owned(), noise)),
                expected,
                "{form} {wrong} {found:?}"
            );
        }
    }

    #[test]
    fn a_misspelling_never_becomes_another_word() {
        let found = misspelt("verwond", &|text| text == "verwont");
        assert!(!found.iter().any(|(text, _)| text == "verwont"));
        assert!(misspelt("bond", &|_| false).is_empty(), "too short");
    }

    proptest! {
        #[test]
        fn any_text_is_taken_without_panic_and_within_bounds(text in "\\PC{0,200}") {
            let word = folded(&text);
            prop_assert_eq!(&folded(&word), &word);
            prop_assert!(shrunk(&word).len() <= 8);
            prop_assert!(misspelt(&word, &|_| false).len() <= 2 * word.len() + 4);
            clitic(&word);
        }

        #[test]
        fn stretched_words_are_taken_too(text in "[aeknt\u{e9}]{0,130}") {
            for reading in shrunk(&text) {
                prop_assert!(!is_stretched(&reading), "{}", reading);
            }
        }
    }
}
