//! A message on one line, in units that are never cut.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::span::Span;

/// What stands between title and body.
const SEPARATOR: &str = " · ";

/// The longest found word that is kept whole, in characters; a longer one is no word of a language, and
/// is cut like any text, without a mark.
const MAX_WORD: usize = 100;

/// The most characters of one grapheme cluster that are kept. The longest emoji have about ten; a
/// letter under a hundred accents is somebody's joke.
const MAX_CLUSTER: usize = 16;

/// Masked text without line breaks, runs of spaces, control characters and direction marks.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The text.
    pub(super) text: String,
    /// For each evidence its words in `text`, without those that are too long.
    pub(super) words: Vec<Vec<Span>>,
    units: Vec<Unit>,
    /// How many characters stand before each unit, and in all.
    counts: Vec<usize>,
}

/// A grapheme cluster, a space, a token or a found word.
#[derive(Debug)]
struct Unit {
    start: usize,
    space: bool,
}

/// A unit that holds words that were found.
#[derive(Debug)]
pub(super) struct Found {
    /// Its place among the units.
    pub(super) unit: usize,
    /// To which evidence its words belong; one may stand there twice.
    pub(super) evidence: Vec<usize>,
}

impl Line {
    /// Puts a blanked text on one line. `tokens` are sorted and apart, `words` never touch them;
    /// `border` is the line break behind the title.
    pub(super) fn new(
        text: &str,
        tokens: &[Span],
        words: &[Vec<Span>],
        border: Option<usize>,
    ) -> Self {
        let kept = fitting(text, words);
        let mut edges: Vec<usize> = kept
            .iter()
            .flatten()
            .flat_map(|w| [w.start, w.end])
            .collect();
        edges.sort_unstable();
        edges.dedup();

        let mut line = Line::default();
        let mut moved = Vec::with_capacity(edges.len());
        let mut at = 0;
        for solid in solids(tokens, &kept) {
            line.push_loose(text, at..solid.start, border);
            moved.extend(line.push_solid(text, solid, &edges));
            at = solid.end;
        }
        line.push_loose(text, at..text.len(), border);
        line.close();
        line.words = kept
            .iter()
            .map(|words| {
                let places = words.iter().map(|word| line.place(&moved, *word));
                places.filter(|word| word.start < word.end).collect()
            })
            .collect();
        line
    }

    /// Text between the words: one unit for each cluster, runs of spaces as one.
    fn push_loose(&mut self, text: &str, range: Range<usize>, border: Option<usize>) {
        for (at, cluster) in text[range.clone()].grapheme_indices(true) {
            let is_border = border == Some(range.start + at);
            if is_border || cluster.chars().all(char::is_whitespace) {
                self.push_space(if is_border { SEPARATOR } else { " " });
                continue;
            }
            let start = self.text.len();
            self.text
                .extend(cluster.chars().filter(|c| is_kept(*c)).take(MAX_CLUSTER));
            if self.text.len() > start {
                self.units.push(Unit {
                    start,
                    space: false,
                });
            }
        }
    }

    fn push_space(&mut self, space: &str) {
        match self.units.last() {
            None => return,
            Some(last) if last.space && space == SEPARATOR => {
                self.text.truncate(last.start);
                self.units.pop();
            }
            Some(last) if last.space => return,
            Some(_) => {}
        }
        self.units.push(Unit {
            start: self.text.len(),
            space: true,
        });
        self.text.push_str(space);
    }

    /// A token or found words as one unit; hands out where each edge of a word came to stand.
    fn push_solid(&mut self, text: &str, solid: Span, edges: &[usize]) -> Vec<(usize, usize)> {
        let start = self.text.len();
        let first = edges.partition_point(|edge| *edge < solid.start);
        let mut edges = edges[first..]
            .iter()
            .take_while(|edge| **edge <= solid.end)
            .peekable();
        let mut moved = Vec::new();
        for (at, c) in text[solid.start..solid.end].char_indices() {
            if let Some(edge) = edges.next_if(|edge| **edge == solid.start + at) {
                moved.push((*edge, self.text.len()));
            }
            if c.is_whitespace() {
                if !self.text[start..].ends_with(' ') {
                    self.text.push(' ');
                }
            } else if is_kept(c) {
                self.text.push(c);
            }
        }
        moved.extend(edges.map(|edge| (*edge, self.text.len())));
        if self.text.len() > start {
            self.units.push(Unit {
                start,
                space: false,
            });
        }
        moved
    }

    /// Takes the last space away and counts.
    fn close(&mut self) {
        if let Some(last) = self.units.pop_if(|last| last.space) {
            self.text.truncate(last.start);
        }
        let mut count = 0;
        for unit in 0..self.units.len() {
            self.counts.push(count);
            count += self.text[self.byte(unit)..self.byte(unit + 1)]
                .chars()
                .count();
        }
        self.counts.push(count);
    }

    fn place(&self, moved: &[(usize, usize)], word: Span) -> Span {
        let place = |edge: usize| {
            let at = moved.partition_point(|(from, _)| *from < edge);
            moved.get(at).map_or(self.text.len(), |(_, to)| *to)
        };
        Span {
            start: place(word.start),
            end: place(word.end),
        }
    }

    /// How many units there are.
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// Where a unit starts in the text.
    pub(super) fn byte(&self, unit: usize) -> usize {
        self.units
            .get(unit)
            .map_or(self.text.len(), |unit| unit.start)
    }

    /// Whether a unit is a space or the separator.
    pub(super) fn is_space(&self, unit: usize) -> bool {
        self.units[unit].space
    }

    /// How many characters these units have.
    pub(super) fn chars(&self, units: &Range<usize>) -> usize {
        self.counts[units.end] - self.counts[units.start]
    }

    /// The units that hold found words, in order.
    pub(super) fn found(&self) -> Vec<Found> {
        let mut words: Vec<(usize, usize)> = Vec::new();
        for (evidence, spans) in self.words.iter().enumerate() {
            for word in spans {
                let unit = self.units.partition_point(|unit| unit.start <= word.start) - 1;
                words.push((unit, evidence));
            }
        }
        words.sort_unstable();
        let mut found: Vec<Found> = Vec::new();
        for (unit, evidence) in words {
            match found.last_mut() {
                Some(last) if last.unit == unit => last.evidence.push(evidence),
                _ => found.push(Found {
                    unit,
                    evidence: vec![evidence],
                }),
            }
        }
        found
    }

    /// As much of the start as has room.
    pub(super) fn start(&self, room: usize) -> Range<usize> {
        let words = self.forth(0, room, self.len());
        // One endless word has no border to cut at.
        let end = if words == 0 {
            self.reach(0, room)
        } else {
            words
        };
        0..end
    }

    /// These units with as many words around them as have room, inside `within`; equally many on
    /// both sides where the text allows it.
    pub(super) fn around(
        &self,
        core: Range<usize>,
        room: usize,
        within: Range<usize>,
    ) -> Range<usize> {
        let spare = room - self.chars(&core);
        let start = self.back(core.start, spare / 2, within.start);
        let end = self.forth(core.end, room - self.chars(&(start..core.end)), within.end);
        let start = self.back(
            core.start,
            room - self.chars(&(core.start..end)),
            within.start,
        );
        start..end
    }

    /// How far back whole words go; inside an endless word as far as there is room.
    fn back(&self, from: usize, room: usize, floor: usize) -> usize {
        let least = self.counts[from].saturating_sub(room);
        let lowest = self
            .counts
            .partition_point(|count| *count < least)
            .max(floor)
            .min(from);
        (lowest..=from)
            .find(|unit| self.is_border(*unit))
            .unwrap_or(lowest)
    }

    /// How far forth whole words go; inside an endless word as far as there is room.
    fn forth(&self, from: usize, room: usize, ceiling: usize) -> usize {
        let highest = self.reach(from, room).min(ceiling);
        (from..=highest)
            .rev()
            .find(|unit| self.is_border(*unit))
            .unwrap_or(highest)
    }

    fn reach(&self, from: usize, room: usize) -> usize {
        let most = self.counts[from] + room;
        self.counts.partition_point(|count| *count <= most) - 1
    }

    /// Whether a word ends or starts before this unit.
    fn is_border(&self, unit: usize) -> bool {
        unit == 0 || unit == self.len() || self.units[unit].space || self.units[unit - 1].space
    }
}

/// The words that can be kept whole. Of words that overlap, those that would make the whole longer
/// than one word may be are left out.
fn fitting(text: &str, words: &[Vec<Span>]) -> Vec<Vec<Span>> {
    let mut all: Vec<Span> = words.iter().flatten().copied().collect();
    all.sort();
    all.dedup();
    let mut whole: Option<Span> = None;
    all.retain(|word| {
        let joined = match whole {
            Some(whole) if whole.overlaps(*word) => whole.join(*word),
            _ => *word,
        };
        let chars = text[joined.start..joined.end].chars().count();
        let fits = (1..=MAX_WORD).contains(&chars);
        if fits {
            whole = Some(joined);
        }
        fits
    });
    words
        .iter()
        .map(|words| {
            let kept = words.iter().filter(|word| all.binary_search(word).is_ok());
            kept.copied().collect()
        })
        .collect()
}

/// What is never cut, sorted and apart: tokens, and words that overlap as one.
fn solids(tokens: &[Span], words: &[Vec<Span>]) -> Vec<Span> {
    let mut solids: Vec<Span> = tokens.to_vec();
    solids.extend(words.iter().flatten());
    solids.sort();
    let mut apart: Vec<Span> = Vec::with_capacity(solids.len());
    for solid in solids {
        match apart.last_mut() {
            Some(last) if last.overlaps(solid) => *last = last.join(solid),
            _ => apart.push(solid),
        }
    }
    apart
}

/// Whether a character may stand in a mail: no control characters, direction marks, invisible
/// spaces or tags. Joiners and variation selectors stay; emoji are made with them.
fn is_kept(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}
