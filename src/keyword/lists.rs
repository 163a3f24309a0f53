//! Word lists: what belongs together, written once and used as `$name` in many lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::keyword::{Expression, Keyword};

/// How deep lists may name each other: nobody follows a word through more of them.
pub const MAX_DEPTH: u32 = 20;

/// Most terms of a list with those of all lists that it names spelt out. The largest shipped one has
/// some thousands; lists that each name the one before twice would soon have billions.
pub const MAX_TERMS: usize = 100_000;

/// Word lists by name. Cloning is cheap: the lists themselves are shared.
#[derive(Clone, Debug, Default)]
pub struct WordLists {
    lists: BTreeMap<Arc<str>, WordList>,
}

/// A word list that lines refer to. Any of its lines may stand where it is named.
#[derive(Clone, Debug)]
pub struct WordList {
    /// Its name, without `$`.
    pub name: Arc<str>,
    /// Its lines. Shared, so that what is made of them once serves every line that names the list.
    pub lines: Arc<[Keyword]>,
    /// What is asked of it at every line that names it, answered once.
    pub(super) facts: Facts,
}

/// What holds of a list, the lists that it names included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) has_and: bool,
    pub(super) has_not: bool,
    pub(super) place_is_enough: bool,
    pub(super) terms: usize,
    pub(super) depth: u32,
}

/// Two references are the same when they mean the same.
impl PartialEq for WordList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.lines, &other.lines)
            || (self.name == other.name && self.expressions().eq(other.expressions()))
    }
}

impl Eq for WordList {}

impl WordList {
    /// How many terms it has with those of the lists that it names spelt out.
    pub fn count_terms(&self) -> usize {
        self.facts.terms
    }

    /// How many lists deep it goes: 1 when it names none.
    pub fn depth(&self) -> u32 {
        self.facts.depth
    }

    /// What its lines say: any of these may stand where the list is named.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.lines.iter().map(|line| &line.expression)
    }
}

impl WordLists {
    /// The list of this name.
    pub fn get(&self, name: &str) -> Option<&WordList> {
        self.lists.get(name)
    }

    /// All lists, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &WordList> {
        self.lists.values()
    }

    /// All names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(|name| &**name)
    }

    /// Takes a list away again.
    pub fn remove(&mut self, name: &str) {
        self.lists.remove(name);
    }

    /// Adds a list of these lines; `None`, and nothing added, when it has no line or a list of this
    /// name is there already.
    pub fn add(&mut self, name: &str, lines: Vec<Keyword>) -> Option<&WordList> {
        if lines.is_empty() || self.lists.contains_key(name) {
            return None;
        }
        let expressions = || lines.iter().map(|line| &line.expression);
        let facts = Facts {
            has_and: expressions().any(Expression::has_and),
            has_not: expressions().any(Expression::has_not),
            place_is_enough: expressions().any(Expression::place_is_enough),
            terms: expressions().fold(0, |n, one| n.saturating_add(one.count_terms())),
            depth: 1 + expressions().map(Expression::depth).max().unwrap_or(0),
        };
        let name: Arc<str> = name.into();
        let list = WordList {
            facts,
            name: Arc::clone(&name),
            lines: lines.into(),
        };
        Some(self.lists.entry(name).or_insert(list))
    }
}
