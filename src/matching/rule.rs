//! Keyword lines, compiled: as trees of numbered words, and filed under the rarest words they need.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::dutch::verb::split::Particle;
use crate::keyword::{Expression, Keyword, KeywordLine, Order, Term};
use crate::matching::forms::{Form, forms_of};
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
    pub(super) open: Option<OpenParts>,
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
    /// A finite form of a verb and its particle, apart in a sentence.
    Split {
        /// The atom of the finite forms.
        verb: u32,
        /// The atom of the first word of the particle.
        first: u32,
        particle: Particle,
    },
    /// Units next to each other in one sentence.
    Sequence(Vec<Node>),
    /// The same, where the last one closes its clause.
    Closing(Vec<Node>),
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

/// Word parts, all searched in one pass.
#[derive(Clone, Debug)]
pub(super) struct OpenParts {
    pub(super) automaton: AhoCorasick,
    /// For each pattern of the automaton: the atoms with these letters.
    pub(super) ends: Vec<Vec<OpenEnd>>,
}

/// Which sides of a word part are open, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenEnd {
    pub(super) left: bool,
    pub(super) right: bool,
    pub(super) atom: u32,
}

/// Many short lists in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    fn new(lists: &[Vec<u32>]) -> Self {
        let mut flat = Lists::default();
        for list in lists {
            flat.values.extend_from_slice(list);
            flat.ends
                .push(u32::try_from(flat.values.len()).expect("fewer than 4 billion forms"));
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
    atoms: HashMap<AtomKey, u32>,
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
        let mut words = BTreeSet::new();
        let mut nodes = Vec::new();
        for form in forms_of(term) {
            match form {
                Form::Word(word) => {
                    words.insert(self.words.number(&word));
                }
                Form::Spelt(spellings) => {
                    words.extend(spellings.iter().map(|word| self.words.number(word)));
                }
                form => nodes.push(self.form(form)),
            }
        }
        if !words.is_empty() {
            nodes.push(Node::Atom(
                self.atom(AtomKey::Words(words.into_iter().collect())),
            ));
        }
        match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Node::Any(nodes),
        }
    }

    fn form(&mut self, form: Form) -> Node {
        match form {
            Form::Word(word) => Node::Atom(self.words_atom([word.as_str()])),
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
        let numbers: BTreeSet<u32> = words
            .into_iter()
            .map(|word| self.words.number(word))
            .collect();
        self.atom(AtomKey::Words(numbers.into_iter().collect()))
    }

    fn atom(&mut self, key: AtomKey) -> u32 {
        let next = u32::try_from(self.atoms.len()).expect("fewer than 4 billion atoms") + PLACE + 1;
        *self.atoms.entry(key).or_insert(next)
    }

    fn finish(mut self, themes: Vec<ThemeSummary>) -> Rules {
        let atoms = self.atoms.len() + 1;
        self.frequency = vec![PLACE_FREQUENCY; atoms];
        let words = std::mem::take(&mut self.words).into_words();
        let mut atoms_of_word = vec![Vec::new(); words.len()];
        let mut open: HashMap<&str, Vec<OpenEnd>> = HashMap::new();
        for (key, &atom) in &self.atoms {
            self.frequency[atom as usize] = match key {
                AtomKey::Words(numbers) => {
                    numbers
                        .iter()
                        .for_each(|n| atoms_of_word[*n as usize].push(atom));
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
                    let (left, right) = (*left, *right);
                    open.entry(letters)
                        .or_default()
                        .push(OpenEnd { left, right, atom });
                    // A part is in many words: count it as a word of one letter less.
                    likelihood(letters.len() - 1)
                }
            };
        }
        let open = OpenParts::new(open);
        let mut filed = vec![Vec::new(); atoms];
        let mut always = Vec::new();
        for (rule, number) in self.rules.iter().zip(0..) {
            let anchors = self.anchors(&rule.node);
            match anchors.always {
                true => always.push(number),
                false => anchors
                    .atoms
                    .iter()
                    .for_each(|a| filed[*a as usize].push(number)),
            }
        }
        Rules {
            rules: self.rules,
            themes,
            atoms,
            lexicon: Lexicon::new(words),
            atoms_of_word: Lists::new(&atoms_of_word),
            open,
            filed: Lists::new(&filed),
            always,
        }
    }

    /// The atoms of which at least one is in every message where the node is true, chosen so that
    /// they are rare.
    fn anchors(&self, node: &Node) -> Anchors {
        match node {
            Node::Atom(atom) => Anchors {
                atoms: BTreeSet::from([*atom]),
                frequency: self.frequency[*atom as usize],
                always: false,
            },
            Node::Split { verb, .. } => self.anchors(&Node::Atom(*verb)),
            Node::Regex(_) => Anchors {
                atoms: BTreeSet::new(),
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
            Node::Sequence(all) | Node::Closing(all) | Node::All { all, .. } => {
                self.rarest(all.iter())
            }
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
    atoms: BTreeSet<u32>,
    frequency: u64,
    always: bool,
}

/// Short words are common, long words are rare: half as likely for each letter more.
fn likelihood(letters: usize) -> u64 {
    1 << (26 - letters.min(25))
}

impl OpenParts {
    fn new(open: HashMap<&str, Vec<OpenEnd>>) -> Option<Self> {
        if open.is_empty() {
            return None;
        }
        let mut parts: Vec<(&str, Vec<OpenEnd>)> = open.into_iter().collect();
        parts.sort_unstable_by_key(|(letters, _)| *letters);
        let automaton = AhoCorasick::new(parts.iter().map(|(letters, _)| letters))
            .expect("the lists are limited, so their letters fit in an automaton");
        Some(OpenParts {
            automaton,
            ends: parts.into_iter().map(|(_, ends)| ends).collect(),
        })
    }
}
