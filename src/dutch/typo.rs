//! `~word`: the word with one typing error, never another existing word.
//!
//! All strings at one insertion, deletion, substitution or exchange of two neighbours are expanded
//! (some 54 for each letter), of the word and its plurals. Left out is each that is a word: a common
//! one ([`known`]), one of the theme's traps, or two common words written together (`woningrand`).
//! The list of common words is our own and finite, so a rare word may slip through; a keeper who
//! meets one writes it as a trap or as a veto.

pub mod known;

use std::collections::BTreeSet;

use crate::dutch::noun::{self, Kind, LONGEST_WORD};
use crate::dutch::refusal::Refusal;
use crate::text::fold;

/// Fewest letters of a word that may have a typing error. Shorter words have real words all around
/// them (`brand`: `band`, `rand`, `bran`, `brandt`).
pub const SHORTEST_WORD: usize = 7;

/// Most strings of one `~word`. A word of twelve letters with two plurals has some 2,300; the
/// longest compounds stay below this, a word that does not is no word.
pub const MOST_TYPOS: usize = 12_000;

/// Each string at one typing error from a word or its plurals, sorted, without the forms themselves.
///
/// `is_trap` knows folded words that the theme or the gazetteer wants kept apart, besides the
/// common words that are always kept apart.
///
/// # Errors
///
/// [`Refusal::TooShortForTypo`] below [`SHORTEST_WORD`] letters; [`Refusal::NotAWord`] for what is
/// not one word of letters; [`Refusal::TooManyForms`] above [`MOST_TYPOS`].
pub fn typos(word: &str, is_trap: &dyn Fn(&str) -> bool) -> Result<Vec<String>, Refusal> {
    let folded = fold::folded(word);
    let letters = folded.chars().count();
    if letters > LONGEST_WORD || !folded.chars().all(char::is_alphabetic) || letters == 0 {
        // A hostile word must not fill the screen of the person who is told about it.
        let word = word.chars().take(LONGEST_WORD).collect();
        return Err(Refusal::NotAWord { word });
    }
    if letters < SHORTEST_WORD {
        return Err(Refusal::TooShortForTypo {
            word: folded,
            letters,
            least: SHORTEST_WORD,
        });
    }
    let forms = noun::forms(&folded, is_trap);
    let heads = forms
        .iter()
        .filter(|form| matches!(form.kind, Kind::Given | Kind::Plural))
        .filter(|form| form.text.chars().all(char::is_alphabetic));
    let mut typos = BTreeSet::new();
    for head in heads {
        typos.extend(one_edit(&head.text));
    }
    typos.retain(|text| !forms.contains(text) && !is_trap(text) && !known::is_word(text));
    if typos.len() > MOST_TYPOS {
        return Err(Refusal::TooManyForms { most: MOST_TYPOS });
    }
    Ok(typos.into_iter().collect())
}

/// Every string at one typing error; some stand in it twice.
fn one_edit(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let text = |before: &[char], middle: &[char], after: &[char]| -> String {
        before.iter().chain(middle).chain(after).collect()
    };
    let mut edits = Vec::with_capacity(54 * letters.len() + 26);
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        for letter in 'a'..='z' {
            edits.push(text(before, &[letter], after));
        }
        let Some((&here, rest)) = after.split_first() else {
            continue;
        };
        edits.push(text(before, &[], rest));
        for letter in ('a'..='z').filter(|&letter| letter != here) {
            edits.push(text(before, &[letter], rest));
        }
        if let Some((&next, rest)) = rest.split_first()
            && next != here
        {
            edits.push(text(before, &[next, here], rest));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// Words of the safety themes, as a keeper may put a `~` before.
    const SAFETY: &str = "inbraak diefstal vernieling mishandeling bedreiging beroving overval \
        brandstichting oplichting vandalisme geluidsoverlast overlast vuurwerk vechtpartij \
        steekpartij straatroof zakkenroller drugsdealer woninginbraak autobrand aanranding \
        intimidatie inbreker explosie brandweer hangjongeren vuurwerkbom ontploffing fietsendief \
        autodiefstal afpersing babbeltruc gestolen ingebroken opengebroken geforceerd vernield \
        bedreigd mishandeld beroofd opgelicht geschoten aangifte politie getuige zwerfafval \
        drugsafval graffiti handgranaat wietplantage";

    fn corpus(name: &str) -> Option<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/corpus/opentaal")
            .join(name);
        let text = std::fs::read_to_string(&path).ok();
        if text.is_none() {
            println!("skipped: the word lists in ../shared/corpus/opentaal are not here");
        }
        text
    }

    fn finds(word: &str, text: &str) -> bool {
        typos(word, &|_| false).unwrap().contains(&text.to_owned())
    }

    #[test]
    fn one_error_of_each_kind_is_found() {
        for (word, wrong) in [
            ("inbraak", "inbrak"),
            ("inbraak", "imbraak"),
            ("inbraak", "inbraaak"),
            ("inbraak", "inrbaak"),
            ("inbraak", "nbraak"),
            ("inbraak", "inbrakeb"),
            ("inbraak", "inbrakem"),
            ("diefstal", "diefsal"),
            ("diefstal", "diefstallem"),
            ("diefstal", "deifstal"),
            ("vernieling", "vernieing"),
            ("vernieling", "verneiling"),
            ("mishandeling", "mishadeling"),
            ("brandstichting", "brandsichting"),
            ("brandstichting", "brandstichtign"),
            ("overlast", "overalst"),
            ("vuurwerk", "vuuwerk"),
            ("vuurwerk", "vuurwrek"),
            ("woninginbraak", "woniginbraak"),
            ("zakkenroller", "zakkeroller"),
            ("straatroof", "straatrof"),
            ("Inbraak", "inbraaj"),
        ] {
            assert!(finds(word, wrong), "{word} {wrong}");
        }
    }

    #[test]
    fn another_word_and_two_errors_are_not_found() {
        for (word, other) in [
            ("inbraak", "inbraak"),
            ("inbraak", "inbraken"),
            ("inbraak", "inbreken"),
            ("inbraak", "inspraak"),
            ("inbraak", "ibnrak"),
            ("inbreuk", "inbreek"),
            ("overval", "overvol"),
            ("overval", "overal"),
            ("overval", "vervallen"),
            ("oplichting", "oprichting"),
            ("oplichting", "opluchting"),
            ("vernieling", "verveling"),
            ("vernield", "vermeld"),
            ("beroving", "beroering"),
            ("stalking", "stalling"),
            ("bedreiging", "bedrieging"),
            ("vuurwerk", "uurwerk"),
            ("brandweer", "landweer"),
            ("woningbrand", "woningrand"),
            ("woningbrand", "woningband"),
            ("beroofd", "beloofd"),
        ] {
            assert!(!finds(word, other), "{word} {other}");
        }
    }

    #[test]
    fn a_trap_of_the_theme_is_left_alone() {
        let trap = |text: &str| text == "inbraat";
        assert!(finds("inbraak", "inbraat"));
        assert!(
            !typos("inbraak", &trap)
                .unwrap()
                .contains(&"inbraat".to_owned())
        );
    }

    #[test]
    fn a_short_word_is_refused_with_the_number_that_is_needed() {
        for word in ["roof", "brand", "dealer", "a"] {
            let refused = typos(word, &|_| false);
            assert!(
                matches!(refused, Err(Refusal::TooShortForTypo { least: 7, .. })),
                "{word}: {refused:?}"
            );
        }
        for word in ["", "twee woorden", "auto-inbraak", "112melding"] {
            let refused = typos(word, &|_| false);
            assert!(matches!(refused, Err(Refusal::NotAWord { .. })), "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_word_is_taken_without_panic_and_within_bounds(word in "\\PC{0,70}", plain in "[a-z]{7,60}") {
            for text in [word, plain] {
                if let Ok(found) = typos(&text, &|_| false) {
                    prop_assert!(found.len() <= MOST_TYPOS);
                }
            }
        }
    }

    /// Words that did not steer the list of common words, to see how it does on others: 10 of their
    /// 17 neighbours were caught at first; the three misses of another meaning were then added.
    const OTHERS: &str = "achtervolging arrestatie plundering spookrijder dronkenschap scheldpartij \
        samenscholing stankoverlast waterschade insluiping hennepkwekerij drugspand rookontwikkeling \
        noodopvang verstoring bedelaars hardrijders wildplassen kraakpand bouwoverlast dreigbrief \
        handtasjes gasexplosie schietpartij ongeluk aanrijding vermissing ontvoering chantage \
        phishing heling verdachte overvaller vandaal rellen hooligans messentrekker bekeuring \
        camerabeelden signalement slachtoffer getuigenoproep wijkagent noodweer zwerver parkeeroverlast \
        stoeptegels bushokje speeltuin lantaarnpaal";

    /// Prints how many existing words one error away from some words the guard catches.
    fn guard_share(title: &str, list: &str, base: &HashSet<String>) -> f64 {
        let (mut caught, mut missed) = (0, Vec::new());
        for word in list
            .split_whitespace()
            .filter(|word| word.len() >= SHORTEST_WORD)
        {
            let forms = noun::forms(word, &|_| false);
            let kept: HashSet<String> = typos(word, &|_| false).unwrap().into_iter().collect();
            let near: HashSet<String> = forms
                .iter()
                .filter(|form| matches!(form.kind, Kind::Given | Kind::Plural))
                .flat_map(|form| one_edit(&form.text))
                .filter(|text| base.contains(text) && !forms.contains(text))
                .collect();
            for text in near {
                if kept.contains(&text) {
                    missed.push(format!("{word}>{text}"));
                } else {
                    caught += 1;
                }
            }
        }
        missed.sort();
        let all = caught + missed.len();
        println!(
            "guard, {title}: {caught} of {all} existing neighbours caught; missed: {}",
            missed.join(", ")
        );
        caught as f64 / all as f64
    }

    #[test]
    fn the_guard_catches_the_words_around_the_safety_vocabulary() {
        let Some(words) = corpus("basiswoorden-gekeurd.txt") else {
            return;
        };
        let base: HashSet<String> = words
            .lines()
            .filter(|word| word.starts_with(char::is_lowercase))
            .map(fold::folded)
            .collect();
        assert!(guard_share("safety words", SAFETY, &base) >= 0.9);
        assert!(guard_share("other words", OTHERS, &base) >= 0.5);
    }

    #[test]
    fn misspellings_of_the_word_list_are_found() {
        let Some(rows) = corpus("corrections.tsv") else {
            return;
        };
        let (mut all, mut near, mut found, mut lost) = (0, 0, 0, Vec::new());
        // Every fifth row is enough for a share, and keeps the test fast.
        for row in rows.lines().step_by(5) {
            let Some((wrong, right)) = row.split_once('\t') else {
                continue;
            };
            let (wrong, right) = (fold::folded(wrong), fold::folded(right));
            let one = |text: &str| text.chars().all(char::is_alphabetic);
            if !one(&wrong)
                || !one(&right)
                || wrong == right
                || right.chars().count() < SHORTEST_WORD
            {
                continue;
            }
            all += 1;
            let is_near = one_edit(&right).contains(&wrong);
            near += usize::from(is_near);
            if typos(&right, &|_| false).unwrap().contains(&wrong) {
                found += 1;
            } else if is_near {
                lost.push(format!("{right}>{wrong}"));
            }
        }
        println!(
            "misspellings: {found} of {all} found; at one error {near}; taken for a word: {}",
            lost.join(", ")
        );
        assert!(all > 100, "the list has changed");
        assert!(found * 100 >= near * 95, "{found} of {near}");
    }
}
