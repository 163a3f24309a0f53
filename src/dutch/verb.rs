//! Every form of a Dutch verb, from the way it is written in a keyword list.
//!
//! `in|breken` is read as particle and base. [`conjugation`] makes the forms of the base: a strong
//! or irregular verb comes from a table, by the longest base it ends in (`overvallen`: `vallen`),
//! any other is conjugated by rule ([`spelling`]: *'t kofschip*, doubling, v and z). [`expand`] puts
//! the particle back: before the form (`inbrak`), around *te* (`in te breken`), before *ge*
//! (`ingebroken`), written apart (`in gebroken`). What can stand apart over a whole sentence
//! (`brak … in`) is left as a [`Split`], and [`split`] decides in a text. [`noise`] adds the
//! misspellings that people make. The bar decides where stress would: with it the verb is
//! separable (`over|komen`), without it it is not (`overkomen`).
//!
//! The tables (`strong-verbs.txt`, `unstressed-endings.txt`, `loan-verbs.txt`,
//! `false-prefixes.txt`, `split-words.txt`, in the folder above) were written for this program.
//!
//! Not covered: forms with *gij* and the subjunctive (`leve`), dialect (`in-ebröken`), verbs with
//! an apostrophe or a hyphen (`sms'en`), and spelling mistakes inside the stem (`inbrekken`).

pub mod conjugation;
pub mod noise;
pub mod spelling;
pub mod split;
mod table;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::dutch::verb::conjugation::{Paradigm, conjugate, missing_bar};
use crate::dutch::verb::split::Particle;

/// A verb with all its forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verb {
    /// The infinitive as it stands in a dictionary: `inbreken`, `in elkaar slaan`.
    pub infinitive: String,
    /// Its forms as words and phrases, in Dutch spelling with accents, by group. A word that is two
    /// forms (`verkracht`) stands in two groups, in none twice.
    pub forms: Vec<Form>,
    /// What may stand apart over the sentence; only for a separable verb.
    pub split: Option<Split>,
}

/// One form of a verb.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Form {
    /// Which forms it belongs to.
    pub group: Group,
    /// A word, or words with a single space between.
    pub text: String,
}

/// The groups of forms, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// `inbreken`.
    Infinitive,
    /// `in te breken`.
    TeInfinitive,
    /// `inbreek`, `inbreekt`: as in a subordinate clause; of a simple verb also the imperative.
    Present,
    /// `inbrak`, `inbraken`.
    Past,
    /// `ingebroken`, and inflected `opgelichte`, `opgelichten`.
    Participle,
    /// `inbrekend`, `inbrekende`.
    PresentParticiple,
    /// What should be one word, written apart: `in gebroken`, `in breken`; and what should be
    /// apart, written together: `intebreken`, `inelkaar geslagen`. The first kind is good Dutch
    /// too where the particle is a preposition (`in gebroken Engels`): see [`split::closes_clause`].
    WrongSpace,
    /// Other misspellings: `ingebroke`, `opgelichd`. See [`noise`].
    Noise,
}

/// A finite form and a particle, to be found apart: `breekt … in`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Split {
    /// The particle.
    pub particle: Particle,
    /// The finite forms and the imperative of the base: `breek`, `breekt`, `breken`, `brak`,
    /// `braken`; with accents, unlike the particle.
    pub finite: Vec<String>,
}

/// Why a text is no verb that can be conjugated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VerbFault {
    /// Nothing is written, or nothing before or after the bar.
    EmptyPart,
    /// More than one bar.
    SeveralBars,
    /// Something other than small Dutch letters, a bar, and single spaces before the bar.
    NotALetter {
        /// The first such character.
        found: char,
    },
    /// Longer than any Dutch verb.
    TooLong {
        /// The most characters that are accepted.
        limit: usize,
    },
    /// It does not end as a Dutch infinitive does.
    NotAnInfinitive {
        /// The part that should be an infinitive.
        found: String,
    },
    /// It begins with a particle that is always separable, and has no bar.
    BarMissing {
        /// The verb with its bar, such as `in|breken`.
        suggestion: String,
    },
}

/// The most characters in a written verb: the longest of Dutch word lists have some 30.
pub const MAX_LENGTH: usize = 48;

/// The most forms of a verb, misspellings and those with the particle apart included. Real verbs have
/// 12 to 40.
pub const MOST_FORMS: usize = 48;

/// The most words in a particle: `in de gaten` has three.
pub const MAX_PARTICLE_WORDS: usize = 4;

/// Reads a verb as it is written after `verb:` and makes all its forms.
///
/// A particle may have several words (`in elkaar|slaan`): its forms are phrases then.
///
/// # Errors
///
/// When the text is not an infinitive with at most one bar; the fault says why.
pub fn expand(written: &str) -> Result<Verb, VerbFault> {
    Ok(Infinitive::read(written)?.conjugated())
}

/// A verb as it stands in a list: its forms are made when they are needed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Infinitive {
    particle: Option<Box<str>>,
    base: Box<str>,
}

impl Infinitive {
    /// Reads a verb as it is written after `verb:`.
    ///
    /// # Errors
    ///
    /// As [`expand`].
    pub fn read(written: &str) -> Result<Infinitive, VerbFault> {
        let (particle, base) = parse(written)?;
        Ok(Infinitive {
            particle: particle.map(Into::into),
            base: base.into(),
        })
    }

    /// Makes all its forms.
    pub fn conjugated(&self) -> Verb {
        let paradigm = conjugate(&self.base);
        match &self.particle {
            None => simple(&self.base, paradigm),
            Some(particle) => separable(particle, &self.base, paradigm),
        }
    }
}

fn parse(written: &str) -> Result<(Option<&str>, &str), VerbFault> {
    if written.chars().count() > MAX_LENGTH {
        return Err(VerbFault::TooLong { limit: MAX_LENGTH });
    }
    let (particle, base) = match written.split_once('|') {
        Some((particle, base)) => (Some(particle), base),
        None => (None, written),
    };
    if base.contains('|') {
        return Err(VerbFault::SeveralBars);
    }
    if base.is_empty() || particle.is_some_and(str::is_empty) {
        return Err(VerbFault::EmptyPart);
    }
    if let Some(found) = base.chars().find(|&c| !spelling::is_letter(c)) {
        return Err(VerbFault::NotALetter { found });
    }
    if let Some(particle) = particle {
        let words: Vec<&str> = particle.split(' ').collect();
        if words.iter().any(|word| word.is_empty()) || words.len() > MAX_PARTICLE_WORDS {
            return Err(VerbFault::NotALetter { found: ' ' });
        }
        let mut letters = words.iter().flat_map(|word| word.chars());
        if let Some(found) = letters.find(|&c| !spelling::is_letter(c)) {
            return Err(VerbFault::NotALetter { found });
        }
    }
    if !conjugation::is_infinitive(base) {
        return Err(VerbFault::NotAnInfinitive { found: base.into() });
    }
    if particle.is_none()
        && let Some(suggestion) = missing_bar(base)
    {
        return Err(VerbFault::BarMissing { suggestion });
    }
    Ok((particle, base))
}

/// `stelen`: each form is a word.
fn simple(infinitive: &str, paradigm: Paradigm) -> Verb {
    let mut forms = Forms::default();
    forms.add(Group::Infinitive, infinitive.into());
    for form in paradigm.present {
        forms.add(Group::Present, form);
    }
    for form in paradigm.past {
        forms.add(Group::Past, form);
    }
    for participle in paradigm.participles {
        let inflected = spelling::inflections(&participle);
        forms.add(Group::Participle, participle);
        for form in inflected {
            forms.add(Group::Participle, form);
        }
    }
    for form in spelling::present_participles(infinitive) {
        forms.add(Group::PresentParticiple, form);
    }
    Verb {
        infinitive: infinitive.into(),
        forms: forms.sorted(),
        split: None,
    }
}

/// `in|breken`: the particle goes before, around or apart.
fn separable(particle: &str, base: &str, paradigm: Paradigm) -> Verb {
    let joined = |form: &str| spelling::join(particle, form);
    let mut forms = Forms::default();
    forms.add(Group::Infinitive, joined(base));
    forms.add(Group::TeInfinitive, format!("{particle} te {base}"));
    let mut finite = Vec::new();
    for (group, each) in [
        (Group::Present, paradigm.present),
        (Group::Past, paradigm.past),
    ] {
        for form in each {
            forms.add(group, joined(&form));
            if !finite.contains(&form) {
                finite.push(form);
            }
        }
    }
    for participle in paradigm.participles {
        forms.add(Group::Participle, joined(&participle));
        for inflected in spelling::inflections(&participle) {
            forms.add(Group::Participle, joined(&inflected));
        }
        forms.add(Group::WrongSpace, wrong_space(particle, &participle));
    }
    for form in spelling::present_participles(base) {
        forms.add(Group::PresentParticiple, joined(&form));
    }
    forms.add(Group::WrongSpace, wrong_space(particle, base));
    forms.add(
        Group::WrongSpace,
        format!("{}te{base}", particle.replace(' ', "")),
    );
    Verb {
        infinitive: joined(base),
        forms: forms.sorted(),
        split: Some(Split {
            particle: Particle::new(particle),
            finite,
        }),
    }
}

/// Apart what should be one word (`in gebroken`); together the particle whose words should be apart
/// (`inelkaar slaan`).
fn wrong_space(particle: &str, form: &str) -> String {
    format!("{} {form}", particle.replace(' ', ""))
}

impl Verb {
    /// All words and phrases, each once.
    pub fn texts(&self) -> BTreeSet<&str> {
        self.forms.iter().map(|form| form.text.as_str()).collect()
    }

    /// The forms of one group.
    pub fn group(&self, group: Group) -> impl Iterator<Item = &str> {
        self.forms
            .iter()
            .filter(move |form| form.group == group)
            .map(|form| form.text.as_str())
    }
}

/// Gathers forms, each once in its group.
#[derive(Default)]
struct Forms(Vec<Form>);

impl Forms {
    fn add(&mut self, group: Group, text: String) {
        let form = Form { group, text };
        if !self.0.contains(&form) {
            self.0.push(form);
        }
    }

    fn sorted(mut self) -> Vec<Form> {
        self.0.sort_by_key(|form| form.group);
        self.0
    }
}

#[cfg(test)]
mod corpus;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dutch::verb::noise::misspellings;

    fn forms(written: &str, group: Group) -> Vec<String> {
        let verb = expand(written).unwrap();
        let mut forms: Vec<String> = verb.group(group).map(str::to_owned).collect();
        forms.sort();
        forms
    }

    fn check(written: &str, group: Group, expected: &[&str]) {
        assert_eq!(forms(written, group), expected, "{written} {group:?}");
    }

    fn check_fault(written: &str, expected: VerbFault) {
        assert_eq!(expand(written), Err(expected), "{written}");
    }

    #[test]
    fn four_hundred_verbs_have_the_forms_of_the_table() {
        let table = include_str!("verb/conjugated.txt");
        let mut rows = 0;
        for line in table
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let [written, third, past, participle] = line
                .rsplitn(4, ' ')
                .collect::<Vec<_>>()
                .try_into()
                .map(|mut fields: [&str; 4]| {
                    fields.reverse();
                    fields
                })
                .unwrap();
            let verb = expand(written).unwrap();
            for (group, form) in [
                (Group::Present, third),
                (Group::Past, past),
                (Group::Participle, participle),
            ] {
                let form = form.replace('_', " ");
                let found = verb.forms.iter().any(|each| each.text == form);
                assert!(
                    found,
                    "{written}: no {form} in {group:?} of {:?}",
                    verb.forms
                );
            }
            rows += 1;
        }
        assert!(rows >= 400, "{rows}");
    }

    #[test]
    fn a_separable_verb_has_every_group() {
        let verb = "in|breken";
        check(verb, Group::Infinitive, &["inbreken"]);
        check(verb, Group::TeInfinitive, &["in te breken"]);
        check(verb, Group::Present, &["inbreek", "inbreekt", "inbreken"]);
        check(verb, Group::Past, &["inbrak", "inbraken"]);
        check(
            verb,
            Group::Participle,
            &["ingebroken", "ingebrokene", "ingebrokenen"],
        );
        check(verb, Group::PresentParticiple, &["inbrekend", "inbrekende"]);
        check(
            verb,
            Group::WrongSpace,
            &["in breken", "in gebroken", "intebreken"],
        );
        let split = expand(verb).unwrap().split.unwrap();
        assert_eq!(
            split.finite,
            ["breek", "breekt", "breken", "brak", "braken"]
        );
        assert_eq!(split.particle.words, ["in"]);
    }

    #[test]
    fn a_simple_verb_has_its_forms_and_no_others() {
        check("stelen", Group::Present, &["steel", "steelt", "stelen"]);
        check("stelen", Group::Past, &["stal", "stalen"]);
        check(
            "stelen",
            Group::Participle,
            &["gestolen", "gestolene", "gestolenen"],
        );
        check("jatten", Group::Present, &["jat", "jatten"]);
        check("jatten", Group::Past, &["jatte", "jatten"]);
        check(
            "jatten",
            Group::Participle,
            &["gejat", "gejatte", "gejatten"],
        );
        check("jatten", Group::TeInfinitive, &[]);
        assert_eq!(expand("stelen").unwrap().split, None);
    }

    #[test]
    fn weak_participles_are_inflected() {
        check(
            "op|lichten",
            Group::Participle,
            &["opgelicht", "opgelichte", "opgelichten"],
        );
        check(
            "beroven",
            Group::Participle,
            &["beroofd", "beroofde", "beroofden"],
        );
        check(
            "daten",
            Group::Participle,
            &["gedatet", "gedatete", "gedateten"],
        );
        check(
            "bezetten",
            Group::Participle,
            &["bezet", "bezette", "bezetten"],
        );
        check("haten", Group::Participle, &["gehaat", "gehate", "gehaten"]);
        check(
            "redden",
            Group::Participle,
            &["gered", "geredde", "geredden"],
        );
    }

    #[test]
    fn the_bar_decides_over_stress() {
        check("over|komen", Group::TeInfinitive, &["over te komen"]);
        assert!(forms("over|komen", Group::Participle).contains(&"overgekomen".into()));
        check("overkomen", Group::TeInfinitive, &[]);
        assert!(!forms("overkomen", Group::Participle).contains(&"overgekomen".into()));
    }

    #[test]
    fn a_particle_of_several_words_makes_phrases() {
        let verb = "in elkaar|slaan";
        check(verb, Group::Infinitive, &["in elkaar slaan"]);
        check(verb, Group::TeInfinitive, &["in elkaar te slaan"]);
        check(verb, Group::Past, &["in elkaar sloeg", "in elkaar sloegen"]);
        assert!(forms(verb, Group::Participle).contains(&"in elkaar geslagen".into()));
        check(
            verb,
            Group::WrongSpace,
            &["inelkaar geslagen", "inelkaar slaan", "inelkaarteslaan"],
        );
        assert_eq!(
            expand(verb).unwrap().split.unwrap().particle.words,
            ["in", "elkaar"]
        );
    }

    #[test]
    fn what_is_no_verb_is_refused_with_the_reason() {
        check_fault("", VerbFault::EmptyPart);
        check_fault("|", VerbFault::EmptyPart);
        check_fault("|breken", VerbFault::EmptyPart);
        check_fault("in|", VerbFault::EmptyPart);
        check_fault("in|op|breken", VerbFault::SeveralBars);
        check_fault("In|breken", VerbFault::NotALetter { found: 'I' });
        check_fault("in|bre ken", VerbFault::NotALetter { found: ' ' });
        check_fault(" in|breken", VerbFault::NotALetter { found: ' ' });
        check_fault("in|br3ken", VerbFault::NotALetter { found: '3' });
        check_fault("воровать", VerbFault::NotALetter { found: 'в' });
        check_fault("e-mailen", VerbFault::NotALetter { found: '-' });
        check_fault(
            "in|inbraak",
            VerbFault::NotAnInfinitive {
                found: "inbraak".into(),
            },
        );
        check_fault("gestolen's", VerbFault::NotALetter { found: '\'' });
        check_fault("en", VerbFault::NotAnInfinitive { found: "en".into() });
        check_fault(
            "steelt",
            VerbFault::NotAnInfinitive {
                found: "steelt".into(),
            },
        );
        check_fault(
            &"a".repeat(100_000),
            VerbFault::TooLong { limit: MAX_LENGTH },
        );
    }

    #[test]
    fn a_forgotten_bar_is_pointed_out() {
        let check = |written: &str, suggestion: &str| {
            check_fault(
                written,
                VerbFault::BarMissing {
                    suggestion: suggestion.into(),
                },
            );
        };
        check("inbreken", "in|breken");
        check("afsteken", "af|steken");
        check("oplichten", "op|lichten");
        check("lastigvallen", "lastig|vallen");
        check("meenemen", "mee|nemen");
        check("naroepen", "na|roepen");
        check("uiteenvallen", "uiteen|vallen");
        check("aanbevelen", "aan|bevelen");
        check("zwartrijden", "zwart|rijden");
        check("tekortschieten", "tekort|schieten");
        check("nabespreken", "na|bespreken");
        check("aanzwaaien", "aan|zwaaien");
        for whole in
            "informeren inspecteren interviewen opereren openen aanbidden uiten innen nagelen intensiveren \
            interveniëren zweten slopen groeten worstelen verinnerlijken afficheren toetsen wegen lossen stillen negeren bijten"
                .split_whitespace()
        {
            assert!(expand(whole).is_ok(), "{whole}");
        }
    }

    #[test]
    fn a_fault_has_a_code() {
        let json = serde_json::to_value(VerbFault::BarMissing {
            suggestion: "in|breken".into(),
        });
        let expected = serde_json::json!({ "code": "bar_missing", "suggestion": "in|breken" });
        assert_eq!(json.unwrap(), expected);
    }

    #[test]
    fn misspelled_endings_are_derived_from_long_forms_only() {
        let noise = |written: &str| -> Vec<String> {
            let verb = expand(written).unwrap();
            let words = misspellings(&verb, &|word| word == "bedreige");
            words.into_iter().map(|form| form.text).collect()
        };
        let check =
            |written: &str, wrong: &str| assert!(noise(written).contains(&wrong.into()), "{wrong}");
        check("in|breken", "ingebroke");
        check("in|breken", "inbreke");
        check("stelen", "gestole");
        check("op|lichten", "opgelichd");
        check("op|lichten", "oplichte");
        check("op|lichten", "opgelichtte");
        check("vernielen", "vernieldt");
        check("bedreigen", "bedreigdt");
        check("branden", "gebrant");
        assert!(noise("doen").is_empty(), "{:?}", noise("doen"));
        let bedreigen = noise("bedreigen");
        assert!(
            !bedreigen.contains(&"bedreige".into()),
            "a word in its own right"
        );
        assert!(
            !bedreigen.contains(&"bedreigt".into()),
            "a form of the verb"
        );
    }

    #[test]
    fn every_verb_of_the_word_list_is_conjugated_or_refused() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/corpus/opentaal/basiswoorden-gekeurd.txt");
        let Ok(words) = std::fs::read_to_string(path) else {
            println!("the word list is absent: nothing is checked");
            return;
        };
        let (mut made, mut refused) = (0, 0);
        for word in words.lines().filter(|word| word.ends_with('n')) {
            match expand(word) {
                Ok(verb) => {
                    made += 1;
                    assert!(verb.group(Group::Past).count() >= 1, "{word}");
                    assert!(verb.forms.len() <= 24, "{word}");
                }
                Err(_) => refused += 1,
            }
        }
        println!("{made} words conjugated, {refused} refused");
        assert!(made > 5_000);
    }

    proptest! {
        #[test]
        fn any_text_is_a_verb_or_a_fault(text in "\\PC{0,60}") {
            let _ = expand(&text);
        }

        #[test]
        fn anything_like_an_infinitive_expands_to_a_few_distinct_forms(
            text in "([a-zë]{1,6}( [a-z]{1,5})?\\|)?[a-zëïö]{1,12}(en|ën|aan)",
        ) {
            if let Ok(verb) = expand(&text) {
                let all = verb.forms.len();
                let distinct: std::collections::HashSet<&Form> = verb.forms.iter().collect();
                prop_assert_eq!(distinct.len(), all);
                prop_assert!(all <= 30);
                prop_assert!(verb.forms.iter().all(|form| !form.text.trim().is_empty()));
                let noise = misspellings(&verb, &|_| false);
                prop_assert!(noise.len() <= 3 * all);
            }
        }
    }
}
