//! What had to be mended in what a source shows, as a small set of words.

use std::fmt;

use serde::{Serialize, Serializer};

/// What had to be mended before a document could be read, or its items told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repair {
    /// It is not in the encoding that it or its server says.
    Encoding,
    /// Characters in it that XML does not allow, such as control characters.
    Characters,
    /// Something stands before it, such as the warning of a script.
    Preamble,
    /// A bare `&`, or a reference that XML does not know, such as `&eacute;`.
    References,
    /// Its tags are wrong: not closed, closed by another name, a bare `<`, HTML that is not escaped.
    Markup,
    /// A prefix that it does not declare, or a vocabulary declared by a wrong address.
    Namespaces,
    /// A field of JSON of another type than it should be.
    Types,
    /// It broke off.
    Truncated,
    /// Several of its items bear one id.
    DoubledIds,
    /// Items came back under another id and were known by their words.
    ChangingIds,
}

impl Repair {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Encoding,
        Self::Characters,
        Self::Preamble,
        Self::References,
        Self::Markup,
        Self::Namespaces,
        Self::Types,
        Self::Truncated,
        Self::DoubledIds,
        Self::ChangingIds,
    ];

    /// The word used in templates and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Characters => "characters",
            Self::Preamble => "preamble",
            Self::References => "references",
            Self::Markup => "markup",
            Self::Namespaces => "namespaces",
            Self::Types => "types",
            Self::Truncated => "truncated",
            Self::DoubledIds => "doubled_ids",
            Self::ChangingIds => "changing_ids",
        }
    }
}

/// A set of repairs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Repairs(u16);

impl Repairs {
    /// Adds one.
    pub fn insert(&mut self, repair: Repair) {
        self.0 |= 1 << repair as u16;
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: Repairs) {
        self.0 |= other.0;
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each, in the order of [`Repair::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Repair> {
        let is_in = move |repair: &Repair| self.0 & 1 << *repair as u16 != 0;
        Repair::ALL.into_iter().filter(is_in)
    }

    /// Their words, with spaces between; no words for no repairs.
    pub fn words(self) -> String {
        self.iter()
            .map(Repair::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The set from such words; `None` when one is not known.
    pub fn from_words(words: &str) -> Option<Self> {
        words
            .split_whitespace()
            .map(|word| Repair::ALL.into_iter().find(|known| known.as_str() == word))
            .collect()
    }
}

impl FromIterator<Repair> for Repairs {
    fn from_iter<I: IntoIterator<Item = Repair>>(repairs: I) -> Self {
        let mut all = Repairs::default();
        repairs.into_iter().for_each(|repair| all.insert(repair));
        all
    }
}

impl fmt::Debug for Repairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// As a list of words.
impl Serialize for Repairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Repair::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_words() {
        let set: Repairs = [Repair::Truncated, Repair::Encoding, Repair::Truncated]
            .into_iter()
            .collect();
        assert_eq!(set.words(), "encoding truncated");
        let all: Repairs = Repair::ALL.into_iter().collect();
        for set in [set, all, Repairs::default()] {
            assert_eq!(Repairs::from_words(&set.words()), Some(set));
        }
        assert_eq!(Repairs::from_words("encoding anders"), None);
    }
}
