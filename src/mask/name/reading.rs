//! One name, read word by word.

use crate::mask::MaskKind;
use crate::mask::name::{
    AFTER, CALLED, CUE, DOUBTFUL, FAMILY, FIRST, HOUSE, LOOSE, NEVER, Names, OFFICE, PARTICLE,
    PERSON, Sorts, TITLE, Word,
};
use crate::mask::view::View;
use crate::span::Span;

/// Ends of the names of streets and buildings that are called after a person.
const STREETS: [&str; 28] = [
    "straat",
    "laan",
    "plein",
    "weg",
    "kade",
    "park",
    "hof",
    "dreef",
    "singel",
    "plantsoen",
    "pad",
    "brug",
    "tunnel",
    "school",
    "college",
    "hal",
    "huis",
    "arena",
    "stadion",
    "ziekenhuis",
    "gracht",
    "steeg",
    "dijk",
    "markt",
    "flat",
    "buurt",
    "wijk",
    "kwartier",
];

/// Words before *heet* that make it a person who is called so.
const SOMEBODY: [&str; 8] = [
    "hij", "zij", "ze", "die", "zich", "zichzelf", "zijn", "haar",
];

/// The most first names, initials or parts of a family name in a row.
const MOST: usize = 4;

/// A text with its words.
pub(super) struct Text<'a> {
    names: &'a Names,
    view: &'a View<'a>,
    words: &'a [Word],
    /// Whether it is all capitals, so that a capital says nothing.
    shouted: bool,
}

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

impl<'a> Text<'a> {
    pub(super) fn new(names: &'a Names, view: &'a View<'a>, words: &'a [Word]) -> Self {
        let (start, end) = (0, view.text.len());
        let shouted = view.is_capitals(Span { start, end });
        Text {
            names,
            view,
            words,
            shouted,
        }
    }

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
        self.by_itself(at).map(|last| (MaskKind::Name, at, last))
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
            // `A. Het` counts off; a name has a word before it, or more than one letter.
            let begins =
                at == 0 || self.view.text[self.words[at - 1].end..word.start].contains(['\n', '.']);
            read.family && (!begins || read.initials > 1)
        } else {
            read.first_names > 0 && (read.family || (read.sure && self.is_capital(at)))
        };
        good.then(|| read.next - 1)
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

    /// Whether only a space stands before this word, or it is the first of a name.
    fn joins(&self, from: usize, at: usize) -> bool {
        if at == from {
            return true;
        }
        match self.words.get(at) {
            Some(word) => {
                let gap = &self.view.text[self.words[at - 1].end..word.start];
                matches!(gap, " " | " '") || (self.is_initial(at - 1) && matches!(gap, "." | ". "))
            }
            None => false,
        }
    }

    /// Whether it is one capital with a dot.
    fn is_initial(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            word.end - word.start == 1
                && self.view.at(word.end) == Some('.')
                && self
                    .view
                    .written(Span {
                        start: word.start,
                        end: word.end,
                    })
                    .chars()
                    .all(char::is_uppercase)
        })
    }

    /// Whether its capital says that it is a name: not when everything is, and not in *KPN*.
    fn is_capital(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else {
            return false;
        };
        let written = self.view.written(Span {
            start: word.start,
            end: word.end,
        });
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        // The second letter: `ONDERgronds` is a way to stress, `'s` belongs to the word before.
        let mixed = written.chars().nth(1).is_some_and(char::is_lowercase);
        capital && !self.shouted && (mixed || word.sorts & (FIRST | FAMILY) != 0)
    }

    fn is_street(&self, at: usize) -> bool {
        let word = self.folded(&self.words[at]);
        STREETS
            .iter()
            .any(|end| word.strip_suffix(end).is_some_and(|name| name.len() > 1))
    }

    fn is_nobody(&self, at: usize) -> bool {
        let words = &self.words[at..];
        self.names.nobody.iter().any(|nobody| {
            nobody.len() <= words.len()
                && nobody
                    .iter()
                    .zip(words)
                    .all(|(one, word)| *one == self.folded(word))
        })
    }

    /// Whether the word before *heet* or *naam* is a person.
    fn is_somebody(&self, at: usize) -> bool {
        at > 0 && {
            let before = &self.words[at - 1];
            before.sorts & (PERSON | OFFICE) != 0 || SOMEBODY.contains(&self.folded(before))
        }
    }

    /// Where a name ends: behind the dot of a last initial, before *'s*.
    pub(super) fn end(&self, last: usize) -> usize {
        let word = self.words[last];
        if self.is_initial(last) {
            return word.end + 1;
        }
        let text = self.folded(&word);
        word.end - if text.ends_with("'s") { 2 } else { 0 }
    }

    fn folded(&self, word: &Word) -> &str {
        &self.view.text[word.start..word.end]
    }
}
