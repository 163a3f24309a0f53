//! Under which words a line is filed: the rarest that it needs.

use crate::matching::compile::Builder;
use crate::matching::rule::Node;

/// The chance of what may be true of any message.
const ALWAYS: u64 = u64::MAX;

impl Builder<'_> {
    /// The atoms and word lists of which at least one is in every message where the node is true, each
    /// once; `None` when no word gives it away. A list stands behind all atoms: its number is counted on
    /// from theirs.
    pub(super) fn filed_under(&self, node: &Node) -> Option<Vec<u32>> {
        if self.chance(node) == ALWAYS {
            return None;
        }
        let mut atoms = Vec::new();
        self.anchors(node, &mut atoms);
        atoms.sort_unstable();
        atoms.dedup();
        Some(atoms)
    }

    /// Adds them, chosen so that they are rare.
    fn anchors(&self, node: &Node, atoms: &mut Vec<u32>) {
        match node {
            Node::Atom(atom) => atoms.push(*atom),
            Node::Split { verb, .. } => atoms.push(*verb),
            Node::List(list) => atoms.push(self.count + 1 + list.number),
            Node::Regex(_) => {}
            Node::Any(any) => any.iter().for_each(|node| self.anchors(node, atoms)),
            Node::Sequence(all) | Node::Closing(all) | Node::All { all, .. } => {
                if let Some(rarest) = all.iter().min_by_key(|node| self.chance(node)) {
                    self.anchors(rarest, atoms);
                }
            }
            Node::Near { left, right, .. } => match self.chance(left) <= self.chance(right) {
                true => self.anchors(left, atoms),
                false => self.anchors(right, atoms),
            },
        }
    }

    /// How likely a node's anchors are in a message; [`ALWAYS`] when no word gives it away.
    fn chance(&self, node: &Node) -> u64 {
        let least = |nodes: &[Node]| nodes.iter().map(|node| self.chance(node)).min();
        match node {
            Node::Atom(atom) | Node::Split { verb: atom, .. } => self.frequency[*atom as usize],
            Node::Regex(_) => ALWAYS,
            Node::Any(any) => any
                .iter()
                .fold(0, |sum, node| sum.saturating_add(self.chance(node))),
            Node::List(list) => {
                if let Some(chance) = self.chances.borrow().get(&list.number) {
                    return *chance;
                }
                let chance = self.chance(&list.node);
                self.chances.borrow_mut().insert(list.number, chance);
                chance
            }
            Node::Sequence(all) | Node::Closing(all) | Node::All { all, .. } => {
                least(all).unwrap_or(0)
            }
            Node::Near { left, right, .. } => self.chance(left).min(self.chance(right)),
        }
    }
}
