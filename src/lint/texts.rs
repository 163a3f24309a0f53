//! The words that a line writes, in the order in which they may stand in a message.

use crate::keyword::{Expression, Part, Pattern, Term};
use crate::text::fold::folded;

/// Most pairs of sides that are looked at when NEAR puts words beside each other: both sides of a
/// real line have some twenty words.
const MOST_PAIRS: usize = 4_000;

/// With so few words between them, the sides of NEAR and BEFORE are read as one phrase: a middle
/// name fits in, half a sentence does not.
const AS_PHRASE: u32 = 1;

/// Words that may stand next to each other in a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Writing {
    /// As it was written, for what is no word (`u/name`).
    pub(super) raw: String,
    /// The words.
    pub(super) words: Vec<Word>,
}

/// One word of a line.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// As it was written.
    pub(super) written: String,
    /// In small letters without accents; hyphens stay.
    pub(super) folded: String,
}

impl Word {
    fn new(written: &str) -> Option<Word> {
        let trimmed = written.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
        (!trimmed.is_empty()).then(|| Word {
            written: trimmed.to_owned(),
            folded: folded(trimmed),
        })
    }

    /// Whether it is written as a name: a capital, and small letters after it.
    pub(super) fn is_capitalised(&self) -> bool {
        let mut letters = self.written.chars().filter(|c| c.is_alphabetic());
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some()
            && letters.next().is_some_and(char::is_lowercase)
    }
}

impl Writing {
    fn of(text: &str) -> Writing {
        Writing {
            raw: text.to_owned(),
            words: text.split_whitespace().filter_map(Word::new).collect(),
        }
    }

    fn followed_by(&self, other: &Writing) -> Writing {
        Writing {
            raw: String::new(),
            words: [self.words.as_slice(), &other.words].concat(),
        }
    }
}

/// Everything a line writes: each term, and the sides of a close NEAR as one.
pub(super) fn writings(expression: &Expression) -> Vec<Writing> {
    match expression {
        Expression::Term(term) => of_term(term),
        Expression::Or(any) => any.iter().flat_map(writings).collect(),
        // What a word list writes is looked at once for all lines that name it.
        Expression::Named(_) => Vec::new(),
        // What must not be there is not looked for.
        Expression::And { all, .. } => all.iter().flat_map(writings).collect(),
        Expression::Near {
            left,
            right,
            within,
            ..
        } => {
            let mut joined = Vec::new();
            if *within <= AS_PHRASE {
                let (left, right) = (spelt_out(left), spelt_out(right));
                let pairs = left
                    .iter()
                    .flat_map(|one| right.iter().map(move |two| one.followed_by(two)));
                joined.extend(pairs.take(MOST_PAIRS));
            }
            [writings(left), writings(right), joined].concat()
        }
    }
}

/// The same for one side of a close NEAR, with what its word list writes.
fn spelt_out(expression: &Expression) -> Vec<Writing> {
    match expression {
        Expression::Named(list) => list.expressions().flat_map(spelt_out).collect(),
        Expression::Or(any) => any.iter().flat_map(spelt_out).collect(),
        other => writings(other),
    }
}

fn of_term(term: &Term) -> Vec<Writing> {
    match term {
        Term::Word(word) | Term::Exact(word) | Term::Typo { word, .. } => vec![Writing::of(word)],
        Term::Part(part) => vec![Writing::of(&part.text)],
        Term::Phrase(parts) => {
            let texts: Vec<&str> = parts.iter().map(|part: &Part| &*part.text).collect();
            vec![Writing::of(&texts.join(" "))]
        }
        // A linking letter makes other words of the parts, which nobody wrote: *schots-wond*.
        Term::Compound(compounds) => {
            let unlinked = compounds.unlinked();
            unlinked.map(|text| Writing::of(&text)).collect()
        }
        Term::Regex(pattern) => of_pattern(pattern),
        // The infinitive of a verb names nobody.
        Term::Verb { .. } | Term::Place => Vec::new(),
    }
}

/// The runs of words in a regular expression: what stands between signs that are no letters.
fn of_pattern(pattern: &Pattern) -> Vec<Writing> {
    let written = pattern.written();
    let mut runs = vec![String::new()];
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        let run = runs.last_mut().expect("there is always one");
        match c {
            '\\' => match characters.next() {
                Some('s' | 'b') => run.push(' '),
                Some(letter @ ('/' | '@' | '-')) => run.push(letter),
                Some('w') => run.push('x'),
                _ => runs.push(String::new()),
            },
            // What may be there or not is read as being there.
            '?' | '+' | '*' | '(' | ')' => {}
            '|' => runs.push(String::new()),
            c if c.is_alphanumeric() || " '-/@".contains(c) => run.push(c),
            _ => runs.push(String::new()),
        }
    }
    runs.iter().map(|run| Writing::of(run)).collect()
}
