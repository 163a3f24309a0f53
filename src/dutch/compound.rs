//! Compounds: `inbraak+{poging golf}`.
//!
//! The right part of a Dutch compound is its head and takes the endings; between the parts may
//! stand -s-, -e-, -en- or -n-. Which one, spelling rules hardly tell and writers often miss, so all
//! are expanded: a compound that nobody writes finds nothing. Writing the parts apart is the
//! commonest Dutch spelling error, so each compound is also a sequence of two words.

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::dutch::noun::{self, Kind, LONGEST_WORD};
use crate::dutch::refusal::Refusal;
use crate::text::fold;

/// Most forms of one expression. Some 130 pairs of modifier and head; a longer list is better cut
/// into lines that a keeper can still read, and the matcher compiles 100,000 forms at most.
pub const MOST_COMPOUNDS: usize = 20_000;

/// How the parts of a compound are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writing {
    /// `inbraakpoging`
    Joined,
    /// `inbraak-poging`
    Hyphenated,
    /// `inbraak poging`: a sequence of two words.
    Apart,
}

/// One way in which a compound may be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Compound {
    /// The folded text; for [`Writing::Apart`] two words with one space between them.
    pub text: String,
    /// How it is written.
    pub writing: Writing,
    /// Which form of the head it has.
    pub kind: Kind,
    /// Whether a linking letter stands between the parts.
    pub linked: bool,
}

/// Every way to write a modifier before a head: `inbraak` and `poging golf`.
///
/// `is_word` knows words in their own right: a joined form with a linking letter that is one of them
/// is left out, and so is an uncertain form of the head.
///
/// # Errors
///
/// [`Refusal::NotAWord`] for an empty part or one with a space; [`Refusal::TooManyForms`] above
/// [`MOST_COMPOUNDS`].
pub fn expand(
    modifiers: &[&str],
    heads: &[&str],
    is_word: &dyn Fn(&str) -> bool,
) -> Result<Vec<Compound>, Refusal> {
    let heads = heads
        .iter()
        .map(|head| head_forms(head, is_word))
        .collect::<Result<Vec<_>, _>>()?;
    let mut compounds = Vec::new();
    let mut seen = FxHashSet::default();
    for modifier in modifiers {
        let modifier = one_word(modifier)?;
        let links = links(&modifier);
        for (kind, head) in heads.iter().flatten() {
            for link in &links {
                for (text, writing) in writings(link, head) {
                    let another = writing == Writing::Joined && *link != modifier && is_word(&text);
                    if !another && seen.insert(text.clone()) {
                        compounds.push(Compound {
                            text,
                            writing,
                            kind: *kind,
                            linked: *link != modifier,
                        });
                    }
                }
            }
            if compounds.len() > MOST_COMPOUNDS {
                return Err(Refusal::TooManyForms {
                    most: MOST_COMPOUNDS,
                });
            }
        }
    }
    Ok(compounds)
}

fn writings(link: &str, head: &str) -> [(String, Writing); 3] {
    [
        (format!("{link}{head}"), Writing::Joined),
        (format!("{link}-{head}"), Writing::Hyphenated),
        (format!("{link} {head}"), Writing::Apart),
    ]
}

/// The forms of a word as head, with the word itself as [`Kind::Given`]. A head is a noun, so its
/// adjective -e is left out.
fn head_forms(head: &str, is_word: &dyn Fn(&str) -> bool) -> Result<Vec<(Kind, String)>, Refusal> {
    let head = one_word(head)?;
    let forms = noun::forms(&head, is_word);
    let nouns = forms.iter().filter(|form| form.kind != Kind::Adjective);
    Ok(nouns.map(|form| (form.kind, form.text.clone())).collect())
}

/// A modifier with each linking letter it may take: itself, -s, its plural in -en and that without
/// n (`hond`, `honds`, `honden`, `honde`), -n after e, and the plural stem of `kinder-`.
fn links(modifier: &str) -> Vec<String> {
    let mut links = vec![modifier.to_owned()];
    if !modifier.ends_with(['s', 'z', 'x']) {
        links.push(format!("{modifier}s"));
    }
    if modifier.ends_with('e') {
        links.push(format!("{modifier}n"));
    }
    let forms = noun::forms(modifier, &|_| false);
    for plural in forms
        .of(Kind::Plural)
        .filter(|plural| plural.ends_with("en"))
    {
        links.push(plural.to_owned());
        links.push(plural[..plural.len() - 1].to_owned());
        if plural.ends_with("eren") && !modifier.ends_with("er") {
            links.push(plural[..plural.len() - 2].to_owned());
        }
    }
    links
}

/// A folded part of an expression, when it is one word.
fn one_word(word: &str) -> Result<String, Refusal> {
    let part = fold::folded(word);
    let letters = part.chars().count();
    let fits = (1..=LONGEST_WORD).contains(&letters)
        && part
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '\''));
    if fits {
        Ok(part)
    } else {
        // A hostile word must not fill the screen of the person who is told about it.
        let word = word.chars().take(LONGEST_WORD).collect();
        Err(Refusal::NotAWord { word })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(modifier: &str, head: &str) -> Vec<String> {
        expand(&[modifier], &[head], &|_| false)
            .unwrap()
            .into_iter()
            .map(|compound| compound.text)
            .collect()
    }

    #[test]
    fn a_compound_is_found_joined_apart_and_with_a_hyphen() {
        for (modifier, head, expected) in [
            ("inbraak", "poging", "inbraakpoging"),
            ("inbraak", "poging", "inbraakpogingen"),
            ("inbraak", "poging", "inbraak poging"),
            ("inbraak", "poging", "inbraak-pogingen"),
            ("inbraak", "spoor", "inbraaksporen"),
            ("inbraak", "spoor", "inbraak sporen"),
            ("inbraak", "golf", "inbraakgolven"),
            ("inbraak", "golf", "inbraakgolfje"),
            ("inbreker", "gilde", "inbrekersgilde"),
            ("fiets", "dief", "fietsendief"),
            ("fiets", "dief", "fietsdieven"),
            ("fiets", "dief", "fietsen dieven"),
            ("diefstal", "poging", "diefstalpogingen"),
            ("hond", "poep", "hondenpoep"),
            ("hond", "poep", "honden poep"),
            ("hond", "poep", "hondepoep"),
            ("auto", "inbraak", "auto-inbraak"),
            ("auto", "inbraak", "autoinbraken"),
            ("auto", "ruit", "autoruitje"),
            ("autoruit", "schade", "autoruitschades"),
            ("woning", "inbraak", "woninginbraakje"),
            ("kind", "opvang", "kinderopvang"),
            ("groente", "winkel", "groentenwinkel"),
            ("groep", "aanval", "groepsaanvallen"),
            ("stad", "brand", "stadsbranden"),
            ("vuurwerk", "bom", "vuurwerkbommen"),
            ("zak", "roller", "zakkenrollers"),
            ("Café", "ruzie", "caferuzies"),
            ("huis", "brand", "huizenbranden"),
        ] {
            let found = texts(modifier, head);
            assert!(
                found.contains(&expected.to_owned()),
                "{expected}: {found:?}"
            );
        }
    }

    #[test]
    fn a_sequence_is_labelled_as_such() {
        for compound in expand(&["inbraak"], &["poging"], &|_| false).unwrap() {
            let apart = compound.writing == Writing::Apart;
            assert_eq!(compound.text.contains(' '), apart, "{compound:?}");
            let hyphen = compound.writing == Writing::Hyphenated;
            assert_eq!(compound.text.contains('-'), hyphen, "{compound:?}");
        }
    }

    #[test]
    fn a_linking_letter_never_makes_another_word() {
        let exists = |text: &str| text == "autospoor" || text == "autopoor";
        let found = expand(&["auto"], &["poor"], &exists).unwrap();
        let has = |text: &str| found.iter().any(|compound| compound.text == text);
        assert!(!has("autospoor"));
        assert!(has("autopoor"), "what is written as such stays");
    }

    #[test]
    fn what_is_not_a_word_is_refused() {
        for (modifier, head) in [("", "poging"), ("inbraak", ""), ("een woning", "brand")] {
            let refused = expand(&[modifier], &[head], &|_| false);
            assert!(
                matches!(refused, Err(Refusal::NotAWord { .. })),
                "{modifier}+{head}"
            );
        }
    }

    #[test]
    fn too_many_forms_are_refused() {
        let words: Vec<String> = (0..60).map(|n| format!("woord{n}naam")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let refused = expand(&words, &words, &|_| false);
        assert_eq!(
            refused,
            Err(Refusal::TooManyForms {
                most: MOST_COMPOUNDS
            })
        );
    }

    proptest! {
        #[test]
        fn any_parts_are_taken_without_panic_and_within_bounds(a in "\\PC{0,70}", b in "[a-z\u{eb}' -]{0,70}") {
            if let Ok(found) = expand(&[&a, &b], &[&b, &a], &|_| false) {
                prop_assert!(found.len() <= MOST_COMPOUNDS + 3 * 60 * noun::MOST_FORMS);
            }
        }
    }
}
