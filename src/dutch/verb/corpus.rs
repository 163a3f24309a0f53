//! Tests on annotated sentences: how many forms and particles are found, and how many prepositions
//! are taken for particles. They pass with a note where the sentences are absent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::dutch::verb::split::{self, Gap, Token};
use crate::dutch::verb::{Verb, expand};
use crate::text::fold::Folded;

/// A corpus file, and what must be reached on it, in per cent of its cases.
const FILES: [(&str, &str, Bars); 2] = [
    (
        "development",
        "nl_alpino-ud-dev.jsonl",
        Bars {
            apart: 97.0,
            joined: 98.5,
            te: 96.0,
            simple: 99.5,
            false_particles: 1.5,
        },
    ),
    (
        "held out",
        "nl_lassysmall-ud-dev.jsonl",
        Bars {
            apart: 97.0,
            joined: 98.5,
            te: 96.0,
            simple: 99.5,
            false_particles: 1.5,
        },
    ),
];

struct Bars {
    apart: f64,
    joined: f64,
    te: f64,
    simple: f64,
    false_particles: f64,
}

#[derive(serde::Deserialize)]
struct Row {
    tokens: Vec<Vec<serde_json::Value>>,
}

/// A word of the corpus; punctuation has become the gap before the next word.
struct Word {
    folded: String,
    lemma: String,
    tag: String,
    gap: Gap,
    /// For a particle: the word index of its verb.
    verb: Option<usize>,
}

struct Sentence {
    words: Vec<Word>,
}

fn read(file: &str) -> Option<Vec<Sentence>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dutch-sentences");
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        println!("{file} is absent: nothing is measured");
        return None;
    };
    Some(
        text.split('\n')
            .filter(|line| !line.is_empty())
            .map(sentence)
            .collect(),
    )
}

fn sentence(line: &str) -> Sentence {
    let row: Row = serde_json::from_str(line).unwrap();
    let field = |token: &[serde_json::Value], at: usize| token[at].as_str().unwrap().to_owned();
    let mut words: Vec<Word> = Vec::new();
    let mut index = HashMap::new();
    for (at, token) in row.tokens.iter().enumerate() {
        let form = field(token, 0);
        if field(token, 2) == "PUNCT" {
            if let Some(last) = words.last_mut() {
                last.gap = wider(last.gap, gap(&form));
            }
            continue;
        }
        index.insert(at as u64, words.len());
        words.push(Word {
            folded: Folded::new(&form).text().to_owned(),
            lemma: field(token, 1).to_lowercase(),
            tag: field(token, 2),
            gap: Gap::Space,
            verb: None,
        });
    }
    for (at, token) in row.tokens.iter().enumerate() {
        if let Some(verb) = token.get(3).and_then(serde_json::Value::as_u64)
            && let (Some(&word), Some(&verb)) = (index.get(&(at as u64)), index.get(&verb))
        {
            words[word].verb = Some(verb);
        }
    }
    Sentence { words }
}

fn gap(punctuation: &str) -> Gap {
    match punctuation {
        "." | "!" | "?" | ";" => Gap::Stop,
        "," => Gap::Comma,
        "'" | "\"" | "''" | ",," | "``" | "‘" | "’" | "“" | "”" | "„" => Gap::Space,
        _ => Gap::Mark,
    }
}

fn wider(one: Gap, other: Gap) -> Gap {
    let rank = |gap| {
        [Gap::Space, Gap::Comma, Gap::Mark, Gap::Stop]
            .iter()
            .position(|&each| each == gap)
    };
    if rank(other) > rank(one) { other } else { one }
}

impl Sentence {
    fn tokens(&self) -> Vec<Token<'_>> {
        self.words
            .iter()
            .map(|word| Token {
                folded: &word.folded,
                gap: word.gap,
            })
            .collect()
    }

    fn part(&self, from: usize, to: usize) -> String {
        let end = self.words.len().min(to + 4);
        let words = self.words[from.min(to)..end]
            .iter()
            .map(|word| word.folded.as_str());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// `in_breken` as the keyword language writes it.
fn written(lemma: &str) -> String {
    match lemma.rsplit_once('_') {
        Some((particle, base)) => format!("{}|{base}", particle.replace('_', "")),
        None => lemma.into(),
    }
}

fn folded_forms(verb: &Verb) -> BTreeSet<String> {
    verb.forms
        .iter()
        .map(|form| Folded::new(&form.text).text().to_owned())
        .collect()
}

/// Cases and the ones that went wrong.
#[derive(Default)]
struct Count {
    cases: usize,
    failures: Vec<String>,
}

impl Count {
    fn add(&mut self, right: bool, failure: impl FnOnce() -> String) {
        self.cases += 1;
        if !right {
            self.failures.push(failure());
        }
    }

    fn right_percent(&self) -> f64 {
        100.0 - self.wrong_percent()
    }

    fn wrong_percent(&self) -> f64 {
        100.0 * self.failures.len() as f64 / self.cases.max(1) as f64
    }

    fn print(&self, name: &str, percent: f64) {
        println!("  {name:<44} {:>5} cases {percent:>6.2} %", self.cases);
        for failure in self.failures.iter().filter(|failure| !failure.is_empty()) {
            println!("      {failure}");
        }
    }
}

#[test]
fn forms_and_particles_are_found_in_real_sentences() {
    for (name, file, bars) in FILES {
        let Some(sentences) = read(file) else {
            continue;
        };
        println!("{name}: {file}, {} sentences", sentences.len());

        let apart = particles_apart(&sentences);
        apart.print(
            "separated particle found behind its verb",
            apart.right_percent(),
        );
        let (joined, simple, te) = forms(&sentences);
        joined.print(
            "form of a separable verb, written together",
            joined.right_percent(),
        );
        te.print("particle before te and infinitive", te.right_percent());
        simple.print("form of a simple verb", simple.right_percent());
        let (taken, behind) = prepositions(&sentences);
        behind.print(
            "the same, of prepositions behind the verb",
            behind.wrong_percent(),
        );
        taken.print("preposition taken for a particle", taken.wrong_percent());

        assert!(apart.right_percent() >= bars.apart);
        assert!(joined.right_percent() >= bars.joined);
        assert!(te.right_percent() >= bars.te);
        assert!(simple.right_percent() >= bars.simple);
        assert!(taken.wrong_percent() <= bars.false_particles);
    }
}

/// Every particle that is annotated behind its verb, where both together are the lemma.
fn particles_apart(sentences: &[Sentence]) -> Count {
    let mut count = Count::default();
    for sentence in sentences {
        let tokens = sentence.tokens();
        for (at, word) in sentence.words.iter().enumerate() {
            let Some(verb) = word.verb.filter(|&verb| verb < at) else {
                continue;
            };
            let lemma = &sentence.words[verb].lemma;
            if lemma
                .rsplit_once('_')
                .is_none_or(|(particle, _)| particle.replace('_', "") != word.folded)
            {
                continue; // part of a saying: "gaf me de tijd", "liet zien"
            }
            let expanded = expand(&written(lemma)).ok().and_then(|verb| verb.split);
            let found =
                expanded.filter(|split| has_form(&split.finite, &sentence.words[verb].folded));
            let found = found.and_then(|split| split::find(&tokens, verb, &split.particle));
            count.add(found == Some(at), || {
                format!("{lemma}: {}", sentence.part(verb, at))
            });
        }
    }
    count
}

/// Every verb that is written in one piece, and every particle before *te*. Only particles count
/// that the corpus also shows apart.
fn forms(sentences: &[Sentence]) -> (Count, Count, Count) {
    // A lemma such as ontsteking_remmen is a noun before a verb, not a separable verb.
    let all = sentences.iter().flat_map(|sentence| &sentence.words);
    let particles: BTreeSet<&str> = all
        .filter(|word| word.verb.is_some())
        .map(|word| word.folded.as_str())
        .collect();
    let is_separable = |lemma: &str| {
        let particle = lemma
            .rsplit_once('_')
            .map(|(particle, _)| particle.replace('_', ""));
        particle.is_some_and(|particle| particles.contains(particle.as_str()))
    };
    let (mut joined, mut simple, mut te) = (Count::default(), Count::default(), Count::default());
    for sentence in sentences {
        let apart: BTreeSet<usize> = sentence.words.iter().filter_map(|word| word.verb).collect();
        for (at, word) in sentence.words.iter().enumerate() {
            if word.tag != "VERB" {
                continue;
            }
            let forms = expand(&written(&word.lemma))
                .map(|verb| folded_forms(&verb))
                .unwrap_or_default();
            let failure = || format!("{} ({})", word.folded, word.lemma);
            match (is_separable(&word.lemma), apart.contains(&at)) {
                (true, false) => joined.add(forms.contains(&word.folded), failure),
                (false, _) if word.lemma.contains('_') => {}
                (false, _) => simple.add(forms.contains(&word.folded), failure),
                (true, true) => {
                    let before = at.checked_sub(2).map(|from| &sentence.words[from..at]);
                    if let Some([particle, te_word]) = before
                        && te_word.folded == "te"
                        && particle.verb == Some(at)
                    {
                        let phrase = format!("{} te {}", particle.folded, word.folded);
                        te.add(forms.contains(&phrase), failure);
                    }
                }
            }
        }
    }
    (joined, simple, te)
}

/// Every finite form of a verb that has a particle somewhere in the corpus, in a sentence where the
/// same word is a preposition and no particle of that verb.
///
/// The second count leaves out the sentences where that preposition stands before the verb.
fn prepositions(sentences: &[Sentence]) -> (Count, Count) {
    let mut particles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let words = sentences.iter().flat_map(|sentence| &sentence.words);
    for word in words.filter(|word| word.tag == "VERB") {
        if let Some((particle, base)) = word.lemma.rsplit_once('_') {
            particles
                .entry(base.into())
                .or_default()
                .insert(particle.into());
        }
    }
    let (mut all, mut behind) = (Count::default(), Count::default());
    for sentence in sentences {
        let tokens = sentence.tokens();
        for (verb, word) in sentence.words.iter().enumerate() {
            if word.tag != "VERB" && word.tag != "AUX" {
                continue;
            }
            let lemma = word.lemma.as_str();
            let base = lemma.rsplit_once('_').map_or(lemma, |(_, base)| base);
            for particle in particles.get(base).into_iter().flatten() {
                let is_preposition = |word: &Word| {
                    word.folded == *particle && word.tag == "ADP" && word.verb.is_none()
                };
                let Some(last) = sentence.words.iter().rposition(is_preposition) else {
                    continue;
                };
                let expanded = expand(&format!("{particle}|{base}")).ok();
                let Some(split) = expanded.and_then(|verb| verb.split) else {
                    continue;
                };
                if !has_form(&split.finite, &word.folded) {
                    continue;
                }
                let found = split::find(&tokens, verb, &split.particle);
                let wrong = found.filter(|&at| is_preposition(&sentence.words[at]));
                let failure = |at| format!("{particle} {base}: {}", sentence.part(verb, at));
                all.add(wrong.is_none(), || failure(wrong.unwrap_or(verb)));
                if last > verb {
                    behind.add(wrong.is_none(), String::new);
                }
            }
        }
    }
    (all, behind)
}

fn has_form(forms: &[String], folded: &str) -> bool {
    forms.iter().any(|form| Folded::new(form).text() == folded)
}
