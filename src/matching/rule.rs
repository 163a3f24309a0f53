//! Keyword lines, compiled: as trees of numbered words, and filed under the rarest words they need.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;

use crate::keyword::{Expression, Keyword, KeywordLine, Order, Term};
use crate::matching::forms::{Form, forms_of};
use crate::matching::parts::{Part, Parts};
use crate::text::words::lexicon::{Lexicon, Numbering};
use crate::theme::{Common, Theme, ThemeId};

/// All keyword lines of all themes.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// By theme in the order of theme ids, then by role; those of `common.toml` last.
    pub(super) rules: Vec<Rule>,
    pub(super) themes: Vec<ThemeSummary>,
    /// How many different atoms there are.
    pub(super) atoms: usize,
    pub(super) lexicon: Lexicon,
    /// For each word of the lexicon: the atoms it is a form of.
    pub(super) atoms_of_word: Lists,
    pub(super) parts: Option<Parts>,
    /// For each atom: the rules filed under it.
    pub(super) filed: Lists,
    /// Rules that no word gives away: they are looked at for every message.
    pub(super) always: Vec<u32>,
}

/// One keyword line.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) node: Node,
    /// Index in [`Rules::themes`]; their number for a line of `common.toml`.
    pub(super) theme: u32,
    pub(super) role: Role,
    pub(super) line: Arc<KeywordLine>,
    /// Where a route leads, when that theme is listened for.
    pub(super) route_to: Option<u32>,
}

/// What a line is for. The first three are evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Strong,
    Urgent,
    Cue,
    Veto,
    PostVeto,
    Route,
    IncidentCue,
    Negation,
    NotNegated,
}

/// What the judge needs of a theme.
#[derive(Clone, Debug)]
pub(super) struct ThemeSummary {
    pub(super) id: ThemeId,
    pub(super) vetoes: usize,
}

/// The atom of all places.
pub(super) const PLACE: u32 = 0;

/// An expression whose words are numbers. An *atom* is a set of words that mean the same to a rule.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Atom(u32),
    Regex(Regex),
    /// Units next to each other in one sentence.
    Sequence(Vec<Node>),
    Any(Vec<Node>),
    All {
        all: Vec<Node>,
        none: Vec<Node>,
    },
    Near {
        left: Box<Node>,
        right: Box<Node>,
        within: u32,
        order: Order,
    },
}

/// Many short lists in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// `count` lists of these values, each with the index of its list; values keep their order.
    fn new(count: usize, values: &[(u32, u32)]) -> Self {
        let mut ends = vec![0; count];
        for (index, _) in values {
            ends[*index as usize] += 1;
        }
        let mut next = 0;
        for end in &mut ends {
            // Where the list begins, until all its values are in.
            next += std::mem::replace(end, next);
        }
        let mut flat = Lists {
            ends,
            values: vec![0; values.len()],
        };
        for (index, value) in values {
            let end = &mut flat.ends[*index as usize];
            flat.values[*end as usize] = *value;
            *end += 1;
        }
        flat
    }

    pub(super) fn get(&self, index: u32) -> &[u32] {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before as usize]);
        &self.values[start as usize..self.ends[index as usize] as usize]
    }
}

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
struct Builder {
    rules: Vec<Rule>,
    words: Numbering,
    /// For each word: the atom of it alone, when there is one; [`PLACE`] stands for none.
    single: Vec<u32>,
    /// All other atoms.
    atoms: HashMap<AtomKey, u32>,
    /// How many atoms there are besides [`PLACE`].
    count: u32,
    /// How often each atom after [`PLACE`] is likely to be in a message, in no particular unit.
    frequency: Vec<u64>,
}

/// How likely places are in a message: nearly every message of a local source names one.
const PLACE_FREQUENCY: u64 = 1 << 30;

impl Builder {
    fn list(&mut self, keywords: &[Keyword], theme: u32, role: Role) {
        for keyword in keywords {
            self.rule(keyword, theme, role, None);
        }
    }

    fn rule(&mut self, keyword: &Keyword, theme: u32, role: Role, route_to: Option<u32>) {
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

    fn node(&mut self, expression: &Expression) -> Node {
        let mut nodes = |list: &[Expression]| list.iter().map(|inner| self.node(inner)).collect();
        match expression {
            Expression::Or(any) => Node::Any(nodes(any)),
            Expression::And { all, none } => Node::All {
                all: nodes(all),
                none: nodes(none),
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
            Expression::Term(term) => self.term(term),
        }
    }

    /// The single words of a term become one atom; each other form is a branch of its own.
    fn term(&mut self, term: &Term) -> Node {
        let mut words = Vec::new();
        let mut nodes = Vec::new();
        for form in forms_of(term) {
            match form {
                Form::Word(word) => {
                    words.push(self.words.number(&word));
                }
                form => nodes.push(self.form(form)),
            }
        }
        words.sort_unstable();
        words.dedup();
        match words[..] {
            [] => {}
            [word] => nodes.push(Node::Atom(self.atom_of_word(word))),
            _ => nodes.push(Node::Atom(self.atom(AtomKey::Words(words)))),
        }
        match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Node::Any(nodes),
        }
    }

    fn form(&mut self, form: Form) -> Node {
        match form {
            Form::Word(word) => {
                let number = self.words.number(&word);
                Node::Atom(self.atom_of_word(number))
            }
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
            Form::Place => Node::Atom(PLACE),
            Form::Regex(pattern) => Node::Regex(pattern.regex().clone()),
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
        let words = std::mem::take(&mut self.words).into_words();
        let mut atoms_of_word = Vec::new();
        for (word, &atom) in (0..).zip(&self.single) {
            if atom != PLACE {
                atoms_of_word.push((word, atom));
                self.frequency[atom as usize] = likelihood(words[word as usize].len());
            }
        }
        let mut parts = Vec::new();
        for (key, &atom) in &self.atoms {
            self.frequency[atom as usize] = match key {
                AtomKey::Words(numbers) => {
                    atoms_of_word.extend(numbers.iter().map(|word| (*word, atom)));
                    numbers
                        .iter()
                        .map(|n| likelihood(words[*n as usize].len()))
                        .sum()
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
            let anchors = self.anchors(&rule.node);
            match anchors.always {
                true => always.push(number),
                false => filed.extend(anchors.atoms.iter().map(|atom| (*atom, number))),
            }
        }
        Rules {
            rules: self.rules,
            themes,
            atoms,
            atoms_of_word: Lists::new(words.len(), &atoms_of_word),
            lexicon: Lexicon::new(words),
            parts: Parts::new(parts),
            filed: Lists::new(atoms, &filed),
            always,
        }
    }

    /// The atoms of which at least one is in every message where the node is true, chosen so that
    /// they are rare.
    fn anchors(&self, node: &Node) -> Anchors {
        match node {
            Node::Atom(atom) => Anchors {
                atoms: vec![*atom],
                frequency: self.frequency[*atom as usize],
                always: false,
            },
            Node::Regex(_) => Anchors {
                atoms: Vec::new(),
                frequency: u64::MAX,
                always: true,
            },
            Node::Any(any) => any.iter().fold(Anchors::default(), |mut sum, node| {
                let one = self.anchors(node);
                sum.atoms.extend(one.atoms);
                sum.frequency = sum.frequency.saturating_add(one.frequency);
                sum.always |= one.always;
                sum
            }),
            Node::Sequence(all) | Node::All { all, .. } => self.rarest(all.iter()),
            Node::Near { left, right, .. } => self.rarest([&**left, &**right].into_iter()),
        }
    }

    fn rarest<'a>(&self, nodes: impl Iterator<Item = &'a Node>) -> Anchors {
        let anchors = nodes.map(|node| self.anchors(node));
        anchors
            .min_by_key(|anchors| anchors.frequency)
            .unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Anchors {
    atoms: Vec<u32>,
    frequency: u64,
    always: bool,
}

/// Short words are common, long words are rare: half as likely for each letter more.
fn likelihood(letters: usize) -> u64 {
    1 << (26 - letters.min(25))
}
