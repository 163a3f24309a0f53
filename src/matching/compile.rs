//! From keyword lines to rules: every term is written out, its words are numbered, and each line is
//! filed under the rarest words it needs.

mod anchors;
mod compounds;

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::dutch::verb::Infinitive;
use crate::keyword::{Expression, Keyword, Term, WordList};
use crate::matching::forms::{Form, forms_of};
use crate::matching::parts::{Part, Parts};
use crate::matching::rule::{List, Lists, Node, PLACE, Role, Rule, Rules, ThemeSummary};
use crate::text::words::lexicon::{Lexicon, Numbering};
use crate::theme::{Common, Theme, ThemeId};

impl Rules {
    pub(super) fn compile(themes: &[Theme], common: &Common) -> Self {
        let mut ordered: Vec<&Theme> = themes.iter().collect();
        ordered.sort_by(|a, b| a.id.cmp(&b.id));
        let number = |id: &ThemeId| {
            let found = ordered.iter().position(|theme| theme.id == *id);
            found.and_then(|at| u32::try_from(at).ok())
        };
        let mut builder = Builder::default();
        for (theme, of) in ordered.iter().zip(0..) {
            builder.list(&theme.strong, of, Role::Strong);
            builder.list(&theme.urgent, of, Role::Urgent);
            builder.list(&theme.cues, of, Role::Cue);
            builder.list(&theme.vetoes, of, Role::Veto);
            builder.list(&theme.post_vetoes, of, Role::PostVeto);
            for route in &theme.routes {
                let is_on =
                    |id: &ThemeId| themes.iter().any(|theme| theme.id == *id && theme.enabled);
                if route.stays_when_off && !is_on(&route.to) {
                    continue;
                }
                builder.rule(&route.when, of, Role::Route, number(&route.to));
            }
        }
        let of = u32::try_from(ordered.len()).expect("fewer than 4 billion themes");
        builder.list(&common.post_vetoes, of, Role::PostVeto);
        builder.list(&common.incident_cues, of, Role::IncidentCue);
        builder.list(&common.negations, of, Role::Negation);
        builder.list(&common.not_negated, of, Role::NotNegated);
        let summaries = ordered
            .iter()
            .map(|theme| ThemeSummary {
                id: theme.id.clone(),
                enabled: theme.enabled,
                vetoes: theme.vetoes.len() + theme.post_vetoes.len() + common.post_vetoes.len(),
            })
            .collect();
        builder.finish(summaries)
    }
}

/// What makes two atoms the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum AtomKey {
    /// Two or more.
    Words(Vec<u32>),
    Open {
        letters: String,
        left: bool,
        right: bool,
    },
}

#[derive(Default)]
struct Builder<'k> {
    rules: Vec<Rule>,
    words: Numbering,
    /// For each word: the atom of it alone, when there is one; [`PLACE`] stands for none.
    single: Vec<u32>,
    /// All other atoms.
    atoms: FxHashMap<AtomKey, u32>,
    /// What each word and each verb became. Lists have many words in common, and writing one out
    /// takes longer than anything else here.
    written_out: FxHashMap<TermKey<'k>, WrittenOut>,
    /// What each word list became, by the address of its lines.
    lists: FxHashMap<*const Keyword, Arc<List>>,
    /// How many atoms there are besides [`PLACE`].
    count: u32,
    /// The chance of each word list, by its number.
    chances: RefCell<FxHashMap<u32, u64>>,
    /// How often each atom after [`PLACE`] is likely to be in a message, in no particular unit.
    frequency: Vec<u64>,
}

/// A term that many lines may have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum TermKey<'k> {
    Word(&'k str),
    Verb(&'k Infinitive),
}

impl<'k> TermKey<'k> {
    fn of(term: &'k Term) -> Option<Self> {
        match term {
            Term::Word(word) => Some(TermKey::Word(word)),
            Term::Verb(verb) => Some(TermKey::Verb(verb)),
            _ => None,
        }
    }
}

/// The forms of a term: the numbers of its single words, and what is no single word.
#[derive(Clone, Debug, Default)]
struct WrittenOut {
    words: Vec<u32>,
    nodes: Vec<Node>,
}

/// How likely places are in a message: nearly every message of a local source names one.
const PLACE_FREQUENCY: u64 = 1 << 30;

impl<'k> Builder<'k> {
    fn list(&mut self, keywords: &'k [Keyword], theme: u32, role: Role) {
        for keyword in keywords {
            self.rule(keyword, theme, role, None);
        }
    }

    fn rule(&mut self, keyword: &'k Keyword, theme: u32, role: Role, route_to: Option<u32>) {
        let node = self.node(&keyword.expression);
        let line = keyword.line.clone();
        self.rules.push(Rule {
            node,
            theme,
            role,
            line,
            route_to,
        });
    }

    fn node(&mut self, expression: &'k Expression) -> Node {
        match expression {
            Expression::Or(any) => self.any(any),
            Expression::And { all, none } => Node::All {
                all: all.iter().map(|one| self.node(one)).collect(),
                none: none.iter().map(|one| self.node(one)).collect(),
            },
            Expression::Near {
                left,
                right,
                within,
                order,
            } => Node::Near {
                left: Box::new(self.node(left)),
                right: Box::new(self.node(right)),
                within: *within,
                order: *order,
            },
            Expression::Term(_) => self.any([expression]),
            Expression::Named(list) => self.named(list),
        }
    }

    fn named(&mut self, list: &'k WordList) -> Node {
        let address = list.lines.as_ptr();
        if let Some(node) = self.lists.get(&address) {
            return Node::List(Arc::clone(node));
        }
        let node = self.any(list.expressions());
        // Lists that this one names have numbers already, so the count is free.
        let number = u32::try_from(self.lists.len()).expect("fewer than 4 billion word lists");
        let list = Arc::new(List { number, node });
        self.lists.insert(address, Arc::clone(&list));
        Node::List(list)
    }

    /// The single words of all terms become one atom; each other form is a branch of its own.
    fn any(&mut self, any: impl IntoIterator<Item = &'k Expression>) -> Node {
        let WrittenOut {
            mut words,
            mut nodes,
        } = WrittenOut::default();
        for expression in any {
            match expression {
                Expression::Term(term) => {
                    let mut forms = self.forms(term);
                    words.append(&mut forms.words);
                    nodes.append(&mut forms.nodes);
                }
                other => nodes.push(self.node(other)),
            }
        }
        if !words.is_empty() {
            nodes.push(Node::Atom(self.atom_of_words(words)));
        }
        match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Node::Any(nodes),
        }
    }

    fn forms(&mut self, term: &'k Term) -> WrittenOut {
        let key = TermKey::of(term);
        if let Some(known) = key.and_then(|key| self.written_out.get(&key)) {
            return known.clone();
        }
        if let Term::Compound(compounds) = term
            && let Some(out) = self.compounds(compounds)
        {
            return out;
        }
        let mut out = WrittenOut::default();
        for form in forms_of(term) {
            match form {
                Form::Word(word) => {
                    out.words.push(self.words.number(&word));
                }
                Form::Spelt(spellings) => {
                    out.words
                        .extend(spellings.iter().map(|word| self.words.number(word)));
                }
                form => out.nodes.push(self.form(form)),
            }
        }
        if let Some(key) = key {
            self.written_out.insert(key, out.clone());
        }
        out
    }

    fn form(&mut self, form: Form) -> Node {
        match form {
            Form::Word(word) => {
                let number = self.words.number(&word);
                Node::Atom(self.atom_of_word(number))
            }
            Form::Spelt(spellings) => {
                Node::Atom(self.words_atom(spellings.iter().map(String::as_str)))
            }
            Form::Split { finite, particle } => Node::Split {
                verb: self.words_atom(finite.iter().map(String::as_str)),
                first: self.words_atom(particle.words.first().map(String::as_str)),
                particle,
            },
            Form::Open {
                letters,
                left,
                right,
            } => Node::Atom(self.atom(AtomKey::Open {
                letters,
                left,
                right,
            })),
            Form::Sequence(forms) => {
                Node::Sequence(forms.into_iter().map(|form| self.form(form)).collect())
            }
            Form::Closing(forms) => {
                Node::Closing(forms.into_iter().map(|form| self.form(form)).collect())
            }
            Form::Place => Node::Atom(PLACE),
            Form::Regex(pattern) => Node::Regex(pattern.regex().clone()),
        }
    }

    /// The atom of some words that mean the same.
    fn words_atom<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> u32 {
        let numbers = words.into_iter().map(|word| self.words.number(word));
        let numbers = numbers.collect();
        self.atom_of_words(numbers)
    }

    fn atom_of_words(&mut self, mut numbers: Vec<u32>) -> u32 {
        numbers.sort_unstable();
        numbers.dedup();
        match numbers.as_slice() {
            [number] => self.atom_of_word(*number),
            _ => self.atom(AtomKey::Words(numbers)),
        }
    }

    fn atom_of_word(&mut self, word: u32) -> u32 {
        let at = word as usize;
        if self.single.len() <= at {
            self.single.resize(at + 1, PLACE);
        }
        if self.single[at] == PLACE {
            self.count += 1;
            self.single[at] = self.count;
        }
        self.single[at]
    }

    fn atom(&mut self, key: AtomKey) -> u32 {
        *self.atoms.entry(key).or_insert_with(|| {
            self.count += 1;
            self.count
        })
    }

    fn finish(mut self, themes: Vec<ThemeSummary>) -> Rules {
        let atoms = self.count as usize + 1;
        self.frequency = vec![PLACE_FREQUENCY; atoms];
        let words = std::mem::take(&mut self.words);
        let likely = |word: u32| likelihood(words.word(word).len());
        let mut atoms_of_word = Vec::new();
        for (word, &atom) in (0..).zip(&self.single) {
            if atom != PLACE {
                atoms_of_word.push((word, atom));
                self.frequency[atom as usize] = likely(word);
            }
        }
        let mut parts = Vec::new();
        for (key, &atom) in &self.atoms {
            self.frequency[atom as usize] = match key {
                AtomKey::Words(numbers) => {
                    atoms_of_word.extend(numbers.iter().map(|word| (*word, atom)));
                    numbers.iter().map(|word| likely(*word)).sum()
                }
                AtomKey::Open {
                    letters,
                    left,
                    right,
                } => {
                    parts.push(Part {
                        letters: letters.as_bytes().into(),
                        left: *left,
                        right: *right,
                        atom,
                    });
                    // A part is in many words: count it as a word of one letter less.
                    likelihood(letters.len() - 1)
                }
            };
        }
        let mut filed = Vec::new();
        let mut always = Vec::new();
        for (rule, number) in self.rules.iter().zip(0..) {
            match self.filed_under(&rule.node) {
                None => always.push(number),
                Some(atoms) => filed.extend(atoms.into_iter().map(|atom| (atom, number))),
            }
        }
        // A list that names others is there when one of those is.
        let mut filed_lists = Vec::new();
        let mut lists_always = Vec::new();
        for list in self.lists.values() {
            match self.filed_under(&list.node) {
                None => lists_always.push(list.number),
                Some(atoms) => {
                    filed_lists.extend(atoms.into_iter().map(|atom| (atom, list.number)))
                }
            }
        }
        Rules {
            lists_of: Lists::new(atoms + self.lists.len(), &filed_lists),
            lists_always,
            rules: self.rules,
            themes,
            atoms,
            lists: self.lists.len(),
            atoms_of_word: Lists::new(words.len(), &atoms_of_word),
            lexicon: Lexicon::new(words),
            parts: Parts::new(parts),
            filed: Lists::new(atoms + self.lists.len(), &filed),
            always,
        }
    }
}

/// Short words are common, long words are rare: half as likely for each letter more.
fn likelihood(letters: usize) -> u64 {
    1 << (26 - letters.min(25))
}
