//! One name, read word by word.

use crate::mask::MaskKind;
use crate::mask::name::text::{STREETS, Text};
use crate::mask::name::{
    AFTER, CALLED, CUE, DOUBTFUL, FAMILY, FIRST, HOUSE, LOOSE, NEVER, OFFICE, PARTICLE, PERSON,
    Sorts, TITLE,
};

/// The most first names, initials or parts of a family name in a row.
const MOST: usize = 4;

/// What was read of a name, up to the word behind it.
#[derive(Default)]
struct Reading {
    initials: usize,
    first_names: usize,
    /// Whether one of them can be nothing but a name.
    sure: bool,
    family: bool,
    next: usize,
}

impl Text<'_> {
    /// The name that this word announces or begins: its kind, its first and its last word.
    pub(super) fn name(&self, at: usize) -> Option<(MaskKind, usize, usize)> {
        let cue = self.words[at].sorts & CUE;
        if cue != 0
            && at + 1 < self.words.len()
            && let Some(last) = self.announced(at, cue)
        {
            let kind = match cue & OFFICE != 0 {
                true => MaskKind::Official,
                false => MaskKind::Name,
            };
            return Some((kind, at + 1, last));
        }
        // *De dader is Mitchell*
        if cue & PERSON != 0
            && self
                .words
                .get(at + 1)
                .is_some_and(|is| self.folded(is) == "is")
            && (at + 1..=at + 2).all(|at| self.joins(0, at))
            && let Some(read) = self.read(at + 2, 0)
            && (read.first_names > 0 && self.is_capital(at + 2))
        {
            return Some((MaskKind::Name, at + 2, read.next - 1));
        }
        let last = self.by_itself(at).or_else(|| self.family_by_itself(at))?;
        Some((MaskKind::Name, at, last))
    }

    /// The last word of the name behind a cue.
    fn announced(&self, at: usize, cue: Sorts) -> Option<usize> {
        let gap = &self.view.text[self.words[at].end..self.words[at + 1].start];
        let title = cue & TITLE != 0;
        let near = match gap {
            " " => true,
            "." | ". " => title,
            ": " => cue & (TITLE | CALLED | PERSON) != 0,
            ", " => false,
            _ => return None,
        };
        let read = self.read(at + 1, cue)?;
        let called = cue & CALLED != 0 && self.is_somebody(at);
        let any_capital = cue & (TITLE | PERSON | OFFICE) != 0 || called;
        let known = read.first_names > 0 || (read.initials > 0 && read.family);
        let good = match near {
            true => known || (any_capital && read.family),
            false => known && self.is_capital(at + 1),
        };
        // *van Jan*, *met Roos*: a doubtful name needs more than a word that stands before anything.
        let loose = cue & !(LOOSE | CALLED) == 0 && !called;
        let doubtful = loose && !read.sure && !(read.family && read.first_names > 0);
        (good && !doubtful).then(|| read.next - 1)
    }

    /// The last word of a name that is known by its first name or its initials.
    fn by_itself(&self, at: usize) -> Option<usize> {
        let word = self.words[at];
        if at > 0 && self.words[at - 1].sorts & HOUSE != 0 {
            return None;
        }
        if word.sorts & FIRST == 0
            && self.leads_to_family(at)
            && self.is_capital(at)
            && word.sorts & (NEVER | CUE) == 0
        {
            let mut read = Reading {
                first_names: 1,
                next: at + 1,
                ..Reading::default()
            };
            self.read_family(at, 0, &mut read);
            let street = (at..read.next).any(|at| self.is_street(at));
            return (read.family && !street).then(|| read.next - 1);
        }
        if word.sorts & FIRST == 0 && !self.is_initial(at) {
            return None;
        }
        let read = self.read(at, 0)?;
        let good = if read.initials > 0 {
            // `A. Het` counts off; a name has a word before it, or more than one letter. What was masked
            // (written as brackets while it is read, and as a token in them later) is such a word.
            let before = at.checked_sub(1).map_or(0, |before| self.words[before].end);
            let gap = &self.view.text[before..word.start];
            let begins = match gap.rsplit_once(']') {
                Some((_, since)) => since.contains(['\n', '.']),
                None => at == 0 || gap.contains(['\n', '.']),
            };
            read.family && (!begins || read.initials > 1)
        } else {
            read.first_names > 0 && (read.family || (read.sure && self.is_capital(at)))
        };
        good.then(|| read.next - 1)
    }

    /// The last word of *Van Dijk* within a sentence: the capital of *van* says that it begins a name.
    fn family_by_itself(&self, at: usize) -> Option<usize> {
        let within = at > 0 && self.joins(0, at);
        if self.folded(&self.words[at]) != "van" || !within || !self.is_capital(at) {
            return None;
        }
        let mut read = Reading {
            next: at,
            ..Reading::default()
        };
        self.read_family(at, TITLE, &mut read);
        let last = read.next.checked_sub(1).filter(|last| *last > at)?;
        let known = (at + 1..=last).any(|at| self.words[at].sorts & (FAMILY | AFTER) != 0);
        let street = (at..=last).any(|at| self.is_street(at));
        (read.family && known && !street).then_some(last)
    }

    /// Whether *van der*, *van den* or *van 't* stands behind this word: then a word with a capital
    /// before it is a first name, known or not.
    fn leads_to_family(&self, at: usize) -> bool {
        let [van, article] = [at + 1, at + 2].map(|at| self.words.get(at));
        let (Some(van), Some(article)) = (van, article) else {
            return false;
        };
        let small = |at| !self.is_capital(at) && self.joins(0, at);
        van.sorts & article.sorts & PARTICLE != 0
            && self.folded(van) == "van"
            && matches!(self.folded(article), "der" | "den" | "t" | "'t")
            && small(at + 1)
            && small(at + 2)
    }

    /// Reads initials, first names, and a family name with what stands before it.
    fn read(&self, from: usize, cue: Sorts) -> Option<Reading> {
        let mut read = Reading {
            next: from,
            ..Reading::default()
        };
        while read.initials < MOST && self.is_initial(read.next) {
            read.initials += 1;
            read.next += 1;
        }
        while read.first_names < MOST && self.joins(from, read.next) {
            let Some(word) = self
                .words
                .get(read.next)
                .filter(|word| word.sorts & FIRST != 0)
            else {
                break;
            };
            let sure = word.sorts & DOUBTFUL == 0;
            let capital = self.is_capital(read.next);
            // In small letters a first name counts behind a cue or before a family name.
            if !capital && !(sure && (cue != 0 || self.has_small_family(read.next + 1))) {
                break;
            }
            read.sure |= sure;
            read.first_names += 1;
            read.next += 1;
        }
        self.read_family(from, cue, &mut read);
        // Mohamed B.
        if !read.family
            && read.first_names > 0
            && self.joins(from, read.next)
            && self.is_initial(read.next)
        {
            read.family = true;
            read.next += 1;
        }
        let found = from..read.next;
        let is_name = !found.is_empty() && !self.is_nobody(from) && !found.clone().any(|at| self.is_street(at))
            // *Jan Steen straat*, *Jan van de straat*
            && !self.words.get(read.next).is_some_and(|next| self.joins(from, read.next) && STREETS.contains(&self.folded(next)) && self.is_capital(read.next));
        is_name.then_some(read)
    }

    fn read_family(&self, from: usize, cue: Sorts, read: &mut Reading) {
        let title = cue & TITLE != 0;
        let mut parts = 0;
        let mut next = read.next;
        loop {
            let particles = self.particles(from, next);
            let at = next + particles;
            // Without a first name it is *burgemeester Van Zanten*; *van Lindemeer* says where.
            let place = particles > 0
                && parts == 0
                && from == next
                && !title
                && !self.is_capital(next)
                && self
                    .words
                    .get(at)
                    .is_none_or(|word| word.sorts & (FAMILY | AFTER) == 0);
            if place || parts == MOST || at >= self.words.len() || !self.joins(from, at) {
                break;
            }
            let word = self.words[at];
            let small = self.is_small_family(at, particles)
                && parts == 0
                && (cue & !LOOSE != 0 && read.initials == 0 || read.sure);
            // *Prins* is a family name behind a first name only.
            let other = word.sorts & (NEVER | CUE) != 0
                && (word.sorts & FAMILY == 0 || read.first_names == 0);
            let capital = self.is_capital(at) && !other && word.end - word.start > 1;
            if !capital && !small {
                break;
            }
            parts += 1;
            next = at + 1;
        }
        if parts > 0 {
            read.family = true;
            read.next = next;
        }
    }

    /// How many words stand here that lead to a family name: *van der*, *in 't*.
    fn particles(&self, from: usize, next: usize) -> usize {
        let leads = |at: &usize| {
            let Some(word) = self
                .words
                .get(*at)
                .filter(|word| word.sorts & PARTICLE != 0)
            else {
                return false;
            };
            // *in* and *op* only before a *'t* or *den*: else they say where.
            let place = matches!(self.folded(word), "in" | "op" | "het");
            let article = self.words.get(at + 1).map(|word| self.folded(word));
            self.joins(from, *at)
                && (!place
                    || matches!(article, Some("t" | "'t" | "den")) && !self.is_capital(at + 1))
        };
        (next..next + 3).take_while(leads).count()
    }

    /// Whether a family name in small letters stands here, as in *jan van dijk*.
    fn has_small_family(&self, at: usize) -> bool {
        let particles = self.words[at.min(self.words.len())..]
            .iter()
            .take_while(|word| word.sorts & PARTICLE != 0)
            .count();
        self.is_small_family(at + particles, particles)
            && (at..=at + particles).all(|at| self.joins(0, at))
    }

    /// Whether this word in small letters is a family name, with so many particles before it.
    fn is_small_family(&self, at: usize, particles: usize) -> bool {
        let sorts = self.words.get(at).map_or(0, |word| word.sorts);
        let sort = if particles > 0 {
            FAMILY | AFTER
        } else {
            FAMILY
        };
        sorts & sort != 0 && (sorts & NEVER == 0 || particles > 0)
    }
}
