//! The same answers, computed slowly and plainly: every rule is tried on every word. The matcher is
//! compared with it on random lists and texts.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;

use crate::keyword::{Keyword, WordLists};
use crate::matching::Matcher;
use crate::place::{Gazetteer, Place, PlaceKind};
use crate::source::Scope;
use crate::span::Span;
use crate::theme::{Common, Theme, ThemeId};

/// An expression, with `Display` as a person writes it.
#[derive(Clone, Debug)]
enum Written {
    Word(&'static str),
    Exact(&'static str),
    Part(bool, &'static str, bool),
    Phrase(Vec<(bool, &'static str, bool)>),
    Place,
    /// Whole words one after the other, with any signs between, also over the end of a sentence.
    Regex(&'static [&'static str]),
    Near(Box<Written>, Box<Written>, u32, bool),
    And(Vec<Written>, Vec<Written>),
    Or(Vec<Written>),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = |open: &bool| if *open { "*" } else { "" };
        let part = |(l, w, r): &(bool, &str, bool)| format!("{}{w}{}", star(l), star(r));
        let list = |all: &[Written], with: &str| {
            all.iter()
                .map(|one| format!("({one})"))
                .collect::<Vec<_>>()
                .join(with)
        };
        match self {
            Written::Word(word) => f.write_str(word),
            Written::Exact(word) => write!(f, "={word}"),
            Written::Part(l, w, r) => f.write_str(&part(&(*l, w, *r))),
            Written::Phrase(parts) => {
                write!(
                    f,
                    "\"{}\"",
                    parts.iter().map(part).collect::<Vec<_>>().join(" ")
                )
            }
            Written::Place => f.write_str("@place"),
            Written::Regex(words) => write!(f, r"/\b{}\b/", words.join(r"\W+")),
            Written::Near(a, b, n, true) => write!(f, "({a}) VOOR/{n} ({b})"),
            Written::Near(a, b, n, false) => write!(f, "({a}) NEAR/{n} ({b})"),
            Written::And(all, none) => {
                f.write_str(&list(all, " AND "))?;
                none.iter()
                    .try_for_each(|one| write!(f, " AND NOT ({one})"))
            }
            Written::Or(any) => f.write_str(&list(any, " OR ")),
        }
    }
}

/// A text cut by hand, word by word as it was put together.
struct Text {
    message: String,
    masked: Vec<Span>,
    units: Vec<Unit>,
    /// First unit, last unit, letters.
    readings: Vec<(usize, usize, String)>,
}

struct Unit {
    span: Span,
    word: usize,
    sentence: usize,
}

const WORDS: &[&str] = &[
    "raam",
    "open",
    "raamopen",
    "raam-open",
    "brand",
    "openbrand",
    "brandweer",
    "xbrand",
    "geen",
    "poging",
    "molenbuurt",
    "#RaamOpen",
    "Raam",
    "bránd",
    "brandraam-open",
    "film",
    "aangifte",
    "Brink",
    "in",
    "de",
];

impl Text {
    /// Words by number, each with whether it is masked and whether a sentence ends after it.
    fn new(chosen: &[(usize, bool, bool)]) -> Self {
        let mut text = Text {
            message: String::new(),
            masked: Vec::new(),
            units: Vec::new(),
            readings: Vec::new(),
        };
        let mut sentence = 0;
        for (number, (choice, masked, ends)) in chosen.iter().enumerate() {
            let word = WORDS[*choice % WORDS.len()];
            let start = text.message.len();
            text.message.push_str(word);
            let first = text.units.len();
            if *masked {
                let span = Span {
                    start,
                    end: text.message.len(),
                };
                text.masked.push(span);
                text.units.push(Unit {
                    span,
                    word: number,
                    sentence,
                });
            } else {
                let pieces: &[&str] = match word {
                    "raam-open" => &["raam", "open"],
                    "brandraam-open" => &["brandraam", "open"],
                    "#RaamOpen" => &["Raam", "Open"],
                    whole => &[whole],
                };
                for piece in pieces {
                    let start = start + word.find(piece).unwrap();
                    let span = Span {
                        start,
                        end: start + piece.len(),
                    };
                    let letters = piece.to_lowercase().replace('á', "a");
                    text.readings
                        .push((text.units.len(), text.units.len(), letters));
                    text.units.push(Unit {
                        span,
                        word: number,
                        sentence,
                    });
                }
                if pieces.len() > 1 {
                    let joined = pieces.concat().to_lowercase();
                    text.readings.push((first, text.units.len() - 1, joined));
                }
            }
            text.message.push_str(if *ends { ". " } else { " " });
            sentence += usize::from(*ends);
        }
        text
    }
}

/// First and last unit of each word, in the order of the text.
type Words = Vec<(usize, usize)>;

impl Text {
    fn span(&self, words: (usize, usize)) -> Span {
        self.units[words.0].span.join(self.units[words.1].span)
    }

    fn hull(&self, words: &Words) -> Span {
        words
            .iter()
            .map(|w| self.span(*w))
            .reduce(Span::join)
            .unwrap()
    }

    fn join(&self, a: &Words, b: &Words) -> Words {
        let mut words: Words = [a.clone(), b.clone()].concat();
        words.sort_by_key(|w| (self.span(*w).start, usize::MAX - self.span(*w).end));
        words.dedup();
        words
    }

    fn ends(&self, words: &Words) -> (usize, usize) {
        let first = words.iter().map(|w| w.0).min().unwrap();
        (first, words.iter().map(|w| w.1).max().unwrap())
    }

    fn word(&self, (left, wanted, right): (bool, &str, bool)) -> Vec<Words> {
        let free = |n: usize, open: bool| n == 0 || (open && n >= 3);
        let fits = |letters: &str| {
            (0..=letters.len()).any(|at| {
                letters[at..].starts_with(wanted)
                    && free(at, left)
                    && free(letters.len() - at - wanted.len(), right)
            })
        };
        let found = self.readings.iter().filter(|(_, _, letters)| fits(letters));
        found
            .map(|(first, last, _)| vec![(*first, *last)])
            .collect()
    }

    fn phrase(&self, parts: &[(bool, &'static str, bool)]) -> Vec<Words> {
        let mut ways: Vec<Vec<(bool, &str, bool)>> = vec![Vec::new()];
        for part in parts {
            let joined = match part.1 {
                "raam-open" => "raamopen",
                whole => whole,
            };
            let mut next = Vec::new();
            for way in ways {
                let mut one = way.clone();
                one.push((part.0, joined, part.2));
                next.push(one);
                if joined != part.1 && !part.0 && !part.2 {
                    let mut one = way;
                    one.extend(part.1.split('-').map(|piece| (false, piece, false)));
                    next.push(one);
                }
            }
            ways = next;
        }
        let mut found = Vec::new();
        for way in ways {
            let mut chains = vec![Vec::new()];
            for part in way {
                let mut longer = Vec::new();
                for chain in &chains {
                    for next in self.word(part) {
                        let follows = chain.last().is_none_or(|before: &(usize, usize)| {
                            before.1 + 1 == next[0].0
                                && self.units[before.1].sentence == self.units[next[0].0].sentence
                        });
                        if follows {
                            longer.push([chain.clone(), next].concat());
                        }
                    }
                }
                chains = longer;
            }
            found.extend(chains);
        }
        found
    }

    /// The letters of a unit that is not masked.
    fn unit(&self, unit: usize) -> &str {
        let whole = self.readings.iter().find(|r| r.0 == unit && r.1 == unit);
        whole.map_or("", |(_, _, letters)| letters)
    }

    /// Every Molenbuurt, and every Brink after a word of place.
    fn places(&self) -> Vec<Words> {
        let mut found = self.word((false, "molenbuurt", false));
        for words in self.word((false, "brink", false)) {
            let before = |steps: usize| {
                let unit = words[0].0.checked_sub(steps)?;
                let same = self.units[unit].sentence == self.units[words[0].0].sentence;
                same.then(|| self.unit(unit))
            };
            let in_the = before(1) == Some("de") && before(2) == Some("in");
            if before(1) == Some("in") || in_the {
                found.push(words);
            }
        }
        found
    }

    fn regex(&self, wanted: &[&str]) -> Vec<Words> {
        let last = wanted.len() - 1;
        // The units of a hashtag have no border between them.
        let apart = |unit: usize| {
            let after = self.units.get(unit + 1);
            after.is_none_or(|after| self.units[unit].span.end < after.span.start)
        };
        let fits = |first: &usize| {
            let whole = *first == 0 || apart(first - 1);
            let words = wanted.iter().enumerate();
            let mut each = words.map(|(at, word)| {
                first + at < self.units.len() && self.unit(first + at) == *word && apart(first + at)
            });
            whole && each.all(|fits| fits)
        };
        let firsts = (0..self.units.len()).filter(fits);
        firsts.map(|first| vec![(first, first + last)]).collect()
    }

    /// All ways in which an expression is true, in order, each once.
    fn find(&self, written: &Written) -> Vec<Words> {
        let mut found = match written {
            Written::Word(word) => self.phrase(&[(false, word, false)]),
            Written::Exact(word) => self.word((false, &word.replace('-', ""), false)),
            Written::Part(l, w, r) => self.word((*l, w, *r)),
            Written::Phrase(parts) => self.phrase(parts),
            Written::Place => self.places(),
            Written::Regex(words) => self.regex(words),
            Written::Or(any) => any.iter().flat_map(|one| self.find(one)).collect(),
            Written::Near(a, b, n, ordered) => {
                let (a, b) = (self.find(a), self.find(b));
                let mut found = self.followed(&a, &b, *n);
                if !ordered {
                    found.extend(self.followed(&b, &a, *n));
                }
                found
            }
            Written::And(all, none) => {
                let sides: Vec<Vec<Words>> = all.iter().map(|one| self.find(one)).collect();
                let absent = none.iter().all(|one| self.find(one).is_empty());
                match absent && sides.iter().all(|side| !side.is_empty()) {
                    true => self.together(&sides),
                    false => Vec::new(),
                }
            }
        };
        found.sort_by_key(|words| {
            let key = |w: &(usize, usize)| (self.span(*w).start, usize::MAX - self.span(*w).end);
            words.iter().map(key).collect::<Vec<_>>()
        });
        found.dedup();
        found
    }

    fn followed(&self, first: &[Words], second: &[Words], n: u32) -> Vec<Words> {
        let mut found = Vec::new();
        for a in first {
            for b in second {
                let (end, start) = (&self.units[self.ends(a).1], &self.units[self.ends(b).0]);
                let apart = a.iter().all(|x| {
                    let x = self.span(*x);
                    let beside = |y: &(usize, usize)| {
                        let y = self.span(*y);
                        x.end <= y.start || y.end <= x.start
                    };
                    b.iter().all(beside)
                });
                if self.hull(a).start < self.hull(b).start
                    && apart
                    && start.word.saturating_sub(end.word + 1) <= n as usize
                    && start.sentence.saturating_sub(end.sentence) <= 1
                {
                    found.push(self.join(a, b));
                }
            }
        }
        found
    }

    fn together(&self, sides: &[Vec<Words>]) -> Vec<Words> {
        let mut found = Vec::new();
        for (at, side) in sides.iter().enumerate() {
            for words in side {
                let here = self.ends(words).0;
                let mut sum = words.clone();
                for (_, other) in sides.iter().enumerate().filter(|(other, _)| *other != at) {
                    let nearest = other.iter().min_by_key(|words| {
                        let first = self.ends(words).0;
                        (first.abs_diff(here), first, self.hull(words).end)
                    });
                    sum = self.join(&sum, nearest.unwrap());
                }
                found.push(sum);
            }
        }
        found
    }
}

/// The lists of a theme and of `common.toml`.
#[derive(Clone, Debug)]
struct Lists {
    strong: Vec<Written>,
    cues: Vec<Written>,
    vetoes: Vec<Written>,
    post_vetoes: Vec<Written>,
    incident_cues: Vec<Written>,
    negations: Vec<Written>,
    not_negated: Vec<Written>,
}

/// Whether it is a hit; list and line of all evidence with all its ways; what was taken away.
type Verdict = (
    bool,
    BTreeSet<(&'static str, usize, Vec<Span>)>,
    BTreeSet<(usize, Vec<Span>)>,
);

fn judge(text: &Text, lists: &Lists, scope: Scope) -> Verdict {
    let all = |list: &[Written]| -> Vec<Words> { list.iter().flat_map(|w| text.find(w)).collect() };
    let (vetoes, negations) = (all(&lists.vetoes), all(&lists.negations));
    let not_negated = all(&lists.not_negated);
    let touch = |a: Span, b: Span| a.start < b.end && b.start < a.end;
    let spans = |words: &Words| words.iter().map(|w| text.span(*w)).collect::<Vec<_>>();
    let mut kept = BTreeSet::new();
    let mut taken = BTreeSet::new();
    let strong = lists
        .strong
        .iter()
        .enumerate()
        .map(|(n, w)| ("strong", n, w));
    let cues = lists.cues.iter().enumerate().map(|(n, w)| ("cues", n, w));
    for (list, line, written) in strong.chain(cues) {
        for words in text.find(written) {
            let hull = text.hull(&words);
            let vetoed = vetoes.iter().any(|veto| text.hull(veto).contains(hull));
            let firm = words.iter().any(|w| {
                not_negated
                    .iter()
                    .any(|other| touch(text.hull(other), text.span(*w)))
            });
            let denied = !firm
                && words.iter().any(|w| {
                    negations.iter().any(|negation| {
                        let hull = text.hull(negation);
                        let last = text.ends(negation).1;
                        last + 1 == w.0
                            && text.units[last].sentence == text.units[w.0].sentence
                            && words.iter().all(|own| !touch(hull, text.span(*own)))
                    })
                });
            if vetoed || denied {
                taken.insert((line, spans(&words)));
            } else {
                kept.insert((list, line, spans(&words)));
            }
        }
    }
    let mut hit = kept.iter().any(|(list, _, _)| *list == "strong");
    for (list, line, words) in &kept {
        for (other_list, other_line, others) in &kept {
            let apart = words.iter().all(|a| others.iter().all(|b| !touch(*a, *b)));
            hit |= *list == "cues" && *other_list == "cues" && line != other_line && apart;
        }
    }
    let silenced = !all(&lists.post_vetoes).is_empty() && all(&lists.incident_cues).is_empty();
    let nowhere = scope == Scope::Wide && text.places().is_empty();
    if hit && (silenced || nowhere) {
        taken.extend(kept.iter().map(|(_, line, words)| (*line, words.clone())));
        hit = false;
    }
    (hit, kept, taken)
}

fn term() -> impl Strategy<Value = Written> {
    let word = || {
        prop::sample::select(vec![
            "raam",
            "open",
            "raamopen",
            "raam-open",
            "brand",
            "film",
        ])
    };
    let part = || {
        (
            any::<bool>(),
            prop::sample::select(vec!["raam", "open", "brand"]),
            any::<bool>(),
        )
    };
    prop_oneof![
        4 => word().prop_map(Written::Word),
        1 => word().prop_map(Written::Exact),
        2 => part()
            .prop_filter("open", |(l, _, r)| *l || *r)
            .prop_map(|(l, w, r)| Written::Part(l, w, r)),
        2 => prop::collection::vec(
            prop_oneof![word().prop_map(|w| (false, w, false)), part()], 1..4
        ).prop_map(Written::Phrase),
        1 => Just(Written::Place),
        1 => prop::sample::select(vec![&["raam"][..], &["raam", "open"], &["brand"]])
            .prop_map(Written::Regex),
    ]
}

/// What may stand beside NEAR.
fn side() -> impl Strategy<Value = Written> {
    term().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), 0_u32..4, any::<bool>())
                .prop_map(|(a, b, n, o)| Written::Near(Box::new(a), Box::new(b), n, o)),
            prop::collection::vec(inner, 2..4).prop_map(Written::Or),
        ]
    })
}

fn expression() -> impl Strategy<Value = Written> {
    side().prop_recursive(2, 8, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        let none = prop::collection::vec(inner.clone(), 0..2);
        prop_oneof![
            2 => (list, none).prop_map(|(all, none)| Written::And(all, none)),
            1 => prop::collection::vec(inner, 2..3).prop_map(Written::Or),
        ]
    })
}

/// Lines that a list accepts: a place alone is refused.
fn lines(most: usize) -> impl Strategy<Value = Vec<Written>> {
    let accepted =
        |w: &Written| Keyword::parse(&WordLists::default(), "f", "l", &w.to_string(), 1).is_ok();
    prop::collection::vec(expression().prop_filter("accepted", accepted), 0..=most)
}

fn lists() -> impl Strategy<Value = Lists> {
    let words = |words: Vec<&'static str>| {
        prop::collection::vec(prop::sample::select(words).prop_map(Written::Word), 0..2)
    };
    (
        (lines(2), lines(3), lines(2)),
        words(vec!["film", "brandweer"]),
        words(vec!["aangifte"]),
        words(vec!["geen", "raam"]),
        words(vec!["poging", "open"]),
    )
        .prop_map(
            |((strong, cues, vetoes), post_vetoes, incident_cues, negations, not_negated)| Lists {
                strong,
                cues,
                vetoes,
                post_vetoes,
                incident_cues,
                negations,
                not_negated,
            },
        )
}

fn keywords(list: &'static str, written: &[Written]) -> Vec<Keyword> {
    let lines: Vec<String> = written.iter().map(Written::to_string).collect();
    let (keywords, mistakes) =
        Keyword::parse_list(&WordLists::default(), "f", list, &lines.join("\n"), 0);
    assert_eq!(mistakes, []);
    keywords
}

fn compile(lists: &Lists) -> Matcher {
    let theme = Theme {
        id: ThemeId::parse("t").unwrap(),
        file: "f".into(),
        version: String::new(),
        title: String::new(),
        purpose: String::new(),
        legal_task: String::new(),
        controller: String::new(),
        retention_days: 1,
        review_by: jiff::civil::date(2030, 1, 1),
        enabled: true,
        police_codes: Vec::new(),
        seen_by_many: false,
        words: WordLists::default(),
        strong: keywords("strong", &lists.strong).into(),
        urgent: Vec::new().into(),
        cues: keywords("cues", &lists.cues).into(),
        vetoes: keywords("vetoes", &lists.vetoes).into(),
        post_vetoes: keywords("post_vetoes", &lists.post_vetoes).into(),
        occasion: None,
        routes: Vec::new(),
        examples: Vec::new(),
    };
    let common = Common {
        incident_cues: keywords("incident_cues", &lists.incident_cues),
        post_vetoes: Vec::new(),
        negations: keywords("negations", &lists.negations),
        not_negated: keywords("not_negated", &lists.not_negated),
        ..Common::default()
    };
    let place = |name: &str, needs_cue| Place {
        kind: PlaceKind::Neighbourhood,
        name: name.to_owned(),
        aliases: Vec::new(),
        parent: None,
        needs_cue,
        line: 0,
    };
    Matcher::compile(
        &[theme],
        &common,
        &Gazetteer {
            places: vec![place("Molenbuurt", false), place("Brink", true)],
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn the_matcher_says_what_trying_every_rule_on_every_word_says(
        lists in lists(),
        chosen in prop::collection::vec(
            (0_usize..WORDS.len(), prop::bool::weighted(0.05), prop::bool::weighted(0.2)), 0..9
        ),
        wide in any::<bool>(),
    ) {
        let scope = if wide { Scope::Wide } else { Scope::Local };
        let text = Text::new(&chosen);
        let (hit, kept, taken) = judge(&text, &lists, scope);
        let finding = compile(&lists).find(&text.message, &text.masked, scope);
        prop_assert_eq!(!finding.hits.is_empty(), hit, "{}", text.message);
        let vetoed: BTreeSet<_> =
            finding.vetoed.iter().map(|v| (v.keyword.line as usize, v.words.clone())).collect();
        prop_assert_eq!(vetoed, taken, "{}", text.message);
        if let Some(hit) = finding.hits.first() {
            let mut lines = BTreeSet::new();
            for evidence in &hit.evidence {
                let list = if evidence.keyword.list == "strong" { "strong" } else { "cues" };
                let line = evidence.keyword.line as usize;
                prop_assert!(kept.contains(&(list, line, evidence.words.clone())));
                lines.insert((list, line));
            }
            prop_assert_eq!(lines, kept.iter().map(|(list, line, _)| (*list, *line)).collect());
        }
    }
}
