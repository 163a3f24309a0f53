//! Stretches of a message, and quick answers about what lies in them.

use crate::matching::rule::Rule;
use crate::matching::scan::Occurrence;

/// Stretches of a message, each with the rule that found it.
pub(super) struct Hulls<'a> {
    /// By where they begin.
    hulls: Vec<(Occurrence, &'a Rule)>,
    /// For each: which of it and all before it reaches furthest.
    furthest: Vec<usize>,
    /// Indices by last unit.
    by_last: Vec<usize>,
}

impl<'a> Hulls<'a> {
    pub(super) fn new(mut hulls: Vec<(Occurrence, &'a Rule)>) -> Self {
        hulls.sort_by_key(|(hull, _)| hull.start);
        let mut furthest: Vec<usize> = Vec::with_capacity(hulls.len());
        for (at, (hull, _)) in hulls.iter().enumerate() {
            furthest.push(match furthest.last() {
                Some(&before) if hulls[before].0.end >= hull.end => before,
                _ => at,
            });
        }
        let mut by_last: Vec<usize> = (0..hulls.len()).collect();
        by_last.sort_by_key(|at| hulls[*at].0.last);
        Hulls {
            hulls,
            furthest,
            by_last,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hulls.is_empty()
    }

    /// The rule of a stretch in which `inner` lies whole.
    pub(super) fn around(&self, inner: &Occurrence) -> Option<&'a Rule> {
        let begun = self
            .hulls
            .partition_point(|(hull, _)| hull.start <= inner.start);
        let (hull, rule) = self.hulls[*self.furthest.get(begun.checked_sub(1)?)?];
        (hull.end >= inner.end).then_some(rule)
    }

    /// Whether a stretch shares a letter with `word`.
    pub(super) fn touches(&self, word: &Occurrence) -> bool {
        let begun = self
            .hulls
            .partition_point(|(hull, _)| hull.start < word.end);
        begun > 0 && self.hulls[self.furthest[begun - 1]].0.end > word.start
    }

    /// The stretches whose last unit is this one.
    pub(super) fn ending_at(&self, unit: u32) -> impl Iterator<Item = (Occurrence, &'a Rule)> {
        let from = self
            .by_last
            .partition_point(|at| self.hulls[*at].0.last < unit);
        let ends = self.by_last[from..].iter().map(|at| self.hulls[*at]);
        ends.take_while(move |(hull, _)| hull.last == unit)
    }
}
