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

/// Modifiers and heads, of which each pair is a compound: `inbraak` and `poging golf`.
///
/// Only their own forms are kept. Written out, a line of ten modifiers and ten heads is thousands of
/// compounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compounds {
    /// Each modifier, and behind it the same with linking letters.
    modifiers: Vec<Vec<String>>,
    /// The forms of all heads.
    heads: Vec<(Kind, String)>,
}

impl Compounds {
    /// Reads modifiers and heads. `is_word` knows words in their own right: an uncertain form of a
    /// head that is one of them is left out.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotAWord`] for an empty part or one with a space; [`Refusal::TooManyForms`] above
    /// [`MOST_COMPOUNDS`].
    pub fn read(
        modifiers: &[&str],
        heads: &[&str],
        is_word: &dyn Fn(&str) -> bool,
    ) -> Result<Compounds, Refusal> {
        let heads = heads.iter().map(|head| head_forms(head, is_word));
        let heads = heads.collect::<Result<Vec<_>, _>>()?.concat();
        let modifiers = modifiers
            .iter()
            .map(|modifier| Ok(links(&one_word(modifier)?)));
        let modifiers = modifiers.collect::<Result<_, Refusal>>()?;
        let compounds = Compounds { modifiers, heads };
        // Some are written the same, so only a line that may have too many is written out.
        match compounds.most() > MOST_COMPOUNDS && compounds.all(is_word).len() > MOST_COMPOUNDS {
            true => Err(Refusal::TooManyForms {
                most: MOST_COMPOUNDS,
            }),
            false => Ok(compounds),
        }
    }

    /// How many ways to write them there are at most.
    pub fn most(&self) -> usize {
        let links: usize = self.modifiers.iter().map(Vec::len).sum();
        links * self.heads.len() * WRITINGS.len()
    }

    /// Every way to write them; a joined form with a linking letter that is a word in its own right
    /// is left out.
    pub fn all(&self, is_word: &dyn Fn(&str) -> bool) -> Vec<Compound> {
        let mut compounds = Vec::new();
        let mut seen = FxHashSet::default();
        for links in &self.modifiers {
            for (kind, head) in &self.heads {
                for link in links {
                    let linked = *link != links[0];
                    for writing in WRITINGS {
                        let text = writing.of(link, head);
                        let another = writing == Writing::Joined && linked && is_word(&text);
                        if !another && seen.insert(text.clone()) {
                            compounds.push(Compound {
                                text,
                                writing,
                                kind: *kind,
                                linked,
                            });
                        }
                    }
                }
            }
            if compounds.len() > MOST_COMPOUNDS {
                break;
            }
        }
        compounds
    }

    /// Calls `found` with every joined form, some twice.
    pub fn each_joined(&self, is_word: &dyn Fn(&str) -> bool, mut found: impl FnMut(&str)) {
        let mut text = String::new();
        for links in &self.modifiers {
            for (link, (_, head)) in links
                .iter()
                .flat_map(|link| self.heads.iter().map(move |head| (link, head)))
            {
                text.clear();
                text.extend([link.as_str(), head]);
                if *link == links[0] || !is_word(&text) {
                    found(&text);
                }
            }
        }
    }

    /// The first words of those that are written apart, with and without linking letters; each stands
    /// before each of [`Compounds::heads`].
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.modifiers.iter().flatten().map(String::as_str)
    }

    /// The second words of those that are written apart.
    pub fn heads(&self) -> impl Iterator<Item = &str> {
        self.heads.iter().map(|(_, head)| head.as_str())
    }

    /// Those without linking letters, in every writing.
    pub fn unlinked(&self) -> impl Iterator<Item = String> {
        let modifiers = self.modifiers.iter().map(|links| &links[0]);
        modifiers.flat_map(|modifier| {
            let heads = self.heads.iter();
            heads.flat_map(move |(_, head)| WRITINGS.map(|writing| writing.of(modifier, head)))
        })
    }
}

/// All ways of writing.
const WRITINGS: [Writing; 3] = [Writing::Joined, Writing::Hyphenated, Writing::Apart];

impl Writing {
    fn of(self, link: &str, head: &str) -> String {
        let between = match self {
            Writing::Joined => "",
            Writing::Hyphenated => "-",
            Writing::Apart => " ",
        };
        [link, between, head].concat()
    }
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
        Compounds::read(&[modifier], &[head], &|_| false)
            .unwrap()
            .all(&|_| false)
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
        let compounds = Compounds::read(&["inbraak"], &["poging"], &|_| false).unwrap();
        for compound in compounds.all(&|_| false) {
            let apart = compound.writing == Writing::Apart;
            assert_eq!(compound.text.contains(' '), apart, "{compound:?}");
            let hyphen = compound.writing == Writing::Hyphenated;
            assert_eq!(compound.text.contains('-'), hyphen, "{compound:?}");
        }
    }

    #[test]
    fn a_linking_letter_never_makes_another_word() {
        let exists = |text: &str| text == "autospoor" || text == "autopoor";
        let found = Compounds::read(&["auto"], &["poor"], &exists).unwrap();
        let found = found.all(&exists);
        let has = |text: &str| found.iter().any(|compound| compound.text == text);
        assert!(!has("autospoor"));
        assert!(has("autopoor"), "what is written as such stays");
    }

    #[test]
    fn what_is_not_a_word_is_refused() {
        for (modifier, head) in [("", "poging"), ("inbraak", ""), ("een woning", "brand")] {
            let refused = Compounds::read(&[modifier], &[head], &|_| false);
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
        let refused = Compounds::read(&words, &words, &|_| false);
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
            if let Ok(found) = Compounds::read(&[&a, &b], &[&b, &a], &|_| false) {
                prop_assert!(found.all(&|_| false).len() <= MOST_COMPOUNDS + 3 * 60 * noun::MOST_FORMS);
            }
        }
    }
}
