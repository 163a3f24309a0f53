//! The word that a typo was meant to be.

/// The nearest of the words allowed, when it is near enough to be what was meant: at most one
/// change in three letters, where a change is a letter more, less, other, or two swapped.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    /// Longer texts are no mistyped words, and comparing them costs time.
    const LONGEST: usize = 64;
    /// More words than any list that people type from; each costs a comparison.
    const MOST: usize = 2000;
    let folded = |word: &str| -> Vec<char> {
        let letters = word.chars().flat_map(char::to_lowercase);
        letters.take(LONGEST + 1).collect()
    };
    let found = folded(found);
    if found.is_empty() || found.len() > LONGEST {
        return None;
    }
    let allowed = found.len().div_ceil(3);
    words
        .into_iter()
        .take(MOST)
        .filter(|word| word.len() <= (found.len() + allowed) * 4)
        .filter_map(|word| Some((distance(&found, &folded(word), allowed)?, word)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}

/// How many changes lie between two words (optimal string alignment); `None` as soon as there are
/// more than allowed.
fn distance(a: &[char], b: &[char], allowed: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(letter != other);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        // Two rows, because a swap looks two rows back.
        if row.iter().chain(&above).all(|least| *least > allowed) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    Some(above[b.len()]).filter(|least| *least <= allowed)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typo_finds_its_word_and_another_word_finds_nothing() {
        let check = |found: &str, expected: Option<&str>| {
            let words = ["feed", "page", "residents", "min_gap"];
            assert_eq!(nearest(found, words).as_deref(), expected, "{found}");
        };
        check("fed", Some("feed"));
        check("Feed", Some("feed"));
        check("fede", Some("feed"));
        check("mingap", Some("min_gap"));
        check("resdients", Some("residents"));
        check("telegram", None);
        check("", None);
        check(&"x".repeat(100_000), None);
    }
}
