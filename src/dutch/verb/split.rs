//! Which particle belongs to which verb, when they stand apart in a sentence.
//!
//! In a Dutch main clause the finite verb stands in front and its particle closes the clause: *brak
//! iemand vannacht bij ons in*. The same word as a preposition is followed by its noun: *brak zijn
//! been in Spanje*. So the rule looks at what stands between the two, and at what follows the
//! particle. It knows word lists (`split-words.txt`), not grammar; what it cannot tell apart it
//! takes for a preposition.

use serde::Serialize;

use crate::dutch::verb::table::{SPLIT, is_irregular_past};

/// A word of a sentence, as far as this rule needs it.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// The word, folded: small letters, no accents.
    pub folded: &'a str,
    /// What stands between it and the next word.
    pub gap: Gap,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// White space, a hyphen or quotation marks.
    Space,
    /// A comma.
    Comma,
    /// A bracket, a dash, a colon, an ellipsis, an emoji: a rest, but not the end.
    Mark,
    /// The end of a clause: `.`, `!`, `?`, `;`, a line break, the end of the text.
    Stop,
}

/// The part of a separable verb that can stand apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Particle {
    /// Its words, folded.
    pub words: Vec<String>,
    /// How it is told from other words.
    pub kind: ParticleKind,
}

/// How a particle is told from the same word in another role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticleKind {
    /// It is a preposition too (*in*, *op*): it must close its clause.
    Preposition,
    /// It is an adjective, adverb or noun (*open*, *weg*, *plaats*): it need only stand near.
    Free,
}

impl Particle {
    /// Reads a particle of one or more words.
    pub fn new(written: &str) -> Self {
        let words: Vec<String> = written
            .split_whitespace()
            .map(crate::text::fold::folded)
            .collect();
        let kind = match &words[..] {
            [word] if SPLIT.preposition.contains(word.as_str()) => ParticleKind::Preposition,
            _ => ParticleKind::Free,
        };
        Particle { words, kind }
    }
}

/// How many words the particle may stand behind its verb. Real sentences rarely go further, and
/// further on a second verb is likely.
pub const MAX_DISTANCE: usize = 14;

/// Where the particle stands that belongs to the finite verb at `verb`, if it does: the index of
/// its first word. Looks at no more than [`MAX_DISTANCE`] words.
pub fn find(tokens: &[Token<'_>], verb: usize, particle: &Particle) -> Option<usize> {
    let reach = tokens.len().min(verb.saturating_add(MAX_DISTANCE + 1));
    for at in verb.saturating_add(1)..reach {
        if ends_clause(tokens, at) {
            return None;
        }
        if stands_at(tokens, at, particle) && belongs(tokens, at, particle) {
            return Some(at);
        }
    }
    None
}

/// Whether the word at `at` closes its clause, or only verbs stand behind it. Tells a participle
/// that was wrongly written apart (*er is in gebroken bij de buren*) from an adjective (*in
/// gebroken Engels*).
pub fn closes_clause(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(next) = at.checked_add(1).and_then(|next| tokens.get(next)) else {
        return true;
    };
    tokens[at].gap != Gap::Space || is_finite(next.folded) || another_part_begins(&tokens[at + 1..])
}

/// Whether a clause ends between the word before `at` and the word at `at`.
fn ends_clause(tokens: &[Token<'_>], at: usize) -> bool {
    let word = tokens[at].folded;
    let next = tokens.get(at + 1).map_or("", |token| token.folded);
    let comma = match tokens[at - 1].gap {
        Gap::Stop => return true,
        Gap::Comma => true,
        Gap::Space | Gap::Mark => false,
    };
    if SPLIT.joins_clauses.contains(word) {
        return is_finite(next) || comma && !SPLIT.goes_on.contains(next);
    }
    SPLIT.conjunction.contains(word)
        || word == "dat" && SPLIT.opens.contains(next)
        || comma && SPLIT.after_comma.contains(word)
}

/// Whether a word is surely a finite verb: an auxiliary, or the past of an irregular verb.
fn is_finite(word: &str) -> bool {
    SPLIT.takes_particle.contains(word) && word != "te" || is_irregular_past(word)
}

fn stands_at(tokens: &[Token<'_>], at: usize, particle: &Particle) -> bool {
    let Some(found) = tokens.get(at..at + particle.words.len()) else {
        return false;
    };
    let inside = &found[..found.len().saturating_sub(1)];
    found
        .iter()
        .zip(&particle.words)
        .all(|(token, word)| token.folded == word)
        && inside.iter().all(|token| token.gap == Gap::Space)
}

/// Whether what follows the particle at `at` leaves it to the verb.
fn belongs(tokens: &[Token<'_>], at: usize, particle: &Particle) -> bool {
    let last = at + particle.words.len().saturating_sub(1);
    let Some(next) = tokens.get(last + 1) else {
        return true;
    };
    match (tokens[last].gap, particle.kind) {
        (Gap::Stop | Gap::Comma | Gap::Mark, _) => true,
        (Gap::Space, ParticleKind::Free) => {
            let is_attributive = SPLIT.before_noun.contains(tokens[at - 1].folded)
                && !SPLIT.follows.contains(next.folded);
            !is_attributive && !SPLIT.takes_particle.contains(next.folded)
        }
        (Gap::Space, ParticleKind::Preposition) => another_part_begins(&tokens[last + 1..]),
    }
}

/// Whether words can only stand behind a closed clause, not behind a preposition.
fn another_part_begins(rest: &[Token<'_>]) -> bool {
    let second = rest.get(1).map_or("", |token| token.folded);
    match rest.first().map(|token| token.folded) {
        None => true,
        Some("dat" | "die") => [&SPLIT.opens, &SPLIT.follows, &SPLIT.takes_particle]
            .iter()
            .any(|list| list.contains(second)),
        Some(word) if SPLIT.joins.contains(word) => !SPLIT.preposition.contains(second),
        Some(word) => SPLIT.follows.contains(word),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dutch::verb::expand;
    use crate::text::fold::Folded;

    /// Cuts a sentence into folded words and gaps, well enough for these tests.
    fn words(sentence: &str) -> Vec<(String, Gap)> {
        let folded = Folded::new(sentence);
        let mut words: Vec<(String, Gap)> = Vec::new();
        for piece in folded.text().split_whitespace() {
            let word: String = piece
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '-')
                .collect();
            let gap = match piece.chars().last() {
                Some('.' | '!' | '?' | ';') => Gap::Stop,
                Some(',') => Gap::Comma,
                Some(')' | ':') => Gap::Mark,
                _ => Gap::Space,
            };
            if !word.is_empty() && word != "-" {
                words.push((word, gap));
            }
        }
        words
    }

    /// Whether some finite form of the verb and its particle belong together in the sentence.
    fn is_found(verb: &str, sentence: &str) -> bool {
        let words = words(sentence);
        let tokens: Vec<Token<'_>> = words
            .iter()
            .map(|(word, gap)| Token {
                folded: word,
                gap: *gap,
            })
            .collect();
        let split = expand(verb).unwrap().split.unwrap();
        tokens.iter().enumerate().any(|(at, token)| {
            split.finite.iter().any(|form| form == token.folded)
                && find(&tokens, at, &split.particle).is_some()
        })
    }

    fn check(verb: &str, expected: bool, sentences: &[&str]) {
        for sentence in sentences {
            assert_eq!(is_found(verb, sentence), expected, "{verb}: {sentence}");
        }
    }

    #[test]
    fn a_particle_closes_its_clause() {
        check(
            "in|breken",
            true,
            &[
                "Vannacht brak iemand bij de buren in",
                "Ze braken weer in bij de buren.",
                "Brak iemand vannacht weer in bij de school?",
                "Daar breken ze met gemak binnen een minuut door het keukenraam in",
                "Ze breken in via het dakraam",
                "Er breken hier elke week dieven in, en niemand doet iets",
                "Breek je in? Dan gaat het alarm af",
                "Gisteren brak er iemand in terwijl wij sliepen",
                "Er brak vannacht een man in op de zolder van de kerk",
                "Iemand brak in en nam alles mee",
                "De inbreker breekt meestal in als niemand thuis is",
                "Volgens de politie brak de man in door een raam te forceren",
                "Ze braken vannacht in (weer!) bij de sportclub",
                "Brak in vannacht, die lui",
            ],
        );
        check(
            "aan|steken",
            true,
            &[
                "Ze staken de container aan",
                "Jongeren steken weer prullenbakken aan in het park",
                "Wie stak die scooter aan?",
                "Iemand steekt hier elke avond vuurwerk aan bij de speeltuin",
            ],
        );
        check(
            "op|lichten",
            true,
            &[
                "Hij lichtte oudere mensen op via de telefoon",
                "Die man licht mensen op, pas op!",
            ],
        );
        check(
            "uit|schelden",
            true,
            &["Hij schold de buschauffeur uit omdat die te laat was"],
        );
        check(
            "na|roepen",
            true,
            &["Een groepje roept meisjes na bij het station"],
        );
        check(
            "op|vallen",
            true,
            &["Het valt op dat de lamp al weken kapot is"],
        );
        check(
            "aan|vallen",
            true,
            &["Drie jongens vielen gisteravond een fietser aan."],
        );
        check(
            "om|gooien",
            true,
            &["Ze gooien 's nachts alle containers om"],
        );
        check(
            "in|slaan",
            true,
            &[
                "Vandalen sloegen vannacht drie ruiten in van het buurthuis",
                "Ze slaan autoruiten in, alweer",
            ],
        );
    }

    #[test]
    fn a_preposition_is_no_particle() {
        check(
            "in|breken",
            false,
            &[
                "Hij brak zijn been in Spanje",
                "Hij brak in de keuken een glas",
                "Ze brak in 2024 het record",
                "De ruzie brak los in onze straat",
                "Hij brak zijn arm in een val van de trap",
                "De zon brak door in het oosten",
                "Hij brak zijn belofte. In ruil kreeg hij niets",
                "Ze breken de school af in mei",
                "Hij brak met de traditie in zijn familie",
                "Zij breken de wet omdat niemand in wil grijpen",
                "Hij brak zijn enkel, maar zijn zus sprong in",
                "Hij brak in dat huis een been",
                "De vaas brak in twee stukken",
                "Daar brak het koord, dat er net in zat.",
                "In de nacht brak het ijs",
                "Hij brak de koek en deed die in te hete thee",
            ],
        );
        check(
            "aan|steken",
            false,
            &[
                "Hij stak zijn hand op aan het einde",
                "Ze staken de weg over aan de zuidkant",
                "Zij steken veel tijd in werk aan huis",
            ],
        );
        check(
            "op|vallen",
            false,
            &[
                "De maan valt op dat moment achter de kerk",
                "Hij viel op straat",
            ],
        );
        check(
            "uit|gaan",
            false,
            &[
                "We gaan vandaag eten uit de oven",
                "Hij ging weg uit Lindemeer",
            ],
        );
        check(
            "op|lopen",
            false,
            &[
                "Wij lopen elke dag op straat",
                "Ze lopen op en om het plein",
            ],
        );
    }

    #[test]
    fn a_particle_that_is_no_preposition_need_only_stand_near() {
        check(
            "lastig|vallen",
            true,
            &[
                "Ze vallen meisjes lastig in het park",
                "Een man viel mijn dochter gisteren lastig bij de bushalte",
            ],
        );
        check(
            "af|steken",
            true,
            &["Ze steken nu al vuurwerk af op het schoolplein"],
        );
        check(
            "rond|hangen",
            true,
            &["Er hangen elke avond jongeren rond het winkelcentrum"],
        );
        check(
            "open|breken",
            true,
            &["Ze braken vannacht de kelderbox open met een breekijzer"],
        );
        check("weg|nemen", true, &["Hij nam de tas weg van de balie"]);
        check(
            "open|staan",
            false,
            &["Zij staan bij een deur. Open is hij niet"],
        );
        check(
            "af|maken",
            false,
            &["Wij maken plannen om het park af te sluiten"],
        );
        check("open|doen", false, &["Hij deed alsof het raam open stond"]);
        check(
            "weg|lopen",
            false,
            &["Zij lopen naar huis, omdat de bus weg was"],
        );
    }

    #[test]
    fn a_particle_of_several_words_stands_together() {
        check(
            "in elkaar|slaan",
            true,
            &["Ze sloegen hem zomaar in elkaar bij het station"],
        );
        check(
            "in brand|steken",
            true,
            &["Iemand stak vannacht onze heg in brand"],
        );
        check(
            "in elkaar|slaan",
            false,
            &[
                "Ze sloegen elkaar in de bar",
                "Ze slaan in, elkaar helpen ze niet",
            ],
        );
    }

    #[test]
    fn a_participle_apart_closes_its_clause_and_an_adjective_does_not() {
        let check = |expected: bool, sentence: &str| {
            let words = words(sentence);
            let tokens: Vec<Token<'_>> = words
                .iter()
                .map(|(word, gap)| Token {
                    folded: word,
                    gap: *gap,
                })
                .collect();
            let at = tokens.iter().position(|token| token.folded == "gebroken");
            assert_eq!(closes_clause(&tokens, at.unwrap()), expected, "{sentence}");
        };
        check(true, "Er is vannacht in gebroken");
        check(true, "Er is in gebroken bij de buren");
        check(true, "In gebroken hebben ze ook nog, die lui");
        check(true, "omdat er in gebroken was");
        check(false, "Hij sprak in gebroken Engels");
        check(false, "Ik stond in gebroken glas");
    }

    #[test]
    fn it_looks_forward_and_not_too_far() {
        check(
            "in|breken",
            false,
            &["In de avond is het stil, in breken ze"],
        );
        let far = |between: usize| format!("brak {} in", "heel ".repeat(between));
        assert!(is_found("in|breken", &far(MAX_DISTANCE - 1)));
        assert!(!is_found("in|breken", &far(MAX_DISTANCE)));
    }

    #[test]
    fn sentences_of_residents_are_told_apart() {
        let table = include_str!("split-sentences.txt");
        let (mut rows, mut wrong) = (0, Vec::new());
        for line in table
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (verb, expected, sentence) = match line.split_once(" yes ") {
                Some((verb, sentence)) => (verb, true, sentence),
                None => {
                    let (verb, sentence) = line.split_once(" no ").unwrap();
                    (verb, false, sentence)
                }
            };
            rows += 1;
            if is_found(verb, sentence) != expected {
                wrong.push(line);
            }
        }
        assert!(rows >= 150, "{rows}");
        assert!(
            wrong.is_empty(),
            "{} of {rows}:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    proptest! {
        #[test]
        fn any_words_and_any_index_are_survived(
            words in prop::collection::vec("in|elkaar|dat|en|breken|,|x", 0..40),
            verb in 0_usize..50,
        ) {
            let gaps = [Gap::Space, Gap::Comma, Gap::Mark, Gap::Stop];
            let tokens: Vec<Token<'_>> = words.iter().enumerate().map(|(at, word)| Token {
                folded: word,
                gap: gaps[(at / 5) % 4],
            }).collect();
            for particle in ["in", "in elkaar", "open", ""] {
                let particle = Particle::new(particle);
                if let Some(found) = find(&tokens, verb, &particle) {
                    prop_assert!(found > verb && found <= verb + MAX_DISTANCE);
                    prop_assert!(found + particle.words.len() <= tokens.len());
                }
            }
            let _ = find(&tokens, usize::MAX, &Particle::new("in"));
        }
    }
}
