//! Whether two messages tell the same event, and by what that shows.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::place::Map;
use crate::source::Voice;
use crate::story::content::{Content, DETAIL};
use crate::story::{Telling, Theme};

/// Minutes between two copies: press releases are repeated for days.
pub(super) const COPY_WITHIN: i64 = 3 * 24 * 60;
/// Minutes between two messages in other words.
pub(super) const EVENT_WITHIN: i64 = 2 * 24 * 60;
/// Minutes between two messages about what many see or hear, and of which only the place is the same.
const SEEN_WITHIN: i64 = 4 * 60;
/// The same when press or authorities tell of it: they do so later.
const TOLD_WITHIN: i64 = 12 * 60;
/// Minutes between a resident and the press or an authority that tells the same.
const ECHO_WITHIN: i64 = 36 * 60;
/// What they must have in common: one common word that is not the theme's own.
const ECHO_WORDS: f64 = 0.7;
/// Fewest words of a message whose likeness to another shows a copy; of shorter ones all must be the
/// same.
const SHORT: usize = 8;
/// Words in a row that are compared to find copies.
const SHINGLE: usize = 3;
/// What half a compound says of the whole: *koper* of *koperdiefstal*.
const OF_COMPOUND: f64 = 0.75;
/// Below so many words, two messages that each have a telling word of their own are no copies: notices
/// of an office differ in the one word that counts.
const LONG: usize = 30;
/// The share of the shorter message's rows of words that stand in the other.
const COPIED: f64 = 0.6;
/// The same of what goes on and on: *elke avond weer* is said of many things in many streets.
const COPIED_HABIT: f64 = 0.85;

/// Why two messages tell the same event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The same words, or nearly.
    Copy,
    /// The same place, at about the same time, and these words.
    Words(Vec<String>),
    /// The same spot within hours, of something that many see or hear.
    Seen,
}

/// A message with what it is about.
pub(super) struct Read<'a> {
    pub(super) telling: Telling<'a>,
    pub(super) content: Content,
    pub(super) spots: Vec<&'a str>,
    /// The places that it names, and those that they lie in.
    within: BTreeSet<String>,
    shingles: FxHashSet<u64>,
}

impl<'a> Read<'a> {
    pub(super) fn new(telling: &Telling<'a>, places: &Map) -> Self {
        let content = Content::of(telling);
        let named = telling.places.iter().map(String::as_str);
        let within = (telling.places.iter())
            .flat_map(|place| places.above.get(place).into_iter().flatten())
            .chain(telling.places)
            .cloned()
            .collect();
        Read {
            telling: *telling,
            shingles: (content.words.windows(SHINGLE))
                .map(|words| FxBuildHasher.hash_one(words))
                .collect(),
            content,
            spots: named
                .filter(|place| places.spots.contains(*place))
                .collect(),
            within,
        }
    }

    /// Whether a place that it names holds the other, or is the same.
    fn holds(&self, other: &Read<'_>) -> bool {
        self.telling
            .places
            .iter()
            .any(|place| other.within.contains(place))
    }
}

/// How two messages stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// They tell the same event.
    Same(Reason),
    /// Nothing shows that they do.
    Unknown,
    /// They cannot: another spot, another time, another victim.
    Different,
}

/// Compares two messages of one theme.
pub(super) fn compare(one: &Read<'_>, other: &Read<'_>, theme: Theme) -> Likeness {
    let minutes = minutes_between(one, other);
    let near = one.holds(other) || other.holds(one);
    let named = |read: &Read<'_>| !read.telling.places.is_empty();
    let elsewhere = named(one) && named(other) && !near;
    if minutes > COPY_WITHIN || elsewhere || are_elsewhere(&one.spots, &other.spots) {
        return Likeness::Different;
    }
    if other_figures(one, other) || other_moment(one, other) {
        return Likeness::Different;
    }
    if is_copy(one, other) {
        return Likeness::Same(Reason::Copy);
    }
    let (first, second) = (&one.content, &other.content);
    if minutes > EVENT_WITHIN || first.is_habit || second.is_habit {
        return Likeness::Unknown;
    }
    let residents = |read: &Read<'_>| read.telling.voice == Voice::Residents;
    let two_victims = first.is_own && second.is_own && residents(one) && residents(other);
    if !theme.seen_by_many && (two_victims || first.is_another != second.is_another) {
        return Likeness::Different;
    }
    let (shared, details) = shared(first, second);
    let weight = |content: &Content| content.telling.values().sum::<f64>();
    let least = f64::min(weight(first), weight(second));
    let weighed: f64 = shared.iter().map(|(_, weight)| weight).sum();
    let part = if least > 0.0 { weighed / least } else { 0.0 };
    let same_spot = one.spots.iter().any(|spot| other.spots.contains(spot));
    // *Weer* may be a second event, or a sigh about the first.
    let again = !theme.seen_by_many && first.is_again != second.is_again;
    let enough = match (same_spot, near) {
        _ if again => same_spot && details >= 2 && weighed >= 2.0 && part >= 0.30,
        (true, _) => details >= 1 && weighed >= 1.2 && part >= 0.15,
        (_, true) => details >= 2 && weighed >= 2.0 && part >= 0.25,
        _ => details >= 3 && weighed >= 3.0 && part >= 0.30,
    };
    // A resident names the street, an office the neighbourhood, and each has its own words.
    let echo = residents(one) != residents(other)
        && near
        && minutes <= ECHO_WITHIN
        && weighed >= ECHO_WORDS;
    if enough || echo {
        let words = shared.into_iter().map(|(word, _)| word).collect();
        return Likeness::Same(Reason::Words(words));
    }
    let within = match residents(one) && residents(other) {
        true => SEEN_WITHIN,
        false => TOLD_WITHIN,
    };
    if theme.seen_by_many && same_spot && minutes <= within {
        return Likeness::Same(Reason::Seen);
    }
    Likeness::Unknown
}

pub(super) fn minutes_between(one: &Read<'_>, other: &Read<'_>) -> i64 {
    let between = one.telling.at.duration_until(other.telling.at);
    (between.as_secs() / 60).abs()
}

/// Whether both name a spot and none is the same.
fn are_elsewhere(one: &[&str], other: &[&str]) -> bool {
    !one.is_empty() && !other.is_empty() && !one.iter().any(|spot| other.contains(spot))
}

/// Whether each has a number that the other lacks.
fn other_figures(one: &Read<'_>, other: &Read<'_>) -> bool {
    let lacks = |these: &Read<'_>, those: &Read<'_>| {
        let mut figures = these.content.figures.iter();
        figures.any(|figure| !those.content.figures.contains(figure))
    };
    lacks(one, other) && lacks(other, one)
}

fn other_moment(one: &Read<'_>, other: &Read<'_>) -> bool {
    match (&one.content.moment, &other.content.moment) {
        (Some(one), Some(other)) => !one.may_be(other),
        _ => false,
    }
}

fn is_copy(one: &Read<'_>, other: &Read<'_>) -> bool {
    let (first, second) = (&one.content.words, &other.content.words);
    if first.len() < SHORT || second.len() < SHORT {
        // *Fiets gestolen* is written every day by somebody else.
        let another = one.telling.source != other.telling.source && !one.spots.is_empty();
        return first == second && another && minutes_between(one, other) <= SEEN_WITHIN;
    }
    let lacks = |these: &Read<'_>, those: &Read<'_>| {
        let mut words = these.content.telling.iter();
        words.any(|(word, weight)| *weight > 0.4 && !those.content.telling.contains_key(word))
    };
    if first.len().min(second.len()) < LONG && lacks(one, other) && lacks(other, one) {
        return false;
    }
    let least = one.shingles.len().min(other.shingles.len());
    let common = one.shingles.intersection(&other.shingles).count();
    let copied = match one.content.is_habit || other.content.is_habit {
        true => COPIED_HABIT,
        false => COPIED,
    };
    common as f64 >= copied * least as f64
}

/// The words that both use, the rarest first, and how many of them are details.
fn shared(one: &Content, other: &Content) -> (Vec<(String, f64)>, usize) {
    let mut shared = Vec::new();
    for (word, weight) in &one.telling {
        let same = other.telling.get(word).map(|other| weight.min(*other));
        let found = same.or_else(|| {
            let pairs = other.telling.iter();
            let part = pairs.filter(|(other, _)| is_part(word, other));
            // Half a compound says less.
            part.map(|(_, other)| weight.min(*other) * OF_COMPOUND)
                .reduce(f64::max)
        });
        if let Some(weight) = found {
            shared.push((word.clone(), weight));
        }
    }
    shared.sort_by(|(a, first), (b, second)| second.total_cmp(first).then_with(|| a.cmp(b)));
    let details = shared
        .iter()
        .filter(|(_, weight)| *weight >= DETAIL / 2.0)
        .count();
    (shared, details)
}

/// Whether one word is the end or the beginning of the other: *deur* of *achterdeur*.
fn is_part(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short.len() >= 4
        && long.len() >= short.len() + 3
        && (long.ends_with(short) || long.starts_with(short))
}
