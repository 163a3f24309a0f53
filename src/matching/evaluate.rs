//! Whether a rule is true of a message, and with which words.

use std::ops::Deref;
use std::sync::Arc;

use regex::Regex;

use crate::dutch::verb::split::{self, Gap, Particle, Token};
use crate::keyword::Order;
use crate::matching::rule::{List, Node};
use crate::matching::scan::{MAX_OCCURRENCES, Occurrence, Scratch};
use crate::text::fold::MASKED;

/// The words with which a rule is true, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) words: Vec<Occurrence>,
}

impl Piece {
    fn of(word: Occurrence) -> Self {
        Piece { words: vec![word] }
    }

    fn join(&self, other: &Piece) -> Piece {
        let mut words = [self.words.as_slice(), other.words.as_slice()].concat();
        words.sort_unstable_by_key(order);
        words.dedup();
        Piece { words }
    }

    /// Whether the two have no word in common.
    pub(super) fn is_apart_from(&self, other: &Piece) -> bool {
        let mut pairs = self
            .words
            .iter()
            .flat_map(|x| other.words.iter().map(move |y| (x, y)));
        pairs.all(|(x, y)| x.end <= y.start || y.end <= x.start)
    }

    /// From the first word to the last.
    pub(super) fn hull(&self) -> Occurrence {
        let mut hull = self.words[0];
        for word in &self.words[1..] {
            hull.start = hull.start.min(word.start);
            hull.first = hull.first.min(word.first);
            hull.end = hull.end.max(word.end);
            hull.last = hull.last.max(word.last);
        }
        hull
    }
}

fn order(word: &Occurrence) -> (u32, std::cmp::Reverse<u32>) {
    (word.start, std::cmp::Reverse(word.end))
}

/// All the ways in which a rule is true, in the order of the text, each with its words; none when it
/// is not. Of very many ways the first are enough to judge.
pub(super) fn pieces(node: &Node, scratch: &Scratch) -> Vec<Piece> {
    match possible(node, scratch) {
        true => find(node, scratch).into_vec(),
        false => Vec::new(),
    }
}

/// Pieces found for one line, or kept for all lines that name the same word list.
enum Found {
    Own(Vec<Piece>),
    Kept(Arc<[Piece]>),
}

impl Found {
    fn into_vec(self) -> Vec<Piece> {
        match self {
            Found::Own(pieces) => pieces,
            Found::Kept(pieces) => pieces.to_vec(),
        }
    }
}

impl Deref for Found {
    type Target = [Piece];

    fn deref(&self) -> &[Piece] {
        match self {
            Found::Own(pieces) => pieces,
            Found::Kept(pieces) => pieces,
        }
    }
}

/// Where a word list is found in the message at hand: known for the message of this round, when one of
/// the words that give it away is there. `None` while nobody has asked.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownList {
    round: u32,
    pieces: Option<Arc<[Piece]>>,
}

impl KnownList {
    /// It may be in the message of this round; whether that is news.
    pub(super) fn mark(&mut self, round: u32) -> bool {
        let news = self.round != round;
        if news {
            *self = KnownList {
                round,
                pieces: None,
            };
        }
        news
    }
}

/// Whether anything of a word list may be there.
fn list_is_possible(list: &List, scratch: &Scratch) -> bool {
    scratch.lists.borrow()[list.number as usize].round == scratch.round()
}

/// Where a word list is found; looked for once in a message.
fn of_list(list: &List, scratch: &Scratch) -> Arc<[Piece]> {
    if !list_is_possible(list, scratch) {
        return Arc::default();
    }
    let known = scratch.lists.borrow()[list.number as usize].pieces.clone();
    known.unwrap_or_else(|| {
        let pieces: Arc<[Piece]> = find(&list.node, scratch).into_vec().into();
        scratch.lists.borrow_mut()[list.number as usize].pieces = Some(Arc::clone(&pieces));
        pieces
    })
}

/// A quick look that needs no memory: is every needed atom there?
fn possible(node: &Node, scratch: &Scratch) -> bool {
    match node {
        Node::Atom(atom) => scratch.has(*atom),
        Node::Split { verb, first, .. } => scratch.has(*verb) && scratch.has(*first),
        Node::Regex(_) => true,
        Node::Any(any) => any.iter().any(|node| possible(node, scratch)),
        Node::List(list) => list_is_possible(list, scratch),
        Node::Sequence(all) | Node::Closing(all) | Node::All { all, .. } => {
            all.iter().all(|node| possible(node, scratch))
        }
        Node::Near { left, right, .. } => possible(left, scratch) && possible(right, scratch),
    }
}

fn find(node: &Node, scratch: &Scratch) -> Found {
    let mut pieces = match node {
        Node::Atom(atom) => scratch
            .occurrences(*atom)
            .into_iter()
            .map(Piece::of)
            .collect(),
        Node::Split { verb, particle, .. } => of_split(*verb, particle, scratch),
        Node::Regex(regex) => of_regex(regex, scratch),
        Node::Any(any) => any
            .iter()
            .flat_map(|node| self::pieces(node, scratch))
            .collect(),
        Node::List(list) => return Found::Kept(of_list(list, scratch)),
        Node::Sequence(parts) => sequence(parts, scratch),
        Node::Closing(parts) => {
            let mut pieces = sequence(parts, scratch);
            pieces.retain(|piece| closes(piece.hull().last, scratch));
            pieces
        }
        Node::All { all, none } => match none.iter().all(|n| self::pieces(n, scratch).is_empty()) {
            true => together(all, scratch),
            false => Vec::new(),
        },
        Node::Near {
            left,
            right,
            within,
            order,
        } => {
            let left = find(left, scratch);
            let right = find(right, scratch);
            let mut pieces = followed_by(&left, &right, *within, scratch);
            if *order == Order::Any {
                pieces.append(&mut followed_by(&right, &left, *within, scratch));
            }
            pieces
        }
    };
    pieces.sort_by(|a, b| a.words.iter().map(order).cmp(b.words.iter().map(order)));
    pieces.dedup();
    pieces.truncate(MAX_OCCURRENCES);
    Found::Own(pieces)
}

/// Each part directly after the one before, in one sentence.
fn sequence(parts: &[Node], scratch: &Scratch) -> Vec<Piece> {
    let Some((first, rest)) = parts.split_first() else {
        return Vec::new();
    };
    let mut chains = find(first, scratch).into_vec();
    for part in rest {
        let mut next = find(part, scratch).into_vec();
        next.sort_by_key(|piece| piece.hull().first);
        let mut longer = Vec::new();
        for chain in &chains {
            let last = chain.hull().last;
            let from = next.partition_point(|piece| piece.hull().first <= last);
            let follows = |piece: &&Piece| {
                let first = piece.hull().first;
                first == last + 1 && scratch.words.sentences_apart(last, first) == 0
            };
            longer.extend(
                next[from..]
                    .iter()
                    .take_while(follows)
                    .map(|piece| chain.join(piece)),
            );
        }
        longer.truncate(MAX_OCCURRENCES);
        chains = longer;
    }
    chains
}

/// Each of the first with each of the second that begins after it and close enough. What stands
/// inside the other is closest of all: *sloegen ze de **ruit** in* has the pane between the parts of
/// its verb. Two that share a word are one thing, and not near each other.
fn followed_by(first: &[Piece], second: &[Piece], within: u32, scratch: &Scratch) -> Vec<Piece> {
    /// The same sentence or the next.
    const SENTENCES_APART: u32 = 1;
    let words = &scratch.words;
    let mut second: Vec<(Occurrence, &Piece)> = second.iter().map(|p| (p.hull(), p)).collect();
    second.sort_by_key(|(hull, _)| hull.start);
    let mut pieces = Vec::new();
    for piece in first {
        let hull = piece.hull();
        let from = second.partition_point(|(later, _)| later.start <= hull.start);
        for (later, other) in &second[from..] {
            if words.between(hull.last, later.first) > within || pieces.len() >= MAX_OCCURRENCES {
                break;
            }
            if words.sentences_apart(hull.last, later.first) <= SENTENCES_APART
                && piece.is_apart_from(other)
            {
                pieces.push(piece.join(other));
            }
        }
    }
    pieces
}

/// Everything of `all`, wherever it stands: each way in which one is true goes with the nearest
/// ways of the others, so that a veto around some of the words leaves the others.
fn together(all: &[Node], scratch: &Scratch) -> Vec<Piece> {
    let mut sides = Vec::new();
    for node in all {
        let mut side: Vec<(Occurrence, Piece)> = find(node, scratch)
            .into_vec()
            .into_iter()
            .map(|piece| (piece.hull(), piece))
            .collect();
        if side.is_empty() {
            return Vec::new();
        }
        side.sort_by_key(|(hull, _)| (hull.first, hull.end));
        sides.push(side);
    }
    let mut pieces = Vec::new();
    for (at, side) in sides.iter().enumerate() {
        for (hull, piece) in side {
            let others = sides.iter().enumerate().filter(|(other, _)| *other != at);
            pieces.push(others.fold(piece.clone(), |sum, (_, other)| {
                sum.join(nearest(other, hull))
            }));
        }
    }
    pieces
}

/// The piece that begins nearest (in words) to where `hull` begins; of two the earlier, then the shorter.
fn nearest<'a>(side: &'a [(Occurrence, Piece)], hull: &Occurrence) -> &'a Piece {
    let first_from = |first: u32| side.partition_point(|(other, _)| other.first < first);
    let after = first_from(hull.first);
    let before = after
        .checked_sub(1)
        .map(|last| first_from(side[last].0.first));
    let distance = |at: usize| {
        side.get(at)
            .map_or(u32::MAX, |(o, _)| o.first.abs_diff(hull.first))
    };
    match before {
        Some(before) if distance(before) <= distance(after) => &side[before].1,
        _ => &side[after].1,
    }
}

/// How many words behind a particle decide whether it closes its clause, and one to spare.
const FOLLOWING: usize = 4;

/// Each finite form with the particle that belongs to it.
fn of_split(verb: u32, particle: &Particle, scratch: &Scratch) -> Vec<Piece> {
    let units = scratch.words.units();
    let mut pieces = Vec::new();
    for finite in scratch.occurrences(verb) {
        let from = finite.last as usize;
        let to = units
            .len()
            .min(from + split::MAX_DISTANCE + particle.words.len() + FOLLOWING);
        let tokens: Vec<Token<'_>> = (from..to).map(|at| token(at, scratch)).collect();
        if let Some(at) = split::find(&tokens, 0, particle) {
            let words = (from + at..from + at + particle.words.len()).map(|at| Occurrence {
                start: units[at].start,
                end: units[at].end,
                first: small(at),
                last: small(at),
            });
            pieces.push(Piece {
                words: std::iter::once(finite).chain(words).collect(),
            });
        }
    }
    pieces
}

/// Whether the unit closes its clause.
fn closes(unit: u32, scratch: &Scratch) -> bool {
    let from = unit as usize;
    let to = scratch.words.units().len().min(from + FOLLOWING);
    let tokens: Vec<Token<'_>> = (from..to).map(|at| token(at, scratch)).collect();
    split::closes_clause(&tokens, 0)
}

/// A unit as the rule for particles sees it.
fn token(at: usize, scratch: &Scratch) -> Token<'_> {
    let units = scratch.words.units();
    let text = scratch.folded.text();
    let unit = units[at];
    let gap = match units.get(at + 1) {
        None => Gap::Stop,
        Some(next) if next.sentence > unit.sentence => Gap::Stop,
        Some(next) => gap(&text[unit.end as usize..next.start as usize]),
    };
    Token {
        folded: &text[unit.start as usize..unit.end as usize],
        gap,
    }
}

/// What stands between two words of one sentence.
fn gap(between: &str) -> Gap {
    let mut gap = Gap::Space;
    for sign in between.chars() {
        match sign {
            ';' | '!' | '?' | '\n' => return Gap::Stop,
            ',' => gap = Gap::Comma,
            ' ' | '\t' | '\u{a0}' | '-' | '\'' | '"' | '#' => {}
            _ if gap == Gap::Space => gap = Gap::Mark,
            _ => {}
        }
    }
    gap
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Where a regular expression is true. Masked passages are no text: it is tried on what lies
/// between them.
fn of_regex(regex: &Regex, scratch: &Scratch) -> Vec<Piece> {
    let units = scratch.words.units();
    let mut at = 0;
    let mut pieces = Vec::new();
    for stretch in scratch.folded.text().split(MASKED) {
        for found in regex.find_iter(stretch).take(MAX_OCCURRENCES) {
            if found.is_empty() {
                continue;
            }
            let (start, end) = (at + found.start(), at + found.end());
            let first = units.partition_point(|unit| unit.end as usize <= start);
            let after = units.partition_point(|unit| (unit.start as usize) < end);
            // Signs between two words stand at the word before them.
            let last = after.saturating_sub(1);
            pieces.push(Piece::of(Occurrence {
                start: small(start),
                end: small(end),
                first: small(first.min(last)),
                last: small(last),
            }));
        }
        at += stretch.len() + MASKED.len_utf8();
    }
    pieces
}
