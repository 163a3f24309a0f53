//! What a keyword line says, as a tree.

use regex::Regex;

use crate::dutch::compound::Compounds;
use crate::dutch::noun;
use crate::dutch::verb::{self, Infinitive};
use crate::keyword::lists::WordList;

/// Most hyphenated words of one term that are each read joined or split; with more, all are read the
/// same way. Six make 64 forms, and a phrase with more hyphens than that is not Dutch.
pub(crate) const MAX_FREE_HYPHENS: usize = 6;

/// A keyword line, parsed: what must be found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// One term.
    Term(Term),
    /// Two things close to each other, in one sentence or in two that follow each other.
    Near {
        /// The one.
        left: Box<Expression>,
        /// The other.
        right: Box<Expression>,
        /// How many words may stand between them.
        within: u32,
        /// Whether `left` must come first.
        order: Order,
    },
    /// All of `all` and none of `none`, anywhere in the message; `all` is never empty.
    And {
        /// What must be there.
        all: Vec<Expression>,
        /// What must not be there.
        none: Vec<Expression>,
    },
    /// Any of these; never empty.
    Or(Vec<Expression>),
    /// `$name`: any line of a word list.
    Named(WordList),
}

/// Whether the order of two things matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// NEAR: either may come first.
    Any,
    /// BEFORE: the left one comes first.
    Given,
}

/// What stands where a word may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word with its regular forms.
    Word(String),
    /// `=word`: only this form.
    Exact(String),
    /// `word*`, `*word`, `*word*`: a part of a word.
    Part(Part),
    /// `"…"`: words next to each other.
    Phrase(Vec<Part>),
    /// `stem+{…}` or `{…}+stem`: every way to write the compounds.
    Compound(Compounds),
    /// `verb:in|breken`, `verb:stelen`: all forms of a verb.
    Verb(Infinitive),
    /// `~word`: also with one typing error.
    Typo {
        /// The word.
        word: String,
        /// The word and its plurals with one typing error, folded.
        typos: Vec<String>,
    },
    /// `@place`: any place of the gazetteer.
    Place,
    /// `/…/`: a regular expression on the folded text.
    Regex(Pattern),
}

/// A word as written, of which the left or the right may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The letters that are given.
    pub text: String,
    /// Whether letters may stand before them (`*text`).
    pub open_left: bool,
    /// Whether letters may follow them (`text*`).
    pub open_right: bool,
}

/// A regular expression of limited size, ready to use.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub(super) written: String,
    pub(super) regex: Regex,
}

impl Pattern {
    /// The expression as written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The same for folded text, compiled; it never matches nothing at all.
    pub fn regex(&self) -> &Regex {
        &self.regex
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Pattern {}

impl Expression {
    /// Whether a place alone could make it true: such a line would make a place a reason for a hit.
    pub(super) fn place_is_enough(&self) -> bool {
        match self {
            Expression::Term(term) => *term == Term::Place,
            Expression::Near { left, right, .. } => {
                left.place_is_enough() && right.place_is_enough()
            }
            Expression::And { all, .. } => all.iter().all(Expression::place_is_enough),
            Expression::Or(any) => any.iter().any(Expression::place_is_enough),
            Expression::Named(list) => list.facts.place_is_enough,
        }
    }

    /// All terms in it, in the order in which they are written.
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Expression::Term(term) => vec![term],
            Expression::Near { left, right, .. } => [left.terms(), right.terms()].concat(),
            Expression::And { all, none } => {
                all.iter().chain(none).flat_map(Expression::terms).collect()
            }
            Expression::Or(any) => any.iter().flat_map(Expression::terms).collect(),
            Expression::Named(list) => list.expressions().flat_map(Expression::terms).collect(),
        }
    }

    /// The word lists that it names; not those that these name in turn.
    pub fn lists(&self) -> Vec<&WordList> {
        match self {
            Expression::Term(_) => Vec::new(),
            Expression::Named(list) => vec![list],
            _ => self.parts().flat_map(Expression::lists).collect(),
        }
    }

    /// Whether an AND stands in it: it speaks of the whole message, which has no distance to anything.
    pub(super) fn has_and(&self) -> bool {
        match self {
            Expression::Named(list) => list.facts.has_and,
            Expression::And { .. } => true,
            Expression::Near { .. } => false,
            _ => self.parts().any(Expression::has_and),
        }
    }

    /// Whether a NOT stands in it.
    pub(crate) fn has_not(&self) -> bool {
        match self {
            Expression::Named(list) => list.facts.has_not,
            Expression::And { none, .. } if !none.is_empty() => true,
            _ => self.parts().any(Expression::has_not),
        }
    }

    /// How many terms it has, those of its word lists included.
    pub(super) fn count_terms(&self) -> usize {
        match self {
            Expression::Term(_) => 1,
            Expression::Named(list) => list.facts.terms,
            _ => self
                .parts()
                .fold(0, |n, part| n.saturating_add(part.count_terms())),
        }
    }

    /// How many word lists deep it goes.
    pub(super) fn depth(&self) -> u32 {
        match self {
            Expression::Named(list) => list.facts.depth,
            _ => self.parts().map(Expression::depth).max().unwrap_or(0),
        }
    }

    /// What it is made of.
    fn parts(&self) -> impl Iterator<Item = &Expression> {
        let (sides, all, none): (_, &[Expression], &[Expression]) = match self {
            Expression::Term(_) | Expression::Named(_) => (None, &[], &[]),
            Expression::Near { left, right, .. } => (Some([&**left, &**right]), &[], &[]),
            Expression::And { all, none } => (None, all, none),
            Expression::Or(any) => (None, any, &[]),
        };
        sides.into_iter().flatten().chain(all).chain(none)
    }

    /// How many forms it expands to at most. A word list is expanded once, wherever it is named, so
    /// naming one adds nothing.
    pub(crate) fn count_forms(&self) -> usize {
        let sum = |expressions: &[Expression]| {
            expressions.iter().fold(0_usize, |n, expression| {
                n.saturating_add(expression.count_forms())
            })
        };
        match self {
            Expression::Term(term) => term.count_forms(),
            Expression::Near { left, right, .. } => {
                left.count_forms().saturating_add(right.count_forms())
            }
            Expression::And { all, none } => sum(all).saturating_add(sum(none)),
            Expression::Or(any) => sum(any),
            Expression::Named(_) => 0,
        }
    }
}

impl Term {
    /// At most as many as [`crate::matching::forms`] makes of it. A hyphenated word is read joined
    /// and split, so each doubles the number of forms.
    fn count_forms(&self) -> usize {
        match self {
            Term::Phrase(parts) => {
                let hyphenated = parts.iter().filter(|part| part.text.contains('-')).count();
                1 << hyphenated.min(MAX_FREE_HYPHENS)
            }
            Term::Word(word) if word.contains('-') => 2 * noun::MOST_FORMS,
            Term::Word(_) | Term::Part(_) => noun::MOST_FORMS,
            Term::Compound(compounds) => compounds.most(),
            Term::Verb(_) => verb::MOST_FORMS,
            Term::Typo { typos, .. } => noun::MOST_FORMS + typos.len(),
            Term::Exact(_) | Term::Place | Term::Regex(_) => 1,
        }
    }
}
