//! Short ways of writing a word, as people do in messages: *m'n* for *mijn*, *ff* for *even*.

/// The short way, as it stands in a folded text once quotation marks around words are gone, and the
/// word it stands for.
const SHORT: [(&str, &str); 21] = [
    ("aub", "alstublieft"),
    ("svp", "alstublieft"),
    ("s", "des"),
    ("n", "een"),
    ("effe", "even"),
    ("effen", "even"),
    ("ff", "even"),
    ("gvd", "godverdomme"),
    ("d'r", "haar"),
    ("r", "haar"),
    ("m", "hem"),
    ("t", "het"),
    ("iem", "iemand"),
    ("k", "ik"),
    ("idd", "inderdaad"),
    ("m'n", "mijn"),
    ("mn", "mijn"),
    ("mss", "misschien"),
    ("wss", "waarschijnlijk"),
    ("z'n", "zijn"),
    ("zn", "zijn"),
];

/// Whether there is a short way of writing a folded word.
pub fn has_short(word: &str) -> bool {
    SHORT.iter().any(|(_, full)| *full == word)
}

/// The short ways of writing a folded word; none for most.
pub fn short_for(word: &str) -> Vec<String> {
    let of_word = SHORT.iter().filter(|(_, full)| *full == word);
    of_word.map(|(short, _)| (*short).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::folded;

    #[test]
    fn a_word_knows_its_short_ways() {
        assert_eq!(short_for("mijn"), ["m'n", "mn"]);
        assert_eq!(short_for("het"), ["t"]);
        assert!(short_for("inbraak").is_empty());
    }

    #[test]
    fn short_ways_are_folded_and_none_is_itself_a_long_one() {
        for (short, full) in SHORT {
            assert_eq!(folded(short), short);
            assert_eq!(folded(full), full);
            assert!(short_for(short).is_empty(), "{short}");
        }
    }
}
