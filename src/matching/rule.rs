//! Keyword lines as the matcher holds them: trees of numbered words, filed under the rarest words
//! they need.

use std::sync::Arc;

use regex::Regex;

use crate::dutch::verb::split::Particle;
use crate::keyword::{KeywordLine, Order};
use crate::matching::parts::Parts;
use crate::text::words::lexicon::Lexicon;
use crate::theme::ThemeId;

/// All keyword lines of all themes.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// By theme in the order of theme ids, then by role; those of `common.toml` last.
    pub(super) rules: Vec<Rule>,
    pub(super) themes: Vec<ThemeSummary>,
    /// How many different atoms there are.
    pub(super) atoms: usize,
    /// How many word lists.
    pub(super) lists: usize,
    /// Likewise: the word lists that may be found where it is.
    pub(super) lists_of: Lists,
    /// Word lists that no word gives away.
    pub(super) lists_always: Vec<u32>,
    pub(super) lexicon: Lexicon,
    /// For each word of the lexicon: the atoms it is a form of.
    pub(super) atoms_of_word: Lists,
    pub(super) parts: Option<Parts>,
    /// For each atom, and behind them for each word list: the rules filed under it.
    pub(super) filed: Lists,
    /// Rules that no word gives away: they are looked at for every message.
    pub(super) always: Vec<u32>,
}

impl Rules {
    /// Where a word list stands among the atoms.
    pub(super) fn list_anchor(&self, list: u32) -> u32 {
        u32::try_from(self.atoms).unwrap_or(u32::MAX) + list
    }
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
    /// Whether it is listened for.
    pub(super) enabled: bool,
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
    /// A word list, which many lines have in common.
    List(Arc<List>),
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

/// A word list with its number, under which what was found of it in a message is kept.
#[derive(Debug)]
pub(super) struct List {
    pub(super) number: u32,
    pub(super) node: Node,
}

/// Many short lists in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// `count` lists of these values, each with the index of its list; values keep their order.
    pub(super) fn new(count: usize, values: &[(u32, u32)]) -> Self {
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
