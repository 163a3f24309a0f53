//! Word lists: what belongs together, written once and used as `$name` in many lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::keyword::{Expression, Keyword};

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

    /// Adds a list of these lines; `None`, and nothing added, when it has no line or a list of this
    /// name is there already.
    pub fn add(&mut self, name: &str, lines: Vec<Keyword>) -> Option<&WordList> {
        if lines.is_empty() || self.lists.contains_key(name) {
            return None;
        }
        let name: Arc<str> = name.into();
        let list = WordList {
            name: Arc::clone(&name),
            lines: lines.into(),
        };
        Some(self.lists.entry(name).or_insert(list))
    }
}
