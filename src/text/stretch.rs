//! Elongation: what a stretched word (`knaaaal`) may stand for.

/// Longest token in which elongation is undone, in bytes. `neeeeee…` may go on for a screen, but a
/// token without bound is no word and would cost time for nothing.
const LONGEST_TOKEN: usize = 120;

/// Most stretched places of which every combination is tried; above it they shrink together. Two
/// readings for each of three places are eight readings; people stretch one place, rarely two.
const MOST_STRETCHES: usize = 3;

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
/// Empty for a token that is not stretched or longer than `LONGEST_TOKEN`; at most eight readings.
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

#[cfg(test)]
mod tests {
    use super::*;

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

    proptest::proptest! {
        #[test]
        fn no_reading_is_stretched_and_there_are_few(text in "[aeknt\u{e9}]{0,130}") {
            let readings = shrunk(&text);
            proptest::prop_assert!(readings.len() <= 8);
            for reading in readings {
                proptest::prop_assert!(!is_stretched(&reading), "{}", reading);
            }
        }
    }
}
